/* starsend-take-chain.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-take-chain.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "starsend-amount.h"
#include "starsend-error.h"
#include "starsend-files.h"
#include "starsend-job-runner-private.h"
#include "starsend-project-paths.h"
#include "starsend-sidecar.h"

/* Whatever is to be done, it is done the same way: look which parts are there, from the first on; ask for the one that is
 * missing; join them when none is. What differs is how far it goes. */
typedef enum
{
  GOAL_LOOK,
  GOAL_JOIN,
  GOAL_RUN,
} Goal;

typedef struct
{
  StarsendRequest *request; /* NULL: nobody has said what is wanted */
  StarsendLedgerJob *job;   /* once it is there */
  char *output;
  char *last_frame;
  gint64 estimate;
  gboolean is_looked_at;
} Part;

struct _StarsendTakeChain
{
  GObject parent_instance;

  /* Owned */
  StarsendJobRunner *jobs;
  StarsendJoiner *joiner; /* nullable */
  StarsendRequest *whole;
  GPtrArray *parts;       /* of Part */
  char *output;
  StarsendJob *job;       /* shown while no part runs */

  guint n_there;          /* the parts before this one are there */
  gboolean by_number;     /* what the ledger says is taken as it is: nobody has said what is wanted */
  gboolean is_reserved;
};

G_DEFINE_FINAL_TYPE (StarsendTakeChain, starsend_take_chain, G_TYPE_OBJECT)

/* On its way to the joined file; it belongs to its task. */
typedef struct
{
  Goal goal;
  GCancellable *cancellable; /* the caller's or the user's; nullable */
  GCancellable *outer;
  gulong outer_handler;
  char *file; /* under its temporary name */
  char *file_digest;
  char *input_digest;
  JsonNode *joined;
  JsonNode *checks;
} Walk;

static void go_on (GTask *task);

static void
part_free (gpointer data)
{
  Part *part = data;

  g_clear_object (&part->request);
  g_clear_object (&part->job);
  g_free (part->output);
  g_free (part->last_frame);
  g_free (part);
}

static void
walk_free (gpointer data)
{
  Walk *walk = data;

  if (walk->outer != NULL)
    g_clear_signal_handler (&walk->outer_handler, walk->outer);
  g_clear_object (&walk->cancellable);
  g_clear_object (&walk->outer);
  g_free (walk->file);
  g_free (walk->file_digest);
  g_free (walk->input_digest);
  g_clear_pointer (&walk->joined, json_node_unref);
  g_clear_pointer (&walk->checks, json_node_unref);
  g_free (walk);
}

static void
starsend_take_chain_dispose (GObject *object)
{
  StarsendTakeChain *self = STARSEND_TAKE_CHAIN (object);

  g_clear_object (&self->jobs);
  g_clear_object (&self->joiner);
  g_clear_object (&self->whole);
  g_clear_object (&self->job);
  g_clear_pointer (&self->parts, g_ptr_array_unref);

  G_OBJECT_CLASS (starsend_take_chain_parent_class)->dispose (object);
}

static void
starsend_take_chain_finalize (GObject *object)
{
  g_free (STARSEND_TAKE_CHAIN (object)->output);

  G_OBJECT_CLASS (starsend_take_chain_parent_class)->finalize (object);
}

static void
starsend_take_chain_class_init (StarsendTakeChainClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = starsend_take_chain_dispose;
  G_OBJECT_CLASS (klass)->finalize = starsend_take_chain_finalize;
}

static void
starsend_take_chain_init (StarsendTakeChain *self)
{
  self->parts = g_ptr_array_new_with_free_func (part_free);
}

/* What is shown while no part runs: the last frame is taken, the parts are joined. It can be cancelled as any job can. */

static void
hide_job (StarsendTakeChain *self)
{
  guint position;

  if (self->job != NULL && g_list_store_find (self->jobs->jobs, self->job, &position))
    g_list_store_remove (self->jobs->jobs, position);
}

static void
show_job (StarsendTakeChain *self, const char *message)
{
  starsend_job_set_message (self->job, message);
  if (!g_list_store_find (self->jobs->jobs, self->job, NULL))
    g_list_store_append (self->jobs->jobs, self->job);
}

/* Ending */

