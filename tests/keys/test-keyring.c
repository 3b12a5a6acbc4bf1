/* test-keyring.c
 *
 * Against a real keyring on a bus of its own: see with-keyring.sh.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-error.h"
#include "starsend-keys.h"

#include <libsecret/secret.h>
#include <string.h>

#define KEY "test-key-0123:secret"

typedef struct
{
  GMainLoop *loop;
  gboolean done;
  GError *error;
} Wait;

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;

  wait->done = starsend_keys_load_finish (STARSEND_KEYS (source), result, &wait->error);
  g_main_loop_quit (wait->loop);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;

  wait->done = starsend_keys_store_finish (STARSEND_KEYS (source), result, &wait->error);
  g_main_loop_quit (wait->loop);
}

static void
load (StarsendKeys *keys)
{
  Wait wait = { g_main_loop_new (NULL, FALSE), FALSE, NULL };

  starsend_keys_load_async (keys, NULL, on_loaded, &wait);
  g_main_loop_run (wait.loop);
  g_assert_no_error (wait.error);
  g_assert_true (wait.done);
  g_main_loop_unref (wait.loop);
}

static gboolean
store (StarsendKeys *keys, const char *account, const char *key, GError **error)
{
  Wait wait = { g_main_loop_new (NULL, FALSE), FALSE, NULL };

  starsend_keys_store_async (keys, account, key, NULL, on_stored, &wait);
  g_main_loop_run (wait.loop);
  g_main_loop_unref (wait.loop);
  if (wait.error != NULL)
    g_propagate_error (error, wait.error);
  return wait.done;
}

static void
on_changed (StarsendKeys *keys, const char *account, gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", account);
}

static void
test_store (void)
{
  g_autoptr (StarsendKeys) keys = starsend_keys_new ();
  g_autoptr (StarsendKeys) other = starsend_keys_new ();
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_signal_connect (keys, "changed", G_CALLBACK (on_changed), changes);
  load (keys);
  g_assert_false (starsend_keys_has (keys, "fal"));
  g_assert_cmpstr (changes->str, ==, "");

  g_assert_true (store (keys, "fal", "  " KEY "\n", &error));
  g_assert_no_error (error);
  g_assert_true (store (keys, "gemini", "AIza-test", &error));
  g_assert_cmpstr (starsend_keys_peek (keys, "fal"), ==, KEY);
  g_assert_cmpint (starsend_keys_get_origin (keys, "fal"), ==, STARSEND_KEY_KEYRING);
  g_assert_cmpstr (changes->str, ==, "fal gemini ");

  /* The same key again is no change, and another one takes its place. */
  g_assert_true (store (keys, "fal", KEY, NULL));
  g_assert_cmpstr (changes->str, ==, "fal gemini ");
  g_assert_true (store (keys, "fal", "another-key", NULL));

  load (other);
  g_assert_cmpstr (starsend_keys_peek (other, "fal"), ==, "another-key");
  g_assert_cmpstr (starsend_keys_peek (other, "gemini"), ==, "AIza-test");

  g_assert_true (store (keys, "fal", NULL, &error));
  g_assert_no_error (error);
  g_assert_false (starsend_keys_has (keys, "fal"));
  g_assert_true (store (keys, "fal", NULL, NULL));
  g_assert_cmpstr (changes->str, ==, "fal gemini fal fal ");
  g_assert_true (store (keys, "gemini", NULL, NULL));
}

static void
test_refused (void)
{
  g_autoptr (StarsendKeys) keys = starsend_keys_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (store (keys, "fal", "broken\nsecret", &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_null (strstr (error->message, "secret"));
  g_assert_false (starsend_keys_has (keys, "fal"));
}

static void
test_environment_wins (void)
{
  g_autoptr (StarsendKeys) keys = NULL;
  g_autoptr (GString) changes = g_string_new (NULL);

  g_setenv ("FAL_KEY", "from-the-environment", TRUE);
  keys = starsend_keys_new ();
  g_unsetenv ("FAL_KEY");
  g_signal_connect (keys, "changed", G_CALLBACK (on_changed), changes);
  g_assert_true (store (keys, "fal", KEY, NULL));
  g_assert_cmpstr (starsend_keys_peek (keys, "fal"), ==, "from-the-environment");
  g_assert_cmpint (starsend_keys_get_origin (keys, "fal"), ==, STARSEND_KEY_ENVIRONMENT);
  g_assert_cmpstr (changes->str, ==, "");
  g_assert_true (store (keys, "fal", NULL, NULL));
}

static void
lock_keyring (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretService) service = secret_service_get_sync (SECRET_SERVICE_NONE, NULL, &error);
  g_autoptr (SecretCollection) collection = NULL;
  g_autoptr (GList) objects = NULL;
  int n;

  g_assert_no_error (error);
  collection = secret_collection_for_alias_sync (service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE, NULL, &error);
  g_assert_no_error (error);
  objects = g_list_append (NULL, collection);
  n = secret_service_lock_sync (service, objects, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, 1);
}

/* Reading asks nobody to unlock it, says so, and does not wait. The last one: nothing here unlocks it again. */
static void
test_locked (void)
{
  g_autoptr (StarsendKeys) keys = starsend_keys_new ();
  g_autoptr (StarsendKeys) other = starsend_keys_new ();
  g_autoptr (GError) error = NULL;
  gint64 start;

  g_assert_true (store (keys, "gemini", KEY, NULL));
  lock_keyring ();
  start = g_get_monotonic_time ();
  load (other);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
  g_assert_false (starsend_keys_has (other, "gemini"));
  g_assert_false (starsend_keys_check (other, "gemini", &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "locked"));
  g_assert_null (strstr (error->message, KEY));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/keyring/store", test_store);
  g_test_add_func ("/keyring/refused", test_refused);
  g_test_add_func ("/keyring/environment-wins", test_environment_wins);
  g_test_add_func ("/keyring/locked", test_locked);

  return g_test_run ();
}
