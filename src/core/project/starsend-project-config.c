/* starsend-project-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-project-config.h"

#include "starsend-error.h"
#include "starsend-json.h"
#include "starsend-project-paths.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MAX_CONFIG_SIZE (1024 * 1024)
#define MAX_CAP 1e9
#define MAX_CONCURRENCY 100
#define MAX_SHOWN 40
#define N_SCOPES 3

static const char *const scopes[N_SCOPES] = { "take", "sequence", "project" };

/**
 * StarsendProjectConfig:
 *
 * The settings of a project, as `project_config.json` has them.
 *
 * Nothing here writes the file; keys that are not known are nobody's business.
 */
struct _StarsendProjectConfig
{
  GObject parent_instance;

  char *project;
  char *title;
  char *client;
  char *project_type;
  char *episode;
  char *plan;
  char *grid_model;
  char *video_model;
  char *currency;
  char *aspect_ratio;
  gint64 caps[N_SCOPES];
  gboolean has_frame_rate;
  StarsendFrameRate frame_rate;
  guint concurrency;
  char *grid_prompt;
  gboolean audio;
  StarsendJson *json;
};

G_DEFINE_FINAL_TYPE (StarsendProjectConfig, starsend_project_config, G_TYPE_OBJECT)

/* One value of the file, with what an error needs to name it. */
typedef struct
{
  StarsendJson *json;
  const char *group; /* NULL at the top */
  const char *key;
  const StarsendJsonNode *node; /* NULL when it is missing */
} Value;

static Value
get_value (StarsendJson *json, const char *group, const char *key)
{
  const StarsendJsonNode *object = starsend_json_get_root (json);

  if (group != NULL)
    object = starsend_json_node_get_member (object, group);
  return (Value){ json, group, key, object != NULL ? starsend_json_node_get_member (object, key) : NULL };
}

static char *
describe_found (const Value *value)
{
  g_autofree char *raw = starsend_json_dup_raw (value->json, value->node, NULL);
  g_autofree char *start = NULL;

  if (g_utf8_strlen (raw, -1) <= MAX_SHOWN)
    return g_steal_pointer (&raw);
  start = g_utf8_substring (raw, 0, MAX_SHOWN);
  return g_strconcat (start, "…", NULL);
}

static gboolean
refuse (const Value *value, const char *allowed, GError **error)
{
  g_autofree char *found = describe_found (value);
  guint line = 0;
  guint column = 0;

  starsend_json_get_position (value->json, value->node, &line, &column);
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               _("project_config.json, line %u: “%s%s%s” is %s, but has to be %s"), line,
               value->group != NULL ? value->group : "", value->group != NULL ? "." : "", value->key, found, allowed);
  return FALSE;
}

