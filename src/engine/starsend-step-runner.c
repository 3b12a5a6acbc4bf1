/* starsend-step-runner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-step-runner.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-job-runner-private.h"
#include "starsend-model.h"
#include "starsend-request-splitter.h"

struct _StarsendStepRunner
{
  GObject parent_instance;

  /* Owned */
  StarsendJobRunner *jobs;
  StarsendExecutionStore *store;
  StarsendLedger *ledger;
  StarsendJoiner *joiner; /* nullable */
};

G_DEFINE_FINAL_TYPE (StarsendStepRunner, starsend_step_runner, G_TYPE_OBJECT)

/* What is done about the job of a step that is in the ledger already. */
typedef enum
{
  STEP_RESUME,
  STEP_RETRY,
  STEP_RECOVER,
} StepKind;

/* A step on its way; it belongs to its task. */
typedef struct
{
  StepKind kind;
  StarsendRequest *request;
  StarsendLedgerJob *ledger_job; /* when it is taken up again */
  StarsendTakeChain *chain;      /* when it is made in parts */
  StarsendStepResult *result;
  char *output;
  char *request_id; /* that a person found */
  char *run_id;
  char **shots;
} Step;

static void
step_free (gpointer data)
{
  Step *step = data;

  g_clear_object (&step->request);
  g_clear_object (&step->ledger_job);
  g_clear_object (&step->chain);
  g_clear_object (&step->result);
  g_free (step->output);
  g_free (step->request_id);
  g_free (step->run_id);
  g_strfreev (step->shots);
  g_free (step);
}

static void
starsend_step_runner_dispose (GObject *object)
{
  StarsendStepRunner *self = STARSEND_STEP_RUNNER (object);

  g_clear_object (&self->jobs);
  g_clear_object (&self->store);
  g_clear_object (&self->ledger);
  g_clear_object (&self->joiner);

  G_OBJECT_CLASS (starsend_step_runner_parent_class)->dispose (object);
}

static void
starsend_step_runner_class_init (StarsendStepRunnerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = starsend_step_runner_dispose;
}

static void
starsend_step_runner_init (StarsendStepRunner *self)
{
}

static void
fail (GTask *task, GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* A job that is still open in the ledger may yet deliver: its shots are not failed, they are still being made. */
static gboolean
is_still_open (StarsendStepRunner *self, Step *step)
{
  g_autoptr(GPtrArray) open_jobs = starsend_ledger_find_jobs (self->ledger, starsend_request_get_batch_id (step->request), "take",
                                                               starsend_request_get_number (step->request), TRUE);

  return open_jobs->len > 0;
}

static void
on_filed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Step *step = g_task_get_task_data (task);
  GError *error = NULL;

  if (!starsend_execution_store_advance_finish (STARSEND_EXECUTION_STORE (source), result, &error))
    fail (task, error);
  else
    {
      g_task_return_pointer (task, g_steal_pointer (&step->result), g_object_unref);
      g_object_unref (task);
    }
}

static void
file_result (GTask *task)
{
  StarsendStepRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  const char *const done[] = { "video_complete", NULL };
  const char *const again[] = { "video_pending", NULL };
  const GError *error = starsend_step_result_get_error (step->result);

  if (error != NULL && is_still_open (self, step))
    {
      g_task_return_pointer (task, g_steal_pointer (&step->result), g_object_unref);
      g_object_unref (task);
      return;
    }

  starsend_execution_store_advance_async (self->store, step->run_id, (const char *const *) step->shots,
                                          error == NULL ? done : again,
                                          starsend_request_get_number (step->request),
                                          error != NULL ? error->message : NULL,
                                          NULL, on_filed, task);
}

static void
on_job_ended (GTask *task, StarsendStepResult *result, GError *error)
{
  Step *step = g_task_get_task_data (task);

  if (result != NULL)
    step->result = result;
  else
    step->result = starsend_step_result_new (step->request, NULL, NULL, -1, NULL, error);
  g_clear_error (&error);
  file_result (task);
}

