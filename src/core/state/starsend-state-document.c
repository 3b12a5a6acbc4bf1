/* starsend-state-document.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-state-document.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include "starsend-error.h"
#include "starsend-files.h"

#define MAX_SIZE (512 * 1024 * 1024)

/* Another program may be in the middle of writing in place when we look. */
#define READ_ATTEMPTS 5
#define READ_PAUSE_US 20000

/* What tells one version of a file from another without reading it. */
typedef struct
{
  gboolean exists;
  dev_t device;
  ino_t inode;
  off_t size;
  struct timespec modified;
  struct timespec changed;
} Stamp;

struct _StarsendStateDocument
{
  gatomicrefcount ref_count;
  char *path;
  char *section;
  const StarsendStateDocumentClass *class;
  gconstpointer class_data;
  gboolean read_only;

  StarsendRawObject *root;
  StarsendRawObject *records;
  GHashTable *values; /* name -> value of the class */
  gsize rendered_size;
  Stamp stamp;
};

/* News */

static void
change_free (gpointer data)
{
  StarsendStateChange *change = data;

  change->unref (change->value);
  g_free (change->name);
  g_free (change);
}

StarsendStateNews *
starsend_state_news_new (void)
{
  StarsendStateNews *self = g_new0 (StarsendStateNews, 1);

  self->changes = g_ptr_array_new_with_free_func (change_free);
  return self;
}

void
starsend_state_news_free (StarsendStateNews *self)
{
  g_ptr_array_unref (self->changes);
  g_strfreev (self->names);
  g_free (self->damage);
  g_free (self);
}

static StarsendStateChange *
news_add_change (StarsendStateNews *news,
                 StarsendStateDocument *document,
                 const char *name,
                 gpointer value,
                 gboolean outside)
{
  StarsendStateChange *change = g_new0 (StarsendStateChange, 1);

  change->name = g_strdup (name);
  change->value = document->class->ref (value);
  change->outside = outside;
  change->unref = document->class->unref;
  g_ptr_array_add (news->changes, change);
  return change;
}

static void
news_add_damage (StarsendStateNews *news, const char *sentence)
{
  char *all = news->damage != NULL ? g_strconcat (news->damage, " ", sentence, NULL) : g_strdup (sentence);

  g_free (news->damage);
  news->damage = all;
}

static void
news_set_names (StarsendStateNews *news, StarsendStateDocument *document)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < starsend_raw_object_get_length (document->records); i++)
    {
      const char *name = starsend_raw_object_get_name (document->records, i);

      if (name != NULL && g_hash_table_add (seen, (gpointer) name))
        g_ptr_array_add (names, g_strdup (name));
    }
  g_ptr_array_add (names, NULL);
  g_strfreev (news->names);
  news->names = (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

/* What a text holds */

typedef struct
{
  StarsendRawObject *root;
  StarsendRawObject *records;
  GHashTable *values;
} Content;

static void
content_clear (Content *content)
{
  g_clear_pointer (&content->root, starsend_raw_object_free);
  g_clear_pointer (&content->records, starsend_raw_object_free);
  g_clear_pointer (&content->values, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Content, content_clear)

static gboolean
check_shape (StarsendStateDocument *self, StarsendJson *json, const StarsendJsonNode *section, GError **error)
{
  if (section != NULL && starsend_json_node_get_kind (section) != STARSEND_JSON_OBJECT)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED, _("“%s” is not an object"), self->section);
      return FALSE;
    }
  for (const StarsendJsonNode *record = section != NULL ? starsend_json_node_get_first_child (section) : NULL;
       record != NULL; record = starsend_json_node_get_next (record))
    if (starsend_json_node_get_kind (record) != STARSEND_JSON_OBJECT)
      {
        guint line = 0, column = 0;

        starsend_json_get_position (json, record, &line, &column);
        g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED, _("line %u, column %u: “%s” is not an object"),
                     line, column, starsend_json_node_get_name (record, NULL));
        return FALSE;
      }
  return TRUE;
}

static void
parse_records (StarsendStateDocument *self, const StarsendJsonNode *section, Content *content, GString *damage)
{
  for (const StarsendJsonNode *record = section != NULL ? starsend_json_node_get_first_child (section) : NULL;
       record != NULL; record = starsend_json_node_get_next (record))
    {
      gsize length = 0;
      const char *name = starsend_json_node_get_name (record, &length);

      if (strlen (name) == length)
        g_hash_table_replace (content->values, g_strdup (name),
                              self->class->parse (record, name, self->class_data, damage));
    }
}

