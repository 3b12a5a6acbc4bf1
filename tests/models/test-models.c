/* test-models.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <math.h>
#include <string.h>

#include "model-fixtures.h"
#include "starsend-error.h"

/* What the rows of models.json say, against what is known of the services; and that another row is enough for another model. */

static const double three_and_four[] = { 3, 4, 0 };

/* Fields of each way in. The services refuse or ignore what they do not know, and nobody says which. */

static const struct
{
  const char *model;
  const char *frame;
  guint n_elements;
  const char *endpoint;
  const char *fields;
  const char *token;
  const char *result;
} routes[] = {
  { "kling-o3", "/f.png", 0, "fal-ai/kling-video/o3/pro/image-to-video",
    "prompt multi_prompt image_url duration shot_type generate_audio", NULL, "video.url" },
  { "kling-o3", "/f.png", 1, "fal-ai/kling-video/o3/pro/reference-to-video",
    "prompt multi_prompt start_image_url elements duration aspect_ratio shot_type generate_audio", "@Element%u", "video.url" },
  { "kling-o3", NULL, 1, "fal-ai/kling-video/o3/pro/reference-to-video",
    "prompt multi_prompt start_image_url elements duration aspect_ratio shot_type generate_audio", "@Element%u", "video.url" },
  { "kling-o3", NULL, 0, "fal-ai/kling-video/o3/pro/text-to-video",
    "prompt multi_prompt duration aspect_ratio shot_type generate_audio", NULL, "video.url" },
  { "kling-o3-standard", "/f.png", 0, "fal-ai/kling-video/o3/standard/image-to-video",
    "prompt multi_prompt image_url duration shot_type generate_audio", NULL, "video.url" },
  { "kling-o3-standard", "/f.png", 2, "fal-ai/kling-video/o3/standard/reference-to-video",
    "prompt multi_prompt start_image_url elements duration aspect_ratio shot_type generate_audio", "@Element%u", "video.url" },
  { "kling-o3-4k", "/f.png", 0, "fal-ai/kling-video/o3/4k/image-to-video",
    "prompt multi_prompt image_url duration shot_type generate_audio", NULL, "video.url" },
  { "kling-o3-4k", "/f.png", 2, "fal-ai/kling-video/o3/4k/reference-to-video",
    "prompt multi_prompt start_image_url elements duration aspect_ratio shot_type generate_audio", "@Element%u", "video.url" },
  { "kling-v3", "/f.png", 0, "fal-ai/kling-video/v3/pro/image-to-video",
    "prompt multi_prompt start_image_url elements duration shot_type generate_audio", "@Element%u", "video.url" },
  { "kling-v3", "/f.png", 3, "fal-ai/kling-video/v3/pro/image-to-video",
    "prompt multi_prompt start_image_url elements duration shot_type generate_audio", "@Element%u", "video.url" },
  { "kling-v3", NULL, 0, "fal-ai/kling-video/v3/pro/text-to-video",
    "prompt multi_prompt duration aspect_ratio shot_type generate_audio", NULL, "video.url" },
  { "kling-v3-standard", "/f.png", 1, "fal-ai/kling-video/v3/standard/image-to-video",
    "prompt multi_prompt start_image_url elements duration shot_type generate_audio", "@Element%u", "video.url" },
  { "veo-3.1", "/f.png", 1, "fal-ai/veo3.1/image-to-video",
    "prompt image_url duration aspect_ratio resolution generate_audio", NULL, "video.url" },
};

static char *
list_fields (StarsendModelRoute *route)
{
  GPtrArray *fields = starsend_model_route_get_fields (route);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < fields->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? " " : "", ((StarsendModelField *) g_ptr_array_index (fields, i))->name);

  return g_string_free (out, FALSE);
}

static StarsendModelField *
find_field (StarsendModelRoute *route, const char *name)
{
  GPtrArray *fields = starsend_model_route_get_fields (route);

  for (guint i = 0; i < fields->len; i++)
    if (g_str_equal (((StarsendModelField *) g_ptr_array_index (fields, i))->name, name))
      return g_ptr_array_index (fields, i);

  return NULL;
}

