/* starsend-file-queue.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_FILE_QUEUE (starsend_file_queue_get_type ())

/* One worker thread for all writes of a project, so that the main loop never waits for a disk and writes happen in
 * the order they were asked for. A write that has begun is not cancelled. */
G_DECLARE_FINAL_TYPE (StarsendFileQueue, starsend_file_queue, STARSEND, FILE_QUEUE, GObject)

typedef gboolean (*StarsendFileJob) (gpointer job_data, GError **error);

StarsendFileQueue *starsend_file_queue_new (void);
/* Runs @job on the worker, in order. Finish returns what the job returned. The queue is kept alive until it has run. */
void starsend_file_queue_run_async (StarsendFileQueue *self, StarsendFileJob job, gpointer job_data, GDestroyNotify destroy,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_file_queue_run_finish (StarsendFileQueue *self, GAsyncResult *result, GError **error);

G_END_DECLS
