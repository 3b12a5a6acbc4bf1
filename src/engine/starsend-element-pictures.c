/* starsend-element-pictures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-element-pictures.h"

struct _StarsendElementPictures
{
  GObject parent_instance;

  char *element_id;
  char *name;
  char *description;
  char *frontal;
  char **references;
};

G_DEFINE_FINAL_TYPE (StarsendElementPictures, starsend_element_pictures, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ELEMENT_ID,
  PROP_NAME,
  PROP_DESCRIPTION,
  PROP_FRONTAL,
  PROP_REFERENCES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_element_pictures_finalize (GObject *object)
{
  StarsendElementPictures *self = STARSEND_ELEMENT_PICTURES (object);

  g_clear_pointer (&self->element_id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->description, g_free);
  g_clear_pointer (&self->frontal, g_free);
  g_clear_pointer (&self->references, g_strfreev);

  G_OBJECT_CLASS (starsend_element_pictures_parent_class)->finalize (object);
}

static void
starsend_element_pictures_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendElementPictures *self = STARSEND_ELEMENT_PICTURES (object);

  switch (prop_id)
    {
    case PROP_ELEMENT_ID:
      g_value_set_string (value, self->element_id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, self->description);
      break;
    case PROP_FRONTAL:
      g_value_set_string (value, self->frontal);
      break;
    case PROP_REFERENCES:
      g_value_set_boxed (value, self->references);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_element_pictures_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  StarsendElementPictures *self = STARSEND_ELEMENT_PICTURES (object);

  switch (prop_id)
    {
    case PROP_ELEMENT_ID:
      self->element_id = g_value_dup_string (value);
      break;
    case PROP_NAME:
      self->name = g_value_dup_string (value);
      break;
    case PROP_DESCRIPTION:
      self->description = g_value_dup_string (value);
      break;
    case PROP_FRONTAL:
      self->frontal = g_value_dup_string (value);
      break;
    case PROP_REFERENCES:
      self->references = g_value_dup_boxed (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_element_pictures_class_init (StarsendElementPicturesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = starsend_element_pictures_finalize;
  object_class->get_property = starsend_element_pictures_get_property;
  object_class->set_property = starsend_element_pictures_set_property;

  properties[PROP_ELEMENT_ID] = g_param_spec_string ("element-id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_DESCRIPTION] = g_param_spec_string ("description", NULL, NULL, NULL, flags);
  properties[PROP_FRONTAL] = g_param_spec_string ("frontal", NULL, NULL, NULL, flags);
  properties[PROP_REFERENCES] = g_param_spec_boxed ("references", NULL, NULL, G_TYPE_STRV, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_element_pictures_init (StarsendElementPictures *self)
{
}

/**
 * starsend_element_pictures_new:
 * @element_id: the id that prompts name with `@`
 * @name: (nullable): the name for people
 * @description: (nullable): what it looks like, in words
 * @frontal: (nullable): absolute path of the main picture
 * @references: (nullable) (array zero-terminated=1): absolute paths of further pictures
 *
 * Names the pictures of one element.
 *
 * Returns: (transfer full): the pictures
 */
StarsendElementPictures *
starsend_element_pictures_new (const char *element_id, const char *name, const char *description,
                               const char *frontal, const char *const *references)
{
  const char *const none[] = { NULL };

  return g_object_new (STARSEND_TYPE_ELEMENT_PICTURES,
                       "element-id", element_id,
                       "name", name,
                       "description", description,
                       "frontal", frontal,
                       "references", references != NULL ? references : none,
                       NULL);
}

/**
 * starsend_element_pictures_get_element_id:
 *
 * The id that prompts name with `@`.
 *
 * Returns: (transfer none): the id
 */
const char *
starsend_element_pictures_get_element_id (StarsendElementPictures *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT_PICTURES (self), NULL);

  return self->element_id;
}

/**
 * starsend_element_pictures_get_name:
 *
 * The name for people.
 *
 * Returns: (transfer none) (nullable): the name
 */
const char *
starsend_element_pictures_get_name (StarsendElementPictures *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT_PICTURES (self), NULL);

  return self->name;
}

/**
 * starsend_element_pictures_get_description:
 *
 * What it looks like, in words.
 *
 * Returns: (transfer none) (nullable): the words
 */
const char *
starsend_element_pictures_get_description (StarsendElementPictures *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT_PICTURES (self), NULL);

  return self->description;
}

/**
 * starsend_element_pictures_get_frontal:
 *
 * The main picture.
 *
 * Returns: (transfer none) (nullable): an absolute path
 */
const char *
starsend_element_pictures_get_frontal (StarsendElementPictures *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT_PICTURES (self), NULL);

  return self->frontal;
}

/**
 * starsend_element_pictures_get_references:
 *
 * The further pictures.
 *
 * Returns: (transfer none) (array zero-terminated=1): absolute paths
 */
const char *const *
starsend_element_pictures_get_references (StarsendElementPictures *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT_PICTURES (self), NULL);

  return (const char *const *) self->references;
}

/**
 * starsend_element_pictures_has_picture:
 *
 * Whether there is a picture of it at all, be it the frontal one or a reference; else there are only words.
 *
 * Returns: whether there is one
 */
gboolean
starsend_element_pictures_has_picture (StarsendElementPictures *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT_PICTURES (self), FALSE);

  return self->frontal != NULL || (self->references != NULL && self->references[0] != NULL);
}
