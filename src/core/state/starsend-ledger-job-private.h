/* starsend-ledger-job-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-ledger-line.h"

G_BEGIN_DECLS

StarsendLedgerJob *starsend_ledger_job_new (const char *id);
void starsend_ledger_job_apply (StarsendLedgerJob *self, const StarsendLedgerLine *line);

G_END_DECLS
