/* starsend-providers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-providers.h"

#include "starsend-fal-provider.h"
#include "starsend-gemini-provider.h"
#include "starsend-key-check.h"

static const char *
get_gemini_base (void)
{
  const char *base = g_getenv ("STARSEND_GEMINI_URL");

  return base != NULL && *base != '\0' ? base : STARSEND_GEMINI_BASE;
}

static void
add_providers (StarsendModels *models, StarsendKeys *keys, StarsendHttpClient *client)
{
  GListModel *list = starsend_models_get_models (models);
  g_autoptr (StarsendFalClient) fal = starsend_fal_client_new (client, keys);
  g_autoptr (StarsendFalStorage) storage = starsend_fal_storage_new (fal);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (StarsendModel) model = g_list_model_get_item (list, i);
      g_autoptr (StarsendProvider) provider = NULL;

      if (g_strcmp0 (starsend_model_get_account (model), "gemini") == 0)
        provider = starsend_gemini_provider_new (model, client, keys, get_gemini_base ());
      else if (g_strcmp0 (starsend_model_get_account (model), "fal") == 0)
        provider = starsend_fal_provider_new (model, fal, storage);
      if (provider != NULL)
        starsend_models_add_provider (models, starsend_model_get_name (model), provider);
    }
}

/**
 * starsend_providers_register:
 * @models: the models of a project
 * @keys: where the keys are
 *
 * Registers who makes the models that need an account. Without a key they refuse when they are asked to make something.
 */
void
starsend_providers_register (StarsendModels *models, StarsendKeys *keys)
{
  g_autoptr (StarsendHttpClient) client = starsend_http_client_new ();

  g_return_if_fail (STARSEND_IS_MODELS (models));
  g_return_if_fail (STARSEND_IS_KEYS (keys));

  starsend_http_client_trust (client, get_gemini_base ());
  add_providers (models, keys, client);
}

/* Checking a key */

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  char *remark = NULL;
  GError *error = NULL;

  if (starsend_key_check_finish (STARSEND_HTTP_CLIENT (source), result, &remark, &error))
    {
      g_task_set_task_data (task, remark, g_free);
      g_task_return_boolean (task, TRUE);
    }
  else
    g_task_return_error (task, error);
}

/**
 * starsend_providers_check_key_async:
 * @account: "fal" or "gemini"
 * @key: the key, as it was typed or pasted
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the service has answered
 * @user_data: data for @callback
 *
 * Asks a service whether it knows a key. Nothing is spent, and nothing is kept.
 */
void
starsend_providers_check_key_async (const char *account, const char *key, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  g_autoptr (StarsendHttpClient) client = starsend_http_client_new ();
  g_autoptr (StarsendFalClient) fal = starsend_fal_client_new (client, starsend_keys_get_default ());

  g_return_if_fail (starsend_keys_get_title (account) != NULL);
  g_return_if_fail (key != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_providers_check_key_async);
  starsend_http_client_trust (client, get_gemini_base ());
  starsend_key_check_async (client, account, key,
                            g_str_equal (account, "fal") ? starsend_fal_client_get_rest_url (fal) : get_gemini_base (),
                            cancellable, on_checked, task);
}

/**
 * starsend_providers_check_key_finish:
 * @result: what the callback was given
 * @remark: (out) (transfer full) (optional) (nullable): what there is to say of a key that is good
 * @error: return location for an error
 *
 * Finishes [func@Starsend.providers_check_key_async].
 *
 * Returns: whether the key is good; %STARSEND_ERROR_INVALID_INPUT where it is not, another error where nobody can say
 */
gboolean
starsend_providers_check_key_finish (GAsyncResult *result, char **remark, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  if (remark != NULL)
    *remark = g_strdup (g_task_get_task_data (G_TASK (result)));
  return g_task_propagate_boolean (G_TASK (result), error);
}
