/* starsend-picture-fit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-picture-fit.h"

#include "starsend-error.h"
#include "starsend-picture-private.h"
#include "starsend-picture.h"
#include "starsend-png.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define BEST_QUALITY 95
#define WORST_QUALITY 80
#define QUALITY_STEP 5
/* Below this a picture shows nothing any more, and no service takes it. */
#define SMALLEST_SIDE 16

static gboolean
fits (GBytes *bytes, gsize max_bytes)
{
  return max_bytes == 0 || g_bytes_get_size (bytes) <= max_bytes;
}

/* JPEG knows no transparency, and what lies under it is often rubbish: white, as paper is. */
static GdkPixbuf *
flatten (GdkPixbuf *picture)
{
  if (!gdk_pixbuf_get_has_alpha (picture))
    return g_object_ref (picture);
  return gdk_pixbuf_composite_color_simple (picture, gdk_pixbuf_get_width (picture), gdk_pixbuf_get_height (picture),
                                            GDK_INTERP_NEAREST, 255, 16, 0xffffff, 0xffffff);
}

static GBytes *
encode_jpeg (GdkPixbuf *picture, int quality, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%d", quality);
  char *data = NULL;
  gsize length;

  if (!gdk_pixbuf_save_to_buffer (picture, &data, &length, "jpeg", error, "quality", text, NULL))
    return NULL;
  return g_bytes_new_take (data, length);
}

/* The best that fits, or the smallest there is; never NULL without an error. */
static GBytes *
encode_small (GdkPixbuf *picture, gsize max_bytes, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  for (int quality = BEST_QUALITY; quality >= WORST_QUALITY; quality -= QUALITY_STEP)
    {
      g_clear_pointer (&bytes, g_bytes_unref);
      bytes = encode_jpeg (picture, quality, error);
      if (bytes == NULL || fits (bytes, max_bytes))
        break;
    }
  return g_steal_pointer (&bytes);
}

static GBytes *
fail_size (const char *name, gsize max_bytes, GError **error)
{
  g_autofree char *size = g_format_size (max_bytes);

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               _("“%s” cannot be made as small as %s. Choose a picture with less detail."), name, size);
  return NULL;
}

static GBytes *
fail_memory (const char *name, GError **error)
{
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_FAILED,
               _("There is not enough memory to make “%s” ready to be sent. Close other programs and try again."), name);
  return NULL;
}

/* Quality first, then size: below the worst quality, a smaller picture is the better one. */
static GBytes *
shrink (GdkPixbuf *picture, const char *name, gsize max_bytes, GError **error)
{
  g_autoptr (GdkPixbuf) current = flatten (picture);

  while (current != NULL)
    {
      g_autoptr (GBytes) bytes = encode_small (current, max_bytes, error);
      double scale;
      int width, height;

      if (bytes == NULL || fits (bytes, max_bytes))
        return g_steal_pointer (&bytes);
      /* A little less than the square root says, so that it ends soon. */
      scale = CLAMP (0.95 * sqrt ((double) max_bytes / (double) g_bytes_get_size (bytes)), 0.25, 0.95);
      width = (int) (gdk_pixbuf_get_width (current) * scale);
      height = (int) (gdk_pixbuf_get_height (current) * scale);
      if (width < SMALLEST_SIDE || height < SMALLEST_SIDE)
        return fail_size (name, max_bytes, error);
      g_set_object (&current, NULL);
      current = gdk_pixbuf_scale_simple (picture, width, height, GDK_INTERP_BILINEAR);
      if (current != NULL && gdk_pixbuf_get_has_alpha (current))
        {
          g_autoptr (GdkPixbuf) transparent = g_steal_pointer (&current);

          current = flatten (transparent);
        }
    }
  return fail_memory (name, error);
}

/**
 * starsend_picture_fit:
 * @path: (type filename): a picture
 * @max_bytes: how large the file may be, or 0 for any size
 * @max_side: how many pixels a side may have, or 0 for any number
 * @mime: (out) (transfer none): where to put the type of the bytes, "image/png" or "image/jpeg"
 * @error: return location for an error
 *
 * Makes a picture ready to be sent to a service.
 *
 * The file's own bytes are given where they are PNG or JPEG by content, not turned by EXIF, and within the limits. Else the
 * picture is encoded anew: turned upright, scaled down, as PNG where that fits and the file was no JPEG, otherwise as
 * JPEG with as much quality as fits, and in the end smaller. A damaged picture is refused in any case. Blocking, so for worker threads.
 *
 * Returns: (transfer full): the bytes; or %NULL, as [func@Starsend.picture_load], and %STARSEND_ERROR_INVALID_INPUT
 *   also where the picture cannot be made to fit
 */
GBytes *
starsend_picture_fit (const char *path, gsize max_bytes, int max_side, const char **mime, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (GdkPixbuf) picture = NULL;
  g_autoptr (GBytes) bytes = NULL;
  StarsendPictureHeader header;
  gboolean small_enough;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (max_side >= 0, NULL);
  g_return_val_if_fail (mime != NULL, NULL);

  name = g_filename_display_basename (path);
  bytes = starsend_picture_read (path, &header, error);
  if (bytes == NULL)
    return NULL;
  /* Also when it goes as it is: nobody pays for a picture that the service then cannot open. */
  picture = starsend_picture_load_bytes (bytes, name, max_side, max_side, error);
  if (picture == NULL)
    return NULL;

  small_enough = max_side == 0 || (header.width <= max_side && header.height <= max_side);
  *mime = header.format == STARSEND_PICTURE_JPEG ? "image/jpeg" : "image/png";
  if (header.format != STARSEND_PICTURE_WEBP && header.orientation == 1 && small_enough && fits (bytes, max_bytes))
    return g_steal_pointer (&bytes);

  g_clear_pointer (&bytes, g_bytes_unref);
  if (header.format != STARSEND_PICTURE_JPEG)
    {
      bytes = starsend_png_write (picture, error);
      if (bytes == NULL || fits (bytes, max_bytes))
        return g_steal_pointer (&bytes);
    }
  *mime = "image/jpeg";
  return shrink (picture, name, max_bytes, error);
}
