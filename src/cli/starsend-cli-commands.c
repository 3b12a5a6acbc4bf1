/* starsend-cli-commands.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-commands.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "starsend-cli-text.h"

/* An unknown command is answered with a known one that is at most so many letters away. */
#define MAX_DISTANCE 3

static const StarsendCliCommand *const commands[] = {
  &starsend_cli_new_command,
  &starsend_cli_validate_command,
  &starsend_cli_status_command,
  &starsend_cli_explore_command,
  &starsend_cli_pick_command,
  &starsend_cli_start_frame_command,
  &starsend_cli_approve_frame_command,
  &starsend_cli_execute_command,
  &starsend_cli_iterate_command,
  &starsend_cli_approve_command,
  &starsend_cli_reject_command,
  &starsend_cli_resume_command,
  &starsend_cli_reconcile_command,
  &starsend_cli_costs_command,
  &starsend_cli_slice_command,
};

static const StarsendCliCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i]->name, name))
      return commands[i];

  return NULL;
}

/* How many letters have to be put in, taken out or changed. */
static guint
distance (const char *a, const char *b)
{
  gsize n = strlen (b);
  g_autofree guint *row = g_new (guint, n + 1);

  for (gsize j = 0; j <= n; j++)
    row[j] = j;
  for (gsize i = 1; a[i - 1] != '\0'; i++)
    {
      guint diagonal = row[0];

      row[0] = i;
      for (gsize j = 1; j <= n; j++)
        {
          guint changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);

          diagonal = row[j];
          row[j] = MIN (changed, MIN (row[j], row[j - 1]) + 1);
        }
    }

  return row[n];
}

static const char *
suggest_command (const char *name)
{
  const char *best = NULL;
  guint best_distance = MAX_DISTANCE + 1;

  if (strlen (name) > 32)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      guint letters = distance (name, commands[i]->name);

      if (letters < best_distance && letters < strlen (commands[i]->name))
        {
          best = commands[i]->name;
          best_distance = letters;
        }
    }

  return best;
}

static void
print_help (void)
{
  g_autoptr(StarsendCliTable) table = starsend_cli_table_new (2);
  g_autofree char *text = NULL;

  printf ("%s\n  starsend-cli %s\n\n%s\n", _("Usage:"), _("COMMAND [OPTION…] [ARGUMENT…]"), _("Commands:"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    starsend_cli_table_take_row (table, g_strdup_printf ("  %s %s", commands[i]->name, commands[i]->arguments),
                                 g_strdup (_(commands[i]->summary)));
  text = starsend_cli_table_render (table, 0, FALSE);
  printf ("%s\n%s\n", text,
           _("Every command takes --json, for one JSON document instead of lines, and --help.\n"
             "Exit status: 0 done, 1 it failed, 2 bad usage or bad input, 3 a decision is wanted."));
}

static void
print_command_help (const StarsendCliCommand *command, GOptionContext *context)
{
  g_autofree char *program = g_strconcat ("starsend-cli ", command->name, NULL);
  g_autofree char *help = NULL;

  g_set_prgname (program);
  help = g_option_context_get_help (context, TRUE, NULL);
  g_set_prgname ("starsend-cli");
  fputs (help, stdout);
}

/* The options may be what is wrong, and the answer has to be JSON all the same. */
static gboolean
wants_json (char **arguments)
{
  for (guint i = 0; arguments[i] != NULL && !g_str_equal (arguments[i], "--"); i++)
    if (g_str_equal (arguments[i], "--json"))
      return TRUE;

  return FALSE;
}

static gboolean
check_count (const StarsendCliCommand *command, char **arguments, GError **error)
{
  guint n = arguments != NULL ? g_strv_length (arguments) : 0;

  if (n >= command->min_arguments && n <= command->max_arguments)
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               /* Translators: the %s are a command, and how it is used: "PROJECT SEQ". */
               n < command->min_arguments ? _("Too few arguments. Usage: starsend-cli %s %s")
                                          : _("Too many arguments. Usage: starsend-cli %s %s"),
               command->name, command->arguments);

  return FALSE;
}

/* An id or a file may begin with a dash, and then it looks like an option. */
static void
hint_at_dashes (GError **error)
{
  g_autofree char *message = NULL;

  if (!g_error_matches (*error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
    return;

  /* Translators: %s is what GLib says of an option that there is not, without a full stop. */
  message = g_strdup_printf (_("%s. What begins with a dash and is no option, such as an id, comes after “--”."), (*error)->message);
  g_free ((*error)->message);
  (*error)->message = g_steal_pointer (&message);
}

static gboolean
run_command (StarsendCli *cli, const StarsendCliCommand *command, char **words, GError **error)
{
  g_autoptr(GOptionContext) context = g_option_context_new (command->arguments);
  g_auto(GStrv) rest = g_strdupv (words);
  g_auto(GStrv) arguments = NULL;
  gboolean help = FALSE;
  /* File names and not strings: ids and texts are UTF-8 in every locale, and checked by who takes them. */
  const GOptionEntry common[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, N_ ("Print one JSON document"), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, N_ ("Show this help"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, _(command->summary));
  if (command->options != NULL)
    g_option_context_add_main_entries (context, command->options, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);
  if (!g_option_context_parse_strv (context, &rest, error))
    {
      cli->json = wants_json (words);
      hint_at_dashes (error);
      return FALSE;
    }

  if (help)
    {
      cli->json = FALSE;
      print_command_help (command, context);
      return TRUE;
    }

  return check_count (command, arguments, error) && command->run (cli, arguments, error);
}

static gboolean
refuse_command (StarsendCli *cli, const char *name, GError **error)
{
  const char *suggestion = suggest_command (name);

  if (suggestion != NULL)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                 _("There is no command “%s”. Did you mean “%s”?"), name, suggestion);
  else
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                 _("There is no command “%s”. “starsend-cli --help” lists what there is."), name);

  return FALSE;
}

static gboolean
dispatch (StarsendCli *cli, char **words, GError **error)
{
  const char *name = words[0] != NULL ? words[1] : NULL;
  const StarsendCliCommand *command;

  cli->json = wants_json (words);
  if (name == NULL)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           _("A command is missing. “starsend-cli --help” lists what there is."));
      return FALSE;
    }
  if (g_str_equal (name, "--help") || g_str_equal (name, "-h") || g_str_equal (name, "help"))
    {
      cli->json = FALSE;
      print_help ();
      return TRUE;
    }
  if (g_str_equal (name, "--version"))
    {
      cli->json = FALSE;
      printf ("starsend-cli %s\n", STARSEND_VERSION);
      return TRUE;
    }

  command = find_command (name);
  if (command == NULL)
    return refuse_command (cli, name, error);

  cli->json = FALSE;

  return run_command (cli, command, words + 1, error);
}

int
starsend_cli_main (int argc, char **argv)
{
  StarsendCli cli;
  StarsendCliStatus status;
  g_auto(GStrv) words = g_strdupv (argv);
  GError *error = NULL;

  starsend_cli_init (&cli);
  dispatch (&cli, words, &error);
  status = starsend_cli_finish (&cli, error);
  starsend_cli_clear (&cli);

  return status;
}
