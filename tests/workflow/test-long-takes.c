/* test-long-takes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "scripted-joiner.h"
#include "scripted-provider.h"
#include "starsend-client-sequence-runner-private.h"
#include "starsend-finding.h"
#include "starsend-sequence-run.h"
#include "starsend-sidecar.h"
#include "studio.h"

/* Takes that are longer than the model makes at once: made in parts, each bought once, whatever happens between them. */

#define SHOT(id, seconds) "{\"id\": \"" id "\", \"duration\": " #seconds ", \"prompt\": \"static\"}"

static const char plan[] =
  "{\"format\": \"client_plan\", \"version\": 1, \"project\": \"long\", \"episode\": \"EP001\", \"aspect_ratio\": \"16:9\", \"fps\": 24,\n"
  " \"elements\": [], \"sequences\": [\n"
  "  {\"id\": \"A\", \"shots\": [" SHOT ("s", 10) ", " SHOT ("t", 10) ", " SHOT ("u", 10) "]},\n"
  "  {\"id\": \"B\", \"shots\": [" SHOT ("s", 5) "]},\n"
  "  {\"id\": \"C\", \"shots\": [" SHOT ("s", 5) ", " SHOT ("t", 20) "]},\n"
  "  {\"id\": \"D\", \"shots\": [" SHOT ("s", 0.25) ", " SHOT ("t", 0.25) "]}]}\n";

/* 0.1 a second, in millionths; a tenth less is paid. */
#define PRICE 100000
#define PART_ESTIMATE 1000000
#define PART_COST 900000
/* What is delivered, whatever was asked for. */
#define PART_FRAMES 12

static char *video_path;
static char *picture_path;

typedef struct
{
  Studio studio;
  ScriptedProvider *provider;
  ScriptedJoiner *joiner;
  char *copy; /* of the project, as a crash would have left it */
} Long;

/* Rendered once: what every scripted job delivers. */
static void
make_media (const char *folder)
{
  Studio studio;
  g_autofree char *take = NULL;

  studio_set_up (&studio, plan, NULL);
  studio_make_take (&studio, "D");
  take = starsend_project_paths_dup_take (starsend_project_get_paths (studio.project), "D", 1);
  video_path = g_build_filename (folder, "good.mp4", NULL);
  picture_path = g_build_filename (folder, "picture.png", NULL);
  g_assert_cmpint (g_rename (take, video_path), ==, 0);
  studio_write_picture (picture_path, 640, 360, 5);
  studio_tear_down (&studio);
}

/* The real joiner with faults in the place of the real one. */
static void
take_joiner (Long *self)
{
  StarsendClientSequenceRunner *runner = self->studio.runner;

  g_object_unref (runner->steps);
  runner->steps = starsend_step_runner_new (runner->jobs, starsend_project_get_execution_store (self->studio.project),
                                            starsend_project_get_ledger (self->studio.project), STARSEND_JOINER (self->joiner));
}

static void
reopen (Long *self)
{
  g_autoptr(GListModel) found = NULL;

  studio_reopen (&self->studio);
  take_joiner (self);
  found = studio_prepare (&self->studio);
  g_assert_cmpuint (g_list_model_get_n_items (found), ==, 0);
}

static void
set_up (Long *self, gconstpointer budget)
{
  memset (self, 0, sizeof *self);
  studio_set_up (&self->studio, plan, budget);
  self->provider = scripted_provider_new (PRICE, video_path, picture_path);
  scripted_provider_set_cancel_answer (self->provider, TRUE);
  self->studio.provider = STARSEND_PROVIDER (self->provider);
  self->joiner = scripted_joiner_new ();
  reopen (self);
  studio_make_ready (&self->studio, "A");
}

static void
tear_down (Long *self, gconstpointer budget)
{
  g_assert_true (scripted_provider_is_used_up (self->provider));
  studio_tear_down (&self->studio);
  g_assert_finalize_object (self->joiner);
  g_free (self->copy);
}

static StarsendLedger *
get_ledger (Long *self)
{
  return starsend_project_get_ledger (self->studio.project);
}

static void
assert_money (Long *self, gint64 spent, gint64 reserved)
{
  g_assert_cmpint (starsend_ledger_get_spent (get_ledger (self), NULL), ==, spent);
  g_assert_cmpint (starsend_ledger_get_reserved (get_ledger (self), NULL), ==, reserved);
  g_assert_cmpint (starsend_job_runner_get_held (self->studio.runner->jobs, NULL), ==, 0);
}

