/* starsend-cli-progress.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-cli.h"
#include "starsend-sequence-run.h"

G_BEGIN_DECLS

/* The jobs of a runner on the terminal, a line for each, rewritten as they go on. Nothing where stderr is no terminal: then
 * it is NULL, and all of these take that. */
typedef struct _StarsendCliProgress StarsendCliProgress;

StarsendCliProgress *starsend_cli_progress_new (StarsendCli *cli);
/* How far a run is, on a line above its jobs. */
void starsend_cli_progress_set_run (StarsendCliProgress *self, StarsendSequenceRun *run);
/* Wipes the lines until the next time, so that something else can be printed. */
void starsend_cli_progress_wipe (StarsendCliProgress *self);
void starsend_cli_progress_free (StarsendCliProgress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendCliProgress, starsend_cli_progress_free)

G_END_DECLS
