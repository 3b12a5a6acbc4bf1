/* test-reconcile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "scripted-provider.h"
#include "starsend-disagreement.h"
#include "starsend-sidecar.h"
#include "starsend-step-runner.h"
#include "studio.h"

/* Every way in which sequence state, execution store, ledger and disk can be at odds, made one by one in a project that is
 * done: what is said of it, whether it can be mended, and that it is mended then. */

#define ID "a/b Ü"
#define BATCH "EP001_" ID
#define SHOTS "\"shots\": [{\"id\": \"s\", \"duration\": 0.25, \"prompt\": \"static\"}, {\"id\": \"t\", \"duration\": 0.25, \"prompt\": \"push in\"}]"

static const char plan[] =
  "{\"format\": \"client_plan\", \"version\": 1, \"project\": \"done\", \"episode\": \"EP001\", \"aspect_ratio\": \"16:9\", \"fps\": 24,\n"
  " \"elements\": [], \"sequences\": [{\"id\": \"" ID "\", " SHOTS "}, {\"id\": \"B\", " SHOTS "}]}\n";

static Studio done;

/* Two takes; the second was approved, and then the first. */
static void
make_done (void)
{
  g_autofree char *grid = NULL;
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  studio_set_up (&done, plan, NULL);
  grid = studio_explore (&done, ID, "A street", &error);
  g_assert_no_error (error);
  studio_make_take (&done, ID);
  take = studio_iterate (&done, ID, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (studio_approve (&done, ID, 2, "good", &error));
  /* Verdicts are dated to the second. */
  studio_run_for (1100);
  g_assert_true (studio_approve (&done, ID, 1, "better", &error));
  studio_assert_agreement (&done);
  studio_close (&done);
}

static void
set_up (Studio *studio, gconstpointer data)
{
  g_autoptr(GSubprocess) copy = NULL;
  g_autoptr(GError) error = NULL;

  memset (studio, 0, sizeof *studio);
  studio->folder = g_dir_make_tmp ("starsend-reconcile-XXXXXX", &error);
  studio->root = g_build_filename (studio->folder, "project", NULL);
  copy = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "cp", "-a", "--", done.root, studio->root, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (copy, NULL, &error));
  studio_open (studio);
}

static void
tear_down (Studio *studio, gconstpointer data)
{
  studio_tear_down (studio);
}

/* Making damage */

static void
change (Studio *studio, const char *sequence_id, StarsendSequenceChange *sequence_change)
{
  StarsendSequenceState *state = starsend_project_get_sequence_state (studio->project);
  g_autoptr(StarsendSequenceChange) owned = sequence_change;
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  starsend_sequence_state_update_async (state, sequence_id, owned, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);
  starsend_sequence_state_update_finish (state, result, &error);
  g_assert_no_error (error);
}

static void
change_shots (Studio *studio, guint take, const char *shot_state)
{
  StarsendExecutionStore *store = starsend_project_get_execution_store (studio->project);
  g_autofree char *run_id = starsend_step_runner_dup_run_id (BATCH, take);
  const char *const shots[] = { "s", "t", NULL };
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  starsend_execution_store_repair_async (store, run_id, shots, shot_state, take, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);
  starsend_execution_store_repair_finish (store, result, &error);
  g_assert_no_error (error);
}

static void
remove_file (char *path)
{
  g_autofree char *owned = path;

  g_assert_cmpint (g_unlink (owned), ==, 0);
}

static StarsendProjectPaths *
get_paths (Studio *studio)
{
  return starsend_project_get_paths (studio->project);
}

static void
damage_generating (Studio *studio)
{
  StarsendSequenceChange *c = starsend_sequence_change_new ();

  starsend_sequence_change_force_status (c, STARSEND_SEQUENCE_STATUS_GENERATING);
  change (studio, ID, c);
}

static void
damage_iterating (Studio *studio)
{
  StarsendSequenceChange *c = starsend_sequence_change_new ();

  starsend_sequence_change_force_status (c, STARSEND_SEQUENCE_STATUS_ITERATING);
  change (studio, ID, c);
}

