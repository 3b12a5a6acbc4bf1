/* starsend-mp4-index.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-mp4-index-private.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TAG STARSEND_MP4_TAG
#define MAX_MOOV (64 * 1024 * 1024)
#define MAX_BOXES 100000
#define MAX_SAMPLES (4 * 1024 * 1024)

/* The inside of a box. */
typedef struct
{
  const guint8 *p;
  gsize n;
} Slice;

guint64
starsend_mp4_read_number (const guint8 *p, guint n_bytes)
{
  guint64 value = 0;

  for (guint i = 0; i < n_bytes; i++)
    value = value << 8 | p[i];
  return value;
}

/* The length of the box at @p and of its header; FALSE when it does not fit into @room. */
gboolean
starsend_mp4_read_box (const guint8 *p, gsize available, guint64 room, guint64 *size, guint32 *type, guint *header)
{
  if (available < 8)
    return FALSE;
  *header = 8;
  *size = starsend_mp4_read_number (p, 4);
  *type = (guint32) starsend_mp4_read_number (p + 4, 4);
  if (*size == 1)
    {
      if (available < 16)
        return FALSE;
      *size = starsend_mp4_read_number (p + 8, 8);
      *header = 16;
    }
  else if (*size == 0)
    *size = room;
  return *size >= *header && *size <= room;
}

static guint32
get_u32 (Slice slice, gsize at)
{
  return (guint32) starsend_mp4_read_number (slice.p + at, 4);
}

/* The @nth box of that kind directly inside @parent. */
static gboolean
find_nth (Slice parent, guint32 wanted, guint nth, Slice *found)
{
  while (parent.n >= 8)
    {
      guint64 size;
      guint32 type;
      guint header;

      if (!starsend_mp4_read_box (parent.p, parent.n, parent.n, &size, &type, &header))
        return FALSE;
      if (type == wanted && nth-- == 0)
        {
          *found = (Slice) { parent.p + header, size - header };
          return TRUE;
        }
      parent = (Slice) { parent.p + size, parent.n - size };
    }
  return FALSE;
}

static gboolean
find (Slice parent, guint32 wanted, gsize min_size, Slice *found)
{
  return find_nth (parent, wanted, 0, found) && found->n >= min_size;
}

/* A table of @width bytes a row, behind a count at @at. */
static gboolean
find_table (Slice parent, guint32 wanted, gsize width, Slice *rows, guint32 *n_rows)
{
  Slice box;

  if (!find (parent, wanted, 8, &box))
    return FALSE;
  *n_rows = get_u32 (box, 4);
  *rows = (Slice) { box.p + 8, box.n - 8 };
  return (guint64) *n_rows * width <= rows->n;
}

/* Sizes */

static gboolean
read_sizes (Slice table, GArray *samples)
{
  Slice box;
  guint32 same, n;

  if (!find (table, TAG ('s', 't', 's', 'z'), 12, &box))
    return FALSE;
  same = get_u32 (box, 4);
  n = get_u32 (box, 8);
  if (n == 0 || n > MAX_SAMPLES || (same == 0 && (guint64) n * 4 > box.n - 12))
    return FALSE;
  g_array_set_size (samples, n);
  for (guint32 i = 0; i < n; i++)
    g_array_index (samples, StarsendMp4Sample, i) = (StarsendMp4Sample) { .size = same != 0 ? same : get_u32 (box, 12 + 4 * (gsize) i) };
  return TRUE;
}

static gboolean
read_times (Slice table, GArray *samples)
{
  Slice rows;
  guint32 n_rows;
  guint64 time = 0;
  guint at = 0;

  if (!find_table (table, TAG ('s', 't', 't', 's'), 8, &rows, &n_rows))
    return FALSE;
  for (guint32 row = 0; row < n_rows; row++)
    {
      guint32 n = get_u32 (rows, 8 * (gsize) row), duration = get_u32 (rows, 8 * (gsize) row + 4);

      if (n > samples->len - at || duration > G_MAXINT32)
        return FALSE;
      for (; n > 0; n--, at++, time += duration)
        {
          g_array_index (samples, StarsendMp4Sample, at).time = time;
          g_array_index (samples, StarsendMp4Sample, at).duration = duration;
        }
    }
  return at == samples->len;
}

static gboolean
read_shifts (Slice table, GArray *samples)
{
  Slice rows;
  guint32 n_rows;
  guint at = 0;

  if (!find_nth (table, TAG ('c', 't', 't', 's'), 0, &rows))
    return TRUE;
  if (!find_table (table, TAG ('c', 't', 't', 's'), 8, &rows, &n_rows))
    return FALSE;
  for (guint32 row = 0; row < n_rows; row++)
    {
      guint32 n = get_u32 (rows, 8 * (gsize) row);
      gint32 shift = (gint32) get_u32 (rows, 8 * (gsize) row + 4);

      if (n > samples->len - at)
        return FALSE;
      for (; n > 0; n--)
        g_array_index (samples, StarsendMp4Sample, at++).shift = shift;
    }
  return at == samples->len;
}

