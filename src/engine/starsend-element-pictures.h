/* starsend-element-pictures.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_ELEMENT_PICTURES (starsend_element_pictures_get_type ())

/* An element resolved to picture files: absolute paths that were there when it was made. Immutable. */
G_DECLARE_FINAL_TYPE (StarsendElementPictures, starsend_element_pictures, STARSEND, ELEMENT_PICTURES, GObject)

StarsendElementPictures *starsend_element_pictures_new (const char *element_id, const char *name, const char *description,
                                                        const char *frontal, const char *const *references);
const char *starsend_element_pictures_get_element_id (StarsendElementPictures *self);
const char *starsend_element_pictures_get_name (StarsendElementPictures *self);
const char *starsend_element_pictures_get_description (StarsendElementPictures *self);
const char *starsend_element_pictures_get_frontal (StarsendElementPictures *self);       /* nullable: no picture, only words */
const char *const *starsend_element_pictures_get_references (StarsendElementPictures *self);
/* Whether there is a picture at all. */
gboolean starsend_element_pictures_has_picture (StarsendElementPictures *self);

G_END_DECLS
