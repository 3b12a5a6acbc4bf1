/* starsend-provider.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-provider.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"

typedef struct
{
  char *name;
} StarsendProviderPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (StarsendProvider, starsend_provider, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
starsend_provider_real_check (StarsendProvider *self, StarsendRequest *request, GError **error)
{
  return TRUE;
}

static gboolean
starsend_provider_real_check_account (StarsendProvider *self, GError **error)
{
  return TRUE;
}

static gint64
starsend_provider_real_estimate (StarsendProvider *self, StarsendRequest *request)
{
  return 0;
}

/* A provider that cannot stop a job says so by answering FALSE: something may still come. */
static void
starsend_provider_real_cancel_async (StarsendProvider *self, StarsendTicket *ticket,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, starsend_provider_real_cancel_async);
  g_task_return_boolean (task, FALSE);
}

static gboolean
starsend_provider_real_cancel_finish (StarsendProvider *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static StarsendTicket *
starsend_provider_real_make_ticket (StarsendProvider *self, StarsendRequest *request, const char *request_id, GError **error)
{
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
               /* Translators: %s is a model's name. */
               _("A job of “%s” cannot be looked up by a request id."), starsend_request_get_model (request));

  return NULL;
}

static void
starsend_provider_finalize (GObject *object)
{
  StarsendProviderPrivate *priv = starsend_provider_get_instance_private (STARSEND_PROVIDER (object));

  g_clear_pointer (&priv->name, g_free);

  G_OBJECT_CLASS (starsend_provider_parent_class)->finalize (object);
}

