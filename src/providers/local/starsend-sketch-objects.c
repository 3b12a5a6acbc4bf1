/* starsend-sketch-objects.c
 *
 * What stands in a sketch: cars and people, houses and trees, all through the same camera.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sketch-objects.h"

#include <math.h>
#include <pango/pangocairo.h>

#define LINE 1.7
#define FINE 1.0
#define CAR_HALF 0.86
#define ROOF_HALF 0.62

typedef StarsendSketchPoint Point;
typedef StarsendSketchInk Ink;

Ink
starsend_sketch_tone (const StarsendSketchScene *scene, double darkness, double alpha)
{
  static const double paper[2][3] = { { 0.957, 0.941, 0.905 }, { 0.37, 0.40, 0.48 } };
  static const double dark[2][3] = { { 0.22, 0.22, 0.25 }, { 0.085, 0.095, 0.135 } };
  const double *p = paper[scene->night], *d = dark[scene->night];

  return (Ink) { p[0] + (d[0] - p[0]) * darkness, p[1] + (d[1] - p[1]) * darkness, p[2] + (d[2] - p[2]) * darkness, alpha };
}

Ink
starsend_sketch_accent (const StarsendSketchScene *scene, double alpha)
{
  return (Ink) { scene->accent[0], scene->accent[1], scene->accent[2], alpha };
}

/* A subject's own colour as a marker gives it; @light above 0 towards the paper, below 0 into the shade. */
static Ink
body_ink (const StarsendSketchScene *scene, const double *colour, double light)
{
  Ink to = starsend_sketch_tone (scene, light > 0 ? 0 : 0.95, 1);
  double k = fabs (light), dim = scene->night ? 0.72 : 1;

  return (Ink) { (colour[0] * (1 - k) + to.r * k) * dim, (colour[1] * (1 - k) + to.g * k) * dim,
                 (colour[2] * (1 - k) + to.b * k) * dim, 1 };
}

static void
shadow (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double z, double half_width, double half_length)
{
  Ink ink = starsend_sketch_tone (scene, 1, 0.5);
  Point around[12];

  for (guint i = 0; i < G_N_ELEMENTS (around); i++)
    {
      double angle = 2 * G_PI * i / G_N_ELEMENTS (around);

      around[i] = (Point) { x + half_width * (cos (angle) + 0.25), 0.01, z + half_length * sin (angle) };
    }
  starsend_sketch_pen_face (pen, around, G_N_ELEMENTS (around), &ink, 0);
  for (int i = -3; i <= 3; i++)
    starsend_sketch_pen_edge (pen, (Point) { x + half_width * (0.25 + i * 0.25), 0.01, z - half_length * 0.75 * (1 - abs (i) * 0.2) },
                              (Point) { x + half_width * (0.45 + i * 0.25), 0.01, z + half_length * 0.75 * (1 - abs (i) * 0.2) }, 0.7);
}

static void
face4 (StarsendSketchPen *pen, Point a, Point b, Point c, Point d, Ink ink, double weight)
{
  starsend_sketch_pen_face (pen, (Point[]) { a, b, c, d }, 4, &ink, weight);
}

void
starsend_sketch_draw_box (StarsendSketchPen *pen, const StarsendSketchScene *scene, Point low, Point high, double darkness)
{
  const Point *eye = &pen->camera.eye;
  Ink lit = starsend_sketch_tone (scene, darkness * 0.45, 1), side = starsend_sketch_tone (scene, darkness, 1);
  Ink shade = starsend_sketch_tone (scene, MIN (1, darkness + 0.2), 1);

  if (eye->x < low.x || eye->x > high.x)
    {
      double x = eye->x < low.x ? low.x : high.x;

      face4 (pen, (Point) { x, low.y, low.z }, (Point) { x, high.y, low.z }, (Point) { x, high.y, high.z },
             (Point) { x, low.y, high.z }, eye->x < low.x ? side : shade, LINE);
    }
  if (eye->z < low.z)
    face4 (pen, low, (Point) { high.x, low.y, low.z }, (Point) { high.x, high.y, low.z }, (Point) { low.x, high.y, low.z },
           lit, LINE);
  if (eye->y > high.y)
    face4 (pen, (Point) { low.x, high.y, low.z }, (Point) { high.x, high.y, low.z }, high,
           (Point) { low.x, high.y, high.z }, starsend_sketch_tone (scene, darkness * 0.25, 1), LINE);
}

