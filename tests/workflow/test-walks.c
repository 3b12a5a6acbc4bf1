/* test-walks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "paid.h"
#include "starsend-disagreement.h"
#include "starsend-files.h"

/* Random walks through everything that can be done to jobs that cost money, with a provider that fails in every way it can.
 * Each walk has its seed; STARSEND_FIRST_WALK=620 begins with that one, to see it again. Wherever a walk goes:
 * one submit for one row of the ledger, one purchase at most for one intent, nothing reserved when nothing is open; and
 * after a restart everything that was bought is there, and the ledger has spent what the provider has charged. */

#define N_WALKS 2000
#define N_QUICK_WALKS 100
/* A new project now and then, so that no ledger grows for ever. */
#define WALKS_A_PROJECT 10

static const ScriptedFault faults[] = {
  SCRIPTED_SUBMIT_FAILS, SCRIPTED_SUBMIT_UNCERTAIN, SCRIPTED_SUBMIT_LOST, SCRIPTED_COLLECT_FAILS, SCRIPTED_COLLECT_CHARGED,
  SCRIPTED_COLLECT_UNKNOWN, SCRIPTED_COLLECT_IO, SCRIPTED_COLLECT_GARBAGE, SCRIPTED_COLLECT_TRUNCATED,
};

typedef struct
{
  Paid paid;
  GRand *dice;
  GString *trail; /* what was done, for the report of a walk that fails */
} Walk;

static guint
throw (Walk *walk, guint sides)
{
  return g_rand_int_range (walk->dice, 0, sides);
}

static StarsendLedgerJob *
dup_some_job (Walk *walk, gboolean open_only)
{
  g_autoptr(GPtrArray) jobs = starsend_ledger_find_jobs (paid_get_ledger (&walk->paid), NULL, NULL, 0, open_only);

  return jobs->len > 0 ? g_object_ref (g_ptr_array_index (jobs, throw (walk, jobs->len))) : NULL;
}

static void
set_up_project (Walk *walk)
{
  paid_set_up (&walk->paid, NULL);
}

/* The models that cost money are there only while the project is open. */
static void
add_grid_provider (Walk *walk)
{
  starsend_models_add_provider (starsend_client_sequence_runner_get_models (walk->paid.studio.runner), "sketch",
                                STARSEND_PROVIDER (walk->paid.provider));
}

static void
reopen (Walk *walk)
{
  g_autoptr(GListModel) found = NULL;

  studio_reopen (&walk->paid.studio);
  add_grid_provider (walk);
  found = studio_prepare (&walk->paid.studio);
}

/* Whatever a step says, it says it in one line. */
static void
check_error (Walk *walk, GError *error)
{
  if (error == NULL)
    return;

  g_string_append_printf (walk->trail, " (%s)", error->message);
  g_assert_null (strchr (error->message, '\n'));
  g_assert_cmpstr (error->message, !=, "");
}

static void
make_take (Walk *walk)
{
  Studio *studio = &walk->paid.studio;
  StarsendSequenceStatus status = starsend_sequence_record_get_status (studio_record (studio, "A"));
  g_autoptr(StarsendTake) take = NULL;
  g_autoptr(GError) error = NULL;

  if (status == STARSEND_SEQUENCE_STATUS_REVIEW)
    take = studio_iterate (studio, "A", NULL, NULL, "kling-o3", &error);
  else
    take = studio_execute (studio, "A", "kling-o3", &error);
  check_error (walk, error);
}

static void
make_grid (Walk *walk)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *grid = studio_explore (&walk->paid.studio, "B", "A road", &error);

  check_error (walk, error);
}

static void
resume (Walk *walk)
{
  g_autoptr(GListModel) sentences = studio_resume (&walk->paid.studio);
}

static void
repair (Walk *walk)
{
  g_autoptr(GListModel) found = studio_reconcile (&walk->paid.studio, TRUE);
}

static void
write_off (Walk *walk)
{
  g_autoptr(StarsendLedgerJob) job = dup_some_job (walk, TRUE);
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  if (job == NULL)
    return;
  sentence = studio_write_off (&walk->paid.studio, starsend_ledger_job_get_id (job), &error);
  check_error (walk, error);
}

