/* starsend-shot-states.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-json.h"
#include "starsend-state-profile.h"

G_BEGIN_DECLS

/* Where one shot stands. */
typedef struct
{
  const char *state;       /* static, out of the profile */
  gboolean state_unknown;  /* the file holds a state that is none of the profile; it counts as the initial one */
  guint take;
  char *error;
} StarsendShotState;

/* Where the shots of one batch stand. Private to this room; counted atomically and never changed, so that threads can
 * share it. */
typedef struct
{
  GPtrArray *ids;     /* of strings, in the order of the file */
  GHashTable *shots;  /* id -> StarsendShotState */
} StarsendShotStates;

StarsendShotStates *starsend_shot_states_parse (const StarsendJsonNode *batch, const char *batch_id,
                                                const StarsendStateProfile *profile, GString *damage);
StarsendShotStates *starsend_shot_states_ref (StarsendShotStates *self);
void starsend_shot_states_unref (StarsendShotStates *self);
gboolean starsend_shot_states_equal (const StarsendShotStates *a, const StarsendShotStates *b);
const StarsendShotState *starsend_shot_states_lookup (const StarsendShotStates *self, const char *shot_id);

G_END_DECLS
