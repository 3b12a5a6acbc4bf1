/* starsend-models.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-models.h"

#include <glib/gi18n-lib.h>

#include "starsend-engine-resources.h"
#include "starsend-error.h"
#include "starsend-model-private.h"
#include "starsend-model-values.h"

#define MODELS_RESOURCE "/org/starsend/engine/models.json"
#define MAX_SIZE (1024 * 1024)

struct _StarsendModels
{
  GObject parent_instance;

  /* Owned */
  StarsendJson *data;
  GListStore *models;     /* of StarsendModel, in the order of the data */
  GHashTable *by_name;    /* name -> StarsendModel, borrowed from the list */
  GHashTable *providers;  /* name -> StarsendProvider */
};

G_DEFINE_FINAL_TYPE (StarsendModels, starsend_models, G_TYPE_OBJECT)

static void
starsend_models_finalize (GObject *object)
{
  StarsendModels *self = STARSEND_MODELS (object);

  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_clear_object (&self->models);
  g_clear_pointer (&self->data, starsend_json_unref);
  g_clear_pointer (&self->providers, g_hash_table_unref);

  G_OBJECT_CLASS (starsend_models_parent_class)->finalize (object);
}

static void
starsend_models_class_init (StarsendModelsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_models_finalize;
}

static void
starsend_models_init (StarsendModels *self)
{
  self->models = g_list_store_new (STARSEND_TYPE_MODEL);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->providers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/* The data */

static gboolean
read_model (StarsendModels *self, const StarsendJsonNode *row, GError **error)
{
  g_autoptr(StarsendModel) model = starsend_model_new_from_json (starsend_json_get_root (self->data), row, error);

  if (model == NULL)
    return FALSE;
  if (!g_hash_table_insert (self->by_name, (gpointer) starsend_model_get_name (model), model))
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("There are two models “%s”."), starsend_model_get_name (model));
      return FALSE;
    }
  g_list_store_append (self->models, model);

  return TRUE;
}

/* Whatever names a model has to name one that is there. */
static gboolean
check_name (StarsendModels *self, const char *place, const StarsendJsonNode *node, GError **error)
{
  const char *name = starsend_json_node_get_string (node, NULL);

  return (name != NULL && g_hash_table_contains (self->by_name, name)) ||
         starsend_model_values_refuse (node, place, _("the name of a model"), error);
}

static gboolean
check_names (StarsendModels *self, GError **error)
{
  static const char *const kinds[] = { "grid", "take" };
  const StarsendJsonNode *root = starsend_json_get_root (self->data);
  const StarsendJsonNode *retired = starsend_json_node_get_member (root, "retired");
  const StarsendJsonNode *defaults = starsend_json_node_get_member (root, "defaults");

  for (const StarsendJsonNode *node = retired != NULL ? starsend_json_node_get_first_child (retired) : NULL; node != NULL; node = starsend_json_node_get_next (node))
    if (!check_name (self, "retired", node, error))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const StarsendJsonNode *list = starsend_json_node_get_member (defaults, kinds[i]);

      if (list == NULL || starsend_json_node_get_first_child (list) == NULL)
        return starsend_model_values_refuse (list, "defaults", _("a list of names for grids and one for takes"), error);
      for (const StarsendJsonNode *node = starsend_json_node_get_first_child (list); node != NULL; node = starsend_json_node_get_next (node))
        if (!check_name (self, "defaults", node, error))
          return FALSE;
    }

  return TRUE;
}

static gboolean
read_data (StarsendModels *self, GBytes *bytes, GError **error)
{
  static const char *const known[] = { "defaults", "retired", "templates", "limits", "fields", "models", NULL };
  const StarsendJsonNode *root, *rows;

  self->data = starsend_json_new (bytes, MAX_SIZE, error);
  if (self->data == NULL)
    return FALSE;
  root = starsend_json_get_root (self->data);
  rows = starsend_json_node_get_member (root, "models");
  if (rows == NULL || starsend_json_node_get_kind (rows) != STARSEND_JSON_ARRAY)
    return starsend_model_values_refuse (rows, "models", _("a list"), error);
  if (!starsend_model_values_check (root, known, error))
    return FALSE;
  for (const StarsendJsonNode *row = starsend_json_node_get_first_child (rows); row != NULL; row = starsend_json_node_get_next (row))
    if (!read_model (self, row, error))
      return FALSE;

  return check_names (self, error);
}

static char *
list_names (StarsendModels *self, StarsendRequestKind kind)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new ();
  g_auto(GStrv) strv = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->models)); i++)
    {
      g_autoptr(StarsendModel) model = g_list_model_get_item (G_LIST_MODEL (self->models), i);

      if (starsend_model_get_kind (model) == kind)
        g_strv_builder_add (names, starsend_model_get_name (model));
    }
  strv = g_strv_builder_end (names);

  return g_strjoinv (", ", strv);
}

