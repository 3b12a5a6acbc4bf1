/* test-runner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "starsend-files.h"
#include "starsend-sidecar.h"
#include "starsend-start-frame.h"
#include "starsend-step-runner.h"
#include "studio.h"

/* The whole job on the local providers, with ids that are hard on files, on JSON and on people. */

#define SHOTS "\"shots\": [{\"id\": \"s/1\", \"duration\": 0.25, \"prompt\": \"@car rolls past, push in\"}," \
              " {\"id\": \"ショット 2\", \"duration\": 0.5, \"prompt\": \"pan left\", \"camera\": \"pan left\"}]"
#define PLANNED_FRAMES 18
#define EMOJI "🎬 Räder / \\\"日本\\\""
#define EMOJI_ID "🎬 Räder / \"日本\""

static const char plan[] =
  "{\"format\": \"client_plan\", \"version\": 1, \"project\": \"hard\", \"episode\": \"EP001\", \"title\": \"H\\u0061rd\",\n"
  " \"aspect_ratio\": \"16:9\", \"fps\": 24, \"x_not_ours\": {\"keep\": [1, 2.50, null]},\n"
  " \"elements\": [{\"id\": \"car\", \"name\": \"The car\", \"type\": \"vehicle\", \"description\": \"red\", \"frontal\": \"elements/car.png\"}],\n"
  " \"sequences\": [\n"
  "  {\"id\": \"SEQ01\", \"title\": \"First\", \"elements\": [\"car\"], \"start_frame_prompt\": \"Street, @car\", " SHOTS "},\n"
  "  {\"id\": \"seq01\", \"title\": \"Only the case differs\", \"start_frame_prompt\": \"A road\", " SHOTS "},\n"
  "  {\"id\": \"a/b\", \"start_frame_prompt\": \"A road\", " SHOTS "},\n"
  "  {\"id\": \"..\", \"start_frame_prompt\": \"A road\", " SHOTS "},\n"
  "  {\"id\": \"" EMOJI "\", \"start_frame_prompt\": \"A road\", " SHOTS "},\n"
  "  {\"id\": \"SEQ01 take 02\", \"start_frame_prompt\": \"A road\", " SHOTS "},\n"
  "  {\"id\": \"BROKEN\", \"shots\": [{\"id\": \"s\", \"duration\": -1, \"prompt\": \"x\"}]}\n"
  " ]}\n";

static const char *const hard_ids[] = { "SEQ01", "seq01", "a/b", "..", EMOJI_ID, "SEQ01 take 02", NULL };

static void
set_up (Studio *studio, gconstpointer data)
{
  g_autofree char *car = NULL;

  studio_set_up (studio, plan, NULL);
  car = studio_path (studio, "elements/car.png");
  studio_write_picture (car, 160, 120, 7);
}

/* The client's plan is never written; whatever a test did, its bytes are the same. */
static void
tear_down (Studio *studio, gconstpointer data)
{
  g_autofree char *after = studio_read (studio->plan_path);

  g_assert_cmpstr (after, ==, plan);
  g_assert_cmpuint (studio_count_files (studio->root, ".part"), ==, 0);
  studio_tear_down (studio);
}

static void
assert_not_ready (GError **error, const char *sequence_id)
{
  g_assert_error (*error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY);
  g_assert_nonnull (strstr ((*error)->message, sequence_id));
  g_clear_error (error);
}

/* Elements */

static void
test_elements (Studio *studio, gconstpointer data)
{
  g_autofree char *car = studio_path (studio, "elements/car.png");
  g_autoptr(StarsendElementResolution) missing = NULL;
  g_autoptr(StarsendElementResolution) found = NULL;
  g_auto(GStrv) problems = NULL;
  g_autofree char *grid = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_unlink (car), ==, 0);
  missing = studio_resolve (studio, "SEQ01", &error);
  g_assert_no_error (error);
  g_assert_false (starsend_element_resolution_is_complete (missing));
  problems = starsend_element_resolution_dup_problems (missing);
  g_assert_cmpuint (g_strv_length (problems), ==, 1);
  g_assert_nonnull (strstr (problems[0], "elements/car.png"));
  studio_assert_status (studio, "SEQ01", STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING);
  g_assert_false (starsend_sequence_record_get_elements_resolved (studio_record (studio, "SEQ01")));

  grid = studio_explore (studio, "SEQ01", NULL, &error);
  g_assert_null (grid);
  assert_not_ready (&error, "SEQ01");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (starsend_project_get_ledger (studio->project))), ==, 0);

  studio_write_picture (car, 160, 120, 7);
  found = studio_resolve (studio, "SEQ01", &error);
  g_assert_no_error (error);
  g_assert_true (starsend_element_resolution_is_complete (found));
  studio_assert_status (studio, "SEQ01", STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING);
  g_assert_true (starsend_sequence_record_get_elements_resolved (studio_record (studio, "SEQ01")));
}

