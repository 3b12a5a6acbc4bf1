/* cut-proxy.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cut-proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER 65536

enum
{
  CLIENT,
  SERVER,
  N_ENDS,
};

/* Two ends, and what came from each and has not gone to the other yet. */
typedef struct
{
  int fds[N_ENDS];
  char buffers[N_ENDS][BUFFER];
  gsize starts[N_ENDS];
  gsize lengths[N_ENDS];
  gboolean over[N_ENDS];          /* that end sends nothing more */
  guint64 totals[N_ENDS];         /* forwarded from that end */
  guint64 bases[N_ENDS];          /* totals where the request that is watched begins */
  gboolean watched;
  gboolean answered;              /* the last bytes came from the server: what the client sends next is another request */
  gboolean cut;
} Link;

struct _CutProxy
{
  char *base;
  struct sockaddr_in target;
  int listener;
  int wake[2];
  GThread *thread;
  GPtrArray *links;               /* the thread's own */

  GMutex mutex;
  gboolean stop;
  CutSide side;
  CutManner manner;
  guint64 bytes;
  guint skip;
  char *text;                     /* nullable */
  gboolean armed;                 /* waits for its connection or request */
  gboolean was_cut;
  guint n_connections;
  guint64 passed[N_ENDS];
};

static void
link_free (Link *self)
{
  for (int i = 0; i < N_ENDS; i++)
    if (self->fds[i] >= 0)
      close (self->fds[i]);
  g_free (self);
}

static void
set_flags (int fd)
{
  int one = 1;

  fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK);
  fcntl (fd, F_SETFD, FD_CLOEXEC);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void
accept_link (CutProxy *self)
{
  int client = accept (self->listener, NULL, NULL);
  int server;
  Link *link;

  if (client < 0)
    return;
  server = socket (AF_INET, SOCK_STREAM, 0);
  if (connect (server, (struct sockaddr *) &self->target, sizeof self->target) != 0)
    {
      close (server);
      close (client);
      return;
    }
  set_flags (client);
  set_flags (server);
  link = g_new0 (Link, 1);
  link->fds[CLIENT] = client;
  link->fds[SERVER] = server;
  link->answered = TRUE;
  g_mutex_lock (&self->mutex);
  self->n_connections++;
  if (self->armed && self->text == NULL && self->skip-- == 0)
    {
      self->armed = FALSE;
      link->watched = TRUE;
    }
  g_mutex_unlock (&self->mutex);
  g_ptr_array_add (self->links, link);
}

