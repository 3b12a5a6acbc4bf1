/* starsend-model-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-model-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "starsend-element-index.h"
#include "starsend-finding.h"
#include "starsend-picture.h"
#include "starsend-prompt-text.h"

/* Every limit of a model, before money moves: what the service refuses may still be paid. */

#define TOLERANCE 0.001
/* A ratio this near is the same; what the grid models make is not exact either. */
#define RATIO_TOLERANCE 0.02
/* However much is wrong, more than this helps nobody. */
#define MAX_FINDINGS 200
#define MAX_SHOWN 60
#define MAX_COMPARED 64

typedef struct
{
  StarsendModel *model;
  StarsendRequest *request;
  StarsendModelRoute *route; /* borrowed; NULL for a local model */
  const char *title;
  gboolean may_be_parted;
  GPtrArray *findings;

  GPtrArray *ids;            /* of the elements, borrowed from them */
  StarsendElementIndex *index;
  gboolean *named;
} Check;

G_GNUC_PRINTF (4, 5)
static void
add (Check *check, StarsendSeverity severity, const char *place, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  if (check->findings->len >= MAX_FINDINGS)
    return;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (check->findings, starsend_finding_new (severity, place, NULL, message));
}

#define ERROR(place, ...) add (check, STARSEND_SEVERITY_ERROR, place, __VA_ARGS__)
#define WARNING(place, ...) add (check, STARSEND_SEVERITY_WARNING, place, __VA_ARGS__)

static gboolean
is_blank (const char *text)
{
  return text == NULL || text[strspn (text, " \t\r\n")] == '\0';
}

/* Names in prompts */

static guint
measure_distance (const char *a, gsize n_a, const char *b, gsize n_b)
{
  guint row[MAX_COMPARED + 1];

  for (gsize j = 0; j <= n_b; j++)
    row[j] = (guint) j;
  for (gsize i = 1; i <= n_a; i++)
    {
      guint diagonal = row[0];

      row[0] = (guint) i;
      for (gsize j = 1; j <= n_b; j++)
        {
          guint changed = diagonal + (g_ascii_tolower (a[i - 1]) != g_ascii_tolower (b[j - 1]));

          diagonal = row[j];
          row[j] = MIN (changed, MIN (row[j], row[j - 1]) + 1);
        }
    }

  return row[n_b];
}

/* The id that @word is most likely to be a slip of, or NULL. */
static const char *
find_nearest (Check *check, const char *word, gsize length)
{
  const char *nearest = NULL;
  guint smallest = MAX (2, (guint) length / 3) + 1;

  for (guint i = 0; i < check->ids->len && length <= MAX_COMPARED; i++)
    {
      const char *id = g_ptr_array_index (check->ids, i);
      gsize n = strlen (id);
      guint distance;

      if (n > MAX_COMPARED || n + smallest < length || length + smallest < n)
        continue;
      distance = measure_distance (word, length, id, n);
      if (distance < smallest)
        {
          smallest = distance;
          nearest = id;
        }
    }

  return nearest;
}

static void
report_unknown (Check *check, const char *place, const char *start, const char *end)
{
  g_autofree char *word = g_strndup (start, end - start);
  g_autofree char *shown = g_utf8_strlen (word, -1) > MAX_SHOWN ? g_utf8_substring (word, 0, MAX_SHOWN) : g_strdup (word);
  const char *nearest = find_nearest (check, start + 1, end - start - 1);

  if (nearest != NULL)
    ERROR (place, _("“%s” names no element of this sequence. Is “@%s” meant?"), shown, nearest);
  else
    ERROR (place, _("“%s” names no element of this sequence. List the element there, or take the “@” away."), shown);
}

static void
check_mentions (Check *check, const char *place, const char *text)
{
  const char *from = text, *start, *end;
  int element;

  while (from != NULL && starsend_element_index_next_mention (check->index, text, from, &start, &end, &element))
    {
      if (element >= 0)
        check->named[element] = TRUE;
      else
        report_unknown (check, place, start, end);
      from = end;
    }
}

static void
check_length (Check *check, const char *place, const char *text, glong max, glong sure)
{
  glong length = g_utf8_strlen (text, -1);

  if (max > 0 && length > max)
    ERROR (place, _("The words have %ld characters as they are sent, and %s takes %ld at most."), length, check->title, max);
  else if (sure > 0 && length > sure)
    WARNING (place, _("The words have %ld characters as they are sent; it is not sure that %s takes more than %ld of one shot."),
             length, check->title, sure);
}

