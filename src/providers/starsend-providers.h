/* starsend-providers.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-keys.h"
#include "starsend-models.h"

G_BEGIN_DECLS

/* Registers who makes every model that needs an account, whether there is a key for it or not. The addresses come from the
 * environment (STARSEND_GEMINI_URL, STARSEND_FAL_QUEUE_URL, STARSEND_FAL_REST_URL), for tests and proxies. */
void starsend_providers_register (StarsendModels *models, StarsendKeys *keys);

/* Asks the service whether it knows a key; nothing is spent or kept. @remark: what there is to say of a good one; nullable. */
void starsend_providers_check_key_async (const char *account, const char *key, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_providers_check_key_finish (GAsyncResult *result, char **remark, GError **error);

G_END_DECLS
