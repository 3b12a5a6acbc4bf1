/* bench-animatic.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An animatic of 8 s at 1280x720, a push in over one picture of 2560x1440: ours against ffmpeg's zoompan, with x264 at the same preset,
 * quality and key frames. Reading the picture is in both; starting the program is in ffmpeg's, and small. Needs: apt-get install ffmpeg
 */

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "../media/media-fixtures.h"

#define ROUNDS 7
#define FRAMES 192

static double
get_cpu (int who)
{
  struct rusage usage;

  getrusage (who, &usage);
  return (double) usage.ru_utime.tv_sec + (double) usage.ru_stime.tv_sec + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
run_ours (const char *picture, const char *path)
{
  g_autoptr (StarsendAnimaticRenderer) renderer = starsend_animatic_renderer_new (picture, 16, 9, (StarsendFrameRate) { 24, 1 });
  g_autoptr (GError) error = NULL;

  starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_PUSH_IN, FRAMES, NULL);
  if (!media_render (renderer, path, NULL, &error))
    g_error ("%s", error->message);
}

static void
run_ffmpeg (const char *picture, const char *path)
{
  if (!media_run (NULL, "ffmpeg -v error -y -i %s -vf zoompan=z=1+0.0014*on:x=iw/2-iw/zoom/2:y=ih/2-ih/zoom/2:d=%d:s=1280x720:fps=24 -frames:v %d "
                        "-c:v libx264 -preset veryfast -crf 20 -g 48 -pix_fmt yuv420p -movflags +faststart %s", picture, FRAMES, FRAMES, path))
    g_error ("ffmpeg failed");
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static double
show (const char *name, double *seconds, double cpu)
{
  double median;

  qsort (seconds, ROUNDS, sizeof *seconds, compare);
  median = seconds[ROUNDS / 2];
  g_print ("%-16s median %6.0f ms (%5.1f frames/s)   min %6.0f ms (%5.1f frames/s)   CPU %6.0f ms\n", name, median * 1000, FRAMES / median,
           seconds[0] * 1000, FRAMES / seconds[0], cpu / ROUNDS * 1000);
  return median;
}

int
main (int argc, char *argv[])
{
  char *folder = media_folder_new ();
  g_autofree char *picture = media_write_picture (folder, 2560, 1440);
  g_autofree char *path = g_build_filename (folder, "out.mp4", NULL);
  gboolean has_peer = media_has_program ("ffmpeg");
  double ours[ROUNDS], peer[ROUNDS], our_cpu, peer_cpu = 0, median;

  run_ours (picture, path);
  our_cpu = -get_cpu (RUSAGE_SELF);
  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 start = g_get_monotonic_time ();

      run_ours (picture, path);
      ours[i] = (double) (g_get_monotonic_time () - start) / 1e6;
      if (!has_peer)
        continue;
      start = g_get_monotonic_time ();
      peer_cpu -= get_cpu (RUSAGE_CHILDREN);
      run_ffmpeg (picture, path);
      peer_cpu += get_cpu (RUSAGE_CHILDREN);
      peer[i] = (double) (g_get_monotonic_time () - start) / 1e6;
    }
  our_cpu += get_cpu (RUSAGE_SELF);
  median = show ("ours", ours, our_cpu);
  if (has_peer)
    g_print ("ratio of medians %.2f\n", median / show ("ffmpeg zoompan", peer, peer_cpu));
  else
    g_print ("ffmpeg is not installed: no peer\n");
  media_folder_free (folder);
  return 0;
}
