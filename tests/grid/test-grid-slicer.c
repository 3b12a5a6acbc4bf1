/* test-grid-slicer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-error.h"
#include "starsend-grid-slicer.h"
#include "starsend-picture.h"

#include "picture-fixtures.h"

#include <math.h>
#include <stdlib.h>

#define WHITE 0xffffff
#define BLACK 0x000000

typedef struct
{
  int left, column, right;  /* border, gutter, border */
  int top, row, bottom;
  int cell_width, right_width, cell_height, lower_height;
  guint32 colour;
  int noise;
  const char *quality;      /* NULL: not through JPEG */
} Grid;

static double
hill (double x, double y, int seed)
{
  return 0.5 + 0.22 * sin (x * 9 + seed * 2.1) + 0.16 * sin (y * 13 + x * 4 + seed) + 0.12 * sin ((x + y) * 41 + seed * 5);
}

/* Something like a photograph: slow shapes, fine texture, a little grain. */
static guint32
scene (int x, int y, int width, int height, int seed)
{
  double u = (double) x / width, v = (double) y / height, light = hill (u, v, seed);
  guint32 hash = (guint32) x * 73856093u ^ (guint32) y * 19349663u ^ (guint32) seed * 83492791u;
  int grain = (int) ((hash * 2654435761u) >> 28) - 8;
  int r = (int) (light * 235) + grain, g = (int) (light * 200 + 30 * u) + grain, b = (int) (light * 160 + 60 * v) + grain;

  return (guint32) CLAMP (r, 0, 255) << 16 | (guint32) CLAMP (g, 0, 255) << 8 | (guint32) CLAMP (b, 0, 255);
}

static int
cell_index (int position, int border, int first, int gutter, int second)
{
  position -= border;
  if (position >= 0 && position < first)
    return 0;
  position -= first + gutter;
  return position >= 0 && position < second ? 1 : -1;
}

static guint32
add_noise (guint32 rgb, int noise)
{
  guint32 result = 0;

  for (int shift = 0; shift < 24; shift += 8)
    {
      int value = (int) (rgb >> shift & 0xff) + g_test_rand_int_range (-noise, noise + 1);

      result |= (guint32) CLAMP (value, 0, 255) << shift;
    }
  return result;
}

static GdkPixbuf *
through_jpeg (GdkPixbuf *picture, const char *quality)
{
  g_autoptr (GBytes) bytes = fixture_save (picture, "jpeg", "quality", quality);

  return fixture_decode (bytes);
}

static GdkPixbuf *
draw_grid (const Grid *grid)
{
  int width = grid->left + grid->cell_width + grid->column + grid->right_width + grid->right;
  int height = grid->top + grid->cell_height + grid->row + grid->lower_height + grid->bottom;
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        int column = cell_index (x, grid->left, grid->cell_width, grid->column, grid->right_width);
        int row = cell_index (y, grid->top, grid->cell_height, grid->row, grid->lower_height);
        guint32 rgb = column < 0 || row < 0 ? grid->colour
                                            : scene (x, y, grid->cell_width, grid->cell_height, 1 + column + 2 * row);

        fixture_put (picture, x, y, grid->noise > 0 ? add_noise (rgb, grid->noise) : rgb);
      }
  return grid->quality != NULL ? through_jpeg (picture, grid->quality) : g_steal_pointer (&picture);
}

static void
assert_near (int found, int wanted, int tolerance)
{
  g_assert_cmpint (abs (found - wanted), <=, tolerance);
}

static void
check_grid (const Grid *grid)
{
  g_autoptr (GdkPixbuf) picture = draw_grid (grid);
  int tolerance = grid->quality != NULL ? 1 : 0;
  StarsendGridCut cut;

  starsend_grid_cut_init_detected (&cut, picture);
  g_test_message ("#%06x column %d row %d border %d,%d,%d,%d noise %d quality %s: columns %d [%d %d] %d, rows %d [%d %d] %d, %.2f",
                  grid->colour, grid->column, grid->row, grid->left, grid->right, grid->top, grid->bottom, grid->noise,
                  grid->quality, cut.left, cut.column_start, cut.column_end, cut.right, cut.top, cut.row_start, cut.row_end,
                  cut.bottom, cut.confidence);
  g_assert_cmpint (cut.has_column_gutter, ==, grid->column > 0);
  g_assert_cmpint (cut.has_row_gutter, ==, grid->row > 0);
  assert_near (cut.left, grid->left, tolerance);
  assert_near (cut.column_start, grid->left + grid->cell_width, tolerance);
  assert_near (cut.column_end, grid->left + grid->cell_width + grid->column, tolerance);
  assert_near (cut.right, gdk_pixbuf_get_width (picture) - grid->right, tolerance);
  assert_near (cut.top, grid->top, tolerance);
  assert_near (cut.row_start, grid->top + grid->cell_height, tolerance);
  assert_near (cut.row_end, grid->top + grid->cell_height + grid->row, tolerance);
  assert_near (cut.bottom, gdk_pixbuf_get_height (picture) - grid->bottom, tolerance);
  g_assert_cmpfloat (cut.confidence, >=, 0.4);
  g_assert_cmpfloat (cut.confidence, <=, 1);
}

