/* starsend-media-info.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-media-info.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "starsend-error.h"
#include "starsend-gst-private.h"
#include "starsend-media-reader-private.h"

struct _StarsendMediaInfo
{
  GObject parent_instance;

  int width;
  int height;
  StarsendFrameRate rate;
  double duration;
  gint64 n_frames;
  gboolean has_audio;
  char *codec;
};

/**
 * StarsendMediaInfo:
 *
 * What a video file really holds, found by decoding all of it.
 */
G_DEFINE_FINAL_TYPE (StarsendMediaInfo, starsend_media_info, G_TYPE_OBJECT)

/* Kept by the streaming thread, read when it has ended. */
typedef struct
{
  gint moved;              /* frames in and out, for the stall guard */
  gint64 n_frames;
  GstClockTime start;
  GstClockTime end;
} Count;

static void
starsend_media_info_finalize (GObject *object)
{
  g_free (STARSEND_MEDIA_INFO (object)->codec);
  G_OBJECT_CLASS (starsend_media_info_parent_class)->finalize (object);
}

static void
starsend_media_info_class_init (StarsendMediaInfoClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_media_info_finalize;
}

static void
starsend_media_info_init (StarsendMediaInfo *self)
{
}

/* Stream time, because a file's edit list shifts the times that its frames carry. */
static GstPadProbeReturn
on_frame (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Count *count = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  g_autoptr (GstEvent) event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment;
  GstClockTime start;

  g_atomic_int_inc (&count->moved);
  count->n_frames++;
  if (event == NULL || !GST_BUFFER_PTS_IS_VALID (buffer))
    return GST_PAD_PROBE_OK;
  gst_event_parse_segment (event, &segment);
  start = gst_segment_to_stream_time (segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  if (!GST_CLOCK_TIME_IS_VALID (start))
    return GST_PAD_PROBE_OK;
  if (!GST_CLOCK_TIME_IS_VALID (count->start))
    count->start = start;
  count->end = start + (GST_BUFFER_DURATION_IS_VALID (buffer) ? GST_BUFFER_DURATION (buffer) : 0);
  return GST_PAD_PROBE_OK;
}

/* Where the file does not say how long a frame lasts, it is the mean of all. */
static void
find_rate (StarsendMediaInfo *self, const GstVideoInfo *video)
{
  self->rate = (StarsendFrameRate) { GST_VIDEO_INFO_FPS_N (video), GST_VIDEO_INFO_FPS_D (video) };
  if (self->rate.numerator > 0 && self->rate.denominator > 0)
    return;
  if (self->duration <= 0 || !starsend_frame_rate_from_number ((double) self->n_frames / self->duration, &self->rate))
    self->rate = (StarsendFrameRate) { 0, 1 };
}

static StarsendMediaInfo *
create_info (StarsendMediaReader *reader, const Count *count)
{
  StarsendMediaInfo *self = g_object_new (STARSEND_TYPE_MEDIA_INFO, NULL);

  self->width = GST_VIDEO_INFO_WIDTH (&reader->video);
  self->height = GST_VIDEO_INFO_HEIGHT (&reader->video);
  self->n_frames = count->n_frames;
  self->duration = GST_CLOCK_TIME_IS_VALID (count->start) ? (double) (count->end - count->start) / GST_SECOND : 0;
  self->has_audio = g_atomic_int_get (&reader->has_audio);
  self->codec = g_strdup (reader->codec);
  find_rate (self, &reader->video);
  return self;
}

static StarsendMediaInfo *
probe (const char *path, GCancellable *cancellable, GError **error)
{
  Count count = { .start = GST_CLOCK_TIME_NONE };
  g_autoptr (StarsendMediaReader) reader = NULL;
  g_autoptr (GstPad) pad = NULL;
  GstElement *sink;

  if (!starsend_gst_init (error))
    return NULL;
  sink = starsend_gst_make ("fakesink", error);
  if (sink == NULL)
    return NULL;
  g_object_set (sink, "sync", FALSE, NULL);
  reader = starsend_media_reader_new (path, sink, error);
  if (reader == NULL)
    return NULL;
  pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_frame, &count, NULL);
  if (!starsend_gst_play (reader->pipeline, &count.moved, STARSEND_MEDIA_STALL_SECONDS, cancellable, error))
    {
      starsend_media_reader_translate (reader, error);
      return NULL;
    }
  return starsend_media_reader_check_count (reader, count.n_frames, error) ? create_info (reader, &count) : NULL;
}

