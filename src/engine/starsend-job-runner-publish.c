/* starsend-job-runner-publish.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-job-runner-private.h"

#include <glib/gstdio.h>

#include "starsend-files.h"
#include "starsend-sidecar.h"

/* From a verified file to settlement. */

/* Settled */

static void
on_settled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (!starsend_ledger_append_finish (STARSEND_LEDGER (source), result, &error))
    starsend_run_fail (task, error);
  else
    starsend_run_succeed (task);
}

static void
settle (GTask *task)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr(JsonNode) fields = starsend_run_make_fields (NULL, NULL);
  gint64 cost = starsend_delivery_get_cost (run->delivery);

  if (cost >= 0)
    json_object_set_double_member (json_node_get_object (fields), "cost", (double) cost / 1000000.0);
  starsend_ledger_append_async (self->ledger, STARSEND_LEDGER_SETTLED, run->job_id, fields, NULL, on_settled, task);
}

/* Published: the file under its final name, the sidecar beside it */

typedef struct
{
  char *part;
  char *output;
  char *file_digest;
  char *sidecar_path;
  JsonNode *sidecar;
} Publication;

static void
publication_free (gpointer data)
{
  Publication *publication = data;

  g_free (publication->part);
  g_free (publication->output);
  g_free (publication->file_digest);
  g_free (publication->sidecar_path);
  json_node_unref (publication->sidecar);
  g_free (publication);
}

/* Runs on the queue's thread. A crash may have come between the rename and the next line of the ledger: the same bytes
 * under the final name are then just what was wanted. */
static gboolean
publish_job (gpointer data, GError **error)
{
  Publication *publication = data;
  g_autoptr(GError) local_error = NULL;

  if (!starsend_files_publish (publication->part, publication->output, &local_error))
    {
      g_autofree char *digest = NULL;

      if (g_file_test (publication->output, G_FILE_TEST_IS_REGULAR))
        digest = starsend_files_digest (publication->output, NULL, NULL);
      if (g_strcmp0 (digest, publication->file_digest) != 0)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      g_unlink (publication->part);
    }

  return starsend_sidecar_save (publication->sidecar_path, publication->sidecar, error);
}

static void
on_published (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (!starsend_file_queue_run_finish (STARSEND_FILE_QUEUE (source), result, &error))
    starsend_run_fail (task, error);
  else
    settle (task);
}

void
starsend_run_publish (GTask *task)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  Publication *publication = g_new0 (Publication, 1);
  StarsendSidecarFacts facts = {
    .request = run->request,
    .job_id = run->job_id,
    .provider = starsend_provider_get_name (run->provider),
    .request_id = run->ticket != NULL ? starsend_ticket_get_request_id (run->ticket) : NULL,
    .input_digest = run->input_digest,
    .output = run->output,
    .file_digest = run->file_digest,
    .currency = starsend_project_config_get_currency (self->config),
    .created_at = run->created_at,
    .estimate = run->estimate,
    .delivery = run->delivery,
    .checks = run->checks,
  };

  publication->part = g_strdup (run->part);
  publication->output = g_strdup (run->output);
  publication->file_digest = g_strdup (run->file_digest);
  publication->sidecar_path = starsend_sidecar_path (run->output);
  publication->sidecar = starsend_sidecar_build (&facts, self->root);
  starsend_file_queue_run_async (self->queue, publish_job, publication, publication_free, NULL, on_published, task);
}

/* Fetched: whole, verified, about to get its final name */

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (!starsend_ledger_append_finish (STARSEND_LEDGER (source), result, &error))
    starsend_run_fail (task, error);
  else
    starsend_run_publish (task);
}

static void
on_file_digest (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr(JsonNode) fields = NULL;
  GError *error = NULL;

  run->file_digest = g_task_propagate_pointer (G_TASK (result), &error);
  if (run->file_digest == NULL)
    {
      starsend_run_fail (task, error);
      return;
    }

  fields = starsend_run_make_fields ("file_digest", run->file_digest);
  if (starsend_delivery_get_cost (run->delivery) >= 0)
    json_object_set_double_member (json_node_get_object (fields), "cost",
                                   (double) starsend_delivery_get_cost (run->delivery) / 1000000.0);
  starsend_ledger_append_async (self->ledger, STARSEND_LEDGER_FETCHED, run->job_id, fields, NULL, on_fetched, task);
}

static void
digest_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  char *digest = starsend_files_digest (data, cancellable, &error);

  if (digest != NULL)
    g_task_return_pointer (task, digest, g_free);
  else
    g_task_return_error (task, error);
}

void
starsend_run_file (GTask *task)
{
  Run *run = g_task_get_task_data (task);
  g_autoptr(GTask) digest_task = g_task_new (NULL, NULL, on_file_digest, task);

  g_task_set_task_data (digest_task, g_strdup (run->part), g_free);
  g_task_run_in_thread (digest_task, digest_thread);
}
