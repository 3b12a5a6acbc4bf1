/* starsend-ledger-line.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-ledger-line.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <zlib.h>

#include "starsend-error.h"

#define TRAILER_FORMAT "\"crc\":\"%08x\"}"
#define TRAILER_LENGTH 17
#define MAX_FRACTION 6

static const char *const events[] = {
  [STARSEND_LEDGER_INTENT] = "intent",       [STARSEND_LEDGER_SUBMITTED] = "submitted",
  [STARSEND_LEDGER_UNCERTAIN] = "uncertain", [STARSEND_LEDGER_FETCHED] = "fetched",
  [STARSEND_LEDGER_SETTLED] = "settled",     [STARSEND_LEDGER_RELEASED] = "released",
};

G_DEFINE_ENUM_TYPE (StarsendLedgerEvent,
                    starsend_ledger_event,
                    G_DEFINE_ENUM_VALUE (STARSEND_LEDGER_INTENT, "intent"),
                    G_DEFINE_ENUM_VALUE (STARSEND_LEDGER_SUBMITTED, "submitted"),
                    G_DEFINE_ENUM_VALUE (STARSEND_LEDGER_UNCERTAIN, "uncertain"),
                    G_DEFINE_ENUM_VALUE (STARSEND_LEDGER_FETCHED, "fetched"),
                    G_DEFINE_ENUM_VALUE (STARSEND_LEDGER_SETTLED, "settled"),
                    G_DEFINE_ENUM_VALUE (STARSEND_LEDGER_RELEASED, "released"))

/**
 * starsend_ledger_event_to_string:
 * @event: an event
 *
 * Gives the word that the ledger uses, such as `submitted`.
 *
 * Returns: the word
 */
const char *
starsend_ledger_event_to_string (StarsendLedgerEvent event)
{
  g_return_val_if_fail ((guint) event < G_N_ELEMENTS (events), NULL);

  return events[event];
}

/* Which event may come after which: only forward; jobs that are uncertain or were given up can be found again, and what was
 * fetched and lost before it had its name is fetched again. */
gboolean
starsend_ledger_event_can_follow (int now, StarsendLedgerEvent next)
{
  switch (now)
    {
    case STARSEND_LEDGER_NO_EVENT:
      return next == STARSEND_LEDGER_INTENT;
    case STARSEND_LEDGER_INTENT:
      return next != STARSEND_LEDGER_INTENT;
    case STARSEND_LEDGER_UNCERTAIN:
      return next != STARSEND_LEDGER_INTENT && next != STARSEND_LEDGER_SETTLED;
    case STARSEND_LEDGER_SUBMITTED:
      return next != STARSEND_LEDGER_INTENT && next != STARSEND_LEDGER_SUBMITTED;
    case STARSEND_LEDGER_FETCHED:
      return next != STARSEND_LEDGER_INTENT && next != STARSEND_LEDGER_SUBMITTED;
    case STARSEND_LEDGER_RELEASED:
      return next == STARSEND_LEDGER_SUBMITTED;
    default:
      return FALSE;
    }
}

/* The checksum */

static guint32
checksum (const char *text, gsize length)
{
  return crc32_z (0, (const Bytef *) text, length);
}

/* Looks at the bytes alone: strict to the letter, so that no single changed byte passes. */
gboolean
starsend_ledger_line_checks_out (const char *text, gsize length)
{
  char trailer[TRAILER_LENGTH + 1];
  gsize body = length - TRAILER_LENGTH;

  if (length <= TRAILER_LENGTH + 1 || length > STARSEND_LEDGER_MAX_LINE)
    return FALSE;
  if (text[0] != '{' || text[body - 1] != ',' || memcmp (text + body, "\"crc\":\"", 7) != 0)
    return FALSE;
  g_snprintf (trailer, sizeof trailer, TRAILER_FORMAT, checksum (text, body));
  return memcmp (text + body, trailer, TRAILER_LENGTH) == 0;
}

/* Reading */

static int
event_from_string (const char *text)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (events); i++)
    if (g_str_equal (text, events[i]))
      return i;
  return STARSEND_LEDGER_NO_EVENT;
}

/* @text: the line without its newline, whose checksum is right. */
StarsendLedgerLine *
starsend_ledger_line_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (StarsendJson) json = starsend_json_new (bytes, STARSEND_LEDGER_MAX_LINE, error);
  g_autoptr (StarsendLedgerLine) self = NULL;
  const StarsendJsonNode *root;

  if (json == NULL)
    return NULL;
  root = starsend_json_get_root (json);
  self = g_new0 (StarsendLedgerLine, 1);
  self->n = starsend_json_node_get_integer_member (root, "n", 0);
  self->event = event_from_string (starsend_json_node_get_string_member (root, "event"));
  self->job_id = starsend_json_node_get_string_member (root, "job");
  self->at = starsend_json_node_get_string_member (root, "at");
  self->json = g_steal_pointer (&json);
  if (self->n > 0 && self->n < G_MAXINT64 && starsend_json_node_get_string_member (root, "event") != NULL)
    return g_steal_pointer (&self);
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_DAMAGED, _("a line has no number or no event"));
  return NULL;
}

