/* starsend-frame-label.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-frame-label-private.h"

#include <pango/pangocairo.h>

#define SHADE 0.6
#define GLYPHS "0123456789: "
#define N_GLYPHS 12

/* Grey paint with its cover, ready to be laid over limited-range video. Sides and places are even, for the chroma. */
typedef struct
{
  int width;
  int height;
  guint8 *luma;          /* already times its cover */
  guint8 *cover;
  guint8 *chroma_cover;
} Overlay;

struct _StarsendFrameLabel
{
  int width;
  int height;
  int margin;
  int text_height;       /* of a line of the caption, in pixels */
  int frames_per_second;
  Overlay caption;
  Overlay glyphs[N_GLYPHS];
  int glyph_width;
  int colon_width;
  int space_width;       /* at both ends of the timecode */
};

static int
even (double value)
{
  return MAX (2, ((int) (value + 0.5) + 1) & ~1);
}

static void
overlay_clear (Overlay *overlay)
{
  g_clear_pointer (&overlay->luma, g_free);
  g_clear_pointer (&overlay->cover, g_free);
  g_clear_pointer (&overlay->chroma_cover, g_free);
}

/* Takes grey over to video levels: black is 16, white 235. */
static void
overlay_init (Overlay *overlay, cairo_surface_t *surface)
{
  int stride = cairo_image_surface_get_stride (surface);
  const guint8 *pixels;

  cairo_surface_flush (surface);
  pixels = cairo_image_surface_get_data (surface);
  overlay->width = cairo_image_surface_get_width (surface);
  overlay->height = cairo_image_surface_get_height (surface);
  overlay->luma = g_malloc ((gsize) overlay->width * overlay->height);
  overlay->cover = g_malloc ((gsize) overlay->width * overlay->height);
  overlay->chroma_cover = g_malloc ((gsize) overlay->width * overlay->height / 4);
  for (int y = 0; y < overlay->height; y++)
    for (int x = 0; x < overlay->width; x++)
      {
        guint32 pixel = ((const guint32 *) (gconstpointer) (pixels + (gsize) y * stride))[x];
        guint cover = pixel >> 24, grey = (pixel >> 8) & 0xff;

        overlay->cover[y * overlay->width + x] = (guint8) cover;
        overlay->luma[y * overlay->width + x] = (guint8) ((16 * cover + 219 * grey + 127) / 255);
      }
  for (int y = 0; y < overlay->height / 2; y++)
    for (int x = 0; x < overlay->width / 2; x++)
      {
        const guint8 *p = overlay->cover + 2 * y * overlay->width + 2 * x;

        overlay->chroma_cover[y * (overlay->width / 2) + x] = (guint8) ((p[0] + p[1] + p[overlay->width] + p[overlay->width + 1] + 2) / 4);
      }
}

static void
overlay_burn (const Overlay *overlay, int left, int top, StarsendFramePlanes *planes)
{
  int width = MIN (overlay->width, planes->width - left), height = MIN (overlay->height, planes->height - top);

  /* A frame that is lower than a line of text has no room for one. */
  if (left < 0 || top < 0)
    return;
  for (int y = 0; y < height; y++)
    {
      guint8 *p = planes->data[0] + (gsize) (top + y) * planes->stride[0] + left;
      gsize row = (gsize) y * overlay->width;

      for (int x = 0; x < width; x++)
        p[x] = (guint8) (overlay->luma[row + x] + (p[x] * (255 - overlay->cover[row + x]) + 127) / 255);
    }
  for (int plane = 1; plane < 3; plane++)
    for (int y = 0; y < height / 2; y++)
      {
        guint8 *p = planes->data[plane] + (gsize) (top / 2 + y) * planes->stride[plane] + left / 2;
        const guint8 *cover = overlay->chroma_cover + (gsize) y * (overlay->width / 2);

        for (int x = 0; x < width / 2; x++)
          p[x] = (guint8) ((128 * cover[x] + p[x] * (255 - cover[x]) + 127) / 255);
      }
}

static PangoLayout *
create_layout (cairo_t *cr, const char *family, int height, PangoWeight weight, const char *text)
{
  PangoLayout *layout = pango_cairo_create_layout (cr);
  PangoFontDescription *font = pango_font_description_from_string (family);

  pango_font_description_set_absolute_size (font, height * PANGO_SCALE);
  pango_font_description_set_weight (font, weight);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_text (layout, text, -1);
  pango_font_description_free (font);
  return layout;
}

static cairo_t *
create_context (int width, int height)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (surface);

  cairo_surface_destroy (surface);
  cairo_set_source_rgba (cr, 0, 0, 0, SHADE);
  cairo_paint (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  return cr;
}

static void
overlay_take (Overlay *overlay, cairo_t *cr)
{
  overlay_clear (overlay);
  overlay_init (overlay, cairo_get_target (cr));
  cairo_destroy (cr);
}

