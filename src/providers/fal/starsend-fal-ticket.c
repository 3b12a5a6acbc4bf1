/* starsend-fal-ticket.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-fal-ticket.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-server-words.h"

#define MAX_ID 128
#define MAX_ENDPOINT 256

/* Endpoints in these keep their owner's and app's names behind the name of the space. */
static const char *const spaces[] = { "workflows/", "comfy/" };

static const char *const members[] = {
  [STARSEND_FAL_ADDRESS_STATUS] = "status_url",
  [STARSEND_FAL_ADDRESS_STREAM] = "status_url",
  [STARSEND_FAL_ADDRESS_RESPONSE] = "response_url",
  [STARSEND_FAL_ADDRESS_CANCEL] = "cancel_url",
};

/* One segment of a path that can mean nothing but itself. */
static gboolean
is_segment (const char *text, gsize length)
{
  if (length == 0 || length > MAX_ID || text[0] == '.')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("-_.", text[i]) == NULL)
      return FALSE;

  return TRUE;
}

/**
 * starsend_fal_ticket_check_endpoint:
 * @endpoint: (nullable): "fal-ai/kling-video/o3/pro/image-to-video"
 * @error: return location for an error
 *
 * Checks that an endpoint can stand in an address.
 *
 * Returns: %TRUE, or %FALSE with %STARSEND_ERROR_INVALID_INPUT
 */
gboolean
starsend_fal_ticket_check_endpoint (const char *endpoint, GError **error)
{
  guint n = 0;

  if (endpoint != NULL && strlen (endpoint) <= MAX_ENDPOINT)
    for (const char *at = endpoint;; n++)
      {
        gsize length = strcspn (at, "/");

        if (!is_segment (at, length))
          {
            n = 0;
            break;
          }
        at += length;
        if (*at++ == '\0')
          {
            n++;
            break;
          }
      }
  if (n >= 2)
    return TRUE;

  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               _("“%s” is no endpoint of fal.ai: it is OWNER/APP, like “fal-ai/kling-video/o3/pro/image-to-video”"),
               endpoint != NULL ? endpoint : "");

  return FALSE;
}

/* The queue knows a job by owner and app alone. */
static gsize
get_app_length (const char *endpoint)
{
  guint segments = 2;
  gsize length = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (spaces); i++)
    if (g_str_has_prefix (endpoint, spaces[i]))
      segments = 3;
  while (segments-- > 0)
    {
      length += strcspn (endpoint + length, "/");
      if (segments > 0 && endpoint[length] == '/')
        length++;
    }

  return length;
}

static char *
build_address (const char *base, const char *endpoint, const char *request_id, StarsendFalAddress which)
{
  static const char *const tails[] = {
    [STARSEND_FAL_ADDRESS_STATUS] = "/status",
    [STARSEND_FAL_ADDRESS_STREAM] = "/status",
    [STARSEND_FAL_ADDRESS_RESPONSE] = "",
    [STARSEND_FAL_ADDRESS_CANCEL] = "/cancel",
  };

  return g_strdup_printf ("%s/%.*s/requests/%s%s",
                          base, (int) get_app_length (endpoint), endpoint, request_id, tails[which]);
}

/* An address is followed with a key when it is at the origin that the user trusts, and says nothing else before or behind it. */
static gboolean
is_at_base (const char *address, const char *base)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GUri) trusted = g_uri_parse (base, G_URI_FLAGS_SCHEME_NORMALIZE, NULL);

  if (address == NULL || trusted == NULL)
    return FALSE;
  uri = g_uri_parse (address, G_URI_FLAGS_SCHEME_NORMALIZE, NULL);

  return uri != NULL && g_uri_get_host (uri) != NULL && g_uri_get_host (trusted) != NULL &&
         g_uri_get_userinfo (uri) == NULL && g_uri_get_fragment (uri) == NULL &&
         g_str_equal (g_uri_get_scheme (uri), g_uri_get_scheme (trusted)) &&
         g_ascii_strcasecmp (g_uri_get_host (uri), g_uri_get_host (trusted)) == 0 &&
         g_uri_get_port (uri) == g_uri_get_port (trusted);
}

static const char *
get_string (JsonNode *node, const char *name)
{
  JsonNode *member;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  member = json_object_get_member (json_node_get_object (node), name);

  return member != NULL && JSON_NODE_HOLDS_VALUE (member) && json_node_get_value_type (member) == G_TYPE_STRING
             ? json_node_get_string (member)
             : NULL;
}

static gboolean
holds_secret (const char *text, const char *secret)
{
  g_autofree char *scrubbed = starsend_server_words_scrub (text, secret);

  return !g_str_equal (scrubbed, text);
}

