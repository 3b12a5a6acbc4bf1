/* test-paid-kill.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <signal.h>
#include <string.h>

#include "fake-program.h"
#include "paid.h"

/* The program is killed at any moment of an order, while the provider in another process goes on: then it is started again
 * and takes up what is open. Whatever the moment: one is bought at most, and what is bought is there as one take, or waits
 * for a person where the answer never came. The key is in no file of the project. */

#define ROUNDS 60

static FakeProgram *servers;

typedef struct
{
  Studio studio;
  char *driver;
  guint64 bought_before;
} Round;

static char *
make_frame (Studio *studio)
{
  char *path = g_build_filename (studio->folder, "frame.png", NULL);

  studio_write_picture (path, 1280, 720, 3);

  return path;
}

static void
set_up (Round *round)
{
  g_autofree char *picture = NULL;
  g_autofree char *frame = NULL;
  g_autoptr(GError) error = NULL;

  round->driver = g_test_build_filename (G_TEST_BUILT, "workflow", "paid-driver", NULL);
  studio_set_up (&round->studio, paid_plan, NULL);
  picture = make_frame (&round->studio);
  frame = studio_set_frame (&round->studio, "A", picture, &error);
  g_assert_no_error (error);
  g_assert_true (studio_approve_frame (&round->studio, "A", &error));
  studio_close (&round->studio);
  round->bought_before = fake_program_count (servers, "fal", "accepted");
}

static void
tear_down (Round *round)
{
  studio_tear_down (&round->studio);
  g_free (round->driver);
}

static gboolean
kill_now (gpointer user_data)
{
  g_subprocess_force_exit (user_data);
  return G_SOURCE_REMOVE;
}

/* How long it took; @after: microseconds until it is killed, -1: never. */
static gint64
run_driver (Round *round, gint64 after)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr(GSubprocess) driver = NULL;
  g_autoptr(GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  fake_program_prepare (servers, launcher);
  driver = g_subprocess_launcher_spawn (launcher, &error, round->driver, round->studio.root, NULL);
  g_assert_no_error (error);
  if (after >= 0)
    {
      g_usleep ((gulong) after);
      kill_now (driver);
    }
  g_subprocess_wait (driver, NULL, &error);
  g_assert_no_error (error);

  return g_get_monotonic_time () - start;
}

static guint
count_bought (Round *round)
{
  return (guint) (fake_program_count (servers, "fal", "accepted") - round->bought_before);
}

/* As the provider's dashboard would show it. */
static char *
dup_last_request_id (Round *round)
{
  g_autoptr(JsonNode) bodies = fake_program_control (servers, "GET", "bodies", NULL);
  JsonArray *submits = json_object_get_array_member (json_node_get_object (bodies), "fal");
  JsonObject *last = json_array_get_object_element (submits, json_array_get_length (submits) - 1);

  return g_strdup (json_object_get_string_member (last, "request_id"));
}

static void
assert_no_key (const char *path)
{
  g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      g_autofree char *bytes = NULL;
      gsize length;

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        assert_no_key (child);
      else if (g_file_get_contents (child, &bytes, &length, NULL) &&
               (memmem (bytes, length, "test-key-0123", strlen ("test-key-0123")) != NULL || memmem (bytes, length, ":secret", strlen (":secret")) != NULL))
        g_error ("%s holds the key", child);
    }
}

static void
assert_one_take (Round *round)
{
  g_autofree char *path = starsend_project_paths_dup_take (starsend_project_get_paths (round->studio.project), "A", 1);
  g_autoptr(GPtrArray) open_jobs = starsend_ledger_dup_open_jobs (starsend_project_get_ledger (round->studio.project));
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint (open_jobs->len, ==, 0);
  g_assert_cmpuint (studio_count_jobs (&round->studio, "take", STARSEND_LEDGER_SETTLED), ==, 1);
  g_assert_cmpint (studio_count_frames (path, &error), >, 0);
  studio_assert_status (&round->studio, "A", STARSEND_SEQUENCE_STATUS_REVIEW);
  g_assert_cmpuint (studio_count_files (round->studio.root, ".part"), ==, 0);
  g_assert_cmpint (starsend_ledger_get_reserved (starsend_project_get_ledger (round->studio.project), NULL), ==, 0);
  studio_assert_agreement (&round->studio);
}

