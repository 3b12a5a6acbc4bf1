/* starsend-fal-collect.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-fal-collect.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-fal-error.h"
#include "starsend-fal-input.h"
#include "starsend-fal-result.h"
#include "starsend-fal-ticket.h"
#include "starsend-fal-watch.h"
#include "starsend-server-words.h"

#define MAX_RESULT (8 * 1024 * 1024)
#define MAX_MEDIA (G_GINT64_CONSTANT (4) * 1024 * 1024 * 1024)
#define MAX_KEPT_RESULT (128 * 1024)

/* How often an answer that cannot be the last word is asked for again. */
#define MAX_TRIES 5
#define MAX_TYPED_TRIES 3

/* How far what is billed may be from what was ordered, and still be of the same unit. */
#define UNIT_TOLERANCE 1.0

typedef struct
{
  StarsendFalClient *client;
  StarsendFalStorage *storage;
  StarsendModel *model;
  StarsendModelRoute *route;
  StarsendRequest *request;
  StarsendTicket *ticket;
  StarsendJob *job;
  char *part;

  StarsendFalStatus *status; /* the last word of the queue; NULL: it does not know the job any more */
  GError *unknown;           /* why there is none */
  StarsendHttpReply *reply;
  char *url;
  gint64 told_size; /* -1: nobody said */
  guint tries;
  guint failures;   /* to ask, in a row */
  gboolean is_fresh; /* the address was asked for again, after it led to nothing */
} Collect;

static void watch_job (GTask *task);
static void ask_result (GTask *task);

static void
collect_free (gpointer data)
{
  Collect *collect = data;

  g_object_unref (collect->client);
  g_object_unref (collect->storage);
  g_object_unref (collect->model);
  g_clear_pointer (&collect->route, starsend_model_route_unref);
  g_object_unref (collect->request);
  starsend_ticket_unref (collect->ticket);
  g_clear_object (&collect->job);
  g_free (collect->part);
  g_clear_pointer (&collect->status, starsend_fal_status_unref);
  g_clear_error (&collect->unknown);
  g_clear_pointer (&collect->reply, starsend_http_reply_unref);
  g_free (collect->url);
  g_free (collect);
}

static void
say (Collect *collect, const char *message)
{
  if (collect->job != NULL)
    starsend_job_set_message (collect->job, message);
}

static const char *
get_endpoint (Collect *collect)
{
  return collect->route != NULL ? starsend_model_route_get_endpoint (collect->route) : NULL;
}

/* Money */

/* What the server bills, in its own units; -1 when it does not say. */
static double
get_billed (Collect *collect)
{
  const char *text = collect->reply != NULL ? starsend_http_reply_get_header (collect->reply, "x-fal-billable-units") : NULL;
  double units;
  char *rest;

  if (text == NULL || *text == '\0')
    return -1;
  units = g_ascii_strtod (text, &rest);

  return *rest == '\0' && isfinite (units) && units >= 0 ? units : -1;
}

/* The unit is nowhere documented, so a number is believed where it agrees with what was ordered, or says that nothing is billed. */
static gint64
get_cost (Collect *collect)
{
  double billed = get_billed (collect);

  if (billed < 0)
    return -1;
  if (billed > 0 && fabs (billed - starsend_fal_input_get_units (collect->model, collect->request)) > UNIT_TOLERANCE)
    return -1;

  return starsend_model_get_cost (collect->model, collect->request, billed, NULL);
}

/* Failing */

/* The job is over and brings nothing; it may have cost something all the same. */
static void
fail_job (GTask *task, StarsendFalError *said)
{
  Collect *collect = g_task_get_task_data (task);
  JsonNode *input = starsend_fal_ticket_get_input (collect->ticket);
  gint64 cost = get_cost (collect);

  if (collect->job != NULL && cost >= 0)
    starsend_job_set_cost (collect->job, cost);
  if (input != NULL && starsend_fal_error_is_of_file (said))
    starsend_fal_storage_forget (collect->storage, input);
  g_task_return_error (task, starsend_fal_error_to_error (said, STARSEND_ERROR_PROVIDER));
}

static void
fail_unread (GTask *task, const char *why)
{
  g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_IO,
                           _("The job is done at fal.ai, but its result could not be fetched, so it stays open until the project is resumed: %s"),
                           why);
}

static void
fail_unknown (GTask *task, const char *why)
{
  g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN,
                           _("fal.ai does not have the job any more, though it may have been paid: %s"), why);
}

