/* starsend-client-sequence-runner-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-client-sequence-runner.h"
#include "starsend-element-manager.h"
#include "starsend-grid-explorer.h"
#include "starsend-job-runner.h"
#include "starsend-sequence-items.h"
#include "starsend-step-runner.h"
#include "starsend-take-offer.h"

G_BEGIN_DECLS

/* Shared by the files of the runner: starsend-client-sequence-runner.c (making, looking), -steps.c (what all steps share),
 * -frames.c (elements, grids, start frames), -takes.c (takes and verdicts), -offer.c (what a take will cost), -outcome.c (what
 * became of a job), -resume.c, -decide.c (what a person decides about a job), -reconcile.c and -prepare.c. */
struct _StarsendClientSequenceRunner
{
  GObject parent_instance;

  /* Owned */
  StarsendProject *project;
  StarsendModels *models;
  StarsendJobRunner *jobs;
  StarsendStepRunner *steps;
  StarsendGridExplorer *explorer;
  StarsendElementManager *elements;
  StarsendSequenceItems *items;
  GHashTable *busy; /* ids of sequences that a step works on */

  gboolean burn_in;
  gboolean audio;
  guint resume_limit;
};

#define STATUS_BIT(status) (1u << STARSEND_SEQUENCE_STATUS_##status)
#define STATUS_NOT_RUNNING (~(STATUS_BIT (GENERATING) | STATUS_BIT (ITERATING)))

/* One step for one sequence; it belongs to its task. */
typedef struct
{
  char *id;
  StarsendSequence *sequence;
  StarsendSequenceRecord *record;
  void (*then) (GTask *task);           /* after the write or the look-up that is under way */
  void (*after_elements) (GTask *task); /* when they turned out to be complete */
  void (*after_frame) (GTask *task);    /* when the start frame is in place */

  char *prompt;
  char *model;
  char *path;
  char *picture;
  guint quadrant;
  guint number;
  gboolean approve;
  JsonNode *source;

  GHashTable *overrides;
  StarsendElementResolution *resolution;
  StarsendRequest *request;
  StarsendStepResult *result;
  StarsendTakeChain *chain; /* when the take is made in parts */
  StarsendTake *take;
  gboolean only_offer;      /* says how the take would be made, and makes nothing */
  guint n_unused;           /* parts of an unfinished take that this one is made without */
  guint unused_number;
  StarsendVerdict verdict;
  char *shot_id;
  char *note;
  GError *error;
} Step;

/* Begins a step, or reports why it cannot be and gives NULL. @allowed: STATUS_BITs. The sequence is busy until the step ends. */
GTask *starsend_step_begin (StarsendClientSequenceRunner *self, gpointer tag, const char *sequence_id, guint allowed,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void starsend_step_fail (GTask *task, GError *error);
void starsend_step_end_boolean (GTask *task);
void starsend_step_end_pointer (GTask *task, gpointer pointer, GDestroyNotify destroy);
/* Writes the change, then calls @then; fails the step when it cannot be written. */
void starsend_step_update (GTask *task, StarsendSequenceChange *change, void (*then) (GTask *task));
/* Makes sure that every element is there (and says so in the state), then calls @then; else the step ends with NOT_READY. */
void starsend_step_ensure_elements (GTask *task, void (*then) (GTask *task));
/* The same without failing: the resolution is in the step. */
void starsend_step_resolve_elements (GTask *task, void (*then) (GTask *task));
/* Puts the next free number into the step, then calls @then. */
void starsend_step_find_number (GTask *task, StarsendRequestKind kind, void (*then) (GTask *task));
char *starsend_step_dup_batch_id (GTask *task);
StarsendRequest *starsend_step_make_request (GTask *task, StarsendRequestKind kind, guint number, const char *model);
/* Looks at every limit of the model of step->request, then calls @then; else the step ends with INVALID_INPUT and the place. */
void starsend_step_check_request (GTask *task, void (*then) (GTask *task));
/* Puts a picture in place as the start frame (step->approve: approved at once), then calls @then. */
void starsend_step_set_frame (GTask *task, void (*then) (GTask *task));   /* from step->picture */
void starsend_step_install_frame (GTask *task, GBytes *png, void (*then) (GTask *task));

/* The beginnings of execute and iterate; @only_offer: up to where something would change, and then what it would cost. */
void starsend_step_begin_execution (StarsendClientSequenceRunner *self, gpointer tag, gboolean only_offer, const char *sequence_id, const char *model,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void starsend_step_begin_iteration (StarsendClientSequenceRunner *self, gpointer tag, gboolean only_offer, const char *sequence_id,
                                    GHashTable *overrides, const char *start_frame, const char *model,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void starsend_step_end_offer (GTask *task);

/* The last part that arrived of a take whose parts were never joined; NULL when there is none. (transfer full) */
StarsendLedgerJob *starsend_runner_dup_unjoined (StarsendClientSequenceRunner *self, const char *sequence_id);
/* How many parts of a take the ledger knows as delivered. */
guint starsend_runner_count_parts (StarsendClientSequenceRunner *self, const char *sequence_id, guint number);
/* The highest number that the ledger or the state knows; 0: none. */
guint starsend_runner_last_number (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendRequestKind kind);
/* The next one that is free, on the disk too. */
void starsend_runner_find_number_async (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendRequestKind kind,
                                        GAsyncReadyCallback callback, gpointer user_data);
guint starsend_runner_find_number_finish (GAsyncResult *result);
/* As starsend_ledger_find_jobs(). */
GPtrArray *starsend_runner_find_jobs (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendRequestKind kind, guint number,
                                      gboolean open_only);
gboolean starsend_runner_has_open_job (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendRequestKind kind, guint number);
/* Mends from the disk alone, as reconcile does, and waits for no job; starsend_client_sequence_runner_reconcile_finish() ends it. */
void starsend_runner_mend_async (StarsendClientSequenceRunner *self,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Puts what came of a job into the state. Finish gives the sentence that tells it. */
void starsend_runner_arrive_async (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendRequestKind kind,
                                   StarsendStepResult *result, GAsyncReadyCallback callback, gpointer user_data);
char *starsend_runner_arrive_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);
/* Puts a sequence that nothing is being made for any more to where it belongs. @ended: the job that came to its end; NULL: the
 * last one. @join: parts that are all there are joined first. Finish gives the sentence that tells it. */
void starsend_runner_put_back_async (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendLedgerJob *ended, gboolean join,
                                     GAsyncReadyCallback callback, gpointer user_data);
char *starsend_runner_put_back_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);
char *starsend_runner_make_relative (StarsendClientSequenceRunner *self, const char *path);
/* Blocks: existing takes in order of their number. */
GPtrArray *starsend_runner_scan_takes (StarsendProjectPaths *paths, const char *sequence_id, guint known);

G_END_DECLS
