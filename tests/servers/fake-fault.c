/* fake-fault.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-fault-private.h"

#include <string.h>

#define NGINX_PAGE "\"<html>\\r\\n<head><title>503 Service Temporarily Unavailable</title></head>\\r\\n<body>\\r\\n" \
                   "<center><h1>503 Service Temporarily Unavailable</h1></center>\\r\\n<hr><center>nginx</center>\\r\\n</body>\\r\\n</html>\""
#define HTML_HEADERS "\"headers\": {\"Content-Type\": \"text/html\"}"
#define FOREIGN_URL "{foreign}/fal-ai/kling-video/requests/stray"
#define GOOGLE_TYPE "\"@type\": \"type.googleapis.com/google.rpc."
#define GOOGLE_QUOTA(message, details) \
  "{\"status\": 429, \"body\": {\"error\": {\"code\": 429, \"status\": \"RESOURCE_EXHAUSTED\", \"message\": \"" message "\", \"details\": [" details "]}}}"
#define GOOGLE_ERROR(code, name, message) \
  "{\"status\": " #code ", \"body\": {\"error\": {\"code\": " #code ", \"status\": \"" name "\", \"message\": \"" message "\"}}}"

/* The names of faults, and what they stand for. */
static const struct
{
  const char *name;
  const char *json;
} presets[] = {
  /* Any route */
  { "drop-before", "{\"drop\": \"before\"}" },
  { "drop-after", "{\"drop\": \"after\"}" },
  { "reset-before", "{\"drop\": \"before\", \"reset\": true}" },
  { "reset-after", "{\"drop\": \"after\", \"reset\": true}" },
  { "truncated", "{\"cut\": \"half\"}" },
  { "empty", "{\"status\": 200, \"body\": \"\", \"work\": true}" },
  { "garbage", "{\"status\": 200, \"body\": \"{\\\"status\\\": \\\"COMP\", \"work\": true, \"headers\": {\"Content-Type\": \"application/json\"}}" },
  { "slow", "{\"delay\": 2000}" },
  { "redirect", "{\"status\": 302, \"headers\": {\"Location\": \"{foreign}/stray\"}, \"body\": \"\"}" },
  { "429", "{\"status\": 429, \"body\": {\"detail\": \"Too many requests.\"}}" },
  { "429-retry-after", "{\"status\": 429, \"headers\": {\"Retry-After\": \"1\"}, \"body\": {\"detail\": \"Too many requests.\"}}" },
  { "429-date", "{\"status\": 429, \"headers\": {\"Retry-After\": \"{soon}\"}, \"body\": {\"detail\": \"Too many requests.\"}}" },
  { "429-absurd", "{\"status\": 429, \"headers\": {\"Retry-After\": \"99999999\"}, \"body\": {\"detail\": \"Too many requests.\"}}" },
  { "500", "{\"status\": 500, \"body\": {\"detail\": \"Internal server error\", \"error_type\": \"internal_error\"},"
           " \"headers\": {\"x-fal-request-id\": \"{id}\", \"X-Fal-Error-Type\": \"internal_error\"}}" },
  { "502", "{\"status\": 502, \"body\": \"<html><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>\", " HTML_HEADERS "}" },
  { "503", "{\"status\": 503, \"body\": {\"detail\": \"No runner could be found.\", \"error_type\": \"runner_scheduling_failure\"},"
           " \"headers\": {\"x-fal-request-id\": \"{id}\", \"X-Fal-Error-Type\": \"runner_scheduling_failure\", \"X-Fal-Retryable\": \"true\"}}" },
  { "nginx-503", "{\"status\": 503, \"body\": " NGINX_PAGE ", " HTML_HEADERS "}" },
  { "504", "{\"status\": 504, \"body\": {\"detail\": \"The request timed out.\", \"error_type\": \"request_timeout\"}}" },
  { "401", "{\"status\": 401, \"body\": {\"detail\": \"Invalid authentication credentials\"}}" },
  { "403", "{\"status\": 403, \"body\": {\"detail\": \"Forbidden\"}}" },
  { "404", "{\"status\": 404, \"body\": {\"detail\": \"Not found\"}}" },
  { "410", "{\"status\": 410, \"body\": {\"detail\": \"Gone\"}}" },
  { "422", "{\"status\": 422, \"body\": {\"detail\": [{\"loc\": [\"body\", \"image_url\"], \"msg\": \"The image is too small.\","
           " \"type\": \"image_too_small\", \"ctx\": {\"min_height\": 300, \"min_width\": 300}, \"input\": \"x\"}]}}" },
  /* fal */
  { "locked", "{\"status\": 403, \"body\": {\"detail\": \"User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.\"}}" },
  { "detail-string", "{\"status\": 422, \"body\": {\"detail\": \"Error validating the input\"}}" },
  { "detail-list", "{\"status\": 422, \"body\": {\"detail\": [{\"loc\": [\"body\", \"multi_prompt\", 0, \"prompt\"], \"msg\": \"Too long.\", \"type\": \"sequence_too_long\"},"
                   " {\"loc\": [\"body\", \"image_url\"], \"msg\": \"The file could not be downloaded.\", \"type\": \"file_download_error\"}]}}" },
  { "detail-legacy", "{\"status\": 422, \"body\": {\"detail\": [{\"loc\": [\"body\", \"image_url\"], \"msg\": \"field required\", \"type\": \"value_error.missing\"}]}}" },
  { "detail-empty", "{\"status\": 422, \"body\": \"\"}" },
  { "policy", "{\"status\": 422, \"body\": {\"detail\": [{\"loc\": [\"body\", \"prompt\"], \"type\": \"content_policy_violation\","
              " \"msg\": \"The content could not be processed because it contained material flagged by a content checker.\","
              " \"url\": \"https://docs.fal.ai/errors#content_policy_violation\"}]}}" },
  { "lost-start", "{\"status\": 504, \"headers\": {\"X-Fal-Request-Timeout-Type\": \"user\"},"
                  " \"body\": {\"detail\": \"Request timed out\", \"error_type\": \"startup_timeout\"}}" },
  { "no-metrics", "{\"remove\": [\"metrics\", \"logs\"]}" },
  { "error", "{\"status\": 200, \"patch\": {\"status\": \"COMPLETED\", \"error\": \"The runner died.\", \"error_type\": \"runner_server_error\"}}" },
  { "unknown-status", "{\"patch\": {\"status\": \"WARMING_UP\"}}" },
  { "empty-status", "{\"patch\": {\"status\": \"\"}}" },
  { "no-status", "{\"remove\": [\"status\"]}" },
  { "back-to-progress", "{\"status\": 202, \"patch\": {\"status\": \"IN_PROGRESS\"}, \"remove\": [\"metrics\"]}" },
  { "back-to-queue", "{\"status\": 202, \"patch\": {\"status\": \"IN_QUEUE\", \"queue_position\": 3}, \"remove\": [\"metrics\"]}" },
  { "silence", "{\"status\": 202, \"patch\": {\"status\": \"IN_QUEUE\"}, \"remove\": [\"metrics\", \"logs\", \"queue_position\"]}" },
  { "foreign-urls", "{\"patch\": {\"response_url\": \"" FOREIGN_URL "\", \"status_url\": \"" FOREIGN_URL "/status\", \"cancel_url\": \"" FOREIGN_URL "/cancel\"}}" },
  { "no-request-id", "{\"remove\": [\"request_id\", \"gateway_request_id\"]}" },
  { "no-urls", "{\"remove\": [\"response_url\", \"status_url\", \"cancel_url\"]}" },
  { "html", "{\"status\": 200, \"work\": true, \"body\": \"<html><body>Sign in to the network</body></html>\", " HTML_HEADERS "}" },
  /* Gemini */
  { "bad-key", "{\"status\": 400, \"body\": {\"error\": {\"code\": 400, \"status\": \"INVALID_ARGUMENT\", \"message\": \"API key not valid. Please pass a valid API key.\","
               " \"details\": [{" GOOGLE_TYPE "ErrorInfo\", \"reason\": \"API_KEY_INVALID\", \"domain\": \"googleapis.com\","
               " \"metadata\": {\"service\": \"generativelanguage.googleapis.com\"}}]}}}" },
  { "denied", GOOGLE_ERROR (403, "PERMISSION_DENIED", "The caller does not have permission") },
  { "billing", GOOGLE_ERROR (400, "FAILED_PRECONDITION", "User location is not supported for the API use without a billing account linked.") },
  { "retired", GOOGLE_ERROR (404, "NOT_FOUND", "This model is no longer available. Please update your code to use a newer model.") },
  { "internal", GOOGLE_ERROR (500, "INTERNAL", "An internal error has occurred.") },
  { "overloaded", GOOGLE_ERROR (503, "UNAVAILABLE", "The model is overloaded. Please try again later.") },
  { "deadline", GOOGLE_ERROR (504, "DEADLINE_EXCEEDED", "The request timed out. Please try again.") },
  { "quota-info", GOOGLE_QUOTA ("You exceeded your current quota.",
                                "{" GOOGLE_TYPE "QuotaFailure\", \"violations\": [{\"quotaMetric\": \"generativelanguage.googleapis.com/generate_requests\","
                                " \"quotaId\": \"GenerateRequestsPerMinutePerProjectPerModel\"}]}, {" GOOGLE_TYPE "RetryInfo\", \"retryDelay\": \"0.5s\"}") },
  { "quota-message", GOOGLE_QUOTA ("You exceeded your current quota. Please retry in 0.57s.", "") },
  { "quota-zero", GOOGLE_QUOTA ("You exceeded your current quota. * Quota exceeded for metric: generate_content_free_tier_requests, limit: 0, model: gemini-3.1-flash-image", "") },
  { "quota-day", GOOGLE_QUOTA ("You exceeded your current quota.",
                               "{" GOOGLE_TYPE "QuotaFailure\", \"violations\": [{\"quotaId\": \"GenerateRequestsPerDayPerProjectPerModel\"}]},"
                               " {" GOOGLE_TYPE "RetryInfo\", \"retryDelay\": \"45s\"}") },
  { "nested", "{\"status\": 503, \"body\": {\"error\": {\"code\": 503, \"status\": \"UNAVAILABLE\", \"message\": \"{\\\"error\\\": {\\\"code\\\": 503, \\\"message\\\":"
              " \\\"{\\\\\\\"error\\\\\\\": {\\\\\\\"code\\\\\\\": 503, \\\\\\\"message\\\\\\\": \\\\\\\"The model is overloaded.\\\\\\\","
              " \\\\\\\"status\\\\\\\": \\\\\\\"UNAVAILABLE\\\\\\\"}}\\\"}}\"}}}" },
  { "array", "{\"status\": 503, \"body\": [{\"error\": {\"code\": 503, \"message\": \"The model is overloaded.\", \"status\": \"UNAVAILABLE\"}}]}" },
};

