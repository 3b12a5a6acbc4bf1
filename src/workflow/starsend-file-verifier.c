/* starsend-file-verifier.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-file-verifier.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "starsend-error.h"
#include "starsend-media-info.h"
#include "starsend-picture.h"

/* Half a second is about what the paid models are off by without anybody seeing it. */
#define LENGTH_TOLERANCE 0.5
/* One pixel in a hundred: models round their sizes. */
#define ASPECT_TOLERANCE 0.01

struct _StarsendFileVerifier
{
  StarsendVerifier parent_instance;
};

G_DEFINE_FINAL_TYPE (StarsendFileVerifier, starsend_file_verifier, STARSEND_TYPE_VERIFIER)

static void
add_warning (JsonObject *checks, char *sentence)
{
  if (!json_object_has_member (checks, "warnings"))
    json_object_set_array_member (checks, "warnings", json_array_new ());
  json_array_add_string_element (json_object_get_array_member (checks, "warnings"), sentence);
  g_free (sentence);
}

static void
check_aspect (JsonObject *checks, StarsendRequest *request, int width, int height)
{
  int aspect_width, aspect_height;
  double wanted, found;

  starsend_request_get_aspect (request, &aspect_width, &aspect_height);
  wanted = (double) aspect_width / aspect_height;
  found = (double) width / height;
  json_object_set_int_member (checks, "width", width);
  json_object_set_int_member (checks, "height", height);
  if (fabs (found / wanted - 1) > ASPECT_TOLERANCE)
    add_warning (checks, g_strdup_printf (_("The picture is %d × %d, which is not %d:%d."), width, height, aspect_width, aspect_height));
}

static JsonNode *
wrap (JsonObject *checks)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, checks);

  return node;
}

/* A take */

static void
check_length (JsonObject *checks, StarsendRequest *request, StarsendMediaInfo *info)
{
  double planned = starsend_request_get_duration (request);
  double found = starsend_media_info_get_duration (info);
  StarsendFrameRate rate;

  starsend_media_info_get_frame_rate (info, &rate);
  json_object_set_double_member (checks, "duration", found);
  json_object_set_double_member (checks, "planned_duration", planned);
  json_object_set_int_member (checks, "frames", starsend_media_info_get_n_frames (info));
  json_object_set_int_member (checks, "planned_frames", starsend_request_get_n_frames (request));
  json_object_set_double_member (checks, "frame_rate", starsend_frame_rate_to_number (rate));
  if (fabs (found - planned) > LENGTH_TOLERANCE)
    add_warning (checks, g_strdup_printf (_("The take is %.2f s long, and %.2f s were planned."), found, planned));
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  StarsendRequest *request = g_task_get_task_data (task);
  g_autoptr(StarsendMediaInfo) info = NULL;
  JsonObject *checks;
  GError *error = NULL;

  info = starsend_media_probe_finish (result, &error);
  if (info == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  checks = json_object_new ();
  check_length (checks, request, info);
  check_aspect (checks, request, starsend_media_info_get_width (info), starsend_media_info_get_height (info));
  json_object_set_string_member (checks, "codec", starsend_media_info_get_video_codec (info));
  json_object_set_boolean_member (checks, "audio", starsend_media_info_get_has_audio (info));
  g_task_return_pointer (task, wrap (checks), (GDestroyNotify) json_node_unref);
}

/* A grid */

typedef struct
{
  StarsendRequest *request;
  char *path;
} Picture;

static void
picture_free (gpointer data)
{
  Picture *picture = data;

  g_object_unref (picture->request);
  g_free (picture->path);
  g_free (picture);
}

static void
picture_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Picture *picture = data;
  g_autoptr(GdkPixbuf) pixbuf = NULL;
  JsonObject *checks;
  GError *error = NULL;

  pixbuf = starsend_picture_load (picture->path, &error);
  if (pixbuf == NULL)
    {
      /* Only what the decoder says is a word against the picture; a disk or a loader that is amiss is none. */
      if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT))
        error->code = STARSEND_ERROR_DAMAGED;
      g_task_return_error (task, error);
      return;
    }

  checks = json_object_new ();
  check_aspect (checks, picture->request, gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf));
  g_task_return_pointer (task, wrap (checks), (GDestroyNotify) json_node_unref);
}

static void
starsend_file_verifier_verify_async (StarsendVerifier *verifier, StarsendRequest *request, const char *path,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (verifier, cancellable, callback, user_data);
  Picture *picture;

  g_task_set_source_tag (task, starsend_file_verifier_verify_async);
  if (starsend_request_get_kind (request) == STARSEND_REQUEST_TAKE)
    {
      g_task_set_task_data (task, g_object_ref (request), g_object_unref);
      starsend_media_probe_async (path, cancellable, on_probed, task);
      return;
    }

  picture = g_new0 (Picture, 1);
  picture->request = g_object_ref (request);
  picture->path = g_strdup (path);
  g_task_set_task_data (task, picture, picture_free);
  g_task_run_in_thread (task, picture_thread);
  g_object_unref (task);
}

static JsonNode *
starsend_file_verifier_verify_finish (StarsendVerifier *verifier, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, verifier), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
starsend_file_verifier_class_init (StarsendFileVerifierClass *klass)
{
  StarsendVerifierClass *verifier_class = STARSEND_VERIFIER_CLASS (klass);

  verifier_class->verify_async = starsend_file_verifier_verify_async;
  verifier_class->verify_finish = starsend_file_verifier_verify_finish;
}

static void
starsend_file_verifier_init (StarsendFileVerifier *self)
{
}

/**
 * starsend_file_verifier_new:
 *
 * Makes a verifier.
 *
 * Returns: (transfer full): the verifier
 */
StarsendVerifier *
starsend_file_verifier_new (void)
{
  return g_object_new (STARSEND_TYPE_FILE_VERIFIER, NULL);
}
