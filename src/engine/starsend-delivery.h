/* starsend-delivery.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_DELIVERY (starsend_delivery_get_type ())

/* What a provider delivered beside the file. Immutable, boxed. */
typedef struct _StarsendDelivery StarsendDelivery;

GType starsend_delivery_get_type (void);
StarsendDelivery *starsend_delivery_new (gint64 cost, const char *file_digest, JsonNode *details);
StarsendDelivery *starsend_delivery_ref (StarsendDelivery *self);
void starsend_delivery_unref (StarsendDelivery *self);
gint64 starsend_delivery_get_cost (StarsendDelivery *self);
const char *starsend_delivery_get_file_digest (StarsendDelivery *self);
JsonNode *starsend_delivery_get_details (StarsendDelivery *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendDelivery, starsend_delivery_unref)

G_END_DECLS
