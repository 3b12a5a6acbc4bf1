/* test-cli-kill.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "cli-fixture.h"

/* SIGKILL at the calls that write, one at a time. After each the work goes on as a user would go on with it: resume,
 * reconcile, and the commands that are left; it has to end in a complete sequence, with nothing to repair by hand. */

#define WRITERS "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,ftruncate"
/* The whole sweep is held to about this; where there are more points, they are taken evenly. */
#define SECONDS_PER_STAGE 22
#define MAX_STEPS 8

static const char *const stages[][6] = {
  { "pick", "PROJECT", CLI_HARD_ID, "2", NULL },
  { "approve-frame", "PROJECT", CLI_HARD_ID, NULL },
  { "execute", "PROJECT", CLI_HARD_ID, NULL },
  { "approve", "PROJECT", CLI_HARD_ID, NULL },
};

typedef struct
{
  char *call;
  guint nth;
} Point;

static void
point_free (gpointer data)
{
  Point *point = data;

  g_free (point->call);
  g_free (point);
}

static GPtrArray *
stage_argv (const char *const *stage, const char *project, const char *inject, const char *log)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);
  const char *const before[] = { "strace", "-f", "-qq", "-o", log, "-e", "trace=" WRITERS };

  for (guint i = 0; i < G_N_ELEMENTS (before); i++)
    g_ptr_array_add (argv, g_strdup (before[i]));
  if (inject != NULL)
    {
      g_ptr_array_add (argv, g_strdup ("-e"));
      g_ptr_array_add (argv, g_strdup (inject));
    }
  g_ptr_array_add (argv, g_strdup (cli_program ()));
  for (guint i = 0; stage[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (g_str_equal (stage[i], "PROJECT") ? project : stage[i]));
  g_ptr_array_add (argv, NULL);

  return argv;
}

/* strace counts the calls of each thread by themselves: the n-th of a kind is there when some thread makes n of them. */
static GPtrArray *
list_points (const char *log)
{
  GPtrArray *points = g_ptr_array_new_with_free_func (point_free);
  g_autoptr(GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) most = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = cli_read (log);
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto(GStrv) words = g_strsplit_set (lines[i], " (", -1);
      const char *call = NULL;
      g_autofree char *key = NULL;
      guint n;

      for (guint j = 1; words[0] != NULL && words[j] != NULL && call == NULL; j++)
        if (*words[j] != '\0')
          call = words[j];
      if (call == NULL || !g_ascii_islower (*call))
        continue;
      key = g_strdup_printf ("%s %s", words[0], call);
      n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)) + 1;
      g_hash_table_replace (counts, g_steal_pointer (&key), GUINT_TO_POINTER (n));
      if (n > GPOINTER_TO_UINT (g_hash_table_lookup (most, call)))
        {
          Point *point = g_new0 (Point, 1);

          g_hash_table_replace (most, g_strdup (call), GUINT_TO_POINTER (n));
          point->call = g_strdup (call);
          point->nth = n;
          g_ptr_array_add (points, point);
        }
    }

  return points;
}

