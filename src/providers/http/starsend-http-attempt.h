/* starsend-http-attempt.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "starsend-http-call.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_HTTP_ATTEMPT (starsend_http_attempt_get_type ())

/* One call on the wire, once: what send, download and stream have in common. Private to this folder.
 * Errors in the domain STARSEND_ERROR are whole sentences, and another attempt would meet them again; all others are
 * faults of the network, told in the words of the library. */
G_DECLARE_FINAL_TYPE (StarsendHttpAttempt, starsend_http_attempt, STARSEND, HTTP_ATTEMPT, GObject)

/* What is known of the end of a body. */
typedef enum
{
  STARSEND_HTTP_END_CUT,
  STARSEND_HTTP_END_UNKNOWN, /* the server closed, and never said how long it would be */
  STARSEND_HTTP_END_WHOLE,
} StarsendHttpEnd;

/* @deadline: seconds from the connection to the last byte; 0 for none. */
StarsendHttpAttempt *starsend_http_attempt_new (SoupSession *session, StarsendHttpCall *call, GUri *uri, guint deadline);
SoupMessage *starsend_http_attempt_get_message (StarsendHttpAttempt *self);

/* Done when the headers are there. */
void starsend_http_attempt_open_async (StarsendHttpAttempt *self, int priority, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_http_attempt_open_finish (StarsendHttpAttempt *self, GAsyncResult *result, GError **error);
/* 0 at the end, whatever end that is. @size is at least 4096. */
void starsend_http_attempt_read_async (StarsendHttpAttempt *self, void *buffer, gsize size,
                                       GAsyncReadyCallback callback, gpointer user_data);
gssize starsend_http_attempt_read_finish (StarsendHttpAttempt *self, GAsyncResult *result, GError **error);
/* Stops it for a reason of the caller's own, which its next finish gives. */
void starsend_http_attempt_stop (StarsendHttpAttempt *self, GError *reason);

/* Whether any byte of the request can have reached the server. */
gboolean starsend_http_attempt_was_started (StarsendHttpAttempt *self);
/* What the caller's caller is told of @error, of which this takes hold: what can cost money and was begun may have been
 * carried out, whatever went wrong after that, cancelling included. */
GError *starsend_http_attempt_conclude (StarsendHttpAttempt *self, GError *error);
/* Whether another attempt could fare better. */
gboolean starsend_http_attempt_may_repeat (StarsendHttpAttempt *self, const GError *error);
/* Once it is open. FALSE where the connection ended among the headers, for libsoup does not say so. A server that ends its
 * lines without a carriage return is taken for one that was cut, so a body that follows says more. */
gboolean starsend_http_attempt_has_whole_headers (StarsendHttpAttempt *self);
/* Once a read gave 0. */
StarsendHttpEnd starsend_http_attempt_get_end (StarsendHttpAttempt *self);

G_END_DECLS
