/* test-step-runner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "scripted-provider.h"
#include "starsend-animatic-provider.h"
#include "starsend-file-verifier.h"
#include "starsend-step-runner.h"
#include "studio.h"

/* The engine by itself, with batch ids that no plan knows of. The project has an empty plan; it is there for its ledger, its
 * store of shots and its queue. */

#define PLAN "{\"format\": \"client_plan\", \"version\": 1, \"project\": \"engine\", \"elements\": [], \"sequences\": []}"

typedef struct
{
  Studio studio;
  ScriptedProvider *provider;
  StarsendModels *models;
  StarsendJobRunner *jobs;
  StarsendStepRunner *steps;
  char *picture;
  GString *states; /* of the first shot that is made, one after another */
} Engine;

static const char *const batch_ids[] = { "EP001_SEQ04", "../../etc/passwd", "a \"b\"\\\n\t", "🚗 日本 ü", "EP001_SEQ04 take 02", "", "%s%n" };

static StarsendRequest *
make_request (Engine *engine, const char *batch_id, guint number, const char *model, guint n_shots, gboolean from_picture)
{
  StarsendRequest *request = starsend_request_new (STARSEND_REQUEST_TAKE, batch_id, number, model);
  StarsendFrameRate rate = { 24, 1 };

  starsend_request_set_aspect (request, 16, 9);
  starsend_request_set_frame_rate (request, rate);
  if (from_picture)
    starsend_request_set_start_frame (request, engine->picture);
  for (guint i = 0; i < n_shots; i++)
    {
      g_autofree char *id = g_strdup_printf ("shot %u", i + 1);
      g_autoptr(StarsendShotPrompt) shot = starsend_shot_prompt_new (id, "push in", NULL, STUDIO_SECONDS (6));

      starsend_request_add_shot (request, shot);
    }

  return request;
}

static char *
make_output (Engine *engine, guint number)
{
  g_autofree char *name = g_strdup_printf ("output/video/out %u.mp4", number);

  return studio_path (&engine->studio, name);
}

