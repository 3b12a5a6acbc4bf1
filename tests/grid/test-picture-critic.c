/* test-picture-critic.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <math.h>
#include <string.h>

#include "picture-fixtures.h"
#include "starsend-checks.h"
#include "starsend-luma.h"
#include "starsend-picture-critic.h"

#define ASSERT_WARNED(node, ...) assert_warned (node, (const char *const[]) { __VA_ARGS__, NULL })

static void
assert_warned (JsonNode *node, const char *const *wanted)
{
  g_auto (GStrv) warnings = starsend_checks_dup_warnings (node);

  for (guint i = 0; warnings[i] != NULL; i++)
    g_test_message ("%s", warnings[i]);
  g_assert_cmpuint (g_strv_length (warnings), ==, g_strv_length ((char **) wanted));
  for (guint i = 0; wanted[i] != NULL; i++)
    g_assert_nonnull (strstr (warnings[i], wanted[i]));
}

static JsonNode *
judge (GdkPixbuf *picture, gboolean is_grid)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, json_object_new ());
  if (is_grid)
    starsend_picture_critic_judge_grid (picture, 16, 9, json_node_get_object (node));
  else
    starsend_picture_critic_judge_frame (picture, 16, 9, json_node_get_object (node));
  return node;
}

/* Something to look at everywhere, with a soft sky above. */
static GdkPixbuf *
make_scene (int width, int height)
{
  GdkPixbuf *picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint sky = 200 - 60 * y / height;
        guint ground = (guint) (110 + 70 * sin (x * 0.037 + y * 0.011) * cos (y * 0.029 - x * 0.007));

        fixture_put (picture, x, y, (y < height / 3 ? sky : ground) * 0x010101);
      }
  return picture;
}

static void
fill (GdkPixbuf *picture, int x, int y, int width, int height, guint32 rgb)
{
  g_autoptr (GdkPixbuf) part = gdk_pixbuf_new_subpixbuf (picture, x, y, width, height);

  gdk_pixbuf_fill (part, rgb << 8 | 0xff);
}

static void
test_grid (void)
{
  g_autoptr (GdkPixbuf) grid = make_scene (1344, 768);
  g_autoptr (JsonNode) node = NULL;
  JsonObject *checks, *quadrant;

  node = judge (grid, TRUE);
  ASSERT_WARNED (node, NULL);
  checks = json_node_get_object (node);
  g_assert_cmpint (json_object_get_int_member (checks, "width"), ==, 1344);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (checks, "quadrants")), ==, 4);
  quadrant = json_array_get_object_element (json_object_get_array_member (checks, "quadrants"), 3);
  g_assert_cmpint (json_object_get_int_member (quadrant, "quadrant"), ==, 4);
  g_assert_cmpint (json_object_get_int_member (quadrant, "width"), ==, 672);
  g_assert_cmpint (json_object_get_int_member (quadrant, "height"), ==, 378);
  g_assert_cmpfloat (json_object_get_double_member (quadrant, "deviation"), >, 20);
}

static void
test_grid_faults (void)
{
  g_autoptr (GdkPixbuf) small = make_scene (1024, 576);
  g_autoptr (GdkPixbuf) square = make_scene (1024, 1024);
  g_autoptr (GdkPixbuf) blank = make_scene (1344, 768);
  g_autoptr (GdkPixbuf) guttered = make_scene (1344, 768);
  g_autoptr (JsonNode) node = NULL;

  node = judge (small, TRUE);
  ASSERT_WARNED (node, "A quadrant is only 512 × 288");
  json_node_unref (node);
  node = judge (square, TRUE);
  ASSERT_WARNED (node, "1024 × 1024, which is not 16:9", "only 512 × 288");
  json_node_unref (node);
  fill (blank, 672, 0, 672, 384, 0xf8f8f8);
  node = judge (blank, TRUE);
  ASSERT_WARNED (node, "Quadrant 2 is blank");
  json_node_unref (node);

  fill (guttered, 666, 0, 12, 768, 0xffffff);
  fill (guttered, 0, 379, 1344, 10, 0xffffff);
  node = judge (guttered, TRUE);
  ASSERT_WARNED (node, "12 pixels upright and 10 across");
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (json_node_get_object (node), "gutters"), "column"), ==, 12);
  json_node_unref (node);
  fill (guttered, 0, 0, 1344, 8, 0xffffff);
  fill (guttered, 0, 760, 1344, 8, 0xffffff);
  fill (guttered, 0, 0, 8, 768, 0xffffff);
  fill (guttered, 1336, 0, 8, 768, 0xffffff);
  node = judge (guttered, TRUE);
  ASSERT_WARNED (node, "gutters", "border around the quadrants, up to 8 pixels");
}

