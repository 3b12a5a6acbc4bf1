/* test-camera-move.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <math.h>

#include "starsend-camera-move.h"

#define STATIC STARSEND_CAMERA_MOVE_STATIC
#define PUSH STARSEND_CAMERA_MOVE_PUSH_IN
#define PULL STARSEND_CAMERA_MOVE_PULL_OUT
#define LEFT STARSEND_CAMERA_MOVE_PAN_LEFT
#define RIGHT STARSEND_CAMERA_MOVE_PAN_RIGHT
#define UP STARSEND_CAMERA_MOVE_TILT_UP
#define DOWN STARSEND_CAMERA_MOVE_TILT_DOWN
#define HAND STARSEND_CAMERA_MOVE_HANDHELD

static const struct
{
  const char *camera;
  const char *prompt;
  StarsendCameraMove move;
} phrases[] = {
  /* What a camera field holds. */
  { "push in", NULL, PUSH },
  { "Slow Push-In", NULL, PUSH },
  { "push_in", NULL, PUSH },
  { "PUSH IN", NULL, PUSH },
  { "push", NULL, PUSH },
  { "dolly in", NULL, PUSH },
  { "dolly", NULL, PUSH },
  { "dolly forward", NULL, PUSH },
  { "slow zoom", NULL, PUSH },
  { "crash zoom in", NULL, PUSH },
  { "creep slowly closer", NULL, PUSH },
  { "tracking forward", NULL, PUSH },
  { "ｐｕｓｈ ｉｎ", NULL, PUSH },
  { "zoom out", NULL, PULL },
  { "pull out", NULL, PULL },
  { "pull back", NULL, PULL },
  { "slow pull-back", NULL, PULL },
  { "dolly out", NULL, PULL },
  { "dolly slowly away", NULL, PULL },
  { "move backwards", NULL, PULL },
  { "pan", NULL, RIGHT },
  { "slow pan", NULL, RIGHT },
  { "pan right", NULL, RIGHT },
  { "pan to the right", NULL, RIGHT },
  { "pan left", NULL, LEFT },
  { "whip pan left", NULL, LEFT },
  { "whip-pan right", NULL, RIGHT },
  { "left pan", NULL, LEFT },
  { "pan from left to right", NULL, RIGHT },
  { "pan from right to left", NULL, LEFT },
  { "right-to-left pan", NULL, LEFT },
  { "pan from the left", NULL, RIGHT },
  { "tracking left", NULL, LEFT },
  { "tracking shot", NULL, RIGHT },
  { "truck right", NULL, RIGHT },
  { "dolly left", NULL, LEFT },
  { "slide left", NULL, LEFT },
  { "tilt up", NULL, UP },
  { "tilt", NULL, UP },
  { "pan up", NULL, UP },
  { "crane up", NULL, UP },
  { "slow crane", NULL, UP },
  { "camera rises", NULL, UP },
  { "pedestal up", NULL, UP },
  { "tilt down", NULL, DOWN },
  { "crane down", NULL, DOWN },
  { "boom slowly down", NULL, DOWN },
  { "pan down", NULL, DOWN },
  { "handheld", NULL, HAND },
  { "hand-held", NULL, HAND },
  { "Hand held, nervous", NULL, HAND },
  { "shaky cam", NULL, HAND },
  { "cinéma vérité", NULL, HAND },
  { "static", NULL, STATIC },
  { "locked off", NULL, STATIC },
  { "locked-off tripod", NULL, STATIC },
  { "no camera movement", NULL, STATIC },
  { "tilt up, then pan left", NULL, UP },
  { "no zoom, pan left", NULL, LEFT },
  /* The field comes first; what it does not say the prompt may. */
  { "static", "slow push in", STATIC },
  { "35mm anamorphic", "slow push in", PUSH },
  { "", "pan left across the bar", LEFT },
  { NULL, NULL, STATIC },
  { "", "", STATIC },
  { "???", "!!!", STATIC },
  { "\xff\xfe pan left", NULL, LEFT },
  /* What a prompt says of the camera. */
  { NULL, "@blue_car rolls past the hedges, slow push in", PUSH },
  { NULL, "Low angle. The camera slowly pulls back to reveal the town", PULL },
  { NULL, "We pull out over the rooftops", PULL },
  { NULL, "the camera drifts to the left", LEFT },
  { NULL, "camera follows, tracking right along the fence", RIGHT },
  { NULL, "A slow pan across the kitchen", RIGHT },
  { NULL, "handheld, close on her eyes", HAND },
  { NULL, "a tilt down to his hands", DOWN },
  { NULL, "Locked-off wide of the street, then pan left", STATIC },
  { NULL, "the street is still, slow dolly out", PULL },
  /* What it says of other things. */
  { NULL, "the car pulls out of the driveway", STATIC },
  { NULL, "a truck left the road", STATIC },
  { NULL, "she puts the pan on the stove", STATIC },
  { NULL, "eggs in a frying pan", STATIC },
  { NULL, "company, pancake, expanding", STATIC },
  { NULL, "the sun rises over the hill", STATIC },
  { NULL, "@pan_left waves", STATIC },
  { NULL, "he pushes in the door", STATIC },
  { NULL, "they move left", STATIC },
  { NULL, "do not push in", STATIC },
};

