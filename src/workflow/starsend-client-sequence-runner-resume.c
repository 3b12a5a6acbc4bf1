/* starsend-client-sequence-runner-resume.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-client-sequence-runner-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-batch.h"
#include "starsend-error.h"

/* Taking up what was open: every job of the ledger from where it stands, then every transient state without a job. */

typedef struct
{
  GPtrArray *open_jobs; /* of StarsendLedgerJob, oldest first */
  GPtrArray *sequences; /* ids whose transient state has no job */
  GListStore *sentences;
  StarsendStepResult *result;
  char *sequence_id; /* of the job at hand; nullable */
  char *sentence;    /* about the sequence at hand */
  StarsendSeverity severity;
  GHashTable *told;  /* ids of sequences about which the reason was given already */
  guint next_job;
  guint next_sequence;
} Resume;

static void resume_next (GTask *task);

static void
resume_free (gpointer data)
{
  Resume *resume = data;

  g_clear_pointer (&resume->open_jobs, g_ptr_array_unref);
  g_clear_pointer (&resume->sequences, g_ptr_array_unref);
  g_clear_object (&resume->sentences);
  g_clear_object (&resume->result);
  g_free (resume->sequence_id);
  g_free (resume->sentence);
  g_clear_pointer (&resume->told, g_hash_table_unref);
  g_free (resume);
}

static void
say (GTask *task, const char *sequence_id, StarsendSeverity severity, char *sentence)
{
  Resume *resume = g_task_get_task_data (task);
  g_autofree char *owned = sentence;
  g_autoptr(StarsendFinding) finding = starsend_finding_new (severity, sequence_id != NULL ? sequence_id : "ledger.jsonl", sequence_id, owned);

  g_list_store_append (resume->sentences, finding);
}

/* Transient states without a job */

static StarsendLedgerJob *
find_last_take_job (StarsendClientSequenceRunner *self, const char *sequence_id)
{
  g_autoptr(GPtrArray) jobs = starsend_runner_find_jobs (self, sequence_id, STARSEND_REQUEST_TAKE, 0, FALSE);

  return jobs->len > 0 ? g_object_ref (g_ptr_array_index (jobs, jobs->len - 1)) : NULL;
}

static void
on_sequence_put (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Resume *resume = g_task_get_task_data (task);
  const char *sequence_id = g_ptr_array_index (resume->sequences, resume->next_sequence - 1);
  g_autoptr(GError) error = NULL;

  if (!starsend_sequence_state_update_finish (STARSEND_SEQUENCE_STATE (source), result, &error))
    say (task, sequence_id, STARSEND_SEVERITY_ERROR, g_strdup (error->message));
  else if (!g_hash_table_contains (resume->told, sequence_id))
    say (task, sequence_id, resume->severity, g_steal_pointer (&resume->sentence));
  resume->severity = STARSEND_SEVERITY_WARNING;
  g_clear_pointer (&resume->sentence, g_free);
  resume_next (task);
}

static void
change_to_take (StarsendSequenceChange *change, StarsendSequenceRecord *record, guint number, const char *relative)
{
  starsend_sequence_change_set_takes (change, MAX (number, starsend_sequence_record_get_takes (record)));
  starsend_sequence_change_set_current_take (change, number);
  starsend_sequence_change_set_video_path (change, relative);
}

/* Why nothing came: the number of a job that was released is free again, so the last one may be of the take at hand. */
static char *
explain_interruption (StarsendSequenceRecord *record, StarsendLedgerJob *job, const char *sequence_id)
{
  if (job != NULL && starsend_ledger_job_get_event (job) == STARSEND_LEDGER_RELEASED &&
      starsend_ledger_job_get_reason (job) != NULL &&
      starsend_ledger_job_get_number (job) > starsend_sequence_record_get_takes (record))
    return g_strdup_printf (/* Translators: the second %s is a sentence: why. */
                            _("Take %u of %s did not come about: %s It can be generated again."),
                            starsend_ledger_job_get_number (job), sequence_id, starsend_ledger_job_get_reason (job));

  return g_strdup_printf (_("%s was interrupted before anything was asked for; it can be generated again."), sequence_id);
}

