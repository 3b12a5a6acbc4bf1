/* starsend-prompt-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-request.h"

G_BEGIN_DECLS

/* The words as they are sent, so that what is checked and counted is what the model gets. An element with a picture is
 * named by its token ("@Element%u", its number from 1 among those with pictures), any other by its name in words. */

/* One shot: its text, then its camera move unless the text says it already. (transfer full) */
char *starsend_prompt_text_compose (StarsendShotPrompt *shot, GListModel *elements, const char *token);
/* The whole request in one text: a grid's words in its template (else in @template), or all shots with their times. (transfer full) */
char *starsend_prompt_text_compose_request (StarsendRequest *request, const char *template, const char *token);
/* The pictures of the elements in the order in which the words speak of them: each frontal one, then its references. (transfer full) */
char **starsend_prompt_text_dup_pictures (GListModel *elements);

G_END_DECLS
