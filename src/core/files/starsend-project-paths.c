/* starsend-project-paths.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-project-paths.h"

#include "starsend-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_ESCAPED 120
#define LONG_DIGEST 16
#define CLASH_DIGEST 8
#define MAX_PATH_BYTES 4095
#define MAX_NAME_BYTES 255

/**
 * StarsendProjectPaths:
 *
 * Where everything of a project stands.
 *
 * Ids become file names here and nowhere else, and no path leaves the project. An object never changes after it was
 * made, and may be used on any thread.
 */
struct _StarsendProjectPaths
{
  GObject parent_instance;

  char *root;
  char *episode_folder;
  GHashTable *suffixes; /* id -> what sets its file names apart, for the ids that need it */
  GHashTable *names;    /* lower-case file name -> the id that has it */
};

G_DEFINE_FINAL_TYPE (StarsendProjectPaths, starsend_project_paths, G_TYPE_OBJECT)

static void
starsend_project_paths_finalize (GObject *object)
{
  StarsendProjectPaths *self = STARSEND_PROJECT_PATHS (object);

  g_clear_pointer (&self->root, g_free);
  g_clear_pointer (&self->episode_folder, g_free);
  g_clear_pointer (&self->suffixes, g_hash_table_unref);
  g_clear_pointer (&self->names, g_hash_table_unref);

  G_OBJECT_CLASS (starsend_project_paths_parent_class)->finalize (object);
}

static void
starsend_project_paths_class_init (StarsendProjectPathsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_project_paths_finalize;
}

static void
starsend_project_paths_init (StarsendProjectPaths *self)
{
  self->suffixes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static char *
digest_of (const char *id, guint digits)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, id, -1);

  return g_strndup (digest, digits);
}

/* Names that some systems take for a device whatever folder they are in; a project may be carried to one. */
static gboolean
is_reserved_name (const char *name)
{
  static const char *const devices[] = { "con", "prn", "aux", "nul" };

  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    if (g_ascii_strcasecmp (name, devices[i]) == 0)
      return TRUE;
  return strlen (name) == 4 && g_ascii_isdigit (name[3]) &&
         (g_ascii_strncasecmp (name, "com", 3) == 0 || g_ascii_strncasecmp (name, "lpt", 3) == 0);
}

static void
append_escaped (GString *out, char c, gboolean lower, gboolean always)
{
  if (!always && (g_ascii_isalnum (c) || c == '_' || c == '-'))
    g_string_append_c (out, lower ? g_ascii_tolower (c) : c);
  else
    g_string_append_printf (out, lower ? "~%02x" : "~%02X", (guint) (guchar) c);
}

/**
 * starsend_project_paths_escape_id:
 * @id: an id out of a plan, with any characters
 * @lower: whether the file name is to be in lower case
 *
 * Makes a file name of an id.
 *
 * ASCII letters, digits, `_` and `-` stay, every other byte becomes `~` and two hexadecimal digits. A name that some
 * system reserves has its first letter written so, the empty id is `~00`, and what would be longer than 120 bytes is
 * cut and ends in `~` and a digest of the whole id.
 *
 * Returns: (transfer full): the file name
 */
