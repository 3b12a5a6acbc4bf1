/* test-decisions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "paid.h"
#include "starsend-client-sequence-runner-private.h"
#include "starsend-disagreement.h"
#include "starsend-files.h"
#include "starsend-sidecar.h"

/* What is refused before money moves, and what a person decides about jobs that may have been paid. */

static char *
dup_job_id (Paid *paid)
{
  g_autoptr(StarsendLedgerJob) job = studio_dup_last_job (&paid->studio);

  g_assert_nonnull (job);

  return g_strdup (starsend_ledger_job_get_id (job));
}

static guint
count_jobs (Paid *paid)
{
  return g_list_model_get_n_items (G_LIST_MODEL (paid_get_ledger (paid)));
}

static char *
dup_take_path (Paid *paid, guint number)
{
  return starsend_project_paths_dup_take (starsend_project_get_paths (paid->studio.project), "A", number);
}

static JsonNode *
load_sidecar (Paid *paid, guint number)
{
  g_autofree char *take = dup_take_path (paid, number);
  g_autofree char *path = starsend_sidecar_path (take);
  g_autoptr(GError) error = NULL;
  JsonNode *sidecar = starsend_sidecar_load (path, &error);

  g_assert_no_error (error);

  return sidecar;
}

/* A job that was bought, and whose answer never came. */
static char *
make_uncertain (Paid *paid)
{
  scripted_provider_add (paid->provider, SCRIPTED_SUBMIT_UNCERTAIN, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN, "no answer came");
  paid_assert_open (paid, STARSEND_LEDGER_UNCERTAIN);

  return dup_job_id (paid);
}

/* Before money moves */

static void
test_no_account (Paid *paid, gconstpointer budget)
{
  scripted_provider_set_account_error (paid->provider, "There is no key.");
  g_assert_cmpint (starsend_client_sequence_runner_estimate_take (paid->studio.runner, "A", "kling-o3", NULL), ==, PAID_ESTIMATE);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE, "no key");
  studio_assert_status (&paid->studio, "A", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  g_assert_cmpuint (count_jobs (paid), ==, 0);
  g_assert_cmpuint (scripted_provider_get_n_submits (paid->provider), ==, 0);
  g_assert_cmpstr (studio_shot_state (&paid->studio, "A", 1, "s"), ==, "planned");
  scripted_provider_set_account_error (paid->provider, NULL);
  paid_execute_after_all (paid);
}

/* The state may say what it likes: while the ledger has an open job, nothing more is bought. */
static void
test_open_is_refused (Paid *paid, gconstpointer fault)
{
  StarsendSequenceState *state;
  g_autoptr(StarsendSequenceChange) change = starsend_sequence_change_new ();
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *id = NULL;

  scripted_provider_add (paid->provider, GPOINTER_TO_INT (fault), 1);
  g_assert_null (studio_execute (&paid->studio, "A", "kling-o3", NULL));
  id = dup_job_id (paid);
  starsend_sequence_change_force_status (change, STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  state = starsend_project_get_sequence_state (paid->studio.project);
  starsend_sequence_state_update_async (state, "A", change, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);
  g_assert_true (starsend_sequence_state_update_finish (state, result, &error));
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED, id);
  studio_reopen (&paid->studio);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED, id);
  g_assert_cmpuint (scripted_provider_get_n_submits (paid->provider), ==, 1);
  g_assert_cmpuint (count_jobs (paid), ==, 1);
  {
    /* What costs nothing is nobody's loss. */
    g_autoptr(StarsendTake) take = studio_execute (&paid->studio, "A", "animatic", &error);

    g_assert_no_error (error);
  }
}

