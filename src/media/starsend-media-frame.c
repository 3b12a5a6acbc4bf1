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

  /* The streaming thread's, until the end of the stream */
  GstBuffer *held;         /* the newest frame, where the last one is wanted */
  gint n_frames;           /* for the stall guard */
  gboolean is_through;
} Extract;

static void
extract_free (Extract *extract)
{
  g_clear_pointer (&extract->reader, starsend_media_reader_free);
  gst_clear_buffer (&extract->held);
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

  if (extract->frame == STARSEND_MEDIA_LAST_FRAME)
    return;
  width = CLAMP (width * par, 1, 16384);
  if (extract->max_width > 0)
    fit = MIN (fit, extract->max_width / width);
  if (extract->max_height > 0)
    fit = MIN (fit, extract->max_height / height);
  caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "RGB", "width", G_TYPE_INT, MAX (1, (int) round (width * fit)),
                              "height", G_TYPE_INT, MAX (1, (int) round (height * fit)), "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
  g_object_set (extract->filter, "caps", caps, NULL);
}

/* Keeps back every frame until the next one comes, so that only the last one is converted. */
static GstPadProbeReturn
hold_back (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Extract *extract = user_data;
  GstBuffer *held;

  if (extract->is_through)
    return GST_PAD_PROBE_OK;
  if ((info->type & GST_PAD_PROBE_TYPE_BUFFER) != 0)
    {
      g_atomic_int_inc (&extract->n_frames);
      gst_buffer_replace (&extract->held, GST_PAD_PROBE_INFO_BUFFER (info));
      return GST_PAD_PROBE_DROP;
    }
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_EOS)
    return GST_PAD_PROBE_OK;
  extract->is_through = TRUE;
  held = g_steal_pointer (&extract->held);
  if (held != NULL)
    gst_pad_chain (pad, held);
  return GST_PAD_PROBE_OK;
}

/* The last frame is what the next part of a take grows from: GStreamer's conversion to RGB makes it darker by 2 to 4 of 255 in
 * 8 bits, part after part, and brighter in 16; so that is done here. */
static void
set_exact (Extract *extract)
{
  g_autoptr (GstCaps) caps =
      gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "Y444", "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);

  g_object_set (extract->filter, "caps", caps, NULL);
}

/* (transfer floating) */
static GstElement *
create_sink (Extract *extract, GError **error)
{
  static const char *const scaled[] = { "videoconvertscale", "capsfilter", "videoflip", "appsink" };
  static const char *const exact[] = { "videoconvert", "videoflip", "videoconvertscale", "capsfilter", "appsink" };
  gboolean is_exact = extract->frame == STARSEND_MEDIA_LAST_FRAME;
  const char *const *factories = is_exact ? exact : scaled;
  guint n = is_exact ? G_N_ELEMENTS (exact) : G_N_ELEMENTS (scaled);
  GstElement *elements[G_N_ELEMENTS (exact)];
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
  if (is_exact)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, hold_back, extract, NULL);
  extract->filter = elements[n - (is_exact ? 2 : 3)];
  extract->sink = GST_APP_SINK (elements[n - 1]);
  gst_util_set_object_arg (G_OBJECT (elements[is_exact ? 1 : 2]), "video-direction", "auto");
  if (is_exact)
    set_exact (extract);
  g_object_set (elements[n - 1], "sync", FALSE, "max-buffers", 2, "qos", FALSE, NULL);
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
  gint last = 0;

  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      GstSample *sample =
          preroll ? gst_app_sink_try_pull_preroll (extract->sink, POLL_TIME) : gst_app_sink_try_pull_sample (extract->sink, POLL_TIME);

      if (sample != NULL)
        return sample;
      if (!check_bus (extract, error) || gst_app_sink_is_eos (extract->sink))
        return NULL;
      if (g_atomic_int_get (&extract->n_frames) != last)
        {
          last = g_atomic_int_get (&extract->n_frames);
          deadline = g_get_monotonic_time () + STARSEND_MEDIA_STALL_SECONDS * G_USEC_PER_SEC;
        }
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

/* What a luma step and a step of each colour difference add to red, green and blue. */
typedef struct
{
  int offset[3];
  double luma;
  double red, green_blue, green_red, blue;
} Matrix;

