/* starsend-http-download.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-http-client-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"
#include "starsend-http-attempt.h"
#include "starsend-http-sink.h"

/* Two of these are all the memory of a download: while one is written, the other is filled. */
#define BUFFER_SIZE (512 * 1024)
#define MIN_READ 4096
/* Progress of this much shows that the server is well, and begins the back-off anew. */
#define GOOD_PROGRESS BUFFER_SIZE
#define PROGRESS_INTERVAL (G_USEC_PER_SEC / 20)
#define STATUS_TOO_MANY_REQUESTS 429

typedef enum
{
  WORK_NONE,
  WORK_RESTART,
  WORK_WRITE,
  WORK_FINISH,
  WORK_DISCARD,
} Work;

/* The state of one download. The worker has the sink and the buffer that is not filled, and only while working. */
typedef struct
{
  char *address;
  GUri *uri; /* of this attempt, redirects followed */
  StarsendHttpCall *call;
  StarsendHttpBackoff *backoff;
  StarsendHttpAttempt *attempt;
  StarsendHttpSink *sink;
  StarsendHttpProgress progress;
  gpointer progress_data;
  GDestroyNotify progress_destroy;
  GSource *watch;
  GError *failure;
  GError *final; /* what the task gives once the file is removed */
  char *etag;
  char *retry_after;

  guint8 *buffers[2];
  gsize filled; /* of the buffer that is being filled */
  gsize given;  /* of the other one, to the worker */
  goffset received;
  goffset attempt_begin;
  goffset watch_begin;
  goffset total;
  goffset max_size;
  gint64 told;
  guint redirects;
  guint current;
  Work work;
  gboolean reading;
  gboolean ended;
  gboolean must_restart;
  gboolean cannot_resume;
} Download;

typedef struct
{
  StarsendHttpSink *sink;
  const guint8 *data;
  gsize size;
  Work work;
} Order;

static void begin (GTask *task);
static void pump (GTask *task);

static void
download_free (Download *data)
{
  if (data->watch != NULL)
    {
      g_source_destroy (data->watch);
      g_source_unref (data->watch);
    }
  if (data->progress_destroy != NULL)
    data->progress_destroy (data->progress_data);
  g_free (data->address);
  g_clear_pointer (&data->uri, g_uri_unref);
  g_clear_pointer (&data->call, starsend_http_call_unref);
  g_clear_pointer (&data->backoff, starsend_http_backoff_free);
  g_clear_object (&data->attempt);
  g_clear_pointer (&data->sink, starsend_http_sink_free);
  g_clear_error (&data->failure);
  g_clear_error (&data->final);
  g_free (data->etag);
  g_free (data->retry_after);
  g_free (data->buffers[0]);
  g_free (data->buffers[1]);
  g_free (data);
}

/* What the worker does. */

static void
work (GTask *worker, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Order *order = task_data;
  GError *error = NULL;
  char *digest = NULL;

  switch (order->work)
    {
    case WORK_RESTART:
      starsend_http_sink_restart (order->sink, &error);
      break;
    case WORK_WRITE:
      starsend_http_sink_write (order->sink, order->data, order->size, &error);
      break;
    case WORK_FINISH:
      digest = starsend_http_sink_finish (order->sink, &error);
      break;
    default:
      starsend_http_sink_discard (order->sink);
    }

  if (error != NULL)
    g_task_return_error (worker, error);
  else
    g_task_return_pointer (worker, digest, g_free);
}

static void
on_worked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Download *data = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *digest = g_task_propagate_pointer (G_TASK (result), &error);
  const Work done = data->work;

  data->work = WORK_NONE;
  if (done == WORK_DISCARD)
    g_task_return_error (task, g_steal_pointer (&data->final));
  else if (error == NULL && done == WORK_FINISH)
    g_task_return_pointer (task, g_steal_pointer (&digest), g_free);
  else
    {
      /* What is on the disk is not what was received then, so this stands before any fault of the network. */
      if (error != NULL)
        {
          g_clear_error (&data->failure);
          data->failure = error;
        }
      pump (task);
    }
}

