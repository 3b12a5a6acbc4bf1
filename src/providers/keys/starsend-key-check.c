/* starsend-key-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-key-check.h"

#include "starsend-error.h"
#include "starsend-keys.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_ANSWER (1024 * 1024)
#define DEADLINE 20

typedef struct
{
  char *account;
  char *remark;
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  g_free (check->account);
  g_free (check->remark);
  g_free (check);
}

static StarsendHttpCall *
make_gemini_call (const char *key, const char *base)
{
  g_autofree char *uri = g_strconcat (base, "/v1beta/models?pageSize=1", NULL);
  StarsendHttpCall *call = starsend_http_call_new ("GET", uri);

  starsend_http_call_set_key (call, "x-goog-api-key", key);
  return call;
}

/* Asks where a file could be put, and puts none there. */
static StarsendHttpCall *
make_fal_call (const char *key, const char *base)
{
  g_autofree char *uri = g_strconcat (base, "/storage/upload/initiate?storage_type=fal-cdn-v3", NULL);
  g_autofree char *value = g_strconcat ("Key ", key, NULL);
  static const char body[] = "{\"content_type\":\"text/plain\",\"file_name\":\"key-check.txt\"}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (body, sizeof body - 1);
  StarsendHttpCall *call = starsend_http_call_new ("POST", uri);

  starsend_http_call_set_key (call, "Authorization", value);
  starsend_http_call_set_body (call, "application/json", bytes);
  starsend_http_call_set_repeat (call, STARSEND_HTTP_REPEAT_SAFE);
  return call;
}

static gboolean
says (StarsendHttpReply *reply, const char *word)
{
  gsize length;
  const char *data = g_bytes_get_data (starsend_http_reply_get_body (reply), &length);

  return data != NULL && g_strstr_len (data, (gssize) length, word) != NULL;
}

static GError *
make_wrong (const char *account)
{
  return g_error_new (STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                      /* Translators: %s is "fal.ai" or "Gemini". */
                      _("%s does not know this key. Copy it again from the service's own page."), starsend_keys_get_title (account));
}

static GError *
make_other (const char *account, StarsendHttpReply *reply)
{
  return g_error_new (STARSEND_ERROR, STARSEND_ERROR_PROVIDER,
                      /* Translators: the first %s is "fal.ai" or "Gemini", the number an HTTP status. */
                      _("%s did not say whether the key is good (status %u). Try again later."),
                      starsend_keys_get_title (account), starsend_http_reply_get_status (reply));
}

static GError *
judge_gemini (Check *check, StarsendHttpReply *reply)
{
  guint status = starsend_http_reply_get_status (reply);

  if (starsend_http_reply_is_success (reply))
    return NULL;
  if (status == 401 || (status == 400 && says (reply, "API_KEY")))
    return make_wrong (check->account);
  if (status == 403)
    return g_error_new_literal (STARSEND_ERROR, STARSEND_ERROR_PROVIDER,
                                _("Gemini knows this key, but does not let it in. Check its project and its restrictions in Google AI Studio."));
  return make_other (check->account, reply);
}

static GError *
judge_fal (Check *check, StarsendHttpReply *reply)
{
  guint status = starsend_http_reply_get_status (reply);

  if (starsend_http_reply_is_success (reply))
    return NULL;
  if (status == 403 && says (reply, "locked"))
    {
      check->remark = g_strdup (_("The key is good, but the account is locked or empty. Top it up at fal.ai."));
      return NULL;
    }
  if (status == 401 || status == 403)
    return make_wrong (check->account);
  return make_other (check->account, reply);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Check *check = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (StarsendHttpReply) reply = starsend_http_client_send_finish (STARSEND_HTTP_CLIENT (source), result, &error);

  if (reply != NULL)
    error = g_str_equal (check->account, "fal") ? judge_fal (check, reply) : judge_gemini (check, reply);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * starsend_key_check_async:
 * @client: the way to the network, which trusts @base
 * @account: "fal" or "gemini"
 * @key: the key, as it was typed or pasted
 * @base: scheme, host and port of the service
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the service has answered
 * @user_data: data for @callback
 *
 * Asks a service whether it knows a key. Nothing is spent, and nothing is kept.
 */
void
starsend_key_check_async (StarsendHttpClient *client, const char *account, const char *key, const char *base,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (StarsendHttpCall) call = NULL;
  g_autofree char *clean = NULL;
  GError *error = NULL;
  Check *check;

  g_return_if_fail (STARSEND_IS_HTTP_CLIENT (client));
  g_return_if_fail (starsend_keys_get_title (account) != NULL);
  g_return_if_fail (key != NULL);
  g_return_if_fail (base != NULL);

  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_key_check_async);
  check = g_new0 (Check, 1);
  check->account = g_strdup (account);
  g_task_set_task_data (task, check, check_free);
  clean = starsend_keys_clean (account, key, &error);
  if (clean == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  call = g_str_equal (account, "fal") ? make_fal_call (clean, base) : make_gemini_call (clean, base);
  starsend_http_call_set_deadline (call, DEADLINE);
  starsend_http_call_set_max_body (call, MAX_ANSWER);
  starsend_http_client_send_async (client, call, cancellable, on_answered, g_steal_pointer (&task));
  memset (clean, 0, strlen (clean));
}

/**
 * starsend_key_check_finish:
 * @client: the way to the network
 * @result: what the callback was given
 * @remark: (out) (transfer full) (optional) (nullable): what there is to say of a key that is good
 * @error: return location for an error
 *
 * Finishes [func@Starsend.key_check_async].
 *
 * Returns: whether the key is good; %STARSEND_ERROR_INVALID_INPUT where it is not, another error where nobody can say
 */
gboolean
starsend_key_check_finish (StarsendHttpClient *client, GAsyncResult *result, char **remark, GError **error)
{
  Check *check;

  g_return_val_if_fail (g_task_is_valid (result, client), FALSE);

  check = g_task_get_task_data (G_TASK (result));
  if (remark != NULL)
    *remark = g_strdup (check->remark);
  return g_task_propagate_boolean (G_TASK (result), error);
}
