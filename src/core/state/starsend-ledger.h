/* starsend-ledger.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-file-queue.h"
#include "starsend-ledger-job.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_LEDGER (starsend_ledger_get_type ())

/* The append-only record of every job, paid or not: ledger.jsonl, one JSON object a line:
 * {"n":7,"at":"2026-11-22T17:40:00Z","event":"intent","job":"<uuid>", ...fields..., "crc":"89abcdef"}
 * crc is CRC-32 (IEEE) of the line's bytes up to and including the comma before "crc". Order is by n, never by the clock.
 * Every append is synced before it is told. A torn last line is cut off with a notice. Damage further up: the file is set
 * aside whole, and a new one written with every line that checks out; told in @damage. Also a GListModel of StarsendLedgerJob
 * in the order of their intents. Events only go forward (intent, submitted, fetched, settled; uncertain and released from
 * any open one; uncertain and released -> submitted when found again); others are refused. */
G_DECLARE_FINAL_TYPE (StarsendLedger, starsend_ledger, STARSEND, LEDGER, GObject)

StarsendLedger *starsend_ledger_new (const char *path, StarsendFileQueue *queue, gboolean read_only, char **damage, GError **error);
char *starsend_ledger_new_job_id (void);
/* @fields: an object whose members become members of the line: "kind", "batch", "number", "provider", "model", "digest",
 * "part", "parts", "currency", "estimate" (a decimal number), "request", "output"; "request_id", "ticket"; "file_digest";
 * "cost"; "reason". */
void starsend_ledger_append_async (StarsendLedger *self, StarsendLedgerEvent event, const char *job_id, JsonNode *fields,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_ledger_append_finish (StarsendLedger *self, GAsyncResult *result, GError **error);
StarsendLedgerJob *starsend_ledger_dup_job (StarsendLedger *self, const char *job_id);
/* In the order of their intents; NULL and 0 stand for any. (transfer full) (element-type StarsendLedgerJob) */
GPtrArray *starsend_ledger_find_jobs (StarsendLedger *self, const char *batch_id, const char *kind, guint number, gboolean open_only);
/* Open jobs, oldest first. (transfer full) (element-type StarsendLedgerJob) */
GPtrArray *starsend_ledger_dup_open_jobs (StarsendLedger *self);
/* Millionths. @batch_id NULL: the whole project. Spent is what settled, and what released jobs cost although they came to
 * nothing; reserved the estimates of open jobs. A settled job of unknown cost counts with its estimate. */
gint64 starsend_ledger_get_spent (StarsendLedger *self, const char *batch_id);
gint64 starsend_ledger_get_reserved (StarsendLedger *self, const char *batch_id);

G_END_DECLS
