/* starsend-http-reply.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_HTTP_REPLY (starsend_http_reply_get_type ())

/* A whole answer, whatever its status: boxed, counted, immutable. */
typedef struct _StarsendHttpReply StarsendHttpReply;
GType starsend_http_reply_get_type (void);
StarsendHttpReply *starsend_http_reply_ref (StarsendHttpReply *self);
void starsend_http_reply_unref (StarsendHttpReply *self);
guint starsend_http_reply_get_status (StarsendHttpReply *self);
gboolean starsend_http_reply_is_success (StarsendHttpReply *self);                                /* 200 to 299 */
const char *starsend_http_reply_get_header (StarsendHttpReply *self, const char *name);           /* nullable */
GBytes *starsend_http_reply_get_body (StarsendHttpReply *self);
/* Method and address without query, for messages. */
const char *starsend_http_reply_get_what (StarsendHttpReply *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendHttpReply, starsend_http_reply_unref)

G_END_DECLS
