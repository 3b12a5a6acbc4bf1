/* starsend-media-transcoder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-media-transcoder-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <math.h>

#include "starsend-animatic-encoder-private.h"
#include "starsend-error.h"
#include "starsend-gst-private.h"
#include "starsend-media-tap-private.h"

/* How far decoding may run ahead of encoding. */
#define MAX_AHEAD 8
#define POLL_TIME (20 * GST_MSECOND)
#define STALL_SECONDS 60
#define BYTES_PER_SAMPLE (2 * STARSEND_SOUND_CHANNELS)
/* An hour of it. */
#define MAX_SOUND (3600 * STARSEND_SOUND_RATE * BYTES_PER_SAMPLE)
/* Where no part says how many frames it shows in a second. */
#define FALLBACK_RATE 24

typedef struct
{
  const char *path;
  GCancellable *cancellable;

  /* The file that is written */
  GstElement *pipeline;
  GstElement *video;
  GstElement *audio;       /* nullable */
  int width;
  int height;
  StarsendFrameRate rate;
  gint64 n_frames;
  GArray *rates;           /* double; of the parts, 0 unknown */

  /* The part that is read */
  StarsendMediaReader *reader;
  GstElement *filter;
  GstElement *frames;
  GByteArray *samples;
  gboolean keeps_frames;   /* it has the rate of the film: each of its frames is one there, whatever their times */
  GstClockTime first_frame;
  GstClockTime first_sample;
} Transcode;

static GstClockTime
get_time (Transcode *self, gint64 frame)
{
  return gst_util_uint64_scale ((guint64) frame, (guint64) self->rate.denominator * GST_SECOND, (guint64) self->rate.numerator);
}

/* (transfer floating) A bin of @factories, the last one an appsink. */
static GstElement *
create_sink (const char *const *factories, guint n, GstElement **elements, GError **error)
{
  GstElement *bin = gst_bin_new (NULL);
  g_autoptr (GstPad) pad = NULL;

  for (guint i = 0; i < n; i++)
    {
      elements[i] = starsend_gst_make (factories[i], error);
      if (elements[i] == NULL)
        {
          gst_object_unref (bin);
          return NULL;
        }
      gst_bin_add (GST_BIN (bin), elements[i]);
      if (i > 0)
        gst_element_link (elements[i - 1], elements[i]);
    }
  pad = gst_element_get_static_pad (elements[0], "sink");
  gst_element_add_pad (bin, gst_ghost_pad_new ("sink", pad));
  g_object_set (elements[n - 1], "sync", FALSE, "async", FALSE, "qos", FALSE, NULL);
  return bin;
}

/* Every picture in the size of the film, upright; what has another shape gets black bars. */
static void
on_prepare (StarsendMediaReader *reader)
{
  Transcode *self = reader->user_data;
  g_autoptr (GstCaps) caps =
      gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, self->width, "height", G_TYPE_INT, self->height,
                           "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, "colorimetry", G_TYPE_STRING, "bt709", NULL);

  if (!self->keeps_frames)
    gst_caps_set_simple (caps, "framerate", GST_TYPE_FRACTION, self->rate.numerator, self->rate.denominator, NULL);
  g_object_set (self->filter, "caps", caps, NULL);
}

static gboolean
open_part (Transcode *self, const char *part, GError **error)
{
  const char *video[] = { "videoconvert", "videoflip", "videoconvertscale", self->keeps_frames ? "identity" : "videorate", "capsfilter", "appsink" };
  GstElement *elements[G_N_ELEMENTS (video)], *sink = create_sink (video, G_N_ELEMENTS (video), elements, error);

  if (sink == NULL)
    return FALSE;
  gst_util_set_object_arg (G_OBJECT (elements[1]), "video-direction", "auto");
  self->filter = elements[4];
  self->frames = elements[5];
  g_object_set (self->frames, "max-buffers", 4, NULL);
  self->reader = starsend_media_reader_new (part, sink, error);
  if (self->reader == NULL)
    return FALSE;
  self->reader->user_data = self;
  self->reader->prepare = on_prepare;
  return TRUE;
}

