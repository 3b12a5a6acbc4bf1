/* starsend-cli-jobs.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-cli.h"

G_BEGIN_DECLS

/* Jobs that wait for the user's decision: each with what can be done about it, and "decisions" in the report. Gives how many. */
guint starsend_cli_tell_decisions (StarsendCli *cli);
/* One line for each job that has not ended. */
void starsend_cli_tell_open_jobs (StarsendCli *cli);

G_END_DECLS
