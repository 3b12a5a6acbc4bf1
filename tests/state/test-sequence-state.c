/* test-sequence-state.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>
#include <signal.h>
#include <sys/resource.h>

#include "starsend-error.h"
#include "starsend-sequence-state.h"
#include "state-test.h"

#define EVERY_KEY                                                                                                            \
  "{\"EP001\": {\"SEQ01\": {\"status\": \"complete\", \"start_frame\": \"output/frames/ep_001/clean/seq01_start.png\", "      \
  "\"start_frame_approved\": true,\n   \"elements_resolved\": true, \"grid_path\": \"output/grids/SEQ01/grid_001.png\", "     \
  "\"video_path\": \"output/video/seq01_take03.mp4\",\n   \"takes\": 3, \"current_take\": 3, "                                \
  "\"completed_at\": \"2026-03-27T14:30:00Z\", \"notes\": \"Final version approved\"},\n"                                     \
  " \"SEQ03\": {\"status\": \"not_started\"}}}"

static StarsendSequenceState *
open_state (const char *path, gboolean read_only, char **damage)
{
  g_autoptr (StarsendFileQueue) queue = starsend_file_queue_new ();
  g_autoptr (GError) error = NULL;
  StarsendSequenceState *state = starsend_sequence_state_new (path, "EP001", queue, read_only, damage, &error);

  g_assert_no_error (error);
  g_assert_nonnull (state);
  return state;
}

static gboolean
update (StarsendSequenceState *state, const char *id, StarsendSequenceChange *change, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  starsend_sequence_state_update_async (state, id, change, NULL, keep_result, &result);
  wait_for (&result);
  return starsend_sequence_state_update_finish (state, result, error);
}

static gboolean
set_status (StarsendSequenceState *state, const char *id, StarsendSequenceStatus status, GError **error)
{
  g_autoptr (StarsendSequenceChange) change = starsend_sequence_change_new ();

  starsend_sequence_change_set_status (change, status);
  return update (state, id, change, error);
}

static void
refresh (StarsendSequenceState *state)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  starsend_sequence_state_refresh_async (state, NULL, keep_result, &result);
  wait_for (&result);
  starsend_sequence_state_refresh_finish (state, result, &error);
  g_assert_no_error (error);
}

static StarsendSequenceStatus
status_of (StarsendSequenceState *state, const char *id)
{
  return starsend_sequence_record_get_status (starsend_sequence_state_get_record (state, id));
}

static void
check_every_key (StarsendSequenceRecord *record)
{
  g_assert_cmpint (starsend_sequence_record_get_status (record), ==, STARSEND_SEQUENCE_STATUS_COMPLETE);
  g_assert_cmpstr (starsend_sequence_record_get_start_frame (record), ==, "output/frames/ep_001/clean/seq01_start.png");
  g_assert_true (starsend_sequence_record_get_start_frame_approved (record));
  g_assert_true (starsend_sequence_record_get_elements_resolved (record));
  g_assert_cmpstr (starsend_sequence_record_get_grid_path (record), ==, "output/grids/SEQ01/grid_001.png");
  g_assert_cmpstr (starsend_sequence_record_get_video_path (record), ==, "output/video/seq01_take03.mp4");
  g_assert_cmpuint (starsend_sequence_record_get_takes (record), ==, 3);
  g_assert_cmpuint (starsend_sequence_record_get_current_take (record), ==, 3);
  g_assert_cmpstr (starsend_sequence_record_get_completed_at (record), ==, "2026-03-27T14:30:00Z");
  g_assert_cmpstr (starsend_sequence_record_get_notes (record), ==, "Final version approved");
}

static void
test_every_key (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendSequenceState) state = NULL;
  g_autoptr (StarsendSequenceState) again = NULL;
  g_autoptr (StarsendSequenceChange) change = starsend_sequence_change_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *damage = NULL;
  StarsendSequenceRecord *record;

  put (folder->path, EVERY_KEY, -1);
  state = open_state (folder->path, FALSE, &damage);
  g_assert_null (damage);
  record = starsend_sequence_state_get_record (state, "SEQ01");
  check_every_key (record);

  /* All of it again, for another sequence, through a change and the disk. */
  starsend_sequence_change_force_status (change, STARSEND_SEQUENCE_STATUS_COMPLETE);
  starsend_sequence_change_set_start_frame (change, starsend_sequence_record_get_start_frame (record));
  starsend_sequence_change_set_start_frame_approved (change, TRUE);
  starsend_sequence_change_set_elements_resolved (change, TRUE);
  starsend_sequence_change_set_grid_path (change, starsend_sequence_record_get_grid_path (record));
  starsend_sequence_change_set_video_path (change, starsend_sequence_record_get_video_path (record));
  starsend_sequence_change_set_takes (change, 3);
  starsend_sequence_change_set_current_take (change, 3);
  starsend_sequence_change_set_completed_at (change, starsend_sequence_record_get_completed_at (record));
  starsend_sequence_change_set_notes (change, starsend_sequence_record_get_notes (record));
  update (state, "SEQ \"9/ä\"", change, &error);
  g_assert_no_error (error);
  check_every_key (starsend_sequence_state_get_record (state, "SEQ \"9/ä\""));

  again = open_state (folder->path, FALSE, &damage);
  g_assert_null (damage);
  check_every_key (starsend_sequence_state_get_record (again, "SEQ01"));
  check_every_key (starsend_sequence_state_get_record (again, "SEQ \"9/ä\""));
}

