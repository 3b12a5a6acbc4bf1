/* starsend-request.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-request.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "starsend-error.h"
#include "starsend-files.h"
#include "starsend-json.h"

struct _StarsendRequest
{
  GObject parent_instance;

  /* Owned */
  char *batch_id;
  char *model;
  char *title;
  char *prompt;
  char *template;
  char *start_frame;
  JsonNode *context;
  GListStore *shots;
  GListStore *elements;

  StarsendRequestKind kind;
  StarsendFrameRate frame_rate;
  guint number;
  int aspect_width;
  int aspect_height;
  guint part;
  guint n_parts;
  gboolean burn_in;
  gboolean audio;
};

G_DEFINE_ENUM_TYPE (StarsendRequestKind, starsend_request_kind,
                    G_DEFINE_ENUM_VALUE (STARSEND_REQUEST_GRID, "grid"),
                    G_DEFINE_ENUM_VALUE (STARSEND_REQUEST_TAKE, "take"))

G_DEFINE_FINAL_TYPE (StarsendRequest, starsend_request, G_TYPE_OBJECT)

static void
starsend_request_finalize (GObject *object)
{
  StarsendRequest *self = STARSEND_REQUEST (object);

  g_clear_pointer (&self->batch_id, g_free);
  g_clear_pointer (&self->model, g_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->prompt, g_free);
  g_clear_pointer (&self->template, g_free);
  g_clear_pointer (&self->start_frame, g_free);
  g_clear_pointer (&self->context, json_node_unref);
  g_clear_object (&self->shots);
  g_clear_object (&self->elements);

  G_OBJECT_CLASS (starsend_request_parent_class)->finalize (object);
}

static void
starsend_request_class_init (StarsendRequestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_request_finalize;
}

static void
starsend_request_init (StarsendRequest *self)
{
  self->shots = g_list_store_new (STARSEND_TYPE_SHOT_PROMPT);
  self->elements = g_list_store_new (STARSEND_TYPE_ELEMENT_PICTURES);
  self->frame_rate = (StarsendFrameRate) { 24, 1 };
  self->aspect_width = 16;
  self->aspect_height = 9;
}

/* JSON */

static char *
path_to_json (const char *path, const char *root)
{
  if (path == NULL)
    return NULL;
  if (root != NULL && g_str_has_prefix (path, root) && path[strlen (root)] == G_DIR_SEPARATOR)
    return g_strdup (path + strlen (root) + 1);

  return g_strdup (path);
}

static char *
path_from_json (const char *path, const char *root)
{
  if (path == NULL)
    return NULL;
  if (g_path_is_absolute (path) || root == NULL)
    return g_strdup (path);

  return g_build_filename (root, path, NULL);
}

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  if (value == NULL)
    return;

  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_path (JsonBuilder *builder, const char *name, const char *path, const char *root)
{
  g_autofree char *text = path_to_json (path, root);

  add_string (builder, name, text);
}

