/* starsend-sequence-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sequence-run.h"

#include <glib/gi18n-lib.h>

#include "starsend-batch.h"
#include "starsend-budget.h"
#include "starsend-client-sequence-runner-private.h"
#include "starsend-error.h"
#include "starsend-run-entry-private.h"

struct _StarsendSequenceRun
{
  GObject parent_instance;

  /* Owned */
  StarsendClientSequenceRunner *runner;
  GListStore *entries;
  GCancellable *outer; /* the caller's, while it runs; nullable */
  char *message;
  GTask *task;         /* while it runs */

  gulong outer_handler;
  gint64 estimate;
  guint concurrency;
  gboolean paused;
  gboolean cancelled;
};

G_DEFINE_FINAL_TYPE (StarsendSequenceRun, starsend_sequence_run, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_RUNNER,
  PROP_ENTRIES,
  PROP_CONCURRENCY,
  PROP_ACTIVE,
  PROP_PAUSED,
  PROP_N_TOTAL,
  PROP_N_DONE,
  PROP_N_FAILED,
  PROP_N_RUNNING,
  PROP_FRACTION,
  PROP_MESSAGE,
  PROP_ESTIMATE,
  PROP_SPENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void go_on (StarsendSequenceRun *self);

/* Entries */

static StarsendRunEntry *
get_entry (StarsendSequenceRun *self, guint position)
{
  g_autoptr(StarsendRunEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->entries), position);

  /* The list keeps it. */
  return entry;
}

static guint
count (StarsendSequenceRun *self, StarsendRunState state)
{
  guint n = 0;

  for (guint i = 0; i < starsend_sequence_run_get_n_total (self); i++)
    n += get_entry (self, i)->state == state;

  return n;
}

static StarsendRunEntry *
find_next (StarsendSequenceRun *self)
{
  for (guint i = 0; i < starsend_sequence_run_get_n_total (self); i++)
    if (get_entry (self, i)->state == STARSEND_RUN_STATE_WAITING)
      return get_entry (self, i);

  return NULL;
}

static StarsendLedger *
get_ledger (StarsendSequenceRun *self)
{
  return starsend_project_get_ledger (self->runner->project);
}

static void
notify_progress (StarsendSequenceRun *self)
{
  static const guint progress[] = { PROP_N_DONE, PROP_N_FAILED, PROP_N_RUNNING, PROP_FRACTION, PROP_SPENT };

  for (guint i = 0; i < G_N_ELEMENTS (progress); i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[progress[i]]);
}

static void
set_message (StarsendSequenceRun *self, const char *message)
{
  if (g_strcmp0 (self->message, message) == 0)
    return;

  g_free (self->message);
  self->message = g_strdup (message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
}

static void
set_paused (StarsendSequenceRun *self, gboolean paused, const char *message)
{
  set_message (self, message);
  if (self->paused == paused)
    return;

  self->paused = paused;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAUSED]);
}

/* Object */

static void
starsend_sequence_run_dispose (GObject *object)
{
  StarsendSequenceRun *self = STARSEND_SEQUENCE_RUN (object);

  g_clear_object (&self->runner);
  g_clear_object (&self->entries);
  g_clear_object (&self->outer);

  G_OBJECT_CLASS (starsend_sequence_run_parent_class)->dispose (object);
}

static void
starsend_sequence_run_finalize (GObject *object)
{
  g_free (STARSEND_SEQUENCE_RUN (object)->message);

  G_OBJECT_CLASS (starsend_sequence_run_parent_class)->finalize (object);
}

