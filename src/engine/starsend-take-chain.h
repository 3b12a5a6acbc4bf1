/* starsend-take-chain.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-job-runner.h"
#include "starsend-joiner.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_TAKE_CHAIN (starsend_take_chain_get_type ())

/* One take that is made in parts, each a job of its own that begins with the last frame of the one before, and joined at
 * the end. Parts that are there already are used and not bought again. Main thread only. */
G_DECLARE_FINAL_TYPE (StarsendTakeChain, starsend_take_chain, STARSEND, TAKE_CHAIN, GObject)

/* @parts: of StarsendRequest, in order; @output: absolute path of the take. */
StarsendTakeChain *starsend_take_chain_new (StarsendJobRunner *jobs, StarsendJoiner *joiner, StarsendRequest *whole,
                                            GPtrArray *parts, const char *output);
/* As the ledger has it: @job makes one of the parts. */
StarsendTakeChain *starsend_take_chain_new_from_ledger (StarsendJobRunner *jobs, StarsendJoiner *joiner, StarsendLedgerJob *job, GError **error);
StarsendRequest *starsend_take_chain_get_request (StarsendTakeChain *self);   /* the whole take's */
guint starsend_take_chain_get_n_parts (StarsendTakeChain *self);
guint starsend_take_chain_get_n_there (StarsendTakeChain *self);
gint64 starsend_take_chain_get_estimate (StarsendTakeChain *self);            /* of what is not there */
/* Whether the next part has a place: another one may stand there. */
gboolean starsend_take_chain_can_go_on (StarsendTakeChain *self);

/* Finds out which parts are there; makes nothing. */
void starsend_take_chain_look_async (StarsendTakeChain *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_take_chain_look_finish (StarsendTakeChain *self, GAsyncResult *result, GError **error);
/* Makes the parts that are not there, one after the other, and joins them. */
void starsend_take_chain_run_async (StarsendTakeChain *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendStepResult *starsend_take_chain_run_finish (StarsendTakeChain *self, GAsyncResult *result, GError **error);
/* Joins them when all are there; never asks for one. NOT_READY says how many are there. */
void starsend_take_chain_join_async (StarsendTakeChain *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendStepResult *starsend_take_chain_join_finish (StarsendTakeChain *self, GAsyncResult *result, GError **error);

G_END_DECLS
