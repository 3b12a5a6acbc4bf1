/* fake-call.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-call-private.h"

#include <string.h>
#include <sys/socket.h>

/* What is written by hand on a connection that was taken from the server. */
typedef struct
{
  GIOStream *stream;
  GSocket *socket;
  GBytes *bytes;
  GCancellable *cancellable;
  gsize piece;
  gsize written;
  guint gap;
  gboolean reset;
} RawAnswer;

static void
raw_answer_free (RawAnswer *self)
{
  g_clear_object (&self->stream);
  g_clear_object (&self->socket);
  g_clear_object (&self->cancellable);
  g_bytes_unref (self->bytes);
  g_free (self);
}

FakeCall *
fake_call_ref (FakeCall *self)
{
  self->n_refs++;
  return self;
}

void
fake_call_unref (FakeCall *self)
{
  if (--self->n_refs > 0)
    return;
  fake_call_forget_timer (self);
  g_free (self->range);
  g_clear_object (&self->msg);
  g_clear_pointer (&self->fault, fake_fault_free);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->content_type);
  g_free (self);
}

void
fake_call_forget_timer (FakeCall *self)
{
  GSource *timer = g_steal_pointer (&self->timer);

  if (timer == NULL)
    return;
  g_source_destroy (timer);
  g_source_unref (timer);
}

void
fake_call_set_timer (FakeCall *self, guint milliseconds, GSourceFunc callback, gpointer user_data, GDestroyNotify destroy)
{
  fake_call_forget_timer (self);
  self->timer = fake_server_wait (milliseconds, callback, user_data, destroy);
}

FakeServer *
fake_call_get_server (FakeCall *self)
{
  return self->server;
}

const char *
fake_call_get_route (FakeCall *self)
{
  return self->route;
}

const char *
fake_call_get_method (FakeCall *self)
{
  return soup_server_message_get_method (self->msg);
}

const char *
fake_call_get_path (FakeCall *self)
{
  return g_uri_get_path (soup_server_message_get_uri (self->msg));
}

const char *
fake_call_get_query (FakeCall *self, const char *name)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (self->msg));
  g_autoptr (GHashTable) form = NULL;

  if (query == NULL)
    return NULL;
  form = soup_form_decode (query);

  return g_intern_string (g_hash_table_lookup (form, name));
}

const char *
fake_call_get_header (FakeCall *self, const char *name)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (self->msg), name);
}

const char *
fake_call_get_range (FakeCall *self)
{
  return self->range;
}

GBytes *
fake_call_dup_body (FakeCall *self)
{
  return soup_message_body_flatten (soup_server_message_get_request_body (self->msg));
}

const char *
fake_call_get_special (FakeCall *self)
{
  return self->fault != NULL ? self->fault->special : NULL;
}

gboolean
fake_call_is_gone (FakeCall *self)
{
  return self->gone;
}

void
fake_call_set_header (FakeCall *self, const char *name, const char *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (self->msg), name, value);
}

/* The connection is the caller's; the server knows nothing of it any more. */
static GIOStream *
steal (FakeCall *self)
{
  GIOStream *stream;

  fake_server_forget_socket (self->server, soup_server_message_get_socket (self->msg));
  stream = soup_server_message_steal_connection (self->msg);
  fake_server_end_call (self->server, self);

  return stream;
}

/* Before the stream is closed, which would write the end of a body in pieces. */
static void
hang_up (GSocket *socket, gboolean reset)
{
  struct sockaddr nobody = { .sa_family = AF_UNSPEC };

  if (reset)
    connect (g_socket_get_fd (socket), &nobody, sizeof nobody);
  else
    shutdown (g_socket_get_fd (socket), SHUT_RDWR);
}

void
fake_call_drop (FakeCall *self, gboolean reset)
{
  g_autoptr (FakeCall) keep = fake_call_ref (self);
  g_autoptr (GIOStream) stream = NULL;

  if (self->gone)
    return;
  fake_server_log_call (self->server, self, 0);
  /* Asked for once more when it is stolen, and then nobody is there any more. */
  soup_server_message_get_remote_address (self->msg);
  hang_up (soup_server_message_get_socket (self->msg), reset);
  stream = steal (self);
  g_io_stream_close (stream, NULL, NULL);
}

