/* starsend-picture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-picture.h"

#include "starsend-error.h"
#include "starsend-picture-private.h"
#include "starsend-png.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Between two looks at the cancellable. */
#define DECODE_STEP (256 * 1024)

typedef struct
{
  char *path;
  int max_width;
  int max_height;
} Load;

static void
load_free (Load *load)
{
  g_free (load->path);
  g_free (load);
}

static const char *
format_name (StarsendPictureFormat format)
{
  static const char *const names[] = { "png", "jpeg", "webp" };

  return names[format];
}

static void
fill_info (StarsendPictureInfo *info, const StarsendPictureHeader *header, goffset size)
{
  gboolean turned = header->orientation >= 5;

  info->width = turned ? header->height : header->width;
  info->height = turned ? header->width : header->height;
  info->format = format_name (header->format);
  info->size = size;
}

static void
source_clear (StarsendPictureSource *source)
{
  g_clear_pointer ((char **) &source->name, g_free);
  g_clear_pointer ((guint8 **) &source->data, g_free);
  if (source->fd >= 0)
    close (source->fd);
  source->fd = -1;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StarsendPictureSource, source_clear)

/* A regular file only: opening a pipe must not wait for its other end, and a device is no picture. */
static gboolean
source_open (StarsendPictureSource *source, const char *path, GError **error)
{
  struct stat st;

  *source = (StarsendPictureSource) { .fd = -1, .name = g_filename_display_basename (path) };
  source->fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (source->fd < 0 || fstat (source->fd, &st) != 0)
    {
      starsend_set_errno_error (error, errno, _("The picture “%s” cannot be opened"), source->name);
      return FALSE;
    }
  if (!S_ISREG (st.st_mode))
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("“%s” is not a file. Choose a PNG, JPEG or WebP picture."), source->name);
      return FALSE;
    }
  source->size = st.st_size;
  return TRUE;
}

/* The whole file into memory: what was judged is then what is decoded, whoever writes to the file meanwhile. */
static gboolean
source_slurp (StarsendPictureSource *source, GCancellable *cancellable, GError **error)
{
  guint8 *data = g_try_malloc ((gsize) source->size);
  goffset done = 0;

  if (data == NULL)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_FAILED, _("There is not enough memory to read “%s”."), source->name);
      return FALSE;
    }
  source->data = data;
  while (done < source->size)
    {
      gssize n = pread (source->fd, data + done, (gsize) MIN (source->size - done, 16 * 1024 * 1024), done);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          starsend_set_errno_error (error, errno, _("The picture “%s” cannot be read"), source->name);
          return FALSE;
        }
      if (n == 0)
        break;
      done += n;
    }
  source->size = done;
  return TRUE;
}

/**
 * starsend_picture_probe:
 * @path: (type filename): a file
 * @info: (out caller-allocates): where to put what the header says
 * @error: return location for an error
 *
 * Judges a picture by its header, without decoding it.
 *
 * The kind is told by content, not by name. Blocking, but only a few kilobytes are read, whatever the size of the file.
 *
 * Returns: %TRUE if the file begins as an allowed picture within the limits; else %STARSEND_ERROR_INVALID_INPUT, or the
 *   code for what hinders reading
 */
gboolean
starsend_picture_probe (const char *path, StarsendPictureInfo *info, GError **error)
{
  g_auto (StarsendPictureSource) source = { .fd = -1 };
  StarsendPictureHeader header;

  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (info != NULL, FALSE);

  if (!source_open (&source, path, error) || !starsend_picture_header_read (&source, &header, error))
    return FALSE;
  fill_info (info, &header, source.size);
  return TRUE;
}

/**
 * starsend_picture_probe_bytes:
 * @bytes: the bytes of a picture file
 * @info: (out caller-allocates): where to put what the header says
 * @error: return location for an error
 *
 * Judges a picture that is in memory by its header, without decoding it.
 *
 * Returns: as [func@Starsend.picture_probe]
 */
