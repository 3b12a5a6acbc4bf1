/* starsend-picture-fit.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The file's own bytes where a service takes them as they are: PNG or JPEG by content, upright, sound, at most @max_bytes and
 * @max_side (0: no limit); else encoded anew until they fit. Blocking, for worker threads. @mime: "image/png", "image/jpeg". */
GBytes *starsend_picture_fit (const char *path, gsize max_bytes, int max_side, const char **mime, GError **error);

G_END_DECLS
