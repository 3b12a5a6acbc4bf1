/* starsend-model-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-model-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"
#include "starsend-model-values.h"

/* Reads the rows of models.json. See data/models.md for what can stand there. */

#define MAX_COUNT 100000
#define MAX_SECONDS 86400
#define MAX_BYTES G_GINT64_CONSTANT (0x7fffffff)

/* What is named "limits": "kling" stands in the document under "limits" as "kling". */
static const StarsendJsonNode *
get_shared (const StarsendJsonNode *document, const char *group, const StarsendJsonNode *node)
{
  if (node == NULL || starsend_json_node_get_kind (node) != STARSEND_JSON_STRING)
    return node;

  return starsend_json_node_get_member (starsend_json_node_get_member (document, group), starsend_json_node_get_string (node, NULL));
}

/* Limits */

/* An object of @row, which is checked to hold nothing but @known; empty when it is missing. */
static gboolean
get_object (const StarsendJsonNode *row, const char *name, const char *const *known, const StarsendJsonNode **object, GError **error)
{
  *object = starsend_json_node_get_member (row, name);
  if (*object == NULL)
    return TRUE;
  if (starsend_json_node_get_kind (*object) != STARSEND_JSON_OBJECT)
    return starsend_model_values_refuse (*object, name, _("an object"), error);
  if (starsend_model_values_check (*object, known, error))
    return TRUE;
  g_prefix_error (error, "%s: ", name);

  return FALSE;
}

static gboolean
read_count (const StarsendJsonNode *limits, const char *name, gint64 *max, gint64 *warn, GError **error)
{
  static const char *const known[] = { "max", "warn", NULL };
  const StarsendJsonNode *object;

  *max = *warn = 0;
  return get_object (limits, name, known, &object, error) &&
         (object == NULL || (starsend_model_values_read_integer (object, "max", MAX_COUNT, max, error) &&
                             starsend_model_values_read_integer (object, "warn", MAX_COUNT, warn, error)));
}

static gboolean
read_counts (StarsendModelLimits *limits, const StarsendJsonNode *node, GError **error)
{
  gint64 shots[2], prompt[2], shot_prompt[2], elements[2], pictures[2];

  if (!read_count (node, "shots", &shots[0], &shots[1], error) ||
      !read_count (node, "prompt", &prompt[0], &prompt[1], error) ||
      !read_count (node, "shot_prompt", &shot_prompt[0], &shot_prompt[1], error) ||
      !read_count (node, "elements", &elements[0], &elements[1], error) ||
      !read_count (node, "pictures", &pictures[0], &pictures[1], error))
    return FALSE;

  limits->max_shots = (guint) shots[0];
  limits->warn_shots = (guint) shots[1];
  limits->max_prompt = (glong) prompt[0];
  limits->warn_prompt = (glong) prompt[1];
  limits->max_shot_prompt = (glong) shot_prompt[0];
  limits->warn_shot_prompt = (glong) shot_prompt[1];
  limits->max_elements = (guint) elements[0];
  limits->warn_elements = (guint) elements[1];
  limits->max_pictures = (guint) pictures[0];

  return TRUE;
}

static gboolean
read_span (const StarsendJsonNode *limits, const char *name, double *min, double *max, double *step, GError **error)
{
  static const char *const known[] = { "min", "max", "step", "choices", NULL };
  const StarsendJsonNode *object;

  if (!get_object (limits, name, known, &object, error))
    return FALSE;
  if (object == NULL)
    return TRUE;
  if (!starsend_model_values_read_number (object, "min", 0, MAX_SECONDS, min, error) ||
      !starsend_model_values_read_number (object, "max", 0, MAX_SECONDS, max, error) ||
      !starsend_model_values_read_number (object, "step", 0, MAX_SECONDS, step, error))
    return FALSE;
  if (*max > 0 && *min > *max)
    return starsend_model_values_refuse (starsend_json_node_get_member (object, "min"), "min", _("no more than “max”"), error);

  return TRUE;
}

