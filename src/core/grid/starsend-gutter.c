/* starsend-gutter.c
 *
 * Finds the gutters of a grid picture. Each line across the picture is summed up by its middle colour and by how far its
 * pixels stray from it; a gutter is a run of lines of one colour that hardly stray, with lines beside it that do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-gutter.h"

#include <math.h>
#include <stdlib.h>

/* Along a line this many pixels are looked at, at most. */
#define MAX_SAMPLES 1024
/* A line is of one colour when nineteen in twenty of its pixels stray no further than this: JPEG's noise. */
#define MAX_SPREAD 28
#define SPREAD_SHARE 0.95
/* Lines of one gutter have the same colour, so near. */
#define MAX_DRIFT 12
/* The two gutters, and the border, belong together. */
#define MAX_DIFFERENCE 48
/* Where the middle of a gutter may lie. */
#define SEARCH_FROM 0.35
#define SEARCH_TO 0.65
/* The widest band, as a share of the side, for two gutters that cross, and for a single one. */
#define MAX_WIDTH 0.20
#define MAX_SINGLE_WIDTH 0.04
#define MIN_SIDE 16

typedef struct
{
  guint8 y, cb, cr;
} Colour;

/* The picture seen along one axis: line @i is column or row @i, running from @from to @to. */
typedef struct
{
  const guint8 *pixels;
  gsize line_step;
  gsize sample_step;
  int n_lines;
  int from, to;
} Axis;

typedef struct
{
  Colour colour;
  int spread;
} Line;

typedef struct
{
  int start, end;
  Colour colour;
  double weak_edge;     /* how much of the length differs, at the side where less does */
  double strong_edge;
} Band;

static Colour
colour_at (const guint8 *p)
{
  int r = p[0], g = p[1], b = p[2];

  return (Colour) { (guint8) ((77 * r + 150 * g + 29 * b) >> 8), (guint8) ((-43 * r - 85 * g + 128 * b + 32768 - 128) >> 8),
                    (guint8) ((128 * r - 107 * g - 21 * b + 32768 - 128) >> 8) };
}

/* JPEG stores colour at half the size, so that in a thin gutter it says less than brightness. */
static int
difference (Colour a, Colour b)
{
  return MAX (abs (a.y - b.y), MAX (abs (a.cb - b.cb), abs (a.cr - b.cr)) / 2);
}

static int
n_samples (const Axis *axis)
{
  return MIN (axis->to - axis->from, MAX_SAMPLES);
}

static void
take_samples (const Axis *axis, int line, Colour *samples)
{
  const guint8 *start = axis->pixels + (gsize) line * axis->line_step;
  int n = n_samples (axis);

  for (int i = 0; i < n; i++)
    samples[i] = colour_at (start + ((gsize) axis->from + (gsize) i * (axis->to - axis->from) / n) * axis->sample_step);
}

static int
quantile (const int *histogram, int rank)
{
  int i = 0;

  for (int sum = histogram[0]; sum <= rank && i < 255; sum += histogram[i])
    i++;
  return i;
}

static Line
sum_up (const Axis *axis, int line)
{
  Colour samples[MAX_SAMPLES];
  int y[256] = { 0 }, cb[256] = { 0 }, cr[256] = { 0 }, stray[256] = { 0 };
  int n = n_samples (axis);
  Line sum;

  take_samples (axis, line, samples);
  for (int i = 0; i < n; i++)
    {
      y[samples[i].y]++;
      cb[samples[i].cb]++;
      cr[samples[i].cr]++;
    }
  sum.colour = (Colour) { (guint8) quantile (y, n / 2), (guint8) quantile (cb, n / 2), (guint8) quantile (cr, n / 2) };
  for (int i = 0; i < n; i++)
    stray[difference (samples[i], sum.colour)]++;
  sum.spread = quantile (stray, (int) ((n - 1) * SPREAD_SHARE));
  return sum;
}

