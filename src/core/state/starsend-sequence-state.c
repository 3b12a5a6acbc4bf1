/* starsend-sequence-state.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sequence-state.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"
#include "starsend-sequence-change-private.h"
#include "starsend-state-document.h"

/**
 * StarsendSequenceState:
 *
 * The truth about the sequences of an episode: `sequence_state.json`.
 *
 * Every change is written whole, synced and renamed on the queue's worker before a record notifies and before the
 * caller is told; a change that fails leaves memory and disk as they were. Keys, sequences and episodes that are not
 * known keep their exact text and order.
 *
 * Another program may write the file too: before each change it is compared with what was last read or written, read
 * again when it differs, and the change is laid over what it says then.
 *
 * A record whose status is not a known word is shown as not started, and told; its status is kept and only a repair
 * ([method@SequenceChange.force_status]) replaces it. A known key of the wrong type counts as absent, is told, and
 * keeps its text until it is set.
 *
 * Main thread only.
 */
struct _StarsendSequenceState
{
  GObject parent_instance;

  StarsendFileQueue *queue;
  StarsendStateDocument *document; /* touched by jobs of the queue only */
  GHashTable *records;
  GPtrArray *ids;
  gboolean read_only;
};

enum
{
  SIGNAL_CHANGED_OUTSIDE,
  SIGNAL_DAMAGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (StarsendSequenceState, starsend_sequence_state, G_TYPE_OBJECT)

static gpointer
parse_record (const StarsendJsonNode *record, const char *name, gconstpointer data, GString *damage)
{
  return starsend_sequence_fields_parse (record, name, damage);
}

static const StarsendStateDocumentClass document_class = {
  .template = "{}",
  .parse = parse_record,
  .equal = (gboolean (*) (gconstpointer, gconstpointer)) starsend_sequence_fields_equal,
  .ref = (gpointer (*) (gpointer)) starsend_sequence_fields_ref,
  .unref = (GDestroyNotify) starsend_sequence_fields_unref,
};

/* A job on the worker */

typedef struct
{
  StarsendStateDocument *document;
  char *sequence_id;
  StarsendSequenceChange *change;
  StarsendStateNews *news;
} Job;

static Job *
job_new (StarsendSequenceState *self)
{
  Job *job = g_new0 (Job, 1);

  job->document = starsend_state_document_ref (self->document);
  job->news = starsend_state_news_new ();
  return job;
}

static void
job_free (Job *job)
{
  g_clear_pointer (&job->document, starsend_state_document_unref);
  g_clear_pointer (&job->change, starsend_sequence_change_free);
  g_clear_pointer (&job->news, starsend_state_news_free);
  g_free (job->sequence_id);
  g_free (job);
}

static gboolean
apply_change (gconstpointer value, StarsendRawObject *record, gpointer data, GError **error)
{
  Job *job = data;

  if (starsend_sequence_change_apply (job->change, value, record, error))
    return TRUE;
  g_prefix_error (error, "%s: ", job->sequence_id);
  return FALSE;
}

static gboolean
run_update (gpointer data, GError **error)
{
  Job *job = data;

  return starsend_state_document_change (job->document, job->sequence_id, apply_change, job, job->news, error);
}

static gboolean
run_refresh (gpointer data, GError **error)
{
  Job *job = data;

  return starsend_state_document_refresh (job->document, job->news, error);
}

/* Back on the main thread */

static void
set_ids (StarsendSequenceState *self, char **ids)
{
  g_ptr_array_set_size (self->ids, 0);
  for (guint i = 0; ids[i] != NULL; i++)
    g_ptr_array_add (self->ids, g_strdup (ids[i]));
}

static void
take_news (StarsendSequenceState *self, StarsendStateNews *news)
{
  if (news->names != NULL)
    set_ids (self, news->names);
  for (guint i = 0; i < news->changes->len; i++)
    {
      StarsendStateChange *change = g_ptr_array_index (news->changes, i);
      StarsendSequenceRecord *record = starsend_sequence_state_get_record (self, change->name);

      if (news->names == NULL && change->added)
        g_ptr_array_add (self->ids, g_strdup (change->name));
      starsend_sequence_record_set_fields (record, change->value);
      if (change->outside)
        g_signal_emit (self, signals[SIGNAL_CHANGED_OUTSIDE], 0, change->name);
    }
  if (news->damage != NULL)
    g_signal_emit (self, signals[SIGNAL_DAMAGED], 0, news->damage);
}

static void
job_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Job *job = g_task_get_task_data (task);
  gboolean done = starsend_file_queue_run_finish (STARSEND_FILE_QUEUE (source), result, &error);

