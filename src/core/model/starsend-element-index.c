/* starsend-element-index.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-element-index.h"

#include <string.h>

typedef struct
{
  const char *id;
  gsize length;
  int element;
  int parent; /* the longest other id that this one begins with */
} Entry;

struct _StarsendElementIndex
{
  Entry *entries;
  int n_entries;
};

static int
compare_entries (const void *a, const void *b)
{
  const Entry *first = a;
  const Entry *second = b;
  int order = strcmp (first->id, second->id);

  return order ? order : first->element - second->element;
}

static gboolean
begins_with (const char *text, const Entry *entry)
{
  return strncmp (text, entry->id, entry->length) == 0;
}

static void
link_parents (StarsendElementIndex *self)
{
  for (int i = 0; i < self->n_entries; i++)
    {
      int parent = i - 1;

      while (parent >= 0 && !begins_with (self->entries[i].id, &self->entries[parent]))
        parent = self->entries[parent].parent;
      self->entries[i].parent = parent;
    }
}

StarsendElementIndex *
starsend_element_index_new (const char *const *ids, guint n_ids)
{
  StarsendElementIndex *self = g_new0 (StarsendElementIndex, 1);
  int n_unique = 0;

  self->entries = g_new0 (Entry, n_ids + 1);
  for (guint i = 0; i < n_ids; i++)
    self->entries[i] = (Entry){ .id = ids[i], .length = strlen (ids[i]), .element = (int) i };
  qsort (self->entries, n_ids, sizeof (Entry), compare_entries);
  for (guint i = 0; i < n_ids; i++)
    if (n_unique == 0 || strcmp (self->entries[n_unique - 1].id, self->entries[i].id) != 0)
      self->entries[n_unique++] = self->entries[i];
  self->n_entries = n_unique;
  link_parents (self);
  return self;
}

void
starsend_element_index_free (StarsendElementIndex *self)
{
  g_free (self->entries);
  g_free (self);
}

/* The last id that sorts before @text or is equal to it, or -1. */
static int
find_floor (StarsendElementIndex *self, const char *text)
{
  int low = 0;
  int high = self->n_entries;

  while (low < high)
    {
      int middle = low + (high - low) / 2;

      if (strcmp (self->entries[middle].id, text) <= 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low - 1;
}

int
starsend_element_index_lookup (StarsendElementIndex *self, const char *id)
{
  int found = find_floor (self, id);

  return found >= 0 && strcmp (self->entries[found].id, id) == 0 ? self->entries[found].element : -1;
}

static gboolean
is_latin (char character)
{
  return g_ascii_isalnum (character) || character == '_';
}

/* "@cars" does not name "car", but languages that do not part words with spaces can go on behind a name. */
static gboolean
ends_word (const char *text, gsize length)
{
  return !is_latin (text[length - 1]) || !is_latin (text[length]);
}

/* Every id that @text begins with is the floor of @text or one of its parents. */
static const Entry *
match (StarsendElementIndex *self, const char *text)
{
  for (int i = find_floor (self, text); i >= 0; i = self->entries[i].parent)
    if (begins_with (text, &self->entries[i]) && ends_word (text, self->entries[i].length))
      return &self->entries[i];
  return NULL;
}

static const char *
skip_word (const char *at)
{
  for (;; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      if (!g_unichar_isalnum (character) && !g_unichar_ismark (character) && character != '_' && character != '-')
        return at;
    }
}

gboolean
starsend_element_index_next_mention (StarsendElementIndex *self,
                                     const char *text,
                                     const char *from,
                                     const char **start,
                                     const char **end,
                                     int *element)
{
  for (const char *at = strchr (from, '@'); at; at = strchr (at + 1, '@'))
    {
      const Entry *entry;

      if (at > text && is_latin (at[-1]))
        continue;
      entry = match (self, at + 1);
      *start = at;
      *end = entry ? at + 1 + entry->length : skip_word (at + 1);
      *element = entry ? entry->element : -1;
      if (entry)
        return TRUE;
      /* Behind other letters it is a name only when it is a known one: addresses have all kinds of letters. */
      if (*end > at + 1 && (at == text || !(at[-1] & 0x80)))
        return TRUE;
    }
  return FALSE;
}
