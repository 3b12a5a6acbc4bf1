/* starsend-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "starsend-client-sequence-runner.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_WINDOW (starsend_window_get_type ())

/* One window, one project: welcome page, then the project's pages, or the page that says why it cannot be opened.
 * Actions: win.open, win.demo, win.back, win.open-read-only, win.search. Properties: project, runner (both nullable). */
G_DECLARE_FINAL_TYPE (StarsendWindow, starsend_window, STARSEND, WINDOW, AdwApplicationWindow)

StarsendWindow *starsend_window_new (GtkApplication *application);
/* @file: a project's folder, or its project_config.json. */
void starsend_window_open (StarsendWindow *self, GFile *file);
/* Whether this project is shown, or on its way. */
gboolean starsend_window_shows (StarsendWindow *self, GFile *file);
/* Whether no project is shown, nor on its way. */
gboolean starsend_window_is_idle (StarsendWindow *self);
StarsendProject *starsend_window_get_project (StarsendWindow *self);
/* NULL for a project that is no client video. */
StarsendClientSequenceRunner *starsend_window_get_runner (StarsendWindow *self);

G_END_DECLS
