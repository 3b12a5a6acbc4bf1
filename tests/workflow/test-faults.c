/* test-faults.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "paid.h"
#include "starsend-file-verifier.h"

/* What a provider that costs money can do to a job, one fault at a time: the state, the ledger, the files and the sentence
 * afterwards; then the program is started anew, and what can be delivered is. Nothing is ever bought twice. */

/* Nothing goes wrong */

static void
test_good (Paid *paid, gconstpointer budget)
{
  paid_execute_after_all (paid);
  paid_assert_delivered (paid);
  paid_assert_at_rest (paid);
}

/* Refused, or failed for certain: nothing was bought, nothing is held back, and it can be tried again */

static void
test_refused (Paid *paid, gconstpointer budget)
{
  scripted_provider_set_refusal (paid->provider, "A shot of this model is at least 3 s long.");
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, "at least 3 s");
  studio_assert_status (&paid->studio, "A", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (paid_get_ledger (paid))), ==, 0);
  g_assert_cmpuint (scripted_provider_get_n_submits (paid->provider), ==, 0);
  g_assert_cmpstr (studio_shot_state (&paid->studio, "A", 1, "s"), ==, "planned");
  scripted_provider_set_refusal (paid->provider, NULL);
  paid_execute_after_all (paid);
}

static void
test_submit_fails (Paid *paid, gconstpointer budget)
{
  scripted_provider_add (paid->provider, SCRIPTED_SUBMIT_FAILS, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_PROVIDER, "balance");
  paid_assert_failed_and_free (paid);
  paid_start_again_and_resume (paid, 0, STARSEND_SEVERITY_WARNING, "");
  paid_execute_after_all (paid);
}

static void
test_collect_fails (Paid *paid, gconstpointer budget)
{
  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_FAILS, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_PROVIDER, "refused the picture");
  paid_assert_failed_and_free (paid);
  paid_start_again_and_resume (paid, 0, STARSEND_SEVERITY_WARNING, "");
  paid_assert_failed_and_free (paid);
}

/* Fails for good only after the program was started again. */
static void
test_resumed_fails (Paid *paid, gconstpointer budget)
{
  g_autoptr(GListModel) sentences = NULL;

  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_IO, 1);
  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_FAILS, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_IO, "network");
  studio_reopen (&paid->studio);
  sentences = studio_resume (&paid->studio);
  g_assert_cmpuint (g_list_model_get_n_items (sentences), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(StarsendFinding) sentence = g_list_model_get_item (sentences, i);

      g_assert_nonnull (strstr (starsend_finding_get_message (sentence), "refused the picture"));
    }
  paid_assert_failed_and_free (paid);
}

/* The state cannot be written just then: what the provider said is told all the same. */
static void
test_fails_unwritten (Paid *paid, gconstpointer budget)
{
  g_autofree char *path = starsend_project_paths_dup_sequence_state (starsend_project_get_paths (paid->studio.project));
  g_autofree char *aside = g_strconcat (path, "-aside", NULL);
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_FAILS, 1);
  starsend_client_sequence_runner_execute_sequence_async (paid->studio.runner, "A", "kling-o3", NULL, studio_on_ready, &wait);
  while (scripted_provider_get_n_submits (paid->provider) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_rename (path, aside), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
  result = studio_wait (&wait);
  g_assert_null (starsend_client_sequence_runner_execute_sequence_finish (paid->studio.runner, result, &error));
  g_assert_nonnull (strstr (error->message, "refused the picture"));
  g_assert_nonnull (strstr (error->message, "sequence_state.json"));
  g_clear_object (&result);
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_assert_cmpint (g_rename (aside, path), ==, 0);
  paid_start_again_and_resume (paid, 1, STARSEND_SEVERITY_WARNING, "refused the picture");
  paid_assert_failed_and_free (paid);
}

/* Uncertain: it is shown and never sent again by itself */

