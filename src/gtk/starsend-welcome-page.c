/* starsend-welcome-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-welcome-page.h"

#include "starsend-demo.h"

struct _StarsendWelcomePage
{
  AdwBin parent_instance;

  GtkWidget *demo_button;
  GtkWidget *open_button;
};

G_DEFINE_FINAL_TYPE (StarsendWelcomePage, starsend_welcome_page, ADW_TYPE_BIN)

static gboolean
starsend_welcome_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (STARSEND_WELCOME_PAGE (widget)->open_button);
}

static void
starsend_welcome_page_class_init (StarsendWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->grab_focus = starsend_welcome_page_grab_focus;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/starsend/Starsend/starsend-welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, StarsendWelcomePage, demo_button);
  gtk_widget_class_bind_template_child (widget_class, StarsendWelcomePage, open_button);
}

static void
starsend_welcome_page_init (StarsendWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (self->demo_button, starsend_demo_is_installed ());
}
