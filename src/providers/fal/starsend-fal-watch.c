/* starsend-fal-watch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-fal-watch.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"

/* Milliseconds. */
#define FIRST_INTERVAL 2000
#define LAST_INTERVAL 5000
#define INTERVAL_STEP 100
#define SAFETY_INTERVAL 15000
#define FIRST_BACKOFF 1000
#define LAST_BACKOFF 30000

/* Polls at the first interval, before they become fewer. */
#define EAGER_POLLS 10

/* Seconds without a byte after which a stream is not believed to be alive. */
#define SILENCE 20

/* A stream is opened so often, whatever ends it. */
#define MAX_STREAMS 3

/* One 404 may come from somebody on the way. */
#define MAX_MISSES 3
/* A key that is refused so often in a row is wrong: the user has to know, and the job stays open meanwhile. */
#define MAX_REFUSALS 4

/* A state that nobody has told us of may pass; one that stays is shown. */
#define UNKNOWN_SHOWN 3

typedef struct
{
  StarsendFalClient *client;
  StarsendTicket *ticket;
  char *endpoint;
  StarsendJob *job;

  GCancellable *calls;  /* of every call of this watch */
  GCancellable *stream; /* of the open stream; NULL: none is open */
  GSource *cancelled;
  guint timer;
  gboolean is_asking;
  gboolean is_streaming; /* the open stream has said something that makes sense */
  gboolean is_done;

  guint polls;
  guint failures; /* in a row, as the others */
  guint misses;
  guint refusals; /* of the key */
  guint unknowns;
  guint streams;
} Watch;

static void poll_job (GTask *task);
static void schedule (GTask *task, guint milliseconds);

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  g_clear_handle_id (&watch->timer, g_source_remove);
  g_clear_pointer (&watch->cancelled, g_source_unref);
  g_object_unref (watch->client);
  starsend_ticket_unref (watch->ticket);
  g_free (watch->endpoint);
  g_clear_object (&watch->job);
  g_clear_object (&watch->calls);
  g_clear_object (&watch->stream);
  g_free (watch);
}

/* Takes one of the two. */
static void
end (GTask *task, StarsendFalStatus *status, GError *error)
{
  Watch *watch = g_task_get_task_data (task);

  if (watch->is_done)
    {
      g_clear_error (&error);
      g_clear_pointer (&status, starsend_fal_status_unref);
      return;
    }

  watch->is_done = TRUE;
  if (watch->job != NULL)
    starsend_job_set_queue_position (watch->job, -1);
  g_clear_handle_id (&watch->timer, g_source_remove);
  if (watch->cancelled != NULL)
    g_source_destroy (watch->cancelled);
  g_cancellable_cancel (watch->calls);
  if (watch->stream != NULL)
    g_cancellable_cancel (watch->stream);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, status, (GDestroyNotify) starsend_fal_status_unref);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  GError *error = NULL;

  g_cancellable_set_error_if_cancelled (cancellable, &error);
  end (user_data, NULL, error);

  return G_SOURCE_REMOVE;
}

/* Words */

static void
say (Watch *watch, const char *message)
{
  if (watch->job != NULL)
    starsend_job_set_message (watch->job, message);
}

static void
report_queued (Watch *watch, int position)
{
  g_autofree char *message = NULL;

  if (watch->job == NULL)
    return;

  starsend_job_set_queue_position (watch->job, position);
  if (position > 0)
    message = g_strdup_printf (ngettext ("Waiting at fal.ai: %d job is ahead", "Waiting at fal.ai: %d jobs are ahead", (gulong) position),
                               position);
  say (watch, message != NULL ? message : _("Waiting at fal.ai"));
}

static void
report_running (Watch *watch, StarsendFalStatus *status)
{
  const char *log = starsend_fal_status_get_log (status);
  g_autofree char *message = NULL;

  if (watch->job == NULL)
    return;

  starsend_job_set_queue_position (watch->job, -1);
  if (log != NULL)
    message = g_strdup_printf (_("fal.ai is making it: %s"), log);
  if (message != NULL || starsend_job_get_message (watch->job) == NULL ||
      !g_str_has_prefix (starsend_job_get_message (watch->job), _("fal.ai is making it")))
    say (watch, message != NULL ? message : _("fal.ai is making it"));
}

static void
report_unknown (Watch *watch, StarsendFalStatus *status)
{
  const char *name = starsend_fal_status_get_name (status);
  g_autofree char *message = NULL;

  if (watch->unknowns < UNKNOWN_SHOWN)
    return;
  message = *name != '\0'
                ? g_strdup_printf (_("fal.ai says “%s” of the job, which nobody knows here: it is asked on"), name)
                : g_strdup (_("fal.ai does not say how the job goes on: it is asked on"));
  say (watch, message);
}

