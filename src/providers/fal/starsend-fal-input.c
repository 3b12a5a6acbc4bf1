/* starsend-fal-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-fal-input.h"

#include <math.h>

#include "starsend-prompt-text.h"

typedef struct
{
  StarsendModel *model;
  StarsendModelRoute *route;
  StarsendRequest *request;
  GHashTable *addresses;
  double *seconds; /* of every shot, as they are ordered */
  guint n_shots;
  gboolean by_shots;
} Order;

static const StarsendModelField *
find_field (StarsendModelRoute *route, StarsendModelSource source)
{
  GPtrArray *fields = starsend_model_route_get_fields (route);

  for (guint i = 0; i < fields->len; i++)
    {
      const StarsendModelField *field = g_ptr_array_index (fields, i);

      if (field->source == source)
        return field;
    }

  return NULL;
}

/* The lengths are those that the estimate counts. */
static double *
dup_seconds (StarsendModel *model, StarsendRequest *request, guint *n_shots)
{
  GListModel *shots = starsend_request_get_shots (request);
  g_autofree double *planned = NULL;

  *n_shots = g_list_model_get_n_items (shots);
  planned = g_new0 (double, *n_shots + 1);
  for (guint i = 0; i < *n_shots; i++)
    {
      g_autoptr (StarsendShotPrompt) shot = g_list_model_get_item (shots, i);

      planned[i] = starsend_shot_prompt_get_duration (shot);
    }

  return starsend_model_fit_shots (model, planned, *n_shots);
}

static double
sum_up (const double *seconds, guint n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += seconds[i];

  return sum;
}

/* Values */

static JsonNode *
make_string (const char *text)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_string (node, text);

  return node;
}

static JsonNode *
make_text (char *text)
{
  JsonNode *node = *text != '\0' ? make_string (text) : NULL;

  g_free (text);

  return node;
}

static JsonNode *
make_array (JsonArray *array)
{
  JsonNode *node = NULL;

  if (json_array_get_length (array) > 0)
    {
      node = json_node_new (JSON_NODE_ARRAY);
      json_node_set_array (node, array);
    }
  json_array_unref (array);

  return node;
}

/* Always with a point, whatever the locale. */
static JsonNode *
make_seconds (double seconds, StarsendModelCodec codec)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *text = NULL;
  JsonNode *node;

  if (codec == STARSEND_MODEL_CODEC_PLAIN)
    {
      node = json_node_new (JSON_NODE_VALUE);
      if (fabs (seconds - round (seconds)) < 0.001)
        json_node_set_int (node, (gint64) round (seconds));
      else
        json_node_set_double (node, seconds);
      return node;
    }

  g_ascii_formatd (digits, sizeof digits, "%.6g", seconds);
  text = g_strconcat (digits, codec == STARSEND_MODEL_CODEC_SECONDS ? "s" : "", NULL);

  return make_string (text);
}

static const char *
find_address (Order *order, const char *path)
{
  return path != NULL ? g_hash_table_lookup (order->addresses, path) : NULL;
}

static JsonNode *
make_addresses (Order *order, char **paths)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; paths[i] != NULL; i++)
    if (find_address (order, paths[i]) != NULL)
      json_array_add_string_element (array, find_address (order, paths[i]));

  return make_array (array);
}

static JsonNode *
make_prompt (Order *order)
{
  const char *token = starsend_model_route_get_element_token (order->route);

  return make_text (starsend_prompt_text_compose_request (order->request, starsend_model_get_template (order->model), token));
}

static JsonNode *
make_shots (Order *order, StarsendModelCodec codec)
{
  GListModel *shots = starsend_request_get_shots (order->request);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < order->n_shots; i++)
    {
      g_autoptr (StarsendShotPrompt) shot = g_list_model_get_item (shots, i);
      g_autofree char *prompt = starsend_prompt_text_compose (shot, starsend_request_get_elements (order->request),
                                                              starsend_model_route_get_element_token (order->route));
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "prompt", prompt);
      json_object_set_member (object, "duration", make_seconds (order->seconds[i], codec));
      json_array_add_object_element (array, object);
    }

  return make_array (array);
}

static JsonNode *
make_elements (Order *order)
{
  GListModel *elements = starsend_request_get_elements (order->request);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (elements); i++)
    {
      g_autoptr (StarsendElementPictures) element = g_list_model_get_item (elements, i);
      const char *frontal = find_address (order, starsend_model_route_get_frontal (order->route, element));
      g_auto (GStrv) references = starsend_model_route_dup_references (order->route, element);
      JsonNode *addresses = make_addresses (order, references);
      JsonObject *object;

      if (frontal == NULL || addresses == NULL)
        {
          g_clear_pointer (&addresses, json_node_unref);
          continue;
        }
      object = json_object_new ();
      json_object_set_string_member (object, "frontal_image_url", frontal);
      json_object_set_member (object, "reference_image_urls", addresses);
      json_array_add_object_element (array, object);
    }

  return make_array (array);
}

static JsonNode *
make_aspect (Order *order)
{
  const char *aspect;
  int width, height;

  starsend_request_get_aspect (order->request, &width, &height);
  aspect = starsend_model_route_choose_aspect (order->route, width, height);

  return aspect != NULL ? make_string (aspect) : NULL;
}

