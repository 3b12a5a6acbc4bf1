/* test-fal-queue.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fal-fixture.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "starsend-error.h"
#include "starsend-fal-watch.h"

#define N_JOBS 100

/* One frame of a window; a sanitizer makes everything slow. */
#ifdef __SANITIZE_ADDRESS__
#define FRAME_MS 1000.0
#define N_ROUNDS 1
#else
#define FRAME_MS 16.7
#define N_ROUNDS 2
#endif

typedef struct
{
  FalFixture base;
  StarsendProvider *provider;
  StarsendRequest *request;
  StarsendTicket *ticket;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  fal_fixture_set_up (&fixture->base, user_data);
  fixture->provider = fal_fixture_provider (&fixture->base, "kling-o3");
  fixture->request = fal_fixture_take (&fixture->base, "kling-o3");
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  g_clear_pointer (&fixture->ticket, starsend_ticket_unref);
  g_assert_finalize_object (fixture->provider);
  g_assert_finalize_object (fixture->request);
  fal_fixture_tear_down (&fixture->base, user_data);
}

static void
submit (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->ticket = fal_fixture_submit (&fixture->base, fixture->provider, fixture->request, &error);
  g_assert_no_error (error);
}

/* Milliseconds until it was there. */
static gint64
collect (Fixture *fixture, StarsendJob *job)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (StarsendDelivery) delivery = NULL;
  g_autoptr (GError) error = NULL;

  delivery = fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, fixture->ticket, job, &error);
  g_assert_no_error (error);
  g_assert_nonnull (delivery);

  return (g_get_monotonic_time () - start) / 1000;
}

static guint64
count (Fixture *fixture, const char *name)
{
  return fal_fixture_count (&fixture->base, name);
}

/* Streams */

/* Told at once, with hardly a poll. */
static void
test_stream (Fixture *fixture, gconstpointer user_data)
{
  starsend_fal_client_set_streams (fixture->base.client, TRUE);
  starsend_fal_client_set_poll_interval (fixture->base.client, 15000);
  fake_fal_set_times (fixture->base.fal, 300, 500);
  submit (fixture);
  g_assert_cmpint (collect (fixture, NULL), <, 10000);
  g_assert_cmpuint (count (fixture, "stream"), ==, 1);
  g_assert_cmpuint (count (fixture, "status"), <=, 1);
}

/* Whatever becomes of the stream, the polls find the job done. */
static void
test_stream_fails (Fixture *fixture, gconstpointer user_data)
{
  const char *fault = user_data;

  starsend_fal_client_set_streams (fixture->base.client, TRUE);
  fake_fal_set_times (fixture->base.fal, 100, 200);
  fake_server_fault (fixture->base.server, "stream", 10, fault);
  submit (fixture);
  g_assert_cmpint (collect (fixture, NULL), <, 10000);
  g_assert_cmpuint (count (fixture, "stream"), >=, 1);
  g_assert_cmpuint (count (fixture, "stream"), <=, 3);
  g_assert_cmpuint (count (fixture, "status"), >=, 1);
  fake_server_clear_faults (fixture->base.server);
}

/* One that breaks is opened again, and then told at once. */
static void
test_stream_again (Fixture *fixture, gconstpointer user_data)
{
  starsend_fal_client_set_streams (fixture->base.client, TRUE);
  starsend_fal_client_set_poll_interval (fixture->base.client, 300);
  fake_fal_set_times (fixture->base.fal, 300, 1000);
  fake_server_fault (fixture->base.server, "stream", 2, "drop-before");
  submit (fixture);
  collect (fixture, NULL);
  g_assert_cmpuint (count (fixture, "stream"), ==, 3);
}

static void
test_no_stream (Fixture *fixture, gconstpointer user_data)
{
  submit (fixture);
  collect (fixture, NULL);
  g_assert_cmpuint (count (fixture, "stream"), ==, 0);
}

/* Words */

static void
on_message (StarsendJob *job, GParamSpec *pspec, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (starsend_job_get_message (job)));
}

static void
on_position (StarsendJob *job, GParamSpec *pspec, gpointer user_data)
{
  int *highest = user_data;

  *highest = MAX (*highest, starsend_job_get_queue_position (job));
}

