/* fake-server-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "fake-fault-private.h"
#include "fake-server.h"

G_BEGIN_DECLS

/* One call, from its head to the end of its answer: counted. Its message is paused until it is answered. */
typedef struct _FakeCall FakeCall;

/* The name of the call's route, known as soon as its head is there: a static string. @port is the index of the port it came in by. */
typedef const char *(*FakeRouter) (const char *method, const char *path, guint port, gpointer user_data);
/* Answers the call, now or later. */
typedef void (*FakeHandler) (FakeCall *call, gpointer user_data);

/* @n_ports of @ports, 0 for any. */
FakeServer *fake_server_new (const guint *ports, guint n_ports, FakeRouter router, FakeHandler handler, gpointer user_data, GError **error);
void fake_server_free (FakeServer *self);
const char *fake_server_get_base (FakeServer *self, guint port);
/* {name} in the texts of faults becomes @value. */
void fake_server_set_word (FakeServer *self, const char *name, const char *value);
/* A NULL-terminated list, for faults that only a handler can make. */
void fake_server_set_specials (FakeServer *self, const char *const *specials);
void fake_server_bump (FakeServer *self, const char *counter, guint64 by);

FakeCall *fake_call_ref (FakeCall *self);
void fake_call_unref (FakeCall *self);
FakeServer *fake_call_get_server (FakeCall *self);
const char *fake_call_get_route (FakeCall *self);
const char *fake_call_get_method (FakeCall *self);
const char *fake_call_get_path (FakeCall *self);
const char *fake_call_get_query (FakeCall *self, const char *name);
const char *fake_call_get_header (FakeCall *self, const char *name);
/* The header Range, which fake_call_get_header() does not have. */
const char *fake_call_get_range (FakeCall *self);
GBytes *fake_call_dup_body (FakeCall *self);
/* The name of the special fault that is wanted; NULL: none. */
const char *fake_call_get_special (FakeCall *self);
/* Whether the other side went away. */
gboolean fake_call_is_gone (FakeCall *self);

void fake_call_set_header (FakeCall *self, const char *name, const char *value);
void fake_call_answer (FakeCall *self, guint status, const char *content_type, GBytes *body);
/* @node: (transfer full) */
void fake_call_answer_json (FakeCall *self, guint status, JsonNode *node);
void fake_call_answer_detail (FakeCall *self, guint status, const char *detail);
/* Sends these bytes as they are, from the status line on, @piece bytes every @gap milliseconds (0: all at once), and closes. */
void fake_call_answer_raw (FakeCall *self, GBytes *bytes, gsize piece, guint gap);
void fake_call_drop (FakeCall *self, gboolean reset);
/* An answer without a known end, in pieces. */
void fake_call_stream_begin (FakeCall *self, guint status, const char *content_type);
void fake_call_stream_send (FakeCall *self, const char *text);
void fake_call_stream_end (FakeCall *self);

/* Calls back again and again until it says G_SOURCE_REMOVE or the call ends. @destroy may be called from in here, when there was one before. */
void fake_call_set_timer (FakeCall *self, guint milliseconds, GSourceFunc callback, gpointer user_data, GDestroyNotify destroy);

JsonNode *fake_json_parse (GBytes *bytes);                     /* NULL: it is none */
JsonNode *fake_json_parse_text (const char *text);             /* ends the test if it is none */
char *fake_json_print (JsonNode *node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeCall, fake_call_unref)

G_END_DECLS
