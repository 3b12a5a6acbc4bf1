/* bench-critics.c
 *
 * What it takes to look at a take, against ffmpeg's detectors of black, frozen stretches and cuts; in turns, on the same file.
 * Without a file as argument it makes one of 10 s at 1080p.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "starsend-media-examine-private.h"

#define ROUNDS 3

typedef struct
{
  double wall;
  double cpu;
} Cost;

static double
get_cpu (int who)
{
  struct rusage usage;

  getrusage (who, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static guint
run_ours (const char *path, Cost *cost)
{
  g_autoptr (GError) error = NULL;
  double cpu = get_cpu (RUSAGE_SELF);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (StarsendExamination) found = starsend_media_examine (path, NULL, &error);

  if (found == NULL)
    g_error ("%s", error->message);
  *cost = (Cost) { (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC, get_cpu (RUSAGE_SELF) - cpu };
  return found->frames->len;
}

static void
run_program (const char *line, Cost *cost)
{
  g_autoptr (GError) error = NULL;
  double cpu = get_cpu (RUSAGE_CHILDREN);
  gint64 start = g_get_monotonic_time ();
  g_auto (GStrv) argv = NULL;

  g_shell_parse_argv (line, NULL, &argv, NULL);
  g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, NULL, &error);
  if (error != NULL)
    g_error ("%s", error->message);
  *cost = (Cost) { (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC, get_cpu (RUSAGE_CHILDREN) - cpu };
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return (*(const double *) a > *(const double *) b) - (*(const double *) a < *(const double *) b);
}

static double
report (const char *name, const Cost *costs, guint n_frames)
{
  double walls[ROUNDS], cpus[ROUNDS];

  for (guint i = 0; i < ROUNDS; i++)
    {
      walls[i] = costs[i].wall;
      cpus[i] = costs[i].cpu;
    }
  qsort (walls, ROUNDS, sizeof *walls, compare);
  qsort (cpus, ROUNDS, sizeof *cpus, compare);
  printf ("%-34s wall median %6.2f s, least %6.2f s (%4.0f frames/s); processor median %6.2f s\n", name, walls[ROUNDS / 2], walls[0],
          n_frames / walls[0], cpus[ROUNDS / 2]);
  return walls[ROUNDS / 2];
}

static char *
make_take (const char *folder)
{
  char *path = g_build_filename (folder, "take.mp4", NULL);
  g_autofree char *line = g_strdup_printf ("ffmpeg -v error -y -f lavfi -i testsrc2=s=1920x1080:r=24:d=10 -f lavfi -i sine=d=10 "
                                           "-c:v libx264 -preset veryfast -pix_fmt yuv420p -c:a aac %s", path);
  Cost cost;

  run_program (line, &cost);
  return path;
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("starsend-bench-XXXXXX", NULL);
  g_autofree char *program = g_find_program_in_path ("ffmpeg");
  g_autofree char *path = NULL, *decode = NULL, *detect = NULL, *made = NULL;
  Cost ours[ROUNDS], plain[ROUNDS], theirs[ROUNDS], warm_up;
  guint n_frames;
  double us, them;

  if (program == NULL)
    return 77;
  path = argc > 1 ? g_strdup (argv[1]) : (made = make_take (folder), g_strdup (made));
  decode = g_strdup_printf ("ffmpeg -v error -i %s -f null -", path);
  detect = g_strdup_printf ("ffmpeg -v error -i %s -vf blackdetect,freezedetect,scdet -af astats -f null -", path);
  n_frames = run_ours (path, &warm_up);
  for (guint i = 0; i < ROUNDS; i++)
    {
      run_ours (path, &ours[i]);
      run_program (decode, &plain[i]);
      run_program (detect, &theirs[i]);
    }
  printf ("%u frames of %s, %d rounds in turns\n", n_frames, path, ROUNDS);
  us = report ("the critic", ours, n_frames);
  report ("ffmpeg, decoding alone", plain, n_frames);
  them = report ("ffmpeg, black, freeze, scenes, sound", theirs, n_frames);
  printf ("ratio to ffmpeg's detectors %.2f\n", us / them);
  if (made != NULL)
    g_unlink (made);
  g_rmdir (folder);
  return 0;
}
