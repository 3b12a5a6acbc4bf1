/* starsend-raw-object.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-json.h"

G_BEGIN_DECLS

/* A JSON object as ordered members whose names and values keep their exact text. Private to this room. */
typedef struct _StarsendRawObject StarsendRawObject;

StarsendRawObject *starsend_raw_object_new (void);
StarsendRawObject *starsend_raw_object_new_from_node (StarsendJson *json, const StarsendJsonNode *object);
StarsendRawObject *starsend_raw_object_new_from_text (const char *text, GError **error);
void starsend_raw_object_free (StarsendRawObject *self);
guint starsend_raw_object_get_length (StarsendRawObject *self);
const char *starsend_raw_object_get_name (StarsendRawObject *self, guint index);
const char *starsend_raw_object_lookup (StarsendRawObject *self, const char *name);
void starsend_raw_object_set (StarsendRawObject *self, const char *name, const char *raw_value);
void starsend_raw_object_set_string (StarsendRawObject *self, const char *name, const char *value);
void starsend_raw_object_set_uint (StarsendRawObject *self, const char *name, guint value);
void starsend_raw_object_set_boolean (StarsendRawObject *self, const char *name, gboolean value);
void starsend_raw_object_remove (StarsendRawObject *self, const char *name);
void starsend_raw_object_render (StarsendRawObject *self, guint depth, GString *out);
char *starsend_raw_object_to_text (StarsendRawObject *self, guint depth);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendRawObject, starsend_raw_object_free)

G_END_DECLS
