/* starsend-sequence-status.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sequence-record.h"

#include <glib/gi18n-lib.h>

static const struct
{
  const char *text;
  const char *label;
} statuses[] = {
  [STARSEND_SEQUENCE_STATUS_NOT_STARTED] = { "not_started", N_("Not started") },
  [STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING] = { "elements_pending", N_("Elements pending") },
  [STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING] = { "start_frame_pending", N_("Start frame pending") },
  [STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED] = { "start_frame_approved", N_("Start frame approved") },
  [STARSEND_SEQUENCE_STATUS_GENERATING] = { "generating", N_("Generating") },
  [STARSEND_SEQUENCE_STATUS_REVIEW] = { "review", N_("Review") },
  [STARSEND_SEQUENCE_STATUS_COMPLETE] = { "complete", N_("Complete") },
  [STARSEND_SEQUENCE_STATUS_ITERATING] = { "iterating", N_("Iterating") },
};

G_DEFINE_ENUM_TYPE (StarsendSequenceStatus, starsend_sequence_status,
                    G_DEFINE_ENUM_VALUE (STARSEND_SEQUENCE_STATUS_NOT_STARTED, "not-started"),
                    G_DEFINE_ENUM_VALUE (STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING, "elements-pending"),
                    G_DEFINE_ENUM_VALUE (STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING, "start-frame-pending"),
                    G_DEFINE_ENUM_VALUE (STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED, "start-frame-approved"),
                    G_DEFINE_ENUM_VALUE (STARSEND_SEQUENCE_STATUS_GENERATING, "generating"),
                    G_DEFINE_ENUM_VALUE (STARSEND_SEQUENCE_STATUS_REVIEW, "review"),
                    G_DEFINE_ENUM_VALUE (STARSEND_SEQUENCE_STATUS_COMPLETE, "complete"),
                    G_DEFINE_ENUM_VALUE (STARSEND_SEQUENCE_STATUS_ITERATING, "iterating"))

/**
 * starsend_sequence_status_to_string:
 * @status: a status
 *
 * Gives the word that files use, such as `start_frame_pending`.
 *
 * Returns: the word
 */
const char *
starsend_sequence_status_to_string (StarsendSequenceStatus status)
{
  g_return_val_if_fail ((guint) status < G_N_ELEMENTS (statuses), NULL);

  return statuses[status].text;
}

/**
 * starsend_sequence_status_from_string:
 * @text: (nullable): a word out of a file
 * @status: (out) (optional): the status
 *
 * Reads the word that files use.
 *
 * Returns: %FALSE when there is no such status
 */
gboolean
starsend_sequence_status_from_string (const char *text, StarsendSequenceStatus *status)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (statuses); i++)
    if (g_str_equal (text, statuses[i].text))
      {
        if (status != NULL)
          *status = i;
        return TRUE;
      }
  return FALSE;
}

/**
 * starsend_sequence_status_get_label:
 * @status: a status
 *
 * Gives the words that the user sees.
 *
 * Returns: the translated label
 */
const char *
starsend_sequence_status_get_label (StarsendSequenceStatus status)
{
  g_return_val_if_fail ((guint) status < G_N_ELEMENTS (statuses), NULL);

  return _(statuses[status].label);
}