static char *
part_path (Long *self, guint number, guint part)
{
  g_autofree char *take = starsend_project_paths_dup_take (starsend_project_get_paths (self->studio.project), "A", number);

  return starsend_project_paths_dup_part (take, part);
}

static void
assert_parts (Long *self, guint number, guint n)
{
  for (guint part = 1; part <= 3; part++)
    {
      g_autofree char *path = part_path (self, number, part);

      g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR) == (part <= n));
    }
}

static StarsendTakeOffer *
offer (Long *self, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_offer_execution_async (self->studio.runner, "A", "kling-o3", NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_offer_execution_finish (self->studio.runner, result, error);
}

static void
assert_offer (Long *self, guint number, guint n_there, gboolean has_note)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendTakeOffer) found = offer (self, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (starsend_take_offer_get_number (found), ==, number);
  g_assert_cmpuint (starsend_take_offer_get_n_parts (found), ==, 3);
  g_assert_cmpuint (starsend_take_offer_get_n_there (found), ==, n_there);
  g_assert_cmpint (starsend_take_offer_get_estimate (found), ==, (3 - n_there) * PART_ESTIMATE);
  g_assert_true ((starsend_take_offer_get_note (found) != NULL) == has_note);
}

static JsonObject *
load_sidecar (Long *self, guint number, JsonNode **node)
{
  g_autofree char *path = starsend_project_paths_dup_take (starsend_project_get_paths (self->studio.project), "A", number);
  g_autofree char *sidecar = starsend_sidecar_path (path);
  g_autoptr(GError) error = NULL;

  *node = starsend_sidecar_load (sidecar, &error);
  g_assert_no_error (error);

  return json_node_get_object (*node);
}

/* Whole, in review, every part paid once; @n_submits in all. */
static void
assert_whole (Long *self, guint number, guint n_submits)
{
  g_autofree char *path = starsend_project_paths_dup_take (starsend_project_get_paths (self->studio.project), "A", number);
  g_autoptr(JsonNode) node = NULL;
  g_autoptr(GError) error = NULL;
  JsonObject *sidecar = load_sidecar (self, number, &node);
  JsonArray *parts = json_object_get_array_member (sidecar, "parts");

  studio_assert_status (&self->studio, "A", STARSEND_SEQUENCE_STATUS_REVIEW);
  g_assert_cmpuint (starsend_sequence_record_get_current_take (studio_record (&self->studio, "A")), ==, number);
  g_assert_cmpint (studio_count_frames (path, &error), ==, 3 * PART_FRAMES);
  g_assert_cmpstr (studio_shot_state (&self->studio, "A", number, "u"), ==, "video_complete");
  g_assert_cmpuint (scripted_provider_get_n_submits (self->provider), ==, n_submits);
  assert_parts (self, number, 3);
  g_assert_cmpuint (json_array_get_length (parts), ==, 3);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (sidecar, "cost"), 3 * PART_COST / 1e6, 1e-9);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (sidecar, "estimate"), 3 * PART_ESTIMATE / 1e6, 1e-9);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (sidecar, "joined"), "parts"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (sidecar, "checks"), "frames"), ==, 3 * PART_FRAMES);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json_object_get_object_member (sidecar, "request"), "shots")), ==, 3);
  g_assert_false (json_object_has_member (json_object_get_object_member (sidecar, "request"), "part"));
  g_assert_cmpuint (studio_count_files (self->studio.root, ".part"), ==, 0);
  studio_assert_agreement (&self->studio);
}

static void
assert_execute (Long *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendTake) take = studio_execute (&self->studio, "A", "kling-o3", &error);

  g_assert_no_error (error);
  g_assert_nonnull (take);
}

