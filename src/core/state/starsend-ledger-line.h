/* starsend-ledger-line.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-json.h"
#include "starsend-ledger-job.h"

G_BEGIN_DECLS

#define STARSEND_LEDGER_MAX_LINE (4 * 1024 * 1024)
#define STARSEND_LEDGER_NO_EVENT (-1)

/* One line of the ledger that checks out. Private to this room; immutable, but for who frees it. */
typedef struct
{
  gint64 n;
  int event;  /* StarsendLedgerEvent, or STARSEND_LEDGER_NO_EVENT for one that is not known */
  const char *job_id;
  const char *at;
  StarsendJson *json;
} StarsendLedgerLine;

StarsendLedgerLine *starsend_ledger_line_parse (const char *text, gsize length, GError **error);
void starsend_ledger_line_free (StarsendLedgerLine *self);
gboolean starsend_ledger_line_checks_out (const char *text, gsize length);
char *starsend_ledger_line_render (gint64 n, StarsendLedgerEvent event, const char *job_id, const char *fields, gsize *length);
gboolean starsend_ledger_line_get_amount (const StarsendLedgerLine *self, const char *name, gint64 *millionths);
gboolean starsend_ledger_fields_check (JsonNode *fields, GError **error);

gboolean starsend_ledger_event_can_follow (int now, StarsendLedgerEvent next);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendLedgerLine, starsend_ledger_line_free)

G_END_DECLS