static const char *
find_preset (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (presets); i++)
    if (g_str_equal (presets[i].name, name))
      return presets[i].json;

  return NULL;
}

static gboolean take_object (FakeFault *self, JsonObject *object, const char *const *specials, GError **error);

static gboolean
take_name (FakeFault *self, const char *name, const char *const *specials, GError **error)
{
  const char *json = find_preset (name);

  if (json != NULL)
    {
      g_autoptr (JsonNode) node = json_from_string (json, error);

      return node != NULL && take_object (self, json_node_get_object (node), specials, error);
    }
  if (specials != NULL && g_strv_contains (specials, name))
    {
      g_free (self->special);
      self->special = g_strdup (name);
      return TRUE;
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "There is no fault “%s”.", name);

  return FALSE;
}

static void
take_numbers (FakeFault *self, JsonObject *object)
{
  if (json_object_has_member (object, "status"))
    self->status = (guint) json_object_get_int_member (object, "status");
  if (json_object_has_member (object, "delay"))
    self->delay = (guint) json_object_get_int_member (object, "delay");
  if (json_object_has_member (object, "after"))
    self->after = (guint) json_object_get_int_member (object, "after");
  if (json_object_has_member (object, "work"))
    self->work = json_object_get_boolean_member (object, "work");
  if (json_object_has_member (object, "reset"))
    self->reset = json_object_get_boolean_member (object, "reset");
  if (json_object_has_member (object, "cut"))
    {
      JsonNode *cut = json_object_get_member (object, "cut");

      self->cut = json_node_get_value_type (cut) == G_TYPE_STRING ? FAKE_CUT_HALF : json_node_get_int (cut);
    }
}

