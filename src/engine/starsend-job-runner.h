/* starsend-job-runner.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-ledger.h"
#include "starsend-models.h"
#include "starsend-project-config.h"
#include "starsend-step-result.h"
#include "starsend-verifier.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_JOB_RUNNER (starsend_job_runner_get_type ())

/* Takes one request from intent to settlement, and an open job of the ledger on from where it stands. The one place
 * that calls a provider, and so the one place where the rules about money hold (design, section 6). Main thread only. */
G_DECLARE_FINAL_TYPE (StarsendJobRunner, starsend_job_runner, STARSEND, JOB_RUNNER, GObject)

StarsendJobRunner *starsend_job_runner_new (const char *root, StarsendProjectConfig *config, StarsendLedger *ledger,
                                            StarsendFileQueue *queue, StarsendModels *models, StarsendVerifier *verifier);
char *starsend_job_runner_dup_part_name (const char *job_id);
GListModel *starsend_job_runner_get_jobs (StarsendJobRunner *self);
StarsendJob *starsend_job_runner_dup_job (StarsendJobRunner *self, const char *batch_id);
gint64 starsend_job_runner_estimate (StarsendJobRunner *self, StarsendRequest *request, GError **error);

/* The money of what is admitted as a whole and asked for bit by bit: the parts of a take, the sequences of a run. One amount
 * for the takes of each batch; every job of such a take draws on it. It lives in this process alone. */
gboolean starsend_job_runner_reserve (StarsendJobRunner *self, const char *batch_id, gint64 amount, GError **error);
void starsend_job_runner_unreserve (StarsendJobRunner *self, const char *batch_id);
/* Millionths that are admitted or reserved and not in the ledger; @batch_id NULL: for all. */
gint64 starsend_job_runner_get_held (StarsendJobRunner *self, const char *batch_id);

void starsend_job_runner_run_async (StarsendJobRunner *self, StarsendRequest *request, const char *output,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendStepResult *starsend_job_runner_run_finish (StarsendJobRunner *self, GAsyncResult *result, GError **error);
void starsend_job_runner_resume_async (StarsendJobRunner *self, StarsendLedgerJob *ledger_job,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendStepResult *starsend_job_runner_resume_finish (StarsendJobRunner *self, GAsyncResult *result, GError **error);

G_END_DECLS
