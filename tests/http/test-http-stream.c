/* test-http-stream.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <libsoup/soup.h>
#include <string.h>

#include "http-test.h"
#include "starsend-http-events.h"

#define HEADERS "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define BOM "\xef\xbb\xbf"

typedef struct
{
  const char *name;
  const char *text;
  const char *events; /* with a | behind each */
} Case;

static const Case cases[] = {
  { "line feeds", "data: a\n\ndata: b\n\n", "a|b|" },
  { "carriage returns", "data: a\r\rdata: b\r\r", "a|b|" },
  { "both", "data: a\r\n\r\ndata: b\r\n\r\n", "a|b|" },
  { "mixed", "data: a\r\n\ndata: b\n\rdata: c\r\r\n", "a|b|c|" },
  { "several lines", "data: a\ndata: b\ndata:\n\n", "a\nb\n|" },
  { "several lines with both", "data: a\r\ndata: b\r\n\r\n", "a\nb|" },
  { "empty data", "data\n\ndata:\n\ndata: \n\n", "|||" },
  { "two empty lines of data", "data\ndata\n\n", "\n|" },
  { "one space is taken", "data:a\n\ndata:  b\n\n", "a| b|" },
  { "a colon in the data", "data: {\"a\":\"b:c\"}\n\n", "{\"a\":\"b:c\"}|" },
  { "comments", ": hello\n\n:\ndata: a\n:x\ndata: b\n\n", "a\nb|" },
  { "other fields", "event: status\nid: 7\nretry: 10\ndata: a\nDATA: no\n data: no\ndatax: no\nx\n\n", "a|" },
  { "an event without data", "event: x\n\ndata: a\n\n", "a|" },
  { "a byte order mark", BOM "data: a\n\n" BOM "data: no\n\n", "a|" },
  { "an empty line after the mark", BOM "\ndata: a\n\n", "a|" },
  { "the last is not ended", "data: a\n\ndata: b\n", "a|" },
  { "the last line is not ended", "data: a\n\ndata: b", "a|" },
  { "not in UTF-8", "data: a\xff" "b\n\n", "a\xef\xbf\xbd" "b|" },
  { "many empty lines", "\n\n\r\n\r\rdata: a\n\n\n\n", "a|" },
  { "in two languages", "data: sm\xc3\xb8rrebr\xc3\xb8" "d \xe2\x98\x85\n\n", "sm\xc3\xb8rrebr\xc3\xb8" "d \xe2\x98\x85|" },
  { "nothing", "", "" },
};

static void
collect (const char *data, gpointer user_data)
{
  g_string_append_printf (user_data, "%s|", data);
}

/* Each of them in one piece, byte by byte, and cut in two at every place. */
static void
test_grammar (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const gsize length = strlen (cases[i].text);

      for (gsize cut = 0; cut <= length; cut++)
        {
          g_autoptr(StarsendHttpEvents) events = starsend_http_events_new (1000);
          g_autoptr(GString) got = g_string_new (NULL);

          g_assert_true (starsend_http_events_feed (events, cases[i].text, cut, collect, got));
          g_assert_true (starsend_http_events_feed (events, cases[i].text + cut, length - cut, collect, got));
          g_test_message ("%s, cut at %zu", cases[i].name, cut);
          g_assert_cmpstr (got->str, ==, cases[i].events);
        }

      for (gsize size = 1; size < 4; size++)
        {
          g_autoptr(StarsendHttpEvents) events = starsend_http_events_new (1000);
          g_autoptr(GString) got = g_string_new (NULL);

          for (gsize at = 0; at < length; at += size)
            g_assert_true (starsend_http_events_feed (events, cases[i].text + at, MIN (size, length - at), collect, got));
          g_assert_cmpstr (got->str, ==, cases[i].events);
        }
    }
}

static void
test_nul (void)
{
  static const char text[] = "data: a\0b\n\n";
  g_autoptr(StarsendHttpEvents) events = starsend_http_events_new (1000);
  g_autoptr(GString) got = g_string_new (NULL);

  g_assert_true (starsend_http_events_feed (events, text, sizeof text - 1, collect, got));
  g_assert_cmpstr (got->str, ==, "a\xef\xbf\xbd" "b|");
}

static void
test_too_long (void)
{
  g_autofree char *line = g_strnfill (101, 'x');
  g_autoptr(GString) got = g_string_new (NULL);
  g_autoptr(StarsendHttpEvents) one = starsend_http_events_new (100);
  g_autoptr(StarsendHttpEvents) many = starsend_http_events_new (100);
  guint taken = 0;

  g_assert_true (starsend_http_events_feed (one, line, 100, collect, got));
  g_assert_false (starsend_http_events_feed (one, "x", 1, collect, got));

  while (taken < 200 && starsend_http_events_feed (many, "data: 0123456789\n", 17, collect, got))
    taken++;
  g_assert_cmpuint (taken, <=, 10);
  g_assert_cmpstr (got->str, ==, "");
}

