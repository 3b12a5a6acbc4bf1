/* starsend-animatic-encoder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-animatic-encoder-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"
#include "starsend-gst-private.h"

typedef struct
{
  const char *encoder;
  const char *parser;
  const char *name;
  const char *options;   /* "property=value", separated by blanks; %b bits per second, %k bit/s / 1000, %g frames between key frames, %t threads */
} Encoder;

/* The best first: H.264 goes everywhere, the others where they can. */
static const Encoder encoders[] = {
  { "x264enc", "h264parse", N_("H.264 (x264)"), "speed-preset=veryfast pass=qual quantizer=20 key-int-max=%g threads=%t" },
  { "openh264enc", "h264parse", N_("H.264 (OpenH264)"), "complexity=low rate-control=bitrate bitrate=%b gop-size=%g multi-thread=%t" },
  { "vp9enc", "vp9parse", N_("VP9, because no H.264 encoder is installed"),
    "deadline=1 cpu-used=8 target-bitrate=%b threads=%t row-mt=true tile-columns=2 keyframe-max-dist=%g auto-alt-ref=false lag-in-frames=0" },
  { "av1enc", "av1parse", N_("AV1, because no H.264 or VP9 encoder is installed"),
    "usage-profile=realtime cpu-used=9 target-bitrate=%k threads=%t row-mt=true keyframe-max-dist=%g lag-in-frames=0" },
};

#define MUXER "muxer"

/* The best first. */
static const char *const sound_encoders[] = { "fdkaacenc", "avenc_aac", "voaacenc", "opusenc" };

char *
starsend_animatic_encoder_dup_scratch_path (const char *path)
{
  return g_strconcat (path, ".moov", NULL);
}

/* A plug-in of rank NONE has been ruled out by whoever set GST_PLUGIN_FEATURE_RANK. */
static gboolean
is_there (const char *name)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (name);

  return factory != NULL && gst_plugin_feature_get_rank (GST_PLUGIN_FEATURE (factory)) > GST_RANK_NONE;
}

static char *
expand (const char *value, int width, int height, StarsendFrameRate rate)
{
  int fps = MAX (1, rate.numerator / rate.denominator);
  int bits = (int) CLAMP (0.2 * width * height * fps, 400000, 20000000);

  if (g_str_equal (value, "%b"))
    return g_strdup_printf ("%d", bits);
  if (g_str_equal (value, "%k"))
    return g_strdup_printf ("%d", bits / 1000);
  if (g_str_equal (value, "%g"))
    return g_strdup_printf ("%d", 2 * fps);
  if (g_str_equal (value, "%t"))
    return g_strdup_printf ("%u", CLAMP (g_get_num_processors (), 1, 16));
  return g_strdup (value);
}

/* An option that this version of the encoder does not know is left out. */
static void
configure (GstElement *element, const char *options, int width, int height, StarsendFrameRate rate)
{
  g_auto (GStrv) list = g_strsplit (options, " ", -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (list[i], "=", 2);
      g_autofree char *value = expand (pair[1], width, height, rate);

      if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), pair[0]) != NULL)
        gst_util_set_object_arg (G_OBJECT (element), pair[0], value);
    }
}

static GstElement *
create_source (int width, int height, StarsendFrameRate rate)
{
  GstElement *source = gst_element_factory_make ("appsrc", "source");
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, width,
                                                  "height", G_TYPE_INT, height, "framerate", GST_TYPE_FRACTION, rate.numerator,
                                                  rate.denominator, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, "colorimetry",
                                                  G_TYPE_STRING, "bt709", "chroma-site", G_TYPE_STRING, "mpeg2", "interlace-mode",
                                                  G_TYPE_STRING, "progressive", NULL);

  if (source != NULL)
    g_object_set (source, "caps", caps, "format", GST_FORMAT_TIME, "max-bytes", (guint64) 0, NULL);
  return source;
}

