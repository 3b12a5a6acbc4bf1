/* starsend-http-send.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-http-client-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"
#include "starsend-http-attempt.h"
#include "starsend-http-reply-private.h"

#define CHUNK (64 * 1024)
#define STATUS_TOO_MANY_REQUESTS 429
/* How much longer a socket may be silent than an attempt may last. */
#define SOCKET_SLACK 15

/* The state of one send. */
typedef struct
{
  StarsendHttpCall *call;
  GUri *uri;
  StarsendHttpBackoff *backoff;
  StarsendHttpAttempt *attempt;
  GByteArray *body;
  guint8 *buffer;
  guint redirects;
} Send;

static void
send_free (Send *data)
{
  starsend_http_call_unref (data->call);
  g_clear_pointer (&data->uri, g_uri_unref);
  g_clear_pointer (&data->backoff, starsend_http_backoff_free);
  g_clear_object (&data->attempt);
  g_clear_pointer (&data->body, g_byte_array_unref);
  g_free (data->buffer);
  g_free (data);
}

static void begin (GTask *task);

static gboolean
on_waited (gpointer user_data)
{
  GTask *task = user_data;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The call was cancelled"));
  else
    begin (g_object_ref (task));

  return G_SOURCE_REMOVE;
}

/* FALSE where it is time to give up. */
static gboolean
try_again (GTask *task, const char *retry_after)
{
  Send *data = g_task_get_task_data (task);
  const gint64 wait = starsend_http_backoff_next (data->backoff, retry_after);

  if (wait < 0)
    return FALSE;

  g_clear_object (&data->attempt);
  starsend_http_client_wait (task, wait, on_waited);

  return TRUE;
}

static void
fail (GTask *task, GError *error)
{
  Send *data = g_task_get_task_data (task);

  if (starsend_http_attempt_may_repeat (data->attempt, error) && try_again (task, NULL))
    g_error_free (error);
  else
    g_task_return_error (task, starsend_http_attempt_conclude (data->attempt, error));
}

/* Whether the status says that it should be made again later. */
static gboolean
wants_repeat (Send *data)
{
  SoupMessage *message = starsend_http_attempt_get_message (data->attempt);
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const gboolean safe = data->call->repeat == STARSEND_HTTP_REPEAT_SAFE;
  const guint status = soup_message_get_status (message);

  switch (status)
    {
    case STATUS_TOO_MANY_REQUESTS:
      return TRUE;
    case SOUP_STATUS_BAD_GATEWAY:
    case SOUP_STATUS_SERVICE_UNAVAILABLE:
      return safe || soup_message_headers_get_one (headers, "x-fal-request-id") == NULL;
    case SOUP_STATUS_REQUEST_TIMEOUT:
    case SOUP_STATUS_INTERNAL_SERVER_ERROR:
    case SOUP_STATUS_GATEWAY_TIMEOUT:
      return safe;
    default:
      return FALSE;
    }
}

/* An object or a list of JSON shows its own end: nothing that was cut from one is balanced. */
static gboolean
is_balanced_json (const guint8 *text, gsize length)
{
  gsize depth = 0;
  gboolean in_string = FALSE;
  gboolean ended = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (in_string)
        {
          if (text[i] == '\\')
            i++;
          else if (text[i] == '"')
            in_string = FALSE;
        }
      else if (g_ascii_isspace (text[i]))
        continue;
      else if (ended || (depth == 0 && text[i] != '{' && text[i] != '['))
        return FALSE;
      else if (text[i] == '"')
        in_string = TRUE;
      else if (text[i] == '{' || text[i] == '[')
        depth++;
      else if (text[i] == '}' || text[i] == ']')
        ended = --depth == 0;
    }

  return ended;
}

/* A body whose length nobody told is taken where it shows its own end, and where only its status counts. */
static gboolean
is_whole (Send *data)
{
  SoupMessage *message = starsend_http_attempt_get_message (data->attempt);

  switch (starsend_http_attempt_get_end (data->attempt))
    {
    case STARSEND_HTTP_END_WHOLE:
      return TRUE;
    case STARSEND_HTTP_END_UNKNOWN:
      return is_balanced_json (data->body->data, data->body->len) || soup_message_get_status (message) >= 400;
    default:
      return FALSE;
    }
}

