/* starsend-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-files-private.h"

#include "starsend-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART_SUFFIX ".part"
#define PART_RANDOM 6
#define PART_EXTRA (2 + PART_RANDOM + (gsize) (sizeof PART_SUFFIX - 1)) /* two dots, the random letters, the suffix */
#define MAX_NAME 255

/* A file to be written: its folder stays open, so that every step happens in the same one whatever is renamed above it. */
typedef struct
{
  StarsendFd folder;
  char *name;
  char *shown; /* the path for messages */
} Target;

static void
target_clear (Target *target)
{
  starsend_fd_close (target->folder);
  g_free (target->name);
  g_free (target->shown);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Target, target_clear)

void
starsend_fd_close (StarsendFd fd)
{
  int saved = errno;

  if (fd >= 0)
    close (fd);
  errno = saved;
}

static gboolean
target_fail (const Target *target, int saved_errno, GError **error)
{
  starsend_set_errno_error (error, saved_errno, _("“%s” could not be written"), target->shown);
  return FALSE;
}

static gboolean
target_fail_exists (const Target *target, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("“%s” exists already and is not overwritten"), target->shown);
  return FALSE;
}

static gboolean
target_open (Target *target, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  target->name = g_path_get_basename (path);
  target->shown = g_filename_display_name (path);
  target->folder = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (target->folder < 0)
    return target_fail (target, errno, error);
  return TRUE;
}

/* The bytes of @name that fit into a part name, cut where a UTF-8 character begins. */
static gsize
part_name_length (const char *name)
{
  gsize length = strlen (name);

  if (length <= MAX_NAME - PART_EXTRA)
    return length;
  length = MAX_NAME - PART_EXTRA;
  while (length > 0 && ((guchar) name[length] & 0xc0) == 0x80)
    length--;
  return length;
}

static char *
part_name (const char *name)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  char random[PART_RANDOM + 1] = "";

  for (guint i = 0; i < PART_RANDOM; i++)
    random[i] = letters[g_random_int_range (0, sizeof letters - 1)];
  return g_strdup_printf (".%.*s.%s" PART_SUFFIX, (int) part_name_length (name), name, random);
}

static gboolean
is_part_name (const char *name)
{
  gsize length = strlen (name);
  const char *random;

  if (name[0] != '.' || length <= PART_EXTRA || !g_str_has_suffix (name, PART_SUFFIX))
    return FALSE;
  random = name + length - strlen (PART_SUFFIX) - PART_RANDOM;
  if (random[-1] != '.')
    return FALSE;
  for (guint i = 0; i < PART_RANDOM; i++)
    if (!g_ascii_islower (random[i]) && !g_ascii_isdigit (random[i]))
      return FALSE;
  return TRUE;
}

/* 0 or an errno. */
static int
write_all (int fd, const void *data, gsize size)
{
  const char *next = data;

  while (size > 0)
    {
      /* Linux writes less than 2 GiB at once. */
      ssize_t written = write (fd, next, MIN (size, 1 << 30));

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return written < 0 ? errno : EIO;
      next += written;
      size -= written;
    }
  return 0;
}

/* Some file systems (FUSE, document portals) cannot sync a folder; they are not asked for more than they can do. */
static int
sync_folder_fd (int fd)
{
  if (fsync (fd) == 0 || errno == EINVAL || errno == ENOSYS)
    return 0;
  return errno;
}

/* Writes, checks, syncs and closes. After a failed sync nobody knows what is on the disk, and a second one may
 * claim success for pages that were dropped: the file is given up, and the sync never tried again. */
static int
fill_and_close (int fd, const void *data, gsize size)
{
  struct stat info;
  int failure = write_all (fd, data, size);

  if (failure == 0 && fsync (fd) != 0)
    failure = errno;
  if (failure == 0 && fstat (fd, &info) != 0)
    failure = errno;
  if (failure == 0 && (guint64) info.st_size != size)
    failure = EIO;
  /* Network and FUSE file systems may report a full disk only here. */
  if (close (fd) != 0 && failure == 0 && errno != EINTR)
    failure = errno;
  return failure;
}

