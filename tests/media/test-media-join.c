/* test-media-join.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "media-fixtures.h"
#include "starsend-error.h"
#include "starsend-media-joiner.h"
#include "starsend-picture.h"

#define X264 "-c:v libx264 -preset veryfast -bf 3 -g 12 -pix_fmt yuv420p -threads 1"
#define AAC "-c:a aac -b:a 96k -ar 48000 -ac 2"

#define PATIENCE_USEC (10 * G_USEC_PER_SEC)

typedef struct
{
  char *folder;
  char *joined;
  StarsendJoiner *joiner;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = media_folder_new ();
  fixture->joined = g_build_filename (fixture->folder, "joined.mp4", NULL);
  fixture->joiner = starsend_media_joiner_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->joiner);
  media_folder_free (fixture->folder);
  g_free (fixture->joined);
}

static gboolean
has_ffmpeg (void)
{
  if (media_has_program ("ffmpeg") && media_has_program ("ffprobe"))
    return TRUE;
  g_test_skip ("ffmpeg is not installed");
  return FALSE;
}

static char *
make (Fixture *fixture, const char *arguments, const char *name)
{
  char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_true (media_run (NULL, "ffmpeg -v error -y %s %s", arguments, path));
  return path;
}

static JsonNode *
join (Fixture *fixture, const char *const *parts, GCancellable *cancellable, GError **error)
{
  MediaWait wait = { NULL, NULL };
  g_autoptr (GAsyncResult) result = NULL;

  starsend_joiner_join_async (fixture->joiner, parts, fixture->joined, cancellable, media_wait_callback, &wait);
  result = media_wait (&wait);
  return starsend_joiner_join_finish (fixture->joiner, result, error);
}

static void
assert_joined (Fixture *fixture, const char *const *parts, gboolean reencoded)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = join (fixture, parts, NULL, &error);
  JsonObject *object;

  g_assert_no_error (error);
  object = json_node_get_object (node);
  g_assert_cmpint (json_object_get_int_member (object, "parts"), ==, g_strv_length ((char **) parts));
  g_assert_cmpint (json_object_get_boolean_member (object, "reencoded"), ==, reencoded);
}

static char **
probe (const char *arguments, const char *path)
{
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();
  g_auto (GStrv) lines = NULL;
  g_autofree char *output = NULL;

  g_assert_true (media_run (&output, "ffprobe -v error %s -of csv=p=0 %s", arguments, path));
  lines = g_strsplit (output, "\n", -1);
  /* ffprobe sets side data off with a comma and an empty line. */
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_strv_builder_add (found, lines[i]);
  return g_strv_builder_end (found);
}

/* The sums of all packets of one kind, in the order of the file. */
static GPtrArray *
list_packets (const char *stream, const char *const *paths)
{
  GPtrArray *sums = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *arguments = g_strdup_printf ("-select_streams %s -show_packets -show_data_hash sha256 -show_entries packet=data_hash", stream);
      g_auto (GStrv) lines = probe (arguments, paths[i]);

      for (guint j = 0; lines[j] != NULL; j++)
        {
          g_strdelimit (lines[j], ",", '\0');
          g_ptr_array_add (sums, g_strdup (lines[j]));
        }
    }
  return sums;
}

static void
assert_same_packets (const char *const *parts, const char *joined, const char *stream)
{
  const char *const whole[] = { joined, NULL };
  g_autoptr (GPtrArray) wanted = list_packets (stream, parts);
  g_autoptr (GPtrArray) found = list_packets (stream, whole);

  g_assert_cmpuint (found->len, >, 0);
  g_assert_cmpuint (found->len, ==, wanted->len);
  for (guint i = 0; i < found->len; i++)
    g_assert_cmpstr (found->pdata[i], ==, wanted->pdata[i]);
}

/* What ffmpeg says of a file, decoding all of it as a suspicious reader does. */
static void
assert_decodes (const char *path)
{
  g_assert_true (media_run (NULL, "ffmpeg -v error -xerror -err_detect explode -i %s -f null -", path));
}

