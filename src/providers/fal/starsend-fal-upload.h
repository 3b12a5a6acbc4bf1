/* starsend-fal-upload.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-fal-client.h"

G_BEGIN_DECLS

/* Brings bytes to the storage of fal.ai: asks for a place, with the key, and puts them there, without it; from @part_threshold bytes on in
 * parts. Finish gives the address. Free of charge, so everything in it is repeated where it fails. */
void starsend_fal_upload_async (StarsendFalClient *client, GBytes *bytes, const char *mime, const char *name, gsize part_threshold,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *starsend_fal_upload_finish (StarsendFalClient *client, GAsyncResult *result, GError **error);

G_END_DECLS
