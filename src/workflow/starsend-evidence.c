/* starsend-evidence.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-evidence.h"

#include "starsend-files.h"

/* Whether a path of a state file names a file of the project. */
gboolean
starsend_evidence_exists (StarsendProjectPaths *paths, const char *relative)
{
  g_autofree char *path = relative != NULL ? starsend_project_paths_resolve (paths, relative, NULL) : NULL;

  return path != NULL;
}

static GPtrArray *
scan_grids (StarsendProjectPaths *paths, const char *sequence_id)
{
  GPtrArray *grids = g_ptr_array_new_with_free_func (g_object_unref);
  guint last = 0;

  for (guint number = 1; number <= last + 8; number++)
    {
      g_autofree char *path = starsend_project_paths_dup_grid (paths, sequence_id, number);

      if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
        continue;

      last = number;
      g_ptr_array_add (grids, starsend_take_load (path, number, starsend_project_paths_get_root (paths)));
    }

  return grids;
}

/* Parts of takes that are there, and of those that never came to be. A take has no gap in its parts. */
static GPtrArray *
scan_parts (StarsendProjectPaths *paths, const char *sequence_id, guint last)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint number = 1; number <= last + 8; number++)
    {
      g_autofree char *take = starsend_project_paths_dup_take (paths, sequence_id, number);

      for (guint part = 1; part > 0; part++)
        {
          g_autofree char *path = starsend_project_paths_dup_part (take, part);

          if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
            break;

          last = MAX (last, number);
          g_ptr_array_add (parts, starsend_take_load (path, number, starsend_project_paths_get_root (paths)));
        }
    }

  return parts;
}

static void
find_changed (GPtrArray *files, GPtrArray *changed)
{
  for (guint i = 0; i < files->len; i++)
    {
      StarsendTake *take = g_ptr_array_index (files, i);
      g_autofree char *digest = NULL;

      if (starsend_take_get_file_digest (take) == NULL)
        continue;

      digest = starsend_files_digest (starsend_take_get_path (take), NULL, NULL);
      if (g_strcmp0 (digest, starsend_take_get_file_digest (take)) != 0)
        g_ptr_array_add (changed, g_object_ref (take));
    }
}

void
starsend_evidence_gather (StarsendEvidence *evidence)
{
  StarsendProjectPaths *paths = evidence->paths;
  g_autofree char *frame = starsend_project_paths_resolve (paths, evidence->frame, NULL);

  evidence->frame_state = frame != NULL ? starsend_start_frame_examine (frame) : STARSEND_START_FRAME_MISSING;
  evidence->named_video_exists = starsend_evidence_exists (paths, evidence->named_video);
  evidence->named_grid_exists = starsend_evidence_exists (paths, evidence->named_grid);
  evidence->grids = scan_grids (paths, evidence->id);
  if (evidence->grids->len > 0)
    evidence->last_grid = starsend_take_get_number (g_ptr_array_index (evidence->grids, evidence->grids->len - 1));
  evidence->takes = starsend_runner_scan_takes (paths, evidence->id, evidence->known_takes);
  evidence->parts = scan_parts (paths, evidence->id, MIN (evidence->known_takes, 9999));
  evidence->changed = g_ptr_array_new_with_free_func (g_object_unref);
  find_changed (evidence->grids, evidence->changed);
  find_changed (evidence->takes, evidence->changed);
  find_changed (evidence->parts, evidence->changed);
}

StarsendEvidence *
starsend_evidence_new (StarsendClientSequenceRunner *runner, const char *sequence_id)
{
  StarsendProjectPaths *paths = starsend_project_get_paths (runner->project);
  StarsendSequenceRecord *record = starsend_sequence_state_get_record (starsend_project_get_sequence_state (runner->project), sequence_id);
  const char *named = starsend_sequence_record_get_start_frame (record);
  g_autofree char *standard = starsend_project_paths_dup_start_frame (paths, sequence_id);
  StarsendEvidence *evidence = g_new0 (StarsendEvidence, 1);

  evidence->paths = g_object_ref (paths);
  evidence->id = g_strdup (sequence_id);
  evidence->frame = named != NULL ? g_strdup (named) : starsend_project_paths_make_relative (paths, standard);
  evidence->named_video = g_strdup (starsend_sequence_record_get_video_path (record));
  evidence->named_grid = g_strdup (starsend_sequence_record_get_grid_path (record));
  evidence->known_takes = starsend_sequence_record_get_takes (record);

  return evidence;
}

void
starsend_evidence_free (gpointer data)
{
  StarsendEvidence *evidence = data;

  g_object_unref (evidence->paths);
  g_free (evidence->id);
  g_free (evidence->frame);
  g_free (evidence->named_video);
  g_free (evidence->named_grid);
  g_clear_pointer (&evidence->takes, g_ptr_array_unref);
  g_clear_pointer (&evidence->grids, g_ptr_array_unref);
  g_clear_pointer (&evidence->parts, g_ptr_array_unref);
  g_clear_pointer (&evidence->changed, g_ptr_array_unref);
  g_free (evidence);
}
