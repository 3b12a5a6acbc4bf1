/* starsend-cli-recover.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-commands.h"

#include <glib/gi18n.h>

#include "starsend-cli-jobs.h"
#include "starsend-cli-progress.h"
#include "starsend-disagreement.h"
#include "starsend-error.h"

static char *job_id;
static char *request_id;
static gboolean write_off;
static gboolean retry;
static gboolean fetch;
static gboolean yes;
static gboolean repair;

static const GOptionEntry resume_options[] = {
  { "job", 0, 0, G_OPTION_ARG_FILENAME, &job_id, N_ ("Decide about this job alone"), N_ ("JOB") },
  { "write-off", 0, 0, G_OPTION_ARG_NONE, &write_off, N_ ("Give the job up"), NULL },
  { "retry", 0, 0, G_OPTION_ARG_NONE, &retry, N_ ("Give the job up and ask for the same again; it may be paid twice"), NULL },
  { "fetch", 0, 0, G_OPTION_ARG_NONE, &fetch, N_ ("Fetch what the job made, by its id in the ledger"), NULL },
  { "request-id", 0, 0, G_OPTION_ARG_FILENAME, &request_id, N_ ("Fetch what the job made, by the id that its provider shows"), N_ ("ID") },
  { "yes", 0, 0, G_OPTION_ARG_NONE, &yes, N_ ("Spend the estimate without asking"), NULL },
  G_OPTION_ENTRY_NULL,
};

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

static gboolean
resume_all (StarsendCli *cli, GError **error)
{
  g_autoptr(GListModel) findings = NULL;
  guint failed;
  guint uncertain;

  {
    g_autoptr(StarsendCliProgress) progress = starsend_cli_progress_new (cli);

    starsend_client_sequence_runner_resume_async (cli->runner, cli->cancellable, starsend_cli_on_ready, cli);
    findings = starsend_client_sequence_runner_resume_finish (cli->runner, starsend_cli_wait (cli), error);
  }
  if (findings == NULL)
    return FALSE;

  failed = tell_jobs (cli, findings);
  if (g_list_model_get_n_items (findings) == 0)
    starsend_cli_say (cli, _("Nothing was open."));
  uncertain = starsend_cli_tell_decisions (cli);
  starsend_cli_report_integer (cli, "uncertain", uncertain);

  if (uncertain > 0)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN,
                 ngettext ("%u job may have been paid, and what became of it is not known: decide what to do about it.",
                           "%u jobs may have been paid, and what became of them is not known: decide what to do about them.", uncertain),
                 uncertain);
  else if (failed > 0)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_FAILED,
                 ngettext ("%u job failed.", "%u jobs failed.", failed), failed);

  return uncertain == 0 && failed == 0;
}

static gboolean
check_options (GError **error)
{
  guint n = (write_off ? 1 : 0) + (retry ? 1 : 0) + (fetch ? 1 : 0) + (request_id != NULL ? 1 : 0);

  if (n == (job_id != NULL ? 1 : 0) && (!yes || retry))
    return TRUE;

  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       _("A decision about a job is --job JOB with one of --write-off, --retry, --fetch or --request-id ID; "
                         "--yes goes with --retry."));

  return FALSE;
}

/* What is asked for again may be paid twice, and nobody does that by accident. */
static gboolean
check_retry (StarsendCli *cli, GError **error)
{
  gint64 estimate = starsend_client_sequence_runner_estimate_retry (cli->runner, job_id, error);

  if (estimate < 0)
    return FALSE;
  if (starsend_cli_check_spending (cli, estimate, TRUE, yes, error))
    return TRUE;

  g_prefix_error (error, "%s ", _("If the first job did reach its provider, it is paid as well."));

  return FALSE;
}

static char *
carry_out (StarsendCli *cli, GError **error)
{
  g_autoptr(StarsendCliProgress) progress = starsend_cli_progress_new (cli);

  if (write_off)
    {
      starsend_client_sequence_runner_write_off_job_async (cli->runner, job_id, cli->cancellable, starsend_cli_on_ready, cli);
      return starsend_client_sequence_runner_write_off_job_finish (cli->runner, starsend_cli_wait (cli), error);
    }
  if (retry)
    {
      starsend_client_sequence_runner_retry_job_async (cli->runner, job_id, cli->cancellable, starsend_cli_on_ready, cli);
      return starsend_client_sequence_runner_retry_job_finish (cli->runner, starsend_cli_wait (cli), error);
    }

  starsend_client_sequence_runner_recover_job_async (cli->runner, job_id, request_id, cli->cancellable, starsend_cli_on_ready, cli);

  return starsend_client_sequence_runner_recover_job_finish (cli->runner, starsend_cli_wait (cli), error);
}

static gboolean
decide (StarsendCli *cli, GError **error)
{
  g_autofree char *sentence = NULL;

  starsend_cli_report_string (cli, "job", job_id);
  if (retry && !check_retry (cli, error))
    return FALSE;
  sentence = carry_out (cli, error);
  if (sentence == NULL)
    return FALSE;

  starsend_cli_report_string (cli, "message", sentence);
  starsend_cli_say (cli, "%s", sentence);

  return TRUE;
}

static gboolean
run_resume (StarsendCli *cli, char **arguments, GError **error)
{
  if (!check_options (error) ||
      (job_id != NULL && !starsend_cli_check_text (job_id, error)) ||
      (request_id != NULL && !starsend_cli_check_text (request_id, error)) ||
      !starsend_cli_open_runner (cli, arguments[0], error))
    return FALSE;

  return job_id != NULL ? decide (cli, error) : resume_all (cli, error);
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
  .summary = N_ ("Take up every open job where it stands, or decide about one"),
  .options = resume_options,
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
