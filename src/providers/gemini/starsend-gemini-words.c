/* starsend-gemini-words.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-gemini-words.h"

#include "starsend-server-words.h"

/* Characters of a server's words that go into a message. */
#define MAX_LINE 400

static char *
make_snake_case (const char *name)
{
  GString *out = g_string_new (NULL);

  for (; *name != '\0'; name++)
    {
      if (g_ascii_isupper (*name))
        g_string_append_c (out, '_');
      g_string_append_c (out, g_ascii_tolower (*name));
    }
  return g_string_free (out, FALSE);
}

const StarsendJsonNode *
starsend_gemini_member (const StarsendJsonNode *object, const char *name)
{
  const StarsendJsonNode *member;

  if (object == NULL || starsend_json_node_get_kind (object) != STARSEND_JSON_OBJECT)
    return NULL;
  member = starsend_json_node_get_member (object, name);
  if (member == NULL)
    {
      g_autofree char *snake = make_snake_case (name);

      member = starsend_json_node_get_member (object, snake);
    }
  return member != NULL && starsend_json_node_get_kind (member) != STARSEND_JSON_NULL ? member : NULL;
}

const char *
starsend_gemini_string_member (const StarsendJsonNode *object, const char *name)
{
  const StarsendJsonNode *member = starsend_gemini_member (object, name);

  return member != NULL && starsend_json_node_get_kind (member) == STARSEND_JSON_STRING
           ? starsend_json_node_get_string (member, NULL)
           : NULL;
}

char *
starsend_gemini_line (const char *text, const char *secret)
{
  g_autofree char *clean = text != NULL ? starsend_server_words_clean (text, MAX_LINE, secret) : NULL;

  return clean != NULL && *clean != '\0' ? g_steal_pointer (&clean) : NULL;
}
