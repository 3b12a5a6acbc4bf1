/* test-client.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <string.h>

void
test_client_init (TestClient *self, const char *auth, const char *key)
{
  memset (self, 0, sizeof *self);
  self->session = soup_session_new_with_options ("timeout", 20, "proxy-resolver", NULL, NULL);
  self->auth = auth;
  self->key = key;
}

static void
forget (TestClient *self)
{
  g_clear_object (&self->msg);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_error (&self->error);
}

void
test_client_clear (TestClient *self)
{
  forget (self);
  soup_session_abort (self->session);
  g_clear_object (&self->session);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TestClient *self = user_data;

  self->body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &self->error);
}

guint
test_client_call (TestClient *self, const char *method, const char *uri, const char *type, GBytes *body, const char *range)
{
  forget (self);
  self->msg = soup_message_new (method, uri);
  soup_message_add_flags (self->msg, SOUP_MESSAGE_NO_REDIRECT);
  if (self->auth != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (self->msg), self->auth, self->key);
  if (range != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (self->msg), "Range", range);
  if (body != NULL)
    soup_message_set_request_body_from_bytes (self->msg, type, body);
  soup_session_send_and_read_async (self->session, self->msg, G_PRIORITY_DEFAULT, NULL, on_answer, self);
  while (self->body == NULL && self->error == NULL)
    g_main_context_iteration (NULL, TRUE);

  return self->body != NULL ? soup_message_get_status (self->msg) : 0;
}

guint
test_client_get (TestClient *self, const char *uri)
{
  return test_client_call (self, "GET", uri, NULL, NULL, NULL);
}

guint
test_client_post (TestClient *self, const char *uri, const char *json)
{
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));

  return test_client_call (self, "POST", uri, "application/json", body, NULL);
}

JsonNode *
test_client_json (TestClient *self)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (self->body, NULL), g_bytes_get_size (self->body));
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (node);

  return node;
}

/* One step down: "detail", or "0". NULL: there is nothing. */
static JsonNode *
step_down (JsonNode *node, const char *step)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_object_get_member (json_node_get_object (node), step);
  if (JSON_NODE_HOLDS_ARRAY (node) && g_ascii_strtoull (step, NULL, 10) < json_array_get_length (json_node_get_array (node)))
    return json_array_get_element (json_node_get_array (node), (guint) g_ascii_strtoull (step, NULL, 10));

  return NULL;
}

char *
test_client_at (TestClient *self, const char *path)
{
  g_autoptr (JsonNode) root = test_client_json (self);
  g_auto (GStrv) steps = g_strsplit_set (path, ".[", -1);
  JsonNode *node = root;

  for (guint i = 0; node != NULL && steps[i] != NULL; i++)
    node = step_down (node, g_strdelimit (steps[i], "]", '\0'));
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return NULL;

  return json_node_get_value_type (node) == G_TYPE_STRING ? g_strdup (json_node_get_string (node)) : json_to_string (node, FALSE);
}

const char *
test_client_header (TestClient *self, const char *name)
{
  return soup_message_headers_get_one (soup_message_get_response_headers (self->msg), name);
}

static gboolean
on_time (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

void
test_spin (guint milliseconds)
{
  gboolean over = FALSE;

  g_timeout_add (milliseconds, on_time, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}
