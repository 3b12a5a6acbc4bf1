/* starsend-element-resolution.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-element-resolution.h"

struct _StarsendElementResolution
{
  GObject parent_instance;

  /* Owned */
  GListStore *elements;
  GPtrArray *problems;
};

G_DEFINE_FINAL_TYPE (StarsendElementResolution, starsend_element_resolution, G_TYPE_OBJECT)

static void
starsend_element_resolution_finalize (GObject *object)
{
  StarsendElementResolution *self = STARSEND_ELEMENT_RESOLUTION (object);

  g_clear_object (&self->elements);
  g_clear_pointer (&self->problems, g_ptr_array_unref);

  G_OBJECT_CLASS (starsend_element_resolution_parent_class)->finalize (object);
}

static void
starsend_element_resolution_class_init (StarsendElementResolutionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_element_resolution_finalize;
}

static void
starsend_element_resolution_init (StarsendElementResolution *self)
{
  self->elements = g_list_store_new (STARSEND_TYPE_ELEMENT_PICTURES);
  self->problems = g_ptr_array_new_null_terminated (0, g_free, TRUE);
}

/**
 * starsend_element_resolution_new:
 *
 * Makes an empty resolution: nothing was needed, so it is complete.
 *
 * Returns: (transfer full): the resolution
 */
StarsendElementResolution *
starsend_element_resolution_new (void)
{
  return g_object_new (STARSEND_TYPE_ELEMENT_RESOLUTION, NULL);
}

/**
 * starsend_element_resolution_add:
 * @pictures: (transfer none): an element whose pictures are all there
 *
 * Adds an element.
 */
void
starsend_element_resolution_add (StarsendElementResolution *self, StarsendElementPictures *pictures)
{
  g_return_if_fail (STARSEND_IS_ELEMENT_RESOLUTION (self));

  g_list_store_append (self->elements, pictures);
}

/**
 * starsend_element_resolution_add_problem:
 * @sentence: what is missing, for the user
 *
 * Says why an element is not resolved.
 */
void
starsend_element_resolution_add_problem (StarsendElementResolution *self, const char *sentence)
{
  g_return_if_fail (STARSEND_IS_ELEMENT_RESOLUTION (self));

  g_ptr_array_add (self->problems, g_strdup (sentence));
}

/**
 * starsend_element_resolution_get_elements:
 *
 * The elements whose pictures are all there.
 *
 * Returns: (transfer none): a list of [class@ElementPictures]
 */
GListModel *
starsend_element_resolution_get_elements (StarsendElementResolution *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT_RESOLUTION (self), NULL);

  return G_LIST_MODEL (self->elements);
}

/**
 * starsend_element_resolution_is_complete:
 *
 * Whether nothing is missing.
 *
 * Returns: whether every element is resolved
 */
gboolean
starsend_element_resolution_is_complete (StarsendElementResolution *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT_RESOLUTION (self), FALSE);

  return self->problems->len == 0;
}

/**
 * starsend_element_resolution_dup_problems:
 *
 * What is missing.
 *
 * Returns: (transfer full) (array zero-terminated=1): sentences for the user
 */
char **
starsend_element_resolution_dup_problems (StarsendElementResolution *self)
{
  g_return_val_if_fail (STARSEND_IS_ELEMENT_RESOLUTION (self), NULL);

  return g_strdupv ((char **) self->problems->pdata);
}
