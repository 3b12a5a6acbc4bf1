/* starsend-file-verifier.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-verifier.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_FILE_VERIFIER (starsend_file_verifier_get_type ())

/* Looks at what arrives: a grid must decode, a take must decode to its end. What is unlike the plan becomes a warning with figures. */
G_DECLARE_FINAL_TYPE (StarsendFileVerifier, starsend_file_verifier, STARSEND, FILE_VERIFIER, StarsendVerifier)

StarsendVerifier *starsend_file_verifier_new (void);

G_END_DECLS
