/* starsend-client-sequence-runner-takes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-client-sequence-runner-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"
#include "starsend-files.h"
#include "starsend-media-info.h"
#include "starsend-sidecar.h"
#include "starsend-start-frame.h"

/* Takes and verdicts. */

/* What came of an execution */

static void
end_with_take (GTask *task)
{
  Step *step = g_task_get_task_data (task);

  if (step->error != NULL)
    starsend_step_fail (task, g_steal_pointer (&step->error));
  else
    starsend_step_end_pointer (task, g_steal_pointer (&step->take), g_object_unref);
}

static void
load_take_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (data);
  Step *step = g_task_get_task_data (data);

  g_task_return_pointer (task, starsend_take_load (step->path, step->number, starsend_project_get_root (self->project)), g_object_unref);
}

static void
on_take_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Step *step = g_task_get_task_data (task);

  g_clear_object (&step->take);
  step->take = g_task_propagate_pointer (G_TASK (result), NULL);
  step->then (task);
}

/* Reads step->path, take step->number, into step->take. */
static void
load_take (GTask *task, void (*then) (GTask *task))
{
  Step *step = g_task_get_task_data (task);
  /* Of nobody: its thread may be the last to let go of it, and a runner must not end there. */
  g_autoptr(GTask) load_task = g_task_new (NULL, NULL, on_take_loaded, task);

  step->then = then;
  g_task_set_task_data (load_task, task, NULL);
  g_task_run_in_thread (load_task, load_take_thread);
}

static void
load_new_take (GTask *task)
{
  load_take (task, end_with_take);
}

static gboolean
is_iterating (Step *step)
{
  return starsend_sequence_record_get_status (step->record) == STARSEND_SEQUENCE_STATUS_ITERATING;
}

static void
put_into_review (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  g_autoptr(StarsendSequenceChange) change = starsend_sequence_change_new ();
  g_autofree char *relative = starsend_runner_make_relative (self, step->path);

  starsend_sequence_change_set_status (change, STARSEND_SEQUENCE_STATUS_REVIEW);
  starsend_sequence_change_set_takes (change, MAX (step->number, starsend_sequence_record_get_takes (step->record)));
  starsend_sequence_change_set_current_take (change, step->number);
  starsend_sequence_change_set_video_path (change, relative);
  starsend_step_update (task, change, load_new_take);
}

/* The old takes are still there, so a failed iteration is back in review. */
static void
put_back (GTask *task)
{
  Step *step = g_task_get_task_data (task);
  g_autoptr(StarsendSequenceChange) change = starsend_sequence_change_new ();

  starsend_sequence_change_set_status (change, is_iterating (step) ? STARSEND_SEQUENCE_STATUS_REVIEW
                                                                  : STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  starsend_step_update (task, change, end_with_take);
}

/* A job that is open, or a take that arrived while its shots could not be filed: both wait to be resumed, and neither is
 * made again. */
static gboolean
is_to_be_resumed (StarsendClientSequenceRunner *self, Step *step)
{
  return starsend_runner_has_open_job (self, step->id, STARSEND_REQUEST_TAKE, step->number) ||
         (step->result == NULL && starsend_runner_last_number (self, step->id, STARSEND_REQUEST_TAKE) >= step->number);
}

static void
finish_execution (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);

  /* Never on hearsay: the result has to say so of every shot, and the file has to be there. */
  if (step->error == NULL && starsend_step_result_get_error (step->result) != NULL)
    step->error = g_error_copy (starsend_step_result_get_error (step->result));
  if (step->error == NULL && !g_file_test (step->path, G_FILE_TEST_IS_REGULAR))
    step->error = g_error_new (STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND, _("The take of %s did not arrive at %s."), step->id, step->path);

  if (step->error == NULL)
    put_into_review (task);
  else if (is_to_be_resumed (self, step))
    end_with_take (task);
  else
    put_back (task);
}

static void
on_executed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Step *step = g_task_get_task_data (task);

  step->result = starsend_step_runner_execute_multi_shot_finish (STARSEND_STEP_RUNNER (source), result, &step->error);
  finish_execution (task);
}

