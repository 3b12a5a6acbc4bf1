/* starsend-project-hold.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-project-hold.h"

/* How often is looked whether all has ended. */
#define LOOK_MS 20

/* Who still holds the runner so long after its last job does so by mistake, and must not keep the program running. */
#define PATIENCE_US (2 * G_USEC_PER_SEC)

struct _StarsendProjectHold
{
  GApplication *application; /* nullable */
  StarsendProject *project;
  StarsendClientSequenceRunner *runner; /* a toggle reference */
  gint is_sole;                         /* atomic: nobody else has the runner, so none of its steps is under way */
  gboolean is_settled;
  gboolean was_quiet;
  gint64 deadline;
};

/* Locks belong to the process, and so does this count of the projects that may hold one without being shown. */
static guint n_unsettled;

static void
set_settled (StarsendProjectHold *self, gboolean settled)
{
  if (self->is_settled == settled)
    return;

  self->is_settled = settled;
  if (settled)
    n_unsettled--;
  else
    n_unsettled++;
}

/* In whichever thread the other reference went. */
static void
runner_toggled (gpointer data, GObject *runner, gboolean is_last)
{
  StarsendProjectHold *self = data;

  g_atomic_int_set (&self->is_sole, is_last);
}

static void
hold_free (StarsendProjectHold *self)
{
  if (self->runner != NULL)
    g_object_remove_toggle_ref (G_OBJECT (self->runner), runner_toggled, self);
  g_clear_object (&self->project);
  set_settled (self, TRUE);
  if (self->application != NULL)
    g_application_release (self->application);
  g_clear_object (&self->application);
  g_free (self);
}

static gboolean
is_quiet (StarsendProjectHold *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->runner == NULL)
    return TRUE;
  if (g_list_model_get_n_items (starsend_client_sequence_runner_get_jobs (self->runner)) > 0)
    {
      self->deadline = now + PATIENCE_US;
      return FALSE;
    }

  return g_atomic_int_get (&self->is_sole) || now >= self->deadline;
}

static gboolean
do_nothing (gpointer data, GError **error)
{
  return TRUE;
}

static gboolean drain (gpointer user_data);

static void
drained (GObject *source, GAsyncResult *result, gpointer user_data)
{
  StarsendProjectHold *self = user_data;

  if (self->was_quiet)
    hold_free (self);
  else
    g_timeout_add (LOOK_MS, drain, self);
}

/* What was quiet before the queue's last job asks for no more writes; all that it asked for came before that job. */
static gboolean
drain (gpointer user_data)
{
  StarsendProjectHold *self = user_data;

  self->was_quiet = is_quiet (self);
  starsend_file_queue_run_async (starsend_project_get_file_queue (self->project), do_nothing, NULL, NULL, NULL, drained,
                                 self);

  return G_SOURCE_REMOVE;
}

/**
 * starsend_project_hold_new: (skip)
 * @application: (nullable): what is to keep running
 *
 * Makes a hold for a project that is about to be opened.
 *
 * Returns: (transfer full): the hold
 */
StarsendProjectHold *
starsend_project_hold_new (GApplication *application)
{
  StarsendProjectHold *self = g_new0 (StarsendProjectHold, 1);

  self->is_settled = TRUE;
  set_settled (self, FALSE);
  if (application != NULL)
    {
      self->application = g_object_ref (application);
      g_application_hold (application);
    }

  return self;
}

/**
 * starsend_project_hold_set_project: (skip)
 * @self: a hold without a project
 * @project: the project, which is open now
 * @runner: (nullable): what drives it
 *
 * Tells what is to be put away in the end.
 */
void
starsend_project_hold_set_project (StarsendProjectHold *self, StarsendProject *project,
                                   StarsendClientSequenceRunner *runner)
{
  g_return_if_fail (self->project == NULL);

  self->project = g_object_ref (project);
  self->runner = runner;
  if (runner != NULL)
    g_object_add_toggle_ref (G_OBJECT (runner), runner_toggled, self);
  set_settled (self, TRUE);
}

/**
 * starsend_project_hold_release: (skip)
 * @self: (transfer full): the hold
 *
 * Lets go of the project: when its jobs have ended and its files are written, it is closed, and the program may end.
 */
void
starsend_project_hold_release (StarsendProjectHold *self)
{
  if (self->project == NULL)
    {
      hold_free (self);
      return;
    }

  set_settled (self, FALSE);
  self->deadline = g_get_monotonic_time () + PATIENCE_US;
  drain (self);
}

/**
 * starsend_project_hold_is_other_unsettled: (skip)
 * @self: a hold whose project is on its way
 *
 * Tells whether this program itself may hold the lock that hinders the project.
 *
 * Returns: whether another project is being opened or put away
 */
gboolean
starsend_project_hold_is_other_unsettled (StarsendProjectHold *self)
{
  return n_unsettled > (self->is_settled ? 0u : 1u);
}