static gboolean
check_request_id (const char *request_id, const char *secret, GError **error)
{
  g_autofree char *clean = NULL;

  if (request_id != NULL && is_segment (request_id, strlen (request_id)) && !holds_secret (request_id, secret))
    return TRUE;

  clean = starsend_server_words_clean (request_id, MAX_ID, secret);
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _("“%s” cannot be a request id of fal.ai"), clean);

  return FALSE;
}

/**
 * starsend_fal_ticket_new:
 * @base: the address of the queue, without a slash at its end
 * @endpoint: where the job was sent
 * @request_id: (nullable): the name that the server gave it
 * @answer: (nullable): what the server answered
 * @input: (nullable): the body as it was sent
 * @secret: (nullable): the key, which must not get into a ticket
 * @error: return location for an error
 *
 * Makes the ticket of a job.
 *
 * Returns: (transfer full): the ticket; else %STARSEND_ERROR_INVALID_INPUT where the request id or the endpoint cannot be one
 */
StarsendTicket *
starsend_fal_ticket_new (const char *base, const char *endpoint, const char *request_id, JsonNode *answer, JsonNode *input,
                         const char *secret, GError **error)
{
  static const StarsendFalAddress kept[] = { STARSEND_FAL_ADDRESS_STATUS, STARSEND_FAL_ADDRESS_RESPONSE, STARSEND_FAL_ADDRESS_CANCEL };
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_node_take_object (node, object);
  if (!starsend_fal_ticket_check_endpoint (endpoint, error) || !check_request_id (request_id, secret, error))
    return NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      const char *given = get_string (answer, members[kept[i]]);
      g_autofree char *built = build_address (base, endpoint, request_id, kept[i]);
      gboolean good = is_at_base (given, base) && !holds_secret (given, secret);

      json_object_set_string_member (object, members[kept[i]], good ? given : built);
    }
  json_object_set_string_member (object, "endpoint", endpoint);
  if (input != NULL)
    json_object_set_member (object, "input", json_node_copy (input));

  return starsend_ticket_new (request_id, node);
}

static char *
add_stream (const char *address)
{
  const char *query = strchr (address, '?');
  gsize length = query != NULL ? (gsize) (query - address) : strlen (address);

  while (length > 0 && address[length - 1] == '/')
    length--;

  return g_strdup_printf ("%.*s/stream%s", (int) length, address, query != NULL ? query : "");
}

/**
 * starsend_fal_ticket_dup_address:
 * @ticket: a ticket
 * @base: the address of the queue, without a slash at its end
 * @endpoint: (nullable): where such jobs are sent, for a ticket that does not say it
 * @which: the address that is wanted
 * @error: return location for an error
 *
 * Gives an address of a job that a key may be sent to.
 *
 * Returns: (transfer full): the address; else %STARSEND_ERROR_INVALID_INPUT where the ticket does not lead to one
 */
char *
starsend_fal_ticket_dup_address (StarsendTicket *ticket, const char *base, const char *endpoint, StarsendFalAddress which, GError **error)
{
  const char *given = get_string (starsend_ticket_get_addresses (ticket), members[which]);
  g_autofree char *address = NULL;

  if (is_at_base (given, base))
    address = g_strdup (given);
  else
    {
      if (starsend_fal_ticket_get_endpoint (ticket) != NULL)
        endpoint = starsend_fal_ticket_get_endpoint (ticket);
      if (!starsend_fal_ticket_check_endpoint (endpoint, error) ||
          !check_request_id (starsend_ticket_get_request_id (ticket), NULL, error))
        return NULL;
      address = build_address (base, endpoint, starsend_ticket_get_request_id (ticket), which);
    }

  return which == STARSEND_FAL_ADDRESS_STREAM ? add_stream (address) : g_steal_pointer (&address);
}

/**
 * starsend_fal_ticket_get_endpoint:
 * @ticket: a ticket
 *
 * Where the job was sent.
 *
 * Returns: (transfer none) (nullable): the endpoint
 */
const char *
starsend_fal_ticket_get_endpoint (StarsendTicket *ticket)
{
  return get_string (starsend_ticket_get_addresses (ticket), "endpoint");
}

/**
 * starsend_fal_ticket_get_input:
 * @ticket: a ticket
 *
 * What was sent.
 *
 * Returns: (transfer none) (nullable): an object
 */
JsonNode *
starsend_fal_ticket_get_input (StarsendTicket *ticket)
{
  JsonNode *addresses = starsend_ticket_get_addresses (ticket);

  if (addresses == NULL || !JSON_NODE_HOLDS_OBJECT (addresses))
    return NULL;

  return json_object_get_member (json_node_get_object (addresses), "input");
}
