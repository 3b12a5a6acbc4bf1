/* starsend-media-container.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-media-container-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "starsend-error.h"
#include "starsend-mp4-index-private.h"

/* An MP4 or QuickTime file is a row of boxes, each with its length before it: a file that was cut anywhere has a last box that
 * reaches past the end. The "moov" box says how many frames the video track has; decoding is held against that. A Matroska or
 * WebM file has the length of its one segment at its start, unless it was written while it was being made. */

#define MAX_MOOV (64 * 1024 * 1024)
#define MAX_BOXES 100000
#define MAX_DEPTH 8

#define TAG STARSEND_MP4_TAG

typedef struct
{
  guint32 movie_scale;
  guint32 handler;
  guint64 shown;         /* in movie_scale */
  guint32 scale;
  guint64 duration;      /* in scale */
  gint64 n_samples;
  gint64 n_frames;       /* of the first video track; -1 unknown */
  gboolean has_video;
  gboolean is_trimmed;
  gboolean is_fragmented;
} Movie;

static gboolean
set_damaged (GError **error, const char *path, const char *why)
{
  g_autofree char *name = g_filename_display_basename (path);

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED, _("“%s” cannot be used as video: %s"), name, why);
  return FALSE;
}

static void
end_track (Movie *movie)
{
  double shown = movie->movie_scale > 0 ? (double) movie->shown / movie->movie_scale : 0;
  double length = movie->scale > 0 ? (double) movie->duration / movie->scale : 0;

  if (movie->handler != TAG ('v', 'i', 'd', 'e') || movie->has_video)
    return;
  movie->has_video = TRUE;
  movie->n_frames = movie->n_samples > 0 ? movie->n_samples : -1;
  /* An edit list may show less than there is. */
  if (movie->n_frames > 0 && length > 0 && shown > 0 && shown < length - length / (double) movie->n_frames / 2)
    {
      movie->is_trimmed = TRUE;
      movie->n_frames = MAX (1, (gint64) ((double) movie->n_frames * shown / length) - 1);
    }
}

static void
read_leaf (Movie *movie, guint32 type, const guint8 *p, guint64 size)
{
  gboolean is_long = size > 0 && p[0] == 1;

  if (type == TAG ('m', 'v', 'h', 'd') && size >= 32)
    movie->movie_scale = (guint32) starsend_mp4_read_number (p + (is_long ? 20 : 12), 4);
  else if (type == TAG ('t', 'k', 'h', 'd') && size >= 36)
    movie->shown = starsend_mp4_read_number (p + (is_long ? 28 : 20), is_long ? 8 : 4);
  else if (type == TAG ('m', 'd', 'h', 'd') && size >= (is_long ? 32 : 20))
    {
      movie->scale = (guint32) starsend_mp4_read_number (p + (is_long ? 20 : 12), 4);
      movie->duration = starsend_mp4_read_number (p + (is_long ? 24 : 16), is_long ? 8 : 4);
    }
  else if (type == TAG ('h', 'd', 'l', 'r') && size >= 12 && movie->handler == 0)
    movie->handler = (guint32) starsend_mp4_read_number (p + 8, 4);
  else if (type == TAG ('s', 't', 's', 'z') && size >= 12)
    movie->n_samples = (gint64) starsend_mp4_read_number (p + 8, 4);
  else if (type == TAG ('m', 'v', 'e', 'x'))
    movie->is_fragmented = TRUE;
}

static gboolean
read_boxes (Movie *movie, const guint8 *p, guint64 length, guint depth)
{
  while (length >= 8)
    {
      guint64 size;
      guint32 type;
      guint header;

      if (!starsend_mp4_read_box (p, length, length, &size, &type, &header))
        return FALSE;
      if (type == TAG ('t', 'r', 'a', 'k'))
        {
          movie->handler = 0;
          movie->n_samples = -1;
          movie->shown = movie->duration = movie->scale = 0;
        }
      if (type == TAG ('t', 'r', 'a', 'k') || type == TAG ('m', 'd', 'i', 'a') || type == TAG ('m', 'i', 'n', 'f') || type == TAG ('s', 't', 'b', 'l'))
        {
          if (depth >= MAX_DEPTH || !read_boxes (movie, p + header, size - header, depth + 1))
            return FALSE;
        }
      else
        read_leaf (movie, type, p + header, size - header);
      if (type == TAG ('t', 'r', 'a', 'k'))
        end_track (movie);
      p += size;
      length -= size;
    }
  return TRUE;
}