static Grid
plain (int gutter, guint32 colour)
{
  return (Grid) { 0, gutter, 0, 0, gutter, 0, 160, 160, 110, 110, colour, 0, NULL };
}

static void
test_gutter_widths (void)
{
  static const guint32 colours[] = { WHITE, BLACK, 0xc02020, 0x1030d0, 0x00ff00, 0xf0e0c0 };

  for (guint i = 0; i < G_N_ELEMENTS (colours); i++)
    for (int gutter = 1; gutter <= 40; gutter++)
      {
        Grid grid = plain (gutter, colours[i]);

        check_grid (&grid);
      }
}

static void
test_gutter_shapes (void)
{
  static const Grid grids[] = {
    /* Unequal gutters and cells. */
    { 0, 8, 0, 0, 20, 0, 320, 320, 180, 180, WHITE, 0, NULL },
    { 0, 20, 0, 0, 8, 0, 320, 320, 180, 180, BLACK, 0, NULL },
    { 0, 2, 0, 0, 1, 0, 320, 320, 180, 180, WHITE, 0, NULL },
    { 0, 10, 0, 0, 10, 0, 300, 340, 190, 170, WHITE, 0, NULL },
    { 0, 7, 0, 0, 9, 0, 340, 300, 160, 200, BLACK, 0, NULL },
    { 0, 12, 0, 0, 12, 0, 260, 380, 180, 180, 0xc02020, 0, NULL },
    /* A border around. */
    { 10, 10, 10, 10, 10, 10, 320, 320, 180, 180, WHITE, 0, NULL },
    { 20, 8, 20, 20, 8, 20, 320, 320, 180, 180, BLACK, 0, NULL },
    { 4, 10, 6, 8, 10, 2, 320, 320, 180, 180, WHITE, 0, NULL },
    { 1, 1, 1, 1, 1, 1, 320, 320, 180, 180, WHITE, 0, NULL },
    { 10, 10, 0, 0, 10, 10, 320, 320, 180, 180, 0x1030d0, 0, NULL },
    { 16, 4, 16, 16, 4, 16, 320, 320, 180, 180, 0x00ff00, 0, NULL },
    /* Grain over everything. */
    { 0, 10, 0, 0, 10, 0, 320, 320, 180, 180, WHITE, 6, NULL },
    { 0, 10, 0, 0, 10, 0, 320, 320, 180, 180, BLACK, 6, NULL },
    { 0, 3, 0, 0, 3, 0, 320, 320, 180, 180, 0x1030d0, 8, NULL },
    { 10, 6, 10, 10, 6, 10, 320, 320, 180, 180, WHITE, 10, NULL },
    { 10, 6, 10, 10, 6, 10, 320, 320, 180, 180, BLACK, 10, NULL },
    /* Small and large cells. */
    { 0, 4, 0, 0, 4, 0, 64, 64, 36, 36, WHITE, 0, NULL },
    { 2, 2, 2, 2, 2, 2, 64, 64, 64, 64, BLACK, 0, NULL },
    { 0, 6, 0, 0, 6, 0, 1376, 1376, 768, 768, WHITE, 0, NULL },
    { 9, 16, 9, 9, 16, 9, 1376, 1376, 768, 768, BLACK, 0, NULL },
    /* One of the two only. */
    { 0, 6, 0, 0, 0, 0, 320, 320, 180, 180, WHITE, 0, NULL },
    { 0, 0, 0, 0, 6, 0, 320, 320, 180, 180, WHITE, 0, NULL },
    /* Through JPEG. */
    { 0, 1, 0, 0, 1, 0, 320, 320, 180, 180, WHITE, 0, "75" },
    { 0, 2, 0, 0, 2, 0, 320, 320, 180, 180, WHITE, 0, "75" },
    { 0, 2, 0, 0, 2, 0, 320, 320, 180, 180, BLACK, 0, "75" },
    { 0, 3, 0, 0, 3, 0, 320, 320, 180, 180, WHITE, 0, "75" },
    { 0, 5, 0, 0, 5, 0, 320, 320, 180, 180, BLACK, 0, "75" },
    { 0, 8, 0, 0, 8, 0, 320, 320, 180, 180, WHITE, 0, "75" },
    { 0, 12, 0, 0, 12, 0, 320, 320, 180, 180, BLACK, 0, "75" },
    { 0, 10, 0, 0, 10, 0, 320, 320, 180, 180, 0xc02020, 0, "75" },
    { 0, 10, 0, 0, 10, 0, 320, 320, 180, 180, 0x1030d0, 0, "75" },
    { 0, 10, 0, 0, 10, 0, 320, 320, 180, 180, 0x00ff00, 0, "75" },
    { 0, 17, 0, 0, 5, 0, 320, 320, 180, 180, WHITE, 0, "75" },
    { 0, 40, 0, 0, 40, 0, 320, 320, 180, 180, BLACK, 0, "75" },
    { 10, 10, 10, 10, 10, 10, 320, 320, 180, 180, WHITE, 0, "75" },
    { 13, 7, 5, 3, 9, 11, 321, 317, 179, 183, BLACK, 0, "75" },
    { 10, 10, 10, 10, 10, 10, 320, 320, 180, 180, WHITE, 5, "75" },
    { 6, 4, 6, 6, 4, 6, 320, 320, 180, 180, BLACK, 5, "75" },
    { 6, 4, 6, 6, 4, 6, 320, 320, 180, 180, WHITE, 0, "50" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (grids); i++)
    check_grid (&grids[i]);
}

typedef guint32 (*Painter) (int x, int y, int width, int height);

static guint32
grey (int level)
{
  level = CLAMP (level, 0, 255);
  return (guint32) level << 16 | (guint32) level << 8 | (guint32) level;
}

static guint32
paint_black (int x, int y, int width, int height)
{
  return BLACK;
}

static guint32
paint_white (int x, int y, int width, int height)
{
  return WHITE;
}

static guint32
paint_across (int x, int y, int width, int height)
{
  return grey (x * 255 / width);
}

static guint32
paint_down (int x, int y, int width, int height)
{
  return grey (y * 255 / height);
}

static guint32
paint_scene (int x, int y, int width, int height)
{
  return scene (x, y, width, height, 3);
}

/* Stars and a lit window, black all around them. */
static guint32
paint_night (int x, int y, int width, int height)
{
  if ((x * 7919 + y * 104729) % 977 == 0)
    return WHITE;
  return x < width / 4 && y > height * 3 / 4 ? scene (x, y, width, height, 2) : 0x04050a;
}

static guint32
paint_dark_middle (int x, int y, int width, int height)
{
  return x > width * 3 / 8 && x < width * 5 / 8 ? BLACK : scene (x, y, width, height, 2);
}

static guint32
paint_white_middle (int x, int y, int width, int height)
{
  return y > height * 3 / 8 && y < height * 5 / 8 ? WHITE : scene (x, y, width, height, 2);
}

/* Light falling off to both sides of a black middle. */
static guint32
paint_valley (int x, int y, int width, int height)
{
  return grey (abs (2 * x - width) * 255 / width + (int) (scene (x, y, width, height, 1) & 7));
}

static guint32
paint_snow (int x, int y, int width, int height)
{
  return y > height * 2 / 5 ? (y > height * 4 / 5 ? 0xf4f6fa : WHITE) : scene (x, y, width, height, 4);
}

static guint32
paint_letterbox (int x, int y, int width, int height)
{
  return y < height / 8 || y >= height - height / 8 ? BLACK : scene (x, y, width, height, 4);
}

static guint32
paint_letterboxed_cells (int x, int y, int width, int height)
{
  return paint_letterbox (x % (width / 2), y % (height / 2), width / 2, height / 2);
}

static guint32
paint_pillarboxed_cells (int x, int y, int width, int height)
{
  int in_cell = x % (width / 2);

  return in_cell < width / 16 || in_cell >= width * 7 / 16 ? BLACK : scene (x, y, width, height, 4);
}

/* A white product page: four things, nothing between them. */
static guint32
paint_products (int x, int y, int width, int height)
{
  int u = x % (width / 2) - width / 4, v = y % (height / 2) - height / 4;

  return u * u + v * v < height * height / 36 ? scene (x, y, width, height, 1) : WHITE;
}

static guint32
paint_four_dark (int x, int y, int width, int height)
{
  int level = (int) (scene (x, y, width, height, 1 + (x >= width / 2) + 2 * (y >= height / 2)) & 0x1f);

  return grey (level);
}

static guint32
paint_cells (int x, int y, int width, int height)
{
  return scene (x, y, width, height, 1 + (x >= width / 2) + 2 * (y >= height / 2));
}

/* A dark post to the left of the middle, a bright horizon: both all across, and no grid. */
static guint32
paint_post_and_horizon (int x, int y, int width, int height)
{
  if (x >= width * 2 / 5 && x < width * 2 / 5 + 9)
    return 0x101010;
  return y >= height / 2 && y < height / 2 + 5 ? 0xfff0d0 : scene (x, y, width, height, 4);
}

static guint32
paint_street_lamp (int x, int y, int width, int height)
{
  return x >= width * 3 / 5 && x < width * 3 / 5 + 6 ? 0x101010 : scene (x, y, width, height, 4);
}

static guint32
paint_stripes (int x, int y, int width, int height)
{
  return x / 8 % 2 ? WHITE : BLACK;
}

static guint32
paint_checks (int x, int y, int width, int height)
{
  return (x / 8 + y / 8) % 2 ? WHITE : BLACK;
}

static void
test_no_gutter (void)
{
  static const Painter painters[] = { paint_black, paint_white, paint_across, paint_down, paint_scene, paint_night,
                                      paint_dark_middle, paint_white_middle, paint_valley, paint_snow, paint_letterbox,
                                      paint_letterboxed_cells, paint_pillarboxed_cells, paint_products, paint_four_dark,
                                      paint_cells, paint_post_and_horizon, paint_street_lamp, paint_stripes, paint_checks };

  for (guint i = 0; i < G_N_ELEMENTS (painters); i++)
    for (int jpeg = 0; jpeg < 2; jpeg++)
      {
        g_autoptr (GdkPixbuf) drawn = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 641, 360);
        g_autoptr (GdkPixbuf) picture = NULL;
        StarsendGridCut cut;

        for (int y = 0; y < 360; y++)
          for (int x = 0; x < 641; x++)
            fixture_put (drawn, x, y, painters[i](x, y, 641, 360));
        picture = jpeg ? through_jpeg (drawn, "75") : g_object_ref (drawn);
        starsend_grid_cut_init_detected (&cut, picture);
        g_test_message ("painter %u jpeg %d: [%d %d] [%d %d] %.2f", i, jpeg, cut.column_start, cut.column_end, cut.row_start,
                        cut.row_end, cut.confidence);
        g_assert_false (cut.has_column_gutter);
        g_assert_false (cut.has_row_gutter);
        g_assert_cmpint (cut.left, ==, 0);
        g_assert_cmpint (cut.column_start, ==, 321);
        g_assert_cmpint (cut.column_end, ==, 321);
        g_assert_cmpint (cut.right, ==, 641);
        g_assert_cmpint (cut.top, ==, 0);
        g_assert_cmpint (cut.row_start, ==, 180);
        g_assert_cmpint (cut.row_end, ==, 180);
        g_assert_cmpint (cut.bottom, ==, 360);
      }
}