static void
leave (GTask *task)
{
  StarsendTakeChain *self = g_task_get_source_object (task);
  Walk *walk = g_task_get_task_data (task);

  hide_job (self);
  g_clear_object (&self->job);
  if (walk->file != NULL)
    g_unlink (walk->file);
  if (self->is_reserved)
    starsend_job_runner_unreserve (self->jobs, starsend_request_get_batch_id (self->whole));
  self->is_reserved = FALSE;
}

static void
fail (GTask *task, GError *error)
{
  leave (task);
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* Millionths: -1 when there is a part of which nobody knows it. */
static gint64
sum_up (StarsendTakeChain *self, gint64 (*get_amount) (StarsendLedgerJob *job))
{
  gint64 sum = 0;

  for (guint i = 0; i < self->parts->len; i++)
    {
      Part *part = g_ptr_array_index (self->parts, i);
      gint64 amount = get_amount (part->job);

      if (amount < 0)
        return -1;
      sum = starsend_amount_add (sum, amount);
    }

  return sum;
}

static StarsendLedgerJob *
get_last_job (StarsendTakeChain *self)
{
  return ((Part *) g_ptr_array_index (self->parts, self->parts->len - 1))->job;
}

static void
succeed (GTask *task)
{
  StarsendTakeChain *self = g_task_get_source_object (task);
  Walk *walk = g_task_get_task_data (task);

  leave (task);
  g_task_return_pointer (task,
                         starsend_step_result_new (self->whole, starsend_ledger_job_get_id (get_last_job (self)), self->output,
                                                   sum_up (self, starsend_ledger_job_get_cost), walk->checks, NULL),
                         g_object_unref);
  g_object_unref (task);
}

/* What is paid stays, and the user has to know it. */
static char *
describe_kept (StarsendTakeChain *self)
{
  if (self->n_there == 0)
    return g_strdup ("");
  if (self->n_there == self->parts->len)
    return g_strdup_printf (_(" All %u parts of this take are there and stay: generating it again as it is joins them, and buys nothing."),
                            self->parts->len);

  return g_strdup_printf (ngettext (" %u of the %u parts of this take is there and stays: generating it again as it is makes only the rest.",
                                    " %u of the %u parts of this take are there and stay: generating it again as it is makes only the rest.",
                                    self->n_there),
                          self->n_there, self->parts->len);
}

static gboolean
is_open (StarsendTakeChain *self)
{
  g_autoptr(GPtrArray) open_jobs = starsend_ledger_find_jobs (self->jobs->ledger, starsend_request_get_batch_id (self->whole), "take",
                                                              starsend_request_get_number (self->whole), TRUE);

  return open_jobs->len > 0;
}

static void
fail_keeping (GTask *task, GError *error)
{
  StarsendTakeChain *self = g_task_get_source_object (task);
  g_autofree char *kept = is_open (self) ? g_strdup ("") : describe_kept (self);
  g_autofree char *message = g_strconcat (error->message, kept, NULL);

  g_free (error->message);
  error->message = g_steal_pointer (&message);
  fail (task, error);
}

/* Publishing the joined take. The sidecar comes first: a crash in between leaves one without a video, which the next join
 * replaces, and never a video of which nobody knows how it was made. */

typedef struct
{
  char *file;
  char *output;
  char *sidecar_path;
  JsonNode *sidecar;
} Publication;

static void
publication_free (gpointer data)
{
  Publication *publication = data;

  g_free (publication->file);
  g_free (publication->output);
  g_free (publication->sidecar_path);
  json_node_unref (publication->sidecar);
  g_free (publication);
}

static gboolean
publish_job (gpointer data, GError **error)
{
  Publication *publication = data;

  if (g_file_test (publication->output, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("“%s” exists already and is not overwritten"), publication->output);
      return FALSE;
    }

  return starsend_sidecar_save (publication->sidecar_path, publication->sidecar, error) &&
         starsend_files_publish (publication->file, publication->output, error);
}

static void
on_published (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (starsend_file_queue_run_finish (STARSEND_FILE_QUEUE (source), result, &error))
    succeed (task);
  else
    fail_keeping (task, error);
}

static void
add_amount (JsonObject *object, const char *name, gint64 amount)
{
  if (amount >= 0)
    json_object_set_double_member (object, name, (double) amount / 1000000.0);
  else
    json_object_set_null_member (object, name);
}

static JsonArray *
list_parts (StarsendTakeChain *self)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < self->parts->len; i++)
    {
      Part *part = g_ptr_array_index (self->parts, i);
      JsonObject *object = json_object_new ();

      json_object_set_int_member (object, "part", i + 1);
      json_object_set_string_member (object, "job", starsend_ledger_job_get_id (part->job));
      if (starsend_ledger_job_get_request_id (part->job) != NULL)
        json_object_set_string_member (object, "request_id", starsend_ledger_job_get_request_id (part->job));
      json_object_set_string_member (object, "file", starsend_ledger_job_get_output (part->job));
      if (starsend_ledger_job_get_file_digest (part->job) != NULL)
        json_object_set_string_member (object, "sha256", starsend_ledger_job_get_file_digest (part->job));
      add_amount (object, "estimate", starsend_ledger_job_get_estimate (part->job));
      add_amount (object, "cost", starsend_ledger_job_get_cost (part->job));
      json_array_add_object_element (array, object);
    }

  return array;
}

