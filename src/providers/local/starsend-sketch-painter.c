/* starsend-sketch-painter.c
 *
 * Lays out one scene in metres and draws it four times, as a storyboard artist would: paper, grey markers, ink, and one
 * colour for the light.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sketch-painter.h"

#include "starsend-sketch-objects.h"

#include <math.h>

#define MAX_PROPS 96
#define FAR 400.0

typedef enum
{
  VIEW_WIDE,
  VIEW_MEDIUM,
  VIEW_CLOSE,
  VIEW_ABOVE,
} View;

typedef enum
{
  PROP_SUBJECT,
  PROP_HOUSE,
  PROP_BUILDING,
  PROP_BOX,
  PROP_TREE,
  PROP_PINE,
  PROP_LAMP,
  PROP_ROCK,
} PropKind;

typedef struct
{
  PropKind kind;
  double x, z, height;
  guint subject;
  double distance;
} Prop;

typedef struct
{
  const StarsendSketchScene *scene;
  StarsendSketchPen pen;
  View view;
  double mirror;   /* 1 or -1: the side the camera stands on */
  gboolean has_vehicle;
  Prop props[MAX_PROPS];
  guint n_props;
} Sketch;

static double
choose (Sketch *sketch, double from, double to)
{
  return starsend_sketch_pen_random (&sketch->pen, from, to);
}

static void
add (Sketch *sketch, PropKind kind, double x, double z, double height)
{
  if (sketch->n_props < MAX_PROPS)
    sketch->props[sketch->n_props++] = (Prop) { .kind = kind, .x = x, .z = z, .height = height };
}

static void
add_row (Sketch *sketch, PropKind kind, double x, double jitter, double from, double step, double low, double high)
{
  for (double z = from; z < 95; z += step)
    for (int side = -1; side <= 1; side += 2)
      add (sketch, kind, side * (x + choose (sketch, 0, jitter)), z + choose (sketch, -step / 5, step / 5), choose (sketch, low, high));
}

static void
add_place (Sketch *sketch)
{
  switch (sketch->scene->place)
    {
    case STARSEND_SKETCH_SUBURB:
      add_row (sketch, PROP_HOUSE, 14, 2, 2, 14, 0, 1);
      add_row (sketch, PROP_TREE, 8.2, 1, 8, 21, 5, 7.5);
      add_row (sketch, PROP_LAMP, 5.4, 0, 15, 28, 0, 1);
      break;
    case STARSEND_SKETCH_CITY:
      add_row (sketch, PROP_BUILDING, 14, 1, 2, 14.5, 14, 44);
      add_row (sketch, PROP_LAMP, 6, 0, 6, 22, 0, 1);
      break;
    case STARSEND_SKETCH_FOREST:
      add_row (sketch, PROP_PINE, 7.5, 5, -3, 5, 8, 14);
      add_row (sketch, PROP_PINE, 14, 9, 2, 6, 9, 16);
      break;
    case STARSEND_SKETCH_MOUNTAINS:
      add_row (sketch, PROP_PINE, 9, 12, 2, 9, 6, 11);
      add_row (sketch, PROP_ROCK, 6.5, 3, 10, 30, 0.6, 1.5);
      break;
    case STARSEND_SKETCH_DESERT:
      add_row (sketch, PROP_ROCK, 7, 12, 4, 13, 0.5, 2.2);
      break;
    case STARSEND_SKETCH_CAR_PARK:
      add_row (sketch, PROP_LAMP, 8, 0, 4, 18, 0, 1);
      add (sketch, PROP_BOX, -16, 48, 7);
      add (sketch, PROP_BOX, 14, 52, 5);
      break;
    case STARSEND_SKETCH_INTERIOR:
      add (sketch, PROP_BOX, -3.4 * sketch->mirror, 3.2, 0.8);
      add (sketch, PROP_BOX, 3.6 * sketch->mirror, 3.4, 1.9);
      break;
    case STARSEND_SKETCH_SEA:
      add_row (sketch, PROP_ROCK, 9, 8, 3, 16, 0.4, 1.3);
      break;
    case STARSEND_SKETCH_TUNNEL:
      break;
    default:
      add_row (sketch, PROP_TREE, 12, 16, 10, 17, 5, 8);
      add_row (sketch, PROP_LAMP, 6, 0, 12, 24, 0, 1);
    }
}

