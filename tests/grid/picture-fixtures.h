/* picture-fixtures.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

/* A picture in which each pixel tells where it is. */
GdkPixbuf *fixture_coordinates (int width, int height, gboolean has_alpha);
void fixture_put (GdkPixbuf *picture, int x, int y, guint32 rgb);
guint32 fixture_get (GdkPixbuf *picture, int x, int y);
void fixture_assert_equal (GdkPixbuf *a, GdkPixbuf *b);
/* A PNG file of any kind, made by hand; the bytes of the rows are random. */
GBytes *fixture_png (int width, int height, guint8 depth, guint8 colour_type, gboolean interlaced, int filter);
GByteArray *fixture_png_start (guint32 width, guint32 height, guint8 depth, guint8 colour_type, gboolean interlaced);
void fixture_png_chunk (GByteArray *file, const char *type, const guint8 *data, gsize length);
/* A file of the test's own folder; freed with g_free(), and removed by fixture_remove(). */
char *fixture_write (const char *name, gconstpointer data, gsize length);
void fixture_remove (char *path);
GBytes *fixture_save (GdkPixbuf *picture, const char *type, const char *option, const char *value);
GdkPixbuf *fixture_decode (GBytes *bytes);
GBytes *fixture_splice (GBytes *bytes, gsize at, const void *extra, gsize length);
/* A JPEG or PNG file with an EXIF orientation added. */
GBytes *fixture_with_exif (GBytes *bytes, gboolean is_jpeg, int orientation, gboolean little);
