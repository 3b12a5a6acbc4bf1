/* starsend-gemini-answer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-gemini-answer.h"

#include "starsend-error.h"
#include "starsend-gemini-words.h"
#include "starsend-server-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
starsend_gemini_answer_free (StarsendGeminiAnswer *self)
{
  g_clear_pointer (&self->picture, g_bytes_unref);
  g_clear_pointer (&self->usage, json_node_unref);
  g_free (self->reason);
  g_free (self->message);
  g_free (self->text);
  g_free (self->response_id);
  g_free (self->model_version);
  g_free (self);
}

/* Parts */

static const char *
get_picture_data (const StarsendJsonNode *part)
{
  const StarsendJsonNode *inline_data = starsend_gemini_member (part, "inlineData");
  const char *mime = starsend_gemini_string_member (inline_data, "mimeType");

  return mime != NULL && g_str_has_prefix (mime, "image/") ? starsend_gemini_string_member (inline_data, "data") : NULL;
}

static gboolean
is_thought (const StarsendJsonNode *part)
{
  const StarsendJsonNode *thought = starsend_gemini_member (part, "thought");

  return thought != NULL && starsend_json_node_get_kind (thought) == STARSEND_JSON_BOOLEAN &&
         starsend_json_node_get_boolean (thought);
}

/* The last picture that is no thought; where all of them are flagged as thoughts, the last one: it was seen as the only one. */
static const char *
find_picture (const StarsendJsonNode *parts)
{
  const char *final = NULL, *any = NULL;

  if (parts == NULL || starsend_json_node_get_kind (parts) != STARSEND_JSON_ARRAY)
    return NULL;
  for (const StarsendJsonNode *part = starsend_json_node_get_first_child (parts); part != NULL; part = starsend_json_node_get_next (part))
    {
      const char *data = get_picture_data (part);

      if (data == NULL)
        continue;
      any = data;
      if (!is_thought (part))
        final = data;
    }
  return final != NULL ? final : any;
}

static char *
join_text (const StarsendJsonNode *parts, const char *secret)
{
  g_autoptr (GString) all = g_string_new (NULL);

  if (parts == NULL || starsend_json_node_get_kind (parts) != STARSEND_JSON_ARRAY)
    return NULL;
  for (const StarsendJsonNode *part = starsend_json_node_get_first_child (parts); part != NULL; part = starsend_json_node_get_next (part))
    {
      const char *text = starsend_gemini_string_member (part, "text");

      if (text != NULL && !is_thought (part))
        g_string_append_printf (all, " %s", text);
    }
  return starsend_gemini_line (all->str, secret);
}

/* One call makes one grid; where there are more candidates, the first with a picture counts. */
static void
read_candidates (StarsendGeminiAnswer *self, const StarsendJsonNode *candidates, const char *secret)
{
  const StarsendJsonNode *candidate;
  const char *data = NULL;

  if (candidates == NULL || starsend_json_node_get_kind (candidates) != STARSEND_JSON_ARRAY)
    return;
  for (candidate = starsend_json_node_get_first_child (candidates); candidate != NULL && data == NULL;
       candidate = starsend_json_node_get_next (candidate))
    {
      const StarsendJsonNode *parts = starsend_gemini_member (starsend_gemini_member (candidate, "content"), "parts");

      data = find_picture (parts);
      if (self->text == NULL)
        self->text = join_text (parts, secret);
      if (self->reason == NULL)
        self->reason = starsend_gemini_line (starsend_gemini_string_member (candidate, "finishReason"), secret);
      if (self->message == NULL)
        self->message = starsend_gemini_line (starsend_gemini_string_member (candidate, "finishMessage"), secret);
    }
  if (data != NULL)
    {
      gsize length;
      guchar *decoded = g_base64_decode (data, &length);

      self->picture = g_bytes_new_take (decoded, length);
    }
}

static void
read_block (StarsendGeminiAnswer *self, const StarsendJsonNode *feedback, const char *secret)
{
  const char *reason = starsend_gemini_string_member (feedback, "blockReason");

  if (self->picture != NULL || self->reason != NULL || reason == NULL)
    return;
  self->is_blocked = TRUE;
  self->reason = starsend_gemini_line (reason, secret);
  self->message = starsend_gemini_line (starsend_gemini_string_member (feedback, "blockReasonMessage"), secret);
}

StarsendGeminiAnswer *
starsend_gemini_answer_new (GBytes *body, gsize max_size, const char *secret, GError **error)
{
  g_autoptr (StarsendJson) json = starsend_json_new (body, max_size, error);
  const StarsendJsonNode *root = json != NULL ? starsend_json_get_root (json) : NULL;
  const StarsendJsonNode *usage;
  g_autoptr (JsonNode) counted = NULL;
  StarsendGeminiAnswer *self;

  if (root == NULL)
    return NULL;
  if (starsend_json_node_get_kind (root) != STARSEND_JSON_OBJECT)
    {
      g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("The answer is no JSON object."));
      return NULL;
    }

  self = g_new0 (StarsendGeminiAnswer, 1);
  read_candidates (self, starsend_gemini_member (root, "candidates"), secret);
  read_block (self, starsend_gemini_member (root, "promptFeedback"), secret);
  usage = starsend_gemini_member (root, "usageMetadata");
  counted = usage != NULL ? starsend_json_node_to_tree (usage) : NULL;
  self->usage = counted != NULL ? starsend_server_words_prune (counted, secret) : NULL;
  self->tokens = starsend_gemini_tokens_read (self->usage);
  self->response_id = starsend_gemini_line (starsend_gemini_string_member (root, "responseId"), secret);
  self->model_version = starsend_gemini_line (starsend_gemini_string_member (root, "modelVersion"), secret);
  return self;
}

