/* starsend-cli-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text as it may be shown on a terminal: valid UTF-8 on one line, with no character that steers the terminal or turns
 * the direction of what follows. */
char *starsend_cli_clean_text (const char *text);
/* Columns that a clean text takes on a terminal. */
guint starsend_cli_text_width (const char *text);
/* Seconds as "M:SS", with tenths only where there are some; "–" for less than 0. */
char *starsend_cli_format_time (double seconds);
/* Columns of the terminal at a file descriptor; 80 when nobody says. */
guint starsend_cli_terminal_width (int fd);
/* Whether stdout shows bold. */
gboolean starsend_cli_has_bold (void);

/* Aligned columns. The first row is the heading. */
typedef struct _StarsendCliTable StarsendCliTable;

StarsendCliTable *starsend_cli_table_new (guint n_columns);
void starsend_cli_table_free (StarsendCliTable *self);
/* Numbers stand at the right edge of their column. */
void starsend_cli_table_align_right (StarsendCliTable *self, guint column);
/* Takes n_columns strings, each owned by the table then. */
void starsend_cli_table_take_row (StarsendCliTable *self, ...);
/* The column gives way, down to a few letters, where a row would be wider than the terminal; the last one to say so first. */
void starsend_cli_table_may_shrink (StarsendCliTable *self, guint column);
/* @width: that no row is to exceed; 0 for no limit. */
char *starsend_cli_table_render (StarsendCliTable *self, guint width, gboolean bold);
/* What a table on stdout is fit into: the terminal's width, nothing in a pipe. */
guint starsend_cli_table_width (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendCliTable, starsend_cli_table_free)

G_END_DECLS