/* The first of the defaults that can be used: for which there is a key, or that needs none. */
static const char *
find_default (StarsendModels *self, StarsendRequestKind kind, gboolean free_only)
{
  const StarsendJsonNode *defaults = starsend_json_node_get_member (starsend_json_get_root (self->data), "defaults");
  const StarsendJsonNode *list = starsend_json_node_get_member (defaults, starsend_request_kind_to_string (kind));
  const char *name = NULL;

  for (const StarsendJsonNode *node = starsend_json_node_get_first_child (list); node != NULL; node = starsend_json_node_get_next (node))
    {
      StarsendProvider *provider;

      name = starsend_json_node_get_string (node, NULL);
      if (starsend_model_get_account (g_hash_table_lookup (self->by_name, name)) == NULL)
        break;
      provider = g_hash_table_lookup (self->providers, name);
      if (!free_only && provider != NULL && starsend_provider_check_account (provider, NULL))
        break;
    }

  return name;
}

/* Public API */

/**
 * starsend_models_new:
 *
 * Reads what the names stand for. No provider is there yet.
 *
 * Returns: (transfer full): the models
 */
StarsendModels *
starsend_models_new (void)
{
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;
  StarsendModels *self;

  bytes = g_resource_lookup_data (starsend_engine_get_resource (), MODELS_RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  self = starsend_models_new_from_bytes (bytes, &error);
  if (self == NULL)
    g_error ("models.json: %s", error->message);

  return self;
}

/**
 * starsend_models_new_from_bytes:
 * @bytes: what models.json holds
 * @error: return location for an error
 *
 * Reads what the names stand for out of another document than the one that is built in.
 *
 * Returns: (transfer full): the models; %STARSEND_ERROR_INVALID_INPUT for a slip anywhere in it
 */
StarsendModels *
starsend_models_new_from_bytes (GBytes *bytes, GError **error)
{
  g_autoptr(StarsendModels) self = g_object_new (STARSEND_TYPE_MODELS, NULL);

  g_return_val_if_fail (bytes != NULL, NULL);

  return read_data (self, bytes, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * starsend_models_get_models:
 *
 * All models, in the order in which they are to be shown.
 *
 * Returns: (transfer none): a list of [class@Model]
 */
GListModel *
starsend_models_get_models (StarsendModels *self)
{
  g_return_val_if_fail (STARSEND_IS_MODELS (self), NULL);

  return G_LIST_MODEL (self->models);
}

/**
 * starsend_models_resolve:
 * @name: (nullable): a name out of a plan, a project or a ledger
 *
 * The name that stands for what @name stood for before it was retired.
 *
 * Returns: (transfer none) (nullable): the name of a model; @name itself where nothing else is known
 */
const char *
starsend_models_resolve (StarsendModels *self, const char *name)
{
  const StarsendJsonNode *retired;
  const char *successor;

  g_return_val_if_fail (STARSEND_IS_MODELS (self), NULL);

  if (name == NULL || g_hash_table_contains (self->by_name, name))
    return name;
  retired = starsend_json_node_get_member (starsend_json_get_root (self->data), "retired");
  successor = starsend_json_node_get_string_member (retired, name);

  return successor != NULL ? successor : name;
}

/**
 * starsend_models_get_model:
 * @name: (nullable): a model's name, or one that was retired
 *
 * What a name stands for.
 *
 * Returns: (transfer none) (nullable): the model; %NULL for a name that stands for nothing
 */
StarsendModel *
starsend_models_get_model (StarsendModels *self, const char *name)
{
  g_return_val_if_fail (STARSEND_IS_MODELS (self), NULL);

  return name != NULL ? g_hash_table_lookup (self->by_name, starsend_models_resolve (self, name)) : NULL;
}

/**
 * starsend_models_choose:
 * @kind: what is to be made
 * @asked: (nullable): what somebody asked for just now
 * @planned: (nullable): what the plan says
 * @configured: (nullable): what the project says
 *
 * The model that is used: the first of these names, else the default. A retired name gives its successor.
 *
 * Returns: (transfer none): a name, which may stand for nothing
 */
const char *
starsend_models_choose (StarsendModels *self, StarsendRequestKind kind, const char *asked, const char *planned, const char *configured)
{
  const char *name = asked != NULL ? asked : planned;

  g_return_val_if_fail (STARSEND_IS_MODELS (self), NULL);

  if (name == NULL)
    name = configured != NULL ? configured : starsend_models_get_default (self, kind);

  return starsend_models_resolve (self, name);
}

/**
 * starsend_models_require:
 * @name: (nullable): a model's name
 * @kind: what it is to make
 * @error: return location for an error
 *
 * What a name stands for, when that makes what is wanted.
 *
 * Returns: (transfer none): the model; %STARSEND_ERROR_INVALID_INPUT lists what there is
 */
StarsendModel *
starsend_models_require (StarsendModels *self, const char *name, StarsendRequestKind kind, GError **error)
{
  StarsendModel *model = starsend_models_get_model (self, name);
  g_autofree char *names = NULL;

  if (model != NULL && starsend_model_get_kind (model) == kind)
    return model;

  names = list_names (self, kind);
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               kind == STARSEND_REQUEST_GRID
                 /* Translators: the second %s is a list of names, "sketch, gemini". */
                 ? _("There is no grid model “%s”. There are: %s.")
                 : _("There is no video model “%s”. There are: %s."),
               name, names);

  return NULL;
}

/**
 * starsend_models_check_currency:
 * @name: a model's name
 * @currency: what the project counts in
 * @error: return location for an error
 *
 * Refuses to compare amounts of two currencies.
 *
 * Returns: whether the price of the model is in @currency, or it is free
 */
gboolean
starsend_models_check_currency (StarsendModels *self, const char *name, const char *currency, GError **error)
{
  StarsendModel *model = starsend_models_get_model (self, name);
  const char *own = model != NULL ? starsend_model_get_currency (model) : NULL;

  if (own == NULL || g_strcmp0 (own, currency) == 0)
    return TRUE;

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               /* Translators: a model's name, two currencies, such as "USD", and the name again. */
               _("The price of “%s” is in %s, and the project counts in %s. Say what it costs in %s: “prices”: {“%s”: {…}} in project_config.json."),
               name, own, currency, currency, name);

  return FALSE;
}

/**
 * starsend_models_set_prices: (skip)
 * @prices: (nullable): model names with "price" objects, as a project has them
 * @error: return location for an error
 *
 * Puts the prices of a project over those of the data. What an object does not say stays as it is.
 *
 * Returns: whether all of them can be read; else %STARSEND_ERROR_INVALID_INPUT, which names the place
 */
gboolean
starsend_models_set_prices (StarsendModels *self, const StarsendJsonNode *prices, GError **error)
{
  g_return_val_if_fail (STARSEND_IS_MODELS (self), FALSE);

  for (const StarsendJsonNode *node = prices != NULL ? starsend_json_node_get_first_child (prices) : NULL; node != NULL; node = starsend_json_node_get_next (node))
    {
      const char *name = starsend_json_node_get_name (node, NULL);
      StarsendModel *model = starsend_models_get_model (self, name);

      if (model == NULL)
        {
          g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                       _("project_config.json: “prices” has “%s”, which is the name of no model."), name);
          return FALSE;
        }
      if (!starsend_model_set_price (model, node, error))
        {
          g_prefix_error (error, _("project_config.json, the price of “%s”: "), name);
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * starsend_models_add_provider:
 * @model: a model's name
 * @provider: (transfer none): who makes it
 *
 * Registers who makes what @model stands for.
 */
void
starsend_models_add_provider (StarsendModels *self, const char *model, StarsendProvider *provider)
{
  g_return_if_fail (STARSEND_IS_MODELS (self));
  g_return_if_fail (model != NULL);
  g_return_if_fail (STARSEND_IS_PROVIDER (provider));

  g_hash_table_insert (self->providers, g_strdup (model), g_object_ref (provider));
}

/**
 * starsend_models_find:
 * @model: a model's name
 * @kind: what it is to make
 * @error: return location for an error
 *
 * Finds who makes what @model stands for.
 *
 * Returns: (transfer none): the provider; %STARSEND_ERROR_INVALID_INPUT for a name that stands for nothing of that kind,
 *   %STARSEND_ERROR_UNAVAILABLE when nobody here can make it
 */
StarsendProvider *
starsend_models_find (StarsendModels *self, const char *model, StarsendRequestKind kind, GError **error)
{
  StarsendModel *row;
  StarsendProvider *provider;

  g_return_val_if_fail (STARSEND_IS_MODELS (self), NULL);

  row = starsend_models_require (self, model, kind, error);
  if (row == NULL)
    return NULL;

  provider = g_hash_table_lookup (self->providers, starsend_model_get_name (row));
  if (provider == NULL)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
                   _("The model “%s” cannot be used here yet. Choose “%s”, which needs no account."),
                   model, find_default (self, kind, TRUE));
      return NULL;
    }

  return provider;
}

/**
 * starsend_models_get_default:
 * @kind: what is to be made
 *
 * The model that is used where nobody names one: the first of the defaults that can be used, for which there is a key or
 * that needs none.
 *
 * Returns: (transfer none): a model's name
 */
const char *
starsend_models_get_default (StarsendModels *self, StarsendRequestKind kind)
{
  g_return_val_if_fail (STARSEND_IS_MODELS (self), NULL);

  return find_default (self, kind, FALSE);
}
