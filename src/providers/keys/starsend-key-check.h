/* starsend-key-check.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-http-client.h"

G_BEGIN_DECLS

/* Asks the service whether it knows a key, with a call that costs nothing. @base is the service's, and one that @client trusts:
 * of Gemini, or of fal's storage. */
void starsend_key_check_async (StarsendHttpClient *client, const char *account, const char *key, const char *base,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* @remark: what else there is to say of a good key (its account is empty); nullable. */
gboolean starsend_key_check_finish (StarsendHttpClient *client, GAsyncResult *result, char **remark, GError **error);

G_END_DECLS
