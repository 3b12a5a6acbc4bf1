/* starsend-client-sequence-runner-decide.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-client-sequence-runner-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-batch.h"
#include "starsend-error.h"

/* What a person decides about one job: to give it up, to ask for the same again, to look once more for what it made. */

typedef struct
{
  StarsendLedgerJob *job;
  StarsendRequest *request; /* with the number that it has now; NULL: the ledger's */
  char *output;
  char *sequence_id; /* nullable: the plan does not have it */
  char *request_id;
  GError *error;
} Decision;

static void
decision_free (gpointer data)
{
  Decision *decision = data;

  g_clear_object (&decision->job);
  g_clear_object (&decision->request);
  g_free (decision->output);
  g_free (decision->sequence_id);
  g_free (decision->request_id);
  g_clear_error (&decision->error);
  g_free (decision);
}

static StarsendRequestKind
get_kind (Decision *decision)
{
  return g_strcmp0 (starsend_ledger_job_get_kind (decision->job), "grid") == 0 ? STARSEND_REQUEST_GRID : STARSEND_REQUEST_TAKE;
}

static StarsendLedgerJob *
find_job (StarsendClientSequenceRunner *self, const char *job_id, GError **error)
{
  StarsendLedgerJob *job = starsend_ledger_dup_job (starsend_project_get_ledger (self->project), job_id);

  if (job == NULL)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND, _("The ledger has no job “%s”."), job_id);

  return job;
}

static char *
dup_sequence_id (StarsendClientSequenceRunner *self, StarsendLedgerJob *job)
{
  const char *id = starsend_batch_get_sequence (starsend_project_get_episode (self->project), starsend_ledger_job_get_batch_id (job));

  return id != NULL && starsend_plan_find_sequence (starsend_project_get_plan (self->project), id, NULL) ? g_strdup (id) : NULL;
}

/* NULL: it was reported why not. The sequence is busy until the decision is carried out. */
static GTask *
begin (StarsendClientSequenceRunner *self, gpointer tag, const char *job_id,
       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(StarsendLedgerJob) job = NULL;
  g_autofree char *sequence_id = NULL;
  Decision *decision;
  GTask *task;
  GError *error = NULL;

  if (starsend_project_check_writable (self->project, &error))
    job = find_job (self, job_id, &error);
  if (job != NULL)
    sequence_id = dup_sequence_id (self, job);
  if (job != NULL && sequence_id != NULL && g_hash_table_contains (self->busy, sequence_id))
    g_set_error (&error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY, _("%s is being worked on; wait until that is done."), sequence_id);
  if (error != NULL)
    {
      g_task_report_error (self, callback, user_data, tag, error);
      return NULL;
    }

  decision = g_new0 (Decision, 1);
  decision->job = g_steal_pointer (&job);
  decision->sequence_id = g_steal_pointer (&sequence_id);
  if (decision->sequence_id != NULL)
    g_hash_table_add (self->busy, g_strdup (decision->sequence_id));
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, decision, decision_free);

  return task;
}

/* Ending: the sequence is free before the task returns. */

static void
leave (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Decision *decision = g_task_get_task_data (task);

  if (decision->sequence_id != NULL)
    g_hash_table_remove (self->busy, decision->sequence_id);
}

static void
fail (GTask *task, GError *error)
{
  leave (task);
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
tell (GTask *task, char *sentence)
{
  leave (task);
  g_task_return_pointer (task, sentence, g_free);
  g_object_unref (task);
}

/* What became of the sequence */

static void
on_put_back (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Decision *decision = g_task_get_task_data (task);
  GError *error = NULL;
  char *sentence = starsend_runner_put_back_finish (STARSEND_CLIENT_SEQUENCE_RUNNER (source), result, &error);

  if (decision->error != NULL)
    {
      g_free (sentence);
      g_clear_error (&error);
      fail (task, g_steal_pointer (&decision->error));
    }
  else if (sentence == NULL)
    fail (task, error);
  else
    tell (task, sentence);
}

/* A take that will not come any more, unless another job is to make the same one. */
static gboolean
waits_for_nothing (StarsendClientSequenceRunner *self, Decision *decision)
{
  return get_kind (decision) == STARSEND_REQUEST_TAKE && decision->sequence_id != NULL &&
         starsend_ledger_job_get_event (decision->job) == STARSEND_LEDGER_RELEASED &&
         !starsend_runner_has_open_job (self, decision->sequence_id, STARSEND_REQUEST_TAKE, starsend_ledger_job_get_number (decision->job));
}

static void
on_arrived (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  char *sentence = starsend_runner_arrive_finish (STARSEND_CLIENT_SEQUENCE_RUNNER (source), result, &error);

  if (sentence != NULL)
    tell (user_data, sentence);
  else
    fail (user_data, error);
}

/* Takes both. What is open or uncertain still waits as it did; what has ended lets its sequence go. */
static void
end_with_result (GTask *task, StarsendStepResult *result, GError *error)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Decision *decision = g_task_get_task_data (task);
  g_autoptr(StarsendStepResult) owned = result;

  if (error == NULL && starsend_step_result_get_error (result) != NULL)
    error = g_error_copy (starsend_step_result_get_error (result));
  if (error == NULL && decision->sequence_id != NULL)
    starsend_runner_arrive_async (self, decision->sequence_id, get_kind (decision), result, on_arrived, task);
  else if (error == NULL)
    tell (task, g_strdup_printf (_("%s arrived."), starsend_step_result_get_output (result)));
  else if (waits_for_nothing (self, decision))
    {
      decision->error = error;
      starsend_runner_put_back_async (self, decision->sequence_id, decision->job, FALSE, on_put_back, task);
    }
  else
    fail (task, error);
}

