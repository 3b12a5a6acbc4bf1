/* fake-control.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "fake-fal.h"
#include "fake-gemini.h"

G_BEGIN_DECLS

/* An address at which another program scripts and asks the two servers:
 *
 * POST   /_control/faults    {"route": "submit", "times": 1, "what": "drop-after"}, or a list of those; see fake_server_fault()
 * DELETE /_control/faults
 * GET    /_control/counters  {"fal": {...}, "gemini": {...}, "faults": how many have not happened}; DELETE sets them to 0
 * GET    /_control/bodies    {"fal": [...], "gemini": [...]}; see fake_fal_dup_submits() and fake_gemini_dup_requests()
 * GET    /_control/log       {"fal": [...], "gemini": [...]}
 * POST   /_control/settings  any of {"polls": [1, 1], "times": [500, 1500], "check": "result" | "submit" | "never", "cancel": "obeys" | "ignored",
 *                            "video": PATH | null, "picture": PATH | null, "height": 360, "format": "png" | "jpeg", "thoughts": 2}
 * POST   /_control/forget    {"request_id": ID | null, "files": true}
 */
typedef struct _FakeControl FakeControl;

FakeControl *fake_control_new (FakeFal *fal, FakeGemini *gemini, guint port, GError **error);
void fake_control_free (FakeControl *self);
const char *fake_control_get_base (FakeControl *self);
/* A fault for whichever server has that route. */
gboolean fake_control_add_fault (FakeControl *self, JsonNode *fault, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeControl, fake_control_free)

G_END_DECLS
