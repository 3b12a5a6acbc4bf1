/* starsend-sketch-scene.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sketch-scene.h"

#include "starsend-picture.h"

#include <string.h>

typedef struct
{
  const char *word;
  int value;
} Word;

static const Word places[] = {
  { "car park", STARSEND_SKETCH_CAR_PARK }, { "parking", STARSEND_SKETCH_CAR_PARK }, { "tunnel", STARSEND_SKETCH_TUNNEL },
  { "underpass", STARSEND_SKETCH_TUNNEL },  { "suburb", STARSEND_SKETCH_SUBURB },    { "suburban", STARSEND_SKETCH_SUBURB },
  { "suburbia", STARSEND_SKETCH_SUBURB },   { "hedges", STARSEND_SKETCH_SUBURB },    { "village", STARSEND_SKETCH_SUBURB },
  { "house", STARSEND_SKETCH_SUBURB },      { "houses", STARSEND_SKETCH_SUBURB },    { "city", STARSEND_SKETCH_CITY },
  { "downtown", STARSEND_SKETCH_CITY },     { "urban", STARSEND_SKETCH_CITY },       { "skyscraper", STARSEND_SKETCH_CITY },
  { "skyscrapers", STARSEND_SKETCH_CITY },  { "alley", STARSEND_SKETCH_CITY },       { "neon", STARSEND_SKETCH_CITY },
  { "desert", STARSEND_SKETCH_DESERT },     { "dunes", STARSEND_SKETCH_DESERT },     { "canyon", STARSEND_SKETCH_DESERT },
  { "sea", STARSEND_SKETCH_SEA },           { "ocean", STARSEND_SKETCH_SEA },        { "beach", STARSEND_SKETCH_SEA },
  { "coast", STARSEND_SKETCH_SEA },         { "harbour", STARSEND_SKETCH_SEA },      { "harbor", STARSEND_SKETCH_SEA },
  { "forest", STARSEND_SKETCH_FOREST },     { "woods", STARSEND_SKETCH_FOREST },     { "jungle", STARSEND_SKETCH_FOREST },
  { "trees", STARSEND_SKETCH_FOREST },      { "mountain", STARSEND_SKETCH_MOUNTAINS }, { "mountains", STARSEND_SKETCH_MOUNTAINS },
  { "alps", STARSEND_SKETCH_MOUNTAINS },    { "snow", STARSEND_SKETCH_MOUNTAINS },   { "interior", STARSEND_SKETCH_INTERIOR },
  { "room", STARSEND_SKETCH_INTERIOR },     { "kitchen", STARSEND_SKETCH_INTERIOR }, { "bedroom", STARSEND_SKETCH_INTERIOR },
  { "living room", STARSEND_SKETCH_INTERIOR }, { "bar", STARSEND_SKETCH_INTERIOR },  { "office", STARSEND_SKETCH_INTERIOR },
  { "studio", STARSEND_SKETCH_INTERIOR },   { "hallway", STARSEND_SKETCH_INTERIOR }, { "indoors", STARSEND_SKETCH_INTERIOR },
  { "street", STARSEND_SKETCH_CITY },
};

/* The first that is named gives the colour of the light. */
static const Word accents[] = {
  { "neon", 0xe8327c },   { "golden hour", 0xe8922e }, { "sunset", 0xe2642e }, { "sunrise", 0xe88a5a }, { "dusk", 0xb35a8c },
  { "dawn", 0xe08a7a },   { "fire", 0xe0501e },        { "moonlight", 0x5f8fd0 }, { "night", 0xf0b93c }, { "rain", 0x3f86b4 },
  { "rainy", 0x3f86b4 },  { "storm", 0x4a6fa5 },       { "snow", 0x62a8d4 },   { "desert", 0xd9803c },  { "dunes", 0xd9803c },
  { "sea", 0x2790a6 },    { "ocean", 0x2790a6 },       { "beach", 0x2790a6 },  { "coast", 0x2790a6 },   { "forest", 0x5f944a },
  { "woods", 0x5f944a },  { "jungle", 0x5f944a },      { "tunnel", 0xf0a530 }, { "interior", 0xe0a04a }, { "city", 0xd84a36 },
  { "autumn", 0xd0702c }, { "spring", 0x86ab4c },
};

