/* starsend-client-sequence-runner-reconcile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-client-sequence-runner-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-batch.h"
#include "starsend-disagreement.h"
#include "starsend-error.h"
#include "starsend-files.h"
#include "starsend-start-frame.h"

/* Cross-checks sequence state, execution store, ledger and disk. A worker thread gathers what is on the disk, the main
 * thread judges it and notes a fix for what can be mended without guessing; mending is done one sequence after another,
 * and then everything is judged again: what is not said any more is repaired. */

typedef struct
{
  char *id;
  char *frame; /* relative, as the record names it or where it would stand; for the thread */
  guint known_takes;

  StarsendStartFrameState frame_state;
  gboolean named_video_exists;
  gboolean named_grid_exists;
  char *named_video;
  char *named_grid;
  guint last_grid;
  GPtrArray *takes;   /* of StarsendTake, by number */
  GPtrArray *grids;   /* the same of grids */
  GPtrArray *changed; /* those of both whose bytes are not what arrived */
} Evidence;

typedef struct
{
  char *sequence_id;
  StarsendSequenceChange *change; /* nullable */
  GPtrArray *shot_fixes;          /* of ShotFix */
  GPtrArray *unledgered;          /* of StarsendTake: to be entered again */
} Fix;

typedef struct
{
  char *run_id;
  char *state;
  char **shots;
  guint take;
} ShotFix;

typedef struct
{
  gboolean repair;
  gboolean wants_resume;
  gboolean is_last_pass;
  GPtrArray *evidence;
  GPtrArray *fixes;
  GListStore *found;  /* this pass */
  GListStore *before; /* the pass before the repair */
  GListModel *resumed; /* what resume said; nullable */
  guint next_fix;
} Reconcile;

static void
evidence_free (gpointer data)
{
  Evidence *evidence = data;

  g_free (evidence->id);
  g_free (evidence->frame);
  g_free (evidence->named_video);
  g_free (evidence->named_grid);
  g_clear_pointer (&evidence->takes, g_ptr_array_unref);
  g_clear_pointer (&evidence->grids, g_ptr_array_unref);
  g_clear_pointer (&evidence->changed, g_ptr_array_unref);
  g_free (evidence);
}

static void
shot_fix_free (gpointer data)
{
  ShotFix *fix = data;

  g_free (fix->run_id);
  g_free (fix->state);
  g_strfreev (fix->shots);
  g_free (fix);
}

static void
fix_free (gpointer data)
{
  Fix *fix = data;

  g_free (fix->sequence_id);
  g_clear_pointer (&fix->change, starsend_sequence_change_free);
  g_ptr_array_unref (fix->shot_fixes);
  g_ptr_array_unref (fix->unledgered);
  g_free (fix);
}

static void
reconcile_free (gpointer data)
{
  Reconcile *reconcile = data;

  g_clear_pointer (&reconcile->evidence, g_ptr_array_unref);
  g_clear_pointer (&reconcile->fixes, g_ptr_array_unref);
  g_clear_object (&reconcile->found);
  g_clear_object (&reconcile->before);
  g_clear_object (&reconcile->resumed);
  g_free (reconcile);
}

/* Gathering, on a worker thread */

static gboolean
exists (StarsendProjectPaths *paths, const char *relative)
{
  g_autofree char *path = relative != NULL ? starsend_project_paths_resolve (paths, relative, NULL) : NULL;

  return path != NULL;
}

static GPtrArray *
scan_grids (StarsendProjectPaths *paths, const char *sequence_id)
{
  GPtrArray *grids = g_ptr_array_new_with_free_func (g_object_unref);
  guint last = 0;

  for (guint number = 1; number <= last + 8; number++)
    {
      g_autofree char *path = starsend_project_paths_dup_grid (paths, sequence_id, number);

      if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
        continue;

      last = number;
      g_ptr_array_add (grids, starsend_take_load (path, number, starsend_project_paths_get_root (paths)));
    }

  return grids;
}

static void
find_changed (GPtrArray *files, GPtrArray *changed)
{
  for (guint i = 0; i < files->len; i++)
    {
      StarsendTake *take = g_ptr_array_index (files, i);
      g_autofree char *digest = NULL;

      if (starsend_take_get_file_digest (take) == NULL)
        continue;

      digest = starsend_files_digest (starsend_take_get_path (take), NULL, NULL);
      if (g_strcmp0 (digest, starsend_take_get_file_digest (take)) != 0)
        g_ptr_array_add (changed, g_object_ref (take));
    }
}

