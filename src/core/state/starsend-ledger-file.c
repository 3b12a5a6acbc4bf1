/* starsend-ledger-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-ledger-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "starsend-error.h"
#include "starsend-files.h"

#define MAX_SIZE (G_MAXSSIZE - 1)

struct _StarsendLedgerFile
{
  gatomicrefcount ref_count;
  char *path;
  gsize length;
  gint64 last_n;
  GHashTable *events; /* job id -> the event it stands at */
  gboolean broken;    /* a failed append could not be taken back */
};

/* Reading */

typedef struct
{
  GPtrArray *lines;
  GString *good; /* the bytes of every line that checks out */
  guint bad;     /* pieces between newlines that hold no such line, or more than lines */
  gsize torn;    /* bytes behind the last newline that are no line */
} Scan;

static gboolean
take_line (Scan *scan, const char *text, gsize length)
{
  StarsendLedgerLine *line;

  if (!starsend_ledger_line_checks_out (text, length))
    return FALSE;
  line = starsend_ledger_line_parse (text, length, NULL);
  if (line == NULL)
    return FALSE;
  g_ptr_array_add (scan->lines, line);
  g_string_append_len (scan->good, text, length);
  g_string_append_c (scan->good, '\n');
  return TRUE;
}

static const char *
find (const char *text, const char *end, const char *needle)
{
  return text < end ? memmem (text, end - text, needle, strlen (needle)) : NULL;
}

/* Where a newline was damaged, two good lines stand in one piece. Each line begins and ends in a known way. */
static void
salvage (Scan *scan, const char *text, const char *end)
{
  const char *start = find (text, end, "{\"n\":");

  while (start != NULL)
    {
      const char *trailer = find (start, end, "\"crc\":\"");
      const char *next = start + 1;

      for (guint tries = 0; trailer != NULL && tries < 16; tries++)
        {
          const char *line_end = trailer + strlen ("\"crc\":\"") + strlen ("01234567\"}");

          if (line_end <= end && take_line (scan, start, line_end - start))
            {
              next = line_end;
              break;
            }
          trailer = find (trailer + 1, end, "\"crc\":\"");
        }
      start = find (next, end, "{\"n\":");
    }
}

static gboolean
is_blank (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] != '\0')
      return FALSE;
  return TRUE;
}

static void
scan_text (Scan *scan, const char *text, gsize size)
{
  const char *end = text + size;

  while (text < end)
    {
      const char *newline = memchr (text, '\n', end - text);
      const char *line_end = newline != NULL ? newline : end;

      if (!take_line (scan, text, line_end - text))
        {
          guint before = scan->lines->len;

          salvage (scan, text, line_end);
          /* An append that was cut off leaves the beginning of a line, or nothing but zeros. */
          if (newline == NULL && scan->lines->len == before && (*text == '{' || is_blank (text, end - text)))
            scan->torn = end - text;
          else
            scan->bad++;
        }
      text = line_end + 1;
    }
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  const StarsendLedgerLine *first = *(const StarsendLedgerLine *const *) a;
  const StarsendLedgerLine *second = *(const StarsendLedgerLine *const *) b;

  return (first->n > second->n) - (first->n < second->n);
}

/* Order is by number, never by place or clock. A record that stands there twice counts once. */
static void
sort_lines (GPtrArray *lines)
{
  g_ptr_array_sort (lines, compare_lines);
  for (guint i = lines->len; i > 1; i--)
    {
      StarsendLedgerLine *line = g_ptr_array_index (lines, i - 1);
      StarsendLedgerLine *before = g_ptr_array_index (lines, i - 2);
      g_autofree char *text = NULL;
      g_autofree char *text_before = NULL;

      if (line->n != before->n)
        continue;
      text = starsend_json_dup_raw (line->json, starsend_json_get_root (line->json), NULL);
      text_before = starsend_json_dup_raw (before->json, starsend_json_get_root (before->json), NULL);
      if (g_str_equal (text, text_before))
        g_ptr_array_remove_index (lines, i - 1);
    }
}

/* Mending */