static int
measure (const char *family, int height, PangoWeight weight, const char *text, int *line_height)
{
  cairo_t *cr = create_context (2, 2);
  PangoLayout *layout = create_layout (cr, family, height, weight, text);
  int width;

  pango_layout_get_pixel_size (layout, &width, line_height);
  g_object_unref (layout);
  cairo_destroy (cr);
  return width;
}

/* Every digit in a cell of one width, so that the time does not jitter. */
static void
render_glyphs (StarsendFrameLabel *self)
{
  int line, pad = self->text_height / 4;
  int digit = measure ("Monospace", self->text_height, PANGO_WEIGHT_BOLD, "0", &line);

  self->glyph_width = even (digit);
  self->colon_width = even (digit * 0.7);
  self->space_width = even (self->text_height / 2.0);
  for (guint i = 0; i < N_GLYPHS; i++)
    {
      char text[2] = { GLYPHS[i], '\0' };
      int width = text[0] == ':' ? self->colon_width : text[0] == ' ' ? self->space_width : self->glyph_width;
      cairo_t *cr = create_context (width, even (line + 2 * pad));
      PangoLayout *layout = create_layout (cr, "Monospace", self->text_height, PANGO_WEIGHT_BOLD, text);

      cairo_move_to (cr, (width - digit) / 2.0, pad);
      pango_cairo_show_layout (cr, layout);
      g_object_unref (layout);
      overlay_take (&self->glyphs[i], cr);
    }
}

StarsendFrameLabel *
starsend_frame_label_new (int width, int height, StarsendFrameRate rate)
{
  StarsendFrameLabel *self = g_new0 (StarsendFrameLabel, 1);

  self->width = width;
  self->height = height;
  self->margin = even (MIN (width, height) * 0.045);
  self->text_height = MAX (6, (int) (MIN (width, height) * 0.034));
  self->frames_per_second = MAX (1, (rate.numerator + rate.denominator / 2) / rate.denominator);
  render_glyphs (self);
  return self;
}

void
starsend_frame_label_free (StarsendFrameLabel *self)
{
  overlay_clear (&self->caption);
  for (guint i = 0; i < N_GLYPHS; i++)
    overlay_clear (&self->glyphs[i]);
  g_free (self);
}

static int
get_timecode_width (StarsendFrameLabel *self)
{
  return 8 * self->glyph_width + 3 * self->colon_width + 2 * self->space_width;
}

void
starsend_frame_label_set_caption (StarsendFrameLabel *self, const char *caption)
{
  g_autofree char *valid = g_utf8_make_valid (caption, -1);
  g_auto (GStrv) lines = g_strsplit (valid, "\n", 2);
  int pad = self->text_height / 2;
  int room = self->width - 3 * self->margin - get_timecode_width (self) - 2 * pad;
  int line_height, widest = 0, top = pad / 2;
  cairo_t *cr;

  overlay_clear (&self->caption);
  if (lines[0] == NULL || room < 2 * self->text_height)
    return;
  for (guint i = 0; lines[i] != NULL; i++)
    widest = MAX (widest, measure ("Sans", self->text_height, i == 0 ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL, lines[i], &line_height));
  widest = MIN (widest, room);
  cr = create_context (even (widest + 2 * pad), even (line_height * (int) g_strv_length (lines) + pad));
  for (guint i = 0; lines[i] != NULL; i++)
    {
      PangoLayout *layout = create_layout (cr, "Sans", self->text_height, i == 0 ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL, lines[i]);

      pango_layout_set_width (layout, widest * PANGO_SCALE);
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
      cairo_move_to (cr, pad, top);
      pango_cairo_show_layout (cr, layout);
      g_object_unref (layout);
      top += line_height;
    }
  overlay_take (&self->caption, cr);
}

void
starsend_frame_label_burn (StarsendFrameLabel *self, gint64 frame, StarsendFramePlanes *planes)
{
  gint64 seconds = frame / self->frames_per_second;
  char text[20];
  int left = (self->width - self->margin - get_timecode_width (self)) & ~1;

  if (self->caption.luma != NULL)
    overlay_burn (&self->caption, self->margin, (self->height - self->margin - self->caption.height) & ~1, planes);
  if (left < 0)
    return;
  g_snprintf (text, sizeof text, " %02d:%02d:%02d:%02d ", (int) (seconds / 3600 % 100), (int) (seconds / 60 % 60),
              (int) (seconds % 60), (int) (frame % self->frames_per_second));
  for (const char *p = text; *p != '\0'; p++)
    {
      const Overlay *glyph = &self->glyphs[strchr (GLYPHS, *p) - GLYPHS];

      overlay_burn (glyph, left, (self->height - self->margin - glyph->height) & ~1, planes);
      left += glyph->width;
    }
}
