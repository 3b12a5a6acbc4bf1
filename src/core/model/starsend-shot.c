/* starsend-shot.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-plan-data.h"

/**
 * StarsendShot:
 *
 * One shot of a sequence as the client planned it: what is to be seen, and for how long.
 *
 * Immutable; it keeps the plan's text alive, not the plan.
 */
struct _StarsendShot
{
  GObject parent_instance;

  StarsendPlanData *data;
  const StarsendShotData *shot;
};

G_DEFINE_FINAL_TYPE (StarsendShot, starsend_shot, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_DURATION,
  PROP_PROMPT,
  PROP_CAMERA,
  PROP_NOTES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_shot_finalize (GObject *object)
{
  StarsendShot *self = STARSEND_SHOT (object);

  g_clear_pointer (&self->data, starsend_plan_data_unref);
  G_OBJECT_CLASS (starsend_shot_parent_class)->finalize (object);
}

static void
starsend_shot_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  StarsendShot *self = STARSEND_SHOT (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, starsend_shot_get_id (self));
      break;
    case PROP_DURATION:
      g_value_set_double (value, starsend_shot_get_duration (self));
      break;
    case PROP_PROMPT:
      g_value_set_string (value, starsend_shot_get_prompt (self));
      break;
    case PROP_CAMERA:
      g_value_set_string (value, starsend_shot_get_camera (self));
      break;
    case PROP_NOTES:
      g_value_set_string (value, starsend_shot_get_notes (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
starsend_shot_class_init (StarsendShotClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = starsend_shot_finalize;
  object_class->get_property = starsend_shot_get_property;

  /**
   * StarsendShot:id:
   *
   * The id, which is unique within the sequence.
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  /**
   * StarsendShot:duration:
   *
   * The length in seconds.
   */
  properties[PROP_DURATION] = g_param_spec_double ("duration", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  /**
   * StarsendShot:prompt:
   *
   * What is to be seen.
   */
  properties[PROP_PROMPT] = g_param_spec_string ("prompt", NULL, NULL, NULL, flags);
  /**
   * StarsendShot:camera:
   *
   * How the camera moves.
   */
  properties[PROP_CAMERA] = g_param_spec_string ("camera", NULL, NULL, NULL, flags);
  /**
   * StarsendShot:notes:
   *
   * The notes.
   */
  properties[PROP_NOTES] = g_param_spec_string ("notes", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_shot_init (StarsendShot *self)
{
}

StarsendShot *
starsend_shot_new_from_data (StarsendPlanData *data, guint position)
{
  StarsendShot *self = g_object_new (STARSEND_TYPE_SHOT, NULL);

  self->data = starsend_plan_data_ref (data);
  self->shot = &g_array_index (data->shots, StarsendShotData, position);
  return self;
}

/**
 * starsend_shot_get_id:
 * @self: a shot
 *
 * Gets the id, which is unique within the sequence.
 *
 * Returns: (transfer none): the id, which is unique within the sequence
 */
const char *
starsend_shot_get_id (StarsendShot *self)
{
  g_return_val_if_fail (STARSEND_IS_SHOT (self), NULL);
  return self->shot->id;
}

/**
 * starsend_shot_get_duration:
 * @self: a shot
 *
 * Gets the length in seconds.
 *
 * Returns: the length in seconds
 */
double
starsend_shot_get_duration (StarsendShot *self)
{
  g_return_val_if_fail (STARSEND_IS_SHOT (self), 0);
  return self->shot->duration;
}

/**
 * starsend_shot_get_prompt:
 * @self: a shot
 *
 * Gets what is to be seen.
 *
 * Returns: (transfer none) (nullable): what is to be seen
 */
const char *
starsend_shot_get_prompt (StarsendShot *self)
{
  g_return_val_if_fail (STARSEND_IS_SHOT (self), NULL);
  return self->shot->prompt;
}

/**
 * starsend_shot_get_camera:
 * @self: a shot
 *
 * Gets how the camera moves.
 *
 * Returns: (transfer none) (nullable): how the camera moves
 */
const char *
starsend_shot_get_camera (StarsendShot *self)
{
  g_return_val_if_fail (STARSEND_IS_SHOT (self), NULL);
  return self->shot->camera;
}

/**
 * starsend_shot_get_notes:
 * @self: a shot
 *
 * Gets the notes.
 *
 * Returns: (transfer none) (nullable): the notes
 */
const char *
starsend_shot_get_notes (StarsendShot *self)
{
  g_return_val_if_fail (STARSEND_IS_SHOT (self), NULL);
  return self->shot->notes;
}
