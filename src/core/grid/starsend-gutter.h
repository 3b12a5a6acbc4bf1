/* starsend-gutter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-grid-slicer.h"

G_BEGIN_DECLS

/* Finds the gutters and the outer border of a 2x2 grid. FALSE where there are none to be sure of; @cut is then left alone but for its confidence. */
gboolean starsend_gutter_find (GdkPixbuf *grid, StarsendGridCut *cut);

G_END_DECLS
