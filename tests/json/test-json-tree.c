/* test-json-tree.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <math.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-json.h"

static JsonNode *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  JsonNode *tree = starsend_json_parse_to_tree (bytes, 1024 * 1024, &error);

  g_assert_no_error (error);
  return tree;
}

static void
assert_round_trip (const char *text)
{
  g_autoptr (JsonNode) tree = parse (text);
  g_autofree char *rendered = starsend_json_render (tree, FALSE);

  g_assert_cmpstr (rendered, ==, text);
}

static void
test_round_trip (void)
{
  assert_round_trip ("{\"b\":1,\"a\":[true,false,null,[],{}],\"é\":\"🚗 \\\"\\\\\\b\\f\\n\\r\\t\\u0001/\"}");
  assert_round_trip ("[0,-1,9223372036854775807,-9223372036854775808,4.0,-0.0,0.1,1e+300,4.94065645841247e-324,1."
                     "7976931348623157e+308]");
  assert_round_trip ("[0.30000000000000004,23.976,100.0,0.84,1e+22,1.2345678901234568e+17]");
  assert_round_trip ("\"\"");
  assert_round_trip ("null");
}

static void
test_pretty (void)
{
  g_autoptr (JsonNode) tree = parse ("{\"a\":[1,{}],\"b\":{\"c\":[]}}");
  g_autofree char *rendered = starsend_json_render (tree, TRUE);

  g_assert_cmpstr (rendered, ==, "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": []\n  }\n}\n");
}

static void
test_duplicate (void)
{
  g_autoptr (JsonNode) tree = parse ("{\"a\":1,\"b\":2,\"a\":3}");
  g_autofree char *rendered = starsend_json_render (tree, FALSE);

  g_assert_cmpstr (rendered, ==, "{\"a\":3,\"b\":2}");
}

static void
test_zero (void)
{
  static const char *const texts[] = { "{\"a\":\"x\\u0000y\"}", "{\"a\\u0000\":1}", "[[[\"\\u0000\"]]]" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (texts[i], strlen (texts[i]));
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) tree = starsend_json_parse_to_tree (bytes, 1024, &error);

      g_assert_null (tree);
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_assert_true (g_str_has_prefix (error->message, "line 1, column "));
    }
}

static void
test_guard (void)
{
  g_autofree char *openings = g_strnfill (100000, '[');
  g_autoptr (GBytes) bytes = g_bytes_new_static (openings, 100000);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) tree = starsend_json_parse_to_tree (bytes, 1024 * 1024, &error);

  g_assert_null (tree);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
}

static void
test_append (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  starsend_json_append_string (out, "a\xff"
                                    "b");
  g_assert_cmpstr (out->str, ==,
                   "\"a\xef\xbf\xbd"
                   "b\"");
  g_string_truncate (out, 0);
  starsend_json_append_number (out, 4);
  g_assert_cmpstr (out->str, ==, "4");
  g_string_truncate (out, 0);
  starsend_json_append_number (out, NAN);
  g_assert_cmpstr (out->str, ==, "null");
}

static void
test_random_numbers (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      union
      {
        guint64 bits;
        double number;
      } value = { .bits = (guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int () };
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (JsonNode) tree = NULL;

      if (!isfinite (value.number))
        continue;
      starsend_json_append_number (out, value.number);
      tree = parse (out->str);
      g_assert_cmpfloat (json_node_get_double (tree), ==, value.number);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-tree/round-trip", test_round_trip);
  g_test_add_func ("/json-tree/pretty", test_pretty);
  g_test_add_func ("/json-tree/duplicate", test_duplicate);
  g_test_add_func ("/json-tree/zero", test_zero);
  g_test_add_func ("/json-tree/guard", test_guard);
  g_test_add_func ("/json-tree/append", test_append);
  g_test_add_func ("/json-tree/random-numbers", test_random_numbers);
  return g_test_run ();
}
