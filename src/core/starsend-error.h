/* starsend-error.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define STARSEND_ERROR (starsend_error_quark ())

/**
 * StarsendError:
 * @STARSEND_ERROR_FAILED: something failed that no other code describes
 * @STARSEND_ERROR_INVALID_INPUT: a file or an argument from outside is wrong; the message names the place
 * @STARSEND_ERROR_NOT_FOUND: what was named does not exist
 * @STARSEND_ERROR_NOT_READY: the sequence is not in a state that allows the step
 * @STARSEND_ERROR_ILLEGAL_TRANSITION: a state profile does not lead from the one state to the other
 * @STARSEND_ERROR_LOCKED: another running program holds the project
 * @STARSEND_ERROR_READ_ONLY: the project cannot be written
 * @STARSEND_ERROR_NO_SPACE: the disk is full
 * @STARSEND_ERROR_IO: reading or writing failed
 * @STARSEND_ERROR_DAMAGED: a file of ours does not hold what it should
 * @STARSEND_ERROR_CONFLICT: a file was changed by another program in between
 * @STARSEND_ERROR_DECISION_WANTED: the user has to decide first: spending, a cap, an uncertain job
 * @STARSEND_ERROR_UNCERTAIN: a paid call was sent and its answer never came
 * @STARSEND_ERROR_PROVIDER: the provider refused or failed the job
 * @STARSEND_ERROR_UNAVAILABLE: something that is needed is not installed
 *
 * What went wrong, told so that a caller can act on it.
 *
 * Messages are whole, translated sentences for the user: what happened, to what, and what can be done.
 * Cancellation is always %G_IO_ERROR_CANCELLED.
 */
typedef enum
{
  STARSEND_ERROR_FAILED,
  STARSEND_ERROR_INVALID_INPUT,
  STARSEND_ERROR_NOT_FOUND,
  STARSEND_ERROR_NOT_READY,
  STARSEND_ERROR_ILLEGAL_TRANSITION,
  STARSEND_ERROR_LOCKED,
  STARSEND_ERROR_READ_ONLY,
  STARSEND_ERROR_NO_SPACE,
  STARSEND_ERROR_IO,
  STARSEND_ERROR_DAMAGED,
  STARSEND_ERROR_CONFLICT,
  STARSEND_ERROR_DECISION_WANTED,
  STARSEND_ERROR_UNCERTAIN,
  STARSEND_ERROR_PROVIDER,
  STARSEND_ERROR_UNAVAILABLE,
} StarsendError;

GQuark starsend_error_quark (void);

void starsend_set_errno_error (GError **error, int saved_errno, const char *format, ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
