/* test-kill.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>
#include <sys/wait.h>

#include "starsend-disagreement.h"
#include "starsend-finding.h"
#include "studio.h"

/* SIGKILL at the calls that write, one at a time, while a sequence goes from nothing to complete. Afterwards everything
 * that was acknowledged is there, nothing is at odds, and the job can be finished. */

#define CALLS "write,pwrite64,rename,renameat,renameat2,fsync,fdatasync,unlink,unlinkat,ftruncate"
/* Where there are more points than this time allows, they are taken evenly. */
#define SECONDS 90
#define MAX_POINTS 400

static const char plan[] =
  "{\"format\": \"client_plan\", \"version\": 1, \"project\": \"kill\", \"episode\": \"EP001\", \"aspect_ratio\": \"16:9\", \"fps\": 24,\n"
  " \"elements\": [], \"sequences\": [{\"id\": \"A\", \"start_frame_prompt\": \"A road\", \"shots\": [\n"
  "  {\"id\": \"s\", \"duration\": 0.125, \"prompt\": \"static\"}, {\"id\": \"t\", \"duration\": 0.125, \"prompt\": \"push in\"}]}]}\n";

static const char *const acknowledgements[] = { "opened", "explored", "picked", "frame-approved", "executed", "approved" };

typedef struct
{
  char *call;
  guint number;
} Point;

static void
point_free (gpointer data)
{
  Point *point = data;

  g_free (point->call);
  g_free (point);
}

/* How many steps were acknowledged. */
static guint
run_driver (const char *root, const char *log, const Point *point, gboolean *killed)
{
  g_autofree char *driver = g_test_build_filename (G_TEST_BUILT, "workflow", "workflow-driver", NULL);
  g_autofree char *inject = NULL;
  g_autofree char *output = NULL;
  g_autoptr(GError) error = NULL;
  guint n = 0;
  int status = 0;

  if (point != NULL)
    inject = g_strdup_printf ("inject=%s:signal=SIGKILL:when=%u", point->call, point->number);
  else
    inject = g_strdup ("signal=none");
  {
    const char *argv[] = { "strace", "-f", "-qq", "-o", log, "-e", "trace=" CALLS, "-e", inject, driver, root, NULL };

    g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output, NULL, &status, &error);
  }
  g_assert_no_error (error);
  *killed = !WIFEXITED (status) || WEXITSTATUS (status) != 0;
  for (const char *p = output; (p = strchr (p, '\n')) != NULL; p++)
    n++;

  return n;
}

/* A line of strace: "4711 fsync(7) = 0". What is opened to be written is as good as not there until the first of these. */
static void
count_line (GPtrArray *points, GHashTable *counts, GHashTable *most, const char *line)
{
  g_auto(GStrv) halves = g_strsplit (line, "(", 2);
  g_auto(GStrv) words = NULL;
  g_autofree char *key = NULL;
  const char *call;
  Point *point;
  guint length, n;

  if (halves[0] == NULL || halves[1] == NULL)
    return;
  words = g_strsplit (halves[0], " ", -1);
  length = g_strv_length (words);
  call = words[length - 1];
  if (length < 2 || !g_ascii_islower (*call))
    return;

  /* strace counts each thread by itself: the n-th of a kind is there when some thread makes n of them. */
  key = g_strdup_printf ("%s %s", words[0], call);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)) + 1;
  g_hash_table_replace (counts, g_steal_pointer (&key), GUINT_TO_POINTER (n));
  if (n <= GPOINTER_TO_UINT (g_hash_table_lookup (most, call)))
    return;

  g_hash_table_replace (most, g_strdup (call), GUINT_TO_POINTER (n));
  point = g_new0 (Point, 1);
  point->call = g_strdup (call);
  point->number = n;
  g_ptr_array_add (points, point);
}

static GPtrArray *
list_points (const char *log)
{
  GPtrArray *points = g_ptr_array_new_with_free_func (point_free);
  g_autoptr(GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) most = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = studio_read (log);
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    count_line (points, counts, most, lines[i]);

  return points;
}

/* Afterwards */

static void
check_acknowledged (Studio *studio, guint n)
{
  StarsendSequenceRecord *record = studio_record (studio, "A");
  const char *step = n > 0 ? acknowledgements[n - 1] : "nothing";

  g_test_message ("killed after: %s", step);
  if (n >= 2)
    g_assert_nonnull (starsend_sequence_record_get_grid_path (record));
  if (n >= 3)
    g_assert_nonnull (starsend_sequence_record_get_start_frame (record));
  if (n >= 4)
    g_assert_true (starsend_sequence_record_get_start_frame_approved (record));
  if (n >= 5)
    g_assert_cmpuint (starsend_sequence_record_get_takes (record), ==, 1);
  if (n >= 6)
    studio_assert_status (studio, "A", STARSEND_SEQUENCE_STATUS_COMPLETE);
}

