/* starsend-mp4-entry-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-mp4-index-private.h"

G_BEGIN_DECLS

/* The description of a track's samples without what may differ between files that one decoder plays as one: a measured bit
 * rate, the encoder's name. */
GBytes *starsend_mp4_entry_dup_essence (const StarsendMp4Track *track, gboolean is_video);
/* The box, without the bit rate that was measured for one part alone. */
GByteArray *starsend_mp4_entry_copy (const StarsendMp4Track *track, gboolean is_video);
/* One packet of silence for this track; NULL where none is known. (transfer none) */
const guint8 *starsend_mp4_entry_get_silence (const StarsendMp4Track *track, gsize *length);

G_END_DECLS