/* A vehicle in the middle, people beside it on the camera's side, things on the other. */
static void
add_subjects (Sketch *sketch)
{
  const StarsendSketchScene *scene = sketch->scene;
  guint n_people = 0, n_things = 0, n_vehicles = 0;

  for (guint i = 0; i < scene->n_subjects; i++)
    sketch->has_vehicle |= scene->subjects[i].kind == STARSEND_SKETCH_VEHICLE;
  for (guint i = 0; i < scene->n_subjects; i++)
    {
      Prop *prop = &sketch->props[sketch->n_props++];

      *prop = (Prop) { .kind = PROP_SUBJECT, .subject = i };
      if (scene->subjects[i].kind == STARSEND_SKETCH_VEHICLE)
        {
          prop->x = -2.9 * n_vehicles * sketch->mirror;
          prop->z = 4.5 * n_vehicles++;
        }
      else if (scene->subjects[i].kind == STARSEND_SKETCH_PERSON)
        {
          prop->x = sketch->mirror * ((sketch->has_vehicle ? 1.55 : 0) + (n_people % 2 ? 0.95 : 0));
          prop->z = (sketch->has_vehicle ? -0.3 : 0) + 0.8 * n_people++;
        }
      else
        {
          prop->x = -sketch->mirror * ((sketch->has_vehicle || n_people > 0 ? 2.1 : 0) + 1.5 * n_things);
          prop->z = -0.6 + 1.4 * n_things++;
        }
    }
}

static void
look_at (StarsendSketchCamera *camera, StarsendSketchPoint target)
{
  double x = target.x - camera->eye.x, y = target.y - camera->eye.y, z = target.z - camera->eye.z;

  camera->yaw = atan2 (x, z);
  camera->pitch = atan2 (-y, hypot (x, z));
}

/* What the close view is of: a face where there is one, else the first thing. */
static StarsendSketchPoint
close_target (Sketch *sketch, gboolean *is_person)
{
  const Prop *found = NULL;

  *is_person = FALSE;
  for (guint i = 0; i < sketch->n_props && sketch->props[i].kind == PROP_SUBJECT; i++)
    if (found == NULL || (!*is_person && sketch->scene->subjects[sketch->props[i].subject].kind == STARSEND_SKETCH_PERSON))
      {
        found = &sketch->props[i];
        *is_person = sketch->scene->subjects[found->subject].kind == STARSEND_SKETCH_PERSON;
      }
  if (*is_person)
    return (StarsendSketchPoint) { found->x, 1.56, found->z };
  if (sketch->scene->subjects[found->subject].kind == STARSEND_SKETCH_VEHICLE)
    return (StarsendSketchPoint) { found->x + 0.15 * sketch->mirror, 0.72, found->z - 1.5 };
  return (StarsendSketchPoint) { found->x, 0.6, found->z };
}

static void
aim (Sketch *sketch)
{
  StarsendSketchCamera *camera = &sketch->pen.camera;
  double m = sketch->mirror, narrow = MIN (1, sketch->pen.width / sketch->pen.height / 1.2);
  gboolean indoors = sketch->scene->place == STARSEND_SKETCH_INTERIOR, is_person;
  StarsendSketchPoint target;

  switch (sketch->view)
    {
    case VIEW_WIDE:
      camera->eye = (StarsendSketchPoint) { m * choose (sketch, 2.2, 3.4), choose (sketch, 1.7, 2.6), indoors ? -6.5 : -12.5 };
      camera->focal = 0.95;
      target = (StarsendSketchPoint) { -m * choose (sketch, 0.2, 1.4), 2.1, 6 };
      break;
    case VIEW_MEDIUM:
      camera->eye = (StarsendSketchPoint) { m * choose (sketch, 3.4, 4.4), choose (sketch, 1.15, 1.6), -6.2 };
      if (!sketch->has_vehicle)
        camera->eye = (StarsendSketchPoint) { camera->eye.x * 0.45, camera->eye.y, -3.9 };
      camera->focal = 1.25;
      target = (StarsendSketchPoint) { m * 0.25, 1.05, -0.2 };
      break;
    case VIEW_CLOSE:
      target = close_target (sketch, &is_person);
      camera->eye = (StarsendSketchPoint) { target.x + m * (is_person ? 0.45 : 1.7), is_person ? 1.6 : 1.15,
                                            target.z - (is_person ? 1.75 : 2.5) };
      camera->focal = is_person ? 1.55 : 1.2;
      target.x -= is_person ? m * 0.22 : 0;
      break;
    default:
      camera->eye = (StarsendSketchPoint) { m * choose (sketch, 1.5, 3.5), indoors || !sketch->has_vehicle ? 8 : 13,
                                            indoors || !sketch->has_vehicle ? -3.6 : -5.5 };
      camera->focal = 1.25;
      target = (StarsendSketchPoint) { 0, 0, 0.8 };
    }
  camera->focal *= sketch->view == VIEW_CLOSE ? MAX (narrow, 0.75) : narrow;
  look_at (camera, target);
}

