/* cut-proxy.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  CUT_NOTHING,
  CUT_REQUEST,    /* the server gets that many bytes of what the client sends, then both sides are cut */
  CUT_ANSWER,     /* the client gets that many bytes of what the server sends, which has the whole request, then both are cut */
} CutSide;

typedef enum
{
  CUT_BY_RESET,   /* RST */
  CUT_BY_CLOSE,   /* FIN */
} CutManner;

/* Forwards bytes between a client and a server on loopback, and cuts the connection at byte N. It works on a thread of its own; every function
 * may be called from any thread. */
typedef struct _CutProxy CutProxy;

CutProxy *cut_proxy_new (const char *target);                /* "http://127.0.0.1:4711" */
void cut_proxy_free (CutProxy *self);
const char *cut_proxy_get_base (CutProxy *self);
/* The connection that is @skip connections away from now is cut after @bytes bytes of that side, and those after it are not. Bytes count over the
 * life of the connection, so a client that keeps connections is cut in a later request. */
void cut_proxy_cut (CutProxy *self, CutSide side, CutManner manner, guint64 bytes, guint skip);
/* Only the first request whose first line contains @text is cut, and @bytes counts from where that request (or its answer) begins. */
void cut_proxy_cut_request (CutProxy *self, const char *text, CutSide side, CutManner manner, guint64 bytes);
/* Whether a cut happened since the last call of cut_proxy_cut(). */
gboolean cut_proxy_was_cut (CutProxy *self);
guint cut_proxy_get_n_connections (CutProxy *self);
/* What passed on the last connection that ended or was cut. */
guint64 cut_proxy_get_n_request_bytes (CutProxy *self);
guint64 cut_proxy_get_n_answer_bytes (CutProxy *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CutProxy, cut_proxy_free)

G_END_DECLS
