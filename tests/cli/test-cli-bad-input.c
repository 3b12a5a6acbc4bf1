/* test-cli-bad-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "cli-fixture.h"
#include "starsend-ledger.h"
#include "starsend-project-lock.h"

static char *
in_project (CliFixture *fixture, const char *name)
{
  return g_build_filename (fixture->project, name, NULL);
}

static void
break_config (CliFixture *fixture)
{
  g_autofree char *path = in_project (fixture, "project_config.json");

  g_assert_true (g_file_set_contents (path, "{\"project\": ", -1, NULL));
}

static void
remove_config (CliFixture *fixture)
{
  g_autofree char *path = in_project (fixture, "project_config.json");

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
break_plan (CliFixture *fixture)
{
  g_autofree char *config_path = in_project (fixture, "project_config.json");
  g_autofree char *text = cli_read (config_path);
  g_autoptr(JsonNode) config = json_from_string (text, NULL);
  g_autofree char *path = in_project (fixture, json_object_get_string_member (json_node_get_object (config), "plan"));

  g_assert_true (g_file_set_contents (path, "[1, 2", -1, NULL));
}

static void
write_text (CliFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "text.png", NULL);

  g_assert_true (g_file_set_contents (path, "no picture", -1, NULL));
}

/* One row: what is broken first, the words, the exit status and the code that JSON tells. "PROJECT" stands for the folder. */
static const struct
{
  const char *name;
  void (*prepare) (CliFixture *fixture);
  const char *words[8];
  int status;
  const char *code; /* NULL: any */
} rows[] = {
  { "no folder", NULL, { "status", "no/such/folder" }, 2, NULL },
  { "no config", remove_config, { "status", "PROJECT" }, 2, NULL },
  { "broken config", break_config, { "status", "PROJECT" }, 2, "invalid_input" },
  { "broken config, writing", break_config, { "explore", "PROJECT", CLI_HARD_ID }, 2, "invalid_input" },
  { "broken plan", break_plan, { "status", "PROJECT" }, 2, "invalid_input" },
  { "broken plan, validate", break_plan, { "validate", "PROJECT" }, 2, "invalid_input" },
  { "plan not there", NULL, { "validate", "nothing.json" }, 2, "not_found" },
  { "a picture as plan", NULL, { "validate", "PROJECT/elements/car.png" }, 2, "invalid_input" },
  { "unknown sequence, status", NULL, { "status", "PROJECT", "SEQ99" }, 2, "not_found" },
  { "unknown sequence, explore", NULL, { "explore", "PROJECT", "SEQ99" }, 2, "not_found" },
  { "unknown sequence, pick", NULL, { "pick", "PROJECT", "SEQ99", "1" }, 2, "not_found" },
  { "unknown sequence, start-frame", NULL, { "start-frame", "PROJECT", "SEQ99", "PROJECT/elements/car.png" }, 2, "not_found" },
  { "unknown sequence, approve-frame", NULL, { "approve-frame", "PROJECT", "SEQ99" }, 2, "not_found" },
  { "unknown sequence, execute", NULL, { "execute", "PROJECT", "SEQ99" }, 2, "not_found" },
  { "unknown sequence, iterate", NULL, { "iterate", "PROJECT", "SEQ99" }, 2, "not_found" },
  { "unknown sequence, approve", NULL, { "approve", "PROJECT", "SEQ99" }, 2, "not_found" },
  { "unknown sequence, reject", NULL, { "reject", "PROJECT", "SEQ99" }, 2, "not_found" },
  { "quadrant 5", NULL, { "pick", "PROJECT", CLI_HARD_ID, "5" }, 2, "invalid_input" },
  { "quadrant 0", NULL, { "pick", "PROJECT", CLI_HARD_ID, "0" }, 2, "invalid_input" },
  { "quadrant x", NULL, { "pick", "PROJECT", CLI_HARD_ID, "x" }, 2, "invalid_input" },
  { "grid -1", NULL, { "pick", "PROJECT", CLI_HARD_ID, "1", "--grid", "-1" }, 2, "invalid_input" },
  { "take 0", NULL, { "approve", "PROJECT", CLI_HARD_ID, "--take", "0" }, 2, "invalid_input" },
  { "no model of that name", NULL, { "explore", "PROJECT", CLI_HARD_ID, "--model", "nothing" }, 2, "invalid_input" },
  { "a video model for a grid", NULL, { "explore", "PROJECT", CLI_HARD_ID, "--model", "animatic" }, 2, "invalid_input" },
  { "a model without an account", NULL, { "explore", "PROJECT", CLI_HARD_ID, "--model", "gemini" }, 1, "unavailable" },
  { "error in the plan", NULL, { "explore", "PROJECT", CLI_BROKEN_ID }, 2, "invalid_input" },
  { "error in the plan, execute", NULL, { "execute", "PROJECT", CLI_BROKEN_ID }, 2, "invalid_input" },
  { "element without picture", NULL, { "explore", "PROJECT", CLI_GHOST_ID }, 1, "not_ready" },
  { "pick before explore", NULL, { "pick", "PROJECT", CLI_HARD_ID, "1" }, 1, NULL },
  { "approve-frame before pick", NULL, { "approve-frame", "PROJECT", CLI_HARD_ID }, 1, "not_ready" },
  { "execute before approve-frame", NULL, { "execute", "PROJECT", CLI_HARD_ID }, 1, "not_ready" },
  { "iterate before execute", NULL, { "iterate", "PROJECT", CLI_HARD_ID }, 1, "not_ready" },
  { "approve before execute", NULL, { "approve", "PROJECT", CLI_HARD_ID }, 1, "not_ready" },
  { "execute nobody", NULL, { "execute", "PROJECT" }, 2, "usage" },
  { "execute both", NULL, { "execute", "PROJECT", CLI_HARD_ID, "--all-ready" }, 2, "usage" },
  { "start frame not there", NULL, { "start-frame", "PROJECT", CLI_HARD_ID, "nothing.png" }, 2, "not_found" },
  { "start frame is text", write_text, { "start-frame", "PROJECT", CLI_HARD_ID, "text.png" }, 2, "invalid_input" },
  { "start frame is a folder", NULL, { "start-frame", "PROJECT", CLI_HARD_ID, "PROJECT" }, 2, NULL },
};

