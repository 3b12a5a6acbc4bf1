/* test-http-call.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http-test.h"
#include "starsend-http-backoff.h"
#include "starsend-http-client-private.h"

typedef struct
{
  CutServer *server;
  StarsendHttpClient *client;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = cut_server_new ();
  fixture->client = http_test_client (fixture->server);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  http_test_finish (fixture->client);
  cut_server_free (fixture->server);
}

/* What every call carries, and what is made of the answer. */
static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autoptr(StarsendHttpCall) call = http_test_post (fixture->server, "/fal-ai/kling?logs=1");
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *request = NULL;

  cut_server_push_reply (fixture->server, 422, "x-fal-request-id: abc\r\nX-Two: a\r\nX-Two: b\r\n", "{\"detail\":[]}");
  starsend_http_call_set_header (call, "Accept", "application/json");
  reply = http_test_send (fixture->client, call, NULL, &error);
  g_assert_no_error (error);

  http_test_check_reply (reply, 422, "{\"detail\":[]}");
  g_assert_false (starsend_http_reply_is_success (reply));
  g_assert_cmpstr (starsend_http_reply_get_header (reply, "X-Fal-Request-Id"), ==, "abc");
  g_assert_cmpstr (starsend_http_reply_get_header (reply, "x-two"), ==, "a, b");
  g_assert_null (starsend_http_reply_get_header (reply, "x-none"));
  g_assert_true (g_str_has_prefix (starsend_http_reply_get_what (reply), "POST http://127.0.0.1:"));
  g_assert_true (g_str_has_suffix (starsend_http_reply_get_what (reply), "/fal-ai/kling"));

  request = cut_server_get_request (fixture->server, 0);
  g_assert_true (g_str_has_prefix (request, "POST /fal-ai/kling?logs=1 HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (request, "\r\nUser-Agent: Starsend/"));
  g_assert_nonnull (strstr (request, "\r\nAuthorization: Key " TEST_KEY "\r\n"));
  g_assert_nonnull (strstr (request, "\r\nAccept: application/json\r\n"));
  g_assert_nonnull (strstr (request, "\r\nContent-Type: application/json\r\n"));
  g_assert_true (g_str_has_suffix (request, "\r\n\r\n{\"prompt\":\"a road\"}"));
}

static void
test_body_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "upload.bin", NULL);
  g_autofree char *uri = cut_server_get_uri (fixture->server, "/upload/token");
  g_autoptr(StarsendHttpCall) part = starsend_http_call_new ("PUT", uri);
  g_autoptr(StarsendHttpCall) shorter = starsend_http_call_new ("PUT", uri);
  g_autoptr(StarsendHttpCall) missing = starsend_http_call_new ("PUT", uri);
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *request = NULL;

  g_assert_true (g_file_set_contents (path, "0123456789", -1, NULL));

  /* The part is sent again, whole, after the first answer. */
  cut_server_push_reply (fixture->server, 503, NULL, "busy");
  starsend_http_call_set_body_file (part, "image/png", path, 3, 4);
  reply = http_test_send (fixture->client, part, NULL, &error);
  g_assert_no_error (error);
  http_test_check_reply (reply, 200, "{}");
  request = cut_server_get_request (fixture->server, 1);
  g_assert_true (g_str_has_suffix (request, "\r\n\r\n3456"));
  g_assert_nonnull (strstr (request, "Content-Length: 4\r\n"));

  g_clear_pointer (&reply, starsend_http_reply_unref);
  starsend_http_call_set_body_file (shorter, "image/png", path, 8, 4);
  reply = http_test_send (fixture->client, shorter, NULL, &error);
  g_assert_null (reply);
  http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);

  g_clear_error (&error);
  g_unlink (path);
  starsend_http_call_set_body_file (missing, "image/png", path, 0, 4);
  reply = http_test_send (fixture->client, missing, NULL, &error);
  g_assert_null (reply);
  http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
}

static void
test_trust (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *uri;
    gboolean trusted;
  } cases[] = {
    { "https://queue.fal.run/fal-ai/kling", TRUE },
    { "https://queue.fal.run:443/", TRUE },
    { "HTTPS://Queue.FAL.run", TRUE },
    { "https://user:pass@queue.fal.run/", TRUE },
    { "http://queue.fal.run/", FALSE },
    { "https://queue.fal.run:444/", FALSE },
    { "https://queue.fal.run.evil.example/", FALSE },
    { "https://evil.example/?https://queue.fal.run/", FALSE },
    { "https://queue.fal.run@evil.example/", FALSE },
    { "https://evil.example\\@queue.fal.run/", TRUE }, /* this host is also the one that it would connect to */
    { "https://queue.fal.run\t/", FALSE },
    { "https://queue.fal.run./", FALSE },
    { "//queue.fal.run/", FALSE },
    { "file:///etc/passwd", FALSE },
    { "", FALSE },
    { "https://", FALSE },
    { "https:///path", FALSE },
    { "https://[::1]:443/", TRUE },
    { "https://[::1]/", TRUE },
  };

  starsend_http_client_trust (fixture->client, "https://queue.fal.run/anything?x#y");
  starsend_http_client_trust (fixture->client, "https://[::1]");
  starsend_http_client_trust (fixture->client, "not an address");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].uri);
      g_assert_cmpint (starsend_http_client_trusts (fixture->client, cases[i].uri), ==, cases[i].trusted);
    }
}