static void
give_work (GTask *task, Work kind)
{
  Download *data = g_task_get_task_data (task);
  /* Of nobody, since the thread may be the last to let go of it, and a client must not end there. */
  g_autoptr(GTask) worker = g_task_new (NULL, NULL, on_worked, g_object_ref (task));
  Order *order = g_new0 (Order, 1);

  order->sink = data->sink;
  order->work = kind;
  if (kind == WORK_WRITE)
    {
      order->data = data->buffers[data->current];
      order->size = data->filled;
      data->current = 1 - data->current;
      data->filled = 0;
    }

  data->work = kind;
  g_task_set_source_tag (worker, give_work);
  g_task_set_priority (worker, G_PRIORITY_DEFAULT_IDLE);
  g_task_set_task_data (worker, order, g_free);
  g_task_run_in_thread (worker, work);
}

/* How it goes on after a fault, or not. */

static gboolean
on_waited (gpointer user_data)
{
  GTask *task = user_data;

  begin (task);

  return G_SOURCE_REMOVE;
}

static void
give_up (GTask *task, GError *error)
{
  Download *data = g_task_get_task_data (task);

  data->final = starsend_http_attempt_conclude (data->attempt, error);
  give_work (task, WORK_DISCARD);
}

static void
settle (GTask *task)
{
  Download *data = g_task_get_task_data (task);
  g_autoptr(GError) failure = g_steal_pointer (&data->failure);
  gint64 wait = -1;

  if (data->received - data->attempt_begin >= GOOD_PROGRESS)
    {
      starsend_http_backoff_free (data->backoff);
      data->backoff = starsend_http_client_make_backoff (g_task_get_source_object (task));
    }
  if (starsend_http_attempt_may_repeat (data->attempt, failure))
    wait = starsend_http_backoff_next (data->backoff, data->retry_after);

  if (wait < 0)
    {
      give_up (task, g_steal_pointer (&failure));
      return;
    }

  g_clear_pointer (&data->retry_after, g_free);
  g_clear_object (&data->attempt);
  starsend_http_client_wait (task, wait, on_waited);
}

static void
tell_progress (Download *data, gboolean at_end)
{
  const gint64 now = g_get_monotonic_time ();

  if (data->progress == NULL || (!at_end && now - data->told < PROGRESS_INTERVAL))
    return;

  data->told = now;
  data->progress (data->received, data->total, data->progress_data);
}

static GError *
check_size (Download *data, goffset size)
{
  g_autofree char *limit = g_format_size (data->max_size);

  if (size <= data->max_size)
    return NULL;

  return g_error_new (STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("“%s” gives more than the %s that are accepted"),
                      data->call->what, limit);
}

/* The body. */

static GError *
check_end (Download *data)
{
  const gboolean whole = starsend_http_attempt_get_end (data->attempt) == STARSEND_HTTP_END_WHOLE;

  if (whole && (data->total < 0 || data->received == data->total))
    return NULL;

  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _("the connection ended before the file did"));
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Download *data = g_task_get_task_data (task);
  GError *error = NULL;
  const gssize size = starsend_http_attempt_read_finish (data->attempt, result, &error);

  data->reading = FALSE;
  if (size > 0)
    {
      data->received += size;
      data->filled += size;
      error = check_size (data, data->received);
      tell_progress (data, FALSE);
    }
  else if (size == 0)
    {
      error = check_end (data);
      data->ended = error == NULL;
    }

  if (data->failure == NULL)
    data->failure = error;
  else
    g_clear_error (&error);
  pump (task);
}

