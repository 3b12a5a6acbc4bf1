/* starsend-cli-status.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-commands.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "starsend-budget.h"
#include "starsend-cli-jobs.h"
#include "starsend-cli-text.h"

static void
report_sequence (StarsendCli *cli, StarsendSequenceItem *item)
{
  StarsendSequence *sequence = starsend_sequence_item_get_sequence (item);
  StarsendSequenceRecord *record = starsend_sequence_item_get_record (item);
  const char *id = starsend_sequence_get_id (sequence);
  g_autofree char *batch_id = starsend_cli_dup_batch_id (cli, id);
  StarsendLedger *ledger = starsend_project_get_ledger (cli->project);

  json_builder_begin_object (cli->report);
  starsend_cli_report_string (cli, "id", id);
  starsend_cli_report_string (cli, "title", starsend_sequence_get_title (sequence));
  starsend_cli_report_string (cli, "state", starsend_sequence_status_to_string (starsend_sequence_record_get_status (record)));
  starsend_cli_report_boolean (cli, "interrupted", starsend_sequence_item_get_interrupted (item));
  starsend_cli_report_string (cli, "problem", starsend_sequence_item_get_problem (item));
  starsend_cli_report_string (cli, "next_step", starsend_sequence_item_get_next_step (item));
  starsend_cli_report_seconds (cli, "song_start", starsend_sequence_get_song_start (sequence));
  starsend_cli_report_seconds (cli, "song_end", starsend_sequence_get_song_end (sequence));
  starsend_cli_report_number (cli, "duration", starsend_sequence_get_duration (sequence));
  starsend_cli_report_integer (cli, "shots", g_list_model_get_n_items (starsend_sequence_get_shots (sequence)));
  starsend_cli_report_integer (cli, "takes", starsend_sequence_record_get_takes (record));
  starsend_cli_report_integer (cli, "current_take", starsend_sequence_record_get_current_take (record));
  starsend_cli_report_string (cli, "start_frame", starsend_sequence_record_get_start_frame (record));
  starsend_cli_report_boolean (cli, "start_frame_approved", starsend_sequence_record_get_start_frame_approved (record));
  starsend_cli_report_string (cli, "grid", starsend_sequence_record_get_grid_path (record));
  starsend_cli_report_string (cli, "video", starsend_sequence_record_get_video_path (record));
  starsend_cli_report_string (cli, "notes", starsend_sequence_record_get_notes (record));
  /* What is judged already was looked at; to tell it again would hide what was not. */
  starsend_cli_report_warnings (cli, starsend_sequence_record_get_status (record) == STARSEND_SEQUENCE_STATUS_REVIEW ? id : NULL,
                                starsend_sequence_item_get_take_path (item));
  starsend_cli_report_amount (cli, "spent", starsend_ledger_get_spent (ledger, batch_id));
  starsend_cli_report_amount (cli, "reserved", starsend_ledger_get_reserved (ledger, batch_id));
  json_builder_end_object (cli->report);
}

static char *
describe_state (StarsendSequenceItem *item)
{
  const char *label = starsend_sequence_item_get_label (item);

  if (starsend_sequence_item_get_problem (item) != NULL)
    /* Translators: %s is the state of a sequence. */
    return g_strdup_printf (_("%s (error in the plan)"), label);
  if (starsend_sequence_item_get_interrupted (item))
    return g_strdup_printf (_("%s (interrupted)"), label);

  return g_strdup (label);
}

static char *
describe_next (StarsendSequenceItem *item)
{
  const char *problem = starsend_sequence_item_get_problem (item);
  const char *next = starsend_sequence_item_get_next_step (item);

  return g_strdup (problem != NULL ? problem : next != NULL ? next : "");
}