/* Every pixel is in exactly one cell, and comes out of it as it went in. */
static void
check_even (int width, int height)
{
  g_autofree guint8 *seen = g_malloc0 ((gsize) width * height);
  g_autoptr (GdkPixbuf) picture = fixture_coordinates (width, height, FALSE);
  StarsendGridCut cut;

  starsend_grid_cut_init_even (&cut, width, height);
  for (guint quadrant = 1; quadrant <= 4; quadrant++)
    {
      StarsendRectangle cell;
      g_autoptr (GError) error = NULL;

      starsend_grid_cut_get_cell (&cut, quadrant, &cell, &error);
      g_assert_no_error (error);
      g_assert_cmpint (cell.width, ==, quadrant == 1 || quadrant == 3 ? (width + 1) / 2 : width / 2);
      g_assert_cmpint (cell.height, ==, quadrant <= 2 ? (height + 1) / 2 : height / 2);
      for (int y = cell.y; y < cell.y + cell.height; y++)
        for (int x = cell.x; x < cell.x + cell.width; x++)
          {
            g_assert_true (x >= 0 && y >= 0 && x < width && y < height);
            seen[y * width + x]++;
          }
    }
  for (int i = 0; i < width * height; i++)
    g_assert_cmpint (seen[i], ==, 1);
}