static void
add_shots (JsonBuilder *builder, GListModel *shots)
{
  json_builder_set_member_name (builder, "shots");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (shots); i++)
    {
      g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (shots, i);

      json_builder_begin_object (builder);
      add_string (builder, "id", starsend_shot_prompt_get_shot_id (shot));
      json_builder_set_member_name (builder, "duration");
      json_builder_add_double_value (builder, starsend_shot_prompt_get_duration (shot));
      add_string (builder, "prompt", starsend_shot_prompt_get_text (shot));
      add_string (builder, "camera", starsend_shot_prompt_get_camera (shot));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_elements (JsonBuilder *builder, GListModel *elements, const char *root)
{
  json_builder_set_member_name (builder, "elements");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (elements); i++)
    {
      g_autoptr(StarsendElementPictures) element = g_list_model_get_item (elements, i);
      const char *const *references = starsend_element_pictures_get_references (element);

      json_builder_begin_object (builder);
      add_string (builder, "id", starsend_element_pictures_get_element_id (element));
      add_string (builder, "name", starsend_element_pictures_get_name (element));
      add_string (builder, "description", starsend_element_pictures_get_description (element));
      add_path (builder, "frontal", starsend_element_pictures_get_frontal (element), root);
      json_builder_set_member_name (builder, "references");
      json_builder_begin_array (builder);
      for (guint j = 0; references[j] != NULL; j++)
        {
          g_autofree char *text = path_to_json (references[j], root);

          json_builder_add_string_value (builder, text);
        }
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/**
 * starsend_request_to_json:
 * @root: (nullable): the project's folder; paths inside it are written relative to it
 *
 * Writes the request down, so that a restart can take it up.
 *
 * Returns: (transfer full): an object
 */
JsonNode *
starsend_request_to_json (StarsendRequest *self, const char *root)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autofree char *aspect = NULL;

  g_return_val_if_fail (STARSEND_IS_REQUEST (self), NULL);

  aspect = g_strdup_printf ("%d:%d", self->aspect_width, self->aspect_height);

  json_builder_begin_object (builder);
  add_string (builder, "kind", starsend_request_kind_to_string (self->kind));
  add_string (builder, "batch", self->batch_id);
  json_builder_set_member_name (builder, "number");
  json_builder_add_int_value (builder, self->number);
  add_string (builder, "model", self->model);
  add_string (builder, "title", self->title);
  add_string (builder, "prompt", self->prompt);
  add_string (builder, "template", self->template);
  add_path (builder, "start_frame", self->start_frame, root);
  add_string (builder, "aspect_ratio", aspect);
  json_builder_set_member_name (builder, "frame_rate");
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, self->frame_rate.numerator);
  json_builder_add_int_value (builder, self->frame_rate.denominator);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "burn_in");
  json_builder_add_boolean_value (builder, self->burn_in);
  if (self->audio)
    {
      json_builder_set_member_name (builder, "audio");
      json_builder_add_boolean_value (builder, TRUE);
    }
  if (self->n_parts > 0)
    {
      json_builder_set_member_name (builder, "part");
      json_builder_add_int_value (builder, self->part);
      json_builder_set_member_name (builder, "parts");
      json_builder_add_int_value (builder, self->n_parts);
    }
  add_shots (builder, G_LIST_MODEL (self->shots));
  add_elements (builder, G_LIST_MODEL (self->elements), root);
  if (self->context != NULL)
    {
      json_builder_set_member_name (builder, "context");
      json_builder_add_value (builder, json_node_copy (self->context));
    }
  json_builder_end_object (builder);

  return json_builder_get_root (builder);
}

/* A ledger comes back from a disk: no member is taken on trust. */

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static double
get_double (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node) : 0;
}

static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
get_object_at (JsonArray *array, guint index)
{
  JsonNode *node = json_array_get_element (array, index);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static void
read_shots (StarsendRequest *self, JsonArray *array)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonObject *object = get_object_at (array, i);
      g_autoptr(StarsendShotPrompt) shot = NULL;

      if (object == NULL || get_string (object, "id") == NULL)
        continue;

      shot = starsend_shot_prompt_new (get_string (object, "id"),
                                       get_string (object, "prompt"),
                                       get_string (object, "camera"),
                                       get_double (object, "duration"));
      g_list_store_append (self->shots, shot);
    }
}

static char **
read_references (JsonArray *array, const char *root)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      g_autofree char *path = NULL;

      if (json_node_get_value_type (node) != G_TYPE_STRING)
        continue;

      path = path_from_json (json_node_get_string (node), root);
      g_strv_builder_add (builder, path);
    }

  return g_strv_builder_end (builder);
}

static void
read_elements (StarsendRequest *self, JsonArray *array, const char *root)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonObject *object = get_object_at (array, i);
      g_autoptr(StarsendElementPictures) element = NULL;
      g_autofree char *frontal = NULL;
      g_auto(GStrv) references = NULL;

      if (object == NULL || get_string (object, "id") == NULL)
        continue;

      frontal = path_from_json (get_string (object, "frontal"), root);
      references = read_references (get_array (object, "references"), root);
      element = starsend_element_pictures_new (get_string (object, "id"),
                                               get_string (object, "name"),
                                               get_string (object, "description"),
                                               frontal,
                                               (const char *const *) references);
      g_list_store_append (self->elements, element);
    }
}

static void
read_frame_rate (StarsendRequest *self, JsonArray *array)
{
  gint64 numerator, denominator;

  if (array == NULL || json_array_get_length (array) != 2)
    return;

  if (json_node_get_value_type (json_array_get_element (array, 0)) != G_TYPE_INT64 ||
      json_node_get_value_type (json_array_get_element (array, 1)) != G_TYPE_INT64)
    return;

  numerator = json_node_get_int (json_array_get_element (array, 0));
  denominator = json_node_get_int (json_array_get_element (array, 1));
  if (numerator > 0 && numerator <= 240000 && denominator > 0 && denominator <= 1001)
    self->frame_rate = (StarsendFrameRate) { numerator, denominator };
}

