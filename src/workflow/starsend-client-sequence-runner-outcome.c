/* starsend-client-sequence-runner-outcome.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-client-sequence-runner-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-batch.h"

/* What became of a job, put where it belongs: a result into the state, and a sequence that nothing is being made for any
 * more back to where it stood. Both tell it in one sentence. */

typedef struct
{
  char *sequence_id;
  StarsendLedgerJob *job; /* that came to its end; nullable */
  char *sentence;
  GError *failure; /* why a take in parts is not whole; nullable */
} Outcome;

static void
outcome_free (gpointer data)
{
  Outcome *outcome = data;

  g_free (outcome->sequence_id);
  g_clear_object (&outcome->job);
  g_free (outcome->sentence);
  g_clear_error (&outcome->failure);
  g_free (outcome);
}

static GTask *
outcome_task_new (StarsendClientSequenceRunner *self, gpointer tag, const char *sequence_id,
                  GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Outcome *outcome = g_new0 (Outcome, 1);

  outcome->sequence_id = g_strdup (sequence_id);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, outcome, outcome_free);

  return task;
}

static StarsendSequenceRecord *
get_record (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Outcome *outcome = g_task_get_task_data (task);

  return starsend_sequence_state_get_record (starsend_project_get_sequence_state (self->project), outcome->sequence_id);
}

static void
on_recorded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Outcome *outcome = g_task_get_task_data (task);
  GError *error = NULL;

  if (starsend_sequence_state_update_finish (STARSEND_SEQUENCE_STATE (source), result, &error))
    g_task_return_pointer (task, g_steal_pointer (&outcome->sentence), g_free);
  else
    g_task_return_error (task, error);
}

static void
record (GTask *task, StarsendSequenceChange *change)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Outcome *outcome = g_task_get_task_data (task);

  starsend_sequence_state_update_async (starsend_project_get_sequence_state (self->project), outcome->sequence_id, change,
                                        NULL, on_recorded, task);
}

/* Arrived */

static void
change_to_take (StarsendSequenceChange *change, StarsendSequenceRecord *sequence_record, guint number, const char *relative)
{
  starsend_sequence_change_set_takes (change, MAX (number, starsend_sequence_record_get_takes (sequence_record)));
  starsend_sequence_change_set_current_take (change, number);
  starsend_sequence_change_set_video_path (change, relative);
}

/* What was made of pictures that are not what they were is of use, and the user has to know. */
static char *
add_warning (char *sentence, JsonNode *checks)
{
  g_autofree char *owned = sentence;

  if (checks == NULL || !json_object_get_boolean_member_with_default (json_node_get_object (checks), "inputs_changed", FALSE))
    return g_steal_pointer (&owned);

  return g_strconcat (owned, " ", _("The pictures that it was asked for with have changed since, or are not there any more."), NULL);
}

static char *
put_take (GTask *task, StarsendSequenceChange *change, guint number, const char *relative)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Outcome *outcome = g_task_get_task_data (task);
  StarsendSequenceRecord *sequence_record = get_record (task);
  guint known = starsend_sequence_record_get_takes (sequence_record);
  gboolean transient = !((1u << starsend_sequence_record_get_status (sequence_record)) & STATUS_NOT_RUNNING);
  gboolean waits = starsend_runner_has_open_job (self, outcome->sequence_id, STARSEND_REQUEST_TAKE, 0);

  if (number <= known)
    {
      /* Only the ledger was behind, the file was lost, or a later take came first: what the user has decided since stays. */
      starsend_sequence_change_set_takes (change, known);
      if (transient && !waits)
        starsend_sequence_change_set_status (change, STARSEND_SEQUENCE_STATUS_REVIEW);
      return g_strdup_printf (_("Take %u of %s is there; its job is settled."), number, outcome->sequence_id);
    }

  /* A sequence that was approved stays with the take that was. */
  if (starsend_sequence_record_get_status (sequence_record) == STARSEND_SEQUENCE_STATUS_COMPLETE)
    {
      starsend_sequence_change_set_takes (change, number);
      return g_strdup_printf (_("Take %u of %s arrived."), number, outcome->sequence_id);
    }

  /* Another job may be open: then the sequence goes on waiting for that one, and has a take to go back to. */
  change_to_take (change, sequence_record, number, relative);
  if (waits)
    {
      if (transient)
        starsend_sequence_change_force_status (change, STARSEND_SEQUENCE_STATUS_ITERATING);
      return g_strdup_printf (_("Take %u of %s arrived."), number, outcome->sequence_id);
    }

  starsend_sequence_change_force_status (change, STARSEND_SEQUENCE_STATUS_REVIEW);

  return g_strdup_printf (_("Take %u of %s arrived and is in review."), number, outcome->sequence_id);
}

