/* starsend-media-joiner.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-joiner.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_MEDIA_JOINER (starsend_media_joiner_get_type ())

/* Chains and joins the parts of a take with what reads and writes video here. */
G_DECLARE_FINAL_TYPE (StarsendMediaJoiner, starsend_media_joiner, STARSEND, MEDIA_JOINER, StarsendJoiner)

StarsendJoiner *starsend_media_joiner_new (void);

G_END_DECLS
