/* scripted-provider.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "scripted-provider.h"

#include <string.h>

#include "starsend-error.h"

struct _ScriptedProvider
{
  StarsendProvider parent_instance;

  /* Owned */
  char *video;
  char *picture;
  char *refusal;
  char *account_error;
  char *digest;
  GQueue faults;          /* of ScriptedFault */
  GHashTable *prices;     /* request id -> what it costs */
  GHashTable *ids;        /* job of ours -> request id */

  gint64 price;
  gint64 charged;
  gboolean cancel_answer;
  guint n_submits;
  guint n_bought;
  guint n_collects;
  guint n_cancels;
};

G_DEFINE_FINAL_TYPE (ScriptedProvider, scripted_provider, STARSEND_TYPE_PROVIDER)

static void
scripted_provider_finalize (GObject *object)
{
  ScriptedProvider *self = SCRIPTED_PROVIDER (object);

  g_free (self->video);
  g_free (self->picture);
  g_free (self->refusal);
  g_free (self->account_error);
  g_free (self->digest);
  g_queue_clear (&self->faults);
  g_hash_table_unref (self->prices);
  g_hash_table_unref (self->ids);

  G_OBJECT_CLASS (scripted_provider_parent_class)->finalize (object);
}

/* -1 when the next fault is none of this call's. */
static int
take_fault (ScriptedProvider *self, ScriptedFault first, ScriptedFault last)
{
  int fault = g_queue_is_empty (&self->faults) ? -1 : GPOINTER_TO_INT (g_queue_peek_head (&self->faults));

  if (fault < (int) first || fault > (int) last)
    return -1;
  g_queue_pop_head (&self->faults);

  return fault;
}

static gboolean
scripted_provider_check (StarsendProvider *provider, StarsendRequest *request, GError **error)
{
  ScriptedProvider *self = SCRIPTED_PROVIDER (provider);

  if (self->refusal == NULL)
    return TRUE;
  g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, self->refusal);

  return FALSE;
}

static gboolean
scripted_provider_check_account (StarsendProvider *provider, GError **error)
{
  ScriptedProvider *self = SCRIPTED_PROVIDER (provider);

  if (self->account_error == NULL)
    return TRUE;
  g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE, self->account_error);

  return FALSE;
}

static gint64
scripted_provider_estimate (StarsendProvider *provider, StarsendRequest *request)
{
  return (gint64) (SCRIPTED_PROVIDER (provider)->price * starsend_request_get_duration (request) + 0.5);
}

/* The callback runs inside the emission when the cancel came from the main loop: nothing forbids a provider to do so. */
static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;

  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "It was cancelled.");
  g_object_unref (task);
}

static void
hang (GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (!g_cancellable_is_cancelled (cancellable))
    g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_cancelled), task);
  else
    on_cancelled (cancellable, task);
}

static char *
buy (ScriptedProvider *self, StarsendRequest *request, StarsendJob *job)
{
  char *id = g_strdup_printf ("scripted-%u", ++self->n_bought);
  gint64 *cost = g_new (gint64, 1);

  /* A little less than was estimated. */
  *cost = scripted_provider_estimate (STARSEND_PROVIDER (self), request) * 9 / 10;
  self->charged += *cost;
  g_hash_table_insert (self->prices, g_strdup (id), cost);
  /* Nobody buys twice for one intent. */
  g_assert_true (g_hash_table_insert (self->ids, g_strdup (starsend_job_get_id (job)), g_strdup (id)));

  return id;
}

/* What failed for good costs nothing, and is not known any more. */
static void
refund (ScriptedProvider *self, StarsendTicket *ticket)
{
  const gint64 *cost = g_hash_table_lookup (self->prices, starsend_ticket_get_request_id (ticket));

  if (cost != NULL)
    self->charged -= *cost;
  g_hash_table_remove (self->prices, starsend_ticket_get_request_id (ticket));
}

static StarsendTicket *
make_ticket (const char *id)
{
  g_autoptr(JsonNode) addresses = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "poll", id);
  json_object_set_string_member (object, "sent", "the request as it was sent");
  json_node_take_object (addresses, object);

  return starsend_ticket_new (id, addresses);
}

