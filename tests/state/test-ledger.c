/* test-ledger.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <zlib.h>

#include "starsend-error.h"
#include "starsend-ledger.h"
#include "state-test.h"

static StarsendLedger *
open_ledger (const char *path, gboolean read_only, char **damage)
{
  g_autoptr (StarsendFileQueue) queue = starsend_file_queue_new ();
  g_autoptr (GError) error = NULL;
  StarsendLedger *ledger = starsend_ledger_new (path, queue, read_only, damage, &error);

  g_assert_no_error (error);
  g_assert_nonnull (ledger);
  return ledger;
}

static gboolean
append (StarsendLedger *ledger, StarsendLedgerEvent event, const char *id, const char *fields, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (JsonNode) tree = fields != NULL ? json_from_string (fields, NULL) : NULL;

  starsend_ledger_append_async (ledger, event, id, tree, NULL, keep_result, &result);
  wait_for (&result);
  return starsend_ledger_append_finish (ledger, result, error);
}

static void
append_ok (StarsendLedger *ledger, StarsendLedgerEvent event, const char *id, const char *fields)
{
  g_autoptr (GError) error = NULL;

  append (ledger, event, id, fields, &error);
  g_assert_no_error (error);
}

/* A line of our own, written without any code of the ledger. */
static char *
make_line (const char *body)
{
  return g_strdup_printf ("%s\"crc\":\"%08lx\"}\n", body, crc32 (0, (const Bytef *) body, strlen (body)));
}

static void
test_every_field (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendLedger) ledger = open_ledger (folder->path, FALSE, NULL);
  g_autoptr (StarsendLedgerJob) live = NULL;

  append_ok (ledger, STARSEND_LEDGER_INTENT, "j1",
             "{\"kind\":\"take\",\"batch\":\"EP001_SEQ04/ä\",\"number\":3,\"part\":2,\"parts\":4,\"provider\":\"fal\",\"model\":\"kling-o3\",\"digest\":\"d\","
             "\"currency\":\"USD\",\"estimate\":0.1,\"request\":{\"prompt\":\"a\\nb\"},\"output\":\"output/video/seq04_take03.mp4\",\"extra\":[1]}");
  append_ok (ledger, STARSEND_LEDGER_UNCERTAIN, "j1", "{\"reason\":\"no answer\"}");
  live = starsend_ledger_dup_job (ledger, "j1");
  g_assert_cmpstr (starsend_ledger_job_get_reason (live), ==, "no answer");
  append_ok (ledger, STARSEND_LEDGER_SUBMITTED, "j1", "{\"request_id\":\"r1\",\"ticket\":{\"status\":\"http://x\"}}");
  append_ok (ledger, STARSEND_LEDGER_FETCHED, "j1", "{\"file_digest\":\"f\"}");
  g_assert_cmpint (starsend_ledger_get_reserved (ledger, NULL), ==, 100000);
  append_ok (ledger, STARSEND_LEDGER_SETTLED, "j1", "{\"cost\":1.234567}");

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *damage = NULL;
      g_autoptr (StarsendLedger) again = open_ledger (folder->path, FALSE, &damage);
      g_autoptr (StarsendLedgerJob) job = g_list_model_get_item (G_LIST_MODEL (i == 0 ? ledger : again), 0);
      JsonObject *request = json_node_get_object (starsend_ledger_job_get_request (job));

      g_assert_null (damage);
      g_assert_cmpstr (starsend_ledger_job_get_id (job), ==, "j1");
      g_assert_cmpint (starsend_ledger_job_get_event (job), ==, STARSEND_LEDGER_SETTLED);
      g_assert_false (starsend_ledger_job_is_open (job));
      g_assert_cmpstr (starsend_ledger_job_get_kind (job), ==, "take");
      g_assert_cmpstr (starsend_ledger_job_get_batch_id (job), ==, "EP001_SEQ04/ä");
      g_assert_cmpuint (starsend_ledger_job_get_number (job), ==, 3);
      g_assert_cmpuint (starsend_ledger_job_get_part (job), ==, 2);
      g_assert_cmpuint (starsend_ledger_job_get_n_parts (job), ==, 4);
      g_assert_cmpstr (starsend_ledger_job_get_provider (job), ==, "fal");
      g_assert_cmpstr (starsend_ledger_job_get_model (job), ==, "kling-o3");
      g_assert_cmpstr (starsend_ledger_job_get_digest (job), ==, "d");
      g_assert_cmpstr (starsend_ledger_job_get_currency (job), ==, "USD");
      g_assert_cmpint (starsend_ledger_job_get_estimate (job), ==, 100000);
      g_assert_cmpstr (json_object_get_string_member (request, "prompt"), ==, "a\nb");
      g_assert_cmpstr (starsend_ledger_job_get_output (job), ==, "output/video/seq04_take03.mp4");
      g_assert_cmpstr (starsend_ledger_job_get_request_id (job), ==, "r1");
      g_assert_nonnull (starsend_ledger_job_get_ticket (job));
      g_assert_cmpstr (starsend_ledger_job_get_file_digest (job), ==, "f");
      g_assert_cmpint (starsend_ledger_job_get_cost (job), ==, 1234567);
      g_assert_null (starsend_ledger_job_get_reason (job));
      g_assert_cmpuint (strlen (starsend_ledger_job_get_created_at (job)), ==, 20);
      g_assert_cmpuint (strlen (starsend_ledger_job_get_changed_at (job)), ==, 20);
    }
}

