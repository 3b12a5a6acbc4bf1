/* fake-control.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-control.h"

#include "fake-server-private.h"

#include <string.h>

struct _FakeControl
{
  FakeServer *server;
  FakeFal *fal;            /* borrowed */
  FakeGemini *gemini;      /* borrowed */
};

typedef void (*Handler) (FakeControl *self, FakeCall *call, JsonNode *body);

static FakeServer *
get_fal (FakeControl *self)
{
  return fake_fal_get_server (self->fal);
}

static FakeServer *
get_gemini (FakeControl *self)
{
  return fake_gemini_get_server (self->gemini);
}

gboolean
fake_control_add_fault (FakeControl *self, JsonNode *fault, GError **error)
{
  static const char *const gemini_routes[] = { "generate", "models", "v1", NULL };
  const char *route = JSON_NODE_HOLDS_OBJECT (fault) ? json_object_get_string_member_with_default (json_node_get_object (fault), "route", "") : "";

  return fake_server_fault_json (g_strv_contains (gemini_routes, route) ? get_gemini (self) : get_fal (self), fault, error);
}

static JsonNode *
pair (JsonNode *fal, JsonNode *gemini)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_member (object, "fal", fal);
  json_object_set_member (object, "gemini", gemini);
  json_node_take_object (node, object);

  return node;
}

static void
answer_done (FakeCall *call)
{
  fake_call_answer_json (call, 200, fake_json_parse_text ("{}"));
}

static void
post_faults (FakeControl *self, FakeCall *call, JsonNode *body)
{
  g_autoptr (JsonArray) list = body != NULL && JSON_NODE_HOLDS_ARRAY (body) ? json_array_ref (json_node_get_array (body)) : json_array_new ();
  g_autoptr (GError) error = NULL;

  if (body != NULL && !JSON_NODE_HOLDS_ARRAY (body))
    json_array_add_element (list, json_node_copy (body));
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (!fake_control_add_fault (self, json_array_get_element (list, i), &error))
      {
        fake_call_answer_detail (call, 422, error->message);
        return;
      }
  answer_done (call);
}

static void
delete_faults (FakeControl *self, FakeCall *call, JsonNode *body)
{
  fake_server_clear_faults (get_fal (self));
  fake_server_clear_faults (get_gemini (self));
  answer_done (call);
}

static void
get_counters (FakeControl *self, FakeCall *call, JsonNode *body)
{
  JsonNode *node = pair (fake_server_dup_counters (get_fal (self)), fake_server_dup_counters (get_gemini (self)));

  json_object_set_int_member (json_node_get_object (node), "faults",
                              fake_server_get_n_faults (get_fal (self)) + fake_server_get_n_faults (get_gemini (self)));
  fake_call_answer_json (call, 200, node);
}

static void
delete_counters (FakeControl *self, FakeCall *call, JsonNode *body)
{
  fake_server_reset_counters (get_fal (self));
  fake_server_reset_counters (get_gemini (self));
  answer_done (call);
}

static void
get_bodies (FakeControl *self, FakeCall *call, JsonNode *body)
{
  fake_call_answer_json (call, 200, pair (fake_fal_dup_submits (self->fal), fake_gemini_dup_requests (self->gemini)));
}

static JsonNode *
list_log (FakeServer *server)
{
  GPtrArray *log = fake_server_get_log (server);
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < log->len; i++)
    json_array_add_string_element (array, g_ptr_array_index (log, i));
  json_node_take_array (node, array);

  return node;
}

static void
get_log (FakeControl *self, FakeCall *call, JsonNode *body)
{
  fake_call_answer_json (call, 200, pair (list_log (get_fal (self)), list_log (get_gemini (self))));
}

static gboolean
get_pair (JsonObject *object, const char *name, guint *first, guint *second)
{
  JsonArray *array = json_object_has_member (object, name) ? json_object_get_array_member (object, name) : NULL;

  if (array == NULL || json_array_get_length (array) != 2)
    return FALSE;
  *first = (guint) json_array_get_int_element (array, 0);
  *second = (guint) json_array_get_int_element (array, 1);

  return TRUE;
}