static JsonNode *
make_sidecar (StarsendTakeChain *self, Walk *walk)
{
  StarsendLedgerJob *first = ((Part *) g_ptr_array_index (self->parts, 0))->job;
  g_autoptr(StarsendDelivery) delivery = starsend_delivery_new (sum_up (self, starsend_ledger_job_get_cost), NULL, NULL);
  StarsendSidecarFacts facts = {
    .request = self->whole,
    /* The last part's settlement is what completed it; the others are listed. */
    .job_id = starsend_ledger_job_get_id (get_last_job (self)),
    .provider = starsend_ledger_job_get_provider (first),
    .input_digest = walk->input_digest,
    .output = self->output,
    .file_digest = walk->file_digest,
    .currency = starsend_ledger_job_get_currency (first),
    .created_at = starsend_ledger_job_get_created_at (first),
    .estimate = sum_up (self, starsend_ledger_job_get_estimate),
    .delivery = delivery,
    .checks = walk->checks,
  };
  JsonNode *sidecar = starsend_sidecar_build (&facts, self->jobs->root);

  json_object_set_array_member (json_node_get_object (sidecar), "parts", list_parts (self));
  if (walk->joined != NULL)
    json_object_set_member (json_node_get_object (sidecar), "joined", json_node_copy (walk->joined));

  return sidecar;
}

static void
on_digests (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendTakeChain *self = g_task_get_source_object (task);
  Walk *walk = g_task_get_task_data (task);
  Publication *publication;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      fail_keeping (task, error);
      return;
    }

  publication = g_new0 (Publication, 1);
  publication->file = g_strdup (walk->file);
  publication->output = g_strdup (self->output);
  publication->sidecar_path = starsend_sidecar_path (self->output);
  publication->sidecar = make_sidecar (self, walk);
  starsend_file_queue_run_async (self->jobs->queue, publish_job, publication, publication_free, NULL, on_published, task);
}

/* The pictures of the request may be gone when a take is joined after a restart: then there is no digest of them. */
static void
digests_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  StarsendTakeChain *self = g_task_get_source_object (data);
  Walk *walk = g_task_get_task_data (data);
  GError *error = NULL;

  walk->input_digest = starsend_request_digest (self->whole, self->jobs->root, cancellable, NULL);
  walk->file_digest = starsend_files_digest (walk->file, cancellable, &error);
  if (walk->file_digest != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Walk *walk = g_task_get_task_data (task);
  g_autoptr(GTask) digest_task = NULL;
  GError *error = NULL;

  walk->checks = starsend_verifier_verify_finish (STARSEND_VERIFIER (source), result, &error);
  if (walk->checks == NULL)
    {
      fail_keeping (task, error);
      return;
    }

  /* Of nobody: its thread may be the last to let go of it, and a chain must not end there. */
  digest_task = g_task_new (NULL, walk->cancellable, on_digests, task);
  g_task_set_task_data (digest_task, task, NULL);
  g_task_run_in_thread (digest_task, digests_thread);
}

/* Joining */

