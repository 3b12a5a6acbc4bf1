/* starsend-welcome-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_WELCOME_PAGE (starsend_welcome_page_get_type ())

/* What a window without a project shows. Its buttons are the window's actions win.open and win.demo. */
G_DECLARE_FINAL_TYPE (StarsendWelcomePage, starsend_welcome_page, STARSEND, WELCOME_PAGE, AdwBin)

G_END_DECLS
