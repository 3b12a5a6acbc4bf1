/* starsend-gemini-words.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-json.h"

G_BEGIN_DECLS

/* A member by its name in camel case, or in snake case as some gateways write it. NULL where there is none, or null. */
const StarsendJsonNode *starsend_gemini_member (const StarsendJsonNode *object, const char *name);
const char *starsend_gemini_string_member (const StarsendJsonNode *object, const char *name);
/* A server's words for a message: one line, of bounded length, without @secret (nullable). (nullable): NULL for none. (transfer full) */
char *starsend_gemini_line (const char *text, const char *secret);

G_END_DECLS