/* Refused or failed, and the sequence is back; the sentence has @words in it. */
static void
assert_fails (Long *self, GQuark domain, int code, const char *words)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendTake) take = studio_execute (&self->studio, "A", "kling-o3", &error);

  g_assert_null (take);
  g_assert_error (error, domain, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
  studio_assert_status (&self->studio, "A", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  g_assert_cmpstr (studio_shot_state (&self->studio, "A", 1, "u"), ==, "video_pending");
}

static void
test_three_parts (Long *self, gconstpointer data)
{
  g_autoptr(JsonNode) node = NULL;
  JsonObject *sidecar;
  g_autoptr(GPtrArray) jobs = NULL;

  assert_offer (self, 1, 0, FALSE);
  assert_execute (self);
  assert_whole (self, 1, 3);
  assert_money (self, 3 * PART_COST, 0);

  sidecar = load_sidecar (self, 1, &node);
  jobs = starsend_ledger_find_jobs (get_ledger (self), "EP001_A", "take", 1, FALSE);
  g_assert_cmpuint (jobs->len, ==, 3);
  for (guint i = 0; i < jobs->len; i++)
    {
      StarsendLedgerJob *job = g_ptr_array_index (jobs, i);
      JsonObject *part = json_array_get_object_element (json_object_get_array_member (sidecar, "parts"), i);
      JsonObject *request = json_node_get_object (starsend_ledger_job_get_request (job));
      g_autofree char *output = g_strdup_printf ("output/video/parts/a_take01_part%02u.mp4", i + 1);
      g_autofree char *frame = g_strdup_printf ("output/video/parts/a_take01_part%02u_last.png", i);

      g_assert_cmpuint (starsend_ledger_job_get_part (job), ==, i + 1);
      g_assert_cmpuint (starsend_ledger_job_get_n_parts (job), ==, 3);
      g_assert_cmpstr (starsend_ledger_job_get_output (job), ==, output);
      g_assert_cmpstr (json_object_get_string_member (part, "job"), ==, starsend_ledger_job_get_id (job));
      g_assert_cmpstr (json_object_get_string_member (part, "file"), ==, output);
      g_assert_cmpstr (json_object_get_string_member (part, "sha256"), ==, starsend_ledger_job_get_file_digest (job));
      if (i > 0)
        g_assert_cmpstr (json_object_get_string_member (request, "start_frame"), ==, frame);
    }
  g_assert_cmpstr (json_object_get_string_member (sidecar, "job"), ==, starsend_ledger_job_get_id (g_ptr_array_index (jobs, 2)));
}

/* Each part alone would pass; the whole does not, and so nothing is bought. */
static void
test_cap_of_the_whole (Long *self, gconstpointer data)
{
  assert_fails (self, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED, "$ 3.00");
  g_assert_cmpuint (scripted_provider_get_n_submits (self->provider), ==, 0);
  assert_money (self, 0, 0);
}

static void
on_job_hangs (GListModel *jobs, guint position, guint removed, guint added, gboolean *hangs)
{
  *hangs = g_list_model_get_n_items (jobs) > 0;
}

static void
run_until_part (Long *self, guint part)
{
  gint64 end = g_get_monotonic_time () + STUDIO_TIMEOUT_SECONDS * G_USEC_PER_SEC;

  while (scripted_provider_get_n_collects (self->provider) < part)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      studio_run_for (5);
    }
}

/* What is not asked for yet holds its money against everything else. */
static void
test_reserved (Long *self, gconstpointer data)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) end = NULL;

  studio_make_ready (&self->studio, "B");
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_HANGS, 1);
  starsend_client_sequence_runner_execute_sequence_async (self->studio.runner, "A", "kling-o3", cancellable, studio_on_ready, &wait);
  run_until_part (self, 1);
  g_assert_cmpint (starsend_ledger_get_reserved (get_ledger (self), NULL), ==, PART_ESTIMATE);
  g_assert_cmpint (starsend_job_runner_get_held (self->studio.runner->jobs, "EP001_A"), ==, 2 * PART_ESTIMATE);
  g_assert_cmpint (starsend_job_runner_get_held (self->studio.runner->jobs, "EP001_B"), ==, 0);

  /* 3.00 of 3.40 are taken. */
  take = studio_execute (&self->studio, "B", "kling-o3", &error);
  g_assert_null (take);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED);
  g_assert_cmpuint (scripted_provider_get_n_submits (self->provider), ==, 1);

  g_cancellable_cancel (cancellable);
  result = studio_wait (&wait);
  g_assert_null (starsend_client_sequence_runner_execute_sequence_finish (self->studio.runner, result, &end));
  g_assert_error (end, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_money (self, 0, PART_ESTIMATE);
  studio_assert_status (&self->studio, "A", STARSEND_SEQUENCE_STATUS_GENERATING);
}

