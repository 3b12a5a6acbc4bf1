/* starsend-take.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "starsend-file-queue.h"
#include "starsend-request.h"

G_BEGIN_DECLS

typedef enum
{
  STARSEND_VERDICT_NONE,
  STARSEND_VERDICT_APPROVED,
  STARSEND_VERDICT_REJECTED,
} StarsendVerdict;

#define STARSEND_TYPE_VERDICT (starsend_verdict_get_type ())
GType starsend_verdict_get_type (void);
const char *starsend_verdict_to_string (StarsendVerdict verdict);   /* "approved", "rejected", NULL for none */

#define STARSEND_TYPE_TAKE (starsend_take_get_type ())

/* One generated video of one sequence, as its sidecar tells it. A verdict never changes the video. Main thread only. */
G_DECLARE_FINAL_TYPE (StarsendTake, starsend_take, STARSEND, TAKE, GObject)

/* Blocks; call it on a worker thread. A take without a readable sidecar is a take all the same: only the file's facts are known then. */
StarsendTake *starsend_take_load (const char *path, guint number, const char *root);
guint starsend_take_get_number (StarsendTake *self);
const char *starsend_take_get_path (StarsendTake *self);
gboolean starsend_take_has_sidecar (StarsendTake *self);
const char *starsend_take_get_model (StarsendTake *self);
const char *starsend_take_get_batch_id (StarsendTake *self);
const char *starsend_take_get_job_id (StarsendTake *self);
const char *starsend_take_get_finished_at (StarsendTake *self);
const char *starsend_take_get_file_digest (StarsendTake *self);
gint64 starsend_take_get_cost (StarsendTake *self);
guint starsend_take_get_n_parts (StarsendTake *self);   /* that it was joined from; 0: made at once */
/* What the ledger's intent line said, told again from the sidecar; @output relative to the project. */
JsonNode *starsend_take_dup_intent (StarsendTake *self, const char *output);
StarsendRequest *starsend_take_get_request (StarsendTake *self);
JsonNode *starsend_take_get_checks (StarsendTake *self);
char **starsend_take_dup_warnings (StarsendTake *self);
StarsendVerdict starsend_take_get_verdict (StarsendTake *self);
const char *starsend_take_get_note (StarsendTake *self);
const char *starsend_take_get_judged_at (StarsendTake *self);
StarsendVerdict starsend_take_get_shot_verdict (StarsendTake *self, const char *shot_id);

void starsend_take_judge_async (StarsendTake *self, StarsendFileQueue *queue, const char *shot_id, StarsendVerdict verdict, const char *note,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_take_judge_finish (StarsendTake *self, GAsyncResult *result, GError **error);

G_END_DECLS