/* The documented shape, checked against a checksum made here. */
static void
test_shape (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendLedger) ledger = open_ledger (folder->path, FALSE, NULL);
  g_autofree char *text = NULL;
  g_autofree char *body = NULL;
  g_autofree char *expected = NULL;

  append_ok (ledger, STARSEND_LEDGER_INTENT, "j1", "{\"estimate\":0.1,\"cost\":2}");
  text = take (folder->path, NULL);
  g_assert_true (g_regex_match_simple ("^\\{\"n\":1,\"at\":\"[0-9T:-]{19}Z\",\"event\":\"intent\",\"job\":\"j1\",\"estimate\":0.1,\"cost\":2,\"crc\":\"[0-9a-f]{8}\"\\}\\n$",
                                       text, 0, 0));
  body = g_strndup (text, strlen (text) - strlen ("\"crc\":\"01234567\"}\n"));
  expected = make_line (body);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_amounts (Folder *folder, gconstpointer name)
{
  static const struct
  {
    const char *text;
    gint64 millionths;
  } amounts[] = {
    { "0.1", 100000 }, { "0.7", 700000 }, { "1.1", 1100000 }, { "2", 2000000 }, { "0", 0 }, { "1e-7", 0 }, { "5e-7", 1 },
    { "0.0000005", 1 }, { "0.00000049", 0 }, { "0.123456", 123456 }, { "0.1234565", 123457 }, { "1.5e3", 1500000000 },
    { "12.5E-1", 1250000 }, { "9223372036854", G_GINT64_CONSTANT (9223372036854000000) }, { "0.30000000000000004", 300000 },
    { "99999999999999", 0 }, { "-1", 0 }, { "1e300", 0 }, { "\"3\"", 0 },
  };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (StarsendLedger) ledger = NULL;
  g_autofree char *damage = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"n\":%u,\"event\":\"intent\",\"job\":\"%u\",\"estimate\":%s,", i + 1, i, amounts[i].text);
      g_autofree char *line = make_line (body);

      g_string_append (text, line);
    }
  put (folder->path, text->str, text->len);
  ledger = open_ledger (folder->path, FALSE, &damage);
  g_assert_null (damage);
  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    {
      g_autoptr (StarsendLedgerJob) job = g_list_model_get_item (G_LIST_MODEL (ledger), i);

      g_assert_cmpint (starsend_ledger_job_get_estimate (job), ==, amounts[i].millionths);
    }
}

