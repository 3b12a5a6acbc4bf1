/* starsend-media-join.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Writes @parts one after the other to @path (a part file; the caller publishes it): frame for frame and byte for byte where
 * their streams are alike, else encoded anew in the size and rate of the first one. Nothing is left at @path on failure. */
void starsend_media_join_async (const char *const *parts, const char *path, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_media_join_finish (GAsyncResult *result, gboolean *reencoded, GError **error);

G_END_DECLS
