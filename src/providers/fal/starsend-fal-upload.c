/* starsend-fal-upload.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-fal-upload.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-fal-error.h"
#include "starsend-json.h"
#include "starsend-server-words.h"

#define PART (10 * 1024 * 1024)
#define MAX_ANSWER (1024 * 1024)
#define MAX_URL 4096

/* A slow line gets through, and a dead one is noticed. */
#define DEADLINE 120
#define MIN_SPEED (16 * 1024)

typedef struct
{
  GBytes *bytes;
  char *mime;
  char *name;
  gboolean in_parts;

  char *upload_url;
  char *file_url;
  guint part;       /* the one that is on its way, from 1 */
  JsonArray *parts; /* those that are there */
} Upload;

static void put_part (GTask *task);

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  g_bytes_unref (upload->bytes);
  g_free (upload->mime);
  g_free (upload->name);
  g_free (upload->upload_url);
  g_free (upload->file_url);
  g_clear_pointer (&upload->parts, json_array_unref);
  g_free (upload);
}

static void
succeed (GTask *task)
{
  Upload *upload = g_task_get_task_data (task);

  g_task_return_pointer (task, g_strdup (upload->file_url), g_free);
}

/* A presigned place is not the account: what it answers says nothing about a key. */
static gboolean
check_put (GTask *task, StarsendHttpReply *reply, GError *error)
{
  if (reply == NULL)
    g_task_return_error (task, error);
  else if (!starsend_http_reply_is_success (reply))
    g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_IO,
                             _("The storage of fal.ai does not take the picture: it answered with status %u. Nothing was bought."),
                             starsend_http_reply_get_status (reply));
  else
    return TRUE;

  return FALSE;
}

static GBytes *
render_bytes (JsonNode *node)
{
  char *text = starsend_json_render (node, FALSE);

  return g_bytes_new_take (text, strlen (text));
}

/* Parts */

/* "PATH/WHAT?QUERY": the place of a part is the place of the whole with its number in it. */
static char *
add_to_path (const char *url, const char *what)
{
  const char *query = strchr (url, '?');
  gsize length = query != NULL ? (gsize) (query - url) : strlen (url);

  while (length > 0 && url[length - 1] == '/')
    length--;

  return g_strdup_printf ("%.*s/%s%s", (int) length, url, what, query != NULL ? query : "");
}

static void
on_parts_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (StarsendHttpReply) reply = NULL;
  GError *error = NULL;

  reply = starsend_http_client_send_finish (STARSEND_HTTP_CLIENT (source), result, &error);
  if (check_put (task, reply, error))
    succeed (task);
}

static void
join_parts (GTask *task)
{
  StarsendFalClient *client = g_task_get_source_object (task);
  Upload *upload = g_task_get_task_data (task);
  g_autofree char *url = add_to_path (upload->upload_url, "complete");
  g_autoptr (StarsendHttpCall) call = starsend_http_call_new ("POST", url);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  g_autoptr (GBytes) body = NULL;

  json_node_take_object (node, object);
  json_object_set_array_member (object, "parts", g_steal_pointer (&upload->parts));
  body = render_bytes (node);
  starsend_http_call_set_body (call, "application/json", body);
  starsend_http_call_set_repeat (call, STARSEND_HTTP_REPEAT_SAFE);
  starsend_http_call_set_max_body (call, MAX_ANSWER);
  starsend_http_client_send_async (starsend_fal_client_get_http (client), call, g_task_get_cancellable (task),
                                   on_parts_joined, g_object_ref (task));
}

static void
add_part (Upload *upload, StarsendHttpReply *reply)
{
  g_autoptr (StarsendJson) json = starsend_json_new (starsend_http_reply_get_body (reply), MAX_ANSWER, NULL);
  const char *etag = NULL;
  JsonObject *part = json_object_new ();

  if (json != NULL)
    etag = starsend_json_node_get_string_member (starsend_json_get_root (json), "etag");
  if (etag == NULL)
    etag = starsend_http_reply_get_header (reply, "ETag");
  json_object_set_int_member (part, "partNumber", upload->part);
  json_object_set_string_member (part, "etag", etag != NULL ? etag : "");
  json_array_add_object_element (upload->parts, part);
}

static void
on_part_put (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Upload *upload = g_task_get_task_data (task);
  g_autoptr (StarsendHttpReply) reply = NULL;
  GError *error = NULL;

  reply = starsend_http_client_send_finish (STARSEND_HTTP_CLIENT (source), result, &error);
  if (!check_put (task, reply, error))
    return;

  add_part (upload, reply);
  if ((gsize) upload->part * PART < g_bytes_get_size (upload->bytes))
    {
      upload->part++;
      put_part (task);
    }
  else
    join_parts (task);
}

static void
put (GTask *task, const char *url, const char *mime, GBytes *bytes, GAsyncReadyCallback callback)
{
  StarsendFalClient *client = g_task_get_source_object (task);
  g_autoptr (StarsendHttpCall) call = starsend_http_call_new ("PUT", url);

  starsend_http_call_set_body (call, mime, bytes);
  starsend_http_call_set_deadline (call, DEADLINE + (guint) (g_bytes_get_size (bytes) / MIN_SPEED));
  starsend_http_call_set_max_body (call, MAX_ANSWER);
  starsend_http_client_send_async (starsend_fal_client_get_http (client), call, g_task_get_cancellable (task),
                                   callback, g_object_ref (task));
}

