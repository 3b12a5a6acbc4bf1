/* starsend-job.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-job.h"

struct _StarsendJob
{
  GObject parent_instance;

  /* Owned */
  char *id;
  StarsendRequest *request;
  GCancellable *cancellable;
  char *message;
  char *part;

  double fraction;
  int queue_position;
  gint64 cost;
};

G_DEFINE_FINAL_TYPE (StarsendJob, starsend_job, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_REQUEST,
  PROP_FRACTION,
  PROP_MESSAGE,
  PROP_QUEUE_POSITION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_job_dispose (GObject *object)
{
  StarsendJob *self = STARSEND_JOB (object);

  g_clear_object (&self->request);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (starsend_job_parent_class)->dispose (object);
}

static void
starsend_job_finalize (GObject *object)
{
  StarsendJob *self = STARSEND_JOB (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->message, g_free);
  g_clear_pointer (&self->part, g_free);

  G_OBJECT_CLASS (starsend_job_parent_class)->finalize (object);
}

static void
starsend_job_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendJob *self = STARSEND_JOB (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_REQUEST:
      g_value_set_object (value, self->request);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case PROP_QUEUE_POSITION:
      g_value_set_int (value, self->queue_position);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_job_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  StarsendJob *self = STARSEND_JOB (object);

  switch (prop_id)
    {
    case PROP_ID:
      self->id = g_value_dup_string (value);
      break;
    case PROP_REQUEST:
      self->request = g_value_dup_object (value);
      break;
    case PROP_FRACTION:
      starsend_job_set_fraction (self, g_value_get_double (value));
      break;
    case PROP_MESSAGE:
      starsend_job_set_message (self, g_value_get_string (value));
      break;
    case PROP_QUEUE_POSITION:
      starsend_job_set_queue_position (self, g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_job_class_init (StarsendJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags once = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags live = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = starsend_job_dispose;
  object_class->finalize = starsend_job_finalize;
  object_class->get_property = starsend_job_get_property;
  object_class->set_property = starsend_job_set_property;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, once);
  properties[PROP_REQUEST] = g_param_spec_object ("request", NULL, NULL, STARSEND_TYPE_REQUEST, once);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, -1, 1, -1, live);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, live);
  properties[PROP_QUEUE_POSITION] = g_param_spec_int ("queue-position", NULL, NULL, -1, G_MAXINT, -1, live);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_job_init (StarsendJob *self)
{
  self->fraction = -1;
  self->queue_position = -1;
  self->cost = -1;
  self->cancellable = g_cancellable_new ();
}

/**
 * starsend_job_new:
 * @id: the job's id in the ledger
 * @request: what is made
 *
 * Makes a job that has not begun.
 *
 * Returns: (transfer full): the job
 */
StarsendJob *
starsend_job_new (const char *id, StarsendRequest *request)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (request), NULL);

  return g_object_new (STARSEND_TYPE_JOB, "id", id, "request", request, NULL);
}

/**
 * starsend_job_get_id:
 *
 * The job's id in the ledger.
 *
 * Returns: (transfer none): the id
 */
const char *
starsend_job_get_id (StarsendJob *self)
{
  g_return_val_if_fail (STARSEND_IS_JOB (self), NULL);

  return self->id;
}

/**
 * starsend_job_get_request:
 *
 * What is made.
 *
 * Returns: (transfer none): the request
 */
StarsendRequest *
starsend_job_get_request (StarsendJob *self)
{
  g_return_val_if_fail (STARSEND_IS_JOB (self), NULL);

  return self->request;
}

/**
 * starsend_job_get_fraction:
 *
 * How much of it is done.
 *
 * Returns: 0 to 1; -1 when nobody knows
 */
double
starsend_job_get_fraction (StarsendJob *self)
{
  g_return_val_if_fail (STARSEND_IS_JOB (self), -1);

  return self->fraction;
}

