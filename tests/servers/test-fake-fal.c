/* test-fake-fal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-fal.h"
#include "fake-media.h"
#include "test-client.h"

#include <glib/gstdio.h>

#include <string.h>

#define IMAGE_TO_VIDEO "fal-ai/kling-video/o3/pro/image-to-video"

typedef struct
{
  FakeFal *fal;
  FakeServer *server;
  TestClient client;
  TestClient bare;        /* without a key */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  fixture->fal = fake_fal_new ();
  fixture->server = fake_fal_get_server (fixture->fal);
  test_client_init (&fixture->client, "Authorization", "Key " FAKE_FAL_KEY);
  test_client_init (&fixture->bare, NULL, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  test_client_clear (&fixture->client);
  test_client_clear (&fixture->bare);
  fake_fal_free (fixture->fal);
}

static char *
upload (Fixture *fixture, GBytes *bytes)
{
  g_autofree char *initiate = g_strconcat (fake_fal_get_base (fixture->fal), "/storage/upload/initiate?storage_type=fal-cdn-v3", NULL);
  g_autofree char *upload_url = NULL;
  char *file_url;

  g_assert_cmpuint (test_client_post (&fixture->client, initiate, "{\"content_type\": \"image/png\", \"file_name\": \"start.png\"}"), ==, 200);
  upload_url = test_client_at (&fixture->client, "upload_url");
  file_url = test_client_at (&fixture->client, "file_url");
  g_assert_cmpuint (test_client_call (&fixture->bare, "PUT", upload_url, "image/png", bytes, NULL), ==, 200);

  return file_url;
}

static char *
upload_picture (Fixture *fixture, int width, int height)
{
  g_autoptr (GBytes) bytes = fake_media_draw_picture ("start", width, height, "png");

  return upload (fixture, bytes);
}

static guint
submit (Fixture *fixture, const char *endpoint, const char *json)
{
  g_autofree char *uri = g_strdup_printf ("%s/%s", fake_fal_get_base (fixture->fal), endpoint);

  return test_client_post (&fixture->client, uri, json);
}

static guint
submit_good (Fixture *fixture)
{
  g_autofree char *start = upload_picture (fixture, 640, 360);
  g_autofree char *body = g_strdup_printf ("{\"image_url\": \"%s\", \"prompt\": \"A street\", \"duration\": \"3\", \"generate_audio\": false}", start);

  return submit (fixture, IMAGE_TO_VIDEO, body);
}

static void
set_small_video (Fixture *fixture)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("fake-video-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_close (fd, NULL));
  g_assert_true (g_file_set_contents (path, "\0\0\0\030ftypmp42 not much of a video", 32, NULL));
  fake_fal_set_video (fixture->fal, path);
  g_remove (path);
}

static void
assert_at (TestClient *client, const char *path, const char *expected)
{
  g_autofree char *found = test_client_at (client, path);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_happy (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *status = NULL, *response = NULL, *video = NULL, *with_logs = NULL;

  set_small_video (fixture);
  g_assert_cmpuint (submit_good (fixture), ==, 200);
  assert_at (&fixture->client, "status", "IN_QUEUE");
  status = test_client_at (&fixture->client, "status_url");
  response = test_client_at (&fixture->client, "response_url");
  g_assert_null (strstr (status, "o3"));
  with_logs = g_strconcat (status, "/?logs=true", NULL);
  g_assert_cmpuint (test_client_get (&fixture->client, response), ==, 400);
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 202);
  assert_at (&fixture->client, "status", "IN_QUEUE");
  assert_at (&fixture->client, "queue_position", "0");
  g_assert_cmpuint (test_client_get (&fixture->client, with_logs), ==, 202);
  assert_at (&fixture->client, "status", "IN_PROGRESS");
  assert_at (&fixture->client, "logs[0].message", "Step 1");
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 200);
  assert_at (&fixture->client, "status", "COMPLETED");
  assert_at (&fixture->client, "logs", NULL);
  assert_at (&fixture->client, "metrics.inference_time", "1.25");
  g_assert_cmpuint (test_client_get (&fixture->client, response), ==, 200);
  g_assert_cmpstr (test_client_header (&fixture->client, "x-fal-billable-units"), ==, "3");
  g_assert_nonnull (test_client_header (&fixture->client, "x-fal-request-id"));
  video = test_client_at (&fixture->client, "video.url");
  g_assert_true (g_str_has_prefix (video, fake_fal_get_cdn (fixture->fal)));
  g_assert_cmpuint (test_client_get (&fixture->bare, video), ==, 200);
  g_assert_cmpuint (g_bytes_get_size (fixture->bare.body), ==, 32);
  g_assert_cmpuint (fake_server_count (fixture->server, "accepted"), ==, 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "polls"), ==, 3);
  g_assert_cmpuint (fake_server_count (fixture->server, "completed"), ==, 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "key.stray"), ==, 0);
}


static char *
submit_for (Fixture *fixture, const char *name)
{
  set_small_video (fixture);
  g_assert_cmpuint (submit_good (fixture), ==, 200);

  return test_client_at (&fixture->client, name);
}

