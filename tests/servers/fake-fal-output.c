/* fake-fal-output.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-fal-private.h"

#include <stdio.h>
#include <string.h>

#define MAX_SHOTS 16

/* A medium that is being made, for a job that may be gone by then. */
typedef struct
{
  FakeFal *fal;
  char *id;
} Making;

static void
making_free (Making *self)
{
  g_free (self->id);
  g_free (self);
}

static const char *
get_text (FakeJob *job, const char *name, const char *otherwise)
{
  const char *text = json_object_get_string_member_with_default (json_node_get_object (job->body), name, otherwise);

  return text != NULL ? text : otherwise;
}

static gboolean
is_video (FakeJob *job)
{
  return strstr (job->endpoint, "-to-video") != NULL;
}

/* Seconds, however they are written; "auto" and nothing are 5. */
static guint
get_duration (FakeJob *job)
{
  JsonObject *body = json_node_get_object (job->body);
  JsonNode *node = json_object_get_member (body, "duration");
  guint seconds = 0;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node))
    seconds = json_node_get_value_type (node) == G_TYPE_STRING ? (guint) g_ascii_strtoull (json_node_get_string (node), NULL, 10)
                                                               : (guint) json_node_get_int (node);

  if (seconds == 0)
    seconds = strstr (job->endpoint, "veo") != NULL ? 8 : 5;

  return MIN (seconds, 60);
}

double
fake_fal_units (FakeJob *job)
{
  return is_video (job) ? get_duration (job) : (double) json_object_get_int_member_with_default (json_node_get_object (job->body), "num_images", 1);
}

static guint
get_shots (FakeJob *job, guint *shots)
{
  JsonNode *node = json_object_get_member (json_node_get_object (job->body), "multi_prompt");
  JsonArray *list = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = list != NULL ? MIN (json_array_get_length (list), MAX_SHOTS) : 0;

  for (guint i = 0; i < n; i++)
    shots[i] = MAX (1, (guint) g_ascii_strtoull (json_object_get_string_member_with_default (json_array_get_object_element (list, i), "duration", "5"), NULL, 10));
  if (n == 0)
    shots[n++] = get_duration (job);

  return n;
}

static guint
get_height (FakeFal *self, FakeJob *job)
{
  const char *resolution = get_text (job, "resolution", "");

  if (self->video_height > 0)
    return self->video_height;
  if (strstr (job->endpoint, "/4k/") != NULL || g_ascii_strcasecmp (resolution, "4k") == 0)
    return 2160;
  if (strstr (job->endpoint, "/pro/") != NULL || g_str_equal (resolution, "1080p"))
    return 1080;

  return 720;
}

static GBytes *
fetch_start (FakeFal *self, FakeJob *job)
{
  static const char *const names[] = { "image_url", "start_image_url", "first_frame_url" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *uri = get_text (job, names[i], NULL);

      if (uri != NULL)
        return fake_fal_fetch (self, uri);
    }

  return NULL;
}

/* "16:9", or what the picture has. */
static gboolean
find_aspect (const char *aspect, GBytes *start, int *w, int *h)
{
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  if (sscanf (aspect, "%d:%d", w, h) == 2)
    return *w > 0 && *h > 0;
  pixbuf = start != NULL ? fake_media_decode (start) : NULL;
  if (pixbuf == NULL)
    return FALSE;
  *w = gdk_pixbuf_get_width (pixbuf);
  *h = gdk_pixbuf_get_height (pixbuf);

  return TRUE;
}

static void
finish_job (FakeFal *self, FakeJob *job, const char *name, const char *type, GBytes *bytes)
{
  g_autofree char *token = g_uuid_string_random ();

  g_free (job->file);
  job->file = g_strdup_printf ("%s/%s", token, name);
  fake_fal_add_file (self, job->file, type, bytes);
}

