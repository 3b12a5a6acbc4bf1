/* starsend-http-events.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-http-events.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct _StarsendHttpEvents
{
  GString *line;
  GString *data; /* every line of data with a line feed behind it */
  gsize max_event;
  gboolean after_cr;
  gboolean began;
};

StarsendHttpEvents *
starsend_http_events_new (gsize max_event)
{
  StarsendHttpEvents *self = g_new0 (StarsendHttpEvents, 1);

  self->line = g_string_new (NULL);
  self->data = g_string_new (NULL);
  self->max_event = max_event;

  return self;
}

void
starsend_http_events_free (StarsendHttpEvents *self)
{
  g_string_free (self->line, TRUE);
  g_string_free (self->data, TRUE);
  g_free (self);
}

static void
take_field (StarsendHttpEvents *self)
{
  const char *line = self->line->str;
  const gsize length = self->line->len;
  const char *colon = memchr (line, ':', length);
  const gsize name = colon != NULL ? (gsize) (colon - line) : length;
  gsize begin = colon != NULL ? name + 1 : length;

  /* Of all fields only this one is used here; a comment is a field without a name. */
  if (name != strlen ("data") || memcmp (line, "data", name) != 0)
    return;

  if (begin < length && line[begin] == ' ')
    begin++;
  g_string_append_len (self->data, line + begin, length - begin);
  g_string_append_c (self->data, '\n');
}

static void
end_line (StarsendHttpEvents *self, StarsendHttpEventFunc func, gpointer user_data)
{
  if (!self->began && g_str_has_prefix (self->line->str, BYTE_ORDER_MARK))
    g_string_erase (self->line, 0, strlen (BYTE_ORDER_MARK));
  self->began = TRUE;

  if (self->line->len > 0)
    take_field (self);
  else if (self->data->len > 0)
    {
      g_autofree char *text = g_utf8_make_valid (self->data->str, self->data->len - 1);

      g_string_truncate (self->data, 0);
      func (text, user_data);
    }

  g_string_truncate (self->line, 0);
}

gboolean
starsend_http_events_feed (StarsendHttpEvents *self,
                           const char *text,
                           gsize length,
                           StarsendHttpEventFunc func,
                           gpointer user_data)
{
  gsize begin = 0;

  while (begin < length)
    {
      gsize end = begin;

      /* A line feed right behind a carriage return belongs to it, also when it comes in the next piece. */
      if (self->after_cr && text[begin] == '\n')
        begin = ++end;
      self->after_cr = FALSE;
      while (end < length && text[end] != '\r' && text[end] != '\n')
        end++;

      if (end - begin > self->max_event - self->line->len)
        return FALSE;
      g_string_append_len (self->line, text + begin, end - begin);
      if (end < length)
        {
          if (self->line->len > self->max_event - MIN (self->data->len, self->max_event))
            return FALSE;
          self->after_cr = text[end] == '\r';
          end_line (self, func, user_data);
        }

      begin = end + 1;
    }

  return TRUE;
}
