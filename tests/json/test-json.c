/* test-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "starsend-error.h"
#include "starsend-json.h"

#define MAX_SIZE (1024 * 1024)

static StarsendJson *
read_bytes (const char *text, gsize length, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);

  return starsend_json_new (bytes, MAX_SIZE, error);
}

static StarsendJson *
read_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  StarsendJson *json = read_bytes (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (json);
  return json;
}

static void
assert_refused (const char *text, gsize length, const char *place)
{
  g_autoptr (GError) error = NULL;
  StarsendJson *json = read_bytes (text, length, &error);

  if (json)
    g_error ("was read: %s", text);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  if (place && !g_str_has_prefix (error->message, place))
    g_error ("“%s” does not begin with “%s”: %s", error->message, place, text);
}

static void
test_values (void)
{
  g_autoptr (StarsendJson) json =
      read_text (" {\"a\": [1, -2.5, true, false, null, \"x\"], \"b\": {}, \"c\": [], \"a\": 7} ");
  const StarsendJsonNode *root = starsend_json_get_root (json);
  const StarsendJsonNode *array = starsend_json_node_get_first_child (root);
  const StarsendJsonNode *node = starsend_json_node_get_first_child (array);
  gint64 integer;

  g_assert_cmpint (starsend_json_node_get_kind (root), ==, STARSEND_JSON_OBJECT);
  g_assert_cmpuint (starsend_json_node_get_length (root), ==, 4);
  g_assert_null (starsend_json_node_get_name (root, NULL));
  g_assert_cmpstr (starsend_json_node_get_name (array, NULL), ==, "a");
  g_assert_cmpuint (starsend_json_node_get_length (array), ==, 6);
  g_assert_null (starsend_json_node_get_name (node, NULL));
  g_assert_true (starsend_json_node_get_integer (node, &integer));
  g_assert_cmpint (integer, ==, 1);
  node = starsend_json_node_get_next (node);
  g_assert_null (starsend_json_node_get_name (node, NULL));
  g_assert_cmpfloat (starsend_json_node_get_number (node), ==, -2.5);
  g_assert_false (starsend_json_node_get_integer (node, &integer));
  node = starsend_json_node_get_next (node);
  g_assert_true (starsend_json_node_get_boolean (node));
  node = starsend_json_node_get_next (node);
  g_assert_cmpint (starsend_json_node_get_kind (node), ==, STARSEND_JSON_BOOLEAN);
  g_assert_false (starsend_json_node_get_boolean (node));
  node = starsend_json_node_get_next (node);
  g_assert_cmpint (starsend_json_node_get_kind (node), ==, STARSEND_JSON_NULL);
  node = starsend_json_node_get_next (node);
  g_assert_cmpstr (starsend_json_node_get_string (node, NULL), ==, "x");
  g_assert_null (starsend_json_node_get_next (node));
  g_assert_cmpint (starsend_json_node_get_integer_member (root, "a", 0), ==, 7);
  g_assert_null (starsend_json_node_get_first_child (starsend_json_node_get_member (root, "b")));
  g_assert_null (starsend_json_node_get_first_child (starsend_json_node_get_member (root, "c")));
  g_assert_null (starsend_json_node_get_next (starsend_json_node_get_member (root, "a")));
}

static void
test_members (void)
{
  g_autoptr (StarsendJson) json = read_text ("{\"s\":\"t\",\"i\":4,\"n\":0.5,\"b\":true,\"ab\":1,\"a\\u0000b\":2}");
  const StarsendJsonNode *root = starsend_json_get_root (json);

  g_assert_cmpstr (starsend_json_node_get_string_member (root, "s"), ==, "t");
  g_assert_null (starsend_json_node_get_string_member (root, "i"));
  g_assert_null (starsend_json_node_get_string_member (root, "none"));
  g_assert_cmpint (starsend_json_node_get_integer_member (root, "i", -1), ==, 4);
  g_assert_cmpint (starsend_json_node_get_integer_member (root, "n", -1), ==, -1);
  g_assert_cmpint (starsend_json_node_get_integer_member (root, "s", -1), ==, -1);
  g_assert_cmpfloat (starsend_json_node_get_number_member (root, "n", -1), ==, 0.5);
  g_assert_cmpfloat (starsend_json_node_get_number_member (root, "b", -1), ==, -1);
  g_assert_true (starsend_json_node_get_boolean_member (root, "b", FALSE));
  g_assert_true (starsend_json_node_get_boolean_member (root, "i", TRUE));
  g_assert_null (starsend_json_node_get_member (NULL, "s"));
  g_assert_null (starsend_json_node_get_member (starsend_json_node_get_member (root, "s"), "s"));
  g_assert_null (starsend_json_node_get_member (root, "a"));
}

static void
test_numbers (void)
{
  static const struct
  {
    const char *text;
    double number;
    gint64 integer;
    gboolean is_integer;
  } cases[] = {
    { "0", 0, 0, TRUE },
    { "-0", -0.0, 0, TRUE },
    { "4.0", 4, 4, TRUE },
    { "4e0", 4, 4, TRUE },
    { "12E+2", 1200, 1200, TRUE },
    { "0.1", 0.1, 0, FALSE },
    { "-123.456", -123.456, 0, FALSE },
    { "23.976", 23.976, 0, FALSE },
    { "0.30000000000000004", 0.30000000000000004, 0, FALSE },
    { "1e-999", 0, 0, TRUE },
    { "5e-324", 5e-324, 0, FALSE },
    { "1.7976931348623157e308", 1.7976931348623157e308, 0, FALSE },
    { "9223372036854775807", 9223372036854775807.0, G_MAXINT64, TRUE },
    { "-9223372036854775808", -9223372036854775808.0, G_MININT64, TRUE },
    { "9223372036854775808", 9223372036854775808.0, 0, FALSE },
    { "-9223372036854775809", -9223372036854775808.0, 0, FALSE },
    { "12345678901234567890", 12345678901234567890.0, 0, FALSE },
    { "1e300", 1e300, 0, FALSE },
    { "0.00000000000001", 0.00000000000001, 0, FALSE },
    { "999999999999999", 999999999999999, 999999999999999, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StarsendJson) json = read_text (cases[i].text);
      const StarsendJsonNode *root = starsend_json_get_root (json);
      gint64 integer = 0;

      g_assert_cmpfloat (starsend_json_node_get_number (root), ==, cases[i].number);
      g_assert_cmpint (starsend_json_node_get_integer (root, &integer), ==, cases[i].is_integer);
      if (cases[i].is_integer)
        g_assert_cmpint (integer, ==, cases[i].integer);
    }
}

static void
test_strings (void)
{
  static const struct
  {
    const char *text;
    const char *decoded;
  } cases[] = {
    { "\"\"", "" },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
    { "\"\\u0041\\u00e9\\u20AC\\ud83d\\uDE97.\"", "Aé€🚗." },
    { "\"0123456789abcdef0123456789abcdef\\n0123456789abcdef\"", "0123456789abcdef0123456789abcdef\n0123456789abcdef" },
    { "\"été … 夏 🚗 \x7f\"", "été … 夏 🚗 \x7f" },
    { "\"1234567é\\u00e9\\\\\"", "1234567éé\\" },
  };
  g_autoptr (StarsendJson) json = NULL;
  gsize length;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StarsendJson) one = read_text (cases[i].text);

      g_assert_cmpstr (starsend_json_node_get_string (starsend_json_get_root (one), &length), ==, cases[i].decoded);
      g_assert_cmpuint (length, ==, strlen (cases[i].decoded));
    }
  json = read_text ("\"é\\u0000é\\u0000\"");
  g_assert_cmpmem ("é\0é\0", 6, starsend_json_node_get_string (starsend_json_get_root (json), &length), length);
}

/* Every position of the special byte inside a word of the scanner, with and without bytes above 0x7f beside it. */
static void
test_string_alignment (void)
{
  static const char *const fillers[] = { "a", "é", "#", "!", "[" };

  for (guint f = 0; f < G_N_ELEMENTS (fillers); f++)
    for (guint n = 0; n < 40; n++)
      {
        g_autoptr (GString) text = g_string_new ("[\"");
        g_autoptr (GString) plain = g_string_new (NULL);
        g_autoptr (StarsendJson) json = NULL;
        const StarsendJsonNode *node;
        gsize bad;

        for (guint i = 0; i < n; i++)
          g_string_append (plain, fillers[f]);
        bad = text->len + plain->len;
        g_string_append_printf (text, "%s\\\"%s\",\"%s\"]", plain->str, plain->str, plain->str);
        json = read_text (text->str);
        node = starsend_json_node_get_first_child (starsend_json_get_root (json));
        g_string_append (plain, "\"");
        g_assert_true (g_str_has_prefix (starsend_json_node_get_string (node, NULL), plain->str));
        g_assert_cmpuint (strlen (starsend_json_node_get_string (node, NULL)), ==, 2 * plain->len - 1);
        text->str[bad] = '\x1f';
        assert_refused (text->str, text->len, NULL);
        text->str[bad] = '\xff';
        assert_refused (text->str, text->len, NULL);
      }
}

