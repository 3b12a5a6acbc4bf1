/* fake-gemini-schema.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-gemini-private.h"

#include <string.h>

#define MAX_PICTURES 14

static const char *const body_names[] = { "contents", "generationConfig", "systemInstruction", "safetySettings", "tools", NULL };
static const char *const content_names[] = { "role", "parts", NULL };
static const char *const part_names[] = { "text", "inlineData", "fileData", "thought", "thoughtSignature", NULL };
static const char *const inline_names[] = { "mimeType", "data", NULL };
static const char *const config_names[] = { "responseModalities", "imageConfig", "temperature", "topP", "topK", "seed", "candidateCount",
                                            "maxOutputTokens", "thinkingConfig", NULL };
static const char *const image_names[] = { "aspectRatio", "imageSize", NULL };
static const char *const types[] = { "image/png", "image/jpeg", "image/webp", "image/heic", "image/heif", NULL };

void
fake_order_free (FakeOrder *self)
{
  g_free (self->model);
  g_string_free (self->text, TRUE);
  g_free (self);
}

/* Only @names, and none of them null. @where is as in the service's own words: 'generation_config'. */
static gboolean
check_names (JsonNode *node, const char *const *names, const char *where, char **message)
{
  g_autoptr (GList) members = NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      *message = g_strdup_printf ("Invalid value at '%s': it must be an object.", where);
      return FALSE;
    }
  members = json_object_get_members (json_node_get_object (node));
  for (GList *l = members; l != NULL; l = l->next)
    {
      if (!g_strv_contains (names, l->data))
        *message = g_strdup_printf ("Invalid JSON payload received. Unknown name \"%s\" at '%s': Cannot find field.", (char *) l->data, where);
      else if (json_object_get_null_member (json_node_get_object (node), l->data))
        *message = g_strdup_printf ("Invalid value at '%s.%s': it must not be null.", where, (char *) l->data);
      if (*message != NULL)
        return FALSE;
    }

  return TRUE;
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
check_picture (FakeOrder *order, JsonNode *node, char **message)
{
  const char *type, *data;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  guchar *decoded;
  gsize size;

  if (!check_names (node, inline_names, "contents[0].parts[0].inline_data", message))
    return FALSE;
  type = get_string (json_node_get_object (node), "mimeType");
  data = get_string (json_node_get_object (node), "data");
  order->n_pictures++;
  if (type == NULL || data == NULL || !g_strv_contains (types, type))
    {
      *message = g_strdup_printf ("Unsupported MIME type: %s", type != NULL ? type : "");
      return FALSE;
    }
  decoded = g_base64_decode (data, &size);
  bytes = g_bytes_new_take (decoded, size);
  if (g_str_has_prefix (type, "image/hei"))
    return TRUE;
  pixbuf = fake_media_decode (bytes);
  if (pixbuf == NULL || (memcmp (decoded, "\xff\xd8", 2) == 0) != g_str_equal (type, "image/jpeg"))
    *message = g_strdup ("Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting");

  return *message == NULL;
}

static gboolean
check_part (FakeOrder *order, JsonNode *part, char **message)
{
  JsonObject *object;

  if (!check_names (part, part_names, "contents[0].parts[0]", message))
    return FALSE;
  object = json_node_get_object (part);
  if (json_object_has_member (object, "inlineData"))
    return check_picture (order, json_object_get_member (object, "inlineData"), message);
  if (get_string (object, "text") == NULL && !json_object_has_member (object, "fileData"))
    {
      *message = g_strdup ("contents[0].parts[0].data: required oneof field 'data' must have one initialized field");
      return FALSE;
    }
  if (get_string (object, "text") != NULL)
    g_string_append_printf (order->text, "%s\n", get_string (object, "text"));

  return TRUE;
}

