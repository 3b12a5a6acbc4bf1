/* starsend-checks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-checks.h"

static JsonArray *
get_warnings (JsonObject *checks)
{
  JsonNode *node = json_object_get_member (checks, "warnings");

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

void
starsend_checks_take_warning (JsonObject *checks, char *sentence)
{
  if (get_warnings (checks) == NULL)
    json_object_set_array_member (checks, "warnings", json_array_new ());
  json_array_add_string_element (get_warnings (checks), sentence);
  g_free (sentence);
}

guint
starsend_checks_count_warnings (JsonObject *checks)
{
  return get_warnings (checks) != NULL ? json_array_get_length (get_warnings (checks)) : 0;
}

/**
 * starsend_checks_dup_warnings:
 * @checks: (nullable): what critics measured
 *
 * Gives what the critics found worth a look.
 *
 * Returns: (transfer full) (array zero-terminated=1): sentences for the user
 */
char **
starsend_checks_dup_warnings (JsonNode *checks)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array = checks != NULL && JSON_NODE_HOLDS_OBJECT (checks) ? get_warnings (json_node_get_object (checks)) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    if (json_node_get_value_type (json_array_get_element (array, i)) == G_TYPE_STRING)
      g_strv_builder_add (builder, json_array_get_string_element (array, i));

  return g_strv_builder_end (builder);
}