static void
test_refused (void)
{
  static const char *const cases[] = {
    "",
    " ",
    "[",
    "]",
    "{",
    "}",
    "[}",
    "{]",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[1 2]",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{,}",
    "{1:2}",
    "{\"a\" 1}",
    "{\"a\":1 \"b\":2}",
    "{a:1}",
    "{'a':1}",
    "['a']",
    "\"",
    "\"\\",
    "\"\\x\"",
    "\"\\u12\"",
    "\"\\u12g4\"",
    "\"\\u\"",
    "\"\t\"",
    "\"\n\"",
    "\"\x01\"",
    "tru",
    "truex",
    "True",
    "nul",
    "NaN",
    "Infinity",
    "-Infinity",
    "-",
    "+1",
    "01",
    "-01",
    "1.",
    ".5",
    "1.e1",
    "1e",
    "1e+",
    "0x1",
    "1_000",
    "1 1",
    "[1]]",
    "[1]x",
    "{}{}",
    "//x\n1",
    "/**/1",
    "[1]//",
    "\xef\xbb\xbf[]",
    "[\xef\xbb\xbf]",
    "\"\\ud800\"",
    "\"\\udc00\"",
    "\"\\ud800\\ud800\"",
    "\"\\ud800x\"",
    "\"\\ud800\\n\"",
    "\"\\udc00\\ud800\"",
    "\"\xff\"",
    "\"\xc3\"",
    "\"\xc0\xaf\"",
    "\"\xed\xa0\x80\"",
    "\"\xf4\x90\x80\x80\"",
    "\"\\u0000\xff\"",
    "1e999",
    "-1e999",
    "1e99999999999",
    "[\xc2\xa0]",
    "\f1",
    "[1\v]",
    "#",
  };
  g_autofree char *digits = g_strnfill (400, '9');

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (cases[i], strlen (cases[i]), "line ");
  assert_refused (digits, 400, "line 1, column 1: ");
  assert_refused ("[]\0", 3, "line 1, column 3: ");
  assert_refused ("\"a\0b\"", 5, "line 1, column 3: ");
  assert_refused (NULL, 0, "line 1, column 1: ");
}

