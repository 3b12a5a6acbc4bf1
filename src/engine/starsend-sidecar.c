/* starsend-sidecar.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sidecar.h"

#include <string.h>

#include "starsend-error.h"
#include "starsend-files.h"
#include "starsend-json.h"

#define SIDECAR_VERSION 1
#define MAX_SIDECAR_SIZE (16 * 1024 * 1024)

static void
add_string (JsonObject *object, const char *name, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, name, value);
}

static void
add_amount (JsonObject *object, const char *name, gint64 amount)
{
  if (amount >= 0)
    json_object_set_double_member (object, name, (double) amount / 1000000.0);
  else
    json_object_set_null_member (object, name);
}

/**
 * starsend_sidecar_path: (skip)
 * @media_path: a grid, a start frame or a take
 *
 * Gives the path of the file beside it.
 *
 * Returns: (transfer full): the same path, ending in .json
 */
char *
starsend_sidecar_path (const char *media_path)
{
  const char *slash = strrchr (media_path, '/');
  const char *dot = strrchr (slash != NULL ? slash : media_path, '.');

  return g_strdup_printf ("%.*s.json", (int) (dot != NULL ? dot - media_path : (gssize) strlen (media_path)), media_path);
}

/**
 * starsend_sidecar_build: (skip)
 * @facts: what is known of the file
 * @root: the project's folder
 *
 * Writes down how a file was made.
 *
 * Returns: (transfer full): an object
 */
JsonNode *
starsend_sidecar_build (const StarsendSidecarFacts *facts, const char *root)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  g_autofree char *file = g_path_get_basename (facts->output);
  g_autofree char *now = starsend_sidecar_now ();

  json_object_set_int_member (object, "version", SIDECAR_VERSION);
  add_string (object, "kind", starsend_request_kind_to_string (starsend_request_get_kind (facts->request)));
  add_string (object, "batch", starsend_request_get_batch_id (facts->request));
  json_object_set_int_member (object, "number", starsend_request_get_number (facts->request));
  add_string (object, "file", file);
  add_string (object, "sha256", facts->file_digest);
  add_string (object, "model", starsend_request_get_model (facts->request));
  add_string (object, "provider", facts->provider);
  add_string (object, "request_id", facts->request_id);
  add_string (object, "job", facts->job_id);
  add_string (object, "created_at", facts->created_at);
  add_string (object, "finished_at", now);
  add_string (object, "currency", facts->currency);
  add_amount (object, "estimate", facts->estimate);
  add_amount (object, "cost", facts->delivery != NULL ? starsend_delivery_get_cost (facts->delivery) : -1);
  add_string (object, "input_sha256", facts->input_digest);
  json_object_set_member (object, "request", starsend_request_to_json (facts->request, root));
  if (facts->sent != NULL)
    json_object_set_member (object, "sent", json_node_copy (facts->sent));
  if (facts->delivery != NULL && starsend_delivery_get_details (facts->delivery) != NULL)
    json_object_set_member (object, "delivery", json_node_copy (starsend_delivery_get_details (facts->delivery)));
  if (facts->checks != NULL)
    json_object_set_member (object, "checks", json_node_copy (facts->checks));
  json_node_take_object (node, object);

  return node;
}

/**
 * starsend_sidecar_load: (skip)
 * @sidecar_path: absolute path
 * @error: return location for an error
 *
 * Reads a sidecar. Blocks.
 *
 * Returns: (transfer full): an object
 */
JsonNode *
starsend_sidecar_load (const char *sidecar_path, GError **error)
{
  g_autoptr(GBytes) bytes = starsend_files_read (sidecar_path, MAX_SIDECAR_SIZE, error);
  g_autoptr(JsonNode) node = NULL;

  if (bytes == NULL)
    return NULL;

  node = starsend_json_parse_to_tree (bytes, MAX_SIDECAR_SIZE, error);
  if (node == NULL)
    {
      g_prefix_error (error, "%s: ", sidecar_path);
      return NULL;
    }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED, "%s: not an object", sidecar_path);
      return NULL;
    }

  return g_steal_pointer (&node);
}

/**
 * starsend_sidecar_save: (skip)
 * @sidecar_path: absolute path
 * @sidecar: an object
 * @error: return location for an error
 *
 * Writes a sidecar whole. Blocks.
 *
 * Returns: whether it is on the disk
 */
gboolean
starsend_sidecar_save (const char *sidecar_path, JsonNode *sidecar, GError **error)
{
  g_autofree char *text = starsend_json_render (sidecar, TRUE);

  return starsend_files_replace (sidecar_path, text, strlen (text), error);
}

/**
 * starsend_sidecar_now: (skip)
 *
 * Tells the time as every file of ours writes it.
 *
 * Returns: (transfer full): ISO 8601 in UTC, to the second
 */
char *
starsend_sidecar_now (void)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();

  return g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
}