/* How much of @line differs from a band's colour, by more than the band's own noise. */
static double
share_beyond (const Axis *axis, int line, const Line *edge)
{
  Colour samples[MAX_SAMPLES];
  int n = n_samples (axis), n_beyond = 0, tolerance = MAX (8, edge->spread * 5 / 4 + 2);

  if (line < 0 || line >= axis->n_lines)
    return 0;
  take_samples (axis, line, samples);
  for (int i = 0; i < n; i++)
    n_beyond += difference (samples[i], edge->colour) > tolerance;
  return (double) n_beyond / n;
}

static void
measure_edges (const Axis *axis, const Line *first, const Line *last, Band *band)
{
  double before = share_beyond (axis, band->start - 1, first);
  double after = share_beyond (axis, band->end, last);

  band->weak_edge = MIN (before, after);
  band->strong_edge = MAX (before, after);
}

static double
band_centre (const Axis *axis, const Band *band)
{
  return (band->start + band->end) / 2.0 / axis->n_lines;
}

/* 0 where the band cannot be a gutter at all; else the better, the surer. */
static double
band_score (const Axis *axis, const Band *band)
{
  double centre = band_centre (axis, band);

  if (band->end - band->start > MAX (2, axis->n_lines * MAX_WIDTH) || centre < SEARCH_FROM || centre > SEARCH_TO ||
      band->weak_edge < 0.4 || band->weak_edge + band->strong_edge < 1.2)
    return 0;
  return (band->weak_edge + band->strong_edge) / 2 * (1 - fabs (centre - 0.5));
}

/* The run of lines like the one at @start: its end. */
static int
run_end (const Line *lines, int start, int n_lines)
{
  int end = start + 1;

  while (end < n_lines && lines[end].spread <= MAX_SPREAD &&
         difference (lines[end].colour, lines[start].colour) <= MAX_DRIFT)
    end++;
  return end;
}

/* JPEG smears colour over the edge lines of a gutter, but leaves them of one colour: they are the gutter's still. */
static void
widen (const Line *lines, int first, int n_lines, Band *band)
{
  int start = band->start - first, end = band->end - first;

  while (start > 0 && lines[start - 1].spread <= MAX_SPREAD &&
         difference (lines[start - 1].colour, band->colour) <= MAX_DIFFERENCE)
    start--;
  while (end < n_lines && lines[end].spread <= MAX_SPREAD &&
         difference (lines[end].colour, band->colour) <= MAX_DIFFERENCE)
    end++;
  band->start = first + start;
  band->end = first + end;
}

static double
find_band (const Axis *axis, Band *best)
{
  int first = (int) (axis->n_lines * (SEARCH_FROM - MAX_WIDTH / 2));
  int n = (int) (axis->n_lines * (SEARCH_TO + MAX_WIDTH / 2)) - first;
  g_autofree Line *lines = g_new (Line, n);
  double best_score = 0;

  for (int i = 0; i < n; i++)
    lines[i] = sum_up (axis, first + i);
  for (int i = 0; i < n;)
    {
      int end = i + 1;

      if (lines[i].spread <= MAX_SPREAD)
        {
          Band band = { .colour = lines[i].colour };
          double score;

          end = run_end (lines, i, n);
          band.start = first + i;
          band.end = first + end;
          measure_edges (axis, &lines[i], &lines[end - 1], &band);
          score = band_score (axis, &band);
          if (score > best_score)
            {
              best_score = score;
              *best = band;
            }
        }
      i = end;
    }
  if (best_score > 0)
    {
      widen (lines, first, n, best);
      best_score = band_score (axis, best);
    }
  return best_score;
}

