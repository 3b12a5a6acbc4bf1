/* starsend-http-reply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-http-reply-private.h"

struct _StarsendHttpReply
{
  gatomicrefcount ref_count;
  guint status;
  char *what;
  GHashTable *headers; /* lower-case name -> value */
  GBytes *body;
};

G_DEFINE_BOXED_TYPE (StarsendHttpReply, starsend_http_reply, starsend_http_reply_ref, starsend_http_reply_unref)

static void
add_header (const char *name, const char *value, gpointer user_data)
{
  GHashTable *headers = user_data;
  char *key = g_ascii_strdown (name, -1);
  const char *before = g_hash_table_lookup (headers, key);

  g_hash_table_insert (headers, key, before != NULL ? g_strconcat (before, ", ", value, NULL) : g_strdup (value));
}

StarsendHttpReply *
starsend_http_reply_new (const char *what, guint status, SoupMessageHeaders *headers, GByteArray *body)
{
  StarsendHttpReply *self = g_new0 (StarsendHttpReply, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->status = status;
  self->what = g_strdup (what);
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  soup_message_headers_foreach (headers, add_header, self->headers);
  self->body = g_byte_array_free_to_bytes (body);

  return self;
}

/**
 * starsend_http_reply_ref:
 *
 * Returns: (transfer full): the same reply
 */
StarsendHttpReply *
starsend_http_reply_ref (StarsendHttpReply *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * starsend_http_reply_unref:
 * @self: (transfer full):
 *
 * Gives up a reference.
 */
void
starsend_http_reply_unref (StarsendHttpReply *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->what);
  g_hash_table_unref (self->headers);
  g_bytes_unref (self->body);
  g_free (self);
}

/**
 * starsend_http_reply_get_status:
 *
 * Returns: the status that the server gave
 */
guint
starsend_http_reply_get_status (StarsendHttpReply *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->status;
}

/**
 * starsend_http_reply_is_success:
 *
 * Returns: whether the status is one of success, 200 to 299
 */
gboolean
starsend_http_reply_is_success (StarsendHttpReply *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->status >= 200 && self->status < 300;
}

/**
 * starsend_http_reply_get_header:
 * @name: the name of a header, in any case
 *
 * A header of the answer; one that came more than once is put together with commas.
 *
 * Returns: (transfer none) (nullable): its value
 */
const char *
starsend_http_reply_get_header (StarsendHttpReply *self, const char *name)
{
  g_autofree char *key = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  key = g_ascii_strdown (name, -1);

  return g_hash_table_lookup (self->headers, key);
}

/**
 * starsend_http_reply_get_body:
 *
 * Returns: (transfer none): the whole body, decoded
 */
GBytes *
starsend_http_reply_get_body (StarsendHttpReply *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->body;
}

/**
 * starsend_http_reply_get_what:
 *
 * Returns: (transfer none): the method and the address without its query, for messages
 */
const char *
starsend_http_reply_get_what (StarsendHttpReply *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->what;
}
