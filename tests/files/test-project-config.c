/* test-project-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-project-config.h"

static StarsendProjectConfig *
read_config (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return starsend_project_config_new_from_bytes (bytes, error);
}

static void
test_full (void)
{
  static const char text[] =
    "{\"project\":\"driver-beware\",\"title\":\"Driver “Beware”\",\"client\":\"ACME\",\"project_type\":\"client_video\","
    "\"episode\":\"EP002\",\"plan\":\"plans/driver_beware.json\",\"models\":{\"grid\":\"sketch\",\"video\":\"animatic\",\"x\":1},"
    "\"budget\":{\"currency\":\"EUR\",\"take\":5,\"sequence\":0.1,\"project\":0},\"fps\":23.976,\"concurrency\":5,\"aspect_ratio\":\"239:100\","
    "\"unknown\":{\"kept\":[]}}";
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendProjectConfig) config = read_config (text, &error);
  StarsendFrameRate rate;

  g_assert_no_error (error);
  g_assert_cmpstr (starsend_project_config_get_project (config), ==, "driver-beware");
  g_assert_cmpstr (starsend_project_config_get_title (config), ==, "Driver “Beware”");
  g_assert_cmpstr (starsend_project_config_get_client (config), ==, "ACME");
  g_assert_cmpstr (starsend_project_config_get_project_type (config), ==, "client_video");
  g_assert_cmpstr (starsend_project_config_get_episode (config), ==, "EP002");
  g_assert_cmpstr (starsend_project_config_get_plan (config), ==, "plans/driver_beware.json");
  g_assert_cmpstr (starsend_project_config_get_grid_model (config), ==, "sketch");
  g_assert_cmpstr (starsend_project_config_get_video_model (config), ==, "animatic");
  g_assert_cmpstr (starsend_project_config_get_currency (config), ==, "EUR");
  g_assert_cmpstr (starsend_project_config_get_aspect_ratio (config), ==, "239:100");
  g_assert_cmpint (starsend_project_config_get_cap (config, "take"), ==, 5000000);
  g_assert_cmpint (starsend_project_config_get_cap (config, "sequence"), ==, 100000);
  g_assert_cmpint (starsend_project_config_get_cap (config, "project"), ==, 0);
  g_assert_true (starsend_project_config_get_frame_rate (config, &rate));
  g_assert_cmpint (rate.numerator, ==, 24000);
  g_assert_cmpint (rate.denominator, ==, 1001);
  g_assert_cmpuint (starsend_project_config_get_concurrency (config), ==, 5);
}

static void
test_defaults (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendProjectConfig) config = read_config ("{\"title\":\"\"}", &error);
  StarsendFrameRate rate;

  g_assert_no_error (error);
  g_assert_null (starsend_project_config_get_project (config));
  g_assert_null (starsend_project_config_get_title (config));
  g_assert_null (starsend_project_config_get_client (config));
  g_assert_cmpstr (starsend_project_config_get_project_type (config), ==, "series");
  g_assert_cmpstr (starsend_project_config_get_episode (config), ==, "EP001");
  g_assert_null (starsend_project_config_get_plan (config));
  g_assert_null (starsend_project_config_get_grid_model (config));
  g_assert_null (starsend_project_config_get_video_model (config));
  g_assert_cmpstr (starsend_project_config_get_currency (config), ==, "USD");
  g_assert_null (starsend_project_config_get_aspect_ratio (config));
  g_assert_cmpint (starsend_project_config_get_cap (config, "take"), ==, -1);
  g_assert_cmpint (starsend_project_config_get_cap (config, "sequence"), ==, -1);
  g_assert_cmpint (starsend_project_config_get_cap (config, "project"), ==, -1);
  g_assert_false (starsend_project_config_get_frame_rate (config, &rate));
}

/* What stands at a key, and what the message has to name. */
static const char *const wrong[][3] = {
  { "\"project\":1", "project", "1" },
  { "\"title\":[\"a\"]", "title", "[\"a\"]" },
  { "\"title\":\"a\\nb\"", "title", "a\\nb" },
  { "\"title\":\"a\\u0000b\"", "title", "a\\u0000b" },
  { "\"client\":null", "client", "null" },
  { "\"project_type\":true", "project_type", "true" },
  { "\"project_type\":\"film\"", "project_type", "client_video" },
  { "\"project_type\":\"\"", "project_type", "\"\"" },
  { "\"episode\":1", "episode", "1" },
  { "\"episode\":\"\"", "episode", "\"\"" },
  { "\"episode\":\"EP\\u0007\"", "episode", "EP" },
  { "\"episode\":\"EP\\u0085\"", "episode", "EP" },
  { "\"plan\":{}", "plan", "{}" },
  { "\"plan\":\"/etc/passwd\"", "plan", "/etc/passwd" },
  { "\"plan\":\"../plan.json\"", "plan", "../plan.json" },
  { "\"plan\":\"a\\\\b\"", "plan", "relative" },
  { "\"plan\":\"\"", "plan", "\"\"" },
  { "\"models\":\"sketch\"", "models", "sketch" },
  { "\"models\":{\"grid\":1}", "models.grid", "1" },
  { "\"models\":{\"video\":\"\"}", "models.video", "\"\"" },
  { "\"budget\":5", "budget", "5" },
  { "\"prices\":[]", "prices", "[]" },
  { "\"budget\":{\"currency\":\"euro\"}", "budget.currency", "euro" },
  { "\"budget\":{\"currency\":1}", "budget.currency", "1" },
  { "\"budget\":{\"take\":\"5\"}", "budget.take", "\"5\"" },
  { "\"budget\":{\"take\":null}", "budget.take", "null" },
  { "\"budget\":{\"sequence\":-0.01}", "budget.sequence", "-0.01" },
  { "\"budget\":{\"project\":1e30}", "budget.project", "1e30" },
  { "\"fps\":\"24\"", "fps", "\"24\"" },
  { "\"fps\":0", "fps", "120" },
  { "\"fps\":-24", "fps", "-24" },
  { "\"fps\":1000", "fps", "1000" },
  { "\"concurrency\":0", "concurrency", "from 1 to 100" },
  { "\"concurrency\":1.5", "concurrency", "1.5" },
  { "\"concurrency\":\"3\"", "concurrency", "\"3\"" },
  { "\"aspect_ratio\":1.78", "aspect_ratio", "1.78" },
  { "\"aspect_ratio\":\"16\"", "aspect_ratio", "16:9" },
  { "\"aspect_ratio\":\"16:\"", "aspect_ratio", "16:9" },
  { "\"aspect_ratio\":\":9\"", "aspect_ratio", "16:9" },
  { "\"aspect_ratio\":\"0:9\"", "aspect_ratio", "16:9" },
  { "\"aspect_ratio\":\"16:9:1\"", "aspect_ratio", "16:9" },
  { "\"aspect_ratio\":\"-16:9\"", "aspect_ratio", "16:9" },
  { "\"aspect_ratio\":\"99999:1\"", "aspect_ratio", "16:9" },
};

