/* starsend-luma.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "starsend-grid-slicer.h"

G_BEGIN_DECLS

/* A small picture of brightness, 0 black to 255 white, for the critics. Not copied; free with starsend_luma_free(). */
typedef struct
{
  int width;
  int height;
  guint8 *data;
} StarsendLuma;

typedef struct
{
  double mean;
  double deviation;    /* standard deviation */
  double entropy;      /* bits per pixel, 0 to 8 */
} StarsendLumaFigures;

/* At most @side wide and high, of the shape of @width x @height. */
StarsendLuma *starsend_luma_new (int width, int height, int side);
void starsend_luma_free (StarsendLuma *self);
/* Every pixel is the mean of the part of the plane that it stands for. @limited: 16 to 235, as video has it. */
void starsend_luma_shrink (StarsendLuma *self, const guint8 *plane, gsize stride, int width, int height, gboolean limited);
void starsend_luma_shrink_picture (StarsendLuma *self, GdkPixbuf *picture, const StarsendRectangle *part);
/* Of a part of a picture, or of all of it. */
StarsendLuma *starsend_luma_new_from_picture (GdkPixbuf *picture, const StarsendRectangle *part, int side);

void starsend_luma_measure (const StarsendLuma *self, StarsendLumaFigures *figures);
/* The mean difference of their pixels, of 255. Both of one size. */
double starsend_luma_difference (const StarsendLuma *a, const StarsendLuma *b);
/* How alike their structure is: 1 the same, 0 nothing in common. Brightness and contrast count little. Both of one size. */
double starsend_luma_likeness (const StarsendLuma *a, const StarsendLuma *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendLuma, starsend_luma_free)

G_END_DECLS
