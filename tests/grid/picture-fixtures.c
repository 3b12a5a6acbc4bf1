/* picture-fixtures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "picture-fixtures.h"

#include <glib/gstdio.h>
#include <libdeflate.h>
#include <string.h>

void
fixture_put (GdkPixbuf *picture, int x, int y, guint32 rgb)
{
  guint8 *p = gdk_pixbuf_get_pixels (picture) + (gsize) y * gdk_pixbuf_get_rowstride (picture) +
              (gsize) x * gdk_pixbuf_get_n_channels (picture);

  p[0] = (guint8) (rgb >> 16);
  p[1] = (guint8) (rgb >> 8);
  p[2] = (guint8) rgb;
  if (gdk_pixbuf_get_has_alpha (picture))
    p[3] = 0xff;
}

guint32
fixture_get (GdkPixbuf *picture, int x, int y)
{
  const guint8 *p = gdk_pixbuf_read_pixels (picture) + (gsize) y * gdk_pixbuf_get_rowstride (picture) +
                    (gsize) x * gdk_pixbuf_get_n_channels (picture);

  return (guint32) p[0] << 16 | (guint32) p[1] << 8 | p[2];
}

GdkPixbuf *
fixture_coordinates (int width, int height, gboolean has_alpha)
{
  GdkPixbuf *picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, has_alpha, 8, width, height);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      fixture_put (picture, x, y, (guint32) x << 12 | (guint32) y);
  return picture;
}

void
fixture_assert_equal (GdkPixbuf *a, GdkPixbuf *b)
{
  gsize length;

  g_assert_cmpint (gdk_pixbuf_get_width (a), ==, gdk_pixbuf_get_width (b));
  g_assert_cmpint (gdk_pixbuf_get_height (a), ==, gdk_pixbuf_get_height (b));
  g_assert_cmpint (gdk_pixbuf_get_n_channels (a), ==, gdk_pixbuf_get_n_channels (b));
  length = (gsize) gdk_pixbuf_get_width (a) * gdk_pixbuf_get_n_channels (a);
  for (int y = 0; y < gdk_pixbuf_get_height (a); y++)
    g_assert_cmpmem (gdk_pixbuf_read_pixels (a) + (gsize) y * gdk_pixbuf_get_rowstride (a), length,
                     gdk_pixbuf_read_pixels (b) + (gsize) y * gdk_pixbuf_get_rowstride (b), length);
}

static void
put_be32 (guint8 *p, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (p, &value, 4);
}

void
fixture_png_chunk (GByteArray *file, const char *type, const guint8 *data, gsize length)
{
  guint8 word[4];
  guint start = file->len + 4;

  put_be32 (word, (guint32) length);
  g_byte_array_append (file, word, 4);
  g_byte_array_append (file, (const guint8 *) type, 4);
  if (length > 0)
    g_byte_array_append (file, data, (guint) length);
  put_be32 (word, libdeflate_crc32 (0, file->data + start, file->len - start));
  g_byte_array_append (file, word, 4);
}

GByteArray *
fixture_png_start (guint32 width, guint32 height, guint8 depth, guint8 colour_type, gboolean interlaced)
{
  GByteArray *file = g_byte_array_new ();
  guint8 ihdr[13] = { 0 };

  g_byte_array_append (file, (const guint8 *) "\x89PNG\r\n\x1a\n", 8);
  put_be32 (ihdr, width);
  put_be32 (ihdr + 4, height);
  ihdr[8] = depth;
  ihdr[9] = colour_type;
  ihdr[12] = interlaced;
  fixture_png_chunk (file, "IHDR", ihdr, sizeof ihdr);
  return file;
}

static void
append_rows (GByteArray *rows, gsize width, gsize height, guint bits, int filter)
{
  for (gsize y = 0; width > 0 && y < height; y++)
    {
      guint8 byte = (guint8) (filter >= 0 ? filter : g_test_rand_int_range (0, 5));

      g_byte_array_append (rows, &byte, 1);
      for (gsize i = 0; i < (width * bits + 7) / 8; i++)
        {
          byte = (guint8) g_test_rand_int_range (0, 256);
          g_byte_array_append (rows, &byte, 1);
        }
    }
}

/* @filter: 0 to 4, or -1 for any, row by row. */
GBytes *
fixture_png (int width, int height, guint8 depth, guint8 colour_type, gboolean interlaced, int filter)
{
  static const guint8 samples[] = { 1, 0, 3, 1, 2, 0, 4 };
  static const int passes[7][4] = { { 0, 0, 8, 8 }, { 4, 0, 8, 8 }, { 0, 4, 4, 8 }, { 2, 0, 4, 4 },
                                    { 0, 2, 2, 4 }, { 1, 0, 2, 2 }, { 0, 1, 1, 2 } };
  g_autoptr (GByteArray) rows = g_byte_array_new ();
  GByteArray *file = fixture_png_start ((guint32) width, (guint32) height, depth, colour_type, interlaced);
  struct libdeflate_compressor *deflater = libdeflate_alloc_compressor (6);
  g_autofree guint8 *deflated = NULL;
  guint8 palette[768];
  gsize n, half;

  if (!interlaced)
    append_rows (rows, (gsize) width, (gsize) height, depth * samples[colour_type], filter);
  for (guint i = 0; interlaced && i < 7; i++)
    append_rows (rows, (gsize) (width - passes[i][0] + passes[i][2] - 1) / passes[i][2],
                 (gsize) (height - passes[i][1] + passes[i][3] - 1) / passes[i][3], depth * samples[colour_type], filter);
  for (guint i = 0; i < sizeof palette; i++)
    palette[i] = (guint8) (i * 7);
  if (colour_type == 3)
    fixture_png_chunk (file, "PLTE", palette, 3u << depth);
  n = libdeflate_zlib_compress_bound (deflater, rows->len);
  deflated = g_malloc (n);
  n = libdeflate_zlib_compress (deflater, rows->data, rows->len, deflated, n);
  libdeflate_free_compressor (deflater);
  half = n / 2;
  fixture_png_chunk (file, "IDAT", deflated, half);
  fixture_png_chunk (file, "IDAT", deflated + half, n - half);
  fixture_png_chunk (file, "IEND", NULL, 0);
  return g_byte_array_free_to_bytes (file);
}

