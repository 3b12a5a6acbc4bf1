/* starsend-model-price.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-json.h"

G_BEGIN_DECLS

/* What a model costs: the "price" of its row in models.json, or what project_config.json puts in its place. */
typedef struct _StarsendModelPrice StarsendModelPrice;

/* INVALID_INPUT says what was found and what is allowed, and leaves it to the caller to name the place. Where @base is given,
 * what @node does not say is the base's; another unit or currency needs its own amounts. */
StarsendModelPrice *starsend_model_price_new_from_json (const StarsendJsonNode *node, const StarsendModelPrice *base, GError **error);
void starsend_model_price_free (StarsendModelPrice *self);

gboolean starsend_model_price_is_by_second (const StarsendModelPrice *self);
/* Millionths of the currency for one second or one picture. @resolution is nullable. */
double starsend_model_price_get_rate (const StarsendModelPrice *self, const char *resolution, gboolean audio);
/* Millionths of the currency; -1 where it is not billed by tokens. */
double starsend_model_price_get_token_cost (const StarsendModelPrice *self, gint64 input, gint64 words, gint64 pictures);
const char *starsend_model_price_get_currency (const StarsendModelPrice *self);
const char *starsend_model_price_get_source (const StarsendModelPrice *self);    /* nullable */
const char *starsend_model_price_get_date (const StarsendModelPrice *self);      /* nullable */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendModelPrice, starsend_model_price_free)

G_END_DECLS
