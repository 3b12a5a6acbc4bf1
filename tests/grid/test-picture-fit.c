/* test-picture-fit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-error.h"
#include "starsend-picture-fit.h"
#include "starsend-picture.h"

#include "picture-fixtures.h"

#include <string.h>

static GBytes *
fit (GBytes *file, gsize max_bytes, int max_side, const char **mime, GError **error)
{
  char *path = fixture_write ("fit.dat", g_bytes_get_data (file, NULL), g_bytes_get_size (file));
  GBytes *fitted = starsend_picture_fit (path, max_bytes, max_side, mime, error);

  fixture_remove (path);
  return fitted;
}

static GBytes *
fit_well (GBytes *file, gsize max_bytes, int max_side, const char *wanted_mime)
{
  g_autoptr (GError) error = NULL;
  const char *mime = NULL;
  GBytes *fitted = fit (file, max_bytes, max_side, &mime, &error);
  StarsendPictureInfo info;

  g_assert_no_error (error);
  g_assert_cmpstr (mime, ==, wanted_mime);
  g_assert_true (starsend_picture_probe_bytes (fitted, &info, &error));
  g_assert_cmpstr (info.format, ==, wanted_mime + strlen ("image/"));
  g_assert_true (max_bytes == 0 || g_bytes_get_size (fitted) <= max_bytes);
  g_assert_true (max_side == 0 || MAX (info.width, info.height) <= max_side);
  return fitted;
}

/* Nothing packs it: what a PNG of it weighs is what its pixels weigh. */
static GdkPixbuf *
noise (int width, int height)
{
  GdkPixbuf *picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      fixture_put (picture, x, y, (guint32) g_test_rand_int () & 0xffffff);
  return picture;
}

static void
test_own_bytes (void)
{
  g_autoptr (GdkPixbuf) picture = fixture_coordinates (64, 48, TRUE);
  g_autoptr (GBytes) png = fixture_save (picture, "png", NULL, NULL);
  g_autoptr (GBytes) jpeg = fixture_save (picture, "jpeg", NULL, NULL);
  g_autoptr (GBytes) upright = fixture_with_exif (jpeg, TRUE, 1, FALSE);
  GBytes *files[] = { png, jpeg, upright };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      const char *mime = i == 0 ? "image/png" : "image/jpeg";
      g_autoptr (GBytes) free = fit_well (files[i], 0, 0, mime);
      g_autoptr (GBytes) exact = fit_well (files[i], g_bytes_get_size (files[i]), 64, mime);

      g_assert_true (g_bytes_equal (free, files[i]));
      g_assert_true (g_bytes_equal (exact, files[i]));
    }
}

static void
test_turned (void)
{
  g_autoptr (GdkPixbuf) picture = fixture_coordinates (40, 24, FALSE);

  for (int is_jpeg = 0; is_jpeg < 2; is_jpeg++)
    for (int orientation = 2; orientation <= 8; orientation++)
      {
        g_autoptr (GBytes) plain = fixture_save (picture, is_jpeg ? "jpeg" : "png", NULL, NULL);
        g_autoptr (GBytes) turned = fixture_with_exif (plain, is_jpeg, orientation, FALSE);
        g_autoptr (GBytes) fitted = fit_well (turned, 0, 0, is_jpeg ? "image/jpeg" : "image/png");
        g_autoptr (GdkPixbuf) shown = fixture_decode (fitted);

        g_assert_cmpint (gdk_pixbuf_get_width (shown), ==, orientation >= 5 ? 24 : 40);
        if (!is_jpeg && orientation == 3)
          g_assert_cmphex (fixture_get (shown, 0, 0), ==, fixture_get (picture, 39, 23));
      }
}

static void
test_side (void)
{
  g_autoptr (GdkPixbuf) picture = fixture_coordinates (200, 120, FALSE);
  g_autoptr (GBytes) png = fixture_save (picture, "png", NULL, NULL);
  g_autoptr (GBytes) jpeg = fixture_save (picture, "jpeg", NULL, NULL);
  g_autoptr (GBytes) small_png = fit_well (png, 0, 100, "image/png");
  g_autoptr (GBytes) small_jpeg = fit_well (jpeg, 0, 199, "image/jpeg");
  StarsendPictureInfo info;

  g_assert_true (starsend_picture_probe_bytes (small_png, &info, NULL));
  g_assert_cmpint (info.width, ==, 100);
  g_assert_cmpint (info.height, ==, 60);
  g_assert_true (starsend_picture_probe_bytes (small_jpeg, &info, NULL));
  g_assert_cmpint (info.width, ==, 199);
}

