/* starsend-client-sequence-runner-resume.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-client-sequence-runner-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-batch.h"
#include "starsend-error.h"

/* Taking up what was open: every job of the ledger from where it stands, several at a time, then every transient state
 * without a job. The jobs of one sequence are taken up one after the other. */

typedef struct
{
  GPtrArray *waiting;   /* of StarsendLedgerJob, oldest first */
  GHashTable *active;   /* sequence ids that a job is being taken up of */
  GHashTable *tried;    /* sequence ids whose job was taken up here */
  GPtrArray *sequences; /* ids whose transient state has no job */
  GListStore *sentences;
  guint n_active;
  guint next_sequence;
} Resume;

/* One job that is being taken up. */
typedef struct
{
  GTask *task;
  StarsendLedgerJob *job;
  char *sequence_id; /* nullable: the plan does not have it */
} Taking;

static void go_on (GTask *task);

static void
resume_free (gpointer data)
{
  Resume *resume = data;

  g_ptr_array_unref (resume->waiting);
  g_hash_table_unref (resume->active);
  g_hash_table_unref (resume->tried);
  g_clear_pointer (&resume->sequences, g_ptr_array_unref);
  g_clear_object (&resume->sentences);
  g_free (resume);
}

static void
say (GTask *task, const char *sequence_id, StarsendSeverity severity, const char *sentence)
{
  Resume *resume = g_task_get_task_data (task);
  g_autoptr(StarsendFinding) finding = starsend_finding_new (severity, sequence_id != NULL ? sequence_id : "ledger.jsonl", sequence_id, sentence);

  g_list_store_append (resume->sentences, finding);
}

/* Transient states without a job */

static void
on_put_back (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendClientSequenceRunner *self = STARSEND_CLIENT_SEQUENCE_RUNNER (source);
  Resume *resume = g_task_get_task_data (task);
  const char *sequence_id = g_ptr_array_index (resume->sequences, resume->next_sequence - 1);
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  sentence = starsend_runner_put_back_finish (self, result, &error);
  say (task, sequence_id, sentence != NULL ? STARSEND_SEVERITY_WARNING : STARSEND_SEVERITY_ERROR,
       sentence != NULL ? sentence : error->message);
  g_hash_table_remove (self->busy, sequence_id);
  go_on (task);
}

/* A take whose parts are all there, and that could not be joined when they came. */
static gboolean
waits_to_be_joined (StarsendClientSequenceRunner *self, const char *sequence_id)
{
  g_autoptr(StarsendLedgerJob) job = starsend_runner_dup_unjoined (self, sequence_id);

  return job != NULL && !g_hash_table_contains (self->busy, sequence_id) &&
         !starsend_runner_has_open_job (self, sequence_id, STARSEND_REQUEST_TAKE, 0) &&
         starsend_runner_count_parts (self, sequence_id, starsend_ledger_job_get_number (job)) == starsend_ledger_job_get_n_parts (job);
}

static void
find_stuck_sequences (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Resume *resume = g_task_get_task_data (task);
  g_auto(GStrv) interrupted = starsend_client_sequence_runner_dup_interrupted (self);
  g_auto(GStrv) ids = starsend_plan_dup_sequence_ids (starsend_project_get_plan (self->project));

  resume->sequences = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; interrupted[i] != NULL; i++)
    if (!starsend_runner_has_open_job (self, interrupted[i], STARSEND_REQUEST_TAKE, 0))
      g_ptr_array_add (resume->sequences, g_strdup (interrupted[i]));
  for (guint i = 0; ids[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) interrupted, ids[i]) && !g_hash_table_contains (resume->tried, ids[i]) &&
        waits_to_be_joined (self, ids[i]))
      g_ptr_array_add (resume->sequences, g_strdup (ids[i]));
}

