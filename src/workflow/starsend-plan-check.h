/* starsend-plan-check.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-models.h"
#include "starsend-project.h"

G_BEGIN_DECLS

/* What a plan alone cannot tell: whether its files are there, and whether the models can make its sequences. The findings
 * have places in the plan ("sequences[3].shots[1].prompt"); of a sequence that has an error of its own already nothing is
 * said. @project NULL: a bare plan, with the default models and without pictures. Works on a thread. */
void starsend_plan_check_async (StarsendPlan *plan, StarsendProject *project, StarsendModels *models,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* GListModel of StarsendFinding. (transfer full) */
GListModel *starsend_plan_check_finish (GAsyncResult *result, GError **error);

/* "shots[1].prompt" of a request for a sequence -> "sequences[3].shots[1].prompt". (transfer full) */
char *starsend_plan_check_dup_place (StarsendPlan *plan, StarsendSequence *sequence, const char *place);

G_END_DECLS
