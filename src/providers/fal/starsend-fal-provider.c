/* starsend-fal-provider.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-fal-provider.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"
#include "starsend-fal-cancel.h"
#include "starsend-fal-collect.h"
#include "starsend-fal-input.h"
#include "starsend-fal-ticket.h"
#include "starsend-finding.h"

struct _StarsendFalProvider
{
  StarsendProvider parent_instance;

  /* Owned */
  StarsendModel *model;
  StarsendFalClient *client;
  StarsendFalStorage *storage;
};

/**
 * StarsendFalProvider:
 *
 * A model at fal.ai, whatever it makes: what it wants to know is a row of data.
 *
 * Everything that costs nothing is done before the one call that does: the checks, and the uploads of every picture.
 */
G_DEFINE_FINAL_TYPE (StarsendFalProvider, starsend_fal_provider, STARSEND_TYPE_PROVIDER)

enum
{
  PROP_0,
  PROP_MODEL,
  PROP_CLIENT,
  PROP_STORAGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
starsend_fal_provider_check (StarsendProvider *provider, StarsendRequest *request, GError **error)
{
  StarsendFalProvider *self = STARSEND_FAL_PROVIDER (provider);
  g_autoptr (GPtrArray) findings = starsend_model_check (self->model, request, TRUE);

  for (guint i = 0; i < findings->len; i++)
    {
      StarsendFinding *finding = g_ptr_array_index (findings, i);

      if (starsend_finding_get_severity (finding) != STARSEND_SEVERITY_ERROR)
        continue;
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, "%s: %s",
                   starsend_finding_get_place (finding), starsend_finding_get_message (finding));
      return FALSE;
    }
  if (starsend_model_choose_route (self->model, request) != NULL)
    return TRUE;

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               _("The model “%s” has no way to make this: it may need a start frame first"), starsend_model_get_title (self->model));

  return FALSE;
}

static gboolean
starsend_fal_provider_check_account (StarsendProvider *provider, GError **error)
{
  return starsend_fal_client_check_key (STARSEND_FAL_PROVIDER (provider)->client, error);
}

static gint64
starsend_fal_provider_estimate (StarsendProvider *provider, StarsendRequest *request)
{
  return starsend_model_estimate (STARSEND_FAL_PROVIDER (provider)->model, request, NULL);
}

/* Submit: every picture first */

typedef struct
{
  StarsendRequest *request;
  StarsendModelRoute *route;
  StarsendJob *job;
  GHashTable *addresses;   /* path → address */
  GCancellable *uploads;   /* cancelled when one of them failed */
  gulong handler;
  guint n_pending;
  GError *error;           /* the first one */
} Submit;

/* One picture of a submit. */
typedef struct
{
  GTask *task;
  char *path;
} Picture;

static void
submit_free (gpointer data)
{
  Submit *submit = data;

  g_object_unref (submit->request);
  starsend_model_route_unref (submit->route);
  g_clear_object (&submit->job);
  g_hash_table_unref (submit->addresses);
  g_object_unref (submit->uploads);
  g_clear_error (&submit->error);
  g_free (submit);
}

static void
say (StarsendJob *job, const char *message)
{
  if (job != NULL)
    starsend_job_set_message (job, message);
}

static void
on_submitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StarsendTicket *ticket;
  GError *error = NULL;

  ticket = starsend_fal_client_submit_finish (STARSEND_FAL_CLIENT (source), result, &error);
  if (ticket != NULL)
    g_task_return_pointer (task, ticket, (GDestroyNotify) starsend_ticket_unref);
  else
    g_task_return_error (task, error);
}

/* Nothing has been bought up to here, whatever the errors of the uploads are called. */
static void
send_job (GTask *task)
{
  StarsendFalProvider *self = g_task_get_source_object (task);
  Submit *submit = g_task_get_task_data (task);
  g_autoptr (JsonNode) input = NULL;

  if (g_task_get_cancellable (task) != NULL)
    g_clear_signal_handler (&submit->handler, g_task_get_cancellable (task));
  if (submit->error != NULL)
    {
      if (g_error_matches (submit->error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN))
        submit->error->code = STARSEND_ERROR_IO;
      g_task_return_error (task, g_steal_pointer (&submit->error));
      return;
    }

  say (submit->job, _("Sending the job to fal.ai"));
  input = starsend_fal_input_build (self->model, submit->route, submit->request, submit->addresses);
  starsend_fal_client_submit_async (self->client, starsend_model_route_get_endpoint (submit->route), input,
                                    g_task_get_cancellable (task), on_submitted, g_object_ref (task));
}

