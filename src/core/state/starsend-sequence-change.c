/* starsend-sequence-change.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sequence-change-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"
#include "starsend-state-profile.h"

typedef enum
{
  SET_STATUS = 1 << 0,
  SET_START_FRAME = 1 << 1,
  SET_START_FRAME_APPROVED = 1 << 2,
  SET_ELEMENTS_RESOLVED = 1 << 3,
  SET_GRID_PATH = 1 << 4,
  SET_VIDEO_PATH = 1 << 5,
  SET_TAKES = 1 << 6,
  SET_CURRENT_TAKE = 1 << 7,
  SET_COMPLETED_AT = 1 << 8,
  SET_NOTES = 1 << 9,
  FORCE_STATUS = 1 << 10,
} Set;

/**
 * StarsendSequenceChange:
 *
 * What is to change in one record, all or nothing.
 *
 * What is not set stays as it is. Setting a path, or another text, to %NULL removes the key.
 */
struct _StarsendSequenceChange
{
  Set set;
  StarsendSequenceStatus status;
  char *start_frame;
  gboolean start_frame_approved;
  gboolean elements_resolved;
  char *grid_path;
  char *video_path;
  guint takes;
  guint current_take;
  char *completed_at;
  char *notes;
};

G_DEFINE_BOXED_TYPE (StarsendSequenceChange, starsend_sequence_change, starsend_sequence_change_copy,
                     starsend_sequence_change_free)

/**
 * starsend_sequence_change_new:
 *
 * Makes a change that changes nothing yet.
 *
 * Returns: (transfer full): the change
 */
StarsendSequenceChange *
starsend_sequence_change_new (void)
{
  return g_new0 (StarsendSequenceChange, 1);
}

/**
 * starsend_sequence_change_copy:
 * @self: a change
 *
 * Copies a change.
 *
 * Returns: (transfer full): the copy
 */
StarsendSequenceChange *
starsend_sequence_change_copy (StarsendSequenceChange *self)
{
  StarsendSequenceChange *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new (StarsendSequenceChange, 1);
  *copy = *self;
  copy->start_frame = g_strdup (self->start_frame);
  copy->grid_path = g_strdup (self->grid_path);
  copy->video_path = g_strdup (self->video_path);
  copy->completed_at = g_strdup (self->completed_at);
  copy->notes = g_strdup (self->notes);
  return copy;
}

/**
 * starsend_sequence_change_free:
 * @self: (transfer full): a change
 *
 * Frees a change.
 */
void
starsend_sequence_change_free (StarsendSequenceChange *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->start_frame);
  g_free (self->grid_path);
  g_free (self->video_path);
  g_free (self->completed_at);
  g_free (self->notes);
  g_free (self);
}

/**
 * starsend_sequence_change_set_status:
 * @self: a change
 * @status: the new status
 *
 * Asks for a transition, which is checked against the workflow when the change's turn comes. The same status again is
 * allowed and no transition.
 */
void
starsend_sequence_change_set_status (StarsendSequenceChange *self, StarsendSequenceStatus status)
{
  g_return_if_fail (self != NULL);

  self->status = status;
  self->set = (self->set | SET_STATUS) & ~FORCE_STATUS;
}

/**
 * starsend_sequence_change_force_status:
 * @self: a change
 * @status: the new status
 *
 * Sets the status without asking the workflow: for repairs alone.
 */
void
starsend_sequence_change_force_status (StarsendSequenceChange *self, StarsendSequenceStatus status)
{
  g_return_if_fail (self != NULL);

  self->status = status;
  self->set |= SET_STATUS | FORCE_STATUS;
}

/**
 * starsend_sequence_change_set_start_frame:
 * @self: a change
 * @path: (nullable): the new value
 *
 * Sets what [property@SequenceRecord:start-frame] will be.
 */
void
starsend_sequence_change_set_start_frame (StarsendSequenceChange *self, const char *path)
{
  g_return_if_fail (self != NULL);

  g_free (self->start_frame);
  self->start_frame = g_strdup (path);
  self->set |= SET_START_FRAME;
}

/**
 * starsend_sequence_change_set_start_frame_approved:
 * @self: a change
 * @approved: the new value
 *
 * Sets what [property@SequenceRecord:start-frame-approved] will be.
 */
void
starsend_sequence_change_set_start_frame_approved (StarsendSequenceChange *self, gboolean approved)
{
  g_return_if_fail (self != NULL);

  self->start_frame_approved = approved;
  self->set |= SET_START_FRAME_APPROVED;
}

/**
 * starsend_sequence_change_set_elements_resolved:
 * @self: a change
 * @resolved: the new value
 *
 * Sets what [property@SequenceRecord:elements-resolved] will be.
 */
void
starsend_sequence_change_set_elements_resolved (StarsendSequenceChange *self, gboolean resolved)
{
  g_return_if_fail (self != NULL);

  self->elements_resolved = resolved;
  self->set |= SET_ELEMENTS_RESOLVED;
}

/**
 * starsend_sequence_change_set_grid_path:
 * @self: a change
 * @path: (nullable): the new value
 *
 * Sets what [property@SequenceRecord:grid-path] will be.
 */
