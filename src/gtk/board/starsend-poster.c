/* starsend-poster.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-poster.h"

/* Every card decodes to the same size, so that a resize of the window decodes nothing again. */
#define DECODE_WIDTH 400
#define DECODE_HEIGHT 225

/* A picture that is nearly 16:9 fills the poster; another one is shown whole. */
#define COVER_TOLERANCE 0.12

/* Five in a row at 1440 pixels, one in the narrowest window. */
#define WIDTH 256

struct _StarsendPoster
{
  GtkWidget parent_instance;

  StarsendPosterCache *cache;
  char *path;
  GdkTexture *texture;
  GCancellable *cancellable; /* of the load under way */

  GtkWidget *label;
};

enum
{
  PROP_0,
  PROP_CACHE,
  PROP_PATH,
  PROP_SLATE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (StarsendPoster, starsend_poster, GTK_TYPE_WIDGET)

static void
show_texture (StarsendPoster *self, GdkTexture *texture)
{
  if (g_set_object (&self->texture, texture))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
poster_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StarsendPoster) self = user_data;
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GError) error = NULL;

  texture = starsend_poster_cache_load_finish (STARSEND_POSTER_CACHE (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->cancellable);
  if (error != NULL)
    g_debug ("No poster: %s", error->message);
  gtk_widget_set_child_visible (self->label, texture == NULL);
  show_texture (self, texture);
}

static void
stop_loading (StarsendPoster *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
start_loading (StarsendPoster *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  GdkTexture *kept;

  stop_loading (self);
  if (self->path == NULL || self->cache == NULL)
    {
      gtk_widget_set_child_visible (self->label, TRUE);
      show_texture (self, NULL);
      return;
    }

  /* While the first look at a file is under way its card is plain: a slate that gives way at once would flicker. */
  kept = starsend_poster_cache_peek (self->cache, self->path, DECODE_WIDTH * scale, DECODE_HEIGHT * scale);
  gtk_widget_set_child_visible (self->label, FALSE);
  show_texture (self, kept);

  self->cancellable = g_cancellable_new ();
  starsend_poster_cache_load_async (self->cache, self->path, DECODE_WIDTH * scale, DECODE_HEIGHT * scale,
                                    self->cancellable, poster_loaded, g_object_ref (self));
}

static GtkSizeRequestMode
starsend_poster_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
starsend_poster_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                         int *minimum_baseline, int *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = WIDTH;
  else
    *minimum = *natural = ((for_size < 0 ? WIDTH : for_size) * 9 + 15) / 16;
}

static void
starsend_poster_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  StarsendPoster *self = STARSEND_POSTER (widget);
  GtkRequisition size;

  gtk_widget_get_preferred_size (self->label, NULL, &size);
  size.width = MIN (size.width, width);
  size.height = MIN (size.height, height);
  gtk_widget_size_allocate (
      self->label, &(GtkAllocation){ (width - size.width) / 2, (height - size.height) / 2, size.width, size.height },
      -1);
}

static void
starsend_poster_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StarsendPoster *self = STARSEND_POSTER (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  double across, down, scale;

  gtk_widget_snapshot_child (widget, self->label, snapshot);
  if (self->texture == NULL || width <= 0 || height <= 0)
    return;

  across = width / gdk_texture_get_width (self->texture);
  down = height / gdk_texture_get_height (self->texture);
  scale = ABS (across / down - 1) < COVER_TOLERANCE ? MAX (across, down) : MIN (across, down);
  across = scale * gdk_texture_get_width (self->texture);
  down = scale * gdk_texture_get_height (self->texture);

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  gtk_snapshot_append_texture (snapshot, self->texture,
                               &GRAPHENE_RECT_INIT ((width - across) / 2, (height - down) / 2, across, down));
  gtk_snapshot_pop (snapshot);
}

