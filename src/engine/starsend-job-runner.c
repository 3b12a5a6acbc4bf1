/* starsend-job-runner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-job-runner.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "starsend-budget.h"
#include "starsend-error.h"
#include "starsend-files.h"
#include "starsend-project-paths.h"
#include "starsend-sidecar.h"

/* A file that does not decode is no take: it is fetched again, so often. */
#define MAX_FETCHES 3

struct _StarsendJobRunner
{
  GObject parent_instance;

  /* Owned */
  char *root;
  StarsendProjectConfig *config;
  StarsendLedger *ledger;
  StarsendFileQueue *queue;
  StarsendModels *models;
  StarsendVerifier *verifier;
  GListStore *jobs;

  /* Borrowed from their tasks: runs that passed the caps and are not in the ledger yet. */
  GPtrArray *admitted;
};

G_DEFINE_FINAL_TYPE (StarsendJobRunner, starsend_job_runner, G_TYPE_OBJECT)

/* One request on its way. It belongs to its task; every step hands the task on. */
typedef struct
{
  StarsendRequest *request;
  StarsendProvider *provider;
  StarsendJob *job;
  StarsendTicket *ticket;
  StarsendDelivery *delivery;
  JsonNode *checks;
  GCancellable *either; /* the caller's or the user's; once delivered, the caller's alone (nullable) */
  GCancellable *outer;
  gulong outer_handler;
  gulong user_handler;

  char *job_id;
  char *output;
  char *part;
  char *input_digest;
  char *file_digest;
  char *created_at;
  gint64 estimate;
  guint fetches;
  gboolean delivered;
} Run;

/* Not g_cancellable_disconnect(), which waits for the emission to end: a provider may give up inside of it, and the run
 * then ends there too. All of it happens on the main thread, so there is nothing to wait for. */
static void
run_free (Run *run)
{
  if (run->outer != NULL)
    g_clear_signal_handler (&run->outer_handler, run->outer);
  if (run->job != NULL)
    g_clear_signal_handler (&run->user_handler, starsend_job_get_cancellable (run->job));
  g_clear_object (&run->request);
  g_clear_object (&run->provider);
  g_clear_object (&run->job);
  g_clear_pointer (&run->ticket, starsend_ticket_unref);
  g_clear_pointer (&run->delivery, starsend_delivery_unref);
  g_clear_pointer (&run->checks, json_node_unref);
  g_clear_object (&run->either);
  g_clear_object (&run->outer);
  g_free (run->job_id);
  g_free (run->output);
  g_free (run->part);
  g_free (run->input_digest);
  g_free (run->file_digest);
  g_free (run->created_at);
  g_free (run);
}

static void collect (GTask *task);
static void submit (GTask *task);

static void
starsend_job_runner_dispose (GObject *object)
{
  StarsendJobRunner *self = STARSEND_JOB_RUNNER (object);

  g_clear_object (&self->config);
  g_clear_object (&self->ledger);
  g_clear_object (&self->queue);
  g_clear_object (&self->models);
  g_clear_object (&self->verifier);
  g_clear_object (&self->jobs);

  G_OBJECT_CLASS (starsend_job_runner_parent_class)->dispose (object);
}

static void
starsend_job_runner_finalize (GObject *object)
{
  StarsendJobRunner *self = STARSEND_JOB_RUNNER (object);

  g_clear_pointer (&self->root, g_free);
  g_clear_pointer (&self->admitted, g_ptr_array_unref);

  G_OBJECT_CLASS (starsend_job_runner_parent_class)->finalize (object);
}

static void
starsend_job_runner_class_init (StarsendJobRunnerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = starsend_job_runner_dispose;
  object_class->finalize = starsend_job_runner_finalize;
}

static void
starsend_job_runner_init (StarsendJobRunner *self)
{
  self->jobs = g_list_store_new (STARSEND_TYPE_JOB);
  self->admitted = g_ptr_array_new ();
}

/* Ending a run */

static void
leave (StarsendJobRunner *self, Run *run)
{
  guint position;

  g_ptr_array_remove_fast (self->admitted, run);
  if (run->job != NULL && g_list_store_find (self->jobs, run->job, &position))
    g_list_store_remove (self->jobs, position);
}