static void
on_run (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  StarsendStepResult *step_result = starsend_job_runner_run_finish (STARSEND_JOB_RUNNER (source), result, &error);

  on_job_ended (user_data, step_result, error);
}

static void
on_chain_run (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  StarsendStepResult *step_result = starsend_take_chain_run_finish (STARSEND_TAKE_CHAIN (source), result, &error);

  on_job_ended (user_data, step_result, error);
}

static void
on_chain_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  StarsendStepResult *step_result = starsend_take_chain_join_finish (STARSEND_TAKE_CHAIN (source), result, &error);

  on_job_ended (user_data, step_result, error);
}

/* Whether all parts are there, and what joins them, is the chain's to say. */
static void
join_parts (GTask *task)
{
  StarsendStepRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  GError *error = NULL;

  step->chain = starsend_take_chain_new_from_ledger (self->jobs, self->joiner, step->ledger_job, &error);
  if (step->chain == NULL)
    {
      on_job_ended (task, NULL, error);
      return;
    }

  g_set_object (&step->request, starsend_take_chain_get_request (step->chain));
  starsend_take_chain_join_async (step->chain, g_task_get_cancellable (task), on_chain_joined, task);
}

static gboolean
is_part (Step *step)
{
  return starsend_request_get_part (step->request, NULL) > 0;
}

static StarsendStepResult *
finish_job (StarsendJobRunner *jobs, Step *step, GAsyncResult *result, GError **error)
{
  switch (step->kind)
    {
    case STEP_RETRY:
      return starsend_job_runner_retry_finish (jobs, result, error);
    case STEP_RECOVER:
      return starsend_job_runner_recover_finish (jobs, result, error);
    case STEP_RESUME:
    default:
      return starsend_job_runner_resume_finish (jobs, result, error);
    }
}

static void
on_taken_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Step *step = g_task_get_task_data (task);
  GError *error = NULL;
  StarsendStepResult *step_result = finish_job (STARSEND_JOB_RUNNER (source), step, result, &error);

  if (step_result == NULL || !is_part (step))
    {
      on_job_ended (task, step_result, error);
      return;
    }

  g_object_unref (step_result);
  join_parts (task);
}

static void
go_on_with_job (GTask *task)
{
  StarsendStepRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  switch (step->kind)
    {
    case STEP_RETRY:
      starsend_job_runner_retry_async (self->jobs, step->ledger_job, cancellable, on_taken_up, task);
      break;
    case STEP_RECOVER:
      starsend_job_runner_recover_async (self->jobs, step->ledger_job, step->request_id, step->output != NULL ? step->request : NULL,
                                         step->output, cancellable, on_taken_up, task);
      break;
    case STEP_RESUME:
    default:
      starsend_job_runner_resume_async (self->jobs, step->ledger_job, cancellable, on_taken_up, task);
    }
}

static void
on_generating (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendStepRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  GError *error = NULL;

  if (!starsend_execution_store_advance_finish (STARSEND_EXECUTION_STORE (source), result, &error))
    fail (task, error);
  else if (step->ledger_job != NULL && step->kind == STEP_RESUME && is_part (step) && !starsend_ledger_job_is_open (step->ledger_job))
    join_parts (task);
  else if (step->ledger_job != NULL)
    go_on_with_job (task);
  else if (step->chain != NULL)
    starsend_take_chain_run_async (step->chain, g_task_get_cancellable (task), on_chain_run, task);
  else
    starsend_job_runner_run_async (self->jobs, step->request, step->output, g_task_get_cancellable (task), on_run, task);
}

/* A part speaks of its own shots alone, and the store of all that were begun with it. */
static char **
dup_shot_ids (StarsendStepRunner *self, Step *step)
{
  g_autoptr(StarsendStepResult) result = NULL;
  g_auto(GStrv) begun = NULL;

  if (is_part (step))
    begun = starsend_execution_store_dup_shots (self->store, step->run_id);
  if (begun != NULL && begun[0] != NULL)
    return g_steal_pointer (&begun);

  result = starsend_step_result_new (step->request, NULL, NULL, -1, NULL, NULL);

  return starsend_step_result_dup_shots (result);
}

