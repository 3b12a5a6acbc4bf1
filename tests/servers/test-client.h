/* test-client.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/* One plain session, on the main context that serves as well. */
typedef struct
{
  SoupSession *session;
  const char *auth;            /* name of the header; nullable */
  const char *key;
  SoupMessage *msg;            /* the last one */
  GBytes *body;                /* of its answer; NULL: it failed */
  GError *error;
} TestClient;

void test_client_init (TestClient *self, const char *auth, const char *key);
void test_client_clear (TestClient *self);
/* The status; 0: the call failed, and error says how. */
guint test_client_call (TestClient *self, const char *method, const char *uri, const char *type, GBytes *body, const char *range);
guint test_client_get (TestClient *self, const char *uri);
guint test_client_post (TestClient *self, const char *uri, const char *json);
/* The answer's JSON; it ends the test if it is none. (transfer full) */
JsonNode *test_client_json (TestClient *self);
/* What is at "video.url" in it, as text; NULL: nothing. (transfer full) */
char *test_client_at (TestClient *self, const char *path);
const char *test_client_header (TestClient *self, const char *name);
void test_spin (guint milliseconds);

G_END_DECLS
