/* starsend-take.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-take.h"

#include <string.h>

#include "starsend-checks.h"
#include "starsend-files.h"
#include "starsend-sidecar.h"

struct _StarsendTake
{
  GObject parent_instance;

  /* Owned */
  char *path;
  JsonNode *sidecar; /* an object; empty when there is none */
  StarsendRequest *request;

  guint number;
  gboolean has_sidecar;
};

G_DEFINE_ENUM_TYPE (StarsendVerdict, starsend_verdict,
                    G_DEFINE_ENUM_VALUE (STARSEND_VERDICT_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (STARSEND_VERDICT_APPROVED, "approved"),
                    G_DEFINE_ENUM_VALUE (STARSEND_VERDICT_REJECTED, "rejected"))

G_DEFINE_FINAL_TYPE (StarsendTake, starsend_take, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NUMBER,
  PROP_PATH,
  PROP_VERDICT,
  PROP_NOTE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_take_finalize (GObject *object)
{
  StarsendTake *self = STARSEND_TAKE (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->sidecar, json_node_unref);
  g_clear_object (&self->request);

  G_OBJECT_CLASS (starsend_take_parent_class)->finalize (object);
}

static void
starsend_take_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendTake *self = STARSEND_TAKE (object);

  switch (prop_id)
    {
    case PROP_NUMBER:
      g_value_set_uint (value, self->number);
      break;
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_VERDICT:
      g_value_set_enum (value, starsend_take_get_verdict (self));
      break;
    case PROP_NOTE:
      g_value_set_string (value, starsend_take_get_note (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_take_class_init (StarsendTakeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = starsend_take_finalize;
  object_class->get_property = starsend_take_get_property;

  properties[PROP_NUMBER] = g_param_spec_uint ("number", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  properties[PROP_VERDICT] = g_param_spec_enum ("verdict", NULL, NULL, STARSEND_TYPE_VERDICT, STARSEND_VERDICT_NONE, flags);
  properties[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_take_init (StarsendTake *self)
{
}

/* A sidecar comes from a disk: no member is taken on trust. */

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static JsonObject *
get_root (StarsendTake *self)
{
  return json_node_get_object (self->sidecar);
}

static StarsendVerdict
verdict_from_string (const char *text)
{
  if (g_strcmp0 (text, "approved") == 0)
    return STARSEND_VERDICT_APPROVED;
  if (g_strcmp0 (text, "rejected") == 0)
    return STARSEND_VERDICT_REJECTED;

  return STARSEND_VERDICT_NONE;
}

/* Judging */

static JsonObject *
ensure_object (JsonObject *parent, const char *name)
{
  if (get_object (parent, name) == NULL)
    json_object_set_object_member (parent, name, json_object_new ());

  return get_object (parent, name);
}

static void
set_or_remove (JsonObject *object, const char *name, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, name, value);
  else if (json_object_has_member (object, name))
    json_object_remove_member (object, name);
}

/* json_node_copy() shares the object; a verdict must not show before it is on the disk. */
static JsonNode *
copy_for_change (JsonNode *sidecar)
{
  JsonNode *copy = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonObject *source = json_node_get_object (sidecar);
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, source);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    json_object_set_member (object, name,
                            g_str_equal (name, "verdict") && JSON_NODE_HOLDS_OBJECT (value)
                              ? copy_for_change (value)
                              : g_str_equal (name, "shots") && JSON_NODE_HOLDS_OBJECT (value)
                                  ? copy_for_change (value)
                                  : json_node_copy (value));
  json_node_take_object (copy, object);

  return copy;
}

typedef struct
{
  char *path;
  JsonNode *sidecar;
  gboolean is_first; /* of this take, as far as could be read */
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  g_free (save->path);
  json_node_unref (save->sidecar);
  g_free (save);
}

static gboolean
save_job (gpointer data, GError **error)
{
  Save *save = data;
  g_autofree char *aside = NULL;

  /* One that is there and could not be read says what nobody else does: it is kept beside. */
  if (save->is_first && g_file_test (save->path, G_FILE_TEST_EXISTS))
    {
      aside = starsend_files_set_aside (save->path, error);
      if (aside == NULL)
        return FALSE;
    }

  return starsend_sidecar_save (save->path, save->sidecar, error);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  StarsendTake *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!starsend_file_queue_run_finish (STARSEND_FILE_QUEUE (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  json_node_unref (self->sidecar);
  self->sidecar = json_node_ref (g_task_get_task_data (task));
  self->has_sidecar = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VERDICT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTE]);
  g_task_return_boolean (task, TRUE);
}

/* Public API */

/**
 * starsend_verdict_to_string:
 * @verdict: a verdict
 *
 * The word that files use.
 *
 * Returns: (transfer none) (nullable): "approved" or "rejected"; %NULL for none
 */
const char *
starsend_verdict_to_string (StarsendVerdict verdict)
{
  switch (verdict)
    {
    case STARSEND_VERDICT_APPROVED:
      return "approved";
    case STARSEND_VERDICT_REJECTED:
      return "rejected";
    case STARSEND_VERDICT_NONE:
    default:
      return NULL;
    }
}

/**
 * starsend_take_load:
 * @path: absolute path of the video
 * @number: its number, from 1
 * @root: (nullable): the project's folder
 *
 * Reads what the sidecar says of a take. Blocks.
 *
 * Returns: (transfer full): the take
 */
StarsendTake *
starsend_take_load (const char *path, guint number, const char *root)
{
  StarsendTake *self = g_object_new (STARSEND_TYPE_TAKE, NULL);
  g_autofree char *sidecar_path = starsend_sidecar_path (path);
  JsonObject *request;

  self->path = g_strdup (path);
  self->number = number;
  self->sidecar = starsend_sidecar_load (sidecar_path, NULL);
  self->has_sidecar = self->sidecar != NULL;
  if (self->sidecar == NULL)
    {
      self->sidecar = json_node_new (JSON_NODE_OBJECT);
      json_node_take_object (self->sidecar, json_object_new ());
    }

  request = get_object (get_root (self), "request");
  if (request != NULL)
    self->request = starsend_request_new_from_json (json_object_get_member (get_root (self), "request"), root, NULL);

  return self;
}

/**
 * starsend_take_get_number:
 *
 * The number of the take.
 *
 * Returns: a number from 1
 */
guint
starsend_take_get_number (StarsendTake *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE (self), 0);

  return self->number;
}

/**
 * starsend_take_get_path:
 *
 * The video.
 *
 * Returns: (transfer none): an absolute path
 */
const char *
starsend_take_get_path (StarsendTake *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE (self), NULL);

  return self->path;
}

/**
 * starsend_take_has_sidecar:
 *
 * Whether it is known how the take was made.
 *
 * Returns: whether there is a sidecar that can be read
 */
gboolean
starsend_take_has_sidecar (StarsendTake *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE (self), FALSE);

  return self->has_sidecar;
}

/**
 * starsend_take_get_model:
 *
 * The model that made it.
 *
 * Returns: (transfer none) (nullable): its name
 */
const char *
starsend_take_get_model (StarsendTake *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE (self), NULL);

  return get_string (get_root (self), "model");
}

/**
 * starsend_take_get_batch_id:
 *
 * The batch that it was made for.
 *
 * Returns: (transfer none) (nullable): the batch id
 */
const char *
starsend_take_get_batch_id (StarsendTake *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE (self), NULL);

  return get_string (get_root (self), "batch");
}

/**
 * starsend_take_get_job_id:
 *
 * The job in the ledger that made it.
 *
 * Returns: (transfer none) (nullable): the job's id
 */
const char *
starsend_take_get_job_id (StarsendTake *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE (self), NULL);

  return get_string (get_root (self), "job");
}

