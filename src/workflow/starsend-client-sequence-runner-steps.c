/* starsend-client-sequence-runner-steps.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-client-sequence-runner-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-batch.h"
#include "starsend-error.h"
#include "starsend-plan-check.h"
#include "starsend-start-frame.h"

/* What every step of ClientSequenceRunner shares: where it may begin, how it ends, and the parts that several are made of. */

static void
step_free (gpointer data)
{
  Step *step = data;

  g_free (step->id);
  g_clear_object (&step->sequence);
  g_clear_object (&step->record);
  g_free (step->prompt);
  g_free (step->model);
  g_free (step->path);
  g_free (step->picture);
  g_clear_pointer (&step->source, json_node_unref);
  g_clear_pointer (&step->overrides, g_hash_table_unref);
  g_clear_object (&step->resolution);
  g_clear_object (&step->request);
  g_clear_object (&step->result);
  g_clear_object (&step->chain);
  g_clear_object (&step->take);
  g_free (step->shot_id);
  g_free (step->note);
  g_clear_error (&step->error);
  g_free (step);
}

static gboolean
check_plan (StarsendClientSequenceRunner *self, const char *sequence_id, GError **error)
{
  g_autoptr(StarsendFinding) finding = NULL;

  if (!starsend_plan_has_error (starsend_project_get_plan (self->project), sequence_id, &finding))
    return TRUE;

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("The plan has to be mended first. %s: %s"),
               starsend_finding_get_place (finding), starsend_finding_get_message (finding));

  return FALSE;
}

static gboolean
check_status (StarsendClientSequenceRunner *self, StarsendSequenceItem *item, const char *sequence_id, guint allowed, GError **error)
{
  StarsendSequenceStatus status = starsend_sequence_record_get_status (starsend_sequence_item_get_record (item));
  const char *next = starsend_sequence_item_get_next_step (item);
  g_autofree char *batch_id = starsend_batch_id (starsend_project_get_episode (self->project), sequence_id);

  if (allowed & (1u << status))
    return TRUE;

  if (starsend_sequence_item_get_interrupted (item) &&
      !starsend_job_runner_check_nothing_open (self->jobs, batch_id, "take", error))
    return FALSE;
  if (starsend_sequence_item_get_interrupted (item))
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
                 _("%s was interrupted while a take was made. Resume the project first."), sequence_id);
  else if (next != NULL)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
                 /* Translators: a sequence's id, its state, what comes next: 'SEQ04 is not ready for this: it stands at “Review”. Next: Approve or iterate.' */
                 _("%s is not ready for this: it stands at “%s”. Next: %s."),
                 sequence_id, starsend_sequence_item_get_label (item), next);
  else
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
                 _("%s is not ready for this: it stands at “%s”."), sequence_id, starsend_sequence_item_get_label (item));

  return FALSE;
}

static gboolean
check_idle (StarsendClientSequenceRunner *self, const char *sequence_id, GError **error)
{
  if (!g_hash_table_contains (self->busy, sequence_id))
    return TRUE;

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY, _("%s is being worked on; wait until that is done."), sequence_id);

  return FALSE;
}

GTask *
starsend_step_begin (StarsendClientSequenceRunner *self, gpointer tag, const char *sequence_id, guint allowed,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(StarsendSequenceItem) item = NULL;
  GError *error = NULL;
  GTask *task;
  Step *step;

  item = starsend_client_sequence_runner_get_status (self, sequence_id, &error);
  if (item == NULL ||
      !starsend_project_check_writable (self->project, &error) ||
      !check_plan (self, sequence_id, &error) ||
      !check_idle (self, sequence_id, &error) ||
      !check_status (self, item, sequence_id, allowed, &error))
    {
      g_task_report_error (self, callback, user_data, tag, error);
      return NULL;
    }

  step = g_new0 (Step, 1);
  step->id = g_strdup (sequence_id);
  step->sequence = g_object_ref (starsend_sequence_item_get_sequence (item));
  step->record = g_object_ref (starsend_sequence_item_get_record (item));
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, step, step_free);
  g_hash_table_add (self->busy, g_strdup (sequence_id));

  return task;
}

/* The caller may begin the next step from its callback, so the sequence is free before the task returns. */
static void
leave (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);

  g_hash_table_remove (self->busy, step->id);
}

void
starsend_step_fail (GTask *task, GError *error)
{
  leave (task);
  g_task_return_error (task, error);
  g_object_unref (task);
}