/* Grids and start frames */

static void
test_frames (Studio *studio, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_auto(GStrv) digests = g_new0 (char *, 5);
  g_autofree char *none = NULL;
  g_autoptr(GError) error = NULL;

  first = studio_explore (studio, "SEQ01", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (first, "output/grids/SEQ01/grid_001.png"));
  second = studio_explore (studio, "SEQ01", "Another wording", &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (second, "grid_002.png"));
  g_assert_cmpstr (starsend_sequence_record_get_grid_path (studio_record (studio, "SEQ01")), ==, "output/grids/SEQ01/grid_002.png");

  for (guint quadrant = 1; quadrant <= 4; quadrant++)
    {
      g_autofree char *frame = studio_pick (studio, "SEQ01", quadrant, quadrant == 4 ? 1 : 0, &error);

      g_assert_no_error (error);
      g_assert_true (g_str_has_suffix (frame, "output/frames/ep_001/clean/seq01_start.png") || strstr (frame, "seq01~") != NULL);
      digests[quadrant - 1] = starsend_files_digest (frame, NULL, &error);
      g_assert_no_error (error);
      for (guint before = 1; before < quadrant; before++)
        g_assert_cmpstr (digests[before - 1], !=, digests[quadrant - 1]);
    }
  studio_assert_status (studio, "SEQ01", STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING);

  none = studio_pick (studio, "SEQ01", 5, 0, &error);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_clear_error (&error);
  none = studio_pick (studio, "SEQ01", 1, 3, &error);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
}

static JsonObject *
load_sidecar (const char *media)
{
  g_autofree char *path = starsend_sidecar_path (media);
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = starsend_sidecar_load (path, &error);

  g_assert_no_error (error);

  return json_node_dup_object (node);
}

/* The one before is kept with all that is known of it. */
static void
test_frame_replaced (Studio *studio, gconstpointer data)
{
  g_autofree char *picture = g_build_filename (studio->folder, "ein Bild.png", NULL);
  g_autofree char *frame = NULL;
  g_autofree char *again = NULL;
  g_autofree char *before = NULL;
  g_autofree char *old = NULL;
  g_autofree char *kept = NULL;
  g_autoptr(JsonObject) old_sidecar = NULL;
  g_autoptr(JsonObject) sidecar = NULL;
  g_autoptr(GError) error = NULL;

  studio_make_ready (studio, "a/b");
  frame = starsend_project_paths_dup_start_frame (starsend_project_get_paths (studio->project), "a/b");
  before = starsend_files_digest (frame, NULL, NULL);

  studio_write_picture (picture, 400, 300, 2);
  again = studio_set_frame (studio, "a/b", picture, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again, ==, frame);
  studio_assert_status (studio, "a/b", STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING);
  g_assert_false (starsend_sequence_record_get_start_frame_approved (studio_record (studio, "a/b")));

  old = starsend_project_paths_dup_old_start_frame (starsend_project_get_paths (studio->project), "a/b", 1);
  kept = starsend_files_digest (old, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (kept, ==, before);
  old_sidecar = load_sidecar (old);
  g_assert_cmpstr (json_object_get_string_member (old_sidecar, "sha256"), ==, before);
  g_assert_cmpstr (json_object_get_string_member (old_sidecar, "approved_sha256"), ==, before);
  sidecar = load_sidecar (frame);
  g_assert_false (json_object_has_member (sidecar, "approved_sha256"));
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (sidecar, "source"), "picture"), ==, "ein Bild.png");
}

