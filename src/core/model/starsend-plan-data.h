/* starsend-plan-data.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "starsend-element-index.h"
#include "starsend-element.h"
#include "starsend-json.h"
#include "starsend-sequence.h"
#include "starsend-shot.h"
#include "starsend-song.h"

G_BEGIN_DECLS

/* What a plan says, as plain structs whose strings are the document's. Immutable once read, so any thread may look. */

typedef struct
{
  const char *id; /* "" when the plan has none that can be used */
  const char *prompt;
  const char *camera;
  const char *notes;
  double duration;
} StarsendShotData;

typedef struct
{
  const StarsendJsonNode *node;
  const char *id;
  const char *title;
  const char *director_notes;
  const char *start_frame_prompt;
  const char *model;
  double song_start;
  double song_end;
  double duration;
  guint index; /* in the text, where entries may stand that are no sequences */
  guint elements; /* where its names begin in names */
  guint first_shot;
  guint n_shots;
} StarsendSequenceData;

typedef struct
{
  const char *id;
  const char *name;
  const char *kind;
  const char *description;
  const char *frontal;
  guint references; /* where its names begin in names */
  gboolean has_error;
} StarsendElementData;

typedef struct
{
  const char *name;
  double start;
  double end;
} StarsendSectionData;

typedef struct
{
  StarsendJson *json;
  GArray *sequences;
  GArray *shots;
  GArray *elements;
  GArray *sections;
  GPtrArray *names; /* lists of strings, each with NULL at its end */
  GHashTable *positions;
  StarsendElementIndex *element_index;
  gboolean has_song;
  const char *song_title;
  const char *song_file;
  double song_duration;
  double song_bpm;
} StarsendPlanData;

StarsendPlanData *starsend_plan_data_new (StarsendJson *json);
StarsendPlanData *starsend_plan_data_ref (StarsendPlanData *self);
void starsend_plan_data_unref (StarsendPlanData *self);
const char *const *starsend_plan_data_get_names (StarsendPlanData *self, guint first);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendPlanData, starsend_plan_data_unref)

StarsendShot *starsend_shot_new_from_data (StarsendPlanData *data, guint position);
StarsendElement *starsend_element_new_from_data (StarsendPlanData *data, guint position);
StarsendSequence *starsend_sequence_new_from_data (StarsendPlanData *data, guint position);
StarsendSong *starsend_song_new_from_data (StarsendPlanData *data);

G_END_DECLS
