/* starsend-shot-prompt.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_SHOT_PROMPT (starsend_shot_prompt_get_type ())

/* One shot of a multi-shot request: what is sent, after overrides. Immutable. */
G_DECLARE_FINAL_TYPE (StarsendShotPrompt, starsend_shot_prompt, STARSEND, SHOT_PROMPT, GObject)

StarsendShotPrompt *starsend_shot_prompt_new (const char *shot_id, const char *text, const char *camera, double duration);
const char *starsend_shot_prompt_get_shot_id (StarsendShotPrompt *self);
const char *starsend_shot_prompt_get_text (StarsendShotPrompt *self);
const char *starsend_shot_prompt_get_camera (StarsendShotPrompt *self);      /* nullable */
double starsend_shot_prompt_get_duration (StarsendShotPrompt *self);         /* seconds */

G_END_DECLS
