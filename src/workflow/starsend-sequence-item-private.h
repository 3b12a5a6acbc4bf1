/* starsend-sequence-item-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-project.h"
#include "starsend-sequence-item.h"

G_BEGIN_DECLS

StarsendSequenceItem *starsend_sequence_item_new (StarsendProject *project, StarsendSequence *sequence);
void starsend_sequence_item_set_job (StarsendSequenceItem *self, StarsendJob *job);

G_END_DECLS
