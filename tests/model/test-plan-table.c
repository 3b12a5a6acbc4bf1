/* test-plan-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "starsend-json.h"
#include "starsend-plan.h"

static char *
describe_found (StarsendPlan *plan)
{
  GListModel *findings = starsend_plan_get_findings (plan);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (StarsendFinding) finding = g_list_model_get_item (findings, i);
      const char *id = starsend_finding_get_sequence_id (finding);

      g_assert_cmpuint (strlen (starsend_finding_get_message (finding)), >, 10);
      g_string_append_printf (out, "%s %s %s\n",
                              starsend_finding_get_severity (finding) == STARSEND_SEVERITY_ERROR ? "error" : "warning",
                              starsend_finding_get_place (finding), id ? id : "(all)");
    }
  return g_string_free (out, FALSE);
}

static char *
describe_wanted (const StarsendJsonNode *list)
{
  GString *out = g_string_new (NULL);

  for (const StarsendJsonNode *node = starsend_json_node_get_first_child (list); node;
       node = starsend_json_node_get_next (node))
    {
      const StarsendJsonNode *severity = starsend_json_node_get_first_child (node);
      const StarsendJsonNode *place = starsend_json_node_get_next (severity);
      const char *id = starsend_json_node_get_string (starsend_json_node_get_next (place), NULL);

      g_string_append_printf (out, "%s %s %s\n", starsend_json_node_get_string (severity, NULL),
                              starsend_json_node_get_string (place, NULL), id ? id : "(all)");
    }
  return g_string_free (out, FALSE);
}

/* Touched sequences have an error, and only they; an error of the whole plan touches them all. */
static void
check_touched (StarsendPlan *plan, const char *wanted)
{
  g_auto (GStrv) ids = starsend_plan_dup_sequence_ids (plan);
  g_auto (GStrv) lines = g_strsplit (wanted, "\n", -1);

  for (guint i = 0; ids[i]; i++)
    {
      g_autoptr (StarsendFinding) finding = NULL;
      gboolean touched = FALSE;

      for (guint n = 0; lines[n]; n++)
        {
          const char *id = strrchr (lines[n], ' ');

          touched |=
              g_str_has_prefix (lines[n], "error") && (g_str_equal (id + 1, "(all)") || g_str_equal (id + 1, ids[i]));
        }
      g_assert_cmpint (starsend_plan_has_error (plan, ids[i], &finding), ==, touched);
      g_assert_true ((finding != NULL) == touched);
    }
}

static StarsendJson *
read_table (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "model", "plans.json", NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  StarsendJson *table;
  char *contents;
  gsize length;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  bytes = g_bytes_new_take (contents, length);
  table = starsend_json_new (bytes, length, &error);
  g_assert_no_error (error);
  return table;
}

static void
test_table (void)
{
  g_autoptr (StarsendJson) table = read_table ();

  g_assert_cmpuint (starsend_json_node_get_length (starsend_json_get_root (table)), >, 100);
  for (const StarsendJsonNode *node = starsend_json_node_get_first_child (starsend_json_get_root (table)); node;
       node = starsend_json_node_get_next (node))
    {
      gsize length;
      char *raw = starsend_json_dup_raw (table, starsend_json_node_get_member (node, "plan"), &length);
      g_autoptr (GBytes) bytes = g_bytes_new_take (raw, length);
      g_autoptr (GError) error = NULL;
      g_autoptr (StarsendPlan) plan = starsend_plan_new_from_bytes (bytes, &error);
      g_autofree char *wanted = describe_wanted (starsend_json_node_get_member (node, "findings"));
      g_autofree char *found = NULL;

      g_assert_no_error (error);
      found = describe_found (plan);
      if (strcmp (found, wanted) != 0)
        {
          g_test_message ("%s:\n%sis wanted, and this is found:\n%s",
                          starsend_json_node_get_string_member (node, "name"), wanted, found);
          g_test_fail ();
          continue;
        }
      check_touched (plan, wanted);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan-table/findings", test_table);
  return g_test_run ();
}