void
starsend_runner_arrive_async (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendRequestKind kind,
                              StarsendStepResult *result, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = outcome_task_new (self, starsend_runner_arrive_async, sequence_id, callback, user_data);
  Outcome *outcome = g_task_get_task_data (task);
  g_autoptr(StarsendSequenceChange) change = starsend_sequence_change_new ();
  g_autofree char *relative = starsend_runner_make_relative (self, starsend_step_result_get_output (result));
  guint number = starsend_step_result_get_number (result);

  if (kind == STARSEND_REQUEST_GRID)
    {
      starsend_sequence_change_set_grid_path (change, relative);
      outcome->sentence = g_strdup_printf (_("Grid %u of %s arrived."), number, sequence_id);
    }
  else
    outcome->sentence = put_take (task, change, number, relative);
  outcome->sentence = add_warning (outcome->sentence, starsend_step_result_get_checks (result));
  record (task, change);
}

char *
starsend_runner_arrive_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Put back */

static StarsendLedgerJob *
dup_last_take_job (StarsendClientSequenceRunner *self, const char *sequence_id)
{
  g_autoptr(GPtrArray) jobs = starsend_runner_find_jobs (self, sequence_id, STARSEND_REQUEST_TAKE, 0, FALSE);

  return jobs->len > 0 ? g_object_ref (g_ptr_array_index (jobs, jobs->len - 1)) : NULL;
}

static gboolean
is_whole_take (StarsendLedgerJob *job)
{
  return job != NULL && starsend_ledger_job_get_event (job) == STARSEND_LEDGER_SETTLED && starsend_ledger_job_get_part (job) == 0;
}

/* What is there of a take that is made in parts; NULL when nothing is. */
static char *
describe_kept (StarsendClientSequenceRunner *self, Outcome *outcome, StarsendLedgerJob *job)
{
  g_autoptr(StarsendLedgerJob) unjoined = starsend_runner_dup_unjoined (self, outcome->sequence_id);
  guint n;

  if (unjoined == NULL || starsend_ledger_job_get_part (job) == 0 ||
      starsend_ledger_job_get_number (unjoined) != starsend_ledger_job_get_number (job))
    return NULL;

  n = starsend_runner_count_parts (self, outcome->sequence_id, starsend_ledger_job_get_number (job));

  return g_strdup_printf (/* Translators: the number of a take, then how many of how many parts are there. */
                          ngettext ("Of take %u, %u of %u parts is there and paid; generating it again as it is makes only the rest.",
                                    "Of take %u, %u of %u parts are there and paid; generating it again as it is makes only the rest.", n),
                          starsend_ledger_job_get_number (job), n, starsend_ledger_job_get_n_parts (job));
}

/* Why nothing came: the number of a job that was released is free again, so the last one may be of the take at hand. */
static char *
explain_interruption (StarsendClientSequenceRunner *self, Outcome *outcome, StarsendSequenceRecord *sequence_record)
{
  StarsendLedgerJob *job = outcome->job;
  g_autofree char *kept = job != NULL ? describe_kept (self, outcome, job) : NULL;
  const char *reason = NULL;

  /* What the parts say of themselves says all of it. */
  if (kept != NULL && outcome->failure != NULL)
    return g_strdup_printf ("%s: %s", outcome->sequence_id, outcome->failure->message);
  if (kept != NULL && starsend_ledger_job_get_event (job) == STARSEND_LEDGER_RELEASED && starsend_ledger_job_get_reason (job) != NULL)
    return g_strdup_printf (/* Translators: a part of a take of a sequence; then two sentences: why, and what is there. */
                            _("Part %u of take %u of %s did not come about: %s %s"), starsend_ledger_job_get_part (job),
                            starsend_ledger_job_get_number (job), outcome->sequence_id, starsend_ledger_job_get_reason (job), kept);
  if (kept != NULL)
    return g_strdup_printf ("%s: %s", outcome->sequence_id, kept);

  if (outcome->failure != NULL)
    reason = outcome->failure->message;
  else if (job != NULL && starsend_ledger_job_get_event (job) == STARSEND_LEDGER_RELEASED)
    reason = starsend_ledger_job_get_reason (job);
  if (reason != NULL && starsend_ledger_job_get_number (job) > starsend_sequence_record_get_takes (sequence_record))
    return g_strdup_printf (/* Translators: the second %s is a sentence: why. */
                            _("Take %u of %s did not come about: %s It can be generated again."),
                            starsend_ledger_job_get_number (job), outcome->sequence_id, reason);

  return g_strdup_printf (_("%s was interrupted before anything was asked for; it can be generated again."), outcome->sequence_id);
}

