/* starsend-execution-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-execution-store.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"
#include "starsend-shot-states.h"
#include "starsend-state-document.h"

/**
 * StarsendExecutionStore:
 *
 * The truth about shots, by batch and shot, under one state profile: `execution_store.json`.
 *
 * Batch ids and shot ids are opaque and may hold any characters. Every change is written whole, synced and renamed on
 * the queue's worker before it is told; one that fails leaves memory and disk as they were. Keys that are not known
 * keep their exact text, and a change that another program made is read before ours is laid over it.
 *
 * A shot whose state is none of the profile counts as being in the initial state, and is told; only a repair replaces
 * what is stored of it. Main thread only.
 */
struct _StarsendExecutionStore
{
  GObject parent_instance;

  StarsendFileQueue *queue;
  StarsendStateDocument *document; /* touched by jobs of the queue only */
  GHashTable *batches;             /* id -> StarsendShotStates */
  GPtrArray *batch_ids;
  gboolean read_only;

  const StarsendStateProfile *profile;
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_DAMAGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (StarsendExecutionStore, starsend_execution_store, G_TYPE_OBJECT)

/* The document */

static gboolean
check_root (const StarsendJsonNode *root, gconstpointer data, GString *damage, GError **error)
{
  const StarsendStateProfile *profile = data;
  const char *name = starsend_json_node_get_string_member (root, "profile");
  gint64 version = starsend_json_node_get_integer_member (root, "version", -1);

  if (version != 1 && starsend_json_node_get_member (root, "version") != NULL)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED, _("its version is not 1"));
      return FALSE;
    }
  if (name != NULL && !g_str_equal (name, starsend_state_profile_get_name (profile)))
    g_string_append_printf (
        damage, _("The states of the shots were stored for the profile “%s”, and the project is now “%s”."), name,
        starsend_state_profile_get_name (profile));
  return TRUE;
}

static gpointer
parse_batch (const StarsendJsonNode *record, const char *name, gconstpointer data, GString *damage)
{
  return starsend_shot_states_parse (record, name, data, damage);
}

static const StarsendStateDocumentClass document_class = {
  .template = "{\"version\": 1}",
  .check_root = check_root,
  .parse = parse_batch,
  .equal = (gboolean (*) (gconstpointer, gconstpointer)) starsend_shot_states_equal,
  .ref = (gpointer (*) (gpointer)) starsend_shot_states_ref,
  .unref = (GDestroyNotify) starsend_shot_states_unref,
};

/* A job on the worker */

typedef struct
{
  StarsendStateDocument *document;
  const StarsendStateProfile *profile;
  char *batch_id;
  char **shot_ids;
  char **path;
  gboolean is_repair;
  guint take;
  char *message;
  StarsendStateNews *news;
} Job;

static void
job_free (Job *job)
{
  starsend_state_document_unref (job->document);
  starsend_state_news_free (job->news);
  g_strfreev (job->shot_ids);
  g_strfreev (job->path);
  g_free (job->batch_id);
  g_free (job->message);
  g_free (job);
}

/* Walks the table; a shot that stands on a state of the path goes on from there. */
static gboolean
check_path (const Job *job, const StarsendShotState *shot, GError **error)
{
  const char *now = shot != NULL ? shot->state : starsend_state_profile_get_initial (job->profile);
  guint begin = 0;

  if (shot != NULL && shot->state_unknown)
    {
      g_set_error (
          error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED,
          _("A state is stored that the profile “%s” does not have, and it is not overwritten; run a repair, which "
             "looks at what is really there."),
          starsend_state_profile_get_name (job->profile));
      return FALSE;
    }
  for (guint i = 0; job->path[i] != NULL; i++)
    if (g_str_equal (job->path[i], now))
      {
        begin = i + 1;
        break;
      }
  for (guint i = begin; job->path[i] != NULL; i++)
    {
      if (!starsend_state_profile_check (job->profile, now, job->path[i], error))
        return FALSE;
      now = job->path[i];
    }
  return TRUE;
}

static char *
now_text (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  return g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
}

/* A batch stands two levels deep in the file, so its shots are rendered at the third. */
static gboolean
change_shot (const Job *job, StarsendRawObject *batch, const char *shot_id, GError **error)
{
  const char *state = job->path[g_strv_length (job->path) - 1];
  const char *old = starsend_raw_object_lookup (batch, shot_id);
  g_autoptr (StarsendRawObject) record = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *updated_at = now_text ();

  /* What is no object can be replaced by a repair alone, which has passed the check. */
  record = old != NULL && *old == '{' ? starsend_raw_object_new_from_text (old, error) : starsend_raw_object_new ();
  if (record == NULL)
    return FALSE;
  before = starsend_raw_object_to_text (record, 3);
  starsend_raw_object_set_string (record, "state", state);
  if (job->take > 0)
    starsend_raw_object_set_uint (record, "take", job->take);
  starsend_raw_object_set_string (record, "error", job->message);
  after = starsend_raw_object_to_text (record, 3);
  if (old != NULL && g_str_equal (before, after))
    return TRUE;
  starsend_raw_object_set_string (record, "updated_at", updated_at);
  g_free (after);
  after = starsend_raw_object_to_text (record, 3);
  starsend_raw_object_set (batch, shot_id, after);
  return TRUE;
}