static void
test_keys (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *uri = g_strdup_printf ("%s/%s", fake_fal_get_base (fixture->fal), IMAGE_TO_VIDEO);
  g_autofree char *video = NULL, *status = NULL, *response = NULL;

  g_assert_cmpuint (test_client_post (&fixture->bare, uri, "{}"), ==, 401);
  fixture->bare.auth = "Authorization";
  fixture->bare.key = "Bearer " FAKE_FAL_KEY;
  g_assert_cmpuint (test_client_post (&fixture->bare, uri, "{}"), ==, 401);
  g_assert_cmpuint (fake_server_count (fixture->server, "key.missing"), ==, 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "key.wrong"), ==, 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "accepted"), ==, 0);
  fixture->bare.auth = NULL;

  fake_fal_set_polls (fixture->fal, 0, 0);
  status = submit_for (fixture, "status_url");
  response = test_client_at (&fixture->client, "response_url");
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 200);
  g_assert_cmpuint (test_client_get (&fixture->client, response), ==, 200);
  video = test_client_at (&fixture->client, "video.url");
  g_assert_cmpuint (fake_server_count (fixture->server, "key.stray"), ==, 0);
  g_assert_cmpuint (test_client_get (&fixture->client, video), ==, 200);
  g_assert_cmpuint (fake_server_count (fixture->server, "key.stray"), ==, 1);
  g_assert_cmpuint (test_client_get (&fixture->client, fake_fal_get_foreign (fixture->fal)), ==, 404);
  g_assert_cmpuint (fake_server_count (fixture->server, "key.stray"), ==, 2);
}

static char *
join (const char *first, const char *second)
{
  return g_strconcat (first, second, NULL);
}

static void
test_queue (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *status = NULL;

  fake_fal_set_polls (fixture->fal, 3, 3);
  status = submit_for (fixture, "status_url");
  assert_at (&fixture->client, "queue_position", "2");
  for (int i = 2; i >= 0; i--)
    {
      g_autofree char *position = g_strdup_printf ("%d", i);

      g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 202);
      assert_at (&fixture->client, "queue_position", position);
    }
  for (int i = 1; i <= 3; i++)
    {
      g_autofree char *with_logs = join (status, "?logs=1");
      g_autofree char *last = g_strdup_printf ("logs[%d].level", i - 1);
      g_autofree char *next = g_strdup_printf ("logs[%d].level", i);

      g_assert_cmpuint (test_client_get (&fixture->client, with_logs), ==, 202);
      assert_at (&fixture->client, last, "INFO");
      assert_at (&fixture->client, next, NULL);
    }
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 200);
}

static void
test_times (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *status = NULL;

  fake_fal_set_times (fixture->fal, 150, 150);
  status = submit_for (fixture, "status_url");
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 202);
  assert_at (&fixture->client, "status", "IN_QUEUE");
  test_spin (200);
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 202);
  assert_at (&fixture->client, "status", "IN_PROGRESS");
  test_spin (150);
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 200);
}

/* The events of a whole stream, one string for each. */
static char **
read_stream (Fixture *fixture, const char *status)
{
  g_autofree char *uri = join (status, "/stream?logs=1");
  g_autofree char *text = NULL;

  g_assert_cmpuint (test_client_get (&fixture->client, uri), ==, 200);
  g_assert_cmpstr (test_client_header (&fixture->client, "Content-Type"), ==, "text/event-stream");
  text = g_strndup (g_bytes_get_data (fixture->client.body, NULL), g_bytes_get_size (fixture->client.body));

  return g_strsplit (g_strchomp (text), "\n\n", -1);
}

static void
test_stream (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *status = NULL;
  g_auto (GStrv) events = NULL;
  guint n_logs = 0, n;

  fake_fal_set_polls (fixture->fal, 2, 3);
  status = submit_for (fixture, "status_url");
  events = read_stream (fixture, status);
  n = g_strv_length (events);
  g_assert_cmpuint (n, ==, 6);
  for (guint i = 0; i < n; i++)
    {
      g_assert_true (g_str_has_prefix (events[i], "data: {"));
      /* Incremental: each log comes once. */
      for (const char *at = strstr (events[i], "\"Step "); at != NULL; at = strstr (at + 1, "\"Step "))
        n_logs++;
    }
  g_assert_cmpuint (n_logs, ==, 3);
  g_assert_nonnull (strstr (events[0], "IN_QUEUE"));
  g_assert_nonnull (strstr (events[2], "IN_PROGRESS"));
  g_assert_nonnull (strstr (events[n - 1], "COMPLETED"));
}

static void
test_stream_times (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *status = NULL;
  g_auto (GStrv) events = NULL;
  gint64 begun = g_get_monotonic_time ();

  fake_fal_set_times (fixture->fal, 150, 150);
  status = submit_for (fixture, "status_url");
  events = read_stream (fixture, status);
  g_assert_cmpint (g_get_monotonic_time () - begun, >=, 250 * 1000);
  g_assert_nonnull (strstr (events[g_strv_length (events) - 1], "COMPLETED"));
}

static void
test_stream_faults (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *status = NULL, *uri = NULL;
  g_auto (GStrv) events = NULL;

  fake_fal_set_polls (fixture->fal, 5, 5);
  status = submit_for (fixture, "status_url");
  uri = join (status, "/stream");
  fake_server_fault (fixture->server, "stream", 1, "stream-absent");
  g_assert_cmpuint (test_client_get (&fixture->client, uri), ==, 404);
  fake_server_fault (fixture->server, "stream", 1, "stream-drops");
  g_assert_cmpuint (test_client_get (&fixture->client, uri), ==, 0);
  fake_server_fault (fixture->server, "stream", 1, "stream-ends");
  events = read_stream (fixture, status);
  g_assert_cmpuint (g_strv_length (events), ==, 1);
}

