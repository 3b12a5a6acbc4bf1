/* test-picture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-error.h"
#include "starsend-picture.h"

#include "picture-fixtures.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static GdkPixbuf *
load_bytes (GBytes *bytes, GError **error)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);
  char *path = fixture_write ("picture.dat", data, length);
  GdkPixbuf *picture = starsend_picture_load (path, error);

  fixture_remove (path);
  return picture;
}

static void
assert_refused (GBytes *bytes, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) picture = load_bytes (bytes, &error);

  g_assert_error (error, STARSEND_ERROR, code);
  g_assert_null (picture);
  g_assert_cmpint (strlen (error->message), >, 20);
}

/* Every kind of PNG there is, against the general decoder. */
static void
test_png_kinds (void)
{
  static const guint8 kinds[][2] = { { 0, 1 }, { 0, 2 }, { 0, 4 }, { 0, 8 }, { 0, 16 }, { 2, 8 }, { 2, 16 }, { 3, 1 },
                                     { 3, 2 }, { 3, 4 }, { 3, 8 }, { 4, 8 }, { 4, 16 }, { 6, 8 }, { 6, 16 } };
  static const int sizes[][2] = { { 1, 1 }, { 2, 3 }, { 7, 5 }, { 16, 16 }, { 33, 9 }, { 61, 40 } };

  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    for (guint size = 0; size < G_N_ELEMENTS (sizes); size++)
      for (int interlaced = 0; interlaced < 2; interlaced++)
        for (int filter = -1; filter < 5; filter++)
          {
            g_autoptr (GBytes) bytes =
                fixture_png (sizes[size][0], sizes[size][1], kinds[kind][1], kinds[kind][0], interlaced, filter);
            g_autoptr (GdkPixbuf) wanted = fixture_decode (bytes);
            g_autoptr (GError) error = NULL;
            g_autoptr (GdkPixbuf) picture = load_bytes (bytes, &error);

            g_assert_no_error (error);
            g_assert_cmpint (gdk_pixbuf_get_bits_per_sample (picture), ==, 8);
            fixture_assert_equal (picture, wanted);
          }
}

/* The file cut after each of its bytes, and with each of its bytes changed: an error, or the same picture. */
static void
sweep (GBytes *bytes, gboolean flips_are_found)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autoptr (GdkPixbuf) whole = load_bytes (bytes, NULL);
  guint n_same = 0;

  g_assert_nonnull (whole);
  for (gsize n = 0; n < length; n++)
    {
      g_autoptr (GBytes) cut = g_bytes_new (data, n);

      assert_refused (cut, STARSEND_ERROR_INVALID_INPUT);
    }
  for (gsize n = 0; n < length; n++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, length);
      g_autoptr (GBytes) changed = NULL;
      g_autoptr (GdkPixbuf) picture = NULL;
      g_autoptr (GError) error = NULL;

      copy[n] ^= (guint8) (1 << g_test_rand_int_range (0, 8));
      changed = g_bytes_new_take (g_steal_pointer (&copy), length);
      picture = load_bytes (changed, &error);
      g_assert_true ((picture != NULL) == (error == NULL));
      n_same += picture != NULL;
    }
  if (flips_are_found)
    g_assert_cmpuint (n_same, ==, 0);
}

static void
test_png_damaged (void)
{
  g_autoptr (GBytes) plain = fixture_png (9, 7, 8, 2, FALSE, -1);
  g_autoptr (GBytes) alpha = fixture_png (5, 4, 8, 6, FALSE, 4);
  g_autoptr (GBytes) palette = fixture_png (9, 7, 4, 3, TRUE, -1);
  g_autoptr (GBytes) deep = fixture_png (5, 5, 16, 2, TRUE, -1);

  sweep (plain, TRUE);
  sweep (alpha, TRUE);
  sweep (palette, TRUE);
  sweep (deep, TRUE);
}

static void
test_jpeg_damaged (void)
{
  g_autoptr (GdkPixbuf) picture = fixture_coordinates (24, 17, FALSE);
  g_autoptr (GBytes) bytes = fixture_save (picture, "jpeg", "quality", "60");

  sweep (bytes, FALSE);
}