static void
test_phrases (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (phrases), >=, 40);
  for (guint i = 0; i < G_N_ELEMENTS (phrases); i++)
    {
      StarsendCameraMove move = starsend_camera_move_parse (phrases[i].camera, phrases[i].prompt);

      if (move != phrases[i].move)
        {
          g_test_message ("camera \"%s\", prompt \"%s\": %d, not %d", phrases[i].camera, phrases[i].prompt, move, phrases[i].move);
          g_test_fail ();
        }
    }
}

/* Every byte string is read without harm, long ones quickly. */
static void
test_garbage (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GString) huge = g_string_new (NULL);

  for (guint i = 0; i < 2000; i++)
    {
      char bytes[65] = { 0 };

      for (guint k = 0; k < 64; k++)
        bytes[k] = (char) g_rand_int_range (rand, 1, 256);
      starsend_camera_move_parse (bytes, bytes);
    }
  for (guint i = 0; i < 20000; i++)
    g_string_append (huge, "locked pan, ");
  g_assert_cmpint (starsend_camera_move_parse (NULL, huge->str), ==, RIGHT);
}

static void
test_within (void)
{
  for (int move = STATIC; move <= HAND; move++)
    for (double seconds = 0.04; seconds < 200; seconds *= 1.7)
      for (int i = -1; i <= 101; i++)
        {
          double x, y, scale;

          starsend_camera_move_get_view (move, i / 100.0, seconds, &x, &y, &scale);
          g_assert_cmpfloat (scale, >, 0.5);
          g_assert_cmpfloat (scale, <=, 1.0);
          g_assert_cmpfloat (x - scale / 2, >=, -1e-9);
          g_assert_cmpfloat (x + scale / 2, <=, 1 + 1e-9);
          g_assert_cmpfloat (y - scale / 2, >=, -1e-9);
          g_assert_cmpfloat (y + scale / 2, <=, 1 + 1e-9);
        }
}

/* No frame is further from the one before than a smooth move has to be, and a named move starts and ends at rest. */
static void
test_smooth (void)
{
  for (int move = STATIC; move <= HAND; move++)
    {
      double last_x, last_y, last_scale, first_step = 0, longest = 0;

      starsend_camera_move_get_view (move, 0, 4, &last_x, &last_y, &last_scale);
      for (int i = 1; i <= 96; i++)
        {
          double x, y, scale, step;

          starsend_camera_move_get_view (move, i / 96.0, 4, &x, &y, &scale);
          step = fabs (x - last_x) + fabs (y - last_y) + fabs (scale - last_scale);
          first_step = i == 1 ? step : first_step;
          longest = MAX (longest, step);
          last_x = x;
          last_y = y;
          last_scale = scale;
        }
      g_assert_cmpfloat (longest, <, 0.004);
      if (move != STATIC && move != HAND)
        g_assert_cmpfloat (first_step, <, longest / 10);
      if (move == STATIC)
        g_assert_cmpfloat (longest, ==, 0);
      else
        g_assert_cmpfloat (longest, >, 0.0001);
    }
}

static void
test_depth (void)
{
  double x, y, scale, shorter;

  starsend_camera_move_get_view (PUSH, 0, 4, &x, &y, &scale);
  g_assert_cmpfloat (scale, ==, 1.0);
  starsend_camera_move_get_view (PUSH, 1, 4, &x, &y, &scale);
  g_assert_cmpfloat_with_epsilon (scale, 0.82, 1e-9);
  starsend_camera_move_get_view (PUSH, 1, 2, &x, &y, &shorter);
  g_assert_cmpfloat (shorter, >, scale);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/camera-move/phrases", test_phrases);
  g_test_add_func ("/camera-move/garbage", test_garbage);
  g_test_add_func ("/camera-move/within", test_within);
  g_test_add_func ("/camera-move/smooth", test_smooth);
  g_test_add_func ("/camera-move/depth", test_depth);
  return g_test_run ();
}
