/* starsend-shot.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_SHOT (starsend_shot_get_type ())
G_DECLARE_FINAL_TYPE (StarsendShot, starsend_shot, STARSEND, SHOT, GObject)

const char *starsend_shot_get_id (StarsendShot *self);
double starsend_shot_get_duration (StarsendShot *self);   /* seconds */
const char *starsend_shot_get_prompt (StarsendShot *self);
const char *starsend_shot_get_camera (StarsendShot *self);
const char *starsend_shot_get_notes (StarsendShot *self);

G_END_DECLS