static void
test_shape (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendSequenceState) state = open_state (folder->path, FALSE, NULL);
  g_autoptr (StarsendSequenceChange) change = starsend_sequence_change_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) ids = NULL;

  starsend_sequence_change_set_status (change, STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING);
  starsend_sequence_change_set_elements_resolved (change, TRUE);
  update (state, "SEQ02", change, &error);
  g_assert_no_error (error);
  text = take (folder->path, NULL);
  g_assert_cmpstr (text, ==,
                   "{\n  \"EP001\": {\n    \"SEQ02\": {\n      \"status\": \"start_frame_pending\",\n"
                   "      \"elements_resolved\": true\n    }\n  }\n}\n");
  ids = starsend_sequence_state_dup_ids (state);
  g_assert_cmpuint (g_strv_length (ids), ==, 1);
  g_assert_cmpstr (ids[0], ==, "SEQ02");
}

/* What we do not know goes back byte for byte, wherever it stands. */
static void
test_unknown_kept (Folder *folder, gconstpointer name)
{
  static const char *const pieces[] = {
    "\"\\u00e9t\\u00e9\": [1.50, 2e0,  {\"x\": null}]",
    "\"EP000\": {\"SEQ01\":   {\"status\":\"gone\"}}",
    "\"schema\": 1.0",
    "\"SEQ02\": {\n\t\"status\" : \"review\",   \"mood\":\"\\u2603 \\/\" }",
    "\"rating\": 4.50",
    "\"tags\": [ \"a\",\n\"b\" ]",
    "\"a\\u0000b\": \"x\"",
  };
  g_autofree char *before = g_strdup_printf ("{%s, %s, \"EP001\": {%s, \"SEQ01\": {%s, \"status\": \"not_started\", %s, %s}}, %s}", pieces[0],
                                             pieces[1], pieces[3], pieces[4], pieces[5], pieces[6], pieces[2]);
  g_autoptr (StarsendSequenceState) state = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *damage = NULL;
  g_autofree char *text = NULL;

  put (folder->path, before, -1);
  state = open_state (folder->path, FALSE, &damage);
  g_assert_null (damage);
  set_status (state, "SEQ01", STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING, &error);
  g_assert_no_error (error);
  text = take (folder->path, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_auto (GStrv) parts = g_strsplit (pieces[i], ":", 2);

      g_assert_nonnull (strstr (text, g_strstrip (parts[0])));
      g_assert_nonnull (strstr (text, g_strstrip (parts[1])));
    }
  g_assert_nonnull (strstr (text, "\"status\": \"elements_pending\""));

  /* And in their order. */
  g_assert_true (g_regex_match_simple ("u00e9t.*EP000.*EP001.*SEQ02.*SEQ01.*schema", text, G_REGEX_DOTALL, 0));
}

