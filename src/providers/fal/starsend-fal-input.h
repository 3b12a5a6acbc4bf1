/* starsend-fal-input.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-model.h"

G_BEGIN_DECLS

/* The body of a job: what the route lists, filled from the request, and nothing else. */

/* The pictures that have to be uploaded first, each once: absolute paths. (transfer full) */
char **starsend_fal_input_dup_pictures (StarsendModelRoute *route, StarsendRequest *request);
/* @addresses: path → address, for all of them. (transfer full) */
JsonNode *starsend_fal_input_build (StarsendModel *model, StarsendModelRoute *route, StarsendRequest *request, GHashTable *addresses);
/* What is ordered, in the units that a take or a grid is billed by: seconds or pictures. */
double starsend_fal_input_get_units (StarsendModel *model, StarsendRequest *request);

G_END_DECLS
