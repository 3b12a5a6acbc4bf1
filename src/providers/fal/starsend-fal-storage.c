/* starsend-fal-storage.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-fal-storage.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"
#include "starsend-fal-upload.h"
#include "starsend-fal-uploads.h"
#include "starsend-files.h"
#include "starsend-picture-fit.h"

#define PART_THRESHOLD (90 * 1024 * 1024)

/* Pictures that are in memory at one time. */
#define MAX_ACTIVE 4

struct _StarsendFalStorage
{
  GObject parent_instance;

  /* Owned */
  StarsendFalClient *client;
  StarsendFalUploads *uploads;
  char *cache;
  GQueue waiting;       /* of Wish, which wait for their turn */
  GHashTable *shipments; /* digest → Shipment, on their way */

  guint n_active;
  guint64 part_threshold;
};

/**
 * StarsendFalStorage:
 *
 * The storage of fal.ai: uploads pictures, and knows those that it has uploaded in the last day.
 *
 * The same picture is uploaded once, however many jobs wish for it at the same time.
 */
G_DEFINE_FINAL_TYPE (StarsendFalStorage, starsend_fal_storage, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_CLIENT,
  PROP_CACHE,
  PROP_PART_THRESHOLD,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* One picture on its way, for everyone who wishes for it. */
typedef struct
{
  StarsendFalStorage *storage;
  char *digest;
  GPtrArray *wishes;
  GCancellable *cancellable; /* cancelled when nobody wishes for it any more */
} Shipment;

/* One call of upload_async(). It is answered once; what comes for it later finds nobody. */
typedef struct
{
  grefcount ref_count;
  StarsendFalStorage *storage;
  GTask *task; /* NULL once answered */
  GSource *cancelled;
  Shipment *shipment; /* borrowed */
  char *path;
  gsize max_bytes;
  int max_side;
} Wish;

/* A picture as it will be sent, or where it is already. */
typedef struct
{
  GBytes *bytes;
  const char *mime;
  char *digest;
  char *url;
} Fitted;

static void start_waiting (StarsendFalStorage *self);

static Wish *
wish_ref (Wish *wish)
{
  g_ref_count_inc (&wish->ref_count);

  return wish;
}

static void
wish_unref (Wish *wish)
{
  if (!g_ref_count_dec (&wish->ref_count))
    return;

  g_object_unref (wish->storage);
  g_free (wish->path);
  g_free (wish);
}

static void
fitted_free (gpointer data)
{
  Fitted *fitted = data;

  g_clear_pointer (&fitted->bytes, g_bytes_unref);
  g_free (fitted->digest);
  g_free (fitted->url);
  g_free (fitted);
}

static void
shipment_free (gpointer data)
{
  Shipment *shipment = data;

  g_object_unref (shipment->storage);
  g_ptr_array_unref (shipment->wishes);
  g_object_unref (shipment->cancellable);
  g_free (shipment->digest);
  g_free (shipment);
}

/* Takes @error. */
static void
answer (Wish *wish, const char *url, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&wish->task);

  if (task == NULL)
    {
      g_clear_error (&error);
      return;
    }

  if (wish->cancelled != NULL)
    g_source_destroy (wish->cancelled);
  g_clear_pointer (&wish->cancelled, g_source_unref);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_strdup (url), g_free);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Wish *wish = wish_ref (user_data);
  Shipment *shipment = g_steal_pointer (&wish->shipment);
  GError *error = NULL;

  g_cancellable_set_error_if_cancelled (cancellable, &error);
  answer (wish, NULL, error);
  if (g_queue_remove (&wish->storage->waiting, wish))
    wish_unref (wish);
  if (shipment != NULL)
    {
      g_ptr_array_remove_fast (shipment->wishes, wish);
      if (shipment->wishes->len == 0)
        g_cancellable_cancel (shipment->cancellable);
    }
  wish_unref (wish);

  return G_SOURCE_REMOVE;
}

static void
starsend_fal_storage_constructed (GObject *object)
{
  StarsendFalStorage *self = STARSEND_FAL_STORAGE (object);

  G_OBJECT_CLASS (starsend_fal_storage_parent_class)->constructed (object);

  if (self->cache == NULL)
    self->cache = g_build_filename (g_get_user_cache_dir (), "starsend", "fal-uploads.json", NULL);
  self->uploads = starsend_fal_uploads_new (self->cache);
}

/* Whoever waits holds a reference: there is nothing left to answer. */
static void
starsend_fal_storage_finalize (GObject *object)
{
  StarsendFalStorage *self = STARSEND_FAL_STORAGE (object);

  g_assert (g_queue_is_empty (&self->waiting) && self->n_active == 0);
  g_clear_object (&self->client);
  g_clear_pointer (&self->uploads, starsend_fal_uploads_unref);
  g_clear_pointer (&self->cache, g_free);
  g_clear_pointer (&self->shipments, g_hash_table_unref);

  G_OBJECT_CLASS (starsend_fal_storage_parent_class)->finalize (object);
}

