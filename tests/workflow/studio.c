/* studio.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "studio.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <string.h>

#include "starsend-disagreement.h"
#include "starsend-media-info.h"
#include "starsend-step-runner.h"

/* Waiting */

void
studio_on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  StudioWait *wait = user_data;

  g_assert_null (wait->result);
  wait->result = g_object_ref (result);
}

static gboolean
on_timeout (gpointer user_data)
{
  g_error ("nothing came back in %d seconds", STUDIO_TIMEOUT_SECONDS);
  return G_SOURCE_REMOVE;
}

GAsyncResult *
studio_wait (StudioWait *wait)
{
  guint timeout = g_timeout_add_seconds (STUDIO_TIMEOUT_SECONDS, on_timeout, NULL);

  while (wait->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);

  return g_steal_pointer (&wait->result);
}

static gboolean
on_time (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

void
studio_run_for (guint milliseconds)
{
  gboolean over = FALSE;

  g_timeout_add (milliseconds, on_time, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

/* Files */

char *
studio_path (Studio *self, const char *relative)
{
  return g_build_filename (self->root, relative, NULL);
}

char *
studio_read (const char *path)
{
  g_autoptr(GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

void
studio_write (const char *path, const char *text, gssize size)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_file_set_contents (path, text, size, &error);
  g_assert_no_error (error);
}

void
studio_remove_tree (const char *path)
{
  g_autoptr(GDir) folder = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      studio_remove_tree (child);
    }
  g_remove (path);
}

void
studio_write_picture (const char *path, int width, int height, guint seed)
{
  g_autoptr(GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(GError) error = NULL;
  guchar *pixels = gdk_pixbuf_get_pixels (picture);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guchar *p = pixels + y * gdk_pixbuf_get_rowstride (picture) + x * 3;

        p[0] = x * 255 / width;
        p[1] = y * 255 / height;
        p[2] = ((x / 8 + y / 8) % 2 * 100 + seed * 37) % 256;
      }
  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  gdk_pixbuf_save (picture, path, "png", &error, NULL);
  g_assert_no_error (error);
}

guint
studio_count_files (const char *folder, const char *suffix)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (folder, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        n += studio_count_files (child, suffix);
      else if (g_str_has_suffix (name, suffix))
        n++;
    }

  return n;
}

/* The project */

static void
create (Studio *self, const char *plan_path)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  starsend_project_create_async (self->root, "Prüfung", plan_path, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);
  g_assert_true (starsend_project_create_finish (result, &error));
  g_assert_no_error (error);
}

void
studio_set_up (Studio *self, const char *plan, const char *budget)
{
  g_autofree char *plan_path = NULL;
  g_autoptr(GError) error = NULL;

  memset (self, 0, sizeof *self);
  self->folder = g_dir_make_tmp ("starsend-studio-XXXXXX", &error);
  g_assert_no_error (error);
  self->root = g_build_filename (self->folder, "a project ü", NULL);
  plan_path = g_build_filename (self->folder, "plan.json", NULL);
  studio_write (plan_path, plan, -1);
  create (self, plan_path);
  self->plan_path = studio_path (self, "plans/plan.json");
  if (budget != NULL)
    {
      g_autofree char *path = studio_path (self, "project_config.json");
      g_autofree char *text = studio_read (path);
      g_autofree char *with_budget = g_strdup_printf ("{\"budget\": %s, %s", budget, strchr (text, '{') + 1);

      studio_write (path, with_budget, -1);
    }
  studio_open (self);
}

void
studio_tear_down (Studio *self)
{
  studio_close (self);
  studio_remove_tree (self->folder);
  g_clear_object (&self->provider);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->root, g_free);
  g_clear_pointer (&self->plan_path, g_free);
}

void
studio_open (Studio *self)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  starsend_project_open_async (self->root, STARSEND_PROJECT_OPEN_DEFAULT, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);
  self->project = starsend_project_open_finish (result, &error);
  g_assert_no_error (error);
  self->runner = starsend_client_sequence_runner_new (self->project, &error);
  g_assert_no_error (error);
  if (self->provider != NULL)
    starsend_models_add_provider (starsend_client_sequence_runner_get_models (self->runner), "kling-o3", self->provider);
}

