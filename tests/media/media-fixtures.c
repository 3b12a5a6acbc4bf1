/* media-fixtures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "media-fixtures.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>

void
media_wait_callback (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MediaWait *wait = user_data;

  wait->result = g_object_ref (result);
  if (wait->loop != NULL)
    g_main_loop_quit (wait->loop);
}

static gboolean
on_timeout (gpointer user_data)
{
  g_error ("nothing came back in %d seconds", MEDIA_TIMEOUT_SECONDS);
  return G_SOURCE_REMOVE;
}

GAsyncResult *
media_wait (MediaWait *wait)
{
  guint timeout = g_timeout_add_seconds (MEDIA_TIMEOUT_SECONDS, on_timeout, NULL);

  wait->loop = g_main_loop_new (NULL, FALSE);
  if (wait->result == NULL)
    g_main_loop_run (wait->loop);
  g_clear_pointer (&wait->loop, g_main_loop_unref);
  g_source_remove (timeout);
  return g_steal_pointer (&wait->result);
}

char *
media_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("starsend-media-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

void
media_folder_free (char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
}

static char *
save (GdkPixbuf *picture, const char *folder, const char *name)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (folder, name, NULL);

  gdk_pixbuf_save (picture, path, "png", &error, "compression", "1", NULL);
  g_assert_no_error (error);
  return path;
}

char *
media_write_picture (const char *folder, int width, int height)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  int stride = gdk_pixbuf_get_rowstride (picture);
  guint8 *pixels = gdk_pixbuf_get_pixels (picture);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint8 *p = pixels + (gsize) y * stride + 3 * (gsize) x;
        int cell = (x * 13 / width) * 7 + (y * 9 / height) * 5;

        p[0] = (guint8) (cell * 37 % 256);
        p[1] = (guint8) (128 + 100 * sin (x * 20.0 / width) * cos (y * 14.0 / height));
        p[2] = (guint8) (255 * y / height);
      }
  return save (picture, folder, "picture.png");
}

char *
media_write_dot (const char *folder, double x, double y)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 640, 360);
  g_autoptr (GdkPixbuf) dot = gdk_pixbuf_new_subpixbuf (picture, (int) (x * 640) - 8, (int) (y * 360) - 8, 16, 16);

  gdk_pixbuf_fill (picture, 0x202020ff);
  gdk_pixbuf_fill (dot, 0xffffffff);
  return save (picture, folder, "dot.png");
}

gboolean
media_render (StarsendAnimaticRenderer *renderer, const char *path, GCancellable *cancellable, GError **error)
{
  MediaWait wait = { NULL, NULL };
  g_autoptr (GAsyncResult) result = NULL;

  starsend_animatic_renderer_render_async (renderer, path, cancellable, media_wait_callback, &wait);
  result = media_wait (&wait);
  return starsend_animatic_renderer_render_finish (renderer, result, error);
}

StarsendMediaInfo *
media_probe (const char *path, GError **error)
{
  MediaWait wait = { NULL, NULL };
  g_autoptr (GAsyncResult) result = NULL;

  starsend_media_probe_async (path, NULL, media_wait_callback, &wait);
  result = media_wait (&wait);
  return starsend_media_probe_finish (result, error);
}

GdkPixbuf *
media_frame (const char *path, gint64 frame, int max_width, GError **error)
{
  MediaWait wait = { NULL, NULL };
  g_autoptr (GAsyncResult) result = NULL;

  starsend_media_frame_async (path, frame, max_width, 0, NULL, media_wait_callback, &wait);
  result = media_wait (&wait);
  return starsend_media_frame_finish (result, error);
}

/* The mean over all samples, of 255. */
double
media_difference (GdkPixbuf *a, GdkPixbuf *b)
{
  int width = gdk_pixbuf_get_width (a), height = gdk_pixbuf_get_height (a);
  gint64 sum = 0;

  g_assert_cmpint (width, ==, gdk_pixbuf_get_width (b));
  g_assert_cmpint (height, ==, gdk_pixbuf_get_height (b));
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int i = 0; i < 3; i++)
        sum += abs (gdk_pixbuf_read_pixels (a)[(gsize) y * gdk_pixbuf_get_rowstride (a) + (gsize) x * gdk_pixbuf_get_n_channels (a) + i] -
                    gdk_pixbuf_read_pixels (b)[(gsize) y * gdk_pixbuf_get_rowstride (b) + (gsize) x * gdk_pixbuf_get_n_channels (b) + i]);
  return (double) sum / (3.0 * width * height);
}

gboolean
media_has_program (const char *name)
{
  g_autofree char *path = g_find_program_in_path (name);

  return path != NULL;
}

gboolean
media_run (char **output, const char *format, ...)
{
  g_autofree char *line = NULL;
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;
  va_list args;
  int status;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  argv = g_strsplit (line, " ", -1);
  g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, output, NULL, &status, &error);
  g_assert_no_error (error);
  return g_spawn_check_wait_status (status, NULL);
}