static GstElement *
assemble (const Encoder *choice, const char *path, int width, int height, StarsendFrameRate rate, GError **error)
{
  g_autofree char *scratch = starsend_animatic_encoder_dup_scratch_path (path);
  const char *factories[] = { "queue", choice->encoder, choice->parser, "queue", "mp4mux", "filesink" };
  GstElement *elements[G_N_ELEMENTS (factories)];
  g_autoptr (GstElement) pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *last = create_source (width, height, rate);

  if (last == NULL)
    return starsend_gst_make ("appsrc", error);
  gst_bin_add (GST_BIN (pipeline), last);
  for (guint i = 0; i < G_N_ELEMENTS (factories); i++)
    {
      elements[i] = starsend_gst_make (factories[i], error);
      if (elements[i] == NULL)
        return NULL;
      if (g_str_equal (factories[i], "mp4mux"))
        gst_object_set_name (GST_OBJECT (elements[i]), MUXER);
      gst_bin_add (GST_BIN (pipeline), elements[i]);
      if (!gst_element_link (last, elements[i]))
        {
          g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
                       _("GStreamer’s “%s” cannot be used with “%s”: its plug-ins are of different versions"), choice->encoder, factories[i]);
          return NULL;
        }
      last = elements[i];
    }
  /* Painting runs ahead of encoding by a few frames, each on its own thread. */
  g_object_set (elements[0], "max-size-buffers", 4, "max-size-bytes", 0, "max-size-time", (guint64) 0, NULL);
  configure (elements[1], choice->options, width, height, rate);
  /* The muxer waits for sound, where there is some, which may come after the pictures. */
  g_object_set (elements[3], "max-size-buffers", 0, "max-size-bytes", 0, "max-size-time", (guint64) 0, NULL);
  g_object_set (elements[4], "faststart", TRUE, "faststart-file", scratch, NULL);
  g_object_set (elements[5], "location", path, "sync", FALSE, "async", FALSE, NULL);
  return g_steal_pointer (&pipeline);
}

GstElement *
starsend_animatic_encoder_new (const char *path, int width, int height, StarsendFrameRate rate, GstElement **source, const char **name, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (encoders); i++)
    if (is_there (encoders[i].encoder) && is_there (encoders[i].parser))
      {
        GstElement *pipeline = assemble (&encoders[i], path, width, height, rate, error);

        *source = pipeline != NULL ? gst_bin_get_by_name (GST_BIN (pipeline), "source") : NULL;
        *name = _(encoders[i].name);
        return pipeline;
      }
  g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
                       _("No video encoder is installed: install GStreamer’s “ugly” plug-ins (x264), or its “bad” ones (OpenH264)"));
  return NULL;
}

static GstElement *
create_sound_source (void)
{
  GstElement *source = gst_element_factory_make ("appsrc", NULL);
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, "S16LE", "rate", G_TYPE_INT, STARSEND_SOUND_RATE,
                                                  "channels", G_TYPE_INT, STARSEND_SOUND_CHANNELS, "layout", G_TYPE_STRING, "interleaved", NULL);

  if (source != NULL)
    g_object_set (source, "caps", caps, "format", GST_FORMAT_TIME, "max-bytes", (guint64) 0, NULL);
  return source;
}

/* Before the pipeline is started. */
GstElement *
starsend_animatic_encoder_add_sound (GstElement *pipeline, GError **error)
{
  g_autoptr (GstElement) muxer = gst_bin_get_by_name (GST_BIN (pipeline), MUXER);
  GstElement *source, *convert, *encoder;
  guint i = 0;

  while (i < G_N_ELEMENTS (sound_encoders) && !is_there (sound_encoders[i]))
    i++;
  if (i == G_N_ELEMENTS (sound_encoders))
    {
      g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
                           _("No sound encoder is installed: install GStreamer’s “libav” plug-ins"));
      return NULL;
    }
  source = create_sound_source ();
  convert = starsend_gst_make ("audioconvert", error);
  encoder = gst_element_factory_make (sound_encoders[i], NULL);
  if (source == NULL || convert == NULL || encoder == NULL)
    {
      gst_clear_object (&source);
      gst_clear_object (&convert);
      gst_clear_object (&encoder);
      if (error != NULL && *error == NULL)
        g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE, _("GStreamer’s “%s” cannot be used"), sound_encoders[i]);
      return NULL;
    }
  configure (encoder, "bitrate=192000", 2, 2, (StarsendFrameRate) { 1, 1 });
  gst_bin_add_many (GST_BIN (pipeline), source, convert, encoder, NULL);
  if (gst_element_link_many (source, convert, encoder, muxer, NULL))
    return gst_object_ref (source);
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
               _("GStreamer’s “%s” cannot be used with “%s”: its plug-ins are of different versions"), sound_encoders[i], "mp4mux");
  return NULL;
}
