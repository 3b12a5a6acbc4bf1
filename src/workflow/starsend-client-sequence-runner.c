/* starsend-client-sequence-runner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-client-sequence-runner-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-animatic-provider.h"
#include "starsend-batch.h"
#include "starsend-error.h"
#include "starsend-file-verifier.h"
#include "starsend-media-joiner.h"
#include "starsend-providers.h"
#include "starsend-sketch-provider.h"

G_DEFINE_FINAL_TYPE (StarsendClientSequenceRunner, starsend_client_sequence_runner, G_TYPE_OBJECT)

/* Numbers come from files that anybody can edit; beyond this nobody has made takes. */
#define MAX_NUMBER 9999
/* A deleted take leaves a gap; so many in a row end the search. */
#define MAX_GAP 8
/* Most of what is taken up waits for a provider, so several at a time cost nothing. */
#define DEFAULT_RESUME_LIMIT 8
#define MAX_RESUME_LIMIT 256

enum
{
  PROP_0,
  PROP_PROJECT,
  PROP_ITEMS,
  PROP_JOBS,
  PROP_BURN_IN,
  PROP_AUDIO,
  PROP_RESUME_LIMIT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_client_sequence_runner_dispose (GObject *object)
{
  StarsendClientSequenceRunner *self = STARSEND_CLIENT_SEQUENCE_RUNNER (object);

  g_clear_object (&self->items);
  g_clear_object (&self->elements);
  g_clear_object (&self->explorer);
  g_clear_object (&self->steps);
  g_clear_object (&self->jobs);
  g_clear_object (&self->models);
  g_clear_object (&self->project);

  G_OBJECT_CLASS (starsend_client_sequence_runner_parent_class)->dispose (object);
}

static void
starsend_client_sequence_runner_finalize (GObject *object)
{
  StarsendClientSequenceRunner *self = STARSEND_CLIENT_SEQUENCE_RUNNER (object);

  g_clear_pointer (&self->busy, g_hash_table_unref);

  G_OBJECT_CLASS (starsend_client_sequence_runner_parent_class)->finalize (object);
}

static void
starsend_client_sequence_runner_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendClientSequenceRunner *self = STARSEND_CLIENT_SEQUENCE_RUNNER (object);