static void
fail (GTask *task, GError *error)
{
  leave (g_task_get_source_object (task), g_task_get_task_data (task));
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
succeed (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  leave (g_task_get_source_object (task), run);
  g_task_return_pointer (task,
                         starsend_step_result_new (run->request, run->job_id, run->output,
                                                   starsend_delivery_get_cost (run->delivery), run->checks, NULL),
                         g_object_unref);
  g_object_unref (task);
}

/* The ledger */

static JsonNode *
make_fields (const char *name, const char *value)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  if (name != NULL)
    json_object_set_string_member (object, name, value != NULL ? value : "");
  json_node_take_object (node, object);

  return node;
}

typedef struct
{
  GTask *task;
  GError *error;
} Ending;

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Ending *ending = user_data;
  g_autoptr(GError) error = NULL;

  /* The first failure is what the user needs to know; a ledger that could not be written leaves the job open, which is safe. */
  if (!starsend_ledger_append_finish (STARSEND_LEDGER (source), result, &error))
    g_prefix_error (&ending->error, "%s ", error->message);
  fail (ending->task, ending->error);
  g_free (ending);
}

/* Writes the last line of a job that will never deliver, or of one whose answer never came, and then fails the task. */
static void
end_with (GTask *task, StarsendLedgerEvent event, GError *error)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr(JsonNode) fields = make_fields ("reason", error->message);
  Ending *ending = g_new0 (Ending, 1);

  if (event == STARSEND_LEDGER_RELEASED)
    g_unlink (run->part);
  ending->task = task;
  ending->error = error;
  starsend_ledger_append_async (self->ledger, event, run->job_id, fields, NULL, on_ended, ending);
}

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
user_cancelled (Run *run)
{
  return !run->delivered && run->job != NULL && g_cancellable_is_cancelled (starsend_job_get_cancellable (run->job));
}

/* What was delivered is paid: giving it up saves nothing, so from here on the user's wish to cancel comes too late. */
static void
set_delivered (Run *run)
{
  if (run->delivered)
    return;

  run->delivered = TRUE;
  g_clear_signal_handler (&run->user_handler, starsend_job_get_cancellable (run->job));
  g_set_object (&run->either, run->outer);
}

/* Settled */

static void
on_settled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (!starsend_ledger_append_finish (STARSEND_LEDGER (source), result, &error))
    fail (task, error);
  else
    succeed (task);
}

static void
settle (GTask *task)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr(JsonNode) fields = make_fields (NULL, NULL);
  gint64 cost = starsend_delivery_get_cost (run->delivery);

  if (cost >= 0)
    json_object_set_double_member (json_node_get_object (fields), "cost", (double) cost / 1000000.0);
  starsend_ledger_append_async (self->ledger, STARSEND_LEDGER_SETTLED, run->job_id, fields, NULL, on_settled, task);
}

/* Published: the file under its final name, the sidecar beside it */

typedef struct
{
  char *part;
  char *output;
  char *file_digest;
  char *sidecar_path;
  JsonNode *sidecar;
} Publication;

static void
publication_free (gpointer data)
{
  Publication *publication = data;

  g_free (publication->part);
  g_free (publication->output);
  g_free (publication->file_digest);
  g_free (publication->sidecar_path);
  json_node_unref (publication->sidecar);
  g_free (publication);
}

/* Runs on the queue's thread. A crash may have come between the rename and the next line of the ledger: the same bytes
 * under the final name are then just what was wanted. */
static gboolean
publish_job (gpointer data, GError **error)
{
  Publication *publication = data;
  g_autoptr(GError) local_error = NULL;

  if (!starsend_files_publish (publication->part, publication->output, &local_error))
    {
      g_autofree char *digest = NULL;

      if (g_file_test (publication->output, G_FILE_TEST_IS_REGULAR))
        digest = starsend_files_digest (publication->output, NULL, NULL);
      if (g_strcmp0 (digest, publication->file_digest) != 0)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      g_unlink (publication->part);
    }

  return starsend_sidecar_save (publication->sidecar_path, publication->sidecar, error);
}

static void
on_published (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (!starsend_file_queue_run_finish (STARSEND_FILE_QUEUE (source), result, &error))
    fail (task, error);
  else
    settle (task);
}