static gboolean
set_length (const char *path, gsize length)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  gboolean done = fd >= 0 && ftruncate (fd, length) == 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return done;
}

/* The whole damaged file is kept beside, before the mended one takes its place in one step: at no moment is there no
 * ledger, as there would be after a rename and a crash. */
static char *
copy_aside (const char *path, GBytes *bytes, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");

  for (guint i = 1;; i++)
    {
      g_autofree char *aside = i == 1 ? g_strdup_printf ("%s.damaged-%s", path, stamp)
                                      : g_strdup_printf ("%s.damaged-%s-%u", path, stamp, i);
      g_autoptr (GError) local_error = NULL;

      if (starsend_files_create (aside, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &local_error))
        return g_steal_pointer (&aside);
      if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_EXISTS) && i < 10000)
        continue;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
}

static gboolean
mend_damage (StarsendLedgerFile *self,
             GBytes *bytes,
             const Scan *scan,
             gboolean read_only,
             char **damage,
             GError **error)
{
  g_autofree char *lost = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%u line does not check out", "%u lines do not check out", scan->bad), scan->bad);
  g_autofree char *aside = NULL;

  if (read_only)
    {
      *damage = g_strdup_printf (_("The ledger “%s” is damaged: %s. It was left as it is."), self->path, lost);
      return TRUE;
    }
  aside = copy_aside (self->path, bytes, error);
  if (aside == NULL || !starsend_files_replace (self->path, scan->good->str, scan->good->len, error))
    return FALSE;
  self->length = scan->good->len;
  *damage =
      g_strdup_printf (_("The ledger “%s” was damaged: %s. The damaged file is kept as “%s”; everything else in it "
                          "was taken over."),
                       self->path, lost, aside);
  return TRUE;
}

static gboolean
mend_tail (StarsendLedgerFile *self, GBytes *bytes, const Scan *scan, gboolean read_only, char **damage, GError **error)
{
  gsize size = g_bytes_get_size (bytes);

  if (scan->torn > 0)
    *damage =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                      "The last entry of the ledger “%s” was never written to its end; %" G_GSIZE_FORMAT
                                      " byte of it was left out.",
                                      "The last entry of the ledger “%s” was never written to its end; %" G_GSIZE_FORMAT
                                      " bytes of it were left out.",
                                      scan->torn),
                         self->path, scan->torn);
  if (read_only || size == scan->good->len)
    return TRUE;
  self->length = scan->good->len;
  if (scan->torn == 0)
    return starsend_files_append (self->path, "\n", 1, error);
  if (set_length (self->path, scan->good->len))
    return TRUE;
  starsend_set_errno_error (error, errno, _("The ledger “%s” cannot be mended"), self->path);
  return FALSE;
}

static void
adopt_lines (StarsendLedgerFile *self, GPtrArray *lines)
{
  for (guint i = 0; i < lines->len; i++)
    {
      StarsendLedgerLine *line = g_ptr_array_index (lines, i);
      int now = STARSEND_LEDGER_NO_EVENT;
      gpointer known;

      self->last_n = MAX (self->last_n, line->n);
      if (line->job_id == NULL || line->event == STARSEND_LEDGER_NO_EVENT)
        continue;
      if (g_hash_table_lookup_extended (self->events, line->job_id, NULL, &known))
        now = GPOINTER_TO_INT (known);
      /* A job whose intent was lost is a job all the same. */
      if (now == STARSEND_LEDGER_NO_EVENT || starsend_ledger_event_can_follow (now, line->event))
        g_hash_table_replace (self->events, g_strdup (line->job_id), GINT_TO_POINTER (line->event));
    }
}

/* API */

