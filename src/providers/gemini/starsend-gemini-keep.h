/* starsend-gemini-keep.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-gemini-answer.h"

G_BEGIN_DECLS

/* A picture that was paid, whole on the disk. */
typedef struct
{
  char *digest;
  char *mime;             /* as it came; the file is PNG, whatever it was */
  int width;
  int height;
} StarsendGeminiKept;

/* Before anything is bought: the folder is there and has room. Blocking. */
gboolean starsend_gemini_keep_prepare (const char *part, GError **error);
/* Looks through the picture and writes it to @part, whole or not at all. Blocking. PROVIDER: it is damaged, and what came lies
 * beside @part; UNCERTAIN: it is good and cannot be written. */
gboolean starsend_gemini_keep (GBytes *picture, const char *part, StarsendGeminiKept *kept, GError **error);
void starsend_gemini_kept_clear (StarsendGeminiKept *kept);
/* Whether @part is what was kept; without a digest, whether it is a sound picture. UNCERTAIN where it is not. Blocking. */
gboolean starsend_gemini_keep_verify (const char *part, const char *digest, GError **error);

G_END_DECLS