static void write_raw (RawAnswer *raw);

static gboolean
on_gap (gpointer user_data)
{
  write_raw (user_data);
  return G_SOURCE_REMOVE;
}

static void
on_raw_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  RawAnswer *raw = user_data;
  gsize written = 0;
  gboolean good = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, &written, NULL);

  raw->written += written;
  if (good && raw->written < g_bytes_get_size (raw->bytes))
    {
      g_source_unref (fake_server_wait (raw->gap, on_gap, raw, NULL));
      return;
    }
  hang_up (raw->socket, raw->reset);
  g_io_stream_close (raw->stream, NULL, NULL);
  raw_answer_free (raw);
}

static void
write_raw (RawAnswer *raw)
{
  gsize size;
  const char *data = g_bytes_get_data (raw->bytes, &size);
  gsize left = size - raw->written;

  if (raw->piece > 0)
    left = MIN (left, raw->piece);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (raw->stream), data + raw->written, left, G_PRIORITY_DEFAULT,
                                   raw->cancellable, on_raw_written, raw);
}

static void
answer_raw (FakeCall *self, GBytes *bytes, gsize piece, guint gap, gboolean reset)
{
  g_autoptr (FakeCall) keep = fake_call_ref (self);
  RawAnswer *raw;

  if (self->gone)
    return;
  raw = g_new0 (RawAnswer, 1);
  raw->socket = g_object_ref (soup_server_message_get_socket (self->msg));
  raw->stream = steal (self);
  raw->bytes = g_bytes_ref (bytes);
  raw->cancellable = g_object_ref (fake_server_get_cancellable (self->server));
  raw->piece = piece;
  raw->gap = gap;
  raw->reset = reset;
  write_raw (raw);
}

void
fake_call_answer_raw (FakeCall *self, GBytes *bytes, gsize piece, guint gap)
{
  fake_server_log_call (self->server, self, 200);
  answer_raw (self, bytes, piece, gap, FALSE);
}

/* The head as the server would have written it, and the first @cut bytes of the body. */
static void
answer_cut (FakeCall *self, gint64 cut)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GString) head = g_string_new (NULL);
  g_autoptr (GBytes) whole = NULL;
  SoupMessageHeadersIter iter;
  const char *name, *value;
  gsize size, sent;
  const guint8 *data = g_bytes_get_data (self->body, &size);

  sent = cut == FAKE_CUT_HALF ? size / 2 : MIN ((gsize) cut, size);
  g_string_printf (head, "HTTP/1.1 %u %s\r\n", self->status, soup_status_get_phrase (self->status));
  soup_message_headers_iter_init (&iter, soup_server_message_get_response_headers (self->msg));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    g_string_append_printf (head, "%s: %s\r\n", name, value);
  g_string_append_printf (head, "Content-Type: %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n", self->content_type, size);
  g_byte_array_append (bytes, (const guint8 *) head->str, head->len);
  g_byte_array_append (bytes, data, sent);
  whole = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  answer_raw (self, whole, 0, 0, self->fault->reset);
}

static void
put_headers (FakeCall *self, JsonObject *headers)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init (&iter, headers);
  while (json_object_iter_next (&iter, &name, &value))
    {
      g_autofree char *text = fake_server_expand (self->server, json_node_get_string (value));

      if (g_ascii_strcasecmp (name, "Content-Type") != 0)
        {
          fake_call_set_header (self, name, text);
          continue;
        }
      g_free (self->content_type);
      self->content_type = g_steal_pointer (&text);
    }
}

