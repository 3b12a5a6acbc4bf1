/* test-gemini-workflow.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-gemini.h"
#include "starsend-files.h"
#include "starsend-json.h"
#include "starsend-keys.h"
#include "starsend-picture.h"
#include "studio.h"

#include <glib/gstdio.h>
#include <string.h>

/* A grid from Gemini, from the click to the last line of the ledger, and through every crash on the way. */

#define ID "SEQ01"

static const char plan[] =
  "{\"format\": \"client_plan\", \"version\": 1, \"project\": \"drive\", \"episode\": \"EP001\", \"title\": \"Drive\", \"aspect_ratio\": \"16:9\","
  " \"elements\": [{\"id\": \"car\", \"name\": \"The car\", \"type\": \"vehicle\", \"frontal\": \"elements/car.png\"}],"
  " \"sequences\": [{\"id\": \"" ID "\", \"elements\": [\"car\"], \"start_frame_prompt\": \"@car at night\","
  " \"shots\": [{\"id\": \"s1\", \"duration\": 4, \"prompt\": \"@car rolls past\"}]}]}";

static FakeGemini *fake;

static guint64
count (const char *name)
{
  return fake_server_count (fake_gemini_get_server (fake), name);
}

static void
set_up (Studio *studio, gconstpointer budget)
{
  g_autofree char *car = NULL;

  fake = fake_gemini_new ();
  g_setenv ("STARSEND_GEMINI_URL", fake_gemini_get_base (fake), TRUE);
  studio_set_up (studio, plan, budget);
  car = studio_path (studio, "elements/car.png");
  studio_write_picture (car, 640, 480, 7);
}

static void
tear_down (Studio *studio, gconstpointer budget)
{
  g_autofree char *ledger = studio_path (studio, "state/starsend/ledger.jsonl");
  g_autofree char *text = NULL;

  /* Some tests never come so far. */
  if (g_file_get_contents (ledger, &text, NULL, NULL))
    g_assert_null (strstr (text, FAKE_GEMINI_KEY));
  studio_tear_down (studio);
  g_clear_pointer (&fake, fake_gemini_free);
}

static void
test_default (Studio *studio, gconstpointer budget)
{
  g_autofree char *model = starsend_client_sequence_runner_dup_grid_model (studio->runner, ID, NULL);
  g_autofree char *take = starsend_client_sequence_runner_dup_take_model (studio->runner, ID, NULL);
  g_autoptr(GError) error = NULL;

  /* There is a key for Gemini and none for fal.ai. */
  g_assert_cmpstr (model, ==, "gemini");
  g_assert_cmpstr (take, ==, "animatic");
  g_assert_cmpint (starsend_client_sequence_runner_estimate_grid (studio->runner, ID, NULL, &error), ==, 101000);
  g_assert_no_error (error);
}

static void
test_explore (Studio *studio, gconstpointer budget)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *grid = studio_explore (studio, ID, NULL, &error);
  g_autofree char *frame = NULL;
  g_autofree char *sidecar_path = NULL;
  g_autofree char *sidecar = NULL;
  g_autoptr(StarsendLedgerJob) job = NULL;
  g_autoptr(JsonNode) requests = fake_gemini_dup_requests (fake);
  g_autofree char *sent = starsend_json_render (requests, FALSE);
  StarsendPictureInfo info;

  g_assert_no_error (error);
  job = studio_dup_last_job (studio);
  g_assert_cmpint (starsend_ledger_job_get_event (job), ==, STARSEND_LEDGER_SETTLED);
  g_assert_cmpint (starsend_ledger_job_get_cost (job), >, 67000);
  g_assert_cmpint (starsend_ledger_job_get_estimate (job), ==, 101000);
  g_assert_cmpstr (starsend_ledger_job_get_provider (job), ==, "gemini");
  g_assert_cmpuint (studio_count_files (studio->root, ".part"), ==, 0);
  /* The model's template is around the words. */
  g_assert_nonnull (strstr (sent, "2x2"));
  g_assert_nonnull (strstr (sent, "at night"));

  sidecar_path = studio_path (studio, "output/grids/" ID "/grid_001.json");
  sidecar = studio_read (sidecar_path);
  g_assert_nonnull (strstr (sidecar, "gemini-3.1-flash-image"));
  g_assert_nonnull (strstr (sidecar, "candidatesTokenCount"));
  g_assert_null (strstr (sidecar, FAKE_GEMINI_KEY));

  frame = studio_pick (studio, ID, 2, 0, &error);
  g_assert_no_error (error);
  g_assert_true (starsend_picture_probe (frame, &info, &error));
  g_assert_cmpint (info.width * 9, ==, info.height * 16);
  g_assert_cmpint (info.width, >, 1200);
}

static void
test_refused (Studio *studio, gconstpointer budget)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendLedgerJob) job = NULL;

  fake_server_fault (fake_gemini_get_server (fake), "generate", 1, "IMAGE_SAFETY");
  g_assert_null (studio_explore (studio, ID, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER);
  g_assert_nonnull (strstr (error->message, "IMAGE_SAFETY"));
  job = studio_dup_last_job (studio);
  g_assert_cmpint (starsend_ledger_job_get_event (job), ==, STARSEND_LEDGER_RELEASED);
  g_assert_false (starsend_ledger_job_is_open (job));
  /* The words that were read cost a little. */
  g_assert_cmpint (starsend_ledger_job_get_cost (job), >, 0);
  g_assert_cmpint (starsend_ledger_job_get_cost (job), <, 5000);
}

