/* starsend-sequence-record-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-json.h"
#include "starsend-sequence-record.h"

G_BEGIN_DECLS

/* What one record of sequence_state.json says. Counted atomically and never changed, so that threads can share it. */
typedef struct
{
  StarsendSequenceStatus status;
  gboolean status_unknown;  /* the file holds a status that is none of ours; it is reported as not started */
  char *start_frame;
  gboolean start_frame_approved;
  gboolean elements_resolved;
  char *grid_path;
  char *video_path;
  guint takes;
  guint current_take;
  char *completed_at;
  char *notes;
} StarsendSequenceFields;

StarsendSequenceFields *starsend_sequence_fields_parse (const StarsendJsonNode *record, const char *sequence_id, GString *damage);
StarsendSequenceFields *starsend_sequence_fields_ref (StarsendSequenceFields *self);
void starsend_sequence_fields_unref (StarsendSequenceFields *self);
gboolean starsend_sequence_fields_equal (const StarsendSequenceFields *a, const StarsendSequenceFields *b);

StarsendSequenceRecord *starsend_sequence_record_new (const char *sequence_id, StarsendSequenceFields *fields);
void starsend_sequence_record_set_fields (StarsendSequenceRecord *self, StarsendSequenceFields *fields);

G_END_DECLS
