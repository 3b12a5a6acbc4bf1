/* starsend-http-sink.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-http-sink.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <nettle/sha2.h>
#include <unistd.h>

#include "starsend-error.h"

/* So much is given to the disk at a time while the rest still comes in, so that the sync at the end is short. */
#define FLUSH_STEP (8 * 1024 * 1024)

struct _StarsendHttpSink
{
  char *path;
  struct sha256_ctx digest;
  goffset size;
  goffset flushed;
  int fd;
};

StarsendHttpSink *
starsend_http_sink_new (const char *path)
{
  StarsendHttpSink *self = g_new0 (StarsendHttpSink, 1);

  self->path = g_strdup (path);
  self->fd = -1;

  return self;
}

void
starsend_http_sink_free (StarsendHttpSink *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self);
}

static gboolean
fail (StarsendHttpSink *self, GError **error)
{
  const int saved_errno = errno;

  if (saved_errno == ENOSPC || saved_errno == EDQUOT)
    {
      g_autofree char *size = g_format_size (self->size);

      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NO_SPACE,
                   _("“%s” could not be written any further than %s: the disk is full. Make room and try again"),
                   self->path, size);
    }
  else
    starsend_set_errno_error (error, saved_errno, _("“%s” could not be written"), self->path);

  return FALSE;
}

gboolean
starsend_http_sink_restart (StarsendHttpSink *self, GError **error)
{
  if (self->fd < 0)
    self->fd = g_open (self->path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
  if (self->fd < 0 || ftruncate (self->fd, 0) < 0)
    return fail (self, error);

  sha256_init (&self->digest);
  self->size = 0;
  self->flushed = 0;

  return TRUE;
}

gboolean
starsend_http_sink_write (StarsendHttpSink *self, const guint8 *data, gsize size, GError **error)
{
  sha256_update (&self->digest, size, data);

  while (size > 0)
    {
      const gssize written = pwrite (self->fd, data, size, self->size);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return fail (self, error);

      data += written;
      size -= written;
      self->size += written;
    }

  /* Only begins the writing. A file system that cannot do that loses nothing but time. */
  if (self->size - self->flushed >= FLUSH_STEP)
    {
      sync_file_range (self->fd, self->flushed, self->size - self->flushed, SYNC_FILE_RANGE_WRITE);
      self->flushed = self->size;
    }

  return TRUE;
}

char *
starsend_http_sink_finish (StarsendHttpSink *self, GError **error)
{
  guint8 digest[SHA256_DIGEST_SIZE];
  GString *text;
  int status;

  do
    status = fsync (self->fd);
  while (status < 0 && errno == EINTR);
  if (status < 0)
    {
      fail (self, error);
      return NULL;
    }

  sha256_digest (&self->digest, sizeof digest, digest);
  text = g_string_sized_new (2 * sizeof digest + 1);
  for (guint i = 0; i < sizeof digest; i++)
    g_string_append_printf (text, "%02x", digest[i]);

  return g_string_free (text, FALSE);
}

void
starsend_http_sink_discard (StarsendHttpSink *self)
{
  if (self->fd >= 0)
    g_unlink (self->path);
}
