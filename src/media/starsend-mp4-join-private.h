/* starsend-mp4-join-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "starsend-mp4-index-private.h"

G_BEGIN_DECLS

#define STARSEND_MP4_SILENCE G_MAXUINT

/* One frame or packet of the joined file. */
typedef struct
{
  guint part;            /* STARSEND_MP4_SILENCE: no part's */
  gboolean is_video;
  StarsendMp4Sample sample;   /* offset: in the part; times as in the joined track */
} StarsendMp4Piece;

/* What a joined file holds, in the order of its bytes. */
typedef struct
{
  GPtrArray *parts;      /* StarsendMp4Index */
  const StarsendMp4Track *video;   /* whose description is used; @parts own them */
  const StarsendMp4Track *audio;   /* nullable */
  GArray *pieces;        /* StarsendMp4Piece */
  gint64 video_start;    /* what the edit lists skip, in the track's scale */
  gint64 audio_start;
} StarsendMp4Plan;

/* NULL where the parts cannot be joined as they are: their streams differ, or one of them is written in an unusual way. Owns @parts. */
StarsendMp4Plan *starsend_mp4_plan_new (GPtrArray *parts);
void starsend_mp4_plan_free (StarsendMp4Plan *self);
/* Blocking. @sources: an open file for each part. */
gboolean starsend_mp4_plan_write (StarsendMp4Plan *self, const int *sources, int target, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendMp4Plan, starsend_mp4_plan_free)

G_END_DECLS
