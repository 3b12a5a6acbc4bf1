/* starsend-media-join.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-media-join.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "starsend-error.h"
#include "starsend-gst-private.h"
#include "starsend-media-transcoder-private.h"
#include "starsend-mp4-join-private.h"

typedef struct
{
  char **parts;
  char *path;
  gboolean reencoded;
} Join;

static void
join_free (Join *join)
{
  g_strfreev (join->parts);
  g_free (join->path);
  g_free (join);
}

/* -1 for each that cannot be opened: reading says why. */
static int *
open_parts (Join *join, guint n)
{
  int *sources = g_new (int, n);

  for (guint i = 0; i < n; i++)
    sources[i] = g_open (join->parts[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  return sources;
}

static void
close_parts (int *sources, guint n)
{
  for (guint i = 0; i < n; i++)
    if (sources[i] >= 0)
      close (sources[i]);
  g_free (sources);
}

static StarsendMp4Plan *
make_plan (const int *sources, guint n)
{
  g_autoptr (GPtrArray) indices = g_ptr_array_new_with_free_func ((GDestroyNotify) starsend_mp4_index_free);

  for (guint i = 0; i < n; i++)
    {
      StarsendMp4Index *part = sources[i] >= 0 ? starsend_mp4_index_read (sources[i]) : NULL;

      if (part == NULL)
        return NULL;
      g_ptr_array_add (indices, part);
    }
  return starsend_mp4_plan_new (g_steal_pointer (&indices));
}

static void
translate_error (Join *join, GError **error)
{
  g_autoptr (GError) cause = g_steal_pointer (error);

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    *error = g_steal_pointer (&cause);
  else
    g_set_error (error, STARSEND_ERROR, g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? STARSEND_ERROR_NO_SPACE : STARSEND_ERROR_IO,
                 _("The joined video cannot be written to “%s”: %s"), join->path, cause->message);
}

/* Writes the plan, or encodes where there is none. */
static gboolean
write_file (Join *join, StarsendMp4Plan *plan, const int *sources, GCancellable *cancellable, GError **error)
{
  int target = g_open (join->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  gboolean done = TRUE;

  if (target < 0)
    {
      starsend_set_errno_error (error, errno, _("The joined video cannot be written to “%s”"), join->path);
      return FALSE;
    }
  if (plan != NULL)
    done = starsend_mp4_plan_write (plan, sources, target, cancellable, error);
  if (close (target) != 0 && done)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      done = FALSE;
    }
  if (!done)
    translate_error (join, error);
  else if (plan == NULL)
    done = starsend_media_transcode ((const char *const *) join->parts, join->path, cancellable, error);
  if (!done)
    g_unlink (join->path);
  return done;
}

static void
join_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Join *join = task_data;
  guint n = g_strv_length (join->parts);
  int *sources = open_parts (join, n);
  g_autoptr (StarsendMp4Plan) plan = make_plan (sources, n);
  GError *error = NULL;

  join->reencoded = plan == NULL;
  if (!g_cancellable_set_error_if_cancelled (cancellable, &error) && write_file (join, plan, sources, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  close_parts (sources, n);
}

/**
 * starsend_media_join_async:
 * @parts: (array zero-terminated=1) (element-type filename): video files, in their order; at least one
 * @path: (type filename): the MP4 file to write; no part of it
 * @cancellable: (nullable): stops it
 * @callback: (scope async): called when the file is written
 * @user_data: for @callback
 *
 * Writes videos one after the other as one.
 *
 * Where they are MP4 files whose codec, profile, size, frame rate and sound agree, their frames are taken over as they are:
 * each of them, with times that go on without a gap. Sound goes with the pictures of its part, at most half a packet (12 ms)
 * off, which does not add up; the packet that an AAC encoder warms up with replaces the last one of the part before. A part
 * without sound is silent.
 *
 * Otherwise all is decoded, and encoded as animatics are, in the size and rate of the first part; pictures of another shape
 * get black bars, and those of another rate are repeated or left out. Sound is late then by what its encoder warms up with, 21
 * or 33 ms.
 */
void
starsend_media_join_async (const char *const *parts, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Join *join;

  g_return_if_fail (parts != NULL && parts[0] != NULL);
  g_return_if_fail (path != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_media_join_async);
  join = g_new0 (Join, 1);
  join->parts = g_strdupv ((char **) parts);
  join->path = g_strdup (path);
  g_task_set_task_data (task, join, (GDestroyNotify) join_free);
  starsend_gst_run_thread (task, join_thread);
}

/**
 * starsend_media_join_finish:
 * @result: what the callback was given
 * @reencoded: (out) (optional): whether the streams were too unlike to be taken over
 * @error: where to put the error: %STARSEND_ERROR_DAMAGED for a part that does not decode, %STARSEND_ERROR_UNAVAILABLE without
 *   an encoder, %STARSEND_ERROR_NO_SPACE, %STARSEND_ERROR_IO, or %G_IO_ERROR_CANCELLED
 *
 * Ends a join.
 *
 * Returns: whether the file is written
 */
gboolean
starsend_media_join_finish (GAsyncResult *result, gboolean *reencoded, GError **error)
{
  Join *join;

  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  join = g_task_get_task_data (G_TASK (result));
  if (reencoded != NULL)
    *reencoded = join->reencoded;
  return g_task_propagate_boolean (G_TASK (result), error);
}
