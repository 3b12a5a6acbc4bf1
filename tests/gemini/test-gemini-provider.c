/* test-gemini-provider.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-gemini.h"
#include "starsend-error.h"
#include "starsend-files.h"
#include "starsend-gemini-provider.h"
#include "starsend-json.h"
#include "starsend-models.h"
#include "starsend-picture.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  FakeGemini *fake;
  StarsendModels *models;
  StarsendHttpClient *client;
  StarsendKeys *keys;
  StarsendProvider *provider;
  StarsendRequest *request;
  StarsendJob *job;
  char *folder;
  char *part;
} Fixture;

static void
write_picture (const char *folder, const char *name, guint32 colour)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 64, 48);
  g_autoptr (GError) error = NULL;

  gdk_pixbuf_fill (picture, colour << 8);
  gdk_pixbuf_save (picture, path, "png", &error, NULL);
  g_assert_no_error (error);
}

static StarsendKeys *
make_keys (const char *key)
{
  StarsendKeys *keys;

  g_setenv ("GEMINI_API_KEY", key, TRUE);
  keys = starsend_keys_new ();
  g_unsetenv ("GEMINI_API_KEY");
  return keys;
}

static void
add_element (Fixture *self, const char *id, const char *name, const char *const *pictures)
{
  g_autofree char *frontal = g_build_filename (self->folder, pictures[0], NULL);
  g_autoptr (GStrvBuilder) references = g_strv_builder_new ();
  g_autoptr (StarsendElementPictures) element = NULL;
  g_auto (GStrv) strv = NULL;

  for (guint i = 1; pictures[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (self->folder, pictures[i], NULL);

      g_strv_builder_add (references, path);
    }
  strv = g_strv_builder_end (references);
  element = starsend_element_pictures_new (id, name, NULL, frontal, (const char *const *) strv);
  starsend_request_add_element (self->request, element);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  static const char *const car[] = { "front.png", "side.png", NULL };
  static const char *const driver[] = { "driver.png", NULL };
  g_autoptr (GError) error = NULL;

  self->fake = fake_gemini_new ();
  self->folder = g_dir_make_tmp ("starsend-gemini-XXXXXX", &error);
  g_assert_no_error (error);
  write_picture (self->folder, "front.png", 0x2040c0);
  write_picture (self->folder, "side.png", 0x40c020);
  write_picture (self->folder, "driver.png", 0xc02040);

  self->models = starsend_models_new ();
  self->client = starsend_http_client_new ();
  starsend_http_client_trust (self->client, fake_gemini_get_base (self->fake));
  starsend_http_client_set_backoff (self->client, 1);
  self->keys = make_keys (FAKE_GEMINI_KEY);
  self->provider = starsend_gemini_provider_new (starsend_models_get_model (self->models, "gemini"), self->client, self->keys,
                                                 fake_gemini_get_base (self->fake));
  self->request = starsend_request_new (STARSEND_REQUEST_GRID, "EP001_SEQ01", 1, "gemini");
  starsend_request_set_prompt (self->request, "@blue_car on a street at golden hour");
  starsend_request_set_aspect (self->request, 16, 9);
  add_element (self, "blue_car", "The blue car", car);
  add_element (self, "driver", "The driver", driver);
  self->job = starsend_job_new ("job-1", self->request);
  /* The folder is not there yet. */
  self->part = g_build_filename (self->folder, "grids", ".job-1.part", NULL);
  starsend_job_set_part (self->job, self->part);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_tree (child);
      else
        g_assert_cmpint (g_remove (child), ==, 0);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (fake_server_count (fake_gemini_get_server (self->fake), "key.stray"), ==, 0);
  g_assert_finalize_object (self->job);
  g_assert_finalize_object (self->provider);
  g_assert_finalize_object (self->keys);
  g_assert_finalize_object (self->client);
  g_object_unref (self->models);
  g_object_unref (self->request);
  remove_tree (self->folder);
  g_free (self->folder);
  g_free (self->part);
  fake_gemini_free (self->fake);
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static StarsendTicket *
submit (Fixture *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  starsend_provider_submit_async (self->provider, self->request, self->job, cancellable, on_ready, &result);
  return starsend_provider_submit_finish (self->provider, wait_for (&result), error);
}

