/* starsend-luma.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-luma.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far a picture may have shifted, in small pixels, and still be the same. */
#define MAX_SHIFT 3

StarsendLuma *
starsend_luma_new (int width, int height, int side)
{
  StarsendLuma *self = g_new0 (StarsendLuma, 1);
  double fit = MIN (1.0, (double) side / MAX (width, height));

  self->width = MAX (1, (int) lround (width * fit));
  self->height = MAX (1, (int) lround (height * fit));
  self->data = g_malloc0 ((gsize) self->width * self->height);
  return self;
}

void
starsend_luma_free (StarsendLuma *self)
{
  g_free (self->data);
  g_free (self);
}

static void
add_row (guint32 *sums, const guint8 *row, int width)
{
  for (int x = 0; x < width; x++)
    sums[x] += row[x];
}

void
starsend_luma_shrink (StarsendLuma *self, const guint8 *plane, gsize stride, int width, int height, gboolean limited)
{
  g_autofree guint32 *sums = g_new (guint32, width);

  for (int y = 0; y < self->height; y++)
    {
      int top = (int) ((gint64) y * height / self->height), bottom = MAX (top + 1, (int) ((gint64) (y + 1) * height / self->height));

      memset (sums, 0, sizeof *sums * width);
      for (int row = top; row < bottom; row++)
        add_row (sums, plane + (gsize) row * stride, width);
      for (int x = 0; x < self->width; x++)
        {
          int left = (int) ((gint64) x * width / self->width), right = MAX (left + 1, (int) ((gint64) (x + 1) * width / self->width));
          guint64 sum = 0, n = (guint64) (right - left) * (guint64) (bottom - top);
          double value;

          for (int column = left; column < right; column++)
            sum += sums[column];
          value = (double) sum / (double) n;
          if (limited)
            value = (value - 16) * 255.0 / 219.0;
          self->data[(gsize) y * self->width + x] = (guint8) CLAMP (value + 0.5, 0, 255);
        }
    }
}

/* BT.709's weights: what a video of the picture has as its luma. */
static void
convert_row (const guint8 *from, int n_channels, int width, guint8 *to)
{
  for (int x = 0; x < width; x++, from += n_channels)
    to[x] = (guint8) ((54 * from[0] + 183 * from[1] + 19 * from[2] + 128) >> 8);
}

void
starsend_luma_shrink_picture (StarsendLuma *self, GdkPixbuf *picture, const StarsendRectangle *part)
{
  gsize stride = (gsize) gdk_pixbuf_get_rowstride (picture);
  int n_channels = gdk_pixbuf_get_n_channels (picture);
  const guint8 *pixels = gdk_pixbuf_read_pixels (picture) + (gsize) part->y * stride + (gsize) part->x * n_channels;
  g_autofree guint8 *plane = g_malloc ((gsize) part->width * part->height);

  for (int y = 0; y < part->height; y++)
    convert_row (pixels + (gsize) y * stride, n_channels, part->width, plane + (gsize) y * part->width);
  starsend_luma_shrink (self, plane, (gsize) part->width, part->width, part->height, FALSE);
}

StarsendLuma *
starsend_luma_new_from_picture (GdkPixbuf *picture, const StarsendRectangle *part, int side)
{
  StarsendRectangle all = { 0, 0, gdk_pixbuf_get_width (picture), gdk_pixbuf_get_height (picture) };
  StarsendLuma *self;

  if (part == NULL)
    part = &all;
  self = starsend_luma_new (part->width, part->height, side);
  starsend_luma_shrink_picture (self, picture, part);
  return self;
}

void
starsend_luma_measure (const StarsendLuma *self, StarsendLumaFigures *figures)
{
  guint counts[256] = { 0 };
  double n = (double) self->width * self->height, sum = 0, squares = 0;

  figures->entropy = 0;
  for (gsize i = 0; i < (gsize) self->width * self->height; i++)
    counts[self->data[i]]++;
  for (guint i = 0; i < 256; i++)
    {
      double share = counts[i] / n;

      sum += i * share;
      squares += (double) i * i * share;
      if (counts[i] > 0)
        figures->entropy -= share * log2 (share);
    }
  figures->mean = sum;
  figures->deviation = sqrt (MAX (0, squares - sum * sum));
}

double
starsend_luma_difference (const StarsendLuma *a, const StarsendLuma *b)
{
  gsize n = (gsize) a->width * a->height;
  guint32 sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (guint32) abs (a->data[i] - b->data[i]);
  return (double) sum / (double) n;
}

/* The correlation of what both show where @b is shifted; structure alone, so that another grade is still the same picture. */
static double
correlate (const StarsendLuma *a, const StarsendLuma *b, int dx, int dy)
{
  int left = MAX (0, dx), top = MAX (0, dy), right = a->width + MIN (0, dx), bottom = a->height + MIN (0, dy);
  double n = (double) (right - left) * (bottom - top);
  gint64 sum_a = 0, sum_b = 0, sum_aa = 0, sum_bb = 0, sum_ab = 0;
  double var_a, var_b;

  for (int y = top; y < bottom; y++)
    {
      const guint8 *row_a = a->data + (gsize) y * a->width, *row_b = b->data + (gsize) (y - dy) * a->width - dx;

      for (int x = left; x < right; x++)
        {
          sum_a += row_a[x];
          sum_b += row_b[x];
          sum_aa += row_a[x] * row_a[x];
          sum_bb += row_b[x] * row_b[x];
          sum_ab += row_a[x] * row_b[x];
        }
    }
  var_a = (double) sum_aa / n - ((double) sum_a / n) * ((double) sum_a / n);
  var_b = (double) sum_bb / n - ((double) sum_b / n) * ((double) sum_b / n);
  /* Two flat pictures have no structure to compare: their brightness is all there is. */
  if (var_a < 1 || var_b < 1)
    return var_a < 1 && var_b < 1 ? 1 - fabs ((double) (sum_a - sum_b)) / n / 255 : 0;
  return ((double) sum_ab / n - (double) sum_a / n * (double) sum_b / n) / sqrt (var_a * var_b);
}

double
starsend_luma_likeness (const StarsendLuma *a, const StarsendLuma *b)
{
  double best = 0;

  g_return_val_if_fail (a->width == b->width && a->height == b->height, 0);

  for (int dy = -MAX_SHIFT; dy <= MAX_SHIFT; dy++)
    for (int dx = -MAX_SHIFT; dx <= MAX_SHIFT; dx++)
      if (abs (dx) < a->width && abs (dy) < a->height)
        best = MAX (best, correlate (a, b, dx, dy));
  return MIN (best, 1);
}