/* The faces of a car, bonnet towards the camera; z is along it. */
static void
car_band (StarsendSketchPen *pen, Point at, double y0, double z0, double half0, double y1, double z1, double half1, Ink ink,
          double weight)
{
  face4 (pen, (Point) { at.x - half0, y0, at.z + z0 }, (Point) { at.x + half0, y0, at.z + z0 },
         (Point) { at.x + half1, y1, at.z + z1 }, (Point) { at.x - half1, y1, at.z + z1 }, ink, weight);
}

static void
wheel (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double z)
{
  Ink tyre = { 0.10, 0.10, 0.12, 1 }, rim = starsend_sketch_tone (scene, 0.25, 1);
  Point outer[16], inner[16];

  for (guint i = 0; i < 16; i++)
    {
      double angle = i * G_PI / 8;

      outer[i] = (Point) { x, 0.34 + 0.34 * sin (angle), z + 0.34 * cos (angle) };
      inner[i] = (Point) { x, 0.34 + 0.19 * sin (angle), z + 0.19 * cos (angle) };
    }
  starsend_sketch_pen_face (pen, outer, 16, &tyre, 0);
  starsend_sketch_pen_face (pen, inner, 16, &rim, 0);
}

static void
car_side (StarsendSketchPen *pen, const StarsendSketchScene *scene, const double *colour, Point at, double side)
{
  static const double body[][2] = { { 0.30, -2.15 }, { 0.62, -2.22 }, { 0.84, -2.08 }, { 0.96, -0.75 }, { 0.98, 1.35 },
                                    { 0.94, 2.10 },  { 0.72, 2.22 },  { 0.34, 2.16 } };
  double x = at.x + side * CAR_HALF, inner = at.x + side * ROOF_HALF;
  Ink ink = body_ink (scene, colour, -0.12), glass = starsend_sketch_tone (scene, 0.62, 1);
  Ink sill = body_ink (scene, colour, -0.45);
  Point outline[G_N_ELEMENTS (body)];

  face4 (pen, (Point) { x, 0.97, at.z - 0.72 }, (Point) { inner, 1.38, at.z + 0.05 }, (Point) { inner, 1.36, at.z + 0.95 },
         (Point) { x, 0.98, at.z + 1.5 }, body_ink (scene, colour, 0.05), LINE);
  face4 (pen, (Point) { x, 1.0, at.z - 0.5 }, (Point) { inner, 1.32, at.z + 0.1 }, (Point) { inner, 1.31, at.z + 0.84 },
         (Point) { x, 1.0, at.z + 1.15 }, glass, FINE);
  for (guint i = 0; i < G_N_ELEMENTS (body); i++)
    outline[i] = (Point) { x, body[i][0], at.z + body[i][1] };
  starsend_sketch_pen_face (pen, outline, G_N_ELEMENTS (body), &ink, LINE);
  face4 (pen, (Point) { x, 0.32, at.z - 2.1 }, (Point) { x, 0.5, at.z - 2.15 }, (Point) { x, 0.5, at.z + 2.18 },
         (Point) { x, 0.35, at.z + 2.14 }, sill, 0);
  starsend_sketch_pen_edge (pen, (Point) { x, 0.95, at.z - 0.55 }, (Point) { x, 0.4, at.z - 0.5 }, FINE);
  starsend_sketch_pen_edge (pen, (Point) { x, 0.97, at.z + 0.75 }, (Point) { x, 0.42, at.z + 0.8 }, FINE);
  starsend_sketch_pen_edge (pen, (Point) { x, 0.74, at.z - 2.1 }, (Point) { x, 0.76, at.z + 2.15 }, FINE);
  wheel (pen, scene, x + side * 0.01, at.z - 1.38);
  wheel (pen, scene, x + side * 0.01, at.z + 1.35);
}

