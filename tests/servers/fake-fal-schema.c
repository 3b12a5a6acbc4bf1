/* fake-fal-schema.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-fal-private.h"

#include <string.h>

#define MAX_PROMPT 2500
#define MAX_SHOTS 6
#define MAX_PICTURES 7
#define MAX_PICTURE_BYTES (10 * 1024 * 1024)
#define MIN_PICTURE_SIDE 300
#define MIN_PICTURE_RATIO 0.40
#define MAX_PICTURE_RATIO 2.50

#define RATIOS "21:9|16:9|3:2|4:3|5:4|1:1|4:5|3:4|2:3|9:16"
#define KLING_RATIOS "aspect_ratio=16:9|9:16|1:1 "
#define KLING_TEXT "prompt multi_prompt duration=3..15 shot_type=customize|intelligent "
#define NANO "prompt! num_images#1..4 output_format=png|jpeg|webp safety_tolerance=1..6 seed#0..2147483647 sync_mode limit_generations "
#define NANO_PRO NANO "resolution=1K|2K|4K enable_web_search system_prompt aspect_ratio=auto|" RATIOS " "
#define NANO_2 NANO "resolution=0.5K|1K|2K|4K enable_web_search system_prompt thinking_level=minimal|high aspect_ratio=auto|4:1|1:4|8:1|1:8|" RATIOS " "
#define VEO "prompt! duration=4s|6s|8s generate_audio resolution=720p|1080p|4k safety_tolerance=1..6 auto_fix seed#0..2147483647 negative_prompt "

/* Which fields an endpoint has. A field is NAME, then "!" where it is required, "=A|B" or "=1..9" for the texts that it takes, "#1..9" for
 * whole numbers; what else it may be is known by its name. */
static const struct
{
  const char *pattern;
  const char *fields;
} schemas[] = {
  { "^fal-ai/kling-video/o3/(standard|pro|4k)/image-to-video$", "image_url! end_image_url generate_audio " KLING_TEXT },
  { "^fal-ai/kling-video/o3/(standard|pro|4k)/reference-to-video$",
    "start_image_url end_image_url image_urls elements generate_audio " KLING_RATIOS KLING_TEXT },
  { "^fal-ai/kling-video/o3/(standard|pro|4k)/text-to-video$", "generate_audio " KLING_RATIOS KLING_TEXT },
  { "^fal-ai/kling-video/v3/(standard|pro|4k)/image-to-video$",
    "start_image_url! end_image_url elements generate_audio negative_prompt cfg_scale " KLING_TEXT },
  { "^fal-ai/kling-video/v3/(standard|pro|4k)/text-to-video$", "generate_audio negative_prompt cfg_scale " KLING_RATIOS KLING_TEXT },
  { "^fal-ai/kling-video/v3/turbo/(standard|pro)/image-to-video$", "image_url! prompt multi_prompt duration=3..15" },
  { "^fal-ai/kling-video/o1/(standard/)?image-to-video$", "start_image_url! end_image_url prompt! duration=3..10" },
  { "^fal-ai/kling-video/o1/(standard/)?reference-to-video$", "image_urls elements prompt! duration=3..10 " KLING_RATIOS },
  { "^fal-ai/(nano-banana|gemini-25-flash-image)$", NANO "aspect_ratio=" RATIOS },
  { "^fal-ai/(nano-banana|gemini-25-flash-image)/edit$", NANO "image_urls! aspect_ratio=auto|" RATIOS },
  { "^fal-ai/(nano-banana-pro|gemini-3-pro-image-preview)$", NANO_PRO },
  { "^fal-ai/(nano-banana-pro|gemini-3-pro-image-preview)/edit$", NANO_PRO "image_urls!" },
  { "^fal-ai/(nano-banana-2|gemini-3.1-flash-image-preview)$", NANO_2 },
  { "^fal-ai/(nano-banana-2|gemini-3.1-flash-image-preview)/edit$", NANO_2 "image_urls!" },
  { "^fal-ai/veo3.1/((fast|lite)/)?image-to-video$", VEO "image_url! aspect_ratio=auto|16:9|9:16" },
  { "^fal-ai/veo3.1/((fast|lite)/)?reference-to-video$", VEO "image_urls! aspect_ratio=16:9|9:16" },
  { "^fal-ai/veo3.1/((fast|lite)/)?first-last-frame-to-video$", VEO "first_frame_url! last_frame_url! aspect_ratio=auto|16:9|9:16" },
  { "^bytedance/seedance-2.0/(fast/)?image-to-video$",
    "image_url! end_image_url prompt! duration=auto|4|5|6|7|8|9|10|11|12|13|14|15 resolution=480p|720p|1080p|4k generate_audio seed#0..2147483647 "
    "aspect_ratio=auto|21:9|16:9|4:3|1:1|3:4|9:16" },
  { "^fal-ai/wan/v2.7/image-to-video$",
    "image_url! end_image_url prompt! duration#2..15 resolution=720p|1080p negative_prompt seed#0..2147483647 enable_prompt_expansion enable_safety_checker" },
};

