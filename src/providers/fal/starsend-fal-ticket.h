/* starsend-fal-ticket.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-ticket.h"

G_BEGIN_DECLS

typedef enum
{
  STARSEND_FAL_ADDRESS_STATUS,
  STARSEND_FAL_ADDRESS_STREAM,
  STARSEND_FAL_ADDRESS_RESPONSE,
  STARSEND_FAL_ADDRESS_CANCEL,
} StarsendFalAddress;

/* The addresses of a job at fal.ai, {"status_url", "response_url", "cancel_url", "endpoint", "input"}: those that the server gave where they are
 * at the queue's own origin, and else built from endpoint and request id, so that a foreign address never gets to a key. */

/* "owner/app/…", of harmless characters. */
gboolean starsend_fal_ticket_check_endpoint (const char *endpoint, GError **error);
/* @answer: of the submit; @input: the body as it was sent; both nullable objects. INVALID_INPUT where the request id cannot be one. */
StarsendTicket *starsend_fal_ticket_new (const char *base, const char *endpoint, const char *request_id, JsonNode *answer, JsonNode *input,
                                         const char *secret, GError **error);
/* Checked again, because tickets come from files. @endpoint is for tickets that name none; nullable. */
char *starsend_fal_ticket_dup_address (StarsendTicket *ticket, const char *base, const char *endpoint, StarsendFalAddress which, GError **error);
const char *starsend_fal_ticket_get_endpoint (StarsendTicket *ticket);   /* nullable */
JsonNode *starsend_fal_ticket_get_input (StarsendTicket *ticket);        /* nullable */

G_END_DECLS
