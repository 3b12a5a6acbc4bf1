/* starsend-picture-header.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STARSEND_PICTURE_MAX_SIDE 16384
#define STARSEND_PICTURE_MAX_PIXELS 100000000
#define STARSEND_PICTURE_MAX_SIZE (G_GINT64_CONSTANT (256) * 1024 * 1024)

typedef enum
{
  STARSEND_PICTURE_PNG,
  STARSEND_PICTURE_JPEG,
  STARSEND_PICTURE_WEBP,
} StarsendPictureFormat;

/* Where a header is read from: bytes in memory, or an open file. Nothing else is ever touched. */
typedef struct
{
  const guint8 *data; /* nullable: then @fd */
  int fd;
  goffset size;
  const char *name;   /* for messages */
} StarsendPictureSource;

typedef struct
{
  StarsendPictureFormat format;
  int width;          /* as stored, before the orientation */
  int height;
  int orientation;    /* EXIF's, 1 to 8 */
  gboolean animated;
} StarsendPictureHeader;

gboolean starsend_picture_header_read (const StarsendPictureSource *source, StarsendPictureHeader *header, GError **error);
/* Whether a JPEG goes on to its end mark, through no more passes than a sane encoder makes. */
gboolean starsend_picture_header_check_jpeg_end (const StarsendPictureSource *source, GError **error);
/* Whether a WebP file is as long as it says. */
gboolean starsend_picture_header_check_webp_end (const StarsendPictureSource *source, GError **error);

G_END_DECLS