static void
put_next_back (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Resume *resume = g_task_get_task_data (task);

  if (resume->sequences == NULL)
    find_stuck_sequences (task);
  while (resume->next_sequence < resume->sequences->len)
    {
      const char *sequence_id = g_ptr_array_index (resume->sequences, resume->next_sequence++);

      /* A step that was begun meanwhile knows better. */
      if (!g_hash_table_add (self->busy, g_strdup (sequence_id)))
        continue;

      starsend_runner_put_back_async (self, sequence_id, NULL, !g_hash_table_contains (resume->tried, sequence_id), on_put_back, task);
      return;
    }

  g_task_return_pointer (task, g_steal_pointer (&resume->sentences), g_object_unref);
  g_object_unref (task);
}

/* Open jobs */

/* A sequence is free again only when its state says what came of its job. */
static void
end_taking (Taking *taking)
{
  GTask *task = taking->task;
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Resume *resume = g_task_get_task_data (task);

  if (taking->sequence_id != NULL)
    {
      g_hash_table_remove (self->busy, taking->sequence_id);
      g_hash_table_remove (resume->active, taking->sequence_id);
    }
  g_object_unref (taking->job);
  g_free (taking->sequence_id);
  g_free (taking);
  resume->n_active--;
  go_on (task);
}

static void
on_arrived (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Taking *taking = user_data;
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  sentence = starsend_runner_arrive_finish (STARSEND_CLIENT_SEQUENCE_RUNNER (source), result, &error);
  say (taking->task, taking->sequence_id, sentence != NULL ? STARSEND_SEVERITY_WARNING : STARSEND_SEVERITY_ERROR,
       sentence != NULL ? sentence : error->message);
  end_taking (taking);
}

/* That a part arrived and the rest was never asked for is no failure, and told when its sequence is put back. */
static void
tell_failure (Taking *taking, const GError *failure)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (taking->task);
  StarsendSequenceState *state = starsend_project_get_sequence_state (self->project);
  gboolean is_incomplete = starsend_ledger_job_get_part (taking->job) > 0 && !starsend_ledger_job_is_open (taking->job) &&
                           g_error_matches (failure, STARSEND_ERROR, STARSEND_ERROR_NOT_READY);

  if (!is_incomplete)
    say (taking->task, taking->sequence_id, STARSEND_SEVERITY_ERROR, failure->message);
  else if (taking->sequence_id == NULL ||
           ((1u << starsend_sequence_record_get_status (starsend_sequence_state_get_record (state, taking->sequence_id))) & STATUS_NOT_RUNNING))
    say (taking->task, taking->sequence_id, STARSEND_SEVERITY_WARNING, failure->message);
}

static void
on_job_ended (Taking *taking, StarsendStepResult *result, GError *error)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (taking->task);
  g_autoptr(StarsendStepResult) owned_result = result;
  g_autoptr(GError) owned_error = error;
  const GError *failure = owned_error != NULL ? owned_error : starsend_step_result_get_error (owned_result);
  gboolean is_grid = g_strcmp0 (starsend_ledger_job_get_kind (taking->job), "grid") == 0;

  if (failure != NULL)
    tell_failure (taking, failure);
  if (failure == NULL && taking->sequence_id != NULL)
    starsend_runner_arrive_async (self, taking->sequence_id, is_grid ? STARSEND_REQUEST_GRID : STARSEND_REQUEST_TAKE,
                                  owned_result, on_arrived, taking);
  else
    end_taking (taking);
}

static void
on_take_resumed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  StarsendStepResult *step_result = starsend_step_runner_resume_finish (STARSEND_STEP_RUNNER (source), result, &error);

  on_job_ended (user_data, step_result, error);
}

static void
on_grid_resumed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  StarsendStepResult *step_result = starsend_job_runner_resume_finish (STARSEND_JOB_RUNNER (source), result, &error);

  on_job_ended (user_data, step_result, error);
}

