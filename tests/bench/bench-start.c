/* bench-start.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the start of a program to the first frame that it paints, to the last frame before it is quiet, and the memory
 * that it has then; seen from outside, as an X client. The program, and the empty window that it is measured against,
 * take turns.
 *
 * Usage: bench-start STARSEND EMPTY-WINDOW DEMO-PROJECT     (under with-display.sh)
 */

#include <X11/Xlib.h>
#include <X11/extensions/Xdamage.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 9
#define QUIET_MS 700
#define PATIENCE_MS 20000
#define N_SEQUENCES 10000

typedef struct
{
  const char *name;
  const char *argv[3];
  double first[ROUNDS];
  double last[ROUNDS];
  double rss[ROUNDS];
  double pss[ROUNDS];
} Case;

static Display *display;
static int damage_base;

static double
now_ms (void)
{
  return g_get_monotonic_time () / 1000.0;
}

static void
read_memory (GPid pid, double *rss, double *pss)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", pid);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  line = strstr (text, "\nRss:");
  *rss = line != NULL ? strtod (line + 5, NULL) / 1024 : 0;
  line = strstr (text, "\nPss:");
  *pss = line != NULL ? strtod (line + 5, NULL) / 1024 : 0;
}

/* FALSE when nothing came in time. */
static gboolean
next_event (XEvent *event, double deadline)
{
  struct pollfd fd = { ConnectionNumber (display), POLLIN, 0 };

  XFlush (display);
  while (XPending (display) == 0)
    {
      double left = deadline - now_ms ();

      if (left <= 0 || poll (&fd, 1, (int) left + 1) <= 0)
        return FALSE;
    }
  XNextEvent (display, event);

  return TRUE;
}

static void
watch_frames (double start, double *first, double *last)
{
  double deadline = start + PATIENCE_MS;
  XEvent event;

  *first = *last = -1;
  while (next_event (&event, deadline))
    {
      if (event.type == MapNotify && !event.xmap.override_redirect)
        XDamageCreate (display, event.xmap.window, XDamageReportRawRectangles);
      if (event.type != damage_base + XDamageNotify)
        continue;

      *last = now_ms () - start;
      if (*first < 0)
        *first = *last;
      deadline = start + *last + QUIET_MS;
    }
}

static void
run_once (Case *one, guint round)
{
  double start = now_ms ();
  GPid pid;

  if (!g_spawn_async (NULL, (char **) one->argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL))
    exit (1);

  watch_frames (start, &one->first[round], &one->last[round]);
  read_memory (pid, &one->rss[round], &one->pss[round]);
  kill (pid, SIGTERM);
  waitpid (pid, NULL, 0);
  XSync (display, True);
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (const double *values)
{
  double sorted[ROUNDS];

  memcpy (sorted, values, sizeof sorted);
  qsort (sorted, ROUNDS, sizeof *sorted, compare);

  return sorted[ROUNDS / 2];
}

static double
minimum (const double *values)
{
  double least = values[0];

  for (guint i = 1; i < ROUNDS; i++)
    least = MIN (least, values[i]);

  return least;
}

static void
report (const Case *one, const Case *peer)
{
  printf ("%-18s first frame: median %6.0f ms, min %6.0f ms, ratio %.2f | quiet: median %6.0f ms | RSS %5.1f MiB, PSS %5.1f MiB\n",
          one->name, median (one->first), minimum (one->first), median (one->first) / median (peer->first),
          median (one->last), median (one->rss), median (one->pss));
}

static char *
make_large_project (void)
{
  char *folder = g_dir_make_tmp ("starsend-bench-XXXXXX", NULL);
  g_autofree char *config = g_build_filename (folder, "project_config.json", NULL);
  g_autofree char *plan = g_build_filename (folder, "plan.json", NULL);
  g_autoptr (GString) text = g_string_new ("{\"format\": \"client_plan\", \"version\": 1, \"sequences\": [\n");

  for (guint i = 0; i < N_SEQUENCES; i++)
    g_string_append_printf (text,
                            "%s{\"id\": \"SEQ%05u\", \"title\": \"Sequence %u\", \"song_start\": %u, \"song_end\": %u, \"shots\": ["
                            "{\"id\": \"shot_1\", \"duration\": 4, \"prompt\": \"A road at dusk, slow push in\"},"
                            "{\"id\": \"shot_2\", \"duration\": 4, \"prompt\": \"The same road from above\"}]}",
                            i > 0 ? ",\n" : "", i + 1, i + 1, i * 8, i * 8 + 8);
  g_string_append (text, "]}\n");
  g_file_set_contents (plan, text->str, -1, NULL);
  g_file_set_contents (config, "{\"project_type\": \"client_video\", \"title\": \"Large\", \"plan\": \"plan.json\"}", -1, NULL);

  return folder;
}

/* The program writes into what it opens. */
static char *
copy_project (const char *project)
{
  char *folder = g_dir_make_tmp ("starsend-bench-XXXXXX", NULL);
  const char *argv[] = { "cp", "-R", "-T", project, folder, NULL };

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);

  return folder;
}

int
main (int argc, char *argv[])
{
  int error_base;
  g_autofree char *demo = NULL;
  g_autofree char *large = NULL;

  display = XOpenDisplay (NULL);
  if (argc != 4 || display == NULL || !XDamageQueryExtension (display, &damage_base, &error_base))
    {
      g_printerr ("bench-start needs an X display with the damage extension, and three arguments\n");
      return 2;
    }
  XSelectInput (display, DefaultRootWindow (display), SubstructureNotifyMask);

  demo = copy_project (argv[3]);
  large = make_large_project ();

  Case cases[] = {
    { .name = "empty window", .argv = { argv[2], NULL } },
    { .name = "welcome page", .argv = { argv[1], NULL } },
    { .name = "demo", .argv = { argv[1], demo, NULL } },
    { .name = "10 000 sequences", .argv = { argv[1], large, NULL } },
  };

  /* Once unmeasured: the disk's cache is warm for all of them. */
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    run_once (&cases[i], 0);
  for (guint round = 0; round < ROUNDS; round++)
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
      run_once (&cases[i], round);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    report (&cases[i], &cases[0]);

  return 0;
}