static void
run_row (CliFixture *fixture, guint row)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(CliResult) result = NULL;
  JsonObject *error;

  g_ptr_array_add (argv, g_strdup (cli_program ()));
  for (guint i = 0; rows[row].words[i] != NULL; i++)
    {
      const char *word = rows[row].words[i];

      g_ptr_array_add (argv, g_str_has_prefix (word, "PROJECT") ? g_strconcat (fixture->project, word + 7, NULL) : g_strdup (word));
    }
  g_ptr_array_add (argv, g_strdup ("--json"));
  g_ptr_array_add (argv, NULL);

  result = cli_run_argv (fixture, (const char *const *) argv->pdata);
  g_test_message ("%s: %d, %s", rows[row].name, result->status, result->err);
  g_assert_cmpint (result->status, ==, rows[row].status);
  error = json_object_get_object_member (result->json, "error");
  if (rows[row].code != NULL)
    g_assert_cmpstr (json_object_get_string_member (error, "code"), ==, rows[row].code);
}

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      CliFixture fixture;

      cli_fixture_set_up (&fixture, NULL);
      if (rows[i].prepare != NULL)
        rows[i].prepare (&fixture);
      run_row (&fixture, i);
      cli_fixture_tear_down (&fixture, NULL);
    }
}

/* All or none: one that is not ready keeps the others from being started. */
static void
test_all_or_none (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(CliResult) execute = NULL;
  g_autofree char *state = NULL;

  cli_prepare (fixture, CLI_HARD_ID);
  execute = cli_expect (fixture, 1, "execute", "--json", "--", fixture->project, CLI_HARD_ID, CLI_DASH_ID, NULL);
  g_assert_false (json_object_has_member (execute->json, "results"));
  state = cli_dup_state (fixture, fixture->project, CLI_HARD_ID);
  g_assert_cmpstr (state, ==, "start_frame_approved");
}

