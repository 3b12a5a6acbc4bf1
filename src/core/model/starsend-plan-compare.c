/* starsend-plan-compare.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-plan-reader.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Times are written in milliseconds. */
#define TOLERANCE 0.001

static const StarsendSequenceData *
get_sequence (StarsendPlanData *data, guint position)
{
  return &g_array_index (data->sequences, StarsendSequenceData, position);
}

static int
compare_starts (gconstpointer a, gconstpointer b, gpointer user_data)
{
  guint first = *(const guint *) a;
  guint second = *(const guint *) b;
  double difference = get_sequence (user_data, first)->song_start - get_sequence (user_data, second)->song_start;

  if (difference != 0)
    return difference < 0 ? -1 : 1;
  return first < second ? -1 : first > second;
}

/* For each sequence, the one that reaches furthest into it from before in the song, from 1, or 0. */
static guint *
find_overlaps (StarsendPlanData *data)
{
  guint n_sequences = data->sequences->len;
  guint *overlaps = g_new0 (guint, n_sequences + 1);
  g_autoptr (GArray) order = g_array_sized_new (FALSE, FALSE, sizeof (guint), n_sequences);
  const StarsendSequenceData *furthest = NULL;
  guint position = 0;

  for (guint i = 0; i < n_sequences; i++)
    if (get_sequence (data, i)->song_start >= 0 && get_sequence (data, i)->song_end >= 0)
      g_array_append_val (order, i);
  g_array_sort_with_data (order, compare_starts, data);
  for (guint i = 0; i < order->len; i++)
    {
      guint current = g_array_index (order, guint, i);
      const StarsendSequenceData *sequence = get_sequence (data, current);

      if (furthest && sequence->song_start < furthest->song_end - TOLERANCE &&
          sequence->song_end > sequence->song_start)
        overlaps[current] = position + 1;
      if (!furthest || sequence->song_end > furthest->song_end)
        {
          furthest = sequence;
          position = current;
        }
    }
  return overlaps;
}

static void
compare_length (const StarsendSequenceData *sequence, const StarsendPlanHead *head, StarsendPlanFindings *findings)
{
  double planned = sequence->song_end - sequence->song_start;
  double half_frame = 0.5 / starsend_frame_rate_to_number (head->frame_rate);

  if (sequence->song_start < 0 || sequence->song_end < 0 || planned < 0 || sequence->n_shots == 0)
    return;
  if (fabs (planned - sequence->duration) > half_frame)
    starsend_plan_findings_add (findings, STARSEND_SEVERITY_WARNING, sequence->node, "song_end", -1,
                                _ ("The sequence has %.3f s in the song, and its shots have %.3f s together."), planned,
                                sequence->duration);
}

static void
compare_with_song (StarsendPlanData *data, const StarsendSequenceData *sequence, StarsendPlanFindings *findings)
{
  if (data->song_duration < 0)
    return;
  if (sequence->song_end > data->song_duration + TOLERANCE)
    starsend_plan_findings_add (findings, STARSEND_SEVERITY_WARNING, sequence->node, "song_end", -1,
                                _ ("The sequence ends at %.3f s, and the song at %.3f s."), sequence->song_end,
                                data->song_duration);
  else if (sequence->song_end < 0 && sequence->song_start > data->song_duration - TOLERANCE)
    starsend_plan_findings_add (findings, STARSEND_SEVERITY_WARNING, sequence->node, "song_start", -1,
                                _ ("The sequence begins at %.3f s, and the song ends at %.3f s."), sequence->song_start,
                                data->song_duration);
}

void
starsend_plan_reader_compare (StarsendPlanData *data, const StarsendPlanHead *head, StarsendPlanFindings *findings)
{
  g_autofree guint *overlaps = find_overlaps (data);

  starsend_plan_findings_begin_pass (findings);
  for (guint i = 0; i < data->sequences->len; i++)
    {
      const StarsendSequenceData *sequence = get_sequence (data, i);

      starsend_plan_findings_enter (findings, sequence->id, "sequences", (int) sequence->index);
      if (overlaps[i])
        {
          const StarsendSequenceData *other = get_sequence (data, overlaps[i] - 1);
          g_autofree char *quoted = starsend_plan_findings_quote (other->id);

          starsend_plan_findings_add (findings, STARSEND_SEVERITY_WARNING, sequence->node, "song_start", -1,
                                      _ ("The sequence begins at %.3f s, while “%s” goes on to %.3f s in the song."),
                                      sequence->song_start, quoted, other->song_end);
        }
      compare_length (sequence, head, findings);
      compare_with_song (data, sequence, findings);
    }
}