typedef struct
{
  FakeFal *fal;
  JsonArray *findings;
  gboolean kling;
  GPtrArray *place;       /* of texts: the members on the way down */
} Check;

static const char *
find_fields (const char *endpoint)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemas); i++)
    if (g_regex_match_simple (schemas[i].pattern, endpoint, 0, 0))
      return schemas[i].fields;

  return NULL;
}

gboolean
fake_fal_knows (const char *endpoint)
{
  return find_fields (endpoint) != NULL;
}

/* Says what is wrong at the place that is being looked at. Returns the finding, for a context. */
static JsonObject *
complain (Check *check, const char *type, const char *message)
{
  JsonObject *finding = json_object_new ();
  JsonArray *loc = json_array_new ();

  json_array_add_string_element (loc, "body");
  for (guint i = 0; i < check->place->len; i++)
    {
      const char *step = g_ptr_array_index (check->place, i);

      if (g_ascii_isdigit (step[0]))
        json_array_add_int_element (loc, g_ascii_strtoll (step, NULL, 10));
      else
        json_array_add_string_element (loc, step);
    }
  json_object_set_array_member (finding, "loc", loc);
  json_object_set_string_member (finding, "msg", message);
  json_object_set_string_member (finding, "type", type);
  json_array_add_object_element (check->findings, finding);

  return finding;
}

static void
set_limit (JsonObject *finding, const char *name, gint64 limit)
{
  JsonObject *ctx = json_object_has_member (finding, "ctx") ? json_object_get_object_member (finding, "ctx") : NULL;

  if (ctx == NULL)
    {
      ctx = json_object_new ();
      json_object_set_object_member (finding, "ctx", ctx);
    }
  json_object_set_int_member (ctx, name, limit);
}

static void
enter (Check *check, const char *step)
{
  g_ptr_array_add (check->place, g_strdup (step));
}

static void
enter_index (Check *check, guint index)
{
  g_ptr_array_add (check->place, g_strdup_printf ("%u", index));
}

static void
leave (Check *check)
{
  g_ptr_array_remove_index (check->place, check->place->len - 1);
}