/* Makes a synced part file beside the target; *part is its name. 0 or an errno. */
static int
write_part (const Target *target, mode_t mode, gboolean exact_mode, const void *data, gsize size, char **part)
{
  g_autofree char *name = NULL;
  int fd = -1;
  int failure;

  for (guint attempt = 0; fd < 0 && attempt < 100; attempt++)
    {
      g_free (name);
      name = part_name (target->name);
      fd = openat (target->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
      if (fd < 0 && errno != EEXIST)
        return errno;
    }
  if (fd < 0)
    return EEXIST;

  /* Only ever widens what the umask took away; where a file system has no modes, there is nothing to keep. */
  if (exact_mode)
    (void) !fchmod (fd, mode);
  failure = fill_and_close (fd, data, size);
  if (failure != 0)
    unlinkat (target->folder, name, 0);
  else
    *part = g_steal_pointer (&name);
  return failure;
}

static int
rename_new_at (int from_folder, const char *from, int to_folder, const char *to, gboolean may_look_first)
{
  struct stat info;

  if (renameat2 (from_folder, from, to_folder, to, RENAME_NOREPLACE) == 0)
    return 0;
  if ((errno != EINVAL && errno != ENOSYS) || !may_look_first)
    return errno;
  if (fstatat (to_folder, to, &info, AT_SYMLINK_NOFOLLOW) == 0)
    return EEXIST;
  if (errno != ENOENT)
    return errno;
  return renameat (from_folder, from, to_folder, to) == 0 ? 0 : errno;
}

int
starsend_files_rename_new (const char *from, const char *to)
{
  return rename_new_at (AT_FDCWD, from, AT_FDCWD, to, TRUE);
}

/* What stands under the name now, if anything: only a regular file may be replaced, and never through a link. */
static gboolean
check_replaceable (const Target *target, mode_t *mode, gboolean *exists, GError **error)
{
  struct stat info;

  *exists = fstatat (target->folder, target->name, &info, AT_SYMLINK_NOFOLLOW) == 0;
  if (!*exists && errno != ENOENT)
    return target_fail (target, errno, error);
  if (*exists && !S_ISREG (info.st_mode))
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   S_ISLNK (info.st_mode) ? _("“%s” is a link and is not written through; put a regular file there")
                                          : _("“%s” is not a regular file and is not replaced"),
                   target->shown);
      return FALSE;
    }
  *mode = *exists ? info.st_mode & 0777 : 0644;
  return TRUE;
}

/**
 * starsend_files_replace:
 * @path: (type filename): the file
 * @data: (array length=size) (element-type guint8) (nullable): the new content
 * @size: its length in bytes
 * @error: return location for an error
 *
 * Gives a file new content, or makes it: at every moment, and after a crash or a power cut, the old content or the new
 * one stands there whole. The mode of an existing file is kept. A link is refused with %STARSEND_ERROR_INVALID_INPUT.
 *
 * Returns: %TRUE when the new content is safely on the disk
 */
gboolean
starsend_files_replace (const char *path, const void *data, gsize size, GError **error)
{
  g_auto (Target) target = { -1 };
  g_autofree char *part = NULL;
  gboolean exists;
  mode_t mode;
  int failure;

  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);

  if (!target_open (&target, path, error) || !check_replaceable (&target, &mode, &exists, error))
    return FALSE;
  failure = write_part (&target, mode, exists, data, size, &part);
  if (failure != 0)
    return target_fail (&target, failure, error);
  if (renameat (target.folder, part, target.folder, target.name) != 0)
    {
      failure = errno;
      unlinkat (target.folder, part, 0);
      return target_fail (&target, failure, error);
    }
  failure = sync_folder_fd (target.folder);
  return failure == 0 || target_fail (&target, failure, error);
}

static gboolean
create_in_place (const Target *target, const void *data, gsize size, GError **error)
{
  int fd = openat (target->folder, target->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  int failure;

  if (fd < 0)
    return errno == EEXIST ? target_fail_exists (target, error) : target_fail (target, errno, error);
  failure = fill_and_close (fd, data, size);
  if (failure == 0)
    return TRUE;
  unlinkat (target->folder, target->name, 0);
  return target_fail (target, failure, error);
}

static gboolean
create_file (const char *path, const void *data, gsize size, gboolean exclusive, GError **error)
{
  g_auto (Target) target = { -1 };
  g_autofree char *part = NULL;
  int failure;

  if (!target_open (&target, path, error))
    return FALSE;
  failure = write_part (&target, 0644, FALSE, data, size, &part);
  if (failure != 0)
    return target_fail (&target, failure, error);

  failure = rename_new_at (target.folder, part, target.folder, target.name, !exclusive);
  if (failure == 0)
    failure = sync_folder_fd (target.folder);
  else
    unlinkat (target.folder, part, 0);
  if (failure == EEXIST)
    return target_fail_exists (&target, error);
  if (exclusive && (failure == EINVAL || failure == ENOSYS))
    return create_in_place (&target, data, size, error);
  return failure == 0 || target_fail (&target, failure, error);
}

/**
 * starsend_files_create:
 * @path: (type filename): the file
 * @data: (array length=size) (element-type guint8) (nullable): its content
 * @size: its length in bytes
 * @error: return location for an error
 *
 * Makes a file that stands under its name whole or not at all.
 *
 * Fails with %G_IO_ERROR_EXISTS where anything stands under that name. Where the file system cannot rename without
 * replacing (document portals), the name is looked up just before, which is safe for whoever holds the project's lock.
 *
 * Returns: %TRUE when the file is safely on the disk
 */
gboolean
starsend_files_create (const char *path, const void *data, gsize size, GError **error)
{
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);

  return create_file (path, data, size, FALSE, error);
}

