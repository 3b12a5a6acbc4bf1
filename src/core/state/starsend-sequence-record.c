/* starsend-sequence-record.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sequence-record-private.h"

/**
 * StarsendSequenceRecord:
 *
 * Where a sequence stands: what `sequence_state.json` says of it.
 *
 * The properties are read-only. They notify when a change is safely on the disk, or when another program changed the
 * file. Main thread only.
 */
struct _StarsendSequenceRecord
{
  GObject parent_instance;

  char *sequence_id;
  StarsendSequenceFields *fields;
};

enum
{
  PROP_0,
  PROP_SEQUENCE_ID,
  PROP_STATUS,
  PROP_START_FRAME,
  PROP_START_FRAME_APPROVED,
  PROP_ELEMENTS_RESOLVED,
  PROP_GRID_PATH,
  PROP_VIDEO_PATH,
  PROP_TAKES,
  PROP_CURRENT_TAKE,
  PROP_COMPLETED_AT,
  PROP_NOTES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (StarsendSequenceRecord, starsend_sequence_record, G_TYPE_OBJECT)

static void
starsend_sequence_record_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendSequenceRecord *self = STARSEND_SEQUENCE_RECORD (object);

  switch (prop_id)
    {
    case PROP_SEQUENCE_ID:
      g_value_set_string (value, self->sequence_id);
      break;
    case PROP_STATUS:
      g_value_set_enum (value, self->fields->status);
      break;
    case PROP_START_FRAME:
      g_value_set_string (value, self->fields->start_frame);
      break;
    case PROP_START_FRAME_APPROVED:
      g_value_set_boolean (value, self->fields->start_frame_approved);
      break;
    case PROP_ELEMENTS_RESOLVED:
      g_value_set_boolean (value, self->fields->elements_resolved);
      break;
    case PROP_GRID_PATH:
      g_value_set_string (value, self->fields->grid_path);
      break;
    case PROP_VIDEO_PATH:
      g_value_set_string (value, self->fields->video_path);
      break;
    case PROP_TAKES:
      g_value_set_uint (value, self->fields->takes);
      break;
    case PROP_CURRENT_TAKE:
      g_value_set_uint (value, self->fields->current_take);
      break;
    case PROP_COMPLETED_AT:
      g_value_set_string (value, self->fields->completed_at);
      break;
    case PROP_NOTES:
      g_value_set_string (value, self->fields->notes);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_sequence_record_finalize (GObject *object)
{
  StarsendSequenceRecord *self = STARSEND_SEQUENCE_RECORD (object);

  g_free (self->sequence_id);
  starsend_sequence_fields_unref (self->fields);

  G_OBJECT_CLASS (starsend_sequence_record_parent_class)->finalize (object);
}

static void
starsend_sequence_record_class_init (StarsendSequenceRecordClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = starsend_sequence_record_get_property;
  object_class->finalize = starsend_sequence_record_finalize;

  /**
   * StarsendSequenceRecord:sequence-id:
   *
   * The id of the sequence in the plan.
   */
  properties[PROP_SEQUENCE_ID] = g_param_spec_string ("sequence-id", NULL, NULL, NULL, flags);
  /**
   * StarsendSequenceRecord:status:
   *
   * Where it stands; not started when the file does not say.
   */
  properties[PROP_STATUS] = g_param_spec_enum ("status", NULL, NULL, STARSEND_TYPE_SEQUENCE_STATUS,
                                               STARSEND_SEQUENCE_STATUS_NOT_STARTED, flags);
  /**
   * StarsendSequenceRecord:start-frame:
   *
   * The path of the start frame, relative to the project.
   */
  properties[PROP_START_FRAME] = g_param_spec_string ("start-frame", NULL, NULL, NULL, flags);
  /**
   * StarsendSequenceRecord:start-frame-approved:
   *
   * Whether the start frame is locked.
   */
  properties[PROP_START_FRAME_APPROVED] = g_param_spec_boolean ("start-frame-approved", NULL, NULL, FALSE, flags);
  /**
   * StarsendSequenceRecord:elements-resolved:
   *
   * Whether every element it names has its pictures.
   */
  properties[PROP_ELEMENTS_RESOLVED] = g_param_spec_boolean ("elements-resolved", NULL, NULL, FALSE, flags);
  /**
   * StarsendSequenceRecord:grid-path:
   *
   * The path of the grid that was last picked from, relative to the project.
   */
  properties[PROP_GRID_PATH] = g_param_spec_string ("grid-path", NULL, NULL, NULL, flags);
  /**
   * StarsendSequenceRecord:video-path:
   *
   * The path of the current take, relative to the project.
   */
  properties[PROP_VIDEO_PATH] = g_param_spec_string ("video-path", NULL, NULL, NULL, flags);
  /**
   * StarsendSequenceRecord:takes:
   *
   * How many takes there are.
   */
  properties[PROP_TAKES] = g_param_spec_uint ("takes", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * StarsendSequenceRecord:current-take:
   *
   * The number of the current take, from 1; 0 when there is none.
   */
  properties[PROP_CURRENT_TAKE] = g_param_spec_uint ("current-take", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * StarsendSequenceRecord:completed-at:
   *
   * When it was completed: ISO 8601, UTC.
   */
  properties[PROP_COMPLETED_AT] = g_param_spec_string ("completed-at", NULL, NULL, NULL, flags);
  /**
   * StarsendSequenceRecord:notes:
   *
   * Free words about the sequence.
   */
  properties[PROP_NOTES] = g_param_spec_string ("notes", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_sequence_record_init (StarsendSequenceRecord *self)
{
  self->fields = starsend_sequence_fields_parse (NULL, NULL, NULL);
}

StarsendSequenceRecord *
starsend_sequence_record_new (const char *sequence_id, StarsendSequenceFields *fields)
{
  StarsendSequenceRecord *self = g_object_new (STARSEND_TYPE_SEQUENCE_RECORD, NULL);

  self->sequence_id = g_strdup (sequence_id);
  if (fields != NULL)
    starsend_sequence_record_set_fields (self, fields);
  return self;
}

void
starsend_sequence_record_set_fields (StarsendSequenceRecord *self, StarsendSequenceFields *fields)
{
  StarsendSequenceFields *old = self->fields;
  const struct
  {
    gboolean changed;
    guint property;
  } changes[] = {
    { old->status != fields->status, PROP_STATUS },
    { g_strcmp0 (old->start_frame, fields->start_frame) != 0, PROP_START_FRAME },
    { old->start_frame_approved != fields->start_frame_approved, PROP_START_FRAME_APPROVED },
    { old->elements_resolved != fields->elements_resolved, PROP_ELEMENTS_RESOLVED },
    { g_strcmp0 (old->grid_path, fields->grid_path) != 0, PROP_GRID_PATH },
    { g_strcmp0 (old->video_path, fields->video_path) != 0, PROP_VIDEO_PATH },
    { old->takes != fields->takes, PROP_TAKES },
    { old->current_take != fields->current_take, PROP_CURRENT_TAKE },
    { g_strcmp0 (old->completed_at, fields->completed_at) != 0, PROP_COMPLETED_AT },
    { g_strcmp0 (old->notes, fields->notes) != 0, PROP_NOTES },
  };

  self->fields = starsend_sequence_fields_ref (fields);
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    if (changes[i].changed)
      g_object_notify_by_pspec (G_OBJECT (self), properties[changes[i].property]);
  g_object_thaw_notify (G_OBJECT (self));
  starsend_sequence_fields_unref (old);
}

/**
 * starsend_sequence_record_get_sequence_id: (get-property sequence-id)
 * @self: a record
 *
 * The id of the sequence in the plan.
 *
 * Returns: the text
 */
const char *
starsend_sequence_record_get_sequence_id (StarsendSequenceRecord *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RECORD (self), NULL);

  return self->sequence_id;
}

/**
 * starsend_sequence_record_get_status: (get-property status)
 * @self: a record
 *
 * Where it stands; not started when the file does not say.
 *
 * Returns: the status
 */
StarsendSequenceStatus
starsend_sequence_record_get_status (StarsendSequenceRecord *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RECORD (self), STARSEND_SEQUENCE_STATUS_NOT_STARTED);

  return self->fields->status;
}

/**
 * starsend_sequence_record_is_status_known:
 * @self: a record
 *
 * Whether the file's word for where it stands is one of ours. One that is not is kept, reads as not started, and is replaced
 * by a repair alone.
 *
 * Returns: whether it is known
 */
gboolean
starsend_sequence_record_is_status_known (StarsendSequenceRecord *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RECORD (self), FALSE);

  return !self->fields->status_unknown;
}

/**
 * starsend_sequence_record_get_start_frame: (get-property start-frame)
 * @self: a record
 *
 * The path of the start frame, relative to the project.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_sequence_record_get_start_frame (StarsendSequenceRecord *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RECORD (self), NULL);

  return self->fields->start_frame;
}

/**
 * starsend_sequence_record_get_start_frame_approved: (get-property start-frame-approved)
 * @self: a record
 *
 * Whether the start frame is locked.
 *
 * Returns: whether it is
 */
gboolean
starsend_sequence_record_get_start_frame_approved (StarsendSequenceRecord *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RECORD (self), FALSE);

  return self->fields->start_frame_approved;
}

/**
 * starsend_sequence_record_get_elements_resolved: (get-property elements-resolved)
 * @self: a record
 *
 * Whether every element it names has its pictures.
 *
 * Returns: whether it is
 */
gboolean
starsend_sequence_record_get_elements_resolved (StarsendSequenceRecord *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RECORD (self), FALSE);

  return self->fields->elements_resolved;
}

/**
 * starsend_sequence_record_get_grid_path: (get-property grid-path)
 * @self: a record
 *
 * The path of the grid that was last picked from, relative to the project.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_sequence_record_get_grid_path (StarsendSequenceRecord *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RECORD (self), NULL);

  return self->fields->grid_path;
}

/**
 * starsend_sequence_record_get_video_path: (get-property video-path)
 * @self: a record
 *
 * The path of the current take, relative to the project.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_sequence_record_get_video_path (StarsendSequenceRecord *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RECORD (self), NULL);

  return self->fields->video_path;
}

/**
 * starsend_sequence_record_get_takes: (get-property takes)
 * @self: a record
 *
 * How many takes there are.
 *
 * Returns: the number
 */
guint
starsend_sequence_record_get_takes (StarsendSequenceRecord *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RECORD (self), 0);

  return self->fields->takes;
}

/**
 * starsend_sequence_record_get_current_take: (get-property current-take)
 * @self: a record
 *
 * The number of the current take, from 1; 0 when there is none.
 *
 * Returns: the number
 */
guint
starsend_sequence_record_get_current_take (StarsendSequenceRecord *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RECORD (self), 0);

  return self->fields->current_take;
}

/**
 * starsend_sequence_record_get_completed_at: (get-property completed-at)
 * @self: a record
 *
 * When it was completed: ISO 8601, UTC.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_sequence_record_get_completed_at (StarsendSequenceRecord *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RECORD (self), NULL);

  return self->fields->completed_at;
}

/**
 * starsend_sequence_record_get_notes: (get-property notes)
 * @self: a record
 *
 * Free words about the sequence.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_sequence_record_get_notes (StarsendSequenceRecord *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RECORD (self), NULL);

  return self->fields->notes;
}