  switch (prop_id)
    {
    case PROP_PROJECT:
      g_value_set_object (value, self->project);
      break;
    case PROP_ITEMS:
      g_value_set_object (value, self->items);
      break;
    case PROP_JOBS:
      g_value_set_object (value, starsend_job_runner_get_jobs (self->jobs));
      break;
    case PROP_BURN_IN:
      g_value_set_boolean (value, self->burn_in);
      break;
    case PROP_AUDIO:
      g_value_set_boolean (value, self->audio);
      break;
    case PROP_RESUME_LIMIT:
      g_value_set_uint (value, self->resume_limit);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_client_sequence_runner_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_BURN_IN:
      starsend_client_sequence_runner_set_burn_in (STARSEND_CLIENT_SEQUENCE_RUNNER (object), g_value_get_boolean (value));
      break;
    case PROP_AUDIO:
      starsend_client_sequence_runner_set_audio (STARSEND_CLIENT_SEQUENCE_RUNNER (object), g_value_get_boolean (value));
      break;
    case PROP_RESUME_LIMIT:
      starsend_client_sequence_runner_set_resume_limit (STARSEND_CLIENT_SEQUENCE_RUNNER (object), g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_client_sequence_runner_class_init (StarsendClientSequenceRunnerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = starsend_client_sequence_runner_dispose;
  object_class->finalize = starsend_client_sequence_runner_finalize;
  object_class->get_property = starsend_client_sequence_runner_get_property;
  object_class->set_property = starsend_client_sequence_runner_set_property;

  properties[PROP_PROJECT] = g_param_spec_object ("project", NULL, NULL, STARSEND_TYPE_PROJECT, flags);
  properties[PROP_ITEMS] = g_param_spec_object ("items", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_JOBS] = g_param_spec_object ("jobs", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_BURN_IN] = g_param_spec_boolean ("burn-in", NULL, NULL, FALSE,
                                                   G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_AUDIO] = g_param_spec_boolean ("audio", NULL, NULL, FALSE,
                                                 G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_RESUME_LIMIT] = g_param_spec_uint ("resume-limit", NULL, NULL, 1, MAX_RESUME_LIMIT, DEFAULT_RESUME_LIMIT,
                                                     G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_client_sequence_runner_init (StarsendClientSequenceRunner *self)
{
  self->resume_limit = DEFAULT_RESUME_LIMIT;
  self->busy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* Shared with the other files */

GPtrArray *
starsend_runner_find_jobs (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendRequestKind kind, guint number,
                           gboolean open_only)
{
  g_autofree char *batch_id = starsend_batch_id (starsend_project_get_episode (self->project), sequence_id);

  return starsend_ledger_find_jobs (starsend_project_get_ledger (self->project), batch_id,
                                    starsend_request_kind_to_string (kind), number, open_only);
}

gboolean
starsend_runner_has_open_job (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendRequestKind kind, guint number)
{
  g_autoptr(GPtrArray) open_jobs = starsend_runner_find_jobs (self, sequence_id, kind, number, TRUE);

  return open_jobs->len > 0;
}

guint
starsend_runner_last_number (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendRequestKind kind)
{
  g_autoptr(GPtrArray) jobs = starsend_runner_find_jobs (self, sequence_id, kind, 0, FALSE);
  StarsendSequenceRecord *record = starsend_sequence_state_get_record (starsend_project_get_sequence_state (self->project), sequence_id);
  guint last = 0;

  for (guint i = 0; i < jobs->len; i++)
    {
      StarsendLedgerJob *job = g_ptr_array_index (jobs, i);

      /* The number of a job that came to nothing is free again. */
      if (starsend_ledger_job_get_event (job) != STARSEND_LEDGER_RELEASED)
        last = MAX (last, starsend_ledger_job_get_number (job));
    }
  if (kind == STARSEND_REQUEST_TAKE)
    last = MAX (last, MIN (starsend_sequence_record_get_takes (record), MAX_NUMBER));

  return last;
}

typedef struct
{
  StarsendProjectPaths *paths;
  char *sequence_id;
  StarsendRequestKind kind;
  guint last;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_object_unref (search->paths);
  g_free (search->sequence_id);
  g_free (search);
}

/* A file that nobody knows of keeps its number too. */
static void
search_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Search *search = data;
  guint last = search->last;

  for (guint number = last + 1; number <= last + MAX_GAP && number <= MAX_NUMBER; number++)
    {
      g_autofree char *path = search->kind == STARSEND_REQUEST_TAKE
                                ? starsend_project_paths_dup_take (search->paths, search->sequence_id, number)
                                : starsend_project_paths_dup_grid (search->paths, search->sequence_id, number);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        last = number;
    }

  g_task_return_int (task, last + 1);
}

void
starsend_runner_find_number_async (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendRequestKind kind,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Search *search = g_new0 (Search, 1);

  search->paths = g_object_ref (starsend_project_get_paths (self->project));
  search->sequence_id = g_strdup (sequence_id);
  search->kind = kind;
  search->last = starsend_runner_last_number (self, sequence_id, kind);
  g_task_set_task_data (task, search, search_free);
  g_task_run_in_thread (task, search_thread);
}

guint
starsend_runner_find_number_finish (GAsyncResult *result)
{
  return (guint) g_task_propagate_int (G_TASK (result), NULL);
}

GPtrArray *
starsend_runner_scan_takes (StarsendProjectPaths *paths, const char *sequence_id, guint known)
{
  GPtrArray *takes = g_ptr_array_new_with_free_func (g_object_unref);
  guint last = MIN (known, MAX_NUMBER);

  for (guint number = 1; number <= last + MAX_GAP; number++)
    {
      g_autofree char *path = starsend_project_paths_dup_take (paths, sequence_id, number);

      if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
        continue;

      last = MAX (last, number);
      g_ptr_array_add (takes, starsend_take_load (path, number, starsend_project_paths_get_root (paths)));
    }

  return takes;
}

char *
starsend_runner_make_relative (StarsendClientSequenceRunner *self, const char *path)
{
  return starsend_project_paths_make_relative (starsend_project_get_paths (self->project), path);
}

/* Public API */

/**
 * starsend_client_sequence_runner_new:
 * @project: a client video project
 * @error: return location for an error
 *
 * Makes the orchestrator of a project, with the local providers and those of the accounts.
 *
 * Returns: (transfer full): the runner; %STARSEND_ERROR_INVALID_INPUT for a project of another type, and for prices in it that
 *   cannot be read
 */
StarsendClientSequenceRunner *
starsend_client_sequence_runner_new (StarsendProject *project, GError **error)
{
  g_autoptr(StarsendClientSequenceRunner) self = NULL;
  g_autoptr(StarsendProvider) sketch = starsend_sketch_provider_new ();
  g_autoptr(StarsendProvider) animatic = starsend_animatic_provider_new ();
  g_autoptr(StarsendVerifier) verifier = starsend_file_verifier_new ();
  g_autoptr(StarsendJoiner) joiner = starsend_media_joiner_new ();
  StarsendLedger *ledger;

  g_return_val_if_fail (STARSEND_IS_PROJECT (project), NULL);

  if (!starsend_project_is_client_video (project))
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("%s has no sequences to run: its project_config.json does not say "
                     "“project_type”: “client_video”, so it is a series."),
                   starsend_project_get_root (project));
      return NULL;
    }

  self = g_object_new (STARSEND_TYPE_CLIENT_SEQUENCE_RUNNER, NULL);
  ledger = starsend_project_get_ledger (project);
  self->project = g_object_ref (project);
  self->audio = starsend_project_config_get_audio (starsend_project_get_config (project));
  self->models = starsend_models_new ();
  if (!starsend_models_set_prices (self->models, starsend_project_config_get_prices (starsend_project_get_config (project)), error))
    return NULL;
  starsend_models_add_provider (self->models, "sketch", sketch);
  starsend_models_add_provider (self->models, "animatic", animatic);
  starsend_providers_register (self->models, starsend_keys_get_default ());
  self->jobs = starsend_job_runner_new (starsend_project_get_root (project), starsend_project_get_config (project), ledger,
                                        starsend_project_get_file_queue (project), self->models, verifier);
  starsend_job_runner_set_project (self->jobs, project);
  self->steps = starsend_step_runner_new (self->jobs, starsend_project_get_execution_store (project), ledger, joiner);
  self->explorer = starsend_grid_explorer_new (self->jobs);
  self->elements = starsend_element_manager_new (starsend_project_get_plan (project), starsend_project_get_paths (project));
  self->items = starsend_sequence_items_new (project, self->jobs);

  return g_steal_pointer (&self);
}

/**
 * starsend_client_sequence_runner_get_project:
 *
 * The project that it works on.
 *
 * Returns: (transfer none): the project
 */
StarsendProject *
starsend_client_sequence_runner_get_project (StarsendClientSequenceRunner *self)
{
  g_return_val_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self), NULL);

  return self->project;
}

/**
 * starsend_client_sequence_runner_get_models:
 *
 * Who makes what. A provider that is added here is used from then on.
 *
 * Returns: (transfer none): the models
 */
StarsendModels *
starsend_client_sequence_runner_get_models (StarsendClientSequenceRunner *self)
{
  g_return_val_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self), NULL);

  return self->models;
}

