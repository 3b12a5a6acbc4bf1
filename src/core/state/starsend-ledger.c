/* starsend-ledger.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-ledger.h"

#include <glib/gi18n-lib.h>

#include "starsend-amount.h"
#include "starsend-error.h"
#include "starsend-ledger-file.h"
#include "starsend-ledger-job-private.h"

/**
 * StarsendLedger:
 *
 * The append-only record of every job, paid or not: `ledger.jsonl`, one JSON object a line.
 *
 * Each line ends with the CRC-32 of what stands before it, and each append is synced before it is told. Lines count in
 * the order of their numbers, never of the clock. An entry that was never written to its end is cut off when the ledger
 * is opened; where lines further up do not check out, the damaged file is kept beside and a new one holds every line
 * that does. Events and fields that are not known are kept and passed over.
 *
 * It is a [iface@Gio.ListModel] of [class@LedgerJob] in the order of their intents. Main thread only.
 */
struct _StarsendLedger
{
  GObject parent_instance;

  StarsendFileQueue *queue;
  StarsendLedgerFile *file; /* touched by jobs of the queue only */
  GPtrArray *jobs;
  GHashTable *by_id;    /* borrowed id -> borrowed job */
  GHashTable *by_batch; /* batch id -> array of borrowed jobs */
  gboolean read_only;
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StarsendLedger,
                               starsend_ledger,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

enum
{
  PROP_0,
  PROP_N_ITEMS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* GListModel */

static GType
get_item_type (GListModel *model)
{
  return STARSEND_TYPE_LEDGER_JOB;
}

static guint
get_n_items (GListModel *model)
{
  return STARSEND_LEDGER (model)->jobs->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  StarsendLedger *self = STARSEND_LEDGER (model);

  return position < self->jobs->len ? g_object_ref (g_ptr_array_index (self->jobs, position)) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static GPtrArray *
get_jobs_of_batch (StarsendLedger *self, const char *batch_id)
{
  return batch_id != NULL ? g_hash_table_lookup (self->by_batch, batch_id) : self->jobs;
}

/* Only a line that lost its intent gives a job without a batch. */
static void
file_under_batch (StarsendLedger *self, StarsendLedgerJob *job)
{
  const char *batch_id = starsend_ledger_job_get_batch_id (job);
  GPtrArray *jobs;

  if (batch_id == NULL)
    return;
  jobs = g_hash_table_lookup (self->by_batch, batch_id);
  if (jobs == NULL)
    {
      jobs = g_ptr_array_new ();
      g_hash_table_insert (self->by_batch, g_strdup (batch_id), jobs);
    }
  g_ptr_array_add (jobs, job);
}

static void
apply_line (StarsendLedger *self, const StarsendLedgerLine *line)
{
  StarsendLedgerJob *job;

  if (line->job_id == NULL)
    return;
  job = g_hash_table_lookup (self->by_id, line->job_id);
  if (job != NULL)
    {
      starsend_ledger_job_apply (job, line);
      return;
    }
  /* An event that is not known tells of no job yet. */
  if (line->event == STARSEND_LEDGER_NO_EVENT)
    return;
  job = starsend_ledger_job_new (line->job_id);
  starsend_ledger_job_apply (job, line);
  g_ptr_array_add (self->jobs, job);
  g_hash_table_insert (self->by_id, (gpointer) starsend_ledger_job_get_id (job), job);
  file_under_batch (self, job);
  g_list_model_items_changed (G_LIST_MODEL (self), self->jobs->len - 1, 0, 1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

/* Appending */

typedef struct
{
  StarsendLedgerFile *file;
  StarsendLedgerEvent event;
  char *job_id;
  char *fields;
  StarsendLedgerLine *line;
} Append;

static void
append_free (Append *append)
{
  starsend_ledger_file_unref (append->file);
  g_free (append->job_id);
  g_free (append->fields);
  g_clear_pointer (&append->line, starsend_ledger_line_free);
  g_free (append);
}

static gboolean
run_append (gpointer data, GError **error)
{
  Append *append = data;

  append->line = starsend_ledger_file_append (append->file, append->event, append->job_id, append->fields, error);
  return append->line != NULL;
}

static void
append_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Append *append = g_task_get_task_data (task);

  if (!starsend_file_queue_run_finish (STARSEND_FILE_QUEUE (source), result, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  apply_line (g_task_get_source_object (task), append->line);
  g_task_return_boolean (task, TRUE);
}

/* GObject */

static void
starsend_ledger_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendLedger *self = STARSEND_LEDGER (object);

  switch (prop_id)
    {
    case PROP_N_ITEMS:
      g_value_set_uint (value, self->jobs->len);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_ledger_finalize (GObject *object)
{
  StarsendLedger *self = STARSEND_LEDGER (object);

  g_clear_object (&self->queue);
  g_clear_pointer (&self->file, starsend_ledger_file_unref);
  g_hash_table_unref (self->by_batch);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->jobs);

  G_OBJECT_CLASS (starsend_ledger_parent_class)->finalize (object);
}

static void
starsend_ledger_class_init (StarsendLedgerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = starsend_ledger_get_property;
  object_class->finalize = starsend_ledger_finalize;

  /**
   * StarsendLedger:n-items:
   *
   * How many jobs there are.
   */
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0,
                                                G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_ledger_init (StarsendLedger *self)
{
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_batch = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

/* API */

/**
 * starsend_ledger_new:
 * @path: (type filename): the path of `ledger.jsonl`
 * @queue: the project's queue
 * @read_only: whether the disk is left alone
 * @damage: (out) (optional) (nullable): a sentence for the user when the file was not whole
 * @error: return location for an error
 *
 * Reads the ledger and mends it where that is needed; this blocks. A missing file is empty.
 *
 * Returns: (transfer full): the ledger
 */
StarsendLedger *
starsend_ledger_new (const char *path, StarsendFileQueue *queue, gboolean read_only, char **damage, GError **error)
{
  g_autoptr (StarsendLedger) self = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  g_autofree char *found = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (STARSEND_IS_FILE_QUEUE (queue), NULL);

  if (damage != NULL)
    *damage = NULL;
  self = g_object_new (STARSEND_TYPE_LEDGER, NULL);
  self->queue = g_object_ref (queue);
  self->read_only = read_only;
  self->file = starsend_ledger_file_open (path, read_only, &lines, &found, error);
  if (self->file == NULL)
    return NULL;
  for (guint i = 0; i < lines->len; i++)
    apply_line (self, g_ptr_array_index (lines, i));
  if (damage != NULL)
    *damage = g_steal_pointer (&found);
  return g_steal_pointer (&self);
}

/**
 * starsend_ledger_new_job_id:
 *
 * Makes an id for a job.
 *
 * Returns: (transfer full): a random UUID
 */
char *
starsend_ledger_new_job_id (void)
{
  return g_uuid_string_random ();
}

/**
 * starsend_ledger_append_async:
 * @self: the ledger
 * @event: what happened
 * @job_id: to which job
 * @fields: (nullable): an object whose members become members of the line
 * @cancellable: (nullable): a cancellable; a write that has begun is not cancelled
 * @callback: called when the line is on the disk or refused
 * @user_data: for @callback
 *
 * Adds a line. Lines are added strictly in the order they were asked for, and whether the event can follow is checked
 * when its turn comes. `estimate` and `cost` are decimal numbers in the currency; every digit of them up to the sixth
 * behind the point counts.
 */
void
starsend_ledger_append_async (StarsendLedger *self,
                              StarsendLedgerEvent event,
                              const char *job_id,
                              JsonNode *fields,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  Append *append;

  g_return_if_fail (STARSEND_IS_LEDGER (self));
  g_return_if_fail ((guint) event <= STARSEND_LEDGER_RELEASED);
  g_return_if_fail (job_id != NULL && g_utf8_validate (job_id, -1, NULL));
  g_return_if_fail (fields == NULL || JSON_NODE_HOLDS_OBJECT (fields));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_ledger_append_async);
  g_task_set_check_cancellable (task, FALSE);
  if (self->read_only)
    g_set_error (&error, STARSEND_ERROR, STARSEND_ERROR_READ_ONLY,
                 _("Nothing can be added to the ledger, for the project is open for reading only."));
  if (error != NULL || (fields != NULL && !starsend_ledger_fields_check (fields, &error)))
    {
      g_task_return_error (task, error);
      return;
    }
  append = g_new0 (Append, 1);
  append->file = starsend_ledger_file_ref (self->file);
  append->event = event;
  append->job_id = g_strdup (job_id);
  /* The caller may go on changing its tree while the worker writes. */
  append->fields = fields != NULL ? starsend_json_render (fields, FALSE) : NULL;
  g_task_set_task_data (task, append, (GDestroyNotify) append_free);
  starsend_file_queue_run_async (self->queue, run_append, append, NULL, cancellable, append_done, g_object_ref (task));
}

/**
 * starsend_ledger_append_finish:
 * @self: the ledger
 * @result: the result
 * @error: return location for an error
 *
 * Says what came of an append: %STARSEND_ERROR_ILLEGAL_TRANSITION when the event cannot follow, or why the line could
 * not be written; then nothing has changed.
 *
 * Returns: %TRUE when the line is on the disk
 */
gboolean
starsend_ledger_append_finish (StarsendLedger *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, starsend_ledger_append_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * starsend_ledger_dup_job:
 * @self: the ledger
 * @job_id: an id
 *
 * Finds a job.
 *
 * Returns: (transfer full) (nullable): the job
 */
StarsendLedgerJob *
starsend_ledger_dup_job (StarsendLedger *self, const char *job_id)
{
  StarsendLedgerJob *job;

  g_return_val_if_fail (STARSEND_IS_LEDGER (self), NULL);
  g_return_val_if_fail (job_id != NULL, NULL);

  job = g_hash_table_lookup (self->by_id, job_id);
  return job != NULL ? g_object_ref (job) : NULL;
}

/**
 * starsend_ledger_find_jobs:
 * @self: the ledger
 * @batch_id: (nullable): a batch; %NULL for all of them
 * @kind: (nullable): `grid` or `take`; %NULL for both
 * @number: the number of the grid or the take; 0 for any
 * @open_only: whether settled and released jobs are left out
 *
 * Finds jobs, in the order of their intents.
 *
 * Returns: (transfer full) (element-type StarsendLedgerJob): the jobs
 */
GPtrArray *
starsend_ledger_find_jobs (StarsendLedger *self, const char *batch_id, const char *kind, guint number, gboolean open_only)
{
  GPtrArray *found, *jobs;

  g_return_val_if_fail (STARSEND_IS_LEDGER (self), NULL);

  found = g_ptr_array_new_with_free_func (g_object_unref);
  jobs = get_jobs_of_batch (self, batch_id);
  for (guint i = 0; jobs != NULL && i < jobs->len; i++)
    {
      StarsendLedgerJob *job = g_ptr_array_index (jobs, i);

      if ((kind == NULL || g_strcmp0 (starsend_ledger_job_get_kind (job), kind) == 0) &&
          (number == 0 || starsend_ledger_job_get_number (job) == number) &&
          (!open_only || starsend_ledger_job_is_open (job)))
        g_ptr_array_add (found, g_object_ref (job));
    }
  return found;
}

/**
 * starsend_ledger_dup_open_jobs:
 * @self: the ledger
 *
 * Gives the jobs that are neither settled nor released, the oldest first.
 *
 * Returns: (transfer full) (element-type StarsendLedgerJob): the jobs
 */
GPtrArray *
starsend_ledger_dup_open_jobs (StarsendLedger *self)
{
  return starsend_ledger_find_jobs (self, NULL, NULL, 0, TRUE);
}

static gint64
get_spent_on_job (StarsendLedgerJob *job)
{
  gint64 cost = starsend_ledger_job_get_cost (job);

  if (starsend_ledger_job_is_open (job))
    return 0;
  if (cost >= 0)
    return cost;
  return starsend_ledger_job_get_event (job) == STARSEND_LEDGER_SETTLED ? starsend_ledger_job_get_estimate (job) : 0;
}

/**
 * starsend_ledger_get_spent:
 * @self: the ledger
 * @batch_id: (nullable): a batch; %NULL for the whole project
 *
 * Adds up what jobs cost: a settled one whose cost is not known counts with its estimate, a released one only when it is
 * known that it was charged although it came to nothing.
 *
 * Returns: millionths of the currency
 */
gint64
starsend_ledger_get_spent (StarsendLedger *self, const char *batch_id)
{
  GPtrArray *jobs;
  gint64 sum = 0;

  g_return_val_if_fail (STARSEND_IS_LEDGER (self), 0);

  jobs = get_jobs_of_batch (self, batch_id);
  for (guint i = 0; jobs != NULL && i < jobs->len; i++)
    sum = starsend_amount_add (sum, get_spent_on_job (g_ptr_array_index (jobs, i)));
  return sum;
}

/**
 * starsend_ledger_get_reserved:
 * @self: the ledger
 * @batch_id: (nullable): a batch; %NULL for the whole project
 *
 * Adds up the estimates of the jobs that are open.
 *
 * Returns: millionths of the currency
 */
gint64
starsend_ledger_get_reserved (StarsendLedger *self, const char *batch_id)
{
  GPtrArray *jobs;
  gint64 sum = 0;

  g_return_val_if_fail (STARSEND_IS_LEDGER (self), 0);

  jobs = get_jobs_of_batch (self, batch_id);
  for (guint i = 0; jobs != NULL && i < jobs->len; i++)
    {
      StarsendLedgerJob *job = g_ptr_array_index (jobs, i);

      if (starsend_ledger_job_is_open (job))
        sum = starsend_amount_add (sum, starsend_ledger_job_get_estimate (job));
    }
  return sum;
}
