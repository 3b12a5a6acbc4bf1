/* starsend-media-examine.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-media-examine-private.h"

#include <gst/audio/audio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "starsend-media-tap-private.h"

/* A pixel as dark as this is next to black: 6 % of white. */
#define DARK 16
/* From one frame to another of a picture that stands still, x264 leaves 0.003 to 0.01; what grain it keeps leaves 0.07 (strength
 * 4 at CRF 20) and more, a push in of half a percent in a second 0.2. */
#define STILL_DRIFT 0.05
/* A sample as high as this is at the end of the scale, as far as decoders can tell. */
#define CLIPPED 0.999
/* What converts without a conversion: the luma plane is read alone. */
#define VIDEO_CAPS "video/x-raw,format=(string){I420,YV12,NV12,NV21,Y42B,Y444,GRAY8}"
#define AUDIO_CAPS "audio/x-raw,format=F32LE,layout=interleaved"
#define RING (STARSEND_EXAMINE_AHEAD + 2)

typedef struct
{
  StarsendExamination *result;
  StarsendLuma *ring[RING];                  /* of frame i at i % RING */
  guint counts[2][64];                       /* the histograms of this frame and of the one before */
  StarsendLuma *anchor;                      /* the last frame that was seen to differ */
  GstCaps *caps;
  GstVideoInfo info;
  double squares;
  GstClockTime start;
  GstClockTime end;
} Examine;

static StarsendExaminedFrame *
get_frame (Examine *self, guint i)
{
  return &g_array_index (self->result->frames, StarsendExaminedFrame, i);
}

/* Another size in the middle of a file is read as the first one was. */
static gboolean
set_caps (Examine *self, GstCaps *caps)
{
  StarsendExamination *result = self->result;
  double par;

  if (self->caps == caps)
    return TRUE;
  if (!gst_video_info_from_caps (&self->info, caps))
    return FALSE;
  gst_caps_replace (&self->caps, caps);
  if (result->width > 0)
    return TRUE;
  par = (double) MAX (GST_VIDEO_INFO_PAR_N (&self->info), 1) / MAX (GST_VIDEO_INFO_PAR_D (&self->info), 1);
  result->width = (int) CLAMP (lround (GST_VIDEO_INFO_WIDTH (&self->info) * par), 1, 16384);
  result->height = GST_VIDEO_INFO_HEIGHT (&self->info);
  for (guint i = 0; i < RING; i++)
    self->ring[i] = starsend_luma_new (result->width, result->height, STARSEND_EXAMINE_SIDE);
  self->anchor = starsend_luma_new (result->width, result->height, STARSEND_EXAMINE_SIDE);
  result->first = starsend_luma_new (result->width, result->height, STARSEND_EXAMINE_SIDE);
  return TRUE;
}

static gboolean
shrink (Examine *self, GstBuffer *buffer, StarsendLuma *luma)
{
  gboolean limited = self->info.colorimetry.range != GST_VIDEO_COLOR_RANGE_0_255;
  GstVideoFrame frame;

  if (!gst_video_frame_map (&frame, &self->info, buffer, GST_MAP_READ))
    return FALSE;
  starsend_luma_shrink (luma, GST_VIDEO_FRAME_PLANE_DATA (&frame, 0), (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0),
                        GST_VIDEO_FRAME_WIDTH (&frame), GST_VIDEO_FRAME_HEIGHT (&frame), limited);
  gst_video_frame_unmap (&frame);
  return TRUE;
}

static void
copy_luma (StarsendLuma *to, const StarsendLuma *from)
{
  memcpy (to->data, from->data, (gsize) from->width * from->height);
}

static void
measure_luma (Examine *self, const StarsendLuma *luma, guint i, StarsendExaminedFrame *frame)
{
  guint *counts = self->counts[i % 2], *before = self->counts[1 - i % 2];
  gsize n = (gsize) luma->width * luma->height;
  guint64 sum = 0, squares = 0, n_dark = 0, moved = 0;

  memset (counts, 0, sizeof self->counts[0]);
  for (gsize j = 0; j < n; j++)
    {
      guint value = luma->data[j];

      sum += value;
      squares += value * value;
      n_dark += value <= DARK;
      counts[value / 4]++;
    }
  for (guint j = 0; j < 64 && i > 0; j++)
    moved += (guint) abs ((int) counts[j] - (int) before[j]);
  frame->mean = (float) ((double) sum / (double) n);
  frame->deviation = (float) sqrt (MAX (0, (double) squares / (double) n - (double) frame->mean * frame->mean));
  frame->dark = (float) ((double) n_dark / (double) n);
  frame->shift = (float) ((double) moved / 2 / (double) n);
}