/**
 * starsend_client_sequence_runner_get_burn_in:
 *
 * Whether takes carry sequence, shot, prompt and timecode in the picture. Only the animatic can.
 *
 * Returns: whether they do
 */
gboolean
starsend_client_sequence_runner_get_burn_in (StarsendClientSequenceRunner *self)
{
  g_return_val_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self), FALSE);

  return self->burn_in;
}

/**
 * starsend_client_sequence_runner_set_burn_in:
 * @burn_in: whether takes carry sequence, shot, prompt and timecode in the picture
 *
 * Sets how the next takes are made.
 */
void
starsend_client_sequence_runner_set_burn_in (StarsendClientSequenceRunner *self, gboolean burn_in)
{
  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  burn_in = !!burn_in;
  if (self->burn_in == burn_in)
    return;

  self->burn_in = burn_in;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BURN_IN]);
}

/**
 * starsend_client_sequence_runner_get_resume_limit:
 *
 * How many jobs are taken up at once.
 *
 * Returns: the number
 */
guint
starsend_client_sequence_runner_get_resume_limit (StarsendClientSequenceRunner *self)
{
  g_return_val_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self), 0);

  return self->resume_limit;
}

/**
 * starsend_client_sequence_runner_set_resume_limit:
 * @limit: how many jobs are taken up at once, from 1
 *
 * Sets how many jobs [method@ClientSequenceRunner.resume_async] takes up at once.
 */
