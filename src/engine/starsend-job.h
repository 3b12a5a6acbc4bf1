/* starsend-job.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "starsend-request.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_JOB (starsend_job_get_type ())

/* A job that runs now: what a card shows while it waits. Providers set the progress from the main thread; every property notifies. */
G_DECLARE_FINAL_TYPE (StarsendJob, starsend_job, STARSEND, JOB, GObject)

StarsendJob *starsend_job_new (const char *id, StarsendRequest *request);
const char *starsend_job_get_id (StarsendJob *self);                 /* the ledger's */
StarsendRequest *starsend_job_get_request (StarsendJob *self);
double starsend_job_get_fraction (StarsendJob *self);                /* 0 to 1; -1 when nobody knows */
void starsend_job_set_fraction (StarsendJob *self, double fraction);
const char *starsend_job_get_message (StarsendJob *self);            /* translated, one line; nullable */
void starsend_job_set_message (StarsendJob *self, const char *message);
int starsend_job_get_queue_position (StarsendJob *self);             /* jobs ahead; -1 when not in a queue */
void starsend_job_set_queue_position (StarsendJob *self, int position);
/* What the provider has said that the job costs although it may yet fail, in millionths; -1 while it has said nothing. */
gint64 starsend_job_get_cost (StarsendJob *self);
void starsend_job_set_cost (StarsendJob *self, gint64 cost);
/* The file that collect is given. A provider whose answer to submit is the result itself writes it there at once, whole or not
 * at all, before it gives the ticket: nobody can be asked for it again. Nullable. */
const char *starsend_job_get_part (StarsendJob *self);
void starsend_job_set_part (StarsendJob *self, const char *part);
GCancellable *starsend_job_get_cancellable (StarsendJob *self);      /* cancels the job itself, as the user's "Cancel" does */

G_END_DECLS
