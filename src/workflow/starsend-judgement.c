/* starsend-judgement.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-judgement.h"

#include <glib/gi18n-lib.h>

#include "starsend-batch.h"
#include "starsend-disagreement.h"

typedef struct
{
  StarsendClientSequenceRunner *runner;
  StarsendJudgement *judgement;
  StarsendEvidence *evidence;
  StarsendSequenceRecord *record;
  StarsendFix *fix;
} Judge;

static void
disagree (StarsendJudgement *judgement, const char *sequence_id, gboolean repairable, char *sentence)
{
  g_autofree char *owned = sentence;
  g_autoptr(StarsendDisagreement) disagreement = starsend_disagreement_new (sequence_id, owned, repairable);

  g_list_store_append (judgement->found, disagreement);
}

static StarsendSequenceChange *
ensure_change (Judge *judge)
{
  if (judge->fix->change == NULL)
    judge->fix->change = starsend_sequence_change_new ();

  return judge->fix->change;
}

static gboolean
is_before_takes (StarsendSequenceStatus status)
{
  return status == STARSEND_SEQUENCE_STATUS_NOT_STARTED ||
         status == STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING ||
         status == STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING ||
         status == STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED;
}

/* Said so that it is true before and after it was taken up. What only a person can decide, nobody takes up. */
static void
judge_open_job (Judge *judge, StarsendLedgerJob *job)
{
  gboolean is_grid = g_strcmp0 (starsend_ledger_job_get_kind (job), "grid") == 0;
  gboolean wants_decision = starsend_ledger_job_wants_decision (job);
  guint number = starsend_ledger_job_get_number (job);
  const char *id = judge->evidence->id;
  const char *format;

  if (wants_decision)
    format = is_grid ? _("A job for grid %u of %s may have been paid, and what became of it is not known; it waits for a decision.")
                     : _("A job for take %u of %s may have been paid, and what became of it is not known; it waits for a decision.");
  else
    format = is_grid ? _("A job for grid %u of %s was left open.") : _("A job for take %u of %s was left open.");
  disagree (judge->judgement, id, !wants_decision, g_strdup_printf (format, number, id));
  judge->judgement->wants_resume |= !wants_decision;
}

static void
judge_jobs (Judge *judge)
{
  const char *id = judge->evidence->id;
  StarsendSequenceStatus status = starsend_sequence_record_get_status (judge->record);
  g_autoptr(GPtrArray) takes = starsend_runner_find_jobs (judge->runner, id, STARSEND_REQUEST_TAKE, 0, TRUE);
  g_autoptr(GPtrArray) grids = starsend_runner_find_jobs (judge->runner, id, STARSEND_REQUEST_GRID, 0, TRUE);
  gboolean transient = !((1u << status) & STATUS_NOT_RUNNING);

  if (transient && takes->len == 0)
    disagree (judge->judgement, id, TRUE,
              g_strdup_printf (_("%s says that a take is being made, but no job is open for it."), id));
  for (guint i = 0; i < takes->len; i++)
    judge_open_job (judge, g_ptr_array_index (takes, i));
  for (guint i = 0; i < grids->len; i++)
    judge_open_job (judge, g_ptr_array_index (grids, i));
  judge->judgement->wants_resume |= transient && takes->len == 0;
}

static void
judge_grid (Judge *judge)
{
  StarsendEvidence *evidence = judge->evidence;
  StarsendProjectPaths *paths = starsend_project_get_paths (judge->runner->project);
  g_autofree char *path = starsend_project_paths_dup_grid (paths, evidence->id, evidence->last_grid);
  g_autofree char *relative = evidence->last_grid != 0 ? starsend_project_paths_make_relative (paths, path) : NULL;

  if (evidence->named_grid != NULL && !evidence->named_grid_exists)
    disagree (judge->judgement, evidence->id, TRUE,
              g_strdup_printf (_("%s names the grid %s, which is not there."), evidence->id, evidence->named_grid));
  else if (evidence->named_grid == NULL && relative != NULL &&
           !starsend_runner_has_open_job (judge->runner, evidence->id, STARSEND_REQUEST_GRID, 0))
    disagree (judge->judgement, evidence->id, TRUE,
              g_strdup_printf (_("%s has a grid on the disk that its state does not know."), evidence->id));
  else
    return;

  starsend_sequence_change_set_grid_path (ensure_change (judge), relative);
  if (relative != NULL && starsend_sequence_record_get_status (judge->record) == STARSEND_SEQUENCE_STATUS_NOT_STARTED)
    starsend_sequence_change_force_status (judge->fix->change, STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING);
}

