/* starsend-plan-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-plan-data.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_PLAN_LIST (starsend_plan_list_get_type ())

/* A list over a part of a plan. An object is made when it is first asked for, and is then the same for good. */
G_DECLARE_FINAL_TYPE (StarsendPlanList, starsend_plan_list, STARSEND, PLAN_LIST, GObject)

typedef gpointer (*StarsendPlanListMaker) (StarsendPlanData *data, guint position);

StarsendPlanList *starsend_plan_list_new (StarsendPlanData *data, GType item_type, StarsendPlanListMaker maker, guint first, guint length);

G_END_DECLS