static void
gather (StarsendProjectPaths *paths, Evidence *evidence)
{
  g_autofree char *frame = starsend_project_paths_resolve (paths, evidence->frame, NULL);

  evidence->frame_state = frame != NULL ? starsend_start_frame_examine (frame) : STARSEND_START_FRAME_MISSING;
  evidence->named_video_exists = exists (paths, evidence->named_video);
  evidence->named_grid_exists = exists (paths, evidence->named_grid);
  evidence->grids = scan_grids (paths, evidence->id);
  if (evidence->grids->len > 0)
    evidence->last_grid = starsend_take_get_number (g_ptr_array_index (evidence->grids, evidence->grids->len - 1));
  evidence->takes = starsend_runner_scan_takes (paths, evidence->id, evidence->known_takes);
  evidence->changed = g_ptr_array_new_with_free_func (g_object_unref);
  find_changed (evidence->grids, evidence->changed);
  find_changed (evidence->takes, evidence->changed);
}

static void
gather_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  StarsendClientSequenceRunner *self = source;
  GPtrArray *all = data;

  for (guint i = 0; i < all->len; i++)
    {
      if (g_task_return_error_if_cancelled (task))
        return;
      gather (starsend_project_get_paths (self->project), g_ptr_array_index (all, i));
    }

  g_task_return_boolean (task, TRUE);
}

/* Judging, on the main thread */

typedef struct
{
  StarsendClientSequenceRunner *runner;
  Reconcile *reconcile;
  Evidence *evidence;
  StarsendSequenceRecord *record;
  Fix *fix;
} Judge;

