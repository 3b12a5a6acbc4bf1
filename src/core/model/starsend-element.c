/* starsend-element.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-plan-data.h"

/**
 * StarsendElement:
 *
 * A person or thing that must look the same everywhere, as planned.
 *
 * Paths are relative to the project and were not looked up on the disk. Immutable.
 */
struct _StarsendElement
{
  GObject parent_instance;

  StarsendPlanData *data;
  const StarsendElementData *element;
};

G_DEFINE_FINAL_TYPE (StarsendElement, starsend_element, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_KIND,
  PROP_DESCRIPTION,
  PROP_FRONTAL,
  PROP_REFERENCES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_element_finalize (GObject *object)
{
  StarsendElement *self = STARSEND_ELEMENT (object);

  g_clear_pointer (&self->data, starsend_plan_data_unref);
  G_OBJECT_CLASS (starsend_element_parent_class)->finalize (object);
}

static void
starsend_element_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  StarsendElement *self = STARSEND_ELEMENT (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, starsend_element_get_id (self));
      break;
    case PROP_NAME:
      g_value_set_string (value, starsend_element_get_name (self));
      break;
    case PROP_KIND:
      g_value_set_string (value, starsend_element_get_kind (self));
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, starsend_element_get_description (self));
      break;
    case PROP_FRONTAL:
      g_value_set_string (value, starsend_element_get_frontal (self));
      break;
    case PROP_REFERENCES:
      g_value_set_boxed (value, starsend_element_get_references (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
starsend_element_class_init (StarsendElementClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = starsend_element_finalize;
  object_class->get_property = starsend_element_get_property;

  /**
   * StarsendElement:id:
   *
   * The id, by which prompts name it.
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  /**
   * StarsendElement:name:
   *
   * The name that people read.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  /**
   * StarsendElement:kind:
   *
   * What it is, the `type` of the plan.
   */
  properties[PROP_KIND] = g_param_spec_string ("kind", NULL, NULL, NULL, flags);
  /**
   * StarsendElement:description:
   *
   * What it looks like.
   */
  properties[PROP_DESCRIPTION] = g_param_spec_string ("description", NULL, NULL, NULL, flags);
  /**
   * StarsendElement:frontal:
   *
   * The path of the main picture, relative to the project.
   */
  properties[PROP_FRONTAL] = g_param_spec_string ("frontal", NULL, NULL, NULL, flags);
  /**
   * StarsendElement:references:
   *
   * The paths of more pictures, relative to the project.
   */
  properties[PROP_REFERENCES] = g_param_spec_boxed ("references", NULL, NULL, G_TYPE_STRV, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_element_init (StarsendElement *self)
{
}

StarsendElement *
starsend_element_new_from_data (StarsendPlanData *data, guint position)
{
  StarsendElement *self = g_object_new (STARSEND_TYPE_ELEMENT, NULL);

  self->data = starsend_plan_data_ref (data);
  self->element = &g_array_index (data->elements, StarsendElementData, position);
  return self;
}

/**
 * starsend_element_get_id:
 * @self: an element
 *
 * Gets the id, by which prompts name it.
 *
 * Returns: (transfer none): the id, by which prompts name it
 */
const char *
starsend_element_get_id (StarsendElement *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT (self), NULL);
  return self->element->id;
}

/**
 * starsend_element_get_name:
 * @self: an element
 *
 * Gets the name that people read.
 *
 * Returns: (transfer none) (nullable): the name that people read
 */
const char *
starsend_element_get_name (StarsendElement *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT (self), NULL);
  return self->element->name;
}

/**
 * starsend_element_get_kind:
 * @self: an element
 *
 * Gets what it is, the `type` of the plan.
 *
 * Returns: (transfer none) (nullable): what it is, the `type` of the plan
 */
const char *
starsend_element_get_kind (StarsendElement *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT (self), NULL);
  return self->element->kind;
}

/**
 * starsend_element_get_description:
 * @self: an element
 *
 * Gets what it looks like.
 *
 * Returns: (transfer none) (nullable): what it looks like
 */
const char *
starsend_element_get_description (StarsendElement *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT (self), NULL);
  return self->element->description;
}

/**
 * starsend_element_get_frontal:
 * @self: an element
 *
 * Gets the path of the main picture, relative to the project.
 *
 * Returns: (transfer none) (nullable): the path of the main picture, relative to the project
 */
const char *
starsend_element_get_frontal (StarsendElement *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT (self), NULL);
  return self->element->frontal;
}

/**
 * starsend_element_get_references:
 * @self: an element
 *
 * Gets the paths of more pictures, relative to the project.
 *
 * Returns: (transfer none) (array zero-terminated=1): the paths of more pictures, relative to the project
 */
const char *const *
starsend_element_get_references (StarsendElement *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT (self), NULL);
  return starsend_plan_data_get_names (self->data, self->element->references);
}
