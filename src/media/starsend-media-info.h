/* starsend-media-info.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "starsend-frame-rate.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_MEDIA_INFO (starsend_media_info_get_type ())

/* What a video file really holds, by reading it. Immutable. Initialises GStreamer when first used, never before. */
G_DECLARE_FINAL_TYPE (StarsendMediaInfo, starsend_media_info, STARSEND, MEDIA_INFO, GObject)

int starsend_media_info_get_width (StarsendMediaInfo *self);
int starsend_media_info_get_height (StarsendMediaInfo *self);
void starsend_media_info_get_frame_rate (StarsendMediaInfo *self, StarsendFrameRate *rate);
double starsend_media_info_get_duration (StarsendMediaInfo *self);      /* seconds */
gint64 starsend_media_info_get_n_frames (StarsendMediaInfo *self);      /* decoded to the end */
gboolean starsend_media_info_get_has_audio (StarsendMediaInfo *self);
const char *starsend_media_info_get_video_codec (StarsendMediaInfo *self);

/* Decodes the whole file on GStreamer's threads and counts: a file that does not decode to its end is an error (DAMAGED), so is one
 * without video. Never reads another file or an address than @path. Gives up after 20 s without progress. */
void starsend_media_probe_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendMediaInfo *starsend_media_probe_finish (GAsyncResult *result, GError **error);

#define STARSEND_MEDIA_LAST_FRAME (-1)

/* One frame as a picture (frame 0: the poster), scaled into @max_width x @max_height unless 0. */
void starsend_media_frame_async (const char *path, gint64 frame, int max_width, int max_height,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
struct _GdkPixbuf *starsend_media_frame_finish (GAsyncResult *result, GError **error);

G_END_DECLS
