/* starsend-poster-cache.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-poster-cache.h"

#include "starsend-picture.h"

#define STAMP_ATTRIBUTES                                                                                               \
  G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_TIME_MODIFIED "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC            \
                                 "," G_FILE_ATTRIBUTE_UNIX_INODE

/* What tells one content of a path from the next: files are replaced by renaming, so the inode alone nearly does. */
typedef struct
{
  guint64 inode;
  guint64 modified;
  goffset size;
} Stamp;

typedef struct
{
  char *key;
  Stamp stamp;
  GdkTexture *texture;
  GList link; /* in the queue, most recently used first */
} Entry;

typedef struct
{
  char *path;
  int width;
  int height;
  Stamp stamp;
} Load;

struct _StarsendPosterCache
{
  GObject parent_instance;

  GHashTable *entries; /* key -> Entry, owns it */
  GQueue used;
  guint capacity;
};

G_DEFINE_FINAL_TYPE (StarsendPosterCache, starsend_poster_cache, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->key);
  g_object_unref (entry->texture);
  g_free (entry);
}

static void
load_free (gpointer data)
{
  Load *load = data;

  g_free (load->path);
  g_free (load);
}

static char *
make_key (const char *path, int width, int height)
{
  return g_strdup_printf ("%dx%d %s", width, height, path);
}

static Entry *
find_entry (StarsendPosterCache *self, const char *path, int width, int height)
{
  g_autofree char *key = make_key (path, width, height);
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry != NULL)
    {
      g_queue_unlink (&self->used, &entry->link);
      g_queue_push_head_link (&self->used, &entry->link);
    }

  return entry;
}

static void
drop_entry (StarsendPosterCache *self, Entry *entry)
{
  g_queue_unlink (&self->used, &entry->link);
  g_hash_table_remove (self->entries, entry->key);
}

static void
keep_texture (StarsendPosterCache *self, Load *load, GdkTexture *texture)
{
  Entry *entry = find_entry (self, load->path, load->width, load->height);

  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      entry->key = make_key (load->path, load->width, load->height);
      entry->link.data = entry;
      g_hash_table_insert (self->entries, entry->key, entry);
      g_queue_push_head_link (&self->used, &entry->link);
    }

  g_set_object (&entry->texture, texture);
  entry->stamp = load->stamp;
  while (g_queue_get_length (&self->used) > self->capacity)
    drop_entry (self, g_queue_peek_tail (&self->used));
}

static GdkTexture *
texture_from_pixbuf (GdkPixbuf *pixbuf)
{
  g_autoptr (GBytes) bytes = gdk_pixbuf_read_pixel_bytes (pixbuf);

  return gdk_memory_texture_new (gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf),
                                 gdk_pixbuf_get_has_alpha (pixbuf) ? GDK_MEMORY_R8G8B8A8 : GDK_MEMORY_R8G8B8, bytes,
                                 gdk_pixbuf_get_rowstride (pixbuf));
}

static void
picture_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  GError *error = NULL;

  pixbuf = starsend_picture_load_finish (result, &error);
  if (pixbuf == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  texture = texture_from_pixbuf (pixbuf);
  keep_texture (g_task_get_source_object (task), g_task_get_task_data (task), texture);
  g_task_return_pointer (task, g_steal_pointer (&texture), g_object_unref);
}

static void
file_looked_at (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GFileInfo) info = NULL;
  Load *load = g_task_get_task_data (task);
  Entry *entry;
  GError *error = NULL;

  info = g_file_query_info_finish (G_FILE (source), result, &error);
  if (info == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  load->stamp.inode = g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_UNIX_INODE);
  load->stamp.modified =
      g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED) * G_USEC_PER_SEC +
      g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC);
  load->stamp.size = g_file_info_get_size (info);

  entry = find_entry (g_task_get_source_object (task), load->path, load->width, load->height);
  if (entry != NULL && entry->stamp.inode == load->stamp.inode && entry->stamp.modified == load->stamp.modified &&
      entry->stamp.size == load->stamp.size)
    g_task_return_pointer (task, g_object_ref (entry->texture), g_object_unref);
  else
    starsend_picture_load_async (load->path, load->width, load->height, g_task_get_cancellable (task), picture_loaded,
                                 g_object_ref (task));
}

static void
starsend_poster_cache_finalize (GObject *object)
{
  StarsendPosterCache *self = STARSEND_POSTER_CACHE (object);

  g_hash_table_unref (self->entries);

  G_OBJECT_CLASS (starsend_poster_cache_parent_class)->finalize (object);
}

static void
starsend_poster_cache_class_init (StarsendPosterCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_poster_cache_finalize;
}

static void
starsend_poster_cache_init (StarsendPosterCache *self)
{
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  g_queue_init (&self->used);
}

/**
 * starsend_poster_cache_new:
 * @capacity: how many pictures are kept, at least 1
 *
 * Makes an empty cache.
 *
 * Returns: (transfer full): the cache
 */
StarsendPosterCache *
starsend_poster_cache_new (guint capacity)
{
  StarsendPosterCache *self = g_object_new (STARSEND_TYPE_POSTER_CACHE, NULL);

  self->capacity = MAX (capacity, 1);

  return self;
}

/**
 * starsend_poster_cache_peek:
 * @self: the cache
 * @path: an absolute path
 * @width: of the card, in device pixels
 * @height: of the card, in device pixels
 *
 * Gives what is kept of a picture, at once and without a look at the disk.
 *
 * Returns: (transfer none) (nullable): the picture
 */
GdkTexture *
starsend_poster_cache_peek (StarsendPosterCache *self, const char *path, int width, int height)
{
  Entry *entry = find_entry (self, path, width, height);

  return entry != NULL ? entry->texture : NULL;
}

/**
 * starsend_poster_cache_load_async:
 * @self: the cache
 * @path: an absolute path
 * @width: of the card, in device pixels
 * @height: of the card, in device pixels
 * @cancellable: (nullable): a #GCancellable
 * @callback: called with the picture
 * @user_data: for @callback
 *
 * Gives the picture as it is on disk now, out of the cache when the file has not changed since.
 */
void
starsend_poster_cache_load_async (StarsendPosterCache *self, const char *path, int width, int height,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  Load *load = g_new0 (Load, 1);

  g_task_set_source_tag (task, starsend_poster_cache_load_async);
  load->path = g_strdup (path);
  load->width = width;
  load->height = height;
  g_task_set_task_data (task, load, load_free);

  g_file_query_info_async (file, STAMP_ATTRIBUTES, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, cancellable,
                           file_looked_at, g_steal_pointer (&task));
}

/**
 * starsend_poster_cache_load_finish:
 * @self: the cache
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends starsend_poster_cache_load_async().
 *
 * Returns: (transfer full) (nullable): the picture
 */
GdkTexture *
starsend_poster_cache_load_finish (StarsendPosterCache *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
