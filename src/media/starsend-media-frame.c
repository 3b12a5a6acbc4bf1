/* starsend-media-frame.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>
#include <gst/app/gstappsink.h>
#include <math.h>

#include "starsend-error.h"
#include "starsend-gst-private.h"
#include "starsend-media-info.h"
#include "starsend-media-reader-private.h"

/* Up to here it is quicker to decode than to seek. */
#define NEAR_FRAMES 12

/* How often the wait for a frame looks at the cancellable and at the bus. */
#define POLL_TIME (20 * GST_MSECOND)

typedef struct
{
  char *path;
  gint64 frame;
  int max_width;
  int max_height;
  StarsendMediaReader *reader;
  GstElement *filter;
  GstAppSink *sink;
} Extract;

static void
extract_free (Extract *extract)
{
  g_clear_pointer (&extract->reader, starsend_media_reader_free);
  g_free (extract->path);
  g_free (extract);
}

/* Square pixels of the wanted size, scaled where the video is, not afterwards. */
static void
on_prepare (StarsendMediaReader *reader)
{
  Extract *extract = reader->user_data;
  double width = GST_VIDEO_INFO_WIDTH (&reader->video), height = GST_VIDEO_INFO_HEIGHT (&reader->video);
  double par = (double) MAX (GST_VIDEO_INFO_PAR_N (&reader->video), 1) / MAX (GST_VIDEO_INFO_PAR_D (&reader->video), 1);
  double fit = 1.0;
  g_autoptr (GstCaps) caps = NULL;

  width = CLAMP (width * par, 1, 16384);
  if (extract->max_width > 0)
    fit = MIN (fit, extract->max_width / width);
  if (extract->max_height > 0)
    fit = MIN (fit, extract->max_height / height);
  caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "RGB", "width", G_TYPE_INT, MAX (1, (int) round (width * fit)),
                              "height", G_TYPE_INT, MAX (1, (int) round (height * fit)), "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
  g_object_set (extract->filter, "caps", caps, NULL);
}

/* (transfer floating) */
static GstElement *
create_sink (Extract *extract, GError **error)
{
  static const char *const factories[] = { "videoconvertscale", "capsfilter", "videoflip", "appsink" };
  GstElement *elements[G_N_ELEMENTS (factories)];
  GstElement *bin = gst_bin_new (NULL);
  g_autoptr (GstPad) pad = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (factories); i++)
    {
      elements[i] = starsend_gst_make (factories[i], error);
      if (elements[i] == NULL)
        {
          gst_object_unref (bin);
          return NULL;
        }
      gst_bin_add (GST_BIN (bin), elements[i]);
    }
  gst_element_link_many (elements[0], elements[1], elements[2], elements[3], NULL);
  pad = gst_element_get_static_pad (elements[0], "sink");
  gst_element_add_pad (bin, gst_ghost_pad_new ("sink", pad));
  extract->filter = elements[1];
  extract->sink = GST_APP_SINK (elements[3]);
  gst_util_set_object_arg (G_OBJECT (elements[2]), "video-direction", "auto");
  g_object_set (elements[3], "sync", FALSE, "max-buffers", 2, "qos", FALSE, NULL);
  return bin;
}

static gboolean
check_bus (Extract *extract, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (extract->reader->pipeline);
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

  if (message == NULL)
    return TRUE;
  gst_message_parse_error (message, error, NULL);
  starsend_media_reader_translate (extract->reader, error);
  return FALSE;
}

/* The next picture, or NULL without an error at the end. */
static GstSample *
pull (Extract *extract, gboolean preroll, GCancellable *cancellable, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + STARSEND_MEDIA_STALL_SECONDS * G_USEC_PER_SEC;

  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      GstSample *sample =
          preroll ? gst_app_sink_try_pull_preroll (extract->sink, POLL_TIME) : gst_app_sink_try_pull_sample (extract->sink, POLL_TIME);

      if (sample != NULL)
        return sample;
      if (!check_bus (extract, error) || gst_app_sink_is_eos (extract->sink))
        return NULL;
      if (g_get_monotonic_time () > deadline)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "stalled");
          starsend_media_reader_translate (extract->reader, error);
          return NULL;
        }
    }
  return NULL;
}

static GstClockTime
get_time (GstSample *sample)
{
  return gst_segment_to_stream_time (gst_sample_get_segment (sample), GST_FORMAT_TIME, GST_BUFFER_PTS (gst_sample_get_buffer (sample)));
}

static gboolean
seek (Extract *extract, GstClockTime time)
{
  return gst_element_seek_simple (extract->reader->pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE, (gint64) time);
}

/* From the start, one by one: right for every file. */
static GstSample *
count_frames (Extract *extract, GCancellable *cancellable, GError **error)
{
  gst_element_set_state (extract->reader->pipeline, GST_STATE_PLAYING);
  for (gint64 i = 0;; i++)
    {
      g_autoptr (GstSample) sample = pull (extract, FALSE, cancellable, error);

      if (sample == NULL || i == extract->frame)
        return g_steal_pointer (&sample);
    }
}

/* To the middle of the frame, counted from when the first one is shown. A file whose frames are not all of one length
 * leads elsewhere, which is noticed where the time says so; then they are counted. */