static JsonNode *
make_audio (Order *order)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_boolean (node, starsend_request_get_audio (order->request));

  return node;
}

/* NULL: the field is left out. */
static JsonNode *
make_value (Order *order, const StarsendModelField *field)
{
  g_auto (GStrv) pictures = NULL;
  const char *address;

  switch (field->source)
    {
    case STARSEND_MODEL_SOURCE_VALUE:
      return json_node_copy (field->value);
    case STARSEND_MODEL_SOURCE_PROMPT:
      return order->by_shots ? NULL : make_prompt (order);
    case STARSEND_MODEL_SOURCE_SHOTS:
      return order->by_shots ? make_shots (order, field->codec) : NULL;
    case STARSEND_MODEL_SOURCE_START_FRAME:
      address = find_address (order, starsend_request_get_start_frame (order->request));
      return address != NULL ? make_string (address) : NULL;
    case STARSEND_MODEL_SOURCE_ELEMENTS:
      return make_elements (order);
    case STARSEND_MODEL_SOURCE_ELEMENT_PICTURES:
      pictures = starsend_prompt_text_dup_pictures (starsend_request_get_elements (order->request));
      return make_addresses (order, pictures);
    case STARSEND_MODEL_SOURCE_DURATION:
      return make_seconds (sum_up (order->seconds, order->n_shots), field->codec);
    case STARSEND_MODEL_SOURCE_ASPECT:
      return make_aspect (order);
    case STARSEND_MODEL_SOURCE_AUDIO:
      return make_audio (order);
    default:
      g_return_val_if_reached (NULL);
    }
}

static void
add_picture (GPtrArray *pictures, const char *path)
{
  if (path != NULL && !g_ptr_array_find_with_equal_func (pictures, path, g_str_equal, NULL))
    g_ptr_array_add (pictures, g_strdup (path));
}

static void
add_pictures (GPtrArray *pictures, char **paths)
{
  for (guint i = 0; paths[i] != NULL; i++)
    add_picture (pictures, paths[i]);
  g_strfreev (paths);
}

/**
 * starsend_fal_input_dup_pictures: (skip)
 * @route: the way into the model
 * @request: what is to be made
 *
 * Lists the pictures that the body names.
 *
 * Returns: (transfer full) (array zero-terminated=1): absolute paths, each once
 */
char **
starsend_fal_input_dup_pictures (StarsendModelRoute *route, StarsendRequest *request)
{
  GListModel *elements = starsend_request_get_elements (request);
  GPtrArray *pictures = g_ptr_array_new ();

  if (find_field (route, STARSEND_MODEL_SOURCE_START_FRAME) != NULL)
    add_picture (pictures, starsend_request_get_start_frame (request));
  if (find_field (route, STARSEND_MODEL_SOURCE_ELEMENT_PICTURES) != NULL)
    add_pictures (pictures, starsend_prompt_text_dup_pictures (elements));
  if (find_field (route, STARSEND_MODEL_SOURCE_ELEMENTS) != NULL)
    for (guint i = 0; i < g_list_model_get_n_items (elements); i++)
      {
        g_autoptr (StarsendElementPictures) element = g_list_model_get_item (elements, i);

        add_picture (pictures, starsend_model_route_get_frontal (route, element));
        add_pictures (pictures, starsend_model_route_dup_references (route, element));
      }
  g_ptr_array_add (pictures, NULL);

  return (char **) g_ptr_array_free (pictures, FALSE);
}

/**
 * starsend_fal_input_build: (skip)
 * @model: the model
 * @route: the way into it
 * @request: what is to be made
 * @addresses: (element-type filename utf8): where each of its pictures is
 *
 * Builds the body of a job.
 *
 * Returns: (transfer full): an object
 */
JsonNode *
starsend_fal_input_build (StarsendModel *model, StarsendModelRoute *route, StarsendRequest *request, GHashTable *addresses)
{
  GPtrArray *fields = starsend_model_route_get_fields (route);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  g_autofree double *seconds = NULL;
  Order order = { .model = model, .route = route, .request = request, .addresses = addresses };

  seconds = dup_seconds (model, request, &order.n_shots);
  order.seconds = seconds;
  order.by_shots = find_field (route, STARSEND_MODEL_SOURCE_SHOTS) != NULL &&
                   (order.n_shots > 1 || find_field (route, STARSEND_MODEL_SOURCE_PROMPT) == NULL);
  for (guint i = 0; i < fields->len; i++)
    {
      const StarsendModelField *field = g_ptr_array_index (fields, i);
      JsonNode *value = make_value (&order, field);

      if (value != NULL)
        json_object_set_member (object, field->name, value);
    }
  json_node_take_object (node, object);

  return node;
}

/**
 * starsend_fal_input_get_units: (skip)
 * @model: the model
 * @request: what is to be made
 *
 * What is ordered.
 *
 * Returns: seconds of a take, or 1 grid
 */
double
starsend_fal_input_get_units (StarsendModel *model, StarsendRequest *request)
{
  g_autofree double *seconds = NULL;
  guint n;

  if (starsend_request_get_kind (request) == STARSEND_REQUEST_GRID)
    return 1;
  seconds = dup_seconds (model, request, &n);

  return sum_up (seconds, n);
}
