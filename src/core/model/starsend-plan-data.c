/* starsend-plan-data.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-plan-data.h"

StarsendPlanData *
starsend_plan_data_new (StarsendJson *json)
{
  StarsendPlanData *self = g_atomic_rc_box_new0 (StarsendPlanData);

  self->json = starsend_json_ref (json);
  self->sequences = g_array_new (FALSE, FALSE, sizeof (StarsendSequenceData));
  self->shots = g_array_new (FALSE, FALSE, sizeof (StarsendShotData));
  self->elements = g_array_new (FALSE, FALSE, sizeof (StarsendElementData));
  self->sections = g_array_new (FALSE, FALSE, sizeof (StarsendSectionData));
  self->names = g_ptr_array_new ();
  self->positions = g_hash_table_new (g_str_hash, g_str_equal);
  self->song_duration = -1;
  self->song_bpm = -1;
  return self;
}

static void
clear (gpointer data)
{
  StarsendPlanData *self = data;

  g_clear_pointer (&self->element_index, starsend_element_index_free);
  g_hash_table_unref (self->positions);
  g_ptr_array_unref (self->names);
  g_array_unref (self->sections);
  g_array_unref (self->elements);
  g_array_unref (self->shots);
  g_array_unref (self->sequences);
  starsend_json_unref (self->json);
}

StarsendPlanData *
starsend_plan_data_ref (StarsendPlanData *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
starsend_plan_data_unref (StarsendPlanData *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

const char *const *
starsend_plan_data_get_names (StarsendPlanData *self, guint first)
{
  return (const char *const *) &self->names->pdata[first];
}
