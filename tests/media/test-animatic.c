/* test-animatic.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <sys/mount.h>
#include <unistd.h>

#include "media-fixtures.h"
#include "starsend-error.h"

typedef struct
{
  char *folder;
  char *picture;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = media_folder_new ();
  fixture->picture = media_write_picture (fixture->folder, 640, 360);
  fixture->path = g_build_filename (fixture->folder, "take.mp4.part", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  media_folder_free (fixture->folder);
  g_free (fixture->picture);
  g_free (fixture->path);
}

static StarsendAnimaticRenderer *
create (const char *picture, StarsendFrameRate rate, int long_side)
{
  StarsendAnimaticRenderer *renderer = starsend_animatic_renderer_new (picture, 16, 9, rate);

  g_object_set (renderer, "long-side", long_side, NULL);
  return renderer;
}

static void
assert_nothing_left (Fixture *fixture)
{
  g_autofree char *scratch = g_strconcat (fixture->path, ".moov", NULL);

  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (scratch, G_FILE_TEST_EXISTS));
}

/* The shots' frames as planned, in the file: judged by our probe and, where it is installed, by ffprobe. */
static void
check_exact (Fixture *fixture, StarsendFrameRate rate, const double *lengths, guint n)
{
  static const StarsendCameraMove moves[] = { STARSEND_CAMERA_MOVE_PUSH_IN, STARSEND_CAMERA_MOVE_PAN_LEFT, STARSEND_CAMERA_MOVE_TILT_UP,
                                              STARSEND_CAMERA_MOVE_HANDHELD, STARSEND_CAMERA_MOVE_STATIC, STARSEND_CAMERA_MOVE_PULL_OUT };
  g_autoptr (StarsendAnimaticRenderer) renderer = create (fixture->picture, rate, 128);
  g_autoptr (StarsendMediaInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gint64 *frames = g_new0 (gint64, n);
  gint64 total = starsend_frame_rate_plan_frames (rate, lengths, n, frames);
  double seconds = (double) total * rate.denominator / rate.numerator;
  g_autofree char *output = NULL;
  StarsendFrameRate found;

  for (guint i = 0; i < n; i++)
    starsend_animatic_renderer_add_shot (renderer, moves[i % G_N_ELEMENTS (moves)], frames[i], i % 2 == 0 ? "SEQ01 · shot\nA prompt" : NULL);
  g_assert_true (media_render (renderer, fixture->path, NULL, &error));
  g_assert_no_error (error);
  info = media_probe (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (starsend_media_info_get_n_frames (info), ==, total);
  g_assert_cmpfloat_with_epsilon (starsend_media_info_get_duration (info), seconds, 0.001);
  starsend_media_info_get_frame_rate (info, &found);
  g_assert_cmpint ((gint64) found.numerator * rate.denominator, ==, (gint64) rate.numerator * found.denominator);
  g_assert_false (starsend_media_info_get_has_audio (info));
  if (!media_has_program ("ffprobe"))
    {
      g_test_message ("ffprobe is not installed: judged by our own probe alone");
      return;
    }
  g_assert_true (media_run (&output, "ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames,nb_frames,r_frame_rate,"
                                     "avg_frame_rate,duration,start_time,color_space,color_range -of default=nw=1 %s", fixture->path));
  {
    g_autofree char *expected = g_strdup_printf ("nb_read_frames=%" G_GINT64_FORMAT "\n", total);
    g_autofree char *stored = g_strdup_printf ("nb_frames=%" G_GINT64_FORMAT "\n", total);
    g_autofree char *real = g_strdup_printf ("r_frame_rate=%d/%d\n", rate.numerator, rate.denominator);
    g_autofree char *average = g_strdup_printf ("avg_frame_rate=%d/%d\n", rate.numerator, rate.denominator);

    g_assert_nonnull (strstr (output, expected));
    g_assert_nonnull (strstr (output, stored));
    if (total > 1)
      g_assert_nonnull (strstr (output, real));
    g_assert_nonnull (strstr (output, average));
    g_assert_nonnull (strstr (output, "start_time=0.000000\n"));
    g_assert_nonnull (strstr (output, "color_space=bt709\n"));
    g_assert_nonnull (strstr (output, "color_range=tv\n"));
    g_assert_cmpfloat_with_epsilon (g_ascii_strtod (strstr (output, "\nduration=") + strlen ("\nduration="), NULL), seconds, 0.001);
  }
}

static const StarsendFrameRate rates[] = { { 24, 1 }, { 25, 1 }, { 30, 1 }, { 24000, 1001 } };

static void
test_exact (Fixture *fixture, gconstpointer data)
{
  static const double lengths[] = { 0.7, 1.0 / 3.0, 0.51 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    check_exact (fixture, rates[i], lengths, i % 2 == 0 ? 3 : 1);
}

static void
test_exact_sweep (Fixture *fixture, gconstpointer data)
{
  static const double lengths[] = { 2.0, 0.98, 1.0 / 3.0, 0.04, 1.337, 3.21 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    for (guint n = 1; n <= G_N_ELEMENTS (lengths); n++)
      check_exact (fixture, rates[i], lengths, n);
}

/* @packets: lines such as "0.375000,K__". */
static gboolean
has_key_frame (const char *packets, double seconds)
{
  g_auto (GStrv) lines = g_strsplit (packets, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (strstr (lines[i], ",K") != NULL && fabs (g_ascii_strtod (lines[i], NULL) - seconds) < 0.001)
      return TRUE;
  return FALSE;
}

/* The picture changes at once at the first frame of a shot, and nowhere else; each such frame can be sought. */
static void
test_cuts (Fixture *fixture, gconstpointer data)
{
  static const int lengths[] = { 9, 13, 8, 11 };
  g_autoptr (StarsendAnimaticRenderer) renderer = create (fixture->picture, rates[0], 320);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) last = NULL;
  g_autofree char *output = NULL;
  double calmest_cut = 255, wildest_step = 0;
  int frame = 0;

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    starsend_animatic_renderer_add_shot (renderer, (StarsendCameraMove) (1 + i), lengths[i], NULL);
  g_assert_true (media_render (renderer, fixture->path, NULL, &error));
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (int k = 0; k < lengths[i]; k++, frame++)
      {
        g_autoptr (GdkPixbuf) picture = media_frame (fixture->path, frame, 160, &error);
        double difference;

        g_assert_no_error (error);
        difference = last != NULL ? media_difference (last, picture) : 0;
        if (k == 0 && i > 0)
          calmest_cut = MIN (calmest_cut, difference);
        else
          wildest_step = MAX (wildest_step, difference);
        g_set_object (&last, picture);
      }
  g_test_message ("smallest difference at a cut %.1f, largest elsewhere %.1f", calmest_cut, wildest_step);
  g_assert_cmpfloat (calmest_cut, >, 2 * wildest_step);
  if (!media_has_program ("ffprobe"))
    return;
  g_assert_true (media_run (&output, "ffprobe -v error -select_streams v -show_entries packet=pts_time,flags -of csv=p=0 %s", fixture->path));
  for (guint i = 0, start = 0; i < G_N_ELEMENTS (lengths); start += (guint) lengths[i++])
    g_assert_true (has_key_frame (output, start / 24.0));
}

/* Where the dot is, as fractions of the frame. */
static void
find_dot (const char *path, gint64 frame, double *x, double *y)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) picture = media_frame (path, frame, 0, &error);
  double sum = 0, sum_x = 0, sum_y = 0;

  g_assert_no_error (error);
  for (int j = 0; j < gdk_pixbuf_get_height (picture); j++)
    for (int i = 0; i < gdk_pixbuf_get_width (picture); i++)
      {
        int level = gdk_pixbuf_read_pixels (picture)[j * gdk_pixbuf_get_rowstride (picture) + 3 * i + 1] - 96;

        sum += MAX (level, 0);
        sum_x += MAX (level, 0) * (i + 0.5);
        sum_y += MAX (level, 0) * (j + 0.5);
      }
  g_assert_cmpfloat (sum, >, 1000);
  *x = sum_x / sum / gdk_pixbuf_get_width (picture);
  *y = sum_y / sum / gdk_pixbuf_get_height (picture);
}

typedef enum { SAME, LESS, MORE } Way;

static const struct
{
  StarsendCameraMove move;
  Way x, y, distance;      /* of the dot, which is left of and below the middle */
} ways[] = {
  { STARSEND_CAMERA_MOVE_STATIC, SAME, SAME, SAME },
  { STARSEND_CAMERA_MOVE_PUSH_IN, LESS, MORE, MORE },
  { STARSEND_CAMERA_MOVE_PULL_OUT, MORE, LESS, LESS },
  { STARSEND_CAMERA_MOVE_PAN_LEFT, MORE, SAME, SAME },
  { STARSEND_CAMERA_MOVE_PAN_RIGHT, LESS, SAME, SAME },
  { STARSEND_CAMERA_MOVE_TILT_UP, SAME, MORE, SAME },
  { STARSEND_CAMERA_MOVE_TILT_DOWN, SAME, LESS, SAME },
};

static void
assert_way (Way way, double before, double after)
{
  if (way == SAME)
    g_assert_cmpfloat_with_epsilon (before, after, 0.004);
  else if (way == LESS)
    g_assert_cmpfloat (after, <, before - 0.004);
  else
    g_assert_cmpfloat (after, >, before + 0.004);
}

/* In a shot that is not the first, the content goes the other way than the camera, step by step. */
static void
test_moves (Fixture *fixture, gconstpointer data)
{
  g_autofree char *dot = media_write_dot (fixture->folder, 0.36, 0.6);

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (StarsendAnimaticRenderer) renderer = create (dot, rates[0], 320);
      g_autoptr (GError) error = NULL;
      double x, y;

      starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_STATIC, 2, NULL);
      starsend_animatic_renderer_add_shot (renderer, ways[i].move, 97, NULL);
      g_assert_true (media_render (renderer, fixture->path, NULL, &error));
      find_dot (fixture->path, 2, &x, &y);
      for (int k = 34; k <= 98; k += 32)
        {
          double next_x, next_y;

          find_dot (fixture->path, k, &next_x, &next_y);
          g_test_message ("move %d, frame %d: %.3f, %.3f", ways[i].move, k, next_x, next_y);
          assert_way (ways[i].x, x, next_x);
          assert_way (ways[i].y, y, next_y);
          if (ways[i].distance != SAME)
            assert_way (ways[i].distance, hypot (x - 0.5, y - 0.5), hypot (next_x - 0.5, next_y - 0.5));
          x = next_x;
          y = next_y;
        }
    }
}