static void
on_video (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Making *making = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = fake_media_make_video_finish (NULL, result, &error);
  FakeJob *job;

  /* The server is gone when this was cancelled. */
  if (bytes == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      making_free (making);
      return;
    }
  job = g_hash_table_lookup (making->fal->jobs, making->id);
  if (bytes == NULL)
    g_printerr ("No video: %s\n", error->message);
  if (job != NULL && bytes != NULL)
    finish_job (making->fal, job, "output.mp4", "video/mp4", bytes);
  else if (job != NULL)
    job->failed = TRUE;
  if (job != NULL)
    fake_fal_save_job (making->fal, job);
  making_free (making);
}

static void
make_video (FakeFal *self, FakeJob *job)
{
  guint shots[MAX_SHOTS];
  g_autoptr (GBytes) start = fetch_start (self, job);
  const char *aspect = get_text (job, "aspect_ratio", start != NULL ? "auto" : "16:9");
  int side = (int) get_height (self, job), w, h;
  FakeVideo video = { 0 };
  Making *making = g_new0 (Making, 1);

  if (!find_aspect (aspect, start, &w, &h))
    {
      w = 16;
      h = 9;
    }
  /* What a tier says is the shorter side. */
  video.start = start;
  video.width = w >= h ? side * w / h / 2 * 2 : side;
  video.height = w >= h ? side : side * h / w / 2 * 2;
  video.shots = shots;
  video.n_shots = get_shots (job, shots);
  video.audio = json_object_get_boolean_member_with_default (json_node_get_object (job->body), "generate_audio", strstr (job->endpoint, "/v3/") != NULL);
  making->fal = self;
  making->id = g_strdup (job->id);
  fake_media_make_video_async (self->media, &video, on_video, making);
}

static void
make_picture (FakeFal *self, FakeJob *job)
{
  const char *format = get_text (job, "output_format", "png");
  const char *type = g_str_equal (format, "jpeg") ? "jpeg" : "png";
  const char *aspect = get_text (job, "aspect_ratio", "1:1");
  const char *size = get_text (job, "resolution", "1K");
  g_autofree char *name = g_strdup_printf ("output.%s", type);
  g_autofree char *content_type = g_strdup_printf ("image/%s", type);
  g_autoptr (GBytes) bytes = NULL;
  int width, height;

  if (!fake_media_find_size (g_str_equal (aspect, "auto") ? "1:1" : aspect, g_str_equal (size, "0.5K") ? "512" : size, &width, &height))
    width = height = 1024;
  bytes = self->picture != NULL ? g_bytes_ref (self->picture) : fake_media_draw_grid (get_text (job, "prompt", ""), width, height, type);
  finish_job (self, job, name, content_type, bytes);
}

void
fake_fal_produce (FakeFal *self, FakeJob *job)
{
  if (!is_video (job))
    make_picture (self, job);
  else if (self->video != NULL)
    finish_job (self, job, "output.mp4", "video/mp4", self->video);
  else
    make_video (self, job);
}

static JsonObject *
describe_file (FakeFal *self, FakeJob *job)
{
  g_autofree char *uri = g_strdup_printf ("%s/files/%s", fake_fal_get_cdn (self), job->file);
  FakeFile *file = g_hash_table_lookup (self->files, job->file);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "url", uri);
  json_object_set_string_member (object, "content_type", file != NULL ? file->content_type : "application/octet-stream");
  json_object_set_string_member (object, "file_name", strrchr (job->file, '/') + 1);
  if (file != NULL && file->bytes != NULL)
    json_object_set_int_member (object, "file_size", (gint64) g_bytes_get_size (file->bytes));

  return object;
}

JsonNode *
fake_fal_output (FakeFal *self, FakeJob *job)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  if (is_video (job))
    json_object_set_object_member (object, "video", describe_file (self, job));
  else
    {
      gint64 n = json_object_get_int_member_with_default (json_node_get_object (job->body), "num_images", 1);
      JsonArray *images = json_array_new ();

      for (gint64 i = 0; i < n; i++)
        json_array_add_object_element (images, describe_file (self, job));
      json_object_set_array_member (object, "images", images);
      json_object_set_string_member (object, "description", "A grid of four.");
    }
  json_node_take_object (node, object);

  return node;
}
