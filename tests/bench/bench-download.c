/* bench-download.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "starsend-http-client.h"

/* 200 MB over loopback into a file: ours, hashed and synced, against curl, which does neither, and against curl with
 * sha256sum and sync behind it, which does the same. The server is a process of its own that sends a file of the page
 * cache with sendfile. Of ours the download alone is measured, as it is in a program that runs; of curl the process. */

#define MEGABYTES 200
#define ROUNDS 7

typedef struct
{
  double wall;
  double cpu;
  double rss; /* more than before, in MB; the whole of it for a process */
} Measure;

static int
run_server (const char *path, int listener)
{
  struct stat info;
  const int file = g_open (path, O_RDONLY | O_CLOEXEC, 0);

  g_assert_cmpint (fstat (file, &info), ==, 0);
  for (;;)
    {
      const int fd = accept (listener, NULL, NULL);
      g_autofree char *headers = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Length: %ld\r\n\r\n", (long) info.st_size);
      char buffer[65536];
      off_t offset = 0;

      if (fd < 0 || recv (fd, buffer, sizeof buffer, 0) <= 0 || send (fd, headers, strlen (headers), MSG_MORE) <= 0)
        return EXIT_FAILURE;
      while (offset < info.st_size && sendfile (fd, file, &offset, info.st_size - offset) > 0)
        ;
      close (fd);
    }
}

static double
get_rss (void)
{
  g_autofree char *text = NULL;
  long pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*s %ld", &pages);

  return pages * (double) sysconf (_SC_PAGESIZE) / 1e6;
}

static double
to_seconds (const struct rusage *usage)
{
  return usage->ru_utime.tv_sec + usage->ru_stime.tv_sec + (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

typedef struct
{
  GMainLoop *loop;
  double peak;
  char *digest;
} Fetch;

static gboolean
on_tick (gpointer user_data)
{
  Fetch *fetch = user_data;

  fetch->peak = MAX (fetch->peak, get_rss ());

  return G_SOURCE_CONTINUE;
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fetch *fetch = user_data;
  g_autoptr(GError) error = NULL;

  fetch->digest = starsend_http_client_download_finish (STARSEND_HTTP_CLIENT (source), result, NULL, &error);
  g_assert_no_error (error);
  g_main_loop_quit (fetch->loop);
}

static Measure
fetch_once (StarsendHttpClient *client, const char *uri, const char *path, gboolean watch)
{
  Fetch fetch = { .loop = g_main_loop_new (NULL, FALSE) };
  struct rusage before;
  struct rusage after;
  Measure measure;
  const double rss = get_rss ();
  const gint64 begin = g_get_monotonic_time ();
  const guint tick = watch ? g_timeout_add (5, on_tick, &fetch) : 0;

  getrusage (RUSAGE_SELF, &before);
  starsend_http_client_download_async (client, uri, path, G_MAXINT64, NULL, NULL, NULL, NULL, on_fetched, &fetch);
  g_main_loop_run (fetch.loop);
  getrusage (RUSAGE_SELF, &after);
  measure.wall = (g_get_monotonic_time () - begin) / 1e6;
  measure.cpu = to_seconds (&after) - to_seconds (&before);
  measure.rss = MAX (fetch.peak, get_rss ()) - rss;
  if (tick != 0)
    g_source_remove (tick);
  g_main_loop_unref (fetch.loop);
  g_free (fetch.digest);

  return measure;
}

/* In a fresh process, so that its memory is that of a first download. */
static Measure
run_ours (const char *uri, const char *path, const char *small, gboolean watch)
{
  Measure measure;
  int ends[2];
  pid_t pid;

  g_assert_cmpint (pipe (ends), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      g_autoptr(StarsendHttpClient) client = starsend_http_client_new ();

      /* A program that runs has resolved and connected before, and has its workers. */
      fetch_once (client, small, path, FALSE);
      measure = fetch_once (client, uri, path, watch);
      g_assert_cmpint (write (ends[1], &measure, sizeof measure), ==, sizeof measure);
      _exit (0);
    }
  g_assert_cmpint (read (ends[0], &measure, sizeof measure), ==, sizeof measure);
  close (ends[0]);
  close (ends[1]);
  waitpid (pid, NULL, 0);

  return measure;
}

static Measure
run_command (const char *const *arguments)
{
  const gint64 begin = g_get_monotonic_time ();
  struct rusage usage;
  Measure measure;
  int status;
  const pid_t pid = fork ();

  if (pid == 0)
    {
      execvp (arguments[0], (char **) arguments);
      _exit (127);
    }
  g_assert_cmpint (wait4 (pid, &status, 0, &usage), ==, pid);
  g_assert_cmpint (status, ==, 0);
  measure.wall = (g_get_monotonic_time () - begin) / 1e6;
  measure.cpu = to_seconds (&usage);
  measure.rss = usage.ru_maxrss / 1e3;

  return measure;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return (*(const double *) a > *(const double *) b) - (*(const double *) a < *(const double *) b);
}

static double
get_median (const Measure *measures, gsize member)
{
  double values[ROUNDS];

  for (guint i = 0; i < ROUNDS; i++)
    values[i] = G_STRUCT_MEMBER (double, &measures[i], member);
  qsort (values, ROUNDS, sizeof (double), compare);

  return values[ROUNDS / 2];
}

static double
get_min (const Measure *measures)
{
  double least = measures[0].wall;

  for (guint i = 1; i < ROUNDS; i++)
    least = MIN (least, measures[i].wall);

  return least;
}

static void
print (const char *name, const Measure *measures, const Measure *peer)
{
  const double wall = get_median (measures, G_STRUCT_OFFSET (Measure, wall));
  const double cpu = get_median (measures, G_STRUCT_OFFSET (Measure, cpu));

  printf ("%-28s wall %4.0f ms (min %4.0f, ratio %.2f)  cpu %4.0f ms (ratio %.2f)  memory %5.1f MB\n", name, wall * 1e3,
          get_min (measures) * 1e3, wall / get_median (peer, G_STRUCT_OFFSET (Measure, wall)), cpu * 1e3,
          cpu / get_median (peer, G_STRUCT_OFFSET (Measure, cpu)), get_median (measures, G_STRUCT_OFFSET (Measure, rss)));
}

static void
make_file (const char *path, gsize size)
{
  g_autofree char *bytes = g_malloc (size);
  guint32 state = 1;

  for (gsize i = 0; i < size; i++)
    {
      state = state * 1664525 + 1013904223;
      bytes[i] = state >> 24;
    }
  g_assert_true (g_file_set_contents (path, bytes, size, NULL));
}

static pid_t
start_server (const char *path, char **uri)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  const int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  pid_t pid;

  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, length), ==, 0);
  g_assert_cmpint (listen (listener, 16), ==, 0);
  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &address, &length), ==, 0);
  *uri = g_strdup_printf ("http://127.0.0.1:%u/take.mp4", ntohs (address.sin_port));
  pid = fork ();
  if (pid == 0)
    _exit (run_server (path, listener));
  close (listener);

  return pid;
}