static void
test_not_understood (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendSequenceState) state = NULL;
  g_autoptr (StarsendSequenceChange) change = starsend_sequence_change_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *damage = NULL;
  g_autofree char *text = NULL;
  g_autofree char *text2 = NULL;

  put (folder->path, "{\"EP001\": {\"A\": {\"status\": \"archived\", \"takes\": \"3\"}, \"B\": {\"status\": 7}, \"C\": {\"takes\": -1, \"notes\": null}}}", -1);
  state = open_state (folder->path, FALSE, &damage);
  g_assert_nonnull (strstr (damage, "“status” of sequence “A”"));
  g_assert_nonnull (strstr (damage, "“takes” of sequence “A”"));
  g_assert_nonnull (strstr (damage, "“status” of sequence “B”"));
  g_assert_nonnull (strstr (damage, "“takes” of sequence “C”"));
  g_assert_null (strstr (damage, "notes"));
  g_assert_cmpint (status_of (state, "A"), ==, STARSEND_SEQUENCE_STATUS_NOT_STARTED);
  g_assert_cmpuint (starsend_sequence_record_get_takes (starsend_sequence_state_get_record (state, "A")), ==, 0);

  /* Other keys may change; the status that nobody understood stays until a repair. */
  starsend_sequence_change_set_notes (change, "x");
  update (state, "A", change, &error);
  g_assert_no_error (error);
  g_assert_false (set_status (state, "A", STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED);
  g_assert_true (g_str_has_prefix (error->message, "A: "));
  g_clear_error (&error);
  text = take (folder->path, NULL);
  g_assert_nonnull (strstr (text, "\"status\": \"archived\""));
  g_assert_nonnull (strstr (text, "\"takes\": \"3\""));
  starsend_sequence_change_force_status (change, STARSEND_SEQUENCE_STATUS_REVIEW);
  update (state, "A", change, &error);
  g_assert_no_error (error);
  text2 = take (folder->path, NULL);
  g_assert_null (strstr (text2, "archived"));
}

static void
test_damaged_shapes (Folder *folder, gconstpointer name)
{
  static const char *const texts[] = {
    "", "garbage", "[]", "7", "{\"EP001\": 1}", "{\"EP001\": {\"A\": 5}}", "{\"EP001\": {\"A\": []}}", "{\"EP001\": {}", "\xff\xfe",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (StarsendSequenceState) state = NULL;
      g_autofree char *damage = NULL;
      g_autofree char *aside = NULL;
      g_autofree char *after = NULL;
      guint count;

      put (folder->path, texts[i], -1);
      state = open_state (folder->path, TRUE, &damage);
      g_assert_nonnull (damage);
      g_clear_object (&state);
      g_clear_pointer (&damage, g_free);
      after = take (folder->path, NULL);
      g_assert_cmpstr (after, ==, texts[i]);

      state = open_state (folder->path, FALSE, &damage);
      g_assert_nonnull (damage);
      g_assert_false (g_file_test (folder->path, G_FILE_TEST_EXISTS));
      aside = take_aside (folder->folder, NULL, &count);
      g_assert_cmpuint (count, ==, i + 1);
      g_assert_nonnull (strstr (damage, ".damaged-"));
    }
}

static void
count_call (gpointer object, gpointer detail, guint *count)
{
  (*count)++;
}

