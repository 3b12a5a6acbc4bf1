/* starsend-take-critic.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "starsend-frame-rate.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_TAKE_CRITIC (starsend_take_critic_get_type ())

/* Looks at a take that arrived, held against what was asked for. It measures, and warns; the user judges. */
G_DECLARE_FINAL_TYPE (StarsendTakeCritic, starsend_take_critic, STARSEND, TAKE_CRITIC, GObject)

StarsendTakeCritic *starsend_take_critic_new (int aspect_width, int aspect_height, StarsendFrameRate *rate);
/* Shots follow one another, with a cut between them. @may_stand_still: nothing in it has to move. */
void starsend_take_critic_add_shot (StarsendTakeCritic *self, double seconds, gboolean may_stand_still);
/* The picture that the take begins with; nullable. */
void starsend_take_critic_set_start_frame (StarsendTakeCritic *self, const char *path);
void starsend_take_critic_set_wants_audio (StarsendTakeCritic *self, gboolean wants_audio);
/* The shorter side that the model's tier makes; 0 when nobody knows. */
void starsend_take_critic_set_planned_side (StarsendTakeCritic *self, int pixels);

/* Decodes the file once, on other threads. DAMAGED for what does not decode to its end. */
void starsend_take_critic_judge_async (StarsendTakeCritic *self, const char *path, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
JsonNode *starsend_take_critic_judge_finish (StarsendTakeCritic *self, GAsyncResult *result, GError **error);

G_END_DECLS