/* A hand moves a little, all the time, and stays where it is. */
static void
test_handheld (Fixture *fixture, gconstpointer data)
{
  g_autofree char *dot = media_write_dot (fixture->folder, 0.5, 0.5);
  g_autoptr (StarsendAnimaticRenderer) renderer = create (dot, rates[0], 320);
  g_autoptr (GError) error = NULL;
  double x, y, longest = 0, path = 0;

  starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_STATIC, 1, NULL);
  starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_HANDHELD, 96, NULL);
  g_assert_true (media_render (renderer, fixture->path, NULL, &error));
  find_dot (fixture->path, 1, &x, &y);
  for (int k = 7; k < 97; k += 6)
    {
      double next_x, next_y;

      find_dot (fixture->path, k, &next_x, &next_y);
      longest = MAX (longest, hypot (next_x - x, next_y - y));
      path += hypot (next_x - x, next_y - y);
      g_assert_cmpfloat_with_epsilon (next_x, 0.5, 0.04);
      g_assert_cmpfloat_with_epsilon (next_y, 0.55, 0.04);
      x = next_x;
      y = next_y;
    }
  g_assert_cmpfloat (path, >, 0.02);
  g_assert_cmpfloat (longest, <, 0.03);
}

/* Whatever the first shot does, the take begins with the whole start frame, and there is no jump after it. */
static void
test_first_frame (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) start = gdk_pixbuf_new_from_file_at_scale (fixture->picture, 320, 180, FALSE, &error);

  for (int move = STARSEND_CAMERA_MOVE_STATIC; move <= STARSEND_CAMERA_MOVE_HANDHELD; move++)
    {
      g_autoptr (StarsendAnimaticRenderer) renderer = create (fixture->picture, rates[0], 320);
      g_autoptr (GdkPixbuf) first = NULL, second = NULL;

      starsend_animatic_renderer_add_shot (renderer, move, 48, NULL);
      g_assert_true (media_render (renderer, fixture->path, NULL, &error));
      first = media_frame (fixture->path, 0, 0, &error);
      second = media_frame (fixture->path, 1, 0, &error);
      g_test_message ("move %d: start frame %.2f, next frame %.2f", move, media_difference (start, first), media_difference (first, second));
      g_assert_cmpfloat (media_difference (start, first), <, 4.5);
      g_assert_cmpfloat (media_difference (first, second), <, 3.0);
    }
}

