/* paid-driver.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>
#include <unistd.h>

#include "starsend-client-sequence-runner.h"

/* Orders a take of the sequence A from a provider that costs money, and says when it is there. Its test kills it on the way. */

static GAsyncResult *result;

static void
on_ready (GObject *source, GAsyncResult *ready, gpointer user_data)
{
  result = g_object_ref (ready);
}

static void
wait_for_result (void)
{
  g_clear_object (&result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
tell (const char *word)
{
  if (write (STDOUT_FILENO, word, strlen (word)) < 0)
    g_error ("nobody listens");
}

int
main (int argc, char *argv[])
{
  g_autoptr(StarsendProject) project = NULL;
  g_autoptr(StarsendClientSequenceRunner) runner = NULL;
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  g_set_prgname ("paid-driver");
  starsend_project_open_async (argv[1], STARSEND_PROJECT_OPEN_DEFAULT, NULL, on_ready, NULL);
  wait_for_result ();
  project = starsend_project_open_finish (result, &error);
  runner = project != NULL ? starsend_client_sequence_runner_new (project, &error) : NULL;
  if (runner == NULL)
    g_error ("%s", error->message);
  tell ("opened\n");

  starsend_client_sequence_runner_execute_sequence_async (runner, "A", "kling-o3", NULL, on_ready, NULL);
  wait_for_result ();
  take = starsend_client_sequence_runner_execute_sequence_finish (runner, result, &error);
  g_clear_object (&result);
  tell (take != NULL ? "made\n" : "failed\n");

  return 0;
}
