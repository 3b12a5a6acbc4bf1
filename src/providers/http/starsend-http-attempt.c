/* starsend-http-attempt.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-http-attempt.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-http-call-private.h"
#include "starsend-http-file-part.h"

struct _StarsendHttpAttempt
{
  GObject parent_instance;

  /* Owned */
  SoupSession *session;
  StarsendHttpCall *call;
  SoupMessage *message;
  GCancellable *cancellable; /* of this attempt alone */
  GCancellable *outer;       /* the caller's */
  GInputStream *stream;
  GSource *alarm;
  GError *reason; /* why it was stopped, where that was not the caller */

  gulong outer_handler;
  goffset received;
  guint deadline;
  int priority;
  gboolean started;
};

G_DEFINE_FINAL_TYPE (StarsendHttpAttempt, starsend_http_attempt, G_TYPE_OBJECT)

static void
starsend_http_attempt_dispose (GObject *object)
{
  StarsendHttpAttempt *self = STARSEND_HTTP_ATTEMPT (object);

  if (self->alarm != NULL)
    g_source_destroy (self->alarm);
  g_clear_pointer (&self->alarm, g_source_unref);
  g_cancellable_disconnect (self->outer, self->outer_handler);
  self->outer_handler = 0;
  if (self->message != NULL)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->stream);

  G_OBJECT_CLASS (starsend_http_attempt_parent_class)->dispose (object);
}

static void
starsend_http_attempt_finalize (GObject *object)
{
  StarsendHttpAttempt *self = STARSEND_HTTP_ATTEMPT (object);

  g_clear_object (&self->message);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->outer);
  g_clear_object (&self->session);
  g_clear_pointer (&self->call, starsend_http_call_unref);
  g_clear_error (&self->reason);

  G_OBJECT_CLASS (starsend_http_attempt_parent_class)->finalize (object);
}

static void
starsend_http_attempt_class_init (StarsendHttpAttemptClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = starsend_http_attempt_dispose;
  object_class->finalize = starsend_http_attempt_finalize;
}

static void
starsend_http_attempt_init (StarsendHttpAttempt *self)
{
  self->cancellable = g_cancellable_new ();
}

void
starsend_http_attempt_stop (StarsendHttpAttempt *self, GError *reason)
{
  if (self->reason == NULL)
    self->reason = reason;
  else
    g_error_free (reason);

  g_cancellable_cancel (self->cancellable);
}

static gboolean
on_alarm (gpointer user_data)
{
  StarsendHttpAttempt *self = user_data;

  starsend_http_attempt_stop (self, g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                                 ngettext ("no whole answer came within %u second",
                                                           "no whole answer came within %u seconds",
                                                           self->deadline),
                                                 self->deadline));

  return G_SOURCE_REMOVE;
}

/* Waiting for a free connection is not the server's fault, so the time runs from the first that is done for this call. */
static void
set_alarm (StarsendHttpAttempt *self)
{
  if (self->alarm != NULL || self->deadline == 0)
    return;

  self->alarm = g_timeout_source_new_seconds (self->deadline);
  g_source_set_callback (self->alarm, on_alarm, self, NULL);
  g_source_attach (self->alarm, g_main_context_get_thread_default ());
}

/* HTTP/1.1 alone is spoken, and this is the one place where libsoup 3.2 lets that be said: over HTTP/2 it takes a
 * connection that was lost in the middle of a body for the end of it, and buffers without a bound. */
static void
on_network_event (SoupMessage *message, GSocketClientEvent event, GIOStream *connection, StarsendHttpAttempt *self)
{
  static const char *const protocols[] = { "http/1.1", NULL };

  set_alarm (self);
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING && G_IS_TLS_CONNECTION (connection))
    g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (connection), protocols);
}

/* Emitted right before the first byte is written. */
static void
on_starting (SoupMessage *message, StarsendHttpAttempt *self)
{
  self->started = TRUE;
  set_alarm (self);
}

