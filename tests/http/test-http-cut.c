/* test-http-cut.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "http-test.h"

/* Every answer is cut behind every byte of it, once by a program that ends and once by a machine that goes away. A call
 * that can cost money must come back whole or as uncertain, and its server must have been asked once; one that only
 * asks must come back whole, with the very bytes. Long bodies are cut at fewer places; with -m slow at more. */

#define JSON "{\"request_id\":\"764cabcf\",\"status\":\"IN_QUEUE\"}"

typedef struct
{
  const char *name;
  char *reply;
  gsize length;
  const char *body;
} Answer;

static char *
make_long_body (void)
{
  GString *body = g_string_new ("{\"text\":\"");

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (body, "%u ", i * 7919);
  g_string_append (body, "\"}");

  return g_string_free (body, FALSE);
}

static char *
zip (const char *text, gsize *size)
{
  g_autoptr(GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr(GOutputStream) stream = g_converter_output_stream_new (memory, G_CONVERTER (compressor));

  g_assert_true (g_output_stream_write_all (stream, text, strlen (text), NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (stream, NULL, NULL));
  *size = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory));

  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (memory));
}

static void
add_chunks (GString *reply, const char *body, gsize length, gsize chunk)
{
  for (gsize at = 0; at < length; at += chunk)
    {
      const gsize size = MIN (chunk, length - at);

      g_string_append_printf (reply, "%" G_GSIZE_MODIFIER "x\r\n", size);
      g_string_append_len (reply, body + at, size);
      g_string_append (reply, "\r\n");
    }
  g_string_append (reply, "0\r\n\r\n");
}

static Answer
make_answer (const char *name, const char *body)
{
  Answer answer = { .name = name, .body = body };
  GString *reply = g_string_new ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
  gsize zipped_size;
  g_autofree char *zipped = zip (body, &zipped_size);

  if (g_str_equal (name, "length"))
    g_string_append_printf (reply, "Content-Length: %zu\r\n\r\n%s", strlen (body), body);
  else if (g_str_equal (name, "length-close"))
    g_string_append_printf (reply, "Connection: close\r\nContent-Length: %zu\r\n\r\n%s", strlen (body), body);
  else if (g_str_equal (name, "length-old"))
    g_string_printf (reply, "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen (body), body);
  else if (g_str_equal (name, "gzip-close"))
    {
      g_string_append_printf (reply, "Connection: close\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", zipped_size);
      g_string_append_len (reply, zipped, zipped_size);
    }
  else if (g_str_equal (name, "chunks-close"))
    {
      g_string_append (reply, "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
      add_chunks (reply, body, strlen (body), MAX (strlen (body) / 4, 1));
    }
  else if (g_str_equal (name, "close"))
    g_string_append_printf (reply, "Connection: close\r\n\r\n%s", body);
  else if (g_str_equal (name, "chunks"))
    {
      g_string_append (reply, "Transfer-Encoding: chunked\r\n\r\n");
      add_chunks (reply, body, strlen (body), MAX (strlen (body) / 4, 1));
    }
  else if (g_str_equal (name, "gzip"))
    {
      g_string_append_printf (reply, "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", zipped_size);
      g_string_append_len (reply, zipped, zipped_size);
    }
  else if (g_str_equal (name, "gzip-chunks"))
    {
      g_string_append (reply, "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n");
      add_chunks (reply, zipped, zipped_size, MAX (zipped_size / 3, 1));
    }
  else
    {
      g_assert_cmpstr (name, ==, "empty");
      g_string_append (reply, "Content-Length: 0\r\nETag: \"v1\"\r\n\r\n");
      answer.body = "";
    }

  answer.length = reply->len;
  answer.reply = g_string_free (reply, FALSE);

  return answer;
}

static const char *const answers[] = {
  "length", "length-close", "length-old", "close", "chunks", "chunks-close", "gzip", "gzip-close", "gzip-chunks", "empty",
};

static CutScript
cut_at (const Answer *answer, gsize at, CutEnd end)
{
  const CutScript script = {
    .reply = answer->reply, .reply_length = answer->length, .cut_reply = TRUE, .reply_bytes = at, .end = end,
  };

  return script;
}

static void
check_cut_post (CutServer *server, StarsendHttpClient *client, const Answer *answer, gsize at, CutEnd end)
{
  const CutScript script = cut_at (answer, at, end);
  g_autoptr(StarsendHttpCall) call = http_test_post (server, "/submit?secret=1");
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;

  cut_server_reset (server);
  cut_server_push (server, &script);
  reply = http_test_send (client, call, NULL, &error);

  g_test_message ("%s: cut behind byte %zu of %zu, end %d", answer->name, at, answer->length, end);
  g_assert_cmpuint (cut_server_get_touched (server), ==, 1);
  if (reply != NULL)
    http_test_check_reply (reply, 200, answer->body);
  else
    http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);

  /* A whole answer that is followed by an end is an answer; what was reset may have been lost on the way. */
  if (at == answer->length && end == CUT_END_CLOSE)
    g_assert_nonnull (reply);
  /* All of the body of a stream that is cut at its end can be there before the framing says so. */
  if (at < answer->length - strlen ("0\r\n\r\n"))
    g_assert_null (reply);
}

static void
check_cut_get (CutServer *server, StarsendHttpClient *client, const Answer *answer, gsize at, CutEnd end)
{
  const CutScript cut = cut_at (answer, at, end);
  const CutScript whole = cut_at (answer, answer->length, CUT_END_CLOSE);
  g_autoptr(StarsendHttpCall) call = http_test_get (server, "/status?secret=1");
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;

  cut_server_reset (server);
  cut_server_push (server, &cut);
  cut_server_push (server, &whole);
  reply = http_test_send (client, call, NULL, &error);

  g_assert_no_error (error);
  http_test_check_reply (reply, 200, answer->body);
  g_assert_cmpuint (cut_server_get_delivered (server), <=, 2);
}

static void
sweep_answers (const char *body, gsize step)
{
  g_autoptr(CutServer) server = cut_server_new ();
  StarsendHttpClient *client = http_test_client (server);

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      Answer answer = make_answer (answers[i], body);

      for (gsize at = 0; at <= answer.length; at += at + step < answer.length || at == answer.length ? step : answer.length - at)
        for (CutEnd end = CUT_END_CLOSE; end <= CUT_END_RESET; end++)
          {
            check_cut_post (server, client, &answer, at, end);
            check_cut_get (server, client, &answer, at, end);
          }

      g_free (answer.reply);
    }

  http_test_finish (client);
}

