/* test-cli-workflow.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "cli-fixture.h"

static char *
project_plan (CliFixture *fixture)
{
  g_autofree char *config_path = g_build_filename (fixture->project, "project_config.json", NULL);
  g_autofree char *config_text = cli_read (config_path);
  g_autoptr(JsonNode) config = json_from_string (config_text, NULL);

  return g_build_filename (fixture->project, json_object_get_string_member (json_node_get_object (config), "plan"), NULL);
}

static void
assert_plan_unchanged (CliFixture *fixture)
{
  g_autofree char *path = project_plan (fixture);
  g_autofree char *before = cli_read (fixture->plan);
  g_autofree char *after = cli_read (path);

  g_assert_cmpstr (before, ==, after);
}

static void
assert_state (CliFixture *fixture, const char *sequence_id, const char *expected)
{
  g_autofree char *state = cli_dup_state (fixture, fixture->project, sequence_id);

  g_assert_cmpstr (state, ==, expected);
}

static void
test_new (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(CliResult) again = cli_expect (fixture, 2, "new", "--json", fixture->project, NULL);
  g_autoptr(CliResult) empty = cli_expect (fixture, 0, "new", "empty", "--json", NULL);
  g_autoptr(CliResult) status = cli_expect (fixture, 0, "status", "empty", "--json", NULL);
  g_autoptr(CliResult) no_plan = cli_expect (fixture, 2, "new", "other", "--plan", "not-there.json", NULL);
  g_autofree char *other = g_build_filename (fixture->folder, "other", NULL);

  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (status->json, "sequences")), ==, 0);
  g_assert_true (g_str_has_suffix (json_object_get_string_member (empty->json, "project"), "/empty"));
  g_assert_false (g_file_test (other, G_FILE_TEST_EXISTS));
  assert_plan_unchanged (fixture);
}

static gboolean
has_finding (JsonObject *report, const char *severity, const char *place)
{
  JsonArray *findings = json_object_get_array_member (report, "findings");

  for (guint i = 0; i < json_array_get_length (findings); i++)
    {
      JsonObject *finding = json_array_get_object_element (findings, i);

      if (g_str_equal (json_object_get_string_member (finding, "severity"), severity) &&
          g_strcmp0 (json_object_get_string_member (finding, "place"), place) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
test_validate (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(CliResult) plan = cli_expect (fixture, 2, "validate", fixture->plan, "--json", NULL);
  g_autoptr(CliResult) project = cli_expect (fixture, 2, "validate", fixture->project, "--json", NULL);
  g_autofree char *config = g_build_filename (fixture->project, "project_config.json", NULL);
  g_autoptr(CliResult) by_config = cli_expect (fixture, 2, "validate", config, NULL);
  g_autoptr(CliResult) good = NULL;

  g_assert_true (has_finding (plan->json, "error", "sequences[3].shots[0].duration"));
  g_assert_false (has_finding (plan->json, "warning", "elements[1].frontal"));
  g_assert_true (has_finding (project->json, "warning", "elements[1].frontal"));
  g_assert_false (has_finding (project->json, "warning", "elements[0].frontal"));
  g_assert_nonnull (strstr (by_config->out, "error: sequences[3].shots[0].duration: "));

  g_assert_true (g_file_set_contents (fixture->plan,
                                      "{\"format\":\"client_plan\",\"version\":1,\"sequences\":[{\"id\":\"A\",\"shots\":"
                                      "[{\"id\":\"s\",\"duration\":1,\"prompt\":\"x\"}]}]}", -1, NULL));
  good = cli_expect (fixture, 0, "validate", fixture->plan, "--json", NULL);
  g_assert_cmpint (json_object_get_int_member (good->json, "sequences"), ==, 1);
}

static void
check_take (JsonObject *take, guint number)
{
  g_assert_cmpint (json_object_get_int_member (take, "take"), ==, number);
  g_assert_true (g_file_test (json_object_get_string_member (take, "path"), G_FILE_TEST_IS_REGULAR));
  g_assert_cmpstr (json_object_get_string_member (take, "model"), ==, "animatic");
}

/* Every command, from a plan to a finished take, on the sequence whose names are the hardest. */
static void
test_whole_job (CliFixture *fixture, gconstpointer unused)
{
  const char *project = fixture->project;
  g_autoptr(CliResult) explore = cli_expect (fixture, 0, "explore", project, CLI_HARD_ID, "--prompt", "Night 🌙", "--json", NULL);
  g_autoptr(CliResult) pick = cli_expect (fixture, 0, "pick", project, CLI_HARD_ID, "4", "--grid", "1", "--json", NULL);
  g_autoptr(CliResult) frame = cli_expect (fixture, 0, "approve-frame", project, CLI_HARD_ID, "--json", NULL);
  g_autoptr(CliResult) execute = NULL;
  g_autoptr(CliResult) reject_shot = NULL;
  g_autoptr(CliResult) reject = NULL;
  g_autoptr(CliResult) unknown_shot = NULL;
  g_autoptr(CliResult) no_text = NULL;
  g_autoptr(CliResult) iterate = NULL;
  g_autoptr(CliResult) no_take = NULL;
  g_autoptr(CliResult) approve = NULL;
  g_autoptr(CliResult) resume = NULL;
  g_autoptr(CliResult) reconcile = NULL;
  g_autoptr(CliResult) status = NULL;
  JsonObject *sequence;

  g_assert_true (g_file_test (json_object_get_string_member (explore->json, "grid"), G_FILE_TEST_IS_REGULAR));
  g_assert_cmpfloat (json_object_get_double_member (explore->json, "estimate"), ==, 0);
  g_assert_true (g_file_test (json_object_get_string_member (pick->json, "start_frame"), G_FILE_TEST_IS_REGULAR));
  assert_state (fixture, CLI_HARD_ID, "start_frame_approved");

  execute = cli_expect (fixture, 0, "execute", project, CLI_HARD_ID, CLI_HARD_ID, "--json", NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (execute->json, "results")), ==, 1);
  check_take (json_array_get_object_element (json_object_get_array_member (execute->json, "results"), 0), 1);
  assert_state (fixture, CLI_HARD_ID, "review");

  reject_shot = cli_expect (fixture, 0, "reject", project, CLI_HARD_ID, "--shot", "ショット", "--note", "zu dunkel", NULL);
  reject = cli_expect (fixture, 0, "reject", project, CLI_HARD_ID, "--take", "1", "--json", NULL);
  unknown_shot = cli_expect (fixture, 2, "iterate", project, CLI_HARD_ID, "--override", "c=d", NULL);
  no_text = cli_expect (fixture, 2, "iterate", project, CLI_HARD_ID, "--override", "ショット", NULL);
  iterate = cli_expect (fixture, 0, "iterate", project, CLI_HARD_ID, "--override", "a=b=now = slower", "--override", "ショット=", "--json", NULL);
  check_take (iterate->json, 2);
  no_take = cli_expect (fixture, 2, "approve", project, CLI_HARD_ID, "--take", "9", NULL);
  approve = cli_expect (fixture, 0, "approve", project, CLI_HARD_ID, "--note", "schön", "--json", NULL);
  g_assert_cmpstr (json_object_get_string_member (approve->json, "state"), ==, "complete");

  resume = cli_expect (fixture, 0, "resume", project, "--json", NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (resume->json, "jobs")), ==, 0);
  reconcile = cli_expect (fixture, 0, "reconcile", project, "--json", NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (reconcile->json, "disagreements")), ==, 0);
  status = cli_expect (fixture, 0, "status", project, "--json", NULL);
  sequence = cli_find_sequence (status->json, CLI_HARD_ID);
  g_assert_cmpint (json_object_get_int_member (sequence, "takes"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (sequence, "current_take"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (status->json, "complete"), ==, 1);
  assert_plan_unchanged (fixture);
}

/* A picture from outside, ids that look like options, the sidecar's prompts, and two at once. */
static void
test_start_frame (CliFixture *fixture, gconstpointer unused)
{
  g_autofree char *picture = g_build_filename (fixture->folder, "my frame.png", NULL);
  g_autoptr(CliResult) set = NULL;
  g_autoptr(CliResult) approve = NULL;
  g_autoptr(CliResult) execute = NULL;
  g_autoptr(CliResult) iterate = NULL;
  g_autoptr(CliResult) sidecar = NULL;
  JsonArray *results;

  cli_write_picture (picture, 640, 480);
  set = cli_expect (fixture, 0, "start-frame", "--json", "--", fixture->project, CLI_DASH_ID, "my frame.png", NULL);
  approve = cli_expect (fixture, 0, "approve-frame", "--", fixture->project, CLI_DASH_ID, NULL);
  cli_prepare (fixture, CLI_HARD_ID);
  execute = cli_expect (fixture, 0, "execute", "--json", "--all-ready", "--model", "animatic", fixture->project, NULL);
  results = json_object_get_array_member (execute->json, "results");
  g_assert_cmpuint (json_array_get_length (results), ==, 2);
  check_take (json_array_get_object_element (results, 0), 1);
  check_take (json_array_get_object_element (results, 1), 1);

  iterate = cli_expect (fixture, 0, "iterate", "--start-frame", picture, "--override", "s=pan right", "--json", "--",
                        fixture->project, CLI_DASH_ID, NULL);
  check_take (iterate->json, 2);
  assert_state (fixture, CLI_DASH_ID, "review");
}

static void
test_costs (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(CliResult) empty = cli_expect (fixture, 0, "costs", fixture->project, NULL);
  g_autoptr(CliResult) explore = cli_expect (fixture, 0, "explore", fixture->project, CLI_HARD_ID, NULL);
  g_autoptr(CliResult) json = cli_expect (fixture, 0, "costs", fixture->project, "--json", NULL);
  g_autoptr(CliResult) csv = cli_expect (fixture, 0, "costs", fixture->project, "--csv", NULL);
  g_autoptr(CliResult) lines = cli_expect (fixture, 0, "costs", fixture->project, NULL);
  g_autoptr(CliResult) both = cli_expect (fixture, 2, "costs", fixture->project, "--csv", "--json", NULL);
  JsonObject *job = json_array_get_object_element (json_object_get_array_member (json->json, "jobs"), 0);
  g_auto(GStrv) rows = g_strsplit (csv->out, "\r\n", -1);

  g_assert_cmpstr (json_object_get_string_member (job, "batch"), ==, "EP001_" CLI_HARD_ID);
  g_assert_cmpstr (json_object_get_string_member (job, "kind"), ==, "grid");
  g_assert_cmpstr (json_object_get_string_member (job, "state"), ==, "settled");
  g_assert_cmpfloat (json_object_get_double_member (job, "cost"), ==, 0);
  g_assert_cmpuint (g_strv_length (rows), ==, 3);
  g_assert_true (g_str_has_prefix (rows[0], "time,kind,batch,number,part,model,provider,request_id,state,estimate,cost,currency"));
  g_assert_nonnull (strstr (rows[1], ",grid,EP001_" CLI_HARD_ID ",1,,sketch,local,"));
  g_assert_nonnull (strstr (rows[1], ",settled,0.000000,0.000000,USD,"));
  g_assert_nonnull (strstr (lines->out, "sketch"));
  g_assert_nonnull (strstr (lines->out, "grid 1"));
}

/* The columns of the table stand below each other on a terminal, whatever the letters' width. */
static void
test_columns (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(CliResult) status = cli_expect (fixture, 0, "status", fixture->project, NULL);
  g_auto(GStrv) lines = g_strsplit (status->out, "\n", -1);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_assert_null (strchr (status->out, '\033'));
  g_assert_nonnull (strstr (lines[0], "Prüfung"));
  g_assert_true (g_str_has_prefix (lines[2], "Sequence"));
  /* "SEQ 01/ü 🚗" takes 11 columns; the state follows after two spaces in both rows. */
  g_assert_true (g_str_has_prefix (lines[3], CLI_HARD_ID "  "));
  g_assert_true (g_str_has_prefix (lines[4], CLI_DASH_ID "        "));
  first = g_utf8_substring (lines[3], 12, 15);
  second = g_utf8_substring (lines[4], 13, 16);
  g_assert_cmpstr (first, ==, second);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, CliFixture, NULL, cli_fixture_set_up, func, cli_fixture_tear_down)
  ADD ("/cli/new", test_new);
  ADD ("/cli/validate", test_validate);
  ADD ("/cli/whole-job", test_whole_job);
  ADD ("/cli/start-frame", test_start_frame);
  ADD ("/cli/costs", test_costs);
  ADD ("/cli/columns", test_columns);
#undef ADD

  return g_test_run ();
}
