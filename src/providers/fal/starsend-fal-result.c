/* starsend-fal-result.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-fal-result.h"

#include <string.h>

static const StarsendJsonNode *
get_item (const StarsendJsonNode *array, guint64 index)
{
  const StarsendJsonNode *item;

  if (array == NULL || starsend_json_node_get_kind (array) != STARSEND_JSON_ARRAY)
    return NULL;
  item = starsend_json_node_get_first_child (array);
  while (item != NULL && index-- > 0)
    item = starsend_json_node_get_next (item);

  return item;
}

/**
 * starsend_fal_result_find: (skip)
 * @root: a result
 * @path: members and indices: "images[0].url"
 *
 * Follows a path.
 *
 * Returns: (nullable): what is there
 */
const StarsendJsonNode *
starsend_fal_result_find (const StarsendJsonNode *root, const char *path)
{
  const StarsendJsonNode *node = root;

  while (node != NULL && *path != '\0')
    {
      if (*path == '[')
        {
          char *end;

          node = get_item (node, g_ascii_strtoull (path + 1, &end, 10));
          path = *end == ']' ? end + 1 : end + strlen (end);
        }
      else
        {
          gsize length = strcspn (path, ".[");
          g_autofree char *name = g_strndup (path, length);

          node = starsend_json_node_get_member (node, name);
          path += length;
        }
      if (*path == '.')
        path++;
    }

  return node;
}

/**
 * starsend_fal_result_find_url: (skip)
 * @root: a result
 * @path: where the address is
 *
 * Finds the address of a file.
 *
 * Returns: (nullable): the address
 */
const char *
starsend_fal_result_find_url (const StarsendJsonNode *root, const char *path)
{
  const StarsendJsonNode *node = starsend_fal_result_find (root, path);
  const char *url = NULL;

  if (node != NULL && starsend_json_node_get_kind (node) == STARSEND_JSON_STRING)
    url = starsend_json_node_get_string (node, NULL);

  return url != NULL && *url != '\0' ? url : NULL;
}

/**
 * starsend_fal_result_find_size: (skip)
 * @root: a result
 * @path: where the address is
 *
 * Finds how long the server says that a file is.
 *
 * Returns: bytes; -1 when it does not say
 */
gint64
starsend_fal_result_find_size (const StarsendJsonNode *root, const char *path)
{
  const char *dot = strrchr (path, '.');
  g_autofree char *place = dot != NULL ? g_strndup (path, (gsize) (dot - path)) : NULL;

  if (place == NULL)
    return -1;

  return starsend_json_node_get_integer_member (starsend_fal_result_find (root, place), "file_size", -1);
}