static void
test_even_sizes (void)
{
  for (int width = 2; width <= 65; width++)
    for (int height = 2; height <= 65; height++)
      check_even (width, height);
}

static void
test_crop_pixels (void)
{
  static const int sizes[][2] = { { 2, 2 }, { 5, 5 }, { 64, 36 }, { 65, 33 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint quadrant = 1; quadrant <= 4; quadrant++)
      {
        g_autoptr (GdkPixbuf) picture = fixture_coordinates (sizes[i][0], sizes[i][1], i % 2 == 0);
        g_autoptr (GBytes) bytes = NULL;
        g_autoptr (GdkPixbuf) cropped = NULL;
        g_autoptr (GError) error = NULL;
        StarsendGridCut cut;
        StarsendRectangle cell;

        starsend_grid_cut_init_even (&cut, sizes[i][0], sizes[i][1]);
        starsend_grid_cut_get_cell (&cut, quadrant, &cell, &error);
        bytes = starsend_grid_slicer_crop (picture, &cell, &error);
        g_assert_no_error (error);
        cropped = fixture_decode (bytes);
        g_assert_cmpint (gdk_pixbuf_get_width (cropped), ==, cell.width);
        g_assert_cmpint (gdk_pixbuf_get_height (cropped), ==, cell.height);
        for (int y = 0; y < cell.height; y++)
          for (int x = 0; x < cell.width; x++)
            g_assert_cmphex (fixture_get (cropped, x, y), ==, (guint32) (cell.x + x) << 12 | (guint32) (cell.y + y));
      }
}

static void
test_refusals (void)
{
  static const StarsendRectangle outside[] = { { -1, 0, 5, 5 }, { 0, -1, 5, 5 },  { 6, 0, 5, 5 },          { 0, 6, 5, 5 },
                                               { 0, 0, 0, 5 },  { 0, 0, 5, -5 }, { G_MAXINT, 0, 5, 5 }, { 0, 0, G_MAXINT, 1 } };
  g_autoptr (GdkPixbuf) picture = fixture_coordinates (10, 10, FALSE);
  StarsendGridCut cut;
  StarsendRectangle cell;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (outside); i++)
    {
      g_assert_null (starsend_grid_slicer_crop (picture, &outside[i], &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_clear_error (&error);
    }
  starsend_grid_cut_init_even (&cut, 10, 10);
  for (guint quadrant = 0; quadrant < 12; quadrant++)
    {
      gboolean good = quadrant >= 1 && quadrant <= 4;

      g_assert_true (starsend_grid_cut_get_cell (&cut, quadrant, &cell, &error) == good);
      if (!good)
        g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_clear_error (&error);
    }
  starsend_grid_cut_init_even (&cut, 1, 10);
  g_assert_true (starsend_grid_cut_get_cell (&cut, 3, &cell, &error));
  g_assert_no_error (error);
  g_assert_false (starsend_grid_cut_get_cell (&cut, 4, &cell, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
}

/* Pictures of every small size, through the finder: never outside, never overlapping. */
static void
test_detect_small (void)
{
  for (int width = 1; width <= 65; width += 3)
    for (int height = 1; height <= 65; height++)
      {
        g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, (width + height) % 2, 8, width, height);
        StarsendGridCut cut;

        for (int y = 0; y < height; y++)
          for (int x = 0; x < width; x++)
            fixture_put (picture, x, y, (guint32) g_test_rand_int_range (0, 2) * WHITE);
        starsend_grid_cut_init_detected (&cut, picture);
        g_assert_true (cut.left >= 0 && cut.left <= cut.column_start && cut.column_start <= cut.column_end &&
                       cut.column_end <= cut.right && cut.right <= width);
        g_assert_true (cut.top >= 0 && cut.top <= cut.row_start && cut.row_start <= cut.row_end &&
                       cut.row_end <= cut.bottom && cut.bottom <= height);
      }
}

static void
test_fit_table (void)
{
  static const struct
  {
    int width, height, aspect_width, aspect_height, crop_width, crop_height;
  } table[] = {
    { 1376, 768, 16, 9, 1360, 765 },     { 1376, 768, 1920, 1080, 1360, 765 }, { 1376, 768, 2048, 1152, 1360, 765 },
    { 1280, 720, 16, 9, 1280, 720 },     { 2048, 2048, 1, 1, 2048, 2048 },     { 1376, 768, 1, 1, 768, 768 },
    { 768, 1376, 9, 16, 765, 1360 },     { 1024, 1024, 4, 3, 1024, 768 },      { 1000, 1000, 21, 9, 994, 426 },
    { 1376, 768, 239, 100, 1195, 500 },  { 17, 9, 16, 9, 16, 9 },              { 16, 8, 16, 9, 14, 8 },
    { 5, 5, 16, 9, 5, 3 },               { 1, 1, 16, 9, 1, 1 },                { 300, 300, 1000, 1, 300, 1 },
    { 300, 300, 1, 1000, 1, 300 },       { 300, 300, 1001, 1000, 300, 300 },   { 3, 300, 1, 100, 3, 300 },
    { 16384, 16384, 16383, 16384, 16383, 16384 }, { 7, 3, 2147483647, 1, 7, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      StarsendRectangle cell = { 100, 200, table[i].width, table[i].height }, crop;

      starsend_grid_cut_fit (&cell, table[i].aspect_width, table[i].aspect_height, &crop);
      g_assert_cmpint (crop.width, ==, table[i].crop_width);
      g_assert_cmpint (crop.height, ==, table[i].crop_height);
      g_assert_cmpint (crop.x, ==, 100 + (table[i].width - crop.width) / 2);
      g_assert_cmpint (crop.y, ==, 200 + (table[i].height - crop.height) / 2);
    }
}

static void
test_fit_exact (void)
{
  static const int ratios[][2] = { { 16, 9 }, { 9, 16 }, { 1, 1 }, { 4, 3 }, { 3, 2 }, { 21, 9 }, { 2, 3 }, { 5, 4 }, { 43, 24 } };

  for (guint i = 0; i < G_N_ELEMENTS (ratios); i++)
    for (int width = 43; width < 1400; width += 7)
      for (int height = 43; height < 800; height += 11)
        {
          StarsendRectangle cell = { 3, 5, width, height }, crop;

          starsend_grid_cut_fit (&cell, ratios[i][0], ratios[i][1], &crop);
          g_assert_cmpint (crop.width * ratios[i][1], ==, crop.height * ratios[i][0]);
          g_assert_true (crop.x >= 3 && crop.y >= 5 && crop.x + crop.width <= 3 + width && crop.y + crop.height <= 5 + height);
          /* One step more fits in one direction at most. */
          g_assert_true (width - crop.width < ratios[i][0] || height - crop.height < ratios[i][1]);
        }
}

static void
test_boxed (void)
{
  StarsendGridCut cut;
  StarsendRectangle rectangle = { 1, 2, 3, 4 };
  StarsendGridCut *copy;
  StarsendRectangle *other;

  starsend_grid_cut_init_even (&cut, 10, 8);
  copy = g_boxed_copy (STARSEND_TYPE_GRID_CUT, &cut);
  g_assert_cmpmem (copy, sizeof *copy, &cut, sizeof cut);
  g_boxed_free (STARSEND_TYPE_GRID_CUT, copy);
  other = g_boxed_copy (STARSEND_TYPE_RECTANGLE, &rectangle);
  g_assert_cmpmem (other, sizeof *other, &rectangle, sizeof rectangle);
  g_boxed_free (STARSEND_TYPE_RECTANGLE, other);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/grid/even-sizes", test_even_sizes);
  g_test_add_func ("/grid/crop-pixels", test_crop_pixels);
  g_test_add_func ("/grid/gutter-widths", test_gutter_widths);
  g_test_add_func ("/grid/gutter-shapes", test_gutter_shapes);
  g_test_add_func ("/grid/no-gutter", test_no_gutter);
  g_test_add_func ("/grid/detect-small", test_detect_small);
  g_test_add_func ("/grid/refusals", test_refusals);
  g_test_add_func ("/grid/fit-table", test_fit_table);
  g_test_add_func ("/grid/fit-exact", test_fit_exact);
  g_test_add_func ("/grid/boxed", test_boxed);
  return g_test_run ();
}