/* The ratio is kept to the pixel, where whole even sides allow it. */
static void
test_size (Fixture *fixture, gconstpointer data)
{
  static const int sizes[][4] = { { 16, 9, 1280, 720 }, { 9, 16, 720, 1280 }, { 1, 1, 960, 960 }, { 4, 3, 1104, 828 },
                                  { 21, 9, 1274, 546 }, { 4, 5, 856, 1070 }, { 2, 1, 1280, 640 }, { 1280, 720, 1280, 720 },
                                  { 1000, 1, 1280, 16 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (StarsendAnimaticRenderer) renderer = starsend_animatic_renderer_new (fixture->picture, sizes[i][0], sizes[i][1], rates[0]);
      g_autoptr (StarsendMediaInfo) info = NULL;
      g_autoptr (GError) error = NULL;

      starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_HANDHELD, 2, "SEQ01\nA long prompt that has to be cut");
      g_assert_true (media_render (renderer, fixture->path, NULL, &error));
      info = media_probe (fixture->path, &error);
      g_assert_no_error (error);
      g_assert_cmpint (starsend_media_info_get_width (info), ==, sizes[i][2]);
      g_assert_cmpint (starsend_media_info_get_height (info), ==, sizes[i][3]);
    }
}

/* The smallest and the flattest frames, with a label that has no room. */
static void
test_extremes (Fixture *fixture, gconstpointer data)
{
  static const int shapes[][2] = { { 1, 1 }, { 1000, 1 }, { 1, 1000 }, { 40, 1 }, { 3, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr (StarsendAnimaticRenderer) renderer = starsend_animatic_renderer_new (fixture->picture, shapes[i][0], shapes[i][1], rates[0]);
      g_autoptr (StarsendMediaInfo) info = NULL;
      g_autoptr (GError) error = NULL;

      g_object_set (renderer, "long-side", 64, NULL);
      starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_HANDHELD, 1, "SEQ01\nA prompt");
      starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_TILT_UP, 1, "");
      g_assert_true (media_render (renderer, fixture->path, NULL, &error));
      info = media_probe (fixture->path, &error);
      g_assert_no_error (error);
      g_assert_cmpint (starsend_media_info_get_n_frames (info), ==, 2);
    }
}

