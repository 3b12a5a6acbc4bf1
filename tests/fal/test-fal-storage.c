/* test-fal-storage.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fal-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-json.h"

#define DAY (24 * 60 * 60)

typedef struct
{
  GAsyncResult *results[64];
  guint n;
} Uploads;

static void
on_uploaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Uploads *uploads = user_data;

  uploads->results[uploads->n++] = g_object_ref (result);
}

static void
wait_for (Uploads *uploads, guint n)
{
  while (uploads->n < n)
    g_main_context_iteration (NULL, TRUE);
}

static char *
upload (FalFixture *fixture, const char *path, GError **error)
{
  Uploads uploads = { { NULL }, 0 };
  char *url;

  starsend_fal_storage_upload_async (fixture->storage, path, 0, 0, NULL, on_uploaded, &uploads);
  wait_for (&uploads, 1);
  url = starsend_fal_storage_upload_finish (fixture->storage, uploads.results[0], error);
  g_object_unref (uploads.results[0]);

  return url;
}

static char *
upload_well (FalFixture *fixture, const char *path)
{
  g_autoptr (GError) error = NULL;
  char *url = upload (fixture, path, &error);

  g_assert_no_error (error);

  return url;
}

static void
test_once (FalFixture *fixture, gconstpointer user_data)
{
  g_autofree char *path = fal_fixture_picture (fixture, 640, 360);
  g_autofree char *copy = g_build_filename (fixture->folder, "copy.png", NULL);
  g_autofree char *first = upload_well (fixture, path);
  g_autofree char *second = upload_well (fixture, path);
  g_autofree char *third = NULL;
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (copy, bytes, (gssize) size, NULL));
  third = upload_well (fixture, copy);
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (first, ==, third);
  g_assert_cmpuint (fal_fixture_count (fixture, "put"), ==, 1);
  g_assert_cmpuint (fal_fixture_count (fixture, "initiate"), ==, 1);
}

/* All at once, and some give up: it goes up once, for whoever still wants it. */
static void
test_together (FalFixture *fixture, gconstpointer user_data)
{
  g_autofree char *path = fal_fixture_picture (fixture, 640, 360);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Uploads uploads = { { NULL }, 0 };
  guint n_cancelled = 0;

  fake_server_fault (fixture->server, "put", 1, "{\"delay\": 200}");
  for (guint i = 0; i < 20; i++)
    starsend_fal_storage_upload_async (fixture->storage, path, 0, 0, i % 2 == 0 ? cancellable : NULL, on_uploaded, &uploads);
  while (fal_fixture_count (fixture, "put") == 0)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  wait_for (&uploads, 20);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *url = starsend_fal_storage_upload_finish (fixture->storage, uploads.results[i], &error);

      if (url == NULL)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
          n_cancelled++;
        }
      g_object_unref (uploads.results[i]);
    }
  g_assert_cmpuint (n_cancelled, ==, 10);
  g_assert_cmpuint (fal_fixture_count (fixture, "put"), ==, 1);
}