/* Whole chunks, good checksums, and yet rows too few, too many, or of a filter that does not exist. */
static void
test_png_lies (void)
{
  static const struct
  {
    guint32 width, height;
    guint8 depth, colour_type;
    int filter;
  } lies[] = { { 9, 8, 8, 2, -1 }, { 9, 6, 8, 2, -1 }, { 10, 7, 8, 2, -1 }, { 9, 7, 8, 6, -1 }, { 9, 7, 16, 2, -1 },
               { 9, 7, 8, 2, 5 },  { 9, 7, 8, 2, 255 }, { 0, 7, 8, 2, -1 }, { 9, 7, 3, 2, -1 }, { 9, 7, 8, 5, -1 },
               { 9, 7, 8, 200, -1 }, { 9, 7, 64, 0, -1 } };

  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autoptr (GBytes) honest = fixture_png (9, 7, 8, 2, FALSE, lies[i].filter);
      GByteArray *file = fixture_png_start (lies[i].width, lies[i].height, lies[i].depth, lies[i].colour_type, FALSE);
      g_autoptr (GBytes) bytes = NULL;
      gsize n;
      const guint8 *data = g_bytes_get_data (honest, &n);

      g_byte_array_append (file, data + 33, (guint) n - 33);
      bytes = g_byte_array_free_to_bytes (file);
      assert_refused (bytes, STARSEND_ERROR_INVALID_INPUT);
    }
}