static void
wash (Sketch *sketch, double y0, double y1, StarsendSketchInk top, StarsendSketchInk bottom)
{
  cairo_pattern_t *pattern = cairo_pattern_create_linear (0, y0, 0, y1);

  cairo_pattern_add_color_stop_rgba (pattern, 0, top.r, top.g, top.b, top.a);
  cairo_pattern_add_color_stop_rgba (pattern, 1, bottom.r, bottom.g, bottom.b, bottom.a);
  cairo_rectangle (sketch->pen.cr, 0, y0, sketch->pen.width, y1 - y0);
  cairo_set_source (sketch->pen.cr, pattern);
  cairo_fill (sketch->pen.cr);
  cairo_pattern_destroy (pattern);
}

/* Broad, overlapping pulls of a marker. */
static void
pulls (Sketch *sketch, double y0, double y1, StarsendSketchInk ink)
{
  double step = sketch->pen.height / 26, slant = sketch->pen.height * 0.012;

  for (double y = y0; y < y1; y += step * choose (sketch, 0.7, 1.25))
    {
      double left = -sketch->pen.width * choose (sketch, 0, 0.15), right = sketch->pen.width * choose (sketch, 0.75, 1.15);

      cairo_move_to (sketch->pen.cr, left, y + choose (sketch, -slant, slant));
      cairo_line_to (sketch->pen.cr, right, y + choose (sketch, -slant, slant));
      cairo_set_line_width (sketch->pen.cr, step * choose (sketch, 0.9, 1.3));
      cairo_set_source_rgba (sketch->pen.cr, ink.r, ink.g, ink.b, ink.a);
      cairo_stroke (sketch->pen.cr);
    }
}

static double
horizon (Sketch *sketch)
{
  return sketch->pen.height / 2 - tan (sketch->pen.camera.pitch) * sketch->pen.camera.focal * sketch->pen.height;
}

static void
draw_sun (Sketch *sketch, double y)
{
  const StarsendSketchScene *scene = sketch->scene;
  double h = sketch->pen.height, x = sketch->pen.width * (sketch->mirror > 0 ? 0.27 : 0.73);
  double radius = h * (scene->night ? 0.045 : 0.085);
  cairo_pattern_t *glow;
  StarsendSketchInk disc = scene->night ? starsend_sketch_tone (scene, -0.9, 1) : starsend_sketch_accent (scene, 0.95);

  y -= scene->night ? h * 0.27 : h * 0.10;
  glow = cairo_pattern_create_radial (x, y, radius, x, y, h * 0.75);
  cairo_pattern_add_color_stop_rgba (glow, 0, scene->accent[0], scene->accent[1], scene->accent[2], scene->night ? 0.18 : 0.6);
  cairo_pattern_add_color_stop_rgba (glow, 1, scene->accent[0], scene->accent[1], scene->accent[2], 0);
  cairo_set_source (sketch->pen.cr, glow);
  cairo_rectangle (sketch->pen.cr, 0, 0, sketch->pen.width, h);
  cairo_fill (sketch->pen.cr);
  cairo_pattern_destroy (glow);
  starsend_sketch_pen_blob (&sketch->pen, x, y, radius, radius, &disc, 0);
}

