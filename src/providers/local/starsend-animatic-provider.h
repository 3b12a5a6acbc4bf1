/* starsend-animatic-provider.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-provider.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_ANIMATIC_PROVIDER (starsend_animatic_provider_get_type ())
/* The video model `animatic`: free, no network; the result is the animatic that a client is shown first. */
G_DECLARE_FINAL_TYPE (StarsendAnimaticProvider, starsend_animatic_provider, STARSEND, ANIMATIC_PROVIDER, StarsendProvider)

StarsendProvider *starsend_animatic_provider_new (void);

G_END_DECLS
