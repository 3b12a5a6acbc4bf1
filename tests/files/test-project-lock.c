/* test-project-lock.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "files-test.h"

#include "starsend-project-lock.h"

#include <signal.h>
#include <sys/wait.h>

#define ROUNDS 200
#define CONTENDERS 2

static char *
make_lock_path (const char *folder)
{
  return g_build_filename (folder, "lock", NULL);
}

static void
test_simple (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_lock_path (folder);
  g_autofree char *missing = g_build_filename (folder, "no", "lock", NULL);
  g_autofree char *pid = g_strdup_printf ("%d", (int) getpid ());
  g_autoptr (StarsendProjectLock) lock = NULL;
  g_autoptr (StarsendProjectLock) again = NULL;
  g_autoptr (GError) error = NULL;

  lock = starsend_project_lock_acquire (path, "starsend\n-test", &error);
  g_assert_no_error (error);
  g_assert_true (starsend_project_lock_is_held (lock));
  g_assert_null (starsend_project_lock_acquire (path, "other", &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_LOCKED);
  g_assert_nonnull (strstr (error->message, "starsend -test"));
  g_assert_nonnull (strstr (error->message, pid));
  g_clear_error (&error);
  g_assert_true (starsend_project_lock_is_held (lock));

  starsend_project_lock_release (lock);
  g_assert_false (starsend_project_lock_is_held (lock));
  again = starsend_project_lock_acquire (path, "other", &error);
  g_assert_no_error (error);
  starsend_project_lock_release (lock);
  g_assert_true (starsend_project_lock_is_held (again));
  g_assert_finalize_object (g_steal_pointer (&again));
  g_assert_cmpuint (test_folder_count (folder), ==, 0);

  g_assert_null (starsend_project_lock_acquire (missing, "other", &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
}

/* A lock as another program would have written it. */
typedef struct
{
  const char *machine; /* NULL: ours */
  const char *boot;
  const char *namespace;
  gint64 pid;
  gint64 start; /* -1: the right one */
  int age;
  gboolean stale;
} Case;

static char *
read_word (const char *path)
{
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_strstrip (text) : g_strdup ("");
}

static gint64
read_start (gint64 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = read_word (path);
  g_auto (GStrv) fields = g_strsplit (strrchr (text, ')') + 2, " ", -1);

  return g_ascii_strtoll (fields[19], NULL, 10);
}

static char *
write_case (const Case *c, const char *path)
{
  g_autofree char *machine = read_word ("/etc/machine-id");
  g_autofree char *boot = read_word ("/proc/sys/kernel/random/boot_id");
  g_autofree char *namespace = g_file_read_link ("/proc/self/ns/pid", NULL);
  char *text =
    g_strdup_printf ("starsend-lock 1\nprogram=ghost\nhost=elsewhere\nmachine=%s\nboot=%s\nnamespace=%s\n"
                     "pid=%d\nstart=%" G_GINT64_FORMAT "\nnonce=1234\nend\n",
                     c->machine != NULL ? c->machine : machine, c->boot != NULL ? c->boot : boot,
                     c->namespace != NULL ? c->namespace : namespace, (int) c->pid,
                     c->start < 0 ? read_start (c->pid) : c->start);
  struct timespec times[2] = { { 0 } };

  test_put (path, text);
  times[0].tv_sec = times[1].tv_sec = g_get_real_time () / G_USEC_PER_SEC - c->age;
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  return text;
}

