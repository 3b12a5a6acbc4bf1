/* starsend-evidence.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-client-sequence-runner-private.h"
#include "starsend-start-frame.h"

G_BEGIN_DECLS

/* What is on the disk of one sequence, against what its record says. Made on the main thread, gathered on a worker. */
typedef struct
{
  StarsendProjectPaths *paths;
  char *id;
  char *frame; /* relative, as the record names it or where it would stand; for the thread */
  guint known_takes;

  StarsendStartFrameState frame_state;
  gboolean named_video_exists;
  gboolean named_grid_exists;
  char *named_video;
  char *named_grid;
  guint last_grid;
  GPtrArray *takes;   /* of StarsendTake, by number */
  GPtrArray *grids;   /* the same of grids */
  GPtrArray *parts;   /* the same of the parts of takes, joined ones or not */
  GPtrArray *changed; /* those of all whose bytes are not what arrived */
} StarsendEvidence;

StarsendEvidence *starsend_evidence_new (StarsendClientSequenceRunner *runner, const char *sequence_id);
void starsend_evidence_free (gpointer data);
/* Blocks: reads pictures, sidecars and the bytes of every take. */
void starsend_evidence_gather (StarsendEvidence *self);
gboolean starsend_evidence_exists (StarsendProjectPaths *paths, const char *relative);

G_END_DECLS
