/* test-element-index.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "starsend-element-index.h"

static const char *const ids[] = { "car", "blue_car", "blue", "car_two", "夏", "夏子", "é", "the driver", "car" };

static void
test_lookup (void)
{
  g_autoptr (StarsendElementIndex) index = starsend_element_index_new (ids, G_N_ELEMENTS (ids));

  for (guint i = 0; i < G_N_ELEMENTS (ids) - 1; i++)
    g_assert_cmpint (starsend_element_index_lookup (index, ids[i]), ==, i);
  g_assert_cmpint (starsend_element_index_lookup (index, "car"), ==, 0);
  g_assert_cmpint (starsend_element_index_lookup (index, "ca"), ==, -1);
  g_assert_cmpint (starsend_element_index_lookup (index, "cars"), ==, -1);
  g_assert_cmpint (starsend_element_index_lookup (index, ""), ==, -1);
}

static void
test_mentions (void)
{
  /* The mentions in a text, each as “word=element”. */
  static const struct
  {
    const char *text;
    const char *mentions;
  } cases[] = {
    { "", "" },
    { "no names", "" },
    { "@car", "@car=0" },
    { "(@blue_car), @blue-ish @blue.", "@blue_car=1 @blue=2 @blue=2" },
    { "@car_two and @car_three", "@car_two=3 @car_three=-1" },
    { "@cars @Car", "@cars=-1 @Car=-1" },
    { "@car's", "@car=0" },
    { "me@car.org x_@car", "" },
    { "andré@home.org", "" },
    { "@ @@ 5 @ 7", "" },
    { "@@car", "@car=0" },
    { "夏の@夏子が走る、@夏と", "@夏子=5 @夏=4" },
    { "@étoile", "@é=6" },
    { "@the driver waits, @the", "@the driver=7 @the=-1" },
    { "@夏日", "@夏=4" },
  };
  g_autoptr (StarsendElementIndex) index = starsend_element_index_new (ids, G_N_ELEMENTS (ids));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) found = g_string_new (NULL);
      const char *start, *end = cases[i].text;
      int element;

      while (starsend_element_index_next_mention (index, cases[i].text, end, &start, &end, &element))
        g_string_append_printf (found, "%s%.*s=%d", found->len ? " " : "", (int) (end - start), start, element);
      g_assert_cmpstr (found->str, ==, cases[i].mentions);
    }
}

static void
test_empty (void)
{
  g_autoptr (StarsendElementIndex) index = starsend_element_index_new (NULL, 0);
  const char *text = "@a";
  const char *start, *end;
  int element;

  g_assert_cmpint (starsend_element_index_lookup (index, "a"), ==, -1);
  g_assert_true (starsend_element_index_next_mention (index, text, text, &start, &end, &element));
  g_assert_cmpint (element, ==, -1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/element-index/lookup", test_lookup);
  g_test_add_func ("/element-index/mentions", test_mentions);
  g_test_add_func ("/element-index/empty", test_empty);
  return g_test_run ();
}
