/* starsend-client-sequence-runner-offer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-client-sequence-runner-private.h"

#include <glib/gi18n-lib.h>

/* What a take will cost, and what is there of it already. */

guint
starsend_runner_count_parts (StarsendClientSequenceRunner *self, const char *sequence_id, guint number)
{
  g_autoptr(GPtrArray) jobs = starsend_runner_find_jobs (self, sequence_id, STARSEND_REQUEST_TAKE, number, FALSE);
  guint n = 0;

  for (guint i = 0; i < jobs->len; i++)
    {
      StarsendLedgerJob *job = g_ptr_array_index (jobs, i);

      n += starsend_ledger_job_get_part (job) > 0 && starsend_ledger_job_get_event (job) == STARSEND_LEDGER_SETTLED;
    }

  return n;
}

StarsendLedgerJob *
starsend_runner_dup_unjoined (StarsendClientSequenceRunner *self, const char *sequence_id)
{
  StarsendSequenceRecord *record = starsend_sequence_state_get_record (starsend_project_get_sequence_state (self->project), sequence_id);
  g_autoptr(GPtrArray) jobs = starsend_runner_find_jobs (self, sequence_id, STARSEND_REQUEST_TAKE, 0, FALSE);

  for (guint i = jobs->len; i > 0; i--)
    {
      StarsendLedgerJob *job = g_ptr_array_index (jobs, i - 1);
      guint number = starsend_ledger_job_get_number (job);
      g_autofree char *path = NULL;

      if (starsend_ledger_job_get_part (job) == 0 || starsend_ledger_job_get_event (job) != STARSEND_LEDGER_SETTLED)
        continue;

      path = starsend_project_paths_dup_take (starsend_project_get_paths (self->project), sequence_id, number);
      if (number > starsend_sequence_record_get_takes (record) && !g_file_test (path, G_FILE_TEST_EXISTS) &&
          !starsend_runner_has_open_job (self, sequence_id, STARSEND_REQUEST_TAKE, number))
        return g_object_ref (job);
    }

  return NULL;
}

static char *
describe_unused (Step *step)
{
  if (step->n_unused == 0)
    return NULL;

  return g_strdup_printf (ngettext ("%u part of take %u of %s is there and is not used: it was made of something else. It is kept.",
                                    "%u parts of take %u of %s are there and are not used: they were made of something else. They are kept.",
                                    step->n_unused),
                          step->n_unused, step->unused_number, step->id);
}

void
starsend_step_end_offer (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  const char *model = starsend_request_get_model (step->request);
  g_autofree char *note = describe_unused (step);
  /* It was found out before that the model can make it. */
  gint64 estimate = step->chain != NULL ? starsend_take_chain_get_estimate (step->chain)
                                        : starsend_job_runner_estimate (self->jobs, step->request, NULL);

  starsend_step_end_pointer (task,
                             starsend_take_offer_new (step->id, model, step->number,
                                                      step->chain != NULL ? starsend_take_chain_get_n_parts (step->chain) : 1,
                                                      step->chain != NULL ? starsend_take_chain_get_n_there (step->chain) : 0,
                                                      estimate, note),
                             g_object_unref);
}

/**
 * starsend_client_sequence_runner_offer_execution_async:
 * @sequence_id: a sequence whose start frame is approved
 * @model: (nullable): a video model; %NULL for the one that is set
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is known
 * @user_data: data for @callback
 *
 * Finds out what [method@ClientSequenceRunner.execute_sequence_async] would cost, without spending anything. Where parts of
 * the take are there already, made of the very same, it is what the rest costs. Refuses what execute would refuse, and a
 * model whose account is not set up.
 */
void
starsend_client_sequence_runner_offer_execution_async (StarsendClientSequenceRunner *self, const char *sequence_id, const char *model,
                                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  starsend_step_begin_execution (self, starsend_client_sequence_runner_offer_execution_async, TRUE, sequence_id, model,
                                 cancellable, callback, user_data);
}

/**
 * starsend_client_sequence_runner_offer_execution_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives the offer.
 *
 * Returns: (transfer full): the offer
 */
StarsendTakeOffer *
starsend_client_sequence_runner_offer_execution_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * starsend_client_sequence_runner_offer_iteration_async:
 * @sequence_id: a sequence that has a take
 * @overrides: (nullable) (element-type utf8 utf8): prompts by shot id; an empty one goes back to the plan's
 * @start_frame: (nullable) (type filename): a picture that would become the approved start frame
 * @model: (nullable): a video model; %NULL for the one that is set
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is known
 * @user_data: data for @callback
 *
 * Finds out what [method@ClientSequenceRunner.iterate_sequence_async] would cost, as
 * [method@ClientSequenceRunner.offer_execution_async] does.
 */
void
starsend_client_sequence_runner_offer_iteration_async (StarsendClientSequenceRunner *self, const char *sequence_id, GHashTable *overrides,
                                                       const char *start_frame, const char *model,
                                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  starsend_step_begin_iteration (self, starsend_client_sequence_runner_offer_iteration_async, TRUE, sequence_id, overrides, start_frame, model,
                                 cancellable, callback, user_data);
}

/**
 * starsend_client_sequence_runner_offer_iteration_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives the offer.
 *
 * Returns: (transfer full): the offer
 */
StarsendTakeOffer *
starsend_client_sequence_runner_offer_iteration_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
