/* fake-fal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-fal-private.h"

#include <string.h>

static const char *const specials[] = {
  "growing",                                                             /* status */
  "drip", "wrong-length", "no-length", "no-range", "other-etag",         /* files */
  "stream-silent", "stream-ends", "stream-drops", "stream-absent",       /* stream */
  NULL
};

void
fake_job_free (FakeJob *self)
{
  g_free (self->id);
  g_free (self->endpoint);
  g_free (self->app);
  g_free (self->file);
  json_node_unref (self->body);
  g_clear_pointer (&self->problem, json_node_unref);
  g_free (self);
}

void
fake_file_free (FakeFile *self)
{
  g_free (self->name);
  g_free (self->content_type);
  g_free (self->etag);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_free (self);
}

/* The part of a queue's address behind the id. */
static const char *
find_action (const char *path)
{
  const char *requests = strstr (path, "/requests/");
  const char *action = requests != NULL ? strchr (requests + strlen ("/requests/"), '/') : NULL;

  return action != NULL ? action : "";
}

static const char *
route_queue (const char *method, const char *path)
{
  const char *action = find_action (path);

  if (strstr (path, "/requests/") == NULL)
    return g_str_equal (method, "POST") ? "submit" : NULL;
  if (g_str_equal (method, "PUT"))
    return g_str_equal (action, "/cancel") || g_str_equal (action, "/cancel/") ? "cancel" : NULL;
  if (!g_str_equal (method, "GET"))
    return NULL;
  if (g_str_equal (action, "/status") || g_str_equal (action, "/status/"))
    return "status";
  if (g_str_equal (action, "/status/stream") || g_str_equal (action, "/status/stream/"))
    return "stream";

  return g_str_equal (action, "") || g_str_equal (action, "/") ? "result" : NULL;
}

static const char *
route_cdn (const char *method, const char *path)
{
  if (g_str_has_prefix (path, "/files/") && (g_str_equal (method, "GET") || g_str_equal (method, "HEAD")))
    return "files";
  if (!g_str_has_prefix (path, "/upload/"))
    return NULL;
  if (g_str_equal (method, "PUT"))
    return strchr (path + strlen ("/upload/"), '/') != NULL ? "part" : "put";

  return g_str_equal (method, "POST") && g_str_has_suffix (path, "/complete") ? "complete" : NULL;
}

static const char *
route (const char *method, const char *path, guint port, gpointer user_data)
{
  if (port == FAKE_FAL_PORT_FOREIGN)
    return "foreign";
  if (port == FAKE_FAL_PORT_CDN)
    return route_cdn (method, path);
  if (g_str_equal (path, "/storage/upload/initiate") && g_str_equal (method, "POST"))
    return "initiate";
  if (g_str_equal (path, "/storage/upload/initiate-multipart") && g_str_equal (method, "POST"))
    return "multipart";

  return route_queue (method, path);
}

static gboolean
is_stray (FakeCall *call)
{
  const char *query = fake_call_get_query (call, "key");

  return fake_call_get_header (call, "Authorization") != NULL || fake_call_get_header (call, "x-goog-api-key") != NULL ||
         query != NULL;
}

/* Whether the call may go on; else it is answered. */
static gboolean
check_key (FakeFal *self, FakeCall *call)
{
  const char *value = fake_call_get_header (call, "Authorization");

  if (value != NULL && g_str_equal (value, "Key " FAKE_FAL_KEY))
    return TRUE;
  fake_server_bump (self->server, value == NULL ? "key.missing" : "key.wrong", 1);
  fake_call_answer_detail (call, 401, value == NULL ? "Authentication is required to access this application"
                                                    : "Invalid authentication credentials");

  return FALSE;
}

FakeJob *
fake_fal_find_job (FakeFal *self, const char *path)
{
  const char *requests = strstr (path, "/requests/");
  const char *begin = requests + strlen ("/requests/");
  const char *end = strchr (begin, '/');
  g_autofree char *id = end != NULL ? g_strndup (begin, (gsize) (end - begin)) : g_strdup (begin);
  g_autofree char *app = g_strndup (path + 1, (gsize) (requests - path - 1));
  FakeJob *job = g_hash_table_lookup (self->jobs, id);

  /* A subpath in these addresses is one that somebody has made up. */
  return job != NULL && g_str_equal (job->app, app) ? job : NULL;
}

static void
handle_job (FakeFal *self, FakeCall *call, const char *name)
{
  FakeJob *job = fake_fal_find_job (self, fake_call_get_path (call));

  if (job == NULL && g_str_equal (name, "cancel"))
    fake_call_answer_json (call, 404, fake_json_parse_text ("{\"status\": \"NOT_FOUND\"}"));
  else if (job == NULL)
    fake_call_answer_detail (call, 404, "Request not found");
  else if (g_str_equal (name, "status"))
    fake_fal_status (self, call, job);
  else if (g_str_equal (name, "stream"))
    fake_fal_stream (self, call, job);
  else if (g_str_equal (name, "result"))
    fake_fal_result (self, call, job);
  else
    fake_fal_cancel (self, call, job);
}