static GstSample *
seek_frame (Extract *extract, GstSample *first, GCancellable *cancellable, GError **error)
{
  guint64 n = (guint64) GST_VIDEO_INFO_FPS_N (&extract->reader->video), d = (guint64) GST_VIDEO_INFO_FPS_D (&extract->reader->video);
  GstClockTime start = get_time (first), half = gst_util_uint64_scale (GST_SECOND, d, 2 * n);
  g_autoptr (GstSample) sample = NULL;
  GError *failure = NULL;

  if (!seek (extract, start + gst_util_uint64_scale ((guint64) extract->frame, d * GST_SECOND, n) + half))
    return count_frames (extract, cancellable, error);
  sample = pull (extract, TRUE, cancellable, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return NULL;
    }
  if (sample != NULL && gst_util_uint64_scale (get_time (sample) - start + half / 2, n, d * GST_SECOND) == (guint64) extract->frame)
    return g_steal_pointer (&sample);
  if (!seek (extract, 0))
    return NULL;
  return count_frames (extract, cancellable, error);
}

static GdkPixbuf *
convert (GstSample *sample)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  GdkPixbuf *picture;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return NULL;
  picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, GST_VIDEO_INFO_WIDTH (&info), GST_VIDEO_INFO_HEIGHT (&info));
  for (int y = 0; picture != NULL && y < GST_VIDEO_INFO_HEIGHT (&info); y++)
    memcpy (gdk_pixbuf_get_pixels (picture) + (gsize) y * gdk_pixbuf_get_rowstride (picture),
            (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) + (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0),
            3 * (gsize) GST_VIDEO_INFO_WIDTH (&info));
  gst_video_frame_unmap (&frame);
  return picture;
}

static GstSample *
find_frame (Extract *extract, GCancellable *cancellable, GError **error)
{
  g_autoptr (GstSample) first = NULL;

  gst_element_set_state (extract->reader->pipeline, GST_STATE_PAUSED);
  first = pull (extract, TRUE, cancellable, error);
  if (first == NULL || extract->frame == 0)
    return g_steal_pointer (&first);
  if (extract->frame < NEAR_FRAMES || GST_VIDEO_INFO_FPS_N (&extract->reader->video) <= 0 || !GST_CLOCK_TIME_IS_VALID (get_time (first)))
    return count_frames (extract, cancellable, error);
  return seek_frame (extract, first, cancellable, error);
}

static GdkPixbuf *
extract_frame (Extract *extract, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = g_filename_display_basename (extract->path);
  g_autoptr (GstSample) sample = NULL;
  GdkPixbuf *picture;
  GstElement *sink;
  GError *failure = NULL;

  if (!starsend_gst_init (error))
    return NULL;
  sink = create_sink (extract, error);
  if (sink == NULL)
    return NULL;
  extract->reader = starsend_media_reader_new (extract->path, sink, error);
  if (extract->reader == NULL)
    return NULL;
  extract->reader->user_data = extract;
  extract->reader->prepare = on_prepare;
  sample = find_frame (extract, cancellable, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return NULL;
    }
  if (sample == NULL)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("“%s” has no frame %" G_GINT64_FORMAT ": it is shorter"), name, extract->frame);
      return NULL;
    }
  picture = convert (sample);
  if (picture == NULL)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED, _("Frame %" G_GINT64_FORMAT " of “%s” cannot be shown"), extract->frame, name);
  return picture;
}

static void
extract_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Extract *extract = task_data;
  GError *error = NULL;
  GdkPixbuf *picture = extract_frame (extract, cancellable, &error);

  g_clear_pointer (&extract->reader, starsend_media_reader_free);
  if (picture != NULL)
    g_task_return_pointer (task, picture, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * starsend_media_frame_async:
 * @path: (type filename): a video file: MP4, QuickTime, Matroska or WebM
 * @frame: which one; 0 is the first
 * @max_width: the widest that is wanted; 0 for any width
 * @max_height: the highest that is wanted; 0 for any height
 * @cancellable: (nullable): stops it
 * @callback: (scope async): called when the picture is there
 * @user_data: for @callback
 *
 * Decodes one frame, turned upright and with square pixels. It is never made larger than it is.
 */
void
starsend_media_frame_async (const char *path, gint64 frame, int max_width, int max_height, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Extract *extract;

  g_return_if_fail (path != NULL);
  g_return_if_fail (frame >= 0);
  g_return_if_fail (max_width >= 0 && max_height >= 0);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_media_frame_async);
  extract = g_new0 (Extract, 1);
  extract->path = g_strdup (path);
  extract->frame = frame;
  extract->max_width = max_width;
  extract->max_height = max_height;
  g_task_set_task_data (task, extract, (GDestroyNotify) extract_free);
  starsend_gst_run_thread (task, extract_thread);
}

/**
 * starsend_media_frame_finish:
 * @result: what the callback was given
 * @error: where to put the error: %STARSEND_ERROR_INVALID_INPUT when there are not so many frames, else as
 *   starsend_media_probe_finish()
 *
 * Ends the decoding of a frame.
 *
 * Returns: (transfer full): the picture
 */
GdkPixbuf *
starsend_media_frame_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