static void
read_aspect (StarsendRequest *self, const char *text)
{
  int width, height;

  if (text != NULL && sscanf (text, "%d:%d", &width, &height) == 2 && width > 0 && height > 0)
    starsend_request_set_aspect (self, width, height);
}

/**
 * starsend_request_new_from_json:
 * @json: what starsend_request_to_json() gave
 * @root: (nullable): the project's folder
 * @error: return location for an error
 *
 * Reads a request back.
 *
 * Returns: (transfer full): the request; %STARSEND_ERROR_DAMAGED when @json is none
 */
StarsendRequest *
starsend_request_new_from_json (JsonNode *json, const char *root, GError **error)
{
  g_autoptr(StarsendRequest) self = NULL;
  JsonObject *object;
  const char *kind;

  if (json == NULL || !JSON_NODE_HOLDS_OBJECT (json) ||
      (kind = get_string (json_node_get_object (json), "kind")) == NULL ||
      get_string (json_node_get_object (json), "batch") == NULL)
    {
      g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED,
                           _("The ledger does not say what the job was to make, so it cannot be taken up again."));
      return NULL;
    }

  object = json_node_get_object (json);
  self = starsend_request_new (g_strcmp0 (kind, "grid") == 0 ? STARSEND_REQUEST_GRID : STARSEND_REQUEST_TAKE,
                               get_string (object, "batch"),
                               (guint) CLAMP (get_double (object, "number"), 0, G_MAXINT),
                               get_string (object, "model"));
  self->title = g_strdup (get_string (object, "title"));
  self->prompt = g_strdup (get_string (object, "prompt"));
  self->template = g_strdup (get_string (object, "template"));
  self->start_frame = path_from_json (get_string (object, "start_frame"), root);
  self->burn_in = json_object_get_boolean_member_with_default (object, "burn_in", FALSE);
  self->audio = json_object_get_boolean_member_with_default (object, "audio", FALSE);
  starsend_request_set_part (self, (guint) CLAMP (get_double (object, "part"), 0, G_MAXINT),
                             (guint) CLAMP (get_double (object, "parts"), 0, G_MAXINT));
  starsend_request_set_context (self, json_object_get_member (object, "context"));
  read_aspect (self, get_string (object, "aspect_ratio"));
  read_frame_rate (self, get_array (object, "frame_rate"));
  read_shots (self, get_array (object, "shots"));
  read_elements (self, get_array (object, "elements"), root);

  return g_steal_pointer (&self);
}

/* Digest */

static gboolean
update_with_file (GChecksum *checksum, const char *path, GCancellable *cancellable, GError **error)
{
  g_autofree char *digest = NULL;

  if (path == NULL)
    return TRUE;

  digest = starsend_files_digest (path, cancellable, error);
  if (digest == NULL)
    return FALSE;

  g_checksum_update (checksum, (const guchar *) digest, -1);

  return TRUE;
}

static gboolean
update_with_element (GChecksum *checksum, StarsendElementPictures *element, GCancellable *cancellable, GError **error)
{
  const char *const *references = starsend_element_pictures_get_references (element);

  if (!update_with_file (checksum, starsend_element_pictures_get_frontal (element), cancellable, error))
    return FALSE;
  for (guint i = 0; references[i] != NULL; i++)
    if (!update_with_file (checksum, references[i], cancellable, error))
      return FALSE;

  return TRUE;
}

/**
 * starsend_request_digest:
 * @root: (nullable): the project's folder, so that a moved project keeps its digests
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sums up everything that shapes the result, the bytes of every picture included. Blocks while it reads them.
 *
 * Returns: (transfer full): a SHA-256 in lower-case hex
 */
char *
starsend_request_digest (StarsendRequest *self, const char *root, GCancellable *cancellable, GError **error)
{
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr(JsonNode) json = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (STARSEND_IS_REQUEST (self), NULL);

  json = starsend_request_to_json (self, root);
  /* The same wish asked for twice has the same digest. */
  json_object_remove_member (json_node_get_object (json), "number");
  json_object_remove_member (json_node_get_object (json), "context");
  text = starsend_json_render (json, FALSE);
  g_checksum_update (checksum, (const guchar *) text, -1);

  if (!update_with_file (checksum, self->start_frame, cancellable, error))
    return NULL;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->elements)); i++)
    {
      g_autoptr(StarsendElementPictures) element = g_list_model_get_item (G_LIST_MODEL (self->elements), i);

      if (!update_with_element (checksum, element, cancellable, error))
        return NULL;
    }

  return g_strdup (g_checksum_get_string (checksum));
}

