/* starsend-plan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-plan.h"

#include "starsend-files.h"
#include "starsend-plan-data.h"
#include "starsend-plan-list.h"
#include "starsend-plan-reader.h"

#define MAX_SIZE (512 * 1024 * 1024)

/**
 * StarsendPlan:
 *
 * A client's plan in the format ClientPlanV1: read natively, and never converted, rewritten or reordered.
 *
 * Immutable. Sequences, shots and elements are made as objects only when somebody asks for them, and are then the same
 * for good: a plan of 10 000 sequences costs its text and a few bytes for each value.
 */
struct _StarsendPlan
{
  GObject parent_instance;

  GBytes *bytes;
  char *digest;
  StarsendPlanData *data;
  StarsendPlanHead head;
  StarsendPlanFindings *collected;

  StarsendSong *song;
  GListModel *sequences;
  GListModel *elements;
  GListStore *findings;
};

G_DEFINE_FINAL_TYPE (StarsendPlan, starsend_plan, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_PROJECT,
  PROP_EPISODE,
  PROP_TITLE,
  PROP_ASPECT_RATIO,
  PROP_SONG,
  PROP_SEQUENCES,
  PROP_ELEMENTS,
  PROP_FINDINGS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_plan_finalize (GObject *object)
{
  StarsendPlan *self = STARSEND_PLAN (object);

  g_clear_object (&self->song);
  g_clear_object (&self->sequences);
  g_clear_object (&self->elements);
  g_clear_object (&self->findings);
  g_clear_pointer (&self->collected, starsend_plan_findings_free);
  g_clear_pointer (&self->data, starsend_plan_data_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->digest);
  G_OBJECT_CLASS (starsend_plan_parent_class)->finalize (object);
}

static void
starsend_plan_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  StarsendPlan *self = STARSEND_PLAN (object);

  switch (id)
    {
    case PROP_PROJECT:
      g_value_set_string (value, self->head.project);
      break;
    case PROP_EPISODE:
      g_value_set_string (value, self->head.episode);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->head.title);
      break;
    case PROP_ASPECT_RATIO:
      g_value_set_string (value, self->head.aspect_ratio);
      break;
    case PROP_SONG:
      g_value_set_object (value, self->song);
      break;
    case PROP_SEQUENCES:
      g_value_set_object (value, self->sequences);
      break;
    case PROP_ELEMENTS:
      g_value_set_object (value, self->elements);
      break;
    case PROP_FINDINGS:
      g_value_set_object (value, self->findings);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
starsend_plan_class_init (StarsendPlanClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = starsend_plan_finalize;
  object_class->get_property = starsend_plan_get_property;

  /**
   * StarsendPlan:project:
   *
   * The name of the project.
   */
  properties[PROP_PROJECT] = g_param_spec_string ("project", NULL, NULL, NULL, flags);
  /**
   * StarsendPlan:episode:
   *
   * The episode.
   */
  properties[PROP_EPISODE] = g_param_spec_string ("episode", NULL, NULL, NULL, flags);
  /**
   * StarsendPlan:title:
   *
   * The title.
   */
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  /**
   * StarsendPlan:aspect-ratio:
   *
   * The aspect ratio.
   */
  properties[PROP_ASPECT_RATIO] = g_param_spec_string ("aspect-ratio", NULL, NULL, NULL, flags);
  /**
   * StarsendPlan:song:
   *
   * The song.
   */
  properties[PROP_SONG] = g_param_spec_object ("song", NULL, NULL, STARSEND_TYPE_SONG, flags);
  /**
   * StarsendPlan:sequences:
   *
   * The sequences.
   */
  properties[PROP_SEQUENCES] = g_param_spec_object ("sequences", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  /**
   * StarsendPlan:elements:
   *
   * The elements.
   */
  properties[PROP_ELEMENTS] = g_param_spec_object ("elements", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  /**
   * StarsendPlan:findings:
   *
   * What the validator found.
   */
  properties[PROP_FINDINGS] = g_param_spec_object ("findings", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_plan_init (StarsendPlan *self)
{
}

/**
 * starsend_plan_new_from_bytes:
 * @bytes: the text
 * @error: return location for a #GError
 *
 * Reads and validates a plan.
 *
 * It fails with %STARSEND_ERROR_INVALID_INPUT only when the text is no JSON object, is over 512 MiB, or is not of the
 * format `client_plan` in version 1. Everything else becomes findings. A sequence or an element without an id that can
 * be used is reported and not listed.
 *
 * Returns: (transfer full): the plan, or %NULL
 */
StarsendPlan *
starsend_plan_new_from_bytes (GBytes *bytes, GError **error)
{
  g_autoptr (StarsendJson) json = NULL;
  StarsendPlan *self;

  g_return_val_if_fail (bytes != NULL, NULL);

  json = starsend_json_new (bytes, MAX_SIZE, error);
  if (!json || !starsend_plan_reader_check_format (json, error))
    return NULL;
  self = g_object_new (STARSEND_TYPE_PLAN, NULL);
  self->bytes = g_bytes_ref (bytes);
  self->data = starsend_plan_data_new (json);
  self->collected = starsend_plan_findings_new ();
  starsend_plan_reader_read (self->data, &self->head, self->collected);
  starsend_plan_reader_compare (self->data, &self->head, self->collected);
  self->findings = starsend_plan_findings_finish (self->collected);
  if (self->data->has_song)
    self->song = starsend_song_new_from_data (self->data);
  self->sequences = G_LIST_MODEL (starsend_plan_list_new (self->data, STARSEND_TYPE_SEQUENCE,
                                                          (StarsendPlanListMaker) starsend_sequence_new_from_data, 0,
                                                          self->data->sequences->len));
  self->elements = G_LIST_MODEL (starsend_plan_list_new (self->data, STARSEND_TYPE_ELEMENT,
                                                         (StarsendPlanListMaker) starsend_element_new_from_data, 0,
                                                         self->data->elements->len));
  return self;
}

static void
load (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = starsend_files_read (task_data, MAX_SIZE, &error);
  g_autoptr (StarsendPlan) plan = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (bytes)
    plan = starsend_plan_new_from_bytes (bytes, &error);
  if (plan)
    g_task_return_pointer (task, g_steal_pointer (&plan), g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * starsend_plan_load_async:
 * @path: (type filename): a file
 * @cancellable: (nullable): a cancellable
 * @callback: what to call when it is done
 * @user_data: data for @callback
 *
 * Reads and validates the plan in a file, on a worker thread.
 */
void
starsend_plan_load_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (path != NULL);

  g_task_set_source_tag (task, starsend_plan_load_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, load);
}

/**
 * starsend_plan_load_finish:
 * @result: the result
 * @error: return location for a #GError
 *
 * Ends a call of [func@Plan.load_async].
 *
 * It fails like [ctor@Plan.new_from_bytes], or when the file cannot be read.
 *
 * Returns: (transfer full): the plan, or %NULL
 */
StarsendPlan *
starsend_plan_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * starsend_plan_get_project:
 * @self: a plan
 *
 * Gets the name of the project.
 *
 * Returns: (transfer none) (nullable): the name of the project
 */
const char *
starsend_plan_get_project (StarsendPlan *self)
{
  g_return_val_if_fail (STARSEND_IS_PLAN (self), NULL);
  return self->head.project;
}

/**
 * starsend_plan_get_episode:
 * @self: a plan
 *
 * Gets the episode.
 *
 * Returns: (transfer none) (nullable): the episode
 */
const char *
starsend_plan_get_episode (StarsendPlan *self)
{
  g_return_val_if_fail (STARSEND_IS_PLAN (self), NULL);
  return self->head.episode;
}

/**
 * starsend_plan_get_title:
 * @self: a plan
 *
 * Gets the title.
 *
 * Returns: (transfer none) (nullable): the title
 */
const char *
starsend_plan_get_title (StarsendPlan *self)
{
  g_return_val_if_fail (STARSEND_IS_PLAN (self), NULL);
  return self->head.title;
}

/**
 * starsend_plan_get_aspect_ratio:
 * @self: a plan
 *
 * Gets the aspect ratio, 16:9 when the plan has none.
 *
 * Returns: (transfer none): the aspect ratio, 16:9 when the plan has none
 */
const char *
starsend_plan_get_aspect_ratio (StarsendPlan *self)
{
  g_return_val_if_fail (STARSEND_IS_PLAN (self), NULL);
  return self->head.aspect_ratio;
}

/**
 * starsend_plan_get_song:
 * @self: a plan
 *
 * Gets the song.
 *
 * Returns: (transfer none) (nullable): the song
 */
StarsendSong *
starsend_plan_get_song (StarsendPlan *self)
{
  g_return_val_if_fail (STARSEND_IS_PLAN (self), NULL);
  return self->song;
}

/**
 * starsend_plan_get_sequences:
 * @self: a plan
 *
 * Gets the sequences, [class@Sequence] objects in the order of the plan.
 *
 * Returns: (transfer none): the sequences, [class@Sequence] objects in the order of the plan
 */
GListModel *
starsend_plan_get_sequences (StarsendPlan *self)
{
  g_return_val_if_fail (STARSEND_IS_PLAN (self), NULL);
  return self->sequences;
}

/**
 * starsend_plan_get_elements:
 * @self: a plan
 *
 * Gets the elements, [class@Element] objects in the order of the plan.
 *
 * Returns: (transfer none): the elements, [class@Element] objects in the order of the plan
 */
GListModel *
starsend_plan_get_elements (StarsendPlan *self)
{
  g_return_val_if_fail (STARSEND_IS_PLAN (self), NULL);
  return self->elements;
}

/**
 * starsend_plan_get_findings:
 * @self: a plan
 *
 * Gets what the validator found, [class@Finding] objects in the order of the text.
 *
 * Returns: (transfer none): what the validator found, [class@Finding] objects in the order of the text
 */
GListModel *
starsend_plan_get_findings (StarsendPlan *self)
{
  g_return_val_if_fail (STARSEND_IS_PLAN (self), NULL);
  return G_LIST_MODEL (self->findings);
}

/**
 * starsend_plan_get_bytes:
 * @self: a plan
 *
 * Gets the text, byte for byte as it was read.
 *
 * Returns: (transfer none): the text, byte for byte as it was read
 */
GBytes *
starsend_plan_get_bytes (StarsendPlan *self)
{
  g_return_val_if_fail (STARSEND_IS_PLAN (self), NULL);
  return self->bytes;
}

/**
 * starsend_plan_get_aspect:
 * @self: a plan
 * @width: (out) (optional): the width of the ratio
 * @height: (out) (optional): the height of the ratio
 *
 * Gets the aspect ratio as numbers.
 */
void
starsend_plan_get_aspect (StarsendPlan *self, int *width, int *height)
{
  g_return_if_fail (STARSEND_IS_PLAN (self));
  if (width)
    *width = self->head.aspect_width;
  if (height)
    *height = self->head.aspect_height;
}

/**
 * starsend_plan_get_frame_rate:
 * @self: a plan
 * @rate: (out caller-allocates): the frame rate
 *
 * Gets the frame rate, 24 when the plan has none.
 */
void
starsend_plan_get_frame_rate (StarsendPlan *self, StarsendFrameRate *rate)
{
  g_return_if_fail (STARSEND_IS_PLAN (self));
  *rate = self->head.frame_rate;
}

/**
 * starsend_plan_find_sequence:
 * @self: a plan
 * @id: the id of a sequence
 * @position: (out) (optional): where it stands in the plan
 *
 * Finds the place of a sequence, the first of duplicates.
 *
 * Returns: %FALSE when there is none
 */
gboolean
starsend_plan_find_sequence (StarsendPlan *self, const char *id, guint *position)
{
  gpointer value;

  g_return_val_if_fail (STARSEND_IS_PLAN (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  if (!g_hash_table_lookup_extended (self->data->positions, id, NULL, &value))
    return FALSE;
  if (position)
    *position = GPOINTER_TO_UINT (value);
  return TRUE;
}

/**
 * starsend_plan_dup_sequence:
 * @self: a plan
 * @id: the id of a sequence
 *
 * Finds a sequence, the first of duplicates.
 *
 * Returns: (transfer full) (nullable): the sequence, or %NULL when there is none
 */
StarsendSequence *
starsend_plan_dup_sequence (StarsendPlan *self, const char *id)
{
  guint position;

  return starsend_plan_find_sequence (self, id, &position) ? g_list_model_get_item (self->sequences, position) : NULL;
}

/**
 * starsend_plan_dup_element:
 * @self: a plan
 * @id: the id of an element
 *
 * Finds an element, the first of duplicates.
 *
 * Returns: (transfer full) (nullable): the element, or %NULL when there is none
 */
StarsendElement *
starsend_plan_dup_element (StarsendPlan *self, const char *id)
{
  int position;

  g_return_val_if_fail (STARSEND_IS_PLAN (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  position = starsend_element_index_lookup (self->data->element_index, id);
  return position >= 0 ? g_list_model_get_item (self->elements, position) : NULL;
}

/**
 * starsend_plan_has_error:
 * @self: a plan
 * @sequence_id: (nullable): the id of a sequence, or %NULL for the plan as a whole
 * @finding: (out) (optional) (nullable) (transfer full): the first such error
 *
 * Tells whether an error touches a sequence: one of its own, or one of the whole plan.
 *
 * Returns: %TRUE when there is one
 */
gboolean
starsend_plan_has_error (StarsendPlan *self, const char *sequence_id, StarsendFinding **finding)
{
  g_return_val_if_fail (STARSEND_IS_PLAN (self), FALSE);
  return starsend_plan_findings_has_error (self->collected, sequence_id, finding);
}

/**
 * starsend_plan_dup_sequence_ids:
 * @self: a plan
 *
 * Lists the ids of all sequences in the order of the plan; duplicates stand there as often as in the plan.
 *
 * Returns: (transfer full) (array zero-terminated=1): the ids
 */
char **
starsend_plan_dup_sequence_ids (StarsendPlan *self)
{
  GArray *sequences;
  char **ids;

  g_return_val_if_fail (STARSEND_IS_PLAN (self), NULL);

  sequences = self->data->sequences;
  ids = g_new0 (char *, sequences->len + 1);
  for (guint i = 0; i < sequences->len; i++)
    ids[i] = g_strdup (g_array_index (sequences, StarsendSequenceData, i).id);
  return ids;
}

/**
 * starsend_plan_get_digest:
 * @self: a plan
 *
 * Gets the SHA-256 of the text, which is computed when it is first asked for. Any thread may ask.
 *
 * Returns: (transfer none): the digest in lower-case hexadecimal digits
 */
const char *
starsend_plan_get_digest (StarsendPlan *self)
{
  g_return_val_if_fail (STARSEND_IS_PLAN (self), NULL);

  if (g_once_init_enter (&self->digest))
    g_once_init_leave (&self->digest, starsend_files_digest_bytes (self->bytes));
  return self->digest;
}
