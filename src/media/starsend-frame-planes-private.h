/* starsend-frame-planes-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A writable 4:2:0 picture: luma, then the two chroma planes of half its sides. Both sides are even. */
typedef struct
{
  int width;
  int height;
  guint8 *data[3];
  int stride[3];
} StarsendFramePlanes;

G_END_DECLS
