/* starsend-cli-progress.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-cli.h"

G_BEGIN_DECLS

/* The jobs of a runner on one line of the terminal, rewritten as they go on. Nothing where stderr is no terminal. */
typedef struct _StarsendCliProgress StarsendCliProgress;

StarsendCliProgress *starsend_cli_progress_new (StarsendCli *cli);
/* Wipes the line. */
void starsend_cli_progress_free (StarsendCliProgress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendCliProgress, starsend_cli_progress_free)

G_END_DECLS