static void
publish (GTask *task)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  Publication *publication = g_new0 (Publication, 1);
  StarsendSidecarFacts facts = {
    .request = run->request,
    .job_id = run->job_id,
    .provider = starsend_provider_get_name (run->provider),
    .request_id = run->ticket != NULL ? starsend_ticket_get_request_id (run->ticket) : NULL,
    .input_digest = run->input_digest,
    .output = run->output,
    .file_digest = run->file_digest,
    .currency = starsend_project_config_get_currency (self->config),
    .created_at = run->created_at,
    .estimate = run->estimate,
    .delivery = run->delivery,
    .checks = run->checks,
  };

  publication->part = g_strdup (run->part);
  publication->output = g_strdup (run->output);
  publication->file_digest = g_strdup (run->file_digest);
  publication->sidecar_path = starsend_sidecar_path (run->output);
  publication->sidecar = starsend_sidecar_build (&facts, self->root);
  starsend_file_queue_run_async (self->queue, publish_job, publication, publication_free, NULL, on_published, task);
}

/* Fetched: whole, verified, about to get its final name */

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (!starsend_ledger_append_finish (STARSEND_LEDGER (source), result, &error))
    fail (task, error);
  else
    publish (task);
}

static void
on_file_digest (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr(JsonNode) fields = NULL;
  GError *error = NULL;

  run->file_digest = g_task_propagate_pointer (G_TASK (result), &error);
  if (run->file_digest == NULL)
    {
      fail (task, error);
      return;
    }

  fields = make_fields ("file_digest", run->file_digest);
  if (starsend_delivery_get_cost (run->delivery) >= 0)
    json_object_set_double_member (json_node_get_object (fields), "cost",
                                   (double) starsend_delivery_get_cost (run->delivery) / 1000000.0);
  starsend_ledger_append_async (self->ledger, STARSEND_LEDGER_FETCHED, run->job_id, fields, NULL, on_fetched, task);
}

static void
digest_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  char *digest = starsend_files_digest (data, cancellable, &error);

  if (digest != NULL)
    g_task_return_pointer (task, digest, g_free);
  else
    g_task_return_error (task, error);
}

/* The last one stays: it is all there is of what was paid, and a person may be able to mend it. */
static void
fetch_again (GTask *task, GError *damage)
{
  Run *run = g_task_get_task_data (task);
  g_autoptr(GError) owned = damage;

  if (++run->fetches < MAX_FETCHES)
    {
      g_unlink (run->part);
      collect (task);
    }
  else
    fail (task,
          g_error_new (STARSEND_ERROR, STARSEND_ERROR_DAMAGED,
                       _("%s What arrived is kept as %s, and the job stays open: resume the project to fetch it again."),
                       owned->message, run->part));
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Run *run = g_task_get_task_data (task);
  g_autoptr(GTask) digest_task = NULL;
  GError *error = NULL;

  run->checks = starsend_verifier_verify_finish (STARSEND_VERIFIER (source), result, &error);
  if (run->checks == NULL)
    {
      /* A look that was cancelled or could not be had says nothing against the file; the provider may not hold it any more. */
      if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED))
        fetch_again (task, error);
      else
        fail (task, error);
      return;
    }

  digest_task = g_task_new (NULL, NULL, on_file_digest, task);
  g_task_set_task_data (digest_task, g_strdup (run->part), g_free);
  g_task_run_in_thread (digest_task, digest_thread);
}

/* Collected */

static void
on_provider_cancelled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr(GError) error = NULL;

  if (starsend_provider_cancel_finish (STARSEND_PROVIDER (source), result, &error))
    end_with (task, STARSEND_LEDGER_RELEASED,
              g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled.")));
  else
    fail (task,
          g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                               _("The provider was asked to stop, but may still deliver. The job stays open and can be resumed.")));
}

static void
on_collected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  run->delivery = starsend_provider_collect_finish (STARSEND_PROVIDER (source), result, &error);
  if (run->delivery != NULL)
    {
      set_delivered (run);
      starsend_verifier_verify_async (self->verifier, run->request, run->part, run->either, on_verified, task);
      return;
    }

  if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER))
    end_with (task, STARSEND_LEDGER_RELEASED, error);
  else if (is_cancelled (error) && user_cancelled (run))
    {
      g_error_free (error);
      starsend_provider_cancel_async (run->provider, run->ticket, NULL, on_provider_cancelled, task);
    }
  else
    fail (task, error);
}

