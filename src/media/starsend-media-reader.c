/* starsend-media-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-media-reader-private.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gst/pbutils/pbutils.h>

#include "starsend-error.h"
#include "starsend-gst-private.h"

#define MAX_SIDE 16384
#define MAX_PIXELS (100 * 1000 * 1000)
#define MAX_WAITING_SOUND (32 * 1024 * 1024)

/* GStreamer's own numbers, which no header of it has. */
enum
{
  AUTOPLUG_TRY,
  AUTOPLUG_EXPOSE,
  AUTOPLUG_SKIP,
};

static void
refuse (StarsendMediaReader *self, StarsendError code, const char *why)
{
  g_autofree char *name = g_filename_display_basename (self->path);

  if (self->refusal == NULL)
    self->refusal = g_error_new (STARSEND_ERROR, code, _("“%s” cannot be used as video: %s"), name, why);
  GST_ELEMENT_ERROR (self->pipeline, STREAM, FAILED, (NULL), ("refused"));
}

/* Inside the container nothing but parsers and decoders has a place: nothing that could open a file or an address. */
static int
on_autoplug_select (GstElement *decodebin, GstPad *pad, GstCaps *caps, GstElementFactory *factory, gpointer user_data)
{
  if (gst_element_factory_list_is_type (factory, GST_ELEMENT_FACTORY_TYPE_PARSER | GST_ELEMENT_FACTORY_TYPE_DECODER) &&
      !gst_element_factory_list_is_type (factory, GST_ELEMENT_FACTORY_TYPE_DEMUXER))
    return AUTOPLUG_TRY;
  return AUTOPLUG_SKIP;
}

static gboolean
is_sane (int width, int height)
{
  return width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE && (gint64) width * height <= MAX_PIXELS;
}

static void
on_decoded_pad (GstElement *decodebin, GstPad *pad, gpointer user_data)
{
  StarsendMediaReader *self = user_data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (self->sink, "sink");

  if (caps == NULL || !gst_video_info_from_caps (&self->video, caps) ||
      !is_sane (GST_VIDEO_INFO_WIDTH (&self->video), GST_VIDEO_INFO_HEIGHT (&self->video)))
    {
      refuse (self, STARSEND_ERROR_DAMAGED, _("its pictures are of a kind or size that cannot be shown"));
      return;
    }
  if (self->prepare != NULL)
    self->prepare (self);
  if (GST_PAD_LINK_FAILED (gst_pad_link (pad, sink)))
    refuse (self, STARSEND_ERROR_DAMAGED, _("its pictures are of a kind or size that cannot be shown"));
}

/* A file without an edit list may show its first frame late, by as much as its frames are reordered. GStreamer's segment
 * ends with the file's length all the same, so that the decoder would drop as many frames at the end. */
static GstPadProbeReturn
on_segment (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstSegment segment;

  if (GST_EVENT_TYPE (event) != GST_EVENT_SEGMENT)
    return GST_PAD_PROBE_OK;
  gst_event_copy_segment (event, &segment);
  segment.stop = GST_CLOCK_TIME_NONE;
  info->data = gst_event_new_segment (&segment);
  gst_event_set_seqnum (info->data, gst_event_get_seqnum (event));
  gst_event_unref (event);
  return GST_PAD_PROBE_OK;
}

static void
add_decoder (StarsendMediaReader *self, GstPad *pad, GstCaps *caps)
{
  GstElement *decodebin = gst_element_factory_make ("decodebin", NULL);
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  g_autoptr (GstPad) sink = NULL;
  int width = 1, height = 1;

  gst_structure_get_int (structure, "width", &width);
  gst_structure_get_int (structure, "height", &height);
  if (decodebin == NULL || !is_sane (width, height))
    {
      gst_clear_object (&decodebin);
      refuse (self, STARSEND_ERROR_DAMAGED, _("its pictures are of a kind or size that cannot be shown"));
      return;
    }
  self->has_video = TRUE;
  self->codec = gst_pb_utils_get_codec_description (caps);
  g_signal_connect (decodebin, "autoplug-select", G_CALLBACK (on_autoplug_select), self);
  g_signal_connect (decodebin, "pad-added", G_CALLBACK (on_decoded_pad), self);
  gst_bin_add (GST_BIN (self->pipeline), decodebin);
  sink = gst_element_get_static_pad (decodebin, "sink");
  if (self->container.is_whole)
    gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_segment, NULL, NULL);
  gst_pad_link (pad, sink);
  gst_element_sync_state_with_parent (decodebin);
}

