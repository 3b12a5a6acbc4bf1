/* starsend-plan-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-plan-check.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-picture.h"

#define MAX_FINDINGS 1000

/* Everything that the thread needs, taken on the main thread. A plan can be read from any. */
typedef struct
{
  StarsendPlan *plan;
  StarsendModels *models;
  StarsendProjectPaths *paths;  /* nullable: a bare plan */
  char *grid_model;             /* the project's, else the default */
  char *take_model;
  char *configured_grid;        /* nullable: as the project writes it */
  char *configured_take;
  char *currency;               /* nullable */
  GPtrArray *frames;            /* of char *, for each sequence: its start frame relative to the project, or NULL */
  StarsendFrameRate rate;
  int width;
  int height;

  GListStore *findings;
  GHashTable *planned;          /* places of which the plan's own findings speak */
  GHashTable *said;             /* what stands for no single sequence, and was said */
  GHashTable *broken;           /* places of files that are not there or cannot be read */
  guint n_unlisted;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_object_unref (look->plan);
  g_object_unref (look->models);
  g_clear_object (&look->paths);
  g_free (look->grid_model);
  g_free (look->take_model);
  g_free (look->configured_grid);
  g_free (look->configured_take);
  g_free (look->currency);
  g_clear_pointer (&look->frames, g_ptr_array_unref);
  g_clear_object (&look->findings);
  g_clear_pointer (&look->planned, g_hash_table_unref);
  g_clear_pointer (&look->said, g_hash_table_unref);
  g_clear_pointer (&look->broken, g_hash_table_unref);
  g_free (look);
}

static void
add (Look *look, StarsendSeverity severity, const char *place, const char *sequence_id, const char *message)
{
  g_autoptr(StarsendFinding) finding = NULL;

  if (g_list_model_get_n_items (G_LIST_MODEL (look->findings)) >= MAX_FINDINGS)
    {
      look->n_unlisted++;
      return;
    }

  finding = starsend_finding_new (severity, place, sequence_id, message);
  g_list_store_append (look->findings, finding);
}

/* What concerns the plan as a whole is said once, however many sequences meet it. */
static void
add_once (Look *look, StarsendSeverity severity, const char *place, const char *message)
{
  if (g_hash_table_add (look->said, g_strconcat (place, "\n", message, NULL)))
    add (look, severity, place, "", message);
}

/* Files */

static void
look_at_picture (Look *look, const char *place, const char *relative)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = starsend_project_paths_resolve (look->paths, relative, &error);
  StarsendPictureInfo info;

  if (path != NULL && starsend_picture_probe (path, &info, &error))
    return;

  g_hash_table_add (look->broken, g_strdup (place));
  add_once (look, STARSEND_SEVERITY_WARNING, place, error->message);
}

static void
look_at_element_files (Look *look)
{
  GListModel *elements = starsend_plan_get_elements (look->plan);

  for (guint i = 0; i < g_list_model_get_n_items (elements); i++)
    {
      g_autoptr(StarsendElement) element = g_list_model_get_item (elements, i);
      const char *const *references = starsend_element_get_references (element);
      g_autofree char *place = g_strdup_printf ("elements[%u].frontal", i);

      if (starsend_element_get_frontal (element) != NULL)
        look_at_picture (look, place, starsend_element_get_frontal (element));
      for (guint j = 0; references != NULL && references[j] != NULL; j++)
        {
          g_autofree char *inner = g_strdup_printf ("elements[%u].references[%u]", i, j);

          look_at_picture (look, inner, references[j]);
        }
    }
}

static void
look_at_song (Look *look)
{
  StarsendSong *song = starsend_plan_get_song (look->plan);
  const char *file = song != NULL ? starsend_song_get_file (song) : NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = file != NULL ? starsend_project_paths_resolve (look->paths, file, &error) : NULL;

  if (error != NULL)
    add_once (look, STARSEND_SEVERITY_WARNING, "song.file", error->message);
}

/* Requests, as they would be made */

/* A file that is not there was told of; it still counts. */
static char *
dup_path (Look *look, const char *relative)
{
  char *path = look->paths != NULL && relative != NULL ? starsend_project_paths_resolve (look->paths, relative, NULL) : NULL;

  return path != NULL ? path : g_strdup (relative);
}