/* Shots */

/* Whether every shot is sent by itself, and not all of them in one text. */
static gboolean
sends_list (Check *check)
{
  return starsend_model_route_has_source (check->route, STARSEND_MODEL_SOURCE_SHOTS) &&
         g_list_model_get_n_items (starsend_request_get_shots (check->request)) > 1;
}

static void
check_words (Check *check, guint i, StarsendShotPrompt *shot)
{
  const StarsendModelLimits *limits = &check->model->limits;
  g_autofree char *place = g_strdup_printf ("shots[%u].prompt", i);
  g_autofree char *sent = NULL;
  const char *text = starsend_shot_prompt_get_text (shot);
  const char *camera = starsend_shot_prompt_get_camera (shot);

  if ((text != NULL && !g_utf8_validate (text, -1, NULL)) || (camera != NULL && !g_utf8_validate (camera, -1, NULL)))
    {
      ERROR (place, _("The prompt is no text in UTF-8."));
      return;
    }
  if (is_blank (text))
    {
      ERROR (place, _("The prompt is empty, and %s wants one for every shot."), check->title);
      return;
    }

  check_mentions (check, place, text);
  check_mentions (check, place, camera);
  if (!sends_list (check))
    return;
  sent = starsend_prompt_text_compose (shot, starsend_request_get_elements (check->request),
                                       starsend_model_route_get_element_token (check->route));
  check_length (check, place, sent, limits->max_shot_prompt, limits->warn_shot_prompt);
}

static void
check_duration (Check *check, guint i, double seconds)
{
  const StarsendModelLimits *limits = &check->model->limits;
  g_autofree char *place = g_strdup_printf ("shots[%u].duration", i);
  double ordered = starsend_model_fit_shot (check->model, seconds);

  if (!isfinite (seconds) || seconds <= 0)
    ERROR (place, _("The shot has %g seconds, and more than 0 are wanted."), seconds);
  else if (limits->max_shot > 0 && seconds > limits->max_shot + TOLERANCE)
    ERROR (place, _("The shot has %g seconds, and %s makes %g at most. Make two shots of it."), seconds, check->title, limits->max_shot);
  else if (limits->max_total > 0 && seconds > limits->max_total + TOLERANCE)
    ERROR (place, _("The shot has %g seconds, and %s makes %g at most. Make two shots of it."), seconds, check->title, limits->max_total);
  else if (fabs (ordered - seconds) > TOLERANCE)
    WARNING (place, _("The shot has %g seconds; %s makes %g to %g in steps of %g, so %g are ordered."),
             seconds, check->title, limits->min_shot, limits->max_shot, limits->shot_step, ordered);
}

/* As few as can be: each takes what still fits. */
static guint
count_parts (Check *check, const double *seconds, guint n)
{
  const StarsendModelLimits *limits = &check->model->limits;
  guint n_parts = n > 0, n_shots = 0;
  double sum = 0;

  for (guint i = 0; i < n; i++)
    {
      double length = starsend_model_fit_shot (check->model, seconds[i]);

      if (n_shots > 0 && ((limits->max_shots > 0 && n_shots == limits->max_shots) ||
                          (limits->max_total > 0 && sum + length > limits->max_total + TOLERANCE)))
        {
          n_parts++;
          n_shots = 0;
          sum = 0;
        }
      n_shots++;
      sum += length;
    }

  return n_parts;
}

static gboolean
check_parts (Check *check, const double *seconds, guint n)
{
  guint n_parts = check->may_be_parted ? count_parts (check, seconds, n) : 1;

  if (n_parts <= 1)
    return FALSE;

  WARNING ("shots", g_dngettext (GETTEXT_PACKAGE,
                                 /* Translators: the model's name, then a number of parts, which is more than one. */
                                 "This is more than %s makes at once: it will be made in %u part, each from the last frame of the one before.",
                                 "This is more than %s makes at once: it will be made in %u parts, each from the last frame of the one before.",
                                 n_parts),
           check->title, n_parts);

  return TRUE;
}

