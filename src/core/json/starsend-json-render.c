/* starsend-json-render.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-json.h"

#include <math.h>
#include <string.h>

static void render_node (GString *out, JsonNode *node, gboolean pretty, guint depth);

static void
append_escaped (GString *out, guchar character)
{
  static const char letters[] = "\"\\bfnrt";
  static const char meanings[] = "\"\\\b\f\n\r\t";
  const char *meaning = character ? strchr (meanings, character) : NULL;

  if (meaning)
    {
      g_string_append_c (out, '\\');
      g_string_append_c (out, letters[meaning - meanings]);
    }
  else
    g_string_append_printf (out, "\\u%04x", character);
}

/**
 * starsend_json_append_string:
 * @out: where to write
 * @text: a string in UTF-8
 *
 * Appends a JSON string with its quotes. Only what JSON demands is escaped; bytes that are no UTF-8 are replaced, so
 * that what is written can always be read.
 */
void
starsend_json_append_string (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_validate (text, -1, NULL) ? NULL : g_utf8_make_valid (text, -1);
  const char *start = valid ? valid : text;
  const char *at;

  g_string_append_c (out, '"');
  for (at = start; *at; at++)
    {
      if ((guchar) *at >= 0x20 && *at != '"' && *at != '\\')
        continue;
      g_string_append_len (out, start, at - start);
      append_escaped (out, *at);
      start = at + 1;
    }
  g_string_append_len (out, start, at - start);
  g_string_append_c (out, '"');
}

/**
 * starsend_json_append_number:
 * @out: where to write
 * @number: a number
 *
 * Appends a number in the shortest form that reads back the same. What is not finite is written as null, which is
 * all that JSON has for it.
 */
void
starsend_json_append_number (GString *out, double number)
{
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (number))
    {
      g_string_append (out, "null");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (buffer, sizeof buffer, formats[i], number);
      if (g_ascii_strtod (buffer, NULL) == number)
        break;
    }
  g_string_append (out, buffer);
}

static void
render_value (GString *out, JsonNode *node)
{
  GType type = json_node_get_value_type (node);
  gsize start = out->len;

  if (type == G_TYPE_STRING)
    starsend_json_append_string (out, json_node_get_string (node));
  else if (type == G_TYPE_BOOLEAN)
    g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
  else if (type == G_TYPE_INT64)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
  else
    {
      starsend_json_append_number (out, json_node_get_double (node));
      /* A double is read back as a double, and a file of others keeps its "4.0". */
      if (!strpbrk (out->str + start, ".en"))
        g_string_append (out, ".0");
    }
}

static void
break_line (GString *out, gboolean pretty, guint depth)
{
  if (!pretty)
    return;
  g_string_append_c (out, '\n');
  for (guint i = 0; i < depth; i++)
    g_string_append (out, "  ");
}

static void
render_array (GString *out, JsonArray *array, gboolean pretty, guint depth)
{
  guint length = json_array_get_length (array);

  g_string_append_c (out, '[');
  for (guint i = 0; i < length; i++)
    {
      if (i)
        g_string_append_c (out, ',');
      break_line (out, pretty, depth + 1);
      render_node (out, json_array_get_element (array, i), pretty, depth + 1);
    }
  if (length)
    break_line (out, pretty, depth);
  g_string_append_c (out, ']');
}

static void
render_object (GString *out, JsonObject *object, gboolean pretty, guint depth)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  gboolean first = TRUE;

  g_string_append_c (out, '{');
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      if (!first)
        g_string_append_c (out, ',');
      first = FALSE;
      break_line (out, pretty, depth + 1);
      starsend_json_append_string (out, name);
      g_string_append (out, pretty ? ": " : ":");
      render_node (out, node, pretty, depth + 1);
    }
  if (!first)
    break_line (out, pretty, depth);
  g_string_append_c (out, '}');
}

static void
render_node (GString *out, JsonNode *node, gboolean pretty, guint depth)
{
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      render_object (out, json_node_get_object (node), pretty, depth);
      break;
    case JSON_NODE_ARRAY:
      render_array (out, json_node_get_array (node), pretty, depth);
      break;
    case JSON_NODE_VALUE:
      render_value (out, node);
      break;
    case JSON_NODE_NULL:
    default:
      g_string_append (out, "null");
      break;
    }
}

/**
 * starsend_json_render:
 * @tree: a tree
 * @pretty: whether to indent by two spaces and to end with a newline
 *
 * Writes a tree as everything of ours is written: members in their order, UTF-8 as it is, integers as integers,
 * doubles in the shortest form that reads back the same.
 *
 * Returns: (transfer full): the text
 */
char *
starsend_json_render (JsonNode *tree, gboolean pretty)
{
  GString *out = g_string_new (NULL);

  render_node (out, tree, pretty, 0);
  if (pretty)
    g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}