static StarsendDelivery *
collect (Fixture *self, StarsendTicket *ticket, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  starsend_provider_collect_async (self->provider, self->request, ticket, self->job, self->part, NULL, on_ready, &result);
  return starsend_provider_collect_finish (self->provider, wait_for (&result), error);
}

static guint64
count (Fixture *self, const char *name)
{
  return fake_server_count (fake_gemini_get_server (self->fake), name);
}

static void
fault (Fixture *self, const char *what)
{
  fake_server_fault (fake_gemini_get_server (self->fake), "generate", 1, what);
}

static JsonObject *
get_addresses (StarsendTicket *ticket)
{
  return json_node_get_object (starsend_ticket_get_addresses (ticket));
}

static void
test_grid (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendTicket) ticket = submit (self, NULL, &error);
  g_autoptr (StarsendDelivery) delivery = NULL;
  g_autofree char *digest = NULL;
  StarsendPictureInfo info;
  JsonObject *addresses;

  g_assert_no_error (error);
  addresses = get_addresses (ticket);
  g_assert_cmpuint (count (self, "accepted"), ==, 1);
  g_assert_true (starsend_picture_probe (self->part, &info, &error));
  g_assert_cmpstr (info.format, ==, "png");
  g_assert_cmpint (info.width, ==, 2752);
  g_assert_cmpint (info.height, ==, 1536);
  g_assert_cmpint (json_object_get_int_member (addresses, "width"), ==, info.width);
  g_assert_cmpstr (json_object_get_string_member (addresses, "endpoint"), ==, "gemini-3.1-flash-image");
  digest = starsend_files_digest (self->part, NULL, NULL);
  g_assert_cmpstr (json_object_get_string_member (addresses, "file_digest"), ==, digest);

  delivery = collect (self, ticket, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (starsend_delivery_get_file_digest (delivery), ==, digest);
  /* 1120 tokens of picture at 60 for a million, and a little for the words. */
  g_assert_cmpint (starsend_delivery_get_cost (delivery), >, 67200);
  g_assert_cmpint (starsend_delivery_get_cost (delivery), <, 75000);
  g_assert_cmpint (starsend_job_get_cost (self->job), ==, starsend_delivery_get_cost (delivery));
}

static JsonObject *
get_body (JsonNode *requests)
{
  return json_object_get_object_member (json_array_get_object_element (json_node_get_array (requests), 0), "body");
}

static JsonArray *
get_parts (JsonObject *body)
{
  return json_object_get_array_member (json_array_get_object_element (json_object_get_array_member (body, "contents"), 0), "parts");
}

/* What is sent, and what is kept of it: the same, with digests for pictures, and no key. */
static void
test_body (Fixture *self, gconstpointer data)
{
  static const char *const pictures[] = { "front.png", "side.png", "driver.png" };
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendTicket) ticket = submit (self, NULL, &error);
  g_autoptr (JsonNode) requests = fake_gemini_dup_requests (self->fake);
  JsonObject *body = get_body (requests);
  JsonObject *sent = json_object_get_object_member (get_addresses (ticket), "sent");
  JsonObject *config = json_object_get_object_member (body, "generationConfig");
  JsonObject *image = json_object_get_object_member (config, "imageConfig");
  JsonArray *parts = get_parts (body);
  g_autofree char *kept = starsend_json_render (starsend_ticket_get_addresses (ticket), FALSE);
  const char *text;

  g_assert_no_error (error);
  g_assert_cmpstr (json_object_get_string_member (image, "aspectRatio"), ==, "16:9");
  g_assert_cmpstr (json_object_get_string_member (image, "imageSize"), ==, "2K");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (config, "responseModalities")), ==, 2);
  g_assert_cmpuint (json_array_get_length (parts), ==, 4);
  text = json_object_get_string_member (json_array_get_object_element (parts, 0), "text");
  g_assert_nonnull (strstr (text, "golden hour"));
  g_assert_null (strstr (text, "@blue_car"));
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, pictures[i], NULL);
      g_autofree char *digest = starsend_files_digest (path, NULL, NULL);
      JsonObject *data_sent = json_object_get_object_member (json_array_get_object_element (parts, i + 1), "inlineData");
      JsonObject *data_kept = json_object_get_object_member (json_array_get_object_element (get_parts (sent), i + 1), "inlineData");
      gsize length;
      g_autofree guchar *bytes = g_base64_decode (json_object_get_string_member (data_sent, "data"), &length);
      g_autofree char *sent_digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, length);

      g_assert_cmpstr (sent_digest, ==, digest);
      g_assert_cmpstr (json_object_get_string_member (data_kept, "digest"), ==, digest);
      g_assert_false (json_object_has_member (data_kept, "data"));
      g_assert_cmpstr (json_object_get_string_member (data_kept, "mimeType"), ==, "image/png");
    }
  g_assert_null (strstr (kept, FAKE_GEMINI_KEY));
}

