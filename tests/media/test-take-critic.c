/* test-take-critic.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "media-fixtures.h"
#include "starsend-checks.h"
#include "starsend-error.h"
#include "starsend-take-critic.h"

#define X264 "-c:v libx264 -preset veryfast -crf 20 -pix_fmt yuv420p"
/* Four seconds that move all over: what a take looks like to a critic. */
#define SCENE "-f lavfi -i testsrc2=s=320x180:r=24:d=4"
#define FRACTAL "mandelbrot=s=320x180:r=24:start_scale=2:end_scale=0.2:maxiter=400"

typedef struct
{
  char *folder;
  JsonNode *node;
  JsonObject *checks;
  char **warnings;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = media_folder_new ();
}

static void
forget (Fixture *fixture)
{
  g_clear_pointer (&fixture->node, json_node_unref);
  g_clear_pointer (&fixture->warnings, g_strfreev);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  forget (fixture);
  media_folder_free (fixture->folder);
}

static gboolean
has_ffmpeg (void)
{
  if (media_has_program ("ffmpeg"))
    return TRUE;
  g_test_skip ("ffmpeg is not installed");
  return FALSE;
}

static char *
make (Fixture *fixture, const char *arguments, const char *name)
{
  char *path = g_build_filename (fixture->folder, name, NULL);

  if (!media_run (NULL, "ffmpeg -v error -y %s %s", arguments, path))
    g_error ("ffmpeg cannot make %s", name);
  return path;
}

static StarsendTakeCritic *
make_critic (double first, double second, double third)
{
  StarsendTakeCritic *critic = starsend_take_critic_new (16, 9, &(StarsendFrameRate) { 24, 1 });

  starsend_take_critic_add_shot (critic, first, FALSE);
  if (second > 0)
    starsend_take_critic_add_shot (critic, second, FALSE);
  if (third > 0)
    starsend_take_critic_add_shot (critic, third, FALSE);
  return critic;
}

static JsonNode *
try_judge (StarsendTakeCritic *critic, const char *path, GCancellable *cancellable, GError **error)
{
  MediaWait wait = { NULL, NULL };
  g_autoptr (GAsyncResult) result = NULL;

  starsend_take_critic_judge_async (critic, path, cancellable, media_wait_callback, &wait);
  result = media_wait (&wait);
  return starsend_take_critic_judge_finish (critic, result, error);
}

/* Takes @critic. */
static void
judge (Fixture *fixture, StarsendTakeCritic *critic, const char *path)
{
  g_autoptr (GError) error = NULL;

  forget (fixture);
  fixture->node = try_judge (critic, path, NULL, &error);
  g_assert_no_error (error);
  fixture->checks = json_node_get_object (fixture->node);
  fixture->warnings = starsend_checks_dup_warnings (fixture->node);
  for (guint i = 0; fixture->warnings[i] != NULL; i++)
    g_test_message ("  %s", fixture->warnings[i]);
  g_object_unref (critic);
}

static void
assert_warned (Fixture *fixture, const char *const *wanted)
{
  guint n = g_strv_length (fixture->warnings);

  for (guint i = 0; wanted[i] != NULL; i++)
    {
      gboolean found = FALSE;

      for (guint j = 0; j < n; j++)
        found |= strstr (fixture->warnings[j], wanted[i]) != NULL;
      if (!found)
        g_error ("no warning says “%s”", wanted[i]);
    }
  g_assert_cmpuint (n, ==, g_strv_length ((char **) wanted));
}

#define ASSERT_WARNED(fixture, ...) assert_warned (fixture, (const char *const[]) { __VA_ARGS__, NULL })

static void
assert_content (Fixture *fixture)
{
  g_assert_cmpuint (g_strv_length (fixture->warnings), ==, 0);
}

static void
assert_stretch (Fixture *fixture, const char *name, guint i, double start, double end)
{
  JsonArray *array = json_object_get_array_member (fixture->checks, name);
  JsonObject *stretch;

  g_assert_cmpuint (i, <, json_array_get_length (array));
  stretch = json_array_get_object_element (array, i);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (stretch, "start"), start, 0.09);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (stretch, "end"), end, 0.09);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (stretch, "seconds"), end - start, 0.09);
}