static void
cut_link (CutProxy *self, Link *link)
{
  struct linger linger = { 1, 0 };

  /* A close after lingering for no time is a reset. The server is always closed softly: what it was sent has to arrive. */
  if (self->manner == CUT_BY_RESET)
    setsockopt (link->fds[CLIENT], SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  for (int i = 0; i < N_ENDS; i++)
    {
      close (link->fds[i]);
      link->fds[i] = -1;
    }
  link->cut = TRUE;
  self->was_cut = TRUE;
}

/* A request begins in these bytes: is it the one? */
static void
look_at_request (CutProxy *self, Link *link, const char *data, gsize length)
{
  const char *end = memchr (data, '\n', length);
  g_autofree char *line = g_strndup (data, end != NULL ? (gsize) (end - data) : length);

  if (self->text == NULL)
    return;
  link->watched = self->armed && strstr (line, self->text) != NULL;
  if (!link->watched)
    return;
  self->armed = FALSE;
  memset (self->passed, 0, sizeof self->passed);
  memcpy (link->bases, link->totals, sizeof link->bases);
}

/* How many of the bytes that came from @end may pass; TRUE in @cut: and then no more. */
static gsize
allow (CutProxy *self, Link *link, int end, gsize length, gboolean *cut)
{
  guint64 passed = link->totals[end] - link->bases[end];
  gboolean mine = self->side == (end == CLIENT ? CUT_REQUEST : CUT_ANSWER);

  *cut = link->watched && mine && passed + length >= self->bytes;

  return *cut ? (gsize) (self->bytes - MIN (passed, self->bytes)) : length;
}

static void
send_rest (int fd, const char *data, gsize length)
{
  while (length > 0)
    {
      struct pollfd poller = { fd, POLLOUT, 0 };
      gssize sent = send (fd, data, length, MSG_NOSIGNAL);

      if (sent < 0 && (errno != EAGAIN || poll (&poller, 1, 2000) <= 0))
        return;
      data += MAX (sent, 0);
      length -= (gsize) MAX (sent, 0);
    }
}

static void
read_end (CutProxy *self, Link *link, int end)
{
  gssize got = recv (link->fds[end], link->buffers[end], BUFFER, 0);
  gboolean cut;

  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (got <= 0)
    {
      link->over[end] = TRUE;
      shutdown (link->fds[1 - end], SHUT_WR);
      return;
    }
  g_mutex_lock (&self->mutex);
  if (end == CLIENT && link->answered)
    look_at_request (self, link, link->buffers[end], (gsize) got);
  link->answered = end == SERVER;
  link->lengths[end] = allow (self, link, end, (gsize) got, &cut);
  link->starts[end] = 0;
  link->totals[end] += link->lengths[end];
  if (link->watched)
    self->passed[end] += link->lengths[end];
  if (cut)
    {
      send_rest (link->fds[1 - end], link->buffers[end], link->lengths[end]);
      cut_link (self, link);
    }
  g_mutex_unlock (&self->mutex);
}

static void
write_end (Link *link, int end)
{
  gssize sent = send (link->fds[1 - end], link->buffers[end] + link->starts[end], link->lengths[end], MSG_NOSIGNAL);

  if (sent < 0 && errno != EAGAIN && errno != EINTR)
    {
      link->cut = TRUE;
      return;
    }
  link->starts[end] += (gsize) MAX (sent, 0);
  link->lengths[end] -= (gsize) MAX (sent, 0);
}

/* Reads where there is room, writes where there is something. */
static void
serve_link (CutProxy *self, Link *link, const struct pollfd *pollers)
{
  for (int end = 0; end < N_ENDS && !link->cut; end++)
    {
      if (link->lengths[end] == 0 && !link->over[end] && (pollers[end].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        read_end (self, link, end);
      if (!link->cut && link->lengths[end] > 0)
        write_end (link, end);
    }
  if (link->over[CLIENT] && link->over[SERVER])
    link->cut = TRUE;
}

static void
poll_links (CutProxy *self)
{
  guint n = self->links->len;
  g_autofree struct pollfd *pollers = g_new0 (struct pollfd, 2 + 2 * n);

  pollers[0] = (struct pollfd){ self->listener, POLLIN, 0 };
  pollers[1] = (struct pollfd){ self->wake[0], POLLIN, 0 };
  for (guint i = 0; i < n; i++)
    {
      Link *link = g_ptr_array_index (self->links, i);

      for (int end = 0; end < N_ENDS; end++)
        {
          short events = (link->lengths[end] == 0 && !link->over[end] ? POLLIN : 0) | (link->lengths[1 - end] > 0 ? POLLOUT : 0);

          /* An end that is over would be reported for ever. */
          pollers[2 + 2 * i + (guint) end] = (struct pollfd){ events != 0 ? link->fds[end] : -1, events, 0 };
        }
    }
  if (poll (pollers, 2 + 2 * n, -1) < 0)
    return;
  for (guint i = n; i > 0; i--)
    {
      Link *link = g_ptr_array_index (self->links, i - 1);

      serve_link (self, link, pollers + 2 * i);
      if (link->cut)
        g_ptr_array_remove_index_fast (self->links, i - 1);
    }
  if ((pollers[0].revents & POLLIN) != 0)
    accept_link (self);
}

static gpointer
run (gpointer user_data)
{
  CutProxy *self = user_data;
  gboolean stop = FALSE;

  while (!stop)
    {
      poll_links (self);
      g_mutex_lock (&self->mutex);
      stop = self->stop;
      g_mutex_unlock (&self->mutex);
    }

  return NULL;
}

CutProxy *
cut_proxy_new (const char *target)
{
  g_autoptr (GUri) uri = g_uri_parse (target, G_URI_FLAGS_NONE, NULL);
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;
  CutProxy *self = g_new0 (CutProxy, 1);

  g_assert_nonnull (uri);
  self->target = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons ((guint16) g_uri_get_port (uri)) };
  inet_pton (AF_INET, g_uri_get_host (uri), &self->target.sin_addr);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  self->listener = socket (AF_INET, SOCK_STREAM, 0);
  if (bind (self->listener, (struct sockaddr *) &address, sizeof address) != 0 || listen (self->listener, 1024) != 0 ||
      getsockname (self->listener, (struct sockaddr *) &address, &length) != 0 || pipe (self->wake) != 0)
    g_error ("The proxy cannot listen: %s", g_strerror (errno));
  set_flags (self->listener);
  self->base = g_strdup_printf ("http://127.0.0.1:%u", ntohs (address.sin_port));
  self->links = g_ptr_array_new_with_free_func ((GDestroyNotify) link_free);
  g_mutex_init (&self->mutex);
  self->thread = g_thread_new ("cut-proxy", run, self);

  return self;
}

void
cut_proxy_free (CutProxy *self)
{
  g_mutex_lock (&self->mutex);
  self->stop = TRUE;
  g_mutex_unlock (&self->mutex);
  if (write (self->wake[1], "", 1) != 1)
    g_error ("The proxy cannot be stopped: %s", g_strerror (errno));
  g_thread_join (self->thread);
  g_ptr_array_unref (self->links);
  close (self->listener);
  close (self->wake[0]);
  close (self->wake[1]);
  g_mutex_clear (&self->mutex);
  g_free (self->text);
  g_free (self->base);
  g_free (self);
}

const char *
cut_proxy_get_base (CutProxy *self)
{
  return self->base;
}

static void
order (CutProxy *self, const char *text, CutSide side, CutManner manner, guint64 bytes, guint skip)
{
  g_mutex_lock (&self->mutex);
  g_free (self->text);
  self->text = g_strdup (text);
  self->side = side;
  self->manner = manner;
  self->bytes = bytes;
  self->skip = skip;
  self->armed = TRUE;
  self->was_cut = FALSE;
  memset (self->passed, 0, sizeof self->passed);
  g_mutex_unlock (&self->mutex);
}

void
cut_proxy_cut (CutProxy *self, CutSide side, CutManner manner, guint64 bytes, guint skip)
{
  order (self, NULL, side, manner, bytes, skip);
}

void
cut_proxy_cut_request (CutProxy *self, const char *text, CutSide side, CutManner manner, guint64 bytes)
{
  order (self, text, side, manner, bytes, 0);
}

gboolean
cut_proxy_was_cut (CutProxy *self)
{
  gboolean was_cut;

  g_mutex_lock (&self->mutex);
  was_cut = self->was_cut;
  g_mutex_unlock (&self->mutex);

  return was_cut;
}

guint
cut_proxy_get_n_connections (CutProxy *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->n_connections;
  g_mutex_unlock (&self->mutex);

  return n;
}

static guint64
get_passed (CutProxy *self, int end)
{
  guint64 passed;

  g_mutex_lock (&self->mutex);
  passed = self->passed[end];
  g_mutex_unlock (&self->mutex);

  return passed;
}

guint64
cut_proxy_get_n_request_bytes (CutProxy *self)
{
  return get_passed (self, CLIENT);
}

guint64
cut_proxy_get_n_answer_bytes (CutProxy *self)
{
  return get_passed (self, SERVER);
}
