/* starsend-picture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/* Pictures from outside: the header is read and judged before a decoder sees the file. PNG, JPEG, WebP (where the
 * loader is there), at most 16384 a side, 100 megapixels, 256 MiB; the real kind by content, not by name. EXIF rotation is applied on load. */

typedef struct
{
  int width;          /* as shown: after EXIF rotation */
  int height;
  const char *format; /* "png", "jpeg", "webp" */
  goffset size;       /* bytes */
} StarsendPictureInfo;

gboolean starsend_picture_probe (const char *path, StarsendPictureInfo *info, GError **error);
gboolean starsend_picture_probe_bytes (GBytes *bytes, StarsendPictureInfo *info, GError **error);
/* Blocking; 8 bit RGB or RGBA. */
GdkPixbuf *starsend_picture_load (const char *path, GError **error);
/* Decoded at most @max_width x @max_height (aspect kept); for cards. */
GdkPixbuf *starsend_picture_load_scaled (const char *path, int max_width, int max_height, GError **error);
GdkPixbuf *starsend_picture_load_bytes (GBytes *bytes, const char *name, int max_width, int max_height, GError **error);
void starsend_picture_load_async (const char *path, int max_width, int max_height, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);   /* 0, 0: full size */
GdkPixbuf *starsend_picture_load_finish (GAsyncResult *result, GError **error);
/* PNG at a level made for speed; opaque alpha is dropped. */
GBytes *starsend_picture_encode_png (GdkPixbuf *picture, GError **error);

G_END_DECLS
