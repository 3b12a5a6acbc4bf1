/* starsend-http-backoff.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-http-backoff.h"

#include <libsoup/soup.h>
#include <string.h>

#define MAX_FACTOR 60
#define MAX_RETRY_AFTER (5 * 60 * 1000)

struct _StarsendHttpBackoff
{
  gint64 first;
  gint64 factor;
  guint waits;
};

G_DEFINE_BOXED_TYPE (StarsendHttpBackoff, starsend_http_backoff, starsend_http_backoff_copy, starsend_http_backoff_free)

/**
 * starsend_http_backoff_new:
 * @first: the first wait, in milliseconds
 * @waits: how many waits there are before giving up
 *
 * Makes a back-off: every wait is twice the one before, up to sixty times the first, and each is made up to a quarter
 * longer or shorter by chance, so that many clients do not come back at once.
 *
 * Returns: (transfer full): the back-off
 */
StarsendHttpBackoff *
starsend_http_backoff_new (guint first, guint waits)
{
  StarsendHttpBackoff *self = g_new0 (StarsendHttpBackoff, 1);

  self->first = first;
  self->factor = 1;
  self->waits = waits;

  return self;
}

/**
 * starsend_http_backoff_copy:
 *
 * Returns: (transfer full): a back-off that has come as far
 */
StarsendHttpBackoff *
starsend_http_backoff_copy (const StarsendHttpBackoff *self)
{
  return g_memdup2 (self, sizeof *self);
}

/**
 * starsend_http_backoff_free:
 * @self: (transfer full):
 *
 * Frees the back-off.
 */
void
starsend_http_backoff_free (StarsendHttpBackoff *self)
{
  g_free (self);
}

/* Milliseconds, or -1 where the header says nothing that can be understood. */
static gint64
parse_retry_after (const char *text)
{
  g_autofree char *trimmed = text != NULL ? g_strstrip (g_strdup (text)) : NULL;
  g_autoptr(GDateTime) date = NULL;
  guint64 seconds;

  if (trimmed == NULL || trimmed[0] == '\0')
    return -1;

  if (trimmed[strspn (trimmed, "0123456789")] == '\0')
    {
      /* More digits than fit are a very long time all the same. */
      seconds = g_ascii_strtoull (trimmed, NULL, 10);
      return (gint64) MIN (seconds, MAX_RETRY_AFTER) * 1000;
    }

  date = soup_date_time_new_from_http_string (trimmed);
  if (date == NULL)
    return -1;

  return MAX (0, g_date_time_to_unix (date) * 1000 - g_get_real_time () / 1000);
}

/**
 * starsend_http_backoff_next:
 * @retry_after: (nullable): the server's `Retry-After` header, in seconds or as a date
 *
 * How long to wait now. A server that asks for more than five minutes ends it: nobody should sit before a window that
 * does nothing for that long.
 *
 * Returns: milliseconds, or -1 to give up
 */
gint64
starsend_http_backoff_next (StarsendHttpBackoff *self, const char *retry_after)
{
  gint64 asked = parse_retry_after (retry_after);
  gint64 wait;

  if (self->waits == 0 || asked > MAX_RETRY_AFTER)
    return -1;

  wait = (gint64) ((double) (self->first * self->factor) * g_random_double_range (0.75, 1.25));
  self->waits--;
  self->factor = MIN (self->factor * 2, MAX_FACTOR);

  return MAX (wait, asked);
}