static void
fix_frame (Judge *judge, const char *frame, gboolean approved)
{
  StarsendSequenceChange *change = ensure_change (judge);

  starsend_sequence_change_set_start_frame (change, frame);
  starsend_sequence_change_set_start_frame_approved (change, approved);
  if (is_before_takes (starsend_sequence_record_get_status (judge->record)))
    starsend_sequence_change_force_status (change, approved ? STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED
                                                            : STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING);
}

static void
judge_named_frame (Judge *judge, const char *named)
{
  StarsendEvidence *evidence = judge->evidence;
  gboolean approved = starsend_sequence_record_get_start_frame_approved (judge->record);

  if (evidence->frame_state == STARSEND_START_FRAME_MISSING)
    {
      disagree (judge->judgement, evidence->id, TRUE,
                g_strdup_printf (_("%s names the start frame %s, which is not there."), evidence->id, named));
      fix_frame (judge, NULL, FALSE);
    }
  else if (approved && evidence->frame_state == STARSEND_START_FRAME_UNRECORDED)
    disagree (judge->judgement, evidence->id, FALSE,
              g_strdup_printf (_("%s says that its start frame is approved, but nothing says which bytes were; "
                                 "look at it and approve it again."), evidence->id));
  else if (approved && evidence->frame_state != STARSEND_START_FRAME_APPROVED)
    {
      disagree (judge->judgement, evidence->id, TRUE,
                g_strdup_printf (_("The start frame of %s is not the picture that was approved."), evidence->id));
      fix_frame (judge, named, FALSE);
    }
  else if (!approved && evidence->frame_state == STARSEND_START_FRAME_APPROVED)
    {
      disagree (judge->judgement, evidence->id, TRUE,
                g_strdup_printf (_("The start frame of %s was approved, but its state does not say so."), evidence->id));
      fix_frame (judge, named, TRUE);
    }
}

static void
judge_frame (Judge *judge)
{
  StarsendEvidence *evidence = judge->evidence;
  const char *named = starsend_sequence_record_get_start_frame (judge->record);

  if (evidence->frame_state == STARSEND_START_FRAME_UNREADABLE)
    {
      disagree (judge->judgement, evidence->id, FALSE,
                g_strdup_printf (_("The start frame of %s, %s, cannot be read just now."), evidence->id, evidence->frame));
      return;
    }
  if (named != NULL)
    {
      judge_named_frame (judge, named);
      return;
    }
  if (evidence->frame_state == STARSEND_START_FRAME_MISSING)
    {
      if (starsend_sequence_record_get_status (judge->record) == STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED)
        {
          disagree (judge->judgement, evidence->id, TRUE,
                    g_strdup_printf (_("%s says that its start frame is approved, but there is none."), evidence->id));
          fix_frame (judge, NULL, FALSE);
        }
      return;
    }

  disagree (judge->judgement, evidence->id, TRUE,
            g_strdup_printf (_("%s has a start frame on the disk that its state does not know."), evidence->id));
  fix_frame (judge, evidence->frame, evidence->frame_state == STARSEND_START_FRAME_APPROVED);
}

static StarsendTake *
find_last_take (StarsendEvidence *evidence)
{
  return evidence->takes->len > 0 ? g_ptr_array_index (evidence->takes, evidence->takes->len - 1) : NULL;
}

/* What was judged or made after an approval may have reopened the sequence; then nobody can say that it is complete. */
static gboolean
is_last_word (StarsendEvidence *evidence, StarsendTake *approved)
{
  const char *when = starsend_take_get_judged_at (approved);

  for (guint i = 0; i < evidence->takes->len; i++)
    {
      StarsendTake *take = g_ptr_array_index (evidence->takes, i);

      if (take != approved &&
          (g_strcmp0 (starsend_take_get_finished_at (take), when) > 0 || g_strcmp0 (starsend_take_get_judged_at (take), when) > 0))
        return FALSE;
    }

  return TRUE;
}