void
starsend_step_end_boolean (GTask *task)
{
  leave (task);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

void
starsend_step_end_pointer (GTask *task, gpointer pointer, GDestroyNotify destroy)
{
  leave (task);
  g_task_return_pointer (task, pointer, destroy);
  g_object_unref (task);
}

/* State */

static void
on_updated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Step *step = g_task_get_task_data (task);
  GError *error = NULL;

  if (starsend_sequence_state_update_finish (STARSEND_SEQUENCE_STATE (source), result, &error))
    {
      step->then (task);
      return;
    }

  /* What went wrong first is what the user has to know. */
  if (step->error != NULL)
    g_prefix_error (&error, "%s ", step->error->message);
  starsend_step_fail (task, error);
}

void
starsend_step_update (GTask *task, StarsendSequenceChange *change, void (*then) (GTask *task))
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);

  step->then = then;
  starsend_sequence_state_update_async (starsend_project_get_sequence_state (self->project), step->id, change,
                                        NULL, on_updated, task);
}

/* Elements */

static gboolean
waits_for_elements (StarsendSequenceStatus status)
{
  return status == STARSEND_SEQUENCE_STATUS_NOT_STARTED ||
         status == STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING ||
         status == STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING;
}

static void
on_resolved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Step *step = g_task_get_task_data (task);
  StarsendSequenceStatus status = starsend_sequence_record_get_status (step->record);
  StarsendSequenceStatus wanted;
  g_autoptr(StarsendSequenceChange) change = NULL;
  gboolean complete;
  GError *error = NULL;

  g_clear_object (&step->resolution);
  step->resolution = starsend_element_manager_resolve_finish (STARSEND_ELEMENT_MANAGER (source), result, &error);
  if (step->resolution == NULL)
    {
      starsend_step_fail (task, error);
      return;
    }

  complete = starsend_element_resolution_is_complete (step->resolution);
  wanted = complete ? STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING : STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING;
  if (!waits_for_elements (status))
    wanted = status;
  if (wanted == status && starsend_sequence_record_get_elements_resolved (step->record) == complete)
    {
      step->then (task);
      return;
    }

  change = starsend_sequence_change_new ();
  starsend_sequence_change_set_status (change, wanted);
  starsend_sequence_change_set_elements_resolved (change, complete);
  starsend_step_update (task, change, step->then);
}

void
starsend_step_resolve_elements (GTask *task, void (*then) (GTask *task))
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);

  step->then = then;
  starsend_element_manager_resolve_async (self->elements, starsend_sequence_get_elements (step->sequence),
                                          g_task_get_cancellable (task), on_resolved, task);
}

static void
go_on_if_complete (GTask *task)
{
  Step *step = g_task_get_task_data (task);
  g_auto(GStrv) problems = NULL;

  if (starsend_element_resolution_is_complete (step->resolution))
    {
      step->after_elements (task);
      return;
    }

  problems = starsend_element_resolution_dup_problems (step->resolution);
  starsend_step_fail (task,
                      g_error_new (STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
                                   /* Translators: a sequence's id, then a sentence about a missing picture. */
                                   _("%s waits for its elements. %s"), step->id, problems[0]));
}

void
starsend_step_ensure_elements (GTask *task, void (*then) (GTask *task))
{
  Step *step = g_task_get_task_data (task);

  step->after_elements = then;
  starsend_step_resolve_elements (task, go_on_if_complete);
}

/* Numbers */

static void
on_number (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Step *step = g_task_get_task_data (task);

  step->number = starsend_runner_find_number_finish (result);
  step->then (task);
}

void
starsend_step_find_number (GTask *task, StarsendRequestKind kind, void (*then) (GTask *task))
{
  Step *step = g_task_get_task_data (task);

  step->then = then;
  starsend_runner_find_number_async (g_task_get_source_object (task), step->id, kind, on_number, task);
}

/* Requests */

char *
starsend_step_dup_batch_id (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);

  return starsend_batch_id (starsend_project_get_episode (self->project), step->id);
}

/* The project's, else the model's: it is kept with the request, so that the ledger says what was sent. */
static const char *
choose_template (StarsendClientSequenceRunner *self, const char *model)
{
  StarsendModel *row = starsend_models_get_model (self->models, model);
  const char *own = starsend_project_config_get_grid_prompt (starsend_project_get_config (self->project));

  if (row == NULL || starsend_model_get_template (row) == NULL)
    return NULL;
  return own != NULL ? own : starsend_model_get_template (row);
}

