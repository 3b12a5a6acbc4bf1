/* starsend-model-values.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-model-values.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "starsend-error.h"

#define MAX_SHOWN 40

static char *
describe (const StarsendJsonNode *node)
{
  const char *text;
  g_autofree char *shown = NULL;

  if (node == NULL)
    return g_strdup (_("missing"));
  switch (starsend_json_node_get_kind (node))
    {
    case STARSEND_JSON_NULL:
      return g_strdup ("null");
    case STARSEND_JSON_BOOLEAN:
      return g_strdup (starsend_json_node_get_boolean (node) ? "true" : "false");
    case STARSEND_JSON_NUMBER:
      return g_strdup_printf ("%g", starsend_json_node_get_number (node));
    case STARSEND_JSON_STRING:
      text = starsend_json_node_get_string (node, NULL);
      shown = g_utf8_strlen (text, -1) > MAX_SHOWN ? g_utf8_substring (text, 0, MAX_SHOWN) : g_strdup (text);
      return g_strconcat ("“", shown, strlen (shown) < strlen (text) ? "…”" : "”", NULL);
    case STARSEND_JSON_ARRAY:
      return g_strdup (_("a list"));
    case STARSEND_JSON_OBJECT:
    default:
      return g_strdup (_("an object"));
    }
}

gboolean
starsend_model_values_refuse (const StarsendJsonNode *node, const char *name, const char *allowed, GError **error)
{
  g_autofree char *found = describe (node);

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               /* Translators: “amount” is -1, but has to be a number from 0 to 1000000. */
               _("“%s” is %s, but has to be %s."), name, found, allowed);

  return FALSE;
}

gboolean
starsend_model_values_check (const StarsendJsonNode *object, const char *const *known, GError **error)
{
  for (const StarsendJsonNode *node = starsend_json_node_get_first_child (object); node != NULL; node = starsend_json_node_get_next (node))
    {
      const char *name = starsend_json_node_get_name (node, NULL);
      g_autofree char *names = NULL;
      g_autofree char *shown = NULL;

      if (g_strv_contains (known, name))
        continue;
      names = g_strjoinv (", ", (char **) known);
      shown = g_utf8_strlen (name, -1) > MAX_SHOWN ? g_utf8_substring (name, 0, MAX_SHOWN) : g_strdup (name);
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   /* Translators: the second %s is a list of names. */
                   _("“%s” stands for nothing there; there can be: %s."), shown, names);
      return FALSE;
    }

  return TRUE;
}

gboolean
starsend_model_values_read_string (const StarsendJsonNode *object, const char *name, char **value, GError **error)
{
  const StarsendJsonNode *node = starsend_json_node_get_member (object, name);
  const char *text;
  gsize length;

  if (node == NULL || starsend_json_node_get_kind (node) == STARSEND_JSON_NULL)
    return TRUE;

  text = starsend_json_node_get_string (node, &length);
  if (text == NULL || length == 0 || strlen (text) != length)
    return starsend_model_values_refuse (node, name, _("a text that is not empty"), error);
  g_free (*value);
  *value = g_strdup (text);

  return TRUE;
}

gboolean
starsend_model_values_read_number (const StarsendJsonNode *object, const char *name, double minimum, double maximum, double *value, GError **error)
{
  const StarsendJsonNode *node = starsend_json_node_get_member (object, name);
  double number = -1;

  if (node == NULL)
    return TRUE;

  if (starsend_json_node_get_kind (node) == STARSEND_JSON_NUMBER)
    number = starsend_json_node_get_number (node);
  if (!(number >= minimum && number <= maximum))
    {
      g_autofree char *allowed = g_strdup_printf (_("a number from %.10g to %.10g"), minimum, maximum);

      return starsend_model_values_refuse (node, name, allowed, error);
    }
  *value = number;

  return TRUE;
}

gboolean
starsend_model_values_read_integer (const StarsendJsonNode *object, const char *name, gint64 maximum, gint64 *value, GError **error)
{
  const StarsendJsonNode *node = starsend_json_node_get_member (object, name);
  gint64 number;

  if (node == NULL)
    return TRUE;

  if (!starsend_json_node_get_integer (node, &number) || number < 1 || number > maximum)
    {
      g_autofree char *allowed = g_strdup_printf (_("a whole number from 1 to %" G_GINT64_FORMAT), maximum);

      return starsend_model_values_refuse (node, name, allowed, error);
    }
  *value = number;

  return TRUE;
}
