/* starsend-fal-uploads.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-fal-uploads.h"

#include <glib/gstdio.h>
#include <string.h>

#include "starsend-files.h"
#include "starsend-json.h"

#define MAX_FILE (4 * 1024 * 1024)
#define MAX_ENTRIES 4096
#define LIFETIME (24 * 60 * 60)

typedef struct
{
  char *base;
  char *digest;
  char *url;
  gint64 uploaded; /* seconds since 1970 */
} Entry;

struct _StarsendFalUploads
{
  gatomicrefcount ref_count;
  char *path;

  /* Held for as long as the file is read or written, and never on the main thread. */
  GMutex disk;
  gboolean is_loaded;

  /* Held for a moment. */
  GMutex lock;
  GHashTable *entries; /* "BASE DIGEST" → Entry */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->base);
  g_free (entry->digest);
  g_free (entry->url);
  g_free (entry);
}

static char *
make_name (const char *base, const char *digest)
{
  return g_strconcat (base, " ", digest, NULL);
}

static gint64
get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

/* One from the future was written under a clock that was wrong. */
static gboolean
is_fresh (const Entry *entry, gint64 now)
{
  return entry->uploaded <= now && now - entry->uploaded < LIFETIME;
}

/**
 * starsend_fal_uploads_new: (skip)
 * @path: (type filename): where they are kept
 *
 * Makes a cache; nothing is read yet.
 *
 * Returns: (transfer full): the cache
 */
StarsendFalUploads *
starsend_fal_uploads_new (const char *path)
{
  StarsendFalUploads *self = g_new0 (StarsendFalUploads, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->path = g_strdup (path);
  g_mutex_init (&self->disk);
  g_mutex_init (&self->lock);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);

  return self;
}

StarsendFalUploads *
starsend_fal_uploads_ref (StarsendFalUploads *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
starsend_fal_uploads_unref (StarsendFalUploads *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->path);
  g_mutex_clear (&self->disk);
  g_mutex_clear (&self->lock);
  g_hash_table_unref (self->entries);
  g_free (self);
}

/* What another run of the program found out does not go over what this one has. */
static void
take_entry (StarsendFalUploads *self, const StarsendJsonNode *file, gint64 now)
{
  const char *base = starsend_json_node_get_string_member (file, "base");
  const char *digest = starsend_json_node_get_string_member (file, "digest");
  const char *url = starsend_json_node_get_string_member (file, "url");
  Entry read = { .uploaded = starsend_json_node_get_integer_member (file, "uploaded", 0) };
  g_autofree char *name = NULL;
  Entry *entry;

  if (base == NULL || digest == NULL || url == NULL || !is_fresh (&read, now))
    return;

  name = make_name (base, digest);
  if (g_hash_table_contains (self->entries, name))
    return;
  entry = g_memdup2 (&read, sizeof read);
  entry->base = g_strdup (base);
  entry->digest = g_strdup (digest);
  entry->url = g_strdup (url);
  g_hash_table_insert (self->entries, g_steal_pointer (&name), entry);
}

/* A cache that is not there, or is damaged, is an empty one. */
static void
load (StarsendFalUploads *self)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (StarsendJson) json = NULL;
  const StarsendJsonNode *files;

  if (self->is_loaded)
    return;
  self->is_loaded = TRUE;
  bytes = starsend_files_read (self->path, MAX_FILE, NULL);
  if (bytes != NULL)
    json = starsend_json_new (bytes, MAX_FILE, NULL);
  if (json == NULL)
    return;

  files = starsend_json_node_get_member (starsend_json_get_root (json), "files");
  if (files == NULL || starsend_json_node_get_kind (files) != STARSEND_JSON_ARRAY)
    return;
  g_mutex_lock (&self->lock);
  for (const StarsendJsonNode *file = starsend_json_node_get_first_child (files); file != NULL;
       file = starsend_json_node_get_next (file))
    if (starsend_json_node_get_kind (file) == STARSEND_JSON_OBJECT && g_hash_table_size (self->entries) < MAX_ENTRIES)
      take_entry (self, file, get_now ());
  g_mutex_unlock (&self->lock);
}

