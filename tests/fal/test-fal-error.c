/* test-fal-error.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "starsend-fal-error.h"
#include "starsend-fal-result.h"
#include "starsend-fal-status.h"
#include "starsend-fal-ticket.h"
#include "starsend-server-words.h"

#define KEY "test-key-0123:secret"
#define BASE "http://127.0.0.1:4711"

typedef struct
{
  guint status;
  const char *header;
  const char *body;
  const char *type;       /* expected */
  gboolean of_job;
  const char *words[4];   /* expected in the message */
} Case;

static const Case cases[] = {
  /* Of the platform */
  { 401, NULL, "{\"detail\": \"No user found for Key ID and Secret\"}", NULL, FALSE, { "does not accept the key", "No user found" } },
  { 403, NULL, "{\"detail\": \"User is locked. Reason: Exhausted balance. Top up your balance at fal.ai\"}", NULL, FALSE,
    { "locked", "top up at fal.ai", "Exhausted balance" } },
  { 403, NULL, "{\"detail\": \"User is locked. Reason: Admin lock.\"}", NULL, FALSE, { "locked", "Admin lock" } },
  { 403, NULL, "{\"detail\": \"TOP_UP\"}", NULL, FALSE, { "locked" } },
  { 403, NULL, "{\"detail\": \"Access denied\"}", NULL, FALSE, { "does not allow", "Access denied" } },
  { 404, NULL, "{\"detail\": \"Not Found\"}", NULL, FALSE, { "does not know", "Not Found" } },
  { 410, NULL, "", NULL, FALSE, { "does not know", "410" } },
  { 429, NULL, "{\"detail\": \"Too many\", \"error_type\": \"concurrent_requests_limit\"}", "concurrent_requests_limit", TRUE, { "no more jobs", "Too many" } },
  { 429, NULL, "", NULL, FALSE, { "no more jobs" } },
  { 499, "client_cancelled", "{\"detail\": \"Request was cancelled\"}", "client_cancelled", TRUE, { "cancelled at fal.ai" } },
  { 500, "internal_error", "{\"detail\": \"boom\", \"error_type\": \"internal_error\"}", "internal_error", TRUE, { "trouble at its end", "boom" } },
  { 503, NULL, "<html><head><title>503</title></head><body>nginx</body></html>", NULL, FALSE, { "trouble at its end", "503" } },
  { 504, "startup_timeout", "", "startup_timeout", TRUE, { "in time" } },
  { 502, NULL, "Bad gateway", NULL, FALSE, { "trouble", "Bad gateway" } },
  /* Of a model */
  { 422, NULL,
    "{\"detail\":[{\"loc\":[\"body\",\"image_url\"],\"msg\":\"Image is too small\",\"type\":\"image_too_small\",\"ctx\":{\"min_width\":300,\"min_height\":300}}]}",
    "image_too_small", TRUE, { "too small", "image_url: Image is too small", "min_width 300, min_height 300" } },
  { 422, NULL, "{\"detail\":[{\"loc\":[\"body\",\"multi_prompt\",1,\"prompt\"],\"msg\":\"Too long\",\"type\":\"sequence_too_long\",\"ctx\":{\"max_length\":2500}}]}",
    "sequence_too_long", TRUE, { "multi_prompt[1].prompt: Too long", "max_length 2500" } },
  { 422, NULL, "{\"detail\":[{\"loc\":[\"body\",\"prompt\"],\"msg\":\"Refused\",\"type\":\"content_policy_violation\"},{\"loc\":[\"body\",\"image_url\"],\"msg\":\"Refused, too\",\"type\":\"x\"}]}",
    "content_policy_violation", TRUE, { "moderation", "prompt: Refused; image_url: Refused, too" } },
  { 422, NULL, "{\"detail\":[{\"loc\":[\"body\",\"image_url\"],\"msg\":\"field required\",\"type\":\"value_error.missing\"}]}", "value_error.missing", TRUE,
    { "image_url: field required" } },
  { 422, NULL, "{\"detail\":[{\"loc\":[\"body\",\"root\"],\"msg\":\"prompt or multi_prompt\",\"type\":\"value_error\"}]}", "value_error", TRUE, { "root: prompt" } },
  { 422, NULL, "{\"detail\":\"Error validating the input\"}", NULL, FALSE, { "refused what was sent", "Error validating" } },
  { 422, NULL, "{\"detail\":{\"msg\":\"An object\",\"error_type\":\"one_of\"}}", "one_of", TRUE, { "An object" } },
  { 422, NULL, "{\"detail\":[]}", NULL, FALSE, { "422, without a word" } },
  { 422, NULL, "{\"detail\":[null, 3, \"a text\"]}", NULL, FALSE, { "a text" } },
  { 422, NULL, "{\"detail\":null}", NULL, FALSE, { "422, without a word" } },
  { 422, NULL, "{}", NULL, FALSE, { "422, without a word" } },
  { 422, NULL, "", NULL, FALSE, { "422, without a word" } },
  { 422, NULL, "{\"detail\": \"cut", NULL, FALSE, { "422" } },
  { 400, NULL, "{\"error\":{\"message\":\"In an object\"}}", NULL, FALSE, { "In an object" } },
  { 422, "file_download_error", "{\"detail\":[{\"loc\":[\"body\",\"image_url\"],\"msg\":\"m\",\"type\":\"file_download_error\"}]}", "file_download_error", TRUE,
    { "uploaded anew" } },
  { 302, NULL, "", NULL, FALSE, { "makes no sense", "302" } },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *at = &cases[i];
      g_autoptr (GBytes) body = g_bytes_new_static (at->body, strlen (at->body));
      g_autoptr (StarsendFalError) said = starsend_fal_error_new_from_body (at->status, at->header, NULL, body, KEY);
      g_autoptr (GError) error = starsend_fal_error_to_error (said, STARSEND_ERROR_PROVIDER);

      g_test_message ("%s", error->message);
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER);
      g_assert_cmpuint (starsend_fal_error_get_status (said), ==, at->status);
      g_assert_cmpstr (starsend_fal_error_get_error_type (said), ==, at->type);
      g_assert_cmpint (starsend_fal_error_is_of_job (said), ==, at->of_job);
      g_assert_cmpint (starsend_fal_error_is_of_file (said), ==, g_strcmp0 (at->type, "file_download_error") == 0);
      for (guint j = 0; at->words[j] != NULL; j++)
        if (strstr (error->message, at->words[j]) == NULL)
          g_error ("“%s” is not in “%s”", at->words[j], error->message);
    }
}

