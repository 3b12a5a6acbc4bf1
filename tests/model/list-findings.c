/* list-findings.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Reads plans.json and prints, for each plan in it, its name, a tab, and how many errors the validator finds. */

#include "starsend-json.h"
#include "starsend-plan.h"

static guint
count_errors (StarsendPlan *plan)
{
  GListModel *findings = starsend_plan_get_findings (plan);
  guint n_errors = 0;

  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (StarsendFinding) finding = g_list_model_get_item (findings, i);

      n_errors += starsend_finding_get_severity (finding) == STARSEND_SEVERITY_ERROR;
    }
  return n_errors;
}

int
main (int argc, char *argv[])
{
  char *contents;
  gsize length;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (StarsendJson) table = NULL;
  g_autoptr (GError) error = NULL;

  if (argc != 2 || !g_file_get_contents (argv[1], &contents, &length, &error))
    g_error ("%s", error ? error->message : "one file is wanted");
  bytes = g_bytes_new_take (contents, length);
  table = starsend_json_new (bytes, length, &error);
  if (!table)
    g_error ("%s", error->message);
  for (const StarsendJsonNode *node = starsend_json_node_get_first_child (starsend_json_get_root (table)); node;
       node = starsend_json_node_get_next (node))
    {
      gsize raw_length;
      char *raw = starsend_json_dup_raw (table, starsend_json_node_get_member (node, "plan"), &raw_length);
      g_autoptr (GBytes) text = g_bytes_new_take (raw, raw_length);
      g_autoptr (StarsendPlan) plan = starsend_plan_new_from_bytes (text, &error);

      if (!plan)
        g_error ("%s", error->message);
      g_print ("%s\t%u\n", starsend_json_node_get_string_member (node, "name"), count_errors (plan));
    }
  return 0;
}
