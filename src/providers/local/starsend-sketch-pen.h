/* starsend-sketch-pen.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

/* Metres: x to the right, y up, z away. */
typedef struct
{
  double x, y, z;
} StarsendSketchPoint;

typedef struct
{
  StarsendSketchPoint eye;
  double yaw;      /* to the right, in radians */
  double pitch;    /* downwards */
  double focal;    /* in heights of the picture */
} StarsendSketchCamera;

typedef struct
{
  double r, g, b, a;
} StarsendSketchInk;

/* A shaky hand with an ink pen and markers, looking through a camera. */
typedef struct
{
  cairo_t *cr;
  GRand *rand;
  double width, height;   /* of the picture, in pixels */
  StarsendSketchCamera camera;
  StarsendSketchInk line;
} StarsendSketchPen;

/* FALSE where the point is behind the camera. @scale: pixels a metre there. */
gboolean starsend_sketch_pen_project (StarsendSketchPen *pen, StarsendSketchPoint point, double *x, double *y, double *scale);
/* A flat face: filled where @fill is not NULL, outlined where @weight is not 0. */
void starsend_sketch_pen_face (StarsendSketchPen *pen, const StarsendSketchPoint *points, guint n_points,
                               const StarsendSketchInk *fill, double weight);
void starsend_sketch_pen_edge (StarsendSketchPen *pen, StarsendSketchPoint from, StarsendSketchPoint to, double weight);
/* In pixels. */
void starsend_sketch_pen_stroke (StarsendSketchPen *pen, double x0, double y0, double x1, double y1, double weight);
void starsend_sketch_pen_blob (StarsendSketchPen *pen, double x, double y, double rx, double ry, const StarsendSketchInk *fill,
                               double weight);
void starsend_sketch_pen_fill (StarsendSketchPen *pen, const StarsendSketchInk *ink);
double starsend_sketch_pen_random (StarsendSketchPen *pen, double from, double to);

G_END_DECLS
