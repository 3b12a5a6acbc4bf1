/* starsend-ticket.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_TICKET (starsend_ticket_get_type ())

/* What a provider gave for a submitted job: with this it can be collected after a restart. Immutable, boxed. */
typedef struct _StarsendTicket StarsendTicket;
GType starsend_ticket_get_type (void);
/* @addresses: an object of the provider's own; nullable. */
StarsendTicket *starsend_ticket_new (const char *request_id, JsonNode *addresses);
StarsendTicket *starsend_ticket_ref (StarsendTicket *self);
void starsend_ticket_unref (StarsendTicket *self);
const char *starsend_ticket_get_request_id (StarsendTicket *self);
JsonNode *starsend_ticket_get_addresses (StarsendTicket *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendTicket, starsend_ticket_unref)

#define STARSEND_TYPE_DELIVERY (starsend_delivery_get_type ())

/* What came back: cost and the provider's own words for the sidecar. Boxed. */
typedef struct _StarsendDelivery StarsendDelivery;
GType starsend_delivery_get_type (void);
/* @cost: millionths of the model's currency, -1 unknown. @details: an object for the sidecar, never a key; nullable. */
StarsendDelivery *starsend_delivery_new (gint64 cost, JsonNode *details);
StarsendDelivery *starsend_delivery_ref (StarsendDelivery *self);
void starsend_delivery_unref (StarsendDelivery *self);
gint64 starsend_delivery_get_cost (StarsendDelivery *self);
JsonNode *starsend_delivery_get_details (StarsendDelivery *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendDelivery, starsend_delivery_unref)

G_END_DECLS