static void
assert_cuts (Fixture *fixture, const double *times, guint n)
{
  JsonArray *found = json_object_get_array_member (json_object_get_object_member (fixture->checks, "cuts"), "found");

  g_assert_cmpuint (json_array_get_length (found), ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (json_array_get_double_element (found, i), times[i], 0.03);
}

/* Length, size, rate */

static void
test_plain (Fixture *fixture, gconstpointer data)
{
  g_autofree char *video = NULL;
  StarsendTakeCritic *critic;

  if (!has_ffmpeg ())
    return;
  video = make (fixture, SCENE " " X264, "plain.mp4");
  judge (fixture, make_critic (4, 0, 0), video);
  assert_content (fixture);
  g_assert_cmpint (json_object_get_int_member (fixture->checks, "frames"), ==, 96);
  g_assert_cmpint (json_object_get_int_member (fixture->checks, "planned_frames"), ==, 96);
  g_assert_cmpint (json_object_get_int_member (fixture->checks, "width"), ==, 320);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (fixture->checks, "duration"), 4, 0.001);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (fixture->checks, "frame_rate"), 24, 0.001);
  g_assert_false (json_object_get_boolean_member (fixture->checks, "audio"));

  judge (fixture, make_critic (6, 0, 0), video);
  ASSERT_WARNED (fixture, "4.00 s long, and 6.00 s");
  critic = starsend_take_critic_new (9, 16, &(StarsendFrameRate) { 30, 1 });
  starsend_take_critic_add_shot (critic, 4, FALSE);
  starsend_take_critic_set_planned_side (critic, 720);
  judge (fixture, critic, video);
  ASSERT_WARNED (fixture, "not 9:16", "24 frames in a second, and 30", "fewer pixels than the 720");
}

/* As sound files are coded and cut by others: none of it is damage. */
static void
test_odd_coding (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *arguments, *name; } files[] = {
    { SCENE " " X264 " -bf 3", "edit-list.mp4" },
    { SCENE " " X264 " -bf 3 -use_editlist 0", "no-edit-list.mp4" },
    { SCENE " " X264 " -bf 3 -movflags +negative_cts_offsets", "negative.mp4" },
    { SCENE " " X264 " -bf 3 -movflags +frag_keyframe+empty_moov", "fragments.mp4" },
    { SCENE " " X264 " -x264-params open-gop=1:keyint=12 -bf 3", "open-gop.mp4" },
    { SCENE " -f lavfi -i sine=d=7 " X264 " -c:a aac", "long-sound.mp4" },
    { SCENE " -f lavfi -i sine=d=1 " X264 " -c:a aac", "short-sound.mp4" },
    { SCENE " -itsoffset 2 -f lavfi -i sine=d=1 " X264 " -c:a aac", "late-sound.mp4" },
    { SCENE " -f lavfi -i sine=d=4 " X264 " -c:a libmp3lame", "mp3.mp4" },
    { SCENE " -f lavfi -i sine=d=4 " X264 " -c:a libopus", "opus.mkv" },
    { SCENE " -f lavfi -i sine=d=4 " X264 " -c:a pcm_s16le", "pcm.mov" },
    { SCENE " -f lavfi -i sine=d=4 " X264 " -c:a aac -movflags +faststart -shortest -brand qt", "quicktime.mov" },
    { SCENE " -c:v libx264 -pix_fmt yuv420p10le -preset veryfast", "ten-bit.mp4" },
    { SCENE " -c:v libx264 -pix_fmt yuv444p -preset veryfast", "444.mp4" },
    { SCENE " -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 1M", "vp9.webm" },
    { SCENE " -color_range pc " X264 " -vf scale=out_range=full", "full-range.mp4" },
    { SCENE " -vf setpts='if(lt(N,48),N,N+floor((N-48)/12))/(24*TB)' -vsync vfr " X264, "variable.mp4" },
    { SCENE " -vf scale=240:180,setsar=4/3 " X264, "anamorphic.mp4" },
  };

  if (!has_ffmpeg ())
    return;
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *video = make (fixture, files[i].arguments, files[i].name);

      g_test_message ("%s", files[i].name);
      judge (fixture, make_critic (4, 0, 0), video);
      if (!g_str_has_prefix (files[i].name, "variable"))
        assert_content (fixture);
      g_assert_cmpint (json_object_get_int_member (fixture->checks, "frames"), ==, 96);
    }
}