static guint
cancel (Fixture *fixture, const char *uri)
{
  return test_client_call (&fixture->client, "PUT", uri, NULL, NULL, NULL);
}

static void
test_cancel (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *status = NULL, *uri = NULL, *response = NULL, *unknown = NULL;

  set_small_video (fixture);
  g_assert_cmpuint (submit_good (fixture), ==, 200);
  uri = test_client_at (&fixture->client, "cancel_url");
  response = test_client_at (&fixture->client, "response_url");
  status = test_client_at (&fixture->client, "status_url");
  g_assert_cmpuint (cancel (fixture, uri), ==, 200);
  assert_at (&fixture->client, "status", "OK");
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 200);
  assert_at (&fixture->client, "error_type", "client_cancelled");
  g_assert_cmpuint (test_client_get (&fixture->client, response), ==, 499);
  g_assert_cmpuint (cancel (fixture, uri), ==, 400);
  assert_at (&fixture->client, "status", "ALREADY_COMPLETED");
  unknown = g_strconcat (fake_fal_get_base (fixture->fal), "/fal-ai/kling-video/requests/nobody/cancel", NULL);
  g_assert_cmpuint (cancel (fixture, unknown), ==, 404);
  assert_at (&fixture->client, "status", "NOT_FOUND");
  g_assert_cmpuint (fake_server_count (fixture->server, "cancelled"), ==, 1);
}

static void
test_cancel_running (Fixture *fixture, gconstpointer user_data)
{
  gboolean ignored = GPOINTER_TO_INT (user_data);
  g_autofree char *status = NULL, *uri = NULL, *response = NULL;

  fake_fal_set_polls (fixture->fal, 0, 2);
  fake_fal_set_cancel (fixture->fal, ignored ? FAKE_FAL_CANCEL_IGNORED : FAKE_FAL_CANCEL_OBEYS);
  status = submit_for (fixture, "status_url");
  uri = test_client_at (&fixture->client, "cancel_url");
  response = test_client_at (&fixture->client, "response_url");
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 202);
  g_assert_cmpuint (cancel (fixture, uri), ==, 202);
  assert_at (&fixture->client, "status", "CANCELLATION_REQUESTED");
  if (ignored)
    g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 202);
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 200);
  g_assert_cmpuint (test_client_get (&fixture->client, response), ==, ignored ? 200 : 499);
}