/* Reads and writes as far as there is room for it, and sees to what is next when neither is under way. */
static void
pump (GTask *task)
{
  Download *data = g_task_get_task_data (task);
  const gboolean stopping = data->ended || data->failure != NULL;

  if (data->work == WORK_NONE && data->filled > 0 && (stopping || BUFFER_SIZE - data->filled < MIN_READ)
      && (data->failure == NULL || data->failure->domain != STARSEND_ERROR))
    give_work (task, WORK_WRITE);

  if (data->failure != NULL && data->reading)
    starsend_http_attempt_stop (data->attempt, g_error_copy (data->failure));
  else if (!stopping && !data->reading && BUFFER_SIZE - data->filled >= MIN_READ)
    {
      data->reading = TRUE;
      starsend_http_attempt_read_async (data->attempt, data->buffers[data->current] + data->filled,
                                        BUFFER_SIZE - data->filled, on_read, g_object_ref (task));
    }
  else if (stopping && !data->reading && data->work == WORK_NONE)
    {
      if (data->failure != NULL)
        settle (task);
      else
        {
          tell_progress (data, TRUE);
          give_work (task, WORK_FINISH);
        }
    }
}

/* A server that sends next to nothing is as good as gone. While the disk is what is slow, it is not to blame. */
static gboolean
on_watch (gpointer user_data)
{
  GTask *task = user_data;
  Download *data = g_task_get_task_data (task);
  StarsendHttpClient *self = g_task_get_source_object (task);
  const goffset least = (goffset) starsend_http_client_get_min_speed (self) * starsend_http_client_get_speed_time (self)
                        / 1000;

  if (data->attempt != NULL && data->failure == NULL && !data->ended && data->received - data->watch_begin < least
      && (data->reading || data->work == WORK_NONE))
    starsend_http_attempt_stop (data->attempt, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                                                    _("hardly anything came for too long")));
  data->watch_begin = data->received;

  return G_SOURCE_CONTINUE;
}

static void
restart_watch (GTask *task)
{
  Download *data = g_task_get_task_data (task);
  const gint64 time = starsend_http_client_get_speed_time (g_task_get_source_object (task));

  data->watch_begin = data->received;
  g_source_set_ready_time (data->watch, g_get_monotonic_time () + time * 1000);
}

/* The answer. */

/* Whether a 206 goes on exactly where it should. */
static gboolean
continues (Download *data, SoupMessageHeaders *headers)
{
  goffset first, last, total;

  if (!soup_message_headers_get_content_range (headers, &first, &last, &total))
    return FALSE;
  if (first != data->received || last != total - 1 || (data->total >= 0 && total != data->total))
    return FALSE;

  data->total = total;

  return TRUE;
}

static GError *
refuse_status (Download *data, guint status, SoupMessageHeaders *headers)
{
  const char *what = data->call->what;

  switch (status)
    {
    case SOUP_STATUS_NOT_FOUND:
    case SOUP_STATUS_GONE:
      return g_error_new (STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND,
                          _("“%s” is not there any more; the server keeps files for a limited time"), what);
    case SOUP_STATUS_UNAUTHORIZED:
    case SOUP_STATUS_FORBIDDEN:
      return g_error_new (STARSEND_ERROR, STARSEND_ERROR_IO,
                          _("“%s” is refused by the server with status %u; the address may have run out"), what, status);
    case SOUP_STATUS_REQUEST_TIMEOUT:
    case STATUS_TOO_MANY_REQUESTS:
    case SOUP_STATUS_INTERNAL_SERVER_ERROR:
    case SOUP_STATUS_BAD_GATEWAY:
    case SOUP_STATUS_SERVICE_UNAVAILABLE:
    case SOUP_STATUS_GATEWAY_TIMEOUT:
      data->retry_after = g_strdup (soup_message_headers_get_one (headers, "Retry-After"));
      return g_error_new (G_IO_ERROR, G_IO_ERROR_BUSY, _("the server answers with status %u"), status);
    case SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE:
      data->cannot_resume = TRUE;
      return g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, _("the server answers with status %u"), status);
    default:
      return g_error_new (STARSEND_ERROR, STARSEND_ERROR_IO, _("“%s” was answered with status %u"), what, status);
    }
}