StarsendRequest *
starsend_step_make_request (GTask *task, StarsendRequestKind kind, guint number, const char *model)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  g_autofree char *batch_id = starsend_step_dup_batch_id (task);
  g_autofree char *title = NULL;
  StarsendRequest *request = starsend_request_new (kind, batch_id, number, model);
  GListModel *elements = starsend_element_resolution_get_elements (step->resolution);
  const char *name = starsend_sequence_get_title (step->sequence);
  StarsendFrameRate rate;
  int width, height;

  title = name != NULL ? g_strdup_printf ("%s · %s", step->id, name) : g_strdup (step->id);
  starsend_request_set_title (request, title);
  starsend_project_get_aspect (self->project, &width, &height);
  starsend_request_set_aspect (request, width, height);
  starsend_project_get_frame_rate (self->project, &rate);
  starsend_request_set_frame_rate (request, rate);
  for (guint i = 0; i < g_list_model_get_n_items (elements); i++)
    {
      g_autoptr(StarsendElementPictures) element = g_list_model_get_item (elements, i);

      starsend_request_add_element (request, element);
    }
  if (kind == STARSEND_REQUEST_GRID)
    starsend_request_set_template (request, choose_template (self, model));
  else
    starsend_request_set_audio (request, self->audio);

  return request;
}

static void
on_request_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Step *step = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    step->then (task);
  else
    starsend_step_fail (task, error);
}

static GError *
make_refusal (StarsendClientSequenceRunner *self, Step *step, GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    {
      StarsendFinding *finding = g_ptr_array_index (findings, i);
      g_autofree char *place = NULL;

      if (starsend_finding_get_severity (finding) != STARSEND_SEVERITY_ERROR)
        continue;
      place = starsend_plan_check_dup_place (starsend_project_get_plan (self->project), step->sequence, starsend_finding_get_place (finding));
      return g_error_new (STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, "%s: %s", place, starsend_finding_get_message (finding));
    }

  return NULL;
}

static void
check_request_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (data);
  Step *step = g_task_get_task_data (data);
  StarsendModel *model = starsend_models_get_model (self->models, starsend_request_get_model (step->request));
  g_autoptr(GPtrArray) findings = model != NULL ? starsend_model_check_whole (model, step->request, TRUE) : NULL;
  GError *error = findings != NULL ? make_refusal (self, step, findings) : NULL;

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
starsend_step_check_request (GTask *task, void (*then) (GTask *task))
{
  Step *step = g_task_get_task_data (task);
  g_autoptr(GTask) check_task = g_task_new (NULL, NULL, on_request_checked, task);

  step->then = then;
  g_task_set_task_data (check_task, task, NULL);
  g_task_run_in_thread (check_task, check_request_thread);
}

/* Start frames */

typedef struct
{
  StarsendProjectPaths *paths;
  char *sequence_id;
  GBytes *png;
  JsonNode *source;
  gboolean approve;
} Install;

static void
install_free (gpointer data)
{
  Install *install = data;

  g_object_unref (install->paths);
  g_free (install->sequence_id);
  g_bytes_unref (install->png);
  g_clear_pointer (&install->source, json_node_unref);
  g_free (install);
}

static gboolean
install_job (gpointer data, GError **error)
{
  Install *install = data;

  return starsend_start_frame_install (install->paths, install->sequence_id, install->png, install->source, install->approve, error);
}

static void
on_installed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  g_autoptr(StarsendSequenceChange) change = NULL;
  g_autofree char *relative = NULL;
  GError *error = NULL;

  if (!starsend_file_queue_run_finish (STARSEND_FILE_QUEUE (source), result, &error))
    {
      starsend_step_fail (task, error);
      return;
    }

  g_free (step->path);
  step->path = starsend_project_paths_dup_start_frame (starsend_project_get_paths (self->project), step->id);
  relative = starsend_runner_make_relative (self, step->path);
  change = starsend_sequence_change_new ();
  starsend_sequence_change_set_start_frame (change, relative);
  starsend_sequence_change_set_start_frame_approved (change, step->approve);
  if (!step->approve)
    starsend_sequence_change_set_status (change, STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING);
  starsend_step_update (task, change, step->then);
}

void
starsend_step_install_frame (GTask *task, GBytes *png, void (*then) (GTask *task))
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  Install *install = g_new0 (Install, 1);

  install->paths = g_object_ref (starsend_project_get_paths (self->project));
  install->sequence_id = g_strdup (step->id);
  install->png = g_bytes_ref (png);
  install->source = step->source != NULL ? json_node_ref (step->source) : NULL;
  install->approve = step->approve;
  step->then = then;
  starsend_file_queue_run_async (starsend_project_get_file_queue (self->project), install_job, install, install_free,
                                 NULL, on_installed, task);
}
