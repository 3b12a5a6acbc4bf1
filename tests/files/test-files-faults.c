/* test-files-faults.c
 *
 * Kills a writer at every system call that changes something, and makes them fail.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "files-test.h"

#include "starsend-project-lock.h"

#include <signal.h>
#include <sys/wait.h>

#define NEW_SIZE 100000

static const char *const operations[] = { "replace", "create", "publish", "publish-over", "append" };
static const char *helper;

/* The exit status of the helper under strace, or minus the signal that ended it. */
static int
run_with (const char *inject, const char *operation, const char *path)
{
  g_autofree char *option = g_strconcat ("inject=", inject, NULL);
  g_autofree char *calls = g_strdup_printf ("trace=%.*s", (int) strcspn (inject, ":"), inject);
  const char *const argv[] = { "strace", "-f",  "-qq",  "-o",   "/dev/null", "-e", calls,
                               "-e",     option, helper, operation, path,        NULL };
  g_auto (GStrv) env = g_environ_setenv (g_get_environ (), "ASAN_OPTIONS", "detect_leaks=0", TRUE);
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, env,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  return WIFSIGNALED (status) ? -WTERMSIG (status) : WEXITSTATUS (status);
}

static gboolean
can_trace (void)
{
  g_autofree char *strace = g_find_program_in_path ("strace");
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "file", NULL);

  if (strace != NULL && run_with ("fsync:error=EIO:when=99", "replace", path) == 0)
    return TRUE;
  g_test_skip ("strace is not installed or may not trace");
  return FALSE;
}

static gboolean
is_new (const char *text, gsize length)
{
  return length == NEW_SIZE && strspn (text, "n") == NEW_SIZE;
}

static void
prepare (const char *operation, const char *path)
{
  g_autofree char *waiting = g_strconcat (path, ".waiting", NULL);
  g_autofree char *text = g_strnfill (NEW_SIZE, 'n');

  g_unlink (path);
  g_unlink (waiting);
  if (strcmp (operation, "create") != 0 && strcmp (operation, "publish") != 0)
    test_put (path, "old");
  if (g_str_has_prefix (operation, "publish"))
    test_put (waiting, text);
}

/* Whether the new content is there; aborts where there is neither that nor the old one. */
static gboolean
check_whole (const char *operation, const char *path)
{
  g_autofree char *waiting = g_strconcat (path, ".waiting", NULL);
  g_autofree char *text = NULL;
  g_autofree char *left = NULL;
  gsize length = 0;
  gsize left_length = 0;

  g_file_get_contents (path, &text, &length, NULL);
  g_file_get_contents (waiting, &left, &left_length, NULL);
  if (strcmp (operation, "append") == 0)
    {
      g_assert_true (g_str_has_prefix (text, "old"));
      g_assert_cmpuint (strspn (text + 3, "n"), ==, length - 3);
      return length == 3 + NEW_SIZE;
    }
  if (text != NULL && is_new (text, length))
    return TRUE;
  if (g_str_has_prefix (operation, "publish"))
    g_assert_true (is_new (left, left_length));
  if (strcmp (operation, "create") == 0 || strcmp (operation, "publish") == 0)
    g_assert_null (text);
  else
    g_assert_cmpstr (text, ==, "old");
  return FALSE;
}

static void
test_kill (void)
{
  static const char *const calls[] = { "openat", "write", "fsync", "fdatasync", "fchmod", "rename,renameat,renameat2" };
  guint points = 0;

  if (!can_trace ())
    return;
  for (guint o = 0; o < G_N_ELEMENTS (operations); o++)
    for (guint c = 0; c < G_N_ELEMENTS (calls); c++)
      for (guint n = 1;; n++)
        {
          g_autoptr (TestFolder) folder = test_folder_new ();
          g_autofree char *path = g_build_filename (folder, "file", NULL);
          g_autofree char *waiting = g_strconcat (path, ".waiting", NULL);
          g_autofree char *inject = g_strdup_printf ("%s:signal=SIGKILL:when=%u", calls[c], n);
          int status;

          prepare (operations[o], path);
          status = run_with (inject, operations[o], path);
          if (status == 0)
            {
              g_assert_true (check_whole (operations[o], path));
              break;
            }
          g_assert_cmpint (status, ==, -SIGKILL);
          check_whole (operations[o], path);
          starsend_files_sweep_parts (folder);
          g_unlink (path);
          g_unlink (waiting);
          g_assert_cmpuint (test_folder_count (folder), ==, 0);
          points++;
        }
  g_test_message ("killed at %u points", points);
  g_assert_cmpuint (points, >, 40);
}

typedef struct
{
  const char *operation;
  const char *inject;
  int status;
  gboolean is_new; /* whether the new content is there afterwards */
} Fault;

