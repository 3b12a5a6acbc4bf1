/* files-helper.c
 *
 * A process of its own for the tests: it can be killed, or have its system calls fail.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-error.h"
#include "starsend-files.h"
#include "starsend-project-lock.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum
{
  DONE,
  FAILED,
  EXISTS,
  LOCKED,
  LOST,
};

static int
tell (gboolean done, GError **error)
{
  if (done)
    return DONE;
  fprintf (stderr, "%s\n", (*error)->message);
  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    return EXISTS;
  return g_error_matches (*error, STARSEND_ERROR, STARSEND_ERROR_LOCKED) ? LOCKED : FAILED;
}

/* Says H when it has the lock, L when another has it; then waits until its input ends, and says whether it still has it. */
static int
hold (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendProjectLock) lock = starsend_project_lock_acquire (path, "files-helper", &error);
  char c;

  if (lock == NULL && !g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_LOCKED))
    return tell (FALSE, &error);
  if (write (STDOUT_FILENO, lock != NULL ? "H" : "L", 1) != 1)
    return FAILED;
  while (read (STDIN_FILENO, &c, 1) > 0)
    ;
  if (lock == NULL)
    return LOCKED;
  return starsend_project_lock_is_held (lock) ? DONE : LOST;
}

int
main (int argc, char *argv[])
{
  g_autofree char *text = g_strnfill (100000, 'n');
  g_autofree char *part = NULL;
  g_autoptr (GError) error = NULL;

  if (argc != 3)
    return FAILED;
  part = g_strconcat (argv[2], ".waiting", NULL);
  if (strcmp (argv[1], "replace") == 0)
    return tell (starsend_files_replace (argv[2], text, strlen (text), &error), &error);
  if (strcmp (argv[1], "create") == 0)
    return tell (starsend_files_create (argv[2], text, strlen (text), &error), &error);
  if (strcmp (argv[1], "publish") == 0)
    return tell (starsend_files_publish (part, argv[2], &error), &error);
  if (strcmp (argv[1], "publish-over") == 0)
    return tell (starsend_files_publish_over (part, argv[2], &error), &error);
  if (strcmp (argv[1], "append") == 0)
    return tell (starsend_files_append (argv[2], text, strlen (text), &error), &error);
  if (strcmp (argv[1], "hold") == 0)
    return hold (argv[2]);
  return FAILED;
}