/* The file is what its name says, whatever came. */
static void
test_jpeg (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendTicket) ticket = NULL;
  StarsendPictureInfo info;

  fake_gemini_set_format (self->fake, FAKE_GEMINI_JPEG);
  fake_gemini_set_thoughts (self->fake, 2);
  ticket = submit (self, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (starsend_picture_probe (self->part, &info, &error));
  g_assert_cmpstr (info.format, ==, "png");
  g_assert_cmpint (info.width, ==, 2752);
  g_assert_cmpstr (json_object_get_string_member (get_addresses (ticket), "mime"), ==, "image/jpeg");
}

typedef struct
{
  const char *fault;
  int code;         /* -1: it comes through */
  guint accepted;   /* by the server, and paid */
  const char *words;
} Case;

static const Case cases[] = {
  /* Answers with a picture, odd as they are. */
  { "only-thought", -1, 1, NULL },
  { "snake-case", -1, 1, NULL },
  { "null-fields", -1, 1, NULL },
  { "slow", -1, 1, NULL },
  /* Refusals, which are answers too and may cost. */
  { "SAFETY", STARSEND_ERROR_PROVIDER, 1, "(SAFETY)" },
  { "RECITATION", STARSEND_ERROR_PROVIDER, 1, "(RECITATION)" },
  { "MAX_TOKENS", STARSEND_ERROR_PROVIDER, 1, "(MAX_TOKENS)" },
  { "LANGUAGE", STARSEND_ERROR_PROVIDER, 1, "(LANGUAGE)" },
  { "OTHER", STARSEND_ERROR_PROVIDER, 1, "(OTHER)" },
  { "BLOCKLIST", STARSEND_ERROR_PROVIDER, 1, "(BLOCKLIST)" },
  { "PROHIBITED_CONTENT", STARSEND_ERROR_PROVIDER, 1, "(PROHIBITED_CONTENT)" },
  { "SPII", STARSEND_ERROR_PROVIDER, 1, "(SPII)" },
  { "MALFORMED_FUNCTION_CALL", STARSEND_ERROR_PROVIDER, 1, "(MALFORMED_FUNCTION_CALL)" },
  { "UNEXPECTED_TOOL_CALL", STARSEND_ERROR_PROVIDER, 1, "(UNEXPECTED_TOOL_CALL)" },
  { "TOO_MANY_TOOL_CALLS", STARSEND_ERROR_PROVIDER, 1, "(TOO_MANY_TOOL_CALLS)" },
  { "IMAGE_SAFETY", STARSEND_ERROR_PROVIDER, 1, "(IMAGE_SAFETY)" },
  { "IMAGE_PROHIBITED_CONTENT", STARSEND_ERROR_PROVIDER, 1, "(IMAGE_PROHIBITED_CONTENT)" },
  { "IMAGE_RECITATION", STARSEND_ERROR_PROVIDER, 1, "(IMAGE_RECITATION)" },
  { "IMAGE_OTHER", STARSEND_ERROR_PROVIDER, 1, "(IMAGE_OTHER)" },
  { "NO_IMAGE", STARSEND_ERROR_PROVIDER, 1, "(NO_IMAGE)" },
  { "block-SAFETY", STARSEND_ERROR_PROVIDER, 1, "(SAFETY)" },
  { "block-IMAGE_SAFETY", STARSEND_ERROR_PROVIDER, 1, "(IMAGE_SAFETY)" },
  { "no-candidates", STARSEND_ERROR_PROVIDER, 1, "made no picture" },
  { "text-only", STARSEND_ERROR_PROVIDER, 1, "I cannot draw this" },
  { "no-content", STARSEND_ERROR_PROVIDER, 1, "Change the words" },
  { "no-parts", STARSEND_ERROR_PROVIDER, 1, "Change the words" },
  { "not-base64", STARSEND_ERROR_PROVIDER, 1, "no good picture" },
  { "not-a-picture", STARSEND_ERROR_PROVIDER, 1, "is kept as" },
  /* Lost answers: they may be paid, and are never asked for again. */
  { "drop-after", STARSEND_ERROR_UNCERTAIN, 1, "" },
  { "reset-after", STARSEND_ERROR_UNCERTAIN, 1, "" },
  { "drop-before", STARSEND_ERROR_UNCERTAIN, 0, "" },
  { "reset-before", STARSEND_ERROR_UNCERTAIN, 0, "" },
  { "truncated", STARSEND_ERROR_UNCERTAIN, 1, "" },
  { "empty", STARSEND_ERROR_UNCERTAIN, 1, "" },
  { "garbage", STARSEND_ERROR_UNCERTAIN, 1, "" },
  { "huge", STARSEND_ERROR_UNCERTAIN, 1, "" },
  { "504", STARSEND_ERROR_UNCERTAIN, 0, "504" },
  { "500", STARSEND_ERROR_UNCERTAIN, 0, "500" },
  /* Failures that Gemini tells of: nothing was bought. */
  { "bad-key", STARSEND_ERROR_PROVIDER, 0, "does not accept the key" },
  { "denied", STARSEND_ERROR_PROVIDER, 0, "not allowed" },
  { "billing", STARSEND_ERROR_PROVIDER, 0, "billing" },
  { "retired", STARSEND_ERROR_PROVIDER, 0, "gemini-3.1-flash-image" },
  { "internal", STARSEND_ERROR_PROVIDER, 0, "Nothing was bought" },
  { "deadline", STARSEND_ERROR_PROVIDER, 0, "Nothing was bought" },
  { "quota-zero", STARSEND_ERROR_PROVIDER, 0, "without billing" },
  { "quota-day", STARSEND_ERROR_PROVIDER, 0, "Today's" },
  { "429-absurd", STARSEND_ERROR_PROVIDER, 0, "" },
  { "redirect", STARSEND_ERROR_PROVIDER, 0, "302" },
  { "404", STARSEND_ERROR_PROVIDER, 0, "gemini-3.1-flash-image" },
  { "401", STARSEND_ERROR_PROVIDER, 0, "does not accept the key" },
  { "403", STARSEND_ERROR_PROVIDER, 0, "not allowed" },
  /* What passes by itself, and comes through the second time. */
  { "quota-message", -1, 1, NULL },
  { "429", -1, 1, NULL },
  { "429-retry-after", -1, 1, NULL },
  { "overloaded", -1, 1, NULL },
  { "nested", -1, 1, NULL },
  { "array", -1, 1, NULL },
  { "502", -1, 1, NULL },
  { "nginx-503", -1, 1, NULL },
};