/* Nothing of these is sent. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr(CutServer) other = cut_server_new ();
  g_autoptr(StarsendHttpCall) foreign = http_test_post (other, "/x?token=secret");
  g_autoptr(StarsendHttpCall) broken = http_test_get (fixture->server, "/x");
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;
  const char *const addresses[] = {
    "file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:alert(1)", "data:text/plain,x", "", "/x",
    "http://", "http://\xff\xfe/?secret", "nonsense?secret=1", "user:secret@host",
  };

  reply = http_test_send (fixture->client, foreign, NULL, &error);
  g_assert_null (reply);
  http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_cmpuint (cut_server_get_connections (other), ==, 0);

  g_clear_error (&error);
  starsend_http_call_set_key (broken, "x-goog-api-key", "secret\r\nX-Other: 1");
  reply = http_test_send (fixture->client, broken, NULL, &error);
  g_assert_null (reply);
  http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_cmpuint (cut_server_get_connections (fixture->server), ==, 0);

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr(StarsendHttpCall) call = starsend_http_call_new ("GET", addresses[i]);

      g_clear_error (&error);
      reply = http_test_send (fixture->client, call, NULL, &error);
      g_assert_null (reply);
      http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
    }
}

static void
push_redirect (CutServer *server, guint status, const char *location)
{
  g_autofree char *header = g_strdup_printf ("Location: %s\r\n", location);

  cut_server_push_reply (server, status, header, "");
}

static void
test_redirects (Fixture *fixture, gconstpointer data)
{
  g_autoptr(CutServer) other = cut_server_new ();
  g_autofree char *there = cut_server_get_uri (other, "/there");
  g_autoptr(StarsendHttpCall) call = http_test_get (fixture->server, "/here");
  g_autoptr(StarsendHttpCall) keyed = http_test_get (fixture->server, "/keyed");
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *request = NULL;

  /* Relative, then to another server. */
  push_redirect (fixture->server, 302, "deeper?a=b");
  push_redirect (fixture->server, 307, there);
  reply = http_test_send (fixture->client, call, NULL, &error);
  g_assert_no_error (error);
  http_test_check_reply (reply, 200, "{}");
  request = cut_server_get_request (fixture->server, 1);
  g_assert_true (g_str_has_prefix (request, "GET /deeper?a=b HTTP/1.1\r\n"));
  g_assert_cmpuint (cut_server_get_delivered (other), ==, 1);

  /* With a key it is not followed: the other server sees neither the key nor anything else. */
  g_clear_pointer (&reply, starsend_http_reply_unref);
  cut_server_reset (other);
  starsend_http_call_set_key (keyed, "x-goog-api-key", TEST_KEY);
  for (guint status = 301; status <= 308; status++)
    {
      g_autoptr(StarsendHttpReply) answer = NULL;

      push_redirect (fixture->server, status, there);
      answer = http_test_send (fixture->client, keyed, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (starsend_http_reply_get_status (answer), ==, status);
    }
  g_assert_cmpuint (cut_server_get_connections (other), <=, 1);
  g_assert_cmpuint (cut_server_get_touched (other), ==, 0);
  g_assert_false (cut_server_saw (other, TEST_KEY));
}