static void
run_step (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);

  starsend_step_runner_execute_multi_shot_async (self->steps, step->request, step->path,
                                                 g_task_get_cancellable (task), on_executed, task);
}

/* Before an execution */

static const char *
choose_text (Step *step, StarsendShot *shot)
{
  const char *text = step->overrides != NULL ? g_hash_table_lookup (step->overrides, starsend_shot_get_id (shot)) : NULL;

  return text != NULL && *text != '\0' ? text : starsend_shot_get_prompt (shot);
}

/* Which prompts are not the plan's is kept with the request, so that the next iteration can keep them too. */
static JsonNode *
make_context (Step *step)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonObject *overrides = json_object_new ();
  GHashTableIter iter;
  const char *shot_id, *text;

  if (step->overrides != NULL)
    {
      g_hash_table_iter_init (&iter, step->overrides);
      while (g_hash_table_iter_next (&iter, (gpointer *) &shot_id, (gpointer *) &text))
        if (*text != '\0')
          json_object_set_string_member (overrides, shot_id, text);
    }
  json_object_set_object_member (object, "overrides", overrides);
  json_node_take_object (node, object);

  return node;
}

static void
add_shots (Step *step)
{
  GListModel *shots = starsend_sequence_get_shots (step->sequence);

  for (guint i = 0; i < g_list_model_get_n_items (shots); i++)
    {
      g_autoptr(StarsendShot) shot = g_list_model_get_item (shots, i);
      g_autoptr(StarsendShotPrompt) prompt = starsend_shot_prompt_new (starsend_shot_get_id (shot), choose_text (step, shot),
                                                                       starsend_shot_get_camera (shot), starsend_shot_get_duration (shot));

      starsend_request_add_shot (step->request, prompt);
    }
}

/* What the model makes of the planned lengths is what is ordered, paid and verified. */
static void
fit_shots (StarsendClientSequenceRunner *self, Step *step)
{
  StarsendModel *model = starsend_models_get_model (self->models, starsend_request_get_model (step->request));

  if (model != NULL)
    starsend_model_fit_request (model, step->request);
}

/* Joining what is there already needs no account. */
static gboolean
is_all_there (Step *step)
{
  return step->chain != NULL && starsend_take_chain_get_n_there (step->chain) == starsend_take_chain_get_n_parts (step->chain);
}

static void
begin_execution (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  gboolean first = starsend_sequence_record_get_status (step->record) == STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED;
  g_autoptr(StarsendSequenceChange) change = NULL;
  GError *error = NULL;

  if ((!is_all_there (step) && !starsend_job_runner_check (self->jobs, step->request, &error)) ||
      g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error))
    {
      starsend_step_fail (task, error);
      return;
    }
  if (step->only_offer)
    {
      starsend_step_end_offer (task);
      return;
    }

  change = starsend_sequence_change_new ();
  starsend_sequence_change_set_status (change, first ? STARSEND_SEQUENCE_STATUS_GENERATING : STARSEND_SEQUENCE_STATUS_ITERATING);
  starsend_sequence_change_set_completed_at (change, NULL);
  starsend_step_update (task, change, run_step);
}

/* What is asked for and cannot be had is not bought without it. */
static gboolean
check_burn_in (StarsendClientSequenceRunner *self, const char *name, GError **error)
{
  StarsendModel *model = starsend_models_get_model (self->models, name);

  if (!self->burn_in || model == NULL || starsend_model_get_account (model) == NULL)
    return TRUE;

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               /* Translators: %s is a model's name. */
               _("“%s” writes nothing into the picture: only “animatic” can. Leave the burn-in out, or choose “animatic”."), name);

  return FALSE;
}

