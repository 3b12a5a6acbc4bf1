/* starsend-take-offer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_TAKE_OFFER (starsend_take_offer_get_type ())

/* How a take would be made, and what that would cost: what stands beside a button that spends. Immutable. */
G_DECLARE_FINAL_TYPE (StarsendTakeOffer, starsend_take_offer, STARSEND, TAKE_OFFER, GObject)

StarsendTakeOffer *starsend_take_offer_new (const char *sequence_id, const char *model, guint number, guint n_parts, guint n_there,
                                            gint64 estimate, const char *note);
const char *starsend_take_offer_get_sequence_id (StarsendTakeOffer *self);
const char *starsend_take_offer_get_model (StarsendTakeOffer *self);
guint starsend_take_offer_get_number (StarsendTakeOffer *self);
guint starsend_take_offer_get_n_parts (StarsendTakeOffer *self);    /* calls to the model that the whole take is; 1: made at once */
guint starsend_take_offer_get_n_there (StarsendTakeOffer *self);    /* parts that are there and not bought again */
gint64 starsend_take_offer_get_estimate (StarsendTakeOffer *self);  /* of what is not there: millionths */
const char *starsend_take_offer_get_note (StarsendTakeOffer *self); /* a sentence about parts that are kept and not used; nullable */

G_END_DECLS
