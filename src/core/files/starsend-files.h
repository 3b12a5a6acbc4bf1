/* starsend-files.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The only place that writes files of a project. Every function here blocks and may be called on any thread;
 * what is written goes to a temporary file beside the target, is synced, renamed over it, and the folder synced.
 * No flock, no hard links. Errors are STARSEND_ERROR with a whole sentence. */

GBytes *starsend_files_read (const char *path, gsize max_size, GError **error);
gboolean starsend_files_replace (const char *path, const void *data, gsize size, GError **error);
/* Fails with G_IO_ERROR_EXISTS where something stands under that name; nothing is ever overwritten. */
gboolean starsend_files_create (const char *path, const void *data, gsize size, GError **error);
/* Gives a finished temporary file its final name: syncs it, renames it without replacing (G_IO_ERROR_EXISTS), syncs the folder. */
gboolean starsend_files_publish (const char *part, const char *path, GError **error);
/* Like publish, but an existing file is replaced. */
gboolean starsend_files_publish_over (const char *part, const char *path, GError **error);
gboolean starsend_files_append (const char *path, const void *data, gsize size, GError **error);
/* Renames a damaged file to NAME.damaged-YYYYMMDD-HHMMSS(-n) and returns the new path. */
char *starsend_files_set_aside (const char *path, GError **error);
gboolean starsend_files_make_folder (const char *path, GError **error);
gboolean starsend_files_sync_folder (const char *path, GError **error);
/* A name for a temporary file beside @path: ".NAME.XXXXXX.part"; recovery sweeps these. */
char *starsend_files_part_path (const char *path);
/* Removes leftover part files in a folder (not below it). */
void starsend_files_sweep_parts (const char *folder);
/* Lower-case hex SHA-256 of a file, read in pieces. */
char *starsend_files_digest (const char *path, GCancellable *cancellable, GError **error);
char *starsend_files_digest_bytes (GBytes *bytes);

G_END_DECLS
