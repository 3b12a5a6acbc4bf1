/* starsend-http-file-part.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-http-file-part.h"

#include <glib/gi18n-lib.h>

struct _StarsendHttpFilePart
{
  GFilterInputStream parent_instance;

  goffset left;
};

G_DEFINE_FINAL_TYPE (StarsendHttpFilePart, starsend_http_file_part, G_TYPE_FILTER_INPUT_STREAM)

static gssize
starsend_http_file_part_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  StarsendHttpFilePart *self = STARSEND_HTTP_FILE_PART (stream);
  GInputStream *base = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));
  gssize size;

  if (self->left == 0)
    return 0;

  size = g_input_stream_read (base, buffer, MIN (count, (gsize) self->left), cancellable, error);
  if (size == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _("the file became shorter while it was sent"));
      return -1;
    }
  if (size > 0)
    self->left -= size;

  return size;
}

static void
starsend_http_file_part_class_init (StarsendHttpFilePartClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = starsend_http_file_part_read;
}

static void
starsend_http_file_part_init (StarsendHttpFilePart *self)
{
}

GInputStream *
starsend_http_file_part_new (GInputStream *base, goffset length)
{
  StarsendHttpFilePart *self = g_object_new (STARSEND_TYPE_HTTP_FILE_PART, "base-stream", base, NULL);

  self->left = length;

  return G_INPUT_STREAM (self);
}