static void
test_money (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendLedger) ledger = open_ledger (folder->path, FALSE, NULL);
  g_autoptr (GPtrArray) open_jobs = NULL;

  append_ok (ledger, STARSEND_LEDGER_INTENT, "a", "{\"batch\":\"A\",\"estimate\":1}");
  append_ok (ledger, STARSEND_LEDGER_INTENT, "b", "{\"batch\":\"B\",\"estimate\":0.25}");
  append_ok (ledger, STARSEND_LEDGER_INTENT, "c", "{\"batch\":\"A\",\"estimate\":0.5}");
  append_ok (ledger, STARSEND_LEDGER_INTENT, "d", "{\"batch\":\"A\",\"estimate\":4}");
  g_assert_cmpint (starsend_ledger_get_reserved (ledger, NULL), ==, 5750000);
  append_ok (ledger, STARSEND_LEDGER_SETTLED, "a", "{\"cost\":0.9}");
  append_ok (ledger, STARSEND_LEDGER_SETTLED, "c", NULL);
  append_ok (ledger, STARSEND_LEDGER_RELEASED, "d", "{\"reason\":\"failed\"}");
  g_assert_cmpint (starsend_ledger_get_spent (ledger, NULL), ==, 1400000);
  g_assert_cmpint (starsend_ledger_get_spent (ledger, "A"), ==, 1400000);
  g_assert_cmpint (starsend_ledger_get_spent (ledger, "B"), ==, 0);
  g_assert_cmpint (starsend_ledger_get_reserved (ledger, NULL), ==, 250000);
  g_assert_cmpint (starsend_ledger_get_reserved (ledger, "A"), ==, 0);
  open_jobs = starsend_ledger_dup_open_jobs (ledger);
  g_assert_cmpuint (open_jobs->len, ==, 1);
  g_assert_cmpstr (starsend_ledger_job_get_id (open_jobs->pdata[0]), ==, "b");
}

/* What failed may have been charged all the same: it counts, unless the job is found again and settles for another sum. */
static void
test_charged_for_nothing (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendLedger) ledger = open_ledger (folder->path, FALSE, NULL);

  append_ok (ledger, STARSEND_LEDGER_INTENT, "a", "{\"batch\":\"A\",\"estimate\":1}");
  append_ok (ledger, STARSEND_LEDGER_RELEASED, "a", "{\"reason\":\"refused\",\"cost\":0.75}");
  append_ok (ledger, STARSEND_LEDGER_INTENT, "b", "{\"batch\":\"A\",\"estimate\":2}");
  append_ok (ledger, STARSEND_LEDGER_RELEASED, "b", "{\"reason\":\"refused\",\"cost\":0}");
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (StarsendLedger) again = open_ledger (folder->path, TRUE, NULL);

      g_assert_cmpint (starsend_ledger_get_spent (again, NULL), ==, 750000);
      g_assert_cmpint (starsend_ledger_get_spent (again, "A"), ==, 750000);
      g_assert_cmpint (starsend_ledger_get_reserved (again, NULL), ==, 0);
    }

  append_ok (ledger, STARSEND_LEDGER_SUBMITTED, "a", "{\"request_id\":\"r\"}");
  g_assert_cmpint (starsend_ledger_get_spent (ledger, NULL), ==, 0);
  g_assert_cmpint (starsend_ledger_get_reserved (ledger, "A"), ==, 1000000);
  append_ok (ledger, STARSEND_LEDGER_FETCHED, "a", NULL);
  append_ok (ledger, STARSEND_LEDGER_SETTLED, "a", "{\"cost\":0.9}");
  g_assert_cmpint (starsend_ledger_get_spent (ledger, "A"), ==, 900000);
}

static void
assert_found (StarsendLedger *ledger, const char *batch_id, const char *kind, guint number, gboolean open_only, const char *ids)
{
  g_autoptr (GPtrArray) jobs = starsend_ledger_find_jobs (ledger, batch_id, kind, number, open_only);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < jobs->len; i++)
    g_string_append (found, starsend_ledger_job_get_id (jobs->pdata[i]));
  g_assert_cmpstr (found->str, ==, ids);
}