static gboolean
read_moov (int fd, const char *path, guint64 offset, guint64 size, StarsendMediaContainer *container, GError **error)
{
  Movie movie = { .n_frames = -1 };
  g_autofree guint8 *bytes = size <= MAX_MOOV ? g_try_malloc (MAX (size, 1)) : NULL;

  if (bytes == NULL || pread (fd, bytes, size, (off_t) offset) != (gssize) size || !read_boxes (&movie, bytes, size, 0))
    return set_damaged (error, path, _("its index is damaged"));
  if (!movie.has_video)
    return set_damaged (error, path, _("it holds no video"));
  container->n_frames = movie.is_fragmented ? -1 : movie.n_frames;
  container->is_whole = container->n_frames > 0 && !movie.is_trimmed;
  return TRUE;
}

static gboolean
read_mp4 (int fd, const char *path, guint64 length, StarsendMediaContainer *container, GError **error)
{
  guint64 offset = 0;
  gboolean has_moov = FALSE;

  container->demuxer = "qtdemux";
  for (guint i = 0; i < MAX_BOXES && offset + 8 <= length; i++)
    {
      guint8 head[16];
      gssize n = pread (fd, head, sizeof head, (off_t) offset);
      guint64 size;
      guint32 type;
      guint header;

      if (n < 8 || !starsend_mp4_read_box (head, (gsize) n, length - offset, &size, &type, &header))
        return set_damaged (error, path, _("it is cut short or damaged"));
      if (type == TAG ('m', 'o', 'o', 'v') && !has_moov)
        {
          has_moov = TRUE;
          if (!read_moov (fd, path, offset + header, size - header, container, error))
            return FALSE;
        }
      offset += size;
    }
  return has_moov || set_damaged (error, path, _("its index is missing, as when it was cut short"));
}

/* A number as EBML writes it: as many more bytes as there are leading zero bits. -1 for "unknown", -2 for a damaged one. */
static gint64
read_ebml_number (const guint8 *p, gsize available, guint *length)
{
  guint64 value;

  *length = 1;
  while (*length <= 8 && available > 0 && (p[0] & (0x80 >> (*length - 1))) == 0)
    (*length)++;
  if (*length > 8 || available < *length)
    return -2;
  value = starsend_mp4_read_number (p, *length) & (G_MAXUINT64 >> (64 - 7 * *length));
  return value == G_MAXUINT64 >> (64 - 7 * *length) ? -1 : (gint64) value;
}

static gboolean
read_matroska (int fd, const char *path, guint64 length, StarsendMediaContainer *container, GError **error)
{
  guint8 head[512];
  gssize n = pread (fd, head, sizeof head, 0);
  guint size_length = 0;
  gint64 size = n > 4 ? read_ebml_number (head + 4, (gsize) n - 4, &size_length) : -2;
  gint64 start = 4 + size_length + size;

  container->demuxer = "matroskademux";
  if (size < 0 || start + 12 > n || starsend_mp4_read_number (head + start, 4) != 0x18538067)
    return set_damaged (error, path, _("it is cut short or damaged"));
  size = read_ebml_number (head + start + 4, (gsize) (n - start - 4), &size_length);
  if (size == -2 || (size >= 0 && (guint64) size > length - (guint64) start - 4 - size_length))
    return set_damaged (error, path, _("it is cut short or damaged"));
  return TRUE;
}

static gboolean
read_file (int fd, const char *path, StarsendMediaContainer *container, GError **error)
{
  guint8 head[12] = { 0 };
  struct stat status;
  guint32 first, second;

  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    return set_damaged (error, path, _("it is not a file"));
  if (status.st_size == 0)
    return set_damaged (error, path, _("it is empty"));
  if (pread (fd, head, sizeof head, 0) < 8)
    return set_damaged (error, path, _("it is not an MP4, QuickTime, Matroska or WebM file"));
  container->n_frames = -1;
  container->is_whole = FALSE;
  first = (guint32) starsend_mp4_read_number (head, 4);
  second = (guint32) starsend_mp4_read_number (head + 4, 4);
  if (first == 0x1a45dfa3)
    return read_matroska (fd, path, (guint64) status.st_size, container, error);
  if (second == TAG ('f', 't', 'y', 'p') || second == TAG ('m', 'o', 'o', 'v') || second == TAG ('m', 'd', 'a', 't') ||
      second == TAG ('w', 'i', 'd', 'e') || second == TAG ('f', 'r', 'e', 'e') || second == TAG ('s', 'k', 'i', 'p'))
    return read_mp4 (fd, path, (guint64) status.st_size, container, error);
  return set_damaged (error, path, _("it is not an MP4, QuickTime, Matroska or WebM file"));
}

/* Only files that this accepts reach GStreamer, and then only the demuxer that it names: neither of the two ever opens
 * another file or an address, as readers of playlists do. */
gboolean
starsend_media_container_read (const char *path, StarsendMediaContainer *container, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  gboolean done;

  if (fd < 0)
    {
      starsend_set_errno_error (error, errno, _("“%s” cannot be read"), path);
      return FALSE;
    }
  done = read_file (fd, path, container, error);
  close (fd);
  return done;
}