/* Only what may be repeated goes on with its body, and with the same method. */
static void
test_redirect_bodies (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    const char *method;
    guint status;
    gboolean followed;
  } cases[] = {
    { "PUT", 307, TRUE }, { "PUT", 308, TRUE }, { "PUT", 302, FALSE }, { "PUT", 303, FALSE }, { "POST", 307, FALSE }, { "POST", 303, FALSE },
  };
  g_autofree char *uri = cut_server_get_uri (fixture->server, "/upload");
  g_autoptr(GBytes) body = g_bytes_new_static ("picture", 7);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(StarsendHttpCall) call = starsend_http_call_new (cases[i].method, uri);
      g_autoptr(StarsendHttpReply) reply = NULL;

      cut_server_reset (fixture->server);
      push_redirect (fixture->server, cases[i].status, "/elsewhere");
      starsend_http_call_set_body (call, "image/png", body);
      reply = http_test_send (fixture->client, call, NULL, NULL);
      g_assert_nonnull (reply);
      g_assert_cmpuint (starsend_http_reply_get_status (reply), ==, cases[i].followed ? 200 : cases[i].status);
      g_assert_cmpuint (cut_server_get_delivered (fixture->server), ==, cases[i].followed ? 2 : 1);
      if (cases[i].followed)
        {
          g_autofree char *second = cut_server_get_request (fixture->server, 1);

          g_assert_true (g_str_has_prefix (second, "PUT /elsewhere "));
          g_assert_true (g_str_has_suffix (second, "\r\n\r\npicture"));
        }
    }
}

static void
test_bad_redirects (Fixture *fixture, gconstpointer data)
{
  const CutScript loop = { .reply = "HTTP/1.1 302 Found\r\nLocation: /again?secret=1\r\nContent-Length: 0\r\n\r\n" };
  const char *const targets[] = { "file:///etc/passwd", "ftp://x/", "javascript:x", "http://", "https:///" };
  g_autoptr(StarsendHttpCall) call = http_test_get (fixture->server, "/here?secret=1");
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_clear_error (&error);
      push_redirect (fixture->server, 302, targets[i]);
      reply = http_test_send (fixture->client, call, NULL, &error);
      g_assert_null (reply);
      http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);
    }

  g_clear_error (&error);
  cut_server_reset (fixture->server);
  cut_server_set_default (fixture->server, &loop);
  reply = http_test_send (fixture->client, call, NULL, &error);
  g_assert_null (reply);
  http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);
  g_assert_cmpuint (cut_server_get_delivered (fixture->server), ==, 6);
}

typedef struct
{
  guint status;
  const char *headers;
  gboolean safe_again;
  gboolean paid_again;
} StatusCase;

static const StatusCase statuses[] = {
  { 400, NULL, FALSE, FALSE },
  { 401, "WWW-Authenticate: Basic realm=\"x\"\r\n", FALSE, FALSE },
  { 404, NULL, FALSE, FALSE },
  { 408, NULL, TRUE, FALSE },
  { 422, NULL, FALSE, FALSE },
  { 429, NULL, TRUE, TRUE },
  { 429, "Retry-After: 0\r\n", TRUE, TRUE },
  { 429, "Retry-After: 301\r\n", FALSE, FALSE },
  { 429, "Retry-After: 99999999999999999999999\r\n", FALSE, FALSE },
  { 429, "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", TRUE, TRUE },
  { 429, "Retry-After: Sun, 06 Nov 2094 08:49:37 GMT\r\n", FALSE, FALSE },
  { 429, "Retry-After: -5\r\n", TRUE, TRUE },
  { 429, "Retry-After: soon\r\n", TRUE, TRUE },
  { 499, NULL, FALSE, FALSE },
  { 500, NULL, TRUE, FALSE },
  { 501, NULL, FALSE, FALSE },
  { 502, NULL, TRUE, TRUE },
  { 502, "x-fal-request-id: 1\r\n", TRUE, FALSE },
  { 503, NULL, TRUE, TRUE },
  { 503, "X-Fal-Request-Id: 1\r\n", TRUE, FALSE },
  { 504, NULL, TRUE, FALSE },
};

static void
test_statuses (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    for (guint paid = 0; paid < 2; paid++)
      {
        const gboolean again = paid ? statuses[i].paid_again : statuses[i].safe_again;
        g_autoptr(StarsendHttpCall) call = paid ? http_test_post (fixture->server, "/x") : http_test_get (fixture->server, "/x");
        g_autoptr(StarsendHttpReply) reply = NULL;
        g_autoptr(GError) error = NULL;

        g_test_message ("%u %s paid %u", statuses[i].status, statuses[i].headers, paid);
        cut_server_reset (fixture->server);
        cut_server_push_reply (fixture->server, statuses[i].status, statuses[i].headers, "told");
        reply = http_test_send (fixture->client, call, NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (cut_server_get_delivered (fixture->server), ==, again ? 2 : 1);
        http_test_check_reply (reply, again ? 200 : statuses[i].status, again ? "{}" : "told");
      }
}

/* It gives up in the end, and with the answer. */
static void
test_burst (Fixture *fixture, gconstpointer data)
{
  const CutScript busy = { .reply = "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy" };
  g_autoptr(StarsendHttpCall) call = http_test_post (fixture->server, "/x");
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;

  cut_server_set_default (fixture->server, &busy);
  reply = http_test_send (fixture->client, call, NULL, &error);
  g_assert_no_error (error);
  http_test_check_reply (reply, 503, "busy");
  g_assert_cmpuint (cut_server_get_delivered (fixture->server), ==, 5);
}

static void
test_retry_after (Fixture *fixture, gconstpointer data)
{
  g_autoptr(StarsendHttpCall) call = http_test_post (fixture->server, "/x");
  const gint64 begin = g_get_monotonic_time ();
  g_autoptr(StarsendHttpReply) reply = NULL;

  cut_server_push_reply (fixture->server, 429, "Retry-After: 1\r\n", "later");
  reply = http_test_send (fixture->client, call, NULL, NULL);
  g_assert_nonnull (reply);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, G_USEC_PER_SEC);
}

