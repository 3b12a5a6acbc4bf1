/* test-fal-provider.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fal-fixture.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-files.h"

typedef struct
{
  FalFixture base;
  StarsendProvider *provider;
  StarsendRequest *request;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  fal_fixture_set_up (&fixture->base, user_data);
  fixture->provider = fal_fixture_provider (&fixture->base, "kling-o3");
  fixture->request = fal_fixture_take (&fixture->base, "kling-o3");
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  g_assert_finalize_object (fixture->provider);
  g_assert_finalize_object (fixture->request);
  fal_fixture_tear_down (&fixture->base, user_data);
}

static StarsendTicket *
submit (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  StarsendTicket *ticket = fal_fixture_submit (&fixture->base, fixture->provider, fixture->request, &error);

  g_assert_no_error (error);

  return ticket;
}

static void
assert_delivered (Fixture *fixture, StarsendDelivery *delivery)
{
  g_autofree char *expected = starsend_files_digest (fixture->base.video, NULL, NULL);
  g_autofree char *found = starsend_files_digest (fixture->base.part, NULL, NULL);

  g_assert_nonnull (delivery);
  g_assert_cmpstr (found, ==, expected);
  g_assert_cmpstr (starsend_delivery_get_file_digest (delivery), ==, expected);
}

/* Bought once, and delivered, whatever goes wrong on the way. */
static void
assert_good (Fixture *fixture)
{
  g_autoptr (StarsendTicket) ticket = submit (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendDelivery) delivery = fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, ticket, NULL, &error);

  g_assert_no_error (error);
  assert_delivered (fixture, delivery);
  g_assert_cmpuint (fal_fixture_count (&fixture->base, "accepted"), ==, 1);
  g_assert_cmpuint (fake_server_get_n_faults (fixture->base.server), ==, 0);
}

static void
test_take (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendTicket) ticket = submit (fixture);
  g_autoptr (StarsendJob) job = starsend_job_new ("job", fixture->request);
  g_autoptr (StarsendDelivery) delivery = NULL;
  JsonObject *addresses = json_node_get_object (starsend_ticket_get_addresses (ticket));
  JsonObject *details;
  g_autoptr (GError) error = NULL;
  g_autofree char *sent = NULL;
  g_autofree char *kept = NULL;

  g_assert_cmpstr (starsend_provider_get_name (fixture->provider), ==, "fal");
  g_assert_cmpint (starsend_provider_estimate (fixture->provider, fixture->request), ==, 336000);
  g_assert_true (g_str_has_prefix (json_object_get_string_member (addresses, "status_url"), fake_fal_get_base (fixture->base.fal)));
  g_assert_cmpstr (json_object_get_string_member (addresses, "endpoint"), ==, "fal-ai/kling-video/o3/pro/image-to-video");
  sent = fal_fixture_dup_body (&fixture->base, 0, NULL);
  kept = starsend_json_render (json_object_get_member (addresses, "input"), FALSE);
  g_assert_cmpstr (kept, ==, sent);

  delivery = fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, ticket, job, &error);
  g_assert_no_error (error);
  assert_delivered (fixture, delivery);
  g_assert_cmpint (starsend_delivery_get_cost (delivery), ==, 336000);
  g_assert_cmpfloat (starsend_job_get_fraction (job), ==, 1);
  g_assert_cmpint (starsend_job_get_queue_position (job), ==, -1);
  details = json_node_get_object (starsend_delivery_get_details (delivery));
  g_assert_cmpfloat (json_object_get_double_member (details, "ordered_seconds"), ==, 3);
  g_assert_cmpfloat (json_object_get_double_member (details, "billable_units"), ==, 3);
  g_assert_true (json_object_has_member (details, "inference_seconds"));
  g_assert_true (json_object_has_member (json_object_get_object_member (details, "result"), "video"));
  g_assert_cmpuint (fal_fixture_count (&fixture->base, "files"), ==, 1);
}