static void
follow (GTask *task, GUri *uri)
{
  Send *data = g_task_get_task_data (task);

  g_clear_pointer (&data->uri, g_uri_unref);
  data->uri = g_uri_ref (uri);
  data->redirects++;
  g_clear_object (&data->attempt);
  begin (task);
}

static void
judge (GTask *task)
{
  Send *data = g_task_get_task_data (task);
  SoupMessage *message = starsend_http_attempt_get_message (data->attempt);
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  g_autoptr(GUri) next = NULL;
  GError *error = NULL;

  if (!is_whole (data))
    {
      fail (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                                       _("the connection ended before the answer did")));
      return;
    }

  next = starsend_http_redirect_find (data->call, data->uri, message, data->redirects, &error);
  if (error != NULL)
    fail (task, error);
  else if (next != NULL)
    follow (g_object_ref (task), next);
  else if (!wants_repeat (data) || !try_again (task, soup_message_headers_get_one (headers, "Retry-After")))
    g_task_return_pointer (task,
                           starsend_http_reply_new (data->call->what, soup_message_get_status (message), headers,
                                                    g_steal_pointer (&data->body)),
                           (GDestroyNotify) starsend_http_reply_unref);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Send *data = g_task_get_task_data (task);
  GError *error = NULL;
  const gssize size = starsend_http_attempt_read_finish (data->attempt, result, &error);

  if (size < 0)
    fail (task, error);
  else if (size == 0)
    judge (task);
  else if ((gsize) size > data->call->max_body - data->body->len)
    {
      g_autofree char *limit = g_format_size (data->call->max_body);

      fail (task, g_error_new (STARSEND_ERROR, STARSEND_ERROR_IO, _("The answer to “%s” is longer than %s"),
                               data->call->what, limit));
    }
  else
    {
      g_byte_array_append (data->body, data->buffer, size);
      starsend_http_attempt_read_async (data->attempt, data->buffer, CHUNK, on_read, g_steal_pointer (&task));
    }
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Send *data = g_task_get_task_data (task);
  GError *error = NULL;

  if (!starsend_http_attempt_open_finish (data->attempt, result, &error))
    {
      fail (task, error);
      return;
    }

  starsend_http_attempt_read_async (data->attempt, data->buffer, CHUNK, on_read, g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
begin (GTask *task)
{
  StarsendHttpClient *self = g_task_get_source_object (task);
  SoupSession *session = starsend_http_client_get_session (self);
  Send *data = g_task_get_task_data (task);

  g_clear_pointer (&data->body, g_byte_array_unref);
  data->body = g_byte_array_new ();
  if (soup_session_get_timeout (session) < data->call->deadline + SOCKET_SLACK)
    soup_session_set_timeout (session, data->call->deadline + SOCKET_SLACK);

  data->attempt = starsend_http_attempt_new (session, data->call, data->uri, data->call->deadline);
  starsend_http_attempt_open_async (data->attempt, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), on_opened, task);
}

/**
 * starsend_http_client_send_async:
 * @call: what to ask for
 * @cancellable: (nullable): to cancel it
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Makes a call, and makes it again where that helps and cannot cost anything.
 */
void
starsend_http_client_send_async (StarsendHttpClient *self,
                                 StarsendHttpCall *call,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  GError *error = NULL;
  Send *data;

  g_return_if_fail (STARSEND_IS_HTTP_CLIENT (self));
  g_return_if_fail (call != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_http_client_send_async);
  /* What was sent stays sent: being cancelled is then not the answer. */
  g_task_set_check_cancellable (task, FALSE);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (!starsend_http_client_check (self, call, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  data = g_new0 (Send, 1);
  data->call = starsend_http_call_ref (call);
  data->uri = g_uri_ref (call->uri);
  data->backoff = starsend_http_client_make_backoff (self);
  data->buffer = g_malloc (CHUNK);
  g_task_set_task_data (task, data, (GDestroyNotify) send_free);

  begin (g_steal_pointer (&task));
}

/**
 * starsend_http_client_send_finish:
 * @result: what the callback was given
 * @error: where to put an error
 *
 * Takes the answer to a call, whatever its status. The errors are %STARSEND_ERROR_INVALID_INPUT where the address was
 * refused and nothing sent; %STARSEND_ERROR_UNCERTAIN where a call that can cost money was sent, wholly or in part,
 * and no whole answer came; %STARSEND_ERROR_IO where it failed without that; %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the answer
 */
StarsendHttpReply *
starsend_http_client_send_finish (StarsendHttpClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