static void
add_row (StarsendCliTable *table, StarsendSequenceItem *item)
{
  StarsendSequence *sequence = starsend_sequence_item_get_sequence (item);
  StarsendSequenceRecord *record = starsend_sequence_item_get_record (item);
  const char *title = starsend_sequence_get_title (sequence);

  starsend_cli_table_take_row (table,
                               g_strdup (starsend_sequence_get_id (sequence)),
                               describe_state (item),
                               g_strdup (title != NULL ? title : ""),
                               starsend_cli_format_time (starsend_sequence_get_song_start (sequence)),
                               starsend_cli_format_time (starsend_sequence_get_duration (sequence)),
                               g_strdup_printf ("%u", g_list_model_get_n_items (starsend_sequence_get_shots (sequence))),
                               g_strdup_printf ("%u", starsend_sequence_record_get_takes (record)),
                               describe_next (item));
}

static StarsendCliTable *
make_table (void)
{
  StarsendCliTable *table = starsend_cli_table_new (8);

  for (guint column = 3; column <= 6; column++)
    starsend_cli_table_align_right (table, column);
  /* The title gives way first, then what comes next. */
  starsend_cli_table_may_shrink (table, 0);
  starsend_cli_table_may_shrink (table, 1);
  starsend_cli_table_may_shrink (table, 7);
  starsend_cli_table_may_shrink (table, 2);
  starsend_cli_table_take_row (table, g_strdup (_("Sequence")), g_strdup (_("State")), g_strdup (_("Title")), g_strdup (_("Song")),
                               g_strdup (_("Length")), g_strdup (_("Shots")), g_strdup (_("Takes")), g_strdup (_("Next")));

  return table;
}

typedef struct
{
  guint sequences;
  guint complete;
  guint interrupted;
  double duration;
} Totals;

static void
add_to_totals (Totals *totals, StarsendSequenceItem *item)
{
  StarsendSequenceRecord *record = starsend_sequence_item_get_record (item);

  totals->sequences++;
  totals->duration += starsend_sequence_get_duration (starsend_sequence_item_get_sequence (item));
  if (starsend_sequence_record_get_status (record) == STARSEND_SEQUENCE_STATUS_COMPLETE)
    totals->complete++;
  if (starsend_sequence_item_get_interrupted (item))
    totals->interrupted++;
}

static void
tell_money (StarsendCli *cli)
{
  StarsendLedger *ledger = starsend_project_get_ledger (cli->project);
  const char *currency = starsend_project_config_get_currency (starsend_project_get_config (cli->project));
  gint64 spent = starsend_ledger_get_spent (ledger, NULL);
  gint64 reserved = starsend_ledger_get_reserved (ledger, NULL);
  g_autofree char *spent_text = starsend_budget_format (spent, currency);
  g_autofree char *reserved_text = starsend_budget_format (reserved, currency);

  starsend_cli_report_amount (cli, "spent", spent);
  starsend_cli_report_amount (cli, "reserved", reserved);
  starsend_cli_report_string (cli, "currency", currency);
  if (spent > 0 || reserved > 0)
    /* Translators: two amounts of money. */
    starsend_cli_say (cli, _("Spent %s, reserved %s."), spent_text, reserved_text);
}

static void
tell_totals (StarsendCli *cli, const Totals *totals)
{
  g_autofree char *length = starsend_cli_format_time (totals->duration);

  starsend_cli_report_integer (cli, "complete", totals->complete);
  starsend_cli_report_integer (cli, "interrupted", totals->interrupted);
  starsend_cli_report_number (cli, "duration", totals->duration);
  /* Translators: number of sequences, their length, and how many are complete. */
  starsend_cli_say (cli, ngettext ("%u sequence, %s, %u complete.", "%u sequences, %s, %u complete.", totals->sequences),
                    totals->sequences, length, totals->complete);
  if (totals->interrupted > 0)
    starsend_cli_say (cli, ngettext ("%u was interrupted: “starsend-cli resume” takes it up.",
                                     "%u were interrupted: “starsend-cli resume” takes them up.", totals->interrupted),
                      totals->interrupted);
  tell_money (cli);
}

static void
tell_project (StarsendCli *cli)
{
  const char *title = starsend_project_get_title (cli->project);
  const char *episode = starsend_project_get_episode (cli->project);

  starsend_cli_report_string (cli, "project", starsend_project_get_root (cli->project));
  starsend_cli_report_string (cli, "title", title);
  starsend_cli_report_string (cli, "episode", episode);
  /* Translators: title of the project, and its episode. */
  starsend_cli_say (cli, _("%s, %s"), title, episode);
}