/* libsoup is about to send it once more by itself. It has dropped the body then, and what can cost money is never
 * sent twice. All else goes on, but on a new connection: on one that is there already libsoup 3.2 would have sent it
 * before it has looked at the fault of the first, and would then take that for the second's. */
static void
on_restarted (SoupMessage *message, StarsendHttpAttempt *self)
{
  soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
  if (starsend_http_call_has_body (self->call) || self->call->repeat == STARSEND_HTTP_REPEAT_UNSENT)
    starsend_http_attempt_stop (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                                                           _("the connection was lost")));
}

/* After this status libsoup gathers the body in memory without a bound and sends the request again. */
static void
on_got_headers (SoupMessage *message, StarsendHttpAttempt *self)
{
  if (soup_message_get_status (message) == SOUP_STATUS_MISDIRECTED_REQUEST)
    starsend_http_attempt_stop (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED,
                                                           _("the server says that it is not responsible")));
}

static SoupMessage *
make_message (StarsendHttpCall *call, GUri *uri)
{
  SoupMessage *message = soup_message_new_from_uri (call->method, uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  SoupMessageFlags flags = SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_COLLECT_METRICS;

  /* On a connection that was used before, libsoup may write a request, lose it and silently write it again. */
  if (starsend_http_call_has_body (call) || call->repeat == STARSEND_HTTP_REPEAT_UNSENT)
    flags |= SOUP_MESSAGE_NEW_CONNECTION;
  soup_message_set_flags (message, flags);
  soup_message_disable_feature (message, SOUP_TYPE_AUTH_MANAGER);

  for (guint i = 0; i < call->headers->len; i++)
    {
      const StarsendHttpHeader *header = &g_array_index (call->headers, StarsendHttpHeader, i);

      soup_message_headers_replace (headers, header->name, header->value);
    }

  if (call->body != NULL)
    soup_message_set_request_body_from_bytes (message, call->content_type, call->body);

  return message;
}

StarsendHttpAttempt *
starsend_http_attempt_new (SoupSession *session, StarsendHttpCall *call, GUri *uri, guint deadline)
{
  StarsendHttpAttempt *self = g_object_new (STARSEND_TYPE_HTTP_ATTEMPT, NULL);

  self->session = g_object_ref (session);
  self->call = starsend_http_call_ref (call);
  self->deadline = deadline;
  self->message = make_message (call, uri);
  g_signal_connect (self->message, "network-event", G_CALLBACK (on_network_event), self);
  g_signal_connect (self->message, "starting", G_CALLBACK (on_starting), self);
  g_signal_connect (self->message, "restarted", G_CALLBACK (on_restarted), self);
  g_signal_connect (self->message, "got-headers", G_CALLBACK (on_got_headers), self);

  return self;
}

SoupMessage *
starsend_http_attempt_get_message (StarsendHttpAttempt *self)
{
  return self->message;
}

gboolean
starsend_http_attempt_was_started (StarsendHttpAttempt *self)
{
  return self->started;
}

static gboolean
may_have_cost (StarsendHttpAttempt *self)
{
  return self->started && self->call->repeat == STARSEND_HTTP_REPEAT_UNSENT;
}

GError *
starsend_http_attempt_conclude (StarsendHttpAttempt *self, GError *error)
{
  g_autoptr(GError) owned = error;

  if (may_have_cost (self))
    return g_error_new (STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN,
                        _("“%s” was sent, and no whole answer came, so it may have been carried out: %s"),
                        self->call->what, error->message);
  if (error->domain == STARSEND_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_steal_pointer (&owned);

  return g_error_new (STARSEND_ERROR, STARSEND_ERROR_IO, _("“%s” failed: %s"), self->call->what, error->message);
}

gboolean
starsend_http_attempt_may_repeat (StarsendHttpAttempt *self, const GError *error)
{
  return !may_have_cost (self) && error->domain != STARSEND_ERROR && error->domain != G_TLS_ERROR
         && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* The reason for a stop stands in for the cancellation that it was made with; the caller's own comes first. */
static GError *
explain (StarsendHttpAttempt *self, GError *error)
{
  if (g_cancellable_is_cancelled (self->outer) && !(self->call->finish && self->started))
    {
      g_error_free (error);
      return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The call was cancelled"));
    }
  if (self->reason != NULL)
    {
      g_error_free (error);
      return g_error_copy (self->reason);
    }

  return error;
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  StarsendHttpAttempt *self = g_task_get_source_object (task);
  GError *error = NULL;

  self->stream = soup_session_send_finish (self->session, result, &error);
  if (error == NULL && self->reason != NULL)
    error = g_error_copy (self->reason);
  if (error == NULL && !self->started)
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_PROXY_FAILED, _("the proxy refused with status %u"),
                         soup_message_get_status (self->message));

  if (error != NULL)
    g_task_return_error (task, explain (self, error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
begin (GTask *task)
{
  StarsendHttpAttempt *self = g_task_get_source_object (task);

  soup_session_send_async (self->session, self->message, self->priority, self->cancellable, on_opened,
                           g_object_ref (task));
}

static void
on_file_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  StarsendHttpAttempt *self = g_task_get_source_object (task);
  g_autoptr(GFileInputStream) file = NULL;
  g_autoptr(GInputStream) part = NULL;
  GError *error = NULL;

  file = g_file_read_finish (G_FILE (source), result, &error);
  if (file == NULL || !g_seekable_seek (G_SEEKABLE (file), self->call->offset, G_SEEK_SET, NULL, &error))
    {
      error = explain (self, error);
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND,
                                   _("“%s” cannot be read to be sent: %s"), self->call->path, error->message);
          g_error_free (error);
        }
      else
        g_task_return_error (task, error);
      return;
    }

  part = starsend_http_file_part_new (G_INPUT_STREAM (file), self->call->length);
  soup_message_set_request_body (self->message, self->call->content_type, part, self->call->length);
  begin (task);
}

static void
on_outer_cancelled (GCancellable *outer, StarsendHttpAttempt *self)
{
  if (!self->started || !self->call->finish)
    g_cancellable_cancel (self->cancellable);
}

void
starsend_http_attempt_open_async (StarsendHttpAttempt *self,
                                  int priority,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, starsend_http_attempt_open_async);
  g_task_set_priority (task, priority);
  self->priority = priority;
  /* libsoup sees to its own restarts at the default priority, and must not overtake this. */
  if (priority != G_PRIORITY_DEFAULT)
    soup_message_add_flags (self->message, SOUP_MESSAGE_NEW_CONNECTION);
  g_set_object (&self->outer, cancellable);
  if (cancellable != NULL)
    self->outer_handler = g_cancellable_connect (cancellable, G_CALLBACK (on_outer_cancelled), self, NULL);

  if (self->call->path != NULL)
    {
      g_autoptr(GFile) file = g_file_new_for_path (self->call->path);

      g_file_read_async (file, priority, self->cancellable, on_file_opened, g_object_ref (task));
      return;
    }

  begin (task);
}

gboolean
starsend_http_attempt_open_finish (StarsendHttpAttempt *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  StarsendHttpAttempt *self = g_task_get_source_object (task);
  GError *error = NULL;
  gssize size;

  size = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);
  if (size < 0)
    {
      g_task_return_error (task, explain (self, error));
      return;
    }

  self->received += size;
  g_task_return_int (task, size);
}

