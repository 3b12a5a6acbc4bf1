/* starsend-camera-move.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  STARSEND_CAMERA_MOVE_STATIC,
  STARSEND_CAMERA_MOVE_PUSH_IN,
  STARSEND_CAMERA_MOVE_PULL_OUT,
  STARSEND_CAMERA_MOVE_PAN_LEFT,
  STARSEND_CAMERA_MOVE_PAN_RIGHT,
  STARSEND_CAMERA_MOVE_TILT_UP,
  STARSEND_CAMERA_MOVE_TILT_DOWN,
  STARSEND_CAMERA_MOVE_HANDHELD,
} StarsendCameraMove;

#define STARSEND_TYPE_CAMERA_MOVE (starsend_camera_move_get_type ())
GType starsend_camera_move_get_type (void);

/* The move that @camera names, else the one that @prompt names, else static. Words as directors write them: "slow push
 * in", "dolly in", "zoom out", "pan" (right), "whip pan left", "tilt up", "crane down", "hand-held", "locked off", "tracking left". */
StarsendCameraMove starsend_camera_move_parse (const char *camera, const char *prompt);

/* The part of the picture that is seen at @progress (0 first frame, 1 last): centre and width as fractions of the picture's sides. */
void starsend_camera_move_get_view (StarsendCameraMove move, double progress, double seconds, double *center_x, double *center_y, double *scale);

G_END_DECLS
