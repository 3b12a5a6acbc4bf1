/* starsend-budget.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-budget.h"

#include <glib/gi18n-lib.h>

#include "starsend-amount.h"
#include "starsend-error.h"

/* Translators: %s are amounts of money: the estimate, what is used, the cap. */
static const struct
{
  const char *name;
  const char *format;
} scopes[] = {
  { "take", N_ ("This would cost about %s on top of %s, and the cap for one take is %s. Raise it in the project's budget to go on.") },
  { "sequence", N_ ("This would cost about %s on top of %s, and the cap for a sequence is %s. Raise it in the project's budget to go on.") },
  { "project", N_ ("This would cost about %s on top of %s, and the cap for the project is %s. Raise it in the project's budget to go on.") },
};

static const char *
find_format (const char *scope)
{
  for (guint i = 0; i < G_N_ELEMENTS (scopes); i++)
    if (g_str_equal (scopes[i].name, scope))
      return _(scopes[i].format);

  g_return_val_if_reached ("%s%s%s");
}

/**
 * starsend_budget_check_cap: (skip)
 * @config: whose caps
 * @scope: "take", "sequence" or "project"
 * @used: millionths that count against the cap already
 * @estimate: millionths that would come on top
 * @error: return location for an error
 *
 * Holds one cap against an amount.
 *
 * Returns: whether it may go on; else %STARSEND_ERROR_DECISION_WANTED with the figures
 */
gboolean
starsend_budget_check_cap (StarsendProjectConfig *config, const char *scope, gint64 used, gint64 estimate, GError **error)
{
  const char *currency = starsend_project_config_get_currency (config);
  gint64 cap = starsend_project_config_get_cap (config, scope);
  g_autofree char *cap_text = NULL;
  g_autofree char *used_text = NULL;
  g_autofree char *estimate_text = NULL;

  /* What costs nothing passes no cap, not even one that is used up. */
  if (cap < 0 || estimate <= 0 || starsend_amount_add (used, estimate) <= cap)
    return TRUE;

  cap_text = starsend_budget_format (cap, currency);
  used_text = starsend_budget_format (used, currency);
  estimate_text = starsend_budget_format (estimate, currency);
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED, find_format (scope), estimate_text, used_text, cap_text);

  return FALSE;
}

/**
 * starsend_budget_check: (skip)
 * @config: whose caps
 * @ledger: what was spent and is reserved
 * @batch_id: the sequence's batch
 * @estimate: millionths of the currency
 * @pending_batch: what was admitted for the batch and is not in the ledger yet; negative: less than the ledger has
 * @pending_all: the same for the project
 * @error: return location for an error
 *
 * Blocks a job that would pass a cap.
 *
 * Returns: whether it may go on; else %STARSEND_ERROR_DECISION_WANTED with the figures
 */
gboolean
starsend_budget_check (StarsendProjectConfig *config, StarsendLedger *ledger, const char *batch_id,
                       gint64 estimate, gint64 pending_batch, gint64 pending_all, GError **error)
{
  gint64 batch = starsend_amount_add (starsend_amount_add (starsend_ledger_get_spent (ledger, batch_id), starsend_ledger_get_reserved (ledger, batch_id)), pending_batch);
  gint64 all = starsend_amount_add (starsend_amount_add (starsend_ledger_get_spent (ledger, NULL), starsend_ledger_get_reserved (ledger, NULL)), pending_all);

  return starsend_budget_check_cap (config, "take", 0, estimate, error) &&
         starsend_budget_check_cap (config, "sequence", batch, estimate, error) &&
         starsend_budget_check_cap (config, "project", all, estimate, error);
}

/**
 * starsend_budget_format:
 * @amount: millionths of the currency
 * @currency: (nullable): an ISO 4217 code; USD when %NULL
 *
 * Writes an amount as people read it, rounded to the hundredth.
 *
 * Returns: (transfer full): "$ 1.57"
 */
char *
starsend_budget_format (gint64 amount, const char *currency)
{
  const char *symbol = currency != NULL ? currency : "USD";

  if (g_str_equal (symbol, "USD"))
    symbol = "$";
  else if (g_str_equal (symbol, "EUR"))
    symbol = "€";
  else if (g_str_equal (symbol, "GBP"))
    symbol = "£";

  return g_strdup_printf ("%s %.2f", symbol, (double) amount / 1000000.0);
}