static gboolean
is_string (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

static void
check_text (Check *check, JsonNode *node)
{
  if (!is_string (node))
    complain (check, "string_type", "Input should be a valid string");
  else if (g_utf8_strlen (json_node_get_string (node), -1) > MAX_PROMPT)
    set_limit (complain (check, "sequence_too_long", "The text is too long"), "max_length", MAX_PROMPT);
  else if (*json_node_get_string (node) == '\0')
    set_limit (complain (check, "sequence_too_short", "The text is empty"), "min_length", 1);
}

static void
check_picture_size (Check *check, GdkPixbuf *pixbuf, gsize n_bytes)
{
  int width = gdk_pixbuf_get_width (pixbuf), height = gdk_pixbuf_get_height (pixbuf);
  double ratio = (double) width / height;

  if (!check->kling)
    return;
  if (MIN (width, height) < MIN_PICTURE_SIDE)
    {
      JsonObject *finding = complain (check, "image_too_small", "The image is too small");

      set_limit (finding, "min_width", MIN_PICTURE_SIDE);
      set_limit (finding, "min_height", MIN_PICTURE_SIDE);
    }
  if (ratio < MIN_PICTURE_RATIO || ratio > MAX_PICTURE_RATIO)
    complain (check, "value_error", "The aspect ratio of the image must be between 0.40 and 2.50");
  if (n_bytes > MAX_PICTURE_BYTES)
    set_limit (complain (check, "file_too_large", "The file is too large"), "max_size", MAX_PICTURE_BYTES);
}

static void
check_picture (Check *check, JsonNode *node)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  if (!is_string (node))
    {
      complain (check, "string_type", "Input should be a valid string");
      return;
    }
  bytes = fake_fal_fetch (check->fal, json_node_get_string (node));
  if (bytes == NULL)
    {
      complain (check, "file_download_error", "The file could not be downloaded");
      return;
    }
  pixbuf = fake_media_decode (bytes);
  if (pixbuf == NULL)
    complain (check, "image_load_error", "The image could not be loaded");
  else
    check_picture_size (check, pixbuf, g_bytes_get_size (bytes));
}

static JsonArray *
check_list (Check *check, JsonNode *node, guint min, guint max)
{
  guint length = JSON_NODE_HOLDS_ARRAY (node) ? json_array_get_length (json_node_get_array (node)) : 0;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      complain (check, "list_type", "Input should be a valid list");
      return NULL;
    }
  if (length < min)
    set_limit (complain (check, "sequence_too_short", "The list is too short"), "min_length", min);
  if (length > max)
    set_limit (complain (check, "sequence_too_long", "The list is too long"), "max_length", max);

  return json_node_get_array (node);
}

static void
check_pictures (Check *check, JsonNode *node, guint max)
{
  JsonArray *array = check_list (check, node, 1, max);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      enter_index (check, i);
      check_picture (check, json_array_get_element (array, i));
      leave (check);
    }
}

/* "4|8" or "3..15", as texts. */
static gboolean
is_choice (const char *choices, const char *value)
{
  const char *dots = strstr (choices, "..");
  g_auto (GStrv) list = NULL;
  gint64 number;
  g_autofree char *again = NULL;

  if (dots == NULL)
    {
      list = g_strsplit (choices, "|", -1);
      return g_strv_contains ((const char *const *) list, value);
    }
  number = g_ascii_strtoll (value, NULL, 10);
  again = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  return g_str_equal (again, value) && number >= g_ascii_strtoll (choices, NULL, 10) && number <= g_ascii_strtoll (dots + 2, NULL, 10);
}

static void
check_choice (Check *check, JsonNode *node, const char *choices)
{
  if (!is_string (node))
    complain (check, "string_type", "Input should be a valid string");
  else if (!is_choice (choices, json_node_get_string (node)))
    {
      g_autofree char *message = g_strdup_printf ("Input should be one of %s", choices);

      complain (check, "one_of", message);
    }
}

static void
check_integer (Check *check, JsonNode *node, const char *range)
{
  gint64 min = g_ascii_strtoll (range, NULL, 10), max = g_ascii_strtoll (strstr (range, "..") + 2, NULL, 10);

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    complain (check, "int_type", "Input should be a valid integer");
  else if (json_node_get_int (node) < min)
    set_limit (complain (check, "greater_than_equal", "The number is too small"), "ge", min);
  else if (json_node_get_int (node) > max)
    set_limit (complain (check, "less_than_equal", "The number is too large"), "le", max);
}