/* Black, frozen */

static void
test_black (Fixture *fixture, gconstpointer data)
{
  g_autofree char *black = NULL, *dip = NULL, *night = NULL;

  if (!has_ffmpeg ())
    return;
  black = make (fixture, SCENE " -vf drawbox=t=fill:c=black:enable='between(t,1,2.99)' " X264, "black.mp4");
  judge (fixture, make_critic (1, 2, 1), black);
  ASSERT_WARNED (fixture, "black from 1.00 s to 3.00 s (2.00 s)");
  assert_stretch (fixture, "black", 0, 1, 3);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (fixture->checks, "frozen")), ==, 0);

  dip = make (fixture, SCENE " -vf eq=brightness='-max(0,1-abs(t-2)/0.3)':eval=frame " X264, "dip.mp4");
  judge (fixture, make_critic (4, 0, 0), dip);
  assert_content (fixture);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (fixture->checks, "black")), ==, 0);

  /* A scene at 6 of 255, with something in it. */
  night = make (fixture, "-f lavfi -i " FRACTAL " -t 4 -vf eq=brightness=-0.42:contrast=0.3 " X264, "night.mp4");
  judge (fixture, make_critic (4, 0, 0), night);
  assert_content (fixture);
}

static void
test_frozen (Fixture *fixture, gconstpointer data)
{
  g_autofree char *arguments = NULL, *picture = NULL, *frozen = NULL, *coarse = NULL, *grain = NULL, *slow = NULL, *still = NULL;
  StarsendTakeCritic *critic;

  if (!has_ffmpeg ())
    return;
  frozen = make (fixture, SCENE " -vf tpad=stop_mode=clone:stop_duration=2 " X264, "frozen.mp4");
  judge (fixture, make_critic (6, 0, 0), frozen);
  ASSERT_WARNED (fixture, "stands still from 3.96 s to 6.00 s");
  assert_stretch (fixture, "frozen", 0, 3.96, 6);
  /* The coder's key frames refresh what stands still. */
  coarse = make (fixture, SCENE " -vf tpad=stop_mode=clone:stop_duration=2 -c:v libx264 -crf 34 -g 12 -pix_fmt yuv420p", "coarse.mp4");
  judge (fixture, make_critic (6, 0, 0), coarse);
  g_assert_cmpuint (g_strv_length (fixture->warnings), >=, 1);

  /* A camera on a tripod, with a film's grain; and a push in so slow that one hardly sees it. */
  picture = make (fixture, "-f lavfi -i " FRACTAL " -frames:v 1", "picture.png");
  arguments = g_strdup_printf ("-loop 1 -framerate 24 -i %s -t 4 -vf noise=alls=6:allf=t " X264, picture);
  grain = make (fixture, arguments, "grain.mp4");
  judge (fixture, make_critic (4, 0, 0), grain);
  assert_content (fixture);
  g_free (arguments);
  arguments = g_strdup_printf ("-i %s -vf scale=2560:-1,zoompan=z=1+0.0004*on:d=96:s=320x180:fps=24 " X264, picture);
  slow = make (fixture, arguments, "slow.mp4");
  judge (fixture, make_critic (4, 0, 0), slow);
  assert_content (fixture);

  /* A still shot after one that moves, where it is meant. */
  still = make (fixture, SCENE " -vf tpad=stop_mode=clone:stop_duration=2 " X264, "still.mp4");
  critic = make_critic (4, 0, 0);
  starsend_take_critic_add_shot (critic, 2, TRUE);
  judge (fixture, critic, still);
  ASSERT_WARNED (fixture, "1 planned cut was not found");
  assert_stretch (fixture, "frozen", 0, 3.96, 6);
}

/* Cuts */