static void
test_frame (void)
{
  g_autoptr (GdkPixbuf) good = make_scene (1920, 1080);
  g_autoptr (GdkPixbuf) boxed = make_scene (1920, 1080);
  g_autoptr (GdkPixbuf) pillared = make_scene (1920, 1080);
  g_autoptr (GdkPixbuf) small = make_scene (400, 225);
  g_autoptr (GdkPixbuf) flat = make_scene (1920, 1080);
  g_autoptr (GdkPixbuf) tall = make_scene (720, 1280);
  g_autoptr (JsonNode) node = NULL;

  node = judge (good, FALSE);
  ASSERT_WARNED (node, NULL);
  json_node_unref (node);
  fill (boxed, 0, 0, 1920, 140, 0);
  fill (boxed, 0, 940, 1920, 140, 0);
  node = judge (boxed, FALSE);
  ASSERT_WARNED (node, "above and below");
  g_assert_cmpint (ABS (json_object_get_int_member (json_node_get_object (node), "bands_across") - 140), <, 12);
  json_node_unref (node);
  fill (pillared, 0, 0, 240, 1080, 0);
  fill (pillared, 1680, 0, 240, 1080, 0);
  node = judge (pillared, FALSE);
  ASSERT_WARNED (node, "left and right");
  json_node_unref (node);
  node = judge (small, FALSE);
  ASSERT_WARNED (node, "only 400 × 225");
  json_node_unref (node);
  fill (flat, 0, 0, 1920, 1080, 0x404040);
  node = judge (flat, FALSE);
  ASSERT_WARNED (node, "blank");
  json_node_unref (node);
  node = judge (tall, FALSE);
  ASSERT_WARNED (node, "720 × 1280, which is not 16:9");
}

/* Every size down to a pixel, and with transparency: no crash, and the whole is looked at. */
static void
test_odd_sizes (void)
{
  static const int sizes[] = { 1, 2, 3, 5, 16, 17, 255, 256, 257, 1000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sizes); j++)
      {
        g_autoptr (GdkPixbuf) picture = fixture_coordinates (sizes[i], sizes[j], (i + j) % 2 == 1);
        g_autoptr (JsonNode) frame = judge (picture, FALSE);

        g_assert_cmpint (json_object_get_int_member (json_node_get_object (frame), "width"), ==, sizes[i]);
        if (sizes[i] >= 32 && sizes[j] >= 32)
          {
            g_autoptr (JsonNode) grid = judge (picture, TRUE);

            g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json_node_get_object (grid), "quadrants")), ==, 4);
          }
      }
}

static void
test_luma (void)
{
  g_autoptr (StarsendLuma) luma = starsend_luma_new (4, 2, 4);
  g_autoptr (StarsendLuma) other = starsend_luma_new (4, 2, 4);
  static const guint8 plane[] = { 16, 16, 235, 235, 16, 16, 235, 235, 16, 16, 235, 235, 16, 16, 235, 235 };
  StarsendLumaFigures figures;

  starsend_luma_shrink (luma, plane, 4, 4, 4, TRUE);
  g_assert_cmpint (luma->data[0], ==, 0);
  g_assert_cmpint (luma->data[3], ==, 255);
  starsend_luma_measure (luma, &figures);
  g_assert_cmpfloat_with_epsilon (figures.mean, 127.5, 0.01);
  g_assert_cmpfloat_with_epsilon (figures.deviation, 127.5, 0.01);
  g_assert_cmpfloat_with_epsilon (figures.entropy, 1, 0.01);
  starsend_luma_shrink (other, plane, 4, 4, 4, FALSE);
  g_assert_cmpfloat_with_epsilon (starsend_luma_difference (luma, other), 18, 0.01);
  g_assert_cmpfloat_with_epsilon (starsend_luma_likeness (luma, other), 1, 0.01);
}

/* What is in a sidecar was written by anybody. */
static void
test_warnings (void)
{
  static const char *const odd[] = { "null", "[]", "{}", "{\"warnings\": \"no\"}", "{\"warnings\": [1, null, {}, [\"a\"]]}" };

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autoptr (JsonNode) node = json_from_string (odd[i], NULL);
      g_auto (GStrv) warnings = starsend_checks_dup_warnings (node);

      g_assert_cmpuint (g_strv_length (warnings), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/picture-critic/grid", test_grid);
  g_test_add_func ("/picture-critic/grid-faults", test_grid_faults);
  g_test_add_func ("/picture-critic/frame", test_frame);
  g_test_add_func ("/picture-critic/odd-sizes", test_odd_sizes);
  g_test_add_func ("/picture-critic/luma", test_luma);
  g_test_add_func ("/picture-critic/warnings", test_warnings);
  return g_test_run ();
}