/* A user may approve one take and think better of it: the one that was approved last counts. */
static StarsendTake *
find_approved_take (StarsendEvidence *evidence)
{
  StarsendTake *approved = NULL;

  for (guint i = 0; i < evidence->takes->len; i++)
    {
      StarsendTake *take = g_ptr_array_index (evidence->takes, i);

      if (starsend_take_get_verdict (take) == STARSEND_VERDICT_APPROVED &&
          (approved == NULL || g_strcmp0 (starsend_take_get_judged_at (take), starsend_take_get_judged_at (approved)) >= 0))
        approved = take;
    }

  return approved != NULL && is_last_word (evidence, approved) ? approved : NULL;
}

static void
fix_current_take (Judge *judge, StarsendTake *take, StarsendSequenceStatus status)
{
  StarsendSequenceChange *change = ensure_change (judge);
  g_autofree char *relative = take != NULL ? starsend_runner_make_relative (judge->runner, starsend_take_get_path (take)) : NULL;

  starsend_sequence_change_set_current_take (change, take != NULL ? starsend_take_get_number (take) : 0);
  starsend_sequence_change_set_video_path (change, relative);
  starsend_sequence_change_force_status (change, status);
  starsend_sequence_change_set_completed_at (change, status == STARSEND_SEQUENCE_STATUS_COMPLETE ? starsend_take_get_finished_at (take) : NULL);
}

static void
judge_missing_video (Judge *judge)
{
  StarsendEvidence *evidence = judge->evidence;
  StarsendSequenceStatus status = starsend_sequence_record_get_status (judge->record);
  StarsendTake *take = find_last_take (evidence);

  if (evidence->named_video != NULL)
    disagree (judge->judgement, evidence->id, TRUE,
              g_strdup_printf (_("%s names the take %s, which is not there."), evidence->id, evidence->named_video));
  else
    disagree (judge->judgement, evidence->id, TRUE,
              g_strdup_printf (_("%s stands at “%s”, but names no take."), evidence->id, starsend_sequence_status_get_label (status)));

  if (is_before_takes (status))
    fix_current_take (judge, take, status);
  else if (take != NULL)
    fix_current_take (judge, take, STARSEND_SEQUENCE_STATUS_REVIEW);
  else if (evidence->frame_state != STARSEND_START_FRAME_UNREADABLE)
    fix_current_take (judge, NULL, evidence->frame_state == STARSEND_START_FRAME_APPROVED
                                     ? STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED
                                     : STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING);
}

static void
judge_takes (Judge *judge)
{
  StarsendEvidence *evidence = judge->evidence;
  StarsendSequenceStatus status = starsend_sequence_record_get_status (judge->record);
  guint known = starsend_sequence_record_get_takes (judge->record);
  StarsendTake *last = find_last_take (evidence);
  StarsendTake *approved = find_approved_take (evidence);

  /* A job that is open, or a state that only resume can settle, says more about the takes than the disk does. */
  if (!((1u << status) & STATUS_NOT_RUNNING) || starsend_runner_has_open_job (judge->runner, evidence->id, STARSEND_REQUEST_TAKE, 0))
    return;

  if (last != NULL && starsend_take_get_number (last) > known)
    {
      disagree (judge->judgement, evidence->id, TRUE,
                g_strdup_printf (_("%s has take %u on the disk, but its state knows only %u."),
                                 evidence->id, starsend_take_get_number (last), known));
      starsend_sequence_change_set_takes (ensure_change (judge), starsend_take_get_number (last));
      if (known == 0)
        fix_current_take (judge, approved != NULL ? approved : last,
                          approved != NULL ? STARSEND_SEQUENCE_STATUS_COMPLETE : STARSEND_SEQUENCE_STATUS_REVIEW);
    }
  else if ((evidence->named_video != NULL && !evidence->named_video_exists) ||
           (evidence->named_video == NULL && !is_before_takes (status)))
    judge_missing_video (judge);
}

/* Shots */

static void
add_shot_fix (Judge *judge, const char *run_id, char **shots, const char *state, guint take)
{
  StarsendShotFix *fix = g_new0 (StarsendShotFix, 1);

  fix->run_id = g_strdup (run_id);
  fix->state = g_strdup (state);
  fix->shots = g_strdupv (shots);
  fix->take = take;
  g_ptr_array_add (judge->fix->shot_fixes, fix);
}

static gboolean
is_made (const char *state)
{
  return g_strcmp0 (state, "video_complete") == 0 || g_strcmp0 (state, "approved") == 0 || g_strcmp0 (state, "rejected") == 0;
}

