/* starsend-job-runner-decide.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-job-runner-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "starsend-error.h"

/* What a person decides about a job: to give it up, or to look for what it made once more. */

/* Write off */

static gboolean
remove_part_job (gpointer part, GError **error)
{
  g_unlink (part);
  return TRUE;
}

static void
on_written_off (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  if (!starsend_ledger_append_finish (STARSEND_LEDGER (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  if (run->output != NULL)
    starsend_file_queue_run_async (self->queue, remove_part_job, starsend_run_dup_part (run), g_free, NULL, NULL, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
enter_written_off (GTask *task, const char *reason, gboolean may_be_paid)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr(JsonNode) fields = starsend_run_make_fields ("reason", reason);

  if (may_be_paid)
    json_object_set_boolean_member (json_node_get_object (fields), "may_be_paid", TRUE);
  starsend_ledger_append_async (self->ledger, STARSEND_LEDGER_RELEASED, starsend_ledger_job_get_id (run->ledger_job), fields,
                                NULL, on_written_off, task);
}

static gboolean
check_write_off (StarsendJobRunner *self, StarsendLedgerJob *ledger_job, GError **error)
{
  if (!starsend_run_check_idle (self, ledger_job, error))
    return FALSE;
  if (!starsend_ledger_job_is_open (ledger_job))
    {
      g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY, _("The job has ended already."));
      return FALSE;
    }
  if (starsend_ledger_job_get_event (ledger_job) == STARSEND_LEDGER_FETCHED)
    {
      g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
                           _("What the job made has arrived and is paid, so it is not written off. Resume the project to take it in."));
      return FALSE;
    }

  return TRUE;
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Run *run = g_task_get_task_data (task);
  gboolean stopped = starsend_provider_cancel_finish (STARSEND_PROVIDER (source), result, NULL);
  GError *error = NULL;

  /* It may have been taken up, and even have delivered, while its provider was asked. */
  if (!check_write_off (g_task_get_source_object (task), run->ledger_job, &error))
    starsend_run_fail (task, error);
  else
    enter_written_off (task, stopped ? _("Written off; its provider has stopped it.")
                                     : _("Written off; its provider may have made it and charged for it all the same."),
                       !stopped);
}

/**
 * starsend_job_runner_write_off_async:
 * @ledger_job: a job that is open or uncertain
 * @cancellable: (nullable): a cancellable; it ends the wait for a provider that is asked to stop
 * @callback: (scope async): called when the ledger says so
 * @user_data: data for @callback
 *
 * Gives a job up: nothing is reserved for it any more. A provider that still works on it is asked to stop. What was given up
 * can be found again, see [method@JobRunner.recover_async].
 */
void
starsend_job_runner_write_off_async (StarsendJobRunner *self, StarsendLedgerJob *ledger_job,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Run *run;
  GError *error = NULL;

  g_return_if_fail (STARSEND_IS_JOB_RUNNER (self));
  g_return_if_fail (STARSEND_IS_LEDGER_JOB (ledger_job));

  task = starsend_run_new (self, starsend_job_runner_write_off_async, cancellable, callback, user_data);
  if (!check_write_off (self, ledger_job, &error))
    {
      starsend_run_fail (task, error);
      return;
    }

  /* What nobody here can take up any more is given up all the same. */
  run = g_task_get_task_data (task);
  if (starsend_run_take_up (self, run, ledger_job, NULL) && run->ticket != NULL)
    starsend_provider_cancel_async (run->provider, run->ticket, cancellable, on_stopped, task);
  else if (starsend_ledger_job_is_free (ledger_job))
    enter_written_off (task, _("Written off."), FALSE);
  else
    enter_written_off (task, _("Written off; it may have been paid all the same."), TRUE);
}

/**
 * starsend_job_runner_write_off_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Says whether the job is given up. %STARSEND_ERROR_NOT_READY for one that has ended, runs, or has delivered already.
 *
 * Returns: whether it is
 */
gboolean
starsend_job_runner_write_off_finish (StarsendJobRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Recover */

static gboolean
choose_ticket (Run *run, const char *request_id, GError **error)
{
  if (request_id != NULL)
    {
      g_clear_pointer (&run->ticket, starsend_ticket_unref);
      run->ticket = starsend_provider_make_ticket (run->provider, run->request, request_id, error);
      return run->ticket != NULL;
    }
  if (run->ticket != NULL)
    return TRUE;

  g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
                       _("The ledger does not know under which request id the job ran at its provider. "
                         "Look for it there, and give it."));

  return FALSE;
}

/* Where a job goes that has another number now: the one it had may have been given away. */
static JsonNode *
make_place (StarsendJobRunner *self, Run *run)
{
  JsonNode *fields = starsend_run_make_fields ("output", starsend_run_get_relative (self, run));

  json_object_set_int_member (json_node_get_object (fields), "number", starsend_request_get_number (run->request));
  json_object_set_member (json_node_get_object (fields), "request", starsend_request_to_json (run->request, self->root));

  return fields;
}

static void
find_again (GTask *task)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr(JsonNode) fields = make_place (self, run);

  starsend_run_begin (self, run, g_task_get_cancellable (task));
  starsend_run_enter_ticket (task, fields);
}

static void
fetch_settled (GTask *task)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);

  run->settled = TRUE;
  starsend_run_begin (self, run, g_task_get_cancellable (task));
  starsend_run_collect (task);
}

