/* cut-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cut-server.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEFAULT_REPLY "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
#define LINGER_MS 2000

struct _CutServer
{
  char *base;
  GThread *acceptor;
  int listener;
  int stop; /* an eventfd that is readable from the end on */

  GMutex mutex;
  GCond idle;
  guint running; /* threads of connections */
  GQueue scripts;
  CutScript fallback;
  GPtrArray *requests; /* of GString */
  guint connections;
  guint touched;
  guint delivered;
};

typedef struct
{
  CutServer *server;
  int fd;
  gboolean used;
} Connection;

static void
script_copy_to (const CutScript *from, CutScript *to)
{
  *to = *from;
  if (to->reply == NULL)
    to->reply = DEFAULT_REPLY;
  if (to->reply_length == 0)
    to->reply_length = strlen (to->reply);
  to->reply = g_memdup2 (to->reply, to->reply_length + 1);
}

static void
script_free (CutScript *script)
{
  g_free ((char *) script->reply);
  g_free (script);
}

/* FALSE when the server ends first, or the time is up. */
static gboolean
wait_for (CutServer *self, int fd, short events, int milliseconds)
{
  struct pollfd fds[2] = { { fd, events, 0 }, { self->stop, POLLIN, 0 } };

  while (poll (fds, 2, milliseconds) < 0)
    if (errno != EINTR)
      return FALSE;

  return fds[1].revents == 0 && fds[0].revents != 0;
}

static gboolean
pause_for (CutServer *self, guint milliseconds)
{
  struct pollfd fd = { self->stop, POLLIN, 0 };

  return poll (&fd, 1, milliseconds) == 0;
}

/* The length of the whole request, or 0 while that is not known. */
static gsize
get_request_length (const GString *request)
{
  const char *end = strstr (request->str, "\r\n\r\n");
  const char *length = strstr (request->str, "Content-Length: ");

  if (end == NULL)
    return 0;

  return end + 4 - request->str
         + (length != NULL && length < end ? g_ascii_strtoull (length + strlen ("Content-Length: "), NULL, 10) : 0);
}

static CutScript *
take_script (CutServer *self)
{
  CutScript *script = g_queue_pop_head (&self->scripts);

  if (script == NULL)
    {
      script = g_new (CutScript, 1);
      script_copy_to (&self->fallback, script);
    }

  return script;
}

static void
note_bytes (CutServer *self, GString *request, gboolean *noted, const char *bytes, gsize length)
{
  g_mutex_lock (&self->mutex);
  if (!*noted)
    {
      *noted = TRUE;
      self->touched++;
      g_ptr_array_add (self->requests, request);
    }
  g_string_append_len (request, bytes, length);
  g_mutex_unlock (&self->mutex);
}

/* Whether a request came, as much of it as the script wants. From its first byte on the server has it. */
static gboolean
read_request (Connection *connection, const CutScript *script, GString *request, gboolean *noted)
{
  CutServer *self = connection->server;
  char buffer[65536];

  while (!script->cut_request || request->len < script->request_bytes)
    {
      const gsize wanted = script->cut_request ? script->request_bytes - request->len : sizeof buffer;
      gsize whole;
      gssize size;

      if (!wait_for (self, connection->fd, POLLIN, -1))
        return FALSE;
      size = recv (connection->fd, buffer, MIN (wanted, sizeof buffer), 0);
      if (size <= 0)
        return FALSE;
      note_bytes (self, request, noted, buffer, size);

      whole = get_request_length (request);
      if (whole > 0 && request->len >= whole)
        {
          g_mutex_lock (&self->mutex);
          self->delivered++;
          g_mutex_unlock (&self->mutex);
          return TRUE;
        }
    }

  return TRUE;
}

