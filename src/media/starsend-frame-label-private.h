/* starsend-frame-label-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-frame-planes-private.h"
#include "starsend-frame-rate.h"

G_BEGIN_DECLS

/* Burns a caption and a running timecode into video frames of one size. */
typedef struct _StarsendFrameLabel StarsendFrameLabel;

StarsendFrameLabel *starsend_frame_label_new (int width, int height, StarsendFrameRate rate);
void starsend_frame_label_free (StarsendFrameLabel *self);
/* The first line of @caption is set in bold, the second one below it; each is cut short where it does not fit. */
void starsend_frame_label_set_caption (StarsendFrameLabel *self, const char *caption);
void starsend_frame_label_burn (StarsendFrameLabel *self, gint64 frame, StarsendFramePlanes *planes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendFrameLabel, starsend_frame_label_free)

G_END_DECLS
