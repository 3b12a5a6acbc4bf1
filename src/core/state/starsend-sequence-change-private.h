/* starsend-sequence-change-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-raw-object.h"
#include "starsend-sequence-change.h"
#include "starsend-sequence-record-private.h"

G_BEGIN_DECLS

gboolean starsend_sequence_change_check_texts (StarsendSequenceChange *self, GError **error);
gboolean starsend_sequence_change_apply (StarsendSequenceChange *self, const StarsendSequenceFields *now, StarsendRawObject *record,
                                         GError **error);

G_END_DECLS