static void
starsend_sequence_run_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendSequenceRun *self = STARSEND_SEQUENCE_RUN (object);

  switch (prop_id)
    {
    case PROP_RUNNER:
      g_value_set_object (value, self->runner);
      break;
    case PROP_ENTRIES:
      g_value_set_object (value, self->entries);
      break;
    case PROP_CONCURRENCY:
      g_value_set_uint (value, self->concurrency);
      break;
    case PROP_ACTIVE:
      g_value_set_boolean (value, starsend_sequence_run_get_active (self));
      break;
    case PROP_PAUSED:
      g_value_set_boolean (value, self->paused);
      break;
    case PROP_N_TOTAL:
      g_value_set_uint (value, starsend_sequence_run_get_n_total (self));
      break;
    case PROP_N_DONE:
      g_value_set_uint (value, starsend_sequence_run_get_n_done (self));
      break;
    case PROP_N_FAILED:
      g_value_set_uint (value, starsend_sequence_run_get_n_failed (self));
      break;
    case PROP_N_RUNNING:
      g_value_set_uint (value, starsend_sequence_run_get_n_running (self));
      break;
    case PROP_FRACTION:
      g_value_set_double (value, starsend_sequence_run_get_fraction (self));
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case PROP_ESTIMATE:
      g_value_set_int64 (value, self->estimate);
      break;
    case PROP_SPENT:
      g_value_set_int64 (value, starsend_sequence_run_get_spent (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_sequence_run_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  StarsendSequenceRun *self = STARSEND_SEQUENCE_RUN (object);

  switch (prop_id)
    {
    case PROP_RUNNER:
      self->runner = g_value_dup_object (value);
      break;
    case PROP_CONCURRENCY:
      starsend_sequence_run_set_concurrency (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_sequence_run_constructed (GObject *object)
{
  StarsendSequenceRun *self = STARSEND_SEQUENCE_RUN (object);
  guint wanted = starsend_project_config_get_concurrency (starsend_project_get_config (self->runner->project));

  G_OBJECT_CLASS (starsend_sequence_run_parent_class)->constructed (object);
  if (wanted > 0)
    self->concurrency = wanted;
}

static void
starsend_sequence_run_class_init (StarsendSequenceRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = starsend_sequence_run_dispose;
  object_class->finalize = starsend_sequence_run_finalize;
  object_class->constructed = starsend_sequence_run_constructed;
  object_class->get_property = starsend_sequence_run_get_property;
  object_class->set_property = starsend_sequence_run_set_property;

  properties[PROP_RUNNER] = g_param_spec_object ("runner", NULL, NULL, STARSEND_TYPE_CLIENT_SEQUENCE_RUNNER,
                                                 G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ENTRIES] = g_param_spec_object ("entries", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_CONCURRENCY] = g_param_spec_uint ("concurrency", NULL, NULL, 1, G_MAXUINT, STARSEND_SEQUENCE_RUN_CONCURRENCY,
                                                    flags | G_PARAM_WRITABLE);
  properties[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE, flags);
  properties[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE, flags);
  properties[PROP_N_TOTAL] = g_param_spec_uint ("n-total", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_DONE] = g_param_spec_uint ("n-done", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_FAILED] = g_param_spec_uint ("n-failed", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_RUNNING] = g_param_spec_uint ("n-running", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  properties[PROP_ESTIMATE] = g_param_spec_int64 ("estimate", NULL, NULL, -1, G_MAXINT64, -1, flags);
  properties[PROP_SPENT] = g_param_spec_int64 ("spent", NULL, NULL, 0, G_MAXINT64, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_sequence_run_init (StarsendSequenceRun *self)
{
  self->entries = g_list_store_new (STARSEND_TYPE_RUN_ENTRY);
  self->concurrency = STARSEND_SEQUENCE_RUN_CONCURRENCY;
  self->estimate = -1;
}

/* Checking: every sequence is asked for its offer, one after another, and then the caps are held against the sum. */

typedef struct
{
  GPtrArray *problems; /* of sentences */
  GError *first;       /* what it is about; a cap only when there is nothing else */
  guint next;
} Check;

static void check_next (GTask *task);

static void
check_free (gpointer data)
{
  Check *check = data;

  g_ptr_array_unref (check->problems);
  g_clear_error (&check->first);
  g_free (check);
}

/* What holds for many is said once. */
static void
add_problem (Check *check, const char *sequence_id, GError *error)
{
  g_autofree char *sentence = sequence_id != NULL ? g_strdup_printf ("%s: %s", sequence_id, error->message) : g_strdup (error->message);

  if (!g_ptr_array_find_with_equal_func (check->problems, sentence, g_str_equal, NULL))
    g_ptr_array_add (check->problems, g_steal_pointer (&sentence));
  if (check->first == NULL)
    check->first = error;
  else
    g_error_free (error);
}

/* Sums up to where they fit: nothing is let in by wrapping around. */
static gint64
add (gint64 a, gint64 b)
{
  return a > G_MAXINT64 - b ? G_MAXINT64 : a + b;
}

static void
check_caps (StarsendSequenceRun *self, Check *check)
{
  StarsendProjectConfig *config = starsend_project_get_config (self->runner->project);
  StarsendLedger *ledger = get_ledger (self);
  StarsendJobRunner *jobs = self->runner->jobs;
  gint64 all = add (starsend_ledger_get_spent (ledger, NULL), starsend_ledger_get_reserved (ledger, NULL));
  GError *error = NULL;

  self->estimate = 0;
  for (guint i = 0; i < starsend_sequence_run_get_n_total (self); i++)
    {
      StarsendRunEntry *entry = get_entry (self, i);
      gint64 estimate = entry->offer != NULL ? starsend_take_offer_get_estimate (entry->offer) : 0;
      gint64 used = add (starsend_ledger_get_spent (ledger, entry->batch_id), starsend_ledger_get_reserved (ledger, entry->batch_id));

      self->estimate = add (self->estimate, estimate);
      if (!starsend_budget_check_cap (config, "take", 0, estimate, &error) ||
          !starsend_budget_check_cap (config, "sequence", add (used, starsend_job_runner_get_held (jobs, entry->batch_id)), estimate, &error))
        add_problem (check, entry->sequence_id, g_steal_pointer (&error));
    }
  if (!starsend_budget_check_cap (config, "project", add (all, starsend_job_runner_get_held (jobs, NULL)), self->estimate, &error))
    add_problem (check, NULL, error);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ESTIMATE]);
}

static GError *
sum_up_problems (Check *check)
{
  g_autofree char *all = NULL;

  if (check->problems->len == 1)
    return g_steal_pointer (&check->first);

  g_ptr_array_add (check->problems, NULL);
  all = g_strjoinv (" ", (char **) check->problems->pdata);

  return g_error_new (check->first->domain, check->first->code,
                      /* Translators: how many things; then a sentence for each. */
                      ngettext ("Nothing was begun, for %u thing stands in the way. %s",
                                "Nothing was begun, for %u things stand in the way. %s", check->problems->len - 1),
                      check->problems->len - 1, all);
}

static void
end_check (GTask *task)
{
  StarsendSequenceRun *self = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);

  check_caps (self, check);
  if (check->problems->len > 0)
    g_task_return_error (task, sum_up_problems (check));
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
on_offer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendSequenceRun *self = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);
  StarsendRunEntry *entry = get_entry (self, check->next);
  g_autoptr(StarsendTakeOffer) offer = NULL;
  GError *error = NULL;

  offer = entry->is_iteration
            ? starsend_client_sequence_runner_offer_iteration_finish (STARSEND_CLIENT_SEQUENCE_RUNNER (source), result, &error)
            : starsend_client_sequence_runner_offer_execution_finish (STARSEND_CLIENT_SEQUENCE_RUNNER (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  starsend_run_entry_set_offer (entry, offer);
  if (error != NULL)
    add_problem (check, NULL, error);
  check->next++;
  check_next (task);
}

static void
check_next (GTask *task)
{
  StarsendSequenceRun *self = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);
  StarsendRunEntry *entry;

  if (check->next >= starsend_sequence_run_get_n_total (self))
    {
      end_check (task);
      return;
    }

  entry = get_entry (self, check->next);
  if (entry->is_iteration)
    starsend_client_sequence_runner_offer_iteration_async (self->runner, entry->sequence_id, entry->overrides, entry->start_frame,
                                                           entry->model, g_task_get_cancellable (task), on_offer, task);
  else
    starsend_client_sequence_runner_offer_execution_async (self->runner, entry->sequence_id, entry->model,
                                                           g_task_get_cancellable (task), on_offer, task);
}

/* Running */

static void
on_job_notify (StarsendSequenceRun *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

static void
take_job (StarsendSequenceRun *self, StarsendRunEntry *entry)
{
  g_autoptr(StarsendJob) job = NULL;

  if (entry->state == STARSEND_RUN_STATE_RUNNING)
    job = starsend_job_runner_dup_job (self->runner->jobs, entry->batch_id);
  if (job == entry->job)
    return;

  if (entry->job != NULL)
    g_signal_handlers_disconnect_by_func (entry->job, on_job_notify, self);
  starsend_run_entry_set_job (entry, job);
  if (job != NULL)
    g_signal_connect_object (job, "notify::fraction", G_CALLBACK (on_job_notify), self, G_CONNECT_SWAPPED);
  /* One that was cancelled between two jobs asks for no other. */
  if (job != NULL && self->cancelled)
    g_cancellable_cancel (starsend_job_get_cancellable (job));
}

static void
on_jobs_changed (GListModel *jobs, guint position, guint removed, guint added, StarsendSequenceRun *self)
{
  for (guint i = 0; i < starsend_sequence_run_get_n_total (self); i++)
    take_job (self, get_entry (self, i));
  notify_progress (self);
}

static void
finish (StarsendSequenceRun *self)
{
  g_autoptr(GTask) task = g_steal_pointer (&self->task);
  GError *error = NULL;

  for (guint i = 0; i < starsend_sequence_run_get_n_total (self); i++)
    {
      StarsendRunEntry *entry = get_entry (self, i);

      starsend_job_runner_unreserve (self->runner->jobs, entry->batch_id);
      if (entry->state == STARSEND_RUN_STATE_WAITING)
        starsend_run_entry_set_state (entry, entry->error != NULL ? STARSEND_RUN_STATE_FAILED : STARSEND_RUN_STATE_CANCELLED,
                                      NULL, entry->error);
    }
  g_signal_handlers_disconnect_by_func (starsend_job_runner_get_jobs (self->runner->jobs), on_jobs_changed, self);
  notify_progress (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
  if (g_cancellable_set_error_if_cancelled (self->outer, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  if (self->outer != NULL)
    g_clear_signal_handler (&self->outer_handler, self->outer);
  g_clear_object (&self->outer);
}

/* Where the account is what fails, or a cap, the next one would fail of the same. Nothing was bought: it waits with the others. */
static gboolean
stops_all (const GError *error)
{
  return g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE) ||
         g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED);
}

typedef struct
{
  StarsendSequenceRun *run;
  StarsendRunEntry *entry;
} Turn;

static void
end_turn (Turn *turn, StarsendTake *take, const GError *error)
{
  StarsendSequenceRun *self = turn->run;
  StarsendRunEntry *entry = turn->entry;

  starsend_job_runner_unreserve (self->runner->jobs, entry->batch_id);
  if (take != NULL)
    starsend_run_entry_set_state (entry, STARSEND_RUN_STATE_DONE, take, NULL);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    starsend_run_entry_set_state (entry, STARSEND_RUN_STATE_CANCELLED, NULL, error);
  else if (stops_all (error))
    {
      starsend_job_runner_reserve (self->runner->jobs, entry->batch_id, starsend_take_offer_get_estimate (entry->offer), NULL);
      starsend_run_entry_set_state (entry, STARSEND_RUN_STATE_WAITING, NULL, error);
      set_paused (self, TRUE, error->message);
    }
  else
    starsend_run_entry_set_state (entry, STARSEND_RUN_STATE_FAILED, NULL, error);
  take_job (self, entry);
  notify_progress (self);
  go_on (self);

  g_object_unref (turn->entry);
  g_object_unref (turn->run);
  g_free (turn);
}

static void
on_executed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendTake) take = starsend_client_sequence_runner_execute_sequence_finish (STARSEND_CLIENT_SEQUENCE_RUNNER (source), result, &error);

  end_turn (user_data, take, error);
}

static void
on_iterated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendTake) take = starsend_client_sequence_runner_iterate_sequence_finish (STARSEND_CLIENT_SEQUENCE_RUNNER (source), result, &error);

  end_turn (user_data, take, error);
}

static void
begin_turn (StarsendSequenceRun *self, StarsendRunEntry *entry)
{
  Turn *turn = g_new0 (Turn, 1);

  turn->run = g_object_ref (self);
  turn->entry = g_object_ref (entry);
  starsend_run_entry_set_state (entry, STARSEND_RUN_STATE_RUNNING, NULL, NULL);
  if (entry->is_iteration)
    starsend_client_sequence_runner_iterate_sequence_async (self->runner, entry->sequence_id, entry->overrides, entry->start_frame,
                                                            entry->model, entry->cancellable, on_iterated, turn);
  else
    starsend_client_sequence_runner_execute_sequence_async (self->runner, entry->sequence_id, entry->model,
                                                            entry->cancellable, on_executed, turn);
}

static gboolean
may_begin (StarsendSequenceRun *self)
{
  return !self->paused && !self->cancelled && !g_cancellable_is_cancelled (self->outer) &&
         starsend_sequence_run_get_n_running (self) < self->concurrency;
}

static void
go_on (StarsendSequenceRun *self)
{
  StarsendRunEntry *entry;

  if (self->task == NULL)
    return;

  while (may_begin (self) && (entry = find_next (self)) != NULL)
    begin_turn (self, entry);
  notify_progress (self);
  if (starsend_sequence_run_get_n_running (self) == 0 &&
      (self->cancelled || g_cancellable_is_cancelled (self->outer) || find_next (self) == NULL))
    finish (self);
}

/* All or nothing, once more: since the check the money may have gone elsewhere. */
static gboolean
reserve_all (StarsendSequenceRun *self, GError **error)
{
  for (guint i = 0; i < starsend_sequence_run_get_n_total (self); i++)
    {
      StarsendRunEntry *entry = get_entry (self, i);

      if (starsend_job_runner_reserve (self->runner->jobs, entry->batch_id, starsend_take_offer_get_estimate (entry->offer), error))
        continue;

      for (guint j = 0; j < i; j++)
        starsend_job_runner_unreserve (self->runner->jobs, get_entry (self, j)->batch_id);
      return FALSE;
    }

  return TRUE;
}

static gboolean
on_idle (gpointer data)
{
  go_on (data);

  return G_SOURCE_REMOVE;
}

/* The caller may be in a callback of the very turn that is to end, or to be taken again. */
static void
go_on_soon (StarsendSequenceRun *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, on_idle, g_object_ref (self), g_object_unref);
}

static void
on_interrupted (StarsendSequenceRun *self)
{
  for (guint i = 0; i < starsend_sequence_run_get_n_total (self); i++)
    if (get_entry (self, i)->state == STARSEND_RUN_STATE_RUNNING)
      g_cancellable_cancel (get_entry (self, i)->cancellable);
  go_on_soon (self);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  StarsendSequenceRun *self = STARSEND_SEQUENCE_RUN (source);
  GError *error = NULL;

  if (!starsend_sequence_run_check_finish (self, result, &error) || !reserve_all (self, &error))
    {
      g_clear_object (&self->outer);
      g_task_return_error (task, error);
      return;
    }

  self->task = g_steal_pointer (&task);
  for (guint i = 0; i < starsend_sequence_run_get_n_total (self); i++)
    {
      StarsendRunEntry *entry = get_entry (self, i);

      entry->spent_before = starsend_ledger_get_spent (get_ledger (self), entry->batch_id);
    }
  if (self->outer != NULL)
    self->outer_handler = g_signal_connect_object (self->outer, "cancelled", G_CALLBACK (on_interrupted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (starsend_job_runner_get_jobs (self->runner->jobs), "items-changed", G_CALLBACK (on_jobs_changed), self,
                           G_CONNECT_DEFAULT);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
  go_on (self);
}

static StarsendRunEntry *
add_entry (StarsendSequenceRun *self, const char *sequence_id, const char *model)
{
  g_autofree char *batch_id = starsend_batch_id (starsend_project_get_episode (self->runner->project), sequence_id);
  g_autoptr(StarsendRunEntry) entry = NULL;

  for (guint i = 0; i < starsend_sequence_run_get_n_total (self); i++)
    if (g_str_equal (get_entry (self, i)->sequence_id, sequence_id))
      return NULL;

  entry = starsend_run_entry_new (sequence_id, batch_id, model);
  g_list_store_append (self->entries, entry);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_TOTAL]);

  return entry;
}

/* Public API */

/**
 * starsend_sequence_run_new:
 * @runner: the orchestrator of a project
 *
 * Makes a run without sequences. How many takes it makes at a time is what the project says, or else three.
 *
 * Returns: (transfer full): the run
 */
StarsendSequenceRun *
starsend_sequence_run_new (StarsendClientSequenceRunner *runner)
{
  g_return_val_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (runner), NULL);

  return g_object_new (STARSEND_TYPE_SEQUENCE_RUN, "runner", runner, NULL);
}

/**
 * starsend_sequence_run_add:
 * @sequence_id: a sequence whose start frame is approved
 * @model: (nullable): a video model; %NULL for the one that is set
 *
 * Adds the first take of a sequence. One that is in the run already stays as it was.
 */
void
starsend_sequence_run_add (StarsendSequenceRun *self, const char *sequence_id, const char *model)
{
  g_return_if_fail (STARSEND_IS_SEQUENCE_RUN (self));
  g_return_if_fail (sequence_id != NULL);
  g_return_if_fail (!starsend_sequence_run_get_active (self));

  add_entry (self, sequence_id, model);
}

/**
 * starsend_sequence_run_add_iteration:
 * @sequence_id: a sequence that has a take
 * @overrides: (nullable) (element-type utf8 utf8): prompts by shot id; an empty one goes back to the plan's
 * @start_frame: (nullable) (type filename): a picture that becomes the approved start frame
 * @model: (nullable): a video model; %NULL for the one that is set
 *
 * Adds another take of a sequence. One that is in the run already stays as it was.
 */
void
starsend_sequence_run_add_iteration (StarsendSequenceRun *self, const char *sequence_id, GHashTable *overrides,
                                     const char *start_frame, const char *model)
{
  StarsendRunEntry *entry;

  g_return_if_fail (STARSEND_IS_SEQUENCE_RUN (self));
  g_return_if_fail (sequence_id != NULL);
  g_return_if_fail (!starsend_sequence_run_get_active (self));

  entry = add_entry (self, sequence_id, model);
  if (entry == NULL)
    return;

  entry->is_iteration = TRUE;
  entry->start_frame = g_strdup (start_frame);
  if (overrides != NULL)
    {
      GHashTableIter iter;
      const char *shot_id, *text;

      /* The caller's may change before its turn comes. */
      entry->overrides = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_iter_init (&iter, overrides);
      while (g_hash_table_iter_next (&iter, (gpointer *) &shot_id, (gpointer *) &text))
        g_hash_table_insert (entry->overrides, g_strdup (shot_id), g_strdup (text));
    }
}

/**
 * starsend_sequence_run_get_entries:
 *
 * What is in the run, and what became of it.
 *
 * Returns: (transfer none): a list of [class@RunEntry]
 */
GListModel *
starsend_sequence_run_get_entries (StarsendSequenceRun *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RUN (self), NULL);

  return G_LIST_MODEL (self->entries);
}

