/* starsend-cli-jobs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-jobs.h"

#include <glib/gi18n.h>

#include "starsend-budget.h"

static gboolean
is_grid (StarsendLedgerJob *job)
{
  return g_strcmp0 (starsend_ledger_job_get_kind (job), "grid") == 0;
}

/* Seconds since the job was begun; -1 when the ledger does not say, or the clock was set back. */
static gint64
get_age (StarsendLedgerJob *job)
{
  const char *at = starsend_ledger_job_get_created_at (job);
  g_autoptr(GDateTime) begun = at != NULL ? g_date_time_new_from_iso8601 (at, NULL) : NULL;
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  gint64 age = begun != NULL ? g_date_time_difference (now, begun) / G_TIME_SPAN_SECOND : -1;

  return MAX (age, -1);
}

static char *
describe_age (gint64 seconds)
{
  if (seconds < 0)
    return g_strdup (_("of unknown age"));
  if (seconds < 2 * 60)
    return g_strdup_printf (ngettext ("%d second old", "%d seconds old", seconds), (int) seconds);
  if (seconds < 2 * 60 * 60)
    return g_strdup_printf (ngettext ("%d minute old", "%d minutes old", seconds / 60), (int) (seconds / 60));
  if (seconds < 2 * 24 * 60 * 60)
    return g_strdup_printf (ngettext ("%d hour old", "%d hours old", seconds / 3600), (int) (seconds / 3600));

  return g_strdup_printf (ngettext ("%d day old", "%d days old", seconds / 86400), (int) MIN (seconds / 86400, G_MAXINT));
}

static char *
describe_job (StarsendLedgerJob *job)
{
  g_autofree char *amount = starsend_budget_format (starsend_ledger_job_get_estimate (job), starsend_ledger_job_get_currency (job));
  g_autofree char *age = describe_age (get_age (job));

  /* Translators: number, batch ("EP001_SEQ04"), model, amount of money, "3 hours old". */
  return g_strdup_printf (is_grid (job) ? _("grid %u of %s (%s, about %s, %s)") : _("take %u of %s (%s, about %s, %s)"),
                          starsend_ledger_job_get_number (job), starsend_ledger_job_get_batch_id (job),
                          starsend_ledger_job_get_model (job), amount, age);
}

static void
report_decision (StarsendCli *cli, StarsendLedgerJob *job)
{
  json_builder_begin_object (cli->report);
  starsend_cli_report_string (cli, "job", starsend_ledger_job_get_id (job));
  starsend_cli_report_string (cli, "batch", starsend_ledger_job_get_batch_id (job));
  starsend_cli_report_string (cli, "kind", starsend_ledger_job_get_kind (job));
  starsend_cli_report_integer (cli, "number", starsend_ledger_job_get_number (job));
  starsend_cli_report_string (cli, "model", starsend_ledger_job_get_model (job));
  starsend_cli_report_amount (cli, "estimate", starsend_ledger_job_get_estimate (job));
  starsend_cli_report_string (cli, "currency", starsend_ledger_job_get_currency (job));
  starsend_cli_report_string (cli, "date", starsend_ledger_job_get_created_at (job));
  starsend_cli_report_integer (cli, "age", get_age (job));
  starsend_cli_report_string (cli, "reason", starsend_ledger_job_get_reason (job));
  starsend_cli_report_string (cli, "request_id", starsend_ledger_job_get_request_id (job));
  json_builder_end_object (cli->report);
}

/* Gemini, for one, knows no names of its calls. */
static gboolean
can_look_up (StarsendCli *cli, StarsendLedgerJob *job)
{
  gboolean is_grid = g_strcmp0 (starsend_ledger_job_get_kind (job), "grid") == 0;
  StarsendProvider *provider = NULL;

  if (cli->runner != NULL)
    provider = starsend_models_find (starsend_client_sequence_runner_get_models (cli->runner), starsend_ledger_job_get_model (job),
                                     is_grid ? STARSEND_REQUEST_GRID : STARSEND_REQUEST_TAKE, NULL);

  return provider == NULL || starsend_provider_can_look_up (provider);
}

static void
say_decision (StarsendCli *cli, StarsendLedgerJob *job)
{
  const char *root = starsend_project_get_root (cli->project);
  const char *id = starsend_ledger_job_get_id (job);
  g_autofree char *quoted = g_shell_quote (root);
  g_autofree char *what = describe_job (job);

  /* Translators: %s is what the job makes: "take 2 of EP001_SEQ04 (kling-o3, about $ 1.57, 3 hours old)". */
  starsend_cli_say (cli, _("A decision is wanted about %s: it may have been paid, and what became of it is not known."), what);
  if (starsend_ledger_job_get_reason (job) != NULL)
    starsend_cli_say (cli, "  %s", starsend_ledger_job_get_reason (job));
  if (starsend_ledger_job_get_request_id (job) != NULL)
    {
      starsend_cli_say (cli, _("  look again, in case its provider has it after all:"));
      starsend_cli_say (cli, "    starsend-cli resume %s --job %s --fetch", quoted, id);
    }
  else if (can_look_up (cli, job))
    {
      starsend_cli_say (cli, _("  look again, with the request id that its provider shows for it:"));
      starsend_cli_say (cli, "    starsend-cli resume %s --job %s --request-id %s", quoted, id, _("ID"));
    }
  starsend_cli_say (cli, _("  ask for the same again, which may be paid twice:"));
  starsend_cli_say (cli, "    starsend-cli resume %s --job %s --retry", quoted, id);
  starsend_cli_say (cli, _("  give it up:"));
  starsend_cli_say (cli, "    starsend-cli resume %s --job %s --write-off", quoted, id);
}

guint
starsend_cli_tell_decisions (StarsendCli *cli)
{
  g_autoptr(GPtrArray) open_jobs = starsend_ledger_dup_open_jobs (starsend_project_get_ledger (cli->project));
  guint n = 0;

  json_builder_set_member_name (cli->report, "decisions");
  json_builder_begin_array (cli->report);
  for (guint i = 0; i < open_jobs->len; i++)
    {
      StarsendLedgerJob *job = g_ptr_array_index (open_jobs, i);

      if (!starsend_ledger_job_wants_decision (job))
        continue;

      report_decision (cli, job);
      say_decision (cli, job);
      n++;
    }
  json_builder_end_array (cli->report);

  return n;
}

void
starsend_cli_tell_open_jobs (StarsendCli *cli)
{
  g_autoptr(GPtrArray) open_jobs = starsend_ledger_dup_open_jobs (starsend_project_get_ledger (cli->project));

  for (guint i = 0; i < open_jobs->len; i++)
    {
      StarsendLedgerJob *job = g_ptr_array_index (open_jobs, i);
      g_autofree char *what = describe_job (job);

      starsend_cli_say (cli, starsend_ledger_job_wants_decision (job)
                               /* Translators: a job's id, and what it makes. */
                               ? _("Uncertain: job %s, %s.") : _("Open: job %s, %s."),
                        starsend_ledger_job_get_id (job), what);
    }
}
