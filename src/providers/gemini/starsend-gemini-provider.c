/* starsend-gemini-provider.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-gemini-provider.h"

#include "starsend-error.h"
#include "starsend-finding.h"
#include "starsend-gemini-body.h"
#include "starsend-gemini-fault.h"
#include "starsend-gemini-keep.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>
#include <string.h>

#define ACCOUNT "gemini"
/* A picture takes half a minute; a 4K one at peak times takes minutes. */
#define DEADLINE 300
/* A 4K PNG in base64 has some 40 MB. */
#define MAX_ANSWER (64 * 1024 * 1024)
/* So often Gemini may ask to wait. */
#define MAX_WAITS 3

struct _StarsendGeminiProvider
{
  StarsendProvider parent_instance;

  /* Owned */
  StarsendModel *model;
  StarsendHttpClient *client;
  StarsendKeys *keys;
  char *base;
};

G_DEFINE_FINAL_TYPE (StarsendGeminiProvider, starsend_gemini_provider, STARSEND_TYPE_PROVIDER)

enum
{
  PROP_0,
  PROP_MODEL,
  PROP_CLIENT,
  PROP_KEYS,
  PROP_BASE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* One submission. Workers touch what is marked, and only while they run. */
typedef struct
{
  StarsendRequest *request;
  StarsendJob *job;
  char *endpoint;
  char *part;                    /* worker */
  char *secret;                  /* worker; the key, for keeping it out of what Gemini says */
  StarsendGeminiBody *body;      /* worker */
  GBytes *bytes;                 /* worker */
  JsonNode *sent;                /* worker */
  StarsendHttpReply *reply;
  StarsendGeminiAnswer *answer;  /* worker */
  StarsendGeminiKept kept;       /* worker */
  GSource *wait;
  GSource *wait_cancelled;
  guint n_waits;
} Submission;

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
submission_free (gpointer data)
{
  Submission *submission = data;

  clear_source (&submission->wait);
  clear_source (&submission->wait_cancelled);
  g_clear_object (&submission->request);
  g_clear_object (&submission->job);
  g_free (submission->endpoint);
  g_free (submission->part);
  g_clear_pointer (&submission->secret, secret_password_free);
  g_clear_pointer (&submission->body, starsend_gemini_body_free);
  g_clear_pointer (&submission->bytes, g_bytes_unref);
  g_clear_pointer (&submission->sent, json_node_unref);
  g_clear_pointer (&submission->reply, starsend_http_reply_unref);
  g_clear_pointer (&submission->answer, starsend_gemini_answer_free);
  starsend_gemini_kept_clear (&submission->kept);
  g_free (submission);
}

static void
set_message (GTask *task, const char *message)
{
  Submission *submission = g_task_get_task_data (task);

  if (submission->job != NULL)
    starsend_job_set_message (submission->job, message);
}

/* Money */

/* By what was counted where there are prices for it, else by the picture; -1 when nobody can say. */
static gint64
get_cost (StarsendGeminiProvider *self, StarsendRequest *request, const StarsendGeminiTokens *tokens, gboolean has_picture)
{
  gint64 cost = -1;

  if (!has_picture || tokens->pictures > 0)
    cost = starsend_model_get_token_cost (self->model, tokens->input, tokens->words, tokens->pictures);
  if (cost < 0 && has_picture)
    cost = starsend_model_get_cost (self->model, request, 1, NULL);
  return cost;
}

/* The answer: in a worker, then here */

static void
keep_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Submission *submission = data;
  g_autoptr (GError) cause = NULL;
  GError *error = NULL;

  submission->answer = starsend_gemini_answer_new (starsend_http_reply_get_body (submission->reply), MAX_ANSWER, submission->secret, &cause);
  if (submission->answer == NULL)
    g_set_error (&error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN,
                 /* Translators: %s is what is wrong with the answer. */
                 _("Gemini answered, but the answer cannot be read: the grid may have been paid. (%s)"), cause->message);
  else if (submission->answer->picture == NULL)
    error = starsend_gemini_answer_make_refusal (submission->answer);
  else
    starsend_gemini_keep (submission->answer->picture, submission->part, &submission->kept, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
set_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
}

static StarsendTicket *
make_ticket (Submission *submission)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  const char *id = submission->answer->response_id;