  /* What another program did is true even when our own change was refused. */
  take_news (g_task_get_source_object (task), job->news);
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
run_job (StarsendSequenceState *self, GTask *task, Job *job, StarsendFileJob function)
{
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  starsend_file_queue_run_async (self->queue, function, job, NULL, g_task_get_cancellable (task), job_done,
                                 g_object_ref (task));
}

/* GObject */

static void
starsend_sequence_state_finalize (GObject *object)
{
  StarsendSequenceState *self = STARSEND_SEQUENCE_STATE (object);

  g_clear_object (&self->queue);
  g_clear_pointer (&self->document, starsend_state_document_unref);
  g_hash_table_unref (self->records);
  g_ptr_array_unref (self->ids);

  G_OBJECT_CLASS (starsend_sequence_state_parent_class)->finalize (object);
}

static void
starsend_sequence_state_class_init (StarsendSequenceStateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_sequence_state_finalize;

  /**
   * StarsendSequenceState::changed-outside:
   * @self: the state
   * @sequence_id: the sequence
   *
   * Another program changed this record; it says so already.
   */
  signals[SIGNAL_CHANGED_OUTSIDE] =
      g_signal_new ("changed-outside", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * StarsendSequenceState::damaged:
   * @self: the state
   * @message: what was found and what was done, for the user
   *
   * The file was found damaged or missing while the project was open. Nothing that was known is lost.
   */
  signals[SIGNAL_DAMAGED] = g_signal_new ("damaged", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
starsend_sequence_state_init (StarsendSequenceState *self)
{
  self->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->ids = g_ptr_array_new_with_free_func (g_free);
}

/* API */

/**
 * starsend_sequence_state_new:
 * @path: (type filename): the path of `sequence_state.json`
 * @episode: the episode whose sequences these are
 * @queue: the project's queue
 * @read_only: whether the disk is left alone
 * @damage: (out) (optional) (nullable): a sentence for the user when the file, or a part of it, could not be understood
 * @error: return location for an error
 *
 * Reads the file; this blocks. A missing file is empty. A damaged one is set aside, unless @read_only, and the state
 * starts empty.
 *
 * Returns: (transfer full): the state
 */
StarsendSequenceState *
starsend_sequence_state_new (const char *path,
                             const char *episode,
                             StarsendFileQueue *queue,
                             gboolean read_only,
                             char **damage,
                             GError **error)
{
  g_autoptr (StarsendSequenceState) self = NULL;
  g_autoptr (StarsendStateNews) news = starsend_state_news_new ();

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (episode != NULL && g_utf8_validate (episode, -1, NULL), NULL);
  g_return_val_if_fail (STARSEND_IS_FILE_QUEUE (queue), NULL);

  if (damage != NULL)
    *damage = NULL;
  self = g_object_new (STARSEND_TYPE_SEQUENCE_STATE, NULL);
  self->queue = g_object_ref (queue);
  self->read_only = read_only;
  self->document = starsend_state_document_open (path, episode, &document_class, NULL, read_only, news, error);
  if (self->document == NULL)
    return NULL;
  if (damage != NULL)
    *damage = g_steal_pointer (&news->damage);
  g_clear_pointer (&news->damage, g_free);
  take_news (self, news);
  return g_steal_pointer (&self);
}

/**
 * starsend_sequence_state_get_record:
 * @self: the state
 * @sequence_id: a sequence
 *
 * Gives the record of a sequence, always the same object. One that the file does not name is not started.
 *
 * Returns: (transfer none): the record
 */
StarsendSequenceRecord *
starsend_sequence_state_get_record (StarsendSequenceState *self, const char *sequence_id)
{
  StarsendSequenceRecord *record;

  g_return_val_if_fail (STARSEND_IS_SEQUENCE_STATE (self), NULL);
  g_return_val_if_fail (sequence_id != NULL, NULL);

  record = g_hash_table_lookup (self->records, sequence_id);
  if (record == NULL)
    {
      record = starsend_sequence_record_new (sequence_id, NULL);
      g_hash_table_insert (self->records, g_strdup (sequence_id), record);
    }
  return record;
}

/**
 * starsend_sequence_state_dup_ids:
 * @self: the state
 *
 * Gives the sequences that the file names for this episode, in its order.
 *
 * Returns: (transfer full) (array zero-terminated=1): the ids
 */
char **
starsend_sequence_state_dup_ids (StarsendSequenceState *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (STARSEND_IS_SEQUENCE_STATE (self), NULL);

  for (guint i = 0; i < self->ids->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (self->ids, i));
  return g_strv_builder_end (builder);
}

/**
 * starsend_sequence_state_update_async:
 * @self: the state
 * @sequence_id: a sequence
 * @change: what is to change; it is copied
 * @cancellable: (nullable): a cancellable; a write that has begun is not cancelled
 * @callback: called when the change is on the disk or refused
 * @user_data: for @callback
 *
 * Changes a record. Changes are made strictly in the order they were asked for, and a transition is checked when its
 * turn comes, against what the file says then.
 */
void
starsend_sequence_state_update_async (StarsendSequenceState *self,
                                      const char *sequence_id,
                                      StarsendSequenceChange *change,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  Job *job;

  g_return_if_fail (STARSEND_IS_SEQUENCE_STATE (self));
  g_return_if_fail (sequence_id != NULL && g_utf8_validate (sequence_id, -1, NULL));
  g_return_if_fail (change != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_sequence_state_update_async);
  if (self->read_only)
    g_set_error (&error, STARSEND_ERROR, STARSEND_ERROR_READ_ONLY,
                 _("The state of sequence “%s” cannot be changed, for the project is open for reading only."),
                 sequence_id);
  if (error != NULL || !starsend_sequence_change_check_texts (change, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  job = job_new (self);
  job->sequence_id = g_strdup (sequence_id);
  job->change = starsend_sequence_change_copy (change);
  run_job (self, task, job, run_update);
}

/**
 * starsend_sequence_state_update_finish:
 * @self: the state
 * @result: the result
 * @error: return location for an error
 *
 * Says what came of a change: %STARSEND_ERROR_ILLEGAL_TRANSITION when the workflow does not lead there, or why it could
 * not be written; then nothing has changed.
 *
 * Returns: %TRUE when the change is on the disk
 */
gboolean
starsend_sequence_state_update_finish (StarsendSequenceState *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, starsend_sequence_state_update_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * starsend_sequence_state_refresh_async:
 * @self: the state
 * @cancellable: (nullable): a cancellable
 * @callback: called when the disk has been looked at
 * @user_data: for @callback
 *
 * Looks whether another program has changed the file, and takes over what it says.
 */
void
starsend_sequence_state_refresh_async (StarsendSequenceState *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (STARSEND_IS_SEQUENCE_STATE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_sequence_state_refresh_async);
  run_job (self, task, job_new (self), run_refresh);
}

/**
 * starsend_sequence_state_refresh_finish:
 * @self: the state
 * @result: the result
 * @error: return location for an error
 *
 * Ends the look at the disk.
 *
 * Returns: %TRUE when the records say what the file says
 */
gboolean
starsend_sequence_state_refresh_finish (StarsendSequenceState *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, starsend_sequence_state_refresh_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
