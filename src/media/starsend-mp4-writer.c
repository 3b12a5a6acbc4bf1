/* starsend-mp4-writer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-mp4-join-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "starsend-error.h"
#include "starsend-mp4-entry-private.h"

#define TAG STARSEND_MP4_TAG
#define COPY_SIZE (1024 * 1024)
/* Pieces of one track that lie together make a chunk, up to this size. */
#define MAX_CHUNK (1024 * 1024)

typedef struct
{
  StarsendMp4Plan *plan;
  GByteArray *out;
  guint64 base;          /* where the media begins */
  gboolean is_long;      /* offsets of 64 bits */
} Writer;

/* Boxes */

static void
put (Writer *writer, guint n_bytes, guint64 value)
{
  guint8 bytes[8];

  for (guint i = 0; i < n_bytes; i++)
    bytes[i] = (guint8) (value >> 8 * (n_bytes - 1 - i));
  g_byte_array_append (writer->out, bytes, n_bytes);
}

static void
put_zeros (Writer *writer, guint n)
{
  for (; n > 0; n--)
    put (writer, 1, 0);
}

static guint
begin (Writer *writer, const char *type)
{
  guint at = writer->out->len;

  put (writer, 4, 0);
  g_byte_array_append (writer->out, (const guint8 *) type, 4);
  return at;
}

static guint
begin_full (Writer *writer, const char *type, guint8 version, guint32 flags)
{
  guint at = begin (writer, type);

  put (writer, 1, version);
  put (writer, 3, flags);
  return at;
}

static void
set_u32 (Writer *writer, guint at, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (writer->out->data + at, &value, 4);
}

static void
end (Writer *writer, guint at)
{
  set_u32 (writer, at, writer->out->len - at);
}

/* Tables. Rows that say the same as the one before are counted in it. */

typedef struct
{
  Writer *writer;
  guint count_at;
  guint n_rows;
  gint64 last;
} Runs;

static Runs
begin_runs (Writer *writer)
{
  Runs runs = { writer, writer->out->len, 0, 0 };

  put (writer, 4, 0);
  return runs;
}

static void
add_to_runs (Runs *runs, gint64 value)
{
  GByteArray *out = runs->writer->out;

  if (runs->n_rows > 0 && runs->last == value)
    {
      set_u32 (runs->writer, out->len - 8, (guint32) starsend_mp4_read_number (out->data + out->len - 8, 4) + 1);
      return;
    }
  put (runs->writer, 4, 1);
  put (runs->writer, 4, (guint64) value);
  runs->last = value;
  set_u32 (runs->writer, runs->count_at, ++runs->n_rows);
}

static const StarsendMp4Piece *
get_piece (Writer *writer, guint i)
{
  return &g_array_index (writer->plan->pieces, StarsendMp4Piece, i);
}

static guint64
get_length (Writer *writer, gboolean is_video)
{
  guint64 length = 0;

  for (guint i = 0; i < writer->plan->pieces->len; i++)
    if (get_piece (writer, i)->is_video == is_video)
      length += get_piece (writer, i)->sample.duration;
  return length;
}

static void
put_times (Writer *writer, gboolean is_video)
{
  guint box = begin_full (writer, "stts", 0, 0);
  Runs runs = begin_runs (writer);
  gboolean has_shift = FALSE;

  for (guint i = 0; i < writer->plan->pieces->len; i++)
    if (get_piece (writer, i)->is_video == is_video)
      {
        add_to_runs (&runs, get_piece (writer, i)->sample.duration);
        has_shift |= get_piece (writer, i)->sample.shift != 0;
      }
  end (writer, box);
  if (!has_shift)
    return;
  /* Version 1 is the one that reads shifts as signed. */
  box = begin_full (writer, "ctts", 1, 0);
  runs = begin_runs (writer);
  for (guint i = 0; i < writer->plan->pieces->len; i++)
    if (get_piece (writer, i)->is_video == is_video)
      add_to_runs (&runs, get_piece (writer, i)->sample.shift);
  end (writer, box);
}

static void
put_keys (Writer *writer, gboolean is_video)
{
  guint box = begin_full (writer, "stss", 0, 0), count_at = writer->out->len, n = 0, n_keys = 0;

  put (writer, 4, 0);
  for (guint i = 0; i < writer->plan->pieces->len; i++)
    if (get_piece (writer, i)->is_video == is_video && ++n > 0 && get_piece (writer, i)->sample.is_key)
      {
        put (writer, 4, n);
        n_keys++;
      }
  set_u32 (writer, count_at, n_keys);
  end (writer, box);
  if (n_keys == n)
    g_byte_array_set_size (writer->out, box);
}

static void
put_sizes (Writer *writer, gboolean is_video)
{
  guint box = begin_full (writer, "stsz", 0, 0), count_at, n = 0;

  put (writer, 4, 0);
  count_at = writer->out->len;
  put (writer, 4, 0);
  for (guint i = 0; i < writer->plan->pieces->len; i++)
    if (get_piece (writer, i)->is_video == is_video)
      {
        put (writer, 4, get_piece (writer, i)->sample.size);
        n++;
      }
  set_u32 (writer, count_at, n);
  end (writer, box);
}

