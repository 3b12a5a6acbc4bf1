/* starsend-sequence-fields.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sequence-record-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A value of the wrong kind is passed over and told; its text stays in the file until the key is set anew. */
static void
tell_wrong (const StarsendJsonNode *member, const char *sequence_id, GString *damage)
{
  if (damage == NULL)
    return;
  if (damage->len > 0)
    g_string_append_c (damage, ' ');
  g_string_append_printf (damage, _("The entry “%s” of sequence “%s” cannot be understood and was left as it is."),
                          starsend_json_node_get_name (member, NULL), sequence_id);
}

static void
read_string (char **field, const StarsendJsonNode *member, const char *sequence_id, GString *damage)
{
  const char *text = NULL;
  gsize length = 0;

  if (starsend_json_node_get_kind (member) == STARSEND_JSON_NULL)
    return;
  if (starsend_json_node_get_kind (member) == STARSEND_JSON_STRING)
    text = starsend_json_node_get_string (member, &length);
  if (text != NULL && strlen (text) == length)
    *field = g_strdup (text);
  else
    tell_wrong (member, sequence_id, damage);
}

static void
read_boolean (gboolean *field, const StarsendJsonNode *member, const char *sequence_id, GString *damage)
{
  if (starsend_json_node_get_kind (member) == STARSEND_JSON_BOOLEAN)
    *field = starsend_json_node_get_boolean (member);
  else if (starsend_json_node_get_kind (member) != STARSEND_JSON_NULL)
    tell_wrong (member, sequence_id, damage);
}

static void
read_uint (guint *field, const StarsendJsonNode *member, const char *sequence_id, GString *damage)
{
  gint64 number = -1;

  if (starsend_json_node_get_kind (member) == STARSEND_JSON_NULL)
    return;
  if (starsend_json_node_get_kind (member) == STARSEND_JSON_NUMBER &&
      starsend_json_node_get_integer (member, &number) && number >= 0 && number <= G_MAXINT)
    *field = number;
  else
    tell_wrong (member, sequence_id, damage);
}

static void
read_status (StarsendSequenceFields *self, const StarsendJsonNode *member, const char *sequence_id, GString *damage)
{
  g_autofree char *text = NULL;

  read_string (&text, member, sequence_id, NULL);
  self->status_unknown = !starsend_sequence_status_from_string (text, &self->status);
  if (self->status_unknown)
    tell_wrong (member, sequence_id, damage);
}

/* @record is null for a sequence that the file does not name. */
StarsendSequenceFields *
starsend_sequence_fields_parse (const StarsendJsonNode *record, const char *sequence_id, GString *damage)
{
  StarsendSequenceFields *self = g_atomic_rc_box_new0 (StarsendSequenceFields);
  const struct
  {
    const char *name;
    char **string;
    gboolean *boolean;
    guint *number;
  } keys[] = {
    { "start_frame", &self->start_frame },
    { "start_frame_approved", NULL, &self->start_frame_approved },
    { "elements_resolved", NULL, &self->elements_resolved },
    { "grid_path", &self->grid_path },
    { "video_path", &self->video_path },
    { "takes", NULL, NULL, &self->takes },
    { "current_take", NULL, NULL, &self->current_take },
    { "completed_at", &self->completed_at },
    { "notes", &self->notes },
  };
  const StarsendJsonNode *status = starsend_json_node_get_member (record, "status");

  if (status != NULL)
    read_status (self, status, sequence_id, damage);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const StarsendJsonNode *member = starsend_json_node_get_member (record, keys[i].name);

      if (member == NULL)
        continue;
      if (keys[i].string != NULL)
        read_string (keys[i].string, member, sequence_id, damage);
      else if (keys[i].boolean != NULL)
        read_boolean (keys[i].boolean, member, sequence_id, damage);
      else
        read_uint (keys[i].number, member, sequence_id, damage);
    }
  return self;
}

StarsendSequenceFields *
starsend_sequence_fields_ref (StarsendSequenceFields *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_fields (gpointer data)
{
  StarsendSequenceFields *self = data;

  g_free (self->start_frame);
  g_free (self->grid_path);
  g_free (self->video_path);
  g_free (self->completed_at);
  g_free (self->notes);
}

void
starsend_sequence_fields_unref (StarsendSequenceFields *self)
{
  g_atomic_rc_box_release_full (self, clear_fields);
}

gboolean
starsend_sequence_fields_equal (const StarsendSequenceFields *a, const StarsendSequenceFields *b)
{
  return a->status == b->status && a->status_unknown == b->status_unknown &&
         a->start_frame_approved == b->start_frame_approved && a->elements_resolved == b->elements_resolved &&
         a->takes == b->takes && a->current_take == b->current_take &&
         g_strcmp0 (a->start_frame, b->start_frame) == 0 && g_strcmp0 (a->grid_path, b->grid_path) == 0 &&
         g_strcmp0 (a->video_path, b->video_path) == 0 && g_strcmp0 (a->completed_at, b->completed_at) == 0 &&
         g_strcmp0 (a->notes, b->notes) == 0;
}
