/* starsend-animatic-renderer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-animatic-renderer.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <gst/app/gstappsrc.h>
#include <gst/video/video.h>
#include <math.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "starsend-animatic-encoder-private.h"
#include "starsend-error.h"
#include "starsend-frame-label-private.h"
#include "starsend-frame-painter-private.h"
#include "starsend-gst-private.h"
#include "starsend-picture.h"

#define STALL_SECONDS 60
#define PROGRESS_MSEC 100

/* How long the first shot takes from the whole picture to where its move starts. */
#define SETTLE_SECONDS 0.6

typedef struct
{
  StarsendCameraMove move;
  gint64 n_frames;
  char *label;
} Shot;

typedef struct
{
  double center_x;
  double center_y;
  double scale;
} View;

/* Where the shots look, in turn; the first shot of all sees the whole picture. */
static const View framings[] = {
  { 0.50, 0.50, 1.00 }, { 0.50, 0.47, 0.66 }, { 0.35, 0.52, 0.70 }, { 0.65, 0.48, 0.70 }, { 0.50, 0.56, 0.80 }, { 0.36, 0.40, 0.62 },
  { 0.64, 0.58, 0.62 },
};

struct _StarsendAnimaticRenderer
{
  GObject parent_instance;

  char *picture;
  int aspect_width;
  int aspect_height;
  StarsendFrameRate rate;
  int long_side;
  GArray *shots;
  gint64 n_frames;
  gboolean used;

  gint done;             /* frames, counted by the rendering threads */
  gint shown;            /* of them, those that have been notified */
  const char *encoder;
};

