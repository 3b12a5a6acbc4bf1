/* starsend-picture-header.c
 *
 * The header of a picture from outside, read without a decoder: every offset is checked against the size of the file,
 * and every step goes forward, so that no input can make it read too far or too long.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-picture-header.h"

#include "starsend-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* Metadata before the picture itself: more blocks than this is not a picture but an attempt to keep us busy. */
#define MAX_BLOCKS 4096
/* A progressive JPEG has ten passes or so; each costs time in proportion to the picture. */
#define MAX_JPEG_SCANS 100
/* The orientation sits near the start of an EXIF block. */
#define EXIF_READ 4096

static gboolean
fail_damaged (const StarsendPictureSource *source, GError **error)
{
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               _("“%s” is damaged or cut short. Export the picture again, or choose another one."), source->name);
  return FALSE;
}

/* Exactly @length bytes at @offset, or FALSE. */
static gboolean
peek (const StarsendPictureSource *source, goffset offset, gpointer buffer, gsize length)
{
  gsize done = 0;

  if (offset < 0 || (goffset) length > source->size || offset > source->size - (goffset) length)
    return FALSE;
  if (source->data != NULL)
    {
      memcpy (buffer, source->data + offset, length);
      return TRUE;
    }
  while (done < length)
    {
      gssize n = pread (source->fd, (char *) buffer + done, length - done, offset + (goffset) done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      done += (gsize) n;
    }
  return TRUE;
}

static guint
be16 (const guint8 *p)
{
  return (guint) p[0] << 8 | p[1];
}

static guint32
be32 (const guint8 *p)
{
  return (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | p[3];
}

static guint32
le24 (const guint8 *p)
{
  return (guint32) p[2] << 16 | (guint32) p[1] << 8 | p[0];
}

static guint32
tiff_read (const guint8 *p, gboolean little, guint n_bytes)
{
  guint32 value = 0;

  for (guint i = 0; i < n_bytes; i++)
    value |= (guint32) p[i] << 8 * (little ? i : n_bytes - 1 - i);
  return value;
}

/* The orientation in the first directory of a TIFF block; 1 where it holds none, or nonsense. */
static int
tiff_orientation (const guint8 *tiff, gsize length)
{
  gboolean little;
  guint32 offset;
  guint n_entries;

  if (length < 8 || (memcmp (tiff, "II*\0", 4) != 0 && memcmp (tiff, "MM\0*", 4) != 0))
    return 1;
  little = tiff[0] == 'I';
  offset = tiff_read (tiff + 4, little, 4);
  if (offset > length - 2)
    return 1;
  n_entries = tiff_read (tiff + offset, little, 2);
  offset += 2;
  for (guint i = 0; i < n_entries && length - offset >= 12; i++, offset += 12)
    {
      guint32 value;

      if (tiff_read (tiff + offset, little, 2) != 0x0112 || tiff_read (tiff + offset + 2, little, 2) != 3)
        continue;
      value = tiff_read (tiff + offset + 8, little, 2);
      return value >= 1 && value <= 8 ? (int) value : 1;
    }
  return 1;
}

static int
exif_orientation (const StarsendPictureSource *source, goffset offset, gsize length)
{
  guint8 tiff[EXIF_READ];
  gsize n = MIN (length, sizeof tiff);

  return peek (source, offset, tiff, n) ? tiff_orientation (tiff, n) : 1;
}

static gboolean
read_png (const StarsendPictureSource *source, StarsendPictureHeader *header, GError **error)
{
  guint8 chunk[16];
  goffset offset = 8;

  if (!peek (source, offset, chunk, 16) || be32 (chunk) != 13 || memcmp (chunk + 4, "IHDR", 4) != 0)
    return fail_damaged (source, error);
  header->width = (int) MIN (be32 (chunk + 8), G_MAXINT);
  header->height = (int) MIN (be32 (chunk + 12), G_MAXINT);
  for (guint i = 0; i < MAX_BLOCKS && peek (source, offset, chunk, 8); i++)
    {
      if (memcmp (chunk + 4, "IDAT", 4) == 0)
        return TRUE;
      if (memcmp (chunk + 4, "eXIf", 4) == 0)
        header->orientation = exif_orientation (source, offset + 8, be32 (chunk));
      offset += 12 + (goffset) be32 (chunk);
    }
  return fail_damaged (source, error);
}

/* The next marker at or after @offset, fill bytes skipped; @offset is then behind it. */
static gboolean
next_jpeg_marker (const StarsendPictureSource *source, goffset *offset, guint8 *marker)
{
  guint8 byte;

  if (!peek (source, (*offset)++, &byte, 1) || byte != 0xff)
    return FALSE;
  do
    if (!peek (source, (*offset)++, &byte, 1))
      return FALSE;
  while (byte == 0xff);
  *marker = byte;
  return TRUE;
}

static gboolean
is_start_of_frame (guint8 marker)
{
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static gboolean
read_jpeg (const StarsendPictureSource *source, StarsendPictureHeader *header, GError **error)
{
  goffset offset = 2;

  for (guint i = 0; i < MAX_BLOCKS; i++)
    {
      guint8 marker, head[8];
      guint length;

      if (!next_jpeg_marker (source, &offset, &marker) || marker == 0xd9 || marker == 0xda ||
          !peek (source, offset, head, 2) || (length = be16 (head)) < 2)
        break;
      if (is_start_of_frame (marker))
        {
          if (length < 8 || !peek (source, offset, head, 8))
            break;
          header->height = (int) be16 (head + 3);
          header->width = (int) be16 (head + 5);
          return TRUE;
        }
      if (marker == 0xe1 && length > 8 && peek (source, offset + 2, head, 6) && memcmp (head, "Exif\0\0", 6) == 0)
        header->orientation = exif_orientation (source, offset + 8, length - 8);
      offset += length;
    }
  return fail_damaged (source, error);
}

static gboolean
read_webp (const StarsendPictureSource *source, StarsendPictureHeader *header, GError **error)
{
  guint8 head[30];

  if (!peek (source, 0, head, sizeof head))
    return fail_damaged (source, error);
  if (memcmp (head + 12, "VP8X", 4) == 0)
    {
      header->animated = (head[20] & 0x02) != 0;
      header->width = (int) le24 (head + 24) + 1;
      header->height = (int) le24 (head + 27) + 1;
    }
  else if (memcmp (head + 12, "VP8L", 4) == 0 && head[20] == 0x2f)
    {
      guint32 bits = le24 (head + 21) | (guint32) head[24] << 24;

      header->width = (int) (bits & 0x3fff) + 1;
      header->height = (int) (bits >> 14 & 0x3fff) + 1;
    }
  else if (memcmp (head + 12, "VP8 ", 4) == 0 && memcmp (head + 23, "\x9d\x01\x2a", 3) == 0)
    {
      header->width = (int) ((guint) head[26] | ((guint) head[27] & 0x3f) << 8);
      header->height = (int) ((guint) head[28] | ((guint) head[29] & 0x3f) << 8);
    }
  else
    return fail_damaged (source, error);
  return TRUE;
}

static gboolean
check_limits (const StarsendPictureSource *source, const StarsendPictureHeader *header, GError **error)
{
  if (header->width < 1 || header->height < 1)
    return fail_damaged (source, error);
  if (header->width > STARSEND_PICTURE_MAX_SIDE || header->height > STARSEND_PICTURE_MAX_SIDE ||
      (gint64) header->width * header->height > STARSEND_PICTURE_MAX_PIXELS)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("“%s” is %d × %d pixels large; at most %d a side and %d megapixels are allowed. Scale it down first."),
                   source->name, header->width, header->height, STARSEND_PICTURE_MAX_SIDE,
                   STARSEND_PICTURE_MAX_PIXELS / 1000000);
      return FALSE;
    }
  if (header->animated)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("“%s” is an animation. Save the frame that is wanted as a PNG or JPEG picture."), source->name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
fail_unknown (const StarsendPictureSource *source, GError **error)
{
  if (source->size == 0)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("“%s” is empty."), source->name);
  else
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                 _("“%s” is not a PNG, JPEG or WebP picture. Other kinds cannot be used; export it as PNG or JPEG."),
                 source->name);
  return FALSE;
}