static void
scripted_provider_submit_async (StarsendProvider *provider, StarsendRequest *request, StarsendJob *job,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  ScriptedProvider *self = SCRIPTED_PROVIDER (provider);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *id = NULL;

  self->n_submits++;
  switch (take_fault (self, SCRIPTED_SUBMIT_WELL, SCRIPTED_SUBMIT_HANGS))
    {
    case SCRIPTED_SUBMIT_FAILS:
      g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_PROVIDER, "The balance is used up.");
      break;
    case SCRIPTED_SUBMIT_LOCKED:
      g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE, "The account is locked.");
      break;
    case SCRIPTED_SUBMIT_UNCERTAIN:
      id = buy (self, request, job);
      g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN, "It was sent, and no answer came.");
      break;
    case SCRIPTED_SUBMIT_LOST:
      g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN, "It was sent, and no answer came.");
      break;
    case SCRIPTED_SUBMIT_HANGS:
      hang (task);
      return;
    default:
      id = buy (self, request, job);
      g_task_return_pointer (task, make_ticket (id), (GDestroyNotify) starsend_ticket_unref);
    }
  g_object_unref (task);
}

static StarsendTicket *
scripted_provider_submit_finish (StarsendProvider *provider, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
write_bytes (const char *from, double share, const char *part)
{
  g_autofree char *bytes = NULL;
  gsize length;

  return g_file_get_contents (from, &bytes, &length, NULL) &&
         g_file_set_contents (part, bytes, (gssize) (length * share), NULL);
}

static void
deliver (ScriptedProvider *self, GTask *task, StarsendRequest *request, StarsendTicket *ticket, const char *part, int fault)
{
  const gint64 *cost = g_hash_table_lookup (self->prices, starsend_ticket_get_request_id (ticket));
  gboolean written;

  /* The addresses come back as they were given, or nobody can find the job again. */
  if (cost == NULL ||
      g_strcmp0 (json_object_get_string_member (json_node_get_object (starsend_ticket_get_addresses (ticket)), "poll"),
                 starsend_ticket_get_request_id (ticket)) != 0)
    {
      g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN, "There is no such job.");
      return;
    }

  if (fault == SCRIPTED_COLLECT_TRUNCATED)
    written = write_bytes (self->video, 0.6, part);
  else if (fault == SCRIPTED_COLLECT_PICTURE || starsend_request_get_kind (request) == STARSEND_REQUEST_GRID)
    written = write_bytes (self->picture, 1, part);
  else if (fault == SCRIPTED_COLLECT_GARBAGE)
    written = g_file_set_contents (part, "<html>502 Bad Gateway</html>", -1, NULL);
  else
    written = write_bytes (self->video, 1, part);
  g_assert_true (written);
  g_task_return_pointer (task, starsend_delivery_new (*cost, self->digest, NULL), (GDestroyNotify) starsend_delivery_unref);
}

static void
scripted_provider_collect_async (StarsendProvider *provider, StarsendRequest *request, StarsendTicket *ticket, StarsendJob *job,
                                 const char *part, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  ScriptedProvider *self = SCRIPTED_PROVIDER (provider);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  int fault = take_fault (self, SCRIPTED_COLLECT_WELL, SCRIPTED_COLLECT_PICTURE);

  self->n_collects++;
  g_assert_nonnull (ticket);
  if (fault == SCRIPTED_COLLECT_HANGS)
    {
      hang (task);
      return;
    }

  if (fault == SCRIPTED_COLLECT_CHARGED)
    {
      const gint64 *cost = g_hash_table_lookup (self->prices, starsend_ticket_get_request_id (ticket));

      if (cost != NULL)
        starsend_job_set_cost (job, *cost);
      /* It stays charged, and nobody knows the job any more. */
      g_hash_table_remove (self->prices, starsend_ticket_get_request_id (ticket));
      g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_PROVIDER, "The model refused the picture, and charged for it.");
    }
  else if (fault == SCRIPTED_COLLECT_UNKNOWN)
    g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN, "There is no such job any more.");
  else if (fault == SCRIPTED_COLLECT_FAILS)
    {
      refund (self, ticket);
      g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_PROVIDER, "The model refused the picture.");
    }
  else if (fault == SCRIPTED_COLLECT_IO)
    {
      g_assert_true (write_bytes (self->video, 0.5, part));
      g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_IO, "The network is away.");
    }
  else
    deliver (self, task, request, ticket, part, fault);
  g_object_unref (task);
}

