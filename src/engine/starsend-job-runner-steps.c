/* starsend-job-runner-steps.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-job-runner-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-files.h"

/* What every run shares, whether it begins at its intent or is taken up again. */

/* A file that does not decode is no take: it is fetched again, so often. */
#define MAX_FETCHES 3

/* Not g_cancellable_disconnect(), which waits for the emission to end: a provider may give up inside of it, and the run
 * then ends there too. All of it happens on the main thread, so there is nothing to wait for. */
static void
run_free (gpointer data)
{
  Run *run = data;

  if (run->outer != NULL)
    g_clear_signal_handler (&run->outer_handler, run->outer);
  if (run->job != NULL)
    g_clear_signal_handler (&run->user_handler, starsend_job_get_cancellable (run->job));
  g_clear_object (&run->ledger_job);
  g_clear_object (&run->replaced);
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

GTask *
starsend_run_new (StarsendJobRunner *self, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_new0 (Run, 1), run_free);

  return task;
}

/* Idle */

static gboolean
is_running (StarsendJobRunner *self, StarsendLedgerJob *ledger_job)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    {
      g_autoptr(StarsendJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);

      if (g_str_equal (starsend_job_get_id (job), starsend_ledger_job_get_id (ledger_job)))
        return TRUE;
    }

  return FALSE;
}

gboolean
starsend_run_check_idle (StarsendJobRunner *self, StarsendLedgerJob *ledger_job, GError **error)
{
  if (!is_running (self, ledger_job))
    return TRUE;

  g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY, _("The job is being worked on just now; wait until that is done."));

  return FALSE;
}

/* Inputs */

typedef struct
{
  StarsendRequest *request;
  char *output; /* nullable */
  char *root;
} Inputs;

static void
inputs_free (gpointer data)
{
  Inputs *inputs = data;

  g_object_unref (inputs->request);
  g_free (inputs->output);
  g_free (inputs->root);
  g_free (inputs);
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
inputs_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Inputs *inputs = data;
  GError *error = NULL;
  char *digest = NULL;

  if (inputs->output == NULL || check_free (inputs->output, &error))
    digest = starsend_request_digest (inputs->request, inputs->root, cancellable, &error);
  if (digest != NULL)
    g_task_return_pointer (task, digest, g_free);
  else
    g_task_return_error (task, error);
}

void
starsend_run_read_inputs (GTask *task, gboolean wants_place, GAsyncReadyCallback callback)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr(GTask) read_task = g_task_new (NULL, wants_place ? g_task_get_cancellable (task) : NULL, callback, task);
  Inputs *inputs = g_new0 (Inputs, 1);

  inputs->request = g_object_ref (run->request);
  inputs->output = wants_place ? g_strdup (run->output) : NULL;
  inputs->root = g_strdup (self->root);
  g_task_set_task_data (read_task, inputs, inputs_free);
  g_task_run_in_thread (read_task, inputs_thread);
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

void
starsend_run_fail (GTask *task, GError *error)
{
  leave (g_task_get_source_object (task), g_task_get_task_data (task));
  g_task_return_error (task, error);
  g_object_unref (task);
}

void
starsend_run_succeed (GTask *task)
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

JsonNode *
starsend_run_make_fields (const char *name, const char *value)
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
  starsend_run_fail (ending->task, ending->error);
  g_free (ending);
}

void
starsend_run_end_with (GTask *task, StarsendLedgerEvent event, GError *error)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr(JsonNode) fields = starsend_run_make_fields ("reason", error->message);
  Ending *ending = g_new0 (Ending, 1);

  if (event == STARSEND_LEDGER_RELEASED)
    {
      gint64 cost = starsend_job_get_cost (run->job);

      if (cost >= 0)
        json_object_set_double_member (json_node_get_object (fields), "cost", (double) cost / 1000000.0);
      g_unlink (run->part);
    }
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

void
starsend_run_set_delivered (Run *run)
{
  if (run->delivered)
    return;

  run->delivered = TRUE;
  g_clear_signal_handler (&run->user_handler, starsend_job_get_cancellable (run->job));
  g_set_object (&run->either, run->outer);
}

/* Collected */

