/* scripted-joiner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "scripted-joiner.h"

#include "starsend-error.h"
#include "starsend-media-joiner.h"

struct _ScriptedJoiner
{
  StarsendJoiner parent_instance;

  StarsendJoiner *inner;
  ScriptedJoinerHook before_frame;
  ScriptedJoinerHook before_join;
  gpointer user_data;
  guint n_failures;
  guint n_joins;
};

G_DEFINE_FINAL_TYPE (ScriptedJoiner, scripted_joiner, STARSEND_TYPE_JOINER)

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;

  g_task_return_pointer (task, g_object_ref (result), g_object_unref);
}

static void
scripted_joiner_last_frame_async (StarsendJoiner *joiner, const char *video, const char *picture,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  ScriptedJoiner *self = SCRIPTED_JOINER (joiner);

  if (self->before_frame != NULL)
    self->before_frame (self->user_data);
  starsend_joiner_last_frame_async (self->inner, video, picture, cancellable, on_done, g_task_new (joiner, NULL, callback, user_data));
}

static gboolean
scripted_joiner_last_frame_finish (StarsendJoiner *joiner, GAsyncResult *result, GError **error)
{
  g_autoptr(GAsyncResult) inner = g_task_propagate_pointer (G_TASK (result), error);

  return inner != NULL && starsend_joiner_last_frame_finish (SCRIPTED_JOINER (joiner)->inner, inner, error);
}

static void
scripted_joiner_join_async (StarsendJoiner *joiner, const char *const *parts, const char *path,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  ScriptedJoiner *self = SCRIPTED_JOINER (joiner);
  GTask *task = g_task_new (joiner, NULL, callback, user_data);

  self->n_joins++;
  if (self->before_join != NULL)
    self->before_join (self->user_data);
  if (self->n_failures == 0)
    {
      starsend_joiner_join_async (self->inner, parts, path, cancellable, on_done, task);
      return;
    }

  self->n_failures--;
  g_file_set_contents (path, "half of it", -1, NULL);
  g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_IO, "The disk is away.");
  g_object_unref (task);
}

static JsonNode *
scripted_joiner_join_finish (StarsendJoiner *joiner, GAsyncResult *result, GError **error)
{
  g_autoptr(GAsyncResult) inner = g_task_propagate_pointer (G_TASK (result), error);

  return inner != NULL ? starsend_joiner_join_finish (SCRIPTED_JOINER (joiner)->inner, inner, error) : NULL;
}

static void
scripted_joiner_finalize (GObject *object)
{
  g_object_unref (SCRIPTED_JOINER (object)->inner);

  G_OBJECT_CLASS (scripted_joiner_parent_class)->finalize (object);
}

static void
scripted_joiner_class_init (ScriptedJoinerClass *klass)
{
  StarsendJoinerClass *joiner_class = STARSEND_JOINER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = scripted_joiner_finalize;
  joiner_class->last_frame_async = scripted_joiner_last_frame_async;
  joiner_class->last_frame_finish = scripted_joiner_last_frame_finish;
  joiner_class->join_async = scripted_joiner_join_async;
  joiner_class->join_finish = scripted_joiner_join_finish;
}

static void
scripted_joiner_init (ScriptedJoiner *self)
{
  self->inner = starsend_media_joiner_new ();
}

ScriptedJoiner *
scripted_joiner_new (void)
{
  return g_object_new (SCRIPTED_TYPE_JOINER, NULL);
}

void
scripted_joiner_fail_next (ScriptedJoiner *self, guint times)
{
  self->n_failures = times;
}

void
scripted_joiner_set_hooks (ScriptedJoiner *self, ScriptedJoinerHook before_frame, ScriptedJoinerHook before_join, gpointer user_data)
{
  self->before_frame = before_frame;
  self->before_join = before_join;
  self->user_data = user_data;
}

guint
scripted_joiner_get_n_joins (ScriptedJoiner *self)
{
  return self->n_joins;
}
