/* starsend-application.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-application.h"

#include <glib/gi18n.h>

#include "starsend-window.h"

struct _StarsendApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (StarsendApplication, starsend_application, ADW_TYPE_APPLICATION)

static void
about_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  adw_show_about_window (parent,
                         "application-name", _("Starsend"),
                         "application-icon", STARSEND_APPLICATION_ID,
                         "version", STARSEND_VERSION,
                         "developer-name", _("The Starsend developers"),
                         "comments", _("Videos made with generative models, sequence by sequence"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         /* Translators: your names, one a line, with or without an address. */
                         "translator-credits", _("translator-credits"),
                         NULL);
}

/* The program ends with its last window, so that every window can put away what it holds. */
static void
quit_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (user_data)));

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (l->data);
}

static const GActionEntry actions[] = {
  { "about", about_activated },
  { "quit", quit_activated },
};

static const struct
{
  const char *action;
  const char *accels[3];
} shortcuts[] = {
  { "app.quit", { "<Control>q" } },
  { "window.close", { "<Control>w" } },
  { "win.open", { "<Control>o" } },
  { "win.search", { "<Control>f" } },
  { "win.show-help-overlay", { "F1", "<Control>question" } },
};

static void
starsend_application_startup (GApplication *application)
{
  G_APPLICATION_CLASS (starsend_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name (STARSEND_APPLICATION_ID);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_PREFER_DARK);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  for (gsize i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), shortcuts[i].action, shortcuts[i].accels);
}

static void
starsend_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL)
    window = GTK_WINDOW (starsend_window_new (GTK_APPLICATION (application)));
  gtk_window_present (window);
}

static void
starsend_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  for (int i = 0; i < n_files; i++)
    starsend_application_open_project (STARSEND_APPLICATION (application), files[i]);
}

static int
starsend_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (!g_variant_dict_contains (options, "version"))
    return -1;

  g_print ("starsend %s\n", STARSEND_VERSION);

  return 0;
}

static void
starsend_application_class_init (StarsendApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = starsend_application_startup;
  application_class->activate = starsend_application_activate;
  application_class->open = starsend_application_open;
  application_class->handle_local_options = starsend_application_handle_local_options;
}

static void
starsend_application_init (StarsendApplication *self)
{
  g_application_add_main_option (G_APPLICATION (self), "version", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE,
                                 _("Show the version of the program"), NULL);
  /* Translators: stands in the usage line: starsend [PROJECT] */
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _("[PROJECT]"));
}

/**
 * starsend_application_new:
 *
 * Makes the application.
 *
 * Returns: (transfer full): it
 */
StarsendApplication *
starsend_application_new (void)
{
  return g_object_new (STARSEND_TYPE_APPLICATION,
                       "application-id", STARSEND_APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", "/org/starsend/Starsend",
                       NULL);
}

static StarsendWindow *
find_window (StarsendApplication *self, GFile *file)
{
  StarsendWindow *idle = NULL;

  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    {
      if (!STARSEND_IS_WINDOW (l->data))
        continue;
      if (starsend_window_shows (l->data, file))
        return l->data;
      if (idle == NULL && starsend_window_is_idle (l->data))
        idle = l->data;
    }

  return idle != NULL ? idle : starsend_window_new (GTK_APPLICATION (self));
}

/**
 * starsend_application_open_project:
 * @self: the application
 * @file: a project's folder, or its project_config.json
 *
 * Shows a project: in the window that has it already, else in one that has none, else in a new one.
 */
void
starsend_application_open_project (StarsendApplication *self, GFile *file)
{
  StarsendWindow *window = find_window (self, file);

  if (!starsend_window_shows (window, file))
    starsend_window_open (window, file);
  gtk_window_present (GTK_WINDOW (window));
}