enum
{
  PROP_0,
  PROP_PROGRESS,
  PROP_LONG_SIDE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/**
 * StarsendAnimaticRenderer:
 *
 * Renders one picture to video: one camera move per shot, and a hard cut at each planned frame.
 *
 * The very first frame is the whole picture, cropped in the middle to the aspect ratio. Each later shot starts from another
 * framing, so that a cut is seen. An object renders once.
 */
G_DEFINE_FINAL_TYPE (StarsendAnimaticRenderer, starsend_animatic_renderer, G_TYPE_OBJECT)

/* What the rendering threads use; nobody else touches it meanwhile. */
typedef struct
{
  StarsendAnimaticRenderer *renderer;
  char *path;
  int width;
  int height;
  GstVideoInfo info;
  GstBufferPool *pool;
  StarsendFramePainter *painter;
  StarsendFrameLabel *label;
  guint shot;
  gint64 shot_start;
} Render;

static void
render_free (Render *render)
{
  g_clear_object (&render->renderer);
  g_clear_pointer (&render->path, g_free);
  g_clear_pointer (&render->painter, starsend_frame_painter_free);
  g_clear_pointer (&render->label, starsend_frame_label_free);
  if (render->pool != NULL)
    gst_buffer_pool_set_active (render->pool, FALSE);
  g_clear_pointer (&render->pool, gst_object_unref);
  g_free (render);
}

static void
shot_clear (gpointer data)
{
  g_free (((Shot *) data)->label);
}

/* Of a shot that is not the first: the move, inside its framing. */
static View
get_framed_view (const Shot *shot, guint index, double progress, double seconds)
{
  const View *framing = &framings[1 + (index - 1) % (G_N_ELEMENTS (framings) - 1)];
  View view;

  starsend_camera_move_get_view (shot->move, progress, seconds, &view.center_x, &view.center_y, &view.scale);
  view.center_x = framing->center_x + (view.center_x - 0.5) * framing->scale;
  view.center_y = framing->center_y + (view.center_y - 0.5) * framing->scale;
  view.scale *= framing->scale;
  return view;
}

/* Of the first shot: from the whole picture. A push, pan or tilt goes straight to where it ends; the others settle first. */
static View
get_opening_view (const Shot *shot, double progress, double seconds)
{
  gboolean settles = shot->move == STARSEND_CAMERA_MOVE_PULL_OUT || shot->move == STARSEND_CAMERA_MOVE_HANDHELD;
  double settle = settles && seconds > 0 ? MIN (SETTLE_SECONDS / seconds, 0.5) : 1.0;
  double share = MIN (progress / settle, 1.0);
  View view;

  if (settles)
    progress = MAX (0, (progress - settle) / (1.0 - settle));
  else
    progress = 1.0;
  share = share * share * (3.0 - 2.0 * share);
  starsend_camera_move_get_view (shot->move, progress, seconds, &view.center_x, &view.center_y, &view.scale);
  view.center_x = 0.5 + (view.center_x - 0.5) * share;
  view.center_y = 0.5 + (view.center_y - 0.5) * share;
  view.scale = 1.0 + (view.scale - 1.0) * share;
  return view;
}

static View
get_view (Render *render, gint64 frame)
{
  StarsendAnimaticRenderer *self = render->renderer;
  const Shot *shot = &g_array_index (self->shots, Shot, render->shot);
  double progress = shot->n_frames > 1 ? (double) (frame - render->shot_start) / (double) (shot->n_frames - 1) : 0.0;
  double seconds = (double) shot->n_frames * self->rate.denominator / self->rate.numerator;

  return render->shot == 0 ? get_opening_view (shot, progress, seconds) : get_framed_view (shot, render->shot, progress, seconds);
}

static void
enter_shot (Render *render)
{
  const Shot *shot = &g_array_index (render->renderer->shots, Shot, render->shot);

  starsend_frame_painter_prepare (render->painter,
                                  render->shot == 0 ? 1.0 : framings[1 + (render->shot - 1) % (G_N_ELEMENTS (framings) - 1)].scale);
  g_clear_pointer (&render->label, starsend_frame_label_free);
  if (shot->label == NULL)
    return;
  render->label = starsend_frame_label_new (render->width, render->height, render->renderer->rate);
  starsend_frame_label_set_caption (render->label, shot->label);
}

static gboolean
paint_frame (Render *render, gint64 frame, GstBuffer *buffer)
{
  View view = get_view (render, frame);
  StarsendFramePlanes planes = { render->width, render->height };
  GstVideoFrame video;

  if (!gst_video_frame_map (&video, &render->info, buffer, GST_MAP_WRITE))
    return FALSE;
  for (guint i = 0; i < 3; i++)
    {
      planes.data[i] = GST_VIDEO_FRAME_PLANE_DATA (&video, i);
      planes.stride[i] = GST_VIDEO_FRAME_PLANE_STRIDE (&video, i);
    }
  starsend_frame_painter_paint (render->painter, view.center_x, view.center_y, view.scale, &planes);
  if (render->label != NULL)
    starsend_frame_label_burn (render->label, frame, &planes);
  gst_video_frame_unmap (&video);
  return TRUE;
}

static GstClockTime
get_time (StarsendAnimaticRenderer *self, gint64 frame)
{
  return gst_util_uint64_scale (frame, (guint64) self->rate.denominator * GST_SECOND, self->rate.numerator);
}

/* On the source's thread: one more frame. */
static void
on_need_data (GstAppSrc *source, guint length, gpointer user_data)
{
  Render *render = user_data;
  StarsendAnimaticRenderer *self = render->renderer;
  gint64 frame = g_atomic_int_get (&self->done);
  GstClockTime time = get_time (self, frame);
  GstBuffer *buffer = NULL;

  if (frame == self->n_frames)
    {
      gst_app_src_end_of_stream (source);
      return;
    }
  if (frame == render->shot_start + g_array_index (self->shots, Shot, render->shot).n_frames)
    {
      render->shot++;
      render->shot_start = frame;
      enter_shot (render);
      /* Without a running time it means the very next frame; GStreamer 1.22 holds one against a clock of x264's and drops it. */
      gst_element_send_event (GST_ELEMENT (source),
                              gst_video_event_new_downstream_force_key_unit (time, time, GST_CLOCK_TIME_NONE, TRUE, render->shot));
    }
  if (gst_buffer_pool_acquire_buffer (render->pool, &buffer, NULL) != GST_FLOW_OK || !paint_frame (render, frame, buffer))
    {
      gst_clear_buffer (&buffer);
      GST_ELEMENT_ERROR (source, RESOURCE, FAILED, (NULL), ("no memory for a frame"));
      return;
    }
  GST_BUFFER_PTS (buffer) = time;
  GST_BUFFER_DURATION (buffer) = get_time (self, frame + 1) - time;
  gst_app_src_push_buffer (source, buffer);
  g_atomic_int_inc (&self->done);
}

/* Both sides even; about the pixels of 16:9 with the long side that is set, and no side longer. The ratio is exact, unless
 * its smallest even multiples are so large that more than a third of the pixels would be lost (239:100). */
static void
choose_size (StarsendAnimaticRenderer *self, int *width, int *height)
{
  gint64 a = self->aspect_width, b = self->aspect_height, rest = b;
  double ratio = (double) a / (double) b;
  double w = MIN (sqrt (self->long_side * (self->long_side * 9.0 / 16.0) * ratio), self->long_side);
  double h = MIN (w / ratio, self->long_side);
  gint64 unit, n;

  w = h * ratio;
  for (unit = a; rest != 0;)
    {
      gint64 t = unit % rest;

      unit = rest;
      rest = t;
    }
  a /= unit;
  b /= unit;
  unit = a % 2 == 0 && b % 2 == 0 ? 1 : 2;
  n = (gint64) (w / (double) a + 1e-6) / unit * unit;
  if (n > 0 && (double) (n * a * n * b) > w * h * 2.0 / 3.0)
    {
      *width = (int) (n * a);
      *height = (int) (n * b);
      return;
    }
  *width = MAX (16, (int) round (w / 2) * 2);
  *height = MAX (16, (int) round (h / 2) * 2);
}

static gboolean
prepare (Render *render, GError **error)
{
  StarsendAnimaticRenderer *self = render->renderer;
  g_autoptr (GdkPixbuf) picture = starsend_picture_load (self->picture, error);
  g_autoptr (GstCaps) caps = NULL;
  GstStructure *config;

  if (picture == NULL)
    return FALSE;
  choose_size (self, &render->width, &render->height);
  render->painter = starsend_frame_painter_new (picture, render->width, render->height);
  gst_video_info_set_format (&render->info, GST_VIDEO_FORMAT_I420, render->width, render->height);
  render->pool = gst_video_buffer_pool_new ();
  caps = gst_video_info_to_caps (&render->info);
  config = gst_buffer_pool_get_config (render->pool);
  gst_buffer_pool_config_set_params (config, caps, (guint) render->info.size, 2, 0);
  gst_buffer_pool_set_config (render->pool, config);
  gst_buffer_pool_set_active (render->pool, TRUE);
  enter_shot (render);
  return TRUE;
}

/* GStreamer's own words do not name the file, nor do they tell a full disk from other faults in every element. */
static void
translate_error (Render *render, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (render->path);
  g_autoptr (GError) cause = g_steal_pointer (error);
  struct statvfs room;
  gboolean is_write = cause->domain == GST_RESOURCE_ERROR && (cause->code == GST_RESOURCE_ERROR_WRITE || cause->code == GST_RESOURCE_ERROR_SEEK);

  if (cause->domain == G_IO_ERROR && cause->code == G_IO_ERROR_CANCELLED)
    *error = g_steal_pointer (&cause);
  else if (g_error_matches (cause, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT) ||
           (is_write && statvfs (folder, &room) == 0 && room.f_bavail * room.f_frsize < 64 * 1024))
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NO_SPACE,
                 _("The animatic cannot be written to “%s”, because the disk is full: free some space and try again"), folder);
  else
    g_set_error (error, STARSEND_ERROR, is_write ? STARSEND_ERROR_IO : STARSEND_ERROR_FAILED,
                 _("The animatic cannot be written to “%s”: %s"), render->path, cause->message);
}