static void
test_backoff (void)
{
  g_autoptr(StarsendHttpBackoff) backoff = starsend_http_backoff_new (1000, 20);
  gboolean differs = FALSE;

  for (guint i = 0; i < 20; i++)
    {
      const gint64 middle = MIN (1000 << MIN (i, 10), 60000);
      const gint64 wait = starsend_http_backoff_next (backoff, NULL);

      g_assert_cmpint (wait, >=, middle * 3 / 4);
      g_assert_cmpint (wait, <=, middle * 5 / 4);
      differs |= wait != middle;
    }
  g_assert_true (differs);
  g_assert_cmpint (starsend_http_backoff_next (backoff, NULL), ==, -1);
}

static void
test_backoff_retry_after (void)
{
  static const struct
  {
    const char *text;
    gint64 least;
    gint64 most;
  } cases[] = {
    { "120", 120000, 120000 },   { " 7 ", 7000, 7000 },       { "0", 7, 13 },
    { "300", 300000, 300000 },   { "301", -1, -1 },           { "18446744073709551616", -1, -1 },
    { "-1", 7, 13 },             { "1.5", 7, 13 },            { "", 7, 13 },
    { "Sun, 06 Nov 1994 08:49:37 GMT", 7, 13 },               { "Sun, 06 Nov 2094 08:49:37 GMT", -1, -1 },
  };
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr(GDateTime) soon = g_date_time_add_seconds (now, 90);
  g_autofree char *date = g_date_time_format (soon, "%a, %d %b %Y %H:%M:%S GMT");
  g_autoptr(StarsendHttpBackoff) dated = starsend_http_backoff_new (10, 1);
  const gint64 wait = starsend_http_backoff_next (dated, date);

  g_assert_cmpint (wait, >, 80000);
  g_assert_cmpint (wait, <=, 90000);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(StarsendHttpBackoff) backoff = starsend_http_backoff_new (10, 1);
      const gint64 got = starsend_http_backoff_next (backoff, cases[i].text);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (got, >=, cases[i].least);
      g_assert_cmpint (got, <=, cases[i].most);
    }
}

/* Nobody listens there: for certain nothing was sent, and it is tried again. */
static void
test_not_sent (Fixture *fixture, gconstpointer data)
{
  const char *const addresses[] = { "http://127.0.0.1:1/x?secret=1", "http://nosuch.invalid/x?secret=1" };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr(StarsendHttpCall) call = starsend_http_call_new ("POST", addresses[i]);
      g_autoptr(StarsendHttpReply) reply = NULL;
      g_autoptr(GError) error = NULL;

      starsend_http_client_trust (fixture->client, addresses[i]);
      starsend_http_call_set_key (call, "Authorization", TEST_KEY);
      reply = http_test_send (fixture->client, call, NULL, &error);
      g_assert_null (reply);
      http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);
    }
}

static gpointer
answer_late (gpointer user_data)
{
  static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
  const int listener = GPOINTER_TO_INT (user_data);
  char buffer[4096];
  int fd;

  g_usleep (G_USEC_PER_SEC / 10);
  g_assert_cmpint (listen (listener, 8), ==, 0);
  fd = accept (listener, NULL, NULL);
  g_assert_cmpint (recv (fd, buffer, sizeof buffer, 0), >, 0);
  g_assert_cmpint (send (fd, text, strlen (text), 0), ==, strlen (text));
  close (fd);

  return NULL;
}

/* A server that comes up while it is being tried gets the call. */
static void
test_sent_later (Fixture *fixture, gconstpointer data)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  const int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_autofree char *uri = NULL;
  g_autoptr(StarsendHttpCall) call = NULL;
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;
  GThread *thread;

  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, length), ==, 0);
  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &address, &length), ==, 0);
  uri = g_strdup_printf ("http://127.0.0.1:%u/x", ntohs (address.sin_port));
  call = starsend_http_call_new ("POST", uri);

  starsend_http_client_set_backoff (fixture->client, 50);
  thread = g_thread_new ("late", answer_late, GINT_TO_POINTER (listener));
  reply = http_test_send (fixture->client, call, NULL, &error);
  g_thread_join (thread);
  close (listener);
  g_assert_no_error (error);
  http_test_check_reply (reply, 200, "{}");
}

