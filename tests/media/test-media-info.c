/* test-media-info.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "media-fixtures.h"
#include "starsend-error.h"

#define PATIENCE_USEC (2 * G_USEC_PER_SEC)

typedef struct
{
  char *folder;
  char *video;             /* 48 frames at 24, 160 x 90 */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StarsendAnimaticRenderer) renderer = NULL;
  g_autofree char *picture = NULL;
  g_autoptr (GError) error = NULL;

  fixture->folder = media_folder_new ();
  fixture->video = g_build_filename (fixture->folder, "video.mp4", NULL);
  picture = media_write_picture (fixture->folder, 320, 180);
  renderer = starsend_animatic_renderer_new (picture, 16, 9, (StarsendFrameRate) { 24, 1 });
  g_object_set (renderer, "long-side", 160, NULL);
  starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_PAN_LEFT, 30, NULL);
  starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_PUSH_IN, 18, NULL);
  g_assert_true (media_render (renderer, fixture->video, NULL, &error));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  media_folder_free (fixture->folder);
  g_free (fixture->video);
}

/* Makes a video by ffmpeg in the fixture's folder, or gives NULL where that is not installed or cannot. */
static char *
make (Fixture *fixture, const char *arguments, const char *name)
{
  char *path = g_build_filename (fixture->folder, name, NULL);

  if (media_has_program ("ffmpeg") && media_run (NULL, "ffmpeg -v error -y %s %s", arguments, path))
    return path;
  g_test_message ("not made, for want of ffmpeg or a part of it: %s", name);
  g_free (path);
  return NULL;
}

static char *
read_all (const char *path, gsize *length)
{
  g_autoptr (GError) error = NULL;
  char *bytes = NULL;

  g_file_get_contents (path, &bytes, length, &error);
  g_assert_no_error (error);
  return bytes;
}

/* An error of the wanted code, soon. */
static void
assert_not_probed (const char *path, StarsendError code)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendMediaInfo) info = media_probe (path, &error);

  if (info != NULL)
    g_error ("%s was taken for a video of %" G_GINT64_FORMAT " frames", path, starsend_media_info_get_n_frames (info));
  g_assert_error (error, STARSEND_ERROR, (int) code);
  g_assert_cmpint (g_get_monotonic_time () - start, <, PATIENCE_USEC);
}

static void
assert_refused (const char *path, StarsendError code)
{
  g_autoptr (GError) error = NULL;

  assert_not_probed (path, code);
  g_assert_null (media_frame (path, 0, 0, &error));
  g_assert_error (error, STARSEND_ERROR, (int) code);
}

static void
test_known (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendMediaInfo) info = media_probe (fixture->video, &error);
  StarsendFrameRate rate;

  g_assert_no_error (error);
  g_assert_cmpint (starsend_media_info_get_width (info), ==, 160);
  g_assert_cmpint (starsend_media_info_get_height (info), ==, 90);
  g_assert_cmpint (starsend_media_info_get_n_frames (info), ==, 48);
  g_assert_cmpfloat_with_epsilon (starsend_media_info_get_duration (info), 2.0, 1e-6);
  starsend_media_info_get_frame_rate (info, &rate);
  g_assert_cmpint (rate.numerator, ==, 24);
  g_assert_cmpint (rate.denominator, ==, 1);
  g_assert_false (starsend_media_info_get_has_audio (info));
  g_assert_nonnull (starsend_media_info_get_video_codec (info));
}

#define PICTURES "-f lavfi -i testsrc=s=128x72:r=25:d=2"
#define SOUND "-f lavfi -i sine=d=3"