static char **
dup_request_shots (StarsendTake *take)
{
  g_autoptr(StarsendStepResult) result = NULL;
  StarsendRequest *request = starsend_take_get_request (take);

  if (request == NULL)
    return g_new0 (char *, 1);

  result = starsend_step_result_new (request, NULL, NULL, -1, NULL, NULL);

  return starsend_step_result_dup_shots (result);
}

static const char *
state_by_verdict (StarsendTake *take, const char *shot_id)
{
  StarsendVerdict verdict = starsend_take_get_shot_verdict (take, shot_id);

  if (verdict == STARSEND_VERDICT_NONE)
    verdict = starsend_take_get_verdict (take);

  return verdict != STARSEND_VERDICT_NONE ? starsend_verdict_to_string (verdict) : "video_complete";
}

static void
judge_shots_of_take (Judge *judge, StarsendTake *take)
{
  StarsendExecutionStore *store = starsend_project_get_execution_store (judge->runner->project);
  g_autofree char *batch_id = starsend_batch_id (starsend_project_get_episode (judge->runner->project), judge->evidence->id);
  guint number = starsend_take_get_number (take);
  g_autofree char *run_id = starsend_step_runner_dup_run_id (batch_id, number);
  g_auto(GStrv) shots = dup_request_shots (take);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) wrong = NULL;

  if (starsend_runner_has_open_job (judge->runner, judge->evidence->id, STARSEND_REQUEST_TAKE, number))
    return;

  for (guint i = 0; shots[i] != NULL; i++)
    if (!is_made (starsend_execution_store_get_state (store, run_id, shots[i])))
      g_strv_builder_add (builder, shots[i]);
  wrong = g_strv_builder_end (builder);
  if (wrong[0] == NULL)
    return;

  disagree (judge->judgement, judge->evidence->id, TRUE,
            g_strdup_printf (_("Take %u of %s is there, but the shot %s says “%s”."), number, judge->evidence->id,
                             wrong[0], starsend_execution_store_get_state (store, run_id, wrong[0])));
  for (guint i = 0; wrong[i] != NULL; i++)
    {
      char *one[] = { wrong[i], NULL };

      add_shot_fix (judge, run_id, one, state_by_verdict (take, wrong[i]), number);
    }
}

/* Shots that are said to be in the making while neither a job nor a take is there. */
static void
judge_stuck_shots (Judge *judge)
{
  StarsendExecutionStore *store = starsend_project_get_execution_store (judge->runner->project);
  g_autofree char *batch_id = starsend_batch_id (starsend_project_get_episode (judge->runner->project), judge->evidence->id);
  StarsendTake *last = find_last_take (judge->evidence);
  guint number = MAX (starsend_runner_last_number (judge->runner, judge->evidence->id, STARSEND_REQUEST_TAKE),
                      last != NULL ? starsend_take_get_number (last) : 0) + 1;
  g_autofree char *run_id = starsend_step_runner_dup_run_id (batch_id, number);
  g_auto(GStrv) shots = starsend_execution_store_dup_shots (store, run_id);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) stuck = NULL;

  if (shots == NULL || starsend_runner_has_open_job (judge->runner, judge->evidence->id, STARSEND_REQUEST_TAKE, 0))
    return;

  for (guint i = 0; shots[i] != NULL; i++)
    if (g_strcmp0 (starsend_execution_store_get_state (store, run_id, shots[i]), "video_generating") == 0)
      g_strv_builder_add (builder, shots[i]);
  stuck = g_strv_builder_end (builder);
  if (stuck[0] == NULL)
    return;

  disagree (judge->judgement, judge->evidence->id, TRUE,
            g_strdup_printf (_("The shot %s of %s says that it is being made, but no job is open for it."), stuck[0], judge->evidence->id));
  add_shot_fix (judge, run_id, stuck, "video_pending", 0);
}

