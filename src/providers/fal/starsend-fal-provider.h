/* starsend-fal-provider.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-fal-storage.h"
#include "starsend-model.h"
#include "starsend-provider.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_FAL_PROVIDER (starsend_fal_provider_get_type ())

/* One model at fal.ai, a row of models.json. Properties: "model", "client", "storage" (construct). */
G_DECLARE_FINAL_TYPE (StarsendFalProvider, starsend_fal_provider, STARSEND, FAL_PROVIDER, StarsendProvider)

/* Every model shares one client and one storage. */
StarsendProvider *starsend_fal_provider_new (StarsendModel *model, StarsendFalClient *client, StarsendFalStorage *storage);

G_END_DECLS
