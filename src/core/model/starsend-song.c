/* starsend-song.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-plan-data.h"

#include <string.h>

/**
 * StarsendSong:
 *
 * The song that the video is cut to. Immutable.
 */
struct _StarsendSong
{
  GObject parent_instance;

  StarsendPlanData *data;
};

G_DEFINE_FINAL_TYPE (StarsendSong, starsend_song, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_FILE,
  PROP_DURATION,
  PROP_BPM,
  PROP_N_SECTIONS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_song_finalize (GObject *object)
{
  StarsendSong *self = STARSEND_SONG (object);

  g_clear_pointer (&self->data, starsend_plan_data_unref);
  G_OBJECT_CLASS (starsend_song_parent_class)->finalize (object);
}

static void
starsend_song_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  StarsendSong *self = STARSEND_SONG (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, starsend_song_get_title (self));
      break;
    case PROP_FILE:
      g_value_set_string (value, starsend_song_get_file (self));
      break;
    case PROP_DURATION:
      g_value_set_double (value, starsend_song_get_duration (self));
      break;
    case PROP_BPM:
      g_value_set_double (value, starsend_song_get_bpm (self));
      break;
    case PROP_N_SECTIONS:
      g_value_set_uint (value, starsend_song_get_n_sections (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
starsend_song_class_init (StarsendSongClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = starsend_song_finalize;
  object_class->get_property = starsend_song_get_property;

  /**
   * StarsendSong:title:
   *
   * The title.
   */
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  /**
   * StarsendSong:file:
   *
   * The path of the recording, relative to the project.
   */
  properties[PROP_FILE] = g_param_spec_string ("file", NULL, NULL, NULL, flags);
  /**
   * StarsendSong:duration:
   *
   * The length in seconds, -1 when the plan does not say.
   */
  properties[PROP_DURATION] = g_param_spec_double ("duration", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  /**
   * StarsendSong:bpm:
   *
   * The beats in a minute, -1 when the plan does not say.
   */
  properties[PROP_BPM] = g_param_spec_double ("bpm", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  /**
   * StarsendSong:n-sections:
   *
   * How many sections there are.
   */
  properties[PROP_N_SECTIONS] = g_param_spec_uint ("n-sections", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_song_init (StarsendSong *self)
{
}

StarsendSong *
starsend_song_new_from_data (StarsendPlanData *data)
{
  StarsendSong *self = g_object_new (STARSEND_TYPE_SONG, NULL);

  self->data = starsend_plan_data_ref (data);
  return self;
}

/**
 * starsend_song_get_title:
 * @self: a song
 *
 * Gets the title.
 *
 * Returns: (transfer none) (nullable): the title
 */
const char *
starsend_song_get_title (StarsendSong *self)
{
  g_return_val_if_fail (STARSEND_IS_SONG (self), NULL);
  return self->data->song_title;
}

/**
 * starsend_song_get_file:
 * @self: a song
 *
 * Gets the path of the recording, relative to the project.
 *
 * Returns: (transfer none) (nullable): the path of the recording, relative to the project
 */
const char *
starsend_song_get_file (StarsendSong *self)
{
  g_return_val_if_fail (STARSEND_IS_SONG (self), NULL);
  return self->data->song_file;
}

/**
 * starsend_song_get_duration:
 * @self: a song
 *
 * Gets the length in seconds, -1 when the plan does not say.
 *
 * Returns: the length in seconds, -1 when the plan does not say
 */
double
starsend_song_get_duration (StarsendSong *self)
{
  g_return_val_if_fail (STARSEND_IS_SONG (self), -1);
  return self->data->song_duration;
}

/**
 * starsend_song_get_bpm:
 * @self: a song
 *
 * Gets the beats in a minute, -1 when the plan does not say.
 *
 * Returns: the beats in a minute, -1 when the plan does not say
 */
double
starsend_song_get_bpm (StarsendSong *self)
{
  g_return_val_if_fail (STARSEND_IS_SONG (self), -1);
  return self->data->song_bpm;
}

/**
 * starsend_song_get_n_sections:
 * @self: a song
 *
 * Gets how many sections there are.
 *
 * Returns: how many sections there are
 */
guint
starsend_song_get_n_sections (StarsendSong *self)
{
  g_return_val_if_fail (STARSEND_IS_SONG (self), 0);
  return self->data->sections->len;
}

/**
 * starsend_song_get_section:
 * @self: a song
 * @index: which section, from 0
 * @start: (out) (optional): where it begins, in seconds, -1 when the plan does not say
 * @end: (out) (optional): where it ends, in seconds, -1 when the plan does not say
 *
 * Gets a section, such as a verse.
 *
 * Returns: (transfer none) (nullable): its name
 */
const char *
starsend_song_get_section (StarsendSong *self, guint index, double *start, double *end)
{
  const StarsendSectionData *section;

  g_return_val_if_fail (STARSEND_IS_SONG (self), NULL);
  g_return_val_if_fail (index < self->data->sections->len, NULL);

  section = &g_array_index (self->data->sections, StarsendSectionData, index);
  if (start)
    *start = section->start;
  if (end)
    *end = section->end;
  return section->name;
}

static gboolean
parse_digits (const char **at, guint max_digits, double *value)
{
  guint n_digits = 0;

  *value = 0;
  for (; g_ascii_isdigit (**at); (*at)++)
    {
      *value = *value * 10 + (**at - '0');
      n_digits++;
    }
  return n_digits > 0 && n_digits <= max_digits;
}

/**
 * starsend_song_parse_time:
 * @text: a time as `M:SS`, `M:SS.mmm`, `S` or `S.mmm`
 * @seconds: (out): the time in seconds
 *
 * Reads a time that is written as text.
 *
 * Minutes and seconds without minutes have up to seven digits, seconds behind a colon exactly two, and fractions up to
 * nine.
 *
 * Returns: %FALSE when it is no time
 */
gboolean
starsend_song_parse_time (const char *text, double *seconds)
{
  static const double units[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };
  const char *at = text;
  double whole, minutes, fraction;
  const char *point;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (seconds != NULL, FALSE);

  if (!parse_digits (&at, 7, &whole))
    return FALSE;
  if (*at == ':')
    {
      minutes = whole;
      at++;
      point = at;
      if (!parse_digits (&at, 2, &whole) || at - point != 2 || whole > 59)
        return FALSE;
      whole += minutes * 60;
    }
  if (*at == '.')
    {
      point = ++at;
      if (!parse_digits (&at, 9, &fraction))
        return FALSE;
      /* One division, so that 1:01.234 is the same double as 61.234. */
      whole = (whole * units[at - point] + fraction) / units[at - point];
    }
  if (*at != '\0')
    return FALSE;
  *seconds = whole;
  return TRUE;
}
