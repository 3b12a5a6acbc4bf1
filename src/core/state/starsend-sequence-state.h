/* starsend-sequence-state.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-file-queue.h"
#include "starsend-sequence-change.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_SEQUENCE_STATE (starsend_sequence_state_get_type ())

/* sequence_state.json: {"EP001": {"SEQ01": {...}}}. Written whole, synced and renamed before a record notifies. Keys and
 * episodes that we do not know keep their exact text and order. Another program writes it too: before a write, and in
 * refresh, the file is compared with what was last read; a change from outside is read first and the change laid over it.
 * Signal "damaged" (message): the file was found damaged or gone while open; nothing known is lost. */
G_DECLARE_FINAL_TYPE (StarsendSequenceState, starsend_sequence_state, STARSEND, SEQUENCE_STATE, GObject)

/* Blocking; call it on a worker thread or at start. A missing file is empty. A damaged one is set aside (unless
 * @read_only) and @damage gets the sentence for the user; the state starts empty and reconcile rebuilds it. */
StarsendSequenceState *starsend_sequence_state_new (const char *path, const char *episode, StarsendFileQueue *queue,
                                                    gboolean read_only, char **damage, GError **error);
/* Never NULL: a sequence that the file does not name is not_started. Borrowed; always the same object for an id. */
StarsendSequenceRecord *starsend_sequence_state_get_record (StarsendSequenceState *self, const char *sequence_id);
/* Ids that the file names for this episode, in its order. */
char **starsend_sequence_state_dup_ids (StarsendSequenceState *self);
/* Queued in order; the transition is checked when its turn comes. */
void starsend_sequence_state_update_async (StarsendSequenceState *self, const char *sequence_id, StarsendSequenceChange *change,
                                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_sequence_state_update_finish (StarsendSequenceState *self, GAsyncResult *result, GError **error);
/* Looks at the disk; signal "changed-outside" (sequence-id) for each record that another program changed. */
void starsend_sequence_state_refresh_async (StarsendSequenceState *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_sequence_state_refresh_finish (StarsendSequenceState *self, GAsyncResult *result, GError **error);

G_END_DECLS