/**
 * starsend_take_get_finished_at:
 *
 * When it arrived.
 *
 * Returns: (transfer none) (nullable): ISO 8601 in UTC
 */
const char *
starsend_take_get_finished_at (StarsendTake *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE (self), NULL);

  return get_string (get_root (self), "finished_at");
}

/**
 * starsend_take_get_file_digest:
 *
 * What the bytes summed up to when it arrived.
 *
 * Returns: (transfer none) (nullable): a SHA-256 in lower-case hex
 */
const char *
starsend_take_get_file_digest (StarsendTake *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE (self), NULL);

  return get_string (get_root (self), "sha256");
}

/**
 * starsend_take_get_n_parts:
 *
 * How many parts the take was joined from, each with a job of its own in the ledger.
 *
 * Returns: a number of parts; 0 for a take that was made at once
 */
guint
starsend_take_get_n_parts (StarsendTake *self)
{
  JsonNode *node;

  g_return_val_if_fail (STARSEND_IS_TAKE (self), 0);

  node = json_object_get_member (get_root (self), "parts");

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_array_get_length (json_node_get_array (node)) : 0;
}

/**
 * starsend_take_dup_intent:
 * @output: the file, relative to the project
 *
 * Tells from the sidecar what the ledger said when the job was begun, for a ledger that was lost.
 *
 * Returns: (transfer full): an object
 */
JsonNode *
starsend_take_dup_intent (StarsendTake *self, const char *output)
{
  /* The sidecar's names and the ledger's. */
  static const char *const names[][2] = {
    { "kind", "kind" }, { "batch", "batch" }, { "number", "number" }, { "provider", "provider" }, { "model", "model" },
    { "input_sha256", "digest" }, { "currency", "currency" }, { "estimate", "estimate" }, { "request", "request" },
  };
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  guint n_parts = 0;
  guint part = self->request != NULL ? starsend_request_get_part (self->request, &n_parts) : 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonNode *value = json_object_get_member (get_root (self), names[i][0]);

      if (value != NULL && !JSON_NODE_HOLDS_NULL (value))
        json_object_set_member (object, names[i][1], json_node_copy (value));
    }
  if (part > 0)
    {
      json_object_set_int_member (object, "part", part);
      json_object_set_int_member (object, "parts", n_parts);
    }
  json_object_set_string_member (object, "output", output);
  json_node_take_object (node, object);

  return node;
}

