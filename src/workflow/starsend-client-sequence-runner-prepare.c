/* starsend-client-sequence-runner-prepare.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-client-sequence-runner-private.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "starsend-disagreement.h"
#include "starsend-keys.h"

/* Once after opening: what a crash left lying about is removed, and what was damaged or lost is rebuilt. */

typedef struct
{
  StarsendProjectPaths *paths;
  GHashTable *kept; /* names of part files of open jobs: what was fetched may be in one */
  gboolean has_job;  /* the ledger speaks of work... */
  gboolean has_take;
  gboolean is_lost;  /* ...that a file which is not there should know of */
} Sweep;

static void
sweep_free (gpointer data)
{
  Sweep *sweep = data;

  g_object_unref (sweep->paths);
  g_hash_table_unref (sweep->kept);
  g_free (sweep);
}

static Sweep *
sweep_new (StarsendClientSequenceRunner *self)
{
  StarsendLedger *ledger = starsend_project_get_ledger (self->project);
  g_autoptr(GPtrArray) open_jobs = starsend_ledger_dup_open_jobs (ledger);
  g_autoptr(GPtrArray) takes = starsend_ledger_find_jobs (ledger, NULL, "take", 0, FALSE);
  Sweep *sweep = g_new0 (Sweep, 1);

  sweep->paths = g_object_ref (starsend_project_get_paths (self->project));
  sweep->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < open_jobs->len; i++)
    g_hash_table_add (sweep->kept, starsend_job_runner_dup_part_name (starsend_ledger_job_get_id (g_ptr_array_index (open_jobs, i))));
  sweep->has_job = g_list_model_get_n_items (G_LIST_MODEL (ledger)) > 0;
  sweep->has_take = takes->len > 0;

  return sweep;
}

static void
sweep_folder (Sweep *sweep, const char *folder, gboolean with_folders)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        continue;
      if (with_folders && g_file_test (path, G_FILE_TEST_IS_DIR))
        sweep_folder (sweep, path, FALSE);
      else if (*name == '.' && g_str_has_suffix (name, ".part") && !g_hash_table_contains (sweep->kept, name) &&
               g_file_test (path, G_FILE_TEST_IS_REGULAR))
        g_unlink (path);
    }
}

static gboolean
is_gone (char *path)
{
  g_autofree char *owned = path;

  return !g_file_test (owned, G_FILE_TEST_EXISTS);
}

static gboolean
sweep_job (gpointer data, GError **error)
{
  Sweep *sweep = data;
  g_autofree char *takes = starsend_project_paths_dup_take_folder (sweep->paths);
  g_autofree char *parts = starsend_project_paths_dup_part_folder (sweep->paths);
  g_autofree char *frame = starsend_project_paths_dup_start_frame (sweep->paths, "x");
  g_autofree char *frames = g_path_get_dirname (frame);
  g_autofree char *grid_folder = starsend_project_paths_dup_grid_folder (sweep->paths, "x");
  g_autofree char *grids = g_path_get_dirname (grid_folder);

  sweep_folder (sweep, takes, FALSE);
  sweep_folder (sweep, parts, FALSE);
  sweep_folder (sweep, frames, FALSE);
  sweep_folder (sweep, grids, TRUE);
  sweep->is_lost = (sweep->has_job && is_gone (starsend_project_paths_dup_sequence_state (sweep->paths))) ||
                   (sweep->has_take && is_gone (starsend_project_paths_dup_execution_store (sweep->paths)));

  return TRUE;
}

static void
on_rebuilt (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;
  GListModel *found = starsend_client_sequence_runner_reconcile_finish (STARSEND_CLIENT_SEQUENCE_RUNNER (source), result, &error);

  if (found != NULL)
    g_task_return_pointer (task, found, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_swept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Sweep *sweep = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  if (!starsend_file_queue_run_finish (STARSEND_FILE_QUEUE (source), result, &error))
    g_task_return_error (task, error);
  else if (starsend_project_needs_rebuild (self->project) || sweep->is_lost)
    starsend_runner_mend_async (self, cancellable, on_rebuilt, g_steal_pointer (&task));
  else
    g_task_return_pointer (task, g_list_store_new (STARSEND_TYPE_DISAGREEMENT), g_object_unref);
}

static void
on_keys_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  if (!starsend_keys_load_finish (STARSEND_KEYS (source), result, &error))
    g_task_return_error (task, error);
  else if (!starsend_project_check_writable (self->project, NULL))
    g_task_return_pointer (task, g_list_store_new (STARSEND_TYPE_DISAGREEMENT), g_object_unref);
  else
    {
      g_task_set_task_data (task, sweep_new (self), sweep_free);
      starsend_file_queue_run_async (starsend_project_get_file_queue (self->project), sweep_job, g_task_get_task_data (task), NULL,
                                     cancellable, on_swept, g_object_ref (task));
    }
}

/**
 * starsend_client_sequence_runner_prepare_async:
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is ready
 * @user_data: data for @callback
 *
 * To be called once after opening, before the first step: the keys are read, which say what the default models are; where
 * a file was damaged and set aside, or is gone, what it said is rebuilt from the ledger, the sidecars and the disk.
 * Temporary files that a crash left are removed. No open job is waited for: [method@ClientSequenceRunner.resume_async] takes
 * those up. A project that is open for looking at is left as it is.
 */
void
starsend_client_sequence_runner_prepare_async (StarsendClientSequenceRunner *self,
                                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_client_sequence_runner_prepare_async);
  starsend_keys_load_async (starsend_keys_get_default (), cancellable, on_keys_loaded, task);
}

/**
 * starsend_client_sequence_runner_prepare_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives one sentence for each thing that was rebuilt.
 *
 * Returns: (transfer full): a list of [class@Disagreement]; empty when nothing was amiss
 */
GListModel *
starsend_client_sequence_runner_prepare_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
