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
#include "starsend-sequence-run.h"

static char *model;
static char *start_frame;
static char **overrides;
static char *jobs;
static gboolean all_ready;
static gboolean burn_in;
static gboolean audio;
static gboolean yes;

static const GOptionEntry execute_options[] = {
  { "all-ready", 0, 0, G_OPTION_ARG_NONE, &all_ready, N_ ("Take every sequence whose start frame is approved"), NULL },
  { "model", 0, 0, G_OPTION_ARG_FILENAME, &model, N_ ("Video model to use"), N_ ("MODEL") },
  { "burn-in", 0, 0, G_OPTION_ARG_NONE, &burn_in, N_ ("Write sequence, shot, prompt and timecode into the animatic"), NULL },
  { "audio", 0, 0, G_OPTION_ARG_NONE, &audio, N_ ("Have sound made too, where the model can"), NULL },
  { "jobs", 0, 0, G_OPTION_ARG_FILENAME, &jobs, N_ ("How many takes are made at a time"), N_ ("N") },
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
say_take (StarsendCli *cli, const char *id, StarsendTake *take)
{
  /* Translators: a sequence, the number of a take, a model, and the path of a video. */
  starsend_cli_say (cli, _("%s: take %u (%s) is %s."), id, starsend_take_get_number (take), starsend_take_get_model (take),
                    starsend_take_get_path (take));
}

/* What is not known, or not there, is null. */
static void
report_take (StarsendCli *cli, StarsendRunEntry *entry)
{
  StarsendTake *take = starsend_run_entry_get_take (entry);
  StarsendTakeOffer *offer = starsend_run_entry_get_offer (entry);

  starsend_cli_report_string (cli, "sequence", starsend_run_entry_get_sequence_id (entry));
  starsend_cli_report_string (cli, "state", starsend_run_state_to_string (starsend_run_entry_get_state (entry)));
  starsend_cli_report_count (cli, "take", take != NULL ? starsend_take_get_number (take) : 0);
  starsend_cli_report_string (cli, "path", take != NULL ? starsend_take_get_path (take) : NULL);
  starsend_cli_report_string (cli, "model", take != NULL ? starsend_take_get_model (take)
                                                         : offer != NULL ? starsend_take_offer_get_model (offer) : NULL);
  starsend_cli_report_count (cli, "parts", offer != NULL ? starsend_take_offer_get_n_parts (offer) : 0);
  starsend_cli_report_amount (cli, "cost", take != NULL ? starsend_take_get_cost (take) : -1);
  if (take != NULL)
    starsend_cli_report_warnings (cli, starsend_run_entry_get_sequence_id (entry), starsend_take_get_path (take));
}

/* What it would cost */

static char *
describe_offer (StarsendCli *cli, StarsendTakeOffer *offer)
{
  const char *currency = starsend_project_config_get_currency (starsend_project_get_config (cli->project));
  g_autofree char *amount = starsend_budget_format (starsend_take_offer_get_estimate (offer), currency);
  guint n_parts = starsend_take_offer_get_n_parts (offer);

  if (n_parts <= 1)
    /* Translators: a sequence, the number of a take, a model and an amount of money. */
    return g_strdup_printf (_("%s: take %u with %s, about %s"), starsend_take_offer_get_sequence_id (offer),
                            starsend_take_offer_get_number (offer), starsend_take_offer_get_model (offer), amount);
  if (starsend_take_offer_get_n_there (offer) == 0)
    return g_strdup_printf (/* Translators: as before, and how many parts the take is made in. */
                            _("%s: take %u with %s in %u parts, about %s"), starsend_take_offer_get_sequence_id (offer),
                            starsend_take_offer_get_number (offer), starsend_take_offer_get_model (offer), n_parts, amount);

  return g_strdup_printf (/* Translators: as before; some of the parts are there already, and the amount is for the rest. */
                          _("%s: take %u with %s in %u parts, of which %u are there, about %s for the rest"),
                          starsend_take_offer_get_sequence_id (offer), starsend_take_offer_get_number (offer),
                          starsend_take_offer_get_model (offer), n_parts, starsend_take_offer_get_n_there (offer), amount);
}

static void
report_offer (StarsendCli *cli, StarsendTakeOffer *offer)
{
  json_builder_begin_object (cli->report);
  starsend_cli_report_string (cli, "sequence", starsend_take_offer_get_sequence_id (offer));
  starsend_cli_report_integer (cli, "take", starsend_take_offer_get_number (offer));
  starsend_cli_report_string (cli, "model", starsend_take_offer_get_model (offer));
  starsend_cli_report_integer (cli, "parts", starsend_take_offer_get_n_parts (offer));
  starsend_cli_report_integer (cli, "parts_there", starsend_take_offer_get_n_there (offer));
  starsend_cli_report_amount (cli, "estimate", starsend_take_offer_get_estimate (offer));
  starsend_cli_report_string (cli, "note", starsend_take_offer_get_note (offer));
  json_builder_end_object (cli->report);
}

static void
say_offer (StarsendCli *cli, StarsendTakeOffer *offer, gint64 sum)
{
  g_autofree char *line = describe_offer (cli, offer);

  if (sum > 0)
    starsend_cli_say (cli, "%s", line);
  if (starsend_take_offer_get_note (offer) != NULL)
    starsend_cli_say (cli, "%s", starsend_take_offer_get_note (offer));
}

static void
tell_sum (StarsendCli *cli, StarsendSequenceRun *run)
{
  const char *currency = starsend_project_config_get_currency (starsend_project_get_config (cli->project));
  gint64 sum = starsend_sequence_run_get_estimate (run);
  gint64 left = starsend_sequence_run_get_left (run);
  g_autofree char *sum_text = starsend_budget_format (sum, currency);
  g_autofree char *left_text = starsend_budget_format (MAX (left, 0), currency);

  starsend_cli_report_amount (cli, "left", left != G_MAXINT64 ? MAX (left, 0) : -1);
  if (sum <= 0)
    return;
  if (left != G_MAXINT64)
    /* Translators: two amounts of money. */
    starsend_cli_say (cli, _("Together about %s; the project's cap leaves %s after that."), sum_text, left_text);
  else
    starsend_cli_say (cli, _("Together about %s; the project has no cap."), sum_text);
}

static void
tell_offers (StarsendCli *cli, StarsendSequenceRun *run)
{
  GListModel *entries = starsend_sequence_run_get_entries (run);

  json_builder_set_member_name (cli->report, "offers");
  json_builder_begin_array (cli->report);
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr(StarsendRunEntry) entry = g_list_model_get_item (entries, i);

      report_offer (cli, starsend_run_entry_get_offer (entry));
      say_offer (cli, starsend_run_entry_get_offer (entry), starsend_sequence_run_get_estimate (run));
    }
  json_builder_end_array (cli->report);
  tell_sum (cli, run);
}

