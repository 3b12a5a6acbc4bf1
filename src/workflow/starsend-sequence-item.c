/* starsend-sequence-item.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sequence-item-private.h"

#include <glib/gi18n-lib.h>

struct _StarsendSequenceItem
{
  GObject parent_instance;

  /* Owned */
  StarsendProjectPaths *paths;
  StarsendSequence *sequence;
  StarsendSequenceRecord *record;
  StarsendJob *job;
  char *poster;
  char *take_path;
  char *problem;
};

G_DEFINE_FINAL_TYPE (StarsendSequenceItem, starsend_sequence_item, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_SEQUENCE,
  PROP_RECORD,
  PROP_JOB,
  PROP_INTERRUPTED,
  PROP_LABEL,
  PROP_NEXT_STEP,
  PROP_POSTER,
  PROP_TAKE_PATH,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_sequence_item_dispose (GObject *object)
{
  StarsendSequenceItem *self = STARSEND_SEQUENCE_ITEM (object);

  g_clear_object (&self->paths);
  g_clear_object (&self->sequence);
  g_clear_object (&self->record);
  g_clear_object (&self->job);

  G_OBJECT_CLASS (starsend_sequence_item_parent_class)->dispose (object);
}

static void
starsend_sequence_item_finalize (GObject *object)
{
  StarsendSequenceItem *self = STARSEND_SEQUENCE_ITEM (object);

  g_clear_pointer (&self->poster, g_free);
  g_clear_pointer (&self->take_path, g_free);
  g_clear_pointer (&self->problem, g_free);

  G_OBJECT_CLASS (starsend_sequence_item_parent_class)->finalize (object);
}

static void
starsend_sequence_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendSequenceItem *self = STARSEND_SEQUENCE_ITEM (object);

  switch (prop_id)
    {
    case PROP_SEQUENCE:
      g_value_set_object (value, self->sequence);
      break;
    case PROP_RECORD:
      g_value_set_object (value, self->record);
      break;
    case PROP_JOB:
      g_value_set_object (value, self->job);
      break;
    case PROP_INTERRUPTED:
      g_value_set_boolean (value, starsend_sequence_item_get_interrupted (self));
      break;
    case PROP_LABEL:
      g_value_set_string (value, starsend_sequence_item_get_label (self));
      break;
    case PROP_NEXT_STEP:
      g_value_set_string (value, starsend_sequence_item_get_next_step (self));
      break;
    case PROP_POSTER:
      g_value_set_string (value, self->poster);
      break;
    case PROP_TAKE_PATH:
      g_value_set_string (value, self->take_path);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_sequence_item_class_init (StarsendSequenceItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = starsend_sequence_item_dispose;
  object_class->finalize = starsend_sequence_item_finalize;
  object_class->get_property = starsend_sequence_item_get_property;

  properties[PROP_SEQUENCE] = g_param_spec_object ("sequence", NULL, NULL, STARSEND_TYPE_SEQUENCE, flags);
  properties[PROP_RECORD] = g_param_spec_object ("record", NULL, NULL, STARSEND_TYPE_SEQUENCE_RECORD, flags);
  properties[PROP_JOB] = g_param_spec_object ("job", NULL, NULL, STARSEND_TYPE_JOB, flags);
  properties[PROP_INTERRUPTED] = g_param_spec_boolean ("interrupted", NULL, NULL, FALSE, flags);
  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, flags);
  properties[PROP_NEXT_STEP] = g_param_spec_string ("next-step", NULL, NULL, NULL, flags);
  properties[PROP_POSTER] = g_param_spec_string ("poster", NULL, NULL, NULL, flags);
  properties[PROP_TAKE_PATH] = g_param_spec_string ("take-path", NULL, NULL, NULL, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_sequence_item_init (StarsendSequenceItem *self)
{
}

static gboolean
is_transient (StarsendSequenceStatus status)
{
  return status == STARSEND_SEQUENCE_STATUS_GENERATING || status == STARSEND_SEQUENCE_STATUS_ITERATING;
}

static char *
make_absolute (StarsendSequenceItem *self, const char *relative)
{
  if (relative == NULL || !starsend_project_paths_check_relative (relative, NULL))
    return NULL;

  return g_build_filename (starsend_project_paths_get_root (self->paths), relative, NULL);
}

static void
read_record (StarsendSequenceItem *self)
{
  const char *poster = starsend_sequence_record_get_start_frame (self->record);

  if (poster == NULL)
    poster = starsend_sequence_record_get_grid_path (self->record);
  g_free (self->poster);
  self->poster = make_absolute (self, poster);
  g_free (self->take_path);
  self->take_path = make_absolute (self, starsend_sequence_record_get_video_path (self->record));
}

/* The picture under an unchanged name may be another one, so a card always hears of it. */
static void
on_record_changed (StarsendSequenceRecord *record, GParamSpec *pspec, StarsendSequenceItem *self)
{
  read_record (self);
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POSTER]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TAKE_PATH]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LABEL]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NEXT_STEP]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTERRUPTED]);
  g_object_thaw_notify (G_OBJECT (self));
}