/* Without the table every sample is one to start at. */
static gboolean
read_keys (Slice table, GArray *samples)
{
  Slice rows;
  guint32 n_rows;
  gboolean has_table = find_nth (table, TAG ('s', 't', 's', 's'), 0, &rows);

  for (guint i = 0; i < samples->len; i++)
    g_array_index (samples, StarsendMp4Sample, i).is_key = !has_table;
  if (!has_table)
    return TRUE;
  if (!find_table (table, TAG ('s', 't', 's', 's'), 4, &rows, &n_rows))
    return FALSE;
  for (guint32 row = 0; row < n_rows; row++)
    {
      guint32 number = get_u32 (rows, 4 * (gsize) row);

      if (number < 1 || number > samples->len)
        return FALSE;
      g_array_index (samples, StarsendMp4Sample, number - 1).is_key = TRUE;
    }
  return TRUE;
}

/* Places */

static gboolean
place_chunk (GArray *samples, guint *at, guint32 n, guint64 offset, guint64 file_size)
{
  if (n > samples->len - *at)
    return FALSE;
  for (; n > 0; n--)
    {
      StarsendMp4Sample *sample = &g_array_index (samples, StarsendMp4Sample, (*at)++);

      if (offset > file_size || sample->size > file_size - offset)
        return FALSE;
      sample->offset = offset;
      offset += sample->size;
    }
  return TRUE;
}

static gboolean
read_places (Slice table, guint64 file_size, GArray *samples)
{
  Slice chunks, runs;
  guint32 n_chunks, n_runs, run = 0;
  gboolean is_long = !find_nth (table, TAG ('s', 't', 'c', 'o'), 0, &chunks);
  guint width = is_long ? 8 : 4, at = 0;

  if (!find_table (table, is_long ? TAG ('c', 'o', '6', '4') : TAG ('s', 't', 'c', 'o'), width, &chunks, &n_chunks) ||
      !find_table (table, TAG ('s', 't', 's', 'c'), 12, &runs, &n_runs) || n_runs == 0)
    return FALSE;
  for (guint32 chunk = 0; chunk < n_chunks; chunk++)
    {
      while (run + 1 < n_runs && get_u32 (runs, 12 * ((gsize) run + 1)) <= chunk + 1)
        run++;
      if (get_u32 (runs, 12 * (gsize) run + 8) != 1 ||
          !place_chunk (samples, &at, get_u32 (runs, 12 * (gsize) run + 4), starsend_mp4_read_number (chunks.p + (gsize) chunk * width, width), file_size))
        return FALSE;
    }
  return at == samples->len;
}

/* Frames that lie in another order than they are decoded in cannot be copied in one go. */
static gboolean
is_in_order (GArray *samples)
{
  for (guint i = 1; i < samples->len; i++)
    if (g_array_index (samples, StarsendMp4Sample, i).offset < g_array_index (samples, StarsendMp4Sample, i - 1).offset)
      return FALSE;
  return TRUE;
}

/* Tracks */

/* One edit, which may begin late and be cut; anything else is rare. */
static gboolean
read_edits (Slice trak, guint32 movie_scale, StarsendMp4Track *track)
{
  Slice edts, box;
  guint32 n;
  gboolean is_long, has_edit = FALSE;
  gsize width;

  if (!find (trak, TAG ('e', 'd', 't', 's'), 0, &edts) || !find (edts, TAG ('e', 'l', 's', 't'), 8, &box))
    return TRUE;
  is_long = box.p[0] == 1;
  width = is_long ? 20 : 12;
  n = get_u32 (box, 4);
  if ((guint64) n * width > box.n - 8 || movie_scale == 0)
    return FALSE;
  for (guint32 i = 0; i < n; i++)
    {
      const guint8 *p = box.p + 8 + i * width;
      double length = (double) starsend_mp4_read_number (p, is_long ? 8 : 4) / movie_scale;
      gint64 start = is_long ? (gint64) starsend_mp4_read_number (p + 8, 8) : (gint32) starsend_mp4_read_number (p + 4, 4);

      if (has_edit || starsend_mp4_read_number (p + width - 4, 4) != 0x10000)
        return FALSE;
      if (start == -1)
        {
          track->delay += length;
          continue;
        }
      if (start < 0)
        return FALSE;
      has_edit = TRUE;
      track->start = start;
      track->shown = length;
    }
  return TRUE;
}