/**
 * starsend_sequence_run_check_async:
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is known
 * @user_data: data for @callback
 *
 * Finds out whether all of it can be done: every sequence ready, every model usable, the caps held against the sum of all.
 * The offer of every entry and the estimate are known afterwards. Nothing is spent.
 */
void
starsend_sequence_run_check_async (StarsendSequenceRun *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Check *check;

  g_return_if_fail (STARSEND_IS_SEQUENCE_RUN (self));
  g_return_if_fail (!starsend_sequence_run_get_active (self));

  check = g_new0 (Check, 1);
  check->problems = g_ptr_array_new_with_free_func (g_free);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_sequence_run_check_async);
  g_task_set_task_data (task, check, check_free);
  check_next (task);
}

/**
 * starsend_sequence_run_check_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Says whether all of it can be done.
 *
 * Returns: whether it can; else one error that names everything that stands in the way. Its code is that of the first thing;
 *   %STARSEND_ERROR_DECISION_WANTED when it is a cap
 */
gboolean
starsend_sequence_run_check_finish (StarsendSequenceRun *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * starsend_sequence_run_get_estimate:
 *
 * What all of it is expected to cost, as the last check found it.
 *
 * Returns: millionths of the project's currency; -1 before a check
 */
gint64
starsend_sequence_run_get_estimate (StarsendSequenceRun *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RUN (self), -1);

  return self->estimate;
}