static void
test_transition_refused (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendSequenceState) state = open_state (folder->path, FALSE, NULL);
  g_autoptr (GError) error = NULL;
  StarsendSequenceRecord *record = starsend_sequence_state_get_record (state, "SEQ04");
  guint notified = 0;

  g_signal_connect (record, "notify", G_CALLBACK (count_call), &notified);
  g_assert_false (set_status (state, "SEQ04", STARSEND_SEQUENCE_STATUS_COMPLETE, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_ILLEGAL_TRANSITION);
  g_assert_nonnull (strstr (error->message, "SEQ04"));
  g_assert_nonnull (strstr (error->message, "not_started"));
  g_assert_nonnull (strstr (error->message, "complete"));
  g_assert_cmpuint (notified, ==, 0);
  g_assert_false (g_file_test (folder->path, G_FILE_TEST_EXISTS));
  g_assert_true (set_status (state, "SEQ04", STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING, NULL));
  g_assert_cmpuint (notified, ==, 1);
  g_assert_true (set_status (state, "SEQ04", STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING, NULL));
  g_assert_cmpuint (notified, ==, 1);
}

typedef struct
{
  StarsendSequenceState *state;
  GString *order;
  guint left;
} Order;

static void
note_order (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Order *order = user_data;
  g_autoptr (GError) error = NULL;

  g_string_append_c (order->order, starsend_sequence_state_update_finish (order->state, result, &error) ? '+' : '-');
  order->left--;
}

/* Each is checked against what the one before has left, refused ones included. */
static void
test_order (Folder *folder, gconstpointer name)
{
  static const StarsendSequenceStatus steps[] = {
    STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING, STARSEND_SEQUENCE_STATUS_COMPLETE, STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING,
    STARSEND_SEQUENCE_STATUS_GENERATING,       STARSEND_SEQUENCE_STATUS_START_FRAME_APPROVED, STARSEND_SEQUENCE_STATUS_GENERATING,
    STARSEND_SEQUENCE_STATUS_REVIEW,           STARSEND_SEQUENCE_STATUS_COMPLETE,
  };
  g_autoptr (StarsendSequenceState) state = open_state (folder->path, FALSE, NULL);
  g_autoptr (StarsendSequenceState) again = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  Order order = { state, text, G_N_ELEMENTS (steps) };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (StarsendSequenceChange) change = starsend_sequence_change_new ();

      starsend_sequence_change_set_status (change, steps[i]);
      starsend_sequence_change_set_takes (change, i + 1);
      starsend_sequence_state_update_async (state, "S", change, NULL, note_order, &order);
    }
  /* Nothing is told before it is on the disk. */
  g_assert_cmpint (status_of (state, "S"), ==, STARSEND_SEQUENCE_STATUS_NOT_STARTED);
  while (order.left > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (text->str, ==, "+-+-++++");
  again = open_state (folder->path, FALSE, NULL);
  g_assert_cmpint (status_of (again, "S"), ==, STARSEND_SEQUENCE_STATUS_COMPLETE);
  g_assert_cmpuint (starsend_sequence_record_get_takes (starsend_sequence_state_get_record (again, "S")), ==, 8);
}