/* Takes a whole text apart, or says why it is damaged. */
static gboolean
parse_content (StarsendStateDocument *self, GBytes *bytes, Content *content, GString *damage, GError **error)
{
  g_autoptr (StarsendJson) json = starsend_json_new (bytes, MAX_SIZE, error);
  const StarsendJsonNode *root, *section;

  if (json == NULL)
    return FALSE;
  root = starsend_json_get_root (json);
  if (starsend_json_node_get_kind (root) != STARSEND_JSON_OBJECT)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED, _("it is not an object"));
      return FALSE;
    }
  section = starsend_json_node_get_member (root, self->section);
  if (!check_shape (self, json, section, error))
    return FALSE;
  if (self->class->check_root != NULL && !self->class->check_root (root, self->class_data, damage, error))
    return FALSE;

  content->root = starsend_raw_object_new_from_node (json, root);
  content->records = section != NULL ? starsend_raw_object_new_from_node (json, section) : starsend_raw_object_new ();
  content->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, self->class->unref);
  parse_records (self, section, content, damage);
  return TRUE;
}

static void
adopt_content (StarsendStateDocument *self, Content *content)
{
  Content old = { self->root, self->records, self->values };

  self->root = g_steal_pointer (&content->root);
  self->records = g_steal_pointer (&content->records);
  self->values = g_steal_pointer (&content->values);
  content_clear (&old);
}

static gpointer
dup_value (StarsendStateDocument *self, const char *name)
{
  gpointer value = g_hash_table_lookup (self->values, name);

  return value != NULL ? self->class->ref (value) : self->class->parse (NULL, name, self->class_data, NULL);
}

/* Tells which records differ between what we knew and what the file says now. */
static void
compare_content (StarsendStateDocument *self, Content *fresh, StarsendStateNews *news)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, fresh->values);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      gpointer old = dup_value (self, name);

      if (!self->class->equal (old, value))
        news_add_change (news, self, name, value, TRUE);
      self->class->unref (old);
    }

  g_hash_table_iter_init (&iter, self->values);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if (!g_hash_table_contains (fresh->values, name))
      {
        gpointer none = self->class->parse (NULL, name, self->class_data, NULL);

        if (!self->class->equal (value, none))
          news_add_change (news, self, name, none, TRUE);
        self->class->unref (none);
      }
}

/* The disk */

static gboolean
read_stamp (const char *path, Stamp *stamp, GError **error)
{
  struct stat st;

  memset (stamp, 0, sizeof *stamp);
  if (stat (path, &st) != 0)
    {
      if (errno == ENOENT)
        return TRUE;
      starsend_set_errno_error (error, errno, _("“%s” cannot be read"), path);
      return FALSE;
    }
  stamp->exists = TRUE;
  stamp->device = st.st_dev;
  stamp->inode = st.st_ino;
  stamp->size = st.st_size;
  stamp->modified = st.st_mtim;
  stamp->changed = st.st_ctim;
  return TRUE;
}

static gboolean
stamps_equal (const Stamp *a, const Stamp *b)
{
  return a->exists == b->exists && a->device == b->device && a->inode == b->inode && a->size == b->size &&
         a->modified.tv_sec == b->modified.tv_sec && a->modified.tv_nsec == b->modified.tv_nsec &&
         a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

typedef enum
{
  READ_MISSING,
  READ_GOOD,
  READ_DAMAGED,
  READ_FAILED,
} ReadResult;

static ReadResult
read_once (StarsendStateDocument *self, Content *content, Stamp *stamp, GString *damage, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!read_stamp (self->path, stamp, error))
    return READ_FAILED;
  if (!stamp->exists)
    return READ_MISSING;
  bytes = starsend_files_read (self->path, MAX_SIZE, &local_error);
  if (bytes == NULL)
    {
      if (g_error_matches (local_error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND))
        return READ_MISSING;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return READ_FAILED;
    }
  g_string_truncate (damage, 0);
  return parse_content (self, bytes, content, damage, error) ? READ_GOOD : READ_DAMAGED;
}

/* Reads until the same version of the file stood there before and after; before one is called damaged, it has to stand
 * still for a moment. */