/* Who looked at it knows it by its temporary name, which says nothing to anybody. */
static GError *
describe_damage (Run *run, const GError *damage)
{
  gboolean is_grid = starsend_request_get_kind (run->request) == STARSEND_REQUEST_GRID;
  g_autofree char *part_name = g_path_get_basename (run->part);
  g_autofree char *output_name = g_path_get_basename (run->output);
  g_autoptr(GString) words = g_string_new (damage->message);

  g_string_replace (words, part_name, output_name, 0);
  if (g_str_has_suffix (words->str, "."))
    g_string_truncate (words, words->len - 1);

  return g_error_new (STARSEND_ERROR, STARSEND_ERROR_DAMAGED,
                      /* Translators: number, batch ("EP001_SEQ04"), where the file is kept, what is wrong with it. */
                      is_grid ? _("What arrived for grid %u of %s cannot be used and is kept as “%s”: %s. "
                                  "The job stays open: resume the project to fetch it again.")
                              : _("What arrived for take %u of %s cannot be used and is kept as “%s”: %s. "
                                  "The job stays open: resume the project to fetch it again."),
                      starsend_request_get_number (run->request), starsend_request_get_batch_id (run->request),
                      run->part, words->str);
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
      starsend_run_collect (task);
    }
  else if (run->settled)
    starsend_run_fail (task, g_steal_pointer (&owned));
  else
    starsend_run_fail (task, describe_damage (run, owned));
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  run->checks = starsend_verifier_verify_finish (STARSEND_VERIFIER (source), result, &error);
  if (run->checks == NULL)
    {
      /* A look that was cancelled or could not be had says nothing against the file; the provider may not hold it any more. */
      if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED))
        fetch_again (task, error);
      else
        starsend_run_fail (task, error);
      return;
    }

  starsend_run_file (task);
}

static void
on_provider_cancelled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr(GError) error = NULL;

  if (starsend_provider_cancel_finish (STARSEND_PROVIDER (source), result, &error))
    starsend_run_end_with (task, STARSEND_LEDGER_RELEASED,
                           g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled.")));
  else
    starsend_run_fail (task,
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
      starsend_run_set_delivered (run);
      starsend_verifier_verify_async (self->verifier, run->request, run->part, run->either, on_verified, task);
      return;
    }

  /* A settled job has its last word: only its file was wanted, and it cannot be had. */
  if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER) && !run->settled)
    starsend_run_end_with (task, STARSEND_LEDGER_RELEASED, error);
  else if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN) && !run->settled)
    starsend_run_end_with (task, STARSEND_LEDGER_UNCERTAIN, error);
  else if (is_cancelled (error) && user_cancelled (run) && !run->settled)
    {
      g_error_free (error);
      starsend_provider_cancel_async (run->provider, run->ticket, NULL, on_provider_cancelled, task);
    }
  else
    starsend_run_fail (task, error);
}

static void
on_folder_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  if (!starsend_file_queue_run_finish (STARSEND_FILE_QUEUE (source), result, &error))
    starsend_run_fail (task, error);
  else
    starsend_provider_collect_async (run->provider, run->request, run->ticket, run->job, run->part, run->either, on_collected, task);
}

static gboolean
make_folder_job (gpointer folder, GError **error)
{
  return starsend_files_make_folder (folder, error);
}

void
starsend_run_collect (GTask *task)
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
      starsend_run_collect (task);
      return;
    }

  g_prefix_error (&error, _("The provider took the job as %s, but the ledger could not be written. "),
                  starsend_ticket_get_request_id (run->ticket));
  starsend_run_fail (task, error);
}

void
starsend_run_enter_ticket (GTask *task, JsonNode *fields)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr(JsonNode) line = fields != NULL ? json_node_ref (fields) : starsend_run_make_fields (NULL, NULL);
  JsonObject *object = json_node_get_object (line);

  json_object_set_string_member (object, "request_id", starsend_ticket_get_request_id (run->ticket));
  if (starsend_ticket_get_addresses (run->ticket) != NULL)
    json_object_set_member (object, "ticket", json_node_copy (starsend_ticket_get_addresses (run->ticket)));
  starsend_ledger_append_async (self->ledger, STARSEND_LEDGER_SUBMITTED, run->job_id, line, NULL, on_submitted_written, task);
}

static void
on_submitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  run->ticket = starsend_provider_submit_finish (STARSEND_PROVIDER (source), result, &error);
  if (run->ticket != NULL)
    starsend_run_enter_ticket (task, NULL);
  else if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN))
    starsend_run_end_with (task, STARSEND_LEDGER_UNCERTAIN, error);
  else
    starsend_run_end_with (task, STARSEND_LEDGER_RELEASED, error);
}

void
starsend_run_submit (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  starsend_provider_submit_async (run->provider, run->request, run->job, run->either, on_submitted, task);
}

/* Begun */

static void
on_cancelled_either (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

char *
starsend_run_dup_part (Run *run)
{
  g_autofree char *folder = g_path_get_dirname (run->output);
  g_autofree char *name = starsend_job_runner_dup_part_name (run->job_id);

  return g_build_filename (folder, name, NULL);
}

const char *
starsend_run_get_relative (StarsendJobRunner *self, Run *run)
{
  gsize length = strlen (self->root);

  return strncmp (run->output, self->root, length) == 0 && run->output[length] == '/' ? run->output + length + 1 : run->output;
}

void
starsend_run_begin (StarsendJobRunner *self, Run *run, GCancellable *outer)
{
  GCancellable *user;

  run->part = starsend_run_dup_part (run);
  run->job = starsend_job_new (run->job_id, run->request);
  starsend_job_set_part (run->job, run->part);
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
