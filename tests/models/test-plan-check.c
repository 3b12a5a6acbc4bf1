/* test-plan-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "starsend-plan-check.h"
#include "studio.h"

/* A plan and its project against the models: places of the plan, and nothing begun that cannot be made. */

#define ELEMENTS \
  "\"elements\": [{\"id\": \"fog\", \"description\": \"thick\"}, " \
  "{\"id\": \"car\", \"frontal\": \"elements/car.png\", \"references\": [\"elements/side.png\"]}, " \
  "{\"id\": \"ghost\", \"frontal\": \"elements/ghost.png\"}]"
#define SHOT(seconds, prompt) "{\"id\": \"s" seconds "\", \"duration\": " seconds ", \"prompt\": \"" prompt "\"}"

static const char plan_text[] =
  "{\"format\": \"client_plan\", \"version\": 1, \"project\": \"p\", \"episode\": \"EP001\", \"aspect_ratio\": \"16:9\", \"fps\": 24,\n"
  ELEMENTS ", \"sequences\": [\n"
  "{\"id\": \"GOOD\", \"model\": \"kling-o3\", \"elements\": [\"fog\", \"car\"], \"shots\": [" SHOT ("4", "@car in @fog") ", " SHOT ("3", "@car") "]},\n"
  "{\"id\": \"LONG\", \"model\": \"kling-o3\", \"shots\": [" SHOT ("8", "a") ", " SHOT ("9", "b") "]},\n"
  "{\"id\": \"SHOT\", \"model\": \"kling-o3\", \"shots\": [" SHOT ("4", "a") ", " SHOT ("16", "b") "]},\n"
  "{\"id\": \"NAME\", \"model\": \"kling-o3\", \"elements\": [\"car\"], \"shots\": [" SHOT ("4", "@car and @ghost") "]},\n"
  "{\"id\": \"NONE\", \"model\": \"kling-9\", \"shots\": [" SHOT ("4", "a") "]},\n"
  "{\"id\": \"GRID\", \"model\": \"gemini\", \"shots\": [" SHOT ("4", "a") "]},\n"
  "{\"id\": \"FREE\", \"elements\": [\"ghost\"], \"shots\": [" SHOT ("40", "@ghost @nobody") "]},\n"
  "{\"id\": \"BAD\", \"model\": \"kling-o3\", \"shots\": [" SHOT ("20", "") "]},\n"
  "{\"id\": \"FINE\", \"shots\": [" SHOT ("5", "a") "]}]}";

static StarsendPlan *
make_plan (const char *text)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr(GError) error = NULL;
  StarsendPlan *plan = starsend_plan_new_from_bytes (bytes, &error);

  g_assert_no_error (error);

  return plan;
}

static GListModel *
look (StarsendPlan *plan, StarsendProject *project, StarsendModels *models)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GListModel *findings;

  starsend_plan_check_async (plan, project, models, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);
  findings = starsend_plan_check_finish (result, &error);
  g_assert_no_error (error);

  return findings;
}

static char *
describe (GListModel *findings)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr(StarsendFinding) finding = g_list_model_get_item (findings, i);

      g_string_append_printf (out, "%s %s %s\n", starsend_finding_get_severity (finding) == STARSEND_SEVERITY_ERROR ? "error" : "warning",
                              starsend_finding_get_place (finding), starsend_finding_get_sequence_id (finding));
    }

  return g_string_free (out, FALSE);
}

static void
test_bare (void)
{
  g_autoptr(StarsendPlan) plan = make_plan (plan_text);
  g_autoptr(StarsendModels) models = starsend_models_new ();
  g_autoptr(GListModel) findings = look (plan, NULL, models);
  g_autofree char *found = describe (findings);

  g_assert_cmpstr (found, ==, "warning sequences[1].shots LONG\n"
                              "error sequences[2].shots[1].duration SHOT\n"
                              "warning sequences[2].shots SHOT\n"
                              "error sequences[3].shots[0].prompt NAME\n"
                              "error sequences[4].model NONE\n"
                              "error sequences[5].model GRID\n");
}

static void
set_config (Studio *studio, const char *more)
{
  g_autofree char *path = studio_path (studio, "project_config.json");
  g_autofree char *text = studio_read (path);
  char *end = strrchr (text, '}');
  g_autofree char *changed = NULL;

  *end = '\0';
  changed = g_strconcat (text, ", ", more, "}", NULL);
  studio_close (studio);
  studio_write (path, changed, -1);
}

static void
write_pictures (Studio *studio, int width, int height)
{
  static const char *const names[] = { "elements/car.png", "elements/side.png" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = studio_path (studio, names[i]);
      g_autofree char *folder = g_path_get_dirname (path);

      g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
      studio_write_picture (path, width, height, 1);
    }
}

static void
test_project (void)
{
  Studio studio = { 0 };
  g_autoptr(GListModel) findings = NULL;
  g_autofree char *found = NULL;

  studio_set_up (&studio, plan_text, NULL);
  write_pictures (&studio, 290, 400);
  set_config (&studio, "\"models\": {\"grid\": \"gemini-3-pro-image-preview\", \"video\": \"animatic\"}");
  studio_open (&studio);
  findings = look (starsend_project_get_plan (studio.project), studio.project, starsend_client_sequence_runner_get_models (studio.runner));
  found = describe (findings);
  g_assert_cmpstr (found, ==, "warning elements[2].frontal \n"
                              "warning models.grid \n"
                              "error elements[1].frontal GOOD\n"
                              "error elements[1].references[0] GOOD\n"
                              "warning sequences[1].shots LONG\n"
                              "error sequences[2].shots[1].duration SHOT\n"
                              "warning sequences[2].shots SHOT\n"
                              "error sequences[3].shots[0].prompt NAME\n"
                              "error elements[1].frontal NAME\n"
                              "error elements[1].references[0] NAME\n"
                              "error sequences[3].shots[0].prompt NAME\n"
                              "error sequences[4].model NONE\n"
                              "error sequences[5].model GRID\n"
                              "error sequences[6].shots[0].prompt FREE\n");
  studio_tear_down (&studio);
}

