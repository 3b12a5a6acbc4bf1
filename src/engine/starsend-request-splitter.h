/* starsend-request-splitter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-request.h"

G_BEGIN_DECLS

/* What a model makes of lengths. */
typedef struct
{
  double max_duration; /* seconds at once; G_MAXDOUBLE: no limit */
  double min_duration; /* seconds at once; what is shorter is made as long as this */
  guint max_shots;     /* at once; G_MAXUINT: no limit */
  double (*fit_shot) (gpointer model, double seconds); /* what it makes of a shot; nullable */
  gpointer model;
} StarsendTakeLimits;

/* Cuts a take at shot boundaries into parts that its model makes at once. (element-type StarsendRequest) */
GPtrArray *starsend_request_split (StarsendRequest *request, const StarsendTakeLimits *limits, GError **error);

G_END_DECLS
