/* starsend-model-price.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-model-price.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-model-values.h"

#define MAX_AMOUNT 1e6

struct _StarsendModelPrice
{
  gboolean is_by_second;
  double amount; /* -1: not said yet */
  double audio;  /* -1: as without sound */
  char *currency;
  char *source;
  char *date;
  GHashTable *resolutions; /* "2K" -> double *; nullable */
  double input_tokens, word_tokens, picture_tokens; /* for a million; -1: not billed by tokens */
};

static GHashTable *
copy_resolutions (GHashTable *from)
{
  GHashTable *copy;
  GHashTableIter iter;
  gpointer name, amount;

  if (from == NULL)
    return NULL;

  copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &name, &amount))
    g_hash_table_insert (copy, g_strdup (name), g_memdup2 (amount, sizeof (double)));

  return copy;
}

static void
forget_tokens (StarsendModelPrice *self)
{
  self->input_tokens = -1;
  self->word_tokens = -1;
  self->picture_tokens = -1;
}

static StarsendModelPrice *
price_new (const StarsendModelPrice *base)
{
  StarsendModelPrice *self = g_new0 (StarsendModelPrice, 1);

  self->amount = -1;
  self->audio = -1;
  forget_tokens (self);
  if (base == NULL)
    return self;

  *self = *base;
  self->currency = g_strdup (base->currency);
  self->source = g_strdup (base->source);
  self->date = g_strdup (base->date);
  self->resolutions = copy_resolutions (base->resolutions);

  return self;
}

static void
forget_amounts (StarsendModelPrice *self)
{
  self->amount = -1;
  self->audio = -1;
  forget_tokens (self);
  g_clear_pointer (&self->resolutions, g_hash_table_unref);
}

/* All three or none: with one missing, every cost would be too low. */
static gboolean
read_tokens (StarsendModelPrice *self, const StarsendJsonNode *node, GError **error)
{
  static const char *const known[] = { "input", "words", "pictures", NULL };
  const StarsendJsonNode *tokens = starsend_json_node_get_member (node, "tokens");

  if (tokens == NULL)
    return TRUE;
  if (starsend_json_node_get_kind (tokens) != STARSEND_JSON_OBJECT)
    return starsend_model_values_refuse (tokens, "tokens", _("an object"), error);
  if (!starsend_model_values_check (tokens, known, error) ||
      !starsend_model_values_read_number (tokens, "input", 0, MAX_AMOUNT, &self->input_tokens, error) ||
      !starsend_model_values_read_number (tokens, "words", 0, MAX_AMOUNT, &self->word_tokens, error) ||
      !starsend_model_values_read_number (tokens, "pictures", 0, MAX_AMOUNT, &self->picture_tokens, error))
    return FALSE;

  return (self->input_tokens >= 0 && self->word_tokens >= 0 && self->picture_tokens >= 0) ||
         starsend_model_values_refuse (tokens, "tokens", _("an object with “input”, “words” and “pictures”"), error);
}

static gboolean
read_unit (StarsendModelPrice *self, const StarsendJsonNode *node, gboolean has_base, GError **error)
{
  const StarsendJsonNode *unit = starsend_json_node_get_member (node, "unit");
  const char *text = unit != NULL ? starsend_json_node_get_string (unit, NULL) : NULL;
  gboolean by_second = g_strcmp0 (text, "second") == 0;

  if (unit == NULL && has_base)
    return TRUE;
  if (!by_second && g_strcmp0 (text, "picture") != 0)
    return starsend_model_values_refuse (unit, "unit", _("“second” or “picture”"), error);

  if (has_base && by_second != self->is_by_second)
    forget_amounts (self);
  self->is_by_second = by_second;

  return TRUE;
}

static gboolean
is_currency (const char *text)
{
  return strlen (text) == 3 && g_ascii_isupper (text[0]) && g_ascii_isupper (text[1]) && g_ascii_isupper (text[2]);
}

static gboolean
read_currency (StarsendModelPrice *self, const StarsendJsonNode *node, GError **error)
{
  g_autofree char *before = g_strdup (self->currency);

  if (!starsend_model_values_read_string (node, "currency", &self->currency, error))
    return FALSE;
  if (self->currency == NULL || !is_currency (self->currency))
    return starsend_model_values_refuse (starsend_json_node_get_member (node, "currency"), "currency",
                                         _("three capital letters, such as “USD”"), error);
  if (before != NULL && !g_str_equal (before, self->currency))
    forget_amounts (self);

  return TRUE;
}