/* Times of decoding that rise, and times of showing that are frames apart, without one left out. */
static void
assert_even_times (const char *path, double rate, guint n_frames)
{
  g_auto (GStrv) lines = probe ("-select_streams v -show_entries packet=dts_time", path);
  g_auto (GStrv) frames = probe ("-select_streams v -show_entries frame=pts_time", path);
  double last = -1000;

  g_assert_cmpuint (g_strv_length (lines), ==, n_frames);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      double time = g_ascii_strtod (lines[i], NULL);

      g_assert_cmpfloat (time, >, last);
      last = time;
    }
  g_assert_cmpuint (g_strv_length (frames), ==, n_frames);
  for (guint i = 0; frames[i] != NULL; i++)
    g_assert_cmpfloat_with_epsilon (g_ascii_strtod (frames[i], NULL), i / rate, 0.0011);
}

static void
assert_length (const char *path, gint64 n_frames, double seconds)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendMediaInfo) info = media_probe (path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (starsend_media_info_get_n_frames (info), ==, n_frames);
  g_assert_cmpfloat_with_epsilon (starsend_media_info_get_duration (info), seconds, 0.002);
}

/* The index stands before the media. */
static void
assert_fast_start (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize length;
  const char *movie, *media;

  g_file_get_contents (path, &bytes, &length, &error);
  g_assert_no_error (error);
  movie = memmem (bytes, length, "moov", 4);
  media = memmem (bytes, length, "mdat", 4);
  g_assert_nonnull (movie);
  g_assert_true (movie < media);
}

/* When each beep of a file begins, decoded by ffmpeg. */
static GArray *
find_beeps (const char *path)
{
  g_autofree char *output = NULL;
  g_autofree char *raw = g_strconcat (path, ".raw", NULL);
  GArray *beeps = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GError) error = NULL;
  gsize length;
  double quiet_since = -1;

  /* Times are obeyed: a gap becomes silence, an overlap is cut. */
  g_assert_true (media_run (NULL, "ffmpeg -v error -y -i %s -vn -af aresample=async=48000:min_hard_comp=0.001:first_pts=0 -ac 1 -ar 48000 -f s16le %s", path, raw));
  g_file_get_contents (raw, &output, &length, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < length / 2; i++)
    {
      gint16 sample;

      memcpy (&sample, output + 2 * i, 2);
      if (abs (sample) < 2000)
        continue;
      if ((double) i / 48000 - quiet_since > 0.05)
        {
          double time = (double) i / 48000;

          g_array_append_val (beeps, time);
        }
      quiet_since = (double) i / 48000;
    }
  return beeps;
}

/* A part with a beep of 50 ms at 0.5 s. */
static char *
make_beep (Fixture *fixture, const char *name, const char *seconds, const char *options)
{
  g_autofree char *arguments =
      g_strdup_printf ("-f lavfi -i testsrc2=s=192x108:r=24:d=%s -f lavfi -i aevalsrc='0.8*sin(2*PI*1000*t)*between(t,0.5,0.55)':s=48000:d=%s "
                       X264 " %s", seconds, seconds, options);

  return make (fixture, arguments, name);
}

/* The copy */

static void
test_copy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = NULL, *b = NULL, *c = NULL;

  if (!has_ffmpeg ())
    return;
  a = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=24:d=2 " X264, "a.mp4");
  b = make (fixture, "-f lavfi -i mandelbrot=s=192x108:r=24 -t 1.5 " X264, "b.mp4");
  c = make (fixture, "-f lavfi -i testsrc=s=192x108:r=24:d=3 " X264 " -movflags +faststart", "c.mp4");
  {
    const char *const parts[] = { a, b, c, NULL };

    assert_joined (fixture, parts, FALSE);
    assert_same_packets (parts, fixture->joined, "v");
  }
  assert_decodes (fixture->joined);
  assert_even_times (fixture->joined, 24, 48 + 36 + 72);
  assert_length (fixture->joined, 156, 6.5);
  assert_fast_start (fixture->joined);
}

/* One with reordered frames after one without, and the other way round: each has its own delay. */
static void
test_unlike_delays (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = NULL, *b = NULL, *c = NULL;

  if (!has_ffmpeg ())
    return;
  /* The same stream, once with an edit list and once with times that are shifted instead. */
  a = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=30000/1001 -t 1.5015 " X264, "a.mp4");
  b = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=30000/1001 -t 1.5015 " X264 " -movflags +negative_cts_offsets", "b.mp4");
  c = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=30000/1001 -t 1.5015 " X264 " -use_editlist 0", "c.mp4");
  {
    const char *const parts[] = { a, b, c, a, NULL };

    assert_joined (fixture, parts, FALSE);
    assert_same_packets (parts, fixture->joined, "v");
  }
  assert_decodes (fixture->joined);
  assert_even_times (fixture->joined, 30000.0 / 1001, 180);
}

