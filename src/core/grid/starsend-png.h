/* starsend-png.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

G_BEGIN_DECLS

/* Checks the whole of a PNG file in memory, its chunks, checksums and the length of its data, and decodes it where it is
 * of the plain kind (8 bit RGB or RGBA, not interlaced). NULL without an error: sound, but for the general decoder; @data is
 * then as it was. Otherwise it is not. */
GdkPixbuf *starsend_png_read (guint8 *data, gsize length, const char *name, GError **error);
GBytes *starsend_png_write (GdkPixbuf *picture, GError **error);

G_END_DECLS
