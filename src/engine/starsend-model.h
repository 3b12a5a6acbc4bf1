/* starsend-model.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-json.h"
#include "starsend-model-route.h"
#include "starsend-request.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_MODEL (starsend_model_get_type ())

/* What a model's name stands for: a row of models.json. Immutable. Everything that a provider, the validator and the
 * estimate know of a model comes from here, so that another model is another row. */
G_DECLARE_FINAL_TYPE (StarsendModel, starsend_model, STARSEND, MODEL, GObject)

const char *starsend_model_get_name (StarsendModel *self);          /* "kling-o3" */
const char *starsend_model_get_title (StarsendModel *self);         /* "Kling O3 Pro" */
StarsendRequestKind starsend_model_get_kind (StarsendModel *self);
const char *starsend_model_get_account (StarsendModel *self);       /* "fal", "gemini"; NULL: needs none */

/* The way in that fits @request (with elements or without); NULL when none does. (transfer none) */
StarsendModelRoute *starsend_model_choose_route (StarsendModel *self, StarsendRequest *request);

/* Every limit, before money moves. Blocking where @look_at_pictures (reads their headers). Findings have places relative to
 * the request: "shots[1].prompt", "elements[0].references[1]", "start_frame", "prompt". (transfer full) (element-type StarsendFinding) */
GPtrArray *starsend_model_check (StarsendModel *self, StarsendRequest *request, gboolean look_at_pictures);

/* The same for a take that may be made in parts: to be longer than one is a warning then, and says how many parts. */
GPtrArray *starsend_model_check_whole (StarsendModel *self, StarsendRequest *request, gboolean look_at_pictures);

/* What the model makes of a planned length: whole seconds, its shortest, its steps; never less than planned, and beyond its
 * longest where that was planned. */
double starsend_model_fit_shot (StarsendModel *self, double seconds);
double starsend_model_fit_total (StarsendModel *self, double seconds);
/* The lengths of @n shots as they are ordered: each fits, and their sum is a total that fits; the last one is lengthened where
 * it has to be. (transfer full) */
double *starsend_model_fit_shots (StarsendModel *self, const double *seconds, guint n);
/* Puts those lengths into a take. Each part of a take that is made in parts is fitted by itself. */
void starsend_model_fit_request (StarsendModel *self, StarsendRequest *request);
double starsend_model_get_max_duration (StarsendModel *self);       /* seconds of one take; G_MAXDOUBLE: no limit */
guint starsend_model_get_max_shots (StarsendModel *self);           /* of one take; G_MAXUINT: no limit */

/* How long a job commonly takes, in seconds; 0 where nobody knows. */
guint starsend_model_get_typical_wait (StarsendModel *self);

/* Millionths of get_currency(). What a project says of prices is in the model already (see starsend_models_set_prices());
 * @prices is one more "price" object over it, nullable. */
gint64 starsend_model_estimate (StarsendModel *self, StarsendRequest *request, const StarsendJsonNode *prices);
/* What @units (as the provider bills them: seconds or pictures) cost; -1 when the price is of another unit. */
gint64 starsend_model_get_cost (StarsendModel *self, StarsendRequest *request, double units, const StarsendJsonNode *prices);
/* What these tokens cost: of what was sent, of words (thoughts too) and of pictures that came; -1 when it is not billed by tokens. */
gint64 starsend_model_get_token_cost (StarsendModel *self, gint64 input, gint64 words, gint64 pictures);
const char *starsend_model_get_currency (StarsendModel *self);      /* of its prices: "USD"; NULL: free */
const char *starsend_model_get_price_source (StarsendModel *self);  /* address of the price list; nullable */
const char *starsend_model_get_price_date (StarsendModel *self);    /* "2026-11"; nullable */
/* What a grid's words are put into: "{prompt}", "{elements}", "{aspect}"; NULL: sent as they are. */
const char *starsend_model_get_template (StarsendModel *self);

G_END_DECLS
