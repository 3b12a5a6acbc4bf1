/* test-http-download.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "http-test.h"

#define PLENTY (G_GINT64_CONSTANT (1) << 40)

typedef struct
{
  CutServer *server;
  StarsendHttpClient *client;
  char *folder;
  char *path;
  char *uri;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = cut_server_new ();
  fixture->client = http_test_client (fixture->server);
  fixture->folder = g_dir_make_tmp ("starsend-download-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, ".take.part", NULL);
  fixture->uri = cut_server_get_uri (fixture->server, "/files/take.mp4?secret=1");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  http_test_finish (fixture->client);
  cut_server_free (fixture->server);
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->uri);
}

static GBytes *
make_media (gsize size)
{
  guint8 *bytes = g_malloc (size);
  guint32 state = 1;

  for (gsize i = 0; i < size; i++)
    {
      state = state * 1664525 + 1013904223;
      bytes[i] = state >> 24;
    }

  return g_bytes_new_take (bytes, size);
}

/* The answer with @headers and the bytes from @offset on. */
static GString *
make_reply (const char *headers, GBytes *media, gsize offset)
{
  GString *reply = g_string_new (headers);
  gsize size;
  const char *bytes = g_bytes_get_data (media, &size);

  if (strstr (headers, "\r\n\r\n") == NULL)
    g_string_append_printf (reply, "Content-Length: %zu\r\n\r\n", size - offset);
  g_string_append_len (reply, bytes + offset, size - offset);

  return reply;
}

static void
push (CutServer *server, const GString *reply, CutScript script)
{
  script.reply = reply->str;
  script.reply_length = reply->len;
  cut_server_push (server, &script);
}

static char *
get_digest (GBytes *media)
{
  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, media);
}

/* The file holds the media, the digest is the one of it, and the size too. */
static void
check_media (Fixture *fixture, GBytes *media, const char *digest, goffset size)
{
  g_autofree char *right = get_digest (media);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_cmpstr (digest, ==, right);
  g_assert_cmpint (size, ==, g_bytes_get_size (media));
  g_assert_true (g_file_get_contents (fixture->path, &bytes, &length, NULL));
  g_assert_cmpmem (bytes, length, g_bytes_get_data (media, NULL), g_bytes_get_size (media));
}

static void
check_failure (Fixture *fixture, GQuark domain, int code)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *digest = http_test_download (fixture->client, fixture->uri, fixture->path, PLENTY, NULL, NULL, &error);

  g_assert_null (digest);
  http_test_check_error (error, domain, code);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

static void
test_whole (Fixture *fixture, gconstpointer data)
{
  const gsize sizes[] = { 0, 1, 4095, 512 * 1024, 512 * 1024 + 1, 3 << 20 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr(GBytes) media = make_media (sizes[i]);
      GString *reply = make_reply ("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n", media, 0);
      g_autofree char *digest = NULL;
      g_autoptr(GError) error = NULL;
      g_autofree char *request = NULL;
      goffset size;

      cut_server_reset (fixture->server);
      push (fixture->server, reply, (CutScript) { 0 });
      digest = http_test_download (fixture->client, fixture->uri, fixture->path, sizes[i], &size, NULL, &error);
      g_assert_no_error (error);
      check_media (fixture, media, digest, size);
      request = cut_server_get_request (fixture->server, 0);
      g_assert_null (strstr (request, "Authorization"));
      g_assert_null (strstr (request, "Range"));
      g_assert_nonnull (strstr (request, "\r\nAccept-Encoding: identity\r\n"));
      g_string_free (reply, TRUE);
    }
}