void
starsend_http_attempt_read_async (StarsendHttpAttempt *self,
                                  void *buffer,
                                  gsize size,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, starsend_http_attempt_read_async);
  g_task_set_priority (task, self->priority);
  g_input_stream_read_async (self->stream, buffer, size, self->priority, self->cancellable, on_read, task);
}

gssize
starsend_http_attempt_read_finish (StarsendHttpAttempt *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  return g_task_propagate_int (G_TASK (result), error);
}

/* The stream below all others that takes the chunks or the length away. */
static GInputStream *
find_framing (GInputStream *stream, SoupEncoding *encoding)
{
  while (stream != NULL)
    {
      GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (stream), "encoding");

      if (pspec != NULL && G_PARAM_SPEC_VALUE_TYPE (pspec) == SOUP_TYPE_ENCODING)
        {
          g_object_get (stream, "encoding", encoding, NULL);
          return stream;
        }
      if (!G_IS_FILTER_INPUT_STREAM (stream))
        return NULL;
      stream = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));
    }

  return NULL;
}

/* A stream that is at the end by its framing gives 0 without looking further; one that is not goes on to ask the
 * connection, and that fails, as the cancellable is cancelled already. So nothing is read by this. */
static gboolean
is_at_end (GInputStream *framing)
{
  g_autoptr(GCancellable) cancelled = g_cancellable_new ();
  guint8 buffer[4096];

  g_cancellable_cancel (cancelled);

  return g_input_stream_read (framing, buffer, sizeof buffer, cancelled, NULL) == 0;
}