/**
 * starsend_sequence_run_get_left:
 *
 * What the cap of the project leaves when all of it was done.
 *
 * Returns: millionths of the project's currency; negative when it is passed; %G_MAXINT64 when there is no cap
 */
gint64
starsend_sequence_run_get_left (StarsendSequenceRun *self)
{
  gint64 cap, used;

  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RUN (self), G_MAXINT64);

  cap = starsend_project_config_get_cap (starsend_project_get_config (self->runner->project), "project");
  if (cap < 0)
    return G_MAXINT64;
  used = add (starsend_ledger_get_spent (get_ledger (self), NULL), starsend_ledger_get_reserved (get_ledger (self), NULL));
  used = add (used, starsend_job_runner_get_held (self->runner->jobs, NULL));

  return cap - used - (self->task == NULL ? MAX (self->estimate, 0) : 0);
}

/**
 * starsend_sequence_run_start_async:
 * @cancellable: (nullable): a cancellable; it leaves submitted jobs open in the ledger
 * @callback: (scope async): called when every sequence has ended
 * @user_data: data for @callback
 *
 * Makes the takes, a few at a time, after all of it was checked once more. The caller has the user's word for the estimate.
 * While it lasts, what is not asked for yet counts as reserved for everything else in this program.
 *
 * That one take fails does not stop the others. Where an account is what fails, or a cap, the run pauses, and says why in its
 * message; it goes on with [method@SequenceRun.unpause], and ends with [method@SequenceRun.cancel].
 */