/* What single shots are lengthened by is said there; here it is what their sum is. */
static void
check_total (Check *check, const double *seconds, guint n)
{
  const StarsendModelLimits *limits = &check->model->limits;
  double sum = 0, ordered;

  for (guint i = 0; i < n; i++)
    sum += starsend_model_fit_shot (check->model, seconds[i]);
  ordered = starsend_model_fit_total (check->model, sum);
  /* A single one that is too long was told already. */
  if (limits->max_total > 0 && sum > limits->max_total + TOLERANCE)
    {
      if (n > 1)
        ERROR ("shots", _("The shots have %g seconds in all as they are ordered, and %s makes %g at most in one take."),
               sum, check->title, limits->max_total);
    }
  else if (ordered > sum + TOLERANCE)
    WARNING ("shots", _("The shots have %g seconds in all, and %s makes %g of them: the last shot is longer than planned."),
             sum, check->title, ordered);
}

static void
check_count (Check *check, guint n)
{
  const StarsendModelLimits *limits = &check->model->limits;

  if (n == 0)
    ERROR ("shots", _("There are no shots, and at least one is wanted."));
  else if (limits->max_shots > 0 && n > limits->max_shots)
    {
      if (!check->may_be_parted)
        ERROR ("shots", _("There are %u shots, and %s takes %u at most in one take."), n, check->title, limits->max_shots);
    }
  else if (limits->warn_shots > 0 && n > limits->warn_shots)
    WARNING ("shots", _("There are %u shots; it is not sure that %s takes more than %u in one take."), n, check->title, limits->warn_shots);
}

static void
check_joined (Check *check)
{
  guint n = g_list_model_get_n_items (starsend_request_get_shots (check->request));
  const char *place = n == 1 ? "shots[0].prompt" : "shots";
  g_autofree char *text = NULL;

  if (sends_list (check))
    return;
  if (starsend_request_get_kind (check->request) == STARSEND_REQUEST_GRID)
    place = "prompt";
  text = starsend_prompt_text_compose_request (check->request, check->model->template, starsend_model_route_get_element_token (check->route));
  check_length (check, place, text, check->model->limits.max_prompt, check->model->limits.warn_prompt);
}

static void
check_shots (Check *check)
{
  GListModel *shots = starsend_request_get_shots (check->request);
  guint n = g_list_model_get_n_items (shots);
  g_autofree double *seconds = g_new0 (double, n + 1);

  check_count (check, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (shots, i);

      seconds[i] = starsend_shot_prompt_get_duration (shot);
      check_words (check, i, shot);
      check_duration (check, i, seconds[i]);
    }
  if (n > 0 && !check_parts (check, seconds, n))
    check_total (check, seconds, n);
  check_joined (check);
}

/* Elements */

static void
check_element (Check *check, guint i, StarsendElementPictures *element)
{
  const StarsendModelLimits *limits = &check->model->limits;
  const char *const *references = starsend_element_pictures_get_references (element);
  guint n = references != NULL ? g_strv_length ((char **) references) : 0;
  g_autofree char *place = g_strdup_printf ("elements[%u]", i);
  g_autofree char *inner = g_strdup_printf ("elements[%u].references", i);

  if (starsend_request_get_kind (check->request) == STARSEND_REQUEST_TAKE && !check->named[i])
    WARNING (place, _("“%s” is in the sequence, but no prompt names it as “@%s”."),
             starsend_element_pictures_get_element_id (element), starsend_element_pictures_get_element_id (element));
  if (!starsend_model_route_has_source (check->route, STARSEND_MODEL_SOURCE_ELEMENTS) || limits->max_references == 0)
    return;
  if (n > limits->max_references)
    WARNING (inner, _("“%s” has %u references, and %s takes %u: the first ones are sent."),
             starsend_element_pictures_get_element_id (element), n, check->title, limits->max_references);
}

static void
check_element_counts (Check *check, guint n)
{
  const StarsendModelLimits *limits = &check->model->limits;
  gboolean sends_elements = starsend_model_route_has_source (check->route, STARSEND_MODEL_SOURCE_ELEMENTS);
  gboolean sends_pictures = starsend_model_route_has_source (check->route, STARSEND_MODEL_SOURCE_ELEMENT_PICTURES);
  g_auto(GStrv) pictures = starsend_prompt_text_dup_pictures (starsend_request_get_elements (check->request));
  guint n_pictures = g_strv_length (pictures);

  if (n > 0 && !sends_elements && !sends_pictures)
    WARNING ("elements", _("%s takes no pictures of elements for this: it is told of them in words."), check->title);
  if (sends_elements && limits->max_elements > 0 && n > limits->max_elements)
    ERROR ("elements", _("There are %u elements with pictures, and %s takes %u at most."), n, check->title, limits->max_elements);
  else if (sends_elements && limits->warn_elements > 0 && n > limits->warn_elements)
    WARNING ("elements", _("There are %u elements with pictures; it is not sure that %s takes more than %u."),
             n, check->title, limits->warn_elements);
  if (sends_pictures && limits->max_pictures > 0 && n_pictures > limits->max_pictures)
    ERROR ("elements", _("The elements have %u pictures in all, and %s takes %u at most."), n_pictures, check->title, limits->max_pictures);
}

