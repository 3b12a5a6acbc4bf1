/* starsend-ticket.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-ticket.h"

struct _StarsendTicket
{
  gatomicrefcount ref_count;
  char *request_id;
  JsonNode *addresses;
};

G_DEFINE_BOXED_TYPE (StarsendTicket, starsend_ticket, starsend_ticket_ref, starsend_ticket_unref)

/**
 * starsend_ticket_new:
 * @request_id: the provider's name for the job
 * @addresses: (nullable) (transfer none): an object of the provider's own, kept as it is
 *
 * Makes a ticket.
 *
 * Returns: (transfer full): the ticket
 */
StarsendTicket *
starsend_ticket_new (const char *request_id, JsonNode *addresses)
{
  StarsendTicket *self = g_new0 (StarsendTicket, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->request_id = g_strdup (request_id);
  self->addresses = addresses != NULL ? json_node_copy (addresses) : NULL;

  return self;
}

StarsendTicket *
starsend_ticket_ref (StarsendTicket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
starsend_ticket_unref (StarsendTicket *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->request_id);
  g_clear_pointer (&self->addresses, json_node_unref);
  g_free (self);
}

/**
 * starsend_ticket_get_request_id:
 *
 * The provider's name for the job.
 *
 * Returns: (transfer none): the id
 */
const char *
starsend_ticket_get_request_id (StarsendTicket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->request_id;
}

/**
 * starsend_ticket_get_addresses:
 *
 * What the provider wants to see again.
 *
 * Returns: (transfer none) (nullable): an object
 */
JsonNode *
starsend_ticket_get_addresses (StarsendTicket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->addresses;
}
