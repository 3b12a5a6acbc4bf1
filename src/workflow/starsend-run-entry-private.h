/* starsend-run-entry-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-run-entry.h"

G_BEGIN_DECLS

/* Shared with starsend-sequence-run.c, whose entries these are. */
struct _StarsendRunEntry
{
  GObject parent_instance;

  /* Owned */
  char *sequence_id;
  char *batch_id;
  char *model;           /* nullable */
  char *start_frame;     /* nullable */
  GHashTable *overrides; /* nullable */
  GCancellable *cancellable;
  StarsendJob *job;
  StarsendTake *take;
  StarsendTakeOffer *offer;
  GError *error;

  StarsendRunState state;
  gboolean is_iteration;
  gint64 spent_before;
};

StarsendRunEntry *starsend_run_entry_new (const char *sequence_id, const char *batch_id, const char *model);
void starsend_run_entry_set_job (StarsendRunEntry *self, StarsendJob *job);
void starsend_run_entry_set_offer (StarsendRunEntry *self, StarsendTakeOffer *offer);
/* @take and @error (both nullable) are what came of it. */
void starsend_run_entry_set_state (StarsendRunEntry *self, StarsendRunState state, StarsendTake *take, const GError *error);
/* 0 to 1. */
double starsend_run_entry_get_fraction (StarsendRunEntry *self);

G_END_DECLS