static gboolean
was_told (GPtrArray *messages, const char *words)
{
  for (guint i = 0; i < messages->len; i++)
    if (g_ptr_array_index (messages, i) != NULL && strstr (g_ptr_array_index (messages, i), words) != NULL)
      return TRUE;

  return FALSE;
}

static void
test_words (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendJob) job = starsend_job_new ("job", fixture->request);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_free);
  int highest = -1;

  g_signal_connect (job, "notify::message", G_CALLBACK (on_message), messages);
  g_signal_connect (job, "notify::queue-position", G_CALLBACK (on_position), &highest);
  fake_server_fault (fixture->base.server, "status", 1, "{\"patch\": {\"status\": \"IN_QUEUE\", \"queue_position\": 12654}, \"remove\": [\"logs\"]}");
  fake_server_fault (fixture->base.server, "status", 3, "unknown-status");
  fake_server_fault (fixture->base.server, "status", 1, "garbage");
  fake_server_fault (fixture->base.server, "status", 1,
                     "{\"patch\": {\"status\": \"IN_PROGRESS\", \"logs\": [{\"message\": \"first\"}, {\"message\": \"Denoising\\u0007 3/20\"}]}}");
  submit (fixture);
  collect (fixture, job);
  g_assert_cmpint (highest, ==, 12654);
  g_assert_true (was_told (messages, "12654 jobs are ahead"));
  g_assert_true (was_told (messages, "“WARMING_UP”"));
  g_assert_true (was_told (messages, "could not be asked"));
  g_assert_true (was_told (messages, ": Denoising 3/20"));
  g_assert_true (was_told (messages, "Fetching the result"));
  g_assert_cmpint (starsend_job_get_queue_position (job), ==, -1);
}

static void
test_backoff (Fixture *fixture, gconstpointer user_data)
{
  StarsendFalClient *client = fixture->base.client;

  starsend_fal_client_set_poll_interval (client, 0);
  g_assert_cmpuint (starsend_fal_watch_get_backoff (client, 1), ==, 1000);
  g_assert_cmpuint (starsend_fal_watch_get_backoff (client, 2), ==, 2000);
  g_assert_cmpuint (starsend_fal_watch_get_backoff (client, 5), ==, 16000);
  g_assert_cmpuint (starsend_fal_watch_get_backoff (client, 6), ==, 30000);
  g_assert_cmpuint (starsend_fal_watch_get_backoff (client, G_MAXUINT), ==, 30000);
  starsend_fal_client_set_poll_interval (client, 10);
  g_assert_cmpuint (starsend_fal_watch_get_backoff (client, 3), ==, 40);
}

/* A hundred at once, against a server that is a process of its own, so that what is measured is ours */

static gboolean
on_input (GIOChannel *channel, GIOCondition condition, gpointer user_data)
{
  g_main_loop_quit (user_data);

  return G_SOURCE_REMOVE;
}

/* Serves until nobody holds the other end of standard input. */
static int
serve (const char *video)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (FakeFal) fal = fake_fal_new ();
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);

  fake_fal_set_video (fal, video);
  fake_fal_set_times (fal, 100, 300);
  printf ("%s\n", fake_fal_get_base (fal));
  fflush (stdout);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, loop);
  g_main_loop_run (loop);

  return 0;
}

typedef struct
{
  GSubprocess *process;
  char *base;
} Server;

static void
start_server (Server *server, const char *video)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError) error = NULL;

  server->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, self, "--serve", video, NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server->process));
  server->base = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (server->base);
}

static void
stop_server (Server *server)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_close (g_subprocess_get_stdin_pipe (server->process), NULL, NULL);
  g_subprocess_wait_check (server->process, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&server->process);
  g_free (server->base);
}

typedef struct
{
  Fixture *fixture;
  guint n_pending;
  double busiest;   /* milliseconds of work between two ticks */
  double last;
} Load;

typedef struct
{
  Load *load;
  StarsendTicket *ticket;
  char *part;
} Piece;

static double
get_work (void)
{
  struct timespec spent;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &spent);

  return (double) spent.tv_sec * 1000.0 + (double) spent.tv_nsec / 1e6;
}

/* What the loop worked since the last tick, on its own clock: other programs on this machine do not count. */
static gboolean
on_tick (gpointer user_data)
{
  Load *load = user_data;
  double now = get_work ();

  load->busiest = MAX (load->busiest, now - load->last);
  load->last = now;

  return G_SOURCE_CONTINUE;
}