/* The request of take step->number, and how it is made. */
static gboolean
make_request (GTask *task, GError **error)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  StarsendProjectPaths *paths = starsend_project_get_paths (self->project);
  g_autofree char *model = starsend_client_sequence_runner_dup_take_model (self, step->id, step->model);
  g_autofree char *frame = NULL;
  g_autoptr(JsonNode) context = make_context (step);

  if (!check_burn_in (self, model, error))
    return FALSE;

  /* What is only offered has not put its picture in place. */
  if (step->only_offer && step->picture != NULL)
    frame = g_strdup (step->picture);
  else
    frame = starsend_project_paths_resolve (paths, starsend_sequence_record_get_start_frame (step->record), error);
  if (frame == NULL)
    return FALSE;

  g_clear_object (&step->request);
  step->request = starsend_step_make_request (task, STARSEND_REQUEST_TAKE, step->number, model);
  starsend_request_set_start_frame (step->request, frame);
  starsend_request_set_context (step->request, context);
  starsend_request_set_burn_in (step->request, self->burn_in);
  add_shots (step);
  g_free (step->path);
  step->path = starsend_project_paths_dup_take (paths, step->id, step->number);
  g_clear_object (&step->chain);
  step->chain = starsend_step_runner_dup_chain (self->steps, step->request, step->path, NULL);
  /* The parts of a take are fit each by itself. */
  if (step->chain == NULL)
    fit_shots (self, step);

  return TRUE;
}

static gboolean
check_parts (GTask *task, GError **error)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);

  return starsend_step_runner_estimate (self->steps, step->request, NULL, error) >= 0;
}

static void
begin_new (GTask *task)
{
  GError *error = NULL;

  if (check_parts (task, &error))
    begin_execution (task);
  else
    starsend_step_fail (task, error);
}

static void
make_new (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  GError *error = NULL;

  if (make_request (task, &error) && starsend_job_runner_check (self->jobs, step->request, &error))
    starsend_step_check_request (task, begin_new);
  else
    starsend_step_fail (task, error);
}

/* What is there of an unfinished take is not what is wanted now: it stays, and a take of its own is made. */
static void
leave_unfinished (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);

  step->unused_number = step->number;
  step->n_unused = starsend_runner_count_parts (self, step->id, step->number);
  starsend_step_find_number (task, STARSEND_REQUEST_TAKE, make_new);
}

static void
on_unfinished_seen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendTakeChain *chain = STARSEND_TAKE_CHAIN (source);
  GError *error = NULL;

  if (!starsend_take_chain_look_finish (chain, result, &error))
    starsend_step_fail (task, error);
  else if (starsend_take_chain_get_n_there (chain) > 0 && starsend_take_chain_can_go_on (chain))
    begin_execution (task);
  else
    leave_unfinished (task);
}

/* A take whose parts were never joined is gone on with, as long as it would be made of the same. */
static void
start_execution (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  g_autoptr(StarsendLedgerJob) unfinished = starsend_runner_dup_unjoined (self, step->id);
  GError *error = NULL;

  if (unfinished == NULL)
    {
      starsend_step_find_number (task, STARSEND_REQUEST_TAKE, make_new);
      return;
    }

  step->number = starsend_ledger_job_get_number (unfinished);
  if (!make_request (task, &error) || !check_parts (task, &error))
    starsend_step_fail (task, error);
  else if (step->chain == NULL)
    leave_unfinished (task);
  else
    starsend_take_chain_look_async (step->chain, g_task_get_cancellable (task), on_unfinished_seen, task);
}

static void
on_frame_examined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Step *step = g_task_get_task_data (task);

  switch ((StarsendStartFrameState) g_task_propagate_int (G_TASK (result), NULL))
    {
    case STARSEND_START_FRAME_APPROVED:
      start_execution (task);
      break;
    case STARSEND_START_FRAME_MISSING:
      starsend_step_fail (task, g_error_new (STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
                                             _("The start frame of %s is not there any more. Pick or set another one."), step->id));
      break;
    case STARSEND_START_FRAME_CHANGED:
      starsend_step_fail (task, g_error_new (STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
                                             _("The start frame of %s is not the picture that was approved. "
                                               "Look at it and approve it again."), step->id));
      break;
    case STARSEND_START_FRAME_UNREADABLE:
      starsend_step_fail (task, g_error_new (STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
                                             _("The start frame of %s, or the file beside it, cannot be read. "
                                               "Check the disk and the permissions, and try again."), step->id));
      break;
    case STARSEND_START_FRAME_UNAPPROVED:
    case STARSEND_START_FRAME_UNRECORDED:
    default:
      starsend_step_fail (task, g_error_new (STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
                                             _("Nothing says which picture was approved as the start frame of %s. "
                                               "Look at it and approve it again."), step->id));
    }
}