static void
on_decoded_audio_pad (GstElement *decodebin, GstPad *pad, gpointer user_data)
{
  StarsendMediaReader *self = user_data;
  g_autoptr (GstPad) sink = gst_element_get_static_pad (self->audio_sink, "sink");

  gst_pad_link (pad, sink);
}

/* Sound that nothing here can decode is no reason to refuse the pictures. */
static gboolean
can_decode (GstCaps *caps)
{
  GList *decoders = gst_element_factory_list_get_elements (GST_ELEMENT_FACTORY_TYPE_DECODER | GST_ELEMENT_FACTORY_TYPE_MEDIA_AUDIO, GST_RANK_MARGINAL);
  GList *fitting = gst_element_factory_list_filter (decoders, caps, GST_PAD_SINK, FALSE);
  gboolean found = fitting != NULL || gst_structure_has_name (gst_caps_get_structure (caps, 0), "audio/x-raw");

  gst_plugin_feature_list_free (fitting);
  gst_plugin_feature_list_free (decoders);
  return found;
}

/* In a bin of its own, so that its faults are known from those of the pictures. */
static void
add_audio_decoder (StarsendMediaReader *self, GstPad *pad, GstCaps *caps)
{
  GstElement *decodebin = can_decode (caps) ? gst_element_factory_make ("decodebin", NULL) : NULL;
  GstElement *queue = decodebin != NULL ? gst_element_factory_make ("queue", NULL) : NULL;
  g_autoptr (GstPad) sink = NULL;
  GstPad *ghost;

  if (queue == NULL)
    {
      gst_clear_object (&decodebin);
      return;
    }
  g_signal_connect (decodebin, "autoplug-select", G_CALLBACK (on_autoplug_select), self);
  g_signal_connect (decodebin, "pad-added", G_CALLBACK (on_decoded_audio_pad), self);
  g_object_set (queue, "max-size-buffers", 0, "max-size-time", (guint64) 0, "max-size-bytes", MAX_WAITING_SOUND, NULL);
  self->sound = gst_bin_new (NULL);
  gst_bin_add_many (GST_BIN (self->sound), queue, decodebin, self->audio_sink, NULL);
  gst_element_link (queue, decodebin);
  sink = gst_element_get_static_pad (queue, "sink");
  ghost = gst_ghost_pad_new ("sink", sink);
  gst_pad_set_active (ghost, TRUE);
  gst_element_add_pad (self->sound, ghost);
  gst_bin_add (GST_BIN (self->pipeline), self->sound);
  gst_element_sync_state_with_parent (self->sound);
  gst_pad_link (pad, ghost);
}

/* Not decoded, where only the sound is wanted. */
static void
add_video (StarsendMediaReader *self, GstPad *pad, GstCaps *caps)
{
  g_autoptr (GstPad) sink = NULL;

  if (!self->skips_video)
    {
      add_decoder (self, pad, caps);
      return;
    }
  self->has_video = TRUE;
  sink = gst_element_get_static_pad (self->sink, "sink");
  gst_pad_link (pad, sink);
}

static void
on_demuxed_pad (GstElement *demuxer, GstPad *pad, gpointer user_data)
{
  StarsendMediaReader *self = user_data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const char *name = caps != NULL && gst_caps_get_size (caps) > 0 ? gst_structure_get_name (gst_caps_get_structure (caps, 0)) : "";

  if (g_str_has_prefix (name, "audio/"))
    {
      g_atomic_int_set (&self->has_audio, TRUE);
      if (self->audio_sink != NULL && self->sound == NULL)
        add_audio_decoder (self, pad, caps);
    }
  else if ((g_str_has_prefix (name, "video/") || g_str_equal (name, "image/jpeg")) && !self->has_video)
    add_video (self, pad, caps);
}