/**
 * starsend_take_get_cost:
 *
 * What it cost.
 *
 * Returns: millionths of the currency; -1 when nobody knows
 */
gint64
starsend_take_get_cost (StarsendTake *self)
{
  JsonNode *node;

  g_return_val_if_fail (STARSEND_IS_TAKE (self), -1);

  node = json_object_get_member (get_root (self), "cost");
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) == G_TYPE_STRING)
    return -1;

  return (gint64) (json_node_get_double (node) * 1000000.0 + 0.5);
}

/**
 * starsend_take_get_request:
 *
 * What was asked for.
 *
 * Returns: (transfer none) (nullable): the request
 */
StarsendRequest *
starsend_take_get_request (StarsendTake *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE (self), NULL);

  return self->request;
}

/**
 * starsend_take_get_checks:
 *
 * What was measured when it arrived.
 *
 * Returns: (transfer none) (nullable): an object
 */
JsonNode *
starsend_take_get_checks (StarsendTake *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE (self), NULL);

  return get_object (get_root (self), "checks") != NULL ? json_object_get_member (get_root (self), "checks") : NULL;
}

/**
 * starsend_take_dup_warnings:
 *
 * What the checks found unlike the plan.
 *
 * Returns: (transfer full) (array zero-terminated=1): sentences for the user
 */
char **
starsend_take_dup_warnings (StarsendTake *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE (self), NULL);

  return starsend_checks_dup_warnings (starsend_take_get_checks (self));
}

/**
 * starsend_take_get_verdict:
 *
 * What the user thinks of it.
 *
 * Returns: the verdict
 */
StarsendVerdict
starsend_take_get_verdict (StarsendTake *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE (self), STARSEND_VERDICT_NONE);

  return verdict_from_string (get_string (get_object (get_root (self), "verdict"), "take"));
}

/**
 * starsend_take_get_note:
 *
 * What the user said with the verdict.
 *
 * Returns: (transfer none) (nullable): the note
 */
const char *
starsend_take_get_note (StarsendTake *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE (self), NULL);

  return get_string (get_object (get_root (self), "verdict"), "note");
}

/**
 * starsend_take_get_judged_at:
 *
 * When the user said so last.
 *
 * Returns: (transfer none) (nullable): ISO 8601 in UTC
 */
const char *
starsend_take_get_judged_at (StarsendTake *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE (self), NULL);

  return get_string (get_object (get_root (self), "verdict"), "at");
}

/**
 * starsend_take_get_shot_verdict:
 * @shot_id: a shot
 *
 * What the user thinks of one shot.
 *
 * Returns: the shot's own verdict; none when only the take was judged
 */
StarsendVerdict
starsend_take_get_shot_verdict (StarsendTake *self, const char *shot_id)
{
  JsonObject *shots;

  g_return_val_if_fail (STARSEND_IS_TAKE (self), STARSEND_VERDICT_NONE);

  shots = get_object (get_object (get_root (self), "verdict"), "shots");

  return verdict_from_string (get_string (shots, shot_id));
}

/**
 * starsend_take_judge_async:
 * @queue: where files are written
 * @shot_id: (nullable): the shot that is judged; %NULL for the whole take
 * @verdict: the verdict; none takes it back
 * @note: (nullable): why; %NULL keeps the note that is there
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the verdict is on the disk
 * @user_data: data for @callback
 *
 * Writes a verdict into the sidecar. The video is not touched. To reject one shot of an approved take takes the approval
 * back.
 */
void
starsend_take_judge_async (StarsendTake *self, StarsendFileQueue *queue, const char *shot_id, StarsendVerdict verdict, const char *note,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(JsonNode) changed = NULL;
  g_autofree char *now = starsend_sidecar_now ();
  JsonObject *object;
  Save *save;

  g_return_if_fail (STARSEND_IS_TAKE (self));

  changed = copy_for_change (self->sidecar);
  object = ensure_object (json_node_get_object (changed), "verdict");
  /* A take with a shot that is rejected is not approved any more; what is rebuilt from sidecars would call it complete. */
  if (shot_id != NULL && verdict == STARSEND_VERDICT_REJECTED &&
      verdict_from_string (get_string (object, "take")) == STARSEND_VERDICT_APPROVED)
    json_object_remove_member (object, "take");
  set_or_remove (shot_id != NULL ? ensure_object (object, "shots") : object,
                 shot_id != NULL ? shot_id : "take",
                 starsend_verdict_to_string (verdict));
  if (note != NULL)
    json_object_set_string_member (object, "note", note);
  json_object_set_string_member (object, "at", now);

  save = g_new0 (Save, 1);
  save->path = starsend_sidecar_path (self->path);
  save->sidecar = json_node_ref (changed);
  save->is_first = !self->has_sidecar;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_take_judge_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_steal_pointer (&changed), (GDestroyNotify) json_node_unref);
  starsend_file_queue_run_async (queue, save_job, save, save_free, cancellable, on_saved, g_steal_pointer (&task));
}

/**
 * starsend_take_judge_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Says whether the verdict is on the disk.
 *
 * Returns: whether it is
 */
gboolean
starsend_take_judge_finish (StarsendTake *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
