/* starsend-shot-states.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-shot-states.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
shot_free (gpointer data)
{
  StarsendShotState *shot = data;

  g_free (shot->error);
  g_free (shot);
}

static void
tell_wrong (const char *batch_id, const char *shot_id, GString *damage)
{
  if (damage == NULL)
    return;
  if (damage->len > 0)
    g_string_append_c (damage, ' ');
  g_string_append_printf (damage, _("What is stored of shot “%s” of “%s” cannot be understood and was left as it is."),
                          shot_id, batch_id);
}

static const char *
find_state (const StarsendStateProfile *profile, const char *text)
{
  for (guint i = 0; text != NULL && i < starsend_state_profile_get_n_states (profile); i++)
    if (g_str_equal (starsend_state_profile_get_state (profile, i), text))
      return starsend_state_profile_get_state (profile, i);
  return NULL;
}

static StarsendShotState *
parse_shot (const StarsendJsonNode *node, const StarsendStateProfile *profile)
{
  StarsendShotState *shot = g_new0 (StarsendShotState, 1);
  const StarsendJsonNode *state = NULL;
  gint64 take = 0;

  if (starsend_json_node_get_kind (node) == STARSEND_JSON_OBJECT)
    {
      state = starsend_json_node_get_member (node, "state");
      take = starsend_json_node_get_integer_member (node, "take", 0);
      shot->error = g_strdup (starsend_json_node_get_string_member (node, "error"));
      shot->state = find_state (profile, starsend_json_node_get_string_member (node, "state"));
    }
  shot->take = CLAMP (take, 0, G_MAXINT);
  shot->state_unknown =
      shot->state == NULL && (state != NULL || starsend_json_node_get_kind (node) != STARSEND_JSON_OBJECT);
  if (shot->state == NULL)
    shot->state = starsend_state_profile_get_initial (profile);
  return shot;
}

/* @batch is null for one that the file does not name. */
StarsendShotStates *
starsend_shot_states_parse (const StarsendJsonNode *batch,
                            const char *batch_id,
                            const StarsendStateProfile *profile,
                            GString *damage)
{
  StarsendShotStates *self = g_atomic_rc_box_new0 (StarsendShotStates);

  self->ids = g_ptr_array_new ();
  self->shots = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, shot_free);
  for (const StarsendJsonNode *node = batch != NULL ? starsend_json_node_get_first_child (batch) : NULL; node != NULL;
       node = starsend_json_node_get_next (node))
    {
      gsize length = 0;
      const char *name = starsend_json_node_get_name (node, &length);
      StarsendShotState *shot;
      char *id;

      if (strlen (name) != length)
        continue;
      shot = parse_shot (node, profile);
      if (shot->state_unknown)
        tell_wrong (batch_id, name, damage);
      if (g_hash_table_contains (self->shots, name))
        {
          g_hash_table_insert (self->shots, g_strdup (name), shot);
          continue;
        }
      id = g_strdup (name);
      g_hash_table_insert (self->shots, id, shot);
      g_ptr_array_add (self->ids, id);
    }
  return self;
}

StarsendShotStates *
starsend_shot_states_ref (StarsendShotStates *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_states (gpointer data)
{
  StarsendShotStates *self = data;

  g_ptr_array_unref (self->ids);
  g_hash_table_unref (self->shots);
}

void
starsend_shot_states_unref (StarsendShotStates *self)
{
  g_atomic_rc_box_release_full (self, clear_states);
}

static gboolean
shots_equal (const StarsendShotState *a, const StarsendShotState *b)
{
  return b != NULL && a->state == b->state && a->state_unknown == b->state_unknown && a->take == b->take &&
         g_strcmp0 (a->error, b->error) == 0;
}

gboolean
starsend_shot_states_equal (const StarsendShotStates *a, const StarsendShotStates *b)
{
  GHashTableIter iter;
  gpointer id, shot;

  if (g_hash_table_size (a->shots) != g_hash_table_size (b->shots))
    return FALSE;
  g_hash_table_iter_init (&iter, a->shots);
  while (g_hash_table_iter_next (&iter, &id, &shot))
    if (!shots_equal (shot, g_hash_table_lookup (b->shots, id)))
      return FALSE;
  return TRUE;
}

const StarsendShotState *
starsend_shot_states_lookup (const StarsendShotStates *self, const char *shot_id)
{
  return self != NULL ? g_hash_table_lookup (self->shots, shot_id) : NULL;
}