/*
 * starsend_picture_header_read:
 *
 * Judges a picture by its first bytes: the kind by content, the size by the format's own header, against the limits.
 */
gboolean
starsend_picture_header_read (const StarsendPictureSource *source, StarsendPictureHeader *header, GError **error)
{
  guint8 magic[12] = { 0 };
  gboolean good;

  *header = (StarsendPictureHeader) { .orientation = 1 };
  if (source->size > STARSEND_PICTURE_MAX_SIZE)
    {
      g_autofree char *size = g_format_size ((guint64) source->size);

      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("“%s” is %s large; a picture may have 256 MiB at most."), source->name, size);
      return FALSE;
    }
  if (!peek (source, 0, magic, (gsize) MIN (source->size, (goffset) sizeof magic)))
    return fail_damaged (source, error);

  if (memcmp (magic, "\x89PNG\r\n\x1a\n", 8) == 0)
    {
      header->format = STARSEND_PICTURE_PNG;
      good = read_png (source, header, error);
    }
  else if (memcmp (magic, "\xff\xd8\xff", 3) == 0)
    {
      header->format = STARSEND_PICTURE_JPEG;
      good = read_jpeg (source, header, error);
    }
  else if (memcmp (magic, "RIFF", 4) == 0 && memcmp (magic + 8, "WEBP", 4) == 0)
    {
      header->format = STARSEND_PICTURE_WEBP;
      good = read_webp (source, header, error);
    }
  else
    return fail_unknown (source, error);

  return good && check_limits (source, header, error);
}