static void
handle_open (FakeFal *self, FakeCall *call, const char *name)
{
  if (is_stray (call))
    fake_server_bump (self->server, "key.stray", 1);
  if (g_str_equal (name, "files"))
    fake_fal_serve_file (self, call);
  else if (g_str_equal (name, "complete"))
    fake_fal_complete (self, call);
  else if (g_str_equal (name, "foreign"))
    fake_call_answer_detail (call, 404, "This is another host.");
  else
    fake_fal_put (self, call);
}

static void
handle (FakeCall *call, gpointer user_data)
{
  static const char *const open[] = { "put", "part", "complete", "files", "foreign", NULL };
  FakeFal *self = user_data;
  const char *name = fake_call_get_route (call);

  if (g_strv_contains (open, name))
    handle_open (self, call, name);
  else if (!check_key (self, call))
    return;
  else if (g_str_equal (name, "submit"))
    fake_fal_submit (self, call);
  else if (g_str_equal (name, "initiate") || g_str_equal (name, "multipart"))
    fake_fal_initiate (self, call);
  else
    handle_job (self, call, name);
}

FakeFal *
fake_fal_new (void)
{
  const guint ports[FAKE_FAL_N_PORTS] = { 0 };
  g_autoptr (GError) error = NULL;
  FakeFal *self = fake_fal_new_full (ports, NULL, &error);

  if (self == NULL)
    g_error ("%s", error->message);

  return self;
}

FakeFal *
fake_fal_new_full (const guint *ports, const char *state_dir, GError **error)
{
  FakeFal *self = g_new0 (FakeFal, 1);

  self->server = fake_server_new (ports, FAKE_FAL_N_PORTS, route, handle, self, error);
  if (self->server == NULL)
    {
      g_free (self);
      return NULL;
    }
  fake_server_set_specials (self->server, specials);
  fake_server_set_word (self->server, "base", fake_fal_get_base (self));
  fake_server_set_word (self->server, "cdn", fake_fal_get_cdn (self));
  fake_server_set_word (self->server, "foreign", fake_fal_get_foreign (self));
  self->state_dir = g_strdup (state_dir);
  self->media = fake_media_new ();
  self->jobs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) fake_job_free);
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) fake_file_free);
  self->submits = json_array_new ();
  self->queued = 1;
  self->running = 1;
  if (state_dir != NULL)
    fake_fal_load (self);

  return self;
}

void
fake_fal_free (FakeFal *self)
{
  fake_server_free (self->server);
  g_hash_table_unref (self->jobs);
  g_hash_table_unref (self->files);
  json_array_unref (self->submits);
  fake_media_free (self->media);
  g_clear_pointer (&self->video, g_bytes_unref);
  g_clear_pointer (&self->picture, g_bytes_unref);
  g_free (self->state_dir);
  g_free (self);
}

FakeServer *
fake_fal_get_server (FakeFal *self)
{
  return self->server;
}

const char *
fake_fal_get_base (FakeFal *self)
{
  return fake_server_get_base (self->server, FAKE_FAL_PORT_API);
}

const char *
fake_fal_get_cdn (FakeFal *self)
{
  return fake_server_get_base (self->server, FAKE_FAL_PORT_CDN);
}

const char *
fake_fal_get_foreign (FakeFal *self)
{
  return fake_server_get_base (self->server, FAKE_FAL_PORT_FOREIGN);
}

void
fake_fal_set_polls (FakeFal *self, guint queued, guint running)
{
  self->queued = queued;
  self->running = running;
  self->by_time = FALSE;
}

void
fake_fal_set_times (FakeFal *self, guint queued_ms, guint running_ms)
{
  self->queued = queued_ms;
  self->running = running_ms;
  self->by_time = TRUE;
}

void
fake_fal_set_check (FakeFal *self, FakeFalCheck check)
{
  self->check = check;
}

void
fake_fal_set_cancel (FakeFal *self, FakeFalCancel cancel)
{
  self->cancel = cancel;
}

static GBytes *
map_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMappedFile) file = path != NULL ? g_mapped_file_new (path, FALSE, &error) : NULL;

  if (error != NULL)
    g_error ("%s", error->message);

  return file != NULL ? g_mapped_file_get_bytes (file) : NULL;
}

void
fake_fal_set_video (FakeFal *self, const char *path)
{
  g_clear_pointer (&self->video, g_bytes_unref);
  self->video = map_file (path);
}

void
fake_fal_set_picture (FakeFal *self, const char *path)
{
  g_clear_pointer (&self->picture, g_bytes_unref);
  self->picture = map_file (path);
}

void
fake_fal_set_video_height (FakeFal *self, guint height)
{
  self->video_height = height;
}

void
fake_fal_forget (FakeFal *self, const char *request_id)
{
  if (request_id != NULL)
    g_hash_table_remove (self->jobs, request_id);
  else
    g_hash_table_remove_all (self->jobs);
}

void
fake_fal_forget_files (FakeFal *self)
{
  g_hash_table_remove_all (self->files);
}

JsonNode *
fake_fal_dup_submits (FakeFal *self)
{
  return json_node_init_array (json_node_alloc (), self->submits);
}
