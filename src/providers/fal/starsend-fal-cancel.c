/* starsend-fal-cancel.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-fal-cancel.h"

#include "starsend-error.h"

/* How long a running job is looked at: so often, and so many milliseconds apart where nothing else is set. */
#define LOOKS 6
#define INTERVAL 1500

#define CANCELLED 499

typedef struct
{
  StarsendTicket *ticket;
  char *endpoint;
  guint looks;
} Cancel;

static void look_later (GTask *task);

static void
cancel_free (gpointer data)
{
  Cancel *cancel = data;

  starsend_ticket_unref (cancel->ticket);
  g_free (cancel->endpoint);
  g_free (cancel);
}

/* Only what is certain is TRUE: of everything else the result may yet be had, and may have been paid. */
static void
on_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (StarsendHttpReply) reply = starsend_fal_client_result_finish (STARSEND_FAL_CLIENT (source), result, NULL);

  g_task_return_boolean (task, reply != NULL && starsend_http_reply_get_status (reply) == CANCELLED);
}

static gboolean
says_cancelled (StarsendFalStatus *status)
{
  return g_strcmp0 (starsend_fal_status_get_error_type (status), "client_cancelled") == 0;
}

static void
on_status (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StarsendFalClient *client = STARSEND_FAL_CLIENT (source);
  Cancel *cancel = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendFalStatus) status = starsend_fal_client_status_finish (client, result, &error);

  if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER) || (status != NULL && says_cancelled (status)))
    g_task_return_boolean (task, TRUE);
  else if (status != NULL && starsend_fal_status_get_state (status) == STARSEND_FAL_STATE_COMPLETED)
    starsend_fal_client_result_async (client, cancel->ticket, cancel->endpoint, g_task_get_cancellable (task), on_result,
                                      g_object_ref (task));
  else
    look_later (task);
}

static gboolean
on_timer (gpointer user_data)
{
  GTask *task = user_data;
  Cancel *cancel = g_task_get_task_data (task);

  starsend_fal_client_status_async (g_task_get_source_object (task), cancel->ticket, cancel->endpoint, FALSE,
                                    g_task_get_cancellable (task), on_status, g_object_ref (task));

  return G_SOURCE_REMOVE;
}

static void
look_later (GTask *task)
{
  Cancel *cancel = g_task_get_task_data (task);
  guint interval = starsend_fal_client_get_poll_interval (g_task_get_source_object (task));

  if (cancel->looks++ >= LOOKS || g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    g_task_return_boolean (task, FALSE);
  else
    g_timeout_add_full (G_PRIORITY_DEFAULT, interval > 0 ? interval : INTERVAL, on_timer, g_object_ref (task), g_object_unref);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StarsendFalCancel answer;
  GError *error = NULL;

  if (!starsend_fal_client_cancel_finish (STARSEND_FAL_CLIENT (source), result, &answer, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  switch (answer)
    {
    case STARSEND_FAL_CANCEL_OK:
      g_task_return_boolean (task, TRUE);
      break;
    case STARSEND_FAL_CANCEL_REQUESTED:
      look_later (task);
      break;
    case STARSEND_FAL_CANCEL_COMPLETED:
    case STARSEND_FAL_CANCEL_NOT_FOUND:
    default:
      g_task_return_boolean (task, FALSE);
    }
}

/**
 * starsend_fal_cancel_async: (skip)
 * @client: the client
 * @ticket: the ticket of a job
 * @endpoint: (nullable): where such jobs are sent, for a ticket that does not say it
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is known
 * @user_data: for @callback
 *
 * Cancels a job where that can be done.
 */
void
starsend_fal_cancel_async (StarsendFalClient *client, StarsendTicket *ticket, const char *endpoint,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (client, cancellable, callback, user_data);
  Cancel *cancel = g_new0 (Cancel, 1);

  g_task_set_source_tag (task, starsend_fal_cancel_async);
  cancel->ticket = starsend_ticket_ref (ticket);
  cancel->endpoint = g_strdup (endpoint);
  g_task_set_task_data (task, cancel, cancel_free);
  starsend_fal_client_cancel_async (client, ticket, endpoint, cancellable, on_answer, g_steal_pointer (&task));
}

/**
 * starsend_fal_cancel_finish: (skip)
 * @client: the client
 * @result: the result
 * @error: return location for an error
 *
 * Tells whether a job is gone.
 *
 * Returns: %TRUE when nothing will come any more; %FALSE without an error when something may
 */
gboolean
starsend_fal_cancel_finish (StarsendFalClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
