/* starsend-gemini-answer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What Gemini bills: pictures and words have rates of their own. Thoughts are words. */
typedef struct
{
  gint64 input;
  gint64 words;
  gint64 pictures;
} StarsendGeminiTokens;

/* A whole answer of status 2xx. A refusal is one too: it has no picture, and may cost. */
typedef struct
{
  GBytes *picture;        /* as it came, not looked at yet; NULL: refused */
  char *reason;           /* of a refusal: "IMAGE_SAFETY", "STOP"; nullable */
  gboolean is_blocked;    /* the words were refused before anything was made */
  char *message;          /* the service's own explanation, one line; nullable */
  char *text;             /* what the model said instead or beside, one line; nullable */
  JsonNode *usage;        /* nullable */
  StarsendGeminiTokens tokens;
  char *response_id;      /* nullable */
  char *model_version;    /* nullable */
} StarsendGeminiAnswer;

/* NULL where it is no answer of Gemini's at all. For worker threads: it may be tens of megabytes. */
StarsendGeminiAnswer *starsend_gemini_answer_new (GBytes *body, gsize max_size, const char *secret, GError **error);
void starsend_gemini_answer_free (StarsendGeminiAnswer *self);
/* Why there is no picture, and what can be done: STARSEND_ERROR_PROVIDER. */
GError *starsend_gemini_answer_make_refusal (const StarsendGeminiAnswer *self);
/* From "usageMetadata" as it was kept. NULL: nothing. */
StarsendGeminiTokens starsend_gemini_tokens_read (JsonNode *usage);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendGeminiAnswer, starsend_gemini_answer_free)

G_END_DECLS
