/* fake-fal-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "fake-fal.h"
#include "fake-media.h"
#include "fake-server-private.h"

G_BEGIN_DECLS

/* The ports, in order. */
enum
{
  FAKE_FAL_PORT_API,
  FAKE_FAL_PORT_CDN,
  FAKE_FAL_PORT_FOREIGN,
  FAKE_FAL_N_PORTS,
};

typedef enum
{
  FAKE_JOB_QUEUED,
  FAKE_JOB_RUNNING,
  FAKE_JOB_DONE,
} FakeJobState;

typedef struct
{
  FakeFal *fal;            /* borrowed */
  char *id;
  char *endpoint;
  char *app;               /* the endpoint without its subpath */
  JsonNode *body;
  JsonNode *problem;       /* the list of a 422; nullable */
  char *file;              /* what it delivers, in the store; NULL until it is made */
  gint64 created;          /* microseconds of the wall clock, so that a restart knows them */
  guint n_polls;
  guint n_seen;            /* polls of any kind, for a queue that grows */
  guint queued;            /* polls or milliseconds, by by_time */
  guint running;
  gboolean by_time;
  gboolean ignores_cancel;
  gboolean cancelled;
  gboolean counted;        /* its end has been counted */
  gboolean failed;         /* its medium could not be made */
} FakeJob;

typedef struct
{
  char *name;              /* "TOKEN/start.png" */
  char *content_type;
  char *etag;
  GBytes *bytes;           /* NULL: announced, and not there yet */
  GPtrArray *parts;        /* of GBytes, while it comes in parts; nullable */
} FakeFile;

struct _FakeFal
{
  FakeServer *server;
  char *state_dir;         /* nullable */
  FakeMedia *media;
  GHashTable *jobs;        /* id -> FakeJob */
  GHashTable *files;       /* name -> FakeFile */
  JsonArray *submits;
  GBytes *video;           /* nullable */
  GBytes *picture;         /* nullable */
  FakeFalCheck check;
  FakeFalCancel cancel;
  guint queued;
  guint running;
  gboolean by_time;
  guint video_height;
};

void fake_job_free (FakeJob *self);
void fake_file_free (FakeFile *self);

/* fake-fal-queue.c */
void fake_fal_submit (FakeFal *self, FakeCall *call);
void fake_fal_status (FakeFal *self, FakeCall *call, FakeJob *job);
void fake_fal_stream (FakeFal *self, FakeCall *call, FakeJob *job);
void fake_fal_result (FakeFal *self, FakeCall *call, FakeJob *job);
void fake_fal_cancel (FakeFal *self, FakeCall *call, FakeJob *job);
/* What status says now, with @logs from @first_log on; nothing moves. (transfer full) */
JsonNode *fake_fal_describe (FakeFal *self, FakeJob *job, gboolean logs, guint first_log);
FakeJobState fake_job_get_state (FakeJob *self);
guint fake_job_count_logs (FakeJob *self);
/* Counts as a poll. */
void fake_job_step (FakeJob *self);
FakeJob *fake_fal_find_job (FakeFal *self, const char *path);

/* fake-fal-storage.c */
void fake_fal_initiate (FakeFal *self, FakeCall *call);
void fake_fal_put (FakeFal *self, FakeCall *call);
void fake_fal_complete (FakeFal *self, FakeCall *call);
void fake_fal_serve_file (FakeFal *self, FakeCall *call);
FakeFile *fake_fal_add_file (FakeFal *self, const char *name, const char *content_type, GBytes *bytes);
/* The bytes behind an address of this CDN or a data URI; NULL: none. */
GBytes *fake_fal_fetch (FakeFal *self, const char *uri);
const char *fake_guess_type (const char *name);

/* fake-fal-schema.c */
gboolean fake_fal_knows (const char *endpoint);

/* fake-fal-output.c */
void fake_fal_produce (FakeFal *self, FakeJob *job);
/* The result. (transfer full) */
JsonNode *fake_fal_output (FakeFal *self, FakeJob *job);
double fake_fal_units (FakeJob *job);

/* fake-fal-state.c */
void fake_fal_save_job (FakeFal *self, FakeJob *job);
void fake_fal_save_file (FakeFal *self, FakeFile *file);
void fake_fal_load (FakeFal *self);

G_END_DECLS