  set_text (object, "endpoint", submission->endpoint);
  json_object_set_member (object, "sent", json_node_copy (submission->sent));
  set_text (object, "response_id", id);
  set_text (object, "model_version", submission->answer->model_version);
  if (submission->answer->usage != NULL)
    json_object_set_member (object, "usage", json_node_copy (submission->answer->usage));
  set_text (object, "text", submission->answer->text);
  set_text (object, "mime", submission->kept.mime);
  json_object_set_int_member (object, "width", submission->kept.width);
  json_object_set_int_member (object, "height", submission->kept.height);
  set_text (object, "file_digest", submission->kept.digest);
  json_node_take_object (node, object);
  return starsend_ticket_new (id != NULL ? id : starsend_job_get_id (submission->job), node);
}

static void
on_kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StarsendGeminiProvider *self = g_task_get_source_object (task);
  Submission *submission = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean kept = g_task_propagate_boolean (G_TASK (result), &error);

  /* A refusal may be billed as well. */
  if (submission->answer != NULL)
    starsend_job_set_cost (submission->job, get_cost (self, submission->request, &submission->answer->tokens,
                                                      submission->answer->picture != NULL));
  if (kept)
    g_task_return_pointer (task, make_ticket (submission), (GDestroyNotify) starsend_ticket_unref);
  else
    g_task_return_error (task, error);
}

static void
keep (GTask *task)
{
  StarsendGeminiProvider *self = g_task_get_source_object (task);
  Submission *submission = g_task_get_task_data (task);
  /* Without a source: a worker must not be the last to hold the provider. Nor can it be cancelled: what is paid is kept. */
  g_autoptr (GTask) work = g_task_new (NULL, NULL, on_kept, g_object_ref (task));

  submission->secret = g_strdup (starsend_keys_peek (self->keys, ACCOUNT));
  g_task_set_task_data (work, submission, NULL);
  g_task_run_in_thread (work, keep_thread);
}

/* The call */

static void send_call (GTask *task);

static gboolean
on_waited (gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Submission *submission = g_task_get_task_data (task);

  clear_source (&submission->wait);
  clear_source (&submission->wait_cancelled);
  send_call (g_steal_pointer (&task));
  return G_SOURCE_REMOVE;
}

static gboolean
on_wait_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Submission *submission = g_task_get_task_data (task);

  clear_source (&submission->wait);
  clear_source (&submission->wait_cancelled);
  /* Nothing of what was sent was accepted. */
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", _("Cancelled."));
  return G_SOURCE_REMOVE;
}

