/* test-request-splitter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <math.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-request-splitter.h"

/* At most 15 s and 6 shots at once, at least 3 s, in whole seconds, and never more. */
static double
round_up (gpointer model, double seconds)
{
  return MIN (ceil (seconds - 1e-6), 15);
}

static const StarsendTakeLimits kling = { 15, 3, 6, round_up, NULL };
static const StarsendTakeLimits endless = { G_MAXDOUBLE, 0, G_MAXUINT, NULL, NULL };

typedef struct
{
  const char *name;
  const StarsendTakeLimits *limits;
  const char *shots;   /* seconds */
  const char *wanted;  /* shots in each part */
} Case;

static const Case cases[] = {
  { "at-once", &kling, "5 5 5", "3" },
  { "one-shot", &kling, "15", "1" },
  { "too-short-for-the-model", &kling, "1", "1" },
  { "two-parts", &kling, "10 10", "1 1" },
  { "fewest", &kling, "5 5 5 5 5 5", "3 3" },
  { "balanced", &kling, "7 7 2", "1 2" },
  { "balanced-by-length", &kling, "1 1 1 5 8 4", "4 2" },
  { "short-end-taken-along", &kling, "14 1 14 1", "2 2" },
  { "nothing-under-the-minimum", &kling, "9 6 1 9 5", "2 3" },
  { "under-the-minimum-where-it-must", &kling, "15 1", "1 1" },
  { "six-shots", &kling, "1 1 1 1 1 1 1", "3 4" },
  { "thirteen-shots", &kling, "1 1 1 1 1 1 1 1 1 1 1 1 1", "4 4 5" },
  { "rounded-up", &kling, "2.1 2.1 2.1 2.1 2.1 2.1", "3 3" },
  { "fractions-that-fill-it", &kling, "0.1 0.2 14.7", "2 1" },
  { "three-parts", &kling, "10 10 10", "1 1 1" },
  { "no-limits", &endless, "100 200 300", "3" },
};

static StarsendRequest *
make_request (const char *shots)
{
  StarsendRequest *request = starsend_request_new (STARSEND_REQUEST_TAKE, "EP001_A", 3, "kling-o3");
  g_auto(GStrv) words = g_strsplit (shots, " ", -1);
  g_autoptr(StarsendElementPictures) element = starsend_element_pictures_new ("car", "The car", NULL, "/tmp/car.png", NULL);

  starsend_request_set_title (request, "A");
  starsend_request_set_audio (request, TRUE);
  starsend_request_set_aspect (request, 9, 16);
  starsend_request_set_start_frame (request, "/tmp/start.png");
  starsend_request_add_element (request, element);
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *id = g_strdup_printf ("shot_%u", i + 1);
      g_autoptr(StarsendShotPrompt) shot = starsend_shot_prompt_new (id, "a road", NULL, g_ascii_strtod (words[i], NULL));

      starsend_request_add_shot (request, shot);
    }

  return request;
}

static void
test_case (gconstpointer data)
{
  const Case *self = data;
  g_autoptr(StarsendRequest) request = make_request (self->shots);
  g_autoptr(GPtrArray) parts = NULL;
  g_autoptr(GString) found = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  guint next = 1;

  parts = starsend_request_split (request, self->limits, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < parts->len; i++)
    {
      StarsendRequest *part = g_ptr_array_index (parts, i);
      GListModel *shots = starsend_request_get_shots (part);
      guint n = g_list_model_get_n_items (shots);

      g_string_append_printf (found, "%s%u", i > 0 ? " " : "", n);
      g_assert_cmpfloat (starsend_request_get_duration (part), <=, self->limits->max_duration);
      /* Every shot once, in order. */
      for (guint j = 0; j < n; j++)
        {
          g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (shots, j);
          g_autofree char *id = g_strdup_printf ("shot_%u", next++);

          g_assert_cmpstr (starsend_shot_prompt_get_shot_id (shot), ==, id);
        }
    }
  g_assert_cmpstr (found->str, ==, self->wanted);
}

static void
test_what_parts_have (void)
{
  g_autoptr(StarsendRequest) request = make_request ("10 10");
  g_autoptr(GPtrArray) parts = starsend_request_split (request, &kling, NULL);

  g_assert_cmpuint (parts->len, ==, 2);
  for (guint i = 0; i < parts->len; i++)
    {
      StarsendRequest *part = g_ptr_array_index (parts, i);
      guint n_parts;
      int width, height;

      g_assert_cmpuint (starsend_request_get_part (part, &n_parts), ==, i + 1);
      g_assert_cmpuint (n_parts, ==, 2);
      g_assert_cmpuint (starsend_request_get_number (part), ==, 3);
      g_assert_cmpstr (starsend_request_get_batch_id (part), ==, "EP001_A");
      g_assert_cmpstr (starsend_request_get_model (part), ==, "kling-o3");
      g_assert_cmpstr (starsend_request_get_start_frame (part), ==, "/tmp/start.png");
      g_assert_true (starsend_request_get_audio (part));
      starsend_request_get_aspect (part, &width, &height);
      g_assert_cmpint (width, ==, 9);
      g_assert_cmpuint (g_list_model_get_n_items (starsend_request_get_elements (part)), ==, 1);
    }
}

static void
test_alone (void)
{
  g_autoptr(StarsendRequest) request = make_request ("5 5");
  g_autoptr(GPtrArray) parts = starsend_request_split (request, &kling, NULL);

  g_assert_true (g_ptr_array_index (parts, 0) == request);
  g_assert_cmpuint (starsend_request_get_part (request, NULL), ==, 0);
}

static void
test_shot_too_long (void)
{
  g_autoptr(StarsendRequest) request = make_request ("5 15.5 5");
  g_autoptr(GError) error = NULL;

  g_assert_null (starsend_request_split (request, &kling, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_true (g_str_has_prefix (error->message, "shots[1].duration: "));
  g_assert_nonnull (strstr (error->message, "kling-o3"));
}

/* Every way to lay 1 to 8 shots of 1 to 15 seconds, many of them: nothing over a limit, and never more parts than filling
 * each to the brim would make. */
static void
test_many (void)
{
  for (guint round = 0; round < 3000; round++)
    {
      g_autoptr(GString) text = g_string_new (NULL);
      g_autoptr(StarsendRequest) request = NULL;
      g_autoptr(GPtrArray) parts = NULL;
      guint n = g_test_rand_int_range (1, 20), greedy = 1, filled = 0, in_part = 0;

      for (guint i = 0; i < n; i++)
        {
          guint seconds = g_test_rand_int_range (1, 16);

          g_string_append_printf (text, "%s%u", i > 0 ? " " : "", seconds);
          if (filled + seconds > 15 || in_part == 6)
            {
              greedy++;
              filled = in_part = 0;
            }
          filled += seconds;
          in_part++;
        }
      request = make_request (text->str);
      parts = starsend_request_split (request, &kling, NULL);
      g_assert_cmpuint (parts->len, ==, greedy);
      for (guint i = 0; i < parts->len; i++)
        {
          g_assert_cmpfloat (starsend_request_get_duration (g_ptr_array_index (parts, i)), <=, 15);
          g_assert_cmpuint (g_list_model_get_n_items (starsend_request_get_shots (g_ptr_array_index (parts, i))), <=, 6);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/request-splitter/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/request-splitter/what-parts-have", test_what_parts_have);
  g_test_add_func ("/request-splitter/alone", test_alone);
  g_test_add_func ("/request-splitter/shot-too-long", test_shot_too_long);
  g_test_add_func ("/request-splitter/many", test_many);

  return g_test_run ();
}
