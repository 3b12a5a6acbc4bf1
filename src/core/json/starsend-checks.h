/* starsend-checks.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What critics write: figures, and "warnings", sentences for the user. Takes @sentence. */
void starsend_checks_take_warning (JsonObject *checks, char *sentence);
/* How many there are. */
guint starsend_checks_count_warnings (JsonObject *checks);
/* What "checks" of a sidecar says, in words for the user; nothing in it is taken on trust. (transfer full) */
char **starsend_checks_dup_warnings (JsonNode *checks);

G_END_DECLS
