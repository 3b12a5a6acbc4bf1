/* starsend-start-frame.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-start-frame.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"
#include "starsend-files.h"
#include "starsend-grid-slicer.h"
#include "starsend-picture.h"
#include "starsend-sidecar.h"

#define MAX_FRAME_SIZE (256 * 1024 * 1024)
#define MAX_VERSIONS 999

static const char *
get_string (JsonNode *sidecar, const char *name)
{
  JsonNode *node = json_object_get_member (json_node_get_object (sidecar), name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static gboolean
copy_file (const char *from, const char *to, GError **error)
{
  g_autoptr(GBytes) bytes = starsend_files_read (from, MAX_FRAME_SIZE, error);

  return bytes != NULL && starsend_files_create (to, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
}

/* A copy, not a move: there is never a moment without a start frame. */
static gboolean
keep_old (StarsendProjectPaths *paths, const char *sequence_id, const char *path, GError **error)
{
  g_autofree char *sidecar = starsend_sidecar_path (path);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;

  for (guint version = 1; version <= MAX_VERSIONS; version++)
    {
      g_autofree char *old = starsend_project_paths_dup_old_start_frame (paths, sequence_id, version);
      g_autofree char *old_sidecar = starsend_sidecar_path (old);

      if (g_file_test (old, G_FILE_TEST_EXISTS))
        continue;

      return copy_file (path, old, error) &&
             (!g_file_test (sidecar, G_FILE_TEST_EXISTS) ||
              g_file_test (old_sidecar, G_FILE_TEST_EXISTS) ||
              copy_file (sidecar, old_sidecar, error));
    }

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_FAILED,
               _("%s keeps %d earlier start frames already; move some of them away."), sequence_id, MAX_VERSIONS);

  return FALSE;
}

static JsonNode *
make_sidecar (const char *path, const char *digest, JsonNode *source)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  g_autofree char *file = g_path_get_basename (path);
  g_autofree char *now = starsend_sidecar_now ();

  json_object_set_int_member (object, "version", 1);
  json_object_set_string_member (object, "kind", "start_frame");
  json_object_set_string_member (object, "file", file);
  json_object_set_string_member (object, "sha256", digest);
  json_object_set_string_member (object, "created_at", now);
  if (source != NULL)
    json_object_set_member (object, "source", json_node_copy (source));
  json_node_take_object (node, object);

  return node;
}

static void
set_approved (JsonNode *sidecar, const char *digest)
{
  g_autofree char *now = starsend_sidecar_now ();

  json_object_set_string_member (json_node_get_object (sidecar), "approved_sha256", digest);
  json_object_set_string_member (json_node_get_object (sidecar), "approved_at", now);
}

/* Puts a picture in place as the start frame, keeping the one before. A crash between the two writes leaves a sidecar
 * whose digest is not the picture's: not approved, which is the safe side. */
gboolean
starsend_start_frame_install (StarsendProjectPaths *paths, const char *sequence_id, GBytes *png, JsonNode *source,
                              gboolean approve, GError **error)
{
  g_autofree char *path = starsend_project_paths_dup_start_frame (paths, sequence_id);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *sidecar_path = starsend_sidecar_path (path);
  g_autofree char *digest = starsend_files_digest_bytes (png);
  g_autoptr(JsonNode) sidecar = make_sidecar (path, digest, source);

  if (approve)
    set_approved (sidecar, digest);

  return starsend_files_make_folder (folder, error) &&
         keep_old (paths, sequence_id, path, error) &&
         starsend_files_replace (path, g_bytes_get_data (png, NULL), g_bytes_get_size (png), error) &&
         starsend_sidecar_save (sidecar_path, sidecar, error);
}

static gboolean
is_damage (const GError *error)
{
  return g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT) ||
         g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED);
}

/* The sidecar that is to be changed; %NULL where there is none. A damaged one is kept beside, and one that cannot be read
 * at the moment is no reason to write another over it. */
