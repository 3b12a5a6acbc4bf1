/* test-project-paths.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "files-test.h"

#include "starsend-project-paths.h"

static void
assert_path (StarsendProjectPaths *paths, const char *expected, char *path)
{
  g_autofree char *owned = path;

  g_assert_true (g_str_has_prefix (owned, starsend_project_paths_get_root (paths)));
  g_assert_cmpstr (owned + strlen (starsend_project_paths_get_root (paths)) + 1, ==, expected);
}

static void
test_layout (void)
{
  static const char *const ids[] = { "SEQ01", "SEQ02", NULL };
  g_autoptr (StarsendProjectPaths) paths = starsend_project_paths_new ("/p/driver-beware/", "EP001", ids);
  g_autofree char *take = starsend_project_paths_dup_take (paths, "SEQ02", 1);

  g_assert_cmpstr (starsend_project_paths_get_root (paths), ==, "/p/driver-beware");
  assert_path (paths, "project_config.json", starsend_project_paths_dup_config (paths));
  assert_path (paths, "state/starsend/sequence_state.json", starsend_project_paths_dup_sequence_state (paths));
  assert_path (paths, "state/starsend/execution_store.json", starsend_project_paths_dup_execution_store (paths));
  assert_path (paths, "state/starsend/ledger.jsonl", starsend_project_paths_dup_ledger (paths));
  assert_path (paths, "state/starsend/lock", starsend_project_paths_dup_lock (paths));
  assert_path (paths, "output/trash", starsend_project_paths_dup_trash (paths));
  assert_path (paths, "output/grids/SEQ02/grid_001.png", starsend_project_paths_dup_grid (paths, "SEQ02", 1));
  assert_path (paths, "output/grids/SEQ02", starsend_project_paths_dup_grid_folder (paths, "SEQ02"));
  assert_path (paths, "output/frames/ep_001/clean/seq02_start.png", starsend_project_paths_dup_start_frame (paths, "SEQ02"));
  assert_path (paths, "output/frames/ep_001/clean/seq02_start_v01.png",
               starsend_project_paths_dup_old_start_frame (paths, "SEQ02", 1));
  assert_path (paths, "output/video", starsend_project_paths_dup_take_folder (paths));
  assert_path (paths, "output/video/seq02_take01.mp4", starsend_project_paths_dup_take (paths, "SEQ02", 1));
  assert_path (paths, "output/video/seq02_take123.mp4", starsend_project_paths_dup_take (paths, "SEQ02", 123));
  assert_path (paths, "output/video/seq02_take01.json", starsend_project_paths_dup_sidecar (paths, take));
  assert_path (paths, "output/a.b/c.json", starsend_project_paths_dup_sidecar (paths, "/p/driver-beware/output/a.b/c"));
}

static void
test_episodes (void)
{
  static const char *const cases[][2] = {
    { "EP001", "ep_001" }, { "PILOT", "pilot" }, { "S01E02", "s01e02" }, { "7", "7" }, { "ep1", "ep_1" },
    { "../x", "~2e~2e~2fx" }, { "", "~00" }, { "Folge 1", "folge~201" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StarsendProjectPaths) paths = starsend_project_paths_new ("/p", cases[i][0], NULL);
      g_autofree char *expected = g_strdup_printf ("output/frames/%s/clean/a_start.png", cases[i][1]);

      assert_path (paths, expected, starsend_project_paths_dup_start_frame (paths, "A"));
    }
}

static void
test_escape (void)
{
  static const char *const cases[][2] = {
    { "SEQ04", "SEQ04" }, { "a-b_C", "a-b_C" }, { "../x", "~2E~2E~2Fx" }, { "a/b", "a~2Fb" }, { "", "~00" },
    { "SEQ 1", "SEQ~201" }, { "ä", "~C3~A4" }, { "%2e", "~252e" }, { "CON", "~43ON" }, { "nul", "~6Eul" },
    { "com1", "~63om1" }, { "LPT9", "~4CPT9" }, { "COM", "COM" }, { "CONS", "CONS" }, { "x.", "x~2E" }, { ".", "~2E" },
    { "~00", "~7E00" }, { "a\nb", "a~0Ab" }, { "\xff", "~FF" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = starsend_project_paths_escape_id (cases[i][0], FALSE);
      g_autofree char *lower = starsend_project_paths_escape_id (cases[i][0], TRUE);
      g_autofree char *expected = g_ascii_strdown (cases[i][1], -1);

      g_assert_cmpstr (name, ==, cases[i][1]);
      g_assert_cmpstr (lower, ==, expected);
    }
}

static GPtrArray *
hard_ids (void)
{
  static const char *const ids[] = {
    "../x", "CON", "con", "Con", "a/b", "", "SEQ 1", "ä", "Ä", "%2e", "\u202eabc", "\u200b", "x", "x.", "x..", "x ", " x", ".",
    "..", "~", "~00", "~2e", "SEQ01", "seq01", "Seq01", "sEQ01", "NUL", "nul.", "a\\b", "a:b", "a|b", "*", "?", "<>", "\"", "'",
    "$(id)", "`id`", "-rf", "--", "\n", "\t", "\x7f", "\xff\xfe", "日本語", "e\u0301", "é", "İ", "ı", "K", "ſ", "COM1", "LPT1",
    "a_start", "a", "a_take01", "~43ON", "seq~01", "a\u00adb",
  };
  GPtrArray *all = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_ptr_array_add (all, g_strdup (ids[i]));
  for (guint length = 100; length <= 320; length += 1)
    {
      g_ptr_array_add (all, g_strnfill (length, 'L'));
      g_ptr_array_add (all, g_strnfill (length, '/'));
      g_ptr_array_add (all, g_strnfill (length, 'l'));
    }
  return all;
}

/* Ids made to fall on the name that another one gets when it is set apart. */
static void
add_hostile (GPtrArray *all)
{
  guint n = all->len;

  for (guint i = 0; i < n; i++)
    {
      const char *id = g_ptr_array_index (all, i);
      g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, id, -1);
      char byte = (char) (g_ascii_xdigit_value (digest[0]) * 16 + g_ascii_xdigit_value (digest[1]));

      if (byte != '\0')
        g_ptr_array_add (all, g_strdup_printf ("%s%c%.6s", id, byte, digest + 2));
      if (byte != '\0' && strlen (id) > 120)
        g_ptr_array_add (all, g_strdup_printf ("%.103s%c%.14s", id, byte, digest + 2));
    }
}

