/* starsend-sequence-card.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sequence-card.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "starsend-poster.h"

struct _StarsendSequenceCard
{
  GtkWidget parent_instance;

  StarsendSequenceItem *item;
  GSignalGroup *item_signals;
  char *summary;
  char *details;

  GtkWidget *frame;
  StarsendPoster *poster;
};

enum
{
  PROP_0,
  PROP_CACHE,
  PROP_DETAILS,
  PROP_ITEM,
  PROP_SUMMARY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (StarsendSequenceCard, starsend_sequence_card, GTK_TYPE_WIDGET)

/* The template's closures: what the library knows, as a person reads it. */

static const char *
get_title (StarsendSequence *sequence)
{
  const char *title = starsend_sequence_get_title (sequence);

  return title != NULL && *title != '\0' ? title : starsend_sequence_get_id (sequence);
}

static char *
make_title (StarsendSequenceCard *self, StarsendSequence *sequence)
{
  return sequence != NULL ? g_strdup (get_title (sequence)) : NULL;
}

/* Where there is no title, the id stands in its place, and not twice. */
static char *
make_id (StarsendSequenceCard *self, StarsendSequence *sequence)
{
  if (sequence == NULL || get_title (sequence) == starsend_sequence_get_id (sequence))
    return g_strdup ("");

  return g_strdup (starsend_sequence_get_id (sequence));
}

static char *
make_summary (StarsendSequenceItem *item)
{
  StarsendSequence *sequence = starsend_sequence_item_get_sequence (item);
  const char *label = starsend_sequence_item_get_label (item);
  guint takes = starsend_sequence_record_get_takes (starsend_sequence_item_get_record (item));
  g_autofree char *count =
      takes > 0 ? g_strdup_printf (ngettext ("%u take", "%u takes", takes), takes) : g_strdup (_("no take yet"));

  /* Translators: what a screen reader says of a card: title, id, state, takes: "Suburbia, SEQ03, in review, 2 takes". */
  return g_strdup_printf (_("%s, %s, %s, %s"), get_title (sequence), starsend_sequence_get_id (sequence),
                          label != NULL ? label : "", count);
}

static char **
make_dot_classes (StarsendSequenceCard *self, StarsendSequenceStatus status)
{
  const char *classes[] = { "dot", starsend_sequence_status_to_string (status), NULL };

  return g_strdupv ((char **) classes);
}

