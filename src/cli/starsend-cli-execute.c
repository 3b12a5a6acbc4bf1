/* starsend-cli-execute.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-commands.h"

#include <glib/gi18n.h>
#include <string.h>

#include "starsend-budget.h"
#include "starsend-cli-progress.h"
#include "starsend-error.h"

static char *model;
static char *start_frame;
static char **overrides;
static gboolean all_ready;
static gboolean burn_in;
static gboolean audio;
static gboolean yes;

static const GOptionEntry execute_options[] = {
  { "all-ready", 0, 0, G_OPTION_ARG_NONE, &all_ready, N_ ("Take every sequence whose start frame is approved"), NULL },
  { "model", 0, 0, G_OPTION_ARG_FILENAME, &model, N_ ("Video model to use"), N_ ("MODEL") },
  { "burn-in", 0, 0, G_OPTION_ARG_NONE, &burn_in, N_ ("Write sequence, shot, prompt and timecode into the animatic"), NULL },
  { "audio", 0, 0, G_OPTION_ARG_NONE, &audio, N_ ("Have sound made too, where the model can"), NULL },
  { "yes", 0, 0, G_OPTION_ARG_NONE, &yes, N_ ("Spend the estimate without asking"), NULL },
  G_OPTION_ENTRY_NULL,
};

static const GOptionEntry iterate_options[] = {
  { "override", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &overrides, N_ ("Another prompt for a shot; may be given again"), N_ ("SHOT=TEXT") },
  { "start-frame", 0, 0, G_OPTION_ARG_FILENAME, &start_frame, N_ ("A picture that becomes the approved start frame"), N_ ("FILE") },
  { "model", 0, 0, G_OPTION_ARG_FILENAME, &model, N_ ("Video model to use"), N_ ("MODEL") },
  { "burn-in", 0, 0, G_OPTION_ARG_NONE, &burn_in, N_ ("Write sequence, shot, prompt and timecode into the animatic"), NULL },
  { "audio", 0, 0, G_OPTION_ARG_NONE, &audio, N_ ("Have sound made too, where the model can"), NULL },
  { "yes", 0, 0, G_OPTION_ARG_NONE, &yes, N_ ("Spend the estimate without asking"), NULL },
  G_OPTION_ENTRY_NULL,
};

static void
report_take (StarsendCli *cli, const char *id, StarsendTake *take)
{
  starsend_cli_report_integer (cli, "take", starsend_take_get_number (take));
  starsend_cli_report_string (cli, "path", starsend_take_get_path (take));
  starsend_cli_report_string (cli, "model", starsend_take_get_model (take));
  starsend_cli_report_amount (cli, "cost", starsend_take_get_cost (take));
  starsend_cli_report_warnings (cli, id, starsend_take_get_path (take));
}

static void
say_take (StarsendCli *cli, const char *id, StarsendTake *take)
{
  /* Translators: a sequence, the number of a take, and the path of a video. */
  starsend_cli_say (cli, _("%s: take %u is %s."), id, starsend_take_get_number (take), starsend_take_get_path (take));
}

/* Execute */

/* Before anything is estimated: sound costs too. The project may want it anyway. */
static void
set_how (StarsendCli *cli)
{
  starsend_client_sequence_runner_set_burn_in (cli->runner, burn_in);
  if (audio)
    starsend_client_sequence_runner_set_audio (cli->runner, TRUE);
}

/* The sequences that were named, each once and in their order, or those that are ready. */
static char **
choose_sequences (StarsendCli *cli, char **named, GError **error)
{
  g_autoptr(GStrvBuilder) chosen = g_strv_builder_new ();
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (all_ready)
    return starsend_client_sequence_runner_dup_ready (cli->runner);

  for (guint i = 0; named[i] != NULL; i++)
    {
      if (!starsend_cli_check_text (named[i], error))
        return NULL;
      if (g_hash_table_add (seen, named[i]))
        g_strv_builder_add (chosen, named[i]);
    }

  return g_strv_builder_end (chosen);
}

static gboolean
check_account (StarsendCli *cli, const char *id, GError **error)
{
  g_autofree char *name = starsend_client_sequence_runner_dup_take_model (cli->runner, id, model);

  return starsend_cli_check_account (cli, STARSEND_REQUEST_TAKE, name, error);
}

