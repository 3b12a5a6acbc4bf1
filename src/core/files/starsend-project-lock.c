/* starsend-project-lock.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-project-lock.h"

#include "starsend-error.h"
#include "starsend-files-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The lock is a small text file:
 *
 *   starsend-lock 1
 *   program=starsend-cli          for the message that others get
 *   host=studio                   likewise
 *   machine=<machine id>
 *   boot=<boot id>                the same as ours: our own kernel; another on the same machine: an earlier run of it
 *   namespace=pid:[4026531836]    whose process numbers are meant
 *   pid=4711
 *   start=123456                  when the process began (a number is used again for another process)
 *   nonce=<uuid>                  so that no two locks are ever the same
 *   end
 *
 * Its content identifies it. It appears whole under its name, for it is renamed there without replacing. A stale lock is
 * taken over by whoever holds a claim, which is a lock on that content: only its holder may replace the stale file, so what
 * was judged is what is replaced, and there is no moment without a lock. A claim that somebody died on is taken over
 * the same way, by a claim on the claim. Claims are named like temporary files and are swept like them. */

#define TOUCH_SECONDS 15
#define STALE_SECONDS 60
#define PARTIAL_SECONDS 5
#define MAX_LOCK_SIZE 4096
#define MAX_VALUE 255
#define MAX_ATTEMPTS 50
#define MAX_CLAIMS 8

/**
 * StarsendProjectLock:
 *
 * One writer of a project at a time, also where there is no `flock`.
 *
 * The lock is a file that names its owner, which touches it every 15 seconds. A dead owner cannot hold it: it is taken over
 * when its process is gone, and where that cannot be seen, when it was not touched for 60 seconds.
 */
struct _StarsendProjectLock
{
  GObject parent_instance;

  char *path;
  GBytes *content;

  GThread *thread;
  GMutex mutex;
  GCond released;
  gboolean closing; /* under the mutex */
  gboolean lost;    /* under the mutex */
};

typedef struct
{
  char *program;
  char *host;
  char *machine;
  char *boot;
  char *namespace;
  gint64 pid;
  gint64 start;
} Owner;

static void
owner_clear (Owner *owner)
{
  g_free (owner->program);
  g_free (owner->host);
  g_free (owner->machine);
  g_free (owner->boot);
  g_free (owner->namespace);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Owner, owner_clear)

G_DEFINE_FINAL_TYPE (StarsendProjectLock, starsend_project_lock, G_TYPE_OBJECT)

/* "" where the system does not tell. */
static char *
read_word (const char *path)
{
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return g_strdup ("");
  return g_strstrip (text);
}

/* The fields of /proc/PID/stat behind the name, which may hold spaces and brackets itself. FALSE where it cannot be read. */
static gboolean
read_process (gint64 pid, char *state, gint64 *start)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/stat", pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;
  const char *rest;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (rest = strrchr (text, ')')) == NULL || rest[1] != ' ')
    return FALSE;
  fields = g_strsplit (rest + 2, " ", -1);
  if (g_strv_length (fields) < 20)
    return FALSE;
  *state = fields[0][0];
  *start = g_ascii_strtoll (fields[19], NULL, 10);
  return TRUE;
}

static char *
read_namespace (void)
{
  char target[64];
  ssize_t length = readlink ("/proc/self/ns/pid", target, sizeof target);

  return length > 0 ? g_strndup (target, length) : g_strdup ("");
}