static void
check_shots (Check *check, JsonNode *node)
{
  static const char *const known[] = { "prompt", "duration", NULL };
  JsonArray *array = check_list (check, node, 1, MAX_SHOTS);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *shot = json_array_get_element (array, i);
      g_autoptr (GList) members = JSON_NODE_HOLDS_OBJECT (shot) ? json_object_get_members (json_node_get_object (shot)) : NULL;

      enter_index (check, i);
      for (GList *l = members; l != NULL; l = l->next)
        {
          JsonNode *value = json_object_get_member (json_node_get_object (shot), l->data);

          enter (check, l->data);
          if (!g_strv_contains (known, l->data))
            complain (check, "extra_forbidden", "Extra inputs are not permitted");
          else if (g_str_equal (l->data, "prompt"))
            check_text (check, value);
          else
            check_choice (check, value, "1..15");
          leave (check);
        }
      if (!JSON_NODE_HOLDS_OBJECT (shot) || !json_object_has_member (json_node_get_object (shot), "prompt"))
        {
          enter (check, "prompt");
          complain (check, "missing", "Field required");
          leave (check);
        }
      leave (check);
    }
}

static void
check_element (Check *check, JsonObject *element)
{
  g_autoptr (GList) members = json_object_get_members (element);
  gboolean video = json_object_has_member (element, "video_url");

  for (GList *l = members; l != NULL; l = l->next)
    {
      JsonNode *value = json_object_get_member (element, l->data);

      enter (check, l->data);
      if (g_str_equal (l->data, "frontal_image_url"))
        check_picture (check, value);
      else if (g_str_equal (l->data, "reference_image_urls"))
        check_pictures (check, value, 3);
      else if (!g_str_equal (l->data, "video_url") && !g_str_equal (l->data, "voice_id"))
        complain (check, "extra_forbidden", "Extra inputs are not permitted");
      leave (check);
    }
  if (!video && (!json_object_has_member (element, "frontal_image_url") || !json_object_has_member (element, "reference_image_urls")))
    complain (check, "value_error", "An element needs a frontal image and at least one reference image, or a video");
}

static void
check_elements (Check *check, JsonNode *node)
{
  JsonArray *array = check_list (check, node, 1, MAX_PICTURES);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      enter_index (check, i);
      if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (array, i)))
        check_element (check, json_array_get_object_element (array, i));
      else
        complain (check, "dict_type", "Input should be a valid dictionary");
      leave (check);
    }
}

static gboolean
is_number (JsonNode *node)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
}

/* @rule: what stands behind the name of a field in its schema. */
static void
check_field (Check *check, const char *name, const char *rule, JsonNode *node)
{
  if (*rule == '=')
    check_choice (check, node, rule + 1);
  else if (*rule == '#')
    check_integer (check, node, rule + 1);
  else if (g_str_equal (name, "multi_prompt"))
    check_shots (check, node);
  else if (g_str_equal (name, "elements"))
    check_elements (check, node);
  else if (g_str_equal (name, "image_urls"))
    check_pictures (check, node, check->kling ? MAX_PICTURES : 14);
  else if (g_str_has_suffix (name, "_url"))
    check_picture (check, node);
  else if (g_str_has_suffix (name, "prompt"))
    check_text (check, node);
  else if (g_str_equal (name, "cfg_scale"))
    {
      if (!is_number (node) || json_node_get_double (node) < 0 || json_node_get_double (node) > 1)
        complain (check, "less_than_equal", "Input should be a number from 0 to 1");
    }
  else if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    complain (check, "bool_type", "Input should be a valid boolean");
}

static const char *
find_rule (char **fields, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; fields[i] != NULL; i++)
    if (strncmp (fields[i], name, length) == 0 && strchr ("!=#", fields[i][length]) != NULL)
      return fields[i] + length;

  return NULL;
}

static void
check_required (Check *check, char **fields, JsonObject *body)
{
  for (guint i = 0; fields[i] != NULL; i++)
    {
      g_autofree char *name = g_str_has_suffix (fields[i], "!") ? g_strndup (fields[i], strlen (fields[i]) - 1) : NULL;

      if (name == NULL || json_object_has_member (body, name))
        continue;
      enter (check, name);
      complain (check, "missing", "Field required");
      leave (check);
    }
  if (find_rule (fields, "multi_prompt") != NULL &&
      json_object_has_member (body, "prompt") == json_object_has_member (body, "multi_prompt"))
    {
      enter (check, "root");
      complain (check, "value_error", "Either prompt or multi_prompt must be provided, but not both");
      leave (check);
    }
}

