/* starsend-model.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-model-private.h"

#include <math.h>

/* A length that came out of arithmetic is taken for the whole number that was meant. */
#define TOLERANCE 0.001
#define MAX_COST G_GINT64_CONSTANT (1000000000000000)

/**
 * StarsendModel:
 *
 * What a model's name stands for: endpoints, fields, limits and prices, all of them data.
 */
G_DEFINE_FINAL_TYPE (StarsendModel, starsend_model, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_TITLE,
  PROP_KIND,
  PROP_ACCOUNT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_model_finalize (GObject *object)
{
  StarsendModel *self = STARSEND_MODEL (object);

  g_free (self->name);
  g_free (self->title);
  g_free (self->account);
  g_free (self->template);
  g_free (self->resolution);
  g_ptr_array_unref (self->routes);
  g_clear_pointer (&self->limits.totals, g_array_unref);
  g_clear_pointer (&self->price, starsend_model_price_free);

  G_OBJECT_CLASS (starsend_model_parent_class)->finalize (object);
}

static void
starsend_model_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendModel *self = STARSEND_MODEL (object);

  switch (prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_ACCOUNT:
      g_value_set_string (value, self->account);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_model_class_init (StarsendModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = starsend_model_finalize;
  object_class->get_property = starsend_model_get_property;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, STARSEND_TYPE_REQUEST_KIND, STARSEND_REQUEST_GRID, flags);
  properties[PROP_ACCOUNT] = g_param_spec_string ("account", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_model_init (StarsendModel *self)
{
  self->routes = g_ptr_array_new_with_free_func ((GDestroyNotify) starsend_model_route_unref);
}

gboolean
starsend_model_request_has_pictures (StarsendRequest *request)
{
  GListModel *elements = starsend_request_get_elements (request);

  for (guint i = 0; i < g_list_model_get_n_items (elements); i++)
    {
      g_autoptr(StarsendElementPictures) element = g_list_model_get_item (elements, i);

      if (starsend_element_pictures_has_picture (element))
        return TRUE;
    }

  return FALSE;
}

gboolean
starsend_model_set_price (StarsendModel *self, const StarsendJsonNode *price, GError **error)
{
  StarsendModelPrice *made = starsend_model_price_new_from_json (price, self->price, error);

  if (made == NULL)
    return FALSE;
  g_clear_pointer (&self->price, starsend_model_price_free);
  self->price = made;

  return TRUE;
}

/* Lengths */

static double
round_up (double seconds, double step)
{
  return step > 0 ? ceil ((seconds - TOLERANCE) / step) * step : seconds;
}

/* What is beyond the longest stays there, so that it is seen and refused. */
static double
fit (double seconds, double min, double step)
{
  return MAX (round_up (isfinite (seconds) ? MAX (seconds, 0) : 0, step), min);
}

static double
sum_up (const double *seconds, guint n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += seconds[i];

  return sum;
}

static double *
dup_ordered (StarsendModel *self, StarsendRequest *request)
{
  GListModel *shots = starsend_request_get_shots (request);
  guint n = g_list_model_get_n_items (shots);
  g_autofree double *planned = g_new0 (double, n + 1);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (shots, i);

      planned[i] = starsend_shot_prompt_get_duration (shot);
    }

  return starsend_model_fit_shots (self, planned, n);
}

/* The seconds that are ordered, and paid. */
static double
get_ordered_seconds (StarsendModel *self, StarsendRequest *request)
{
  g_autofree double *ordered = dup_ordered (self, request);

  return sum_up (ordered, g_list_model_get_n_items (starsend_request_get_shots (request)));
}

/* Prices */

static gint64
multiply (double rate, double units)
{
  double cost = rate * units;

  return cost < (double) MAX_COST ? llround (cost) : MAX_COST;
}

/* What is asked for and cannot be made is not paid. */
static gboolean
has_audio (StarsendModel *self, StarsendRequest *request)
{
  StarsendModelRoute *route = starsend_model_choose_route (self, request);

  return starsend_request_get_audio (request) &&
         (route == NULL || starsend_model_route_has_source (route, STARSEND_MODEL_SOURCE_AUDIO));
}

/* The price that holds: with @prices over it when they can be read. */
static const StarsendModelPrice *
choose_price (StarsendModel *self, const StarsendJsonNode *prices, StarsendModelPrice **made)
{
  *made = prices != NULL ? starsend_model_price_new_from_json (prices, self->price, NULL) : NULL;

  return *made != NULL ? *made : self->price;
}

static double
get_rate (StarsendModel *self, StarsendRequest *request, const StarsendModelPrice *price)
{
  return starsend_model_price_get_rate (price, self->resolution, has_audio (self, request));
}

/* Public API */

/**
 * starsend_model_get_name:
 *
 * The name that plans, projects and the terminal use.
 *
 * Returns: (transfer none): "kling-o3"
 */
const char *
starsend_model_get_name (StarsendModel *self)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (self), NULL);

  return self->name;
}