void
starsend_sequence_run_start_async (StarsendSequenceRun *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (STARSEND_IS_SEQUENCE_RUN (self));
  g_return_if_fail (!starsend_sequence_run_get_active (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_sequence_run_start_async);
  g_task_set_check_cancellable (task, FALSE);
  g_set_object (&self->outer, cancellable);
  self->cancelled = FALSE;
  starsend_sequence_run_check_async (self, cancellable, on_checked, task);
}

/**
 * starsend_sequence_run_start_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Says whether the run came to its end. What became of each sequence is in its entry.
 *
 * Returns: whether it did; else what stood in its way before anything was begun, or that it was cancelled by its cancellable
 */
gboolean
starsend_sequence_run_start_finish (StarsendSequenceRun *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * starsend_sequence_run_pause:
 *
 * Lets nothing new begin. What runs goes on.
 */
void
starsend_sequence_run_pause (StarsendSequenceRun *self)
{
  g_return_if_fail (STARSEND_IS_SEQUENCE_RUN (self));

  set_paused (self, TRUE, self->message);
}

/**
 * starsend_sequence_run_unpause:
 *
 * Goes on where it was paused. What made it pause by itself is tried again.
 */
void
starsend_sequence_run_unpause (StarsendSequenceRun *self)
{
  g_return_if_fail (STARSEND_IS_SEQUENCE_RUN (self));

  set_paused (self, FALSE, NULL);
  go_on_soon (self);
}

/**
 * starsend_sequence_run_cancel:
 *
 * Lets nothing new begin, and cancels what runs at its provider. What a provider does not cancel any more stays open in the
 * ledger.
 */
void
starsend_sequence_run_cancel (StarsendSequenceRun *self)
{
  g_return_if_fail (STARSEND_IS_SEQUENCE_RUN (self));

  if (self->task == NULL || self->cancelled)
    return;

  self->cancelled = TRUE;
  for (guint i = 0; i < starsend_sequence_run_get_n_total (self); i++)
    {
      StarsendRunEntry *entry = get_entry (self, i);

      if (entry->state != STARSEND_RUN_STATE_RUNNING)
        continue;
      if (entry->job != NULL)
        g_cancellable_cancel (starsend_job_get_cancellable (entry->job));
      else
        g_cancellable_cancel (entry->cancellable);
    }
  go_on_soon (self);
}

/**
 * starsend_sequence_run_get_concurrency:
 *
 * How many takes are made at a time.
 *
 * Returns: a number of takes
 */
guint
starsend_sequence_run_get_concurrency (StarsendSequenceRun *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RUN (self), 1);

  return self->concurrency;
}

/**
 * starsend_sequence_run_set_concurrency:
 * @concurrency: how many takes are made at a time, at least 1
 *
 * Sets how many takes are made at a time. What runs beyond it goes on.
 */
void
starsend_sequence_run_set_concurrency (StarsendSequenceRun *self, guint concurrency)
{
  g_return_if_fail (STARSEND_IS_SEQUENCE_RUN (self));
  g_return_if_fail (concurrency > 0);

  if (self->concurrency == concurrency)
    return;

  self->concurrency = concurrency;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONCURRENCY]);
  if (self->task != NULL)
    go_on_soon (self);
}