gboolean
starsend_files_create_exclusive (const char *path, const void *data, gsize size, GError **error)
{
  return create_file (path, data, size, TRUE, error);
}

/* Puts a file that somebody else wrote on the disk; when that fails it is not to be trusted any more. */
static gboolean
sync_part (const char *part, const Target *target, GError **error)
{
  g_auto (StarsendFd) fd = open (part, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat info;
  int failure;

  if (fd < 0 || fstat (fd, &info) != 0)
    return target_fail (target, errno, error);
  if (!S_ISREG (info.st_mode))
    return target_fail (target, EINVAL, error);
  if (fsync (fd) == 0)
    return TRUE;
  failure = errno;
  unlink (part);
  return target_fail (target, failure, error);
}

static gboolean
publish (const char *part, const char *path, gboolean over, GError **error)
{
  g_auto (Target) target = { -1 };
  gboolean exists;
  mode_t mode;
  int failure;

  if (!target_open (&target, path, error) || (over && !check_replaceable (&target, &mode, &exists, error)) ||
      !sync_part (part, &target, error))
    return FALSE;
  if (over)
    failure = renameat (AT_FDCWD, part, target.folder, target.name) == 0 ? 0 : errno;
  else
    failure = rename_new_at (AT_FDCWD, part, target.folder, target.name, TRUE);
  if (failure == 0)
    failure = sync_folder_fd (target.folder);
  if (failure == EEXIST)
    return target_fail_exists (&target, error);
  return failure == 0 || target_fail (&target, failure, error);
}

/**
 * starsend_files_publish:
 * @part: (type filename): a finished temporary file, beside @path
 * @path: (type filename): its final name
 * @error: return location for an error
 *
 * Gives a finished file its final name, on the disk too.
 *
 * Fails with %G_IO_ERROR_EXISTS where anything stands under that name; @part is then still there. When it cannot be
 * synced it is removed, for nobody knows what the disk holds of it.
 *
 * Returns: %TRUE when the file is safely on the disk
 */
gboolean
starsend_files_publish (const char *part, const char *path, GError **error)
{
  g_return_val_if_fail (part != NULL, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  return publish (part, path, FALSE, error);
}

/**
 * starsend_files_publish_over:
 * @part: (type filename): a finished temporary file, beside @path
 * @path: (type filename): its final name
 * @error: return location for an error
 *
 * Like [func@files_publish], but a regular file of that name is replaced.
 *
 * Returns: %TRUE when the file is safely on the disk
 */
gboolean
starsend_files_publish_over (const char *part, const char *path, GError **error)
{
  g_return_val_if_fail (part != NULL, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  return publish (part, path, TRUE, error);
}

static int
open_to_append (const Target *target, gboolean *created)
{
  const int flags = O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  int fd = openat (target->folder, target->name, flags);

  *created = fd < 0 && errno == ENOENT;
  return *created ? openat (target->folder, target->name, flags | O_CREAT | O_EXCL, 0644) : fd;
}

/**
 * starsend_files_append:
 * @path: (type filename): the file; it is made when missing
 * @data: (array length=size) (element-type guint8) (nullable): what is added at its end
 * @size: its length in bytes
 * @error: return location for an error
 *
 * Adds to the end of a file and syncs it. A crash can leave a part of @data there, which readers have to expect; an
 * error takes it back where the disk still allows that.
 *
 * Returns: %TRUE when it is safely on the disk
 */
gboolean
starsend_files_append (const char *path, const void *data, gsize size, GError **error)
{
  g_auto (Target) target = { -1 };
  g_auto (StarsendFd) fd = -1;
  struct stat before;
  gboolean created;
  int failure;

  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);

  if (!target_open (&target, path, error))
    return FALSE;
  fd = open_to_append (&target, &created);
  if (fd < 0 || fstat (fd, &before) != 0)
    return target_fail (&target, errno, error);
  if (!S_ISREG (before.st_mode))
    return target_fail (&target, EINVAL, error);

  failure = write_all (fd, data, size);
  if (failure == 0 && fdatasync (fd) != 0)
    failure = errno;
  if (failure == 0 && created)
    failure = sync_folder_fd (target.folder);
  if (failure == 0)
    return TRUE;
  (void) !ftruncate (fd, before.st_size);
  return target_fail (&target, failure, error);
}

/**
 * starsend_files_set_aside:
 * @path: (type filename): a damaged file
 * @error: return location for an error
 *
 * Renames a damaged file so that a new one can take its place and nothing of it is lost: `NAME.damaged-` and the time
 * in UTC, with `-2` and so on where that is taken.
 *
 * Returns: (transfer full) (type filename): where it stands now
 */
char *
starsend_files_set_aside (const char *path, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");
  g_autofree char *shown = NULL;
  g_autofree char *folder = NULL;
  int failure = EEXIST;

  g_return_val_if_fail (path != NULL, NULL);

  for (guint n = 1; failure == EEXIST && n < 10000; n++)
    {
      g_autofree char *aside = n == 1 ? g_strdup_printf ("%s.damaged-%s", path, stamp)
                                      : g_strdup_printf ("%s.damaged-%s-%u", path, stamp, n);

      failure = starsend_files_rename_new (path, aside);
      if (failure != 0)
        continue;
      folder = g_path_get_dirname (path);
      return starsend_files_sync_folder (folder, error) ? g_steal_pointer (&aside) : NULL;
    }
  shown = g_filename_display_name (path);
  starsend_set_errno_error (error, failure, _("The damaged file “%s” could not be set aside"), shown);
  return NULL;
}

/**
 * starsend_files_make_folder:
 * @path: (type filename): the folder
 * @error: return location for an error
 *
 * Makes a folder and those above it, on the disk too; one that is there already is fine.
 *
 * Returns: %TRUE when it is there
 */
gboolean
starsend_files_make_folder (const char *path, GError **error)
{
  g_autofree char *parent = NULL;
  g_autofree char *shown = NULL;
  int failure;

  g_return_val_if_fail (path != NULL, FALSE);

  failure = g_mkdir (path, 0777) == 0 ? 0 : errno;
  if (failure != 0 && g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  parent = g_path_get_dirname (path);
  if (failure == ENOENT && !g_str_equal (parent, path) && !g_file_test (parent, G_FILE_TEST_EXISTS))
    {
      if (!starsend_files_make_folder (parent, error))
        return FALSE;
      failure = g_mkdir (path, 0777) == 0 ? 0 : errno;
    }
  if (failure == 0)
    return starsend_files_sync_folder (parent, error);
  shown = g_filename_display_name (path);
  starsend_set_errno_error (error, failure, _("The folder “%s” could not be made"), shown);
  return FALSE;
}

/**
 * starsend_files_sync_folder:
 * @path: (type filename): a folder
 * @error: return location for an error
 *
 * Puts the names in a folder on the disk, where the file system can do that.
 *
 * Returns: %TRUE on success
 */
gboolean
starsend_files_sync_folder (const char *path, GError **error)
{
  g_auto (StarsendFd) fd = -1;
  g_autofree char *shown = NULL;
  int failure;

  g_return_val_if_fail (path != NULL, FALSE);

  fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  failure = fd < 0 ? errno : sync_folder_fd (fd);
  if (failure == 0)
    return TRUE;
  shown = g_filename_display_name (path);
  starsend_set_errno_error (error, failure, _("The folder “%s” could not be written"), shown);
  return FALSE;
}

/**
 * starsend_files_part_path:
 * @path: (type filename): a file that is going to be made
 *
 * Gives a name for a temporary file beside @path, `.NAME.XXXXXX.part`, where a long name is cut so that it fits.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_files_part_path (const char *path)
{
  g_autofree char *folder = NULL;
  g_autofree char *name = NULL;
  g_autofree char *part = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  folder = g_path_get_dirname (path);
  name = g_path_get_basename (path);
  part = part_name (name);
  return g_build_filename (folder, part, NULL);
}

/**
 * starsend_files_sweep_parts:
 * @folder: (type filename): a folder of the project
 *
 * Removes the temporary files that a crash left in a folder, not below it. Only regular files with such a name are
 * touched. To be called by whoever holds the project's lock and is not writing yet.
 */
void
starsend_files_sweep_parts (const char *folder)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_return_if_fail (folder != NULL);

  dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      struct stat info;

      if (is_part_name (name) && lstat (path, &info) == 0 && S_ISREG (info.st_mode))
        unlink (path);
    }
}