/* Lines of one pixel: where pixels are merely left out, they turn black or white instead of grey. */
static void
test_filter (void)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 256, 256);
  g_autoptr (GBytes) png = NULL;
  g_autoptr (GBytes) fitted = NULL;
  g_autoptr (GdkPixbuf) shown = NULL;

  for (int y = 0; y < 256; y++)
    for (int x = 0; x < 256; x++)
      fixture_put (picture, x, y, x % 2 ? 0xffffff : 0x000000);
  png = fixture_save (picture, "png", NULL, NULL);
  fitted = fit_well (png, 0, 64, "image/png");
  shown = fixture_decode (fitted);
  for (int x = 1; x < 63; x++)
    {
      guint32 grey = fixture_get (shown, x, 32) & 0xff;

      g_assert_cmpuint (grey, >, 110);
      g_assert_cmpuint (grey, <, 146);
    }
}

static void
test_bytes (void)
{
  g_autoptr (GdkPixbuf) picture = noise (256, 192);
  g_autoptr (GBytes) png = fixture_save (picture, "png", NULL, NULL);
  gsize full = g_bytes_get_size (png);
  /* Less than its bare pixels, so that no PNG fits. */
  g_autoptr (GBytes) best = fit_well (png, 256 * 192 * 3 - 1, 0, "image/jpeg");
  StarsendPictureInfo info;
  const gsize limits[] = { full / 2, full / 4, full / 10, full / 40, 2000 };
  int last = 256;

  /* As large as it was, and with the best quality that fits. */
  g_assert_true (starsend_picture_probe_bytes (best, &info, NULL));
  g_assert_cmpint (info.width, ==, 256);
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autoptr (GBytes) fitted = fit_well (png, limits[i], 0, "image/jpeg");

      g_assert_true (starsend_picture_probe_bytes (fitted, &info, NULL));
      g_assert_cmpint (info.width, <=, last);
      last = info.width;
    }
  g_assert_cmpint (last, <, 100);
}

static void
test_too_small (void)
{
  g_autoptr (GdkPixbuf) picture = noise (64, 64);
  g_autoptr (GBytes) png = fixture_save (picture, "png", NULL, NULL);
  g_autoptr (GError) error = NULL;
  const char *mime = NULL;

  g_assert_null (fit (png, 100, 0, &mime, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_nonnull (strstr (error->message, "fit.dat"));
}

/* Fully transparent black becomes paper, not ink. */
static void
test_transparent (void)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, 256, 256);
  g_autoptr (GBytes) png = NULL;
  g_autoptr (GBytes) fitted = NULL;
  g_autoptr (GdkPixbuf) shown = NULL;

  for (int y = 0; y < 256; y++)
    for (int x = 0; x < 256; x++)
      fixture_put (picture, x, y, y < 128 ? (guint32) g_test_rand_int () & 0xffffff : 0);
  for (int y = 0; y < 256; y++)
    for (int x = 0; x < 256; x++)
      gdk_pixbuf_get_pixels (picture)[y * gdk_pixbuf_get_rowstride (picture) + 4 * x + 3] = y < 128 ? 255 : 0;
  png = fixture_save (picture, "png", NULL, NULL);
  fitted = fit_well (png, 30000, 0, "image/jpeg");
  shown = fixture_decode (fitted);
  g_assert_cmpuint (fixture_get (shown, 5, gdk_pixbuf_get_height (shown) - 5) & 0xff, >, 245);
}

static void
test_webp (void)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  g_autofree guchar *data = g_base64_decode ("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==", &length);
  g_autoptr (GBytes) webp = g_bytes_new (data, length);
  g_autoptr (GBytes) fitted = NULL;
  const char *mime = NULL;

  fitted = fit (webp, 0, 0, &mime, &error);
  if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE))
    {
      g_test_skip ("the GdkPixbuf loader for WebP is not installed");
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpstr (mime, ==, "image/png");
}

/* The head is that of a good picture, so only a look at the rest tells. */
static void
test_damaged (void)
{
  g_autoptr (GdkPixbuf) picture = fixture_coordinates (64, 48, FALSE);

  for (int is_jpeg = 0; is_jpeg < 2; is_jpeg++)
    {
      g_autoptr (GBytes) whole = fixture_save (picture, is_jpeg ? "jpeg" : "png", NULL, NULL);
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) - 40);
      g_autoptr (GError) error = NULL;
      const char *mime = NULL;

      g_assert_null (fit (cut, 0, 0, &mime, &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
    }
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;
  const char *mime = NULL;

  g_assert_null (starsend_picture_fit ("/nonexistent/front.png", 0, 0, &mime, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (starsend_picture_fit (g_get_tmp_dir (), 0, 0, &mime, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/picture-fit/own-bytes", test_own_bytes);
  g_test_add_func ("/picture-fit/turned", test_turned);
  g_test_add_func ("/picture-fit/side", test_side);
  g_test_add_func ("/picture-fit/filter", test_filter);
  g_test_add_func ("/picture-fit/bytes", test_bytes);
  g_test_add_func ("/picture-fit/too-small", test_too_small);
  g_test_add_func ("/picture-fit/transparent", test_transparent);
  g_test_add_func ("/picture-fit/webp", test_webp);
  g_test_add_func ("/picture-fit/damaged", test_damaged);
  g_test_add_func ("/picture-fit/missing", test_missing);

  return g_test_run ();
}