/* The caption is at the lower left, the time at the lower right, and the rest of the picture is as it was. */
static void
test_label (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StarsendAnimaticRenderer) plain = create (fixture->picture, rates[0], 640);
  g_autoptr (StarsendAnimaticRenderer) labelled = create (fixture->picture, rates[0], 640);
  g_autoptr (GdkPixbuf) without = NULL, with = NULL;
  g_autoptr (GError) error = NULL;
  static const struct { int x, y; gboolean changed; } places[] = { { 0, 0, FALSE }, { 320, 0, FALSE }, { 0, 120, FALSE }, { 320, 120, FALSE },
                                                                  { 0, 300, TRUE }, { 500, 300, TRUE } };

  starsend_animatic_renderer_add_shot (plain, STARSEND_CAMERA_MOVE_STATIC, 3, NULL);
  starsend_animatic_renderer_add_shot (labelled, STARSEND_CAMERA_MOVE_STATIC, 3, "SEQ01 · shot_1\nThe blue car, golden hour \xff <b>&");
  g_assert_true (media_render (plain, fixture->path, NULL, &error));
  without = media_frame (fixture->path, 2, 0, &error);
  g_assert_true (media_render (labelled, fixture->path, NULL, &error));
  with = media_frame (fixture->path, 2, 0, &error);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (GdkPixbuf) a = gdk_pixbuf_new_subpixbuf (without, places[i].x, places[i].y, 140, 60);
      g_autoptr (GdkPixbuf) b = gdk_pixbuf_new_subpixbuf (with, places[i].x, places[i].y, 140, 60);

      if (places[i].changed)
        g_assert_cmpfloat (media_difference (a, b), >, 10);
      else
        g_assert_cmpfloat (media_difference (a, b), <, 2);
    }
}