/* Sound */

static void
test_sound (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = NULL, *b = NULL;
  g_autoptr (GArray) beeps = NULL;

  if (!has_ffmpeg ())
    return;
  /* No whole number of packets: each join would be off by a part of one more. */
  a = make_beep (fixture, "a.mp4", "1.25", AAC " -shortest");
  b = make_beep (fixture, "b.mp4", "0.9583333", AAC " -shortest");
  {
    const char *const parts[] = { a, b, a, b, a, b, a, b, NULL };

    assert_joined (fixture, parts, FALSE);
    assert_same_packets (parts, fixture->joined, "v");
  }
  assert_decodes (fixture->joined);
  assert_even_times (fixture->joined, 24, 4 * (30 + 23));
  beeps = find_beeps (fixture->joined);
  g_assert_cmpuint (beeps->len, ==, 8);
  for (guint i = 0; i < beeps->len; i++)
    {
      double start = i / 2 * (53 / 24.0) + i % 2 * (30 / 24.0);

      g_test_message ("beep %u is %+.1f ms off", i, 1000 * (g_array_index (beeps, double, i) - start - 0.5));
      g_assert_cmpfloat_with_epsilon (g_array_index (beeps, double, i), start + 0.5, 0.015);
    }
}

/* Longer and shorter than the pictures, late, and not there at all. */
static void
test_odd_sound (Fixture *fixture, gconstpointer data)
{
  static const double starts[] = { 0, 2, 3, 4, 5 };
  g_autofree char *normal = NULL, *longer = NULL, *shorter = NULL, *silent = NULL, *late = NULL;
  g_autoptr (GArray) beeps = NULL;

  if (!has_ffmpeg ())
    return;
  normal = make_beep (fixture, "normal.mp4", "1", AAC);
  longer = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=24:d=1 -f lavfi -i aevalsrc='0.8*sin(2*PI*1000*t)*between(t,0.5,0.55)':s=48000:d=1.7 "
                 X264 " " AAC, "longer.mp4");
  shorter = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=24:d=1 -f lavfi -i aevalsrc='0.8*sin(2*PI*1000*t)*between(t,0.5,0.55)':s=48000:d=0.6 "
                  X264 " " AAC, "shorter.mp4");
  late = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=24:d=1 -itsoffset 0.3 -f lavfi -i aevalsrc='0.8*sin(2*PI*1000*t)*between(t,0.2,0.25)':s=48000:d=0.7 "
               X264 " " AAC, "late.mp4");
  silent = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=24:d=1 " X264, "silent.mp4");
  {
    const char *const parts[] = { longer, silent, shorter, late, normal, normal, silent, NULL };

    assert_joined (fixture, parts, FALSE);
    assert_same_packets (parts, fixture->joined, "v");
  }
  assert_decodes (fixture->joined);
  assert_even_times (fixture->joined, 24, 168);
  beeps = find_beeps (fixture->joined);
  g_assert_cmpuint (beeps->len, ==, G_N_ELEMENTS (starts));
  for (guint i = 0; i < beeps->len; i++)
    g_assert_cmpfloat_with_epsilon (g_array_index (beeps, double, i), starts[i] + 0.5, 0.015);
  {
    g_auto (GStrv) length = probe ("-select_streams a -show_entries stream=duration", fixture->joined);

    g_assert_cmpfloat_with_epsilon (g_ascii_strtod (length[0], NULL), 7, 0.03);
  }
}

static void
test_silent_first (Fixture *fixture, gconstpointer data)
{
  g_autofree char *silent = NULL, *mono = NULL;
  g_autoptr (GArray) beeps = NULL;

  if (!has_ffmpeg ())
    return;
  silent = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=24:d=1 " X264, "silent.mp4");
  mono = make_beep (fixture, "mono.mp4", "1", "-c:a aac -b:a 64k -ar 44100 -ac 1");
  {
    const char *const parts[] = { silent, mono, NULL };

    assert_joined (fixture, parts, FALSE);
  }
  assert_decodes (fixture->joined);
  beeps = find_beeps (fixture->joined);
  g_assert_cmpuint (beeps->len, ==, 1);
  g_assert_cmpfloat_with_epsilon (g_array_index (beeps, double, 0), 1.5, 0.015);
}

