/* starsend-cli-frame.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-commands.h"

#include <glib/gi18n.h>

#include "starsend-cli-progress.h"
#include "starsend-error.h"

static char *prompt;
static char *model;
static char *grid;
static gboolean yes;

static const GOptionEntry explore_options[] = {
  { "prompt", 0, 0, G_OPTION_ARG_FILENAME, &prompt, N_ ("Wording to use instead of the plan's"), N_ ("PROMPT") },
  { "model", 0, 0, G_OPTION_ARG_FILENAME, &model, N_ ("Grid model to use"), N_ ("MODEL") },
  { "yes", 0, 0, G_OPTION_ARG_NONE, &yes, N_ ("Spend the estimate without asking"), NULL },
  G_OPTION_ENTRY_NULL,
};

static const GOptionEntry pick_options[] = {
  { "grid", 0, 0, G_OPTION_ARG_FILENAME, &grid, N_ ("Number of the grid; the latest unless given"), N_ ("N") },
  G_OPTION_ENTRY_NULL,
};

/* What every command of this file begins with. */
static gboolean
open_sequence (StarsendCli *cli, char **arguments, GError **error)
{
  g_autoptr(StarsendSequenceItem) item = NULL;

  if (!starsend_cli_check_text (arguments[1], error) ||
      !starsend_cli_open_runner (cli, arguments[0], error))
    return FALSE;
  item = starsend_client_sequence_runner_get_status (cli->runner, arguments[1], error);
  if (item == NULL)
    return FALSE;
  starsend_cli_report_string (cli, "sequence", arguments[1]);

  return TRUE;
}

static gboolean
run_explore (StarsendCli *cli, char **arguments, GError **error)
{
  const char *id = arguments[1];
  gint64 estimate;
  g_autofree char *used_model = NULL;
  g_autofree char *path = NULL;

  if ((prompt != NULL && !starsend_cli_check_text (prompt, error)) ||
      (model != NULL && !starsend_cli_check_text (model, error)) ||
      !open_sequence (cli, arguments, error))
    return FALSE;

  estimate = starsend_client_sequence_runner_estimate_grid (cli->runner, id, model, error);
  if (estimate < 0)
    return FALSE;
  used_model = starsend_client_sequence_runner_dup_grid_model (cli->runner, id, model);
  starsend_cli_report_string (cli, "model", used_model);
  if (!starsend_cli_check_account (cli, STARSEND_REQUEST_GRID, used_model, error) ||
      !starsend_cli_check_spending (cli, estimate, starsend_cli_is_paid (cli, used_model), yes, error))
    return FALSE;

  {
    g_autoptr(StarsendCliProgress) progress = starsend_cli_progress_new (cli);

    starsend_client_sequence_runner_explore_grid_async (cli->runner, id, prompt, model, cli->cancellable,
                                                        starsend_cli_on_ready, cli);
    path = starsend_client_sequence_runner_explore_grid_finish (cli->runner, starsend_cli_wait (cli), error);
  }
  if (path == NULL)
    {
      starsend_cli_point_to_decision (*error);
      return FALSE;
    }

  starsend_cli_report_string (cli, "grid", path);
  starsend_cli_report_warnings (cli, id, path);
  /* Translators: a sequence, and the path of a picture. */
  starsend_cli_say (cli, _("%s: the grid is %s. Choose with “starsend-cli pick”."), id, path);

  return TRUE;
}

static gboolean
parse_quadrant (const char *text, guint *quadrant, GError **error)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 1, 4, &value, NULL))
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("There is no quadrant “%s”: 1 is top left, 2 top right, 3 bottom left, 4 bottom right."), text);
      return FALSE;
    }
  *quadrant = (guint) value;

  return TRUE;
}

static gboolean
is_approved (StarsendCli *cli, const char *id)
{
  StarsendSequenceState *state = starsend_project_get_sequence_state (cli->project);

  return starsend_sequence_record_get_start_frame_approved (starsend_sequence_state_get_record (state, id));
}