/* An approval is of bytes, not of a name. */
static void
test_frame_changed (Studio *studio, gconstpointer data)
{
  g_autofree char *frame = starsend_project_paths_dup_start_frame (starsend_project_get_paths (studio->project), "..");
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  studio_make_ready (studio, "..");
  studio_write_picture (frame, 320, 180, 9);
  take = studio_execute (studio, "..", NULL, &error);
  g_assert_null (take);
  assert_not_ready (&error, "..");
  studio_assert_status (studio, "..", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (starsend_project_get_ledger (studio->project))), ==, 0);

  g_assert_true (studio_approve_frame (studio, "..", &error));
  g_assert_true (studio_unlock_frame (studio, "..", &error));
  studio_assert_status (studio, "..", STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING);
  g_assert_true (studio_approve_frame (studio, "..", &error));
  g_assert_cmpint (g_unlink (frame), ==, 0);
  take = studio_execute (studio, "..", NULL, &error);
  g_assert_null (take);
  assert_not_ready (&error, "..");
}

/* Takes */

static const char *
shot_text (StarsendTake *take, guint index)
{
  GListModel *shots = starsend_request_get_shots (starsend_take_get_request (take));
  g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (shots, index);

  return starsend_shot_prompt_get_text (shot);
}

static void
check_sidecar (Studio *studio, StarsendTake *take)
{
  g_autofree char *sidecar_path = starsend_sidecar_path (starsend_take_get_path (take));
  g_autofree char *text = studio_read (sidecar_path);
  g_autofree char *digest = starsend_files_digest (starsend_take_get_path (take), NULL, NULL);
  g_autoptr(JsonObject) sidecar = load_sidecar (starsend_take_get_path (take));
  g_autoptr(StarsendLedgerJob) job = studio_dup_last_job (studio);
  JsonObject *checks = json_object_get_object_member (sidecar, "checks");

  g_assert_cmpstr (json_object_get_string_member (sidecar, "kind"), ==, "take");
  g_assert_cmpstr (json_object_get_string_member (sidecar, "model"), ==, "animatic");
  g_assert_cmpstr (json_object_get_string_member (sidecar, "provider"), ==, "local");
  g_assert_cmpstr (json_object_get_string_member (sidecar, "batch"), ==, starsend_ledger_job_get_batch_id (job));
  g_assert_cmpstr (json_object_get_string_member (sidecar, "job"), ==, starsend_ledger_job_get_id (job));
  g_assert_cmpstr (json_object_get_string_member (sidecar, "request_id"), ==, starsend_ledger_job_get_request_id (job));
  g_assert_cmpstr (json_object_get_string_member (sidecar, "input_sha256"), ==, starsend_ledger_job_get_digest (job));
  g_assert_cmpstr (json_object_get_string_member (sidecar, "sha256"), ==, digest);
  g_assert_cmpstr (starsend_ledger_job_get_file_digest (job), ==, digest);
  g_assert_cmpfloat (json_object_get_double_member (sidecar, "cost"), ==, 0);
  g_assert_cmpint (json_object_get_int_member (checks, "frames"), ==, PLANNED_FRAMES);
  g_assert_cmpint (json_object_get_int_member (checks, "planned_frames"), ==, PLANNED_FRAMES);
  g_assert_nonnull (json_object_get_string_member (sidecar, "created_at"));
  g_assert_nonnull (json_object_get_string_member (sidecar, "finished_at"));
  /* A project that is moved stays whole. */
  g_assert_null (strstr (text, studio->root));
}

