/* starsend-sequence-change.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-sequence-record.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_SEQUENCE_CHANGE (starsend_sequence_change_get_type ())

/* What is to change in one record, all or nothing. What is not set stays. Setting a path to NULL removes the key. */
typedef struct _StarsendSequenceChange StarsendSequenceChange;

GType starsend_sequence_change_get_type (void);
StarsendSequenceChange *starsend_sequence_change_new (void);
StarsendSequenceChange *starsend_sequence_change_copy (StarsendSequenceChange *self);
void starsend_sequence_change_free (StarsendSequenceChange *self);

/* Checked against the workflow table when the change's turn comes; the same status again is allowed and no transition. */
void starsend_sequence_change_set_status (StarsendSequenceChange *self, StarsendSequenceStatus status);
/* Without the check: for reconcile's repairs only. */
void starsend_sequence_change_force_status (StarsendSequenceChange *self, StarsendSequenceStatus status);
void starsend_sequence_change_set_start_frame (StarsendSequenceChange *self, const char *path);
void starsend_sequence_change_set_start_frame_approved (StarsendSequenceChange *self, gboolean approved);
void starsend_sequence_change_set_elements_resolved (StarsendSequenceChange *self, gboolean resolved);
void starsend_sequence_change_set_grid_path (StarsendSequenceChange *self, const char *path);
void starsend_sequence_change_set_video_path (StarsendSequenceChange *self, const char *path);
void starsend_sequence_change_set_takes (StarsendSequenceChange *self, guint takes);
void starsend_sequence_change_set_current_take (StarsendSequenceChange *self, guint take);
void starsend_sequence_change_set_completed_at (StarsendSequenceChange *self, const char *completed_at);
void starsend_sequence_change_set_notes (StarsendSequenceChange *self, const char *notes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendSequenceChange, starsend_sequence_change_free)

G_END_DECLS
