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


G_END_DECLS
