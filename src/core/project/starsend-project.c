/* starsend-project.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-project.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-files.h"
#include "starsend-json.h"
#include "starsend-project-lock.h"

#define CONFIG_NAME "project_config.json"
#define DEFAULT_EPISODE "EP001"
#define WATCH_SECONDS 5
#define MAX_CONFIG_SIZE (1024 * 1024)

struct _StarsendProject
{
  GObject parent_instance;

  /* Owned */
  StarsendProjectConfig *config;
  StarsendPlan *plan; /* nullable: a series needs none */
  StarsendProjectPaths *paths;
  StarsendProjectLock *lock; /* nullable: read-only */
  StarsendSequenceState *sequence_state;
  StarsendExecutionStore *execution_store;
  StarsendLedger *ledger;
  StarsendFileQueue *queue;
  GListStore *notices;
  char *title;

  guint lock_source;
  gboolean lock_lost;
  gboolean needs_rebuild;
};

G_DEFINE_FINAL_TYPE (StarsendProject, starsend_project, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_EPISODE,
  PROP_ROOT,
  PROP_READ_ONLY,
  PROP_NOTICES,
  PROP_LOCK_LOST,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_project_dispose (GObject *object)
{
  StarsendProject *self = STARSEND_PROJECT (object);

  g_clear_handle_id (&self->lock_source, g_source_remove);
  g_clear_object (&self->config);
  g_clear_object (&self->plan);
  g_clear_object (&self->paths);
  g_clear_object (&self->sequence_state);
  g_clear_object (&self->execution_store);
  g_clear_object (&self->ledger);
  g_clear_object (&self->queue);
  g_clear_object (&self->notices);
  g_clear_object (&self->lock);

  G_OBJECT_CLASS (starsend_project_parent_class)->dispose (object);
}

static void
starsend_project_finalize (GObject *object)
{
  StarsendProject *self = STARSEND_PROJECT (object);

  g_clear_pointer (&self->title, g_free);

  G_OBJECT_CLASS (starsend_project_parent_class)->finalize (object);
}

static void
starsend_project_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendProject *self = STARSEND_PROJECT (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_EPISODE:
      g_value_set_string (value, starsend_project_get_episode (self));
      break;
    case PROP_ROOT:
      g_value_set_string (value, starsend_project_get_root (self));
      break;
    case PROP_READ_ONLY:
      g_value_set_boolean (value, starsend_project_is_read_only (self));
      break;
    case PROP_NOTICES:
      g_value_set_object (value, self->notices);
      break;
    case PROP_LOCK_LOST:
      g_value_set_boolean (value, self->lock_lost);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_project_class_init (StarsendProjectClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = starsend_project_dispose;
  object_class->finalize = starsend_project_finalize;
  object_class->get_property = starsend_project_get_property;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_EPISODE] = g_param_spec_string ("episode", NULL, NULL, NULL, flags);
  properties[PROP_ROOT] = g_param_spec_string ("root", NULL, NULL, NULL, flags);
  properties[PROP_READ_ONLY] = g_param_spec_boolean ("read-only", NULL, NULL, FALSE, flags);
  properties[PROP_NOTICES] = g_param_spec_object ("notices", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_LOCK_LOST] = g_param_spec_boolean ("lock-lost", NULL, NULL, FALSE, flags | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_project_init (StarsendProject *self)
{
  self->notices = g_list_store_new (STARSEND_TYPE_FINDING);
  self->queue = starsend_file_queue_new ();
}

static void
add_notice (StarsendProject *self, const char *place, char *sentence)
{
  g_autofree char *owned = sentence;
  g_autoptr(StarsendFinding) notice = NULL;

  if (owned == NULL)
    return;

  notice = starsend_finding_new (STARSEND_SEVERITY_WARNING, place, NULL, owned);
  g_list_store_append (self->notices, notice);
}

/* A file that was set aside is to be rebuilt. */
static void
add_damage (StarsendProject *self, const char *place, char *sentence)
{
  self->needs_rebuild |= sentence != NULL && self->lock != NULL;
  add_notice (self, place, sentence);
}

/* The lock */

static void
tell_lost_lock (StarsendProject *self)
{
  if (self->lock_lost)
    return;

  self->lock_lost = TRUE;
  g_clear_handle_id (&self->lock_source, g_source_remove);
  add_notice (self, NULL,
              g_strdup_printf (_("Another program has taken over %s, so nothing is written or spent here any more. "
                                 "Close it and open the project again."), starsend_project_get_root (self)));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOCK_LOST]);
}

static gboolean
watch_lock (gpointer user_data)
{
  StarsendProject *self = user_data;

  if (!starsend_project_lock_is_lost (self->lock))
    return G_SOURCE_CONTINUE;

  self->lock_source = 0;
  tell_lost_lock (self);

  return G_SOURCE_REMOVE;
}

/* Opening, on a worker thread */

static char *
find_root (const char *path, GError **error)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *folder = NULL;
  g_autofree char *root = NULL;

  folder = g_str_equal (name, CONFIG_NAME) ? g_path_get_dirname (path) : g_strdup (path);
  root = realpath (folder, NULL);
  if (root == NULL || !g_file_test (root, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND,
                   _("%s is not a folder. Name the project's folder or its %s."), path, CONFIG_NAME);
      return NULL;
    }

  return g_steal_pointer (&root);
}

