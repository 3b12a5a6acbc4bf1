/* starsend-cli-validate.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-commands.h"

#include <glib/gi18n.h>

#include "starsend-error.h"
#include "starsend-plan-check.h"
#include "starsend-providers.h"

typedef struct
{
  StarsendCli *cli;
  guint errors;
  guint warnings;
} Validation;

static void
tell_finding (Validation *validation, StarsendSeverity severity, const char *place, const char *sequence_id, const char *message)
{
  StarsendCli *cli = validation->cli;
  gboolean is_error = severity == STARSEND_SEVERITY_ERROR;

  if (is_error)
    validation->errors++;
  else
    validation->warnings++;

  json_builder_begin_object (cli->report);
  starsend_cli_report_string (cli, "severity", is_error ? "error" : "warning");
  starsend_cli_report_string (cli, "place", place);
  starsend_cli_report_string (cli, "sequence", sequence_id);
  starsend_cli_report_string (cli, "message", message);
  json_builder_end_object (cli->report);

  if (place != NULL && *place != '\0')
    /* Translators: a place in the plan, and a whole sentence about it. */
    starsend_cli_say (cli, is_error ? _("error: %s: %s") : _("warning: %s: %s"), place, message);
  else
    starsend_cli_say (cli, is_error ? _("error: %s") : _("warning: %s"), message);
}

/* What several sequences meet at one place is told once. */
static void
tell_findings (Validation *validation, GListModel *findings, GHashTable *skipped)
{
  g_autoptr(GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = g_list_model_get_n_items (findings);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(StarsendFinding) finding = g_list_model_get_item (findings, i);
      StarsendSeverity severity = starsend_finding_get_severity (finding);
      const char *place = starsend_finding_get_place (finding);

      if (severity == STARSEND_SEVERITY_WARNING && *place != '\0' && skipped != NULL && g_hash_table_contains (skipped, place))
        continue;
      if (g_hash_table_add (told, g_strconcat (place, "\n", starsend_finding_get_message (finding), NULL)))
        tell_finding (validation, severity, place, starsend_finding_get_sequence_id (finding), starsend_finding_get_message (finding));
    }
}

/* What the models say of it as an error is not told as a warning too. */
static GHashTable *
collect_errors (GListModel *findings)
{
  GHashTable *places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr(StarsendFinding) finding = g_list_model_get_item (findings, i);

      if (starsend_finding_get_severity (finding) == STARSEND_SEVERITY_ERROR)
        g_hash_table_add (places, g_strdup (starsend_finding_get_place (finding)));
    }

  return places;
}

/* The models as the project would use them: with its prices, and the defaults that the keys make. */
static StarsendModels *
make_models (StarsendCli *cli, GError **error)
{
  g_autoptr(StarsendModels) models = starsend_models_new ();
  StarsendKeys *keys = starsend_keys_get_default ();

  if (cli->project != NULL &&
      !starsend_models_set_prices (models, starsend_project_config_get_prices (starsend_project_get_config (cli->project)), error))
    return NULL;
  starsend_keys_load_async (keys, cli->cancellable, starsend_cli_on_ready, cli);
  if (!starsend_keys_load_finish (keys, starsend_cli_wait (cli), error))
    return NULL;
  starsend_providers_register (models, keys);

  return g_steal_pointer (&models);
}

static GListModel *
look_further (StarsendCli *cli, StarsendPlan *plan, GError **error)
{
  g_autoptr(StarsendModels) models = make_models (cli, error);

  if (models == NULL)
    return NULL;
  starsend_plan_check_async (plan, cli->project, models, cli->cancellable, starsend_cli_on_ready, cli);

  return starsend_plan_check_finish (starsend_cli_wait (cli), error);
}

static gboolean
names_project (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);

  return g_str_equal (name, "project_config.json") || g_file_test (path, G_FILE_TEST_IS_DIR);
}

static StarsendPlan *
load_plan (StarsendCli *cli, const char *path, GError **error)
{
  StarsendPlan *plan;

  if (!names_project (path))
    {
      starsend_plan_load_async (path, cli->cancellable, starsend_cli_on_ready, cli);
      return starsend_plan_load_finish (starsend_cli_wait (cli), error);
    }

  if (!starsend_cli_open_project (cli, path, STARSEND_PROJECT_OPEN_READ_ONLY, error))
    return NULL;
  plan = starsend_project_get_plan (cli->project);
  if (plan == NULL)
    g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("The project names no plan."));

  return plan != NULL ? g_object_ref (plan) : NULL;
}

static gboolean
run_validate (StarsendCli *cli, char **arguments, GError **error)
{
  Validation validation = { .cli = cli };
  g_autoptr(StarsendPlan) plan = load_plan (cli, arguments[0], error);
  g_autoptr(GListModel) further = plan != NULL ? look_further (cli, plan, error) : NULL;
  g_autoptr(GHashTable) errors = NULL;

  if (further == NULL)
    return FALSE;
  errors = collect_errors (further);

  json_builder_set_member_name (cli->report, "findings");
  json_builder_begin_array (cli->report);
  tell_findings (&validation, starsend_plan_get_findings (plan), errors);
  tell_findings (&validation, further, NULL);
  json_builder_end_array (cli->report);
  starsend_cli_report_integer (cli, "sequences", g_list_model_get_n_items (starsend_plan_get_sequences (plan)));
  starsend_cli_report_integer (cli, "errors", validation.errors);
  starsend_cli_report_integer (cli, "warnings", validation.warnings);

  if (validation.errors == 0)
    {
      starsend_cli_say (cli, ngettext ("No errors, %u warning.", "No errors, %u warnings.", validation.warnings),
                        validation.warnings);
      return TRUE;
    }

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               ngettext ("The plan has %u error.", "The plan has %u errors.", validation.errors), validation.errors);

  return FALSE;
}

const StarsendCliCommand starsend_cli_validate_command = {
  .name = "validate",
  .arguments = "PLAN|PROJECT",
  .summary = N_ ("Check a plan, or a project with the files that its plan names"),
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run_validate,
};
