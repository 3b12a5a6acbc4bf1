/* test-plan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-plan.h"

static const char sample[] =
    "{\"format\": \"client_plan\", \"version\": 1, \"project\": \"driver-beware\", \"episode\": \"EP001\", \"title\": "
    "\"Driver Beware\",\n"
    " \"aspect_ratio\": \"21:9\", \"fps\": 23.976,\n"
    " \"sequences\": [{\"id\": \"SEQ04\", \"title\": \"Suburbia\", \"song_start\": \"0:24.000\", \"song_end\": 34.0,\n"
    "   \"elements\": [\"blue_car\", \"夏子\"], \"director_notes\": \"Sun behind.\", \"start_frame_prompt\": \"@夏子 "
    "at dusk\", \"model\": \"kling-o3\",\n"
    "   \"shots\": [{\"id\": \"shot_1\", \"duration\": 4, \"prompt\": \"@blue_car rolls\", \"camera\": \"push in\", "
    "\"notes\": \"\"},\n"
    "             {\"id\": \"shot_2\", \"duration\": \"0:06\", \"prompt\": \"\\ud83d\\ude97 away\"}]},\n"
    "  {\"id\": \"SEQ05\", \"shots\": [{\"id\": \"shot_1\", \"duration\": 1.25, \"prompt\": \"sky\"}]}],\n"
    " \"song\": {\"title\": \"Song\", \"file\": \"audio/song.ogg\", \"duration\": 96.0, \"bpm\": 120, \"sections\": "
    "[{\"name\": \"Verse 1\", \"start\": 0, \"end\": \"0:16\"}]},\n"
    " \"elements\": [{\"id\": \"blue_car\", \"name\": \"The blue car\", \"type\": \"vehicle\", \"description\": \"1972 "
    "coupe\",\n"
    "   \"frontal\": \"elements/front.png\", \"references\": [\"elements/side.png\", \"elements/rear.png\"]}, {\"id\": "
    "\"夏子\"}]}";

static StarsendPlan *
read_plan (const char *text, gssize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length < 0 ? strlen (text) : (gsize) length);
  g_autoptr (GError) error = NULL;
  StarsendPlan *plan = starsend_plan_new_from_bytes (bytes, &error);

  g_assert_no_error (error);
  g_assert_nonnull (plan);
  return plan;
}

static guint
count_findings (StarsendPlan *plan)
{
  return g_list_model_get_n_items (starsend_plan_get_findings (plan));
}

static void
test_head (void)
{
  g_autoptr (StarsendPlan) plan = read_plan (sample, -1);
  g_autoptr (StarsendPlan) bare = read_plan ("{\"format\":\"client_plan\",\"version\":1,\"sequences\":[]}", -1);
  StarsendFrameRate rate;
  int width, height;

  g_assert_cmpuint (count_findings (plan), ==, 0);
  g_assert_cmpstr (starsend_plan_get_project (plan), ==, "driver-beware");
  g_assert_cmpstr (starsend_plan_get_episode (plan), ==, "EP001");
  g_assert_cmpstr (starsend_plan_get_title (plan), ==, "Driver Beware");
  g_assert_cmpstr (starsend_plan_get_aspect_ratio (plan), ==, "21:9");
  starsend_plan_get_aspect (plan, &width, &height);
  g_assert_cmpint (width, ==, 21);
  g_assert_cmpint (height, ==, 9);
  starsend_plan_get_frame_rate (plan, &rate);
  g_assert_cmpint (rate.numerator, ==, 24000);

  g_assert_cmpuint (count_findings (bare), ==, 0);
  g_assert_null (starsend_plan_get_title (bare));
  g_assert_null (starsend_plan_get_song (bare));
  g_assert_cmpstr (starsend_plan_get_aspect_ratio (bare), ==, "16:9");
  starsend_plan_get_frame_rate (bare, &rate);
  g_assert_cmpint (rate.numerator, ==, 24);
  g_assert_cmpint (rate.denominator, ==, 1);
}

static void
test_song (void)
{
  g_autoptr (StarsendPlan) plan = read_plan (sample, -1);
  StarsendSong *song = starsend_plan_get_song (plan);
  double start, end;

  g_assert_cmpstr (starsend_song_get_title (song), ==, "Song");
  g_assert_cmpstr (starsend_song_get_file (song), ==, "audio/song.ogg");
  g_assert_cmpfloat (starsend_song_get_duration (song), ==, 96);
  g_assert_cmpfloat (starsend_song_get_bpm (song), ==, 120);
  g_assert_cmpuint (starsend_song_get_n_sections (song), ==, 1);
  g_assert_cmpstr (starsend_song_get_section (song, 0, &start, &end), ==, "Verse 1");
  g_assert_cmpfloat (start, ==, 0);
  g_assert_cmpfloat (end, ==, 16);
}

static void
test_sequence (void)
{
  g_autoptr (StarsendPlan) plan = read_plan (sample, -1);
  g_autoptr (StarsendSequence) sequence = starsend_plan_dup_sequence (plan, "SEQ04");
  g_autoptr (StarsendSequence) second = starsend_plan_dup_sequence (plan, "SEQ05");
  g_autoptr (StarsendShot) shot = starsend_sequence_dup_shot (sequence, "shot_2");
  g_autoptr (StarsendShot) first = g_list_model_get_item (starsend_sequence_get_shots (sequence), 0);
  const char *const *elements = starsend_sequence_get_elements (sequence);

  g_assert_cmpstr (starsend_sequence_get_title (sequence), ==, "Suburbia");
  g_assert_cmpfloat (starsend_sequence_get_song_start (sequence), ==, 24);
  g_assert_cmpfloat (starsend_sequence_get_song_end (sequence), ==, 34);
  g_assert_cmpfloat (starsend_sequence_get_duration (sequence), ==, 10);
  g_assert_cmpstr (elements[0], ==, "blue_car");
  g_assert_cmpstr (elements[1], ==, "夏子");
  g_assert_null (elements[2]);
  g_assert_cmpstr (starsend_sequence_get_director_notes (sequence), ==, "Sun behind.");
  g_assert_cmpstr (starsend_sequence_get_start_frame_prompt (sequence), ==, "@夏子 at dusk");
  g_assert_cmpstr (starsend_sequence_get_model (sequence), ==, "kling-o3");
  g_assert_cmpuint (starsend_sequence_get_position (second), ==, 1);
  g_assert_cmpstr (starsend_shot_get_id (shot), ==, "shot_2");
  g_assert_cmpfloat (starsend_shot_get_duration (shot), ==, 6);
  g_assert_cmpstr (starsend_shot_get_prompt (shot), ==, "🚗 away");
  g_assert_null (starsend_shot_get_camera (shot));
  g_assert_cmpstr (starsend_shot_get_camera (first), ==, "push in");
  g_assert_cmpstr (starsend_shot_get_notes (first), ==, "");
  g_assert_null (starsend_sequence_dup_shot (sequence, "shot_3"));
  g_assert_null (starsend_plan_dup_sequence (plan, "SEQ06"));

  g_assert_null (starsend_sequence_get_title (second));
  g_assert_cmpfloat (starsend_sequence_get_song_start (second), ==, -1);
  g_assert_nonnull (starsend_sequence_get_elements (second));
  g_assert_null (starsend_sequence_get_elements (second)[0]);
}

static void
test_element (void)
{
  g_autoptr (StarsendPlan) plan = read_plan (sample, -1);
  g_autoptr (StarsendElement) element = starsend_plan_dup_element (plan, "blue_car");
  g_autoptr (StarsendElement) bare = starsend_plan_dup_element (plan, "夏子");

  g_assert_cmpstr (starsend_element_get_name (element), ==, "The blue car");
  g_assert_cmpstr (starsend_element_get_kind (element), ==, "vehicle");
  g_assert_cmpstr (starsend_element_get_description (element), ==, "1972 coupe");
  g_assert_cmpstr (starsend_element_get_frontal (element), ==, "elements/front.png");
  g_assert_cmpstr (starsend_element_get_references (element)[1], ==, "elements/rear.png");
  g_assert_null (starsend_element_get_references (element)[2]);
  g_assert_null (starsend_element_get_frontal (bare));
  g_assert_null (starsend_element_get_references (bare)[0]);
  g_assert_null (starsend_plan_dup_element (plan, "blue"));
}

/* Every readable property of every object gives what it is declared to hold. */
static void
test_properties (void)
{
  g_autoptr (StarsendPlan) plan = read_plan (sample, -1);
  g_autoptr (StarsendSequence) sequence = starsend_plan_dup_sequence (plan, "SEQ04");
  g_autoptr (StarsendShot) shot = starsend_sequence_dup_shot (sequence, "shot_1");
  g_autoptr (StarsendElement) element = starsend_plan_dup_element (plan, "blue_car");
  g_autoptr (StarsendFinding) finding = starsend_finding_new (STARSEND_SEVERITY_ERROR, "place", "id", "message");
  gpointer objects[] = { plan, sequence, shot, element, finding, starsend_plan_get_song (plan) };
  g_autofree char *prompt = NULL;
  double duration;

  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    {
      guint n_properties;
      g_autofree GParamSpec **properties =
          g_object_class_list_properties (G_OBJECT_GET_CLASS (objects[i]), &n_properties);

      g_assert_cmpuint (n_properties, >, 3);
      for (guint p = 0; p < n_properties; p++)
        {
          g_auto (GValue) value = G_VALUE_INIT;

          g_object_get_property (objects[i], properties[p]->name, &value);
          g_assert_false (g_param_value_validate (properties[p], &value));
          if (G_VALUE_HOLDS_STRING (&value))
            g_assert_nonnull (g_value_get_string (&value));
        }
    }
  g_object_get (shot, "prompt", &prompt, "duration", &duration, NULL);
  g_assert_cmpstr (prompt, ==, "@blue_car rolls");
  g_assert_cmpfloat (duration, ==, 4);
}