static gboolean
tell_start_frame (StarsendCli *cli, const char *id, const char *path, gboolean was_approved)
{
  if (path == NULL)
    return FALSE;

  starsend_cli_report_string (cli, "start_frame", path);
  starsend_cli_say (cli, _("%s: the start frame is %s. Lock it with “starsend-cli approve-frame”."), id, path);
  if (was_approved)
    starsend_cli_say (cli, _("%s: the one before was approved; it is kept beside it, but its approval ends."), id);

  return TRUE;
}

static gboolean
run_pick (StarsendCli *cli, char **arguments, GError **error)
{
  guint quadrant;
  guint number = 0;
  gboolean was_approved;
  g_autofree char *path = NULL;

  if (!parse_quadrant (arguments[2], &quadrant, error) ||
      (grid != NULL && !starsend_cli_parse_number (grid, "--grid", &number, error)) ||
      !open_sequence (cli, arguments, error))
    return FALSE;

  was_approved = is_approved (cli, arguments[1]);
  starsend_client_sequence_runner_pick_start_frame_async (cli->runner, arguments[1], quadrant, number, cli->cancellable,
                                                          starsend_cli_on_ready, cli);
  path = starsend_client_sequence_runner_pick_start_frame_finish (cli->runner, starsend_cli_wait (cli), error);

  return tell_start_frame (cli, arguments[1], path, was_approved);
}

static gboolean
run_start_frame (StarsendCli *cli, char **arguments, GError **error)
{
  g_autofree char *picture = g_canonicalize_filename (arguments[2], NULL);
  g_autofree char *path = NULL;
  gboolean was_approved;

  if (!open_sequence (cli, arguments, error))
    return FALSE;

  was_approved = is_approved (cli, arguments[1]);
  starsend_client_sequence_runner_set_start_frame_async (cli->runner, arguments[1], picture, cli->cancellable,
                                                         starsend_cli_on_ready, cli);
  path = starsend_client_sequence_runner_set_start_frame_finish (cli->runner, starsend_cli_wait (cli), error);

  return tell_start_frame (cli, arguments[1], path, was_approved);
}

static gboolean
run_approve_frame (StarsendCli *cli, char **arguments, GError **error)
{
  if (!open_sequence (cli, arguments, error))
    return FALSE;

  starsend_client_sequence_runner_approve_start_frame_async (cli->runner, arguments[1], cli->cancellable,
                                                             starsend_cli_on_ready, cli);
  if (!starsend_client_sequence_runner_approve_start_frame_finish (cli->runner, starsend_cli_wait (cli), error))
    return FALSE;

  starsend_cli_say (cli, _("%s: the start frame is approved."), arguments[1]);

  return TRUE;
}

const StarsendCliCommand starsend_cli_explore_command = {
  .name = "explore",
  .arguments = "PROJECT SEQ",
  .summary = N_ ("Make a grid of four candidates for a start frame"),
  .options = explore_options,
  .min_arguments = 2,
  .max_arguments = 2,
  .run = run_explore,
};

const StarsendCliCommand starsend_cli_pick_command = {
  .name = "pick",
  .arguments = "PROJECT SEQ QUADRANT",
  .summary = N_ ("Cut a quadrant of a grid out as the start frame"),
  .options = pick_options,
  .min_arguments = 3,
  .max_arguments = 3,
  .run = run_pick,
};

const StarsendCliCommand starsend_cli_start_frame_command = {
  .name = "start-frame",
  .arguments = "PROJECT SEQ FILE",
  .summary = N_ ("Use a picture as the start frame"),
  .min_arguments = 3,
  .max_arguments = 3,
  .run = run_start_frame,
};

const StarsendCliCommand starsend_cli_approve_frame_command = {
  .name = "approve-frame",
  .arguments = "PROJECT SEQ",
  .summary = N_ ("Approve the start frame, which locks it"),
  .min_arguments = 2,
  .max_arguments = 2,
  .run = run_approve_frame,
};