static void
retry (Walk *walk)
{
  g_autoptr(StarsendLedgerJob) job = dup_some_job (walk, TRUE);
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  if (job == NULL)
    return;
  sentence = studio_retry (&walk->paid.studio, starsend_ledger_job_get_id (job), &error);
  check_error (walk, error);
}

static void
recover (Walk *walk)
{
  g_autoptr(StarsendLedgerJob) job = dup_some_job (walk, FALSE);
  const char *id = NULL;
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  if (job == NULL)
    return;
  if (throw (walk, 2) == 0)
    id = scripted_provider_get_id (walk->paid.provider, starsend_ledger_job_get_id (job));
  else if (throw (walk, 4) == 0)
    id = "scripted-0";
  sentence = studio_recover (&walk->paid.studio, starsend_ledger_job_get_id (job), id, &error);
  check_error (walk, error);
}

static const struct
{
  const char *name;
  void (*take) (Walk *walk);
  guint weight;
} steps[] = {
  { "take", make_take, 4 }, { "grid", make_grid, 3 },       { "resume", resume, 2 },  { "repair", repair, 1 },
  { "reopen", reopen, 2 },  { "write-off", write_off, 2 },  { "retry", retry, 2 },    { "recover", recover, 2 },
};

static void
take_step (Walk *walk)
{
  guint sum = 0;
  guint thrown;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    sum += steps[i].weight;
  thrown = throw (walk, sum);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      if (thrown < steps[i].weight)
        {
          g_string_append_printf (walk->trail, " %s", steps[i].name);
          steps[i].take (walk);
          return;
        }
      thrown -= steps[i].weight;
    }
}

/* What holds at every moment. */
static void
check_money (Walk *walk)
{
  StarsendLedger *ledger = paid_get_ledger (&walk->paid);
  g_autoptr(GPtrArray) all = starsend_ledger_find_jobs (ledger, NULL, NULL, 0, FALSE);
  g_autoptr(GPtrArray) open_jobs = starsend_ledger_dup_open_jobs (ledger);
  gint64 reserved = 0;

  g_assert_cmpuint (scripted_provider_get_n_submits (walk->paid.provider), ==, all->len);
  g_assert_cmpuint (scripted_provider_get_n_bought (walk->paid.provider), <=, all->len);
  for (guint i = 0; i < open_jobs->len; i++)
    reserved += starsend_ledger_job_get_estimate (g_ptr_array_index (open_jobs, i));
  g_assert_cmpint (starsend_ledger_get_reserved (ledger, NULL), ==, reserved);
}

/* With a provider that does what it should, a person finds everything that was bought, and gives up what was not. */
static void
settle_job (Walk *walk, StarsendLedgerJob *job)
{
  const char *id = starsend_ledger_job_get_id (job);
  const char *request_id = scripted_provider_get_id (walk->paid.provider, id);
  gboolean known = starsend_ledger_job_get_request_id (job) != NULL && !g_str_equal (starsend_ledger_job_get_request_id (job), "scripted-0");
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  if (starsend_ledger_job_get_event (job) == STARSEND_LEDGER_SETTLED ||
      (starsend_ledger_job_get_event (job) == STARSEND_LEDGER_RELEASED && starsend_ledger_job_get_cost (job) >= 0))
    return;

  if (request_id != NULL)
    sentence = studio_recover (&walk->paid.studio, id,
                               known && starsend_ledger_job_get_event (job) == STARSEND_LEDGER_SUBMITTED ? NULL : request_id, &error);
  else if (starsend_ledger_job_is_open (job))
    sentence = studio_write_off (&walk->paid.studio, id, &error);
  g_assert_no_error (error);
}

/* Numbers may have gaps: one that was given up may be found when the next one is taken. */
static void
check_files (Walk *walk, guint n_takes)
{
  StarsendProjectPaths *paths = starsend_project_get_paths (walk->paid.studio.project);
  g_autofree char *folder = starsend_project_paths_dup_take_folder (paths);
  guint n_whole = 0;

  for (guint number = 1; number <= starsend_sequence_record_get_takes (studio_record (&walk->paid.studio, "A")); number++)
    {
      g_autofree char *path = starsend_project_paths_dup_take (paths, "A", number);
      g_autofree char *digest = starsend_files_digest (path, NULL, NULL);
      g_autofree char *wanted = starsend_files_digest (paid_video_path, NULL, NULL);

      n_whole += g_strcmp0 (digest, wanted) == 0;
    }
  g_assert_cmpuint (n_whole, ==, n_takes);
  g_assert_cmpuint (studio_count_files (folder, ".mp4"), ==, n_takes);
  g_assert_cmpuint (studio_count_files (folder, ".json"), ==, n_takes);
  g_assert_cmpuint (studio_count_files (walk->paid.studio.root, ".part"), ==, 0);
}

