/* starsend-sketch-provider.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-provider.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_SKETCH_PROVIDER (starsend_sketch_provider_get_type ())
/* The grid model `sketch`: free, no network; four storyboard compositions (wide, medium, close, from above) drawn from the
 * prompt and the elements, at the project's aspect ratio. */
G_DECLARE_FINAL_TYPE (StarsendSketchProvider, starsend_sketch_provider, STARSEND, SKETCH_PROVIDER, StarsendProvider)

StarsendProvider *starsend_sketch_provider_new (void);

G_END_DECLS
