/* starsend-error.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-error.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdarg.h>

G_DEFINE_QUARK (starsend-error-quark, starsend_error)

static StarsendError
code_from_errno (int saved_errno)
{
  switch (saved_errno)
    {
    case ENOENT:
    case ENOTDIR:
      return STARSEND_ERROR_NOT_FOUND;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return STARSEND_ERROR_NO_SPACE;
    case EROFS:
    case EACCES:
    case EPERM:
      return STARSEND_ERROR_READ_ONLY;
    default:
      return STARSEND_ERROR_IO;
    }
}

/**
 * starsend_set_errno_error: (skip)
 * @error: (nullable): where to put the error
 * @saved_errno: the `errno` of the failed call
 * @format: a printf format for what was being done to which file; the system's own words follow it
 *
 * Sets an error whose code tells a full disk and a read-only folder from other faults.
 */
void
starsend_set_errno_error (GError **error, int saved_errno, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, STARSEND_ERROR, code_from_errno (saved_errno), "%s: %s", what, g_strerror (saved_errno));
}