/* What is wrong with a body, and where that is told. */
static const struct
{
  const char *endpoint;
  const char *body;          /* START and SMALL are addresses of pictures */
  const char *type;          /* NULL: nothing */
  const char *loc;           /* the last step */
} bodies[] = {
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\", \"prompt\": \"a\", \"duration\": \"5\", \"generate_audio\": false}", NULL, NULL },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\", \"multi_prompt\": [{\"prompt\": \"a\", \"duration\": \"4\"}, {\"prompt\": \"b\", \"duration\": \"3\"}],"
                    " \"shot_type\": \"customize\", \"duration\": \"7\", \"generate_audio\": false}", NULL, NULL },
  { "fal-ai/kling-video/o3/pro/reference-to-video",
    "{\"start_image_url\": \"START\", \"elements\": [{\"frontal_image_url\": \"START\", \"reference_image_urls\": [\"START\"]}], \"multi_prompt\":"
    " [{\"prompt\": \"@Element1 walks\", \"duration\": \"4\"}, {\"prompt\": \"b\", \"duration\": \"3\"}], \"duration\": \"7\", \"aspect_ratio\": \"16:9\"}", NULL, NULL },
  { "fal-ai/kling-video/v3/pro/image-to-video",
    "{\"start_image_url\": \"START\", \"prompt\": \"a\", \"duration\": \"5\", \"negative_prompt\": \"blur\", \"cfg_scale\": 0.5}", NULL, NULL },
  { "fal-ai/nano-banana-2", "{\"prompt\": \"a\", \"aspect_ratio\": \"16:9\", \"resolution\": \"2K\", \"num_images\": 1, \"output_format\": \"png\"}", NULL, NULL },
  { "fal-ai/wan/v2.7/image-to-video", "{\"image_url\": \"START\", \"prompt\": \"a\", \"duration\": 5}", NULL, NULL },
  { "fal-ai/veo3.1/image-to-video", "{\"image_url\": \"START\", \"prompt\": \"a\", \"duration\": \"8s\"}", NULL, NULL },
  { IMAGE_TO_VIDEO, "{\"prompt\": \"a\"}", "missing", "image_url" },
  { IMAGE_TO_VIDEO, "{\"start_image_url\": \"START\", \"image_url\": \"START\", \"prompt\": \"a\"}", "extra_forbidden", "start_image_url" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\", \"prompt\": \"a\", \"elements\": []}", "extra_forbidden", "elements" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\", \"prompt\": \"a\", \"duration\": 5}", "string_type", "duration" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\", \"prompt\": \"a\", \"duration\": \"2\"}", "one_of", "duration" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\", \"prompt\": \"a\", \"duration\": \"05\"}", "one_of", "duration" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\", \"prompt\": \"a\", \"generate_audio\": \"no\"}", "bool_type", "generate_audio" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\"}", "value_error", "root" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\", \"prompt\": \"a\", \"multi_prompt\": [{\"prompt\": \"a\"}]}", "value_error", "root" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\", \"prompt\": null}", "string_type", "prompt" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\", \"prompt\": \"\"}", "sequence_too_short", "prompt" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\", \"prompt\": \"LONG\"}", "sequence_too_long", "prompt" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\", \"prompt\": \"@Element1 walks\"}", "value_error", "body" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\", \"multi_prompt\": [{\"prompt\": \"a\", \"duration\": \"4\"}], \"duration\": \"5\"}", "value_error", "multi_prompt" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"START\", \"multi_prompt\": [{\"duration\": \"5\"}]}", "missing", "prompt" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"SMALL\", \"prompt\": \"a\"}", "image_too_small", "image_url" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"NARROW\", \"prompt\": \"a\"}", "value_error", "image_url" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"TEXT\", \"prompt\": \"a\"}", "image_load_error", "image_url" },
  { IMAGE_TO_VIDEO, "{\"image_url\": \"https://example.org/a.png\", \"prompt\": \"a\"}", "file_download_error", "image_url" },
  { IMAGE_TO_VIDEO, "{\"image_url\": [\"START\"], \"prompt\": \"a\"}", "string_type", "image_url" },
  { "fal-ai/kling-video/o3/pro/reference-to-video", "{\"prompt\": \"a\", \"elements\": [{\"frontal_image_url\": \"START\"}]}", "value_error", "0" },
  { "fal-ai/kling-video/v3/pro/image-to-video", "{\"start_image_url\": \"START\", \"prompt\": \"a\", \"aspect_ratio\": \"16:9\"}", "extra_forbidden", "aspect_ratio" },
  { "fal-ai/kling-video/v3/pro/image-to-video", "{\"start_image_url\": \"START\", \"prompt\": \"a\", \"cfg_scale\": 2}", "less_than_equal", "cfg_scale" },
  { "fal-ai/nano-banana-2/edit", "{\"prompt\": \"a\"}", "missing", "image_urls" },
  { "fal-ai/nano-banana", "{\"prompt\": \"a\", \"resolution\": \"2K\"}", "extra_forbidden", "resolution" },
  { "fal-ai/wan/v2.7/image-to-video", "{\"image_url\": \"START\", \"prompt\": \"a\", \"duration\": \"5\"}", "int_type", "duration" },
  { "fal-ai/veo3.1/image-to-video", "{\"image_url\": \"START\", \"prompt\": \"a\", \"duration\": \"8\"}", "one_of", "duration" },
};

static void
replace_picture (Fixture *fixture, GString *body, const char *word, int width, int height)
{
  g_autofree char *uri = strstr (body->str, word) != NULL ? upload_picture (fixture, width, height) : NULL;

  if (uri != NULL)
    g_string_replace (body, word, uri, 0);
}

static char *
fill_body (Fixture *fixture, const char *template)
{
  g_autoptr (GString) body = g_string_new (template);
  g_autofree char *text = g_strnfill (2501, 'x');

  replace_picture (fixture, body, "START", 640, 360);
  replace_picture (fixture, body, "SMALL", 640, 299);
  replace_picture (fixture, body, "NARROW", 300, 1000);
  g_string_replace (body, "LONG", text, 0);
  if (strstr (template, "TEXT") != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static ("This is not a picture.", 22);
      g_autofree char *uri = upload (fixture, bytes);

      g_string_replace (body, "TEXT", uri, 0);
    }

  return g_string_free (g_steal_pointer (&body), FALSE);
}

static void
test_bodies (Fixture *fixture, gconstpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *text = fill_body (fixture, bodies[i].body);
      g_autoptr (JsonNode) body = json_from_string (text, NULL);
      g_autoptr (JsonNode) detail = fake_fal_check_body (fixture->fal, bodies[i].endpoint, body);
      JsonObject *finding;
      JsonArray *loc;
      JsonNode *last;
      g_autofree char *step = NULL;

      g_test_message ("%s", bodies[i].body);
      if (bodies[i].type == NULL)
        {
          g_assert_null (detail);
          continue;
        }
      g_assert_nonnull (detail);
      g_assert_cmpuint (json_array_get_length (json_node_get_array (detail)), ==, 1);
      finding = json_array_get_object_element (json_node_get_array (detail), 0);
      loc = json_object_get_array_member (finding, "loc");
      last = json_array_get_element (loc, json_array_get_length (loc) - 1);
      step = json_node_get_value_type (last) == G_TYPE_STRING ? g_strdup (json_node_get_string (last)) : json_to_string (last, FALSE);
      g_assert_cmpstr (json_object_get_string_member (finding, "type"), ==, bodies[i].type);
      g_assert_cmpstr (step, ==, bodies[i].loc);
      g_assert_cmpstr (json_array_get_string_element (loc, 0), ==, "body");
    }
}

