/* test-keys.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-error.h"
#include "starsend-keys.h"

#include <glib/gstdio.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>

#define KEY "test-key-0123:secret"

static const char *const variables[] = { "FAL_KEY", "FAL_KEY_ID", "FAL_KEY_SECRET", "GEMINI_API_KEY", "GOOGLE_API_KEY" };

/* @...: pairs of names and values, then NULL. Everything else is unset. */
static StarsendKeys *
make_keys (const char *name, ...)
{
  va_list args;

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_unsetenv (variables[i]);
  va_start (args, name);
  for (; name != NULL; name = va_arg (args, const char *))
    g_setenv (name, va_arg (args, const char *), TRUE);
  va_end (args);
  return starsend_keys_new ();
}

static void
test_none (void)
{
  g_autoptr (StarsendKeys) keys = make_keys ("FAL_KEY", "", "GEMINI_API_KEY", "", "FAL_KEY_ID", KEY, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (starsend_keys_has (keys, "fal"));
  g_assert_null (starsend_keys_peek (keys, "gemini"));
  g_assert_null (starsend_keys_peek (keys, "nobody"));
  g_assert_cmpint (starsend_keys_get_origin (keys, "fal"), ==, STARSEND_KEY_NONE);
  g_assert_false (starsend_keys_check (keys, "fal", &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "FAL_KEY"));
  g_clear_error (&error);
  g_assert_false (starsend_keys_check (keys, "gemini", &error));
  g_assert_nonnull (strstr (error->message, "GEMINI_API_KEY"));
}

static void
test_environment (void)
{
  g_autoptr (StarsendKeys) one = make_keys ("FAL_KEY", "\n  " KEY " \t\r\n", "GEMINI_API_KEY", "AIza-test", NULL);
  g_autoptr (StarsendKeys) pair = NULL;
  g_autoptr (StarsendKeys) both = NULL;
  g_autoptr (StarsendKeys) other = NULL;

  g_assert_cmpstr (starsend_keys_peek (one, "fal"), ==, KEY);
  g_assert_cmpstr (starsend_keys_peek (one, "gemini"), ==, "AIza-test");
  g_assert_cmpint (starsend_keys_get_origin (one, "fal"), ==, STARSEND_KEY_ENVIRONMENT);
  g_assert_true (starsend_keys_check (one, "fal", NULL));

  pair = make_keys ("FAL_KEY_ID", "id-0123", "FAL_KEY_SECRET", "secret", NULL);
  g_assert_cmpstr (starsend_keys_peek (pair, "fal"), ==, "id-0123:secret");
  both = make_keys ("FAL_KEY", KEY, "FAL_KEY_ID", "id-0123", "FAL_KEY_SECRET", "secret", NULL);
  g_assert_cmpstr (starsend_keys_peek (both, "fal"), ==, KEY);
  other = make_keys ("GOOGLE_API_KEY", "AIza-other", NULL);
  g_assert_false (starsend_keys_has (other, "gemini"));
}

static void
test_clean (void)
{
  static const char *const bad[] = { "", "  \n", "two words", "line\nbreak-secret", "tab\tsecret", "bell\asecret", "ümläut-secret", "del\177secret" };
  g_autofree char *long_key = g_strnfill (2000, 'x');
  g_autoptr (GError) error = NULL;
  g_autofree char *clean = starsend_keys_clean ("fal", " " KEY "\n", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (clean, ==, KEY);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) refused = NULL;

      g_assert_null (starsend_keys_clean ("gemini", bad[i], &refused));
      g_assert_error (refused, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_assert_null (strstr (refused->message, "secret"));
      g_assert_nonnull (strstr (refused->message, "Gemini"));
    }
  g_assert_null (starsend_keys_clean ("fal", long_key, NULL));
}

static void
test_unusable_environment (void)
{
  g_autoptr (StarsendKeys) keys = make_keys ("GEMINI_API_KEY", "AIza\nInjected: header", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (starsend_keys_has (keys, "gemini"));
  g_assert_false (starsend_keys_check (keys, "gemini", &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "GEMINI_API_KEY"));
  g_assert_null (strstr (error->message, "Injected"));
}

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

static double
load (StarsendKeys *keys, GCancellable *cancellable, Wait *wait)
{
  gint64 start = g_get_monotonic_time ();

  wait->loop = g_main_loop_new (NULL, FALSE);
  starsend_keys_load_async (keys, cancellable, on_loaded, wait);
  g_main_loop_run (wait->loop);
  g_main_loop_unref (wait->loop);
  return (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

static void
test_no_bus (void)
{
  g_autoptr (StarsendKeys) keys = make_keys ("FAL_KEY", KEY, NULL);
  Wait wait = { NULL, FALSE, NULL };

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_assert_cmpfloat (load (keys, NULL, &wait), <, 2.0);
  g_assert_no_error (wait.error);
  g_assert_true (wait.done);
  g_assert_cmpstr (starsend_keys_peek (keys, "fal"), ==, KEY);
}

/* A bus that takes calls and never answers, as one that hangs does. */
static GSocketListener *
listen_silently (char **path)
{
  GSocketListener *listener = g_socket_listener_new ();
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("starsend-bus-XXXXXX", &error);
  g_autofree char *variable = NULL;

  g_assert_no_error (error);
  *path = g_build_filename (folder, "bus", NULL);
  address = g_unix_socket_address_new (*path);
  g_socket_listener_add_address (listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error);
  g_assert_no_error (error);
  variable = g_strconcat ("unix:path=", *path, NULL);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", variable, TRUE);
  return listener;
}

static void
remove_socket (char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_remove (path);
  g_rmdir (folder);
  g_free (path);
}

static void
test_silent_bus (void)
{
  g_autoptr (StarsendKeys) keys = make_keys ("FAL_KEY", KEY, NULL);
  g_autoptr (GSocketListener) listener = NULL;
  Wait wait = { NULL, FALSE, NULL };
  double seconds;
  char *path;

  listener = listen_silently (&path);
  seconds = load (keys, NULL, &wait);
  g_assert_no_error (wait.error);
  g_assert_true (wait.done);
  g_assert_cmpfloat (seconds, >, 2.0);
  g_assert_cmpfloat (seconds, <, 4.5);
  g_assert_true (starsend_keys_has (keys, "fal"));
  remove_socket (path);
}

static void
test_cancelled_process (void)
{
  g_autoptr (StarsendKeys) keys = make_keys (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSocketListener) listener = NULL;
  Wait wait = { NULL, FALSE, NULL };
  char *path;

  listener = listen_silently (&path);
  g_timeout_add_once (200, (GSourceOnceFunc) g_cancellable_cancel, cancellable);
  g_assert_cmpfloat (load (keys, cancellable, &wait), <, 2.0);
  g_assert_error (wait.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&wait.error);
  remove_socket (path);
}

/* In a process of its own: what waits for a bus is shared by all that wait. */
static void
test_cancelled (void)
{
  g_test_trap_subprocess ("/keys/cancelled/subprocess", 0, 0);
  g_test_trap_assert_passed ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/keys/none", test_none);
  g_test_add_func ("/keys/environment", test_environment);
  g_test_add_func ("/keys/clean", test_clean);
  g_test_add_func ("/keys/unusable-environment", test_unusable_environment);
  g_test_add_func ("/keys/no-bus", test_no_bus);
  g_test_add_func ("/keys/silent-bus", test_silent_bus);
  g_test_add_func ("/keys/cancelled", test_cancelled);
  g_test_add_func ("/keys/cancelled/subprocess", test_cancelled_process);

  return g_test_run ();
}
