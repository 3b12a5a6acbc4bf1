/* starsend-element-resolution.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "starsend-element-pictures.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_ELEMENT_RESOLUTION (starsend_element_resolution_get_type ())

/* What became of the elements of a sequence: the pictures that are there, and a sentence for each one that is not. */
G_DECLARE_FINAL_TYPE (StarsendElementResolution, starsend_element_resolution, STARSEND, ELEMENT_RESOLUTION, GObject)

StarsendElementResolution *starsend_element_resolution_new (void);
void starsend_element_resolution_add (StarsendElementResolution *self, StarsendElementPictures *pictures);
void starsend_element_resolution_add_problem (StarsendElementResolution *self, const char *sentence);
GListModel *starsend_element_resolution_get_elements (StarsendElementResolution *self);
gboolean starsend_element_resolution_is_complete (StarsendElementResolution *self);
char **starsend_element_resolution_dup_problems (StarsendElementResolution *self);

G_END_DECLS