static void
test_fault (Fixture *self, gconstpointer data)
{
  const Case *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendTicket) ticket = NULL;

  /* A failure of the server is tried again so often that it has to last. */
  fake_server_fault (fake_gemini_get_server (self->fake), "generate",
                     row->code == STARSEND_ERROR_PROVIDER && row->accepted == 0 ? 20 : 1, row->fault);
  ticket = submit (self, NULL, &error);
  g_test_message ("%s", error != NULL ? error->message : "a picture");
  g_assert_cmpuint (count (self, "accepted"), ==, row->accepted);
  if (row->code < 0)
    {
      g_assert_no_error (error);
      g_assert_true (g_file_test (self->part, G_FILE_TEST_IS_REGULAR));
      return;
    }

  g_assert_error (error, STARSEND_ERROR, row->code);
  g_assert_nonnull (strstr (error->message, row->words));
  g_assert_null (strstr (error->message, FAKE_GEMINI_KEY));
  g_assert_false (g_file_test (self->part, G_FILE_TEST_EXISTS));
  /* An uncertain call is made once, and so is a refused one. */
  if (row->code == STARSEND_ERROR_UNCERTAIN || row->accepted > 0)
    g_assert_cmpuint (count (self, "generate"), ==, 1);
  /* A refusal costs what was counted; where nothing was made, nothing is said of a cost. */
  if (row->accepted > 0 && row->code == STARSEND_ERROR_PROVIDER)
    g_assert_cmpint (starsend_job_get_cost (self->job), >, 0);
  else
    g_assert_cmpint (starsend_job_get_cost (self->job), ==, -1);
}

