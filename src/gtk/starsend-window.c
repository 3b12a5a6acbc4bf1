/* starsend-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-window.h"

#include <glib/gi18n.h>

#include "starsend-application.h"
#include "starsend-board.h"
#include "starsend-demo.h"
#include "starsend-disagreement.h"
#include "starsend-error.h"
#include "starsend-notice-bar.h"
#include "starsend-project-hold.h"
#include "starsend-welcome-page.h"

#define CONFIG_NAME "project_config.json"

/* An open project that is there sooner shows no spinner. */
#define SPINNER_DELAY_MS 300

/* More results of resuming than this are told as a number. */
#define MAX_TOASTS 3

/* A project that this program itself has just closed is tried again that long. */
#define RETRY_MS 50
#define RETRY_US (2 * G_USEC_PER_SEC)

struct _StarsendWindow
{
  AdwApplicationWindow parent_instance;

  GFile *folder; /* of the project that is shown, on its way, or failed */
  StarsendProject *project;
  StarsendClientSequenceRunner *runner;
  StarsendProjectHold *hold; /* of the project that is open */
  GListStore *rebuilt;       /* StarsendFinding: what was repaired on opening */
  GCancellable *cancellable; /* of what was started for the folder */
  GtkFileChooserNative *chooser;
  guint spinner_source;

  StarsendBoard *board;
  AdwStatusPage *error_page;
  GtkWidget *back_button;
  GtkWidget *read_only_button;
  StarsendNoticeBar *notice_bar;
  GtkWidget *search_button;
  GtkSpinner *spinner;
  GtkStack *stack;
  AdwToastOverlay *toast_overlay;
  GtkWidget *welcome_page;
  AdwWindowTitle *window_title;
};

enum
{
  PROP_0,
  PROP_PROJECT,
  PROP_RUNNER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (StarsendWindow, starsend_window, ADW_TYPE_APPLICATION_WINDOW)

/* Pages */

static void
show_page (StarsendWindow *self, const char *page)
{
  gboolean is_board = g_str_equal (page, "board");

  g_clear_handle_id (&self->spinner_source, g_source_remove);
  gtk_spinner_stop (self->spinner);
  gtk_stack_set_visible_child_name (self->stack, page);
  gtk_widget_set_visible (self->search_button, is_board);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.search", is_board);
}

static void
show_title (StarsendWindow *self)
{
  const char *title = self->project != NULL ? starsend_project_get_title (self->project) : _("Starsend");
  const char *episode = self->project != NULL ? starsend_project_get_episode (self->project) : NULL;

  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_window_title_set_title (self->window_title, title);
  adw_window_title_set_subtitle (self->window_title, episode != NULL ? episode : "");
}

static void
show_error (StarsendWindow *self, const char *title, const GError *error)
{
  g_autofree char *description = g_markup_escape_text (error->message, -1);
  gboolean locked = g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_LOCKED);

  adw_status_page_set_title (self->error_page, title);
  adw_status_page_set_description (self->error_page, description);
  gtk_widget_set_visible (self->read_only_button, locked);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.open-read-only", locked);
  show_page (self, "error");
  gtk_widget_grab_focus (locked ? self->read_only_button : self->back_button);
}

static void
show_toast (StarsendWindow *self, const char *text)
{
  g_autofree char *title = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toast_overlay, adw_toast_new (title));
}

static gboolean
spinner_due (gpointer user_data)
{
  StarsendWindow *self = user_data;

  self->spinner_source = 0;
  gtk_spinner_start (self->spinner);

  return G_SOURCE_REMOVE;
}

static void
show_loading (StarsendWindow *self)
{
  show_page (self, "loading");
  self->spinner_source = g_timeout_add (SPINNER_DELAY_MS, spinner_due, self);
}

/* The project */

static void
set_runner (StarsendWindow *self, StarsendClientSequenceRunner *runner)
{
  if (g_set_object (&self->runner, runner))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNER]);
}