static StarsendStepResult *
execute (Engine *engine, StarsendRequest *request, const char *output, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  if (g_list_model_get_n_items (starsend_request_get_shots (request)) == 1)
    {
      starsend_step_runner_execute_video_async (engine->steps, request, output, NULL, studio_on_ready, &wait);
      result = studio_wait (&wait);
      return starsend_step_runner_execute_video_finish (engine->steps, result, error);
    }
  starsend_step_runner_execute_multi_shot_async (engine->steps, request, output, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_step_runner_execute_multi_shot_finish (engine->steps, result, error);
}

static StarsendExecutionStore *
get_store (Engine *engine)
{
  return starsend_project_get_execution_store (engine->studio.project);
}

static void
assert_shots (Engine *engine, const char *run_id, guint n_shots, const char *state)
{
  for (guint i = 0; i < n_shots; i++)
    {
      g_autofree char *id = g_strdup_printf ("shot %u", i + 1);

      g_assert_cmpstr (starsend_execution_store_get_state (get_store (engine), run_id, id), ==, state);
    }
}

static void
on_changed (StarsendExecutionStore *store, const char *run_id, gpointer user_data)
{
  Engine *engine = user_data;

  g_string_append_printf (engine->states, "%s ", starsend_execution_store_get_state (store, run_id, "shot 1"));
}

static void
set_up (Engine *engine, gconstpointer data)
{
  g_autofree char *video = NULL;
  g_autoptr(StarsendProvider) animatic = starsend_animatic_provider_new ();
  g_autoptr(StarsendVerifier) verifier = starsend_file_verifier_new ();
  g_autoptr(StarsendRequest) request = NULL;
  g_autoptr(StarsendStepResult) result = NULL;
  StarsendProject *project;
  g_autoptr(GError) error = NULL;

  studio_set_up (&engine->studio, PLAN, NULL);
  project = engine->studio.project;
  engine->picture = studio_path (&engine->studio, "elements/picture.png");
  studio_write_picture (engine->picture, 160, 90, 1);
  engine->models = starsend_models_new ();
  engine->jobs = starsend_job_runner_new (engine->studio.root, starsend_project_get_config (project), starsend_project_get_ledger (project),
                                          starsend_project_get_file_queue (project), engine->models, verifier);
  engine->steps = starsend_step_runner_new (engine->jobs, get_store (engine), starsend_project_get_ledger (project), NULL);
  starsend_models_add_provider (engine->models, "animatic", animatic);

  video = make_output (engine, 0);
  request = make_request (engine, "set up", 1, "animatic", 2, TRUE);
  result = execute (engine, request, video, &error);
  g_assert_no_error (error);
  g_assert_true (starsend_step_result_get_succeeded (result));
  engine->provider = scripted_provider_new (1000000, video, engine->picture);
  starsend_models_add_provider (engine->models, "kling-o3", STARSEND_PROVIDER (engine->provider));
  engine->states = g_string_new (NULL);
  g_signal_connect (get_store (engine), "changed", G_CALLBACK (on_changed), engine);
}

static void
tear_down (Engine *engine, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (get_store (engine), engine);
  g_assert_finalize_object (engine->steps);
  g_assert_finalize_object (engine->jobs);
  g_clear_object (&engine->models);
  g_clear_object (&engine->provider);
  g_free (engine->picture);
  g_string_free (engine->states, TRUE);
  studio_tear_down (&engine->studio);
}

static void
assert_made (Engine *engine, StarsendStepResult *result, const char *batch_id, guint n_shots, const char *output)
{
  g_auto(GStrv) shots = starsend_step_result_dup_shots (result);
  g_autoptr(StarsendLedgerJob) job = studio_dup_last_job (&engine->studio);

  g_assert_true (starsend_step_result_get_succeeded (result));
  g_assert_null (starsend_step_result_get_error (result));
  g_assert_cmpstr (starsend_step_result_get_batch_id (result), ==, batch_id);
  g_assert_cmpstr (starsend_step_result_get_output (result), ==, output);
  g_assert_cmpstr (starsend_step_result_get_job_id (result), ==, starsend_ledger_job_get_id (job));
  g_assert_cmpstr (starsend_ledger_job_get_batch_id (job), ==, batch_id);
  g_assert_cmpint (starsend_ledger_job_get_event (job), ==, STARSEND_LEDGER_SETTLED);
  g_assert_cmpuint (g_strv_length (shots), ==, n_shots);
  g_assert_true (starsend_step_result_get_shot_succeeded (result, "shot 1"));
  g_assert_false (starsend_step_result_get_shot_succeeded (result, "shot 9"));
  g_assert_true (g_file_test (output, G_FILE_TEST_IS_REGULAR));
}

/* One shot: from its text alone where the model can, or from a picture. */
static void
test_video (Engine *engine, gconstpointer model)
{
  gboolean from_picture = g_str_equal (model, "animatic");
  g_autoptr(StarsendRequest) request = make_request (engine, "EP001_SEQ04", 1, model, 1, from_picture);
  g_autofree char *output = make_output (engine, 1);
  g_autoptr(StarsendStepResult) result = NULL;
  g_autoptr(GError) error = NULL;

  result = execute (engine, request, output, &error);
  g_assert_no_error (error);
  assert_made (engine, result, "EP001_SEQ04", 1, output);
  assert_shots (engine, "EP001_SEQ04", 1, "video_complete");
  g_assert_cmpint (starsend_step_result_get_cost (result), ==, from_picture ? 0 : 225000);
  /* Never in between, and never told before it is so. */
  g_assert_cmpstr (engine->states->str, ==, "video_generating video_complete ");
}

static void
test_batch_ids (Engine *engine, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (batch_ids); i++)
    for (guint number = 1; number <= 2; number++)
      {
        g_autoptr(StarsendRequest) request = make_request (engine, batch_ids[i], number, "kling-o3", 2, FALSE);
        g_autofree char *run_id = starsend_step_runner_dup_run_id (batch_ids[i], number);
        g_autofree char *output = make_output (engine, 1 + 2 * i + number);
        g_autoptr(StarsendStepResult) result = NULL;
        g_autoptr(GError) error = NULL;

        assert_shots (engine, run_id, 2, "planned");
        result = execute (engine, request, output, &error);
        g_assert_no_error (error);
        assert_made (engine, result, batch_ids[i], 2, output);
        assert_shots (engine, run_id, 2, "video_complete");
        g_assert_cmpuint (starsend_execution_store_get_take (get_store (engine), run_id, "shot 2"), ==, number);
      }
  /* A batch id never becomes a path. */
  g_assert_cmpuint (studio_count_files (engine->studio.folder, ".mp4"), ==, 1 + 2 * G_N_ELEMENTS (batch_ids));
}

