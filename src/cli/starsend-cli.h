/* starsend-cli.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-client-sequence-runner.h"

G_BEGIN_DECLS

/* Exit status, as the manual promises it. */
typedef enum
{
  STARSEND_CLI_DONE = 0,
  STARSEND_CLI_FAILED = 1,
  STARSEND_CLI_BAD_INPUT = 2,
  STARSEND_CLI_DECISION_WANTED = 3,
} StarsendCliStatus;

/* What the commands share: one run of the program. Commands say() lines for people and fill report for programs;
 * only the one of the two that was asked for is seen. */
typedef struct
{
  /* Owned */
  GCancellable *cancellable;
  GAsyncResult *arrived; /* by on_ready, until wait takes it */
  GAsyncResult *result;  /* what the last wait gave */
  JsonBuilder *report; /* inside the one object that --json prints */
  StarsendProject *project;
  StarsendClientSequenceRunner *runner;

  guint interrupt_source;
  guint terminate_source;
  gboolean json;
} StarsendCli;

void starsend_cli_init (StarsendCli *cli);
void starsend_cli_clear (StarsendCli *cli);

/* A callback for any _async call, and the wait for it: the result stays valid until the next wait. */
void starsend_cli_on_ready (GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *starsend_cli_wait (StarsendCli *cli);

gboolean starsend_cli_open_project (StarsendCli *cli, const char *path, StarsendProjectOpenFlags flags, GError **error);
/* The project for work on it, and its runner. */
gboolean starsend_cli_open_runner (StarsendCli *cli, const char *path, GError **error);

/* One line on stdout, unless it is JSON that is wanted. */
void starsend_cli_say (StarsendCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* One line on stderr. */
void starsend_cli_warn (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* Prints the report where it is wanted, tells an error on stderr and gives the exit status. Takes @error (nullable). */
StarsendCliStatus starsend_cli_finish (StarsendCli *cli, GError *error);

/* Members of the report */
void starsend_cli_report_string (StarsendCli *cli, const char *name, const char *value); /* NULL: null */
void starsend_cli_report_integer (StarsendCli *cli, const char *name, gint64 value);
void starsend_cli_report_number (StarsendCli *cli, const char *name, double value);
void starsend_cli_report_boolean (StarsendCli *cli, const char *name, gboolean value);
void starsend_cli_report_amount (StarsendCli *cli, const char *name, gint64 amount);     /* negative: null */
void starsend_cli_report_count (StarsendCli *cli, const char *name, guint count);        /* 0: null */
void starsend_cli_report_seconds (StarsendCli *cli, const char *name, double seconds);   /* negative: null */
void starsend_cli_report_error (StarsendCli *cli, const GError *error);                  /* NULL: null */
/* What the critics found unlike the plan in the file at @path: "warnings" of the report, and lines on stderr unless @id is NULL. */
void starsend_cli_report_warnings (StarsendCli *cli, const char *id, const char *path);

/* Arguments */
gboolean starsend_cli_check_text (const char *text, GError **error);
/* A whole number of 1 and up; @what names it in the error ("--take"). */
gboolean starsend_cli_parse_number (const char *text, const char *what, guint *number, GError **error);

/* The name that a sequence's runs are filed under. */
char *starsend_cli_dup_batch_id (StarsendCli *cli, const char *sequence_id);
/* What stops a call that spends: prints the estimate and fails with DECISION_WANTED unless it is free or @yes. */
/* Whether the account of @model is set up: that comes before the question what it costs. */
gboolean starsend_cli_check_account (StarsendCli *cli, StarsendRequestKind kind, const char *model, GError **error);
gboolean starsend_cli_check_spending (StarsendCli *cli, gint64 estimate, gboolean is_paid, gboolean yes, GError **error);
/* Adds to the error of a job whose outcome is uncertain where the answers to that are; leaves others as they are. */
void starsend_cli_point_to_decision (GError *error);
/* Whether a model is made by an account, and so never without --yes, whatever its price is said to be. */
gboolean starsend_cli_is_paid (StarsendCli *cli, const char *model);

G_END_DECLS