static void
lamp_glow (StarsendSketchPen *pen, const StarsendSketchScene *scene, Point at, double radius)
{
  double x, y, scale;
  cairo_pattern_t *glow;

  if (!starsend_sketch_pen_project (pen, at, &x, &y, &scale))
    return;
  radius *= scale;
  glow = cairo_pattern_create_radial (x, y, 0, x, y, radius);
  cairo_pattern_add_color_stop_rgba (glow, 0, 1, 0.97, 0.88, 0.9);
  cairo_pattern_add_color_stop_rgba (glow, 0.18, scene->accent[0], scene->accent[1], scene->accent[2], 0.55);
  cairo_pattern_add_color_stop_rgba (glow, 1, scene->accent[0], scene->accent[1], scene->accent[2], 0);
  cairo_set_source (pen->cr, glow);
  cairo_arc (pen->cr, x, y, radius, 0, 2 * G_PI);
  cairo_fill (pen->cr);
  cairo_pattern_destroy (glow);
}

static void
car_front (StarsendSketchPen *pen, const StarsendSketchScene *scene, const double *colour, Point at)
{
  Ink light = starsend_sketch_tone (scene, scene->night ? 0 : 0.06, 1), grille = { 0.12, 0.12, 0.14, 1 };

  car_band (pen, at, 0.30, -2.15, 0.84, 0.62, -2.22, 0.86, body_ink (scene, colour, -0.2), LINE);
  car_band (pen, at, 0.62, -2.22, 0.86, 0.84, -2.08, 0.84, body_ink (scene, colour, -0.05), LINE);
  car_band (pen, at, 0.60, -2.23, 0.46, 0.77, -2.14, 0.46, grille, FINE);
  car_band (pen, at, 0.40, -2.20, 0.86, 0.50, -2.24, 0.87, starsend_sketch_tone (scene, 0.2, 1), FINE);
  for (int side = -1; side <= 1; side += 2)
    {
      Point lamp = { at.x + side * 0.64, 0, at.z };

      car_band (pen, lamp, 0.61, -2.235, 0.14, 0.78, -2.15, 0.14, light, FINE);
      if (scene->night || scene->rain || scene->fog || scene->place == STARSEND_SKETCH_TUNNEL)
        lamp_glow (pen, scene, (Point) { lamp.x, 0.7, at.z - 2.25 }, 0.75);
    }
}

static void
draw_car (StarsendSketchPen *pen, const StarsendSketchScene *scene, const double *colour, double x, double z)
{
  Point at = { x, 0, z };
  const Point *eye = &pen->camera.eye;

  shadow (pen, scene, x, z, 1.15, 2.45);
  car_band (pen, at, 0.94, 2.1, 0.8, 0.98, 1.35, 0.84, body_ink (scene, colour, 0.15), LINE);
  car_band (pen, at, 0.98, 1.45, 0.84, 1.36, 0.95, ROOF_HALF, starsend_sketch_tone (scene, 0.6, 1), LINE);
  if (eye->x > x + CAR_HALF)
    car_side (pen, scene, colour, at, 1);
  else if (eye->x < x - CAR_HALF)
    car_side (pen, scene, colour, at, -1);
  if (eye->y > 1.36)
    car_band (pen, at, 1.36, 0.95, ROOF_HALF, 1.38, 0.05, ROOF_HALF, body_ink (scene, colour, 0.3), LINE);
  car_band (pen, at, 0.96, -0.75, 0.84, 1.38, 0.05, ROOF_HALF, starsend_sketch_tone (scene, 0.5, 1), LINE);
  car_band (pen, at, 1.04, -0.58, 0.6, 1.30, -0.1, 0.3, starsend_sketch_tone (scene, 0.12, 0.45), 0);
  car_band (pen, at, 0.84, -2.08, 0.84, 0.96, -0.75, 0.84, body_ink (scene, colour, 0.22), LINE);
  starsend_sketch_pen_edge (pen, (Point) { x - 0.45, 0.86, z - 2.05 }, (Point) { x - 0.52, 0.97, z - 0.8 }, FINE);
  starsend_sketch_pen_edge (pen, (Point) { x + 0.45, 0.86, z - 2.05 }, (Point) { x + 0.52, 0.97, z - 0.8 }, FINE);
  car_front (pen, scene, colour, at);
}