/* One line of text; *text stays what it was when the key is missing. */
static gboolean
read_text (const Value *value, gboolean may_be_empty, char **text, GError **error)
{
  const char *allowed = may_be_empty ? _("one line of text") : _("one line of text that is not empty");
  const char *found;
  gsize length;

  if (value->node == NULL)
    return TRUE;
  if (starsend_json_node_get_kind (value->node) != STARSEND_JSON_STRING)
    return refuse (value, allowed, error);
  found = starsend_json_node_get_string (value->node, &length);
  if (strlen (found) != length || (length == 0 && !may_be_empty))
    return refuse (value, allowed, error);
  for (const char *c = found; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return refuse (value, allowed, error);
  g_free (*text);
  *text = length > 0 ? g_strdup (found) : NULL;
  return TRUE;
}

static gboolean
read_texts (StarsendProjectConfig *self, StarsendJson *json, GError **error)
{
  const struct
  {
    const char *group;
    const char *key;
    gboolean may_be_empty;
    char **text;
  } texts[] = {
    { NULL, "project", TRUE, &self->project },
    { NULL, "title", TRUE, &self->title },
    { NULL, "client", TRUE, &self->client },
    { NULL, "project_type", FALSE, &self->project_type },
    { NULL, "episode", FALSE, &self->episode },
    { NULL, "plan", FALSE, &self->plan },
    { NULL, "aspect_ratio", FALSE, &self->aspect_ratio },
    { "models", "grid", FALSE, &self->grid_model },
    { "models", "video", FALSE, &self->video_model },
    { "budget", "currency", FALSE, &self->currency },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      Value value = get_value (json, texts[i].group, texts[i].key);

      if (!read_text (&value, texts[i].may_be_empty, texts[i].text, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_aspect_ratio (const char *text)
{
  const char *colon = strchr (text, ':');
  g_autofree char *width = colon != NULL ? g_strndup (text, colon - text) : NULL;

  return colon != NULL && g_ascii_string_to_unsigned (width, 10, 1, 9999, NULL, NULL) &&
         g_ascii_string_to_unsigned (colon + 1, 10, 1, 9999, NULL, NULL);
}

static gboolean
is_currency (const char *text)
{
  return strlen (text) == 3 && g_ascii_isupper (text[0]) && g_ascii_isupper (text[1]) && g_ascii_isupper (text[2]);
}

static gboolean
check_texts (StarsendProjectConfig *self, StarsendJson *json, GError **error)
{
  Value type = get_value (json, NULL, "project_type");
  Value plan = get_value (json, NULL, "plan");
  Value aspect = get_value (json, NULL, "aspect_ratio");
  Value currency = get_value (json, "budget", "currency");

  if (!g_str_equal (self->project_type, "series") && !g_str_equal (self->project_type, "client_video"))
    return refuse (&type, _("“client_video” or “series”"), error);
  if (self->plan != NULL && !starsend_project_paths_check_relative (self->plan, NULL))
    return refuse (&plan, _("a path relative to the project that stays inside it"), error);
  if (self->aspect_ratio != NULL && !is_aspect_ratio (self->aspect_ratio))
    return refuse (&aspect, _("two whole numbers with a colon, such as “16:9”"), error);
  if (!is_currency (self->currency))
    return refuse (&currency, _("three capital letters, such as “USD”"), error);
  return TRUE;
}

static gboolean
read_numbers (StarsendProjectConfig *self, StarsendJson *json, GError **error)
{
  Value fps = get_value (json, NULL, "fps");

  for (guint i = 0; i < N_SCOPES; i++)
    {
      Value cap = get_value (json, "budget", scopes[i]);
      double amount;

      if (cap.node == NULL)
        continue;
      amount = starsend_json_node_get_kind (cap.node) == STARSEND_JSON_NUMBER ? starsend_json_node_get_number (cap.node) : -1;
      if (!(amount >= 0 && amount <= MAX_CAP))
        return refuse (&cap, _("an amount from 0 to 1000000000"), error);
      self->caps[i] = llround (amount * 1e6);
    }
  if (fps.node == NULL)
    return TRUE;
  self->has_frame_rate = starsend_json_node_get_kind (fps.node) == STARSEND_JSON_NUMBER &&
                         starsend_frame_rate_from_number (starsend_json_node_get_number (fps.node), &self->frame_rate);
  return self->has_frame_rate || refuse (&fps, _("a number of frames in a second, from 1 to 120"), error);
}

static gboolean
read_concurrency (StarsendProjectConfig *self, StarsendJson *json, GError **error)
{
  Value value = get_value (json, NULL, "concurrency");
  double number;

  if (value.node == NULL)
    return TRUE;

  number = starsend_json_node_get_kind (value.node) == STARSEND_JSON_NUMBER ? starsend_json_node_get_number (value.node) : 0;
  if (!(number >= 1 && number <= MAX_CONCURRENCY && number == floor (number)))
    return refuse (&value, _("a whole number of jobs at a time, from 1 to 100"), error);
  self->concurrency = (guint) number;

  return TRUE;
}

/* Several lines are allowed, and a place for the words of the plan is wanted: without one, every grid would be the same. */
static gboolean
read_making (StarsendProjectConfig *self, StarsendJson *json, GError **error)
{
  Value prompt = get_value (json, NULL, "grid_prompt");
  Value audio = get_value (json, NULL, "audio");
  gsize length = 0;
  const char *text = prompt.node != NULL ? starsend_json_node_get_string (prompt.node, &length) : NULL;

  if (prompt.node != NULL && (text == NULL || strlen (text) != length || strstr (text, "{prompt}") == NULL))
    return refuse (&prompt, _("a text with “{prompt}” in it"), error);
  if (audio.node != NULL && starsend_json_node_get_kind (audio.node) != STARSEND_JSON_BOOLEAN)
    return refuse (&audio, _("true or false"), error);
  self->grid_prompt = g_strdup (text);
  self->audio = audio.node != NULL && starsend_json_node_get_boolean (audio.node);
  return TRUE;
}

static gboolean
check_groups (StarsendJson *json, GError **error)
{
  static const char *const groups[] = { "models", "budget", "prices" };

  if (starsend_json_node_get_kind (starsend_json_get_root (json)) != STARSEND_JSON_OBJECT)
    {
      g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                           _("project_config.json has to hold a JSON object"));
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      Value group = get_value (json, NULL, groups[i]);

      if (group.node != NULL && starsend_json_node_get_kind (group.node) != STARSEND_JSON_OBJECT)
        return refuse (&group, _("a JSON object"), error);
    }
  return TRUE;
}

static void
starsend_project_config_finalize (GObject *object)
{
  StarsendProjectConfig *self = STARSEND_PROJECT_CONFIG (object);

  g_clear_pointer (&self->project, g_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->client, g_free);
  g_clear_pointer (&self->project_type, g_free);
  g_clear_pointer (&self->episode, g_free);
  g_clear_pointer (&self->plan, g_free);
  g_clear_pointer (&self->grid_model, g_free);
  g_clear_pointer (&self->video_model, g_free);
  g_clear_pointer (&self->currency, g_free);
  g_clear_pointer (&self->aspect_ratio, g_free);
  g_clear_pointer (&self->grid_prompt, g_free);
  g_clear_pointer (&self->json, starsend_json_unref);

  G_OBJECT_CLASS (starsend_project_config_parent_class)->finalize (object);
}

static void
starsend_project_config_class_init (StarsendProjectConfigClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_project_config_finalize;
}

static void
starsend_project_config_init (StarsendProjectConfig *self)
{
  self->project_type = g_strdup ("series");
  self->episode = g_strdup ("EP001");
  self->currency = g_strdup ("USD");
  for (guint i = 0; i < N_SCOPES; i++)
    self->caps[i] = -1;
}

/**
 * starsend_project_config_new_from_bytes:
 * @bytes: the content of `project_config.json`
 * @error: return location for an error
 *
 * Reads the settings of a project.
 *
 * Fails with %STARSEND_ERROR_INVALID_INPUT, which names the file, the line and the key, what was found there and what is
 * allowed.
 *
 * Returns: (transfer full): the settings
 */
StarsendProjectConfig *
starsend_project_config_new_from_bytes (GBytes *bytes, GError **error)
{
  g_autoptr (StarsendProjectConfig) self = NULL;
  g_autoptr (StarsendJson) json = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);

  json = starsend_json_new (bytes, MAX_CONFIG_SIZE, error);
  if (json == NULL)
    {
      g_prefix_error (error, "project_config.json: ");
      return NULL;
    }
  self = g_object_new (STARSEND_TYPE_PROJECT_CONFIG, NULL);
  if (!check_groups (json, error) || !read_texts (self, json, error) || !check_texts (self, json, error) ||
      !read_numbers (self, json, error) || !read_concurrency (self, json, error) || !read_making (self, json, error))
    return NULL;
  self->json = g_steal_pointer (&json);
  return g_steal_pointer (&self);
}

/**
 * starsend_project_config_get_project:
 * @self: the settings
 *
 * Gets the short name of the project.
 *
 * Returns: (nullable): the name
 */
const char *
starsend_project_config_get_project (StarsendProjectConfig *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), NULL);

  return self->project;
}

/**
 * starsend_project_config_get_title:
 * @self: the settings
 *
 * Gets the title.
 *
 * Returns: (nullable): the title
 */
const char *
starsend_project_config_get_title (StarsendProjectConfig *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), NULL);

  return self->title;
}

