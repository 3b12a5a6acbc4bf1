/* starsend-picture-critic.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-picture-critic.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>

#include "starsend-checks.h"
#include "starsend-grid-slicer.h"
#include "starsend-luma.h"

/* All thresholds, and why.
 *
 * ASPECT_TOLERANCE: models round their sizes to multiples of 8 or 16: 1344 x 768 for 16:9 is 1.6 % off. Of a quadrant that is
 *   cut to the ratio no more than that is lost; at 4:3 for 16:9 it would be a quarter.
 * FLAT_DEVIATION, FLAT_ENTROPY: a picture of one colour has 0 of both, a soft gradient over 5 % of the scale 3.7 of both. The
 *   emptiest sketch has 14 and 3.1. A flat one is under both.
 * BAND_*: a band at the edge is of one brightness, on both of two opposite sides, and ends sharply. A clear sky is on one side.
 */
#define ASPECT_TOLERANCE 0.02
#define FLAT_DEVIATION 4.0
#define FLAT_ENTROPY 4.0
#define BAND_SPREAD 6
#define BAND_STEP 12.0
#define BAND_MIN 2
/* At which pictures are looked at. */
#define SIDE 256

static void
add_size (JsonObject *checks, GdkPixbuf *picture, int aspect_width, int aspect_height)
{
  int width = gdk_pixbuf_get_width (picture), height = gdk_pixbuf_get_height (picture);
  double wanted = (double) aspect_width / aspect_height;

  json_object_set_int_member (checks, "width", width);
  json_object_set_int_member (checks, "height", height);
  json_object_set_double_member (checks, "aspect", (double) width / height);
  json_object_set_double_member (checks, "planned_aspect", wanted);
  if (fabs ((double) width / height / wanted - 1) > ASPECT_TOLERANCE)
    starsend_checks_take_warning (checks, g_strdup_printf (_("The picture is %d × %d, which is not %d:%d."), width, height, aspect_width, aspect_height));
}

static gboolean
is_flat (const StarsendLumaFigures *figures)
{
  return figures->deviation < FLAT_DEVIATION && figures->entropy < FLAT_ENTROPY;
}

static void
add_figures (JsonObject *object, const StarsendLumaFigures *figures)
{
  json_object_set_double_member (object, "brightness", figures->mean);
  json_object_set_double_member (object, "deviation", figures->deviation);
  json_object_set_double_member (object, "entropy", figures->entropy);
}

/* Grids */

static void
judge_quadrant (GdkPixbuf *grid, const StarsendGridCut *cut, guint quadrant, int aspect_width, int aspect_height, JsonArray *quadrants, JsonObject *checks)
{
  JsonObject *object = json_object_new ();
  StarsendRectangle cell, crop;
  StarsendLumaFigures figures;
  g_autoptr(StarsendLuma) luma = NULL;

  starsend_grid_cut_get_cell (cut, quadrant, &cell, NULL);
  starsend_grid_cut_fit (&cell, aspect_width, aspect_height, &crop);
  luma = starsend_luma_new_from_picture (grid, &crop, SIDE);
  starsend_luma_measure (luma, &figures);
  json_object_set_int_member (object, "quadrant", quadrant);
  json_object_set_int_member (object, "width", crop.width);
  json_object_set_int_member (object, "height", crop.height);
  add_figures (object, &figures);
  json_array_add_object_element (quadrants, object);

  if (is_flat (&figures))
    starsend_checks_take_warning (checks, g_strdup_printf (_("Quadrant %u is blank: its brightness hardly differs anywhere (by %.1f of 255)."),
                                                           quadrant, figures.deviation));
}

static void
judge_quadrant_size (const StarsendGridCut *cut, int aspect_width, int aspect_height, JsonObject *checks)
{
  StarsendRectangle cell, crop, smallest = { 0, 0, G_MAXINT, G_MAXINT };

  for (guint quadrant = 1; quadrant <= 4; quadrant++)
    {
      starsend_grid_cut_get_cell (cut, quadrant, &cell, NULL);
      starsend_grid_cut_fit (&cell, aspect_width, aspect_height, &crop);
      if (MIN (crop.width, crop.height) < MIN (smallest.width, smallest.height))
        smallest = crop;
    }
  if (MIN (smallest.width, smallest.height) < STARSEND_MIN_START_FRAME_SIDE)
    starsend_checks_take_warning (checks, g_strdup_printf (_("A quadrant is only %d × %d: video models want at least %d pixels a side."),
                                                           smallest.width, smallest.height, STARSEND_MIN_START_FRAME_SIDE));
}

static void
judge_gutters (GdkPixbuf *grid, const StarsendGridCut *cut, JsonObject *checks)
{
  int column = cut->column_end - cut->column_start, row = cut->row_end - cut->row_start;
  int right = gdk_pixbuf_get_width (grid) - cut->right, bottom = gdk_pixbuf_get_height (grid) - cut->bottom;
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "column", cut->has_column_gutter ? column : 0);
  json_object_set_int_member (object, "row", cut->has_row_gutter ? row : 0);
  json_object_set_double_member (object, "confidence", cut->confidence);
  json_object_set_object_member (checks, "gutters", object);
  object = json_object_new ();
  json_object_set_int_member (object, "left", cut->left);
  json_object_set_int_member (object, "top", cut->top);
  json_object_set_int_member (object, "right", right);
  json_object_set_int_member (object, "bottom", bottom);
  json_object_set_object_member (checks, "border", object);

  if (cut->has_column_gutter || cut->has_row_gutter)
    starsend_checks_take_warning (checks, g_strdup_printf (_("There are gutters between the quadrants, %d pixels upright and %d across; the cut leaves them out."),
                                                           cut->has_column_gutter ? column : 0, cut->has_row_gutter ? row : 0));
  if (cut->left + cut->top + right + bottom > 0)
    starsend_checks_take_warning (checks, g_strdup_printf (_("There is a border around the quadrants, up to %d pixels wide; the cut leaves it out."),
                                                           MAX (MAX (cut->left, cut->top), MAX (right, bottom))));
}

