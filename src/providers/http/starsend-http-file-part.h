/* starsend-http-file-part.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STARSEND_TYPE_HTTP_FILE_PART (starsend_http_file_part_get_type ())

/* So many bytes of a stream and no more; fewer are an error. Private to this folder. */
G_DECLARE_FINAL_TYPE (StarsendHttpFilePart, starsend_http_file_part, STARSEND, HTTP_FILE_PART, GFilterInputStream)

GInputStream *starsend_http_file_part_new (GInputStream *base, goffset length);

G_END_DECLS