static void
examine_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  g_task_return_int (task, path != NULL ? starsend_start_frame_examine (path) : STARSEND_START_FRAME_MISSING);
}

static void
check_frame (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  const char *relative = starsend_sequence_record_get_start_frame (step->record);
  g_autoptr(GTask) examine_task = g_task_new (NULL, NULL, on_frame_examined, task);
  char *path = NULL;

  if (relative != NULL)
    path = starsend_project_paths_resolve (starsend_project_get_paths (self->project), relative, NULL);
  g_task_set_task_data (examine_task, path, g_free);
  g_task_run_in_thread (examine_task, examine_thread);
}

static void
check_elements_and_frame (GTask *task)
{
  starsend_step_ensure_elements (task, check_frame);
}

void
starsend_step_begin_execution (StarsendClientSequenceRunner *self, gpointer tag, gboolean only_offer, const char *sequence_id, const char *model,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = starsend_step_begin (self, tag, sequence_id, STATUS_BIT (START_FRAME_APPROVED), cancellable, callback, user_data);
  Step *step;

  if (task == NULL)
    return;

  step = g_task_get_task_data (task);
  step->only_offer = only_offer;
  step->model = g_strdup (model);
  check_elements_and_frame (task);
}

/**
 * starsend_client_sequence_runner_execute_sequence_async:
 * @sequence_id: a sequence whose start frame is approved
 * @model: (nullable): a video model; %NULL for the one that is set
 * @cancellable: (nullable): a cancellable; it leaves a submitted job open in the ledger
 * @callback: (scope async): called when the take is in review
 * @user_data: data for @callback
 *
 * Makes the first take of a sequence.
 */
void
starsend_client_sequence_runner_execute_sequence_async (StarsendClientSequenceRunner *self, const char *sequence_id, const char *model,
                                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  starsend_step_begin_execution (self, starsend_client_sequence_runner_execute_sequence_async, FALSE, sequence_id, model,
                                 cancellable, callback, user_data);
}

/**
 * starsend_client_sequence_runner_execute_sequence_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives the take. After an error the sequence stands where it stood, unless the job is still open: then it waits to be
 * resumed.
 *
 * Returns: (transfer full): the take
 */
StarsendTake *
starsend_client_sequence_runner_execute_sequence_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Iterate */

static void
take_picture_in (GTask *task)
{
  Step *step = g_task_get_task_data (task);

  if (step->picture == NULL)
    {
      check_frame (task);
      return;
    }
  if (step->only_offer)
    {
      start_execution (task);
      return;
    }

  step->approve = TRUE;
  starsend_step_set_frame (task, check_frame);
}

/* The prompts that the current take had instead of the plan's stay, unless they are overridden now or were given up. */
static void
keep_overrides (GTask *task)
{
  Step *step = g_task_get_task_data (task);
  StarsendRequest *request = starsend_take_get_request (step->take);
  JsonNode *context = request != NULL ? starsend_request_get_context (request) : NULL;
  JsonNode *node = context != NULL ? json_object_get_member (json_node_get_object (context), "overrides") : NULL;
  JsonObjectIter iter;
  const char *shot_id;
  JsonNode *text;

  if (step->overrides == NULL)
    step->overrides = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &shot_id, &text))
        if (json_node_get_value_type (text) == G_TYPE_STRING && !g_hash_table_contains (step->overrides, shot_id))
          g_hash_table_insert (step->overrides, g_strdup (shot_id), g_strdup (json_node_get_string (text)));
    }

  starsend_step_ensure_elements (task, take_picture_in);
}

static gboolean
take_overrides (Step *step, GHashTable *overrides, GError **error)
{
  GHashTableIter iter;
  const char *shot_id, *text;

  if (overrides == NULL)
    return TRUE;

  step->overrides = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, overrides);
  while (g_hash_table_iter_next (&iter, (gpointer *) &shot_id, (gpointer *) &text))
    {
      g_autoptr(StarsendShot) shot = starsend_sequence_dup_shot (step->sequence, shot_id);

      if (shot == NULL)
        {
          g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND, _("%s has no shot “%s”."), step->id, shot_id);
          return FALSE;
        }
      g_hash_table_insert (step->overrides, g_strdup (shot_id), g_strdup (text != NULL ? text : ""));
    }

  return TRUE;
}