static void
test_positions (void)
{
  g_autoptr (StarsendJson) json = read_text ("{\n \"é\": \"é\",  \"n\":\r\n  12, \"s\": [ \"x\" ]}");
  static const struct
  {
    const char *name;
    guint line;
    guint column;
  } places[] = { { "é", 2, 7 }, { "n", 3, 3 }, { "s", 3, 12 } };
  guint line, column;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      starsend_json_get_position (json, starsend_json_node_get_member (starsend_json_get_root (json), places[i].name),
                                  &line, &column);
      g_assert_cmpuint (line, ==, places[i].line);
      g_assert_cmpuint (column, ==, places[i].column);
    }
  assert_refused ("[\n\n  1,\n  é]", 13, "line 4, column 3: ");
  assert_refused ("[\"é\", x]", 9, "line 1, column 7: ");
}

static void
test_raw (void)
{
  g_autoptr (StarsendJson) json =
      read_text ("{\"o\" : { \"a\\\"}\" :[1.50, {} ]} , \"s\":\"\\u00e9\\\\\", \"n\": -1.0e+2 ,\"t\":true}");
  static const struct
  {
    const char *name;
    const char *raw;
  } cases[] = {
    { "o", "{ \"a\\\"}\" :[1.50, {} ]}" }, { "s", "\"\\u00e9\\\\\"" }, { "n", "-1.0e+2" }, { "t", "true" }
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length;
      g_autofree char *raw = starsend_json_dup_raw (
          json, starsend_json_node_get_member (starsend_json_get_root (json), cases[i].name), &length);

      g_assert_cmpstr (raw, ==, cases[i].raw);
      g_assert_cmpuint (length, ==, strlen (raw));
    }
}

