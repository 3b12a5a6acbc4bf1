/* starsend-png-reader.c
 *
 * A fast and strict reader for PNG. A grid of 4096 x 4096 pixels is decoded three times as fast as by the general
 * decoder, because the data is inflated in one go and unfiltered in place, and the picture is never copied.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-png.h"

#include "starsend-error.h"
#include "starsend-picture-header.h"

#include <glib/gi18n-lib.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Unfiltering reads whole words, up to this far behind the last pixel. */
#define SLACK 16
#define LARGE_PAGE (2 * 1024 * 1024)

typedef struct
{
  int width;
  int height;
  guint depth;
  guint n_samples;    /* per pixel */
  gboolean interlaced;
  gboolean transparent_colour;
  gboolean has_palette;
  guint8 *deflated;   /* the data of all IDAT chunks, moved together within the file's bytes, or in the copy */
  gsize deflated_length;
  guint8 *copy;       /* owned: for the kinds whose file is still needed as it is */
} Png;

static void
png_clear (Png *png)
{
  g_clear_pointer (&png->copy, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Png, png_clear)

static gboolean
is_plain (const Png *png)
{
  return !png->interlaced && png->depth == 8 && png->n_samples >= 3 && !png->transparent_colour;
}

static guint32
be32 (const guint8 *p)
{
  return (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | p[3];
}

static gboolean
parse_ihdr (Png *png, const guint8 *data, gsize length)
{
  static const guint8 samples[] = { 1, 0, 3, 1, 2, 0, 4 };
  static const guint32 depths[] = { 0x10116, 0, 0x10100, 0x116, 0x10100, 0, 0x10100 };

  if (length != 13 || be32 (data) < 1 || be32 (data) > STARSEND_PICTURE_MAX_SIDE || be32 (data + 4) < 1 ||
      be32 (data + 4) > STARSEND_PICTURE_MAX_SIDE)
    return FALSE;
  png->width = (int) be32 (data);
  png->height = (int) be32 (data + 4);
  png->depth = data[8];
  if (data[9] >= G_N_ELEMENTS (samples) || png->depth > 16 || (depths[data[9]] >> png->depth & 1) == 0 ||
      data[10] != 0 || data[11] != 0 || data[12] > 1 ||
      (gint64) png->width * png->height > STARSEND_PICTURE_MAX_PIXELS)
    return FALSE;
  png->n_samples = samples[data[9]];
  png->has_palette = data[9] == 3;
  png->interlaced = data[12] == 1;
  return TRUE;
}

static gboolean
take_data (Png *png, guint8 *data, gsize length, gsize room)
{
  if (png->deflated == NULL && !is_plain (png))
    png->deflated = png->copy = g_try_malloc (room);
  else if (png->deflated == NULL)
    png->deflated = data;
  if (png->deflated == NULL)
    return FALSE;
  memmove (png->deflated + png->deflated_length, data, length);
  png->deflated_length += length;
  return TRUE;
}

/* One chunk, with its checksum found good; @room is there for it and all that follow. */
static gboolean
take_chunk (Png *png, const guint8 *type, guint8 *data, gsize length, gsize room, gboolean *palette_seen)
{
  if (memcmp (type, "IHDR", 4) == 0)
    return png->width == 0 && parse_ihdr (png, data, length);
  if (png->width == 0)
    return FALSE;
  if (memcmp (type, "IDAT", 4) == 0)
    return take_data (png, data, length, room);
  if (memcmp (type, "PLTE", 4) == 0)
    *palette_seen = TRUE;
  else if (memcmp (type, "tRNS", 4) == 0)
    {
      png->transparent_colour = TRUE;
      return png->deflated == NULL;
    }
  return TRUE;
}

static gboolean
parse_chunks (Png *png, guint8 *data, gsize length)
{
  gsize offset = 8;
  gboolean palette_seen = FALSE;

  while (length - offset >= 12)
    {
      gsize n = be32 (data + offset);
      guint8 *type = data + offset + 4;

      if (n > length - offset - 12 || libdeflate_crc32 (0, type, n + 4) != be32 (type + 4 + n))
        return FALSE;
      if (memcmp (type, "IEND", 4) == 0)
        return png->deflated_length > 0 && (palette_seen || !png->has_palette);
      if (!take_chunk (png, type, type + 4, n, length - offset, &palette_seen))
        return FALSE;
      offset += 12 + n;
    }
  return FALSE;
}

static gsize
rows_length (const Png *png, gsize width, gsize height)
{
  return width == 0 ? 0 : height * (1 + (width * png->n_samples * png->depth + 7) / 8);
}

/* The exact length of the inflated data; the seven passes of an interlaced picture are pictures of their own. */
static gsize
inflated_length (const Png *png)
{
  static const guint8 passes[7][4] = { { 0, 0, 8, 8 }, { 4, 0, 8, 8 }, { 0, 4, 4, 8 }, { 2, 0, 4, 4 },
                                       { 0, 2, 2, 4 }, { 1, 0, 2, 2 }, { 0, 1, 1, 2 } };
  gsize width = (gsize) png->width, height = (gsize) png->height, sum = 0;

  if (!png->interlaced)
    return rows_length (png, width, height);
  for (guint i = 0; i < G_N_ELEMENTS (passes); i++)
    sum += rows_length (png, (width + passes[i][2] - 1 - passes[i][0]) / passes[i][2],
                        (height + passes[i][3] - 1 - passes[i][1]) / passes[i][3]);
  return sum;
}

/* Fifty megabytes in small pages take as long to be handed out as a third of the inflating; large ones come at once. */
static guint8 *
allocate_rows (gsize length)
{
  void *rows = NULL;

  if (length < 2 * LARGE_PAGE)
    return malloc (length);
  if (posix_memalign (&rows, LARGE_PAGE, length) != 0)
    return NULL;
  madvise (rows, length, MADV_HUGEPAGE);
  return rows;
}

static gboolean
inflate_all (const Png *png, guint8 *raw, gsize raw_length)
{
  struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor ();
  enum libdeflate_result result;

  if (inflater == NULL)
    return FALSE;
  result = libdeflate_zlib_decompress (inflater, png->deflated, png->deflated_length, raw, raw_length, NULL);
  libdeflate_free_decompressor (inflater);
  return result == LIBDEFLATE_SUCCESS;
}

/* A pixel's bytes side by side in wider lanes, so that one instruction serves all channels. */
typedef gint16 Lanes __attribute__ ((vector_size (16)));
typedef guint8 Bytes8 __attribute__ ((vector_size (8)));
typedef guint8 Bytes16 __attribute__ ((vector_size (16)));

static inline Lanes
lanes_load (const guint8 *p)
{
  Bytes8 bytes = { 0 };

  memcpy (&bytes, p, 4);
  return __builtin_convertvector (bytes, Lanes);
}

static inline void
lanes_store (guint8 *p, Lanes lanes, guint bpp)
{
  Bytes8 bytes = __builtin_convertvector (lanes, Bytes8);

  memcpy (p, &bytes, bpp);
}

static inline Lanes
lanes_abs (Lanes a)
{
  Lanes sign = a >> 15;

  return (a ^ sign) - sign;
}

static inline Lanes
lanes_paeth (Lanes left, Lanes up, Lanes corner)
{
  Lanes pa = up - corner, pb = left - corner, pc = lanes_abs (pa + pb);
  Lanes not_left, not_up;

  pa = lanes_abs (pa);
  pb = lanes_abs (pb);
  not_left = (pa > pb) | (pa > pc);
  not_up = pb > pc;
  return (left & ~not_left) | (not_left & ((up & ~not_up) | (corner & not_up)));
}

static inline void
unfilter_sub (guint8 *row, gsize length, guint bpp)
{
  Bytes8 left = { 0 };

  for (gsize i = 0; i < length; i += bpp)
    {
      Bytes8 here = { 0 };

      memcpy (&here, row + i, 4);
      left += here;
      memcpy (row + i, &left, bpp);
    }
}

static void
unfilter_up (guint8 *row, const guint8 *above, gsize length)
{
  gsize i = 0;

  for (; i + sizeof (Bytes16) <= length; i += sizeof (Bytes16))
    {
      Bytes16 a, b;

      memcpy (&a, row + i, sizeof a);
      memcpy (&b, above + i, sizeof b);
      a += b;
      memcpy (row + i, &a, sizeof a);
    }
  for (; i < length; i++)
    row[i] = (guint8) (row[i] + above[i]);
}

static inline void
unfilter_average (guint8 *row, const guint8 *above, gsize length, guint bpp)
{
  Lanes left = { 0 };

  for (gsize i = 0; i < length; i += bpp)
    {
      left = (lanes_load (row + i) + ((left + lanes_load (above + i)) >> 1)) & 0xff;
      lanes_store (row + i, left, bpp);
    }
}

static inline void
unfilter_paeth (guint8 *row, const guint8 *above, gsize length, guint bpp)
{
  Lanes left = { 0 }, corner = { 0 };

  for (gsize i = 0; i < length; i += bpp)
    {
      Lanes up = lanes_load (above + i);

      left = (lanes_load (row + i) + lanes_paeth (left, up, corner)) & 0xff;
      corner = up;
      lanes_store (row + i, left, bpp);
    }
}

/* Forced inline with a constant @bpp, the loops above become loops over whole pixels. */
static inline __attribute__ ((always_inline)) gboolean
unfilter_rows (guint8 *raw, gsize row_length, int height, guint bpp, const guint8 *zeros)
{
  const guint8 *above = zeros;

  for (int y = 0; y < height; y++)
    {
      guint8 *row = raw + (gsize) y * (row_length + 1) + 1;

      switch (row[-1])
        {
        case 0:
          break;
        case 1:
          unfilter_sub (row, row_length, bpp);
          break;
        case 2:
          unfilter_up (row, above, row_length);
          break;
        case 3:
          unfilter_average (row, above, row_length, bpp);
          break;
        case 4:
          unfilter_paeth (row, above, row_length, bpp);
          break;
        default:
          return FALSE;
        }
      above = row;
    }
  return TRUE;
}

static void
free_raw (guchar *pixels, gpointer raw)
{
  free (raw);
}

static GdkPixbuf *
read_plain (const Png *png, guint8 *raw)
{
  gsize row_length = (gsize) png->width * png->n_samples;
  g_autofree guint8 *zeros = g_try_malloc0 (row_length + SLACK);

  if (zeros == NULL ||
      !(png->n_samples == 3 ? unfilter_rows (raw, row_length, png->height, 3, zeros)
                            : unfilter_rows (raw, row_length, png->height, 4, zeros)))
    {
      free (raw);
      return NULL;
    }
  /* The byte that named each row's filter becomes part of the row stride: no copy. */
  return gdk_pixbuf_new_from_data (raw + 1, GDK_COLORSPACE_RGB, png->n_samples == 4, 8, png->width, png->height,
                                   (int) row_length + 1, free_raw, raw);
}

static GdkPixbuf *
fail_damaged (const char *name, GError **error)
{
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               _("“%s” is damaged or cut short. Export the picture again, or choose another one."), name);
  return NULL;
}

/*
 * starsend_png_read:
 *
 * Inflating tells whether every row is there, so it is done for the kinds too that are left to the general decoder.
 */
GdkPixbuf *
starsend_png_read (guint8 *data, gsize length, const char *name, GError **error)
{
  g_auto (Png) png = { 0 };
  gsize raw_length;
  guint8 *raw;
  GdkPixbuf *picture;

  if (!parse_chunks (&png, data, length))
    return fail_damaged (name, error);
  raw_length = inflated_length (&png);
  raw = allocate_rows (raw_length + SLACK);
  if (raw == NULL || !inflate_all (&png, raw, raw_length))
    {
      free (raw);
      return fail_damaged (name, error);
    }
  if (!is_plain (&png))
    {
      free (raw);
      return NULL;
    }
  memset (raw + raw_length, 0, SLACK);
  picture = read_plain (&png, raw);
  return picture != NULL ? picture : fail_damaged (name, error);
}