static void
test_cancelled (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendSequenceState) state = open_state (folder->path, FALSE, NULL);
  g_autoptr (StarsendSequenceChange) change = starsend_sequence_change_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  starsend_sequence_change_set_status (change, STARSEND_SEQUENCE_STATUS_ELEMENTS_PENDING);
  starsend_sequence_state_update_async (state, "S", change, cancellable, keep_result, &result);
  wait_for (&result);
  g_assert_false (starsend_sequence_state_update_finish (state, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (status_of (state, "S"), ==, STARSEND_SEQUENCE_STATUS_NOT_STARTED);
}

static void
test_read_only (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendSequenceState) state = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  put (folder->path, EVERY_KEY, -1);
  state = open_state (folder->path, TRUE, NULL);
  g_assert_false (set_status (state, "SEQ01", STARSEND_SEQUENCE_STATUS_REVIEW, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_READ_ONLY);
  text = take (folder->path, NULL);
  g_assert_cmpstr (text, ==, EVERY_KEY);
}

static void
test_bad_text (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendSequenceState) state = open_state (folder->path, FALSE, NULL);
  g_autoptr (StarsendSequenceChange) change = starsend_sequence_change_new ();
  g_autoptr (GError) error = NULL;

  starsend_sequence_change_set_notes (change, "\xff");
  g_assert_false (update (state, "S", change, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
}

/* A folder under the file's name: the rename fails at the very end. */
static void
test_failing_rename (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendSequenceState) state = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *moved = g_strconcat (folder->path, ".moved", NULL);
  g_autofree char *text = NULL;

  put (folder->path, EVERY_KEY, -1);
  state = open_state (folder->path, FALSE, NULL);
  g_rename (folder->path, moved);
  g_mkdir (folder->path, 0755);
  g_assert_false (set_status (state, "SEQ01", STARSEND_SEQUENCE_STATUS_REVIEW, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (status_of (state, "SEQ01"), ==, STARSEND_SEQUENCE_STATUS_COMPLETE);
  g_rmdir (folder->path);
  g_rename (moved, folder->path);
  text = take (folder->path, NULL);
  g_assert_cmpstr (text, ==, EVERY_KEY);

  /* It works again without a restart. */
  g_clear_error (&error);
  set_status (state, "SEQ01", STARSEND_SEQUENCE_STATUS_REVIEW, &error);
  g_assert_no_error (error);
}

/* A limit on the size of files stops the write in its middle, for root too. */
static void
test_no_space (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendSequenceState) state = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  struct rlimit old, low;
  void (*handler) (int) = signal (SIGXFSZ, SIG_IGN);

  put (folder->path, EVERY_KEY, -1);
  state = open_state (folder->path, FALSE, NULL);
  getrlimit (RLIMIT_FSIZE, &old);
  low = old;
  low.rlim_cur = 100;
  setrlimit (RLIMIT_FSIZE, &low);
  set_status (state, "SEQ01", STARSEND_SEQUENCE_STATUS_REVIEW, &error);
  setrlimit (RLIMIT_FSIZE, &old);
  signal (SIGXFSZ, handler);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NO_SPACE);
  g_assert_cmpint (status_of (state, "SEQ01"), ==, STARSEND_SEQUENCE_STATUS_COMPLETE);
  text = take (folder->path, NULL);
  g_assert_cmpstr (text, ==, EVERY_KEY);
  g_assert_true (set_status (state, "SEQ01", STARSEND_SEQUENCE_STATUS_REVIEW, NULL));
}

static void
test_outside_merged (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendSequenceState) state = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint told = 0, notified = 0;

  put (folder->path, EVERY_KEY, -1);
  state = open_state (folder->path, FALSE, NULL);
  g_signal_connect (state, "changed-outside", G_CALLBACK (count_call), &told);
  g_signal_connect (starsend_sequence_state_get_record (state, "SEQ03"), "notify::status", G_CALLBACK (count_call), &notified);
  put (folder->path,
       "{\"EP001\": {\"SEQ03\": {\"status\": \"review\"}, \"SEQ01\": {\"status\": \"review\", \"mine\": 1}, \"SEQ07\": {\"takes\": 2}}, \"other\": 1}", -1);

  /* complete -> start_frame_pending would be refused; what the file says now leads there. */
  set_status (state, "SEQ01", STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (told, ==, 3);
  g_assert_cmpuint (notified, ==, 1);
  g_assert_cmpint (status_of (state, "SEQ03"), ==, STARSEND_SEQUENCE_STATUS_REVIEW);
  g_assert_cmpint (status_of (state, "SEQ01"), ==, STARSEND_SEQUENCE_STATUS_START_FRAME_PENDING);
  g_assert_null (starsend_sequence_record_get_notes (starsend_sequence_state_get_record (state, "SEQ01")));
  text = take (folder->path, NULL);
  g_assert_nonnull (strstr (text, "\"mine\": 1"));
  g_assert_nonnull (strstr (text, "\"other\": 1"));
  g_assert_nonnull (strstr (text, "\"takes\": 2"));
}

static void
test_outside_refresh (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendSequenceState) state = NULL;
  g_auto (GStrv) ids = NULL;
  guint told = 0;

  put (folder->path, EVERY_KEY, -1);
  state = open_state (folder->path, FALSE, NULL);
  g_signal_connect (state, "changed-outside", G_CALLBACK (count_call), &told);
  refresh (state);
  put (folder->path, EVERY_KEY "  ", -1);
  refresh (state);
  g_assert_cmpuint (told, ==, 0);
  put (folder->path, "{\"EP001\": {\"SEQ03\": {\"status\": \"not_started\"}}}", -1);
  refresh (state);
  g_assert_cmpuint (told, ==, 1);
  g_assert_cmpint (status_of (state, "SEQ01"), ==, STARSEND_SEQUENCE_STATUS_NOT_STARTED);
  ids = starsend_sequence_state_dup_ids (state);
  g_assert_cmpuint (g_strv_length (ids), ==, 1);
}