static void
on_folder_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  if (!starsend_file_queue_run_finish (STARSEND_FILE_QUEUE (source), result, &error))
    fail (task, error);
  else
    starsend_provider_collect_async (run->provider, run->request, run->ticket, run->job, run->part, run->either, on_collected, task);
}

static gboolean
make_folder_job (gpointer folder, GError **error)
{
  return starsend_files_make_folder (folder, error);
}

static void
collect (GTask *task)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);

  g_clear_pointer (&run->delivery, starsend_delivery_unref);
  starsend_file_queue_run_async (self->queue, make_folder_job, g_path_get_dirname (run->output), g_free, NULL, on_folder_made, task);
}

/* Submitted */

static void
on_submitted_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  if (starsend_ledger_append_finish (STARSEND_LEDGER (source), result, &error))
    {
      collect (task);
      return;
    }

  g_prefix_error (&error, _("The provider took the job as %s, but the ledger could not be written. "),
                  starsend_ticket_get_request_id (run->ticket));
  fail (task, error);
}

static void
on_submitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr(JsonNode) fields = NULL;
  GError *error = NULL;

  run->ticket = starsend_provider_submit_finish (STARSEND_PROVIDER (source), result, &error);
  if (run->ticket == NULL)
    {
      if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN))
        end_with (task, STARSEND_LEDGER_UNCERTAIN, error);
      else
        end_with (task, STARSEND_LEDGER_RELEASED, error);
      return;
    }

  fields = make_fields ("request_id", starsend_ticket_get_request_id (run->ticket));
  if (starsend_ticket_get_addresses (run->ticket) != NULL)
    json_object_set_member (json_node_get_object (fields), "ticket",
                            json_node_copy (starsend_ticket_get_addresses (run->ticket)));
  starsend_ledger_append_async (self->ledger, STARSEND_LEDGER_SUBMITTED, run->job_id, fields, NULL, on_submitted_written, task);
}

static void
submit (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  starsend_provider_submit_async (run->provider, run->request, run->job, run->either, on_submitted, task);
}

/* Intent */

static void
on_cancelled_either (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
begin_job (StarsendJobRunner *self, Run *run, GCancellable *outer)
{
  GCancellable *user;
  g_autofree char *folder = g_path_get_dirname (run->output);
  g_autofree char *name = starsend_job_runner_dup_part_name (run->job_id);

  run->part = g_build_filename (folder, name, NULL);
  run->job = starsend_job_new (run->job_id, run->request);
  run->either = g_cancellable_new ();
  user = starsend_job_get_cancellable (run->job);
  run->user_handler = g_cancellable_connect (user, G_CALLBACK (on_cancelled_either), g_object_ref (run->either), g_object_unref);
  if (outer != NULL)
    {
      run->outer = g_object_ref (outer);
      run->outer_handler = g_cancellable_connect (outer, G_CALLBACK (on_cancelled_either), g_object_ref (run->either), g_object_unref);
    }
  g_list_store_append (self->jobs, run->job);
}

static void
on_intent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  g_ptr_array_remove_fast (self->admitted, run);
  if (!starsend_ledger_append_finish (STARSEND_LEDGER (source), result, &error))
    {
      fail (task, error);
      return;
    }

  begin_job (self, run, g_task_get_cancellable (task));
  submit (task);
}

static JsonNode *
make_intent (StarsendJobRunner *self, Run *run)
{
  JsonNode *node = make_fields ("kind", starsend_request_kind_to_string (starsend_request_get_kind (run->request)));
  JsonObject *object = json_node_get_object (node);
  const char *relative = run->output;

  if (g_str_has_prefix (relative, self->root))
    relative += strlen (self->root) + 1;
  json_object_set_string_member (object, "batch", starsend_request_get_batch_id (run->request));
  json_object_set_int_member (object, "number", starsend_request_get_number (run->request));
  json_object_set_string_member (object, "provider", starsend_provider_get_name (run->provider));
  json_object_set_string_member (object, "model", starsend_request_get_model (run->request));
  json_object_set_string_member (object, "digest", run->input_digest);
  json_object_set_string_member (object, "currency", starsend_project_config_get_currency (self->config));
  json_object_set_double_member (object, "estimate", (double) run->estimate / 1000000.0);
  json_object_set_string_member (object, "output", relative);
  json_object_set_member (object, "request", starsend_request_to_json (run->request, self->root));

  return node;
}

