/* bench-queue.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Waits for many jobs at once, in one process; the queue is another. See bench-queue.py, which compares.
 *
 * Usage: bench-queue serve MILLISECONDS         a queue whose jobs take so long; prints its address, serves until standard input ends
 *        bench-queue wait BASE JOBS MILLISECONDS poll|stream INTERVAL
 */

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "fake-fal.h"
#include "starsend-fal-watch.h"
#include "starsend-json.h"

#define ENDPOINT "fal-ai/kling-video/o3/pro/text-to-video"
#define INPUT "{\"prompt\": \"A street\", \"duration\": \"3\", \"generate_audio\": false}"

static gboolean
on_input (GIOChannel *channel, GIOCondition condition, gpointer user_data)
{
  g_main_loop_quit (user_data);

  return G_SOURCE_REMOVE;
}

static int
serve (guint milliseconds)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (FakeFal) fal = fake_fal_new ();
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  g_autofree char *video = NULL;
  int file = g_file_open_tmp ("starsend-bench-XXXXXX.mp4", &video, NULL);

  /* Any file will do: nobody fetches it, and none has to be made. */
  fake_fal_set_video (fal, video);
  fake_fal_set_times (fal, milliseconds / 3, milliseconds - milliseconds / 3);
  fake_fal_set_check (fal, FAKE_FAL_CHECK_NEVER);
  printf ("%s\n", fake_fal_get_base (fal));
  fflush (stdout);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, loop);
  g_main_loop_run (loop);
  g_close (file, NULL);
  g_unlink (video);

  return 0;
}

typedef struct
{
  StarsendFalClient *client;
  guint n_jobs;
  guint n_submitted;
  guint n_done;
  double milliseconds; /* that a job takes */
  double start_cpu;
} Bench;

typedef struct
{
  Bench *bench;
  StarsendTicket *ticket;
  gint64 sent;
  double late;        /* milliseconds from the end of the job to its notice */
} Job;

static double
get_cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000.0 + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000.0;
}

static void
on_watched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendFalStatus) status = starsend_fal_watch_finish (STARSEND_FAL_CLIENT (source), result, &error);

  if (status == NULL)
    g_error ("%s", error->message);
  job->late = (double) (g_get_monotonic_time () - job->sent) / 1000.0 - job->bench->milliseconds;
  job->bench->n_done++;
}

static void
on_submitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (GError) error = NULL;

  job->ticket = starsend_fal_client_submit_finish (STARSEND_FAL_CLIENT (source), result, &error);
  if (job->ticket == NULL)
    g_error ("%s", error->message);
  job->sent = g_get_monotonic_time ();
  job->bench->n_submitted++;
}

static int
compare_late (const void *a, const void *b)
{
  double first = ((const Job *) a)->late, second = ((const Job *) b)->late;

  return (first > second) - (first < second);
}

static void
report (Bench *bench, Job *jobs)
{
  struct rusage usage;
  double cpu = get_cpu () - bench->start_cpu;

  getrusage (RUSAGE_SELF, &usage);
  qsort (jobs, bench->n_jobs, sizeof (Job), compare_late);
  printf ("{\"cpu\": %.1f, \"late\": %.1f, \"late95\": %.1f, \"rss\": %ld}\n",
          cpu, jobs[bench->n_jobs / 2].late, jobs[bench->n_jobs * 95 / 100].late, usage.ru_maxrss);
}

static int
wait_for_jobs (Bench *bench)
{
  g_autoptr (JsonNode) input = json_from_string (INPUT, NULL);
  g_autofree Job *jobs = g_new0 (Job, bench->n_jobs);

  /* One after the other, so that it is known when each began. */
  for (guint i = 0; i < bench->n_jobs; i++)
    {
      jobs[i].bench = bench;
      starsend_fal_client_submit_async (bench->client, ENDPOINT, input, NULL, on_submitted, &jobs[i]);
      while (bench->n_submitted <= i)
        g_main_context_iteration (NULL, TRUE);
    }

  bench->start_cpu = get_cpu ();
  for (guint i = 0; i < bench->n_jobs; i++)
    starsend_fal_watch_async (bench->client, jobs[i].ticket, NULL, NULL, NULL, on_watched, &jobs[i]);
  while (bench->n_done < bench->n_jobs)
    g_main_context_iteration (NULL, TRUE);
  report (bench, jobs);
  for (guint i = 0; i < bench->n_jobs; i++)
    starsend_ticket_unref (jobs[i].ticket);

  return 0;
}

int
main (int argc, char *argv[])
{
  g_autoptr (StarsendHttpClient) http = NULL;
  g_autoptr (StarsendKeys) keys = NULL;
  g_autoptr (StarsendFalClient) client = NULL;
  Bench bench = { NULL };

  if (argc == 3 && g_str_equal (argv[1], "serve"))
    return serve ((guint) atoi (argv[2]));
  if (argc != 7)
    return 2;

  g_setenv ("FAL_KEY", FAKE_FAL_KEY, TRUE);
  http = starsend_http_client_new ();
  keys = starsend_keys_new ();
  client = g_object_new (STARSEND_TYPE_FAL_CLIENT,
                         "http", http, "keys", keys, "queue-url", argv[2], "rest-url", argv[2],
                         "poll-interval", (guint) atoi (argv[6]), "streams", g_str_equal (argv[5], "stream"),
                         NULL);
  bench.client = client;
  bench.n_jobs = (guint) atoi (argv[3]);
  bench.milliseconds = atof (argv[4]);

  return wait_for_jobs (&bench);
}