static gboolean
load_or_set_aside (const char *sidecar_path, JsonNode **sidecar, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autofree char *aside = NULL;

  *sidecar = starsend_sidecar_load (sidecar_path, &local_error);
  if (*sidecar != NULL || g_error_matches (local_error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND))
    return TRUE;
  if (!is_damage (local_error))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  aside = starsend_files_set_aside (sidecar_path, error);

  return aside != NULL;
}

/* Ties the approval to the bytes that are there now; they must decode. */
gboolean
starsend_start_frame_approve (const char *path, GError **error)
{
  g_autofree char *sidecar_path = starsend_sidecar_path (path);
  g_autofree char *digest = NULL;
  g_autoptr(GdkPixbuf) picture = NULL;
  g_autoptr(JsonNode) sidecar = NULL;

  picture = starsend_picture_load (path, error);
  if (picture == NULL)
    return FALSE;
  digest = starsend_files_digest (path, NULL, error);
  if (digest == NULL || !load_or_set_aside (sidecar_path, &sidecar, error))
    return FALSE;

  if (sidecar == NULL || g_strcmp0 (get_string (sidecar, "sha256"), digest) != 0)
    {
      g_clear_pointer (&sidecar, json_node_unref);
      sidecar = make_sidecar (path, digest, NULL);
    }
  set_approved (sidecar, digest);

  return starsend_sidecar_save (sidecar_path, sidecar, error);
}

gboolean
starsend_start_frame_withdraw (const char *path, GError **error)
{
  g_autofree char *sidecar_path = starsend_sidecar_path (path);
  g_autoptr(JsonNode) sidecar = NULL;

  if (!load_or_set_aside (sidecar_path, &sidecar, error))
    return FALSE;
  if (sidecar == NULL)
    return TRUE;

  json_object_remove_member (json_node_get_object (sidecar), "approved_sha256");
  json_object_remove_member (json_node_get_object (sidecar), "approved_at");

  return starsend_sidecar_save (sidecar_path, sidecar, error);
}

StarsendStartFrameState
starsend_start_frame_examine (const char *path)
{
  g_autofree char *sidecar_path = starsend_sidecar_path (path);
  g_autofree char *digest = NULL;
  g_autoptr(JsonNode) sidecar = NULL;
  g_autoptr(GError) error = NULL;
  const char *approved;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return STARSEND_START_FRAME_MISSING;

  sidecar = starsend_sidecar_load (sidecar_path, &error);
  if (sidecar == NULL)
    return g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND) || is_damage (error)
             ? STARSEND_START_FRAME_UNRECORDED : STARSEND_START_FRAME_UNREADABLE;

  approved = get_string (sidecar, "approved_sha256");
  if (approved == NULL)
    return STARSEND_START_FRAME_UNAPPROVED;

  digest = starsend_files_digest (path, NULL, NULL);
  if (digest == NULL)
    return STARSEND_START_FRAME_UNREADABLE;

  return g_strcmp0 (approved, digest) == 0 ? STARSEND_START_FRAME_APPROVED : STARSEND_START_FRAME_CHANGED;
}

static JsonNode *
make_source (const char *picture, const StarsendRectangle *crop)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  g_autofree char *name = g_path_get_basename (picture);
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  JsonArray *array = json_array_new ();

  json_object_set_string_member (object, "picture", valid);
  json_array_add_int_element (array, crop->x);
  json_array_add_int_element (array, crop->y);
  json_array_add_int_element (array, crop->width);
  json_array_add_int_element (array, crop->height);
  json_object_set_array_member (object, "crop", array);
  json_node_take_object (node, object);

  return node;
}

GBytes *
starsend_start_frame_convert (const char *picture, int aspect_width, int aspect_height, JsonNode **source, GError **error)
{
  g_autoptr(GdkPixbuf) pixbuf = starsend_picture_load (picture, error);
  StarsendRectangle whole, crop;
  GBytes *png;

  if (pixbuf == NULL)
    return NULL;

  whole = (StarsendRectangle) { 0, 0, gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf) };
  starsend_grid_cut_fit (&whole, aspect_width, aspect_height, &crop);
  png = starsend_grid_slicer_crop (pixbuf, &crop, error);
  if (png != NULL)
    *source = make_source (picture, &crop);

  return png;
}
