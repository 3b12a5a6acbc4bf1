/* starsend-png-writer.c
 *
 * Writes PNG for speed: one filter, one deflate call at the lowest level, straight into the file's bytes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-png.h"

#include "starsend-error.h"

#include <glib/gi18n-lib.h>
#include <libdeflate.h>
#include <string.h>

#define LEVEL 1
#define CHUNK_OVERHEAD 12
#define HEADER_LENGTH (8 + CHUNK_OVERHEAD + 13 + CHUNK_OVERHEAD + 1)

typedef guint8 Bytes16 __attribute__ ((vector_size (16)));

static void
put_be32 (guint8 *p, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (p, &value, sizeof value);
}

/* Closes a chunk whose @length bytes of data are already at @chunk + 8, and gives what follows it. */
static guint8 *
finish_chunk (guint8 *chunk, const char *type, gsize length)
{
  put_be32 (chunk, (guint32) length);
  memcpy (chunk + 4, type, 4);
  put_be32 (chunk + 8 + length, libdeflate_crc32 (0, chunk + 4, length + 4));
  return chunk + CHUNK_OVERHEAD + length;
}

static guint8 *
put_header (guint8 *p, int width, int height, guint n_channels)
{
  memcpy (p, "\x89PNG\r\n\x1a\n", 8);
  p += 8;
  put_be32 (p + 8, (guint32) width);
  put_be32 (p + 12, (guint32) height);
  memcpy (p + 16, (guint8[]) { 8, n_channels == 4 ? 6 : 2, 0, 0, 0 }, 5);
  p = finish_chunk (p, "IHDR", 13);
  p[8] = 0; /* perceptual */
  return finish_chunk (p, "sRGB", 1);
}

static gboolean
is_opaque (GdkPixbuf *picture)
{
  const guint8 *pixels = gdk_pixbuf_read_pixels (picture);
  int stride = gdk_pixbuf_get_rowstride (picture);

  if (!gdk_pixbuf_get_has_alpha (picture))
    return TRUE;
  for (int y = 0; y < gdk_pixbuf_get_height (picture); y++)
    {
      const guint8 *row = pixels + (gsize) y * stride;

      for (int x = 0; x < gdk_pixbuf_get_width (picture); x++)
        if (row[4 * x + 3] != 0xff)
          return FALSE;
    }
  return TRUE;
}

static void
drop_alpha (guint8 *out, const guint8 *row, int width)
{
  for (int x = 0; x < width; x++)
    memcpy (out + 3 * (gsize) x, row + 4 * (gsize) x, 3);
}

/* Each byte less the one above it: the cheapest filter that pictures like. The first row, with none above, takes the one
 * to its left. */
static void
filter_row (guint8 *out, const guint8 *row, const guint8 *above, gsize length, guint bpp)
{
  gsize i = 0;

  if (above == NULL)
    {
      *out++ = 1;
      for (; i < length; i++)
        out[i] = (guint8) (row[i] - (i < bpp ? 0 : row[i - bpp]));
      return;
    }
  *out++ = 2;
  for (; i + sizeof (Bytes16) <= length; i += sizeof (Bytes16))
    {
      Bytes16 a, b;

      memcpy (&a, row + i, sizeof a);
      memcpy (&b, above + i, sizeof b);
      a -= b;
      memcpy (out + i, &a, sizeof a);
    }
  for (; i < length; i++)
    out[i] = (guint8) (row[i] - above[i]);
}

static void
filter_picture (guint8 *out, GdkPixbuf *picture, guint bpp, guint8 *packed)
{
  const guint8 *pixels = gdk_pixbuf_read_pixels (picture);
  int stride = gdk_pixbuf_get_rowstride (picture);
  int width = gdk_pixbuf_get_width (picture);
  gsize length = (gsize) width * bpp;
  const guint8 *above = NULL;

  for (int y = 0; y < gdk_pixbuf_get_height (picture); y++, out += length + 1)
    {
      const guint8 *row = pixels + (gsize) y * stride;

      if (packed != NULL)
        {
          /* Two rows in turn, so that the one above is still there. */
          guint8 *copy = packed + (y & 1) * length;

          drop_alpha (copy, row, width);
          row = copy;
        }
      filter_row (out, row, above, length, bpp);
      above = row;
    }
}

static GBytes *
fail_memory (GError **error)
{
  g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_FAILED,
                       _("There is not enough memory to write the picture. Close other programs and try again."));
  return NULL;
}

static GBytes *
compress_file (const guint8 *filtered, gsize length, int width, int height, guint bpp, GError **error)
{
  struct libdeflate_compressor *deflater = libdeflate_alloc_compressor (LEVEL);
  gsize bound, deflated;
  guint8 *file, *idat, *end;

  if (deflater == NULL)
    return fail_memory (error);
  bound = libdeflate_zlib_compress_bound (deflater, length);
  file = g_try_malloc (HEADER_LENGTH + CHUNK_OVERHEAD + bound + CHUNK_OVERHEAD);
  if (file == NULL)
    {
      libdeflate_free_compressor (deflater);
      return fail_memory (error);
    }
  idat = put_header (file, width, height, bpp);
  deflated = libdeflate_zlib_compress (deflater, filtered, length, idat + 8, bound);
  libdeflate_free_compressor (deflater);
  g_assert (deflated > 0);
  end = finish_chunk (finish_chunk (idat, "IDAT", deflated), "IEND", 0);
  length = (gsize) (end - file);
  return g_bytes_new_take (g_realloc (file, length), length);
}

/*
 * starsend_png_write:
 *
 * 8 bit RGB, or RGBA where some pixel is not opaque; marked as sRGB.
 */
GBytes *
starsend_png_write (GdkPixbuf *picture, GError **error)
{
  int width = gdk_pixbuf_get_width (picture), height = gdk_pixbuf_get_height (picture);
  gboolean opaque = is_opaque (picture);
  guint bpp = opaque ? 3 : 4;
  gsize row_length = (gsize) width * bpp, length = (row_length + 1) * (gsize) height;
  g_autofree guint8 *filtered = g_try_malloc (length);
  g_autofree guint8 *packed = NULL;

  if (opaque && gdk_pixbuf_get_has_alpha (picture))
    packed = g_malloc (2 * row_length);
  if (filtered == NULL)
    return fail_memory (error);
  filter_picture (filtered, picture, bpp, packed);
  return compress_file (filtered, length, width, height, bpp, error);
}
