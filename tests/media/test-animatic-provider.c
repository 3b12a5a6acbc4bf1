/* test-animatic-provider.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>

#include "media-fixtures.h"
#include "starsend-animatic-provider.h"
#include "starsend-error.h"

typedef struct
{
  char *folder;
  char *picture;
  char *part;
  StarsendProvider *provider;
  StarsendRequest *request;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = media_folder_new ();
  fixture->picture = media_write_picture (fixture->folder, 320, 180);
  fixture->part = g_build_filename (fixture->folder, "seq04_take01.mp4.part", NULL);
  fixture->provider = starsend_animatic_provider_new ();
  fixture->request = starsend_request_new (STARSEND_REQUEST_TAKE, "EP001_SEQ04", 1, "animatic");
  starsend_request_set_start_frame (fixture->request, fixture->picture);
  starsend_request_set_aspect (fixture->request, 16, 9);
  starsend_request_set_frame_rate (fixture->request, (StarsendFrameRate) { 24, 1 });
  starsend_request_set_burn_in (fixture->request, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->provider);
  g_assert_finalize_object (fixture->request);
  media_folder_free (fixture->folder);
  g_free (fixture->picture);
  g_free (fixture->part);
}

static void
add_shot (Fixture *fixture, const char *id, double duration)
{
  g_autoptr (StarsendShotPrompt) shot = starsend_shot_prompt_new (id, "@blue_car rolls past,\nslow push in", NULL, duration);

  starsend_request_add_shot (fixture->request, shot);
}

static StarsendTicket *
submit (Fixture *fixture, StarsendJob *job)
{
  MediaWait wait = { NULL, NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  StarsendTicket *ticket;

  starsend_provider_submit_async (fixture->provider, fixture->request, job, NULL, media_wait_callback, &wait);
  result = media_wait (&wait);
  ticket = starsend_provider_submit_finish (fixture->provider, result, &error);
  g_assert_no_error (error);
  return ticket;
}

static StarsendDelivery *
collect (Fixture *fixture, StarsendRequest *request, StarsendTicket *ticket, StarsendJob *job, GError **error)
{
  MediaWait wait = { NULL, NULL };
  g_autoptr (GAsyncResult) result = NULL;

  starsend_provider_collect_async (fixture->provider, request, ticket, job, fixture->part, NULL, media_wait_callback, &wait);
  result = media_wait (&wait);
  return starsend_provider_collect_finish (fixture->provider, result, error);
}

static void
test_take (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StarsendJob) job = starsend_job_new ("job", fixture->request);
  g_autoptr (StarsendTicket) ticket = NULL;
  g_autoptr (StarsendDelivery) delivery = NULL;
  g_autoptr (StarsendMediaInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *details;

  add_shot (fixture, "shot_1", 0.4);
  add_shot (fixture, "shot_2", 0.35);
  g_assert_true (starsend_provider_check (fixture->provider, fixture->request, &error));
  g_assert_cmpint (starsend_provider_estimate (fixture->provider, fixture->request), ==, 0);
  g_assert_cmpstr (starsend_provider_get_name (fixture->provider), ==, "local");
  ticket = submit (fixture, job);
  g_assert_true (g_uuid_string_is_valid (starsend_ticket_get_request_id (ticket)));
  delivery = collect (fixture, fixture->request, ticket, job, &error);
  g_assert_no_error (error);
  g_assert_cmpint (starsend_delivery_get_cost (delivery), ==, 0);
  details = json_node_get_object (starsend_delivery_get_details (delivery));
  g_assert_cmpint (json_object_get_int_member (details, "frames"), ==, 18);
  g_assert_cmpstr (json_object_get_string_member (details, "encoder"), !=, "");
  g_assert_cmpfloat (starsend_job_get_fraction (job), ==, 1.0);
  info = media_probe (fixture->part, &error);
  g_assert_no_error (error);
  g_assert_cmpint (starsend_media_info_get_n_frames (info), ==, 18);
}

/* What the ledger holds after a crash is enough. */
static void
test_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StarsendTicket) ticket = NULL;
  g_autoptr (StarsendDelivery) delivery = NULL;
  g_autoptr (StarsendRequest) request = NULL;
  g_autoptr (StarsendMediaInfo) info = NULL;
  g_autoptr (JsonNode) json = NULL;
  g_autoptr (GError) error = NULL;

  add_shot (fixture, "shot_1", 0.5);
  json = starsend_request_to_json (fixture->request, fixture->folder);
  request = starsend_request_new_from_json (json, fixture->folder, &error);
  g_assert_no_error (error);
  ticket = starsend_ticket_new ("from another run", NULL);
  delivery = collect (fixture, request, ticket, NULL, &error);
  g_assert_no_error (error);
  info = media_probe (fixture->part, &error);
  g_assert_cmpint (starsend_media_info_get_n_frames (info), ==, 12);
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  static const double lengths[] = { 0, -1, G_MAXDOUBLE };
  g_autoptr (StarsendRequest) grid = starsend_request_new (STARSEND_REQUEST_GRID, "EP001_SEQ04", 1, "animatic");
  g_autofree char *missing = g_build_filename (fixture->folder, "missing.png", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (starsend_provider_check (fixture->provider, grid, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_clear_error (&error);
  g_assert_false (starsend_provider_check (fixture->provider, fixture->request, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_clear_error (&error);
  add_shot (fixture, "shot_1", 0.5);
  g_assert_true (starsend_provider_check (fixture->provider, fixture->request, &error));
  starsend_request_set_start_frame (fixture->request, missing);
  g_assert_false (starsend_provider_check (fixture->provider, fixture->request, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  g_clear_error (&error);
  starsend_request_set_start_frame (fixture->request, NULL);
  g_assert_false (starsend_provider_check (fixture->provider, fixture->request, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  starsend_request_set_start_frame (fixture->request, fixture->picture);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_clear_error (&error);
      add_shot (fixture, "odd", lengths[i]);
      g_assert_false (starsend_provider_check (fixture->provider, fixture->request, &error));
      g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
    }
}

/* A start frame that went away ends the job for good; a folder that cannot be written leaves it open. */
static void
test_collect_faults (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StarsendTicket) ticket = starsend_ticket_new ("id", NULL);
  g_autoptr (StarsendDelivery) delivery = NULL;
  g_autoptr (GError) error = NULL;

  add_shot (fixture, "shot_1", 0.5);
  g_free (fixture->part);
  fixture->part = g_build_filename (fixture->folder, "missing", "take.mp4", NULL);
  g_assert_null (collect (fixture, fixture->request, ticket, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpint (g_remove (fixture->picture), ==, 0);
  g_assert_null (collect (fixture, fixture->request, ticket, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/animatic-provider/take", test_take);
  ADD ("/animatic-provider/restart", test_restart);
  ADD ("/animatic-provider/refusals", test_refusals);
  ADD ("/animatic-provider/collect-faults", test_collect_faults);
  return g_test_run ();
}
