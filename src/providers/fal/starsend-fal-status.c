/* starsend-fal-status.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-fal-status.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"
#include "starsend-json.h"
#include "starsend-server-words.h"

#define MAX_BODY (8 * 1024 * 1024)
#define MAX_LINE 160
#define MAX_WORDS 600

struct _StarsendFalStatus
{
  gatomicrefcount ref_count;
  StarsendFalState state;
  char *name;
  int queue_position;
  char *log;
  char *error;
  char *error_type;
  double inference_time;
};

/**
 * StarsendFalStatus:
 *
 * What the queue of fal.ai says of a job. Everything in it but the state may be missing, and even that.
 */
G_DEFINE_BOXED_TYPE (StarsendFalStatus, starsend_fal_status, starsend_fal_status_ref, starsend_fal_status_unref)

static StarsendFalState
parse_state (const char *name)
{
  if (g_strcmp0 (name, "IN_QUEUE") == 0)
    return STARSEND_FAL_STATE_QUEUED;
  if (g_strcmp0 (name, "IN_PROGRESS") == 0)
    return STARSEND_FAL_STATE_RUNNING;
  if (g_strcmp0 (name, "COMPLETED") == 0)
    return STARSEND_FAL_STATE_COMPLETED;

  return STARSEND_FAL_STATE_UNKNOWN;
}

static char *
dup_words (const StarsendJsonNode *object, const char *name, guint max_characters, const char *secret)
{
  const char *text = starsend_json_node_get_string_member (object, name);
  g_autofree char *clean = NULL;

  if (text == NULL)
    return NULL;
  clean = starsend_server_words_clean (text, max_characters, secret);

  return *clean != '\0' ? g_steal_pointer (&clean) : NULL;
}

/* "error" is a text; a list or an object in its place still says that the job failed. */
static char *
dup_error (const StarsendJsonNode *root, const char *secret)
{
  const StarsendJsonNode *error = starsend_json_node_get_member (root, "error");

  if (error == NULL)
    return NULL;

  switch (starsend_json_node_get_kind (error))
    {
    case STARSEND_JSON_STRING:
      return dup_words (root, "error", MAX_WORDS, secret);
    case STARSEND_JSON_OBJECT:
      return dup_words (error, "message", MAX_WORDS, secret);
    default:
      return NULL;
    }
}

static char *
dup_last_line (const StarsendJsonNode *logs, const char *secret)
{
  const StarsendJsonNode *last = NULL;

  if (logs == NULL || starsend_json_node_get_kind (logs) != STARSEND_JSON_ARRAY)
    return NULL;
  for (const StarsendJsonNode *entry = starsend_json_node_get_first_child (logs); entry != NULL;
       entry = starsend_json_node_get_next (entry))
    if (starsend_json_node_get_kind (entry) == STARSEND_JSON_OBJECT)
      last = entry;

  return last != NULL ? dup_words (last, "message", MAX_LINE, secret) : NULL;
}

static void
read_root (StarsendFalStatus *self, const StarsendJsonNode *root, const char *secret)
{
  const StarsendJsonNode *metrics = starsend_json_node_get_member (root, "metrics");
  gint64 position = starsend_json_node_get_integer_member (root, "queue_position", -1);

  self->state = parse_state (starsend_json_node_get_string_member (root, "status"));
  self->name = dup_words (root, "status", 40, secret);
  self->queue_position = position >= 0 && position <= G_MAXINT ? (int) position : -1;
  self->log = dup_last_line (starsend_json_node_get_member (root, "logs"), secret);
  self->error = dup_error (root, secret);
  self->error_type = dup_words (root, "error_type", 80, secret);
  self->inference_time = -1;
  if (metrics != NULL && starsend_json_node_get_kind (metrics) == STARSEND_JSON_OBJECT)
    self->inference_time = starsend_json_node_get_number_member (metrics, "inference_time", -1);
}

/**
 * starsend_fal_status_new:
 * @body: what the server sent
 * @secret: (nullable): the key, which never gets into the words
 * @error: return location for an error
 *
 * Reads an answer of the queue.
 *
 * Returns: (transfer full): what it says; else %STARSEND_ERROR_INVALID_INPUT where it is no JSON object
 */
StarsendFalStatus *
starsend_fal_status_new (GBytes *body, const char *secret, GError **error)
{
  g_autoptr (StarsendJson) json = NULL;
  StarsendFalStatus *self;

  g_return_val_if_fail (body != NULL, NULL);

  json = starsend_json_new (body, MAX_BODY, error);
  if (json == NULL)
    return NULL;
  if (starsend_json_node_get_kind (starsend_json_get_root (json)) != STARSEND_JSON_OBJECT)
    {
      g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("it is no JSON object"));
      return NULL;
    }

  self = g_new0 (StarsendFalStatus, 1);
  g_atomic_ref_count_init (&self->ref_count);
  read_root (self, starsend_json_get_root (json), secret);

  return self;
}

StarsendFalStatus *
starsend_fal_status_ref (StarsendFalStatus *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
starsend_fal_status_unref (StarsendFalStatus *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->name);
  g_free (self->log);
  g_free (self->error);
  g_free (self->error_type);
  g_free (self);
}

/**
 * starsend_fal_status_get_state:
 *
 * Where the job is.
 *
 * Returns: the state
 */
StarsendFalState
starsend_fal_status_get_state (StarsendFalStatus *self)
{
  g_return_val_if_fail (self != NULL, STARSEND_FAL_STATE_UNKNOWN);

  return self->state;
}

/**
 * starsend_fal_status_get_name:
 *
 * The state as the server wrote it.
 *
 * Returns: (transfer none): its name; empty when there was none
 */
const char *
starsend_fal_status_get_name (StarsendFalStatus *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name != NULL ? self->name : "";
}

/**
 * starsend_fal_status_get_queue_position:
 *
 * How many jobs are ahead.
 *
 * Returns: their number; -1 when the server does not say
 */
int
starsend_fal_status_get_queue_position (StarsendFalStatus *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->queue_position;
}

/**
 * starsend_fal_status_get_log:
 *
 * The last line that the model wrote.
 *
 * Returns: (transfer none) (nullable): the line
 */
const char *
starsend_fal_status_get_log (StarsendFalStatus *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->log;
}

/**
 * starsend_fal_status_get_error:
 *
 * Why a completed job failed.
 *
 * Returns: (transfer none) (nullable): the server's words
 */
const char *
starsend_fal_status_get_error (StarsendFalStatus *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->error;
}

/**
 * starsend_fal_status_get_error_type:
 *
 * What kind of failure it was.
 *
 * Returns: (transfer none) (nullable): "content_policy_violation"
 */
const char *
starsend_fal_status_get_error_type (StarsendFalStatus *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->error_type;
}

/**
 * starsend_fal_status_get_inference_time:
 *
 * How long the model worked.
 *
 * Returns: seconds; -1 when the server does not say
 */
double
starsend_fal_status_get_inference_time (StarsendFalStatus *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->inference_time;
}