static void
end_upload (GTask *task)
{
  Submit *submit = g_task_get_task_data (task);

  if (--submit->n_pending == 0)
    send_job (task);
}

static void
on_uploaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Picture *picture = user_data;
  g_autoptr (GTask) task = picture->task;
  Submit *submit = g_task_get_task_data (task);
  GError *error = NULL;
  char *address;

  address = starsend_fal_storage_upload_finish (STARSEND_FAL_STORAGE (source), result, &error);
  if (address != NULL)
    g_hash_table_insert (submit->addresses, g_steal_pointer (&picture->path), address);
  else if (submit->error == NULL)
    {
      submit->error = error;
      g_cancellable_cancel (submit->uploads);
    }
  else
    g_error_free (error);
  g_free (picture->path);
  g_free (picture);
  end_upload (task);
}

static void
upload_pictures (GTask *task)
{
  StarsendFalProvider *self = g_task_get_source_object (task);
  Submit *submit = g_task_get_task_data (task);
  g_auto (GStrv) paths = starsend_fal_input_dup_pictures (submit->route, submit->request);

  if (paths[0] != NULL)
    say (submit->job, _("Uploading pictures to fal.ai"));
  submit->n_pending = 1;
  for (guint i = 0; paths[i] != NULL; i++)
    {
      Picture *picture = g_new0 (Picture, 1);

      picture->task = g_object_ref (task);
      picture->path = g_strdup (paths[i]);
      submit->n_pending++;
      starsend_fal_storage_upload_async (self->storage, paths[i],
                                         starsend_model_route_get_max_picture_bytes (submit->route),
                                         starsend_model_route_get_max_picture_side (submit->route),
                                         submit->uploads, on_uploaded, picture);
    }
  end_upload (task);
}

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/* The task is not cancelled itself: a ticket that came is given, whatever was wished for meanwhile. */
static void
starsend_fal_provider_submit_async (StarsendProvider *provider, StarsendRequest *request, StarsendJob *job,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  StarsendFalProvider *self = STARSEND_FAL_PROVIDER (provider);
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);
  StarsendModelRoute *route = starsend_model_choose_route (self->model, request);
  GError *error = NULL;
  Submit *submit;

  g_task_set_source_tag (task, starsend_fal_provider_submit_async);
  g_task_set_check_cancellable (task, FALSE);
  if (g_cancellable_set_error_if_cancelled (cancellable, &error) || !starsend_fal_client_check_key (self->client, &error) ||
      (route == NULL && !starsend_fal_provider_check (provider, request, &error)))
    {
      g_task_return_error (task, error);
      return;
    }

  submit = g_new0 (Submit, 1);
  submit->request = g_object_ref (request);
  submit->route = starsend_model_route_ref (route);
  submit->job = job != NULL ? g_object_ref (job) : NULL;
  submit->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  submit->uploads = g_cancellable_new ();
  g_task_set_task_data (task, submit, submit_free);
  if (cancellable != NULL)
    submit->handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), g_object_ref (submit->uploads), g_object_unref);
  upload_pictures (task);
}

static StarsendTicket *
starsend_fal_provider_submit_finish (StarsendProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Collect */

static void
on_collected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StarsendDelivery *delivery;
  GError *error = NULL;

  delivery = starsend_fal_collect_finish (STARSEND_FAL_CLIENT (source), result, &error);
  if (delivery != NULL)
    g_task_return_pointer (task, delivery, (GDestroyNotify) starsend_delivery_unref);
  else
    g_task_return_error (task, error);
}

static void
starsend_fal_provider_collect_async (StarsendProvider *provider, StarsendRequest *request, StarsendTicket *ticket, StarsendJob *job,
                                     const char *part, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  StarsendFalProvider *self = STARSEND_FAL_PROVIDER (provider);
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);
  StarsendFalCollection what = {
    .client = self->client,
    .storage = self->storage,
    .model = self->model,
    .request = request,
    .ticket = ticket,
    .job = job,
    .part = part,
  };

  g_task_set_source_tag (task, starsend_fal_provider_collect_async);
  g_task_set_check_cancellable (task, FALSE);
  starsend_fal_collect_async (&what, cancellable, on_collected, g_steal_pointer (&task));
}

