/* starsend-delivery.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-delivery.h"

struct _StarsendDelivery
{
  gatomicrefcount ref_count;
  gint64 cost;
  char *file_digest;
  JsonNode *details;
};

G_DEFINE_BOXED_TYPE (StarsendDelivery, starsend_delivery, starsend_delivery_ref, starsend_delivery_unref)

/**
 * starsend_delivery_new:
 * @cost: what it cost, in millionths of the currency; -1 when the provider did not say
 * @file_digest: (nullable): the SHA-256 of the file in hexadecimal, where it was taken on the way
 * @details: (nullable) (transfer none): an object for the sidecar, never with a key in it
 *
 * Makes a delivery.
 *
 * Returns: (transfer full): the delivery
 */
StarsendDelivery *
starsend_delivery_new (gint64 cost, const char *file_digest, JsonNode *details)
{
  StarsendDelivery *self = g_new0 (StarsendDelivery, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->cost = cost;
  self->file_digest = g_strdup (file_digest);
  self->details = details != NULL ? json_node_copy (details) : NULL;

  return self;
}

StarsendDelivery *
starsend_delivery_ref (StarsendDelivery *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
starsend_delivery_unref (StarsendDelivery *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->file_digest);
  g_clear_pointer (&self->details, json_node_unref);
  g_free (self);
}

/**
 * starsend_delivery_get_cost:
 *
 * What it cost.
 *
 * Returns: millionths of the currency; -1 when nobody knows
 */
gint64
starsend_delivery_get_cost (StarsendDelivery *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->cost;
}

/**
 * starsend_delivery_get_file_digest:
 *
 * The SHA-256 of the file.
 *
 * Returns: (transfer none) (nullable): in hexadecimal; %NULL when nobody has taken it yet
 */
const char *
starsend_delivery_get_file_digest (StarsendDelivery *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->file_digest;
}

/**
 * starsend_delivery_get_details:
 *
 * The provider's own words for the sidecar.
 *
 * Returns: (transfer none) (nullable): an object
 */
JsonNode *
starsend_delivery_get_details (StarsendDelivery *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->details;
}
