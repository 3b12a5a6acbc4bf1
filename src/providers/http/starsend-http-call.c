/* starsend-http-call.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-http-call-private.h"

#include <libsoup/soup.h>
#include <string.h>

#define DEADLINE_SECONDS 60
#define MAX_BODY (32 * 1024 * 1024)
#define MAX_TEXT 300

G_DEFINE_BOXED_TYPE (StarsendHttpCall, starsend_http_call, starsend_http_call_ref, starsend_http_call_unref)

GUri *
starsend_http_uri_parse (const char *text, GUri *base)
{
  g_autoptr(GUri) uri = g_uri_parse_relative (base, text, SOUP_HTTP_URI_FLAGS, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host == NULL || host[0] == '\0')
    return NULL;
  if (!g_str_equal (g_uri_get_scheme (uri), "http") && !g_str_equal (g_uri_get_scheme (uri), "https"))
    return NULL;

  return g_steal_pointer (&uri);
}

static char *
uri_to_place (GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri);
  g_autofree char *host = g_ascii_strdown (g_uri_get_host (uri), -1);
  const int usual = g_str_equal (scheme, "https") ? 443 : 80;
  const int port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : usual;
  const gboolean brackets = strchr (host, ':') != NULL;
  g_autofree char *suffix = port != usual ? g_strdup_printf (":%d", port) : g_strdup ("");

  return g_strdup_printf ("%s://%s%s%s%s", scheme, brackets ? "[" : "", host, brackets ? "]" : "", suffix);
}

char *
starsend_http_uri_to_origin (GUri *uri)
{
  return uri_to_place (uri);
}

char *
starsend_http_uri_to_text (GUri *uri)
{
  g_autofree char *place = uri_to_place (uri);
  g_autofree char *text = g_strconcat (place, g_uri_get_path (uri), NULL);
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  if (g_utf8_strlen (valid, -1) <= MAX_TEXT)
    return g_steal_pointer (&valid);

  *g_utf8_offset_to_pointer (valid, MAX_TEXT) = '\0';
  return g_strconcat (valid, "…", NULL);
}

/* An address that could not be parsed may still hold a key where the query or a password would be. */
static char *
hide_secrets (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, MIN (strlen (text), MAX_TEXT));
  const char *at;

  valid[strcspn (valid, "?#")] = '\0';
  at = strrchr (valid, '@');

  return g_strdup (at != NULL ? at + 1 : valid);
}

static void
header_clear (StarsendHttpHeader *header)
{
  g_free (header->name);
  g_free (header->value);
}

/**
 * starsend_http_call_new:
 * @method: the method, in capitals
 * @uri: the address, http or https
 *
 * Makes a call. An address that cannot be used is told when the call is sent.
 *
 * Returns: (transfer full): the call
 */
StarsendHttpCall *
starsend_http_call_new (const char *method, const char *uri)
{
  StarsendHttpCall *self = g_new0 (StarsendHttpCall, 1);
  g_autofree char *place = NULL;

  g_atomic_ref_count_init (&self->ref_count);
  self->method = g_strdup (method);
  self->uri = starsend_http_uri_parse (uri, NULL);
  place = self->uri != NULL ? starsend_http_uri_to_text (self->uri) : hide_secrets (uri);
  self->what = g_strconcat (method, " ", place, NULL);
  self->headers = g_array_new (FALSE, FALSE, sizeof (StarsendHttpHeader));
  g_array_set_clear_func (self->headers, (GDestroyNotify) header_clear);
  self->max_body = MAX_BODY;
  self->deadline = DEADLINE_SECONDS;
  self->repeat = starsend_http_call_only_asks (self) || g_str_equal (method, "PUT") ? STARSEND_HTTP_REPEAT_SAFE
                                                                                    : STARSEND_HTTP_REPEAT_UNSENT;

  return self;
}

/**
 * starsend_http_call_ref:
 *
 * Returns: (transfer full): the same call
 */
StarsendHttpCall *
starsend_http_call_ref (StarsendHttpCall *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * starsend_http_call_unref:
 * @self: (transfer full):
 *
 * Gives up a reference.
 */
void
starsend_http_call_unref (StarsendHttpCall *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->method);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_free (self->what);
  g_array_unref (self->headers);
  g_free (self->content_type);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->path);
  g_free (self);
}

