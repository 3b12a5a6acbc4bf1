/* starsend-gst.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-gst-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"

static gpointer
init_once (gpointer data)
{
  GError *error = NULL;

  gst_init_check (NULL, NULL, &error);
  return error;
}

/* The first call of a new installation looks at every plug-in, which takes a second: so only ever from a worker thread. */
gboolean
starsend_gst_init (GError **error)
{
  static GOnce once = G_ONCE_INIT;
  const GError *failure = g_once (&once, init_once, NULL);

  if (failure == NULL && gst_is_initialized ())
    return TRUE;
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
               _("GStreamer, which reads and writes video, cannot be started: %s"), failure != NULL ? failure->message : _("no reason is known"));
  return FALSE;
}

GstElement *
starsend_gst_make (const char *factory, GError **error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element == NULL)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
                 _("The GStreamer element “%s” is missing: install GStreamer’s base, good, bad, ugly and libav plug-ins"), factory);
  return element;
}

typedef struct
{
  GTask *task;
  GTaskThreadFunc function;
} Thread;

static gpointer
run_thread (gpointer data)
{
  g_autofree Thread *thread = data;

  thread->function (thread->task, g_task_get_source_object (thread->task), g_task_get_task_data (thread->task),
                    g_task_get_cancellable (thread->task));
  g_object_unref (thread->task);
  return NULL;
}

/* Video takes seconds: it does not go into the pool that GLib reads files with. The function returns through the task. */
void
starsend_gst_run_thread (GTask *task, GTaskThreadFunc function)
{
  Thread *thread = g_new (Thread, 1);
  g_autoptr (GError) error = NULL;
  GThread *started;

  thread->task = g_object_ref (task);
  thread->function = function;
  started = g_thread_try_new ("starsend-media", run_thread, thread, &error);
  if (started != NULL)
    {
      g_thread_unref (started);
      return;
    }
  g_object_unref (thread->task);
  g_free (thread);
  g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_cancelled (GCancellable *cancellable, gpointer bus)
{
  gst_bus_post (bus, gst_message_new_application (NULL, gst_structure_new_empty ("starsend-cancelled")));
}

/* Waits on @bus for the end of the stream, a fault, the user, or @stall_seconds in which @progress has not moved. */
static gboolean
wait_for_end (GstBus *bus, const gint *progress, guint stall_seconds, GCancellable *cancellable, GError **error)
{
  gint last = -1;
  gint64 moved = g_get_monotonic_time ();

  for (;;)
    {
      g_autoptr (GstMessage) message =
          gst_bus_timed_pop_filtered (bus, GST_SECOND / 2, GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_APPLICATION);
      gint64 now = g_get_monotonic_time ();
      gint current = g_atomic_int_get (progress);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
        {
          g_autofree char *debug = NULL;

          gst_message_parse_error (message, error, &debug);
          g_debug ("GStreamer: %s", debug);
          return FALSE;
        }
      if (message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
        return TRUE;
      if (current != last)
        moved = now;
      last = current;
      if (now - moved > (gint64) stall_seconds * G_USEC_PER_SEC)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "no progress in %u s", stall_seconds);
          return FALSE;
        }
    }
}

/* Plays @pipeline to its end and shuts it down, however it ends. Faults come as GStreamer words them. */
gboolean
starsend_gst_play (GstElement *pipeline, const gint *progress, guint stall_seconds, GCancellable *cancellable, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gulong handler = 0;
  gboolean done;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), gst_object_ref (bus), gst_object_unref);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  done = wait_for_end (bus, progress, stall_seconds, cancellable, error);
  if (handler != 0)
    g_cancellable_disconnect (cancellable, handler);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return done;
}