static void
on_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendTakeChain *self = g_task_get_source_object (task);
  Walk *walk = g_task_get_task_data (task);
  GError *error = NULL;

  walk->joined = starsend_joiner_join_finish (STARSEND_JOINER (source), result, &error);
  if (walk->joined == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_prefix_error (&error, _("The parts of the take could not be joined: "));
      fail_keeping (task, error);
      return;
    }

  starsend_verifier_verify_async (self->jobs->verifier, self->whole, walk->file, walk->cancellable, on_verified, task);
}

/* A crash may have come after the rename: the sidecar, which was there before, says whether it is this take. */
static gboolean
is_joined (StarsendTakeChain *self, Walk *walk)
{
  g_autofree char *path = starsend_sidecar_path (self->output);
  g_autoptr(JsonNode) sidecar = starsend_sidecar_load (path, NULL);
  JsonNode *job = sidecar != NULL ? json_object_get_member (json_node_get_object (sidecar), "job") : NULL;
  JsonNode *checks = sidecar != NULL ? json_object_get_member (json_node_get_object (sidecar), "checks") : NULL;

  if (job == NULL || json_node_get_value_type (job) != G_TYPE_STRING ||
      !g_str_equal (json_node_get_string (job), starsend_ledger_job_get_id (get_last_job (self))))
    return FALSE;

  walk->checks = checks != NULL ? json_node_copy (checks) : NULL;

  return TRUE;
}

static void
join (GTask *task)
{
  StarsendTakeChain *self = g_task_get_source_object (task);
  Walk *walk = g_task_get_task_data (task);
  g_autoptr(GPtrArray) files = NULL;

  if (g_file_test (self->output, G_FILE_TEST_EXISTS))
    {
      if (is_joined (self, walk))
        succeed (task);
      else
        fail_keeping (task, g_error_new (G_IO_ERROR, G_IO_ERROR_EXISTS, _("“%s” exists already and is not overwritten"), self->output));
      return;
    }
  if (self->joiner == NULL)
    {
      fail_keeping (task, g_error_new_literal (STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
                                               _("The parts of the take cannot be joined here.")));
      return;
    }

  show_job (self, _("Joining the parts"));
  files = g_ptr_array_new ();
  for (guint i = 0; i < self->parts->len; i++)
    g_ptr_array_add (files, ((Part *) g_ptr_array_index (self->parts, i))->output);
  g_ptr_array_add (files, NULL);
  walk->file = starsend_files_part_path (self->output);
  starsend_joiner_join_async (self->joiner, (const char *const *) files->pdata, walk->file, walk->cancellable, on_joined, task);
}

/* The next part */

static void
on_part_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendTakeChain *self = g_task_get_source_object (task);
  Part *part = g_ptr_array_index (self->parts, self->n_there);
  g_autoptr(StarsendStepResult) made = NULL;
  GError *error = NULL;

  made = starsend_job_runner_run_finish (STARSEND_JOB_RUNNER (source), result, &error);
  if (made == NULL)
    {
      fail_keeping (task, error);
      return;
    }

  part->job = starsend_ledger_dup_job (self->jobs->ledger, starsend_step_result_get_job_id (made));
  self->n_there++;
  go_on (task);
}

/* The take is let in as a whole, before its first part. */
static gboolean
admit (StarsendTakeChain *self, GError **error)
{
  if (self->is_reserved)
    return TRUE;

  self->is_reserved = starsend_job_runner_reserve (self->jobs, starsend_request_get_batch_id (self->whole),
                                                   starsend_take_chain_get_estimate (self), error);

  return self->is_reserved;
}

static void
make_part (GTask *task)
{
  StarsendTakeChain *self = g_task_get_source_object (task);
  Walk *walk = g_task_get_task_data (task);
  Part *part = g_ptr_array_index (self->parts, self->n_there);
  GError *error = NULL;

  if (g_cancellable_set_error_if_cancelled (walk->cancellable, &error) || !admit (self, &error))
    {
      fail_keeping (task, error);
      return;
    }

  hide_job (self);
  starsend_job_runner_run_async (self->jobs, part->request, part->output, walk->outer, on_part_made, task);
}

/* Looking: is a part there that was made of the very same? */

typedef struct
{
  char *job_id;
  char *digest; /* of what it was made of; NULL: whatever it was */
  char *path;
  char *file_digest;
} Candidate;