static void
set_media (FakeControl *self, JsonObject *object)
{
  if (json_object_has_member (object, "video"))
    fake_fal_set_video (self->fal, json_object_get_string_member_with_default (object, "video", NULL));
  if (json_object_has_member (object, "picture"))
    fake_fal_set_picture (self->fal, json_object_get_string_member_with_default (object, "picture", NULL));
  if (json_object_has_member (object, "height"))
    fake_fal_set_video_height (self->fal, (guint) json_object_get_int_member (object, "height"));
  if (json_object_has_member (object, "format"))
    fake_gemini_set_format (self->gemini, g_str_equal (json_object_get_string_member (object, "format"), "jpeg") ? FAKE_GEMINI_JPEG : FAKE_GEMINI_PNG);
  if (json_object_has_member (object, "thoughts"))
    fake_gemini_set_thoughts (self->gemini, (guint) json_object_get_int_member (object, "thoughts"));
}

static void
post_settings (FakeControl *self, FakeCall *call, JsonNode *body)
{
  JsonObject *object = json_node_get_object (body);
  const char *check = json_object_get_string_member_with_default (object, "check", NULL);
  const char *cancel = json_object_get_string_member_with_default (object, "cancel", NULL);
  guint queued, running;

  if (get_pair (object, "polls", &queued, &running))
    fake_fal_set_polls (self->fal, queued, running);
  if (get_pair (object, "times", &queued, &running))
    fake_fal_set_times (self->fal, queued, running);
  if (check != NULL)
    fake_fal_set_check (self->fal, g_str_equal (check, "submit")  ? FAKE_FAL_CHECK_AT_SUBMIT
                                   : g_str_equal (check, "never") ? FAKE_FAL_CHECK_NEVER
                                                                  : FAKE_FAL_CHECK_AT_RESULT);
  if (cancel != NULL)
    fake_fal_set_cancel (self->fal, g_str_equal (cancel, "ignored") ? FAKE_FAL_CANCEL_IGNORED : FAKE_FAL_CANCEL_OBEYS);
  set_media (self, object);
  answer_done (call);
}

static void
post_forget (FakeControl *self, FakeCall *call, JsonNode *body)
{
  JsonObject *object = json_node_get_object (body);

  if (json_object_has_member (object, "request_id"))
    fake_fal_forget (self->fal, json_object_get_string_member_with_default (object, "request_id", NULL));
  if (json_object_get_boolean_member_with_default (object, "files", FALSE))
    fake_fal_forget_files (self->fal);
  answer_done (call);
}

static const struct
{
  const char *method;
  const char *path;
  Handler handler;
  gboolean wants_object;
} handlers[] = {
  { "POST", "/_control/faults", post_faults, FALSE },
  { "DELETE", "/_control/faults", delete_faults, FALSE },
  { "GET", "/_control/counters", get_counters, FALSE },
  { "DELETE", "/_control/counters", delete_counters, FALSE },
  { "GET", "/_control/bodies", get_bodies, FALSE },
  { "GET", "/_control/log", get_log, FALSE },
  { "POST", "/_control/settings", post_settings, TRUE },
  { "POST", "/_control/forget", post_forget, TRUE },
};

static const char *
route (const char *method, const char *path, guint port, gpointer user_data)
{
  return g_str_has_prefix (path, "/_control/") ? "control" : NULL;
}

static void
handle (FakeCall *call, gpointer user_data)
{
  FakeControl *self = user_data;
  g_autoptr (GBytes) bytes = fake_call_dup_body (call);
  g_autoptr (JsonNode) body = fake_json_parse (bytes);

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (g_str_equal (handlers[i].path, fake_call_get_path (call)) && g_str_equal (handlers[i].method, fake_call_get_method (call)))
      {
        if (handlers[i].wants_object && (body == NULL || !JSON_NODE_HOLDS_OBJECT (body)))
          break;
        handlers[i].handler (self, call, body);
        return;
      }
  fake_call_answer_detail (call, 400, "There is nothing of that kind here.");
}

FakeControl *
fake_control_new (FakeFal *fal, FakeGemini *gemini, guint port, GError **error)
{
  FakeControl *self = g_new0 (FakeControl, 1);

  self->fal = fal;
  self->gemini = gemini;
  self->server = fake_server_new (&port, 1, route, handle, self, error);
  if (self->server == NULL)
    g_clear_pointer (&self, g_free);

  return self;
}

void
fake_control_free (FakeControl *self)
{
  fake_server_free (self->server);
  g_free (self);
}

const char *
fake_control_get_base (FakeControl *self)
{
  return fake_server_get_base (self->server, 0);
}