static void
check_name (const char *name)
{
  g_assert_cmpuint (strlen (name), >, 0);
  g_assert_cmpuint (strlen (name), <=, 160);
  for (const char *c = name; *c != '\0'; c++)
    g_assert_true (g_ascii_isalnum (*c) || strchr ("_-~", *c) != NULL);
}

static void
test_injective (void)
{
  g_autoptr (GPtrArray) ids = hard_ids ();
  g_autoptr (GHashTable) frames = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (StarsendProjectPaths) paths = NULL;
  guint n;

  add_hostile (ids);
  n = ids->len;
  g_ptr_array_add (ids, NULL);
  paths = starsend_project_paths_new ("/p", "EP001", (const char *const *) ids->pdata);
  for (guint i = 0; i < n; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      g_autofree char *escaped = starsend_project_paths_escape_id (id, FALSE);
      g_autofree char *folder = starsend_project_paths_dup_grid_folder (paths, id);
      g_autofree char *frame = starsend_project_paths_dup_start_frame (paths, id);

      check_name (escaped);
      g_assert_cmpuint (strlen (escaped), <=, 120);
      g_assert_true (g_str_has_prefix (folder, "/p/output/grids/"));
      check_name (folder + strlen ("/p/output/grids/"));
      g_assert_true (g_str_has_prefix (frame, "/p/output/frames/ep_001/clean/"));
      g_assert_null (strchr (frame + strlen ("/p/output/frames/ep_001/clean/"), '/'));
      /* On a file system that takes no notice of case too. */
      g_assert_true (g_hash_table_add (frames, g_ascii_strdown (frame, -1)));
      g_assert_true (g_hash_table_add (folders, g_ascii_strdown (folder, -1)));
    }
}