static gboolean
check_is_project (const char *root, GError **error)
{
  g_autofree char *path = g_build_filename (root, CONFIG_NAME, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND,
               _("%s has no %s, so it is not a project. “starsend-cli new” makes one."), root, CONFIG_NAME);

  return FALSE;
}

static gboolean
load_config (StarsendProject *self, const char *root, GError **error)
{
  g_autofree char *path = g_build_filename (root, CONFIG_NAME, NULL);
  g_autoptr(GBytes) bytes = NULL;

  bytes = starsend_files_read (path, MAX_CONFIG_SIZE, error);
  if (bytes == NULL)
    return FALSE;

  self->config = starsend_project_config_new_from_bytes (bytes, error);
  return self->config != NULL;
}

static StarsendPlan *
read_plan (StarsendProjectPaths *paths, const char *relative, GError **error)
{
  g_autofree char *path = starsend_project_paths_resolve (paths, relative, error);
  g_autoptr(GBytes) bytes = NULL;
  StarsendPlan *plan;

  if (path == NULL)
    return NULL;
  bytes = starsend_files_read (path, 512 * 1024 * 1024, error);
  if (bytes == NULL)
    return NULL;

  plan = starsend_plan_new_from_bytes (bytes, error);
  if (plan == NULL)
    g_prefix_error (error, "%s: ", relative);

  return plan;
}

static gboolean
load_plan (StarsendProject *self, const char *root, GError **error)
{
  const char *relative = starsend_project_config_get_plan (self->config);
  g_autoptr(StarsendProjectPaths) paths = NULL;
  g_auto(GStrv) ids = NULL;

  if (relative == NULL && starsend_project_is_client_video (self))
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("%s: “plan” is missing: it names the client's plan, such as “plans/song.json”."), CONFIG_NAME);
      return FALSE;
    }
  if (relative != NULL)
    {
      paths = starsend_project_paths_new (root, starsend_project_config_get_episode (self->config), NULL);
      self->plan = read_plan (paths, relative, error);
      if (self->plan == NULL)
        {
          /* The user named the project; that its config names a plan that is not there is bad input. */
          if (error != NULL && g_error_matches (*error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND))
            (*error)->code = STARSEND_ERROR_INVALID_INPUT;
          return FALSE;
        }
      ids = starsend_plan_dup_sequence_ids (self->plan);
    }

  self->paths = starsend_project_paths_new (root, starsend_project_config_get_episode (self->config), (const char *const *) ids);

  return TRUE;
}