/* Delivered */

static JsonNode *
make_details (Collect *collect)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  const char *secret = starsend_fal_client_peek_secret (collect->client);
  const char *endpoint = starsend_fal_ticket_get_endpoint (collect->ticket);
  double inference = collect->status != NULL ? starsend_fal_status_get_inference_time (collect->status) : -1;
  g_autoptr (JsonNode) result = starsend_json_parse_to_tree (starsend_http_reply_get_body (collect->reply), MAX_RESULT, NULL);
  g_autoptr (JsonNode) pruned = NULL;
  g_autofree char *rendered = NULL;

  json_node_take_object (node, object);
  json_object_set_string_member (object, "endpoint", endpoint != NULL ? endpoint : get_endpoint (collect));
  if (starsend_request_get_kind (collect->request) == STARSEND_REQUEST_TAKE)
    json_object_set_double_member (object, "ordered_seconds", starsend_fal_input_get_units (collect->model, collect->request));
  if (get_billed (collect) >= 0)
    json_object_set_double_member (object, "billable_units", get_billed (collect));
  if (inference >= 0)
    json_object_set_double_member (object, "inference_seconds", inference);
  if (result == NULL)
    return node;

  pruned = starsend_server_words_prune (result, secret);
  rendered = starsend_json_render (pruned, FALSE);
  if (strlen (rendered) <= MAX_KEPT_RESULT)
    json_object_set_member (object, "result", g_steal_pointer (&pruned));

  return node;
}

/* The file */

static void
on_progress (goffset done, goffset total, gpointer user_data)
{
  if (total > 0)
    starsend_job_set_fraction (user_data, CLAMP ((double) done / (double) total, 0, 1));
}

/* An address leads to nothing when it has expired: the server gives another one, while it has the result. */
static void
fail_download (GTask *task, GError *error)
{
  Collect *collect = g_task_get_task_data (task);
  g_autoptr (GError) owned = error;
  g_autofree char *words = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_NO_SPACE))
    {
      g_task_return_error (task, g_steal_pointer (&owned));
      return;
    }
  if (!collect->is_fresh)
    {
      collect->is_fresh = TRUE;
      collect->tries = 0;
      ask_result (task);
      return;
    }

  words = starsend_server_words_scrub (error->message, starsend_fal_client_peek_secret (collect->client));
  fail_unread (task, words);
}

static void
on_downloaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Collect *collect = g_task_get_task_data (task);
  g_autoptr (JsonNode) details = NULL;
  g_autofree char *digest = NULL;
  GError *error = NULL;
  goffset size = 0;

  digest = starsend_http_client_download_finish (STARSEND_HTTP_CLIENT (source), result, &size, &error);
  if (digest == NULL)
    {
      fail_download (task, error);
      return;
    }
  /* A server that does not tell lengths cannot tell that it was cut off. A second file of that size is what there is. */
  if (!collect->is_fresh && collect->told_size > (gint64) size)
    {
      fail_download (task, g_error_new (STARSEND_ERROR, STARSEND_ERROR_IO, _("The file is shorter than fal.ai said")));
      return;
    }

  if (collect->job != NULL)
    starsend_job_set_fraction (collect->job, 1);
  details = make_details (collect);
  g_task_return_pointer (task, starsend_delivery_new (get_cost (collect), digest, details), (GDestroyNotify) starsend_delivery_unref);
}

static void
download (GTask *task)
{
  Collect *collect = g_task_get_task_data (task);

  say (collect, _("Fetching the result from fal.ai"));
  starsend_http_client_download_async (starsend_fal_client_get_http (collect->client), collect->url, collect->part, MAX_MEDIA,
                                       collect->job != NULL ? on_progress : NULL,
                                       collect->job != NULL ? g_object_ref (collect->job) : NULL,
                                       collect->job != NULL ? g_object_unref : NULL,
                                       g_task_get_cancellable (task), on_downloaded, g_object_ref (task));
}

/* The result */

/* Whether the answer has the file's address. FALSE also for one that cannot be read: @is_readable tells. */
static gboolean
take_url (Collect *collect, gboolean *is_readable)
{
  g_autoptr (StarsendJson) json = starsend_json_new (starsend_http_reply_get_body (collect->reply), MAX_RESULT, NULL);
  const char *path = starsend_model_route_get_result_path (collect->route);

  *is_readable = json != NULL && starsend_json_node_get_kind (starsend_json_get_root (json)) == STARSEND_JSON_OBJECT;
  if (!*is_readable)
    return FALSE;
  g_free (collect->url);
  collect->url = path != NULL ? g_strdup (starsend_fal_result_find_url (starsend_json_get_root (json), path)) : NULL;
  collect->told_size = path != NULL ? starsend_fal_result_find_size (starsend_json_get_root (json), path) : -1;

  return collect->url != NULL;
}

