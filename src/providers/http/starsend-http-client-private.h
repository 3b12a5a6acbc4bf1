/* starsend-http-client-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-http-backoff.h"
#include "starsend-http-call-private.h"
#include "starsend-http-client.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define STARSEND_HTTP_MAX_REDIRECTS 5

SoupSession *starsend_http_client_get_session (StarsendHttpClient *self);
SoupSession *starsend_http_client_get_streams (StarsendHttpClient *self);
/* Fewer bytes in a second than this, over so many milliseconds, end an attempt of a download. */
guint starsend_http_client_get_min_speed (StarsendHttpClient *self);
guint starsend_http_client_get_speed_time (StarsendHttpClient *self);
StarsendHttpBackoff *starsend_http_client_make_backoff (StarsendHttpClient *self);
/* Whether @call may go out at all. */
gboolean starsend_http_client_check (StarsendHttpClient *self, StarsendHttpCall *call, GError **error);
/* Calls @wake after @milliseconds, or at once when the cancellable of @task is cancelled. */
void starsend_http_client_wait (GTask *task, gint64 milliseconds, GSourceFunc wake);

/* The address that an answer leads on to: NULL without an error where it does not. */
GUri *starsend_http_redirect_find (StarsendHttpCall *call, GUri *from, SoupMessage *message, guint count, GError **error);

G_END_DECLS
