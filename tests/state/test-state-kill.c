/* test-state-kill.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>
#include <sys/wait.h>

#include "starsend-execution-store.h"
#include "starsend-ledger.h"
#include "starsend-sequence-state.h"
#include "state-test.h"

static guint
count_acknowledged (const char *output, const char *what)
{
  guint count = 0;
  gsize length = strlen (what);

  for (const char *p = output; (p = strstr (p, what)) != NULL; p += length)
    count++;
  return count;
}

/* What was acknowledged is there; at most one change more is, which was written and could not be told any more. */
static void
check_after (const char *folder, const char *output)
{
  g_autofree char *sequences = g_build_filename (folder, "sequence_state.json", NULL);
  g_autofree char *shots = g_build_filename (folder, "execution_store.json", NULL);
  g_autofree char *jobs = g_build_filename (folder, "ledger.jsonl", NULL);
  g_autoptr (StarsendFileQueue) queue = starsend_file_queue_new ();
  g_autofree char *damage = NULL;
  g_autofree char *store_damage = NULL;
  g_autofree char *ledger_damage = NULL;
  g_autoptr (StarsendSequenceState) state = starsend_sequence_state_new (sequences, "EP001", queue, FALSE, &damage, NULL);
  g_autoptr (StarsendLedger) ledger = starsend_ledger_new (jobs, queue, FALSE, &ledger_damage, NULL);
  g_autoptr (StarsendExecutionStore) store =
    starsend_execution_store_new (shots, starsend_state_profile_get ("client_video"), queue, FALSE, &store_damage, NULL);
  guint takes = starsend_sequence_record_get_takes (starsend_sequence_state_get_record (state, "SEQ01"));
  guint acknowledged = count_acknowledged (output, "sequence");

  g_assert_null (damage);
  g_assert_null (store_damage);
  g_assert_null (ledger_damage);
  g_assert_cmpuint (takes, >=, acknowledged);
  g_assert_cmpuint (takes, <=, acknowledged + 1);
  acknowledged = count_acknowledged (output, "job");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ledger)), >=, acknowledged);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ledger)), <=, acknowledged + 1);
  acknowledged = count_acknowledged (output, "shot");
  g_assert_cmpuint (starsend_execution_store_get_take (store, "EP001_SEQ01", "shot_1"), >=, acknowledged);
  g_assert_cmpuint (starsend_execution_store_get_take (store, "EP001_SEQ01", "shot_1"), <=, acknowledged + 1);
}

static gboolean
run_injected (const char *call, guint number, const char *fault)
{
  g_autofree char *trace = g_strdup_printf ("trace=%s", call);
  g_autofree char *inject = g_strdup_printf ("inject=%s:%s:when=%u", call, fault, number);
  g_autofree char *driver = g_test_build_filename (G_TEST_BUILT, "state", "state-driver", NULL);
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  Folder folder;
  int status = 0;
  gboolean ended;

  folder_set_up (&folder, "x");
  {
    const char *argv[] = { "strace", "-f", "-qq", "-o", "/dev/null", "-e", trace, "-e", inject, driver, folder.folder, NULL };

    g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output, NULL, &status,
                  &error);
  }
  g_assert_no_error (error);
  ended = WIFEXITED (status) && WEXITSTATUS (status) == 0;
  check_after (folder.folder, output);
  folder_tear_down (&folder, NULL);
  return ended;
}

static gboolean
can_trace (void)
{
  g_autofree char *strace = g_find_program_in_path ("strace");
  const char *argv[] = { "strace", "-qq", "-o", "/dev/null", "true", NULL };
  int status = 1;

  return strace != NULL && g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                                         NULL, NULL, &status, NULL) && status == 0;
}

static void
test_kill (void)
{
  static const char *const calls[] = { "write", "fsync", "fdatasync", "renameat", "rename", "openat", "close", "ftruncate" };
  static const char *const errors[] = { "error=EIO", "error=ENOSPC", "error=EINTR" };
  guint killed = 0, failed = 0;

  if (!can_trace ())
    {
      g_test_skip ("strace is not installed, or may not trace here");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      guint number = 1;

      /* Until there is no such call any more and the driver gets to its end. */
      for (; !run_injected (calls[i], number, "signal=SIGKILL"); number++)
        g_assert_cmpuint (number, <, 1000);
      killed += number - 1;
      /* A write that fails would also keep the main loop from waking; a full disk is tested beside the files. */
      for (guint j = 1; j < number && i > 0; j++)
        for (guint k = 0; k < G_N_ELEMENTS (errors); k++, failed++)
          run_injected (calls[i], j, errors[k]);
    }
  g_test_message ("killed at %u points, failed at %u", killed, failed);
  g_assert_cmpuint (killed, >, 40);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state/every-call-killed-and-failed", test_kill);
  return g_test_run ();
}