/* A shape in metres about a point of the picture, mirrored by @side. */
static void
shape (StarsendSketchPen *pen, double x, double y, double scale, const double (*points)[2], guint n, Ink ink, double weight)
{
  for (guint i = 0; i < n; i++)
    cairo_line_to (pen->cr, x + points[i][0] * scale, y - points[i][1] * scale);
  cairo_close_path (pen->cr);
  starsend_sketch_pen_fill (pen, &ink);
  for (guint i = 0; weight > 0 && i < n; i++)
    starsend_sketch_pen_stroke (pen, x + points[i][0] * scale, y - points[i][1] * scale, x + points[(i + 1) % n][0] * scale,
                                y - points[(i + 1) % n][1] * scale, weight);
}

static void
draw_head (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double y, double s)
{
  static const double hair[][2] = { { -0.115, 1.60 }, { -0.12, 1.70 }, { -0.07, 1.79 }, { 0.02, 1.81 }, { 0.09, 1.77 },
                                    { 0.105, 1.70 },  { 0.05, 1.725 }, { -0.03, 1.715 }, { -0.06, 1.66 }, { -0.075, 1.59 } };
  Ink skin = starsend_sketch_tone (scene, scene->night ? -0.5 : 0.10, 1), dark = starsend_sketch_tone (scene, 0.9, 1);
  Ink shade = starsend_sketch_tone (scene, 0.45, 0.55);

  starsend_sketch_pen_blob (pen, x + 0.005 * s, y - 1.645 * s, 0.098 * s, 0.132 * s, &skin, 1.5);
  starsend_sketch_pen_blob (pen, x - 0.045 * s, y - 1.63 * s, 0.042 * s, 0.10 * s, &shade, 0);
  shape (pen, x, y, s, hair, G_N_ELEMENTS (hair), dark, 0);
  if (s < 160)
    return;
  starsend_sketch_pen_stroke (pen, x - 0.005 * s, y - 1.672 * s, x + 0.028 * s, y - 1.676 * s, 2.2);
  starsend_sketch_pen_stroke (pen, x + 0.06 * s, y - 1.675 * s, x + 0.085 * s, y - 1.67 * s, 2.2);
  starsend_sketch_pen_stroke (pen, x + 0.004 * s, y - 1.652 * s, x + 0.022 * s, y - 1.652 * s, 3);
  starsend_sketch_pen_stroke (pen, x + 0.066 * s, y - 1.652 * s, x + 0.080 * s, y - 1.651 * s, 3);
  starsend_sketch_pen_stroke (pen, x + 0.052 * s, y - 1.66 * s, x + 0.066 * s, y - 1.622 * s, 1.2);
  starsend_sketch_pen_stroke (pen, x + 0.03 * s, y - 1.588 * s, x + 0.07 * s, y - 1.59 * s, 1.6);
  for (int i = 0; i < 5; i++)
    starsend_sketch_pen_stroke (pen, x + (-0.09 + 0.03 * i) * s, y - 1.72 * s, x + (-0.05 + 0.032 * i) * s, y - 1.79 * s, FINE);
}

