/* starsend-project-hold.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "starsend-client-sequence-runner.h"

G_BEGIN_DECLS

/* Keeps the program running from before a project is opened until all of it is on disk and its lock is given back.
 * Main thread only. */
typedef struct _StarsendProjectHold StarsendProjectHold;

StarsendProjectHold *starsend_project_hold_new (GApplication *application);
void starsend_project_hold_set_project (StarsendProjectHold *self, StarsendProject *project,
                                        StarsendClientSequenceRunner *runner);
/* Frees the hold, once nothing of its project runs or is written any more. */
void starsend_project_hold_release (StarsendProjectHold *self);
/* Whether another project of this program is just being opened or put away, and so may hold a lock. */
gboolean starsend_project_hold_is_other_unsettled (StarsendProjectHold *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendProjectHold, starsend_project_hold_release)

G_END_DECLS