static void
test_chunked (Fixture *fixture, gconstpointer data)
{
  static const char text[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
  g_autoptr(GBytes) media = g_bytes_new_static ("hello world", 11);
  g_autoptr(GError) error = NULL;
  g_autofree char *digest = NULL;
  goffset size;

  /* Cut between two chunks at first, where libsoup sees an end. */
  cut_server_push (fixture->server, &(CutScript) { .reply = text, .cut_reply = TRUE,
                                                   .reply_bytes = strlen (text) - strlen ("6\r\n world\r\n0\r\n\r\n"),
                                                   .end = CUT_END_CLOSE });
  cut_server_push (fixture->server, &(CutScript) { .reply = text });
  digest = http_test_download (fixture->client, fixture->uri, fixture->path, 11, &size, NULL, &error);
  g_assert_no_error (error);
  check_media (fixture, media, digest, size);
  g_assert_cmpuint (cut_server_get_delivered (fixture->server), ==, 2);
}

/* Cut at @at, and then what the server does with a Range. */
static void
check_resume (Fixture *fixture, GBytes *media, gsize at, CutEnd end, const char *etag, const char *second, gboolean ranged)
{
  g_autofree char *first = g_strdup_printf ("HTTP/1.1 200 OK\r\n%s", etag);
  GString *cut = make_reply (first, media, 0);
  const gsize begin = cut->len - g_bytes_get_size (media);
  g_autofree char *range = NULL;
  g_autofree char *digest = NULL;
  g_autofree char *request = NULL;
  g_autoptr(GError) error = NULL;
  GString *rest;
  goffset size;

  if (g_str_equal (second, "206"))
    {
      g_autofree char *headers = g_strdup_printf (
          "HTTP/1.1 206 Partial\r\n%sContent-Range: bytes %zu-%zu/%zu\r\n", etag, at, g_bytes_get_size (media) - 1,
          g_bytes_get_size (media));

      rest = make_reply (headers, media, at);
    }
  else
    rest = make_reply (first, media, 0);

  cut_server_reset (fixture->server);
  push (fixture->server, cut, (CutScript) { .cut_reply = TRUE, .reply_bytes = begin + at, .end = end });
  push (fixture->server, rest, (CutScript) { 0 });
  digest = http_test_download (fixture->client, fixture->uri, fixture->path, PLENTY, &size, NULL, &error);
  g_assert_no_error (error);
  check_media (fixture, media, digest, size);
  g_assert_cmpuint (cut_server_get_delivered (fixture->server), ==, 2);

  request = cut_server_get_request (fixture->server, 1);
  range = g_strdup_printf ("\r\nRange: bytes=%zu-\r\n", at);
  g_assert_cmpint (strstr (request, range) != NULL, ==, ranged);
  g_assert_cmpint (strstr (request, "\r\nIf-Range: \"v1\"\r\n") != NULL, ==, ranged);

  g_string_free (cut, TRUE);
  g_string_free (rest, TRUE);
}

static void
test_resume (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) media = make_media (2 << 20);
  const gsize places[] = { 1, 4097, 512 * 1024 - 1, 512 * 1024, 512 * 1024 + 1, 1 << 20, (2 << 20) - 1 };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      check_resume (fixture, media, places[i], CUT_END_CLOSE, "ETag: \"v1\"\r\n", "206", TRUE);
      check_resume (fixture, media, places[i], CUT_END_CLOSE, "ETag: \"v1\"\r\n", "200", TRUE);
      check_resume (fixture, media, places[i], CUT_END_CLOSE, "ETag: W/\"v1\"\r\n", "200", FALSE);
      check_resume (fixture, media, places[i], CUT_END_CLOSE, "Connection: close\r\n", "200", FALSE);
    }
}