static void
test_deadline (Fixture *fixture, gconstpointer data)
{
  const CutScript stall = { .stall = 60000 };
  const CutScript drip = { .drip = 50, .piece = 1 };
  const CutScript *scripts[] = { &stall, &drip };

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr(StarsendHttpCall) paid = http_test_post (fixture->server, "/x");
      g_autoptr(StarsendHttpCall) safe = http_test_get (fixture->server, "/x");
      g_autoptr(StarsendHttpReply) reply = NULL;
      g_autoptr(GError) error = NULL;
      const gint64 begin = g_get_monotonic_time ();

      cut_server_reset (fixture->server);
      cut_server_push (fixture->server, scripts[i]);
      starsend_http_call_set_deadline (paid, 1);
      reply = http_test_send (fixture->client, paid, NULL, &error);
      g_assert_null (reply);
      http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
      g_assert_cmpuint (cut_server_get_touched (fixture->server), ==, 1);
      g_assert_cmpint (g_get_monotonic_time () - begin, <, 2 * G_USEC_PER_SEC);

      /* What only asks is asked again. */
      g_clear_error (&error);
      cut_server_push (fixture->server, scripts[i]);
      starsend_http_call_set_deadline (safe, 1);
      reply = http_test_send (fixture->client, safe, NULL, &error);
      g_assert_no_error (error);
      http_test_check_reply (reply, 200, "{}");
    }
}

/* A kilobyte too much, told and untold, as it is and behind a coding that makes a gigabyte of a megabyte. */
static void
test_max_body (Fixture *fixture, gconstpointer data)
{
  g_autofree char *body = g_strnfill (3000, 'x');
  g_autofree char *closed = g_strconcat ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", body, NULL);
  const CutScript script = { .reply = closed, .end = CUT_END_CLOSE };
  g_autoptr(StarsendHttpCall) exact = http_test_get (fixture->server, "/x");
  g_autoptr(StarsendHttpCall) small = http_test_get (fixture->server, "/x");
  g_autoptr(StarsendHttpCall) paid = http_test_post (fixture->server, "/x");
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;

  starsend_http_call_set_max_body (exact, 3000);
  cut_server_push_reply (fixture->server, 200, NULL, body);
  reply = http_test_send (fixture->client, exact, NULL, &error);
  g_assert_no_error (error);
  http_test_check_reply (reply, 200, body);

  g_clear_pointer (&reply, starsend_http_reply_unref);
  starsend_http_call_set_max_body (small, 2999);
  starsend_http_call_set_max_body (paid, 2999);
  cut_server_push_reply (fixture->server, 200, NULL, body);
  reply = http_test_send (fixture->client, small, NULL, &error);
  g_assert_null (reply);
  http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);

  g_clear_error (&error);
  cut_server_push (fixture->server, &script);
  reply = http_test_send (fixture->client, small, NULL, &error);
  g_assert_null (reply);
  http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);

  g_clear_error (&error);
  cut_server_push_reply (fixture->server, 200, NULL, body);
  reply = http_test_send (fixture->client, paid, NULL, &error);
  g_assert_null (reply);
  http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
}

static GBytes *
make_bomb (gsize megabytes)
{
  g_autoptr(GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6);
  g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr(GOutputStream) stream = g_converter_output_stream_new (memory, G_CONVERTER (compressor));
  g_autofree char *megabyte = g_strnfill (1 << 20, ' ');

  for (gsize i = 0; i < megabytes; i++)
    g_assert_true (g_output_stream_write_all (stream, megabyte, 1 << 20, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (stream, NULL, NULL));

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

static glong
get_max_rss (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return usage.ru_maxrss;
}

static void
test_bomb (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) bomb = make_bomb (256);
  GString *reply_text = g_string_new (NULL);
  g_autoptr(StarsendHttpCall) call = http_test_get (fixture->server, "/x");
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;
  CutScript script = { 0 };
  glong before;

  g_string_printf (reply_text, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
                   g_bytes_get_size (bomb));
  g_string_append_len (reply_text, g_bytes_get_data (bomb, NULL), g_bytes_get_size (bomb));
  script.reply = reply_text->str;
  script.reply_length = reply_text->len;
  cut_server_push (fixture->server, &script);

  starsend_http_call_set_max_body (call, 4 << 20);
  before = get_max_rss ();
  reply = http_test_send (fixture->client, call, NULL, &error);
  g_assert_null (reply);
  http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);
  g_assert_cmpint (get_max_rss () - before, <, 64 * 1024);
  g_string_free (reply_text, TRUE);
}

