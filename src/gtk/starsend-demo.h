/* starsend-demo.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The demo project that is installed with the program. A user works on a copy. */
gboolean starsend_demo_is_installed (void);
void starsend_demo_copy_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GFile *starsend_demo_copy_finish (GAsyncResult *result, GError **error);

G_END_DECLS