typedef struct
{
  StarsendRequest *request;
  char *root;
  GPtrArray *candidates;
} Look;

static void
candidate_free (gpointer data)
{
  Candidate *candidate = data;

  g_free (candidate->job_id);
  g_free (candidate->digest);
  g_free (candidate->path);
  g_free (candidate->file_digest);
  g_free (candidate);
}

static void
look_free (gpointer data)
{
  Look *look = data;

  g_clear_object (&look->request);
  g_free (look->root);
  g_ptr_array_unref (look->candidates);
  g_free (look);
}

/* The jobs of this very take that made a part: of those, the ones that delivered it. */
static GPtrArray *
find_made (StarsendJobRunner *jobs, StarsendRequest *whole, guint part, guint n_parts)
{
  g_autoptr(GPtrArray) found = starsend_ledger_find_jobs (jobs->ledger, starsend_request_get_batch_id (whole), "take",
                                                          starsend_request_get_number (whole), FALSE);
  GPtrArray *made = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < found->len; i++)
    {
      StarsendLedgerJob *job = g_ptr_array_index (found, i);

      if (starsend_ledger_job_get_event (job) == STARSEND_LEDGER_SETTLED &&
          starsend_ledger_job_get_part (job) == part && starsend_ledger_job_get_n_parts (job) == n_parts)
        g_ptr_array_add (made, g_object_ref (job));
    }

  return made;
}

static GPtrArray *
list_candidates (StarsendTakeChain *self, const Part *part)
{
  g_autoptr(GPtrArray) made = find_made (self->jobs, self->whole, self->n_there + 1, self->parts->len);
  GPtrArray *candidates = g_ptr_array_new_with_free_func (candidate_free);

  for (guint i = 0; i < made->len; i++)
    {
      StarsendLedgerJob *job = g_ptr_array_index (made, i);
      Candidate *candidate = g_new0 (Candidate, 1);

      candidate->job_id = g_strdup (starsend_ledger_job_get_id (job));
      candidate->digest = self->by_number ? NULL : g_strdup (starsend_ledger_job_get_digest (job));
      candidate->file_digest = g_strdup (starsend_ledger_job_get_file_digest (job));
      candidate->path = g_strdup (part->output);
      g_ptr_array_add (candidates, candidate);
    }

  return candidates;
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  StarsendTakeChain *self = g_task_get_source_object (task);
  Part *part = g_ptr_array_index (self->parts, self->n_there);
  g_autofree char *job_id = NULL;
  GError *error = NULL;

  job_id = g_task_propagate_pointer (G_TASK (result), &error);
  if (error != NULL)
    {
      fail_keeping (task, error);
      return;
    }

  part->is_looked_at = TRUE;
  if (job_id != NULL)
    {
      part->job = starsend_ledger_dup_job (self->jobs->ledger, job_id);
      self->n_there++;
    }
  go_on (task);
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look *look = data;
  g_autofree char *digest = NULL;
  GError *error = NULL;

  for (guint i = 0; i < look->candidates->len; i++)
    {
      Candidate *candidate = g_ptr_array_index (look->candidates, i);
      g_autofree char *file_digest = NULL;

      if (candidate->digest != NULL && digest == NULL)
        {
          digest = starsend_request_digest (look->request, look->root, cancellable, &error);
          if (digest == NULL)
            {
              g_task_return_error (task, error);
              return;
            }
        }
      if (candidate->digest != NULL && !g_str_equal (candidate->digest, digest))
        continue;

      file_digest = starsend_files_digest (candidate->path, cancellable, NULL);
      if (file_digest != NULL && g_strcmp0 (file_digest, candidate->file_digest) == 0)
        {
          g_task_return_pointer (task, g_strdup (candidate->job_id), g_free);
          return;
        }
    }

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, NULL, NULL);
}

static void
look_at_part (GTask *task)
{
  StarsendTakeChain *self = g_task_get_source_object (task);
  Walk *walk = g_task_get_task_data (task);
  Part *part = g_ptr_array_index (self->parts, self->n_there);
  g_autoptr(GTask) look_task = g_task_new (NULL, walk->cancellable, on_looked, task);
  Look *look = g_new0 (Look, 1);

  look->request = part->request != NULL ? g_object_ref (part->request) : NULL;
  look->root = g_strdup (self->jobs->root);
  look->candidates = list_candidates (self, part);
  g_task_set_task_data (look_task, look, look_free);
  g_task_run_in_thread (look_task, look_thread);
}

