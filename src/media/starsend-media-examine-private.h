/* starsend-media-examine-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "starsend-frame-rate.h"
#include "starsend-luma.h"

G_BEGIN_DECLS

/* The longest side at which pictures are looked at: it takes grain and coding noise away, and is quick. */
#define STARSEND_EXAMINE_SIDE 160
/* How many frames after each one are compared with the one before it, to tell a flash from a cut. */
#define STARSEND_EXAMINE_AHEAD 4

/* What was measured of one frame. Differences are means over all pixels, of 255. */
typedef struct
{
  double time;                               /* seconds from the first frame */
  float mean;
  float deviation;
  float dark;                                /* share of pixels that are next to black */
  float change;                              /* to the frame before; 0 for the first */
  float jump[STARSEND_EXAMINE_AHEAD];        /* from the frame before this one to the ones after this one */
  float shift;                               /* how far the histogram moved from the frame before, 0 to 1 */
  float drift;                               /* from the last frame that was seen to differ; -1 where this one differs */
} StarsendExaminedFrame;

typedef struct
{
  int width;
  int height;                                /* as they are shown: with square pixels */
  StarsendFrameRate rate;
  char *codec;
  GArray *frames;                            /* StarsendExaminedFrame */
  double duration;
  StarsendLuma *first;                       /* the first frame */

  gboolean has_audio;
  gboolean is_sound_broken;
  gint64 n_samples;                          /* of all channels */
  gint64 n_clipped;
  double peak;                               /* 1: full scale */
  double power;                              /* mean of the squares */
} StarsendExamination;

/* Decodes everything once. Blocking, from a worker thread. Errors as starsend_media_probe_finish(). */
StarsendExamination *starsend_media_examine (const char *path, GCancellable *cancellable, GError **error);
void starsend_examination_free (StarsendExamination *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendExamination, starsend_examination_free)

G_END_DECLS
