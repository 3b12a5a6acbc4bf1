/* starsend-disagreement.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_DISAGREEMENT (starsend_disagreement_get_type ())

/* Two of sequence state, execution store, ledger and disk say different things. One sentence explains it. Immutable but for repaired. */
G_DECLARE_FINAL_TYPE (StarsendDisagreement, starsend_disagreement, STARSEND, DISAGREEMENT, GObject)

StarsendDisagreement *starsend_disagreement_new (const char *sequence_id, const char *message, gboolean repairable);
const char *starsend_disagreement_get_sequence_id (StarsendDisagreement *self);   /* nullable */
const char *starsend_disagreement_get_message (StarsendDisagreement *self);
gboolean starsend_disagreement_get_repairable (StarsendDisagreement *self);       /* without guessing */
gboolean starsend_disagreement_get_repaired (StarsendDisagreement *self);
void starsend_disagreement_set_repaired (StarsendDisagreement *self, gboolean repaired);

G_END_DECLS
