/* starsend-models.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-models.h"

#include <glib/gi18n-lib.h>

#include "starsend-engine-resources.h"
#include "starsend-error.h"
#include "starsend-json.h"

#define MODELS_RESOURCE "/org/starsend/engine/models.json"

struct _StarsendModels
{
  GObject parent_instance;

  /* Owned */
  StarsendJson *data;
  GHashTable *providers; /* model name -> StarsendProvider */
};

G_DEFINE_FINAL_TYPE (StarsendModels, starsend_models, G_TYPE_OBJECT)

static void
starsend_models_finalize (GObject *object)
{
  StarsendModels *self = STARSEND_MODELS (object);

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
  g_autoptr(GBytes) bytes = NULL;

  bytes = g_resource_lookup_data (starsend_engine_get_resource (), MODELS_RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  self->data = starsend_json_new (bytes, G_MAXSIZE, NULL);
  self->providers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

static const StarsendJsonNode *
find_row (StarsendModels *self, const char *model)
{
  const StarsendJsonNode *rows = starsend_json_node_get_member (starsend_json_get_root (self->data), "models");

  for (const StarsendJsonNode *row = starsend_json_node_get_first_child (rows); row != NULL; row = starsend_json_node_get_next (row))
    if (g_strcmp0 (starsend_json_node_get_string_member (row, "name"), model) == 0)
      return row;

  return NULL;
}

static char *
list_names (StarsendModels *self, StarsendRequestKind kind)
{
  const StarsendJsonNode *rows = starsend_json_node_get_member (starsend_json_get_root (self->data), "models");
  g_autoptr(GStrvBuilder) names = g_strv_builder_new ();
  g_auto(GStrv) strv = NULL;

  for (const StarsendJsonNode *row = starsend_json_node_get_first_child (rows); row != NULL; row = starsend_json_node_get_next (row))
    if (g_strcmp0 (starsend_json_node_get_string_member (row, "kind"), starsend_request_kind_to_string (kind)) == 0)
      g_strv_builder_add (names, starsend_json_node_get_string_member (row, "name"));
  strv = g_strv_builder_end (names);

  return g_strjoinv (", ", strv);
}

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
  return g_object_new (STARSEND_TYPE_MODELS, NULL);
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
  const StarsendJsonNode *row;
  StarsendProvider *provider;

  g_return_val_if_fail (STARSEND_IS_MODELS (self), NULL);

  row = find_row (self, model);
  provider = model != NULL ? g_hash_table_lookup (self->providers, model) : NULL;
  if (row != NULL &&
      g_strcmp0 (starsend_json_node_get_string_member (row, "kind"), starsend_request_kind_to_string (kind)) != 0)
    row = NULL;
  if (row == NULL)
    {
      g_autofree char *names = list_names (self, kind);

      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   kind == STARSEND_REQUEST_GRID
                     /* Translators: the second %s is a list of names, "sketch, gemini". */
                     ? _("There is no grid model “%s”. There are: %s.")
                     : _("There is no video model “%s”. There are: %s."),
                   model, names);
      return NULL;
    }
  if (provider == NULL)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
                   _("The model “%s” cannot be used here yet. Choose “%s”, which needs no account."),
                   model, starsend_models_get_default (self, kind));
      return NULL;
    }

  return provider;
}

/**
 * starsend_models_get_default:
 * @kind: what is to be made
 *
 * The model that is used where nobody names one.
 *
 * Returns: (transfer none): a model's name
 */
const char *
starsend_models_get_default (StarsendModels *self, StarsendRequestKind kind)
{
  g_return_val_if_fail (STARSEND_IS_MODELS (self), NULL);

  return kind == STARSEND_REQUEST_GRID ? "sketch" : "animatic";
}