char *
starsend_project_paths_escape_id (const char *id, gboolean lower)
{
  g_autoptr (GString) out = NULL;
  gboolean reserved;
  gsize fits = 0;

  g_return_val_if_fail (id != NULL, NULL);

  out = g_string_new (NULL);
  reserved = is_reserved_name (id);
  for (const char *c = id; *c != '\0' && out->len <= MAX_ESCAPED; c++)
    {
      append_escaped (out, *c, lower, reserved && c == id);
      /* Where a cut splits no escape and leaves room for the digest. */
      if (out->len <= MAX_ESCAPED - 1 - LONG_DIGEST)
        fits = out->len;
    }
  if (out->len == 0)
    g_string_append (out, "~00");
  if (out->len > MAX_ESCAPED)
    {
      g_autofree char *digest = digest_of (id, LONG_DIGEST);

      g_string_truncate (out, fits);
      g_string_append_printf (out, "~%s", digest);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gboolean
has_lower_case (const char *id)
{
  for (; *id != '\0'; id++)
    if (g_ascii_islower (*id))
      return TRUE;
  return FALSE;
}

/* What sets an id apart whose plain name belongs to another one. */
static char *
find_suffix (StarsendProjectPaths *self, const char *id)
{
  g_autofree char *name = starsend_project_paths_escape_id (id, TRUE);

  for (guint digits = CLASH_DIGEST; digits < 64; digits++)
    {
      g_autofree char *digest = digest_of (id, digits);
      g_autofree char *suffix = g_strconcat ("~", digest, NULL);
      g_autofree char *whole = g_strconcat (name, suffix, NULL);

      if (!g_hash_table_contains (self->names, whole))
        return g_steal_pointer (&suffix);
    }
  g_assert_not_reached ();
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Two ids may not share a file name, also where the file system takes no notice of case. Plain names go first, to those
 * who have them alone or would without the lower-case ones; the order of the plan does not matter. */
static void
assign_names (StarsendProjectPaths *self, const char *const *sequence_ids)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autoptr (GHashTable) uses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) clashing = g_ptr_array_new ();

  for (; *sequence_ids != NULL; sequence_ids++)
    if (!g_ptr_array_find_with_equal_func (ids, *sequence_ids, g_str_equal, NULL))
      g_ptr_array_add (ids, (gpointer) *sequence_ids);
  g_ptr_array_sort (ids, compare_ids);

  for (guint i = 0; i < ids->len; i++)
    {
      char *name = starsend_project_paths_escape_id (g_ptr_array_index (ids, i), TRUE);
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (uses, name));

      g_hash_table_insert (uses, name, GUINT_TO_POINTER (count + 1));
    }
  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      g_autofree char *name = starsend_project_paths_escape_id (id, TRUE);

      if ((GPOINTER_TO_UINT (g_hash_table_lookup (uses, name)) > 1 && has_lower_case (id)) ||
          g_hash_table_contains (self->names, name))
        g_ptr_array_add (clashing, (gpointer) id);
      else
        g_hash_table_insert (self->names, g_steal_pointer (&name), g_strdup (id));
    }
  for (guint i = 0; i < clashing->len; i++)
    {
      const char *id = g_ptr_array_index (clashing, i);
      g_autofree char *name = starsend_project_paths_escape_id (id, TRUE);
      char *suffix = find_suffix (self, id);

      g_hash_table_insert (self->names, g_strconcat (name, suffix, NULL), g_strdup (id));
      g_hash_table_insert (self->suffixes, g_strdup (id), suffix);
    }
}

/* The one file name of an id in this project. */
static char *
dup_name (StarsendProjectPaths *self, const char *sequence_id, gboolean lower)
{
  g_autofree char *plain = starsend_project_paths_escape_id (sequence_id, TRUE);
  g_autofree char *name = starsend_project_paths_escape_id (sequence_id, lower);
  const char *suffix = g_hash_table_lookup (self->suffixes, sequence_id);
  const char *holder = g_hash_table_lookup (self->names, plain);

  if (suffix != NULL)
    return g_strconcat (name, suffix, NULL);
  /* An id that is in the plan no more must not come upon the files of one that is. */
  if (holder != NULL && !g_str_equal (holder, sequence_id))
    {
      g_autofree char *found = find_suffix (self, sequence_id);

      return g_strconcat (name, found, NULL);
    }
  return g_steal_pointer (&name);
}

/* EP001 -> ep_001; any other name as it is, escaped. */
static char *
make_episode_folder (const char *episode)
{
  gsize letters = 0;
  gsize digits = 0;

  while (g_ascii_isalpha (episode[letters]))
    letters++;
  while (g_ascii_isdigit (episode[letters + digits]))
    digits++;
  if (letters > 0 && digits > 0 && letters + digits <= MAX_ESCAPED && episode[letters + digits] == '\0')
    {
      g_autofree char *first = g_ascii_strdown (episode, letters);

      return g_strconcat (first, "_", episode + letters, NULL);
    }
  return starsend_project_paths_escape_id (episode, TRUE);
}