static void
damage_grid_gone (Studio *studio)
{
  remove_file (starsend_project_paths_dup_grid (get_paths (studio), ID, 1));
}

static void
damage_grid_unknown (Studio *studio)
{
  StarsendSequenceChange *c = starsend_sequence_change_new ();

  starsend_sequence_change_set_grid_path (c, NULL);
  change (studio, ID, c);
}

static void
damage_frame_gone (Studio *studio)
{
  remove_file (starsend_project_paths_dup_start_frame (get_paths (studio), ID));
}

static void
damage_frame_unrecorded (Studio *studio)
{
  g_autofree char *frame = starsend_project_paths_dup_start_frame (get_paths (studio), ID);

  remove_file (starsend_sidecar_path (frame));
}

static void
damage_frame_changed (Studio *studio)
{
  g_autofree char *frame = starsend_project_paths_dup_start_frame (get_paths (studio), ID);

  studio_write_picture (frame, 320, 180, 77);
}

static void
damage_frame_approval (Studio *studio)
{
  StarsendSequenceChange *c = starsend_sequence_change_new ();

  starsend_sequence_change_set_start_frame_approved (c, FALSE);
  change (studio, ID, c);
}

static void
damage_frame_unknown (Studio *studio)
{
  StarsendSequenceChange *c = starsend_sequence_change_new ();

  starsend_sequence_change_set_start_frame (c, NULL);
  starsend_sequence_change_set_start_frame_approved (c, FALSE);
  change (studio, ID, c);
}