static gboolean
take_object (FakeFault *self, JsonObject *object, const char *const *specials, GError **error)
{
  static const char *const known[] = { "status", "headers", "body", "patch", "remove", "work", "delay", "drop", "reset", "cut", "after", "name", NULL };
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *l = members; l != NULL; l = l->next)
    if (!g_strv_contains (known, l->data))
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "A fault has no “%s”.", (const char *) l->data);
        return FALSE;
      }
  if (json_object_has_member (object, "name") && !take_name (self, json_object_get_string_member (object, "name"), specials, error))
    return FALSE;
  take_numbers (self, object);
  if (json_object_has_member (object, "drop"))
    self->drop = g_str_equal (json_object_get_string_member (object, "drop"), "before") ? FAKE_DROP_BEFORE : FAKE_DROP_AFTER;
  if (json_object_has_member (object, "headers"))
    {
      g_clear_pointer (&self->headers, json_object_unref);
      self->headers = json_object_ref (json_object_get_object_member (object, "headers"));
    }
  if (json_object_has_member (object, "remove"))
    {
      g_clear_pointer (&self->remove, json_array_unref);
      self->remove = json_array_ref (json_object_get_array_member (object, "remove"));
    }
  if (json_object_has_member (object, "body"))
    {
      g_clear_pointer (&self->body, json_node_unref);
      self->body = json_object_dup_member (object, "body");
    }
  if (json_object_has_member (object, "patch"))
    {
      g_clear_pointer (&self->patch, json_node_unref);
      self->patch = json_object_dup_member (object, "patch");
    }

  return TRUE;
}