/* Files against what their sidecars and the ledger say of them. */
static void
judge_file (Judge *judge, StarsendTake *take)
{
  StarsendLedger *ledger = starsend_project_get_ledger (judge->runner->project);
  g_autofree char *relative = starsend_runner_make_relative (judge->runner, starsend_take_get_path (take));
  g_autoptr(StarsendLedgerJob) job = NULL;

  if (g_ptr_array_find (judge->evidence->changed, take, NULL))
    disagree (judge->judgement, judge->evidence->id, FALSE,
              g_strdup_printf (_("%s is not the file that arrived: its bytes have changed since."), relative));
  if (starsend_take_get_job_id (take) != NULL)
    job = starsend_ledger_dup_job (ledger, starsend_take_get_job_id (take));
  /* What was paid for a take in parts is the business of its parts. */
  if (job != NULL || (starsend_take_get_n_parts (take) > 0 && judge->evidence->parts->len > 0))
    return;
  if (starsend_take_get_job_id (take) == NULL || starsend_take_get_batch_id (take) == NULL)
    {
      disagree (judge->judgement, judge->evidence->id, FALSE,
                g_strdup_printf (_("Nothing says how %s was made or what it cost: its sidecar is missing or damaged."), relative));
      return;
    }

  disagree (judge->judgement, judge->evidence->id, TRUE,
            g_strdup_printf (_("%s is there with its sidecar, but the ledger does not know of it."), relative));
  g_ptr_array_add (judge->fix->unledgered, g_object_ref (take));
}

static void
judge_files (Judge *judge)
{
  /* A file that has just got its name gets its sidecar in a moment. */
  if (starsend_runner_has_open_job (judge->runner, judge->evidence->id, STARSEND_REQUEST_TAKE, 0) ||
      starsend_runner_has_open_job (judge->runner, judge->evidence->id, STARSEND_REQUEST_GRID, 0))
    return;

  for (guint i = 0; i < judge->evidence->grids->len; i++)
    judge_file (judge, g_ptr_array_index (judge->evidence->grids, i));
  for (guint i = 0; i < judge->evidence->takes->len; i++)
    judge_file (judge, g_ptr_array_index (judge->evidence->takes, i));
  for (guint i = 0; i < judge->evidence->parts->len; i++)
    judge_file (judge, g_ptr_array_index (judge->evidence->parts, i));
}

/* Where a sequence stands, judged by what is there. */
static StarsendSequenceStatus
find_status (Judge *judge)
{
  StarsendEvidence *evidence = judge->evidence;
  StarsendTake *last = find_last_take (evidence);

  if (starsend_runner_has_open_job (judge->runner, evidence->id, STARSEND_REQUEST_TAKE, 0))
    return last != NULL ? STARSEND_SEQUENCE_STATUS_ITERATING : STARSEND_SEQUENCE_STATUS_GENERATING;
  if (last != NULL)
    return find_approved_take (evidence) != NULL ? STARSEND_SEQUENCE_STATUS_COMPLETE : STARSEND_SEQUENCE_STATUS_REVIEW;
  if (evidence->frame_state == STARSEND_START_FRAME_APPROVED)
    return STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED;

  return evidence->frame_state != STARSEND_START_FRAME_MISSING || evidence->grids->len > 0
           ? STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING
           : STARSEND_SEQUENCE_STATUS_NOT_STARTED;
}

static gboolean
has_job_for_next_take (Judge *judge)
{
  g_autoptr(GPtrArray) jobs = starsend_runner_find_jobs (judge->runner, judge->evidence->id, STARSEND_REQUEST_TAKE, 0, TRUE);

  for (guint i = 0; i < jobs->len; i++)
    if (starsend_ledger_job_get_number (g_ptr_array_index (jobs, i)) > starsend_sequence_record_get_takes (judge->record))
      return TRUE;

  return FALSE;
}

/* Comes last: what the others would make of the state counts less than a word that nobody knows, or an open job. */
static void
judge_status (Judge *judge)
{
  StarsendSequenceStatus status = starsend_sequence_record_get_status (judge->record);
  const char *id = judge->evidence->id;

  if (!starsend_sequence_record_is_status_known (judge->record))
    disagree (judge->judgement, id, TRUE, g_strdup_printf (_("The state of %s is a word that nobody knows."), id));
  else if (((1u << status) & STATUS_NOT_RUNNING) && has_job_for_next_take (judge))
    disagree (judge->judgement, id, TRUE,
              g_strdup_printf (_("%s stands at “%s”, although a take of it is being made."), id, starsend_sequence_status_get_label (status)));
  else
    return;

  starsend_sequence_change_force_status (ensure_change (judge), find_status (judge));
}

