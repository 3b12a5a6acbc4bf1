/* starsend-json-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-json.h"
#include "../starsend-error.h"

/* A document is two blocks: a private copy of the text, in which strings are decoded where they stand and end in
 * NUL, and the nodes in the order of the text. So every node knows its place in the source at no cost, the first
 * child is the next node, and the next sibling is a distance. */
struct _StarsendJsonNode
{
  const char *name;
  const char *text;
  guint32 name_length;
  guint32 length; /* bytes of a string, bytes of a number as written, children of a container */
  guint32 next;   /* distance to the next sibling, 0 for the last */
  guint32 kind;
};

G_STATIC_ASSERT (GLIB_SIZEOF_VOID_P != 8 || sizeof (StarsendJsonNode) == 32);

/* 4.0 is an integer for get_integer(), but not written as one. */
gboolean starsend_json_node_is_written_as_integer (const StarsendJsonNode *node);
