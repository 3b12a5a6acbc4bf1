/* fake-gemini.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "fake-server.h"

G_BEGIN_DECLS

#define FAKE_GEMINI_KEY "test-gemini-key-0123"

typedef enum
{
  FAKE_GEMINI_PNG,
  FAKE_GEMINI_JPEG,
} FakeGeminiFormat;

/* Gemini: POST /v1beta/models/{id}:generateContent and GET /v1beta/models. The key comes in x-goog-api-key; "?key=" is refused here, and
 * counts as "key.stray", because it would be in every log.
 *
 * Routes: "generate" "models" "v1" "foreign" ({foreign} in the texts of faults). Counters beside those: "accepted" (calls that were answered with a picture or a refusal, and cost), "pictures", "refusals". */
typedef struct _FakeGemini FakeGemini;

FakeGemini *fake_gemini_new (void);
FakeGemini *fake_gemini_new_full (guint port, GError **error);
void fake_gemini_free (FakeGemini *self);
FakeServer *fake_gemini_get_server (FakeGemini *self);
const char *fake_gemini_get_base (FakeGemini *self);         /* for STARSEND_GEMINI_URL, without "/v1beta" */
void fake_gemini_set_format (FakeGemini *self, FakeGeminiFormat format);
/* Thought images before the final one; 0. */
void fake_gemini_set_thoughts (FakeGemini *self, guint thoughts);
/* [{"model", "body", "status"}] (transfer full) */
JsonNode *fake_gemini_dup_requests (FakeGemini *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeGemini, fake_gemini_free)

G_END_DECLS