static gboolean
on_waited (gpointer user_data)
{
  GTask *task = user_data;
  Collect *collect = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;
  /* A queue that spoke too soon tells so when it is asked again. */
  if (collect->status != NULL && collect->failures == 0 && collect->tries % 2 == 0)
    watch_job (task);
  else
    ask_result (task);

  return G_SOURCE_REMOVE;
}

static void
wait (GTask *task, guint milliseconds)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GSource) source = g_timeout_source_new (milliseconds);

  if (cancellable != NULL)
    {
      g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (cancelled);
      g_source_add_child_source (source, cancelled);
    }
  g_source_set_callback (source, on_waited, g_object_ref (task), g_object_unref);
  g_source_attach (source, NULL);
}

/* FALSE when it has been tried often enough. */
static gboolean
try_again (GTask *task)
{
  Collect *collect = g_task_get_task_data (task);

  if (++collect->tries >= MAX_TRIES)
    return FALSE;
  wait (task, starsend_fal_watch_get_backoff (collect->client, collect->tries));

  return TRUE;
}

/* Where the queue has said that the job failed, its result is only asked for what it says of why. */
static gboolean
has_failed (Collect *collect)
{
  return collect->status != NULL &&
         (starsend_fal_status_get_error (collect->status) != NULL || starsend_fal_status_get_error_type (collect->status) != NULL);
}

static StarsendFalError *
make_failure (Collect *collect)
{
  return starsend_fal_error_new_from_status (starsend_fal_status_get_error (collect->status),
                                             starsend_fal_status_get_error_type (collect->status),
                                             starsend_fal_client_peek_secret (collect->client));
}

/* Whether an answer at the result's address is how the job ended. What the service says of itself may be about this very call, so it has to
 * say it more than once; "not yet", "not here", "not you" and "not now" are never about the job. */
static gboolean
is_end (Collect *collect, StarsendFalError *said)
{
  guint status = starsend_fal_error_get_status (said);

  if (status == 422 || status == 499 || starsend_fal_error_is_of_model (said))
    return TRUE;
  if (status == 401 || status == 403 || status == 404 || status == 410 || status == 429)
    return FALSE;

  return starsend_fal_error_is_of_job (said) && collect->tries + 1 >= (status >= 500 ? MAX_TYPED_TRIES : MAX_TRIES);
}

static void
refuse_result (GTask *task)
{
  Collect *collect = g_task_get_task_data (task);
  guint status = starsend_http_reply_get_status (collect->reply);
  const char *secret = starsend_fal_client_peek_secret (collect->client);
  g_autoptr (StarsendFalError) said = starsend_fal_error_new_from_reply (collect->reply, secret);
  g_autoptr (StarsendFalError) failure = has_failed (collect) ? make_failure (collect) : NULL;

  /* The list of the model says more than the line in the queue; a gateway says less. */
  if (failure != NULL)
    fail_job (task, starsend_fal_error_is_of_job (said) ? said : failure);
  else if (is_end (collect, said))
    fail_job (task, said);
  else if (try_again (task))
    return;
  else if (status == 404 || status == 410)
    fail_unknown (task, starsend_fal_error_get_message (said));
  else
    fail_unread (task, starsend_fal_error_get_message (said));
}

static void
read_result (GTask *task)
{
  Collect *collect = g_task_get_task_data (task);
  g_autoptr (StarsendFalError) failure = NULL;
  gboolean is_readable;

  if (!starsend_http_reply_is_success (collect->reply))
    {
      refuse_result (task);
      return;
    }
  if (take_url (collect, &is_readable))
    {
      download (task);
      return;
    }
  if (has_failed (collect))
    {
      failure = make_failure (collect);
      fail_job (task, failure);
      return;
    }
  if (try_again (task))
    return;

  if (!is_readable || starsend_http_reply_get_status (collect->reply) == 202)
    fail_unread (task, _("the answer makes no sense"));
  else if (get_cost (collect) >= 0)
    {
      failure = starsend_fal_error_new_from_status (_("the result has no file in it"), NULL, NULL);
      fail_job (task, failure);
    }
  else
    /* A job that ended well is paid as a rule, and the file may be where nobody here has been told to look. */
    g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN, "%s",
                             _("The job is done at fal.ai and may have been paid, but its result has no file in it: look for it at fal.ai."));
}

