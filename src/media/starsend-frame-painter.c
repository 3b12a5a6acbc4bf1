/* starsend-frame-painter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-frame-painter-private.h"

#include <math.h>

/* A level holds at least this many of its own pixels for each painted one, where the picture has them: bilinear
 * sampling then neither blurs nor flickers, down to a view that is two thirds of the widest. */
#define DENSITY 1.2

/* Levels are made for these scales, so that shots framed alike share one. */
static const double level_scales[] = { 0.64, 0.8, 1.0 };

/* The picture in planar 4:2:0; chroma is sited in the middle of its four luma pixels. */
typedef struct
{
  int width;
  int height;
  guint8 *data[3];
} Level;

/* Where the samples of one output row or column come from: between @index and the one after it, @weight of 256 from the latter. */
typedef struct
{
  guint16 index;
  guint16 weight;
} Tap;

struct _StarsendFramePainter
{
  GdkPixbuf *crop;
  int width;
  int height;
  Level levels[G_N_ELEMENTS (level_scales)];
  Level *level;
  Tap *columns;
  guint16 *row;
};

static void
level_clear (Level *level)
{
  for (guint i = 0; i < 3; i++)
    g_clear_pointer (&level->data[i], g_free);
}

/* Transparent parts stand on black. */
static inline void
read_pixel (const guint8 *p, gboolean has_alpha, int rgb[3])
{
  int alpha = has_alpha ? p[3] : 255;

  for (int i = 0; i < 3; i++)
    rgb[i] = alpha == 255 ? p[i] : (p[i] * alpha + 127) / 255;
}

/* BT.709, limited range, in 16 bits of fraction. */
static inline guint8
luma (const int rgb[3])
{
  return (guint8) ((11966 * rgb[0] + 40254 * rgb[1] + 4064 * rgb[2] + (16 << 16) + 32768) >> 16);
}

static inline void
chroma (const int sum[3], guint8 *u, guint8 *v)
{
  /* @sum is of four pixels: two more bits. */
  *u = (guint8) ((-6596 * sum[0] - 22189 * sum[1] + 28785 * sum[2] + (128 << 18) + (1 << 17)) >> 18);
  *v = (guint8) ((28785 * sum[0] - 26145 * sum[1] - 2640 * sum[2] + (128 << 18) + (1 << 17)) >> 18);
}

static void
level_fill (Level *level, GdkPixbuf *source)
{
  const guint8 *pixels = gdk_pixbuf_read_pixels (source);
  int stride = gdk_pixbuf_get_rowstride (source);
  int step = gdk_pixbuf_get_n_channels (source);
  gboolean has_alpha = gdk_pixbuf_get_has_alpha (source);

  for (int y = 0; y < level->height; y += 2)
    for (int x = 0; x < level->width; x += 2)
      {
        gsize half = (gsize) (y / 2) * (level->width / 2) + x / 2;
        int sum[3] = { 0, 0, 0 };

        for (int k = 0; k < 4; k++)
          {
            int rgb[3];

            read_pixel (pixels + (gsize) (y + k / 2) * stride + (gsize) (x + k % 2) * step, has_alpha, rgb);
            level->data[0][(gsize) (y + k / 2) * level->width + x + k % 2] = luma (rgb);
            for (int i = 0; i < 3; i++)
              sum[i] += rgb[i];
          }
        chroma (sum, &level->data[1][half], &level->data[2][half]);
      }
}

static void
level_init (Level *level, GdkPixbuf *crop, double wanted_width, double wanted_height)
{
  int crop_width = gdk_pixbuf_get_width (crop);
  int crop_height = gdk_pixbuf_get_height (crop);
  g_autoptr (GdkPixbuf) source = NULL;

  level->width = MAX (2, (int) MIN (crop_width, ceil (wanted_width)) & ~1);
  level->height = MAX (2, (int) MIN (crop_height, ceil (wanted_height)) & ~1);
  level->data[0] = g_malloc ((gsize) level->width * level->height);
  level->data[1] = g_malloc ((gsize) level->width / 2 * (level->height / 2));
  level->data[2] = g_malloc ((gsize) level->width / 2 * (level->height / 2));
  if (level->width == crop_width && level->height == crop_height)
    source = g_object_ref (crop);
  else
    source = gdk_pixbuf_scale_simple (crop, level->width, level->height, GDK_INTERP_BILINEAR);
  level_fill (level, source);
}

