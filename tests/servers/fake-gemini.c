/* fake-gemini.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-gemini-private.h"

#include <string.h>

#define MODELS "/v1beta/models"

enum
{
  PORT_API,
  PORT_FOREIGN,
  N_PORTS,
};

struct _FakeGemini
{
  FakeServer *server;
  FakeGeminiFormat format;
  guint thoughts;
  JsonArray *requests;
};

static const char *const models[] = { "gemini-3.1-flash-image", "gemini-3-pro-image", "gemini-3.1-flash-lite-image", NULL };

static const char *const specials[] = {
  "MAX_TOKENS", "SAFETY", "RECITATION", "LANGUAGE", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MALFORMED_FUNCTION_CALL",
  "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "IMAGE_OTHER", "NO_IMAGE",
  "block-SAFETY", "block-OTHER", "block-BLOCKLIST", "block-PROHIBITED_CONTENT", "block-IMAGE_SAFETY",
  "no-candidates", "text-only", "no-content", "no-parts", "only-thought", "snake-case", "null-fields", "not-base64", "not-a-picture", "huge",
  NULL
};

static const char *
route (const char *method, const char *path, guint port, gpointer user_data)
{
  if (port == PORT_FOREIGN)
    return "foreign";
  if (g_str_has_prefix (path, "/v1/"))
    return "v1";
  if (g_str_equal (method, "GET") && g_str_has_prefix (path, MODELS))
    return "models";

  return g_str_equal (method, "POST") && g_str_has_prefix (path, MODELS "/") && g_str_has_suffix (path, ":generateContent") ? "generate" : NULL;
}

static void
answer_error (FakeCall *call, guint code, const char *status, const char *message, const char *reason)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "error");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "code");
  json_builder_add_int_value (builder, code);
  json_builder_set_member_name (builder, "message");
  json_builder_add_string_value (builder, message);
  json_builder_set_member_name (builder, "status");
  json_builder_add_string_value (builder, status);
  if (reason != NULL)
    {
      json_builder_set_member_name (builder, "details");
      json_builder_begin_array (builder);
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "@type");
      json_builder_add_string_value (builder, "type.googleapis.com/google.rpc.ErrorInfo");
      json_builder_set_member_name (builder, "reason");
      json_builder_add_string_value (builder, reason);
      json_builder_set_member_name (builder, "domain");
      json_builder_add_string_value (builder, "googleapis.com");
      json_builder_end_object (builder);
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  fake_call_answer_json (call, code, json_builder_get_root (builder));
}

static gboolean
check_key (FakeGemini *self, FakeCall *call)
{
  const char *key = fake_call_get_header (call, "x-goog-api-key");

  if (fake_call_get_query (call, "key") != NULL || fake_call_get_header (call, "Authorization") != NULL)
    {
      fake_server_bump (self->server, "key.stray", 1);
      answer_error (call, 400, "INVALID_ARGUMENT", "The key belongs into a header.", NULL);
    }
  else if (key == NULL)
    {
      fake_server_bump (self->server, "key.missing", 1);
      answer_error (call, 403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers (callers without established identity).", NULL);
    }
  else if (!g_str_equal (key, FAKE_GEMINI_KEY))
    {
      fake_server_bump (self->server, "key.wrong", 1);
      answer_error (call, 400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID");
    }
  else
    return TRUE;

  return FALSE;
}

static void
list_models (FakeCall *call)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "models");
  json_builder_begin_array (builder);
  for (guint i = 0; models[i] != NULL; i++)
    {
      g_autofree char *name = g_strconcat ("models/", models[i], NULL);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "name");
      json_builder_add_string_value (builder, name);
      json_builder_set_member_name (builder, "displayName");
      json_builder_add_string_value (builder, models[i]);
      json_builder_set_member_name (builder, "supportedGenerationMethods");
      json_builder_begin_array (builder);
      json_builder_add_string_value (builder, "generateContent");
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  fake_call_answer_json (call, 200, json_builder_get_root (builder));
}

static void
note_request (FakeGemini *self, const char *model, JsonNode *body, guint status)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "model", model);
  json_object_set_member (object, "body", body != NULL ? json_node_copy (body) : json_node_init_null (json_node_alloc ()));
  json_object_set_int_member (object, "status", status);
  json_array_add_object_element (self->requests, object);
}

static void
generate (FakeGemini *self, FakeCall *call)
{
  const char *path = fake_call_get_path (call) + strlen (MODELS "/");
  g_autofree char *model = g_strndup (path, strlen (path) - strlen (":generateContent"));
  g_autoptr (GBytes) bytes = fake_call_dup_body (call);
  g_autoptr (JsonNode) body = fake_json_parse (bytes);
  g_autofree char *message = NULL;
  g_autoptr (FakeOrder) order = NULL;
  gboolean has_picture;
  JsonNode *answer;

  if (!g_strv_contains (models, model))
    {
      g_autofree char *text = g_strdup_printf ("models/%s is not found for API version v1beta, or is not supported for generateContent.", model);

      note_request (self, model, body, 404);
      answer_error (call, 404, "NOT_FOUND", text, NULL);
      return;
    }
  order = fake_gemini_check (model, body, &message);
  note_request (self, model, body, order != NULL ? 200 : 400);
  if (order == NULL)
    {
      answer_error (call, 400, "INVALID_ARGUMENT", message, NULL);
      return;
    }
  answer = fake_gemini_answer (order, fake_call_get_special (call), self->format, self->thoughts, &has_picture);
  fake_server_bump (self->server, "accepted", 1);
  fake_server_bump (self->server, has_picture ? "pictures" : "refusals", 1);
  fake_call_answer_json (call, 200, answer);
}

static void
handle (FakeCall *call, gpointer user_data)
{
  FakeGemini *self = user_data;
  const char *name = fake_call_get_route (call);

  if (g_str_equal (name, "foreign"))
    {
      if (fake_call_get_header (call, "x-goog-api-key") != NULL || fake_call_get_header (call, "Authorization") != NULL)
        fake_server_bump (self->server, "key.stray", 1);
      answer_error (call, 404, "NOT_FOUND", "This is another host.", NULL);
      return;
    }
  if (!check_key (self, call))
    return;
  if (g_str_equal (name, "v1"))
    answer_error (call, 400, "INVALID_ARGUMENT",
                  "Invalid JSON payload received. Unknown name \"responseModalities\" at 'generation_config': Cannot find field.", NULL);
  else if (g_str_equal (name, "models"))
    list_models (call);
  else
    generate (self, call);
}

FakeGemini *
fake_gemini_new (void)
{
  g_autoptr (GError) error = NULL;
  FakeGemini *self = fake_gemini_new_full (0, &error);

  if (self == NULL)
    g_error ("%s", error->message);

  return self;
}

FakeGemini *
fake_gemini_new_full (guint port, GError **error)
{
  const guint ports[N_PORTS] = { port, 0 };
  FakeGemini *self = g_new0 (FakeGemini, 1);

  self->server = fake_server_new (ports, N_PORTS, route, handle, self, error);
  if (self->server == NULL)
    {
      g_free (self);
      return NULL;
    }
  fake_server_set_specials (self->server, specials);
  fake_server_set_word (self->server, "base", fake_gemini_get_base (self));
  fake_server_set_word (self->server, "foreign", fake_server_get_base (self->server, PORT_FOREIGN));
  self->requests = json_array_new ();

  return self;
}

void
fake_gemini_free (FakeGemini *self)
{
  fake_server_free (self->server);
  json_array_unref (self->requests);
  g_free (self);
}

FakeServer *
fake_gemini_get_server (FakeGemini *self)
{
  return self->server;
}

const char *
fake_gemini_get_base (FakeGemini *self)
{
  return fake_server_get_base (self->server, PORT_API);
}

void
fake_gemini_set_format (FakeGemini *self, FakeGeminiFormat format)
{
  self->format = format;
}

void
fake_gemini_set_thoughts (FakeGemini *self, guint thoughts)
{
  self->thoughts = thoughts;
}

JsonNode *
fake_gemini_dup_requests (FakeGemini *self)
{
  return json_node_init_array (json_node_alloc (), self->requests);
}
