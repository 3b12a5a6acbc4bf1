/* test-cut-proxy.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cut-proxy.h"
#include "fake-fal.h"
#include "test-client.h"


typedef struct
{
  FakeFal *fal;
  CutProxy *proxy;
  TestClient client;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  fixture->fal = fake_fal_new ();
  fixture->proxy = cut_proxy_new (fake_fal_get_base (fixture->fal));
  test_client_init (&fixture->client, "Authorization", "Key " FAKE_FAL_KEY);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  test_client_clear (&fixture->client);
  cut_proxy_free (fixture->proxy);
  fake_fal_free (fixture->fal);
}

static guint
call (Fixture *fixture)
{
  g_autofree char *uri = g_strconcat (cut_proxy_get_base (fixture->proxy), "/fal-ai/nano-banana", NULL);

  return test_client_post (&fixture->client, uri, "{\"prompt\": 1}");
}

static void
test_passes (Fixture *fixture, gconstpointer user_data)
{
  cut_proxy_cut_request (fixture->proxy, "POST ", CUT_NOTHING, CUT_BY_CLOSE, 0);
  g_assert_cmpuint (call (fixture), ==, 200);
  g_assert_false (cut_proxy_was_cut (fixture->proxy));
  g_assert_cmpuint (cut_proxy_get_n_request_bytes (fixture->proxy), >, 100);
  g_assert_cmpuint (cut_proxy_get_n_answer_bytes (fixture->proxy), >, 100);
  g_assert_cmpuint (cut_proxy_get_n_connections (fixture->proxy), ==, 1);
}

/* The client repeats nothing: what it sent and lost counts once where the server had all of it, and never else. */
static void
sweep (Fixture *fixture, CutSide side, CutManner manner)
{
  FakeServer *server = fake_fal_get_server (fixture->fal);
  guint64 length, before, n;

  cut_proxy_cut_request (fixture->proxy, "POST ", CUT_NOTHING, manner, 0);
  g_assert_cmpuint (call (fixture), ==, 200);
  length = side == CUT_REQUEST ? cut_proxy_get_n_request_bytes (fixture->proxy) : cut_proxy_get_n_answer_bytes (fixture->proxy);
  /* All bytes when there is time; else every so many, and the last one. */
  for (n = 0; n <= length; n = n < length ? MIN (length, n + (g_test_slow () ? 1 : 17)) : n + 1)
    {
      guint status;

      before = fake_server_count (server, "accepted");
      cut_proxy_cut_request (fixture->proxy, "POST ", side, manner, n);
      status = call (fixture);
      g_assert_true (cut_proxy_was_cut (fixture->proxy));
      /* The server may still be busy with what it was sent. */
      for (int i = 0; i < 100 && side == CUT_REQUEST && n == length && fake_server_count (server, "accepted") == before; i++)
        test_spin (1);
      if (side == CUT_REQUEST)
        g_assert_cmpuint (fake_server_count (server, "accepted") - before, ==, n == length ? 1 : 0);
      else
        g_assert_cmpuint (fake_server_count (server, "accepted") - before, ==, 1);
      if (side == CUT_REQUEST)
        g_assert_cmpuint (status, ==, 0);
      else if (n == length)
        g_assert_cmpuint (status, ==, 200);
    }
  cut_proxy_cut_request (fixture->proxy, "POST ", side, manner, length + 1);
  g_assert_cmpuint (call (fixture), ==, 200);
  g_assert_false (cut_proxy_was_cut (fixture->proxy));
}

static void
test_request_reset (Fixture *fixture, gconstpointer user_data)
{
  sweep (fixture, CUT_REQUEST, CUT_BY_RESET);
}

static void
test_request_close (Fixture *fixture, gconstpointer user_data)
{
  sweep (fixture, CUT_REQUEST, CUT_BY_CLOSE);
}

static void
test_answer_reset (Fixture *fixture, gconstpointer user_data)
{
  sweep (fixture, CUT_ANSWER, CUT_BY_RESET);
}

static void
test_answer_close (Fixture *fixture, gconstpointer user_data)
{
  sweep (fixture, CUT_ANSWER, CUT_BY_CLOSE);
}

/* Counted over the life of a connection: the second one is cut, in its first bytes. */
static void
test_skip (Fixture *fixture, gconstpointer user_data)
{
  cut_proxy_cut (fixture->proxy, CUT_ANSWER, CUT_BY_RESET, 20, 1);
  g_assert_cmpuint (call (fixture), ==, 200);
  test_client_clear (&fixture->client);
  test_client_init (&fixture->client, "Authorization", "Key " FAKE_FAL_KEY);
  g_assert_cmpuint (call (fixture), ==, 0);
  g_assert_true (cut_proxy_was_cut (fixture->proxy));
  g_assert_cmpuint (cut_proxy_get_n_answer_bytes (fixture->proxy), ==, 20);
  g_assert_cmpuint (call (fixture), ==, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, function) g_test_add ("/cut-proxy/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("passes", test_passes);
  ADD ("skip", test_skip);
  ADD ("request-reset", test_request_reset);
  ADD ("request-close", test_request_close);
  ADD ("answer-reset", test_answer_reset);
  ADD ("answer-close", test_answer_close);

  return g_test_run ();
}
