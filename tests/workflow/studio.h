/* studio.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-client-sequence-runner.h"
#include "starsend-error.h"

G_BEGIN_DECLS

#define STUDIO_TIMEOUT_SECONDS 40
/* Frames at 24 a second. */
#define STUDIO_SECONDS(n_frames) ((n_frames) / 24.0)

/* A project of a test in a folder that goes away, open, with its runner; and every step of the runner as a call that
 * waits for its end. What a step gives is the caller's; @error as ever. */
typedef struct
{
  char *folder;
  char *root;
  char *plan_path;       /* inside the project */
  StarsendProvider *provider;   /* nullable: makes "kling-o3" whenever the project is opened */
  StarsendProject *project;
  StarsendClientSequenceRunner *runner;
} Studio;

/* A result that is waited for. */
typedef struct
{
  GAsyncResult *result;
} StudioWait;

void studio_on_ready (GObject *source, GAsyncResult *result, gpointer user_data);
/* Runs the main loop until the result is there; a test that waits for ever fails. The result is the caller's. */
GAsyncResult *studio_wait (StudioWait *wait);
void studio_run_for (guint milliseconds);

/* Makes the project of a plan and opens it. @budget: the "budget" of its config as text, nullable. */
void studio_set_up (Studio *self, const char *plan, const char *budget);
void studio_tear_down (Studio *self);
/* Closing waits until nobody holds the project any more, as the end of a process would. */
void studio_close (Studio *self);
void studio_open (Studio *self);
void studio_reopen (Studio *self);

char *studio_path (Studio *self, const char *relative);
char *studio_read (const char *path);
void studio_write (const char *path, const char *text, gssize size);
void studio_remove_tree (const char *path);
/* A picture that the test makes; another @seed gives other bytes. */
void studio_write_picture (const char *path, int width, int height, guint seed);
/* How many files of the project have names that end so. */
guint studio_count_files (const char *folder, const char *suffix);

StarsendSequenceRecord *studio_record (Studio *self, const char *sequence_id);
void studio_assert_status (Studio *self, const char *sequence_id, StarsendSequenceStatus status);
const char *studio_shot_state (Studio *self, const char *sequence_id, guint take, const char *shot_id);
StarsendLedgerJob *studio_dup_last_job (Studio *self);
/* How many jobs of takes ended so. */
guint studio_count_jobs (Studio *self, const char *kind, StarsendLedgerEvent event);
gint64 studio_count_frames (const char *path, GError **error);

StarsendElementResolution *studio_resolve (Studio *self, const char *sequence_id, GError **error);
char *studio_explore (Studio *self, const char *sequence_id, const char *prompt, GError **error);
char *studio_pick (Studio *self, const char *sequence_id, guint quadrant, guint grid, GError **error);
char *studio_set_frame (Studio *self, const char *sequence_id, const char *picture, GError **error);
gboolean studio_approve_frame (Studio *self, const char *sequence_id, GError **error);
gboolean studio_unlock_frame (Studio *self, const char *sequence_id, GError **error);
StarsendTake *studio_execute (Studio *self, const char *sequence_id, const char *model, GError **error);
StarsendTake *studio_iterate (Studio *self, const char *sequence_id, GHashTable *overrides, const char *picture, const char *model, GError **error);
gboolean studio_approve (Studio *self, const char *sequence_id, guint take, const char *note, GError **error);
gboolean studio_reject (Studio *self, const char *sequence_id, guint take, const char *shot_id, const char *note, GError **error);
GListModel *studio_list_takes (Studio *self, const char *sequence_id, GError **error);
GListModel *studio_prepare (Studio *self);
GListModel *studio_resume (Studio *self);
char *studio_write_off (Studio *self, const char *job_id, GError **error);
char *studio_retry (Studio *self, const char *job_id, GError **error);
char *studio_recover (Studio *self, const char *job_id, const char *request_id, GError **error);
GListModel *studio_reconcile (Studio *self, gboolean repair);

/* The short ways: steps that have to work. */
void studio_make_ready (Studio *self, const char *sequence_id);      /* a picture as the approved start frame */
void studio_make_take (Studio *self, const char *sequence_id);       /* ready, and executed with the local model */
void studio_assert_agreement (Studio *self);

G_END_DECLS