static char *
nest (guint depth, char open, char shut)
{
  char *text = g_strnfill (2 * depth, open);

  memset (text + depth, shut, depth);
  return text;
}

static void
test_depth (void)
{
  g_autofree char *fits = nest (STARSEND_JSON_MAX_DEPTH, '[', ']');
  g_autofree char *deep = nest (STARSEND_JSON_MAX_DEPTH + 1, '[', ']');
  g_autofree char *abyss = nest (100000, '[', ']');
  g_autofree char *openings = g_strnfill (100000, '[');
  g_autofree char *objects = g_strnfill (100000, '{');
  g_autoptr (GString) members = g_string_new (NULL);
  g_autoptr (StarsendJson) json = read_text (fits);

  g_assert_nonnull (json);
  assert_refused (deep, strlen (deep), "line 1, column 65: ");
  assert_refused (abyss, strlen (abyss), "line 1, column 65: ");
  assert_refused (openings, strlen (openings), "line 1, column 65: ");
  assert_refused (objects, strlen (objects), "line 1, column 2: ");
  for (guint i = 0; i < 100000; i++)
    g_string_append (members, "{\"\":");
  assert_refused (members->str, members->len, "line 1, column 257: ");
}

static void
test_size (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("[1,2]", 5);
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendJson) fits = starsend_json_new (bytes, 5, &error);
  StarsendJson *refused;

  g_assert_no_error (error);
  g_assert_nonnull (fits);
  refused = starsend_json_new (bytes, 4, &error);
  g_assert_null (refused);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
}

static const char sample[] = "{\"format\": \"client_plan\", \"é\\u00e9\\ud83d\\ude97\": [1, -2.5e3, true, false, null, "
                             "{\"x\": \"\\\"\\\\\"}], \"n\": 12345678901234567890}";

static void
test_truncation (void)
{
  g_autoptr (StarsendJson) whole = read_text (sample);

  g_assert_cmpuint (starsend_json_node_get_length (starsend_json_get_root (whole)), ==, 3);
  for (gsize length = 0; length < sizeof sample - 1; length++)
    assert_refused (sample, length, "line 1, column ");
}

/* Whatever a changed byte makes of it: it is read or refused, and what is read can be walked to its end. */
static void
test_mutation (void)
{
  for (gsize i = 0; i < sizeof sample - 1; i++)
    for (guint byte = 0; byte < 256; byte++)
      {
        g_autofree char *text = g_memdup2 (sample, sizeof sample - 1);
        g_autoptr (GError) error = NULL;
        g_autoptr (StarsendJson) json = NULL;

        text[i] = (char) byte;
        json = read_bytes (text, sizeof sample - 1, &error);
        g_assert_true ((json != NULL) == (error == NULL));
        if (json)
          {
            gsize length;
            g_autofree char *raw = starsend_json_dup_raw (json, starsend_json_get_root (json), &length);

            g_assert_cmpmem (raw, length, text, sizeof sample - 1);
          }
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/values", test_values);
  g_test_add_func ("/json/members", test_members);
  g_test_add_func ("/json/numbers", test_numbers);
  g_test_add_func ("/json/strings", test_strings);
  g_test_add_func ("/json/string-alignment", test_string_alignment);
  g_test_add_func ("/json/refused", test_refused);
  g_test_add_func ("/json/positions", test_positions);
  g_test_add_func ("/json/raw", test_raw);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/size", test_size);
  g_test_add_func ("/json/truncation", test_truncation);
  g_test_add_func ("/json/mutation", test_mutation);
  return g_test_run ();
}
