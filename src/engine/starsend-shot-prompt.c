/* starsend-shot-prompt.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-shot-prompt.h"

struct _StarsendShotPrompt
{
  GObject parent_instance;

  char *shot_id;
  char *text;
  char *camera;
  double duration;
};

G_DEFINE_FINAL_TYPE (StarsendShotPrompt, starsend_shot_prompt, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_SHOT_ID,
  PROP_TEXT,
  PROP_CAMERA,
  PROP_DURATION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_shot_prompt_finalize (GObject *object)
{
  StarsendShotPrompt *self = STARSEND_SHOT_PROMPT (object);

  g_clear_pointer (&self->shot_id, g_free);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->camera, g_free);

  G_OBJECT_CLASS (starsend_shot_prompt_parent_class)->finalize (object);
}

static void
starsend_shot_prompt_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendShotPrompt *self = STARSEND_SHOT_PROMPT (object);

  switch (prop_id)
    {
    case PROP_SHOT_ID:
      g_value_set_string (value, self->shot_id);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_CAMERA:
      g_value_set_string (value, self->camera);
      break;
    case PROP_DURATION:
      g_value_set_double (value, self->duration);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_shot_prompt_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  StarsendShotPrompt *self = STARSEND_SHOT_PROMPT (object);

  switch (prop_id)
    {
    case PROP_SHOT_ID:
      self->shot_id = g_value_dup_string (value);
      break;
    case PROP_TEXT:
      self->text = g_value_dup_string (value);
      break;
    case PROP_CAMERA:
      self->camera = g_value_dup_string (value);
      break;
    case PROP_DURATION:
      self->duration = g_value_get_double (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_shot_prompt_class_init (StarsendShotPromptClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = starsend_shot_prompt_finalize;
  object_class->get_property = starsend_shot_prompt_get_property;
  object_class->set_property = starsend_shot_prompt_set_property;

  properties[PROP_SHOT_ID] = g_param_spec_string ("shot-id", NULL, NULL, NULL, flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  properties[PROP_CAMERA] = g_param_spec_string ("camera", NULL, NULL, NULL, flags);
  properties[PROP_DURATION] = g_param_spec_double ("duration", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_shot_prompt_init (StarsendShotPrompt *self)
{
}

/**
 * starsend_shot_prompt_new:
 * @shot_id: the shot's id
 * @text: the prompt as it is to be sent
 * @camera: (nullable): the camera move in words
 * @duration: seconds
 *
 * Makes one shot of a request.
 *
 * Returns: (transfer full): the prompt
 */
StarsendShotPrompt *
starsend_shot_prompt_new (const char *shot_id, const char *text, const char *camera, double duration)
{
  return g_object_new (STARSEND_TYPE_SHOT_PROMPT,
                       "shot-id", shot_id,
                       "text", text,
                       "camera", camera,
                       "duration", MAX (duration, 0.0),
                       NULL);
}

/**
 * starsend_shot_prompt_get_shot_id:
 *
 * The id that results are filed under.
 *
 * Returns: (transfer none): the id
 */
const char *
starsend_shot_prompt_get_shot_id (StarsendShotPrompt *self)
{
  g_return_val_if_fail (STARSEND_IS_SHOT_PROMPT (self), NULL);

  return self->shot_id;
}

/**
 * starsend_shot_prompt_get_text:
 *
 * The prompt, overrides included.
 *
 * Returns: (transfer none): the text
 */
const char *
starsend_shot_prompt_get_text (StarsendShotPrompt *self)
{
  g_return_val_if_fail (STARSEND_IS_SHOT_PROMPT (self), NULL);

  return self->text;
}

/**
 * starsend_shot_prompt_get_camera:
 *
 * The camera move in words.
 *
 * Returns: (transfer none) (nullable): the words
 */
const char *
starsend_shot_prompt_get_camera (StarsendShotPrompt *self)
{
  g_return_val_if_fail (STARSEND_IS_SHOT_PROMPT (self), NULL);

  return self->camera;
}

/**
 * starsend_shot_prompt_get_duration:
 *
 * The planned length.
 *
 * Returns: seconds
 */
double
starsend_shot_prompt_get_duration (StarsendShotPrompt *self)
{
  g_return_val_if_fail (STARSEND_IS_SHOT_PROMPT (self), 0);

  return self->duration;
}
