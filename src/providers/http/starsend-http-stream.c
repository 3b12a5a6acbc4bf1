/* starsend-http-stream.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-http-client-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"
#include "starsend-http-attempt.h"
#include "starsend-http-events.h"

#define CHUNK (16 * 1024)
#define MAX_EVENT (16 * 1024 * 1024)

typedef struct
{
  StarsendHttpCall *call;
  StarsendHttpAttempt *attempt;
  StarsendHttpEvents *events;
  StarsendHttpEvent event;
  gpointer event_data;
  GDestroyNotify event_destroy;
  GSource *alarm;
  guint silence;
  guint8 buffer[CHUNK];
} Stream;

static void
stream_free (Stream *data)
{
  if (data->alarm != NULL)
    {
      g_source_destroy (data->alarm);
      g_source_unref (data->alarm);
    }
  if (data->event_destroy != NULL)
    data->event_destroy (data->event_data);
  starsend_http_call_unref (data->call);
  g_clear_object (&data->attempt);
  starsend_http_events_free (data->events);
  g_free (data);
}

static gboolean
on_silence (gpointer user_data)
{
  Stream *data = user_data;

  starsend_http_attempt_stop (data->attempt, g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                                          ngettext ("nothing came for %u second",
                                                                    "nothing came for %u seconds",
                                                                    data->silence),
                                                          data->silence));

  return G_SOURCE_CONTINUE;
}

static void
reset_alarm (Stream *data)
{
  g_source_set_ready_time (data->alarm, g_get_monotonic_time () + (gint64) data->silence * G_USEC_PER_SEC);
}

static void
on_event (const char *text, gpointer user_data)
{
  GTask *task = user_data;
  Stream *data = g_task_get_task_data (task);

  /* An event may have made the caller cancel; the rest of this piece is not for it then. */
  if (!g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    data->event (text, data->event_data);
}

static void
fail (GTask *task, GError *error)
{
  Stream *data = g_task_get_task_data (task);

  g_task_return_error (task, starsend_http_attempt_conclude (data->attempt, error));
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Stream *data = g_task_get_task_data (task);
  GError *error = NULL;
  const gssize size = starsend_http_attempt_read_finish (data->attempt, result, &error);

  if (size < 0)
    fail (task, error);
  else if (size > 0)
    {
      reset_alarm (data);
      if (starsend_http_events_feed (data->events, (const char *) data->buffer, size, on_event, task))
        starsend_http_attempt_read_async (data->attempt, data->buffer, CHUNK, on_read, g_steal_pointer (&task));
      else
        fail (task, g_error_new (STARSEND_ERROR, STARSEND_ERROR_IO, _("“%s” sent an event that is too long"),
                                 data->call->what));
    }
  else if (starsend_http_attempt_get_end (data->attempt) != STARSEND_HTTP_END_CUT)
    g_task_return_boolean (task, TRUE);
  else
    fail (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _("the connection was lost")));
}

static GError *
check_answer (Stream *data)
{
  SoupMessage *message = starsend_http_attempt_get_message (data->attempt);
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const guint status = soup_message_get_status (message);
  const gboolean gone = status == SOUP_STATUS_NOT_FOUND || status == SOUP_STATUS_GONE;
  const char *type;

  if (!SOUP_STATUS_IS_SUCCESSFUL (status))
    return g_error_new (STARSEND_ERROR, gone ? STARSEND_ERROR_NOT_FOUND : STARSEND_ERROR_IO,
                        _("“%s” was answered with status %u"), data->call->what, status);

  type = soup_message_headers_get_content_type (headers, NULL);
  if (status != SOUP_STATUS_NO_CONTENT && (type == NULL || g_ascii_strcasecmp (type, "text/event-stream") != 0))
    return g_error_new (STARSEND_ERROR, STARSEND_ERROR_IO, _("“%s” was not answered with a stream of events"),
                        data->call->what);

  return NULL;
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Stream *data = g_task_get_task_data (task);
  GError *error = NULL;

  if (!starsend_http_attempt_open_finish (data->attempt, result, &error))
    {
      fail (task, error);
      return;
    }

  error = check_answer (data);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  reset_alarm (data);
  starsend_http_attempt_read_async (data->attempt, data->buffer, CHUNK, on_read, g_steal_pointer (&task));
}

static void
begin (GTask *task)
{
  StarsendHttpClient *self = g_task_get_source_object (task);
  Stream *data = g_task_get_task_data (task);
  SoupMessageHeaders *headers;

  data->attempt = starsend_http_attempt_new (starsend_http_client_get_streams (self), data->call, data->call->uri, 0);
  headers = soup_message_get_request_headers (starsend_http_attempt_get_message (data->attempt));
  soup_message_headers_replace (headers, "Accept", "text/event-stream");
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");

  data->alarm = g_timeout_source_new_seconds (data->silence);
  g_source_set_callback (data->alarm, on_silence, data, NULL);
  g_source_attach (data->alarm, g_main_context_get_thread_default ());
  starsend_http_attempt_open_async (data->attempt, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), on_opened, task);
}

/**
 * starsend_http_client_stream_async:
 * @call: what to ask for
 * @silence: seconds without a byte after which it ends with an error
 * @event: (scope notified) (closure event_data) (destroy event_destroy): called for every event
 * @event_data: for @event
 * @event_destroy: frees @event_data when it is done
 * @cancellable: (nullable): to cancel it
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Reads events until the server ends the stream. It is not begun again by itself.
 */
void
starsend_http_client_stream_async (StarsendHttpClient *self,
                                   StarsendHttpCall *call,
                                   guint silence,
                                   StarsendHttpEvent event,
                                   gpointer event_data,
                                   GDestroyNotify event_destroy,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  GError *error = NULL;
  Stream *data;

  g_return_if_fail (STARSEND_IS_HTTP_CLIENT (self));
  g_return_if_fail (call != NULL);
  g_return_if_fail (event != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_http_client_stream_async);
  g_task_set_check_cancellable (task, FALSE);

  data = g_new0 (Stream, 1);
  data->call = starsend_http_call_ref (call);
  data->events = starsend_http_events_new (MAX_EVENT);
  data->silence = silence;
  data->event = event;
  data->event_data = event_data;
  data->event_destroy = event_destroy;
  g_task_set_task_data (task, data, (GDestroyNotify) stream_free);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (!starsend_http_client_check (self, call, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  begin (g_steal_pointer (&task));
}

/**
 * starsend_http_client_stream_finish:
 * @result: what the callback was given
 * @error: where to put an error
 *
 * Tells how a stream ended. The errors are those of [method@HttpClient.send_finish], %STARSEND_ERROR_NOT_FOUND for a
 * stream that does not exist, and %STARSEND_ERROR_IO for any other status that is not one of success.
 *
 * Returns: %TRUE when the server ended it
 */
gboolean
starsend_http_client_stream_finish (StarsendHttpClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