static void
draw_body (StarsendSketchPen *pen, const StarsendSketchScene *scene, const double *colour, double x, double y, double s)
{
  static const double legs[2][4][2] = { { { -0.16, 0.86 }, { -0.01, 0.86 }, { -0.07, 0.03 }, { -0.19, 0.03 } },
                                        { { -0.02, 0.86 }, { 0.15, 0.86 }, { 0.20, 0.03 }, { 0.08, 0.03 } } };
  static const double far_arm[][2] = { { 0.19, 1.40 }, { 0.25, 1.30 }, { 0.28, 1.02 }, { 0.23, 0.80 }, { 0.18, 0.82 }, { 0.20, 1.05 } };
  static const double arm[][2] = { { -0.21, 1.42 }, { -0.27, 1.28 }, { -0.30, 1.00 }, { -0.25, 0.78 }, { -0.19, 0.80 }, { -0.20, 1.05 } };
  static const double coat[][2] = { { -0.075, 1.535 }, { -0.16, 1.475 }, { -0.215, 1.42 }, { -0.23, 1.33 }, { -0.195, 1.08 },
                                    { -0.22, 0.72 },   { 0.20, 0.72 },   { 0.185, 1.08 },  { 0.22, 1.33 },  { 0.205, 1.42 },
                                    { 0.15, 1.475 },   { 0.085, 1.535 }, { 0.03, 1.43 } };
  static const double neck[][2] = { { -0.05, 1.60 }, { 0.06, 1.58 }, { 0.075, 1.42 }, { -0.065, 1.42 } };
  static const double shade[][2] = { { -0.21, 1.42 }, { -0.20, 1.10 }, { -0.22, 0.72 }, { -0.09, 0.72 }, { -0.10, 1.2 } };
  Ink cloth = body_ink (scene, colour, 0.05), trousers = starsend_sketch_tone (scene, 0.78, 1);

  shape (pen, x, y, s, legs[0], 4, trousers, 1.3);
  shape (pen, x, y, s, legs[1], 4, trousers, 1.3);
  shape (pen, x, y, s, far_arm, G_N_ELEMENTS (far_arm), body_ink (scene, colour, -0.3), 1.4);
  shape (pen, x, y, s, neck, 4, starsend_sketch_tone (scene, 0.3, 1), 0);
  shape (pen, x, y, s, coat, G_N_ELEMENTS (coat), cloth, LINE);
  shape (pen, x, y, s, shade, G_N_ELEMENTS (shade), starsend_sketch_tone (scene, 1, 0.25), 0);
  shape (pen, x, y, s, arm, G_N_ELEMENTS (arm), body_ink (scene, colour, -0.1), 1.4);
  starsend_sketch_pen_stroke (pen, x - 0.12 * s, y - 1.46 * s, x - 0.03 * s, y - 1.33 * s, FINE);
  starsend_sketch_pen_stroke (pen, x - 0.03 * s, y - 1.33 * s, x + 0.03 * s, y - 1.22 * s, FINE);
  starsend_sketch_pen_stroke (pen, x + 0.11 * s, y - 1.46 * s, x + 0.03 * s, y - 1.22 * s, FINE);
  starsend_sketch_pen_stroke (pen, x + 0.03 * s, y - 1.22 * s, x + 0.02 * s, y - 0.74 * s, FINE);
  for (int i = 0; i < 6; i++)
    starsend_sketch_pen_stroke (pen, x - 0.20 * s, y - (1.32 - 0.09 * i) * s, x - 0.12 * s, y - (1.38 - 0.09 * i) * s, 0.7);
}

static void
draw_person (StarsendSketchPen *pen, const StarsendSketchScene *scene, const double *colour, double x, double z)
{
  double px, py, scale;

  shadow (pen, scene, x, z, 0.42, 0.22);
  if (pen->camera.pitch < 0.6)
    {
      if (!starsend_sketch_pen_project (pen, (Point) { x, 0, z }, &px, &py, &scale))
        return;
      draw_body (pen, scene, colour, px, py, scale);
      draw_head (pen, scene, px, py, scale);
    }
  else if (starsend_sketch_pen_project (pen, (Point) { x, 1.4, z }, &px, &py, &scale))
    {
      Ink cloth = body_ink (scene, colour, 0), hair = starsend_sketch_tone (scene, 0.9, 1);

      starsend_sketch_pen_blob (pen, px, py + 0.14 * scale, 0.2 * scale, 0.24 * scale, &cloth, 1.3);
      starsend_sketch_pen_blob (pen, px, py, 0.30 * scale, 0.16 * scale, &cloth, 1.3);
      starsend_sketch_pen_blob (pen, px, py - 0.06 * scale, 0.12 * scale, 0.13 * scale, &hair, 1.3);
    }
}

