/* starsend-models.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-model.h"
#include "starsend-provider.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_MODELS (starsend_models_get_type ())

/* The models that a name may stand for, and who makes each: data (models.json) and the providers that registered. */
G_DECLARE_FINAL_TYPE (StarsendModels, starsend_models, STARSEND, MODELS, GObject)

StarsendModels *starsend_models_new (void);
StarsendModels *starsend_models_new_from_bytes (GBytes *bytes, GError **error);
/* All of them, in the order in which they are to be shown: a list of StarsendModel. */
GListModel *starsend_models_get_models (StarsendModels *self);
/* What a name stands for, a retired one too; NULL for nothing. (transfer none) */
StarsendModel *starsend_models_get_model (StarsendModels *self, const char *name);
/* The name that took the place of a retired one; @name itself otherwise. */
const char *starsend_models_resolve (StarsendModels *self, const char *name);
/* The model that is used: the first name that is given (what was asked for, the plan's, the project's), else the default. */
const char *starsend_models_choose (StarsendModels *self, StarsendRequestKind kind, const char *asked, const char *planned, const char *configured);
/* What a name stands for when that makes @kind; else INVALID_INPUT lists what there is. (transfer none) */
StarsendModel *starsend_models_require (StarsendModels *self, const char *name, StarsendRequestKind kind, GError **error);
/* Refuses a model whose price is in another currency than the caps of the project. */
gboolean starsend_models_check_currency (StarsendModels *self, const char *name, const char *currency, GError **error);
/* Puts a project's prices ({"kling-o3": {"amount": 0.1}}) over those of the data; before anything is estimated. */
gboolean starsend_models_set_prices (StarsendModels *self, const StarsendJsonNode *prices, GError **error);
void starsend_models_add_provider (StarsendModels *self, const char *model, StarsendProvider *provider);
StarsendProvider *starsend_models_find (StarsendModels *self, const char *model, StarsendRequestKind kind, GError **error);
const char *starsend_models_get_default (StarsendModels *self, StarsendRequestKind kind);

G_END_DECLS
