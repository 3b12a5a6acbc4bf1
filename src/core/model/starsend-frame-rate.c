/* starsend-frame-rate.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-frame-rate.h"

#include <math.h>

/**
 * StarsendFrameRate:
 * @numerator: frames
 * @denominator: in so many seconds
 *
 * A frame rate as the exact fraction that video uses.
 */

/* The rates of the broadcast world: NTSC's are the whole ones slowed down by 1000/1001. */
static const int slowed[] = { 24, 30, 48, 60, 120 };

static int
greatest_divisor (int a, int b)
{
  while (b)
    {
      int rest = a % b;

      a = b;
      b = rest;
    }
  return a;
}

/**
 * starsend_frame_rate_from_number: (skip)
 * @fps: frames in a second
 * @rate: (out): the exact rate
 *
 * Finds the exact fraction that a rounded number stands for: 23.976 is 24000/1001.
 *
 * Returns: %FALSE when @fps is not from 1 to 120
 */
gboolean
starsend_frame_rate_from_number (double fps, StarsendFrameRate *rate)
{
  int thousandths, divisor;

  if (!(fps >= 1.0 && fps <= 120.0))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (slowed) && fps != floor (fps); i++)
    if (fabs (fps - slowed[i] * 1000 / 1001.0) < 0.005)
      {
        *rate = (StarsendFrameRate){ slowed[i] * 1000, 1001 };
        return TRUE;
      }
  thousandths = (int) lround (fps * 1000);
  divisor = greatest_divisor (thousandths, 1000);
  *rate = (StarsendFrameRate){ thousandths / divisor, 1000 / divisor };
  return TRUE;
}

/**
 * starsend_frame_rate_to_number: (skip)
 * @rate: a rate
 *
 * Gives the rate as a number.
 *
 * Returns: frames in a second
 */
double
starsend_frame_rate_to_number (StarsendFrameRate rate)
{
  return (double) rate.numerator / rate.denominator;
}

/**
 * starsend_frame_rate_frame_at: (skip)
 * @rate: a rate
 * @seconds: a time
 *
 * Finds the frame that begins nearest to a time.
 *
 * Returns: the frame, from 0
 */
gint64
starsend_frame_rate_frame_at (StarsendFrameRate rate, double seconds)
{
  /* 2.3 s at 25 fps are 57.5 frames, and a hair less in binary: the half goes up as it does for 1.5 s. */
  return llround (seconds * rate.numerator / rate.denominator + 1e-6);
}

/**
 * starsend_frame_rate_plan_frames: (skip)
 * @rate: a rate
 * @durations: (array length=n_durations): the lengths of consecutive shots in seconds
 * @n_durations: how many shots there are
 * @frames: (out caller-allocates) (array length=n_durations) (nullable): the frames of each shot
 *
 * Plans the frames of consecutive shots.
 *
 * A shot goes from the frame nearest to its start to the frame nearest to its end, so nothing adds up that was
 * rounded away, and the sum is the frame count of the whole. Every shot has at least one frame.
 *
 * Returns: the sum
 */
gint64
starsend_frame_rate_plan_frames (StarsendFrameRate rate, const double *durations, guint n_durations, gint64 *frames)
{
  double seconds = 0;
  gint64 start = 0;

  for (guint i = 0; i < n_durations; i++)
    {
      gint64 end;

      if (isfinite (durations[i]) && durations[i] > 0)
        seconds += durations[i];
      end = MAX (starsend_frame_rate_frame_at (rate, seconds), start + 1);
      if (frames)
        frames[i] = end - start;
      start = end;
    }
  return start;
}
