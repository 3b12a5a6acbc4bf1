/* starsend-plan.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "starsend-element.h"
#include "starsend-finding.h"
#include "starsend-frame-rate.h"
#include "starsend-sequence.h"
#include "starsend-song.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_PLAN (starsend_plan_get_type ())

/* ClientPlanV1, read natively and never written. Immutable. Sequences, shots and elements are made as objects only
 * when somebody asks for them: a plan of 10 000 sequences costs its text and an arena. */
G_DECLARE_FINAL_TYPE (StarsendPlan, starsend_plan, STARSEND, PLAN, GObject)

/* Reads and validates. The call fails (INVALID_INPUT, with line and column) only when the text is no JSON object, is over
 * 512 MiB, or is not of format "client_plan" version 1; everything else becomes findings. */
StarsendPlan *starsend_plan_new_from_bytes (GBytes *bytes, GError **error);
/* On a worker thread. */
void starsend_plan_load_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendPlan *starsend_plan_load_finish (GAsyncResult *result, GError **error);

const char *starsend_plan_get_project (StarsendPlan *self);       /* nullable, like every string that may be missing */
const char *starsend_plan_get_episode (StarsendPlan *self);
const char *starsend_plan_get_title (StarsendPlan *self);
const char *starsend_plan_get_aspect_ratio (StarsendPlan *self);  /* "16:9" when missing */
void starsend_plan_get_aspect (StarsendPlan *self, int *width, int *height);
void starsend_plan_get_frame_rate (StarsendPlan *self, StarsendFrameRate *rate); /* 24 when missing */
StarsendSong *starsend_plan_get_song (StarsendPlan *self);        /* nullable */
GListModel *starsend_plan_get_sequences (StarsendPlan *self);     /* of StarsendSequence, in the plan's order */
GListModel *starsend_plan_get_elements (StarsendPlan *self);      /* of StarsendElement */
GListModel *starsend_plan_get_findings (StarsendPlan *self);      /* of StarsendFinding, in the order of the text */
StarsendSequence *starsend_plan_dup_sequence (StarsendPlan *self, const char *id);  /* NULL when there is none; the first of duplicates */
StarsendElement *starsend_plan_dup_element (StarsendPlan *self, const char *id);
gboolean starsend_plan_find_sequence (StarsendPlan *self, const char *id, guint *position);
/* TRUE when an error touches the sequence (or the whole plan); fills the first such finding. */
gboolean starsend_plan_has_error (StarsendPlan *self, const char *sequence_id, StarsendFinding **finding);
char **starsend_plan_dup_sequence_ids (StarsendPlan *self);
GBytes *starsend_plan_get_bytes (StarsendPlan *self);
const char *starsend_plan_get_digest (StarsendPlan *self);        /* SHA-256 of the text, computed when first asked for */

G_END_DECLS