static void
set_project (StarsendWindow *self, StarsendProject *project)
{
  if (!g_set_object (&self->project, project))
    return;

  show_title (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROJECT]);
}

static void
close_project (StarsendWindow *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->hold, starsend_project_hold_release);
  g_clear_object (&self->folder);
  g_clear_object (&self->rebuilt);
  starsend_notice_bar_set_notices (self->notice_bar, NULL);
  set_runner (self, NULL);
  set_project (self, NULL);
}

static GListModel *
make_notices (StarsendWindow *self, StarsendProject *project)
{
  StarsendPlan *plan = starsend_project_get_plan (project);
  GListStore *lists = g_list_store_new (G_TYPE_LIST_MODEL);

  self->rebuilt = g_list_store_new (STARSEND_TYPE_FINDING);
  g_list_store_append (lists, starsend_project_get_notices (project));
  g_list_store_append (lists, self->rebuilt);
  if (plan != NULL)
    g_list_store_append (lists, starsend_plan_get_findings (plan));

  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (lists)));
}

static void
jobs_resumed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StarsendWindow) self = user_data;
  g_autoptr (GListModel) findings = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint n_findings;

  findings = starsend_client_sequence_runner_resume_finish (STARSEND_CLIENT_SEQUENCE_RUNNER (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (findings == NULL)
    {
      show_toast (self, error->message);
      return;
    }

  n_findings = g_list_model_get_n_items (findings);
  for (guint i = 0; i < n_findings && n_findings <= MAX_TOASTS; i++)
    {
      g_autoptr (StarsendFinding) finding = g_list_model_get_item (findings, i);

      show_toast (self, starsend_finding_get_message (finding));
    }
  if (n_findings <= MAX_TOASTS)
    return;

  text = g_strdup_printf (ngettext ("%u open job was taken up again", "%u open jobs were taken up again", n_findings),
                          n_findings);
  show_toast (self, text);
}

/* What a damaged file said is rebuilt first: the jobs are taken up on what is known then. */
static void
runner_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StarsendWindow) self = user_data;
  StarsendClientSequenceRunner *runner = STARSEND_CLIENT_SEQUENCE_RUNNER (source);
  g_autoptr (GListModel) found = NULL;
  g_autoptr (GError) error = NULL;

  found = starsend_client_sequence_runner_prepare_finish (runner, result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    show_toast (self, error->message);

  for (guint i = 0; found != NULL && i < g_list_model_get_n_items (found); i++)
    {
      g_autoptr (StarsendDisagreement) disagreement = g_list_model_get_item (found, i);
      g_autoptr (StarsendFinding) finding =
          starsend_finding_new (STARSEND_SEVERITY_WARNING, NULL, starsend_disagreement_get_sequence_id (disagreement),
                                starsend_disagreement_get_message (disagreement));

      g_list_store_append (self->rebuilt, finding);
    }

  starsend_client_sequence_runner_resume_async (runner, self->cancellable, jobs_resumed, g_object_ref (self));
}

static void
show_project (StarsendWindow *self, StarsendProject *project, StarsendProjectHold *taken)
{
  g_autoptr (StarsendProjectHold) hold = taken;
  g_autoptr (GListModel) notices = make_notices (self, project);
  g_autoptr (StarsendClientSequenceRunner) runner = NULL;
  g_autoptr (GError) error = NULL;

  if (starsend_project_is_client_video (project))
    {
      runner = starsend_client_sequence_runner_new (project, &error);
      if (runner == NULL)
        {
          starsend_project_hold_set_project (hold, project, NULL);
          show_error (self, _("The Project Cannot Be Opened"), error);
          return;
        }
    }

  starsend_project_hold_set_project (hold, project, runner);
  self->hold = g_steal_pointer (&hold);
  set_project (self, project);
  set_runner (self, runner);
  starsend_notice_bar_set_notices (self->notice_bar, notices);
  show_page (self, runner != NULL ? "board" : "series");
  if (runner == NULL)
    return;

  gtk_widget_grab_focus (GTK_WIDGET (self->board));
  if (!starsend_project_is_read_only (project))
    starsend_client_sequence_runner_prepare_async (runner, self->cancellable, runner_prepared, g_object_ref (self));
}