static void
report_failure (Watch *watch, const GError *error)
{
  g_autofree char *message = g_strdup_printf (_("The job goes on, but fal.ai could not be asked about it, and is asked again: %s"),
                                              error->message);

  say (watch, message);
}

/* Times */

/**
 * starsend_fal_watch_get_backoff: (skip)
 * @client: the client
 * @failures: how often it has failed in a row
 *
 * How long to wait before something is tried again.
 *
 * Returns: milliseconds
 */
guint
starsend_fal_watch_get_backoff (StarsendFalClient *client, guint failures)
{
  guint interval = starsend_fal_client_get_poll_interval (client);
  guint64 first = interval > 0 ? interval : FIRST_BACKOFF;
  guint64 wait = first << MIN (failures > 0 ? failures - 1 : 0, 16);

  return (guint) MIN (wait, MAX (LAST_BACKOFF, interval));
}

static guint
get_interval (Watch *watch)
{
  guint interval = starsend_fal_client_get_poll_interval (watch->client);
  guint late = watch->polls > EAGER_POLLS ? watch->polls - EAGER_POLLS : 0;

  if (watch->unknowns > 0)
    return starsend_fal_watch_get_backoff (watch->client, watch->unknowns);
  if (watch->is_streaming)
    return MAX (SAFETY_INTERVAL, interval);
  if (interval > 0)
    return interval;

  return MIN (FIRST_INTERVAL + late * INTERVAL_STEP, LAST_INTERVAL);
}

static gboolean
on_timer (gpointer user_data)
{
  GTask *task = user_data;
  Watch *watch = g_task_get_task_data (task);

  watch->timer = 0;
  poll_job (task);

  return G_SOURCE_REMOVE;
}

static void
schedule (GTask *task, guint milliseconds)
{
  Watch *watch = g_task_get_task_data (task);

  g_clear_handle_id (&watch->timer, g_source_remove);
  watch->timer = g_timeout_add_full (G_PRIORITY_DEFAULT, milliseconds, on_timer, g_object_ref (task), g_object_unref);
}

/* What was heard, by whatever way. FALSE when it was the end. */
static gboolean
hear (GTask *task, StarsendFalStatus *status)
{
  Watch *watch = g_task_get_task_data (task);

  watch->failures = 0;
  watch->misses = 0;
  watch->refusals = 0;
  watch->unknowns = starsend_fal_status_get_state (status) == STARSEND_FAL_STATE_UNKNOWN ? watch->unknowns + 1 : 0;
  switch (starsend_fal_status_get_state (status))
    {
    case STARSEND_FAL_STATE_COMPLETED:
      end (task, starsend_fal_status_ref (status), NULL);
      return FALSE;
    case STARSEND_FAL_STATE_QUEUED:
      report_queued (watch, starsend_fal_status_get_queue_position (status));
      return TRUE;
    case STARSEND_FAL_STATE_RUNNING:
      report_running (watch, status);
      return TRUE;
    case STARSEND_FAL_STATE_UNKNOWN:
    default:
      report_unknown (watch, status);
      return TRUE;
    }
}

/* The stream: told at once where it works, and only ever a help */

/* Runs inside of the stream: it is let go afterwards. */
static void
drop_stream (Watch *watch)
{
  watch->is_streaming = FALSE;
  if (watch->stream != NULL)
    g_cancellable_cancel (watch->stream);
}

static void
on_streamed (StarsendFalStatus *status, gpointer user_data)
{
  GTask *task = user_data;
  Watch *watch = g_task_get_task_data (task);
  gboolean was_streaming = watch->is_streaming;

  if (watch->is_done)
    return;
  if (status == NULL || starsend_fal_status_get_state (status) == STARSEND_FAL_STATE_UNKNOWN)
    {
      drop_stream (watch);
      return;
    }

  watch->is_streaming = TRUE;
  if (hear (task, status) && !was_streaming && !watch->is_asking)
    schedule (task, get_interval (watch));
}

static void
on_stream_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Watch *watch = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gboolean was_refused;

  was_refused = !starsend_fal_client_stream_finish (STARSEND_FAL_CLIENT (source), result, &error) && !watch->is_streaming;
  g_clear_object (&watch->stream);
  watch->is_streaming = FALSE;
  /* Where it never spoke, the polls have not been let down. */
  if (!watch->is_done && !watch->is_asking && !(was_refused && watch->timer != 0))
    poll_job (task);
}