/**
 * starsend_fal_uploads_lookup: (skip)
 * @base: the service
 * @digest: SHA-256 of the bytes
 *
 * Looks a file up. Blocking.
 *
 * Returns: (transfer full) (nullable): its address
 */
char *
starsend_fal_uploads_lookup (StarsendFalUploads *self, const char *base, const char *digest)
{
  g_autofree char *name = make_name (base, digest);
  Entry *entry;
  char *url = NULL;

  g_mutex_lock (&self->disk);
  load (self);
  g_mutex_unlock (&self->disk);

  g_mutex_lock (&self->lock);
  entry = g_hash_table_lookup (self->entries, name);
  if (entry != NULL && is_fresh (entry, get_now ()))
    url = g_strdup (entry->url);
  g_mutex_unlock (&self->lock);

  return url;
}

static gboolean
is_stale (gpointer name, gpointer value, gpointer user_data)
{
  return !is_fresh (value, *(gint64 *) user_data);
}

static char *
render (StarsendFalUploads *self)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *files = json_array_new ();
  gint64 now = get_now ();
  GHashTableIter iter;
  gpointer value;

  json_node_take_object (root, object);
  json_object_set_string_member (object, "format", "fal_uploads");
  json_object_set_int_member (object, "version", 1);
  json_object_set_array_member (object, "files", files);

  g_mutex_lock (&self->lock);
  g_hash_table_foreach_remove (self->entries, is_stale, &now);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Entry *entry = value;
      JsonObject *file = json_object_new ();

      json_object_set_string_member (file, "base", entry->base);
      json_object_set_string_member (file, "digest", entry->digest);
      json_object_set_string_member (file, "url", entry->url);
      json_object_set_int_member (file, "uploaded", entry->uploaded);
      json_array_add_object_element (files, file);
    }
  g_mutex_unlock (&self->lock);

  return starsend_json_render (root, TRUE);
}

/**
 * starsend_fal_uploads_save: (skip)
 *
 * Writes the file. Blocking. That it cannot be written costs an upload another time, and nothing else.
 */
void
starsend_fal_uploads_save (StarsendFalUploads *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *text = NULL;

  g_mutex_lock (&self->disk);
  load (self);
  text = render (self);
  if (g_mkdir_with_parents (folder, 0700) == 0)
    starsend_files_replace (self->path, text, strlen (text), NULL);
  g_mutex_unlock (&self->disk);
}

/**
 * starsend_fal_uploads_add: (skip)
 * @base: the service
 * @digest: SHA-256 of the bytes
 * @url: where they are
 *
 * Keeps an upload. Blocking.
 */
void
starsend_fal_uploads_add (StarsendFalUploads *self, const char *base, const char *digest, const char *url)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->base = g_strdup (base);
  entry->digest = g_strdup (digest);
  entry->url = g_strdup (url);
  entry->uploaded = get_now ();
  g_mutex_lock (&self->lock);
  g_hash_table_replace (self->entries, make_name (base, digest), entry);
  g_mutex_unlock (&self->lock);

  starsend_fal_uploads_save (self);
}

static void
collect_texts (JsonNode *node, GHashTable *texts)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      JsonNode *member;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, NULL, &member))
        collect_texts (member, texts);
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        collect_texts (json_array_get_element (array, i), texts);
    }
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    g_hash_table_add (texts, (gpointer) json_node_get_string (node));
}

static gboolean
is_named (gpointer name, gpointer value, gpointer texts)
{
  return g_hash_table_contains (texts, ((Entry *) value)->url);
}

/**
 * starsend_fal_uploads_forget: (skip)
 * @input: what was sent
 *
 * Forgets every file whose address stands in @input.
 *
 * Returns: whether there was one
 */
gboolean
starsend_fal_uploads_forget (StarsendFalUploads *self, JsonNode *input)
{
  g_autoptr (GHashTable) texts = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;

  collect_texts (input, texts);
  g_mutex_lock (&self->lock);
  n = g_hash_table_foreach_remove (self->entries, is_named, texts);
  g_mutex_unlock (&self->lock);

  return n > 0;
}
