/* starsend-plan-values.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-plan-values.h"

#include "starsend-project-paths.h"
#include "starsend-song.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_STRING_BYTES (64 * 1024)
#define MAX_ID_BYTES 255

static const char *
describe_kind (StarsendJsonKind kind)
{
  switch (kind)
    {
    case STARSEND_JSON_NULL:
      return _ ("null");
    case STARSEND_JSON_BOOLEAN:
      return _ ("a truth value");
    case STARSEND_JSON_NUMBER:
      return _ ("a number");
    case STARSEND_JSON_STRING:
      return _ ("a text");
    case STARSEND_JSON_ARRAY:
      return _ ("a list");
    case STARSEND_JSON_OBJECT:
    default:
      return _ ("an object");
    }
}

static void
report_duplicate (StarsendPlanFindings *findings, const StarsendJsonNode *node)
{
  g_autofree char *name = starsend_plan_findings_quote (starsend_json_node_get_name (node, NULL));

  starsend_plan_findings_add (findings, STARSEND_SEVERITY_WARNING, node, name, -1,
                              _ ("“%s” stands here more than once; only the last one counts."), name);
}

static gboolean
is_named (const StarsendJsonNode *node, const char *key)
{
  gsize length;
  const char *name = starsend_json_node_get_name (node, &length);

  return *name == *key && strlen (key) == length && memcmp (name, key, length) == 0;
}

/* Keys that we do not know are the client's own, but two of one name are a slip as well. */
static void
check_unknown (StarsendPlanFindings *findings, GPtrArray *unknown)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < unknown->len; i++)
    if (!g_hash_table_add (names, (gpointer) starsend_json_node_get_name (unknown->pdata[i], NULL)))
      report_duplicate (findings, unknown->pdata[i]);
}

void
starsend_plan_values_sort (StarsendPlanFindings *findings,
                           const StarsendJsonNode *object,
                           const char *const *keys,
                           guint n_keys,
                           const StarsendJsonNode **slots)
{
  g_autoptr (GPtrArray) unknown = NULL;
  guint guess = 0;

  memset (slots, 0, n_keys * sizeof *slots);
  for (const StarsendJsonNode *node = starsend_json_node_get_first_child (object); node;
       node = starsend_json_node_get_next (node))
    {
      guint tried;

      /* Members mostly come in one order, so the guess is where the last one was found. */
      for (tried = 0; tried < n_keys; tried++)
        {
          guint key = guess + tried < n_keys ? guess + tried : guess + tried - n_keys;

          if (!is_named (node, keys[key]))
            continue;
          if (slots[key])
            report_duplicate (findings, node);
          slots[key] = node;
          guess = key + 1 < n_keys ? key + 1 : 0;
          break;
        }
      if (tried < n_keys)
        continue;
      if (!unknown)
        unknown = g_ptr_array_new ();
      g_ptr_array_add (unknown, (gpointer) node);
    }
  for (guint key = 0; key < n_keys; key++)
    if (slots[key] && starsend_json_node_get_kind (slots[key]) == STARSEND_JSON_NULL)
      slots[key] = NULL;
  if (unknown && unknown->len > 1)
    check_unknown (findings, unknown);
}

gboolean
starsend_plan_values_check_kind (StarsendPlanFindings *findings,
                                 const StarsendJsonNode *node,
                                 StarsendJsonKind kind,
                                 const char *key,
                                 int item)
{
  if (!node)
    return FALSE;
  if (starsend_json_node_get_kind (node) == kind)
    return TRUE;
  starsend_plan_findings_add (findings, STARSEND_SEVERITY_ERROR, node, key, item, _ ("Found %s, and %s is wanted."),
                              describe_kind (starsend_json_node_get_kind (node)), describe_kind (kind));
  return FALSE;
}

const char *
starsend_plan_values_read_string (StarsendPlanFindings *findings,
                                  const StarsendJsonNode *node,
                                  const char *key,
                                  int item)
{
  const char *text;
  gsize length;

  if (!starsend_plan_values_check_kind (findings, node, STARSEND_JSON_STRING, key, item))
    return NULL;
  text = starsend_json_node_get_string (node, &length);
  if (length > MAX_STRING_BYTES)
    starsend_plan_findings_add (findings, STARSEND_SEVERITY_ERROR, node, key, item,
                                _ ("The text has %" G_GSIZE_FORMAT " bytes, and 65536 are allowed."), length);
  if (memchr (text, '\0', length))
    starsend_plan_findings_add (findings, STARSEND_SEVERITY_ERROR, node, key, item,
                                _ ("The text has the character U+0000 in it, which is not allowed."));
  return text;
}