static void
test_locked_is_no_wrong_key (void)
{
  const char *text = "{\"detail\": \"User is locked. Reason: Exhausted balance.\"}";
  g_autoptr (GBytes) body = g_bytes_new_static (text, strlen (text));
  g_autoptr (StarsendFalError) said = starsend_fal_error_new_from_body (403, NULL, NULL, body, KEY);

  g_assert_null (strstr (starsend_fal_error_get_message (said), "key"));
}

static void
test_retryable (void)
{
  static const struct
  {
    const char *header;
    gboolean expected;
  } values[] = { { "true", TRUE }, { "True", TRUE }, { "1", TRUE }, { "false", FALSE }, { "", FALSE }, { NULL, FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (StarsendFalError) said = starsend_fal_error_new_from_body (500, NULL, values[i].header, NULL, NULL);

      g_assert_cmpint (starsend_fal_error_get_retryable (said), ==, values[i].expected);
    }
}

/* A server that repeats the key gets it nowhere, in whatever it wraps it. */
static void
test_never_the_key (void)
{
  static const char *const bodies[] = {
    "{\"detail\": \"bad key test-key-0123:secret here\"}",
    "{\"detail\": \"\\u0074est-key-0123:secret\"}",
    "{\"detail\":[{\"loc\":[\"body\",\"test-key-0123:secret\"],\"msg\":\"m\",\"type\":\"test-key-0123:secret\",\"ctx\":{\"test-key-0123:secret\":\"test-key-0123:secret\"}}]}",
    "{\"error_type\": \"test-key-0123:secret\"}",
    "plain test-key-0123:secret",
    "{\"detail\": \"only the secret\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (bodies[i], strlen (bodies[i]));
      g_autoptr (StarsendFalError) said = starsend_fal_error_new_from_body (422, "test-key-0123:secret", NULL, body, KEY);

      g_assert_null (strstr (starsend_fal_error_get_message (said), "secret"));
      g_assert_null (strstr (starsend_fal_error_get_error_type (said), "secret"));
    }
}

static void
test_words (void)
{
  g_autofree char *lines = starsend_server_words_clean ("  one\r\n\ttwo\x1b[31m \xff three\xe2\x80\xae", 100, NULL);
  g_autofree char *huge = g_strnfill (5 * 1000 * 1000, 'x');
  g_autofree char *bounded = starsend_server_words_clean (huge, 10, NULL);
  g_autofree char *none = starsend_server_words_clean (NULL, 10, KEY);
  g_autofree char *only_key = starsend_server_words_clean (KEY, 100, KEY);

  g_assert_cmpstr (lines, ==, "one two [31m \xef\xbf\xbd three");
  g_assert_cmpint (g_utf8_strlen (bounded, -1), ==, 10);
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (only_key, ==, "•••");
}

static void
test_prune (void)
{
  const char *text = "{\"video\": {\"url\": \"https://a/b\", \"file_data\": \"AAAA\", \"test-key-0123:secret\": 1}, \"images\": [\"data:image/png;base64,AA\", "
                     "\"x test-key-0123:secret\"], \"n\": null, \"f\": 1.5}";
  g_autoptr (GBytes) body = g_bytes_new_static (text, strlen (text));
  g_autoptr (JsonNode) tree = starsend_json_parse_to_tree (body, 10000, NULL);
  g_autoptr (JsonNode) pruned = starsend_server_words_prune (tree, KEY);
  g_autofree char *rendered = starsend_json_render (pruned, FALSE);

  g_assert_cmpstr (rendered, ==, "{\"video\":{\"url\":\"https://a/b\",\"•••\":1},\"images\":[\"x •••\"],\"n\":null,\"f\":1.5}");
}

/* Addresses */

static JsonNode *
make_answer (const char *status_url, const char *response_url, const char *cancel_url)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "status_url");
  json_builder_add_string_value (builder, status_url);
  json_builder_set_member_name (builder, "response_url");
  json_builder_add_string_value (builder, response_url);
  json_builder_set_member_name (builder, "cancel_url");
  json_builder_add_string_value (builder, cancel_url);
  json_builder_end_object (builder);

  return json_builder_get_root (builder);
}

