/* starsend-step-result.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "starsend-request.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_STEP_RESULT (starsend_step_result_get_type ())

/* One execution, and what came of it for each shot. Immutable once it is handed out. */
G_DECLARE_FINAL_TYPE (StarsendStepResult, starsend_step_result, STARSEND, STEP_RESULT, GObject)

StarsendStepResult *starsend_step_result_new (StarsendRequest *request, const char *job_id, const char *output,
                                              gint64 cost, JsonNode *checks, const GError *error);
gboolean starsend_step_result_get_succeeded (StarsendStepResult *self);
const char *starsend_step_result_get_batch_id (StarsendStepResult *self);
guint starsend_step_result_get_number (StarsendStepResult *self);
const char *starsend_step_result_get_job_id (StarsendStepResult *self);
const char *starsend_step_result_get_output (StarsendStepResult *self);
gint64 starsend_step_result_get_cost (StarsendStepResult *self);
JsonNode *starsend_step_result_get_checks (StarsendStepResult *self);
const GError *starsend_step_result_get_error (StarsendStepResult *self);
char **starsend_step_result_dup_shots (StarsendStepResult *self);
gboolean starsend_step_result_get_shot_succeeded (StarsendStepResult *self, const char *shot_id);

G_END_DECLS