static void
add_elements (Look *look, StarsendSequence *sequence, StarsendRequest *request)
{
  const char *const *ids = starsend_sequence_get_elements (sequence);

  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autoptr(StarsendElement) element = starsend_plan_dup_element (look->plan, ids[i]);
      g_autoptr(StarsendElementPictures) pictures = NULL;
      g_autoptr(GPtrArray) references = g_ptr_array_new_with_free_func (g_free);
      g_autofree char *frontal = NULL;
      const char *const *planned;

      if (element == NULL)
        continue;
      planned = starsend_element_get_references (element);
      frontal = dup_path (look, starsend_element_get_frontal (element));
      for (guint j = 0; planned != NULL && planned[j] != NULL; j++)
        g_ptr_array_add (references, dup_path (look, planned[j]));
      g_ptr_array_add (references, NULL);
      pictures = starsend_element_pictures_new (ids[i], starsend_element_get_name (element), starsend_element_get_description (element),
                                                frontal, (const char *const *) references->pdata);
      starsend_request_add_element (request, pictures);
    }
}

static void
add_shots (StarsendSequence *sequence, StarsendRequest *request)
{
  GListModel *shots = starsend_sequence_get_shots (sequence);

  for (guint i = 0; i < g_list_model_get_n_items (shots); i++)
    {
      g_autoptr(StarsendShot) shot = g_list_model_get_item (shots, i);
      g_autoptr(StarsendShotPrompt) prompt = starsend_shot_prompt_new (starsend_shot_get_id (shot), starsend_shot_get_prompt (shot),
                                                                       starsend_shot_get_camera (shot), starsend_shot_get_duration (shot));

      starsend_request_add_shot (request, prompt);
    }
}

static gboolean
is_blank (const char *text)
{
  return text == NULL || *text == '\0';
}

static StarsendRequest *
make_request (Look *look, StarsendRequestKind kind, StarsendSequence *sequence, const char *model, const char *frame)
{
  StarsendRequest *request = starsend_request_new (kind, starsend_sequence_get_id (sequence), 1, model);
  g_autoptr(StarsendShot) first = g_list_model_get_item (starsend_sequence_get_shots (sequence), 0);
  const char *prompt = starsend_sequence_get_start_frame_prompt (sequence);

  starsend_request_set_aspect (request, look->width, look->height);
  starsend_request_set_frame_rate (request, look->rate);
  add_elements (look, sequence, request);
  if (kind == STARSEND_REQUEST_GRID)
    starsend_request_set_prompt (request, is_blank (prompt) && first != NULL ? starsend_shot_get_prompt (first) : prompt);
  else
    {
      add_shots (sequence, request);
      starsend_request_set_start_frame (request, frame);
    }

  return request;
}

/* Findings of a model */

/* Whether the plan's own findings say it already, such as of an element that no prompt names. */
static gboolean
is_planned (Look *look, StarsendFinding *finding, const char *place)
{
  return starsend_finding_get_severity (finding) == STARSEND_SEVERITY_WARNING && g_hash_table_contains (look->planned, place);
}

static void
take_finding (Look *look, StarsendSequence *sequence, StarsendFinding *finding)
{
  g_autofree char *place = starsend_plan_check_dup_place (look->plan, sequence, starsend_finding_get_place (finding));

  if (g_str_equal (place, "aspect_ratio"))
    add_once (look, starsend_finding_get_severity (finding), place, starsend_finding_get_message (finding));
  else if (!is_planned (look, finding, place) && !g_hash_table_contains (look->broken, place))
    add (look, starsend_finding_get_severity (finding), place, starsend_sequence_get_id (sequence), starsend_finding_get_message (finding));
}

static void
check_request (Look *look, StarsendSequence *sequence, StarsendModel *model, StarsendRequest *request, gboolean has_frame)
{
  g_autoptr(GPtrArray) findings = starsend_model_check_whole (model, request, look->paths != NULL);

  for (guint i = 0; i < findings->len; i++)
    {
      StarsendFinding *finding = g_ptr_array_index (findings, i);

      /* A start frame that is not there yet is the next step, and no mistake. */
      if (has_frame || !g_str_equal (starsend_finding_get_place (finding), "start_frame"))
        take_finding (look, sequence, finding);
    }
}