static void
draw_sky (Sketch *sketch)
{
  const StarsendSketchScene *scene = sketch->scene;
  double y = CLAMP (horizon (sketch), 0, sketch->pen.height), h = sketch->pen.height;
  gboolean heavy = scene->rain || scene->night;

  if (y <= 0)
    return;
  wash (sketch, 0, y, starsend_sketch_tone (scene, heavy ? 0.75 : 0.16, 1), starsend_sketch_tone (scene, heavy ? 0.3 : 0, 1));
  pulls (sketch, -h * 0.02, y * 0.55, starsend_sketch_tone (scene, heavy ? 1 : 0.5, 0.13));
  if (!scene->night && !scene->rain)
    wash (sketch, y * 0.35, y, starsend_sketch_accent (scene, 0), starsend_sketch_accent (scene, scene->low_sun ? 0.5 : 0.22));
  else
    wash (sketch, y * 0.5, y, starsend_sketch_accent (scene, 0), starsend_sketch_accent (scene, 0.2));
  if (scene->low_sun || (scene->night && !scene->rain))
    draw_sun (sketch, y);
  for (int i = 0; scene->night && !scene->rain && i < 60; i++)
    {
      double r = h * choose (sketch, 0.0008, 0.0022);

      cairo_arc (sketch->pen.cr, choose (sketch, 0, sketch->pen.width), choose (sketch, 0, y * 0.8), r, 0, 2 * G_PI);
      cairo_set_source_rgba (sketch->pen.cr, 0.95, 0.95, 1, choose (sketch, 0.3, 0.9));
      cairo_fill (sketch->pen.cr);
    }
}

/* A ridge against the sky; @sharp for peaks. */
static void
draw_ridge (Sketch *sketch, double y, double height, gboolean sharp, StarsendSketchInk ink)
{
  double w = sketch->pen.width, xs[20], ys[20];
  guint n = G_N_ELEMENTS (xs);

  for (guint i = 0; i < n; i++)
    {
      xs[i] = w * (-0.05 + 1.1 * (i + (i % (n - 1) == 0 ? 0 : choose (sketch, -0.4, 0.4))) / (n - 1));
      ys[i] = y - height * (sharp ? (i % 2 ? choose (sketch, 0.7, 1) : choose (sketch, 0.25, 0.5)) : choose (sketch, 0.35, 0.8));
    }
  cairo_move_to (sketch->pen.cr, xs[0], y);
  for (guint i = 0; i < n; i++)
    cairo_line_to (sketch->pen.cr, xs[i], ys[i]);
  cairo_line_to (sketch->pen.cr, xs[n - 1], y);
  starsend_sketch_pen_fill (&sketch->pen, &ink);
  for (guint i = 1; i < n; i++)
    starsend_sketch_pen_stroke (&sketch->pen, xs[i - 1], ys[i - 1], xs[i], ys[i], 1.2);
}

static void
draw_distance (Sketch *sketch)
{
  double y = horizon (sketch), h = sketch->pen.height;
  const StarsendSketchScene *scene = sketch->scene;

  if (y <= 0 || y > h * 1.3)
    return;
  if (scene->place == STARSEND_SKETCH_MOUNTAINS)
    {
      draw_ridge (sketch, y, h * 0.34, TRUE, starsend_sketch_tone (scene, 0.28, 1));
      draw_ridge (sketch, y, h * 0.17, TRUE, starsend_sketch_tone (scene, 0.42, 1));
    }
  else if (scene->place == STARSEND_SKETCH_CITY || scene->place == STARSEND_SKETCH_CAR_PARK)
    for (double x = -0.02 * h; x < sketch->pen.width; x += h * choose (sketch, 0.04, 0.09))
      {
        StarsendSketchInk ink = starsend_sketch_tone (scene, choose (sketch, 0.2, 0.38), 1);

        cairo_rectangle (sketch->pen.cr, x, y - h * choose (sketch, 0.06, 0.24), h * 0.07, h * 0.3);
        starsend_sketch_pen_fill (&sketch->pen, &ink);
      }
  else if (scene->place != STARSEND_SKETCH_SEA)
    draw_ridge (sketch, y, h * 0.09, scene->place == STARSEND_SKETCH_DESERT, starsend_sketch_tone (scene, 0.32, 1));
}

static void
strip (Sketch *sketch, double x0, double x1, double z0, double z1, StarsendSketchInk ink, double weight)
{
  StarsendSketchPoint points[4] = { { x0, 0, z0 }, { x1, 0, z0 }, { x1, 0, z1 }, { x0, 0, z1 } };

  starsend_sketch_pen_face (&sketch->pen, points, 4, &ink, weight);
}