static void
check_elements (Check *check)
{
  GListModel *elements = starsend_request_get_elements (check->request);
  guint n_with_picture = 0;

  for (guint i = 0; i < g_list_model_get_n_items (elements); i++)
    {
      g_autoptr(StarsendElementPictures) element = g_list_model_get_item (elements, i);

      n_with_picture += starsend_element_pictures_has_picture (element);
      check_element (check, i, element);
    }
  check_element_counts (check, n_with_picture);
}

/* Pictures */

/* What is too large is made smaller on the way; what is too small cannot be mended. */
static gboolean
check_picture (Check *check, const char *place, const char *path, StarsendPictureInfo *info)
{
  const StarsendModelLimits *limits = &check->model->limits;
  g_autoptr(GError) error = NULL;
  double ratio;

  if (!starsend_picture_probe (path, info, &error))
    {
      ERROR (place, "%s", error->message);
      return FALSE;
    }

  ratio = (double) info->width / info->height;
  if (MIN (info->width, info->height) < limits->min_side)
    ERROR (place, _("The picture has %d × %d pixels, and %s wants %d at least on every side."),
           info->width, info->height, check->title, limits->min_side);
  if ((limits->min_ratio > 0 && ratio < limits->min_ratio) || (limits->max_ratio > 0 && ratio > limits->max_ratio))
    ERROR (place, _("The picture is %.2f times as wide as high, and %s takes %.2f to %.2f."),
           ratio, check->title, limits->min_ratio, limits->max_ratio);

  return TRUE;
}

static void
check_start_frame (Check *check)
{
  const char *path = starsend_request_get_start_frame (check->request);
  StarsendPictureInfo info;
  int width, height;

  if (path == NULL || !starsend_model_route_has_source (check->route, STARSEND_MODEL_SOURCE_START_FRAME) ||
      !check_picture (check, "start_frame", path, &info))
    return;

  starsend_request_get_aspect (check->request, &width, &height);
  if (fabs ((double) info.width * height / ((double) info.height * width) - 1) > RATIO_TOLERANCE)
    WARNING ("start_frame", _("The start frame has %d × %d pixels, which is not %d:%d; the take has the shape of its start frame."),
             info.width, info.height, width, height);
}

static void
check_element_pictures (Check *check, guint i, StarsendElementPictures *element)
{
  const char *frontal = starsend_element_pictures_get_frontal (element);
  const char *const *references = starsend_element_pictures_get_references (element);
  guint max = check->model->limits.max_references;
  g_autofree char *place = g_strdup_printf ("elements[%u].frontal", i);
  StarsendPictureInfo info;

  if (frontal != NULL)
    check_picture (check, place, frontal, &info);
  for (guint j = 0; references != NULL && references[j] != NULL && (max == 0 || j < max + (frontal == NULL)); j++)
    {
      g_autofree char *inner = g_strdup_printf ("elements[%u].references[%u]", i, j);

      check_picture (check, inner, references[j], &info);
    }
}

static void
check_pictures (Check *check)
{
  GListModel *elements = starsend_request_get_elements (check->request);

  check_start_frame (check);
  if (!starsend_model_route_has_source (check->route, STARSEND_MODEL_SOURCE_ELEMENTS) &&
      !starsend_model_route_has_source (check->route, STARSEND_MODEL_SOURCE_ELEMENT_PICTURES))
    return;
  for (guint i = 0; i < g_list_model_get_n_items (elements) && check->findings->len < MAX_FINDINGS; i++)
    {
      g_autoptr(StarsendElementPictures) element = g_list_model_get_item (elements, i);

      check_element_pictures (check, i, element);
    }
}

/* The rest */

static void
check_aspect (Check *check)
{
  int width, height, sent_width = 0, sent_height = 0;
  const char *sent;

  starsend_request_get_aspect (check->request, &width, &height);
  sent = starsend_model_route_choose_aspect (check->route, width, height);
  if (sent == NULL)
    return;
  starsend_model_aspect_parse (sent, &sent_width, &sent_height);
  if ((gint64) width * sent_height != (gint64) height * sent_width)
    WARNING ("aspect_ratio", _("The aspect ratio is %d:%d, which %s does not take; %s is the nearest and is used."),
             width, height, check->title, sent);
}

