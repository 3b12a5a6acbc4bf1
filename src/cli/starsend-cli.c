/* starsend-cli.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "starsend-batch.h"
#include "starsend-budget.h"
#include "starsend-cli-text.h"
#include "starsend-disagreement.h"
#include "starsend-error.h"
#include "starsend-json.h"

#define MICROS 1000000.0

void
starsend_cli_init (StarsendCli *cli)
{
  *cli = (StarsendCli) { 0 };
  cli->cancellable = g_cancellable_new ();
  cli->report = json_builder_new ();
  json_builder_begin_object (cli->report);
}

void
starsend_cli_clear (StarsendCli *cli)
{
  g_clear_handle_id (&cli->interrupt_source, g_source_remove);
  g_clear_handle_id (&cli->terminate_source, g_source_remove);
  g_clear_object (&cli->arrived);
  g_clear_object (&cli->result);
  g_clear_object (&cli->runner);
  g_clear_object (&cli->project);
  g_clear_object (&cli->report);
  g_clear_object (&cli->cancellable);
}

/* Waiting */

void
starsend_cli_on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  StarsendCli *cli = user_data;

  g_set_object (&cli->arrived, result);
}

GAsyncResult *
starsend_cli_wait (StarsendCli *cli)
{
  while (cli->arrived == NULL)
    g_main_context_iteration (NULL, TRUE);

  g_clear_object (&cli->result);
  cli->result = g_steal_pointer (&cli->arrived);

  return cli->result;
}

static gboolean
on_signal (gpointer data)
{
  StarsendCli *cli = data;

  if (g_cancellable_is_cancelled (cli->cancellable))
    _exit (STARSEND_CLI_FAILED);
  g_cancellable_cancel (cli->cancellable);

  return G_SOURCE_CONTINUE;
}

/* Opening */

static void
on_notices_changed (GListModel *notices, guint position, guint removed, guint added, gpointer user_data)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr(StarsendFinding) notice = g_list_model_get_item (notices, i);

      /* Translators: %s is a whole sentence. */
      starsend_cli_warn (_("warning: %s"), starsend_finding_get_message (notice));
    }
}

gboolean
starsend_cli_open_project (StarsendCli *cli, const char *path, StarsendProjectOpenFlags flags, GError **error)
{
  GListModel *notices;

  if (cli->interrupt_source == 0)
    {
      cli->interrupt_source = g_unix_signal_add (SIGINT, on_signal, cli);
      cli->terminate_source = g_unix_signal_add (SIGTERM, on_signal, cli);
    }

  starsend_project_open_async (path, flags, cli->cancellable, starsend_cli_on_ready, cli);
  cli->project = starsend_project_open_finish (starsend_cli_wait (cli), error);
  if (cli->project == NULL)
    return FALSE;

  notices = starsend_project_get_notices (cli->project);
  g_signal_connect (notices, "items-changed", G_CALLBACK (on_notices_changed), NULL);
  on_notices_changed (notices, 0, 0, g_list_model_get_n_items (notices), NULL);

  return TRUE;
}

/* What a damaged file said comes back before anything builds on it. */
static gboolean
rebuild_damaged (StarsendCli *cli, GError **error)
{
  g_autoptr(GListModel) rebuilt = NULL;

  starsend_client_sequence_runner_prepare_async (cli->runner, cli->cancellable, starsend_cli_on_ready, cli);
  rebuilt = starsend_client_sequence_runner_prepare_finish (cli->runner, starsend_cli_wait (cli), error);
  if (rebuilt == NULL)
    return FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (rebuilt); i++)
    {
      g_autoptr(StarsendDisagreement) disagreement = g_list_model_get_item (rebuilt, i);

      starsend_cli_warn (_("warning: %s"), starsend_disagreement_get_message (disagreement));
    }

  return TRUE;
}

gboolean
starsend_cli_open_runner (StarsendCli *cli, const char *path, GError **error)
{
  if (!starsend_cli_open_project (cli, path, STARSEND_PROJECT_OPEN_DEFAULT, error))
    return FALSE;

  cli->runner = starsend_client_sequence_runner_new (cli->project, error);

  return cli->runner != NULL && rebuild_damaged (cli, error);
}

/* Saying */

static void
put_line (FILE *stream, const char *format, va_list args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);
  g_autofree char *clean = starsend_cli_clean_text (text);

  fprintf (stream, "%s\n", clean);
}

void
starsend_cli_say (StarsendCli *cli, const char *format, ...)
{
  va_list args;

  if (cli->json)
    return;

  va_start (args, format);
  put_line (stdout, format, args);
  va_end (args);
}