/* What cannot be asked is asked again, without end: the network comes back, and the result is there for a while. */
static void
fail_ask (GTask *task, GError *error)
{
  Collect *collect = g_task_get_task_data (task);
  g_autoptr (GError) owned = error;
  g_autofree char *message = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE) ||
      g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT))
    {
      g_task_return_error (task, g_steal_pointer (&owned));
      return;
    }

  message = g_strdup_printf (_("The job is done, but fal.ai could not be asked for the result, and is asked again: %s"), error->message);
  say (collect, message);
  wait (task, starsend_fal_watch_get_backoff (collect->client, ++collect->failures));
}

static void
on_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Collect *collect = g_task_get_task_data (task);
  GError *error = NULL;

  g_clear_pointer (&collect->reply, starsend_http_reply_unref);
  collect->reply = starsend_fal_client_result_finish (STARSEND_FAL_CLIENT (source), result, &error);
  if (collect->reply == NULL)
    {
      fail_ask (task, error);
      return;
    }

  collect->failures = 0;
  if (collect->status == NULL && !starsend_http_reply_is_success (collect->reply))
    g_task_return_error (task, g_steal_pointer (&collect->unknown));
  else
    read_result (task);
}

static void
ask_result (GTask *task)
{
  Collect *collect = g_task_get_task_data (task);

  say (collect, _("fal.ai is done: asking for the result"));
  starsend_fal_client_result_async (collect->client, collect->ticket, get_endpoint (collect), g_task_get_cancellable (task),
                                    on_result, g_object_ref (task));
}

/* The queue */

static void
on_watched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Collect *collect = g_task_get_task_data (task);
  GError *error = NULL;

  g_clear_pointer (&collect->status, starsend_fal_status_unref);
  collect->status = starsend_fal_watch_finish (STARSEND_FAL_CLIENT (source), result, &error);
  if (collect->status == NULL && !g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN))
    {
      g_task_return_error (task, error);
      return;
    }

  /* What the queue has forgotten may still lie where results lie: that is asked once before it is given up. */
  g_clear_error (&collect->unknown);
  if (collect->status == NULL)
    collect->unknown = g_error_new (STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN,
                                    _("fal.ai does not have the job any more, though it may have been paid: %s"), error->message);
  g_clear_error (&error);
  ask_result (task);
}

static void
watch_job (GTask *task)
{
  Collect *collect = g_task_get_task_data (task);

  starsend_fal_watch_async (collect->client, collect->ticket, get_endpoint (collect), collect->job, g_task_get_cancellable (task),
                            on_watched, g_object_ref (task));
}

/**
 * starsend_fal_collect_async: (skip)
 * @what: the job, and where its file goes
 * @cancellable: (nullable): a cancellable; it does not touch the job
 * @callback: (scope async): called when the file is there
 * @user_data: for @callback
 *
 * Waits for a job and fetches what it made.
 */
void
starsend_fal_collect_async (const StarsendFalCollection *what,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (what->client, cancellable, callback, user_data);
  StarsendModelRoute *route = starsend_model_choose_route (what->model, what->request);
  Collect *collect = g_new0 (Collect, 1);

  g_task_set_source_tag (task, starsend_fal_collect_async);
  collect->client = g_object_ref (what->client);
  collect->storage = g_object_ref (what->storage);
  collect->model = g_object_ref (what->model);
  collect->route = route != NULL ? starsend_model_route_ref (route) : NULL;
  collect->request = g_object_ref (what->request);
  collect->ticket = starsend_ticket_ref (what->ticket);
  collect->job = what->job != NULL ? g_object_ref (what->job) : NULL;
  collect->part = g_strdup (what->part);
  g_task_set_task_data (task, collect, collect_free);
  if (collect->route == NULL)
    g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                             _("The model “%s” has no way to make such a job any more: its data were changed."),
                             starsend_model_get_name (collect->model));
  else
    watch_job (task);
}

/**
 * starsend_fal_collect_finish: (skip)
 * @client: the client
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came beside the file.
 *
 * Returns: (transfer full): the delivery
 */
StarsendDelivery *
starsend_fal_collect_finish (StarsendFalClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