static void
on_shots_repaired (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Outcome *outcome = g_task_get_task_data (task);
  StarsendSequenceRecord *sequence_record = get_record (task);
  StarsendSequenceStatus status = starsend_sequence_record_get_status (sequence_record);
  StarsendLedgerJob *job = outcome->job;
  g_autoptr(StarsendSequenceChange) change = starsend_sequence_change_new ();
  GError *error = NULL;

  if (!starsend_execution_store_repair_finish (STARSEND_EXECUTION_STORE (source), result, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  if (is_whole_take (job) && starsend_ledger_job_get_number (job) > starsend_sequence_record_get_takes (sequence_record))
    {
      starsend_sequence_change_set_status (change, STARSEND_SEQUENCE_STATUS_REVIEW);
      change_to_take (change, sequence_record, starsend_ledger_job_get_number (job), starsend_ledger_job_get_output (job));
      outcome->sentence = g_strdup_printf (_("Take %u of %s had arrived already; it is in review now."),
                                           starsend_ledger_job_get_number (job), outcome->sequence_id);
    }
  else
    {
      /* Another take may be in the making: then the sequence goes on waiting for that one. */
      gboolean waits = starsend_runner_has_open_job (self, outcome->sequence_id, STARSEND_REQUEST_TAKE, 0);

      if (!waits && status == STARSEND_SEQUENCE_STATUS_ITERATING)
        starsend_sequence_change_set_status (change, STARSEND_SEQUENCE_STATUS_REVIEW);
      else if (!waits && status == STARSEND_SEQUENCE_STATUS_GENERATING)
        starsend_sequence_change_set_status (change, STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
      outcome->sentence = explain_interruption (self, outcome, sequence_record);
    }
  record (task, change);
}

static void
repair_shots (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Outcome *outcome = g_task_get_task_data (task);
  StarsendExecutionStore *store = starsend_project_get_execution_store (self->project);
  StarsendLedgerJob *job = outcome->job;
  g_autofree char *batch_id = starsend_batch_id (starsend_project_get_episode (self->project), outcome->sequence_id);
  guint number = job != NULL ? starsend_ledger_job_get_number (job) : starsend_sequence_record_get_takes (get_record (task)) + 1;
  gboolean is_there = is_whole_take (job);
  g_autofree char *run_id = starsend_step_runner_dup_run_id (batch_id, number);
  g_auto(GStrv) shots = starsend_execution_store_dup_shots (store, run_id);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) stuck = NULL;

  for (guint i = 0; shots != NULL && shots[i] != NULL; i++)
    if (g_strcmp0 (starsend_execution_store_get_state (store, run_id, shots[i]), "video_generating") == 0)
      g_strv_builder_add (builder, shots[i]);
  stuck = g_strv_builder_end (builder);
  starsend_execution_store_repair_async (store, run_id, (const char *const *) stuck,
                                         is_there ? "video_complete" : "video_pending", is_there ? number : 0,
                                         NULL, on_shots_repaired, task);
}

static void
on_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Outcome *outcome = g_task_get_task_data (task);
  g_autoptr(StarsendStepResult) step_result = NULL;
  g_autoptr(StarsendSequenceChange) change = NULL;
  g_autofree char *relative = NULL;

  step_result = starsend_step_runner_resume_finish (STARSEND_STEP_RUNNER (source), result, &outcome->failure);
  if (step_result != NULL && starsend_step_result_get_error (step_result) != NULL)
    outcome->failure = g_error_copy (starsend_step_result_get_error (step_result));
  if (outcome->failure != NULL)
    {
      repair_shots (task);
      return;
    }

  change = starsend_sequence_change_new ();
  relative = starsend_runner_make_relative (self, starsend_step_result_get_output (step_result));
  outcome->sentence = put_take (task, change, starsend_step_result_get_number (step_result), relative);
  record (task, change);
}

/* A crash may have come when the parts of a take were all there and not joined yet. */
void
starsend_runner_put_back_async (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendLedgerJob *ended, gboolean join,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = outcome_task_new (self, starsend_runner_put_back_async, sequence_id, callback, user_data);
  StarsendLedgerJob *job = ended != NULL ? g_object_ref (ended) : dup_last_take_job (self, sequence_id);

  ((Outcome *) g_task_get_task_data (task))->job = job;
  if (join && job != NULL && starsend_ledger_job_get_part (job) > 0 && starsend_ledger_job_get_event (job) == STARSEND_LEDGER_SETTLED)
    starsend_step_runner_resume_async (self->steps, job, NULL, on_joined, task);
  else
    repair_shots (task);
}

char *
starsend_runner_put_back_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