/* "choices": [4, 6, 8] are the only lengths there are. */
static gboolean
read_choices (StarsendModelLimits *limits, const StarsendJsonNode *node, GError **error)
{
  const StarsendJsonNode *choices = starsend_json_node_get_member (starsend_json_node_get_member (node, "total_seconds"), "choices");
  double last = 0;

  if (choices == NULL)
    return TRUE;

  limits->totals = g_array_new (FALSE, FALSE, sizeof (double));
  for (const StarsendJsonNode *child = starsend_json_node_get_first_child (choices); child != NULL; child = starsend_json_node_get_next (child))
    {
      double seconds = starsend_json_node_get_kind (child) == STARSEND_JSON_NUMBER ? starsend_json_node_get_number (child) : -1;

      if (!(seconds > last && seconds <= MAX_SECONDS))
        return starsend_model_values_refuse (child, "choices", _("a rising list of seconds"), error);
      g_array_append_val (limits->totals, seconds);
      last = seconds;
    }
  if (limits->totals->len == 0)
    return starsend_model_values_refuse (choices, "choices", _("a rising list of seconds"), error);
  limits->min_total = g_array_index (limits->totals, double, 0);
  limits->max_total = last;

  return TRUE;
}

static gboolean
read_picture (StarsendModelLimits *limits, const StarsendJsonNode *node, GError **error)
{
  static const char *const known[] = { "min_side", "max_side", "min_ratio", "max_ratio", "max_bytes", NULL };
  const StarsendJsonNode *object;
  gint64 min_side = 0, max_side = 0, max_bytes = 0;

  if (!get_object (node, "picture", known, &object, error))
    return FALSE;
  if (object == NULL)
    return TRUE;
  if (!starsend_model_values_read_integer (object, "min_side", MAX_COUNT, &min_side, error) ||
      !starsend_model_values_read_integer (object, "max_side", MAX_COUNT, &max_side, error) ||
      !starsend_model_values_read_number (object, "min_ratio", 0, MAX_COUNT, &limits->min_ratio, error) ||
      !starsend_model_values_read_number (object, "max_ratio", 0, MAX_COUNT, &limits->max_ratio, error) ||
      !starsend_model_values_read_integer (object, "max_bytes", MAX_BYTES, &max_bytes, error))
    return FALSE;

  limits->min_side = (int) min_side;
  limits->max_side = (int) max_side;
  limits->max_bytes = (gsize) max_bytes;

  return TRUE;
}

static gboolean
read_references (StarsendModelLimits *limits, const StarsendJsonNode *node, GError **error)
{
  static const char *const known[] = { "min", "max", NULL };
  const StarsendJsonNode *object;
  gint64 min = 0, max = 0;

  if (!get_object (node, "references", known, &object, error))
    return FALSE;
  if (object != NULL && (!starsend_model_values_read_integer (object, "min", MAX_COUNT, &min, error) ||
                         !starsend_model_values_read_integer (object, "max", MAX_COUNT, &max, error)))
    return FALSE;

  limits->min_references = (guint) min;
  limits->max_references = (guint) max;

  return TRUE;
}

static gboolean
read_aspects (const StarsendJsonNode *limits, char ***aspects, GError **error)
{
  const StarsendJsonNode *list = starsend_json_node_get_member (limits, "aspects");
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  if (list == NULL)
    return TRUE;
  if (starsend_json_node_get_kind (list) != STARSEND_JSON_ARRAY || starsend_json_node_get_length (list) == 0)
    return starsend_model_values_refuse (list, "aspects", _("a list of ratios, such as “16:9”"), error);

  for (const StarsendJsonNode *child = starsend_json_node_get_first_child (list); child != NULL; child = starsend_json_node_get_next (child))
    {
      int width, height;

      if (!starsend_model_aspect_parse (starsend_json_node_get_string (child, NULL), &width, &height))
        return starsend_model_values_refuse (child, "aspects", _("a list of ratios, such as “16:9”"), error);
      g_strv_builder_add (builder, starsend_json_node_get_string (child, NULL));
    }
  *aspects = g_strv_builder_end (builder);

  return TRUE;
}

