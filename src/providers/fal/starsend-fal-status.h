/* starsend-fal-status.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  STARSEND_FAL_STATE_UNKNOWN,    /* none, or one that nobody has told us of: the job goes on */
  STARSEND_FAL_STATE_QUEUED,
  STARSEND_FAL_STATE_RUNNING,
  STARSEND_FAL_STATE_COMPLETED,  /* well or badly */
} StarsendFalState;

#define STARSEND_TYPE_FAL_STATUS (starsend_fal_status_get_type ())

/* What the queue says of a job: boxed, counted, immutable. */
typedef struct _StarsendFalStatus StarsendFalStatus;
GType starsend_fal_status_get_type (void);
/* INVALID_INPUT where @body is no JSON object. */
StarsendFalStatus *starsend_fal_status_new (GBytes *body, const char *secret, GError **error);
StarsendFalStatus *starsend_fal_status_ref (StarsendFalStatus *self);
void starsend_fal_status_unref (StarsendFalStatus *self);
StarsendFalState starsend_fal_status_get_state (StarsendFalStatus *self);
const char *starsend_fal_status_get_name (StarsendFalStatus *self);         /* as the server wrote the state, cleaned; "" */
int starsend_fal_status_get_queue_position (StarsendFalStatus *self);       /* jobs ahead; -1 */
const char *starsend_fal_status_get_log (StarsendFalStatus *self);          /* its last line; nullable */
const char *starsend_fal_status_get_error (StarsendFalStatus *self);        /* nullable */
const char *starsend_fal_status_get_error_type (StarsendFalStatus *self);   /* nullable */
double starsend_fal_status_get_inference_time (StarsendFalStatus *self);    /* seconds; -1 */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendFalStatus, starsend_fal_status_unref)

G_END_DECLS
