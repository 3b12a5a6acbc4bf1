/* starsend-cli-verdict.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-commands.h"

#include <glib/gi18n.h>

#include "starsend-error.h"

static char *take;
static char *shot;
static char *note;

static const GOptionEntry approve_options[] = {
  { "take", 0, 0, G_OPTION_ARG_FILENAME, &take, N_ ("Number of the take; the current one unless given"), N_ ("N") },
  { "note", 0, 0, G_OPTION_ARG_FILENAME, &note, N_ ("A note to keep with the verdict"), N_ ("TEXT") },
  G_OPTION_ENTRY_NULL,
};

static const GOptionEntry reject_options[] = {
  { "take", 0, 0, G_OPTION_ARG_FILENAME, &take, N_ ("Number of the take; the current one unless given"), N_ ("N") },
  { "shot", 0, 0, G_OPTION_ARG_FILENAME, &shot, N_ ("Reject this shot only"), N_ ("ID") },
  { "note", 0, 0, G_OPTION_ARG_FILENAME, &note, N_ ("A note to keep with the verdict"), N_ ("TEXT") },
  G_OPTION_ENTRY_NULL,
};

static gboolean
check_shot (StarsendCli *cli, const char *id, GError **error)
{
  g_autoptr(StarsendSequenceItem) item = starsend_client_sequence_runner_get_status (cli->runner, id, error);
  g_autoptr(StarsendShot) found = NULL;

  if (item == NULL)
    return FALSE;
  if (shot == NULL)
    return TRUE;
  found = starsend_sequence_dup_shot (starsend_sequence_item_get_sequence (item), shot);
  if (found == NULL)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND, _("%s has no shot “%s”."), id, shot);

  return found != NULL;
}

static gboolean
open_for_verdict (StarsendCli *cli, char **arguments, guint *number, GError **error)
{
  return (take == NULL || starsend_cli_parse_number (take, "--take", number, error)) &&
         (note == NULL || starsend_cli_check_text (note, error)) &&
         (shot == NULL || starsend_cli_check_text (shot, error)) &&
         starsend_cli_check_text (arguments[1], error) &&
         starsend_cli_open_runner (cli, arguments[0], error) &&
         check_shot (cli, arguments[1], error);
}

static guint
get_current_take (StarsendCli *cli, const char *id)
{
  StarsendSequenceState *state = starsend_project_get_sequence_state (cli->project);

  return starsend_sequence_record_get_current_take (starsend_sequence_state_get_record (state, id));
}

/* Where the sequence stands after it. */
static void
report_outcome (StarsendCli *cli, const char *id)
{
  StarsendSequenceState *state = starsend_project_get_sequence_state (cli->project);
  StarsendSequenceRecord *record = starsend_sequence_state_get_record (state, id);

  starsend_cli_report_string (cli, "sequence", id);
  starsend_cli_report_string (cli, "state", starsend_sequence_status_to_string (starsend_sequence_record_get_status (record)));
}

static gboolean
run_approve (StarsendCli *cli, char **arguments, GError **error)
{
  const char *id = arguments[1];
  guint number = 0;

  if (!open_for_verdict (cli, arguments, &number, error))
    return FALSE;

  starsend_client_sequence_runner_approve_take_async (cli->runner, id, number, note, cli->cancellable,
                                                      starsend_cli_on_ready, cli);
  if (!starsend_client_sequence_runner_approve_take_finish (cli->runner, starsend_cli_wait (cli), error))
    return FALSE;

  report_outcome (cli, id);
  /* Translators: a sequence's id and the number of its take. */
  starsend_cli_say (cli, _("%s is complete with take %u."), id, get_current_take (cli, id));

  return TRUE;
}

static gboolean
run_reject (StarsendCli *cli, char **arguments, GError **error)
{
  const char *id = arguments[1];
  guint number = 0;

  if (!open_for_verdict (cli, arguments, &number, error))
    return FALSE;

  starsend_client_sequence_runner_reject_take_async (cli->runner, id, number, shot, note, cli->cancellable,
                                                     starsend_cli_on_ready, cli);
  if (!starsend_client_sequence_runner_reject_take_finish (cli->runner, starsend_cli_wait (cli), error))
    return FALSE;

  report_outcome (cli, id);
  if (shot != NULL)
    starsend_cli_say (cli, _("%s: the shot %s is rejected."), id, shot);
  else
    starsend_cli_say (cli, _("%s: the take is rejected. Make another with “starsend-cli iterate”."), id);

  return TRUE;
}

const StarsendCliCommand starsend_cli_approve_command = {
  .name = "approve",
  .arguments = "PROJECT SEQ",
  .summary = N_ ("Approve a take, which completes the sequence"),
  .options = approve_options,
  .min_arguments = 2,
  .max_arguments = 2,
  .run = run_approve,
};

const StarsendCliCommand starsend_cli_reject_command = {
  .name = "reject",
  .arguments = "PROJECT SEQ",
  .summary = N_ ("Reject a take, or one shot of it"),
  .options = reject_options,
  .min_arguments = 2,
  .max_arguments = 2,
  .run = run_reject,
};