/* Public API */

/**
 * starsend_request_kind_to_string:
 * @kind: a kind
 *
 * The word that the ledger uses.
 *
 * Returns: (transfer none): "grid" or "take"
 */
const char *
starsend_request_kind_to_string (StarsendRequestKind kind)
{
  return kind == STARSEND_REQUEST_GRID ? "grid" : "take";
}

/**
 * starsend_request_new:
 * @kind: a grid or a take
 * @batch_id: the name that the run is filed under; any characters
 * @number: the number of the grid or the take, from 1
 * @model: (nullable): the model's name
 *
 * Makes an empty request: 16:9, 24 frames a second.
 *
 * Returns: (transfer full): the request
 */
StarsendRequest *
starsend_request_new (StarsendRequestKind kind, const char *batch_id, guint number, const char *model)
{
  StarsendRequest *self;

  g_return_val_if_fail (batch_id != NULL, NULL);

  self = g_object_new (STARSEND_TYPE_REQUEST, NULL);
  self->kind = kind;
  self->batch_id = g_strdup (batch_id);
  self->number = number;
  self->model = g_strdup (model);

  return self;
}

/**
 * starsend_request_get_kind:
 *
 * Whether a grid or a take is to be made.
 *
 * Returns: the kind
 */
StarsendRequestKind
starsend_request_get_kind (StarsendRequest *self)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (self), STARSEND_REQUEST_GRID);

  return self->kind;
}

/**
 * starsend_request_get_batch_id:
 *
 * The name that the run is filed under.
 *
 * Returns: (transfer none): the id
 */
const char *
starsend_request_get_batch_id (StarsendRequest *self)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (self), NULL);

  return self->batch_id;
}

/**
 * starsend_request_get_number:
 *
 * The number of the grid or the take.
 *
 * Returns: a number from 1
 */
guint
starsend_request_get_number (StarsendRequest *self)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (self), 0);

  return self->number;
}

/**
 * starsend_request_get_model:
 *
 * The model's name.
 *
 * Returns: (transfer none) (nullable): the name
 */
const char *
starsend_request_get_model (StarsendRequest *self)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (self), NULL);

  return self->model;
}

/**
 * starsend_request_get_title:
 *
 * What to show with the result.
 *
 * Returns: (transfer none) (nullable): the title
 */
const char *
starsend_request_get_title (StarsendRequest *self)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (self), NULL);

  return self->title;
}

/**
 * starsend_request_set_title:
 * @title: (nullable): what to show with the result
 *
 * Sets the title.
 */
void
starsend_request_set_title (StarsendRequest *self, const char *title)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));

  g_free (self->title);
  self->title = g_strdup (title);
}

/**
 * starsend_request_get_context:
 *
 * What the caller wants to find again with the result.
 *
 * Returns: (transfer none) (nullable): an object
 */
JsonNode *
starsend_request_get_context (StarsendRequest *self)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (self), NULL);

  return self->context;
}

/**
 * starsend_request_set_context:
 * @context: (nullable) (transfer none): an object
 *
 * Keeps something of the caller's with the request, in the ledger and in the sidecar. No provider reads it.
 */
void
starsend_request_set_context (StarsendRequest *self, JsonNode *context)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));

  g_clear_pointer (&self->context, json_node_unref);
  if (context != NULL && JSON_NODE_HOLDS_OBJECT (context))
    self->context = json_node_copy (context);
}

/**
 * starsend_request_get_prompt:
 *
 * A grid's wording.
 *
 * Returns: (transfer none) (nullable): the wording
 */
const char *
starsend_request_get_prompt (StarsendRequest *self)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (self), NULL);

  return self->prompt;
}

/**
 * starsend_request_set_prompt:
 * @prompt: (nullable): a grid's wording
 *
 * Sets the wording.
 */
void
starsend_request_set_prompt (StarsendRequest *self, const char *prompt)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));

  g_free (self->prompt);
  self->prompt = g_strdup (prompt);
}

/**
 * starsend_request_get_template:
 *
 * What a grid's words are put into before they are sent: the text with "{prompt}" in it.
 *
 * Returns: (transfer none) (nullable): the text; %NULL when the words are sent as they are
 */
