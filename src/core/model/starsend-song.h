/* starsend-song.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_SONG (starsend_song_get_type ())
G_DECLARE_FINAL_TYPE (StarsendSong, starsend_song, STARSEND, SONG, GObject)

const char *starsend_song_get_title (StarsendSong *self);
const char *starsend_song_get_file (StarsendSong *self);      /* relative to the project, nullable */
double starsend_song_get_duration (StarsendSong *self);       /* seconds, -1 when missing */
double starsend_song_get_bpm (StarsendSong *self);            /* -1 when missing */
guint starsend_song_get_n_sections (StarsendSong *self);
const char *starsend_song_get_section (StarsendSong *self, guint index, double *start, double *end);

/* "0:24.000", 34.0 as text or as number of seconds; FALSE when it is no time. Used for every time in a plan. */
gboolean starsend_song_parse_time (const char *text, double *seconds);

G_END_DECLS
