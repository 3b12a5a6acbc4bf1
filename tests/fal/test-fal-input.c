/* test-fal-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "starsend-fal-input.h"
#include "starsend-models.h"

/* Pictures are named by paths that are not read here, and their addresses are the same names elsewhere. */

static StarsendRequest *
make_request (StarsendRequestKind kind, const char *model, const char *start)
{
  StarsendRequest *request = starsend_request_new (kind, "EP001_SEQ04", 1, model);

  starsend_request_set_aspect (request, 16, 9);
  starsend_request_set_start_frame (request, start);

  return request;
}

static void
add_shot (StarsendRequest *request, const char *text, const char *camera, double duration)
{
  g_autoptr (StarsendShotPrompt) shot = starsend_shot_prompt_new ("shot", text, camera, duration);

  starsend_request_add_shot (request, shot);
}

static void
add_element (StarsendRequest *request, const char *id, const char *name, const char *description, const char *frontal, const char *reference)
{
  const char *references[] = { reference, NULL };
  g_autoptr (StarsendElementPictures) element = starsend_element_pictures_new (id, name, description, frontal, references);

  starsend_request_add_element (request, element);
}

/* The route, and the body as it is written. */
static void
assert_body (StarsendRequest *request, const char *endpoint, const char *expected)
{
  g_autoptr (StarsendModels) models = starsend_models_new ();
  StarsendModel *model = starsend_models_get_model (models, starsend_request_get_model (request));
  StarsendModelRoute *route = starsend_model_choose_route (model, request);
  g_autoptr (GHashTable) addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) pictures = NULL;
  g_autoptr (JsonNode) body = NULL;
  g_autofree char *text = NULL;

  g_assert_nonnull (route);
  g_assert_cmpstr (starsend_model_route_get_endpoint (route), ==, endpoint);
  pictures = starsend_fal_input_dup_pictures (route, request);
  for (guint i = 0; pictures[i] != NULL; i++)
    {
      g_assert_false (g_hash_table_contains (addresses, pictures[i]));
      g_hash_table_insert (addresses, g_strdup (pictures[i]), g_strconcat ("https://m", pictures[i], NULL));
    }
  body = starsend_fal_input_build (model, route, request, addresses);
  text = starsend_json_render (body, FALSE);
  g_assert_cmpstr (text, ==, expected);
}

/* The worked bodies of the service's documentation, field by field. */
static void
test_start_frame_two_shots (void)
{
  g_autoptr (StarsendRequest) request = make_request (STARSEND_REQUEST_TAKE, "kling-o3", "/start.png");

  add_shot (request, "Wide: she enters the hall", NULL, 4);
  add_shot (request, "Close-up: she looks up", NULL, 3);
  assert_body (request, "fal-ai/kling-video/o3/pro/image-to-video",
               "{\"multi_prompt\":[{\"prompt\":\"Wide: she enters the hall\",\"duration\":\"4\"},{\"prompt\":\"Close-up: she looks up\",\"duration\":\"3\"}],"
               "\"image_url\":\"https://m/start.png\",\"duration\":\"7\",\"shot_type\":\"customize\",\"generate_audio\":false}");
}

static void
test_elements_two_shots (void)
{
  g_autoptr (StarsendRequest) request = make_request (STARSEND_REQUEST_TAKE, "kling-o3", "/start.png");

  add_element (request, "mara", "Mara", "A woman", "/mara_front.png", "/mara_side.png");
  add_shot (request, "@mara enters the hall", NULL, 4);
  add_shot (request, "Close-up of @mara", NULL, 3);
  assert_body (request, "fal-ai/kling-video/o3/pro/reference-to-video",
               "{\"multi_prompt\":[{\"prompt\":\"@Element1 enters the hall\",\"duration\":\"4\"},{\"prompt\":\"Close-up of @Element1\",\"duration\":\"3\"}],"
               "\"start_image_url\":\"https://m/start.png\","
               "\"elements\":[{\"frontal_image_url\":\"https://m/mara_front.png\",\"reference_image_urls\":[\"https://m/mara_side.png\"]}],"
               "\"duration\":\"7\",\"aspect_ratio\":\"16:9\",\"shot_type\":\"customize\",\"generate_audio\":false}");
}

static void
test_v3_single_shot (void)
{
  g_autoptr (StarsendRequest) request = make_request (STARSEND_REQUEST_TAKE, "kling-v3", "/start.png");

  add_element (request, "car", "The car", NULL, "/a.png", NULL);
  add_shot (request, "Towards @car", "slow push in", 5);
  starsend_request_set_audio (request, TRUE);
  assert_body (request, "fal-ai/kling-video/v3/pro/image-to-video",
               "{\"prompt\":\"Towards @Element1. Camera: slow push in.\",\"start_image_url\":\"https://m/start.png\","
               "\"elements\":[{\"frontal_image_url\":\"https://m/a.png\",\"reference_image_urls\":[\"https://m/a.png\"]}],"
               "\"duration\":\"5\",\"shot_type\":\"customize\",\"generate_audio\":true}");
}

