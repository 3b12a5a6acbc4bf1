/* test-cli-usage.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <string.h>

#include "cli-fixture.h"

static const char *const commands[] = {
  "new", "validate", "status", "explore", "pick", "start-frame", "approve-frame", "execute",
  "iterate", "approve", "reject", "resume", "reconcile", "costs", "slice",
};

static void
test_help (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(CliResult) help = cli_expect (fixture, 0, "--help", NULL);
  g_autoptr(CliResult) version = cli_expect (fixture, 0, "--version", NULL);

  g_assert_true (g_str_has_prefix (version->out, "starsend-cli 0."));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr(CliResult) own = cli_expect (fixture, 0, commands[i], "--help", NULL);
      g_autoptr(CliResult) missing = cli_expect (fixture, 2, commands[i], NULL);
      g_autoptr(CliResult) unknown = cli_expect (fixture, 2, commands[i], "--json", "--no-such-option", NULL);
      g_autofree char *program = g_strdup_printf ("starsend-cli %s", commands[i]);
      JsonObject *error = json_object_get_object_member (unknown->json, "error");

      g_assert_nonnull (strstr (help->out, commands[i]));
      g_assert_nonnull (strstr (own->out, program));
      g_assert_nonnull (strstr (own->out, "--json"));
      g_assert_cmpstr (missing->out, ==, "");
      g_assert_cmpstr (json_object_get_string_member (error, "code"), ==, "usage");
    }
}

static void
test_unknown_command (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(CliResult) near = cli_expect (fixture, 2, "stauts", NULL);
  g_autoptr(CliResult) far = cli_expect (fixture, 2, "frobnicate-everything", NULL);
  g_autoptr(CliResult) none = cli_expect (fixture, 2, NULL);
  g_autoptr(CliResult) json = cli_expect (fixture, 2, "exeute", "--json", NULL);

  g_assert_nonnull (strstr (near->err, "“status”"));
  g_assert_nonnull (strstr (far->err, "--help"));
  g_assert_nonnull (strstr (none->err, "--help"));
  g_assert_nonnull (strstr (json->err, "“execute”"));
}

static void
test_hostile_arguments (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(CliResult) bytes = cli_expect (fixture, 2, "status", "--json", fixture->project, "\xff\xfe", NULL);
  g_autoptr(CliResult) escape = cli_expect (fixture, 2, "status", fixture->project, "\033[31mred\nnext", NULL);
  g_autoptr(CliResult) empty = cli_expect (fixture, 2, "status", fixture->project, "", NULL);
  g_autoptr(CliResult) folder = cli_expect (fixture, 2, "status", "/nonexistent/\xff", NULL);

  g_assert_null (strchr (escape->err, '\033'));
  g_assert_true (g_utf8_validate (folder->err, -1, NULL));
}

static void
test_full_output (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(CliResult) result = NULL;

  g_subprocess_launcher_set_stdout_file_path (launcher, "/dev/full");
  process = g_subprocess_launcher_spawn (launcher, &error, cli_program (), "status", fixture->project, NULL);
  g_assert_no_error (error);
  result = cli_finish (process);
  g_assert_cmpint (result->status, ==, 1);
  g_assert_nonnull (strstr (result->err, "Standard output"));
}

/* Other locales change the words, never the ids and never JSON. */
static void
test_locale (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(CliResult) utf8 = cli_expect (fixture, 0, "status", "--json", fixture->project, CLI_HARD_ID, NULL);
  g_autoptr(CliResult) plain = NULL;
  JsonObject *sequence;

  g_setenv ("LC_ALL", "C", TRUE);
  plain = cli_expect (fixture, 0, "status", "--json", fixture->project, CLI_HARD_ID, NULL);
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);

  sequence = cli_find_sequence (plain->json, CLI_HARD_ID);
  g_assert_nonnull (sequence);
  g_assert_cmpstr (json_object_get_string_member (sequence, "title"), ==, "Räder 日本");
  g_assert_cmpstr (utf8->out, ==, plain->out);
}

static void
test_slice (CliFixture *fixture, gconstpointer unused)
{
  g_autofree char *image = g_build_filename (fixture->folder, "grid.v2.png", NULL);
  g_autofree char *first = g_build_filename (fixture->folder, "grid.v2_1.png", NULL);
  g_autofree char *text = g_build_filename (fixture->folder, "text.png", NULL);
  g_autoptr(CliResult) result = NULL;
  g_autoptr(CliResult) again = NULL;
  g_autoptr(CliResult) one = NULL;
  g_autoptr(CliResult) bad_quadrant = NULL;
  g_autoptr(CliResult) bad_aspect = NULL;
  g_autoptr(CliResult) bad_name = NULL;
  g_autoptr(CliResult) no_picture = NULL;
  g_autoptr(CliResult) missing = NULL;
  JsonArray *slices;
  int width, height;

  cli_write_picture (image, 200, 120);
  result = cli_expect (fixture, 0, "slice", "--json", image, NULL);
  slices = json_object_get_array_member (result->json, "slices");
  g_assert_cmpuint (json_array_get_length (slices), ==, 4);
  g_assert_cmpint (json_object_get_int_member (json_array_get_object_element (slices, 3), "x"), ==, 100);
  g_assert_cmpint (json_object_get_int_member (json_array_get_object_element (slices, 3), "y"), ==, 60);
  g_assert_nonnull (gdk_pixbuf_get_file_info (first, &width, &height));
  g_assert_cmpint (width, ==, 100);
  g_assert_cmpint (height, ==, 60);

  again = cli_expect (fixture, 1, "slice", image, NULL);
  g_assert_nonnull (strstr (again->err, "grid.v2_1.png"));
  one = cli_expect (fixture, 0, "slice", image, "--quadrant", "3", "--output", "three.png", "--aspect", "1:1", "--json", NULL);
  slices = json_object_get_array_member (one->json, "slices");
  g_assert_cmpuint (json_array_get_length (slices), ==, 1);
  g_assert_cmpint (json_object_get_int_member (json_array_get_object_element (slices, 0), "width"), ==, 60);
  bad_quadrant = cli_expect (fixture, 2, "slice", image, "--quadrant", "5", "--output", "five.png", NULL);
  bad_aspect = cli_expect (fixture, 2, "slice", image, "--aspect", "16x9", "--output", "w.png", NULL);
  bad_name = cli_expect (fixture, 2, "slice", image, "--output", "w.jpg", NULL);
  g_assert_true (g_file_set_contents (text, "no picture", -1, NULL));
  no_picture = cli_expect (fixture, 2, "slice", text, NULL);
  missing = cli_expect (fixture, 2, "slice", "not-there.png", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, CliFixture, NULL, cli_fixture_set_up, func, cli_fixture_tear_down)
  ADD ("/cli/help", test_help);
  ADD ("/cli/unknown-command", test_unknown_command);
  ADD ("/cli/hostile-arguments", test_hostile_arguments);
  ADD ("/cli/full-output", test_full_output);
  ADD ("/cli/locale", test_locale);
  ADD ("/cli/slice", test_slice);
#undef ADD

  return g_test_run ();
}
