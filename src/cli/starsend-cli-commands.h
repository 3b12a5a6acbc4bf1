/* starsend-cli-commands.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-cli.h"

G_BEGIN_DECLS

/* One command: what the list, its --help and its parsing need. */
typedef struct
{
  const char *name;
  const char *arguments;        /* as shown: "PROJECT SEQ" */
  const char *summary;          /* marked for translation */
  const GOptionEntry *options;  /* nullable; --json and --help are everybody's */
  guint min_arguments;
  guint max_arguments;
  gboolean (*run) (StarsendCli *cli, char **arguments, GError **error);
} StarsendCliCommand;

extern const StarsendCliCommand starsend_cli_new_command;
extern const StarsendCliCommand starsend_cli_validate_command;
extern const StarsendCliCommand starsend_cli_status_command;
extern const StarsendCliCommand starsend_cli_explore_command;
extern const StarsendCliCommand starsend_cli_pick_command;
extern const StarsendCliCommand starsend_cli_start_frame_command;
extern const StarsendCliCommand starsend_cli_approve_frame_command;
extern const StarsendCliCommand starsend_cli_execute_command;
extern const StarsendCliCommand starsend_cli_iterate_command;
extern const StarsendCliCommand starsend_cli_approve_command;
extern const StarsendCliCommand starsend_cli_reject_command;
extern const StarsendCliCommand starsend_cli_resume_command;
extern const StarsendCliCommand starsend_cli_reconcile_command;
extern const StarsendCliCommand starsend_cli_costs_command;
extern const StarsendCliCommand starsend_cli_slice_command;

int starsend_cli_main (int argc, char **argv);

G_END_DECLS
