/* starsend-take-offer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-take-offer.h"

struct _StarsendTakeOffer
{
  GObject parent_instance;

  /* Owned */
  char *sequence_id;
  char *model;
  char *note;

  gint64 estimate;
  guint number;
  guint n_parts;
  guint n_there;
};

G_DEFINE_FINAL_TYPE (StarsendTakeOffer, starsend_take_offer, G_TYPE_OBJECT)

static void
starsend_take_offer_finalize (GObject *object)
{
  StarsendTakeOffer *self = STARSEND_TAKE_OFFER (object);

  g_free (self->sequence_id);
  g_free (self->model);
  g_free (self->note);

  G_OBJECT_CLASS (starsend_take_offer_parent_class)->finalize (object);
}

static void
starsend_take_offer_class_init (StarsendTakeOfferClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_take_offer_finalize;
}

static void
starsend_take_offer_init (StarsendTakeOffer *self)
{
}

/**
 * starsend_take_offer_new: (skip)
 * @sequence_id: a sequence
 * @model: a video model
 * @number: the number that the take gets
 * @n_parts: how many calls to the model the whole take is
 * @n_there: how many of them were made already
 * @estimate: millionths of the currency
 * @note: (nullable): a sentence about what is kept and not used
 *
 * Makes an offer.
 *
 * Returns: (transfer full): the offer
 */
StarsendTakeOffer *
starsend_take_offer_new (const char *sequence_id, const char *model, guint number, guint n_parts, guint n_there,
                         gint64 estimate, const char *note)
{
  StarsendTakeOffer *self = g_object_new (STARSEND_TYPE_TAKE_OFFER, NULL);

  self->sequence_id = g_strdup (sequence_id);
  self->model = g_strdup (model);
  self->number = number;
  self->n_parts = n_parts;
  self->n_there = n_there;
  self->estimate = estimate;
  self->note = g_strdup (note);

  return self;
}

/**
 * starsend_take_offer_get_sequence_id:
 *
 * Whose take it is.
 *
 * Returns: (transfer none): the sequence's id
 */
const char *
starsend_take_offer_get_sequence_id (StarsendTakeOffer *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE_OFFER (self), NULL);

  return self->sequence_id;
}

/**
 * starsend_take_offer_get_model:
 *
 * The model that makes it.
 *
 * Returns: (transfer none): the model's name
 */
const char *
starsend_take_offer_get_model (StarsendTakeOffer *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE_OFFER (self), NULL);

  return self->model;
}

/**
 * starsend_take_offer_get_number:
 *
 * The number that it gets.
 *
 * Returns: a number from 1
 */
guint
starsend_take_offer_get_number (StarsendTakeOffer *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE_OFFER (self), 0);

  return self->number;
}

/**
 * starsend_take_offer_get_n_parts:
 *
 * How many calls to the model the whole take is.
 *
 * Returns: a number from 1; 1 for a take that is made at once
 */
guint
starsend_take_offer_get_n_parts (StarsendTakeOffer *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE_OFFER (self), 0);

  return self->n_parts;
}

/**
 * starsend_take_offer_get_n_there:
 *
 * How many parts are there already, made of the very same, and are not made again.
 *
 * Returns: a number of parts
 */
guint
starsend_take_offer_get_n_there (StarsendTakeOffer *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE_OFFER (self), 0);

  return self->n_there;
}

/**
 * starsend_take_offer_get_estimate:
 *
 * What it is expected to cost: of a take in parts, what is not there.
 *
 * Returns: millionths of the project's currency
 */
gint64
starsend_take_offer_get_estimate (StarsendTakeOffer *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE_OFFER (self), -1);

  return self->estimate;
}

/**
 * starsend_take_offer_get_note:
 *
 * What the user should know before: that parts of an unfinished take are kept and not used, for they were made of
 * something else.
 *
 * Returns: (transfer none) (nullable): a sentence
 */
const char *
starsend_take_offer_get_note (StarsendTakeOffer *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE_OFFER (self), NULL);

  return self->note;
}