void
starsend_sequence_change_set_grid_path (StarsendSequenceChange *self, const char *path)
{
  g_return_if_fail (self != NULL);

  g_free (self->grid_path);
  self->grid_path = g_strdup (path);
  self->set |= SET_GRID_PATH;
}

/**
 * starsend_sequence_change_set_video_path:
 * @self: a change
 * @path: (nullable): the new value
 *
 * Sets what [property@SequenceRecord:video-path] will be.
 */
void
starsend_sequence_change_set_video_path (StarsendSequenceChange *self, const char *path)
{
  g_return_if_fail (self != NULL);

  g_free (self->video_path);
  self->video_path = g_strdup (path);
  self->set |= SET_VIDEO_PATH;
}

/**
 * starsend_sequence_change_set_takes:
 * @self: a change
 * @takes: the new value
 *
 * Sets what [property@SequenceRecord:takes] will be.
 */
void
starsend_sequence_change_set_takes (StarsendSequenceChange *self, guint takes)
{
  g_return_if_fail (self != NULL);

  self->takes = takes;
  self->set |= SET_TAKES;
}

/**
 * starsend_sequence_change_set_current_take:
 * @self: a change
 * @take: the new value
 *
 * Sets what [property@SequenceRecord:current-take] will be.
 */
void
starsend_sequence_change_set_current_take (StarsendSequenceChange *self, guint take)
{
  g_return_if_fail (self != NULL);

  self->current_take = take;
  self->set |= SET_CURRENT_TAKE;
}

/**
 * starsend_sequence_change_set_completed_at:
 * @self: a change
 * @completed_at: (nullable): the new value
 *
 * Sets what [property@SequenceRecord:completed-at] will be.
 */
void
starsend_sequence_change_set_completed_at (StarsendSequenceChange *self, const char *completed_at)
{
  g_return_if_fail (self != NULL);

  g_free (self->completed_at);
  self->completed_at = g_strdup (completed_at);
  self->set |= SET_COMPLETED_AT;
}

/**
 * starsend_sequence_change_set_notes:
 * @self: a change
 * @notes: (nullable): the new value
 *
 * Sets what [property@SequenceRecord:notes] will be.
 */
void
starsend_sequence_change_set_notes (StarsendSequenceChange *self, const char *notes)
{
  g_return_if_fail (self != NULL);

  g_free (self->notes);
  self->notes = g_strdup (notes);
  self->set |= SET_NOTES;
}

static gboolean
check_status (StarsendSequenceChange *self, const StarsendSequenceFields *now, GError **error)
{
  if ((self->set & SET_STATUS) == 0 || (self->set & FORCE_STATUS) != 0)
    return TRUE;
  if (now->status_unknown)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED,
                   _("The file holds a state that is not known, and it is not overwritten; run a repair, which looks "
                     "at what is really there."));
      return FALSE;
    }
  return self->status == now->status ||
         starsend_state_profile_check (starsend_state_profile_get ("sequence"),
                                       starsend_sequence_status_to_string (now->status),
                                       starsend_sequence_status_to_string (self->status), error);
}

/* Fails when a text could not be read back out of the file. */
gboolean
starsend_sequence_change_check_texts (StarsendSequenceChange *self, GError **error)
{
  const char *texts[] = { self->start_frame, self->grid_path, self->video_path, self->completed_at, self->notes };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i] != NULL && !g_utf8_validate (texts[i], -1, NULL))
      {
        g_autofree char *shown = g_utf8_make_valid (texts[i], -1);

        g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                     _("“%s” is not UTF-8 and cannot be stored; give the file another name."), shown);
        return FALSE;
      }
  return TRUE;
}

/* Lays the change over a record; keys that we do not know stay as they are. */
gboolean
starsend_sequence_change_apply (StarsendSequenceChange *self, const StarsendSequenceFields *now, StarsendRawObject *record,
                                GError **error)
{
  if (!check_status (self, now, error))
    return FALSE;

  if ((self->set & SET_STATUS) != 0)
    starsend_raw_object_set_string (record, "status", starsend_sequence_status_to_string (self->status));
  if ((self->set & SET_START_FRAME) != 0)
    starsend_raw_object_set_string (record, "start_frame", self->start_frame);
  if ((self->set & SET_START_FRAME_APPROVED) != 0)
    starsend_raw_object_set_boolean (record, "start_frame_approved", self->start_frame_approved);
  if ((self->set & SET_ELEMENTS_RESOLVED) != 0)
    starsend_raw_object_set_boolean (record, "elements_resolved", self->elements_resolved);
  if ((self->set & SET_GRID_PATH) != 0)
    starsend_raw_object_set_string (record, "grid_path", self->grid_path);
  if ((self->set & SET_VIDEO_PATH) != 0)
    starsend_raw_object_set_string (record, "video_path", self->video_path);
  if ((self->set & SET_TAKES) != 0)
    starsend_raw_object_set_uint (record, "takes", self->takes);
  if ((self->set & SET_CURRENT_TAKE) != 0)
    starsend_raw_object_set_uint (record, "current_take", self->current_take);
  if ((self->set & SET_COMPLETED_AT) != 0)
    starsend_raw_object_set_string (record, "completed_at", self->completed_at);
  if ((self->set & SET_NOTES) != 0)
    starsend_raw_object_set_string (record, "notes", self->notes);
  return TRUE;
}