static void
take_next_step (Studio *studio)
{
  StarsendSequenceRecord *record = studio_record (studio, "A");
  g_autoptr(StarsendTake) take = NULL;
  g_autofree char *path = NULL;
  g_autoptr(GError) error = NULL;

  switch (starsend_sequence_record_get_status (record))
    {
    case STARSEND_SEQUENCE_STATUS_NOT_STARTED:
      path = studio_explore (studio, "A", NULL, &error);
      break;
    case STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING:
      if (starsend_sequence_record_get_start_frame (record) != NULL)
        studio_approve_frame (studio, "A", &error);
      else if (starsend_sequence_record_get_grid_path (record) != NULL)
        path = studio_pick (studio, "A", 2, 0, &error);
      else
        path = studio_explore (studio, "A", NULL, &error);
      break;
    case STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED:
      take = studio_execute (studio, "A", NULL, &error);
      break;
    case STARSEND_SEQUENCE_STATUS_REVIEW:
      studio_approve (studio, "A", 0, "good", &error);
      break;
    case STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING:
    case STARSEND_SEQUENCE_STATUS_GENERATING:
    case STARSEND_SEQUENCE_STATUS_COMPLETE:
    case STARSEND_SEQUENCE_STATUS_ITERATING:
    default:
      g_error ("the sequence is left at “%s”", starsend_sequence_status_to_string (starsend_sequence_record_get_status (record)));
    }
  g_assert_no_error (error);
}

static void
finish_job (Studio *studio)
{
  g_autoptr(GListModel) prepared = studio_prepare (studio);
  g_autoptr(GListModel) resumed = studio_resume (studio);
  g_autoptr(GListModel) repaired = studio_reconcile (studio, TRUE);

  g_assert_cmpuint (g_list_model_get_n_items (starsend_project_get_notices (studio->project)), ==, 0);
  for (guint i = 0; i < g_list_model_get_n_items (resumed); i++)
    {
      g_autoptr(StarsendFinding) sentence = g_list_model_get_item (resumed, i);

      g_assert_cmpint (starsend_finding_get_severity (sentence), ==, STARSEND_SEVERITY_WARNING);
    }
  studio_assert_agreement (studio);
  for (guint i = 0; i < 5 && starsend_sequence_record_get_status (studio_record (studio, "A")) != STARSEND_SEQUENCE_STATUS_COMPLETE; i++)
    take_next_step (studio);
  studio_assert_status (studio, "A", STARSEND_SEQUENCE_STATUS_COMPLETE);
  studio_assert_agreement (studio);
}

static void
check_end (Studio *studio)
{
  g_autofree char *take = starsend_project_paths_dup_take (starsend_project_get_paths (studio->project), "A", 1);
  g_autoptr(GPtrArray) open_jobs = starsend_ledger_dup_open_jobs (starsend_project_get_ledger (studio->project));
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint (open_jobs->len, ==, 0);
  g_assert_cmpuint (studio_count_jobs (studio, "take", STARSEND_LEDGER_SETTLED), ==, 1);
  g_assert_cmpuint (starsend_sequence_record_get_takes (studio_record (studio, "A")), ==, 1);
  g_assert_cmpint (studio_count_frames (take, &error), ==, 6);
  g_assert_cmpstr (studio_shot_state (studio, "A", 1, "t"), ==, "approved");
  g_assert_cmpuint (studio_count_files (studio->root, ".part"), ==, 0);
}

static gboolean
kill_and_finish (const Point *point)
{
  Studio studio;
  gboolean killed;
  guint n;

  studio_set_up (&studio, plan, NULL);
  studio_close (&studio);
  n = run_driver (studio.root, "/dev/null", point, &killed);
  g_test_message ("%s %u", point->call, point->number);
  studio_open (&studio);
  {
    g_autoptr(GListModel) prepared = studio_prepare (&studio);

    check_acknowledged (&studio, n);
  }
  finish_job (&studio);
  check_end (&studio);
  studio_tear_down (&studio);

  return killed;
}

static gboolean
can_trace (void)
{
  const char *argv[] = { "strace", "-qq", "-o", "/dev/null", "true", NULL };
  int status = 1;

  return g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, NULL) &&
         status == 0;
}

static GPtrArray *
find_points (gint64 *microseconds)
{
  Studio studio;
  g_autofree char *log = NULL;
  GPtrArray *points;
  gboolean killed;

  studio_set_up (&studio, plan, NULL);
  studio_close (&studio);
  log = g_build_filename (studio.folder, "strace.log", NULL);
  *microseconds = g_get_monotonic_time ();
  g_assert_cmpuint (run_driver (studio.root, log, NULL, &killed), ==, G_N_ELEMENTS (acknowledgements));
  g_assert_false (killed);
  *microseconds = g_get_monotonic_time () - *microseconds;
  points = list_points (log);
  studio_open (&studio);
  check_end (&studio);
  studio_tear_down (&studio);

  return points;
}

static void
test_kill (void)
{
  g_autoptr(GPtrArray) points = NULL;
  gint64 one_run, start = g_get_monotonic_time ();
  guint n_killed = 0, n_run = 0;
  double step;

  if (!can_trace ())
    {
      g_test_skip ("strace is not installed, or may not trace here");
      return;
    }

  points = find_points (&one_run);
  g_assert_cmpuint (points->len, >, 50);
  step = MAX (1.0, points->len * (one_run / 1000000.0 + 0.3) / SECONDS);
  step = MAX (step, points->len / (double) MAX_POINTS);
  for (double at = 0; at < points->len && g_get_monotonic_time () - start < (gint64) (SECONDS * 1.1 * G_USEC_PER_SEC); at += step, n_run++)
    n_killed += kill_and_finish (g_ptr_array_index (points, (guint) at));
  g_test_message ("%u points, %u tried, %u killed", points->len, n_run, n_killed);
  g_assert_cmpuint (n_killed, >, n_run / 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/workflow/every-call-killed", test_kill);

  return g_test_run ();
}
