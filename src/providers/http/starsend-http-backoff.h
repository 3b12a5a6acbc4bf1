/* starsend-http-backoff.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_HTTP_BACKOFF (starsend_http_backoff_get_type ())

/* How long to wait before the next attempt: boxed. */
typedef struct _StarsendHttpBackoff StarsendHttpBackoff;
GType starsend_http_backoff_get_type (void);
/* @first: milliseconds of the first wait; @waits: after so many waits it ends. */
StarsendHttpBackoff *starsend_http_backoff_new (guint first, guint waits);
StarsendHttpBackoff *starsend_http_backoff_copy (const StarsendHttpBackoff *self);
void starsend_http_backoff_free (StarsendHttpBackoff *self);
/* Milliseconds to wait, or -1 to give up. @retry_after: the header of that name; nullable. */
gint64 starsend_http_backoff_next (StarsendHttpBackoff *self, const char *retry_after);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendHttpBackoff, starsend_http_backoff_free)

G_END_DECLS
