/* fal-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fal-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "fake-media.h"
#include "starsend-error.h"
#include "starsend-json.h"

#define VIDEO_SIZE 200000
#define PATIENCE 20

static void
make_client (FalFixture *self)
{
  self->http = starsend_http_client_new ();
  starsend_http_client_set_backoff (self->http, 2);
  self->keys = starsend_keys_new ();
  self->client = g_object_new (STARSEND_TYPE_FAL_CLIENT,
                               "http", self->http, "keys", self->keys,
                               "queue-url", fake_fal_get_base (self->fal), "rest-url", fake_fal_get_base (self->fal),
                               "poll-interval", 4, "streams", FALSE,
                               NULL);
  self->storage = g_object_new (STARSEND_TYPE_FAL_STORAGE, "client", self->client, "cache", self->cache, NULL);
}

static void
wait_for_end (GObject *object)
{
  gpointer watched = object;
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;

  g_object_add_weak_pointer (object, &watched);
  g_object_unref (object);
  while (watched != NULL && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  g_assert_null (watched);
}

/* What is still being written, or ends its connection, holds them. */
static void
drop_client (FalFixture *self)
{
  wait_for_end (G_OBJECT (g_steal_pointer (&self->storage)));
  wait_for_end (G_OBJECT (g_steal_pointer (&self->client)));
  g_clear_object (&self->keys);
  g_clear_object (&self->http);
}

void
fal_fixture_set_up (FalFixture *self, gconstpointer user_data)
{
  g_autofree char *bytes = g_malloc (VIDEO_SIZE);

  g_setenv ("FAL_KEY", FAKE_FAL_KEY, TRUE);
  self->fal = fake_fal_new ();
  self->server = fake_fal_get_server (self->fal);
  self->folder = g_dir_make_tmp ("starsend-fal-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->video = g_build_filename (self->folder, "video.mp4", NULL);
  self->part = g_build_filename (self->folder, "take.part", NULL);
  self->cache = g_build_filename (self->folder, "fal-uploads.json", NULL);
  for (guint i = 0; i < VIDEO_SIZE; i++)
    bytes[i] = (char) (i * 7 + i / 251);
  g_assert_true (g_file_set_contents (self->video, bytes, VIDEO_SIZE, NULL));
  fake_fal_set_video (self->fal, self->video);
  self->models = starsend_models_new ();
  make_client (self);
}

void
fal_fixture_restart (FalFixture *self)
{
  drop_client (self);
  make_client (self);
}

void
fal_fixture_tear_down (FalFixture *self, gconstpointer user_data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_assert_cmpuint (fal_fixture_count (self, "key.stray"), ==, 0);
  drop_client (self);
  g_clear_object (&self->models);
  /* The server notices that its clients are gone, and lets go of them. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_pointer (&self->fal, fake_fal_free);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  dir = g_dir_open (self->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->video);
  g_free (self->part);
  g_free (self->cache);
}

StarsendProvider *
fal_fixture_provider (FalFixture *self, const char *model)
{
  StarsendModel *row = starsend_models_get_model (self->models, model);

  g_assert_nonnull (row);

  return starsend_fal_provider_new (row, self->client, self->storage);
}

char *
fal_fixture_picture (FalFixture *self, int width, int height)
{
  g_autofree char *name = g_strdup_printf ("picture-%u.png", ++self->n_pictures);
  char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GBytes) bytes = fake_media_draw_picture (name, width, height, "png");

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL));

  return path;
}

void
fal_fixture_add_shot (StarsendRequest *request, const char *text, const char *camera, double duration)
{
  g_autoptr (StarsendShotPrompt) shot = starsend_shot_prompt_new ("shot", text, camera, duration);

  starsend_request_add_shot (request, shot);
}

StarsendRequest *
fal_fixture_take (FalFixture *self, const char *model)
{
  StarsendRequest *request = starsend_request_new (STARSEND_REQUEST_TAKE, "EP001_SEQ04", 1, model);
  g_autofree char *start = fal_fixture_picture (self, 640, 360);

  starsend_request_set_start_frame (request, start);
  starsend_request_set_aspect (request, 16, 9);
  fal_fixture_add_shot (request, "A street", NULL, 3);

  return request;
}

/* Waiting, never without end */

typedef struct
{
  GAsyncResult *result;
  gboolean late;
} Wait;

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Wait *) user_data)->result = g_object_ref (result);
}

static gboolean
on_late (gpointer user_data)
{
  ((Wait *) user_data)->late = TRUE;

  return G_SOURCE_CONTINUE;
}

static void
wait_for (Wait *wait)
{
  guint timer = g_timeout_add_seconds (PATIENCE, on_late, wait);

  while (wait->result == NULL && !wait->late)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
  g_assert_false (wait->late);
}

StarsendTicket *
fal_fixture_submit (FalFixture *self, StarsendProvider *provider, StarsendRequest *request, GError **error)
{
  g_autoptr (StarsendJob) job = starsend_job_new ("job", request);
  Wait wait = { NULL };
  StarsendTicket *ticket;

  starsend_provider_submit_async (provider, request, job, NULL, on_done, &wait);
  wait_for (&wait);
  ticket = starsend_provider_submit_finish (provider, wait.result, error);
  g_object_unref (wait.result);

  return ticket;
}

StarsendDelivery *
fal_fixture_collect (FalFixture *self, StarsendProvider *provider, StarsendRequest *request, StarsendTicket *ticket,
                     StarsendJob *job, GError **error)
{
  Wait wait = { NULL };
  StarsendDelivery *delivery;

  starsend_provider_collect_async (provider, request, ticket, job, self->part, NULL, on_done, &wait);
  wait_for (&wait);
  delivery = starsend_provider_collect_finish (provider, wait.result, error);
  g_object_unref (wait.result);

  return delivery;
}

int
fal_fixture_cancel (FalFixture *self, StarsendProvider *provider, StarsendTicket *ticket, GError **error)
{
  Wait wait = { NULL };
  GError *local_error = NULL;
  gboolean gone;

  starsend_provider_cancel_async (provider, ticket, NULL, on_done, &wait);
  wait_for (&wait);
  gone = starsend_provider_cancel_finish (provider, wait.result, &local_error);
  g_object_unref (wait.result);
  if (local_error == NULL)
    return gone;
  g_propagate_error (error, local_error);

  return -1;
}

char *
fal_fixture_dup_body (FalFixture *self, guint index, char **endpoint)
{
  g_autoptr (JsonNode) submits = fake_fal_dup_submits (self->fal);
  JsonArray *array = json_node_get_array (submits);
  JsonObject *submit;

  g_assert_cmpuint (index, <, json_array_get_length (array));
  submit = json_array_get_object_element (array, index);
  if (endpoint != NULL)
    *endpoint = g_strdup (json_object_get_string_member (submit, "endpoint"));

  return starsend_json_render (json_object_get_member (submit, "body"), FALSE);
}

guint64
fal_fixture_count (FalFixture *self, const char *name)
{
  return fake_server_count (self->server, name);
}

static gboolean
on_spun (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

void
fal_fixture_spin (guint milliseconds)
{
  gboolean done = FALSE;

  g_timeout_add (milliseconds, on_spun, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}