/* A server that answers a Range with something else is asked for all of it. */
static void
test_bad_resume (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) media = make_media (100000);
  const char *const answers[] = {
    "HTTP/1.1 206 P\r\nContent-Range: bytes 49999-99999/100000\r\nContent-Length: 50001\r\n\r\n",
    "HTTP/1.1 206 P\r\nContent-Range: bytes 49999-99999/100000\r\nContent-Length: 50000\r\n\r\n",
    "HTTP/1.1 206 P\r\nContent-Range: bytes 50000-99998/100000\r\nContent-Length: 49999\r\n\r\n",
    "HTTP/1.1 206 P\r\nContent-Range: bytes 50000-99999/100001\r\nContent-Length: 50000\r\n\r\n",
    "HTTP/1.1 206 P\r\nContent-Range: bytes 50000-99999/*\r\nContent-Length: 50000\r\n\r\n",
    "HTTP/1.1 206 P\r\nContent-Range: bytes 50000-99999/100000\r\nContent-Length: 49999\r\n\r\n",
    "HTTP/1.1 206 P\r\nContent-Length: 50000\r\n\r\n",
    "HTTP/1.1 416 Range\r\nContent-Length: 0\r\n\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      GString *cut = make_reply ("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\n", media, 0);
      GString *whole = make_reply ("HTTP/1.1 200 OK\r\n", media, 0);
      /* From the byte that the answer names. */
      GString *bad = make_reply (answers[i], media, strstr (answers[i], "bytes 49999") != NULL ? 49999 : 50000);
      g_autofree char *digest = NULL;
      g_autoptr(GError) error = NULL;
      goffset size;

      g_test_message ("%s", answers[i]);
      cut_server_reset (fixture->server);
      push (fixture->server, cut, (CutScript) { .cut_reply = TRUE, .reply_bytes = cut->len - 50000, .end = CUT_END_CLOSE });
      push (fixture->server, bad, (CutScript) { .end = CUT_END_CLOSE });
      push (fixture->server, whole, (CutScript) { 0 });
      digest = http_test_download (fixture->client, fixture->uri, fixture->path, PLENTY, &size, NULL, &error);
      g_assert_no_error (error);
      check_media (fixture, media, digest, size);
      g_string_free (cut, TRUE);
      g_string_free (whole, TRUE);
      g_string_free (bad, TRUE);
    }
}

/* The file changed in between: what came first is thrown away. */
static void
test_changed (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) before = make_media (100000);
  g_autoptr(GBytes) after = make_media (70001);
  GString *cut = make_reply ("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\n", before, 0);
  GString *whole = make_reply ("HTTP/1.1 200 OK\r\nETag: \"v2\"\r\n", after, 0);
  g_autofree char *digest = NULL;
  g_autoptr(GError) error = NULL;
  goffset size;

  push (fixture->server, cut, (CutScript) { .cut_reply = TRUE, .reply_bytes = cut->len - 10, .end = CUT_END_CLOSE });
  push (fixture->server, whole, (CutScript) { 0 });
  digest = http_test_download (fixture->client, fixture->uri, fixture->path, PLENTY, &size, NULL, &error);
  g_assert_no_error (error);
  check_media (fixture, after, digest, size);
  g_string_free (cut, TRUE);
  g_string_free (whole, TRUE);
}

/* Every byte of a small file, both ways of going away, with a server that goes on where it was. */
static void
test_sweep (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) media = make_media (300);
  GString *reply = make_reply ("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\n", media, 0);

  for (gsize at = 0; at < reply->len; at++)
    for (CutEnd end = CUT_END_CLOSE; end <= CUT_END_RESET; end++)
      {
        g_autofree char *digest = NULL;
        g_autoptr(GError) error = NULL;
        goffset size;

        cut_server_reset (fixture->server);
        push (fixture->server, reply, (CutScript) { .cut_reply = TRUE, .reply_bytes = at, .end = end });
        push (fixture->server, reply, (CutScript) { 0 });
        digest = http_test_download (fixture->client, fixture->uri, fixture->path, PLENTY, &size, NULL, &error);
        g_assert_no_error (error);
        check_media (fixture, media, digest, size);
      }

  g_string_free (reply, TRUE);
}

