/* starsend-examination.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-examination-private.h"

#include <stdlib.h>

/* All thresholds, and why. Differences are means over the pixels of a frame at 160 pixels, of 255.
 *
 * BLACK_SHARE: nearly all pixels are next to black (6 % of white). A night scene at a mean of 6 of 255 has 83 % of them so.
 * BLACK_SECONDS: a dip to black between two shots takes less.
 * FROZEN_SECONDS: less than that does not stop an eye; a locked off camera still has people and light that move.
 * CUT_CHANGE: hard cuts between framings of one picture measure 11 and more, between scenes 40 to 90. The quickest motion in
 *   Big Buck Bunny measures 18, but its neighbours do so too: hence
 * CUT_RATIO: so many times what is usual in the frames around; motion reaches 2, cuts 9 and more.
 * CUT_SHARE, CUT_NEAR: a hard cut is one step, or two where a frame was blended; the steps of a quick fade are many and alike.
 * CUT_STAYS: after a cut nothing returns to what was before; after a flash it does within the frames that are looked at.
 */
#define BLACK_SHARE 0.98
#define BLACK_SECONDS 0.4
#define FROZEN_SECONDS 1.0
#define CUT_CHANGE 6.0
#define CUT_RATIO 3.0
#define CUT_AROUND 8
#define CUT_STAYS 0.5
#define CUT_SHARE 0.4
#define CUT_NEAR 3
/* A frame that stays as it is changes no more than this; keeps the ratio sane where nothing moves. */
#define CUT_QUIET 1.0

static const StarsendExaminedFrame *
get_frame (const StarsendExamination *self, guint i)
{
  return &g_array_index (self->frames, StarsendExaminedFrame, i);
}

static double
get_time (const StarsendExamination *self, guint i)
{
  return i < self->frames->len ? get_frame (self, i)->time : self->duration;
}

static gboolean
is_black (const StarsendExamination *self, guint i)
{
  return get_frame (self, i)->dark >= BLACK_SHARE;
}

static void
add_stretch (const StarsendExamination *self, GArray *stretches, guint from, guint to, double min_seconds)
{
  StarsendStretch stretch = { get_time (self, from), get_time (self, to) };

  /* Frames end where the next one begins, to within the file's clock. */
  if (stretch.end - stretch.start >= min_seconds - 0.001)
    g_array_append_val (stretches, stretch);
}

GArray *
starsend_examination_find_black (const StarsendExamination *self)
{
  GArray *stretches = g_array_new (FALSE, FALSE, sizeof (StarsendStretch));

  for (guint i = 0; i < self->frames->len;)
    {
      guint from = i;

      while (i < self->frames->len && is_black (self, i))
        i++;
      if (i > from)
        add_stretch (self, stretches, from, i, BLACK_SECONDS);
      else
        i++;
    }
  return stretches;
}

/* A frame that stands still, or a lone one that a coder refreshed in the midst of such. */
static gboolean
stands_still (const StarsendExamination *self, guint i)
{
  if (get_frame (self, i)->drift >= 0)
    return TRUE;
  return i >= 2 && i + 1 < self->frames->len && get_frame (self, i - 1)->drift >= 0 && get_frame (self, i + 1)->drift >= 0 &&
         get_frame (self, i)->change < CUT_QUIET;
}

GArray *
starsend_examination_find_frozen (const StarsendExamination *self)
{
  GArray *stretches = g_array_new (FALSE, FALSE, sizeof (StarsendStretch));

  for (guint i = 1; i < self->frames->len;)
    {
      guint from = i - 1, n_black = 0;

      for (; i < self->frames->len && stands_still (self, i); i++)
        n_black += is_black (self, i);
      if (i > from + 1 && 2 * n_black < i - from)
        add_stretch (self, stretches, from, i, FROZEN_SECONDS);
      if (i <= from + 1)
        i++;
    }
  return stretches;
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  return (*(const float *) a > *(const float *) b) - (*(const float *) a < *(const float *) b);
}

/* The middle one of the changes around a frame, without its own. */
static double
get_usual_change (const StarsendExamination *self, guint i)
{
  float changes[2 * CUT_AROUND];
  guint n = 0, last = MIN (i + CUT_AROUND, self->frames->len - 1);

  for (guint j = i > CUT_AROUND ? i - CUT_AROUND : 1; j <= last; j++)
    if (j != i)
      changes[n++] = get_frame (self, j)->change;
  if (n == 0)
    return 0;
  qsort (changes, n, sizeof *changes, compare_floats);
  return changes[n / 2];
}

/* Whether what is new at @i was not there shortly before, and what was there before does not come back shortly. */
static gboolean
stays (const StarsendExamination *self, guint i)
{
  const StarsendExaminedFrame *frame = get_frame (self, i);
  double least = frame->change * CUT_STAYS;

  for (guint j = 0; j < STARSEND_EXAMINE_AHEAD; j++)
    {
      if (i + j + 1 < self->frames->len && frame->jump[j] < least)
        return FALSE;
      if (i >= j + 2 && get_frame (self, i - j - 1)->jump[j] < least)
        return FALSE;
    }
  return TRUE;
}

/* Whether the change at @i stands out from its neighbours; of two that are alike the first one does. */
static gboolean
stands_out (const StarsendExamination *self, guint i)
{
  float change = get_frame (self, i)->change;
  guint n_alike = 0;

  for (guint j = i > CUT_NEAR ? i - CUT_NEAR : 1; j <= i + CUT_NEAR && j < self->frames->len; j++)
    {
      float other = get_frame (self, j)->change;

      if (other > change || (other == change && j < i))
        return FALSE;
      n_alike += j != i && other >= change * CUT_SHARE;
    }
  return n_alike <= 1;
}

GArray *
starsend_examination_find_cuts (const StarsendExamination *self)
{
  GArray *cuts = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 1; i < self->frames->len; i++)
    {
      const StarsendExaminedFrame *frame = get_frame (self, i);

      if (frame->change >= CUT_CHANGE && frame->change >= CUT_RATIO * MAX (CUT_QUIET, get_usual_change (self, i)) &&
          stands_out (self, i) && stays (self, i))
        g_array_append_val (cuts, frame->time);
    }
  return cuts;
}
