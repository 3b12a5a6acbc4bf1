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
append_count (GString *line, guint count)
{
  g_autofree char *text = count > 0 ? g_strdup_printf ("%u", count) : NULL;

  append_field (line, text);
}

static const char *
describe_state (StarsendLedgerJob *job)
{
  return starsend_ledger_job_may_be_paid (job) ? "given_up" : starsend_ledger_event_to_string (starsend_ledger_job_get_event (job));
}

/* A part that has no part number is the whole; its field is empty. */
static void
print_csv_job (StarsendCli *cli, StarsendLedgerJob *job)
{
  g_autoptr(GString) line = g_string_new (NULL);

  append_field (line, starsend_ledger_job_get_created_at (job));
  append_field (line, starsend_ledger_job_get_kind (job));
  append_field (line, starsend_ledger_job_get_batch_id (job));
  append_count (line, starsend_ledger_job_get_number (job));
  append_count (line, starsend_ledger_job_get_part (job));
  append_field (line, starsend_ledger_job_get_model (job));
  append_field (line, starsend_ledger_job_get_provider (job));
  append_field (line, starsend_ledger_job_get_request_id (job));
  append_field (line, describe_state (job));
  append_amount (line, starsend_ledger_job_get_estimate (job));
  append_amount (line, job_cost (job));
  append_field (line, job_currency (cli, job));
  append_field (line, starsend_ledger_job_get_id (job));
  /* Without the comma before the first. */
  printf ("%s\r\n", line->str + 1);
}

static void
print_csv (StarsendCli *cli, GListModel *jobs)
{
  fputs ("time,kind,batch,number,part,model,provider,request_id,state,estimate,cost,currency,job\r\n", stdout);
  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr(StarsendLedgerJob) job = g_list_model_get_item (jobs, i);

      print_csv_job (cli, job);
    }
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
  starsend_cli_report_count (cli, "part", starsend_ledger_job_get_part (job));
  starsend_cli_report_count (cli, "parts", starsend_ledger_job_get_n_parts (job));
  starsend_cli_report_string (cli, "model", starsend_ledger_job_get_model (job));
  starsend_cli_report_string (cli, "provider", starsend_ledger_job_get_provider (job));
  starsend_cli_report_string (cli, "request_id", starsend_ledger_job_get_request_id (job));
  starsend_cli_report_amount (cli, "estimate", starsend_ledger_job_get_estimate (job));
  starsend_cli_report_amount (cli, "cost", job_cost (job));
  starsend_cli_report_string (cli, "currency", job_currency (cli, job));
  starsend_cli_report_string (cli, "state", describe_state (job));
  json_builder_end_object (cli->report);
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

/* The table: one row for all jobs of a grid or a take with one model */

typedef struct
{
  char *batch;
  char *kind;
  char *model;
  guint number;
  guint n_parts;  /* 0: made at once */
  guint n_there;  /* jobs that delivered */
  gint64 estimated;
  gint64 reserved;
  gint64 actual;  /* of what delivered; its estimate where nobody told */
  gint64 lost;    /* of what came to nothing and was charged */
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->batch);
  g_free (row->kind);
  g_free (row->model);
  g_free (row);
}

static gint64
add (gint64 a, gint64 b)
{
  return a > G_MAXINT64 - b ? G_MAXINT64 : a + b;
}

static void
add_job (Row *row, StarsendLedgerJob *job)
{
  StarsendLedgerEvent event = starsend_ledger_job_get_event (job);
  gint64 estimate = MAX (starsend_ledger_job_get_estimate (job), 0);
  gint64 cost = job_cost (job);

  row->n_parts = MAX (row->n_parts, starsend_ledger_job_get_n_parts (job));
  if (event != STARSEND_LEDGER_RELEASED)
    row->estimated = add (row->estimated, estimate);
  if (starsend_ledger_job_is_open (job))
    row->reserved = add (row->reserved, estimate);
  else if (event == STARSEND_LEDGER_SETTLED)
    {
      row->actual = add (row->actual, cost >= 0 ? cost : estimate);
      row->n_there++;
    }
  else if (cost > 0)
    row->lost = add (row->lost, cost);
}

static char *
make_key (StarsendLedgerJob *job)
{
  const char *batch = starsend_ledger_job_get_batch_id (job);
  const char *model = starsend_ledger_job_get_model (job);

  return g_strdup_printf ("%s\n%s\n%u\n%s", batch != NULL ? batch : "", starsend_ledger_job_get_kind (job),
                          starsend_ledger_job_get_number (job), model != NULL ? model : "");
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const Row *first = *(const Row *const *) a;
  const Row *second = *(const Row *const *) b;
  int order = g_strcmp0 (first->batch, second->batch);

  if (order == 0)
    order = g_strcmp0 (first->kind, second->kind);
  if (order == 0)
    order = first->number < second->number ? -1 : first->number > second->number;

  return order != 0 ? order : g_strcmp0 (first->model, second->model);
}

