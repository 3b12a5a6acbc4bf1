/* fake-fal.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "fake-server.h"

G_BEGIN_DECLS

/* The key it takes; another one that begins with "Key " is answered 401. */
#define FAKE_FAL_KEY "test-key-0123:secret"

/* Where a bad body is told: the real service checks it in the model, so it costs a job. */
typedef enum
{
  FAKE_FAL_CHECK_AT_RESULT,   /* bought, COMPLETED, 422 at the result: the default */
  FAKE_FAL_CHECK_AT_SUBMIT,   /* 422, not bought */
  FAKE_FAL_CHECK_NEVER,
} FakeFalCheck;

/* What a cancel does. A job that waits or runs is answered 200 OK or 202 CANCELLATION_REQUESTED; a finished one 400, an unknown one 404. */
typedef enum
{
  FAKE_FAL_CANCEL_OBEYS,      /* its result becomes 499 */
  FAKE_FAL_CANCEL_IGNORED,    /* 202, and it completes all the same */
} FakeFalCancel;

/* fal: queue and storage at one address, media (CDN) at a second one, and a third that nobody has named to the client.
 *
 * Routes: "submit" "status" "stream" "result" "cancel" "initiate" "multipart" "put" "part" "complete" "files" "foreign".
 * Counters beside those of the routes: "accepted" (submits that were bought, answered or not), "refused", "completed", "failed", "cancelled",
 * "polls" (status and stream), "bytes" (of media sent), "body.DIGEST" (accepted submits with this body, SHA-256 over endpoint and canonical JSON). */
typedef struct _FakeFal FakeFal;

FakeFal *fake_fal_new (void);
/* @ports: three, 0 for any. @state_dir: nullable; jobs and files are kept there and found again. */
FakeFal *fake_fal_new_full (const guint *ports, const char *state_dir, GError **error);
void fake_fal_free (FakeFal *self);
FakeServer *fake_fal_get_server (FakeFal *self);
const char *fake_fal_get_base (FakeFal *self);      /* "http://127.0.0.1:4711", for STARSEND_FAL_QUEUE_URL and _REST_URL */
const char *fake_fal_get_cdn (FakeFal *self);
const char *fake_fal_get_foreign (FakeFal *self);

/* For jobs from then on. The default is one poll in the queue and one running. */
void fake_fal_set_polls (FakeFal *self, guint queued, guint running);
void fake_fal_set_times (FakeFal *self, guint queued_ms, guint running_ms);
void fake_fal_set_check (FakeFal *self, FakeFalCheck check);
void fake_fal_set_cancel (FakeFal *self, FakeFalCancel cancel);
/* What jobs deliver, from a file; NULL: a video or a picture made of the job's own input (the video by ffmpeg). */
void fake_fal_set_video (FakeFal *self, const char *path);
void fake_fal_set_picture (FakeFal *self, const char *path);
/* The height of videos it makes itself, 0: what the tier has. */
void fake_fal_set_video_height (FakeFal *self, guint height);
/* Every job or, where not NULL, this one is unknown from now on: 404 everywhere. */
void fake_fal_forget (FakeFal *self, const char *request_id);
/* Every medium is gone from the CDN: 404. */
void fake_fal_forget_files (FakeFal *self);

/* Every submit that had a key and JSON, in order: [{"endpoint", "body", "digest", "accepted", "request_id", "problem"}]. (transfer full) */
JsonNode *fake_fal_dup_submits (FakeFal *self);
/* What the field tables say against @body, as the "detail" list of a 422; NULL: nothing. (transfer full) */
JsonNode *fake_fal_check_body (FakeFal *self, const char *endpoint, JsonNode *body);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeFal, fake_fal_free)

G_END_DECLS
