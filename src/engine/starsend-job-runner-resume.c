/* starsend-job-runner-resume.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-job-runner-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"
#include "starsend-files.h"
#include "starsend-project-paths.h"

/* Taking a job up from where the ledger says that it stands. */

/* What was fetched lies under its part name or, renamed already, under its final one. The provider may hold it no more. */
static void
find_fetched_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Run *run = data;
  const char *const places[] = { run->part, run->output };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *digest = starsend_files_digest (places[i], NULL, NULL);

      if (digest != NULL && g_strcmp0 (digest, run->file_digest) == 0)
        {
          g_task_return_pointer (task, g_strdup (places[i]), g_free);
          return;
        }
    }

  g_task_return_pointer (task, NULL, NULL);
}

/* Where the ledger says that it is uncertain, it says why: its answer never came, or its provider has lost it since. */
static GError *
make_uncertain (StarsendLedgerJob *ledger_job)
{
  const char *reason = starsend_ledger_job_get_reason (ledger_job);

  if (starsend_ledger_job_get_event (ledger_job) != STARSEND_LEDGER_UNCERTAIN || reason == NULL || *reason == '\0')
    return g_error_new (STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN,
                        /* Translators: %s is a model's name. */
                        _("A job for %s was sent, and its answer never came: it may have been paid."),
                        starsend_ledger_job_get_model (ledger_job));

  return g_error_new (STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN,
                      /* Translators: the first %s says why a job may have been paid, the second is empty or a full stop. */
                      _("%s%s It is not sent again by itself: look again, retry it or write it off."),
                      reason, g_str_has_suffix (reason, ".") ? "" : ".");
}

/* A line of the ledger may have been lost: without a ticket nobody can be asked. */
static void
collect_or_doubt (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  if (run->ticket != NULL)
    starsend_run_collect (task);
  else
    starsend_run_end_with (task, STARSEND_LEDGER_UNCERTAIN, make_uncertain (run->ledger_job));
}

static void
on_found_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  run->checks = starsend_verifier_verify_finish (STARSEND_VERIFIER (source), result, &error);
  if (run->checks == NULL)
    starsend_run_fail (task, error);
  else
    starsend_run_publish (task);
}

static void
on_found_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autofree char *path = g_task_propagate_pointer (G_TASK (result), NULL);

  if (path == NULL)
    {
      g_clear_pointer (&run->file_digest, g_free);
      collect_or_doubt (task);
      return;
    }

  starsend_verifier_verify_async (self->verifier, run->request, path, run->either, on_found_verified, task);
}

static void
find_fetched (GTask *task)
{
  g_autoptr(GTask) find_task = g_task_new (NULL, NULL, on_found_fetched, task);

  g_task_set_task_data (find_task, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (find_task, find_fetched_thread);
}

/* The ledger is a file like any other: what it names may lie nowhere but in the project. */
static gboolean
check_output (const char *output, GError **error)
{
  if (output != NULL)
    return starsend_project_paths_check_relative (output, error);

  g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED,
                       _("The ledger does not say where the file of an open job belongs, so the job cannot be taken up."));

  return FALSE;
}

gboolean
starsend_run_read (StarsendJobRunner *self, Run *run, StarsendLedgerJob *ledger_job, GError **error)
{
  const char *output = starsend_ledger_job_get_output (ledger_job);

  run->request = starsend_request_new_from_json (starsend_ledger_job_get_request (ledger_job), self->root, error);
  if (run->request == NULL || !check_output (output, error))
    return FALSE;

  run->output = g_build_filename (self->root, output, NULL);

  return TRUE;
}