void
starsend_ledger_line_free (StarsendLedgerLine *self)
{
  starsend_json_unref (self->json);
  g_free (self);
}

/* Decimal digits to millionths without a floating point number in between; half a millionth goes up. */
static gboolean
parse_millionths (const char *text, gint64 *millionths)
{
  gboolean negative = *text == '-';
  const char *mark = text + strcspn (text, "eE");
  const char *point = memchr (text, '.', mark - text);
  gint64 exponent = *mark != '\0' ? g_ascii_strtoll (mark + 1, NULL, 10) : 0;
  gint64 fraction = point != NULL ? mark - point - 1 : 0;
  gint64 left, total = 0;

  if (mark - text > 64 || exponent > 30 || exponent < -30)
    return FALSE;
  /* How many of the digits, and zeros after them, count: up to the sixth behind the point. */
  left = (mark - text) - negative - (point != NULL) - fraction + exponent + MAX_FRACTION;
  if (left >= 0)
    {
      const char *p = text + negative;

      for (; left > 0; left--)
        {
          if (total > (G_MAXINT64 - 10) / 10)
            return FALSE;
          p += p == point;
          total = total * 10 + (p < mark ? *p++ - '0' : 0);
        }
      p += p == point;
      total += p < mark && *p >= '5';
    }
  *millionths = negative ? -total : total;
  return TRUE;
}

/* FALSE when the line has no such member, or none that is an amount of money. */
gboolean
starsend_ledger_line_get_amount (const StarsendLedgerLine *self, const char *name, gint64 *millionths)
{
  const StarsendJsonNode *node = starsend_json_node_get_member (starsend_json_get_root (self->json), name);
  g_autofree char *raw = NULL;

  if (node == NULL || starsend_json_node_get_kind (node) != STARSEND_JSON_NUMBER)
    return FALSE;
  raw = starsend_json_dup_raw (self->json, node, NULL);
  return parse_millionths (raw, millionths) && *millionths >= 0;
}

/* Writing */

static void
append_member (GString *out, const char *name, const char *value)
{
  starsend_json_append_string (out, name);
  g_string_append_c (out, ':');
  starsend_json_append_string (out, value);
  g_string_append_c (out, ',');
}

/* @fields: null, or the text of an object. Returns the line with its newline. */
char *
starsend_ledger_line_render (gint64 n, StarsendLedgerEvent event, const char *job_id, const char *fields, gsize *length)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *at = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "{\"n\":%" G_GINT64_FORMAT ",", n);
  append_member (out, "at", at);
  append_member (out, "event", events[event]);
  append_member (out, "job", job_id);
  if (fields != NULL && !g_str_equal (fields, "{}"))
    {
      g_string_append_len (out, fields + 1, strlen (fields) - 2);
      g_string_append_c (out, ',');
    }
  g_string_append_printf (out, TRAILER_FORMAT "\n", checksum (out->str, out->len));
  *length = out->len;
  return g_string_free (out, FALSE);
}

static const struct
{
  const char *name;
  StarsendJsonKind kind;
} known_fields[] = {
  { "kind", STARSEND_JSON_STRING },       { "batch", STARSEND_JSON_STRING },       { "number", STARSEND_JSON_NUMBER },
  { "provider", STARSEND_JSON_STRING },   { "model", STARSEND_JSON_STRING },       { "digest", STARSEND_JSON_STRING },
  { "currency", STARSEND_JSON_STRING },   { "estimate", STARSEND_JSON_NUMBER },    { "output", STARSEND_JSON_STRING },
  { "request_id", STARSEND_JSON_STRING }, { "file_digest", STARSEND_JSON_STRING }, { "cost", STARSEND_JSON_NUMBER },
  { "reason", STARSEND_JSON_STRING },     { "part", STARSEND_JSON_NUMBER },        { "parts", STARSEND_JSON_NUMBER },
};

static gboolean
kind_fits (JsonNode *node, StarsendJsonKind kind)
{
  if (!JSON_NODE_HOLDS_VALUE (node))
    return JSON_NODE_HOLDS_NULL (node);
  if (kind == STARSEND_JSON_STRING)
    return json_node_get_value_type (node) == G_TYPE_STRING;
  return json_node_get_value_type (node) == G_TYPE_INT64 || json_node_get_value_type (node) == G_TYPE_DOUBLE;
}

/* What the caller wants to write must read back as what it is. */
gboolean
starsend_ledger_fields_check (JsonNode *fields, GError **error)
{
  static const char *const reserved[] = { "n", "at", "event", "job", "crc" };
  JsonObject *object = json_node_get_object (fields);

  for (guint i = 0; i < G_N_ELEMENTS (reserved); i++)
    if (json_object_has_member (object, reserved[i]))
      {
        g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("The ledger itself writes “%s”."),
                     reserved[i]);
        return FALSE;
      }
  for (guint i = 0; i < G_N_ELEMENTS (known_fields); i++)
    {
      JsonNode *node = json_object_get_member (object, known_fields[i].name);

      if (node != NULL && !kind_fits (node, known_fields[i].kind))
        {
          g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                       _("“%s” is not of the type that the ledger holds."), known_fields[i].name);
          return FALSE;
        }
    }
  return TRUE;
}