static gboolean
send_reply (Connection *connection, const CutScript *script)
{
  const gsize length = script->cut_reply ? MIN (script->reply_bytes, (gsize) script->reply_length)
                                         : (gsize) script->reply_length;
  gsize sent = 0;

  if (script->stall > 0 && !pause_for (connection->server, script->stall))
    return FALSE;

  while (sent < length)
    {
      const gsize piece = script->piece > 0 && sent >= script->drip_after ? script->piece : length - sent;
      const gsize end = script->piece > 0 && sent < script->drip_after ? script->drip_after : sent + piece;
      gssize size;

      if (!wait_for (connection->server, connection->fd, POLLOUT, -1))
        return FALSE;
      size = send (connection->fd, script->reply + sent, MIN (end, length) - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (size < 0 && errno != EAGAIN)
        return FALSE;
      sent += MAX (size, 0);
      if (script->drip > 0 && sent >= script->drip_after && !pause_for (connection->server, script->drip))
        return FALSE;
    }

  return TRUE;
}

/* Closing with bytes unread would reset, so those are read first. */
static void
close_softly (Connection *connection)
{
  char buffer[65536];

  shutdown (connection->fd, SHUT_WR);
  while (wait_for (connection->server, connection->fd, POLLIN, LINGER_MS)
         && recv (connection->fd, buffer, sizeof buffer, 0) > 0)
    ;
}

/* Whether the connection goes on. */
static gboolean
serve (Connection *connection)
{
  CutServer *self = connection->server;
  struct linger reset = { 1, 0 };
  GString *request = g_string_new (NULL);
  CutScript *script;
  gboolean noted = FALSE;
  CutEnd end;
  char byte;

  /* A script is taken by a request and not by a connection that nothing came on, unless it is not to wait for any: then
   * a new connection takes it. */
  g_mutex_lock (&self->mutex);
  script = g_queue_peek_head (&self->scripts);
  end = !connection->used && script != NULL && script->cut_request && script->request_bytes == 0 ? script->end
                                                                                                 : CUT_END_KEEP;
  connection->used = TRUE;
  g_mutex_unlock (&self->mutex);
  if (end == CUT_END_KEEP
      && (!wait_for (self, connection->fd, POLLIN, -1) || recv (connection->fd, &byte, 1, MSG_PEEK) <= 0))
    {
      g_string_free (request, TRUE);
      return FALSE;
    }

  g_mutex_lock (&self->mutex);
  script = take_script (self);
  g_mutex_unlock (&self->mutex);

  end = script->end;
  if (!read_request (connection, script, request, &noted) || (!script->cut_request && !send_reply (connection, script)))
    end = CUT_END_CLOSE;
  script_free (script);
  if (!noted)
    g_string_free (request, TRUE);

  if (end == CUT_END_RESET)
    setsockopt (connection->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  else if (end == CUT_END_CLOSE)
    close_softly (connection);
  else if (end == CUT_END_HANG)
    wait_for (self, -1, 0, -1);

  return end == CUT_END_KEEP;
}

static gpointer
run_connection (gpointer user_data)
{
  Connection *connection = user_data;

  while (serve (connection))
    ;
  close (connection->fd);

  g_mutex_lock (&connection->server->mutex);
  if (--connection->server->running == 0)
    g_cond_signal (&connection->server->idle);
  g_mutex_unlock (&connection->server->mutex);
  g_free (connection);

  return NULL;
}

static gpointer
run_acceptor (gpointer user_data)
{
  CutServer *self = user_data;
  const int one = 1;

  while (wait_for (self, self->listener, POLLIN, -1))
    {
      Connection *connection;
      const int fd = accept4 (self->listener, NULL, NULL, SOCK_CLOEXEC);

      if (fd < 0)
        continue;
      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      connection = g_new0 (Connection, 1);
      connection->server = self;
      connection->fd = fd;
      g_mutex_lock (&self->mutex);
      self->connections++;
      self->running++;
      g_mutex_unlock (&self->mutex);
      g_thread_unref (g_thread_new ("cut-connection", run_connection, connection));
    }

  return NULL;
}

static void
string_free (gpointer string)
{
  g_string_free (string, TRUE);
}

CutServer *
cut_server_new (void)
{
  CutServer *self = g_new0 (CutServer, 1);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  const CutScript usual = { 0 };

  self->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->listener, (struct sockaddr *) &address, length), ==, 0);
  g_assert_cmpint (listen (self->listener, 512), ==, 0);
  g_assert_cmpint (getsockname (self->listener, (struct sockaddr *) &address, &length), ==, 0);
  self->base = g_strdup_printf ("http://127.0.0.1:%u", ntohs (address.sin_port));
  self->stop = eventfd (0, EFD_CLOEXEC);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->idle);
  g_queue_init (&self->scripts);
  script_copy_to (&usual, &self->fallback);
  self->requests = g_ptr_array_new_with_free_func (string_free);
  self->acceptor = g_thread_new ("cut-acceptor", run_acceptor, self);

  return self;
}

