/* starsend-client-sequence-runner-frames.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-client-sequence-runner-private.h"

#include <glib/gi18n-lib.h>
#include <gio/gio.h>

#include "starsend-error.h"
#include "starsend-start-frame.h"

/* Elements, grids and start frames. */

/* Resolve elements */

static void
end_with_resolution (GTask *task)
{
  Step *step = g_task_get_task_data (task);

  starsend_step_end_pointer (task, g_steal_pointer (&step->resolution), g_object_unref);
}

/**
 * starsend_client_sequence_runner_resolve_elements_async:
 * @sequence_id: a sequence
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the state says what was found
 * @user_data: data for @callback
 *
 * Looks for the reference pictures of a sequence's elements.
 */
void
starsend_client_sequence_runner_resolve_elements_async (StarsendClientSequenceRunner *self, const char *sequence_id,
                                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  task = starsend_step_begin (self, starsend_client_sequence_runner_resolve_elements_async, sequence_id, STATUS_NOT_RUNNING,
                              cancellable, callback, user_data);
  if (task != NULL)
    starsend_step_resolve_elements (task, end_with_resolution);
}

/**
 * starsend_client_sequence_runner_resolve_elements_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what is there and what is missing. A missing picture is no error: the sequence waits for it.
 *
 * Returns: (transfer full): the resolution
 */
StarsendElementResolution *
starsend_client_sequence_runner_resolve_elements_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Explore a grid */

static void
end_with_path (GTask *task)
{
  Step *step = g_task_get_task_data (task);

  starsend_step_end_pointer (task, g_steal_pointer (&step->path), g_free);
}

static void
on_grid (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  g_autoptr(StarsendSequenceChange) change = NULL;
  g_autofree char *relative = NULL;
  GError *error = NULL;

  step->result = starsend_grid_explorer_generate_finish (STARSEND_GRID_EXPLORER (source), result, &error);
  if (step->result == NULL)
    {
      starsend_step_fail (task, error);
      return;
    }

  relative = starsend_runner_make_relative (self, step->path);
  change = starsend_sequence_change_new ();
  starsend_sequence_change_set_grid_path (change, relative);
  starsend_step_update (task, change, end_with_path);
}

static const char *
choose_prompt (Step *step, StarsendShot *first_shot)
{
  const char *planned = starsend_sequence_get_start_frame_prompt (step->sequence);

  if (step->prompt != NULL && *step->prompt != '\0')
    return step->prompt;

  return planned != NULL && *planned != '\0' ? planned : starsend_shot_get_prompt (first_shot);
}

static void
run_explorer (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);

  starsend_grid_explorer_generate_async (self->explorer, step->request, step->path,
                                         g_task_get_cancellable (task), on_grid, task);
}

static void
generate_grid (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  g_autofree char *model = starsend_client_sequence_runner_dup_grid_model (self, step->id, step->model);
  g_autoptr(StarsendShot) first_shot = g_list_model_get_item (starsend_sequence_get_shots (step->sequence), 0);

  step->request = starsend_step_make_request (task, STARSEND_REQUEST_GRID, step->number, model);
  starsend_request_set_prompt (step->request, choose_prompt (step, first_shot));
  step->path = starsend_project_paths_dup_grid (starsend_project_get_paths (self->project), step->id, step->number);
  starsend_step_check_request (task, run_explorer);
}

static void
choose_number (GTask *task)
{
  starsend_step_find_number (task, STARSEND_REQUEST_GRID, generate_grid);
}

/**
 * starsend_client_sequence_runner_explore_grid_async:
 * @sequence_id: a sequence
 * @prompt: (nullable): the wording; %NULL for the plan's
 * @model: (nullable): a grid model; %NULL for the one that is set
 * @cancellable: (nullable): a cancellable; it leaves a submitted job open in the ledger
 * @callback: (scope async): called when the grid is there
 * @user_data: data for @callback
 *
 * Generates a grid of four candidates for the start frame.
 */