static void
test_second_part_fails (Long *self, gconstpointer data)
{
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_WELL, 1);
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_FAILS, 1);
  assert_fails (self, STARSEND_ERROR, STARSEND_ERROR_PROVIDER, "1 of the 3 parts");
  assert_parts (self, 1, 1);
  assert_money (self, PART_COST, 0);
  studio_assert_agreement (&self->studio);

  /* Again, in another process: only the rest. */
  reopen (self);
  assert_offer (self, 1, 1, FALSE);
  assert_execute (self);
  assert_whole (self, 1, 4);
  assert_money (self, 3 * PART_COST, 0);
}

/* Parts that were made of something else are kept, told, and not used. */
static void
test_changed_inputs (Long *self, gconstpointer data)
{
  g_autofree char *picture = g_build_filename (self->studio.folder, "another.png", NULL);
  g_autofree char *frame = NULL;
  g_autoptr(GError) error = NULL;

  scripted_provider_add (self->provider, SCRIPTED_COLLECT_WELL, 1);
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_FAILS, 1);
  assert_fails (self, STARSEND_ERROR, STARSEND_ERROR_PROVIDER, "1 of the 3 parts");

  g_assert_true (studio_unlock_frame (&self->studio, "A", &error));
  studio_write_picture (picture, 640, 400, 77);
  frame = studio_set_frame (&self->studio, "A", picture, &error);
  g_assert_no_error (error);
  g_assert_true (studio_approve_frame (&self->studio, "A", &error));
  assert_offer (self, 2, 0, TRUE);
  assert_execute (self);
  assert_parts (self, 1, 1);
  assert_whole (self, 2, 5);
  assert_money (self, 4 * PART_COST, 0);
}

/* The plan's later shots may change: what is there is there all the same. */
static void
test_changed_rest (Long *self, gconstpointer data)
{
  g_autofree char *text = studio_read (self->studio.plan_path);
  char *shot;

  scripted_provider_add (self->provider, SCRIPTED_COLLECT_WELL, 1);
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_FAILS, 1);
  assert_fails (self, STARSEND_ERROR, STARSEND_ERROR_PROVIDER, "1 of the 3 parts");

  shot = strstr (strstr (text, "\"id\": \"t\""), "static");
  memcpy (shot, "tilt  ", 6);
  studio_close (&self->studio);
  studio_write (self->studio.plan_path, text, -1);
  studio_open (&self->studio);
  take_joiner (self);
  assert_offer (self, 1, 1, FALSE);
  assert_execute (self);
  assert_whole (self, 1, 4);
}

/* A part whose bytes are not those that arrived is none. Nothing is written over it. */
static void
test_damaged_part (Long *self, gconstpointer data)
{
  g_autofree char *path = part_path (self, 1, 1);

  scripted_provider_add (self->provider, SCRIPTED_COLLECT_WELL, 1);
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_FAILS, 1);
  assert_fails (self, STARSEND_ERROR, STARSEND_ERROR_PROVIDER, "1 of the 3 parts");
  studio_write (path, "no video", -1);
  assert_offer (self, 2, 0, TRUE);
  assert_execute (self);
  g_assert_cmpuint (starsend_sequence_record_get_current_take (studio_record (&self->studio, "A")), ==, 2);
  g_assert_cmpuint (scripted_provider_get_n_submits (self->provider), ==, 5);
}

static void
cancel_job (Long *self)
{
  g_autoptr(StarsendJob) job = starsend_job_runner_dup_job (self->studio.runner->jobs, "EP001_A");

  g_assert_nonnull (job);
  g_cancellable_cancel (starsend_job_get_cancellable (job));
}

