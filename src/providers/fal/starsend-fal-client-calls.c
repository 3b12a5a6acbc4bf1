/* starsend-fal-client-calls.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-fal-client.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-fal-error.h"
#include "starsend-fal-ticket.h"
#include "starsend-json.h"
#include "starsend-server-words.h"

/* The answer to a submit or a cancel is a handful of names; a result is a list of addresses. */
#define MAX_ANSWER (1024 * 1024)
#define MAX_RESULT (8 * 1024 * 1024)
#define SUBMIT_DEADLINE 120

/* An error of ours passes on what a server said, too. */
static void
return_error (StarsendFalClient *self, GTask *task, GError *error)
{
  g_autofree char *message = starsend_server_words_scrub (error->message, starsend_fal_client_peek_secret (self));

  g_task_return_new_error (task, error->domain, error->code, "%s", message);
  g_error_free (error);
}

/* A call at one of the addresses of a ticket. On failure the task has been answered. */
static StarsendHttpCall *
create_job_call (StarsendFalClient *self, GTask *task, const char *method, StarsendTicket *ticket, const char *endpoint,
                 StarsendFalAddress which, const char *query)
{
  g_autofree char *address = NULL;
  g_autofree char *asked = NULL;
  GError *error = NULL;

  if (!starsend_fal_client_check_key (self, &error))
    {
      g_task_return_error (task, error);
      return NULL;
    }
  address = starsend_fal_ticket_dup_address (ticket, starsend_fal_client_get_queue_url (self), endpoint, which, &error);
  if (address == NULL)
    {
      g_task_return_error (task, error);
      return NULL;
    }
  if (query != NULL)
    asked = g_strconcat (address, strchr (address, '?') != NULL ? "&" : "?", query, NULL);

  return starsend_fal_client_create_call (self, method, asked != NULL ? asked : address);
}

/* Submit */

typedef struct
{
  char *endpoint;
  JsonNode *input;
} Submit;

static void
submit_free (gpointer data)
{
  Submit *submit = data;

  g_free (submit->endpoint);
  json_node_unref (submit->input);
  g_free (submit);
}

/* A gateway that passed nothing on says so without naming a request; behind it, the job may be there although the answer is an error. */
static gboolean
was_refused (StarsendHttpReply *reply)
{
  guint status = starsend_http_reply_get_status (reply);

  if (status == 502 || status == 503)
    return starsend_http_reply_get_header (reply, "x-fal-request-id") == NULL;

  return status >= 300 && status < 500 && status != 303 && status != 408 && status != 499;
}

static GError *
create_submit_error (StarsendFalClient *self, StarsendHttpReply *reply)
{
  g_autoptr (StarsendFalError) said = starsend_fal_error_new_from_reply (reply, starsend_fal_client_peek_secret (self));

  if (was_refused (reply))
    return starsend_fal_error_to_error (said, STARSEND_ERROR_PROVIDER);

  return g_error_new (STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN,
                      _("The job was sent to fal.ai, but whether it was taken is not known. %s"),
                      starsend_fal_error_get_message (said));
}

static const char *
get_request_id (JsonNode *answer)
{
  JsonNode *id = NULL;

  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    id = json_object_get_member (json_node_get_object (answer), "request_id");

  return id != NULL && JSON_NODE_HOLDS_VALUE (id) && json_node_get_value_type (id) == G_TYPE_STRING ? json_node_get_string (id) : NULL;
}

static void
on_submitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StarsendFalClient *self = g_task_get_source_object (task);
  Submit *submit = g_task_get_task_data (task);
  g_autoptr (StarsendHttpReply) reply = NULL;
  g_autoptr (JsonNode) answer = NULL;
  StarsendTicket *ticket = NULL;
  GError *error = NULL;

  reply = starsend_http_client_send_finish (STARSEND_HTTP_CLIENT (source), result, &error);
  if (reply == NULL)
    {
      if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN))
        g_prefix_error (&error, "%s ", _("The answer of fal.ai was lost, so the job may have been paid."));
      return_error (self, task, error);
      return;
    }
  if (!starsend_http_reply_is_success (reply))
    {
      g_task_return_error (task, create_submit_error (self, reply));
      return;
    }

  answer = starsend_json_parse_to_tree (starsend_http_reply_get_body (reply), MAX_ANSWER, NULL);
  if (get_request_id (answer) != NULL)
    ticket = starsend_fal_ticket_new (starsend_fal_client_get_queue_url (self), submit->endpoint, get_request_id (answer), answer, submit->input,
                                      starsend_fal_client_peek_secret (self), NULL);
  if (ticket != NULL)
    g_task_return_pointer (task, ticket, (GDestroyNotify) starsend_ticket_unref);
  else
    g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN, "%s",
                             _("fal.ai took the job, but gave no request id that it could be found by: look for it at fal.ai."));
}