static void
put_part (GTask *task)
{
  Upload *upload = g_task_get_task_data (task);
  gsize offset = (gsize) (upload->part - 1) * PART;
  g_autoptr (GBytes) bytes = g_bytes_new_from_bytes (upload->bytes, offset, MIN (PART, g_bytes_get_size (upload->bytes) - offset));
  g_autofree char *number = g_strdup_printf ("%u", upload->part);
  g_autofree char *url = add_to_path (upload->upload_url, number);

  put (task, url, upload->mime, bytes, on_part_put);
}

/* Whole */

static void
on_put (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (StarsendHttpReply) reply = NULL;
  GError *error = NULL;

  reply = starsend_http_client_send_finish (STARSEND_HTTP_CLIENT (source), result, &error);
  if (check_put (task, reply, error))
    succeed (task);
}

static void
put_bytes (GTask *task)
{
  Upload *upload = g_task_get_task_data (task);

  if (upload->in_parts)
    {
      upload->part = 1;
      upload->parts = json_array_new ();
      put_part (task);
    }
  else
    put (task, upload->upload_url, upload->mime, upload->bytes, on_put);
}

/* The place */

static gboolean
is_address (const char *url, const char *secret)
{
  g_autofree char *scrubbed = NULL;

  if (url == NULL || strlen (url) > MAX_URL || (!g_str_has_prefix (url, "https://") && !g_str_has_prefix (url, "http://")))
    return FALSE;
  scrubbed = starsend_server_words_scrub (url, secret);

  return g_str_equal (scrubbed, url) && g_uri_is_valid (url, G_URI_FLAGS_NONE, NULL);
}

static gboolean
read_place (Upload *upload, StarsendHttpReply *reply, const char *secret)
{
  g_autoptr (StarsendJson) json = starsend_json_new (starsend_http_reply_get_body (reply), MAX_ANSWER, NULL);
  const StarsendJsonNode *root = json != NULL ? starsend_json_get_root (json) : NULL;
  const char *upload_url = root != NULL ? starsend_json_node_get_string_member (root, "upload_url") : NULL;
  const char *file_url = root != NULL ? starsend_json_node_get_string_member (root, "file_url") : NULL;

  if (!is_address (upload_url, secret) || !is_address (file_url, secret))
    return FALSE;
  upload->upload_url = g_strdup (upload_url);
  upload->file_url = g_strdup (file_url);

  return TRUE;
}

static void
on_initiated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const char *secret = starsend_fal_client_peek_secret (g_task_get_source_object (task));
  g_autoptr (StarsendHttpReply) reply = NULL;
  g_autoptr (StarsendFalError) said = NULL;
  GError *error = NULL;

  reply = starsend_http_client_send_finish (STARSEND_HTTP_CLIENT (source), result, &error);
  if (reply == NULL)
    g_task_return_error (task, error);
  else if (!starsend_http_reply_is_success (reply))
    {
      said = starsend_fal_error_new_from_reply (reply, secret);
      g_task_return_error (task, starsend_fal_error_to_error (said, STARSEND_ERROR_PROVIDER));
    }
  else if (!read_place (g_task_get_task_data (task), reply, secret))
    g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_IO, "%s",
                             _("fal.ai named no place to upload a picture to: try again later. Nothing was bought."));
  else
    put_bytes (task);
}

static GBytes *
create_initiation (Upload *upload)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_node_take_object (node, object);
  json_object_set_string_member (object, "content_type", upload->mime);
  json_object_set_string_member (object, "file_name", upload->name);

  return render_bytes (node);
}

/**
 * starsend_fal_upload_async: (skip)
 * @client: the client
 * @bytes: what to upload
 * @mime: its type
 * @name: what the storage calls it
 * @part_threshold: from how many bytes on it goes in parts
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is there
 * @user_data: for @callback
 *
 * Uploads something.
 */
void
starsend_fal_upload_async (StarsendFalClient *client, GBytes *bytes, const char *mime, const char *name, gsize part_threshold,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (client, cancellable, callback, user_data);
  gboolean in_parts = g_bytes_get_size (bytes) > part_threshold;
  g_autofree char *uri = g_strconcat (starsend_fal_client_get_rest_url (client), "/storage/upload/",
                                      in_parts ? "initiate-multipart" : "initiate", "?storage_type=fal-cdn-v3", NULL);
  g_autoptr (StarsendHttpCall) call = NULL;
  g_autoptr (GBytes) body = NULL;
  Upload *upload = g_new0 (Upload, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, starsend_fal_upload_async);
  upload->bytes = g_bytes_ref (bytes);
  upload->mime = g_strdup (mime);
  upload->name = g_strdup (name);
  upload->in_parts = in_parts;
  g_task_set_task_data (task, upload, upload_free);
  if (!starsend_fal_client_check_key (client, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  call = starsend_fal_client_create_call (client, "POST", uri);
  body = create_initiation (upload);
  starsend_http_call_set_body (call, "application/json", body);
  starsend_http_call_set_repeat (call, STARSEND_HTTP_REPEAT_SAFE);
  starsend_http_call_set_max_body (call, MAX_ANSWER);
  starsend_http_client_send_async (starsend_fal_client_get_http (client), call, cancellable, on_initiated, g_steal_pointer (&task));
}

/**
 * starsend_fal_upload_finish: (skip)
 * @client: the client
 * @result: the result
 * @error: return location for an error
 *
 * Gives where an upload is.
 *
 * Returns: (transfer full): its address
 */
char *
starsend_fal_upload_finish (StarsendFalClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