static void
assert_address (StarsendTicket *ticket, StarsendFalAddress which, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = starsend_fal_ticket_dup_address (ticket, BASE, NULL, which, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (address, ==, expected);
}

static void
test_addresses_given (void)
{
  g_autoptr (JsonNode) answer = make_answer (BASE "/a/b/requests/id/status/", BASE "/elsewhere/id", BASE "/c?x=1");
  g_autoptr (StarsendTicket) ticket = starsend_fal_ticket_new (BASE, "a/b/c", "id", answer, NULL, KEY, NULL);

  assert_address (ticket, STARSEND_FAL_ADDRESS_STATUS, BASE "/a/b/requests/id/status/");
  assert_address (ticket, STARSEND_FAL_ADDRESS_STREAM, BASE "/a/b/requests/id/status/stream");
  assert_address (ticket, STARSEND_FAL_ADDRESS_RESPONSE, BASE "/elsewhere/id");
  assert_address (ticket, STARSEND_FAL_ADDRESS_CANCEL, BASE "/c?x=1");
}

static void
test_addresses_foreign (void)
{
  static const char *const foreign[] = {
    "http://evil.example/x", "https://127.0.0.1:4711/x", "http://127.0.0.1:4712/x", "http://127.0.0.1/x", "http://127.0.0.1:4711@evil.example/x",
    "http://user@127.0.0.1:4711/x", "http://127.0.0.1:4711/x#y", "//127.0.0.1:4711/x", "/x", "", "file:///etc/passwd", "http://127.0.0.1:4711/?k=" KEY,
    "http://127.0.0.1:4711\\@evil.example/x", "javascript:alert(1)", "http://127.0.0.1.evil.example:4711/x",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      g_autoptr (JsonNode) answer = make_answer (foreign[i], foreign[i], foreign[i]);
      g_autoptr (StarsendTicket) ticket = starsend_fal_ticket_new (BASE, "fal-ai/kling-video/o3/pro", "id-1", answer, NULL, KEY, NULL);
      g_autoptr (JsonNode) old = make_answer (foreign[i], foreign[i], foreign[i]);
      g_autoptr (StarsendTicket) edited = NULL;

      assert_address (ticket, STARSEND_FAL_ADDRESS_STATUS, BASE "/fal-ai/kling-video/requests/id-1/status");
      assert_address (ticket, STARSEND_FAL_ADDRESS_STREAM, BASE "/fal-ai/kling-video/requests/id-1/status/stream");
      assert_address (ticket, STARSEND_FAL_ADDRESS_RESPONSE, BASE "/fal-ai/kling-video/requests/id-1");
      assert_address (ticket, STARSEND_FAL_ADDRESS_CANCEL, BASE "/fal-ai/kling-video/requests/id-1/cancel");

      /* A ledger that somebody has edited. The key in a query at the right origin is the user's own doing. */
      if (strstr (foreign[i], KEY) != NULL)
        continue;
      json_object_set_string_member (json_node_get_object (old), "endpoint", "a/b");
      edited = starsend_ticket_new ("id-2", old);
      assert_address (edited, STARSEND_FAL_ADDRESS_RESPONSE, BASE "/a/b/requests/id-2");
    }
}

static void
test_addresses_spaces (void)
{
  g_autoptr (StarsendTicket) flow = starsend_fal_ticket_new (BASE, "workflows/me/mine/v1", "id", NULL, NULL, KEY, NULL);
  g_autoptr (StarsendTicket) comfy = starsend_fal_ticket_new (BASE, "comfy/me/mine", "id", NULL, NULL, KEY, NULL);
  g_autoptr (StarsendTicket) plain = starsend_fal_ticket_new (BASE, "me/mine", "id", NULL, NULL, KEY, NULL);

  assert_address (flow, STARSEND_FAL_ADDRESS_RESPONSE, BASE "/workflows/me/mine/requests/id");
  assert_address (comfy, STARSEND_FAL_ADDRESS_CANCEL, BASE "/comfy/me/mine/requests/id/cancel");
  assert_address (plain, STARSEND_FAL_ADDRESS_STATUS, BASE "/me/mine/requests/id/status");
}

static void
test_bad_ids (void)
{
  static const char *const ids[] = { "", ".", "..", "a/b", "../x", "a b", "a\nb", "a?b", "a#b", "a%2fb", "ünï", "key" KEY, KEY };
  static const char *const endpoints[] = { "", "one", "/a/b", "a//b", "a/b/", "a/../b", "a/b?c", "a/b#c", "https://evil/a/b", "a/b c" };
  g_autofree char *lengthy = g_strnfill (129, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (starsend_fal_ticket_new (BASE, "a/b", ids[i], NULL, NULL, KEY, &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
      g_assert_null (strstr (error->message, "secret"));
    }
  g_assert_null (starsend_fal_ticket_new (BASE, "a/b", lengthy, NULL, NULL, KEY, NULL));
  g_assert_null (starsend_fal_ticket_new (BASE, "a/b", NULL, NULL, NULL, KEY, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (endpoints); i++)
    g_assert_false (starsend_fal_ticket_check_endpoint (endpoints[i], NULL));
  g_assert_false (starsend_fal_ticket_check_endpoint (NULL, NULL));
}

/* Statuses */

static StarsendFalStatus *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) body = g_bytes_new_static (text, strlen (text));

  return starsend_fal_status_new (body, KEY, error);
}

static void
test_status (void)
{
  g_autoptr (StarsendFalStatus) queued = parse ("{\"status\":\"IN_QUEUE\",\"queue_position\":12654}", NULL);
  g_autoptr (StarsendFalStatus) running = parse ("{\"status\":\"IN_PROGRESS\",\"logs\":[{\"message\":\"one\"},{\"message\":\"two\\n" KEY "\"},null]}", NULL);
  g_autoptr (StarsendFalStatus) failed = parse ("{\"status\":\"COMPLETED\",\"error\":\"It broke\",\"error_type\":\"internal_error\",\"metrics\":null,\"logs\":null}", NULL);
  g_autoptr (StarsendFalStatus) done = parse ("{\"status\":\"COMPLETED\",\"metrics\":{\"inference_time\":94.5},\"error\":null}", NULL);
  g_autoptr (StarsendFalStatus) strange = parse ("{\"status\":7,\"queue_position\":\"3\",\"logs\":\"x\",\"metrics\":[],\"error\":[]}", NULL);
  g_autoptr (StarsendFalStatus) empty = parse ("{\"status\":\"\"}", NULL);

  g_assert_cmpint (starsend_fal_status_get_state (queued), ==, STARSEND_FAL_STATE_QUEUED);
  g_assert_cmpint (starsend_fal_status_get_queue_position (queued), ==, 12654);
  g_assert_cmpint (starsend_fal_status_get_state (running), ==, STARSEND_FAL_STATE_RUNNING);
  g_assert_cmpstr (starsend_fal_status_get_log (running), ==, "two •••");
  g_assert_cmpstr (starsend_fal_status_get_error (failed), ==, "It broke");
  g_assert_cmpstr (starsend_fal_status_get_error_type (failed), ==, "internal_error");
  g_assert_cmpfloat (starsend_fal_status_get_inference_time (failed), ==, -1);
  g_assert_cmpfloat (starsend_fal_status_get_inference_time (done), ==, 94.5);
  g_assert_null (starsend_fal_status_get_error (done));
  g_assert_cmpint (starsend_fal_status_get_state (strange), ==, STARSEND_FAL_STATE_UNKNOWN);
  g_assert_cmpint (starsend_fal_status_get_queue_position (strange), ==, -1);
  g_assert_cmpint (starsend_fal_status_get_state (empty), ==, STARSEND_FAL_STATE_UNKNOWN);
  g_assert_cmpstr (starsend_fal_status_get_name (empty), ==, "");
  g_assert_null (parse ("", NULL));
  g_assert_null (parse ("[]", NULL));
  g_assert_null (parse ("{\"status\":\"COMP", NULL));
}

static void
test_result_path (void)
{
  const char *text = "{\"video\":{\"url\":\"u\",\"file_size\":7},\"images\":[{\"url\":\"v\"},{\"url\":\"\"},{\"url\":3}]}";
  g_autoptr (GBytes) body = g_bytes_new_static (text, strlen (text));
  g_autoptr (StarsendJson) json = starsend_json_new (body, 10000, NULL);
  const StarsendJsonNode *root = starsend_json_get_root (json);

  g_assert_cmpstr (starsend_fal_result_find_url (root, "video.url"), ==, "u");
  g_assert_cmpint (starsend_fal_result_find_size (root, "video.url"), ==, 7);
  g_assert_cmpstr (starsend_fal_result_find_url (root, "images[0].url"), ==, "v");
  g_assert_cmpint (starsend_fal_result_find_size (root, "images[0].url"), ==, -1);
  g_assert_null (starsend_fal_result_find_url (root, "images[1].url"));
  g_assert_null (starsend_fal_result_find_url (root, "images[2].url"));
  g_assert_null (starsend_fal_result_find_url (root, "images[3].url"));
  g_assert_null (starsend_fal_result_find_url (root, "images.url"));
  g_assert_null (starsend_fal_result_find_url (root, "video[0]"));
  g_assert_null (starsend_fal_result_find_url (root, "video[x"));
  g_assert_null (starsend_fal_result_find_url (root, "audio.url"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fal/error/table", test_table);
  g_test_add_func ("/fal/error/locked-is-no-wrong-key", test_locked_is_no_wrong_key);
  g_test_add_func ("/fal/error/retryable", test_retryable);
  g_test_add_func ("/fal/error/never-the-key", test_never_the_key);
  g_test_add_func ("/fal/words/clean", test_words);
  g_test_add_func ("/fal/words/prune", test_prune);
  g_test_add_func ("/fal/addresses/given", test_addresses_given);
  g_test_add_func ("/fal/addresses/foreign", test_addresses_foreign);
  g_test_add_func ("/fal/addresses/spaces", test_addresses_spaces);
  g_test_add_func ("/fal/addresses/bad-ids", test_bad_ids);
  g_test_add_func ("/fal/status", test_status);
  g_test_add_func ("/fal/result/path", test_result_path);

  return g_test_run ();
}