static GPtrArray *
make_rows (GListModel *jobs)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (row_free);
  g_autoptr(GHashTable) by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr(StarsendLedgerJob) job = g_list_model_get_item (jobs, i);
      g_autofree char *key = make_key (job);
      Row *row = g_hash_table_lookup (by_key, key);

      if (row == NULL)
        {
          row = g_new0 (Row, 1);
          row->batch = g_strdup (starsend_ledger_job_get_batch_id (job));
          row->kind = g_strdup (starsend_ledger_job_get_kind (job));
          row->model = g_strdup (starsend_ledger_job_get_model (job));
          row->number = starsend_ledger_job_get_number (job);
          g_ptr_array_add (rows, row);
          g_hash_table_insert (by_key, g_steal_pointer (&key), row);
        }
      add_job (row, job);
    }
  g_ptr_array_sort (rows, compare_rows);

  return rows;
}

static char *
dup_text (const char *text)
{
  return g_strdup (text != NULL ? text : "–");
}

static char *
format_amount (StarsendCli *cli, gint64 amount)
{
  return amount != 0 ? starsend_budget_format (amount, starsend_project_config_get_currency (starsend_project_get_config (cli->project)))
                     : dup_text (NULL);
}

static void
take_row (StarsendCli *cli, StarsendCliTable *table, char *batch, char *what, char *model, char *parts, const Row *row)
{
  starsend_cli_table_take_row (table, batch, what, model, parts, format_amount (cli, row->estimated), format_amount (cli, row->reserved),
                               format_amount (cli, row->actual), format_amount (cli, row->lost));
}

static void
add_row (StarsendCli *cli, StarsendCliTable *table, const Row *row)
{
  gboolean is_grid = g_strcmp0 (row->kind, "grid") == 0;

  take_row (cli, table, dup_text (row->batch), g_strdup_printf (is_grid ? _("grid %u") : _("take %u"), row->number), dup_text (row->model),
            row->n_parts > 0 ? g_strdup_printf ("%u/%u", row->n_there, row->n_parts) : g_strdup (""), row);
}

static void
print_table (StarsendCli *cli, GPtrArray *rows)
{
  g_autoptr(StarsendCliTable) table = starsend_cli_table_new (8);
  g_autofree char *text = NULL;
  Row sum = { NULL };

  for (guint column = 3; column < 8; column++)
    starsend_cli_table_align_right (table, column);
  starsend_cli_table_may_shrink (table, 0);
  starsend_cli_table_may_shrink (table, 2);
  starsend_cli_table_take_row (table, g_strdup (_("Sequence")), g_strdup (_("What")), g_strdup (_("Model")), g_strdup (_("Parts")),
                               g_strdup (_("Estimated")), g_strdup (_("Reserved")), g_strdup (_("Actual")), g_strdup (_("Failed, billed")));
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = g_ptr_array_index (rows, i);

      add_row (cli, table, row);
      sum.estimated = add (sum.estimated, row->estimated);
      sum.reserved = add (sum.reserved, row->reserved);
      sum.actual = add (sum.actual, row->actual);
      sum.lost = add (sum.lost, row->lost);
    }
  if (rows->len > 1)
    take_row (cli, table, g_strdup (_("Total")), g_strdup (""), g_strdup (""), g_strdup (""), &sum);
  text = starsend_cli_table_render (table, starsend_cli_table_width (), starsend_cli_has_bold ());
  fputs (text, stdout);
}

static void
report_rows (StarsendCli *cli, GPtrArray *rows)
{
  json_builder_set_member_name (cli->report, "rows");
  json_builder_begin_array (cli->report);
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = g_ptr_array_index (rows, i);

      json_builder_begin_object (cli->report);
      starsend_cli_report_string (cli, "batch", row->batch);
      starsend_cli_report_string (cli, "kind", row->kind);
      starsend_cli_report_integer (cli, "number", row->number);
      starsend_cli_report_string (cli, "model", row->model);
      starsend_cli_report_count (cli, "parts", row->n_parts);
      starsend_cli_report_integer (cli, "delivered", row->n_there);
      starsend_cli_report_amount (cli, "estimated", row->estimated);
      starsend_cli_report_amount (cli, "reserved", row->reserved);
      starsend_cli_report_amount (cli, "actual", row->actual);
      starsend_cli_report_amount (cli, "billed_for_nothing", row->lost);
      json_builder_end_object (cli->report);
    }
  json_builder_end_array (cli->report);
}

/* What the caps leave */

static gint64
get_left (StarsendCli *cli, const char *scope, const char *batch_id)
{
  StarsendLedger *ledger = starsend_project_get_ledger (cli->project);
  gint64 cap = starsend_project_config_get_cap (starsend_project_get_config (cli->project), scope);

  if (cap < 0)
    return -1;

  return MAX (cap - add (starsend_ledger_get_spent (ledger, batch_id), starsend_ledger_get_reserved (ledger, batch_id)), 0);
}