/**
 * starsend_project_paths_new:
 * @root: (type filename): the project's folder
 * @episode: the episode that is worked on
 * @sequence_ids: (array zero-terminated=1) (nullable): the ids of the plan
 *
 * Lays out the files of a project. Where two ids would give the same file name, for they differ only in case, the ones
 * that have lower-case letters get `~` and eight digits of their digest.
 *
 * Returns: (transfer full): the paths
 */
StarsendProjectPaths *
starsend_project_paths_new (const char *root, const char *episode, const char *const *sequence_ids)
{
  StarsendProjectPaths *self;

  g_return_val_if_fail (root != NULL, NULL);
  g_return_val_if_fail (episode != NULL, NULL);

  self = g_object_new (STARSEND_TYPE_PROJECT_PATHS, NULL);
  self->root = g_canonicalize_filename (root, NULL);
  self->episode_folder = make_episode_folder (episode);
  if (sequence_ids != NULL)
    assign_names (self, sequence_ids);
  return self;
}

/**
 * starsend_project_paths_get_root:
 * @self: the paths
 *
 * Gets the project's folder, as an absolute path.
 *
 * Returns: (type filename): the folder
 */
const char *
starsend_project_paths_get_root (StarsendProjectPaths *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_PATHS (self), NULL);

  return self->root;
}

