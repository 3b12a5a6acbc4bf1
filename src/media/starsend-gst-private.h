/* starsend-gst-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

G_BEGIN_DECLS

gboolean starsend_gst_init (GError **error);
/* NULL with UNAVAILABLE, which names the element, where it is not installed. */
GstElement *starsend_gst_make (const char *factory, GError **error);
void starsend_gst_run_thread (GTask *task, GTaskThreadFunc function);
gboolean starsend_gst_play (GstElement *pipeline, const gint *progress, guint stall_seconds, GCancellable *cancellable, GError **error);

G_END_DECLS
