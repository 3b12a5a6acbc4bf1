/* starsend-budget.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-ledger.h"
#include "starsend-project-config.h"

G_BEGIN_DECLS

/* The caps of a project against its ledger. DECISION_WANTED, with the figures, when actual + reserved + @estimate passes one. */
gboolean starsend_budget_check (StarsendProjectConfig *config, StarsendLedger *ledger, const char *batch_id,
                                gint64 estimate, gint64 pending_batch, gint64 pending_all, GError **error);
/* One cap: @scope "take", "sequence" or "project"; @used counts against it already. */
gboolean starsend_budget_check_cap (StarsendProjectConfig *config, const char *scope, gint64 used, gint64 estimate, GError **error);
/* "$ 1.57", "€ 0.90", "CHF 2.00": millionths as people read them. */
char *starsend_budget_format (gint64 amount, const char *currency);

G_END_DECLS
