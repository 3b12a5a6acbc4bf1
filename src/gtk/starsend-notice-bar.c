/* starsend-notice-bar.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-notice-bar.h"

#include <glib/gi18n.h>

#include "starsend-finding.h"

struct _StarsendNoticeBar
{
  AdwBin parent_instance;

  GListModel *notices;

  GtkToggleButton *details_button;
  GtkListView *list_view;
  GtkRevealer *revealer;
  GtkLabel *summary;
};

enum
{
  PROP_0,
  PROP_NOTICES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (StarsendNoticeBar, starsend_notice_bar, ADW_TYPE_BIN)

static void
show_notices (StarsendNoticeBar *self)
{
  guint n_notices = self->notices != NULL ? g_list_model_get_n_items (self->notices) : 0;
  g_autofree char *text = NULL;

  /* The last text stays while the bar folds away. */
  if (n_notices == 1)
    {
      g_autoptr (StarsendFinding) finding = g_list_model_get_item (self->notices, 0);

      text = g_strdup (starsend_finding_get_message (finding));
    }
  else if (n_notices > 1)
    text = g_strdup_printf (ngettext ("There is %u notice about this project", "There are %u notices about this project",
                                      n_notices),
                            n_notices);

  if (text != NULL)
    gtk_label_set_label (self->summary, text);
  gtk_widget_set_visible (GTK_WIDGET (self->details_button), n_notices > 1);
  if (n_notices <= 1)
    gtk_toggle_button_set_active (self->details_button, FALSE);
  gtk_revealer_set_reveal_child (self->revealer, n_notices > 0);
}

static void
close_clicked (StarsendNoticeBar *self)
{
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

static void
starsend_notice_bar_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_NOTICES:
      g_value_set_object (value, STARSEND_NOTICE_BAR (object)->notices);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_notice_bar_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_NOTICES:
      starsend_notice_bar_set_notices (STARSEND_NOTICE_BAR (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_notice_bar_dispose (GObject *object)
{
  StarsendNoticeBar *self = STARSEND_NOTICE_BAR (object);

  if (self->notices != NULL)
    g_signal_handlers_disconnect_by_func (self->notices, show_notices, self);
  g_clear_object (&self->notices);

  G_OBJECT_CLASS (starsend_notice_bar_parent_class)->dispose (object);
}

static void
starsend_notice_bar_class_init (StarsendNoticeBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = starsend_notice_bar_get_property;
  object_class->set_property = starsend_notice_bar_set_property;
  object_class->dispose = starsend_notice_bar_dispose;

  properties[PROP_NOTICES] =
      g_param_spec_object ("notices", NULL, NULL, G_TYPE_LIST_MODEL,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (STARSEND_TYPE_FINDING);
  gtk_widget_class_set_css_name (widget_class, "noticebar");
  gtk_widget_class_set_template_from_resource (widget_class, "/org/starsend/Starsend/starsend-notice-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, StarsendNoticeBar, details_button);
  gtk_widget_class_bind_template_child (widget_class, StarsendNoticeBar, list_view);
  gtk_widget_class_bind_template_child (widget_class, StarsendNoticeBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, StarsendNoticeBar, summary);
  gtk_widget_class_bind_template_callback (widget_class, close_clicked);
}

static void
starsend_notice_bar_init (StarsendNoticeBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * starsend_notice_bar_get_notices:
 * @self: the bar
 *
 * Gives what it tells.
 *
 * Returns: (transfer none) (nullable): a list of #StarsendFinding
 */
GListModel *
starsend_notice_bar_get_notices (StarsendNoticeBar *self)
{
  return self->notices;
}

/**
 * starsend_notice_bar_set_notices:
 * @self: the bar
 * @notices: (nullable): a list of #StarsendFinding
 *
 * Sets what it tells. The bar opens when there is something, also later.
 */
void
starsend_notice_bar_set_notices (StarsendNoticeBar *self, GListModel *notices)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  if (self->notices == notices)
    return;

  if (self->notices != NULL)
    g_signal_handlers_disconnect_by_func (self->notices, show_notices, self);
  g_set_object (&self->notices, notices);
  if (notices != NULL)
    {
      g_signal_connect_object (notices, "items-changed", G_CALLBACK (show_notices), self, G_CONNECT_SWAPPED);
      selection = gtk_no_selection_new (g_object_ref (notices));
    }

  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (selection));
  show_notices (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTICES]);
}