static void
test_routes (void)
{
  g_autoptr(StarsendModels) models = starsend_models_new ();

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      StarsendModel *model = starsend_models_get_model (models, routes[i].model);
      g_autoptr(StarsendRequest) request = fixture_take (routes[i].model, routes[i].frame, three_and_four);
      StarsendModelRoute *route;
      g_autofree char *fields = NULL;

      fixture_add_elements (request, routes[i].n_elements, 1);
      route = starsend_model_choose_route (model, request);
      g_assert_nonnull (route);
      fields = list_fields (route);
      g_assert_cmpstr (starsend_model_route_get_endpoint (route), ==, routes[i].endpoint);
      g_assert_cmpstr (fields, ==, routes[i].fields);
      g_assert_cmpstr (starsend_model_route_get_element_token (route), ==, routes[i].token);
      g_assert_cmpstr (starsend_model_route_get_result_path (route), ==, routes[i].result);
    }
}

static void
test_grid_routes (void)
{
  g_autoptr(StarsendModels) models = starsend_models_new ();
  g_autoptr(StarsendRequest) request = fixture_grid ("nano-banana-2", "a street");
  StarsendModel *model = starsend_models_get_model (models, "nano-banana-2");
  StarsendModelRoute *route = starsend_model_choose_route (model, request);
  g_autofree char *fields = list_fields (route);
  g_autofree char *edit_fields = NULL;

  g_assert_cmpstr (starsend_model_route_get_endpoint (route), ==, "fal-ai/nano-banana-2");
  g_assert_cmpstr (fields, ==, "prompt num_images aspect_ratio resolution output_format");
  g_assert_cmpstr (json_node_get_string (find_field (route, "resolution")->value), ==, "2K");
  g_assert_cmpint (json_node_get_int (find_field (route, "num_images")->value), ==, 1);

  fixture_add_elements (request, 1, 0);
  route = starsend_model_choose_route (model, request);
  edit_fields = list_fields (route);
  g_assert_cmpstr (starsend_model_route_get_endpoint (route), ==, "fal-ai/nano-banana-2/edit");
  g_assert_cmpstr (edit_fields, ==, "prompt image_urls num_images aspect_ratio resolution output_format");
  g_assert_cmpstr (starsend_model_route_get_result_path (route), ==, "images[0].url");

  g_assert_nonnull (strstr (starsend_model_get_template (model), "{prompt}"));
  g_assert_cmpstr (starsend_model_route_get_endpoint (starsend_model_choose_route (starsend_models_get_model (models, "gemini"), request)),
                   ==, "gemini-3.1-flash-image");
  g_assert_cmpstr (starsend_model_route_get_endpoint (starsend_model_choose_route (starsend_models_get_model (models, "gemini-pro"), request)),
                   ==, "gemini-3-pro-image");
}

/* An element that only has words is none for a route. */
static void
test_words_only (void)
{
  g_autoptr(StarsendModels) models = starsend_models_new ();
  g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", "/f.png", three_and_four);
  g_autoptr(StarsendElementPictures) element = starsend_element_pictures_new ("fog", "Fog", "thick", NULL, NULL);
  const char *const references[] = { "/r.png", NULL };
  g_autoptr(StarsendElementPictures) seen = starsend_element_pictures_new ("car", "Car", NULL, NULL, references);
  StarsendModel *model = starsend_models_get_model (models, "kling-o3");

  starsend_request_add_element (request, element);
  g_assert_true (g_str_has_suffix (starsend_model_route_get_endpoint (starsend_model_choose_route (model, request)), "image-to-video"));
  starsend_request_add_element (request, seen);
  g_assert_true (g_str_has_suffix (starsend_model_route_get_endpoint (starsend_model_choose_route (model, request)), "reference-to-video"));
}

/* "elements" want a frontal picture and one to three others. */
static void
test_references (void)
{
  static const struct { const char *frontal; const char *references[6]; const char *wanted_frontal; const char *wanted; } rows[] = {
    { "a", { NULL }, "a", "a" },
    { "a", { "b" }, "a", "b" },
    { "a", { "b", "c", "d" }, "a", "b c d" },
    { "a", { "b", "c", "d", "e" }, "a", "b c d" },
    { NULL, { "b" }, "b", "b" },
    { NULL, { "b", "c" }, "b", "c" },
    { NULL, { "b", "c", "d", "e", "f" }, "b", "c d e" },
    { NULL, { NULL }, NULL, "" },
  };
  g_autoptr(StarsendModels) models = starsend_models_new ();
  g_autoptr(StarsendRequest) request = fixture_take ("kling-v3", "/f.png", three_and_four);
  StarsendModelRoute *route = starsend_model_choose_route (starsend_models_get_model (models, "kling-v3"), request);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(StarsendElementPictures) element = starsend_element_pictures_new ("e", NULL, NULL, rows[i].frontal, rows[i].references);
      g_auto(GStrv) references = starsend_model_route_dup_references (route, element);
      g_autofree char *joined = g_strjoinv (" ", references);

      g_assert_cmpstr (starsend_model_route_get_frontal (route, element), ==, rows[i].wanted_frontal);
      g_assert_cmpstr (joined, ==, rows[i].wanted);
    }
}

