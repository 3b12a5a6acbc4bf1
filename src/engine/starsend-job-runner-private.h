/* starsend-job-runner-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-job-runner.h"

G_BEGIN_DECLS

/* Shared by the files of the runner: starsend-job-runner.c (making, looking), -admission.c (what is let in, up to its
 * intent), -reserve.c (the caps, and what is held against them), -steps.c (what all runs share: submit, collect, end),
 * -publish.c (from a verified file to settlement), -resume.c (from where the ledger says that a job stands) and -decide.c
 * (what a person decides about a job). */

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
  StarsendProject *project; /* nullable */
  GListStore *jobs;

  /* Borrowed from their tasks: runs that passed the caps and are not in the ledger yet. */
  GPtrArray *admitted;

  /* Owned: batch id -> gint64, what was admitted for takes of the batch and is not asked for yet. */
  GHashTable *reserved;
};

/* One request on its way. It belongs to its task; every step hands the task on. */
typedef struct
{
  StarsendLedgerJob *ledger_job; /* what is taken up; NULL for one that begins */
  StarsendLedgerJob *replaced;   /* what is given up for it; nullable */
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
  gboolean settled; /* before it began: only its file is wanted, and the ledger has its last word already */
} Run;

GTask *starsend_run_new (StarsendJobRunner *self, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* The request and the output of a job, as the ledger has them. */
gboolean starsend_run_read (StarsendJobRunner *self, Run *run, StarsendLedgerJob *ledger_job, GError **error);
/* All that a run needs to go on with a job. */
gboolean starsend_run_take_up (StarsendJobRunner *self, Run *run, StarsendLedgerJob *ledger_job, GError **error);
/* NOT_READY while it is being worked on: two that work on one job would write the same file. */
gboolean starsend_run_check_idle (StarsendJobRunner *self, StarsendLedgerJob *ledger_job, GError **error);
/* Takes a job up from where the ledger says that it stands. */
void starsend_run_resume (GTask *task);

/* Ending: these give the task back and let go of it. */
void starsend_run_fail (GTask *task, GError *error);
void starsend_run_succeed (GTask *task);
/* Writes the last line of a job that will never deliver, or of one whose answer never came, and then fails the task. */
void starsend_run_end_with (GTask *task, StarsendLedgerEvent event, GError *error);

/* Going on: each takes the task over. */
void starsend_run_begin (StarsendJobRunner *self, Run *run, GCancellable *outer);
void starsend_run_submit (GTask *task);
/* Gives the digest of every input to @callback, in a thread; where @wants_place, refuses an output that is there already. */
void starsend_run_read_inputs (GTask *task, gboolean wants_place, GAsyncReadyCallback callback);
/* Writes down where the job can be asked for (@fields: what else the line says; nullable), and collects it. */
void starsend_run_enter_ticket (GTask *task, JsonNode *fields);
void starsend_run_collect (GTask *task);
void starsend_run_file (GTask *task);    /* what was collected and verified: digest, ledger, then publish */
void starsend_run_publish (GTask *task); /* what the ledger knows as fetched */

char *starsend_run_dup_part (Run *run);                                            /* needs the job's id and the output */
const char *starsend_run_get_relative (StarsendJobRunner *self, Run *run);  /* the output, as the ledger names it */
/* What was delivered is paid: giving it up saves nothing, so from here on the user's wish to cancel comes too late. */
void starsend_run_set_delivered (Run *run);
JsonNode *starsend_run_make_fields (const char *name, const char *value);

/* The caps, against all that is spent, open, admitted and reserved but for what is reserved for this very run. */
gboolean starsend_run_check_budget (StarsendJobRunner *self, Run *run, GError **error);
/* The run is in the ledger's hands from here on: what was reserved for it becomes free. */
void starsend_run_admit (StarsendJobRunner *self, Run *run);

G_END_DECLS