static void
disagree (Reconcile *reconcile, const char *sequence_id, gboolean repairable, char *sentence)
{
  g_autofree char *owned = sentence;
  g_autoptr(StarsendDisagreement) disagreement = starsend_disagreement_new (sequence_id, owned, repairable);

  g_list_store_append (reconcile->found, disagreement);
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

static void
judge_jobs (Judge *judge)
{
  const char *id = judge->evidence->id;
  StarsendSequenceStatus status = starsend_sequence_record_get_status (judge->record);
  gboolean open_take = starsend_runner_has_open_job (judge->runner, id, STARSEND_REQUEST_TAKE, 0);
  gboolean open_grid = starsend_runner_has_open_job (judge->runner, id, STARSEND_REQUEST_GRID, 0);
  gboolean transient = !((1u << status) & STATUS_NOT_RUNNING);

  if (transient && !open_take)
    disagree (judge->reconcile, id, TRUE,
              g_strdup_printf (_("%s says that a take is being made, but no job is open for it."), id));
  if (open_take)
    disagree (judge->reconcile, id, TRUE, g_strdup_printf (_("A job for a take of %s is still open."), id));
  if (open_grid)
    disagree (judge->reconcile, id, TRUE, g_strdup_printf (_("A job for a grid of %s is still open."), id));
  judge->reconcile->wants_resume |= open_take || open_grid || transient;
}

static void
judge_grid (Judge *judge)
{
  Evidence *evidence = judge->evidence;
  StarsendProjectPaths *paths = starsend_project_get_paths (judge->runner->project);
  g_autofree char *path = starsend_project_paths_dup_grid (paths, evidence->id, evidence->last_grid);
  g_autofree char *relative = evidence->last_grid != 0 ? starsend_project_paths_make_relative (paths, path) : NULL;

  if (evidence->named_grid != NULL && !evidence->named_grid_exists)
    disagree (judge->reconcile, evidence->id, TRUE,
              g_strdup_printf (_("%s names the grid %s, which is not there."), evidence->id, evidence->named_grid));
  else if (evidence->named_grid == NULL && relative != NULL &&
           !starsend_runner_has_open_job (judge->runner, evidence->id, STARSEND_REQUEST_GRID, 0))
    disagree (judge->reconcile, evidence->id, TRUE,
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
  Evidence *evidence = judge->evidence;
  gboolean approved = starsend_sequence_record_get_start_frame_approved (judge->record);

  if (evidence->frame_state == STARSEND_START_FRAME_MISSING)
    {
      disagree (judge->reconcile, evidence->id, TRUE,
                g_strdup_printf (_("%s names the start frame %s, which is not there."), evidence->id, named));
      fix_frame (judge, NULL, FALSE);
    }
  else if (approved && evidence->frame_state == STARSEND_START_FRAME_UNRECORDED)
    disagree (judge->reconcile, evidence->id, FALSE,
              g_strdup_printf (_("%s says that its start frame is approved, but nothing says which bytes were; "
                                 "look at it and approve it again."), evidence->id));
  else if (approved && evidence->frame_state != STARSEND_START_FRAME_APPROVED)
    {
      disagree (judge->reconcile, evidence->id, TRUE,
                g_strdup_printf (_("The start frame of %s is not the picture that was approved."), evidence->id));
      fix_frame (judge, named, FALSE);
    }
  else if (!approved && evidence->frame_state == STARSEND_START_FRAME_APPROVED)
    {
      disagree (judge->reconcile, evidence->id, TRUE,
                g_strdup_printf (_("The start frame of %s was approved, but its state does not say so."), evidence->id));
      fix_frame (judge, named, TRUE);
    }
}

static void
judge_frame (Judge *judge)
{
  Evidence *evidence = judge->evidence;
  const char *named = starsend_sequence_record_get_start_frame (judge->record);

  if (evidence->frame_state == STARSEND_START_FRAME_UNREADABLE)
    {
      disagree (judge->reconcile, evidence->id, FALSE,
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
          disagree (judge->reconcile, evidence->id, TRUE,
                    g_strdup_printf (_("%s says that its start frame is approved, but there is none."), evidence->id));
          fix_frame (judge, NULL, FALSE);
        }
      return;
    }

  disagree (judge->reconcile, evidence->id, TRUE,
            g_strdup_printf (_("%s has a start frame on the disk that its state does not know."), evidence->id));
  fix_frame (judge, evidence->frame, evidence->frame_state == STARSEND_START_FRAME_APPROVED);
}

static StarsendTake *
find_last_take (Evidence *evidence)
{
  return evidence->takes->len > 0 ? g_ptr_array_index (evidence->takes, evidence->takes->len - 1) : NULL;
}

/* A user may approve one take and think better of it: the one that was approved last counts. */
/* What was judged or made after an approval may have reopened the sequence; then nobody can say that it is complete. */
static gboolean
is_last_word (Evidence *evidence, StarsendTake *approved)
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

static StarsendTake *
find_approved_take (Evidence *evidence)
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
  Evidence *evidence = judge->evidence;
  StarsendSequenceStatus status = starsend_sequence_record_get_status (judge->record);
  StarsendTake *take = find_last_take (evidence);

  if (evidence->named_video != NULL)
    disagree (judge->reconcile, evidence->id, TRUE,
              g_strdup_printf (_("%s names the take %s, which is not there."), evidence->id, evidence->named_video));
  else
    disagree (judge->reconcile, evidence->id, TRUE,
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
  Evidence *evidence = judge->evidence;
  StarsendSequenceStatus status = starsend_sequence_record_get_status (judge->record);
  guint known = starsend_sequence_record_get_takes (judge->record);
  StarsendTake *last = find_last_take (evidence);
  StarsendTake *approved = find_approved_take (evidence);

  /* A job that is open, or a state that only resume can settle, says more about the takes than the disk does. */
  if (!((1u << status) & STATUS_NOT_RUNNING) || starsend_runner_has_open_job (judge->runner, evidence->id, STARSEND_REQUEST_TAKE, 0))
    return;

  if (last != NULL && starsend_take_get_number (last) > known)
    {
      disagree (judge->reconcile, evidence->id, TRUE,
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
  ShotFix *fix = g_new0 (ShotFix, 1);

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

  disagree (judge->reconcile, judge->evidence->id, TRUE,
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
  guint number = starsend_runner_next_number (judge->runner, judge->evidence->id, STARSEND_REQUEST_TAKE);
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

  disagree (judge->reconcile, judge->evidence->id, TRUE,
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
    disagree (judge->reconcile, judge->evidence->id, FALSE,
              g_strdup_printf (_("%s is not the file that arrived: its bytes have changed since."), relative));
  if (starsend_take_get_job_id (take) != NULL)
    job = starsend_ledger_dup_job (ledger, starsend_take_get_job_id (take));
  if (job != NULL)
    return;
  if (starsend_take_get_job_id (take) == NULL || starsend_take_get_batch_id (take) == NULL)
    {
      disagree (judge->reconcile, judge->evidence->id, FALSE,
                g_strdup_printf (_("Nothing says how %s was made or what it cost: its sidecar is missing or damaged."), relative));
      return;
    }

  disagree (judge->reconcile, judge->evidence->id, TRUE,
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
}

static void
judge_sequence (StarsendClientSequenceRunner *self, Reconcile *reconcile, Evidence *evidence)
{
  Judge judge = { self, reconcile, evidence, NULL, NULL };

  judge.record = starsend_sequence_state_get_record (starsend_project_get_sequence_state (self->project), evidence->id);
  if (g_hash_table_contains (self->busy, evidence->id))
    return;

  judge.fix = g_new0 (Fix, 1);
  judge.fix->sequence_id = g_strdup (evidence->id);
  judge.fix->shot_fixes = g_ptr_array_new_with_free_func (shot_fix_free);
  judge.fix->unledgered = g_ptr_array_new_with_free_func (g_object_unref);
  judge_jobs (&judge);
  judge_grid (&judge);
  judge_frame (&judge);
  judge_takes (&judge);
  for (guint i = 0; i < evidence->takes->len; i++)
    judge_shots_of_take (&judge, g_ptr_array_index (evidence->takes, i));
  judge_stuck_shots (&judge);
  judge_files (&judge);
  g_ptr_array_add (reconcile->fixes, judge.fix);
}

static void
judge_unknown_sequences (StarsendClientSequenceRunner *self, Reconcile *reconcile)
{
  g_auto(GStrv) ids = starsend_sequence_state_dup_ids (starsend_project_get_sequence_state (self->project));

  for (guint i = 0; ids[i] != NULL; i++)
    if (!starsend_plan_find_sequence (starsend_project_get_plan (self->project), ids[i], NULL))
      disagree (reconcile, ids[i], FALSE,
                g_strdup_printf (_("The state speaks of %s, which the plan does not have (any more). It is kept."), ids[i]));
}

static void
judge_lost_takes (StarsendClientSequenceRunner *self, Reconcile *reconcile)
{
  GListModel *jobs = G_LIST_MODEL (starsend_project_get_ledger (self->project));
  StarsendProjectPaths *paths = starsend_project_get_paths (self->project);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr(StarsendLedgerJob) job = g_list_model_get_item (jobs, i);
      const char *output = starsend_ledger_job_get_output (job);
      const char *sequence_id = starsend_batch_get_sequence (starsend_project_get_episode (self->project), starsend_ledger_job_get_batch_id (job));

      if (starsend_ledger_job_get_event (job) == STARSEND_LEDGER_SETTLED &&
          g_strcmp0 (starsend_ledger_job_get_kind (job), "take") == 0 && output != NULL && !exists (paths, output))
        disagree (reconcile, sequence_id, FALSE,
                  g_strdup_printf (_("The ledger says that %s arrived, but it is not there any more."), output));
    }
}

static void
judge_all (StarsendClientSequenceRunner *self, Reconcile *reconcile)
{
  g_clear_object (&reconcile->found);
  reconcile->found = g_list_store_new (STARSEND_TYPE_DISAGREEMENT);
  g_clear_pointer (&reconcile->fixes, g_ptr_array_unref);
  reconcile->fixes = g_ptr_array_new_with_free_func (fix_free);
  reconcile->wants_resume = FALSE;
  for (guint i = 0; i < reconcile->evidence->len; i++)
    judge_sequence (self, reconcile, g_ptr_array_index (reconcile->evidence, i));
  judge_unknown_sequences (self, reconcile);
  judge_lost_takes (self, reconcile);
}

/* The passes */

static void begin_pass (GTask *task);
static void mend_next (GTask *task);

static gboolean
says (GListModel *list, StarsendDisagreement *disagreement)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(StarsendDisagreement) other = g_list_model_get_item (list, i);

      if (g_strcmp0 (starsend_disagreement_get_message (other), starsend_disagreement_get_message (disagreement)) == 0)
        return TRUE;
    }

  return FALSE;
}

/* A job that may have been paid, or that its provider failed, is for the user to hear of. */
static void
add_failures (GListStore *list, GListModel *resumed)
{
  for (guint i = 0; resumed != NULL && i < g_list_model_get_n_items (resumed); i++)
    {
      g_autoptr(StarsendFinding) finding = g_list_model_get_item (resumed, i);
      g_autoptr(StarsendDisagreement) disagreement = NULL;

      if (starsend_finding_get_severity (finding) != STARSEND_SEVERITY_ERROR)
        continue;

      disagreement = starsend_disagreement_new (starsend_finding_get_sequence_id (finding), starsend_finding_get_message (finding), FALSE);
      g_list_store_append (list, disagreement);
    }
}

static void
finish (GTask *task)
{
  Reconcile *reconcile = g_task_get_task_data (task);
  GListStore *result = reconcile->before != NULL ? reconcile->before : reconcile->found;

  for (guint i = 0; reconcile->before != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (result)); i++)
    {
      g_autoptr(StarsendDisagreement) disagreement = g_list_model_get_item (G_LIST_MODEL (result), i);

      starsend_disagreement_set_repaired (disagreement, !says (G_LIST_MODEL (reconcile->found), disagreement));
    }
  for (guint i = 0; reconcile->before != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (reconcile->found)); i++)
    {
      g_autoptr(StarsendDisagreement) disagreement = g_list_model_get_item (G_LIST_MODEL (reconcile->found), i);

      if (!says (G_LIST_MODEL (result), disagreement))
        g_list_store_append (result, disagreement);
    }

  add_failures (result, reconcile->resumed);
  g_task_return_pointer (task, g_object_ref (result), g_object_unref);
  g_object_unref (task);
}

static void
fail (GTask *task, GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
on_sequence_mended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Reconcile *reconcile = g_task_get_task_data (task);
  GError *error = NULL;

  if (!starsend_sequence_state_update_finish (STARSEND_SEQUENCE_STATE (source), result, &error))
    {
      fail (task, error);
      return;
    }

  reconcile->next_fix++;
  mend_next (task);
}

static void
on_shots_mended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (!starsend_execution_store_repair_finish (STARSEND_EXECUTION_STORE (source), result, &error))
    fail (task, error);
  else
    mend_next (task);
}

/* A job that the ledger lost is entered again as one that has ended: what it said, and what it cost. */

static void
on_settled_again (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (!starsend_ledger_append_finish (STARSEND_LEDGER (source), result, &error))
    fail (task, error);
  else
    mend_next (task);
}

static void
on_entered_again (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Reconcile *reconcile = g_task_get_task_data (task);
  Fix *fix = g_ptr_array_index (reconcile->fixes, reconcile->next_fix);
  g_autoptr(StarsendTake) take = g_ptr_array_steal_index (fix->unledgered, 0);
  g_autoptr(JsonNode) fields = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  GError *error = NULL;

  json_node_take_object (fields, object);
  if (!starsend_ledger_append_finish (STARSEND_LEDGER (source), result, &error))
    {
      fail (task, error);
      return;
    }

  if (starsend_take_get_cost (take) >= 0)
    json_object_set_double_member (object, "cost", (double) starsend_take_get_cost (take) / 1000000.0);
  if (starsend_take_get_file_digest (take) != NULL)
    json_object_set_string_member (object, "file_digest", starsend_take_get_file_digest (take));
  starsend_ledger_append_async (STARSEND_LEDGER (source), STARSEND_LEDGER_SETTLED, starsend_take_get_job_id (take), fields,
                                NULL, on_settled_again, task);
}

static void
enter_again (GTask *task, StarsendTake *take)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  g_autofree char *relative = starsend_runner_make_relative (self, starsend_take_get_path (take));
  g_autoptr(JsonNode) fields = starsend_take_dup_intent (take, relative);

  starsend_ledger_append_async (starsend_project_get_ledger (self->project), STARSEND_LEDGER_INTENT, starsend_take_get_job_id (take),
                                fields, NULL, on_entered_again, task);
}

