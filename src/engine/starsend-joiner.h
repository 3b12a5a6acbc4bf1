/* starsend-joiner.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_JOINER (starsend_joiner_get_type ())
G_DECLARE_DERIVABLE_TYPE (StarsendJoiner, starsend_joiner, STARSEND, JOINER, GObject)

/**
 * StarsendJoinerClass:
 * @last_frame_async: writes the very last frame of @video to @picture as a PNG
 * @join_async: writes @parts, one after the other, to @path as one video; without re-encoding where their streams allow it
 * @join_finish: gives how it was joined, for the sidecar: {"parts": 2, "reencoded": false}
 *
 * Chains and joins the parts of a take that is longer than its model makes at once.
 */
struct _StarsendJoinerClass
{
  GObjectClass parent_class;

  void      (*last_frame_async)  (StarsendJoiner *self, const char *video, const char *picture,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  gboolean  (*last_frame_finish) (StarsendJoiner *self, GAsyncResult *result, GError **error);
  void      (*join_async)        (StarsendJoiner *self, const char *const *parts, const char *path,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  JsonNode *(*join_finish)       (StarsendJoiner *self, GAsyncResult *result, GError **error);

  gpointer padding[4];
};

void starsend_joiner_last_frame_async (StarsendJoiner *self, const char *video, const char *picture,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_joiner_last_frame_finish (StarsendJoiner *self, GAsyncResult *result, GError **error);
void starsend_joiner_join_async (StarsendJoiner *self, const char *const *parts, const char *path,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
JsonNode *starsend_joiner_join_finish (StarsendJoiner *self, GAsyncResult *result, GError **error);

G_END_DECLS