static void
draw_ground (Sketch *sketch)
{
  const StarsendSketchScene *scene = sketch->scene;
  double white = scene->snow ? 0.02 : scene->place == STARSEND_SKETCH_DESERT || scene->place == STARSEND_SKETCH_SEA ? 0.1 : 0.24;
  double near = MAX (0, horizon (sketch));

  strip (sketch, -FAR, FAR, -40, FAR, starsend_sketch_tone (scene, white, 1), 0);
  pulls (sketch, near + (sketch->pen.height - near) * 0.3, sketch->pen.height * 1.05, starsend_sketch_tone (scene, 0.7, 0.07));
  if (scene->place == STARSEND_SKETCH_SEA)
    {
      StarsendSketchInk water = starsend_sketch_accent (scene, scene->night ? 0.3 : 0.5);

      strip (sketch, -FAR, FAR, 14, FAR, water, 1);
      for (int i = 0; i < 34; i++)
        {
          double z = 15 + i * i * 0.12, x = choose (sketch, -30, 30) * (1 + i * 0.05);

          starsend_sketch_pen_edge (&sketch->pen, (StarsendSketchPoint) { x, 0, z }, (StarsendSketchPoint) { x + choose (sketch, 2, 9), 0, z },
                                    1);
        }
    }
}

static void
draw_road (Sketch *sketch)
{
  const StarsendSketchScene *scene = sketch->scene;
  double end = scene->place == STARSEND_SKETCH_SEA ? 10 : FAR, half = 4.4;
  StarsendSketchInk marks = scene->night ? starsend_sketch_tone (scene, -0.7, 0.8) : starsend_sketch_tone (scene, 0, 0.95);

  strip (sketch, -half, half, -40, end, starsend_sketch_tone (scene, scene->snow ? 0.3 : 0.5, 0.9), 1.6);
  if (scene->place == STARSEND_SKETCH_SUBURB || scene->place == STARSEND_SKETCH_CITY)
    for (int side = -1; side <= 1; side += 2)
      strip (sketch, side * half, side * (half + 2.2), -40, FAR, starsend_sketch_tone (scene, 0.1, 1), 1.2);
  for (double z = -24; z < 90 && z < end; z += 6)
    strip (sketch, -0.09, 0.09, z, z + 2.6, marks, 0);
  for (int i = 0; i < 12; i++)
    {
      double x = choose (sketch, -4, 4), z = choose (sketch, -12, 30);

      starsend_sketch_pen_edge (&sketch->pen, (StarsendSketchPoint) { x, 0, z }, (StarsendSketchPoint) { x, 0, z + choose (sketch, 1, 6) }, 0.7);
    }
  for (int i = 0; scene->rain && i < 26; i++)
    {
      double x = choose (sketch, -4, 4), z = choose (sketch, -10, 40);

      strip (sketch, x, x + choose (sketch, 0.3, 0.9), z, z + choose (sketch, 2, 5), starsend_sketch_accent (scene, 0.22), 0);
    }
}

static void
draw_bays (Sketch *sketch)
{
  StarsendSketchInk tar = starsend_sketch_tone (sketch->scene, 0.45, 0.9), white = starsend_sketch_tone (sketch->scene, -0.1, 0.95);

  strip (sketch, -26, 26, -40, 44, tar, 1.4);
  for (double x = -22.4; x < 23; x += 2.8)
    for (double z = -3; z < 40; z += 12)
      strip (sketch, x - 0.06 + 1.4, x + 0.06 + 1.4, z, z + 5.4, white, 0);
}

static void
draw_tunnel (Sketch *sketch)
{
  const StarsendSketchScene *scene = sketch->scene;
  gboolean open = sketch->view == VIEW_ABOVE;

  for (double z = 96; z > -36; z -= 8)
    {
      StarsendSketchPoint arch[13], next[13];

      for (int i = 0; i < 13; i++)
        {
          double angle = G_PI * i / 12;

          arch[i] = (StarsendSketchPoint) { 7 * cos (angle), 5.8 * sin (angle), z };
          next[i] = (StarsendSketchPoint) { arch[i].x, arch[i].y, z + 8 };
        }
      for (int i = 0; i < 12; i++)
        if (!open || i < 2 || i > 9)
          {
            StarsendSketchPoint panel[4] = { arch[i], arch[i + 1], next[i + 1], next[i] };
            StarsendSketchInk ink = starsend_sketch_tone (scene, 0.5 + 0.32 * fabs (i - 5.5) / 6 + 0.1 * ((int) (z / 8) & 1), 1);

            starsend_sketch_pen_face (&sketch->pen, panel, 4, &ink, 0);
            if (i % 4 == 0)
              starsend_sketch_pen_edge (&sketch->pen, arch[i], next[i], 0.8);
          }
      for (int i = 0; i < 12; i++)
        if (!open || i < 2 || i > 9)
          starsend_sketch_pen_edge (&sketch->pen, arch[i], arch[i + 1], 1.2);
      for (int side = -1; !open && side <= 1; side += 2)
        {
          StarsendSketchPoint light[4] = { { side * 3, 5.1, z + 1 }, { side * 3.7, 4.8, z + 1 }, { side * 3.7, 4.8, z + 5 }, { side * 3, 5.1, z + 5 } };
          StarsendSketchInk ink = starsend_sketch_accent (scene, 0.95);

          starsend_sketch_pen_face (&sketch->pen, light, 4, &ink, 0);
        }
    }
}

