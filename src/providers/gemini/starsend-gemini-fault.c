/* starsend-gemini-fault.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-gemini-fault.h"

#include "starsend-error.h"
#include "starsend-gemini-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The text of a failure is short; beyond this it is somebody else's page. */
#define MAX_BODY (1024 * 1024)
/* Gateways put the whole error into the message, now and then twice. */
#define MAX_NESTING 4
/* A longer wait is no wait. */
#define MAX_WAIT (5 * 60 * 1000)

void
starsend_gemini_fault_free (StarsendGeminiFault *self)
{
  g_free (self->status);
  g_free (self->reason);
  g_free (self->message);
  g_free (self);
}

gint64
starsend_gemini_parse_duration (const char *text, const char **end)
{
  static const struct { const char *name; double milliseconds; } units[] = {
    { "ms", 1 }, { "s", 1000 }, { "m", 60 * 1000 }, { "h", 60 * 60 * 1000 },
  };
  double total = 0;
  gboolean any = FALSE;

  while (g_ascii_isdigit (*text))
    {
      char *after;
      double number = g_ascii_strtod (text, &after);
      guint i = 0;

      while (i < G_N_ELEMENTS (units) && !g_str_has_prefix (after, units[i].name))
        i++;
      if (i == G_N_ELEMENTS (units))
        return -1;
      total += number * units[i].milliseconds;
      text = after + strlen (units[i].name);
      any = TRUE;
    }
  if (end != NULL)
    *end = text;
  else if (*text != '\0')
    return -1;
  return any ? (gint64) MIN (total, 1e12) : -1;
}

static void
set_string (char **target, const char *value)
{
  if (value == NULL)
    return;
  g_free (*target);
  *target = g_strdup (value);
}

static gboolean
names_a_day (const char *quota)
{
  return quota != NULL && (strstr (quota, "PerDay") != NULL || strstr (quota, "Daily") != NULL || strstr (quota, "per_day") != NULL);
}

static void
read_violations (StarsendGeminiFault *self, const StarsendJsonNode *violations)
{
  if (violations == NULL || starsend_json_node_get_kind (violations) != STARSEND_JSON_ARRAY)
    return;
  for (const StarsendJsonNode *node = starsend_json_node_get_first_child (violations); node != NULL; node = starsend_json_node_get_next (node))
    if (names_a_day (starsend_gemini_string_member (node, "quotaId")) ||
        names_a_day (starsend_gemini_string_member (node, "quotaMetric")))
      self->is_for_today = TRUE;
}

static void
read_details (StarsendGeminiFault *self, const StarsendJsonNode *details)
{
  if (details == NULL || starsend_json_node_get_kind (details) != STARSEND_JSON_ARRAY)
    return;
  for (const StarsendJsonNode *node = starsend_json_node_get_first_child (details); node != NULL; node = starsend_json_node_get_next (node))
    {
      const char *type = starsend_gemini_string_member (node, "@type");
      const char *delay = starsend_gemini_string_member (node, "retryDelay");

      if (type == NULL)
        continue;
      if (g_str_has_suffix (type, ".ErrorInfo"))
        set_string (&self->reason, starsend_gemini_string_member (node, "reason"));
      else if (g_str_has_suffix (type, ".RetryInfo") && delay != NULL)
        self->retry_after = starsend_gemini_parse_duration (delay, NULL);
      else if (g_str_has_suffix (type, ".QuotaFailure"))
        read_violations (self, starsend_gemini_member (node, "violations"));
    }
}

static StarsendJson *
parse (const char *text, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);

  return starsend_json_new (bytes, MAX_BODY, NULL);
}

/* {"error": {...}}, or a list with that as its only element. */
static const StarsendJsonNode *
find_error (StarsendJson *json)
{
  const StarsendJsonNode *root = json != NULL ? starsend_json_get_root (json) : NULL;

  if (root != NULL && starsend_json_node_get_kind (root) == STARSEND_JSON_ARRAY)
    root = starsend_json_node_get_first_child (root);
  root = starsend_gemini_member (root, "error");
  return root != NULL && starsend_json_node_get_kind (root) == STARSEND_JSON_OBJECT ? root : NULL;
}

/* Takes what the error says, and gives its message. */
static char *
read_error (StarsendGeminiFault *self, const StarsendJsonNode *error)
{
  set_string (&self->status, starsend_gemini_string_member (error, "status"));
  read_details (self, starsend_gemini_member (error, "details"));
  return g_strdup (starsend_gemini_string_member (error, "message"));
}

static void
read_message (StarsendGeminiFault *self, const char *message, const char *secret)
{
  const char *retry = message != NULL ? strstr (message, "retry in ") : NULL;
  const char *limit = message != NULL ? strstr (message, "limit: 0") : NULL;
  const char *end;

  if (retry != NULL && self->retry_after < 0)
    self->retry_after = starsend_gemini_parse_duration (retry + strlen ("retry in "), &end);
  if (limit != NULL && !g_ascii_isdigit (limit[strlen ("limit: 0")]) && limit[strlen ("limit: 0")] != '.')
    self->is_zero = TRUE;
  self->message = starsend_gemini_line (message, secret);
}

