/* starsend-media-tap-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "starsend-media-reader-private.h"

G_BEGIN_DECLS

typedef struct _StarsendMediaTap StarsendMediaTap;

/* Reads a file to its end as quickly as it decodes, and hands out what comes. The functions are called by streaming threads, one
 * for pictures, another for sound; @time is from the start of the file, or GST_CLOCK_TIME_NONE. */
struct _StarsendMediaTap
{
  const char *video_caps;    /* NULL: pictures are not decoded */
  const char *audio_caps;    /* NULL: sound is not decoded */
  void (*on_video) (StarsendMediaTap *tap, GstCaps *caps, GstBuffer *buffer, GstClockTime time);
  void (*on_audio) (StarsendMediaTap *tap, GstCaps *caps, GstBuffer *buffer, GstClockTime time);
  gpointer user_data;

  /* Afterwards */
  gint64 n_frames;
  gboolean is_sound_broken;  /* it is there and could not be decoded to its end */

  /* Private */
  StarsendMediaReader *reader;
  gint moved;
  gint sound_failed;
  gint is_video_over;
  gint is_audio_over;
};

/* Blocking. NULL where the pictures do not decode to their end; a fault of the sound is none. */
StarsendMediaReader *starsend_media_tap_run (StarsendMediaTap *self, const char *path, GCancellable *cancellable, GError **error);

G_END_DECLS