static void
test_grid (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendProvider) provider = fal_fixture_provider (&fixture->base, "nano-banana-2");
  g_autoptr (StarsendRequest) request = starsend_request_new (STARSEND_REQUEST_GRID, "EP001_SEQ04", 1, "nano-banana-2");
  g_autoptr (StarsendTicket) ticket = NULL;
  g_autoptr (StarsendDelivery) delivery = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) picture = NULL;

  starsend_request_set_aspect (request, 16, 9);
  starsend_request_set_prompt (request, "A street");
  g_assert_true (starsend_provider_check (provider, request, &error));
  g_assert_no_error (error);
  ticket = fal_fixture_submit (&fixture->base, provider, request, &error);
  g_assert_no_error (error);
  delivery = fal_fixture_collect (&fixture->base, provider, request, ticket, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (starsend_delivery_get_cost (delivery), ==, 120000);
  picture = gdk_pixbuf_new_from_file (fixture->base.part, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_pixbuf_get_width (picture), ==, 2752);
}

static void
test_check (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendRequest) bad = starsend_request_new (STARSEND_REQUEST_TAKE, "EP001_SEQ04", 1, "kling-o3");
  g_autofree char *small = fal_fixture_picture (&fixture->base, 100, 60);
  g_autoptr (GError) error = NULL;

  g_assert_true (starsend_provider_check (fixture->provider, fixture->request, &error));
  g_assert_no_error (error);

  starsend_request_set_aspect (bad, 16, 9);
  starsend_request_set_start_frame (bad, small);
  fal_fixture_add_shot (bad, "A street", NULL, 3);
  g_assert_false (starsend_provider_check (fixture->provider, bad, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_true (g_str_has_prefix (error->message, "start_frame: "));
}

static void
test_no_key (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendProvider) provider = NULL;
  g_autoptr (StarsendTicket) ticket = submit (fixture);
  g_autoptr (GError) error = NULL;

  g_setenv ("FAL_KEY", "", TRUE);
  g_clear_object (&fixture->provider);
  fal_fixture_restart (&fixture->base);
  provider = fal_fixture_provider (&fixture->base, "kling-o3");
  fixture->provider = g_object_ref (provider);
  g_assert_false (starsend_provider_check_account (provider, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "FAL_KEY"));
  g_clear_error (&error);
  g_assert_null (fal_fixture_submit (&fixture->base, provider, fixture->request, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  g_assert_null (fal_fixture_collect (&fixture->base, provider, fixture->request, ticket, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE);
  g_assert_cmpuint (fal_fixture_count (&fixture->base, "accepted"), ==, 1);
  g_clear_object (&provider);
}

static void
test_wrong_key (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("FAL_KEY", "other-key:not-it-at-all", TRUE);
  g_clear_object (&fixture->provider);
  fal_fixture_restart (&fixture->base);
  fixture->provider = fal_fixture_provider (&fixture->base, "kling-o3");
  g_assert_null (fal_fixture_submit (&fixture->base, fixture->provider, fixture->request, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER);
  g_assert_nonnull (strstr (error->message, "does not accept the key"));
  g_assert_null (strstr (error->message, "not-it"));
}

/* Submit: what it means for money */

typedef struct
{
  const char *route;
  const char *fault;
  guint times;
  int code;           /* -1: it is delivered in the end */
  guint accepted;
  const char *words;
} SubmitCase;

static const SubmitCase submit_cases[] = {
  /* Nobody has passed them on: sent again. */
  { "submit", "429", 2, -1, 1, NULL },
  { "submit", "429-retry-after", 1, -1, 1, NULL },
  { "submit", "nginx-503", 2, -1, 1, NULL },
  { "submit", "502", 1, -1, 1, NULL },
  /* Sent, and no answer: bought or not, never sent again. */
  { "submit", "drop-after", 1, STARSEND_ERROR_UNCERTAIN, 1, "may have been" },
  { "submit", "drop-before", 1, STARSEND_ERROR_UNCERTAIN, 0, "may have been" },
  { "submit", "reset-after", 1, STARSEND_ERROR_UNCERTAIN, 1, NULL },
  { "submit", "reset-before", 1, STARSEND_ERROR_UNCERTAIN, 0, NULL },
  { "submit", "truncated", 1, STARSEND_ERROR_UNCERTAIN, 1, NULL },
  { "submit", "empty", 1, STARSEND_ERROR_UNCERTAIN, 1, "request id" },
  { "submit", "garbage", 1, STARSEND_ERROR_UNCERTAIN, 1, "request id" },
  { "submit", "no-request-id", 1, STARSEND_ERROR_UNCERTAIN, 1, "request id" },
  { "submit", "{\"patch\": {\"request_id\": \"../../evil\"}}", 1, STARSEND_ERROR_UNCERTAIN, 1, "request id" },
  { "submit", "{\"patch\": {\"request_id\": 7}}", 1, STARSEND_ERROR_UNCERTAIN, 1, "request id" },
  { "submit", "500", 1, STARSEND_ERROR_UNCERTAIN, 0, "not known" },
  { "submit", "504", 1, STARSEND_ERROR_UNCERTAIN, 0, "not known" },
  { "submit", "{\"status\": 503, \"headers\": {\"x-fal-request-id\": \"abc\"}, \"body\": {\"detail\": \"runner gone\"}, \"work\": true}", 1,
    STARSEND_ERROR_UNCERTAIN, 1, "runner gone" },
  { "submit", "{\"status\": 525, \"body\": \"\"}", 1, STARSEND_ERROR_UNCERTAIN, 0, NULL },
  /* Refused: nothing bought. */
  { "submit", "401", 1, STARSEND_ERROR_PROVIDER, 0, "key" },
  { "submit", "locked", 1, STARSEND_ERROR_PROVIDER, 0, "top up at fal.ai" },
  { "submit", "detail-string", 1, STARSEND_ERROR_PROVIDER, 0, "Error validating the input" },
  { "submit", "detail-list", 1, STARSEND_ERROR_PROVIDER, 0, "multi_prompt[0].prompt" },
  { "submit", "detail-legacy", 1, STARSEND_ERROR_PROVIDER, 0, "image_url: field required" },
  { "submit", "detail-empty", 1, STARSEND_ERROR_PROVIDER, 0, "refused" },
  { "submit", "policy", 1, STARSEND_ERROR_PROVIDER, 0, "moderation" },
  { "submit", "404", 1, STARSEND_ERROR_PROVIDER, 0, NULL },
  { "submit", "redirect", 1, STARSEND_ERROR_PROVIDER, 0, NULL },
  { "submit", "429", 20, STARSEND_ERROR_PROVIDER, 0, "no more jobs" },
  /* An upload that fails buys nothing. */
  { "initiate", "locked", 1, STARSEND_ERROR_PROVIDER, 0, "top up at fal.ai" },
  { "initiate", "{\"status\": 200, \"body\": {\"upload_url\": \"file:///etc/passwd\", \"file_url\": \"x\"}}", 1, STARSEND_ERROR_IO, 0, "no place" },
  { "initiate", "garbage", 1, STARSEND_ERROR_IO, 0, "no place" },
  { "initiate", "drop-after", 20, STARSEND_ERROR_IO, 0, NULL },
  { "put", "403", 1, STARSEND_ERROR_IO, 0, "403" },
  { "put", "drop-before", 20, STARSEND_ERROR_IO, 0, NULL },
  { "put", "500", 2, -1, 1, NULL },
  { "put", "drop-after", 1, -1, 1, NULL },
  { "initiate", "503", 2, -1, 1, NULL },
  /* Addresses */
  { "submit", "foreign-urls", 1, -1, 1, NULL },
  { "submit", "no-urls", 1, -1, 1, NULL },
};

static void
test_submit_case (Fixture *fixture, gconstpointer user_data)
{
  const SubmitCase *at = user_data;
  g_autoptr (StarsendTicket) ticket = NULL;
  g_autoptr (StarsendDelivery) delivery = NULL;
  g_autoptr (GError) error = NULL;

  fake_server_fault (fixture->base.server, at->route, at->times, at->fault);
  ticket = fal_fixture_submit (&fixture->base, fixture->provider, fixture->request, &error);
  g_assert_cmpuint (fal_fixture_count (&fixture->base, "accepted"), ==, at->accepted);
  g_assert_cmpuint (fal_fixture_count (&fixture->base, "foreign"), ==, 0);
  if (at->code >= 0)
    {
      g_assert_error (error, STARSEND_ERROR, at->code);
      g_test_message ("%s", error->message);
      g_assert_null (strstr (error->message, "secret"));
      if (at->words != NULL && strstr (error->message, at->words) == NULL)
        g_error ("“%s” is not in “%s”", at->words, error->message);
      return;
    }

  g_assert_no_error (error);
  delivery = fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, ticket, NULL, &error);
  g_assert_no_error (error);
  assert_delivered (fixture, delivery);
  g_assert_cmpuint (fal_fixture_count (&fixture->base, "accepted"), ==, 1);
  g_assert_cmpuint (fal_fixture_count (&fixture->base, "foreign"), ==, 0);
}

/* Collect: faults that pass, all of them at once on one job */

typedef struct
{
  const char *route;
  const char *fault;
  guint times;
} Fault;

static const Fault passing[] = {
  { "status", "nginx-503", 7 },
  { "status", "truncated", 3 },
  { "status", "empty", 2 },
  { "status", "garbage", 2 },
  { "status", "500", 6 },
  { "status", "401", 2 },
  { "status", "locked", 2 },
  { "status", "404", 2 },
  { "status", "410", 1 },
  { "status", "drop-before", 6 },
  { "status", "reset-after", 6 },
  { "status", "unknown-status", 5 },
  { "status", "empty-status", 3 },
  { "status", "no-status", 2 },
  { "status", "silence", 30 },
  { "status", "growing", 5 },
  { "status", "redirect", 1 },
  { "status", "429-retry-after", 1 },
  { "status", "no-metrics", 3 },
  { "status", "html", 1 },
  { "result", "{\"status\": 400, \"body\": {\"detail\": \"Request is still in progress\"}}", 1 },
  { "result", "{\"status\": 202, \"body\": {\"detail\": \"Request is still in progress\"}}", 1 },
  { "result", "404", 2 },
  { "result", "nginx-503", 3 },
  { "result", "500", 7 },
  { "result", "drop-after", 7 },
  { "result", "truncated", 7 },
  { "result", "garbage", 2 },
  { "result", "locked", 1 },
  { "files", "drop-before", 1 },
  { "files", "404", 1 },
  { "files", "403", 1 },
  { "files", "truncated", 1 },
  { "files", "wrong-length", 1 },
  { "files", "no-range", 1 },
  { "files", "html", 1 },
  { "files", "{\"cut\": 1000}", 2 },
};

static void
test_passing_case (Fixture *fixture, gconstpointer user_data)
{
  const Fault *at = user_data;

  fake_server_fault (fixture->base.server, at->route, at->times, at->fault);
  assert_good (fixture);
}

/* Collect: what ends it */

typedef struct
{
  const char *route;
  const char *fault;
  guint times;
  int code;
  const char *words;
  gint64 cost;        /* that the job tells */
} End;

static const End ends[] = {
  { "status", "404", 3, STARSEND_ERROR_UNCERTAIN, "may have been paid", -1 },
  { "result", "404", 20, STARSEND_ERROR_UNCERTAIN, "may have been paid", -1 },
  { "result", "410", 20, STARSEND_ERROR_UNCERTAIN, "may have been paid", -1 },
  { "status", "{\"status\": 499, \"body\": {\"detail\": \"gone\"}}", 1, STARSEND_ERROR_PROVIDER, "cancelled", -1 },
  { "result", "{\"status\": 499, \"body\": {\"detail\": \"Request was cancelled\"}}", 1, STARSEND_ERROR_PROVIDER, "cancelled", -1 },
  { "result", "detail-list", 1, STARSEND_ERROR_PROVIDER, "multi_prompt[0].prompt: Too long", -1 },
  { "result", "detail-string", 1, STARSEND_ERROR_PROVIDER, "Error validating the input", -1 },
  { "result", "detail-legacy", 1, STARSEND_ERROR_PROVIDER, "field required", -1 },
  { "result", "detail-empty", 1, STARSEND_ERROR_PROVIDER, "refused", -1 },
  { "result", "policy", 1, STARSEND_ERROR_PROVIDER, "moderation", -1 },
  { "result", "{\"status\": 422, \"headers\": {\"x-fal-billable-units\": \"3\"}, \"body\": {\"detail\": \"billed\"}}", 1, STARSEND_ERROR_PROVIDER, "billed", 336000 },
  { "result", "{\"status\": 422, \"headers\": {\"x-fal-billable-units\": \"0\"}, \"body\": {\"detail\": \"free\"}}", 1, STARSEND_ERROR_PROVIDER, "free", 0 },
  { "result", "{\"status\": 422, \"headers\": {\"x-fal-billable-units\": \"40\"}, \"body\": {\"detail\": \"what unit\"}}", 1, STARSEND_ERROR_PROVIDER, "what unit", -1 },
  { "result", "{\"status\": 422, \"headers\": {\"x-fal-billable-units\": \"x\"}, \"body\": {\"detail\": \"test-key-0123:secret\"}}", 1, STARSEND_ERROR_PROVIDER, "•••", -1 },
  { "result", "{\"status\": 500, \"body\": {\"detail\": \"boom\", \"error_type\": \"internal_error\"}}", 20, STARSEND_ERROR_PROVIDER, "boom", -1 },
  { "result", "{\"status\": 200, \"body\": {\"video\": null}}", 20, STARSEND_ERROR_UNCERTAIN, "no file", -1 },
  { "result", "{\"status\": 200, \"body\": {\"images\": []}}", 20, STARSEND_ERROR_UNCERTAIN, "no file", -1 },
  { "result", "{\"status\": 200, \"headers\": {\"x-fal-billable-units\": \"3\"}, \"body\": {\"video\": null}}", 20, STARSEND_ERROR_PROVIDER, "no file", 336000 },
  { "result", "{\"status\": 200, \"body\": [1]}", 20, STARSEND_ERROR_IO, "stays open", -1 },
  { "status", "401", 20, STARSEND_ERROR_UNAVAILABLE, "does not accept the key", -1 },
  { "result", "401", 20, STARSEND_ERROR_IO, "stays open", -1 },
  { "files", "404", 20, STARSEND_ERROR_IO, "stays open", -1 },
  { "files", "403", 20, STARSEND_ERROR_IO, "stays open", -1 },
  { "result", "{\"status\": 200, \"body\": {\"video\": {\"url\": \"file:///etc/passwd\"}}}", 20, STARSEND_ERROR_IO, "stays open", -1 },
};

static void
test_end_case (Fixture *fixture, gconstpointer user_data)
{
  const End *at = user_data;
  g_autoptr (StarsendJob) job = starsend_job_new ("job", fixture->request);
  g_autoptr (StarsendTicket) ticket = submit (fixture);
  g_autoptr (GError) error = NULL;

  fake_server_fault (fixture->base.server, at->route, at->times, at->fault);
  /* Unknown to the queue, and where results lie, too. */
  if (g_str_equal (at->route, "status") && at->code == STARSEND_ERROR_UNCERTAIN)
    fake_server_fault (fixture->base.server, "result", 1, at->fault);
  g_assert_null (fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, ticket, job, &error));
  g_assert_error (error, STARSEND_ERROR, at->code);
  g_test_message ("%s", error->message);
  if (strstr (error->message, at->words) == NULL)
    g_error ("“%s” is not in “%s”", at->words, error->message);
  g_assert_null (strstr (error->message, "secret"));
  g_assert_cmpint (starsend_job_get_cost (job), ==, at->cost);
  g_assert_cmpuint (fal_fixture_count (&fixture->base, "accepted"), ==, 1);
}

/* COMPLETED, and failed all the same: the queue says so, and the result says more. */
static void
test_completed_with_error (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendTicket) ticket = submit (fixture);
  g_autoptr (GError) error = NULL;

  fake_server_fault (fixture->base.server, "status", 20, "error");
  fake_server_fault (fixture->base.server, "result", 20, "nginx-503");
  g_assert_null (fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, ticket, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER);
  g_assert_nonnull (strstr (error->message, "The runner died."));
  fake_server_clear_faults (fixture->base.server);

  g_clear_error (&error);
  fake_server_fault (fixture->base.server, "status", 20, "error");
  fake_server_fault (fixture->base.server, "result", 20, "policy");
  g_assert_null (fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, ticket, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER);
  g_assert_nonnull (strstr (error->message, "moderation"));
  fake_server_clear_faults (fixture->base.server);
}

/* What was bought is taken, even where the queue says that it failed. */
static void
test_error_but_a_file (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendTicket) ticket = submit (fixture);
  g_autoptr (StarsendDelivery) delivery = NULL;
  g_autoptr (GError) error = NULL;

  fal_fixture_spin (20);
  fake_server_fault (fixture->base.server, "status", 1, "{\"after\": 4, \"name\": \"error\"}");
  delivery = fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, ticket, NULL, &error);
  g_assert_no_error (error);
  assert_delivered (fixture, delivery);
}

