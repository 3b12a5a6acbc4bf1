/* starsend-fal-collect.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-delivery.h"
#include "starsend-fal-storage.h"
#include "starsend-job.h"
#include "starsend-model.h"

G_BEGIN_DECLS

/* What a collection needs to know. */
typedef struct
{
  StarsendFalClient *client;
  StarsendFalStorage *storage;
  StarsendModel *model;
  StarsendRequest *request;
  StarsendTicket *ticket;
  StarsendJob *job;     /* nullable */
  const char *part;
} StarsendFalCollection;

/* Waits for a job, takes its result as soon as it is there, and fetches the file. The errors are those of StarsendProviderClass.collect_async. */
void starsend_fal_collect_async (const StarsendFalCollection *what,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendDelivery *starsend_fal_collect_finish (StarsendFalClient *client, GAsyncResult *result, GError **error);

G_END_DECLS