static void
test_codecs (void)
{
  g_autoptr(StarsendModels) models = starsend_models_new ();
  GListModel *list = starsend_models_get_models (models);
  const double one[] = { 5, 0 };

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(StarsendModel) model = g_list_model_get_item (list, i);
      g_autoptr(StarsendRequest) request = fixture_take (starsend_model_get_name (model), "/f.png", one);
      StarsendModelRoute *route = starsend_model_choose_route (model, request);

      if (starsend_model_get_kind (model) != STARSEND_REQUEST_TAKE || route == NULL)
        continue;
      g_assert_cmpint (find_field (route, "duration")->codec, ==,
                       g_str_has_prefix (starsend_model_get_name (model), "veo") ? STARSEND_MODEL_CODEC_SECONDS : STARSEND_MODEL_CODEC_STRING);
      /* It costs more, and whether it is on by itself differs. */
      g_assert_cmpint (find_field (route, "generate_audio")->source, ==, STARSEND_MODEL_SOURCE_AUDIO);
    }
}

static void
test_aspects (void)
{
  static const struct { int width, height; const char *wanted; } rows[] = {
    { 16, 9, "16:9" }, { 1920, 1080, "16:9" }, { 9, 16, "9:16" }, { 1, 1, "1:1" }, { 4, 5, "1:1" }, { 239, 100, "16:9" },
    { 4, 5, "1:1" }, { 3, 4, "9:16" }, { 1, 9999, "9:16" }, { 9999, 1, "16:9" }, { 4, 3, "16:9" },
  };
  g_autoptr(StarsendModels) models = starsend_models_new ();
  g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", NULL, three_and_four);
  g_autoptr(StarsendRequest) with_frame = fixture_take ("kling-o3", "/f.png", three_and_four);
  StarsendModel *model = starsend_models_get_model (models, "kling-o3");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (starsend_model_route_choose_aspect (starsend_model_choose_route (model, request), rows[i].width, rows[i].height),
                     ==, rows[i].wanted);
  g_assert_null (starsend_model_route_choose_aspect (starsend_model_choose_route (model, with_frame), 16, 9));
}

/* Prices, as the lists of the services had them. */

static const struct
{
  const char *model;
  double silent;
  double sound;
} second_prices[] = {
  { "kling-o3", 0.112, 0.14 },
  { "kling-o3-standard", 0.084, 0.112 },
  { "kling-o3-4k", 0.42, 0.42 },
  { "kling-v3", 0.112, 0.168 },
  { "kling-v3-standard", 0.084, 0.126 },
};

static void
test_estimates (void)
{
  static const struct { double seconds[8]; double paid; } lengths[] = {
    { { 3 }, 3 }, { { 1 }, 3 }, { { 1, 1 }, 3 }, { { 2.5 }, 3 }, { { 2.5, 2.5 }, 6 }, { { 4, 3 }, 7 }, { { 4.0000001, 3 }, 7 },
    { { 5.01 }, 6 }, { { 15 }, 15 }, { { 0.2, 0.2, 0.2, 0.2 }, 4 },
  };
  g_autoptr(StarsendModels) models = starsend_models_new ();

  for (guint i = 0; i < G_N_ELEMENTS (second_prices); i++)
    for (guint j = 0; j < G_N_ELEMENTS (lengths); j++)
      {
        StarsendModel *model = starsend_models_get_model (models, second_prices[i].model);
        g_autoptr(StarsendRequest) request = fixture_take (second_prices[i].model, "/f.png", lengths[j].seconds);

        g_assert_cmpint (starsend_model_estimate (model, request, NULL), ==, llround (second_prices[i].silent * lengths[j].paid * 1e6));
        starsend_request_set_audio (request, TRUE);
        g_assert_cmpint (starsend_model_estimate (model, request, NULL), ==, llround (second_prices[i].sound * lengths[j].paid * 1e6));
        g_assert_cmpint (starsend_model_get_cost (model, request, 5, NULL), ==, llround (second_prices[i].sound * 5e6));
        g_assert_cmpstr (starsend_model_get_currency (model), ==, "USD");
        g_assert_true (g_str_has_prefix (starsend_model_get_price_source (model), "https://"));
        g_assert_nonnull (starsend_model_get_price_date (model));
      }
}

