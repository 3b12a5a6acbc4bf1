/* starsend-project-lock.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_PROJECT_LOCK (starsend_project_lock_get_type ())

/* One writer at a time, without flock (document portals have none): a file made with O_EXCL that names its owner
 * (host, boot id, pid namespace, pid, start time of the process). A dead owner cannot hold it: it is taken over
 * atomically when the process is gone; where that cannot be seen (another host or namespace), when it has not been
 * touched for 60 s (a live owner touches it every 15 s). */
G_DECLARE_FINAL_TYPE (StarsendProjectLock, starsend_project_lock, STARSEND, PROJECT_LOCK, GObject)

/* Blocks only for a few small file operations. STARSEND_ERROR_LOCKED names the owner ("starsend-cli, process 4711"). */
StarsendProjectLock *starsend_project_lock_acquire (const char *path, const char *program, GError **error);
/* Also done by dispose; removes the file only when it is still ours. */
void starsend_project_lock_release (StarsendProjectLock *self);
/* FALSE when somebody else took it (a laptop that slept for long): writers must stop. Looks at the disk. */
gboolean starsend_project_lock_is_held (StarsendProjectLock *self);
/* Whether it was seen by anybody that somebody else took it, at the latest at the next touch. Asks nobody, so it costs nothing. */
gboolean starsend_project_lock_is_lost (StarsendProjectLock *self);

G_END_DECLS