static gboolean
read_amounts (StarsendModelPrice *self, const StarsendJsonNode *node, GError **error)
{
  const StarsendJsonNode *resolutions = starsend_json_node_get_member (node, "resolutions");

  /* One amount for everything takes the place of those of the resolutions too. */
  if (starsend_json_node_get_member (node, "amount") != NULL)
    {
      forget_tokens (self);
      g_clear_pointer (&self->resolutions, g_hash_table_unref);
    }
  if (!starsend_model_values_read_number (node, "amount", 0, MAX_AMOUNT, &self->amount, error) ||
      !starsend_model_values_read_number (node, "audio", 0, MAX_AMOUNT, &self->audio, error))
    return FALSE;
  if (self->amount < 0)
    return starsend_model_values_refuse (NULL, "amount", _("a number"), error);
  if (resolutions == NULL)
    return TRUE;

  if (starsend_json_node_get_kind (resolutions) != STARSEND_JSON_OBJECT)
    return starsend_model_values_refuse (resolutions, "resolutions", _("an object"), error);
  if (self->resolutions == NULL)
    self->resolutions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (const StarsendJsonNode *child = starsend_json_node_get_first_child (resolutions); child != NULL; child = starsend_json_node_get_next (child))
    {
      const char *name = starsend_json_node_get_name (child, NULL);
      double amount = -1;

      if (!starsend_model_values_read_number (resolutions, name, 0, MAX_AMOUNT, &amount, error))
        return FALSE;
      if (amount < 0)
        return starsend_model_values_refuse (child, name, _("under a name without U+0000"), error);
      g_hash_table_insert (self->resolutions, g_strdup (name), g_memdup2 (&amount, sizeof amount));
    }

  return TRUE;
}

StarsendModelPrice *
starsend_model_price_new_from_json (const StarsendJsonNode *node, const StarsendModelPrice *base, GError **error)
{
  static const char *const known[] = { "unit", "amount", "audio", "resolutions", "tokens", "currency", "source", "date", NULL };
  g_autoptr(StarsendModelPrice) self = price_new (base);

  if (starsend_json_node_get_kind (node) != STARSEND_JSON_OBJECT)
    {
      starsend_model_values_refuse (node, "price", _("an object"), error);
      return NULL;
    }
  if (!starsend_model_values_check (node, known, error) ||
      !read_unit (self, node, base != NULL, error) ||
      !read_currency (self, node, error) ||
      !read_amounts (self, node, error) ||
      !read_tokens (self, node, error) ||
      !starsend_model_values_read_string (node, "source", &self->source, error) ||
      !starsend_model_values_read_string (node, "date", &self->date, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
starsend_model_price_free (StarsendModelPrice *self)
{
  g_free (self->currency);
  g_free (self->source);
  g_free (self->date);
  g_clear_pointer (&self->resolutions, g_hash_table_unref);
  g_free (self);
}

gboolean
starsend_model_price_is_by_second (const StarsendModelPrice *self)
{
  return self->is_by_second;
}

double
starsend_model_price_get_rate (const StarsendModelPrice *self, const char *resolution, gboolean audio)
{
  double *amount = NULL;

  if (self->resolutions != NULL && resolution != NULL)
    amount = g_hash_table_lookup (self->resolutions, resolution);
  if (audio && self->audio >= 0)
    return self->audio * 1e6;

  return (amount != NULL ? *amount : self->amount) * 1e6;
}

double
starsend_model_price_get_token_cost (const StarsendModelPrice *self, gint64 input, gint64 words, gint64 pictures)
{
  if (self->picture_tokens < 0)
    return -1;

  /* A price for a million is as many millionths for one. */
  return (double) input * self->input_tokens + (double) words * self->word_tokens + (double) pictures * self->picture_tokens;
}

const char *
starsend_model_price_get_currency (const StarsendModelPrice *self)
{
  return self->currency;
}

const char *
starsend_model_price_get_source (const StarsendModelPrice *self)
{
  return self->source;
}

const char *
starsend_model_price_get_date (const StarsendModelPrice *self)
{
  return self->date;
}
