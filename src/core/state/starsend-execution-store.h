/* starsend-execution-store.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-file-queue.h"
#include "starsend-state-profile.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_EXECUTION_STORE (starsend_execution_store_get_type ())

/* The truth about shots, by batch id and shot id, under one state profile. Batch ids are opaque: any characters.
 * File: {"version":1,"profile":"client_video","batches":{"EP001_SEQ04":{"shot_1":{"state":"video_complete","updated_at":...,"take":3,"error":...}}}};
 * unknown keys are kept. Same durability and damage rules as StarsendSequenceState. Signals "changed" (batch-id), "damaged" (message). */
G_DECLARE_FINAL_TYPE (StarsendExecutionStore, starsend_execution_store, STARSEND, EXECUTION_STORE, GObject)

StarsendExecutionStore *starsend_execution_store_new (const char *path, const StarsendStateProfile *profile, StarsendFileQueue *queue,
                                                      gboolean read_only, char **damage, GError **error);
const StarsendStateProfile *starsend_execution_store_get_profile (StarsendExecutionStore *self);
/* The profile's initial state for what was never stored. */
const char *starsend_execution_store_get_state (StarsendExecutionStore *self, const char *batch_id, const char *shot_id);
guint starsend_execution_store_get_take (StarsendExecutionStore *self, const char *batch_id, const char *shot_id);   /* 0: none */
const char *starsend_execution_store_get_shot_error (StarsendExecutionStore *self, const char *batch_id, const char *shot_id);
char **starsend_execution_store_dup_batches (StarsendExecutionStore *self);
char **starsend_execution_store_dup_shots (StarsendExecutionStore *self, const char *batch_id);
/* Takes all @shot_ids of a batch along @path, a NULL-terminated list of states walked one after another (for example
 * "elements_ready", "video_pending", "video_generating"); states a shot has already passed are skipped only when the shot
 * stands on that very state. All or nothing: one illegal step refuses the whole. One durable write. @take 0 leaves it, @message may be NULL. */
void starsend_execution_store_advance_async (StarsendExecutionStore *self, const char *batch_id, const char *const *shot_ids,
                                             const char *const *path, guint take, const char *message,
                                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_execution_store_advance_finish (StarsendExecutionStore *self, GAsyncResult *result, GError **error);
/* Without the table: for reconcile's repairs only. */
void starsend_execution_store_repair_async (StarsendExecutionStore *self, const char *batch_id, const char *const *shot_ids,
                                            const char *state, guint take,
                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_execution_store_repair_finish (StarsendExecutionStore *self, GAsyncResult *result, GError **error);

G_END_DECLS
