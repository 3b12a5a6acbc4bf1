/* test-fake-gemini.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-gemini.h"
#include "fake-media.h"
#include "test-client.h"

#include <string.h>

#define FLASH "gemini-3.1-flash-image"
#define BODY(config) "{\"contents\": [{\"role\": \"user\", \"parts\": [{\"text\": \"A cat\"}]}], \"generationConfig\": " config "}"
#define GRID BODY ("{\"responseModalities\": [\"TEXT\", \"IMAGE\"], \"imageConfig\": {\"aspectRatio\": \"16:9\", \"imageSize\": \"1K\"}}")

typedef struct
{
  FakeGemini *gemini;
  FakeServer *server;
  TestClient client;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  fixture->gemini = fake_gemini_new ();
  fixture->server = fake_gemini_get_server (fixture->gemini);
  test_client_init (&fixture->client, "x-goog-api-key", FAKE_GEMINI_KEY);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  test_client_clear (&fixture->client);
  fake_gemini_free (fixture->gemini);
}

static guint
generate (Fixture *fixture, const char *model, const char *body)
{
  g_autofree char *uri = g_strdup_printf ("%s/v1beta/models/%s:generateContent", fake_gemini_get_base (fixture->gemini), model);

  return test_client_post (&fixture->client, uri, body);
}

static void
assert_at (Fixture *fixture, const char *path, const char *expected)
{
  g_autofree char *found = test_client_at (&fixture->client, path);

  g_assert_cmpstr (found, ==, expected);
}

/* The picture at parts[@index], base64 as it came. */
static char *
get_data (Fixture *fixture, guint index)
{
  g_autofree char *path = g_strdup_printf ("candidates[0].content.parts[%u].inlineData.data", index);

  return test_client_at (&fixture->client, path);
}

static void
assert_size (const char *data, int width, int height)
{
  gsize size;
  guchar *decoded = g_base64_decode (data, &size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (decoded, size);
  g_autoptr (GdkPixbuf) pixbuf = fake_media_decode (bytes);

  g_assert_nonnull (pixbuf);
  g_assert_cmpint (gdk_pixbuf_get_width (pixbuf), ==, width);
  g_assert_cmpint (gdk_pixbuf_get_height (pixbuf), ==, height);
}

static void
test_picture (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *first = NULL, *again = NULL, *other = NULL;

  g_assert_cmpuint (generate (fixture, FLASH, GRID), ==, 200);
  assert_at (fixture, "candidates[0].finishReason", "STOP");
  assert_at (fixture, "candidates[0].content.parts[1].inlineData.mimeType", "image/png");
  assert_at (fixture, "usageMetadata.candidatesTokenCount", "1120");
  assert_at (fixture, "modelVersion", FLASH);
  first = get_data (fixture, 1);
  assert_size (first, 1376, 768);
  g_assert_cmpuint (generate (fixture, FLASH, GRID), ==, 200);
  again = get_data (fixture, 1);
  g_assert_cmpstr (first, ==, again);
  g_assert_cmpuint (generate (fixture, FLASH, "{\"contents\": [{\"parts\": [{\"text\": \"A dog\"}]}]}"), ==, 200);
  other = get_data (fixture, 1);
  assert_size (other, 1024, 1024);
  g_assert_cmpuint (fake_server_count (fixture->server, "accepted"), ==, 3);
  g_assert_cmpuint (fake_server_count (fixture->server, "pictures"), ==, 3);
}

static void
test_thoughts (Fixture *fixture, gconstpointer user_data)
{
  fake_gemini_set_thoughts (fixture->gemini, 2);
  fake_gemini_set_format (fixture->gemini, FAKE_GEMINI_JPEG);
  g_assert_cmpuint (generate (fixture, FLASH, GRID), ==, 200);
  assert_at (fixture, "candidates[0].content.parts[0].thought", "true");
  assert_at (fixture, "candidates[0].content.parts[1].thought", "true");
  assert_at (fixture, "candidates[0].content.parts[3].thought", NULL);
  assert_at (fixture, "candidates[0].content.parts[3].inlineData.mimeType", "image/jpeg");
}

static void
test_keys (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *in_query = g_strdup_printf ("%s/v1beta/models/%s:generateContent?key=%s", fake_gemini_get_base (fixture->gemini), FLASH, FAKE_GEMINI_KEY);
  g_autofree char *old = g_strdup_printf ("%s/v1/models/%s:generateContent", fake_gemini_get_base (fixture->gemini), FLASH);
  g_autofree char *list = g_strconcat (fake_gemini_get_base (fixture->gemini), "/v1beta/models", NULL);

  g_assert_cmpuint (test_client_get (&fixture->client, list), ==, 200);
  assert_at (fixture, "models[0].name", "models/" FLASH);
  g_assert_cmpuint (test_client_post (&fixture->client, old, GRID), ==, 400);
  fixture->client.key = "wrong";
  g_assert_cmpuint (generate (fixture, FLASH, GRID), ==, 400);
  assert_at (fixture, "error.details[0].reason", "API_KEY_INVALID");
  fixture->client.auth = NULL;
  g_assert_cmpuint (generate (fixture, FLASH, GRID), ==, 403);
  g_assert_cmpuint (test_client_post (&fixture->client, in_query, GRID), ==, 400);
  g_assert_cmpuint (fake_server_count (fixture->server, "key.stray"), ==, 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "key.wrong"), ==, 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "key.missing"), ==, 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "accepted"), ==, 0);
}

