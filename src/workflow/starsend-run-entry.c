/* starsend-run-entry.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-run-entry-private.h"

G_DEFINE_ENUM_TYPE (StarsendRunState, starsend_run_state,
                    G_DEFINE_ENUM_VALUE (STARSEND_RUN_STATE_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (STARSEND_RUN_STATE_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (STARSEND_RUN_STATE_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (STARSEND_RUN_STATE_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (STARSEND_RUN_STATE_CANCELLED, "cancelled"))

G_DEFINE_FINAL_TYPE (StarsendRunEntry, starsend_run_entry, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_SEQUENCE_ID,
  PROP_STATE,
  PROP_JOB,
  PROP_ERROR,
  PROP_TAKE,
  PROP_OFFER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_run_entry_finalize (GObject *object)
{
  StarsendRunEntry *self = STARSEND_RUN_ENTRY (object);

  g_free (self->sequence_id);
  g_free (self->batch_id);
  g_free (self->model);
  g_free (self->start_frame);
  g_clear_pointer (&self->overrides, g_hash_table_unref);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->job);
  g_clear_object (&self->take);
  g_clear_object (&self->offer);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (starsend_run_entry_parent_class)->finalize (object);
}

static void
starsend_run_entry_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendRunEntry *self = STARSEND_RUN_ENTRY (object);

  switch (prop_id)
    {
    case PROP_SEQUENCE_ID:
      g_value_set_string (value, self->sequence_id);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_JOB:
      g_value_set_object (value, self->job);
      break;
    case PROP_ERROR:
      g_value_set_string (value, starsend_run_entry_get_error (self));
      break;
    case PROP_TAKE:
      g_value_set_object (value, self->take);
      break;
    case PROP_OFFER:
      g_value_set_object (value, self->offer);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_run_entry_class_init (StarsendRunEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = starsend_run_entry_finalize;
  object_class->get_property = starsend_run_entry_get_property;

  properties[PROP_SEQUENCE_ID] = g_param_spec_string ("sequence-id", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, STARSEND_TYPE_RUN_STATE, STARSEND_RUN_STATE_WAITING, flags);
  properties[PROP_JOB] = g_param_spec_object ("job", NULL, NULL, STARSEND_TYPE_JOB, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  properties[PROP_TAKE] = g_param_spec_object ("take", NULL, NULL, STARSEND_TYPE_TAKE, flags);
  properties[PROP_OFFER] = g_param_spec_object ("offer", NULL, NULL, STARSEND_TYPE_TAKE_OFFER, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_run_entry_init (StarsendRunEntry *self)
{
  self->cancellable = g_cancellable_new ();
}

StarsendRunEntry *
starsend_run_entry_new (const char *sequence_id, const char *batch_id, const char *model)
{
  StarsendRunEntry *self = g_object_new (STARSEND_TYPE_RUN_ENTRY, NULL);

  self->sequence_id = g_strdup (sequence_id);
  self->batch_id = g_strdup (batch_id);
  self->model = g_strdup (model);

  return self;
}

void
starsend_run_entry_set_job (StarsendRunEntry *self, StarsendJob *job)
{
  if (g_set_object (&self->job, job))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_JOB]);
}

void
starsend_run_entry_set_offer (StarsendRunEntry *self, StarsendTakeOffer *offer)
{
  if (g_set_object (&self->offer, offer))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OFFER]);
}

void
starsend_run_entry_set_state (StarsendRunEntry *self, StarsendRunState state, StarsendTake *take, const GError *error)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (g_set_object (&self->take, take))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TAKE]);
  if (self->error != error)
    {
      g_clear_error (&self->error);
      self->error = error != NULL ? g_error_copy (error) : NULL;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
    }
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

double
starsend_run_entry_get_fraction (StarsendRunEntry *self)
{
  guint n_parts = 0, part;
  double fraction;

  if (self->state != STARSEND_RUN_STATE_RUNNING)
    return self->state == STARSEND_RUN_STATE_WAITING ? 0 : 1;
  if (self->job == NULL)
    return 0;

  fraction = CLAMP (starsend_job_get_fraction (self->job), 0, 1);
  part = starsend_request_get_part (starsend_job_get_request (self->job), &n_parts);

  return n_parts > 0 ? (part - 1 + fraction) / n_parts : fraction;
}

/* Public API */

/**
 * starsend_run_state_to_string:
 * @state: a state
 *
 * The word that reports use.
 *
 * Returns: (transfer none): "waiting", "running", "done", "failed" or "cancelled"
 */
const char *
starsend_run_state_to_string (StarsendRunState state)
{
  static const char *const words[] = { "waiting", "running", "done", "failed", "cancelled" };

  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (words), NULL);

  return words[state];
}

/**
 * starsend_run_entry_get_sequence_id:
 *
 * Whose take is made.
 *
 * Returns: (transfer none): the sequence's id
 */
const char *
starsend_run_entry_get_sequence_id (StarsendRunEntry *self)
{
  g_return_val_if_fail (STARSEND_IS_RUN_ENTRY (self), NULL);

  return self->sequence_id;
}

/**
 * starsend_run_entry_get_state:
 *
 * How far it is.
 *
 * Returns: the state
 */
StarsendRunState
starsend_run_entry_get_state (StarsendRunEntry *self)
{
  g_return_val_if_fail (STARSEND_IS_RUN_ENTRY (self), STARSEND_RUN_STATE_WAITING);

  return self->state;
}

/**
 * starsend_run_entry_get_job:
 *
 * What runs for it now.
 *
 * Returns: (transfer none) (nullable): the job
 */
StarsendJob *
starsend_run_entry_get_job (StarsendRunEntry *self)
{
  g_return_val_if_fail (STARSEND_IS_RUN_ENTRY (self), NULL);

  return self->job;
}

/**
 * starsend_run_entry_get_gerror: (skip)
 *
 * What went wrong, as a caller can act on it.
 *
 * Returns: (transfer none) (nullable): the error
 */
const GError *
starsend_run_entry_get_gerror (StarsendRunEntry *self)
{
  g_return_val_if_fail (STARSEND_IS_RUN_ENTRY (self), NULL);

  return self->error;
}

/**
 * starsend_run_entry_get_error:
 *
 * What went wrong.
 *
 * Returns: (transfer none) (nullable): a sentence
 */
const char *
starsend_run_entry_get_error (StarsendRunEntry *self)
{
  g_return_val_if_fail (STARSEND_IS_RUN_ENTRY (self), NULL);

  return self->error != NULL ? self->error->message : NULL;
}

/**
 * starsend_run_entry_get_take:
 *
 * What came of it.
 *
 * Returns: (transfer none) (nullable): the take
 */
StarsendTake *
starsend_run_entry_get_take (StarsendRunEntry *self)
{
  g_return_val_if_fail (STARSEND_IS_RUN_ENTRY (self), NULL);

  return self->take;
}

/**
 * starsend_run_entry_get_offer:
 *
 * How it would be made, and what that would cost, as the last check found it.
 *
 * Returns: (transfer none) (nullable): the offer
 */
StarsendTakeOffer *
starsend_run_entry_get_offer (StarsendRunEntry *self)
{
  g_return_val_if_fail (STARSEND_IS_RUN_ENTRY (self), NULL);

  return self->offer;
}