void
starsend_step_begin_iteration (StarsendClientSequenceRunner *self, gpointer tag, gboolean only_offer, const char *sequence_id,
                               GHashTable *overrides, const char *start_frame, const char *model,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = starsend_step_begin (self, tag, sequence_id, STATUS_BIT (REVIEW) | STATUS_BIT (COMPLETE),
                                     cancellable, callback, user_data);
  g_autofree char *name = NULL;
  StarsendProvider *provider;
  Step *step;
  GError *error = NULL;

  if (task == NULL)
    return;

  step = g_task_get_task_data (task);
  step->only_offer = only_offer;
  step->model = g_strdup (model);
  step->picture = g_strdup (start_frame);
  name = starsend_client_sequence_runner_dup_take_model (self, step->id, model);
  /* What nobody can make is refused before the start frame is replaced. */
  provider = starsend_models_find (self->models, name, STARSEND_REQUEST_TAKE, &error);
  if (provider == NULL ||
      (start_frame != NULL && !starsend_provider_check_account (provider, &error)) ||
      !take_overrides (step, overrides, &error))
    {
      starsend_step_fail (task, error);
      return;
    }

  step->number = starsend_sequence_record_get_current_take (step->record);
  step->path = starsend_project_paths_dup_take (starsend_project_get_paths (self->project), step->id, step->number);
  load_take (task, keep_overrides);
}

/**
 * starsend_client_sequence_runner_iterate_sequence_async:
 * @sequence_id: a sequence that has a take
 * @overrides: (nullable) (element-type utf8 utf8): prompts by shot id; an empty one goes back to the plan's
 * @start_frame: (nullable) (type filename): a picture that becomes the approved start frame
 * @model: (nullable): a video model; %NULL for the one that is set
 * @cancellable: (nullable): a cancellable; it leaves a submitted job open in the ledger
 * @callback: (scope async): called when the take is in review
 * @user_data: data for @callback
 *
 * Makes another take. Overrides of the current take stay for the shots that @overrides does not name.
 */
void
starsend_client_sequence_runner_iterate_sequence_async (StarsendClientSequenceRunner *self, const char *sequence_id, GHashTable *overrides,
                                                        const char *start_frame, const char *model,
                                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  starsend_step_begin_iteration (self, starsend_client_sequence_runner_iterate_sequence_async, FALSE, sequence_id, overrides, start_frame, model,
                                 cancellable, callback, user_data);
}

/**
 * starsend_client_sequence_runner_iterate_sequence_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives the take. After an error the earlier takes are still there.
 *
 * Returns: (transfer full): the take
 */
StarsendTake *
starsend_client_sequence_runner_iterate_sequence_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Verdicts */

static void
record_verdict (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  StarsendSequenceStatus status = starsend_sequence_record_get_status (step->record);
  gboolean is_current = step->number == starsend_sequence_record_get_current_take (step->record);
  g_autoptr(StarsendSequenceChange) change = starsend_sequence_change_new ();
  g_autofree char *relative = starsend_runner_make_relative (self, step->path);
  g_autofree char *now = starsend_sidecar_now ();

  if (step->note != NULL)
    starsend_sequence_change_set_notes (change, step->note);
  if (step->verdict == STARSEND_VERDICT_APPROVED)
    {
      if (status != STARSEND_SEQUENCE_STATUS_COMPLETE)
        starsend_sequence_change_set_status (change, STARSEND_SEQUENCE_STATUS_COMPLETE);
      starsend_sequence_change_set_current_take (change, step->number);
      starsend_sequence_change_set_video_path (change, relative);
      starsend_sequence_change_set_completed_at (change, now);
    }
  else if (status == STARSEND_SEQUENCE_STATUS_COMPLETE && is_current)
    {
      starsend_sequence_change_set_status (change, STARSEND_SEQUENCE_STATUS_REVIEW);
      starsend_sequence_change_set_completed_at (change, NULL);
    }
  starsend_step_update (task, change, starsend_step_end_boolean);
}

