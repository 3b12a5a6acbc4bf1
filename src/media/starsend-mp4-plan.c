/* starsend-mp4-plan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-mp4-join-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "starsend-mp4-entry-private.h"

/* Every part's pictures follow those of the part before at once. Its sound goes onto the packets that would be there if one
 * encoder had made it all: so each part's sound is at most half a packet (11 ms) from its pictures, however many parts there
 * are, and a player that counts packets hears the same as one that reads times. Where two parts' sounds overlap, as they do
 * by the packet that an encoder warms up with, the end of the earlier one goes; where there is none, packets of silence stand in. */

static StarsendMp4Index *
get_part (GPtrArray *parts, guint i)
{
  return g_ptr_array_index (parts, i);
}

static StarsendMp4Sample *
get_sample (const StarsendMp4Track *track, guint i)
{
  return &g_array_index (track->samples, StarsendMp4Sample, i);
}

static int
compare_durations (gconstpointer a, gconstpointer b)
{
  return (*(const guint32 *) a > *(const guint32 *) b) - (*(const guint32 *) a < *(const guint32 *) b);
}

/* The middle one, so that an odd last frame does not count. */
static guint32
get_usual_duration (const StarsendMp4Track *track)
{
  g_autoptr (GArray) durations = g_array_sized_new (FALSE, FALSE, sizeof (guint32), track->samples->len);

  for (guint i = 0; i < track->samples->len; i++)
    g_array_append_val (durations, get_sample (track, i)->duration);
  g_array_sort (durations, compare_durations);
  return g_array_index (durations, guint32, durations->len / 2);
}

static guint64
get_length (const StarsendMp4Track *track)
{
  const StarsendMp4Sample *last = get_sample (track, track->samples->len - 1);

  return last->time + last->duration;
}

/* When the first picture is shown: later than it is decoded, where frames are reordered. */
static gint64
get_first_shown (const StarsendMp4Track *track)
{
  gint64 first = G_MAXINT64;

  for (guint i = 0; i < track->samples->len; i++)
    first = MIN (first, (gint64) get_sample (track, i)->time + get_sample (track, i)->shift);
  return first;
}

/* Whether an edit list hides pictures, or puts them off. */
static gboolean
is_shown_whole (const StarsendMp4Track *track)
{
  double half = get_usual_duration (track) / 2.0;

  return track->delay * track->scale < half && (double) (track->start - get_first_shown (track)) < half &&
         (track->shown <= 0 || track->shown * track->scale > (double) get_length (track) - half);
}

static gboolean
is_same_kind (const StarsendMp4Track *a, const StarsendMp4Track *b, gboolean is_video)
{
  g_autoptr (GBytes) essence_a = starsend_mp4_entry_dup_essence (a, is_video);
  g_autoptr (GBytes) essence_b = starsend_mp4_entry_dup_essence (b, is_video);
  double duration_a = (double) get_usual_duration (a) / a->scale, duration_b = (double) get_usual_duration (b) / b->scale;

  return g_bytes_equal (essence_a, essence_b) && fabs (duration_a - duration_b) <= duration_a / 1000 &&
         (is_video ? memcmp (a->look, b->look, sizeof a->look) == 0 : a->scale == b->scale);
}

/* Packets of one length; only the last may be cut. */
static gboolean
is_even (const StarsendMp4Track *track)
{
  guint32 usual = get_usual_duration (track);

  for (guint i = 0; i + 1 < track->samples->len; i++)
    if (get_sample (track, i)->duration != usual)
      return FALSE;
  return usual > 0;
}

static gboolean
can_join (StarsendMp4Plan *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      StarsendMp4Index *part = get_part (self->parts, i);

      if (!is_shown_whole (&part->video) || !is_same_kind (self->video, &part->video, TRUE) || !get_sample (&part->video, 0)->is_key ||
          get_usual_duration (&part->video) == 0)
        return FALSE;
      if (part->has_audio && (!is_even (&part->audio) || !is_same_kind (self->audio, &part->audio, FALSE)))
        return FALSE;
    }
  return TRUE;
}

static guint64
rescale (guint64 time, guint32 from, guint32 to)
{
  return from == to ? time : (guint64) llround ((double) time * to / from);
}

/* Pictures */

static void
add_video (StarsendMp4Plan *self, guint i, guint64 base)
{
  const StarsendMp4Track *track = &get_part (self->parts, i)->video;
  gint64 first = get_first_shown (track);

  for (guint j = 0; j < track->samples->len; j++)
    {
      StarsendMp4Piece piece = { i, TRUE, *get_sample (track, j) };
      guint64 end = rescale (piece.sample.time + piece.sample.duration, track->scale, self->video->scale);
      gint64 shift = (gint64) rescale ((guint64) ((gint64) piece.sample.time + piece.sample.shift - first), track->scale, self->video->scale);

      piece.sample.time = rescale (piece.sample.time, track->scale, self->video->scale);
      piece.sample.duration = (guint32) (end - piece.sample.time);
      piece.sample.shift = (gint32) (shift + self->video_start - (gint64) piece.sample.time);
      piece.sample.time += base;
      g_array_append_val (self->pieces, piece);
    }
}