/* Encoded anew */

static void
test_unlike (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *arguments, *name; } files[] = {
    { "-f lavfi -i testsrc2=s=160x90:r=24:d=1 " X264, "size.mp4" },
    { "-f lavfi -i testsrc2=s=192x108:r=24:d=1 -c:v libx264 -profile:v baseline -pix_fmt yuv420p", "profile.mp4" },
    { "-f lavfi -i testsrc2=s=192x108:r=24:d=1 -c:v libvpx-vp9 -b:v 200k -deadline realtime", "codec.webm" },
    { "-f lavfi -i testsrc2=s=192x108:r=24:d=1 " X264 " -movflags +frag_keyframe+empty_moov", "fragments.mp4" },
    { "-f lavfi -i testsrc2=s=100x200:r=24:d=1 " X264, "upright.mp4" },
  };
  g_autofree char *first = NULL;

  if (!has_ffmpeg ())
    return;
  first = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=24:d=1 " X264, "first.mp4");
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *other = make (fixture, files[i].arguments, files[i].name);
      const char *const parts[] = { first, other, first, NULL };
      g_auto (GStrv) size = NULL;

      g_test_message ("%s", files[i].name);
      assert_joined (fixture, parts, TRUE);
      assert_decodes (fixture->joined);
      assert_even_times (fixture->joined, 24, 72);
      assert_length (fixture->joined, 72, 3);
      assert_fast_start (fixture->joined);
      size = probe ("-select_streams v -show_entries stream=width,height", fixture->joined);
      g_assert_cmpstr (size[0], ==, "192,108");
    }
}

static void
test_unlike_rate_and_sound (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = NULL, *b = NULL, *c = NULL;
  g_autoptr (GArray) beeps = NULL;

  if (!has_ffmpeg ())
    return;
  a = make_beep (fixture, "a.mp4", "1", AAC);
  b = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=30:d=1 -f lavfi -i aevalsrc='0.8*sin(2*PI*1000*t)*between(t,0.5,0.55)':s=44100:d=1.4 "
            X264 " -c:a aac -ac 1", "b.mp4");
  c = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=24:d=1 " X264, "c.mp4");
  {
    const char *const parts[] = { a, b, c, a, NULL };

    assert_joined (fixture, parts, TRUE);
  }
  assert_decodes (fixture->joined);
  assert_even_times (fixture->joined, 24, 96);
  beeps = find_beeps (fixture->joined);
  g_assert_cmpuint (beeps->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      double wanted = (i < 2 ? i : 3) + 0.5;

      g_test_message ("beep %u is %+.1f ms off", i, 1000 * (g_array_index (beeps, double, i) - wanted));
      /* What an encoder warms up with is told to no muxer here. */
      g_assert_cmpfloat_with_epsilon (g_array_index (beeps, double, i), wanted, 0.04);
    }
}

/* What the pictures show stays the same, whichever way. */
static void
test_pictures (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = NULL, *b = NULL, *other = NULL;
  g_autoptr (GError) error = NULL;

  if (!has_ffmpeg ())
    return;
  a = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=24:d=1 -vf scale=out_color_matrix=bt709 -colorspace bt709 -color_primaries bt709 -color_trc bt709 " X264, "a.mp4");
  b = make (fixture, "-f lavfi -i mandelbrot=s=192x108:r=24 -t 1 -vf scale=out_color_matrix=bt709 -colorspace bt709 -color_primaries bt709 -color_trc bt709 " X264, "b.mp4");
  other = make (fixture, "-f lavfi -i mandelbrot=s=192x108:r=24 -t 1 -vf scale=out_color_matrix=bt709 -colorspace bt709 -color_primaries bt709 -color_trc bt709 "
                "-c:v libx264 -profile:v baseline -pix_fmt yuv420p", "other.mp4");
  for (guint pass = 0; pass < 2; pass++)
    {
      const char *const parts[] = { a, pass == 0 ? b : other, NULL };

      assert_joined (fixture, parts, pass == 1);
      for (gint64 i = 0; i < 48; i += 5)
        {
          g_autoptr (GdkPixbuf) wanted = media_frame (parts[i / 24], i % 24, 0, &error);
          g_autoptr (GdkPixbuf) found = media_frame (fixture->joined, i, 0, &error);
          double difference;

          g_assert_no_error (error);
          difference = media_difference (wanted, found);
          g_test_message ("frame %d: %.2f", (int) i, difference);
          g_assert_cmpfloat (difference, <, pass == 0 ? 0.01 : 5.0);
        }
    }
}

