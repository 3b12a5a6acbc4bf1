/* starsend-server-words.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-server-words.h"

#include <string.h>

/* In place of the key. */
#define SCRUBBED "•••"

/* The second half of a key is as good as the key; a shorter one may be a word of the language. */
#define MIN_SECRET 6

#define MAX_TEXT 2000

static void
replace (GString *text, const char *secret)
{
  if (secret != NULL && *secret != '\0')
    g_string_replace (text, secret, SCRUBBED, 0);
}

static void
scrub (GString *text, const char *secret)
{
  const char *half;

  if (secret == NULL)
    return;

  replace (text, secret);
  half = strchr (secret, ':');
  if (half != NULL && strlen (half + 1) >= MIN_SECRET)
    replace (text, half + 1);
}

static gboolean
is_unprintable (gunichar character)
{
  switch (g_unichar_type (character))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Cut before it is looked at: nobody reads a megabyte of an error. The room left is for what spaces and keys take. */
static char *
dup_bounded (const char *text, guint max_characters)
{
  gsize bytes = strlen (text);
  gsize most = (gsize) max_characters * 16 + 4096;

  return g_utf8_make_valid (text, (gssize) MIN (bytes, most));
}

/**
 * starsend_server_words_clean:
 * @text: (nullable): what a server said
 * @max_characters: the longest that is wanted
 * @secret: (nullable): the key, which servers have been seen to repeat
 *
 * Makes the words of a server fit for a message: one line, bounded, without control characters, without the key.
 *
 * Returns: (transfer full): the words; empty when there are none
 */
char *
starsend_server_words_clean (const char *text, guint max_characters, const char *secret)
{
  g_autofree char *valid = dup_bounded (text != NULL ? text : "", max_characters);
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean space = FALSE;
  glong length;

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      if (g_unichar_isspace (character) || is_unprintable (character))
        {
          space = out->len > 0;
          continue;
        }
      if (space)
        g_string_append_c (out, ' ');
      space = FALSE;
      g_string_append_unichar (out, character);
    }
  scrub (out, secret);

  length = g_utf8_strlen (out->str, -1);
  if (length > (glong) max_characters)
    {
      g_string_truncate (out, (gsize) (g_utf8_offset_to_pointer (out->str, max_characters - 1) - out->str));
      g_string_append (out, "…");
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}

/**
 * starsend_server_words_scrub:
 * @text: any text
 * @secret: (nullable): the key
 *
 * Takes the key out of a text.
 *
 * Returns: (transfer full): the text
 */
char *
starsend_server_words_scrub (const char *text, const char *secret)
{
  g_autoptr (GString) out = g_string_new (text);

  scrub (out, secret);

  return g_string_free (g_steal_pointer (&out), FALSE);
}

static JsonNode *prune (JsonNode *tree, const char *secret);

static JsonNode *
prune_object (JsonObject *object, const char *secret)
{
  g_autoptr (JsonObject) copy = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &member))
    {
      g_autofree char *clean = starsend_server_words_scrub (name, secret);
      JsonNode *pruned = g_str_equal (name, "file_data") ? NULL : prune (member, secret);

      if (pruned != NULL)
        json_object_set_member (copy, clean, pruned);
    }
  json_node_set_object (node, copy);

  return node;
}

static JsonNode *
prune_array (JsonArray *array, const char *secret)
{
  g_autoptr (JsonArray) copy = json_array_new ();
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *pruned = prune (json_array_get_element (array, i), secret);

      if (pruned != NULL)
        json_array_add_element (copy, pruned);
    }
  json_node_set_array (node, copy);

  return node;
}

/* The reader of the answer has bounded the depth. */
static JsonNode *
prune (JsonNode *tree, const char *secret)
{
  g_autofree char *clean = NULL;
  JsonNode *node;

  if (JSON_NODE_HOLDS_OBJECT (tree))
    return prune_object (json_node_get_object (tree), secret);
  if (JSON_NODE_HOLDS_ARRAY (tree))
    return prune_array (json_node_get_array (tree), secret);
  if (!JSON_NODE_HOLDS_VALUE (tree) || json_node_get_value_type (tree) != G_TYPE_STRING)
    return json_node_copy (tree);
  if (g_ascii_strncasecmp (json_node_get_string (tree), "data:", 5) == 0)
    return NULL;

  clean = starsend_server_words_clean (json_node_get_string (tree), MAX_TEXT, secret);
  node = json_node_new (JSON_NODE_VALUE);
  json_node_set_string (node, clean);

  return node;
}

/**
 * starsend_server_words_prune:
 * @tree: an answer
 * @secret: (nullable): the key
 *
 * Copies an answer for the sidecar, without data, without the key, and with its texts bounded.
 *
 * Returns: (transfer full): the copy
 */
JsonNode *
starsend_server_words_prune (JsonNode *tree, const char *secret)
{
  JsonNode *pruned = prune (tree, secret);

  return pruned != NULL ? pruned : json_node_new (JSON_NODE_NULL);
}