static gboolean
is_set (StarsendSequenceCard *self, const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
has_job (StarsendSequenceCard *self, StarsendJob *job)
{
  return job != NULL;
}

static gboolean
is_known_fraction (StarsendSequenceCard *self, double fraction)
{
  return fraction >= 0;
}

static gboolean
is_unknown_fraction (StarsendSequenceCard *self, double fraction)
{
  return fraction < 0;
}

static double
clamp_fraction (StarsendSequenceCard *self, double fraction)
{
  return CLAMP (fraction, 0, 1);
}

static char *
choose_line (StarsendSequenceCard *self, StarsendJob *job)
{
  return g_strdup (job != NULL ? "job" : "facts");
}

static char *
format_job (StarsendSequenceCard *self, const char *message, int queue_position)
{
  if (message != NULL)
    return g_strdup (message);
  if (queue_position > 0)
    return g_strdup_printf (ngettext ("Waiting behind %d job", "Waiting behind %d jobs", queue_position),
                            queue_position);

  return g_strdup (_("Working…"));
}

static char *
format_length (StarsendSequenceCard *self, double seconds)
{
  double rounded = round (seconds * 10) / 10;

  if (rounded == floor (rounded))
    /* Translators: a length in whole seconds, on a card. */
    return g_strdup_printf (_("%.0f s"), rounded);

  /* Translators: a length in seconds and tenths, on a card. */
  return g_strdup_printf (_("%.1f s"), rounded);
}

static char *
format_clock (gint64 tenths, gboolean with_tenths)
{
  guint minutes = tenths / 600;
  guint seconds = tenths / 10 % 60;

  if (with_tenths)
    /* Translators: minutes, seconds and tenths in a song. */
    return g_strdup_printf (_("%u:%02u.%u"), minutes, seconds, (guint) (tenths % 10));

  /* Translators: minutes and seconds in a song. */
  return g_strdup_printf (_("%u:%02u"), minutes, seconds);
}

static gint64
count_tenths (double seconds)
{
  return seconds >= 0 ? (gint64) round (MIN (seconds, 1e9) * 10) : -1;
}

static char *
format_song (StarsendSequenceCard *self, double start, double end)
{
  g_autofree char *start_text = NULL;
  g_autofree char *end_text = NULL;
  gint64 start_tenths = count_tenths (start);
  gint64 end_tenths = count_tenths (end);
  gboolean with_tenths = start_tenths % 10 != 0 || (end_tenths >= 0 && end_tenths % 10 != 0);

  if (start_tenths < 0)
    return g_strdup ("");

  start_text = format_clock (start_tenths, with_tenths);
  if (end_tenths < 0)
    /* Translators: where in the song a sequence begins: ♪ 0:24 */
    return g_strdup_printf (_("♪ %s"), start_text);

  end_text = format_clock (end_tenths, with_tenths);

  /* Translators: from where to where in the song a sequence goes: ♪ 0:24 – 0:34 */
  return g_strdup_printf (_("♪ %s – %s"), start_text, end_text);
}

/* Takes once there are any; the plan's shots until then. */
static char *
format_count (StarsendSequenceCard *self, guint takes, GListModel *shots)
{
  guint n_shots;

  if (takes > 0)
    return g_strdup_printf (ngettext ("%u take", "%u takes", takes), takes);

  n_shots = shots != NULL ? g_list_model_get_n_items (shots) : 0;

  return g_strdup_printf (ngettext ("%u shot", "%u shots", n_shots), n_shots);
}

static void
set_text (StarsendSequenceCard *self, char **text, const char *value, guint property)
{
  if (g_strcmp0 (*text, value) == 0)
    return;

  g_free (*text);
  *text = g_strdup (value);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* The words for a screen reader, whenever anything about the item changes. */
static void
find_words (StarsendSequenceCard *self)
{
  g_autofree char *summary = self->item != NULL ? make_summary (self->item) : NULL;
  const char *details = NULL;

  if (self->item != NULL)
    details = starsend_sequence_item_get_problem (self->item);
  if (self->item != NULL && details == NULL)
    details = starsend_sequence_item_get_next_step (self->item);

  set_text (self, &self->summary, summary, PROP_SUMMARY);
  set_text (self, &self->details, details, PROP_DETAILS);
}

static void
name_poster (StarsendSequenceCard *self)
{
  StarsendSequence *sequence = self->item != NULL ? starsend_sequence_item_get_sequence (self->item) : NULL;
  const char *path = starsend_poster_get_path (self->poster);
  g_autofree char *name = NULL;

  if (sequence == NULL)
    return;

  if (path == NULL)
    /* Translators: what a screen reader says of a card without a picture; %s is the sequence's title. */
    name = g_strdup_printf (_("No picture of “%s” yet"), get_title (sequence));
  else if (starsend_sequence_record_get_start_frame (starsend_sequence_item_get_record (self->item)) != NULL)
    name = g_strdup_printf (_("Start frame of “%s”"), get_title (sequence));
  else
    name = g_strdup_printf (_("Grid of four candidates for “%s”"), get_title (sequence));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->poster), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
starsend_sequence_card_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendSequenceCard *self = STARSEND_SEQUENCE_CARD (object);

  switch (prop_id)
    {
    case PROP_CACHE:
      g_value_set_object (value, starsend_poster_get_cache (self->poster));
      break;
    case PROP_DETAILS:
      g_value_set_string (value, self->details);
      break;
    case PROP_ITEM:
      g_value_set_object (value, self->item);
      break;
    case PROP_SUMMARY:
      g_value_set_string (value, self->summary);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_sequence_card_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  StarsendSequenceCard *self = STARSEND_SEQUENCE_CARD (object);

  switch (prop_id)
    {
    case PROP_CACHE:
      starsend_poster_set_cache (self->poster, g_value_get_object (value));
      break;
    case PROP_ITEM:
      starsend_sequence_card_set_item (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_sequence_card_dispose (GObject *object)
{
  StarsendSequenceCard *self = STARSEND_SEQUENCE_CARD (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), STARSEND_TYPE_SEQUENCE_CARD);
  g_clear_object (&self->item_signals);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (starsend_sequence_card_parent_class)->dispose (object);
}

static void
starsend_sequence_card_finalize (GObject *object)
{
  StarsendSequenceCard *self = STARSEND_SEQUENCE_CARD (object);

  g_free (self->summary);
  g_free (self->details);

  G_OBJECT_CLASS (starsend_sequence_card_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (STARSEND_TYPE_POSTER);
  g_type_ensure (STARSEND_TYPE_SEQUENCE_ITEM);
  g_type_ensure (STARSEND_TYPE_SEQUENCE_RECORD);
  g_type_ensure (STARSEND_TYPE_SEQUENCE);
  g_type_ensure (STARSEND_TYPE_JOB);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/starsend/Starsend/starsend-sequence-card.ui");
  gtk_widget_class_bind_template_child (widget_class, StarsendSequenceCard, frame);
  gtk_widget_class_bind_template_child (widget_class, StarsendSequenceCard, poster);
  gtk_widget_class_bind_template_callback (widget_class, choose_line);
  gtk_widget_class_bind_template_callback (widget_class, clamp_fraction);
  gtk_widget_class_bind_template_callback (widget_class, format_count);
  gtk_widget_class_bind_template_callback (widget_class, format_job);
  gtk_widget_class_bind_template_callback (widget_class, format_length);
  gtk_widget_class_bind_template_callback (widget_class, format_song);
  gtk_widget_class_bind_template_callback (widget_class, has_job);
  gtk_widget_class_bind_template_callback (widget_class, is_known_fraction);
  gtk_widget_class_bind_template_callback (widget_class, is_set);
  gtk_widget_class_bind_template_callback (widget_class, is_unknown_fraction);
  gtk_widget_class_bind_template_callback (widget_class, make_dot_classes);
  gtk_widget_class_bind_template_callback (widget_class, make_id);
  gtk_widget_class_bind_template_callback (widget_class, make_title);
}

static void
starsend_sequence_card_class_init (StarsendSequenceCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = starsend_sequence_card_get_property;
  object_class->set_property = starsend_sequence_card_set_property;
  object_class->dispose = starsend_sequence_card_dispose;
  object_class->finalize = starsend_sequence_card_finalize;

  properties[PROP_CACHE] = g_param_spec_object ("cache", NULL, NULL, STARSEND_TYPE_POSTER_CACHE,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_DETAILS] = g_param_spec_string ("details", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, STARSEND_TYPE_SEQUENCE_ITEM, flags);
  properties[PROP_SUMMARY] = g_param_spec_string ("summary", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "sequencecard");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
  bind_template (widget_class);
}

static void
starsend_sequence_card_init (StarsendSequenceCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->item_signals = g_signal_group_new (STARSEND_TYPE_SEQUENCE_ITEM);
  g_signal_group_connect_swapped (self->item_signals, "notify", G_CALLBACK (find_words), self);
  g_signal_connect_object (self->poster, "notify::path", G_CALLBACK (name_poster), self, G_CONNECT_SWAPPED);
}

/**
 * starsend_sequence_card_new:
 * @cache: where its pictures come from
 *
 * Makes a card without an item.
 *
 * Returns: (transfer floating): the card
 */
StarsendSequenceCard *
starsend_sequence_card_new (StarsendPosterCache *cache)
{
  return g_object_new (STARSEND_TYPE_SEQUENCE_CARD, "cache", cache, NULL);
}

/**
 * starsend_sequence_card_get_item:
 * @self: the card
 *
 * Gives what it shows.
 *
 * Returns: (transfer none) (nullable): the item
 */
StarsendSequenceItem *
starsend_sequence_card_get_item (StarsendSequenceCard *self)
{
  return self->item;
}

/**
 * starsend_sequence_card_set_item:
 * @self: the card
 * @item: (nullable): what it is to show
 *
 * Makes the card follow another sequence.
 */
void
starsend_sequence_card_set_item (StarsendSequenceCard *self, StarsendSequenceItem *item)
{
  if (!g_set_object (&self->item, item))
    return;

  if (item == NULL)
    starsend_poster_set_path (self->poster, NULL);
  g_signal_group_set_target (self->item_signals, item);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEM]);
  find_words (self);
  name_poster (self);
}

/**
 * starsend_sequence_card_get_summary:
 * @self: the card
 *
 * Gives the card in words: title, id, state and takes.
 *
 * Returns: (transfer none) (nullable): the words
 */
const char *
starsend_sequence_card_get_summary (StarsendSequenceCard *self)
{
  return self->summary;
}

/**
 * starsend_sequence_card_get_details:
 * @self: the card
 *
 * Gives what else there is to say: the plan's error that stops the sequence, else what is to do next.
 *
 * Returns: (transfer none) (nullable): a sentence
 */
const char *
starsend_sequence_card_get_details (StarsendSequenceCard *self)
{
  return self->details;
}