gboolean
starsend_picture_probe_bytes (GBytes *bytes, StarsendPictureInfo *info, GError **error)
{
  StarsendPictureSource source = { .fd = -1, .name = _("picture") };
  StarsendPictureHeader header;
  gsize size;

  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (info != NULL, FALSE);

  source.data = g_bytes_get_data (bytes, &size);
  source.size = (goffset) size;
  if (!starsend_picture_header_read (&source, &header, error))
    return FALSE;
  fill_info (info, &header, source.size);
  return TRUE;
}

/* The size at which the picture is wanted, as stored; its own size where no smaller one is asked for. */
static void
wanted_size (const StarsendPictureHeader *header, int max_width, int max_height, int *width, int *height)
{
  gboolean turned = header->orientation >= 5;
  double scale = 1;

  if (max_width > 0)
    scale = MIN (scale, (double) max_width / (turned ? header->height : header->width));
  if (max_height > 0)
    scale = MIN (scale, (double) max_height / (turned ? header->width : header->height));
  *width = scale < 1 ? MAX (1, (int) (header->width * scale + 0.5)) : header->width;
  *height = scale < 1 ? MAX (1, (int) (header->height * scale + 0.5)) : header->height;
}

static gboolean
has_loader (const char *mime_type)
{
  g_autoptr (GSList) formats = gdk_pixbuf_get_formats ();

  for (GSList *l = formats; l != NULL; l = l->next)
    {
      g_auto (GStrv) types = gdk_pixbuf_format_get_mime_types (l->data);

      if (!gdk_pixbuf_format_is_disabled (l->data) && g_strv_contains ((const char *const *) types, mime_type))
        return TRUE;
    }
  return FALSE;
}

typedef struct
{
  const StarsendPictureHeader *header;
  int width;
  int height;
  gboolean as_announced;
} SizeCheck;

/* Runs before the decoder allocates anything. */
static void
on_size_prepared (GdkPixbufLoader *loader, int width, int height, SizeCheck *check)
{
  check->as_announced = width == check->header->width && height == check->header->height;
  gdk_pixbuf_loader_set_size (loader, check->as_announced ? check->width : 0, check->as_announced ? check->height : 0);
}

static gboolean
feed_loader (GdkPixbufLoader *loader, const StarsendPictureSource *source, GCancellable *cancellable, GError **error)
{
  gboolean good = TRUE;

  for (goffset done = 0; good && done < source->size; done += DECODE_STEP)
    good = !g_cancellable_set_error_if_cancelled (cancellable, error) &&
           gdk_pixbuf_loader_write (loader, source->data + done, (gsize) MIN (source->size - done, DECODE_STEP), error);
  /* It has to be closed in any case, and tells of the first fault only. */
  return gdk_pixbuf_loader_close (loader, good ? error : NULL) && good;
}

static GdkPixbuf *
fail_decode (const StarsendPictureSource *source, GError **error, GError *cause)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, cause);
  else
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("“%s” is damaged or cut short. Export the picture again, or choose another one."), source->name);
      g_clear_error (&cause);
    }
  return NULL;
}

/* GdkPixbuf, held to the one decoder that fits the header. */
static GdkPixbuf *
decode_general (const StarsendPictureSource *source, const StarsendPictureHeader *header, int width, int height,
                GCancellable *cancellable, GError **error)
{
  g_autofree char *mime_type = g_strconcat ("image/", format_name (header->format), NULL);
  g_autoptr (GdkPixbufLoader) loader = NULL;
  SizeCheck check = { header, width, height, FALSE };
  GError *cause = NULL;
  GdkPixbuf *picture = NULL;

  if (!has_loader (mime_type))
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
                   _("“%s” is a WebP picture, and the GdkPixbuf loader for WebP is not installed. Install it, or export "
                     "the picture as PNG or JPEG."),
                   source->name);
      return NULL;
    }
  loader = gdk_pixbuf_loader_new_with_mime_type (mime_type, error);
  if (loader == NULL)
    return NULL;
  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size_prepared), &check);
  if (feed_loader (loader, source, cancellable, &cause) && check.as_announced)
    picture = gdk_pixbuf_loader_get_pixbuf (loader);
  if (picture == NULL || gdk_pixbuf_get_width (picture) != width || gdk_pixbuf_get_height (picture) != height)
    return fail_decode (source, error, cause);
  return g_object_ref (picture);
}