/**
 * starsend_http_call_set_header:
 * @name: the name of a header
 * @value: its value
 *
 * Sets a header of the request. A name or a value that would break out of its line makes the call unusable.
 */
void
starsend_http_call_set_header (StarsendHttpCall *self, const char *name, const char *value)
{
  StarsendHttpHeader header = { NULL, NULL };

  g_return_if_fail (self != NULL);

  if (name[0] == '\0' || strpbrk (name, " \t\r\n:") != NULL || strpbrk (value, "\r\n") != NULL)
    {
      self->malformed = TRUE;
      return;
    }

  header.name = g_strdup (name);
  header.value = g_strdup (value);
  g_array_append_val (self->headers, header);
}

/**
 * starsend_http_call_set_key:
 * @name: the name of a header
 * @value: its value, which holds a key
 *
 * Sets a header that goes to trusted origins only: elsewhere the call fails with %STARSEND_ERROR_INVALID_INPUT
 * before anything is sent. No redirect is followed with it.
 */
void
starsend_http_call_set_key (StarsendHttpCall *self, const char *name, const char *value)
{
  g_return_if_fail (self != NULL);

  self->has_key = TRUE;
  starsend_http_call_set_header (self, name, value);
}

/**
 * starsend_http_call_set_body:
 * @content_type: what the body is
 * @body: the body
 *
 * Sets the body of the request.
 */
void
starsend_http_call_set_body (StarsendHttpCall *self, const char *content_type, GBytes *body)
{
  g_return_if_fail (self != NULL);

  g_free (self->content_type);
  self->content_type = g_strdup (content_type);
  g_clear_pointer (&self->body, g_bytes_unref);
  self->body = g_bytes_ref (body);
}

/**
 * starsend_http_call_set_body_file:
 * @content_type: what the body is
 * @path: a file
 * @offset: where in the file the body begins
 * @length: how many bytes of the file it has
 *
 * Sets a part of a file as the body of the request. It is read while it is sent.
 */
void
starsend_http_call_set_body_file (StarsendHttpCall *self,
                                  const char *content_type,
                                  const char *path,
                                  goffset offset,
                                  goffset length)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (offset >= 0 && length >= 0);

  g_free (self->content_type);
  self->content_type = g_strdup (content_type);
  g_free (self->path);
  self->path = g_strdup (path);
  self->offset = offset;
  self->length = length;
}

/**
 * starsend_http_call_set_repeat:
 * @repeat: when the call may be made again by itself
 *
 * Sets what is done when the call fails: asking and PUT are %STARSEND_HTTP_REPEAT_SAFE from the start, all else is
 * %STARSEND_HTTP_REPEAT_UNSENT.
 */
void
starsend_http_call_set_repeat (StarsendHttpCall *self, StarsendHttpRepeat repeat)
{
  g_return_if_fail (self != NULL);

  self->repeat = repeat;
}

/**
 * starsend_http_call_set_finish:
 * @finish: whether it goes on to its end once it is being sent
 *
 * Sets that cancelling does nothing any more once the call is being sent, so that its answer is not lost.
 */
void
starsend_http_call_set_finish (StarsendHttpCall *self, gboolean finish)
{
  g_return_if_fail (self != NULL);

  self->finish = !!finish;
}

/**
 * starsend_http_call_set_deadline:
 * @seconds: how long one whole attempt may take, from its connection to the last byte of its answer; 60 from the start
 *
 * Sets the deadline of every attempt.
 */
void
starsend_http_call_set_deadline (StarsendHttpCall *self, guint seconds)
{
  g_return_if_fail (self != NULL);

  self->deadline = seconds;
}

/**
 * starsend_http_call_set_max_body:
 * @bytes: the most that an answer may hold, once it is decoded; 32 MiB from the start
 *
 * Sets how much is read of an answer. A longer one is an error.
 */
void
starsend_http_call_set_max_body (StarsendHttpCall *self, gsize bytes)
{
  g_return_if_fail (self != NULL);

  self->max_body = bytes;
}

gboolean
starsend_http_call_has_body (StarsendHttpCall *self)
{
  return self->body != NULL || self->path != NULL;
}

gboolean
starsend_http_call_only_asks (StarsendHttpCall *self)
{
  return g_str_equal (self->method, "GET") || g_str_equal (self->method, "HEAD");
}