/* A bad body costs a job where the model finds it, and none where the submit does. */
static void
test_check_place (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *status = NULL, *response = NULL;
  g_autoptr (JsonNode) submits = NULL;

  fake_fal_set_polls (fixture->fal, 0, 0);
  g_assert_cmpuint (submit (fixture, IMAGE_TO_VIDEO, "{\"prompt\": \"a\"}"), ==, 200);
  status = test_client_at (&fixture->client, "status_url");
  response = test_client_at (&fixture->client, "response_url");
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 200);
  assert_at (&fixture->client, "status", "COMPLETED");
  g_assert_cmpuint (test_client_get (&fixture->client, response), ==, 422);
  assert_at (&fixture->client, "detail[0].type", "missing");
  g_assert_cmpuint (fake_server_count (fixture->server, "accepted"), ==, 1);
  fake_fal_set_check (fixture->fal, FAKE_FAL_CHECK_AT_SUBMIT);
  g_assert_cmpuint (submit (fixture, IMAGE_TO_VIDEO, "{\"prompt\": \"a\"}"), ==, 422);
  g_assert_cmpuint (fake_server_count (fixture->server, "accepted"), ==, 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "refused"), ==, 1);
  g_assert_cmpuint (submit (fixture, "fal-ai/nothing/of/this", "{}"), ==, 404);
  g_assert_cmpuint (submit (fixture, IMAGE_TO_VIDEO, "no JSON"), ==, 422);
  submits = fake_fal_dup_submits (fixture->fal);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (submits)), ==, 2);
}

/* The same body in another order is the same body. */
static void
test_digest (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (JsonNode) submits = NULL;
  g_autofree char *counter = NULL;
  const char *digest;

  g_assert_cmpuint (submit (fixture, "fal-ai/nano-banana", "{\"prompt\": \"a\", \"seed\": 1}"), ==, 200);
  g_assert_cmpuint (submit (fixture, "fal-ai/nano-banana", "{\"seed\": 1, \"prompt\": \"a\"}"), ==, 200);
  g_assert_cmpuint (submit (fixture, "fal-ai/nano-banana", "{\"seed\": 2, \"prompt\": \"a\"}"), ==, 200);
  submits = fake_fal_dup_submits (fixture->fal);
  digest = json_object_get_string_member (json_array_get_object_element (json_node_get_array (submits), 0), "digest");
  counter = g_strconcat ("body.", digest, NULL);
  g_assert_cmpuint (fake_server_count (fixture->server, counter), ==, 2);
  g_assert_cmpuint (fake_server_count (fixture->server, "accepted"), ==, 3);
}

static void
test_multipart (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *initiate = join (fake_fal_get_base (fixture->fal), "/storage/upload/initiate-multipart?storage_type=fal-cdn-v3");
  g_autofree char *upload_url = NULL, *file_url = NULL, *complete = NULL, *etags[2] = { NULL }, *body = NULL;
  g_auto (GStrv) halves = NULL;

  g_assert_cmpuint (test_client_post (&fixture->client, initiate, "{\"content_type\": \"video/mp4\", \"file_name\": \"a b.mp4\"}"), ==, 200);
  upload_url = test_client_at (&fixture->client, "upload_url");
  file_url = test_client_at (&fixture->client, "file_url");
  halves = g_strsplit (upload_url, "?", 2);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *uri = g_strdup_printf ("%s/%u?%s", halves[0], i + 1, halves[1]);
      g_autoptr (GBytes) bytes = g_bytes_new_static (i == 0 ? "first " : "second", 6);

      g_assert_cmpuint (test_client_call (&fixture->bare, "PUT", uri, "application/octet-stream", bytes, NULL), ==, 200);
      etags[i] = test_client_at (&fixture->bare, "etag");
    }
  complete = g_strdup_printf ("%s/complete?%s", halves[0], halves[1]);
  body = g_strdup_printf ("{\"parts\": [{\"partNumber\": 1, \"etag\": \"%s\"}, {\"partNumber\": 2, \"etag\": \"%s\"}]}", etags[0], etags[1]);
  g_assert_cmpuint (test_client_post (&fixture->bare, complete, "{\"parts\": []}"), ==, 400);
  g_assert_cmpuint (test_client_post (&fixture->bare, complete, body), ==, 200);
  g_assert_cmpuint (test_client_get (&fixture->bare, file_url), ==, 200);
  g_assert_cmpmem (g_bytes_get_data (fixture->bare.body, NULL), g_bytes_get_size (fixture->bare.body), "first second", 12);
  g_assert_cmpuint (fake_server_count (fixture->server, "key.stray"), ==, 0);
  g_free (etags[0]);
  g_free (etags[1]);
  etags[0] = etags[1] = NULL;
}

static char *
put_text (Fixture *fixture, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return upload (fixture, bytes);
}