/* The last frame of the part before, with which the next one begins. */

static void
on_last_frame (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (starsend_joiner_last_frame_finish (STARSEND_JOINER (source), result, &error))
    go_on (task);
  else
    fail_keeping (task, error);
}

static void
take_last_frame (GTask *task, const Part *before)
{
  StarsendTakeChain *self = g_task_get_source_object (task);
  Walk *walk = g_task_get_task_data (task);

  if (self->joiner == NULL)
    {
      fail_keeping (task, g_error_new (STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
                                       _("This take is longer than %s makes at once, and parts cannot be joined here."),
                                       starsend_request_get_model (self->whole)));
      return;
    }

  show_job (self, _("Taking the last frame of the part before"));
  starsend_joiner_last_frame_async (self->joiner, before->output, before->last_frame, walk->cancellable, on_last_frame, task);
}

static GError *
make_incomplete (StarsendTakeChain *self)
{
  return g_error_new (STARSEND_ERROR, STARSEND_ERROR_NOT_READY,
                      /* Translators: the number of a take, then how many of how many parts are there. */
                      ngettext ("Of take %u, %u of %u parts is there and paid; generating it again as it is makes only the rest.",
                                "Of take %u, %u of %u parts are there and paid; generating it again as it is makes only the rest.",
                                self->n_there),
                      starsend_request_get_number (self->whole), self->n_there, self->parts->len);
}

static void
end_look (GTask *task)
{
  leave (task);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
go_on (GTask *task)
{
  StarsendTakeChain *self = g_task_get_source_object (task);
  Walk *walk = g_task_get_task_data (task);
  Part *part = self->n_there < self->parts->len ? g_ptr_array_index (self->parts, self->n_there) : NULL;
  Part *before = self->n_there > 0 ? g_ptr_array_index (self->parts, self->n_there - 1) : NULL;

  if (part != NULL && before != NULL && !self->by_number)
    {
      gboolean has_frame = g_file_test (before->last_frame, G_FILE_TEST_IS_REGULAR);

      if (!has_frame && walk->goal == GOAL_RUN)
        {
          part->is_looked_at = FALSE;
          take_last_frame (task, before);
          return;
        }
      /* Without it nobody can say what the next part would be made of. */
      part->is_looked_at |= !has_frame;
      starsend_request_set_start_frame (part->request, before->last_frame);
    }

  if (part != NULL && !part->is_looked_at)
    look_at_part (task);
  else if (walk->goal == GOAL_LOOK)
    end_look (task);
  else if (part == NULL)
    join (task);
  else if (walk->goal == GOAL_RUN)
    make_part (task);
  else
    fail (task, make_incomplete (self));
}

/* Beginning */

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
walk (StarsendTakeChain *self, gpointer tag, Goal goal, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Walk *data = g_new0 (Walk, 1);
  g_autofree char *id = g_uuid_string_random ();

  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, data, walk_free);
  self->job = starsend_job_new (id, self->whole);
  data->goal = goal;
  /* What is cut short here is asked of nobody, so both ways to cancel come to the same. */
  data->cancellable = g_object_ref (starsend_job_get_cancellable (self->job));
  if (cancellable != NULL)
    {
      data->outer = g_object_ref (cancellable);
      data->outer_handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), g_object_ref (data->cancellable), g_object_unref);
    }
  go_on (task);
}

static void
add_part (StarsendTakeChain *self, StarsendRequest *request, gint64 estimate)
{
  Part *part = g_new0 (Part, 1);

  part->request = request != NULL ? g_object_ref (request) : NULL;
  part->output = starsend_project_paths_dup_part (self->output, self->parts->len + 1);
  part->last_frame = starsend_project_paths_dup_part_last_frame (self->output, self->parts->len + 1);
  part->estimate = estimate;
  g_ptr_array_add (self->parts, part);
}

/* Public API */