/**
 * starsend_sequence_run_get_active:
 *
 * Whether it was started and has not ended.
 *
 * Returns: whether it runs, or is paused
 */
gboolean
starsend_sequence_run_get_active (StarsendSequenceRun *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RUN (self), FALSE);

  return self->task != NULL;
}

/**
 * starsend_sequence_run_get_paused:
 *
 * Whether nothing new is begun.
 *
 * Returns: whether it is paused
 */
gboolean
starsend_sequence_run_get_paused (StarsendSequenceRun *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RUN (self), FALSE);

  return self->paused;
}

/**
 * starsend_sequence_run_get_n_total:
 *
 * How many sequences are in the run.
 *
 * Returns: a number of sequences
 */
guint
starsend_sequence_run_get_n_total (StarsendSequenceRun *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RUN (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->entries));
}

/**
 * starsend_sequence_run_get_n_done:
 *
 * How many have their take.
 *
 * Returns: a number of sequences
 */
guint
starsend_sequence_run_get_n_done (StarsendSequenceRun *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RUN (self), 0);

  return count (self, STARSEND_RUN_STATE_DONE);
}

/**
 * starsend_sequence_run_get_n_failed:
 *
 * How many failed. What was cancelled did not.
 *
 * Returns: a number of sequences
 */
guint
starsend_sequence_run_get_n_failed (StarsendSequenceRun *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RUN (self), 0);

  return count (self, STARSEND_RUN_STATE_FAILED);
}