static void
starsend_fal_storage_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendFalStorage *self = STARSEND_FAL_STORAGE (object);

  switch (prop_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    case PROP_CACHE:
      g_value_set_string (value, self->cache);
      break;
    case PROP_PART_THRESHOLD:
      g_value_set_uint64 (value, self->part_threshold);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_fal_storage_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  StarsendFalStorage *self = STARSEND_FAL_STORAGE (object);

  switch (prop_id)
    {
    case PROP_CLIENT:
      self->client = g_value_dup_object (value);
      break;
    case PROP_CACHE:
      self->cache = g_value_dup_string (value);
      break;
    case PROP_PART_THRESHOLD:
      self->part_threshold = g_value_get_uint64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_fal_storage_class_init (StarsendFalStorageClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = starsend_fal_storage_constructed;
  object_class->finalize = starsend_fal_storage_finalize;
  object_class->get_property = starsend_fal_storage_get_property;
  object_class->set_property = starsend_fal_storage_set_property;

  properties[PROP_CLIENT] = g_param_spec_object ("client", NULL, NULL, STARSEND_TYPE_FAL_CLIENT, flags);
  properties[PROP_CACHE] = g_param_spec_string ("cache", NULL, NULL, NULL, flags);
  properties[PROP_PART_THRESHOLD] = g_param_spec_uint64 ("part-threshold", NULL, NULL, 1, G_MAXSIZE, PART_THRESHOLD, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_fal_storage_init (StarsendFalStorage *self)
{
  g_queue_init (&self->waiting);
  self->shipments = g_hash_table_new (g_str_hash, g_str_equal);
}

/**
 * starsend_fal_storage_new:
 * @client: the client
 *
 * Makes a storage that remembers its uploads in the user's cache.
 *
 * Returns: (transfer full): the storage
 */
StarsendFalStorage *
starsend_fal_storage_new (StarsendFalClient *client)
{
  g_return_val_if_fail (STARSEND_IS_FAL_CLIENT (client), NULL);

  return g_object_new (STARSEND_TYPE_FAL_STORAGE, "client", client, NULL);
}

/* The turn of a wish is over, however it ended. */
static void
end_turn (StarsendFalStorage *self)
{
  self->n_active--;
  start_waiting (self);
}

/* Kept */

typedef struct
{
  StarsendFalUploads *uploads;
  char *base;
  char *digest;
  char *url;
} Keep;

static void
keep_free (gpointer data)
{
  Keep *keep = data;

  starsend_fal_uploads_unref (keep->uploads);
  g_free (keep->base);
  g_free (keep->digest);
  g_free (keep->url);
  g_free (keep);
}

static void
keep_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Keep *keep = data;

  if (keep->url != NULL)
    starsend_fal_uploads_add (keep->uploads, keep->base, keep->digest, keep->url);
  else
    starsend_fal_uploads_save (keep->uploads);
  g_task_return_boolean (task, TRUE);
}

static void
on_kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_object_unref (user_data);
}

/* @url: NULL saves what is left. The storage lives until the file is written. The task is of nobody, here and below: its
 * thread may be the last to let go of it, and a storage with its client must not end there. */
static void
keep (StarsendFalStorage *self, const char *digest, const char *url)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_kept, g_object_ref (self));
  Keep *data = g_new0 (Keep, 1);

  g_task_set_source_tag (task, keep);
  data->uploads = starsend_fal_uploads_ref (self->uploads);
  data->base = g_strdup (starsend_fal_client_get_rest_url (self->client));
  data->digest = g_strdup (digest);
  data->url = g_strdup (url);
  g_task_set_task_data (task, data, keep_free);
  g_task_run_in_thread (task, keep_thread);
}

/* Shipped */

static void
on_uploaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Shipment *shipment = user_data;
  StarsendFalStorage *self = shipment->storage;
  g_autoptr (GError) error = NULL;
  g_autofree char *url = starsend_fal_upload_finish (STARSEND_FAL_CLIENT (source), result, &error);

  g_hash_table_remove (self->shipments, shipment->digest);
  for (guint i = 0; i < shipment->wishes->len; i++)
    {
      Wish *wish = g_ptr_array_index (shipment->wishes, i);

      wish->shipment = NULL;
      answer (wish, url, error != NULL ? g_error_copy (error) : NULL);
    }
  if (url != NULL)
    keep (self, shipment->digest, url);
  end_turn (self);
  shipment_free (shipment);
}

static void
join_shipment (Shipment *shipment, Wish *wish)
{
  wish->shipment = shipment;
  g_ptr_array_add (shipment->wishes, wish_ref (wish));
}

/* The name is seen by who has the address: it says nothing of the user's folders. */
static void
ship (StarsendFalStorage *self, Wish *wish, Fitted *fitted)
{
  Shipment *shipment = g_new0 (Shipment, 1);
  g_autofree char *name = g_strdup_printf ("%.16s.%s", fitted->digest, g_str_equal (fitted->mime, "image/png") ? "png" : "jpg");

  shipment->storage = g_object_ref (self);
  shipment->digest = g_strdup (fitted->digest);
  shipment->wishes = g_ptr_array_new_with_free_func ((GDestroyNotify) wish_unref);
  shipment->cancellable = g_cancellable_new ();
  g_hash_table_insert (self->shipments, shipment->digest, shipment);
  join_shipment (shipment, wish);
  starsend_fal_upload_async (self->client, fitted->bytes, fitted->mime, name, (gsize) self->part_threshold,
                             shipment->cancellable, on_uploaded, shipment);
}

