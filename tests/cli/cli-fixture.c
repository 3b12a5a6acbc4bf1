/* cli-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli-fixture.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

static const char plan_text[] =
  "{\n"
  "  \"format\": \"client_plan\", \"version\": 1,\n"
  "  \"project\": \"hard\", \"episode\": \"EP001\", \"title\": \"Hard\\u0020ids\", \"aspect_ratio\": \"16:9\", \"fps\": 24,\n"
  "  \"x_ours_not\": {\"keep\": [1, 2.50, null]},\n"
  "  \"elements\": [\n"
  "    {\"id\": \"car\", \"name\": \"The car\", \"type\": \"vehicle\", \"description\": \"red\", \"frontal\": \"elements/car.png\"},\n"
  "    {\"id\": \"ghost\", \"name\": \"Ghost\", \"type\": \"person\", \"description\": \"\", \"frontal\": \"elements/missing.png\"}\n"
  "  ],\n"
  "  \"sequences\": [\n"
  "    {\"id\": \"SEQ 01/ü 🚗\", \"title\": \"Räder 日本\", \"song_start\": \"0:00.000\", \"song_end\": 1.0, \"elements\": [\"car\"],\n"
  "     \"start_frame_prompt\": \"Street at noon, @car\", \"x_unknown\": true,\n"
  "     \"shots\": [{\"id\": \"a=b\", \"duration\": 0.5, \"prompt\": \"@car rolls past, push in\"},\n"
  "               {\"id\": \"ショット\", \"duration\": 0.5, \"prompt\": \"pan left over @car\", \"unknown\": [true]}]},\n"
  "    {\"id\": \"-dash\", \"title\": \"Dash\", \"song_start\": 1, \"song_end\": 1.5, \"elements\": [], \"start_frame_prompt\": \"A road\",\n"
  "     \"shots\": [{\"id\": \"s\", \"duration\": 0.5, \"prompt\": \"static\"}]},\n"
  "    {\"id\": \"GHOST\", \"title\": \"Ghost\", \"elements\": [\"ghost\"], \"start_frame_prompt\": \"Fog, @ghost\",\n"
  "     \"shots\": [{\"id\": \"s\", \"duration\": 0.5, \"prompt\": \"@ghost\"}]},\n"
  "    {\"id\": \"BROKEN\", \"title\": \"Broken\", \"elements\": [], \"shots\": [{\"id\": \"s\", \"duration\": -1, \"prompt\": \"x\"}]},\n"
  "    {\"id\": \"LONG\", \"title\": \"Long\", \"elements\": [], \"start_frame_prompt\": \"A long road\",\n"
  "     \"shots\": [{\"id\": \"s\", \"duration\": 5, \"prompt\": \"handheld\"}, {\"id\": \"t\", \"duration\": 5, \"prompt\": \"push in\"}]}\n"
  "  ]\n"
  "}\n";

const char *
cli_program (void)
{
  const char *program = g_getenv ("STARSEND_CLI");

  g_assert_nonnull (program);

  return program;
}

void
cli_remove_tree (const char *path)
{
  g_autoptr(GDir) folder = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      cli_remove_tree (child);
    }
  g_remove (path);
}

void
cli_copy_tree (const char *from, const char *to)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) copy = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "cp", "-a", "--", from, to, NULL);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (copy, NULL, &error));
  g_assert_no_error (error);
}

void
cli_write_picture (const char *path, int width, int height)
{
  g_autoptr(GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  g_autoptr(GError) error = NULL;
  guchar *pixels = gdk_pixbuf_get_pixels (picture);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guchar *p = pixels + y * gdk_pixbuf_get_rowstride (picture) + x * 3;

        p[0] = x * 255 / width;
        p[1] = y * 255 / height;
        p[2] = (x / 8 + y / 8) % 2 * 200;
      }
  g_assert_true (gdk_pixbuf_save (picture, path, "png", &error, NULL));
  g_assert_no_error (error);
}

void
cli_fixture_set_up (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CliResult) result = NULL;
  g_autofree char *elements = NULL;
  g_autofree char *picture = NULL;

  fixture->folder = g_dir_make_tmp ("starsend-cli-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->plan = g_build_filename (fixture->folder, "plan.json", NULL);
  fixture->project = g_build_filename (fixture->folder, "a project ü", NULL);
  g_assert_true (g_file_set_contents (fixture->plan, plan_text, -1, &error));

  result = cli_expect (fixture, 0, "new", fixture->project, "--title", "Prüfung", "--plan", fixture->plan, NULL);
  elements = g_build_filename (fixture->project, "elements", NULL);
  g_mkdir_with_parents (elements, 0755);
  picture = g_build_filename (elements, "car.png", NULL);
  cli_write_picture (picture, 320, 180);
}

void
cli_fixture_tear_down (CliFixture *fixture, gconstpointer unused)
{
  cli_remove_tree (fixture->folder);
  g_clear_pointer (&fixture->folder, g_free);
  g_clear_pointer (&fixture->plan, g_free);
  g_clear_pointer (&fixture->project, g_free);
}

/* Running */

static GPtrArray *
collect (va_list args)
{
  GPtrArray *argv = g_ptr_array_new ();
  const char *argument;

  g_ptr_array_add (argv, (gpointer) cli_program ());
  while ((argument = va_arg (args, const char *)) != NULL)
    g_ptr_array_add (argv, (gpointer) argument);
  g_ptr_array_add (argv, NULL);

  return argv;
}