static void
mend_next (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Reconcile *reconcile = g_task_get_task_data (task);

  while (reconcile->next_fix < reconcile->fixes->len)
    {
      Fix *fix = g_ptr_array_index (reconcile->fixes, reconcile->next_fix);

      /* A step was begun since it was judged: what is to be mended is not what it was. */
      if (g_hash_table_contains (self->busy, fix->sequence_id))
        {
          reconcile->next_fix++;
          continue;
        }
      if (fix->shot_fixes->len > 0)
        {
          ShotFix *shot_fix = g_ptr_array_steal_index (fix->shot_fixes, fix->shot_fixes->len - 1);

          starsend_execution_store_repair_async (starsend_project_get_execution_store (self->project), shot_fix->run_id,
                                                 (const char *const *) shot_fix->shots, shot_fix->state, shot_fix->take,
                                                 NULL, on_shots_mended, task);
          shot_fix_free (shot_fix);
          return;
        }
      if (fix->unledgered->len > 0)
        {
          enter_again (task, g_ptr_array_index (fix->unledgered, 0));
          return;
        }
      if (fix->change != NULL)
        {
          starsend_sequence_state_update_async (starsend_project_get_sequence_state (self->project), fix->sequence_id, fix->change,
                                                NULL, on_sequence_mended, task);
          return;
        }
      reconcile->next_fix++;
    }

  reconcile->is_last_pass = TRUE;
  begin_pass (task);
}

