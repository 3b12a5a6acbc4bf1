/* fake-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-call-private.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define MAX_PORTS 4
#define MAX_LOG 10000
#define CALL_KEY "fake-call"

struct _FakeServer
{
  SoupServer *soup;
  GCancellable *cancellable;
  FakeRouter router;
  FakeHandler handler;
  gpointer user_data;
  guint n_ports;
  guint ports[MAX_PORTS];
  char *bases[MAX_PORTS];
  GPtrArray *faults;           /* of FakeFault */
  const char *const *specials;
  GHashTable *words;
  GHashTable *counters;        /* name -> guint64 */
  GPtrArray *calls;            /* of FakeCall, those under way */
  GHashTable *sockets;         /* of GSocket, those that were accepted and may be open */
  GPtrArray *log;
  gboolean verbose;
};

GCancellable *
fake_server_get_cancellable (FakeServer *self)
{
  return self->cancellable;
}

GSource *
fake_server_wait (guint milliseconds, GSourceFunc callback, gpointer user_data, GDestroyNotify destroy)
{
  GSource *source = g_timeout_source_new (milliseconds);

  g_source_set_callback (source, callback, user_data, destroy);
  g_source_attach (source, g_main_context_get_thread_default ());

  return source;
}

/* Puts in the words, the time that soon will be, and an id. */
char *
fake_server_expand (FakeServer *self, const char *text)
{
  g_autoptr (GString) string = g_string_new (text);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) soon = g_date_time_add_seconds (now, 2);
  g_autofree char *date = g_date_time_format (soon, "%a, %d %b %Y %H:%M:%S GMT");
  GHashTableIter iter;
  gpointer name, value;

  if (strchr (text, '{') == NULL)
    return g_strdup (text);
  g_string_replace (string, "{soon}", date, 0);
  g_string_replace (string, "{id}", "0b6f0d5c-4b7e-4f0f-8a55-3d0d9a1b7c11", 0);
  g_hash_table_iter_init (&iter, self->words);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      g_autofree char *pattern = g_strdup_printf ("{%s}", (char *) name);

      g_string_replace (string, pattern, value, 0);
    }

  return g_string_free (g_steal_pointer (&string), FALSE);
}

void
fake_server_log_call (FakeServer *self, FakeCall *call, guint status)
{
  GUri *uri = soup_server_message_get_uri (call->msg);
  const char *query = g_uri_get_query (uri);
  char *line = g_strdup_printf ("%-4s %s%s%s  %s  %s%u", soup_server_message_get_method (call->msg), g_uri_get_path (uri),
                                query != NULL ? "?" : "", query != NULL ? query : "", call->route != NULL ? call->route : "-",
                                call->fault != NULL ? "FAULT " : "", status);

  if (self->verbose)
    g_printerr ("%s\n", line);
  if (self->log->len == MAX_LOG)
    g_ptr_array_remove_range (self->log, 0, MAX_LOG / 10);
  g_ptr_array_add (self->log, line);
}

static FakeFault *
take_fault (FakeServer *self, const char *route)
{
  for (guint i = 0; i < self->faults->len; i++)
    {
      FakeFault *fault = g_ptr_array_index (self->faults, i);
      FakeFault *copy;

      if (!g_str_equal (fault->route, "*") && !g_str_equal (fault->route, route))
        continue;
      if (fault->after > 0)
        {
          fault->after--;
          return NULL;
        }
      copy = fake_fault_copy (fault);
      if (--fault->times == 0)
        g_ptr_array_remove_index (self->faults, i);
      fake_server_bump (self, "faults", 1);
      return copy;
    }

  return NULL;
}

static guint
find_port (FakeServer *self, SoupServerMessage *msg)
{
  GInetSocketAddress *address = G_INET_SOCKET_ADDRESS (soup_server_message_get_local_address (msg));
  guint port = address != NULL ? g_inet_socket_address_get_port (address) : 0;

  for (guint i = 0; i < self->n_ports; i++)
    if (self->ports[i] == port)
      return i;

  return 0;
}

static gboolean
is_busy (FakeServer *self, GSocket *socket)
{
  for (guint i = 0; i < self->calls->len; i++)
    if (soup_server_message_get_socket (((FakeCall *) g_ptr_array_index (self->calls, i))->msg) == socket)
      return TRUE;

  return FALSE;
}

