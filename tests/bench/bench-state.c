/* bench-state.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* How long one change takes until it is safely on the disk, against the same in Python. Interleaved, so that a machine that
 * slows down slows all of them; nothing is asserted about time. */

#include <stdio.h>
#include <string.h>

#include "starsend-ledger.h"
#include "starsend-sequence-state.h"

#define ROUNDS 25

static const char python_peer[] =
  "import json, os, sqlite3, sys, time\n"
  "folder, n = sys.argv[1], int(sys.argv[2])\n"
  "state = {'EP001': {'SEQ%05d' % i: {'status': 'review', 'start_frame': 'output/frames/ep_001/clean/seq%05d_start.png' % i,\n"
  "  'start_frame_approved': True, 'elements_resolved': True, 'video_path': 'output/video/seq%05d_take03.mp4' % i,\n"
  "  'takes': 3, 'current_take': 3, 'notes': 'Final version approved'} for i in range(n)}}\n"
  "def whole(k):\n"
  "  state['EP001']['SEQ%05d' % (n // 2)]['takes'] = k\n"
  "  with open(folder + '/p.tmp', 'w') as f:\n"
  "    json.dump(state, f, indent=2); f.flush(); os.fsync(f.fileno())\n"
  "  os.rename(folder + '/p.tmp', folder + '/p.json')\n"
  "  d = os.open(folder, os.O_RDONLY); os.fsync(d); os.close(d)\n"
  "db = sqlite3.connect(folder + '/p.db', isolation_level=None)\n"
  "db.execute('pragma journal_mode=wal'); db.execute('pragma synchronous=full')\n"
  "db.execute('create table s (id text primary key, body text)')\n"
  "db.execute('begin')\n"
  "for k, v in state['EP001'].items(): db.execute('insert into s values (?, ?)', (k, json.dumps(v)))\n"
  "db.execute('commit')\n"
  "def sqlite(k):\n"
  "  record = state['EP001']['SEQ%05d' % (n // 2)]; record['takes'] = k\n"
  "  db.execute('update s set body=? where id=?', (json.dumps(record), 'SEQ%05d' % (n // 2)))\n"
  "print('ready', flush=True)\n"
  "for line in sys.stdin:\n"
  "  what, k = line.split()\n"
  "  t = time.perf_counter()\n"
  "  (whole if what == 'whole' else sqlite)(int(k))\n"
  "  print((time.perf_counter() - t) * 1e6, flush=True)\n";

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static double
time_state (StarsendSequenceState *state, const char *id, guint number)
{
  g_autoptr (StarsendSequenceChange) change = starsend_sequence_change_new ();
  g_autoptr (GAsyncResult) result = NULL;
  gint64 begin = g_get_monotonic_time ();

  starsend_sequence_change_set_takes (change, number);
  starsend_sequence_state_update_async (state, id, change, NULL, keep_result, &result);
  wait_for (&result);
  g_assert_true (starsend_sequence_state_update_finish (state, result, NULL));
  return g_get_monotonic_time () - begin;
}

static double
time_ledger (StarsendLedger *ledger)
{
  g_autofree char *id = starsend_ledger_new_job_id ();
  g_autoptr (JsonNode) fields = json_from_string ("{\"kind\":\"take\",\"batch\":\"EP001_SEQ04\",\"estimate\":0.84}", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  gint64 begin = g_get_monotonic_time ();

  starsend_ledger_append_async (ledger, STARSEND_LEDGER_INTENT, id, fields, NULL, keep_result, &result);
  wait_for (&result);
  g_assert_true (starsend_ledger_append_finish (ledger, result, NULL));
  return g_get_monotonic_time () - begin;
}

typedef struct
{
  GSubprocess *process;
  GDataInputStream *answers;
} Peer;

static gboolean
peer_start (Peer *peer, const char *folder, guint n_sequences)
{
  g_autofree char *n = g_strdup_printf ("%u", n_sequences);
  g_autofree char *ready = NULL;

  peer->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, "/usr/bin/python3", "-c",
                                    python_peer, folder, n, NULL);
  if (peer->process == NULL)
    return FALSE;
  peer->answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (peer->process));
  ready = g_data_input_stream_read_line (peer->answers, NULL, NULL, NULL);
  return g_strcmp0 (ready, "ready") == 0;
}

