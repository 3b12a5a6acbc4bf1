/* test-cli-interrupt.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <signal.h>
#include <string.h>

#include "cli-fixture.h"

#define PATIENCE_US (20 * G_USEC_PER_SEC)
#define LOOK_AGAIN_US 10000

/* Until the ledger tells that the take of the long sequence has been handed over. */
static gboolean
wait_for_take (CliFixture *fixture)
{
  g_autofree char *path = cli_state_path (fixture, "ledger.jsonl");
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;

  while (g_get_monotonic_time () < deadline)
    {
      g_autofree char *text = NULL;
      const char *intent;

      if (g_file_get_contents (path, &text, NULL, NULL) &&
          (intent = strstr (text, "\"kind\":\"take\"")) != NULL && strstr (intent, "\"submitted\"") != NULL)
        return TRUE;
      g_usleep (LOOK_AGAIN_US);
    }

  return FALSE;
}

static void
test_signal (CliFixture *fixture, gconstpointer data)
{
  int signal_number = GPOINTER_TO_INT (data);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(CliResult) stopped = NULL;
  g_autoptr(CliResult) status = NULL;
  g_autoptr(CliResult) lines = NULL;
  g_autoptr(CliResult) resume = NULL;
  g_autoptr(CliResult) approve = NULL;
  g_autofree char *state = NULL;
  JsonObject *sequence;

  cli_prepare (fixture, CLI_LONG_ID);
  process = cli_start (fixture, "execute", fixture->project, CLI_LONG_ID, NULL);
  g_assert_true (wait_for_take (fixture));
  g_subprocess_send_signal (process, signal_number);
  stopped = cli_finish (process);
  g_test_message ("%s", stopped->err);
  if (signal_number == SIGKILL)
    g_assert_cmpint (stopped->status, ==, 128 + SIGKILL);
  else
    {
      g_assert_cmpint (stopped->status, ==, 1);
      g_assert_nonnull (strstr (stopped->err, "stays open"));
      g_assert_nonnull (strstr (stopped->err, "resume"));
      g_assert_cmpstr (stopped->out, ==, "");
    }

  status = cli_expect (fixture, 0, "status", fixture->project, "--json", NULL);
  sequence = cli_find_sequence (status->json, CLI_LONG_ID);
  g_assert_cmpstr (json_object_get_string_member (sequence, "state"), ==, "generating");
  g_assert_true (json_object_get_boolean_member (sequence, "interrupted"));
  lines = cli_expect (fixture, 0, "status", fixture->project, NULL);
  g_assert_nonnull (strstr (lines->out, "(interrupted)"));

  resume = cli_expect (fixture, 0, "resume", fixture->project, "--json", NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (resume->json, "jobs")), ==, 1);
  state = cli_dup_state (fixture, fixture->project, CLI_LONG_ID);
  g_assert_cmpstr (state, ==, "review");
  approve = cli_expect (fixture, 0, "approve", fixture->project, CLI_LONG_ID, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, number) \
  g_test_add (path, CliFixture, GINT_TO_POINTER (number), cli_fixture_set_up, test_signal, cli_fixture_tear_down)
  ADD ("/cli/interrupted", SIGINT);
  ADD ("/cli/terminated", SIGTERM);
  ADD ("/cli/killed", SIGKILL);
#undef ADD

  return g_test_run ();
}