static ReadResult
read_content (StarsendStateDocument *self, Content *content, Stamp *stamp, GString *damage, GError **error)
{
  ReadResult result = READ_FAILED;

  for (guint i = 0; i < READ_ATTEMPTS; i++)
    {
      Stamp after;

      g_clear_error (error);
      content_clear (content);
      result = read_once (self, content, stamp, damage, error);
      if (result == READ_FAILED)
        break;
      if (result == READ_DAMAGED)
        g_usleep (READ_PAUSE_US);
      if (!read_stamp (self->path, &after, NULL) || stamps_equal (stamp, &after))
        break;
    }
  return result;
}

static char *
render (StarsendStateDocument *self)
{
  GString *out = g_string_sized_new (self->rendered_size + 1024);
  g_autoptr (GString) section = g_string_sized_new (self->rendered_size + 1024);

  starsend_raw_object_render (self->records, 1, section);
  starsend_raw_object_set (self->root, self->section, section->str);
  starsend_raw_object_render (self->root, 0, out);
  g_string_append_c (out, '\n');
  self->rendered_size = out->len;
  return g_string_free (out, FALSE);
}

static gboolean
write_content (StarsendStateDocument *self, GError **error)
{
  g_autofree char *text = render (self);

  if (!starsend_files_replace (self->path, text, self->rendered_size, error))
    return FALSE;
  if (!read_stamp (self->path, &self->stamp, NULL))
    self->stamp = (Stamp){ 0 };
  return TRUE;
}

/* Puts a damaged file out of the way and says so. */
static gboolean
set_aside (StarsendStateDocument *self, const GError *reason, StarsendStateNews *news, GError **error)
{
  g_autofree char *aside = NULL;
  g_autofree char *sentence = NULL;

  if (self->read_only)
    {
      sentence = g_strdup_printf (_("“%s” is damaged (%s) and was left as it is."), self->path, reason->message);
      news_add_damage (news, sentence);
      return TRUE;
    }
  aside = starsend_files_set_aside (self->path, error);
  if (aside == NULL)
    return FALSE;
  sentence =
      g_strdup_printf (_("“%s” was damaged (%s) and has been set aside as “%s”."), self->path, reason->message, aside);
  news_add_damage (news, sentence);
  return TRUE;
}

static void
start_empty (StarsendStateDocument *self)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (self->class->template, strlen (self->class->template));
  g_auto (Content) content = { 0 };
  g_autoptr (GString) damage = g_string_new (NULL);

  if (!parse_content (self, bytes, &content, damage, NULL))
    g_assert_not_reached ();
  adopt_content (self, &content);
}

/* API */