static void
test_ranges (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *uri = put_text (fixture, "0123456789");
  TestClient *client = &fixture->bare;

  g_assert_cmpuint (test_client_call (client, "GET", uri, NULL, NULL, "bytes=4-"), ==, 206);
  g_assert_cmpstr (test_client_header (client, "Content-Range"), ==, "bytes 4-9/10");
  g_assert_cmpmem (g_bytes_get_data (client->body, NULL), g_bytes_get_size (client->body), "456789", 6);
  g_assert_cmpuint (test_client_call (client, "GET", uri, NULL, NULL, "bytes=2-3"), ==, 206);
  g_assert_cmpmem (g_bytes_get_data (client->body, NULL), g_bytes_get_size (client->body), "23", 2);
  g_assert_cmpuint (test_client_call (client, "GET", uri, NULL, NULL, "bytes=10-"), ==, 416);
  g_assert_cmpuint (test_client_call (client, "HEAD", uri, NULL, NULL, NULL), ==, 200);
  client->auth = "If-Range";
  client->key = "\"stale\"";
  g_assert_cmpuint (test_client_call (client, "GET", uri, NULL, NULL, "bytes=4-"), ==, 200);
  g_assert_cmpuint (g_bytes_get_size (client->body), ==, 10);
  client->auth = NULL;
  fake_server_fault (fixture->server, "files", 1, "no-range");
  g_assert_cmpuint (test_client_call (client, "GET", uri, NULL, NULL, "bytes=4-"), ==, 200);
  fake_fal_forget_files (fixture->fal);
  g_assert_cmpuint (test_client_get (client, uri), ==, 404);
}

static void
test_bad_media (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *text = g_strnfill (20000, 'x');
  g_autofree char *uri = put_text (fixture, text);
  TestClient *client = &fixture->bare;
  gint64 begun;

  fake_server_fault (fixture->server, "files", 1, "truncated");
  g_assert_cmpuint (test_client_get (client, uri), ==, 0);
  /* libsoup takes this for a whole body, because the connection was announced to end with it. */
  fake_server_fault (fixture->server, "files", 1, "wrong-length");
  g_assert_cmpuint (test_client_get (client, uri), ==, 200);
  g_assert_cmpstr (test_client_header (client, "Content-Length"), ==, "21000");
  g_assert_cmpuint (g_bytes_get_size (client->body), ==, 20000);
  fake_server_fault (fixture->server, "files", 1, "no-length");
  g_assert_cmpuint (test_client_get (client, uri), ==, 200);
  g_assert_null (test_client_header (client, "Content-Length"));
  g_assert_cmpuint (g_bytes_get_size (client->body), ==, 20000);
  fake_server_fault (fixture->server, "files", 1, "{\"cut\": 100, \"reset\": true}");
  g_assert_cmpuint (test_client_get (client, uri), ==, 0);
  fake_server_fault (fixture->server, "files", 1, "403");
  g_assert_cmpuint (test_client_get (client, uri), ==, 403);
  begun = g_get_monotonic_time ();
  fake_server_fault (fixture->server, "files", 1, "drip");
  g_assert_cmpuint (test_client_get (client, uri), ==, 200);
  g_assert_cmpint (g_get_monotonic_time () - begun, >=, 4 * 50 * 1000);
  g_assert_cmpuint (g_bytes_get_size (client->body), ==, 20000);
  g_assert_cmpuint (fake_server_get_n_faults (fixture->server), ==, 0);
}

/* The job is there although nobody was told, or is not, by what was dropped. */
static void
test_drops (Fixture *fixture, gconstpointer user_data)
{
  static const struct
  {
    const char *fault;
    guint bought;
  } drops[] = { { "drop-before", 0 }, { "reset-before", 0 }, { "drop-after", 1 }, { "reset-after", 1 }, { "429", 0 }, { "nginx-503", 0 }, { "garbage", 1 }, { "empty", 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (drops); i++)
    {
      guint64 before = fake_server_count (fixture->server, "accepted");
      guint status;

      fake_server_fault (fixture->server, "submit", 1, drops[i].fault);
      status = submit (fixture, "fal-ai/nano-banana", "{\"prompt\": \"a\"}");
      g_test_message ("%s: %u", drops[i].fault, status);
      if (strstr (drops[i].fault, "drop") != NULL || strstr (drops[i].fault, "reset") != NULL)
        g_assert_cmpuint (status, ==, 0);
      g_assert_cmpuint (fake_server_count (fixture->server, "accepted") - before, ==, drops[i].bought);
      g_assert_cmpuint (submit (fixture, "fal-ai/nano-banana", "{\"prompt\": \"b\"}"), ==, 200);
    }
}

/* What each named fault makes of an answer. */
static const struct
{
  const char *route;
  const char *fault;
  guint status;
  const char *path;          /* in its JSON; NULL: it has none */
  const char *value;
} faults[] = {
  { "status", "no-metrics", 200, "metrics", NULL },
  { "status", "error", 200, "error_type", "runner_server_error" },
  { "status", "unknown-status", 200, "status", "WARMING_UP" },
  { "status", "empty-status", 200, "status", "" },
  { "status", "no-status", 200, "status", NULL },
  { "status", "back-to-progress", 202, "status", "IN_PROGRESS" },
  { "status", "back-to-queue", 202, "queue_position", "3" },
  { "status", "silence", 202, "queue_position", NULL },
  { "status", "growing", 202, "status", "IN_QUEUE" },
  { "status", "404", 404, "detail", "Not found" },
  { "status", "nginx-503", 503, NULL, NULL },
  { "status", "500", 500, "error_type", "internal_error" },
  { "status", "{\"status\": 418, \"headers\": {\"X-A\": \"b\"}, \"body\": {\"a\": [1]}}", 418, "a[0]", "1" },
  { "status", "{\"name\": \"error\", \"patch\": {\"error\": \"Other\"}}", 200, "error", "Other" },
  { "result", "422", 422, "detail[0].type", "image_too_small" },
  { "result", "policy", 422, "detail[0].type", "content_policy_violation" },
  { "result", "detail-string", 422, "detail", "Error validating the input" },
  { "result", "detail-list", 422, "detail[1].loc[1]", "image_url" },
  { "result", "detail-legacy", 422, "detail[0].type", "value_error.missing" },
  { "result", "detail-empty", 422, NULL, NULL },
  { "result", "404", 404, "detail", "Not found" },
  { "result", "410", 410, "detail", "Gone" },
  { "result", "lost-start", 504, "error_type", "startup_timeout" },
  { "result", "html", 200, NULL, NULL },
  { "result", "locked", 403, "detail", "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing." },
};

static void
test_faults (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *status = NULL, *response = NULL;

  fake_fal_set_polls (fixture->fal, 0, 0);
  status = submit_for (fixture, "status_url");
  response = test_client_at (&fixture->client, "response_url");
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 200);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      gboolean is_status = g_str_equal (faults[i].route, "status");

      g_test_message ("%s %s", faults[i].route, faults[i].fault);
      fake_server_fault (fixture->server, faults[i].route, 1, faults[i].fault);
      g_assert_cmpuint (test_client_get (&fixture->client, is_status ? status : response), ==, faults[i].status);
      if (faults[i].path != NULL)
        assert_at (&fixture->client, faults[i].path, faults[i].value);
      /* Used up. */
      g_assert_cmpuint (test_client_get (&fixture->client, is_status ? status : response), ==, 200);
    }
}