static void
end_walk (Walk *walk)
{
  StarsendLedger *ledger;
  g_autoptr(GListModel) sentences = NULL;
  g_autoptr(GListModel) last = NULL;
  g_autoptr(GPtrArray) jobs = NULL;
  g_autoptr(GPtrArray) open_jobs = NULL;
  guint n;

  scripted_provider_clear_faults (walk->paid.provider);
  scripted_provider_set_cancel_answer (walk->paid.provider, FALSE);
  reopen (walk);
  ledger = paid_get_ledger (&walk->paid);
  sentences = studio_resume (&walk->paid.studio);
  jobs = starsend_ledger_find_jobs (ledger, NULL, NULL, 0, FALSE);
  for (guint i = 0; i < jobs->len; i++)
    settle_job (walk, g_ptr_array_index (jobs, i));
  last = studio_resume (&walk->paid.studio);

  check_money (walk);
  open_jobs = starsend_ledger_dup_open_jobs (ledger);
  g_assert_cmpuint (open_jobs->len, ==, 0);
  g_assert_cmpint (starsend_ledger_get_reserved (ledger, NULL), ==, 0);
  g_assert_cmpint (starsend_ledger_get_spent (ledger, NULL), ==, scripted_provider_get_charged (walk->paid.provider));
  n = studio_count_jobs (&walk->paid.studio, "take", STARSEND_LEDGER_SETTLED);
  check_files (walk, n);
  studio_assert_status (&walk->paid.studio, "A", n > 0 ? STARSEND_SEQUENCE_STATUS_REVIEW : STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED);
  studio_assert_agreement (&walk->paid.studio);
}

static void
run_walk (Walk *walk, guint32 seed)
{
  guint n_steps;

  walk->dice = g_rand_new_with_seed (seed);
  walk->trail = g_string_new (NULL);
  n_steps = 2 + throw (walk, 5);
  scripted_provider_set_cancel_answer (walk->paid.provider, throw (walk, 2));
  for (guint i = 0; i < n_steps; i++)
    {
      for (guint j = throw (walk, 3); j > 0; j--)
        {
          ScriptedFault fault = faults[throw (walk, G_N_ELEMENTS (faults))];

          g_string_append_printf (walk->trail, " !%d", fault);
          scripted_provider_add (walk->paid.provider, fault, fault == SCRIPTED_COLLECT_GARBAGE ? 3 : 1);
        }
      take_step (walk);
      check_money (walk);
    }
  g_test_message ("seed %u:%s", seed, walk->trail->str);
  end_walk (walk);
  g_string_free (walk->trail, TRUE);
  g_rand_free (walk->dice);
}

static void
test_walks (void)
{
  guint n_walks = g_test_slow () ? N_WALKS : N_QUICK_WALKS;
  const char *from = g_getenv ("STARSEND_FIRST_WALK");
  guint first = from != NULL ? (guint) g_ascii_strtoull (from, NULL, 10) : 0;
  Walk walk = { 0 };

  for (guint i = first - first % WALKS_A_PROJECT; i < n_walks; i++)
    {
      if (i % WALKS_A_PROJECT == 0)
        {
          set_up_project (&walk);
          add_grid_provider (&walk);
        }
      run_walk (&walk, (guint32) i * 7919u + 17u);
      if (i % WALKS_A_PROJECT == WALKS_A_PROJECT - 1)
        paid_tear_down (&walk.paid, NULL);
    }
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("starsend-walks-XXXXXX", NULL);
  paid_make_media (folder);
  g_test_add_func ("/walks/of-money", test_walks);
  status = g_test_run ();
  studio_remove_tree (folder);
  g_free (paid_video_path);
  g_free (paid_picture_path);

  return status;
}
