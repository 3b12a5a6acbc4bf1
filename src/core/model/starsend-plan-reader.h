/* starsend-plan-reader.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-frame-rate.h"
#include "starsend-plan-data.h"
#include "starsend-plan-findings.h"

G_BEGIN_DECLS

/* Reads a document into the structs, and finds what is wrong with it. */

typedef struct
{
  const char *project;
  const char *episode;
  const char *title;
  const char *aspect_ratio;
  int aspect_width;
  int aspect_height;
  StarsendFrameRate frame_rate;
} StarsendPlanHead;

/* Fails only when it is no plan that can be read at all. */
gboolean starsend_plan_reader_check_format (StarsendJson *json, GError **error);
void starsend_plan_reader_read (StarsendPlanData *data, StarsendPlanHead *head, StarsendPlanFindings *findings);
/* What can be seen only when all sequences are read: overlaps, lengths, the end of the song. */
void starsend_plan_reader_compare (StarsendPlanData *data, const StarsendPlanHead *head, StarsendPlanFindings *findings);

G_END_DECLS