/* Fitted */

typedef struct
{
  StarsendFalUploads *uploads;
  char *base;
  char *path;
  gsize max_bytes;
  int max_side;
} Fit;

static void
fit_free (gpointer data)
{
  Fit *fit = data;

  starsend_fal_uploads_unref (fit->uploads);
  g_free (fit->base);
  g_free (fit->path);
  g_free (fit);
}

static void
fit_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Fit *fit = data;
  Fitted *fitted = g_new0 (Fitted, 1);
  GError *error = NULL;

  fitted->bytes = starsend_picture_fit (fit->path, fit->max_bytes, fit->max_side, &fitted->mime, &error);
  if (fitted->bytes == NULL)
    {
      fitted_free (fitted);
      g_task_return_error (task, error);
      return;
    }

  fitted->digest = starsend_files_digest_bytes (fitted->bytes);
  fitted->url = starsend_fal_uploads_lookup (fit->uploads, fit->base, fitted->digest);
  g_task_return_pointer (task, fitted, fitted_free);
}

static void
on_fitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wish *wish = user_data;
  StarsendFalStorage *self = wish->storage;
  Fitted *fitted;
  Shipment *shipment;
  GError *error = NULL;
  gboolean shipped = FALSE;

  fitted = g_task_propagate_pointer (G_TASK (result), &error);
  if (fitted == NULL || fitted->url != NULL)
    answer (wish, fitted != NULL ? fitted->url : NULL, error);
  else if (wish->task != NULL)
    {
      shipment = g_hash_table_lookup (self->shipments, fitted->digest);
      /* One that is being cancelled is of no use to a new wish. */
      if (shipment != NULL && !g_cancellable_is_cancelled (shipment->cancellable))
        join_shipment (shipment, wish);
      else
        {
          ship (self, wish, fitted);
          shipped = TRUE;
        }
    }

  if (!shipped)
    end_turn (self);
  if (fitted != NULL)
    fitted_free (fitted);
  wish_unref (wish);
}

/* Takes the wish. */
static void
fit_picture (StarsendFalStorage *self, Wish *wish)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_fitted, wish);
  Fit *fit = g_new0 (Fit, 1);

  g_task_set_source_tag (task, fit_picture);
  fit->uploads = starsend_fal_uploads_ref (self->uploads);
  fit->base = g_strdup (starsend_fal_client_get_rest_url (self->client));
  fit->path = g_strdup (wish->path);
  fit->max_bytes = wish->max_bytes;
  fit->max_side = wish->max_side;
  g_task_set_task_data (task, fit, fit_free);
  self->n_active++;
  g_task_run_in_thread (task, fit_thread);
}

static void
start_waiting (StarsendFalStorage *self)
{
  while (self->n_active < MAX_ACTIVE && !g_queue_is_empty (&self->waiting))
    fit_picture (self, g_queue_pop_head (&self->waiting));
}

/**
 * starsend_fal_storage_upload_async:
 * @path: (type filename): a picture
 * @max_bytes: what it is made to fit, in bytes; 0: no limit
 * @max_side: what it is made to fit, in pixels; 0: no limit
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is there
 * @user_data: for @callback
 *
 * Makes a picture known to fal.ai, without uploading it when it is known already.
 */
void
starsend_fal_storage_upload_async (StarsendFalStorage *self, const char *path, gsize max_bytes, int max_side,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Wish *wish;

  g_return_if_fail (STARSEND_IS_FAL_STORAGE (self));
  g_return_if_fail (path != NULL);

  wish = g_new0 (Wish, 1);
  g_ref_count_init (&wish->ref_count);
  wish->storage = g_object_ref (self);
  wish->task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (wish->task, starsend_fal_storage_upload_async);
  wish->path = g_strdup (path);
  wish->max_bytes = max_bytes;
  wish->max_side = max_side;
  if (cancellable != NULL)
    {
      wish->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (wish->cancelled, G_SOURCE_FUNC (on_cancelled), wish_ref (wish), (GDestroyNotify) wish_unref);
      g_source_attach (wish->cancelled, g_main_context_get_thread_default ());
    }
  g_queue_push_tail (&self->waiting, wish);
  start_waiting (self);
}

/**
 * starsend_fal_storage_upload_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives where a picture is.
 *
 * Returns: (transfer full): its address
 */
char *
starsend_fal_storage_upload_finish (StarsendFalStorage *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * starsend_fal_storage_forget:
 * @input: what a job was sent with
 *
 * Forgets every upload whose address stands in @input: the server could not have it any more.
 */
void
starsend_fal_storage_forget (StarsendFalStorage *self, JsonNode *input)
{
  g_return_if_fail (STARSEND_IS_FAL_STORAGE (self));
  g_return_if_fail (input != NULL);

  if (starsend_fal_uploads_forget (self->uploads, input))
    keep (self, NULL, NULL);
}
