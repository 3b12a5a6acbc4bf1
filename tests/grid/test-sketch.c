/* test-sketch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-error.h"
#include "starsend-grid-slicer.h"
#include "starsend-picture.h"
#include "starsend-sketch-provider.h"

#include "picture-fixtures.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  StarsendProvider *provider;
  GAsyncResult *result;
  guint n_notified;
  double last;
  GThread *main_thread;
  GCancellable *cancel_at_progress;
} Wait;

static StarsendRequest *
new_request (const char *prompt, guint number, int aspect_width, int aspect_height)
{
  StarsendRequest *request = starsend_request_new (STARSEND_REQUEST_GRID, "EP001_SEQ01", number, "sketch");

  starsend_request_set_prompt (request, prompt);
  starsend_request_set_aspect (request, aspect_width, aspect_height);
  return request;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  ((Wait *) data)->result = g_object_ref (result);
}

static void
on_fraction (StarsendJob *job, GParamSpec *pspec, Wait *wait)
{
  g_assert_true (g_thread_self () == wait->main_thread);
  g_assert_cmpfloat (starsend_job_get_fraction (job), >=, wait->last);
  wait->last = starsend_job_get_fraction (job);
  wait->n_notified++;
  if (wait->cancel_at_progress != NULL)
    g_cancellable_cancel (wait->cancel_at_progress);
}

static char *
part_path (void)
{
  char *path = fixture_write ("grid.png.part", "", 0);

  g_assert_cmpint (g_remove (path), ==, 0);
  return path;
}

/* The whole way: ticket, progress, delivery, file. */
static char *
collect (StarsendRequest *request, GCancellable *cancellable, gboolean cancel, GError **error)
{
  g_autoptr (StarsendProvider) provider = starsend_sketch_provider_new ();
  g_autoptr (StarsendTicket) ticket = starsend_ticket_new ("of-an-earlier-run", NULL);
  g_autoptr (StarsendJob) job = starsend_job_new ("job", request);
  g_autoptr (StarsendDelivery) delivery = NULL;
  g_autofree char *part = part_path ();
  Wait wait = { .provider = provider, .main_thread = g_thread_self (), .cancel_at_progress = cancel ? cancellable : NULL };

  g_signal_connect (job, "notify::fraction", G_CALLBACK (on_fraction), &wait);
  starsend_provider_collect_async (provider, request, ticket, job, part, cancellable, on_done, &wait);
  while (wait.result == NULL)
    g_main_context_iteration (NULL, TRUE);
  delivery = starsend_provider_collect_finish (provider, wait.result, error);
  g_object_unref (wait.result);
  if (delivery == NULL)
    {
      g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
      return NULL;
    }
  g_assert_cmpint (starsend_delivery_get_cost (delivery), ==, 0);
  g_assert_cmpuint (wait.n_notified, >=, 3);
  g_assert_cmpfloat (wait.last, ==, 1);
  return g_steal_pointer (&part);
}

static GdkPixbuf *
draw (StarsendRequest *request)
{
  g_autoptr (GError) error = NULL;
  char *part = collect (request, NULL, FALSE, &error);
  GdkPixbuf *picture;

  g_assert_no_error (error);
  picture = starsend_picture_load (part, &error);
  g_assert_no_error (error);
  fixture_remove (part);
  return picture;
}

static gboolean
same (GdkPixbuf *a, GdkPixbuf *b)
{
  return gdk_pixbuf_get_byte_length (a) == gdk_pixbuf_get_byte_length (b) &&
         memcmp (gdk_pixbuf_read_pixels (a), gdk_pixbuf_read_pixels (b), gdk_pixbuf_get_byte_length (a)) == 0;
}