/* A file without an end that can be told from a cut is refused before it is fetched. */
static GError *
check_body (Download *data, SoupMessageHeaders *headers)
{
  const char *coding = soup_message_headers_get_one (headers, "Content-Encoding");
  const SoupEncoding framing = soup_message_headers_get_encoding (headers);
  const goffset length = framing == SOUP_ENCODING_CONTENT_LENGTH ? soup_message_headers_get_content_length (headers) : -1;

  if (coding != NULL && g_ascii_strcasecmp (coding, "identity") != 0)
    return g_error_new (STARSEND_ERROR, STARSEND_ERROR_IO, _("“%s” was sent in a coding that nobody asked for"),
                        data->call->what);
  if (length < 0 && framing != SOUP_ENCODING_CHUNKED)
    return g_error_new (STARSEND_ERROR, STARSEND_ERROR_IO,
                        _("“%s” was sent without its length, so nobody could tell whether it is whole"), data->call->what);
  if (length >= 0 && data->total >= 0 && data->received + length != data->total)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, _("the server sent another part than was asked for"));
  if (length >= 0)
    data->total = data->received + length;

  return check_size (data, data->total);
}

static GError *
take_answer (Download *data)
{
  SoupMessage *message = starsend_http_attempt_get_message (data->attempt);
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *etag = soup_message_headers_get_one (headers, "ETag");
  const guint status = soup_message_get_status (message);

  if (status == SOUP_STATUS_PARTIAL_CONTENT && data->received > 0)
    {
      data->cannot_resume = !continues (data, headers);
      if (data->cannot_resume)
        return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, _("the server sent another part than was asked for"));
      return check_body (data, headers);
    }
  if (status != SOUP_STATUS_OK)
    return refuse_status (data, status, headers);

  data->must_restart = TRUE;
  data->received = 0;
  data->total = -1;
  g_free (data->etag);
  /* A weak one only says that two files mean the same. */
  data->etag = etag != NULL && etag[0] == '"' ? g_strdup (etag) : NULL;

  return check_body (data, headers);
}

/* The address to go on with, where the answer gives one, or what is wrong with the answer, if anything. */
static GUri *
judge_answer (Download *data, GError **error)
{
  SoupMessage *message = starsend_http_attempt_get_message (data->attempt);
  const gboolean whole = starsend_http_attempt_has_whole_headers (data->attempt);
  GError *wrong = NULL;
  GUri *next = NULL;

  if (whole)
    next = starsend_http_redirect_find (data->call, data->uri, message, data->redirects, &wrong);
  if (next == NULL && wrong == NULL)
    wrong = take_answer (data);

  /* Nothing that is missing from headers that were cut is the server's word. */
  if (wrong != NULL && !whole)
    {
      g_clear_error (&wrong);
      wrong = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _("the connection ended before the answer did"));
    }
  if (wrong != NULL)
    g_propagate_error (error, wrong);

  return next;
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Download *data = g_task_get_task_data (task);
  g_autoptr(GUri) next = NULL;
  GError *error = NULL;

  if (starsend_http_attempt_open_finish (data->attempt, result, &error))
    next = judge_answer (data, &error);
  if (next != NULL)
    {
      g_clear_pointer (&data->uri, g_uri_unref);
      data->uri = g_steal_pointer (&next);
      data->redirects++;
      begin (task);
      return;
    }

  data->failure = error;
  data->attempt_begin = data->received;
  restart_watch (task);

  if (error == NULL && data->must_restart)
    {
      data->must_restart = FALSE;
      give_work (task, WORK_RESTART);
    }
  else
    pump (task);
}

/* The request. */

static StarsendHttpCall *
make_call (Download *data)
{
  StarsendHttpCall *call = starsend_http_call_new ("GET", data->address);

  /* Decoding would hide where the file was cut. */
  starsend_http_call_set_header (call, "Accept-Encoding", "identity");
  if (data->received > 0 && data->etag != NULL && !data->cannot_resume)
    {
      g_autofree char *range = g_strdup_printf ("bytes=%" G_GOFFSET_FORMAT "-", data->received);

      starsend_http_call_set_header (call, "Range", range);
      starsend_http_call_set_header (call, "If-Range", data->etag);
    }

  return call;
}

