/* starsend-notice-bar.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_NOTICE_BAR (starsend_notice_bar_get_type ())

/* What there is to be told about a project, above its pages: one notice as it is, more as a number that unfolds.
 * Property: notices (GListModel of StarsendFinding, nullable). New notices open a bar that was closed. */
G_DECLARE_FINAL_TYPE (StarsendNoticeBar, starsend_notice_bar, STARSEND, NOTICE_BAR, AdwBin)

GListModel *starsend_notice_bar_get_notices (StarsendNoticeBar *self);
void starsend_notice_bar_set_notices (StarsendNoticeBar *self, GListModel *notices);

G_END_DECLS