static const Word kinds[] = {
  { "car", STARSEND_SKETCH_VEHICLE },    { "cars", STARSEND_SKETCH_VEHICLE },   { "coupe", STARSEND_SKETCH_VEHICLE },
  { "sedan", STARSEND_SKETCH_VEHICLE },  { "vehicle", STARSEND_SKETCH_VEHICLE }, { "taxi", STARSEND_SKETCH_VEHICLE },
  { "van", STARSEND_SKETCH_VEHICLE },    { "truck", STARSEND_SKETCH_VEHICLE },  { "convertible", STARSEND_SKETCH_VEHICLE },
  { "pickup", STARSEND_SKETCH_VEHICLE }, { "driver", STARSEND_SKETCH_PERSON },  { "man", STARSEND_SKETCH_PERSON },
  { "woman", STARSEND_SKETCH_PERSON },   { "girl", STARSEND_SKETCH_PERSON },    { "boy", STARSEND_SKETCH_PERSON },
  { "person", STARSEND_SKETCH_PERSON },  { "people", STARSEND_SKETCH_PERSON },  { "singer", STARSEND_SKETCH_PERSON },
  { "dancer", STARSEND_SKETCH_PERSON },  { "child", STARSEND_SKETCH_PERSON },   { "hero", STARSEND_SKETCH_PERSON },
  { "figure", STARSEND_SKETCH_PERSON },  { "character", STARSEND_SKETCH_PERSON }, { "hitchhiker", STARSEND_SKETCH_PERSON },
  { "actor", STARSEND_SKETCH_PERSON },   { "guitarist", STARSEND_SKETCH_PERSON }, { "detective", STARSEND_SKETCH_PERSON },
  { "road", STARSEND_SKETCH_PLACE },     { "street", STARSEND_SKETCH_PLACE },   { "highway", STARSEND_SKETCH_PLACE },
  { "bridge", STARSEND_SKETCH_PLACE },   { "house", STARSEND_SKETCH_PLACE },    { "place", STARSEND_SKETCH_PLACE },
  { "location", STARSEND_SKETCH_PLACE }, { "valley", STARSEND_SKETCH_PLACE },   { "city", STARSEND_SKETCH_PLACE },
  { "town", STARSEND_SKETCH_PLACE },     { "room", STARSEND_SKETCH_PLACE },     { "tunnel", STARSEND_SKETCH_PLACE },
  { "beach", STARSEND_SKETCH_PLACE },    { "forest", STARSEND_SKETCH_PLACE },   { "building", STARSEND_SKETCH_PLACE },
};

static const Word colours[] = {
  { "red", 0xc23b2e },   { "blue", 0x3f6fae },   { "green", 0x4e8a56 }, { "yellow", 0xe0b23a }, { "orange", 0xdd7a32 },
  { "black", 0x3a3a3e }, { "white", 0xe6e2d8 },  { "grey", 0x8b8b8b },  { "gray", 0x8b8b8b },   { "silver", 0xb4b8bc },
  { "pink", 0xd8839c },  { "purple", 0x7d5a9e }, { "brown", 0x80583a }, { "gold", 0xc99a3c },
};

/* Lower case, everything but letters and digits a single space, so that " word " finds whole words only. */
static char *
normalise (const char *text)
{
  g_autofree char *lower = g_utf8_strdown (text != NULL ? text : "", -1);
  GString *result = g_string_new (" ");

  for (const char *p = lower; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isalnum (c))
        g_string_append_unichar (result, c);
      else if (result->str[result->len - 1] != ' ')
        g_string_append_c (result, ' ');
    }
  if (result->str[result->len - 1] != ' ')
    g_string_append_c (result, ' ');
  return g_string_free (result, FALSE);
}

static gboolean
names (const char *normalised, const char *word)
{
  g_autofree char *padded = g_strdup_printf (" %s ", word);

  return strstr (normalised, padded) != NULL;
}

static int
look_up (const Word *words, gsize n_words, const char *normalised, int otherwise)
{
  for (gsize i = 0; i < n_words; i++)
    if (names (normalised, words[i].word))
      return words[i].value;
  return otherwise;
}

static void
set_colour (double *colour, int rgb)
{
  for (int i = 0; i < 3; i++)
    colour[i] = (rgb >> (16 - 8 * i) & 0xff) / 255.0;
}

/* The strongest colour of a picture: by hue, the lively pixels of the middle counting most. */
static gboolean
dominant_colour (const char *path, double *colour)
{
  g_autoptr (GdkPixbuf) picture = starsend_picture_load_scaled (path, 64, 64, NULL);
  double sums[12][4] = { 0 };
  int best = 0;

  if (picture == NULL)
    return FALSE;
  for (int y = 0; y < gdk_pixbuf_get_height (picture); y++)
    for (int x = 0; x < gdk_pixbuf_get_width (picture); x++)
      {
        const guint8 *p = gdk_pixbuf_read_pixels (picture) + (gsize) y * gdk_pixbuf_get_rowstride (picture) +
                          (gsize) x * gdk_pixbuf_get_n_channels (picture);
        int high = MAX (p[0], MAX (p[1], p[2])), low = MIN (p[0], MIN (p[1], p[2])), hue;
        double weight = high - low;

        if (high - low < 24 || (gdk_pixbuf_get_has_alpha (picture) && p[3] < 128))
          continue;
        hue = high == p[0] ? 2 * (p[1] - p[2]) / (high - low) : high == p[1] ? 4 + 2 * (p[2] - p[0]) / (high - low)
                                                                             : 8 + 2 * (p[0] - p[1]) / (high - low);
        hue = (hue + 12) % 12;
        for (int i = 0; i < 3; i++)
          sums[hue][i] += weight * p[i];
        sums[hue][3] += weight;
        if (sums[hue][3] > sums[best][3])
          best = hue;
      }
  if (sums[best][3] < 24.0 * gdk_pixbuf_get_width (picture) * gdk_pixbuf_get_height (picture) / 20)
    return FALSE;
  for (int i = 0; i < 3; i++)
    colour[i] = sums[best][i] / sums[best][3] / 255;
  return TRUE;
}

