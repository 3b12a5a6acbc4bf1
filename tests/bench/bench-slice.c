/* bench-slice.c
 *
 * Picking a quadrant of a grid: ours from the picture on screen and from the file, against vips crop. Needs libvips-tools.
 * Usage: bench-slice [GRID.png]; without a file, one of 4096 x 4096 pixels is painted and saved by the general encoder.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-grid-slicer.h"
#include "starsend-picture.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 9
#define SIDE 4096

typedef struct
{
  const char *name;
  double wall[ROUNDS];
  double cpu[ROUNDS];
  gint64 size;
} Runner;

static void
fail_on (GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

/* Clouds on clouds, and grain: compresses about as a photograph does. */
static GdkPixbuf *
paint (void)
{
  GdkPixbuf *picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, SIDE, SIDE);
  guint32 random = 1;

  for (int y = 0; y < SIDE; y++)
    {
      guint8 *row = gdk_pixbuf_get_pixels (picture) + (gsize) y * gdk_pixbuf_get_rowstride (picture);

      for (int x = 0; x < SIDE; x++)
        {
          double light = 120 + 60 * sin (x / 300.0) * cos (y / 400.0) + 30 * sin ((x + y) / 60.0) + 15 * sin (x * y / 90000.0);
          int grain;

          random = random * 1664525 + 1013904223;
          grain = (int) (random >> 30);
          row[3 * x] = (guint8) CLAMP (light + grain, 0, 255);
          row[3 * x + 1] = (guint8) CLAMP (light * 0.8 + grain + 20, 0, 255);
          row[3 * x + 2] = (guint8) CLAMP (light * 0.6 + grain + 50, 0, 255);
        }
    }
  return picture;
}

static void
write_quadrant (GdkPixbuf *grid, const char *out)
{
  StarsendGridCut cut;
  StarsendRectangle cell;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  starsend_grid_cut_init_even (&cut, gdk_pixbuf_get_width (grid), gdk_pixbuf_get_height (grid));
  starsend_grid_cut_get_cell (&cut, 4, &cell, &error);
  fail_on (error);
  bytes = starsend_grid_slicer_crop (grid, &cell, &error);
  fail_on (error);
  g_file_set_contents_full (out, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                            G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  fail_on (error);
}

static double
seconds (struct timeval time)
{
  return (double) time.tv_sec + (double) time.tv_usec / 1e6;
}

static void
run_process (Runner *runner, guint round, const char *const *argv)
{
  gint64 start = g_get_monotonic_time ();
  struct rusage usage;
  int status;
  pid_t pid = fork ();

  if (pid == 0)
    {
      execv (argv[0], (char **) argv);
      _exit (127);
    }
  if (wait4 (pid, &status, 0, &usage) != pid || status != 0)
    g_error ("%s failed", argv[0]);
  runner->wall[round] = (double) (g_get_monotonic_time () - start) / 1000;
  runner->cpu[round] = 1000 * (seconds (usage.ru_utime) + seconds (usage.ru_stime));
}

static void
run_here (Runner *runner, guint round, GdkPixbuf *grid, const char *out)
{
  gint64 start = g_get_monotonic_time ();
  struct rusage before, after;

  getrusage (RUSAGE_SELF, &before);
  write_quadrant (grid, out);
  getrusage (RUSAGE_SELF, &after);
  runner->wall[round] = (double) (g_get_monotonic_time () - start) / 1000;
  runner->cpu[round] = 1000 * (seconds (after.ru_utime) + seconds (after.ru_stime) - seconds (before.ru_utime) -
                               seconds (before.ru_stime));
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
report (Runner *runner, double yardstick)
{
  qsort (runner->wall, ROUNDS, sizeof (double), compare);
  qsort (runner->cpu, ROUNDS, sizeof (double), compare);
  g_print ("%-34s median %7.1f ms  min %7.1f ms  CPU %7.1f ms  %6.2f MB", runner->name, runner->wall[ROUNDS / 2],
           runner->wall[0], runner->cpu[ROUNDS / 2], (double) runner->size / 1e6);
  if (yardstick > 0)
    g_print ("  ratio %.3f", runner->wall[ROUNDS / 2] / yardstick);
  g_print ("\n");
  return runner->wall[ROUNDS / 2];
}

static gint64
file_size (const char *path)
{
  struct stat st;

  return stat (path, &st) == 0 ? st.st_size : -1;
}

static void
run_all (const char *self, const char *in, GdkPixbuf *grid, const char *out)
{
  gboolean has_vips = g_file_test ("/usr/bin/vips", G_FILE_TEST_IS_EXECUTABLE);
  int width = gdk_pixbuf_get_width (grid), height = gdk_pixbuf_get_height (grid);
  g_autofree char *x = g_strdup_printf ("%d", width - width / 2);
  g_autofree char *y = g_strdup_printf ("%d", height - height / 2);
  g_autofree char *w = g_strdup_printf ("%d", width / 2);
  g_autofree char *h = g_strdup_printf ("%d", height / 2);
  Runner vips = { "vips crop (process)" }, file = { "ours from the file (process)" }, here = { "ours from the picture on screen" };
  double yardstick = 0;

  for (guint round = 0; round < ROUNDS; round++)
    {
      if (has_vips)
        run_process (&vips, round, (const char *[]) { "/usr/bin/vips", "crop", in, out, x, y, w, h, NULL });
      vips.size = file_size (out);
      run_process (&file, round, (const char *[]) { self, "--pick", in, out, NULL });
      file.size = file_size (out);
      run_here (&here, round, grid, out);
      here.size = file_size (out);
    }
  if (has_vips)
    yardstick = report (&vips, 0);
  else
    g_print ("vips is left out: install libvips-tools\n");
  report (&file, yardstick);
  report (&here, yardstick);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;
  g_autofree char *in = NULL;
  g_autofree char *out = NULL;
  g_autoptr (GdkPixbuf) grid = NULL;
  g_autoptr (GError) error = NULL;

  if (argc == 4 && g_strcmp0 (argv[1], "--pick") == 0)
    {
      grid = starsend_picture_load (argv[2], &error);
      fail_on (error);
      write_quadrant (grid, argv[3]);
      return 0;
    }
  folder = g_dir_make_tmp ("bench-slice-XXXXXX", &error);
  fail_on (error);
  in = argc > 1 ? g_strdup (argv[1]) : g_build_filename (folder, "grid.png", NULL);
  out = g_build_filename (folder, "quadrant.png", NULL);
  if (argc <= 1)
    {
      g_autoptr (GdkPixbuf) painted = paint ();

      gdk_pixbuf_save (painted, in, "png", &error, NULL);
      fail_on (error);
    }
  grid = starsend_picture_load (in, &error);
  fail_on (error);
  g_print ("grid of %d x %d pixels, %.1f MB\n", gdk_pixbuf_get_width (grid), gdk_pixbuf_get_height (grid),
           (double) file_size (in) / 1e6);
  run_all (argv[0], in, grid, out);
  g_remove (out);
  if (argc <= 1)
    g_remove (in);
  g_rmdir (folder);
  return 0;
}