static const struct
{
  const char *model;
  const char *body;
  guint status;
} bodies[] = {
  { FLASH, BODY ("{\"imageConfig\": {\"imageSize\": \"512\"}}"), 200 },
  { FLASH, BODY ("{\"temperature\": 1, \"seed\": 5}"), 200 },
  { "gemini-3-pro-image", BODY ("{\"imageConfig\": {\"imageSize\": \"512\"}}"), 400 },
  { "gemini-3.1-flash-lite-image", BODY ("{\"imageConfig\": {\"imageSize\": \"2K\"}}"), 400 },
  { FLASH, BODY ("{\"imageConfig\": {\"imageSize\": \"1k\"}}"), 400 },
  { FLASH, BODY ("{\"imageConfig\": {\"aspectRatio\": \"17:9\"}}"), 400 },
  { FLASH, BODY ("{\"imageConfig\": {\"aspectRatio\": null}}"), 400 },
  { FLASH, BODY ("{\"imageConfig\": {\"personGeneration\": \"ALLOW_ALL\"}}"), 400 },
  { FLASH, BODY ("{\"responseModalities\": [\"VIDEO\"]}"), 400 },
  { FLASH, BODY ("{\"responseMimeTypes\": []}"), 400 },
  { FLASH, BODY ("null"), 400 },
  { FLASH, "{\"prompt\": \"a\"}", 400 },
  { FLASH, "{\"contents\": []}", 400 },
  { FLASH, "{\"contents\": [{\"parts\": []}]}", 400 },
  { FLASH, "{\"contents\": [{\"role\": \"system\", \"parts\": [{\"text\": \"a\"}]}]}", 400 },
  { FLASH, "{\"contents\": [{\"parts\": [{\"inline_data\": {}}]}]}", 400 },
  { FLASH, "{\"contents\": [{\"parts\": [{\"inlineData\": {\"mimeType\": \"image/png\", \"data\": \"bm90IGEgcGljdHVyZSBhdCBhbGw=\"}}]}]}", 400 },
  { FLASH, "{\"contents\": [{\"parts\": [{\"inlineData\": {\"mimeType\": \"image/tiff\", \"data\": \"\"}}]}]}", 400 },
  { FLASH, "no JSON", 400 },
  { FLASH, "[]", 400 },
  { "gemini-3-pro-image-preview", GRID, 404 },
};

static void
test_bodies (Fixture *fixture, gconstpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_test_message ("%s %s", bodies[i].model, bodies[i].body);
      g_assert_cmpuint (generate (fixture, bodies[i].model, bodies[i].body), ==, bodies[i].status);
      if (bodies[i].status == 400)
        assert_at (fixture, "error.status", "INVALID_ARGUMENT");
      else if (bodies[i].status == 404)
        assert_at (fixture, "error.status", "NOT_FOUND");
    }
}

static void
test_reference (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GBytes) bytes = fake_media_draw_picture ("a", 64, 64, "png");
  g_autofree char *data = g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *good = g_strdup_printf ("{\"contents\": [{\"parts\": [{\"inlineData\": {\"mimeType\": \"image/png\", \"data\": \"%s\"}}, {\"text\": \"a\"}]}]}", data);
  g_autofree char *bad = g_strdup_printf ("{\"contents\": [{\"parts\": [{\"inlineData\": {\"mimeType\": \"image/jpeg\", \"data\": \"%s\"}}]}]}", data);

  g_assert_cmpuint (generate (fixture, FLASH, good), ==, 200);
  g_assert_cmpuint (generate (fixture, FLASH, bad), ==, 400);
}