/* Doing it */

typedef struct
{
  StarsendCli *cli;
  StarsendSequenceRun *run;
  StarsendCliProgress *progress;
} Watch;

static void
on_state (StarsendRunEntry *entry, GParamSpec *pspec, Watch *watch)
{
  const char *id = starsend_run_entry_get_sequence_id (entry);
  StarsendRunState state = starsend_run_entry_get_state (entry);

  if (state != STARSEND_RUN_STATE_DONE && state != STARSEND_RUN_STATE_FAILED)
    return;

  starsend_cli_progress_wipe (watch->progress);
  if (state == STARSEND_RUN_STATE_DONE)
    say_take (watch->cli, id, starsend_run_entry_get_take (entry));
  else if (starsend_sequence_run_get_n_total (watch->run) > 1)
    starsend_cli_warn ("%s: %s", id, starsend_run_entry_get_error (entry));
}

/* Nobody is there who could go on with it: what runs is waited for, and the rest is given up. */
static void
on_paused (StarsendSequenceRun *run)
{
  if (starsend_sequence_run_get_paused (run) && starsend_sequence_run_get_n_running (run) == 0)
    starsend_sequence_run_cancel (run);
}

static gboolean
start_and_wait (StarsendCli *cli, StarsendSequenceRun *run, GError **error)
{
  GListModel *entries = starsend_sequence_run_get_entries (run);
  g_autoptr(StarsendCliProgress) progress = starsend_cli_progress_new (cli);
  Watch watch = { cli, run, progress };
  gboolean ended;

  starsend_cli_progress_set_run (progress, run);
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr(StarsendRunEntry) entry = g_list_model_get_item (entries, i);

      g_signal_connect (entry, "notify::state", G_CALLBACK (on_state), &watch);
    }
  g_signal_connect (run, "notify::n-running", G_CALLBACK (on_paused), NULL);
  starsend_sequence_run_start_async (run, cli->cancellable, starsend_cli_on_ready, cli);
  ended = starsend_sequence_run_start_finish (run, starsend_cli_wait (cli), error);
  g_signal_handlers_disconnect_by_func (run, on_paused, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr(StarsendRunEntry) entry = g_list_model_get_item (entries, i);

      g_signal_handlers_disconnect_by_data (entry, &watch);
    }

  return ended;
}

