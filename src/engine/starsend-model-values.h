/* starsend-model-values.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-json.h"

G_BEGIN_DECLS

/* Members of a model's description, read strictly: a slip in a price or a limit must not pass for something else.
 * The readers leave *value alone when the member is missing, and fail with INVALID_INPUT when it is of another kind. */

/* Refuses members that are not in @known. */
gboolean starsend_model_values_check (const StarsendJsonNode *object, const char *const *known, GError **error);
gboolean starsend_model_values_read_string (const StarsendJsonNode *object, const char *name, char **value, GError **error);
gboolean starsend_model_values_read_number (const StarsendJsonNode *object, const char *name, double minimum, double maximum, double *value, GError **error);
gboolean starsend_model_values_read_integer (const StarsendJsonNode *object, const char *name, gint64 maximum, gint64 *value, GError **error);
/* Always FALSE. @allowed is a whole description: "a number from 0 to 5". */
gboolean starsend_model_values_refuse (const StarsendJsonNode *node, const char *name, const char *allowed, GError **error);

G_END_DECLS
