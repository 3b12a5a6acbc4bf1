/* test-fake-program.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-fal.h"
#include "fake-program.h"
#include "test-client.h"

static const char *program;

static char *
submit (FakeProgram *servers, TestClient *client)
{
  g_autofree char *uri = g_strconcat (fake_program_getenv (servers, "STARSEND_FAL_QUEUE_URL"), "/fal-ai/nano-banana", NULL);

  g_assert_cmpuint (test_client_post (client, uri, "{\"prompt\": \"a\"}"), ==, 200);

  return test_client_at (client, "request_id");
}

static guint
get_result (FakeProgram *servers, TestClient *client, const char *id)
{
  g_autofree char *uri = g_strdup_printf ("%s/fal-ai/nano-banana/requests/%s", fake_program_getenv (servers, "STARSEND_FAL_QUEUE_URL"), id);

  return test_client_get (client, uri);
}

static void
test_control (void)
{
  g_autoptr (FakeProgram) servers = fake_program_new (program, NULL);
  g_autoptr (JsonNode) bodies = NULL, log = NULL;
  g_autofree char *id = NULL;
  TestClient client;

  g_assert_cmpstr (fake_program_getenv (servers, "FAL_KEY"), ==, FAKE_FAL_KEY);
  g_assert_nonnull (fake_program_getenv (servers, "STARSEND_GEMINI_URL"));
  test_client_init (&client, "Authorization", "Key " FAKE_FAL_KEY);
  json_node_unref (fake_program_control (servers, "POST", "settings", "{\"times\": [0, 0]}"));
  id = submit (servers, &client);
  fake_program_fault (servers, "result", 1, "policy");
  fake_program_fault (servers, "result", 1, "{\"status\": 418}");
  fake_program_fault (servers, "generate", 1, "IMAGE_SAFETY");
  g_assert_cmpuint (get_result (servers, &client, id), ==, 422);
  g_assert_cmpuint (get_result (servers, &client, id), ==, 418);
  g_assert_cmpuint (get_result (servers, &client, id), ==, 200);
  g_assert_cmpuint (fake_program_count (servers, "fal", "accepted"), ==, 1);
  g_assert_cmpuint (fake_program_count (servers, "fal", "result"), ==, 3);
  bodies = fake_program_control (servers, "GET", "bodies", NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json_node_get_object (bodies), "fal")), ==, 1);
  log = fake_program_control (servers, "GET", "log", NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json_node_get_object (log), "fal")), ==, 4);
  json_node_unref (fake_program_control (servers, "POST", "forget", "{\"request_id\": null}"));
  g_assert_cmpuint (get_result (servers, &client, id), ==, 404);
  json_node_unref (fake_program_control (servers, "DELETE", "faults", NULL));
  json_node_unref (fake_program_control (servers, "DELETE", "counters", NULL));
  g_assert_cmpuint (fake_program_count (servers, "fal", "accepted"), ==, 0);
  test_client_clear (&client);
}

/* A job outlives the servers it was given to. */
static void
test_restart (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "state", NULL);
  const char *const arguments[] = { "--state-dir", folder, "--fast", NULL };
  FakeProgram *servers = fake_program_new (program, arguments);
  g_autofree char *id = NULL;
  TestClient client;

  test_client_init (&client, "Authorization", "Key " FAKE_FAL_KEY);
  id = submit (servers, &client);
  fake_program_free (servers);
  servers = fake_program_new (program, arguments);
  g_assert_cmpuint (fake_program_count (servers, "fal", "accepted"), ==, 1);
  test_spin (1100);
  g_assert_cmpuint (get_result (servers, &client, id), ==, 200);
  fake_program_free (servers);
  test_client_clear (&client);
}

/* What the command line says is no fault, is none. */
static void
test_bad_fault (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, program, "--fault", "{\"route\": \"submit\", \"what\": \"nonsense\"}", NULL);
  g_autofree char *said = NULL;

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &said, NULL));
  g_assert_false (g_subprocess_get_successful (process));
  g_assert_nonnull (strstr (said, "nonsense"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  g_test_add_func ("/fake-program/control", test_control);
  g_test_add_func ("/fake-program/restart", test_restart);
  g_test_add_func ("/fake-program/bad-fault", test_bad_fault);

  return g_test_run ();
}
