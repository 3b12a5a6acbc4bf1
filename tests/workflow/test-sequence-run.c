/* test-sequence-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "scripted-provider.h"
#include "starsend-client-sequence-runner-private.h"
#include "starsend-sequence-run.h"
#include "studio.h"

/* Takes of many sequences: all or none, a few at a time, and what stops one does not stop the others unless it must. */

#define SEQUENCE(id, seconds) "{\"id\": \"" id "\", \"shots\": [{\"id\": \"s\", \"duration\": " #seconds ", \"prompt\": \"static\"}, " \
                              "{\"id\": \"t\", \"duration\": " #seconds ", \"prompt\": \"push in\"}]}"

static const char plan[] =
  "{\"format\": \"client_plan\", \"version\": 1, \"project\": \"run\", \"episode\": \"EP001\", \"aspect_ratio\": \"16:9\", \"fps\": 24,\n"
  " \"elements\": [], \"sequences\": [" SEQUENCE ("A", 2) ", " SEQUENCE ("B", 2) ", " SEQUENCE ("C", 2) ", "
  SEQUENCE ("D", 2) ", " SEQUENCE ("E", 2) ", " SEQUENCE ("F", 0.25) ", " SEQUENCE ("G", 0.25) "]}\n";

/* Four seconds at a quarter a second, in millionths. */
#define PRICE 250000
#define ESTIMATE 1000000
#define COST 900000

static char *video_path;
static char *picture_path;

typedef struct
{
  Studio studio;
  ScriptedProvider *provider;
  StarsendSequenceRun *run;
  guint most; /* that ran at the same time */
} Runs;

static void
make_media (const char *folder)
{
  Studio studio;
  g_autofree char *take = NULL;

  studio_set_up (&studio, plan, NULL);
  studio_make_take (&studio, "F");
  take = starsend_project_paths_dup_take (starsend_project_get_paths (studio.project), "F", 1);
  video_path = g_build_filename (folder, "good.mp4", NULL);
  picture_path = g_build_filename (folder, "picture.png", NULL);
  g_assert_cmpint (g_rename (take, video_path), ==, 0);
  studio_write_picture (picture_path, 320, 180, 5);
  studio_tear_down (&studio);
}

static void
on_n_running (StarsendSequenceRun *run, GParamSpec *pspec, Runs *self)
{
  self->most = MAX (self->most, starsend_sequence_run_get_n_running (run));
}

static void
begin_run (Runs *self)
{
  g_clear_object (&self->run);
  self->run = starsend_sequence_run_new (self->studio.runner);
  self->most = 0;
  g_signal_connect (self->run, "notify::n-running", G_CALLBACK (on_n_running), self);
}

static void
set_up (Runs *self, gconstpointer budget)
{
  static const char *const ids[] = { "A", "B", "C", "D", "F", "G" };

  memset (self, 0, sizeof *self);
  studio_set_up (&self->studio, plan, budget);
  self->provider = scripted_provider_new (PRICE, video_path, picture_path);
  scripted_provider_set_cancel_answer (self->provider, TRUE);
  self->studio.provider = STARSEND_PROVIDER (self->provider);
  studio_reopen (&self->studio);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    studio_make_ready (&self->studio, ids[i]);
  begin_run (self);
}

static void
tear_down (Runs *self, gconstpointer budget)
{
  g_assert_true (scripted_provider_is_used_up (self->provider));
  if (self->studio.runner != NULL)
    g_assert_cmpint (starsend_job_runner_get_held (self->studio.runner->jobs, NULL), ==, 0);
  g_assert_finalize_object (self->run);
  studio_tear_down (&self->studio);
}

