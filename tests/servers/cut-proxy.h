/* cut-proxy.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  CUT_NOTHING,    /* only counts */
  CUT_REQUEST,    /* the server gets that many bytes of what the client sends, then both sides are cut */
  CUT_ANSWER,     /* the client gets that many bytes of what the server sends, which has the whole request, then both are cut */
} CutSide;

typedef enum
{
  CUT_BY_RESET,   /* the client gets RST */
  CUT_BY_CLOSE,   /* FIN */
} CutManner;

/* Forwards bytes between a client and a server on loopback, and cuts the connection at byte N. It works on a thread of its own; every function
 * may be called from any thread.
 *
 * A sweep: for (n = 0; ; n++) { cut_proxy_cut_request (proxy, "POST ", CUT_ANSWER, CUT_BY_RESET, n); ...one call...; if (!cut_proxy_was_cut (proxy)) break; } */
typedef struct _CutProxy CutProxy;

CutProxy *cut_proxy_new (const char *target);                /* "http://127.0.0.1:4711" */
void cut_proxy_free (CutProxy *self);
const char *cut_proxy_get_base (CutProxy *self);
/* The connection that is @skip new connections away from now is cut after @bytes bytes of that side; those after it are not. Bytes count over the
 * life of the connection, so a client that keeps connections is cut in a later request. */
void cut_proxy_cut (CutProxy *self, CutSide side, CutManner manner, guint64 bytes, guint skip);
/* The next request whose first line contains @text is cut, once, and @bytes counts from where that request (or its answer) begins. On a connection that
 * is kept, it is not cut any more when its answer was shorter and another request follows. */
void cut_proxy_cut_request (CutProxy *self, const char *text, CutSide side, CutManner manner, guint64 bytes);
/* Whether a cut happened since one was ordered last. */
gboolean cut_proxy_was_cut (CutProxy *self);
guint cut_proxy_get_n_connections (CutProxy *self);
/* What has passed of the request that was to be cut and of its answer, or of that connection. */
guint64 cut_proxy_get_n_request_bytes (CutProxy *self);
guint64 cut_proxy_get_n_answer_bytes (CutProxy *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CutProxy, cut_proxy_free)

G_END_DECLS