static void
on_place_seen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Run *run = g_task_get_task_data (task);
  g_autofree char *digest = NULL;
  GError *error = NULL;

  digest = g_task_propagate_pointer (G_TASK (result), &error);
  /* A picture that is gone is no reason to leave the result where it is; a place that is taken is one. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      starsend_run_fail (task, error);
      return;
    }

  g_clear_error (&error);
  if (starsend_ledger_job_get_event (run->ledger_job) == STARSEND_LEDGER_SETTLED)
    fetch_settled (task);
  else if (starsend_ledger_job_get_event (run->ledger_job) == STARSEND_LEDGER_SUBMITTED)
    starsend_run_resume (task);
  else
    find_again (task);
}

static gboolean
check_recover (StarsendJobRunner *self, StarsendLedgerJob *ledger_job, const char *request_id, GError **error)
{
  StarsendLedgerEvent event = starsend_ledger_job_get_event (ledger_job);

  if (!starsend_run_check_idle (self, ledger_job, error))
    return FALSE;
  if (request_id == NULL || event == STARSEND_LEDGER_INTENT || event == STARSEND_LEDGER_UNCERTAIN || event == STARSEND_LEDGER_RELEASED)
    return TRUE;

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
               /* Translators: %s is a request id. */
               _("The job is known to its provider as %s, so no other request id can be given."),
               starsend_ledger_job_get_request_id (ledger_job) != NULL ? starsend_ledger_job_get_request_id (ledger_job) : "–");

  return FALSE;
}

/**
 * starsend_job_runner_recover_async:
 * @ledger_job: a job
 * @request_id: (nullable): the provider's name for it, which a person found; %NULL for the one in the ledger
 * @request: (nullable): the job's request with the number that it has now, its paths absolute; %NULL for the ledger's
 * @output: (nullable): absolute path that the result gets; %NULL for the ledger's
 * @cancellable: (nullable): a cancellable; it leaves the job open
 * @callback: (scope async): called when it has ended
 * @user_data: data for @callback
 *
 * Fetches what a job made, for as long as its provider holds it: one whose answer never came, one that was given up, one
 * that has settled and whose file is gone. Buys nothing. One that was given up is open again from here on.
 */
void
starsend_job_runner_recover_async (StarsendJobRunner *self, StarsendLedgerJob *ledger_job, const char *request_id,
                                   StarsendRequest *request, const char *output,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Run *run;
  GError *error = NULL;

  g_return_if_fail (STARSEND_IS_JOB_RUNNER (self));
  g_return_if_fail (STARSEND_IS_LEDGER_JOB (ledger_job));

  task = starsend_run_new (self, starsend_job_runner_recover_async, cancellable, callback, user_data);
  run = g_task_get_task_data (task);
  if (!check_recover (self, ledger_job, request_id, &error) ||
      !starsend_run_take_up (self, run, ledger_job, &error))
    {
      starsend_run_fail (task, error);
      return;
    }

  if (request != NULL)
    g_set_object (&run->request, request);
  if (output != NULL)
    {
      g_free (run->output);
      run->output = g_strdup (output);
    }
  /* What was fetched before is taken from the disk, and asked for again only where it is not there. */
  if (starsend_ledger_job_get_event (ledger_job) == STARSEND_LEDGER_FETCHED)
    starsend_run_resume (task);
  else if (!choose_ticket (run, request_id, &error))
    starsend_run_fail (task, error);
  else
    starsend_run_read_inputs (task, TRUE, on_place_seen);
}

/**
 * starsend_job_runner_recover_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came of it. %STARSEND_ERROR_UNCERTAIN: the provider does not know it (any more).
 *
 * Returns: (transfer full): the result
 */
StarsendStepResult *
starsend_job_runner_recover_finish (StarsendJobRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
