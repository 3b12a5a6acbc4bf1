/* starsend-fal-cancel.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-fal-client.h"

G_BEGIN_DECLS

/* Asks the queue to drop or stop a job, and looks for a moment whether it does. Finish gives TRUE when nothing will come any more. */
void starsend_fal_cancel_async (StarsendFalClient *client, StarsendTicket *ticket, const char *endpoint,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_fal_cancel_finish (StarsendFalClient *client, GAsyncResult *result, GError **error);

G_END_DECLS
