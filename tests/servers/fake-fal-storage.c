/* fake-fal-storage.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-fal-private.h"

#include <string.h>

#define DRIP_PIECE 4096
#define DRIP_GAP 50     /* ms */

const char *
fake_guess_type (const char *name)
{
  if (g_str_has_suffix (name, ".png"))
    return "image/png";
  if (g_str_has_suffix (name, ".jpg") || g_str_has_suffix (name, ".jpeg"))
    return "image/jpeg";
  if (g_str_has_suffix (name, ".mp4"))
    return "video/mp4";

  return "application/octet-stream";
}

static void
fill_file (FakeFal *self, FakeFile *file, GBytes *bytes)
{
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  g_clear_pointer (&file->bytes, g_bytes_unref);
  file->bytes = g_bytes_ref (bytes);
  g_free (file->etag);
  file->etag = g_strdup_printf ("\"%.16s\"", digest);
  fake_fal_save_file (self, file);
}

/* @bytes: NULL for a file that is only announced. */
FakeFile *
fake_fal_add_file (FakeFal *self, const char *name, const char *content_type, GBytes *bytes)
{
  FakeFile *file = g_new0 (FakeFile, 1);

  file->name = g_strdup (name);
  file->content_type = g_strdup (content_type);
  g_hash_table_insert (self->files, file->name, file);
  if (bytes != NULL)
    fill_file (self, file, bytes);

  return file;
}

/* Only what the service would take for a file's name. */
static char *
clean_name (const char *name)
{
  char *clean = g_strdup (name != NULL && *name != '\0' ? name : "file.bin");

  return g_strcanon (clean, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", '_');
}

void
fake_fal_initiate (FakeFal *self, FakeCall *call)
{
  g_autoptr (GBytes) bytes = fake_call_dup_body (call);
  g_autoptr (JsonNode) body = fake_json_parse (bytes);
  const char *type = NULL, *wanted = fake_call_get_query (call, "storage_type");
  g_autofree char *token = g_uuid_string_random ();
  g_autofree char *clean = NULL, *name = NULL, *upload = NULL, *uri = NULL;
  JsonObject *object;
  JsonNode *node;

  if (body != NULL && JSON_NODE_HOLDS_OBJECT (body))
    {
      type = json_object_get_string_member_with_default (json_node_get_object (body), "content_type", NULL);
      clean = clean_name (json_object_get_string_member_with_default (json_node_get_object (body), "file_name", NULL));
    }
  if (type == NULL || g_strcmp0 (wanted, "fal-cdn-v3") != 0)
    {
      fake_call_answer_json (call, 422, fake_json_parse_text ("{\"detail\": [{\"loc\": [\"body\", \"content_type\"], \"msg\": \"Field required\", \"type\": \"missing\"}]}"));
      return;
    }
  name = g_strdup_printf ("%s/%s", token, clean);
  fake_fal_add_file (self, name, type, NULL);
  upload = g_strdup_printf ("%s/upload/%s?signature=%s&expires=3600", fake_fal_get_cdn (self), token, clean);
  uri = g_strdup_printf ("%s/files/%s", fake_fal_get_cdn (self), name);
  object = json_object_new ();
  json_object_set_string_member (object, "upload_url", upload);
  json_object_set_string_member (object, "file_url", uri);
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  fake_call_answer_json (call, 200, node);
}

/* The file that "/upload/TOKEN..." with its signature is for. */
static FakeFile *
find_upload (FakeFal *self, FakeCall *call, guint *part)
{
  const char *signature = fake_call_get_query (call, "signature");
  g_auto (GStrv) pieces = g_strsplit (fake_call_get_path (call), "/", -1);
  g_autofree char *name = g_strdup_printf ("%s/%s", pieces[2], signature != NULL ? signature : "");

  *part = pieces[3] != NULL ? (guint) g_ascii_strtoull (pieces[3], NULL, 10) : 0;

  return g_hash_table_lookup (self->files, name);
}

void
fake_fal_put (FakeFal *self, FakeCall *call)
{
  guint part;
  FakeFile *file = find_upload (self, call, &part);
  g_autoptr (GBytes) bytes = fake_call_dup_body (call);
  const char *type = fake_call_get_header (call, "Content-Type");

  if (file == NULL)
    {
      fake_call_answer_detail (call, 403, "The signature does not fit.");
      return;
    }
  if (g_str_equal (fake_call_get_route (call), "part"))
    {
      g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_MD5, bytes);
      g_autofree char *text = g_strdup_printf ("{\"partNumber\": %u, \"etag\": \"%s\"}", part, digest);

      if (file->parts == NULL)
        file->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      if (part < 1 || part > 10000)
        {
          fake_call_answer_detail (call, 400, "Parts are counted from 1.");
          return;
        }
      if (file->parts->len < part)
        g_ptr_array_set_size (file->parts, (gint) part);
      g_clear_pointer (&g_ptr_array_index (file->parts, part - 1), g_bytes_unref);
      g_ptr_array_index (file->parts, part - 1) = g_bytes_ref (bytes);
      fake_call_answer_json (call, 200, fake_json_parse_text (text));
      return;
    }
  if (type == NULL || !g_str_equal (type, file->content_type))
    {
      fake_server_bump (self->server, "put.type", 1);
      fake_call_answer_detail (call, 403, "The content type is not the one that was announced.");
      return;
    }
  fill_file (self, file, bytes);
  fake_call_answer (call, 200, "text/plain", NULL);
}

