/* starsend-job-runner-publish.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-job-runner-private.h"

#include <glib/gi18n-lib.h>
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
  gboolean keeps_sidecar;
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

/* A file that was lost and is fetched again keeps the verdicts and notes beside it. */
static void
keep_sidecar (Publication *publication)
{
  g_autoptr(JsonNode) found = starsend_sidecar_load (publication->sidecar_path, NULL);
  JsonObject *made = json_node_get_object (publication->sidecar);
  JsonObject *kept = found != NULL ? json_node_get_object (found) : NULL;

  if (kept == NULL || g_strcmp0 (json_object_get_string_member_with_default (kept, "job", NULL),
                                 json_object_get_string_member (made, "job")) != 0)
    return;

  json_object_set_string_member (kept, "sha256", publication->file_digest);
  json_node_unref (publication->sidecar);
  publication->sidecar = g_steal_pointer (&found);
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

  if (publication->keeps_sidecar)
    keep_sidecar (publication);

  return starsend_sidecar_save (publication->sidecar_path, publication->sidecar, error);
}

static void
on_published (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  if (!starsend_file_queue_run_finish (STARSEND_FILE_QUEUE (source), result, &error))
    starsend_run_fail (task, error);
  else if (run->settled)
    starsend_run_succeed (task);
  else
    settle (task);
}

/* The request as it went over the wire, where the provider keeps it with its addresses. */
static JsonNode *
get_sent (Run *run)
{
  JsonNode *addresses = run->ticket != NULL ? starsend_ticket_get_addresses (run->ticket) : NULL;
  JsonNode *sent;

  if (addresses == NULL || !JSON_NODE_HOLDS_OBJECT (addresses))
    return NULL;

  sent = json_object_get_member (json_node_get_object (addresses), "sent");

  return sent != NULL ? sent : json_object_get_member (json_node_get_object (addresses), "input");
}

static void
publish (GTask *task)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  Publication *publication = g_new0 (Publication, 1);
  StarsendSidecarFacts facts = {
    .request = run->request,
    .job_id = run->job_id,
    .provider = starsend_provider_get_name (run->provider),
    .request_id = run->ticket != NULL ? starsend_ticket_get_request_id (run->ticket) : NULL,
    .sent = get_sent (run),
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
  publication->keeps_sidecar = run->settled;
  starsend_file_queue_run_async (self->queue, publish_job, publication, publication_free, NULL, on_published, task);
}

/* What has changed since it was asked for, or cannot be read any more, is not what the file was made from. */

static void
warn_of_inputs (Run *run)
{
  JsonObject *checks = json_node_get_object (run->checks);
  JsonNode *node = json_object_get_member (checks, "warnings");
  JsonArray *warnings = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (warnings == NULL)
    {
      warnings = json_array_new ();
      json_object_set_array_member (checks, "warnings", warnings);
    }
  json_array_add_string_element (warnings, _("The pictures that it was asked for with have changed since, or are not there any more."));
  json_object_set_boolean_member (checks, "inputs_changed", TRUE);
}

static void
on_inputs_compared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Run *run = g_task_get_task_data (task);
  g_autofree char *digest = g_task_propagate_pointer (G_TASK (result), NULL);

  if (run->input_digest != NULL && g_strcmp0 (digest, run->input_digest) != 0)
    warn_of_inputs (run);
  publish (task);
}

void
starsend_run_publish (GTask *task)
{
  starsend_run_read_inputs (task, FALSE, on_inputs_compared);
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
enter_fetched (GTask *task)
{
  StarsendJobRunner *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr(JsonNode) fields = NULL;

  if (run->settled)
    {
      starsend_run_publish (task);
      return;
    }

  fields = starsend_run_make_fields ("file_digest", run->file_digest);
  if (starsend_delivery_get_cost (run->delivery) >= 0)
    json_object_set_double_member (json_node_get_object (fields), "cost",
                                   (double) starsend_delivery_get_cost (run->delivery) / 1000000.0);
  starsend_ledger_append_async (self->ledger, STARSEND_LEDGER_FETCHED, run->job_id, fields, NULL, on_fetched, task);
}

static void
on_file_digest (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  run->file_digest = g_task_propagate_pointer (G_TASK (result), &error);
  if (run->file_digest == NULL)
    starsend_run_fail (task, error);
  else
    enter_fetched (task);
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

/* Who wrote the file may have counted its bytes on the way. */
void
starsend_run_file (GTask *task)
{
  Run *run = g_task_get_task_data (task);
  g_autoptr(GTask) digest_task = NULL;

  g_free (run->file_digest);
  run->file_digest = g_strdup (starsend_delivery_get_file_digest (run->delivery));
  if (run->file_digest != NULL)
    {
      enter_fetched (task);
      return;
    }

  digest_task = g_task_new (NULL, NULL, on_file_digest, task);
  g_task_set_task_data (digest_task, g_strdup (run->part), g_free);
  g_task_run_in_thread (digest_task, digest_thread);
}
