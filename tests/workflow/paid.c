/* paid.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "paid.h"

#include <glib/gstdio.h>
#include <string.h>

#include "starsend-files.h"

#define SHOTS "\"shots\": [{\"id\": \"s\", \"duration\": 1, \"prompt\": \"static\"}, {\"id\": \"t\", \"duration\": 3, \"prompt\": \"push in\"}]"

const char paid_plan[] =
  "{\"format\": \"client_plan\", \"version\": 1, \"project\": \"paid\", \"episode\": \"EP001\", \"aspect_ratio\": \"16:9\", \"fps\": 24,\n"
  " \"elements\": [], \"sequences\": [{\"id\": \"A\", " SHOTS "}, {\"id\": \"B\", " SHOTS "}, {\"id\": \"C\", " SHOTS "}]}\n";


char *paid_video_path;
char *paid_picture_path;

/* Rendered once: what every scripted job delivers. */
void
paid_make_media (const char *folder)
{
  Studio studio;
  g_autofree char *take = NULL;

  studio_set_up (&studio, paid_plan, NULL);
  studio_make_take (&studio, "A");
  take = starsend_project_paths_dup_take (starsend_project_get_paths (studio.project), "A", 1);
  paid_video_path = g_build_filename (folder, "good.mp4", NULL);
  paid_picture_path = g_build_filename (folder, "picture.png", NULL);
  g_assert_cmpint (g_rename (take, paid_video_path), ==, 0);
  studio_write_picture (paid_picture_path, 320, 180, 5);
  studio_tear_down (&studio);
}

void
paid_set_up (Paid *paid, gconstpointer budget)
{
  studio_set_up (&paid->studio, paid_plan, budget);
  paid->provider = scripted_provider_new (PAID_PRICE, paid_video_path, paid_picture_path);
  paid->studio.provider = STARSEND_PROVIDER (paid->provider);
  studio_reopen (&paid->studio);
  studio_make_ready (&paid->studio, "A");
}

void
paid_set_up_uncapped (Paid *paid, gconstpointer data)
{
  paid_set_up (paid, NULL);
}

void
paid_tear_down (Paid *paid, gconstpointer budget)
{
  g_assert_true (scripted_provider_is_used_up (paid->provider));
  studio_tear_down (&paid->studio);
}

StarsendLedger *
paid_get_ledger (Paid *paid)
{
  return starsend_project_get_ledger (paid->studio.project);
}

void
paid_assert_money (Paid *paid, gint64 spent, gint64 reserved)
{
  g_assert_cmpint (starsend_ledger_get_spent (paid_get_ledger (paid), NULL), ==, spent);
  g_assert_cmpint (starsend_ledger_get_reserved (paid_get_ledger (paid), NULL), ==, reserved);
  g_assert_cmpint (starsend_ledger_get_spent (paid_get_ledger (paid), "EP001_A"), ==, spent);
  g_assert_cmpint (starsend_ledger_get_reserved (paid_get_ledger (paid), "EP001_A"), ==, reserved);
}

void
paid_assert_event (Paid *paid, StarsendLedgerEvent event)
{
  g_autoptr(StarsendLedgerJob) job = studio_dup_last_job (&paid->studio);

  g_assert_nonnull (job);
  g_assert_cmpstr (starsend_ledger_event_to_string (starsend_ledger_job_get_event (job)), ==, starsend_ledger_event_to_string (event));
  if (event == STARSEND_LEDGER_RELEASED || event == STARSEND_LEDGER_UNCERTAIN)
    g_assert_nonnull (starsend_ledger_job_get_reason (job));
}

/* Nothing stands under the name of a take that is not whole. */
void
paid_assert_files (Paid *paid, guint n_takes, guint n_parts)
{
  g_autofree char *folder = starsend_project_paths_dup_take_folder (starsend_project_get_paths (paid->studio.project));

  g_assert_cmpuint (studio_count_files (folder, ".mp4"), ==, n_takes);
  g_assert_cmpuint (studio_count_files (folder, ".json"), ==, n_takes);
  g_assert_cmpuint (studio_count_files (paid->studio.root, ".part"), ==, n_parts);
  for (guint number = 1; number <= n_takes; number++)
    {
      g_autofree char *path = starsend_project_paths_dup_take (starsend_project_get_paths (paid->studio.project), "A", number);
      g_autofree char *digest = starsend_files_digest (path, NULL, NULL);
      g_autofree char *wanted = starsend_files_digest (paid_video_path, NULL, NULL);

      g_assert_cmpstr (digest, ==, wanted);
    }
}