static void
test_picture_estimates (void)
{
  static const struct { const char *model; gint64 price; } rows[] = {
    { "gemini", 101000 }, { "gemini-pro", 134000 }, { "nano-banana-2", 120000 }, { "sketch", 0 },
  };
  g_autoptr(StarsendModels) models = starsend_models_new ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      StarsendModel *model = starsend_models_get_model (models, rows[i].model);
      g_autoptr(StarsendRequest) request = fixture_grid (rows[i].model, "a street");

      g_assert_cmpint (starsend_model_estimate (model, request, NULL), ==, rows[i].price);
      g_assert_cmpint (starsend_model_get_cost (model, request, 1, NULL), ==, rows[i].price);
    }
}

static void
test_no_quantity (void)
{
  g_autoptr(StarsendModels) models = starsend_models_new ();
  StarsendModel *model = starsend_models_get_model (models, "kling-o3");
  const double long_shot[] = { 1e300, 0 };
  g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", "/f.png", long_shot);
  const double quantities[] = { -1, NAN, INFINITY, -INFINITY };

  g_assert_cmpint (starsend_model_estimate (model, request, NULL), >, 0);
  for (guint i = 0; i < G_N_ELEMENTS (quantities); i++)
    g_assert_cmpint (starsend_model_get_cost (model, request, quantities[i], NULL), ==, -1);
  g_assert_cmpint (starsend_model_get_cost (model, request, 0, NULL), ==, 0);
}

/* Lengths */

