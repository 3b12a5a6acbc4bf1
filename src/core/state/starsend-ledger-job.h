/* starsend-ledger-job.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  STARSEND_LEDGER_INTENT,     /* written before the call that can cost money */
  STARSEND_LEDGER_SUBMITTED,  /* the provider answered: request id and addresses */
  STARSEND_LEDGER_UNCERTAIN,  /* sent, and the answer never came */
  STARSEND_LEDGER_FETCHED,    /* the file is here, verified, under its final name */
  STARSEND_LEDGER_SETTLED,    /* what it cost is known */
  STARSEND_LEDGER_RELEASED,   /* failed, cancelled or written off: nothing is reserved any more */
} StarsendLedgerEvent;

#define STARSEND_TYPE_LEDGER_EVENT (starsend_ledger_event_get_type ())
GType starsend_ledger_event_get_type (void);
const char *starsend_ledger_event_to_string (StarsendLedgerEvent event);   /* "intent" */

#define STARSEND_TYPE_LEDGER_JOB (starsend_ledger_job_get_type ())

/* One job as its lines in the ledger tell it: the last event, and all fields that the lines gave. Properties notify. Main thread only. */
G_DECLARE_FINAL_TYPE (StarsendLedgerJob, starsend_ledger_job, STARSEND, LEDGER_JOB, GObject)

const char *starsend_ledger_job_get_id (StarsendLedgerJob *self);
StarsendLedgerEvent starsend_ledger_job_get_event (StarsendLedgerJob *self);
gboolean starsend_ledger_job_is_open (StarsendLedgerJob *self);              /* neither settled nor released */
gboolean starsend_ledger_job_is_free (StarsendLedgerJob *self);              /* costs nothing, and can be made again by itself */
gboolean starsend_ledger_job_wants_decision (StarsendLedgerJob *self);       /* uncertain, and may have been paid: only a person can say */
const char *starsend_ledger_job_get_kind (StarsendLedgerJob *self);          /* intent: "grid" or "take" */
const char *starsend_ledger_job_get_batch_id (StarsendLedgerJob *self);      /* intent */
guint starsend_ledger_job_get_number (StarsendLedgerJob *self);              /* intent: grid or take number */
guint starsend_ledger_job_get_part (StarsendLedgerJob *self);                /* intent: of a take in parts, from 1; 0: made at once */
guint starsend_ledger_job_get_n_parts (StarsendLedgerJob *self);             /* intent: how many parts it has; 0: made at once */
const char *starsend_ledger_job_get_provider (StarsendLedgerJob *self);      /* intent */
const char *starsend_ledger_job_get_model (StarsendLedgerJob *self);         /* intent */
const char *starsend_ledger_job_get_digest (StarsendLedgerJob *self);        /* intent: SHA-256 over every input */
const char *starsend_ledger_job_get_currency (StarsendLedgerJob *self);      /* intent: "USD" */
gint64 starsend_ledger_job_get_estimate (StarsendLedgerJob *self);           /* intent: millionths of the currency */
JsonNode *starsend_ledger_job_get_request (StarsendLedgerJob *self);         /* intent: everything needed to take it up again */
const char *starsend_ledger_job_get_output (StarsendLedgerJob *self);        /* intent: relative path of the file it makes */
const char *starsend_ledger_job_get_request_id (StarsendLedgerJob *self);    /* submitted */
JsonNode *starsend_ledger_job_get_ticket (StarsendLedgerJob *self);          /* submitted: the provider's addresses */
const char *starsend_ledger_job_get_file_digest (StarsendLedgerJob *self);   /* fetched: SHA-256 of the file */
gint64 starsend_ledger_job_get_cost (StarsendLedgerJob *self);               /* settled, or charged and released: millionths; -1 unknown */
const char *starsend_ledger_job_get_reason (StarsendLedgerJob *self);        /* uncertain, released */
gboolean starsend_ledger_job_may_be_paid (StarsendLedgerJob *self);          /* given up, and perhaps on the bill all the same */
const char *starsend_ledger_job_get_created_at (StarsendLedgerJob *self);
const char *starsend_ledger_job_get_changed_at (StarsendLedgerJob *self);

G_END_DECLS
