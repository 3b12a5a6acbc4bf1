/* starsend-cli-recover.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-commands.h"

#include <glib/gi18n.h>

#include "starsend-cli-progress.h"
#include "starsend-disagreement.h"
#include "starsend-error.h"

static gboolean repair;

static const GOptionEntry reconcile_options[] = {
  { "repair", 0, 0, G_OPTION_ARG_NONE, &repair, N_ ("Repair what can be repaired without guessing"), NULL },
  G_OPTION_ENTRY_NULL,
};

/* Resume */

static guint
tell_jobs (StarsendCli *cli, GListModel *findings)
{
  guint failed = 0;

  json_builder_set_member_name (cli->report, "jobs");
  json_builder_begin_array (cli->report);
  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr(StarsendFinding) finding = g_list_model_get_item (findings, i);
      gboolean is_error = starsend_finding_get_severity (finding) == STARSEND_SEVERITY_ERROR;

      json_builder_begin_object (cli->report);
      starsend_cli_report_string (cli, "sequence", starsend_finding_get_sequence_id (finding));
      starsend_cli_report_boolean (cli, "failed", is_error);
      starsend_cli_report_string (cli, "message", starsend_finding_get_message (finding));
      json_builder_end_object (cli->report);
      starsend_cli_say (cli, "%s", starsend_finding_get_message (finding));
      failed += is_error ? 1 : 0;
    }
  json_builder_end_array (cli->report);

  return failed;
}

static guint
count_uncertain (StarsendCli *cli)
{
  g_autoptr(GPtrArray) open = starsend_ledger_dup_open_jobs (starsend_project_get_ledger (cli->project));
  guint uncertain = 0;

  for (guint i = 0; i < open->len; i++)
    if (starsend_ledger_job_get_event (g_ptr_array_index (open, i)) == STARSEND_LEDGER_UNCERTAIN)
      uncertain++;

  return uncertain;
}

static gboolean
run_resume (StarsendCli *cli, char **arguments, GError **error)
{
  g_autoptr(GListModel) findings = NULL;
  guint failed;
  guint uncertain;

  if (!starsend_cli_open_runner (cli, arguments[0], error))
    return FALSE;

  {
    g_autoptr(StarsendCliProgress) progress = starsend_cli_progress_new (cli);

    starsend_client_sequence_runner_resume_async (cli->runner, cli->cancellable, starsend_cli_on_ready, cli);
    findings = starsend_client_sequence_runner_resume_finish (cli->runner, starsend_cli_wait (cli), error);
  }
  if (findings == NULL)
    return FALSE;

  failed = tell_jobs (cli, findings);
  uncertain = count_uncertain (cli);
  starsend_cli_report_integer (cli, "uncertain", uncertain);
  if (g_list_model_get_n_items (findings) == 0)
    starsend_cli_say (cli, _("Nothing was open."));

  if (uncertain > 0)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN,
                 ngettext ("%u job may have been paid and its answer never came: decide what becomes of it.",
                           "%u jobs may have been paid and their answers never came: decide what becomes of them.", uncertain),
                 uncertain);
  else if (failed > 0)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_FAILED,
                 ngettext ("%u job failed.", "%u jobs failed.", failed), failed);

  return uncertain == 0 && failed == 0;
}

/* Reconcile */

static guint
tell_disagreements (StarsendCli *cli, GListModel *disagreements)
{
  guint left = 0;

  json_builder_set_member_name (cli->report, "disagreements");
  json_builder_begin_array (cli->report);
  for (guint i = 0; i < g_list_model_get_n_items (disagreements); i++)
    {
      g_autoptr(StarsendDisagreement) disagreement = g_list_model_get_item (disagreements, i);
      const char *message = starsend_disagreement_get_message (disagreement);
      gboolean repaired = starsend_disagreement_get_repaired (disagreement);

      json_builder_begin_object (cli->report);
      starsend_cli_report_string (cli, "sequence", starsend_disagreement_get_sequence_id (disagreement));
      starsend_cli_report_string (cli, "message", message);
      starsend_cli_report_boolean (cli, "repairable", starsend_disagreement_get_repairable (disagreement));
      starsend_cli_report_boolean (cli, "repaired", repaired);
      json_builder_end_object (cli->report);
      if (repaired)
        /* Translators: %s is a whole sentence. */
        starsend_cli_say (cli, _("repaired: %s"), message);
      else
        starsend_cli_say (cli, "%s", message);
      left += repaired ? 0 : 1;
    }
  json_builder_end_array (cli->report);

  return left;
}

static gboolean
run_reconcile (StarsendCli *cli, char **arguments, GError **error)
{
  StarsendProjectOpenFlags flags = repair ? STARSEND_PROJECT_OPEN_DEFAULT : STARSEND_PROJECT_OPEN_READ_ONLY;
  g_autoptr(GListModel) disagreements = NULL;
  guint left;

  if (!starsend_cli_open_project (cli, arguments[0], flags, error))
    return FALSE;
  cli->runner = starsend_client_sequence_runner_new (cli->project, error);
  if (cli->runner == NULL)
    return FALSE;

  starsend_client_sequence_runner_reconcile_async (cli->runner, repair, cli->cancellable, starsend_cli_on_ready, cli);
  disagreements = starsend_client_sequence_runner_reconcile_finish (cli->runner, starsend_cli_wait (cli), error);
  if (disagreements == NULL)
    return FALSE;

  left = tell_disagreements (cli, disagreements);
  if (g_list_model_get_n_items (disagreements) == 0)
    starsend_cli_say (cli, _("Nothing disagrees."));
  if (left > 0)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_FAILED,
                 repair ? ngettext ("%u disagreement is left.", "%u disagreements are left.", left)
                        : ngettext ("%u disagreement was found; --repair repairs what needs no guess.",
                                    "%u disagreements were found; --repair repairs what needs no guess.", left),
                 left);

  return left == 0;
}

const StarsendCliCommand starsend_cli_resume_command = {
  .name = "resume",
  .arguments = "PROJECT",
  .summary = N_ ("Take up every open job where it stands"),
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run_resume,
};

const StarsendCliCommand starsend_cli_reconcile_command = {
  .name = "reconcile",
  .arguments = "PROJECT",
  .summary = N_ ("Compare what the state files, the ledger and the disk say"),
  .options = reconcile_options,
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run_reconcile,
};