void
starsend_client_sequence_runner_set_resume_limit (StarsendClientSequenceRunner *self, guint limit)
{
  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));
  g_return_if_fail (limit >= 1 && limit <= MAX_RESUME_LIMIT);

  if (self->resume_limit == limit)
    return;

  self->resume_limit = limit;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESUME_LIMIT]);
}

/**
 * starsend_client_sequence_runner_get_audio:
 *
 * Whether takes are made with sound, where the model can; at first, what the project says.
 *
 * Returns: whether they are
 */
gboolean
starsend_client_sequence_runner_get_audio (StarsendClientSequenceRunner *self)
{
  g_return_val_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self), FALSE);

  return self->audio;
}

/**
 * starsend_client_sequence_runner_set_audio:
 * @audio: whether takes are made with sound
 *
 * Sets how the next takes are made.
 */
void
starsend_client_sequence_runner_set_audio (StarsendClientSequenceRunner *self, gboolean audio)
{
  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  audio = !!audio;
  if (self->audio == audio)
    return;

  self->audio = audio;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AUDIO]);
}

/**
 * starsend_client_sequence_runner_get_items:
 *
 * All sequences, in the plan's order.
 *
 * Returns: (transfer none): a list of [class@SequenceItem]
 */
GListModel *
starsend_client_sequence_runner_get_items (StarsendClientSequenceRunner *self)
{
  g_return_val_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self), NULL);

  return G_LIST_MODEL (self->items);
}

/**
 * starsend_client_sequence_runner_get_jobs:
 *
 * What runs now.
 *
 * Returns: (transfer none): a list of [class@Job]
 */
GListModel *
starsend_client_sequence_runner_get_jobs (StarsendClientSequenceRunner *self)
{
  g_return_val_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self), NULL);

  return starsend_job_runner_get_jobs (self->jobs);
}

static char *
list_first_ids (StarsendPlan *plan)
{
  g_auto(GStrv) ids = starsend_plan_dup_sequence_ids (plan);
  guint length = g_strv_length (ids);
  g_autofree char *joined = NULL;

  if (length == 0)
    return g_strdup (_("none"));
  for (guint i = 6; i < length; i++)
    g_clear_pointer (&ids[i], g_free);
  joined = g_strjoinv (", ", ids);

  return length > 6 ? g_strconcat (joined, ", …", NULL) : g_steal_pointer (&joined);
}

/**
 * starsend_client_sequence_runner_get_status:
 * @sequence_id: a sequence
 * @error: return location for an error
 *
 * Where one sequence stands.
 *
 * Returns: (transfer full): the item; %STARSEND_ERROR_NOT_FOUND for an id that the plan does not have
 */
