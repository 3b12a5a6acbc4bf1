/* starsend-sequence-card.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-poster-cache.h"
#include "starsend-sequence-item.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_SEQUENCE_CARD (starsend_sequence_card_get_type ())

/* One sequence on the board. It follows its item's properties by itself, and is given another item when it is recycled.
 * Properties: item (nullable), cache, summary and details (what a screen reader says of it). */
G_DECLARE_FINAL_TYPE (StarsendSequenceCard, starsend_sequence_card, STARSEND, SEQUENCE_CARD, GtkWidget)

StarsendSequenceCard *starsend_sequence_card_new (StarsendPosterCache *cache);
StarsendSequenceItem *starsend_sequence_card_get_item (StarsendSequenceCard *self);
void starsend_sequence_card_set_item (StarsendSequenceCard *self, StarsendSequenceItem *item);
/* "Suburbia, SEQ03, in review, 2 takes". */
const char *starsend_sequence_card_get_summary (StarsendSequenceCard *self);
/* The plan's problem, or how far the job is, or what is next. */
const char *starsend_sequence_card_get_details (StarsendSequenceCard *self);

G_END_DECLS