static void
damage_frame_never (Studio *studio)
{
  StarsendSequenceChange *c = starsend_sequence_change_new ();

  starsend_sequence_change_force_status (c, STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  change (studio, "B", c);
}

static void
damage_takes_unknown (Studio *studio)
{
  StarsendSequenceChange *c = starsend_sequence_change_new ();

  starsend_sequence_change_force_status (c, STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  starsend_sequence_change_set_takes (c, 0);
  starsend_sequence_change_set_current_take (c, 0);
  starsend_sequence_change_set_video_path (c, NULL);
  starsend_sequence_change_set_completed_at (c, NULL);
  change (studio, ID, c);
}

static void
damage_last_take_unknown (Studio *studio)
{
  StarsendSequenceChange *c = starsend_sequence_change_new ();

  starsend_sequence_change_set_takes (c, 1);
  change (studio, ID, c);
}

static void
damage_no_video (Studio *studio)
{
  StarsendSequenceChange *c = starsend_sequence_change_new ();

  starsend_sequence_change_force_status (c, STARSEND_SEQUENCE_STATUS_REVIEW);
  starsend_sequence_change_set_video_path (c, NULL);
  change (studio, ID, c);
}

static void
damage_take_gone (Studio *studio)
{
  remove_file (starsend_project_paths_dup_take (get_paths (studio), ID, 1));
}

static void
damage_other_take_gone (Studio *studio)
{
  remove_file (starsend_project_paths_dup_take (get_paths (studio), ID, 2));
}

static void
damage_shots (Studio *studio)
{
  change_shots (studio, 2, "planned");
}

static void
damage_stuck_shots (Studio *studio)
{
  change_shots (studio, 3, "video_generating");
}

static void
damage_unknown_sequence (Studio *studio)
{
  StarsendSequenceChange *c = starsend_sequence_change_new ();

  starsend_sequence_change_force_status (c, STARSEND_SEQUENCE_STATUS_REVIEW);
  change (studio, "GONE", c);
}

/* Another program's word, or one of a version to come. */
static void
damage_status_word (Studio *studio)
{
  g_autofree char *path = studio_path (studio, "state/starsend/sequence_state.json");
  g_autofree char *text = studio_read (path);
  g_auto(GStrv) halves = g_strsplit (text, "\"complete\"", 2);
  g_autofree char *damaged = g_strjoinv ("\"celebrated\"", halves);

  g_assert_cmpstr (damaged, !=, text);
  studio_close (studio);
  studio_write (path, damaged, -1);
  studio_open (studio);
}

static void
damage_take_changed (Studio *studio)
{
  g_autofree char *path = starsend_project_paths_dup_take (get_paths (studio), ID, 1);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  studio_write (path, text, length - 1);
}

static void
damage_sidecar_gone (Studio *studio)
{
  g_autofree char *path = starsend_project_paths_dup_take (get_paths (studio), ID, 2);

  remove_file (starsend_sidecar_path (path));
}

typedef struct
{
  const char *name;
  void (*damage) (Studio *studio);
  const char *id;
  const char *words;
  gboolean repairable;
  StarsendSequenceStatus after;
  guint current_take;
  guint n_left; /* that no repair can mend */
} Case;

static const Case cases[] = {
  { "generating", damage_generating, ID, "no job is open", TRUE, STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED, 1, 0 },
  { "iterating", damage_iterating, ID, "no job is open", TRUE, STARSEND_SEQUENCE_STATUS_REVIEW, 1, 0 },
  { "grid-gone", damage_grid_gone, ID, "names the grid", TRUE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 0 },
  { "grid-unknown", damage_grid_unknown, ID, "a grid on the disk", TRUE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 0 },
  { "frame-gone", damage_frame_gone, ID, "names the start frame", TRUE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 0 },
  { "frame-unrecorded", damage_frame_unrecorded, ID, "nothing says which bytes", FALSE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 1 },
  { "frame-changed", damage_frame_changed, ID, "not the picture that was approved", TRUE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 0 },
  { "frame-approval", damage_frame_approval, ID, "was approved, but", TRUE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 0 },
  { "frame-unknown", damage_frame_unknown, ID, "a start frame on the disk", TRUE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 0 },
  { "frame-never", damage_frame_never, "B", "but there is none", TRUE, STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING, 0, 0 },
  { "takes-unknown", damage_takes_unknown, ID, "has take 2 on the disk", TRUE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 0 },
  { "last-take-unknown", damage_last_take_unknown, ID, "has take 2 on the disk", TRUE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 0 },
  { "no-video", damage_no_video, ID, "names no take", TRUE, STARSEND_SEQUENCE_STATUS_REVIEW, 2, 0 },
  /* What the ledger says to have arrived stays said. */
  { "take-gone", damage_take_gone, ID, "names the take", TRUE, STARSEND_SEQUENCE_STATUS_REVIEW, 2, 1 },
  { "other-take-gone", damage_other_take_gone, ID, "The ledger says", FALSE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 1 },
  { "shots", damage_shots, ID, "the shot s says", TRUE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 0 },
  { "stuck-shots", damage_stuck_shots, ID, "it is being made", TRUE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 0 },
  { "status-word", damage_status_word, ID, "a word that nobody knows", TRUE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 0 },
  { "take-changed", damage_take_changed, ID, "not the file that arrived", FALSE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 1 },
  { "sidecar-gone", damage_sidecar_gone, ID, "Nothing says how", FALSE, STARSEND_SEQUENCE_STATUS_COMPLETE, 1, 1 },
  { "unknown-sequence", damage_unknown_sequence, "GONE", "the plan does not have", FALSE, STARSEND_SEQUENCE_STATUS_REVIEW, 0, 1 },
};

static StarsendDisagreement *
find (GListModel *found, const char *words)
{
  for (guint i = 0; i < g_list_model_get_n_items (found); i++)
    {
      g_autoptr(StarsendDisagreement) disagreement = g_list_model_get_item (found, i);

      if (strstr (starsend_disagreement_get_message (disagreement), words) != NULL)
        return g_steal_pointer (&disagreement);
    }

  return NULL;
}

static void
test_case (Studio *studio, gconstpointer data)
{
  const Case *c = data;
  g_autoptr(GListModel) found = NULL;
  g_autoptr(GListModel) repaired = NULL;
  g_autoptr(GListModel) left = NULL;
  g_autoptr(StarsendDisagreement) said = NULL;
  g_autoptr(StarsendDisagreement) mended = NULL;

  c->damage (studio);
  studio_reopen (studio);
  found = studio_reconcile (studio, FALSE);
  said = find (found, c->words);
  g_assert_nonnull (said);
  g_assert_cmpstr (starsend_disagreement_get_sequence_id (said), ==, c->id);
  g_assert_cmpint (starsend_disagreement_get_repairable (said), ==, c->repairable);
  g_assert_false (starsend_disagreement_get_repaired (said));
  /* One thing is amiss, and one is said; a take that is gone is missed twice. */
  g_assert_cmpuint (g_list_model_get_n_items (found), ==, c->repairable ? 1 + c->n_left : 1);

  repaired = studio_reconcile (studio, TRUE);
  mended = find (repaired, c->words);
  g_assert_nonnull (mended);
  g_assert_cmpint (starsend_disagreement_get_repaired (mended), ==, c->repairable);

  studio_reopen (studio);
  left = studio_reconcile (studio, FALSE);
  g_assert_cmpuint (g_list_model_get_n_items (left), ==, c->n_left);
  studio_assert_status (studio, c->id, c->after);
  g_assert_cmpuint (starsend_sequence_record_get_current_take (studio_record (studio, c->id)), ==, c->current_take);
}

/* Open jobs */

static void
test_open_jobs (Studio *studio, gconstpointer data)
{
  g_autofree char *video = g_build_filename (studio->folder, "good.mp4", NULL);
  g_autofree char *picture = g_build_filename (studio->folder, "picture.png", NULL);
  g_autofree char *take_path = starsend_project_paths_dup_take (get_paths (studio), ID, 1);
  g_autofree char *grid = NULL;
  g_autofree char *bytes = NULL;
  g_autoptr(ScriptedProvider) provider = NULL;
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GListModel) found = NULL;
  g_autoptr(GListModel) repaired = NULL;
  g_autoptr(StarsendDisagreement) open_take = NULL;
  g_autoptr(StarsendDisagreement) open_grid = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (take_path, &bytes, &length, NULL));
  studio_write (video, bytes, length);
  studio_write_picture (picture, 320, 180, 1);
  provider = scripted_provider_new (1000000, video, picture);
  starsend_models_add_provider (starsend_client_sequence_runner_get_models (studio->runner), "sketch", STARSEND_PROVIDER (provider));
  starsend_models_add_provider (starsend_client_sequence_runner_get_models (studio->runner), "kling-o3", STARSEND_PROVIDER (provider));
  scripted_provider_add (provider, SCRIPTED_COLLECT_IO, 2);
  grid = studio_explore (studio, "B", NULL, NULL);
  g_assert_null (grid);
  take = studio_iterate (studio, ID, NULL, NULL, "kling-o3", NULL);
  g_assert_null (take);

  found = studio_reconcile (studio, FALSE);
  g_assert_cmpuint (g_list_model_get_n_items (found), ==, 2);
  open_take = find (found, "A job for take 3 of " ID " was left open");
  open_grid = find (found, "A job for grid 1 of B was left open");
  g_assert_nonnull (open_take);
  g_assert_nonnull (open_grid);
  g_assert_true (starsend_disagreement_get_repairable (open_take));

  repaired = studio_reconcile (studio, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (repaired), ==, 2);
  studio_assert_agreement (studio);
  studio_assert_status (studio, ID, STARSEND_SEQUENCE_STATUS_REVIEW);
  g_assert_cmpuint (starsend_sequence_record_get_current_take (studio_record (studio, ID)), ==, 3);
  g_assert_nonnull (starsend_sequence_record_get_grid_path (studio_record (studio, "B")));
  g_assert_cmpuint (scripted_provider_get_n_bought (provider), ==, 2);
}