static void
on_piece_collected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Piece *piece = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendDelivery) delivery = starsend_provider_collect_finish (STARSEND_PROVIDER (source), result, &error);

  g_assert_no_error (error);
  g_assert_nonnull (delivery);
  g_assert_cmpint (remove (piece->part), ==, 0);
  piece->load->n_pending--;
  starsend_ticket_unref (piece->ticket);
  g_free (piece->part);
  g_free (piece);
}

static void
on_piece_submitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Piece *piece = user_data;
  g_autoptr (GError) error = NULL;

  piece->ticket = starsend_provider_submit_finish (STARSEND_PROVIDER (source), result, &error);
  g_assert_no_error (error);
  starsend_provider_collect_async (STARSEND_PROVIDER (source), piece->load->fixture->request, piece->ticket, NULL, piece->part, NULL,
                                   on_piece_collected, piece);
}

static double
run_hundred (Fixture *fixture)
{
  Load load = { .fixture = fixture, .n_pending = N_JOBS, .last = get_work () };
  guint timer = g_timeout_add (1, on_tick, &load);

  for (guint i = 0; i < N_JOBS; i++)
    {
      Piece *piece = g_new0 (Piece, 1);

      piece->load = &load;
      piece->part = g_strdup_printf ("%s.%u", fixture->base.part, i);
      starsend_provider_submit_async (fixture->provider, fixture->request, NULL, NULL, on_piece_submitted, piece);
    }
  while (load.n_pending > 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);

  return load.busiest;
}

static void
test_hundred (Fixture *fixture, gconstpointer user_data)
{
  Server server = { NULL };
  struct mallinfo2 before, after;
  StarsendModel *model;

  start_server (&server, fixture->base.video);
  g_clear_object (&fixture->provider);
  g_clear_object (&fixture->base.storage);
  g_clear_object (&fixture->base.client);
  fixture->base.client = g_object_new (STARSEND_TYPE_FAL_CLIENT,
                                       "http", fixture->base.http, "keys", fixture->base.keys,
                                       "queue-url", server.base, "rest-url", server.base,
                                       "poll-interval", 50, "streams", user_data != NULL,
                                       NULL);
  fixture->base.storage = g_object_new (STARSEND_TYPE_FAL_STORAGE, "client", fixture->base.client, "cache", fixture->base.cache, NULL);
  model = starsend_models_get_model (fixture->base.models, "kling-o3");
  fixture->provider = starsend_fal_provider_new (model, fixture->base.client, fixture->base.storage);

  run_hundred (fixture);
  before = mallinfo2 ();
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      double busiest = run_hundred (fixture);

      g_test_message ("%d jobs: at most %.1f ms of work at a stretch", N_JOBS, busiest);
      g_assert_cmpfloat (busiest, <, FRAME_MS);
    }
  after = mallinfo2 ();
  g_test_message ("%zu bytes before, %zu after", before.uordblks, after.uordblks);
  if (after.uordblks > before.uordblks)
    g_assert_cmpuint (after.uordblks - before.uordblks, <, 2 * 1024 * 1024);
  stop_server (&server);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  static const char *const stream_faults[] = { "404", "401", "redirect", "drop-before", "reset-before", "empty", "garbage", "html", "truncated" };

  if (argc == 3 && g_str_equal (argv[1], "--serve"))
    return serve (argv[2]);

  g_test_init (&argc, &argv, NULL);

  ADD ("/fal/stream/at-once", test_stream);
  for (guint i = 0; i < G_N_ELEMENTS (stream_faults); i++)
    {
      g_autofree char *path = g_strconcat ("/fal/stream/fails/", stream_faults[i], NULL);

      g_test_add (path, Fixture, stream_faults[i], set_up, test_stream_fails, tear_down);
    }
  ADD ("/fal/stream/again", test_stream_again);
  ADD ("/fal/stream/off", test_no_stream);
  ADD ("/fal/queue/words", test_words);
  ADD ("/fal/queue/backoff", test_backoff);
  ADD ("/fal/queue/hundred-polled", test_hundred);
  g_test_add ("/fal/queue/hundred-streamed", Fixture, "streams", set_up, test_hundred, tear_down);

  return g_test_run ();
}
