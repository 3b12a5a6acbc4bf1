/* starsend-ledger-file.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-ledger-line.h"

G_BEGIN_DECLS

/* The ledger on the disk. Private to this room. Made on any thread, then touched by jobs of one file queue alone. */
typedef struct _StarsendLedgerFile StarsendLedgerFile;

/* @lines: (element-type StarsendLedgerLine): what checks out, in the order of the numbers. */
StarsendLedgerFile *starsend_ledger_file_open (const char *path, gboolean read_only, GPtrArray **lines, char **damage, GError **error);
StarsendLedgerFile *starsend_ledger_file_ref (StarsendLedgerFile *self);
void starsend_ledger_file_unref (StarsendLedgerFile *self);
StarsendLedgerLine *starsend_ledger_file_append (StarsendLedgerFile *self, StarsendLedgerEvent event, const char *job_id,
                                                 const char *fields, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendLedgerFile, starsend_ledger_file_unref)

G_END_DECLS