static gboolean
run_pipeline (Render *render, GCancellable *cancellable, GError **error)
{
  StarsendAnimaticRenderer *self = render->renderer;
  GstAppSrcCallbacks callbacks = { .need_data = on_need_data };
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstElement) pipeline =
      starsend_animatic_encoder_new (render->path, render->width, render->height, self->rate, &source, &self->encoder, error);

  if (pipeline == NULL)
    return FALSE;
  gst_app_src_set_callbacks (GST_APP_SRC (source), &callbacks, render, NULL);
  if (starsend_gst_play (pipeline, &self->done, STALL_SECONDS, cancellable, error))
    return TRUE;
  translate_error (render, error);
  return FALSE;
}

/* The system says best why a file cannot be made, so it is made before GStreamer opens it. */
static gboolean
create_file (const char *path, GError **error)
{
  int fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

  if (fd < 0)
    {
      starsend_set_errno_error (error, errno, _("The animatic cannot be written to “%s”"), path);
      return FALSE;
    }
  close (fd);
  return TRUE;
}

static void
render_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Render *render = task_data;
  g_autofree char *scratch = starsend_animatic_encoder_dup_scratch_path (render->path);
  GError *error = NULL;
  gboolean created = FALSE;

  if (g_cancellable_set_error_if_cancelled (cancellable, &error) || !starsend_gst_init (&error) || !prepare (render, &error) ||
      !(created = create_file (render->path, &error)) || !run_pipeline (render, cancellable, &error))
    {
      if (created)
        g_unlink (render->path);
      g_unlink (scratch);
      g_task_return_error (task, error);
      return;
    }
  g_unlink (scratch);
  g_task_return_boolean (task, TRUE);
}