static gboolean
change_shots (gconstpointer value, StarsendRawObject *batch, gpointer data, GError **error)
{
  const Job *job = data;

  for (guint i = 0; job->shot_ids[i] != NULL; i++)
    {
      const StarsendShotState *shot = starsend_shot_states_lookup (value, job->shot_ids[i]);

      if ((!job->is_repair && !check_path (job, shot, error)) || !change_shot (job, batch, job->shot_ids[i], error))
        {
          g_prefix_error (error, "%s, %s: ", job->batch_id, job->shot_ids[i]);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
run_job (gpointer data, GError **error)
{
  Job *job = data;

  return starsend_state_document_change (job->document, job->batch_id, change_shots, job, job->news, error);
}

/* Back on the main thread */

static void
take_news (StarsendExecutionStore *self, StarsendStateNews *news)
{
  if (news->names != NULL)
    {
      g_ptr_array_set_size (self->batch_ids, 0);
      for (guint i = 0; news->names[i] != NULL; i++)
        g_ptr_array_add (self->batch_ids, g_strdup (news->names[i]));
    }
  for (guint i = 0; i < news->changes->len; i++)
    {
      StarsendStateChange *change = g_ptr_array_index (news->changes, i);

      if (news->names == NULL && change->added)
        g_ptr_array_add (self->batch_ids, g_strdup (change->name));
      g_hash_table_replace (self->batches, g_strdup (change->name), starsend_shot_states_ref (change->value));
      g_signal_emit (self, signals[SIGNAL_CHANGED], 0, change->name);
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

  take_news (g_task_get_source_object (task), job->news);
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static const char *
find_invalid_text (const char *const *texts)
{
  for (guint i = 0; texts[i] != NULL; i++)
    if (!g_utf8_validate (texts[i], -1, NULL))
      return texts[i];
  return NULL;
}

static gboolean
check_arguments (StarsendExecutionStore *self, const char *const *shot_ids, const char *const *path, GError **error)
{
  if (self->read_only)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_READ_ONLY,
                 _("The states of the shots cannot be changed, for the project is open for reading only."));
  else if (find_invalid_text (shot_ids) != NULL)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                 _("The id of a shot is not UTF-8 and cannot be stored."));
  else
    {
      for (guint i = 0; path[i] != NULL; i++)
        if (!starsend_state_profile_has_state (self->profile, path[i]))
          {
            g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_ILLEGAL_TRANSITION,
                         _("The profile “%s” has no state “%s”."), starsend_state_profile_get_name (self->profile),
                         path[i]);
            return FALSE;
          }
      return TRUE;
    }
  return FALSE;
}

static void
run (StarsendExecutionStore *self,
     GTask *task,
     const char *batch_id,
     const char *const *shot_ids,
     const char *const *path,
     gboolean is_repair,
     guint take,
     const char *message)
{
  GError *error = NULL;
  Job *job;

  g_task_set_check_cancellable (task, FALSE);
  if (!check_arguments (self, shot_ids, path, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  job = g_new0 (Job, 1);
  job->document = starsend_state_document_ref (self->document);
  job->profile = self->profile;
  job->batch_id = g_strdup (batch_id);
  job->shot_ids = g_strdupv ((char **) shot_ids);
  job->path = g_strdupv ((char **) path);
  job->is_repair = is_repair;
  job->take = take;
  job->message = message != NULL ? g_utf8_make_valid (message, -1) : NULL;
  job->news = starsend_state_news_new ();
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  starsend_file_queue_run_async (self->queue, run_job, job, NULL, g_task_get_cancellable (task), job_done,
                                 g_object_ref (task));
}

/* GObject */

static void
starsend_execution_store_finalize (GObject *object)
{
  StarsendExecutionStore *self = STARSEND_EXECUTION_STORE (object);

  g_clear_object (&self->queue);
  g_clear_pointer (&self->document, starsend_state_document_unref);
  g_hash_table_unref (self->batches);
  g_ptr_array_unref (self->batch_ids);

  G_OBJECT_CLASS (starsend_execution_store_parent_class)->finalize (object);
}

static void
starsend_execution_store_class_init (StarsendExecutionStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_execution_store_finalize;

  /**
   * StarsendExecutionStore::changed:
   * @self: the store
   * @batch_id: the batch
   *
   * Something about the shots of a batch has changed, and is on the disk.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * StarsendExecutionStore::damaged:
   * @self: the store
   * @message: what was found and what was done, for the user
   *
   * The file was found damaged or missing while the project was open. Nothing that was known is lost.
   */
  signals[SIGNAL_DAMAGED] = g_signal_new ("damaged", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
starsend_execution_store_init (StarsendExecutionStore *self)
{
  self->batches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) starsend_shot_states_unref);
  self->batch_ids = g_ptr_array_new_with_free_func (g_free);
}

/* API */

/**
 * starsend_execution_store_new:
 * @path: (type filename): the path of `execution_store.json`
 * @profile: (transfer none): the state profile of the project
 * @queue: the project's queue
 * @read_only: whether the disk is left alone
 * @damage: (out) (optional) (nullable): a sentence for the user when the file, or a part of it, could not be understood
 * @error: return location for an error
 *
 * Reads the file; this blocks. A missing file is empty. A damaged one is set aside, unless @read_only, and the store
 * starts empty.
 *
 * Returns: (transfer full): the store
 */
StarsendExecutionStore *
starsend_execution_store_new (const char *path,
                              const StarsendStateProfile *profile,
                              StarsendFileQueue *queue,
                              gboolean read_only,
                              char **damage,
                              GError **error)
{
  g_autoptr (StarsendExecutionStore) self = NULL;
  g_autoptr (StarsendStateNews) news = starsend_state_news_new ();

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (profile != NULL, NULL);
  g_return_val_if_fail (STARSEND_IS_FILE_QUEUE (queue), NULL);

  if (damage != NULL)
    *damage = NULL;
  self = g_object_new (STARSEND_TYPE_EXECUTION_STORE, NULL);
  self->queue = g_object_ref (queue);
  self->profile = profile;
  self->read_only = read_only;
  self->document = starsend_state_document_open (path, "batches", &document_class, profile, read_only, news, error);
  if (self->document == NULL)
    return NULL;
  starsend_state_document_set_default (self->document, "profile", starsend_state_profile_get_name (profile));
  if (damage != NULL)
    *damage = g_steal_pointer (&news->damage);
  g_clear_pointer (&news->damage, g_free);
  take_news (self, news);
  return g_steal_pointer (&self);
}

/**
 * starsend_execution_store_get_profile:
 * @self: the store
 *
 * Gives the state profile of the project.
 *
 * Returns: (transfer none): the profile
 */
const StarsendStateProfile *
starsend_execution_store_get_profile (StarsendExecutionStore *self)
{
  g_return_val_if_fail (STARSEND_IS_EXECUTION_STORE (self), NULL);

  return self->profile;
}

static const StarsendShotState *
lookup (StarsendExecutionStore *self, const char *batch_id, const char *shot_id)
{
  return starsend_shot_states_lookup (g_hash_table_lookup (self->batches, batch_id), shot_id);
}

/**
 * starsend_execution_store_get_state:
 * @self: the store
 * @batch_id: a batch
 * @shot_id: a shot of it
 *
 * Gives the state of a shot: the profile's initial one for what was never stored.
 *
 * Returns: the state
 */
const char *
starsend_execution_store_get_state (StarsendExecutionStore *self, const char *batch_id, const char *shot_id)
{
  const StarsendShotState *shot;

  g_return_val_if_fail (STARSEND_IS_EXECUTION_STORE (self), NULL);
  g_return_val_if_fail (batch_id != NULL && shot_id != NULL, NULL);

  shot = lookup (self, batch_id, shot_id);
  return shot != NULL ? shot->state : starsend_state_profile_get_initial (self->profile);
}

/**
 * starsend_execution_store_get_take:
 * @self: the store
 * @batch_id: a batch
 * @shot_id: a shot of it
 *
 * Gives the number of the take that a shot's state speaks of.
 *
 * Returns: the number, from 1; 0 when there is none
 */
guint
starsend_execution_store_get_take (StarsendExecutionStore *self, const char *batch_id, const char *shot_id)
{
  const StarsendShotState *shot;

  g_return_val_if_fail (STARSEND_IS_EXECUTION_STORE (self), 0);
  g_return_val_if_fail (batch_id != NULL && shot_id != NULL, 0);

  shot = lookup (self, batch_id, shot_id);
  return shot != NULL ? shot->take : 0;
}

/**
 * starsend_execution_store_get_shot_error:
 * @self: the store
 * @batch_id: a batch
 * @shot_id: a shot of it
 *
 * Gives what went wrong with a shot last.
 *
 * Returns: (nullable): the message
 */
const char *
starsend_execution_store_get_shot_error (StarsendExecutionStore *self, const char *batch_id, const char *shot_id)
{
  const StarsendShotState *shot;

  g_return_val_if_fail (STARSEND_IS_EXECUTION_STORE (self), NULL);
  g_return_val_if_fail (batch_id != NULL && shot_id != NULL, NULL);

  shot = lookup (self, batch_id, shot_id);
  return shot != NULL ? shot->error : NULL;
}

static char **
dup_strings (GPtrArray *strings)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; strings != NULL && i < strings->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (strings, i));
  return g_strv_builder_end (builder);
}

/**
 * starsend_execution_store_dup_batches:
 * @self: the store
 *
 * Gives the batches that the file names, in its order.
 *
 * Returns: (transfer full) (array zero-terminated=1): the ids
 */
char **
starsend_execution_store_dup_batches (StarsendExecutionStore *self)
{
  g_return_val_if_fail (STARSEND_IS_EXECUTION_STORE (self), NULL);

  return dup_strings (self->batch_ids);
}

/**
 * starsend_execution_store_dup_shots:
 * @self: the store
 * @batch_id: a batch
 *
 * Gives the shots that the file names for a batch, in its order.
 *
 * Returns: (transfer full) (array zero-terminated=1): the ids
 */
char **
starsend_execution_store_dup_shots (StarsendExecutionStore *self, const char *batch_id)
{
  StarsendShotStates *states;

  g_return_val_if_fail (STARSEND_IS_EXECUTION_STORE (self), NULL);
  g_return_val_if_fail (batch_id != NULL, NULL);

  states = g_hash_table_lookup (self->batches, batch_id);
  return dup_strings (states != NULL ? states->ids : NULL);
}

/**
 * starsend_execution_store_advance_async:
 * @self: the store
 * @batch_id: a batch
 * @shot_ids: (array zero-terminated=1): shots of it
 * @path: (array zero-terminated=1): states, walked one after another
 * @take: the number of the take, or 0 to leave it
 * @message: (nullable): what went wrong; %NULL removes what was told before
 * @cancellable: (nullable): a cancellable; a write that has begun is not cancelled
 * @callback: called when the change is on the disk or refused
 * @user_data: for @callback
 *
 * Takes all the shots along the path. A shot that stands on a state of the path goes on from there. All or nothing: one
 * illegal step refuses the whole. It is one durable write.
 */
void
starsend_execution_store_advance_async (StarsendExecutionStore *self,
                                        const char *batch_id,
                                        const char *const *shot_ids,
                                        const char *const *path,
                                        guint take,
                                        const char *message,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (STARSEND_IS_EXECUTION_STORE (self));
  g_return_if_fail (batch_id != NULL && g_utf8_validate (batch_id, -1, NULL));
  g_return_if_fail (shot_ids != NULL);
  g_return_if_fail (path != NULL && path[0] != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_execution_store_advance_async);
  run (self, task, batch_id, shot_ids, path, FALSE, take, message);
}

/**
 * starsend_execution_store_advance_finish:
 * @self: the store
 * @result: the result
 * @error: return location for an error
 *
 * Says what came of it: %STARSEND_ERROR_ILLEGAL_TRANSITION when the profile does not lead there, or why it could not be
 * written; then nothing has changed.
 *
 * Returns: %TRUE when the change is on the disk
 */
gboolean
starsend_execution_store_advance_finish (StarsendExecutionStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, starsend_execution_store_advance_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * starsend_execution_store_repair_async:
 * @self: the store
 * @batch_id: a batch
 * @shot_ids: (array zero-terminated=1): shots of it
 * @state: the state that they are really in
 * @take: the number of the take, or 0 to leave it
 * @cancellable: (nullable): a cancellable; a write that has begun is not cancelled
 * @callback: called when the change is on the disk or refused
 * @user_data: for @callback
 *
 * Sets the state of shots without asking the profile where it leads from: for repairs alone.
 */
void
starsend_execution_store_repair_async (StarsendExecutionStore *self,
                                       const char *batch_id,
                                       const char *const *shot_ids,
                                       const char *state,
                                       guint take,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  const char *path[] = { state, NULL };
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (STARSEND_IS_EXECUTION_STORE (self));
  g_return_if_fail (batch_id != NULL && g_utf8_validate (batch_id, -1, NULL));
  g_return_if_fail (shot_ids != NULL);
  g_return_if_fail (state != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_execution_store_repair_async);
  run (self, task, batch_id, shot_ids, path, TRUE, take, NULL);
}

/**
 * starsend_execution_store_repair_finish:
 * @self: the store
 * @result: the result
 * @error: return location for an error
 *
 * Says what came of a repair.
 *
 * Returns: %TRUE when the change is on the disk
 */
gboolean
starsend_execution_store_repair_finish (StarsendExecutionStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, starsend_execution_store_repair_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