/* Files that are gone or damaged */

static void
assert_rebuilt (Studio *studio)
{
  StarsendSequenceRecord *record = studio_record (studio, ID);

  studio_assert_status (studio, ID, STARSEND_SEQUENCE_STATUS_COMPLETE);
  g_assert_cmpuint (starsend_sequence_record_get_takes (record), ==, 2);
  g_assert_cmpuint (starsend_sequence_record_get_current_take (record), ==, 1);
  g_assert_true (g_str_has_suffix (starsend_sequence_record_get_video_path (record), "_take01.mp4"));
  g_assert_true (starsend_sequence_record_get_start_frame_approved (record));
  g_assert_nonnull (starsend_sequence_record_get_start_frame (record));
  g_assert_nonnull (starsend_sequence_record_get_grid_path (record));
  g_assert_nonnull (starsend_sequence_record_get_completed_at (record));
  g_assert_cmpstr (studio_shot_state (studio, ID, 1, "s"), ==, "approved");
  g_assert_cmpstr (studio_shot_state (studio, ID, 2, "t"), ==, "approved");
  studio_assert_status (studio, "B", STARSEND_SEQUENCE_STATUS_NOT_STARTED);
  studio_assert_agreement (studio);
}

static void
test_file (Studio *studio, gconstpointer data)
{
  const char *const *what = data;
  g_autofree char *path = studio_path (studio, what[0]);
  g_autoptr(GListModel) found = NULL;
  g_autoptr(GListModel) again = NULL;

  studio_close (studio);
  if (what[1] == NULL)
    g_assert_cmpint (g_unlink (path), ==, 0);
  else
    studio_write (path, what[1], -1);
  studio_open (studio);
  found = studio_prepare (studio);
  g_assert_cmpuint (g_list_model_get_n_items (found), >, 0);
  for (guint i = 0; i < g_list_model_get_n_items (found); i++)
    {
      g_autoptr(StarsendDisagreement) disagreement = g_list_model_get_item (found, i);

      g_assert_true (starsend_disagreement_get_repaired (disagreement));
    }
  assert_rebuilt (studio);

  studio_reopen (studio);
  again = studio_prepare (studio);
  g_assert_cmpuint (g_list_model_get_n_items (again), ==, 0);
  assert_rebuilt (studio);
}