/* A project on its way. It is not cancelled, so that what came too late is put away in order. */
typedef struct
{
  StarsendWindow *window;
  GCancellable *cancellable; /* the window wants something else */
  StarsendProjectHold *hold;
  char *path;
  StarsendProjectOpenFlags flags;
  gint64 retry_until; /* 0 while there is no reason to */
} Opening;

static void
opening_free (Opening *opening)
{
  g_clear_pointer (&opening->hold, starsend_project_hold_release);
  g_object_unref (opening->window);
  g_object_unref (opening->cancellable);
  g_free (opening->path);
  g_free (opening);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

static void start_opening (Opening *opening);

static gboolean
retry_opening (gpointer user_data)
{
  g_autoptr (Opening) opening = user_data;

  if (!g_cancellable_is_cancelled (opening->cancellable))
    start_opening (g_steal_pointer (&opening));

  return G_SOURCE_REMOVE;
}

static void
project_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Opening) opening = user_data;
  g_autoptr (StarsendProject) project = NULL;
  g_autoptr (GError) error = NULL;

  project = starsend_project_open_finish (result, &error);
  if (g_cancellable_is_cancelled (opening->cancellable))
    {
      if (project != NULL)
        starsend_project_hold_set_project (opening->hold, project, NULL);
    }
  else if (project != NULL)
    show_project (opening->window, project, g_steal_pointer (&opening->hold));
  else if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_LOCKED) &&
           g_get_monotonic_time () < opening->retry_until)
    g_timeout_add (RETRY_MS, retry_opening, g_steal_pointer (&opening));
  else
    show_error (opening->window, _("The Project Cannot Be Opened"), error);
}

static void
start_opening (Opening *opening)
{
  if (opening->retry_until == 0 && starsend_project_hold_is_other_unsettled (opening->hold))
    opening->retry_until = g_get_monotonic_time () + RETRY_US;
  starsend_project_open_async (opening->path, opening->flags, NULL, project_opened, opening);
}

static GFile *
get_folder (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  return g_strcmp0 (name, CONFIG_NAME) == 0 ? g_file_get_parent (file) : g_object_ref (file);
}

static void
open_folder (StarsendWindow *self, GFile *folder, StarsendProjectOpenFlags flags)
{
  g_autoptr (GFile) kept = g_object_ref (folder);
  const char *path = g_file_peek_path (folder);
  Opening *opening;

  close_project (self);
  self->folder = g_steal_pointer (&kept);
  self->cancellable = g_cancellable_new ();

  if (path == NULL)
    {
      g_autofree char *uri = g_file_get_uri (folder);
      g_autoptr (GError) error =
          g_error_new (STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                       _("“%s” is not on this computer. Copy the project’s folder here and open the copy."), uri);

      show_error (self, _("The Project Cannot Be Opened"), error);
      return;
    }

  show_loading (self);
  opening = g_new0 (Opening, 1);
  opening->window = g_object_ref (self);
  opening->cancellable = g_object_ref (self->cancellable);
  opening->hold = starsend_project_hold_new (G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
  opening->path = g_strdup (path);
  opening->flags = flags;
  start_opening (opening);
}

/* Actions */

static void
open_in_application (StarsendWindow *self, GFile *file)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  if (STARSEND_IS_APPLICATION (application))
    starsend_application_open_project (STARSEND_APPLICATION (application), file);
  else
    starsend_window_open (self, file);
}

static void
chooser_answered (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  StarsendWindow *self = user_data;
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);
  g_autoptr (GFile) file = NULL;

  if (response != GTK_RESPONSE_ACCEPT)
    return;

  file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  if (file != NULL)
    open_in_application (self, file);
}

