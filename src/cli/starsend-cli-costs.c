/* starsend-cli-costs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-commands.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "starsend-budget.h"
#include "starsend-cli-jobs.h"
#include "starsend-cli-text.h"
#include "starsend-error.h"

#define MICROS 1000000

static gboolean csv;

static const GOptionEntry options[] = {
  { "csv", 0, 0, G_OPTION_ARG_NONE, &csv, N_ ("Print comma-separated values"), NULL },
  G_OPTION_ENTRY_NULL,
};

static const char *
job_currency (StarsendCli *cli, StarsendLedgerJob *job)
{
  const char *currency = starsend_ledger_job_get_currency (job);

  return currency != NULL ? currency : starsend_project_config_get_currency (starsend_project_get_config (cli->project));
}

/* A job whose price nobody told, and one that has not ended yet, have no cost. One that failed may have been charged. */
static gint64
job_cost (StarsendLedgerJob *job)
{
  return starsend_ledger_job_is_open (job) ? -1 : starsend_ledger_job_get_cost (job);
}

/* RFC 4180: lines end in CR LF; a field with a comma, a quote or a line break stands in quotes, which are doubled. */

static void
append_field (GString *line, const char *text)
{
  if (line->len > 0)
    g_string_append_c (line, ',');
  if (text == NULL)
    return;
  if (strpbrk (text, ",\"\r\n") == NULL)
    {
      g_string_append (line, text);
      return;
    }

  g_string_append_c (line, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (line, '"');
      g_string_append_c (line, *p);
    }
  g_string_append_c (line, '"');
}

static void
append_amount (GString *line, gint64 amount)
{
  g_autofree char *text = NULL;

  if (amount >= 0)
    text = g_strdup_printf ("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT, amount / MICROS, amount % MICROS);
  append_field (line, text);
}

static void
print_csv_job (StarsendCli *cli, StarsendLedgerJob *job)
{
  g_autoptr(GString) line = g_string_new (NULL);
  g_autofree char *number = g_strdup_printf ("%u", starsend_ledger_job_get_number (job));

  append_field (line, starsend_ledger_job_get_created_at (job));
  append_field (line, starsend_ledger_job_get_batch_id (job));
  append_field (line, starsend_ledger_job_get_kind (job));
  append_field (line, number);
  append_field (line, starsend_ledger_job_get_model (job));
  append_amount (line, starsend_ledger_job_get_estimate (job));
  append_amount (line, job_cost (job));
  append_field (line, job_currency (cli, job));
  append_field (line, starsend_ledger_event_to_string (starsend_ledger_job_get_event (job)));
  append_field (line, starsend_ledger_job_get_id (job));
  printf ("%s\r\n", line->str);
}

static void
report_job (StarsendCli *cli, StarsendLedgerJob *job)
{
  json_builder_begin_object (cli->report);
  starsend_cli_report_string (cli, "job", starsend_ledger_job_get_id (job));
  starsend_cli_report_string (cli, "date", starsend_ledger_job_get_created_at (job));
  starsend_cli_report_string (cli, "batch", starsend_ledger_job_get_batch_id (job));
  starsend_cli_report_string (cli, "kind", starsend_ledger_job_get_kind (job));
  starsend_cli_report_integer (cli, "number", starsend_ledger_job_get_number (job));
  starsend_cli_report_string (cli, "model", starsend_ledger_job_get_model (job));
  starsend_cli_report_amount (cli, "estimate", starsend_ledger_job_get_estimate (job));
  starsend_cli_report_amount (cli, "cost", job_cost (job));
  starsend_cli_report_string (cli, "currency", job_currency (cli, job));
  starsend_cli_report_string (cli, "state", starsend_ledger_event_to_string (starsend_ledger_job_get_event (job)));
  json_builder_end_object (cli->report);
}

static char *
dup_text (const char *text)
{
  return g_strdup (text != NULL ? text : "–");
}

static void
add_job_row (StarsendCli *cli, StarsendCliTable *table, StarsendLedgerJob *job)
{
  const char *currency = job_currency (cli, job);
  gint64 cost = job_cost (job);

  starsend_cli_table_take_row (table,
                               dup_text (starsend_ledger_job_get_batch_id (job)),
                               dup_text (starsend_ledger_job_get_created_at (job)),
                               dup_text (starsend_ledger_job_get_kind (job)),
                               g_strdup_printf ("%u", starsend_ledger_job_get_number (job)),
                               dup_text (starsend_ledger_job_get_model (job)),
                               starsend_budget_format (starsend_ledger_job_get_estimate (job), currency),
                               cost >= 0 ? starsend_budget_format (cost, currency) : dup_text (NULL),
                               g_strdup (starsend_ledger_event_to_string (starsend_ledger_job_get_event (job))));
}

static void
print_table (StarsendCli *cli, GListModel *jobs)
{
  g_autoptr(StarsendCliTable) table = starsend_cli_table_new (8);
  g_autofree char *text = NULL;

  for (guint column = 3; column <= 6; column++)
    if (column != 4)
      starsend_cli_table_align_right (table, column);
  starsend_cli_table_take_row (table, g_strdup (_("Batch")), g_strdup (_("Date")), g_strdup (_("Kind")), g_strdup (_("No.")),
                               g_strdup (_("Model")), g_strdup (_("Estimate")), g_strdup (_("Cost")), g_strdup (_("State")));
  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr(StarsendLedgerJob) job = g_list_model_get_item (jobs, i);

      add_job_row (cli, table, job);
    }
  text = starsend_cli_table_render (table, starsend_cli_has_bold ());
  fputs (text, stdout);
}