/* Two at once, in one process: one of them is made. */
static void
test_twice_at_once (Paid *paid, gconstpointer budget)
{
  StudioWait waits[2] = { { NULL } };
  guint n_made = 0;

  for (guint i = 0; i < 2; i++)
    starsend_client_sequence_runner_execute_sequence_async (paid->studio.runner, "A", "kling-o3", NULL, studio_on_ready, &waits[i]);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(GAsyncResult) result = studio_wait (&waits[i]);
      g_autoptr(GError) error = NULL;
      g_autoptr(StarsendTake) take = starsend_client_sequence_runner_execute_sequence_finish (paid->studio.runner, result, &error);

      n_made += take != NULL;
      if (take == NULL)
        g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY);
    }
  g_assert_cmpuint (n_made, ==, 1);
  paid_assert_delivered (paid);
}

/* Somebody else has the project now: not a cent more, and it is told. */
static void
test_lost_lock (Paid *paid, gconstpointer budget)
{
  g_autofree char *path = starsend_project_paths_dup_lock (starsend_project_get_paths (paid->studio.project));
  GListModel *notices = starsend_project_get_notices (paid->studio.project);
  guint n_notices = g_list_model_get_n_items (notices);
  g_autofree char *ours = studio_read (path);
  guint n_told = 0;

  g_signal_connect_swapped (paid->studio.project, "notify::lock-lost", G_CALLBACK (g_atomic_int_inc), &n_told);
  studio_write (path, "starsend-lock 1\nsomebody else\n", -1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_LOCKED, "taken over");
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_LOCKED, "taken over");
  g_assert_true (starsend_project_is_lock_lost (paid->studio.project));
  g_assert_cmpuint (n_told, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (notices), ==, n_notices + 1);
  g_assert_cmpuint (count_jobs (paid), ==, 0);
  g_assert_cmpuint (scripted_provider_get_n_submits (paid->provider), ==, 0);
  studio_write (path, ours, -1);
}

/* What the provider says */

static void
test_charged_for_nothing (Paid *paid, gconstpointer budget)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendTake) take = NULL;

  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_CHARGED, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_PROVIDER, "charged for it");
  paid_assert_event (paid, STARSEND_LEDGER_RELEASED);
  paid_assert_money (paid, PAID_COST, 0);
  studio_assert_status (&paid->studio, "A", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  studio_reopen (&paid->studio);
  paid_assert_money (paid, PAID_COST, 0);

  take = studio_execute (&paid->studio, "A", "kling-o3", &error);
  g_assert_no_error (error);
  paid_assert_money (paid, 2 * PAID_COST, 0);
}

/* The provider does not know the job any more: it is not failed, and by its ticket it may be found again. */
static void
test_collect_unknown (Paid *paid, gconstpointer budget)
{
  g_autofree char *id = NULL;
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_UNKNOWN, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN, "no such job");
  paid_assert_open (paid, STARSEND_LEDGER_UNCERTAIN);
  paid_start_again_and_resume (paid, 1, STARSEND_SEVERITY_ERROR, "no such job any more. It is not sent");
  id = dup_job_id (paid);
  sentence = studio_recover (&paid->studio, id, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (sentence, "arrived"));
  paid_assert_delivered (paid);
  paid_assert_at_rest (paid);
}

/* The bytes were counted on their way in, and are not read once more. */
static void
test_digest_is_told (Paid *paid, gconstpointer budget)
{
  g_autoptr(StarsendLedgerJob) job = NULL;
  g_autoptr(StarsendTake) take = NULL;

  scripted_provider_set_digest (paid->provider, "feedfeed");
  take = studio_execute (&paid->studio, "A", "kling-o3", NULL);
  g_assert_nonnull (take);
  job = studio_dup_last_job (&paid->studio);
  g_assert_cmpstr (starsend_ledger_job_get_file_digest (job), ==, "feedfeed");
}

static void
test_sent (Paid *paid, gconstpointer budget)
{
  g_autoptr(JsonNode) sidecar = NULL;

  paid_execute_after_all (paid);
  sidecar = load_sidecar (paid, 1);
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (sidecar), "sent"), ==, "the request as it was sent");
}