/* Whether the list names every part with its etag, in order. */
static gboolean
join_parts (FakeFile *file, JsonArray *parts, GByteArray *whole)
{
  if (file->parts == NULL || parts == NULL || json_array_get_length (parts) != file->parts->len)
    return FALSE;
  for (guint i = 0; i < file->parts->len; i++)
    {
      GBytes *bytes = g_ptr_array_index (file->parts, i);
      JsonObject *entry = json_array_get_object_element (parts, i);
      g_autofree char *digest = bytes != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_MD5, bytes) : NULL;

      if (bytes == NULL || json_object_get_int_member_with_default (entry, "partNumber", 0) != i + 1 ||
          g_strcmp0 (json_object_get_string_member_with_default (entry, "etag", NULL), digest) != 0)
        return FALSE;
      g_byte_array_append (whole, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
    }

  return TRUE;
}

void
fake_fal_complete (FakeFal *self, FakeCall *call)
{
  guint part;
  FakeFile *file = find_upload (self, call, &part);
  g_autoptr (GBytes) bytes = fake_call_dup_body (call);
  g_autoptr (JsonNode) body = fake_json_parse (bytes);
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  g_autoptr (GBytes) joined = NULL;
  JsonArray *parts = NULL;

  if (body != NULL && JSON_NODE_HOLDS_OBJECT (body) && json_object_has_member (json_node_get_object (body), "parts"))
    parts = json_object_get_array_member (json_node_get_object (body), "parts");
  if (file == NULL || !join_parts (file, parts, whole))
    {
      fake_call_answer_detail (call, 400, "The parts do not fit.");
      return;
    }
  joined = g_byte_array_free_to_bytes (g_steal_pointer (&whole));
  g_clear_pointer (&file->parts, g_ptr_array_unref);
  fill_file (self, file, joined);
  fake_call_answer_json (call, 200, fake_json_parse_text ("{\"status\": \"completed\"}"));
}

GBytes *
fake_fal_fetch (FakeFal *self, const char *uri)
{
  g_autofree char *prefix = g_strconcat (fake_fal_get_cdn (self), "/files/", NULL);
  const char *comma = strchr (uri, ',');
  FakeFile *file;

  if (g_str_has_prefix (uri, "data:") && comma != NULL)
    {
      gsize size;
      guchar *data = g_base64_decode (comma + 1, &size);

      return g_bytes_new_take (data, size);
    }
  if (!g_str_has_prefix (uri, prefix))
    return NULL;
  file = g_hash_table_lookup (self->files, uri + strlen (prefix));

  return file != NULL && file->bytes != NULL ? g_bytes_ref (file->bytes) : NULL;
}