/* Write off */

static void
on_written_off (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Decision *decision = g_task_get_task_data (task);
  GError *error = NULL;

  if (!starsend_job_runner_write_off_finish (STARSEND_JOB_RUNNER (source), result, &error))
    fail (task, error);
  else if (waits_for_nothing (self, decision))
    starsend_runner_put_back_async (self, decision->sequence_id, decision->job, FALSE, on_put_back, task);
  else
    tell (task, g_strdup_printf (/* Translators: a job's id; then a sentence that says so too, and what its provider did. */
                                 _("Job %s is given up. %s"), starsend_ledger_job_get_id (decision->job),
                                 starsend_ledger_job_get_reason (decision->job)));
}

/**
 * starsend_client_sequence_runner_write_off_job_async:
 * @job_id: a job of the ledger that is open or uncertain
 * @cancellable: (nullable): a cancellable; it ends the wait for a provider that is asked to stop
 * @callback: (scope async): called when the ledger and the state say so
 * @user_data: data for @callback
 *
 * Gives a job up: nothing is reserved for it any more, and its sequence goes back to where it stood before.
 */
void
starsend_client_sequence_runner_write_off_job_async (StarsendClientSequenceRunner *self, const char *job_id,
                                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));
  g_return_if_fail (job_id != NULL);

  task = begin (self, starsend_client_sequence_runner_write_off_job_async, job_id, cancellable, callback, user_data);
  if (task != NULL)
    starsend_job_runner_write_off_async (self->jobs, ((Decision *) g_task_get_task_data (task))->job, cancellable, on_written_off, task);
}

/**
 * starsend_client_sequence_runner_write_off_job_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Tells what became of it.
 *
 * Returns: (transfer full): a sentence for the user
 */
char *
starsend_client_sequence_runner_write_off_job_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Retry */

/**
 * starsend_client_sequence_runner_estimate_retry:
 * @job_id: a job of the ledger
 * @error: return location for an error
 *
 * What it would cost now to ask for the same again.
 *
 * Returns: millionths of the currency, -1 on error
 */
gint64
starsend_client_sequence_runner_estimate_retry (StarsendClientSequenceRunner *self, const char *job_id, GError **error)
{
  g_autoptr(StarsendLedgerJob) job = NULL;
  g_autoptr(StarsendRequest) request = NULL;

  g_return_val_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self), -1);
  g_return_val_if_fail (job_id != NULL, -1);

  job = find_job (self, job_id, error);
  if (job != NULL)
    request = starsend_request_new_from_json (starsend_ledger_job_get_request (job), starsend_project_get_root (self->project), error);

  return request != NULL ? starsend_job_runner_estimate (self->jobs, request, error) : -1;
}

static void
on_take_retried (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  StarsendStepResult *step_result = starsend_step_runner_retry_finish (STARSEND_STEP_RUNNER (source), result, &error);

  end_with_result (user_data, step_result, error);
}

static void
on_grid_retried (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  StarsendStepResult *step_result = starsend_job_runner_retry_finish (STARSEND_JOB_RUNNER (source), result, &error);

  end_with_result (user_data, step_result, error);
}

/**
 * starsend_client_sequence_runner_retry_job_async:
 * @job_id: a job of the ledger whose answer never came
 * @cancellable: (nullable): a cancellable; it leaves a submitted job open in the ledger
 * @callback: (scope async): called when it has ended
 * @user_data: data for @callback
 *
 * Writes a job off and asks for the same again, as a new job. It may be paid twice: the user has to want that. Where a cap is
 * in the way, nothing changes.
 */
void
starsend_client_sequence_runner_retry_job_async (StarsendClientSequenceRunner *self, const char *job_id,
                                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Decision *decision;

  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));
  g_return_if_fail (job_id != NULL);

  task = begin (self, starsend_client_sequence_runner_retry_job_async, job_id, cancellable, callback, user_data);
  if (task == NULL)
    return;

  decision = g_task_get_task_data (task);
  if (get_kind (decision) == STARSEND_REQUEST_TAKE)
    starsend_step_runner_retry_async (self->steps, decision->job, cancellable, on_take_retried, task);
  else
    starsend_job_runner_retry_async (self->jobs, decision->job, cancellable, on_grid_retried, task);
}