void
starsend_client_sequence_runner_explore_grid_async (StarsendClientSequenceRunner *self, const char *sequence_id, const char *prompt, const char *model,
                                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Step *step;

  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  task = starsend_step_begin (self, starsend_client_sequence_runner_explore_grid_async, sequence_id, STATUS_NOT_RUNNING,
                              cancellable, callback, user_data);
  if (task == NULL)
    return;

  step = g_task_get_task_data (task);
  step->prompt = g_strdup (prompt);
  step->model = g_strdup (model);
  starsend_step_ensure_elements (task, choose_number);
}

/**
 * starsend_client_sequence_runner_explore_grid_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives the grid. %STARSEND_ERROR_NOT_READY while an element's picture is missing.
 *
 * Returns: (transfer full) (type filename): an absolute path
 */
char *
starsend_client_sequence_runner_explore_grid_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Pick a quadrant */

#define FRAME_STATUSES (STATUS_BIT (NOT_STARTED) | STATUS_BIT (ELEMENTS_PENDING) | STATUS_BIT (START_FRAME_PENDING) | \
                        STATUS_BIT (START_FRAME_APPROVED) | STATUS_BIT (REVIEW))

static JsonNode *
make_grid_source (Step *step, const char *grid, const StarsendRectangle *crop)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  json_object_set_string_member (object, "grid", grid);
  json_object_set_int_member (object, "quadrant", step->quadrant);
  json_array_add_int_element (array, crop->x);
  json_array_add_int_element (array, crop->y);
  json_array_add_int_element (array, crop->width);
  json_array_add_int_element (array, crop->height);
  json_object_set_array_member (object, "crop", array);
  json_node_take_object (node, object);

  return node;
}

static void
on_cropped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  g_autofree char *relative = NULL;
  g_autoptr(GBytes) png = NULL;
  StarsendRectangle crop;
  GError *error = NULL;

  png = starsend_grid_explorer_crop_finish (STARSEND_GRID_EXPLORER (source), result, &crop, &error);
  if (png == NULL)
    {
      starsend_step_fail (task, error);
      return;
    }

  relative = starsend_runner_make_relative (self, step->path);
  step->source = make_grid_source (step, relative, &crop);
  starsend_step_install_frame (task, png, end_with_path);
}

static char *
find_grid (StarsendClientSequenceRunner *self, Step *step, GError **error)
{
  StarsendProjectPaths *paths = starsend_project_get_paths (self->project);
  const char *latest = starsend_sequence_record_get_grid_path (step->record);
  g_autofree char *path = NULL;

  if (step->number == 0)
    {
      if (latest != NULL)
        return starsend_project_paths_resolve (paths, latest, error);
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY, _("%s has no grid yet. Explore one first."), step->id);
      return NULL;
    }

  path = starsend_project_paths_dup_grid (paths, step->id, step->number);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND, _("%s has no grid %u."), step->id, step->number);
      return NULL;
    }

  return g_steal_pointer (&path);
}

static void
crop_grid (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  int width, height;
  GError *error = NULL;

  step->path = find_grid (self, step, &error);
  if (step->path == NULL)
    {
      starsend_step_fail (task, error);
      return;
    }

  starsend_project_get_aspect (self->project, &width, &height);
  starsend_grid_explorer_crop_async (self->explorer, step->path, step->quadrant, NULL, width, height,
                                     g_task_get_cancellable (task), on_cropped, task);
}

/* A frame can be set on a sequence that nobody has looked at yet; its elements are then looked for on the way. */
static void
ensure_elements_if_new (GTask *task, void (*then) (GTask *task))
{
  Step *step = g_task_get_task_data (task);
  StarsendSequenceStatus status = starsend_sequence_record_get_status (step->record);

  if (status == STARSEND_SEQUENCE_STATUS_NOT_STARTED || status == STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING)
    starsend_step_ensure_elements (task, then);
  else
    then (task);
}