static void
test_outside_damaged (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendSequenceState) state = NULL;
  g_autoptr (StarsendSequenceState) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *aside = NULL;
  guint told = 0, count = 0;

  put (folder->path, EVERY_KEY, -1);
  state = open_state (folder->path, FALSE, NULL);
  g_signal_connect (state, "damaged", G_CALLBACK (count_call), &told);
  put (folder->path, "{\"EP001\": {\"SEQ", -1);
  set_status (state, "SEQ01", STARSEND_SEQUENCE_STATUS_REVIEW, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (told, ==, 1);
  aside = take_aside (folder->folder, NULL, &count);
  g_assert_cmpstr (aside, ==, "{\"EP001\": {\"SEQ");
  again = open_state (folder->path, FALSE, NULL);
  g_assert_cmpint (status_of (again, "SEQ01"), ==, STARSEND_SEQUENCE_STATUS_REVIEW);
  g_assert_cmpuint (starsend_sequence_record_get_takes (starsend_sequence_state_get_record (again, "SEQ01")), ==, 3);

  /* Seen by a look alone, what we hold is written back at once; a file that is gone, with the next change. */
  put (folder->path, "", -1);
  refresh (state);
  g_assert_cmpuint (told, ==, 2);
  g_assert_true (g_file_test (folder->path, G_FILE_TEST_EXISTS));
  g_unlink (folder->path);
  refresh (state);
  refresh (state);
  g_assert_cmpuint (told, ==, 3);
  g_assert_true (set_status (state, "SEQ01", STARSEND_SEQUENCE_STATUS_ITERATING, NULL));
  g_clear_object (&again);
  again = open_state (folder->path, FALSE, NULL);
  g_assert_cmpint (status_of (again, "SEQ01"), ==, STARSEND_SEQUENCE_STATUS_ITERATING);
}

static void
test_ten_thousand (Folder *folder, gconstpointer name)
{
  g_autoptr (GString) text = g_string_new ("{\"EP001\": {");
  g_autoptr (StarsendSequenceState) state = NULL;
  g_autoptr (StarsendSequenceState) again = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (text, "%s\"SEQ%05u\": {\"status\": \"review\", \"takes\": %u}", i > 0 ? ",\n" : "", i, i);
  g_string_append (text, "}}");
  put (folder->path, text->str, text->len);
  state = open_state (folder->path, FALSE, NULL);
  set_status (state, "SEQ05000", STARSEND_SEQUENCE_STATUS_COMPLETE, &error);
  g_assert_no_error (error);
  again = open_state (folder->path, FALSE, NULL);
  ids = starsend_sequence_state_dup_ids (again);
  g_assert_cmpuint (g_strv_length (ids), ==, 10000);
  for (guint i = 0; i < 10000; i++)
    {
      StarsendSequenceRecord *record = starsend_sequence_state_get_record (again, ids[i]);

      g_assert_cmpuint (starsend_sequence_record_get_takes (record), ==, i);
      g_assert_cmpint (starsend_sequence_record_get_status (record), ==,
                       i == 5000 ? STARSEND_SEQUENCE_STATUS_COMPLETE : STARSEND_SEQUENCE_STATUS_REVIEW);
    }
}