static void
test_prices (void)
{
  static const struct { const char *config; const char *error; } rows[] = {
    { "\"prices\": {\"gemini\": {\"amount\": 0.5}}", NULL },
    { "\"prices\": {\"kling-o3\": {\"amount\": -0.5}}", "kling-o3" },
    { "\"prices\": {\"kling-x\": {\"amount\": 0.5}}", "kling-x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Studio studio = { 0 };
      g_autoptr(StarsendClientSequenceRunner) runner = NULL;
      g_autoptr(GError) error = NULL;

      studio_set_up (&studio, plan_text, NULL);
      set_config (&studio, rows[i].config);
      if (rows[i].error == NULL)
        {
          studio_open (&studio);
          g_assert_cmpint (starsend_client_sequence_runner_estimate_grid (studio.runner, "GOOD", "gemini", NULL), ==, 500000);
        }
      else
        {
          StudioWait wait = { NULL };
          g_autoptr(GAsyncResult) result = NULL;
          g_autoptr(StarsendProject) project = NULL;

          starsend_project_open_async (studio.root, STARSEND_PROJECT_OPEN_READ_ONLY, NULL, studio_on_ready, &wait);
          result = studio_wait (&wait);
          project = starsend_project_open_finish (result, &error);
          g_assert_no_error (error);
          runner = starsend_client_sequence_runner_new (project, &error);
          g_assert_null (runner);
          g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
          g_assert_nonnull (strstr (error->message, rows[i].error));
        }
      g_clear_error (&error);
      studio_tear_down (&studio);
    }
}

/* What is an error here is refused before anything is written. */
static void
test_refused (void)
{
  static const struct { const char *id; const char *place; } rows[] = {
    { "SHOT", "sequences[2].shots[1].duration" },
    { "NAME", "sequences[3].shots[0].prompt" },
  };
  Studio studio = { 0 };

  studio_set_up (&studio, plan_text, NULL);
  write_pictures (&studio, 400, 300);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(StarsendTake) take = NULL;
      g_autoptr(GError) error = NULL;

      studio_make_ready (&studio, rows[i].id);
      take = studio_execute (&studio, rows[i].id, "kling-o3", &error);
      g_assert_null (take);
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_assert_true (g_str_has_prefix (error->message, rows[i].place));
      studio_assert_status (&studio, rows[i].id, STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (starsend_project_get_ledger (studio.project))), ==, 0);
  studio_tear_down (&studio);
}

static void
test_small_frame (void)
{
  Studio studio = { 0 };
  g_autofree char *picture = NULL;
  g_autofree char *frame = NULL;
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  studio_set_up (&studio, plan_text, NULL);
  write_pictures (&studio, 400, 300);
  picture = g_build_filename (studio.folder, "small.png", NULL);
  studio_write_picture (picture, 320, 180, 1);
  frame = studio_set_frame (&studio, "FINE", picture, &error);
  g_assert_true (studio_approve_frame (&studio, "FINE", &error));
  g_assert_no_error (error);
  take = studio_execute (&studio, "FINE", "kling-o3", &error);
  g_assert_null (take);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_true (g_str_has_prefix (error->message, "sequences[8].start_frame: "));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (starsend_project_get_ledger (studio.project))), ==, 0);
  studio_tear_down (&studio);
}

static void
test_cancelled (void)
{
  g_autoptr(StarsendPlan) plan = make_plan (plan_text);
  g_autoptr(StarsendModels) models = starsend_models_new ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_cancellable_cancel (cancellable);
  starsend_plan_check_async (plan, NULL, models, cancellable, studio_on_ready, &wait);
  result = studio_wait (&wait);
  g_assert_null (starsend_plan_check_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* However long the plan is, the list is not, and it says so. */
static void
test_many (void)
{
  GString *text = g_string_new ("{\"format\": \"client_plan\", \"version\": 1, \"elements\": [], \"sequences\": [");
  g_autoptr(StarsendPlan) plan = NULL;
  g_autoptr(StarsendModels) models = starsend_models_new ();
  g_autoptr(GListModel) findings = NULL;
  g_autoptr(StarsendFinding) last = NULL;

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (text, "%s{\"id\": \"Q%u\", \"model\": \"kling-o3\", \"shots\": [" SHOT ("16", "a") "]}", i > 0 ? "," : "", i);
  g_string_append (text, "]}");
  plan = make_plan (text->str);
  findings = look (plan, NULL, models);
  g_assert_cmpuint (g_list_model_get_n_items (findings), ==, 1001);
  last = g_list_model_get_item (findings, 1000);
  g_assert_nonnull (strstr (starsend_finding_get_message (last), "2000"));
  g_string_free (text, TRUE);
}

int
main (int argc, char *argv[])
{
  /* Nothing is ever sent with it. */
  g_setenv ("FAL_KEY", "test-key-0123:secret", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan-check/bare", test_bare);
  g_test_add_func ("/plan-check/project", test_project);
  g_test_add_func ("/plan-check/prices", test_prices);
  g_test_add_func ("/plan-check/refused", test_refused);
  g_test_add_func ("/plan-check/small-frame", test_small_frame);
  g_test_add_func ("/plan-check/cancelled", test_cancelled);
  g_test_add_func ("/plan-check/many", test_many);

  return g_test_run ();
}