/* Files as other programs write them: frames, size, sound. */
static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *arguments, *name; int n_frames; gboolean audio; } files[] = {
    { PICTURES " -c:v libx264 -pix_fmt yuv420p", "plain.mp4", 50, FALSE },
    { PICTURES " " SOUND " -c:v libx264 -pix_fmt yuv420p -c:a aac", "sound.mp4", 50, TRUE },
    { PICTURES " -c:v libx264 -pix_fmt yuv420p -movflags +faststart -bf 3", "fast.mov", 50, FALSE },
    { PICTURES " -c:v libx264 -pix_fmt yuv420p -use_editlist 0 -bf 3", "no-edits.mp4", 50, FALSE },
    { PICTURES " -c:v libx264 -pix_fmt yuv420p -movflags frag_keyframe+empty_moov", "fragments.mp4", 50, FALSE },
    { PICTURES " -c:v libx264 -pix_fmt yuv444p", "chroma.mp4", 50, FALSE },
    { PICTURES " " SOUND " -c:v libx264 -pix_fmt yuv420p -c:a aac", "film.mkv", 50, TRUE },
    { PICTURES " -c:v libvpx-vp9 -deadline realtime", "web.webm", 50, FALSE },
    { PICTURES " -c:v mjpeg -pix_fmt yuvj420p", "stills.mov", 50, FALSE },
    { PICTURES " -frames:v 1 -c:v libx264 -pix_fmt yuv420p", "one.mp4", 1, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = make (fixture, files[i].arguments, files[i].name);
      g_autoptr (GError) error = NULL;
      g_autoptr (StarsendMediaInfo) info = NULL;
      g_autoptr (GdkPixbuf) poster = NULL;

      if (path == NULL)
        continue;
      info = media_probe (path, &error);
      g_assert_no_error (error);
      g_test_message ("%s: %s", files[i].name, starsend_media_info_get_video_codec (info));
      g_assert_cmpint (starsend_media_info_get_n_frames (info), ==, files[i].n_frames);
      g_assert_cmpint (starsend_media_info_get_width (info), ==, 128);
      /* Matroska writes whole milliseconds, and ffmpeg starts its pictures after the sound. */
      g_assert_cmpfloat_with_epsilon (starsend_media_info_get_duration (info), files[i].n_frames / 25.0, strstr (path, ".mk") != NULL ? 0.025 : 0.002);
      g_assert_true (starsend_media_info_get_has_audio (info) == files[i].audio);
      poster = media_frame (path, 0, 0, &error);
      g_assert_no_error (error);
      g_assert_cmpint (gdk_pixbuf_get_width (poster), ==, 128);
    }
}

static void
test_no_video (Fixture *fixture, gconstpointer data)
{
  static const char *const files[] = { "sound.m4a", "sound.mka", "sound.wav" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = make (fixture, SOUND, files[i]);

      if (path != NULL)
        assert_refused (path, STARSEND_ERROR_DAMAGED);
    }
}

