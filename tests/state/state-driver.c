/* state-driver.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Makes changes to all three files of a folder, one after another, and prints each when it was acknowledged. The test
 * kills it at every system call and looks whether what was printed is there. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "starsend-execution-store.h"
#include "starsend-ledger.h"
#include "starsend-sequence-state.h"

#define STRV(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
acknowledge (const char *what, guint number)
{
  char line[64];
  int length = g_snprintf (line, sizeof line, "%s %u\n", what, number);

  if (write (STDOUT_FILENO, line, length) != length)
    _exit (3);
}

static void
change_sequence (StarsendSequenceState *state, guint number)
{
  g_autoptr (StarsendSequenceChange) change = starsend_sequence_change_new ();
  g_autoptr (GAsyncResult) result = NULL;

  starsend_sequence_change_set_takes (change, number);
  starsend_sequence_state_update_async (state, "SEQ01", change, NULL, keep_result, &result);
  wait_for (&result);
  if (starsend_sequence_state_update_finish (state, result, NULL))
    acknowledge ("sequence", number);
}

static void
change_shot (StarsendExecutionStore *store, guint number)
{
  g_autoptr (GAsyncResult) result = NULL;

  starsend_execution_store_repair_async (store, "EP001_SEQ01", STRV ("shot_1"), "video_pending", number, NULL, keep_result,
                                         &result);
  wait_for (&result);
  if (starsend_execution_store_repair_finish (store, result, NULL))
    acknowledge ("shot", number);
}

static void
add_intent (StarsendLedger *ledger, guint number)
{
  g_autofree char *id = g_strdup_printf ("job-%u", number);
  g_autoptr (GAsyncResult) result = NULL;

  starsend_ledger_append_async (ledger, STARSEND_LEDGER_INTENT, id, NULL, NULL, keep_result, &result);
  wait_for (&result);
  if (starsend_ledger_append_finish (ledger, result, NULL))
    acknowledge ("job", number);
}

int
main (int argc, char *argv[])
{
  g_autofree char *sequences = g_build_filename (argv[1], "sequence_state.json", NULL);
  g_autofree char *shots = g_build_filename (argv[1], "execution_store.json", NULL);
  g_autofree char *jobs = g_build_filename (argv[1], "ledger.jsonl", NULL);
  g_autoptr (StarsendFileQueue) queue = starsend_file_queue_new ();
  g_autoptr (StarsendSequenceState) state = starsend_sequence_state_new (sequences, "EP001", queue, FALSE, NULL, NULL);
  g_autoptr (StarsendLedger) ledger = starsend_ledger_new (jobs, queue, FALSE, NULL, NULL);
  g_autoptr (StarsendExecutionStore) store =
    starsend_execution_store_new (shots, starsend_state_profile_get ("client_video"), queue, FALSE, NULL, NULL);

  /* Nothing that fails may hang it. */
  alarm (20);
  if (state == NULL || ledger == NULL || store == NULL)
    return 2;
  for (guint i = 1; i <= 3; i++)
    {
      change_sequence (state, i);
      add_intent (ledger, i);
      change_shot (store, i);
    }
  return 0;
}
