/* starsend-disagreement.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-disagreement.h"

struct _StarsendDisagreement
{
  GObject parent_instance;

  char *sequence_id;
  char *message;
  gboolean repairable;
  gboolean repaired;
};

G_DEFINE_FINAL_TYPE (StarsendDisagreement, starsend_disagreement, G_TYPE_OBJECT)

static void
starsend_disagreement_finalize (GObject *object)
{
  StarsendDisagreement *self = STARSEND_DISAGREEMENT (object);

  g_clear_pointer (&self->sequence_id, g_free);
  g_clear_pointer (&self->message, g_free);

  G_OBJECT_CLASS (starsend_disagreement_parent_class)->finalize (object);
}

static void
starsend_disagreement_class_init (StarsendDisagreementClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_disagreement_finalize;
}

static void
starsend_disagreement_init (StarsendDisagreement *self)
{
}

/**
 * starsend_disagreement_new:
 * @sequence_id: (nullable): the sequence it is about; %NULL for the project
 * @message: one translated sentence
 * @repairable: whether it can be repaired without guessing
 *
 * Makes a disagreement.
 *
 * Returns: (transfer full): the disagreement
 */
StarsendDisagreement *
starsend_disagreement_new (const char *sequence_id, const char *message, gboolean repairable)
{
  StarsendDisagreement *self = g_object_new (STARSEND_TYPE_DISAGREEMENT, NULL);

  self->sequence_id = g_strdup (sequence_id);
  self->message = g_strdup (message);
  self->repairable = repairable;

  return self;
}

/**
 * starsend_disagreement_get_sequence_id:
 *
 * The sequence it is about.
 *
 * Returns: (transfer none) (nullable): the id; %NULL for the project
 */
const char *
starsend_disagreement_get_sequence_id (StarsendDisagreement *self)
{
  g_return_val_if_fail (STARSEND_IS_DISAGREEMENT (self), NULL);

  return self->sequence_id;
}

/**
 * starsend_disagreement_get_message:
 *
 * What disagrees with what.
 *
 * Returns: (transfer none): one translated sentence
 */
const char *
starsend_disagreement_get_message (StarsendDisagreement *self)
{
  g_return_val_if_fail (STARSEND_IS_DISAGREEMENT (self), NULL);

  return self->message;
}

/**
 * starsend_disagreement_get_repairable:
 *
 * Whether it can be repaired without guessing.
 *
 * Returns: whether it can
 */
gboolean
starsend_disagreement_get_repairable (StarsendDisagreement *self)
{
  g_return_val_if_fail (STARSEND_IS_DISAGREEMENT (self), FALSE);

  return self->repairable;
}

/**
 * starsend_disagreement_get_repaired:
 *
 * Whether it was repaired.
 *
 * Returns: whether it was
 */
gboolean
starsend_disagreement_get_repaired (StarsendDisagreement *self)
{
  g_return_val_if_fail (STARSEND_IS_DISAGREEMENT (self), FALSE);

  return self->repaired;
}

/**
 * starsend_disagreement_set_repaired:
 * @repaired: whether it was repaired
 *
 * Says whether it was repaired.
 */
void
starsend_disagreement_set_repaired (StarsendDisagreement *self, gboolean repaired)
{
  g_return_if_fail (STARSEND_IS_DISAGREEMENT (self));

  self->repaired = !!repaired;
}