static void
add (Runs *self, const char *ids)
{
  g_auto(GStrv) words = g_strsplit (ids, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    starsend_sequence_run_add (self->run, words[i], "kling-o3");
}

static gboolean
check (Runs *self, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_sequence_run_check_async (self->run, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_sequence_run_check_finish (self->run, result, error);
}

static gboolean
run (Runs *self, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_sequence_run_start_async (self->run, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_sequence_run_start_finish (self->run, result, error);
}

static StarsendRunState
state_of (Runs *self, guint position)
{
  g_autoptr(StarsendRunEntry) entry = g_list_model_get_item (starsend_sequence_run_get_entries (self->run), position);

  return starsend_run_entry_get_state (entry);
}

static void
assert_states (Runs *self, const char *wanted)
{
  g_autoptr(GString) found = g_string_new (NULL);

  for (guint i = 0; i < starsend_sequence_run_get_n_total (self->run); i++)
    g_string_append_printf (found, "%s%s", i > 0 ? " " : "", starsend_run_state_to_string (state_of (self, i)));
  g_assert_cmpstr (found->str, ==, wanted);
}

static gint64
get_spent (Runs *self)
{
  return starsend_ledger_get_spent (starsend_project_get_ledger (self->studio.project), NULL);
}

static void
wait_for_running (Runs *self, guint n)
{
  gint64 end = g_get_monotonic_time () + STUDIO_TIMEOUT_SECONDS * G_USEC_PER_SEC;

  while (scripted_provider_get_n_collects (self->provider) < n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      studio_run_for (5);
    }
}

static void
test_all (Runs *self, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  add (self, "A B C D A");
  g_assert_cmpint (starsend_sequence_run_get_estimate (self->run), ==, -1);
  g_assert_true (check (self, &error));
  g_assert_no_error (error);
  g_assert_cmpint (starsend_sequence_run_get_estimate (self->run), ==, 4 * ESTIMATE);
  g_assert_cmpint (scripted_provider_get_n_submits (self->provider), ==, 0);

  starsend_sequence_run_set_concurrency (self->run, 2);
  g_assert_true (run (self, &error));
  g_assert_no_error (error);
  assert_states (self, "done done done done");
  g_assert_cmpuint (self->most, ==, 2);
  g_assert_false (starsend_sequence_run_get_active (self->run));
  g_assert_cmpfloat (starsend_sequence_run_get_fraction (self->run), ==, 1);
  g_assert_cmpint (starsend_sequence_run_get_spent (self->run), ==, 4 * COST);
  g_assert_cmpint (get_spent (self), ==, 4 * COST);
  studio_assert_status (&self->studio, "D", STARSEND_SEQUENCE_STATUS_REVIEW);
  studio_assert_agreement (&self->studio);
}

static void
test_local (Runs *self, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  starsend_sequence_run_add (self->run, "F", "animatic");
  starsend_sequence_run_add (self->run, "G", "animatic");
  g_assert_true (check (self, &error));
  g_assert_cmpint (starsend_sequence_run_get_estimate (self->run), ==, 0);
  g_assert_cmpint (starsend_sequence_run_get_left (self->run), ==, G_MAXINT64);
  g_assert_true (run (self, &error));
  assert_states (self, "done done");
}

static void
test_nothing (Runs *self, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (run (self, &error));
  g_assert_no_error (error);
}

/* One error names all of it, and nothing was begun. */
static void
test_everything_in_the_way (Runs *self, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  add (self, "A E NOBODY B");
  starsend_sequence_run_add (self->run, "C", "no-such-model");
  g_assert_false (run (self, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "E is not ready"));
  g_assert_nonnull (strstr (error->message, "NOBODY"));
  g_assert_nonnull (strstr (error->message, "no-such-model"));
  /* A and B alone are over the cap of the project. */
  g_assert_nonnull (strstr (error->message, "cap for the project"));
  g_assert_cmpint (scripted_provider_get_n_submits (self->provider), ==, 0);
  assert_states (self, "waiting waiting waiting waiting waiting");
}

/* Each alone would pass. */
static void
test_cap_of_all (Runs *self, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  add (self, "A B C");
  g_assert_false (check (self, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED);
  g_assert_nonnull (strstr (error->message, "$ 3.00"));
  g_clear_error (&error);
  begin_run (self);
  add (self, "A B");
  g_assert_true (check (self, &error));
  g_assert_cmpint (starsend_sequence_run_get_left (self->run), ==, 500000);
  g_assert_true (run (self, &error));
  g_assert_no_error (error);
}

/* What waits its turn holds its money against everybody else. */
static void
test_holds_its_money (Runs *self, gconstpointer data)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  add (self, "A B");
  starsend_sequence_run_set_concurrency (self->run, 1);
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_HANGS, 1);
  starsend_sequence_run_start_async (self->run, NULL, studio_on_ready, &wait);
  wait_for_running (self, 1);
  g_assert_cmpint (starsend_job_runner_get_held (self->studio.runner->jobs, NULL), ==, ESTIMATE);
  take = studio_execute (&self->studio, "C", "kling-o3", &error);
  g_assert_null (take);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED);
  g_clear_error (&error);

  /* Cancelled: what runs at its provider, what waits without a word to anybody. */
  starsend_sequence_run_cancel (self->run);
  result = studio_wait (&wait);
  g_assert_true (starsend_sequence_run_start_finish (self->run, result, &error));
  assert_states (self, "cancelled cancelled");
  g_assert_cmpuint (scripted_provider_get_n_cancels (self->provider), ==, 1);
  g_assert_cmpuint (scripted_provider_get_n_submits (self->provider), ==, 1);
  studio_assert_status (&self->studio, "A", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  studio_assert_agreement (&self->studio);
  take = studio_execute (&self->studio, "C", "kling-o3", &error);
  g_assert_no_error (error);
}

static void
test_one_fails (Runs *self, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendRunEntry) entry = NULL;

  add (self, "A B C");
  starsend_sequence_run_set_concurrency (self->run, 1);
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_WELL, 1);
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_FAILS, 1);
  g_assert_true (run (self, &error));
  g_assert_no_error (error);
  assert_states (self, "done failed done");
  g_assert_cmpuint (starsend_sequence_run_get_n_failed (self->run), ==, 1);
  entry = g_list_model_get_item (starsend_sequence_run_get_entries (self->run), 1);
  g_assert_cmpstr (starsend_run_entry_get_error (entry), ==, "The model refused the picture.");
  studio_assert_status (&self->studio, "B", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
}