/* What a person is told stands in one line. */
void
paid_execute_and_fail (Paid *paid, GQuark domain, int code, const char *words)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendTake) take = studio_execute (&paid->studio, "A", "kling-o3", &error);

  g_assert_null (take);
  g_assert_error (error, domain, code);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_cmpstr (error->message, !=, "");
  g_assert_null (strchr (error->message, '\n'));
}

void
paid_assert_failed_and_free (Paid *paid)
{
  studio_assert_status (&paid->studio, "A", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  paid_assert_event (paid, STARSEND_LEDGER_RELEASED);
  paid_assert_money (paid, 0, 0);
  paid_assert_files (paid, 0, 0);
  g_assert_cmpstr (studio_shot_state (&paid->studio, "A", 1, "s"), ==, "video_pending");
  g_assert_cmpstr (studio_shot_state (&paid->studio, "A", 1, "t"), ==, "video_pending");
  studio_assert_agreement (&paid->studio);
}

void
paid_assert_open (Paid *paid, StarsendLedgerEvent event)
{
  studio_assert_status (&paid->studio, "A", STARSEND_SEQUENCE_STATUS_GENERATING);
  paid_assert_event (paid, event);
  paid_assert_money (paid, 0, PAID_ESTIMATE);
  g_assert_cmpstr (studio_shot_state (&paid->studio, "A", 1, "s"), ==, "video_generating");
}

void
paid_resume (Paid *paid)
{
  g_autoptr(GListModel) sentences = studio_resume (&paid->studio);

  g_assert_cmpuint (g_list_model_get_n_items (sentences), >, 0);
}

/* A new process takes up what is open. */
void
paid_start_again_and_resume (Paid *paid, guint n_sentences, StarsendSeverity severity, const char *words)
{
  g_autoptr(GListModel) found = NULL;
  g_autoptr(GListModel) sentences = NULL;

  studio_reopen (&paid->studio);
  found = studio_prepare (&paid->studio);
  g_assert_cmpuint (g_list_model_get_n_items (found), ==, 0);
  sentences = studio_resume (&paid->studio);
  g_assert_cmpuint (g_list_model_get_n_items (sentences), ==, n_sentences);
  for (guint i = 0; i < n_sentences; i++)
    {
      g_autoptr(StarsendFinding) sentence = g_list_model_get_item (sentences, i);

      g_assert_cmpstr (starsend_finding_get_sequence_id (sentence), ==, "A");
      g_assert_cmpint (starsend_finding_get_severity (sentence), ==, severity);
      g_assert_nonnull (strstr (starsend_finding_get_message (sentence), words));
    }
}

void
paid_assert_delivered (Paid *paid)
{
  studio_assert_status (&paid->studio, "A", STARSEND_SEQUENCE_STATUS_REVIEW);
  paid_assert_event (paid, STARSEND_LEDGER_SETTLED);
  paid_assert_money (paid, PAID_COST, 0);
  paid_assert_files (paid, 1, 0);
  g_assert_cmpstr (studio_shot_state (&paid->studio, "A", 1, "t"), ==, "video_complete");
  g_assert_cmpuint (scripted_provider_get_n_bought (paid->provider), ==, 1);
  g_assert_cmpuint (scripted_provider_get_n_submits (paid->provider), ==, 1);
  studio_assert_agreement (&paid->studio);
}

/* Another start finds nothing to do. */
void
paid_assert_at_rest (Paid *paid)
{
  paid_start_again_and_resume (paid, 0, STARSEND_SEVERITY_WARNING, "");
  paid_assert_delivered (paid);
}

void
paid_execute_after_all (Paid *paid)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendTake) take = studio_execute (&paid->studio, "A", "kling-o3", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (starsend_take_get_number (take), ==, 1);
  g_assert_cmpint (starsend_take_get_cost (take), ==, PAID_COST);
  g_assert_cmpuint (scripted_provider_get_n_bought (paid->provider), ==, 1);
  studio_assert_status (&paid->studio, "A", STARSEND_SEQUENCE_STATUS_REVIEW);
  paid_assert_event (paid, STARSEND_LEDGER_SETTLED);
  paid_assert_money (paid, PAID_COST, 0);
  paid_assert_files (paid, 1, 0);
}