/* Another program holds the project: reading works, writing says who it is. */
static void
test_second_instance (CliFixture *fixture, gconstpointer unused)
{
  g_autofree char *path = cli_state_path (fixture, "lock");
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(GError) error = NULL;
  g_autoptr(StarsendProjectLock) lock = NULL;
  g_autoptr(CliResult) explore = NULL;
  g_autoptr(CliResult) repair = NULL;
  g_autoptr(CliResult) status = NULL;
  g_autoptr(CliResult) costs = NULL;
  g_autoptr(CliResult) reconcile = NULL;
  g_autoptr(CliResult) after = NULL;
  g_autofree char *pid = g_strdup_printf ("%d", getpid ());

  g_mkdir_with_parents (folder, 0755);
  lock = starsend_project_lock_acquire (path, "another-program", &error);
  g_assert_no_error (error);
  explore = cli_expect (fixture, 1, "explore", fixture->project, CLI_HARD_ID, "--json", NULL);
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (explore->json, "error"), "code"), ==, "locked");
  g_assert_nonnull (strstr (explore->err, "another-program"));
  g_assert_nonnull (strstr (explore->err, pid));
  repair = cli_expect (fixture, 1, "reconcile", fixture->project, "--repair", NULL);
  status = cli_expect (fixture, 0, "status", fixture->project, NULL);
  costs = cli_expect (fixture, 0, "costs", fixture->project, NULL);
  reconcile = cli_expect (fixture, 0, "reconcile", fixture->project, NULL);

  starsend_project_lock_release (lock);
  after = cli_expect (fixture, 0, "explore", fixture->project, CLI_HARD_ID, NULL);
}

static GHashTable *
list_files (const char *folder, GHashTable *files)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      char *path = g_build_filename (folder, name, NULL);
      GStatBuf info;

      g_assert_cmpint (g_lstat (path, &info), ==, 0);
      if (S_ISDIR (info.st_mode))
        list_files (path, files);
      g_hash_table_insert (files, path, g_strdup_printf ("%ld.%09ld", (long) info.st_mtim.tv_sec, (long) info.st_mtim.tv_nsec));
    }

  return files;
}

/* Commands that only read touch nothing at all. */
static void
test_readers_write_nothing (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(GHashTable) before = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(GHashTable) after = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(CliResult) status = NULL;
  g_autoptr(CliResult) validate = NULL;
  g_autoptr(CliResult) costs = NULL;
  g_autoptr(CliResult) reconcile = NULL;
  GHashTableIter iter;
  gpointer path, time;

  cli_prepare (fixture, CLI_HARD_ID);
  list_files (fixture->project, before);
  status = cli_expect (fixture, 0, "status", fixture->project, NULL);
  validate = cli_expect (fixture, 2, "validate", fixture->project, NULL);
  costs = cli_expect (fixture, 0, "costs", fixture->project, NULL);
  reconcile = cli_expect (fixture, 0, "reconcile", fixture->project, NULL);
  list_files (fixture->project, after);

  g_assert_cmpuint (g_hash_table_size (after), ==, g_hash_table_size (before));
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &path, &time))
    g_assert_cmpstr (g_hash_table_lookup (after, path), ==, time);
}

static void
set_modes (const char *folder, mode_t mode)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (folder, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        set_modes (child, mode);
    }
  g_chmod (folder, mode);
}