/**
 * starsend_project_paths_dup_config:
 * @self: the paths
 *
 * Gets the path of `project_config.json`.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_config (StarsendProjectPaths *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_PATHS (self), NULL);

  return g_build_filename (self->root, "project_config.json", NULL);
}

static char *
dup_state (StarsendProjectPaths *self, const char *name)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_PATHS (self), NULL);

  return g_build_filename (self->root, "state", "starsend", name, NULL);
}

/**
 * starsend_project_paths_dup_sequence_state:
 * @self: the paths
 *
 * Gets the path of the sequence state.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_sequence_state (StarsendProjectPaths *self)
{
  return dup_state (self, "sequence_state.json");
}

/**
 * starsend_project_paths_dup_execution_store:
 * @self: the paths
 *
 * Gets the path of the execution store.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_execution_store (StarsendProjectPaths *self)
{
  return dup_state (self, "execution_store.json");
}

/**
 * starsend_project_paths_dup_ledger:
 * @self: the paths
 *
 * Gets the path of the ledger.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_ledger (StarsendProjectPaths *self)
{
  return dup_state (self, "ledger.jsonl");
}

/**
 * starsend_project_paths_dup_lock:
 * @self: the paths
 *
 * Gets the path of the project's lock.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_lock (StarsendProjectPaths *self)
{
  return dup_state (self, "lock");
}

/**
 * starsend_project_paths_dup_trash:
 * @self: the paths
 *
 * Gets the folder where removed files are kept until it is emptied.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_trash (StarsendProjectPaths *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_PATHS (self), NULL);

  return g_build_filename (self->root, "output", "trash", NULL);
}

/**
 * starsend_project_paths_dup_grid:
 * @self: the paths
 * @sequence_id: a sequence
 * @number: the grid's number, from 1
 *
 * Gets the path of a grid picture.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_grid (StarsendProjectPaths *self, const char *sequence_id, guint number)
{
  g_autofree char *folder = starsend_project_paths_dup_grid_folder (self, sequence_id);

  return folder != NULL ? g_strdup_printf ("%s/grid_%03u.png", folder, number) : NULL;
}

/**
 * starsend_project_paths_dup_grid_folder:
 * @self: the paths
 * @sequence_id: a sequence
 *
 * Gets the folder of a sequence's grids.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_grid_folder (StarsendProjectPaths *self, const char *sequence_id)
{
  g_autofree char *name = NULL;

  g_return_val_if_fail (STARSEND_IS_PROJECT_PATHS (self), NULL);
  g_return_val_if_fail (sequence_id != NULL, NULL);

  name = dup_name (self, sequence_id, FALSE);
  return g_build_filename (self->root, "output", "grids", name, NULL);
}

static char *
dup_frame (StarsendProjectPaths *self, const char *sequence_id, const char *ending)
{
  g_autofree char *name = dup_name (self, sequence_id, TRUE);
  g_autofree char *file = g_strconcat (name, ending, NULL);

  return g_build_filename (self->root, "output", "frames", self->episode_folder, "clean", file, NULL);
}

/**
 * starsend_project_paths_dup_start_frame:
 * @self: the paths
 * @sequence_id: a sequence
 *
 * Gets the path of a sequence's start frame.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_start_frame (StarsendProjectPaths *self, const char *sequence_id)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_PATHS (self), NULL);
  g_return_val_if_fail (sequence_id != NULL, NULL);

  return dup_frame (self, sequence_id, "_start.png");
}

/**
 * starsend_project_paths_dup_old_start_frame:
 * @self: the paths
 * @sequence_id: a sequence
 * @version: which of the earlier ones, from 1
 *
 * Gets the path under which an earlier start frame is kept.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_old_start_frame (StarsendProjectPaths *self, const char *sequence_id, guint version)
{
  g_autofree char *ending = NULL;

  g_return_val_if_fail (STARSEND_IS_PROJECT_PATHS (self), NULL);
  g_return_val_if_fail (sequence_id != NULL, NULL);

  ending = g_strdup_printf ("_start_v%02u.png", version);
  return dup_frame (self, sequence_id, ending);
}

/**
 * starsend_project_paths_dup_take:
 * @self: the paths
 * @sequence_id: a sequence
 * @number: the take's number, from 1
 *
 * Gets the path of a take.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_take (StarsendProjectPaths *self, const char *sequence_id, guint number)
{
  g_autofree char *folder = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (STARSEND_IS_PROJECT_PATHS (self), NULL);
  g_return_val_if_fail (sequence_id != NULL, NULL);

  folder = starsend_project_paths_dup_take_folder (self);
  name = dup_name (self, sequence_id, TRUE);
  return g_strdup_printf ("%s/%s_take%02u.mp4", folder, name, number);
}

/**
 * starsend_project_paths_dup_take_folder:
 * @self: the paths
 *
 * Gets the folder of all takes.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_take_folder (StarsendProjectPaths *self)
{
  g_return_val_if_fail (STARSEND_IS_PROJECT_PATHS (self), NULL);

  return g_build_filename (self->root, "output", "video", NULL);
}

#define PART_FOLDER "parts"

static char *
dup_beside_takes (const char *take_path, guint part, const char *ending)
{
  g_autofree char *folder = g_path_get_dirname (take_path);
  g_autofree char *name = g_path_get_basename (take_path);
  const char *dot = strrchr (name, '.');
  g_autofree char *stem = g_strndup (name, dot != NULL ? (gsize) (dot - name) : strlen (name));
  g_autofree char *file = g_strdup_printf ("%s_part%02u%s", stem, part, ending);

  return g_build_filename (folder, PART_FOLDER, file, NULL);
}

/**
 * starsend_project_paths_dup_part_folder:
 * @self: the paths
 *
 * Gets the folder of the parts of all takes.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_part_folder (StarsendProjectPaths *self)
{
  g_autofree char *folder = starsend_project_paths_dup_take_folder (self);

  return folder != NULL ? g_build_filename (folder, PART_FOLDER, NULL) : NULL;
}

/**
 * starsend_project_paths_dup_part:
 * @take_path: (type filename): where a take stands, or will stand
 * @part: the number of a part, from 1
 *
 * Gets the path of a part of a take.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_part (const char *take_path, guint part)
{
  g_return_val_if_fail (take_path != NULL, NULL);

  return dup_beside_takes (take_path, part, ".mp4");
}

/**
 * starsend_project_paths_dup_part_last_frame:
 * @take_path: (type filename): where a take stands, or will stand
 * @part: the number of a part, from 1
 *
 * Gets the path of the last frame of a part, with which the next one begins.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_part_last_frame (const char *take_path, guint part)
{
  g_return_val_if_fail (take_path != NULL, NULL);

  return dup_beside_takes (take_path, part, "_last.png");
}

/**
 * starsend_project_paths_dup_take_of_part:
 * @part_path: (type filename): what [func@ProjectPaths.dup_part] gave
 * @part: the number of the part
 *
 * Gets the path of the take that a part belongs to.
 *
 * Returns: (transfer full) (nullable) (type filename): the path; %NULL for what is no path of that part
 */
