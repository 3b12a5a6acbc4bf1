/* starsend-models.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-provider.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_MODELS (starsend_models_get_type ())

/* The models that a name may stand for, and who makes each: data (models.json) and the providers that registered. */
G_DECLARE_FINAL_TYPE (StarsendModels, starsend_models, STARSEND, MODELS, GObject)

StarsendModels *starsend_models_new (void);
void starsend_models_add_provider (StarsendModels *self, const char *model, StarsendProvider *provider);
StarsendProvider *starsend_models_find (StarsendModels *self, const char *model, StarsendRequestKind kind, GError **error);
const char *starsend_models_get_default (StarsendModels *self, StarsendRequestKind kind);

G_END_DECLS