static void
check_grid (Check *check)
{
  const char *prompt = starsend_request_get_prompt (check->request);

  if (prompt != NULL && !g_utf8_validate (prompt, -1, NULL))
    {
      ERROR ("prompt", _("The prompt is no text in UTF-8."));
      return;
    }
  if (is_blank (prompt))
    ERROR ("prompt", _("The prompt is empty, and %s wants one."), check->title);
  else
    check_mentions (check, "prompt", prompt);
  check_joined (check);
}

static void
check_with_route (Check *check, gboolean look_at_pictures)
{
  if (starsend_request_get_kind (check->request) == STARSEND_REQUEST_GRID)
    check_grid (check);
  else
    check_shots (check);
  check_elements (check);
  check_aspect (check);
  if (starsend_request_get_audio (check->request) && !starsend_model_route_has_source (check->route, STARSEND_MODEL_SOURCE_AUDIO))
    WARNING ("audio", _("%s makes no sound."), check->title);
  if (look_at_pictures)
    check_pictures (check);
}

static void
check_init (Check *check, StarsendModel *model, StarsendRequest *request)
{
  GListModel *elements = starsend_request_get_elements (request);
  guint n = g_list_model_get_n_items (elements);

  check->model = model;
  check->request = request;
  check->route = starsend_model_choose_route (model, request);
  check->title = starsend_model_get_title (model);
  check->findings = g_ptr_array_new_with_free_func (g_object_unref);
  check->ids = g_ptr_array_new ();
  check->named = g_new0 (gboolean, n + 1);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(StarsendElementPictures) element = g_list_model_get_item (elements, i);

      g_ptr_array_add (check->ids, (gpointer) starsend_element_pictures_get_element_id (element));
    }
  check->index = starsend_element_index_new ((const char *const *) check->ids->pdata, n);
}

static void
check_clear (Check *check)
{
  starsend_element_index_free (check->index);
  g_ptr_array_unref (check->ids);
  g_free (check->named);
}

static GPtrArray *
run (StarsendModel *self, StarsendRequest *request, gboolean look_at_pictures, gboolean may_be_parted)
{
  Check here = { .may_be_parted = may_be_parted };
  Check *check = &here;

  check_init (check, self, request);
  if (starsend_request_get_kind (request) != self->kind)
    ERROR ("model", self->kind == STARSEND_REQUEST_GRID ? _("%s makes grids, and not takes.") : _("%s makes takes, and not grids."),
           check->title);
  else if (check->route != NULL)
    check_with_route (check, look_at_pictures);
  else if (self->routes->len > 0)
    ERROR ("start_frame", _("%s begins with a start frame, and there is none."), check->title);
  else if (self->kind == STARSEND_REQUEST_TAKE)
    check_count (check, g_list_model_get_n_items (starsend_request_get_shots (request)));
  check_clear (check);

  return check->findings;
}

/**
 * starsend_model_check:
 * @request: what is to be made
 * @look_at_pictures: whether to read the headers of its pictures, which blocks
 *
 * Looks at every limit of the model, so that nothing is sent that it would refuse.
 *
 * Places are relative to the request: "shots[1].prompt", "elements[0].references[1]", "start_frame", "prompt",
 * "aspect_ratio".
 *
 * Returns: (transfer full) (element-type StarsendFinding): what was found
 */
GPtrArray *
starsend_model_check (StarsendModel *self, StarsendRequest *request, gboolean look_at_pictures)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (self), NULL);
  g_return_val_if_fail (STARSEND_IS_REQUEST (request), NULL);

  return run (self, request, look_at_pictures, FALSE);
}

/**
 * starsend_model_check_whole:
 * @request: a grid, or a take that may be made in parts
 * @look_at_pictures: whether to read the headers of its pictures, which blocks
 *
 * Looks at every limit of the model as [method@Model.check] does, except that a take which is longer than the model makes at
 * once is no error: a warning says in how many parts it will be made.
 *
 * Returns: (transfer full) (element-type StarsendFinding): what was found
 */
GPtrArray *
starsend_model_check_whole (StarsendModel *self, StarsendRequest *request, gboolean look_at_pictures)
{
  g_return_val_if_fail (STARSEND_IS_MODEL (self), NULL);
  g_return_val_if_fail (STARSEND_IS_REQUEST (request), NULL);

  return run (self, request, look_at_pictures, TRUE);
}