static void
test_fails_and_runs_again (Engine *engine, gconstpointer data)
{
  g_autoptr(StarsendRequest) request = make_request (engine, "B", 1, "kling-o3", 3, FALSE);
  g_autofree char *output = make_output (engine, 1);
  g_autoptr(StarsendStepResult) failed = NULL;
  g_autoptr(StarsendStepResult) made = NULL;
  g_autoptr(StarsendStepResult) none = NULL;
  g_autoptr(GError) error = NULL;

  scripted_provider_add (engine->provider, SCRIPTED_COLLECT_FAILS, 1);
  failed = execute (engine, request, output, &error);
  g_assert_no_error (error);
  g_assert_false (starsend_step_result_get_succeeded (failed));
  g_assert_true (g_error_matches (starsend_step_result_get_error (failed), STARSEND_ERROR, STARSEND_ERROR_PROVIDER));
  g_assert_false (starsend_step_result_get_shot_succeeded (failed, "shot 1"));
  assert_shots (engine, "B", 3, "video_pending");
  g_assert_nonnull (strstr (starsend_execution_store_get_shot_error (get_store (engine), "B", "shot 3"), "refused the picture"));

  made = execute (engine, request, output, &error);
  g_assert_no_error (error);
  assert_made (engine, made, "B", 3, output);
  assert_shots (engine, "B", 3, "video_complete");
  g_assert_cmpstr (starsend_execution_store_get_shot_error (get_store (engine), "B", "shot 3"), ==, NULL);
  g_assert_cmpstr (engine->states->str, ==, "video_generating video_pending video_generating video_complete ");

  /* What is made is not made over. */
  none = execute (engine, request, output, &error);
  g_assert_null (none);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_ILLEGAL_TRANSITION);
  g_assert_cmpuint (scripted_provider_get_n_submits (engine->provider), ==, 2);
}

static void
test_left_open_and_resumed (Engine *engine, gconstpointer data)
{
  g_autoptr(StarsendRequest) request = make_request (engine, "B", 2, "kling-o3", 2, FALSE);
  g_autofree char *output = make_output (engine, 1);
  g_autoptr(StarsendLedgerJob) job = NULL;
  g_autoptr(StarsendStepResult) open = NULL;
  g_autoptr(StarsendStepResult) made = NULL;
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  scripted_provider_add (engine->provider, SCRIPTED_COLLECT_IO, 1);
  open = execute (engine, request, output, &error);
  g_assert_no_error (error);
  g_assert_false (starsend_step_result_get_succeeded (open));
  assert_shots (engine, "B take 02", 2, "video_generating");

  job = studio_dup_last_job (&engine->studio);
  starsend_step_runner_resume_async (engine->steps, job, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);
  made = starsend_step_runner_resume_finish (engine->steps, result, &error);
  g_assert_no_error (error);
  assert_made (engine, made, "B", 2, output);
  assert_shots (engine, "B take 02", 2, "video_complete");
  g_assert_cmpuint (scripted_provider_get_n_bought (engine->provider), ==, 1);
}

/* What is refused moves no shot and leaves no line. */
static void
test_refused (Engine *engine, gconstpointer data)
{
  g_autoptr(StarsendRequest) no_shots = make_request (engine, "B", 1, "kling-o3", 0, FALSE);
  g_autoptr(StarsendRequest) no_picture = make_request (engine, "B", 1, "animatic", 1, FALSE);
  g_autoptr(StarsendRequest) no_model = make_request (engine, "B", 1, "nobody", 2, FALSE);
  StarsendRequest *const requests[] = { no_shots, no_picture, no_model };
  guint n_jobs = g_list_model_get_n_items (G_LIST_MODEL (starsend_project_get_ledger (engine->studio.project)));
  g_autofree char *output = make_output (engine, 1);

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(StarsendStepResult) result = execute (engine, requests[i], output, &error);

      g_assert_null (result);
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
    }
  assert_shots (engine, "B", 2, "planned");
  g_assert_cmpstr (engine->states->str, ==, "");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (starsend_project_get_ledger (engine->studio.project))), ==, n_jobs);
}

#define ADD(name, data, function) g_test_add ("/step-runner/" name, Engine, data, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("video-from-text", "kling-o3", test_video);
  ADD ("video-from-picture", "animatic", test_video);
  ADD ("batch-ids", NULL, test_batch_ids);
  ADD ("fails-and-runs-again", NULL, test_fails_and_runs_again);
  ADD ("left-open-and-resumed", NULL, test_left_open_and_resumed);
  ADD ("refused", NULL, test_refused);

  return g_test_run ();
}
