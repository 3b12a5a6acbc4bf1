/* starsend-request-splitter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-request-splitter.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"

/* Lengths are sums of decimal fractions: so much over a limit is no more than rounding. */
#define EPSILON 1e-6

/* The best way to cut the shots from one on. */
typedef struct
{
  guint n_parts;  /* 0: there is none */
  guint n_short;  /* parts under the minimum */
  double uneven;  /* sum of the squares of the parts' lengths: least when they are alike */
  guint n_shots;  /* of the first part */
} Cut;

static gboolean
is_better (const Cut *a, const Cut *b)
{
  if (b->n_parts == 0 || a->n_parts != b->n_parts)
    return b->n_parts == 0 || a->n_parts < b->n_parts;
  if (a->n_short != b->n_short)
    return a->n_short < b->n_short;

  return a->uneven < b->uneven - EPSILON;
}

/* A model makes the most that it can of what is too long for it; that is not what was planned. */
static double
fit (const StarsendTakeLimits *limits, double seconds)
{
  return limits->fit_shot != NULL ? MAX (limits->fit_shot (limits->model, seconds), seconds) : seconds;
}

static double *
dup_lengths (StarsendRequest *request, const StarsendTakeLimits *limits, guint n_shots, GError **error)
{
  g_autofree double *lengths = g_new0 (double, n_shots + 1);

  for (guint i = 0; i < n_shots; i++)
    {
      g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (starsend_request_get_shots (request), i);

      lengths[i] = fit (limits, starsend_shot_prompt_get_duration (shot));
      if (lengths[i] <= limits->max_duration + EPSILON)
        continue;

      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   /* Translators: a place such as "shots[2].duration", the id of the shot, its seconds, a model, and the seconds that it makes. */
                   _("shots[%u].duration: The shot “%s” lasts %g s, and %s makes at most %g s at once. A take is never cut inside a shot: make two shots of it."),
                   i, starsend_shot_prompt_get_shot_id (shot), starsend_shot_prompt_get_duration (shot),
                   starsend_request_get_model (request), limits->max_duration);
      return NULL;
    }

  return g_steal_pointer (&lengths);
}

static gboolean
is_made_at_once (const double *lengths, guint n_shots, const StarsendTakeLimits *limits)
{
  double length = 0;

  for (guint i = 0; i < n_shots; i++)
    length += lengths[i];

  return n_shots <= limits->max_shots && length <= limits->max_duration + EPSILON;
}

/* From the last shot to the first, each built on what is known of the rest: no part is longer than a few shots, so this
 * grows with the number of shots alone. */
static Cut *
find_cuts (const double *lengths, guint n_shots, const StarsendTakeLimits *limits)
{
  Cut *cuts = g_new0 (Cut, n_shots + 1);

  for (guint first = n_shots; first > 0; first--)
    {
      Cut *best = &cuts[first - 1];
      double length = 0;

      for (guint n = 1; n <= limits->max_shots && first - 1 + n <= n_shots; n++)
        {
          const Cut *rest = &cuts[first - 1 + n];
          Cut cut;

          length += lengths[first - 2 + n];
          if (length > limits->max_duration + EPSILON)
            break;
          cut = (Cut) { rest->n_parts + 1, rest->n_short + (length < limits->min_duration - EPSILON ? 1 : 0),
                        rest->uneven + length * length, n };
          if (is_better (&cut, best))
            *best = cut;
        }
    }

  return cuts;
}

static StarsendRequest *
make_part (StarsendRequest *request, guint first, guint n_shots, guint part, guint n_parts)
{
  StarsendRequest *result = starsend_request_new (starsend_request_get_kind (request), starsend_request_get_batch_id (request),
                                                  starsend_request_get_number (request), starsend_request_get_model (request));
  GListModel *elements = starsend_request_get_elements (request);
  StarsendFrameRate rate;
  int width, height;

  starsend_request_set_title (result, starsend_request_get_title (request));
  starsend_request_set_context (result, starsend_request_get_context (request));
  starsend_request_set_prompt (result, starsend_request_get_prompt (request));
  starsend_request_set_template (result, starsend_request_get_template (request));
  starsend_request_set_audio (result, starsend_request_get_audio (request));
  starsend_request_set_burn_in (result, starsend_request_get_burn_in (request));
  starsend_request_get_aspect (request, &width, &height);
  starsend_request_set_aspect (result, width, height);
  starsend_request_get_frame_rate (request, &rate);
  starsend_request_set_frame_rate (result, rate);
  starsend_request_set_part (result, part, n_parts);
  /* For the later ones it stands in for the last frame of the one before, which is not there yet. */
  starsend_request_set_start_frame (result, starsend_request_get_start_frame (request));
  for (guint i = first; i < first + n_shots; i++)
    {
      g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (starsend_request_get_shots (request), i);

      starsend_request_add_shot (result, shot);
    }
  for (guint i = 0; i < g_list_model_get_n_items (elements); i++)
    {
      g_autoptr(StarsendElementPictures) element = g_list_model_get_item (elements, i);

      starsend_request_add_element (result, element);
    }

  return result;
}

/**
 * starsend_request_split: (skip)
 * @request: a take
 * @limits: what its model makes at once
 * @error: return location for an error
 *
 * Cuts a take at shot boundaries: into as few parts as the model allows, none under its minimum where that can be, and as
 * alike in length as they can be. Every part has all the elements, and the start frame, until it gets another one.
 *
 * Returns: (transfer full) (element-type StarsendRequest): the parts, or @request alone when it is made at once;
 *   %STARSEND_ERROR_INVALID_INPUT with the place when a single shot is too long
 */
GPtrArray *
starsend_request_split (StarsendRequest *request, const StarsendTakeLimits *limits, GError **error)
{
  guint n_shots = g_list_model_get_n_items (starsend_request_get_shots (request));
  g_autofree double *lengths = NULL;
  g_autofree Cut *cuts = NULL;
  g_autoptr(GPtrArray) parts = NULL;
  guint part = 0;

  g_return_val_if_fail (STARSEND_IS_REQUEST (request), NULL);
  g_return_val_if_fail (limits->max_shots > 0, NULL);

  lengths = dup_lengths (request, limits, n_shots, error);
  if (lengths == NULL)
    return NULL;

  parts = g_ptr_array_new_with_free_func (g_object_unref);
  if (is_made_at_once (lengths, n_shots, limits))
    {
      g_ptr_array_add (parts, g_object_ref (request));
      return g_steal_pointer (&parts);
    }

  cuts = find_cuts (lengths, n_shots, limits);
  for (guint first = 0; first < n_shots; first += cuts[first].n_shots)
    g_ptr_array_add (parts, make_part (request, first, cuts[first].n_shots, ++part, cuts[0].n_parts));

  return g_steal_pointer (&parts);
}