static void
add_subject (StarsendSketchScene *scene, StarsendSketchKind kind, const char *name, const char *words, const char *picture)
{
  StarsendSketchSubject *subject = &scene->subjects[scene->n_subjects];

  if (scene->n_subjects == G_N_ELEMENTS (scene->subjects))
    return;
  scene->n_subjects++;
  subject->kind = kind;
  subject->name = g_strdup (name);
  if (picture == NULL || !dominant_colour (picture, subject->colour))
    set_colour (subject->colour,
                look_up (colours, G_N_ELEMENTS (colours), words, kind == STARSEND_SKETCH_PERSON ? 0x4a4a50 : 0x9a958a));
}

static void
add_elements (StarsendSketchScene *scene, GListModel *elements)
{
  for (guint i = 0; i < g_list_model_get_n_items (elements); i++)
    {
      g_autoptr (StarsendElementPictures) element = g_list_model_get_item (elements, i);
      const char *id = starsend_element_pictures_get_element_id (element);
      const char *name = starsend_element_pictures_get_name (element);
      const char *description = starsend_element_pictures_get_description (element);
      g_autofree char *own = g_strdup_printf ("%s %s", id, name != NULL ? name : "");
      g_autofree char *own_words = normalise (own);
      g_autofree char *more_words = normalise (description);
      g_autofree char *all_words = g_strconcat (own_words, more_words, NULL);
      int kind = look_up (kinds, G_N_ELEMENTS (kinds), own_words, -1);

      if (name == NULL || *name == '\0')
        name = id;
      if (kind < 0)
        kind = look_up (kinds, G_N_ELEMENTS (kinds), more_words, STARSEND_SKETCH_THING);
      if (kind == STARSEND_SKETCH_PLACE)
        continue;
      add_subject (scene, (StarsendSketchKind) kind, name, all_words, starsend_element_pictures_get_frontal (element));
    }
}

/* The words of the prompt stand in where no element does; somebody has to be there. */
static void
add_from_prompt (StarsendSketchScene *scene, const char *words)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds) && scene->n_subjects < 2; i++)
    if (names (words, kinds[i].word) && (scene->n_subjects == 0 || scene->subjects[0].kind != (StarsendSketchKind) kinds[i].value))
      add_subject (scene, (StarsendSketchKind) kinds[i].value, kinds[i].word, words, NULL);
  if (scene->n_subjects == 0)
    add_subject (scene, STARSEND_SKETCH_PERSON, "", words, NULL);
}

static gboolean
any (const char *words, const char *const *list)
{
  for (; *list != NULL; list++)
    if (names (words, *list))
      return TRUE;
  return FALSE;
}

static guint32
seed_of (const char *words, guint number)
{
  guint32 hash = 2166136261u;

  for (; *words != '\0'; words++)
    hash = (hash ^ (guint8) *words) * 16777619u;
  return (hash ^ number * 2654435761u) * 16777619u;
}

StarsendSketchScene *
starsend_sketch_scene_new (StarsendRequest *request)
{
  static const char *const night[] = { "night", "midnight", "neon", "moonlight", "nocturnal", "nighttime", NULL };
  static const char *const low_sun[] = { "golden hour", "sunset", "sunrise", "dusk", "dawn", "evening", "low sun", "sun", NULL };
  static const char *const rain[] = { "rain", "rainy", "storm", "wet", "raining", NULL };
  static const char *const snow[] = { "snow", "snowy", "snowing", "blizzard", "winter", NULL };
  static const char *const fog[] = { "fog", "foggy", "mist", "misty", "haze", "smoke", NULL };
  StarsendSketchScene *scene = g_new0 (StarsendSketchScene, 1);
  g_autofree char *words = normalise (starsend_request_get_prompt (request));

  scene->seed = seed_of (words, starsend_request_get_number (request));
  scene->place = look_up (places, G_N_ELEMENTS (places), words, STARSEND_SKETCH_ROAD);
  scene->night = any (words, night);
  scene->low_sun = !scene->night && any (words, low_sun);
  scene->rain = any (words, rain);
  scene->snow = any (words, snow);
  scene->fog = any (words, fog);
  set_colour (scene->accent, look_up (accents, G_N_ELEMENTS (accents), words, 0xd8553a));
  add_elements (scene, starsend_request_get_elements (request));
  if (scene->n_subjects == 0)
    add_from_prompt (scene, words);
  return scene;
}

void
starsend_sketch_scene_free (StarsendSketchScene *scene)
{
  for (guint i = 0; i < scene->n_subjects; i++)
    g_free (scene->subjects[i].name);
  g_free (scene);
}