static gboolean
check_ready (StarsendCli *cli, const char *id, GError **error)
{
  g_autoptr(StarsendSequenceItem) item = starsend_client_sequence_runner_get_status (cli->runner, id, error);
  StarsendSequenceRecord *record;
  const char *next;

  if (item == NULL)
    return FALSE;
  if (starsend_sequence_item_get_problem (item) != NULL)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("%s has an error in the plan: %s"),
                   id, starsend_sequence_item_get_problem (item));
      return FALSE;
    }
  record = starsend_sequence_item_get_record (item);
  if (starsend_sequence_record_get_status (record) == STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED)
    return TRUE;

  next = starsend_sequence_item_get_next_step (item);
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
               /* Translators: a sequence, its state, and what the user does next. */
               _("%s is not ready for a take: it stands at “%s”. Next: %s."),
               id, starsend_sequence_item_get_label (item), next != NULL ? next : "–");

  return FALSE;
}

/* All of them before any, so that a wrong name or a cap does not leave half of the work bought. Gives the sum, or -1. */
static gint64
check_all (StarsendCli *cli, char **ids, GError **error)
{
  StarsendProjectConfig *config = starsend_project_get_config (cli->project);
  StarsendLedger *ledger = starsend_project_get_ledger (cli->project);
  gint64 sum = 0;

  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autofree char *batch_id = starsend_cli_dup_batch_id (cli, ids[i]);
      gint64 estimate;

      if (!check_ready (cli, ids[i], error) || !check_account (cli, ids[i], error))
        return -1;
      estimate = starsend_client_sequence_runner_estimate_take (cli->runner, ids[i], model, error);
      if (estimate < 0 || !starsend_budget_check (config, ledger, batch_id, estimate, 0, sum, error))
        return -1;
      sum += estimate;
    }

  return sum;
}

/* Fails with what stops all the others too: the user's Ctrl-C. Everything else is told and counted. */
static gboolean
execute_one (StarsendCli *cli, const char *id, guint *failed, GError **error)
{
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) local_error = NULL;

  {
    g_autoptr(StarsendCliProgress) progress = starsend_cli_progress_new (cli);

    starsend_client_sequence_runner_execute_sequence_async (cli->runner, id, model, cli->cancellable,
                                                            starsend_cli_on_ready, cli);
    take = starsend_client_sequence_runner_execute_sequence_finish (cli->runner, starsend_cli_wait (cli), &local_error);
  }

  json_builder_begin_object (cli->report);
  starsend_cli_report_string (cli, "sequence", id);
  if (take != NULL)
    report_take (cli, id, take);
  else
    starsend_cli_report_error (cli, local_error);
  json_builder_end_object (cli->report);

  if (take != NULL)
    say_take (cli, id, take);
  else if (g_cancellable_is_cancelled (cli->cancellable))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  else
    {
      starsend_cli_warn ("%s: %s", id, local_error->message);
      *failed += 1;
    }

  return TRUE;
}

static gboolean
execute_all (StarsendCli *cli, char **ids, GError **error)
{
  guint n = g_strv_length (ids);
  guint failed = 0;
  gboolean going = TRUE;

  json_builder_set_member_name (cli->report, "results");
  json_builder_begin_array (cli->report);
  for (guint i = 0; going && ids[i] != NULL; i++)
    going = execute_one (cli, ids[i], &failed, error);
  json_builder_end_array (cli->report);

  if (going && failed > 0)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_FAILED,
                 ngettext ("%u of %u sequence failed.", "%u of %u sequences failed.", n), failed, n);

  return going && failed == 0;
}

static gboolean
run_execute (StarsendCli *cli, char **arguments, GError **error)
{
  g_auto(GStrv) ids = NULL;
  gint64 estimate;

  if (all_ready == (arguments[1] != NULL))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _("Name the sequences to execute, or give --all-ready."));
      return FALSE;
    }
  if ((model != NULL && !starsend_cli_check_text (model, error)) ||
      !starsend_cli_open_runner (cli, arguments[0], error))
    return FALSE;
  set_how (cli);
  ids = choose_sequences (cli, arguments + 1, error);
  if (ids == NULL)
    return FALSE;
  estimate = check_all (cli, ids, error);
  if (estimate < 0 || !starsend_cli_check_spending (cli, estimate, yes, error))
    return FALSE;
  if (ids[0] == NULL)
    starsend_cli_say (cli, _("No sequence is ready."));

  return execute_all (cli, ids, error);
}

