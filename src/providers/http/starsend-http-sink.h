/* starsend-http-sink.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The file that a download goes to, and the digest of what is in it. Everything here blocks: it is called on a worker,
 * by one thread at a time. Private to this folder. */
typedef struct _StarsendHttpSink StarsendHttpSink;

StarsendHttpSink *starsend_http_sink_new (const char *path);
/* Closes the file. */
void starsend_http_sink_free (StarsendHttpSink *self);

/* From the beginning, whatever was there. */
gboolean starsend_http_sink_restart (StarsendHttpSink *self, GError **error);
gboolean starsend_http_sink_write (StarsendHttpSink *self, const guint8 *data, gsize size, GError **error);
/* Syncs it and gives the SHA-256. */
char *starsend_http_sink_finish (StarsendHttpSink *self, GError **error);
/* Removes the file. */
void starsend_http_sink_discard (StarsendHttpSink *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendHttpSink, starsend_http_sink_free)

G_END_DECLS
