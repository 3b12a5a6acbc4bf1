/* starsend-json-tree.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-json-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* A tree has C strings, so a U+0000 would silently cut the text that stands behind it. */
static gboolean
check_zero_free (StarsendJson *json, const StarsendJsonNode *node, GError **error)
{
  gsize name_length, length;
  const char *name = starsend_json_node_get_name (node, &name_length);
  const char *string = starsend_json_node_get_string (node, &length);

  if ((name && strlen (name) != name_length) || (string && strlen (string) != length))
    {
      guint line, column;

      starsend_json_get_position (json, node, &line, &column);
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _ ("line %u, column %u: the character U+0000 cannot be kept"), line, column);
      return FALSE;
    }
  for (const StarsendJsonNode *child = starsend_json_node_get_first_child (node); child;
       child = starsend_json_node_get_next (child))
    if (!check_zero_free (json, child, error))
      return FALSE;
  return TRUE;
}

static JsonNode *
number_to_tree (const StarsendJsonNode *node)
{
  JsonNode *tree = json_node_alloc ();
  double number = starsend_json_node_get_number (node);
  gint64 integer;

  if (starsend_json_node_is_written_as_integer (node) && starsend_json_node_get_integer (node, &integer) &&
      !(integer == 0 && signbit (number)))
    return json_node_init_int (tree, integer);
  return json_node_init_double (tree, number);
}

static JsonNode *
array_to_tree (const StarsendJsonNode *node)
{
  JsonNode *tree = json_node_alloc ();
  g_autoptr (JsonArray) array = json_array_sized_new (starsend_json_node_get_length (node));

  for (const StarsendJsonNode *child = starsend_json_node_get_first_child (node); child;
       child = starsend_json_node_get_next (child))
    json_array_add_element (array, starsend_json_node_to_tree (child));
  return json_node_init_array (tree, array);
}

static JsonNode *
object_to_tree (const StarsendJsonNode *node)
{
  JsonNode *tree = json_node_alloc ();
  g_autoptr (JsonObject) object = json_object_new ();

  for (const StarsendJsonNode *child = starsend_json_node_get_first_child (node); child;
       child = starsend_json_node_get_next (child))
    json_object_set_member (object, starsend_json_node_get_name (child, NULL), starsend_json_node_to_tree (child));
  return json_node_init_object (tree, object);
}

/**
 * starsend_json_node_to_tree: (skip)
 * @node: a node
 *
 * Builds a json-glib tree of a value that was read.
 *
 * A number that is written as an integer and that #gint64 holds becomes one, every other a double. A string that has a
 * U+0000 ends there: [func@json_parse_to_tree] refuses such a text instead. The calls nest no deeper than the text,
 * which is bounded by %STARSEND_JSON_MAX_DEPTH.
 *
 * Returns: (transfer full): the tree
 */
JsonNode *
starsend_json_node_to_tree (const StarsendJsonNode *node)
{
  switch (starsend_json_node_get_kind (node))
    {
    case STARSEND_JSON_OBJECT:
      return object_to_tree (node);
    case STARSEND_JSON_ARRAY:
      return array_to_tree (node);
    case STARSEND_JSON_STRING:
      return json_node_init_string (json_node_alloc (), starsend_json_node_get_string (node, NULL));
    case STARSEND_JSON_NUMBER:
      return number_to_tree (node);
    case STARSEND_JSON_BOOLEAN:
      return json_node_init_boolean (json_node_alloc (), starsend_json_node_get_boolean (node));
    case STARSEND_JSON_NULL:
    default:
      return json_node_init_null (json_node_alloc ());
    }
}

/**
 * starsend_json_parse_to_tree:
 * @source: the text
 * @max_size: how many bytes it may have
 * @error: return location for a #GError
 *
 * Reads a JSON text strictly and builds a json-glib tree of it, without json-glib's own parser.
 *
 * Returns: (transfer full): the tree, or %NULL with %STARSEND_ERROR_INVALID_INPUT
 */
JsonNode *
starsend_json_parse_to_tree (GBytes *source, gsize max_size, GError **error)
{
  g_autoptr (StarsendJson) json = starsend_json_new (source, max_size, error);

  if (!json || !check_zero_free (json, starsend_json_get_root (json), error))
    return NULL;
  return starsend_json_node_to_tree (starsend_json_get_root (json));
}