static void
starsend_poster_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendPoster *self = STARSEND_POSTER (object);

  switch (prop_id)
    {
    case PROP_CACHE:
      g_value_set_object (value, self->cache);
      break;
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_SLATE:
      g_value_set_string (value, starsend_poster_get_slate (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_poster_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  StarsendPoster *self = STARSEND_POSTER (object);

  switch (prop_id)
    {
    case PROP_CACHE:
      starsend_poster_set_cache (self, g_value_get_object (value));
      break;
    case PROP_PATH:
      starsend_poster_set_path (self, g_value_get_string (value));
      break;
    case PROP_SLATE:
      starsend_poster_set_slate (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_poster_dispose (GObject *object)
{
  StarsendPoster *self = STARSEND_POSTER (object);

  stop_loading (self);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  g_clear_object (&self->cache);
  g_clear_object (&self->texture);

  G_OBJECT_CLASS (starsend_poster_parent_class)->dispose (object);
}

static void
starsend_poster_finalize (GObject *object)
{
  g_free (STARSEND_POSTER (object)->path);

  G_OBJECT_CLASS (starsend_poster_parent_class)->finalize (object);
}

static void
starsend_poster_class_init (StarsendPosterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = starsend_poster_get_property;
  object_class->set_property = starsend_poster_set_property;
  object_class->dispose = starsend_poster_dispose;
  object_class->finalize = starsend_poster_finalize;
  widget_class->get_request_mode = starsend_poster_get_request_mode;
  widget_class->measure = starsend_poster_measure;
  widget_class->size_allocate = starsend_poster_size_allocate;
  widget_class->snapshot = starsend_poster_snapshot;

  properties[PROP_CACHE] =
      g_param_spec_object ("cache", NULL, NULL, STARSEND_TYPE_POSTER_CACHE,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL,
                                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SLATE] = g_param_spec_string ("slate", NULL, NULL, "",
                                                G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "poster");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
starsend_poster_init (StarsendPoster *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  self->label = g_object_new (GTK_TYPE_LABEL, "ellipsize", PANGO_ELLIPSIZE_END, "margin-start", 12, "margin-end", 12,
                              "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (start_loading), NULL);
}

/**
 * starsend_poster_get_path:
 * @self: the poster
 *
 * Gives the file that is shown.
 *
 * Returns: (transfer none) (nullable): its absolute path
 */
const char *
starsend_poster_get_path (StarsendPoster *self)
{
  return self->path;
}

/**
 * starsend_poster_set_path:
 * @self: the poster
 * @path: (nullable): an absolute path
 *
 * Shows another picture, or looks again whether the same one has changed.
 */
void
starsend_poster_set_path (StarsendPoster *self, const char *path)
{
  if (g_strcmp0 (self->path, path) == 0)
    {
      if (path != NULL)
        start_loading (self);
      return;
    }

  g_free (self->path);
  self->path = g_strdup (path);
  start_loading (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
}

/**
 * starsend_poster_get_slate:
 * @self: the poster
 *
 * Gives the word that stands there while there is no picture.
 *
 * Returns: (transfer none): the word
 */
const char *
starsend_poster_get_slate (StarsendPoster *self)
{
  return gtk_label_get_label (GTK_LABEL (self->label));
}

/**
 * starsend_poster_set_slate:
 * @self: the poster
 * @slate: (nullable): a word
 *
 * Sets the word that stands there while there is no picture.
 */
void
starsend_poster_set_slate (StarsendPoster *self, const char *slate)
{
  if (g_strcmp0 (starsend_poster_get_slate (self), slate != NULL ? slate : "") == 0)
    return;

  gtk_label_set_label (GTK_LABEL (self->label), slate != NULL ? slate : "");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SLATE]);
}

/**
 * starsend_poster_get_cache:
 * @self: the poster
 *
 * Gives where its pictures come from.
 *
 * Returns: (transfer none) (nullable): the cache
 */
StarsendPosterCache *
starsend_poster_get_cache (StarsendPoster *self)
{
  return self->cache;
}

/**
 * starsend_poster_set_cache:
 * @self: the poster
 * @cache: (nullable): where its pictures come from
 *
 * Sets where its pictures come from; without one there is only the slate.
 */
void
starsend_poster_set_cache (StarsendPoster *self, StarsendPosterCache *cache)
{
  if (!g_set_object (&self->cache, cache))
    return;

  start_loading (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CACHE]);
}

/**
 * starsend_poster_get_texture:
 * @self: the poster
 *
 * Gives the picture that is shown now.
 *
 * Returns: (transfer none) (nullable): the picture; %NULL while there is only the slate
 */
GdkTexture *
starsend_poster_get_texture (StarsendPoster *self)
{
  return self->texture;
}