static StarsendDelivery *
starsend_fal_provider_collect_finish (StarsendProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Cancel */

static void
on_job_cancelled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gboolean gone = starsend_fal_cancel_finish (STARSEND_FAL_CLIENT (source), result, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, gone);
}

static void
starsend_fal_provider_cancel_async (StarsendProvider *provider, StarsendTicket *ticket,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);

  g_task_set_source_tag (task, starsend_fal_provider_cancel_async);
  starsend_fal_cancel_async (STARSEND_FAL_PROVIDER (provider)->client, ticket, NULL, cancellable, on_job_cancelled,
                             g_steal_pointer (&task));
}

static gboolean
starsend_fal_provider_cancel_finish (StarsendProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static StarsendTicket *
starsend_fal_provider_make_ticket (StarsendProvider *provider, StarsendRequest *request, const char *request_id, GError **error)
{
  StarsendFalProvider *self = STARSEND_FAL_PROVIDER (provider);
  StarsendModelRoute *route = starsend_model_choose_route (self->model, request);

  return starsend_fal_ticket_new (starsend_fal_client_get_queue_url (self->client),
                                  route != NULL ? starsend_model_route_get_endpoint (route) : NULL,
                                  request_id, NULL, NULL, starsend_fal_client_peek_secret (self->client), error);
}

static void
starsend_fal_provider_dispose (GObject *object)
{
  StarsendFalProvider *self = STARSEND_FAL_PROVIDER (object);

  g_clear_object (&self->model);
  g_clear_object (&self->client);
  g_clear_object (&self->storage);

  G_OBJECT_CLASS (starsend_fal_provider_parent_class)->dispose (object);
}

static void
starsend_fal_provider_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendFalProvider *self = STARSEND_FAL_PROVIDER (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    case PROP_STORAGE:
      g_value_set_object (value, self->storage);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_fal_provider_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  StarsendFalProvider *self = STARSEND_FAL_PROVIDER (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      self->model = g_value_dup_object (value);
      break;
    case PROP_CLIENT:
      self->client = g_value_dup_object (value);
      break;
    case PROP_STORAGE:
      self->storage = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_fal_provider_class_init (StarsendFalProviderClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  StarsendProviderClass *provider_class = STARSEND_PROVIDER_CLASS (klass);

  object_class->dispose = starsend_fal_provider_dispose;
  object_class->get_property = starsend_fal_provider_get_property;
  object_class->set_property = starsend_fal_provider_set_property;
  provider_class->check = starsend_fal_provider_check;
  provider_class->check_account = starsend_fal_provider_check_account;
  provider_class->estimate = starsend_fal_provider_estimate;
  provider_class->submit_async = starsend_fal_provider_submit_async;
  provider_class->submit_finish = starsend_fal_provider_submit_finish;
  provider_class->collect_async = starsend_fal_provider_collect_async;
  provider_class->collect_finish = starsend_fal_provider_collect_finish;
  provider_class->cancel_async = starsend_fal_provider_cancel_async;
  provider_class->cancel_finish = starsend_fal_provider_cancel_finish;
  provider_class->make_ticket = starsend_fal_provider_make_ticket;

  properties[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, STARSEND_TYPE_MODEL, flags);
  properties[PROP_CLIENT] = g_param_spec_object ("client", NULL, NULL, STARSEND_TYPE_FAL_CLIENT, flags);
  properties[PROP_STORAGE] = g_param_spec_object ("storage", NULL, NULL, STARSEND_TYPE_FAL_STORAGE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_fal_provider_init (StarsendFalProvider *self)
{
}

/**
 * starsend_fal_provider_new:
 * @model: a model whose account is "fal"
 * @client: the client of every such model
 * @storage: the storage of every such model
 *
 * Makes the provider of a model at fal.ai.
 *
 * Returns: (transfer full): a provider named “fal”
 */
StarsendProvider *
starsend_fal_provider_new (StarsendModel *model, StarsendFalClient *client, StarsendFalStorage *storage)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (model), NULL);
  g_return_val_if_fail (STARSEND_IS_FAL_CLIENT (client), NULL);
  g_return_val_if_fail (STARSEND_IS_FAL_STORAGE (storage), NULL);

  return g_object_new (STARSEND_TYPE_FAL_PROVIDER, "name", "fal", "model", model, "client", client, "storage", storage, NULL);
}