static void
draw_label (StarsendSketchPen *pen, const char *text, double x, double y, double size)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (pen->cr);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("Sans Italic");
  int width, height;

  pango_font_description_set_absolute_size (font, MAX (9, size) * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_width (layout, (int) (MAX (60, size * 8) * PANGO_SCALE));
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (pen->cr, x - MAX (60, size * 8) / 2, y - height / 2.0);
  cairo_set_source_rgba (pen->cr, pen->line.r, pen->line.g, pen->line.b, 0.9);
  pango_cairo_show_layout (pen->cr, layout);
}

static void
draw_thing (StarsendSketchPen *pen, const StarsendSketchScene *scene, const StarsendSketchSubject *subject, double x, double z)
{
  double px, py, scale;
  Ink tag = body_ink (scene, subject->colour, 0.25);

  shadow (pen, scene, x, z, 0.75, 0.6);
  starsend_sketch_draw_box (pen, scene, (Point) { x - 0.55, 0, z - 0.4 }, (Point) { x + 0.55, 1.0, z + 0.4 }, 0.5);
  face4 (pen, (Point) { x - 0.5, 0.35, z - 0.41 }, (Point) { x + 0.5, 0.35, z - 0.41 }, (Point) { x + 0.5, 0.8, z - 0.41 },
         (Point) { x - 0.5, 0.8, z - 0.41 }, tag, FINE);
  if (starsend_sketch_pen_project (pen, (Point) { x, 0.575, z - 0.41 }, &px, &py, &scale))
    draw_label (pen, subject->name, px, py, MIN (0.17 * scale, pen->height / 22));
}

void
starsend_sketch_draw_subject (StarsendSketchPen *pen, const StarsendSketchScene *scene, guint i, double x, double z)
{
  const StarsendSketchSubject *subject = &scene->subjects[i];

  if (subject->kind == STARSEND_SKETCH_VEHICLE)
    draw_car (pen, scene, subject->colour, x, z);
  else if (subject->kind == STARSEND_SKETCH_PERSON)
    draw_person (pen, scene, subject->colour, x, z);
  else
    draw_thing (pen, scene, subject, x, z);
}

static Ink
window_ink (StarsendSketchPen *pen, const StarsendSketchScene *scene)
{
  gboolean lit = starsend_sketch_pen_random (pen, 0, 1) < (scene->night ? 0.4 : scene->low_sun ? 0.15 : 0);

  return lit ? starsend_sketch_accent (scene, 0.85) : starsend_sketch_tone (scene, 0.62, 1);
}

void
starsend_sketch_draw_house (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double z)
{
  double side = x < 0 ? 1 : -1, face = x + side * 4, ridge = 6.0;
  Ink lit = starsend_sketch_tone (scene, 0.32, 1), dark = starsend_sketch_tone (scene, 0.55, 1);
  Point gable[3] = { { x - 4.3, 3.1, z - 4 }, { x + 4.3, 3.1, z - 4 }, { x, ridge, z - 4 } };

  starsend_sketch_draw_box (pen, scene, (Point) { x - 4, 0, z - 4 }, (Point) { x + 4, 3.2, z + 4 }, 0.22);
  face4 (pen, (Point) { x - side * 4.3, 3.1, z - 4.3 }, (Point) { x, ridge, z - 4.3 }, (Point) { x, ridge, z + 4.3 },
         (Point) { x - side * 4.3, 3.1, z + 4.3 }, dark, LINE);
  starsend_sketch_pen_face (pen, gable, 3, &lit, LINE);
  face4 (pen, (Point) { face + side * 0.3, 3.1, z - 4.3 }, (Point) { x, ridge, z - 4.3 }, (Point) { x, ridge, z + 4.3 },
         (Point) { face + side * 0.3, 3.1, z + 4.3 }, starsend_sketch_tone (scene, 0.48, 1), LINE);
  for (int i = 1; i < 7; i++)
    starsend_sketch_pen_edge (pen, (Point) { face + side * 0.3 - side * 4.3 * i / 7, 3.1 + 2.9 * i / 7, z - 4.3 },
                              (Point) { face + side * 0.3 - side * 4.3 * i / 7, 3.1 + 2.9 * i / 7, z + 4.3 }, 0.5);
  for (int i = -1; i <= 1; i++)
    face4 (pen, (Point) { face + side * 0.02, i == 0 ? 0 : 1, z + i * 2.4 - 0.6 }, (Point) { face + side * 0.02, 2.3, z + i * 2.4 - 0.6 },
           (Point) { face + side * 0.02, 2.3, z + i * 2.4 + 0.6 }, (Point) { face + side * 0.02, i == 0 ? 0 : 1, z + i * 2.4 + 0.6 },
           window_ink (pen, scene), FINE);
  for (int i = 0; i < 2; i++)
    face4 (pen, (Point) { x - 2.6 + 3.4 * i, 1, z - 4.02 }, (Point) { x - 0.8 + 3.4 * i, 1, z - 4.02 },
           (Point) { x - 0.8 + 3.4 * i, 2.3, z - 4.02 }, (Point) { x - 2.6 + 3.4 * i, 2.3, z - 4.02 }, window_ink (pen, scene), FINE);
}