static void
probe_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  StarsendMediaInfo *info = probe (task_data, cancellable, &error);

  if (info != NULL)
    g_task_return_pointer (task, info, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * starsend_media_probe_async:
 * @path: (type filename): a video file: MP4, QuickTime, Matroska or WebM
 * @cancellable: (nullable): stops the probe at once
 * @callback: (scope async): called when it is known
 * @user_data: for @callback
 *
 * Decodes a whole video file and tells what it holds. Reads no other file and no address, whatever stands in it.
 */
void
starsend_media_probe_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (path != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_media_probe_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  starsend_gst_run_thread (task, probe_thread);
}

/**
 * starsend_media_probe_finish:
 * @result: what the callback was given
 * @error: where to put the error: %STARSEND_ERROR_NOT_FOUND, %STARSEND_ERROR_DAMAGED for what does not decode to its end
 *   or is no video, %STARSEND_ERROR_UNAVAILABLE without a decoder, or %G_IO_ERROR_CANCELLED
 *
 * Ends a probe.
 *
 * Returns: (transfer full): what the file holds
 */
StarsendMediaInfo *
starsend_media_probe_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * starsend_media_info_get_width:
 * @self: a media info
 *
 * Tells how wide the pictures are.
 *
 * Returns: pixels
 */
int
starsend_media_info_get_width (StarsendMediaInfo *self)
{
  g_return_val_if_fail (STARSEND_IS_MEDIA_INFO (self), 0);

  return self->width;
}

/**
 * starsend_media_info_get_height:
 * @self: a media info
 *
 * Tells how high the pictures are.
 *
 * Returns: pixels
 */
int
starsend_media_info_get_height (StarsendMediaInfo *self)
{
  g_return_val_if_fail (STARSEND_IS_MEDIA_INFO (self), 0);

  return self->height;
}

/**
 * starsend_media_info_get_frame_rate:
 * @self: a media info
 * @rate: (out caller-allocates): the frame rate; 0/1 when there is none, as with a single frame
 *
 * Tells how many frames are shown in a second.
 */
void
starsend_media_info_get_frame_rate (StarsendMediaInfo *self, StarsendFrameRate *rate)
{
  g_return_if_fail (STARSEND_IS_MEDIA_INFO (self));
  g_return_if_fail (rate != NULL);

  *rate = self->rate;
}

/**
 * starsend_media_info_get_duration:
 * @self: a media info
 *
 * Tells how long the video is, from the start of its first frame to the end of its last one.
 *
 * Returns: seconds
 */
double
starsend_media_info_get_duration (StarsendMediaInfo *self)
{
  g_return_val_if_fail (STARSEND_IS_MEDIA_INFO (self), 0);

  return self->duration;
}

/**
 * starsend_media_info_get_n_frames:
 * @self: a media info
 *
 * Tells how many frames were decoded.
 *
 * Returns: the frames of the whole file
 */
gint64
starsend_media_info_get_n_frames (StarsendMediaInfo *self)
{
  g_return_val_if_fail (STARSEND_IS_MEDIA_INFO (self), 0);

  return self->n_frames;
}

/**
 * starsend_media_info_get_has_audio:
 * @self: a media info
 *
 * Tells whether there is sound in the file.
 *
 * Returns: %TRUE when there is
 */
gboolean
starsend_media_info_get_has_audio (StarsendMediaInfo *self)
{
  g_return_val_if_fail (STARSEND_IS_MEDIA_INFO (self), FALSE);

  return self->has_audio;
}

/**
 * starsend_media_info_get_video_codec:
 * @self: a media info
 *
 * Tells how the pictures are encoded, in words for the user.
 *
 * Returns: for example “H.264 (High Profile)”
 */
const char *
starsend_media_info_get_video_codec (StarsendMediaInfo *self)
{
  g_return_val_if_fail (STARSEND_IS_MEDIA_INFO (self), NULL);

  return self->codec;
}