static gboolean
check_bus (GstElement *pipeline, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

  if (message == NULL)
    return TRUE;
  gst_message_parse_error (message, error, NULL);
  return FALSE;
}

static gboolean
set_stalled (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "stalled");
  return FALSE;
}

static void
translate_encoder_error (Transcode *self, GError **error)
{
  g_autoptr (GError) cause = g_steal_pointer (error);
  gboolean is_full = g_error_matches (cause, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT);

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED) || cause->domain == STARSEND_ERROR)
    *error = g_steal_pointer (&cause);
  else
    g_set_error (error, STARSEND_ERROR, is_full ? STARSEND_ERROR_NO_SPACE : cause->domain == GST_RESOURCE_ERROR ? STARSEND_ERROR_IO : STARSEND_ERROR_FAILED,
                 _("The joined video cannot be written to “%s”: %s"), self->path, cause->message);
}

/* Waits until the encoder has room for another frame. */
static gboolean
wait_for_room (Transcode *self, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + STALL_SECONDS * G_USEC_PER_SEC;
  gboolean done = TRUE;

  while (done && gst_app_src_get_current_level_buffers (GST_APP_SRC (self->video)) >= MAX_AHEAD)
    {
      done = !g_cancellable_set_error_if_cancelled (self->cancellable, error) && check_bus (self->pipeline, error) &&
             (g_get_monotonic_time () < deadline || set_stalled (error));
      g_usleep (2000);
    }
  if (!done)
    translate_encoder_error (self, error);
  return done;
}

static GstClockTime
get_stream_time (GstSample *sample)
{
  return gst_segment_to_stream_time (gst_sample_get_segment (sample), GST_FORMAT_TIME, GST_BUFFER_PTS (gst_sample_get_buffer (sample)));
}

static gboolean
push_frame (Transcode *self, GstSample *sample, GError **error)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_copy (gst_sample_get_buffer (sample));

  if (!GST_CLOCK_TIME_IS_VALID (self->first_frame))
    self->first_frame = get_stream_time (sample);
  GST_BUFFER_PTS (buffer) = get_time (self, self->n_frames);
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (buffer) = get_time (self, self->n_frames + 1) - GST_BUFFER_PTS (buffer);
  self->n_frames++;
  if (!wait_for_room (self, error))
    return FALSE;
  gst_app_src_push_buffer (GST_APP_SRC (self->video), g_steal_pointer (&buffer));
  return TRUE;
}