static void
test_cuts (Fixture *fixture, gconstpointer data)
{
  static const double cuts[] = { 1.5, 4.0 };
  g_autofree char *video = NULL, *dissolve = NULL, *flash = NULL, *cubes = NULL;

  if (!has_ffmpeg ())
    return;
  video = make (fixture, "-f lavfi -i testsrc2=s=320x180:r=24:d=1.5 -f lavfi -i " FRACTAL " -f lavfi -i rgbtestsrc=s=320x180:r=24:d=2 "
                "-filter_complex [1:v]trim=0:2.5,setpts=PTS-STARTPTS[b];[2:v]hue=h=20*t,noise=alls=12:allf=t,format=yuv420p[c];[0:v]format=yuv420p[a];[b]format=yuv420p[bb];"
                "[a][bb][c]concat=n=3 " X264, "cuts.mp4");
  judge (fixture, make_critic (1.5, 2.5, 2), video);
  assert_content (fixture);
  assert_cuts (fixture, cuts, 2);
  /* A little off is what models do. */
  judge (fixture, make_critic (1.4, 2.4, 2.2), video);
  assert_content (fixture);
  judge (fixture, make_critic (3, 3, 0), video);
  ASSERT_WARNED (fixture, "1 planned cut was not found, at 3.00 s", "2 cuts were found that are not planned, at 1.50, 4.00 s");
  judge (fixture, make_critic (6, 0, 0), video);
  ASSERT_WARNED (fixture, "2 cuts were found that are not planned");

  dissolve = make (fixture, "-f lavfi -i testsrc2=s=320x180:r=24:d=3 -f lavfi -i " FRACTAL " -filter_complex "
                   "[1:v]trim=0:3,setpts=PTS-STARTPTS,format=yuv420p,settb=1/24[b];[0:v]format=yuv420p,settb=1/24[a];[a][b]xfade=duration=1:offset=2 " X264, "dissolve.mp4");
  judge (fixture, make_critic (2.5, 2.5, 0), dissolve);
  ASSERT_WARNED (fixture, "1 planned cut was not found, at 2.50 s");
  assert_cuts (fixture, NULL, 0);

  /* Lightning, for two frames. */
  flash = make (fixture, SCENE " -vf drawbox=t=fill:c=white:enable='between(n,40,41)' " X264, "flash.mp4");
  judge (fixture, make_critic (4, 0, 0), flash);
  assert_content (fixture);

  /* Quick and wild, and in one go. */
  cubes = make (fixture, "-f lavfi -i life=s=320x180:r=24:mold=10:ratio=0.1:death_color=#C83232:life_color=#00ff00 -ss 1 -t 4 " X264, "wild.mp4");
  judge (fixture, make_critic (4, 0, 0), cubes);
  assert_cuts (fixture, NULL, 0);
}

/* The animatics of this program, which are takes like any other. */
static void
test_animatic (Fixture *fixture, gconstpointer data)
{
  static const double cuts[] = { 2, 3.5 };
  g_autoptr (StarsendAnimaticRenderer) renderer = NULL;
  g_autofree char *picture = media_write_picture (fixture->folder, 1280, 720), *video = g_build_filename (fixture->folder, "animatic.mp4", NULL);
  g_autoptr (GError) error = NULL;
  StarsendTakeCritic *critic = make_critic (2, 0, 0);

  renderer = starsend_animatic_renderer_new (picture, 16, 9, (StarsendFrameRate) { 24, 1 });
  g_object_set (renderer, "long-side", 640, NULL);
  starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_PUSH_IN, 48, NULL);
  starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_STATIC, 36, NULL);
  starsend_animatic_renderer_add_shot (renderer, STARSEND_CAMERA_MOVE_PAN_LEFT, 36, NULL);
  g_assert_true (media_render (renderer, video, NULL, &error));
  starsend_take_critic_add_shot (critic, 1.5, TRUE);
  starsend_take_critic_add_shot (critic, 1.5, FALSE);
  starsend_take_critic_set_start_frame (critic, picture);
  judge (fixture, critic, video);
  assert_content (fixture);
  assert_cuts (fixture, cuts, 2);
  assert_stretch (fixture, "frozen", 0, 2, 3.5);
  g_test_message ("likeness %.3f", json_object_get_double_member (fixture->checks, "likeness"));
  g_assert_cmpfloat (json_object_get_double_member (fixture->checks, "likeness"), >, 0.97);
}

/* The first frame */

