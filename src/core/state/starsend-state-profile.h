/* starsend-state-profile.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A state profile is a pure table, chosen once from a project's type. It refuses: an illegal transition is an error
 * (STARSEND_ERROR_ILLEGAL_TRANSITION) that names both states and the profile. */
typedef struct _StarsendStateProfile StarsendStateProfile;

#define STARSEND_TYPE_STATE_PROFILE (starsend_state_profile_get_type ())
GType starsend_state_profile_get_type (void);  /* boxed, static data */

/* "client_video", "series"; "sequence" is the workflow of design section 5. NULL for an unknown name. */
const StarsendStateProfile *starsend_state_profile_get (const char *name);
const char *starsend_state_profile_get_name (const StarsendStateProfile *self);
const char *starsend_state_profile_get_initial (const StarsendStateProfile *self);
guint starsend_state_profile_get_n_states (const StarsendStateProfile *self);
const char *starsend_state_profile_get_state (const StarsendStateProfile *self, guint index);
gboolean starsend_state_profile_has_state (const StarsendStateProfile *self, const char *state);
/* A transient state is one that a crash cannot leave behind truthfully (video_generating). */
gboolean starsend_state_profile_is_transient (const StarsendStateProfile *self, const char *state);
gboolean starsend_state_profile_can_go (const StarsendStateProfile *self, const char *from, const char *to);
gboolean starsend_state_profile_check (const StarsendStateProfile *self, const char *from, const char *to, GError **error);

G_END_DECLS
