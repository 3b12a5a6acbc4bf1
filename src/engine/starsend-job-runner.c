/* starsend-job-runner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-job-runner-private.h"

G_DEFINE_FINAL_TYPE (StarsendJobRunner, starsend_job_runner, G_TYPE_OBJECT)

static void
starsend_job_runner_dispose (GObject *object)
{
  StarsendJobRunner *self = STARSEND_JOB_RUNNER (object);

  g_clear_object (&self->config);
  g_clear_object (&self->ledger);
  g_clear_object (&self->queue);
  g_clear_object (&self->models);
  g_clear_object (&self->verifier);
  g_clear_object (&self->project);
  g_clear_object (&self->jobs);

  G_OBJECT_CLASS (starsend_job_runner_parent_class)->dispose (object);
}

static void
starsend_job_runner_finalize (GObject *object)
{
  StarsendJobRunner *self = STARSEND_JOB_RUNNER (object);

  g_clear_pointer (&self->root, g_free);
  g_clear_pointer (&self->admitted, g_ptr_array_unref);
  g_clear_pointer (&self->reserved, g_hash_table_unref);

  G_OBJECT_CLASS (starsend_job_runner_parent_class)->finalize (object);
}

static void
starsend_job_runner_class_init (StarsendJobRunnerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = starsend_job_runner_dispose;
  object_class->finalize = starsend_job_runner_finalize;
}

static void
starsend_job_runner_init (StarsendJobRunner *self)
{
  self->jobs = g_list_store_new (STARSEND_TYPE_JOB);
  self->admitted = g_ptr_array_new ();
  self->reserved = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* Public API */

/**
 * starsend_job_runner_new:
 * @root: the project's folder
 * @config: the project's settings, for the caps
 * @ledger: the project's ledger
 * @queue: where files are written
 * @models: who makes what
 * @verifier: who looks at what arrives
 *
 * Makes a runner.
 *
 * Returns: (transfer full): the runner
 */
StarsendJobRunner *
starsend_job_runner_new (const char *root, StarsendProjectConfig *config, StarsendLedger *ledger,
                         StarsendFileQueue *queue, StarsendModels *models, StarsendVerifier *verifier)
{
  StarsendJobRunner *self = g_object_new (STARSEND_TYPE_JOB_RUNNER, NULL);

  self->root = g_strdup (root);
  self->config = g_object_ref (config);
  self->ledger = g_object_ref (ledger);
  self->queue = g_object_ref (queue);
  self->models = g_object_ref (models);
  self->verifier = g_object_ref (verifier);

  return self;
}

/**
 * starsend_job_runner_dup_part_name: (skip)
 * @job_id: a job
 *
 * The name of the file that a job is fetched into, beside where it will stand. While the job is open it may be all there
 * is of a take.
 *
 * Returns: (transfer full): a file name
 */
char *
starsend_job_runner_dup_part_name (const char *job_id)
{
  return g_strdup_printf (".%s.part", job_id);
}

/**
 * starsend_job_runner_get_jobs:
 *
 * The jobs that run now.
 *
 * Returns: (transfer none): a list of [class@Job]
 */
GListModel *
starsend_job_runner_get_jobs (StarsendJobRunner *self)
{
  g_return_val_if_fail (STARSEND_IS_JOB_RUNNER (self), NULL);

  return G_LIST_MODEL (self->jobs);
}

/**
 * starsend_job_runner_dup_job:
 * @batch_id: a batch
 *
 * Finds the job that runs for a batch.
 *
 * Returns: (transfer full) (nullable): the job
 */
StarsendJob *
starsend_job_runner_dup_job (StarsendJobRunner *self, const char *batch_id)
{
  g_return_val_if_fail (STARSEND_IS_JOB_RUNNER (self), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    {
      g_autoptr(StarsendJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);

      if (g_strcmp0 (starsend_request_get_batch_id (starsend_job_get_request (job)), batch_id) == 0)
        return g_steal_pointer (&job);
    }

  return NULL;
}

/**
 * starsend_job_runner_estimate:
 * @request: what is to be made
 * @error: return location for an error
 *
 * What a request is expected to cost; refuses what the model cannot make.
 *
 * Returns: millionths of the currency, -1 on error
 */
gint64
starsend_job_runner_estimate (StarsendJobRunner *self, StarsendRequest *request, GError **error)
{
  StarsendProvider *provider;

  g_return_val_if_fail (STARSEND_IS_JOB_RUNNER (self), -1);
  g_return_val_if_fail (STARSEND_IS_REQUEST (request), -1);

  provider = starsend_models_find (self->models, starsend_request_get_model (request),
                                   starsend_request_get_kind (request), error);
  if (provider == NULL ||
      !starsend_provider_check (provider, request, error) ||
      !starsend_models_check_currency (self->models, starsend_request_get_model (request),
                                       starsend_project_config_get_currency (self->config), error))
    return -1;

  return starsend_provider_estimate (provider, request);
}

/**
 * starsend_job_runner_set_project: (skip)
 * @project: (nullable): a project
 *
 * Sets whose lock has to be held for a job to begin: who lost it spends nothing more.
 */
void
starsend_job_runner_set_project (StarsendJobRunner *self, StarsendProject *project)
{
  g_return_if_fail (STARSEND_IS_JOB_RUNNER (self));

  g_set_object (&self->project, project);
}
