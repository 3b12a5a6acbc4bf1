/* starsend-frame-rate.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A frame rate as the exact fraction that video uses: 23.976 is 24000/1001. */
typedef struct
{
  int numerator;
  int denominator;
} StarsendFrameRate;

/* Rates of 1 to 120; 23.976, 29.97, 47.952, 59.94, 119.88 become n*1000/1001. FALSE when out of range. */
gboolean starsend_frame_rate_from_number (double fps, StarsendFrameRate *rate);
double starsend_frame_rate_to_number (StarsendFrameRate rate);
/* The frame that begins nearest to @seconds. */
gint64 starsend_frame_rate_frame_at (StarsendFrameRate rate, double seconds);
/* The planned frames of consecutive shots: a shot goes from the frame nearest to its start to the frame nearest to its
 * end, so the sum is always the frame count of the whole and no shot is more than one frame off its own length. At
 * least one frame each. Returns the sum. */
gint64 starsend_frame_rate_plan_frames (StarsendFrameRate rate, const double *durations, guint n_durations, gint64 *frames);

G_END_DECLS