/* Sound */

static guint
count_packets (StarsendMp4Plan *self)
{
  guint n = 0;

  for (guint i = 0; i < self->pieces->len; i++)
    n += !g_array_index (self->pieces, StarsendMp4Piece, i).is_video;
  return n;
}

static void
drop_packets (StarsendMp4Plan *self, guint n)
{
  for (guint i = self->pieces->len; n > 0 && i-- > 0;)
    if (!g_array_index (self->pieces, StarsendMp4Piece, i).is_video)
      {
        g_array_remove_index (self->pieces, i);
        n--;
      }
}

static gboolean
add_silence (StarsendMp4Plan *self, gint64 n, guint32 duration)
{
  gsize length;

  if (n > 0 && starsend_mp4_entry_get_silence (self->audio, &length) == NULL)
    return FALSE;
  for (; n > 0; n--)
    {
      StarsendMp4Piece piece = { STARSEND_MP4_SILENCE, FALSE, { .size = (guint32) length, .duration = duration, .is_key = TRUE } };

      g_array_append_val (self->pieces, piece);
    }
  return TRUE;
}

static gint64
get_lead (const StarsendMp4Track *track)
{
  return track->start - llround (track->delay * track->scale);
}

/* Up to @seconds there is sound, and no more; what the part at @i has begins there. After the last part nothing is cut off. */
static gboolean
add_audio (StarsendMp4Plan *self, guint i, double seconds)
{
  guint32 duration = get_usual_duration (self->audio);
  gboolean has_audio = i < self->parts->len && get_part (self->parts, i)->has_audio;
  const StarsendMp4Track *track = has_audio ? &get_part (self->parts, i)->audio : NULL;
  double start = seconds * self->audio->scale + (double) (self->audio_start - (has_audio ? get_lead (track) : 0));
  gint64 slot = MAX (0, llround (start / duration)), n = count_packets (self);

  if (n > slot && i < self->parts->len)
    drop_packets (self, (guint) (n - slot));
  if (slot > n && !add_silence (self, slot - n, duration))
    return FALSE;
  for (guint j = 0; has_audio && j < track->samples->len; j++)
    {
      StarsendMp4Piece piece = { i, FALSE, *get_sample (track, j) };

      piece.sample.duration = duration;
      g_array_append_val (self->pieces, piece);
    }
  return TRUE;
}

/* A part's pieces lie as they do in its file, sound beside pictures. */
static int
compare_pieces (gconstpointer a, gconstpointer b)
{
  const StarsendMp4Piece *first = a, *second = b;

  return (first->sample.offset > second->sample.offset) - (first->sample.offset < second->sample.offset);
}

static void
sort_part (StarsendMp4Plan *self, guint from)
{
  guint silence = from;

  /* What fills up to its first packet comes first. */
  while (silence < self->pieces->len && g_array_index (self->pieces, StarsendMp4Piece, silence).part == STARSEND_MP4_SILENCE)
    silence++;
  qsort (&g_array_index (self->pieces, StarsendMp4Piece, silence), self->pieces->len - silence, sizeof (StarsendMp4Piece), compare_pieces);
}

static gboolean
add_parts (StarsendMp4Plan *self)
{
  guint64 base = 0;

  for (guint i = 0; i < self->parts->len; i++)
    {
      const StarsendMp4Track *track = &get_part (self->parts, i)->video;
      guint from;

      /* Packets of the part before may go away here. */
      if (self->audio != NULL && !add_audio (self, i, (double) base / self->video->scale))
        return FALSE;
      for (from = self->pieces->len; from > 0 && g_array_index (self->pieces, StarsendMp4Piece, from - 1).part == i; from--)
        continue;
      while (from > 0 && g_array_index (self->pieces, StarsendMp4Piece, from - 1).part == STARSEND_MP4_SILENCE)
        from--;
      add_video (self, i, base);
      sort_part (self, from);
      base += rescale (get_length (track), track->scale, self->video->scale);
    }
  return self->audio == NULL || add_audio (self, self->parts->len, (double) base / self->video->scale);
}

StarsendMp4Plan *
starsend_mp4_plan_new (GPtrArray *parts)
{
  g_autoptr (StarsendMp4Plan) self = g_new0 (StarsendMp4Plan, 1);

  self->parts = parts;
  self->pieces = g_array_new (FALSE, FALSE, sizeof (StarsendMp4Piece));
  self->video = &get_part (parts, 0)->video;
  for (guint i = 0; i < parts->len && self->audio == NULL; i++)
    if (get_part (parts, i)->has_audio)
      self->audio = &get_part (parts, i)->audio;
  if (!can_join (self))
    return NULL;
  self->video_start = get_first_shown (self->video);
  if (get_part (parts, 0)->has_audio)
    self->audio_start = MAX (0, get_lead (self->audio));
  return add_parts (self) ? g_steal_pointer (&self) : NULL;
}

void
starsend_mp4_plan_free (StarsendMp4Plan *self)
{
  g_ptr_array_unref (self->parts);
  g_array_unref (self->pieces);
  g_free (self);
}
