/* starsend-request.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "starsend-element-pictures.h"
#include "starsend-frame-rate.h"
#include "starsend-shot-prompt.h"

G_BEGIN_DECLS

typedef enum
{
  STARSEND_REQUEST_GRID,
  STARSEND_REQUEST_TAKE,
} StarsendRequestKind;

#define STARSEND_TYPE_REQUEST_KIND (starsend_request_kind_get_type ())
GType starsend_request_kind_get_type (void);
const char *starsend_request_kind_to_string (StarsendRequestKind kind);   /* "grid", "take" */

#define STARSEND_TYPE_REQUEST (starsend_request_get_type ())

/* Everything that a provider needs to make one grid or one take, and nothing of a plan. It goes into the ledger before
 * the call, so that a restart can take the job up from there, and into the sidecar. Paths are absolute here and relative to the project in JSON. */
G_DECLARE_FINAL_TYPE (StarsendRequest, starsend_request, STARSEND, REQUEST, GObject)

StarsendRequest *starsend_request_new (StarsendRequestKind kind, const char *batch_id, guint number, const char *model);
StarsendRequestKind starsend_request_get_kind (StarsendRequest *self);
const char *starsend_request_get_batch_id (StarsendRequest *self);
guint starsend_request_get_number (StarsendRequest *self);
const char *starsend_request_get_model (StarsendRequest *self);

/* What to show with the result: "Suburbia". Nullable. */
const char *starsend_request_get_title (StarsendRequest *self);
void starsend_request_set_title (StarsendRequest *self, const char *title);
/* An object of the caller's own, kept with the request in the ledger and the sidecar; no provider reads it. Nullable. */
JsonNode *starsend_request_get_context (StarsendRequest *self);
void starsend_request_set_context (StarsendRequest *self, JsonNode *context);
/* A grid's wording. Nullable for a take. */
const char *starsend_request_get_prompt (StarsendRequest *self);
void starsend_request_set_prompt (StarsendRequest *self, const char *prompt);
/* A grid's words are put into this text, at "{prompt}"; nullable. */
const char *starsend_request_get_template (StarsendRequest *self);
void starsend_request_set_template (StarsendRequest *self, const char *template);
gboolean starsend_request_get_audio (StarsendRequest *self);
void starsend_request_set_audio (StarsendRequest *self, gboolean audio);
/* A take that is longer than its model makes at once has parts, from 1; 0 of 0: it is made at once. */
guint starsend_request_get_part (StarsendRequest *self, guint *n_parts);
void starsend_request_set_part (StarsendRequest *self, guint part, guint n_parts);
const char *starsend_request_get_start_frame (StarsendRequest *self);
void starsend_request_set_start_frame (StarsendRequest *self, const char *path);
void starsend_request_get_aspect (StarsendRequest *self, int *width, int *height);
void starsend_request_set_aspect (StarsendRequest *self, int width, int height);
void starsend_request_get_frame_rate (StarsendRequest *self, StarsendFrameRate *rate);
void starsend_request_set_frame_rate (StarsendRequest *self, StarsendFrameRate rate);
gboolean starsend_request_get_burn_in (StarsendRequest *self);
void starsend_request_set_burn_in (StarsendRequest *self, gboolean burn_in);
GListModel *starsend_request_get_shots (StarsendRequest *self);              /* of StarsendShotPrompt */
void starsend_request_add_shot (StarsendRequest *self, StarsendShotPrompt *shot);
GListModel *starsend_request_get_elements (StarsendRequest *self);           /* of StarsendElementPictures */
void starsend_request_add_element (StarsendRequest *self, StarsendElementPictures *element);
/* One length for every shot, in seconds. */
void starsend_request_set_durations (StarsendRequest *self, const double *seconds);
double starsend_request_get_duration (StarsendRequest *self);                /* seconds, sum of the shots */
gint64 starsend_request_get_n_frames (StarsendRequest *self);
/* The planned frame counts of the shots, by starsend_frame_rate_plan_frames(). (transfer full) */
gint64 *starsend_request_dup_shot_frames (StarsendRequest *self, guint *n_shots);

JsonNode *starsend_request_to_json (StarsendRequest *self, const char *root);
StarsendRequest *starsend_request_new_from_json (JsonNode *json, const char *root, GError **error);
/* SHA-256 over everything that shapes the result, the bytes of every picture included. Blocking: reads the pictures. */
char *starsend_request_digest (StarsendRequest *self, const char *root, GCancellable *cancellable, GError **error);

G_END_DECLS