static void
open_activated (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StarsendWindow *self = STARSEND_WINDOW (widget);

  if (self->chooser == NULL)
    {
      self->chooser = gtk_file_chooser_native_new (_("Open Project"), GTK_WINDOW (self),
                                                   GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _("_Open"), _("_Cancel"));
      gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
      g_signal_connect_object (self->chooser, "response", G_CALLBACK (chooser_answered), self, 0);
    }

  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
demo_copied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StarsendWindow) self = user_data;
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GError) error = NULL;

  folder = starsend_demo_copy_finish (result, &error);
  if (folder != NULL)
    open_folder (self, folder, STARSEND_PROJECT_OPEN_DEFAULT);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_error (self, _("The Demo Cannot Be Copied"), error);
}

static void
demo_activated (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StarsendWindow *self = STARSEND_WINDOW (widget);

  close_project (self);
  self->cancellable = g_cancellable_new ();
  show_loading (self);
  starsend_demo_copy_async (self->cancellable, demo_copied, g_object_ref (self));
}

static void
back_activated (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StarsendWindow *self = STARSEND_WINDOW (widget);

  close_project (self);
  show_page (self, "welcome");
  gtk_widget_grab_focus (self->welcome_page);
}

static void
open_read_only_activated (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StarsendWindow *self = STARSEND_WINDOW (widget);
  g_autoptr (GFile) folder = self->folder != NULL ? g_object_ref (self->folder) : NULL;

  if (folder != NULL)
    open_folder (self, folder, STARSEND_PROJECT_OPEN_READ_ONLY);
}

/* Made when it is first asked for: GTK's own way would build it before the first frame of every window. */
static void
shortcuts_activated (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GtkApplicationWindow *window = GTK_APPLICATION_WINDOW (widget);

  if (gtk_application_window_get_help_overlay (window) == NULL)
    {
      g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/starsend/Starsend/help-overlay.ui");

      gtk_application_window_set_help_overlay (
          window, GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "help_overlay")));
    }

  gtk_window_present (GTK_WINDOW (gtk_application_window_get_help_overlay (window)));
}

static void
search_activated (GtkWidget *widget, const char *action, GVariant *parameter)
{
  starsend_board_start_search (STARSEND_WINDOW (widget)->board);
}

/* The object */