static void
execute_and_cancel (Long *self, const char *words)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  scripted_provider_add (self->provider, SCRIPTED_COLLECT_WELL, 1);
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_HANGS, 1);
  starsend_client_sequence_runner_execute_sequence_async (self->studio.runner, "A", "kling-o3", NULL, studio_on_ready, &wait);
  run_until_part (self, 2);
  cancel_job (self);
  result = studio_wait (&wait);
  g_assert_null (starsend_client_sequence_runner_execute_sequence_finish (self->studio.runner, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_cancelled (Long *self, gconstpointer data)
{
  execute_and_cancel (self, "1 of the 3 parts");
  g_assert_cmpuint (scripted_provider_get_n_cancels (self->provider), ==, 1);
  studio_assert_status (&self->studio, "A", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  assert_money (self, PART_COST, 0);
  assert_execute (self);
  assert_whole (self, 1, 4);
}

/* A part that is uncertain stops the take, and nothing is asked for until somebody has decided. */
static void
test_uncertain (Long *self, gconstpointer data)
{
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  scripted_provider_add (self->provider, SCRIPTED_SUBMIT_WELL, 1);
  scripted_provider_add (self->provider, SCRIPTED_SUBMIT_UNCERTAIN, 1);
  take = studio_execute (&self->studio, "A", "kling-o3", &error);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
  studio_assert_status (&self->studio, "A", STARSEND_SEQUENCE_STATUS_GENERATING);
  assert_money (self, PART_COST, PART_ESTIMATE);
  g_assert_cmpuint (scripted_provider_get_n_submits (self->provider), ==, 2);
}

static void
fail_to_join (Long *self)
{
  scripted_joiner_fail_next (self->joiner, 1);
  assert_fails (self, STARSEND_ERROR, STARSEND_ERROR_IO, "All 3 parts");
  assert_parts (self, 1, 3);
  assert_money (self, 3 * PART_COST, 0);
  g_assert_cmpuint (studio_count_files (self->studio.root, ".part"), ==, 0);

  reopen (self);
  assert_offer (self, 1, 3, FALSE);
}

static void
test_join_fails_and_execute (Long *self, gconstpointer data)
{
  fail_to_join (self);
  assert_execute (self);
  assert_whole (self, 1, 3);
}

static void
test_join_fails_and_resume (Long *self, gconstpointer data)
{
  g_autoptr(GListModel) sentences = NULL;

  fail_to_join (self);
  sentences = studio_resume (&self->studio);
  g_assert_cmpuint (g_list_model_get_n_items (sentences), ==, 1);
  assert_whole (self, 1, 3);
}

/* Nothing asks for anything here: what is over the model's limit in one shot cannot be cut. */
static void
test_shot_too_long (Long *self, gconstpointer data)
{
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  studio_make_ready (&self->studio, "C");
  take = studio_execute (&self->studio, "C", "kling-o3", &error);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_nonnull (strstr (error->message, "shots[1].duration"));
  studio_assert_status (&self->studio, "C", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  g_assert_cmpuint (scripted_provider_get_n_submits (self->provider), ==, 0);
}

/* Another take, and one more that fails half way: the takes before it are still there. */
static void
test_iterate (Long *self, gconstpointer data)
{
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(StarsendTake) failed = NULL;
  g_autoptr(StarsendTake) last = NULL;
  g_autoptr(GError) error = NULL;

  assert_execute (self);
  take = studio_iterate (&self->studio, "A", NULL, NULL, "kling-o3", &error);
  g_assert_no_error (error);
  /* The same once more is another take, and not the parts of the one before. */
  assert_whole (self, 2, 6);
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_WELL, 2);
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_FAILS, 1);
  failed = studio_iterate (&self->studio, "A", NULL, NULL, "kling-o3", &error);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER);
  g_clear_error (&error);
  studio_assert_status (&self->studio, "A", STARSEND_SEQUENCE_STATUS_REVIEW);
  assert_parts (self, 3, 2);
  last = studio_iterate (&self->studio, "A", NULL, NULL, "kling-o3", &error);
  g_assert_no_error (error);
  assert_whole (self, 3, 10);
}

/* Crashes: the project is copied as it lies on the disk at a moment, and the copy is opened as the next process would. */

static void
copy_project (gpointer user_data)
{
  Long *self = user_data;
  const char *argv[] = { "cp", "-a", self->studio.root, NULL, NULL };
  g_autofree char *lock = NULL;
  int status;

  if (self->copy != NULL)
    return;
  self->copy = g_build_filename (self->studio.folder, "copy", NULL);
  argv[3] = self->copy;
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  /* It names a process that is gone after a crash, and that lives here. */
  lock = g_build_filename (self->copy, "state", "starsend", "lock", NULL);
  g_remove (lock);
}

static void
open_copy (Long *self)
{
  g_autoptr(GListModel) found = NULL;

  scripted_joiner_set_hooks (self->joiner, NULL, NULL, NULL);
  studio_close (&self->studio);
  g_free (self->studio.root);
  self->studio.root = g_steal_pointer (&self->copy);
  studio_open (&self->studio);
  take_joiner (self);
  found = studio_prepare (&self->studio);
  g_assert_cmpuint (g_list_model_get_n_items (found), ==, 0);
  studio_assert_status (&self->studio, "A", STARSEND_SEQUENCE_STATUS_GENERATING);
}

static void
assert_resume (Long *self, const char *words)
{
  g_autoptr(GListModel) sentences = studio_resume (&self->studio);
  g_autoptr(StarsendFinding) sentence = g_list_model_get_item (sentences, 0);

  g_assert_cmpuint (g_list_model_get_n_items (sentences), ==, 1);
  g_test_message ("%s", starsend_finding_get_message (sentence));
  g_assert_nonnull (strstr (starsend_finding_get_message (sentence), words));
  g_assert_cmpint (starsend_finding_get_severity (sentence), ==, STARSEND_SEVERITY_WARNING);
}

static void
test_crash_between_parts (Long *self, gconstpointer data)
{
  guint n;

  scripted_joiner_set_hooks (self->joiner, copy_project, NULL, self);
  assert_execute (self);
  n = scripted_provider_get_n_submits (self->provider);
  open_copy (self);
  assert_resume (self, "1 of 3 parts");
  /* Nothing is asked for without the user's word. */
  g_assert_cmpuint (scripted_provider_get_n_submits (self->provider), ==, n);
  studio_assert_status (&self->studio, "A", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  g_assert_cmpstr (studio_shot_state (&self->studio, "A", 1, "u"), ==, "video_pending");
  studio_assert_agreement (&self->studio);
  assert_offer (self, 1, 1, FALSE);
  assert_execute (self);
  assert_whole (self, 1, n + 2);
}

static void
crash_in_part (Long *self, guint part)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  scripted_provider_add (self->provider, SCRIPTED_COLLECT_WELL, part - 1);
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_HANGS, 1);
  starsend_client_sequence_runner_execute_sequence_async (self->studio.runner, "A", "kling-o3", cancellable, studio_on_ready, &wait);
  run_until_part (self, part);
  copy_project (self);
  g_cancellable_cancel (cancellable);
  result = studio_wait (&wait);
  g_assert_null (starsend_client_sequence_runner_execute_sequence_finish (self->studio.runner, result, &error));
  g_clear_object (&result);
  open_copy (self);
}

