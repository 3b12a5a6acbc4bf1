/* starsend-cli-progress.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-progress.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "starsend-cli-text.h"

#define REDRAW_MS 100

struct _StarsendCliProgress
{
  /* Owned */
  GListModel *jobs;
  char *shown;
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
  struct winsize size = { 0 };
  guint columns = 80;
  const char *end = clean;
  guint width = 0;

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
    columns = size.ws_col;
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

static gboolean
redraw (gpointer data)
{
  StarsendCliProgress *self = data;
  g_autoptr(StarsendJob) job = g_list_model_get_item (self->jobs, 0);
  g_autofree char *text = job != NULL ? describe_job (job) : g_strdup ("");
  g_autofree char *line = fit_line (text);

  if (g_strcmp0 (line, self->shown) != 0)
    {
      fprintf (stderr, "\r\033[K%s", line);
      fflush (stderr);
      g_free (self->shown);
      self->shown = g_steal_pointer (&line);
    }

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
  self->shown = g_strdup ("");
  self->source = g_timeout_add (REDRAW_MS, redraw, self);

  return self;
}

void
starsend_cli_progress_free (StarsendCliProgress *self)
{
  g_source_remove (self->source);
  if (*self->shown != '\0')
    fputs ("\r\033[K", stderr);
  g_object_unref (self->jobs);
  g_free (self->shown);
  g_free (self);
}