static void
print_csv (StarsendCli *cli, GListModel *jobs)
{
  fputs ("date,batch,kind,number,model,estimate,cost,currency,state,job\r\n", stdout);
  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr(StarsendLedgerJob) job = g_list_model_get_item (jobs, i);

      print_csv_job (cli, job);
    }
}

static void
report_jobs (StarsendCli *cli, GListModel *jobs)
{
  json_builder_set_member_name (cli->report, "jobs");
  json_builder_begin_array (cli->report);
  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr(StarsendLedgerJob) job = g_list_model_get_item (jobs, i);

      report_job (cli, job);
    }
  json_builder_end_array (cli->report);
}

static gboolean
run_costs (StarsendCli *cli, char **arguments, GError **error)
{
  StarsendLedger *ledger;
  const char *currency;
  g_autofree char *spent = NULL;
  g_autofree char *reserved = NULL;

  if (csv && cli->json)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("Give --csv or --json, not both."));
      return FALSE;
    }
  if (!starsend_cli_open_project (cli, arguments[0], STARSEND_PROJECT_OPEN_READ_ONLY, error))
    return FALSE;

  ledger = starsend_project_get_ledger (cli->project);
  currency = starsend_project_config_get_currency (starsend_project_get_config (cli->project));
  spent = starsend_budget_format (starsend_ledger_get_spent (ledger, NULL), currency);
  reserved = starsend_budget_format (starsend_ledger_get_reserved (ledger, NULL), currency);
  if (cli->json)
    report_jobs (cli, G_LIST_MODEL (ledger));
  else if (csv)
    print_csv (cli, G_LIST_MODEL (ledger));
  else
    {
      if (g_list_model_get_n_items (G_LIST_MODEL (ledger)) > 0)
        print_table (cli, G_LIST_MODEL (ledger));
      starsend_cli_tell_open_jobs (cli);
      /* Translators: two amounts of money. */
      starsend_cli_say (cli, _("Spent %s, reserved %s."), spent, reserved);
    }
  starsend_cli_report_amount (cli, "spent", starsend_ledger_get_spent (ledger, NULL));
  starsend_cli_report_amount (cli, "reserved", starsend_ledger_get_reserved (ledger, NULL));
  starsend_cli_report_string (cli, "currency", currency);

  return TRUE;
}

const StarsendCliCommand starsend_cli_costs_command = {
  .name = "costs",
  .arguments = "PROJECT",
  .summary = N_ ("List every job and what it cost"),
  .options = options,
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run_costs,
};