/* FALSE without an error at the end of the part. */
static gboolean
pull_frame (Transcode *self, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + STARSEND_MEDIA_STALL_SECONDS * G_USEC_PER_SEC;

  for (;;)
    {
      g_autoptr (GstSample) sample = gst_app_sink_try_pull_sample (GST_APP_SINK (self->frames), POLL_TIME);

      if (sample != NULL)
        return push_frame (self, sample, error);
      if (gst_app_sink_is_eos (GST_APP_SINK (self->frames)) || g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      if (!check_bus (self->reader->pipeline, error) || (g_get_monotonic_time () > deadline && !set_stalled (error)))
        {
          starsend_media_reader_translate (self->reader, error);
          return FALSE;
        }
    }
}

static void
on_sound (StarsendMediaTap *tap, GstCaps *caps, GstBuffer *buffer, GstClockTime time)
{
  Transcode *self = tap->user_data;
  GstMapInfo map;

  if (!GST_CLOCK_TIME_IS_VALID (self->first_sample))
    self->first_sample = time;
  if (self->samples->len > MAX_SOUND || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  g_byte_array_append (self->samples, map.data, (guint) map.size);
  gst_buffer_unmap (buffer, &map);
}

/* All of a part's sound, before its pictures are read. What does not decode is silent. */
static gboolean
read_sound (Transcode *self, const char *part, GError **error)
{
  g_autofree char *caps = g_strdup_printf ("audio/x-raw,format=S16LE,layout=interleaved,rate=%d,channels=%d", STARSEND_SOUND_RATE, STARSEND_SOUND_CHANNELS);
  StarsendMediaTap tap = { .audio_caps = caps, .on_audio = on_sound, .user_data = self };
  StarsendMediaReader *reader = starsend_media_tap_run (&tap, part, self->cancellable, error);

  if (reader == NULL)
    return FALSE;
  starsend_media_reader_free (reader);
  return TRUE;
}

static guint64
get_n_samples (Transcode *self, gint64 frame)
{
  return gst_util_uint64_scale_round (get_time (self, frame), STARSEND_SOUND_RATE, GST_SECOND);
}

/* Exactly as much as the part has pictures: from where it began, cut off or filled up with silence. */
static void
push_sound (Transcode *self, gint64 first_frame)
{
  guint64 from = get_n_samples (self, first_frame), n = get_n_samples (self, self->n_frames) - from;
  gint64 lead = 0;
  guint8 *bytes = g_malloc0 (MAX (1, n * BYTES_PER_SAMPLE));
  gint64 n_there = self->samples->len / BYTES_PER_SAMPLE, begin, end;
  GstBuffer *buffer;

  if (GST_CLOCK_TIME_IS_VALID (self->first_sample) && GST_CLOCK_TIME_IS_VALID (self->first_frame))
    lead = (gint64) gst_util_uint64_scale (self->first_sample, STARSEND_SOUND_RATE, GST_SECOND) -
           (gint64) gst_util_uint64_scale (self->first_frame, STARSEND_SOUND_RATE, GST_SECOND);
  begin = CLAMP (lead, 0, (gint64) n);
  end = CLAMP (lead + n_there, begin, (gint64) n);
  if (end > begin)
    memcpy (bytes + begin * BYTES_PER_SAMPLE, self->samples->data + (begin - lead) * BYTES_PER_SAMPLE, (gsize) (end - begin) * BYTES_PER_SAMPLE);
  buffer = gst_buffer_new_wrapped (bytes, n * BYTES_PER_SAMPLE);
  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (from, GST_SECOND, STARSEND_SOUND_RATE);
  GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale (n, GST_SECOND, STARSEND_SOUND_RATE);
  gst_app_src_push_buffer (GST_APP_SRC (self->audio), buffer);
}

static gboolean
read_part (Transcode *self, const char *part, double rate, GError **error)
{
  double wanted = starsend_frame_rate_to_number (self->rate);
  gint64 first_frame = self->n_frames;
  GError *failure = NULL;
  gboolean done = FALSE;

  self->keeps_frames = fabs (rate - wanted) <= wanted / 1000;
  self->first_frame = self->first_sample = GST_CLOCK_TIME_NONE;
  g_byte_array_set_size (self->samples, 0);
  if (self->audio != NULL && !read_sound (self, part, error))
    return FALSE;
  if (open_part (self, part, error))
    {
      gst_element_set_state (self->reader->pipeline, GST_STATE_PLAYING);
      while (pull_frame (self, &failure))
        continue;
      done = failure == NULL &&
             (!self->keeps_frames || starsend_media_reader_check_count (self->reader, self->n_frames - first_frame, &failure));
      if (done && self->audio != NULL)
        push_sound (self, first_frame);
    }
  g_clear_pointer (&self->reader, starsend_media_reader_free);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return done;
}

/* What the first part looks like, and whether any has sound. */
static gboolean
look_at_part (Transcode *self, const char *part, gboolean is_first, gboolean *has_audio, GError **error)
{
  GstElement *sink = starsend_gst_make ("fakesink", error);
  g_autoptr (StarsendMediaReader) reader = sink != NULL ? starsend_media_reader_new (part, sink, error) : NULL;
  gint64 deadline = g_get_monotonic_time () + STARSEND_MEDIA_STALL_SECONDS * G_USEC_PER_SEC;
  GstStateChangeReturn done;
  double rate;

  if (reader == NULL)
    return FALSE;
  gst_element_set_state (reader->pipeline, GST_STATE_PAUSED);
  do
    {
      done = gst_element_get_state (reader->pipeline, NULL, NULL, POLL_TIME);
      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      if (!check_bus (reader->pipeline, error) || (g_get_monotonic_time () > deadline && !set_stalled (error)))
        {
          starsend_media_reader_translate (reader, error);
          return FALSE;
        }
    }
  while (done == GST_STATE_CHANGE_ASYNC);
  *has_audio |= g_atomic_int_get (&reader->has_audio);
  rate = GST_VIDEO_INFO_FPS_D (&reader->video) > 0 ? (double) GST_VIDEO_INFO_FPS_N (&reader->video) / GST_VIDEO_INFO_FPS_D (&reader->video) : 0;
  g_array_append_val (self->rates, rate);
  if (!is_first)
    return TRUE;
  self->width = MAX (16, (GST_VIDEO_INFO_WIDTH (&reader->video) + 1) / 2 * 2);
  self->height = MAX (16, (GST_VIDEO_INFO_HEIGHT (&reader->video) + 1) / 2 * 2);
  self->rate = (StarsendFrameRate) { GST_VIDEO_INFO_FPS_N (&reader->video), GST_VIDEO_INFO_FPS_D (&reader->video) };
  if (self->rate.numerator <= 0 || self->rate.denominator <= 0)
    self->rate = (StarsendFrameRate) { FALLBACK_RATE, 1 };
  return TRUE;
}

static gboolean
start (Transcode *self, const char *const *parts, GError **error)
{
  gboolean has_audio = FALSE;
  const char *name;

  for (guint i = 0; parts[i] != NULL; i++)
    if (!look_at_part (self, parts[i], i == 0, &has_audio, error))
      return FALSE;
  self->pipeline = starsend_animatic_encoder_new (self->path, self->width, self->height, self->rate, &self->video, &name, error);
  if (self->pipeline == NULL)
    return FALSE;
  if (has_audio)
    {
      self->audio = starsend_animatic_encoder_add_sound (self->pipeline, error);
      if (self->audio == NULL)
        return FALSE;
    }
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return TRUE;
}

static gboolean
finish (Transcode *self, GError **error)
{
  gint none = 0;

  gst_app_src_end_of_stream (GST_APP_SRC (self->video));
  if (self->audio != NULL)
    gst_app_src_end_of_stream (GST_APP_SRC (self->audio));
  if (starsend_gst_play (self->pipeline, &none, STALL_SECONDS, self->cancellable, error))
    return TRUE;
  translate_encoder_error (self, error);
  return FALSE;
}

gboolean
starsend_media_transcode (const char *const *parts, const char *path, GCancellable *cancellable, GError **error)
{
  g_autofree char *scratch = starsend_animatic_encoder_dup_scratch_path (path);
  Transcode self = { .path = path, .cancellable = cancellable, .samples = g_byte_array_new (),
                     .rates = g_array_new (FALSE, FALSE, sizeof (double)) };
  gboolean done = starsend_gst_init (error) && start (&self, parts, error);

  for (guint i = 0; done && parts[i] != NULL; i++)
    done = read_part (&self, parts[i], g_array_index (self.rates, double, i), error);
  done = done && finish (&self, error);
  if (self.pipeline != NULL)
    gst_element_set_state (self.pipeline, GST_STATE_NULL);
  gst_clear_object (&self.video);
  gst_clear_object (&self.audio);
  gst_clear_object (&self.pipeline);
  g_byte_array_unref (self.samples);
  g_array_unref (self.rates);
  g_unlink (scratch);
  return done;
}