/* However much of a file is missing at its end, it is noticed. */
static void
test_truncated (Fixture *fixture, gconstpointer data)
{
  char *others[] = { make (fixture, PICTURES " -c:v libx264 -pix_fmt yuv420p", "late.mp4"),
                                make (fixture, PICTURES " -c:v libvpx-vp9 -deadline realtime", "web.webm"), g_strdup (fixture->video) };
  g_autofree char *path = g_build_filename (fixture->folder, "cut.mp4", NULL);
  guint steps = g_test_slow () ? 300 : 12;

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      gsize length = 0;
      g_autofree char *bytes = others[i] != NULL ? read_all (others[i], &length) : NULL;

      for (guint k = 1; bytes != NULL && k <= steps; k++)
        {
          g_assert_true (g_file_set_contents (path, bytes, (gssize) (k == steps ? length - 1 : length * k / steps), NULL));
          assert_refused (path, STARSEND_ERROR_DAMAGED);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_free (others[i]);
}

/* The middle of the pictures overwritten: the container is whole, the frames are not all there or not right; no hang, no crash. */
static void
test_mutated (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autofree char *path = g_build_filename (fixture->folder, "mutated.mp4", NULL);
  gsize length;
  g_autofree char *bytes = read_all (fixture->video, &length);
  guint rounds = g_test_slow () ? 1500 : 60, refused = 0;

  for (guint i = 0; i < rounds; i++)
    {
      g_autofree char *copy = g_memdup2 (bytes, length);
      gint64 start = g_get_monotonic_time ();
      g_autoptr (GError) error = NULL;
      g_autoptr (StarsendMediaInfo) info = NULL;
      gsize reach = i % 2 == 0 ? length : MIN (length, 2000);

      for (guint k = 0; k < 1 + i % 16; k++)
        copy[g_rand_int_range (rand, 0, (gint32) reach)] ^= (char) g_rand_int_range (rand, 1, 256);
      g_assert_true (g_file_set_contents (path, copy, (gssize) length, NULL));
      info = media_probe (path, &error);
      refused += info == NULL;
      if (info == NULL)
        g_assert_true (error->domain == STARSEND_ERROR);
      if (g_get_monotonic_time () - start > PATIENCE_USEC)
        g_error ("round %u took %" G_GINT64_FORMAT " us", i, g_get_monotonic_time () - start);
    }
  g_test_message ("%u of %u refused", refused, rounds);
  g_assert_cmpuint (refused, >, 0);
}

/* Whole boxes with holes where pictures should be: decoded frames are counted against the index. */
static void
test_holes (Fixture *fixture, gconstpointer data)
{
  gsize length;
  g_autofree char *bytes = read_all (fixture->video, &length);
  char *mdat = memmem (bytes, length, "mdat", 4);
  g_autofree char *path = g_build_filename (fixture->folder, "holes.mp4", NULL);

  g_assert_nonnull (mdat);
  memset (mdat + 4 + (bytes + length - mdat) / 2, 0, (gsize) (bytes + length - mdat) / 3);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
  assert_not_probed (path, STARSEND_ERROR_DAMAGED);
}

/* Nothing but the file itself is read: what would be reached through a playlist is a good video, and it is not found. */
static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  g_autofree char *playlist = g_strdup_printf ("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://%s\n#EXT-X-ENDLIST\n", fixture->video);
  g_autofree char *concat = g_strdup_printf ("ffconcat version 1.0\nfile '%s'\n", fixture->video);
  g_autofree char *pls = g_strdup_printf ("[playlist]\nFile1=%s\nNumberOfEntries=1\n", fixture->video);
  g_autofree char *smil = g_strdup_printf ("<smil><body><video src=\"file://%s\"/></body></smil>", fixture->video);
  const struct { const char *bytes; gssize length; } files[] = {
    { "", 0 }, { "a", 1 }, { "plain text, and quite a bit of it\n", -1 }, { playlist, -1 }, { concat, -1 }, { pls, -1 }, { smil, -1 },
    { "\0\0\0\x10" "ftypisom\0\0\0\0", 16 }, { "\0\0\0\x10" "ftypisom\0\0\0\0\0\0\0\x08" "moov", 24 }, { "\0\0\0\0ftyp", 8 },
    { "\0\0\0\1ftyp\xff\xff\xff\xff\xff\xff\xff\xff", 16 }, { "\0\0\0\1ftyp\0\0\0\0\0\0\0\0", 16 },
    { "\0\0\0\x08" "moov\0\0\0\x08" "trak", 16 }, { "\x1a\x45\xdf\xa3", 4 }, { "\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff\0\0\0\0\0\0", 16 },
    { "\x1a\x45\xdf\xa3\x01\xff\xff\xff\xff\xff\xff\xff", 12 }, { "RIFF\x10\0\0\0AVI LIST", 16 }, { "\x89PNG\r\n\x1a\n", 8 },
    { "rtsprtsp://127.0.0.1:9/x", -1 }, { "\0\0\0\x30moov\0\0\0\x28rmra\0\0\0\x20rmda\0\0\0\x18rdrf\0\0\0\0url \0\0\0\x04http", 48 },
  };
  static const char *const names[] = { "hostile.mp4", "hostile.m3u8", "hostile.mkv" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    for (guint k = 0; k < G_N_ELEMENTS (names); k++)
      {
        g_autofree char *path = g_build_filename (fixture->folder, names[k], NULL);

        g_assert_true (g_file_set_contents (path, files[i].bytes, files[i].length, NULL));
        assert_refused (path, STARSEND_ERROR_DAMAGED);
      }
}

static void
test_not_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (fixture->folder, "missing.mp4", NULL);
  g_autofree char *fifo = g_build_filename (fixture->folder, "fifo.mp4", NULL);

  assert_refused (missing, STARSEND_ERROR_NOT_FOUND);
  assert_refused (fixture->folder, STARSEND_ERROR_DAMAGED);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_refused (fifo, STARSEND_ERROR_DAMAGED);
  assert_refused ("/dev/zero", STARSEND_ERROR_DAMAGED);
  assert_refused ("http://127.0.0.1:9/video.mp4", STARSEND_ERROR_NOT_FOUND);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      MediaWait probe = { NULL, NULL }, frame = { NULL, NULL };
      g_autoptr (GAsyncResult) probed = NULL, found = NULL;
      g_autoptr (GError) error = NULL;

      if (i == 0)
        g_cancellable_cancel (cancellable);
      starsend_media_probe_async (fixture->video, cancellable, media_wait_callback, &probe);
      starsend_media_frame_async (fixture->video, 40, 0, 0, cancellable, media_wait_callback, &frame);
      g_cancellable_cancel (cancellable);
      probed = media_wait (&probe);
      found = media_wait (&frame);
      g_assert_null (starsend_media_probe_finish (probed, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
      g_assert_null (starsend_media_frame_finish (found, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

/* The frames of this video are of four greys in turn, so that a neighbour would be noticed. */
static void
check_frames (Fixture *fixture, const char *options, const char *name)
{
  static const int frames[] = { 0, 1, 2, 11, 12, 13, 24, 47, 48, 60, 99, 107, 108, 109 };
  g_autofree char *arguments = g_strdup_printf ("-f lavfi -i nullsrc=s=64x64:r=%s,format=gray,geq=lum=20+60*mod(N\\,4) -frames:v 110 -pix_fmt yuv420p %s",
                                                strstr (name, "ntsc") != NULL ? "24000/1001" : "24", options);
  g_autofree char *path = make (fixture, arguments, name);
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (GdkPixbuf) picture = media_frame (path, frames[i], 0, &error);
      double level;

      g_assert_no_error (error);
      level = gdk_pixbuf_read_pixels (picture)[30 * gdk_pixbuf_get_rowstride (picture) + 90];
      if (fabs (level - (20 + 60 * (frames[i] % 4))) > 10)
        g_error ("%s, frame %d: level %.1f", name, frames[i], level);
    }
  g_assert_null (media_frame (path, 110, 0, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_clear_error (&error);
  g_assert_null (media_frame (path, G_MAXINT, 0, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
}

static void
test_frame_exact (Fixture *fixture, gconstpointer data)
{
  check_frames (fixture, "-c:v libx264 -qp 8 -g 250 -bf 3", "long.mp4");
  check_frames (fixture, "-c:v libx264 -qp 8 -g 12 -bf 2", "ntsc.mp4");
  check_frames (fixture, "-c:v libx264 -qp 8 -g 48 -bf 3 -use_editlist 0", "no-edits.mp4");
  check_frames (fixture, "-c:v libx264 -qp 8 -g 24 -bf 3", "film.mkv");
}

static void
test_frame_size (Fixture *fixture, gconstpointer data)
{
  static const int sizes[][4] = { { 0, 0, 160, 90 }, { 80, 0, 80, 45 }, { 0, 45, 80, 45 }, { 40, 90, 40, 23 }, { 999, 999, 160, 90 }, { 1, 1, 1, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      MediaWait wait = { NULL, NULL };
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GdkPixbuf) picture = NULL;

      starsend_media_frame_async (fixture->video, 3, sizes[i][0], sizes[i][1], NULL, media_wait_callback, &wait);
      result = media_wait (&wait);
      picture = starsend_media_frame_finish (result, &error);
      g_assert_no_error (error);
      g_assert_cmpint (gdk_pixbuf_get_width (picture), ==, sizes[i][2]);
      g_assert_cmpint (gdk_pixbuf_get_height (picture), ==, sizes[i][3]);
    }
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/media-info/truncated", test_truncated);
  ADD ("/media-info/mutated", test_mutated);
  if (g_test_slow ())
    return g_test_run ();
  ADD ("/media-info/known", test_known);
  ADD ("/media-info/foreign", test_foreign);
  ADD ("/media-info/no-video", test_no_video);
  ADD ("/media-info/holes", test_holes);
  ADD ("/media-info/hostile", test_hostile);
  ADD ("/media-info/not-files", test_not_files);
  ADD ("/media-info/cancel", test_cancel);
  ADD ("/media-info/frame-exact", test_frame_exact);
  ADD ("/media-info/frame-size", test_frame_size);
  return g_test_run ();
}
