/* starsend-media-joiner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-media-joiner.h"

#include "starsend-files.h"
#include "starsend-media-info.h"
#include "starsend-media-join.h"
#include "starsend-picture.h"

struct _StarsendMediaJoiner
{
  StarsendJoiner parent_instance;
};

/**
 * StarsendMediaJoiner:
 *
 * Chains and joins the parts of a take as video files.
 */
G_DEFINE_FINAL_TYPE (StarsendMediaJoiner, starsend_media_joiner, STARSEND_TYPE_JOINER)

/* The last frame */

typedef struct
{
  char *path;
  GdkPixbuf *picture;
} Save;

static void
save_free (Save *save)
{
  g_free (save->path);
  g_clear_object (&save->picture);
  g_free (save);
}

static void
save_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Save *save = data;
  g_autoptr(GBytes) bytes = NULL;
  GError *error = NULL;

  bytes = starsend_picture_encode_png (save->picture, &error);
  if (bytes != NULL && starsend_files_replace (save->path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_frame (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Save *save = g_task_get_task_data (task);
  GError *error = NULL;

  save->picture = starsend_media_frame_finish (result, &error);
  if (save->picture != NULL)
    g_task_run_in_thread (task, save_thread);
  else
    g_task_return_error (task, error);
}

static void
starsend_media_joiner_last_frame_async (StarsendJoiner *joiner, const char *video, const char *picture,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (joiner, cancellable, callback, user_data);
  Save *save = g_new0 (Save, 1);

  g_task_set_source_tag (task, starsend_media_joiner_last_frame_async);
  save->path = g_strdup (picture);
  g_task_set_task_data (task, save, (GDestroyNotify) save_free);
  starsend_media_frame_async (video, STARSEND_MEDIA_LAST_FRAME, 0, 0, cancellable, on_frame, task);
}

static gboolean
starsend_media_joiner_last_frame_finish (StarsendJoiner *joiner, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, joiner), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The join */

static void
on_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  JsonObject *object;
  JsonNode *node;
  gboolean reencoded;
  GError *error = NULL;

  if (!starsend_media_join_finish (result, &reencoded, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  object = json_object_new ();
  json_object_set_int_member (object, "parts", GPOINTER_TO_INT (g_task_get_task_data (task)));
  json_object_set_boolean_member (object, "reencoded", reencoded);
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  g_task_return_pointer (task, node, (GDestroyNotify) json_node_unref);
}

static void
starsend_media_joiner_join_async (StarsendJoiner *joiner, const char *const *parts, const char *path,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (joiner, cancellable, callback, user_data);

  g_task_set_source_tag (task, starsend_media_joiner_join_async);
  g_task_set_task_data (task, GINT_TO_POINTER ((int) g_strv_length ((char **) parts)), NULL);
  starsend_media_join_async (parts, path, cancellable, on_joined, task);
}

static JsonNode *
starsend_media_joiner_join_finish (StarsendJoiner *joiner, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, joiner), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
starsend_media_joiner_class_init (StarsendMediaJoinerClass *klass)
{
  StarsendJoinerClass *joiner_class = STARSEND_JOINER_CLASS (klass);

  joiner_class->last_frame_async = starsend_media_joiner_last_frame_async;
  joiner_class->last_frame_finish = starsend_media_joiner_last_frame_finish;
  joiner_class->join_async = starsend_media_joiner_join_async;
  joiner_class->join_finish = starsend_media_joiner_join_finish;
}

static void
starsend_media_joiner_init (StarsendMediaJoiner *self)
{
}

/**
 * starsend_media_joiner_new:
 *
 * Makes a joiner.
 *
 * Returns: (transfer full): the joiner
 */
StarsendJoiner *
starsend_media_joiner_new (void)
{
  return g_object_new (STARSEND_TYPE_MEDIA_JOINER, NULL);
}
