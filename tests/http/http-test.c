/* http-test.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "http-test.h"

#include <string.h>

#include "starsend-http-client-private.h"

#define PATIENCE_SECONDS 30

typedef struct
{
  GMainLoop *loop;
  GAsyncResult *result;
} Wait;

static void
drop_message (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
}

void
http_test_init (int *argc, char ***argv)
{
  /* The servers are all on this machine, whatever proxies it uses. */
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  g_test_init (argc, argv, NULL);
  /* Five lines for every connection are no help. */
  g_log_set_handler ("GLib-GIO", G_LOG_LEVEL_DEBUG, drop_message, NULL);
}

StarsendHttpClient *
http_test_client (CutServer *server)
{
  StarsendHttpClient *client = starsend_http_client_new ();

  starsend_http_client_set_backoff (client, 1);
  if (server != NULL)
    starsend_http_client_trust (client, cut_server_get_base (server));

  return client;
}

StarsendHttpCall *
http_test_post (CutServer *server, const char *path)
{
  g_autofree char *uri = cut_server_get_uri (server, path);
  g_autoptr(GBytes) body = g_bytes_new_static ("{\"prompt\":\"a road\"}", 19);
  StarsendHttpCall *call = starsend_http_call_new ("POST", uri);

  starsend_http_call_set_key (call, "Authorization", "Key " TEST_KEY);
  starsend_http_call_set_body (call, "application/json", body);

  return call;
}

StarsendHttpCall *
http_test_get (CutServer *server, const char *path)
{
  g_autofree char *uri = cut_server_get_uri (server, path);

  return starsend_http_call_new ("GET", uri);
}

static gboolean
on_impatient (gpointer user_data)
{
  g_error ("nothing came of it in %d seconds", PATIENCE_SECONDS);

  return G_SOURCE_REMOVE;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;

  wait->result = g_object_ref (result);
  g_main_loop_quit (wait->loop);
}

static void
wait_begin (Wait *wait)
{
  wait->loop = g_main_loop_new (NULL, FALSE);
  wait->result = NULL;
}

static GAsyncResult *
wait_end (Wait *wait)
{
  const guint id = g_timeout_add_seconds (PATIENCE_SECONDS, on_impatient, NULL);

  g_main_loop_run (wait->loop);
  g_source_remove (id);
  g_main_loop_unref (wait->loop);

  return wait->result;
}

StarsendHttpReply *
http_test_send (StarsendHttpClient *client, StarsendHttpCall *call, GCancellable *cancellable, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  Wait wait;

  wait_begin (&wait);
  starsend_http_client_send_async (client, call, cancellable, on_done, &wait);
  result = wait_end (&wait);

  return starsend_http_client_send_finish (client, result, error);
}

char *
http_test_download (StarsendHttpClient *client,
                    const char *uri,
                    const char *path,
                    goffset max_size,
                    goffset *size,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  Wait wait;

  wait_begin (&wait);
  starsend_http_client_download_async (client, uri, path, max_size, NULL, NULL, NULL, cancellable, on_done, &wait);
  result = wait_end (&wait);

  return starsend_http_client_download_finish (client, result, size, error);
}

static void
on_event (const char *data, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (data));
}

gboolean
http_test_stream (StarsendHttpClient *client,
                  StarsendHttpCall *call,
                  guint silence,
                  GPtrArray *events,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  Wait wait;

  wait_begin (&wait);
  starsend_http_client_stream_async (client, call, silence, on_event, events, NULL, cancellable, on_done, &wait);
  result = wait_end (&wait);

  return starsend_http_client_stream_finish (client, result, error);
}

void
http_test_check_error (const GError *error, GQuark domain, int code)
{
  g_assert_error (error, domain, code);
  g_assert_null (strstr (error->message, "secret"));
  g_assert_null (strstr (error->message, TEST_KEY));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

void
http_test_check_reply (StarsendHttpReply *reply, guint status, const char *body)
{
  GBytes *bytes = starsend_http_reply_get_body (reply);

  g_assert_cmpuint (starsend_http_reply_get_status (reply), ==, status);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), body, strlen (body));
}

static gboolean
on_cancel (gpointer user_data)
{
  g_cancellable_cancel (user_data);

  return G_SOURCE_REMOVE;
}

void
http_test_cancel_later (GCancellable *cancellable, guint milliseconds)
{
  g_timeout_add_full (G_PRIORITY_DEFAULT, milliseconds, on_cancel, g_object_ref (cancellable), g_object_unref);
}

static void
run_for (guint milliseconds)
{
  const gint64 end = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
}

void
http_test_end_server (StarsendHttpClient *client, SoupServer *server)
{
  soup_session_abort (starsend_http_client_get_session (client));
  run_for (50);
  soup_server_disconnect (server);
  /* The leak checker falls over the memory that TLS keeps for a worker. One that has nothing to do waits for its own
   * pool first, and only then for any. */
  run_for (700);
  g_thread_pool_stop_unused_threads ();
  run_for (50);
}

void
http_test_finish (StarsendHttpClient *client)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (client);
}
