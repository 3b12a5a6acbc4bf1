/* starsend-sketch-objects.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-sketch-pen.h"
#include "starsend-sketch-scene.h"

G_BEGIN_DECLS

/* A marker's grey, from 0 paper to 1 the darkest; at night on dark paper. */
StarsendSketchInk starsend_sketch_tone (const StarsendSketchScene *scene, double darkness, double alpha);
StarsendSketchInk starsend_sketch_accent (const StarsendSketchScene *scene, double alpha);

void starsend_sketch_draw_subject (StarsendSketchPen *pen, const StarsendSketchScene *scene, guint i, double x, double z);
void starsend_sketch_draw_house (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double z);
void starsend_sketch_draw_building (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double z, double height);
void starsend_sketch_draw_box (StarsendSketchPen *pen, const StarsendSketchScene *scene, StarsendSketchPoint low,
                               StarsendSketchPoint high, double darkness);
void starsend_sketch_draw_tree (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double z, double height);
void starsend_sketch_draw_pine (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double z, double height);
void starsend_sketch_draw_lamp (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double z);
void starsend_sketch_draw_rock (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double z, double height);

G_END_DECLS