/* Forgotten by the queue, but not by where results lie. */
static void
test_result_outlives_status (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendTicket) ticket = submit (fixture);
  g_autoptr (StarsendDelivery) delivery = NULL;
  g_autoptr (GError) error = NULL;

  delivery = fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, ticket, NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&delivery, starsend_delivery_unref);
  fake_server_fault (fixture->base.server, "status", 20, "404");
  delivery = fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, ticket, NULL, &error);
  g_assert_no_error (error);
  assert_delivered (fixture, delivery);
  fake_server_clear_faults (fixture->base.server);
}

static void
test_forgotten (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendTicket) ticket = submit (fixture);
  g_autoptr (GError) error = NULL;

  fake_fal_forget (fixture->base.fal, NULL);
  g_assert_null (fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, ticket, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
}

/* By its name alone, as the dashboard shows it. */
static void
test_make_ticket (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendTicket) ticket = submit (fixture);
  g_autoptr (StarsendTicket) found = NULL;
  g_autoptr (StarsendTicket) bare = starsend_ticket_new (starsend_ticket_get_request_id (ticket), NULL);
  g_autoptr (StarsendDelivery) delivery = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (starsend_provider_make_ticket (fixture->provider, fixture->request, "no/id", &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_clear_error (&error);
  found = starsend_provider_make_ticket (fixture->provider, fixture->request, starsend_ticket_get_request_id (ticket), &error);
  g_assert_no_error (error);
  delivery = fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, found, NULL, &error);
  g_assert_no_error (error);
  assert_delivered (fixture, delivery);
  g_clear_pointer (&delivery, starsend_delivery_unref);
  delivery = fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, bare, NULL, &error);
  g_assert_no_error (error);
  assert_delivered (fixture, delivery);
}

