/* starsend-state-profile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-state-profile.h"

#include "starsend-error.h"

#include <glib/gi18n-lib.h>

#define MAX_NEXT 5

typedef struct
{
  const char *name;
  gboolean transient;
  const char *next[MAX_NEXT];
} State;

/**
 * StarsendStateProfile:
 *
 * The states that a shot or a sequence can be in, and which of them lead to which.
 *
 * A profile is a pure table, chosen once from the type of a project. It refuses what is not in it.
 */
struct _StarsendStateProfile
{
  const char *name;
  const State *states; /* the first one is where everything begins */
  guint n_states;
};

/* Shots of a client's video: a sequence is made in one take, so that a shot knows no more than this. */
static const State client_video_states[] = {
  { "planned", FALSE, { "elements_ready" } },
  { "elements_ready", FALSE, { "video_pending" } },
  { "video_pending", FALSE, { "video_generating" } },
  { "video_generating", TRUE, { "video_complete", "video_pending" } }, /* back: retry */
  { "video_complete", FALSE, { "approved", "rejected" } },
  { "approved", FALSE, { NULL } },
  { "rejected", FALSE, { "video_pending" } },
};

/* Sequences of a client's video. */
static const State sequence_states[] = {
  { "not_started", FALSE, { "elements_pending", "start_frame_pending" } },
  { "elements_pending", FALSE, { "start_frame_pending" } },
  { "start_frame_pending", FALSE, { "start_frame_approved", "elements_pending" } }, /* back: the plan changed */
  { "start_frame_approved", FALSE, { "generating", "start_frame_pending" } },       /* back: another frame, or unlocked */
  { "generating", TRUE, { "review", "start_frame_approved" } },                     /* back: failed or cancelled */
  { "review", FALSE, { "complete", "iterating", "start_frame_pending" } },          /* back: start over */
  { "complete", FALSE, { "iterating", "review" } },                                 /* back: reopened */
  { "iterating", TRUE, { "review" } },                                              /* with a new take or without */
};

/* Shots of a series, each made by itself. Nine stages follow each other:
 *
 *   script     planned, script_locked: nothing is spent on a text that still changes
 *   breakdown  what the shot needs: people, places, things, lines
 *   routing    how it is made: which model, with or without previz, silent or not
 *   elements   the reference pictures of all that the breakdown names
 *   previz, keyframes, video, sound, upscale   each is wanted (pending), made (generating), there (complete) and judged
 *   approval   of the shot as a whole
 *   export     what the editor gets
 *
 * A stage that makes something goes pending -> generating -> complete -> approved | rejected; generating -> pending is the
 * retry after a failure. Approved goes on to the next stage, or back to pending when it is opened again. Rejected goes back
 * to pending, or to an earlier stage where the fault lies there. A stage that the routing does not ask for is passed by:
 * elements_ready -> keyframes_pending without previz, video_approved -> upscale_pending for a silent shot,
 * sound_approved and video_approved -> approval_pending at full size. What was upscaled is judged in the approval
 * unless it is seen to be bad at once. */
static const State series_states[] = {
  { "planned", FALSE, { "script_locked" } },
  { "script_locked", FALSE, { "breakdown_pending", "planned" } }, /* back: unlocked */

  { "breakdown_pending", FALSE, { "breakdown_complete", "planned" } }, /* back: the script has to change */
  { "breakdown_complete", FALSE, { "routing_pending", "breakdown_pending" } },

  { "routing_pending", FALSE, { "routed", "breakdown_pending" } }, /* back: it cannot be made as broken down */
  { "routed", FALSE, { "elements_pending", "routing_pending" } },

  { "elements_pending", FALSE, { "elements_ready", "routing_pending" } },
  { "elements_ready", FALSE, { "previz_pending", "keyframes_pending", "elements_pending" } }, /* back: a reference changed */

  { "previz_pending", FALSE, { "previz_generating", "elements_pending" } },
  { "previz_generating", TRUE, { "previz_complete", "previz_pending" } },
  { "previz_complete", FALSE, { "previz_approved", "previz_rejected" } },
  { "previz_approved", FALSE, { "keyframes_pending", "previz_pending" } },
  { "previz_rejected", FALSE, { "previz_pending", "routing_pending" } },

  { "keyframes_pending", FALSE, { "keyframes_generating", "elements_pending" } },
  { "keyframes_generating", TRUE, { "keyframes_complete", "keyframes_pending" } },
  { "keyframes_complete", FALSE, { "keyframes_approved", "keyframes_rejected" } },
  { "keyframes_approved", FALSE, { "video_pending", "keyframes_pending" } },
  { "keyframes_rejected", FALSE, { "keyframes_pending", "elements_pending", "previz_pending" } },

  { "video_pending", FALSE, { "video_generating", "keyframes_pending" } },
  { "video_generating", TRUE, { "video_complete", "video_pending" } },
  { "video_complete", FALSE, { "video_approved", "video_rejected" } },
  { "video_approved", FALSE, { "sound_pending", "upscale_pending", "approval_pending", "video_pending" } },
  { "video_rejected", FALSE, { "video_pending", "keyframes_pending", "routing_pending" } },

  { "sound_pending", FALSE, { "sound_generating", "video_pending" } },
  { "sound_generating", TRUE, { "sound_complete", "sound_pending" } },
  { "sound_complete", FALSE, { "sound_approved", "sound_rejected" } },
  { "sound_approved", FALSE, { "upscale_pending", "approval_pending", "sound_pending" } },
  { "sound_rejected", FALSE, { "sound_pending", "video_pending" } },

  { "upscale_pending", FALSE, { "upscale_generating", "video_pending" } },
  { "upscale_generating", TRUE, { "upscale_complete", "upscale_pending" } },
  { "upscale_complete", FALSE, { "approval_pending", "upscale_rejected" } },
  { "upscale_rejected", FALSE, { "upscale_pending", "video_pending" } },

  { "approval_pending", FALSE, { "approved", "rejected" } },
  { "approved", FALSE, { "export_pending", "approval_pending" } }, /* back: withdrawn */
  { "rejected", FALSE, { "keyframes_pending", "video_pending", "sound_pending", "upscale_pending" } },

  { "export_pending", FALSE, { "exporting", "approved" } }, /* back: called off */
  { "exporting", TRUE, { "exported", "export_pending" } },
  { "exported", FALSE, { "export_pending", "approval_pending" } }, /* back: delivered again, or opened again */
};