/**
 * starsend_take_chain_new: (skip)
 * @jobs: who takes each part to settlement
 * @joiner: (nullable): who joins them
 * @whole: the whole take
 * @parts: (element-type StarsendRequest): its parts, in order
 * @output: absolute path that the take gets
 *
 * Makes the chain of a take that is wanted.
 *
 * Returns: (transfer full): the chain
 */
StarsendTakeChain *
starsend_take_chain_new (StarsendJobRunner *jobs, StarsendJoiner *joiner, StarsendRequest *whole, GPtrArray *parts, const char *output)
{
  StarsendTakeChain *self = g_object_new (STARSEND_TYPE_TAKE_CHAIN, NULL);

  self->jobs = g_object_ref (jobs);
  self->joiner = joiner != NULL ? g_object_ref (joiner) : NULL;
  self->whole = g_object_ref (whole);
  self->output = g_strdup (output);
  for (guint i = 0; i < parts->len; i++)
    {
      StarsendRequest *request = g_ptr_array_index (parts, i);

      add_part (self, request, MAX (starsend_job_runner_estimate (jobs, request, NULL), 0));
    }

  return self;
}

static StarsendRequest *
load_part (StarsendTakeChain *self, StarsendRequest *base, guint part, guint n_parts)
{
  g_autoptr(GPtrArray) made = find_made (self->jobs, base, part, n_parts);

  if (made->len == 0)
    return NULL;

  return starsend_request_new_from_json (starsend_ledger_job_get_request (g_ptr_array_index (made, made->len - 1)),
                                         self->jobs->root, NULL);
}

/* The whole is what its parts were made of: the start frame of the first, and the shots of all. */
static void
add_to_whole (StarsendTakeChain *self, StarsendRequest *part)
{
  GListModel *shots = starsend_request_get_shots (part);

  if (self->whole == NULL)
    {
      self->whole = g_object_ref (part);
      return;
    }
  for (guint i = 0; i < g_list_model_get_n_items (shots); i++)
    {
      g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (shots, i);

      starsend_request_add_shot (self->whole, shot);
    }
}

/**
 * starsend_take_chain_new_from_ledger: (skip)
 * @jobs: who takes each part to settlement
 * @joiner: (nullable): who joins them
 * @job: a job that makes, or made, one of the parts
 * @error: return location for an error
 *
 * Makes the chain that a job belongs to, from what the ledger says of its parts.
 *
 * Returns: (transfer full): the chain; %STARSEND_ERROR_DAMAGED when the ledger does not say enough
 */
StarsendTakeChain *
starsend_take_chain_new_from_ledger (StarsendJobRunner *jobs, StarsendJoiner *joiner, StarsendLedgerJob *job, GError **error)
{
  g_autoptr(StarsendTakeChain) self = g_object_new (STARSEND_TYPE_TAKE_CHAIN, NULL);
  g_autoptr(StarsendRequest) base = starsend_request_new_from_json (starsend_ledger_job_get_request (job), jobs->root, error);
  const char *output = starsend_ledger_job_get_output (job);
  g_autofree char *path = NULL;
  guint part, n_parts;

  if (base == NULL || (output != NULL && !starsend_project_paths_check_relative (output, error)))
    return NULL;

  part = starsend_request_get_part (base, &n_parts);
  path = output != NULL ? g_build_filename (jobs->root, output, NULL) : NULL;
  self->output = path != NULL ? starsend_project_paths_dup_take_of_part (path, part) : NULL;
  /* No take has more parts than shots, and no plan of people that many. */
  if (self->output == NULL || part == 0 || part > n_parts || n_parts > 1000)
    {
      g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED,
                           _("The ledger does not say which part of a take an open job makes, so the take cannot be put together."));
      return NULL;
    }

  self->jobs = g_object_ref (jobs);
  self->joiner = joiner != NULL ? g_object_ref (joiner) : NULL;
  self->by_number = TRUE;
  for (guint i = 1; i <= n_parts; i++)
    {
      g_autoptr(StarsendRequest) found = load_part (self, base, i, n_parts);

      add_part (self, NULL, 0);
      if (found != NULL)
        add_to_whole (self, found);
    }
  if (self->whole == NULL)
    self->whole = g_object_ref (base);
  starsend_request_set_part (self->whole, 0, 0);

  return g_steal_pointer (&self);
}

