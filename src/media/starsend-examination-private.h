/* starsend-examination-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-media-examine-private.h"

G_BEGIN_DECLS

/* Seconds; @end is where the first frame after it begins. */
typedef struct
{
  double start;
  double end;
} StarsendStretch;

/* What follows from the figures of the frames. (transfer full) */
GArray *starsend_examination_find_black (const StarsendExamination *self);    /* of StarsendStretch */
GArray *starsend_examination_find_frozen (const StarsendExamination *self);   /* of StarsendStretch; black is none of them */
GArray *starsend_examination_find_cuts (const StarsendExamination *self);     /* of double: when the new picture begins */

G_END_DECLS
