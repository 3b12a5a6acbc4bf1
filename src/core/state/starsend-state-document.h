/* starsend-state-document.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-raw-object.h"

G_BEGIN_DECLS

/* What sequence_state.json and execution_store.json share: an object that holds one section of ours, which holds
 * records; each record keeps its exact text until it is changed. Private to this room.
 *
 * A document is made on any thread and from then on touched by the jobs of one file queue alone, which run in order
 * on one thread; the main thread sees only news and the immutable, atomically counted values in them. */
typedef struct _StarsendStateDocument StarsendStateDocument;

typedef struct
{
  /* The whole file while it does not exist. */
  const char *template;
  /* Says what of the root is not understood; FALSE means that the file cannot be worked with. Optional. */
  gboolean (*check_root) (const StarsendJsonNode *root, gconstpointer data, GString *damage, GError **error);
  /* The value of a record: atomically counted and immutable. @record is an object, or NULL for one that is not there. */
  gpointer (*parse) (const StarsendJsonNode *record, const char *name, gconstpointer data, GString *damage);
  gboolean (*equal) (gconstpointer a, gconstpointer b);
  gpointer (*ref) (gpointer value);
  GDestroyNotify unref;
} StarsendStateDocumentClass;

typedef struct
{
  char *name;
  gpointer value;
  gboolean outside;  /* changed by another program */
  gboolean added;    /* stands at the end of the names now */
  GDestroyNotify unref;
} StarsendStateChange;

/* What a job found and did, for the main thread to tell. */
typedef struct
{
  GPtrArray *changes;  /* of StarsendStateChange */
  char **names;        /* the records in order; NULL when they are as before, but for a new one at the end */
  char *damage;        /* a sentence for the user, or NULL */
} StarsendStateNews;

/* Changes @record, whose value is @value. */
typedef gboolean (*StarsendStateEdit) (gconstpointer value, StarsendRawObject *record, gpointer data, GError **error);

StarsendStateNews *starsend_state_news_new (void);
void starsend_state_news_free (StarsendStateNews *self);

StarsendStateDocument *starsend_state_document_open (const char *path, const char *section, const StarsendStateDocumentClass *class,
                                                     gconstpointer class_data, gboolean read_only, StarsendStateNews *news, GError **error);
StarsendStateDocument *starsend_state_document_ref (StarsendStateDocument *self);
void starsend_state_document_unref (StarsendStateDocument *self);
void starsend_state_document_set_default (StarsendStateDocument *self, const char *name, const char *value);
gboolean starsend_state_document_refresh (StarsendStateDocument *self, StarsendStateNews *news, GError **error);
gboolean starsend_state_document_change (StarsendStateDocument *self, const char *name, StarsendStateEdit edit, gpointer data,
                                         StarsendStateNews *news, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendStateNews, starsend_state_news_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendStateDocument, starsend_state_document_unref)

G_END_DECLS