/**
 * starsend_fal_client_submit_async:
 * @endpoint: "fal-ai/kling-video/o3/pro/image-to-video"
 * @input: the model's input
 * @cancellable: (nullable): a cancellable; it does nothing once the job is being sent
 * @callback: (scope async): called when it has been taken or refused
 * @user_data: for @callback
 *
 * Sends a job to the queue, and never a second time by itself once a byte of it may have been read.
 */
void
starsend_fal_client_submit_async (StarsendFalClient *self, const char *endpoint, JsonNode *input,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (StarsendHttpCall) call = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *uri = NULL;
  Submit *submit = g_new0 (Submit, 1);
  GError *error = NULL;
  char *text;

  g_task_set_source_tag (task, starsend_fal_client_submit_async);
  submit->endpoint = g_strdup (endpoint);
  submit->input = json_node_ref (input);
  g_task_set_task_data (task, submit, submit_free);
  if (!starsend_fal_client_check_key (self, &error) || !starsend_fal_ticket_check_endpoint (endpoint, &error) ||
      g_cancellable_set_error_if_cancelled (cancellable, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  uri = g_strconcat (starsend_fal_client_get_queue_url (self), "/", endpoint, NULL);
  call = starsend_fal_client_create_call (self, "POST", uri);
  text = starsend_json_render (input, FALSE);
  body = g_bytes_new_take (text, strlen (text));
  starsend_http_call_set_body (call, "application/json", body);
  starsend_http_call_set_repeat (call, STARSEND_HTTP_REPEAT_UNSENT);
  starsend_http_call_set_finish (call, TRUE);
  starsend_http_call_set_deadline (call, SUBMIT_DEADLINE);
  starsend_http_call_set_max_body (call, MAX_ANSWER);
  starsend_http_client_send_async (starsend_fal_client_get_http (self), call, cancellable, on_submitted, g_steal_pointer (&task));
}

/**
 * starsend_fal_client_submit_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives the ticket of a job that was sent.
 *
 * Returns: (transfer full): the ticket; else %STARSEND_ERROR_UNCERTAIN when the job may have been bought all the same, and any
 *   other error when nothing was
 */
StarsendTicket *
starsend_fal_client_submit_finish (StarsendFalClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Status */

static GError *
create_status_error (StarsendFalClient *self, StarsendHttpReply *reply)
{
  g_autoptr (StarsendFalError) said = starsend_fal_error_new_from_reply (reply, starsend_fal_client_peek_secret (self));

  switch (starsend_http_reply_get_status (reply))
    {
    case 404:
    case 410:
      return starsend_fal_error_to_error (said, STARSEND_ERROR_NOT_FOUND);
    case 499:
      return starsend_fal_error_to_error (said, STARSEND_ERROR_PROVIDER);
    case 401:
    case 403:
      return starsend_fal_error_to_error (said, STARSEND_ERROR_UNAVAILABLE);
    default:
      return starsend_fal_error_to_error (said, STARSEND_ERROR_IO);
    }
}

static void
on_status (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StarsendFalClient *self = g_task_get_source_object (task);
  g_autoptr (StarsendHttpReply) reply = NULL;
  g_autoptr (GError) unread = NULL;
  StarsendFalStatus *status;
  GError *error = NULL;

  reply = starsend_http_client_send_finish (STARSEND_HTTP_CLIENT (source), result, &error);
  if (reply == NULL)
    {
      return_error (self, task, error);
      return;
    }
  if (!starsend_http_reply_is_success (reply))
    {
      g_task_return_error (task, create_status_error (self, reply));
      return;
    }

  status = starsend_fal_status_new (starsend_http_reply_get_body (reply), starsend_fal_client_peek_secret (self), &unread);
  if (status != NULL)
    g_task_return_pointer (task, status, (GDestroyNotify) starsend_fal_status_unref);
  else
    g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_IO,
                             _("What fal.ai answered about the job cannot be read: %s."), unread->message);
}

/**
 * starsend_fal_client_status_async:
 * @ticket: a ticket
 * @endpoint: (nullable): where such jobs are sent, for a ticket that does not say it
 * @logs: whether the lines that the model writes are wanted
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer is there
 * @user_data: for @callback
 *
 * Asks how a job is doing.
 */
void
starsend_fal_client_status_async (StarsendFalClient *self, StarsendTicket *ticket, const char *endpoint, gboolean logs,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (StarsendHttpCall) call = NULL;

  g_task_set_source_tag (task, starsend_fal_client_status_async);
  call = create_job_call (self, task, "GET", ticket, endpoint, STARSEND_FAL_ADDRESS_STATUS, logs ? "logs=1" : NULL);
  if (call == NULL)
    return;

  starsend_http_call_set_max_body (call, MAX_RESULT);
  starsend_http_client_send_async (starsend_fal_client_get_http (self), call, cancellable, on_status, g_steal_pointer (&task));
}

/**
 * starsend_fal_client_status_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives how a job is doing.
 *
 * Returns: (transfer full): the status; else %STARSEND_ERROR_NOT_FOUND when the server does not know the job,
 *   %STARSEND_ERROR_PROVIDER when it was cancelled, and any other error when that could not be learnt
 */
StarsendFalStatus *
starsend_fal_client_status_finish (StarsendFalClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Stream */

typedef struct
{
  StarsendFalClient *client;
  StarsendFalStatusFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Listener;

static void
listener_free (gpointer data)
{
  Listener *listener = data;

  if (listener->destroy != NULL)
    listener->destroy (listener->data);
  g_object_unref (listener->client);
  g_free (listener);
}

static void
on_event (const char *data, gpointer user_data)
{
  Listener *listener = user_data;
  g_autoptr (GBytes) body = g_bytes_new (data, strlen (data));
  g_autoptr (StarsendFalStatus) status = starsend_fal_status_new (body, starsend_fal_client_peek_secret (listener->client), NULL);

  listener->func (status, listener->data);
}

static void
on_stream_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (starsend_http_client_stream_finish (STARSEND_HTTP_CLIENT (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    return_error (g_task_get_source_object (task), task, error);
}

/**
 * starsend_fal_client_stream_async:
 * @ticket: a ticket
 * @endpoint: (nullable): where such jobs are sent, for a ticket that does not say it
 * @silence: seconds without a byte after which the stream has failed
 * @func: (scope notified): called with every status, and with %NULL for what is none
 * @func_data: for @func
 * @func_destroy: for @func_data
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the stream has ended
 * @user_data: for @callback
 *
 * Lets the server tell by itself how a job goes on.
 */
void
starsend_fal_client_stream_async (StarsendFalClient *self, StarsendTicket *ticket, const char *endpoint, guint silence,
                                  StarsendFalStatusFunc func, gpointer func_data, GDestroyNotify func_destroy,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Listener *listener = g_new0 (Listener, 1);
  g_autoptr (StarsendHttpCall) call = NULL;

  g_task_set_source_tag (task, starsend_fal_client_stream_async);
  listener->client = g_object_ref (self);
  listener->func = func;
  listener->data = func_data;
  listener->destroy = func_destroy;
  call = create_job_call (self, task, "GET", ticket, endpoint, STARSEND_FAL_ADDRESS_STREAM, "logs=1");
  if (call == NULL)
    {
      listener_free (listener);
      return;
    }

  starsend_http_call_set_header (call, "Accept", "text/event-stream");
  starsend_http_client_stream_async (starsend_fal_client_get_http (self), call, silence, on_event, listener, listener_free,
                                     cancellable, on_stream_ended, g_steal_pointer (&task));
}

/**
 * starsend_fal_client_stream_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Tells how a stream ended.
 *
 * Returns: %TRUE when the server ended it, else %FALSE
 */
gboolean
starsend_fal_client_stream_finish (StarsendFalClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Result */

static void
on_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StarsendHttpReply *reply;
  GError *error = NULL;

  reply = starsend_http_client_send_finish (STARSEND_HTTP_CLIENT (source), result, &error);
  if (reply != NULL)
    g_task_return_pointer (task, reply, (GDestroyNotify) starsend_http_reply_unref);
  else
    return_error (g_task_get_source_object (task), task, error);
}

/**
 * starsend_fal_client_result_async:
 * @ticket: a ticket
 * @endpoint: (nullable): where such jobs are sent, for a ticket that does not say it
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer is there
 * @user_data: for @callback
 *
 * Asks for what came of a completed job.
 */
void
starsend_fal_client_result_async (StarsendFalClient *self, StarsendTicket *ticket, const char *endpoint,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (StarsendHttpCall) call = NULL;

  g_task_set_source_tag (task, starsend_fal_client_result_async);
  call = create_job_call (self, task, "GET", ticket, endpoint, STARSEND_FAL_ADDRESS_RESPONSE, NULL);
  if (call == NULL)
    return;

  starsend_http_call_set_max_body (call, MAX_RESULT);
  starsend_http_client_send_async (starsend_fal_client_get_http (self), call, cancellable, on_result, g_steal_pointer (&task));
}

/**
 * starsend_fal_client_result_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives the answer, whatever its status: that of a failed job is the model's own.
 *
 * Returns: (transfer full): the answer
 */
StarsendHttpReply *
starsend_fal_client_result_finish (StarsendFalClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Cancel */

/* The four answers by their names, and where a proxy lost the body, by their numbers. */
static gboolean
read_cancel (StarsendHttpReply *reply, StarsendFalCancel *answer)
{
  static const struct
  {
    guint status;
    const char *name;
    StarsendFalCancel answer;
  } answers[] = {
    { 200, "OK", STARSEND_FAL_CANCEL_OK },
    { 202, "CANCELLATION_REQUESTED", STARSEND_FAL_CANCEL_REQUESTED },
    { 400, "ALREADY_COMPLETED", STARSEND_FAL_CANCEL_COMPLETED },
    { 404, "NOT_FOUND", STARSEND_FAL_CANCEL_NOT_FOUND },
  };
  g_autoptr (StarsendJson) json = starsend_json_new (starsend_http_reply_get_body (reply), MAX_ANSWER, NULL);
  const char *name = json != NULL ? starsend_json_node_get_string_member (starsend_json_get_root (json), "status") : NULL;

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (answers); i++)
    if (g_str_equal (answers[i].name, name) && (i > 0 || starsend_http_reply_is_success (reply)))
      {
        *answer = answers[i].answer;
        return TRUE;
      }
  /* Without its name, an OK is not believed: a job that is taken for cancelled is not looked for any more. */
  for (gsize i = 1; i < G_N_ELEMENTS (answers); i++)
    if (answers[i].status == starsend_http_reply_get_status (reply))
      {
        *answer = answers[i].answer;
        return TRUE;
      }
  *answer = STARSEND_FAL_CANCEL_REQUESTED;

  return starsend_http_reply_is_success (reply);
}

static void
on_cancel (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StarsendFalClient *self = g_task_get_source_object (task);
  g_autoptr (StarsendHttpReply) reply = NULL;
  g_autoptr (StarsendFalError) said = NULL;
  StarsendFalCancel answer;
  GError *error = NULL;

  reply = starsend_http_client_send_finish (STARSEND_HTTP_CLIENT (source), result, &error);
  if (reply == NULL)
    {
      return_error (self, task, error);
      return;
    }
  if (read_cancel (reply, &answer))
    {
      g_task_return_int (task, (gssize) answer);
      return;
    }

  said = starsend_fal_error_new_from_reply (reply, starsend_fal_client_peek_secret (self));
  g_task_return_error (task, starsend_fal_error_to_error (said, STARSEND_ERROR_IO));
}

/**
 * starsend_fal_client_cancel_async:
 * @ticket: a ticket
 * @endpoint: (nullable): where such jobs are sent, for a ticket that does not say it
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer is there
 * @user_data: for @callback
 *
 * Asks the queue to drop or stop a job.
 */
void
starsend_fal_client_cancel_async (StarsendFalClient *self, StarsendTicket *ticket, const char *endpoint,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (StarsendHttpCall) call = NULL;

  g_task_set_source_tag (task, starsend_fal_client_cancel_async);
  call = create_job_call (self, task, "PUT", ticket, endpoint, STARSEND_FAL_ADDRESS_CANCEL, NULL);
  if (call == NULL)
    return;

  starsend_http_call_set_max_body (call, MAX_ANSWER);
  starsend_http_client_send_async (starsend_fal_client_get_http (self), call, cancellable, on_cancel, g_steal_pointer (&task));
}

/**
 * starsend_fal_client_cancel_finish:
 * @result: the result
 * @answer: (out): which of its four answers the queue gave
 * @error: return location for an error
 *
 * Gives what the queue answered.
 *
 * Returns: %TRUE, or %FALSE when there was no answer or another one
 */
gboolean
starsend_fal_client_cancel_finish (StarsendFalClient *self, GAsyncResult *result, StarsendFalCancel *answer, GError **error)
{
  gssize value;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  value = g_task_propagate_int (G_TASK (result), error);
  if (value < 0)
    return FALSE;
  *answer = (StarsendFalCancel) value;

  return TRUE;
}
