/* starsend-gemini-provider.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-http-client.h"
#include "starsend-keys.h"
#include "starsend-model.h"
#include "starsend-provider.h"

G_BEGIN_DECLS

#define STARSEND_GEMINI_BASE "https://generativelanguage.googleapis.com"

#define STARSEND_TYPE_GEMINI_PROVIDER (starsend_gemini_provider_get_type ())

/* Grids from Gemini. Submitting is the one call there is, and its answer is the picture: it is written to the job's part file
 * before the ticket is given, and collecting only looks whether it is still there. */
G_DECLARE_FINAL_TYPE (StarsendGeminiProvider, starsend_gemini_provider, STARSEND, GEMINI_PROVIDER, StarsendProvider)

/* @base: STARSEND_GEMINI_BASE, or another that @client trusts. Construct properties of the same names. */
StarsendProvider *starsend_gemini_provider_new (StarsendModel *model, StarsendHttpClient *client, StarsendKeys *keys, const char *base);

G_END_DECLS