/* NULL: it was said why not. */
static StarsendModel *
find_model (Look *look, StarsendSequence *sequence, StarsendRequestKind kind, const char *name, const char *written)
{
  g_autoptr(GError) error = NULL;
  StarsendModel *model = starsend_models_require (look->models, name, kind, &error);
  gboolean is_planned = kind == STARSEND_REQUEST_TAKE && starsend_sequence_get_model (sequence) != NULL;
  g_autofree char *place = starsend_plan_check_dup_place (look->plan, sequence, "model");
  g_autofree char *message = NULL;

  if (!is_planned)
    {
      g_free (place);
      place = g_strdup (kind == STARSEND_REQUEST_GRID ? "models.grid" : "models.video");
    }
  if (model != NULL && look->currency != NULL && !starsend_models_check_currency (look->models, name, look->currency, &error))
    {
      add_once (look, STARSEND_SEVERITY_ERROR, "prices", error->message);
      return model;
    }
  if (model != NULL && written != NULL && !g_str_equal (written, starsend_model_get_name (model)))
    {
      message = g_strdup_printf (_("The model “%s” was retired; “%s” is used in its place."), written, starsend_model_get_name (model));
      add_once (look, STARSEND_SEVERITY_WARNING, place, message);
    }
  if (model == NULL && is_planned)
    add (look, STARSEND_SEVERITY_ERROR, place, starsend_sequence_get_id (sequence), error->message);
  else if (model == NULL)
    add_once (look, STARSEND_SEVERITY_ERROR, place, error->message);

  return model;
}

static void
check_sequence (Look *look, StarsendSequence *sequence, const char *relative)
{
  const char *planned = starsend_sequence_get_model (sequence);
  const char *name = starsend_models_resolve (look->models, planned != NULL ? planned : look->take_model);
  const char *grid_name = starsend_models_resolve (look->models, look->grid_model);
  StarsendModel *model = find_model (look, sequence, STARSEND_REQUEST_TAKE, name, planned != NULL ? planned : look->configured_take);
  StarsendModel *grid_model = find_model (look, sequence, STARSEND_REQUEST_GRID, grid_name, look->configured_grid);
  g_autofree char *frame = dup_path (look, relative);
  g_autoptr(StarsendRequest) request = NULL;
  g_autoptr(StarsendRequest) grid_request = NULL;

  if (model != NULL)
    {
      /* Every take begins with one, so where there is none yet its place is kept. */
      request = make_request (look, STARSEND_REQUEST_TAKE, sequence, name, frame != NULL ? frame : "");
      check_request (look, sequence, model, request, frame != NULL && look->paths != NULL);
    }
  /* The grid is behind it once there is a start frame. */
  if (grid_model != NULL && frame == NULL)
    {
      grid_request = make_request (look, STARSEND_REQUEST_GRID, sequence, grid_name, NULL);
      check_request (look, sequence, grid_model, grid_request, TRUE);
    }
}

static void
end_list (Look *look)
{
  g_autofree char *message = NULL;
  g_autoptr(StarsendFinding) last = NULL;

  if (look->n_unlisted == 0)
    return;

  message = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "There is %u more finding, which is not listed.",
                                          "There are %u more findings, which are not listed.", look->n_unlisted),
                             look->n_unlisted);
  last = starsend_finding_new (STARSEND_SEVERITY_WARNING, "", "", message);
  g_list_store_append (look->findings, last);
}

static void
check_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look *look = data;
  GListModel *sequences = starsend_plan_get_sequences (look->plan);

  if (look->paths != NULL)
    {
      look_at_element_files (look);
      look_at_song (look);
    }
  for (guint i = 0; i < g_list_model_get_n_items (sequences) && !g_cancellable_is_cancelled (cancellable); i++)
    {
      g_autoptr(StarsendSequence) sequence = g_list_model_get_item (sequences, i);

      if (!starsend_plan_has_error (look->plan, starsend_sequence_get_id (sequence), NULL))
        check_sequence (look, sequence, look->frames != NULL ? g_ptr_array_index (look->frames, i) : NULL);
    }
  end_list (look);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_steal_pointer (&look->findings), g_object_unref);
}

/* On the main thread */

static void
remember_findings (Look *look)
{
  GListModel *findings = starsend_plan_get_findings (look->plan);

  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr(StarsendFinding) finding = g_list_model_get_item (findings, i);

      g_hash_table_add (look->planned, g_strdup (starsend_finding_get_place (finding)));
    }
}

