/* fake-fal-queue.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-fal-private.h"

#include <string.h>

#define N_LOGS 5
#define STREAM_TICK 20           /* ms */
#define STREAM_HEARTBEAT 5000    /* ms */

/* What one reader of a job's events has been told. */
typedef struct
{
  FakeFal *fal;
  FakeCall *call;
  char *id;
  guint n_logs;
  guint n_ticks;
  char *last;
} Stream;

static gint64
get_elapsed (FakeJob *self)
{
  return (g_get_real_time () - self->created) / 1000;
}

FakeJobState
fake_job_get_state (FakeJob *self)
{
  gint64 n = self->by_time ? get_elapsed (self) : (gint64) self->n_polls - 1;

  if (self->cancelled)
    return FAKE_JOB_DONE;
  if (n < (gint64) self->queued)
    return FAKE_JOB_QUEUED;
  if (n < (gint64) self->queued + self->running)
    return FAKE_JOB_RUNNING;

  return self->file != NULL || self->failed || self->problem != NULL ? FAKE_JOB_DONE : FAKE_JOB_RUNNING;
}

guint
fake_job_count_logs (FakeJob *self)
{
  gint64 n;

  if (!self->by_time)
    return (guint) CLAMP ((gint64) self->n_polls - (gint64) self->queued, 0, (gint64) self->running);
  n = (get_elapsed (self) - self->queued) * N_LOGS / MAX (self->running, 1) + 1;

  return get_elapsed (self) < self->queued ? 0 : (guint) CLAMP (n, 0, N_LOGS);
}

static guint
get_position (FakeJob *self)
{
  if (!self->by_time)
    return self->queued - MIN (self->queued, MAX (self->n_polls, 1) - 1) - 1;

  return (guint) ((self->queued - get_elapsed (self)) * 3 / MAX (self->queued, 1));
}

void
fake_job_step (FakeJob *self)
{
  self->n_polls++;
  if (fake_job_get_state (self) != FAKE_JOB_DONE || self->counted)
    return;
  self->counted = TRUE;
  fake_server_bump (self->fal->server, self->cancelled ? "cancelled" : self->problem != NULL || self->failed ? "failed" : "completed", 1);
}

static void
append_canonical (GString *text, JsonNode *node)
{
  g_autoptr (GList) members = NULL;
  g_autofree char *leaf = NULL;

  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      g_string_append_c (text, '[');
      for (guint i = 0; i < json_array_get_length (array); i++)
        append_canonical (text, json_array_get_element (array, i));
      g_string_append_c (text, ']');
      return;
    }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      leaf = fake_json_print (node);
      g_string_append_printf (text, "%s,", leaf);
      return;
    }
  members = g_list_sort (json_object_get_members (json_node_get_object (node)), (GCompareFunc) strcmp);
  g_string_append_c (text, '{');
  for (GList *l = members; l != NULL; l = l->next)
    {
      g_string_append_printf (text, "%s:", (char *) l->data);
      append_canonical (text, json_object_get_member (json_node_get_object (node), l->data));
    }
  g_string_append_c (text, '}');
}

static char *
digest_body (const char *endpoint, JsonNode *body)
{
  g_autoptr (GString) text = g_string_new (endpoint);

  append_canonical (text, body);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, (gssize) text->len);
}

/* "fal-ai/kling-video/o3/pro/image-to-video" belongs to "fal-ai/kling-video". */
static char *
dup_app (const char *endpoint)
{
  gboolean namespaced = g_str_has_prefix (endpoint, "workflows/") || g_str_has_prefix (endpoint, "comfy/");
  const char *end = endpoint;

  for (int i = namespaced ? 3 : 2; i > 0 && *end != '\0'; i--)
    end += strcspn (end + 1, "/") + 1;

  return g_strndup (endpoint, (gsize) (end - endpoint));
}