static void
test_lazy (void)
{
  StarsendPlan *plan = read_plan (sample, -1);
  GListModel *sequences = starsend_plan_get_sequences (plan);
  g_autoptr (StarsendSequence) sequence = g_list_model_get_item (sequences, 0);
  g_autoptr (StarsendSequence) again = g_list_model_get_item (sequences, 0);
  g_autoptr (GListModel) kept = g_object_ref (starsend_sequence_get_shots (sequence));
  g_autoptr (StarsendShot) shot = NULL;

  g_assert_true (sequence == again);
  g_assert_true (g_list_model_get_item_type (sequences) == STARSEND_TYPE_SEQUENCE);
  g_assert_null (g_list_model_get_item (sequences, 2));
  g_assert_finalize_object (plan);

  /* A wrapper keeps what it shows. */
  shot = g_list_model_get_item (kept, 0);
  g_assert_cmpstr (starsend_sequence_get_id (sequence), ==, "SEQ04");
  g_assert_cmpstr (starsend_shot_get_prompt (shot), ==, "@blue_car rolls");
  g_clear_object (&again);
  g_assert_finalize_object (g_steal_pointer (&sequence));
}

static void
test_bytes (void)
{
  g_autoptr (StarsendPlan) plan = read_plan (sample, -1);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, sample, -1);
  gsize size;
  const char *text = g_bytes_get_data (starsend_plan_get_bytes (plan), &size);

  g_assert_cmpmem (text, size, sample, strlen (sample));
  g_assert_cmpstr (starsend_plan_get_digest (plan), ==, digest);
  g_assert_true (starsend_plan_get_digest (plan) == starsend_plan_get_digest (plan));
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    const char *place;
  } cases[] = {
    { "", "line 1, column 1: " },
    { "[]", "line 1, column 1: " },
    { "\n\"x\"", "line 2, column 1: " },
    { "{}", "line 1, column 1: " },
    { "{\"format\":\"client_plan\"}", "line 1, column 1: " },
    { "{\"format\":\"plan\",\"version\":1}", "line 1, column 11: " },
    { "{\"format\":1,\"version\":1}", "line 1, column 11: " },
    { "{\"format\":\"client_plan\",\n\"version\":2}", "line 2, column 11: " },
    { "{\"format\":\"client_plan\",\"version\":\"1\"}", "line 1, column 35: " },
    { "{\"format\":\"client_plan\",\"version\":1.5}", "line 1, column 35: " },
    { "{\"format\":\"client_plan\",\"version\":1,}", "line 1, column 37: " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].text, strlen (cases[i].text));
      g_autoptr (GError) error = NULL;

      g_assert_null (starsend_plan_new_from_bytes (bytes, &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      if (!g_str_has_prefix (error->message, cases[i].place))
        g_error ("%s: %s", cases[i].text, error->message);
    }
}