static void
show_progress (StarsendAnimaticRenderer *self)
{
  gint done = g_atomic_int_get (&self->done);

  if (self->shown == done)
    return;
  self->shown = done;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
}

static gboolean
on_progress_timeout (gpointer user_data)
{
  show_progress (user_data);
  return G_SOURCE_CONTINUE;
}

static void
on_completed (GTask *task, GParamSpec *pspec, gpointer user_data)
{
  g_source_destroy (user_data);
  show_progress (g_task_get_source_object (task));
}

static void
watch_progress (StarsendAnimaticRenderer *self, GTask *task)
{
  GSource *source = g_timeout_source_new (PROGRESS_MSEC);

  g_source_set_callback (source, on_progress_timeout, g_object_ref (self), g_object_unref);
  g_source_attach (source, g_task_get_context (task));
  g_signal_connect_data (task, "notify::completed", G_CALLBACK (on_completed), source, (GClosureNotify) (void (*) (void)) g_source_unref, 0);
}

static void
starsend_animatic_renderer_finalize (GObject *object)
{
  StarsendAnimaticRenderer *self = STARSEND_ANIMATIC_RENDERER (object);

  g_free (self->picture);
  g_array_unref (self->shots);
  G_OBJECT_CLASS (starsend_animatic_renderer_parent_class)->finalize (object);
}

