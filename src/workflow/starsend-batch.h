/* starsend-batch.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The name that the engine files a sequence's runs under: "EP001_SEQ04". The one place where it is made and read. */
char *starsend_batch_id (const char *episode, const char *sequence_id);
/* The sequence id inside a batch id, or NULL when it is of another episode. Points into @batch_id. */
const char *starsend_batch_get_sequence (const char *episode, const char *batch_id);

G_END_DECLS
