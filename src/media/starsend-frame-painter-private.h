/* starsend-frame-painter-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "starsend-frame-planes-private.h"

G_BEGIN_DECLS

/* Paints views of one picture as BT.709 video frames, without a conversion on the way. */
typedef struct _StarsendFramePainter StarsendFramePainter;

StarsendFramePainter *starsend_frame_painter_new (GdkPixbuf *picture, int width, int height);
void starsend_frame_painter_free (StarsendFramePainter *self);
/* @widest: the largest scale that will be painted until the next call. */
void starsend_frame_painter_prepare (StarsendFramePainter *self, double widest);
void starsend_frame_painter_paint (StarsendFramePainter *self, double center_x, double center_y, double scale, StarsendFramePlanes *planes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendFramePainter, starsend_frame_painter_free)

G_END_DECLS
