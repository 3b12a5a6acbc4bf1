/* starsend-http-client.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-http-call.h"
#include "starsend-http-reply.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_HTTP_CLIENT (starsend_http_client_get_type ())

/* The one way to the network. Asynchronous on the main context, cancellable; no redirect is followed with a key, and
 * elsewhere only from http(s) to http(s) (never from https to http); bodies and time are bounded; a body that was cut short is an
 * error, never a whole one. Repeats, back-off with jitter and Retry-After (seconds or date; a wait over 5 minutes ends it) are in here.
 *
 * Errors of every call: INVALID_INPUT the address is refused (not http or https, a key for a foreign origin), nothing was sent ·
 * IO for certain nothing of a REPEAT_UNSENT call reached the server, or a REPEAT_SAFE one failed in the end · UNCERTAIN a
 * REPEAT_UNSENT call was sent, wholly or partly, and no whole answer came (cancelling it then gives this too) ·
 * G_IO_ERROR_CANCELLED cancelled, and nothing was sent that could cost money. Messages name host and path, the server's words
 * where there are some, and never a key or a query. */
G_DECLARE_FINAL_TYPE (StarsendHttpClient, starsend_http_client, STARSEND, HTTP_CLIENT, GObject)

/* Called on the main context while a body runs; @total is -1 while nobody knows. */
typedef void (*StarsendHttpProgress) (goffset done, goffset total, gpointer user_data);
/* Called with the data of one server-sent event. */
typedef void (*StarsendHttpEvent) (const char *data, gpointer user_data);

StarsendHttpClient *starsend_http_client_new (void);
/* Keys may go to the origin (scheme, host, port) of @base. */
void starsend_http_client_trust (StarsendHttpClient *self, const char *base);
gboolean starsend_http_client_trusts (StarsendHttpClient *self, const char *uri);
/* The first wait of the back-off in milliseconds (1000); for tests. Property "backoff". */
void starsend_http_client_set_backoff (StarsendHttpClient *self, guint milliseconds);

/* Finish gives the answer whatever its status. */
void starsend_http_client_send_async (StarsendHttpClient *self, StarsendHttpCall *call,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendHttpReply *starsend_http_client_send_finish (StarsendHttpClient *self, GAsyncResult *result, GError **error);

/* Fetches media into @path in constant memory, hashed on the way and synced; goes on where it was cut when the server can (Range with
 * If-Range). No key goes with it. A status that is not 2xx is an error: NOT_FOUND for 404 and 410, IO else. More than @max_size bytes: INVALID_INPUT.
 * No overall deadline, but a minimum speed (properties "min-speed" in bytes a second, over "speed-time" in milliseconds).
 * When it fails, nothing is left at @path. Finish gives the SHA-256 in hexadecimal. */
void starsend_http_client_download_async (StarsendHttpClient *self, const char *uri, const char *path, goffset max_size,
                                          StarsendHttpProgress progress, gpointer progress_data, GDestroyNotify progress_destroy,
                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *starsend_http_client_download_finish (StarsendHttpClient *self, GAsyncResult *result, goffset *size, GError **error);

/* Reads server-sent events until the server ends the stream (finish gives TRUE), or @silence seconds pass without a byte,
 * or it fails (FALSE with an error). Never repeated by itself. Streams have connections of their own. */
void starsend_http_client_stream_async (StarsendHttpClient *self, StarsendHttpCall *call, guint silence,
                                        StarsendHttpEvent event, gpointer event_data, GDestroyNotify event_destroy,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_http_client_stream_finish (StarsendHttpClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