/* Takes @task. */
static void
wait_for (GTask *task, gint64 milliseconds)
{
  Submission *submission = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autofree char *message = NULL;

  /* Translators: %u is a number of seconds. */
  message = g_strdup_printf (_("Gemini asks to wait %u seconds"), (guint) ((milliseconds + 999) / 1000));
  set_message (task, message);
  submission->n_waits++;
  submission->wait = g_timeout_source_new ((guint) milliseconds);
  g_source_set_callback (submission->wait, on_waited, task, NULL);
  g_source_attach (submission->wait, g_main_context_get_thread_default ());
  if (cancellable == NULL)
    return;
  submission->wait_cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (submission->wait_cancelled, G_SOURCE_FUNC (on_wait_cancelled), task, NULL);
  g_source_attach (submission->wait_cancelled, g_main_context_get_thread_default ());
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StarsendGeminiProvider *self = g_task_get_source_object (task);
  Submission *submission = g_task_get_task_data (task);
  g_autoptr (StarsendGeminiFault) fault = NULL;
  GError *error = NULL;

  g_clear_pointer (&submission->reply, starsend_http_reply_unref);
  submission->reply = starsend_http_client_send_finish (STARSEND_HTTP_CLIENT (source), result, &error);
  if (submission->reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (starsend_http_reply_is_success (submission->reply))
    {
      keep (task);
      return;
    }

  fault = starsend_gemini_fault_new (starsend_http_reply_get_status (submission->reply), starsend_http_reply_get_body (submission->reply),
                                     starsend_keys_peek (self->keys, ACCOUNT));
  if (starsend_gemini_fault_may_pass (fault) && submission->n_waits < MAX_WAITS)
    wait_for (g_steal_pointer (&task), fault->retry_after);
  else
    g_task_return_error (task, starsend_gemini_fault_make_error (fault, submission->endpoint));
}

/* Takes @task. */
static void
send_call (GTask *task)
{
  StarsendGeminiProvider *self = g_task_get_source_object (task);
  Submission *submission = g_task_get_task_data (task);
  g_autofree char *uri = g_strdup_printf ("%s/v1beta/models/%s:generateContent", self->base, submission->endpoint);
  g_autoptr (StarsendHttpCall) call = starsend_http_call_new ("POST", uri);
  GError *error = NULL;

  /* A key may have been taken away while the pictures were read. */
  if (!starsend_keys_check (self->keys, ACCOUNT, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  starsend_http_call_set_key (call, "x-goog-api-key", starsend_keys_peek (self->keys, ACCOUNT));
  starsend_http_call_set_body (call, "application/json", submission->bytes);
  starsend_http_call_set_repeat (call, STARSEND_HTTP_REPEAT_UNSENT);
  starsend_http_call_set_deadline (call, DEADLINE);
  starsend_http_call_set_max_body (call, MAX_ANSWER);
  /* Given up, the picture would be paid and lost. */
  starsend_http_call_set_finish (call, TRUE);
  set_message (task, _("Gemini is drawing the grid"));
  starsend_http_client_send_async (self->client, call, g_task_get_cancellable (task), on_answered, task);
}

/* Before the call */

static void
prepare_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Submission *submission = data;
  GError *error = NULL;

  if (starsend_gemini_keep_prepare (submission->part, &error))
    submission->bytes = starsend_gemini_body_build (submission->body, cancellable, &submission->sent, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    send_call (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

static void
starsend_gemini_provider_submit_async (StarsendProvider *provider, StarsendRequest *request, StarsendJob *job,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  StarsendGeminiProvider *self = STARSEND_GEMINI_PROVIDER (provider);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GTask) work = NULL;
  StarsendModelRoute *route = starsend_model_choose_route (self->model, request);
  Submission *submission;
  GError *error = NULL;

  g_task_set_source_tag (task, starsend_gemini_provider_submit_async);
  /* Cancelling never hides that something was bought. */
  g_task_set_check_cancellable (task, FALSE);
  if (!starsend_provider_check (provider, request, &error) || !starsend_keys_check (self->keys, ACCOUNT, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (job == NULL || starsend_job_get_part (job) == NULL)
    {
      g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_FAILED, "%s",
                               _("There is no place for the grid, so it was not bought."));
      return;
    }

  submission = g_new0 (Submission, 1);
  submission->request = g_object_ref (request);
  submission->job = g_object_ref (job);
  submission->endpoint = g_strdup (starsend_model_route_get_endpoint (route));
  submission->part = g_strdup (starsend_job_get_part (job));
  submission->body = starsend_gemini_body_new (self->model, route, request);
  g_task_set_task_data (task, submission, submission_free);
  set_message (task, _("Reading the reference pictures"));
  work = g_task_new (NULL, cancellable, on_prepared, g_steal_pointer (&task));
  g_task_set_task_data (work, submission, NULL);
  g_task_run_in_thread (work, prepare_thread);
}

static StarsendTicket *
starsend_gemini_provider_submit_finish (StarsendProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Collecting */

typedef struct
{
  char *part;
  char *digest; /* nullable */
} Collection;

static void
collection_free (gpointer data)
{
  Collection *collection = data;

  g_free (collection->part);
  g_free (collection->digest);
  g_free (collection);
}

static void
verify_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Collection *collection = data;
  GError *error = NULL;

  if (starsend_gemini_keep_verify (collection->part, collection->digest, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

typedef struct
{
  StarsendRequest *request;
  StarsendTicket *ticket;
} Origin;

static void
origin_free (gpointer data)
{
  Origin *origin = data;

  g_object_unref (origin->request);
  starsend_ticket_unref (origin->ticket);
  g_free (origin);
}

static JsonObject *
get_addresses (StarsendTicket *ticket)
{
  JsonNode *node = starsend_ticket_get_addresses (ticket);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static const char *
get_digest (StarsendTicket *ticket)
{
  JsonObject *addresses = get_addresses (ticket);
  JsonNode *node = addresses != NULL ? json_object_get_member (addresses, "file_digest") : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StarsendGeminiProvider *self = g_task_get_source_object (task);
  Origin *origin = g_task_get_task_data (task);
  JsonObject *addresses = get_addresses (origin->ticket);
  StarsendGeminiTokens tokens = starsend_gemini_tokens_read (addresses != NULL ? json_object_get_member (addresses, "usage") : NULL);
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_pointer (task,
                           starsend_delivery_new (get_cost (self, origin->request, &tokens, TRUE), get_digest (origin->ticket),
                                                  starsend_ticket_get_addresses (origin->ticket)),
                           (GDestroyNotify) starsend_delivery_unref);
  else
    g_task_return_error (task, error);
}

static void
starsend_gemini_provider_collect_async (StarsendProvider *provider, StarsendRequest *request, StarsendTicket *ticket,
                                        StarsendJob *job, const char *part, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (provider, cancellable, callback, user_data);
  g_autoptr (GTask) work = NULL;
  Collection *collection = g_new0 (Collection, 1);
  Origin *origin = g_new0 (Origin, 1);

  g_task_set_source_tag (task, starsend_gemini_provider_collect_async);
  /* It is there already: there is nothing to give up. */
  g_task_set_check_cancellable (task, FALSE);
  origin->request = g_object_ref (request);
  origin->ticket = starsend_ticket_ref (ticket);
  g_task_set_task_data (task, origin, origin_free);
  collection->part = g_strdup (part);
  collection->digest = g_strdup (get_digest (ticket));
  work = g_task_new (NULL, NULL, on_verified, task);
  g_task_set_task_data (work, collection, collection_free);
  g_task_run_in_thread (work, verify_thread);
}

static StarsendDelivery *
starsend_gemini_provider_collect_finish (StarsendProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Looking */

static gboolean
starsend_gemini_provider_check (StarsendProvider *provider, StarsendRequest *request, GError **error)
{
  StarsendGeminiProvider *self = STARSEND_GEMINI_PROVIDER (provider);
  g_autoptr (GPtrArray) findings = starsend_model_check (self->model, request, FALSE);

  for (guint i = 0; i < findings->len; i++)
    {
      StarsendFinding *finding = g_ptr_array_index (findings, i);

      if (starsend_finding_get_severity (finding) == STARSEND_SEVERITY_ERROR)
        {
          g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, "%s: %s", starsend_finding_get_place (finding),
                       starsend_finding_get_message (finding));
          return FALSE;
        }
    }
  if (starsend_model_choose_route (self->model, request) != NULL)
    return TRUE;

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("The model “%s” cannot make this."),
               starsend_model_get_name (self->model));
  return FALSE;
}

static gboolean
starsend_gemini_provider_check_account (StarsendProvider *provider, GError **error)
{
  return starsend_keys_check (STARSEND_GEMINI_PROVIDER (provider)->keys, ACCOUNT, error);
}

static gint64
starsend_gemini_provider_estimate (StarsendProvider *provider, StarsendRequest *request)
{
  return starsend_model_estimate (STARSEND_GEMINI_PROVIDER (provider)->model, request, NULL);
}

/* The object */

static void
starsend_gemini_provider_dispose (GObject *object)
{
  StarsendGeminiProvider *self = STARSEND_GEMINI_PROVIDER (object);

  g_clear_object (&self->model);
  g_clear_object (&self->client);
  g_clear_object (&self->keys);

  G_OBJECT_CLASS (starsend_gemini_provider_parent_class)->dispose (object);
}

static void
starsend_gemini_provider_finalize (GObject *object)
{
  g_clear_pointer (&STARSEND_GEMINI_PROVIDER (object)->base, g_free);

  G_OBJECT_CLASS (starsend_gemini_provider_parent_class)->finalize (object);
}

static void
starsend_gemini_provider_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendGeminiProvider *self = STARSEND_GEMINI_PROVIDER (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    case PROP_KEYS:
      g_value_set_object (value, self->keys);
      break;
    case PROP_BASE:
      g_value_set_string (value, self->base);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
set_base (StarsendGeminiProvider *self, const char *base)
{
  self->base = g_strdup (base != NULL ? base : STARSEND_GEMINI_BASE);
  while (g_str_has_suffix (self->base, "/"))
    self->base[strlen (self->base) - 1] = '\0';
}

static void
starsend_gemini_provider_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  StarsendGeminiProvider *self = STARSEND_GEMINI_PROVIDER (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      self->model = g_value_dup_object (value);
      break;
    case PROP_CLIENT:
      self->client = g_value_dup_object (value);
      break;
    case PROP_KEYS:
      self->keys = g_value_dup_object (value);
      break;
    case PROP_BASE:
      set_base (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_gemini_provider_class_init (StarsendGeminiProviderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  StarsendProviderClass *provider_class = STARSEND_PROVIDER_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = starsend_gemini_provider_dispose;
  object_class->finalize = starsend_gemini_provider_finalize;
  object_class->get_property = starsend_gemini_provider_get_property;
  object_class->set_property = starsend_gemini_provider_set_property;

  provider_class->check = starsend_gemini_provider_check;
  provider_class->check_account = starsend_gemini_provider_check_account;
  provider_class->estimate = starsend_gemini_provider_estimate;
  provider_class->submit_async = starsend_gemini_provider_submit_async;
  provider_class->submit_finish = starsend_gemini_provider_submit_finish;
  provider_class->collect_async = starsend_gemini_provider_collect_async;
  provider_class->collect_finish = starsend_gemini_provider_collect_finish;

  properties[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, STARSEND_TYPE_MODEL, flags);
  properties[PROP_CLIENT] = g_param_spec_object ("client", NULL, NULL, STARSEND_TYPE_HTTP_CLIENT, flags);
  properties[PROP_KEYS] = g_param_spec_object ("keys", NULL, NULL, STARSEND_TYPE_KEYS, flags);
  properties[PROP_BASE] = g_param_spec_string ("base", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_gemini_provider_init (StarsendGeminiProvider *self)
{
}

/**
 * starsend_gemini_provider_new:
 * @model: one of its models
 * @client: the way to the network, which trusts @base
 * @keys: where the key is
 * @base: (nullable): scheme, host and port of the service; %NULL for Google's
 *
 * Makes the provider of a model.
 *
 * Returns: (transfer full): the provider
 */
StarsendProvider *
starsend_gemini_provider_new (StarsendModel *model, StarsendHttpClient *client, StarsendKeys *keys, const char *base)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (model), NULL);
  g_return_val_if_fail (STARSEND_IS_HTTP_CLIENT (client), NULL);
  g_return_val_if_fail (STARSEND_IS_KEYS (keys), NULL);

  return g_object_new (STARSEND_TYPE_GEMINI_PROVIDER, "name", "gemini", "model", model, "client", client, "keys", keys,
                       "base", base, NULL);
}
