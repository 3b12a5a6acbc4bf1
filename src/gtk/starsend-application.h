/* starsend-application.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_APPLICATION (starsend_application_get_type ())

G_DECLARE_FINAL_TYPE (StarsendApplication, starsend_application, STARSEND, APPLICATION, AdwApplication)

StarsendApplication *starsend_application_new (void);
/* Shows the project in the window that has it, in one that has none, or in a new one. */
void starsend_application_open_project (StarsendApplication *self, GFile *file);

G_END_DECLS