static void
on_shots_repaired (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (!starsend_execution_store_repair_finish (STARSEND_EXECUTION_STORE (source), result, &error))
    starsend_step_fail (task, error);
  else
    record_verdict (task);
}

static char **
dup_judged_shots (Step *step)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  GListModel *shots = starsend_sequence_get_shots (step->sequence);

  if (step->shot_id != NULL)
    g_strv_builder_add (builder, step->shot_id);
  for (guint i = 0; step->shot_id == NULL && i < g_list_model_get_n_items (shots); i++)
    {
      g_autoptr(StarsendShot) shot = g_list_model_get_item (shots, i);

      g_strv_builder_add (builder, starsend_shot_get_id (shot));
    }

  return g_strv_builder_end (builder);
}

/* The table of shots leads out of a verdict only by a new run; a user who thinks again about the same take corrects the
 * record instead, and so does a take that this program did not make. */
static void
file_verdict (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  StarsendExecutionStore *store = starsend_project_get_execution_store (self->project);
  g_autofree char *batch_id = starsend_step_dup_batch_id (task);
  g_autofree char *run_id = starsend_step_runner_dup_run_id (batch_id, step->number);
  g_auto(GStrv) shots = dup_judged_shots (step);

  starsend_execution_store_repair_async (store, run_id, (const char *const *) shots,
                                         starsend_verdict_to_string (step->verdict), step->number, NULL, on_shots_repaired, task);
}

static void
on_judged (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (!starsend_take_judge_finish (STARSEND_TAKE (source), result, &error))
    starsend_step_fail (task, error);
  else
    file_verdict (task);
}

static void
judge (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);

  starsend_take_judge_async (step->take, starsend_project_get_file_queue (self->project), step->shot_id, step->verdict, step->note,
                             NULL, on_judged, task);
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Step *step = g_task_get_task_data (task);
  g_autoptr(StarsendMediaInfo) info = NULL;
  JsonNode *checks = starsend_take_get_checks (step->take);
  gint64 arrived = -1;
  GError *error = NULL;

  info = starsend_media_probe_finish (result, &error);
  if (info == NULL)
    {
      starsend_step_fail (task, error);
      return;
    }

  if (checks != NULL)
    arrived = json_object_get_int_member_with_default (json_node_get_object (checks), "frames", -1);
  if (arrived >= 0 && arrived != starsend_media_info_get_n_frames (info))
    starsend_step_fail (task, g_error_new (STARSEND_ERROR, STARSEND_ERROR_DAMAGED,
                                           _("Take %u of %s has %" G_GINT64_FORMAT " frames now and had %" G_GINT64_FORMAT
                                             " when it arrived, so it was not approved."),
                                           step->number, step->id, starsend_media_info_get_n_frames (info), arrived));
  else
    judge (task);
}

/* A sequence is never complete on hearsay: the file is opened and read to its end. */
static void
probe_and_judge (GTask *task)
{
  Step *step = g_task_get_task_data (task);

  starsend_media_probe_async (step->path, g_task_get_cancellable (task), on_probed, task);
}

static void
begin_verdict (StarsendClientSequenceRunner *self, gpointer tag, const char *sequence_id, guint number, const char *shot_id,
               StarsendVerdict verdict, const char *note,
               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = starsend_step_begin (self, tag, sequence_id, STATUS_BIT (REVIEW) | STATUS_BIT (COMPLETE),
                                     cancellable, callback, user_data);
  g_autoptr(StarsendShot) shot = NULL;
  Step *step;

  if (task == NULL)
    return;

  step = g_task_get_task_data (task);
  step->number = number != 0 ? number : starsend_sequence_record_get_current_take (step->record);
  step->verdict = verdict;
  step->note = g_strdup (note);
  step->shot_id = g_strdup (shot_id);
  step->path = starsend_project_paths_dup_take (starsend_project_get_paths (self->project), step->id, step->number);
  shot = shot_id != NULL ? starsend_sequence_dup_shot (step->sequence, shot_id) : NULL;
  if (shot_id != NULL && shot == NULL)
    starsend_step_fail (task, g_error_new (STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND, _("%s has no shot “%s”."), step->id, shot_id));
  else if (step->number == 0 || !g_file_test (step->path, G_FILE_TEST_IS_REGULAR))
    starsend_step_fail (task, g_error_new (STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND, _("%s has no take %u."), step->id, step->number));
  else
    load_take (task, verdict == STARSEND_VERDICT_APPROVED ? probe_and_judge : judge);
}