/* Before anything is read, so that what is read stays as it is. A folder that cannot be written is opened for looking at. */
static gboolean
take_lock (StarsendProject *self, const char *root, GError **error)
{
  g_autoptr(StarsendProjectPaths) paths = starsend_project_paths_new (root, DEFAULT_EPISODE, NULL);
  g_autofree char *lock_path = starsend_project_paths_dup_lock (paths);
  g_autofree char *folder = g_path_get_dirname (lock_path);
  const char *program = g_get_prgname (); /* an interpreter sets none */
  g_autoptr(GError) local_error = NULL;

  if (starsend_files_make_folder (folder, &local_error))
    self->lock = starsend_project_lock_acquire (lock_path, program != NULL ? program : "libstarsend", &local_error);
  if (self->lock != NULL)
    {
      starsend_files_sweep_parts (folder);
      return TRUE;
    }
  if (g_error_matches (local_error, STARSEND_ERROR, STARSEND_ERROR_READ_ONLY))
    {
      add_notice (self, NULL,
                  g_strdup_printf (_("The project cannot be written (%s), so it is open for looking at only."), local_error->message));
      return TRUE;
    }

  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/* A project that cannot be opened is left as it was found. */
static void
give_lock_back (StarsendProject *self, const char *root)
{
  g_autoptr(StarsendProjectPaths) paths = starsend_project_paths_new (root, DEFAULT_EPISODE, NULL);
  g_autofree char *lock_path = starsend_project_paths_dup_lock (paths);
  g_autofree char *folder = g_path_get_dirname (lock_path);
  g_autofree char *parent = g_path_get_dirname (folder);

  if (self->lock == NULL)
    return;

  g_clear_object (&self->lock);
  /* Only what is empty goes. */
  if (g_rmdir (folder) == 0)
    g_rmdir (parent);
}

static gboolean
load_state (StarsendProject *self, GError **error)
{
  const StarsendStateProfile *profile = starsend_state_profile_get (starsend_project_config_get_project_type (self->config));
  const char *episode = starsend_project_config_get_episode (self->config);
  g_autofree char *state_path = starsend_project_paths_dup_sequence_state (self->paths);
  g_autofree char *store_path = starsend_project_paths_dup_execution_store (self->paths);
  g_autofree char *ledger_path = starsend_project_paths_dup_ledger (self->paths);
  gboolean read_only = self->lock == NULL;
  char *damage = NULL;

  if (profile == NULL)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("%s: “project_type” is “%s”; it may be “client_video” or “series”."),
                   CONFIG_NAME, starsend_project_config_get_project_type (self->config));
      return FALSE;
    }

  self->sequence_state = starsend_sequence_state_new (state_path, episode, self->queue, read_only, &damage, error);
  if (self->sequence_state == NULL)
    return FALSE;
  add_damage (self, "sequence_state.json", g_steal_pointer (&damage));

  self->execution_store = starsend_execution_store_new (store_path, profile, self->queue, read_only, &damage, error);
  if (self->execution_store == NULL)
    return FALSE;
  add_damage (self, "execution_store.json", g_steal_pointer (&damage));

  self->ledger = starsend_ledger_new (ledger_path, self->queue, read_only, &damage, error);
  if (self->ledger == NULL)
    return FALSE;
  add_damage (self, "ledger.jsonl", g_steal_pointer (&damage));

  return TRUE;
}

static const char *
first_string (const char *first, const char *second)
{
  if (first != NULL && *first != '\0')
    return first;

  return second != NULL && *second != '\0' ? second : NULL;
}

static void
choose_title (StarsendProject *self)
{
  const char *title = first_string (starsend_project_config_get_title (self->config),
                                    self->plan != NULL ? starsend_plan_get_title (self->plan) : NULL);

  self->title = title != NULL ? g_strdup (title) : g_path_get_basename (starsend_project_paths_get_root (self->paths));
}