/* None of these is an answer. */
static void
test_bad_answers (Fixture *fixture, gconstpointer data)
{
  g_autofree char *huge = g_strnfill (1 << 20, 'x');
  g_autofree char *header = g_strconcat ("HTTP/1.1 200 OK\r\nX-Big: ", huge, "\r\nContent-Length: 2\r\n\r\n{}", NULL);
  g_autofree char *line = g_strconcat (huge, "\r\n\r\n", NULL);
  const char *const bad[] = {
    header,
    line,
    "",
    "\r\n\r\n",
    "garbage\r\n\r\n",
    "HTTP/1.1\r\n\r\n",
    "HTTP/1.1 2000 OK\r\n\r\n{}",
    "<html>captive portal</html>",
    "HTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\nmore\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n-4\r\nmore\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: wonderful\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"a\":[1,2}",
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"a\":\"}",
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nplain words",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 421 Misdirected\r\nContent-Length: 2\r\n\r\n{}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      const CutScript script = { .reply = bad[i], .reply_length = strlen (bad[i]), .cut_reply = TRUE,
                                 .reply_bytes = strlen (bad[i]), .end = CUT_END_CLOSE };
      g_autoptr(StarsendHttpCall) paid = http_test_post (fixture->server, "/x");
      g_autoptr(StarsendHttpCall) safe = http_test_get (fixture->server, "/x");
      g_autoptr(StarsendHttpReply) reply = NULL;
      g_autoptr(GError) error = NULL;

      g_test_message ("%.80s", bad[i]);
      cut_server_reset (fixture->server);
      cut_server_push (fixture->server, &script);
      reply = http_test_send (fixture->client, paid, NULL, &error);
      g_assert_null (reply);
      http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
      g_assert_cmpuint (cut_server_get_touched (fixture->server), ==, 1);

      g_clear_error (&error);
      cut_server_push (fixture->server, &script);
      reply = http_test_send (fixture->client, safe, NULL, &error);
      g_assert_no_error (error);
      http_test_check_reply (reply, 200, "{}");
    }
}

/* All of these are, though nobody should write them. */
static void
test_odd_answers (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *reply;
    guint status;
    const char *body;
  } odd[] = {
    { "HTTP/1.0 200 OK\r\n\r\n {\"a\":\"}\\\"]\"} \n", 200, " {\"a\":\"}\\\"]\"} \n" },
    { "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", 200, "{}" },
    { "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}", 200, "{}" },
    { "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", 200, "" },
    { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, "{}" },
    { "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, "{}" },
    { "HTTP/1.1 204 No Content\r\n\r\n", 204, "" },
    { "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n<html>no", 404, "<html>no" },
    { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n002;x=y\r\n{}\r\n0\r\n\r\n", 200, "{}" },
    { "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Sum: 1\r\n\r\n", 200, "{}" },
    { "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 200, "{}" },
    { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}and more", 200, "{}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      const CutScript script = { .reply = odd[i].reply, .end = CUT_END_CLOSE };
      g_autoptr(StarsendHttpCall) paid = http_test_post (fixture->server, "/x");
      g_autoptr(StarsendHttpReply) reply = NULL;
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", odd[i].reply);
      cut_server_reset (fixture->server);
      cut_server_push (fixture->server, &script);
      reply = http_test_send (fixture->client, paid, NULL, &error);
      g_assert_no_error (error);
      http_test_check_reply (reply, odd[i].status, odd[i].body);
      g_assert_cmpuint (cut_server_get_touched (fixture->server), ==, 1);
    }
}

/* Cancelled before, while it connects, is written, waits, and is read. */
static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  for (guint delay = 0; delay <= 60; delay += 3)
    for (guint paid = 0; paid < 2; paid++)
      {
        const CutScript script = { .stall = 20, .drip = 2, .piece = 4 };
        /* One for each, so that no request of the one before is counted late. */
        g_autoptr(CutServer) server = cut_server_new ();
        g_autoptr(StarsendHttpCall) call = paid ? http_test_post (server, "/x") : http_test_get (server, "/x");
        g_autoptr(GCancellable) cancellable = g_cancellable_new ();
        g_autoptr(StarsendHttpReply) reply = NULL;
        g_autoptr(GError) error = NULL;

        starsend_http_client_trust (fixture->client, cut_server_get_base (server));
        cut_server_push (server, &script);
        if (delay == 0)
          g_cancellable_cancel (cancellable);
        else
          http_test_cancel_later (cancellable, delay - 1);
        reply = http_test_send (fixture->client, call, cancellable, &error);

        g_assert_cmpuint (cut_server_get_touched (server), <=, 1);
        if (reply != NULL)
          http_test_check_reply (reply, 200, "{}");
        else if (paid && cut_server_get_touched (server) > 0)
          http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
        else if (!paid || delay == 0)
          http_test_check_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        else
          g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                         || g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN));
      }
}