static void
test_all_give_up (FalFixture *fixture, gconstpointer user_data)
{
  g_autofree char *path = fal_fixture_picture (fixture, 640, 360);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Uploads uploads = { { NULL }, 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;

  fake_server_fault (fixture->server, "put", 1, "slow");
  starsend_fal_storage_upload_async (fixture->storage, path, 0, 0, cancellable, on_uploaded, &uploads);
  while (fal_fixture_count (fixture, "put") == 0)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  wait_for (&uploads, 1);
  g_assert_null (starsend_fal_storage_upload_finish (fixture->storage, uploads.results[0], &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_object_unref (uploads.results[0]);
  url = upload_well (fixture, path);
  g_assert_nonnull (url);
}

/* Another run of the program knows it, and never the key. */
static void
test_kept (FalFixture *fixture, gconstpointer user_data)
{
  g_autofree char *path = fal_fixture_picture (fixture, 640, 360);
  g_autofree char *first = upload_well (fixture, path);
  g_autofree char *second = NULL;
  g_autofree char *text = NULL;

  fal_fixture_restart (fixture);
  second = upload_well (fixture, path);
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpuint (fal_fixture_count (fixture, "put"), ==, 1);
  g_assert_true (g_file_get_contents (fixture->cache, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, first));
  g_assert_null (strstr (text, "secret"));
}

static void
age_cache (const char *cache, gint64 seconds)
{
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *rendered = NULL;
  JsonArray *files;

  g_assert_true (g_file_get_contents (cache, &text, NULL, NULL));
  root = json_from_string (text, NULL);
  files = json_object_get_array_member (json_node_get_object (root), "files");
  for (guint i = 0; i < json_array_get_length (files); i++)
    json_object_set_int_member (json_array_get_object_element (files, i), "uploaded", g_get_real_time () / G_USEC_PER_SEC - seconds);
  rendered = starsend_json_render (root, TRUE);
  g_assert_true (g_file_set_contents (cache, rendered, -1, NULL));
}

static void
test_expired (FalFixture *fixture, gconstpointer user_data)
{
  static const struct
  {
    gint64 age;
    guint puts;
  } ages[] = { { DAY - 60, 1 }, { DAY + 60, 2 }, { -3600, 3 } };
  g_autofree char *path = fal_fixture_picture (fixture, 640, 360);
  g_autofree char *first = upload_well (fixture, path);

  for (guint i = 0; i < G_N_ELEMENTS (ages); i++)
    {
      g_autofree char *again = NULL;

      fal_fixture_restart (fixture);
      age_cache (fixture->cache, ages[i].age);
      fal_fixture_restart (fixture);
      again = upload_well (fixture, path);
      g_assert_cmpuint (fal_fixture_count (fixture, "put"), ==, ages[i].puts);
    }
}

static void
test_damaged_cache (FalFixture *fixture, gconstpointer user_data)
{
  static const char *const texts[] = { "", "{", "[]", "{\"files\": {}}", "{\"files\": [1, null, {}, {\"base\": 1, \"digest\": \"x\", \"url\": []}]}", "\xff\xfe" };
  g_autofree char *path = fal_fixture_picture (fixture, 640, 360);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *url = NULL;

      fal_fixture_restart (fixture);
      g_assert_true (g_file_set_contents (fixture->cache, texts[i], -1, NULL));
      url = upload_well (fixture, path);
      g_assert_cmpuint (fal_fixture_count (fixture, "put"), ==, i + 1);
    }
}

/* A cache that cannot be written is none. */
static void
test_no_cache (FalFixture *fixture, gconstpointer user_data)
{
  g_autofree char *path = fal_fixture_picture (fixture, 640, 360);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_assert_cmpint (g_mkdir_with_parents (fixture->cache, 0700), ==, 0);
  first = upload_well (fixture, path);
  second = upload_well (fixture, path);
  g_assert_cmpstr (first, ==, second);
  fal_fixture_restart (fixture);
  g_rmdir (fixture->cache);
}

/* Another service has not seen it. */
static void
test_other_service (FalFixture *fixture, gconstpointer user_data)
{
  g_autofree char *path = fal_fixture_picture (fixture, 640, 360);
  g_autofree char *first = upload_well (fixture, path);
  g_autofree char *second = NULL;

  fal_fixture_restart (fixture);
  g_clear_pointer (&fixture->fal, fake_fal_free);
  fixture->fal = fake_fal_new ();
  fixture->server = fake_fal_get_server (fixture->fal);
  fal_fixture_restart (fixture);
  second = upload_well (fixture, path);
  g_assert_cmpstr (first, !=, second);
  g_assert_cmpuint (fal_fixture_count (fixture, "put"), ==, 1);
}

/* What the model could not fetch is uploaded anew for the next job. */
static void
test_forget (FalFixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendProvider) provider = fal_fixture_provider (fixture, "kling-o3");
  g_autoptr (StarsendRequest) request = fal_fixture_take (fixture, "kling-o3");
  g_autoptr (StarsendTicket) first = NULL;
  g_autoptr (StarsendTicket) second = NULL;
  g_autoptr (GError) error = NULL;

  first = fal_fixture_submit (fixture, provider, request, &error);
  g_assert_no_error (error);
  fake_server_fault (fixture->server, "result", 1,
                     "{\"status\": 422, \"body\": {\"detail\": [{\"loc\": [\"body\", \"image_url\"], \"msg\": \"m\", \"type\": \"file_download_error\"}]}}");
  g_assert_null (fal_fixture_collect (fixture, provider, request, first, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER);
  g_clear_error (&error);
  second = fal_fixture_submit (fixture, provider, request, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fal_fixture_count (fixture, "put"), ==, 2);
}

static void
test_no_picture (FalFixture *fixture, gconstpointer user_data)
{
  g_autofree char *missing = g_build_filename (fixture->folder, "missing.png", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (upload (fixture, missing, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (upload (fixture, fixture->video, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (fal_fixture_count (fixture, "initiate"), ==, 0);
}

static void
assert_same (const char *first, const char *second)
{
  g_autofree char *a = NULL, *b = NULL;
  gsize a_size, b_size;

  g_assert_true (g_file_get_contents (first, &a, &a_size, NULL));
  g_assert_true (g_file_get_contents (second, &b, &b_size, NULL));
  g_assert_cmpmem (a, a_size, b, b_size);
}

/* From a threshold on in parts, and whole again at the other end. */
static void
test_parts (FalFixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendFalStorage) storage = g_object_new (STARSEND_TYPE_FAL_STORAGE, "client", fixture->client, "cache", fixture->cache,
                                                      "part-threshold", (guint64) 1000, NULL);
  g_autofree char *path = fal_fixture_picture (fixture, 2400, 1800);
  Uploads uploads = { { NULL }, 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  g_autofree char *digest = NULL;
  gpointer watched = storage;

  fake_server_fault (fixture->server, "part", 1, "500");
  starsend_fal_storage_upload_async (storage, path, 0, 0, NULL, on_uploaded, &uploads);
  wait_for (&uploads, 1);
  url = starsend_fal_storage_upload_finish (storage, uploads.results[0], &error);
  g_clear_object (&uploads.results[0]);
  g_assert_no_error (error);
  g_assert_nonnull (url);
  g_assert_cmpuint (fal_fixture_count (fixture, "multipart"), ==, 1);
  g_assert_cmpuint (fal_fixture_count (fixture, "part"), ==, 2);
  g_assert_cmpuint (fal_fixture_count (fixture, "complete"), ==, 1);
  g_assert_cmpuint (fal_fixture_count (fixture, "put"), ==, 0);

  uploads.n = 0;
  starsend_http_client_download_async (fixture->http, url, fixture->part, 1 << 30, NULL, NULL, NULL, NULL, on_uploaded, &uploads);
  wait_for (&uploads, 1);
  digest = starsend_http_client_download_finish (fixture->http, uploads.results[0], NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&uploads.results[0]);
  assert_same (path, fixture->part);

  g_object_add_weak_pointer (G_OBJECT (storage), &watched);
  g_clear_object (&storage);
  while (watched != NULL)
    g_main_context_iteration (NULL, FALSE);
}

#define ADD(path, func) g_test_add (path, FalFixture, NULL, fal_fixture_set_up, func, fal_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/fal/storage/once", test_once);
  ADD ("/fal/storage/together", test_together);
  ADD ("/fal/storage/all-give-up", test_all_give_up);
  ADD ("/fal/storage/kept", test_kept);
  ADD ("/fal/storage/expired", test_expired);
  ADD ("/fal/storage/damaged-cache", test_damaged_cache);
  ADD ("/fal/storage/no-cache", test_no_cache);
  ADD ("/fal/storage/other-service", test_other_service);
  ADD ("/fal/storage/forget", test_forget);
  ADD ("/fal/storage/no-picture", test_no_picture);
  ADD ("/fal/storage/parts", test_parts);

  return g_test_run ();
}
