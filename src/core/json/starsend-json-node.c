/* starsend-json-node.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-json-private.h"

#include <math.h>
#include <string.h>

/**
 * starsend_json_node_get_kind: (skip)
 * @node: a node
 *
 * Gets what kind of value it is.
 *
 * Returns: the kind
 */
StarsendJsonKind
starsend_json_node_get_kind (const StarsendJsonNode *node)
{
  return (StarsendJsonKind) node->kind;
}

/**
 * starsend_json_node_get_string: (skip)
 * @node: a node
 * @length: (out) (optional): the length in bytes, which a decoded U+0000 makes longer than strlen()
 *
 * Gets a decoded string.
 *
 * Returns: (transfer none) (nullable): the string, which the document owns, or %NULL for other kinds
 */
const char *
starsend_json_node_get_string (const StarsendJsonNode *node, gsize *length)
{
  gboolean is_string = node->kind == STARSEND_JSON_STRING;

  if (length)
    *length = is_string ? node->length : 0;
  return is_string ? node->text : NULL;
}

/**
 * starsend_json_node_get_boolean: (skip)
 * @node: a node
 *
 * Gets a truth value.
 *
 * Returns: the value, %FALSE for other kinds
 */
gboolean
starsend_json_node_get_boolean (const StarsendJsonNode *node)
{
  return node->kind == STARSEND_JSON_BOOLEAN && *node->text == 't';
}

/* Up to fifteen digits and few decimals divide exactly; everything else is left to the C library. */
static double
number_from_text (const char *text, gsize length)
{
  static const double powers[] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };
  const char *at = text + (*text == '-');
  const char *end = text + length;
  const char *point = NULL;
  guint64 digits = 0;
  double value;

  if (length > 15)
    return g_ascii_strtod (text, NULL);
  for (; at < end; at++)
    {
      if (g_ascii_isdigit (*at))
        digits = digits * 10 + (guint64) (*at - '0');
      else if (*at == '.')
        point = at;
      else
        return g_ascii_strtod (text, NULL);
    }
  value = (double) digits / powers[point ? end - point - 1 : 0];
  return *text == '-' ? -value : value;
}

/**
 * starsend_json_node_get_number: (skip)
 * @node: a node
 *
 * Gets a number as the nearest double.
 *
 * Returns: the number, 0 for other kinds
 */
double
starsend_json_node_get_number (const StarsendJsonNode *node)
{
  return node->kind == STARSEND_JSON_NUMBER ? number_from_text (node->text, node->length) : 0;
}

static gboolean
integer_from_text (const char *text, gsize length, gint64 *value)
{
  gboolean negative = *text == '-';
  gint64 result = 0;

  for (const char *at = text + negative; at < text + length; at++)
    {
      gint64 digit = negative ? '0' - *at : *at - '0';

      if (__builtin_mul_overflow (result, 10, &result) || __builtin_add_overflow (result, digit, &result))
        return FALSE;
    }
  *value = result;
  return TRUE;
}

gboolean
starsend_json_node_is_written_as_integer (const StarsendJsonNode *node)
{
  return node->kind == STARSEND_JSON_NUMBER && !memchr (node->text, '.', node->length) &&
         !memchr (node->text, 'e', node->length) && !memchr (node->text, 'E', node->length);
}

/**
 * starsend_json_node_get_integer: (skip)
 * @node: a node
 * @value: (out): the integer
 *
 * Gets a number as an integer, however it is written: 4, 4.0 and 4e0 are the same one.
 *
 * Returns: %FALSE when it is no integer that #gint64 holds exactly
 */
gboolean
starsend_json_node_get_integer (const StarsendJsonNode *node, gint64 *value)
{
  double number;

  if (node->kind != STARSEND_JSON_NUMBER)
    return FALSE;
  if (starsend_json_node_is_written_as_integer (node))
    return integer_from_text (node->text, node->length, value);
  number = number_from_text (node->text, node->length);
  /* Beyond 2^53 the double may not be what was written. */
  if (number != trunc (number) || fabs (number) > 9007199254740992.0)
    return FALSE;
  *value = (gint64) number;
  return TRUE;
}

/**
 * starsend_json_node_get_length: (skip)
 * @node: a node
 *
 * Gets how many values an array or members an object has.
 *
 * Returns: the count, 0 for other kinds
 */
guint
starsend_json_node_get_length (const StarsendJsonNode *node)
{
  return node->kind == STARSEND_JSON_ARRAY || node->kind == STARSEND_JSON_OBJECT ? node->length : 0;
}