static gboolean
on_cancel (gpointer user_data)
{
  StarsendAnimaticRenderer *renderer = g_object_get_data (user_data, "renderer");

  if (starsend_animatic_renderer_get_progress (renderer) <= 0)
    return G_SOURCE_CONTINUE;
  g_object_set_data (user_data, "at", GSIZE_TO_POINTER (g_get_monotonic_time ()));
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (StarsendAnimaticRenderer) renderer = create (fixture->picture, rates[0], 1280);
      g_autoptr (GError) error = NULL;
      gint64 at;

      starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_PUSH_IN, 100000, "SEQ01");
      g_object_set_data (G_OBJECT (cancellable), "renderer", renderer);
      g_timeout_add (10, on_cancel, cancellable);
      g_assert_false (media_render (renderer, fixture->path, cancellable, &error));
      at = GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (cancellable), "at"));
      g_test_message ("cancelled after %.1f ms", (double) (g_get_monotonic_time () - at) / 1000);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      assert_nothing_left (fixture);
    }
}

static void
test_cancelled_before (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (StarsendAnimaticRenderer) renderer = create (fixture->picture, rates[0], 1280);
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_PUSH_IN, 100000, NULL);
  g_assert_false (media_render (renderer, fixture->path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_nothing_left (fixture);
}

typedef struct
{
  GThread *thread;
  guint n;
  double last;
} Progress;

static void
on_progress (StarsendAnimaticRenderer *renderer, GParamSpec *pspec, gpointer user_data)
{
  Progress *progress = user_data;
  double now = starsend_animatic_renderer_get_progress (renderer);

  g_assert_true (g_thread_self () == progress->thread);
  g_assert_cmpfloat (now, >, progress->last);
  progress->last = now;
  progress->n++;
}

static void
test_progress (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StarsendAnimaticRenderer) renderer = create (fixture->picture, rates[0], 640);
  g_autoptr (GError) error = NULL;
  Progress progress = { g_thread_self (), 0, 0 };
  gint64 start = g_get_monotonic_time ();

  starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_PUSH_IN, 240, NULL);
  g_signal_connect (renderer, "notify::progress", G_CALLBACK (on_progress), &progress);
  g_assert_null (starsend_animatic_renderer_get_encoder (renderer));
  g_assert_true (media_render (renderer, fixture->path, NULL, &error));
  g_assert_cmpfloat (progress.last, ==, 1.0);
  g_assert_cmpuint (progress.n, >=, 1);
  g_assert_cmpuint (progress.n, <=, 2 + (g_get_monotonic_time () - start) / 100000);
  g_assert_nonnull (starsend_animatic_renderer_get_encoder (renderer));
}

static void
test_faults (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_build_filename (fixture->folder, "text.png", NULL);
  g_autofree char *nowhere = g_build_filename (fixture->folder, "no", "take.mp4", NULL);
  const char *pictures[] = { text, "/nonexistent/picture.png", fixture->folder };

  g_assert_true (g_file_set_contents (text, "not a picture", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autoptr (StarsendAnimaticRenderer) renderer = create (pictures[i], rates[0], 320);
      g_autoptr (GError) error = NULL;

      starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_STATIC, 2, NULL);
      g_assert_false (media_render (renderer, fixture->path, NULL, &error));
      g_assert_true (error->domain == STARSEND_ERROR);
      assert_nothing_left (fixture);
    }
  {
    g_autoptr (StarsendAnimaticRenderer) renderer = create (fixture->picture, rates[0], 320);
    g_autoptr (GError) error = NULL;

    starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_STATIC, 2, NULL);
    g_assert_false (media_render (renderer, nowhere, NULL, &error));
    g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  }
}

static void
test_no_space (Fixture *fixture, gconstpointer data)
{
  g_autofree char *small = g_build_filename (fixture->folder, "small", NULL);
  g_autofree char *path = g_build_filename (small, "take.mp4", NULL);
  g_autoptr (StarsendAnimaticRenderer) renderer = create (fixture->picture, rates[0], 640);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;

  g_assert_cmpint (g_mkdir (small, 0700), ==, 0);
  if (mount ("tmpfs", small, "tmpfs", 0, "size=256k") != 0)
    {
      g_autofree char *why = g_strdup_printf ("no small file system can be mounted: %s", g_strerror (errno));

      g_test_skip (why);
      return;
    }
  starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_PAN_LEFT, 240, "SEQ01");
  g_assert_false (media_render (renderer, path, NULL, &error));
  dir = g_dir_open (small, 0, NULL);
  g_assert_null (g_dir_read_name (dir));
  g_clear_pointer (&dir, g_dir_close);
  g_assert_cmpint (umount (small), ==, 0);
  g_test_message ("%s", error->message);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NO_SPACE);
}