static void
test_answer (void)
{
  sweep_answers (JSON, 1);
}

static void
test_long_answer (void)
{
  g_autofree char *body = make_long_body ();

  sweep_answers (body, g_test_slow () ? 7 : 997);
}

/* The server reads so much of the request and goes away. */
static void
check_cut_request (CutServer *server, StarsendHttpClient *client, gsize at, CutEnd end)
{
  const CutScript script = { .cut_request = TRUE, .request_bytes = at, .end = end };
  g_autoptr(StarsendHttpCall) post = http_test_post (server, "/submit");
  g_autoptr(StarsendHttpCall) get = http_test_get (server, "/status");
  g_autoptr(StarsendHttpReply) reply = NULL;
  g_autoptr(GError) error = NULL;

  cut_server_reset (server);
  cut_server_push (server, &script);
  reply = http_test_send (client, post, NULL, &error);
  g_test_message ("cut behind byte %zu, end %d", at, end);
  g_assert_cmpuint (cut_server_get_touched (server), <=, 1);
  if (reply != NULL)
    {
      /* It was gone while it was still being connected to, so nothing had been written and the call came afterwards. */
      g_assert_cmpuint (at, ==, 0);
      g_assert_cmpuint (cut_server_get_delivered (server), ==, 1);
    }
  else if (cut_server_get_touched (server) > 0)
    http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);

  cut_server_reset (server);
  g_clear_error (&error);
  g_clear_pointer (&reply, starsend_http_reply_unref);
  cut_server_push (server, &script);
  reply = http_test_send (client, get, NULL, &error);
  g_assert_no_error (error);
  http_test_check_reply (reply, 200, "{}");
}

static void
test_request (void)
{
  g_autoptr(CutServer) server = cut_server_new ();
  StarsendHttpClient *client = http_test_client (server);
  g_autoptr(StarsendHttpCall) call = http_test_post (server, "/submit");
  g_autoptr(StarsendHttpReply) reply = http_test_send (client, call, NULL, NULL);
  g_autofree char *request = cut_server_get_request (server, 0);

  g_assert_nonnull (reply);
  for (gsize at = 0; at < strlen (request); at++)
    for (CutEnd end = CUT_END_CLOSE; end <= CUT_END_RESET; end++)
      check_cut_request (server, client, at, end);

  http_test_finish (client);
}

