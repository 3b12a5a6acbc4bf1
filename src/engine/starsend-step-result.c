/* starsend-step-result.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-step-result.h"

struct _StarsendStepResult
{
  GObject parent_instance;

  /* Owned */
  StarsendRequest *request;
  char *job_id;
  char *output;
  JsonNode *checks;
  GError *error;

  gint64 cost;
};

G_DEFINE_FINAL_TYPE (StarsendStepResult, starsend_step_result, G_TYPE_OBJECT)

static void
starsend_step_result_finalize (GObject *object)
{
  StarsendStepResult *self = STARSEND_STEP_RESULT (object);

  g_clear_object (&self->request);
  g_clear_pointer (&self->job_id, g_free);
  g_clear_pointer (&self->output, g_free);
  g_clear_pointer (&self->checks, json_node_unref);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (starsend_step_result_parent_class)->finalize (object);
}

static void
starsend_step_result_class_init (StarsendStepResultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_step_result_finalize;
}

static void
starsend_step_result_init (StarsendStepResult *self)
{
}

/**
 * starsend_step_result_new:
 * @request: what was asked for
 * @job_id: (nullable): the ledger's job; %NULL when it never came to one
 * @output: (nullable): absolute path of the file that came of it
 * @cost: millionths of the currency, -1 when nobody knows
 * @checks: (nullable) (transfer none): what was measured
 * @error: (nullable): what went wrong
 *
 * Sums up an execution.
 *
 * Returns: (transfer full): the result
 */
StarsendStepResult *
starsend_step_result_new (StarsendRequest *request, const char *job_id, const char *output,
                          gint64 cost, JsonNode *checks, const GError *error)
{
  StarsendStepResult *self;

  g_return_val_if_fail (STARSEND_IS_REQUEST (request), NULL);

  self = g_object_new (STARSEND_TYPE_STEP_RESULT, NULL);
  self->request = g_object_ref (request);
  self->job_id = g_strdup (job_id);
  self->output = g_strdup (output);
  self->cost = cost;
  self->checks = checks != NULL ? json_node_copy (checks) : NULL;
  self->error = error != NULL ? g_error_copy (error) : NULL;

  return self;
}

/**
 * starsend_step_result_get_succeeded:
 *
 * Whether everything that was asked for is there.
 *
 * Returns: whether it succeeded
 */
gboolean
starsend_step_result_get_succeeded (StarsendStepResult *self)
{
  g_return_val_if_fail (STARSEND_IS_STEP_RESULT (self), FALSE);

  return self->error == NULL && self->output != NULL;
}

/**
 * starsend_step_result_get_batch_id:
 *
 * The name that the run was filed under.
 *
 * Returns: (transfer none): the batch id
 */
const char *
starsend_step_result_get_batch_id (StarsendStepResult *self)
{
  g_return_val_if_fail (STARSEND_IS_STEP_RESULT (self), NULL);

  return starsend_request_get_batch_id (self->request);
}

/**
 * starsend_step_result_get_number:
 *
 * The number of the take.
 *
 * Returns: a number from 1
 */
guint
starsend_step_result_get_number (StarsendStepResult *self)
{
  g_return_val_if_fail (STARSEND_IS_STEP_RESULT (self), 0);

  return starsend_request_get_number (self->request);
}

/**
 * starsend_step_result_get_job_id:
 *
 * The job in the ledger.
 *
 * Returns: (transfer none) (nullable): its id; %NULL when it never came to one
 */
const char *
starsend_step_result_get_job_id (StarsendStepResult *self)
{
  g_return_val_if_fail (STARSEND_IS_STEP_RESULT (self), NULL);

  return self->job_id;
}

/**
 * starsend_step_result_get_output:
 *
 * The file that came of it.
 *
 * Returns: (transfer none) (nullable): an absolute path
 */
const char *
starsend_step_result_get_output (StarsendStepResult *self)
{
  g_return_val_if_fail (STARSEND_IS_STEP_RESULT (self), NULL);

  return self->output;
}

/**
 * starsend_step_result_get_cost:
 *
 * What it cost.
 *
 * Returns: millionths of the currency; -1 when nobody knows
 */
gint64
starsend_step_result_get_cost (StarsendStepResult *self)
{
  g_return_val_if_fail (STARSEND_IS_STEP_RESULT (self), -1);

  return self->cost;
}

/**
 * starsend_step_result_get_checks:
 *
 * What was measured in the file.
 *
 * Returns: (transfer none) (nullable): an object
 */
JsonNode *
starsend_step_result_get_checks (StarsendStepResult *self)
{
  g_return_val_if_fail (STARSEND_IS_STEP_RESULT (self), NULL);

  return self->checks;
}

/**
 * starsend_step_result_get_error: (skip)
 *
 * What went wrong.
 *
 * Returns: (transfer none) (nullable): the error
 */
const GError *
starsend_step_result_get_error (StarsendStepResult *self)
{
  g_return_val_if_fail (STARSEND_IS_STEP_RESULT (self), NULL);

  return self->error;
}

/**
 * starsend_step_result_dup_shots:
 *
 * The shots that were asked for.
 *
 * Returns: (transfer full) (array zero-terminated=1): shot ids
 */
char **
starsend_step_result_dup_shots (StarsendStepResult *self)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  GListModel *shots;

  g_return_val_if_fail (STARSEND_IS_STEP_RESULT (self), NULL);

  shots = starsend_request_get_shots (self->request);
  for (guint i = 0; i < g_list_model_get_n_items (shots); i++)
    {
      g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (shots, i);

      g_strv_builder_add (builder, starsend_shot_prompt_get_shot_id (shot));
    }

  return g_strv_builder_end (builder);
}

/**
 * starsend_step_result_get_shot_succeeded:
 * @shot_id: a shot
 *
 * Whether the file holds this shot. A multi-shot call is one file: its shots succeed and fail together.
 *
 * Returns: whether it was asked for and is there
 */
gboolean
starsend_step_result_get_shot_succeeded (StarsendStepResult *self, const char *shot_id)
{
  g_auto(GStrv) shots = NULL;

  g_return_val_if_fail (STARSEND_IS_STEP_RESULT (self), FALSE);

  shots = starsend_step_result_dup_shots (self);

  return starsend_step_result_get_succeeded (self) && g_strv_contains ((const char *const *) shots, shot_id);
}