static gboolean
read_description (Slice table, StarsendMp4Track *track)
{
  Slice box;
  guint64 size;
  guint32 type;
  guint header;

  if (!find (table, TAG ('s', 't', 's', 'd'), 16, &box) || get_u32 (box, 4) != 1 ||
      !starsend_mp4_read_box (box.p + 8, box.n - 8, box.n - 8, &size, &type, &header) || header != 8)
    return FALSE;
  track->entry = g_memdup2 (box.p + 8, size);
  track->entry_size = size;
  return TRUE;
}

static gboolean
read_track (Slice trak, Slice mdia, guint32 movie_scale, guint64 file_size, StarsendMp4Track *track)
{
  Slice header, media, minf, table;

  if (!find (trak, TAG ('t', 'k', 'h', 'd'), 84, &header) || (header.n != 84 && header.n != 96) || !find (mdia, TAG ('m', 'd', 'h', 'd'), 24, &media) ||
      !find (mdia, TAG ('m', 'i', 'n', 'f'), 0, &minf) || !find (minf, TAG ('s', 't', 'b', 'l'), 0, &table))
    return FALSE;
  memcpy (track->look, header.p + header.n - sizeof track->look, sizeof track->look);
  track->scale = get_u32 (media, media.p[0] == 1 ? 20 : 12);
  track->samples = g_array_new (FALSE, TRUE, sizeof (StarsendMp4Sample));
  return track->scale > 0 && read_description (table, track) && read_sizes (table, track->samples) && read_times (table, track->samples) &&
         read_shifts (table, track->samples) && read_keys (table, track->samples) && read_places (table, file_size, track->samples) &&
         is_in_order (track->samples) && read_edits (trak, movie_scale, track);
}

static gboolean
read_movie (Slice moov, guint64 file_size, StarsendMp4Index *self)
{
  Slice trak, mdia, header, box;
  guint32 movie_scale;
  gboolean has_video = FALSE;

  if (!find (moov, TAG ('m', 'v', 'h', 'd'), 32, &header) || find_nth (moov, TAG ('m', 'v', 'e', 'x'), 0, &box))
    return FALSE;
  movie_scale = get_u32 (header, header.p[0] == 1 ? 20 : 12);
  for (guint i = 0; find_nth (moov, TAG ('t', 'r', 'a', 'k'), i, &trak); i++)
    {
      guint32 handler;

      if (!find (trak, TAG ('m', 'd', 'i', 'a'), 0, &mdia) || !find (mdia, TAG ('h', 'd', 'l', 'r'), 12, &box))
        return FALSE;
      handler = get_u32 (box, 8);
      if (handler == TAG ('v', 'i', 'd', 'e'))
        {
          if (has_video || !read_track (trak, mdia, movie_scale, file_size, &self->video))
            return FALSE;
          has_video = TRUE;
        }
      else if (handler == TAG ('s', 'o', 'u', 'n') && !self->has_audio)
        {
          if (!read_track (trak, mdia, movie_scale, file_size, &self->audio))
            return FALSE;
          self->has_audio = TRUE;
        }
    }
  return has_video;
}

static guint8 *
load_moov (int fd, guint64 file_size, gsize *length)
{
  guint64 offset = 0;

  for (guint i = 0; i < MAX_BOXES && offset + 8 <= file_size; i++)
    {
      guint8 head[16];
      gssize n = pread (fd, head, sizeof head, (off_t) offset);
      guint64 size;
      guint32 type;
      guint header;

      if (n < 8 || !starsend_mp4_read_box (head, (gsize) n, file_size - offset, &size, &type, &header))
        return NULL;
      if (type == TAG ('m', 'o', 'o', 'v'))
        {
          guint8 *bytes = size <= MAX_MOOV ? g_try_malloc (size) : NULL;

          *length = size - header;
          if (bytes != NULL && pread (fd, bytes, *length, (off_t) (offset + header)) == (gssize) *length)
            return bytes;
          g_free (bytes);
          return NULL;
        }
      offset += size;
    }
  return NULL;
}

StarsendMp4Index *
starsend_mp4_index_read (int fd)
{
  g_autoptr (StarsendMp4Index) self = g_new0 (StarsendMp4Index, 1);
  g_autofree guint8 *bytes = NULL;
  struct stat status;
  gsize length = 0;

  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    return NULL;
  bytes = load_moov (fd, (guint64) status.st_size, &length);
  if (bytes == NULL || !read_movie ((Slice) { bytes, length }, (guint64) status.st_size, self))
    return NULL;
  return g_steal_pointer (&self);
}

static void
clear_track (StarsendMp4Track *track)
{
  g_free (track->entry);
  g_clear_pointer (&track->samples, g_array_unref);
}

void
starsend_mp4_index_free (StarsendMp4Index *self)
{
  clear_track (&self->video);
  clear_track (&self->audio);
  g_free (self);
}