void
studio_close (Studio *self)
{
  gpointer runner = self->runner;
  gpointer project = self->project;
  guint timeout;

  if (project == NULL)
    return;

  g_object_add_weak_pointer (runner, &runner);
  g_object_add_weak_pointer (project, &project);
  g_clear_object (&self->runner);
  g_clear_object (&self->project);
  timeout = g_timeout_add_seconds (STUDIO_TIMEOUT_SECONDS, on_timeout, NULL);
  /* A worker thread may be the last to let go, and wakes nobody then. */
  while (g_atomic_pointer_get (&runner) != NULL || g_atomic_pointer_get (&project) != NULL)
    studio_run_for (1);
  g_source_remove (timeout);
}

void
studio_reopen (Studio *self)
{
  studio_close (self);
  studio_open (self);
}

/* Looking */

StarsendSequenceRecord *
studio_record (Studio *self, const char *sequence_id)
{
  return starsend_sequence_state_get_record (starsend_project_get_sequence_state (self->project), sequence_id);
}

void
studio_assert_status (Studio *self, const char *sequence_id, StarsendSequenceStatus status)
{
  g_assert_cmpstr (starsend_sequence_status_to_string (starsend_sequence_record_get_status (studio_record (self, sequence_id))), ==,
                   starsend_sequence_status_to_string (status));
}

const char *
studio_shot_state (Studio *self, const char *sequence_id, guint take, const char *shot_id)
{
  g_autofree char *batch_id = g_strdup_printf ("%s_%s", starsend_project_get_episode (self->project), sequence_id);
  g_autofree char *run_id = starsend_step_runner_dup_run_id (batch_id, take);

  return starsend_execution_store_get_state (starsend_project_get_execution_store (self->project), run_id, shot_id);
}

StarsendLedgerJob *
studio_dup_last_job (Studio *self)
{
  GListModel *jobs = G_LIST_MODEL (starsend_project_get_ledger (self->project));
  guint n = g_list_model_get_n_items (jobs);

  return n > 0 ? g_list_model_get_item (jobs, n - 1) : NULL;
}

guint
studio_count_jobs (Studio *self, const char *kind, StarsendLedgerEvent event)
{
  GListModel *jobs = G_LIST_MODEL (starsend_project_get_ledger (self->project));
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr(StarsendLedgerJob) job = g_list_model_get_item (jobs, i);

      n += starsend_ledger_job_get_event (job) == event && g_str_equal (starsend_ledger_job_get_kind (job), kind);
    }

  return n;
}

gint64
studio_count_frames (const char *path, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(StarsendMediaInfo) info = NULL;

  starsend_media_probe_async (path, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);
  info = starsend_media_probe_finish (result, error);

  return info != NULL ? starsend_media_info_get_n_frames (info) : -1;
}

/* Steps */

