/* starsend-media-container-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a video file says of itself, read without a decoder. */
typedef struct
{
  const char *demuxer;   /* GStreamer's name of the only element that may open it */
  gint64 n_frames;       /* at least so many should decode; -1 where the file does not say */
  gboolean is_whole;     /* it says that every frame is to be shown */
} StarsendMediaContainer;

gboolean starsend_media_container_read (const char *path, StarsendMediaContainer *container, GError **error);

G_END_DECLS
