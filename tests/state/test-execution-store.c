/* test-execution-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "starsend-error.h"
#include "starsend-execution-store.h"
#include "state-test.h"

#define STRV(...) ((const char *const[]){ __VA_ARGS__, NULL })

static StarsendExecutionStore *
open_store (const char *path, char **damage)
{
  g_autoptr (StarsendFileQueue) queue = starsend_file_queue_new ();
  g_autoptr (GError) error = NULL;
  StarsendExecutionStore *store;

  store = starsend_execution_store_new (path, starsend_state_profile_get ("client_video"), queue, FALSE, damage, &error);
  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

static gboolean
advance (StarsendExecutionStore *store, const char *batch, const char *const *shots, const char *const *path, guint take_number,
         const char *message, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  starsend_execution_store_advance_async (store, batch, shots, path, take_number, message, NULL, keep_result, &result);
  wait_for (&result);
  return starsend_execution_store_advance_finish (store, result, error);
}

static void
count_call (gpointer object, gpointer detail, guint *count)
{
  (*count)++;
}

static void
test_advance (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendExecutionStore) store = open_store (folder->path, NULL);
  g_autoptr (StarsendExecutionStore) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) shots = NULL;
  guint changed = 0;

  g_signal_connect (store, "changed", G_CALLBACK (count_call), &changed);
  g_assert_cmpstr (starsend_execution_store_get_state (store, "B", "shot_1"), ==, "planned");
  advance (store, "B", STRV ("shot_1", "shot_2"), STRV ("elements_ready", "video_pending", "video_generating"), 3, NULL, &error);
  g_assert_no_error (error);
  advance (store, "B", STRV ("shot_1"), STRV ("video_pending"), 0, "it failed", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (starsend_execution_store_get_shot_error (store, "B", "shot_1"), ==, "it failed");

  /* One stands on video_pending and goes on from there, the other has arrived. */
  advance (store, "B", STRV ("shot_1", "shot_2"), STRV ("elements_ready", "video_pending", "video_generating"), 4, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (changed, ==, 3);
  text = take (folder->path, NULL);
  g_assert_true (g_str_has_prefix (text, "{\n  \"version\": 1,\n  \"profile\": \"client_video\",\n  \"batches\": {\n    \"B\": {\n      \"shot_1\": {\n        \"state\": "));

  again = open_store (folder->path, NULL);
  g_assert_cmpstr (starsend_execution_store_get_state (again, "B", "shot_1"), ==, "video_generating");
  g_assert_cmpstr (starsend_execution_store_get_state (again, "B", "shot_2"), ==, "video_generating");
  g_assert_cmpuint (starsend_execution_store_get_take (again, "B", "shot_1"), ==, 4);
  g_assert_null (starsend_execution_store_get_shot_error (again, "B", "shot_1"));
  shots = starsend_execution_store_dup_shots (again, "B");
  g_assert_cmpuint (g_strv_length (shots), ==, 2);
  g_assert_cmpstr (shots[0], ==, "shot_1");
}

static void
test_all_or_nothing (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendExecutionStore) store = open_store (folder->path, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_assert_true (advance (store, "B", STRV ("b"), STRV ("elements_ready", "video_pending", "video_generating", "video_complete", "approved"), 1, NULL, NULL));
  before = take (folder->path, NULL);
  g_assert_false (advance (store, "B", STRV ("a", "b"), STRV ("elements_ready"), 0, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_ILLEGAL_TRANSITION);
  g_assert_nonnull (strstr (error->message, "approved"));
  g_assert_nonnull (strstr (error->message, "elements_ready"));
  g_assert_nonnull (strstr (error->message, "client_video"));
  g_assert_cmpstr (starsend_execution_store_get_state (store, "B", "a"), ==, "planned");
  after = take (folder->path, NULL);
  g_assert_cmpstr (before, ==, after);
  g_clear_error (&error);
  g_assert_false (advance (store, "B", STRV ("a"), STRV ("no_such_state"), 0, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_ILLEGAL_TRANSITION);
}

static void
test_any_id (Folder *folder, gconstpointer name)
{
  static const char *const ids[] = { "", "a/b", "..", "../../x", "ä☃", "\"\\\n\t", "CON", "a\x7f", " " };
  g_autoptr (StarsendExecutionStore) store = open_store (folder->path, NULL);
  g_autoptr (StarsendExecutionStore) again = NULL;
  g_auto (GStrv) batches = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_assert_true (advance (store, ids[i], STRV (ids[i], "other"), STRV ("elements_ready"), i + 1, NULL, NULL));
  again = open_store (folder->path, NULL);
  batches = starsend_execution_store_dup_batches (again);
  g_assert_cmpuint (g_strv_length (batches), ==, G_N_ELEMENTS (ids));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_assert_cmpstr (batches[i], ==, ids[i]);
      g_assert_cmpuint (starsend_execution_store_get_take (again, ids[i], ids[i]), ==, i + 1);
      g_assert_cmpstr (starsend_execution_store_get_state (again, ids[i], "other"), ==, "elements_ready");
    }
}

static void
test_repair_and_unknown (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendExecutionStore) store = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *damage = NULL;
  g_autofree char *text = NULL;

  put (folder->path, "{\"x\": 1.0, \"version\": 1, \"profile\": \"client_video\", \"batches\": {\"B\": {\"s\": {\"state\": \"melted\", \"seed\": 1e2}, \"t\": 5}, \"Z\":  {}}}", -1);
  store = open_store (folder->path, &damage);
  g_assert_nonnull (strstr (damage, "“s” of “B”"));
  g_assert_nonnull (strstr (damage, "“t” of “B”"));
  g_assert_false (advance (store, "B", STRV ("s"), STRV ("elements_ready"), 0, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED);
  g_clear_error (&error);
  starsend_execution_store_repair_async (store, "B", STRV ("s"), "video_complete", 2, NULL, keep_result, &result);
  wait_for (&result);
  starsend_execution_store_repair_finish (store, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (starsend_execution_store_get_state (store, "B", "s"), ==, "video_complete");
  text = take (folder->path, NULL);
  g_assert_nonnull (strstr (text, "\"x\": 1.0"));
  g_assert_nonnull (strstr (text, "\"seed\": 1e2"));
  g_assert_nonnull (strstr (text, "\"t\": 5"));
  g_assert_nonnull (strstr (text, "\"Z\": {}"));
}

static void
test_other_version (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendExecutionStore) store = NULL;
  g_autofree char *damage = NULL;
  g_autofree char *aside = NULL;
  guint count;

  put (folder->path, "{\"version\": 3, \"batches\": {}}", -1);
  store = open_store (folder->path, &damage);
  g_assert_nonnull (strstr (damage, "version"));
  aside = take_aside (folder->folder, NULL, &count);
  g_assert_cmpstr (aside, ==, "{\"version\": 3, \"batches\": {}}");
}

int
main (int argc, char *argv[])
{
  const struct
  {
    const char *path;
    void (*run) (Folder *, gconstpointer);
  } tests[] = {
    { "/execution-store/advance", test_advance },
    { "/execution-store/all-or-nothing", test_all_or_nothing },
    { "/execution-store/any-id", test_any_id },
    { "/execution-store/repair-and-unknown", test_repair_and_unknown },
    { "/execution-store/other-version", test_other_version },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Folder, "execution_store.json", folder_set_up, tests[i].run, folder_tear_down);
  return g_test_run ();
}