void
starsend_sketch_draw_building (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double z, double height)
{
  double side = x < 0 ? 1 : -1, face = x + side * 6.02;
  double darkness = starsend_sketch_pen_random (pen, 0.3, 0.55);

  starsend_sketch_draw_box (pen, scene, (Point) { x - 6, 0, z - 6 }, (Point) { x + 6, height, z + 6 }, darkness);
  for (double y = 4.6; y + 2 < height; y += 3.4)
    for (double along = -4.8; along < 4.5; along += 2.6)
      {
        face4 (pen, (Point) { face, y, z + along }, (Point) { face, y + 1.9, z + along }, (Point) { face, y + 1.9, z + along + 1.5 },
               (Point) { face, y, z + along + 1.5 }, window_ink (pen, scene), 0);
        if (pen->camera.eye.z < z - 6)
          face4 (pen, (Point) { x + along, y, z - 6.02 }, (Point) { x + along + 1.5, y, z - 6.02 },
                 (Point) { x + along + 1.5, y + 1.9, z - 6.02 }, (Point) { x + along, y + 1.9, z - 6.02 }, window_ink (pen, scene), 0);
      }
  face4 (pen, (Point) { face, 0, z - 5.2 }, (Point) { face, 3, z - 5.2 }, (Point) { face, 3, z + 5.2 }, (Point) { face, 0, z + 5.2 },
         starsend_sketch_tone (scene, scene->night ? -0.15 : 0.68, 1), FINE);
  for (double along = -5.2; along < 5; along += 2.6)
    starsend_sketch_pen_edge (pen, (Point) { face, 0, z + along }, (Point) { face, 3, z + along }, FINE);
  if (starsend_sketch_pen_random (pen, 0, 1) < 0.7)
    face4 (pen, (Point) { face, 3.1, z - 4 }, (Point) { face, 3.9, z - 4 }, (Point) { face, 3.9, z + 1 }, (Point) { face, 3.1, z + 1 },
           starsend_sketch_accent (scene, scene->night ? 1 : 0.7), FINE);
  face4 (pen, (Point) { face, 3, z - 5.2 }, (Point) { face + side * 1.3, 2.8, z - 5.2 }, (Point) { face + side * 1.3, 2.8, z + 5.2 },
         (Point) { face, 3, z + 5.2 }, starsend_sketch_tone (scene, 0.3, 1), FINE);
}