static void
test_fit (void)
{
  g_autoptr(StarsendModels) models = starsend_models_new ();
  StarsendModel *kling = starsend_models_get_model (models, "kling-o3");
  StarsendModel *veo = starsend_models_get_model (models, "veo-3.1");
  StarsendModel *animatic = starsend_models_get_model (models, "animatic");
  const double shots[] = { 0.04, 1, 1.0000001, 1.01, 2.5, 14.2, 15, 15.5, 40 };
  const double fitted[] = { 1, 1, 1, 2, 3, 15, 15, 16, 40 };
  const double totals[] = { 1, 4, 4.01, 6.5, 8, 9 };
  const double veo_totals[] = { 4, 4, 6, 8, 8, 9 };

  for (guint i = 0; i < G_N_ELEMENTS (shots); i++)
    {
      g_assert_cmpfloat (starsend_model_fit_shot (kling, shots[i]), ==, fitted[i]);
      g_assert_cmpfloat (starsend_model_fit_shot (veo, shots[i]), ==, shots[i]);
      g_assert_cmpfloat (starsend_model_fit_shot (animatic, shots[i]), ==, shots[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (totals); i++)
    g_assert_cmpfloat (starsend_model_fit_total (veo, totals[i]), ==, veo_totals[i]);
  g_assert_cmpfloat (starsend_model_fit_total (kling, 2), ==, 3);
  g_assert_cmpfloat (starsend_model_fit_shot (kling, NAN), ==, 1);
  g_assert_cmpfloat (starsend_model_fit_total (kling, -INFINITY), ==, 3);

  g_assert_cmpfloat (starsend_model_get_max_duration (kling), ==, 15);
  g_assert_cmpfloat (starsend_model_get_max_duration (veo), ==, 8);
  g_assert_cmpfloat (starsend_model_get_max_duration (animatic), ==, G_MAXDOUBLE);
  g_assert_cmpuint (starsend_model_get_max_shots (kling), ==, 6);
  g_assert_cmpuint (starsend_model_get_max_shots (animatic), ==, G_MAXUINT);
}

static void
test_fit_request (void)
{
  static const struct { const char *model; double planned[8]; double ordered[8]; } rows[] = {
    { "kling-o3", { 4, 3 }, { 4, 3 } },
    { "kling-o3", { 2.5, 1.2 }, { 3, 2 } },
    { "kling-o3", { 0.5 }, { 3 } },
    { "kling-o3", { 0.5, 0.5 }, { 1, 2 } },
    { "kling-o3", { 10, 20 }, { 10, 20 } },
    { "veo-3.1", { 2.5, 2.5 }, { 2.5, 3.5 } },
    { "veo-3.1", { 2.5, 1.5 }, { 2.5, 1.5 } },
    { "animatic", { 0.25, 0.1 }, { 0.25, 0.1 } },
  };
  g_autoptr(StarsendModels) models = starsend_models_new ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(StarsendRequest) request = fixture_take (rows[i].model, "/f.png", rows[i].planned);
      StarsendModel *model = starsend_models_get_model (models, rows[i].model);
      gint64 before = starsend_model_estimate (model, request, NULL);

      starsend_model_fit_request (model, request);
      for (guint j = 0; j < g_list_model_get_n_items (starsend_request_get_shots (request)); j++)
        {
          g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (starsend_request_get_shots (request), j);

          g_assert_cmpfloat_with_epsilon (starsend_shot_prompt_get_duration (shot), rows[i].ordered[j], 1e-9);
        }
      /* What is ordered is what was estimated, and fits as it is. */
      g_assert_cmpint (starsend_model_estimate (model, request, NULL), ==, before);
    }
}

/* Whatever is planned, it is never shortened, and what was fitted fits. */
static void
test_fit_anything (void)
{
  g_autoptr(StarsendModels) models = starsend_models_new ();
  GListModel *list = starsend_models_get_models (models);

  for (guint round = 0; round < 4000; round++)
    {
      g_autoptr(StarsendModel) model = g_list_model_get_item (list, g_test_rand_int_range (0, (int) g_list_model_get_n_items (list)));
      guint n = (guint) g_test_rand_int_range (1, 9);
      double planned[8], sum = 0, ordered_sum = 0;
      g_autofree double *ordered = NULL;
      g_autofree double *again = NULL;

      for (guint i = 0; i < n; i++)
        planned[i] = g_test_rand_int_range (1, 500) / 24.0;
      ordered = starsend_model_fit_shots (model, planned, n);
      again = starsend_model_fit_shots (model, ordered, n);
      for (guint i = 0; i < n; i++)
        {
          g_assert_cmpfloat (ordered[i], >=, planned[i] - 0.002);
          g_assert_cmpfloat_with_epsilon (ordered[i], again[i], 1e-6);
          sum += planned[i];
          ordered_sum += ordered[i];
        }
      g_assert_cmpfloat (ordered_sum, >=, sum - 0.02);
      g_assert_cmpfloat_with_epsilon (starsend_model_fit_total (model, ordered_sum), ordered_sum, 0.002);
    }
}

/* Names */

static void
test_names (void)
{
  static const char *const names[] = { "sketch", "gemini", "gemini-pro", "nano-banana-2", "animatic", "kling-o3", "kling-o3-standard",
                                       "kling-o3-4k", "kling-v3", "kling-v3-standard" };
  static const struct { const char *old; const char *now; } retired[] = {
    { "gemini-3-pro-image-preview", "gemini-pro" },
    { "gemini-3.1-flash-image-preview", "gemini" },
    { "gemini-2.5-flash-image-preview", "gemini" },
    { "gemini-2.5-flash-image", "gemini" },
  };
  g_autoptr(StarsendModels) models = starsend_models_new ();
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      StarsendModel *model = starsend_models_get_model (models, names[i]);

      g_assert_cmpstr (starsend_model_get_name (model), ==, names[i]);
      g_assert_cmpstr (starsend_models_resolve (models, names[i]), ==, names[i]);
      g_assert_nonnull (starsend_model_get_title (model));
    }
  for (guint i = 0; i < G_N_ELEMENTS (retired); i++)
    {
      g_assert_cmpstr (starsend_models_resolve (models, retired[i].old), ==, retired[i].now);
      g_assert_cmpstr (starsend_model_get_name (starsend_models_get_model (models, retired[i].old)), ==, retired[i].now);
    }
  g_assert_null (starsend_models_get_model (models, "kling"));
  g_assert_null (starsend_models_get_model (models, NULL));
  g_assert_null (starsend_models_require (models, "kling-o3", STARSEND_REQUEST_GRID, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_nonnull (strstr (error->message, "nano-banana-2"));
  g_assert_null (strstr (error->message, "animatic"));
}

static void
test_choose (void)
{
  g_autoptr(StarsendModels) models = starsend_models_new ();

  g_assert_cmpstr (starsend_models_choose (models, STARSEND_REQUEST_TAKE, "kling-v3", "kling-o3", "animatic"), ==, "kling-v3");
  g_assert_cmpstr (starsend_models_choose (models, STARSEND_REQUEST_TAKE, NULL, "kling-o3", "animatic"), ==, "kling-o3");
  g_assert_cmpstr (starsend_models_choose (models, STARSEND_REQUEST_TAKE, NULL, NULL, "kling-v3"), ==, "kling-v3");
  g_assert_cmpstr (starsend_models_choose (models, STARSEND_REQUEST_TAKE, NULL, NULL, NULL), ==, "animatic");
  g_assert_cmpstr (starsend_models_choose (models, STARSEND_REQUEST_GRID, NULL, NULL, NULL), ==, "sketch");
  g_assert_cmpstr (starsend_models_choose (models, STARSEND_REQUEST_GRID, NULL, NULL, "gemini-3-pro-image-preview"), ==, "gemini-pro");
}

/* A project's own prices */

static gboolean
set_prices (StarsendModels *models, const char *text, GError **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr(StarsendJson) json = starsend_json_new (bytes, 4096, NULL);

  g_assert_nonnull (json);

  return starsend_models_set_prices (models, starsend_json_get_root (json), error);
}

static void
test_prices (void)
{
  static const struct { const char *text; gint64 silent; gint64 sound; const char *currency; } rows[] = {
    { "{}", 560000, 700000, "USD" },
    { "{\"kling-o3\": {}}", 560000, 700000, "USD" },
    { "{\"kling-o3\": {\"amount\": 0.2}}", 1000000, 700000, "USD" },
    { "{\"kling-o3\": {\"amount\": 0.2, \"audio\": 0.3}}", 1000000, 1500000, "USD" },
    { "{\"kling-o3\": {\"currency\": \"EUR\", \"amount\": 0.1}}", 500000, 500000, "EUR" },
    { "{\"kling-o3\": {\"unit\": \"picture\", \"amount\": 0.5}}", 500000, 500000, "USD" },
    { "{\"kling-o3\": {\"amount\": 0}}", 0, 700000, "USD" },
    { "{\"kling-v3\": {\"amount\": 9}}", 560000, 700000, "USD" },
  };
  const double five[] = { 5, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(StarsendModels) models = starsend_models_new ();
      g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", "/f.png", five);
      StarsendModel *model = starsend_models_get_model (models, "kling-o3");
      g_autoptr(GError) error = NULL;

      g_assert_true (set_prices (models, rows[i].text, &error));
      g_assert_no_error (error);
      g_assert_cmpint (starsend_model_estimate (model, request, NULL), ==, rows[i].silent);
      starsend_request_set_audio (request, TRUE);
      g_assert_cmpint (starsend_model_estimate (model, request, NULL), ==, rows[i].sound);
      g_assert_cmpstr (starsend_model_get_currency (model), ==, rows[i].currency);
    }
}

static void
test_grid_prices (void)
{
  g_autoptr(StarsendModels) models = starsend_models_new ();
  g_autoptr(StarsendRequest) request = fixture_grid ("nano-banana-2", "a street");
  StarsendModel *model = starsend_models_get_model (models, "nano-banana-2");

  /* One amount for everything takes the place of those of the resolutions. */
  g_assert_true (set_prices (models, "{\"nano-banana-2\": {\"amount\": 0.5}}", NULL));
  g_assert_cmpint (starsend_model_estimate (model, request, NULL), ==, 500000);
  g_assert_true (set_prices (models, "{\"nano-banana-2\": {\"resolutions\": {\"2K\": 0.25}}}", NULL));
  g_assert_cmpint (starsend_model_estimate (model, request, NULL), ==, 250000);
  g_assert_cmpint (starsend_model_get_cost (model, request, 2, NULL), ==, 500000);
}

static void
test_bad_prices (void)
{
  static const char *const rows[] = {
    "{\"kling-9\": {\"amount\": 1}}",
    "{\"kling-o3\": 5}",
    "{\"kling-o3\": {\"amount\": -1}}",
    "{\"kling-o3\": {\"amount\": \"1\"}}",
    "{\"kling-o3\": {\"amount\": 1e99}}",
    "{\"kling-o3\": {\"ammount\": 1}}",
    "{\"kling-o3\": {\"unit\": \"minute\"}}",
    "{\"kling-o3\": {\"unit\": \"picture\"}}",
    "{\"kling-o3\": {\"currency\": \"EUR\"}}",
    "{\"kling-o3\": {\"currency\": \"euro\", \"amount\": 1}}",
    "{\"kling-o3\": {\"resolutions\": {\"2K\": -1}}}",
    "{\"kling-o3\": {\"resolutions\": [1]}}",
    "{\"kling-o3\": {\"resolutions\": {\"2K\\u0000\": 1}}}",
    "{\"kling-o3\": {\"source\": 5}}",
    "{\"animatic\": {\"amount\": 1}}",
  };
  const double five[] = { 5, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(StarsendModels) models = starsend_models_new ();
      g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", "/f.png", five);
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", rows[i]);
      g_assert_false (set_prices (models, rows[i], &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_assert_nonnull (strstr (error->message, "project_config.json"));
      g_assert_cmpint (starsend_model_estimate (starsend_models_get_model (models, "kling-o3"), request, NULL), ==, 560000);
    }
}

static void
test_currency (void)
{
  g_autoptr(StarsendModels) models = starsend_models_new ();
  g_autoptr(GError) error = NULL;

  g_assert_true (starsend_models_check_currency (models, "kling-o3", "USD", NULL));
  g_assert_true (starsend_models_check_currency (models, "animatic", "EUR", NULL));
  g_assert_false (starsend_models_check_currency (models, "kling-o3", "EUR", &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_true (set_prices (models, "{\"kling-o3\": {\"currency\": \"EUR\", \"amount\": 0.1}}", NULL));
  g_assert_true (starsend_models_check_currency (models, "kling-o3", "EUR", NULL));
}

/* Rows */

#define HEAD "{\"defaults\": {\"grid\": [\"g\"], \"take\": [\"t\"]}, \"models\": [{\"name\": \"g\", \"title\": \"G\", \"kind\": \"grid\"}, "
#define PRICE "\"price\": {\"unit\": \"second\", \"amount\": 1, \"currency\": \"USD\"}, "
#define ROW "{\"name\": \"t\", \"title\": \"T\", \"kind\": \"take\", \"account\": \"fal\", " PRICE
#define ROUTES "\"routes\": [{\"endpoint\": \"e\", \"fields\": [{\"name\": \"prompt\", \"from\": \"prompt\"}, {\"name\": \"seconds\", \"from\": \"duration\", \"codec\": \"plain\"}]}]}"

static StarsendModels *
read_models (const char *text, GError **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));

  return starsend_models_new_from_bytes (bytes, error);
}

static void
test_row (void)
{
  const double shots[] = { 2.5, 2, 0 };
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendModels) models = read_models (HEAD ROW "\"limits\": {\"total_seconds\": {\"min\": 2, \"max\": 10, \"step\": 0.5}}, " ROUTES "]}", &error);
  g_autoptr(StarsendRequest) request = fixture_take ("t", NULL, shots);
  StarsendModel *model;

  g_assert_no_error (error);
  model = starsend_models_get_model (models, "t");
  g_assert_cmpint (find_field (starsend_model_choose_route (model, request), "seconds")->codec, ==, STARSEND_MODEL_CODEC_PLAIN);
  g_assert_cmpint (starsend_model_estimate (model, request, NULL), ==, 4500000);
  g_assert_cmpfloat (starsend_model_fit_total (model, 4.6), ==, 5);
}

static void
test_bad_rows (void)
{
  static const char *const rows[] = {
    "", "[]", "{}", "{\"models\": {}}", "{\"models\": [5]}", "{\"models\": [{}]}",
    HEAD "{\"name\": \"t\", \"title\": \"T\", \"kind\": \"tale\"}]}",
    HEAD "{\"name\": \"t\", \"kind\": \"take\"}]}",
    HEAD "{\"name\": \"t\", \"title\": \"T\", \"kind\": \"take\", \"color\": 1}]}",
    HEAD "{\"name\": \"x\", \"title\": \"T\", \"kind\": \"take\"}]}",
    HEAD "{\"name\": \"t\", \"title\": \"T\", \"kind\": \"take\"}, {\"name\": \"t\", \"title\": \"T\", \"kind\": \"take\"}]}",
    HEAD "{\"name\": \"t\", \"title\": \"T\", \"kind\": \"take\", \"account\": \"fal\", " ROUTES "]}",
    HEAD ROW "\"routes\": []}]}",
    HEAD ROW "\"routes\": [{\"endpoint\": \"e\", \"fields\": \"nowhere\"}]}]}",
    HEAD ROW "\"routes\": [{\"endpoint\": \"e\", \"fields\": []}]}]}",
    HEAD ROW "\"routes\": [{\"fields\": [{\"name\": \"p\", \"from\": \"prompt\"}]}]}]}",
    HEAD ROW "\"routes\": [{\"endpoint\": \"e\", \"fields\": [{\"name\": \"p\", \"from\": \"promt\"}]}]}]}",
    HEAD ROW "\"routes\": [{\"endpoint\": \"e\", \"fields\": [{\"name\": \"p\", \"from\": \"prompt\", \"codec\": \"roman\"}]}]}]}",
    HEAD ROW "\"routes\": [{\"endpoint\": \"e\", \"fields\": [{\"name\": \"p\", \"from\": \"value\"}]}]}]}",
    HEAD ROW "\"routes\": [{\"endpoint\": \"e\", \"fields\": [{\"name\": \"p\", \"from\": \"prompt\"}, {\"name\": \"a\", \"from\": \"aspect\"}]}]}]}",
    HEAD ROW "\"routes\": [{\"endpoint\": \"e\", \"fields\": [{\"name\": \"p\", \"from\": \"prompt\"}, {\"name\": \"a\", \"from\": \"resolution\"}]}]}]}",
    HEAD ROW "\"routes\": [{\"endpoint\": \"e\", \"when\": [\"rain\"], \"fields\": [{\"name\": \"p\", \"from\": \"prompt\"}]}]}]}",
    HEAD ROW "\"routes\": [{\"endpoint\": \"e\", \"when\": \"elements\", \"fields\": [{\"name\": \"p\", \"from\": \"prompt\"}]}]}]}",
    HEAD ROW "\"limits\": \"none\", " ROUTES "]}",
    HEAD ROW "\"limits\": {\"shots\": {\"max\": 0}}, " ROUTES "]}",
    HEAD ROW "\"limits\": {\"shots\": {\"most\": 5}}, " ROUTES "]}",
    HEAD ROW "\"limits\": {\"shots\": 5}, " ROUTES "]}",
    HEAD ROW "\"limits\": {\"total_seconds\": {\"min\": 5, \"max\": 3}}, " ROUTES "]}",
    HEAD ROW "\"limits\": {\"total_seconds\": {\"choices\": [8, 4]}}, " ROUTES "]}",
    HEAD ROW "\"limits\": {\"total_seconds\": {\"choices\": []}}, " ROUTES "]}",
    HEAD ROW "\"limits\": {\"aspects\": [\"wide\"]}, " ROUTES "]}",
    HEAD ROW "\"limits\": {\"aspects\": []}, " ROUTES "]}",
    HEAD ROW "\"template\": \"none\", " ROUTES "]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", rows[i]);
      g_assert_null (read_models (rows[i], &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
    }
}

/* Whatever happens to the file, it is read or refused. */
static void
test_broken_rows (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "data", "models.json", NULL);
  g_autofree char *text = NULL;
  gsize length;
  guint n_read = 0;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  for (guint round = 0; round < 600; round++)
    {
      g_autofree char *copy = g_strndup (text, length);
      g_autoptr(GError) error = NULL;
      g_autoptr(StarsendModels) models = NULL;
      const char *const junk = "0129-.,:{}[]\"atx";

      for (int i = g_test_rand_int_range (1, 4); i > 0; i--)
        copy[g_test_rand_int_range (0, (int) length)] = junk[g_test_rand_int_range (0, (int) strlen (junk))];
      models = read_models (copy, &error);
      g_assert_true ((models == NULL) == (error != NULL));
      n_read += models != NULL;
    }
  g_test_message ("%u of 600 were read", n_read);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/models/routes", test_routes);
  g_test_add_func ("/models/grid-routes", test_grid_routes);
  g_test_add_func ("/models/words-only", test_words_only);
  g_test_add_func ("/models/references", test_references);
  g_test_add_func ("/models/codecs", test_codecs);
  g_test_add_func ("/models/aspects", test_aspects);
  g_test_add_func ("/models/estimates", test_estimates);
  g_test_add_func ("/models/picture-estimates", test_picture_estimates);
  g_test_add_func ("/models/no-quantity", test_no_quantity);
  g_test_add_func ("/models/fit", test_fit);
  g_test_add_func ("/models/fit-request", test_fit_request);
  g_test_add_func ("/models/fit-anything", test_fit_anything);
  g_test_add_func ("/models/names", test_names);
  g_test_add_func ("/models/choose", test_choose);
  g_test_add_func ("/models/prices", test_prices);
  g_test_add_func ("/models/grid-prices", test_grid_prices);
  g_test_add_func ("/models/bad-prices", test_bad_prices);
  g_test_add_func ("/models/currency", test_currency);
  g_test_add_func ("/models/row", test_row);
  g_test_add_func ("/models/bad-rows", test_bad_rows);
  g_test_add_func ("/models/broken-rows", test_broken_rows);

  return g_test_run ();
}
