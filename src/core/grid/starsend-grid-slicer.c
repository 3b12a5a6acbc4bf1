/* starsend-grid-slicer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-grid-slicer.h"

#include "starsend-error.h"
#include "starsend-gutter.h"
#include "starsend-picture.h"

#include <glib/gi18n-lib.h>

static StarsendRectangle *
rectangle_copy (const StarsendRectangle *self)
{
  return g_memdup2 (self, sizeof *self);
}

/**
 * StarsendRectangle:
 * @x: pixels from the left
 * @y: pixels from the top
 * @width: in pixels
 * @height: in pixels
 *
 * A part of a picture.
 */
G_DEFINE_BOXED_TYPE (StarsendRectangle, starsend_rectangle, rectangle_copy, g_free)

/**
 * StarsendGridCut:
 * @left: first column of the left cells
 * @column_start: the column behind the left cells
 * @column_end: first column of the right cells
 * @right: the column behind the right cells
 * @top: first row of the upper cells
 * @row_start: the row behind the upper cells
 * @row_end: first row of the lower cells
 * @bottom: the row behind the lower cells
 * @has_column_gutter: whether a gutter was found between left and right
 * @has_row_gutter: whether a gutter was found between above and below
 * @confidence: 0 to 1, that the gutters found, or their absence, are right
 *
 * Where a grid picture of 2 x 2 cells is cut. All figures are in pixels.
 */
G_DEFINE_BOXED_TYPE (StarsendGridCut, starsend_grid_cut, starsend_grid_cut_copy, starsend_grid_cut_free)

/**
 * starsend_grid_cut_copy:
 * @self: a cut
 *
 * Copies a cut.
 *
 * Returns: (transfer full): the copy
 */
StarsendGridCut *
starsend_grid_cut_copy (const StarsendGridCut *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_memdup2 (self, sizeof *self);
}

/**
 * starsend_grid_cut_free:
 * @self: (transfer full): a cut
 *
 * Frees a copy of a cut.
 */
void
starsend_grid_cut_free (StarsendGridCut *self)
{
  g_free (self);
}

/**
 * starsend_grid_cut_init_even:
 * @cut: (out caller-allocates): the cut
 * @width: of the grid picture, in pixels
 * @height: of the grid picture, in pixels
 *
 * Cuts through the middle.
 *
 * An odd middle column belongs to the left cells, an odd middle row to the upper ones: of 5 x 5 pixels, the cells are 3 and
 * 2 wide, and 3 and 2 high. The four cells cover the picture and nothing twice.
 */
void
starsend_grid_cut_init_even (StarsendGridCut *cut, int width, int height)
{
  g_return_if_fail (cut != NULL);
  g_return_if_fail (width >= 0 && height >= 0);

  *cut = (StarsendGridCut) { .right = width, .bottom = height, .confidence = 1 };
  cut->column_start = cut->column_end = width - width / 2;
  cut->row_start = cut->row_end = height - height / 2;
}

/**
 * starsend_grid_cut_init_detected:
 * @cut: (out caller-allocates): the cut
 * @grid: a grid picture
 *
 * Cuts along the gutters of a grid picture, and without its outer border; through the middle where it has none. Blocking, but
 * quick: the time does not grow with the picture beyond some megapixels.
 *
 * A gutter is a band across the whole picture, near its middle, of one colour, from which the picture differs along
 * most of both its sides. Where in doubt, as in the dark middle of a night scene, there is none.
 */
void
starsend_grid_cut_init_detected (StarsendGridCut *cut, GdkPixbuf *grid)
{
  g_return_if_fail (cut != NULL);
  g_return_if_fail (GDK_IS_PIXBUF (grid));

  starsend_grid_cut_init_even (cut, gdk_pixbuf_get_width (grid), gdk_pixbuf_get_height (grid));
  starsend_gutter_find (grid, cut);
}

/**
 * starsend_grid_cut_get_cell:
 * @self: a cut
 * @quadrant: 1 top left, 2 top right, 3 bottom left, 4 bottom right
 * @cell: (out caller-allocates): where to put the cell
 * @error: return location for an error
 *
 * Gets one of the four cells.
 *
 * Returns: %FALSE, with %STARSEND_ERROR_INVALID_INPUT, for another number or a picture too small to have such a cell
 */