static void
test_owners (void)
{
  const gint64 gone = G_MAXINT32 - 1;
  const Case cases[] = {
    { NULL, NULL, NULL, getpid (), -1, 0, FALSE },
    { NULL, NULL, NULL, getpid (), -1, 3600, FALSE }, /* alive is alive, however old the file is */
    { NULL, NULL, NULL, getpid (), 1, 0, TRUE },      /* the number is another process's now */
    { NULL, NULL, NULL, gone, 1, 0, TRUE },
    { NULL, "another-boot", NULL, getpid (), -1, 0, TRUE },
    { NULL, NULL, "pid:[1]", gone, 1, 0, FALSE }, /* cannot be seen from here */
    { NULL, NULL, "pid:[1]", gone, 1, 55, FALSE },
    { NULL, NULL, "pid:[1]", getpid (), -1, 65, TRUE },
    { "", NULL, NULL, gone, 1, 0, TRUE }, /* a machine without an id has a kernel still */
    { "", NULL, NULL, getpid (), -1, 65, FALSE },
    { "another-machine", "another-boot", NULL, gone, 1, 0, FALSE },
    { "another-machine", "another-boot", NULL, gone, 1, 65, TRUE },
    { "another-machine", "another-boot", NULL, gone, 1, -3600, TRUE }, /* nobody touched it since the clock was set back */
    { "", "", "", gone, 1, 0, FALSE },
    { "", "", "", gone, 1, 65, TRUE },
  };
  g_autofree char *machine = read_word ("/etc/machine-id");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autofree char *path = make_lock_path (folder);
      g_autofree char *text = write_case (&cases[i], path);
      g_autoptr (StarsendProjectLock) lock = NULL;
      g_autoptr (GError) error = NULL;

      /* A machine without an id cannot know an earlier run of itself. */
      if (*machine == '\0' && cases[i].machine == NULL && cases[i].boot != NULL)
        continue;
      lock = starsend_project_lock_acquire (path, "test", &error);
      g_test_message ("case %u: %s", i, error != NULL ? error->message : "taken over");
      if (cases[i].stale)
        g_assert_no_error (error);
      else
        g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_LOCKED);
      if (!cases[i].stale)
        test_assert_text (path, text);
      g_assert_cmpuint (test_folder_count (folder), ==, 1);
    }
}

static void
test_damaged (void)
{
  static const char *const texts[] = { "", "starsend-lock 1\nprogram=x\n", "garbage", "\xff\xfe\n\n\n", "starsend-lock 2\nend\n" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autofree char *path = make_lock_path (folder);
      g_autoptr (StarsendProjectLock) lock = NULL;
      g_autoptr (GError) error = NULL;
      struct timespec times[2] = { { 0 } };

      test_put (path, texts[i]);
      g_assert_null (starsend_project_lock_acquire (path, "test", &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_LOCKED);
      g_clear_error (&error);
      times[0].tv_sec = times[1].tv_sec = g_get_real_time () / G_USEC_PER_SEC - 7;
      g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
      lock = starsend_project_lock_acquire (path, "test", &error);
      g_assert_no_error (error);
      g_assert_true (starsend_project_lock_is_held (lock));
    }
}

static void
test_lost (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_lock_path (folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendProjectLock) lock = starsend_project_lock_acquire (path, "test", &error);

  g_assert_no_error (error);
  test_put (path, "somebody else");
  g_assert_false (starsend_project_lock_is_held (lock));
  starsend_project_lock_release (lock);
  test_assert_text (path, "somebody else");
}

/* Somebody died while taking over, and somebody else while taking over from that one. */
static void
test_dead_claims (void)
{
  const Case dead = { NULL, NULL, NULL, G_MAXINT32 - 1, 1, 0, TRUE };
  const Case alive = { NULL, NULL, NULL, getpid (), -1, 0, FALSE };

  for (guint holder_lives = 0; holder_lives < 2; holder_lives++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autofree char *path = make_lock_path (folder);
      g_autofree char *text = write_case (&dead, path);
      g_autofree char *named = g_strconcat ("lock", text, NULL);
      g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, named, -1);
      g_autofree char *claim = g_strdup_printf ("%s/.lock.%.6s.part", folder, digest);
      g_autofree char *claim_text = write_case (holder_lives ? &alive : &dead, claim);
      g_autoptr (StarsendProjectLock) lock = NULL;
      g_autoptr (GError) error = NULL;

      lock = starsend_project_lock_acquire (path, "test", &error);
      if (holder_lives)
        {
          g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_LOCKED);
          test_assert_text (path, text);
          test_assert_text (claim, claim_text);
          continue;
        }
      g_assert_no_error (error);
      g_assert_true (starsend_project_lock_is_held (lock));
      starsend_files_sweep_parts (folder);
      g_assert_true (starsend_project_lock_is_held (lock));
      g_assert_cmpuint (test_folder_count (folder), ==, 1);
    }
}

typedef struct
{
  GPid pid;
  int input;
  int output;
} Contender;