/* A rejected shot of the approved take: what is rebuilt does not call that complete. */
static void
test_rejected_shot (Studio *studio, gconstpointer data)
{
  g_autofree char *path = studio_path (studio, "state/starsend/sequence_state.json");
  g_autoptr(GListModel) found = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (studio_reject (studio, ID, 2, NULL, NULL, &error));
  g_assert_true (studio_reject (studio, ID, 1, "s", NULL, &error));
  studio_assert_status (studio, ID, STARSEND_SEQUENCE_STATUS_REVIEW);
  studio_close (studio);
  g_assert_cmpint (g_unlink (path), ==, 0);
  studio_open (studio);
  found = studio_prepare (studio);
  studio_assert_status (studio, ID, STARSEND_SEQUENCE_STATUS_REVIEW);
  studio_assert_agreement (studio);
}

/* An approval that something came after is no last word. */
static void
test_stale_approval (Studio *studio, gconstpointer data)
{
  g_autofree char *path = studio_path (studio, "state/starsend/sequence_state.json");
  g_autoptr(GListModel) found = NULL;
  g_autoptr(GError) error = NULL;

  studio_run_for (1100);
  g_assert_true (studio_approve (studio, ID, 2, NULL, &error));
  studio_run_for (1100);
  g_assert_true (studio_reject (studio, ID, 2, NULL, NULL, &error));
  studio_assert_status (studio, ID, STARSEND_SEQUENCE_STATUS_REVIEW);
  studio_close (studio);
  g_assert_cmpint (g_unlink (path), ==, 0);
  studio_open (studio);
  found = studio_prepare (studio);
  studio_assert_status (studio, ID, STARSEND_SEQUENCE_STATUS_REVIEW);
  g_assert_cmpuint (starsend_sequence_record_get_current_take (studio_record (studio, ID)), ==, 2);
  studio_assert_agreement (studio);
}

/* The ledger lost: what it said of money is told again from the sidecars. */
static void
test_ledger_lost (Studio *studio, gconstpointer data)
{
  g_autofree char *path = studio_path (studio, "state/starsend/ledger.jsonl");
  g_autoptr(GListModel) repaired = NULL;

  studio_close (studio);
  studio_write (path, "", 0);
  studio_open (studio);
  g_assert_cmpuint (studio_count_jobs (studio, "take", STARSEND_LEDGER_SETTLED), ==, 0);
  repaired = studio_reconcile (studio, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (repaired), ==, 3);
  g_assert_cmpuint (studio_count_jobs (studio, "take", STARSEND_LEDGER_SETTLED), ==, 2);
  g_assert_cmpuint (studio_count_jobs (studio, "grid", STARSEND_LEDGER_SETTLED), ==, 1);
  studio_reopen (studio);
  studio_assert_agreement (studio);
}