/* Cut again and again, but always further on: it comes to its end though there are more cuts than attempts. */
static void
test_many_cuts (Fixture *fixture, gconstpointer data)
{
  const gsize step = 600 * 1024;
  g_autoptr(GBytes) media = make_media (10 * step);
  g_autofree char *digest = NULL;
  g_autoptr(GError) error = NULL;
  goffset size;

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *headers = g_strdup_printf ("HTTP/1.1 206 P\r\nETag: \"v1\"\r\nContent-Range: bytes %zu-%zu/%zu\r\n",
                                                  i * step, 10 * step - 1, 10 * step);
      GString *part = make_reply (i == 0 ? "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\n" : headers, media, i * step);

      push (fixture->server, part, (CutScript) { .cut_reply = TRUE, .reply_bytes = part->len - (9 - i) * step,
                                                 .end = CUT_END_CLOSE });
      g_string_free (part, TRUE);
    }
  digest = http_test_download (fixture->client, fixture->uri, fixture->path, PLENTY, &size, NULL, &error);
  g_assert_no_error (error);
  check_media (fixture, media, digest, size);
  g_assert_cmpuint (cut_server_get_delivered (fixture->server), ==, 10);
}

/* And one that never gets further is given up. */
static void
test_no_end (Fixture *fixture, gconstpointer data)
{
  cut_server_set_default (fixture->server,
                          &(CutScript) { .reply = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", .end = CUT_END_CLOSE });
  check_failure (fixture, STARSEND_ERROR, STARSEND_ERROR_IO);
  g_assert_cmpuint (cut_server_get_delivered (fixture->server), ==, 5);
}

static void
test_statuses (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    guint status;
    int code;
    guint asked;
  } cases[] = {
    { 404, STARSEND_ERROR_NOT_FOUND, 1 }, { 410, STARSEND_ERROR_NOT_FOUND, 1 }, { 403, STARSEND_ERROR_IO, 1 },
    { 401, STARSEND_ERROR_IO, 1 },        { 400, STARSEND_ERROR_IO, 1 },        { 206, STARSEND_ERROR_IO, 1 },
    { 204, STARSEND_ERROR_IO, 1 },        { 304, STARSEND_ERROR_IO, 1 },        { 500, STARSEND_ERROR_IO, 5 },
    { 503, STARSEND_ERROR_IO, 5 },        { 429, STARSEND_ERROR_IO, 5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("HTTP/1.1 %u X\r\nContent-Length: 0\r\n\r\n", cases[i].status);

      g_test_message ("%u", cases[i].status);
      cut_server_reset (fixture->server);
      cut_server_set_default (fixture->server, &(CutScript) { .reply = text });
      check_failure (fixture, STARSEND_ERROR, cases[i].code);
      g_assert_cmpuint (cut_server_get_delivered (fixture->server), ==, cases[i].asked);
    }
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  const char *const addresses[] = { "file:///etc/passwd", "ftp://127.0.0.1/x", "", "data:video/mp4;base64,AAAA" };
  const char *const bodies[] = {
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nno length",
    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\ngzip",
    "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
  };
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_clear_error (&error);
      g_assert_null (http_test_download (fixture->client, addresses[i], fixture->path, PLENTY, NULL, NULL, &error));
      http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
    }
  g_assert_cmpuint (cut_server_get_connections (fixture->server), ==, 0);

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      cut_server_push (fixture->server, &(CutScript) { .reply = bodies[i], .end = CUT_END_CLOSE });
      check_failure (fixture, STARSEND_ERROR, STARSEND_ERROR_IO);
    }
}

static void
test_max_size (Fixture *fixture, gconstpointer data)
{
  const char *const bodies[] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr(GError) error = NULL;

      cut_server_push (fixture->server, &(CutScript) { .reply = bodies[i], .end = CUT_END_CLOSE });
      g_assert_null (http_test_download (fixture->client, fixture->uri, fixture->path, 10, NULL, NULL, &error));
      http_test_check_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
    }
}

