/* starsend-fal-error.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-error.h"
#include "starsend-http-reply.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_FAL_ERROR (starsend_fal_error_get_type ())

/* What fal.ai says when something went wrong, in either of its two families: boxed, counted, immutable. */
typedef struct _StarsendFalError StarsendFalError;
GType starsend_fal_error_get_type (void);
/* @secret: the key, which never gets into the words; nullable everywhere. */
StarsendFalError *starsend_fal_error_new_from_reply (StarsendHttpReply *reply, const char *secret);
/* @type, @retryable: the headers X-Fal-Error-Type and X-Fal-Retryable; nullable. */
StarsendFalError *starsend_fal_error_new_from_body (guint status, const char *type, const char *retryable, GBytes *body, const char *secret);
/* "error" and "error_type" of a status answer. */
StarsendFalError *starsend_fal_error_new_from_status (const char *words, const char *type, const char *secret);
StarsendFalError *starsend_fal_error_ref (StarsendFalError *self);
void starsend_fal_error_unref (StarsendFalError *self);
guint starsend_fal_error_get_status (StarsendFalError *self);
const char *starsend_fal_error_get_error_type (StarsendFalError *self);   /* nullable */
/* Whether the server says that the same job may do better another time; FALSE when it says nothing. */
gboolean starsend_fal_error_get_retryable (StarsendFalError *self);
/* Whether it is told of the job itself (by its type or its list of places), and not of the way to it. */
gboolean starsend_fal_error_is_of_job (StarsendFalError *self);
/* Whether the model itself says it, with a list of places: nothing on the way speaks like that. */
gboolean starsend_fal_error_is_of_model (StarsendFalError *self);
/* Whether a picture or file that the job names could not be had by the server. */
gboolean starsend_fal_error_is_of_file (StarsendFalError *self);
/* The whole sentence. */
const char *starsend_fal_error_get_message (StarsendFalError *self);
GError *starsend_fal_error_to_error (StarsendFalError *self, StarsendError code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendFalError, starsend_fal_error_unref)

G_END_DECLS
