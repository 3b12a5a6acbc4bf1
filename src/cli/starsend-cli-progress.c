/* starsend-cli-progress.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-progress.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#include "starsend-budget.h"
#include "starsend-cli-text.h"

#define REDRAW_MS 100
/* More jobs than this are counted and not shown. */
#define MAX_JOBS 8

struct _StarsendCliProgress
{
  /* Owned */
  GListModel *jobs;
  StarsendSequenceRun *run; /* nullable */
  char *currency;
  char *shown;
  guint n_shown; /* lines */
  guint source;
};

static char *
describe_job (StarsendJob *job)
{
  StarsendRequest *request = starsend_job_get_request (job);
  const char *message = starsend_job_get_message (job);
  double fraction = starsend_job_get_fraction (job);
  int position = starsend_job_get_queue_position (job);
  GString *text = g_string_new (starsend_request_get_batch_id (request));
  guint n_parts;
  guint part = starsend_request_get_part (request, &n_parts);

  if (part > 0)
    {
      g_string_append (text, "  ");
      g_string_append_printf (text, _("part %u of %u"), part, n_parts);
    }
  if (message != NULL && *message != '\0')
    g_string_append_printf (text, "  %s", message);
  if (position > 0)
    {
      g_string_append (text, "  ");
      g_string_append_printf (text, ngettext ("%d job ahead", "%d jobs ahead", position), position);
    }
  if (fraction >= 0)
    g_string_append_printf (text, "  %d %%", (int) (CLAMP (fraction, 0.0, 1.0) * 100));

  return g_string_free (text, FALSE);
}

/* Cut to the terminal: a line that wraps could not be rewritten. */
static char *
fit_line (const char *text)
{
  g_autofree char *clean = starsend_cli_clean_text (text);
  guint columns = starsend_cli_terminal_width (STDERR_FILENO);
  const char *end = clean;
  guint width = 0;

  while (*end != '\0')
    {
      const char *next = g_utf8_next_char (end);
      g_autofree char *letter = g_strndup (end, next - end);

      width += starsend_cli_text_width (letter);
      if (width >= columns)
        break;
      end = next;
    }

  return g_strndup (clean, end - clean);
}

static char *
describe_run (StarsendCliProgress *self)
{
  g_autofree char *spent = starsend_budget_format (starsend_sequence_run_get_spent (self->run), self->currency);

  /* Translators: how many of how many takes are done, how many run, how much of all, and what was spent. */
  return g_strdup_printf (_("%u of %u done, %u running, %d %%, %s spent"),
                          starsend_sequence_run_get_n_done (self->run), starsend_sequence_run_get_n_total (self->run),
                          starsend_sequence_run_get_n_running (self->run),
                          (int) (starsend_sequence_run_get_fraction (self->run) * 100), spent);
}

static void
add_line (GString *lines, guint *n_lines, char *text)
{
  g_autofree char *owned = text;
  g_autofree char *line = fit_line (owned);

  if ((*n_lines)++ > 0)
    g_string_append_c (lines, '\n');
  g_string_append (lines, line);
}

static char *
describe (StarsendCliProgress *self, guint *n_lines)
{
  GString *lines = g_string_new (NULL);
  guint n = g_list_model_get_n_items (self->jobs);

  *n_lines = 0;
  if (self->run != NULL && starsend_sequence_run_get_n_total (self->run) > 1)
    add_line (lines, n_lines, describe_run (self));
  for (guint i = 0; i < MIN (n, MAX_JOBS); i++)
    {
      g_autoptr(StarsendJob) job = g_list_model_get_item (self->jobs, i);

      add_line (lines, n_lines, describe_job (job));
    }
  if (n > MAX_JOBS)
    add_line (lines, n_lines, g_strdup_printf (ngettext ("and %u more", "and %u more", n - MAX_JOBS), n - MAX_JOBS));

  return g_string_free (lines, FALSE);
}

void
starsend_cli_progress_wipe (StarsendCliProgress *self)
{
  if (self == NULL || self->n_shown == 0)
    return;

  if (self->n_shown > 1)
    fprintf (stderr, "\033[%uA", self->n_shown - 1);
  fputs ("\r\033[J", stderr);
  fflush (stderr);
  self->n_shown = 0;
  g_free (self->shown);
  self->shown = g_strdup ("");
}

static gboolean
redraw (gpointer data)
{
  StarsendCliProgress *self = data;
  guint n_lines;
  g_autofree char *text = describe (self, &n_lines);

  if (g_strcmp0 (text, self->shown) == 0)
    return G_SOURCE_CONTINUE;

  starsend_cli_progress_wipe (self);
  fputs (text, stderr);
  fflush (stderr);
  self->n_shown = n_lines;
  g_free (self->shown);
  self->shown = g_steal_pointer (&text);

  return G_SOURCE_CONTINUE;
}

StarsendCliProgress *
starsend_cli_progress_new (StarsendCli *cli)
{
  StarsendCliProgress *self;

  if (!isatty (STDERR_FILENO) || g_strcmp0 (g_getenv ("TERM"), "dumb") == 0)
    return NULL;

  self = g_new0 (StarsendCliProgress, 1);
  self->jobs = g_object_ref (starsend_client_sequence_runner_get_jobs (cli->runner));
  self->currency = g_strdup (starsend_project_config_get_currency (starsend_project_get_config (cli->project)));
  self->shown = g_strdup ("");
  self->source = g_timeout_add (REDRAW_MS, redraw, self);

  return self;
}

void
starsend_cli_progress_set_run (StarsendCliProgress *self, StarsendSequenceRun *run)
{
  if (self != NULL)
    g_set_object (&self->run, run);
}

void
starsend_cli_progress_free (StarsendCliProgress *self)
{
  g_source_remove (self->source);
  starsend_cli_progress_wipe (self);
  g_object_unref (self->jobs);
  g_clear_object (&self->run);
  g_free (self->currency);
  g_free (self->shown);
  g_free (self);
}
