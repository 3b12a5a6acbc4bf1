/* starsend-sequence-items.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-job-runner.h"
#include "starsend-project.h"
#include "starsend-sequence-item.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_SEQUENCE_ITEMS (starsend_sequence_items_get_type ())

/* The sequences of a plan as items, each made when it is first asked for, and told of the job that runs for it. */
G_DECLARE_FINAL_TYPE (StarsendSequenceItems, starsend_sequence_items, STARSEND, SEQUENCE_ITEMS, GObject)

StarsendSequenceItems *starsend_sequence_items_new (StarsendProject *project, StarsendJobRunner *jobs);
StarsendSequenceItem *starsend_sequence_items_dup (StarsendSequenceItems *self, const char *sequence_id);

G_END_DECLS
