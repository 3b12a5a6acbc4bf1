/* cut-server.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A server on raw sockets that does to every request what it was told to, down to the byte: it can cut, reset, drip,
 * stall and lie. It has threads of its own; every function here may be called from any thread. */
typedef struct _CutServer CutServer;

typedef enum
{
  CUT_END_KEEP,  /* nothing: the connection waits for the next request */
  CUT_END_CLOSE, /* FIN, as a program that ends does it */
  CUT_END_RESET, /* RST, as a machine that went away does it */
  CUT_END_HANG,  /* nothing more, and the connection stays open */
} CutEnd;

/* What is done with one request. All zero: the whole request is read, a 200 with "{}" sent, the connection kept. */
typedef struct
{
  const char *reply;     /* raw, with the status line; NULL for the default */
  gssize reply_length;   /* 0 when it ends with a NUL */
  gboolean cut_request;  /* only @request_bytes of the request are read, and nothing is answered */
  gsize request_bytes;
  gboolean cut_reply;    /* only @reply_bytes of the reply are sent */
  gsize reply_bytes;
  guint stall;           /* milliseconds before the reply */
  guint drip;            /* milliseconds between pieces of the reply */
  gsize piece;           /* bytes of a piece; 0 for all at once */
  gsize drip_after;      /* the first so many bytes go at once */
  CutEnd end;
} CutScript;

CutServer *cut_server_new (void);
/* Ends every connection. */
void cut_server_free (CutServer *self);
/* "http://127.0.0.1:PORT" */
const char *cut_server_get_base (CutServer *self);
char *cut_server_get_uri (CutServer *self, const char *path);

/* For the next request that no script is waiting for. What it points to is copied. */
void cut_server_push (CutServer *self, const CutScript *script);
/* A reply with a status, some more headers ("Name: value\r\n"..., nullable) and a body with its length. */
void cut_server_push_reply (CutServer *self, guint status, const char *headers, const char *body);
/* For every request that nothing was pushed for. */
void cut_server_set_default (CutServer *self, const CutScript *script);
/* Forgets scripts, counts and requests. */
void cut_server_reset (CutServer *self);

guint cut_server_get_connections (CutServer *self);
/* Requests of which at least a byte came. */
guint cut_server_get_touched (CutServer *self);
/* Requests that came whole, and could have been carried out. */
guint cut_server_get_delivered (CutServer *self);
/* The requests that came, whole or not, in order; NULL past the last. */
char *cut_server_get_request (CutServer *self, guint index);
/* Whether any request held @text. */
gboolean cut_server_saw (CutServer *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CutServer, cut_server_free)

G_END_DECLS