typedef struct
{
  CutServer *server;
  StarsendHttpClient *client;
  GPtrArray *events;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = cut_server_new ();
  fixture->client = http_test_client (fixture->server);
  fixture->events = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  http_test_finish (fixture->client);
  cut_server_free (fixture->server);
  g_ptr_array_unref (fixture->events);
}

static void
check_stream (Fixture *fixture, const CutScript *script, guint silence, const char *events, GQuark domain, int code)
{
  g_autoptr(StarsendHttpCall) call = http_test_get (fixture->server, "/requests/1/status/stream?secret=1");
  g_autoptr(GError) error = NULL;
  g_autofree char *got = NULL;
  gboolean ended;

  cut_server_reset (fixture->server);
  g_ptr_array_set_size (fixture->events, 0);
  cut_server_push (fixture->server, script);
  starsend_http_call_set_key (call, "Authorization", "Key " TEST_KEY);
  ended = http_test_stream (fixture->client, call, silence, fixture->events, NULL, &error);
  g_ptr_array_add (fixture->events, NULL);
  got = g_strjoinv ("|", (char **) fixture->events->pdata);
  g_assert_cmpstr (got, ==, events);
  g_assert_cmpuint (cut_server_get_delivered (fixture->server), ==, 1);
  g_assert_cmpint (ended, ==, domain == 0);
  if (domain == 0)
    g_assert_no_error (error);
  else
    http_test_check_error (error, domain, code);
}

static void
test_ends (Fixture *fixture, gconstpointer data)
{
  const CutScript closed = { .reply = HEADERS "Connection: close\r\n\r\ndata: a\n\ndata: b\n\n", .end = CUT_END_CLOSE };
  const CutScript chunked = { .reply = HEADERS "Transfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n9\r\ndata: b\n\n\r\n0\r\n\r\n" };
  const CutScript cut = { .reply = HEADERS "Transfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n", .end = CUT_END_CLOSE };
  const CutScript lost = { .reply = HEADERS "Transfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n", .drip = 30, .piece = 1000,
                           .end = CUT_END_RESET };
  const CutScript drip = { .reply = HEADERS "Content-Length: 18\r\n\r\ndata: a\n\ndata: b\n\n", .drip = 2, .piece = 1 };
  g_autofree char *request = NULL;

  check_stream (fixture, &closed, 5, "a|b", 0, 0);
  request = cut_server_get_request (fixture->server, 0);
  g_assert_nonnull (strstr (request, "\r\nAccept: text/event-stream\r\n"));
  check_stream (fixture, &chunked, 5, "a|b", 0, 0);
  check_stream (fixture, &drip, 5, "a|b", 0, 0);
  check_stream (fixture, &cut, 5, "a", STARSEND_ERROR, STARSEND_ERROR_IO);
  check_stream (fixture, &lost, 5, "a", STARSEND_ERROR, STARSEND_ERROR_IO);
}

static void
test_silence (Fixture *fixture, gconstpointer data)
{
  const CutScript hang = { .reply = HEADERS "\r\ndata: a\n\n", .end = CUT_END_HANG };
  const CutScript stall = { .stall = 60000 };
  /* Comments count: with them a server shows that it is alive. 1,2 seconds in all. */
  const CutScript alive = { .reply = HEADERS "\r\n:\n:\n:\n:\n:\n:\ndata: a\n\n", .drip = 200, .piece = 4,
                            .drip_after = strlen (HEADERS) + 2, .end = CUT_END_CLOSE };

  check_stream (fixture, &hang, 1, "a", STARSEND_ERROR, STARSEND_ERROR_IO);
  check_stream (fixture, &stall, 1, "", STARSEND_ERROR, STARSEND_ERROR_IO);
  check_stream (fixture, &alive, 1, "a", 0, 0);
}