static const StarsendStateProfile profiles[] = {
  { "client_video", client_video_states, G_N_ELEMENTS (client_video_states) },
  { "series", series_states, G_N_ELEMENTS (series_states) },
  { "sequence", sequence_states, G_N_ELEMENTS (sequence_states) },
};

/* Static data: the same for everybody, and never freed. */
static StarsendStateProfile *
profile_copy (StarsendStateProfile *self)
{
  return self;
}

static void
profile_free (StarsendStateProfile *self)
{
}

G_DEFINE_BOXED_TYPE (StarsendStateProfile, starsend_state_profile, profile_copy, profile_free)

static const State *
find_state (const StarsendStateProfile *self, const char *name)
{
  for (guint i = 0; i < self->n_states; i++)
    if (g_str_equal (self->states[i].name, name))
      return &self->states[i];
  return NULL;
}

/**
 * starsend_state_profile_get:
 * @name: "client_video" or "series" for shots, "sequence" for sequences
 *
 * Finds a profile.
 *
 * Returns: (transfer none) (nullable): the profile, or %NULL when there is none of that name
 */
const StarsendStateProfile *
starsend_state_profile_get (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    if (g_str_equal (profiles[i].name, name))
      return &profiles[i];
  return NULL;
}

/**
 * starsend_state_profile_get_name:
 * @self: a profile
 *
 * Gets the name of a profile.
 *
 * Returns: the name
 */
const char *
starsend_state_profile_get_name (const StarsendStateProfile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

/**
 * starsend_state_profile_get_initial:
 * @self: a profile
 *
 * Gets the state in which everything begins.
 *
 * Returns: the state
 */
const char *
starsend_state_profile_get_initial (const StarsendStateProfile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->states[0].name;
}

/**
 * starsend_state_profile_get_n_states:
 * @self: a profile
 *
 * Gets how many states there are.
 *
 * Returns: the number
 */
guint
starsend_state_profile_get_n_states (const StarsendStateProfile *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_states;
}

/**
 * starsend_state_profile_get_state:
 * @self: a profile
 * @index: less than [method@StateProfile.get_n_states]
 *
 * Gets one of the states, in the order in which work goes through them.
 *
 * Returns: the state
 */
const char *
starsend_state_profile_get_state (const StarsendStateProfile *self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->n_states, NULL);

  return self->states[index].name;
}

/**
 * starsend_state_profile_has_state:
 * @self: a profile
 * @state: the name of a state
 *
 * Looks whether a profile knows a state.
 *
 * Returns: whether it does
 */
gboolean
starsend_state_profile_has_state (const StarsendStateProfile *self, const char *state)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (state != NULL, FALSE);

  return find_state (self, state) != NULL;
}

/**
 * starsend_state_profile_is_transient:
 * @self: a profile
 * @state: the name of a state
 *
 * Looks whether a state lasts only as long as a job runs. After a crash such a state is not to be believed: the ledger
 * says where the job really is.
 *
 * Returns: whether it is transient; %FALSE for an unknown state
 */
gboolean
starsend_state_profile_is_transient (const StarsendStateProfile *self, const char *state)
{
  const State *found;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (state != NULL, FALSE);

  found = find_state (self, state);
  return found != NULL && found->transient;
}

/**
 * starsend_state_profile_can_go:
 * @self: a profile
 * @from: the name of a state
 * @to: the name of a state
 *
 * Looks whether one state leads to another in one step.
 *
 * Returns: whether it does; %FALSE for unknown states
 */
gboolean
starsend_state_profile_can_go (const StarsendStateProfile *self, const char *from, const char *to)
{
  const State *found;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (from != NULL, FALSE);
  g_return_val_if_fail (to != NULL, FALSE);

  found = find_state (self, from);
  for (guint i = 0; found != NULL && i < MAX_NEXT && found->next[i] != NULL; i++)
    if (g_str_equal (found->next[i], to))
      return TRUE;
  return FALSE;
}

/**
 * starsend_state_profile_check:
 * @self: a profile
 * @from: the name of a state
 * @to: the name of a state
 * @error: return location for an error
 *
 * Refuses a step that the profile does not have, with %STARSEND_ERROR_ILLEGAL_TRANSITION.
 *
 * Returns: %TRUE when the step is legal
 */
gboolean
starsend_state_profile_check (const StarsendStateProfile *self, const char *from, const char *to, GError **error)
{
  const char *format;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (from != NULL, FALSE);
  g_return_val_if_fail (to != NULL, FALSE);

  if (starsend_state_profile_can_go (self, from, to))
    return TRUE;
  if (find_state (self, from) == NULL)
    format = _("“%s” cannot become “%s”: the profile “%s” does not know the first of these states");
  else if (find_state (self, to) == NULL)
    format = _("“%s” cannot become “%s”: the profile “%s” does not know the second of these states");
  else
    format = _("“%s” cannot become “%s” in the profile “%s”");
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_ILLEGAL_TRANSITION, format, from, to, self->name);
  return FALSE;
}
