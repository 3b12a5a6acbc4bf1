/* test-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "files-test.h"

#include <sys/mount.h>
#include <sys/resource.h>
#include <signal.h>

static guint
mode_of (const char *path)
{
  struct stat info;

  g_assert_cmpint (lstat (path, &info), ==, 0);
  return info.st_mode & 07777;
}

static void
test_replace (void)
{
  static const guint modes[] = { 0600, 0644, 0666, 0755, 0400 };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "state.json", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (starsend_files_replace (path, "one", 3, &error));
  g_assert_no_error (error);
  test_assert_text (path, "one");
  g_assert_cmphex (mode_of (path), ==, 0644);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_assert_cmpint (chmod (path, modes[i]), ==, 0);
      g_assert_true (starsend_files_replace (path, "two", 3, &error));
      g_assert_no_error (error);
      g_assert_cmphex (mode_of (path), ==, modes[i]);
    }
  g_assert_cmpint (chmod (path, 0600), ==, 0);
  test_assert_text (path, "two");
  g_assert_true (starsend_files_replace (path, NULL, 0, &error));
  test_assert_text (path, "");
  g_assert_cmpuint (test_folder_count (folder), ==, 1);
}

static void
test_replace_odd_targets (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *real = g_build_filename (folder, "real", NULL);
  g_autofree char *link = g_build_filename (folder, "link", NULL);
  g_autofree char *fifo = g_build_filename (folder, "fifo", NULL);
  g_autofree char *missing = g_build_filename (folder, "no", "such", NULL);
  const char *const odd[] = { link, fifo, folder };

  test_put (real, "kept");
  g_assert_cmpint (symlink ("real", link), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (starsend_files_replace (odd[i], "x", 1, &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_clear_error (&error);
      g_assert_false (starsend_files_create (odd[i], "x", 1, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
      g_clear_error (&error);
      g_assert_false (starsend_files_append (odd[i], "x", 1, &error));
      g_assert_nonnull (error);
    }
  g_autoptr (GError) error = NULL;

  g_assert_false (starsend_files_replace (missing, "x", 1, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  test_assert_text (real, "kept");
  g_assert_cmpuint (test_folder_count (folder), ==, 3);
}

static void
test_create (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "take.json", NULL);
  g_autofree char *dangling = g_build_filename (folder, "dangling", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (starsend_files_create (path, "one", 3, &error));
  g_assert_no_error (error);
  g_assert_false (starsend_files_create (path, "two", 3, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  test_assert_text (path, "one");
  g_assert_cmpint (symlink ("nowhere", dangling), ==, 0);
  g_assert_false (starsend_files_create (dangling, "two", 3, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_cmpuint (test_folder_count (folder), ==, 2);
}

static void
test_publish (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "take.mp4", NULL);
  g_autofree char *part = starsend_files_part_path (path);
  g_autofree char *link = g_build_filename (folder, ".link.part", NULL);
  g_autoptr (GError) error = NULL;

  test_put (part, "one");
  g_assert_true (starsend_files_publish (part, path, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));

  test_put (part, "two");
  g_assert_false (starsend_files_publish (part, path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  test_assert_text (path, "one");
  test_assert_text (part, "two");

  g_assert_true (starsend_files_publish_over (part, path, &error));
  g_assert_no_error (error);
  test_assert_text (path, "two");

  g_assert_false (starsend_files_publish (part, path, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpint (symlink (path, link), ==, 0);
  g_assert_false (starsend_files_publish_over (link, path, &error));
  g_assert_nonnull (error);
  test_assert_text (path, "two");
}

static void
test_append (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "ledger.jsonl", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (starsend_files_append (path, "one\n", 4, &error));
  g_assert_true (starsend_files_append (path, "two\n", 4, &error));
  g_assert_no_error (error);
  test_assert_text (path, "one\ntwo\n");
}

static void
test_read (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree char *fifo = g_build_filename (folder, "fifo", NULL);
  const char *const odd[] = { fifo, folder, "/dev/zero" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) empty = NULL;

  g_assert_null (starsend_files_read (path, 10, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  g_clear_error (&error);

  test_put (path, "0123456789");
  bytes = starsend_files_read (path, 10, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "0123456789", 10);
  g_assert_null (starsend_files_read (path, 9, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_clear_error (&error);

  test_put (path, "");
  empty = starsend_files_read (path, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (empty), ==, 0);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_assert_null (starsend_files_read (odd[i], 10, &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_clear_error (&error);
      g_assert_null (starsend_files_digest (odd[i], NULL, &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_clear_error (&error);
    }
}

static void
test_part_names (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *long_name = g_strnfill (255, 'x');
  g_autoptr (GString) wide = g_string_new (NULL);

  for (guint i = 0; i < 85; i++)
    g_string_append (wide, "€");
  const char *const names[] = { "a", "take.mp4", long_name, wide->str, ".hidden" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);
      g_autofree char *part = starsend_files_part_path (path);
      g_autofree char *other = starsend_files_part_path (path);
      g_autofree char *name = g_path_get_basename (part);
      g_autofree char *part_folder = g_path_get_dirname (part);

      g_assert_cmpstr (part_folder, ==, folder);
      g_assert_cmpstr (part, !=, other);
      g_assert_cmpuint (strlen (name), <=, 255);
      g_assert_true (g_utf8_validate (name, -1, NULL));
      g_assert_true (g_str_has_prefix (name, ".") && g_str_has_suffix (name, ".part"));
      test_put (part, "left");
      test_put (path, "kept");
    }
  starsend_files_sweep_parts (folder);
  g_assert_cmpuint (test_folder_count (folder), ==, G_N_ELEMENTS (names));
}

static void
test_sweep_keeps (void)
{
  static const char *const kept[] = {
    "a.part", ".part", ".abcdef.part", ".a.abcde.part", ".a.ABCDEF.part", ".a.abcdef.parts", "x.a.abcdef.part", ".a.abcde-.part",
  };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *sub = g_build_filename (folder, ".folder.abcdef.part", NULL);
  g_autofree char *link = g_build_filename (folder, ".link.abcdef.part", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autofree char *path = g_build_filename (folder, kept[i], NULL);

      test_put (path, "kept");
    }
  g_assert_cmpint (mkdir (sub, 0755), ==, 0);
  g_assert_cmpint (symlink ("a.part", link), ==, 0);
  starsend_files_sweep_parts (folder);
  starsend_files_sweep_parts ("/no/such/folder");
  g_assert_cmpuint (test_folder_count (folder), ==, G_N_ELEMENTS (kept) + 2);
}

static void
test_set_aside (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "ledger.jsonl", NULL);
  g_autofree char *prefix = g_strconcat (path, ".damaged-", NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *text = g_strdup_printf ("damage %u", i);
      g_autofree char *aside = NULL;

      test_put (path, text);
      aside = starsend_files_set_aside (path, &error);
      g_assert_no_error (error);
      g_assert_true (g_str_has_prefix (aside, prefix));
      test_assert_text (aside, text);
      g_assert_cmpuint (test_folder_count (folder), ==, i + 1);
    }
  g_assert_null (starsend_files_set_aside (path, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
}

static void
test_make_folder (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *deep = g_build_filename (folder, "a", "b", "c", NULL);
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autofree char *under = g_build_filename (file, "x", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (starsend_files_make_folder (deep, &error));
  g_assert_true (starsend_files_make_folder (deep, &error));
  g_assert_true (starsend_files_make_folder ("/", &error));
  g_assert_true (starsend_files_make_folder (".", &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (deep, G_FILE_TEST_IS_DIR));
  test_put (file, "");
  g_assert_false (starsend_files_make_folder (file, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (starsend_files_make_folder (under, &error));
  g_assert_nonnull (error);
}

static void
test_digest (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree char *big = g_strnfill (3 * 1024 * 1024 + 17, 'b');
  g_autoptr (GBytes) bytes = g_bytes_new (big, strlen (big));
  g_autofree char *of_bytes = starsend_files_digest_bytes (bytes);
  g_autofree char *of_abc = NULL;
  g_autofree char *of_file = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  test_put (path, "abc");
  of_abc = starsend_files_digest (path, NULL, &error);
  g_assert_cmpstr (of_abc, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  test_put (path, big);
  of_file = starsend_files_digest (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (of_file, ==, of_bytes);
  g_cancellable_cancel (cancelled);
  g_assert_null (starsend_files_digest (path, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Where nothing more fits, what was there stays, and nothing is left lying about. */