static void
test_times (void)
{
  static const struct
  {
    const char *text;
    double seconds;
  } good[] = {
    { "0:24.000", 24 }, { "34.0", 34 },    { "34", 34 }, { "1:01.234", 61.234 },
    { "12:00", 720 },   { "0:00.5", 0.5 }, { "90", 90 }, { "100:59", 6059 },
  };
  static const char *const bad[] = { "",    ":",   "1:",       ":30",          "1:5",    "1:60", "1:005", "1:02:03",
                                     "-1",  "+1",  " 1",       "1 ",           "1.",     ".5",   "1:30.", "1e3",
                                     "0x1", "nan", "12345678", "1.1234567890", "1:30,5", "٤" };
  double seconds;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_true (starsend_song_parse_time (good[i].text, &seconds));
      g_assert_cmpfloat (seconds, ==, good[i].seconds);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (starsend_song_parse_time (bad[i], &seconds));
}

static StarsendFinding *
find_place (StarsendPlan *plan, const char *place)
{
  GListModel *findings = starsend_plan_get_findings (plan);

  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (StarsendFinding) finding = g_list_model_get_item (findings, i);

      if (g_str_equal (starsend_finding_get_place (finding), place))
        return g_steal_pointer (&finding);
    }
  g_error ("nothing is found at %s", place);
}