static void
test_likeness (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *filter, *name; gboolean is_like; } cases[] = {
    { "null", "same.mp4", TRUE },
    { "crop=iw*0.97:ih*0.97,scale=320:180", "zoom3.mp4", TRUE },
    { "crop=iw*0.94:ih*0.94,scale=320:180", "zoom6.mp4", TRUE },
    { "crop=iw*0.98:ih*0.98:0:0,scale=320:180", "shift.mp4", TRUE },
    { "eq=brightness=0.1:contrast=0.8", "grade.mp4", TRUE },
    { "gblur=sigma=3", "soft.mp4", TRUE },
    { "crop=iw:ih*0.98,scale=320:176", "rounded.mp4", TRUE },
    { "hflip", "mirror.mp4", FALSE },
    { "vflip", "upside-down.mp4", FALSE },
    { "crop=iw/2:ih/2:0:0,scale=320:180", "quarter.mp4", FALSE },
    { "drawbox=t=fill:c=gray", "empty.mp4", FALSE },
  };
  g_autofree char *picture = NULL, *other = NULL;
  StarsendTakeCritic *critic;

  if (!has_ffmpeg ())
    return;
  picture = make (fixture, "-f lavfi -i " FRACTAL " -frames:v 1 -vf select=gte(n\\,30)", "start.png");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *arguments = g_strdup_printf ("-f lavfi -i " FRACTAL " -t 1 -vf select=gte(n\\,30),setpts=N/24/TB,%s -c:v libx264 -crf 32 -pix_fmt yuv420p", cases[i].filter);
      g_autofree char *video = make (fixture, arguments, cases[i].name);

      critic = make_critic (1, 0, 0);
      starsend_take_critic_set_start_frame (critic, picture);
      judge (fixture, critic, video);
      g_test_message ("%s: %.3f", cases[i].name, json_object_get_double_member (fixture->checks, "likeness"));
      if (cases[i].is_like)
        g_assert_cmpfloat (json_object_get_double_member (fixture->checks, "likeness"), >, 0.8);
      else
        g_assert_cmpfloat (json_object_get_double_member (fixture->checks, "likeness"), <, 0.7);
    }
  other = make (fixture, SCENE " " X264, "other.mp4");
  critic = make_critic (4, 0, 0);
  starsend_take_critic_set_start_frame (critic, picture);
  judge (fixture, critic, other);
  g_test_message ("another: %.3f", json_object_get_double_member (fixture->checks, "likeness"));
  ASSERT_WARNED (fixture, "unlike the start frame");
}

/* Sound */

static void
test_sound (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *arguments, *name, *warning; double peak; } files[] = {
    { "-f lavfi -i sine=d=4 " X264 " -af volume=18dB -c:a aac", "good.mp4", NULL, 0 },
    { "-f lavfi -i sine=d=4 " X264 " -af volume=30dB -c:a pcm_s16le", "clipped.mov", "clipped", 0 },
    { "-f lavfi -i sine=d=4 " X264 " -af volume=30dB,aresample -c:a aac -b:a 192k", "clipped-aac.mp4", "clipped", 1 },
    { "-f lavfi -i anullsrc=d=4 " X264 " -c:a aac -shortest", "silent.mp4", "silence", -120 },
    { "-f lavfi -i sine=d=4 " X264 " -af volume=-40dB -c:a aac", "quiet.mp4", NULL, -58 },
    { X264, "none.mp4", "no sound", 0 },
  };

  if (!has_ffmpeg ())
    return;
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *arguments = g_strconcat (SCENE " ", files[i].arguments, NULL);
      g_autofree char *video = make (fixture, arguments, files[i].name);
      StarsendTakeCritic *critic = make_critic (4, 0, 0);

      starsend_take_critic_set_wants_audio (critic, TRUE);
      judge (fixture, critic, video);
      if (json_object_has_member (fixture->checks, "sound"))
        {
          JsonObject *sound = json_object_get_object_member (fixture->checks, "sound");

          g_test_message ("%s: peak %.1f dB, level %.1f dB, clipped %.5f", files[i].name, json_object_get_double_member (sound, "peak"),
                          json_object_get_double_member (sound, "level"), json_object_get_double_member (sound, "clipped"));
          if (files[i].peak <= 0)
            g_assert_cmpfloat_with_epsilon (json_object_get_double_member (sound, "peak"), files[i].peak, 3);
        }
      if (files[i].warning != NULL)
        ASSERT_WARNED (fixture, files[i].warning);
      else
        assert_content (fixture);
      /* What nobody asked for is only measured. */
      judge (fixture, make_critic (4, 0, 0), video);
      assert_content (fixture);
    }
}