/* A job whose pictures have changed since is fetched all the same, and its take says so. */
static void
test_inputs_changed (Paid *paid, gconstpointer budget)
{
  g_autofree char *frame = starsend_project_paths_dup_start_frame (starsend_project_get_paths (paid->studio.project), "A");
  g_autofree char *path = NULL;
  g_autoptr(StarsendTake) take = NULL;
  g_auto(GStrv) warnings = NULL;

  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_IO, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_IO, "network");
  studio_write_picture (frame, 320, 180, 99);
  paid_start_again_and_resume (paid, 1, STARSEND_SEVERITY_WARNING, "have changed since");
  path = dup_take_path (paid, 1);
  take = starsend_take_load (path, 1, starsend_project_get_root (paid->studio.project));
  warnings = starsend_take_dup_warnings (take);
  g_assert_nonnull (strstr (warnings[g_strv_length (warnings) - 1], "have changed since"));
  paid_assert_money (paid, PAID_COST, 0);
}

/* Write off */

static void
test_write_off (Paid *paid, gconstpointer budget)
{
  g_autofree char *id = make_uncertain (paid);
  g_autoptr(StarsendLedgerJob) job = NULL;
  g_autofree char *sentence = NULL;
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  studio_reopen (&paid->studio);
  sentence = studio_write_off (&paid->studio, id, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (sentence, "may have been paid"));
  paid_assert_failed_and_free (paid);
  job = starsend_ledger_dup_job (starsend_project_get_ledger (paid->studio.project), id);
  g_assert_true (starsend_ledger_job_may_be_paid (job));
  g_assert_null (studio_write_off (&paid->studio, id, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY);
  g_clear_error (&error);
  g_assert_null (studio_write_off (&paid->studio, "nobody", &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  g_clear_error (&error);

  take = studio_execute (&paid->studio, "A", "kling-o3", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (starsend_take_get_number (take), ==, 1);
  studio_assert_agreement (&paid->studio);
}

/* A provider that works on it still is asked to stop. */
static void
test_write_off_submitted (Paid *paid, gconstpointer budget)
{
  g_autofree char *id = NULL;
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_IO, 1);
  scripted_provider_set_cancel_answer (paid->provider, TRUE);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_IO, "network");
  id = dup_job_id (paid);
  sentence = studio_write_off (&paid->studio, id, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (sentence, "stopped"));
  g_assert_cmpuint (scripted_provider_get_n_cancels (paid->provider), ==, 1);
  paid_assert_failed_and_free (paid);
}

/* Taken up while its provider is asked to stop it, it delivers: that is not written off behind its back. And nobody takes
 * up twice what is being worked on. */
static void
test_write_off_and_resume (Paid *paid, gconstpointer budget)
{
  StarsendJobRunner *jobs = paid->studio.runner->jobs;
  StudioWait waits[3] = { { NULL } };
  g_autoptr(StarsendLedgerJob) job = NULL;
  g_autoptr(StarsendStepResult) made = NULL;
  GAsyncResult *results[3];
  g_autoptr(GError) error = NULL;

  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_IO, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_IO, "network");
  job = studio_dup_last_job (&paid->studio);
  starsend_job_runner_write_off_async (jobs, job, NULL, studio_on_ready, &waits[0]);
  starsend_job_runner_resume_async (jobs, job, NULL, studio_on_ready, &waits[1]);
  starsend_job_runner_resume_async (jobs, job, NULL, studio_on_ready, &waits[2]);
  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    results[i] = studio_wait (&waits[i]);
  g_assert_false (starsend_job_runner_write_off_finish (jobs, results[0], &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY);
  g_clear_error (&error);
  made = starsend_job_runner_resume_finish (jobs, results[1], &error);
  g_assert_no_error (error);
  g_assert_null (starsend_job_runner_resume_finish (jobs, results[2], &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    g_object_unref (results[i]);
  paid_assert_event (paid, STARSEND_LEDGER_SETTLED);
  paid_assert_files (paid, 1, 0);
}

/* What is here and paid is not thrown away. */
static void
test_write_off_fetched (Paid *paid, gconstpointer budget)
{
  g_autofree char *path = dup_take_path (paid, 1);
  g_autofree char *id = NULL;
  g_autoptr(GError) error = NULL;

  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_IO, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_IO, "network");
  studio_write (path, "not ours", -1);
  paid_resume (paid);
  paid_assert_event (paid, STARSEND_LEDGER_FETCHED);
  id = dup_job_id (paid);
  g_assert_null (studio_write_off (&paid->studio, id, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY);
  g_assert_cmpint (g_unlink (path), ==, 0);
  paid_start_again_and_resume (paid, 1, STARSEND_SEVERITY_WARNING, "arrived");
  paid_assert_delivered (paid);
}

/* Retry */

static void
test_retry (Paid *paid, gconstpointer budget)
{
  g_autofree char *id = make_uncertain (paid);
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  studio_reopen (&paid->studio);
  g_assert_cmpint (starsend_client_sequence_runner_estimate_retry (paid->studio.runner, id, &error), ==, PAID_ESTIMATE);
  sentence = studio_retry (&paid->studio, id, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (sentence, "Take 1 of A arrived"));
  g_assert_cmpuint (scripted_provider_get_n_bought (paid->provider), ==, 2);
  g_assert_cmpuint (studio_count_jobs (&paid->studio, "take", STARSEND_LEDGER_RELEASED), ==, 1);
  g_assert_cmpuint (studio_count_jobs (&paid->studio, "take", STARSEND_LEDGER_SETTLED), ==, 1);
  paid_assert_money (paid, PAID_COST, 0);
  studio_assert_status (&paid->studio, "A", STARSEND_SEQUENCE_STATUS_REVIEW);
  studio_assert_agreement (&paid->studio);
}

/* The new one fails as well, for good. */
static void
test_retry_fails (Paid *paid, gconstpointer budget)
{
  g_autofree char *id = make_uncertain (paid);
  g_autoptr(GError) error = NULL;

  scripted_provider_add (paid->provider, SCRIPTED_SUBMIT_FAILS, 1);
  g_assert_null (studio_retry (&paid->studio, id, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER);
  paid_assert_failed_and_free (paid);
}

/* Only what is uncertain: what may still deliver is not bought again. */
static void
test_retry_submitted (Paid *paid, gconstpointer budget)
{
  g_autofree char *id = NULL;
  g_autoptr(GError) error = NULL;

  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_IO, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_IO, "network");
  id = dup_job_id (paid);
  g_assert_null (studio_retry (&paid->studio, id, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY);
  paid_assert_open (paid, STARSEND_LEDGER_SUBMITTED);
  paid_start_again_and_resume (paid, 1, STARSEND_SEVERITY_WARNING, "arrived");
  paid_assert_delivered (paid);
}

static void
set_budget (Paid *paid, const char *budget)
{
  g_autofree char *path = studio_path (&paid->studio, "project_config.json");
  g_autofree char *text = studio_read (path);
  g_autofree char *with = g_strdup_printf ("{\"budget\": %s, %s", budget, strchr (text, '{') + 1);

  studio_close (&paid->studio);
  studio_write (path, with, -1);
  studio_open (&paid->studio);
}

/* A cap is held against the retry, with what is given up taken out; where it is in the way, nothing changes. */
static void
test_retry_capped (Paid *paid, gconstpointer budget)
{
  g_autofree char *id = make_uncertain (paid);
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  set_budget (paid, "{\"project\": 0.99}");
  g_assert_null (studio_retry (&paid->studio, id, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED);
  paid_assert_open (paid, STARSEND_LEDGER_UNCERTAIN);
  g_assert_cmpuint (count_jobs (paid), ==, 1);
  g_clear_error (&error);
}

static void
test_retry_within_cap (Paid *paid, gconstpointer budget)
{
  g_autofree char *id = make_uncertain (paid);
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  sentence = studio_retry (&paid->studio, id, &error);
  g_assert_no_error (error);
  paid_assert_money (paid, PAID_COST, 0);
}

/* Look again */

static void
test_look_again (Paid *paid, gconstpointer budget)
{
  g_autofree char *id = make_uncertain (paid);
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  studio_reopen (&paid->studio);
  g_assert_null (studio_recover (&paid->studio, id, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY);
  g_clear_error (&error);
  g_assert_null (studio_recover (&paid->studio, id, "http://elsewhere/x", &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_clear_error (&error);
  paid_assert_open (paid, STARSEND_LEDGER_UNCERTAIN);
  g_assert_null (studio_recover (&paid->studio, id, "scripted-99", &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
  g_clear_error (&error);
  paid_assert_open (paid, STARSEND_LEDGER_UNCERTAIN);

  sentence = studio_recover (&paid->studio, id, scripted_provider_get_id (paid->provider, id), &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (sentence, "arrived"));
  paid_assert_delivered (paid);
  paid_assert_at_rest (paid);
}

/* Given up, and found after all: its number may have been given away by then. */
static void
test_found_after_all (Paid *paid, gconstpointer taken)
{
  g_autofree char *id = make_uncertain (paid);
  g_autofree char *given_up = studio_write_off (&paid->studio, id, NULL);
  g_autofree char *sentence = NULL;
  g_autofree char *wanted = NULL;
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;
  guint number = taken != NULL ? 2 : 1;

  if (taken != NULL)
    take = studio_execute (&paid->studio, "A", "kling-o3", &error);
  g_assert_no_error (error);
  studio_reopen (&paid->studio);
  sentence = studio_recover (&paid->studio, id, scripted_provider_get_id (paid->provider, id), &error);
  g_assert_no_error (error);
  wanted = g_strdup_printf ("Take %u of A arrived", number);
  g_assert_nonnull (strstr (sentence, wanted));
  paid_assert_money (paid, number * PAID_COST, 0);
  paid_assert_files (paid, number, 0);
  g_assert_cmpint (scripted_provider_get_charged (paid->provider), ==, number * PAID_COST);
  studio_assert_status (&paid->studio, "A", STARSEND_SEQUENCE_STATUS_REVIEW);
  studio_assert_agreement (&paid->studio);
}

/* What was approved stays approved when something is found that was given up. */
static void
test_found_when_complete (Paid *paid, gconstpointer budget)
{
  g_autofree char *id = make_uncertain (paid);
  g_autofree char *given_up = studio_write_off (&paid->studio, id, NULL);
  g_autofree char *sentence = NULL;
  g_autoptr(StarsendTake) take = studio_execute (&paid->studio, "A", "kling-o3", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (studio_approve (&paid->studio, "A", 1, NULL, &error));
  sentence = studio_recover (&paid->studio, id, scripted_provider_get_id (paid->provider, id), &error);
  g_assert_no_error (error);
  studio_assert_status (&paid->studio, "A", STARSEND_SEQUENCE_STATUS_COMPLETE);
  g_assert_cmpuint (starsend_sequence_record_get_current_take (studio_record (&paid->studio, "A")), ==, 1);
  g_assert_cmpuint (starsend_sequence_record_get_takes (studio_record (&paid->studio, "A")), ==, 2);
  paid_assert_files (paid, 2, 0);
  studio_assert_agreement (&paid->studio);
}

/* A take whose file is gone is fetched again for nothing, and what was thought of it stays. */
static void
test_lost_file (Paid *paid, gconstpointer budget)
{
  g_autofree char *path = dup_take_path (paid, 1);
  g_autofree char *id = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *ledger = starsend_project_paths_dup_ledger (starsend_project_get_paths (paid->studio.project));
  g_autofree char *sentence = NULL;
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  paid_execute_after_all (paid);
  g_assert_true (studio_reject (&paid->studio, "A", 1, "t", "too dark", &error));
  id = dup_job_id (paid);
  g_assert_null (studio_recover (&paid->studio, id, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);

  g_assert_cmpint (g_unlink (path), ==, 0);
  before = studio_read (ledger);
  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_UNKNOWN, 1);
  g_assert_null (studio_recover (&paid->studio, id, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
  g_clear_error (&error);
  sentence = studio_recover (&paid->studio, id, NULL, &error);
  g_assert_no_error (error);
  after = studio_read (ledger);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpuint (scripted_provider_get_n_submits (paid->provider), ==, 1);
  paid_assert_money (paid, PAID_COST, 0);
  paid_assert_files (paid, 1, 0);
  take = starsend_take_load (path, 1, starsend_project_get_root (paid->studio.project));
  g_assert_cmpint (starsend_take_get_shot_verdict (take, "t"), ==, STARSEND_VERDICT_REJECTED);
  studio_assert_agreement (&paid->studio);
}

/* Grids */

static void
test_grid (Paid *paid, gconstpointer budget)
{
  g_autofree char *id = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *grid = NULL;
  g_autoptr(GError) error = NULL;

  starsend_models_add_provider (starsend_client_sequence_runner_get_models (paid->studio.runner), "sketch", STARSEND_PROVIDER (paid->provider));
  scripted_provider_add (paid->provider, SCRIPTED_SUBMIT_UNCERTAIN, 1);
  g_assert_null (studio_explore (&paid->studio, "B", "A road", &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
  g_clear_error (&error);
  id = dup_job_id (paid);
  g_assert_null (studio_explore (&paid->studio, "B", "A road", &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED);
  g_clear_error (&error);
  sentence = studio_recover (&paid->studio, id, scripted_provider_get_id (paid->provider, id), &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (sentence, "Grid 1 of B arrived"));
  g_assert_nonnull (starsend_sequence_record_get_grid_path (studio_record (&paid->studio, "B")));
  grid = studio_explore (&paid->studio, "B", "A road", &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (grid, "grid_002.png"));
  g_assert_cmpuint (scripted_provider_get_n_submits (paid->provider), ==, 2);
}

/* Resume */

static void
make_three_open (Paid *paid)
{
  static const char *const ids[] = { "A", "B", "C" };

  studio_make_ready (&paid->studio, "B");
  studio_make_ready (&paid->studio, "C");
  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_IO, G_N_ELEMENTS (ids));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_assert_null (studio_execute (&paid->studio, ids[i], "kling-o3", NULL));
}

/* As many at once as the limit says, and the others when one has ended. */
static void
test_resume_at_once (Paid *paid, gconstpointer budget)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  GListModel *jobs;
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GListModel) sentences = NULL;
  g_autoptr(GListModel) later = NULL;
  g_autoptr(GError) error = NULL;
  guint n_collects;

  make_three_open (paid);
  studio_reopen (&paid->studio);
  jobs = starsend_client_sequence_runner_get_jobs (paid->studio.runner);
  g_assert_cmpuint (starsend_client_sequence_runner_get_resume_limit (paid->studio.runner), ==, 8);
  starsend_client_sequence_runner_set_resume_limit (paid->studio.runner, 2);
  n_collects = scripted_provider_get_n_collects (paid->provider);
  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_HANGS, 2);
  starsend_client_sequence_runner_resume_async (paid->studio.runner, cancellable, studio_on_ready, &wait);
  while (scripted_provider_get_n_collects (paid->provider) < n_collects + 2)
    g_main_context_iteration (NULL, TRUE);
  studio_run_for (50);
  g_assert_cmpuint (g_list_model_get_n_items (jobs), ==, 2);
  g_cancellable_cancel (cancellable);
  result = studio_wait (&wait);
  sentences = starsend_client_sequence_runner_resume_finish (paid->studio.runner, result, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  later = studio_resume (&paid->studio);
  g_assert_cmpuint (g_list_model_get_n_items (later), ==, 3);
  g_assert_cmpuint (studio_count_jobs (&paid->studio, "take", STARSEND_LEDGER_SETTLED), ==, 3);
  g_assert_cmpuint (scripted_provider_get_n_bought (paid->provider), ==, 3);
  studio_assert_agreement (&paid->studio);
}

/* What was lost is rebuilt from the disk at once; who waits for a provider is resume. */
static void
test_prepare_waits_for_nobody (Paid *paid, gconstpointer budget)
{
  g_autofree char *path = starsend_project_paths_dup_sequence_state (starsend_project_get_paths (paid->studio.project));
  g_autoptr(GListModel) found = NULL;
  g_autoptr(GListModel) sentences = NULL;

  scripted_provider_add (paid->provider, SCRIPTED_COLLECT_IO, 1);
  paid_execute_and_fail (paid, STARSEND_ERROR, STARSEND_ERROR_IO, "network");
  studio_close (&paid->studio);
  g_assert_cmpint (g_unlink (path), ==, 0);
  studio_open (&paid->studio);
  found = studio_prepare (&paid->studio);
  g_assert_cmpuint (g_list_model_get_n_items (found), >, 0);
  g_assert_cmpuint (scripted_provider_get_n_collects (paid->provider), ==, 1);
  paid_assert_open (paid, STARSEND_LEDGER_SUBMITTED);
  g_assert_true (starsend_sequence_record_get_start_frame_approved (studio_record (&paid->studio, "A")));
  sentences = studio_resume (&paid->studio);
  paid_assert_delivered (paid);
}

#define ADD(name, function) g_test_add ("/decisions/" name, Paid, NULL, paid_set_up, function, paid_tear_down)
#define ADD_WITH(name, data, function) g_test_add ("/decisions/" name, Paid, data, paid_set_up_uncapped, function, paid_tear_down)

int
main (int argc, char *argv[])
{
  g_autofree char *folder = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("starsend-decisions-XXXXXX", NULL);
  paid_make_media (folder);

  ADD ("no-account", test_no_account);
  ADD_WITH ("uncertain-is-refused", GINT_TO_POINTER (SCRIPTED_SUBMIT_UNCERTAIN), test_open_is_refused);
  ADD_WITH ("open-is-refused", GINT_TO_POINTER (SCRIPTED_COLLECT_IO), test_open_is_refused);
  ADD ("twice-at-once", test_twice_at_once);
  ADD ("lost-lock", test_lost_lock);
  ADD ("charged-for-nothing", test_charged_for_nothing);
  ADD ("collect-unknown", test_collect_unknown);
  ADD ("digest-is-told", test_digest_is_told);
  ADD ("sent", test_sent);
  ADD ("inputs-changed", test_inputs_changed);
  ADD ("write-off", test_write_off);
  ADD ("write-off-submitted", test_write_off_submitted);
  ADD ("write-off-and-resume", test_write_off_and_resume);
  ADD ("write-off-fetched", test_write_off_fetched);
  ADD ("retry", test_retry);
  ADD ("retry-fails", test_retry_fails);
  ADD ("retry-submitted", test_retry_submitted);
  ADD ("retry-capped", test_retry_capped);
  g_test_add ("/decisions/retry-within-cap", Paid, "{\"project\": 1}", paid_set_up, test_retry_within_cap, paid_tear_down);
  ADD ("look-again", test_look_again);
  ADD_WITH ("found-after-all", NULL, test_found_after_all);
  ADD_WITH ("found-after-another", "taken", test_found_after_all);
  ADD ("found-when-complete", test_found_when_complete);
  ADD ("lost-file", test_lost_file);
  ADD ("grid", test_grid);
  ADD ("resume-at-once", test_resume_at_once);
  ADD ("prepare-waits-for-nobody", test_prepare_waits_for_nobody);
  status = g_test_run ();

  studio_remove_tree (folder);
  g_free (paid_video_path);
  g_free (paid_picture_path);

  return status;
}