/* Behind the entropy-coded data that starts at @offset: the next marker that is neither stuffing nor a restart. */
static goffset
skip_jpeg_scan (const StarsendPictureSource *source, goffset offset)
{
  while (offset < source->size)
    {
      const guint8 *found = memchr (source->data + offset, 0xff, (gsize) (source->size - offset));
      guint8 next;

      if (found == NULL)
        break;
      offset = found - source->data;
      if (!peek (source, offset + 1, &next, 1))
        break;
      if (next != 0x00 && next != 0xff && !(next >= 0xd0 && next <= 0xd7))
        return offset;
      offset += next == 0xff ? 1 : 2;
    }
  return source->size;
}

/*
 * starsend_picture_header_check_jpeg_end:
 *
 * libjpeg fills what is missing with grey and says nothing, so the end mark is looked for here. @source is in memory.
 */
gboolean
starsend_picture_header_check_jpeg_end (const StarsendPictureSource *source, GError **error)
{
  goffset offset = 2;
  guint n_scans = 0;

  for (guint i = 0; i < MAX_BLOCKS; i++)
    {
      guint8 marker, head[2];

      if (!next_jpeg_marker (source, &offset, &marker))
        break;
      if (marker == 0xd9 && n_scans > 0)
        return TRUE;
      if (!peek (source, offset, head, 2) || be16 (head) < 2 || (marker == 0xda && ++n_scans > MAX_JPEG_SCANS))
        break;
      offset += be16 (head);
      if (marker == 0xda)
        offset = skip_jpeg_scan (source, offset);
    }
  return fail_damaged (source, error);
}

/*
 * starsend_picture_header_check_webp_end:
 *
 * The loader for WebP shows what is there of a file that was cut short, so its length is looked at here. @source is in memory.
 */
gboolean
starsend_picture_header_check_webp_end (const StarsendPictureSource *source, GError **error)
{
  guint8 head[4];
  gint64 length;

  if (!peek (source, 4, head, sizeof head))
    return fail_damaged (source, error);

  length = le24 (head) | (gint64) head[3] << 24;

  return length + 8 <= source->size || fail_damaged (source, error);
}