static gboolean
check_contents (FakeOrder *order, JsonArray *contents, char **message)
{
  if (contents == NULL || json_array_get_length (contents) == 0)
    {
      *message = g_strdup ("* GenerateContentRequest.contents: contents is not specified");
      return FALSE;
    }
  for (guint i = 0; i < json_array_get_length (contents); i++)
    {
      JsonNode *content = json_array_get_element (contents, i);
      const char *role;
      JsonArray *parts;

      if (!check_names (content, content_names, "contents[0]", message))
        return FALSE;
      role = get_string (json_node_get_object (content), "role");
      parts = get_array (json_node_get_object (content), "parts");
      if (role != NULL && !g_str_equal (role, "user") && !g_str_equal (role, "model"))
        *message = g_strdup ("Please use a valid role: user, model.");
      else if (parts == NULL || json_array_get_length (parts) == 0)
        *message = g_strdup ("* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.");
      for (guint j = 0; *message == NULL && j < json_array_get_length (parts); j++)
        check_part (order, json_array_get_element (parts, j), message);
      if (*message != NULL)
        return FALSE;
    }
  if (order->n_pictures > MAX_PICTURES)
    *message = g_strdup_printf ("Too many images: %u, at most %u are allowed.", order->n_pictures, MAX_PICTURES);

  return *message == NULL;
}

static gboolean
check_image_config (FakeOrder *order, JsonNode *node, char **message)
{
  static const char *const all_sizes[] = { "512", "1K", "2K", "4K", NULL };
  const char *aspect, *size;

  if (!check_names (node, image_names, "generation_config.image_config", message))
    return FALSE;
  aspect = get_string (json_node_get_object (node), "aspectRatio");
  size = get_string (json_node_get_object (node), "imageSize");
  if (aspect != NULL)
    order->aspect = aspect;
  if (size != NULL)
    order->size = size;
  if (!g_strv_contains (all_sizes, order->size) ||
      (g_str_equal (order->size, "512") && !g_str_equal (order->model, "gemini-3.1-flash-image")) ||
      (!g_str_equal (order->size, "1K") && strstr (order->model, "lite") != NULL))
    *message = g_strdup_printf ("Invalid value for image_size: %s", order->size);

  return *message == NULL;
}

static gboolean
check_modalities (FakeOrder *order, JsonArray *modalities, char **message)
{
  for (guint i = 0; modalities != NULL && i < json_array_get_length (modalities); i++)
    {
      const char *modality = json_array_get_string_element (modalities, i);

      if (g_strcmp0 (modality, "IMAGE") == 0)
        order->wants_image = TRUE;
      else if (g_strcmp0 (modality, "TEXT") != 0)
        *message = g_strdup_printf ("Invalid value at 'generation_config.response_modalities[%u]', \"%s\"", i, modality);
    }

  return *message == NULL;
}

FakeOrder *
fake_gemini_check (const char *model, JsonNode *body, char **message)
{
  g_autoptr (FakeOrder) order = g_new0 (FakeOrder, 1);
  JsonObject *object;
  JsonNode *config, *image;

  order->model = g_strdup (model);
  order->text = g_string_new (NULL);
  order->aspect = "1:1";
  order->size = "1K";
  *message = NULL;
  if (!check_names (body, body_names, "request", message))
    return NULL;
  object = json_node_get_object (body);
  config = json_object_get_member (object, "generationConfig");
  if (!check_contents (order, get_array (object, "contents"), message))
    return NULL;
  if (config != NULL)
    {
      if (!check_names (config, config_names, "generation_config", message) ||
          !check_modalities (order, get_array (json_node_get_object (config), "responseModalities"), message))
        return NULL;
      image = json_object_get_member (json_node_get_object (config), "imageConfig");
      if (image != NULL && !check_image_config (order, image, message))
        return NULL;
    }
  /* Without modalities these models answer with both. */
  if (config == NULL || !json_object_has_member (json_node_get_object (config), "responseModalities"))
    order->wants_image = TRUE;
  if (!fake_media_find_size (order->aspect, order->size, &order->width, &order->height))
    {
      *message = g_strdup_printf ("Invalid value for aspect_ratio: %s", order->aspect);
      return NULL;
    }

  return g_steal_pointer (&order);
}
