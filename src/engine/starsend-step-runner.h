/* starsend-step-runner.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-execution-store.h"
#include "starsend-job-runner.h"
#include "starsend-joiner.h"
#include "starsend-take-chain.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_STEP_RUNNER (starsend_step_runner_get_type ())

/* The one execution engine for video. It takes parameters and gives StepResults, and files what came of each shot in
 * the execution store. It knows no plan, no sequence and no workflow: a batch id is an opaque string. */
G_DECLARE_FINAL_TYPE (StarsendStepRunner, starsend_step_runner, STARSEND, STEP_RUNNER, GObject)

StarsendStepRunner *starsend_step_runner_new (StarsendJobRunner *jobs, StarsendExecutionStore *store, StarsendLedger *ledger,
                                              StarsendJoiner *joiner);
/* What a take is expected to cost in all; -1 with the reason when it cannot be made. @n_parts (nullable): how many calls to the model it takes. */
gint64 starsend_step_runner_estimate (StarsendStepRunner *self, StarsendRequest *request, guint *n_parts, GError **error);
/* The parts that its model makes of a take, itself alone when it is made at once. (transfer full) (element-type StarsendRequest) */
GPtrArray *starsend_step_runner_split (StarsendStepRunner *self, StarsendRequest *request, GError **error);
/* How a take that its model does not make at once is made; NULL when it does, or with an error. */
StarsendTakeChain *starsend_step_runner_dup_chain (StarsendStepRunner *self, StarsendRequest *request, const char *output, GError **error);
char *starsend_step_runner_dup_run_id (const char *batch_id, guint number);

void starsend_step_runner_execute_video_async (StarsendStepRunner *self, StarsendRequest *request, const char *output,
                                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendStepResult *starsend_step_runner_execute_video_finish (StarsendStepRunner *self, GAsyncResult *result, GError **error);
void starsend_step_runner_execute_multi_shot_async (StarsendStepRunner *self, StarsendRequest *request, const char *output,
                                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendStepResult *starsend_step_runner_execute_multi_shot_finish (StarsendStepRunner *self, GAsyncResult *result, GError **error);
void starsend_step_runner_resume_async (StarsendStepRunner *self, StarsendLedgerJob *ledger_job,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendStepResult *starsend_step_runner_resume_finish (StarsendStepRunner *self, GAsyncResult *result, GError **error);

/* What a person decided about a job, see StarsendJobRunner. @request, @output: with the number that it has now; nullable. */
void starsend_step_runner_retry_async (StarsendStepRunner *self, StarsendLedgerJob *ledger_job,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendStepResult *starsend_step_runner_retry_finish (StarsendStepRunner *self, GAsyncResult *result, GError **error);
void starsend_step_runner_recover_async (StarsendStepRunner *self, StarsendLedgerJob *ledger_job, const char *request_id,
                                         StarsendRequest *request, const char *output,
                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendStepResult *starsend_step_runner_recover_finish (StarsendStepRunner *self, GAsyncResult *result, GError **error);

G_END_DECLS