/**
 * starsend_client_sequence_runner_pick_start_frame_async:
 * @sequence_id: a sequence
 * @quadrant: 1 top left, 2 top right, 3 bottom left, 4 bottom right
 * @grid: the number of a grid; 0 for the latest
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the start frame is in place
 * @user_data: data for @callback
 *
 * Crops a quadrant and makes it the start frame, not yet approved. The one before is kept.
 */
void
starsend_client_sequence_runner_pick_start_frame_async (StarsendClientSequenceRunner *self, const char *sequence_id, guint quadrant, guint grid,
                                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Step *step;

  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  if (quadrant < 1 || quadrant > 4)
    {
      g_task_report_new_error (self, callback, user_data, starsend_client_sequence_runner_pick_start_frame_async,
                               STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                               _("There is no quadrant %u: 1 is top left, 2 top right, 3 bottom left, 4 bottom right."), quadrant);
      return;
    }

  task = starsend_step_begin (self, starsend_client_sequence_runner_pick_start_frame_async, sequence_id, FRAME_STATUSES,
                              cancellable, callback, user_data);
  if (task == NULL)
    return;

  step = g_task_get_task_data (task);
  step->quadrant = quadrant;
  step->number = grid;
  ensure_elements_if_new (task, crop_grid);
}

/**
 * starsend_client_sequence_runner_pick_start_frame_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives the start frame.
 *
 * Returns: (transfer full) (type filename): an absolute path
 */
char *
starsend_client_sequence_runner_pick_start_frame_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Set a start frame */

typedef struct
{
  char *path;
  int aspect_width;
  int aspect_height;
  JsonNode *source;
} Conversion;

static void
conversion_free (gpointer data)
{
  Conversion *conversion = data;

  g_free (conversion->path);
  g_clear_pointer (&conversion->source, json_node_unref);
  g_free (conversion);
}

static void
convert_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Conversion *conversion = data;
  GError *error = NULL;
  GBytes *png = starsend_start_frame_convert (conversion->path, conversion->aspect_width, conversion->aspect_height,
                                              &conversion->source, &error);

  if (png != NULL)
    g_task_return_pointer (task, png, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
on_converted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Step *step = g_task_get_task_data (task);
  Conversion *conversion = g_task_get_task_data (G_TASK (result));
  g_autoptr(GBytes) png = NULL;
  GError *error = NULL;

  png = g_task_propagate_pointer (G_TASK (result), &error);
  if (png == NULL)
    {
      starsend_step_fail (task, error);
      return;
    }

  step->source = g_steal_pointer (&conversion->source);
  starsend_step_install_frame (task, png, step->after_frame);
}

/* Takes step->picture in as the start frame, then calls @then. */
void
starsend_step_set_frame (GTask *task, void (*then) (GTask *task))
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  g_autoptr(GTask) convert_task = g_task_new (NULL, g_task_get_cancellable (task), on_converted, task);
  Conversion *conversion = g_new0 (Conversion, 1);

  step->after_frame = then;
  conversion->path = g_strdup (step->picture);
  starsend_project_get_aspect (self->project, &conversion->aspect_width, &conversion->aspect_height);
  g_task_set_task_data (convert_task, conversion, conversion_free);
  g_task_run_in_thread (convert_task, convert_thread);
}

static void
set_frame_and_end (GTask *task)
{
  starsend_step_set_frame (task, end_with_path);
}

/**
 * starsend_client_sequence_runner_set_start_frame_async:
 * @sequence_id: a sequence
 * @path: (type filename): a picture from anywhere: PNG, JPEG or WebP
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the start frame is in place
 * @user_data: data for @callback
 *
 * Makes a picture the start frame, not yet approved: a copy, cropped in the middle to the project's ratio. The one
 * before is kept.
 */