static void
test_submit_uncertain (Paid *paid, gconstpointer budget)
{
  scripted_provider_add (paid->provider, SCRIPTED_SUBMIT_UNCERTAIN, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN, "no answer came");
  paid_assert_open (paid, STARSEND_LEDGER_UNCERTAIN);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr(GListModel) repaired = NULL;

      paid_start_again_and_resume (paid, 1, STARSEND_SEVERITY_ERROR, "no answer came. It is not sent again by itself");
      repaired = studio_reconcile (&paid->studio, TRUE);
      g_assert_cmpuint (g_list_model_get_n_items (repaired), ==, 1);
      paid_assert_open (paid, STARSEND_LEDGER_UNCERTAIN);
    }
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED, "retry it or write it off");
  g_assert_cmpuint (scripted_provider_get_n_submits (paid->provider), ==, 1);
  g_assert_cmpuint (scripted_provider_get_n_collects (paid->provider), ==, 0);
  paid_assert_files (paid, 0, 0);
}

/* Passing faults: the job stays open, and is delivered when it is taken up again */

static void
test_collect_io (Paid *paid, gconstpointer budget)
{
  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_IO, 2);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_IO, "network");
  paid_assert_open (paid, STARSEND_LEDGER_SUBMITTED);
  paid_assert_files (paid, 0, 1);
  paid_start_again_and_resume (paid, 1, STARSEND_SEVERITY_ERROR, "network");
  paid_assert_open (paid, STARSEND_LEDGER_SUBMITTED);
  paid_start_again_and_resume (paid, 1, STARSEND_SEVERITY_WARNING, "arrived");
  paid_assert_delivered (paid);
  paid_assert_at_rest (paid);
}

static void
test_truncated (Paid *paid, gconstpointer budget)
{
  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_TRUNCATED, 1);
  paid_execute_after_all (paid);
  g_assert_cmpuint (scripted_provider_get_n_collects (paid->provider), ==, 2);
  paid_assert_delivered (paid);
}

static void
test_never_whole (Paid *paid, gconstpointer fault)
{
  scripted_provider_add (paid->provider, GPOINTER_TO_INT (fault), 3);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_DAMAGED, "What arrived for take 1 of EP001_A cannot be used and is kept as");
  g_assert_cmpuint (scripted_provider_get_n_collects (paid->provider), ==, 3);
  paid_assert_open (paid, STARSEND_LEDGER_SUBMITTED);
  paid_assert_files (paid, 0, 1);
  paid_start_again_and_resume (paid, 1, STARSEND_SEVERITY_WARNING, "arrived");
  paid_assert_delivered (paid);
}

/* Only the bytes speak against a picture. */
static void
test_picture_faults (void)
{
  const struct
  {
    const char *path;
    int code;
  } faults[] = {
    { "/no/such/picture.png", STARSEND_ERROR_NOT_FOUND },
    { paid_video_path, STARSEND_ERROR_DAMAGED },
  };
  g_autoptr(StarsendVerifier) verifier = starsend_file_verifier_new ();
  g_autoptr(StarsendRequest) request = starsend_request_new (STARSEND_REQUEST_GRID, "EP001_A", 1, "nano-banana");

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      StudioWait wait = { NULL };
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(GError) error = NULL;

      starsend_verifier_verify_async (verifier, request, faults[i].path, NULL, studio_on_ready, &wait);
      result = studio_wait (&wait);
      g_assert_null (starsend_verifier_verify_finish (verifier, result, &error));
      g_assert_error (error, STARSEND_ERROR, faults[i].code);
    }
}

/* Cancelled */

typedef struct
{
  Paid *paid;
  GCancellable *cancellable;
} Cancel;

