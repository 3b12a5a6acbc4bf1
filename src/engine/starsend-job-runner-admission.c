/* starsend-job-runner-admission.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-job-runner-private.h"

#include <glib/gi18n-lib.h>

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
  guint n_parts;
  guint part = starsend_request_get_part (run->request, &n_parts);

  json_object_set_string_member (object, "batch", starsend_request_get_batch_id (run->request));
  json_object_set_int_member (object, "number", starsend_request_get_number (run->request));
  if (n_parts > 0)
    {
      json_object_set_int_member (object, "part", part);
      json_object_set_int_member (object, "parts", n_parts);
    }
  json_object_set_string_member (object, "provider", starsend_provider_get_name (run->provider));
  json_object_set_string_member (object, "model", starsend_request_get_model (run->request));
  json_object_set_string_member (object, "digest", run->input_digest);
  json_object_set_string_member (object, "currency", starsend_project_config_get_currency (self->config));
  json_object_set_double_member (object, "estimate", (double) run->estimate / 1000000.0);
  json_object_set_string_member (object, "output", starsend_run_get_relative (self, run));
  json_object_set_member (object, "request", starsend_request_to_json (run->request, self->root));

  return node;
}

static gboolean
refuse (StarsendLedgerJob *job, GError **error)
{
  gboolean is_grid = g_strcmp0 (starsend_ledger_job_get_kind (job), "grid") == 0;
  g_autofree char *amount = starsend_budget_format (starsend_ledger_job_get_estimate (job), starsend_ledger_job_get_currency (job));
  const char *format;

  if (starsend_ledger_job_get_event (job) == STARSEND_LEDGER_UNCERTAIN)
    /* Translators: number, batch ("EP001_SEQ04"), model, amount, job's id. */
    format = is_grid ? _("A job for grid %u of %s may have been paid, and what became of it is not known (%s, about %s, job %s). "
                         "Look again, retry it or write it off first, so that nothing is bought twice.")
                     : _("A job for take %u of %s may have been paid, and what became of it is not known (%s, about %s, job %s). "
                         "Look again, retry it or write it off first, so that nothing is bought twice.");
  else
    format = is_grid ? _("A job for grid %u of %s is still open (%s, about %s, job %s). "
                         "Resume the project or write it off first, so that nothing is bought twice.")
                     : _("A job for take %u of %s is still open (%s, about %s, job %s). "
                         "Resume the project or write it off first, so that nothing is bought twice.");
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED, format,
               starsend_ledger_job_get_number (job), starsend_ledger_job_get_batch_id (job),
               starsend_ledger_job_get_model (job), amount, starsend_ledger_job_get_id (job));

  return FALSE;
}

static gboolean
check_nothing_open (StarsendJobRunner *self, const char *batch_id, const char *kind, StarsendLedgerJob *replaced, GError **error)
{
  g_autoptr(GPtrArray) open_jobs = starsend_ledger_find_jobs (self->ledger, batch_id, kind, 0, TRUE);

  for (guint i = 0; i < open_jobs->len; i++)
    {
      StarsendLedgerJob *job = g_ptr_array_index (open_jobs, i);

      if (job != replaced && !starsend_ledger_job_is_free (job))
        return refuse (job, error);
    }

  return TRUE;
}

