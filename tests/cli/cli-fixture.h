/* cli-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Sequences of the plan that these tests work on. */
#define CLI_HARD_ID "SEQ 01/ü 🚗"     /* two shots: "a=b" and "ショット" */
#define CLI_DASH_ID "-dash"           /* no elements */
#define CLI_GHOST_ID "GHOST"          /* its element has no picture on disk */
#define CLI_BROKEN_ID "BROKEN"        /* an error in the plan */
#define CLI_LONG_ID "LONG"            /* takes a while to render */

typedef struct
{
  char *folder;    /* a temporary folder of this test */
  char *plan;      /* folder/plan.json */
  char *project;   /* folder/project, made by "new" */
} CliFixture;

typedef struct
{
  int status;      /* exit status; 128 + signal when it was killed */
  char *out;
  char *err;
  JsonObject *json; /* of stdout, when --json was among the arguments */
} CliResult;

void cli_fixture_set_up (CliFixture *fixture, gconstpointer unused);
void cli_fixture_tear_down (CliFixture *fixture, gconstpointer unused);
void cli_remove_tree (const char *path);
void cli_copy_tree (const char *from, const char *to);

/* Runs the program in the fixture's folder and waits for it. */
CliResult *cli_run (CliFixture *fixture, ...) G_GNUC_NULL_TERMINATED;
CliResult *cli_run_argv (CliFixture *fixture, const char *const *argv);
/* Starts it, with pipes for stdout and stderr. */
GSubprocess *cli_start (CliFixture *fixture, ...) G_GNUC_NULL_TERMINATED;
CliResult *cli_finish (GSubprocess *process);
void cli_result_free (CliResult *result);
const char *cli_program (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliResult, cli_result_free)

/* Runs it and holds it to an exit status. Failing runs must have said why in exactly one line (warnings aside). */
CliResult *cli_expect (CliFixture *fixture, int status, ...) G_GNUC_NULL_TERMINATED;

/* Where a sequence stands: member of its object in "status --json". Free the result. */
char *cli_dup_state (CliFixture *fixture, const char *project, const char *sequence_id);
JsonObject *cli_find_sequence (JsonObject *status, const char *sequence_id);
/* Explores, picks and approves the start frame. */
void cli_prepare (CliFixture *fixture, const char *sequence_id);

char *cli_read (const char *path);
char *cli_state_path (CliFixture *fixture, const char *name);
void cli_write_picture (const char *path, int width, int height);

G_END_DECLS