static void
test_find (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendLedger) ledger = open_ledger (folder->path, FALSE, NULL);

  append_ok (ledger, STARSEND_LEDGER_INTENT, "a", "{\"batch\":\"A\",\"kind\":\"grid\",\"number\":1}");
  append_ok (ledger, STARSEND_LEDGER_INTENT, "b", "{\"batch\":\"A\",\"kind\":\"take\",\"number\":1}");
  append_ok (ledger, STARSEND_LEDGER_INTENT, "c", "{\"batch\":\"B\",\"kind\":\"take\",\"number\":1}");
  append_ok (ledger, STARSEND_LEDGER_INTENT, "d", "{\"batch\":\"A\",\"kind\":\"take\",\"number\":2}");
  append_ok (ledger, STARSEND_LEDGER_INTENT, "e", NULL);
  append_ok (ledger, STARSEND_LEDGER_RELEASED, "b", NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (StarsendLedger) again = open_ledger (folder->path, TRUE, NULL);
      StarsendLedger *each = i == 0 ? ledger : again;

      assert_found (each, NULL, NULL, 0, FALSE, "abcde");
      assert_found (each, NULL, NULL, 0, TRUE, "acde");
      assert_found (each, "A", NULL, 0, FALSE, "abd");
      assert_found (each, "A", "take", 0, FALSE, "bd");
      assert_found (each, "A", "take", 0, TRUE, "d");
      assert_found (each, "A", "take", 1, FALSE, "b");
      assert_found (each, "A", "take", 1, TRUE, "");
      assert_found (each, NULL, "take", 1, TRUE, "c");
      assert_found (each, "C", NULL, 0, FALSE, "");
    }
}

/* Every pair of events. */
static void
test_events (Folder *folder, gconstpointer name)
{
  static const char *const allowed[] = {
    [STARSEND_LEDGER_INTENT] = "-+++++",  [STARSEND_LEDGER_SUBMITTED] = "--++++", [STARSEND_LEDGER_UNCERTAIN] = "-+++-+",
    [STARSEND_LEDGER_FETCHED] = "--++++", [STARSEND_LEDGER_SETTLED] = "------",   [STARSEND_LEDGER_RELEASED] = "-+----",
  };
  g_autoptr (StarsendLedger) ledger = open_ledger (folder->path, FALSE, NULL);

  for (guint from = 0; from < 6; from++)
    for (guint to = 0; to < 6; to++)
      {
        g_autofree char *id = starsend_ledger_new_job_id ();
        g_autoptr (GError) error = NULL;

        append_ok (ledger, STARSEND_LEDGER_INTENT, id, NULL);
        if (from != STARSEND_LEDGER_INTENT)
          append_ok (ledger, from, id, NULL);
        g_assert_cmpint (append (ledger, to, id, NULL, &error), ==, allowed[from][to] == '+');
        if (error != NULL)
          g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_ILLEGAL_TRANSITION);
      }
  for (guint to = 1; to < 6; to++)
    g_assert_false (append (ledger, to, "nobody", NULL, NULL));
}

static void
test_bad_fields (Folder *folder, gconstpointer name)
{
  static const char *const fields[] = { "{\"n\":1}", "{\"crc\":\"x\"}", "{\"job\":\"x\"}", "{\"estimate\":\"1\"}", "{\"kind\":1}", "{\"batch\":{}}" };
  g_autoptr (StarsendLedger) ledger = open_ledger (folder->path, FALSE, NULL);
  g_autofree char *huge = g_strnfill (5 * 1024 * 1024, 'x');
  g_autofree char *huge_field = g_strdup_printf ("{\"reason\":\"%s\"}", huge);

  for (guint i = 0; i <= G_N_ELEMENTS (fields); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (append (ledger, STARSEND_LEDGER_INTENT, "j", i < G_N_ELEMENTS (fields) ? fields[i] : huge_field, &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ledger)), ==, 0);
  g_assert_false (g_file_test (folder->path, G_FILE_TEST_EXISTS));
}