/* A crash or a cut ledger may leave a job open whose shots were filed, even judged, already: those stay as they are. */
static void
drop_made_shots (StarsendStepRunner *self, Step *step)
{
  const char *const made[] = { "video_complete", "approved", "rejected", NULL };
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; step->shots[i] != NULL; i++)
    if (!g_strv_contains (made, starsend_execution_store_get_state (self->store, step->run_id, step->shots[i])))
      g_strv_builder_add (builder, step->shots[i]);
  g_strfreev (step->shots);
  step->shots = g_strv_builder_end (builder);
}

/* Shots that failed stand on video_pending, those of a crash on video_generating, new ones on planned. */
static void
start (GTask *task, StarsendRequest *request, const char *output)
{
  StarsendStepRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  const char *const path[] = { "elements_ready", "video_pending", "video_generating", NULL };

  g_set_object (&step->request, request);
  if (output != NULL)
    step->output = g_strdup (output);
  step->run_id = starsend_step_runner_dup_run_id (starsend_request_get_batch_id (request), starsend_request_get_number (request));
  step->shots = dup_shot_ids (self, step);
  if (step->ledger_job != NULL)
    drop_made_shots (self, step);
  starsend_execution_store_advance_async (self->store, step->run_id, (const char *const *) step->shots, path,
                                          starsend_request_get_number (request), NULL, NULL, on_generating, task);
}

static GTask *
make_task (StarsendStepRunner *self, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_new0 (Step, 1), step_free);

  return task;
}

static GTask *
make_step_for_job (StarsendStepRunner *self, StepKind kind, gpointer tag, StarsendLedgerJob *ledger_job,
                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = make_task (self, tag, cancellable, callback, user_data);
  Step *step = g_task_get_task_data (task);

  step->kind = kind;
  step->ledger_job = g_object_ref (ledger_job);

  return task;
}

/* The shots wait for the job again before it is asked for. */
static void
take_up (GTask *task)
{
  Step *step = g_task_get_task_data (task);
  g_autoptr(StarsendRequest) request = NULL;
  GError *error = NULL;

  if (step->request != NULL)
    request = g_object_ref (step->request);
  else
    request = starsend_request_new_from_json (starsend_ledger_job_get_request (step->ledger_job), NULL, &error);
  if (request == NULL)
    fail (task, error);
  else
    start (task, request, NULL);
}

/* Parts */

/* A length so short that every model makes of it the shortest that it can. */
#define MOMENT 0.001

static double
fit_shot (gpointer model, double seconds)
{
  return starsend_model_fit_shot (model, seconds);
}

static void
execute (StarsendStepRunner *self, gpointer tag, StarsendRequest *request, const char *output,
         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = make_task (self, tag, cancellable, callback, user_data);
  GError *error = NULL;

  /* What can be refused is refused before a shot moves. */
  if (starsend_step_runner_estimate (self, request, NULL, &error) < 0 ||
      !starsend_job_runner_check (self->jobs, request, &error) ||
      g_cancellable_set_error_if_cancelled (cancellable, &error))
    {
      fail (task, error);
      return;
    }

  ((Step *) g_task_get_task_data (task))->chain = starsend_step_runner_dup_chain (self, request, output, NULL);
  start (task, request, output);
}

/* Public API */

/**
 * starsend_step_runner_new:
 * @jobs: who takes requests to settlement
 * @store: where the states of shots are kept
 * @ledger: where it shows whether a job is still open
 * @joiner: (nullable): who joins the parts of a take that is longer than its model makes at once; without one, such a take
 *   stays in its parts
 *
 * Makes a step runner.
 *
 * Returns: (transfer full): the runner
 */