/**
 * starsend_project_config_get_client:
 * @self: the settings
 *
 * Gets the client's name.
 *
 * Returns: (nullable): the client
 */
const char *
starsend_project_config_get_client (StarsendProjectConfig *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), NULL);

  return self->client;
}

/**
 * starsend_project_config_get_project_type:
 * @self: the settings
 *
 * Gets the type of the project, which picks the state profile and the interface.
 *
 * Returns: "client_video", or "series", which it is when nothing is said
 */
const char *
starsend_project_config_get_project_type (StarsendProjectConfig *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), NULL);

  return self->project_type;
}

/**
 * starsend_project_config_get_episode:
 * @self: the settings
 *
 * Gets the episode that is worked on.
 *
 * Returns: the episode; "EP001" when nothing is said
 */
const char *
starsend_project_config_get_episode (StarsendProjectConfig *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), NULL);

  return self->episode;
}

/**
 * starsend_project_config_get_plan:
 * @self: the settings
 *
 * Gets where the plan is.
 *
 * Returns: (nullable): a path relative to the project
 */
const char *
starsend_project_config_get_plan (StarsendProjectConfig *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), NULL);

  return self->plan;
}

/**
 * starsend_project_config_get_grid_model:
 * @self: the settings
 *
 * Gets the model that grids are made with.
 *
 * Returns: (nullable): the model's name
 */