static void
contender_start (Contender *contender, const char *path)
{
  const char *const argv[] = { g_getenv ("STARSEND_FILES_HELPER"), "hold", path, NULL };
  g_autoptr (GError) error = NULL;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CLOEXEC_PIPES, NULL, NULL,
                            &contender->pid, &contender->input, &contender->output, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
contender_holds (Contender *contender)
{
  char answer = 0;

  g_assert_cmpint (read (contender->output, &answer, 1), ==, 1);
  g_assert_true (answer == 'H' || answer == 'L');
  return answer == 'H';
}

static int
contender_end (Contender *contender, int with_signal)
{
  int status;

  if (with_signal != 0)
    kill (contender->pid, with_signal);
  close (contender->input);
  g_assert_cmpint (waitpid (contender->pid, &status, 0), ==, contender->pid);
  close (contender->output);
  return WIFSIGNALED (status) ? -WTERMSIG (status) : WEXITSTATUS (status);
}

/* Each round, some processes start at once; in half of them what they find is the lock of one that was killed. */
static void
test_race (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_lock_path (folder);
  guint takeovers = 0;

  for (guint round = 0; round < ROUNDS; round++)
    {
      Contender contenders[CONTENDERS];
      gboolean holds[CONTENDERS];
      guint holders = 0;

      takeovers += g_file_test (path, G_FILE_TEST_EXISTS);
      for (guint i = 0; i < CONTENDERS; i++)
        contender_start (&contenders[i], path);
      for (guint i = 0; i < CONTENDERS; i++)
        holders += holds[i] = contender_holds (&contenders[i]);
      g_assert_cmpuint (holders, ==, 1);
      for (guint i = 0; i < CONTENDERS; i++)
        {
          gboolean kill_it = holds[i] && round % 2 == 0;
          int status = contender_end (&contenders[i], kill_it ? SIGKILL : 0);

          g_assert_cmpint (status, ==, kill_it ? -SIGKILL : holds[i] ? 0 : 3);
        }
    }
  g_assert_cmpuint (takeovers, ==, ROUNDS / 2);
  starsend_files_sweep_parts (folder);
  g_assert_cmpuint (test_folder_count (folder), ==, 0);
}

/* The owner was killed, but nobody has asked for its exit status yet. */
static void
test_zombie (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_lock_path (folder);
  g_autoptr (StarsendProjectLock) lock = NULL;
  g_autoptr (GError) error = NULL;
  Contender contender;
  siginfo_t info;

  contender_start (&contender, path);
  g_assert_true (contender_holds (&contender));
  g_assert_null (starsend_project_lock_acquire (path, "test", &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_LOCKED);
  g_assert_nonnull (strstr (error->message, "files-helper"));
  g_clear_error (&error);
  kill (contender.pid, SIGKILL);
  g_assert_cmpint (waitid (P_PID, contender.pid, &info, WEXITED | WNOWAIT), ==, 0);
  lock = starsend_project_lock_acquire (path, "test", &error);
  g_assert_no_error (error);
  g_assert_cmpint (contender_end (&contender, 0), ==, -SIGKILL);
}

static void
test_touched (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_lock_path (folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendProjectLock) lock = NULL;
  struct timespec times[2] = { { 1000 }, { 1000 } };
  struct stat info;

  if (!g_test_slow ())
    {
      g_test_skip ("takes a quarter of a minute");
      return;
    }
  lock = starsend_project_lock_acquire (path, "test", &error);
  g_assert_no_error (error);
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  /* No main loop runs here. */
  g_usleep (16 * G_USEC_PER_SEC);
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (ABS (info.st_mtime - g_get_real_time () / G_USEC_PER_SEC), <, 16);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/project-lock/simple", test_simple);
  g_test_add_func ("/project-lock/owners", test_owners);
  g_test_add_func ("/project-lock/damaged", test_damaged);
  g_test_add_func ("/project-lock/lost", test_lost);
  g_test_add_func ("/project-lock/dead-claims", test_dead_claims);
  g_test_add_func ("/project-lock/zombie", test_zombie);
  g_test_add_func ("/project-lock/race", test_race);
  g_test_add_func ("/project-lock/touched", test_touched);
  return g_test_run ();
}