static gboolean
is_paid (StarsendCli *cli, StarsendSequenceRun *run)
{
  GListModel *entries = starsend_sequence_run_get_entries (run);

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr(StarsendRunEntry) entry = g_list_model_get_item (entries, i);
      StarsendTakeOffer *offer = starsend_run_entry_get_offer (entry);

      if (offer != NULL && starsend_cli_is_paid (cli, starsend_take_offer_get_model (offer)))
        return TRUE;
    }

  return FALSE;
}

static gboolean
check_and_confirm (StarsendCli *cli, StarsendSequenceRun *run, GError **error)
{
  starsend_sequence_run_check_async (run, cli->cancellable, starsend_cli_on_ready, cli);
  if (!starsend_sequence_run_check_finish (run, starsend_cli_wait (cli), error))
    return FALSE;

  tell_offers (cli, run);

  return starsend_cli_check_spending (cli, starsend_sequence_run_get_estimate (run), is_paid (cli, run), yes, error);
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

static void
report_results (StarsendCli *cli, StarsendSequenceRun *run)
{
  GListModel *entries = starsend_sequence_run_get_entries (run);

  json_builder_set_member_name (cli->report, "results");
  json_builder_begin_array (cli->report);
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr(StarsendRunEntry) entry = g_list_model_get_item (entries, i);

      json_builder_begin_object (cli->report);
      report_take (cli, entry);
      starsend_cli_report_error (cli, starsend_run_entry_get_gerror (entry));
      json_builder_end_object (cli->report);
    }
  json_builder_end_array (cli->report);
  starsend_cli_report_amount (cli, "spent", starsend_sequence_run_get_spent (run));
}

/* A cap, an uncertain job: what wants a decision outweighs what failed. */
static int
choose_code (StarsendSequenceRun *run)
{
  GListModel *entries = starsend_sequence_run_get_entries (run);

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr(StarsendRunEntry) entry = g_list_model_get_item (entries, i);
      const GError *error = starsend_run_entry_get_gerror (entry);

      if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_DECISION_WANTED) ||
          g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN))
        return error->code;
    }

  return STARSEND_ERROR_FAILED;
}

