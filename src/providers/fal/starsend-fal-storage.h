/* starsend-fal-storage.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-fal-client.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_FAL_STORAGE (starsend_fal_storage_get_type ())

/* Where pictures go before a job can name them. What was uploaded in the last day is known by its digest and not uploaded again, also by
 * another run of the program. Properties: "client", "cache" (a file; construct; NULL: fal-uploads.json in the user's cache),
 * "part-threshold" (bytes, from which on a file goes in parts; 90 MB). */
G_DECLARE_FINAL_TYPE (StarsendFalStorage, starsend_fal_storage, STARSEND, FAL_STORAGE, GObject)

StarsendFalStorage *starsend_fal_storage_new (StarsendFalClient *client);
/* Finish gives the address. @max_bytes, @max_side: what the picture is made to fit; 0: no limit. Nothing is bought by it. */
void starsend_fal_storage_upload_async (StarsendFalStorage *self, const char *path, gsize max_bytes, int max_side,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *starsend_fal_storage_upload_finish (StarsendFalStorage *self, GAsyncResult *result, GError **error);
/* The server could not have them any more: every address in @input is uploaded anew the next time. */
void starsend_fal_storage_forget (StarsendFalStorage *self, JsonNode *input);

G_END_DECLS