static void
owner_init_self (Owner *owner, const char *program)
{
  char state;

  owner->program = g_utf8_make_valid (program, MIN (strlen (program), MAX_VALUE / 3));
  for (char *c = owner->program; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  owner->host = g_utf8_make_valid (g_get_host_name (), -1);
  owner->machine = read_word ("/etc/machine-id");
  owner->boot = read_word ("/proc/sys/kernel/random/boot_id");
  owner->namespace = read_namespace ();
  owner->pid = getpid ();
  if (!read_process (owner->pid, &state, &owner->start))
    owner->start = 0;
}

static GBytes *
owner_write (const Owner *owner)
{
  g_autofree char *nonce = g_uuid_string_random ();
  char *text = g_strdup_printf ("starsend-lock 1\nprogram=%s\nhost=%s\nmachine=%s\nboot=%s\nnamespace=%s\n"
                                "pid=%" G_GINT64_FORMAT "\nstart=%" G_GINT64_FORMAT "\nnonce=%s\nend\n",
                                owner->program, owner->host, owner->machine, owner->boot, owner->namespace, owner->pid,
                                owner->start, nonce);

  return g_bytes_new_take (text, strlen (text));
}

/* The value of the line @number when it is that key's, or NULL. */
static char *
take_value (char **lines, guint number, const char *key)
{
  gsize length = strlen (key);
  const char *value;

  if (strncmp (lines[number], key, length) != 0 || lines[number][length] != '=')
    return NULL;
  value = lines[number] + length + 1;
  if (strlen (value) > MAX_VALUE || !g_utf8_validate (value, -1, NULL))
    return NULL;
  for (const char *c = value; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return NULL;
  return g_strdup (value);
}

static gboolean
owner_parse (Owner *owner, GBytes *content)
{
  gsize size;
  const char *data = g_bytes_get_data (content, &size);
  g_autofree char *text = g_strndup (data != NULL ? data : "", size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *pid = NULL;
  g_autofree char *start = NULL;

  if (strlen (text) != size || g_strv_length (lines) != 11 || !g_str_equal (lines[0], "starsend-lock 1") ||
      !g_str_equal (lines[9], "end") || *lines[10] != '\0')
    return FALSE;
  owner->program = take_value (lines, 1, "program");
  owner->host = take_value (lines, 2, "host");
  owner->machine = take_value (lines, 3, "machine");
  owner->boot = take_value (lines, 4, "boot");
  owner->namespace = take_value (lines, 5, "namespace");
  pid = take_value (lines, 6, "pid");
  start = take_value (lines, 7, "start");
  return owner->program != NULL && owner->host != NULL && owner->machine != NULL && owner->boot != NULL &&
         owner->namespace != NULL && pid != NULL && start != NULL &&
         g_ascii_string_to_signed (pid, 10, 1, G_MAXINT32, &owner->pid, NULL) &&
         g_ascii_string_to_signed (start, 10, 0, G_MAXINT64, &owner->start, NULL);
}

static gboolean
process_lives (const Owner *owner)
{
  char state;
  gint64 start;

  if (kill ((pid_t) owner->pid, 0) != 0 && errno == ESRCH)
    return FALSE;
  /* Where /proc hides the processes of others, one of that number is taken for the owner. */
  if (!read_process (owner->pid, &state, &start))
    return TRUE;
  return state != 'Z' && state != 'X' && start == owner->start;
}

/* What time it is for the file system of the lock, which may be on another machine with another clock. */
static gboolean
read_folder_time (const char *path, gint64 *now)
{
  g_autofree char *probe = starsend_files_part_path (path);
  g_auto (StarsendFd) fd = open (probe, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  struct stat info;
  gboolean known = fd >= 0 && fstat (fd, &info) == 0;

  if (fd >= 0)
    unlink (probe);
  if (known)
    *now = info.st_mtime;
  return known;
}

/* A time in the future says as much as one in the past: an owner that lives would have touched it since. */
static gboolean
is_older_than (const char *path, gint64 seconds)
{
  struct stat info;
  gint64 now;

  return lstat (path, &info) == 0 && read_folder_time (path, &now) && ABS (now - (gint64) info.st_mtime) > seconds;
}

/* Whether the lock at @path, whose content was read, is held by somebody; if so the error tells who. */
static gboolean
is_stale (const char *path, GBytes *content, const Owner *self, GError **error)
{
  g_auto (Owner) owner = { NULL };
  gboolean same_kernel;
  gboolean same_machine;
  gboolean stale;

  if (!owner_parse (&owner, content))
    {
      if (is_older_than (path, PARTIAL_SECONDS))
        return TRUE;
      g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_LOCKED,
                           _("The project is just being opened by another program; try again in a few seconds"));
      return FALSE;
    }
  same_kernel = *owner.boot != '\0' && g_str_equal (owner.boot, self->boot);
  same_machine = *owner.machine != '\0' && g_str_equal (owner.machine, self->machine);
  if (same_kernel && *owner.namespace != '\0' && g_str_equal (owner.namespace, self->namespace))
    stale = !process_lives (&owner);
  else if (!same_kernel && same_machine && *owner.boot != '\0' && *self->boot != '\0')
    stale = TRUE; /* from before the machine was started anew */
  else
    stale = is_older_than (path, STALE_SECONDS);
  if (!stale)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_LOCKED,
                 _("The project is open in another program (%s, process %d on %s); close it there first"),
                 owner.program, (int) owner.pid, owner.host);
  return stale;
}

static gboolean
has_content (const char *path, GBytes *content)
{
  g_autoptr (GBytes) found = starsend_files_read (path, MAX_LOCK_SIZE, NULL);

  return found != NULL && g_bytes_equal (found, content);
}

/* A claim on one content of the lock: the same lock always has the same one, and a claim never is its own. */
static char *
make_claim_path (const char *path, GBytes *content)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);

  g_checksum_update (checksum, (const guchar *) name, -1);
  g_checksum_update (checksum, g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  return g_strdup_printf ("%s/.lock.%.6s.part", folder, g_checksum_get_string (checksum));
}

static GBytes *take (const char *path, const Owner *self, guint claims, gboolean *again, GError **error);

/* Replaces a stale lock; *again is set when it was not the same any more. */
static GBytes *
take_over (const char *path, GBytes *stale, const Owner *self, guint claims, gboolean *again, GError **error)
{
  g_autofree char *claim_path = make_claim_path (path, stale);
  g_autoptr (GBytes) claim = NULL;
  g_autoptr (GBytes) content = owner_write (self);
  gboolean done = FALSE;

  if (claims == 0)
    {
      g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_LOCKED,
                           _("The project is just being opened by other programs; try again in a few seconds"));
      return NULL;
    }
  claim = take (claim_path, self, claims - 1, again, error);
  if (claim == NULL)
    return NULL;
  if (!has_content (path, stale))
    *again = TRUE;
  else
    done = starsend_files_replace (path, g_bytes_get_data (content, NULL), g_bytes_get_size (content), error);
  if (has_content (claim_path, claim))
    unlink (claim_path);
  return done ? g_steal_pointer (&content) : NULL;
}