const char *
starsend_request_get_template (StarsendRequest *self)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (self), NULL);

  return self->template;
}

/**
 * starsend_request_set_template:
 * @template: (nullable): the text
 *
 * Sets what the words are put into.
 */
void
starsend_request_set_template (StarsendRequest *self, const char *template)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));

  g_free (self->template);
  self->template = g_strdup (template);
}

/**
 * starsend_request_get_audio:
 *
 * Whether the take is to come with sound.
 *
 * Returns: whether sound is wanted
 */
gboolean
starsend_request_get_audio (StarsendRequest *self)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (self), FALSE);

  return self->audio;
}

/**
 * starsend_request_set_audio:
 * @audio: whether sound is wanted
 *
 * Asks for sound, which most models charge for.
 */
void
starsend_request_set_audio (StarsendRequest *self, gboolean audio)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));

  self->audio = !!audio;
}

/**
 * starsend_request_get_part:
 * @n_parts: (out) (optional): how many parts the take has; 0 when it is made at once
 *
 * Which part of a take this is, when the take is longer than its model makes at once.
 *
 * Returns: the part, from 1; 0 for a take that is made at once
 */
guint
starsend_request_get_part (StarsendRequest *self, guint *n_parts)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (self), 0);

  if (n_parts != NULL)
    *n_parts = self->n_parts;

  return self->part;
}

/**
 * starsend_request_set_part:
 * @part: the part, from 1; 0 for a take that is made at once
 * @n_parts: how many parts the take has; 0 with @part 0
 *
 * Sets which part of a take this is.
 */
void
starsend_request_set_part (StarsendRequest *self, guint part, guint n_parts)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));

  self->part = part;
  self->n_parts = n_parts;
}

/**
 * starsend_request_get_start_frame:
 *
 * The picture that a take begins with.
 *
 * Returns: (transfer none) (nullable): an absolute path
 */
const char *
starsend_request_get_start_frame (StarsendRequest *self)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (self), NULL);

  return self->start_frame;
}

/**
 * starsend_request_set_start_frame:
 * @path: (nullable): an absolute path
 *
 * Sets the picture that a take begins with.
 */
void
starsend_request_set_start_frame (StarsendRequest *self, const char *path)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));

  g_free (self->start_frame);
  self->start_frame = g_strdup (path);
}

/**
 * starsend_request_get_aspect:
 * @width: (out): the ratio's width
 * @height: (out): the ratio's height
 *
 * The aspect ratio, for a grid of each cell.
 */
void
starsend_request_get_aspect (StarsendRequest *self, int *width, int *height)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));

  *width = self->aspect_width;
  *height = self->aspect_height;
}

/**
 * starsend_request_set_aspect:
 * @width: the ratio's width, at least 1
 * @height: the ratio's height, at least 1
 *
 * Sets the aspect ratio.
 */
void
starsend_request_set_aspect (StarsendRequest *self, int width, int height)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));
  g_return_if_fail (width > 0 && height > 0);

  self->aspect_width = width;
  self->aspect_height = height;
}

/**
 * starsend_request_get_frame_rate:
 * @rate: (out caller-allocates): frames a second
 *
 * The frame rate of a take.
 */
void
starsend_request_get_frame_rate (StarsendRequest *self, StarsendFrameRate *rate)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));

  *rate = self->frame_rate;
}

/**
 * starsend_request_set_frame_rate: (skip)
 * @rate: frames a second
 *
 * Sets the frame rate of a take.
 */
void
starsend_request_set_frame_rate (StarsendRequest *self, StarsendFrameRate rate)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));
  g_return_if_fail (rate.numerator > 0 && rate.denominator > 0);

  self->frame_rate = rate;
}

/**
 * starsend_request_get_burn_in:
 *
 * Whether sequence, shot, prompt and timecode are to be written into the picture. Only the animatic can.
 *
 * Returns: whether to burn in
 */
gboolean
starsend_request_get_burn_in (StarsendRequest *self)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (self), FALSE);

  return self->burn_in;
}

/**
 * starsend_request_set_burn_in:
 * @burn_in: whether to burn in
 *
 * Asks for sequence, shot, prompt and timecode in the picture.
 */
void
starsend_request_set_burn_in (StarsendRequest *self, gboolean burn_in)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));

  self->burn_in = !!burn_in;
}

