/* starsend-picture-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-picture-header.h"

G_BEGIN_DECLS

/* The whole of a file whose header was judged, before it was read and as it was read. Blocking. */
GBytes *starsend_picture_read (const char *path, StarsendPictureHeader *header, GError **error);

G_END_DECLS