static gboolean
folder_exists (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return g_file_test (folder, G_FILE_TEST_IS_DIR);
}

/* One attempt. NULL with *again set: the lock changed under our eyes; NULL with an error: it is held, or cannot be made. */
static GBytes *
take (const char *path, const Owner *self, guint claims, gboolean *again, GError **error)
{
  g_autoptr (GBytes) content = owner_write (self);
  g_autoptr (GBytes) found = NULL;
  g_autoptr (GError) failure = NULL;

  if (starsend_files_create_exclusive (path, g_bytes_get_data (content, NULL), g_bytes_get_size (content), &failure))
    {
      *again = !has_content (path, content);
      return *again ? NULL : g_steal_pointer (&content);
    }
  if (!g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_EXISTS))
    {
      /* The owner sweeps temporary files, ours too. */
      *again = g_error_matches (failure, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND) && folder_exists (path);
      if (!*again)
        g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

  g_clear_error (&failure);
  found = starsend_files_read (path, MAX_LOCK_SIZE, &failure);
  if (found == NULL)
    {
      *again = g_error_matches (failure, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
      if (!*again)
        g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  if (!is_stale (path, found, self, error))
    return NULL;
  return take_over (path, found, self, claims, again, error);
}

/* Its own thread: a main loop that is busy for long must not lose the lock. */
static gpointer
keep_touching (gpointer user_data)
{
  StarsendProjectLock *self = user_data;

  g_mutex_lock (&self->mutex);
  while (!self->closing)
    {
      gint64 next = g_get_monotonic_time () + TOUCH_SECONDS * G_TIME_SPAN_SECOND;

      while (!self->closing && g_cond_wait_until (&self->released, &self->mutex, next))
        ;
      if (self->closing)
        break;
      if (has_content (self->path, self->content))
        utimensat (AT_FDCWD, self->path, NULL, AT_SYMLINK_NOFOLLOW);
      else
        self->lost = TRUE;
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

static void
starsend_project_lock_dispose (GObject *object)
{
  starsend_project_lock_release (STARSEND_PROJECT_LOCK (object));

  G_OBJECT_CLASS (starsend_project_lock_parent_class)->dispose (object);
}

static void
starsend_project_lock_finalize (GObject *object)
{
  StarsendProjectLock *self = STARSEND_PROJECT_LOCK (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->content, g_bytes_unref);
  g_cond_clear (&self->released);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (starsend_project_lock_parent_class)->finalize (object);
}

static void
starsend_project_lock_class_init (StarsendProjectLockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = starsend_project_lock_dispose;
  object_class->finalize = starsend_project_lock_finalize;
}

static void
starsend_project_lock_init (StarsendProjectLock *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->released);
}

/**
 * starsend_project_lock_acquire:
 * @path: (type filename): the lock file; its folder has to exist
 * @program: the name of this program, for others who ask
 * @error: return location for an error
 *
 * Takes a project's lock. Blocks only for a few small file operations.
 *
 * Fails with %STARSEND_ERROR_LOCKED when another program holds it, and says which.
 *
 * Returns: (transfer full): the lock, which is released with its last reference
 */
StarsendProjectLock *
starsend_project_lock_acquire (const char *path, const char *program, GError **error)
{
  g_autoptr (StarsendProjectLock) self = NULL;
  g_autoptr (GBytes) content = NULL;
  g_auto (Owner) owner = { NULL };
  gboolean again = TRUE;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (program != NULL, NULL);

  owner_init_self (&owner, program);
  for (guint attempt = 0; again && attempt < MAX_ATTEMPTS; attempt++)
    {
      again = FALSE;
      content = take (path, &owner, MAX_CLAIMS, &again, error);
    }
  if (content == NULL)
    {
      if (again)
        g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_LOCKED,
                             _("The project is opened and closed by other programs all the time; try again later"));
      return NULL;
    }

  self = g_object_new (STARSEND_TYPE_PROJECT_LOCK, NULL);
  self->path = g_canonicalize_filename (path, NULL);
  self->content = g_steal_pointer (&content);
  self->thread = g_thread_try_new ("starsend-lock", keep_touching, self, error);
  return self->thread != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * starsend_project_lock_release:
 * @self: a lock
 *
 * Gives the lock back. The file is removed only when it is still ours.
 */
void
starsend_project_lock_release (StarsendProjectLock *self)
{
  g_return_if_fail (STARSEND_IS_PROJECT_LOCK (self));

  g_mutex_lock (&self->mutex);
  if (!self->closing && self->path != NULL && has_content (self->path, self->content))
    unlink (self->path);
  self->closing = TRUE;
  g_cond_signal (&self->released);
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&self->thread, g_thread_join);
}

/**
 * starsend_project_lock_is_held:
 * @self: a lock
 *
 * Looks whether the lock is still ours: %FALSE after it was released, and when somebody else took it, as may happen while
 * a laptop sleeps. Writers must stop then.
 *
 * Returns: whether it is held
 */
gboolean
starsend_project_lock_is_held (StarsendProjectLock *self)
{
  gboolean held;

  g_return_val_if_fail (STARSEND_IS_PROJECT_LOCK (self), FALSE);

  g_mutex_lock (&self->mutex);
  held = !self->closing && has_content (self->path, self->content);
  self->lost |= !held && !self->closing;
  g_mutex_unlock (&self->mutex);
  return held;
}

/**
 * starsend_project_lock_is_lost:
 * @self: a lock
 *
 * Whether it was noticed that somebody else took the lock. Does not look at the disk itself: every 15 seconds, and with
 * [method@ProjectLock.is_held], somebody does.
 *
 * Returns: whether it is lost
 */
gboolean
starsend_project_lock_is_lost (StarsendProjectLock *self)
{
  gboolean lost;

  g_return_val_if_fail (STARSEND_IS_PROJECT_LOCK (self), FALSE);

  g_mutex_lock (&self->mutex);
  lost = self->lost;
  g_mutex_unlock (&self->mutex);
  return lost;
}