gboolean
starsend_run_take_up (StarsendJobRunner *self, Run *run, StarsendLedgerJob *ledger_job, GError **error)
{
  StarsendProvider *provider;

  run->ledger_job = g_object_ref (ledger_job);
  run->job_id = g_strdup (starsend_ledger_job_get_id (ledger_job));
  run->created_at = g_strdup (starsend_ledger_job_get_created_at (ledger_job));
  run->input_digest = g_strdup (starsend_ledger_job_get_digest (ledger_job));
  run->estimate = starsend_ledger_job_get_estimate (ledger_job);
  if (!starsend_run_read (self, run, ledger_job, error))
    return FALSE;

  provider = starsend_models_find (self->models, starsend_request_get_model (run->request),
                                   starsend_request_get_kind (run->request), error);
  if (provider == NULL)
    return FALSE;

  run->provider = g_object_ref (provider);
  if (starsend_ledger_job_get_request_id (ledger_job) != NULL)
    run->ticket = starsend_ticket_new (starsend_ledger_job_get_request_id (ledger_job), starsend_ledger_job_get_ticket (ledger_job));

  return TRUE;
}

void
starsend_run_resume (GTask *task)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  StarsendLedgerJob *ledger_job = run->ledger_job;

  starsend_run_begin (self, run, g_task_get_cancellable (task));
  switch (starsend_ledger_job_get_event (ledger_job))
    {
    case STARSEND_LEDGER_SUBMITTED:
      collect_or_doubt (task);
      break;
    case STARSEND_LEDGER_FETCHED:
      run->delivery = starsend_delivery_new (starsend_ledger_job_get_cost (ledger_job), NULL, NULL);
      run->file_digest = g_strdup (starsend_ledger_job_get_file_digest (ledger_job));
      starsend_run_set_delivered (run);
      find_fetched (task);
      break;
    case STARSEND_LEDGER_INTENT:
    case STARSEND_LEDGER_UNCERTAIN:
      if (starsend_ledger_job_is_free (ledger_job))
        starsend_run_submit (task);
      else if (run->ticket == NULL && g_file_test (run->part, G_FILE_TEST_IS_REGULAR))
        {
          /* The answer was the result, and came; only the line that says so did not. Where there is a ticket, the part is
           * what was left of a download. */
          run->ticket = starsend_ticket_new (NULL, NULL);
          starsend_run_collect (task);
        }
      else if (starsend_ledger_job_get_event (ledger_job) == STARSEND_LEDGER_UNCERTAIN)
        starsend_run_fail (task, make_uncertain (ledger_job));
      else
        starsend_run_end_with (task, STARSEND_LEDGER_UNCERTAIN, make_uncertain (ledger_job));
      break;
    case STARSEND_LEDGER_SETTLED:
    case STARSEND_LEDGER_RELEASED:
      starsend_run_fail (task, g_error_new_literal (STARSEND_ERROR, STARSEND_ERROR_NOT_READY, _("The job has ended already.")));
      break;
    default:
      g_assert_not_reached ();
    }
}

/**
 * starsend_job_runner_resume_async:
 * @ledger_job: an open job
 * @cancellable: (nullable): a cancellable; it leaves the job open
 * @callback: (scope async): called when it has ended
 * @user_data: data for @callback
 *
 * Takes an open job on from where the ledger says it stands. Nothing is ever submitted again that may have been paid.
 */
void
starsend_job_runner_resume_async (StarsendJobRunner *self, StarsendLedgerJob *ledger_job,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  GError *error = NULL;

  g_return_if_fail (STARSEND_IS_JOB_RUNNER (self));
  g_return_if_fail (STARSEND_IS_LEDGER_JOB (ledger_job));

  task = starsend_run_new (self, starsend_job_runner_resume_async, cancellable, callback, user_data);
  if (!starsend_run_check_idle (self, ledger_job, &error) ||
      !starsend_run_take_up (self, g_task_get_task_data (task), ledger_job, &error))
    starsend_run_fail (task, error);
  else
    starsend_run_resume (task);
}

/**
 * starsend_job_runner_resume_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came of it, as [method@JobRunner.run_finish] does.
 *
 * Returns: (transfer full): the result
 */
StarsendStepResult *
starsend_job_runner_resume_finish (StarsendJobRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