/* What is not known is kept and passed over; order is by number; what stands there twice counts once. */
static void
test_replay (Folder *folder, gconstpointer name)
{
  g_autofree char *intent = make_line ("{\"n\":1,\"event\":\"intent\",\"job\":\"a\",\"estimate\":1,\"new\":{\"x\":1},");
  g_autofree char *odd = make_line ("{\"n\":2,\"event\":\"celebrated\",\"job\":\"a\",");
  g_autofree char *settled = make_line ("{\"n\":3,\"event\":\"settled\",\"job\":\"a\",\"cost\":2,");
  g_autofree char *late = make_line ("{\"n\":9,\"event\":\"submitted\",\"job\":\"lost-its-intent\",");
  g_autofree char *text = g_strconcat (settled, intent, odd, settled, late, intent, NULL);
  g_autofree char *after = NULL;
  g_autofree char *damage = NULL;
  g_autoptr (StarsendLedger) ledger = NULL;
  g_autoptr (StarsendLedgerJob) job = NULL;

  put (folder->path, text, -1);
  ledger = open_ledger (folder->path, FALSE, &damage);
  g_assert_null (damage);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ledger)), ==, 2);
  job = g_list_model_get_item (G_LIST_MODEL (ledger), 0);
  g_assert_cmpstr (starsend_ledger_job_get_id (job), ==, "a");
  g_assert_cmpint (starsend_ledger_get_spent (ledger, NULL), ==, 2000000);
  append_ok (ledger, STARSEND_LEDGER_FETCHED, "lost-its-intent", NULL);
  after = take (folder->path, NULL);
  g_assert_true (g_str_has_prefix (after, text));
  g_assert_nonnull (strstr (after + strlen (text), "{\"n\":10,"));
}

static void
test_torn_tail (Folder *folder, gconstpointer name)
{
  g_autofree char *intent = make_line ("{\"n\":1,\"event\":\"intent\",\"job\":\"a\",");
  g_autofree char *torn = g_strconcat (intent, "{\"n\":2,\"ev", NULL);
  g_autofree char *damage = NULL;
  g_autofree char *left = NULL;
  g_autofree char *after = NULL;
  g_autoptr (StarsendLedger) ledger = NULL;

  put (folder->path, torn, -1);
  ledger = open_ledger (folder->path, TRUE, &damage);
  g_assert_nonnull (damage);
  left = take (folder->path, NULL);
  g_assert_cmpstr (left, ==, torn);
  g_clear_object (&ledger);
  g_clear_pointer (&damage, g_free);
  ledger = open_ledger (folder->path, FALSE, &damage);
  g_assert_nonnull (strstr (damage, "10 bytes"));
  append_ok (ledger, STARSEND_LEDGER_RELEASED, "a", NULL);
  after = take (folder->path, NULL);
  g_assert_true (g_str_has_prefix (after, intent));
  g_assert_nonnull (strstr (after, "{\"n\":2,\"at\""));
}

/* The write stops in its middle: what was there before stays, and it goes on when there is room again. */
static void
test_no_space (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendLedger) ledger = open_ledger (folder->path, FALSE, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  struct rlimit old, low;
  void (*handler) (int) = signal (SIGXFSZ, SIG_IGN);

  append_ok (ledger, STARSEND_LEDGER_INTENT, "a", NULL);
  before = take (folder->path, NULL);
  getrlimit (RLIMIT_FSIZE, &old);
  low = old;
  low.rlim_cur = strlen (before) + 20;
  setrlimit (RLIMIT_FSIZE, &low);
  append (ledger, STARSEND_LEDGER_SUBMITTED, "a", NULL, &error);
  setrlimit (RLIMIT_FSIZE, &old);
  signal (SIGXFSZ, handler);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NO_SPACE);
  after = take (folder->path, NULL);
  g_assert_cmpstr (after, ==, before);
  append_ok (ledger, STARSEND_LEDGER_SUBMITTED, "a", NULL);
  g_clear_pointer (&after, g_free);
  after = take (folder->path, NULL);
  g_assert_nonnull (strstr (after, "{\"n\":2,"));
}