/* Numbers are those of elements with pictures; one without is told in words. Ids may begin like each other, and be in any script. */
static void
test_tokens (void)
{
  g_autoptr (StarsendRequest) request = make_request (STARSEND_REQUEST_TAKE, "kling-o3", "/s.png");

  add_element (request, "car", "The car", NULL, "/car.png", "/car2.png");
  add_element (request, "fog", "the fog", "thick and yellow", NULL, NULL);
  add_element (request, "car_red", "The red car", NULL, "/red.png", "/red2.png");
  add_element (request, "москва", "Moscow", NULL, "/m.png", "/m2.png");
  add_shot (request, "@car_red, @car and @cars in @fog at @москва; mail a@car", "pan", 3);
  assert_body (request, "fal-ai/kling-video/o3/pro/reference-to-video",
               "{\"prompt\":\"@Element2, @Element1 and @cars in the fog (thick and yellow) at @Element3; mail a@car. Camera: pan.\",\"start_image_url\":\"https://m/s.png\","
               "\"elements\":[{\"frontal_image_url\":\"https://m/car.png\",\"reference_image_urls\":[\"https://m/car2.png\"]},"
               "{\"frontal_image_url\":\"https://m/red.png\",\"reference_image_urls\":[\"https://m/red2.png\"]},"
               "{\"frontal_image_url\":\"https://m/m.png\",\"reference_image_urls\":[\"https://m/m2.png\"]}],"
               "\"duration\":\"3\",\"aspect_ratio\":\"16:9\",\"shot_type\":\"customize\",\"generate_audio\":false}");
}

/* Neither nulls nor empty lists stand in for what there is not. */
static void
test_words_alone (void)
{
  g_autoptr (StarsendRequest) request = make_request (STARSEND_REQUEST_TAKE, "kling-o3-standard", NULL);

  add_element (request, "fog", "the fog", "thick", NULL, NULL);
  add_shot (request, "In @fog", NULL, 3.4);
  assert_body (request, "fal-ai/kling-video/o3/standard/text-to-video",
               "{\"prompt\":\"In the fog (thick)\",\"duration\":\"4\",\"aspect_ratio\":\"16:9\",\"shot_type\":\"customize\",\"generate_audio\":false}");
}

/* Another model is another row: no list of shots, and seconds with their unit. */
static void
test_veo (void)
{
  g_autoptr (StarsendRequest) request = make_request (STARSEND_REQUEST_TAKE, "veo-3.1", "/s.png");

  add_shot (request, "One", NULL, 3);
  add_shot (request, "Two", NULL, 2);
  assert_body (request, "fal-ai/veo3.1/image-to-video",
               "{\"prompt\":\"Shot 1 (0 to 3 seconds): One\\nShot 2 (3 to 5 seconds): Two\",\"image_url\":\"https://m/s.png\","
               "\"duration\":\"6s\",\"aspect_ratio\":\"16:9\",\"resolution\":\"1080p\",\"generate_audio\":false}");
}

static void
test_grid (void)
{
  g_autoptr (StarsendRequest) request = make_request (STARSEND_REQUEST_GRID, "nano-banana-2", NULL);
  g_autoptr (StarsendRequest) plain = make_request (STARSEND_REQUEST_GRID, "nano-banana-2", NULL);

  starsend_request_set_prompt (request, "A {aspect} street with @car");
  starsend_request_set_template (request, "Grid of {aspect}: {prompt} / {elements}");
  add_element (request, "car", "The car", "1972 coupe", "/a.png", "/b.png");
  assert_body (request, "fal-ai/nano-banana-2/edit",
               "{\"prompt\":\"Grid of 16:9: A {aspect} street with The car / The car is in pictures 1 to 2: 1972 coupe.\",\"image_urls\":[\"https://m/a.png\",\"https://m/b.png\"],"
               "\"num_images\":1,\"aspect_ratio\":\"16:9\",\"resolution\":\"2K\",\"output_format\":\"png\"}");

  starsend_request_set_prompt (plain, "A street");
  starsend_request_set_template (plain, "{prompt}");
  assert_body (plain, "fal-ai/nano-banana-2",
               "{\"prompt\":\"A street\",\"num_images\":1,\"aspect_ratio\":\"16:9\",\"resolution\":\"2K\",\"output_format\":\"png\"}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fal/input/start-frame-two-shots", test_start_frame_two_shots);
  g_test_add_func ("/fal/input/elements-two-shots", test_elements_two_shots);
  g_test_add_func ("/fal/input/v3-single-shot", test_v3_single_shot);
  g_test_add_func ("/fal/input/tokens", test_tokens);
  g_test_add_func ("/fal/input/words-alone", test_words_alone);
  g_test_add_func ("/fal/input/veo", test_veo);
  g_test_add_func ("/fal/input/grid", test_grid);

  return g_test_run ();
}
