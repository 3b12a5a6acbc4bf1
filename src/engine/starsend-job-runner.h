/* starsend-job-runner.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-ledger.h"
#include "starsend-models.h"
#include "starsend-project.h"
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
/* Whose lock has to be held for a job to begin; nullable. */
void starsend_job_runner_set_project (StarsendJobRunner *self, StarsendProject *project);
/* Whether it could be asked for now, but for what the model makes and the caps: account, lock, nothing open that might be bought twice. */
gboolean starsend_job_runner_check (StarsendJobRunner *self, StarsendRequest *request, GError **error);
/* DECISION_WANTED, naming the job, while one of the batch that may cost money is open or uncertain. @kind: "grid", "take". */
gboolean starsend_job_runner_check_nothing_open (StarsendJobRunner *self, const char *batch_id, const char *kind, GError **error);

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

/* What a person decides about a job. Write off: it is given up; nothing is reserved any more. */
void starsend_job_runner_write_off_async (StarsendJobRunner *self, StarsendLedgerJob *ledger_job,
                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_job_runner_write_off_finish (StarsendJobRunner *self, GAsyncResult *result, GError **error);
/* Writes an uncertain job off and asks for the same again, as a new job: it may be paid twice. */
void starsend_job_runner_retry_async (StarsendJobRunner *self, StarsendLedgerJob *ledger_job,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendStepResult *starsend_job_runner_retry_finish (StarsendJobRunner *self, GAsyncResult *result, GError **error);
/* Fetches what a job made, once more: one that is uncertain or was given up by @request_id, which a person found (NULL: by
 * the one in the ledger); one that has settled when its file is gone. Buys nothing. @request: with which number; @output:
 * where its file goes. */
void starsend_job_runner_recover_async (StarsendJobRunner *self, StarsendLedgerJob *ledger_job, const char *request_id,
                                        StarsendRequest *request, const char *output,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendStepResult *starsend_job_runner_recover_finish (StarsendJobRunner *self, GAsyncResult *result, GError **error);

G_END_DECLS
