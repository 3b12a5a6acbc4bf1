/* starsend-job-runner-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-job-runner.h"

G_BEGIN_DECLS

/* Shared by the files of the runner: starsend-job-runner.c (making, looking), -admission.c (what is let in, up to its
 * intent), -reserve.c (the caps, and what is held against them), -steps.c (what all runs share: submit, collect, end), -publish.c (from a verified file to settlement) and
 * -resume.c (from where the ledger says that a job stands). */

struct _StarsendJobRunner
{
  GObject parent_instance;

  /* Owned */
  char *root;
  StarsendProjectConfig *config;
  StarsendLedger *ledger;
  StarsendFileQueue *queue;
  StarsendModels *models;
  StarsendVerifier *verifier;
  GListStore *jobs;

  /* Borrowed from their tasks: runs that passed the caps and are not in the ledger yet. */
  GPtrArray *admitted;

  /* Owned: batch id -> gint64, what was admitted for takes of the batch and is not asked for yet. */
  GHashTable *reserved;
};

/* One request on its way. It belongs to its task; every step hands the task on. */
typedef struct
{
  StarsendRequest *request;
  StarsendProvider *provider;
  StarsendJob *job;
  StarsendTicket *ticket;
  StarsendDelivery *delivery;
  JsonNode *checks;
  GCancellable *either; /* the caller's or the user's; once delivered, the caller's alone (nullable) */
  GCancellable *outer;
  gulong outer_handler;
  gulong user_handler;

  char *job_id;
  char *output;
  char *part;
  char *input_digest;
  char *file_digest;
  char *created_at;
  gint64 estimate;
  guint fetches;
  gboolean delivered;
} Run;

/* Ending: these give the task back and let go of it. */
void starsend_run_free (Run *run);
void starsend_run_fail (GTask *task, GError *error);
void starsend_run_succeed (GTask *task);
/* Writes the last line of a job that will never deliver, or of one whose answer never came, and then fails the task. */
void starsend_run_end_with (GTask *task, StarsendLedgerEvent event, GError *error);

/* Going on: each takes the task over. */
void starsend_run_begin (StarsendJobRunner *self, Run *run, GCancellable *outer);
void starsend_run_submit (GTask *task);
void starsend_run_collect (GTask *task);
void starsend_run_file (GTask *task);    /* what was collected and verified: digest, ledger, then publish */
void starsend_run_publish (GTask *task); /* what the ledger knows as fetched */

/* What was delivered is paid: giving it up saves nothing, so from here on the user's wish to cancel comes too late. */
void starsend_run_set_delivered (Run *run);
JsonNode *starsend_run_make_fields (const char *name, const char *value);

/* The caps, against all that is spent, open, admitted and reserved but for what is reserved for this very run. */
gboolean starsend_run_check_budget (StarsendJobRunner *self, Run *run, GError **error);
/* The run is in the ledger's hands from here on: what was reserved for it becomes free. */
void starsend_run_admit (StarsendJobRunner *self, Run *run);

G_END_DECLS