static gboolean
read_limits (StarsendModel *self, const StarsendJsonNode *document, const StarsendJsonNode *row, char ***aspects, GError **error)
{
  static const char *const known[] = { "shots", "shot_seconds", "total_seconds", "prompt", "shot_prompt", "elements", "references",
                                       "pictures", "picture", "aspects", NULL };
  const StarsendJsonNode *named = starsend_json_node_get_member (row, "limits");
  const StarsendJsonNode *node = get_shared (document, "limits", named);
  StarsendModelLimits *limits = &self->limits;

  if (named == NULL)
    return TRUE;
  if (node == NULL || starsend_json_node_get_kind (node) != STARSEND_JSON_OBJECT)
    return starsend_model_values_refuse (named, "limits", _("an object, or the name of shared limits"), error);

  return starsend_model_values_check (node, known, error) &&
         read_counts (limits, node, error) &&
         read_span (node, "shot_seconds", &limits->min_shot, &limits->max_shot, &limits->shot_step, error) &&
         read_span (node, "total_seconds", &limits->min_total, &limits->max_total, &limits->total_step, error) &&
         read_choices (limits, node, error) &&
         read_references (limits, node, error) &&
         read_picture (limits, node, error) &&
         read_aspects (node, aspects, error);
}

/* Routes */

static gboolean
find_word (const StarsendJsonNode *object, const char *name, const char *const *words, int fallback, int *found, GError **error)
{
  const StarsendJsonNode *node = starsend_json_node_get_member (object, name);
  const char *text = node != NULL ? starsend_json_node_get_string (node, NULL) : NULL;
  g_autofree char *allowed = NULL;

  *found = fallback;
  if (node == NULL && fallback >= 0)
    return TRUE;
  for (int i = 0; text != NULL && words[i] != NULL; i++)
    if (g_str_equal (words[i], text))
      {
        *found = i;
        return TRUE;
      }
  allowed = g_strjoinv (", ", (char **) words);

  return starsend_model_values_refuse (node, name, allowed, error);
}

static gboolean
read_field (StarsendModel *self, StarsendModelRoute *route, const StarsendJsonNode *node, GError **error)
{
  /* In the order of StarsendModelSource; the last one is a value that the row says. */
  static const char *const sources[] = { "value", "prompt", "shots", "start_frame", "elements", "element_pictures", "duration",
                                         "aspect", "audio", "resolution", NULL };
  static const char *const codecs[] = { "plain", "string", "seconds", NULL };
  static const char *const known[] = { "name", "from", "codec", "value", NULL };
  const StarsendJsonNode *value = starsend_json_node_get_member (node, "value");
  StarsendModelField *field = g_new0 (StarsendModelField, 1);
  int source, codec;

  g_ptr_array_add (route->fields, field);
  if (!starsend_model_values_check (node, known, error) ||
      !starsend_model_values_read_string (node, "name", &field->name, error) ||
      !find_word (node, "from", sources, -1, &source, error) ||
      !find_word (node, "codec", codecs, STARSEND_MODEL_CODEC_PLAIN, &codec, error))
    return FALSE;
  if (field->name == NULL)
    return starsend_model_values_refuse (NULL, "name", _("a text"), error);
  if ((value != NULL) != (source == STARSEND_MODEL_SOURCE_VALUE))
    return starsend_model_values_refuse (value, "value", _("there where “from” is “value”, and nowhere else"), error);
  if (sources[source + 1] == NULL && self->resolution == NULL)
    return starsend_model_values_refuse (NULL, "resolution", _("said in the row"), error);

  field->codec = codec;
  field->source = sources[source + 1] != NULL ? (StarsendModelSource) source : STARSEND_MODEL_SOURCE_VALUE;
  if (value != NULL)
    field->value = starsend_json_node_to_tree (value);
  else if (field->source == STARSEND_MODEL_SOURCE_VALUE)
    field->value = json_node_init_string (json_node_alloc (), self->resolution);

  return TRUE;
}