static void
test_check (void)
{
  g_autoptr (StarsendProvider) provider = starsend_sketch_provider_new ();
  g_autoptr (StarsendRequest) grid = new_request ("A street", 1, 16, 9);
  g_autoptr (StarsendRequest) ribbon = new_request ("A street", 1, 1000, 1);
  g_autoptr (StarsendRequest) take = starsend_request_new (STARSEND_REQUEST_TAKE, "EP001_SEQ01", 1, "sketch");
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (starsend_provider_get_name (provider), ==, "local");
  g_assert_true (starsend_provider_check (provider, grid, &error));
  g_assert_no_error (error);
  g_assert_cmpint (starsend_provider_estimate (provider, grid), ==, 0);
  g_assert_false (starsend_provider_check (provider, take, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_clear_error (&error);
  g_assert_false (starsend_provider_check (provider, ribbon, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
}

static void
test_submit (void)
{
  g_autoptr (StarsendProvider) provider = starsend_sketch_provider_new ();
  g_autoptr (StarsendRequest) request = new_request ("A street", 1, 16, 9);
  g_autoptr (StarsendJob) job = starsend_job_new ("job", request);
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 20; i++)
    {
      Wait wait = { 0 };
      g_autoptr (StarsendTicket) ticket = NULL;
      g_autoptr (GError) error = NULL;

      starsend_provider_submit_async (provider, request, job, NULL, on_done, &wait);
      while (wait.result == NULL)
        g_main_context_iteration (NULL, TRUE);
      ticket = starsend_provider_submit_finish (provider, wait.result, &error);
      g_object_unref (wait.result);
      g_assert_no_error (error);
      g_assert_true (g_uuid_string_is_valid (starsend_ticket_get_request_id (ticket)));
      g_assert_true (g_hash_table_add (ids, g_strdup (starsend_ticket_get_request_id (ticket))));
    }
}

/* Every cell has exactly the ratio, and nothing in the picture looks like a gutter. */
static void
test_cells (void)
{
  static const int aspects[][4] = { { 16, 9, 1152, 648 }, { 9, 16, 648, 1152 }, { 1, 1, 1152, 1152 }, { 4, 3, 1152, 864 },
                                    { 21, 9, 1148, 492 }, { 1920, 1080, 1152, 648 }, { 16, 1, 1152, 72 } };
  static const char *const prompts[] = { "Suburban street, golden hour", "Neon city at night, rain", "The desert at noon",
                                         "Forest, snow, fog", "Interior of a bar", "A tunnel", "The sea", "A car park at dusk",
                                         "Mountains", "", "\xf0\x9f\x9a\x97 \xd8\xb3\xd9\x8a\xd8\xa7\xd8\xb1\xd8\xa9 car car car" };

  for (guint i = 0; i < G_N_ELEMENTS (prompts); i++)
    {
      const int *aspect = aspects[i % G_N_ELEMENTS (aspects)];
      g_autoptr (StarsendRequest) request = new_request (prompts[i], i, aspect[0], aspect[1]);
      g_autoptr (GdkPixbuf) picture = draw (request);
      StarsendGridCut cut;

      g_assert_cmpint (gdk_pixbuf_get_width (picture), ==, 2 * aspect[2]);
      g_assert_cmpint (gdk_pixbuf_get_height (picture), ==, 2 * aspect[3]);
      starsend_grid_cut_init_detected (&cut, picture);
      g_test_message ("%s: %d %d", prompts[i], cut.has_column_gutter, cut.has_row_gutter);
      g_assert_false (cut.has_column_gutter);
      g_assert_false (cut.has_row_gutter);
      for (guint a = 1; a <= 4; a++)
        for (guint b = a + 1; b <= 4; b++)
          {
            g_autoptr (GdkPixbuf) one = NULL;
            g_autoptr (GdkPixbuf) other = NULL;
            StarsendRectangle cell;

            g_assert_true (starsend_grid_cut_get_cell (&cut, a, &cell, NULL));
            one = gdk_pixbuf_new_subpixbuf (picture, cell.x, cell.y, cell.width, cell.height);
            g_assert_true (starsend_grid_cut_get_cell (&cut, b, &cell, NULL));
            other = gdk_pixbuf_new_subpixbuf (picture, cell.x, cell.y, cell.width, cell.height);
            g_assert_false (memcmp (gdk_pixbuf_read_pixels (one), gdk_pixbuf_read_pixels (other), 3 * (gsize) cell.width) == 0 &&
                            memcmp (gdk_pixbuf_read_pixels (one) + (gsize) gdk_pixbuf_get_rowstride (one) * (cell.height / 2),
                                    gdk_pixbuf_read_pixels (other) + (gsize) gdk_pixbuf_get_rowstride (other) * (cell.height / 2),
                                    3 * (gsize) cell.width) == 0);
          }
    }
}

static void
test_deterministic (void)
{
  g_autoptr (StarsendRequest) request = new_request ("Suburban street, golden hour", 1, 16, 9);
  g_autoptr (StarsendRequest) second = new_request ("Suburban street, golden hour", 2, 16, 9);
  g_autoptr (StarsendRequest) other = new_request ("Suburban street, rain", 1, 16, 9);
  g_autoptr (GdkPixbuf) a = draw (request);
  g_autoptr (GdkPixbuf) again = draw (request);
  g_autoptr (GdkPixbuf) b = draw (second);
  g_autoptr (GdkPixbuf) c = draw (other);

  g_assert_true (same (a, again));
  g_assert_false (same (a, b));
  g_assert_false (same (a, c));
  g_assert_false (same (b, c));
}

static guint
count_greenish (GdkPixbuf *picture)
{
  guint n = 0;

  for (int y = 0; y < gdk_pixbuf_get_height (picture); y += 2)
    for (int x = 0; x < gdk_pixbuf_get_width (picture); x += 2)
      {
        guint32 rgb = fixture_get (picture, x, y);

        n += (rgb >> 8 & 0xff) > (rgb >> 16) + 60 && (rgb >> 8 & 0xff) > (rgb & 0xff) + 60;
      }
  return n;
}

/* The colour of its picture, not of its name; and a picture that cannot be read takes nothing away. */
static void
test_elements (void)
{
  g_autoptr (GdkPixbuf) green = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 40, 30);
  g_autoptr (GBytes) bytes = NULL;
  char *path;
  guint counts[3];

  gdk_pixbuf_fill (green, 0x20c030ff);
  bytes = starsend_picture_encode_png (green, NULL);
  path = fixture_write ("car.png", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (StarsendRequest) request = new_request ("A road at noon", 1, 16, 9);
      g_autoptr (StarsendElementPictures) car =
          starsend_element_pictures_new ("blue_car", "The blue car", "coupe", i == 0 ? path : i == 1 ? NULL : "/nowhere/car.png", NULL);
      g_autoptr (StarsendElementPictures) thing = starsend_element_pictures_new ("amphora", NULL, NULL, NULL, NULL);
      g_autoptr (GdkPixbuf) picture = NULL;

      starsend_request_add_element (request, car);
      for (guint j = 0; j < 9; j++)
        starsend_request_add_element (request, thing);
      picture = draw (request);
      counts[i] = count_greenish (picture);
    }
  fixture_remove (path);
  g_assert_cmpuint (counts[0], >, 4000);
  g_assert_cmpuint (counts[1], <, 400);
  g_assert_cmpuint (counts[2], ==, counts[1]);
}

static void
test_cancel (void)
{
  for (int early = 0; early < 2; early++)
    {
      g_autoptr (StarsendRequest) request = new_request ("Forest", 1, 16, 9);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;

      if (early)
        g_cancellable_cancel (cancellable);
      g_assert_null (collect (request, cancellable, !early, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

static void
test_unwritable (void)
{
  g_autoptr (StarsendProvider) provider = starsend_sketch_provider_new ();
  g_autoptr (StarsendRequest) request = new_request ("Forest", 1, 4, 3);
  g_autoptr (StarsendTicket) ticket = starsend_ticket_new ("x", NULL);
  g_autoptr (StarsendJob) job = starsend_job_new ("job", request);
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 };

  starsend_provider_collect_async (provider, request, ticket, job, "/nowhere/grid.png.part", NULL, on_done, &wait);
  while (wait.result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (starsend_provider_collect_finish (provider, wait.result, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  g_object_unref (wait.result);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/sketch/check", test_check);
  g_test_add_func ("/sketch/submit", test_submit);
  g_test_add_func ("/sketch/cells", test_cells);
  g_test_add_func ("/sketch/deterministic", test_deterministic);
  g_test_add_func ("/sketch/elements", test_elements);
  g_test_add_func ("/sketch/cancel", test_cancel);
  g_test_add_func ("/sketch/unwritable", test_unwritable);
  return g_test_run ();
}
