/* starsend-fal-client.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-fal-client.h"

#define QUEUE_URL "https://queue.fal.run"
#define REST_URL "https://rest.fal.ai"

#define ACCOUNT "fal"

struct _StarsendFalClient
{
  GObject parent_instance;

  /* Owned */
  StarsendHttpClient *http;
  StarsendKeys *keys;
  char *queue_url;
  char *rest_url;

  guint poll_interval;
  gboolean streams;
};

/**
 * StarsendFalClient:
 *
 * The queue of fal.ai: submit, status, stream, result and cancel.
 *
 * A key goes to the origins of the two bases and nowhere else, whatever addresses the server hands out.
 */
G_DEFINE_FINAL_TYPE (StarsendFalClient, starsend_fal_client, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_HTTP,
  PROP_KEYS,
  PROP_QUEUE_URL,
  PROP_REST_URL,
  PROP_POLL_INTERVAL,
  PROP_STREAMS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
dup_base (const char *given, const char *variable, const char *fallback)
{
  const char *set = g_getenv (variable);
  char *base;
  gsize length;

  if (given == NULL || *given == '\0')
    given = set != NULL && *set != '\0' ? set : fallback;
  base = g_strdup (given);
  for (length = strlen (base); length > 0 && base[length - 1] == '/'; length--)
    base[length - 1] = '\0';

  return base;
}

static guint
get_set_interval (void)
{
  const char *set = g_getenv ("STARSEND_POLL_INTERVAL_MS");
  guint64 milliseconds;

  return set != NULL && g_ascii_string_to_unsigned (set, 10, 1, G_MAXINT, &milliseconds, NULL) ? (guint) milliseconds : 0;
}

static void
starsend_fal_client_constructed (GObject *object)
{
  StarsendFalClient *self = STARSEND_FAL_CLIENT (object);

  G_OBJECT_CLASS (starsend_fal_client_parent_class)->constructed (object);

  starsend_http_client_trust (self->http, self->queue_url);
  starsend_http_client_trust (self->http, self->rest_url);
}

static void
starsend_fal_client_dispose (GObject *object)
{
  StarsendFalClient *self = STARSEND_FAL_CLIENT (object);

  g_clear_object (&self->http);
  g_clear_object (&self->keys);

  G_OBJECT_CLASS (starsend_fal_client_parent_class)->dispose (object);
}

static void
starsend_fal_client_finalize (GObject *object)
{
  StarsendFalClient *self = STARSEND_FAL_CLIENT (object);

  g_clear_pointer (&self->queue_url, g_free);
  g_clear_pointer (&self->rest_url, g_free);

  G_OBJECT_CLASS (starsend_fal_client_parent_class)->finalize (object);
}

static void
starsend_fal_client_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendFalClient *self = STARSEND_FAL_CLIENT (object);

  switch (prop_id)
    {
    case PROP_HTTP:
      g_value_set_object (value, self->http);
      break;
    case PROP_KEYS:
      g_value_set_object (value, self->keys);
      break;
    case PROP_QUEUE_URL:
      g_value_set_string (value, self->queue_url);
      break;
    case PROP_REST_URL:
      g_value_set_string (value, self->rest_url);
      break;
    case PROP_POLL_INTERVAL:
      g_value_set_uint (value, self->poll_interval);
      break;
    case PROP_STREAMS:
      g_value_set_boolean (value, self->streams);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_fal_client_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  StarsendFalClient *self = STARSEND_FAL_CLIENT (object);

  switch (prop_id)
    {
    case PROP_HTTP:
      self->http = g_value_dup_object (value);
      break;
    case PROP_KEYS:
      self->keys = g_value_dup_object (value);
      break;
    case PROP_QUEUE_URL:
      self->queue_url = dup_base (g_value_get_string (value), "STARSEND_FAL_QUEUE_URL", QUEUE_URL);
      break;
    case PROP_REST_URL:
      self->rest_url = dup_base (g_value_get_string (value), "STARSEND_FAL_REST_URL", REST_URL);
      break;
    case PROP_POLL_INTERVAL:
      starsend_fal_client_set_poll_interval (self, g_value_get_uint (value));
      break;
    case PROP_STREAMS:
      starsend_fal_client_set_streams (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_fal_client_class_init (StarsendFalClientClass *klass)
{
  const GParamFlags fixed = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags free = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = starsend_fal_client_constructed;
  object_class->dispose = starsend_fal_client_dispose;
  object_class->finalize = starsend_fal_client_finalize;
  object_class->get_property = starsend_fal_client_get_property;
  object_class->set_property = starsend_fal_client_set_property;

  properties[PROP_HTTP] = g_param_spec_object ("http", NULL, NULL, STARSEND_TYPE_HTTP_CLIENT, fixed);
  properties[PROP_KEYS] = g_param_spec_object ("keys", NULL, NULL, STARSEND_TYPE_KEYS, fixed);
  properties[PROP_QUEUE_URL] = g_param_spec_string ("queue-url", NULL, NULL, NULL, fixed);
  properties[PROP_REST_URL] = g_param_spec_string ("rest-url", NULL, NULL, NULL, fixed);
  properties[PROP_POLL_INTERVAL] = g_param_spec_uint ("poll-interval", NULL, NULL, 0, G_MAXINT, 0, free);
  properties[PROP_STREAMS] = g_param_spec_boolean ("streams", NULL, NULL, TRUE, free);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_fal_client_init (StarsendFalClient *self)
{
  self->poll_interval = get_set_interval ();
  self->streams = TRUE;
}

/**
 * starsend_fal_client_new:
 * @http: the way to the network
 * @keys: who knows the key
 *
 * Makes a client for the addresses that the environment names, or else those of fal.ai.
 *
 * Returns: (transfer full): the client
 */
StarsendFalClient *
starsend_fal_client_new (StarsendHttpClient *http, StarsendKeys *keys)
{
  g_return_val_if_fail (STARSEND_IS_HTTP_CLIENT (http), NULL);
  g_return_val_if_fail (STARSEND_IS_KEYS (keys), NULL);

  return g_object_new (STARSEND_TYPE_FAL_CLIENT, "http", http, "keys", keys, NULL);
}

/**
 * starsend_fal_client_get_http:
 *
 * The way to the network, for what needs no key.
 *
 * Returns: (transfer none): the HTTP client
 */
StarsendHttpClient *
starsend_fal_client_get_http (StarsendFalClient *self)
{
  g_return_val_if_fail (STARSEND_IS_FAL_CLIENT (self), NULL);

  return self->http;
}

/**
 * starsend_fal_client_get_queue_url:
 *
 * The address of the queue.
 *
 * Returns: (transfer none): without a slash at its end
 */
const char *
starsend_fal_client_get_queue_url (StarsendFalClient *self)
{
  g_return_val_if_fail (STARSEND_IS_FAL_CLIENT (self), NULL);

  return self->queue_url;
}

/**
 * starsend_fal_client_get_rest_url:
 *
 * The address of the storage.
 *
 * Returns: (transfer none): without a slash at its end
 */
const char *
starsend_fal_client_get_rest_url (StarsendFalClient *self)
{
  g_return_val_if_fail (STARSEND_IS_FAL_CLIENT (self), NULL);

  return self->rest_url;
}

/**
 * starsend_fal_client_get_poll_interval: (get-property poll-interval)
 *
 * How often a job is asked after.
 *
 * Returns: milliseconds; 0: every 2 seconds, later every 5
 */
guint
starsend_fal_client_get_poll_interval (StarsendFalClient *self)
{
  g_return_val_if_fail (STARSEND_IS_FAL_CLIENT (self), 0);

  return self->poll_interval;
}

/**
 * starsend_fal_client_set_poll_interval: (set-property poll-interval)
 * @milliseconds: the interval, or 0
 *
 * Sets how often a job is asked after.
 */
void
starsend_fal_client_set_poll_interval (StarsendFalClient *self, guint milliseconds)
{
  g_return_if_fail (STARSEND_IS_FAL_CLIENT (self));

  if (self->poll_interval == milliseconds)
    return;

  self->poll_interval = milliseconds;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POLL_INTERVAL]);
}

/**
 * starsend_fal_client_get_streams: (get-property streams)
 *
 * Whether the server is asked to tell by itself how a job goes on.
 *
 * Returns: whether status streams are used
 */
gboolean
starsend_fal_client_get_streams (StarsendFalClient *self)
{
  g_return_val_if_fail (STARSEND_IS_FAL_CLIENT (self), FALSE);

  return self->streams;
}

/**
 * starsend_fal_client_set_streams: (set-property streams)
 * @streams: whether to use them
 *
 * Sets whether status streams are used.
 */
void
starsend_fal_client_set_streams (StarsendFalClient *self, gboolean streams)
{
  g_return_if_fail (STARSEND_IS_FAL_CLIENT (self));

  streams = !!streams;
  if (self->streams == streams)
    return;

  self->streams = streams;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STREAMS]);
}

/**
 * starsend_fal_client_check_key:
 * @error: return location for an error
 *
 * Checks that there is a key, not that it is a good one.
 *
 * Returns: %TRUE, or %FALSE with %STARSEND_ERROR_UNAVAILABLE
 */
gboolean
starsend_fal_client_check_key (StarsendFalClient *self, GError **error)
{
  g_return_val_if_fail (STARSEND_IS_FAL_CLIENT (self), FALSE);

  return starsend_keys_check (self->keys, ACCOUNT, error);
}

/**
 * starsend_fal_client_peek_secret: (skip)
 *
 * The key, for keeping it out of words.
 *
 * Returns: (transfer none) (nullable): the key
 */
const char *
starsend_fal_client_peek_secret (StarsendFalClient *self)
{
  g_return_val_if_fail (STARSEND_IS_FAL_CLIENT (self), NULL);

  return starsend_keys_peek (self->keys, ACCOUNT);
}

/**
 * starsend_fal_client_create_call: (skip)
 * @method: "GET"
 * @uri: an address at one of the bases
 *
 * Makes a call with the key on it.
 *
 * Returns: (transfer full): the call
 */
StarsendHttpCall *
starsend_fal_client_create_call (StarsendFalClient *self, const char *method, const char *uri)
{
  StarsendHttpCall *call = starsend_http_call_new (method, uri);
  const char *key = starsend_keys_peek (self->keys, ACCOUNT);
  g_autofree char *value = g_strconcat ("Key ", key != NULL ? key : "", NULL);

  starsend_http_call_set_key (call, "Authorization", value);
  starsend_http_call_set_header (call, "Accept", "application/json");

  return call;
}