static gboolean
read_fields (StarsendModel *self, StarsendModelRoute *route, const StarsendJsonNode *document, const StarsendJsonNode *node, GError **error)
{
  const StarsendJsonNode *named = starsend_json_node_get_member (node, "fields");
  const StarsendJsonNode *fields = get_shared (document, "fields", named);

  if (fields == NULL || starsend_json_node_get_kind (fields) != STARSEND_JSON_ARRAY)
    return starsend_model_values_refuse (named, "fields", _("a list, or the name of shared fields"), error);
  for (const StarsendJsonNode *child = starsend_json_node_get_first_child (fields); child != NULL; child = starsend_json_node_get_next (child))
    if (!read_field (self, route, child, error))
      return FALSE;
  if (!starsend_model_route_has_source (route, STARSEND_MODEL_SOURCE_PROMPT) &&
      !starsend_model_route_has_source (route, STARSEND_MODEL_SOURCE_SHOTS))
    return starsend_model_values_refuse (fields, "fields", _("a list with a field for the words"), error);

  return TRUE;
}

static gboolean
read_when (StarsendModelRoute *route, const StarsendJsonNode *node, GError **error)
{
  const StarsendJsonNode *list = starsend_json_node_get_member (node, "when");

  if (list == NULL)
    return TRUE;
  for (const StarsendJsonNode *child = starsend_json_node_get_first_child (list); child != NULL; child = starsend_json_node_get_next (child))
    {
      const char *text = starsend_json_node_get_string (child, NULL);

      if (g_strcmp0 (text, "elements") == 0)
        route->when |= STARSEND_MODEL_HAS_ELEMENTS;
      else if (g_strcmp0 (text, "start_frame") == 0)
        route->when |= STARSEND_MODEL_HAS_START_FRAME;
      else
        return starsend_model_values_refuse (child, "when", _("a list of “elements” and “start_frame”"), error);
    }

  return route->when != 0 || starsend_model_values_refuse (list, "when", _("a list of “elements” and “start_frame”"), error);
}

static gboolean
read_route (StarsendModel *self, const StarsendJsonNode *document, const StarsendJsonNode *node, char **aspects, GError **error)
{
  static const char *const known[] = { "when", "endpoint", "fields", "element_token", "result", NULL };
  StarsendModelRoute *route = starsend_model_route_new ();

  g_ptr_array_add (self->routes, route);
  if (!starsend_model_values_check (node, known, error) ||
      !read_when (route, node, error) ||
      !starsend_model_values_read_string (node, "endpoint", &route->endpoint, error) ||
      !starsend_model_values_read_string (node, "element_token", &route->element_token, error) ||
      !starsend_model_values_read_string (node, "result", &route->result_path, error) ||
      !read_fields (self, route, document, node, error))
    return FALSE;
  if (route->endpoint == NULL)
    return starsend_model_values_refuse (NULL, "endpoint", _("a text"), error);

  route->aspects = g_strdupv (aspects);
  route->max_references = self->limits.max_references;
  route->max_bytes = self->limits.max_bytes;
  route->max_side = self->limits.max_side;
  if (route->aspects == NULL && starsend_model_route_has_source (route, STARSEND_MODEL_SOURCE_ASPECT))
    return starsend_model_values_refuse (NULL, "aspects", _("a list of ratios, such as “16:9”"), error);

  return TRUE;
}

