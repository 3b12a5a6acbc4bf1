/* state-test.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

/* What the tests of this room share: a folder that goes away, whole files, and waiting for one result. */

typedef struct
{
  char *folder;
  char *path;
} Folder;

static inline void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static inline void
folder_set_up (Folder *folder, gconstpointer name)
{
  folder->folder = g_dir_make_tmp ("starsend-state-XXXXXX", NULL);
  g_assert_nonnull (folder->folder);
  folder->path = g_build_filename (folder->folder, name, NULL);
}

static inline void
folder_tear_down (Folder *folder, gconstpointer name)
{
  remove_tree (folder->folder);
  g_free (folder->folder);
  g_free (folder->path);
}

static inline void
put (const char *path, const char *text, gssize size)
{
  FILE *file = g_fopen (path, "w");
  gsize length = size >= 0 ? (gsize) size : strlen (text);

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (text, 1, length, file), ==, length);
  g_assert_cmpint (fclose (file), ==, 0);
}

static inline char *
take (const char *path, gsize *size)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, size, &error);
  g_assert_no_error (error);
  return text;
}

/* The content of the one file that was set aside, or NULL. */
static inline char *
take_aside (const char *folder, gsize *size, guint *count)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  char *text = NULL;

  *count = 0;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (strstr (name, ".damaged-") != NULL)
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        g_free (text);
        text = take (path, size);
        (*count)++;
      }
  return text;
}

static inline void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static inline void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static inline void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}