gboolean
starsend_plan_values_is_id (const char *text, gsize length)
{
  if (length == 0 || length > MAX_ID_BYTES)
    return FALSE;
  for (const char *at = text; at < text + length; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

const char *
starsend_plan_values_read_id (StarsendPlanFindings *findings,
                              const StarsendJsonNode *node,
                              const StarsendJsonNode *object)
{
  const char *text;
  gsize length;

  if (!node)
    starsend_plan_findings_add (findings, STARSEND_SEVERITY_ERROR, object, "id", -1,
                                _ ("There is no id, and one is wanted."));
  if (!starsend_plan_values_check_kind (findings, node, STARSEND_JSON_STRING, "id", -1))
    return NULL;
  text = starsend_json_node_get_string (node, &length);
  if (starsend_plan_values_is_id (text, length))
    return text;
  if (length == 0)
    starsend_plan_findings_add (findings, STARSEND_SEVERITY_ERROR, node, "id", -1, _ ("The id is empty."));
  else if (length > MAX_ID_BYTES)
    starsend_plan_findings_add (findings, STARSEND_SEVERITY_ERROR, node, "id", -1,
                                _ ("The id has %" G_GSIZE_FORMAT " bytes, and 255 are allowed."), length);
  else
    starsend_plan_findings_add (findings, STARSEND_SEVERITY_ERROR, node, "id", -1,
                                _ ("The id has control characters in it, which are not allowed."));
  return NULL;
}

const char *
starsend_plan_values_read_path (StarsendPlanFindings *findings, const StarsendJsonNode *node, const char *key, int item)
{
  const char *path = starsend_plan_values_read_string (findings, node, key, item);
  g_autoptr (GError) error = NULL;

  if (path && !starsend_project_paths_check_relative (path, &error))
    starsend_plan_findings_add (findings, STARSEND_SEVERITY_ERROR, node, key, item, "%s", error->message);
  return path;
}

double
starsend_plan_values_read_time (StarsendPlanFindings *findings, const StarsendJsonNode *node, const char *key, double maximum)
{
  double seconds = -1;

  if (!node)
    return -1;
  if (starsend_json_node_get_kind (node) == STARSEND_JSON_STRING)
    {
      gsize length;
      const char *text = starsend_json_node_get_string (node, &length);

      if (strlen (text) != length || !starsend_song_parse_time (text, &seconds))
        {
          g_autofree char *quoted = starsend_plan_findings_quote (text);

          starsend_plan_findings_add (findings, STARSEND_SEVERITY_ERROR, node, key, -1,
                                      _ ("“%s” is no time; write seconds, or M:SS or M:SS.mmm."), quoted);
          return -1;
        }
    }
  else if (starsend_json_node_get_kind (node) == STARSEND_JSON_NUMBER)
    seconds = starsend_json_node_get_number (node);
  else
    {
      starsend_plan_findings_add (findings, STARSEND_SEVERITY_ERROR, node, key, -1,
                                  _ ("Found %s, and a time is wanted: seconds, or M:SS or M:SS.mmm."),
                                  describe_kind (starsend_json_node_get_kind (node)));
      return -1;
    }
  if (seconds >= 0 && seconds <= maximum)
    return seconds;
  starsend_plan_findings_add (findings, STARSEND_SEVERITY_ERROR, node, key, -1,
                              _ ("Found %g seconds, and 0 to %.10g are allowed."), seconds, maximum);
  return -1;
}

double
starsend_plan_values_read_number (StarsendPlanFindings *findings,
                                  const StarsendJsonNode *node,
                                  const char *key,
                                  double minimum,
                                  double maximum)
{
  double number;

  if (!starsend_plan_values_check_kind (findings, node, STARSEND_JSON_NUMBER, key, -1))
    return -1;
  number = starsend_json_node_get_number (node);
  if (number >= minimum && number <= maximum)
    return number;
  starsend_plan_findings_add (findings, STARSEND_SEVERITY_ERROR, node, key, -1,
                              _ ("Found %g, and %g to %g are allowed."), number, minimum, maximum);
  return -1;
}