/* Two that are let in at the same moment are not in the ledger yet. */
static gboolean
check_nothing_admitted (StarsendJobRunner *self, Run *run, GError **error)
{
  StarsendRequest *request = run->request;

  for (guint i = 0; i < self->admitted->len; i++)
    {
      StarsendRequest *other = ((Run *) g_ptr_array_index (self->admitted, i))->request;

      if (g_str_equal (starsend_request_get_batch_id (other), starsend_request_get_batch_id (request)) &&
          starsend_request_get_kind (other) == starsend_request_get_kind (request))
        {
          g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY, _("%s is being asked for just now; wait until that is done."),
                       starsend_request_get_title (request) != NULL ? starsend_request_get_title (request)
                                                                    : starsend_request_get_batch_id (request));
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
makes_for_free (StarsendProvider *provider, gint64 estimate)
{
  return estimate == 0 && g_strcmp0 (starsend_provider_get_name (provider), "local") == 0;
}

static gboolean
check_lock (StarsendJobRunner *self, GError **error)
{
  return self->project == NULL || starsend_project_check_writable (self->project, error);
}

/* The inputs were read on a thread: all of this may be otherwise than it was when the run began. */
static gboolean
check_again (StarsendJobRunner *self, Run *run, GCancellable *cancellable, GError **error)
{
  const char *batch_id = starsend_request_get_batch_id (run->request);
  const char *kind = starsend_request_kind_to_string (starsend_request_get_kind (run->request));

  if (run->replaced != NULL && starsend_ledger_job_get_event (run->replaced) != STARSEND_LEDGER_UNCERTAIN)
    {
      g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY, _("The job was decided about in the meantime."));
      return FALSE;
    }
  if (!makes_for_free (run->provider, run->estimate) &&
      (!check_nothing_open (self, batch_id, kind, run->replaced, error) || !check_nothing_admitted (self, run, error)))
    return FALSE;

  return starsend_run_check_budget (self, run, error) &&
         check_lock (self, error) &&
         !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static void
enter_intent (GTask *task)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr(JsonNode) fields = make_intent (self, run);

  starsend_ledger_append_async (self->ledger, STARSEND_LEDGER_INTENT, run->job_id, fields, NULL, on_intent, task);
}

static void
on_replaced (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (!starsend_ledger_append_finish (STARSEND_LEDGER (source), result, &error))
    starsend_run_fail (task, error);
  else
    enter_intent (task);
}

/* A crash between the two lines leaves nothing open, and the sequence is put back when it is resumed. */
static void
enter_replacement (GTask *task)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autofree char *reason = g_strdup_printf (/* Translators: %s is the id of another job. */
                                             _("Written off; asked for again as job %s."), run->job_id);
  g_autoptr(JsonNode) fields = starsend_run_make_fields ("reason", reason);

  json_object_set_boolean_member (json_node_get_object (fields), "may_be_paid", TRUE);
  starsend_ledger_append_async (self->ledger, STARSEND_LEDGER_RELEASED, starsend_ledger_job_get_id (run->replaced), fields,
                                NULL, on_replaced, task);
}

static void
on_inputs_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  run->input_digest = g_task_propagate_pointer (G_TASK (result), &error);
  if (run->input_digest == NULL || !check_again (self, run, g_task_get_cancellable (task), &error))
    {
      starsend_run_fail (task, error);
      return;
    }

  starsend_run_admit (self, run);
  if (run->replaced != NULL)
    enter_replacement (task);
  else
    enter_intent (task);
}

/* The run has its request and its output. */
static void
admit (GTask *task)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  run->created_at = starsend_sidecar_now ();
  run->job_id = starsend_ledger_new_job_id ();
  run->estimate = starsend_job_runner_estimate (self, run->request, &error);
  if (error == NULL)
    run->provider = g_object_ref (starsend_models_find (self->models, starsend_request_get_model (run->request),
                                                        starsend_request_get_kind (run->request), NULL));
  if (error != NULL || !starsend_provider_check_account (run->provider, &error))
    {
      starsend_run_fail (task, error);
      return;
    }

  starsend_run_read_inputs (task, TRUE, on_inputs_read);
}

/* Public API */

/**
 * starsend_job_runner_check_nothing_open: (skip)
 * @batch_id: a batch
 * @kind: `grid` or `take`
 * @error: return location for an error
 *
 * Refuses while a job of a batch that costs money is open or uncertain: what has not ended is not asked for again.
 *
 * Returns: whether nothing is open; else %STARSEND_ERROR_DECISION_WANTED, naming the job
 */
gboolean
starsend_job_runner_check_nothing_open (StarsendJobRunner *self, const char *batch_id, const char *kind, GError **error)
{
  g_return_val_if_fail (STARSEND_IS_JOB_RUNNER (self), FALSE);

  return check_nothing_open (self, batch_id, kind, NULL, error);
}