static GdkPixbuf *
orient (GdkPixbuf *picture, int orientation)
{
  static const GdkPixbufRotation turns[] = {
    [3] = GDK_PIXBUF_ROTATE_UPSIDEDOWN,  [4] = GDK_PIXBUF_ROTATE_UPSIDEDOWN,
    [5] = GDK_PIXBUF_ROTATE_CLOCKWISE,   [6] = GDK_PIXBUF_ROTATE_CLOCKWISE,
    [7] = GDK_PIXBUF_ROTATE_COUNTERCLOCKWISE, [8] = GDK_PIXBUF_ROTATE_COUNTERCLOCKWISE,
  };
  gboolean mirrored = orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7;
  g_autoptr (GdkPixbuf) turned = NULL;

  if (orientation == 1)
    return g_object_ref (picture);
  turned = orientation == 2 ? g_object_ref (picture) : gdk_pixbuf_rotate_simple (picture, turns[orientation]);
  if (turned == NULL || !mirrored)
    return g_steal_pointer (&turned);
  return gdk_pixbuf_flip (turned, TRUE);
}

static GdkPixbuf *
decode (const StarsendPictureSource *source, const StarsendPictureHeader *header, int max_width, int max_height,
        GCancellable *cancellable, GError **error)
{
  g_autoptr (GdkPixbuf) picture = NULL;
  g_autoptr (GError) damage = NULL;
  GdkPixbuf *shown;
  int width, height;

  wanted_size (header, max_width, max_height, &width, &height);
  if (header->format == STARSEND_PICTURE_PNG)
    picture = starsend_png_read ((guint8 *) source->data, (gsize) source->size, source->name, &damage);
  else if (header->format == STARSEND_PICTURE_JPEG)
    starsend_picture_header_check_jpeg_end (source, &damage);
  else
    starsend_picture_header_check_webp_end (source, &damage);
  if (damage != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&damage));
      return NULL;
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  if (picture == NULL)
    {
      picture = decode_general (source, header, width, height, cancellable, error);
      if (picture == NULL)
        return NULL;
    }
  else if (width != header->width || height != header->height)
    {
      g_autoptr (GdkPixbuf) large = g_steal_pointer (&picture);

      picture = gdk_pixbuf_scale_simple (large, width, height, GDK_INTERP_BILINEAR);
    }
  shown = picture != NULL ? orient (picture, header->orientation) : NULL;
  if (shown == NULL)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_FAILED, _("There is not enough memory to show “%s”."), source->name);
  return shown;
}

/* The header twice: first in the file, so that nothing large is read in vain; then in the bytes that are decoded. */
static gboolean
source_read (StarsendPictureSource *source, const char *path, StarsendPictureHeader *header, GCancellable *cancellable,
             GError **error)
{
  return source_open (source, path, error) && starsend_picture_header_read (source, header, error) &&
         source_slurp (source, cancellable, error) && starsend_picture_header_read (source, header, error);
}

static GdkPixbuf *
load (const char *path, int max_width, int max_height, GCancellable *cancellable, GError **error)
{
  g_auto (StarsendPictureSource) source = { .fd = -1 };
  StarsendPictureHeader header;

  if (!source_read (&source, path, &header, cancellable, error))
    return NULL;
  return decode (&source, &header, max_width, max_height, cancellable, error);
}

/*
 * starsend_picture_read:
 *
 * The whole of a picture's file, with the header that was found in just these bytes.
 */