static void
draw_room (Sketch *sketch)
{
  const StarsendSketchScene *scene = sketch->scene;
  double m = sketch->mirror, back = 6, half = 6.5, top = 3.6;
  StarsendSketchInk wall = starsend_sketch_tone (scene, 0.2, 1), side = starsend_sketch_tone (scene, 0.36, 1);
  StarsendSketchInk ceiling = starsend_sketch_tone (scene, 0.1, 1), light = starsend_sketch_accent (scene, 0.75);

  strip (sketch, -half, half, -12, back, starsend_sketch_tone (scene, 0.42, 1), 1.2);
  for (double x = -half; x < half; x += 0.9)
    starsend_sketch_pen_edge (&sketch->pen, (StarsendSketchPoint) { x, 0, -10 }, (StarsendSketchPoint) { x, 0, back }, 0.7);
  starsend_sketch_pen_face (&sketch->pen, (StarsendSketchPoint[]) { { -half, 0, back }, { half, 0, back }, { half, top, back }, { -half, top, back } },
                            4, &wall, 1.6);
  for (int s = -1; s <= 1; s += 2)
    starsend_sketch_pen_face (&sketch->pen, (StarsendSketchPoint[]) { { s * half, 0, -12 }, { s * half, 0, back }, { s * half, top, back }, { s * half, top, -12 } },
                              4, &side, 1.6);
  if (sketch->view != VIEW_ABOVE)
    starsend_sketch_pen_face (&sketch->pen, (StarsendSketchPoint[]) { { -half, top, -12 }, { half, top, -12 }, { half, top, back }, { -half, top, back } },
                              4, &ceiling, 1.2);
  for (int i = 0; i < 2; i++)
    {
      double x = -m * 2.6 + i * 1.7;

      starsend_sketch_pen_face (&sketch->pen, (StarsendSketchPoint[]) { { x - 0.75, 0.9, back }, { x + 0.75, 0.9, back }, { x + 0.75, 2.9, back }, { x - 0.75, 2.9, back } },
                                4, &light, 1.8);
      strip (sketch, x - 0.6 + m, x + 0.9 + m, 0.5, 4, starsend_sketch_accent (scene, 0.35), 0);
    }
}

static int
compare_distance (const void *a, const void *b)
{
  double x = ((const Prop *) a)->distance, y = ((const Prop *) b)->distance;

  return (x < y) - (x > y);
}

static void
draw_prop (Sketch *sketch, const Prop *prop)
{
  StarsendSketchPen *pen = &sketch->pen;
  const StarsendSketchScene *scene = sketch->scene;
  double half = scene->place == STARSEND_SKETCH_INTERIOR ? 1 : 9;

  switch (prop->kind)
    {
    case PROP_SUBJECT:
      starsend_sketch_draw_subject (pen, scene, prop->subject, prop->x, prop->z);
      break;
    case PROP_HOUSE:
      starsend_sketch_draw_house (pen, scene, prop->x, prop->z);
      break;
    case PROP_BUILDING:
      starsend_sketch_draw_building (pen, scene, prop->x, prop->z, prop->height);
      break;
    case PROP_BOX:
      starsend_sketch_draw_box (pen, scene, (StarsendSketchPoint) { prop->x - half, 0, prop->z - half / 2 },
                                (StarsendSketchPoint) { prop->x + half, prop->height, prop->z + half / 2 }, 0.45);
      break;
    case PROP_TREE:
      starsend_sketch_draw_tree (pen, scene, prop->x, prop->z, prop->height);
      break;
    case PROP_PINE:
      starsend_sketch_draw_pine (pen, scene, prop->x, prop->z, prop->height);
      break;
    case PROP_LAMP:
      starsend_sketch_draw_lamp (pen, scene, prop->x, prop->z);
      break;
    default:
      starsend_sketch_draw_rock (pen, scene, prop->x, prop->z, prop->height);
    }
}

