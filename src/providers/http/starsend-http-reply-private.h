/* starsend-http-reply-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "starsend-http-reply.h"

G_BEGIN_DECLS

/* Takes over @body. */
StarsendHttpReply *starsend_http_reply_new (const char *what, guint status, SoupMessageHeaders *headers, GByteArray *body);

G_END_DECLS