/**
 * starsend_request_get_shots:
 *
 * The shots of a take, in order.
 *
 * Returns: (transfer none): a list of [class@ShotPrompt]
 */
GListModel *
starsend_request_get_shots (StarsendRequest *self)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (self), NULL);

  return G_LIST_MODEL (self->shots);
}

/**
 * starsend_request_add_shot:
 * @shot: (transfer none): the next shot
 *
 * Adds a shot at the end.
 */
void
starsend_request_add_shot (StarsendRequest *self, StarsendShotPrompt *shot)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));
  g_return_if_fail (STARSEND_IS_SHOT_PROMPT (shot));

  g_list_store_append (self->shots, shot);
}

/**
 * starsend_request_get_elements:
 *
 * The elements that prompts may name.
 *
 * Returns: (transfer none): a list of [class@ElementPictures]
 */
GListModel *
starsend_request_get_elements (StarsendRequest *self)
{
  g_return_val_if_fail (STARSEND_IS_REQUEST (self), NULL);

  return G_LIST_MODEL (self->elements);
}

/**
 * starsend_request_add_element:
 * @element: (transfer none): an element
 *
 * Adds an element at the end.
 */
void
starsend_request_add_element (StarsendRequest *self, StarsendElementPictures *element)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));
  g_return_if_fail (STARSEND_IS_ELEMENT_PICTURES (element));

  g_list_store_append (self->elements, element);
}

static double *
dup_durations (StarsendRequest *self, guint *n_shots)
{
  double *durations;

  *n_shots = g_list_model_get_n_items (G_LIST_MODEL (self->shots));
  durations = g_new0 (double, *n_shots + 1);
  for (guint i = 0; i < *n_shots; i++)
    {
      g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (G_LIST_MODEL (self->shots), i);

      durations[i] = starsend_shot_prompt_get_duration (shot);
    }

  return durations;
}

/**
 * starsend_request_set_durations: (skip)
 * @seconds: one length for every shot
 *
 * Gives every shot another length.
 */
void
starsend_request_set_durations (StarsendRequest *self, const double *seconds)
{
  g_return_if_fail (STARSEND_IS_REQUEST (self));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->shots)); i++)
    {
      g_autoptr(StarsendShotPrompt) old = g_list_model_get_item (G_LIST_MODEL (self->shots), i);
      g_autoptr(StarsendShotPrompt) shot = starsend_shot_prompt_new (starsend_shot_prompt_get_shot_id (old), starsend_shot_prompt_get_text (old),
                                                                     starsend_shot_prompt_get_camera (old), seconds[i]);

      g_list_store_splice (self->shots, i, 1, (gpointer *) &shot, 1);
    }
}

/**
 * starsend_request_get_duration:
 *
 * The planned length of a take.
 *
 * Returns: seconds
 */
double
starsend_request_get_duration (StarsendRequest *self)
{
  g_autofree double *durations = NULL;
  double sum = 0;
  guint n_shots;

  g_return_val_if_fail (STARSEND_IS_REQUEST (self), 0);

  durations = dup_durations (self, &n_shots);
  for (guint i = 0; i < n_shots; i++)
    sum += durations[i];

  return sum;
}

/**
 * starsend_request_dup_shot_frames:
 * @n_shots: (out): how many shots there are
 *
 * The planned frames of each shot; see [func@frame_rate_plan_frames].
 *
 * Returns: (transfer full) (array length=n_shots): frame counts
 */
gint64 *
starsend_request_dup_shot_frames (StarsendRequest *self, guint *n_shots)
{
  g_autofree double *durations = NULL;
  gint64 *frames;

  g_return_val_if_fail (STARSEND_IS_REQUEST (self), NULL);

  durations = dup_durations (self, n_shots);
  frames = g_new0 (gint64, *n_shots + 1);
  starsend_frame_rate_plan_frames (self->frame_rate, durations, *n_shots, frames);

  return frames;
}

/**
 * starsend_request_get_n_frames:
 *
 * The planned frames of the whole take.
 *
 * Returns: a frame count
 */
gint64
starsend_request_get_n_frames (StarsendRequest *self)
{
  g_autofree gint64 *frames = NULL;
  gint64 sum = 0;
  guint n_shots;

  g_return_val_if_fail (STARSEND_IS_REQUEST (self), 0);

  frames = starsend_request_dup_shot_frames (self, &n_shots);
  for (guint i = 0; i < n_shots; i++)
    sum += frames[i];

  return sum;
}