/* "bytes=FROM-" or "bytes=FROM-TO"; FALSE: it cannot be met. */
static gboolean
parse_range (const char *range, gsize size, gsize *first, gsize *last)
{
  char *end;

  *last = size - 1;
  if (!g_str_has_prefix (range, "bytes=") || !g_ascii_isdigit (range[6]))
    return FALSE;
  *first = (gsize) g_ascii_strtoull (range + 6, &end, 10);
  if (*end != '-')
    return FALSE;
  if (g_ascii_isdigit (end[1]))
    *last = MIN (*last, (gsize) g_ascii_strtoull (end + 1, NULL, 10));

  return *first < size && *first <= *last;
}

/* TRUE: the call is answered, by a medium that goes wrong in its own way. */
static gboolean
serve_badly (FakeFal *self, FakeCall *call, FakeFile *file, const char *special)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GBytes) whole = NULL;
  g_autofree char *head = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (file->bytes, &size);
  gboolean drip = g_strcmp0 (special, "drip") == 0;

  if (drip || g_strcmp0 (special, "wrong-length") == 0)
    head = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                            file->content_type, drip ? size : size + 1000);
  else if (g_strcmp0 (special, "no-length") == 0)
    head = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n", file->content_type);
  else
    return FALSE;
  g_byte_array_append (bytes, (const guint8 *) head, (guint) strlen (head));
  g_byte_array_append (bytes, data, (guint) size);
  whole = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  fake_call_answer_raw (call, whole, drip ? DRIP_PIECE : 0, DRIP_GAP);

  return TRUE;
}

void
fake_fal_serve_file (FakeFal *self, FakeCall *call)
{
  FakeFile *file = g_hash_table_lookup (self->files, fake_call_get_path (call) + strlen ("/files/"));
  const char *range = fake_call_get_range (call), *if_range = fake_call_get_header (call, "If-Range");
  const char *special = fake_call_get_special (call);
  g_autoptr (GBytes) slice = NULL;
  g_autofree char *content_range = NULL;
  gsize size, first, last;

  if (file == NULL || file->bytes == NULL)
    {
      fake_call_answer_detail (call, 404, "Not Found");
      return;
    }
  if (serve_badly (self, call, file, special))
    return;
  size = g_bytes_get_size (file->bytes);
  fake_call_set_header (call, "ETag", g_strcmp0 (special, "other-etag") == 0 ? "\"another\"" : file->etag);
  fake_call_set_header (call, "Accept-Ranges", "bytes");
  if (range == NULL || g_strcmp0 (special, "no-range") == 0 || g_strcmp0 (special, "other-etag") == 0 ||
      (if_range != NULL && !g_str_equal (if_range, file->etag)))
    {
      fake_server_bump (self->server, "bytes", size);
      fake_call_answer (call, 200, file->content_type, file->bytes);
      return;
    }
  if (!parse_range (range, size, &first, &last))
    {
      content_range = g_strdup_printf ("bytes */%" G_GSIZE_FORMAT, size);
      fake_call_set_header (call, "Content-Range", content_range);
      fake_call_answer (call, 416, "text/plain", NULL);
      return;
    }
  slice = g_bytes_new_from_bytes (file->bytes, first, last - first + 1);
  content_range = g_strdup_printf ("bytes %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT, first, last, size);
  fake_call_set_header (call, "Content-Range", content_range);
  fake_server_bump (self->server, "ranges", 1);
  fake_server_bump (self->server, "bytes", last - first + 1);
  fake_call_answer (call, 206, file->content_type, slice);
}
