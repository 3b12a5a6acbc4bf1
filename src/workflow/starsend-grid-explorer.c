/* starsend-grid-explorer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-grid-explorer.h"

#include "starsend-picture.h"

struct _StarsendGridExplorer
{
  GObject parent_instance;

  StarsendJobRunner *jobs;
};

G_DEFINE_FINAL_TYPE (StarsendGridExplorer, starsend_grid_explorer, G_TYPE_OBJECT)

typedef struct
{
  char *grid;
  StarsendGridCut *cut;
  guint quadrant;
  int aspect_width;
  int aspect_height;
  StarsendRectangle crop;
} Crop;

static void
crop_free (gpointer data)
{
  Crop *crop = data;

  g_free (crop->grid);
  g_clear_pointer (&crop->cut, starsend_grid_cut_free);
  g_free (crop);
}

static void
starsend_grid_explorer_dispose (GObject *object)
{
  StarsendGridExplorer *self = STARSEND_GRID_EXPLORER (object);

  g_clear_object (&self->jobs);

  G_OBJECT_CLASS (starsend_grid_explorer_parent_class)->dispose (object);
}

static void
starsend_grid_explorer_class_init (StarsendGridExplorerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = starsend_grid_explorer_dispose;
}

static void
starsend_grid_explorer_init (StarsendGridExplorer *self)
{
}

static void
crop_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Crop *crop = data;
  g_autoptr(GdkPixbuf) grid = NULL;
  StarsendRectangle cell;
  GError *error = NULL;
  GBytes *png = NULL;

  grid = starsend_picture_load (crop->grid, &error);
  if (grid != NULL && crop->cut == NULL)
    {
      crop->cut = g_new0 (StarsendGridCut, 1);
      starsend_grid_cut_init_detected (crop->cut, grid);
    }
  if (grid != NULL && starsend_grid_cut_get_cell (crop->cut, crop->quadrant, &cell, &error))
    {
      starsend_grid_cut_fit (&cell, crop->aspect_width, crop->aspect_height, &crop->crop);
      png = starsend_grid_slicer_crop (grid, &crop->crop, &error);
    }

  if (png != NULL)
    g_task_return_pointer (task, png, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
on_generated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;
  StarsendStepResult *step_result = starsend_job_runner_run_finish (STARSEND_JOB_RUNNER (source), result, &error);

  if (step_result != NULL)
    g_task_return_pointer (task, step_result, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * starsend_grid_explorer_new:
 * @jobs: who takes requests to settlement
 *
 * Makes an explorer.
 *
 * Returns: (transfer full): the explorer
 */
StarsendGridExplorer *
starsend_grid_explorer_new (StarsendJobRunner *jobs)
{
  StarsendGridExplorer *self = g_object_new (STARSEND_TYPE_GRID_EXPLORER, NULL);

  self->jobs = g_object_ref (jobs);

  return self;
}

/**
 * starsend_grid_explorer_generate_async:
 * @request: a grid's wording, elements and ratio
 * @output: absolute path that the grid gets; nothing may stand there
 * @cancellable: (nullable): a cancellable; it leaves a submitted job open in the ledger
 * @callback: (scope async): called when it has ended
 * @user_data: data for @callback
 *
 * Generates a grid of four candidates.
 */
void
starsend_grid_explorer_generate_async (StarsendGridExplorer *self, StarsendRequest *request, const char *output,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (STARSEND_IS_GRID_EXPLORER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_grid_explorer_generate_async);
  g_task_set_check_cancellable (task, FALSE);
  starsend_job_runner_run_async (self->jobs, request, output, cancellable, on_generated, task);
}

/**
 * starsend_grid_explorer_generate_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came of it.
 *
 * Returns: (transfer full): the result
 */
StarsendStepResult *
starsend_grid_explorer_generate_finish (StarsendGridExplorer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * starsend_grid_explorer_crop_async:
 * @grid: absolute path of a grid
 * @quadrant: 1 top left, 2 top right, 3 bottom left, 4 bottom right
 * @cut: (nullable): where to cut; %NULL finds out
 * @aspect_width: the ratio's width
 * @aspect_height: the ratio's height
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is cropped
 * @user_data: data for @callback
 *
 * Crops a quadrant to an exact ratio, losing as little as it must.
 */
void
starsend_grid_explorer_crop_async (StarsendGridExplorer *self, const char *grid, guint quadrant, const StarsendGridCut *cut,
                                   int aspect_width, int aspect_height,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  Crop *crop;

  g_return_if_fail (STARSEND_IS_GRID_EXPLORER (self));
  g_return_if_fail (grid != NULL);

  crop = g_new0 (Crop, 1);
  crop->grid = g_strdup (grid);
  crop->cut = cut != NULL ? starsend_grid_cut_copy (cut) : NULL;
  crop->quadrant = quadrant;
  crop->aspect_width = aspect_width;
  crop->aspect_height = aspect_height;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_grid_explorer_crop_async);
  g_task_set_task_data (task, crop, crop_free);
  g_task_run_in_thread (task, crop_thread);
}

/**
 * starsend_grid_explorer_crop_finish:
 * @result: the result
 * @crop: (out caller-allocates) (optional): what was taken, in the grid's pixels
 * @error: return location for an error
 *
 * Gives the crop.
 *
 * Returns: (transfer full): a PNG; %STARSEND_ERROR_INVALID_INPUT for a quadrant that does not exist
 */
GBytes *
starsend_grid_explorer_crop_finish (StarsendGridExplorer *self, GAsyncResult *result, StarsendRectangle *crop, GError **error)
{
  GBytes *png;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  png = g_task_propagate_pointer (G_TASK (result), error);
  if (png != NULL && crop != NULL)
    *crop = ((Crop *) g_task_get_task_data (G_TASK (result)))->crop;

  return png;
}