static StarsendDelivery *
scripted_provider_collect_finish (StarsendProvider *provider, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
scripted_provider_cancel_async (StarsendProvider *provider, StarsendTicket *ticket,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  ScriptedProvider *self = SCRIPTED_PROVIDER (provider);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  self->n_cancels++;
  if (self->cancel_answer)
    refund (self, ticket);
  g_task_return_boolean (task, self->cancel_answer);
}

static gboolean
scripted_provider_cancel_finish (StarsendProvider *provider, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static StarsendTicket *
scripted_provider_make_ticket (StarsendProvider *provider, StarsendRequest *request, const char *request_id, GError **error)
{
  if (g_str_has_prefix (request_id, "scripted-"))
    return make_ticket (request_id);
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, "%s is no request id.", request_id);

  return NULL;
}

static void
scripted_provider_class_init (ScriptedProviderClass *klass)
{
  StarsendProviderClass *provider_class = STARSEND_PROVIDER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = scripted_provider_finalize;
  provider_class->check = scripted_provider_check;
  provider_class->check_account = scripted_provider_check_account;
  provider_class->make_ticket = scripted_provider_make_ticket;
  provider_class->estimate = scripted_provider_estimate;
  provider_class->submit_async = scripted_provider_submit_async;
  provider_class->submit_finish = scripted_provider_submit_finish;
  provider_class->collect_async = scripted_provider_collect_async;
  provider_class->collect_finish = scripted_provider_collect_finish;
  provider_class->cancel_async = scripted_provider_cancel_async;
  provider_class->cancel_finish = scripted_provider_cancel_finish;
}

static void
scripted_provider_init (ScriptedProvider *self)
{
  g_queue_init (&self->faults);
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->prices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

ScriptedProvider *
scripted_provider_new (gint64 price, const char *video, const char *picture)
{
  ScriptedProvider *self = g_object_new (SCRIPTED_TYPE_PROVIDER, "name", "scripted", NULL);

  self->price = price;
  self->video = g_strdup (video);
  self->picture = g_strdup (picture);

  return self;
}

void
scripted_provider_add (ScriptedProvider *self, ScriptedFault fault, guint times)
{
  for (guint i = 0; i < times; i++)
    g_queue_push_tail (&self->faults, GINT_TO_POINTER (fault));
}

void
scripted_provider_set_refusal (ScriptedProvider *self, const char *refusal)
{
  g_free (self->refusal);
  self->refusal = g_strdup (refusal);
}

void
scripted_provider_set_cancel_answer (ScriptedProvider *self, gboolean answer)
{
  self->cancel_answer = answer;
}

void
scripted_provider_set_account_error (ScriptedProvider *self, const char *message)
{
  g_free (self->account_error);
  self->account_error = g_strdup (message);
}

void
scripted_provider_set_digest (ScriptedProvider *self, const char *digest)
{
  g_free (self->digest);
  self->digest = g_strdup (digest);
}

void
scripted_provider_clear_faults (ScriptedProvider *self)
{
  g_queue_clear (&self->faults);
}

gint64
scripted_provider_get_charged (ScriptedProvider *self)
{
  return self->charged;
}

const char *
scripted_provider_get_id (ScriptedProvider *self, const char *job_id)
{
  const char *id = g_hash_table_lookup (self->ids, job_id);

  return id != NULL && g_hash_table_contains (self->prices, id) ? id : NULL;
}

guint
scripted_provider_get_n_submits (ScriptedProvider *self)
{
  return self->n_submits;
}

guint
scripted_provider_get_n_bought (ScriptedProvider *self)
{
  return self->n_bought;
}

guint
scripted_provider_get_n_collects (ScriptedProvider *self)
{
  return self->n_collects;
}

guint
scripted_provider_get_n_cancels (ScriptedProvider *self)
{
  return self->n_cancels;
}

gboolean
scripted_provider_is_used_up (ScriptedProvider *self)
{
  return g_queue_is_empty (&self->faults);
}