static void
test_clash (void)
{
  static const char *const ids[] = { "Seq1", "SEQ1", "seq1", "SEQ2", NULL };
  static const char *const turned[] = { "SEQ2", "seq1", "SEQ1", "Seq1", "SEQ1", NULL };
  static const char *const alone[] = { "Seq1", NULL };
  g_autoptr (StarsendProjectPaths) paths = starsend_project_paths_new ("/p", "EP001", ids);
  g_autoptr (StarsendProjectPaths) other = starsend_project_paths_new ("/p", "EP001", turned);
  g_autoptr (StarsendProjectPaths) single = starsend_project_paths_new ("/p", "EP001", alone);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "Seq1", -1);
  g_autofree char *expected = g_strdup_printf ("output/grids/Seq1~%.8s", digest);

  assert_path (paths, "output/grids/SEQ1", starsend_project_paths_dup_grid_folder (paths, "SEQ1"));
  assert_path (paths, expected, starsend_project_paths_dup_grid_folder (paths, "Seq1"));
  assert_path (single, "output/grids/Seq1", starsend_project_paths_dup_grid_folder (single, "Seq1"));
  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autofree char *one = starsend_project_paths_dup_take (paths, ids[i], 1);
      g_autofree char *two = starsend_project_paths_dup_take (other, ids[i], 1);

      g_assert_cmpstr (one, ==, two);
    }
  /* One that left the plan does not come upon the files of one that is in it. */
  g_autofree char *left = starsend_project_paths_dup_take (single, "SEQ1", 1);
  g_autofree char *here = starsend_project_paths_dup_take (single, "Seq1", 1);

  g_assert_cmpstr (left, !=, here);
}