static void
assert_none_set_aside (const char *project)
{
  g_autofree char *folder = g_build_filename (project, "state", "starsend", NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_null (strstr (name, ".damaged-"));
}

static void
take_next_step (CliFixture *fixture, const char *project, JsonObject *sequence)
{
  const char *state = json_object_get_string_member (sequence, "state");
  g_autoptr(CliResult) result = NULL;

  if (g_str_equal (state, "start_frame_pending") && json_object_get_null_member (sequence, "start_frame"))
    result = cli_expect (fixture, 0, "pick", project, CLI_HARD_ID, "2", NULL);
  else if (g_str_equal (state, "start_frame_pending"))
    result = cli_expect (fixture, 0, "approve-frame", project, CLI_HARD_ID, NULL);
  else if (g_str_equal (state, "start_frame_approved"))
    result = cli_expect (fixture, 0, "execute", project, CLI_HARD_ID, NULL);
  else if (g_str_equal (state, "review"))
    result = cli_expect (fixture, 0, "approve", project, CLI_HARD_ID, NULL);
  else
    g_error ("The sequence is left at “%s”.", state);
}

static void
finish_job (CliFixture *fixture, const char *project)
{
  g_autoptr(CliResult) resume = cli_expect (fixture, 0, "resume", project, NULL);
  g_autoptr(CliResult) repair = cli_expect (fixture, 0, "reconcile", "--repair", project, NULL);
  g_autoptr(CliResult) clean = NULL;

  for (guint i = 0; i < MAX_STEPS; i++)
    {
      g_autoptr(CliResult) status = cli_expect (fixture, 0, "status", "--json", project, NULL);
      JsonObject *sequence = cli_find_sequence (status->json, CLI_HARD_ID);

      if (g_str_equal (json_object_get_string_member (sequence, "state"), "complete"))
        {
          g_assert_cmpint (json_object_get_int_member (sequence, "takes"), ==, 1);
          clean = cli_expect (fixture, 0, "reconcile", project, NULL);
          assert_none_set_aside (project);
          return;
        }
      take_next_step (fixture, project, sequence);
    }
  g_assert_not_reached ();
}

/* Returns whether the program was killed there: a run may make fewer calls than the one that was counted. */
static gboolean
kill_at (CliFixture *fixture, const char *const *stage, const char *template, const Point *point)
{
  g_autofree char *project = g_build_filename (fixture->folder, "copy", NULL);
  g_autofree char *inject = g_strdup_printf ("inject=%s:signal=KILL:when=%u", point->call, point->nth);
  g_autoptr(GPtrArray) argv = stage_argv (stage, project, inject, "/dev/null");
  g_autoptr(CliResult) result = NULL;

  cli_remove_tree (project);
  cli_copy_tree (template, project);
  result = cli_run_argv (fixture, (const char *const *) argv->pdata);
  g_test_message ("%s at %s %u: %d", stage[0], point->call, point->nth, result->status);
  finish_job (fixture, project);

  return result->status == 128 + SIGKILL;
}

static void
sweep_stage (CliFixture *fixture, const char *const *stage)
{
  g_autofree char *template = g_build_filename (fixture->folder, "template", NULL);
  g_autofree char *log = g_build_filename (fixture->folder, "log", NULL);
  g_autoptr(GPtrArray) argv = stage_argv (stage, fixture->project, NULL, log);
  g_autoptr(GPtrArray) points = NULL;
  g_autoptr(CliResult) whole = NULL;
  gint64 begin;
  guint tried = 0;
  guint killed = 0;
  double position = 0;

  cli_remove_tree (template);
  cli_copy_tree (fixture->project, template);
  whole = cli_run_argv (fixture, (const char *const *) argv->pdata);
  g_assert_cmpint (whole->status, ==, 0);
  points = list_points (log);
  g_assert_cmpuint (points->len, >, 5);

  /* The first point tells what one costs; the step is chosen so that the rest fits. */
  begin = g_get_monotonic_time ();
  while (position < points->len)
    {
      double each, left, step;

      killed += kill_at (fixture, stage, template, g_ptr_array_index (points, (guint) position)) ? 1 : 0;
      tried++;
      each = (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC / tried;
      left = MAX (SECONDS_PER_STAGE - each * tried, each);
      step = (points->len - position) / (left / each + 1);
      position += MAX (1.0, step);
    }
  g_test_message ("%s: %u points, %u tried, %u killed", stage[0], points->len, tried, killed);
  g_assert_cmpuint (killed, >, 0);
}

static gboolean
can_trace (CliFixture *fixture)
{
  g_autofree char *strace = g_find_program_in_path ("strace");
  const char *argv[] = { "strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=fsync:signal=KILL:when=100",
                         cli_program (), "--version", NULL };
  g_autoptr(CliResult) result = NULL;

  if (strace == NULL)
    return FALSE;
  result = cli_run_argv (fixture, argv);

  return result->status == 0;
}

static void
test_sweep (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(CliResult) explore = NULL;

  if (!can_trace (fixture))
    {
      g_test_skip ("strace is not there or may not trace here");
      return;
    }

  explore = cli_expect (fixture, 0, "explore", fixture->project, CLI_HARD_ID, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    sweep_stage (fixture, stages[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/cli/kill-anywhere", CliFixture, NULL, cli_fixture_set_up, test_sweep, cli_fixture_tear_down);

  return g_test_run ();
}