/* In a process of its own, because GStreamer reads the ranks once. */
static void
render_with_ranks (void)
{
  g_autofree char *folder = media_folder_new ();
  g_autofree char *picture = media_write_picture (folder, 320, 180);
  g_autofree char *path = g_build_filename (folder, "take.mp4", NULL);
  g_autoptr (StarsendAnimaticRenderer) renderer = create (picture, rates[3], 160);
  g_autoptr (StarsendMediaInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_PAN_LEFT, 17, "SEQ01");
  starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_PUSH_IN, 14, NULL);
  if (!media_render (renderer, path, NULL, &error))
    {
      g_printerr ("error %d: %s\n", error->code, error->message);
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE);
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }
  else
    {
      StarsendFrameRate rate;
      g_autofree char *output = NULL;

      info = media_probe (path, &error);
      g_assert_no_error (error);
      g_assert_cmpint (starsend_media_info_get_n_frames (info), ==, 31);
      starsend_media_info_get_frame_rate (info, &rate);
      g_assert_cmpint (rate.numerator, ==, 24000);
      if (media_has_program ("ffprobe"))
        {
          g_assert_true (media_run (&output, "ffprobe -v error -count_frames -show_entries stream=nb_read_frames,avg_frame_rate -of csv=p=0 %s", path));
          g_assert_cmpstr (output, ==, "24000/1001,31\n");
        }
      g_printerr ("encoder %s\n", starsend_animatic_renderer_get_encoder (renderer));
    }
  g_remove (path);
  g_remove (picture);
  g_rmdir (folder);
}

static gboolean
has_element (const char *name)
{
  return !media_has_program ("gst-inspect-1.0") || media_run (NULL, "gst-inspect-1.0 --exists %s", name);
}

static void
test_encoders (void)
{
  static const struct { const char *ranks; const char *element; const char *expected; } cases[] = {
    { "", "x264enc", "*encoder H.264 (x264)*" },
    { "x264enc:NONE", "openh264enc", "*encoder H.264 (OpenH264)*" },
    { "x264enc:NONE,openh264enc:NONE", "vp9enc", "*encoder VP9*" },
    { "x264enc:NONE,openh264enc:NONE,vp9enc:NONE", "av1enc", "*encoder AV1*" },
    { "x264enc:NONE,openh264enc:NONE,vp9enc:NONE,av1enc:NONE", NULL, "*No video encoder is installed*" },
  };

  if (g_test_subprocess ())
    {
      render_with_ranks ();
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (cases[i].element != NULL && !has_element (cases[i].element))
        {
          g_test_message ("%s is not installed", cases[i].element);
          continue;
        }
      g_setenv ("GST_PLUGIN_FEATURE_RANK", cases[i].ranks, TRUE);
      g_test_trap_subprocess (NULL, 0, 0);
      g_unsetenv ("GST_PLUGIN_FEATURE_RANK");
      g_test_trap_assert_passed ();
      g_test_trap_assert_stderr (cases[i].expected);
    }
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (g_test_slow ())
    {
      ADD ("/animatic/exact-sweep", test_exact_sweep);
      ADD ("/animatic/size", test_size);
      return g_test_run ();
    }
  ADD ("/animatic/exact", test_exact);
  ADD ("/animatic/cuts", test_cuts);
  ADD ("/animatic/moves", test_moves);
  ADD ("/animatic/handheld", test_handheld);
  ADD ("/animatic/first-frame", test_first_frame);
  ADD ("/animatic/extremes", test_extremes);
  ADD ("/animatic/label", test_label);
  ADD ("/animatic/cancel", test_cancel);
  ADD ("/animatic/cancelled-before", test_cancelled_before);
  ADD ("/animatic/progress", test_progress);
  ADD ("/animatic/faults", test_faults);
  ADD ("/animatic/no-space", test_no_space);
  g_test_add_func ("/animatic/encoders", test_encoders);
  return g_test_run ();
}