/* From inside the main loop, as a click comes. */
static gboolean
cancel_outer (gpointer user_data)
{
  g_cancellable_cancel (((Cancel *) user_data)->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
cancel_job (gpointer user_data)
{
  Paid *paid = ((Cancel *) user_data)->paid;
  g_autoptr(StarsendJob) job = g_list_model_get_item (starsend_client_sequence_runner_get_jobs (paid->studio.runner), 0);

  g_assert_nonnull (job);
  g_cancellable_cancel (starsend_job_get_cancellable (job));
  return G_SOURCE_REMOVE;
}

static void
execute_and_cancel (Paid *paid, gboolean (*how) (gpointer user_data), guint n_calls)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  Cancel cancel = { paid, cancellable };
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  starsend_client_sequence_runner_execute_sequence_async (paid->studio.runner, "A", "kling-o3", cancellable, studio_on_ready, &wait);
  while (scripted_provider_get_n_submits (paid->provider) + scripted_provider_get_n_collects (paid->provider) < n_calls)
    g_main_context_iteration (NULL, TRUE);
  g_timeout_add (1, how, &cancel);
  result = studio_wait (&wait);
  g_assert_null (starsend_client_sequence_runner_execute_sequence_finish (paid->studio.runner, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (g_list_model_get_n_items (starsend_client_sequence_runner_get_jobs (paid->studio.runner)), ==, 0);
}

static void
test_submit_cancelled (Paid *paid, gconstpointer data)
{
  gboolean (*how) (gpointer user_data) = data != NULL ? cancel_job : cancel_outer;

  scripted_provider_add (paid->provider, SCRIPTED_SUBMIT_HANGS, 1);
  execute_and_cancel (paid, how, 1);
  paid_assert_failed_and_free (paid);
  g_assert_cmpuint (scripted_provider_get_n_bought (paid->provider), ==, 0);
  paid_start_again_and_resume (paid, 0, STARSEND_SEVERITY_WARNING, "");
  paid_execute_after_all (paid);
}

/* Closing the program: the job goes on without us. */
static void
test_left (Paid *paid, gconstpointer budget)
{
  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_HANGS, 1);
  execute_and_cancel (paid, cancel_outer, 2);
  paid_assert_open (paid, STARSEND_LEDGER_SUBMITTED);
  g_assert_cmpuint (scripted_provider_get_n_cancels (paid->provider), ==, 0);
  paid_start_again_and_resume (paid, 1, STARSEND_SEVERITY_WARNING, "arrived");
  paid_assert_delivered (paid);
  paid_assert_at_rest (paid);
}

static void
test_cancelled (Paid *paid, gconstpointer budget)
{
  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_HANGS, 1);
  scripted_provider_set_cancel_answer (paid->provider, TRUE);
  execute_and_cancel (paid, cancel_job, 2);
  g_assert_cmpuint (scripted_provider_get_n_cancels (paid->provider), ==, 1);
  paid_assert_failed_and_free (paid);
  paid_start_again_and_resume (paid, 0, STARSEND_SEVERITY_WARNING, "");
}

static void
test_cancelled_too_late (Paid *paid, gconstpointer budget)
{
  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_HANGS, 1);
  execute_and_cancel (paid, cancel_job, 2);
  g_assert_cmpuint (scripted_provider_get_n_cancels (paid->provider), ==, 1);
  paid_assert_open (paid, STARSEND_LEDGER_SUBMITTED);
  paid_start_again_and_resume (paid, 1, STARSEND_SEVERITY_WARNING, "arrived");
  paid_assert_delivered (paid);
}

/* The click comes after a file was delivered: it is paid, so it is taken in. */
static void
test_cancelled_after_delivery (Paid *paid, gconstpointer budget)
{
  Cancel cancel = { paid, NULL };
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendTake) take = NULL;

  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_TRUNCATED, 1);
  scripted_provider_set_cancel_answer (paid->provider, TRUE);
  starsend_client_sequence_runner_execute_sequence_async (paid->studio.runner, "A", "kling-o3", NULL, studio_on_ready, &wait);
  while (scripted_provider_get_n_collects (paid->provider) < 2)
    g_main_context_iteration (NULL, TRUE);
  cancel_job (&cancel);
  result = studio_wait (&wait);
  take = starsend_client_sequence_runner_execute_sequence_finish (paid->studio.runner, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (scripted_provider_get_n_cancels (paid->provider), ==, 0);
  paid_assert_delivered (paid);
}

