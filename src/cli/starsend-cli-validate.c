/* starsend-cli-validate.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-commands.h"

#include <glib/gi18n.h>

#include "starsend-error.h"
#include "starsend-picture.h"

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

static void
tell_findings (Validation *validation, StarsendPlan *plan)
{
  GListModel *findings = starsend_plan_get_findings (plan);
  guint n = g_list_model_get_n_items (findings);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(StarsendFinding) finding = g_list_model_get_item (findings, i);

      tell_finding (validation, starsend_finding_get_severity (finding), starsend_finding_get_place (finding),
                    starsend_finding_get_sequence_id (finding), starsend_finding_get_message (finding));
    }
}

/* What the plan alone cannot tell: whether the files that it names are there. */

static void
check_picture (Validation *validation, const char *place, const char *relative)
{
  StarsendProjectPaths *paths = starsend_project_get_paths (validation->cli->project);
  g_autoptr(GError) error = NULL;
  g_autofree char *path = starsend_project_paths_resolve (paths, relative, &error);
  StarsendPictureInfo info;

  if (path == NULL || !starsend_picture_probe (path, &info, &error))
    tell_finding (validation, STARSEND_SEVERITY_WARNING, place, NULL, error->message);
}

static void
check_elements (Validation *validation, StarsendPlan *plan)
{
  GListModel *elements = starsend_plan_get_elements (plan);
  guint n = g_list_model_get_n_items (elements);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(StarsendElement) element = g_list_model_get_item (elements, i);
      const char *frontal = starsend_element_get_frontal (element);
      const char *const *references = starsend_element_get_references (element);

      if (frontal != NULL)
        {
          g_autofree char *place = g_strdup_printf ("elements[%u].frontal", i);

          check_picture (validation, place, frontal);
        }
      for (guint j = 0; references != NULL && references[j] != NULL; j++)
        {
          g_autofree char *place = g_strdup_printf ("elements[%u].references[%u]", i, j);

          check_picture (validation, place, references[j]);
        }
    }
}

static void
check_song (Validation *validation, StarsendPlan *plan)
{
  StarsendSong *song = starsend_plan_get_song (plan);
  const char *file = song != NULL ? starsend_song_get_file (song) : NULL;
  g_autofree char *path = NULL;
  g_autoptr(GError) error = NULL;

  if (file == NULL)
    return;
  path = starsend_project_paths_resolve (starsend_project_get_paths (validation->cli->project), file, &error);
  if (path == NULL)
    tell_finding (validation, STARSEND_SEVERITY_WARNING, "song.file", NULL, error->message);
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

  if (plan == NULL)
    return FALSE;

  json_builder_set_member_name (cli->report, "findings");
  json_builder_begin_array (cli->report);
  tell_findings (&validation, plan);
  if (cli->project != NULL)
    {
      check_elements (&validation, plan);
      check_song (&validation, plan);
    }
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