static void
starsend_animatic_renderer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendAnimaticRenderer *self = STARSEND_ANIMATIC_RENDERER (object);

  switch (prop_id)
    {
    case PROP_PROGRESS:
      g_value_set_double (value, starsend_animatic_renderer_get_progress (self));
      break;
    case PROP_LONG_SIDE:
      g_value_set_int (value, self->long_side);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_animatic_renderer_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  StarsendAnimaticRenderer *self = STARSEND_ANIMATIC_RENDERER (object);

  switch (prop_id)
    {
    case PROP_LONG_SIDE:
      if (self->long_side == g_value_get_int (value))
        return;
      self->long_side = g_value_get_int (value);
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_animatic_renderer_class_init (StarsendAnimaticRendererClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = starsend_animatic_renderer_finalize;
  object_class->get_property = starsend_animatic_renderer_get_property;
  object_class->set_property = starsend_animatic_renderer_set_property;

  /**
   * StarsendAnimaticRenderer:progress:
   *
   * How much is rendered, from 0 to 1. Notified on the main context of the render, at most ten times a second.
   */
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * StarsendAnimaticRenderer:long-side:
   *
   * The width of a 16:9 picture in pixels; other ratios get about as many pixels, and no side is longer.
   */
  properties[PROP_LONG_SIDE] =
      g_param_spec_int ("long-side", NULL, NULL, 64, 4096, 1280, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_animatic_renderer_init (StarsendAnimaticRenderer *self)
{
  self->long_side = 1280;
  self->shots = g_array_new (FALSE, TRUE, sizeof (Shot));
  g_array_set_clear_func (self->shots, shot_clear);
}

/**
 * starsend_animatic_renderer_new:
 * @picture: (type filename): the start frame
 * @aspect_width: the aspect ratio's first number, such as 16
 * @aspect_height: its second number, such as 9
 * @rate: frames per second
 *
 * Makes a renderer without shots.
 *
 * Returns: (transfer full): a renderer, for one use
 */
StarsendAnimaticRenderer *
starsend_animatic_renderer_new (const char *picture, int aspect_width, int aspect_height, StarsendFrameRate rate)
{
  StarsendAnimaticRenderer *self;

  g_return_val_if_fail (picture != NULL, NULL);
  g_return_val_if_fail (aspect_width > 0 && aspect_height > 0, NULL);
  g_return_val_if_fail (rate.numerator > 0 && rate.denominator > 0, NULL);

  self = g_object_new (STARSEND_TYPE_ANIMATIC_RENDERER, NULL);
  self->picture = g_strdup (picture);
  self->aspect_width = aspect_width;
  self->aspect_height = aspect_height;
  self->rate = rate;
  return self;
}

/**
 * starsend_animatic_renderer_add_shot:
 * @self: a renderer that has not begun
 * @move: what the camera does
 * @n_frames: the length of the shot in frames, at least 1
 * @label: (nullable): what to burn in at the lower left, one bold line and, after a line break, another one; a running
 *   timecode stands at the lower right then. %NULL for neither
 *
 * Adds a shot after the others.
 */
void
starsend_animatic_renderer_add_shot (StarsendAnimaticRenderer *self, StarsendCameraMove move, gint64 n_frames, const char *label)
{
  Shot shot = { move, n_frames, g_strdup (label) };

  g_return_if_fail (STARSEND_IS_ANIMATIC_RENDERER (self));
  g_return_if_fail (n_frames > 0 && n_frames <= G_MAXINT - self->n_frames);
  g_return_if_fail (!self->used);

  g_array_append_val (self->shots, shot);
  self->n_frames += n_frames;
}

/**
 * starsend_animatic_renderer_get_progress:
 * @self: a renderer
 *
 * Tells how much is rendered.
 *
 * Returns: 0 to 1
 */
double
starsend_animatic_renderer_get_progress (StarsendAnimaticRenderer *self)
{
  g_return_val_if_fail (STARSEND_IS_ANIMATIC_RENDERER (self), 0);

  return self->n_frames > 0 ? (double) self->shown / (double) self->n_frames : 0;
}

/**
 * starsend_animatic_renderer_render_async:
 * @self: a renderer with at least one shot, which has not been used
 * @path: (type filename): the file to write, a part file: the caller publishes it
 * @cancellable: (nullable): stops the render at once
 * @callback: (scope async): called when it has ended
 * @user_data: for @callback
 *
 * Renders every shot to one MP4 file. While it runs, a file beside @path with `.moov` added to its name holds the video.
 * When it fails or is cancelled neither of them is left.
 */
void
starsend_animatic_renderer_render_async (StarsendAnimaticRenderer *self, const char *path, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Render *render;

  g_return_if_fail (STARSEND_IS_ANIMATIC_RENDERER (self));
  g_return_if_fail (path != NULL);
  g_return_if_fail (!self->used && self->n_frames > 0);

  self->used = TRUE;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_animatic_renderer_render_async);
  render = g_new0 (Render, 1);
  render->renderer = g_object_ref (self);
  render->path = g_strdup (path);
  g_task_set_task_data (task, render, (GDestroyNotify) render_free);
  watch_progress (self, task);
  starsend_gst_run_thread (task, render_thread);
}

/**
 * starsend_animatic_renderer_render_finish:
 * @self: a renderer
 * @result: what the callback was given
 * @error: where to put the error: %STARSEND_ERROR_UNAVAILABLE without an encoder, %STARSEND_ERROR_NO_SPACE,
 *   %STARSEND_ERROR_READ_ONLY, what reading the picture gave, or %G_IO_ERROR_CANCELLED
 *
 * Ends a render.
 *
 * Returns: %TRUE when the whole file was written
 */
gboolean
starsend_animatic_renderer_render_finish (StarsendAnimaticRenderer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * starsend_animatic_renderer_get_encoder:
 * @self: a renderer
 *
 * Tells with what the video was encoded, in words for the user.
 *
 * Returns: (nullable): for example “H.264 (x264)”; %NULL before the render
 */
const char *
starsend_animatic_renderer_get_encoder (StarsendAnimaticRenderer *self)
{
  g_return_val_if_fail (STARSEND_IS_ANIMATIC_RENDERER (self), NULL);

  return self->encoder;
}