static gboolean
check_results (StarsendSequenceRun *run, GError **error)
{
  guint n = starsend_sequence_run_get_n_total (run);
  guint left = n - starsend_sequence_run_get_n_done (run);
  const char *why = starsend_sequence_run_get_message (run);

  if (left == 0)
    return TRUE;
  if (n == 1)
    {
      g_autoptr(StarsendRunEntry) entry = g_list_model_get_item (starsend_sequence_run_get_entries (run), 0);
      const GError *reason = starsend_run_entry_get_gerror (entry);

      g_set_error (error, STARSEND_ERROR, choose_code (run), "%s: %s", starsend_run_entry_get_sequence_id (entry),
                   reason != NULL ? reason->message : _("Cancelled."));
    }
  else if (why != NULL)
    g_set_error (error, STARSEND_ERROR, choose_code (run),
                 /* Translators: the last %s is a sentence: why the rest was not begun. */
                 ngettext ("%u of %u sequence was not made. %s", "%u of %u sequences were not made. %s", n), left, n, why);
  else
    g_set_error (error, STARSEND_ERROR, choose_code (run),
                 ngettext ("%u of %u sequence failed.", "%u of %u sequences failed.", n), left, n);
  starsend_cli_point_to_decision (*error);

  return FALSE;
}

static gboolean
execute_all (StarsendCli *cli, char **ids, guint concurrency, GError **error)
{
  g_autoptr(StarsendSequenceRun) run = starsend_sequence_run_new (cli->runner);
  gboolean ended;

  for (guint i = 0; ids[i] != NULL; i++)
    starsend_sequence_run_add (run, ids[i], model);
  if (concurrency > 0)
    starsend_sequence_run_set_concurrency (run, concurrency);
  if (!check_and_confirm (cli, run, error))
    return FALSE;
  if (ids[0] == NULL)
    starsend_cli_say (cli, _("No sequence is ready."));

  ended = start_and_wait (cli, run, error);
  report_results (cli, run);

  return ended && check_results (run, error);
}

static gboolean
run_execute (StarsendCli *cli, char **arguments, GError **error)
{
  g_auto(GStrv) ids = NULL;
  guint concurrency = 0;

  if (all_ready == (arguments[1] != NULL))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _("Name the sequences to execute, or give --all-ready."));
      return FALSE;
    }
  if ((model != NULL && !starsend_cli_check_text (model, error)) ||
      (jobs != NULL && !starsend_cli_parse_number (jobs, "--jobs", &concurrency, error)) ||
      !starsend_cli_open_runner (cli, arguments[0], error))
    return FALSE;
  set_how (cli);
  ids = choose_sequences (cli, arguments + 1, error);

  return ids != NULL && execute_all (cli, ids, concurrency, error);
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

static gboolean
run_iterate (StarsendCli *cli, char **arguments, GError **error)
{
  const char *id = arguments[1];
  g_autofree char *picture = start_frame != NULL ? g_canonicalize_filename (start_frame, NULL) : NULL;
  g_autoptr(GHashTable) prompts = NULL;
  g_autoptr(StarsendSequenceRun) run = NULL;
  g_autoptr(StarsendRunEntry) entry = NULL;

  if (!starsend_cli_check_text (id, error) || (model != NULL && !starsend_cli_check_text (model, error)) ||
      !starsend_cli_open_runner (cli, arguments[0], error))
    return FALSE;
  set_how (cli);
  prompts = parse_overrides (cli, id, error);
  if (prompts == NULL)
    return FALSE;

  run = starsend_sequence_run_new (cli->runner);
  starsend_sequence_run_add_iteration (run, id, prompts, picture, model);
  if (!check_and_confirm (cli, run, error) || !start_and_wait (cli, run, error))
    return FALSE;

  entry = g_list_model_get_item (starsend_sequence_run_get_entries (run), 0);
  if (starsend_run_entry_get_take (entry) == NULL)
    {
      g_propagate_error (error, g_error_copy (starsend_run_entry_get_gerror (entry)));
      starsend_cli_point_to_decision (*error);
      return FALSE;
    }
  report_take (cli, entry);

  return TRUE;
}

const StarsendCliCommand starsend_cli_execute_command = {
  .name = "execute",
  .arguments = "PROJECT SEQ...",
  .summary = N_ ("Generate the first take of sequences, a few at a time"),
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
