/* test-model-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "model-fixtures.h"

/* Every limit, with a request on either side of it. */

static StarsendModels *models;

static GPtrArray *
check (StarsendRequest *request, gboolean look_at_pictures)
{
  return starsend_model_check (starsend_models_get_model (models, starsend_request_get_model (request)), request, look_at_pictures);
}

static void
assert_found (StarsendRequest *request, const char *wanted)
{
  g_autoptr(GPtrArray) findings = check (request, FALSE);
  g_autofree char *found = fixture_describe (findings);

  g_assert_cmpstr (found, ==, wanted);
}

static void
assert_whole (StarsendRequest *request, const char *wanted)
{
  g_autoptr(GPtrArray) findings = starsend_model_check_whole (starsend_models_get_model (models, starsend_request_get_model (request)), request, FALSE);
  g_autofree char *found = fixture_describe (findings);

  g_assert_cmpstr (found, ==, wanted);
}

static void
test_lengths (void)
{
  static const struct { const char *model; double seconds[10]; const char *wanted; const char *whole; } rows[] = {
    { "kling-o3", { 0 }, "error shots\n", "error shots\n" },
    { "kling-o3", { 3 }, "", "" },
    { "kling-o3", { 2 }, "warning shots\n", "warning shots\n" },
    { "kling-o3", { 2.5 }, "warning shots[0].duration\n", "warning shots[0].duration\n" },
    { "kling-o3", { 0.5, 4 }, "warning shots[0].duration\n", "warning shots[0].duration\n" },
    { "kling-o3", { 0.5 }, "warning shots[0].duration\nwarning shots\n", "warning shots[0].duration\nwarning shots\n" },
    { "kling-o3", { 15 }, "", "" },
    { "kling-o3", { 15.5 }, "error shots[0].duration\n", "error shots[0].duration\n" },
    { "kling-o3", { 16 }, "error shots[0].duration\n", "error shots[0].duration\n" },
    { "kling-o3", { 8, 7 }, "", "" },
    { "kling-o3", { 8, 8 }, "error shots\n", "warning shots\n" },
    { "kling-o3", { 7.2, 7.2 }, "warning shots[0].duration\nwarning shots[1].duration\nerror shots\n",
      "warning shots[0].duration\nwarning shots[1].duration\nwarning shots\n" },
    { "kling-o3", { 1, 1, 1, 1, 1 }, "", "" },
    { "kling-o3", { 1, 1, 1, 1, 1, 1 }, "warning shots\n", "warning shots\n" },
    { "kling-o3", { 1, 1, 1, 1, 1, 1, 1 }, "error shots\n", "warning shots\n" },
    { "veo-3.1", { 3.5, 4.5 }, "", "" },
    { "veo-3.1", { 3.5, 3.5 }, "warning shots\n", "warning shots\n" },
    { "veo-3.1", { 4, 5 }, "error shots\n", "warning shots\n" },
    { "veo-3.1", { 9 }, "error shots[0].duration\n", "error shots[0].duration\n" },
    { "animatic", { 0.1, 900 }, "", "" },
    { "animatic", { 0 }, "error shots\n", "error shots\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(StarsendRequest) request = fixture_take (rows[i].model, "/f.png", rows[i].seconds);

      g_test_message ("%u", i);
      assert_found (request, rows[i].wanted);
      assert_whole (request, rows[i].whole);
    }
}

/* What was fitted is asked for as it is. */
static void
test_fitted (void)
{
  static const double rows[][4] = { { 0.5 }, { 2.5, 1.2 }, { 0.1, 0.1 }, { 14.5 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(StarsendRequest) request = fixture_take ("kling-v3", "/f.png", rows[i]);

      starsend_model_fit_request (starsend_models_get_model (models, "kling-v3"), request);
      assert_found (request, "");
    }
}

static void
test_parts (void)
{
  static const struct { double seconds[12]; const char *wanted; } rows[] = {
    { { 10, 10 }, "in 2 parts" },
    { { 8, 8, 8 }, "in 3 parts" },
    { { 5, 5, 5, 5 }, "in 2 parts" },
    { { 1, 1, 1, 1, 1, 1, 1 }, "in 2 parts" },
    { { 15, 15, 15 }, "in 3 parts" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", "/f.png", rows[i].seconds);
      g_autoptr(GPtrArray) findings = starsend_model_check_whole (starsend_models_get_model (models, "kling-o3"), request, FALSE);

      g_assert_nonnull (strstr (fixture_find (findings, "shots"), rows[i].wanted));
    }
}

static void
test_no_length (void)
{
  const double lengths[] = { 0, NAN };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", "/f.png", NULL);
      g_autoptr(GPtrArray) findings = NULL;

      fixture_add_shot (request, "stands", NULL, lengths[i]);
      fixture_add_shot (request, "stands", NULL, 5);
      findings = check (request, FALSE);
      g_assert_nonnull (fixture_find (findings, "shots[0].duration"));
    }
}

/* Words */

static void
test_prompts (void)
{
  static const struct { guint n_shots; guint length; const char *camera; const char *wanted; } rows[] = {
    { 1, 0, NULL, "error shots[0].prompt\n" },
    { 1, 2500, NULL, "" },
    { 1, 2501, NULL, "error shots[0].prompt\n" },
    { 1, 513, NULL, "" },
    { 2, 512, NULL, "" },
    { 2, 513, NULL, "warning shots[0].prompt\nwarning shots[1].prompt\n" },
    { 2, 2500, NULL, "warning shots[0].prompt\nwarning shots[1].prompt\n" },
    { 2, 2501, NULL, "error shots[0].prompt\nerror shots[1].prompt\n" },
    /* The camera's words are sent too: ". Camera: push in." */
    { 1, 2500 - 18, "push in", "" },
    { 1, 2500 - 17, "push in", "error shots[0].prompt\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", "/f.png", NULL);
      /* Characters are counted, and not bytes. */
      g_autofree char *text = fixture_repeat ("ü", rows[i].length);

      for (guint j = 0; j < rows[i].n_shots; j++)
        fixture_add_shot (request, text, rows[i].camera, 4);
      g_test_message ("%u", i);
      assert_found (request, rows[i].wanted);
    }
}

/* "@e0" is sent as "@Element1", which is longer. */
static void
test_sent_length (void)
{
  g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", "/f.png", NULL);
  g_autoptr(StarsendRequest) longer = fixture_take ("kling-o3", "/f.png", NULL);
  g_autofree char *text = fixture_repeat ("x", 2500 - 10);
  g_autofree char *fits = g_strconcat ("@e0 ", text, NULL);
  g_autofree char *too_long = g_strconcat ("@e0 x", text, NULL);

  fixture_add_elements (request, 1, 1);
  fixture_add_shot (request, fits, NULL, 5);
  assert_found (request, "");
  fixture_add_elements (longer, 1, 1);
  fixture_add_shot (longer, too_long, NULL, 5);
  assert_found (longer, "error shots[0].prompt\n");
}

static void
test_blank (void)
{
  static const char *const texts[] = { "", " ", "\n\t " };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", "/f.png", NULL);
      g_autoptr(StarsendRequest) grid = fixture_grid ("gemini", texts[i]);

      fixture_add_shot (request, texts[i], "push in", 5);
      assert_found (request, "error shots[0].prompt\n");
      assert_found (grid, "error prompt\n");
    }
}

static void
test_mentions (void)
{
  static const struct { const char *text; const char *place; const char *meant; } rows[] = {
    { "@blue_car stops", NULL, NULL },
    { "the @Blue_car stops", "shots[0].prompt", "@blue_car" },
    { "@blue_cat stops", "shots[0].prompt", "@blue_car" },
    { "@bluecar stops", "shots[0].prompt", "@blue_car" },
    { "@driver waves", NULL, NULL },
    { "@drivers wave", "shots[0].prompt", "@driver" },
    { "@Element1 stops", "shots[0].prompt", NULL },
    { "@zeppelin stops", "shots[0].prompt", NULL },
    { "write to me@home.org", NULL, NULL },
    { "@ home", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", "/f.png", NULL);
      g_autoptr(StarsendElementPictures) car = starsend_element_pictures_new ("blue_car", "The blue car", NULL, "/c.png", NULL);
      g_autoptr(StarsendElementPictures) driver = starsend_element_pictures_new ("driver", NULL, NULL, "/d.png", NULL);
      g_autoptr(GPtrArray) findings = NULL;
      const char *message;

      starsend_request_add_element (request, car);
      starsend_request_add_element (request, driver);
      fixture_add_shot (request, rows[i].text, NULL, 2);
      fixture_add_shot (request, "@blue_car @driver", NULL, 2);
      findings = check (request, FALSE);
      g_test_message ("%s", rows[i].text);
      g_assert_cmpuint (findings->len, ==, rows[i].place != NULL ? 1 : 0);
      if (rows[i].place == NULL)
        continue;
      message = fixture_find (findings, rows[i].place);
      g_assert_nonnull (message);
      g_assert_cmpint (starsend_finding_get_severity (g_ptr_array_index (findings, 0)), ==, STARSEND_SEVERITY_ERROR);
      if (rows[i].meant != NULL)
        g_assert_nonnull (strstr (message, rows[i].meant));
      else
        g_assert_null (strstr (message, "meant"));
    }
}

static void
test_never_named (void)
{
  const double five[] = { 5, 0 };
  g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", "/f.png", five);
  g_autoptr(StarsendRequest) grid = fixture_grid ("gemini", "a street");

  fixture_add_elements (request, 2, 1);
  fixture_add_elements (grid, 2, 1);
  assert_found (request, "warning elements[0]\nwarning elements[1]\n");
  assert_found (grid, "");
}

/* The local ones take any words. */
static void
test_local (void)
{
  g_autoptr(StarsendRequest) request = fixture_take ("animatic", NULL, NULL);
  g_autoptr(StarsendRequest) grid = fixture_grid ("sketch", "@nobody");

  fixture_add_shot (request, "@nobody", NULL, 0.2);
  assert_found (request, "");
  assert_found (grid, "");
}

static void
test_kind (void)
{
  const double five[] = { 5, 0 };
  g_autoptr(StarsendRequest) take = fixture_take ("gemini", "/f.png", five);
  g_autoptr(StarsendRequest) grid = fixture_grid ("kling-o3", "a street");
  g_autoptr(StarsendRequest) frameless = fixture_take ("veo-3.1", NULL, five);

  assert_found (take, "error model\n");
  assert_found (grid, "error model\n");
  assert_found (frameless, "error start_frame\n");
}

/* Elements */

static char *
name_all (guint n)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (out, "@e%u ", i);

  return g_string_free (out, FALSE);
}

static void
test_element_counts (void)
{
  static const struct { const char *model; guint n; guint n_references; const char *wanted; } rows[] = {
    { "kling-o3", 3, 1, "" },
    { "kling-o3", 4, 1, "warning elements\n" },
    { "kling-o3", 7, 1, "warning elements\n" },
    { "kling-o3", 8, 1, "error elements\n" },
    { "kling-v3", 8, 0, "error elements\n" },
    { "kling-o3", 1, 0, "" },
    { "kling-o3", 1, 3, "" },
    { "kling-o3", 1, 4, "warning elements[0].references\n" },
    { "veo-3.1", 1, 1, "warning elements\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(StarsendRequest) request = fixture_take (rows[i].model, "/f.png", NULL);
      g_autofree char *text = name_all (rows[i].n);

      fixture_add_elements (request, rows[i].n, rows[i].n_references);
      fixture_add_shot (request, text, NULL, 4);
      g_test_message ("%u", i);
      assert_found (request, rows[i].wanted);
    }
}

static void
test_grid_pictures (void)
{
  static const struct { const char *model; guint n; guint n_references; const char *wanted; } rows[] = {
    { "gemini", 14, 0, "" }, { "gemini", 15, 0, "error elements\n" },
    { "gemini-pro", 7, 1, "" }, { "gemini-pro", 5, 2, "error elements\n" },
    { "nano-banana-2", 2, 6, "" }, { "nano-banana-2", 3, 4, "error elements\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(StarsendRequest) grid = fixture_grid (rows[i].model, "a street");

      fixture_add_elements (grid, rows[i].n, rows[i].n_references);
      assert_found (grid, rows[i].wanted);
    }
}

/* The rest */

static void
test_aspect (void)
{
  static const struct { const char *model; const char *frame; int width, height; const char *wanted; } rows[] = {
    { "kling-o3", NULL, 16, 9, "" },
    { "kling-o3", NULL, 1280, 720, "" },
    { "kling-o3", NULL, 239, 100, "warning aspect_ratio\n" },
    { "kling-o3", "/f.png", 239, 100, "" },
    { "veo-3.1", "/f.png", 1, 1, "warning aspect_ratio\n" },
  };
  const double four[] = { 4, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(StarsendRequest) request = fixture_take (rows[i].model, rows[i].frame, four);

      starsend_request_set_aspect (request, rows[i].width, rows[i].height);
      assert_found (request, rows[i].wanted);
    }
}

static void
test_pictures (void)
{
  static const struct { int width, height; const char *wanted; } rows[] = {
    { 533, 300, "" },
    { 300, 300, "warning start_frame\n" },
    { 530, 299, "error start_frame\n" },
    { 750, 300, "warning start_frame\n" },
    { 760, 300, "error start_frame\nwarning start_frame\n" },
    { 300, 750, "warning start_frame\n" },
    { 300, 760, "error start_frame\nwarning start_frame\n" },
  };
  const double five[] = { 5, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = fixture_picture ("frame.png", rows[i].width, rows[i].height);
      g_autofree char *folder = g_path_get_dirname (path);
      g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", path, five);
      g_autoptr(GPtrArray) findings = check (request, TRUE);
      g_autofree char *found = fixture_describe (findings);

      g_assert_cmpstr (found, ==, rows[i].wanted);
      g_unlink (path);
      g_rmdir (folder);
    }
}

static void
test_element_pictures (void)
{
  g_autofree char *good = fixture_picture ("good.png", 400, 300);
  g_autofree char *small = fixture_picture ("small.png", 299, 400);
  const char *const references[] = { good, small, "/nowhere/at/all.png", good, "/nowhere/beyond.png", NULL };
  g_autoptr(StarsendElementPictures) element = starsend_element_pictures_new ("car", NULL, NULL, small, references);
  g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", NULL, NULL);
  g_autoptr(StarsendRequest) veo = fixture_take ("veo-3.1", good, NULL);
  g_autoptr(GPtrArray) findings = NULL;
  g_autoptr(GPtrArray) unsent = NULL;
  g_autofree char *found = NULL;

  fixture_add_shot (request, "@car stops", NULL, 5);
  starsend_request_add_element (request, element);
  findings = check (request, TRUE);
  found = fixture_describe (findings);
  /* What is not sent is not looked at. */
  g_assert_cmpstr (found, ==, "warning elements[0].references\nerror elements[0].frontal\nerror elements[0].references[1]\n"
                              "error elements[0].references[2]\n");

  fixture_add_shot (veo, "@car stops", NULL, 4);
  starsend_request_add_element (veo, element);
  unsent = check (veo, TRUE);
  g_assert_null (fixture_find (unsent, "elements[0].frontal"));
}

/* Whatever is asked for, it is told, in sentences, and of no more than can be read. */

static char *
make_words (void)
{
  static const char *const words[] = { "@", "@e0", "@e1,", "@Element1", "car", " ", "\n", "🚗", "ü", "%u", "%s%n", "{prompt}", "{elements}", "@日本", "'", "\"", "@@", "e0@e1" };
  GString *out = g_string_new (NULL);

  for (int i = g_test_rand_int_range (0, 60); i > 0; i--)
    g_string_append (out, words[g_test_rand_int_range (0, G_N_ELEMENTS (words))]);

  return g_string_free (out, FALSE);
}

static void
test_anything (void)
{
  GListModel *list = starsend_models_get_models (models);
  const double lengths[] = { 0, 1e-9, 0.04, 1, 2.5, 15, 16, 1e6, 1e300, NAN };

  for (guint round = 0; round < 3000; round++)
    {
      g_autoptr(StarsendModel) model = g_list_model_get_item (list, g_test_rand_int_range (0, (int) g_list_model_get_n_items (list)));
      g_autofree char *prompt = make_words ();
      g_autoptr(StarsendRequest) request = g_test_rand_bit () ? fixture_take (starsend_model_get_name (model), g_test_rand_bit () ? "/f.png" : NULL, NULL)
                                                              : fixture_grid (starsend_model_get_name (model), prompt);
      g_autoptr(GPtrArray) findings = NULL;
      g_autoptr(GPtrArray) whole = NULL;

      fixture_add_elements (request, (guint) g_test_rand_int_range (0, 10), (guint) g_test_rand_int_range (0, 5));
      for (int i = g_test_rand_int_range (0, 9); i > 0; i--)
        {
          g_autofree char *text = make_words ();
          g_autofree char *camera = g_test_rand_bit () ? make_words () : NULL;

          fixture_add_shot (request, text, camera, lengths[g_test_rand_int_range (0, G_N_ELEMENTS (lengths))]);
        }
      starsend_request_set_audio (request, g_test_rand_bit ());
      findings = starsend_model_check (model, request, TRUE);
      whole = starsend_model_check_whole (model, request, FALSE);
      g_assert_cmpuint (findings->len, <=, 200);
      g_assert_cmpuint (whole->len, <=, 200);
      g_assert_cmpint (starsend_model_estimate (model, request, NULL), >=, 0);
      for (guint i = 0; i < findings->len; i++)
        {
          g_assert_cmpuint (strlen (starsend_finding_get_message (g_ptr_array_index (findings, i))), >, 10);
          g_assert_true (g_utf8_validate (starsend_finding_get_message (g_ptr_array_index (findings, i)), -1, NULL));
        }
    }
}

/* Bytes that are no text, as introspection lets them in. */
static void
test_no_text (void)
{
  g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", "/f.png", NULL);
  g_autoptr(StarsendRequest) grid = fixture_grid ("gemini", "\xff\xfe@");

  fixture_add_shot (request, "a \xc3", NULL, 5);
  assert_found (request, "error shots[0].prompt\n");
  assert_found (grid, "error prompt\n");
}

static void
test_many (void)
{
  g_autofree char *text = fixture_repeat ("@nobody ", 8000);
  g_autoptr(StarsendRequest) request = fixture_take ("kling-o3", "/f.png", NULL);
  g_autoptr(GPtrArray) findings = NULL;

  fixture_add_elements (request, 500, 0);
  fixture_add_shot (request, text, text, 5);
  findings = check (request, FALSE);
  g_assert_cmpuint (findings->len, ==, 200);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  models = starsend_models_new ();
  g_test_add_func ("/model-check/lengths", test_lengths);
  g_test_add_func ("/model-check/fitted", test_fitted);
  g_test_add_func ("/model-check/parts", test_parts);
  g_test_add_func ("/model-check/no-length", test_no_length);
  g_test_add_func ("/model-check/prompts", test_prompts);
  g_test_add_func ("/model-check/sent-length", test_sent_length);
  g_test_add_func ("/model-check/blank", test_blank);
  g_test_add_func ("/model-check/mentions", test_mentions);
  g_test_add_func ("/model-check/never-named", test_never_named);
  g_test_add_func ("/model-check/local", test_local);
  g_test_add_func ("/model-check/kind", test_kind);
  g_test_add_func ("/model-check/element-counts", test_element_counts);
  g_test_add_func ("/model-check/grid-pictures", test_grid_pictures);
  g_test_add_func ("/model-check/aspect", test_aspect);
  g_test_add_func ("/model-check/pictures", test_pictures);
  g_test_add_func ("/model-check/element-pictures", test_element_pictures);
  g_test_add_func ("/model-check/anything", test_anything);
  g_test_add_func ("/model-check/no-text", test_no_text);
  g_test_add_func ("/model-check/many", test_many);
  status = g_test_run ();
  g_object_unref (models);

  return status;
}
