/* fake-media.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/* Makes the pictures and videos that the test servers deliver. */
typedef struct _FakeMedia FakeMedia;

FakeMedia *fake_media_new (void);
void fake_media_free (FakeMedia *self);

/* A picture whose four quadrants differ, and which differs with @text; without any border. @type: "png" or "jpeg". */
GBytes *fake_media_draw_grid (const char *text, int width, int height, const char *type);
/* The same without quadrants. */
GBytes *fake_media_draw_picture (const char *text, int width, int height, const char *type);
/* NULL: these bytes are no picture. */
GdkPixbuf *fake_media_decode (GBytes *bytes);
/* The size by aspect ("16:9") and size ("512", "1K", "2K", "4K"); FALSE: there is none. */
gboolean fake_media_find_size (const char *aspect, const char *size, int *width, int *height);

typedef struct
{
  GBytes *start;           /* the picture it begins with; nullable */
  int width;               /* even */
  int height;
  const guint *shots;      /* their lengths in seconds */
  guint n_shots;
  gboolean audio;
} FakeVideo;

/* H.264 at 24 frames a second, cut at the shots, with a tone where sound is wanted. The same video is made once. It needs ffmpeg. */
void fake_media_make_video_async (FakeMedia *self, const FakeVideo *video, GAsyncReadyCallback callback, gpointer user_data);
GBytes *fake_media_make_video_finish (FakeMedia *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeMedia, fake_media_free)

G_END_DECLS
