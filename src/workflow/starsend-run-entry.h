/* starsend-run-entry.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-job.h"
#include "starsend-take-offer.h"
#include "starsend-take.h"

G_BEGIN_DECLS

typedef enum
{
  STARSEND_RUN_STATE_WAITING,
  STARSEND_RUN_STATE_RUNNING,
  STARSEND_RUN_STATE_DONE,
  STARSEND_RUN_STATE_FAILED,
  STARSEND_RUN_STATE_CANCELLED,
} StarsendRunState;

#define STARSEND_TYPE_RUN_STATE (starsend_run_state_get_type ())
GType starsend_run_state_get_type (void);
const char *starsend_run_state_to_string (StarsendRunState state);   /* "waiting" */

#define STARSEND_TYPE_RUN_ENTRY (starsend_run_entry_get_type ())

/* One sequence of a run. Properties: sequence-id, state, job (what runs for it now; nullable), error (a sentence; nullable), take
 * (once it is there), offer (once it was checked). All notify. */
G_DECLARE_FINAL_TYPE (StarsendRunEntry, starsend_run_entry, STARSEND, RUN_ENTRY, GObject)

const char *starsend_run_entry_get_sequence_id (StarsendRunEntry *self);
StarsendRunState starsend_run_entry_get_state (StarsendRunEntry *self);
StarsendJob *starsend_run_entry_get_job (StarsendRunEntry *self);
const GError *starsend_run_entry_get_gerror (StarsendRunEntry *self);
const char *starsend_run_entry_get_error (StarsendRunEntry *self);
StarsendTake *starsend_run_entry_get_take (StarsendRunEntry *self);
StarsendTakeOffer *starsend_run_entry_get_offer (StarsendRunEntry *self);

G_END_DECLS