/* A body that does not fit into the buffers of a socket, so that the server is gone while it is being written. */
static void
test_long_request (void)
{
  const gsize size = 16 * 1024 * 1024;
  g_autoptr(CutServer) server = cut_server_new ();
  StarsendHttpClient *client = http_test_client (server);
  g_autoptr(GBytes) body = g_bytes_new_take (g_malloc0 (size), size);

  for (gsize at = 0; at <= 4 * 1024 * 1024; at += 512 * 1024 + 1)
    for (CutEnd end = CUT_END_CLOSE; end <= CUT_END_RESET; end++)
      {
        const CutScript script = { .cut_request = TRUE, .request_bytes = at, .end = end };
        g_autofree char *uri = cut_server_get_uri (server, "/upload");
        g_autoptr(StarsendHttpCall) post = starsend_http_call_new ("POST", uri);
        g_autoptr(StarsendHttpCall) put = starsend_http_call_new ("PUT", uri);
        g_autoptr(StarsendHttpReply) reply = NULL;
        g_autoptr(GError) error = NULL;

        starsend_http_call_set_body (post, "image/png", body);
        starsend_http_call_set_body (put, "image/png", body);

        cut_server_reset (server);
        cut_server_push (server, &script);
        reply = http_test_send (client, post, NULL, &error);
        g_assert_cmpuint (cut_server_get_touched (server), <=, 1);
        if (reply == NULL)
          http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
        else
          g_assert_cmpuint (at, ==, 0);
        g_clear_pointer (&reply, starsend_http_reply_unref);

        cut_server_reset (server);
        g_clear_error (&error);
        cut_server_push (server, &script);
        reply = http_test_send (client, put, NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (cut_server_get_delivered (server), ==, 1);
      }

  http_test_finish (client);
}

/* A connection that was used before and is cut now: libsoup would send what only asks, and a PUT, again on its own. */
static void
test_reused_connection (void)
{
  g_autoptr(CutServer) server = cut_server_new ();
  StarsendHttpClient *client = http_test_client (server);
  const CutScript cut = { .cut_reply = TRUE, .reply_bytes = 0, .end = CUT_END_CLOSE };
  const char *const methods[] = { "GET", "PUT", "POST", "DELETE" };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr(StarsendHttpCall) first = http_test_get (server, "/first");
      g_autofree char *uri = cut_server_get_uri (server, "/second");
      g_autoptr(StarsendHttpCall) second = starsend_http_call_new (methods[i], uri);
      g_autoptr(StarsendHttpReply) reply = http_test_send (client, first, NULL, NULL);
      g_autoptr(StarsendHttpReply) answer = NULL;
      g_autoptr(GError) error = NULL;

      g_assert_nonnull (reply);
      starsend_http_call_set_repeat (second, STARSEND_HTTP_REPEAT_UNSENT);
      cut_server_reset (server);
      cut_server_push (server, &cut);
      answer = http_test_send (client, second, NULL, &error);

      g_assert_null (answer);
      http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
      g_assert_cmpuint (cut_server_get_delivered (server), ==, 1);
      g_assert_cmpuint (cut_server_get_touched (server), ==, 1);
    }

  http_test_finish (client);
}

typedef struct
{
  GMainLoop *loop;
  guint left;
} Crowd;

static void
on_crowd_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Crowd *crowd = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendHttpReply) reply = starsend_http_client_send_finish (STARSEND_HTTP_CLIENT (source), result, &error);

  g_assert_no_error (error);
  http_test_check_reply (reply, 200, "{}");
  if (--crowd->left == 0)
    g_main_loop_quit (crowd->loop);
}

static void
send_crowd (CutServer *server, StarsendHttpClient *client, guint count)
{
  Crowd crowd = { g_main_loop_new (NULL, FALSE), count };

  for (guint i = 0; i < count; i++)
    {
      g_autoptr(StarsendHttpCall) call = http_test_get (server, "/status");

      starsend_http_client_send_async (client, call, NULL, on_crowd_sent, &crowd);
    }
  g_main_loop_run (crowd.loop);
  g_main_loop_unref (crowd.loop);
}

/* Many connections wait for the next call, and all of them are lost one after the other when it comes. */
static void
test_idle_connections (void)
{
  g_autoptr(CutServer) server = cut_server_new ();
  StarsendHttpClient *client = http_test_client (server);

  for (CutEnd end = CUT_END_CLOSE; end <= CUT_END_RESET; end++)
    for (guint round = 0; round < 10; round++)
      {
        cut_server_set_default (server, &(CutScript) { .stall = 10 });
        send_crowd (server, client, 12);
        cut_server_set_default (server, &(CutScript) { 0 });
        for (guint i = 0; i < 8; i++)
          cut_server_push (server, &(CutScript) { .cut_reply = TRUE, .end = end });
        send_crowd (server, client, 4);
      }

  http_test_finish (client);
}

int
main (int argc, char *argv[])
{
  http_test_init (&argc, &argv);

  g_test_add_func ("/http/cut/answer", test_answer);
  g_test_add_func ("/http/cut/long-answer", test_long_answer);
  g_test_add_func ("/http/cut/request", test_request);
  g_test_add_func ("/http/cut/long-request", test_long_request);
  g_test_add_func ("/http/cut/reused-connection", test_reused_connection);
  g_test_add_func ("/http/cut/idle-connections", test_idle_connections);

  return g_test_run ();
}