static void
test_check_relative (void)
{
  static const char *const good[] = { "a", "plans/a.json", "./a", "a//b", "a b", "ä/日.png", "..a", "a..", "...", "~/x", "ab:c" };
  static const char *const bad[] = { "", "/a", "//a", "..", "../a", "a/../b", "a/..", "a\\b", "C:a", "c:/a", "a\nb", "\x7f", "\xff" };
  g_autofree char *long_name = g_strnfill (256, 'x');
  g_autofree char *long_path = g_strnfill (4096, '/');

  long_path[0] = 'a';
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (starsend_project_paths_check_relative (good[i], &error));
      g_assert_no_error (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad) + 2; i++)
    {
      const char *path = i < G_N_ELEMENTS (bad) ? bad[i] : i == G_N_ELEMENTS (bad) ? long_name : long_path;
      g_autoptr (GError) error = NULL;

      g_assert_false (starsend_project_paths_check_relative (path, &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
assert_resolve (StarsendProjectPaths *paths, const char *relative, int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = starsend_project_paths_resolve (paths, relative, &error);

  if (code < 0)
    {
      g_assert_no_error (error);
      test_assert_text (path, "inside");
      g_assert_true (g_str_has_prefix (path, starsend_project_paths_get_root (paths)));
    }
  else
    {
      g_assert_null (path);
      g_assert_error (error, STARSEND_ERROR, code);
    }
}

static void
test_resolve (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *root = g_build_filename (folder, "project", NULL);
  g_autofree char *beside = g_build_filename (folder, "project-evil", NULL);
  g_autofree char *old = g_get_current_dir ();
  g_autoptr (StarsendProjectPaths) paths = NULL;

  g_assert_cmpint (mkdir (root, 0755), ==, 0);
  g_assert_cmpint (chdir (root), ==, 0);
  g_assert_cmpint (mkdir ("sub", 0755), ==, 0);
  test_put ("sub/file", "inside");
  test_put (beside, "outside");
  g_assert_cmpint (symlink ("sub/file", "good"), ==, 0);
  g_assert_cmpint (symlink ("sub", "goodfolder"), ==, 0);
  g_assert_cmpint (symlink ("../project-evil", "out"), ==, 0);
  g_assert_cmpint (symlink ("..", "up"), ==, 0);
  g_assert_cmpint (symlink ("/etc/passwd", "passwd"), ==, 0);
  g_assert_cmpint (symlink ("/dev/zero", "zero"), ==, 0);
  g_assert_cmpint (symlink ("loop", "loop"), ==, 0);
  g_assert_cmpint (symlink ("nowhere", "dangling"), ==, 0);
  g_assert_cmpint (symlink (".", "self"), ==, 0);
  g_assert_cmpint (mkfifo ("fifo", 0600), ==, 0);

  paths = starsend_project_paths_new (root, "EP001", NULL);
  assert_resolve (paths, "sub/file", -1);
  assert_resolve (paths, "./sub//file", -1);
  assert_resolve (paths, "good", -1);
  assert_resolve (paths, "goodfolder/file", -1);
  assert_resolve (paths, "self/self/good", -1);
  assert_resolve (paths, "out", STARSEND_ERROR_INVALID_INPUT);
  assert_resolve (paths, "up/project-evil", STARSEND_ERROR_INVALID_INPUT);
  assert_resolve (paths, "up/project/sub/file", -1);
  assert_resolve (paths, "up", STARSEND_ERROR_INVALID_INPUT);
  assert_resolve (paths, "passwd", STARSEND_ERROR_INVALID_INPUT);
  assert_resolve (paths, "zero", STARSEND_ERROR_INVALID_INPUT);
  assert_resolve (paths, "loop", STARSEND_ERROR_INVALID_INPUT);
  assert_resolve (paths, "fifo", STARSEND_ERROR_INVALID_INPUT);
  assert_resolve (paths, "sub", STARSEND_ERROR_INVALID_INPUT);
  assert_resolve (paths, "self", STARSEND_ERROR_INVALID_INPUT);
  assert_resolve (paths, "../project-evil", STARSEND_ERROR_INVALID_INPUT);
  assert_resolve (paths, "/etc/passwd", STARSEND_ERROR_INVALID_INPUT);
  assert_resolve (paths, "dangling", STARSEND_ERROR_NOT_FOUND);
  assert_resolve (paths, "missing", STARSEND_ERROR_NOT_FOUND);
  assert_resolve (paths, "sub/file/x", STARSEND_ERROR_NOT_FOUND);
  g_assert_cmpint (chdir (old), ==, 0);
}

static void
test_make_relative (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *root = g_build_filename (folder, "project", NULL);
  g_autofree char *link = g_build_filename (folder, "link", NULL);
  g_autofree char *file = g_build_filename (root, "file", NULL);
  g_autofree char *through = g_build_filename (link, "file", NULL);
  g_autofree char *dotted = g_build_filename (root, "sub", "..", "file", NULL);
  g_autofree char *odd = g_build_filename (root, "a\\b", NULL);
  g_autofree char *beside = g_strconcat (root, "-evil", NULL);
  const char *const outside[] = { "/etc/passwd", beside, odd, root, "file", folder };
  const char *const inside[] = { file, through, dotted };
  g_autoptr (StarsendProjectPaths) paths = NULL;

  g_assert_cmpint (mkdir (root, 0755), ==, 0);
  test_put (file, "inside");
  test_put (odd, "");
  g_assert_cmpint (symlink ("project", link), ==, 0);
  paths = starsend_project_paths_new (root, "EP001", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (inside); i++)
    {
      g_autofree char *relative = starsend_project_paths_make_relative (paths, inside[i]);

      g_assert_cmpstr (relative, ==, "file");
    }
  for (guint i = 0; i < G_N_ELEMENTS (outside); i++)
    g_assert_null (starsend_project_paths_make_relative (paths, outside[i]));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/project-paths/layout", test_layout);
  g_test_add_func ("/project-paths/episodes", test_episodes);
  g_test_add_func ("/project-paths/escape", test_escape);
  g_test_add_func ("/project-paths/injective", test_injective);
  g_test_add_func ("/project-paths/clash", test_clash);
  g_test_add_func ("/project-paths/check-relative", test_check_relative);
  g_test_add_func ("/project-paths/resolve", test_resolve);
  g_test_add_func ("/project-paths/make-relative", test_make_relative);
  return g_test_run ();
}
