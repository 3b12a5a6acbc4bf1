/* starsend-project.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-execution-store.h"
#include "starsend-ledger.h"
#include "starsend-plan.h"
#include "starsend-project-config.h"
#include "starsend-project-paths.h"
#include "starsend-sequence-state.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_PROJECT (starsend_project_get_type ())

/* An open project folder: its config, plan, paths, lock and the four truths. Main thread only. */
G_DECLARE_FINAL_TYPE (StarsendProject, starsend_project, STARSEND, PROJECT, GObject)

typedef enum
{
  STARSEND_PROJECT_OPEN_DEFAULT = 0,
  STARSEND_PROJECT_OPEN_READ_ONLY = 1 << 0,   /* take no lock, write nothing */
} StarsendProjectOpenFlags;

/* @path: the folder, or its project_config.json. Reads on a worker thread; takes the lock. What was repaired or set
 * aside is told in notices. A plan that cannot be read fails the call; a plan with findings does not. */
void starsend_project_open_async (const char *path, StarsendProjectOpenFlags flags, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
StarsendProject *starsend_project_open_finish (GAsyncResult *result, GError **error);
/* Makes a folder with a config and a plan (a copy of @plan_path byte for byte, or an empty one). Never into a folder that holds a project. */
void starsend_project_create_async (const char *folder, const char *title, const char *plan_path, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_project_create_finish (GAsyncResult *result, GError **error);

const char *starsend_project_get_root (StarsendProject *self);
const char *starsend_project_get_title (StarsendProject *self);      /* config's, else plan's, else the folder's name */
const char *starsend_project_get_episode (StarsendProject *self);
gboolean starsend_project_is_read_only (StarsendProject *self);
gboolean starsend_project_is_client_video (StarsendProject *self);
StarsendProjectConfig *starsend_project_get_config (StarsendProject *self);
StarsendPlan *starsend_project_get_plan (StarsendProject *self);
StarsendProjectPaths *starsend_project_get_paths (StarsendProject *self);
StarsendSequenceState *starsend_project_get_sequence_state (StarsendProject *self);
StarsendExecutionStore *starsend_project_get_execution_store (StarsendProject *self);
StarsendLedger *starsend_project_get_ledger (StarsendProject *self);
StarsendFileQueue *starsend_project_get_file_queue (StarsendProject *self);
GListModel *starsend_project_get_notices (StarsendProject *self);    /* GtkStringList-like: StarsendFinding, severity warning */
void starsend_project_get_frame_rate (StarsendProject *self, StarsendFrameRate *rate);   /* config's, else the plan's */
void starsend_project_get_aspect (StarsendProject *self, int *width, int *height);
/* A damaged file was set aside at opening; starsend_client_sequence_runner_prepare_async() rebuilds it. */
gboolean starsend_project_needs_rebuild (StarsendProject *self);
/* Somebody else took the project over: nothing is written or spent any more. Notifies, and a notice tells it. */
gboolean starsend_project_is_lock_lost (StarsendProject *self);
/* READ_ONLY or LOCKED unless the project may be written now (lock held). */
gboolean starsend_project_check_writable (StarsendProject *self, GError **error);

G_END_DECLS