StarsendSequenceItem *
starsend_client_sequence_runner_get_status (StarsendClientSequenceRunner *self, const char *sequence_id, GError **error)
{
  g_autofree char *ids = NULL;
  StarsendSequenceItem *item;

  g_return_val_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self), NULL);
  g_return_val_if_fail (sequence_id != NULL, NULL);

  item = starsend_sequence_items_dup (self->items, sequence_id);
  if (item == NULL)
    {
      ids = list_first_ids (starsend_project_get_plan (self->project));
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND,
                   _("The plan has no sequence “%s”. There are: %s."), sequence_id, ids);
    }

  return item;
}

/**
 * starsend_client_sequence_runner_dup_grid_model:
 * @sequence_id: a sequence
 * @model: (nullable): a model that was asked for
 *
 * The model that a grid would be made with: the one asked for, the project's, the default.
 *
 * Returns: (transfer full): a model's name
 */
char *
starsend_client_sequence_runner_dup_grid_model (StarsendClientSequenceRunner *self, const char *sequence_id, const char *model)
{
  g_return_val_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self), NULL);

  return g_strdup (starsend_models_choose (self->models, STARSEND_REQUEST_GRID, model, NULL,
                                           starsend_project_config_get_grid_model (starsend_project_get_config (self->project))));
}

/**
 * starsend_client_sequence_runner_dup_take_model:
 * @sequence_id: a sequence
 * @model: (nullable): a model that was asked for
 *
 * The model that a take would be made with: the one asked for, the plan's, the project's, the default.
 *
 * Returns: (transfer full): a model's name
 */
char *
starsend_client_sequence_runner_dup_take_model (StarsendClientSequenceRunner *self, const char *sequence_id, const char *model)
{
  g_autoptr(StarsendSequence) sequence = NULL;

  g_return_val_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self), NULL);

  sequence = starsend_plan_dup_sequence (starsend_project_get_plan (self->project), sequence_id);

  return g_strdup (starsend_models_choose (self->models, STARSEND_REQUEST_TAKE, model,
                                           sequence != NULL ? starsend_sequence_get_model (sequence) : NULL,
                                           starsend_project_config_get_video_model (starsend_project_get_config (self->project))));
}

static gint64
sum_parts (StarsendClientSequenceRunner *self, StarsendProvider *provider, StarsendRequest *request, GError **error)
{
  g_autoptr(GPtrArray) parts = starsend_step_runner_split (self->steps, request, error);
  gint64 sum = 0;

  if (parts == NULL)
    return -1;
  for (guint i = 0; i < parts->len; i++)
    sum += starsend_provider_estimate (provider, g_ptr_array_index (parts, i));

  return sum;
}

static gint64
estimate (StarsendClientSequenceRunner *self, StarsendRequestKind kind, const char *sequence_id, const char *model, GError **error)
{
  StarsendProvider *provider = starsend_models_find (self->models, model, kind, error);
  g_autoptr(StarsendSequence) sequence = NULL;
  g_autoptr(StarsendRequest) request = NULL;
  GListModel *shots;

  if (provider == NULL ||
      !starsend_models_check_currency (self->models, model,
                                       starsend_project_config_get_currency (starsend_project_get_config (self->project)), error))
    return -1;

  sequence = starsend_plan_dup_sequence (starsend_project_get_plan (self->project), sequence_id);
  request = starsend_request_new (kind, sequence_id, 1, model);
  starsend_request_set_audio (request, self->audio && kind == STARSEND_REQUEST_TAKE);
  shots = starsend_sequence_get_shots (sequence);
  for (guint i = 0; i < g_list_model_get_n_items (shots); i++)
    {
      g_autoptr(StarsendShot) shot = g_list_model_get_item (shots, i);
      g_autoptr(StarsendShotPrompt) prompt = starsend_shot_prompt_new (starsend_shot_get_id (shot), starsend_shot_get_prompt (shot),
                                                                       starsend_shot_get_camera (shot), starsend_shot_get_duration (shot));

      starsend_request_add_shot (request, prompt);
    }

  return kind == STARSEND_REQUEST_TAKE ? sum_parts (self, provider, request, error) : starsend_provider_estimate (provider, request);
}

