/* starsend-media-transcoder-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Decodes the parts and encodes them anew, one after the other, in the size and rate of the first one. Blocking; @path is
 * left behind on failure. */
gboolean starsend_media_transcode (const char *const *parts, const char *path, GCancellable *cancellable, GError **error);

G_END_DECLS