static void
test_fault_order (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *status = NULL;
  gint64 begun;

  fake_fal_set_polls (fixture->fal, 0, 0);
  status = submit_for (fixture, "status_url");
  fake_server_fault (fixture->server, "status", 2, "{\"status\": 503, \"after\": 1}");
  fake_server_fault (fixture->server, "*", 1, "429-retry-after");
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 200);
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 503);
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 503);
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 429);
  g_assert_cmpstr (test_client_header (&fixture->client, "Retry-After"), ==, "1");
  fake_server_fault (fixture->server, "status", 1, "redirect");
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 302);
  g_assert_true (g_str_has_prefix (test_client_header (&fixture->client, "Location"), fake_fal_get_foreign (fixture->fal)));
  fake_server_fault (fixture->server, "status", 1, "{\"delay\": 150}");
  begun = g_get_monotonic_time ();
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 200);
  g_assert_cmpint (g_get_monotonic_time () - begun, >=, 150 * 1000);
  fake_server_fault (fixture->server, "submit", 1, "foreign-urls");
  g_assert_cmpuint (submit_good (fixture), ==, 200);
  g_free (status);
  status = test_client_at (&fixture->client, "status_url");
  g_assert_true (g_str_has_prefix (status, fake_fal_get_foreign (fixture->fal)));
  fake_server_fault (fixture->server, "submit", 5, "no-urls");
  fake_server_clear_faults (fixture->server);
  g_assert_cmpuint (fake_server_get_n_faults (fixture->server), ==, 0);
}

static void
test_forget (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *status = submit_for (fixture, "status_url");
  g_autofree char *response = test_client_at (&fixture->client, "response_url");

  fake_fal_forget (fixture->fal, NULL);
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 404);
  g_assert_cmpuint (test_client_get (&fixture->client, response), ==, 404);
}

/* The addresses of a job have no subpath, and one with a subpath is nobody's. */
static void
test_subpath (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *status = submit_for (fixture, "status_url");
  g_autofree char *id = test_client_at (&fixture->client, "request_id");
  g_autofree char *made_up = g_strdup_printf ("%s/%s/requests/%s/status", fake_fal_get_base (fixture->fal), IMAGE_TO_VIDEO, id);

  g_assert_cmpuint (test_client_get (&fixture->client, made_up), ==, 404);
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 202);
}

static void
test_state (Fixture *fixture, gconstpointer user_data)
{
  const guint ports[3] = { 0 };
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "state", NULL);
  g_autofree char *status = NULL, *again = NULL, *video = NULL, *response = NULL;
  g_autofree char *id = NULL;
  FakeFal *other = fake_fal_new_full (ports, folder, NULL);

  fake_fal_free (fixture->fal);
  fixture->fal = other;
  fixture->server = fake_fal_get_server (other);
  fake_fal_set_polls (other, 0, 0);
  status = submit_for (fixture, "status_url");
  id = test_client_at (&fixture->client, "request_id");
  fake_fal_free (fixture->fal);
  fixture->fal = fake_fal_new_full (ports, folder, NULL);
  fixture->server = fake_fal_get_server (fixture->fal);
  again = g_strdup_printf ("%s/fal-ai/kling-video/requests/%s/status", fake_fal_get_base (fixture->fal), id);
  response = g_strdup_printf ("%s/fal-ai/kling-video/requests/%s", fake_fal_get_base (fixture->fal), id);
  g_assert_cmpuint (test_client_get (&fixture->client, again), ==, 200);
  g_assert_cmpuint (test_client_get (&fixture->client, response), ==, 200);
  video = test_client_at (&fixture->client, "video.url");
  g_assert_cmpuint (test_client_get (&fixture->bare, video), ==, 200);
  g_assert_cmpuint (g_bytes_get_size (fixture->bare.body), ==, 32);
  g_assert_cmpuint (fake_server_count (fixture->server, "accepted"), ==, 1);
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