static void
test_redirected (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *digest = NULL;
  g_autoptr(GBytes) media = g_bytes_new_static ("hello", 5);
  goffset size;

  cut_server_push_reply (fixture->server, 302, "Location: /elsewhere\r\n", "");
  cut_server_push (fixture->server, &(CutScript) { .reply = "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 5\r\n\r\nhel",
                                                   .end = CUT_END_CLOSE });
  cut_server_push_reply (fixture->server, 302, "Location: /elsewhere\r\n", "");
  cut_server_push_reply (fixture->server, 206, "Content-Range: bytes 3-4/5\r\n", "lo");
  digest = http_test_download (fixture->client, fixture->uri, fixture->path, PLENTY, &size, NULL, &error);
  g_assert_no_error (error);
  check_media (fixture, media, digest, size);
}

/* As slow as a server can be without ever being silent. */
static void
test_slow (Fixture *fixture, gconstpointer data)
{
  const CutScript drip = { .reply = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                           .drip = 20, .piece = 1, .drip_after = 40, .end = CUT_END_HANG };
  const CutScript stall = { .stall = 60000 };
  const gint64 begin = g_get_monotonic_time ();

  g_object_set (fixture->client, "min-speed", 1000, "speed-time", 100, NULL);
  cut_server_set_default (fixture->server, &drip);
  check_failure (fixture, STARSEND_ERROR, STARSEND_ERROR_IO);
  cut_server_set_default (fixture->server, &stall);
  check_failure (fixture, STARSEND_ERROR, STARSEND_ERROR_IO);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 5 * G_USEC_PER_SEC);
}

static void
test_unwritable (Fixture *fixture, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (fixture->folder, "no-folder", "file.part", NULL);
  const struct
  {
    const char *path;
    int code;
  } cases[] = { { missing, STARSEND_ERROR_NOT_FOUND }, { fixture->folder, STARSEND_ERROR_IO } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (http_test_download (fixture->client, fixture->uri, cases[i].path, PLENTY, NULL, NULL, &error));
      http_test_check_error (error, STARSEND_ERROR, cases[i].code);
    }
}

static void
check_no_space (Fixture *fixture)
{
  g_autoptr(GBytes) media = make_media (3 << 20);
  GString *reply = make_reply ("HTTP/1.1 200 OK\r\n", media, 0);

  push (fixture->server, reply, (CutScript) { 0 });
  check_failure (fixture, STARSEND_ERROR, STARSEND_ERROR_NO_SPACE);
  g_assert_cmpuint (cut_server_get_delivered (fixture->server), ==, 1);
  g_string_free (reply, TRUE);
}

/* The disk is full in the middle of a file; without the right to make a disk, a limit of the process stands in for it. */
static void
test_no_space (Fixture *fixture, gconstpointer data)
{
  struct rlimit before;
  struct rlimit limit;

  if (mount ("tmpfs", fixture->folder, "tmpfs", MS_NODEV | MS_NOSUID, "size=1m") == 0)
    {
      check_no_space (fixture);
      g_assert_cmpint (umount (fixture->folder), ==, 0);
      cut_server_reset (fixture->server);
    }
  else
    g_test_message ("no disk of its own: %s", g_strerror (errno));

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 1 << 20;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  check_no_space (fixture);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) media = make_media (400000);
  GString *reply = make_reply ("HTTP/1.1 200 OK\r\n", media, 0);

  cut_server_set_default (fixture->server, &(CutScript) { .reply = reply->str, .reply_length = reply->len, .stall = 5,
                                                          .drip = 2, .piece = 40000 });
  for (guint delay = 0; delay <= 40; delay += 2)
    {
      g_autoptr(GCancellable) cancellable = g_cancellable_new ();
      g_autofree char *digest = NULL;
      g_autoptr(GError) error = NULL;
      goffset size;

      if (delay == 0)
        g_cancellable_cancel (cancellable);
      else
        http_test_cancel_later (cancellable, delay - 1);
      digest = http_test_download (fixture->client, fixture->uri, fixture->path, PLENTY, &size, cancellable, &error);
      if (digest != NULL)
        {
          check_media (fixture, media, digest, size);
          g_unlink (fixture->path);
        }
      else
        {
          http_test_check_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
          g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
        }
    }

  g_string_free (reply, TRUE);
}

