/* starsend-sketch-provider.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sketch-provider.h"

#include "starsend-error.h"
#include "starsend-grid-slicer.h"
#include "starsend-picture.h"
#include "starsend-sketch-painter.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

/* A cell's longer side, in pixels. */
#define LONG_SIDE 1152

/**
 * StarsendSketchProvider:
 *
 * The grid model `sketch`: free, without a network.
 *
 * Draws four storyboard compositions of one scene (wide, medium, close, from above) from the prompt and the elements, each at
 * the aspect ratio that was asked for. The same request gives the same picture; another number gives another one.
 */
struct _StarsendSketchProvider
{
  StarsendProvider parent_instance;
};

G_DEFINE_FINAL_TYPE (StarsendSketchProvider, starsend_sketch_provider, STARSEND_TYPE_PROVIDER)

typedef struct
{
  StarsendRequest *request;
  StarsendJob *job;
  char *part;
} Work;

typedef struct
{
  StarsendJob *job;
  double fraction;
} Progress;

static void
work_free (Work *work)
{
  g_object_unref (work->request);
  g_clear_object (&work->job);
  g_free (work->part);
  g_free (work);
}

static void
progress_free (Progress *progress)
{
  g_object_unref (progress->job);
  g_free (progress);
}

static gboolean
starsend_sketch_provider_check (StarsendProvider *provider, StarsendRequest *request, GError **error)
{
  int width, height;

  if (starsend_request_get_kind (request) != STARSEND_REQUEST_GRID)
    {
      g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                           _("The model “sketch” draws grids only. Choose “animatic” or another video model for a take."));
      return FALSE;
    }
  starsend_request_get_aspect (request, &width, &height);
  if (width < 1 || height < 1 || width > 16 * (gint64) height || height > 16 * (gint64) width)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("The aspect ratio %d:%d cannot be drawn; a side may be sixteen times the other at most."), width, height);
      return FALSE;
    }
  return TRUE;
}

static gint64
starsend_sketch_provider_estimate (StarsendProvider *provider, StarsendRequest *request)
{
  return 0;
}

static void
starsend_sketch_provider_submit_async (StarsendProvider *provider, StarsendRequest *request, StarsendJob *job,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);
  g_autofree char *id = g_uuid_string_random ();

  g_task_set_source_tag (task, starsend_sketch_provider_submit_async);
  g_task_return_pointer (task, starsend_ticket_new (id, NULL), (GDestroyNotify) starsend_ticket_unref);
}

static StarsendTicket *
starsend_sketch_provider_submit_finish (StarsendProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
show_progress (gpointer data)
{
  Progress *progress = data;

  starsend_job_set_fraction (progress->job, progress->fraction);
  return G_SOURCE_REMOVE;
}

/* From the worker to the thread that waits for the task, whether or not its main loop runs at this moment. */
static void
report (GTask *task, Work *work, double fraction)
{
  g_autoptr (GSource) source = NULL;
  Progress *progress;

  if (work->job == NULL)
    return;
  progress = g_new (Progress, 1);
  *progress = (Progress) { g_object_ref (work->job), fraction };
  source = g_idle_source_new ();
  g_source_set_priority (source, g_task_get_priority (task));
  g_source_set_callback (source, show_progress, progress, (GDestroyNotify) progress_free);
  g_source_attach (source, g_task_get_context (task));
}

/* The surface's pixels in the order that files have. */
static GdkPixbuf *
to_picture (cairo_surface_t *surface)
{
  int width = cairo_image_surface_get_width (surface), height = cairo_image_surface_get_height (surface);
  int stride = cairo_image_surface_get_stride (surface);
  GdkPixbuf *picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);

  cairo_surface_flush (surface);
  for (int y = 0; picture != NULL && y < height; y++)
    {
      const guint32 *from = (const guint32 *) (void *) (cairo_image_surface_get_data (surface) + (gsize) y * stride);
      guint8 *to = gdk_pixbuf_get_pixels (picture) + (gsize) y * gdk_pixbuf_get_rowstride (picture);

      for (int x = 0; x < width; x++, to += 3)
        {
          to[0] = (guint8) (from[x] >> 16);
          to[1] = (guint8) (from[x] >> 8);
          to[2] = (guint8) from[x];
        }
    }
  return picture;
}

