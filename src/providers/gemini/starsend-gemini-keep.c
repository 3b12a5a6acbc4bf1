/* starsend-gemini-keep.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-gemini-keep.h"

#include "starsend-error.h"
#include "starsend-files.h"
#include "starsend-picture.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/statvfs.h>

/* The largest grids are 4K PNGs of some 30 MB; written beside their target first. */
#define WANTED_SPACE (G_GUINT64_CONSTANT (64) * 1024 * 1024)

void
starsend_gemini_kept_clear (StarsendGeminiKept *kept)
{
  g_clear_pointer (&kept->digest, g_free);
  g_clear_pointer (&kept->mime, g_free);
}

gboolean
starsend_gemini_keep_prepare (const char *part, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (part);
  struct statvfs space;

  if (!starsend_files_make_folder (folder, error))
    return FALSE;
  if (statvfs (folder, &space) != 0 || (guint64) space.f_bavail * space.f_frsize >= WANTED_SPACE)
    return TRUE;

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NO_SPACE,
               _("The disk is almost full, and the grid could not be kept. Nothing was bought; make room in %s first."), folder);
  return FALSE;
}

/* Nobody can be asked for it again, and a person may be able to mend it. */
static gboolean
set_aside (GBytes *picture, const char *part, const GError *damage, GError **error)
{
  g_autofree char *path = g_str_has_suffix (part, ".part") ? g_strndup (part, strlen (part) - strlen (".part")) : g_strdup (part);
  g_autofree char *damaged = g_strconcat (path, ".damaged", NULL);
  gsize size;
  const void *data = g_bytes_get_data (picture, &size);

  if (size > 0 && starsend_files_replace (damaged, data, size, NULL))
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER,
                 /* Translators: the first %s is a sentence about a damaged picture, the second a path. */
                 _("What Gemini sent is no good picture: %s It is kept as %s."), damage->message, damaged);
  else
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER, _("What Gemini sent is no good picture: %s"), damage->message);
  return FALSE;
}

/* Every grid is named .png, and other programs go by the name. */
static GBytes *
make_png (GBytes *picture, StarsendGeminiKept *kept, GError **error)
{
  g_autoptr (GdkPixbuf) pixels = starsend_picture_load_bytes (picture, "grid", 0, 0, error);
  StarsendPictureInfo info;

  if (pixels == NULL || !starsend_picture_probe_bytes (picture, &info, error))
    return NULL;
  kept->mime = g_strconcat ("image/", info.format, NULL);
  kept->width = gdk_pixbuf_get_width (pixels);
  kept->height = gdk_pixbuf_get_height (pixels);
  return g_str_equal (info.format, "png") ? g_bytes_ref (picture) : starsend_picture_encode_png (pixels, error);
}

gboolean
starsend_gemini_keep (GBytes *picture, const char *part, StarsendGeminiKept *kept, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) png = make_png (picture, kept, &cause);
  gsize size;
  const void *data;

  if (png == NULL)
    return set_aside (picture, part, cause, error);

  data = g_bytes_get_data (png, &size);
  if (!starsend_files_replace (part, data, size, &cause))
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN,
                   _("Gemini made the grid and it is paid, but it cannot be kept: %s"), cause->message);
      return FALSE;
    }
  kept->digest = starsend_files_digest_bytes (png);
  return TRUE;
}

gboolean
starsend_gemini_keep_verify (const char *part, const char *digest, GError **error)
{
  g_autofree char *found = starsend_files_digest (part, NULL, NULL);
  g_autoptr (GdkPixbuf) pixels = NULL;

  if (found != NULL && digest == NULL)
    pixels = starsend_picture_load (part, NULL);
  if (found != NULL && (digest != NULL ? g_str_equal (found, digest) : pixels != NULL))
    return TRUE;

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN,
               _("The grid that Gemini made is not in %s any more, and Gemini does not keep it. It was paid."), part);
  return FALSE;
}