/* Tokens */

/* A sum may be absurd; what is paid for never is. */
static gint64
read_count (JsonObject *object, const char *camel, const char *snake)
{
  JsonNode *node = json_object_get_member (object, camel);

  if (node == NULL)
    node = json_object_get_member (object, snake);
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      (json_node_get_value_type (node) != G_TYPE_INT64 && json_node_get_value_type (node) != G_TYPE_DOUBLE))
    return 0;
  return (gint64) CLAMP (json_node_get_double (node), 0, 1e9);
}

static gint64
count_pictures (JsonObject *usage)
{
  JsonNode *details = json_object_get_member (usage, "candidatesTokensDetails");
  gint64 total = 0;

  if (details == NULL)
    details = json_object_get_member (usage, "candidates_tokens_details");
  for (guint i = 0; details != NULL && JSON_NODE_HOLDS_ARRAY (details) && i < json_array_get_length (json_node_get_array (details)); i++)
    {
      JsonNode *detail = json_array_get_element (json_node_get_array (details), i);
      JsonNode *modality = JSON_NODE_HOLDS_OBJECT (detail) ? json_object_get_member (json_node_get_object (detail), "modality") : NULL;

      if (modality != NULL && JSON_NODE_HOLDS_VALUE (modality) && g_strcmp0 (json_node_get_string (modality), "IMAGE") == 0)
        total += read_count (json_node_get_object (detail), "tokenCount", "token_count");
    }
  return total;
}

StarsendGeminiTokens
starsend_gemini_tokens_read (JsonNode *usage)
{
  StarsendGeminiTokens tokens = { 0, 0, 0 };
  JsonObject *object;
  gint64 output;

  if (usage == NULL || !JSON_NODE_HOLDS_OBJECT (usage))
    return tokens;
  object = json_node_get_object (usage);
  output = read_count (object, "candidatesTokenCount", "candidates_token_count");
  tokens.input = read_count (object, "promptTokenCount", "prompt_token_count");
  tokens.pictures = MIN (count_pictures (object), MAX (output, 0));
  tokens.words = output - tokens.pictures + read_count (object, "thoughtsTokenCount", "thoughts_token_count");
  return tokens;
}

/* Refusals */

typedef struct
{
  const char *reason;
  const char *sentence;
} Refusal;

static const Refusal refusals[] = {
  { "SAFETY", N_("Gemini's safety filter stopped the picture.") },
  { "IMAGE_SAFETY", N_("Gemini's safety filter stopped the picture.") },
  { "PROHIBITED_CONTENT", N_("Gemini does not make pictures of this.") },
  { "IMAGE_PROHIBITED_CONTENT", N_("Gemini does not make pictures of this.") },
  { "BLOCKLIST", N_("There is a word among these that Gemini does not accept.") },
  { "SPII", N_("Gemini sees personal data in this.") },
  { "RECITATION", N_("The picture came too close to an existing work.") },
  { "IMAGE_RECITATION", N_("The picture came too close to an existing work.") },
  { "LANGUAGE", N_("Gemini does not understand this language.") },
  { "MAX_TOKENS", N_("Gemini stopped before the picture was finished.") },
  { "STOP", N_("Gemini answered in words instead of a picture.") },
  { "NO_IMAGE", N_("Gemini answered without a picture.") },
};

static const char *
find_sentence (const StarsendGeminiAnswer *self)
{
  for (guint i = 0; self->reason != NULL && i < G_N_ELEMENTS (refusals); i++)
    if (g_str_equal (refusals[i].reason, self->reason))
      return _(refusals[i].sentence);
  return self->is_blocked ? _("Gemini refused these words or reference pictures.") : _("Gemini made no picture.");
}

GError *
starsend_gemini_answer_make_refusal (const StarsendGeminiAnswer *self)
{
  g_autoptr (GString) message = g_string_new (find_sentence (self));

  if (self->reason != NULL)
    g_string_append_printf (message, " (%s)", self->reason);
  if (self->message != NULL)
    g_string_append_printf (message, " “%s”", self->message);
  if (self->text != NULL)
    g_string_append_printf (message, " “%s”", self->text);
  g_string_append_c (message, ' ');
  g_string_append (message, _("Change the words or the reference pictures and explore again."));
  return g_error_new_literal (STARSEND_ERROR, STARSEND_ERROR_PROVIDER, message->str);
}
