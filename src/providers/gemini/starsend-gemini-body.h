/* starsend-gemini-body.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-model.h"

G_BEGIN_DECLS

/* The body of a call, in two steps: what it is made of is read on the main thread, the pictures on a worker's. */
typedef struct _StarsendGeminiBody StarsendGeminiBody;

StarsendGeminiBody *starsend_gemini_body_new (StarsendModel *model, StarsendModelRoute *route, StarsendRequest *request);
void starsend_gemini_body_free (StarsendGeminiBody *self);
/* Blocking: reads and fits the pictures. @sent: the same with digests in place of the pictures, for the ledger and the sidecar. */
GBytes *starsend_gemini_body_build (StarsendGeminiBody *self, GCancellable *cancellable, JsonNode **sent, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendGeminiBody, starsend_gemini_body_free)

G_END_DECLS