typedef struct
{
  char *path;
  StarsendProjectOpenFlags flags;
} OpenData;

static void
open_data_free (gpointer data)
{
  OpenData *open_data = data;

  g_free (open_data->path);
  g_free (open_data);
}

static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  OpenData *open_data = data;
  g_autoptr(StarsendProject) self = g_object_new (STARSEND_TYPE_PROJECT, NULL);
  g_autofree char *root = NULL;
  GError *error = NULL;

  root = find_root (open_data->path, &error);
  if (root == NULL ||
      !check_is_project (root, &error) ||
      (!(open_data->flags & STARSEND_PROJECT_OPEN_READ_ONLY) && !take_lock (self, root, &error)) ||
      !load_config (self, root, &error) ||
      !load_plan (self, root, &error) ||
      !load_state (self, &error))
    {
      if (root != NULL)
        give_lock_back (self, root);
      g_task_return_error (task, error);
      return;
    }

  choose_title (self);
  g_task_return_pointer (task, g_steal_pointer (&self), g_object_unref);
}

/* Creating, on a worker thread */

typedef struct
{
  char *folder;
  char *title;
  char *plan_path;
} CreateData;

static void
create_data_free (gpointer data)
{
  CreateData *create_data = data;

  g_free (create_data->folder);
  g_free (create_data->title);
  g_free (create_data->plan_path);
  g_free (create_data);
}

