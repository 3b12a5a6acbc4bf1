/* starsend-plan-findings.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-plan-findings.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_QUOTED_CHARACTERS 60

typedef struct
{
  const StarsendJsonNode *node;
  StarsendFinding *finding;
} Entry;

struct _StarsendPlanFindings
{
  GArray *entries;
  guint n_in_pass;
  guint n_found;
  guint n_errors;
  GHashTable *first_errors; /* by sequence */
  StarsendFinding *plan_error;

  const char *sequence_id;
  const char *list;
  int index;
  const char *inner;
  int inner_index;
};

static void
clear_entry (gpointer data)
{
  g_clear_object (&((Entry *) data)->finding);
}

StarsendPlanFindings *
starsend_plan_findings_new (void)
{
  StarsendPlanFindings *self = g_new0 (StarsendPlanFindings, 1);

  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, clear_entry);
  self->first_errors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  return self;
}

void
starsend_plan_findings_free (StarsendPlanFindings *self)
{
  g_array_unref (self->entries);
  g_hash_table_unref (self->first_errors);
  g_clear_object (&self->plan_error);
  g_free (self);
}

void
starsend_plan_findings_enter (StarsendPlanFindings *self, const char *sequence_id, const char *list, int index)
{
  self->sequence_id = sequence_id;
  self->list = list;
  self->index = index;
  self->inner = NULL;
}

void
starsend_plan_findings_enter_inner (StarsendPlanFindings *self, const char *inner, int inner_index)
{
  self->inner = inner;
  self->inner_index = inner_index;
}

void
starsend_plan_findings_begin_pass (StarsendPlanFindings *self)
{
  self->n_in_pass = 0;
}

static void
append_part (GString *place, const char *name, int index)
{
  if (!name)
    return;
  if (place->len)
    g_string_append_c (place, '.');
  g_string_append (place, name);
  if (index >= 0)
    g_string_append_printf (place, "[%d]", index);
}

static char *
dup_place (StarsendPlanFindings *self, const char *key, int item)
{
  GString *place = g_string_new (NULL);

  append_part (place, self->list, self->index);
  append_part (place, self->inner, self->inner_index);
  append_part (place, key, item);
  return g_string_free (place, FALSE);
}

static gboolean
is_first_error (StarsendPlanFindings *self)
{
  if (!self->sequence_id)
    return !self->plan_error;
  return *self->sequence_id && !g_hash_table_contains (self->first_errors, self->sequence_id);
}

static void
keep_first_error (StarsendPlanFindings *self, StarsendFinding *finding)
{
  if (self->sequence_id)
    g_hash_table_insert (self->first_errors, g_strdup (self->sequence_id), g_object_ref (finding));
  else
    self->plan_error = g_object_ref (finding);
}

G_GNUC_PRINTF (5, 0)
static StarsendFinding *
make_finding (StarsendPlanFindings *self, StarsendSeverity severity, const char *key, int item, const char *format, va_list args)
{
  g_autofree char *place = dup_place (self, key, item);
  g_autofree char *message = g_strdup_vprintf (format, args);

  return starsend_finding_new (severity, place, self->sequence_id, message);
}

void
starsend_plan_findings_add (StarsendPlanFindings *self,
                            StarsendSeverity severity,
                            const StarsendJsonNode *node,
                            const char *key,
                            int item,
                            const char *format,
                            ...)
{
  g_autoptr (StarsendFinding) finding = NULL;
  gboolean is_first = severity == STARSEND_SEVERITY_ERROR && is_first_error (self);
  gboolean is_kept = self->n_in_pass < STARSEND_PLAN_MAX_FINDINGS;
  va_list args;

  self->n_found++;
  self->n_errors += severity == STARSEND_SEVERITY_ERROR;
  if (!is_first && !is_kept)
    return;
  va_start (args, format);
  finding = make_finding (self, severity, key, item, format, args);
  va_end (args);
  if (is_first)
    keep_first_error (self, finding);
  if (is_kept)
    {
      Entry entry = { node, g_steal_pointer (&finding) };

      g_array_append_val (self->entries, entry);
      self->n_in_pass++;
    }
}

void
starsend_plan_findings_block (StarsendPlanFindings *self, const char *key, int item, const char *format, ...)
{
  g_autoptr (StarsendFinding) finding = NULL;
  va_list args;

  if (!is_first_error (self))
    return;
  va_start (args, format);
  finding = make_finding (self, STARSEND_SEVERITY_ERROR, key, item, format, args);
  va_end (args);
  keep_first_error (self, finding);
}

guint
starsend_plan_findings_get_n_errors (StarsendPlanFindings *self)
{
  return self->n_errors;
}

char *
starsend_plan_findings_quote (const char *text)
{
  GString *quoted = g_string_new (NULL);
  guint n_characters = 0;

  for (; *text && n_characters < MAX_QUOTED_CHARACTERS; text = g_utf8_next_char (text), n_characters++)
    {
      gunichar character = g_utf8_get_char (text);

      g_string_append_unichar (quoted, g_unichar_isprint (character) ? character : 0xfffd);
    }
  if (*text)
    g_string_append (quoted, "…");
  return g_string_free (quoted, FALSE);
}

gboolean
starsend_plan_findings_has_error (StarsendPlanFindings *self, const char *sequence_id, StarsendFinding **finding)
{
  StarsendFinding *found = self->plan_error;

  if (!found && sequence_id)
    found = g_hash_table_lookup (self->first_errors, sequence_id);
  if (finding)
    *finding = found ? g_object_ref (found) : NULL;
  return found != NULL;
}

/* Nodes lie in memory in the order of the text. */
static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *first = a;
  const Entry *second = b;

  return first->node < second->node ? -1 : first->node > second->node;
}

GListStore *
starsend_plan_findings_finish (StarsendPlanFindings *self)
{
  GListStore *store = g_list_store_new (STARSEND_TYPE_FINDING);
  guint n_listed = self->n_found > STARSEND_PLAN_MAX_FINDINGS ? STARSEND_PLAN_MAX_FINDINGS - 1 : self->n_found;
  guint n_errors = 0;

  g_array_sort (self->entries, compare_entries);
  for (guint i = 0; i < n_listed; i++)
    {
      StarsendFinding *finding = g_array_index (self->entries, Entry, i).finding;

      n_errors += starsend_finding_get_severity (finding) == STARSEND_SEVERITY_ERROR;
      g_list_store_append (store, finding);
    }
  if (n_listed < self->n_found)
    {
      guint n_more = self->n_found - n_listed;
      g_autofree char *message =
          g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "There is %u more finding, which is not listed.",
                                        "There are %u more findings, which are not listed.", n_more),
                           n_more);
      g_autoptr (StarsendFinding) last = starsend_finding_new (
          n_errors < self->n_errors ? STARSEND_SEVERITY_ERROR : STARSEND_SEVERITY_WARNING, "", "", message);

      g_list_store_append (store, last);
    }
  g_array_set_size (self->entries, 0);
  return store;
}