/* A project that is taken up twice at once is taken up once. */
static void
test_two_resumes (Paid *paid, gconstpointer budget)
{
  StudioWait waits[2] = { { NULL } };
  guint n_errors = 0;

  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_IO, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_IO, "network");
  studio_reopen (&paid->studio);
  for (guint i = 0; i < 2; i++)
    starsend_client_sequence_runner_resume_async (paid->studio.runner, NULL, studio_on_ready, &waits[i]);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(GAsyncResult) result = studio_wait (&waits[i]);
      g_autoptr(GListModel) sentences = starsend_client_sequence_runner_resume_finish (paid->studio.runner, result, NULL);

      for (guint j = 0; j < g_list_model_get_n_items (sentences); j++)
        {
          g_autoptr(StarsendFinding) sentence = g_list_model_get_item (sentences, j);

          n_errors += starsend_finding_get_severity (sentence) == STARSEND_SEVERITY_ERROR;
        }
    }
  g_assert_cmpuint (n_errors, ==, 0);
  paid_assert_delivered (paid);
}

/* What was fetched is not fetched again */

/* The name was taken by somebody else meanwhile: nothing is overwritten, nothing is bought again. */
static void
test_name_taken (Paid *paid, gconstpointer budget)
{
  g_autofree char *path = starsend_project_paths_dup_take (starsend_project_get_paths (paid->studio.project), "A", 1);
  g_autofree char *theirs = NULL;

  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_IO, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_IO, "network");
  studio_write (path, "not ours", -1);
  paid_resume (paid);
  paid_assert_event (paid, STARSEND_LEDGER_FETCHED);
  paid_assert_money (paid, 0, PAID_ESTIMATE);
  theirs = studio_read (path);
  g_assert_cmpstr (theirs, ==, "not ours");
  g_assert_cmpint (g_unlink (path), ==, 0);

  paid_start_again_and_resume (paid, 1, STARSEND_SEVERITY_WARNING, "arrived");
  paid_assert_delivered (paid);
  g_assert_cmpuint (scripted_provider_get_n_collects (paid->provider), ==, 2);
}

/* Caps */

static void
test_cap (Paid *paid, gconstpointer budget)
{
  g_autoptr(StarsendTake) take = NULL;

  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED, "$ 1.00");
  studio_assert_status (&paid->studio, "A", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  g_assert_cmpuint (scripted_provider_get_n_submits (paid->provider), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (paid_get_ledger (paid))), ==, 0);
  paid_assert_files (paid, 0, 0);
  /* What costs nothing passes every cap. */
  take = studio_execute (&paid->studio, "A", "animatic", NULL);
  studio_assert_status (&paid->studio, "A", STARSEND_SEQUENCE_STATUS_REVIEW);
}

/* What is spent counts, and what is only reserved. */
static void
test_cap_of_sequence (Paid *paid, gconstpointer budget)
{
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  paid_execute_after_all (paid);
  take = studio_iterate (&paid->studio, "A", NULL, NULL, "kling-o3", &error);
  g_assert_null (take);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED);
  g_assert_nonnull (strstr (error->message, "$ 0.90"));
  studio_assert_status (&paid->studio, "A", STARSEND_SEQUENCE_STATUS_REVIEW);
  g_assert_cmpuint (scripted_provider_get_n_submits (paid->provider), ==, 1);
  g_clear_error (&error);

  studio_make_ready (&paid->studio, "B");
  take = studio_execute (&paid->studio, "B", "kling-o3", &error);
  g_assert_no_error (error);
}

static void
test_cap_counts_open_jobs (Paid *paid, gconstpointer budget)
{
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  scripted_provider_add (paid->provider, SCRIPTED_SUBMIT_UNCERTAIN, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN, "");
  studio_reopen (&paid->studio);
  studio_make_ready (&paid->studio, "B");
  take = studio_execute (&paid->studio, "B", "kling-o3", &error);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED);
  g_assert_nonnull (strstr (error->message, "$ 1.00"));
  g_assert_cmpuint (scripted_provider_get_n_submits (paid->provider), ==, 1);
}