static void
test_lost (Studio *studio, gconstpointer budget)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendLedgerJob) job = NULL;
  g_autoptr(GListModel) resumed = NULL;

  fake_server_fault (fake_gemini_get_server (fake), "generate", 1, "reset-after");
  g_assert_null (studio_explore (studio, ID, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
  studio_reopen (studio);
  resumed = studio_resume (studio);
  job = studio_dup_last_job (studio);
  g_assert_cmpint (starsend_ledger_job_get_event (job), ==, STARSEND_LEDGER_UNCERTAIN);
  g_assert_cmpuint (count ("generate"), ==, 1);
  g_assert_cmpuint (count ("accepted"), ==, 1);
}

/* Takes the last @n_lines lines of the ledger away, as if the crash had come before them, and the file back to its part name. */
static void
undo (Studio *studio, guint n_lines)
{
  g_autofree char *ledger = studio_path (studio, "state/starsend/ledger.jsonl");
  g_autofree char *grid = studio_path (studio, "output/grids/" ID "/grid_001.png");
  g_autofree char *sidecar = studio_path (studio, "output/grids/" ID "/grid_001.json");
  g_autofree char *folder = g_path_get_dirname (grid);
  g_autoptr(StarsendLedgerJob) job = studio_dup_last_job (studio);
  g_autofree char *name = g_strdup_printf (".%s.part", starsend_ledger_job_get_id (job));
  g_autofree char *part = g_build_filename (folder, name, NULL);
  g_autofree char *text = studio_read (ledger);
  gsize length = strlen (text);

  studio_close (studio);
  g_assert_cmpint (g_rename (grid, part), ==, 0);
  g_assert_cmpint (g_remove (sidecar), ==, 0);
  for (guint i = 0; i < n_lines; i++)
    {
      g_assert_cmpuint (length, >, 0);
      length--;
      while (length > 0 && text[length - 1] != '\n')
        length--;
    }
  studio_write (ledger, text, (gssize) length);
  studio_open (studio);
}

static void
test_crash (Studio *studio, gconstpointer budget)
{
  /* After settling, before "fetched", before "submitted". */
  for (guint n_lines = 1; n_lines <= 3; n_lines++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *first = NULL;
      g_autofree char *digest = NULL;
      g_autofree char *again = NULL;
      g_autofree char *grid = studio_path (studio, "output/grids/" ID "/grid_001.png");
      g_autoptr(GListModel) prepared = NULL;
      g_autoptr(GListModel) resumed = NULL;
      g_autoptr(StarsendLedgerJob) job = NULL;

      if (n_lines == 1)
        {
          first = studio_explore (studio, ID, NULL, &error);
          g_assert_no_error (error);
        }
      digest = starsend_files_digest (grid, NULL, NULL);
      undo (studio, n_lines);
      prepared = studio_prepare (studio);
      resumed = studio_resume (studio);
      job = studio_dup_last_job (studio);
      g_assert_cmpint (starsend_ledger_job_get_event (job), ==, STARSEND_LEDGER_SETTLED);
      again = starsend_files_digest (grid, NULL, NULL);
      g_assert_cmpstr (again, ==, digest);
      /* Where the line of the tokens was lost, the price of a picture. */
      g_assert_cmpint (starsend_ledger_job_get_cost (job), >, 67000);
      g_assert_cmpuint (count ("generate"), ==, 1);
    }
}

static void
test_cap (Studio *studio, gconstpointer budget)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (studio_explore (studio, ID, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED);
  g_assert_cmpuint (count ("generate"), ==, 0);
}

static void
test_currency (Studio *studio, gconstpointer budget)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (studio_explore (studio, ID, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_nonnull (strstr (error->message, "EUR"));
  g_assert_cmpuint (count ("generate"), ==, 0);
}

static void
test_grid_prompt (Studio *studio, gconstpointer budget)
{
  g_autofree char *path = studio_path (studio, "project_config.json");
  g_autofree char *text = studio_read (path);
  g_autofree char *with_prompt = g_strdup_printf ("{\"grid_prompt\": \"Ink on paper: {prompt}\\nFour panels.\", %s", strchr (text, '{') + 1);
  g_autoptr(GError) error = NULL;
  g_autofree char *grid = NULL;
  g_autofree char *sent = NULL;
  g_autoptr(JsonNode) requests = NULL;

  studio_write (path, with_prompt, -1);
  studio_reopen (studio);
  grid = studio_explore (studio, ID, NULL, &error);
  g_assert_no_error (error);
  requests = fake_gemini_dup_requests (fake);
  sent = starsend_json_render (requests, FALSE);
  g_assert_nonnull (strstr (sent, "Ink on paper: "));
  g_assert_nonnull (strstr (sent, "\\nFour panels."));
  g_assert_null (strstr (sent, "{prompt}"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  /* Read once for the process. */
  g_setenv ("GEMINI_API_KEY", FAKE_GEMINI_KEY, TRUE);
  starsend_keys_get_default ();

  g_test_add ("/gemini-workflow/default", Studio, NULL, set_up, test_default, tear_down);
  g_test_add ("/gemini-workflow/explore", Studio, NULL, set_up, test_explore, tear_down);
  g_test_add ("/gemini-workflow/refused", Studio, NULL, set_up, test_refused, tear_down);
  g_test_add ("/gemini-workflow/lost", Studio, NULL, set_up, test_lost, tear_down);
  g_test_add ("/gemini-workflow/crash", Studio, NULL, set_up, test_crash, tear_down);
  g_test_add ("/gemini-workflow/cap", Studio, "{\"currency\": \"USD\", \"take\": 0.05}", set_up, test_cap, tear_down);
  g_test_add ("/gemini-workflow/currency", Studio, "{\"currency\": \"EUR\"}", set_up, test_currency, tear_down);
  g_test_add ("/gemini-workflow/grid-prompt", Studio, NULL, set_up, test_grid_prompt, tear_down);

  return g_test_run ();
}