static void
get_matrix (const GstVideoInfo *info, Matrix *matrix)
{
  double kr, kb;
  int scale[4], offset[4];

  if (!gst_video_color_matrix_get_Kr_Kb (info->colorimetry.matrix, &kr, &kb))
    gst_video_color_matrix_get_Kr_Kb (GST_VIDEO_INFO_HEIGHT (info) > 576 ? GST_VIDEO_COLOR_MATRIX_BT709 : GST_VIDEO_COLOR_MATRIX_BT601, &kr, &kb);
  gst_video_color_range_offsets (info->colorimetry.range, info->finfo, offset, scale);
  for (guint i = 0; i < 3; i++)
    matrix->offset[i] = offset[i];
  matrix->luma = 255.0 / scale[0];
  matrix->red = 2 * (1 - kr) * 255.0 / scale[2];
  matrix->blue = 2 * (1 - kb) * 255.0 / scale[1];
  matrix->green_blue = -matrix->blue * kb / (1 - kr - kb);
  matrix->green_red = -matrix->red * kr / (1 - kr - kb);
}

static guint8
to_byte (double value)
{
  return (guint8) CLAMP (value + 0.5, 0, 255);
}

static const guint8 *
get_row (const GstVideoFrame *frame, int plane, int y)
{
  return (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (frame, plane) + (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane);
}

static void
convert_row (const GstVideoFrame *frame, const Matrix *matrix, int y, guint8 *to)
{
  const guint8 *luma = get_row (frame, 0, y), *blue = get_row (frame, 1, y), *red = get_row (frame, 2, y);

  for (int x = 0; x < GST_VIDEO_FRAME_WIDTH (frame); x++)
    {
      double base = (luma[x] - matrix->offset[0]) * matrix->luma, cb = blue[x] - matrix->offset[1], cr = red[x] - matrix->offset[2];

      to[3 * x] = to_byte (base + matrix->red * cr);
      to[3 * x + 1] = to_byte (base + matrix->green_blue * cb + matrix->green_red * cr);
      to[3 * x + 2] = to_byte (base + matrix->blue * cb);
    }
}

static GdkPixbuf *
convert (GstSample *sample)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  GdkPixbuf *picture;
  Matrix matrix;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return NULL;
  get_matrix (&info, &matrix);
  picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, GST_VIDEO_INFO_WIDTH (&info), GST_VIDEO_INFO_HEIGHT (&info));
  for (int y = 0; picture != NULL && y < GST_VIDEO_INFO_HEIGHT (&info); y++)
    {
      guint8 *to = gdk_pixbuf_get_pixels (picture) + (gsize) y * gdk_pixbuf_get_rowstride (picture);

      if (GST_VIDEO_INFO_IS_YUV (&info))
        convert_row (&frame, &matrix, y, to);
      else
        memcpy (to, get_row (&frame, 0, y), 3 * (gsize) GST_VIDEO_INFO_WIDTH (&info));
    }
  gst_video_frame_unmap (&frame);
  return picture;
}

/* What comes before the end of a file that breaks off is not its last frame. */
static GstSample *
find_last_frame (Extract *extract, GCancellable *cancellable, GError **error)
{
  g_autoptr (GstSample) last = pull (extract, TRUE, cancellable, error);

  if (last != NULL && !starsend_media_reader_check_count (extract->reader, g_atomic_int_get (&extract->n_frames), error))
    return NULL;
  return g_steal_pointer (&last);
}

static GstSample *
find_frame (Extract *extract, GCancellable *cancellable, GError **error)
{
  g_autoptr (GstSample) first = NULL;

  gst_element_set_state (extract->reader->pipeline, GST_STATE_PAUSED);
  if (extract->frame == STARSEND_MEDIA_LAST_FRAME)
    return find_last_frame (extract, cancellable, error);
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
      if (extract->frame == STARSEND_MEDIA_LAST_FRAME)
        starsend_media_reader_check_count (extract->reader, 0, error);
      else
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
 * @frame: which one; 0 is the first, %STARSEND_MEDIA_LAST_FRAME the last, for which all of the video is decoded
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
  g_return_if_fail (frame >= STARSEND_MEDIA_LAST_FRAME);
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
