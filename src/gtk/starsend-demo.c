/* starsend-demo.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-demo.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "starsend-error.h"

#define DEMO_NAME "driver-beware"

/* A tree deeper than this is not the demo. */
#define MAX_DEPTH 16

static char *
dup_source (void)
{
  const char *folder = g_getenv ("STARSEND_DEMO_DIR");

  return g_build_filename (folder != NULL ? folder : STARSEND_DEMO_DIR, DEMO_NAME, NULL);
}

static gboolean copy_tree (GFile *from, GFile *to, guint depth, GCancellable *cancellable, GError **error);

static gboolean
copy_child (GFile *from, GFile *to, GFileInfo *info, guint depth, GCancellable *cancellable, GError **error)
{
  switch (g_file_info_get_file_type (info))
    {
    case G_FILE_TYPE_DIRECTORY:
      return g_file_make_directory (to, cancellable, error) && copy_tree (from, to, depth + 1, cancellable, error);

    case G_FILE_TYPE_REGULAR:
      /* The installed files may be read-only; the copy is the user's. */
      return g_file_copy (from, to, G_FILE_COPY_TARGET_DEFAULT_PERMS, cancellable, NULL, NULL, error);

    default:
      return TRUE;
    }
}

static gboolean
copy_tree (GFile *from, GFile *to, guint depth, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileEnumerator) enumerator = NULL;

  if (depth > MAX_DEPTH)
    return TRUE;

  enumerator = g_file_enumerate_children (from, G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                                          G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, cancellable, error);
  if (enumerator == NULL)
    return FALSE;

  while (TRUE)
    {
      g_autoptr (GFile) target = NULL;
      GFileInfo *info;
      GFile *child;

      if (!g_file_enumerator_iterate (enumerator, &info, &child, cancellable, error))
        return FALSE;
      if (info == NULL)
        return TRUE;

      target = g_file_get_child (to, g_file_info_get_name (info));
      if (!copy_child (child, target, info, depth, cancellable, error))
        return FALSE;
    }
}

static void
delete_tree (GFile *folder, guint depth)
{
  g_autoptr (GFileEnumerator) enumerator =
      g_file_enumerate_children (folder, G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                                 G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  GFileInfo *info = NULL;
  GFile *child = NULL;

  while (enumerator != NULL && depth <= MAX_DEPTH &&
         g_file_enumerator_iterate (enumerator, &info, &child, NULL, NULL) && info != NULL)
    {
      if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
        delete_tree (child, depth + 1);
      else
        g_file_delete (child, NULL, NULL);
    }

  g_file_delete (folder, NULL, NULL);
}

/* Gives the finished copy the first name that is free; what has the name already is never touched. */
static char *
take_free_name (const char *folder, const char *copy)
{
  for (guint i = 1; i < 10000; i++)
    {
      g_autofree char *name = i == 1 ? g_strdup (DEMO_NAME) : g_strdup_printf ("%s-%u", DEMO_NAME, i);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
        continue;
      if (g_rename (copy, path) == 0)
        return g_steal_pointer (&path);
      if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR)
        break;
    }

  return NULL;
}

static char *
dup_target_folder (void)
{
  const char *videos = g_get_user_special_dir (G_USER_DIRECTORY_VIDEOS);

  return videos != NULL ? g_build_filename (videos, "Starsend", NULL)
                        : g_build_filename (g_get_home_dir (), "Videos", "Starsend", NULL);
}

static GFile *
copy_demo (GCancellable *cancellable, GError **error)
{
  g_autofree char *source = dup_source ();
  g_autofree char *folder = dup_target_folder ();
  g_autofree char *copy = g_build_filename (folder, "." DEMO_NAME ".XXXXXX", NULL);
  g_autofree char *path = NULL;
  g_autoptr (GFile) from = g_file_new_for_path (source);
  g_autoptr (GFile) to = NULL;
  g_autoptr (GError) local_error = NULL;

  if (g_mkdir_with_parents (folder, 0777) != 0 || g_mkdtemp_full (copy, 0777) == NULL)
    {
      starsend_set_errno_error (error, errno, _("The demo could not be copied to “%s”"), folder);
      return NULL;
    }

  /* It is built under a name that nobody opens, and shown under its own when it is whole. */
  to = g_file_new_for_path (copy);
  if (copy_tree (from, to, 0, cancellable, &local_error))
    path = take_free_name (folder, copy);
  if (path != NULL)
    return g_file_new_for_path (path);

  delete_tree (to, 0);
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_IO,
                 /* Translators: the first %s is a folder, the second the reason as the system tells it. */
                 _("The demo could not be copied to “%s”: %s"), folder,
                 local_error != NULL ? local_error->message : _("no free name was found"));

  return NULL;
}

static void
copy_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  GFile *file = copy_demo (cancellable, &error);

  if (file != NULL)
    g_task_return_pointer (task, file, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * starsend_demo_is_installed:
 *
 * Tells whether there is a demo to copy.
 *
 * Returns: whether there is
 */
gboolean
starsend_demo_is_installed (void)
{
  g_autofree char *source = dup_source ();

  return g_file_test (source, G_FILE_TEST_IS_DIR);
}

/**
 * starsend_demo_copy_async:
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when the copy is there
 * @user_data: for @callback
 *
 * Copies the demo project into the user's videos, under the first free name, on a worker thread.
 */
void
starsend_demo_copy_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, starsend_demo_copy_async);
  g_task_run_in_thread (task, copy_thread);
}

/**
 * starsend_demo_copy_finish:
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends starsend_demo_copy_async().
 *
 * Returns: (transfer full) (nullable): the folder of the copy
 */
GFile *
starsend_demo_copy_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