/* Root writes everywhere, so the program runs as nobody then. */
static CliResult *
run_unprivileged (CliFixture *fixture, const char *command, const char *sequence_id)
{
  const char *argv[] = { "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                         cli_program (), command, "--json", fixture->project, sequence_id, NULL };

  return cli_run_argv (fixture, getuid () == 0 ? argv : argv + 4);
}

static gboolean
can_drop_privileges (CliFixture *fixture)
{
  g_autofree char *setpriv = g_find_program_in_path ("setpriv");
  const char *argv[] = { "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", cli_program (), "--version", NULL };
  g_autoptr(CliResult) result = NULL;

  if (getuid () != 0)
    return TRUE;
  if (setpriv == NULL)
    return FALSE;
  result = cli_run_argv (fixture, argv);

  return result->status == 0;
}

static void
test_read_only_folder (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(CliResult) status = NULL;
  g_autoptr(CliResult) explore = NULL;
  JsonObject *error;

  g_chmod (fixture->folder, 0755);
  if (!can_drop_privileges (fixture))
    {
      g_test_skip ("root writes everywhere, and setpriv cannot make it somebody else here");
      return;
    }

  set_modes (fixture->project, 0555);
  status = run_unprivileged (fixture, "status", NULL);
  explore = run_unprivileged (fixture, "explore", CLI_HARD_ID);
  set_modes (fixture->project, 0755);
  g_test_message ("%s%s", status->err, explore->err);
  g_assert_cmpint (status->status, ==, 0);
  g_assert_cmpint (explore->status, ==, 1);
  error = json_object_get_object_member (explore->json, "error");
  g_assert_cmpstr (json_object_get_string_member (error, "code"), ==, "read_only");
}

static gboolean
was_set_aside (CliFixture *fixture, const char *name)
{
  g_autofree char *path = cli_state_path (fixture, name);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *prefix = g_strconcat (name, ".damaged-", NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *entry;

  while ((entry = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (entry, prefix))
      return TRUE;

  return FALSE;
}

/* A damaged file of ours is set aside, told, and what it said comes back from the other truths. */
static void
test_damaged_state (CliFixture *fixture, gconstpointer unused)
{
  static const char *const names[] = { "sequence_state.json", "execution_store.json" };

  cli_prepare (fixture, CLI_HARD_ID);
  {
    g_autoptr(CliResult) execute = cli_expect (fixture, 0, "execute", fixture->project, CLI_HARD_ID, NULL);
    g_autoptr(CliResult) approve = cli_expect (fixture, 0, "approve", fixture->project, CLI_HARD_ID, NULL);
  }

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = cli_state_path (fixture, names[i]);
      g_autoptr(CliResult) reader = NULL;
      g_autoptr(CliResult) repair = NULL;
      g_autoptr(CliResult) clean = NULL;
      g_autofree char *state = NULL;

      g_assert_true (g_file_set_contents (path, "{\"EP001\": {\"SEQ", -1, NULL));
      reader = cli_expect (fixture, 0, "status", fixture->project, "--json", NULL);
      g_assert_cmpuint (json_array_get_length (json_object_get_array_member (reader->json, "notices")), >=, 1);
      g_assert_true (g_str_has_prefix (reader->err, "warning: "));
      g_assert_false (was_set_aside (fixture, names[i]));

      repair = cli_expect (fixture, 0, "reconcile", "--repair", fixture->project, "--json", NULL);
      g_assert_true (g_str_has_prefix (repair->err, "warning: "));
      g_assert_true (was_set_aside (fixture, names[i]));
      clean = cli_expect (fixture, 0, "reconcile", fixture->project, NULL);
      g_assert_cmpstr (clean->err, ==, "");
      state = cli_dup_state (fixture, fixture->project, CLI_HARD_ID);
      g_test_message ("%s: %s", names[i], state);
      g_assert_true (g_str_equal (state, "review") || g_str_equal (state, "complete"));
    }
}

static void
on_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}

static void
append_to_ledger (StarsendLedger *ledger, StarsendLedgerEvent event, const char *job_id, const char *fields)
{
  g_autoptr(JsonNode) node = json_from_string (fields, NULL);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  starsend_ledger_append_async (ledger, event, job_id, node, NULL, on_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (starsend_ledger_append_finish (ledger, result, &error));
  g_assert_no_error (error);
}

static void
write_uncertain_job (CliFixture *fixture)
{
  g_autofree char *path = cli_state_path (fixture, "ledger.jsonl");
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(StarsendFileQueue) queue = starsend_file_queue_new ();
  g_autoptr(StarsendLedger) ledger = NULL;
  g_autofree char *job_id = starsend_ledger_new_job_id ();
  g_autoptr(GError) error = NULL;

  g_mkdir_with_parents (folder, 0755);
  ledger = starsend_ledger_new (path, queue, FALSE, NULL, &error);
  g_assert_no_error (error);
  append_to_ledger (ledger, STARSEND_LEDGER_INTENT, job_id,
                    "{\"kind\": \"take\", \"batch\": \"EP001_-dash\", \"number\": 1, \"provider\": \"fal\", \"model\": \"kling-o3\","
                    " \"digest\": \"00\", \"currency\": \"USD\", \"estimate\": 1.5, \"output\": \"output/video/x.mp4\", \"request\": {}}");
  append_to_ledger (ledger, STARSEND_LEDGER_UNCERTAIN, job_id, "{\"reason\": \"The line was cut.\"}");
}

/* A job that may have been paid is shown as reserved, and wants a decision; nothing decides by itself. */
static void
test_uncertain_job (CliFixture *fixture, gconstpointer unused)
{
  g_autofree char *ledger = cli_state_path (fixture, "ledger.jsonl");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr(CliResult) status = NULL;
  g_autoptr(CliResult) costs = NULL;
  g_autoptr(CliResult) resume = NULL;
  JsonObject *job;

  write_uncertain_job (fixture);
  before = cli_read (ledger);
  status = cli_expect (fixture, 0, "status", fixture->project, NULL);
  g_assert_nonnull (strstr (status->out, "reserved $ 1.50"));
  costs = cli_expect (fixture, 0, "costs", "--json", fixture->project, NULL);
  job = json_array_get_object_element (json_object_get_array_member (costs->json, "jobs"), 0);
  g_assert_cmpstr (json_object_get_string_member (job, "state"), ==, "uncertain");
  g_assert_cmpfloat (json_object_get_double_member (job, "estimate"), ==, 1.5);
  g_assert_true (json_object_get_null_member (job, "cost"));
  g_assert_cmpfloat (json_object_get_double_member (costs->json, "reserved"), ==, 1.5);

  resume = cli_expect (fixture, 3, "resume", "--json", fixture->project, NULL);
  g_test_message ("%s%s", resume->out, resume->err);
  g_assert_cmpint (json_object_get_int_member (resume->json, "uncertain"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (resume->json, "error"), "code"), ==, "uncertain");
  after = cli_read (ledger);
  g_assert_true (g_str_has_prefix (after, before));
  g_assert_null (strstr (after, "submitted"));
  g_assert_null (strstr (after, "released"));
}

typedef struct
{
  GSocketListener *listener;
  GCancellable *cancellable;
  guint n_calls;
} Mute;

/* Reads what comes and goes away without a word. */
static gpointer
run_mute (gpointer user_data)
{
  Mute *mute = user_data;

  for (;;)
    {
      g_autoptr(GSocketConnection) connection = g_socket_listener_accept (mute->listener, NULL, mute->cancellable, NULL);
      char buffer[4096];

      if (connection == NULL)
        return NULL;
      mute->n_calls++;
      g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), buffer, sizeof buffer, mute->cancellable, NULL);
    }
}