const char *
starsend_project_config_get_grid_model (StarsendProjectConfig *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), NULL);

  return self->grid_model;
}

/**
 * starsend_project_config_get_video_model:
 * @self: the settings
 *
 * Gets the model that takes are made with.
 *
 * Returns: (nullable): the model's name
 */
const char *
starsend_project_config_get_video_model (StarsendProjectConfig *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), NULL);

  return self->video_model;
}

/**
 * starsend_project_config_get_currency:
 * @self: the settings
 *
 * Gets the currency of the caps.
 *
 * Returns: three capital letters; "USD" when nothing is said
 */
const char *
starsend_project_config_get_currency (StarsendProjectConfig *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), NULL);

  return self->currency;
}

/**
 * starsend_project_config_get_cap:
 * @self: the settings
 * @scope: "take", "sequence" or "project"
 *
 * Gets how much may be spent.
 *
 * Returns: the cap in millionths of the currency, or -1 when there is none
 */
gint64
starsend_project_config_get_cap (StarsendProjectConfig *self, const char *scope)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), -1);
  g_return_val_if_fail (scope != NULL, -1);

  for (guint i = 0; i < N_SCOPES; i++)
    if (g_str_equal (scopes[i], scope))
      return self->caps[i];
  g_return_val_if_reached (-1);
}

/**
 * starsend_project_config_get_frame_rate: (skip)
 * @self: the settings
 * @rate: (out): the frame rate
 *
 * Gets the frame rate.
 *
 * Returns: %FALSE when it is left to the plan
 */
gboolean
starsend_project_config_get_frame_rate (StarsendProjectConfig *self, StarsendFrameRate *rate)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), FALSE);
  g_return_val_if_fail (rate != NULL, FALSE);

  if (self->has_frame_rate)
    *rate = self->frame_rate;
  return self->has_frame_rate;
}

/**
 * starsend_project_config_get_concurrency:
 * @self: the settings
 *
 * Gets how many takes a run over many sequences makes at a time.
 *
 * Returns: a number of takes; 0 when nothing is said
 */
guint
starsend_project_config_get_concurrency (StarsendProjectConfig *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), 0);

  return self->concurrency;
}

/**
 * starsend_project_config_get_aspect_ratio:
 * @self: the settings
 *
 * Gets the aspect ratio.
 *
 * Returns: (nullable): two whole numbers with a colon between them
 */
const char *
starsend_project_config_get_aspect_ratio (StarsendProjectConfig *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), NULL);

  return self->aspect_ratio;
}

/**
 * starsend_project_config_get_prices: (skip)
 * @self: the settings
 *
 * Gets what the project says of prices: an object with an object for each model that it names. What these hold is for the
 * models to read.
 *
 * Returns: (transfer none) (nullable): the object, owned by the settings
 */
const StarsendJsonNode *
starsend_project_config_get_prices (StarsendProjectConfig *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), NULL);

  return starsend_json_node_get_member (starsend_json_get_root (self->json), "prices");
}

/**
 * starsend_project_config_get_grid_prompt:
 * @self: the settings
 *
 * Gets what the words of every grid are put into, at "{prompt}".
 *
 * Returns: (nullable): the text; %NULL for the model's own
 */
const char *
starsend_project_config_get_grid_prompt (StarsendProjectConfig *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), NULL);

  return self->grid_prompt;
}

/**
 * starsend_project_config_get_audio:
 * @self: the settings
 *
 * Gets whether takes are made with sound, where the model can.
 *
 * Returns: whether they are
 */
gboolean
starsend_project_config_get_audio (StarsendProjectConfig *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_CONFIG (self), FALSE);

  return self->audio;
}
