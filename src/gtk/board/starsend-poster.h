/* starsend-poster.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-poster-cache.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_POSTER (starsend_poster_get_type ())

/* A picture file at 16:9, or a slate with a word on it while there is none.
 * Properties: path (absolute, nullable), slate (the word), cache. */
G_DECLARE_FINAL_TYPE (StarsendPoster, starsend_poster, STARSEND, POSTER, GtkWidget)

const char *starsend_poster_get_path (StarsendPoster *self);
/* The same path again makes it look whether the file has changed. */
void starsend_poster_set_path (StarsendPoster *self, const char *path);
const char *starsend_poster_get_slate (StarsendPoster *self);
void starsend_poster_set_slate (StarsendPoster *self, const char *slate);
StarsendPosterCache *starsend_poster_get_cache (StarsendPoster *self);
void starsend_poster_set_cache (StarsendPoster *self, StarsendPosterCache *cache);
/* What is shown now; NULL: the slate. */
GdkTexture *starsend_poster_get_texture (StarsendPoster *self);

G_END_DECLS
