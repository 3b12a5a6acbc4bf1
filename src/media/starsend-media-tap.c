/* starsend-media-tap.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-media-tap-private.h"

#include "starsend-gst-private.h"

/* A pipeline plays when every one of its decoders has had data, and until then its sinks hold up the demuxer, and so the data:
 * with sound that comes late, or not at all, for ever. So nothing ever reaches the sinks here. All is taken off before them, the
 * end of the stream too, and the state of the pipeline does not matter. */

static void
check_over (StarsendMediaTap *self)
{
  g_autoptr (GstBus) bus = NULL;

  if (!g_atomic_int_get (&self->is_video_over))
    return;
  if (self->reader->sound != NULL && !g_atomic_int_get (&self->is_audio_over) && !g_atomic_int_get (&self->sound_failed))
    return;
  bus = gst_element_get_bus (self->reader->pipeline);
  gst_bus_post (bus, gst_message_new_eos (GST_OBJECT (self->reader->pipeline)));
}

static GstClockTime
get_time (GstPad *pad, GstBuffer *buffer)
{
  g_autoptr (GstEvent) event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment;

  if (event == NULL || !GST_BUFFER_PTS_IS_VALID (buffer))
    return GST_CLOCK_TIME_NONE;
  gst_event_parse_segment (event, &segment);
  return gst_segment_to_stream_time (segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
}

static GstPadProbeReturn
on_video (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  StarsendMediaTap *self = user_data;

  if ((info->type & GST_PAD_PROBE_TYPE_BUFFER) != 0)
    {
      g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

      g_atomic_int_inc (&self->moved);
      self->n_frames++;
      if (self->on_video != NULL && caps != NULL)
        self->on_video (self, caps, GST_PAD_PROBE_INFO_BUFFER (info), get_time (pad, GST_PAD_PROBE_INFO_BUFFER (info)));
      return GST_PAD_PROBE_DROP;
    }
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_EOS)
    return GST_PAD_PROBE_OK;
  g_atomic_int_set (&self->is_video_over, TRUE);
  check_over (self);
  return GST_PAD_PROBE_DROP;
}

static GstPadProbeReturn
on_audio (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  StarsendMediaTap *self = user_data;

  if ((info->type & GST_PAD_PROBE_TYPE_BUFFER) != 0)
    {
      g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

      g_atomic_int_inc (&self->moved);
      if (caps != NULL)
        self->on_audio (self, caps, GST_PAD_PROBE_INFO_BUFFER (info), get_time (pad, GST_PAD_PROBE_INFO_BUFFER (info)));
      return GST_PAD_PROBE_DROP;
    }
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_EOS)
    return GST_PAD_PROBE_OK;
  g_atomic_int_set (&self->is_audio_over, TRUE);
  check_over (self);
  return GST_PAD_PROBE_DROP;
}

/* The demuxer would give up when it is told that sound cannot be taken any more. */
static GstPadProbeReturn
drop_sound (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  StarsendMediaTap *self = user_data;

  return g_atomic_int_get (&self->sound_failed) ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  StarsendMediaTap *self = user_data;
  GstElement *sound = self->reader->sound;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR || sound == NULL ||
      (GST_MESSAGE_SRC (message) != GST_OBJECT (sound) && !gst_object_has_as_ancestor (GST_MESSAGE_SRC (message), GST_OBJECT (sound))))
    return GST_BUS_PASS;
  g_atomic_int_set (&self->sound_failed, TRUE);
  check_over (self);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

/* Runs when the sound's decoder is set up, before it is given anything. */
static void
on_pad_added (GstElement *demuxer, GstPad *pad, gpointer user_data)
{
  StarsendMediaTap *self = user_data;
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);

  if (peer != NULL && self->reader->sound != NULL && GST_PAD_PARENT (peer) == self->reader->sound)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, drop_sound, self, NULL);
}

/* (transfer floating) */
static GstElement *
create_sink (StarsendMediaTap *self, const char *caps_string, gboolean is_video, GError **error)
{
  static const char *const video[] = { "videoconvert", "capsfilter", "fakesink" };
  static const char *const audio[] = { "audioconvert", "audioresample", "capsfilter", "fakesink" };
  const char *const *factories = !is_video ? audio : caps_string != NULL ? video : video + G_N_ELEMENTS (video) - 1;
  guint n = !is_video ? G_N_ELEMENTS (audio) : caps_string != NULL ? G_N_ELEMENTS (video) : 1;
  GstElement *bin = gst_bin_new (NULL), *elements[G_N_ELEMENTS (audio)];
  g_autoptr (GstPad) first = NULL;
  g_autoptr (GstPad) last = NULL;

  for (guint i = 0; i < n; i++)
    {
      elements[i] = starsend_gst_make (factories[i], error);
      if (elements[i] == NULL)
        {
          gst_object_unref (bin);
          return NULL;
        }
      gst_bin_add (GST_BIN (bin), elements[i]);
      if (i > 0)
        gst_element_link (elements[i - 1], elements[i]);
    }
  if (caps_string != NULL)
    gst_util_set_object_arg (G_OBJECT (elements[n - 2]), "caps", caps_string);
  g_object_set (elements[n - 1], "sync", FALSE, "async", FALSE, NULL);
  first = gst_element_get_static_pad (elements[0], "sink");
  gst_element_add_pad (bin, gst_ghost_pad_new ("sink", first));
  last = gst_element_get_static_pad (elements[n - 1], "sink");
  gst_pad_add_probe (last, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, is_video ? on_video : on_audio, self, NULL);
  return bin;
}

static gboolean
set_up (StarsendMediaTap *self, const char *path, GError **error)
{
  GstElement *sink = create_sink (self, self->video_caps, TRUE, error);
  g_autoptr (GstBus) bus = NULL;

  if (sink == NULL)
    return FALSE;
  self->reader = starsend_media_reader_new (path, sink, error);
  if (self->reader == NULL)
    return FALSE;
  self->reader->skips_video = self->video_caps == NULL;
  if (self->audio_caps != NULL)
    {
      sink = create_sink (self, self->audio_caps, FALSE, error);
      if (sink == NULL)
        return FALSE;
      starsend_media_reader_set_audio_sink (self->reader, sink);
      starsend_media_reader_watch_pads (self->reader, G_CALLBACK (on_pad_added), self);
    }
  bus = gst_element_get_bus (self->reader->pipeline);
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  return TRUE;
}

StarsendMediaReader *
starsend_media_tap_run (StarsendMediaTap *self, const char *path, GCancellable *cancellable, GError **error)
{
  StarsendMediaReader *reader;
  g_autoptr (GstBus) bus = NULL;
  gboolean done;

  if (!starsend_gst_init (error))
    return NULL;
  if (!set_up (self, path, error))
    {
      g_clear_pointer (&self->reader, starsend_media_reader_free);
      return NULL;
    }
  done = starsend_gst_play (self->reader->pipeline, &self->moved, STARSEND_MEDIA_STALL_SECONDS, cancellable, error);
  bus = gst_element_get_bus (self->reader->pipeline);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  if (!done)
    starsend_media_reader_translate (self->reader, error);
  done = done && starsend_media_reader_check_count (self->reader, self->video_caps != NULL ? self->n_frames : MAX (self->n_frames, self->reader->container.n_frames), error);
  self->is_sound_broken = g_atomic_int_get (&self->sound_failed) ||
                          (self->audio_caps != NULL && g_atomic_int_get (&self->reader->has_audio) && self->reader->sound == NULL);
  if (!done)
    starsend_media_reader_free (self->reader);
  reader = done ? self->reader : NULL;
  self->reader = NULL;
  return reader;
}
