/* starsend-cli-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-text.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMN_GAP "  "
#define DEFAULT_WIDTH 80
/* A column that gives way keeps so much: enough to tell one cell from another. */
#define MIN_SHRUNK 8

struct _StarsendCliTable
{
  guint n_columns;
  gboolean *right;
  GArray *shrinking; /* columns that may give way, first one last */
  GPtrArray *cells; /* row by row */
};

static gboolean
turns_direction (gunichar c)
{
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F;
}

char *
starsend_cli_clean_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\n' || c == '\t' || c == 0x2028 || c == 0x2029)
        g_string_append_c (clean, ' ');
      else if (g_unichar_iscntrl (c) || turns_direction (c))
        g_string_append_unichar (clean, 0xFFFD);
      else
        g_string_append_unichar (clean, c);
    }

  return g_string_free (clean, FALSE);
}

guint
starsend_cli_text_width (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_iszerowidth (c))
        width += g_unichar_iswide (c) ? 2 : 1;
    }

  return width;
}

char *
starsend_cli_format_time (double seconds)
{
  gint64 tenths;

  if (!(seconds >= 0) || seconds > 1e12)
    return g_strdup ("–");

  tenths = llround (seconds * 10);
  if (tenths % 10 == 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d", tenths / 600, (int) (tenths % 600 / 10));

  return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d.%d", tenths / 600, (int) (tenths % 600 / 10), (int) (tenths % 10));
}

guint
starsend_cli_terminal_width (int fd)
{
  struct winsize size = { 0 };

  return ioctl (fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : DEFAULT_WIDTH;
}

guint
starsend_cli_table_width (void)
{
  return isatty (STDOUT_FILENO) ? starsend_cli_terminal_width (STDOUT_FILENO) : 0;
}

gboolean
starsend_cli_has_bold (void)
{
  const char *no_color = g_getenv ("NO_COLOR");
  const char *term = g_getenv ("TERM");

  return isatty (STDOUT_FILENO) && (no_color == NULL || *no_color == '\0') && g_strcmp0 (term, "dumb") != 0;
}

StarsendCliTable *
starsend_cli_table_new (guint n_columns)
{
  StarsendCliTable *self = g_new0 (StarsendCliTable, 1);

  self->n_columns = n_columns;
  self->right = g_new0 (gboolean, n_columns);
  self->shrinking = g_array_new (FALSE, FALSE, sizeof (guint));
  self->cells = g_ptr_array_new_with_free_func (g_free);

  return self;
}

void
starsend_cli_table_free (StarsendCliTable *self)
{
  g_ptr_array_unref (self->cells);
  g_array_unref (self->shrinking);
  g_free (self->right);
  g_free (self);
}

void
starsend_cli_table_align_right (StarsendCliTable *self, guint column)
{
  self->right[column] = TRUE;
}

void
starsend_cli_table_may_shrink (StarsendCliTable *self, guint column)
{
  g_array_append_val (self->shrinking, column);
}

void
starsend_cli_table_take_row (StarsendCliTable *self, ...)
{
  va_list args;

  va_start (args, self);
  for (guint i = 0; i < self->n_columns; i++)
    {
      g_autofree char *text = va_arg (args, char *);

      g_ptr_array_add (self->cells, starsend_cli_clean_text (text));
    }
  va_end (args);
}

/* As many letters as fit, and a mark where some do not. */
static char *
cut (const char *text, guint width)
{
  GString *out;
  guint own = 0;

  if (starsend_cli_text_width (text) <= width)
    return g_strdup (text);

  out = g_string_new (NULL);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      own += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
      if (own > width - 1)
        break;
      g_string_append_unichar (out, c);
    }
  g_string_append (out, "…");

  return g_string_free (out, FALSE);
}

static void
append_cell (GString *out, const char *text, guint width, gboolean right, gboolean bold)
{
  g_autofree char *fitting = cut (text, width);
  guint own = starsend_cli_text_width (fitting);

  if (right)
    g_string_append_printf (out, "%*s", (int) (width - own), "");
  if (bold)
    g_string_append_printf (out, "\033[1m%s\033[0m", fitting);
  else
    g_string_append (out, fitting);
  if (!right)
    g_string_append_printf (out, "%*s", (int) (width - own), "");
}

static void
trim_end (GString *out)
{
  while (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
}

static void
shrink (StarsendCliTable *self, guint *widths, guint width)
{
  guint total = (self->n_columns - 1) * strlen (COLUMN_GAP);

  for (guint i = 0; i < self->n_columns; i++)
    total += widths[i];
  for (guint i = self->shrinking->len; i > 0 && width > 0 && total > width; i--)
    {
      guint column = g_array_index (self->shrinking, guint, i - 1);
      guint spare = widths[column] > MIN_SHRUNK ? widths[column] - MIN_SHRUNK : 0;
      guint less = MIN (spare, total - width);

      widths[column] -= less;
      total -= less;
    }
}

/* @bold: the first column, which holds the ids, but not its heading. */
char *
starsend_cli_table_render (StarsendCliTable *self, guint width, gboolean bold)
{
  g_autofree guint *widths = g_new0 (guint, self->n_columns);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < self->cells->len; i++)
    {
      guint *widest = &widths[i % self->n_columns];

      *widest = MAX (*widest, starsend_cli_text_width (g_ptr_array_index (self->cells, i)));
    }
  shrink (self, widths, width);

  for (guint i = 0; i < self->cells->len; i++)
    {
      guint column = i % self->n_columns;

      append_cell (out, g_ptr_array_index (self->cells, i), widths[column], self->right[column],
                   bold && column == 0 && i > 0);
      if (column + 1 < self->n_columns)
        {
          g_string_append (out, COLUMN_GAP);
          continue;
        }
      trim_end (out);
      g_string_append_c (out, '\n');
    }

  return g_string_free (out, FALSE);
}