/**
 * starsend_json_node_get_first_child: (skip)
 * @node: a node
 *
 * Gets the first value of an array or an object.
 *
 * Returns: (transfer none) (nullable): the child, or %NULL
 */
const StarsendJsonNode *
starsend_json_node_get_first_child (const StarsendJsonNode *node)
{
  return starsend_json_node_get_length (node) ? node + 1 : NULL;
}

/**
 * starsend_json_node_get_next: (skip)
 * @node: a node
 *
 * Gets the value behind this one in its array or object.
 *
 * Returns: (transfer none) (nullable): the sibling, or %NULL
 */
const StarsendJsonNode *
starsend_json_node_get_next (const StarsendJsonNode *node)
{
  return node->next ? node + node->next : NULL;
}

/**
 * starsend_json_node_get_name: (skip)
 * @node: a node
 * @length: (out) (optional): the length in bytes
 *
 * Gets the member name of a child of an object.
 *
 * Returns: (transfer none) (nullable): the decoded name, or %NULL for the root and the children of arrays
 */
const char *
starsend_json_node_get_name (const StarsendJsonNode *node, gsize *length)
{
  if (length)
    *length = node->name_length;
  return node->name;
}

/**
 * starsend_json_node_get_member: (skip)
 * @object: (nullable): a node
 * @name: a member name
 *
 * Finds a member; of several with one name the last. All members are looked at, so walk through large objects instead.
 *
 * Returns: (transfer none) (nullable): the value, or %NULL
 */
const StarsendJsonNode *
starsend_json_node_get_member (const StarsendJsonNode *object, const char *name)
{
  gsize length = strlen (name);
  const StarsendJsonNode *found = NULL;

  if (!object || object->kind != STARSEND_JSON_OBJECT)
    return NULL;
  for (const StarsendJsonNode *node = starsend_json_node_get_first_child (object); node;
       node = starsend_json_node_get_next (node))
    if (node->name_length == length && memcmp (node->name, name, length) == 0)
      found = node;
  return found;
}

static const StarsendJsonNode *
get_member_of_kind (const StarsendJsonNode *object, const char *name, StarsendJsonKind kind)
{
  const StarsendJsonNode *node = starsend_json_node_get_member (object, name);

  return node && node->kind == kind ? node : NULL;
}

/**
 * starsend_json_node_get_string_member: (skip)
 * @object: (nullable): a node
 * @name: a member name
 *
 * Gets a string out of an object.
 *
 * Returns: (transfer none) (nullable): the string, or %NULL when there is none
 */
const char *
starsend_json_node_get_string_member (const StarsendJsonNode *object, const char *name)
{
  const StarsendJsonNode *node = get_member_of_kind (object, name, STARSEND_JSON_STRING);

  return node ? node->text : NULL;
}

/**
 * starsend_json_node_get_integer_member: (skip)
 * @object: (nullable): a node
 * @name: a member name
 * @fallback: what to give when there is none
 *
 * Gets an integer out of an object.
 *
 * Returns: the integer, or @fallback
 */
gint64
starsend_json_node_get_integer_member (const StarsendJsonNode *object, const char *name, gint64 fallback)
{
  const StarsendJsonNode *node = get_member_of_kind (object, name, STARSEND_JSON_NUMBER);
  gint64 value;

  return node && starsend_json_node_get_integer (node, &value) ? value : fallback;
}

/**
 * starsend_json_node_get_number_member: (skip)
 * @object: (nullable): a node
 * @name: a member name
 * @fallback: what to give when there is none
 *
 * Gets a number out of an object.
 *
 * Returns: the number, or @fallback
 */
double
starsend_json_node_get_number_member (const StarsendJsonNode *object, const char *name, double fallback)
{
  const StarsendJsonNode *node = get_member_of_kind (object, name, STARSEND_JSON_NUMBER);

  return node ? starsend_json_node_get_number (node) : fallback;
}

/**
 * starsend_json_node_get_boolean_member: (skip)
 * @object: (nullable): a node
 * @name: a member name
 * @fallback: what to give when there is none
 *
 * Gets a truth value out of an object.
 *
 * Returns: the value, or @fallback
 */
gboolean
starsend_json_node_get_boolean_member (const StarsendJsonNode *object, const char *name, gboolean fallback)
{
  const StarsendJsonNode *node = get_member_of_kind (object, name, STARSEND_JSON_BOOLEAN);

  return node ? starsend_json_node_get_boolean (node) : fallback;
}
