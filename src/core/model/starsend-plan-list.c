/* starsend-plan-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-plan-list.h"

struct _StarsendPlanList
{
  GObject parent_instance;

  StarsendPlanData *data;
  GType item_type;
  StarsendPlanListMaker maker;
  guint first;
  guint length;

  GMutex mutex; /* of items */
  GObject **items;
};

static GType
get_item_type (GListModel *model)
{
  return STARSEND_PLAN_LIST (model)->item_type;
}

static guint
get_n_items (GListModel *model)
{
  return STARSEND_PLAN_LIST (model)->length;
}

static gpointer
get_item (GListModel *model, guint position)
{
  StarsendPlanList *self = STARSEND_PLAN_LIST (model);
  GObject *item;

  if (position >= self->length)
    return NULL;
  g_mutex_lock (&self->mutex);
  if (!self->items)
    self->items = g_new0 (GObject *, self->length);
  if (!self->items[position])
    self->items[position] = self->maker (self->data, self->first + position);
  item = g_object_ref (self->items[position]);
  g_mutex_unlock (&self->mutex);
  return item;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (StarsendPlanList,
                               starsend_plan_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
starsend_plan_list_finalize (GObject *object)
{
  StarsendPlanList *self = STARSEND_PLAN_LIST (object);

  for (guint i = 0; self->items && i < self->length; i++)
    g_clear_object (&self->items[i]);
  g_free (self->items);
  g_mutex_clear (&self->mutex);
  g_clear_pointer (&self->data, starsend_plan_data_unref);
  G_OBJECT_CLASS (starsend_plan_list_parent_class)->finalize (object);
}

static void
starsend_plan_list_class_init (StarsendPlanListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_plan_list_finalize;
}

static void
starsend_plan_list_init (StarsendPlanList *self)
{
  g_mutex_init (&self->mutex);
}

StarsendPlanList *
starsend_plan_list_new (StarsendPlanData *data, GType item_type, StarsendPlanListMaker maker, guint first, guint length)
{
  StarsendPlanList *self = g_object_new (STARSEND_TYPE_PLAN_LIST, NULL);

  self->data = starsend_plan_data_ref (data);
  self->item_type = item_type;
  self->maker = maker;
  self->first = first;
  self->length = length;
  return self;
}