/**
 * starsend_model_get_title:
 *
 * What it is called where people read it.
 *
 * Returns: (transfer none): "Kling O3 Pro"
 */
const char *
starsend_model_get_title (StarsendModel *self)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (self), NULL);

  return self->title;
}

/**
 * starsend_model_get_kind:
 *
 * What it makes.
 *
 * Returns: grids or takes
 */
StarsendRequestKind
starsend_model_get_kind (StarsendModel *self)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (self), STARSEND_REQUEST_GRID);

  return self->kind;
}

/**
 * starsend_model_get_account:
 *
 * Whose key it needs.
 *
 * Returns: (transfer none) (nullable): "fal", "gemini"; %NULL when it needs none
 */
const char *
starsend_model_get_account (StarsendModel *self)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (self), NULL);

  return self->account;
}

/**
 * starsend_model_choose_route:
 * @request: what is to be made
 *
 * The way in that fits a request: the first one for which it has what is needed.
 *
 * Returns: (transfer none) (nullable): the route; %NULL when none fits, and for a local model
 */
StarsendModelRoute *
starsend_model_choose_route (StarsendModel *self, StarsendRequest *request)
{
  StarsendModelHas has = 0;

  g_return_val_if_fail (STARSEND_IS_MODEL (self), NULL);
  g_return_val_if_fail (STARSEND_IS_REQUEST (request), NULL);

  if (starsend_model_request_has_pictures (request))
    has |= STARSEND_MODEL_HAS_ELEMENTS;
  if (starsend_request_get_start_frame (request) != NULL)
    has |= STARSEND_MODEL_HAS_START_FRAME;
  for (guint i = 0; i < self->routes->len; i++)
    {
      StarsendModelRoute *route = g_ptr_array_index (self->routes, i);

      if ((route->when & ~has) == 0)
        return route;
    }

  return NULL;
}

/**
 * starsend_model_fit_shot:
 * @seconds: a planned length
 *
 * What the model makes of the length of one shot.
 *
 * Returns: seconds, no less than planned; more than the model can make where that was planned
 */
double
starsend_model_fit_shot (StarsendModel *self, double seconds)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (self), seconds);

  return fit (seconds, self->limits.min_shot, self->limits.shot_step);
}

/**
 * starsend_model_fit_total:
 * @seconds: a planned length
 *
 * What the model makes of the length of a take.
 *
 * Returns: seconds, no less than planned; more than the model can make where that was planned
 */
double
starsend_model_fit_total (StarsendModel *self, double seconds)
{
  GArray *totals;

  g_return_val_if_fail (STARSEND_IS_MODEL (self), seconds);

  totals = self->limits.totals;
  for (guint i = 0; totals != NULL && i < totals->len; i++)
    if (!(seconds > g_array_index (totals, double, i) + TOLERANCE))
      return g_array_index (totals, double, i);

  return fit (seconds, self->limits.min_total, self->limits.total_step);
}

/**
 * starsend_model_fit_shots: (skip)
 * @seconds: (array length=n): planned lengths
 * @n: how many
 *
 * The lengths of the shots of one take as they are ordered. Each fits, and so does their sum, for which the last shot is
 * lengthened where it has to be; a sum beyond the longest take stays beyond it.
 *
 * Returns: (transfer full) (array length=n): seconds
 */
double *
starsend_model_fit_shots (StarsendModel *self, const double *seconds, guint n)
{
  double *ordered;
  double total, wanted;

  g_return_val_if_fail (STARSEND_IS_MODEL (self), NULL);

  ordered = g_new0 (double, n + 1);
  for (guint i = 0; i < n; i++)
    ordered[i] = starsend_model_fit_shot (self, seconds[i]);
  total = sum_up (ordered, n);
  wanted = starsend_model_fit_total (self, total);
  if (n > 0 && wanted > total)
    ordered[n - 1] += wanted - total;

  return ordered;
}

/**
 * starsend_model_fit_request:
 * @request: a take
 *
 * Gives the shots of a request the lengths that are ordered, in place of the planned ones.
 */
void
starsend_model_fit_request (StarsendModel *self, StarsendRequest *request)
{
  g_autofree double *ordered = NULL;

  g_return_if_fail (STARSEND_IS_MODEL (self));
  g_return_if_fail (STARSEND_IS_REQUEST (request));

  ordered = dup_ordered (self, request);
  starsend_request_set_durations (request, ordered);
}

/**
 * starsend_model_get_max_duration:
 *
 * How long one take can be.
 *
 * Returns: seconds; %G_MAXDOUBLE when there is no limit
 */