static void
on_shots_repaired (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Resume *resume = g_task_get_task_data (task);
  StarsendSequenceState *state = starsend_project_get_sequence_state (self->project);
  const char *sequence_id = g_ptr_array_index (resume->sequences, resume->next_sequence - 1);
  StarsendSequenceRecord *record = starsend_sequence_state_get_record (state, sequence_id);
  g_autoptr(StarsendLedgerJob) job = find_last_take_job (self, sequence_id);
  g_autoptr(StarsendSequenceChange) change = starsend_sequence_change_new ();
  gboolean arrived = job != NULL && starsend_ledger_job_get_event (job) == STARSEND_LEDGER_SETTLED &&
                     starsend_ledger_job_get_number (job) > starsend_sequence_record_get_takes (record);
  g_autoptr(GError) error = NULL;

  if (!starsend_execution_store_repair_finish (STARSEND_EXECUTION_STORE (source), result, &error))
    {
      say (task, sequence_id, STARSEND_SEVERITY_ERROR, g_strdup (error->message));
      resume_next (task);
      return;
    }
  if (arrived)
    {
      starsend_sequence_change_set_status (change, STARSEND_SEQUENCE_STATUS_REVIEW);
      change_to_take (change, record, starsend_ledger_job_get_number (job), starsend_ledger_job_get_output (job));
      resume->sentence = g_strdup_printf (_("Take %u of %s had arrived already; it is in review now."),
                                          starsend_ledger_job_get_number (job), sequence_id);
    }
  else
    {
      gboolean iterating = starsend_sequence_record_get_status (record) == STARSEND_SEQUENCE_STATUS_ITERATING;

      starsend_sequence_change_set_status (change, iterating ? STARSEND_SEQUENCE_STATUS_REVIEW : STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
      resume->sentence = explain_interruption (record, job, sequence_id);
    }
  starsend_sequence_state_update_async (state, sequence_id, change, NULL, on_sequence_put, task);
}

/* Takes in parts: what is there is joined when it is all of it, and nothing is asked for. */

static char *
explain_parts (StarsendLedgerJob *job, const char *sequence_id, const GError *failure)
{
  if (starsend_ledger_job_get_event (job) == STARSEND_LEDGER_RELEASED && starsend_ledger_job_get_reason (job) != NULL)
    return g_strdup_printf (/* Translators: a part of a take of a sequence; then two sentences: why, and what is there. */
                            _("Part %u of take %u of %s did not come about: %s %s"), starsend_ledger_job_get_part (job),
                            starsend_ledger_job_get_number (job), sequence_id, starsend_ledger_job_get_reason (job), failure->message);

  return g_strdup_printf ("%s: %s", sequence_id, failure->message);
}

static void
put_back (GTask *task, const char *sequence_id, StarsendLedgerJob *job, const GError *failure)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Resume *resume = g_task_get_task_data (task);
  StarsendSequenceState *state = starsend_project_get_sequence_state (self->project);
  StarsendSequenceStatus status = starsend_sequence_record_get_status (starsend_sequence_state_get_record (state, sequence_id));
  g_autoptr(StarsendSequenceChange) change = starsend_sequence_change_new ();

  resume->severity = g_error_matches (failure, STARSEND_ERROR, STARSEND_ERROR_NOT_READY) ? STARSEND_SEVERITY_WARNING
                                                                                         : STARSEND_SEVERITY_ERROR;
  resume->sentence = explain_parts (job, sequence_id, failure);
  if ((1u << status) & STATUS_NOT_RUNNING)
    {
      say (task, sequence_id, resume->severity, g_steal_pointer (&resume->sentence));
      resume->severity = STARSEND_SEVERITY_WARNING;
      resume_next (task);
      return;
    }

  starsend_sequence_change_set_status (change, status == STARSEND_SEQUENCE_STATUS_ITERATING ? STARSEND_SEQUENCE_STATUS_REVIEW
                                                                                            : STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  starsend_sequence_state_update_async (state, sequence_id, change, NULL, on_sequence_put, task);
}

static void
on_parts_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Resume *resume = g_task_get_task_data (task);
  StarsendSequenceState *state = starsend_project_get_sequence_state (self->project);
  const char *sequence_id = g_ptr_array_index (resume->sequences, resume->next_sequence - 1);
  g_autoptr(StarsendLedgerJob) job = find_last_take_job (self, sequence_id);
  g_autoptr(StarsendStepResult) joined = NULL;
  g_autoptr(StarsendSequenceChange) change = starsend_sequence_change_new ();
  g_autofree char *relative = NULL;
  g_autoptr(GError) error = NULL;
  const GError *failure;

  joined = starsend_step_runner_resume_finish (STARSEND_STEP_RUNNER (source), result, &error);
  failure = joined != NULL ? starsend_step_result_get_error (joined) : error;
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      resume_next (task);
      return;
    }
  if (failure != NULL)
    {
      put_back (task, sequence_id, job, failure);
      return;
    }

  relative = starsend_runner_make_relative (self, starsend_step_result_get_output (joined));
  starsend_sequence_change_force_status (change, STARSEND_SEQUENCE_STATUS_REVIEW);
  change_to_take (change, starsend_sequence_state_get_record (state, sequence_id), starsend_step_result_get_number (joined), relative);
  resume->sentence = g_strdup_printf (_("All parts of take %u of %s had arrived; they are joined, and it is in review now."),
                                      starsend_step_result_get_number (joined), sequence_id);
  starsend_sequence_state_update_async (state, sequence_id, change, NULL, on_sequence_put, task);
}