/* Cancel: the four answers, and a job that does not care */

static void
test_cancel (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendTicket) waiting = NULL;
  g_autoptr (StarsendTicket) running = NULL;
  g_autoptr (StarsendTicket) stubborn = NULL;
  g_autoptr (StarsendTicket) done = NULL;
  g_autoptr (StarsendDelivery) delivery = NULL;
  g_autoptr (GError) error = NULL;

  fake_fal_set_polls (fixture->base.fal, 1000, 1);
  waiting = submit (fixture);
  g_assert_cmpint (fal_fixture_cancel (&fixture->base, fixture->provider, waiting, &error), ==, 1);
  g_assert_cmpint (fal_fixture_cancel (&fixture->base, fixture->provider, waiting, &error), !=, -1);
  g_assert_null (fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, waiting, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER);
  g_clear_error (&error);

  fake_fal_set_polls (fixture->base.fal, 0, 1000);
  running = submit (fixture);
  g_assert_cmpint (fal_fixture_cancel (&fixture->base, fixture->provider, running, &error), ==, 1);

  fake_fal_set_cancel (fixture->base.fal, FAKE_FAL_CANCEL_IGNORED);
  fake_fal_set_polls (fixture->base.fal, 0, 2);
  stubborn = submit (fixture);
  g_assert_cmpint (fal_fixture_cancel (&fixture->base, fixture->provider, stubborn, &error), ==, 0);
  delivery = fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, stubborn, NULL, &error);
  g_assert_no_error (error);
  assert_delivered (fixture, delivery);

  g_assert_cmpint (fal_fixture_cancel (&fixture->base, fixture->provider, stubborn, &error), ==, 0);
  fake_fal_forget (fixture->base.fal, NULL);
  g_assert_cmpint (fal_fixture_cancel (&fixture->base, fixture->provider, stubborn, &error), ==, 0);
  g_assert_no_error (error);
}