static GSubprocess *
spawn (CliFixture *fixture, const char *const *argv)
{
  g_autoptr(GSubprocessLauncher) launcher = NULL;
  g_autoptr(GError) error = NULL;
  GSubprocess *process;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_set_cwd (launcher, fixture->folder);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);

  return process;
}

static JsonObject *
parse_object (const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = json_from_string (text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (node);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (node));

  return json_node_dup_object (node);
}

/* NULL when the stream was no pipe of ours. */
static char *
dup_bytes (GBytes *bytes)
{
  gconstpointer data = bytes != NULL ? g_bytes_get_data (bytes, NULL) : NULL;

  return data != NULL ? g_strndup (data, g_bytes_get_size (bytes)) : g_strdup ("");
}

CliResult *
cli_finish (GSubprocess *process)
{
  CliResult *result = g_new0 (CliResult, 1);
  g_autoptr(GBytes) out = NULL;
  g_autoptr(GBytes) err = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (g_subprocess_communicate (process, NULL, NULL, &out, &err, &error));
  g_assert_no_error (error);
  result->out = dup_bytes (out);
  result->err = dup_bytes (err);
  if (g_subprocess_get_if_exited (process))
    result->status = g_subprocess_get_exit_status (process);
  else
    result->status = 128 + g_subprocess_get_term_sig (process);

  return result;
}

CliResult *
cli_run_argv (CliFixture *fixture, const char *const *argv)
{
  g_autoptr(GSubprocess) process = spawn (fixture, argv);
  CliResult *result = cli_finish (process);

  if (g_strv_contains (argv, "--json") && !g_strv_contains (argv, "--help"))
    result->json = parse_object (result->out);

  return result;
}

CliResult *
cli_run (CliFixture *fixture, ...)
{
  g_autoptr(GPtrArray) argv = NULL;
  va_list args;

  va_start (args, fixture);
  argv = collect (args);
  va_end (args);

  return cli_run_argv (fixture, (const char *const *) argv->pdata);
}

GSubprocess *
cli_start (CliFixture *fixture, ...)
{
  g_autoptr(GPtrArray) argv = NULL;
  va_list args;

  va_start (args, fixture);
  argv = collect (args);
  va_end (args);

  return spawn (fixture, (const char *const *) argv->pdata);
}

static guint
count_said (const char *err)
{
  g_auto(GStrv) lines = g_strsplit (err, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "starsend-cli: "))
      n++;

  return n;
}

CliResult *
cli_expect (CliFixture *fixture, int status, ...)
{
  g_autoptr(GPtrArray) argv = NULL;
  CliResult *result;
  va_list args;

  va_start (args, status);
  argv = collect (args);
  va_end (args);
  result = cli_run_argv (fixture, (const char *const *) argv->pdata);

  if (result->status != status)
    {
      g_autofree char *words = g_strjoinv (" | ", (char **) argv->pdata);

      g_test_message ("%s\nstdout: %s\nstderr: %s", words, result->out, result->err);
    }
  g_assert_cmpint (result->status, ==, status);
  g_assert_cmpuint (count_said (result->err), ==, status == 0 ? 0 : 1);
  if (result->json != NULL)
    g_assert_cmpint (json_object_has_member (result->json, "error"), ==, status != 0);

  return result;
}

void
cli_result_free (CliResult *result)
{
  g_free (result->out);
  g_free (result->err);
  g_clear_pointer (&result->json, json_object_unref);
  g_free (result);
}

/* Looking */

JsonObject *
cli_find_sequence (JsonObject *status, const char *sequence_id)
{
  JsonArray *sequences = json_object_get_array_member (status, "sequences");

  for (guint i = 0; i < json_array_get_length (sequences); i++)
    {
      JsonObject *sequence = json_array_get_object_element (sequences, i);

      if (g_str_equal (json_object_get_string_member (sequence, "id"), sequence_id))
        return sequence;
    }

  return NULL;
}

char *
cli_dup_state (CliFixture *fixture, const char *project, const char *sequence_id)
{
  g_autoptr(CliResult) result = cli_expect (fixture, 0, "status", "--json", "--", project, sequence_id, NULL);
  JsonObject *sequence = cli_find_sequence (result->json, sequence_id);

  g_assert_nonnull (sequence);

  return g_strdup (json_object_get_string_member (sequence, "state"));
}

void
cli_prepare (CliFixture *fixture, const char *sequence_id)
{
  g_autoptr(CliResult) explore = cli_expect (fixture, 0, "explore", "--", fixture->project, sequence_id, NULL);
  g_autoptr(CliResult) pick = cli_expect (fixture, 0, "pick", "--", fixture->project, sequence_id, "2", NULL);
  g_autoptr(CliResult) approve = cli_expect (fixture, 0, "approve-frame", "--", fixture->project, sequence_id, NULL);
}

char *
cli_read (const char *path)
{
  g_autoptr(GError) error = NULL;
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_assert_no_error (error);

  return text;
}

char *
cli_state_path (CliFixture *fixture, const char *name)
{
  return g_build_filename (fixture->project, "state", "starsend", name, NULL);
}
