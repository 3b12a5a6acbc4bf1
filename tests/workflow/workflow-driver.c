/* workflow-driver.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>
#include <unistd.h>

#include "starsend-client-sequence-runner.h"

/* The whole job of one sequence, as a program: every step that is done is acknowledged on standard output before the next
 * one begins. Its test kills it at its system calls. */

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
acknowledge (const char *step, gboolean done, GError *error)
{
  g_autofree char *line = g_strconcat (step, "\n", NULL);

  if (!done)
    g_error ("%s: %s", step, error->message);
  if (write (STDOUT_FILENO, line, strlen (line)) < 0)
    g_error ("nobody listens");
}

int
main (int argc, char *argv[])
{
  g_autoptr(StarsendProject) project = NULL;
  g_autoptr(StarsendClientSequenceRunner) runner = NULL;
  g_autoptr(StarsendTake) take = NULL;
  g_autofree char *grid = NULL;
  g_autofree char *frame = NULL;
  GError *error = NULL;

  g_set_prgname ("workflow-driver");
  starsend_project_open_async (argv[1], STARSEND_PROJECT_OPEN_DEFAULT, NULL, on_ready, NULL);
  wait_for_result ();
  project = starsend_project_open_finish (result, &error);
  runner = project != NULL ? starsend_client_sequence_runner_new (project, &error) : NULL;
  acknowledge ("opened", runner != NULL, error);

  starsend_client_sequence_runner_explore_grid_async (runner, "A", NULL, NULL, NULL, on_ready, NULL);
  wait_for_result ();
  grid = starsend_client_sequence_runner_explore_grid_finish (runner, result, &error);
  acknowledge ("explored", grid != NULL, error);

  starsend_client_sequence_runner_pick_start_frame_async (runner, "A", 2, 0, NULL, on_ready, NULL);
  wait_for_result ();
  frame = starsend_client_sequence_runner_pick_start_frame_finish (runner, result, &error);
  acknowledge ("picked", frame != NULL, error);

  starsend_client_sequence_runner_approve_start_frame_async (runner, "A", NULL, on_ready, NULL);
  wait_for_result ();
  acknowledge ("frame-approved", starsend_client_sequence_runner_approve_start_frame_finish (runner, result, &error), error);

  starsend_client_sequence_runner_execute_sequence_async (runner, "A", NULL, NULL, on_ready, NULL);
  wait_for_result ();
  take = starsend_client_sequence_runner_execute_sequence_finish (runner, result, &error);
  acknowledge ("executed", take != NULL, error);

  starsend_client_sequence_runner_approve_take_async (runner, "A", 0, "good", NULL, on_ready, NULL);
  wait_for_result ();
  acknowledge ("approved", starsend_client_sequence_runner_approve_take_finish (runner, result, &error), error);
  g_clear_object (&result);

  return 0;
}