StarsendStateDocument *
starsend_state_document_open (const char *path,
                              const char *section,
                              const StarsendStateDocumentClass *class,
                              gconstpointer class_data,
                              gboolean read_only,
                              StarsendStateNews *news,
                              GError **error)
{
  g_autoptr (StarsendStateDocument) self = g_new0 (StarsendStateDocument, 1);
  g_auto (Content) content = { 0 };
  g_autoptr (GString) damage = g_string_new (NULL);
  g_autoptr (GError) local_error = NULL;

  g_atomic_ref_count_init (&self->ref_count);
  self->path = g_strdup (path);
  self->section = g_strdup (section);
  self->class = class;
  self->class_data = class_data;
  self->read_only = read_only;

  switch (read_content (self, &content, &self->stamp, damage, &local_error))
    {
    case READ_GOOD:
      adopt_content (self, &content);
      if (damage->len > 0)
        news_add_damage (news, damage->str);
      break;
    case READ_DAMAGED:
      if (!set_aside (self, local_error, news, error))
        return NULL;
      if (!read_only)
        self->stamp = (Stamp){ 0 };
      start_empty (self);
      break;
    case READ_MISSING:
      start_empty (self);
      break;
    default:
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  news_set_names (news, self);
  for (guint i = 0; news->names[i] != NULL; i++)
    news_add_change (news, self, news->names[i], g_hash_table_lookup (self->values, news->names[i]), FALSE);
  return g_steal_pointer (&self);
}

StarsendStateDocument *
starsend_state_document_ref (StarsendStateDocument *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
starsend_state_document_unref (StarsendStateDocument *self)
{
  Content content = { self->root, self->records, self->values };

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  content_clear (&content);
  g_free (self->path);
  g_free (self->section);
  g_free (self);
}

/* Gives the root a text that it does not have yet; written with the next change. To be called before any job runs. */
void
starsend_state_document_set_default (StarsendStateDocument *self, const char *name, const char *value)
{
  if (starsend_raw_object_lookup (self->root, name) == NULL)
    starsend_raw_object_set_string (self->root, name, value);
}

/* A file that is damaged while we hold its content is written again from that at once: it must not be missing if the
 * program ends now. One that was removed comes back with the next change, in case somebody is moving folders about. */
static gboolean
handle_damaged (StarsendStateDocument *self, const GError *reason, StarsendStateNews *news, GError **error)
{
  if (!set_aside (self, reason, news, error))
    return FALSE;
  if (self->read_only)
    return TRUE;
  self->stamp = (Stamp){ 0 };
  return write_content (self, error);
}

static void
handle_missing (StarsendStateDocument *self, StarsendStateNews *news)
{
  g_autofree char *sentence = NULL;

  sentence = g_strdup_printf (_("“%s” was removed by another program; the next change writes it again."), self->path);
  news_add_damage (news, sentence);
}

/* Looks whether another program has changed the file since we last read or wrote it. */
gboolean
starsend_state_document_refresh (StarsendStateDocument *self, StarsendStateNews *news, GError **error)
{
  g_auto (Content) fresh = { 0 };
  g_autoptr (GString) damage = g_string_new (NULL);
  g_autoptr (GError) local_error = NULL;
  Stamp stamp;
  gboolean existed = self->stamp.exists;

  if (!read_stamp (self->path, &stamp, error))
    return FALSE;
  if (stamps_equal (&stamp, &self->stamp))
    return TRUE;

  switch (read_content (self, &fresh, &stamp, damage, &local_error))
    {
    case READ_GOOD:
      self->stamp = stamp;
      compare_content (self, &fresh, news);
      adopt_content (self, &fresh);
      news_set_names (news, self);
      if (damage->len > 0)
        news_add_damage (news, damage->str);
      return TRUE;
    case READ_DAMAGED:
      self->stamp = stamp;
      return handle_damaged (self, local_error, news, error);
    case READ_MISSING:
      self->stamp = stamp;
      if (existed)
        handle_missing (self, news);
      return TRUE;
    default:
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
}

/* The value of a changed record, which also proves that what is about to be written can be read again. */
static gpointer
parse_record (StarsendStateDocument *self, const char *name, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (StarsendJson) json = starsend_json_new (bytes, MAX_SIZE, error);
  g_autoptr (GString) damage = g_string_new (NULL);

  if (json == NULL)
    return NULL;
  return self->class->parse (starsend_json_get_root (json), name, self->class_data, damage);
}

static void
restore_record (StarsendStateDocument *self, const char *name, const char *old)
{
  if (old != NULL)
    starsend_raw_object_set (self->records, name, old);
  else
    starsend_raw_object_remove (self->records, name);
}

/* Lays one change over what the file says at this moment and writes it; on failure, all is as it was. */
gboolean
starsend_state_document_change (StarsendStateDocument *self,
                                const char *name,
                                StarsendStateEdit edit,
                                gpointer data,
                                StarsendStateNews *news,
                                GError **error)
{
  g_autoptr (StarsendRawObject) record = NULL;
  g_autofree char *old = NULL;
  g_autofree char *text = NULL;
  g_autofree char *before = NULL;
  gpointer value;
  gboolean allowed;

  if (!starsend_state_document_refresh (self, news, error))
    return FALSE;

  old = g_strdup (starsend_raw_object_lookup (self->records, name));
  record = old != NULL ? starsend_raw_object_new_from_text (old, error) : starsend_raw_object_new ();
  if (record == NULL)
    return FALSE;
  before = starsend_raw_object_to_text (record, 2);
  value = dup_value (self, name);
  allowed = edit (value, record, data, error);
  self->class->unref (value);
  if (!allowed)
    return FALSE;
  text = starsend_raw_object_to_text (record, 2);
  if (old != NULL && strcmp (text, before) == 0)
    return TRUE;

  value = parse_record (self, name, text, error);
  if (value == NULL)
    return FALSE;
  starsend_raw_object_set (self->records, name, text);
  if (!write_content (self, error))
    {
      restore_record (self, name, old);
      self->class->unref (value);
      return FALSE;
    }
  news_add_change (news, self, name, value, FALSE)->added = old == NULL;
  g_hash_table_replace (self->values, g_strdup (name), value);
  if (news->names != NULL)
    news_set_names (news, self);
  return TRUE;
}