char *
starsend_project_paths_dup_take_of_part (const char *part_path, guint part)
{
  g_autofree char *ending = g_strdup_printf ("_part%02u.mp4", part);
  g_autofree char *folder = g_path_get_dirname (part_path);
  g_autofree char *above = g_path_get_dirname (folder);
  g_autofree char *name = g_path_get_basename (part_path);
  g_autofree char *folder_name = g_path_get_basename (folder);
  g_autofree char *file = NULL;

  if (!g_str_has_suffix (name, ending) || !g_str_equal (folder_name, PART_FOLDER))
    return NULL;

  file = g_strdup_printf ("%.*s.mp4", (int) (strlen (name) - strlen (ending)), name);

  return g_build_filename (above, file, NULL);
}

/**
 * starsend_project_paths_dup_sidecar:
 * @self: the paths
 * @media_path: (type filename): a grid or a take
 *
 * Gets the path of the file that says how a grid or a take was made: its own, ending in `.json`.
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
starsend_project_paths_dup_sidecar (StarsendProjectPaths *self, const char *media_path)
{
  const char *name;
  const char *dot;

  g_return_val_if_fail (STARSEND_IS_PROJECT_PATHS (self), NULL);
  g_return_val_if_fail (media_path != NULL, NULL);

  name = strrchr (media_path, '/');
  name = name != NULL ? name + 1 : media_path;
  dot = strrchr (name, '.');
  if (dot == NULL || dot == name)
    return g_strconcat (media_path, ".json", NULL);
  return g_strdup_printf ("%.*s.json", (int) (dot - media_path), media_path);
}

/* What of @path stands below @root, or NULL; both are absolute and have no ".." in them. */
static const char *
below (const char *path, const char *root)
{
  gsize length = strlen (root);

  if (g_str_equal (root, "/"))
    length = 0;
  if (strncmp (path, root, length) != 0 || path[length] != '/' || path[length + 1] == '\0')
    return NULL;
  return path + length + 1;
}

/**
 * starsend_project_paths_make_relative:
 * @self: the paths
 * @path: (type filename): an absolute path
 *
 * Turns a path into the form in which files of ours name it: relative to the project.
 *
 * Returns: (transfer full) (nullable): the relative path, or %NULL when it is not inside or has a name that
 *   [func@ProjectPaths.check_relative] refuses
 */
