/* starsend-element-manager.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-element-manager.h"

#include <glib/gi18n-lib.h>

#include "starsend-picture.h"

struct _StarsendElementManager
{
  GObject parent_instance;

  /* Owned */
  StarsendPlan *plan;
  StarsendProjectPaths *paths;
};

G_DEFINE_FINAL_TYPE (StarsendElementManager, starsend_element_manager, G_TYPE_OBJECT)

static void
starsend_element_manager_dispose (GObject *object)
{
  StarsendElementManager *self = STARSEND_ELEMENT_MANAGER (object);

  g_clear_object (&self->plan);
  g_clear_object (&self->paths);

  G_OBJECT_CLASS (starsend_element_manager_parent_class)->dispose (object);
}

static void
starsend_element_manager_class_init (StarsendElementManagerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = starsend_element_manager_dispose;
}

static void
starsend_element_manager_init (StarsendElementManager *self)
{
}

/* What a worker thread looks at: elements are immutable, paths too. */
typedef struct
{
  StarsendElementResolution *resolution;
  StarsendProjectPaths *paths;
  GPtrArray *elements;
} Lookup;

static void
lookup_free (gpointer data)
{
  Lookup *lookup = data;

  g_clear_object (&lookup->resolution);
  g_clear_object (&lookup->paths);
  g_ptr_array_unref (lookup->elements);
  g_free (lookup);
}

static char *
resolve_picture (Lookup *lookup, StarsendElement *element, const char *relative)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = starsend_project_paths_resolve (lookup->paths, relative, &error);
  StarsendPictureInfo info;

  if (path == NULL || !starsend_picture_probe (path, &info, &error))
    {
      g_autofree char *sentence = NULL;

      /* Translators: an element's id, then a sentence that says what is wrong with its picture. */
      sentence = g_strdup_printf (_("@%s: %s"), starsend_element_get_id (element), error->message);
      starsend_element_resolution_add_problem (lookup->resolution, sentence);
      return NULL;
    }

  return g_steal_pointer (&path);
}

static void
resolve_element (Lookup *lookup, StarsendElement *element)
{
  const char *const *references = starsend_element_get_references (element);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr(StarsendElementPictures) pictures = NULL;
  g_auto(GStrv) resolved = NULL;
  g_autofree char *frontal = NULL;
  gboolean whole = TRUE;

  if (starsend_element_get_frontal (element) == NULL && references[0] == NULL)
    {
      g_autofree char *sentence = g_strdup_printf (_("@%s has no reference picture in the plan."), starsend_element_get_id (element));

      starsend_element_resolution_add_problem (lookup->resolution, sentence);
      return;
    }

  if (starsend_element_get_frontal (element) != NULL)
    {
      frontal = resolve_picture (lookup, element, starsend_element_get_frontal (element));
      whole = frontal != NULL;
    }
  for (guint i = 0; references[i] != NULL; i++)
    {
      g_autofree char *path = resolve_picture (lookup, element, references[i]);

      if (path != NULL)
        g_strv_builder_add (builder, path);
      else
        whole = FALSE;
    }
  if (!whole)
    return;

  resolved = g_strv_builder_end (builder);
  pictures = starsend_element_pictures_new (starsend_element_get_id (element),
                                            starsend_element_get_name (element),
                                            starsend_element_get_description (element),
                                            frontal, (const char *const *) resolved);
  starsend_element_resolution_add (lookup->resolution, pictures);
}

static void
resolve_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Lookup *lookup = data;

  for (guint i = 0; i < lookup->elements->len; i++)
    {
      if (g_task_return_error_if_cancelled (task))
        return;
      resolve_element (lookup, g_ptr_array_index (lookup->elements, i));
    }

  g_task_return_pointer (task, g_steal_pointer (&lookup->resolution), g_object_unref);
}

/**
 * starsend_element_manager_new:
 * @plan: where the elements stand
 * @paths: where their pictures stand
 *
 * Makes an element manager.
 *
 * Returns: (transfer full): the manager
 */
StarsendElementManager *
starsend_element_manager_new (StarsendPlan *plan, StarsendProjectPaths *paths)
{
  StarsendElementManager *self = g_object_new (STARSEND_TYPE_ELEMENT_MANAGER, NULL);

  self->plan = g_object_ref (plan);
  self->paths = g_object_ref (paths);

  return self;
}

/**
 * starsend_element_manager_resolve_async:
 * @element_ids: (array zero-terminated=1): ids, in the order in which they are to be sent
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when every picture was looked at
 * @user_data: data for @callback
 *
 * Looks for the pictures of elements.
 */
void
starsend_element_manager_resolve_async (StarsendElementManager *self, const char *const *element_ids,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  Lookup *lookup;

  g_return_if_fail (STARSEND_IS_ELEMENT_MANAGER (self));

  lookup = g_new0 (Lookup, 1);
  lookup->resolution = starsend_element_resolution_new ();
  lookup->paths = g_object_ref (self->paths);
  lookup->elements = g_ptr_array_new_with_free_func (g_object_unref);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_element_manager_resolve_async);
  g_task_set_task_data (task, lookup, lookup_free);
  for (guint i = 0; element_ids != NULL && element_ids[i] != NULL; i++)
    {
      StarsendElement *element = starsend_plan_dup_element (self->plan, element_ids[i]);
      g_autofree char *sentence = NULL;

      if (element != NULL)
        {
          g_ptr_array_add (lookup->elements, element);
          continue;
        }
      sentence = g_strdup_printf (_("The plan has no element “%s”."), element_ids[i]);
      starsend_element_resolution_add_problem (lookup->resolution, sentence);
    }

  g_task_run_in_thread (task, resolve_thread);
}

/**
 * starsend_element_manager_resolve_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what is there and what is missing. A missing picture is no error.
 *
 * Returns: (transfer full): the resolution
 */
StarsendElementResolution *
starsend_element_manager_resolve_finish (StarsendElementManager *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