void
cut_server_free (CutServer *self)
{
  eventfd_write (self->stop, 1);
  g_thread_join (self->acceptor);
  g_mutex_lock (&self->mutex);
  while (self->running > 0)
    g_cond_wait (&self->idle, &self->mutex);
  g_mutex_unlock (&self->mutex);
  close (self->listener);
  close (self->stop);

  g_queue_clear_full (&self->scripts, (GDestroyNotify) script_free);
  g_ptr_array_unref (self->requests);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->idle);
  g_free ((char *) self->fallback.reply);
  g_free (self->base);
  g_free (self);
}

const char *
cut_server_get_base (CutServer *self)
{
  return self->base;
}

char *
cut_server_get_uri (CutServer *self, const char *path)
{
  return g_strconcat (self->base, path, NULL);
}

void
cut_server_push (CutServer *self, const CutScript *script)
{
  CutScript *copy = g_new (CutScript, 1);

  script_copy_to (script, copy);
  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->scripts, copy);
  g_mutex_unlock (&self->mutex);
}

void
cut_server_push_reply (CutServer *self, guint status, const char *headers, const char *body)
{
  g_autofree char *reply = g_strdup_printf ("HTTP/1.1 %u Said So\r\n%sContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                                            status, headers != NULL ? headers : "", strlen (body), body);
  const CutScript script = { .reply = reply };

  cut_server_push (self, &script);
}

void
cut_server_set_default (CutServer *self, const CutScript *script)
{
  g_mutex_lock (&self->mutex);
  g_free ((char *) self->fallback.reply);
  script_copy_to (script, &self->fallback);
  g_mutex_unlock (&self->mutex);
}

void
cut_server_reset (CutServer *self)
{
  const CutScript usual = { 0 };

  cut_server_set_default (self, &usual);
  g_mutex_lock (&self->mutex);
  g_queue_clear_full (&self->scripts, (GDestroyNotify) script_free);
  self->connections = self->touched = self->delivered = 0;
  for (guint i = 0; i < self->requests->len; i++)
    g_string_truncate (self->requests->pdata[i], 0);
  g_mutex_unlock (&self->mutex);
}

static guint
read_count (CutServer *self, const guint *count)
{
  guint value;

  g_mutex_lock (&self->mutex);
  value = *count;
  g_mutex_unlock (&self->mutex);

  return value;
}

guint
cut_server_get_connections (CutServer *self)
{
  return read_count (self, &self->connections);
}

guint
cut_server_get_touched (CutServer *self)
{
  return read_count (self, &self->touched);
}

guint
cut_server_get_delivered (CutServer *self)
{
  return read_count (self, &self->delivered);
}

char *
cut_server_get_request (CutServer *self, guint index)
{
  char *text = NULL;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->requests->len && text == NULL; i++)
    {
      const GString *request = self->requests->pdata[i];

      if (request->len > 0 && index-- == 0)
        text = g_strndup (request->str, request->len);
    }
  g_mutex_unlock (&self->mutex);

  return text;
}

gboolean
cut_server_saw (CutServer *self, const char *text)
{
  gboolean found = FALSE;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->requests->len; i++)
    {
      const GString *request = self->requests->pdata[i];

      found |= memmem (request->str, request->len, text, strlen (text)) != NULL;
    }
  g_mutex_unlock (&self->mutex);

  return found;
}
