/* starsend-sequence.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "starsend-shot.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_SEQUENCE (starsend_sequence_get_type ())

/* A sequence as the client planned it: immutable. Where it stands in the work is StarsendSequenceRecord. Every getter has a property. */
G_DECLARE_FINAL_TYPE (StarsendSequence, starsend_sequence, STARSEND, SEQUENCE, GObject)

const char *starsend_sequence_get_id (StarsendSequence *self);
const char *starsend_sequence_get_title (StarsendSequence *self);               /* nullable */
double starsend_sequence_get_song_start (StarsendSequence *self);               /* seconds, -1 when missing */
double starsend_sequence_get_song_end (StarsendSequence *self);
double starsend_sequence_get_duration (StarsendSequence *self);                 /* sum of the shots, seconds */
const char *const *starsend_sequence_get_elements (StarsendSequence *self);     /* element ids, never NULL */
const char *starsend_sequence_get_director_notes (StarsendSequence *self);
const char *starsend_sequence_get_start_frame_prompt (StarsendSequence *self);
const char *starsend_sequence_get_model (StarsendSequence *self);
GListModel *starsend_sequence_get_shots (StarsendSequence *self);               /* of StarsendShot */
StarsendShot *starsend_sequence_dup_shot (StarsendSequence *self, const char *shot_id);
guint starsend_sequence_get_position (StarsendSequence *self);                  /* in the plan, from 0 */

G_END_DECLS