StarsendStepRunner *
starsend_step_runner_new (StarsendJobRunner *jobs, StarsendExecutionStore *store, StarsendLedger *ledger,
                          StarsendJoiner *joiner)
{
  StarsendStepRunner *self = g_object_new (STARSEND_TYPE_STEP_RUNNER, NULL);

  self->jobs = g_object_ref (jobs);
  self->store = g_object_ref (store);
  self->ledger = g_object_ref (ledger);
  self->joiner = joiner != NULL ? g_object_ref (joiner) : NULL;

  return self;
}

/**
 * starsend_step_runner_split: (skip)
 * @request: a take
 * @error: return location for an error
 *
 * Cuts a take into the parts that its model makes at once; see starsend_request_split().
 *
 * Returns: (transfer full) (element-type StarsendRequest): the parts, or @request alone; %STARSEND_ERROR_INVALID_INPUT when
 *   there is nothing to make, or a shot that is too long
 */
GPtrArray *
starsend_step_runner_split (StarsendStepRunner *self, StarsendRequest *request, GError **error)
{
  StarsendModel *model = starsend_models_get_model (self->jobs->models, starsend_request_get_model (request));
  StarsendTakeLimits limits = { G_MAXDOUBLE, 0, G_MAXUINT, NULL, model };
  GPtrArray *parts;

  g_return_val_if_fail (STARSEND_IS_STEP_RUNNER (self), NULL);
  g_return_val_if_fail (STARSEND_IS_REQUEST (request), NULL);

  if (starsend_request_get_kind (request) != STARSEND_REQUEST_TAKE ||
      g_list_model_get_n_items (starsend_request_get_shots (request)) == 0)
    {
      g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("There is no shot to make."));
      return NULL;
    }

  if (model != NULL)
    {
      limits.max_duration = starsend_model_get_max_duration (model);
      limits.max_shots = starsend_model_get_max_shots (model);
      limits.min_duration = starsend_model_fit_total (model, MOMENT);
      limits.fit_shot = fit_shot;
    }

  parts = starsend_request_split (request, &limits, error);
  /* Every part has a shortest length of its own. */
  for (guint i = 0; model != NULL && parts != NULL && parts->len > 1 && i < parts->len; i++)
    starsend_model_fit_request (model, g_ptr_array_index (parts, i));

  return parts;
}

/**
 * starsend_step_runner_estimate:
 * @request: a take
 * @n_parts: (out) (optional): how many calls to the model it takes
 * @error: return location for an error
 *
 * What a take is expected to cost, all its parts together; refuses what the model cannot make. What is there of it already
 * is not looked for.
 *
 * Returns: millionths of the currency, -1 on error
 */
gint64
starsend_step_runner_estimate (StarsendStepRunner *self, StarsendRequest *request, guint *n_parts, GError **error)
{
  g_autoptr(GPtrArray) parts = NULL;
  gint64 sum = 0;

  g_return_val_if_fail (STARSEND_IS_STEP_RUNNER (self), -1);
  g_return_val_if_fail (STARSEND_IS_REQUEST (request), -1);

  parts = starsend_step_runner_split (self, request, error);
  if (parts == NULL)
    return -1;

  for (guint i = 0; i < parts->len; i++)
    {
      gint64 estimate = starsend_job_runner_estimate (self->jobs, g_ptr_array_index (parts, i), error);

      if (estimate < 0)
        return -1;
      sum += estimate;
    }
  if (n_parts != NULL)
    *n_parts = parts->len;

  return sum;
}

/* The whole is as long as its parts are together. */
static void
take_lengths (StarsendRequest *request, GPtrArray *parts)
{
  g_autofree double *lengths = g_new0 (double, g_list_model_get_n_items (starsend_request_get_shots (request)) + 1);
  guint next = 0;

  for (guint i = 0; i < parts->len; i++)
    {
      GListModel *shots = starsend_request_get_shots (g_ptr_array_index (parts, i));

      for (guint j = 0; j < g_list_model_get_n_items (shots); j++)
        {
          g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (shots, j);

          lengths[next++] = starsend_shot_prompt_get_duration (shot);
        }
    }
  starsend_request_set_durations (request, lengths);
}

