/* starsend-sequence-item.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-job.h"
#include "starsend-sequence-record.h"
#include "starsend-sequence.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_SEQUENCE_ITEM (starsend_sequence_item_get_type ())

/* A sequence as a card shows it: the plan's part, where it stands, and the job that runs for it. Everything notifies.
 * Properties: sequence, record, job (nullable), interrupted, label (the state in words, translated), next-step (what
 * the user does next, translated, nullable), poster (absolute path of the best picture there is: start frame, else grid; nullable),
 * take-path (absolute path of the current take; nullable), problem (the first error of the plan that stops it; nullable). */
G_DECLARE_FINAL_TYPE (StarsendSequenceItem, starsend_sequence_item, STARSEND, SEQUENCE_ITEM, GObject)

StarsendSequence *starsend_sequence_item_get_sequence (StarsendSequenceItem *self);
StarsendSequenceRecord *starsend_sequence_item_get_record (StarsendSequenceItem *self);
StarsendJob *starsend_sequence_item_get_job (StarsendSequenceItem *self);
/* The state is transient but nothing runs here: a crash or another program; "resume" takes it up. */
gboolean starsend_sequence_item_get_interrupted (StarsendSequenceItem *self);
const char *starsend_sequence_item_get_label (StarsendSequenceItem *self);
const char *starsend_sequence_item_get_next_step (StarsendSequenceItem *self);
const char *starsend_sequence_item_get_poster (StarsendSequenceItem *self);
const char *starsend_sequence_item_get_take_path (StarsendSequenceItem *self);
const char *starsend_sequence_item_get_problem (StarsendSequenceItem *self);

G_END_DECLS
