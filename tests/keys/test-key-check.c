/* test-key-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-fal.h"
#include "fake-gemini.h"
#include "starsend-error.h"
#include "starsend-providers.h"

#include <string.h>

typedef struct
{
  FakeFal *fal;
  FakeGemini *gemini;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->fal = fake_fal_new ();
  self->gemini = fake_gemini_new ();
  g_setenv ("STARSEND_FAL_REST_URL", fake_fal_get_base (self->fal), TRUE);
  g_setenv ("STARSEND_GEMINI_URL", fake_gemini_get_base (self->gemini), TRUE);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  fake_fal_free (self->fal);
  fake_gemini_free (self->gemini);
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
check (const char *account, const char *key, char **remark, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  starsend_providers_check_key_async (account, key, NULL, on_ready, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return starsend_providers_check_key_finish (result, remark, error);
}

static void
assert_good (const char *account, const char *key, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *remark = NULL;

  g_assert_true (check (account, key, &remark, &error));
  g_assert_no_error (error);
  if (wanted == NULL)
    g_assert_null (remark);
  else
    g_assert_nonnull (strstr (remark, wanted));
}

static void
assert_bad (const char *account, const char *key, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (check (account, key, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, code);
  g_assert_null (strstr (error->message, "key-0123"));
}

static void
test_gemini (Fixture *self, gconstpointer data)
{
  FakeServer *server = fake_gemini_get_server (self->gemini);

  assert_good ("gemini", " " FAKE_GEMINI_KEY "\n", NULL);
  assert_bad ("gemini", "wrong-key-0123", STARSEND_ERROR_INVALID_INPUT);
  assert_bad ("gemini", "two words key-0123", STARSEND_ERROR_INVALID_INPUT);
  fake_server_fault (server, "models", 1, "denied");
  assert_bad ("gemini", FAKE_GEMINI_KEY, STARSEND_ERROR_PROVIDER);
  fake_server_fault (server, "models", 1, "404");
  assert_bad ("gemini", FAKE_GEMINI_KEY, STARSEND_ERROR_PROVIDER);
  g_assert_cmpuint (fake_server_count (server, "accepted"), ==, 0);
  g_assert_cmpuint (fake_server_count (server, "generate"), ==, 0);
  g_assert_cmpuint (fake_server_count (server, "key.stray"), ==, 0);
}

static void
test_fal (Fixture *self, gconstpointer data)
{
  FakeServer *server = fake_fal_get_server (self->fal);

  assert_good ("fal", FAKE_FAL_KEY, NULL);
  assert_bad ("fal", "wrong-key-0123:secret", STARSEND_ERROR_INVALID_INPUT);
  fake_server_fault (server, "initiate", 1, "locked");
  assert_good ("fal", FAKE_FAL_KEY, "Top it up");
  fake_server_fault (server, "initiate", 1, "403");
  assert_bad ("fal", FAKE_FAL_KEY, STARSEND_ERROR_INVALID_INPUT);
  g_assert_cmpuint (fake_server_count (server, "submit"), ==, 0);
  g_assert_cmpuint (fake_server_count (server, "key.stray"), ==, 0);
}

static void
test_no_server (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("STARSEND_GEMINI_URL", "file:///etc/passwd", TRUE);
  g_assert_false (check ("gemini", FAKE_GEMINI_KEY, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_null (strstr (error->message, FAKE_GEMINI_KEY));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/key-check/gemini", Fixture, NULL, set_up, test_gemini, tear_down);
  g_test_add ("/key-check/fal", Fixture, NULL, set_up, test_fal, tear_down);
  g_test_add ("/key-check/no-server", Fixture, NULL, set_up, test_no_server, tear_down);

  return g_test_run ();
}