static GBytes *
make_empty_plan (const char *title)
{
  g_autoptr(GString) text = g_string_new ("{\n  \"format\": \"client_plan\",\n  \"version\": 1,\n  \"title\": ");

  starsend_json_append_string (text, title);
  g_string_append (text, ",\n  \"episode\": \"EP001\",\n  \"aspect_ratio\": \"16:9\",\n  \"fps\": 24,\n"
                         "  \"elements\": [],\n  \"sequences\": []\n}\n");

  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static char *
make_config (const char *folder, const char *title, const char *plan_name, StarsendPlan *plan)
{
  g_autoptr(GString) text = g_string_new ("{\n  \"project\": ");
  g_autofree char *name = g_path_get_basename (folder);
  g_autofree char *plan_relative = g_strdup_printf ("plans/%s", plan_name);
  const char *episode = starsend_plan_get_episode (plan);

  starsend_json_append_string (text, first_string (starsend_plan_get_project (plan), name));
  g_string_append (text, ",\n  \"title\": ");
  starsend_json_append_string (text, title);
  g_string_append (text, ",\n  \"project_type\": \"client_video\",\n  \"episode\": ");
  starsend_json_append_string (text, episode != NULL && *episode != '\0' ? episode : "EP001");
  g_string_append (text, ",\n  \"plan\": ");
  starsend_json_append_string (text, plan_relative);
  g_string_append (text, "\n}\n");

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The client's pictures and song usually lie where the plan's paths say, beside the plan or one folder up. What is found is
 * copied; what is not stays a finding of the plan. */
static gboolean
copy_media (const char *folder, const char *plan_path, const char *relative, GError **error)
{
  g_autofree char *beside = g_path_get_dirname (plan_path);
  g_autofree char *above = g_build_filename (beside, "..", NULL);
  g_autofree char *target = NULL;
  g_autofree char *target_folder = NULL;
  const char *const places[] = { beside, above };

  if (relative == NULL || !starsend_project_paths_check_relative (relative, NULL))
    return TRUE;

  target = g_build_filename (folder, relative, NULL);
  target_folder = g_path_get_dirname (target);
  for (guint i = 0; i < G_N_ELEMENTS (places) && !g_file_test (target, G_FILE_TEST_EXISTS); i++)
    {
      g_autoptr(StarsendProjectPaths) paths = starsend_project_paths_new (places[i], "EP001", NULL);
      g_autofree char *source = starsend_project_paths_resolve (paths, relative, NULL);
      g_autoptr(GBytes) bytes = source != NULL ? starsend_files_read (source, 512 * 1024 * 1024, NULL) : NULL;

      if (bytes != NULL &&
          (!starsend_files_make_folder (target_folder, error) ||
           !starsend_files_create (target, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error)))
        return FALSE;
    }

  return TRUE;
}

static gboolean
copy_all_media (const char *folder, const char *plan_path, StarsendPlan *plan, GError **error)
{
  GListModel *elements = starsend_plan_get_elements (plan);
  StarsendSong *song = starsend_plan_get_song (plan);

  for (guint i = 0; i < g_list_model_get_n_items (elements); i++)
    {
      g_autoptr(StarsendElement) element = g_list_model_get_item (elements, i);
      const char *const *references = starsend_element_get_references (element);

      if (!copy_media (folder, plan_path, starsend_element_get_frontal (element), error))
        return FALSE;
      for (guint j = 0; references != NULL && references[j] != NULL; j++)
        if (!copy_media (folder, plan_path, references[j], error))
          return FALSE;
    }

  return song == NULL || copy_media (folder, plan_path, starsend_song_get_file (song), error);
}

static gboolean
write_project (CreateData *data, GBytes *plan_bytes, StarsendPlan *plan, const char *title, GError **error)
{
  g_autofree char *plan_name = data->plan_path != NULL ? g_path_get_basename (data->plan_path) : g_strdup ("plan.json");
  g_autofree char *plans = g_build_filename (data->folder, "plans", NULL);
  g_autofree char *plan_target = g_build_filename (plans, plan_name, NULL);
  g_autofree char *config_path = g_build_filename (data->folder, CONFIG_NAME, NULL);
  g_autofree char *config = make_config (data->folder, title, plan_name, plan);

  /* The config comes last: a folder is a project only when all of it is there. */
  return starsend_files_make_folder (plans, error) &&
         starsend_files_create (plan_target, g_bytes_get_data (plan_bytes, NULL), g_bytes_get_size (plan_bytes), error) &&
         (data->plan_path == NULL || copy_all_media (data->folder, data->plan_path, plan, error)) &&
         starsend_files_create (config_path, config, strlen (config), error);
}

static void
create_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  CreateData *data = task_data;
  g_autofree char *config_path = g_build_filename (data->folder, CONFIG_NAME, NULL);
  g_autofree char *name = g_path_get_basename (data->folder);
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(StarsendPlan) plan = NULL;
  const char *title;
  GError *error = NULL;

  if (g_file_test (config_path, G_FILE_TEST_EXISTS))
    {
      g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                               _("%s is a project already; choose another folder."), data->folder);
      return;
    }

  bytes = data->plan_path != NULL ? starsend_files_read (data->plan_path, 512 * 1024 * 1024, &error)
                                  : make_empty_plan (data->title != NULL ? data->title : name);
  if (bytes != NULL)
    plan = starsend_plan_new_from_bytes (bytes, &error);
  if (plan == NULL)
    {
      if (data->plan_path != NULL)
        g_prefix_error (&error, "%s: ", data->plan_path);
      g_task_return_error (task, error);
      return;
    }

  title = first_string (data->title, starsend_plan_get_title (plan));
  if (!write_project (data, bytes, plan, title != NULL ? title : name, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* Public API */

/**
 * starsend_project_open_async:
 * @path: the project's folder, or its `project_config.json`
 * @flags: how to open it
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is open
 * @user_data: data for @callback
 *
 * Opens a project: reads its config, its plan and its state on a worker thread, and takes the lock.
 */
void
starsend_project_open_async (const char *path, StarsendProjectOpenFlags flags, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  OpenData *data;

  g_return_if_fail (path != NULL);

  data = g_new0 (OpenData, 1);
  data->path = g_strdup (path);
  data->flags = flags;
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_project_open_async);
  g_task_set_task_data (task, data, open_data_free);
  g_task_run_in_thread (task, open_thread);
}

/**
 * starsend_project_open_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives the open project. A plan with findings opens; one that cannot be read does not (%STARSEND_ERROR_INVALID_INPUT).
 * %STARSEND_ERROR_LOCKED when another program has it open. What was repaired or set aside is told in the notices.
 *
 * Returns: (transfer full): the project
 */
StarsendProject *
starsend_project_open_finish (GAsyncResult *result, GError **error)
{
  StarsendProject *self;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  self = g_task_propagate_pointer (G_TASK (result), error);
  if (self != NULL && self->lock != NULL && self->lock_source == 0)
    self->lock_source = g_timeout_add_seconds (WATCH_SECONDS, watch_lock, self);

  return self;
}

/**
 * starsend_project_create_async:
 * @folder: the folder to make; it may exist, but must not hold a project
 * @title: (nullable): the title; %NULL for the plan's, or the folder's name
 * @plan_path: (nullable): the client's plan, copied byte for byte; %NULL for an empty one
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is there
 * @user_data: data for @callback
 *
 * Makes a client video project. Pictures and the song that the plan names are copied where they are found beside the
 * plan or one folder up.
 */
void
starsend_project_create_async (const char *folder, const char *title, const char *plan_path, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  CreateData *data;

  g_return_if_fail (folder != NULL);

  data = g_new0 (CreateData, 1);
  data->folder = g_canonicalize_filename (folder, NULL);
  data->title = g_strdup (title);
  data->plan_path = plan_path != NULL ? g_canonicalize_filename (plan_path, NULL) : NULL;
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_project_create_async);
  g_task_set_task_data (task, data, create_data_free);
  g_task_run_in_thread (task, create_thread);
}

/**
 * starsend_project_create_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Says whether the project is there.
 *
 * Returns: whether it is
 */
gboolean
starsend_project_create_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * starsend_project_get_root:
 *
 * The project's folder.
 *
 * Returns: (transfer none): an absolute path without links
 */
const char *
starsend_project_get_root (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), NULL);

  return starsend_project_paths_get_root (self->paths);
}