/* The chunks of one track: where each begins, and how many samples it has. */
static void
find_chunks (Writer *writer, gboolean is_video, GArray *offsets, GArray *counts)
{
  guint64 offset = writer->base, room = 0;
  gboolean was_mine = FALSE;

  for (guint i = 0; i < writer->plan->pieces->len; i++)
    {
      const StarsendMp4Piece *piece = get_piece (writer, i);
      gboolean is_mine = piece->is_video == is_video;

      if (is_mine && (!was_mine || room < piece->sample.size))
        {
          guint32 none = 0;

          g_array_append_val (offsets, offset);
          g_array_append_val (counts, none);
          room = MAX_CHUNK;
        }
      if (is_mine)
        {
          g_array_index (counts, guint32, counts->len - 1)++;
          room -= MIN (room, piece->sample.size);
        }
      was_mine = is_mine;
      offset += piece->sample.size;
    }
}

static void
put_chunks (Writer *writer, gboolean is_video)
{
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint box = begin_full (writer, "stsc", 0, 0), count_at = writer->out->len, n_rows = 0;

  find_chunks (writer, is_video, offsets, counts);
  put (writer, 4, 0);
  for (guint i = 0; i < counts->len; i++)
    if (i == 0 || g_array_index (counts, guint32, i) != g_array_index (counts, guint32, i - 1))
      {
        put (writer, 4, i + 1);
        put (writer, 4, g_array_index (counts, guint32, i));
        put (writer, 4, 1);
        n_rows++;
      }
  set_u32 (writer, count_at, n_rows);
  end (writer, box);
  box = begin_full (writer, writer->is_long ? "co64" : "stco", 0, 0);
  put (writer, 4, offsets->len);
  for (guint i = 0; i < offsets->len; i++)
    put (writer, writer->is_long ? 8 : 4, g_array_index (offsets, guint64, i));
  end (writer, box);
}

/* Tracks */

static const StarsendMp4Track *
get_track (Writer *writer, gboolean is_video)
{
  return is_video ? writer->plan->video : writer->plan->audio;
}

/* In ticks of the whole film, which are those of the pictures. */
static guint64
get_shown (Writer *writer, gboolean is_video)
{
  guint64 length = get_length (writer, is_video);

  if (is_video)
    return length;
  return (guint64) ((double) (length - (guint64) writer->plan->audio_start) * writer->plan->video->scale / writer->plan->audio->scale);
}

static void
put_track_header (Writer *writer, gboolean is_video)
{
  guint box = begin_full (writer, "tkhd", 1, 3);

  put_zeros (writer, 16);
  put (writer, 4, is_video ? 1 : 2);
  put_zeros (writer, 4);
  put (writer, 8, get_shown (writer, is_video));
  put_zeros (writer, 10);
  put (writer, 2, is_video ? 0 : 1);
  put (writer, 2, is_video ? 0 : 0x100);
  put_zeros (writer, 2);
  g_byte_array_append (writer->out, get_track (writer, is_video)->look, sizeof get_track (writer, is_video)->look);
  end (writer, box);
}

static void
put_edit (Writer *writer, gboolean is_video)
{
  gint64 start = is_video ? writer->plan->video_start : writer->plan->audio_start;
  guint box, list;

  if (start == 0)
    return;
  box = begin (writer, "edts");
  list = begin_full (writer, "elst", 1, 0);
  put (writer, 4, 1);
  put (writer, 8, get_shown (writer, is_video));
  put (writer, 8, (guint64) start);
  put (writer, 4, 0x10000);
  end (writer, list);
  end (writer, box);
}

static void
put_media_header (Writer *writer, gboolean is_video)
{
  guint box = begin_full (writer, "mdhd", 1, 0);

  put_zeros (writer, 16);
  put (writer, 4, get_track (writer, is_video)->scale);
  put (writer, 8, get_length (writer, is_video));
  put (writer, 2, 0x55c4);   /* "und" */
  put_zeros (writer, 2);
  end (writer, box);
  box = begin_full (writer, "hdlr", 0, 0);
  put_zeros (writer, 4);
  g_byte_array_append (writer->out, (const guint8 *) (is_video ? "vide" : "soun"), 4);
  put_zeros (writer, 13);
  end (writer, box);
}

static void
put_table (Writer *writer, gboolean is_video)
{
  guint table = begin (writer, "stbl"), box = begin_full (writer, "stsd", 0, 0);
  g_autoptr (GByteArray) entry = starsend_mp4_entry_copy (get_track (writer, is_video), is_video);

  put (writer, 4, 1);
  g_byte_array_append (writer->out, entry->data, entry->len);
  end (writer, box);
  put_times (writer, is_video);
  if (is_video)
    put_keys (writer, is_video);
  put_sizes (writer, is_video);
  put_chunks (writer, is_video);
  end (writer, table);
}

