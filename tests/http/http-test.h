/* http-test.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "cut-server.h"
#include "starsend-error.h"
#include "starsend-http-client.h"

G_BEGIN_DECLS

#define TEST_KEY "test-key-0123:secret"

void http_test_init (int *argc, char ***argv);

/* A client with short waits that trusts @server; nullable. */
StarsendHttpClient *http_test_client (CutServer *server);

/* A POST with a key and a body, or a GET without both. */
StarsendHttpCall *http_test_post (CutServer *server, const char *path);
StarsendHttpCall *http_test_get (CutServer *server, const char *path);

/* Run the main loop until it is done; they fail the test after half a minute. */
StarsendHttpReply *http_test_send (StarsendHttpClient *client, StarsendHttpCall *call, GCancellable *cancellable,
                                   GError **error);
char *http_test_download (StarsendHttpClient *client, const char *uri, const char *path, goffset max_size, goffset *size,
                          GCancellable *cancellable, GError **error);
/* The data of the events, one behind the other. */
gboolean http_test_stream (StarsendHttpClient *client, StarsendHttpCall *call, guint silence, GPtrArray *events,
                           GCancellable *cancellable, GError **error);

/* No message may hold a key or a query. */
void http_test_check_error (const GError *error, GQuark domain, int code);
void http_test_check_reply (StarsendHttpReply *reply, guint status, const char *body);
/* Cancels after @milliseconds. */
void http_test_cancel_later (GCancellable *cancellable, guint milliseconds);
/* Ends a server after its clients have, as it holds on to what it has to end by itself. */
void http_test_end_server (StarsendHttpClient *client, SoupServer *server);
/* Gives the client up and asserts that nothing else holds it. */
void http_test_finish (StarsendHttpClient *client);

G_END_DECLS
