/* starsend-project-paths.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_PROJECT_PATHS (starsend_project_paths_get_type ())

/* Where everything of a project stands (design, section 4). Ids become file names through one escaping function
 * here and nowhere else; no path leaves the project. Thread-safe: immutable after construction. */
G_DECLARE_FINAL_TYPE (StarsendProjectPaths, starsend_project_paths, STARSEND, PROJECT_PATHS, GObject)

/* @sequence_ids: the ids of the plan. Where two of them would give the same file name (they differ only in case),
 * the ones that have lower-case letters get "~" and eight hex digits of their digest. */
StarsendProjectPaths *starsend_project_paths_new (const char *root, const char *episode, const char *const *sequence_ids);
const char *starsend_project_paths_get_root (StarsendProjectPaths *self);

char *starsend_project_paths_dup_config (StarsendProjectPaths *self);           /* project_config.json */
char *starsend_project_paths_dup_sequence_state (StarsendProjectPaths *self);   /* state/starsend/sequence_state.json */
char *starsend_project_paths_dup_execution_store (StarsendProjectPaths *self);
char *starsend_project_paths_dup_ledger (StarsendProjectPaths *self);
char *starsend_project_paths_dup_lock (StarsendProjectPaths *self);             /* state/starsend/lock */
char *starsend_project_paths_dup_trash (StarsendProjectPaths *self);
char *starsend_project_paths_dup_grid (StarsendProjectPaths *self, const char *sequence_id, guint number);        /* output/grids/SEQ02/grid_001.png */
char *starsend_project_paths_dup_grid_folder (StarsendProjectPaths *self, const char *sequence_id);
char *starsend_project_paths_dup_start_frame (StarsendProjectPaths *self, const char *sequence_id);               /* output/frames/ep_001/clean/seq02_start.png */
char *starsend_project_paths_dup_old_start_frame (StarsendProjectPaths *self, const char *sequence_id, guint version); /* seq02_start_v01.png */
char *starsend_project_paths_dup_take (StarsendProjectPaths *self, const char *sequence_id, guint number);        /* output/video/seq02_take01.mp4 */
char *starsend_project_paths_dup_take_folder (StarsendProjectPaths *self);
/* The parts of a take that is longer than its model makes at once, and the last frame of each: beside the takes, in "parts". */
char *starsend_project_paths_dup_part_folder (StarsendProjectPaths *self);
char *starsend_project_paths_dup_part (const char *take_path, guint part);              /* output/video/parts/seq02_take01_part01.mp4 */
char *starsend_project_paths_dup_part_last_frame (const char *take_path, guint part);   /* output/video/parts/seq02_take01_part01_last.png */
char *starsend_project_paths_dup_take_of_part (const char *part_path, guint part);      /* the way back; NULL for what is no such path */
/* The sidecar of any of our media: the same path with .json. */
char *starsend_project_paths_dup_sidecar (StarsendProjectPaths *self, const char *media_path);

/* An id as a file name: [A-Za-z0-9_-] stay (lower-cased when @lower), everything else becomes ~XX; never empty, never a
 * reserved name, at most 120 bytes (longer ones end in a digest) . */
char *starsend_project_paths_escape_id (const char *id, gboolean lower);

/* Absolute path -> relative to the project with '/', or NULL when it is not inside. */
char *starsend_project_paths_make_relative (StarsendProjectPaths *self, const char *path);
/* A relative path out of the plan or a state file -> absolute. Refuses absolute paths, "..", NUL and backslash tricks,
 * links that leave the project (STARSEND_ERROR_INVALID_INPUT), what does not exist (NOT_FOUND) and what is no regular file (INVALID_INPUT). */
char *starsend_project_paths_resolve (StarsendProjectPaths *self, const char *relative, GError **error);
/* Lexical part of the above, no disk: for the plan validator. */
gboolean starsend_project_paths_check_relative (const char *relative, GError **error);

G_END_DECLS
