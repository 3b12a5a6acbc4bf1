/* scripted-joiner.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-joiner.h"

G_BEGIN_DECLS

#define SCRIPTED_TYPE_JOINER (scripted_joiner_get_type ())

/* The real joiner, whose joins fail as often as is wanted, and that says when it is about to do something. */
G_DECLARE_FINAL_TYPE (ScriptedJoiner, scripted_joiner, SCRIPTED, JOINER, StarsendJoiner)

typedef void (*ScriptedJoinerHook) (gpointer user_data);

ScriptedJoiner *scripted_joiner_new (void);
void scripted_joiner_fail_next (ScriptedJoiner *self, guint times);
/* Nullable. Called before a last frame is taken, and before parts are joined. */
void scripted_joiner_set_hooks (ScriptedJoiner *self, ScriptedJoinerHook before_frame, ScriptedJoinerHook before_join, gpointer user_data);
guint scripted_joiner_get_n_joins (ScriptedJoiner *self);

G_END_DECLS