static const struct
{
  const char *fault;
  guint status;
  const char *path;
  const char *value;
} faults[] = {
  { "SAFETY", 200, "candidates[0].finishReason", "SAFETY" },
  { "NO_IMAGE", 200, "candidates[0].finishReason", "NO_IMAGE" },
  { "IMAGE_SAFETY", 200, "candidates[0].content", NULL },
  { "block-PROHIBITED_CONTENT", 200, "promptFeedback.blockReason", "PROHIBITED_CONTENT" },
  { "block-SAFETY", 200, "candidates", NULL },
  { "no-candidates", 200, "promptFeedback", NULL },
  { "text-only", 200, "candidates[0].content.parts[0].text", "I cannot draw this, but here is how it might look." },
  { "no-content", 200, "candidates[0].content", NULL },
  { "no-parts", 200, "candidates[0].content.role", "model" },
  { "only-thought", 200, "candidates[0].content.parts[1].thought", "true" },
  { "snake-case", 200, "candidates[0].content.parts[1].inline_data.mime_type", "image/png" },
  { "null-fields", 200, "candidates[0].content.parts[2].inlineData.mimeType", "image/png" },
  { "not-base64", 200, "candidates[0].content.parts[1].inlineData.data", "***" },
  { "bad-key", 400, "error.details[0].reason", "API_KEY_INVALID" },
  { "denied", 403, "error.status", "PERMISSION_DENIED" },
  { "retired", 404, "error.status", "NOT_FOUND" },
  { "quota-info", 429, "error.details[1].retryDelay", "0.5s" },
  { "quota-message", 429, "error.details[0]", NULL },
  { "quota-zero", 429, "error.status", "RESOURCE_EXHAUSTED" },
  { "quota-day", 429, "error.details[0].violations[0].quotaId", "GenerateRequestsPerDayPerProjectPerModel" },
  { "internal", 500, "error.status", "INTERNAL" },
  { "overloaded", 503, "error.status", "UNAVAILABLE" },
  { "deadline", 504, "error.status", "DEADLINE_EXCEEDED" },
  { "nested", 503, "error.code", "503" },
  { "array", 503, "[0].error.status", "UNAVAILABLE" },
  { "drop-after", 0, NULL, NULL },
  { "drop-before", 0, NULL, NULL },
  { "truncated", 0, NULL, NULL },
};

static void
test_faults (Fixture *fixture, gconstpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      guint64 before = fake_server_count (fixture->server, "accepted");

      g_test_message ("%s", faults[i].fault);
      fake_server_fault (fixture->server, "generate", 1, faults[i].fault);
      g_assert_cmpuint (generate (fixture, FLASH, GRID), ==, faults[i].status);
      if (faults[i].path != NULL && faults[i].path[0] != '[')
        assert_at (fixture, faults[i].path, faults[i].value);
      if (g_str_equal (faults[i].fault, "drop-after"))
        g_assert_cmpuint (fake_server_count (fixture->server, "accepted") - before, ==, 1);
      else if (g_str_equal (faults[i].fault, "drop-before") || faults[i].status >= 400)
        g_assert_cmpuint (fake_server_count (fixture->server, "accepted") - before, ==, 0);
    }
  g_assert_cmpuint (fake_server_get_n_faults (fixture->server), ==, 0);
}

/* An error within an error within an error, as gateways make them. */
static void
test_nested (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *outer = NULL, *inner = NULL;
  g_autoptr (JsonNode) first = NULL, second = NULL;

  fake_server_fault (fixture->server, "generate", 1, "nested");
  g_assert_cmpuint (generate (fixture, FLASH, GRID), ==, 503);
  outer = test_client_at (&fixture->client, "error.message");
  first = json_from_string (outer, NULL);
  g_assert_nonnull (first);
  inner = g_strdup (json_object_get_string_member (json_object_get_object_member (json_node_get_object (first), "error"), "message"));
  second = json_from_string (inner, NULL);
  g_assert_nonnull (second);
  fake_server_fault (fixture->server, "generate", 1, "array");
  g_assert_cmpuint (generate (fixture, FLASH, GRID), ==, 503);
  g_assert_cmpint (((const char *) g_bytes_get_data (fixture->client.body, NULL))[0], ==, '[');
}

/* Every size of the table, by the numbers alone: halves are whole from 1K up. */
static void
test_sizes (void)
{
  int width, height;

  g_assert_true (fake_media_find_size ("16:9", "2K", &width, &height));
  g_assert_cmpint (width, ==, 2752);
  g_assert_cmpint (height, ==, 1536);
  g_assert_true (fake_media_find_size ("21:9", "4K", &width, &height));
  g_assert_cmpint (width, ==, 6336);
  g_assert_cmpint (height, ==, 2688);
  g_assert_false (fake_media_find_size ("4:5", "512", &width, &height));
  g_assert_false (fake_media_find_size ("auto", "1K", &width, &height));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, function) g_test_add ("/fake-gemini/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("picture", test_picture);
  ADD ("thoughts", test_thoughts);
  ADD ("keys", test_keys);
  ADD ("bodies", test_bodies);
  ADD ("reference", test_reference);
  ADD ("faults", test_faults);
  ADD ("nested", test_nested);
  g_test_add_func ("/fake-gemini/sizes", test_sizes);

  return g_test_run ();
}
