/* starsend-json-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-json.h"
#include "../starsend-error.h"

/* 4.0 is an integer for get_integer(), but not written as one. */
gboolean starsend_json_node_is_written_as_integer (const StarsendJsonNode *node);