static void
test_changed_behind (Folder *folder, gconstpointer name)
{
  g_autoptr (StarsendLedger) ledger = open_ledger (folder->path, FALSE, NULL);
  g_autoptr (GError) error = NULL;

  append_ok (ledger, STARSEND_LEDGER_INTENT, "a", NULL);
  g_unlink (folder->path);
  g_assert_false (append (ledger, STARSEND_LEDGER_SUBMITTED, "a", NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_CONFLICT);
  g_assert_false (g_file_test (folder->path, G_FILE_TEST_EXISTS));
}

#define N_LINES 4

static GPtrArray *
make_lines (GString *text)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 1; i <= N_LINES; i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"n\":%u,\"event\":\"intent\",\"job\":\"job-%u\",\"request\":{\"n\":1,\"crc\":\"deadbeef\"},", i, i);
      char *line = make_line (body);

      g_ptr_array_add (lines, line);
      g_string_append (text, line);
    }
  return lines;
}

/* Every line whose bytes are all there is taken, and no other one; damage is told, and its bytes kept. */
static void
check_lines (Folder *folder, const char *text, gsize size, GPtrArray *lines, gboolean is_torn)
{
  g_autoptr (StarsendLedger) ledger = NULL;
  g_autofree char *damage = NULL;
  g_autofree char *aside = NULL;
  g_autofree char *again_damage = NULL;
  g_autoptr (StarsendLedger) again = NULL;
  guint expected = 0, count;
  gsize aside_size;

  put (folder->path, text, size);
  ledger = open_ledger (folder->path, FALSE, &damage);
  for (guint i = 0; i < lines->len; i++)
    {
      const char *line = g_ptr_array_index (lines, i);
      g_autofree char *id = g_strdup_printf ("job-%u", i + 1);
      g_autoptr (StarsendLedgerJob) job = starsend_ledger_dup_job (ledger, id);
      gboolean whole = memmem (text, size, line, strlen (line) - 1) != NULL;

      g_assert_cmpint (job != NULL, ==, whole);
      expected += whole;
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ledger)), ==, expected);
  aside = take_aside (folder->folder, &aside_size, &count);
  if (is_torn)
    g_assert_cmpuint (count, ==, 0);
  else
    {
      g_assert_cmpuint (count, ==, 1);
      g_assert_cmpmem (aside, aside_size, text, size);
      g_assert_nonnull (damage);
    }

  /* Mended once is mended. */
  again = open_ledger (folder->path, FALSE, &again_damage);
  g_assert_null (again_damage);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, expected);
  append_ok (again, STARSEND_LEDGER_INTENT, "next", NULL);
  remove_tree (folder->folder);
  g_assert_cmpint (g_mkdir (folder->folder, 0755), ==, 0);
}

static void
test_cut (Folder *folder, gconstpointer name)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) lines = make_lines (text);

  for (gsize i = 0; i <= text->len; i++)
    check_lines (folder, text->str, i, lines, TRUE);
}

static void
test_flipped (Folder *folder, gconstpointer name)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) lines = make_lines (text);

  for (gsize i = 0; i < text->len; i++)
    for (guint bit = 0; bit < 8; bit++)
      {
        g_autofree char *flipped = g_memdup2 (text->str, text->len);

        flipped[i] ^= 1 << bit;
        check_lines (folder, flipped, text->len, lines, FALSE);
      }
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
    { "/ledger/every-field", test_every_field },
    { "/ledger/shape", test_shape },
    { "/ledger/amounts", test_amounts },
    { "/ledger/money", test_money },
    { "/ledger/charged-for-nothing", test_charged_for_nothing },
    { "/ledger/find", test_find },
    { "/ledger/events", test_events },
    { "/ledger/bad-fields", test_bad_fields },
    { "/ledger/replay", test_replay },
    { "/ledger/torn-tail", test_torn_tail },
    { "/ledger/no-space", test_no_space },
    { "/ledger/changed-behind", test_changed_behind },
    { "/ledger/cut-at-every-byte", test_cut, TRUE },
    { "/ledger/every-bit-flipped", test_flipped, TRUE },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    if (!tests[i].slow || g_test_slow ())
      g_test_add (tests[i].path, Folder, "ledger.jsonl", folder_set_up, tests[i].run, folder_tear_down);
  return g_test_run ();
}
