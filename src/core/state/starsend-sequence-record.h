/* starsend-sequence-record.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  STARSEND_SEQUENCE_STATUS_NOT_STARTED,
  STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING,
  STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING,
  STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED,
  STARSEND_SEQUENCE_STATUS_GENERATING,
  STARSEND_SEQUENCE_STATUS_REVIEW,
  STARSEND_SEQUENCE_STATUS_COMPLETE,
  STARSEND_SEQUENCE_STATUS_ITERATING,
} StarsendSequenceStatus;

#define STARSEND_TYPE_SEQUENCE_STATUS (starsend_sequence_status_get_type ())
GType starsend_sequence_status_get_type (void);
const char *starsend_sequence_status_to_string (StarsendSequenceStatus status);          /* "not_started" */
gboolean starsend_sequence_status_from_string (const char *text, StarsendSequenceStatus *status);
const char *starsend_sequence_status_get_label (StarsendSequenceStatus status);          /* translated */

#define STARSEND_TYPE_SEQUENCE_RECORD (starsend_sequence_record_get_type ())

/* Where a sequence stands: what sequence_state.json says of it. Read-only properties that notify when the file has
 * been written (or was changed from outside). Main thread only. Paths are relative to the project, NULL when unset. */
G_DECLARE_FINAL_TYPE (StarsendSequenceRecord, starsend_sequence_record, STARSEND, SEQUENCE_RECORD, GObject)

const char *starsend_sequence_record_get_sequence_id (StarsendSequenceRecord *self);
StarsendSequenceStatus starsend_sequence_record_get_status (StarsendSequenceRecord *self);
/* FALSE: the file has a status that is no word of ours; it reads as not started, and only a repair replaces it. */
gboolean starsend_sequence_record_is_status_known (StarsendSequenceRecord *self);
const char *starsend_sequence_record_get_start_frame (StarsendSequenceRecord *self);
gboolean starsend_sequence_record_get_start_frame_approved (StarsendSequenceRecord *self);
gboolean starsend_sequence_record_get_elements_resolved (StarsendSequenceRecord *self);
const char *starsend_sequence_record_get_grid_path (StarsendSequenceRecord *self);
const char *starsend_sequence_record_get_video_path (StarsendSequenceRecord *self);
guint starsend_sequence_record_get_takes (StarsendSequenceRecord *self);
guint starsend_sequence_record_get_current_take (StarsendSequenceRecord *self);          /* 0: none */
const char *starsend_sequence_record_get_completed_at (StarsendSequenceRecord *self);    /* ISO 8601, UTC */
const char *starsend_sequence_record_get_notes (StarsendSequenceRecord *self);

G_END_DECLS