/**
 * starsend_client_sequence_runner_approve_take_async:
 * @sequence_id: a sequence in review, or a complete one
 * @take: the number of a take; 0 for the current one
 * @note: (nullable): why
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the sequence is complete
 * @user_data: data for @callback
 *
 * Completes a sequence with a take, after the file was read to its end.
 */
void
starsend_client_sequence_runner_approve_take_async (StarsendClientSequenceRunner *self, const char *sequence_id, guint take, const char *note,
                                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  begin_verdict (self, starsend_client_sequence_runner_approve_take_async, sequence_id, take, NULL,
                 STARSEND_VERDICT_APPROVED, note, cancellable, callback, user_data);
}

/**
 * starsend_client_sequence_runner_approve_take_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Says whether the sequence is complete.
 *
 * Returns: whether it is
 */
gboolean
starsend_client_sequence_runner_approve_take_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * starsend_client_sequence_runner_reject_take_async:
 * @sequence_id: a sequence in review, or a complete one
 * @take: the number of a take; 0 for the current one
 * @shot_id: (nullable): only this shot
 * @note: (nullable): why
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the verdict is on the disk
 * @user_data: data for @callback
 *
 * Rejects a take or one shot of it. The video stays. A complete sequence whose take is rejected is back in review.
 */
void
starsend_client_sequence_runner_reject_take_async (StarsendClientSequenceRunner *self, const char *sequence_id, guint take, const char *shot_id, const char *note,
                                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  begin_verdict (self, starsend_client_sequence_runner_reject_take_async, sequence_id, take, shot_id,
                 STARSEND_VERDICT_REJECTED, note, cancellable, callback, user_data);
}

/**
 * starsend_client_sequence_runner_reject_take_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Says whether the verdict is on the disk.
 *
 * Returns: whether it is
 */
gboolean
starsend_client_sequence_runner_reject_take_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Listing */

typedef struct
{
  StarsendProjectPaths *paths;
  char *sequence_id;
  guint known;
} Scan;

static void
scan_free (gpointer data)
{
  Scan *scan = data;

  g_object_unref (scan->paths);
  g_free (scan->sequence_id);
  g_free (scan);
}

static void
scan_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Scan *scan = data;
  g_autoptr(GPtrArray) takes = starsend_runner_scan_takes (scan->paths, scan->sequence_id, scan->known);
  GListStore *list = g_list_store_new (STARSEND_TYPE_TAKE);

  g_list_store_splice (list, 0, 0, takes->pdata, takes->len);
  g_task_return_pointer (task, list, g_object_unref);
}

/**
 * starsend_client_sequence_runner_list_takes_async:
 * @sequence_id: a sequence
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the takes were read
 * @user_data: data for @callback
 *
 * Reads the takes of a sequence from the disk.
 */
void
starsend_client_sequence_runner_list_takes_async (StarsendClientSequenceRunner *self, const char *sequence_id,
                                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(StarsendSequenceItem) item = NULL;
  g_autoptr(GTask) task = NULL;
  Scan *scan;
  GError *error = NULL;

  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_client_sequence_runner_list_takes_async);
  item = starsend_client_sequence_runner_get_status (self, sequence_id, &error);
  if (item == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  scan = g_new0 (Scan, 1);
  scan->paths = g_object_ref (starsend_project_get_paths (self->project));
  scan->sequence_id = g_strdup (sequence_id);
  scan->known = starsend_sequence_record_get_takes (starsend_sequence_item_get_record (item));
  g_task_set_task_data (task, scan, scan_free);
  g_task_run_in_thread (task, scan_thread);
}

/**
 * starsend_client_sequence_runner_list_takes_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives the takes, by number.
 *
 * Returns: (transfer full): a list of [class@Take]
 */
GListModel *
starsend_client_sequence_runner_list_takes_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