/**
 * starsend_job_runner_check: (skip)
 * @request: what is to be made
 * @error: return location for an error
 *
 * Whether it could be asked for now, but for what the model makes and for the caps: the account, the lock, and that nothing
 * is open that might be bought twice.
 *
 * Returns: whether it could
 */
gboolean
starsend_job_runner_check (StarsendJobRunner *self, StarsendRequest *request, GError **error)
{
  StarsendProvider *provider;

  g_return_val_if_fail (STARSEND_IS_JOB_RUNNER (self), FALSE);
  g_return_val_if_fail (STARSEND_IS_REQUEST (request), FALSE);

  provider = starsend_models_find (self->models, starsend_request_get_model (request), starsend_request_get_kind (request), error);

  return provider != NULL &&
         starsend_provider_check_account (provider, error) &&
         check_lock (self, error) &&
         (makes_for_free (provider, starsend_provider_estimate (provider, request)) ||
          check_nothing_open (self, starsend_request_get_batch_id (request),
                              starsend_request_kind_to_string (starsend_request_get_kind (request)), NULL, error));
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
  Run *run;

  g_return_if_fail (STARSEND_IS_JOB_RUNNER (self));
  g_return_if_fail (STARSEND_IS_REQUEST (request));
  g_return_if_fail (output != NULL);

  task = starsend_run_new (self, starsend_job_runner_run_async, cancellable, callback, user_data);
  run = g_task_get_task_data (task);
  run->request = g_object_ref (request);
  run->output = g_strdup (output);
  admit (task);
}

/**
 * starsend_job_runner_run_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came of it. %STARSEND_ERROR_UNCERTAIN: it may have been bought; it stays open. %STARSEND_ERROR_DECISION_WANTED:
 * a cap, or a job that is open already. %STARSEND_ERROR_UNAVAILABLE: the account is not set up. Whether a failed job stays
 * open is the ledger's to say.
 *
 * Returns: (transfer full): the result
 */
StarsendStepResult *
starsend_job_runner_run_finish (StarsendJobRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
check_retry (StarsendLedgerJob *ledger_job, GError **error)
{
  if (starsend_ledger_job_get_event (ledger_job) == STARSEND_LEDGER_UNCERTAIN)
    return TRUE;

  g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
                       starsend_ledger_job_is_open (ledger_job)
                         ? _("The job is open and may still deliver. Resume the project; only a job whose answer never came is retried.")
                         : _("The job has ended already."));

  return FALSE;
}

/**
 * starsend_job_runner_retry_async:
 * @ledger_job: a job whose answer never came
 * @cancellable: (nullable): a cancellable; it leaves a submitted job open in the ledger
 * @callback: (scope async): called when it has ended
 * @user_data: data for @callback
 *
 * Writes a job off and asks for the same again, as a new job. If the first one did reach its provider, it is paid twice:
 * the user has to want that. Where a cap or anything else is in the way, the first one stays uncertain.
 */
void
starsend_job_runner_retry_async (StarsendJobRunner *self, StarsendLedgerJob *ledger_job,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Run *run;
  GError *error = NULL;

  g_return_if_fail (STARSEND_IS_JOB_RUNNER (self));
  g_return_if_fail (STARSEND_IS_LEDGER_JOB (ledger_job));

  task = starsend_run_new (self, starsend_job_runner_retry_async, cancellable, callback, user_data);
  run = g_task_get_task_data (task);
  run->replaced = g_object_ref (ledger_job);
  if (!check_retry (ledger_job, &error) || !starsend_run_read (self, run, ledger_job, &error))
    starsend_run_fail (task, error);
  else
    admit (task);
}

/**
 * starsend_job_runner_retry_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came of the new job, as [method@JobRunner.run_finish] does.
 *
 * Returns: (transfer full): the result
 */
StarsendStepResult *
starsend_job_runner_retry_finish (StarsendJobRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