/**
 * starsend_step_runner_dup_chain: (skip)
 * @request: a take
 * @output: absolute path that it gets
 * @error: return location for an error
 *
 * Lays out how a take is made that is longer than its model makes at once. The shots of @request get the lengths that are
 * ordered.
 *
 * Returns: (transfer full) (nullable): the chain; %NULL when it is made at once, or with an error
 */
StarsendTakeChain *
starsend_step_runner_dup_chain (StarsendStepRunner *self, StarsendRequest *request, const char *output, GError **error)
{
  g_autoptr(GPtrArray) parts = NULL;

  g_return_val_if_fail (STARSEND_IS_STEP_RUNNER (self), NULL);

  parts = starsend_step_runner_split (self, request, error);
  if (parts == NULL || parts->len == 1)
    return NULL;

  take_lengths (request, parts);

  return starsend_take_chain_new (self->jobs, self->joiner, request, parts, output);
}

/**
 * starsend_step_runner_dup_run_id:
 * @batch_id: a batch
 * @number: the number of the take, from 1
 *
 * The name that one run of a batch is filed under in the execution store: the batch id for the first take,
 * "EP001_SEQ04 take 02" from then on, so that the shots of an earlier take keep their verdicts. A batch id that looks
 * like such a name gets the number always, so that no two runs share one.
 *
 * Returns: (transfer full): the name
 */
char *
starsend_step_runner_dup_run_id (const char *batch_id, guint number)
{
  const char *suffix;

  g_return_val_if_fail (batch_id != NULL, NULL);

  suffix = g_strrstr (batch_id, " take ");
  if (number <= 1 && suffix == NULL)
    return g_strdup (batch_id);

  return g_strdup_printf ("%s take %02u", batch_id, number);
}

/**
 * starsend_step_runner_execute_video_async:
 * @request: one shot, from its text or from a start frame
 * @output: absolute path that the take gets; nothing may stand there
 * @cancellable: (nullable): a cancellable; it leaves a submitted job open in the ledger
 * @callback: (scope async): called when it has ended
 * @user_data: data for @callback
 *
 * Makes one shot.
 */
void
starsend_step_runner_execute_video_async (StarsendStepRunner *self, StarsendRequest *request, const char *output,
                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_STEP_RUNNER (self));
  g_return_if_fail (STARSEND_IS_REQUEST (request));
  g_return_if_fail (g_list_model_get_n_items (starsend_request_get_shots (request)) <= 1);

  execute (self, starsend_step_runner_execute_video_async, request, output, cancellable, callback, user_data);
}

/**
 * starsend_step_runner_execute_video_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came of the shot.
 *
 * Returns: (transfer full): the result, also of a failed execution; an error when nothing was begun, or when
 * the states of the shots could not be written
 */
StarsendStepResult *
starsend_step_runner_execute_video_finish (StarsendStepRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * starsend_step_runner_execute_multi_shot_async:
 * @request: a batch of shots that become one take
 * @output: absolute path that the take gets; nothing may stand there
 * @cancellable: (nullable): a cancellable; it leaves a submitted job open in the ledger
 * @callback: (scope async): called when it has ended
 * @user_data: data for @callback
 *
 * Makes a multi-shot take: in one call to the model where that makes it at once, else in parts that are cut at shot
 * boundaries, chained by the last frame of the one before, and joined.
 */
void
starsend_step_runner_execute_multi_shot_async (StarsendStepRunner *self, StarsendRequest *request, const char *output,
                                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_STEP_RUNNER (self));
  g_return_if_fail (STARSEND_IS_REQUEST (request));

  execute (self, starsend_step_runner_execute_multi_shot_async, request, output, cancellable, callback, user_data);
}

/**
 * starsend_step_runner_execute_multi_shot_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came of the shots.
 *
 * Returns: (transfer full): the result, also of a failed execution; an error when nothing was begun, or when
 * the states of the shots could not be written
 */
