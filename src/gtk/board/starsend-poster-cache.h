/* starsend-poster-cache.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_POSTER_CACHE (starsend_poster_cache_get_type ())

/* The pictures that were on cards lately, decoded at card size on worker threads. Main thread only. */
G_DECLARE_FINAL_TYPE (StarsendPosterCache, starsend_poster_cache, STARSEND, POSTER_CACHE, GObject)

/* @capacity: how many pictures are kept. */
StarsendPosterCache *starsend_poster_cache_new (guint capacity);
/* What is kept of the file, which may have changed on disk since: show it, and load. Borrowed, nullable. */
GdkTexture *starsend_poster_cache_peek (StarsendPosterCache *self, const char *path, int width, int height);
/* Looks whether the file is still the one that is kept, and decodes it when not. */
void starsend_poster_cache_load_async (StarsendPosterCache *self, const char *path, int width, int height, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
GdkTexture *starsend_poster_cache_load_finish (StarsendPosterCache *self, GAsyncResult *result, GError **error);

G_END_DECLS