/* What stands in the file afterwards, or was set aside and told: nothing goes missing in silence. */
static void
check_survives (Folder *folder, const char *text, gsize size)
{
  g_autoptr (StarsendSequenceState) state = NULL;
  g_autofree char *damage = NULL;
  g_autofree char *kept = NULL;
  gsize kept_size = 0;
  guint count = 0;

  put (folder->path, text, size);
  state = open_state (folder->path, FALSE, &damage);
  kept = take_aside (folder->folder, &kept_size, &count);
  if (kept == NULL)
    kept = take (folder->path, &kept_size);
  else
    g_assert_nonnull (damage);
  g_assert_cmpmem (kept, kept_size, text, size);
  remove_tree (folder->folder);
  g_assert_cmpint (g_mkdir (folder->folder, 0755), ==, 0);
}

static void
test_cut (Folder *folder, gconstpointer name)
{
  for (gsize i = 0; i <= strlen (EVERY_KEY); i++)
    check_survives (folder, EVERY_KEY, i);
}

static void
test_flipped (Folder *folder, gconstpointer name)
{
  for (gsize i = 0; i < strlen (EVERY_KEY); i++)
    for (guint bit = 0; bit < 8; bit += 3)
      {
        g_autofree char *text = g_strdup (EVERY_KEY);

        text[i] ^= 1 << bit;
        check_survives (folder, text, strlen (EVERY_KEY));
      }
}

static void
test_statuses (void)
{
  for (guint i = 0; i <= STARSEND_SEQUENCE_STATUS_ITERATING; i++)
    {
      StarsendSequenceStatus status = 99;

      g_assert_true (starsend_sequence_status_from_string (starsend_sequence_status_to_string (i), &status));
      g_assert_cmpuint (status, ==, i);
      g_assert_cmpstr (starsend_sequence_status_get_label (i), !=, "");
    }
  g_assert_false (starsend_sequence_status_from_string ("Review", NULL));
  g_assert_false (starsend_sequence_status_from_string (NULL, NULL));
}

int
main (int argc, char *argv[])
{
  const struct
  {
    const char *path;
    void (*run) (Folder *, gconstpointer);
    gboolean slow;
  } tests[] = {
    { "/sequence-state/every-key", test_every_key },
    { "/sequence-state/shape", test_shape },
    { "/sequence-state/unknown-kept", test_unknown_kept },
    { "/sequence-state/not-understood", test_not_understood },
    { "/sequence-state/damaged-shapes", test_damaged_shapes },
    { "/sequence-state/transition-refused", test_transition_refused },
    { "/sequence-state/order", test_order },
    { "/sequence-state/cancelled", test_cancelled },
    { "/sequence-state/read-only", test_read_only },
    { "/sequence-state/bad-text", test_bad_text },
    { "/sequence-state/failing-rename", test_failing_rename },
    { "/sequence-state/no-space", test_no_space },
    { "/sequence-state/outside-merged", test_outside_merged },
    { "/sequence-state/outside-refresh", test_outside_refresh },
    { "/sequence-state/outside-damaged", test_outside_damaged },
    { "/sequence-state/ten-thousand", test_ten_thousand },
    { "/sequence-state/cut-at-every-byte", test_cut, TRUE },
    { "/sequence-state/every-byte-flipped", test_flipped, TRUE },
  };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sequence-state/statuses", test_statuses);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    if (!tests[i].slow || g_test_slow ())
      g_test_add (tests[i].path, Folder, "sequence_state.json", folder_set_up, tests[i].run, folder_tear_down);
  return g_test_run ();
}