static void
take_project (Look *look, StarsendProject *project)
{
  StarsendProjectConfig *config = starsend_project_get_config (project);
  StarsendSequenceState *state = starsend_project_get_sequence_state (project);
  g_auto(GStrv) ids = starsend_plan_dup_sequence_ids (look->plan);

  look->paths = g_object_ref (starsend_project_get_paths (project));
  look->configured_grid = g_strdup (starsend_project_config_get_grid_model (config));
  look->configured_take = g_strdup (starsend_project_config_get_video_model (config));
  look->currency = g_strdup (starsend_project_config_get_currency (config));
  starsend_project_get_aspect (project, &look->width, &look->height);
  starsend_project_get_frame_rate (project, &look->rate);
  look->frames = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; ids[i] != NULL; i++)
    {
      StarsendSequenceRecord *record = starsend_project_is_client_video (project) ? starsend_sequence_state_get_record (state, ids[i]) : NULL;

      g_ptr_array_add (look->frames, record != NULL ? g_strdup (starsend_sequence_record_get_start_frame (record)) : NULL);
    }
}

/**
 * starsend_plan_check_async:
 * @plan: a plan
 * @project: (nullable): the project that it is the plan of; %NULL for a bare plan
 * @models: what the names of models stand for
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when all was looked at
 * @user_data: data for @callback
 *
 * Looks at what a plan alone cannot tell: whether the files that it names are there, and whether every sequence can be made
 * with the model that it would be made with.
 */
void
starsend_plan_check_async (StarsendPlan *plan, StarsendProject *project, StarsendModels *models,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  Look *look;

  g_return_if_fail (STARSEND_IS_PLAN (plan));
  g_return_if_fail (STARSEND_IS_MODELS (models));

  look = g_new0 (Look, 1);
  look->plan = g_object_ref (plan);
  look->models = g_object_ref (models);
  look->findings = g_list_store_new (STARSEND_TYPE_FINDING);
  look->planned = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  look->said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  look->broken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  starsend_plan_get_aspect (plan, &look->width, &look->height);
  starsend_plan_get_frame_rate (plan, &look->rate);
  remember_findings (look);
  if (project != NULL)
    take_project (look, project);
  look->grid_model = g_strdup (starsend_models_choose (models, STARSEND_REQUEST_GRID, NULL, NULL, look->configured_grid));
  look->take_model = g_strdup (starsend_models_choose (models, STARSEND_REQUEST_TAKE, NULL, NULL, look->configured_take));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_plan_check_async);
  g_task_set_task_data (task, look, look_free);
  g_task_run_in_thread (task, check_thread);
}

/**
 * starsend_plan_check_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what was found.
 *
 * Returns: (transfer full): a list of [class@Finding]; %NULL when it was cancelled
 */
GListModel *
starsend_plan_check_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* "elements[1].frontal" is the sequence's second element: wherever that stands among the plan's. */
static char *
dup_element_place (StarsendPlan *plan, StarsendSequence *sequence, guint number, const char *rest)
{
  const char *const *ids = starsend_sequence_get_elements (sequence);
  GListModel *elements = starsend_plan_get_elements (plan);
  guint n_found = 0;

  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autoptr(StarsendElement) element = starsend_plan_dup_element (plan, ids[i]);

      if (element == NULL || n_found++ < number)
        continue;
      if (*rest == '\0')
        return g_strdup_printf ("sequences[%u].elements[%u]", starsend_sequence_get_position (sequence), i);
      for (guint j = 0; j < g_list_model_get_n_items (elements); j++)
        {
          g_autoptr(StarsendElement) other = g_list_model_get_item (elements, j);

          if (other == element)
            return g_strdup_printf ("elements[%u]%s", j, rest);
        }
    }

  return g_strdup_printf ("sequences[%u].elements", starsend_sequence_get_position (sequence));
}

/**
 * starsend_plan_check_dup_place: (skip)
 * @plan: a plan
 * @sequence: one of its sequences
 * @place: a place in a request for that sequence, as [method@Model.check] gives it
 *
 * Finds the place in the plan.
 *
 * Returns: (transfer full): "sequences[3].shots[1].prompt", "elements[0].frontal"
 */
char *
starsend_plan_check_dup_place (StarsendPlan *plan, StarsendSequence *sequence, const char *place)
{
  guint position = starsend_sequence_get_position (sequence);
  guint number;
  int length = 0;

  if (g_str_equal (place, "aspect_ratio"))
    return g_strdup (place);
  if (sscanf (place, "elements[%u]%n", &number, &length) == 1 && length > 0)
    return dup_element_place (plan, sequence, number, place + length);
  if (g_str_equal (place, "prompt"))
    return g_strdup_printf (is_blank (starsend_sequence_get_start_frame_prompt (sequence)) ? "sequences[%u].shots[0].prompt"
                                                                                           : "sequences[%u].start_frame_prompt", position);

  return g_strdup_printf ("sequences[%u].%s", position, place);
}
