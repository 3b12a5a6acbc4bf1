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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, function) g_test_add ("/fake-fal/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("happy", test_happy);

  return g_test_run ();
}
