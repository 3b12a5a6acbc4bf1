/* starsend-http-call-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-http-call.h"

G_BEGIN_DECLS

typedef struct
{
  char *name;
  char *value;
} StarsendHttpHeader;

struct _StarsendHttpCall
{
  gatomicrefcount ref_count;

  /* Owned */
  char *method;
  GUri *uri; /* NULL where the address cannot be used */
  char *what;
  GArray *headers; /* of StarsendHttpHeader, those with a key among them */
  char *content_type;
  GBytes *body;
  char *path;

  goffset offset;
  goffset length;
  gsize max_body;
  guint deadline;
  StarsendHttpRepeat repeat;
  gboolean finish;
  gboolean has_key;
  gboolean malformed; /* a header that could not be written as one */
};

gboolean starsend_http_call_has_body (StarsendHttpCall *self);
/* Whether a method only asks, so that any redirect may be followed with it. */
gboolean starsend_http_call_only_asks (StarsendHttpCall *self);

/* NULL unless @text is an http or https address with a host. */
GUri *starsend_http_uri_parse (const char *text, GUri *base);
/* Scheme, host and port in one spelling. */
char *starsend_http_uri_to_origin (GUri *uri);
/* Scheme, host and path; never a query, a fragment or a password. */
char *starsend_http_uri_to_text (GUri *uri);

G_END_DECLS