static void
print_table (StarsendCli *cli, StarsendCliTable *table)
{
  g_autofree char *text = NULL;

  if (cli->json)
    return;
  text = starsend_cli_table_render (table, starsend_cli_table_width (), starsend_cli_has_bold ());
  printf ("\n%s\n", text);
}

static void
tell_sequences (StarsendCli *cli, Totals *totals)
{
  g_autoptr(StarsendCliTable) table = make_table ();
  GListModel *items = starsend_client_sequence_runner_get_items (cli->runner);
  guint n = g_list_model_get_n_items (items);

  json_builder_set_member_name (cli->report, "sequences");
  json_builder_begin_array (cli->report);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(StarsendSequenceItem) item = g_list_model_get_item (items, i);

      report_sequence (cli, item);
      add_row (table, item);
      add_to_totals (totals, item);
    }
  json_builder_end_array (cli->report);
  print_table (cli, table);
}

static gboolean
tell_one (StarsendCli *cli, const char *id, GError **error)
{
  g_autoptr(StarsendSequenceItem) item = starsend_client_sequence_runner_get_status (cli->runner, id, error);
  g_autoptr(StarsendCliTable) table = make_table ();

  if (item == NULL)
    return FALSE;

  tell_project (cli);
  json_builder_set_member_name (cli->report, "sequences");
  json_builder_begin_array (cli->report);
  report_sequence (cli, item);
  json_builder_end_array (cli->report);
  add_row (table, item);
  print_table (cli, table);

  return TRUE;
}

/* A series has no sequences: its shots stand in the execution store. */
static void
tell_shots (StarsendCli *cli)
{
  StarsendExecutionStore *store = starsend_project_get_execution_store (cli->project);
  g_auto(GStrv) batches = starsend_execution_store_dup_batches (store);
  g_autoptr(StarsendCliTable) table = starsend_cli_table_new (3);

  starsend_cli_table_take_row (table, g_strdup (_("Shot")), g_strdup (_("State")), g_strdup (_("Batch")));
  json_builder_set_member_name (cli->report, "shots");
  json_builder_begin_array (cli->report);
  for (guint i = 0; batches[i] != NULL; i++)
    {
      g_auto(GStrv) shots = starsend_execution_store_dup_shots (store, batches[i]);

      for (guint j = 0; shots[j] != NULL; j++)
        {
          const char *state = starsend_execution_store_get_state (store, batches[i], shots[j]);

          json_builder_begin_object (cli->report);
          starsend_cli_report_string (cli, "id", shots[j]);
          starsend_cli_report_string (cli, "batch", batches[i]);
          starsend_cli_report_string (cli, "state", state);
          json_builder_end_object (cli->report);
          starsend_cli_table_take_row (table, g_strdup (shots[j]), g_strdup (state), g_strdup (batches[i]));
        }
    }
  json_builder_end_array (cli->report);
  print_table (cli, table);
  tell_money (cli);
}

static gboolean
run_status (StarsendCli *cli, char **arguments, GError **error)
{
  Totals totals = { 0 };

  if ((arguments[1] != NULL && !starsend_cli_check_text (arguments[1], error)) ||
      !starsend_cli_open_project (cli, arguments[0], STARSEND_PROJECT_OPEN_READ_ONLY, error))
    return FALSE;

  if (arguments[1] == NULL && !starsend_project_is_client_video (cli->project))
    {
      tell_project (cli);
      tell_shots (cli);
      return TRUE;
    }

  cli->runner = starsend_client_sequence_runner_new (cli->project, error);
  if (cli->runner == NULL)
    return FALSE;
  if (arguments[1] != NULL)
    return tell_one (cli, arguments[1], error);
  tell_project (cli);
  tell_sequences (cli, &totals);
  tell_totals (cli, &totals);
  starsend_cli_tell_decisions (cli);

  return TRUE;
}

const StarsendCliCommand starsend_cli_status_command = {
  .name = "status",
  .arguments = "PROJECT [SEQ]",
  .summary = N_ ("Show where every sequence stands"),
  .min_arguments = 1,
  .max_arguments = 2,
  .run = run_status,
};