/* What a table of JSON values cannot hold: names that stand twice, and texts that are too long. */
static void
test_text_findings (void)
{
  g_autofree char *longest = g_strnfill (65536, 'x');
  g_autofree char *fits =
      g_strdup_printf ("{\"format\":\"client_plan\",\"version\":1,\"title\":\"%s\",\"sequences\":[]}", longest);
  g_autofree char *over =
      g_strdup_printf ("{\"format\":\"client_plan\",\"version\":1,\"title\":\"%sx\",\"sequences\":[]}", longest);
  g_autoptr (StarsendPlan) good = read_plan (fits, -1);
  g_autoptr (StarsendPlan) bad = read_plan (over, -1);
  g_autoptr (StarsendPlan) twice = read_plan (
      "{\"format\":\"client_plan\",\"version\":1,\"x\":1,\"title\":\"a\",\"title\":\"b\",\"x\":2,\"sequences\":["
      "{\"id\":\"A\",\"id\":\"B\",\"shots\":[{\"id\":\"s\",\"duration\":1,\"duration\":2,\"prompt\":\"p\"}]}]}",
      -1);
  static const char *const places[] = { "x", "title", "sequences[0].id", "sequences[0].shots[0].duration" };
  g_autoptr (StarsendFinding) finding = find_place (bad, "title");

  g_assert_cmpuint (count_findings (good), ==, 0);
  g_assert_cmpint (starsend_finding_get_severity (finding), ==, STARSEND_SEVERITY_ERROR);
  g_assert_cmpstr (starsend_plan_get_title (twice), ==, "b");
  g_assert_true (starsend_plan_find_sequence (twice, "B", NULL));
  g_assert_cmpuint (count_findings (twice), ==, G_N_ELEMENTS (places));
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (StarsendFinding) one = find_place (twice, places[i]);

      g_assert_cmpint (starsend_finding_get_severity (one), ==, STARSEND_SEVERITY_WARNING);
    }
}

/* More findings than are kept: the rest is counted, and every sequence still knows its own error. */
static void
test_many_findings (void)
{
  g_autoptr (GString) text = g_string_new ("{\"format\":\"client_plan\",\"version\":1,\"sequences\":[");
  g_autoptr (StarsendPlan) plan = NULL;
  g_autoptr (StarsendFinding) last = NULL;
  g_autoptr (StarsendFinding) own = NULL;

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (text, "%s{\"id\":\"S%u\",\"shots\":[]}", i ? "," : "", i);
  g_string_append (text, "]}");
  plan = read_plan (text->str, text->len);
  g_assert_cmpuint (count_findings (plan), ==, 1000);
  last = g_list_model_get_item (starsend_plan_get_findings (plan), 999);
  g_assert_nonnull (strstr (starsend_finding_get_message (last), "2001"));
  g_assert_true (starsend_plan_has_error (plan, "S2999", &own));
  g_assert_cmpstr (starsend_finding_get_place (own), ==, "sequences[2999].shots");
  g_assert_false (starsend_plan_has_error (plan, "S3000", NULL));
  g_assert_false (starsend_plan_has_error (plan, NULL, NULL));
}