static const Fault faults[] = {
  { "replace", "write:error=ENOSPC:when=1", 1, FALSE },
  { "replace", "write:error=EIO:when=1+", 1, FALSE },
  { "replace", "write:error=EDQUOT:when=1", 1, FALSE },
  { "replace", "write:error=EINTR:when=1..5", 0, TRUE },
  { "replace", "write:retval=1:when=1", 1, FALSE },
  { "replace", "write:retval=0:when=1", 1, FALSE },
  { "replace", "fsync:error=EIO:when=1", 1, FALSE },
  { "replace", "fsync:error=EIO:when=2", 1, TRUE },
  { "replace", "fsync:error=EINVAL:when=2", 0, TRUE },
  { "replace", "rename,renameat,renameat2:error=EACCES:when=1", 1, FALSE },
  { "replace", "rename,renameat,renameat2:error=EROFS:when=1", 1, FALSE },
  { "replace", "fchmod:error=EPERM:when=1", 0, TRUE },
  { "create", "write:error=ENOSPC:when=1", 1, FALSE },
  { "create", "fsync:error=EIO:when=1", 1, FALSE },
  { "create", "renameat2:error=EINVAL:when=1", 0, TRUE },
  { "create", "renameat2:error=ENOSYS:when=1", 0, TRUE },
  { "create", "renameat2:error=EIO:when=1", 1, FALSE },
  { "publish", "renameat2:error=EINVAL:when=1", 0, TRUE },
  { "publish-over", "rename,renameat,renameat2:error=EIO:when=1", 1, FALSE },
  { "append", "write:error=ENOSPC:when=1", 1, FALSE },
  { "append", "fdatasync:error=EIO:when=1", 1, FALSE },
};

static void
test_errors (void)
{
  if (!can_trace ())
    return;
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      const Fault *fault = &faults[i];
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autofree char *path = g_build_filename (folder, "file", NULL);
      g_autofree char *waiting = g_strconcat (path, ".waiting", NULL);

      g_test_message ("%s with %s", fault->operation, fault->inject);
      prepare (fault->operation, path);
      g_assert_cmpint (run_with (fault->inject, fault->operation, path), ==, fault->status);
      g_assert_cmpint (check_whole (fault->operation, path), ==, fault->is_new);
      /* No temporary file is left, without any sweep. */
      g_unlink (path);
      g_unlink (waiting);
      g_assert_cmpuint (test_folder_count (folder), ==, 0);
      if (fault->status != 0)
        {
          prepare (fault->operation, path);
          g_assert_cmpint (run_with ("fsync:error=EIO:when=99", fault->operation, path), ==, 0);
        }
    }
}

/* Bytes that could not be synced are not published later either. */
static void
test_publish_sync (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "file", NULL);

  if (!can_trace ())
    return;
  prepare ("publish", path);
  g_assert_cmpint (run_with ("fsync:error=EIO:when=1", "publish", path), ==, 1);
  g_assert_cmpuint (test_folder_count (folder), ==, 0);
}

/* As in a document portal, which cannot rename without replacing. */
static void
test_no_rename_flags (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree char *lock = g_build_filename (folder, "lock", NULL);

  if (!can_trace ())
    return;
  test_put (path, "old");
  g_assert_cmpint (run_with ("renameat2:error=EINVAL:when=1+", "create", path), ==, 2);
  test_assert_text (path, "old");
  g_assert_cmpint (run_with ("renameat2:error=EINVAL:when=1+", "hold", lock), ==, 0);
  g_assert_cmpuint (test_folder_count (folder), ==, 1);
}

/* Whatever is left of a program that was killed while it took a lock, or took one over, the next one gets it at once. */
static void
test_kill_lock (void)
{
  static const char *const calls[] = { "openat", "write", "fsync", "rename,renameat,renameat2", "unlink" };
  guint points = 0;

  if (!can_trace ())
    return;
  for (guint stale = 0; stale < 2; stale++)
    for (guint c = 0; c < G_N_ELEMENTS (calls); c++)
      for (guint n = 1, status = 1; status != 0; n++)
        {
          g_autoptr (TestFolder) folder = test_folder_new ();
          g_autofree char *path = g_build_filename (folder, "lock", NULL);
          g_autofree char *inject = g_strdup_printf ("%s:signal=SIGKILL:when=%u", calls[c], n);
          g_autoptr (StarsendProjectLock) lock = NULL;
          g_autoptr (GError) error = NULL;

          if (stale)
            {
              g_assert_cmpint (run_with ("unlink:signal=SIGKILL:when=1", "hold", path), ==, -SIGKILL);
              g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
            }
          status = run_with (inject, "hold", path);
          lock = starsend_project_lock_acquire (path, "test", &error);
          g_assert_no_error (error);
          g_assert_true (starsend_project_lock_is_held (lock));
          starsend_files_sweep_parts (folder);
          g_assert_cmpuint (test_folder_count (folder), ==, 1);
          g_clear_object (&lock);
          points++;
        }
  g_test_message ("killed at %u points", points);
  g_assert_cmpuint (points, >, 40);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  helper = g_getenv ("STARSEND_FILES_HELPER");
  g_assert_nonnull (helper);
  g_test_add_func ("/files/faults/kill", test_kill);
  g_test_add_func ("/files/faults/kill-lock", test_kill_lock);
  g_test_add_func ("/files/faults/errors", test_errors);
  g_test_add_func ("/files/faults/publish-sync", test_publish_sync);
  g_test_add_func ("/files/faults/no-rename-flags", test_no_rename_flags);
  return g_test_run ();
}