static void
test_frame_sidecar (Studio *studio, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *sidecar = NULL;
  g_autofree char *link = NULL;
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  studio_make_ready (studio, "a/b");
  path = starsend_project_paths_dup_start_frame (starsend_project_get_paths (studio->project), "a/b");
  sidecar = starsend_sidecar_path (path);
  g_assert_cmpint (starsend_start_frame_examine (path), ==, STARSEND_START_FRAME_APPROVED);

  /* Damaged: nothing says what was approved, and what stands there is kept. */
  studio_write (sidecar, "{\"approved_sha256\": ", -1);
  g_assert_cmpint (starsend_start_frame_examine (path), ==, STARSEND_START_FRAME_UNRECORDED);
  g_assert_true (starsend_start_frame_approve (path, &error));
  g_assert_no_error (error);
  g_assert_cmpint (starsend_start_frame_examine (path), ==, STARSEND_START_FRAME_APPROVED);
  studio_write (sidecar, "[]", -1);
  g_assert_true (starsend_start_frame_withdraw (path, &error));
  g_assert_no_error (error);
  g_assert_cmpint (starsend_start_frame_examine (path), ==, STARSEND_START_FRAME_UNRECORDED);
  g_assert_false (g_file_test (sidecar, G_FILE_TEST_EXISTS));
  g_assert_true (starsend_start_frame_approve (path, &error));

  /* Not to be read now, which is neither absence nor damage. */
  link = g_strconcat (sidecar, "-aside", NULL);
  g_assert_cmpint (g_rename (sidecar, link), ==, 0);
  g_assert_cmpint (symlink (sidecar, sidecar), ==, 0);
  g_assert_cmpint (starsend_start_frame_examine (path), ==, STARSEND_START_FRAME_UNREADABLE);
  g_assert_false (starsend_start_frame_withdraw (path, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);
  g_clear_error (&error);
  g_assert_false (starsend_start_frame_approve (path, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);
  g_clear_error (&error);
  take = studio_execute (studio, "a/b", NULL, &error);
  g_assert_null (take);
  assert_not_ready (&error, "a/b");
  g_assert_cmpint (g_rename (link, sidecar), ==, 0);
  g_assert_cmpint (starsend_start_frame_examine (path), ==, STARSEND_START_FRAME_APPROVED);
}

static void
test_iterate (Studio *studio, gconstpointer data)
{
  g_autoptr(GHashTable) overrides = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *picture = g_build_filename (studio->folder, "other.png", NULL);
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  studio_make_ready (studio, "SEQ01");
  take = studio_execute (studio, "SEQ01", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (starsend_take_get_number (take), ==, 1);
  g_assert_true (g_str_has_suffix (starsend_take_get_path (take), "_take01.mp4"));
  g_assert_cmpint (studio_count_frames (starsend_take_get_path (take), &error), ==, PLANNED_FRAMES);
  check_sidecar (studio, take);
  studio_assert_status (studio, "SEQ01", STARSEND_SEQUENCE_STATUS_REVIEW);
  g_assert_cmpstr (studio_shot_state (studio, "SEQ01", 1, "ショット 2"), ==, "video_complete");
  g_clear_object (&take);

  g_hash_table_insert (overrides, (gpointer) "s/1", (gpointer) "@car stands still");
  take = studio_iterate (studio, "SEQ01", overrides, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (starsend_take_get_number (take), ==, 2);
  g_assert_cmpstr (shot_text (take, 0), ==, "@car stands still");
  g_assert_cmpstr (shot_text (take, 1), ==, "pan left");
  g_clear_object (&take);

  /* What was changed stays changed, */
  g_hash_table_remove_all (overrides);
  g_hash_table_insert (overrides, (gpointer) "ショット 2", (gpointer) "tilt up");
  take = studio_iterate (studio, "SEQ01", overrides, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (shot_text (take, 0), ==, "@car stands still");
  g_assert_cmpstr (shot_text (take, 1), ==, "tilt up");
  g_clear_object (&take);

  /* until an empty text gives it up. */
  g_hash_table_remove_all (overrides);
  g_hash_table_insert (overrides, (gpointer) "s/1", (gpointer) "");
  studio_write_picture (picture, 300, 300, 4);
  take = studio_iterate (studio, "SEQ01", overrides, picture, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (starsend_take_get_number (take), ==, 4);
  g_assert_cmpstr (shot_text (take, 0), ==, "@car rolls past, push in");
  g_assert_cmpstr (shot_text (take, 1), ==, "tilt up");
  g_assert_true (starsend_sequence_record_get_start_frame_approved (studio_record (studio, "SEQ01")));
  g_assert_cmpuint (starsend_sequence_record_get_takes (studio_record (studio, "SEQ01")), ==, 4);
  g_assert_cmpuint (starsend_sequence_record_get_current_take (studio_record (studio, "SEQ01")), ==, 4);
  g_clear_object (&take);

  g_hash_table_remove_all (overrides);
  g_hash_table_insert (overrides, (gpointer) "nobody", (gpointer) "x");
  take = studio_iterate (studio, "SEQ01", overrides, NULL, NULL, &error);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  studio_assert_status (studio, "SEQ01", STARSEND_SEQUENCE_STATUS_REVIEW);
  studio_assert_agreement (studio);
}

/* What cannot be made is refused before the start frame is touched. */
static void
test_iterate_refused (Studio *studio, gconstpointer data)
{
  g_autofree char *picture = g_build_filename (studio->folder, "other.png", NULL);
  g_autofree char *frame = starsend_project_paths_dup_start_frame (starsend_project_get_paths (studio->project), "a/b");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  studio_make_take (studio, "a/b");
  before = starsend_files_digest (frame, NULL, NULL);
  studio_write_picture (picture, 300, 300, 4);
  take = studio_iterate (studio, "a/b", NULL, picture, "no-such-model", &error);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_clear_error (&error);
  take = studio_iterate (studio, "a/b", NULL, picture, "kling-o3", &error);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE);
  after = starsend_files_digest (frame, NULL, NULL);
  g_assert_cmpstr (after, ==, before);
  studio_assert_status (studio, "a/b", STARSEND_SEQUENCE_STATUS_REVIEW);
}

static StarsendTake *
dup_take (Studio *studio, const char *sequence_id, guint number)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GListModel) takes = studio_list_takes (studio, sequence_id, &error);
  StarsendTake *take;

  g_assert_no_error (error);
  take = g_list_model_get_item (takes, number - 1);
  g_assert_cmpuint (starsend_take_get_number (take), ==, number);

  return take;
}

static void
assert_verdict (Studio *studio, guint number, StarsendVerdict verdict, const char *note)
{
  g_autoptr(StarsendTake) take = dup_take (studio, EMOJI_ID, number);

  g_assert_cmpint (starsend_take_get_verdict (take), ==, verdict);
  g_assert_cmpstr (starsend_take_get_note (take), ==, note);
}

static void
test_verdicts (Studio *studio, gconstpointer data)
{
  StarsendSequenceRecord *record = studio_record (studio, EMOJI_ID);
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(StarsendTake) judged = NULL;
  g_autoptr(GError) error = NULL;

  studio_make_take (studio, EMOJI_ID);
  take = studio_iterate (studio, EMOJI_ID, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  g_assert_true (studio_reject (studio, EMOJI_ID, 0, NULL, "too dark", &error));
  assert_verdict (studio, 2, STARSEND_VERDICT_REJECTED, "too dark");
  studio_assert_status (studio, EMOJI_ID, STARSEND_SEQUENCE_STATUS_REVIEW);
  g_assert_cmpstr (studio_shot_state (studio, EMOJI_ID, 2, "s/1"), ==, "rejected");
  g_assert_cmpstr (starsend_sequence_record_get_notes (record), ==, "too dark");

  g_assert_true (studio_approve (studio, EMOJI_ID, 1, "schön", &error));
  g_assert_no_error (error);
  studio_assert_status (studio, EMOJI_ID, STARSEND_SEQUENCE_STATUS_COMPLETE);
  g_assert_cmpuint (starsend_sequence_record_get_current_take (record), ==, 1);
  g_assert_true (g_str_has_suffix (starsend_sequence_record_get_video_path (record), "_take01.mp4"));
  g_assert_nonnull (starsend_sequence_record_get_completed_at (record));
  g_assert_cmpstr (studio_shot_state (studio, EMOJI_ID, 1, "s/1"), ==, "approved");

  /* A user may think again, */
  g_assert_true (studio_approve (studio, EMOJI_ID, 2, NULL, &error));
  g_assert_cmpuint (starsend_sequence_record_get_current_take (record), ==, 2);
  assert_verdict (studio, 2, STARSEND_VERDICT_APPROVED, "too dark");
  studio_assert_status (studio, EMOJI_ID, STARSEND_SEQUENCE_STATUS_COMPLETE);

  /* of one shot too: then the take is approved no more. */
  g_assert_true (studio_reject (studio, EMOJI_ID, 0, "ショット 2", NULL, &error));
  studio_assert_status (studio, EMOJI_ID, STARSEND_SEQUENCE_STATUS_REVIEW);
  g_assert_null (starsend_sequence_record_get_completed_at (record));
  g_assert_cmpstr (studio_shot_state (studio, EMOJI_ID, 2, "s/1"), ==, "approved");
  g_assert_cmpstr (studio_shot_state (studio, EMOJI_ID, 2, "ショット 2"), ==, "rejected");
  judged = dup_take (studio, EMOJI_ID, 2);
  g_assert_cmpint (starsend_take_get_shot_verdict (judged, "ショット 2"), ==, STARSEND_VERDICT_REJECTED);
  g_assert_cmpint (starsend_take_get_verdict (judged), ==, STARSEND_VERDICT_NONE);

  g_assert_false (studio_reject (studio, EMOJI_ID, 0, "nobody", NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (studio_approve (studio, EMOJI_ID, 3, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  studio_assert_agreement (studio);
}

/* A take that was cut short since it arrived is not approved on hearsay. */
static void
test_approve_damaged (Studio *studio, gconstpointer data)
{
  g_autofree char *path = starsend_project_paths_dup_take (starsend_project_get_paths (studio->project), "SEQ01", 1);
  g_autofree char *bytes = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;

  studio_make_take (studio, "SEQ01");
  g_file_get_contents (path, &bytes, &length, NULL);
  studio_write (path, bytes, length / 2);
  g_assert_false (studio_approve (studio, "SEQ01", 0, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED);
  studio_assert_status (studio, "SEQ01", STARSEND_SEQUENCE_STATUS_REVIEW);
}

/* All at once, each in its own files */

static void
test_hard_ids (Studio *studio, gconstpointer data)
{
  StudioWait waits[G_N_ELEMENTS (hard_ids) - 1] = { { NULL } };
  g_autoptr(GHashTable) paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto(GStrv) ready = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; hard_ids[i] != NULL; i++)
    studio_make_ready (studio, hard_ids[i]);
  ready = starsend_client_sequence_runner_dup_ready (studio->runner);
  g_assert_cmpstrv (ready, hard_ids);

  for (guint i = 0; hard_ids[i] != NULL; i++)
    starsend_client_sequence_runner_execute_sequence_async (studio->runner, hard_ids[i], NULL, NULL, studio_on_ready, &waits[i]);
  for (guint i = 0; hard_ids[i] != NULL; i++)
    {
      g_autoptr(GAsyncResult) result = studio_wait (&waits[i]);
      g_autoptr(StarsendTake) take = starsend_client_sequence_runner_execute_sequence_finish (studio->runner, result, &error);

      g_assert_no_error (error);
      g_assert_true (g_str_has_prefix (starsend_take_get_path (take), studio->root));
      g_assert_cmpint (studio_count_frames (starsend_take_get_path (take), &error), ==, PLANNED_FRAMES);
      /* Not even in case may they be alike: a folder may be taken to a disk that does not tell cases apart. */
      g_assert_true (g_hash_table_add (paths, g_utf8_casefold (starsend_take_get_path (take), -1)));
      g_assert_cmpstr (studio_shot_state (studio, hard_ids[i], 1, "s/1"), ==, "video_complete");
      g_assert_true (studio_approve (studio, hard_ids[i], 0, NULL, &error));
    }
  g_assert_cmpuint (studio_count_jobs (studio, "take", STARSEND_LEDGER_SETTLED), ==, G_N_ELEMENTS (hard_ids) - 1);

  studio_reopen (studio);
  for (guint i = 0; hard_ids[i] != NULL; i++)
    {
      g_autoptr(GListModel) takes = studio_list_takes (studio, hard_ids[i], &error);

      studio_assert_status (studio, hard_ids[i], STARSEND_SEQUENCE_STATUS_COMPLETE);
      g_assert_cmpuint (g_list_model_get_n_items (takes), ==, 1);
    }
  studio_assert_agreement (studio);
}

/* Where a step is allowed */

typedef enum
{
  RESOLVE,
  EXPLORE,
  PICK,
  SET_FRAME,
  APPROVE_FRAME,
  UNLOCK_FRAME,
  EXECUTE,
  ITERATE,
  APPROVE,
  REJECT,
  N_STEPS
} StepName;

#define NO (-1)
#define NS STARSEND_SEQUENCE_STATUS_NOT_STARTED
#define EP STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING
#define FP STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING
#define FA STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED
#define GE STARSEND_SEQUENCE_STATUS_GENERATING
#define RE STARSEND_SEQUENCE_STATUS_REVIEW
#define CO STARSEND_SEQUENCE_STATUS_COMPLETE
#define IT STARSEND_SEQUENCE_STATUS_ITERATING

/* Where the sequence stands afterwards; NO: the step is refused and nothing has changed. */
static const int table[][N_STEPS] = {
  /*        resolve explore pick set approve unlock execute iterate approve reject */
  [NS] = { FP, FP, FP, FP, NO, NO, NO, NO, NO, NO },
  [EP] = { FP, FP, FP, FP, NO, NO, NO, NO, NO, NO },
  [FP] = { FP, FP, FP, FP, FA, NO, NO, NO, NO, NO },
  [FA] = { FA, FA, FP, FP, FA, FP, RE, NO, NO, NO },
  [GE] = { NO, NO, NO, NO, NO, NO, NO, NO, NO, NO },
  [RE] = { RE, RE, FP, FP, NO, NO, NO, RE, CO, RE },
  [CO] = { CO, CO, NO, NO, NO, NO, NO, RE, CO, RE },
  [IT] = { NO, NO, NO, NO, NO, NO, NO, NO, NO, NO },
};

static gboolean
run_step (Studio *studio, StepName step, const char *picture, GError **error)
{
  g_autoptr(GObject) object = NULL;
  g_autofree char *path = NULL;

  switch (step)
    {
    case RESOLVE:
      return (object = (GObject *) studio_resolve (studio, "SEQ01", error)) != NULL;
    case EXPLORE:
      return (path = studio_explore (studio, "SEQ01", NULL, error)) != NULL;
    case PICK:
      return (path = studio_pick (studio, "SEQ01", 3, 0, error)) != NULL;
    case SET_FRAME:
      return (path = studio_set_frame (studio, "SEQ01", picture, error)) != NULL;
    case APPROVE_FRAME:
      return studio_approve_frame (studio, "SEQ01", error);
    case UNLOCK_FRAME:
      return studio_unlock_frame (studio, "SEQ01", error);
    case EXECUTE:
      return (object = (GObject *) studio_execute (studio, "SEQ01", NULL, error)) != NULL;
    case ITERATE:
      return (object = (GObject *) studio_iterate (studio, "SEQ01", NULL, NULL, NULL, error)) != NULL;
    case APPROVE:
      return studio_approve (studio, "SEQ01", 1, NULL, error);
    case REJECT:
      return studio_reject (studio, "SEQ01", 0, NULL, NULL, error);
    case N_STEPS:
    default:
      g_assert_not_reached ();
    }
}

static void
force_status (Studio *studio, StarsendSequenceStatus status)
{
  g_autoptr(StarsendSequenceChange) change = starsend_sequence_change_new ();
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  starsend_sequence_change_force_status (change, status);
  starsend_sequence_state_update_async (starsend_project_get_sequence_state (studio->project), "SEQ01", change, NULL,
                                        studio_on_ready, &wait);
  result = studio_wait (&wait);
  starsend_sequence_state_update_finish (starsend_project_get_sequence_state (studio->project), result, &error);
  g_assert_no_error (error);
}

static void
check_refused (Studio *studio, StepName step, int status, const char *picture)
{
  g_autofree char *state_path = studio_path (studio, "state/starsend/sequence_state.json");
  g_autofree char *before = studio_read (state_path);
  guint n_jobs = g_list_model_get_n_items (G_LIST_MODEL (starsend_project_get_ledger (studio->project)));
  g_autofree char *after = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_false (run_step (studio, step, picture, &error));
  assert_not_ready (&error, "SEQ01");
  after = studio_read (state_path);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (starsend_project_get_ledger (studio->project))), ==, n_jobs);
}

static void
test_table (Studio *studio, gconstpointer data)
{
  g_autofree char *picture = g_build_filename (studio->folder, "set.png", NULL);
  g_autofree char *grid = NULL;
  g_autoptr(GError) error = NULL;

  studio_write_picture (picture, 320, 180, 3);
  studio_make_take (studio, "SEQ01");
  grid = studio_explore (studio, "SEQ01", NULL, &error);
  g_assert_no_error (error);
  for (int status = NS; status <= IT; status++)
    for (StepName step = RESOLVE; step < N_STEPS; step++)
      {
        force_status (studio, FP);
        g_assert_true (studio_approve_frame (studio, "SEQ01", &error));
        force_status (studio, status);
        if (table[status][step] == NO)
          check_refused (studio, step, status, picture);
        else
          {
            g_assert_true (run_step (studio, step, picture, &error));
            g_assert_no_error (error);
            studio_assert_status (studio, "SEQ01", table[status][step]);
          }
      }
}

static void
test_plan_error (Studio *studio, gconstpointer data)
{
  g_autoptr(StarsendElementResolution) resolution = NULL;
  g_autofree char *grid = NULL;
  g_autoptr(GError) error = NULL;

  grid = studio_explore (studio, "BROKEN", NULL, &error);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_nonnull (strstr (error->message, "duration"));
  g_clear_error (&error);
  resolution = studio_resolve (studio, "nobody", &error);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "SEQ01"));
}

static void
test_two_steps_at_once (Studio *studio, gconstpointer data)
{
  StudioWait first = { NULL };
  StudioWait second = { NULL };
  g_autoptr(GAsyncResult) first_result = NULL;
  g_autoptr(GAsyncResult) second_result = NULL;
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(StarsendTake) none = NULL;
  g_autoptr(GError) error = NULL;

  studio_make_ready (studio, "seq01");
  starsend_client_sequence_runner_execute_sequence_async (studio->runner, "seq01", NULL, NULL, studio_on_ready, &first);
  starsend_client_sequence_runner_execute_sequence_async (studio->runner, "seq01", NULL, NULL, studio_on_ready, &second);
  second_result = studio_wait (&second);
  none = starsend_client_sequence_runner_execute_sequence_finish (studio->runner, second_result, &error);
  assert_not_ready (&error, "seq01");
  g_assert_null (none);
  first_result = studio_wait (&first);
  take = starsend_client_sequence_runner_execute_sequence_finish (studio->runner, first_result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (studio_count_jobs (studio, "take", STARSEND_LEDGER_SETTLED), ==, 1);
}

/* The engine's call that the orchestrator stands on. Another orchestrator stands on it too: whoever changes it fails here,
 * when this is compiled. */
typedef void (*ExecuteMultiShot) (StarsendStepRunner *self, StarsendRequest *request, const char *output,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
typedef StarsendStepResult *(*ExecuteMultiShotFinish) (StarsendStepRunner *self, GAsyncResult *result, GError **error);

static void
test_step_runner_interface (void)
{
  ExecuteMultiShot execute = starsend_step_runner_execute_multi_shot_async;
  ExecuteMultiShotFinish finish = starsend_step_runner_execute_multi_shot_finish;
  ExecuteMultiShot execute_video = starsend_step_runner_execute_video_async;
  ExecuteMultiShotFinish finish_video = starsend_step_runner_execute_video_finish;

  g_assert_nonnull (execute);
  g_assert_nonnull (finish);
  g_assert_nonnull (execute_video);
  g_assert_nonnull (finish_video);
}

/* Opening */

/* Whoever is told that it cannot be opened may mend it and open it at once: the lock is gone by then. */
static void
test_open_fails (Studio *studio, gconstpointer data)
{
  g_autofree char *lock = starsend_project_paths_dup_lock (starsend_project_get_paths (studio->project));
  g_autofree char *config = studio_path (studio, "project_config.json");
  g_autofree char *good = studio_read (config);
  g_auto(GStrv) parts = g_strsplit (good, "client_video", 2);
  g_autofree char *bad = g_strjoinv ("musical", parts);

  studio_close (studio);
  studio_write (config, bad, -1);
  for (guint i = 0; i < 20; i++)
    {
      StudioWait wait = { NULL };
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(GError) error = NULL;

      starsend_project_open_async (studio->root, STARSEND_PROJECT_OPEN_DEFAULT, NULL, studio_on_ready, &wait);
      result = studio_wait (&wait);
      g_assert_false (g_file_test (lock, G_FILE_TEST_EXISTS));
      g_assert_null (starsend_project_open_finish (result, &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_assert_nonnull (strstr (error->message, "musical"));
    }
  studio_write (config, good, -1);
  studio_open (studio);
}

#define ADD(name, function) g_test_add ("/runner/" name, Studio, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  ADD ("elements", test_elements);
  ADD ("frames", test_frames);
  ADD ("frame-replaced", test_frame_replaced);
  ADD ("frame-changed", test_frame_changed);
  ADD ("frame-sidecar", test_frame_sidecar);
  ADD ("iterate", test_iterate);
  ADD ("iterate-refused", test_iterate_refused);
  ADD ("verdicts", test_verdicts);
  ADD ("approve-damaged", test_approve_damaged);
  ADD ("hard-ids", test_hard_ids);
  ADD ("table", test_table);
  ADD ("plan-error", test_plan_error);
  ADD ("open-fails", test_open_fails);
  ADD ("two-steps-at-once", test_two_steps_at_once);
  g_test_add_func ("/runner/step-runner-interface", test_step_runner_interface);

  return g_test_run ();
}
