/* starsend-cli-new.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-commands.h"

#include <glib/gi18n.h>

static char *title;
static char *plan_path;

static const GOptionEntry options[] = {
  { "title", 0, 0, G_OPTION_ARG_FILENAME, &title, N_ ("What the project is called"), N_ ("TITLE") },
  { "plan", 0, 0, G_OPTION_ARG_FILENAME, &plan_path, N_ ("The client's plan, which is copied as it is"), N_ ("FILE") },
  G_OPTION_ENTRY_NULL,
};

static void
count_findings (StarsendPlan *plan, guint *errors, guint *warnings)
{
  GListModel *findings = starsend_plan_get_findings (plan);

  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr(StarsendFinding) finding = g_list_model_get_item (findings, i);

      if (starsend_finding_get_severity (finding) == STARSEND_SEVERITY_ERROR)
        *errors += 1;
      else
        *warnings += 1;
    }
}

/* A plan that cannot be read makes no project; one with findings does, and they are counted. */
static gboolean
look_at_plan (StarsendCli *cli, GError **error)
{
  g_autoptr(StarsendPlan) plan = NULL;
  guint errors = 0;
  guint warnings = 0;

  starsend_plan_load_async (plan_path, cli->cancellable, starsend_cli_on_ready, cli);
  plan = starsend_plan_load_finish (starsend_cli_wait (cli), error);
  if (plan == NULL)
    return FALSE;

  count_findings (plan, &errors, &warnings);
  starsend_cli_report_integer (cli, "errors", errors);
  starsend_cli_report_integer (cli, "warnings", warnings);
  if (errors + warnings > 0)
    starsend_cli_warn (_("warning: The plan has findings (errors: %u, warnings: %u); “starsend-cli validate” lists them."),
                       errors, warnings);

  return TRUE;
}

static gboolean
run_new (StarsendCli *cli, char **arguments, GError **error)
{
  g_autofree char *folder = g_canonicalize_filename (arguments[0], NULL);

  if ((title != NULL && !starsend_cli_check_text (title, error)) ||
      (plan_path != NULL && !look_at_plan (cli, error)))
    return FALSE;

  starsend_project_create_async (folder, title, plan_path, cli->cancellable, starsend_cli_on_ready, cli);
  if (!starsend_project_create_finish (starsend_cli_wait (cli), error))
    return FALSE;

  starsend_cli_report_string (cli, "project", folder);
  starsend_cli_say (cli, _("Made the project %s."), folder);

  return TRUE;
}

const StarsendCliCommand starsend_cli_new_command = {
  .name = "new",
  .arguments = "DIR",
  .summary = N_ ("Make a project folder"),
  .options = options,
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run_new,
};