/* What may have been paid just now wants a decision as well, and is asked for once; a plain failure wants none. */
static void
test_answer_never_came (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(GSocketListener) listener = g_socket_listener_new ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", g_socket_listener_add_any_inet_port (listener, NULL, NULL));
  Mute mute = { listener, cancellable, 0 };
  CliResult *result;
  GThread *thread;

  g_setenv ("GEMINI_API_KEY", "test-key-0123", TRUE);
  g_setenv ("STARSEND_GEMINI_URL", url, TRUE);
  thread = g_thread_new ("mute", run_mute, &mute);
  result = cli_expect (fixture, 3, "explore", fixture->project, CLI_HARD_ID, "--model", "gemini", "--yes", "--json", NULL);
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (result->json, "error"), "code"), ==, "uncertain");
  cli_result_free (result);
  cli_result_free (cli_expect (fixture, 3, "explore", fixture->project, CLI_HARD_ID, "--model", "gemini", "--yes", NULL));
  g_cancellable_cancel (cancellable);
  g_thread_join (thread);
  g_assert_cmpuint (mute.n_calls, ==, 1);

  g_setenv ("GEMINI_API_KEY", "no key", TRUE);
  cli_result_free (cli_expect (fixture, 1, "explore", fixture->project, CLI_LONG_ID, "--model", "gemini", "--yes", NULL));
  g_unsetenv ("GEMINI_API_KEY");
  g_unsetenv ("STARSEND_GEMINI_URL");
}