char *
starsend_project_paths_make_relative (StarsendProjectPaths *self, const char *path)
{
  g_autofree char *canonical = NULL;
  g_autofree char *real = NULL;
  g_autofree char *real_root = NULL;
  const char *relative;

  g_return_val_if_fail (STARSEND_IS_PROJECT_PATHS (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  if (!g_path_is_absolute (path))
    return NULL;
  canonical = g_canonicalize_filename (path, NULL);
  relative = below (canonical, self->root);
  if (relative == NULL && (real = realpath (canonical, NULL)) != NULL &&
      (real_root = realpath (self->root, NULL)) != NULL)
    relative = below (real, real_root);
  if (relative == NULL || !starsend_project_paths_check_relative (relative, NULL))
    return NULL;
  return g_strdup (relative);
}

static gboolean
refuse (GError **error, const char *format, const char *path)
{
  g_autofree char *shown = g_utf8_make_valid (path, MIN (strlen (path), 200));

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, format, shown);
  return FALSE;
}

static gboolean
check_components (const char *relative, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (relative, "/", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (g_str_equal (parts[i], ".."))
        return refuse (error, _("“%s” leads out of its folder with “..”; give a path inside the project"), relative);
      if (strlen (parts[i]) > MAX_NAME_BYTES)
        return refuse (error, _("“%s” has a name longer than 255 bytes"), relative);
    }
  return TRUE;
}

/**
 * starsend_project_paths_check_relative:
 * @relative: a path out of a plan or a state file
 * @error: return location for an error
 *
 * Checks that a path is relative and cannot lead out of the project, without looking at the disk.
 *
 * Fails with %STARSEND_ERROR_INVALID_INPUT.
 *
 * Returns: %TRUE when it is in order
 */
gboolean
starsend_project_paths_check_relative (const char *relative, GError **error)
{
  g_return_val_if_fail (relative != NULL, FALSE);

  if (*relative == '\0')
    return refuse (error, _("The path is empty; give one inside the project"), relative);
  if (strlen (relative) > MAX_PATH_BYTES)
    return refuse (error, _("The path “%s…” is too long"), relative);
  if (!g_utf8_validate (relative, -1, NULL))
    return refuse (error, _("The path “%s” is not valid UTF-8"), relative);
  for (const char *c = relative; *c != '\0'; c++)
    if ((guchar) *c < 0x20 || *c == 0x7f)
      return refuse (error, _("The path “%s” has control characters in it"), relative);
  if (*relative == '/' || (g_ascii_isalpha (relative[0]) && relative[1] == ':'))
    return refuse (error, _("“%s” is an absolute path; give one relative to the project"), relative);
  if (strchr (relative, '\\') != NULL)
    return refuse (error, _("“%s” has a backslash in it; separate folders with “/”"), relative);
  return check_components (relative, error);
}

static void
set_resolve_error (GError **error, int saved_errno, const char *relative)
{
  switch (saved_errno)
    {
    case ENOENT:
    case ENOTDIR:
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND, _("There is no file “%s” in the project"), relative);
      break;
    case ELOOP:
    case ENAMETOOLONG:
      refuse (error, _("“%s” is a link that leads nowhere"), relative);
      break;
    default:
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_IO, _("“%s” could not be looked up: %s"), relative,
                   g_strerror (saved_errno));
    }
}

/**
 * starsend_project_paths_resolve:
 * @self: the paths
 * @relative: a path out of a plan or a state file
 * @error: return location for an error
 *
 * Finds the regular file that a relative path names.
 *
 * Fails with %STARSEND_ERROR_INVALID_INPUT when the path is not in order, leaves the project through a link, or names
 * something other than a regular file, and with %STARSEND_ERROR_NOT_FOUND when there is nothing.
 *
 * Returns: (transfer full) (type filename): the absolute path, with no link left in it below the project's folder
 */
char *
starsend_project_paths_resolve (StarsendProjectPaths *self, const char *relative, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *real = NULL;
  g_autofree char *real_root = NULL;
  const char *inside;
  struct stat info;

  g_return_val_if_fail (STARSEND_IS_PROJECT_PATHS (self), NULL);
  g_return_val_if_fail (relative != NULL, NULL);

  if (!starsend_project_paths_check_relative (relative, error))
    return NULL;
  path = g_build_filename (self->root, relative, NULL);
  real_root = realpath (self->root, NULL);
  real = real_root != NULL ? realpath (path, NULL) : NULL;
  if (real == NULL || stat (real, &info) != 0)
    {
      set_resolve_error (error, errno, relative);
      return NULL;
    }
  inside = below (real, real_root);
  if (inside == NULL && !g_str_equal (real, real_root))
    refuse (error, _("“%s” is a link that leaves the project; copy the file into it"), relative);
  else if (!S_ISREG (info.st_mode))
    refuse (error, _("“%s” is not a regular file"), relative);
  else
    return g_build_filename (self->root, inside, NULL);
  return NULL;
}