static void
test_cancel_without_answer (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendTicket) ticket = submit (fixture);
  g_autoptr (GError) error = NULL;

  fake_server_fault (fixture->base.server, "cancel", 20, "drop-before");
  g_assert_cmpint (fal_fixture_cancel (&fixture->base, fixture->provider, ticket, &error), ==, -1);
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);
  fake_server_clear_faults (fixture->base.server);
  fake_server_fault (fixture->base.server, "cancel", 1, "401");
  g_clear_error (&error);
  g_assert_cmpint (fal_fixture_cancel (&fixture->base, fixture->provider, ticket, &error), ==, -1);
  /* An OK that says nothing is not one. */
  fake_fal_set_polls (fixture->base.fal, 1000, 1);
  fake_server_fault (fixture->base.server, "cancel", 1, "{\"status\": 200, \"body\": \"\"}");
  g_clear_error (&error);
  g_assert_cmpint (fal_fixture_cancel (&fixture->base, fixture->provider, ticket, &error), ==, 0);
}

/* Cancelled while it goes */

typedef struct
{
  GCancellable *cancellable;
  GAsyncResult *result;
} Cut;

static void
on_cut (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Cut *) user_data)->result = g_object_ref (result);
}

static gboolean
on_cut_timer (gpointer user_data)
{
  g_cancellable_cancel (((Cut *) user_data)->cancellable);

  return G_SOURCE_REMOVE;
}

