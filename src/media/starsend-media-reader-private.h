/* starsend-media-reader-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>
#include <gst/video/video.h>

#include "starsend-media-container-private.h"

G_BEGIN_DECLS

#define STARSEND_MEDIA_STALL_SECONDS 20

typedef struct _StarsendMediaReader StarsendMediaReader;

/* One video file, decoded into a sink. The fields are set by GStreamer's threads before the first frame arrives. */
struct _StarsendMediaReader
{
  char *path;
  StarsendMediaContainer container;
  GstElement *pipeline;
  GstElement *demuxer;                              /* the pipeline's */
  GstElement *sink;                                 /* an element or bin with one sink pad */
  GstElement *audio_sink;                           /* nullable; the same for sound, where there is some that can be decoded */
  gboolean skips_video;                             /* @sink gets it as it is in the file */
  void (*prepare) (StarsendMediaReader *self);      /* nullable; called when @video is known, before the sink gets a frame */
  gpointer user_data;

  GstVideoInfo video;
  gboolean has_video;
  gint has_audio;
  GstElement *sound;                                /* what decodes it; NULL where nothing does. The pipeline's */
  char *codec;
  GError *refusal;                                  /* ours, which says more than GStreamer's */
};

/* Takes the floating @sink. Blocking, from a worker thread. */
StarsendMediaReader *starsend_media_reader_new (const char *path, GstElement *sink, GError **error);
/* Takes the floating @sink. Neither sink may wait for its first buffer then: sound may come long after the pictures, or never. */
void starsend_media_reader_set_audio_sink (StarsendMediaReader *self, GstElement *sink);
void starsend_media_reader_watch_pads (StarsendMediaReader *self, GCallback callback, gpointer user_data);
void starsend_media_reader_free (StarsendMediaReader *self);
/* Puts a whole sentence in the place of what GStreamer said. */
void starsend_media_reader_translate (StarsendMediaReader *self, GError **error);
/* DAMAGED where fewer frames came than the file says that it has. */
gboolean starsend_media_reader_check_count (StarsendMediaReader *self, gint64 n_frames, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendMediaReader, starsend_media_reader_free)

G_END_DECLS
