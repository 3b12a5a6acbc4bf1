/* starsend-fal-uploads.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Which files were uploaded, by the digest of their bytes: in memory, and in a file that is written whole. Counted. Any thread. Files at fal.ai
 * expire, and nobody says when: what is older than a day is not there any more. */
typedef struct _StarsendFalUploads StarsendFalUploads;

StarsendFalUploads *starsend_fal_uploads_new (const char *path);
StarsendFalUploads *starsend_fal_uploads_ref (StarsendFalUploads *self);
void starsend_fal_uploads_unref (StarsendFalUploads *self);
/* Blocking: reads the file the first time. @base: the service that it was uploaded to. Nullable. */
char *starsend_fal_uploads_lookup (StarsendFalUploads *self, const char *base, const char *digest);
/* Blocking: writes the file. A cache that cannot be written is no error. */
void starsend_fal_uploads_add (StarsendFalUploads *self, const char *base, const char *digest, const char *url);
void starsend_fal_uploads_save (StarsendFalUploads *self);
/* In memory at once. TRUE when something was forgotten, and is to be saved. */
gboolean starsend_fal_uploads_forget (StarsendFalUploads *self, JsonNode *input);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendFalUploads, starsend_fal_uploads_unref)

G_END_DECLS