/* Sound that cannot be decoded, and a track without any: the pictures are whole. */
static void
test_broken_sound (Fixture *fixture, gconstpointer data)
{
  g_autofree char *video = NULL, *bytes = NULL, *broken = g_build_filename (fixture->folder, "broken.mp4", NULL);
  g_autoptr (GError) error = NULL;
  StarsendTakeCritic *critic;
  gsize length;
  char *config;

  if (!has_ffmpeg ())
    return;
  video = make (fixture, SCENE " -f lavfi -i sine=d=4 " X264 " -c:a aac", "good.mp4");
  g_file_get_contents (video, &bytes, &length, &error);
  g_assert_no_error (error);
  /* The decoder is told of a kind of sound that there is not. */
  config = memmem (bytes, length, "\x05\x80\x80\x80\x05", 5);
  g_assert_nonnull (config);
  memset (config + 5, 0xff, 5);
  g_file_set_contents (broken, bytes, (gssize) length, &error);
  g_assert_no_error (error);
  critic = make_critic (4, 0, 0);
  starsend_take_critic_set_wants_audio (critic, TRUE);
  judge (fixture, critic, broken);
  g_assert_cmpint (json_object_get_int_member (fixture->checks, "frames"), ==, 96);
  g_assert_cmpuint (g_strv_length (fixture->warnings), ==, 1);
}

/* No takes */

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "text.mp4", "empty.mp4", "half.mp4", "hole.mp4", "sound.mp4" };
  g_autofree char *video = NULL, *bytes = NULL, *sound = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (!has_ffmpeg ())
    return;
  video = make (fixture, SCENE " " X264 " -movflags +faststart", "good.mp4");
  sound = make (fixture, "-f lavfi -i sine=d=1 -c:a aac", "sound.mp4");
  g_file_get_contents (video, &bytes, &length, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);
      g_autofree char *copy = g_memdup2 (bytes, length);
      g_autoptr (StarsendTakeCritic) critic = make_critic (4, 0, 0);
      g_autoptr (GError) refusal = NULL;
      gint64 start = g_get_monotonic_time ();

      if (i == 3)
        memset (copy + length / 3, 0, length / 3);
      if (i < 4)
        g_file_set_contents (path, i == 0 ? "<html>expired</html>" : copy, i == 0 ? -1 : i == 1 ? 0 : i == 2 ? (gssize) length / 2 : (gssize) length, &error);
      g_assert_no_error (error);
      g_assert_null (try_judge (critic, path, NULL, &refusal));
      g_test_message ("%s", refusal->message);
      g_assert_error (refusal, STARSEND_ERROR, STARSEND_ERROR_DAMAGED);
      g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
    }
}

static void
on_cancel (gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autofree char *video = NULL;

  if (!has_ffmpeg ())
    return;
  video = make (fixture, "-f lavfi -i testsrc2=s=1920x1080:r=24:d=6 -f lavfi -i sine=d=6 -c:v libx264 -preset ultrafast -c:a aac", "long.mp4");
  for (guint wait = 0; wait < 5; wait++)
    {
      g_autoptr (StarsendTakeCritic) critic = make_critic (6, 0, 0);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;

      if (wait == 0)
        g_cancellable_cancel (cancellable);
      else
        g_timeout_add_once (wait * 25, on_cancel, cancellable);
      g_assert_null (try_judge (critic, video, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/take-critic/plain", test_plain);
  ADD ("/take-critic/odd-coding", test_odd_coding);
  ADD ("/take-critic/black", test_black);
  ADD ("/take-critic/frozen", test_frozen);
  ADD ("/take-critic/cuts", test_cuts);
  ADD ("/take-critic/animatic", test_animatic);
  ADD ("/take-critic/likeness", test_likeness);
  ADD ("/take-critic/sound", test_sound);
  ADD ("/take-critic/broken-sound", test_broken_sound);
  ADD ("/take-critic/damaged", test_damaged);
  ADD ("/take-critic/cancelled", test_cancelled);
#undef ADD
  return g_test_run ();
}
