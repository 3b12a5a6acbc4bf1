/* starsend-element.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_ELEMENT (starsend_element_get_type ())
/* A person or thing with reference pictures, as planned; paths are relative to the project and not checked against the disk here. */
G_DECLARE_FINAL_TYPE (StarsendElement, starsend_element, STARSEND, ELEMENT, GObject)

const char *starsend_element_get_id (StarsendElement *self);
const char *starsend_element_get_name (StarsendElement *self);
const char *starsend_element_get_kind (StarsendElement *self);                 /* the plan's "type" */
const char *starsend_element_get_description (StarsendElement *self);
const char *starsend_element_get_frontal (StarsendElement *self);
const char *const *starsend_element_get_references (StarsendElement *self);

G_END_DECLS