static void
on_resumed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Reconcile *reconcile = g_task_get_task_data (task);
  GError *error = NULL;

  reconcile->resumed = starsend_client_sequence_runner_resume_finish (STARSEND_CLIENT_SEQUENCE_RUNNER (source), result, &error);
  if (reconcile->resumed == NULL)
    {
      fail (task, error);
      return;
    }

  /* What resume put right is looked at afresh before anything else is mended. */
  reconcile->wants_resume = FALSE;
  begin_pass (task);
}

static void
on_gathered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendClientSequenceRunner *self = STARSEND_CLIENT_SEQUENCE_RUNNER (source);
  Reconcile *reconcile = g_task_get_task_data (task);
  gboolean resumed = reconcile->before != NULL;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      fail (task, error);
      return;
    }

  judge_all (self, reconcile);
  if (!reconcile->repair || reconcile->is_last_pass)
    {
      finish (task);
      return;
    }

  if (!resumed)
    reconcile->before = g_object_ref (reconcile->found);
  reconcile->next_fix = 0;
  if (reconcile->wants_resume && !resumed)
    starsend_client_sequence_runner_resume_async (self, g_task_get_cancellable (task), on_resumed, task);
  else
    mend_next (task);
}

static Evidence *
make_evidence (StarsendClientSequenceRunner *self, const char *sequence_id)
{
  StarsendProjectPaths *paths = starsend_project_get_paths (self->project);
  StarsendSequenceRecord *record = starsend_sequence_state_get_record (starsend_project_get_sequence_state (self->project), sequence_id);
  const char *named = starsend_sequence_record_get_start_frame (record);
  g_autofree char *standard = starsend_project_paths_dup_start_frame (paths, sequence_id);
  Evidence *evidence = g_new0 (Evidence, 1);

  evidence->id = g_strdup (sequence_id);
  evidence->frame = named != NULL ? g_strdup (named) : starsend_project_paths_make_relative (paths, standard);
  evidence->named_video = g_strdup (starsend_sequence_record_get_video_path (record));
  evidence->named_grid = g_strdup (starsend_sequence_record_get_grid_path (record));
  evidence->known_takes = starsend_sequence_record_get_takes (record);

  return evidence;
}