StarsendFramePainter *
starsend_frame_painter_new (GdkPixbuf *picture, int width, int height)
{
  StarsendFramePainter *self = g_new0 (StarsendFramePainter, 1);
  double picture_width = gdk_pixbuf_get_width (picture);
  double picture_height = gdk_pixbuf_get_height (picture);
  double fit = MIN (picture_width / width, picture_height / height);
  int crop_width = CLAMP ((int) round (fit * width), 1, (int) picture_width);
  int crop_height = CLAMP ((int) round (fit * height), 1, (int) picture_height);

  g_return_val_if_fail (width % 2 == 0 && height % 2 == 0, NULL);
  self->width = width;
  self->height = height;
  self->crop = gdk_pixbuf_new_subpixbuf (picture, ((int) picture_width - crop_width) / 2, ((int) picture_height - crop_height) / 2,
                                         crop_width, crop_height);
  self->columns = g_new (Tap, width);
  return self;
}

void
starsend_frame_painter_free (StarsendFramePainter *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->levels); i++)
    level_clear (&self->levels[i]);
  g_clear_object (&self->crop);
  g_free (self->columns);
  g_free (self->row);
  g_free (self);
}

void
starsend_frame_painter_prepare (StarsendFramePainter *self, double widest)
{
  guint i = 0;

  while (i + 1 < G_N_ELEMENTS (level_scales) && level_scales[i] < widest - 1e-6)
    i++;
  self->level = &self->levels[i];
  if (self->level->data[0] == NULL)
    level_init (self->level, self->crop, self->width * DENSITY / level_scales[i], self->height * DENSITY / level_scales[i]);
  g_free (self->row);
  self->row = g_new (guint16, self->level->width + 1);
}

static Tap
get_tap (double position, int length)
{
  int fixed = (int) floor (CLAMP (position, 0, length - 1) * 65536);
  Tap tap = { fixed >> 16, (fixed & 0xffff) >> 8 };

  if (tap.index >= length - 1)
    tap = (Tap) { MAX (length - 2, 0), length > 1 ? 256 : 0 };
  return tap;
}

/* Two rows become one with eight bits of fraction. */
static void
blend_rows (guint16 *restrict out, const guint8 *restrict upper, const guint8 *restrict lower, guint weight, int n)
{
  guint16 w = (guint16) weight, v = (guint16) (256 - weight);

  for (int i = 0; i < n; i++)
    out[i] = (guint16) (upper[i] * v + lower[i] * w);
}

static void
sample_row (guint8 *restrict out, const guint16 *restrict row, const Tap *restrict taps, int n)
{
  for (int i = 0; i < n; i++)
    {
      guint32 a = row[taps[i].index], b = row[taps[i].index + 1], w = taps[i].weight;

      out[i] = (guint8) ((a * (256 - w) + b * w + 32768) >> 16);
    }
}

/* @x0, @y0: where the first sample lies, @step_x, @step_y: how far the next one is, in the plane's own pixels. */
static void
paint_plane (StarsendFramePainter *self, int plane, StarsendFramePlanes *planes, double x0, double y0, double step_x, double step_y)
{
  int shift = plane == 0 ? 0 : 1;
  int width = self->level->width >> shift, height = self->level->height >> shift;
  int out_width = self->width >> shift, out_height = self->height >> shift;
  int first, n;

  for (int i = 0; i < out_width; i++)
    self->columns[i] = get_tap (x0 + i * step_x, width);
  first = self->columns[0].index;
  n = MIN (self->columns[out_width - 1].index + 2, width) - first;
  for (int j = 0; j < out_height; j++)
    {
      Tap tap = get_tap (y0 + j * step_y, height);
      const guint8 *upper = self->level->data[plane] + (gsize) tap.index * width;
      const guint8 *lower = upper + (height > 1 ? width : 0);

      blend_rows (self->row + first, upper + first, lower + first, tap.weight, n);
      sample_row (planes->data[plane] + (gsize) j * planes->stride[plane], self->row, self->columns, out_width);
    }
}

/* Chroma goes where H.264 expects it: on the left one of each two columns, between the two rows. */
void
starsend_frame_painter_paint (StarsendFramePainter *self, double center_x, double center_y, double scale, StarsendFramePlanes *planes)
{
  double step_x = scale * self->level->width / self->width;
  double step_y = scale * self->level->height / self->height;
  double left = (center_x - scale / 2) * self->level->width;
  double top = (center_y - scale / 2) * self->level->height;

  paint_plane (self, 0, planes, left + 0.5 * step_x - 0.5, top + 0.5 * step_y - 0.5, step_x, step_y);
  for (int plane = 1; plane < 3; plane++)
    paint_plane (self, plane, planes, (left + 0.5 * step_x) / 2 - 0.5, (top + step_y) / 2 - 0.5, step_x, step_y);
}
