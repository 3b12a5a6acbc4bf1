/* fake-fal-state.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-fal-private.h"

#include <glib/gstdio.h>

#include <string.h>

/* STATE/jobs/ID.json, and STATE/files/TOKEN/NAME. */
static char *
find_place (FakeFal *self, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (self->state_dir, folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  if (g_mkdir_with_parents (parent, 0700) != 0)
    g_error ("There can be no folder %s.", parent);

  return g_steal_pointer (&path);
}

static void
save (const char *path, const char *data, gsize length)
{
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, data, (gssize) length, &error))
    g_error ("%s", error->message);
}

void
fake_fal_save_job (FakeFal *self, FakeJob *job)
{
  g_autofree char *path = NULL, *name = NULL, *text = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;

  if (self->state_dir == NULL)
    return;
  name = g_strconcat (job->id, ".json", NULL);
  path = find_place (self, "jobs", name);
  object = json_object_new ();
  json_object_set_string_member (object, "endpoint", job->endpoint);
  json_object_set_string_member (object, "app", job->app);
  json_object_set_member (object, "body", json_node_copy (job->body));
  if (job->problem != NULL)
    json_object_set_member (object, "problem", json_node_copy (job->problem));
  if (job->file != NULL)
    json_object_set_string_member (object, "file", job->file);
  json_object_set_int_member (object, "created", job->created);
  json_object_set_int_member (object, "polls", job->n_polls);
  json_object_set_int_member (object, "queued", job->queued);
  json_object_set_int_member (object, "running", job->running);
  json_object_set_boolean_member (object, "by_time", job->by_time);
  json_object_set_boolean_member (object, "ignores_cancel", job->ignores_cancel);
  json_object_set_boolean_member (object, "cancelled", job->cancelled);
  json_object_set_boolean_member (object, "counted", job->counted);
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  text = fake_json_print (node);
  save (path, text, strlen (text));
}

void
fake_fal_save_file (FakeFal *self, FakeFile *file)
{
  g_autofree char *path = NULL, *type_path = NULL;

  if (self->state_dir == NULL)
    return;
  path = find_place (self, "files", file->name);
  save (path, g_bytes_get_data (file->bytes, NULL), g_bytes_get_size (file->bytes));
  type_path = g_strconcat (path, ".type", NULL);
  save (type_path, file->content_type, strlen (file->content_type));
}

static void
load_job (FakeFal *self, const char *path, const char *name)
{
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;
  FakeJob *job;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  node = fake_json_parse_text (text);
  object = json_node_get_object (node);
  job = g_new0 (FakeJob, 1);
  job->fal = self;
  job->id = g_strndup (name, strlen (name) - strlen (".json"));
  job->endpoint = g_strdup (json_object_get_string_member (object, "endpoint"));
  job->app = g_strdup (json_object_get_string_member (object, "app"));
  job->body = json_object_dup_member (object, "body");
  job->problem = json_object_dup_member (object, "problem");
  job->file = g_strdup (json_object_get_string_member_with_default (object, "file", NULL));
  job->created = json_object_get_int_member (object, "created");
  job->n_polls = (guint) json_object_get_int_member (object, "polls");
  job->queued = (guint) json_object_get_int_member (object, "queued");
  job->running = (guint) json_object_get_int_member (object, "running");
  job->by_time = json_object_get_boolean_member (object, "by_time");
  job->ignores_cancel = json_object_get_boolean_member (object, "ignores_cancel");
  job->cancelled = json_object_get_boolean_member (object, "cancelled");
  job->counted = json_object_get_boolean_member (object, "counted");
  g_hash_table_insert (self->jobs, job->id, job);
  fake_server_bump (self->server, "accepted", 1);
  if (job->file == NULL && job->problem == NULL && !job->cancelled)
    fake_fal_produce (self, job);
}

static void
load_file (FakeFal *self, const char *path, const char *name)
{
  g_autofree char *type_path = g_strconcat (path, ".type", NULL);
  g_autofree char *type = NULL, *data = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *state_dir = g_steal_pointer (&self->state_dir);
  gsize length;

  /* It is not written again where it was read. */
  if (g_file_get_contents (type_path, &type, NULL, NULL) && g_file_get_contents (path, &data, &length, NULL))
    {
      bytes = g_bytes_new_take (g_steal_pointer (&data), length);
      fake_fal_add_file (self, name, type, bytes);
    }
  self->state_dir = g_steal_pointer (&state_dir);
}

static void
load_files (FakeFal *self, const char *root, const char *token)
{
  g_autofree char *folder = g_build_filename (root, token, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *key = g_strdup_printf ("%s/%s", token, name);

      if (!g_str_has_suffix (name, ".type"))
        load_file (self, path, key);
    }
}

void
fake_fal_load (FakeFal *self)
{
  g_autofree char *jobs = g_build_filename (self->state_dir, "jobs", NULL);
  g_autofree char *files = g_build_filename (self->state_dir, "files", NULL);
  g_autoptr (GDir) file_dir = g_dir_open (files, 0, NULL);
  g_autoptr (GDir) job_dir = g_dir_open (jobs, 0, NULL);
  const char *name;

  while (file_dir != NULL && (name = g_dir_read_name (file_dir)) != NULL)
    load_files (self, files, name);
  while (job_dir != NULL && (name = g_dir_read_name (job_dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (jobs, name, NULL);

      if (g_str_has_suffix (name, ".json"))
        load_job (self, path, name);
    }
}