/* The sum of the shots is the whole, as the model's maker demands. */
static void
check_sum (Check *check, JsonObject *body)
{
  const char *duration = json_object_get_string_member_with_default (body, "duration", "5");
  JsonArray *shots = json_object_get_array_member (body, "multi_prompt");
  gint64 sum = 0;

  for (guint i = 0; i < json_array_get_length (shots); i++)
    sum += g_ascii_strtoll (json_object_get_string_member_with_default (json_array_get_object_element (shots, i), "duration", "5"), NULL, 10);
  if (sum == g_ascii_strtoll (duration, NULL, 10))
    return;
  enter (check, "multi_prompt");
  complain (check, "value_error", "The durations of the shots do not add up to the duration");
  leave (check);
}

/* "@Element3" where there are two. */
static void
check_tokens (Check *check, const char *text, const char *token, guint n)
{
  g_autofree char *pattern = g_strdup_printf ("@%s(\\d+)", token);
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) info = NULL;

  for (g_regex_match (regex, text, 0, &info); g_match_info_matches (info); g_match_info_next (info, NULL))
    {
      g_autofree char *number = g_match_info_fetch (info, 1);

      if (g_ascii_strtoull (number, NULL, 10) < 1 || g_ascii_strtoull (number, NULL, 10) > n)
        complain (check, "value_error", "The prompt refers to an element or image that is not there");
    }
}

static guint
count_list (JsonObject *body, const char *name)
{
  return json_object_has_member (body, name) ? json_array_get_length (json_object_get_array_member (body, name)) : 0;
}

static void
check_together (Check *check, JsonObject *body)
{
  guint n_elements = count_list (body, "elements");
  guint n_images = count_list (body, "image_urls");
  guint n_shots = count_list (body, "multi_prompt");
  const char *prompt = json_object_get_string_member_with_default (body, "prompt", "");

  if (n_shots > 0)
    check_sum (check, body);
  if (n_elements + n_images > MAX_PICTURES)
    complain (check, "value_error", "There are too many elements and images");
  check_tokens (check, prompt, "Element", n_elements);
  check_tokens (check, prompt, "Image", n_images);
  for (guint i = 0; i < n_shots; i++)
    {
      JsonObject *shot = json_array_get_object_element (json_object_get_array_member (body, "multi_prompt"), i);

      check_tokens (check, json_object_get_string_member (shot, "prompt"), "Element", n_elements);
      check_tokens (check, json_object_get_string_member (shot, "prompt"), "Image", n_images);
    }
}

JsonNode *
fake_fal_check_body (FakeFal *self, const char *endpoint, JsonNode *body)
{
  const char *schema = find_fields (endpoint);
  g_auto (GStrv) fields = g_strsplit (schema != NULL ? schema : "", " ", -1);
  g_autoptr (GPtrArray) place = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (JsonArray) findings = json_array_new ();
  g_autoptr (GList) members = json_object_get_members (json_node_get_object (body));
  Check check = { self, findings, strstr (endpoint, "kling-video") != NULL, place };

  for (GList *l = members; l != NULL; l = l->next)
    {
      const char *rule = find_rule (fields, l->data);

      enter (&check, l->data);
      if (rule == NULL)
        complain (&check, "extra_forbidden", "Extra inputs are not permitted");
      else
        check_field (&check, l->data, *rule == '!' ? rule + 1 : rule, json_object_get_member (json_node_get_object (body), l->data));
      leave (&check);
    }
  check_required (&check, fields, json_node_get_object (body));
  /* What holds between fields can be asked only when each is what it should be. */
  if (json_array_get_length (findings) == 0 && check.kling)
    check_together (&check, json_node_get_object (body));

  return json_array_get_length (findings) > 0 ? json_node_init_array (json_node_alloc (), findings) : NULL;
}
