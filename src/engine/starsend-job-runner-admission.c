/* starsend-job-runner-admission.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-job-runner-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "starsend-budget.h"
#include "starsend-error.h"
#include "starsend-sidecar.h"

/* What is let in: inputs, place and caps, up to the intent that the ledger holds before anything is sent. */

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
      starsend_run_fail (task, error);
      return;
    }

  starsend_run_begin (self, run, g_task_get_cancellable (task));
  starsend_run_submit (task);
}

static JsonNode *
make_intent (StarsendJobRunner *self, Run *run)
{
  JsonNode *node = starsend_run_make_fields ("kind", starsend_request_kind_to_string (starsend_request_get_kind (run->request)));
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
      !starsend_run_check_budget (self, run, &error) ||
      g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error))
    {
      starsend_run_fail (task, error);
      return;
    }

  starsend_run_admit (self, run);
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
  g_task_set_task_data (task, run, (GDestroyNotify) starsend_run_free);
  if (error != NULL)
    {
      starsend_run_fail (task, error);
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
