/* starsend-http-call.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether a call may be made again by itself when it failed. */
typedef enum
{
  STARSEND_HTTP_REPEAT_SAFE,    /* asks or overwrites: on lost connections, 408, 429, 500, 502, 503, 504 */
  STARSEND_HTTP_REPEAT_UNSENT,  /* can cost money: only while for certain nothing of it reached the server (name, connect,
                                 * TLS), and on answers of a gateway that never passed it on (429; 502 and 503 without x-fal-request-id) */
} StarsendHttpRepeat;

#define STARSEND_TYPE_HTTP_CALL (starsend_http_call_get_type ())

/* One HTTP request to be made: boxed, counted; set up by its maker and not changed once it is sent. */
typedef struct _StarsendHttpCall StarsendHttpCall;
GType starsend_http_call_get_type (void);
StarsendHttpCall *starsend_http_call_new (const char *method, const char *uri);
StarsendHttpCall *starsend_http_call_ref (StarsendHttpCall *self);
void starsend_http_call_unref (StarsendHttpCall *self);
void starsend_http_call_set_header (StarsendHttpCall *self, const char *name, const char *value);
/* A header that holds a key: sent only to origins that the client trusts (else INVALID_INPUT, unsent), never logged, never told. */
void starsend_http_call_set_key (StarsendHttpCall *self, const char *name, const char *value);
void starsend_http_call_set_body (StarsendHttpCall *self, const char *content_type, GBytes *body);
/* @length bytes of the file from @offset, streamed. */
void starsend_http_call_set_body_file (StarsendHttpCall *self, const char *content_type, const char *path, goffset offset, goffset length);
void starsend_http_call_set_repeat (StarsendHttpCall *self, StarsendHttpRepeat repeat);          /* SAFE for GET, PUT; UNSENT else */
/* Once it is being sent, cancelling does nothing any more: what was bought is worth waiting for. FALSE. */
void starsend_http_call_set_finish (StarsendHttpCall *self, gboolean finish);
void starsend_http_call_set_deadline (StarsendHttpCall *self, guint seconds);                    /* one whole attempt; 60 */
void starsend_http_call_set_max_body (StarsendHttpCall *self, gsize bytes);                      /* of the answer; 32 MiB */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendHttpCall, starsend_http_call_unref)

G_END_DECLS
