/* starsend-picture-critic.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The shortest side that the models take as a start frame. */
#define STARSEND_MIN_START_FRAME_SIDE 300

/* Adds what is measured of a picture to @checks, and a warning for what is worth a look. Blocking: some 30 ms for 4096 x 4096. */
void starsend_picture_critic_judge_grid (GdkPixbuf *grid, int aspect_width, int aspect_height, JsonObject *checks);
void starsend_picture_critic_judge_frame (GdkPixbuf *picture, int aspect_width, int aspect_height, JsonObject *checks);

G_END_DECLS