/* Between two attempts nothing is under way, so that is a plain cancellation. */
static void
test_cancel_wait (Fixture *fixture, gconstpointer data)
{
  g_autoptr(StarsendHttpCall) call = http_test_post (fixture->server, "/x");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;
  const gint64 begin = g_get_monotonic_time ();

  cut_server_push_reply (fixture->server, 429, "Retry-After: 60\r\n", "later");
  http_test_cancel_later (cancellable, 100);
  reply = http_test_send (fixture->client, call, cancellable, &error);
  g_assert_null (reply);
  http_test_check_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 5 * G_USEC_PER_SEC);
}

static void
test_backoff_property (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    const char *name;
    guint value;
  } cases[] = { { "backoff", 77 }, { "min-speed", 5 }, { "speed-time", 99 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *signal = g_strconcat ("notify::", cases[i].name, NULL);
      guint count = 0;
      guint value;
      gulong id = g_signal_connect_swapped (fixture->client, signal, G_CALLBACK (g_atomic_int_inc), &count);

      g_object_set (fixture->client, cases[i].name, cases[i].value, NULL);
      g_object_set (fixture->client, cases[i].name, cases[i].value, NULL);
      g_object_get (fixture->client, cases[i].name, &value, NULL);
      g_signal_handler_disconnect (fixture->client, id);
      g_assert_cmpuint (count, ==, 1);
      g_assert_cmpuint (value, ==, cases[i].value);
    }
}

/* Against a server that nobody wrote for this. */

static void
on_soup_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  SoupHTTPVersion *version = user_data;

  *version = soup_server_message_get_http_version (message);
  if (g_str_equal (path, "/away"))
    {
      soup_server_message_set_redirect (message, 302, "http://127.0.0.1:1/");
      return;
    }
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, "{}", 2);
}

static GTlsCertificate *
make_certificate (char **pem)
{
  g_autofree char *folder = g_dir_make_tmp ("starsend-tls-XXXXXX", NULL);
  g_autofree char *certificate = g_build_filename (folder, "certificate.pem", NULL);
  g_autofree char *key = g_build_filename (folder, "key.pem", NULL);
  const char *const arguments[] = {
    "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate, NULL,
  };
  g_autoptr(GSubprocess) process = g_subprocess_newv (
      arguments, G_SUBPROCESS_FLAGS_STDERR_SILENCE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL);
  GTlsCertificate *made = NULL;

  if (process != NULL && g_subprocess_wait_check (process, NULL, NULL))
    made = g_tls_certificate_new_from_files (certificate, key, NULL);
  *pem = g_steal_pointer (&certificate);
  g_unlink (key);

  return made;
}

/* What is offered before anything else is HTTP/1.1 alone. To be cancelled then is no more than that: nothing was sent. */
static void
test_handshake (Fixture *fixture, gconstpointer data)
{
  const char *port = strrchr (cut_server_get_base (fixture->server), ':');
  g_autofree char *uri = g_strconcat ("https://127.0.0.1", port, "/x", NULL);
  g_autoptr(StarsendHttpCall) call = starsend_http_call_new ("POST", uri);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  http_test_cancel_later (cancellable, 500);
  g_assert_null (http_test_send (fixture->client, call, cancellable, &error));
  http_test_check_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (cut_server_get_touched (fixture->server), ==, 1);
  g_assert_true (cut_server_saw (fixture->server, "\x08http/1.1"));
  g_assert_false (cut_server_saw (fixture->server, "\x02h2"));
}

