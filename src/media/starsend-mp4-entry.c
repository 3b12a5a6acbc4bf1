/* starsend-mp4-entry.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-mp4-entry-private.h"

#include <string.h>

#define TAG STARSEND_MP4_TAG

/* Before the boxes inside it, an entry has a fixed part. */
#define VIDEO_FIXED (8 + 78)
#define AUDIO_FIXED (8 + 28)
/* The encoder's name in it. */
#define NAME_OFFSET (8 + 42)
#define NAME_SIZE 32

/* MPEG-4's descriptors */
#define ES_DESCRIPTOR 3
#define DECODER_CONFIG 4
#define DECODER_SPECIFIC 5
#define AAC_LC 2

static gsize
get_fixed_size (const StarsendMp4Track *track, gboolean is_video)
{
  gsize size = is_video ? VIDEO_FIXED : AUDIO_FIXED;

  /* QuickTime's later versions of a sound description are longer. */
  if (!is_video && track->entry_size >= AUDIO_FIXED && starsend_mp4_read_number (track->entry + 16, 2) != 0)
    return track->entry_size;
  return MIN (size, track->entry_size);
}

/* The next box at @at, which is moved past it. */
static gboolean
next_box (const StarsendMp4Track *track, gsize *at, const guint8 **box, gsize *size, guint32 *type, guint *header)
{
  guint64 length;

  if (track->entry_size - *at < 8 ||
      !starsend_mp4_read_box (track->entry + *at, track->entry_size - *at, track->entry_size - *at, &length, type, header))
    return FALSE;
  *box = track->entry + *at;
  *size = length;
  *at += length;
  return TRUE;
}

/* The inside of a descriptor of that kind at @p; its length stands in groups of seven bits. */
static const guint8 *
open_descriptor (const guint8 *p, const guint8 *end, guint8 tag, const guint8 **inner_end)
{
  gsize length = 0;
  guint n = 0;

  if (end - p < 2 || *p++ != tag)
    return NULL;
  do
    length = length << 7 | (*p & 0x7f);
  while ((*p++ & 0x80) != 0 && ++n < 4 && p < end);
  if (length > (gsize) (end - p))
    return NULL;
  *inner_end = p + length;
  return p;
}

/* The kind of the stream, and what the decoder is set up with. */
static const guint8 *
read_esds (const guint8 *box, gsize size, guint8 *kind, gsize *length)
{
  const guint8 *end = box + size, *p = size > 12 ? open_descriptor (box + 12, end, ES_DESCRIPTOR, &end) : NULL;

  if (p == NULL || end - p < 3 || p[2] != 0)
    return NULL;
  p = open_descriptor (p + 3, end, DECODER_CONFIG, &end);
  if (p == NULL || end - p < 13)
    return NULL;
  *kind = p[0];
  p = open_descriptor (p + 13, end, DECODER_SPECIFIC, &end);
  *length = p != NULL ? (gsize) (end - p) : 0;
  return p;
}

GBytes *
starsend_mp4_entry_dup_essence (const StarsendMp4Track *track, gboolean is_video)
{
  gsize at = get_fixed_size (track, is_video), size, length;
  GByteArray *essence = g_byte_array_new ();
  const guint8 *box;
  guint32 type;
  guint header;

  g_byte_array_append (essence, track->entry, (guint) at);
  /* The size of the whole, and the name. */
  memset (essence->data, 0, 4);
  if (is_video && at >= NAME_OFFSET + NAME_SIZE)
    memset (essence->data + NAME_OFFSET, 0, NAME_SIZE);
  while (next_box (track, &at, &box, &size, &type, &header))
    {
      guint8 kind;
      const guint8 *config = type == TAG ('e', 's', 'd', 's') ? read_esds (box, size, &kind, &length) : NULL;

      if (type == TAG ('b', 't', 'r', 't'))
        continue;
      if (config == NULL)
        {
          g_byte_array_append (essence, box, (guint) size);
          continue;
        }
      g_byte_array_append (essence, &kind, 1);
      g_byte_array_append (essence, config, (guint) length);
    }
  return g_byte_array_free_to_bytes (essence);
}

GByteArray *
starsend_mp4_entry_copy (const StarsendMp4Track *track, gboolean is_video)
{
  gsize at = get_fixed_size (track, is_video), size;
  GByteArray *copy = g_byte_array_new ();
  const guint8 *box;
  guint32 type, total;
  guint header;

  g_byte_array_append (copy, track->entry, (guint) at);
  while (next_box (track, &at, &box, &size, &type, &header))
    if (type != TAG ('b', 't', 'r', 't'))
      g_byte_array_append (copy, box, (guint) size);
  total = GUINT32_TO_BE (copy->len);
  memcpy (copy->data, &total, 4);
  return copy;
}

/* By ISO 14496-3: one element, with a gain of nothing and no band of the spectrum, and the end mark. */
const guint8 *
starsend_mp4_entry_get_silence (const StarsendMp4Track *track, gsize *length)
{
  static const guint8 mono[] = { 0x00, 0x00, 0x00, 0x07 };
  static const guint8 stereo[] = { 0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0e };
  gsize at = get_fixed_size (track, FALSE), size, config_size;
  const guint8 *box, *config;
  guint32 type;
  guint header;
  guint8 kind;

  while (next_box (track, &at, &box, &size, &type, &header))
    if (type == TAG ('e', 's', 'd', 's') && (config = read_esds (box, size, &kind, &config_size)) != NULL && kind == 0x40 &&
        config_size >= 2 && config[0] >> 3 == AAC_LC && ((config[0] & 7) << 1 | config[1] >> 7) != 15)
      {
        guint channels = config[1] >> 3 & 15;

        *length = channels == 1 ? sizeof mono : sizeof stereo;
        return channels == 1 ? mono : channels == 2 ? stereo : NULL;
      }
  return NULL;
}
