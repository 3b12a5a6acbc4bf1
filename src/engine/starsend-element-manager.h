/* starsend-element-manager.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-element-resolution.h"
#include "starsend-plan.h"
#include "starsend-project-paths.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_ELEMENT_MANAGER (starsend_element_manager_get_type ())

/* Resolves element ids to reference pictures that are there and can be read. */
G_DECLARE_FINAL_TYPE (StarsendElementManager, starsend_element_manager, STARSEND, ELEMENT_MANAGER, GObject)

StarsendElementManager *starsend_element_manager_new (StarsendPlan *plan, StarsendProjectPaths *paths);
void starsend_element_manager_resolve_async (StarsendElementManager *self, const char *const *element_ids,
                                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendElementResolution *starsend_element_manager_resolve_finish (StarsendElementManager *self, GAsyncResult *result, GError **error);

G_END_DECLS