char *
fixture_write (const char *name, gconstpointer data, gsize length)
{
  static guint serial;
  g_autofree char *base = g_strdup_printf ("%u-%s", serial++, name);
  char *path = g_build_filename (g_get_user_data_dir (), base, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (g_get_user_data_dir (), 0700), ==, 0);
  g_file_set_contents_full (path, data, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  return path;
}

void
fixture_remove (char *path)
{
  g_assert_cmpint (g_remove (path), ==, 0);
  g_free (path);
}

GBytes *
fixture_save (GdkPixbuf *picture, const char *type, const char *option, const char *value)
{
  g_autoptr (GError) error = NULL;
  char *data = NULL;
  gsize length;

  gdk_pixbuf_save_to_buffer (picture, &data, &length, type, &error, option, value, NULL);
  g_assert_no_error (error);
  return g_bytes_new_take (data, length);
}

/* By the general decoder, told what it is: sniffing needs a MIME database, which an isolated test has not. */
GdkPixbuf *
fixture_decode (GBytes *bytes)
{
  gboolean is_png = *(const guint8 *) g_bytes_get_data (bytes, NULL) == 0x89;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new_with_type (is_png ? "png" : "jpeg", &error);

  g_assert_no_error (error);
  gdk_pixbuf_loader_write_bytes (loader, bytes, &error);
  g_assert_no_error (error);
  gdk_pixbuf_loader_close (loader, &error);
  g_assert_no_error (error);
  return g_object_ref (gdk_pixbuf_loader_get_pixbuf (loader));
}

GBytes *
fixture_splice (GBytes *bytes, gsize at, const void *extra, gsize length)
{
  GByteArray *array = g_byte_array_new ();
  gsize n;
  const guint8 *data = g_bytes_get_data (bytes, &n);

  g_byte_array_append (array, data, (guint) at);
  g_byte_array_append (array, extra, (guint) length);
  g_byte_array_append (array, data + at, (guint) (n - at));
  return g_byte_array_free_to_bytes (array);
}

GBytes *
fixture_with_exif (GBytes *bytes, gboolean is_jpeg, int orientation, gboolean little)
{
  guint8 exif[36] = "\xff\xe1\0\x22" "Exif\0\0" "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01";
  g_autoptr (GByteArray) chunk = NULL;

  exif[29] = (guint8) orientation;
  if (little)
    {
      memcpy (exif + 10, "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18);
      exif[28] = (guint8) orientation;
      exif[29] = 0;
    }
  if (is_jpeg)
    return fixture_splice (bytes, 2, exif, sizeof exif);
  chunk = g_byte_array_new ();
  fixture_png_chunk (chunk, "eXIf", exif + 10, sizeof exif - 10);
  return fixture_splice (bytes, 33, chunk->data, chunk->len);
}
