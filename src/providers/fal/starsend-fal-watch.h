/* starsend-fal-watch.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-fal-client.h"
#include "starsend-job.h"

G_BEGIN_DECLS

/* Waits until a job is COMPLETED, well or badly, and tells @job (nullable) how it goes on. It polls, and where the server streams, it listens
 * and polls seldom. What cannot be asked is asked again, without end. Errors: UNCERTAIN the server does not know the job ·
 * PROVIDER it was cancelled there · UNAVAILABLE there is no key · INVALID_INPUT the ticket leads nowhere · CANCELLED. */
void starsend_fal_watch_async (StarsendFalClient *client, StarsendTicket *ticket, const char *endpoint, StarsendJob *job,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendFalStatus *starsend_fal_watch_finish (StarsendFalClient *client, GAsyncResult *result, GError **error);
/* Milliseconds before the next try, after @failures in a row: from 1 to 30 seconds. */
guint starsend_fal_watch_get_backoff (StarsendFalClient *client, guint failures);

G_END_DECLS