void
starsend_client_sequence_runner_set_start_frame_async (StarsendClientSequenceRunner *self, const char *sequence_id, const char *path,
                                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Step *step;

  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));
  g_return_if_fail (path != NULL);

  task = starsend_step_begin (self, starsend_client_sequence_runner_set_start_frame_async, sequence_id, FRAME_STATUSES,
                              cancellable, callback, user_data);
  if (task == NULL)
    return;

  step = g_task_get_task_data (task);
  step->picture = g_strdup (path);
  ensure_elements_if_new (task, set_frame_and_end);
}

/**
 * starsend_client_sequence_runner_set_start_frame_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives the start frame.
 *
 * Returns: (transfer full) (type filename): an absolute path
 */
char *
starsend_client_sequence_runner_set_start_frame_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Approve and unlock */

static gboolean
approve_job (gpointer path, GError **error)
{
  return starsend_start_frame_approve (path, error);
}

static gboolean
withdraw_job (gpointer path, GError **error)
{
  return starsend_start_frame_withdraw (path, error);
}

static void
on_frame_marked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Step *step = g_task_get_task_data (task);
  g_autoptr(StarsendSequenceChange) change = NULL;
  GError *error = NULL;

  if (!starsend_file_queue_run_finish (STARSEND_FILE_QUEUE (source), result, &error))
    {
      starsend_step_fail (task, error);
      return;
    }

  change = starsend_sequence_change_new ();
  starsend_sequence_change_set_start_frame_approved (change, step->approve);
  starsend_sequence_change_set_status (change, step->approve ? STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED
                                                             : STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING);
  starsend_step_update (task, change, starsend_step_end_boolean);
}

static void
mark_frame (GTask *task, gboolean approve)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  const char *relative = starsend_sequence_record_get_start_frame (step->record);
  char *path;
  GError *error = NULL;

  step->approve = approve;
  if (relative == NULL)
    {
      starsend_step_fail (task, g_error_new (STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
                                             _("%s has no start frame yet. Pick a quadrant of a grid, or set a picture."), step->id));
      return;
    }

  path = starsend_project_paths_resolve (starsend_project_get_paths (self->project), relative, &error);
  if (path == NULL)
    starsend_step_fail (task, error);
  else
    starsend_file_queue_run_async (starsend_project_get_file_queue (self->project), approve ? approve_job : withdraw_job,
                                   path, g_free, NULL, on_frame_marked, task);
}

/**
 * starsend_client_sequence_runner_approve_start_frame_async:
 * @sequence_id: a sequence
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the approval is on the disk
 * @user_data: data for @callback
 *
 * Locks the start frame. The approval is tied to the bytes that are approved.
 */
void
starsend_client_sequence_runner_approve_start_frame_async (StarsendClientSequenceRunner *self, const char *sequence_id,
                                                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  task = starsend_step_begin (self, starsend_client_sequence_runner_approve_start_frame_async, sequence_id,
                              STATUS_BIT (START_FRAME_PENDING) | STATUS_BIT (START_FRAME_APPROVED),
                              cancellable, callback, user_data);
  if (task != NULL)
    mark_frame (task, TRUE);
}

/**
 * starsend_client_sequence_runner_approve_start_frame_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Says whether the start frame is approved.
 *
 * Returns: whether it is
 */
gboolean
starsend_client_sequence_runner_approve_start_frame_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * starsend_client_sequence_runner_unlock_start_frame_async:
 * @sequence_id: a sequence
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the approval is taken back
 * @user_data: data for @callback
 *
 * Takes the approval of a start frame back, before a take was made with it.
 */
void
starsend_client_sequence_runner_unlock_start_frame_async (StarsendClientSequenceRunner *self, const char *sequence_id,
                                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  task = starsend_step_begin (self, starsend_client_sequence_runner_unlock_start_frame_async, sequence_id,
                              STATUS_BIT (START_FRAME_APPROVED), cancellable, callback, user_data);
  if (task != NULL)
    mark_frame (task, FALSE);
}

/**
 * starsend_client_sequence_runner_unlock_start_frame_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Says whether the start frame is free again.
 *
 * Returns: whether it is
 */
gboolean
starsend_client_sequence_runner_unlock_start_frame_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
