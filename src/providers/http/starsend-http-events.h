/* starsend-http-events.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Reads an event stream (text/event-stream of the WHATWG) in pieces of any size. Private to this folder. */
typedef struct _StarsendHttpEvents StarsendHttpEvents;

/* Called with the data of an event that is whole. */
typedef void (*StarsendHttpEventFunc) (const char *data, gpointer user_data);

/* @max_event: how many bytes an event may hold, and a line. */
StarsendHttpEvents *starsend_http_events_new (gsize max_event);
void starsend_http_events_free (StarsendHttpEvents *self);
/* FALSE once an event is too long. */
gboolean starsend_http_events_feed (StarsendHttpEvents *self, const char *text, gsize length, StarsendHttpEventFunc func,
                                    gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendHttpEvents, starsend_http_events_free)

G_END_DECLS
