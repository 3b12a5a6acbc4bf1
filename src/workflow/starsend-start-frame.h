/* starsend-start-frame.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "starsend-project-paths.h"

G_BEGIN_DECLS

/* The start frame of a sequence on the disk: the picture, the ones before it, and beside it a sidecar that ties the
 * approval to the bytes that were approved. Every function blocks; they run on the project's file queue. */

gboolean starsend_start_frame_install (StarsendProjectPaths *paths, const char *sequence_id, GBytes *png, JsonNode *source,
                                       gboolean approve, GError **error);
gboolean starsend_start_frame_approve (const char *path, GError **error);
gboolean starsend_start_frame_withdraw (const char *path, GError **error);

typedef enum
{
  STARSEND_START_FRAME_MISSING,
  STARSEND_START_FRAME_UNAPPROVED,
  STARSEND_START_FRAME_APPROVED,
  STARSEND_START_FRAME_CHANGED,     /* approved once, and its bytes are others now */
  STARSEND_START_FRAME_UNRECORDED,  /* there, but nothing says whether it was approved */
  STARSEND_START_FRAME_UNREADABLE,  /* there, but it or its sidecar cannot be read now: that says nothing */
} StarsendStartFrameState;

StarsendStartFrameState starsend_start_frame_examine (const char *path);
/* Any picture as a PNG of exactly this ratio, cropped in the middle where it must be. */
GBytes *starsend_start_frame_convert (const char *picture, int aspect_width, int aspect_height, JsonNode **source, GError **error);

G_END_DECLS