typedef struct
{
  GMainLoop *loop;
  gint64 last;
  gint64 longest;
  goffset told;
  goffset total;
  guint calls;
  gboolean destroyed;
  char *digest;
} Watch;

static gboolean
on_tick (gpointer user_data)
{
  Watch *watch = user_data;
  const gint64 now = g_get_monotonic_time ();

  watch->longest = MAX (watch->longest, now - watch->last);
  watch->last = now;

  return G_SOURCE_CONTINUE;
}

static void
on_progress (goffset done, goffset total, gpointer user_data)
{
  Watch *watch = user_data;

  g_assert_cmpint (done, >=, watch->told);
  watch->told = done;
  watch->total = total;
  watch->calls++;
}

static void
on_destroyed (gpointer user_data)
{
  ((Watch *) user_data)->destroyed = TRUE;
}

static void
on_downloaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Watch *watch = user_data;

  watch->digest = starsend_http_client_download_finish (STARSEND_HTTP_CLIENT (source), result, NULL, NULL);
  g_main_loop_quit (watch->loop);
}

/* While a big file comes in, is hashed and synced, a timer of a millisecond goes on as if nothing were. */
static void
test_main_loop (Fixture *fixture, gconstpointer data)
{
  const gsize size = 64 << 20;
  g_autoptr(GBytes) media = make_media (size);
  GString *reply = make_reply ("HTTP/1.1 200 OK\r\n", media, 0);
  g_autofree char *right = get_digest (media);
  Watch watch = { .loop = g_main_loop_new (NULL, FALSE) };
  struct rusage before;
  struct rusage after;
  guint tick;

  push (fixture->server, reply, (CutScript) { 0 });
  g_string_free (reply, TRUE);
  getrusage (RUSAGE_SELF, &before);
  watch.last = g_get_monotonic_time ();
  tick = g_timeout_add_full (G_PRIORITY_DEFAULT, 1, on_tick, &watch, NULL);
  starsend_http_client_download_async (fixture->client, fixture->uri, fixture->path, PLENTY, on_progress, &watch,
                                       on_destroyed, NULL, on_downloaded, &watch);
  g_main_loop_run (watch.loop);
  g_source_remove (tick);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_main_loop_unref (watch.loop);
  getrusage (RUSAGE_SELF, &after);

  g_assert_cmpstr (watch.digest, ==, right);
  g_assert_cmpint (watch.told, ==, size);
  g_assert_cmpint (watch.total, ==, size);
  g_assert_cmpuint (watch.calls, >=, 1);
  g_assert_true (watch.destroyed);
  g_test_message ("the longest pause of the main loop was %" G_GINT64_FORMAT " us", watch.longest);
  g_test_maximized_result (-watch.longest, "the longest pause of the main loop, in microseconds");
  /* On a machine that does other things too a test cannot hold it to a frame; a file of this size takes longer. */
  g_assert_cmpint (watch.longest, <, G_USEC_PER_SEC / 4);
  g_free (watch.digest);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *, gconstpointer);
  } tests[] = {
    { "/http/download/whole", test_whole },
    { "/http/download/chunked", test_chunked },
    { "/http/download/resume", test_resume },
    { "/http/download/bad-resume", test_bad_resume },
    { "/http/download/changed", test_changed },
    { "/http/download/sweep", test_sweep },
    { "/http/download/many-cuts", test_many_cuts },
    { "/http/download/no-end", test_no_end },
    { "/http/download/statuses", test_statuses },
    { "/http/download/refused", test_refused },
    { "/http/download/max-size", test_max_size },
    { "/http/download/redirected", test_redirected },
    { "/http/download/slow", test_slow },
    { "/http/download/unwritable", test_unwritable },
    { "/http/download/no-space", test_no_space },
    { "/http/download/cancel", test_cancel },
    { "/http/download/main-loop", test_main_loop },
  };

  http_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);

  return g_test_run ();
}