static void
test_not_a_picture_is_kept (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *damaged = g_build_filename (self->folder, "grids", ".job-1.damaged", NULL);
  g_autofree char *text = NULL;

  fault (self, "not-a-picture");
  g_assert_null (submit (self, NULL, &error));
  g_assert_nonnull (strstr (error->message, damaged));
  g_assert_true (g_file_get_contents (damaged, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "This is not a picture.");
}

static void
test_no_key (Fixture *self, gconstpointer data)
{
  g_autoptr (StarsendKeys) none = make_keys ("");
  g_autoptr (GError) error = NULL;

  g_assert_true (starsend_provider_check_account (self->provider, NULL));
  g_object_unref (self->provider);
  self->provider = starsend_gemini_provider_new (starsend_models_get_model (self->models, "gemini"), self->client, none,
                                                 fake_gemini_get_base (self->fake));
  g_assert_false (starsend_provider_check_account (self->provider, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  g_assert_null (submit (self, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE);
  g_assert_cmpuint (count (self, "generate"), ==, 0);
}

/* A service that is not there costs nothing. */
static void
test_no_server (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_object_unref (self->provider);
  starsend_http_client_trust (self->client, "http://127.0.0.1:1");
  self->provider = starsend_gemini_provider_new (starsend_models_get_model (self->models, "gemini"), self->client, self->keys,
                                                 "http://127.0.0.1:1/");
  g_assert_null (submit (self, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_IO);
}

static void
test_foreign_origin (Fixture *self, gconstpointer data)
{
  g_autoptr (StarsendHttpClient) stranger = starsend_http_client_new ();
  g_autoptr (GError) error = NULL;

  g_object_unref (self->provider);
  self->provider = starsend_gemini_provider_new (starsend_models_get_model (self->models, "gemini"), stranger, self->keys,
                                                 fake_gemini_get_base (self->fake));
  g_assert_null (submit (self, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_assert_null (strstr (error->message, FAKE_GEMINI_KEY));
  g_assert_cmpuint (count (self, "generate"), ==, 0);
}

/* Whatever is wrong here is found before anything is sent. */
static void
test_nothing_to_send (Fixture *self, gconstpointer data)
{
  g_autofree char *front = g_build_filename (self->folder, "front.png", NULL);
  g_autofree char *folder = g_build_filename (self->folder, "grids", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (folder, "in the way", -1, NULL));
  g_assert_null (submit (self, NULL, &error));
  g_assert_nonnull (error);
  g_assert_false (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN));
  g_clear_error (&error);
  g_assert_cmpint (g_remove (folder), ==, 0);

  g_assert_true (g_file_set_contents (front, "no picture", -1, NULL));
  g_assert_null (submit (self, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT);
  g_clear_error (&error);

  starsend_job_set_part (self->job, NULL);
  g_assert_null (submit (self, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_FAILED);
  g_assert_cmpuint (count (self, "generate"), ==, 0);
}

/* It is paid, so nobody may think that it was not. */
static void
test_cannot_be_kept (Fixture *self, gconstpointer data)
{
  g_autofree char *inside = g_build_filename (self->part, "x", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
  g_assert_null (submit (self, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
  g_assert_cmpint (starsend_job_get_cost (self->job), >, 0);
}

static void
test_cancelled_before (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (submit (self, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count (self, "accepted"), ==, 0);
}

/* Once it is sent it is paid: the picture is waited for. */
static void
test_cancelled_during (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendTicket) ticket = NULL;

  fault (self, "slow");
  g_timeout_add_once (500, (GSourceOnceFunc) g_cancellable_cancel, cancellable);
  ticket = submit (self, cancellable, &error);
  g_assert_no_error (error);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  g_assert_true (g_file_test (self->part, G_FILE_TEST_IS_REGULAR));
}

static void
test_cancelled_while_waiting (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  fake_server_fault (fake_gemini_get_server (self->fake), "generate", 20,
                     "{\"status\": 429, \"body\": {\"error\": {\"code\": 429, \"status\": \"RESOURCE_EXHAUSTED\", \"message\": \"Slow down\", "
                     "\"details\": [{\"@type\": \"type.googleapis.com/google.rpc.RetryInfo\", \"retryDelay\": \"100s\"}]}}}");
  g_timeout_add_once (1000, (GSourceOnceFunc) g_cancellable_cancel, cancellable);
  g_assert_null (submit (self, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
  g_assert_nonnull (strstr (starsend_job_get_message (self->job), "100"));
}

static void
test_waits_end (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fake_server_fault (fake_gemini_get_server (self->fake), "generate", 200,
                     "{\"status\": 429, \"body\": {\"error\": {\"code\": 429, \"status\": \"RESOURCE_EXHAUSTED\", \"message\": \"Please retry in 10ms.\"}}}");
  g_assert_null (submit (self, NULL, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_PROVIDER);
  g_assert_cmpuint (count (self, "generate"), <, 50);
}

/* After a restart, with what the ledger kept; or without, where only its line was lost. */
static void
test_collect_again (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendTicket) ticket = submit (self, NULL, &error);
  g_autoptr (StarsendTicket) lost = starsend_ticket_new (NULL, NULL);
  g_autoptr (StarsendDelivery) first = NULL, second = NULL, third = NULL;

  g_assert_no_error (error);
  first = collect (self, ticket, &error);
  second = collect (self, ticket, &error);
  g_assert_no_error (error);
  g_assert_cmpint (starsend_delivery_get_cost (first), ==, starsend_delivery_get_cost (second));
  third = collect (self, lost, &error);
  g_assert_no_error (error);
  /* Without its tokens, what such a picture costs as a rule. */
  g_assert_cmpint (starsend_delivery_get_cost (third), ==, 101000);
  g_assert_cmpuint (count (self, "generate"), ==, 1);
}

static void
test_gone (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StarsendTicket) ticket = submit (self, NULL, &error);
  g_autoptr (StarsendTicket) lost = starsend_ticket_new (NULL, NULL);

  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (self->part, "something else", -1, NULL));
  g_assert_null (collect (self, ticket, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
  g_clear_error (&error);
  g_assert_null (collect (self, lost, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
  g_clear_error (&error);
  g_assert_cmpint (g_remove (self->part), ==, 0);
  g_assert_null (collect (self, ticket, &error));
  g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN);
  g_assert_cmpuint (count (self, "generate"), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/gemini/grid", Fixture, NULL, set_up, test_grid, tear_down);
  g_test_add ("/gemini/body", Fixture, NULL, set_up, test_body, tear_down);
  g_test_add ("/gemini/jpeg", Fixture, NULL, set_up, test_jpeg, tear_down);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strconcat ("/gemini/fault/", cases[i].fault, NULL);

      g_test_add (name, Fixture, &cases[i], set_up, test_fault, tear_down);
    }
  g_test_add ("/gemini/not-a-picture-is-kept", Fixture, NULL, set_up, test_not_a_picture_is_kept, tear_down);
  g_test_add ("/gemini/no-key", Fixture, NULL, set_up, test_no_key, tear_down);
  g_test_add ("/gemini/no-server", Fixture, NULL, set_up, test_no_server, tear_down);
  g_test_add ("/gemini/foreign-origin", Fixture, NULL, set_up, test_foreign_origin, tear_down);
  g_test_add ("/gemini/nothing-to-send", Fixture, NULL, set_up, test_nothing_to_send, tear_down);
  g_test_add ("/gemini/cannot-be-kept", Fixture, NULL, set_up, test_cannot_be_kept, tear_down);
  g_test_add ("/gemini/cancelled-before", Fixture, NULL, set_up, test_cancelled_before, tear_down);
  g_test_add ("/gemini/cancelled-during", Fixture, NULL, set_up, test_cancelled_during, tear_down);
  g_test_add ("/gemini/cancelled-while-waiting", Fixture, NULL, set_up, test_cancelled_while_waiting, tear_down);
  g_test_add ("/gemini/waits-end", Fixture, NULL, set_up, test_waits_end, tear_down);
  g_test_add ("/gemini/collect-again", Fixture, NULL, set_up, test_collect_again, tear_down);
  g_test_add ("/gemini/gone", Fixture, NULL, set_up, test_gone, tear_down);

  return g_test_run ();
}
