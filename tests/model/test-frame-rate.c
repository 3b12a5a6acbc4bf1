/* test-frame-rate.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <math.h>

#include "starsend-frame-rate.h"

static void
test_from_number (void)
{
  static const struct
  {
    double fps;
    int numerator;
    int denominator;
  } cases[] = {
    { 24, 24, 1 },
    { 25, 25, 1 },
    { 30, 30, 1 },
    { 1, 1, 1 },
    { 120, 120, 1 },
    { 12.5, 25, 2 },
    { 23.976, 24000, 1001 },
    { 23.98, 24000, 1001 },
    { 24000 / 1001.0, 24000, 1001 },
    { 29.97, 30000, 1001 },
    { 47.952, 48000, 1001 },
    { 59.94, 60000, 1001 },
    { 119.88, 120000, 1001 },
  };
  static const double refused[] = { 0, -24, 0.99, 120.01, 1e9, NAN, INFINITY };
  StarsendFrameRate rate;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (starsend_frame_rate_from_number (cases[i].fps, &rate));
      g_assert_cmpint (rate.numerator, ==, cases[i].numerator);
      g_assert_cmpint (rate.denominator, ==, cases[i].denominator);
      g_assert_cmpfloat_with_epsilon (starsend_frame_rate_to_number (rate), cases[i].fps, 0.005);
    }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_false (starsend_frame_rate_from_number (refused[i], &rate));
}

static void
test_frame_at (void)
{
  const StarsendFrameRate film = { 24, 1 };
  const StarsendFrameRate slowed = { 24000, 1001 };

  g_assert_cmpint (starsend_frame_rate_frame_at (film, 0), ==, 0);
  g_assert_cmpint (starsend_frame_rate_frame_at (film, 1.0), ==, 24);
  g_assert_cmpint (starsend_frame_rate_frame_at (film, 0.0208), ==, 0);
  g_assert_cmpint (starsend_frame_rate_frame_at (film, 0.0209), ==, 1);
  g_assert_cmpint (starsend_frame_rate_frame_at (slowed, 4), ==, 96);
  g_assert_cmpint (starsend_frame_rate_frame_at (slowed, 1001), ==, 24000);
}

static void
test_plan_frames (void)
{
  static const struct
  {
    StarsendFrameRate rate;
    double durations[4];
    guint n;
    gint64 frames[4];
    gint64 sum;
  } cases[] = {
    { { 24, 1 }, { 4, 4, 2 }, 3, { 96, 96, 48 }, 240 },
    { { 25, 1 }, { 1.5, 1.5 }, 2, { 38, 37 }, 75 },
    { { 30, 1 }, { 1 / 3.0, 1 / 3.0, 1 / 3.0 }, 3, { 10, 10, 10 }, 30 },
    { { 24, 1 }, { 0.7, 0.7, 0.7 }, 3, { 17, 17, 16 }, 50 },
    { { 24000, 1001 }, { 4, 4, 4 }, 3, { 96, 96, 96 }, 288 },
    { { 24000, 1001 }, { 2.5, 2.5, 2.5, 2.5 }, 4, { 60, 60, 60, 60 }, 240 },
    { { 24, 1 }, { 0.001, 0.001, 1 }, 3, { 1, 1, 22 }, 24 },
    { { 24, 1 }, { -1, NAN, INFINITY }, 3, { 1, 1, 1 }, 3 },
    { { 24, 1 }, { 0 }, 0, { 0 }, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 frames[4] = { 0 };

      g_assert_cmpint (starsend_frame_rate_plan_frames (cases[i].rate, cases[i].durations, cases[i].n, frames), ==,
                       cases[i].sum);
      for (guint n = 0; n < cases[i].n; n++)
        g_assert_cmpint (frames[n], ==, cases[i].frames[n]);
    }
}

/* The two promises of the plan, over random lengths at every common rate. */
static void
test_promises (void)
{
  static const double rates[] = { 24, 25, 30, 23.976, 29.97, 59.94 };

  for (guint round = 0; round < 2000; round++)
    {
      StarsendFrameRate rate;
      double durations[12];
      gint64 frames[12];
      double whole = 0;
      gint64 sum;
      guint n = g_test_rand_int_range (1, 13);

      g_assert_true (starsend_frame_rate_from_number (rates[round % G_N_ELEMENTS (rates)], &rate));
      for (guint i = 0; i < n; i++)
        whole += durations[i] = g_test_rand_double_range (0.1, 12);
      sum = starsend_frame_rate_plan_frames (rate, durations, n, frames);
      g_assert_cmpint (sum, ==, starsend_frame_rate_frame_at (rate, whole));
      for (guint i = 0; i < n; i++)
        {
          g_assert_cmpfloat (fabs (frames[i] - durations[i] * starsend_frame_rate_to_number (rate)), <=, 1.0);
          sum -= frames[i];
        }
      g_assert_cmpint (sum, ==, 0);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame-rate/from-number", test_from_number);
  g_test_add_func ("/frame-rate/frame-at", test_frame_at);
  g_test_add_func ("/frame-rate/plan-frames", test_plan_frames);
  g_test_add_func ("/frame-rate/promises", test_promises);
  return g_test_run ();
}