static void
starsend_provider_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, starsend_provider_get_name (STARSEND_PROVIDER (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_provider_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  StarsendProviderPrivate *priv = starsend_provider_get_instance_private (STARSEND_PROVIDER (object));

  switch (prop_id)
    {
    case PROP_NAME:
      priv->name = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_provider_class_init (StarsendProviderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = starsend_provider_finalize;
  object_class->get_property = starsend_provider_get_property;
  object_class->set_property = starsend_provider_set_property;

  klass->check = starsend_provider_real_check;
  klass->check_account = starsend_provider_real_check_account;
  klass->estimate = starsend_provider_real_estimate;
  klass->cancel_async = starsend_provider_real_cancel_async;
  klass->cancel_finish = starsend_provider_real_cancel_finish;
  klass->make_ticket = starsend_provider_real_make_ticket;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL,
                                               G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_provider_init (StarsendProvider *self)
{
}

/**
 * starsend_provider_get_name:
 *
 * The name that the ledger and the models know the provider by.
 *
 * Returns: (transfer none): "local", "fal", "gemini"
 */
const char *
starsend_provider_get_name (StarsendProvider *self)
{
  StarsendProviderPrivate *priv = starsend_provider_get_instance_private (self);

  g_return_val_if_fail (STARSEND_IS_PROVIDER (self), NULL);

  return priv->name;
}

/**
 * starsend_provider_check:
 * @request: what is to be made
 * @error: return location for an error
 *
 * Refuses what the provider cannot make, before anything is written or spent.
 *
 * Returns: whether the request can be made
 */
gboolean
starsend_provider_check (StarsendProvider *self, StarsendRequest *request, GError **error)
{
  g_return_val_if_fail (STARSEND_IS_PROVIDER (self), FALSE);
  g_return_val_if_fail (STARSEND_IS_REQUEST (request), FALSE);

  return STARSEND_PROVIDER_GET_CLASS (self)->check (self, request, error);
}

/**
 * starsend_provider_check_account:
 * @error: return location for an error
 *
 * Refuses while the account is not set up, before anything is written or spent. Estimates need no account.
 *
 * Returns: whether jobs can be handed over; else %STARSEND_ERROR_UNAVAILABLE, which says what to do
 */
gboolean
starsend_provider_check_account (StarsendProvider *self, GError **error)
{
  g_return_val_if_fail (STARSEND_IS_PROVIDER (self), FALSE);

  return STARSEND_PROVIDER_GET_CLASS (self)->check_account (self, error);
}

/**
 * starsend_provider_estimate:
 * @request: what is to be made
 *
 * What it is expected to cost.
 *
 * Returns: millionths of the currency; 0 for free
 */
gint64
starsend_provider_estimate (StarsendProvider *self, StarsendRequest *request)
{
  g_return_val_if_fail (STARSEND_IS_PROVIDER (self), 0);
  g_return_val_if_fail (STARSEND_IS_REQUEST (request), 0);

  return STARSEND_PROVIDER_GET_CLASS (self)->estimate (self, request);
}

/**
 * starsend_provider_submit_async:
 * @request: what is to be made
 * @job: takes the progress
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the provider answered
 * @user_data: data for @callback
 *
 * Hands a job over.
 */
void
starsend_provider_submit_async (StarsendProvider *self, StarsendRequest *request, StarsendJob *job,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_PROVIDER (self));

  STARSEND_PROVIDER_GET_CLASS (self)->submit_async (self, request, job, cancellable, callback, user_data);
}

/**
 * starsend_provider_submit_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives the ticket. %STARSEND_ERROR_UNCERTAIN means that the job was sent and no answer came: it may have been bought.
 * After any other error nothing was bought.
 *
 * Returns: (transfer full): the ticket
 */
StarsendTicket *
starsend_provider_submit_finish (StarsendProvider *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (STARSEND_IS_PROVIDER (self), NULL);

  return STARSEND_PROVIDER_GET_CLASS (self)->submit_finish (self, result, error);
}

/**
 * starsend_provider_collect_async:
 * @request: what is made
 * @ticket: what submit gave
 * @job: takes the progress
 * @part: absolute path that the whole file is written to
 * @cancellable: (nullable): a cancellable; it leaves the job open
 * @callback: (scope async): called when the file is there
 * @user_data: data for @callback
 *
 * Waits for a job and fetches what it made. It may be called again after a failure or a restart.
 */
void
starsend_provider_collect_async (StarsendProvider *self, StarsendRequest *request, StarsendTicket *ticket, StarsendJob *job,
                                 const char *part, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_PROVIDER (self));

  STARSEND_PROVIDER_GET_CLASS (self)->collect_async (self, request, ticket, job, part, cancellable, callback, user_data);
}

/**
 * starsend_provider_collect_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came beside the file. %STARSEND_ERROR_PROVIDER means that the job ended badly and will never deliver,
 * %STARSEND_ERROR_UNCERTAIN that the provider does not know it (any more); every other error leaves it open.
 *
 * Returns: (transfer full): the delivery
 */
StarsendDelivery *
starsend_provider_collect_finish (StarsendProvider *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (STARSEND_IS_PROVIDER (self), NULL);

  return STARSEND_PROVIDER_GET_CLASS (self)->collect_finish (self, result, error);
}

/**
 * starsend_provider_cancel_async:
 * @ticket: what submit gave
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the provider answered
 * @user_data: data for @callback
 *
 * Asks the provider to stop a job.
 */
void
starsend_provider_cancel_async (StarsendProvider *self, StarsendTicket *ticket,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_PROVIDER (self));

  STARSEND_PROVIDER_GET_CLASS (self)->cancel_async (self, ticket, cancellable, callback, user_data);
}

/**
 * starsend_provider_cancel_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Says what the provider answered.
 *
 * Returns: %TRUE when nothing will come any more; %FALSE when it may still deliver, which is then to be collected
 */
gboolean
starsend_provider_cancel_finish (StarsendProvider *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (STARSEND_IS_PROVIDER (self), FALSE);

  return STARSEND_PROVIDER_GET_CLASS (self)->cancel_finish (self, result, error);
}

/**
 * starsend_provider_can_look_up:
 *
 * Whether the provider has names of its own for its jobs, by which one whose answer never came can be found again.
 *
 * Returns: whether [method@Provider.make_ticket] can give anything
 */
gboolean
starsend_provider_can_look_up (StarsendProvider *self)
{
  g_return_val_if_fail (STARSEND_IS_PROVIDER (self), FALSE);

  return STARSEND_PROVIDER_GET_CLASS (self)->make_ticket != starsend_provider_real_make_ticket;
}

/**
 * starsend_provider_make_ticket:
 * @request: what the job makes
 * @request_id: the provider's own name for the job, as its dashboard shows it
 * @error: return location for an error
 *
 * Rebuilds the ticket of a job whose answer never came. Nothing is asked of the provider, and nothing is bought.
 *
 * Returns: (transfer full): the ticket; else %STARSEND_ERROR_INVALID_INPUT when @request_id cannot be one, or
 *   %STARSEND_ERROR_UNAVAILABLE when this provider knows no such names
 */
StarsendTicket *
starsend_provider_make_ticket (StarsendProvider *self, StarsendRequest *request, const char *request_id, GError **error)
{
  g_return_val_if_fail (STARSEND_IS_PROVIDER (self), NULL);
  g_return_val_if_fail (STARSEND_IS_REQUEST (request), NULL);
  g_return_val_if_fail (request_id != NULL, NULL);

  return STARSEND_PROVIDER_GET_CLASS (self)->make_ticket (self, request, request_id, error);
}