double
starsend_model_get_max_duration (StarsendModel *self)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (self), G_MAXDOUBLE);

  return self->limits.max_total > 0 ? self->limits.max_total : G_MAXDOUBLE;
}

/**
 * starsend_model_get_max_shots:
 *
 * How many shots one take can have.
 *
 * Returns: a number of shots; %G_MAXUINT when there is no limit
 */
guint
starsend_model_get_max_shots (StarsendModel *self)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (self), G_MAXUINT);

  return self->limits.max_shots > 0 ? self->limits.max_shots : G_MAXUINT;
}

/**
 * starsend_model_get_typical_wait:
 *
 * How long a job commonly takes.
 *
 * Returns: seconds; 0 where nobody knows
 */
guint
starsend_model_get_typical_wait (StarsendModel *self)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (self), 0);

  return self->typical_wait;
}

/**
 * starsend_model_estimate: (skip)
 * @request: what is to be made
 * @prices: (nullable): a "price" object that goes over the model's
 *
 * What a request is expected to cost, for the lengths as they are ordered.
 *
 * Returns: millionths of the currency; 0 for free
 */
gint64
starsend_model_estimate (StarsendModel *self, StarsendRequest *request, const StarsendJsonNode *prices)
{
  g_autoptr(StarsendModelPrice) made = NULL;
  const StarsendModelPrice *price;

  g_return_val_if_fail (STARSEND_IS_MODEL (self), 0);
  g_return_val_if_fail (STARSEND_IS_REQUEST (request), 0);

  price = choose_price (self, prices, &made);
  if (price == NULL)
    return 0;

  return multiply (get_rate (self, request, price),
                   starsend_model_price_is_by_second (price) ? get_ordered_seconds (self, request) : 1);
}

/**
 * starsend_model_get_cost: (skip)
 * @request: what was made
 * @units: how many seconds of a take, or how many pictures, the provider says that it bills
 * @prices: (nullable): a "price" object that goes over the model's
 *
 * What so many units cost.
 *
 * Returns: millionths of the currency; -1 when the price is of another unit, or @units is no quantity
 */
gint64
starsend_model_get_cost (StarsendModel *self, StarsendRequest *request, double units, const StarsendJsonNode *prices)
{
  g_autoptr(StarsendModelPrice) made = NULL;
  const StarsendModelPrice *price;

  g_return_val_if_fail (STARSEND_IS_MODEL (self), -1);
  g_return_val_if_fail (STARSEND_IS_REQUEST (request), -1);

  price = choose_price (self, prices, &made);
  if (price == NULL)
    return 0;
  if (!isfinite (units) || units < 0 ||
      starsend_model_price_is_by_second (price) != (self->kind == STARSEND_REQUEST_TAKE))
    return -1;

  return multiply (get_rate (self, request, price), units);
}

/**
 * starsend_model_get_token_cost:
 * @input: how many tokens were sent
 * @words: how many came as words, thoughts included
 * @pictures: how many came as pictures
 *
 * What so many tokens cost.
 *
 * Returns: millionths of the currency; -1 when it is not billed by tokens
 */
gint64
starsend_model_get_token_cost (StarsendModel *self, gint64 input, gint64 words, gint64 pictures)
{
  double cost;

  g_return_val_if_fail (STARSEND_IS_MODEL (self), -1);
  g_return_val_if_fail (input >= 0 && words >= 0 && pictures >= 0, -1);

  cost = self->price != NULL ? starsend_model_price_get_token_cost (self->price, input, words, pictures) : -1;

  return cost < 0 ? -1 : multiply (cost, 1);
}

/**
 * starsend_model_get_currency:
 *
 * The currency of its price.
 *
 * Returns: (transfer none) (nullable): "USD"; %NULL for free
 */
const char *
starsend_model_get_currency (StarsendModel *self)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (self), NULL);

  return self->price != NULL ? starsend_model_price_get_currency (self->price) : NULL;
}

/**
 * starsend_model_get_price_source:
 *
 * Where its price was read.
 *
 * Returns: (transfer none) (nullable): an address
 */
const char *
starsend_model_get_price_source (StarsendModel *self)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (self), NULL);

  return self->price != NULL ? starsend_model_price_get_source (self->price) : NULL;
}

/**
 * starsend_model_get_price_date:
 *
 * When its price was read.
 *
 * Returns: (transfer none) (nullable): "2026-11"
 */
const char *
starsend_model_get_price_date (StarsendModel *self)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (self), NULL);

  return self->price != NULL ? starsend_model_price_get_date (self->price) : NULL;
}

/**
 * starsend_model_get_template:
 *
 * What a grid's words are put into, at "{prompt}", "{elements}" and "{aspect}".
 *
 * Returns: (transfer none) (nullable): the text; %NULL where they are sent as they are
 */
const char *
starsend_model_get_template (StarsendModel *self)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (self), NULL);

  return self->template;
}