/**
 * starsend_sequence_run_get_n_running:
 *
 * How many are being made.
 *
 * Returns: a number of sequences
 */
guint
starsend_sequence_run_get_n_running (StarsendSequenceRun *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RUN (self), 0);

  return count (self, STARSEND_RUN_STATE_RUNNING);
}

/**
 * starsend_sequence_run_get_fraction:
 *
 * How much of it is done.
 *
 * Returns: 0 to 1
 */
double
starsend_sequence_run_get_fraction (StarsendSequenceRun *self)
{
  guint n;
  double sum = 0;

  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RUN (self), 0);

  n = starsend_sequence_run_get_n_total (self);
  for (guint i = 0; i < n; i++)
    sum += starsend_run_entry_get_fraction (get_entry (self, i));

  return n > 0 ? CLAMP (sum / n, 0, 1) : 0;
}

/**
 * starsend_sequence_run_get_message:
 *
 * Why it paused by itself.
 *
 * Returns: (transfer none) (nullable): a sentence
 */
const char *
starsend_sequence_run_get_message (StarsendSequenceRun *self)
{
  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RUN (self), NULL);

  return self->message;
}

/**
 * starsend_sequence_run_get_spent:
 *
 * What was spent on its sequences since it began.
 *
 * Returns: millionths of the project's currency
 */
gint64
starsend_sequence_run_get_spent (StarsendSequenceRun *self)
{
  gint64 sum = 0;

  g_return_val_if_fail (STARSEND_IS_SEQUENCE_RUN (self), 0);

  for (guint i = 0; self->estimate >= 0 && i < starsend_sequence_run_get_n_total (self); i++)
    {
      StarsendRunEntry *entry = get_entry (self, i);

      if (entry->state != STARSEND_RUN_STATE_WAITING || entry->error != NULL)
        sum = add (sum, starsend_ledger_get_spent (get_ledger (self), entry->batch_id) - entry->spent_before);
    }

  return sum;
}