/**
 * starsend_project_get_title:
 *
 * The config's title, else the plan's, else the folder's name.
 *
 * Returns: (transfer none): the title
 */
const char *
starsend_project_get_title (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), NULL);

  return self->title;
}

/**
 * starsend_project_get_episode:
 *
 * The episode that the project's state is filed under.
 *
 * Returns: (transfer none): such as "EP001"
 */
const char *
starsend_project_get_episode (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), NULL);

  return starsend_project_config_get_episode (self->config);
}

/**
 * starsend_project_is_read_only:
 *
 * Whether the project is open for looking at only.
 *
 * Returns: whether nothing can be written
 */
gboolean
starsend_project_is_read_only (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), TRUE);

  return self->lock == NULL;
}

/**
 * starsend_project_is_client_video:
 *
 * Whether the project follows a client's plan.
 *
 * Returns: whether its type is client_video
 */
gboolean
starsend_project_is_client_video (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), FALSE);

  return g_strcmp0 (starsend_project_config_get_project_type (self->config), "client_video") == 0;
}

/**
 * starsend_project_get_config:
 *
 * The settings.
 *
 * Returns: (transfer none): the config
 */
StarsendProjectConfig *
starsend_project_get_config (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), NULL);

  return self->config;
}

/**
 * starsend_project_get_plan:
 *
 * The client's plan.
 *
 * Returns: (transfer none) (nullable): the plan; %NULL for a series without one
 */
StarsendPlan *
starsend_project_get_plan (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), NULL);

  return self->plan;
}

/**
 * starsend_project_get_paths:
 *
 * Where everything stands.
 *
 * Returns: (transfer none): the paths
 */
StarsendProjectPaths *
starsend_project_get_paths (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), NULL);

  return self->paths;
}