/* When the server means to close, libsoup takes a body for whole that is shorter than its length. */
static StarsendHttpEnd
check_length (StarsendHttpAttempt *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  SoupMessageMetrics *metrics = soup_message_get_metrics (self->message);

  if (soup_message_headers_get_one (headers, "Content-Length") == NULL)
    return STARSEND_HTTP_END_UNKNOWN;

  return soup_message_metrics_get_response_body_bytes_received (metrics)
                 >= (guint64) soup_message_headers_get_content_length (headers)
             ? STARSEND_HTTP_END_WHOLE
             : STARSEND_HTTP_END_CUT;
}

/* A chunk's size that is no number is taken for the last chunk by libsoup, and then what it announced is still there. */
static gboolean
is_followed_by_more (StarsendHttpAttempt *self, GInputStream *framing)
{
  GInputStream *base = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (framing));
  guint8 byte;

  if (soup_message_headers_get_one (soup_message_get_response_headers (self->message), "Trailer") != NULL)
    return FALSE;

  return g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (base), &byte, 1, NULL, NULL) > 0;
}

static void
add_length (const char *name, const char *value, gpointer user_data)
{
  *(gsize *) user_data += strlen (name) + strlen (": ") + strlen (value) + strlen ("\r\n");
}

/* libsoup takes headers that were cut for whole ones. Where no byte of a body follows them, their length is what tells:
 * the empty line that ends them was counted too. */
gboolean
starsend_http_attempt_has_whole_headers (StarsendHttpAttempt *self)
{
  SoupMessageMetrics *metrics = soup_message_get_metrics (self->message);
  const char *reason = soup_message_get_reason_phrase (self->message);
  gsize length = strlen ("HTTP/1.1 200\r\n");

  if (reason != NULL && reason[0] != '\0')
    length += strlen (" ") + strlen (reason);
  soup_message_headers_foreach (soup_message_get_response_headers (self->message), add_length, &length);

  return soup_message_metrics_get_response_header_bytes_received (metrics) > length;
}

StarsendHttpEnd
starsend_http_attempt_get_end (StarsendHttpAttempt *self)
{
  SoupEncoding encoding = SOUP_ENCODING_UNRECOGNIZED;
  GInputStream *framing = find_framing (self->stream, &encoding);

  if (self->received == 0 && !starsend_http_attempt_has_whole_headers (self))
    return STARSEND_HTTP_END_CUT;
  if (framing == NULL)
    return STARSEND_HTTP_END_UNKNOWN;
  if (!is_at_end (framing))
    return STARSEND_HTTP_END_CUT;
  if (encoding == SOUP_ENCODING_CHUNKED && is_followed_by_more (self, framing))
    return STARSEND_HTTP_END_CUT;

  return encoding == SOUP_ENCODING_EOF ? check_length (self) : STARSEND_HTTP_END_WHOLE;
}
