/* starsend-grid-slicer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  int x, y, width, height;
} StarsendRectangle;

#define STARSEND_TYPE_RECTANGLE (starsend_rectangle_get_type ())
GType starsend_rectangle_get_type (void);

#define STARSEND_TYPE_GRID_CUT (starsend_grid_cut_get_type ())

/* Where a 2x2 grid picture is cut. Columns: the left cells are [left, column_start), the right ones [column_end, right);
 * without a gutter column_start == column_end. Rows likewise. left/right/top/bottom trim an outer border. */
typedef struct
{
  int left, column_start, column_end, right;
  int top, row_start, row_end, bottom;
  gboolean has_column_gutter;
  gboolean has_row_gutter;
  double confidence;     /* 0 to 1 that the detected gutters (or their absence) are right */
} StarsendGridCut;

GType starsend_grid_cut_get_type (void);
StarsendGridCut *starsend_grid_cut_copy (const StarsendGridCut *self);
void starsend_grid_cut_free (StarsendGridCut *self);

/* The even cut: an odd middle column belongs to the left cells, an odd middle row to the upper ones. Documented, tested to the pixel. */
void starsend_grid_cut_init_even (StarsendGridCut *cut, int width, int height);
/* Looks for gutters (white, black, coloured, thin, unequal, noisy from JPEG) near the middle, and for a border; falls back to even. */
void starsend_grid_cut_init_detected (StarsendGridCut *cut, GdkPixbuf *grid);
/* Quadrants 1 top left, 2 top right, 3 bottom left, 4 bottom right. FALSE (INVALID_INPUT) for another number. */
gboolean starsend_grid_cut_get_cell (const StarsendGridCut *self, guint quadrant, StarsendRectangle *cell, GError **error);
/* The largest centred rectangle of exactly this ratio inside the cell, in whole pixels: the sides are multiples of the
 * reduced ratio (16:9), so the ratio is exact and at most one step of it is lost. */
void starsend_grid_cut_fit (const StarsendRectangle *cell, int aspect_width, int aspect_height, StarsendRectangle *crop);

/* Crop and encode as PNG. Both decode guards apply. Blocking variants and an asynchronous one that runs on a worker. */
GBytes *starsend_grid_slicer_crop (GdkPixbuf *grid, const StarsendRectangle *crop, GError **error);

G_END_DECLS
