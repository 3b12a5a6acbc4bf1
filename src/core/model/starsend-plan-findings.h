/* starsend-plan-findings.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "starsend-finding.h"
#include "starsend-json.h"

G_BEGIN_DECLS

/* Collects what is found while a plan is read, and knows where the reader is. However much is wrong, only so many
 * findings are kept; of every sequence that an error touches the first one is kept in any case. */

#define STARSEND_PLAN_MAX_FINDINGS 1000

typedef struct _StarsendPlanFindings StarsendPlanFindings;

StarsendPlanFindings *starsend_plan_findings_new (void);
void starsend_plan_findings_free (StarsendPlanFindings *self);

/* Where the reader is: in "list[index].inner[inner_index]", each part optional, and in which sequence, as in StarsendFinding.
 * The strings are borrowed. */
void starsend_plan_findings_enter (StarsendPlanFindings *self, const char *sequence_id, const char *list, int index);
void starsend_plan_findings_enter_inner (StarsendPlanFindings *self, const char *inner, int inner_index);
/* Findings come in the order of the text within a pass; there can be several passes. */
void starsend_plan_findings_begin_pass (StarsendPlanFindings *self);
/* @node says what comes first; @key and @item (or -1) complete the place. */
void starsend_plan_findings_add (StarsendPlanFindings *self, StarsendSeverity severity, const StarsendJsonNode *node,
                                 const char *key, int item, const char *format, ...) G_GNUC_PRINTF (6, 7);
/* Stops the sequence where the reader is, for an error that is listed already where it stands. */
void starsend_plan_findings_block (StarsendPlanFindings *self, const char *key, int item, const char *format, ...) G_GNUC_PRINTF (4, 5);
guint starsend_plan_findings_get_n_errors (StarsendPlanFindings *self);
/* Text out of the plan for a message: short, and with nothing in it that a terminal would act on. */
char *starsend_plan_findings_quote (const char *text);
gboolean starsend_plan_findings_has_error (StarsendPlanFindings *self, const char *sequence_id, StarsendFinding **finding);
/* Ends the collecting. */
GListStore *starsend_plan_findings_finish (StarsendPlanFindings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendPlanFindings, starsend_plan_findings_free)

G_END_DECLS