static gboolean
check_budget (StarsendJobRunner *self, Run *run, GError **error)
{
  const char *batch_id = starsend_request_get_batch_id (run->request);
  gint64 pending_batch = 0;
  gint64 pending_all = 0;

  for (guint i = 0; i < self->admitted->len; i++)
    {
      Run *other = g_ptr_array_index (self->admitted, i);

      pending_all += other->estimate;
      if (g_str_equal (starsend_request_get_batch_id (other->request), batch_id))
        pending_batch += other->estimate;
    }

  return starsend_budget_check (self->config, self->ledger, batch_id, run->estimate, pending_batch, pending_all, error);
}

/* What is bought has to have a place. */
static gboolean
check_free (const char *output, GError **error)
{
  if (!g_file_test (output, G_FILE_TEST_EXISTS))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("“%s” exists already and is not overwritten"), output);

  return FALSE;
}

static void
on_input_digest (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr(JsonNode) fields = NULL;
  GError *error = NULL;

  run->input_digest = g_task_propagate_pointer (G_TASK (result), &error);
  if (run->input_digest == NULL ||
      !check_free (run->output, &error) ||
      !check_budget (self, run, &error) ||
      g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error))
    {
      fail (task, error);
      return;
    }

  g_ptr_array_add (self->admitted, run);
  fields = make_intent (self, run);
  starsend_ledger_append_async (self->ledger, STARSEND_LEDGER_INTENT, run->job_id, fields, NULL, on_intent, task);
}

static void
input_digest_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  StarsendJobRunner *self = source;
  GError *error = NULL;
  char *digest = starsend_request_digest (data, self->root, cancellable, &error);

  if (digest != NULL)
    g_task_return_pointer (task, digest, g_free);
  else
    g_task_return_error (task, error);
}

/* Resume */

/* What was fetched lies under its part name or, renamed already, under its final one. The provider may hold it no more. */
static void
find_fetched_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Run *run = data;
  const char *const places[] = { run->part, run->output };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *digest = starsend_files_digest (places[i], NULL, NULL);

      if (digest != NULL && g_strcmp0 (digest, run->file_digest) == 0)
        {
          g_task_return_pointer (task, g_strdup (places[i]), g_free);
          return;
        }
    }

  g_task_return_pointer (task, NULL, NULL);
}

static void
on_found_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  run->checks = starsend_verifier_verify_finish (STARSEND_VERIFIER (source), result, &error);
  if (run->checks == NULL)
    fail (task, error);
  else
    publish (task);
}

static void
on_found_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autofree char *path = g_task_propagate_pointer (G_TASK (result), NULL);

  if (path == NULL)
    {
      g_clear_pointer (&run->delivery, starsend_delivery_unref);
      g_clear_pointer (&run->file_digest, g_free);
      collect (task);
      return;
    }

  starsend_verifier_verify_async (self->verifier, run->request, path, run->either, on_found_verified, task);
}

static void
find_fetched (GTask *task)
{
  g_autoptr(GTask) find_task = g_task_new (NULL, NULL, on_found_fetched, task);

  g_task_set_task_data (find_task, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (find_task, find_fetched_thread);
}

static GError *
make_uncertain (StarsendLedgerJob *ledger_job)
{
  return g_error_new (STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN,
                      /* Translators: %s is a model's name. */
                      _("A job for %s was sent and its answer never came: it may have been paid. It is not sent again by itself."),
                      starsend_ledger_job_get_model (ledger_job));
}

/* The ledger is a file like any other: what it names may lie nowhere but in the project. */
static gboolean
check_output (const char *output, GError **error)
{
  if (output != NULL)
    return starsend_project_paths_check_relative (output, error);

  g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED,
                       _("The ledger does not say where the file of an open job belongs, so the job cannot be taken up."));

  return FALSE;
}