/* A person who looks at the dashboard finds the job there, or nothing. */
static void
decide (Round *round, StarsendLedgerJob *job)
{
  g_autofree char *request_id = count_bought (round) > 0 ? dup_last_request_id (round) : NULL;
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (starsend_ledger_job_get_event (job), ==, STARSEND_LEDGER_UNCERTAIN);
  if (request_id != NULL)
    sentence = studio_recover (&round->studio, starsend_ledger_job_get_id (job), request_id, &error);
  else
    sentence = studio_write_off (&round->studio, starsend_ledger_job_get_id (job), &error);
  g_assert_no_error (error);
}

typedef enum
{
  NOTHING,
  UNCERTAIN,
  MADE,
  N_ENDINGS,
} Ending;

static Ending
start_again (Round *round)
{
  g_autoptr(GListModel) found = NULL;
  g_autoptr(GListModel) sentences = NULL;
  g_autoptr(StarsendLedgerJob) job = NULL;
  guint bought;

  studio_open (&round->studio);
  found = studio_prepare (&round->studio);
  sentences = studio_resume (&round->studio);
  for (guint i = 0; i < g_list_model_get_n_items (sentences); i++)
    {
      g_autoptr(StarsendFinding) sentence = g_list_model_get_item (sentences, i);

      g_test_message ("%s", starsend_finding_get_message (sentence));
    }
  bought = count_bought (round);
  g_assert_cmpuint (bought, <=, 1);
  job = studio_dup_last_job (&round->studio);
  assert_no_key (round->studio.root);
  if (job == NULL || starsend_ledger_job_get_event (job) == STARSEND_LEDGER_RELEASED)
    {
      g_assert_cmpuint (bought, ==, 0);
      studio_assert_status (&round->studio, "A", STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
      return NOTHING;
    }
  if (starsend_ledger_job_get_event (job) == STARSEND_LEDGER_SETTLED)
    {
      g_assert_cmpuint (bought, ==, 1);
      assert_one_take (round);
      return MADE;
    }

  decide (round, job);
  g_assert_cmpuint (count_bought (round), ==, bought);
  if (bought == 1)
    assert_one_take (round);

  return UNCERTAIN;
}

static Ending
run_round (gint64 after, gboolean drops_answer)
{
  Round round = { 0 };
  Ending ending;

  set_up (&round);
  if (drops_answer)
    fake_program_fault (servers, "submit", 1, "drop-after");
  run_driver (&round, after);
  ending = start_again (&round);
  tear_down (&round);
  json_node_unref (fake_program_control (servers, "DELETE", "faults", NULL));

  return ending;
}

static void
test_paid_kill (void)
{
  g_autofree char *settings = g_strdup_printf ("{\"times\": [30, 60], \"video\": \"%s\"}", paid_video_path);
  guint endings[N_ENDINGS] = { 0 };
  Round whole = { 0 };
  gint64 duration;

  json_node_unref (fake_program_control (servers, "POST", "settings", settings));

  set_up (&whole);
  duration = run_driver (&whole, -1);
  g_assert_cmpint (start_again (&whole), ==, MADE);
  tear_down (&whole);

  for (guint i = 0; i < ROUNDS; i++)
    endings[run_round (g_test_rand_int_range (0, (gint32) (duration * 11 / 10)), i % 4 == 3)]++;
  g_test_message ("%" G_GINT64_FORMAT " ms for one; %u killed: nothing bought %u, for a person to decide %u, made %u",
                  duration / 1000, ROUNDS, endings[NOTHING], endings[UNCERTAIN], endings[MADE]);
  g_assert_cmpuint (endings[MADE], >, 0);
}

int
main (int argc, char *argv[])
{
  const char *const arguments[] = { "--fast", NULL };
  const char *const variables[] = { "STARSEND_FAL_QUEUE_URL", "STARSEND_FAL_REST_URL", "FAL_KEY" };
  g_autofree char *folder = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_nonnull (argv[1]);
  servers = fake_program_new (argv[1], arguments);
  /* Before anything is made that reads it. */
  g_setenv ("STARSEND_POLL_INTERVAL_MS", "10", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_setenv (variables[i], fake_program_getenv (servers, variables[i]), TRUE);
  folder = g_dir_make_tmp ("starsend-paid-kill-XXXXXX", NULL);
  paid_make_media (folder);
  g_test_add_func ("/workflow/paid-order-killed", test_paid_kill);
  status = g_test_run ();
  fake_program_free (servers);
  studio_remove_tree (folder);
  g_free (paid_video_path);
  g_free (paid_picture_path);

  return status;
}
