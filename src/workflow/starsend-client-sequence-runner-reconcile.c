/* starsend-client-sequence-runner-reconcile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-client-sequence-runner-private.h"

#include "starsend-disagreement.h"
#include "starsend-error.h"
#include "starsend-judgement.h"

/* Cross-checks sequence state, execution store, ledger and disk. A worker thread gathers what is on the disk, the main
 * thread judges it and notes a fix for what can be mended without guessing; mending is done one sequence after another,
 * from what is there; then open jobs are taken up, which may take long; and then everything is judged again, and mended
 * where resuming left something. What is not said any more is repaired. */

typedef struct
{
  gboolean repair;
  gboolean resume;
  gboolean is_last_pass;
  GPtrArray *evidence;
  StarsendJudgement *judgement; /* of this pass */
  GListStore *before; /* the pass before the repair */
  GListModel *resumed; /* what resume said; nullable */
  guint next_fix;
} Reconcile;

static void
reconcile_free (gpointer data)
{
  Reconcile *reconcile = data;

  g_clear_pointer (&reconcile->evidence, g_ptr_array_unref);
  g_clear_pointer (&reconcile->judgement, starsend_judgement_free);
  g_clear_object (&reconcile->before);
  g_clear_object (&reconcile->resumed);
  g_free (reconcile);
}

/* The passes */

static void begin_pass (GTask *task);
static void mend_next (GTask *task);

static gboolean
says (GListModel *list, StarsendDisagreement *disagreement)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(StarsendDisagreement) other = g_list_model_get_item (list, i);

      if (g_strcmp0 (starsend_disagreement_get_message (other), starsend_disagreement_get_message (disagreement)) == 0)
        return TRUE;
    }

  return FALSE;
}

/* A job that may have been paid, or that its provider failed, is for the user to hear of. */
static void
add_failures (GListStore *list, GListModel *resumed)
{
  for (guint i = 0; resumed != NULL && i < g_list_model_get_n_items (resumed); i++)
    {
      g_autoptr(StarsendFinding) finding = g_list_model_get_item (resumed, i);
      g_autoptr(StarsendDisagreement) disagreement = NULL;

      if (starsend_finding_get_severity (finding) != STARSEND_SEVERITY_ERROR)
        continue;

      disagreement = starsend_disagreement_new (starsend_finding_get_sequence_id (finding), starsend_finding_get_message (finding), FALSE);
      g_list_store_append (list, disagreement);
    }
}

static void
finish (GTask *task)
{
  Reconcile *reconcile = g_task_get_task_data (task);
  GListStore *result = reconcile->before != NULL ? reconcile->before : reconcile->judgement->found;

  for (guint i = 0; reconcile->before != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (result)); i++)
    {
      g_autoptr(StarsendDisagreement) disagreement = g_list_model_get_item (G_LIST_MODEL (result), i);

      starsend_disagreement_set_repaired (disagreement, !says (G_LIST_MODEL (reconcile->judgement->found), disagreement));
    }
  for (guint i = 0; reconcile->before != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (reconcile->judgement->found)); i++)
    {
      g_autoptr(StarsendDisagreement) disagreement = g_list_model_get_item (G_LIST_MODEL (reconcile->judgement->found), i);

      if (!says (G_LIST_MODEL (result), disagreement))
        g_list_store_append (result, disagreement);
    }

  add_failures (result, reconcile->resumed);
  g_task_return_pointer (task, g_object_ref (result), g_object_unref);
  g_object_unref (task);
}

static void
fail (GTask *task, GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
on_sequence_mended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Reconcile *reconcile = g_task_get_task_data (task);
  GError *error = NULL;

  if (!starsend_sequence_state_update_finish (STARSEND_SEQUENCE_STATE (source), result, &error))
    {
      fail (task, error);
      return;
    }

  reconcile->next_fix++;
  mend_next (task);
}

static void
on_shots_mended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (!starsend_execution_store_repair_finish (STARSEND_EXECUTION_STORE (source), result, &error))
    fail (task, error);
  else
    mend_next (task);
}

/* A job that the ledger lost is entered again as one that has ended: what it said, and what it cost. */

static void
on_settled_again (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (!starsend_ledger_append_finish (STARSEND_LEDGER (source), result, &error))
    fail (task, error);
  else
    mend_next (task);
}

static void
on_entered_again (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Reconcile *reconcile = g_task_get_task_data (task);
  StarsendFix *fix = g_ptr_array_index (reconcile->judgement->fixes, reconcile->next_fix);
  g_autoptr(StarsendTake) take = g_ptr_array_steal_index (fix->unledgered, 0);
  g_autoptr(JsonNode) fields = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  GError *error = NULL;

  json_node_take_object (fields, object);
  if (!starsend_ledger_append_finish (STARSEND_LEDGER (source), result, &error))
    {
      fail (task, error);
      return;
    }

  if (starsend_take_get_cost (take) >= 0)
    json_object_set_double_member (object, "cost", (double) starsend_take_get_cost (take) / 1000000.0);
  if (starsend_take_get_file_digest (take) != NULL)
    json_object_set_string_member (object, "file_digest", starsend_take_get_file_digest (take));
  starsend_ledger_append_async (STARSEND_LEDGER (source), STARSEND_LEDGER_SETTLED, starsend_take_get_job_id (take), fields,
                                NULL, on_settled_again, task);
}

static void
enter_again (GTask *task, StarsendTake *take)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  g_autofree char *relative = starsend_runner_make_relative (self, starsend_take_get_path (take));
  g_autoptr(JsonNode) fields = starsend_take_dup_intent (take, relative);

  starsend_ledger_append_async (starsend_project_get_ledger (self->project), STARSEND_LEDGER_INTENT, starsend_take_get_job_id (take),
                                fields, NULL, on_entered_again, task);
}