static void
draw_props (Sketch *sketch)
{
  const StarsendSketchPoint *eye = &sketch->pen.camera.eye;

  for (guint i = 0; i < sketch->n_props; i++)
    {
      Prop *prop = &sketch->props[i];

      prop->distance = hypot (hypot (prop->x - eye->x, prop->z - eye->z), eye->y);
    }
  qsort (sketch->props, sketch->n_props, sizeof (Prop), compare_distance);
  for (guint i = 0; i < sketch->n_props; i++)
    {
      const Prop *prop = &sketch->props[i];

      /* What stands at the lens, or hides what the picture is of, is left out. */
      if (prop->kind == PROP_SUBJECT || (prop->z > eye->z + 3 && hypot (prop->x - eye->x, prop->z - eye->z) > 5))
        draw_prop (sketch, prop);
    }
}

static void
draw_weather (Sketch *sketch)
{
  const StarsendSketchScene *scene = sketch->scene;
  double w = sketch->pen.width, h = sketch->pen.height, y = CLAMP (horizon (sketch), 0, h);

  if (scene->fog)
    {
      wash (sketch, MAX (0, y - h * 0.3), y, starsend_sketch_tone (scene, 0, 0), starsend_sketch_tone (scene, 0, 0.5));
      wash (sketch, y, h, starsend_sketch_tone (scene, 0, 0.5), starsend_sketch_tone (scene, 0, 0));
    }
  for (int i = 0; scene->rain && i < 220; i++)
    {
      double x = choose (sketch, -0.1 * w, w), top = choose (sketch, -0.1 * h, h), length = h * choose (sketch, 0.03, 0.09);

      cairo_move_to (sketch->pen.cr, x, top);
      cairo_line_to (sketch->pen.cr, x + length * 0.22, top + length);
      cairo_set_line_width (sketch->pen.cr, h / 720 * choose (sketch, 0.6, 1.3));
      cairo_set_source_rgba (sketch->pen.cr, 0.9, 0.93, 0.96, 0.5);
      cairo_stroke (sketch->pen.cr);
    }
  for (int i = 0; scene->snow && i < 260; i++)
    {
      cairo_arc (sketch->pen.cr, choose (sketch, 0, w), choose (sketch, 0, h), h * choose (sketch, 0.001, 0.0045), 0, 2 * G_PI);
      cairo_set_source_rgba (sketch->pen.cr, 1, 1, 1, choose (sketch, 0.5, 0.95));
      cairo_fill (sketch->pen.cr);
    }
}

void
starsend_sketch_paint (cairo_t *cr, const StarsendSketchScene *scene, guint view, int width, int height)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (scene->seed);
  Sketch sketch = { .scene = scene, .view = (View) view };
  StarsendSketchInk paper = starsend_sketch_tone (scene, scene->night ? 0.4 : 0, 1);

  sketch.pen = (StarsendSketchPen) { .cr = cr, .rand = rand, .width = width, .height = height };
  sketch.pen.line = scene->night ? (StarsendSketchInk) { 0.80, 0.83, 0.90, 0.62 } : (StarsendSketchInk) { 0.13, 0.13, 0.16, 0.88 };
  sketch.mirror = g_rand_boolean (rand) ? 1 : -1;
  cairo_save (cr);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_clip (cr);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_source_rgb (cr, paper.r, paper.g, paper.b);
  cairo_paint (cr);
  /* First, so that the scene is the same in all four. */
  add_subjects (&sketch);
  add_place (&sketch);
  aim (&sketch);
  if (scene->place == STARSEND_SKETCH_INTERIOR)
    draw_room (&sketch);
  else
    {
      draw_sky (&sketch);
      if (scene->place != STARSEND_SKETCH_TUNNEL)
        draw_distance (&sketch);
      draw_ground (&sketch);
      if (scene->place == STARSEND_SKETCH_TUNNEL)
        draw_tunnel (&sketch);
      if (scene->place == STARSEND_SKETCH_CAR_PARK)
        draw_bays (&sketch);
      else if (scene->place != STARSEND_SKETCH_SEA || sketch.has_vehicle)
        draw_road (&sketch);
    }
  draw_props (&sketch);
  draw_weather (&sketch);
  cairo_restore (cr);
}