static void
on_paused (Runs *self)
{
  if (starsend_sequence_run_get_paused (self->run))
    starsend_sequence_run_unpause (self->run);
}

/* The account is what fails: the rest would fail of the same, and so it waits, and nothing is lost. */
static void
test_account_locked (Runs *self, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  add (self, "A B C");
  starsend_sequence_run_set_concurrency (self->run, 1);
  scripted_provider_add (self->provider, SCRIPTED_SUBMIT_WELL, 1);
  scripted_provider_add (self->provider, SCRIPTED_SUBMIT_LOCKED, 1);
  g_signal_connect_swapped (self->run, "notify::paused", G_CALLBACK (on_paused), self);
  g_assert_true (run (self, &error));
  g_assert_no_error (error);
  assert_states (self, "done done done");
  g_assert_cmpuint (scripted_provider_get_n_submits (self->provider), ==, 4);
  g_assert_cmpint (get_spent (self), ==, 3 * COST);
}

static void
test_account_stays_locked (Runs *self, gconstpointer data)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  add (self, "A B C");
  starsend_sequence_run_set_concurrency (self->run, 1);
  scripted_provider_add (self->provider, SCRIPTED_SUBMIT_LOCKED, 1);
  starsend_sequence_run_start_async (self->run, NULL, studio_on_ready, &wait);
  while (!starsend_sequence_run_get_paused (self->run))
    studio_run_for (5);
  g_assert_cmpstr (starsend_sequence_run_get_message (self->run), ==, "The account is locked.");
  g_assert_true (starsend_sequence_run_get_active (self->run));
  g_assert_cmpint (starsend_job_runner_get_held (self->studio.runner->jobs, NULL), ==, 3 * ESTIMATE);
  starsend_sequence_run_cancel (self->run);
  result = studio_wait (&wait);
  g_assert_true (starsend_sequence_run_start_finish (self->run, result, &error));
  assert_states (self, "failed cancelled cancelled");
}

static void
test_paused (Runs *self, gconstpointer data)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  add (self, "A B C");
  starsend_sequence_run_set_concurrency (self->run, 1);
  starsend_sequence_run_start_async (self->run, NULL, studio_on_ready, &wait);
  while (starsend_sequence_run_get_n_running (self->run) == 0)
    studio_run_for (1);
  starsend_sequence_run_pause (self->run);
  while (starsend_sequence_run_get_n_running (self->run) > 0)
    studio_run_for (5);
  studio_run_for (100);
  assert_states (self, "done waiting waiting");
  starsend_sequence_run_unpause (self->run);
  result = studio_wait (&wait);
  g_assert_true (starsend_sequence_run_start_finish (self->run, result, &error));
  assert_states (self, "done done done");
}