static gboolean
read_routes (StarsendModel *self, const StarsendJsonNode *document, const StarsendJsonNode *row, char **aspects, GError **error)
{
  const StarsendJsonNode *list = starsend_json_node_get_member (row, "routes");

  if (list == NULL && self->account == NULL)
    return TRUE;
  if (list == NULL || starsend_json_node_get_kind (list) != STARSEND_JSON_ARRAY || starsend_json_node_get_length (list) == 0)
    return starsend_model_values_refuse (list, "routes", _("a list of ways in"), error);
  for (const StarsendJsonNode *child = starsend_json_node_get_first_child (list); child != NULL; child = starsend_json_node_get_next (child))
    if (!read_route (self, document, child, aspects, error))
      return FALSE;

  return TRUE;
}

/* The row */

static gboolean
read_price (StarsendModel *self, const StarsendJsonNode *row, GError **error)
{
  const StarsendJsonNode *price = starsend_json_node_get_member (row, "price");

  if (price == NULL && self->account == NULL)
    return TRUE;
  /* What is paid for and has no price would pass for free. */
  if (price == NULL)
    return starsend_model_values_refuse (NULL, "price", _("said for a model that needs an account"), error);
  self->price = starsend_model_price_new_from_json (price, NULL, error);

  return self->price != NULL;
}

static gboolean
read_template (StarsendModel *self, const StarsendJsonNode *document, const StarsendJsonNode *row, GError **error)
{
  const StarsendJsonNode *named = starsend_json_node_get_member (row, "template");
  const StarsendJsonNode *text = named != NULL ? get_shared (document, "templates", named) : NULL;

  if (named == NULL)
    return TRUE;
  if (text == NULL || starsend_json_node_get_string (text, NULL) == NULL)
    return starsend_model_values_refuse (named, "template", _("the name of a template"), error);
  self->template = g_strdup (starsend_json_node_get_string (text, NULL));

  return TRUE;
}

static gboolean
read_row (StarsendModel *self, const StarsendJsonNode *document, const StarsendJsonNode *row, GError **error)
{
  static const char *const known[] = { "name", "title", "kind", "account", "resolution", "typical_wait", "limits", "template", "price",
                                       "routes", NULL };
  static const char *const kinds[] = { "grid", "take", NULL };
  g_auto(GStrv) aspects = NULL;
  gint64 wait = 0;
  int kind;

  if (!starsend_model_values_check (row, known, error) ||
      !starsend_model_values_read_string (row, "name", &self->name, error) ||
      !starsend_model_values_read_string (row, "title", &self->title, error) ||
      !starsend_model_values_read_string (row, "account", &self->account, error) ||
      !starsend_model_values_read_string (row, "resolution", &self->resolution, error) ||
      !starsend_model_values_read_integer (row, "typical_wait", MAX_SECONDS, &wait, error) ||
      !find_word (row, "kind", kinds, -1, &kind, error))
    return FALSE;
  if (self->name == NULL || self->title == NULL)
    return starsend_model_values_refuse (NULL, self->name == NULL ? "name" : "title", _("a text"), error);

  self->kind = kind == 0 ? STARSEND_REQUEST_GRID : STARSEND_REQUEST_TAKE;
  self->typical_wait = (guint) wait;

  return read_limits (self, document, row, &aspects, error) &&
         read_template (self, document, row, error) &&
         read_price (self, row, error) &&
         read_routes (self, document, row, aspects, error);
}

StarsendModel *
starsend_model_new_from_json (const StarsendJsonNode *document, const StarsendJsonNode *row, GError **error)
{
  g_autoptr(StarsendModel) self = g_object_new (STARSEND_TYPE_MODEL, NULL);

  if (starsend_json_node_get_kind (row) != STARSEND_JSON_OBJECT)
    {
      starsend_model_values_refuse (row, "models", _("a list of objects"), error);
      return NULL;
    }
  if (read_row (self, document, row, error))
    return g_steal_pointer (&self);
  g_prefix_error (error, "%s: ", self->name != NULL ? self->name : "models");

  return NULL;
}