/**
 * starsend_client_sequence_runner_estimate_grid:
 * @sequence_id: a sequence
 * @model: (nullable): a model; %NULL for the one that would be used
 * @error: return location for an error
 *
 * What a grid is expected to cost.
 *
 * Returns: millionths of the project's currency; -1 on error
 */
gint64
starsend_client_sequence_runner_estimate_grid (StarsendClientSequenceRunner *self, const char *sequence_id, const char *model, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr(StarsendSequenceItem) item = starsend_client_sequence_runner_get_status (self, sequence_id, error);

  if (item == NULL)
    return -1;

  name = starsend_client_sequence_runner_dup_grid_model (self, sequence_id, model);

  return estimate (self, STARSEND_REQUEST_GRID, sequence_id, name, error);
}

/**
 * starsend_client_sequence_runner_estimate_take:
 * @sequence_id: a sequence
 * @model: (nullable): a model; %NULL for the one that would be used
 * @error: return location for an error
 *
 * What a take is expected to cost, all its parts together. It does not look at what is there already:
 * [method@ClientSequenceRunner.offer_execution_async] does.
 *
 * Returns: millionths of the project's currency; -1 on error
 */
gint64
starsend_client_sequence_runner_estimate_take (StarsendClientSequenceRunner *self, const char *sequence_id, const char *model, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr(StarsendSequenceItem) item = starsend_client_sequence_runner_get_status (self, sequence_id, error);

  if (item == NULL)
    return -1;

  name = starsend_client_sequence_runner_dup_take_model (self, sequence_id, model);

  return estimate (self, STARSEND_REQUEST_TAKE, sequence_id, name, error);
}

static char **
select_ids (StarsendClientSequenceRunner *self, gboolean (*wanted) (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendSequenceStatus status))
{
  StarsendSequenceState *state = starsend_project_get_sequence_state (self->project);
  g_auto(GStrv) ids = starsend_plan_dup_sequence_ids (starsend_project_get_plan (self->project));
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; ids[i] != NULL; i++)
    if (wanted (self, ids[i], starsend_sequence_record_get_status (starsend_sequence_state_get_record (state, ids[i]))))
      g_strv_builder_add (builder, ids[i]);

  return g_strv_builder_end (builder);
}

static gboolean
is_ready (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendSequenceStatus status)
{
  return status == STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED &&
         !starsend_plan_has_error (starsend_project_get_plan (self->project), sequence_id, NULL);
}

/**
 * starsend_client_sequence_runner_dup_ready:
 *
 * The sequences that a first take can be made of: the start frame approved, no error in the plan.
 *
 * Returns: (transfer full) (array zero-terminated=1): sequence ids
 */
char **
starsend_client_sequence_runner_dup_ready (StarsendClientSequenceRunner *self)
{
  g_return_val_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self), NULL);

  return select_ids (self, is_ready);
}

static gboolean
is_interrupted (StarsendClientSequenceRunner *self, const char *sequence_id, StarsendSequenceStatus status)
{
  g_autofree char *batch_id = NULL;
  g_autoptr(StarsendJob) job = NULL;

  if ((1u << status) & STATUS_NOT_RUNNING)
    return FALSE;

  batch_id = starsend_batch_id (starsend_project_get_episode (self->project), sequence_id);
  job = starsend_job_runner_dup_job (self->jobs, batch_id);

  return job == NULL && !g_hash_table_contains (self->busy, sequence_id);
}

/**
 * starsend_client_sequence_runner_dup_interrupted:
 *
 * The sequences that say they are being generated while nothing runs here.
 *
 * Returns: (transfer full) (array zero-terminated=1): sequence ids
 */
char **
starsend_client_sequence_runner_dup_interrupted (StarsendClientSequenceRunner *self)
{
  g_return_val_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self), NULL);

  return select_ids (self, is_interrupted);
}