GBytes *
starsend_picture_read (const char *path, StarsendPictureHeader *header, GError **error)
{
  g_auto (StarsendPictureSource) source = { .fd = -1 };

  if (!source_read (&source, path, header, NULL, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer ((guint8 **) &source.data), (gsize) source.size);
}

/**
 * starsend_picture_load:
 * @path: (type filename): a file
 * @error: return location for an error
 *
 * Loads a picture from outside, with its EXIF orientation applied. Blocking.
 *
 * An animated PNG gives its first frame. A picture that is damaged or cut short is refused, never shown in part.
 *
 * Returns: (transfer full): 8 bit RGB or RGBA; or %NULL, with %STARSEND_ERROR_INVALID_INPUT for a picture that cannot be
 *   used, and %STARSEND_ERROR_UNAVAILABLE for a WebP picture where its loader is not installed
 */
GdkPixbuf *
starsend_picture_load (const char *path, GError **error)
{
  return starsend_picture_load_scaled (path, 0, 0, error);
}

/**
 * starsend_picture_load_scaled:
 * @path: (type filename): a file
 * @max_width: the width to fit into, in pixels, or 0 for any
 * @max_height: the height to fit into, in pixels, or 0 for any
 * @error: return location for an error
 *
 * Loads a picture no larger than asked for, its aspect kept. It is never enlarged. Blocking.
 *
 * Returns: (transfer full): as [func@Starsend.picture_load]
 */
GdkPixbuf *
starsend_picture_load_scaled (const char *path, int max_width, int max_height, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  return load (path, max_width, max_height, NULL, error);
}

/**
 * starsend_picture_load_bytes:
 * @bytes: the bytes of a picture file
 * @name: what to call it in messages
 * @max_width: the width to fit into, in pixels, or 0 for any
 * @max_height: the height to fit into, in pixels, or 0 for any
 * @error: return location for an error
 *
 * Loads a picture that is in memory, as [func@Starsend.picture_load_scaled] does. The bytes stay as they are. Blocking.
 *
 * Returns: (transfer full): as [func@Starsend.picture_load]
 */
GdkPixbuf *
starsend_picture_load_bytes (GBytes *bytes, const char *name, int max_width, int max_height, GError **error)
{
  g_auto (StarsendPictureSource) source = { .fd = -1, .name = g_strdup (name) };
  StarsendPictureHeader header;
  gsize size;
  gconstpointer data;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  /* A decoder works in place, so it gets a copy. */
  data = g_bytes_get_data (bytes, &size);
  source.data = g_memdup2 (data, size);
  source.size = (goffset) size;
  if (!starsend_picture_header_read (&source, &header, error))
    return NULL;
  return decode (&source, &header, max_width, max_height, NULL, error);
}

static void
load_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Load *wanted = task_data;
  g_autoptr (GError) error = NULL;
  GdkPixbuf *picture = load (wanted->path, wanted->max_width, wanted->max_height, cancellable, &error);

  if (picture != NULL)
    g_task_return_pointer (task, picture, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * starsend_picture_load_async:
 * @path: (type filename): a file
 * @max_width: the width to fit into, in pixels, or 0 for any
 * @max_height: the height to fit into, in pixels, or 0 for any
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the picture is there
 * @user_data: for @callback
 *
 * Loads a picture on a worker thread.
 */
void
starsend_picture_load_async (const char *path, int max_width, int max_height, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Load *wanted;

  g_return_if_fail (path != NULL);

  g_task_set_source_tag (task, starsend_picture_load_async);
  wanted = g_new (Load, 1);
  *wanted = (Load) { g_strdup (path), max_width, max_height };
  g_task_set_task_data (task, wanted, (GDestroyNotify) load_free);
  g_task_run_in_thread (task, load_thread);
}

/**
 * starsend_picture_load_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Finishes [func@Starsend.picture_load_async].
 *
 * Returns: (transfer full): as [func@Starsend.picture_load]
 */
GdkPixbuf *
starsend_picture_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * starsend_picture_encode_png:
 * @picture: a picture
 * @error: return location for an error
 *
 * Encodes a picture as PNG, at a level made for speed. Blocking.
 *
 * An alpha channel without a transparent pixel is left out.
 *
 * Returns: (transfer full): the bytes of the file; %NULL only when there is not enough memory
 */
GBytes *
starsend_picture_encode_png (GdkPixbuf *picture, GError **error)
{
  g_return_val_if_fail (GDK_IS_PIXBUF (picture), NULL);

  return starsend_png_write (picture, error);
}
