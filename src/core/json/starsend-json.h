/* starsend-json.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A strict RFC 8259 reader: one pass over the text, no recursion, a tree of small nodes in one arena.
 * Size, depth and strictness are checked here before any other library sees a byte from outside. */

#define STARSEND_JSON_MAX_DEPTH 64

typedef struct _StarsendJson StarsendJson;
typedef struct _StarsendJsonNode StarsendJsonNode;

typedef enum
{
  STARSEND_JSON_NULL,
  STARSEND_JSON_BOOLEAN,
  STARSEND_JSON_NUMBER,
  STARSEND_JSON_STRING,
  STARSEND_JSON_ARRAY,
  STARSEND_JSON_OBJECT,
} StarsendJsonKind;

/* Errors are STARSEND_ERROR_INVALID_INPUT, "line L, column C: what was found". The source is kept and never changed. */
StarsendJson *starsend_json_new (GBytes *source, gsize max_size, GError **error);
StarsendJson *starsend_json_ref (StarsendJson *self);
void starsend_json_unref (StarsendJson *self);
const StarsendJsonNode *starsend_json_get_root (StarsendJson *self);
/* The exact text of a value as it stood in the source. */
char *starsend_json_dup_raw (StarsendJson *self, const StarsendJsonNode *node, gsize *length);
void starsend_json_get_position (StarsendJson *self, const StarsendJsonNode *node, guint *line, guint *column);

StarsendJsonKind starsend_json_node_get_kind (const StarsendJsonNode *node);
/* NUL-terminated, decoded; owned by the document. @length is optional; a decoded U+0000 makes it longer than strlen(). */
const char *starsend_json_node_get_string (const StarsendJsonNode *node, gsize *length);
gboolean starsend_json_node_get_boolean (const StarsendJsonNode *node);
double starsend_json_node_get_number (const StarsendJsonNode *node);
/* FALSE when the number is no integer that gint64 holds exactly. */
gboolean starsend_json_node_get_integer (const StarsendJsonNode *node, gint64 *value);
guint starsend_json_node_get_length (const StarsendJsonNode *node);
const StarsendJsonNode *starsend_json_node_get_first_child (const StarsendJsonNode *node);
const StarsendJsonNode *starsend_json_node_get_next (const StarsendJsonNode *node);
/* The member name of a child of an object. */
const char *starsend_json_node_get_name (const StarsendJsonNode *node, gsize *length);
/* NULL when there is none; the last one when a name stands twice (as the common readers do). NULL-safe on @object. */
const StarsendJsonNode *starsend_json_node_get_member (const StarsendJsonNode *object, const char *name);
/* Shorthands that give NULL / fallback when the member is missing or of another kind. */
const char *starsend_json_node_get_string_member (const StarsendJsonNode *object, const char *name);
gint64 starsend_json_node_get_integer_member (const StarsendJsonNode *object, const char *name, gint64 fallback);
double starsend_json_node_get_number_member (const StarsendJsonNode *object, const char *name, double fallback);
gboolean starsend_json_node_get_boolean_member (const StarsendJsonNode *object, const char *name, gboolean fallback);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendJson, starsend_json_unref)

/* The guard for json-glib: the strict reader passes the text first, then the tree is built (by us, not by its parser). */
JsonNode *starsend_json_parse_to_tree (GBytes *source, gsize max_size, GError **error);
JsonNode *starsend_json_node_to_tree (const StarsendJsonNode *node);

/* How everything of ours is written: doubles in the shortest form that reads back the same, UTF-8 as it is,
 * members in their order; @pretty indents by two spaces and ends with a newline. */
char *starsend_json_render (JsonNode *tree, gboolean pretty);
void starsend_json_append_string (GString *out, const char *text);
void starsend_json_append_number (GString *out, double number);

G_END_DECLS
