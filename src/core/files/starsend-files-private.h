/* starsend-files-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-files.h"

G_BEGIN_DECLS

/* Closes itself at the end of its scope: g_auto (StarsendFd) fd = -1; */
typedef int StarsendFd;

void starsend_fd_close (StarsendFd fd);

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (StarsendFd, starsend_fd_close, -1)

/* Like starsend_files_create(), and exclusive also where the file system cannot rename without replacing: the file is
 * then made under its final name and may be seen before it is whole. Only for the lock, whose readers know that. */
gboolean starsend_files_create_exclusive (const char *path, const void *data, gsize size, GError **error);

/* renameat2 (RENAME_NOREPLACE) inside one folder; 0 or an errno, EEXIST where the name is taken. Where the file system
 * has no such call, the name is looked up first: safe only for names that no other program makes meanwhile. */
int starsend_files_rename_new (const char *from, const char *to);

G_END_DECLS
