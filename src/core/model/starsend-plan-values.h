/* starsend-plan-values.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-plan-findings.h"

G_BEGIN_DECLS

/* How single values of a plan are read: each gives what it can, and tells the findings what is wrong. */

#define STARSEND_PLAN_MAX_TIME 1000000.0

/* Sorts the members of an object into @slots, one for each of @keys. One that is null counts as missing. */
void starsend_plan_values_sort (StarsendPlanFindings *findings, const StarsendJsonNode *object, const char *const *keys,
                                guint n_keys, const StarsendJsonNode **slots);
/* Whether @node, which can be missing, is of the kind; an error when it is of another. */
gboolean starsend_plan_values_check_kind (StarsendPlanFindings *findings, const StarsendJsonNode *node, StarsendJsonKind kind,
                                          const char *key, int item);
const char *starsend_plan_values_read_string (StarsendPlanFindings *findings, const StarsendJsonNode *node, const char *key, int item);
/* An id that can be used, or NULL. @object stands for a missing one. */
const char *starsend_plan_values_read_id (StarsendPlanFindings *findings, const StarsendJsonNode *node, const StarsendJsonNode *object);
gboolean starsend_plan_values_is_id (const char *text, gsize length);
const char *starsend_plan_values_read_path (StarsendPlanFindings *findings, const StarsendJsonNode *node, const char *key, int item);
/* Seconds, or -1. */
double starsend_plan_values_read_time (StarsendPlanFindings *findings, const StarsendJsonNode *node, const char *key, double maximum);
double starsend_plan_values_read_number (StarsendPlanFindings *findings, const StarsendJsonNode *node, const char *key,
                                         double minimum, double maximum);

G_END_DECLS
