/* starsend-mp4-index-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define STARSEND_MP4_TAG(a, b, c, d) ((guint32) (a) << 24 | (guint32) (b) << 16 | (guint32) (c) << 8 | (guint32) (d))

/* Where one frame or packet lies, and when; times in its track's scale. */
typedef struct
{
  guint64 offset;
  guint64 time;          /* of decoding */
  guint32 size;
  guint32 duration;
  gint32 shift;          /* from decoding to showing */
  gboolean is_key;
} StarsendMp4Sample;

typedef struct
{
  guint32 scale;         /* ticks in a second */
  guint8 look[44];       /* the end of the track's header: matrix, width, height */
  guint8 *entry;         /* the box that describes the samples */
  gsize entry_size;
  GArray *samples;       /* StarsendMp4Sample */
  gint64 start;          /* the edit list shows from here, in @scale */
  double delay;          /* and that late, in seconds */
  double shown;          /* and that long, in seconds; 0: all */
} StarsendMp4Track;

/* Every sample of an MP4 file's one video track, and of its first sound track. */
typedef struct
{
  StarsendMp4Track video;
  StarsendMp4Track audio;
  gboolean has_audio;
} StarsendMp4Index;

/* NULL for what is no MP4, is damaged, or is written in a way that few files are: fragments, several descriptions, odd edit lists. */
StarsendMp4Index *starsend_mp4_index_read (int fd);
void starsend_mp4_index_free (StarsendMp4Index *self);

guint64 starsend_mp4_read_number (const guint8 *p, guint n_bytes);
gboolean starsend_mp4_read_box (const guint8 *p, gsize available, guint64 room, guint64 *size, guint32 *type, guint *header);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendMp4Index, starsend_mp4_index_free)

G_END_DECLS
