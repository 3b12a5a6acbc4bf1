/* starsend-sketch-pen.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sketch-pen.h"

#include <math.h>

#define NEAR 0.25
#define MAX_POINTS 40

double
starsend_sketch_pen_random (StarsendSketchPen *pen, double from, double to)
{
  return g_rand_double_range (pen->rand, from, to);
}

static StarsendSketchPoint
to_camera (const StarsendSketchCamera *camera, StarsendSketchPoint p)
{
  double x = p.x - camera->eye.x, y = p.y - camera->eye.y, z = p.z - camera->eye.z;
  double turned_x = x * cos (camera->yaw) - z * sin (camera->yaw), turned_z = x * sin (camera->yaw) + z * cos (camera->yaw);

  return (StarsendSketchPoint) { turned_x, y * cos (camera->pitch) + turned_z * sin (camera->pitch),
                                 turned_z * cos (camera->pitch) - y * sin (camera->pitch) };
}

static void
to_picture (StarsendSketchPen *pen, StarsendSketchPoint p, double *x, double *y)
{
  double scale = pen->camera.focal * pen->height / p.z;

  *x = pen->width / 2 + p.x * scale;
  *y = pen->height / 2 - p.y * scale;
}

gboolean
starsend_sketch_pen_project (StarsendSketchPen *pen, StarsendSketchPoint point, double *x, double *y, double *scale)
{
  StarsendSketchPoint p = to_camera (&pen->camera, point);

  if (p.z < NEAR)
    return FALSE;
  to_picture (pen, p, x, y);
  *scale = pen->camera.focal * pen->height / p.z;
  return TRUE;
}

void
starsend_sketch_pen_fill (StarsendSketchPen *pen, const StarsendSketchInk *ink)
{
  cairo_set_source_rgba (pen->cr, ink->r, ink->g, ink->b, ink->a);
  cairo_fill (pen->cr);
}

/* Two thin passes that do not quite meet, each a little bent: a line drawn by hand. */
void
starsend_sketch_pen_stroke (StarsendSketchPen *pen, double x0, double y0, double x1, double y1, double weight)
{
  double length = hypot (x1 - x0, y1 - y0), unit = pen->height / 720, shake = MIN (length * 0.012, 2.2 * unit);
  double over = MIN (length * 0.02, 4 * unit);

  if (length < 0.5 || length > 40 * pen->width)
    return;
  for (int pass = 0; pass < 2; pass++)
    {
      double bend = starsend_sketch_pen_random (pen, -shake, shake), nx = (y1 - y0) / length, ny = (x0 - x1) / length;
      double dx = (x1 - x0) / length * over, dy = (y1 - y0) / length * over;
      double wander = starsend_sketch_pen_random (pen, -shake, shake) / 2;

      cairo_move_to (pen->cr, x0 - dx + nx * wander, y0 - dy + ny * wander);
      cairo_curve_to (pen->cr, x0 + (x1 - x0) / 3 + nx * bend, y0 + (y1 - y0) / 3 + ny * bend, x0 + (x1 - x0) * 2 / 3 - nx * wander,
                      y0 + (y1 - y0) * 2 / 3 - ny * wander, x1 + dx, y1 + dy);
      cairo_set_line_width (pen->cr, weight * unit * (pass == 0 ? 1 : 0.55));
      cairo_set_source_rgba (pen->cr, pen->line.r, pen->line.g, pen->line.b, pen->line.a * (pass == 0 ? 1 : 0.55));
      cairo_stroke (pen->cr);
    }
}

static StarsendSketchPoint
cut_at_near (StarsendSketchPoint a, StarsendSketchPoint b)
{
  double t = (NEAR - a.z) / (b.z - a.z);

  return (StarsendSketchPoint) { a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t, NEAR };
}