/**
 * starsend_take_chain_get_request: (skip)
 *
 * What the whole take is made of. Of a chain from the ledger, this is what is known of it.
 *
 * Returns: (transfer none): the request
 */
StarsendRequest *
starsend_take_chain_get_request (StarsendTakeChain *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE_CHAIN (self), NULL);

  return self->whole;
}

/**
 * starsend_take_chain_get_n_parts: (skip)
 *
 * How many parts the take has.
 *
 * Returns: a number from 2 on
 */
guint
starsend_take_chain_get_n_parts (StarsendTakeChain *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE_CHAIN (self), 0);

  return self->parts->len;
}

/**
 * starsend_take_chain_get_n_there: (skip)
 *
 * How many parts, from the first on, are there. It takes a look to know.
 *
 * Returns: a number of parts
 */
guint
starsend_take_chain_get_n_there (StarsendTakeChain *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE_CHAIN (self), 0);

  return self->n_there;
}

/**
 * starsend_take_chain_get_estimate: (skip)
 *
 * What the parts that are not there are expected to cost.
 *
 * Returns: millionths of the currency
 */
gint64
starsend_take_chain_get_estimate (StarsendTakeChain *self)
{
  gint64 sum = 0;

  g_return_val_if_fail (STARSEND_IS_TAKE_CHAIN (self), 0);

  for (guint i = self->n_there; i < self->parts->len; i++)
    sum = starsend_amount_add (sum, ((Part *) g_ptr_array_index (self->parts, i))->estimate);

  return sum;
}

/**
 * starsend_take_chain_can_go_on: (skip)
 *
 * Whether the next part has a place. Where one was made of something else, its file stands there and stays.
 *
 * Returns: whether it has
 */
gboolean
starsend_take_chain_can_go_on (StarsendTakeChain *self)
{
  g_return_val_if_fail (STARSEND_IS_TAKE_CHAIN (self), FALSE);

  for (guint i = self->n_there; i < self->parts->len; i++)
    if (g_file_test (((Part *) g_ptr_array_index (self->parts, i))->output, G_FILE_TEST_EXISTS))
      return FALSE;

  return TRUE;
}

/**
 * starsend_take_chain_look_async: (skip)
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is known
 * @user_data: data for @callback
 *
 * Finds out which parts are there.
 */
void
starsend_take_chain_look_async (StarsendTakeChain *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_TAKE_CHAIN (self));

  walk (self, starsend_take_chain_look_async, GOAL_LOOK, cancellable, callback, user_data);
}

/**
 * starsend_take_chain_look_finish: (skip)
 * @result: the result
 * @error: return location for an error
 *
 * Says whether it is known.
 *
 * Returns: whether it is
 */
gboolean
starsend_take_chain_look_finish (StarsendTakeChain *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * starsend_take_chain_run_async: (skip)
 * @cancellable: (nullable): a cancellable; it leaves a submitted part open in the ledger
 * @callback: called when it has ended
 * @user_data: data for @callback
 *
 * Makes the parts that are not there, after the caps were held against all of them, and joins them.
 */
void
starsend_take_chain_run_async (StarsendTakeChain *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_TAKE_CHAIN (self));

  walk (self, starsend_take_chain_run_async, GOAL_RUN, cancellable, callback, user_data);
}

/**
 * starsend_take_chain_run_finish: (skip)
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came of the take.
 *
 * Returns: (transfer full): the result; an error says which parts are there all the same
 */
StarsendStepResult *
starsend_take_chain_run_finish (StarsendTakeChain *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * starsend_take_chain_join_async: (skip)
 * @cancellable: (nullable): a cancellable
 * @callback: called when it has ended
 * @user_data: data for @callback
 *
 * Joins the parts when all of them are there, and asks for none.
 */
void
starsend_take_chain_join_async (StarsendTakeChain *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_TAKE_CHAIN (self));

  walk (self, starsend_take_chain_join_async, GOAL_JOIN, cancellable, callback, user_data);
}

/**
 * starsend_take_chain_join_finish: (skip)
 * @result: the result
 * @error: return location for an error
 *
 * Gives what came of the take.
 *
 * Returns: (transfer full): the result; %STARSEND_ERROR_NOT_READY says how many parts are there
 */
StarsendStepResult *
starsend_take_chain_join_finish (StarsendTakeChain *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