static void
check_no_space (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "state.json", NULL);
  g_autofree char *other = g_build_filename (folder, "other.json", NULL);
  g_autofree char *much = g_strnfill (4 * 1024 * 1024, 'm');
  g_autoptr (GError) error = NULL;

  test_put (path, "old");
  g_assert_false (starsend_files_replace (path, much, strlen (much), &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NO_SPACE);
  g_clear_error (&error);
  g_assert_false (starsend_files_append (path, much, strlen (much), &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NO_SPACE);
  g_clear_error (&error);
  test_assert_text (path, "old");
  g_assert_false (starsend_files_create (other, much, strlen (much), &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NO_SPACE);
  g_assert_cmpuint (test_folder_count (folder), ==, 1);
  g_clear_error (&error);
  g_assert_true (starsend_files_replace (path, "new", 3, &error));
  g_assert_no_error (error);
  test_assert_text (path, "new");
}

static void
test_full_disk (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();

  if (mount ("starsend-test", folder, "tmpfs", 0, "size=1M") != 0)
    {
      g_test_skip ("a file system can be mounted by root alone");
      return;
    }
  check_no_space (folder);
  g_assert_cmpint (umount2 (folder, MNT_DETACH), ==, 0);
}

static void
test_size_limit (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      struct rlimit limit = { 1024 * 1024, 1024 * 1024 };

      signal (SIGXFSZ, SIG_IGN);
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
      check_no_space (folder);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
check_read_only (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "state.json", NULL);
  g_autofree char *other = g_build_filename (folder, "other.json", NULL);
  g_autofree char *secret = g_build_filename (folder, "secret", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *aside = NULL;

  g_assert_false (starsend_files_replace (path, "new", 3, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_false (starsend_files_create (other, "new", 3, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_false (starsend_files_append (path, "new", 3, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_READ_ONLY);
  g_clear_error (&error);
  aside = starsend_files_set_aside (path, &error);
  g_assert_null (aside);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_null (starsend_files_read (secret, 10, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);
  test_assert_text (path, "old");
}

static void
test_read_only (void)
{
  g_autoptr (TestFolder) folder = NULL;
  g_autofree char *path = NULL;
  g_autofree char *secret = NULL;

  if (g_test_subprocess ())
    {
      if (getuid () == 0)
        g_assert_cmpint (setresuid (65534, 65534, 65534), ==, 0);
      check_read_only (g_getenv ("STARSEND_TEST_FOLDER"));
      return;
    }
  folder = test_folder_new ();
  path = g_build_filename (folder, "state.json", NULL);
  secret = g_build_filename (folder, "secret", NULL);
  test_put (path, "old");
  test_put (secret, "secret");
  g_assert_cmpint (chmod (path, 0444), ==, 0);
  g_assert_cmpint (chmod (secret, 0), ==, 0);
  g_assert_cmpint (chmod (folder, 0555), ==, 0);
  g_setenv ("STARSEND_TEST_FOLDER", folder, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
  g_assert_cmpint (chmod (folder, 0755), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  umask (022);
  g_test_add_func ("/files/replace", test_replace);
  g_test_add_func ("/files/replace/odd-targets", test_replace_odd_targets);
  g_test_add_func ("/files/create", test_create);
  g_test_add_func ("/files/publish", test_publish);
  g_test_add_func ("/files/append", test_append);
  g_test_add_func ("/files/read", test_read);
  g_test_add_func ("/files/part-names", test_part_names);
  g_test_add_func ("/files/sweep-keeps", test_sweep_keeps);
  g_test_add_func ("/files/set-aside", test_set_aside);
  g_test_add_func ("/files/make-folder", test_make_folder);
  g_test_add_func ("/files/digest", test_digest);
  g_test_add_func ("/files/full-disk", test_full_disk);
  g_test_add_func ("/files/size-limit", test_size_limit);
  g_test_add_func ("/files/read-only", test_read_only);
  return g_test_run ();
}