static guint
clip (const StarsendSketchPoint *in, guint n, StarsendSketchPoint *out)
{
  guint n_out = 0;

  for (guint i = 0; i < n && n_out + 2 < MAX_POINTS; i++)
    {
      StarsendSketchPoint a = in[i], b = in[(i + 1) % n];

      if (a.z >= NEAR)
        out[n_out++] = a;
      if ((a.z >= NEAR) != (b.z >= NEAR))
        out[n_out++] = cut_at_near (a, b);
    }
  return n_out;
}

void
starsend_sketch_pen_face (StarsendSketchPen *pen, const StarsendSketchPoint *points, guint n_points,
                          const StarsendSketchInk *fill, double weight)
{
  StarsendSketchPoint seen[MAX_POINTS], kept[MAX_POINTS];
  double x[MAX_POINTS], y[MAX_POINTS];
  guint n;

  for (guint i = 0; i < n_points; i++)
    seen[i] = to_camera (&pen->camera, points[i]);
  n = clip (seen, n_points, kept);
  if (n < 3)
    return;
  for (guint i = 0; i < n; i++)
    {
      to_picture (pen, kept[i], &x[i], &y[i]);
      cairo_line_to (pen->cr, x[i], y[i]);
    }
  cairo_close_path (pen->cr);
  if (fill != NULL)
    starsend_sketch_pen_fill (pen, fill);
  else
    cairo_new_path (pen->cr);
  for (guint i = 0; weight > 0 && i < n; i++)
    if (kept[i].z > NEAR || kept[(i + 1) % n].z > NEAR)
      starsend_sketch_pen_stroke (pen, x[i], y[i], x[(i + 1) % n], y[(i + 1) % n], weight);
}

void
starsend_sketch_pen_edge (StarsendSketchPen *pen, StarsendSketchPoint from, StarsendSketchPoint to, double weight)
{
  StarsendSketchPoint a = to_camera (&pen->camera, from), b = to_camera (&pen->camera, to);
  double x0, y0, x1, y1;

  if (a.z < NEAR && b.z < NEAR)
    return;
  if (a.z < NEAR)
    a = cut_at_near (a, b);
  if (b.z < NEAR)
    b = cut_at_near (b, a);
  to_picture (pen, a, &x0, &y0);
  to_picture (pen, b, &x1, &y1);
  starsend_sketch_pen_stroke (pen, x0, y0, x1, y1, weight);
}

/* A closed, uneven curve around a centre. */
void
starsend_sketch_pen_blob (StarsendSketchPen *pen, double x, double y, double rx, double ry, const StarsendSketchInk *fill,
                          double weight)
{
  double wobble[9], unit = pen->height / 720;
  cairo_path_t *path;

  for (guint i = 0; i < 8; i++)
    wobble[i] = starsend_sketch_pen_random (pen, 0.94, 1.06);
  wobble[8] = wobble[0];
  for (guint i = 0; i < 8; i++)
    {
      double a = i * G_PI / 4, b = (i + 1) * G_PI / 4, k = 0.265;
      double ax = rx * wobble[i], ay = ry * wobble[i], bx = rx * wobble[i + 1], by = ry * wobble[i + 1];

      if (i == 0)
        cairo_move_to (pen->cr, x + ax * cos (a), y + ay * sin (a));
      cairo_curve_to (pen->cr, x + ax * (cos (a) - k * sin (a)), y + ay * (sin (a) + k * cos (a)), x + bx * (cos (b) + k * sin (b)),
                      y + by * (sin (b) - k * cos (b)), x + bx * cos (b), y + by * sin (b));
    }
  path = cairo_copy_path (pen->cr);
  if (fill != NULL)
    starsend_sketch_pen_fill (pen, fill);
  cairo_new_path (pen->cr);
  if (weight > 0)
    {
      cairo_append_path (pen->cr, path);
      cairo_set_line_width (pen->cr, weight * unit);
      cairo_set_source_rgba (pen->cr, pen->line.r, pen->line.g, pen->line.b, pen->line.a);
      cairo_stroke (pen->cr);
    }
  cairo_path_destroy (path);
}
