/* model-fixtures.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-finding.h"
#include "starsend-models.h"

G_BEGIN_DECLS

/* A take with a start frame at @frame (nullable) and shots of these lengths, which end with a 0. */
StarsendRequest *fixture_take (const char *model, const char *frame, const double *seconds);
StarsendRequest *fixture_grid (const char *model, const char *prompt);
/* Elements "e0", "e1", ... with a frontal picture and a number of references, none of which is there. */
void fixture_add_elements (StarsendRequest *request, guint n, guint n_references);
void fixture_add_shot (StarsendRequest *request, const char *text, const char *camera, double seconds);
/* "error shots[1].prompt\nwarning shots\n" in their order. */
char *fixture_describe (GPtrArray *findings);
/* Of the only finding at a place; NULL when there is none. */
const char *fixture_find (GPtrArray *findings, const char *place);
char *fixture_repeat (const char *text, guint n);
/* A PNG of this size in the test's own folder. (transfer full) */
char *fixture_picture (const char *name, int width, int height);

G_END_DECLS