/**
 * starsend_picture_critic_judge_grid:
 * @grid: a picture of four candidates
 * @aspect_width: the ratio that was asked for
 * @aspect_height: the ratio that was asked for
 * @checks: gets the figures
 *
 * Looks at a grid: its size, its ratio, and whether there is anything in its quadrants.
 */
void
starsend_picture_critic_judge_grid (GdkPixbuf *grid, int aspect_width, int aspect_height, JsonObject *checks)
{
  JsonArray *quadrants = json_array_new ();
  StarsendGridCut cut;

  add_size (checks, grid, aspect_width, aspect_height);
  starsend_grid_cut_init_detected (&cut, grid);
  for (guint quadrant = 1; quadrant <= 4; quadrant++)
    judge_quadrant (grid, &cut, quadrant, aspect_width, aspect_height, quadrants, checks);
  json_object_set_array_member (checks, "quadrants", quadrants);
  judge_quadrant_size (&cut, aspect_width, aspect_height, checks);
  judge_gutters (grid, &cut, checks);
}

/* Single pictures */

/* One line of the small picture, along either axis, counted from either end. */
static guint8
get_pixel (const StarsendLuma *luma, gboolean is_row, gboolean from_end, int line, int i)
{
  int n = is_row ? luma->height : luma->width;

  line = from_end ? n - 1 - line : line;
  return is_row ? luma->data[(gsize) line * luma->width + i] : luma->data[(gsize) i * luma->width + line];
}

static gboolean
is_even_line (const StarsendLuma *luma, gboolean is_row, gboolean from_end, int line, double *mean)
{
  int n = is_row ? luma->width : luma->height, least = 255, most = 0, sum = 0;

  for (int i = 0; i < n; i++)
    {
      int value = get_pixel (luma, is_row, from_end, line, i);

      least = MIN (least, value);
      most = MAX (most, value);
      sum += value;
    }
  *mean = (double) sum / n;
  return most - least <= BAND_SPREAD;
}

/* How many lines of one brightness there are at an end; 0 unless they end sharply. */
static int
find_band (const StarsendLuma *luma, gboolean is_row, gboolean from_end, double *brightness)
{
  int limit = (is_row ? luma->height : luma->width) / 3, n = 0;
  double mean = 0;

  while (n < limit && is_even_line (luma, is_row, from_end, n, &mean) && (n == 0 || fabs (mean - *brightness) <= BAND_SPREAD))
    {
      if (n == 0)
        *brightness = mean;
      n++;
    }
  if (n < BAND_MIN || n == limit)
    return 0;
  /* The line where it ends may hold a part of it. */
  is_even_line (luma, is_row, from_end, n + 1, &mean);
  return fabs (mean - *brightness) >= BAND_STEP ? n : 0;
}

static void
judge_bands (GdkPixbuf *picture, const StarsendLuma *luma, JsonObject *checks)
{
  for (guint axis = 0; axis < 2; axis++)
    {
      gboolean is_row = axis == 0;
      double scale = is_row ? (double) gdk_pixbuf_get_height (picture) / luma->height : (double) gdk_pixbuf_get_width (picture) / luma->width;
      double first_brightness = 0, last_brightness = 0;
      int first = find_band (luma, is_row, FALSE, &first_brightness), last = find_band (luma, is_row, TRUE, &last_brightness);

      if (first == 0 || last == 0 || fabs (first_brightness - last_brightness) > BAND_SPREAD)
        continue;
      json_object_set_int_member (checks, is_row ? "bands_across" : "bands_upright", lround (MAX (first, last) * scale));
      starsend_checks_take_warning (checks,
                                    g_strdup_printf (is_row ? _("There are bands above and below the picture, about %d pixels high.")
                                                            : _("There are bands left and right of the picture, about %d pixels wide."),
                                                     (int) lround (MAX (first, last) * scale)));
    }
}

/**
 * starsend_picture_critic_judge_frame:
 * @picture: a start frame
 * @aspect_width: the ratio of the takes
 * @aspect_height: the ratio of the takes
 * @checks: gets the figures
 *
 * Looks at a single picture: its size, its ratio, bands at its edges, and whether there is anything in it.
 */
void
starsend_picture_critic_judge_frame (GdkPixbuf *picture, int aspect_width, int aspect_height, JsonObject *checks)
{
  g_autoptr(StarsendLuma) luma = starsend_luma_new_from_picture (picture, NULL, SIDE);
  int width = gdk_pixbuf_get_width (picture), height = gdk_pixbuf_get_height (picture);
  StarsendLumaFigures figures;

  add_size (checks, picture, aspect_width, aspect_height);
  starsend_luma_measure (luma, &figures);
  add_figures (checks, &figures);
  if (MIN (width, height) < STARSEND_MIN_START_FRAME_SIDE)
    starsend_checks_take_warning (checks, g_strdup_printf (_("The picture is only %d × %d: video models want at least %d pixels a side."),
                                                           width, height, STARSEND_MIN_START_FRAME_SIDE));
  if (is_flat (&figures))
    starsend_checks_take_warning (checks, g_strdup_printf (_("The picture is blank: its brightness hardly differs anywhere (by %.1f of 255)."), figures.deviation));
  else
    judge_bands (picture, luma, checks);
}