/* Three that are let in at the same moment cannot pass a cap together. */
static void
test_cap_at_the_same_moment (Paid *paid, gconstpointer budget)
{
  static const char *const ids[] = { "A", "B", "C" };
  StudioWait waits[G_N_ELEMENTS (ids)] = { { NULL } };
  guint n_made = 0;

  studio_make_ready (&paid->studio, "B");
  studio_make_ready (&paid->studio, "C");
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    starsend_client_sequence_runner_execute_sequence_async (paid->studio.runner, ids[i], "kling-o3", NULL, studio_on_ready, &waits[i]);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GAsyncResult) result = studio_wait (&waits[i]);
      g_autoptr(StarsendTake) take = starsend_client_sequence_runner_execute_sequence_finish (paid->studio.runner, result, &error);

      n_made += take != NULL;
      if (take == NULL)
        g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED);
    }
  g_assert_cmpuint (n_made, ==, 1);
  g_assert_cmpuint (scripted_provider_get_n_bought (paid->provider), ==, 1);
  g_assert_cmpint (starsend_ledger_get_spent (paid_get_ledger (paid), NULL), ==, PAID_COST);
}

#define ADD(name, function) g_test_add ("/faults/" name, Paid, NULL, paid_set_up, function, paid_tear_down)
#define ADD_CAP(name, budget, function) g_test_add ("/faults/cap-" name, Paid, budget, paid_set_up, function, paid_tear_down)

int
main (int argc, char *argv[])
{
  g_autofree char *folder = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("starsend-faults-XXXXXX", NULL);
  paid_make_media (folder);

  ADD ("good", test_good);
  ADD ("refused", test_refused);
  ADD ("submit-fails", test_submit_fails);
  ADD ("collect-fails", test_collect_fails);
  ADD ("resumed-fails", test_resumed_fails);
  ADD ("fails-unwritten", test_fails_unwritten);
  ADD ("submit-uncertain", test_submit_uncertain);
  ADD ("collect-io", test_collect_io);
  ADD ("truncated", test_truncated);
  g_test_add ("/faults/garbage", Paid, GINT_TO_POINTER (SCRIPTED_COLLECT_GARBAGE), paid_set_up_uncapped, test_never_whole, paid_tear_down);
  g_test_add ("/faults/picture", Paid, GINT_TO_POINTER (SCRIPTED_COLLECT_PICTURE), paid_set_up_uncapped, test_never_whole, paid_tear_down);
  g_test_add_func ("/faults/picture-of-grid", test_picture_faults);
  g_test_add ("/faults/submit-cancelled", Paid, "job", paid_set_up_uncapped, test_submit_cancelled, paid_tear_down);
  g_test_add ("/faults/submit-left", Paid, NULL, paid_set_up_uncapped, test_submit_cancelled, paid_tear_down);
  ADD ("left", test_left);
  ADD ("cancelled", test_cancelled);
  ADD ("cancelled-too-late", test_cancelled_too_late);
  ADD ("cancelled-after-delivery", test_cancelled_after_delivery);
  ADD ("two-resumes", test_two_resumes);
  ADD ("name-taken", test_name_taken);
  ADD_CAP ("take", "{\"take\": 0.99}", test_cap);
  ADD_CAP ("sequence", "{\"sequence\": 0.5}", test_cap);
  ADD_CAP ("project", "{\"project\": 0}", test_cap);
  ADD_CAP ("of-sequence", "{\"sequence\": 1.5, \"project\": 3}", test_cap_of_sequence);
  ADD_CAP ("counts-open-jobs", "{\"project\": 1.9}", test_cap_counts_open_jobs);
  ADD_CAP ("at-the-same-moment", "{\"project\": 1.9}", test_cap_at_the_same_moment);
  status = g_test_run ();

  studio_remove_tree (folder);
  g_free (paid_video_path);
  g_free (paid_picture_path);

  return status;
}