static void
starsend_window_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendWindow *self = STARSEND_WINDOW (object);

  switch (prop_id)
    {
    case PROP_PROJECT:
      g_value_set_object (value, self->project);
      break;
    case PROP_RUNNER:
      g_value_set_object (value, self->runner);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* A window that was closed lets go of its project now: what is still under way may keep the window itself for a while. */
static void
starsend_window_unrealize (GtkWidget *widget)
{
  close_project (STARSEND_WINDOW (widget));

  GTK_WIDGET_CLASS (starsend_window_parent_class)->unrealize (widget);
}

static void
starsend_window_dispose (GObject *object)
{
  StarsendWindow *self = STARSEND_WINDOW (object);

  g_clear_handle_id (&self->spinner_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->hold, starsend_project_hold_release);
  g_clear_object (&self->chooser);
  gtk_widget_dispose_template (GTK_WIDGET (self), STARSEND_TYPE_WINDOW);
  g_clear_object (&self->runner);
  g_clear_object (&self->project);
  g_clear_object (&self->folder);
  g_clear_object (&self->rebuilt);

  G_OBJECT_CLASS (starsend_window_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (STARSEND_TYPE_BOARD);
  g_type_ensure (STARSEND_TYPE_NOTICE_BAR);
  g_type_ensure (STARSEND_TYPE_WELCOME_PAGE);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/starsend/Starsend/starsend-window.ui");
  gtk_widget_class_bind_template_child (widget_class, StarsendWindow, back_button);
  gtk_widget_class_bind_template_child (widget_class, StarsendWindow, board);
  gtk_widget_class_bind_template_child (widget_class, StarsendWindow, error_page);
  gtk_widget_class_bind_template_child (widget_class, StarsendWindow, notice_bar);
  gtk_widget_class_bind_template_child (widget_class, StarsendWindow, read_only_button);
  gtk_widget_class_bind_template_child (widget_class, StarsendWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, StarsendWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, StarsendWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, StarsendWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, StarsendWindow, welcome_page);
  gtk_widget_class_bind_template_child (widget_class, StarsendWindow, window_title);
}

static void
starsend_window_class_init (StarsendWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = starsend_window_get_property;
  object_class->dispose = starsend_window_dispose;
  widget_class->unrealize = starsend_window_unrealize;

  properties[PROP_PROJECT] = g_param_spec_object ("project", NULL, NULL, STARSEND_TYPE_PROJECT, flags);
  properties[PROP_RUNNER] =
      g_param_spec_object ("runner", NULL, NULL, STARSEND_TYPE_CLIENT_SEQUENCE_RUNNER, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "win.open", NULL, open_activated);
  gtk_widget_class_install_action (widget_class, "win.demo", NULL, demo_activated);
  gtk_widget_class_install_action (widget_class, "win.back", NULL, back_activated);
  gtk_widget_class_install_action (widget_class, "win.open-read-only", NULL, open_read_only_activated);
  gtk_widget_class_install_action (widget_class, "win.shortcuts", NULL, shortcuts_activated);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_activated);
  bind_template (widget_class);
}

static void
starsend_window_init (StarsendWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  show_page (self, "welcome");
}

/**
 * starsend_window_new:
 * @application: whose window it is
 *
 * Makes a window without a project, which shows the welcome page.
 *
 * Returns: (transfer none): the window
 */
StarsendWindow *
starsend_window_new (GtkApplication *application)
{
  return g_object_new (STARSEND_TYPE_WINDOW, "application", application, NULL);
}

/**
 * starsend_window_open:
 * @self: the window
 * @file: a project's folder, or its project_config.json
 *
 * Shows a project in the place of what the window shows. What hinders it is told on a page of its own.
 */
void
starsend_window_open (StarsendWindow *self, GFile *file)
{
  g_autoptr (GFile) folder = get_folder (file);

  open_folder (self, folder, STARSEND_PROJECT_OPEN_DEFAULT);
}

/**
 * starsend_window_shows:
 * @self: the window
 * @file: a project's folder, or its project_config.json
 *
 * Tells whether the window shows this project, or is about to.
 *
 * Returns: whether it is
 */
gboolean
starsend_window_shows (StarsendWindow *self, GFile *file)
{
  g_autoptr (GFile) folder = get_folder (file);

  return self->folder != NULL && !starsend_window_is_idle (self) && g_file_equal (self->folder, folder);
}

/**
 * starsend_window_is_idle:
 * @self: the window
 *
 * Tells whether the window has no project, so that one may be opened in it.
 *
 * Returns: whether it is idle
 */
gboolean
starsend_window_is_idle (StarsendWindow *self)
{
  const char *page = gtk_stack_get_visible_child_name (self->stack);

  return g_strcmp0 (page, "welcome") == 0 || g_strcmp0 (page, "error") == 0;
}

/**
 * starsend_window_get_project:
 * @self: the window
 *
 * Gives the project that is shown.
 *
 * Returns: (transfer none) (nullable): the project
 */
StarsendProject *
starsend_window_get_project (StarsendWindow *self)
{
  return self->project;
}

/**
 * starsend_window_get_runner:
 * @self: the window
 *
 * Gives what drives the project's sequences.
 *
 * Returns: (transfer none) (nullable): the runner
 */
StarsendClientSequenceRunner *
starsend_window_get_runner (StarsendWindow *self)
{
  return self->runner;
}