StarsendElementResolution *
studio_resolve (Studio *self, const char *sequence_id, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_resolve_elements_async (self->runner, sequence_id, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_resolve_elements_finish (self->runner, result, error);
}

char *
studio_explore (Studio *self, const char *sequence_id, const char *prompt, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_explore_grid_async (self->runner, sequence_id, prompt, NULL, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_explore_grid_finish (self->runner, result, error);
}

char *
studio_pick (Studio *self, const char *sequence_id, guint quadrant, guint grid, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_pick_start_frame_async (self->runner, sequence_id, quadrant, grid, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_pick_start_frame_finish (self->runner, result, error);
}

char *
studio_set_frame (Studio *self, const char *sequence_id, const char *picture, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_set_start_frame_async (self->runner, sequence_id, picture, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_set_start_frame_finish (self->runner, result, error);
}

gboolean
studio_approve_frame (Studio *self, const char *sequence_id, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_approve_start_frame_async (self->runner, sequence_id, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_approve_start_frame_finish (self->runner, result, error);
}

gboolean
studio_unlock_frame (Studio *self, const char *sequence_id, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_unlock_start_frame_async (self->runner, sequence_id, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_unlock_start_frame_finish (self->runner, result, error);
}

StarsendTake *
studio_execute (Studio *self, const char *sequence_id, const char *model, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_execute_sequence_async (self->runner, sequence_id, model, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_execute_sequence_finish (self->runner, result, error);
}

StarsendTake *
studio_iterate (Studio *self, const char *sequence_id, GHashTable *overrides, const char *picture, const char *model, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_iterate_sequence_async (self->runner, sequence_id, overrides, picture, model, NULL,
                                                          studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_iterate_sequence_finish (self->runner, result, error);
}

gboolean
studio_approve (Studio *self, const char *sequence_id, guint take, const char *note, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_approve_take_async (self->runner, sequence_id, take, note, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_approve_take_finish (self->runner, result, error);
}

gboolean
studio_reject (Studio *self, const char *sequence_id, guint take, const char *shot_id, const char *note, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_reject_take_async (self->runner, sequence_id, take, shot_id, note, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_reject_take_finish (self->runner, result, error);
}

GListModel *
studio_list_takes (Studio *self, const char *sequence_id, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_list_takes_async (self->runner, sequence_id, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_list_takes_finish (self->runner, result, error);
}

GListModel *
studio_prepare (Studio *self)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GListModel *found;

  starsend_client_sequence_runner_prepare_async (self->runner, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);
  found = starsend_client_sequence_runner_prepare_finish (self->runner, result, &error);
  g_assert_no_error (error);

  return found;
}

GListModel *
studio_resume (Studio *self)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GListModel *sentences;

  starsend_client_sequence_runner_resume_async (self->runner, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);
  sentences = starsend_client_sequence_runner_resume_finish (self->runner, result, &error);
  g_assert_no_error (error);

  return sentences;
}

GListModel *
studio_reconcile (Studio *self, gboolean repair)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GListModel *found;

  starsend_client_sequence_runner_reconcile_async (self->runner, repair, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);
  found = starsend_client_sequence_runner_reconcile_finish (self->runner, result, &error);
  g_assert_no_error (error);

  return found;
}

/* Decisions */

char *
studio_write_off (Studio *self, const char *job_id, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_write_off_job_async (self->runner, job_id, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_write_off_job_finish (self->runner, result, error);
}

char *
studio_retry (Studio *self, const char *job_id, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_retry_job_async (self->runner, job_id, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_retry_job_finish (self->runner, result, error);
}

char *
studio_recover (Studio *self, const char *job_id, const char *request_id, GError **error)
{
  StudioWait wait = { NULL };
  g_autoptr(GAsyncResult) result = NULL;

  starsend_client_sequence_runner_recover_job_async (self->runner, job_id, request_id, NULL, studio_on_ready, &wait);
  result = studio_wait (&wait);

  return starsend_client_sequence_runner_recover_job_finish (self->runner, result, error);
}

/* Short ways */

void
studio_make_ready (Studio *self, const char *sequence_id)
{
  g_autofree char *picture = g_build_filename (self->folder, "from outside.png", NULL);
  g_autofree char *frame = NULL;
  g_autoptr(GError) error = NULL;

  studio_write_picture (picture, 640, 400, 1);
  frame = studio_set_frame (self, sequence_id, picture, &error);
  g_assert_no_error (error);
  g_assert_true (studio_approve_frame (self, sequence_id, &error));
  g_assert_no_error (error);
}

void
studio_make_take (Studio *self, const char *sequence_id)
{
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  studio_make_ready (self, sequence_id);
  take = studio_execute (self, sequence_id, "animatic", &error);
  g_assert_no_error (error);
  g_assert_nonnull (take);
}

void
studio_assert_agreement (Studio *self)
{
  g_autoptr(GListModel) found = studio_reconcile (self, FALSE);
  g_autoptr(StarsendDisagreement) first = g_list_model_get_item (found, 0);

  g_assert_cmpstr (first != NULL ? starsend_disagreement_get_message (first) : NULL, ==, NULL);
}
