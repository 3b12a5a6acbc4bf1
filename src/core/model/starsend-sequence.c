/* starsend-sequence.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-plan-data.h"
#include "starsend-plan-list.h"

/**
 * StarsendSequence:
 *
 * A sequence as the client planned it, which is the unit of work.
 *
 * Immutable; where it stands in the work is the matter of [class@SequenceRecord].
 */
struct _StarsendSequence
{
  GObject parent_instance;

  StarsendPlanData *data;
  const StarsendSequenceData *sequence;
  guint position;
  GListModel *shots;
};

G_DEFINE_FINAL_TYPE (StarsendSequence, starsend_sequence, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_TITLE,
  PROP_SONG_START,
  PROP_SONG_END,
  PROP_DURATION,
  PROP_ELEMENTS,
  PROP_DIRECTOR_NOTES,
  PROP_START_FRAME_PROMPT,
  PROP_MODEL,
  PROP_SHOTS,
  PROP_POSITION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_sequence_finalize (GObject *object)
{
  StarsendSequence *self = STARSEND_SEQUENCE (object);

  g_clear_object (&self->shots);
  g_clear_pointer (&self->data, starsend_plan_data_unref);
  G_OBJECT_CLASS (starsend_sequence_parent_class)->finalize (object);
}

static void
starsend_sequence_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  StarsendSequence *self = STARSEND_SEQUENCE (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, starsend_sequence_get_id (self));
      break;
    case PROP_TITLE:
      g_value_set_string (value, starsend_sequence_get_title (self));
      break;
    case PROP_SONG_START:
      g_value_set_double (value, starsend_sequence_get_song_start (self));
      break;
    case PROP_SONG_END:
      g_value_set_double (value, starsend_sequence_get_song_end (self));
      break;
    case PROP_DURATION:
      g_value_set_double (value, starsend_sequence_get_duration (self));
      break;
    case PROP_ELEMENTS:
      g_value_set_boxed (value, starsend_sequence_get_elements (self));
      break;
    case PROP_DIRECTOR_NOTES:
      g_value_set_string (value, starsend_sequence_get_director_notes (self));
      break;
    case PROP_START_FRAME_PROMPT:
      g_value_set_string (value, starsend_sequence_get_start_frame_prompt (self));
      break;
    case PROP_MODEL:
      g_value_set_string (value, starsend_sequence_get_model (self));
      break;
    case PROP_SHOTS:
      g_value_set_object (value, starsend_sequence_get_shots (self));
      break;
    case PROP_POSITION:
      g_value_set_uint (value, starsend_sequence_get_position (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
starsend_sequence_class_init (StarsendSequenceClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = starsend_sequence_finalize;
  object_class->get_property = starsend_sequence_get_property;

  /**
   * StarsendSequence:id:
   *
   * The id, which is unique within the plan.
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  /**
   * StarsendSequence:title:
   *
   * The title.
   */
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  /**
   * StarsendSequence:song-start:
   *
   * Where it begins in the song, in seconds, -1 when the plan does not say.
   */
  properties[PROP_SONG_START] = g_param_spec_double ("song-start", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  /**
   * StarsendSequence:song-end:
   *
   * Where it ends in the song, in seconds, -1 when the plan does not say.
   */
  properties[PROP_SONG_END] = g_param_spec_double ("song-end", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  /**
   * StarsendSequence:duration:
   *
   * The length of all shots, in seconds.
   */
  properties[PROP_DURATION] = g_param_spec_double ("duration", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  /**
   * StarsendSequence:elements:
   *
   * The ids of its elements.
   */
  properties[PROP_ELEMENTS] = g_param_spec_boxed ("elements", NULL, NULL, G_TYPE_STRV, flags);
  /**
   * StarsendSequence:director-notes:
   *
   * The notes of the director.
   */
  properties[PROP_DIRECTOR_NOTES] = g_param_spec_string ("director-notes", NULL, NULL, NULL, flags);
  /**
   * StarsendSequence:start-frame-prompt:
   *
   * What the start frame shows.
   */
  properties[PROP_START_FRAME_PROMPT] = g_param_spec_string ("start-frame-prompt", NULL, NULL, NULL, flags);
  /**
   * StarsendSequence:model:
   *
   * The name of the model that the client wants.
   */
  properties[PROP_MODEL] = g_param_spec_string ("model", NULL, NULL, NULL, flags);
  /**
   * StarsendSequence:shots:
   *
   * The shots, [class@Shot] objects in their order.
   */
  properties[PROP_SHOTS] = g_param_spec_object ("shots", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  /**
   * StarsendSequence:position:
   *
   * Where it stands in the plan, from 0.
   */
  properties[PROP_POSITION] = g_param_spec_uint ("position", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_sequence_init (StarsendSequence *self)
{
}

StarsendSequence *
starsend_sequence_new_from_data (StarsendPlanData *data, guint position)
{
  StarsendSequence *self = g_object_new (STARSEND_TYPE_SEQUENCE, NULL);

  self->data = starsend_plan_data_ref (data);
  self->sequence = &g_array_index (data->sequences, StarsendSequenceData, position);
  self->position = position;
  self->shots = G_LIST_MODEL (starsend_plan_list_new (data, STARSEND_TYPE_SHOT,
                                                      (StarsendPlanListMaker) starsend_shot_new_from_data,
                                                      self->sequence->first_shot, self->sequence->n_shots));
  return self;
}

/**
 * starsend_sequence_get_id:
 * @self: a sequence
 *
 * Gets the id, which is unique within the plan.
 *
 * Returns: (transfer none): the id, which is unique within the plan
 */
const char *
starsend_sequence_get_id (StarsendSequence *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE (self), NULL);
  return self->sequence->id;
}

/**
 * starsend_sequence_get_title:
 * @self: a sequence
 *
 * Gets the title.
 *
 * Returns: (transfer none) (nullable): the title
 */
const char *
starsend_sequence_get_title (StarsendSequence *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE (self), NULL);
  return self->sequence->title;
}

/**
 * starsend_sequence_get_song_start:
 * @self: a sequence
 *
 * Gets where it begins in the song, in seconds, -1 when the plan does not say.
 *
 * Returns: where it begins in the song, in seconds, -1 when the plan does not say
 */
double
starsend_sequence_get_song_start (StarsendSequence *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE (self), -1);
  return self->sequence->song_start;
}

/**
 * starsend_sequence_get_song_end:
 * @self: a sequence
 *
 * Gets where it ends in the song, in seconds, -1 when the plan does not say.
 *
 * Returns: where it ends in the song, in seconds, -1 when the plan does not say
 */
double
starsend_sequence_get_song_end (StarsendSequence *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE (self), -1);
  return self->sequence->song_end;
}

/**
 * starsend_sequence_get_duration:
 * @self: a sequence
 *
 * Gets the length of all shots, in seconds.
 *
 * Returns: the length of all shots, in seconds
 */
double
starsend_sequence_get_duration (StarsendSequence *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE (self), 0);
  return self->sequence->duration;
}

/**
 * starsend_sequence_get_elements:
 * @self: a sequence
 *
 * Gets the ids of its elements.
 *
 * Returns: (transfer none) (array zero-terminated=1): the ids of its elements
 */
const char *const *
starsend_sequence_get_elements (StarsendSequence *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE (self), NULL);
  return starsend_plan_data_get_names (self->data, self->sequence->elements);
}

/**
 * starsend_sequence_get_director_notes:
 * @self: a sequence
 *
 * Gets the notes of the director.
 *
 * Returns: (transfer none) (nullable): the notes of the director
 */
const char *
starsend_sequence_get_director_notes (StarsendSequence *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE (self), NULL);
  return self->sequence->director_notes;
}

/**
 * starsend_sequence_get_start_frame_prompt:
 * @self: a sequence
 *
 * Gets what the start frame shows.
 *
 * Returns: (transfer none) (nullable): what the start frame shows
 */
const char *
starsend_sequence_get_start_frame_prompt (StarsendSequence *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE (self), NULL);
  return self->sequence->start_frame_prompt;
}

/**
 * starsend_sequence_get_model:
 * @self: a sequence
 *
 * Gets the name of the model that the client wants.
 *
 * Returns: (transfer none) (nullable): the name of the model that the client wants
 */
const char *
starsend_sequence_get_model (StarsendSequence *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE (self), NULL);
  return self->sequence->model;
}