static gboolean
is_over (GSocket *socket)
{
  char byte;
  gssize got = recv (g_socket_get_fd (socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT);

  return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

/* The server of libsoup 3.2 never closes a connection that its client has closed, and would run out of descriptors. */
static void
note_socket (FakeServer *self, GSocket *socket)
{
  GHashTableIter iter;
  gpointer known;

  if (socket == NULL || g_hash_table_contains (self->sockets, socket))
    return;
  g_hash_table_iter_init (&iter, self->sockets);
  while (g_hash_table_iter_next (&iter, &known, NULL))
    if (g_socket_is_closed (known) || (!is_busy (self, known) && is_over (known)))
      {
        g_socket_close (known, NULL);
        g_hash_table_iter_remove (&iter);
      }
  g_hash_table_add (self->sockets, g_object_ref (socket));
}

void
fake_server_forget_socket (FakeServer *self, GSocket *socket)
{
  g_hash_table_remove (self->sockets, socket);
}

static void
close_sockets (FakeServer *self)
{
  GHashTableIter iter;
  gpointer socket;

  g_hash_table_iter_init (&iter, self->sockets);
  while (g_hash_table_iter_next (&iter, &socket, NULL))
    g_socket_close (socket, NULL);
  g_hash_table_unref (self->sockets);
}

static void
let_go (FakeCall *call)
{
  call->gone = TRUE;
  fake_call_forget_timer (call);
  g_signal_handlers_disconnect_by_data (call->msg, call);
  g_object_set_data (G_OBJECT (call->msg), CALL_KEY, NULL);
}

/* The last reference may go with it. */
void
fake_server_end_call (FakeServer *self, FakeCall *call)
{
  if (call->gone)
    return;
  let_go (call);
  g_ptr_array_remove_fast (self->calls, call);
}

static void
on_call_ended (SoupServerMessage *msg, gpointer user_data)
{
  FakeCall *call = user_data;

  fake_server_end_call (call->server, call);
}

/* The head is there: which route, and what will go wrong. */
static void
on_head (SoupServer *soup, SoupServerMessage *msg, const char *path, GHashTable *query, gpointer user_data)
{
  FakeServer *self = user_data;
  FakeCall *call = g_new0 (FakeCall, 1);

  note_socket (self, soup_server_message_get_socket (msg));
  call->n_refs = 1;
  call->server = self;
  call->msg = g_object_ref (msg);
  call->route = self->router (soup_server_message_get_method (msg), path, find_port (self, msg), self->user_data);
  g_ptr_array_add (self->calls, call);
  g_object_set_data (G_OBJECT (msg), CALL_KEY, call);
  g_signal_connect (msg, "finished", G_CALLBACK (on_call_ended), call);
  g_signal_connect (msg, "disconnected", G_CALLBACK (on_call_ended), call);
  if (call->route == NULL)
    return;
  fake_server_bump (self, call->route, 1);
  call->fault = take_fault (self, call->route);
  if (call->fault != NULL && call->fault->drop == FAKE_DROP_BEFORE)
    fake_call_drop (call, call->fault->reset);
}

static void
on_whole (SoupServer *soup, SoupServerMessage *msg, const char *path, GHashTable *query, gpointer user_data)
{
  FakeServer *self = user_data;
  FakeCall *found = g_object_get_data (G_OBJECT (msg), CALL_KEY);
  g_autoptr (FakeCall) call = found != NULL ? fake_call_ref (found) : NULL;

  if (call == NULL || call->gone)
    return;
  soup_server_message_pause (msg);
  /* The server would cut out ranges by itself, without a look at If-Range. */
  call->range = g_strdup (fake_call_get_header (call, "Range"));
  soup_message_headers_remove (soup_server_message_get_request_headers (msg), "Range");
  if (call->route == NULL)
    fake_call_answer_detail (call, 404, "Not Found");
  else if (call->fault != NULL && !fake_fault_needs_work (call->fault))
    fake_call_answer (call, call->fault->status, "application/json", NULL);
  else
    self->handler (call, self->user_data);
}

static gboolean
listen_on (FakeServer *self, guint index, guint port, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, (guint16) port);
  g_autoptr (GSocketAddress) got = NULL;

  if (socket == NULL || !g_socket_bind (socket, wanted, TRUE, error))
    return FALSE;
  g_socket_set_listen_backlog (socket, 1024);
  if (!g_socket_listen (socket, error))
    return FALSE;
  got = g_socket_get_local_address (socket, error);
  if (got == NULL || !soup_server_listen_socket (self->soup, socket, 0, error))
    return FALSE;
  self->ports[index] = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
  self->bases[index] = g_strdup_printf ("http://127.0.0.1:%u", self->ports[index]);
  self->n_ports = index + 1;

  return TRUE;
}

FakeServer *
fake_server_new (const guint *ports, guint n_ports, FakeRouter router, FakeHandler handler, gpointer user_data, GError **error)
{
  FakeServer *self = g_new0 (FakeServer, 1);

  g_assert (n_ports <= MAX_PORTS);
  self->soup = soup_server_new ("server-header", "fake-providers", NULL);
  self->cancellable = g_cancellable_new ();
  self->router = router;
  self->handler = handler;
  self->user_data = user_data;
  self->faults = g_ptr_array_new_with_free_func ((GDestroyNotify) fake_fault_free);
  self->words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) fake_call_unref);
  self->sockets = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->log = g_ptr_array_new_with_free_func (g_free);
  soup_server_add_early_handler (self->soup, NULL, on_head, self, NULL);
  soup_server_add_handler (self->soup, NULL, on_whole, self, NULL);
  for (guint i = 0; i < n_ports; i++)
    if (!listen_on (self, i, ports[i], error))
      {
        fake_server_free (self);
        return NULL;
      }

  return self;
}