static void
begin (GTask *task)
{
  StarsendHttpClient *self = g_task_get_source_object (task);
  Download *data = g_task_get_task_data (task);

  if (data->attempt == NULL)
    {
      g_clear_pointer (&data->call, starsend_http_call_unref);
      data->call = make_call (data);
      g_clear_pointer (&data->uri, g_uri_unref);
      data->uri = g_uri_ref (data->call->uri);
      data->redirects = 0;
    }
  g_clear_object (&data->attempt);
  data->attempt = starsend_http_attempt_new (starsend_http_client_get_session (self), data->call, data->uri, 0);
  soup_message_disable_feature (starsend_http_attempt_get_message (data->attempt), SOUP_TYPE_CONTENT_DECODER);
  restart_watch (task);
  starsend_http_attempt_open_async (data->attempt, G_PRIORITY_DEFAULT_IDLE, g_task_get_cancellable (task), on_opened,
                                    g_object_ref (task));
}

/**
 * starsend_http_client_download_async:
 * @uri: the address of a file
 * @path: where it is to go; what stands there is replaced
 * @max_size: the most bytes that are accepted
 * @progress: (nullable) (scope notified) (closure progress_data) (destroy progress_destroy): called now and then while
 *   the file comes in, and when all of it has
 * @progress_data: for @progress
 * @progress_destroy: frees @progress_data when it is done
 * @cancellable: (nullable): to cancel it
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Fetches a file without a key. A transfer that was cut goes on where it was when the server can do that, and from the
 * beginning else. When it fails, nothing is left at @path. The folder is not synced: that is for who gives the file its
 * final name.
 */
void
starsend_http_client_download_async (StarsendHttpClient *self,
                                     const char *uri,
                                     const char *path,
                                     goffset max_size,
                                     StarsendHttpProgress progress,
                                     gpointer progress_data,
                                     GDestroyNotify progress_destroy,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  GError *error = NULL;
  Download *data;

  g_return_if_fail (STARSEND_IS_HTTP_CLIENT (self));
  g_return_if_fail (uri != NULL && path != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_http_client_download_async);
  g_task_set_priority (task, G_PRIORITY_DEFAULT_IDLE);
  g_task_set_check_cancellable (task, FALSE);

  data = g_new0 (Download, 1);
  data->address = g_strdup (uri);
  data->sink = starsend_http_sink_new (path);
  data->max_size = max_size;
  data->total = -1;
  data->progress = progress;
  data->progress_data = progress_data;
  data->progress_destroy = progress_destroy;
  data->backoff = starsend_http_client_make_backoff (self);
  data->call = make_call (data);
  g_task_set_task_data (task, data, (GDestroyNotify) download_free);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (!starsend_http_client_check (self, data->call, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  data->buffers[0] = g_malloc (BUFFER_SIZE);
  data->buffers[1] = g_malloc (BUFFER_SIZE);
  data->watch = g_timeout_source_new (starsend_http_client_get_speed_time (self));
  g_source_set_callback (data->watch, on_watch, task, NULL);
  g_source_attach (data->watch, g_main_context_get_thread_default ());
  begin (task);
}

/**
 * starsend_http_client_download_finish:
 * @result: what the callback was given
 * @size: (out) (optional): how many bytes the file has
 * @error: where to put an error
 *
 * Tells how a download ended. The errors are %STARSEND_ERROR_INVALID_INPUT for an address that cannot be used and for a
 * file that is too big; %STARSEND_ERROR_NOT_FOUND where there is no file, or none any more; %STARSEND_ERROR_NO_SPACE
 * for a full disk; %STARSEND_ERROR_READ_ONLY and others where @path cannot be written; %STARSEND_ERROR_IO for all that
 * is wrong with the network or the server; %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the SHA-256 of the file, in lower-case hexadecimal
 */
char *
starsend_http_client_download_finish (StarsendHttpClient *self, GAsyncResult *result, goffset *size, GError **error)
{
  char *digest;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  digest = g_task_propagate_pointer (G_TASK (result), error);
  if (digest != NULL && size != NULL)
    *size = ((Download *) g_task_get_task_data (G_TASK (result)))->received;

  return digest;
}