/* The last job of a take that has parts and is not in its sequence's record yet. */
static StarsendLedgerJob *
dup_part_job (StarsendClientSequenceRunner *self, const char *sequence_id)
{
  StarsendSequenceRecord *record = starsend_sequence_state_get_record (starsend_project_get_sequence_state (self->project), sequence_id);
  g_autoptr(StarsendLedgerJob) job = find_last_take_job (self, sequence_id);

  if (job == NULL || starsend_ledger_job_get_part (job) == 0 || starsend_ledger_job_is_open (job) ||
      starsend_ledger_job_get_number (job) <= starsend_sequence_record_get_takes (record) ||
      starsend_runner_count_parts (self, sequence_id, starsend_ledger_job_get_number (job)) == 0)
    return NULL;

  return g_steal_pointer (&job);
}

static void
put_parts (GTask *task, const char *sequence_id, StarsendLedgerJob *job)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Resume *resume = g_task_get_task_data (task);

  resume->sequence_id = g_strdup (sequence_id);
  g_hash_table_add (self->busy, g_strdup (sequence_id));
  starsend_step_runner_resume_async (self->steps, job, g_task_get_cancellable (task), on_parts_joined, task);
}

static void
put_sequence (GTask *task, const char *sequence_id)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  StarsendExecutionStore *store = starsend_project_get_execution_store (self->project);
  g_autoptr(StarsendLedgerJob) job = find_last_take_job (self, sequence_id);
  g_autofree char *batch_id = starsend_batch_id (starsend_project_get_episode (self->project), sequence_id);
  guint number = job != NULL ? starsend_ledger_job_get_number (job) : starsend_runner_next_number (self, sequence_id, STARSEND_REQUEST_TAKE);
  gboolean settled = job != NULL && starsend_ledger_job_get_event (job) == STARSEND_LEDGER_SETTLED;
  g_autofree char *run_id = starsend_step_runner_dup_run_id (batch_id, number);
  g_auto(GStrv) shots = starsend_execution_store_dup_shots (store, run_id);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr(StarsendLedgerJob) part_job = dup_part_job (self, sequence_id);
  g_auto(GStrv) stuck = NULL;

  if (part_job != NULL)
    {
      put_parts (task, sequence_id, part_job);
      return;
    }
  for (guint i = 0; shots != NULL && shots[i] != NULL; i++)
    if (g_strcmp0 (starsend_execution_store_get_state (store, run_id, shots[i]), "video_generating") == 0)
      g_strv_builder_add (builder, shots[i]);
  stuck = g_strv_builder_end (builder);
  starsend_execution_store_repair_async (store, run_id, (const char *const *) stuck,
                                         settled ? "video_complete" : "video_pending", settled ? number : 0,
                                         NULL, on_shots_repaired, task);
}