static char *
find_problem (StarsendProject *project, const char *sequence_id)
{
  g_autoptr(StarsendFinding) finding = NULL;

  if (!starsend_plan_has_error (starsend_project_get_plan (project), sequence_id, &finding) || finding == NULL)
    return NULL;

  return g_strdup_printf ("%s: %s", starsend_finding_get_place (finding), starsend_finding_get_message (finding));
}

StarsendSequenceItem *
starsend_sequence_item_new (StarsendProject *project, StarsendSequence *sequence)
{
  StarsendSequenceItem *self = g_object_new (STARSEND_TYPE_SEQUENCE_ITEM, NULL);
  const char *id = starsend_sequence_get_id (sequence);

  self->paths = g_object_ref (starsend_project_get_paths (project));
  self->sequence = g_object_ref (sequence);
  self->record = g_object_ref (starsend_sequence_state_get_record (starsend_project_get_sequence_state (project), id));
  self->problem = find_problem (project, id);
  read_record (self);
  g_signal_connect_object (self->record, "notify", G_CALLBACK (on_record_changed), self, G_CONNECT_DEFAULT);

  return self;
}

void
starsend_sequence_item_set_job (StarsendSequenceItem *self, StarsendJob *job)
{
  if (!g_set_object (&self->job, job))
    return;

  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_JOB]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LABEL]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NEXT_STEP]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTERRUPTED]);
  g_object_thaw_notify (G_OBJECT (self));
}

/* Public API */

/**
 * starsend_sequence_item_get_sequence:
 *
 * The plan's part.
 *
 * Returns: (transfer none): the sequence
 */
StarsendSequence *
starsend_sequence_item_get_sequence (StarsendSequenceItem *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_ITEM (self), NULL);

  return self->sequence;
}

/**
 * starsend_sequence_item_get_record:
 *
 * Where it stands.
 *
 * Returns: (transfer none): the record
 */
StarsendSequenceRecord *
starsend_sequence_item_get_record (StarsendSequenceItem *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_ITEM (self), NULL);

  return self->record;
}

/**
 * starsend_sequence_item_get_job:
 *
 * The job that runs for it now.
 *
 * Returns: (transfer none) (nullable): the job
 */
StarsendJob *
starsend_sequence_item_get_job (StarsendSequenceItem *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_ITEM (self), NULL);

  return self->job;
}

/**
 * starsend_sequence_item_get_interrupted:
 *
 * Whether it says that it is being generated while nothing runs here: a crash, or another program.
 *
 * Returns: whether it waits to be resumed
 */
gboolean
starsend_sequence_item_get_interrupted (StarsendSequenceItem *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_ITEM (self), FALSE);

  return self->job == NULL && is_transient (starsend_sequence_record_get_status (self->record));
}

/**
 * starsend_sequence_item_get_label:
 *
 * The state in words.
 *
 * Returns: (transfer none): a translated label
 */
const char *
starsend_sequence_item_get_label (StarsendSequenceItem *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_ITEM (self), NULL);

  return starsend_sequence_status_get_label (starsend_sequence_record_get_status (self->record));
}

/**
 * starsend_sequence_item_get_next_step:
 *
 * What the user does next.
 *
 * Returns: (transfer none) (nullable): a translated phrase; %NULL when there is nothing to do
 */
const char *
starsend_sequence_item_get_next_step (StarsendSequenceItem *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_ITEM (self), NULL);

  if (self->problem != NULL)
    return _("Mend the plan");

  switch (starsend_sequence_record_get_status (self->record))
    {
    case STARSEND_SEQUENCE_STATUS_NOT_STARTED:
      return _("Explore a grid");
    case STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING:
      return _("Add the missing pictures");
    case STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING:
      if (starsend_sequence_record_get_start_frame (self->record) != NULL)
        return _("Approve the start frame");
      if (starsend_sequence_record_get_grid_path (self->record) != NULL)
        return _("Pick a quadrant");
      return _("Explore a grid");
    case STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED:
      return _("Generate a take");
    case STARSEND_SEQUENCE_STATUS_GENERATING:
    case STARSEND_SEQUENCE_STATUS_ITERATING:
      return self->job == NULL ? _("Resume") : NULL;
    case STARSEND_SEQUENCE_STATUS_REVIEW:
      return _("Approve or iterate");
    case STARSEND_SEQUENCE_STATUS_COMPLETE:
    default:
      return NULL;
    }
}

/**
 * starsend_sequence_item_get_poster:
 *
 * The best picture there is: the start frame, else the grid.
 *
 * Returns: (transfer none) (nullable): an absolute path
 */
const char *
starsend_sequence_item_get_poster (StarsendSequenceItem *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_ITEM (self), NULL);

  return self->poster;
}

/**
 * starsend_sequence_item_get_take_path:
 *
 * The current take.
 *
 * Returns: (transfer none) (nullable): an absolute path
 */
const char *
starsend_sequence_item_get_take_path (StarsendSequenceItem *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_ITEM (self), NULL);

  return self->take_path;
}

/**
 * starsend_sequence_item_get_problem:
 *
 * The first error of the plan that stops it.
 *
 * Returns: (transfer none) (nullable): the place and the sentence
 */
const char *
starsend_sequence_item_get_problem (StarsendSequenceItem *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_ITEM (self), NULL);

  return self->problem;
}