static void
run_rounds (const char *uri, const char *small, const char *path)
{
  g_autofree char *script = g_strdup_printf ("curl -s -o '%s' '%s' && sha256sum '%s' >/dev/null && sync '%s'", path, uri,
                                             path, path);
  const char *const curl[] = { "curl", "-s", "-o", path, uri, NULL };
  const char *const curl_and_more[] = { "sh", "-c", script, NULL };
  Measure ours[ROUNDS], peer[ROUNDS], same[ROUNDS], watched[ROUNDS];

  for (guint i = 0; i < ROUNDS; i++)
    {
      ours[i] = run_ours (uri, path, small, FALSE);
      g_unlink (path);
      peer[i] = run_command (curl);
      sync ();
      g_unlink (path);
      same[i] = run_command (curl_and_more);
      g_unlink (path);
      watched[i] = run_ours (uri, path, small, TRUE);
      ours[i].rss = watched[i].rss;
      g_unlink (path);
    }

  printf ("%d MB over loopback, %d interleaved rounds, medians; ratios to curl\n", MEGABYTES, ROUNDS);
  print ("ours, hashed and synced", ours, peer);
  print ("curl -o", peer, peer);
  print ("curl -o, sha256sum, sync", same, peer);
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = NULL;
  g_autofree char *media = NULL;
  g_autofree char *small = NULL;
  g_autofree char *path = NULL;
  g_autofree char *curl = g_find_program_in_path ("curl");
  g_autofree char *uri = NULL;
  g_autofree char *small_uri = NULL;
  pid_t servers[2];

  if (curl == NULL)
    {
      printf ("there is no curl to compare with\n");
      return 77;
    }

  folder = g_dir_make_tmp ("starsend-bench-XXXXXX", NULL);
  media = g_build_filename (folder, "media", NULL);
  small = g_build_filename (folder, "small", NULL);
  path = g_build_filename (folder, ".take.part", NULL);
  make_file (media, (gsize) MEGABYTES << 20);
  make_file (small, 4096);
  sync ();
  servers[0] = start_server (media, &uri);
  servers[1] = start_server (small, &small_uri);

  run_rounds (uri, small_uri, path);

  for (guint i = 0; i < 2; i++)
    {
      kill (servers[i], SIGTERM);
      waitpid (servers[i], NULL, 0);
    }
  g_unlink (media);
  g_unlink (small);
  g_rmdir (folder);

  return EXIT_SUCCESS;
}