/**
 * starsend_job_set_fraction:
 * @fraction: 0 to 1; -1 when nobody knows
 *
 * Says how much is done. Main thread only.
 */
void
starsend_job_set_fraction (StarsendJob *self, double fraction)
{
  g_return_if_fail (STARSEND_IS_JOB (self));

  fraction = fraction < 0 ? -1 : MIN (fraction, 1);
  if (self->fraction == fraction)
    return;

  self->fraction = fraction;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

/**
 * starsend_job_get_message:
 *
 * What is being done, in one translated line.
 *
 * Returns: (transfer none) (nullable): the line
 */
const char *
starsend_job_get_message (StarsendJob *self)
{
  g_return_val_if_fail (STARSEND_IS_JOB (self), NULL);

  return self->message;
}

/**
 * starsend_job_set_message:
 * @message: (nullable): one translated line
 *
 * Says what is being done. Main thread only.
 */
void
starsend_job_set_message (StarsendJob *self, const char *message)
{
  g_return_if_fail (STARSEND_IS_JOB (self));

  if (g_strcmp0 (self->message, message) == 0)
    return;

  g_free (self->message);
  self->message = g_strdup (message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
}

/**
 * starsend_job_get_queue_position:
 *
 * How many jobs are ahead in the provider's queue.
 *
 * Returns: jobs ahead; -1 when it is in no queue
 */
int
starsend_job_get_queue_position (StarsendJob *self)
{
  g_return_val_if_fail (STARSEND_IS_JOB (self), -1);

  return self->queue_position;
}

/**
 * starsend_job_set_queue_position:
 * @position: jobs ahead; -1 for no queue
 *
 * Says how many jobs are ahead. Main thread only.
 */
void
starsend_job_set_queue_position (StarsendJob *self, int position)
{
  g_return_if_fail (STARSEND_IS_JOB (self));

  position = MAX (position, -1);
  if (self->queue_position == position)
    return;

  self->queue_position = position;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_QUEUE_POSITION]);
}

/**
 * starsend_job_get_cost:
 *
 * What the provider has said that the job costs, although it may yet fail.
 *
 * Returns: millionths of the currency; -1 while it has said nothing
 */
gint64
starsend_job_get_cost (StarsendJob *self)
{
  g_return_val_if_fail (STARSEND_IS_JOB (self), -1);

  return self->cost;
}

/**
 * starsend_job_set_cost:
 * @cost: millionths of the currency
 *
 * Keeps what the provider said; it is written down when the job ends badly.
 */
void
starsend_job_set_cost (StarsendJob *self, gint64 cost)
{
  g_return_if_fail (STARSEND_IS_JOB (self));

  self->cost = cost;
}

/**
 * starsend_job_get_part: (skip)
 *
 * The file that [method@Provider.collect_async] is given. A provider whose answer to a submission is the result itself
 * writes it there at once, whole or not at all: nobody can be asked for it again.
 *
 * Returns: (transfer none) (nullable) (type filename): an absolute path
 */
const char *
starsend_job_get_part (StarsendJob *self)
{
  g_return_val_if_fail (STARSEND_IS_JOB (self), NULL);

  return self->part;
}

/**
 * starsend_job_set_part: (skip)
 * @part: (nullable) (type filename): an absolute path
 *
 * Sets where the result is written.
 */
void
starsend_job_set_part (StarsendJob *self, const char *part)
{
  g_autofree char *copy = g_strdup (part);

  g_return_if_fail (STARSEND_IS_JOB (self));

  g_free (self->part);
  self->part = g_steal_pointer (&copy);
}

/**
 * starsend_job_get_cancellable:
 *
 * What ends the job itself when it is cancelled, as the user's Cancel does. Closing the program is not that: it leaves the
 * job open in the ledger.
 *
 * Returns: (transfer none): the cancellable
 */
GCancellable *
starsend_job_get_cancellable (StarsendJob *self)
{
  g_return_val_if_fail (STARSEND_IS_JOB (self), NULL);

  return self->cancellable;
}