void
fake_server_free (FakeServer *self)
{
  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; i < self->calls->len; i++)
    let_go (g_ptr_array_index (self->calls, i));
  soup_server_disconnect (self->soup);
  close_sockets (self);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_object_unref (self->soup);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->faults);
  g_hash_table_unref (self->words);
  g_hash_table_unref (self->counters);
  g_ptr_array_unref (self->log);
  for (guint i = 0; i < MAX_PORTS; i++)
    g_free (self->bases[i]);
  g_free (self);
}

const char *
fake_server_get_base (FakeServer *self, guint port)
{
  return self->bases[port];
}

void
fake_server_set_word (FakeServer *self, const char *name, const char *value)
{
  g_hash_table_insert (self->words, g_strdup (name), g_strdup (value));
}

void
fake_server_set_specials (FakeServer *self, const char *const *specials)
{
  self->specials = specials;
}

static gboolean
add_fault (FakeServer *self, const char *route, guint times, JsonNode *what, GError **error)
{
  FakeFault *fault = fake_fault_new (route, times, what, self->specials, error);

  if (fault == NULL)
    return FALSE;
  if (times > 0)
    g_ptr_array_add (self->faults, fault);
  else
    fake_fault_free (fault);

  return TRUE;
}

void
fake_server_fault (FakeServer *self, const char *route, guint times, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (what[0] == '{')
    node = fake_json_parse_text (what);
  else
    node = json_node_init_string (json_node_alloc (), what);
  if (!add_fault (self, route, times, node, &error))
    g_error ("%s", error->message);
}

gboolean
fake_server_fault_json (FakeServer *self, JsonNode *fault, GError **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (fault) ? json_node_get_object (fault) : NULL;
  gint64 times;

  if (object == NULL || !json_object_has_member (object, "route") || !json_object_has_member (object, "what"))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "A fault is {\"route\", \"times\", \"what\"}.");
      return FALSE;
    }
  times = json_object_get_int_member_with_default (object, "times", 1);

  return add_fault (self, json_object_get_string_member (object, "route"), (guint) CLAMP (times, 0, G_MAXINT),
                    json_object_get_member (object, "what"), error);
}

void
fake_server_clear_faults (FakeServer *self)
{
  g_ptr_array_set_size (self->faults, 0);
}

guint
fake_server_get_n_faults (FakeServer *self)
{
  guint n = 0;

  for (guint i = 0; i < self->faults->len; i++)
    n += ((FakeFault *) g_ptr_array_index (self->faults, i))->times;

  return n;
}

void
fake_server_bump (FakeServer *self, const char *counter, guint64 by)
{
  guint64 *n = g_hash_table_lookup (self->counters, counter);

  if (n == NULL)
    {
      n = g_new0 (guint64, 1);
      g_hash_table_insert (self->counters, g_strdup (counter), n);
    }
  *n += by;
}

guint64
fake_server_count (FakeServer *self, const char *name)
{
  guint64 *n = g_hash_table_lookup (self->counters, name);

  return n != NULL ? *n : 0;
}

void
fake_server_reset_counters (FakeServer *self)
{
  g_hash_table_remove_all (self->counters);
}

JsonNode *
fake_server_dup_counters (FakeServer *self)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  GHashTableIter iter;
  gpointer name, n;

  g_hash_table_iter_init (&iter, self->counters);
  while (g_hash_table_iter_next (&iter, &name, &n))
    json_object_set_int_member (object, name, (gint64) *(guint64 *) n);
  json_node_take_object (node, object);

  return node;
}

GPtrArray *
fake_server_get_log (FakeServer *self)
{
  return self->log;
}

void
fake_server_set_verbose (FakeServer *self, gboolean verbose)
{
  self->verbose = verbose;
}

JsonNode *
fake_json_parse (GBytes *bytes)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  return *g_strstrip (text) != '\0' ? json_from_string (text, NULL) : NULL;
}

JsonNode *
fake_json_parse_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  if (node == NULL)
    g_error ("%s in: %s", error != NULL ? error->message : "Nothing", text);

  return node;
}

char *
fake_json_print (JsonNode *node)
{
  return json_to_string (node, FALSE);
}
