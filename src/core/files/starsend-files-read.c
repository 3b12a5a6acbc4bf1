/* starsend-files-read.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-files-private.h"

#include "starsend-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGEST_PIECE (1024 * 1024)

static int
open_to_read (const char *path)
{
  int fd;

  /* Non-blocking, so that a FIFO cannot hold up the open; a regular file does not care. */
  do
    fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  while (fd < 0 && errno == EINTR);
  return fd;
}

static void
set_read_error (GError **error, int saved_errno, const char *path)
{
  g_autofree char *shown = g_filename_display_name (path);

  if (saved_errno == EACCES || saved_errno == EPERM)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_IO, _("“%s” may not be read; check its permissions"), shown);
  else
    starsend_set_errno_error (error, saved_errno, _("“%s” could not be read"), shown);
}

static int
open_regular (const char *path, struct stat *info, GError **error)
{
  g_auto (StarsendFd) fd = open_to_read (path);
  g_autofree char *shown = g_filename_display_name (path);
  int result;

  if (fd < 0 || fstat (fd, info) != 0)
    {
      set_read_error (error, errno, path);
      return -1;
    }
  if (!S_ISREG (info->st_mode))
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("“%s” is not a regular file"), shown);
      return -1;
    }
  result = fd;
  fd = -1;
  return result;
}

/* Reads until the buffer is full or the file ends; -1 with errno. */
static gssize
read_some (int fd, guchar *buffer, gsize size)
{
  gsize filled = 0;

  while (filled < size)
    {
      ssize_t count = read (fd, buffer + filled, MIN (size - filled, 1 << 30));

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return -1;
      if (count == 0)
        break;
      filled += count;
    }
  return filled;
}

static void
set_too_large_error (GError **error, const char *path, gsize max_size)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *allowed = g_format_size (max_size);

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("“%s” is larger than the %s that are allowed"),
               shown, allowed);
}

/**
 * starsend_files_read:
 * @path: (type filename): the file
 * @max_size: the most bytes that are accepted
 * @error: return location for an error
 *
 * Reads a whole regular file.
 *
 * Fails with %STARSEND_ERROR_NOT_FOUND where there is none, and with %STARSEND_ERROR_INVALID_INPUT for a folder, a
 * device, a FIFO, or more than @max_size bytes; none of these is read or waited for.
 *
 * Returns: (transfer full): the content
 */
GBytes *
starsend_files_read (const char *path, gsize max_size, GError **error)
{
  g_auto (StarsendFd) fd = -1;
  g_autofree guchar *buffer = NULL;
  struct stat info;
  gsize size;
  gssize filled;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (max_size < G_MAXSSIZE, NULL);

  fd = open_regular (path, &info, error);
  if (fd < 0)
    return NULL;
  if ((guint64) info.st_size > max_size)
    {
      set_too_large_error (error, path, max_size);
      return NULL;
    }
  /* One byte more than there should be: a file that grows meanwhile is noticed, not cut. */
  size = (gsize) info.st_size + 1;
  buffer = g_try_malloc (size);
  filled = buffer != NULL ? read_some (fd, buffer, size) : -1;
  if (filled < 0)
    {
      set_read_error (error, buffer != NULL ? errno : ENOMEM, path);
      return NULL;
    }
  if ((gsize) filled == size)
    {
      set_read_error (error, EAGAIN, path);
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&buffer), filled);
}

/**
 * starsend_files_digest:
 * @path: (type filename): the file
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Computes the SHA-256 of a regular file, reading it in pieces.
 *
 * Returns: (transfer full): 64 lower-case hexadecimal digits
 */
char *
starsend_files_digest (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *piece = NULL;
  g_auto (StarsendFd) fd = -1;
  struct stat info;
  gssize count;

  g_return_val_if_fail (path != NULL, NULL);

  fd = open_regular (path, &info, error);
  if (fd < 0)
    return NULL;
  piece = g_malloc (DIGEST_PIECE);
  do
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      count = read_some (fd, piece, DIGEST_PIECE);
      if (count < 0)
        {
          set_read_error (error, errno, path);
          return NULL;
        }
      g_checksum_update (checksum, piece, count);
    }
  while (count == DIGEST_PIECE);
  return g_strdup (g_checksum_get_string (checksum));
}

/**
 * starsend_files_digest_bytes:
 * @bytes: some bytes
 *
 * Computes the SHA-256 of bytes, in the form that [func@files_digest] gives.
 *
 * Returns: (transfer full): 64 lower-case hexadecimal digits
 */
char *
starsend_files_digest_bytes (GBytes *bytes)
{
  g_return_val_if_fail (bytes != NULL, NULL);

  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
}