StarsendGeminiFault *
starsend_gemini_fault_new (guint http, GBytes *body, const char *secret)
{
  StarsendGeminiFault *self = g_new0 (StarsendGeminiFault, 1);
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  g_autofree char *text = data != NULL ? g_strndup (data, MIN (length, MAX_BODY)) : NULL;
  gboolean is_ours = FALSE;

  self->http = http;
  self->retry_after = -1;
  for (guint depth = 0; text != NULL && depth <= MAX_NESTING; depth++)
    {
      g_autoptr (StarsendJson) json = parse (text, strlen (text));
      const StarsendJsonNode *error = find_error (json);
      char *message;

      if (error == NULL)
        break;
      is_ours = TRUE;
      message = read_error (self, error);
      g_free (text);
      text = message;
    }
  /* A page of a gateway is not for people. */
  if (is_ours)
    read_message (self, text, secret);
  return self;
}

gboolean
starsend_gemini_fault_may_pass (const StarsendGeminiFault *self)
{
  return (self->http == 429 || self->http == 503) && self->retry_after >= 0 && self->retry_after <= MAX_WAIT &&
         !self->is_for_today && !self->is_zero;
}

static gboolean
is_status (const StarsendGeminiFault *self, const char *status)
{
  return g_strcmp0 (self->status, status) == 0;
}

static char *
describe_quota (const StarsendGeminiFault *self)
{
  if (self->is_zero)
    return g_strdup (_("Gemini makes no pictures for this key without billing. Set up billing in Google AI Studio."));
  if (self->is_for_today)
    return g_strdup (_("Today's Gemini quota is used up. Go on tomorrow, raise the quota in Google AI Studio, or choose another model."));
  if (self->retry_after >= 0)
    /* Translators: %s is a number of seconds. */
    return g_strdup_printf (_("Gemini has had too many calls and asks to wait %.0f seconds. Try again then."),
                            (double) (self->retry_after + 999) / 1000.0);
  return g_strdup (_("Gemini has had too many calls. Try again in a few minutes."));
}

/* What it means and what can be done. */
static char *
describe (const StarsendGeminiFault *self, const char *endpoint)
{
  if (g_strcmp0 (self->reason, "API_KEY_INVALID") == 0 || g_strcmp0 (self->reason, "API_KEY_EXPIRED") == 0 || self->http == 401)
    return g_strdup (_("Gemini does not accept the key. Check it in the preferences, or what GEMINI_API_KEY is set to."));
  if (is_status (self, "FAILED_PRECONDITION"))
    return g_strdup (_("Gemini cannot be used with this account: it is not offered in this country, or wants billing."));
  if (self->http == 403)
    return g_strdup (_("The key is not allowed to use this. Check its project and its restrictions in Google AI Studio."));
  if (self->http == 404)
    /* Translators: %s is a model's name as the service calls it. */
    return g_strdup_printf (_("Gemini has no model “%s” (any more): it was retired or is misspelt. Choose the model “gemini”."), endpoint);
  if (self->http == 429)
    return describe_quota (self);
  if (self->http == 499)
    return g_strdup (_("The call was cancelled."));
  if (self->http == 400)
    return g_strdup (_("Gemini does not accept this request. Change the words or the reference pictures."));
  if (self->http >= 500)
    return g_strdup (_("Gemini is overloaded or has a fault of its own. Nothing was bought; try again later."));
  return g_strdup_printf (_("Gemini gave an answer that makes no sense here (status %u). Nothing was bought."), self->http);
}

/* A proxy's 500 or 504 says nothing of the call behind it; Gemini's own say that it failed, and failures are not billed. */
static gboolean
is_uncertain (const StarsendGeminiFault *self)
{
  return self->status == NULL && (self->http == 408 || (self->http >= 500 && self->http != 502 && self->http != 503));
}

GError *
starsend_gemini_fault_make_error (const StarsendGeminiFault *self, const char *endpoint)
{
  g_autoptr (GString) message = NULL;
  g_autofree char *sentence = NULL;

  if (is_uncertain (self))
    return g_error_new (STARSEND_ERROR, STARSEND_ERROR_UNCERTAIN,
                        _("Something on the way to Gemini gave up (status %u) after the call was sent: the grid may have been made and paid. "
                          "It is not sent again by itself."),
                        self->http);

  sentence = describe (self, endpoint);
  message = g_string_new (sentence);
  if (self->message != NULL)
    g_string_append_printf (message, " “%s”", self->message);
  return g_error_new_literal (STARSEND_ERROR, STARSEND_ERROR_PROVIDER, message->str);
}