StarsendStepResult *
starsend_step_runner_execute_multi_shot_finish (StarsendStepRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * starsend_step_runner_resume_async:
 * @ledger_job: an open job that makes a take or a part of one, or a job that made a part
 * @cancellable: (nullable): a cancellable; it leaves the job open
 * @callback: (scope async): called when it has ended
 * @user_data: data for @callback
 *
 * Takes an interrupted execution on from where the ledger says it stands. A part that was not asked for yet is not asked for:
 * the result then has the error %STARSEND_ERROR_NOT_READY. When all parts are there, they are joined.
 */
void
starsend_step_runner_resume_async (StarsendStepRunner *self, StarsendLedgerJob *ledger_job,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_STEP_RUNNER (self));
  g_return_if_fail (STARSEND_IS_LEDGER_JOB (ledger_job));

  take_up (make_step_for_job (self, STEP_RESUME, starsend_step_runner_resume_async, ledger_job, cancellable, callback, user_data));
}

/**
 * starsend_step_runner_resume_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came of it.
 *
 * Returns: (transfer full): the result, also of a failed execution; an error when nothing was begun, or when
 * the states of the shots could not be written
 */
StarsendStepResult *
starsend_step_runner_resume_finish (StarsendStepRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * starsend_step_runner_retry_async:
 * @ledger_job: a job that makes a take, and whose answer never came
 * @cancellable: (nullable): a cancellable; it leaves a submitted job open in the ledger
 * @callback: (scope async): called when it has ended
 * @user_data: data for @callback
 *
 * Writes a job off and asks for the same again: it may be paid twice. See [method@JobRunner.retry_async].
 */
void
starsend_step_runner_retry_async (StarsendStepRunner *self, StarsendLedgerJob *ledger_job,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_STEP_RUNNER (self));
  g_return_if_fail (STARSEND_IS_LEDGER_JOB (ledger_job));

  take_up (make_step_for_job (self, STEP_RETRY, starsend_step_runner_retry_async, ledger_job, cancellable, callback, user_data));
}

/**
 * starsend_step_runner_retry_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came of it.
 *
 * Returns: (transfer full): the result, also of a failed execution; an error when nothing was begun, or when
 * the states of the shots could not be written
 */
StarsendStepResult *
starsend_step_runner_retry_finish (StarsendStepRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * starsend_step_runner_recover_async:
 * @ledger_job: a job that makes a take
 * @request_id: (nullable): the provider's name for it, which a person found; %NULL for the one in the ledger
 * @request: (nullable): the job's request with the number that it has now; %NULL for the ledger's
 * @output: (nullable): absolute path that the take gets; %NULL for the ledger's
 * @cancellable: (nullable): a cancellable; it leaves the job open
 * @callback: (scope async): called when it has ended
 * @user_data: data for @callback
 *
 * Fetches what a job made once more. See [method@JobRunner.recover_async].
 */
void
starsend_step_runner_recover_async (StarsendStepRunner *self, StarsendLedgerJob *ledger_job, const char *request_id,
                                    StarsendRequest *request, const char *output,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Step *step;

  g_return_if_fail (STARSEND_IS_STEP_RUNNER (self));
  g_return_if_fail (STARSEND_IS_LEDGER_JOB (ledger_job));

  task = make_step_for_job (self, STEP_RECOVER, starsend_step_runner_recover_async, ledger_job, cancellable, callback, user_data);
  step = g_task_get_task_data (task);
  step->request_id = g_strdup (request_id);
  step->output = g_strdup (output);
  g_set_object (&step->request, request);
  take_up (task);
}

/**
 * starsend_step_runner_recover_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came of it.
 *
 * Returns: (transfer full): the result, also of a failed execution; an error when nothing was begun, or when
 * the states of the shots could not be written
 */
StarsendStepResult *
starsend_step_runner_recover_finish (StarsendStepRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
