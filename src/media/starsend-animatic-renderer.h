/* starsend-animatic-renderer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "starsend-camera-move.h"
#include "starsend-frame-rate.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_ANIMATIC_RENDERER (starsend_animatic_renderer_get_type ())

/* Renders one picture to video: one camera move per shot, hard cuts at the planned frames, exactly the planned number of
 * frames; each shot starts from another framing of the picture, so that a cut is seen. H.264 in MP4 where an encoder is
 * installed, else the best free one that MP4 takes. One use per object. Properties "progress" (0 to 1) notify on the main thread. */
G_DECLARE_FINAL_TYPE (StarsendAnimaticRenderer, starsend_animatic_renderer, STARSEND, ANIMATIC_RENDERER, GObject)

StarsendAnimaticRenderer *starsend_animatic_renderer_new (const char *picture, int aspect_width, int aspect_height, StarsendFrameRate rate);
/* @labels: burnt in at the lower edge (sequence, shot, prompt) with a running timecode; NULL for none. */
void starsend_animatic_renderer_add_shot (StarsendAnimaticRenderer *self, StarsendCameraMove move, gint64 n_frames, const char *label);
double starsend_animatic_renderer_get_progress (StarsendAnimaticRenderer *self);
/* Writes the whole file to @path (a part file; the caller publishes it). On failure and cancel nothing is left there. */
void starsend_animatic_renderer_render_async (StarsendAnimaticRenderer *self, const char *path, GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_animatic_renderer_render_finish (StarsendAnimaticRenderer *self, GAsyncResult *result, GError **error);
/* Translated, for the user: "H.264 (x264)" or what stands in for it. Known after the render. */
const char *starsend_animatic_renderer_get_encoder (StarsendAnimaticRenderer *self);

G_END_DECLS