gboolean
starsend_grid_cut_get_cell (const StarsendGridCut *self, guint quadrant, StarsendRectangle *cell, GError **error)
{
  gboolean is_right = quadrant == 2 || quadrant == 4, is_lower = quadrant >= 3;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (cell != NULL, FALSE);

  if (quadrant < 1 || quadrant > 4)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("There is no quadrant %u. The quadrants are 1 top left, 2 top right, 3 bottom left and 4 bottom right."),
                   quadrant);
      return FALSE;
    }
  cell->x = is_right ? self->column_end : self->left;
  cell->y = is_lower ? self->row_end : self->top;
  cell->width = (is_right ? self->right : self->column_start) - cell->x;
  cell->height = (is_lower ? self->bottom : self->row_start) - cell->y;
  if (cell->width < 1 || cell->height < 1)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("The grid picture is too small to be cut in four: quadrant %u is empty."), quadrant);
      return FALSE;
    }
  return TRUE;
}

static gint64
greatest_divisor (gint64 a, gint64 b)
{
  while (b != 0)
    {
      gint64 rest = a % b;

      a = b;
      b = rest;
    }
  return a;
}

/**
 * starsend_grid_cut_fit:
 * @cell: a cell
 * @aspect_width: width of the wanted aspect ratio, at least 1
 * @aspect_height: height of the wanted aspect ratio, at least 1
 * @crop: (out caller-allocates): where to put the part of the cell to take
 *
 * Finds the largest centred part of a cell that has exactly the wanted aspect ratio.
 *
 * Its sides are a multiple of the reduced ratio: of a cell of 1376 x 768, 16:9 takes 1360 x 765. Where an odd
 * number of pixels is left over, the odd one is at the right or at the bottom. In a cell smaller than the reduced ratio
 * itself no whole pixels have it; there the sides are as near to it as whole pixels come.
 */
void
starsend_grid_cut_fit (const StarsendRectangle *cell, int aspect_width, int aspect_height, StarsendRectangle *crop)
{
  gint64 divisor, step_width, step_height, n_steps, width, height;

  g_return_if_fail (cell != NULL && crop != NULL);
  g_return_if_fail (cell->width > 0 && cell->height > 0);
  g_return_if_fail (aspect_width > 0 && aspect_height > 0);

  divisor = greatest_divisor (aspect_width, aspect_height);
  step_width = aspect_width / divisor;
  step_height = aspect_height / divisor;
  n_steps = MIN (cell->width / step_width, cell->height / step_height);
  if (n_steps > 0)
    {
      width = n_steps * step_width;
      height = n_steps * step_height;
    }
  else
    {
      width = MIN (cell->width, (2 * cell->height * step_width + step_height) / (2 * step_height));
      height = MIN (cell->height, (2 * cell->width * step_height + step_width) / (2 * step_width));
      width = MAX (1, width);
      height = MAX (1, height);
    }
  *crop = (StarsendRectangle) { cell->x + (cell->width - (int) width) / 2, cell->y + (cell->height - (int) height) / 2,
                                (int) width, (int) height };
}

/**
 * starsend_grid_slicer_crop:
 * @grid: a grid picture
 * @crop: the part to take
 * @error: return location for an error
 *
 * Takes a part of a grid picture, as the bytes of a PNG file. Blocking.
 *
 * Returns: (transfer full): the bytes; or %NULL, with %STARSEND_ERROR_INVALID_INPUT where @crop is not inside @grid
 */
GBytes *
starsend_grid_slicer_crop (GdkPixbuf *grid, const StarsendRectangle *crop, GError **error)
{
  g_autoptr (GdkPixbuf) part = NULL;
  int width, height;

  g_return_val_if_fail (GDK_IS_PIXBUF (grid), NULL);
  g_return_val_if_fail (crop != NULL, NULL);

  width = gdk_pixbuf_get_width (grid);
  height = gdk_pixbuf_get_height (grid);
  if (crop->x < 0 || crop->y < 0 || crop->width < 1 || crop->height < 1 || crop->x > width - crop->width ||
      crop->y > height - crop->height)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("The part of %d × %d pixels at %d, %d is not inside the grid picture of %d × %d pixels."), crop->width,
                   crop->height, crop->x, crop->y, width, height);
      return NULL;
    }
  part = gdk_pixbuf_new_subpixbuf (grid, crop->x, crop->y, crop->width, crop->height);
  return starsend_picture_encode_png (part, error);
}