StarsendLedgerFile *
starsend_ledger_file_open (const char *path, gboolean read_only, GPtrArray **lines, char **damage, GError **error)
{
  g_autoptr (StarsendLedgerFile) self = g_new0 (StarsendLedgerFile, 1);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) starsend_ledger_line_free);
  g_autoptr (GString) good = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) local_error = NULL;
  Scan scan = { found, good, 0, 0 };

  g_atomic_ref_count_init (&self->ref_count);
  self->path = g_strdup (path);
  self->events = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  bytes = starsend_files_read (path, MAX_SIZE, &local_error);
  if (bytes != NULL)
    {
      self->length = g_bytes_get_size (bytes);
      scan_text (&scan, g_bytes_get_data (bytes, NULL), self->length);
      if (!(scan.bad > 0 ? mend_damage : mend_tail) (self, bytes, &scan, read_only, damage, error))
        return NULL;
    }
  else if (!g_error_matches (local_error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  sort_lines (found);
  adopt_lines (self, found);
  *lines = g_steal_pointer (&found);
  return g_steal_pointer (&self);
}

StarsendLedgerFile *
starsend_ledger_file_ref (StarsendLedgerFile *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
starsend_ledger_file_unref (StarsendLedgerFile *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->events);
  g_free (self->path);
  g_free (self);
}

static gboolean
check_event (StarsendLedgerFile *self, StarsendLedgerEvent event, const char *job_id, GError **error)
{
  gpointer known;
  int now = STARSEND_LEDGER_NO_EVENT;

  if (g_hash_table_lookup_extended (self->events, job_id, NULL, &known))
    now = GPOINTER_TO_INT (known);
  if (starsend_ledger_event_can_follow (now, event))
    return TRUE;
  if (now == STARSEND_LEDGER_NO_EVENT)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_ILLEGAL_TRANSITION,
                 _("The ledger holds no job “%s” that could become “%s”."), job_id,
                 starsend_ledger_event_to_string (event));
  else
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_ILLEGAL_TRANSITION,
                 _("Job “%s” in the ledger is “%s” and cannot become “%s”."), job_id,
                 starsend_ledger_event_to_string (now), starsend_ledger_event_to_string (event));
  return FALSE;
}

/* Only the holder of the project's lock appends; a file of another length was changed behind its back. */
static gboolean
check_length (StarsendLedgerFile *self, GError **error)
{
  struct stat st;
  gsize length = 0;

  if (self->broken)
    {
      g_set_error (
          error, STARSEND_ERROR, STARSEND_ERROR_IO,
          _("The ledger “%s” takes no more entries, for one could neither be written nor taken back; close the "
             "project, look after the disk and open it again."),
          self->path);
      return FALSE;
    }
  if (stat (self->path, &st) == 0)
    length = st.st_size;
  else if (errno != ENOENT)
    {
      starsend_set_errno_error (error, errno, _("The ledger “%s” cannot be read"), self->path);
      return FALSE;
    }
  if (length == self->length)
    return TRUE;
  g_set_error (
      error, STARSEND_ERROR, STARSEND_ERROR_CONFLICT,
      _("The ledger “%s” was changed or removed by another program; nothing was added to it. Close the project and "
         "open it again."),
      self->path);
  return FALSE;
}

static void
take_back (StarsendLedgerFile *self)
{
  struct stat st;

  if (stat (self->path, &st) != 0)
    self->broken = errno != ENOENT || self->length > 0;
  else
    self->broken = !set_length (self->path, self->length);
}

StarsendLedgerLine *
starsend_ledger_file_append (StarsendLedgerFile *self,
                             StarsendLedgerEvent event,
                             const char *job_id,
                             const char *fields,
                             GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (StarsendLedgerLine) line = NULL;
  gsize length;

  if (!check_event (self, event, job_id, error) || !check_length (self, error))
    return NULL;
  text = starsend_ledger_line_render (self->last_n + 1, event, job_id, fields, &length);
  if (length - 1 > STARSEND_LEDGER_MAX_LINE)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("An entry of %" G_GSIZE_FORMAT " bytes is too long for the ledger."), length);
      return NULL;
    }
  line = starsend_ledger_line_parse (text, length - 1, error);
  if (line == NULL)
    return NULL;
  if (!starsend_files_append (self->path, text, length, error))
    {
      take_back (self);
      return NULL;
    }
  self->length += length;
  self->last_n++;
  g_hash_table_replace (self->events, g_strdup (job_id), GINT_TO_POINTER ((int) event));
  return g_steal_pointer (&line);
}