/* Connections that clients have closed are closed here as well. */
static void
test_connections (Fixture *fixture, gconstpointer user_data)
{
  guint before = count_descriptors ();

  for (int i = 0; i < 50; i++)
    {
      TestClient client;

      test_client_init (&client, NULL, NULL);
      fake_server_fault (fixture->server, "foreign", i % 3 == 0 ? 1 : 0, i % 2 == 0 ? "drop-after" : "truncated");
      test_client_get (&client, fake_fal_get_foreign (fixture->fal));
      test_client_clear (&client);
    }
  g_assert_cmpuint (count_descriptors (), <, before + 10);
}

static void
test_grid (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *status = NULL, *response = NULL, *image = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  fake_fal_set_polls (fixture->fal, 0, 0);
  g_assert_cmpuint (submit (fixture, "fal-ai/nano-banana-2", "{\"prompt\": \"a\", \"aspect_ratio\": \"16:9\", \"resolution\": \"1K\"}"), ==, 200);
  status = test_client_at (&fixture->client, "status_url");
  response = test_client_at (&fixture->client, "response_url");
  g_assert_cmpuint (test_client_get (&fixture->client, status), ==, 200);
  g_assert_cmpuint (test_client_get (&fixture->client, response), ==, 200);
  image = test_client_at (&fixture->client, "images[0].url");
  g_assert_cmpuint (test_client_get (&fixture->bare, image), ==, 200);
  pixbuf = fake_media_decode (fixture->bare.body);
  g_assert_nonnull (pixbuf);
  g_assert_cmpint (gdk_pixbuf_get_width (pixbuf), ==, 1376);
  g_assert_cmpint (gdk_pixbuf_get_height (pixbuf), ==, 768);
}

/* A video of the ordered length, made by ffmpeg; ffprobe counts its frames. */
static void
test_video (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *ffprobe = g_find_program_in_path ("ffprobe");
  g_autofree char *start = NULL, *body = NULL, *status = NULL, *response = NULL, *video = NULL, *path = NULL, *command = NULL, *output = NULL;
  guint code = 0;

  if (ffprobe == NULL)
    {
      g_test_skip ("There is no ffmpeg.");
      return;
    }
  fake_fal_set_video_height (fixture->fal, 180);
  start = upload_picture (fixture, 640, 360);
  body = g_strdup_printf ("{\"start_image_url\": \"%s\", \"multi_prompt\": [{\"prompt\": \"a\", \"duration\": \"2\"}, {\"prompt\": \"b\", \"duration\": \"1\"}],"
                          " \"duration\": \"3\", \"generate_audio\": true}", start);
  g_assert_cmpuint (submit (fixture, "fal-ai/kling-video/v3/pro/image-to-video", body), ==, 200);
  status = test_client_at (&fixture->client, "status_url");
  response = test_client_at (&fixture->client, "response_url");
  for (int i = 0; i < 600 && code != 200; i++)
    {
      code = test_client_get (&fixture->client, status);
      test_spin (50);
    }
  g_assert_cmpuint (test_client_get (&fixture->client, response), ==, 200);
  video = test_client_at (&fixture->client, "video.url");
  g_assert_cmpuint (test_client_get (&fixture->bare, video), ==, 200);
  path = g_build_filename (g_get_user_cache_dir (), "video.mp4", NULL);
  g_mkdir_with_parents (g_get_user_cache_dir (), 0700);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (fixture->bare.body, NULL), (gssize) g_bytes_get_size (fixture->bare.body), NULL));
  command = g_strdup_printf ("%s -v error -count_frames -show_entries stream=codec_type,width,height,nb_read_frames,r_frame_rate -of csv=p=0 %s", ffprobe, path);
  g_assert_true (g_spawn_command_line_sync (command, &output, NULL, NULL, NULL));
  g_assert_nonnull (strstr (output, "video,320,180,24/1,72"));
  g_assert_nonnull (strstr (output, "audio,"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD_WITH(path, data, function) g_test_add ("/fake-fal/" path, Fixture, data, set_up, function, tear_down)
#define ADD(path, function) ADD_WITH (path, NULL, function)
  ADD ("happy", test_happy);
  ADD ("keys", test_keys);
  ADD ("queue", test_queue);
  ADD ("times", test_times);
  ADD ("stream", test_stream);
  ADD ("stream-times", test_stream_times);
  ADD ("stream-faults", test_stream_faults);
  ADD ("cancel", test_cancel);
  ADD_WITH ("cancel-running", GINT_TO_POINTER (FALSE), test_cancel_running);
  ADD_WITH ("cancel-ignored", GINT_TO_POINTER (TRUE), test_cancel_running);
  ADD ("bodies", test_bodies);
  ADD ("check-place", test_check_place);
  ADD ("digest", test_digest);
  ADD ("multipart", test_multipart);
  ADD ("ranges", test_ranges);
  ADD ("bad-media", test_bad_media);
  ADD ("drops", test_drops);
  ADD ("faults", test_faults);
  ADD ("fault-order", test_fault_order);
  ADD ("forget", test_forget);
  ADD ("subpath", test_subpath);
  ADD ("state", test_state);
  ADD ("connections", test_connections);
  ADD ("grid", test_grid);
  ADD ("video", test_video);

  return g_test_run ();
}