static cairo_surface_t *
paint_grid (GTask *task, Work *work, GCancellable *cancellable, GError **error)
{
  g_autoptr (StarsendSketchScene) scene = starsend_sketch_scene_new (work->request);
  StarsendRectangle square = { 0, 0, LONG_SIDE, LONG_SIDE }, cell;
  int aspect_width, aspect_height;
  cairo_surface_t *surface;
  cairo_t *cr;

  starsend_request_get_aspect (work->request, &aspect_width, &aspect_height);
  starsend_grid_cut_fit (&square, aspect_width, aspect_height, &cell);
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 2 * cell.width, 2 * cell.height);
  cr = cairo_create (surface);
  for (guint view = 0; view < STARSEND_SKETCH_N_VIEWS && !g_cancellable_set_error_if_cancelled (cancellable, error); view++)
    {
      report (task, work, 0.2 * view);
      cairo_save (cr);
      cairo_translate (cr, view % 2 * cell.width, view / 2 * cell.height);
      starsend_sketch_paint (cr, scene, view, cell.width, cell.height);
      cairo_restore (cr);
    }
  cairo_destroy (cr);
  return surface;
}

/* The caller makes the file durable and gives it its name. */
static gboolean
write_part (const char *part, GBytes *bytes, GError **error)
{
  gsize left;
  const guint8 *data = g_bytes_get_data (bytes, &left);
  int fd = open (part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

  while (fd >= 0 && left > 0)
    {
      gssize n = write (fd, data, left);

      if (n < 0 && errno != EINTR)
        break;
      data += MAX (n, 0);
      left -= (gsize) MAX (n, 0);
    }
  if (fd < 0 || left > 0)
    {
      g_autofree char *name = g_filename_display_basename (part);

      starsend_set_errno_error (error, errno, _("The grid picture “%s” cannot be written"), name);
    }
  if (fd >= 0)
    close (fd);
  return fd >= 0 && left == 0;
}

static gboolean
draw_to_part (GTask *task, Work *work, GCancellable *cancellable, GError **error)
{
  cairo_surface_t *surface;
  g_autoptr (GdkPixbuf) picture = NULL;
  g_autoptr (GBytes) bytes = NULL;

  surface = paint_grid (task, work, cancellable, error);
  if (!g_cancellable_is_cancelled (cancellable) && cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS)
    picture = to_picture (surface);
  cairo_surface_destroy (surface);
  if (g_cancellable_is_cancelled (cancellable))
    return FALSE;
  if (picture == NULL)
    {
      g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_FAILED,
                           _("There is not enough memory to draw the grid. Close other programs and try again."));
      return FALSE;
    }
  report (task, work, 0.85);
  bytes = starsend_picture_encode_png (picture, error);
  return bytes != NULL && write_part (work->part, bytes, error);
}

static void
collect_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Work *work = task_data;
  g_autoptr (GError) error = NULL;

  if (draw_to_part (task, work, cancellable, &error))
    {
      report (task, work, 1);
      g_task_return_pointer (task, starsend_delivery_new (0, NULL, NULL), (GDestroyNotify) starsend_delivery_unref);
    }
  else if (!g_task_return_error_if_cancelled (task))
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
starsend_sketch_provider_collect_async (StarsendProvider *provider, StarsendRequest *request, StarsendTicket *ticket,
                                        StarsendJob *job, const char *part, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->request = g_object_ref (request);
  g_set_object (&work->job, job);
  work->part = g_strdup (part);
  g_task_set_source_tag (task, starsend_sketch_provider_collect_async);
  g_task_set_task_data (task, work, (GDestroyNotify) work_free);
  if (job != NULL)
    starsend_job_set_message (job, _("Drawing four compositions"));
  g_task_run_in_thread (task, collect_thread);
}

static StarsendDelivery *
starsend_sketch_provider_collect_finish (StarsendProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
starsend_sketch_provider_class_init (StarsendSketchProviderClass *klass)
{
  StarsendProviderClass *provider_class = STARSEND_PROVIDER_CLASS (klass);

  provider_class->check = starsend_sketch_provider_check;
  provider_class->estimate = starsend_sketch_provider_estimate;
  provider_class->submit_async = starsend_sketch_provider_submit_async;
  provider_class->submit_finish = starsend_sketch_provider_submit_finish;
  provider_class->collect_async = starsend_sketch_provider_collect_async;
  provider_class->collect_finish = starsend_sketch_provider_collect_finish;
}

static void
starsend_sketch_provider_init (StarsendSketchProvider *self)
{
}

/**
 * starsend_sketch_provider_new:
 *
 * Makes the provider of the model `sketch`.
 *
 * Returns: (transfer full): the provider
 */
StarsendProvider *
starsend_sketch_provider_new (void)
{
  return g_object_new (STARSEND_TYPE_SKETCH_PROVIDER, "name", "local", NULL);
}