FakeFault *
fake_fault_new (const char *route, guint times, JsonNode *what, const char *const *specials, GError **error)
{
  g_autoptr (FakeFault) self = g_new0 (FakeFault, 1);
  gboolean good;

  self->route = g_strdup (route);
  self->times = times;
  self->cut = FAKE_CUT_NOT;
  if (JSON_NODE_HOLDS_OBJECT (what))
    good = take_object (self, json_node_get_object (what), specials, error);
  else
    good = take_name (self, json_node_get_string (what) != NULL ? json_node_get_string (what) : "", specials, error);

  return good ? g_steal_pointer (&self) : NULL;
}

/* For the one call that it happens to. */
FakeFault *
fake_fault_copy (FakeFault *self)
{
  FakeFault *copy = g_memdup2 (self, sizeof (FakeFault));

  copy->route = g_strdup (self->route);
  copy->special = g_strdup (self->special);
  copy->headers = self->headers != NULL ? json_object_ref (self->headers) : NULL;
  copy->remove = self->remove != NULL ? json_array_ref (self->remove) : NULL;
  copy->body = self->body != NULL ? json_node_copy (self->body) : NULL;
  copy->patch = self->patch != NULL ? json_node_copy (self->patch) : NULL;

  return copy;
}

void
fake_fault_free (FakeFault *self)
{
  g_clear_pointer (&self->headers, json_object_unref);
  g_clear_pointer (&self->remove, json_array_unref);
  g_clear_pointer (&self->body, json_node_unref);
  g_clear_pointer (&self->patch, json_node_unref);
  g_free (self->route);
  g_free (self->special);
  g_free (self);
}

gboolean
fake_fault_needs_work (FakeFault *self)
{
  return self->work || (self->body == NULL && (self->status == 0 || self->patch != NULL));
}

/* RFC 7386. */
static JsonNode *
merge (JsonNode *target, JsonNode *patch)
{
  JsonObject *object;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node, *value;

  if (!JSON_NODE_HOLDS_OBJECT (patch))
    return json_node_copy (patch);
  object = json_object_new ();
  if (target != NULL && JSON_NODE_HOLDS_OBJECT (target))
    {
      json_object_iter_init (&iter, json_node_get_object (target));
      while (json_object_iter_next (&iter, &name, &value))
        json_object_set_member (object, name, json_node_copy (value));
    }
  json_object_iter_init (&iter, json_node_get_object (patch));
  while (json_object_iter_next (&iter, &name, &value))
    if (JSON_NODE_HOLDS_NULL (value))
      json_object_remove_member (object, name);
    else
      json_object_set_member (object, name, merge (json_object_get_member (object, name), value));

  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);

  return node;
}

JsonNode *
fake_fault_patch (FakeFault *self, JsonNode *node)
{
  g_autoptr (JsonNode) nothing = json_from_string ("{}", NULL);
  JsonNode *result = JSON_NODE_HOLDS_OBJECT (node) ? merge (node, self->patch != NULL ? self->patch : nothing) : json_node_copy (node);

  for (guint i = 0; self->remove != NULL && JSON_NODE_HOLDS_OBJECT (result) && i < json_array_get_length (self->remove); i++)
    json_object_remove_member (json_node_get_object (result), json_array_get_string_element (self->remove, i));

  return result;
}