/* Open jobs */

static void
on_job_recorded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Resume *resume = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  if (starsend_sequence_state_update_finish (STARSEND_SEQUENCE_STATE (source), result, &error))
    say (task, resume->sequence_id, STARSEND_SEVERITY_WARNING, g_steal_pointer (&resume->sentence));
  else
    say (task, resume->sequence_id, STARSEND_SEVERITY_ERROR, g_strdup (error->message));
  g_clear_pointer (&resume->sentence, g_free);
  resume_next (task);
}

/* The state may have been rebuilt or changed since the job was begun; what arrived is put where it belongs. */
static void
record_arrival (GTask *task, StarsendLedgerJob *job, const char *output)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Resume *resume = g_task_get_task_data (task);
  StarsendSequenceState *state = starsend_project_get_sequence_state (self->project);
  StarsendSequenceRecord *record = starsend_sequence_state_get_record (state, resume->sequence_id);
  g_autoptr(StarsendSequenceChange) change = starsend_sequence_change_new ();

  if (g_strcmp0 (starsend_ledger_job_get_kind (job), "grid") == 0)
    {
      starsend_sequence_change_set_grid_path (change, output);
      resume->sentence = g_strdup_printf (_("Grid %u of %s arrived."), starsend_ledger_job_get_number (job), resume->sequence_id);
    }
  else if (starsend_ledger_job_get_number (job) <= starsend_sequence_record_get_takes (record))
    {
      /* Only the ledger was behind: what the user has decided since stays. */
      starsend_sequence_change_set_takes (change, starsend_sequence_record_get_takes (record));
      resume->sentence = g_strdup_printf (_("Take %u of %s was there already; its job is settled now."),
                                          starsend_ledger_job_get_number (job), resume->sequence_id);
    }
  else
    {
      starsend_sequence_change_force_status (change, STARSEND_SEQUENCE_STATUS_REVIEW);
      change_to_take (change, record, starsend_ledger_job_get_number (job), output);
      resume->sentence = g_strdup_printf (_("Take %u of %s arrived and is in review."),
                                          starsend_ledger_job_get_number (job), resume->sequence_id);
    }
  starsend_sequence_state_update_async (state, resume->sequence_id, change, NULL, on_job_recorded, task);
}

/* That a part arrived and the rest was never asked for is no failure. */
static void
tell_failure (GTask *task, StarsendLedgerJob *job, const GError *failure)
{
  Resume *resume = g_task_get_task_data (task);
  gboolean is_incomplete = starsend_ledger_job_get_part (job) > 0 && !starsend_ledger_job_is_open (job) &&
                           g_error_matches (failure, STARSEND_ERROR, STARSEND_ERROR_NOT_READY);

  if (is_incomplete && resume->sequence_id != NULL)
    {
      g_hash_table_add (resume->told, g_strdup (resume->sequence_id));
      say (task, resume->sequence_id, STARSEND_SEVERITY_WARNING, g_strdup_printf ("%s: %s", resume->sequence_id, failure->message));
    }
  else
    say (task, resume->sequence_id, STARSEND_SEVERITY_ERROR, g_strdup (failure->message));
}

