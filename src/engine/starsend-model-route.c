/* starsend-model-route.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-model-private.h"

#include <math.h>
#include <stdio.h>

G_DEFINE_BOXED_TYPE (StarsendModelRoute, starsend_model_route, starsend_model_route_ref, starsend_model_route_unref)

static void
field_free (gpointer data)
{
  StarsendModelField *field = data;

  g_free (field->name);
  g_clear_pointer (&field->value, json_node_unref);
  g_free (field);
}

StarsendModelRoute *
starsend_model_route_new (void)
{
  StarsendModelRoute *self = g_new0 (StarsendModelRoute, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->fields = g_ptr_array_new_with_free_func (field_free);

  return self;
}

gboolean
starsend_model_route_has_source (StarsendModelRoute *self, StarsendModelSource source)
{
  for (guint i = 0; i < self->fields->len; i++)
    if (((StarsendModelField *) g_ptr_array_index (self->fields, i))->source == source)
      return TRUE;

  return FALSE;
}

gboolean
starsend_model_aspect_parse (const char *text, int *width, int *height)
{
  int length = 0;

  return text != NULL && sscanf (text, "%4d:%4d%n", width, height, &length) == 2 && *width > 0 && *height > 0 && text[length] == '\0';
}

/* Public API */

/**
 * starsend_model_route_ref:
 *
 * Takes a reference.
 *
 * Returns: (transfer full): the route
 */
StarsendModelRoute *
starsend_model_route_ref (StarsendModelRoute *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * starsend_model_route_unref:
 * @self: (transfer full): a route
 *
 * Gives a reference back.
 */
void
starsend_model_route_unref (StarsendModelRoute *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->endpoint);
  g_free (self->element_token);
  g_free (self->result_path);
  g_ptr_array_unref (self->fields);
  g_strfreev (self->aspects);
  g_free (self);
}

/**
 * starsend_model_route_get_endpoint:
 *
 * Where a call goes, as the provider names it.
 *
 * Returns: (transfer none): "fal-ai/kling-video/o3/pro/image-to-video", "gemini-3.1-flash-image"
 */
const char *
starsend_model_route_get_endpoint (StarsendModelRoute *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->endpoint;
}

/**
 * starsend_model_route_get_fields: (skip)
 *
 * The fields of a call, in the order in which they are sent.
 *
 * Returns: (transfer none): an array of StarsendModelField
 */
GPtrArray *
starsend_model_route_get_fields (StarsendModelRoute *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->fields;
}

/**
 * starsend_model_route_get_element_token:
 *
 * How an element is named in a prompt, with "%u" for its number from 1.
 *
 * Returns: (transfer none) (nullable): "@Element%u"; %NULL where it is named in words
 */
const char *
starsend_model_route_get_element_token (StarsendModelRoute *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->element_token;
}

/**
 * starsend_model_route_get_result_path:
 *
 * Where in the result the address of the file is.
 *
 * Returns: (transfer none) (nullable): "video.url", "images[0].url"; %NULL where the provider knows by itself
 */
const char *
starsend_model_route_get_result_path (StarsendModelRoute *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->result_path;
}

/**
 * starsend_model_route_get_max_picture_bytes:
 *
 * How large the file of a picture may be.
 *
 * Returns: bytes; 0 where nobody says
 */
gsize
starsend_model_route_get_max_picture_bytes (StarsendModelRoute *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->max_bytes;
}

/**
 * starsend_model_route_get_max_picture_side:
 *
 * How long the longer side of a picture may be.
 *
 * Returns: pixels; 0 where nobody says
 */
int
starsend_model_route_get_max_picture_side (StarsendModelRoute *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->max_side;
}

/**
 * starsend_model_route_get_frontal:
 * @element: an element
 *
 * The picture that stands for an element: the frontal one, else its first reference.
 *
 * Returns: (transfer none) (nullable): an absolute path; %NULL when it has no picture
 */
const char *
starsend_model_route_get_frontal (StarsendModelRoute *self, StarsendElementPictures *element)
{
  const char *frontal;
  const char *const *references;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (STARSEND_IS_ELEMENT_PICTURES (element), NULL);

  frontal = starsend_element_pictures_get_frontal (element);
  references = starsend_element_pictures_get_references (element);

  return frontal != NULL || references == NULL ? frontal : references[0];
}

/**
 * starsend_model_route_dup_references:
 * @element: an element
 *
 * The other pictures of an element, no more than the model takes. One is wanted beside the frontal picture, so where an
 * element has a single picture it stands here again.
 *
 * Returns: (transfer full) (array zero-terminated=1): absolute paths; empty when it has no picture
 */
char **
starsend_model_route_dup_references (StarsendModelRoute *self, StarsendElementPictures *element)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  const char *frontal = starsend_model_route_get_frontal (self, element);
  const char *const *references = starsend_element_pictures_get_references (element);
  guint n = 0;

  if (frontal != NULL && references != NULL && starsend_element_pictures_get_frontal (element) == NULL)
    references++;
  for (guint i = 0; references != NULL && references[i] != NULL && (self->max_references == 0 || n < self->max_references); i++, n++)
    g_strv_builder_add (builder, references[i]);
  if (frontal != NULL && n == 0)
    g_strv_builder_add (builder, frontal);

  return g_strv_builder_end (builder);
}

/**
 * starsend_model_route_choose_aspect:
 * @width: a ratio's width
 * @height: its height
 *
 * The aspect ratio that is sent: the nearest of those that the model takes.
 *
 * Returns: (transfer none) (nullable): "16:9"; %NULL when it takes none
 */
const char *
starsend_model_route_choose_aspect (StarsendModelRoute *self, int width, int height)
{
  const char *nearest = NULL;
  double smallest = G_MAXDOUBLE;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (width > 0 && height > 0, NULL);

  if (self->aspects == NULL || !starsend_model_route_has_source (self, STARSEND_MODEL_SOURCE_ASPECT))
    return NULL;

  for (guint i = 0; self->aspects[i] != NULL; i++)
    {
      int aspect_width = 1, aspect_height = 1;
      double distance;

      starsend_model_aspect_parse (self->aspects[i], &aspect_width, &aspect_height);
      distance = fabs (log ((double) width / height) - log ((double) aspect_width / aspect_height));
      if (distance < smallest - 1e-9)
        {
          smallest = distance;
          nearest = self->aspects[i];
        }
    }

  return nearest;
}
