/* test-file-queue.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "files-test.h"

#include "starsend-file-queue.h"

typedef struct
{
  GString *order;
  GThread *caller;
  guint called;
  guint freed;
  GMutex gate; /* held by the test while jobs have to wait */
} Record;

typedef struct
{
  Record *record;
  char letter;
} Step;

static gboolean
run_step (gpointer data, GError **error)
{
  Step *step = data;

  g_assert_true (g_thread_self () != step->record->caller);
  g_mutex_lock (&step->record->gate);
  g_string_append_c (step->record->order, step->letter);
  g_mutex_unlock (&step->record->gate);
  if (step->letter != '!')
    return TRUE;
  g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_NO_SPACE, "full");
  return FALSE;
}

static void
free_step (gpointer data)
{
  Step *step = data;

  g_assert_true (g_thread_self () == step->record->caller);
  step->record->freed++;
  g_free (step);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Step *step = user_data;
  Record *record = step->record;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_thread_self () == record->caller);
  if (starsend_file_queue_run_finish (STARSEND_FILE_QUEUE (source), result, &error))
    g_assert_no_error (error);
  else if (step->letter == '!')
    g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NO_SPACE);
  else
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  record->called++;
}

static void
record_init (Record *record)
{
  memset (record, 0, sizeof *record);
  record->order = g_string_new (NULL);
  record->caller = g_thread_self ();
  g_mutex_init (&record->gate);
}

static void
record_clear (Record *record)
{
  g_string_free (record->order, TRUE);
  g_mutex_clear (&record->gate);
}

static void
ask (StarsendFileQueue *queue, Record *record, char letter, GCancellable *cancellable)
{
  Step *step = g_new (Step, 1);

  step->record = record;
  step->letter = letter;
  starsend_file_queue_run_async (queue, run_step, step, free_step, cancellable, on_done, step);
}

static void
wait_for (Record *record, guint called)
{
  while (record->called < called || record->freed < called)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}

static void
test_order (void)
{
  g_autoptr (StarsendFileQueue) queue = starsend_file_queue_new ();
  Record record;

  record_init (&record);
  for (guint i = 0; i < 1000; i++)
    ask (queue, &record, 'a' + i % 26, NULL);
  wait_for (&record, 1000);
  g_assert_cmpuint (record.order->len, ==, 1000);
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpint (record.order->str[i], ==, 'a' + i % 26);
  g_assert_finalize_object (g_steal_pointer (&queue));
  record_clear (&record);
}

static void
test_errors (void)
{
  g_autoptr (StarsendFileQueue) queue = starsend_file_queue_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Record record;

  record_init (&record);
  g_mutex_lock (&record.gate);
  ask (queue, &record, 'a', NULL);
  ask (queue, &record, '!', NULL);
  ask (queue, &record, 'b', cancellable);
  ask (queue, &record, 'c', NULL);
  g_cancellable_cancel (cancellable);
  g_mutex_unlock (&record.gate);
  wait_for (&record, 4);
  g_assert_cmpstr (record.order->str, ==, "a!c");
  record_clear (&record);
}

/* Nobody but the waiting jobs holds the queue any more: all of them run, and then it ends. */
static void
test_dropped (void)
{
  StarsendFileQueue *queue = starsend_file_queue_new ();
  gpointer weak = queue;
  Record record;

  record_init (&record);
  g_object_add_weak_pointer (G_OBJECT (queue), &weak);
  g_mutex_lock (&record.gate);
  for (guint i = 0; i < 5; i++)
    ask (queue, &record, 'a' + i, NULL);
  g_object_unref (queue);
  g_assert_nonnull (weak);
  g_mutex_unlock (&record.gate);
  wait_for (&record, 5);
  g_assert_cmpstr (record.order->str, ==, "abcde");
  g_assert_null (weak);
  record_clear (&record);
}

static void
test_unused (void)
{
  StarsendFileQueue *queue = starsend_file_queue_new ();

  g_assert_finalize_object (queue);
}

static gpointer
use_from_thread (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  StarsendFileQueue *queue = data;
  Record record;

  g_main_context_push_thread_default (context);
  record_init (&record);
  for (guint i = 0; i < 200; i++)
    ask (queue, &record, 'a' + i % 26, NULL);
  wait_for (&record, 200);
  for (guint i = 0; i < 200; i++)
    g_assert_cmpint (record.order->str[i], ==, 'a' + i % 26);
  record_clear (&record);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_contexts (void)
{
  g_autoptr (StarsendFileQueue) queue = starsend_file_queue_new ();
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("caller", use_from_thread, queue);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_finalize_object (g_steal_pointer (&queue));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-queue/order", test_order);
  g_test_add_func ("/file-queue/errors", test_errors);
  g_test_add_func ("/file-queue/dropped", test_dropped);
  g_test_add_func ("/file-queue/unused", test_unused);
  g_test_add_func ("/file-queue/contexts", test_contexts);
  return g_test_run ();
}