static void
on_no_more_pads (GstElement *demuxer, gpointer user_data)
{
  StarsendMediaReader *self = user_data;

  if (!self->has_video)
    refuse (self, STARSEND_ERROR_DAMAGED, _("it holds no video"));
}

StarsendMediaReader *
starsend_media_reader_new (const char *path, GstElement *sink, GError **error)
{
  g_autoptr (StarsendMediaReader) self = g_new0 (StarsendMediaReader, 1);
  GstElement *source, *demuxer;

  self->path = g_strdup (path);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  self->sink = sink;
  gst_bin_add (GST_BIN (self->pipeline), sink);
  if (!starsend_media_container_read (path, &self->container, error))
    return NULL;
  source = starsend_gst_make ("filesrc", error);
  if (source == NULL || !gst_bin_add (GST_BIN (self->pipeline), source))
    return NULL;
  demuxer = starsend_gst_make (self->container.demuxer, error);
  if (demuxer == NULL || !gst_bin_add (GST_BIN (self->pipeline), demuxer))
    return NULL;
  self->demuxer = demuxer;
  g_object_set (source, "location", path, NULL);
  gst_element_link (source, demuxer);
  g_signal_connect (demuxer, "pad-added", G_CALLBACK (on_demuxed_pad), self);
  g_signal_connect (demuxer, "no-more-pads", G_CALLBACK (on_no_more_pads), self);
  return g_steal_pointer (&self);
}

void
starsend_media_reader_set_audio_sink (StarsendMediaReader *self, GstElement *sink)
{
  self->audio_sink = gst_object_ref_sink (sink);
}

/* @callback: as of "pad-added", after the pad is linked. */
void
starsend_media_reader_watch_pads (StarsendMediaReader *self, GCallback callback, gpointer user_data)
{
  g_signal_connect_after (self->demuxer, "pad-added", callback, user_data);
}

void
starsend_media_reader_free (StarsendMediaReader *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->pipeline);
  gst_clear_object (&self->audio_sink);
  g_free (self->path);
  g_free (self->codec);
  g_clear_error (&self->refusal);
  g_free (self);
}

void
starsend_media_reader_translate (StarsendMediaReader *self, GError **error)
{
  g_autoptr (GError) cause = g_steal_pointer (error);
  g_autofree char *name = g_filename_display_basename (self->path);

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED) || cause->domain == STARSEND_ERROR)
    *error = g_steal_pointer (&cause);
  else if (self->refusal != NULL)
    *error = g_steal_pointer (&self->refusal);
  else if (g_error_matches (cause, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND) ||
           g_error_matches (cause, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN))
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
                 _("No decoder for “%s” (%s) is installed: install GStreamer’s “libav” plug-ins"), name,
                 self->codec != NULL ? self->codec : _("unknown"));
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED,
                 _("“%s” cannot be used as video: decoding stopped and did not go on for %d seconds"), name, STARSEND_MEDIA_STALL_SECONDS);
  else
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED, _("“%s” cannot be used as video: %s"), name, cause->message);
}

/* Decoders pass over what they cannot read, so an end without an error proves nothing: the frames are counted against the index. */
gboolean
starsend_media_reader_check_count (StarsendMediaReader *self, gint64 n_frames, GError **error)
{
  g_autofree char *name = g_filename_display_basename (self->path);

  if (n_frames > 0 && n_frames >= self->container.n_frames)
    return TRUE;
  if (n_frames == 0)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED, _("“%s” cannot be used as video: no frame of it can be decoded"), name);
  else
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED,
                 _("“%s” cannot be used as video: only %" G_GINT64_FORMAT " of its %" G_GINT64_FORMAT " frames can be decoded"), name,
                 n_frames, self->container.n_frames);
  return FALSE;
}