/* Iterate */

/* An id may hold a "=" itself: the cut is the first one that leaves a shot on its left. */
static const char *
find_cut (StarsendSequence *sequence, const char *text)
{
  for (const char *cut = strchr (text, '='); cut != NULL; cut = strchr (cut + 1, '='))
    {
      g_autofree char *shot_id = g_strndup (text, cut - text);
      g_autoptr(StarsendShot) shot = starsend_sequence_dup_shot (sequence, shot_id);

      if (shot != NULL)
        return cut;
    }

  return NULL;
}

static gboolean
add_override (StarsendSequence *sequence, const char *text, GHashTable *prompts, GError **error)
{
  const char *cut;

  if (!starsend_cli_check_text (text, error))
    return FALSE;
  if (strchr (text, '=') == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--override wants SHOT=TEXT, not “%s”."), text);
      return FALSE;
    }
  cut = find_cut (sequence, text);
  if (cut == NULL)
    {
      g_autofree char *shot_id = g_strndup (text, strchr (text, '=') - text);

      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND, _("%s has no shot “%s”."),
                   starsend_sequence_get_id (sequence), shot_id);
      return FALSE;
    }
  g_hash_table_replace (prompts, g_strndup (text, cut - text), g_strdup (cut + 1));

  return TRUE;
}

static GHashTable *
parse_overrides (StarsendCli *cli, const char *id, GError **error)
{
  g_autoptr(GHashTable) prompts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(StarsendSequenceItem) item = starsend_client_sequence_runner_get_status (cli->runner, id, error);

  if (item == NULL)
    return NULL;
  for (guint i = 0; overrides != NULL && overrides[i] != NULL; i++)
    if (!add_override (starsend_sequence_item_get_sequence (item), overrides[i], prompts, error))
      return NULL;

  return g_steal_pointer (&prompts);
}

static StarsendTake *
iterate (StarsendCli *cli, const char *id, GHashTable *prompts, GError **error)
{
  g_autoptr(StarsendCliProgress) progress = starsend_cli_progress_new (cli);
  g_autofree char *picture = start_frame != NULL ? g_canonicalize_filename (start_frame, NULL) : NULL;

  starsend_client_sequence_runner_iterate_sequence_async (cli->runner, id, prompts, picture, model, cli->cancellable,
                                                          starsend_cli_on_ready, cli);

  return starsend_client_sequence_runner_iterate_sequence_finish (cli->runner, starsend_cli_wait (cli), error);
}

static gboolean
run_iterate (StarsendCli *cli, char **arguments, GError **error)
{
  const char *id = arguments[1];
  g_autoptr(GHashTable) prompts = NULL;
  g_autoptr(StarsendTake) take = NULL;
  gint64 estimate;

  if (!starsend_cli_check_text (id, error) || (model != NULL && !starsend_cli_check_text (model, error)) ||
      !starsend_cli_open_runner (cli, arguments[0], error))
    return FALSE;
  set_how (cli);
  prompts = parse_overrides (cli, id, error);
  if (prompts == NULL)
    return FALSE;
  estimate = starsend_client_sequence_runner_estimate_take (cli->runner, id, model, error);
  if (estimate < 0 || !check_account (cli, id, error) || !starsend_cli_check_spending (cli, estimate, yes, error))
    return FALSE;

  take = iterate (cli, id, prompts, error);
  if (take == NULL)
    return FALSE;

  starsend_cli_report_string (cli, "sequence", id);
  report_take (cli, id, take);
  say_take (cli, id, take);

  return TRUE;
}

const StarsendCliCommand starsend_cli_execute_command = {
  .name = "execute",
  .arguments = "PROJECT SEQ...",
  .summary = N_ ("Generate the first take of sequences, one after another"),
  .options = execute_options,
  .min_arguments = 1,
  .max_arguments = G_MAXUINT,
  .run = run_execute,
};

const StarsendCliCommand starsend_cli_iterate_command = {
  .name = "iterate",
  .arguments = "PROJECT SEQ",
  .summary = N_ ("Generate another take, with other prompts or another start frame"),
  .options = iterate_options,
  .min_arguments = 2,
  .max_arguments = 2,
  .run = run_iterate,
};