/* Against the frames before it, as far as the ring holds them. */
static void
compare (Examine *self, const StarsendLuma *luma, guint i, StarsendExaminedFrame *frame)
{
  if (i == 0)
    {
      frame->drift = -1;
      copy_luma (self->result->first, luma);
      copy_luma (self->anchor, luma);
      return;
    }
  frame->change = (float) starsend_luma_difference (luma, self->ring[(i - 1) % RING]);
  for (guint j = 0; j < STARSEND_EXAMINE_AHEAD && i >= j + 2; j++)
    get_frame (self, i - j - 1)->jump[j] = (float) starsend_luma_difference (luma, self->ring[(i - j - 2) % RING]);
  frame->drift = (float) starsend_luma_difference (luma, self->anchor);
  if (frame->drift <= STILL_DRIFT)
    return;
  frame->drift = -1;
  copy_luma (self->anchor, luma);
}

static void
on_video (StarsendMediaTap *tap, GstCaps *caps, GstBuffer *buffer, GstClockTime time)
{
  Examine *self = tap->user_data;
  StarsendExaminedFrame frame = { 0 };
  guint i = self->result->frames->len;
  StarsendLuma *luma;

  if (!set_caps (self, caps))
    return;
  luma = self->ring[i % RING];
  if (!shrink (self, buffer, luma))
    return;
  if (GST_CLOCK_TIME_IS_VALID (time))
    {
      if (!GST_CLOCK_TIME_IS_VALID (self->start))
        self->start = time;
      self->end = time + (GST_BUFFER_DURATION_IS_VALID (buffer) ? GST_BUFFER_DURATION (buffer) : 0);
      frame.time = ((double) time - (double) self->start) / GST_SECOND;
    }
  measure_luma (self, luma, i, &frame);
  compare (self, luma, i, &frame);
  g_array_append_val (self->result->frames, frame);
}

static void
on_audio (StarsendMediaTap *tap, GstCaps *caps, GstBuffer *buffer, GstClockTime time)
{
  Examine *self = tap->user_data;
  StarsendExamination *result = self->result;
  const float *samples;
  GstMapInfo map;
  gsize n;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  samples = (const float *) (gconstpointer) map.data;
  n = map.size / sizeof *samples;
  for (gsize i = 0; i < n; i++)
    {
      double value = fabs ((double) samples[i]);

      result->peak = MAX (result->peak, value);
      result->n_clipped += value >= CLIPPED;
      self->squares += value * value;
    }
  result->n_samples += (gint64) n;
  gst_buffer_unmap (buffer, &map);
}

static void
finish (Examine *self, StarsendMediaReader *reader)
{
  StarsendExamination *result = self->result;

  result->codec = g_strdup (reader->codec);
  result->has_audio = g_atomic_int_get (&reader->has_audio);
  result->duration = GST_CLOCK_TIME_IS_VALID (self->start) ? (double) (self->end - self->start) / GST_SECOND : 0;
  result->power = result->n_samples > 0 ? self->squares / (double) result->n_samples : 0;
  result->rate = (StarsendFrameRate) { GST_VIDEO_INFO_FPS_N (&reader->video), GST_VIDEO_INFO_FPS_D (&reader->video) };
  /* Where the file does not say how long a frame lasts, it is the mean of all. */
  if ((result->rate.numerator <= 0 || result->rate.denominator <= 0) &&
      (result->duration <= 0 || !starsend_frame_rate_from_number (result->frames->len / result->duration, &result->rate)))
    result->rate = (StarsendFrameRate) { 0, 1 };
}

StarsendExamination *
starsend_media_examine (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (StarsendExamination) result = g_new0 (StarsendExamination, 1);
  Examine self = { .result = result, .start = GST_CLOCK_TIME_NONE };
  StarsendMediaTap tap = { .video_caps = VIDEO_CAPS, .audio_caps = AUDIO_CAPS, .on_video = on_video, .on_audio = on_audio, .user_data = &self };
  StarsendMediaReader *reader;

  result->frames = g_array_new (FALSE, FALSE, sizeof (StarsendExaminedFrame));
  reader = starsend_media_tap_run (&tap, path, cancellable, error);
  if (reader != NULL)
    {
      result->is_sound_broken = tap.is_sound_broken;
      finish (&self, reader);
      starsend_media_reader_free (reader);
    }
  for (guint i = 0; i < RING; i++)
    g_clear_pointer (&self.ring[i], starsend_luma_free);
  g_clear_pointer (&self.anchor, starsend_luma_free);
  gst_clear_caps (&self.caps);
  return reader != NULL ? g_steal_pointer (&result) : NULL;
}

void
starsend_examination_free (StarsendExamination *self)
{
  g_free (self->codec);
  g_clear_pointer (&self->frames, g_array_unref);
  g_clear_pointer (&self->first, starsend_luma_free);
  g_free (self);
}
