/* starsend-grid-explorer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-file-queue.h"
#include "starsend-grid-slicer.h"
#include "starsend-job-runner.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_GRID_EXPLORER (starsend_grid_explorer_get_type ())

/* Does two things: generates a grid, crops a quadrant. */
G_DECLARE_FINAL_TYPE (StarsendGridExplorer, starsend_grid_explorer, STARSEND, GRID_EXPLORER, GObject)

StarsendGridExplorer *starsend_grid_explorer_new (StarsendJobRunner *jobs);
void starsend_grid_explorer_generate_async (StarsendGridExplorer *self, StarsendRequest *request, const char *output,
                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendStepResult *starsend_grid_explorer_generate_finish (StarsendGridExplorer *self, GAsyncResult *result, GError **error);

/* @cut: NULL finds the cut itself. Finish gives a PNG and where it was cut from. */
void starsend_grid_explorer_crop_async (StarsendGridExplorer *self, const char *grid, guint quadrant, const StarsendGridCut *cut,
                                        int aspect_width, int aspect_height,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GBytes *starsend_grid_explorer_crop_finish (StarsendGridExplorer *self, GAsyncResult *result, StarsendRectangle *crop, GError **error);

G_END_DECLS