/* Puts what the fault says in place of the real answer. */
static void
apply_fault (FakeCall *self)
{
  FakeFault *fault = self->fault;
  g_autofree char *text = NULL;

  if (fault->status != 0)
    self->status = fault->status;
  if (fault->body != NULL)
    {
      gboolean plain = json_node_get_value_type (fault->body) == G_TYPE_STRING;
      g_autofree char *raw = plain ? g_strdup (json_node_get_string (fault->body)) : fake_json_print (fault->body);

      g_free (self->content_type);
      self->content_type = g_strdup (plain ? "text/plain" : "application/json");
      text = fake_server_expand (self->server, raw);
    }
  else if (fault->patch != NULL || fault->remove != NULL)
    {
      g_autoptr (JsonNode) node = fake_json_parse (self->body);
      g_autoptr (JsonNode) patched = node != NULL ? fake_fault_patch (fault, node) : NULL;
      g_autofree char *raw = patched != NULL ? fake_json_print (patched) : NULL;

      text = raw != NULL ? fake_server_expand (self->server, raw) : NULL;
    }
  if (text != NULL)
    {
      gsize length = strlen (text);

      g_bytes_unref (self->body);
      self->body = g_bytes_new_take (g_steal_pointer (&text), length);
    }
  if (fault->headers != NULL)
    put_headers (self, fault->headers);
}

static void
deliver (FakeCall *self)
{
  g_autoptr (FakeCall) keep = fake_call_ref (self);
  FakeFault *fault = self->fault;

  if (self->gone)
    return;
  if (fault != NULL && fault->drop == FAKE_DROP_AFTER)
    {
      fake_call_drop (self, fault->reset);
      return;
    }
  fake_server_log_call (self->server, self, self->status);
  if (fault != NULL && fault->cut != FAKE_CUT_NOT)
    {
      answer_cut (self, fault->cut);
      return;
    }
  soup_server_message_set_status (self->msg, self->status, soup_status_get_phrase (self->status));
  soup_message_headers_replace (soup_server_message_get_response_headers (self->msg), "Content-Type", self->content_type);
  if (g_bytes_get_size (self->body) > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (self->msg), self->body);
  soup_server_message_unpause (self->msg);
}

static gboolean
on_delay (gpointer user_data)
{
  deliver (user_data);

  return G_SOURCE_REMOVE;
}

void
fake_call_answer (FakeCall *self, guint status, const char *content_type, GBytes *body)
{
  if (self->gone)
    return;
  self->status = status;
  g_clear_pointer (&self->body, g_bytes_unref);
  self->body = body != NULL ? g_bytes_ref (body) : g_bytes_new_static ("", 0);
  g_free (self->content_type);
  self->content_type = g_strdup (content_type);
  if (self->fault != NULL)
    apply_fault (self);
  if (self->fault == NULL || self->fault->delay == 0)
    {
      deliver (self);
      return;
    }
  fake_call_set_timer (self, self->fault->delay, on_delay, self, NULL);
}

void
fake_call_answer_json (FakeCall *self, guint status, JsonNode *node)
{
  char *text = fake_json_print (node);
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));

  json_node_unref (node);
  fake_call_answer (self, status, "application/json", body);
}

void
fake_call_answer_detail (FakeCall *self, guint status, const char *detail)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, json_object_new ());
  json_object_set_string_member (json_node_get_object (node), "detail", detail);
  fake_call_answer_json (self, status, node);
}

void
fake_call_stream_begin (FakeCall *self, guint status, const char *content_type)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->msg);

  if (self->gone)
    return;
  fake_server_log_call (self->server, self, status);
  soup_server_message_set_status (self->msg, status, soup_status_get_phrase (status));
  soup_message_headers_replace (headers, "Content-Type", content_type);
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (self->msg), FALSE);
  soup_server_message_unpause (self->msg);
}

void
fake_call_stream_send (FakeCall *self, const char *text)
{
  if (self->gone)
    return;
  soup_message_body_append (soup_server_message_get_response_body (self->msg), SOUP_MEMORY_COPY, text, strlen (text));
  soup_server_message_unpause (self->msg);
}

void
fake_call_stream_end (FakeCall *self)
{
  if (self->gone)
    return;
  soup_message_body_complete (soup_server_message_get_response_body (self->msg));
  soup_server_message_unpause (self->msg);
}