static void
begin_pass (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Reconcile *reconcile = g_task_get_task_data (task);
  g_auto(GStrv) ids = starsend_plan_dup_sequence_ids (starsend_project_get_plan (self->project));
  g_autoptr(GTask) gather_task = g_task_new (self, g_task_get_cancellable (task), on_gathered, task);

  g_clear_pointer (&reconcile->evidence, g_ptr_array_unref);
  reconcile->evidence = g_ptr_array_new_with_free_func (evidence_free);
  for (guint i = 0; ids[i] != NULL; i++)
    g_ptr_array_add (reconcile->evidence, make_evidence (self, ids[i]));
  g_task_set_task_data (gather_task, g_ptr_array_ref (reconcile->evidence), (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (gather_task, gather_thread);
}

/**
 * starsend_client_sequence_runner_reconcile_async:
 * @repair: whether to mend what can be mended without guessing
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when everything was compared
 * @user_data: data for @callback
 *
 * Compares sequence state, execution store, ledger and disk.
 */
void
starsend_client_sequence_runner_reconcile_async (StarsendClientSequenceRunner *self, gboolean repair,
                                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Reconcile *reconcile;
  GError *error = NULL;

  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  if (repair && !starsend_project_check_writable (self->project, &error))
    {
      g_task_report_error (self, callback, user_data, starsend_client_sequence_runner_reconcile_async, error);
      return;
    }

  reconcile = g_new0 (Reconcile, 1);
  reconcile->repair = repair;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_client_sequence_runner_reconcile_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, reconcile, reconcile_free);
  begin_pass (task);
}

/**
 * starsend_client_sequence_runner_reconcile_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives one sentence for each disagreement.
 *
 * Returns: (transfer full): a list of [class@Disagreement]
 */
GListModel *
starsend_client_sequence_runner_reconcile_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