/* Without another gutter across it, a band has to be beyond doubt: a post, a horizon or a stripe can look the same. */
static gboolean
stands_alone (const Axis *axis, const Band *band)
{
  double centre = band_centre (axis, band);

  return band->end - band->start <= MAX (2, axis->n_lines * MAX_SINGLE_WIDTH) && centre > 0.45 && centre < 0.55 &&
         band->weak_edge >= 0.75 && band->weak_edge + band->strong_edge >= 1.7 &&
         sum_up (axis, band->start - 1).spread > MAX_SPREAD && sum_up (axis, band->end).spread > MAX_SPREAD;
}

/* How many lines at one end are border of the gutters' colour; 0 unless the picture sets in sharply behind them. */
static int
border_width (const Axis *axis, Colour gutter, gboolean at_end)
{
  int limit = (int) (axis->n_lines * MAX_WIDTH / 2), width = 0;
  int step = at_end ? -1 : 1, line = at_end ? axis->n_lines - 1 : 0;
  Line sum, last = { 0 };

  for (; width < limit; width++, line += step)
    {
      sum = sum_up (axis, line);
      if (sum.spread > MAX_SPREAD || difference (sum.colour, gutter) > MAX_DIFFERENCE ||
          (width > 0 && difference (sum.colour, last.colour) > MAX_DRIFT))
        break;
      last = sum;
    }
  return width > 0 && width < limit && share_beyond (axis, line, &last) >= 0.5 ? width : 0;
}

static gboolean
go_together (const Band *column, const Band *row)
{
  int a = column->end - column->start, b = row->end - row->start;

  return difference (column->colour, row->colour) <= MAX_DIFFERENCE && MAX (a, b) <= 4 * MIN (a, b) + 8;
}

static void
trim_border (const Axis *columns, const Axis *rows, Colour gutter, StarsendGridCut *cut)
{
  cut->left = border_width (columns, gutter, FALSE);
  cut->right -= border_width (columns, gutter, TRUE);
  cut->top = border_width (rows, gutter, FALSE);
  cut->bottom -= border_width (rows, gutter, TRUE);
}

/*
 * starsend_gutter_find:
 *
 * Two gutters that do not go together are taken for neither: they are something in the picture.
 */
gboolean
starsend_gutter_find (GdkPixbuf *grid, StarsendGridCut *cut)
{
  const guint8 *pixels = gdk_pixbuf_read_pixels (grid);
  gsize stride = (gsize) gdk_pixbuf_get_rowstride (grid), bpp = (gsize) gdk_pixbuf_get_n_channels (grid);
  int width = gdk_pixbuf_get_width (grid), height = gdk_pixbuf_get_height (grid);
  Axis columns = { pixels, bpp, stride, width, 0, height };
  Axis rows = { pixels, stride, bpp, height, 0, width };
  Band column = { 0 }, row = { 0 };
  double column_score, row_score;

  if (width < MIN_SIDE || height < MIN_SIDE)
    return FALSE;
  column_score = find_band (&columns, &column);
  row_score = find_band (&rows, &row);
  cut->confidence = 1 - MAX (column_score, row_score) / 2;
  if (column_score > 0 && row_score > 0)
    {
      if (!go_together (&column, &row))
        return FALSE;
    }
  else if ((column_score > 0 && !stands_alone (&columns, &column)) || (row_score > 0 && !stands_alone (&rows, &row)))
    return FALSE;
  if (column_score <= 0 && row_score <= 0)
    return FALSE;

  cut->has_column_gutter = column_score > 0;
  cut->has_row_gutter = row_score > 0;
  if (cut->has_column_gutter)
    {
      cut->column_start = column.start;
      cut->column_end = column.end;
    }
  if (cut->has_row_gutter)
    {
      cut->row_start = row.start;
      cut->row_end = row.end;
    }
  trim_border (&columns, &rows, cut->has_column_gutter ? column.colour : row.colour, cut);
  cut->confidence = cut->has_column_gutter && cut->has_row_gutter ? (column_score + row_score) / 2
                                                                  : MAX (column_score, row_score) / 2;
  return TRUE;
}