static void
test_bad_answers (Fixture *fixture, gconstpointer data)
{
  const CutScript gone = { .reply = "HTTP/1.1 404 X\r\nContent-Length: 2\r\n\r\n{}" };
  const CutScript busy = { .reply = "HTTP/1.1 503 X\r\nContent-Length: 2\r\n\r\n{}" };
  const CutScript html = { .reply = "HTTP/1.1 200 X\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\ndata: a\n\n" };
  const CutScript away = { .reply = "HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n" };
  const CutScript none = { .reply = "HTTP/1.1 204 X\r\n\r\n" };

  check_stream (fixture, &gone, 5, "", STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  check_stream (fixture, &busy, 5, "", STARSEND_ERROR, STARSEND_ERROR_IO);
  check_stream (fixture, &html, 5, "", STARSEND_ERROR, STARSEND_ERROR_IO);
  check_stream (fixture, &away, 5, "", STARSEND_ERROR, STARSEND_ERROR_IO);
  check_stream (fixture, &none, 5, "", 0, 0);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr(CutServer) other = cut_server_new ();
  g_autoptr(StarsendHttpCall) call = http_test_post (other, "/stream");
  g_autoptr(GError) error = NULL;

  g_assert_false (http_test_stream (fixture->client, call, 5, fixture->events, NULL, &error));
  http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_cmpuint (cut_server_get_connections (other), ==, 0);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  const CutScript script = { .reply = HEADERS "\r\ndata: a\n\ndata: b\n\n", .stall = 5, .drip = 2, .piece = 3,
                             .drip_after = strlen (HEADERS), .end = CUT_END_HANG };

  cut_server_set_default (fixture->server, &script);
  for (guint delay = 0; delay <= 30; delay += 2)
    {
      g_autoptr(StarsendHttpCall) call = http_test_get (fixture->server, "/stream");
      g_autoptr(GCancellable) cancellable = g_cancellable_new ();
      g_autoptr(GError) error = NULL;

      if (delay == 0)
        g_cancellable_cancel (cancellable);
      else
        http_test_cancel_later (cancellable, delay - 1);
      g_assert_false (http_test_stream (fixture->client, call, 5, fixture->events, cancellable, &error));
      http_test_check_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

typedef struct
{
  GMainLoop *loop;
  GCancellable *cancellable;
  guint opened;
  guint left;
  gboolean destroyed;
} Crowd;

static void
on_crowd_event (const char *data, gpointer user_data)
{
  Crowd *crowd = user_data;

  if (++crowd->opened == crowd->left)
    g_main_loop_quit (crowd->loop);
}

static void
on_crowd_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Crowd *crowd = user_data;
  g_autoptr(GError) error = NULL;

  g_assert_false (starsend_http_client_stream_finish (STARSEND_HTTP_CLIENT (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (--crowd->left == 0)
    g_main_loop_quit (crowd->loop);
}

static void
on_crowd_destroyed (gpointer user_data)
{
  ((Crowd *) user_data)->destroyed = TRUE;
}

/* A hundred streams to one server are open at once, and a poll of it does not wait for any of them. */
static void
test_crowd (Fixture *fixture, gconstpointer data)
{
  Crowd crowd = { .loop = g_main_loop_new (NULL, FALSE), .cancellable = g_cancellable_new (), .left = 100 };
  g_autoptr(StarsendHttpCall) poll = http_test_get (fixture->server, "/status");
  g_autoptr(StarsendHttpReply) reply = NULL;
  gint64 begin;

  cut_server_set_default (fixture->server, &(CutScript) { .reply = HEADERS "\r\ndata: a\n\n", .end = CUT_END_HANG });
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr(StarsendHttpCall) call = http_test_get (fixture->server, "/stream");

      starsend_http_client_stream_async (fixture->client, call, 30, on_crowd_event, &crowd, on_crowd_destroyed,
                                         crowd.cancellable, on_crowd_ended, &crowd);
    }
  g_main_loop_run (crowd.loop);
  g_assert_cmpuint (cut_server_get_connections (fixture->server), ==, 100);

  cut_server_set_default (fixture->server, &(CutScript) { 0 });
  begin = g_get_monotonic_time ();
  reply = http_test_send (fixture->client, poll, NULL, NULL);
  g_assert_nonnull (reply);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, G_USEC_PER_SEC);

  g_cancellable_cancel (crowd.cancellable);
  g_main_loop_run (crowd.loop);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (crowd.destroyed);
  g_main_loop_unref (crowd.loop);
  g_object_unref (crowd.cancellable);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *, gconstpointer);
  } tests[] = {
    { "/http/stream/ends", test_ends },
    { "/http/stream/silence", test_silence },
    { "/http/stream/bad-answers", test_bad_answers },
    { "/http/stream/refused", test_refused },
    { "/http/stream/cancel", test_cancel },
    { "/http/stream/crowd", test_crowd },
  };

  http_test_init (&argc, &argv);

  g_test_add_func ("/http/stream/grammar", test_grammar);
  g_test_add_func ("/http/stream/nul", test_nul);
  g_test_add_func ("/http/stream/too-long", test_too_long);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);

  return g_test_run ();
}