/* The last line torn off: the job is open again although its take was judged already. */
static void
test_ledger_torn (Studio *studio, gconstpointer data)
{
  g_autofree char *path = studio_path (studio, "state/starsend/ledger.jsonl");
  g_autofree char *text = NULL;
  g_autoptr(GListModel) resumed = NULL;
  g_autoptr(StarsendFinding) finding = NULL;

  studio_close (studio);
  text = studio_read (path);
  studio_write (path, text, strlen (text) - 40);
  studio_open (studio);
  resumed = studio_resume (studio);
  g_assert_cmpuint (g_list_model_get_n_items (resumed), ==, 1);
  finding = g_list_model_get_item (resumed, 0);
  g_assert_cmpint (starsend_finding_get_severity (finding), ==, STARSEND_SEVERITY_WARNING);
  g_assert_cmpuint (starsend_sequence_record_get_current_take (studio_record (studio, ID)), ==, 1);
  g_assert_cmpuint (studio_count_jobs (studio, "take", STARSEND_LEDGER_SETTLED), ==, 2);
  studio_assert_status (studio, ID, STARSEND_SEQUENCE_STATUS_COMPLETE);
  g_assert_cmpstr (studio_shot_state (studio, ID, 2, "t"), ==, "approved");
  studio_assert_agreement (studio);
}

/* What a crash left lying about goes, other people's files stay. */
static void
test_sweep (Studio *studio, gconstpointer data)
{
  static const char *const left[] = { "output/video/.x.mp4.AbCdEf.part", "output/frames/ep_001/clean/.y.png.123456.part",
                                      "output/grids/SEQ9/.grid_001.png.000000.part" };
  static const char *const theirs[] = { "output/video/mine.part", "elements/.z.part" };
  g_autoptr(GListModel) found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    {
      g_autofree char *path = studio_path (studio, left[i]);

      studio_write (path, "half", -1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (theirs); i++)
    {
      g_autofree char *path = studio_path (studio, theirs[i]);

      studio_write (path, "not ours", -1);
    }
  found = studio_prepare (studio);
  g_assert_cmpuint (studio_count_files (studio->root, ".part"), ==, G_N_ELEMENTS (theirs));
}

static const char *const state_gone[] = { "state/starsend/sequence_state.json", NULL };
static const char *const state_damaged[] = { "state/starsend/sequence_state.json", "{\"EP001\": {\"a/b" };
static const char *const store_gone[] = { "state/starsend/execution_store.json", NULL };
static const char *const store_damaged[] = { "state/starsend/execution_store.json", "" };

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  make_done ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strconcat ("/reconcile/", cases[i].name, NULL);

      g_test_add (name, Studio, &cases[i], set_up, test_case, tear_down);
    }
  g_test_add ("/reconcile/open-jobs", Studio, NULL, set_up, test_open_jobs, tear_down);
  g_test_add ("/reconcile/state-gone", Studio, state_gone, set_up, test_file, tear_down);
  g_test_add ("/reconcile/state-damaged", Studio, state_damaged, set_up, test_file, tear_down);
  g_test_add ("/reconcile/store-gone", Studio, store_gone, set_up, test_file, tear_down);
  g_test_add ("/reconcile/store-damaged", Studio, store_damaged, set_up, test_file, tear_down);
  g_test_add ("/reconcile/rejected-shot", Studio, NULL, set_up, test_rejected_shot, tear_down);
  g_test_add ("/reconcile/stale-approval", Studio, NULL, set_up, test_stale_approval, tear_down);
  g_test_add ("/reconcile/ledger-lost", Studio, NULL, set_up, test_ledger_lost, tear_down);
  g_test_add ("/reconcile/ledger-torn", Studio, NULL, set_up, test_ledger_torn, tear_down);
  g_test_add ("/reconcile/sweep", Studio, NULL, set_up, test_sweep, tear_down);
  status = g_test_run ();
  studio_tear_down (&done);

  return status;
}
