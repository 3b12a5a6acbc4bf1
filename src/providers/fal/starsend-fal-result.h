/* starsend-fal-result.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-json.h"

G_BEGIN_DECLS

/* Where in a result something is: "video.url", "images[0].url". NULL when there is nothing. */
const StarsendJsonNode *starsend_fal_result_find (const StarsendJsonNode *root, const char *path);
/* The text there, when it is one that is not empty. */
const char *starsend_fal_result_find_url (const StarsendJsonNode *root, const char *path);
/* "file_size" beside it; -1. */
gint64 starsend_fal_result_find_size (const StarsendJsonNode *root, const char *path);

G_END_DECLS