static void
put_track (Writer *writer, gboolean is_video)
{
  guint track = begin (writer, "trak"), media, inner, box, list;

  put_track_header (writer, is_video);
  put_edit (writer, is_video);
  media = begin (writer, "mdia");
  put_media_header (writer, is_video);
  inner = begin (writer, "minf");
  box = begin_full (writer, is_video ? "vmhd" : "smhd", 0, is_video ? 1 : 0);
  put_zeros (writer, is_video ? 8 : 4);
  end (writer, box);
  box = begin (writer, "dinf");
  list = begin_full (writer, "dref", 0, 0);
  put (writer, 4, 1);
  end (writer, begin_full (writer, "url ", 0, 1));
  end (writer, list);
  end (writer, box);
  put_table (writer, is_video);
  end (writer, inner);
  end (writer, media);
  end (writer, track);
}

static void
put_movie (Writer *writer)
{
  static const guint32 upright[] = { 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000 };
  guint movie = begin (writer, "moov"), box = begin_full (writer, "mvhd", 1, 0);
  guint64 length = get_shown (writer, TRUE);

  if (writer->plan->audio != NULL)
    length = MAX (length, get_shown (writer, FALSE));
  put_zeros (writer, 16);
  put (writer, 4, writer->plan->video->scale);
  put (writer, 8, length);
  put (writer, 4, 0x10000);
  put (writer, 2, 0x100);
  put_zeros (writer, 10);
  for (guint i = 0; i < G_N_ELEMENTS (upright); i++)
    put (writer, 4, upright[i]);
  put_zeros (writer, 24);
  put (writer, 4, 3);
  end (writer, box);
  put_track (writer, TRUE);
  if (writer->plan->audio != NULL)
    put_track (writer, FALSE);
  end (writer, movie);
}

/* Everything before the media itself. Twice, because how long it is decides where the media begins. */
static void
put_head (Writer *writer)
{
  guint64 length = 0;

  for (guint i = 0; i < writer->plan->pieces->len; i++)
    length += get_piece (writer, i)->sample.size;
  writer->is_long = length > G_MAXUINT32 - 128 * 1024 * 1024;
  for (guint pass = 0; pass < 2; pass++)
    {
      guint box;

      g_byte_array_set_size (writer->out, 0);
      box = begin (writer, "ftyp");
      g_byte_array_append (writer->out, (const guint8 *) "isom\0\0\2\0isomiso2iso4avc1mp41", 28);
      end (writer, box);
      put_movie (writer);
      put (writer, 4, 1);
      g_byte_array_append (writer->out, (const guint8 *) "mdat", 4);
      put (writer, 8, length + 16);
      writer->base = writer->out->len;
    }
}

/* Media */

static gboolean
write_all (int target, const guint8 *bytes, gsize n, GError **error)
{
  while (n > 0)
    {
      gssize written = write (target, bytes, n);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        {
          int saved_errno = errno;

          g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (saved_errno), g_strerror (saved_errno));
          return FALSE;
        }
      bytes += written;
      n -= (gsize) written;
    }
  return TRUE;
}

static gboolean
copy_range (int source, guint64 offset, guint64 length, int target, guint8 *room, GCancellable *cancellable, GError **error)
{
  while (length > 0)
    {
      gssize n = pread (source, room, MIN (length, COPY_SIZE), (off_t) offset);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, n < 0 ? g_strerror (errno) : "a part has become shorter");
          return FALSE;
        }
      if (!write_all (target, room, (gsize) n, error))
        return FALSE;
      offset += (guint64) n;
      length -= (guint64) n;
    }
  return TRUE;
}

static gboolean
write_silence (StarsendMp4Plan *self, int target, GError **error)
{
  gsize length;
  const guint8 *silence = starsend_mp4_entry_get_silence (self->audio, &length);

  return write_all (target, silence, length, error);
}

/* Pieces that lie together in their part are copied together. */
static gboolean
write_media (Writer *writer, const int *sources, int target, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *room = g_malloc (COPY_SIZE);
  guint n = writer->plan->pieces->len;

  for (guint i = 0; i < n;)
    {
      const StarsendMp4Piece *piece = get_piece (writer, i);
      guint64 length = piece->sample.size;

      i++;
      if (piece->part == STARSEND_MP4_SILENCE)
        {
          if (!write_silence (writer->plan, target, error))
            return FALSE;
          continue;
        }
      for (; i < n && get_piece (writer, i)->part == piece->part && get_piece (writer, i)->sample.offset == piece->sample.offset + length; i++)
        length += get_piece (writer, i)->sample.size;
      if (!copy_range (sources[piece->part], piece->sample.offset, length, target, room, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
starsend_mp4_plan_write (StarsendMp4Plan *self, const int *sources, int target, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) head = g_byte_array_new ();
  Writer writer = { .plan = self, .out = head };

  put_head (&writer);
  return write_all (target, head->data, head->len, error) && write_media (&writer, sources, target, cancellable, error);
}
