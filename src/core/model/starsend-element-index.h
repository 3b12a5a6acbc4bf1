/* starsend-element-index.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The ids of elements, for finding them by name and in prompts, where "@blue_car" names one. */

typedef struct _StarsendElementIndex StarsendElementIndex;

/* Borrows the ids, which must not be empty. Of equal ids the first one is found. */
StarsendElementIndex *starsend_element_index_new (const char *const *ids, guint n_ids);
void starsend_element_index_free (StarsendElementIndex *self);
/* The place of an id, or -1. */
int starsend_element_index_lookup (StarsendElementIndex *self, const char *id);
/* Finds the next "@…" from @text on: it ends where the longest known id ends, or else the word. What follows a letter
 * of a Latin word is an e-mail address, not a name. FALSE when there is none; @element is -1 when it names nothing. */
gboolean starsend_element_index_next_mention (StarsendElementIndex *self, const char *text, const char *from,
                                              const char **start, const char **end, int *element);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendElementIndex, starsend_element_index_free)

G_END_DECLS