static void
test_wrong (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\n%s\n}", wrong[i][0]);
      g_autofree char *key = g_strdup_printf ("“%s”", wrong[i][1]);
      g_autoptr (GError) error = NULL;
      g_autoptr (StarsendProjectConfig) config = read_config (text, &error);

      g_assert_null (config);
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "project_config.json, line 2"));
      g_assert_nonnull (strstr (error->message, key));
      g_assert_nonnull (strstr (error->message, wrong[i][2]));
      g_assert_cmpuint (strlen (error->message), <, 400);
    }
}

static void
test_no_json (void)
{
  static const char *const texts[] = { "", "[]", "1", "null", "{", "{}x", "{'a':1}", "{\"title\":\"\xff\"}", "\xef\xbb\xbf{}" };
  g_autofree char *spaces = g_strnfill (1024 * 1024, ' ');
  g_autofree char *large = g_strconcat ("{}", spaces, NULL);

  for (guint i = 0; i <= G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StarsendProjectConfig) config = read_config (i < G_N_ELEMENTS (texts) ? texts[i] : large, &error);

      g_assert_null (config);
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_assert_true (g_str_has_prefix (error->message, "project_config.json"));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/project-config/full", test_full);
  g_test_add_func ("/project-config/defaults", test_defaults);
  g_test_add_func ("/project-config/wrong", test_wrong);
  g_test_add_func ("/project-config/no-json", test_no_json);
  return g_test_run ();
}