static double
peer_time (Peer *peer, const char *what, guint number)
{
  g_autofree char *order = g_strdup_printf ("%s %u\n", what, number);
  g_autofree char *answer = NULL;

  g_output_stream_write_all (g_subprocess_get_stdin_pipe (peer->process), order, strlen (order), NULL, NULL, NULL);
  answer = g_data_input_stream_read_line (peer->answers, NULL, NULL, NULL);
  return answer != NULL ? g_ascii_strtod (answer, NULL) : 0;
}

static void
peer_stop (Peer *peer)
{
  if (peer->process != NULL)
    g_output_stream_close (g_subprocess_get_stdin_pipe (peer->process), NULL, NULL);
  g_clear_object (&peer->answers);
  g_clear_object (&peer->process);
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
report (const char *what, double *times, double ours)
{
  qsort (times, ROUNDS, sizeof *times, compare);
  g_print ("  %-28s median %8.0f us   min %8.0f us", what, times[ROUNDS / 2], times[0]);
  if (ours > 0)
    g_print ("   ours/this %.3f", ours / times[ROUNDS / 2]);
  g_print ("\n");
  return times[ROUNDS / 2];
}

static void
fill (const char *path, guint n_sequences)
{
  g_autoptr (GString) text = g_string_new ("{\"EP001\": {");

  for (guint i = 0; i < n_sequences; i++)
    g_string_append_printf (text,
                            "%s\n    \"SEQ%05u\": {\n      \"status\": \"review\",\n      \"start_frame\": \"output/frames/ep_001/clean/seq%05u_start.png\",\n"
                            "      \"start_frame_approved\": true,\n      \"elements_resolved\": true,\n"
                            "      \"video_path\": \"output/video/seq%05u_take03.mp4\",\n      \"takes\": 3,\n      \"current_take\": 3,\n"
                            "      \"notes\": \"Final version approved\"\n    }", i > 0 ? "," : "", i, i, i);
  g_string_append (text, "}}");
  g_file_set_contents (path, text->str, text->len, NULL);
}

static void
bench (const char *folder, guint n_sequences)
{
  g_autofree char *path = g_strdup_printf ("%s/state-%u.json", folder, n_sequences);
  g_autofree char *ledger_path = g_strdup_printf ("%s/ledger-%u.jsonl", folder, n_sequences);
  g_autofree char *peer_folder = g_strdup_printf ("%s/peer-%u", folder, n_sequences);
  g_autofree char *id = g_strdup_printf ("SEQ%05u", n_sequences / 2);
  g_autoptr (StarsendFileQueue) queue = starsend_file_queue_new ();
  g_autoptr (StarsendSequenceState) state = NULL;
  g_autoptr (StarsendLedger) ledger = NULL;
  double times[4][ROUNDS] = { 0 };
  double ours, line;
  Peer peer = { 0 };
  gboolean has_peer;

  fill (path, n_sequences);
  g_assert_cmpint (g_mkdir_with_parents (peer_folder, 0755), ==, 0);
  state = starsend_sequence_state_new (path, "EP001", queue, FALSE, NULL, NULL);
  ledger = starsend_ledger_new (ledger_path, queue, FALSE, NULL, NULL);
  has_peer = peer_start (&peer, peer_folder, n_sequences);
  for (guint i = 0; i < ROUNDS; i++)
    {
      times[0][i] = time_state (state, id, i + 10);
      times[1][i] = time_ledger (ledger);
      times[2][i] = has_peer ? peer_time (&peer, "whole", i) : 0;
      times[3][i] = has_peer ? peer_time (&peer, "sqlite", i) : 0;
    }
  peer_stop (&peer);

  g_print ("%u sequences, one change made durable, %u rounds\n", n_sequences, ROUNDS);
  ours = report ("sequence state", times[0], 0);
  line = report ("ledger line", times[1], 0);
  if (!has_peer)
    {
      g_print ("  left out: /usr/bin/python3 is missing\n");
      return;
    }
  report ("python json.dump + fsync", times[2], ours);
  report ("python sqlite3 WAL FULL", times[3], ours);
  g_print ("  ledger line against sqlite3: %.3f\n", line / times[3][ROUNDS / 2]);
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("starsend-bench-XXXXXX", NULL);
  const char *remove_argv[] = { "rm", "-rf", folder, NULL };

  g_assert_nonnull (folder);
  bench (folder, 12);
  bench (folder, 10000);
  g_spawn_sync (NULL, (char **) remove_argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  return 0;
}