void
starsend_cli_warn (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  put_line (stderr, format, args);
  va_end (args);
}

/* The report */

void
starsend_cli_report_string (StarsendCli *cli, const char *name, const char *value)
{
  g_autofree char *valid = NULL;

  json_builder_set_member_name (cli->report, name);
  if (value == NULL)
    {
      json_builder_add_null_value (cli->report);
      return;
    }
  /* A path may hold any bytes; JSON may not. */
  valid = g_utf8_make_valid (value, -1);
  json_builder_add_string_value (cli->report, valid);
}

void
starsend_cli_report_integer (StarsendCli *cli, const char *name, gint64 value)
{
  json_builder_set_member_name (cli->report, name);
  json_builder_add_int_value (cli->report, value);
}

void
starsend_cli_report_number (StarsendCli *cli, const char *name, double value)
{
  json_builder_set_member_name (cli->report, name);
  json_builder_add_double_value (cli->report, value);
}

void
starsend_cli_report_boolean (StarsendCli *cli, const char *name, gboolean value)
{
  json_builder_set_member_name (cli->report, name);
  json_builder_add_boolean_value (cli->report, value);
}

void
starsend_cli_report_amount (StarsendCli *cli, const char *name, gint64 amount)
{
  json_builder_set_member_name (cli->report, name);
  if (amount < 0)
    json_builder_add_null_value (cli->report);
  else
    json_builder_add_double_value (cli->report, (double) amount / MICROS);
}

void
starsend_cli_report_count (StarsendCli *cli, const char *name, guint count)
{
  json_builder_set_member_name (cli->report, name);
  if (count == 0)
    json_builder_add_null_value (cli->report);
  else
    json_builder_add_int_value (cli->report, count);
}

void
starsend_cli_report_seconds (StarsendCli *cli, const char *name, double seconds)
{
  json_builder_set_member_name (cli->report, name);
  if (seconds < 0)
    json_builder_add_null_value (cli->report);
  else
    json_builder_add_double_value (cli->report, seconds);
}

static const char *
error_code (const GError *error)
{
  static const char *const codes[] = {
    "failed", "invalid_input", "not_found", "not_ready", "illegal_transition", "locked", "read_only", "no_space",
    "io", "damaged", "conflict", "decision_wanted", "uncertain", "provider", "unavailable",
  };

  if (error->domain == STARSEND_ERROR && error->code >= 0 && (gsize) error->code < G_N_ELEMENTS (codes))
    return codes[error->code];
  if (error->domain == G_OPTION_ERROR)
    return "usage";
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return "cancelled";
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    return "exists";

  return "failed";
}

void
starsend_cli_report_error (StarsendCli *cli, const GError *error)
{
  json_builder_set_member_name (cli->report, "error");
  if (error == NULL)
    {
      json_builder_add_null_value (cli->report);
      return;
    }

  json_builder_begin_object (cli->report);
  starsend_cli_report_string (cli, "code", error_code (error));
  starsend_cli_report_string (cli, "message", error->message);
  json_builder_end_object (cli->report);
}

void
starsend_cli_report_warnings (StarsendCli *cli, const char *id, const char *path)
{
  g_autoptr(StarsendTake) take = path != NULL ? starsend_take_load (path, 0, starsend_project_get_root (cli->project)) : NULL;
  g_auto(GStrv) warnings = take != NULL ? starsend_take_dup_warnings (take) : g_new0 (char *, 1);

  json_builder_set_member_name (cli->report, "warnings");
  json_builder_begin_array (cli->report);
  for (guint i = 0; warnings[i] != NULL; i++)
    {
      g_autofree char *valid = g_utf8_make_valid (warnings[i], -1);

      json_builder_add_string_value (cli->report, valid);
      if (id != NULL)
        /* Translators: a sequence, and a sentence about its take or grid. */
        starsend_cli_warn (_("warning: %s: %s"), id, valid);
    }
  json_builder_end_array (cli->report);
}

static void
report_notices (StarsendCli *cli)
{
  GListModel *notices = cli->project != NULL ? starsend_project_get_notices (cli->project) : NULL;

  json_builder_set_member_name (cli->report, "notices");
  json_builder_begin_array (cli->report);
  for (guint i = 0; notices != NULL && i < g_list_model_get_n_items (notices); i++)
    {
      g_autoptr(StarsendFinding) notice = g_list_model_get_item (notices, i);
      g_autofree char *valid = g_utf8_make_valid (starsend_finding_get_message (notice), -1);

      json_builder_add_string_value (cli->report, valid);
    }
  json_builder_end_array (cli->report);
}