/* A certificate that nobody vouches for ends it before anything is sent. */
static void
test_tls (Fixture *fixture, gconstpointer data)
{
  g_autofree char *pem = NULL;
  g_autoptr(GTlsCertificate) certificate = make_certificate (&pem);
  g_autoptr(SoupServer) server = NULL;
  g_autoptr(GTlsDatabase) database = NULL;
  g_autoptr(StarsendHttpCall) call = NULL;
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendHttpCall) away = NULL;
  g_autofree char *away_uri = NULL;
  g_autofree char *uri = NULL;
  SoupHTTPVersion version = SOUP_HTTP_1_0;
  GSList *uris;

  if (certificate == NULL)
    {
      g_test_skip ("there is no openssl to make a certificate with");
      return;
    }

  server = soup_server_new ("tls-certificate", certificate, NULL);
  soup_server_add_handler (server, NULL, on_soup_request, &version, NULL);
  g_assert_true (soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_HTTPS | SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (server);
  uri = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  call = starsend_http_call_new ("POST", uri);
  starsend_http_client_trust (fixture->client, uri);
  starsend_http_call_set_key (call, "Authorization", TEST_KEY);
  reply = http_test_send (fixture->client, call, NULL, &error);
  g_assert_null (reply);
  http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);
  g_assert_cmpint (version, ==, SOUP_HTTP_1_0);

  g_clear_error (&error);
  database = g_tls_file_database_new (pem, &error);
  g_assert_no_error (error);
  soup_session_set_tls_database (starsend_http_client_get_session (fixture->client), database);
  reply = http_test_send (fixture->client, call, NULL, &error);
  g_assert_no_error (error);
  http_test_check_reply (reply, 200, "{}");
  g_assert_cmpint (version, ==, SOUP_HTTP_1_1);

  /* From there nothing leads to where everybody can read along. */
  away_uri = g_strconcat (uri, "away", NULL);
  away = starsend_http_call_new ("GET", away_uri);
  g_assert_null (http_test_send (fixture->client, away, NULL, &error));
  http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "not safe"));
  g_unlink (pem);
  http_test_end_server (fixture->client, server);
}

/* A proxy that refuses has passed nothing on, and sees no key. One that does not is asked for the whole address. */
static void
test_proxy (Fixture *fixture, gconstpointer data)
{
  const guint refusals[] = { 403, 407, 502 };
  g_autoptr(GProxyResolver) resolver
      = g_simple_proxy_resolver_new (cut_server_get_base (fixture->server), NULL);
  g_autoptr(StarsendHttpCall) secure = starsend_http_call_new ("POST", "https://queue.example/x");
  g_autoptr(StarsendHttpCall) plain = starsend_http_call_new ("GET", "http://queue.example/x");
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *request = NULL;

  soup_session_set_proxy_resolver (starsend_http_client_get_session (fixture->client), resolver);
  starsend_http_client_trust (fixture->client, "https://queue.example");
  starsend_http_call_set_key (secure, "Authorization", TEST_KEY);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *text = g_strdup_printf ("HTTP/1.1 %u No\r\nContent-Length: 2\r\n\r\nno", refusals[i]);

      g_clear_error (&error);
      cut_server_set_default (fixture->server, &(CutScript) { .reply = text });
      g_assert_null (http_test_send (fixture->client, secure, NULL, &error));
      http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);
      g_assert_nonnull (strstr (error->message, "proxy"));
    }
  request = cut_server_get_request (fixture->server, 0);
  g_assert_true (g_str_has_prefix (request, "CONNECT queue.example:443 "));
  g_assert_false (cut_server_saw (fixture->server, TEST_KEY));

  g_clear_error (&error);
  g_free (request);
  cut_server_reset (fixture->server);
  reply = http_test_send (fixture->client, plain, NULL, &error);
  g_assert_no_error (error);
  http_test_check_reply (reply, 200, "{}");
  request = cut_server_get_request (fixture->server, 0);
  g_assert_true (g_str_has_prefix (request, "GET http://queue.example/x "));
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *, gconstpointer);
  } tests[] = {
    { "/http/call/round-trip", test_round_trip },
    { "/http/call/body-file", test_body_file },
    { "/http/call/trust", test_trust },
    { "/http/call/refused", test_refused },
    { "/http/call/redirects", test_redirects },
    { "/http/call/redirect-bodies", test_redirect_bodies },
    { "/http/call/bad-redirects", test_bad_redirects },
    { "/http/call/statuses", test_statuses },
    { "/http/call/burst", test_burst },
    { "/http/call/retry-after", test_retry_after },
    { "/http/call/not-sent", test_not_sent },
    { "/http/call/sent-later", test_sent_later },
    { "/http/call/deadline", test_deadline },
    { "/http/call/max-body", test_max_body },
    { "/http/call/bomb", test_bomb },
    { "/http/call/bad-answers", test_bad_answers },
    { "/http/call/odd-answers", test_odd_answers },
    { "/http/call/cancel", test_cancel },
    { "/http/call/cancel-wait", test_cancel_wait },
    { "/http/call/properties", test_backoff_property },
    { "/http/call/handshake", test_handshake },
    { "/http/call/tls", test_tls },
    { "/http/call/proxy", test_proxy },
  };

  http_test_init (&argc, &argv);

  g_test_add_func ("/http/call/backoff", test_backoff);
  g_test_add_func ("/http/call/backoff-retry-after", test_backoff_retry_after);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);

  return g_test_run ();
}