/* The sequence that has the least left of the cap for each of them; NULL without one, or without a sequence. */
static const char *
find_least_left (StarsendCli *cli, GPtrArray *rows, gint64 *left)
{
  const char *batch = NULL;

  *left = -1;
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = g_ptr_array_index (rows, i);
      gint64 own = row->batch != NULL ? get_left (cli, "sequence", row->batch) : -1;

      if (own >= 0 && (batch == NULL || own < *left))
        {
          batch = row->batch;
          *left = own;
        }
    }

  return batch;
}

static void
tell_caps (StarsendCli *cli, GPtrArray *rows)
{
  const char *currency = starsend_project_config_get_currency (starsend_project_get_config (cli->project));
  gint64 project_left = get_left (cli, "project", NULL);
  gint64 least;
  const char *batch = find_least_left (cli, rows, &least);
  g_autofree char *project_text = starsend_budget_format (MAX (project_left, 0), currency);
  g_autofree char *least_text = starsend_budget_format (MAX (least, 0), currency);

  starsend_cli_report_amount (cli, "left", project_left);
  if (csv)
    return;
  if (project_left >= 0)
    /* Translators: an amount of money. */
    starsend_cli_say (cli, _("The cap for the project leaves %s."), project_text);
  if (batch != NULL)
    /* Translators: an amount of money, and the batch with the least of it ("EP001_SEQ04"). */
    starsend_cli_say (cli, _("The cap for a sequence leaves %s for %s, and no less for any other."), least_text, batch);
}

/* What was given up may be on the bill all the same; whoever adds up has to know. */
static void
tell_given_up (StarsendCli *cli, StarsendLedger *ledger)
{
  const char *currency = starsend_project_config_get_currency (starsend_project_get_config (cli->project));
  g_autofree char *text = NULL;
  gint64 sum = 0;
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (ledger)); i++)
    {
      g_autoptr(StarsendLedgerJob) job = g_list_model_get_item (G_LIST_MODEL (ledger), i);

      if (!starsend_ledger_job_may_be_paid (job))
        continue;
      sum = add (sum, starsend_ledger_job_get_estimate (job));
      n++;
    }

  starsend_cli_report_amount (cli, "given_up", sum);
  if (n == 0 || csv)
    return;

  text = starsend_budget_format (sum, currency);
  starsend_cli_say (cli,
                    /* Translators: a number of jobs, and an amount of money. */
                    ngettext ("%u job was given up that may have been paid all the same: about %s, which is counted nowhere above.",
                              "%u jobs were given up that may have been paid all the same: about %s, which is counted nowhere above.", n),
                    n, text);
}

static void
tell_all (StarsendCli *cli, StarsendLedger *ledger, GPtrArray *rows)
{
  const char *currency = starsend_project_config_get_currency (starsend_project_get_config (cli->project));
  g_autofree char *spent = starsend_budget_format (starsend_ledger_get_spent (ledger, NULL), currency);
  g_autofree char *reserved = starsend_budget_format (starsend_ledger_get_reserved (ledger, NULL), currency);

  if (rows->len > 0)
    print_table (cli, rows);
  starsend_cli_tell_open_jobs (cli);
  /* Translators: two amounts of money. */
  starsend_cli_say (cli, _("Spent %s, reserved %s."), spent, reserved);
}

static gboolean
run_costs (StarsendCli *cli, char **arguments, GError **error)
{
  StarsendLedger *ledger;
  g_autoptr(GPtrArray) rows = NULL;

  if (csv && cli->json)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("Give --csv or --json, not both."));
      return FALSE;
    }
  if (!starsend_cli_open_project (cli, arguments[0], STARSEND_PROJECT_OPEN_READ_ONLY, error))
    return FALSE;

  ledger = starsend_project_get_ledger (cli->project);
  rows = make_rows (G_LIST_MODEL (ledger));
  if (cli->json)
    {
      report_jobs (cli, G_LIST_MODEL (ledger));
      report_rows (cli, rows);
    }
  else if (csv)
    print_csv (cli, G_LIST_MODEL (ledger));
  else
    tell_all (cli, ledger, rows);
  tell_given_up (cli, ledger);
  tell_caps (cli, rows);
  starsend_cli_report_amount (cli, "spent", starsend_ledger_get_spent (ledger, NULL));
  starsend_cli_report_amount (cli, "reserved", starsend_ledger_get_reserved (ledger, NULL));
  starsend_cli_report_string (cli, "currency", starsend_project_config_get_currency (starsend_project_get_config (cli->project)));

  return TRUE;
}

const StarsendCliCommand starsend_cli_costs_command = {
  .name = "costs",
  .arguments = "PROJECT",
  .summary = N_ ("Show what every grid and take cost"),
  .options = options,
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run_costs,
};
