/* starsend-animatic-encoder-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

#include "starsend-frame-rate.h"

G_BEGIN_DECLS

/* A pipeline from raw I420 frames to an MP4 file at @path, with the best encoder that is there. @name: translated, static. */
GstElement *starsend_animatic_encoder_new (const char *path, int width, int height, StarsendFrameRate rate,
                                           GstElement **source, const char **name, GError **error);
#define STARSEND_SOUND_RATE 48000
#define STARSEND_SOUND_CHANNELS 2

/* Sound of 16 bits for the same file. (transfer full) */
GstElement *starsend_animatic_encoder_add_sound (GstElement *pipeline, GError **error);
/* Where the muxer keeps the video until the index can be put before it. */
char *starsend_animatic_encoder_dup_scratch_path (const char *path);

G_END_DECLS