static void
judge_sequence (StarsendClientSequenceRunner *self, StarsendJudgement *judgement, StarsendEvidence *evidence)
{
  Judge judge = { self, judgement, evidence, NULL, NULL };

  judge.record = starsend_sequence_state_get_record (starsend_project_get_sequence_state (self->project), evidence->id);
  if (g_hash_table_contains (self->busy, evidence->id))
    return;

  judge.fix = g_new0 (StarsendFix, 1);
  judge.fix->sequence_id = g_strdup (evidence->id);
  judge.fix->shot_fixes = g_ptr_array_new_with_free_func (starsend_shot_fix_free);
  judge.fix->unledgered = g_ptr_array_new_with_free_func (g_object_unref);
  judge_jobs (&judge);
  judge_grid (&judge);
  judge_frame (&judge);
  judge_takes (&judge);
  for (guint i = 0; i < evidence->takes->len; i++)
    judge_shots_of_take (&judge, g_ptr_array_index (evidence->takes, i));
  judge_stuck_shots (&judge);
  judge_files (&judge);
  judge_status (&judge);
  g_ptr_array_add (judgement->fixes, judge.fix);
}

static void
judge_unknown_sequences (StarsendClientSequenceRunner *self, StarsendJudgement *judgement)
{
  g_auto(GStrv) ids = starsend_sequence_state_dup_ids (starsend_project_get_sequence_state (self->project));

  for (guint i = 0; ids[i] != NULL; i++)
    if (!starsend_plan_find_sequence (starsend_project_get_plan (self->project), ids[i], NULL))
      disagree (judgement, ids[i], FALSE,
                g_strdup_printf (_("The state speaks of %s, which the plan does not have (any more). It is kept."), ids[i]));
}

/* A part whose take was joined is needed no more. */
static gboolean
is_used_up (StarsendProjectPaths *paths, StarsendLedgerJob *job)
{
  guint part = starsend_ledger_job_get_part (job);
  const char *output = starsend_ledger_job_get_output (job);
  g_autofree char *take = part > 0 && output != NULL ? starsend_project_paths_dup_take_of_part (output, part) : NULL;

  return take != NULL && starsend_evidence_exists (paths, take);
}

static void
judge_lost_takes (StarsendClientSequenceRunner *self, StarsendJudgement *judgement)
{
  GListModel *jobs = G_LIST_MODEL (starsend_project_get_ledger (self->project));
  StarsendProjectPaths *paths = starsend_project_get_paths (self->project);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr(StarsendLedgerJob) job = g_list_model_get_item (jobs, i);
      const char *output = starsend_ledger_job_get_output (job);
      const char *sequence_id = starsend_batch_get_sequence (starsend_project_get_episode (self->project), starsend_ledger_job_get_batch_id (job));

      if (starsend_ledger_job_get_event (job) == STARSEND_LEDGER_SETTLED && !is_used_up (paths, job) &&
          g_strcmp0 (starsend_ledger_job_get_kind (job), "take") == 0 && output != NULL && !starsend_evidence_exists (paths, output))
        disagree (judgement, sequence_id, FALSE,
                  g_strdup_printf (_("The ledger says that %s arrived, but it is not there any more."), output));
    }
}

StarsendJudgement *
starsend_judgement_new (StarsendClientSequenceRunner *runner, GPtrArray *evidence)
{
  StarsendJudgement *self = g_new0 (StarsendJudgement, 1);

  self->found = g_list_store_new (STARSEND_TYPE_DISAGREEMENT);
  self->fixes = g_ptr_array_new_with_free_func (starsend_fix_free);
  for (guint i = 0; i < evidence->len; i++)
    judge_sequence (runner, self, g_ptr_array_index (evidence, i));
  judge_unknown_sequences (runner, self);
  judge_lost_takes (runner, self);

  return self;
}

void
starsend_judgement_free (StarsendJudgement *self)
{
  g_object_unref (self->found);
  g_ptr_array_unref (self->fixes);
  g_free (self);
}

void
starsend_shot_fix_free (gpointer data)
{
  StarsendShotFix *fix = data;

  g_free (fix->run_id);
  g_free (fix->state);
  g_strfreev (fix->shots);
  g_free (fix);
}

void
starsend_fix_free (gpointer data)
{
  StarsendFix *fix = data;

  g_free (fix->sequence_id);
  g_clear_pointer (&fix->change, starsend_sequence_change_free);
  g_ptr_array_unref (fix->shot_fixes);
  g_ptr_array_unref (fix->unledgered);
  g_free (fix);
}