/* Each decision has to be named, and what spends wants a word more. */
static void
test_decisions (CliFixture *fixture, gconstpointer unused)
{
  g_autoptr(CliResult) status = NULL;
  g_autoptr(CliResult) costs = NULL;
  g_autoptr(CliResult) listed = NULL;
  g_autoptr(CliResult) given_up = NULL;
  g_autoptr(CliResult) written_off = NULL;
  g_autoptr(CliResult) rest = NULL;
  JsonObject *decision;
  const char *id;

  write_uncertain_job (fixture);
  status = cli_expect (fixture, 0, "status", "--json", fixture->project, NULL);
  decision = json_array_get_object_element (json_object_get_array_member (status->json, "decisions"), 0);
  id = json_object_get_string_member (decision, "job");
  g_assert_cmpstr (json_object_get_string_member (decision, "model"), ==, "kling-o3");
  g_assert_cmpstr (json_object_get_string_member (decision, "reason"), ==, "The line was cut.");
  g_assert_cmpint (json_object_get_int_member (decision, "age"), >=, 0);
  costs = cli_expect (fixture, 0, "costs", fixture->project, NULL);
  g_assert_nonnull (strstr (costs->out, id));
  listed = cli_expect (fixture, 3, "resume", fixture->project, NULL);
  g_assert_nonnull (strstr (listed->out, id));
  g_assert_nonnull (strstr (listed->out, "--write-off"));
  g_assert_nonnull (strstr (listed->out, "--retry"));
  g_assert_nonnull (strstr (listed->out, "--request-id"));

  cli_result_free (cli_expect (fixture, 2, "resume", fixture->project, "--write-off", NULL));
  cli_result_free (cli_expect (fixture, 2, "resume", fixture->project, "--job", id, NULL));
  cli_result_free (cli_expect (fixture, 2, "resume", fixture->project, "--job", id, "--write-off", "--fetch", NULL));
  cli_result_free (cli_expect (fixture, 2, "resume", fixture->project, "--job", id, "--write-off", "--yes", NULL));
  cli_result_free (cli_expect (fixture, 2, "resume", fixture->project, "--job", "no-such-job", "--write-off", NULL));
  cli_result_free (cli_expect (fixture, 2, "resume", fixture->project, "--job", "\xff", "--write-off", NULL));

  written_off = cli_expect (fixture, 0, "resume", fixture->project, "--json", "--job", id, "--write-off", NULL);
  g_assert_nonnull (strstr (json_object_get_string_member (written_off->json, "message"), "Written off"));
  cli_result_free (cli_expect (fixture, 1, "resume", fixture->project, "--job", id, "--write-off", NULL));
  given_up = cli_expect (fixture, 0, "costs", fixture->project, "--csv", NULL);
  g_assert_nonnull (strstr (given_up->out, ",given_up,"));
  rest = cli_expect (fixture, 0, "resume", fixture->project, "--json", NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (rest->json, "decisions")), ==, 0);
}

static void
fill_disk (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "filler", NULL);
  FILE *file = fopen (path, "wb");
  char block[4096] = { 0 };

  g_assert_nonnull (file);
  setvbuf (file, NULL, _IONBF, 0);
  while (fwrite (block, sizeof block, 1, file) == 1)
    ;
  fclose (file);
}

static void
test_full_disk (CliFixture *fixture, gconstpointer unused)
{
  g_autofree char *disk = g_build_filename (fixture->folder, "disk", NULL);
  g_autofree char *filler = g_build_filename (disk, "filler", NULL);
  g_autofree char *home = fixture->project;
  g_autoptr(CliResult) full = NULL;
  g_autoptr(CliResult) retry = NULL;

  g_mkdir (disk, 0755);
  if (mount ("none", disk, "tmpfs", 0, "size=8m") != 0)
    {
      fixture->project = g_steal_pointer (&home);
      g_test_skip ("no file system of limited size can be mounted here");
      return;
    }

  cli_copy_tree (home, disk);
  {
    g_autofree char *name = g_path_get_basename (home);

    fixture->project = g_build_filename (disk, name, NULL);
  }
  fill_disk (disk);
  full = cli_run (fixture, "explore", "--json", fixture->project, CLI_HARD_ID, NULL);
  g_unlink (filler);
  retry = cli_run (fixture, "explore", "--json", fixture->project, CLI_HARD_ID, NULL);
  umount2 (disk, MNT_DETACH);

  g_test_message ("%s%s", full->err, retry->err);
  g_assert_cmpint (full->status, ==, 1);
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (full->json, "error"), "code"), ==, "no_space");
  g_assert_cmpint (retry->status, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, CliFixture, NULL, cli_fixture_set_up, func, cli_fixture_tear_down)
  g_test_add_func ("/cli/bad-input", test_table);
  ADD ("/cli/all-or-none", test_all_or_none);
  ADD ("/cli/second-instance", test_second_instance);
  ADD ("/cli/readers-write-nothing", test_readers_write_nothing);
  ADD ("/cli/read-only-folder", test_read_only_folder);
  ADD ("/cli/damaged-state", test_damaged_state);
  ADD ("/cli/uncertain-job", test_uncertain_job);
  ADD ("/cli/answer-never-came", test_answer_never_came);
  ADD ("/cli/decisions", test_decisions);
  ADD ("/cli/full-disk", test_full_disk);
#undef ADD

  return g_test_run ();
}
