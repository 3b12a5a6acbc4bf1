/* starsend-sequence-items.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-sequence-items.h"

#include <string.h>

#include "starsend-batch.h"
#include "starsend-sequence-item-private.h"

struct _StarsendSequenceItems
{
  GObject parent_instance;

  /* Owned */
  StarsendProject *project;
  StarsendJobRunner *jobs;
  GPtrArray *items; /* by position; NULL until asked for */
  GPtrArray *busy;  /* those that have a job */
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StarsendSequenceItems, starsend_sequence_items, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
starsend_sequence_items_get_item_type (GListModel *model)
{
  return STARSEND_TYPE_SEQUENCE_ITEM;
}

static guint
starsend_sequence_items_get_n_items (GListModel *model)
{
  return STARSEND_SEQUENCE_ITEMS (model)->items->len;
}

static void
give_job (StarsendSequenceItems *self, StarsendSequenceItem *item)
{
  const char *id = starsend_sequence_get_id (starsend_sequence_item_get_sequence (item));
  g_autofree char *batch_id = starsend_batch_id (starsend_project_get_episode (self->project), id);
  g_autoptr(StarsendJob) job = starsend_job_runner_dup_job (self->jobs, batch_id);

  if (job == NULL)
    return;

  starsend_sequence_item_set_job (item, job);
  g_ptr_array_add (self->busy, g_object_ref (item));
}

static gpointer
starsend_sequence_items_get_item (GListModel *model, guint position)
{
  StarsendSequenceItems *self = STARSEND_SEQUENCE_ITEMS (model);
  StarsendSequenceItem *item;
  g_autoptr(StarsendSequence) sequence = NULL;

  if (position >= self->items->len)
    return NULL;

  item = g_ptr_array_index (self->items, position);
  if (item == NULL)
    {
      sequence = g_list_model_get_item (starsend_plan_get_sequences (starsend_project_get_plan (self->project)), position);
      item = starsend_sequence_item_new (self->project, sequence);
      g_ptr_array_index (self->items, position) = item;
      give_job (self, item);
    }

  return g_object_ref (item);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = starsend_sequence_items_get_item_type;
  iface->get_n_items = starsend_sequence_items_get_n_items;
  iface->get_item = starsend_sequence_items_get_item;
}

static void
starsend_sequence_items_dispose (GObject *object)
{
  StarsendSequenceItems *self = STARSEND_SEQUENCE_ITEMS (object);

  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->busy, g_ptr_array_unref);
  g_clear_object (&self->jobs);
  g_clear_object (&self->project);

  G_OBJECT_CLASS (starsend_sequence_items_parent_class)->dispose (object);
}

static void
starsend_sequence_items_class_init (StarsendSequenceItemsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = starsend_sequence_items_dispose;
}

static void
unref_if_made (gpointer item)
{
  if (item != NULL)
    g_object_unref (item);
}

static void
starsend_sequence_items_init (StarsendSequenceItems *self)
{
  self->items = g_ptr_array_new_with_free_func (unref_if_made);
  self->busy = g_ptr_array_new_with_free_func (g_object_unref);
}

static StarsendSequenceItem *
find_made (StarsendSequenceItems *self, const char *sequence_id)
{
  guint position;

  if (sequence_id == NULL ||
      !starsend_plan_find_sequence (starsend_project_get_plan (self->project), sequence_id, &position))
    return NULL;

  return g_ptr_array_index (self->items, position);
}

static void
on_jobs_changed (GListModel *jobs, guint position, guint removed, guint added, StarsendSequenceItems *self)
{
  g_autoptr(GPtrArray) before = g_steal_pointer (&self->busy);
  const char *episode = starsend_project_get_episode (self->project);

  self->busy = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr(StarsendJob) job = g_list_model_get_item (jobs, i);
      const char *batch_id = starsend_request_get_batch_id (starsend_job_get_request (job));
      StarsendSequenceItem *item = find_made (self, starsend_batch_get_sequence (episode, batch_id));

      if (item == NULL)
        continue;

      starsend_sequence_item_set_job (item, job);
      g_ptr_array_add (self->busy, g_object_ref (item));
    }
  for (guint i = 0; i < before->len; i++)
    if (!g_ptr_array_find (self->busy, g_ptr_array_index (before, i), NULL))
      starsend_sequence_item_set_job (g_ptr_array_index (before, i), NULL);
}

StarsendSequenceItems *
starsend_sequence_items_new (StarsendProject *project, StarsendJobRunner *jobs)
{
  StarsendSequenceItems *self = g_object_new (STARSEND_TYPE_SEQUENCE_ITEMS, NULL);

  self->project = g_object_ref (project);
  self->jobs = g_object_ref (jobs);
  g_ptr_array_set_size (self->items, g_list_model_get_n_items (starsend_plan_get_sequences (starsend_project_get_plan (project))));
  g_signal_connect_object (starsend_job_runner_get_jobs (jobs), "items-changed", G_CALLBACK (on_jobs_changed), self, G_CONNECT_DEFAULT);

  return self;
}

StarsendSequenceItem *
starsend_sequence_items_dup (StarsendSequenceItems *self, const char *sequence_id)
{
  guint position;

  if (!starsend_plan_find_sequence (starsend_project_get_plan (self->project), sequence_id, &position))
    return NULL;

  return g_list_model_get_item (G_LIST_MODEL (self), position);
}
