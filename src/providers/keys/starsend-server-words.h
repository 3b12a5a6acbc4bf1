/* starsend-server-words.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What a server says is not to be trusted with the screen, a log or the sidecar: here it is made fit for them. */

/* One line of at most @max_characters, without control characters and without @secret (nullable). */
char *starsend_server_words_clean (const char *text, guint max_characters, const char *secret);
/* @text without @secret, and else as it was. */
char *starsend_server_words_scrub (const char *text, const char *secret);
/* The same for every string of a tree; "file_data" and data: addresses go, and long texts are cut. */
JsonNode *starsend_server_words_prune (JsonNode *tree, const char *secret);

G_END_DECLS
