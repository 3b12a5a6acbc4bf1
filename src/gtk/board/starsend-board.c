/* starsend-board.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-board.h"

#include "starsend-sequence-card.h"

/* A few screens full: about 20 MB. */
#define KEPT_POSTERS 96

struct _StarsendBoard
{
  AdwBin parent_instance;

  StarsendClientSequenceRunner *runner;
  StarsendPosterCache *cache;

  GtkFilterListModel *filter_model;
  GtkGridView *grid_view;
  GtkSearchBar *search_bar;
  GtkSearchEntry *search_entry;
  GtkStack *stack;
};

enum
{
  PROP_0,
  PROP_RUNNER,
  PROP_SEARCH_MODE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (StarsendBoard, starsend_board, ADW_TYPE_BIN)

static void
choose_page (StarsendBoard *self)
{
  GListModel *all = gtk_filter_list_model_get_model (self->filter_model);
  const char *page = "cards";

  if (all == NULL || g_list_model_get_n_items (all) == 0)
    page = "empty";
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->filter_model)) == 0 &&
           gtk_filter_list_model_get_pending (self->filter_model) == 0)
    page = "nothing-found";

  gtk_stack_set_visible_child_name (self->stack, page);
}

/* The cell of the grid is what a screen reader stops at, so the cell speaks for its card. */
static void
name_cell (StarsendSequenceCard *card)
{
  GtkWidget *cell = gtk_widget_get_parent (GTK_WIDGET (card));
  const char *summary = starsend_sequence_card_get_summary (card);
  const char *details = starsend_sequence_card_get_details (card);

  if (cell == NULL)
    return;

  gtk_accessible_update_property (GTK_ACCESSIBLE (cell), GTK_ACCESSIBLE_PROPERTY_LABEL, summary != NULL ? summary : "",
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, details != NULL ? details : "", -1);
}

static void
setup_card (GtkSignalListItemFactory *factory, GtkListItem *list_item, StarsendBoard *self)
{
  GtkWidget *card = GTK_WIDGET (starsend_sequence_card_new (self->cache));

  gtk_list_item_set_child (list_item, card);
  g_signal_connect (card, "notify::summary", G_CALLBACK (name_cell), NULL);
  g_signal_connect (card, "notify::details", G_CALLBACK (name_cell), NULL);
}

static void
bind_card (GtkSignalListItemFactory *factory, GtkListItem *list_item, StarsendBoard *self)
{
  StarsendSequenceCard *card = STARSEND_SEQUENCE_CARD (gtk_list_item_get_child (list_item));

  starsend_sequence_card_set_item (card, gtk_list_item_get_item (list_item));
  name_cell (card);
}

static void
unbind_card (GtkSignalListItemFactory *factory, GtkListItem *list_item, StarsendBoard *self)
{
  starsend_sequence_card_set_item (STARSEND_SEQUENCE_CARD (gtk_list_item_get_child (list_item)), NULL);
}

static void
search_mode_changed (StarsendBoard *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCH_MODE]);
}

static gboolean
starsend_board_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (STARSEND_BOARD (widget)->grid_view));
}

static void
starsend_board_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendBoard *self = STARSEND_BOARD (object);

  switch (prop_id)
    {
    case PROP_RUNNER:
      g_value_set_object (value, self->runner);
      break;
    case PROP_SEARCH_MODE:
      g_value_set_boolean (value, starsend_board_get_search_mode (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_board_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  StarsendBoard *self = STARSEND_BOARD (object);

  switch (prop_id)
    {
    case PROP_RUNNER:
      starsend_board_set_runner (self, g_value_get_object (value));
      break;
    case PROP_SEARCH_MODE:
      starsend_board_set_search_mode (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_board_dispose (GObject *object)
{
  StarsendBoard *self = STARSEND_BOARD (object);

  g_clear_object (&self->runner);
  g_clear_object (&self->cache);

  G_OBJECT_CLASS (starsend_board_parent_class)->dispose (object);
}

static void
starsend_board_class_init (StarsendBoardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = starsend_board_get_property;
  object_class->set_property = starsend_board_set_property;
  object_class->dispose = starsend_board_dispose;
  widget_class->grab_focus = starsend_board_grab_focus;

  properties[PROP_RUNNER] =
      g_param_spec_object ("runner", NULL, NULL, STARSEND_TYPE_CLIENT_SEQUENCE_RUNNER, flags);
  properties[PROP_SEARCH_MODE] = g_param_spec_boolean ("search-mode", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (STARSEND_TYPE_SEQUENCE_ITEM);
  g_type_ensure (STARSEND_TYPE_SEQUENCE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/starsend/Starsend/starsend-board.ui");
  gtk_widget_class_bind_template_child (widget_class, StarsendBoard, filter_model);
  gtk_widget_class_bind_template_child (widget_class, StarsendBoard, grid_view);
  gtk_widget_class_bind_template_child (widget_class, StarsendBoard, search_bar);
  gtk_widget_class_bind_template_child (widget_class, StarsendBoard, search_entry);
  gtk_widget_class_bind_template_child (widget_class, StarsendBoard, stack);
  gtk_widget_class_bind_template_callback (widget_class, bind_card);
  gtk_widget_class_bind_template_callback (widget_class, choose_page);
  gtk_widget_class_bind_template_callback (widget_class, setup_card);
  gtk_widget_class_bind_template_callback (widget_class, unbind_card);
}

static void
starsend_board_init (StarsendBoard *self)
{
  self->cache = starsend_poster_cache_new (KEPT_POSTERS);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  g_signal_connect_object (self->search_bar, "notify::search-mode-enabled", G_CALLBACK (search_mode_changed), self,
                           G_CONNECT_SWAPPED);
}

/**
 * starsend_board_get_runner:
 * @self: the board
 *
 * Gives whose sequences are shown.
 *
 * Returns: (transfer none) (nullable): the runner
 */
StarsendClientSequenceRunner *
starsend_board_get_runner (StarsendBoard *self)
{
  return self->runner;
}

/**
 * starsend_board_set_runner:
 * @self: the board
 * @runner: (nullable): whose sequences to show
 *
 * Shows the sequences of another project.
 */
void
starsend_board_set_runner (StarsendBoard *self, StarsendClientSequenceRunner *runner)
{
  if (!g_set_object (&self->runner, runner))
    return;

  starsend_board_set_search_mode (self, FALSE);
  gtk_filter_list_model_set_model (self->filter_model,
                                   runner != NULL ? starsend_client_sequence_runner_get_items (runner) : NULL);
  choose_page (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNER]);
}

/**
 * starsend_board_get_search_mode:
 * @self: the board
 *
 * Tells whether the search bar is open.
 *
 * Returns: whether it is
 */
gboolean
starsend_board_get_search_mode (StarsendBoard *self)
{
  return gtk_search_bar_get_search_mode (self->search_bar);
}

/**
 * starsend_board_set_search_mode:
 * @self: the board
 * @search_mode: whether the search bar is to be open
 *
 * Opens or closes the search bar; closed, it filters nothing.
 */
void
starsend_board_set_search_mode (StarsendBoard *self, gboolean search_mode)
{
  gtk_search_bar_set_search_mode (self->search_bar, search_mode);
}

/**
 * starsend_board_start_search:
 * @self: the board
 *
 * Opens the search bar, or goes back into it with what it holds selected.
 */
void
starsend_board_start_search (StarsendBoard *self)
{
  starsend_board_set_search_mode (self, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}
