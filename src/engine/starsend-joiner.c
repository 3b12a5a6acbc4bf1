/* starsend-joiner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-joiner.h"

G_DEFINE_ABSTRACT_TYPE (StarsendJoiner, starsend_joiner, G_TYPE_OBJECT)

static void
starsend_joiner_class_init (StarsendJoinerClass *klass)
{
}

static void
starsend_joiner_init (StarsendJoiner *self)
{
}

/**
 * starsend_joiner_last_frame_async:
 * @video: (type filename): absolute path of a finished part
 * @picture: (type filename): absolute path that gets the picture
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the picture is on the disk
 * @user_data: data for @callback
 *
 * Writes the very last frame of a video as a PNG, in the size of the video: the next part begins with it. What was at
 * @picture is replaced; on failure and cancel it is left as it was.
 */
void
starsend_joiner_last_frame_async (StarsendJoiner *self, const char *video, const char *picture,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_JOINER (self));
  g_return_if_fail (video != NULL && picture != NULL);

  STARSEND_JOINER_GET_CLASS (self)->last_frame_async (self, video, picture, cancellable, callback, user_data);
}

/**
 * starsend_joiner_last_frame_finish:
 * @result: the result
 * @error: return location for an error: %STARSEND_ERROR_DAMAGED when the video does not decode to its end
 *
 * Says whether the picture is on the disk.
 *
 * Returns: whether it is
 */
gboolean
starsend_joiner_last_frame_finish (StarsendJoiner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (STARSEND_IS_JOINER (self), FALSE);

  return STARSEND_JOINER_GET_CLASS (self)->last_frame_finish (self, result, error);
}

/**
 * starsend_joiner_join_async:
 * @parts: (array zero-terminated=1) (element-type filename): absolute paths of the parts, in their order; at least one
 * @path: (type filename): absolute path of the video to write; no part of it
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the video is on the disk
 * @user_data: data for @callback
 *
 * Writes the parts one after the other as one video. Every frame of every part is kept, so also the first one of a part
 * that shows again the last one of the part before it: without decoding it could not be left out. The parts stay as
 * they are. On failure and cancel nothing is left at @path.
 */
void
starsend_joiner_join_async (StarsendJoiner *self, const char *const *parts, const char *path,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_JOINER (self));
  g_return_if_fail (parts != NULL && parts[0] != NULL);
  g_return_if_fail (path != NULL);

  STARSEND_JOINER_GET_CLASS (self)->join_async (self, parts, path, cancellable, callback, user_data);
}

/**
 * starsend_joiner_join_finish:
 * @result: the result
 * @error: return location for an error: %STARSEND_ERROR_DAMAGED when a part does not decode,
 *   %STARSEND_ERROR_UNAVAILABLE when something that video needs is not installed
 *
 * Tells how the parts were joined.
 *
 * Returns: (transfer full): an object for the sidecar: "parts", how many; "reencoded", whether their streams were too
 *   unlike to be taken over as they are
 */
JsonNode *
starsend_joiner_join_finish (StarsendJoiner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (STARSEND_IS_JOINER (self), NULL);

  return STARSEND_JOINER_GET_CLASS (self)->join_finish (self, result, error);
}