static void
resume_run (GTask *task, StarsendLedgerJob *ledger_job)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  gboolean is_free = starsend_ledger_job_get_estimate (ledger_job) == 0 &&
                     g_strcmp0 (starsend_ledger_job_get_provider (ledger_job), "local") == 0;

  begin_job (self, run, g_task_get_cancellable (task));
  switch (starsend_ledger_job_get_event (ledger_job))
    {
    case STARSEND_LEDGER_SUBMITTED:
      run->ticket = starsend_ticket_new (starsend_ledger_job_get_request_id (ledger_job),
                                         starsend_ledger_job_get_ticket (ledger_job));
      collect (task);
      break;
    case STARSEND_LEDGER_FETCHED:
      run->ticket = starsend_ticket_new (starsend_ledger_job_get_request_id (ledger_job),
                                         starsend_ledger_job_get_ticket (ledger_job));
      run->delivery = starsend_delivery_new (starsend_ledger_job_get_cost (ledger_job), NULL, NULL);
      run->file_digest = g_strdup (starsend_ledger_job_get_file_digest (ledger_job));
      set_delivered (run);
      find_fetched (task);
      break;
    case STARSEND_LEDGER_INTENT:
    case STARSEND_LEDGER_UNCERTAIN:
      if (is_free)
        submit (task);
      else if (starsend_ledger_job_get_event (ledger_job) == STARSEND_LEDGER_UNCERTAIN)
        fail (task, make_uncertain (ledger_job));
      else
        end_with (task, STARSEND_LEDGER_UNCERTAIN, make_uncertain (ledger_job));
      break;
    case STARSEND_LEDGER_SETTLED:
    case STARSEND_LEDGER_RELEASED:
      fail (task, g_error_new_literal (STARSEND_ERROR, STARSEND_ERROR_NOT_READY, _("The job has ended already.")));
      break;
    default:
      g_assert_not_reached ();
    }
}

/* Public API */

/**
 * starsend_job_runner_new:
 * @root: the project's folder
 * @config: the project's settings, for the caps
 * @ledger: the project's ledger
 * @queue: where files are written
 * @models: who makes what
 * @verifier: who looks at what arrives
 *
 * Makes a runner.
 *
 * Returns: (transfer full): the runner
 */
StarsendJobRunner *
starsend_job_runner_new (const char *root, StarsendProjectConfig *config, StarsendLedger *ledger,
                         StarsendFileQueue *queue, StarsendModels *models, StarsendVerifier *verifier)
{
  StarsendJobRunner *self = g_object_new (STARSEND_TYPE_JOB_RUNNER, NULL);

  self->root = g_strdup (root);
  self->config = g_object_ref (config);
  self->ledger = g_object_ref (ledger);
  self->queue = g_object_ref (queue);
  self->models = g_object_ref (models);
  self->verifier = g_object_ref (verifier);

  return self;
}

/**
 * starsend_job_runner_dup_part_name: (skip)
 * @job_id: a job
 *
 * The name of the file that a job is fetched into, beside where it will stand. While the job is open it may be all there
 * is of a take.
 *
 * Returns: (transfer full): a file name
 */
char *
starsend_job_runner_dup_part_name (const char *job_id)
{
  return g_strdup_printf (".%s.part", job_id);
}

/**
 * starsend_job_runner_get_jobs:
 *
 * The jobs that run now.
 *
 * Returns: (transfer none): a list of [class@Job]
 */
GListModel *
starsend_job_runner_get_jobs (StarsendJobRunner *self)
{
  g_return_val_if_fail (STARSEND_IS_JOB_RUNNER (self), NULL);

  return G_LIST_MODEL (self->jobs);
}

/**
 * starsend_job_runner_dup_job:
 * @batch_id: a batch
 *
 * Finds the job that runs for a batch.
 *
 * Returns: (transfer full) (nullable): the job
 */