static void
test_crash_in_second_part (Long *self, gconstpointer data)
{
  crash_in_part (self, 2);
  assert_resume (self, "2 of 3 parts");
  g_assert_cmpuint (scripted_provider_get_n_submits (self->provider), ==, 2);
  assert_money (self, 2 * PART_COST, 0);
  studio_assert_status (&self->studio, "A", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  assert_offer (self, 1, 2, FALSE);
  assert_execute (self);
  assert_whole (self, 1, 3);
}

static void
test_crash_in_last_part (Long *self, gconstpointer data)
{
  crash_in_part (self, 3);
  assert_resume (self, "in review");
  assert_whole (self, 1, 3);
  assert_money (self, 3 * PART_COST, 0);
}

static void
test_crash_before_join (Long *self, gconstpointer data)
{
  scripted_joiner_set_hooks (self->joiner, NULL, copy_project, self);
  assert_execute (self);
  open_copy (self);
  assert_resume (self, "in review");
  assert_whole (self, 1, 3);
}

/* The joined take has its name, and nothing else knows of it yet. */
static void
test_crash_after_join (Long *self, gconstpointer data)
{
  g_autofree char *path = studio_path (&self->studio, "output/video/a_take01.mp4");
  g_autofree char *sidecar = studio_path (&self->studio, "output/video/a_take01.json");

  scripted_joiner_set_hooks (self->joiner, NULL, copy_project, self);
  assert_execute (self);
  {
    g_autofree char *to = g_build_filename (self->copy, "output/video", NULL);
    const char *argv[] = { "cp", path, sidecar, to, NULL };

    g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  }
  open_copy (self);
  assert_resume (self, "in review");
  assert_whole (self, 1, 3);
  g_assert_cmpuint (scripted_joiner_get_n_joins (self->joiner), ==, 1);
}

/* The ledger is lost: every part is entered again from its sidecar, and nothing counts twice. */
static void
test_lost_ledger (Long *self, gconstpointer data)
{
  g_autofree char *ledger = studio_path (&self->studio, "state/starsend/ledger.jsonl");
  g_autoptr(GListModel) found = NULL;

  assert_execute (self);
  studio_close (&self->studio);
  g_assert_cmpint (g_remove (ledger), ==, 0);
  studio_open (&self->studio);
  take_joiner (self);
  found = studio_reconcile (&self->studio, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (found), >, 0);
  assert_money (self, 3 * PART_COST, 0);
  assert_whole (self, 1, 3);
}

static gboolean
start_run (Long *self, StarsendSequenceRun *run, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_sequence_run_start_async (run, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_sequence_run_start_finish (run, result, error);
}

/* A run holds its money for all parts, and asks for what is not there alone when it is begun again. */
static void
test_in_a_run (Long *self, gconstpointer data)
{
  g_autoptr(StarsendSequenceRun) run = starsend_sequence_run_new (self->studio.runner);
  g_autoptr(StarsendSequenceRun) again = NULL;
  g_autoptr(GError) error = NULL;

  studio_make_ready (&self->studio, "B");
  starsend_sequence_run_add (run, "A", "kling-o3");
  starsend_sequence_run_add (run, "B", "kling-o3");
  starsend_sequence_run_set_concurrency (run, 1);
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_WELL, 1);
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_FAILS, 1);
  g_assert_true (start_run (self, run, &error));
  g_assert_no_error (error);
  g_assert_cmpint (starsend_sequence_run_get_estimate (run), ==, 3 * PART_ESTIMATE + PART_ESTIMATE / 2);
  g_assert_cmpuint (starsend_sequence_run_get_n_done (run), ==, 1);
  g_assert_cmpuint (starsend_sequence_run_get_n_failed (run), ==, 1);
  g_assert_cmpint (starsend_sequence_run_get_spent (run), ==, PART_COST + PART_COST / 2);
  assert_money (self, PART_COST + PART_COST / 2, 0);

  again = starsend_sequence_run_new (self->studio.runner);
  starsend_sequence_run_add (again, "A", "kling-o3");
  g_assert_true (start_run (self, again, &error));
  g_assert_no_error (error);
  g_assert_cmpint (starsend_sequence_run_get_estimate (again), ==, 2 * PART_ESTIMATE);
  assert_whole (self, 1, 5);
}