static void
on_job_ended (GTask *task, StarsendStepResult *result, GError *error)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Resume *resume = g_task_get_task_data (task);
  StarsendLedgerJob *job = g_ptr_array_index (resume->open_jobs, resume->next_job - 1);
  g_autoptr(StarsendStepResult) owned_result = result;
  g_autoptr(GError) owned_error = error;
  const GError *failure = owned_error;

  if (failure == NULL)
    failure = starsend_step_result_get_error (owned_result);
  if (failure != NULL)
    tell_failure (task, job, failure);

  if (failure == NULL && resume->sequence_id != NULL)
    {
      g_autofree char *relative = starsend_runner_make_relative (self, starsend_step_result_get_output (owned_result));

      record_arrival (task, job, relative);
    }
  else
    resume_next (task);
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
resume_job (GTask *task, StarsendLedgerJob *job)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Resume *resume = g_task_get_task_data (task);
  StarsendPlan *plan = starsend_project_get_plan (self->project);
  const char *sequence_id = starsend_batch_get_sequence (starsend_project_get_episode (self->project), starsend_ledger_job_get_batch_id (job));

  /* A step that works on the sequence here holds this very job, or has ended it since the list was made. */
  if (!starsend_ledger_job_is_open (job) || is_running (self, job) ||
      (sequence_id != NULL && g_hash_table_contains (self->busy, sequence_id)))
    {
      resume_next (task);
      return;
    }

  if (sequence_id != NULL && starsend_plan_find_sequence (plan, sequence_id, NULL))
    {
      resume->sequence_id = g_strdup (sequence_id);
      g_hash_table_add (self->busy, g_strdup (sequence_id));
    }
  if (g_strcmp0 (starsend_ledger_job_get_kind (job), "take") == 0)
    starsend_step_runner_resume_async (self->steps, job, g_task_get_cancellable (task), on_take_resumed, task);
  else
    starsend_job_runner_resume_async (self->jobs, job, g_task_get_cancellable (task), on_grid_resumed, task);
}

/* A take whose parts are all there, and that could not be joined when they came. */
static gboolean
waits_to_be_joined (StarsendClientSequenceRunner *self, const char *sequence_id)
{
  g_autoptr(StarsendLedgerJob) job = g_hash_table_contains (self->busy, sequence_id) ? NULL : dup_part_job (self, sequence_id);

  return job != NULL && starsend_runner_count_parts (self, sequence_id, starsend_ledger_job_get_number (job)) == starsend_ledger_job_get_n_parts (job);
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
    if (waits_to_be_joined (self, ids[i]) && !g_strv_contains ((const char *const *) interrupted, ids[i]))
      g_ptr_array_add (resume->sequences, g_strdup (ids[i]));
}

/* A sequence is free again only when its state says what came of its job. */
static void
leave_sequence (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Resume *resume = g_task_get_task_data (task);

  if (resume->sequence_id != NULL)
    g_hash_table_remove (self->busy, resume->sequence_id);
  g_clear_pointer (&resume->sequence_id, g_free);
}

static void
resume_next (GTask *task)
{
  Resume *resume = g_task_get_task_data (task);
  GError *error = NULL;

  leave_sequence (task);
  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  if (resume->next_job < resume->open_jobs->len)
    {
      resume_job (task, g_ptr_array_index (resume->open_jobs, resume->next_job++));
      return;
    }
  if (resume->sequences == NULL)
    find_stuck_sequences (task);
  if (resume->next_sequence < resume->sequences->len)
    {
      put_sequence (task, g_ptr_array_index (resume->sequences, resume->next_sequence++));
      return;
    }

  g_task_return_pointer (task, g_steal_pointer (&resume->sentences), g_object_unref);
  g_object_unref (task);
}

/**
 * starsend_client_sequence_runner_resume_async:
 * @cancellable: (nullable): a cancellable; it leaves the jobs open
 * @callback: (scope async): called when nothing is left to take up
 * @user_data: data for @callback
 *
 * Takes up every job that is open in the ledger, one after another, and puts every sequence that was interrupted without
 * one where it belongs. Nothing that may have been paid is sent again.
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
  resume->open_jobs = starsend_ledger_dup_open_jobs (starsend_project_get_ledger (self->project));
  resume->sentences = g_list_store_new (STARSEND_TYPE_FINDING);
  resume->severity = STARSEND_SEVERITY_WARNING;
  resume->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_client_sequence_runner_resume_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, resume, resume_free);
  resume_next (task);
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