static void
test_bombs (void)
{
  static const guint32 sizes[][2] = { { 20000, 20000 }, { 16385, 1 }, { 1, 16385 }, { 10001, 10000 },
                                      { 0x7fffffff, 0x7fffffff }, { 0xffffffff, 0xffffffff }, { 0x80000000, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      GByteArray *file = fixture_png_start (sizes[i][0], sizes[i][1], 8, 2, FALSE);
      g_autoptr (GBytes) bytes = NULL;
      StarsendPictureInfo info;
      g_autoptr (GError) error = NULL;

      fixture_png_chunk (file, "IDAT", (const guint8 *) "x", 1);
      fixture_png_chunk (file, "IEND", NULL, 0);
      bytes = g_byte_array_free_to_bytes (file);
      assert_refused (bytes, STARSEND_ERROR_INVALID_INPUT);
      g_assert_false (starsend_picture_probe_bytes (bytes, &info, &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
    }
}

static void
test_jpeg_bombs (void)
{
  g_autoptr (GdkPixbuf) picture = fixture_coordinates (24, 17, FALSE);
  g_autoptr (GBytes) bytes = fixture_save (picture, "jpeg", "quality", "60");
  g_autoptr (GByteArray) scans = g_byte_array_new ();
  g_autoptr (GBytes) many = NULL;
  g_autoptr (GBytes) large = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autofree guint8 *copy = g_memdup2 (data, length);

  for (gsize i = 0; i + 9 < length; i++)
    if (copy[i] == 0xff && copy[i + 1] == 0xc0)
      memset (copy + i + 5, 0xff, 4);
  large = g_bytes_new_take (g_steal_pointer (&copy), length);
  assert_refused (large, STARSEND_ERROR_INVALID_INPUT);

  for (guint i = 0; i < 200; i++)
    g_byte_array_append (scans, (const guint8 *) "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00", 10);
  many = fixture_splice (bytes, length - 2, scans->data, scans->len);
  assert_refused (many, STARSEND_ERROR_INVALID_INPUT);
}

/* What a viewer shows at @x, @y of the shown picture, looked up in the stored one. */
static guint32
oriented (GdkPixbuf *stored, int orientation, int x, int y)
{
  int right = gdk_pixbuf_get_width (stored) - 1, bottom = gdk_pixbuf_get_height (stored) - 1;

  switch (orientation)
    {
    case 2:
      return fixture_get (stored, right - x, y);
    case 3:
      return fixture_get (stored, right - x, bottom - y);
    case 4:
      return fixture_get (stored, x, bottom - y);
    case 5:
      return fixture_get (stored, y, x);
    case 6:
      return fixture_get (stored, y, bottom - x);
    case 7:
      return fixture_get (stored, right - y, bottom - x);
    case 8:
      return fixture_get (stored, right - y, x);
    default:
      return fixture_get (stored, x, y);
    }
}

static void
test_orientation (void)
{
  g_autoptr (GdkPixbuf) picture = fixture_coordinates (40, 24, FALSE);

  for (int is_jpeg = 0; is_jpeg < 2; is_jpeg++)
    for (int orientation = 0; orientation <= 9; orientation++)
      {
        g_autoptr (GBytes) bytes = fixture_save (picture, is_jpeg ? "jpeg" : "png", NULL, NULL);
        g_autoptr (GdkPixbuf) stored = fixture_decode (bytes);
        g_autoptr (GBytes) turned = fixture_with_exif (bytes, is_jpeg, orientation, orientation & 1);
        g_autoptr (GdkPixbuf) shown = NULL;
        g_autoptr (GError) error = NULL;
        StarsendPictureInfo info;

        starsend_picture_probe_bytes (turned, &info, &error);
        g_assert_no_error (error);
        shown = load_bytes (turned, &error);
        g_assert_no_error (error);
        g_assert_cmpint (info.width, ==, orientation >= 5 && orientation <= 8 ? 24 : 40);
        g_assert_cmpint (info.width, ==, gdk_pixbuf_get_width (shown));
        g_assert_cmpint (info.height, ==, gdk_pixbuf_get_height (shown));
        for (int y = 0; y < info.height; y++)
          for (int x = 0; x < info.width; x++)
            g_assert_cmphex (fixture_get (shown, x, y), ==, oriented (stored, orientation, x, y));
      }
}

static void
test_kinds (void)
{
  static const struct
  {
    const char *bytes;
    gsize length;
  } others[] = { { "GIF89a\1\0\1\0\0\0\0;", 14 },
                 { "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", 61 },
                 { "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", 18 },
                 { "II*\0\x08\0\0\0", 8 },
                 { "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16 },
                 { "P6 1 1 255 xxx", 14 },
                 { "#EXTM3U\n/etc/passwd\n", 20 },
                 { "\x89PNG\r\n\x1a\n", 8 },
                 { "\xff\xd8\xff", 3 },
                 { "RIFF\x20\0\0\0WEBPVP8 ", 16 },
                 { "", 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (others[i].bytes, others[i].length);

      assert_refused (bytes, STARSEND_ERROR_INVALID_INPUT);
    }
}

/* The content decides, whatever the name says. */
static void
test_wrong_name (void)
{
  g_autoptr (GBytes) bytes = fixture_png (9, 7, 8, 2, FALSE, 0);
  char *path = fixture_write ("photo.jpg", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) picture = starsend_picture_load (path, &error);
  StarsendPictureInfo info;

  g_assert_no_error (error);
  g_assert_true (starsend_picture_probe (path, &info, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (info.format, ==, "png");
  g_assert_cmpint (info.width, ==, 9);
  g_assert_cmpint (info.height, ==, 7);
  g_assert_cmpint (info.size, ==, g_bytes_get_size (bytes));
  fixture_remove (path);
}

static void
assert_path_refused (const char *path, int code)
{
  StarsendPictureInfo info;
  g_autoptr (GError) error = NULL;

  g_assert_false (starsend_picture_probe (path, &info, &error));
  g_assert_error (error, STARSEND_ERROR, code);
  g_clear_error (&error);
  g_assert_null (starsend_picture_load (path, &error));
  g_assert_error (error, STARSEND_ERROR, code);
}

static void
test_no_file (void)
{
  g_autofree char *pipe = g_build_filename (g_get_user_data_dir (), "pipe.png", NULL);
  g_autofree char *gone = g_build_filename (g_get_user_data_dir (), "gone.png", NULL);

  g_assert_cmpint (g_mkdir_with_parents (g_get_user_data_dir (), 0700), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  assert_path_refused (pipe, STARSEND_ERROR_INVALID_INPUT);
  assert_path_refused (g_get_user_data_dir (), STARSEND_ERROR_INVALID_INPUT);
  assert_path_refused ("/dev/zero", STARSEND_ERROR_INVALID_INPUT);
  assert_path_refused (gone, STARSEND_ERROR_NOT_FOUND);
  assert_path_refused ("", STARSEND_ERROR_NOT_FOUND);
  g_assert_cmpint (g_remove (pipe), ==, 0);
}

/* 257 MiB that take no room on the disk. */
static void
test_too_large (void)
{
  g_autoptr (GBytes) bytes = fixture_png (9, 7, 8, 2, FALSE, 0);
  char *path = fixture_write ("large.png", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  g_assert_cmpint (truncate (path, G_GINT64_CONSTANT (257) * 1024 * 1024), ==, 0);
  assert_path_refused (path, STARSEND_ERROR_INVALID_INPUT);
  fixture_remove (path);
}

static GBytes *
webp_header (const char *kind, const guint8 *payload, gsize length)
{
  GByteArray *file = g_byte_array_new ();

  g_byte_array_append (file, (const guint8 *) "RIFF\x40\0\0\0WEBP", 12);
  g_byte_array_append (file, (const guint8 *) kind, 4);
  g_byte_array_append (file, (const guint8 *) "\x0a\0\0\0", 4);
  g_byte_array_append (file, payload, (guint) length);
  g_byte_array_append (file, (const guint8 *) "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
  return g_byte_array_free_to_bytes (file);
}

static void
test_webp_header (void)
{
  g_autoptr (GBytes) lossy = webp_header ("VP8 ", (const guint8 *) "\x10\x02\x00\x9d\x01\x2a\x40\x01\xf0\x40", 10);
  g_autoptr (GBytes) lossless = webp_header ("VP8L", (const guint8 *) "\x2f\x3f\xc1\x3b\x00", 5);
  g_autoptr (GBytes) extended = webp_header ("VP8X", (const guint8 *) "\0\0\0\0\x3f\x01\0\xef\0\0", 10);
  g_autoptr (GBytes) animated = webp_header ("VP8X", (const guint8 *) "\2\0\0\0\x3f\x01\0\xef\0\0", 10);
  g_autoptr (GBytes) huge = webp_header ("VP8X", (const guint8 *) "\0\0\0\0\xff\xff\xff\xff\xff\xff", 10);
  GBytes *good[] = { lossy, lossless, extended };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      StarsendPictureInfo info;
      g_autoptr (GError) load_error = NULL;

      starsend_picture_probe_bytes (good[i], &info, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (info.format, ==, "webp");
      g_assert_cmpint (info.width, ==, 320);
      g_assert_cmpint (info.height, ==, 240);
      /* No picture behind it: shorter than it says. */
      g_assert_null (load_bytes (good[i], &load_error));
      g_assert_true (load_error->domain == STARSEND_ERROR);
      g_assert_true (load_error->code == STARSEND_ERROR_INVALID_INPUT);
    }
  assert_refused (animated, STARSEND_ERROR_INVALID_INPUT);
  assert_refused (huge, STARSEND_ERROR_INVALID_INPUT);
}

/* An animated PNG shows its first frame. */
static void
test_apng (void)
{
  g_autoptr (GBytes) still = fixture_png (9, 7, 8, 2, FALSE, 0);
  g_autoptr (GByteArray) chunk = g_byte_array_new ();
  g_autoptr (GBytes) animated = NULL;
  g_autoptr (GdkPixbuf) wanted = load_bytes (still, NULL);
  g_autoptr (GdkPixbuf) picture = NULL;
  g_autoptr (GError) error = NULL;

  fixture_png_chunk (chunk, "acTL", (const guint8 *) "\0\0\0\2\0\0\0\0", 8);
  animated = fixture_splice (still, 33, chunk->data, chunk->len);
  picture = load_bytes (animated, &error);
  g_assert_no_error (error);
  fixture_assert_equal (picture, wanted);
}

static void
test_scaled (void)
{
  static const int wanted[][4] = { { 100, 100, 100, 60 }, { 100, 0, 100, 60 }, { 0, 30, 50, 30 }, { 999, 999, 200, 120 },
                                   { 1, 1, 1, 1 },        { 0, 0, 200, 120 },  { 200, 12, 20, 12 } };
  g_autoptr (GdkPixbuf) picture = fixture_coordinates (200, 120, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    for (int is_jpeg = 0; is_jpeg < 2; is_jpeg++)
      for (int turned = 0; turned < 2; turned++)
        {
          g_autoptr (GBytes) bytes = fixture_save (picture, is_jpeg ? "jpeg" : "png", NULL, NULL);
          g_autoptr (GBytes) file = fixture_with_exif (bytes, is_jpeg, turned ? 6 : 1, FALSE);
          char *path = fixture_write ("scaled", g_bytes_get_data (file, NULL), g_bytes_get_size (file));
          g_autoptr (GError) error = NULL;
          g_autoptr (GdkPixbuf) scaled =
              starsend_picture_load_scaled (path, wanted[i][turned], wanted[i][1 - turned], &error);

          g_assert_no_error (error);
          g_assert_cmpint (gdk_pixbuf_get_width (scaled), ==, wanted[i][2 + turned]);
          g_assert_cmpint (gdk_pixbuf_get_height (scaled), ==, wanted[i][3 - turned]);
          fixture_remove (path);
        }
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
load_async_and_wait (const char *path, GCancellable *cancellable)
{
  GAsyncResult *result = NULL;

  starsend_picture_load_async (path, 20, 0, cancellable, on_loaded, &result);
  g_assert_null (result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return result;
}

static void
test_async (void)
{
  g_autoptr (GBytes) bytes = fixture_png (40, 20, 8, 2, FALSE, 0);
  char *path = fixture_write ("async.png", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) good = load_async_and_wait (path, cancellable);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) picture = starsend_picture_load_finish (good, &error);
  g_autoptr (GAsyncResult) cancelled = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (gdk_pixbuf_get_width (picture), ==, 20);
  g_cancellable_cancel (cancellable);
  cancelled = load_async_and_wait (path, cancellable);
  g_assert_null (starsend_picture_load_finish (cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_remove (path);
}

static void
check_encoded (GdkPixbuf *picture, gboolean alpha_stays)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = starsend_picture_encode_png (picture, &error);
  g_autoptr (GdkPixbuf) reference = NULL;
  g_autoptr (GdkPixbuf) ours = NULL;
  g_autoptr (GdkPixbuf) wanted = NULL;

  g_assert_no_error (error);
  reference = fixture_decode (bytes);
  ours = load_bytes (bytes, &error);
  g_assert_no_error (error);
  fixture_assert_equal (ours, reference);
  g_assert_true (gdk_pixbuf_get_has_alpha (ours) == alpha_stays);
  wanted = gdk_pixbuf_get_has_alpha (picture) ? g_object_ref (picture) : gdk_pixbuf_add_alpha (picture, FALSE, 0, 0, 0);
  if (!alpha_stays)
    {
      g_autoptr (GdkPixbuf) bare = g_steal_pointer (&ours);

      ours = gdk_pixbuf_add_alpha (bare, FALSE, 0, 0, 0);
    }
  fixture_assert_equal (ours, wanted);
}

static void
test_encode (void)
{
  for (int width = 1; width < 40; width += 1 + width / 4)
    for (int height = 1; height < 40; height += 1 + height / 4)
      {
        g_autoptr (GdkPixbuf) opaque = fixture_coordinates (width, height, FALSE);
        g_autoptr (GdkPixbuf) full = fixture_coordinates (width, height, TRUE);
        g_autoptr (GdkPixbuf) clear = fixture_coordinates (width, height, TRUE);

        gdk_pixbuf_get_pixels (clear)[(height - 1) * gdk_pixbuf_get_rowstride (clear) + 4 * width - 1] = 0xfe;
        check_encoded (opaque, FALSE);
        check_encoded (full, FALSE);
        check_encoded (clear, TRUE);
      }
}

/* Readers that are not ours, where they are installed. */
static void
test_encode_foreign (void)
{
  static const char *const readers[][3] = { { "/usr/bin/identify-im6.q16", "-verbose", NULL },
                                            { "/usr/bin/vipsheader", NULL, NULL },
                                            { "/usr/bin/pngfix", NULL, NULL } };
  g_autoptr (GdkPixbuf) picture = fixture_coordinates (321, 123, FALSE);
  g_autoptr (GBytes) bytes = starsend_picture_encode_png (picture, NULL);
  char *path = fixture_write ("ours.png", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  guint n_run = 0;

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      const char *argv[] = { readers[i][0], readers[i][1] != NULL ? readers[i][1] : path,
                             readers[i][1] != NULL ? path : NULL, NULL };
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;
      g_autoptr (GError) error = NULL;
      int status;

      if (!g_file_test (readers[i][0], G_FILE_TEST_IS_EXECUTABLE))
        continue;
      g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, &out, &err, &status, &error);
      g_assert_no_error (error);
      g_assert_cmpint (status, ==, 0);
      if (i < 2)
        g_assert_nonnull (strstr (out, "321x123"));
      n_run++;
    }
  fixture_remove (path);
  if (n_run == 0)
    g_test_skip ("neither ImageMagick nor vips nor pngfix is installed");
}

/* Every picture of gdk-pixbuf's own tests is shown or refused; none of them brings us down. */
static void
test_corpus (void)
{
  static const char *const folders[] = { "/usr/libexec/installed-tests/gdk-pixbuf", "/usr/share/installed-tests/gdk-pixbuf" };
  g_autoptr (GQueue) pending = g_queue_new ();
  guint n_shown = 0, n_refused = 0;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    g_queue_push_tail (pending, g_strdup (folders[i]));
  while (!g_queue_is_empty (pending))
    {
      g_autofree char *path = g_queue_pop_head (pending);
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GdkPixbuf) picture = NULL;

      for (const char *name = dir ? g_dir_read_name (dir) : NULL; name != NULL; name = g_dir_read_name (dir))
        g_queue_push_tail (pending, g_build_filename (path, name, NULL));
      if (dir != NULL || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
        continue;
      picture = starsend_picture_load (path, &error);
      g_assert_true ((picture == NULL) == (error != NULL));
      n_shown += picture != NULL;
      n_refused += picture == NULL;
      if (error != NULL)
        g_test_message ("%s", error->message);
    }
  if (n_shown + n_refused == 0)
    g_test_skip ("gdk-pixbuf-tests is not installed");
  else
    g_test_message ("%u shown, %u refused", n_shown, n_refused);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/picture/png-kinds", test_png_kinds);
  g_test_add_func ("/picture/png-damaged", test_png_damaged);
  g_test_add_func ("/picture/png-lies", test_png_lies);
  g_test_add_func ("/picture/jpeg-damaged", test_jpeg_damaged);
  g_test_add_func ("/picture/bombs", test_bombs);
  g_test_add_func ("/picture/jpeg-bombs", test_jpeg_bombs);
  g_test_add_func ("/picture/orientation", test_orientation);
  g_test_add_func ("/picture/kinds", test_kinds);
  g_test_add_func ("/picture/wrong-name", test_wrong_name);
  g_test_add_func ("/picture/no-file", test_no_file);
  g_test_add_func ("/picture/too-large", test_too_large);
  g_test_add_func ("/picture/webp-header", test_webp_header);
  g_test_add_func ("/picture/apng", test_apng);
  g_test_add_func ("/picture/scaled", test_scaled);
  g_test_add_func ("/picture/async", test_async);
  g_test_add_func ("/picture/encode", test_encode);
  g_test_add_func ("/picture/encode-foreign", test_encode_foreign);
  g_test_add_func ("/picture/corpus", test_corpus);
  return g_test_run ();
}
