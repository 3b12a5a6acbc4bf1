/* starsend-file-queue.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-file-queue.h"

#include "starsend-error.h"

#include <glib/gi18n-lib.h>

/**
 * StarsendFileQueue:
 *
 * One thread for all writes of a project.
 *
 * The main loop never waits for a disk, and writes happen in the order they were asked for. The thread begins with the
 * first write and ends with the queue; a queue lives until everything that was asked of it is done.
 */
struct _StarsendFileQueue
{
  GObject parent_instance;

  GThread *thread; /* the callers' side only, under the mutex */

  GMutex mutex;
  GCond wanted;
  GQueue tasks; /* of GTask, under the mutex */
  gboolean closing;
};

typedef struct
{
  StarsendFileJob job;
  gpointer job_data;
  GDestroyNotify destroy;
  gboolean succeeded;
  GError *error;
} Work;

G_DEFINE_FINAL_TYPE (StarsendFileQueue, starsend_file_queue, G_TYPE_OBJECT)

static void
work_free (Work *work)
{
  if (work->destroy != NULL)
    work->destroy (work->job_data);
  g_clear_error (&work->error);
  g_free (work);
}

static gboolean
complete (gpointer user_data)
{
  GTask *task = user_data;
  Work *work = g_task_get_task_data (task);

  if (work->succeeded)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&work->error));
  return G_SOURCE_REMOVE;
}

/* The last reference to the task, and so perhaps to the queue and to what the job knows, goes in the caller's context:
 * the worker gives its own away and never frees anything of others. */
static void
send_back (GTask *task)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  g_autoptr (GMainContext) context = g_main_context_ref (g_task_get_context (task));

  g_source_set_priority (source, g_task_get_priority (task));
  g_source_set_static_name (source, "[starsend] file written");
  g_source_set_callback (source, complete, task, g_object_unref);
  g_source_attach (source, context);
}

static gpointer
work_through (gpointer user_data)
{
  StarsendFileQueue *self = user_data;

  g_mutex_lock (&self->mutex);
  while (TRUE)
    {
      GTask *task = g_queue_pop_head (&self->tasks);

      if (task != NULL)
        {
          Work *work = g_task_get_task_data (task);

          g_mutex_unlock (&self->mutex);
          if (!g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &work->error))
            work->succeeded = work->job (work->job_data, &work->error);
          /* The queue may be gone right after this, but not before the thread was joined. */
          send_back (task);
          g_mutex_lock (&self->mutex);
        }
      else if (self->closing)
        break;
      else
        g_cond_wait (&self->wanted, &self->mutex);
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

static void
starsend_file_queue_finalize (GObject *object)
{
  StarsendFileQueue *self = STARSEND_FILE_QUEUE (object);

  /* Every waiting task holds the queue, so there is nothing left to do and the thread ends at once. */
  g_mutex_lock (&self->mutex);
  self->closing = TRUE;
  g_cond_signal (&self->wanted);
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&self->thread, g_thread_join);
  g_assert (g_queue_is_empty (&self->tasks));
  g_cond_clear (&self->wanted);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (starsend_file_queue_parent_class)->finalize (object);
}

static void
starsend_file_queue_class_init (StarsendFileQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_file_queue_finalize;
}

static void
starsend_file_queue_init (StarsendFileQueue *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->wanted);
  g_queue_init (&self->tasks);
}

/**
 * starsend_file_queue_new:
 *
 * Makes a queue; its thread begins with the first job.
 *
 * Returns: (transfer full): the queue
 */
StarsendFileQueue *
starsend_file_queue_new (void)
{
  return g_object_new (STARSEND_TYPE_FILE_QUEUE, NULL);
}

/**
 * starsend_file_queue_run_async: (skip)
 * @self: a queue
 * @job: what to do on the worker thread; it may block
 * @job_data: for @job
 * @destroy: (nullable): frees @job_data, in the caller's context
 * @cancellable: (nullable): a cancellable; a job that has begun is not cancelled
 * @callback: called in the thread-default context of the caller when the job is done
 * @user_data: for @callback
 *
 * Runs a job on the worker, after all that were asked for before. The queue is kept alive until it has run.
 */
void
starsend_file_queue_run_async (StarsendFileQueue *self, StarsendFileJob job, gpointer job_data, GDestroyNotify destroy,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) failure = NULL;
  Work *work;

  g_return_if_fail (STARSEND_IS_FILE_QUEUE (self));
  g_return_if_fail (job != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_file_queue_run_async);
  /* What counts is what the job says: a write that happened is not told as cancelled. */
  g_task_set_check_cancellable (task, FALSE);
  work = g_new0 (Work, 1);
  work->job = job;
  work->job_data = job_data;
  work->destroy = destroy;
  g_task_set_task_data (task, work, (GDestroyNotify) work_free);

  g_mutex_lock (&self->mutex);
  if (self->thread == NULL)
    self->thread = g_thread_try_new ("starsend-files", work_through, self, &failure);
  if (self->thread != NULL)
    {
      g_queue_push_tail (&self->tasks, g_steal_pointer (&task));
      g_cond_signal (&self->wanted);
    }
  g_mutex_unlock (&self->mutex);
  if (task != NULL)
    g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_FAILED,
                             _("Nothing can be written, for no thread could be started: %s"), failure->message);
}

/**
 * starsend_file_queue_run_finish: (skip)
 * @self: a queue
 * @result: the result
 * @error: return location for an error
 *
 * Gives what the job gave.
 *
 * Returns: what the job returned, with its error; %FALSE with %G_IO_ERROR_CANCELLED when it was cancelled before it began
 */
gboolean
starsend_file_queue_run_finish (StarsendFileQueue *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (STARSEND_IS_FILE_QUEUE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, starsend_file_queue_run_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
