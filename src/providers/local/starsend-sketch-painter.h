/* starsend-sketch-painter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <cairo.h>

#include "starsend-sketch-scene.h"

G_BEGIN_DECLS

#define STARSEND_SKETCH_N_VIEWS 4

/* One of the four compositions (wide, medium, close, from above), at the origin of @cr. */
void starsend_sketch_paint (cairo_t *cr, const StarsendSketchScene *scene, guint view, int width, int height);

G_END_DECLS