/* Overlaps are found after everything else, and still stand where the text has them. */
static void
test_order (void)
{
  g_autoptr (StarsendPlan) plan = read_plan (
      "{\"format\":\"client_plan\",\"version\":1,\"sequences\":["
      "{\"id\":\"A\",\"song_start\":0,\"song_end\":4,\"shots\":[{\"id\":\"s\",\"duration\":4,\"prompt\":\"p\"}]},"
      "{\"id\":\"B\",\"song_start\":2,\"song_end\":6,\"shots\":[{\"id\":\"s\",\"duration\":4,\"prompt\":\"p\"}]},"
      "{\"id\":\"C\",\"shots\":[]}],\"elements\":[{\"id\":\"\"}]}",
      -1);
  static const char *const places[] = { "sequences[1].song_start", "sequences[2].shots", "elements[0].id" };

  g_assert_cmpuint (count_findings (plan), ==, G_N_ELEMENTS (places));
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (StarsendFinding) finding = g_list_model_get_item (starsend_plan_get_findings (plan), i);

      g_assert_cmpstr (starsend_finding_get_place (finding), ==, places[i]);
    }
}

static void
test_large (void)
{
  g_autoptr (GString) text = g_string_new ("{\"format\":\"client_plan\",\"version\":1,\"sequences\":[");
  g_autoptr (StarsendPlan) plan = NULL;
  g_autoptr (StarsendSequence) sequence = NULL;
  g_auto (GStrv) ids = NULL;
  guint position;

  for (guint i = 0; i < 10000; i++)
    {
      g_string_append_printf (text, "%s{\"id\":\"SEQ%05u\",\"song_start\":%u,\"song_end\":%u,\"shots\":[", i ? "," : "",
                              i, i * 6, i * 6 + 6);
      for (guint s = 0; s < 6; s++)
        g_string_append_printf (text, "%s{\"id\":\"shot_%u\",\"duration\":1,\"prompt\":\"a long road\"}", s ? "," : "",
                                s);
      g_string_append (text, "]}");
    }
  g_string_append (text, "]}");
  plan = read_plan (text->str, text->len);
  g_assert_cmpuint (count_findings (plan), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (starsend_plan_get_sequences (plan)), ==, 10000);
  ids = starsend_plan_dup_sequence_ids (plan);
  g_assert_cmpuint (g_strv_length (ids), ==, 10000);
  g_assert_true (starsend_plan_find_sequence (plan, "SEQ09999", &position));
  g_assert_cmpuint (position, ==, 9999);
  sequence = starsend_plan_dup_sequence (plan, "SEQ09999");
  g_assert_cmpfloat (starsend_sequence_get_song_start (sequence), ==, 59994);
}

/* Many shots in one sequence: ids are compared by a table, and duplicates at both ends are seen. */
static void
test_many_shots (void)
{
  g_autoptr (GString) text =
      g_string_new ("{\"format\":\"client_plan\",\"version\":1,\"sequences\":[{\"id\":\"A\",\"shots\":[");
  g_autoptr (StarsendPlan) plan = NULL;
  static const char *const places[] = { "sequences[0].shots[3].id", "sequences[0].shots[100000].id" };

  for (guint i = 0; i <= 100000; i++)
    g_string_append_printf (text, "%s{\"id\":\"s%u\",\"duration\":0.5,\"prompt\":\"p\"}", i ? "," : "",
                            i == 3 || i == 100000 ? 2 : i);
  g_string_append (text, "]}]}");
  plan = read_plan (text->str, text->len);
  g_assert_cmpuint (count_findings (plan), ==, G_N_ELEMENTS (places));
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    g_object_unref (find_place (plan, places[i]));
}