static FakeJob *
add_job (FakeFal *self, const char *endpoint, JsonNode *body, JsonNode *problem)
{
  FakeJob *job = g_new0 (FakeJob, 1);

  job->fal = self;
  job->id = g_uuid_string_random ();
  job->endpoint = g_strdup (endpoint);
  job->app = dup_app (endpoint);
  job->body = json_node_ref (body);
  job->problem = problem != NULL ? json_node_ref (problem) : NULL;
  job->created = g_get_real_time ();
  job->queued = self->queued;
  job->running = self->running;
  job->by_time = self->by_time;
  job->ignores_cancel = self->cancel == FAKE_FAL_CANCEL_IGNORED;
  g_hash_table_insert (self->jobs, job->id, job);
  if (problem == NULL)
    fake_fal_produce (self, job);
  fake_fal_save_job (self, job);

  return job;
}

static void
set_urls (FakeFal *self, FakeJob *job, JsonObject *object)
{
  g_autofree char *response = g_strdup_printf ("%s/%s/requests/%s", fake_fal_get_base (self), job->app, job->id);
  g_autofree char *status = g_strconcat (response, "/status", NULL);
  g_autofree char *cancel = g_strconcat (response, "/cancel", NULL);

  json_object_set_string_member (object, "request_id", job->id);
  json_object_set_string_member (object, "response_url", response);
  json_object_set_string_member (object, "status_url", status);
  json_object_set_string_member (object, "cancel_url", cancel);
}

static JsonNode *
take_object (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);

  return node;
}

static void
note_submit (FakeFal *self, const char *endpoint, JsonNode *body, JsonNode *problem, FakeJob *job)
{
  g_autofree char *digest = digest_body (endpoint, body);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "endpoint", endpoint);
  json_object_set_member (object, "body", json_node_copy (body));
  json_object_set_string_member (object, "digest", digest);
  json_object_set_boolean_member (object, "accepted", job != NULL);
  if (job != NULL)
    json_object_set_string_member (object, "request_id", job->id);
  if (problem != NULL)
    json_object_set_member (object, "problem", json_node_copy (problem));
  json_array_add_object_element (self->submits, object);
  if (job != NULL)
    {
      g_autofree char *counter = g_strconcat ("body.", digest, NULL);

      fake_server_bump (self->server, counter, 1);
    }
  fake_server_bump (self->server, job != NULL ? "accepted" : "refused", 1);
}

static void
answer_problem (FakeCall *call, JsonNode *problem)
{
  JsonObject *object = json_object_new ();

  json_object_set_member (object, "detail", json_node_copy (problem));
  fake_call_set_header (call, "X-Fal-Error-Type", "invalid_input");
  fake_call_answer_json (call, 422, take_object (object));
}

void
fake_fal_submit (FakeFal *self, FakeCall *call)
{
  const char *endpoint = fake_call_get_path (call) + 1;
  g_autoptr (GBytes) bytes = fake_call_dup_body (call);
  g_autoptr (JsonNode) body = fake_json_parse (bytes);
  g_autoptr (JsonNode) problem = NULL;
  JsonObject *object;
  FakeJob *job;

  if (!fake_fal_knows (endpoint))
    {
      fake_call_answer_detail (call, 404, "Application not found");
      return;
    }
  if (body == NULL || !JSON_NODE_HOLDS_OBJECT (body))
    {
      fake_call_answer_json (call, 422, fake_json_parse_text ("{\"detail\": [{\"loc\": [\"body\"], \"msg\": \"JSON decode error\", \"type\": \"json_invalid\"}]}"));
      return;
    }
  problem = self->check != FAKE_FAL_CHECK_NEVER ? fake_fal_check_body (self, endpoint, body) : NULL;
  if (problem != NULL && self->check == FAKE_FAL_CHECK_AT_SUBMIT)
    {
      note_submit (self, endpoint, body, problem, NULL);
      answer_problem (call, problem);
      return;
    }
  job = add_job (self, endpoint, body, problem);
  note_submit (self, endpoint, body, problem, job);
  object = json_object_new ();
  json_object_set_string_member (object, "status", "IN_QUEUE");
  set_urls (self, job, object);
  json_object_set_string_member (object, "gateway_request_id", job->id);
  json_object_set_int_member (object, "queue_position", job->queued > 0 ? get_position (job) : 0);
  fake_call_set_header (call, "x-fal-request-id", job->id);
  fake_call_answer_json (call, 200, take_object (object));
}