static void
open_stream (GTask *task)
{
  Watch *watch = g_task_get_task_data (task);

  if (watch->stream != NULL || watch->streams >= MAX_STREAMS || !starsend_fal_client_get_streams (watch->client))
    return;

  watch->streams++;
  watch->stream = g_cancellable_new ();
  starsend_fal_client_stream_async (watch->client, watch->ticket, watch->endpoint, SILENCE, on_streamed, g_object_ref (task),
                                    g_object_unref, watch->stream, on_stream_ended, g_object_ref (task));
}

/* Polls */

/* Not to be able to ask says nothing about the job. */
static void
fail_poll (GTask *task, GError *error)
{
  Watch *watch = g_task_get_task_data (task);

  if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER) ||
      g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT))
    {
      end (task, NULL, error);
      return;
    }
  watch->misses = g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND) ? watch->misses + 1 : 0;
  if (watch->misses >= MAX_MISSES)
    {
      error->code = STARSEND_ERROR_UNCERTAIN;
      end (task, NULL, error);
      return;
    }

  watch->refusals = g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE) ? watch->refusals + 1 : 0;
  if (watch->refusals >= MAX_REFUSALS)
    {
      end (task, NULL, error);
      return;
    }

  watch->failures++;
  if (!watch->is_streaming)
    report_failure (watch, error);
  g_error_free (error);
  schedule (task, starsend_fal_watch_get_backoff (watch->client, watch->failures));
}

static void
on_polled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Watch *watch = g_task_get_task_data (task);
  g_autoptr (StarsendFalStatus) status = NULL;
  GError *error = NULL;

  status = starsend_fal_client_status_finish (STARSEND_FAL_CLIENT (source), result, &error);
  watch->is_asking = FALSE;
  if (watch->is_done)
    g_clear_error (&error);
  else if (status == NULL)
    fail_poll (task, error);
  else if (hear (task, status))
    {
      open_stream (task);
      schedule (task, get_interval (watch));
    }
}

static void
poll_job (GTask *task)
{
  Watch *watch = g_task_get_task_data (task);
  /* Logs grow, and may be what an answer is too long with. */
  gboolean logs = watch->failures == 0 && !watch->is_streaming;

  g_clear_handle_id (&watch->timer, g_source_remove);
  watch->is_asking = TRUE;
  watch->polls++;
  starsend_fal_client_status_async (watch->client, watch->ticket, watch->endpoint, logs, watch->calls, on_polled, g_object_ref (task));
}

/**
 * starsend_fal_watch_async: (skip)
 * @client: the client
 * @ticket: the ticket of a job
 * @endpoint: (nullable): where such jobs are sent, for a ticket that does not say it
 * @job: (nullable): who is told how it goes on
 * @cancellable: (nullable): a cancellable; it does not touch the job
 * @callback: (scope async): called when the job is over
 * @user_data: for @callback
 *
 * Waits for a job, for however long it takes.
 */
void
starsend_fal_watch_async (StarsendFalClient *client, StarsendTicket *ticket, const char *endpoint, StarsendJob *job,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (client, NULL, callback, user_data);
  Watch *watch = g_new0 (Watch, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, starsend_fal_watch_async);
  watch->client = g_object_ref (client);
  watch->ticket = starsend_ticket_ref (ticket);
  watch->endpoint = g_strdup (endpoint);
  watch->job = job != NULL ? g_object_ref (job) : NULL;
  watch->calls = g_cancellable_new ();
  g_task_set_task_data (task, watch, watch_free);
  if (g_cancellable_set_error_if_cancelled (cancellable, &error) || !starsend_fal_client_check_key (client, &error))
    {
      end (task, NULL, error);
      return;
    }

  if (cancellable != NULL)
    {
      watch->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (watch->cancelled, G_SOURCE_FUNC (on_cancelled), g_object_ref (task), g_object_unref);
      g_source_attach (watch->cancelled, NULL);
    }
  if (!starsend_fal_client_get_streams (client))
    {
      poll_job (task);
      return;
    }
  /* A stream begins with how the job is doing; who does not stream is asked soon enough. */
  schedule (task, MIN (get_interval (watch), FIRST_BACKOFF));
  open_stream (task);
}

/**
 * starsend_fal_watch_finish: (skip)
 * @client: the client
 * @result: the result
 * @error: return location for an error
 *
 * Gives the last word of the queue.
 *
 * Returns: (transfer full): a status that is COMPLETED
 */
StarsendFalStatus *
starsend_fal_watch_finish (StarsendFalClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
