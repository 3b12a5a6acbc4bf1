/* starsend-sequence-run.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-client-sequence-runner.h"
#include "starsend-run-entry.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_SEQUENCE_RUN (starsend_sequence_run_get_type ())

/* Takes of many sequences: admitted all or not at all, a few at a time. Main thread only. Properties, all notify: runner
 * (construct-only), entries, concurrency (takes made at a time), active, paused, n-total, n-done, n-failed, n-running,
 * fraction, message (a sentence; nullable), estimate and spent (millionths of the project's currency). */
G_DECLARE_FINAL_TYPE (StarsendSequenceRun, starsend_sequence_run, STARSEND, SEQUENCE_RUN, GObject)

#define STARSEND_SEQUENCE_RUN_CONCURRENCY 3

StarsendSequenceRun *starsend_sequence_run_new (StarsendClientSequenceRunner *runner);
/* The first take of a sequence, or another one; a sequence that is in already stays as it was. Before the start alone. */
void starsend_sequence_run_add (StarsendSequenceRun *self, const char *sequence_id, const char *model);
void starsend_sequence_run_add_iteration (StarsendSequenceRun *self, const char *sequence_id, GHashTable *overrides,
                                          const char *start_frame, const char *model);
GListModel *starsend_sequence_run_get_entries (StarsendSequenceRun *self);   /* of StarsendRunEntry */

/* Whether all of it can be done; one error names everything that stands in the way. Spends nothing. */
void starsend_sequence_run_check_async (StarsendSequenceRun *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_sequence_run_check_finish (StarsendSequenceRun *self, GAsyncResult *result, GError **error);
gint64 starsend_sequence_run_get_estimate (StarsendSequenceRun *self);       /* after a check; -1 before */
/* What the caps leave after it: millionths, negative for nothing; G_MAXINT64 when there is no cap. */
gint64 starsend_sequence_run_get_left (StarsendSequenceRun *self);

/* The user has confirmed the estimate. Ends when every sequence has; what became of each is in its entry. */
void starsend_sequence_run_start_async (StarsendSequenceRun *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_sequence_run_start_finish (StarsendSequenceRun *self, GAsyncResult *result, GError **error);
void starsend_sequence_run_pause (StarsendSequenceRun *self);     /* nothing new; what runs goes on */
void starsend_sequence_run_unpause (StarsendSequenceRun *self);
void starsend_sequence_run_cancel (StarsendSequenceRun *self);    /* nothing new; what runs is cancelled at its provider */

guint starsend_sequence_run_get_concurrency (StarsendSequenceRun *self);
void starsend_sequence_run_set_concurrency (StarsendSequenceRun *self, guint concurrency);
gboolean starsend_sequence_run_get_active (StarsendSequenceRun *self);
gboolean starsend_sequence_run_get_paused (StarsendSequenceRun *self);
guint starsend_sequence_run_get_n_total (StarsendSequenceRun *self);
guint starsend_sequence_run_get_n_done (StarsendSequenceRun *self);
guint starsend_sequence_run_get_n_failed (StarsendSequenceRun *self);        /* cancelled ones are none */
guint starsend_sequence_run_get_n_running (StarsendSequenceRun *self);
double starsend_sequence_run_get_fraction (StarsendSequenceRun *self);
const char *starsend_sequence_run_get_message (StarsendSequenceRun *self);
gint64 starsend_sequence_run_get_spent (StarsendSequenceRun *self);

G_END_DECLS