static JsonArray *
list_logs (FakeJob *job, guint first)
{
  JsonArray *logs = json_array_new ();

  for (guint i = first; i < fake_job_count_logs (job); i++)
    {
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (job->created / G_USEC_PER_SEC + i);
      g_autofree char *stamp = g_date_time_format_iso8601 (time);
      g_autofree char *message = g_strdup_printf ("Step %u", i + 1);
      JsonObject *entry = json_object_new ();

      json_object_set_string_member (entry, "message", message);
      json_object_set_string_member (entry, "level", "INFO");
      json_object_set_string_member (entry, "source", "USER");
      json_object_set_string_member (entry, "timestamp", stamp);
      json_array_add_object_element (logs, entry);
    }

  return logs;
}

static void
set_end (FakeJob *job, JsonObject *object)
{
  JsonObject *metrics = json_object_new ();

  json_object_set_double_member (metrics, "inference_time", 1.25);
  json_object_set_object_member (object, "metrics", metrics);
  if (job->cancelled)
    {
      json_object_set_string_member (object, "error", "Request was cancelled by the client.");
      json_object_set_string_member (object, "error_type", "client_cancelled");
    }
  else if (job->failed)
    {
      json_object_set_string_member (object, "error", "The medium could not be made.");
      json_object_set_string_member (object, "error_type", "runner_server_error");
    }
}

JsonNode *
fake_fal_describe (FakeFal *self, FakeJob *job, gboolean logs, guint first_log)
{
  static const char *const names[] = { "IN_QUEUE", "IN_PROGRESS", "COMPLETED" };
  FakeJobState state = fake_job_get_state (job);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "status", names[state]);
  set_urls (self, job, object);
  if (state == FAKE_JOB_QUEUED)
    json_object_set_int_member (object, "queue_position", get_position (job));
  else if (logs)
    json_object_set_array_member (object, "logs", list_logs (job, first_log));
  else
    json_object_set_null_member (object, "logs");
  if (state == FAKE_JOB_DONE)
    set_end (job, object);

  return take_object (object);
}

static gboolean
wants_logs (FakeCall *call)
{
  const char *logs = fake_call_get_query (call, "logs");

  return logs != NULL && (g_str_equal (logs, "1") || g_ascii_strcasecmp (logs, "true") == 0);
}

void
fake_fal_status (FakeFal *self, FakeCall *call, FakeJob *job)
{
  JsonNode *node;

  fake_server_bump (self->server, "polls", 1);
  fake_call_set_header (call, "x-fal-request-id", job->id);
  job->n_seen++;
  if (g_strcmp0 (fake_call_get_special (call), "growing") == 0)
    {
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "status", "IN_QUEUE");
      set_urls (self, job, object);
      json_object_set_int_member (object, "queue_position", 8000 + 1000 * job->n_seen);
      fake_call_answer_json (call, 202, take_object (object));
      return;
    }
  fake_job_step (job);
  fake_fal_save_job (self, job);
  node = fake_fal_describe (self, job, wants_logs (call), 0);
  fake_call_answer_json (call, fake_job_get_state (job) == FAKE_JOB_DONE ? 200 : 202, node);
}

static void
stream_free (Stream *stream)
{
  g_free (stream->id);
  g_free (stream->last);
  fake_call_unref (stream->call);
  g_free (stream);
}

/* Tells what is new; FALSE: that was the last of it. */
static gboolean
stream_tell (Stream *stream, FakeJob *job)
{
  FakeFal *self = stream->fal;
  gboolean done = fake_job_get_state (job) == FAKE_JOB_DONE;
  g_autoptr (JsonNode) bare = fake_fal_describe (self, job, FALSE, 0);
  g_autofree char *state = fake_json_print (bare);
  guint n_logs = fake_job_count_logs (job);

  if (g_strcmp0 (state, stream->last) != 0 || n_logs > stream->n_logs || stream->n_ticks % (STREAM_HEARTBEAT / STREAM_TICK) == 0)
    {
      g_autoptr (JsonNode) node = fake_fal_describe (self, job, wants_logs (stream->call), stream->n_logs);
      g_autofree char *text = fake_json_print (node);
      g_autofree char *event = g_strdup_printf ("data: %s\n\n", text);

      fake_call_stream_send (stream->call, event);
      stream->n_logs = n_logs;
    }
  g_free (stream->last);
  stream->last = g_steal_pointer (&state);
  stream->n_ticks++;

  return !done;
}