/**
 * starsend_client_sequence_runner_retry_job_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Tells what became of it.
 *
 * Returns: (transfer full): a sentence for the user
 */
char *
starsend_client_sequence_runner_retry_job_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Recover */

static void
on_take_recovered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  StarsendStepResult *step_result = starsend_step_runner_recover_finish (STARSEND_STEP_RUNNER (source), result, &error);

  end_with_result (user_data, step_result, error);
}

static void
on_grid_recovered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  StarsendStepResult *step_result = starsend_job_runner_recover_finish (STARSEND_JOB_RUNNER (source), result, &error);

  end_with_result (user_data, step_result, error);
}

static void
recover (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Decision *decision = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (get_kind (decision) == STARSEND_REQUEST_TAKE)
    starsend_step_runner_recover_async (self->steps, decision->job, decision->request_id, decision->request, decision->output,
                                        cancellable, on_take_recovered, task);
  else
    starsend_job_runner_recover_async (self->jobs, decision->job, decision->request_id, decision->request, decision->output,
                                       cancellable, on_grid_recovered, task);
}

/* The number of a job that was given up is free, and another one may have it by now. */
static gboolean
wants_new_number (StarsendClientSequenceRunner *self, Decision *decision)
{
  guint number = starsend_ledger_job_get_number (decision->job);
  g_autoptr(GPtrArray) jobs = NULL;

  if (starsend_ledger_job_get_event (decision->job) != STARSEND_LEDGER_RELEASED || decision->sequence_id == NULL ||
      starsend_ledger_job_get_part (decision->job) > 0)
    return FALSE;

  jobs = starsend_runner_find_jobs (self, decision->sequence_id, get_kind (decision), number, FALSE);
  for (guint i = 0; i < jobs->len; i++)
    if (starsend_ledger_job_get_event (g_ptr_array_index (jobs, i)) != STARSEND_LEDGER_RELEASED)
      return TRUE;

  return get_kind (decision) == STARSEND_REQUEST_TAKE &&
         number <= starsend_sequence_record_get_takes (starsend_sequence_state_get_record (starsend_project_get_sequence_state (self->project),
                                                                                           decision->sequence_id));
}

static void
on_number (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Decision *decision = g_task_get_task_data (task);
  StarsendProjectPaths *paths = starsend_project_get_paths (self->project);
  StarsendRequestKind kind = get_kind (decision);
  guint number = starsend_runner_find_number_finish (result);
  g_autoptr(JsonNode) json = NULL;
  GError *error = NULL;

  if (starsend_ledger_job_get_request (decision->job) != NULL && JSON_NODE_HOLDS_OBJECT (starsend_ledger_job_get_request (decision->job)))
    {
      json = json_node_copy (starsend_ledger_job_get_request (decision->job));
      json_object_set_int_member (json_node_get_object (json), "number", number);
    }
  decision->request = starsend_request_new_from_json (json, starsend_project_get_root (self->project), &error);
  decision->output = kind == STARSEND_REQUEST_TAKE ? starsend_project_paths_dup_take (paths, decision->sequence_id, number)
                                                   : starsend_project_paths_dup_grid (paths, decision->sequence_id, number);
  if (decision->request == NULL)
    fail (task, error);
  else
    recover (task);
}

/**
 * starsend_client_sequence_runner_recover_job_async:
 * @job_id: a job of the ledger
 * @request_id: (nullable): what its provider calls it, as a person found it there; %NULL for what the ledger has
 * @cancellable: (nullable): a cancellable; it leaves the job open
 * @callback: (scope async): called when it has ended
 * @user_data: data for @callback
 *
 * Fetches what a job made, for as long as its provider holds it: one whose answer never came, one that was given up or
 * failed, one that has settled and whose file is gone. Buys nothing.
 */
void
starsend_client_sequence_runner_recover_job_async (StarsendClientSequenceRunner *self, const char *job_id, const char *request_id,
                                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Decision *decision;

  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));
  g_return_if_fail (job_id != NULL);

  task = begin (self, starsend_client_sequence_runner_recover_job_async, job_id, cancellable, callback, user_data);
  if (task == NULL)
    return;

  decision = g_task_get_task_data (task);
  decision->request_id = g_strdup (request_id);
  if (wants_new_number (self, decision))
    starsend_runner_find_number_async (self, decision->sequence_id, get_kind (decision), on_number, task);
  else
    recover (task);
}

/**
 * starsend_client_sequence_runner_recover_job_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Tells what became of it.
 *
 * Returns: (transfer full): a sentence for the user
 */
char *
starsend_client_sequence_runner_recover_job_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