void
starsend_sketch_draw_tree (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double z, double height)
{
  static const double crown[][3] = { { -0.16, 0.62, 0.20 }, { 0.15, 0.60, 0.21 }, { 0, 0.80, 0.23 }, { -0.02, 0.64, 0.2 } };
  double px, py, scale;

  shadow (pen, scene, x, z, height * 0.3, height * 0.2);
  starsend_sketch_pen_edge (pen, (Point) { x, 0, z }, (Point) { x, height * 0.6, z }, 3);
  for (guint i = 0; i < G_N_ELEMENTS (crown); i++)
    if (starsend_sketch_pen_project (pen, (Point) { x + crown[i][0] * height, crown[i][1] * height, z }, &px, &py, &scale))
      {
        Ink ink = starsend_sketch_tone (scene, 0.38 + 0.08 * i, 0.85);

        starsend_sketch_pen_blob (pen, px, py, crown[i][2] * height * scale, crown[i][2] * height * scale * 0.86, &ink,
                                  i < 3 ? 1.2 : 0);
      }
}

void
starsend_sketch_draw_pine (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double z, double height)
{
  double px, py, scale;
  Ink ink = starsend_sketch_tone (scene, starsend_sketch_pen_random (pen, 0.5, 0.72), 1), white = starsend_sketch_tone (scene, 0, 0.8);

  shadow (pen, scene, x, z, height * 0.22, height * 0.16);
  if (pen->camera.pitch > 0.6)
    {
      for (int i = 0; i < 4; i++)
        if (starsend_sketch_pen_project (pen, (Point) { x, height * (0.15 + 0.25 * i), z }, &px, &py, &scale))
          {
            Ink ring = starsend_sketch_tone (scene, 0.62 - 0.12 * i, 1);

            starsend_sketch_pen_blob (pen, px, py, height * (0.26 - 0.06 * i) * scale, height * (0.24 - 0.055 * i) * scale, &ring, 1);
          }
      return;
    }
  if (!starsend_sketch_pen_project (pen, (Point) { x, 0, z }, &px, &py, &scale))
    return;
  starsend_sketch_pen_stroke (pen, px, py, px, py - height * 0.2 * scale, 3);
  for (int i = 0; i < 4; i++)
    {
      double base = 0.12 + 0.2 * i, half = 0.24 - 0.05 * i;
      double tier[3][2] = { { -half * height, base * height }, { half * height, (base - 0.01) * height }, { 0, MIN (1, base + 0.36) * height } };
      double cap[3][2] = { { -half * height * 0.4, (base + 0.2) * height }, { half * height * 0.3, (base + 0.22) * height },
                           { 0, MIN (1, base + 0.36) * height } };

      shape (pen, px, py, scale, (const double (*)[2]) tier, 3, ink, 1);
      if (scene->snow)
        shape (pen, px, py, scale, (const double (*)[2]) cap, 3, white, 0);
    }
}

void
starsend_sketch_draw_lamp (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double z)
{
  double reach = x < 0 ? 1.4 : -1.4;

  starsend_sketch_pen_edge (pen, (Point) { x, 0, z }, (Point) { x, 6, z }, 2.4);
  starsend_sketch_pen_edge (pen, (Point) { x, 6, z }, (Point) { x + reach, 6.2, z }, 2);
  if (scene->night || scene->low_sun || scene->rain)
    lamp_glow (pen, scene, (Point) { x + reach, 6.1, z }, scene->night ? 2.4 : 0.8);
}

void
starsend_sketch_draw_rock (StarsendSketchPen *pen, const StarsendSketchScene *scene, double x, double z, double height)
{
  double px, py, scale;
  double outline[6][2] = { { -1.1, 0 }, { -0.8, 0.7 }, { -0.1, 1 }, { 0.5, 0.8 }, { 1.0, 0.35 }, { 1.2, 0 } };
  double shade[4][2] = { { -1.1, 0 }, { -0.8, 0.7 }, { -0.1, 1 }, { -0.4, 0 } };

  if (!starsend_sketch_pen_project (pen, (Point) { x, 0, z }, &px, &py, &scale))
    return;
  shadow (pen, scene, x, z, height * 1.2, height * 0.5);
  scale *= height;
  shape (pen, px, py, scale, (const double (*)[2]) outline, 6, starsend_sketch_tone (scene, 0.22, 1), LINE);
  shape (pen, px, py, scale, (const double (*)[2]) shade, 4, starsend_sketch_tone (scene, 0.5, 1), FINE);
}