/* Without parts in between it goes as it always did. */
static void
test_short_take (Long *self, gconstpointer data)
{
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;
  gboolean hangs = FALSE;

  g_signal_connect (starsend_client_sequence_runner_get_jobs (self->studio.runner), "items-changed", G_CALLBACK (on_job_hangs), &hangs);
  studio_make_ready (&self->studio, "B");
  take = studio_execute (&self->studio, "B", "kling-o3", &error);
  g_signal_handlers_disconnect_by_data (starsend_client_sequence_runner_get_jobs (self->studio.runner), &hangs);
  g_assert_no_error (error);
  g_assert_false (hangs);
  g_assert_cmpuint (starsend_take_get_n_parts (take), ==, 0);
  g_assert_cmpuint (scripted_joiner_get_n_joins (self->joiner), ==, 0);
}

#define ADD(name, budget, function) g_test_add ("/long-takes/" name, Long, budget, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_autofree char *folder = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("starsend-long-XXXXXX", NULL);
  make_media (folder);

  ADD ("three-parts", NULL, test_three_parts);
  ADD ("cap-of-the-whole", "{\"take\": 2.5}", test_cap_of_the_whole);
  ADD ("reserved", "{\"project\": 3.4}", test_reserved);
  ADD ("second-part-fails", NULL, test_second_part_fails);
  ADD ("changed-inputs", NULL, test_changed_inputs);
  ADD ("changed-rest", NULL, test_changed_rest);
  ADD ("damaged-part", NULL, test_damaged_part);
  ADD ("cancelled", NULL, test_cancelled);
  ADD ("uncertain", NULL, test_uncertain);
  ADD ("shot-too-long", NULL, test_shot_too_long);
  ADD ("iterate", NULL, test_iterate);
  ADD ("crash-between-parts", NULL, test_crash_between_parts);
  ADD ("crash-in-second-part", NULL, test_crash_in_second_part);
  ADD ("crash-in-last-part", NULL, test_crash_in_last_part);
  ADD ("crash-before-join", NULL, test_crash_before_join);
  ADD ("crash-after-join", NULL, test_crash_after_join);
  ADD ("lost-ledger", NULL, test_lost_ledger);
  ADD ("in-a-run", "{\"project\": 3.6}", test_in_a_run);
  ADD ("short-take", NULL, test_short_take);
  ADD ("join-fails-and-execute", NULL, test_join_fails_and_execute);
  ADD ("join-fails-and-resume", NULL, test_join_fails_and_resume);
  status = g_test_run ();
  studio_remove_tree (folder);

  return status;
}