/* Refusals */

static void
assert_not_joined (Fixture *fixture, const char *const *parts, StarsendError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (join (fixture, parts, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, (int) code);
  g_assert_false (g_file_test (fixture->joined, G_FILE_TEST_EXISTS));
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = NULL, *bytes = NULL, *cut = g_build_filename (fixture->folder, "cut.mp4", NULL);
  g_autofree char *nowhere = g_build_filename (fixture->folder, "nowhere.mp4", NULL);
  g_autoptr (GError) error = NULL;
  gsize length;

  if (!has_ffmpeg ())
    return;
  a = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=24:d=1 " X264 " -movflags +faststart", "a.mp4");
  g_file_get_contents (a, &bytes, &length, &error);
  g_assert_no_error (error);
  g_file_set_contents (cut, bytes, (gssize) length * 2 / 3, &error);
  g_assert_no_error (error);
  {
    const char *const parts[] = { a, cut, NULL };
    const char *const missing[] = { a, nowhere, NULL };

    assert_not_joined (fixture, parts, STARSEND_ERROR_DAMAGED);
    assert_not_joined (fixture, missing, STARSEND_ERROR_NOT_FOUND);
  }
}

/* Whatever the index says: joined, encoded anew, or refused in a sentence; and a joined file is sound in itself. */
static void
test_mutated (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = NULL, *bytes = NULL, *changed = g_build_filename (fixture->folder, "changed.mp4", NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GError) error = NULL;
  guint n_joined = 0;
  gsize length, movie;

  if (!has_ffmpeg ())
    return;
  a = make_beep (fixture, "a.mp4", "0.5", AAC " -movflags +faststart");
  g_file_get_contents (a, &bytes, &length, &error);
  g_assert_no_error (error);
  movie = (gsize) ((char *) memmem (bytes, length, "mdat", 4) - bytes);
  for (guint i = 0; i < 150; i++)
    {
      g_autofree char *copy = g_memdup2 (bytes, length);
      const char *const parts[] = { a, changed, NULL };
      g_autoptr (JsonNode) node = NULL;
      g_autoptr (GError) refusal = NULL;
      gint64 start;

      for (guint j = 0; j < 3; j++)
        copy[g_rand_int_range (rand, 32, (gint32) movie)] = (char) g_rand_int_range (rand, 0, 256);
      g_file_set_contents (changed, copy, (gssize) length, &error);
      g_assert_no_error (error);
      start = g_get_monotonic_time ();
      node = join (fixture, parts, NULL, &refusal);
      g_assert_cmpint (g_get_monotonic_time () - start, <, PATIENCE_USEC);
      g_assert_true ((node != NULL) == (refusal == NULL));
      g_assert_true (node != NULL || refusal->domain == STARSEND_ERROR);
      n_joined += node != NULL;
    }
  g_test_message ("%u of 150 were joined", n_joined);
}

static void
on_cancel (gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = NULL, *b = NULL;

  if (!has_ffmpeg ())
    return;
  a = make (fixture, "-f lavfi -i testsrc2=s=640x360:r=24:d=8 " X264, "a.mp4");
  b = make (fixture, "-f lavfi -i testsrc2=s=160x90:r=24:d=8 " X264, "b.mp4");
  for (guint wait = 0; wait < 4; wait++)
    {
      const char *const parts[] = { a, b, NULL };
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;

      if (wait == 0)
        g_cancellable_cancel (cancellable);
      else
        g_timeout_add_once (wait * 60, on_cancel, cancellable);
      g_assert_null (join (fixture, parts, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_false (g_file_test (fixture->joined, G_FILE_TEST_EXISTS));
    }
}

/* The last frame */

static GdkPixbuf *
get_last_frame (Fixture *fixture, const char *video, GError **error)
{
  MediaWait wait = { NULL, NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "last.png", NULL);

  starsend_joiner_last_frame_async (fixture->joiner, video, path, NULL, media_wait_callback, &wait);
  result = media_wait (&wait);
  if (!starsend_joiner_last_frame_finish (fixture->joiner, result, error))
    return NULL;
  return starsend_picture_load (path, error);
}

static void
test_last_frame (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *arguments, *name; int width, height, n_frames; } files[] = {
    { "-f lavfi -i testsrc2=s=320x180:r=24:d=2 -vf scale=out_color_matrix=bt709 -colorspace bt709 -color_primaries bt709 -color_trc bt709 " X264,
      "plain.mp4", 320, 180, 48 },
    { "-f lavfi -i testsrc2=s=1280x720:r=24:d=0.5 -vf scale=out_color_matrix=bt709 -colorspace bt709 -color_primaries bt709 -color_trc bt709 " X264,
      "hd.mp4", 1280, 720, 12 },
    { "-f lavfi -i testsrc2=s=320x180:r=30:d=1 -f lavfi -i sine=d=3 -vf scale=out_color_matrix=bt709 -colorspace bt709 -color_primaries bt709 -color_trc bt709 "
      X264 " " AAC, "sound.mp4", 320, 180, 30 },
    { "-f lavfi -i testsrc2=s=320x180:r=24:d=1 -vf scale=out_color_matrix=bt709 -colorspace bt709 -color_primaries bt709 -color_trc bt709 "
      X264 " -use_editlist 0", "late.mp4", 320, 180, 24 },
    { "-f lavfi -i testsrc2=s=320x180:r=24:d=0.02 -vf scale=out_color_matrix=bt709 -colorspace bt709 -color_primaries bt709 -color_trc bt709 " X264,
      "one.mp4", 320, 180, 1 },
  };

  if (!has_ffmpeg ())
    return;
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *video = make (fixture, files[i].arguments, files[i].name);
      g_autofree char *path = g_build_filename (fixture->folder, "wanted.png", NULL);
      g_autoptr (GdkPixbuf) found = get_last_frame (fixture, video, &error);
      g_autoptr (GdkPixbuf) wanted = NULL;
      double difference;

      g_assert_no_error (error);
      g_assert_cmpint (gdk_pixbuf_get_width (found), ==, files[i].width);
      g_assert_cmpint (gdk_pixbuf_get_height (found), ==, files[i].height);
      g_assert_true (media_run (NULL, "ffmpeg -v error -y -i %s -vf select=eq(n\\,%d),scale=flags=accurate_rnd+full_chroma_int -frames:v 1 -pix_fmt rgb24 %s",
                                video, files[i].n_frames - 1, path));
      wanted = starsend_picture_load (path, &error);
      g_assert_no_error (error);
      difference = media_difference (wanted, found);
      g_test_message ("%s: %.2f of 255", files[i].name, difference);
      /* Edges of colours, which are stored at half the size, are where the two differ; flat parts are the same. */
      g_assert_cmpfloat (difference, <, 2.0);
    }
}

static void
test_no_last_frame (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = NULL, *bytes = NULL, *cut = g_build_filename (fixture->folder, "cut.mp4", NULL);
  g_autoptr (GError) error = NULL;
  gsize length;

  if (!has_ffmpeg ())
    return;
  a = make (fixture, "-f lavfi -i testsrc2=s=192x108:r=24:d=1 " X264, "a.mp4");
  g_file_get_contents (a, &bytes, &length, &error);
  g_assert_no_error (error);
  /* Whole as a file, but its second half is noise. */
  for (gsize i = length / 3; i < length / 2; i++)
    bytes[i] = (char) (i * 7919 >> 3);
  g_file_set_contents (cut, bytes, (gssize) length, &error);
  g_assert_no_error (error);
  g_assert_null (get_last_frame (fixture, cut, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/media-join/copy", test_copy);
  ADD ("/media-join/unlike-delays", test_unlike_delays);
  ADD ("/media-join/sound", test_sound);
  ADD ("/media-join/odd-sound", test_odd_sound);
  ADD ("/media-join/silent-first", test_silent_first);
  ADD ("/media-join/unlike", test_unlike);
  ADD ("/media-join/unlike-rate-and-sound", test_unlike_rate_and_sound);
  ADD ("/media-join/pictures", test_pictures);
  ADD ("/media-join/damaged", test_damaged);
  ADD ("/media-join/mutated", test_mutated);
  ADD ("/media-join/cancelled", test_cancelled);
  ADD ("/media-join/last-frame", test_last_frame);
  ADD ("/media-join/no-last-frame", test_no_last_frame);
#undef ADD
  return g_test_run ();
}
