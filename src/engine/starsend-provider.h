/* starsend-provider.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "starsend-delivery.h"
#include "starsend-job.h"
#include "starsend-ticket.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_PROVIDER (starsend_provider_get_type ())
G_DECLARE_DERIVABLE_TYPE (StarsendProvider, starsend_provider, STARSEND, PROVIDER, GObject)

/**
 * StarsendProviderClass:
 * @check: refuses a request that it cannot make, before anything is written or spent
 * @check_account: refuses while the account is not set up (no key), before anything is written or spent
 * @estimate: millionths of the currency; 0 for free
 * @submit_async: hands the job over and returns its ticket. STARSEND_ERROR_UNCERTAIN when it was sent and no answer came;
 *   any other error means for certain that nothing was bought
 * @collect_async: waits for the job and writes the whole file to @part. May be called again after a failure or a restart.
 *   STARSEND_ERROR_PROVIDER means the job itself ended badly and will never deliver; STARSEND_ERROR_UNCERTAIN that the provider
 *   does not know it any more, though it may have been paid; every other error leaves it open
 * @cancel_async: asks the provider to stop; nullable. TRUE when nothing will come any more
 * @make_ticket: rebuilds the ticket of a job from the provider's own name for it, which a person found elsewhere; nullable
 *
 * Who makes pictures or video.
 */
struct _StarsendProviderClass
{
  GObjectClass parent_class;

  gboolean        (*check)          (StarsendProvider *self, StarsendRequest *request, GError **error);
  gboolean        (*check_account)  (StarsendProvider *self, GError **error);
  gint64          (*estimate)       (StarsendProvider *self, StarsendRequest *request);
  void            (*submit_async)   (StarsendProvider *self, StarsendRequest *request, StarsendJob *job,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  StarsendTicket *(*submit_finish)  (StarsendProvider *self, GAsyncResult *result, GError **error);
  void            (*collect_async)  (StarsendProvider *self, StarsendRequest *request, StarsendTicket *ticket, StarsendJob *job, const char *part,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  StarsendDelivery *(*collect_finish) (StarsendProvider *self, GAsyncResult *result, GError **error);
  void            (*cancel_async)   (StarsendProvider *self, StarsendTicket *ticket,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  gboolean        (*cancel_finish)  (StarsendProvider *self, GAsyncResult *result, GError **error);
  StarsendTicket *(*make_ticket)    (StarsendProvider *self, StarsendRequest *request, const char *request_id, GError **error);

  gpointer padding[7];
};

const char *starsend_provider_get_name (StarsendProvider *self);   /* "local", "fal", "gemini"; construct property "name" */
gboolean starsend_provider_check (StarsendProvider *self, StarsendRequest *request, GError **error);
gboolean starsend_provider_check_account (StarsendProvider *self, GError **error);
gint64 starsend_provider_estimate (StarsendProvider *self, StarsendRequest *request);
void starsend_provider_submit_async (StarsendProvider *self, StarsendRequest *request, StarsendJob *job,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendTicket *starsend_provider_submit_finish (StarsendProvider *self, GAsyncResult *result, GError **error);
void starsend_provider_collect_async (StarsendProvider *self, StarsendRequest *request, StarsendTicket *ticket, StarsendJob *job, const char *part,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendDelivery *starsend_provider_collect_finish (StarsendProvider *self, GAsyncResult *result, GError **error);
void starsend_provider_cancel_async (StarsendProvider *self, StarsendTicket *ticket,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_provider_cancel_finish (StarsendProvider *self, GAsyncResult *result, GError **error);
gboolean starsend_provider_can_look_up (StarsendProvider *self);
StarsendTicket *starsend_provider_make_ticket (StarsendProvider *self, StarsendRequest *request, const char *request_id, GError **error);

G_END_DECLS