static void
print_report (StarsendCli *cli, const GError *error)
{
  g_autoptr(JsonNode) tree = NULL;
  g_autofree char *text = NULL;

  report_notices (cli);
  if (error != NULL)
    starsend_cli_report_error (cli, error);
  json_builder_end_object (cli->report);
  tree = json_builder_get_root (cli->report);
  text = starsend_json_render (tree, TRUE);
  fputs (text, stdout);
}

/* Ending */

static StarsendCliStatus
status_of (const GError *error)
{
  if (error->domain == G_OPTION_ERROR ||
      g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT) ||
      g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND))
    return STARSEND_CLI_BAD_INPUT;
  if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED) ||
      g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN))
    return STARSEND_CLI_DECISION_WANTED;

  return STARSEND_CLI_FAILED;
}

static gboolean
has_open_jobs (StarsendCli *cli)
{
  g_autoptr(GPtrArray) open = NULL;

  if (cli->project == NULL)
    return FALSE;
  open = starsend_ledger_dup_open_jobs (starsend_project_get_ledger (cli->project));

  return open->len > 0;
}

/* Ctrl-C ends the program and not the job: the user has to know which of the two it was. */
static void
explain_interruption (StarsendCli *cli, GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_free (error->message);
  error->message = g_strdup (has_open_jobs (cli)
                               ? _("Interrupted. The job stays open in the ledger: “starsend-cli resume” takes it up.")
                               : _("Interrupted. Nothing was left open."));
}

void
starsend_cli_point_to_decision (GError *error)
{
  g_autofree char *message = NULL;

  if (!g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN))
    return;

  message = g_strconcat (error->message, g_str_has_suffix (error->message, ".") ? " " : ". ",
                         _("“starsend-cli resume” shows what can be done."), NULL);
  g_free (error->message);
  error->message = g_steal_pointer (&message);
}

StarsendCliStatus
starsend_cli_finish (StarsendCli *cli, GError *error)
{
  g_autoptr(GError) owned = error;
  StarsendCliStatus status = STARSEND_CLI_DONE;

  if (owned != NULL)
    {
      explain_interruption (cli, owned);
      status = status_of (owned);
      starsend_cli_warn ("starsend-cli: %s", owned->message);
    }
  if (cli->json)
    print_report (cli, owned);

  if (fflush (stdout) != 0 || ferror (stdout))
    {
      starsend_cli_warn (_("starsend-cli: Standard output could not be written: %s"), g_strerror (errno));
      status = MAX (status, STARSEND_CLI_FAILED);
    }

  return status;
}

/* Arguments */

gboolean
starsend_cli_check_text (const char *text, GError **error)
{
  g_autofree char *shown = NULL;

  if (g_utf8_validate (text, -1, NULL))
    return TRUE;

  shown = g_utf8_make_valid (text, -1);
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("“%s” is not UTF-8 text."), shown);

  return FALSE;
}

gboolean
starsend_cli_parse_number (const char *text, const char *what, guint *number, GError **error)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT, &value, NULL))
    {
      /* Translators: the first %s is an option such as "--take". */
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("%s wants a whole number from 1 on, not “%s”."), what, text);
      return FALSE;
    }
  *number = (guint) value;

  return TRUE;
}

/* Spending */

char *
starsend_cli_dup_batch_id (StarsendCli *cli, const char *sequence_id)
{
  return starsend_batch_id (starsend_project_get_episode (cli->project), sequence_id);
}

gboolean
starsend_cli_check_account (StarsendCli *cli, StarsendRequestKind kind, const char *model, GError **error)
{
  StarsendProvider *provider = starsend_models_find (starsend_client_sequence_runner_get_models (cli->runner), model, kind, error);

  return provider != NULL && starsend_provider_check_account (provider, error);
}

gboolean
starsend_cli_is_paid (StarsendCli *cli, const char *model)
{
  StarsendModel *row = starsend_models_get_model (starsend_client_sequence_runner_get_models (cli->runner), model);

  return row != NULL && starsend_model_get_account (row) != NULL;
}

gboolean
starsend_cli_check_spending (StarsendCli *cli, gint64 estimate, gboolean is_paid, gboolean yes, GError **error)
{
  const char *currency = starsend_project_config_get_currency (starsend_project_get_config (cli->project));
  g_autofree char *amount = starsend_budget_format (estimate, currency);

  starsend_cli_report_amount (cli, "estimate", estimate);
  starsend_cli_report_string (cli, "currency", currency);
  if ((estimate <= 0 && !is_paid) || yes)
    return TRUE;

  starsend_cli_say (cli, _("This would cost about %s."), amount);
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED,
               _("This would cost about %s, so nothing was done. Add --yes to spend it."), amount);

  return FALSE;
}
