/* test-prompt-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <locale.h>
#include <string.h>

#include "model-fixtures.h"
#include "starsend-prompt-text.h"

/* The words as they are sent. */

static void
add_element (StarsendRequest *request, const char *id, const char *name, const char *description, const char *frontal)
{
  g_autoptr(StarsendElementPictures) element = starsend_element_pictures_new (id, name, description, frontal, NULL);

  starsend_request_add_element (request, element);
}

static StarsendRequest *
make_request (void)
{
  StarsendRequest *request = fixture_take ("kling-o3", "/f.png", NULL);

  add_element (request, "fog", "Fog", "thick and low", NULL);
  add_element (request, "blue_car", "The blue car", "1972 coupe", "/car.png");
  add_element (request, "driver", NULL, NULL, "/driver.png");
  add_element (request, "blue_car_2", NULL, NULL, "/other.png");

  return request;
}

static void
test_shot (void)
{
  static const struct { const char *text; const char *camera; const char *token; const char *wanted; } rows[] = {
    { "rolls past", NULL, NULL, "rolls past" },
    { " rolls past \n", "", NULL, "rolls past" },
    /* Only those with a picture are counted. */
    { "@blue_car passes @driver", NULL, "@Element%u", "@Element1 passes @Element2" },
    { "@blue_car_2, not @blue_car.", NULL, "@Element%u", "@Element3, not @Element1." },
    { "@driver and @driver", NULL, "<<<element_%u>>>", "<<<element_2>>> and <<<element_2>>>" },
    { "@fog rises; @fog hangs", NULL, "@Element%u", "Fog (thick and low) rises; Fog hangs" },
    { "@blue_car passes @driver", NULL, NULL, "The blue car passes driver" },
    { "@blue_car_2 passes", NULL, NULL, "blue car 2 passes" },
    { "@nobody at me@driver.org", NULL, "@Element%u", "@nobody at me@driver.org" },
    { "@driver waves", NULL, "%s%n", "%s%n waves" },
    { "rolls past", "push in", NULL, "rolls past. Camera: push in." },
    { "rolls past.", " push in. ", NULL, "rolls past. Camera: push in." },
    { "rolls past, slow Push In", "push in", NULL, "rolls past, slow Push In" },
    { "Wohin?", "pan", NULL, "Wohin? Camera: pan." },
    { "車が走る。", "パン", NULL, "車が走る。 Camera: パン." },
    { "", "pan", NULL, "Camera: pan." },
    { "rolls", "follow @driver", "@Element%u", "rolls. Camera: follow @Element2." },
    { "50% of %u", NULL, "@Element%u", "50% of %u" },
  };
  g_autoptr(StarsendRequest) request = make_request ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(StarsendShotPrompt) shot = starsend_shot_prompt_new ("s", rows[i].text, rows[i].camera, 3);
      g_autofree char *text = starsend_prompt_text_compose (shot, starsend_request_get_elements (request), rows[i].token);

      g_assert_cmpstr (text, ==, rows[i].wanted);
    }
}

static void
test_join (void)
{
  g_autoptr(StarsendRequest) request = make_request ();
  g_autofree char *one = NULL;
  g_autofree char *three = NULL;

  fixture_add_shot (request, "@fog rises", NULL, 2.5);
  one = starsend_prompt_text_compose_request (request, NULL, NULL);
  g_assert_cmpstr (one, ==, "Fog (thick and low) rises");

  fixture_add_shot (request, "@driver waves", "pan", 3);
  fixture_add_shot (request, "@fog falls", NULL, 0.1);
  three = starsend_prompt_text_compose_request (request, "unused", NULL);
  g_assert_cmpstr (three, ==, "Shot 1 (0 to 2.5 seconds): Fog (thick and low) rises\n"
                              "Shot 2 (2.5 to 5.5 seconds): driver waves. Camera: pan.\n"
                              "Shot 3 (5.5 to 5.6 seconds): Fog falls");
}

static void
test_grid (void)
{
  g_autoptr(StarsendRequest) request = fixture_grid ("gemini", " @blue_car at {aspect} {elements} ");
  const char *const references[] = { "/side.png", "/rear.png", NULL };
  g_autoptr(StarsendElementPictures) car = starsend_element_pictures_new ("blue_car", "The blue car", "1972 coupe", "/car.png", references);
  g_auto(GStrv) pictures = NULL;
  g_autofree char *joined = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *filled = NULL;
  g_autofree char *own = NULL;

  add_element (request, "fog", "Fog", "thick", NULL);
  starsend_request_add_element (request, car);
  add_element (request, "driver", NULL, NULL, "/driver.png");

  plain = starsend_prompt_text_compose_request (request, NULL, NULL);
  g_assert_cmpstr (plain, ==, "The blue car at {aspect} {elements}");
  /* What was put in is not looked through again. */
  filled = starsend_prompt_text_compose_request (request, "A grid of {aspect}: {prompt}.\n{elements}{unknown}", NULL);
  g_assert_cmpstr (filled, ==, "A grid of 16:9: The blue car at {aspect} {elements}.\n"
                               "Fog: thick.\nThe blue car is in pictures 1 to 3: 1972 coupe.\ndriver is in picture 4.{unknown}");
  starsend_request_set_template (request, "mine {prompt}");
  own = starsend_prompt_text_compose_request (request, "theirs {prompt}", NULL);
  g_assert_cmpstr (own, ==, "mine The blue car at {aspect} {elements}");

  pictures = starsend_prompt_text_dup_pictures (starsend_request_get_elements (request));
  joined = g_strjoinv (" ", pictures);
  g_assert_cmpstr (joined, ==, "/car.png /side.png /rear.png /driver.png");
}

/* The model's own template leaves no mark open. */
static void
test_template (void)
{
  g_autoptr(StarsendModels) models = starsend_models_new ();
  g_autoptr(StarsendRequest) request = fixture_grid ("gemini", "Suburban street");
  g_autofree char *text = starsend_prompt_text_compose_request (request, starsend_model_get_template (starsend_models_get_model (models, "gemini")), NULL);

  g_assert_nonnull (strstr (text, "Suburban street"));
  g_assert_nonnull (strstr (text, "16:9"));
  g_assert_nonnull (strstr (text, "2x2"));
  g_assert_null (strchr (text, '{'));
  g_assert_true (g_str_has_suffix (text, "street"));
}

int
main (int argc, char *argv[])
{
  /* Where a comma stands in numbers, models are sent a point nevertheless. */
  setlocale (LC_NUMERIC, "de_DE.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt-text/shot", test_shot);
  g_test_add_func ("/prompt-text/join", test_join);
  g_test_add_func ("/prompt-text/grid", test_grid);
  g_test_add_func ("/prompt-text/template", test_template);

  return g_test_run ();
}