/* Ctrl-C: what was asked for stays open in the ledger, the rest is not begun. */
static void
test_interrupted (Runs *self, gconstpointer data)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GListModel) sentences = NULL;
  g_autoptr(GError) error = NULL;

  add (self, "A B C");
  starsend_sequence_run_set_concurrency (self->run, 2);
  scripted_provider_add (self->provider, SCRIPTED_COLLECT_HANGS, 2);
  starsend_sequence_run_start_async (self->run, cancellable, studio_on_ready, &wait);
  wait_for_running (self, 2);
  g_cancellable_cancel (cancellable);
  result = studio_wait (&wait);
  g_assert_false (starsend_sequence_run_start_finish (self->run, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_states (self, "cancelled cancelled cancelled");
  g_assert_cmpuint (scripted_provider_get_n_cancels (self->provider), ==, 0);
  studio_assert_status (&self->studio, "A", STARSEND_SEQUENCE_STATUS_GENERATING);
  studio_assert_status (&self->studio, "C", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  sentences = studio_resume (&self->studio);
  g_assert_cmpuint (g_list_model_get_n_items (sentences), ==, 2);
  studio_assert_status (&self->studio, "B", STARSEND_SEQUENCE_STATUS_REVIEW);
  g_assert_cmpuint (scripted_provider_get_n_bought (self->provider), ==, 2);
}

static void
test_iterations (Runs *self, gconstpointer data)
{
  g_autoptr(GHashTable) overrides = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(StarsendRunEntry) entry = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendTake) take = studio_execute (&self->studio, "A", "kling-o3", &error);

  g_assert_no_error (error);
  g_hash_table_insert (overrides, g_strdup ("s"), g_strdup ("tilt up"));
  starsend_sequence_run_add_iteration (self->run, "A", overrides, NULL, "kling-o3");
  g_hash_table_remove_all (overrides);
  add (self, "B");
  g_assert_true (run (self, &error));
  g_assert_no_error (error);
  assert_states (self, "done done");
  entry = g_list_model_get_item (starsend_sequence_run_get_entries (self->run), 0);
  g_assert_cmpuint (starsend_take_get_number (starsend_run_entry_get_take (entry)), ==, 2);
  {
    StarsendRequest *request = starsend_take_get_request (starsend_run_entry_get_take (entry));
    g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (starsend_request_get_shots (request), 0);

    g_assert_cmpstr (starsend_shot_prompt_get_text (shot), ==, "tilt up");
  }
}

static void
test_config (Runs *self, gconstpointer data)
{
  g_autofree char *path = studio_path (&self->studio, "project_config.json");
  g_autofree char *text = studio_read (path);
  g_autofree char *with = g_strdup_printf ("{\"concurrency\": 7, %s", strchr (text, '{') + 1);

  g_assert_cmpuint (starsend_sequence_run_get_concurrency (self->run), ==, STARSEND_SEQUENCE_RUN_CONCURRENCY);
  g_clear_object (&self->run);
  studio_close (&self->studio);
  studio_write (path, with, -1);
  studio_open (&self->studio);
  begin_run (self);
  g_assert_cmpuint (starsend_sequence_run_get_concurrency (self->run), ==, 7);
}

#define ADD(name, budget, function) g_test_add ("/sequence-run/" name, Runs, budget, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_autofree char *folder = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("starsend-run-XXXXXX", NULL);
  make_media (folder);

  ADD ("all", NULL, test_all);
  ADD ("local", NULL, test_local);
  ADD ("nothing", NULL, test_nothing);
  ADD ("everything-in-the-way", "{\"project\": 1.5}", test_everything_in_the_way);
  ADD ("cap-of-all", "{\"project\": 2.5}", test_cap_of_all);
  ADD ("holds-its-money", "{\"project\": 2.5}", test_holds_its_money);
  ADD ("one-fails", NULL, test_one_fails);
  ADD ("account-locked", NULL, test_account_locked);
  ADD ("account-stays-locked", NULL, test_account_stays_locked);
  ADD ("paused", NULL, test_paused);
  ADD ("interrupted", NULL, test_interrupted);
  ADD ("iterations", NULL, test_iterations);
  ADD ("config", NULL, test_config);
  status = g_test_run ();
  studio_remove_tree (folder);

  return status;
}
