/* starsend-job-runner-reserve.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-job-runner-private.h"

#include "starsend-amount.h"
#include "starsend-budget.h"

/* The caps, and what is held against them before the ledger knows of it. */

static gint64
get_reserved (StarsendJobRunner *self, const char *batch_id)
{
  const gint64 *amount = g_hash_table_lookup (self->reserved, batch_id);

  return amount != NULL ? *amount : 0;
}

static void
set_reserved (StarsendJobRunner *self, const char *batch_id, gint64 amount)
{
  gint64 *value;

  if (amount <= 0)
    {
      g_hash_table_remove (self->reserved, batch_id);
      return;
    }

  value = g_new (gint64, 1);
  *value = amount;
  g_hash_table_replace (self->reserved, g_strdup (batch_id), value);
}

/* @own: what is held for this very thing, and so not in its way. */
static gboolean
check (StarsendJobRunner *self, const char *batch_id, gint64 estimate, gint64 own, GError **error)
{
  return starsend_budget_check (self->config, self->ledger, batch_id, estimate,
                                starsend_job_runner_get_held (self, batch_id) - own,
                                starsend_job_runner_get_held (self, NULL) - own, error);
}

/* A grid of the same batch is something else than the take that money is reserved for. */
static gint64
get_own (StarsendJobRunner *self, Run *run)
{
  return starsend_request_get_kind (run->request) == STARSEND_REQUEST_TAKE
           ? get_reserved (self, starsend_request_get_batch_id (run->request))
           : 0;
}

/* What is given up for this one holds nothing back from it. */
gboolean
starsend_run_check_budget (StarsendJobRunner *self, Run *run, GError **error)
{
  gint64 own = get_own (self, run);
  gint64 freed = run->replaced != NULL ? starsend_ledger_job_get_estimate (run->replaced) : 0;

  return run->estimate <= own ||
         check (self, starsend_request_get_batch_id (run->request), run->estimate, own + freed, error);
}

void
starsend_run_admit (StarsendJobRunner *self, Run *run)
{
  gint64 own = get_own (self, run);

  if (own > 0)
    set_reserved (self, starsend_request_get_batch_id (run->request), own - run->estimate);
  g_ptr_array_add (self->admitted, run);
}

/**
 * starsend_job_runner_reserve: (skip)
 * @batch_id: a batch
 * @amount: millionths of the currency that its take will cost in all
 * @error: return location for an error
 *
 * Admits a take as a whole before its first job: the caps are held against all of it, and until it was asked for, or
 * starsend_job_runner_unreserve() was called, nothing else is let in on that money. Where more is reserved for the batch
 * already, it stays so.
 *
 * Returns: whether it may go on; else %STARSEND_ERROR_DECISION_WANTED with the figures
 */
gboolean
starsend_job_runner_reserve (StarsendJobRunner *self, const char *batch_id, gint64 amount, GError **error)
{
  gint64 own;

  g_return_val_if_fail (STARSEND_IS_JOB_RUNNER (self), FALSE);
  g_return_val_if_fail (batch_id != NULL, FALSE);

  own = get_reserved (self, batch_id);
  if (amount <= own)
    return TRUE;
  if (!check (self, batch_id, amount, own, error))
    return FALSE;

  set_reserved (self, batch_id, amount);

  return TRUE;
}

/**
 * starsend_job_runner_unreserve: (skip)
 * @batch_id: a batch
 *
 * Lets go of what is reserved for a batch and was not asked for.
 */
void
starsend_job_runner_unreserve (StarsendJobRunner *self, const char *batch_id)
{
  g_return_if_fail (STARSEND_IS_JOB_RUNNER (self));
  g_return_if_fail (batch_id != NULL);

  set_reserved (self, batch_id, 0);
}

/**
 * starsend_job_runner_get_held: (skip)
 * @batch_id: (nullable): a batch; %NULL for all of them
 *
 * What this process has let in, or keeps for what it will ask for, and the ledger does not know yet.
 *
 * Returns: millionths of the currency
 */
gint64
starsend_job_runner_get_held (StarsendJobRunner *self, const char *batch_id)
{
  GHashTableIter iter;
  const char *name;
  const gint64 *amount;
  gint64 held = 0;

  g_return_val_if_fail (STARSEND_IS_JOB_RUNNER (self), 0);

  g_hash_table_iter_init (&iter, self->reserved);
  while (g_hash_table_iter_next (&iter, (gpointer *) &name, (gpointer *) &amount))
    if (batch_id == NULL || g_str_equal (name, batch_id))
      held = starsend_amount_add (held, *amount);
  for (guint i = 0; i < self->admitted->len; i++)
    {
      Run *run = g_ptr_array_index (self->admitted, i);

      if (batch_id == NULL || g_str_equal (starsend_request_get_batch_id (run->request), batch_id))
        held = starsend_amount_add (held, run->estimate);
    }

  return held;
}