static gboolean
on_stream_tick (gpointer user_data)
{
  Stream *stream = user_data;
  FakeFal *self = stream->fal;
  FakeJob *job = g_hash_table_lookup (self->jobs, stream->id);
  g_autoptr (FakeCall) call = fake_call_ref (stream->call);
  const char *special = fake_call_get_special (call);

  if (g_strcmp0 (special, "stream-silent") == 0)
    return G_SOURCE_CONTINUE;
  if (g_strcmp0 (special, "stream-drops") == 0 && stream->n_ticks > 0)
    {
      fake_call_drop (call, TRUE);
      return G_SOURCE_REMOVE;
    }
  if (job != NULL)
    fake_job_step (job);
  if (job != NULL && stream_tell (stream, job) && g_strcmp0 (special, "stream-ends") != 0)
    return G_SOURCE_CONTINUE;
  fake_call_stream_end (call);

  return G_SOURCE_REMOVE;
}

void
fake_fal_stream (FakeFal *self, FakeCall *call, FakeJob *job)
{
  Stream *stream;

  if (g_strcmp0 (fake_call_get_special (call), "stream-absent") == 0)
    {
      fake_call_answer_detail (call, 404, "Not Found");
      return;
    }
  fake_server_bump (self->server, "polls", 1);
  stream = g_new0 (Stream, 1);
  stream->fal = self;
  stream->call = fake_call_ref (call);
  stream->id = g_strdup (job->id);
  fake_call_set_header (call, "x-fal-request-id", job->id);
  fake_call_set_header (call, "Cache-Control", "no-store");
  fake_call_stream_begin (call, 200, "text/event-stream");
  fake_call_set_timer (call, STREAM_TICK, on_stream_tick, stream, (GDestroyNotify) stream_free);
}

void
fake_fal_result (FakeFal *self, FakeCall *call, FakeJob *job)
{
  g_autofree char *units = g_strdup_printf ("%g", job->problem != NULL || job->cancelled || job->failed ? 0 : fake_fal_units (job));

  fake_call_set_header (call, "x-fal-request-id", job->id);
  if (fake_job_get_state (job) != FAKE_JOB_DONE)
    {
      fake_call_answer_detail (call, 400, "Request is still in progress");
      return;
    }
  fake_call_set_header (call, "x-fal-billable-units", units);
  if (job->cancelled)
    {
      fake_call_set_header (call, "X-Fal-Error-Type", "client_cancelled");
      fake_call_answer_json (call, 499, fake_json_parse_text ("{\"detail\": \"Request was cancelled by the client.\", \"error_type\": \"client_cancelled\"}"));
    }
  else if (job->problem != NULL)
    answer_problem (call, job->problem);
  else if (job->failed)
    {
      fake_call_set_header (call, "X-Fal-Error-Type", "runner_server_error");
      fake_call_answer_json (call, 500, fake_json_parse_text ("{\"detail\": \"The medium could not be made.\", \"error_type\": \"runner_server_error\"}"));
    }
  else
    fake_call_answer_json (call, 200, fake_fal_output (self, job));
}

void
fake_fal_cancel (FakeFal *self, FakeCall *call, FakeJob *job)
{
  FakeJobState state = fake_job_get_state (job);

  if (state == FAKE_JOB_DONE)
    {
      fake_call_answer_json (call, 400, fake_json_parse_text ("{\"status\": \"ALREADY_COMPLETED\"}"));
      return;
    }
  if (!job->ignores_cancel)
    job->cancelled = TRUE;
  fake_fal_save_job (self, job);
  if (state == FAKE_JOB_QUEUED && !job->ignores_cancel)
    fake_call_answer_json (call, 200, fake_json_parse_text ("{\"status\": \"OK\"}"));
  else
    fake_call_answer_json (call, 202, fake_json_parse_text ("{\"status\": \"CANCELLATION_REQUESTED\"}"));
}
