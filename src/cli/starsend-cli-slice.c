/* starsend-cli-slice.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-cli-commands.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-files.h"
#include "starsend-grid-slicer.h"
#include "starsend-picture.h"

#define N_QUADRANTS 4
#define MAX_ASPECT 10000

static char *quadrant_text;
static char *output;
static char *aspect;

static const GOptionEntry options[] = {
  { "quadrant", 0, 0, G_OPTION_ARG_FILENAME, &quadrant_text, N_ ("Only this quadrant, 1 to 4"), N_ ("N") },
  { "output", 0, 0, G_OPTION_ARG_FILENAME, &output, N_ ("PNG file to write; with a number added where all four are written"), N_ ("FILE") },
  { "aspect", 0, 0, G_OPTION_ARG_FILENAME, &aspect, N_ ("Crop to this aspect ratio"), N_ ("W:H") },
  G_OPTION_ENTRY_NULL,
};

typedef struct
{
  guint quadrant;
  StarsendRectangle crop;
  char *path;
} Slice;

static void
slice_free (gpointer data)
{
  Slice *slice = data;

  g_free (slice->path);
  g_free (slice);
}

static gboolean
parse_aspect (int *width, int *height, GError **error)
{
  g_auto(GStrv) sides = g_strsplit (aspect, ":", 2);
  guint64 numbers[2] = { 0, 0 };

  if (g_strv_length (sides) == 2 &&
      g_ascii_string_to_unsigned (sides[0], 10, 1, MAX_ASPECT, &numbers[0], NULL) &&
      g_ascii_string_to_unsigned (sides[1], 10, 1, MAX_ASPECT, &numbers[1], NULL))
    {
      *width = (int) numbers[0];
      *height = (int) numbers[1];
      return TRUE;
    }

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               _("--aspect wants a ratio such as 16:9, not “%s”."), aspect);

  return FALSE;
}

/* "grid.png" gives "grid_1.png" in the current folder; "--output out/a.png" gives "out/a_1.png", or itself for one quadrant. */
static char *
make_path (const char *image, guint quadrant, gboolean alone)
{
  g_autofree char *stem = output != NULL ? g_strdup (output) : g_path_get_basename (image);
  char *dot = strrchr (stem, '.');

  if (output != NULL && alone)
    return g_strdup (output);
  if (dot != NULL && dot != stem && strchr (dot, '/') == NULL)
    *dot = '\0';

  return g_strdup_printf ("%s_%u.png", stem, quadrant);
}

static gboolean
check_output (GError **error)
{
  g_autofree char *lower = output != NULL ? g_ascii_strdown (output, -1) : NULL;

  if (lower == NULL || g_str_has_suffix (lower, ".png"))
    return TRUE;

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               _("What is written is PNG: give --output a name that ends in .png, not “%s”."), output);

  return FALSE;
}

static gboolean
plan_slice (const StarsendGridCut *cut, const char *image, guint quadrant, gboolean alone, GPtrArray *slices, GError **error)
{
  Slice *slice = g_new0 (Slice, 1);
  StarsendRectangle cell;
  int width, height;

  g_ptr_array_add (slices, slice);
  slice->quadrant = quadrant;
  slice->path = make_path (image, quadrant, alone);
  if (!starsend_grid_cut_get_cell (cut, quadrant, &cell, error) ||
      (aspect != NULL && !parse_aspect (&width, &height, error)))
    return FALSE;
  slice->crop = cell;
  if (aspect != NULL)
    starsend_grid_cut_fit (&cell, width, height, &slice->crop);

  if (g_file_test (slice->path, G_FILE_TEST_EXISTS) || g_file_test (slice->path, G_FILE_TEST_IS_SYMLINK))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   _("%s is there already and is not overwritten."), slice->path);
      return FALSE;
    }

  return TRUE;
}

static gboolean
write_slice (StarsendCli *cli, GdkPixbuf *image, const Slice *slice, GError **error)
{
  g_autoptr(GBytes) png = starsend_grid_slicer_crop (image, &slice->crop, error);
  const StarsendRectangle *crop = &slice->crop;

  if (png == NULL || !starsend_files_create (slice->path, g_bytes_get_data (png, NULL), g_bytes_get_size (png), error))
    return FALSE;

  json_builder_begin_object (cli->report);
  starsend_cli_report_integer (cli, "quadrant", slice->quadrant);
  starsend_cli_report_string (cli, "path", slice->path);
  starsend_cli_report_integer (cli, "x", crop->x);
  starsend_cli_report_integer (cli, "y", crop->y);
  starsend_cli_report_integer (cli, "width", crop->width);
  starsend_cli_report_integer (cli, "height", crop->height);
  json_builder_end_object (cli->report);
  /* Translators: number of the quadrant, width, height, left and top edge, path. */
  starsend_cli_say (cli, _("quadrant %u: %d × %d at %d, %d: %s"), slice->quadrant, crop->width, crop->height,
                    crop->x, crop->y, slice->path);

  return TRUE;
}

static gboolean
write_slices (StarsendCli *cli, GdkPixbuf *image, GPtrArray *slices, GError **error)
{
  gboolean going = TRUE;

  json_builder_set_member_name (cli->report, "slices");
  json_builder_begin_array (cli->report);
  for (guint i = 0; going && i < slices->len; i++)
    going = write_slice (cli, image, g_ptr_array_index (slices, i), error);
  json_builder_end_array (cli->report);

  return going;
}

static gboolean
run_slice (StarsendCli *cli, char **arguments, GError **error)
{
  g_autoptr(GdkPixbuf) image = NULL;
  g_autoptr(GPtrArray) slices = g_ptr_array_new_with_free_func (slice_free);
  StarsendGridCut cut;
  guint only = 0;

  if ((quadrant_text != NULL && !starsend_cli_parse_number (quadrant_text, "--quadrant", &only, error)) ||
      !check_output (error))
    return FALSE;
  image = starsend_picture_load (arguments[0], error);
  if (image == NULL)
    return FALSE;

  starsend_grid_cut_init_detected (&cut, image);
  if (only != 0 && !plan_slice (&cut, arguments[0], only, TRUE, slices, error))
    return FALSE;
  for (guint quadrant = 1; only == 0 && quadrant <= N_QUADRANTS; quadrant++)
    if (!plan_slice (&cut, arguments[0], quadrant, FALSE, slices, error))
      return FALSE;
  starsend_cli_report_boolean (cli, "column_gutter", cut.has_column_gutter);
  starsend_cli_report_boolean (cli, "row_gutter", cut.has_row_gutter);
  starsend_cli_report_number (cli, "confidence", cut.confidence);

  return write_slices (cli, image, slices, error);
}

const StarsendCliCommand starsend_cli_slice_command = {
  .name = "slice",
  .arguments = "IMAGE",
  .summary = N_ ("Cut a grid picture into its quadrants"),
  .options = options,
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run_slice,
};