StarsendJob *
starsend_job_runner_dup_job (StarsendJobRunner *self, const char *batch_id)
{
  g_return_val_if_fail (STARSEND_IS_JOB_RUNNER (self), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    {
      g_autoptr(StarsendJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);

      if (g_strcmp0 (starsend_request_get_batch_id (starsend_job_get_request (job)), batch_id) == 0)
        return g_steal_pointer (&job);
    }

  return NULL;
}

/**
 * starsend_job_runner_estimate:
 * @request: what is to be made
 * @error: return location for an error
 *
 * What a request is expected to cost; refuses what the model cannot make.
 *
 * Returns: millionths of the currency, -1 on error
 */
gint64
starsend_job_runner_estimate (StarsendJobRunner *self, StarsendRequest *request, GError **error)
{
  StarsendProvider *provider;

  g_return_val_if_fail (STARSEND_IS_JOB_RUNNER (self), -1);
  g_return_val_if_fail (STARSEND_IS_REQUEST (request), -1);

  provider = starsend_models_find (self->models, starsend_request_get_model (request),
                                   starsend_request_get_kind (request), error);
  if (provider == NULL || !starsend_provider_check (provider, request, error))
    return -1;

  return starsend_provider_estimate (provider, request);
}

/**
 * starsend_job_runner_run_async:
 * @request: what is to be made
 * @output: absolute path that the result gets; nothing may stand there
 * @cancellable: (nullable): a cancellable; it leaves a submitted job open in the ledger
 * @callback: (scope async): called when it has ended
 * @user_data: data for @callback
 *
 * Takes a request from intent to settlement.
 */
void
starsend_job_runner_run_async (StarsendJobRunner *self, StarsendRequest *request, const char *output,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  g_autoptr(GTask) digest_task = NULL;
  Run *run;
  GError *error = NULL;

  g_return_if_fail (STARSEND_IS_JOB_RUNNER (self));
  g_return_if_fail (STARSEND_IS_REQUEST (request));
  g_return_if_fail (output != NULL);

  run = g_new0 (Run, 1);
  run->request = g_object_ref (request);
  run->output = g_strdup (output);
  run->created_at = starsend_sidecar_now ();
  run->job_id = starsend_ledger_new_job_id ();
  run->estimate = starsend_job_runner_estimate (self, request, &error);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_job_runner_run_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, run, (GDestroyNotify) run_free);
  if (error != NULL)
    {
      fail (task, error);
      return;
    }

  run->provider = g_object_ref (starsend_models_find (self->models, starsend_request_get_model (request),
                                                      starsend_request_get_kind (request), NULL));
  digest_task = g_task_new (self, cancellable, on_input_digest, task);
  g_task_set_task_data (digest_task, g_object_ref (request), g_object_unref);
  g_task_run_in_thread (digest_task, input_digest_thread);
}

/**
 * starsend_job_runner_run_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came of it. %STARSEND_ERROR_UNCERTAIN: it may have been bought; it stays open. %STARSEND_ERROR_DECISION_WANTED:
 * a cap. Whether a failed job stays open is the ledger's to say.
 *
 * Returns: (transfer full): the result
 */
StarsendStepResult *
starsend_job_runner_run_finish (StarsendJobRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * starsend_job_runner_resume_async:
 * @ledger_job: an open job
 * @cancellable: (nullable): a cancellable; it leaves the job open
 * @callback: (scope async): called when it has ended
 * @user_data: data for @callback
 *
 * Takes an open job on from where the ledger says it stands. Nothing is ever submitted again that may have been paid.
 */
void
starsend_job_runner_resume_async (StarsendJobRunner *self, StarsendLedgerJob *ledger_job,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Run *run;
  StarsendProvider *provider = NULL;
  const char *output;
  GError *error = NULL;

  g_return_if_fail (STARSEND_IS_JOB_RUNNER (self));
  g_return_if_fail (STARSEND_IS_LEDGER_JOB (ledger_job));

  output = starsend_ledger_job_get_output (ledger_job);
  run = g_new0 (Run, 1);
  run->job_id = g_strdup (starsend_ledger_job_get_id (ledger_job));
  run->created_at = g_strdup (starsend_ledger_job_get_created_at (ledger_job));
  run->input_digest = g_strdup (starsend_ledger_job_get_digest (ledger_job));
  run->estimate = starsend_ledger_job_get_estimate (ledger_job);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_job_runner_resume_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, run, (GDestroyNotify) run_free);

  run->request = starsend_request_new_from_json (starsend_ledger_job_get_request (ledger_job), self->root, &error);
  if (run->request != NULL && check_output (output, &error))
    provider = starsend_models_find (self->models, starsend_request_get_model (run->request),
                                     starsend_request_get_kind (run->request), &error);
  if (provider == NULL)
    {
      fail (task, error);
      return;
    }

  run->provider = g_object_ref (provider);
  run->output = g_build_filename (self->root, output, NULL);
  resume_run (task, ledger_job);
}

/**
 * starsend_job_runner_resume_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came of it, as [method@JobRunner.run_finish] does.
 *
 * Returns: (transfer full): the result
 */
StarsendStepResult *
starsend_job_runner_resume_finish (StarsendJobRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