static void
on_resumed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Reconcile *reconcile = g_task_get_task_data (task);
  GError *error = NULL;

  reconcile->resumed = starsend_client_sequence_runner_resume_finish (STARSEND_CLIENT_SEQUENCE_RUNNER (source), result, &error);
  if (reconcile->resumed == NULL)
    {
      fail (task, error);
      return;
    }

  /* What resume put right is looked at afresh before anything else is mended. */
  begin_pass (task);
}

static void
mend_next (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Reconcile *reconcile = g_task_get_task_data (task);

  while (reconcile->next_fix < reconcile->judgement->fixes->len)
    {
      StarsendFix *fix = g_ptr_array_index (reconcile->judgement->fixes, reconcile->next_fix);

      /* A step was begun since it was judged: what is to be mended is not what it was. */
      if (g_hash_table_contains (self->busy, fix->sequence_id))
        {
          reconcile->next_fix++;
          continue;
        }
      if (fix->shot_fixes->len > 0)
        {
          StarsendShotFix *shot_fix = g_ptr_array_steal_index (fix->shot_fixes, fix->shot_fixes->len - 1);

          starsend_execution_store_repair_async (starsend_project_get_execution_store (self->project), shot_fix->run_id,
                                                 (const char *const *) shot_fix->shots, shot_fix->state, shot_fix->take,
                                                 NULL, on_shots_mended, task);
          starsend_shot_fix_free (shot_fix);
          return;
        }
      if (fix->unledgered->len > 0)
        {
          enter_again (task, g_ptr_array_index (fix->unledgered, 0));
          return;
        }
      if (fix->change != NULL)
        {
          starsend_sequence_state_update_async (starsend_project_get_sequence_state (self->project), fix->sequence_id, fix->change,
                                                NULL, on_sequence_mended, task);
          return;
        }
      reconcile->next_fix++;
    }

  if (reconcile->resume && reconcile->judgement->wants_resume)
    {
      reconcile->resume = FALSE;
      starsend_client_sequence_runner_resume_async (self, g_task_get_cancellable (task), on_resumed, task);
      return;
    }

  reconcile->is_last_pass = TRUE;
  begin_pass (task);
}

static void
on_gathered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Reconcile *reconcile = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      fail (task, error);
      return;
    }

  g_clear_pointer (&reconcile->judgement, starsend_judgement_free);
  reconcile->judgement = starsend_judgement_new (self, reconcile->evidence);
  if (!reconcile->repair || reconcile->is_last_pass)
    {
      finish (task);
      return;
    }

  if (reconcile->before == NULL)
    reconcile->before = g_object_ref (reconcile->judgement->found);
  reconcile->next_fix = 0;
  mend_next (task);
}

/* What it reads belongs to the reconcile, which waits for it: a worker that is slow to end holds nothing. */
static void
gather_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *all = data;

  for (guint i = 0; i < all->len; i++)
    {
      if (g_task_return_error_if_cancelled (task))
        return;
      starsend_evidence_gather (g_ptr_array_index (all, i));
    }

  g_task_return_boolean (task, TRUE);
}

static void
begin_pass (GTask *task)
{
  StarsendClientSequenceRunner *self = g_task_get_source_object (task);
  Reconcile *reconcile = g_task_get_task_data (task);
  g_auto(GStrv) ids = starsend_plan_dup_sequence_ids (starsend_project_get_plan (self->project));
  g_autoptr(GTask) gather_task = g_task_new (NULL, g_task_get_cancellable (task), on_gathered, task);

  g_clear_pointer (&reconcile->evidence, g_ptr_array_unref);
  reconcile->evidence = g_ptr_array_new_with_free_func (starsend_evidence_free);
  for (guint i = 0; ids[i] != NULL; i++)
    g_ptr_array_add (reconcile->evidence, starsend_evidence_new (self, ids[i]));
  g_task_set_task_data (gather_task, reconcile->evidence, NULL);
  g_task_run_in_thread (gather_task, gather_thread);
}

static void
begin (StarsendClientSequenceRunner *self, gboolean repair, gboolean resume,
       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Reconcile *reconcile;
  GError *error = NULL;

  if (repair && !starsend_project_check_writable (self->project, &error))
    {
      g_task_report_error (self, callback, user_data, starsend_client_sequence_runner_reconcile_async, error);
      return;
    }

  reconcile = g_new0 (Reconcile, 1);
  reconcile->repair = repair;
  reconcile->resume = resume;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_client_sequence_runner_reconcile_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, reconcile, reconcile_free);
  begin_pass (task);
}

void
starsend_runner_mend_async (StarsendClientSequenceRunner *self,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  begin (self, TRUE, FALSE, cancellable, callback, user_data);
}

/**
 * starsend_client_sequence_runner_reconcile_async:
 * @repair: whether to mend what can be mended without guessing, and to take up what is open
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when everything was compared
 * @user_data: data for @callback
 *
 * Compares sequence state, execution store, ledger and disk. What is on the disk is mended before open jobs are taken up.
 */
void
starsend_client_sequence_runner_reconcile_async (StarsendClientSequenceRunner *self, gboolean repair,
                                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_CLIENT_SEQUENCE_RUNNER (self));

  begin (self, repair, repair, cancellable, callback, user_data);
}

/**
 * starsend_client_sequence_runner_reconcile_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives one sentence for each disagreement.
 *
 * Returns: (transfer full): a list of [class@Disagreement]
 */
GListModel *
starsend_client_sequence_runner_reconcile_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
