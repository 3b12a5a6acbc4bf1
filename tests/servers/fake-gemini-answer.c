/* fake-gemini-answer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-gemini-private.h"

#include <string.h>

#define HUGE_BYTES (150u * 1024 * 1024)

static char *
draw (FakeOrder *order, FakeGeminiFormat format, guint variation)
{
  g_autofree char *text = g_strdup_printf ("%u %s", variation, order->text->str);
  g_autoptr (GBytes) bytes = fake_media_draw_grid (text, order->width, order->height, format == FAKE_GEMINI_JPEG ? "jpeg" : "png");

  return g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
add_text (JsonBuilder *builder, const char *text)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "text");
  json_builder_add_string_value (builder, text);
  json_builder_end_object (builder);
}

static void
add_picture (JsonBuilder *builder, const char *data, FakeGeminiFormat format, gboolean thought, gboolean snake)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, snake ? "inline_data" : "inlineData");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, snake ? "mime_type" : "mimeType");
  json_builder_add_string_value (builder, format == FAKE_GEMINI_JPEG ? "image/jpeg" : "image/png");
  json_builder_set_member_name (builder, "data");
  json_builder_add_string_value (builder, data);
  json_builder_end_object (builder);
  if (thought)
    {
      json_builder_set_member_name (builder, "thought");
      json_builder_add_boolean_value (builder, TRUE);
    }
  else
    {
      json_builder_set_member_name (builder, snake ? "thought_signature" : "thoughtSignature");
      json_builder_add_string_value (builder, "c2lnbmF0dXJl");
    }
  json_builder_end_object (builder);
}

static char *
choose_data (FakeOrder *order, const char *special, FakeGeminiFormat format)
{
  if (g_strcmp0 (special, "not-base64") == 0)
    return g_strdup ("***");
  if (g_strcmp0 (special, "not-a-picture") == 0)
    return g_base64_encode ((const guchar *) "This is not a picture.", 22);
  if (g_strcmp0 (special, "huge") == 0)
    {
      char *data = g_malloc (HUGE_BYTES + 1);

      memset (data, 'A', HUGE_BYTES);
      data[HUGE_BYTES] = '\0';
      return data;
    }

  return draw (order, format, 0);
}

static void
add_parts (JsonBuilder *builder, FakeOrder *order, const char *special, FakeGeminiFormat format, guint thoughts)
{
  gboolean snake = g_strcmp0 (special, "snake-case") == 0;
  g_autofree char *data = NULL;

  json_builder_set_member_name (builder, "parts");
  json_builder_begin_array (builder);
  for (guint i = 0; i < thoughts; i++)
    {
      g_autofree char *thought = draw (order, format, i + 1);

      add_picture (builder, thought, format, TRUE, snake);
    }
  if (g_strcmp0 (special, "text-only") == 0 || !order->wants_image)
    add_text (builder, "I cannot draw this, but here is how it might look.");
  else
    {
      if (g_strcmp0 (special, "null-fields") == 0)
        json_builder_add_null_value (builder);
      add_text (builder, "Here is the grid.");
      data = choose_data (order, special, format);
      add_picture (builder, data, format, g_strcmp0 (special, "only-thought") == 0, snake);
    }
  json_builder_end_array (builder);
}

static void
add_count (JsonBuilder *builder, const char *name, gint64 count)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, count);
}

static void
add_details (JsonBuilder *builder, const char *name, const char *modality, gint64 count)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "modality");
  json_builder_add_string_value (builder, modality);
  add_count (builder, "tokenCount", count);
  json_builder_end_object (builder);
  json_builder_end_array (builder);
}

static void
add_usage (JsonBuilder *builder, FakeOrder *order, gboolean picture)
{
  gint64 prompt = (gint64) order->text->len / 4 + 258 * order->n_pictures;
  gint64 image = g_str_equal (order->size, "512") ? 747 : g_str_equal (order->size, "4K") ? 2000 : 1120;

  json_builder_set_member_name (builder, "usageMetadata");
  json_builder_begin_object (builder);
  add_count (builder, "promptTokenCount", prompt);
  add_details (builder, "promptTokensDetails", "TEXT", prompt);
  if (picture)
    {
      add_count (builder, "candidatesTokenCount", image);
      add_details (builder, "candidatesTokensDetails", "IMAGE", image);
    }
  add_count (builder, "totalTokenCount", prompt + (picture ? image : 0));
  json_builder_end_object (builder);
}

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_feedback (JsonBuilder *builder, const char *reason)
{
  json_builder_set_member_name (builder, "promptFeedback");
  json_builder_begin_object (builder);
  add_string (builder, "blockReason", reason);
  add_string (builder, "blockReasonMessage", "The prompt was blocked.");
  json_builder_end_object (builder);
}

/* Whether it is the name of an end without a picture: all of them are in capitals. */
static gboolean
is_reason (const char *special)
{
  return special != NULL && g_ascii_isupper (special[0]);
}

static void
add_candidate (JsonBuilder *builder, FakeOrder *order, const char *special, FakeGeminiFormat format, guint thoughts, gboolean empty)
{
  gboolean nulls = g_strcmp0 (special, "null-fields") == 0;

  json_builder_set_member_name (builder, "candidates");
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  if (!empty || g_strcmp0 (special, "no-parts") == 0)
    {
      json_builder_set_member_name (builder, "content");
      json_builder_begin_object (builder);
      add_string (builder, "role", "model");
      if (!empty)
        add_parts (builder, order, special, format, thoughts);
      json_builder_end_object (builder);
    }
  add_string (builder, g_strcmp0 (special, "snake-case") == 0 ? "finish_reason" : "finishReason", is_reason (special) ? special : "STOP");
  if (is_reason (special))
    add_string (builder, "finishMessage", "Unable to show the generated image. Try another prompt.");
  if (nulls)
    {
      json_builder_set_member_name (builder, "safetyRatings");
      json_builder_add_null_value (builder);
    }
  add_count (builder, "index", 0);
  json_builder_end_object (builder);
  json_builder_end_array (builder);
}

JsonNode *
fake_gemini_answer (FakeOrder *order, const char *special, FakeGeminiFormat format, guint thoughts, gboolean *has_picture)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autofree char *id = g_uuid_string_random ();
  gboolean blocked = special != NULL && g_str_has_prefix (special, "block-");
  gboolean empty = is_reason (special) || g_strcmp0 (special, "no-content") == 0 || g_strcmp0 (special, "no-parts") == 0;

  *has_picture = order->wants_image && !blocked && !empty && g_strcmp0 (special, "no-candidates") != 0 && g_strcmp0 (special, "text-only") != 0;
  json_builder_begin_object (builder);
  if (blocked)
    add_feedback (builder, special + strlen ("block-"));
  else if (g_strcmp0 (special, "no-candidates") != 0)
    add_candidate (builder, order, special, format, thoughts, empty);
  add_usage (builder, order, *has_picture);
  add_string (builder, "modelVersion", order->model);
  add_string (builder, "responseId", id);
  json_builder_end_object (builder);

  return json_builder_get_root (builder);
}
