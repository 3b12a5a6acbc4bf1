/* starsend-board.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "starsend-client-sequence-runner.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_BOARD (starsend_board_get_type ())

/* The sequences of a project as cards, in the plan's order.
 * Properties: runner (nullable), search-mode (whether the search bar is open). */
G_DECLARE_FINAL_TYPE (StarsendBoard, starsend_board, STARSEND, BOARD, AdwBin)

StarsendClientSequenceRunner *starsend_board_get_runner (StarsendBoard *self);
void starsend_board_set_runner (StarsendBoard *self, StarsendClientSequenceRunner *runner);
gboolean starsend_board_get_search_mode (StarsendBoard *self);
void starsend_board_set_search_mode (StarsendBoard *self, gboolean search_mode);
/* Opens the search bar, or goes back into it. */
void starsend_board_start_search (StarsendBoard *self);

G_END_DECLS