static gboolean
is_running (StarsendClientSequenceRunner *self, StarsendLedgerJob *ledger_job)
{
  GListModel *jobs = starsend_job_runner_get_jobs (self->jobs);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr(StarsendJob) job = g_list_model_get_item (jobs, i);

      if (g_strcmp0 (starsend_job_get_id (job), starsend_ledger_job_get_id (ledger_job)) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
take_up (GTask *task, StarsendLedgerJob *job, const char *sequence_id)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Resume *resume = g_task_get_task_data (task);
  Taking *taking = g_new0 (Taking, 1);

  taking->task = task;
  taking->job = g_object_ref (job);
  if (sequence_id != NULL && starsend_plan_find_sequence (starsend_project_get_plan (self->project), sequence_id, NULL))
    {
      taking->sequence_id = g_strdup (sequence_id);
      g_hash_table_add (self->busy, g_strdup (sequence_id));
      g_hash_table_add (resume->active, g_strdup (sequence_id));
      g_hash_table_add (resume->tried, g_strdup (sequence_id));
    }
  resume->n_active++;
  if (g_strcmp0 (starsend_ledger_job_get_kind (job), "take") == 0)
    starsend_step_runner_resume_async (self->steps, job, g_task_get_cancellable (task), on_take_resumed, taking);
  else
    starsend_job_runner_resume_async (self->jobs, job, g_task_get_cancellable (task), on_grid_resumed, taking);
}

/* Whether the job has left the queue. */
static gboolean
start_or_drop (GTask *task, StarsendLedgerJob *job)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Resume *resume = g_task_get_task_data (task);
  const char *sequence_id = starsend_batch_get_sequence (starsend_project_get_episode (self->project), starsend_ledger_job_get_batch_id (job));

  if (sequence_id != NULL && g_hash_table_contains (resume->active, sequence_id))
    return FALSE;

  /* A step that works on the sequence here holds this very job, or has ended it since the list was made. */
  if (starsend_ledger_job_is_open (job) && !is_running (self, job) &&
      (sequence_id == NULL || !g_hash_table_contains (self->busy, sequence_id)))
    take_up (task, job, sequence_id);

  return TRUE;
}

static void
start_jobs (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Resume *resume = g_task_get_task_data (task);
  guint i = 0;

  while (i < resume->waiting->len && resume->n_active < self->resume_limit)
    {
      g_autoptr(StarsendLedgerJob) job = g_object_ref (g_ptr_array_index (resume->waiting, i));

      if (start_or_drop (task, job))
        g_ptr_array_remove_index (resume->waiting, i);
      else
        i++;
    }
}

static void
go_on (GTask *task)
{
  Resume *resume = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    start_jobs (task);
  if (resume->n_active > 0)
    return;

  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  put_next_back (task);
}

/**
 * starsend_client_sequence_runner_resume_async:
 * @cancellable: (nullable): a cancellable; it leaves the jobs open
 * @callback: (scope async): called when nothing is left to take up
 * @user_data: data for @callback
 *
 * Takes up every job that is open in the ledger, as many at once as [property@ClientSequenceRunner:resume-limit] says, and puts
 * every sequence that was interrupted without one where it belongs. Nothing that may have been paid is sent again.
 */
void
starsend_client_sequence_runner_resume_async (StarsendClientSequenceRunner *self,
                                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Resume *resume;
  GError *error = NULL;

  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  if (!starsend_project_check_writable (self->project, &error))
    {
      g_task_report_error (self, callback, user_data, starsend_client_sequence_runner_resume_async, error);
      return;
    }

  resume = g_new0 (Resume, 1);
  resume->waiting = starsend_ledger_dup_open_jobs (starsend_project_get_ledger (self->project));
  resume->active = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  resume->tried = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  resume->sentences = g_list_store_new (STARSEND_TYPE_FINDING);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_client_sequence_runner_resume_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, resume, resume_free);
  go_on (task);
}

/**
 * starsend_client_sequence_runner_resume_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives one sentence for each job and each sequence that was taken up; those that failed are errors.
 *
 * Returns: (transfer full): a list of [class@Finding]
 */
GListModel *
starsend_client_sequence_runner_resume_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