/**
 * starsend_project_get_sequence_state:
 *
 * The truth about sequences.
 *
 * Returns: (transfer none): the sequence state
 */
StarsendSequenceState *
starsend_project_get_sequence_state (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), NULL);

  return self->sequence_state;
}

/**
 * starsend_project_get_execution_store:
 *
 * The truth about shots.
 *
 * Returns: (transfer none): the execution store
 */
StarsendExecutionStore *
starsend_project_get_execution_store (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), NULL);

  return self->execution_store;
}

/**
 * starsend_project_get_ledger:
 *
 * The truth about jobs and money.
 *
 * Returns: (transfer none): the ledger
 */
StarsendLedger *
starsend_project_get_ledger (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), NULL);

  return self->ledger;
}

/**
 * starsend_project_get_file_queue:
 *
 * Where the project's files are written.
 *
 * Returns: (transfer none): the queue
 */
StarsendFileQueue *
starsend_project_get_file_queue (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), NULL);

  return self->queue;
}

/**
 * starsend_project_get_notices:
 *
 * What was repaired, set aside or is amiss, to be told to the user.
 *
 * Returns: (transfer none): a list of [class@Finding]
 */
GListModel *
starsend_project_get_notices (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), NULL);

  return G_LIST_MODEL (self->notices);
}

/**
 * starsend_project_get_frame_rate: (skip)
 * @rate: (out caller-allocates): frames a second
 *
 * The config's frame rate, else the plan's, else 24.
 */
void
starsend_project_get_frame_rate (StarsendProject *self, StarsendFrameRate *rate)
{
  g_return_if_fail (STARSEND_IS_PROJECT (self));

  *rate = (StarsendFrameRate) { 24, 1 };
  if (!starsend_project_config_get_frame_rate (self->config, rate) && self->plan != NULL)
    starsend_plan_get_frame_rate (self->plan, rate);
}

/**
 * starsend_project_get_aspect:
 * @width: (out): the ratio's width
 * @height: (out): the ratio's height
 *
 * The config's aspect ratio, else the plan's, else 16:9.
 */
void
starsend_project_get_aspect (StarsendProject *self, int *width, int *height)
{
  const char *text;

  g_return_if_fail (STARSEND_IS_PROJECT (self));

  *width = 16;
  *height = 9;
  text = starsend_project_config_get_aspect_ratio (self->config);
  if (text != NULL)
    sscanf (text, "%d:%d", width, height);
  else if (self->plan != NULL)
    starsend_plan_get_aspect (self->plan, width, height);
}

/**
 * starsend_project_needs_rebuild:
 *
 * Whether a damaged file was set aside when the project was opened.
 *
 * Returns: whether what it said is to be rebuilt
 */
gboolean
starsend_project_needs_rebuild (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), FALSE);

  return self->needs_rebuild;
}

/**
 * starsend_project_is_lock_lost:
 *
 * Whether somebody else has taken the project over, as may happen while a laptop sleeps: nothing is written or spent any more.
 *
 * Returns: whether the lock is lost
 */
gboolean
starsend_project_is_lock_lost (StarsendProject *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), FALSE);

  return self->lock_lost;
}

/**
 * starsend_project_check_writable:
 * @error: return location for an error
 *
 * Refuses a change where nothing can be written, or where the lock was lost.
 *
 * Returns: whether the project may be written now
 */
gboolean
starsend_project_check_writable (StarsendProject *self, GError **error)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT (self), FALSE);

  if (self->lock == NULL)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_READ_ONLY,
                   _("%s cannot be written, so nothing was changed."), starsend_project_get_root (self));
      return FALSE;
    }
  if (!starsend_project_lock_is_held (self->lock))
    {
      tell_lost_lock (self);
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_LOCKED,
                   _("Another program has taken over %s, so nothing was changed. Close it and open the project again."),
                   starsend_project_get_root (self));
      return FALSE;
    }

  return TRUE;
}