/**
 * starsend_sequence_get_shots:
 * @self: a sequence
 *
 * Gets the shots, [class@Shot] objects in their order.
 *
 * Returns: (transfer none): the shots, [class@Shot] objects in their order
 */
GListModel *
starsend_sequence_get_shots (StarsendSequence *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE (self), NULL);
  return self->shots;
}

/**
 * starsend_sequence_get_position:
 * @self: a sequence
 *
 * Gets where it stands in the plan, from 0.
 *
 * Returns: where it stands in the plan, from 0
 */
guint
starsend_sequence_get_position (StarsendSequence *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE (self), 0);
  return self->position;
}

/**
 * starsend_sequence_dup_shot:
 * @self: a sequence
 * @shot_id: the id of a shot
 *
 * Finds a shot.
 *
 * Returns: (transfer full) (nullable): the shot, the first of duplicates, or %NULL when there is none
 */
StarsendShot *
starsend_sequence_dup_shot (StarsendSequence *self, const char *shot_id)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE (self), NULL);
  g_return_val_if_fail (shot_id != NULL, NULL);

  for (guint i = 0; i < self->sequence->n_shots; i++)
    if (g_str_equal (g_array_index (self->data->shots, StarsendShotData, self->sequence->first_shot + i).id, shot_id))
      return g_list_model_get_item (self->shots, i);
  return NULL;
}