/* Bounded and repeatable with --seed: whatever is changed in the text, it is refused or read to its end. */
static void
test_mutations (void)
{
  static const char *const pieces[] = { "null", "-1",   "1e308", "[]",   "{}",      "\"\"",      "\"@\"",
                                        ",",    ":",    "}",     "]",    "\\u0000", "@blue_car", "\"id\":",
                                        "\xff", "0:99", "true",  "[[[[", "é",       "../" };
  guint n_read = 0;

  for (guint round = 0; round < 6000; round++)
    {
      g_autoptr (GString) text = g_string_new (sample);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (StarsendPlan) plan = NULL;
      g_autoptr (GError) error = NULL;
      guint n_changes = g_test_rand_int_range (1, 4);

      for (guint i = 0; i < n_changes; i++)
        {
          gsize at = g_test_rand_int_range (0, text->len - 20);

          if (g_test_rand_bit ())
            g_string_erase (text, at, g_test_rand_int_range (0, 20));
          else if (g_test_rand_bit ())
            text->str[at] = (char) g_test_rand_int_range (0x20, 0x7f);
          if (g_test_rand_bit ())
            g_string_insert (text, at, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
        }
      bytes = g_bytes_new (text->str, text->len);
      plan = starsend_plan_new_from_bytes (bytes, &error);
      g_assert_true ((plan != NULL) == (error == NULL));
      for (guint i = 0; plan && i < g_list_model_get_n_items (starsend_plan_get_sequences (plan)); i++)
        {
          g_autoptr (StarsendSequence) sequence = g_list_model_get_item (starsend_plan_get_sequences (plan), i);

          g_assert_cmpstr (starsend_sequence_get_id (sequence), !=, "");
          g_assert_cmpfloat (starsend_sequence_get_duration (sequence), >=, 0);
        }
      n_read += plan != NULL;
    }
  g_assert_cmpuint (n_read, >, 500);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static StarsendPlan *
load_plan (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  starsend_plan_load_async (path, cancellable, on_loaded, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  return starsend_plan_load_finish (result, error);
}

static void
test_load (void)
{
  g_autofree char *folder = g_dir_make_tmp ("starsend-plan-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "plan.json", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendPlan) plan = NULL;

  g_assert_null (load_plan (path, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, sample, -1, NULL));
  plan = load_plan (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (starsend_plan_get_title (plan), ==, "Driver Beware");
  g_cancellable_cancel (cancellable);
  g_assert_null (load_plan (path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_unlink (path);
  g_rmdir (folder);
}

/* An element's error is told where it stands and where it is met first, and stops every sequence that lists it. */
static void
test_shared_error (void)
{
  static const char text[] =
      "{\"format\": \"client_plan\", \"version\": 1, \"elements\": [{\"id\": \"car\", \"frontal\": \"/etc/passwd\"}], \"sequences\": ["
      "{\"id\": \"A\", \"elements\": [\"car\"], \"shots\": [{\"id\": \"s\", \"duration\": 1, \"prompt\": \"@car\"}]},"
      "{\"id\": \"B\", \"elements\": [\"car\"], \"shots\": [{\"id\": \"s\", \"duration\": 1, \"prompt\": \"@car\"}]},"
      "{\"id\": \"C\", \"shots\": [{\"id\": \"s\", \"duration\": 3601, \"prompt\": \"a\"}]},"
      "{\"id\": \"D\", \"shots\": [{\"id\": \"s\", \"duration\": 3600, \"prompt\": \"a\"}]}]}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (StarsendPlan) plan = starsend_plan_new_from_bytes (bytes, NULL);
  GListModel *findings = starsend_plan_get_findings (plan);
  g_autoptr (StarsendFinding) first = g_list_model_get_item (findings, 0);
  g_autoptr (StarsendFinding) second = g_list_model_get_item (findings, 1);
  g_autoptr (StarsendFinding) third = g_list_model_get_item (findings, 2);
  g_autoptr (StarsendFinding) blocking = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (findings), ==, 3);
  g_assert_cmpstr (starsend_finding_get_place (first), ==, "elements[0].frontal");
  g_assert_cmpstr (starsend_finding_get_place (second), ==, "sequences[0].elements[0]");
  g_assert_cmpstr (starsend_finding_get_place (third), ==, "sequences[2].shots[0].duration");
  g_assert_nonnull (strstr (starsend_finding_get_message (third), "3600"));
  g_assert_true (starsend_plan_has_error (plan, "A", NULL));
  g_assert_true (starsend_plan_has_error (plan, "B", &blocking));
  g_assert_cmpstr (starsend_finding_get_place (blocking), ==, "sequences[1].elements[0]");
  g_assert_false (starsend_plan_has_error (plan, "D", NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/head", test_head);
  g_test_add_func ("/plan/song", test_song);
  g_test_add_func ("/plan/sequence", test_sequence);
  g_test_add_func ("/plan/element", test_element);
  g_test_add_func ("/plan/properties", test_properties);
  g_test_add_func ("/plan/lazy", test_lazy);
  g_test_add_func ("/plan/bytes", test_bytes);
  g_test_add_func ("/plan/refused", test_refused);
  g_test_add_func ("/plan/times", test_times);
  g_test_add_func ("/plan/text-findings", test_text_findings);
  g_test_add_func ("/plan/many-findings", test_many_findings);
  g_test_add_func ("/plan/shared-error", test_shared_error);
  g_test_add_func ("/plan/order", test_order);
  g_test_add_func ("/plan/large", test_large);
  g_test_add_func ("/plan/many-shots", test_many_shots);
  g_test_add_func ("/plan/mutations", test_mutations);
  g_test_add_func ("/plan/load", test_load);
  return g_test_run ();
}