static void
wait_for_cut (Cut *cut)
{
  while (cut->result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* On its way it is not given up: the ticket comes, and with it the job can be cancelled. */
static void
test_cancel_while_sending (Fixture *fixture, gconstpointer user_data)
{
  Cut cut = { g_cancellable_new (), NULL };
  g_autoptr (StarsendTicket) ticket = NULL;
  g_autoptr (GError) error = NULL;

  fake_server_fault (fixture->base.server, "submit", 1, "{\"delay\": 400}");
  starsend_provider_submit_async (fixture->provider, fixture->request, NULL, cut.cancellable, on_cut, &cut);
  while (fal_fixture_count (&fixture->base, "submit") == 0)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cut.cancellable);
  wait_for_cut (&cut);
  ticket = starsend_provider_submit_finish (fixture->provider, cut.result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (ticket);
  g_object_unref (cut.result);
  g_object_unref (cut.cancellable);
}

/* Between two tries nothing is on its way. */
static void
test_cancel_while_held_off (Fixture *fixture, gconstpointer user_data)
{
  Cut cut = { g_cancellable_new (), NULL };
  g_autoptr (GError) error = NULL;

  fake_server_fault (fixture->base.server, "submit", 1, "{\"status\": 429, \"headers\": {\"Retry-After\": \"60\"}, \"body\": \"\"}");
  starsend_provider_submit_async (fixture->provider, fixture->request, NULL, cut.cancellable, on_cut, &cut);
  while (fal_fixture_count (&fixture->base, "submit") == 0)
    g_main_context_iteration (NULL, TRUE);
  g_timeout_add (100, on_cut_timer, &cut);
  wait_for_cut (&cut);
  g_assert_null (starsend_provider_submit_finish (fixture->provider, cut.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (fal_fixture_count (&fixture->base, "accepted"), ==, 0);
  g_object_unref (cut.result);
  g_object_unref (cut.cancellable);
}

static void
test_cancel_while_uploading (Fixture *fixture, gconstpointer user_data)
{
  Cut cut = { g_cancellable_new (), NULL };
  g_autoptr (GError) error = NULL;

  fake_server_fault (fixture->base.server, "put", 1, "slow");
  starsend_provider_submit_async (fixture->provider, fixture->request, NULL, cut.cancellable, on_cut, &cut);
  while (fal_fixture_count (&fixture->base, "put") == 0)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cut.cancellable);
  wait_for_cut (&cut);
  g_assert_null (starsend_provider_submit_finish (fixture->provider, cut.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (fal_fixture_count (&fixture->base, "submit"), ==, 0);
  g_object_unref (cut.result);
  g_object_unref (cut.cancellable);
}

static void
test_cancel_while_waiting (Fixture *fixture, gconstpointer user_data)
{
  Cut cut = { g_cancellable_new (), NULL };
  g_autoptr (StarsendTicket) ticket = NULL;
  g_autoptr (GError) error = NULL;

  fake_fal_set_polls (fixture->base.fal, 100000, 1);
  starsend_fal_client_set_poll_interval (fixture->base.client, user_data != NULL ? 60000 : 5);
  starsend_fal_client_set_streams (fixture->base.client, user_data != NULL);
  ticket = submit (fixture);
  starsend_provider_collect_async (fixture->provider, fixture->request, ticket, NULL, fixture->base.part, cut.cancellable, on_cut, &cut);
  g_timeout_add (200, on_cut_timer, &cut);
  wait_for_cut (&cut);
  g_assert_null (starsend_provider_collect_finish (fixture->provider, cut.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_object_unref (cut.result);
  g_object_unref (cut.cancellable);
}

/* The server names the key back in every text that it has: none of it gets anywhere. */
static void
test_key_echoed (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StarsendTicket) ticket = NULL;
  g_autoptr (StarsendDelivery) delivery = NULL;
  g_autoptr (StarsendJob) job = starsend_job_new ("job", fixture->request);
  g_autofree char *addresses = NULL;
  g_autofree char *details = NULL;
  g_autoptr (GError) error = NULL;

  fake_server_fault (fixture->base.server, "submit", 1,
                     "{\"patch\": {\"status_url\": \"{base}/x?k=" FAKE_FAL_KEY "\", \"gateway_request_id\": \"" FAKE_FAL_KEY "\"}}");
  fake_server_fault (fixture->base.server, "status", 1,
                     "{\"patch\": {\"status\": \"IN_PROGRESS\", \"logs\": [{\"message\": \"key " FAKE_FAL_KEY "\"}]}}");
  fake_server_fault (fixture->base.server, "result", 1, "{\"patch\": {\"prompt\": \"" FAKE_FAL_KEY "\"}}");
  ticket = submit (fixture);
  addresses = starsend_json_render (starsend_ticket_get_addresses (ticket), FALSE);
  g_assert_null (strstr (addresses, "secret"));
  delivery = fal_fixture_collect (&fixture->base, fixture->provider, fixture->request, ticket, job, &error);
  g_assert_no_error (error);
  details = starsend_json_render (starsend_delivery_get_details (delivery), FALSE);
  g_assert_null (strstr (details, "secret"));
  g_assert_null (strstr (starsend_job_get_message (job), "secret"));
  g_assert_cmpuint (fal_fixture_count (&fixture->base, "foreign"), ==, 0);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

static void
add_case (const char *group, const char *route, const char *fault, guint index, gconstpointer at, void (*func) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_str_has_prefix (fault, "{") ? g_strdup_printf ("/fal/%s/%s/%u", group, route, index)
                                                        : g_strdup_printf ("/fal/%s/%s/%s/%u", group, route, fault, index);

  g_test_add (path, Fixture, at, set_up, func, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/fal/take", test_take);
  ADD ("/fal/grid", test_grid);
  ADD ("/fal/check", test_check);
  ADD ("/fal/account/no-key", test_no_key);
  ADD ("/fal/account/wrong-key", test_wrong_key);
  for (guint i = 0; i < G_N_ELEMENTS (submit_cases); i++)
    add_case ("submit", submit_cases[i].route, submit_cases[i].fault, i, &submit_cases[i], test_submit_case);
  for (guint i = 0; i < G_N_ELEMENTS (passing); i++)
    add_case ("passing", passing[i].route, passing[i].fault, i, &passing[i], test_passing_case);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    add_case ("end", ends[i].route, ends[i].fault, i, &ends[i], test_end_case);
  ADD ("/fal/completed-with-error", test_completed_with_error);
  ADD ("/fal/error-but-a-file", test_error_but_a_file);
  ADD ("/fal/result-outlives-status", test_result_outlives_status);
  ADD ("/fal/forgotten", test_forgotten);
  ADD ("/fal/make-ticket", test_make_ticket);
  ADD ("/fal/cancel/answers", test_cancel);
  ADD ("/fal/cancel/no-answer", test_cancel_without_answer);
  ADD ("/fal/cancel/while-sending", test_cancel_while_sending);
  ADD ("/fal/cancel/while-held-off", test_cancel_while_held_off);
  ADD ("/fal/cancel/while-uploading", test_cancel_while_uploading);
  ADD ("/fal/cancel/while-waiting", test_cancel_while_waiting);
  g_test_add ("/fal/cancel/while-streaming", Fixture, "streams", set_up, test_cancel_while_waiting, tear_down);
  ADD ("/fal/key-echoed", test_key_echoed);

  return g_test_run ();
}
