/* starsend-http-client.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-http-client-private.h"

#include <glib/gi18n-lib.h>

#include "starsend-error.h"

#define FIRST_WAIT 1000
#define WAITS 4
#define MIN_SPEED 1024
#define SPEED_TIME (60 * 1000)

/* Streams last, so they have a session of their own: a hundred of them leave every place to the calls. */
#define CONNECTIONS 64
#define CONNECTIONS_PER_HOST 16
#define STREAM_CONNECTIONS 256

/* A guard behind the deadline of every attempt, for a socket that says nothing. */
#define SOCKET_TIMEOUT 75

struct _StarsendHttpClient
{
  GObject parent_instance;

  /* Owned */
  SoupSession *session;
  SoupSession *streams;
  GHashTable *trusted; /* a set of origins */

  guint backoff;
  guint min_speed;
  guint speed_time;
};

enum
{
  PROP_0,
  PROP_BACKOFF,
  PROP_MIN_SPEED,
  PROP_SPEED_TIME,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (StarsendHttpClient, starsend_http_client, G_TYPE_OBJECT)

static void
starsend_http_client_dispose (GObject *object)
{
  StarsendHttpClient *self = STARSEND_HTTP_CLIENT (object);

  soup_session_abort (self->session);
  soup_session_abort (self->streams);

  G_OBJECT_CLASS (starsend_http_client_parent_class)->dispose (object);
}

static void
starsend_http_client_finalize (GObject *object)
{
  StarsendHttpClient *self = STARSEND_HTTP_CLIENT (object);

  g_clear_object (&self->session);
  g_clear_object (&self->streams);
  g_hash_table_unref (self->trusted);

  G_OBJECT_CLASS (starsend_http_client_parent_class)->finalize (object);
}

static void
starsend_http_client_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendHttpClient *self = STARSEND_HTTP_CLIENT (object);

  switch (prop_id)
    {
    case PROP_BACKOFF:
      g_value_set_uint (value, self->backoff);
      break;
    case PROP_MIN_SPEED:
      g_value_set_uint (value, self->min_speed);
      break;
    case PROP_SPEED_TIME:
      g_value_set_uint (value, self->speed_time);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
set_uint (StarsendHttpClient *self, guint *member, const GValue *value, GParamSpec *pspec)
{
  if (*member == g_value_get_uint (value))
    return;

  *member = g_value_get_uint (value);
  g_object_notify_by_pspec (G_OBJECT (self), pspec);
}

static void
starsend_http_client_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  StarsendHttpClient *self = STARSEND_HTTP_CLIENT (object);

  switch (prop_id)
    {
    case PROP_BACKOFF:
      starsend_http_client_set_backoff (self, g_value_get_uint (value));
      break;
    case PROP_MIN_SPEED:
      set_uint (self, &self->min_speed, value, pspec);
      break;
    case PROP_SPEED_TIME:
      set_uint (self, &self->speed_time, value, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_http_client_class_init (StarsendHttpClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = starsend_http_client_dispose;
  object_class->finalize = starsend_http_client_finalize;
  object_class->get_property = starsend_http_client_get_property;
  object_class->set_property = starsend_http_client_set_property;

  /**
   * StarsendHttpClient:backoff:
   *
   * The first wait before a call is repeated, in milliseconds.
   */
  properties[PROP_BACKOFF] = g_param_spec_uint ("backoff", NULL, NULL, 0, G_MAXUINT / 100, FIRST_WAIT, flags);
  /**
   * StarsendHttpClient:min-speed:
   *
   * The bytes in a second that a download has to bring, taken over [property@HttpClient:speed-time].
   */
  properties[PROP_MIN_SPEED] = g_param_spec_uint ("min-speed", NULL, NULL, 0, G_MAXUINT, MIN_SPEED, flags);
  /**
   * StarsendHttpClient:speed-time:
   *
   * How many milliseconds a download may be slower than [property@HttpClient:min-speed].
   */
  properties[PROP_SPEED_TIME] = g_param_spec_uint ("speed-time", NULL, NULL, 1, G_MAXUINT, SPEED_TIME, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static SoupSession *
make_session (int connections, int per_host, guint timeout)
{
  return g_object_new (SOUP_TYPE_SESSION,
                       "user-agent", "Starsend/" STARSEND_VERSION,
                       "max-conns", connections,
                       "max-conns-per-host", per_host,
                       "timeout", timeout,
                       NULL);
}

static void
starsend_http_client_init (StarsendHttpClient *self)
{
  self->session = make_session (CONNECTIONS, CONNECTIONS_PER_HOST, SOCKET_TIMEOUT);
  self->streams = make_session (STREAM_CONNECTIONS, STREAM_CONNECTIONS, 0);
  self->trusted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->backoff = FIRST_WAIT;
  self->min_speed = MIN_SPEED;
  self->speed_time = SPEED_TIME;
}

/**
 * starsend_http_client_new:
 *
 * Makes a client that trusts nobody. All that it does is done on the main context of the thread that makes it.
 *
 * Returns: (transfer full): the client
 */
StarsendHttpClient *
starsend_http_client_new (void)
{
  return g_object_new (STARSEND_TYPE_HTTP_CLIENT, NULL);
}

/**
 * starsend_http_client_trust:
 * @base: an address
 *
 * Lets keys go to the origin of @base: its scheme, host and port. An address that cannot be used is not trusted.
 */
void
starsend_http_client_trust (StarsendHttpClient *self, const char *base)
{
  g_autoptr(GUri) uri = NULL;

  g_return_if_fail (STARSEND_IS_HTTP_CLIENT (self));

  uri = starsend_http_uri_parse (base, NULL);
  if (uri != NULL)
    g_hash_table_add (self->trusted, starsend_http_uri_to_origin (uri));
}

/**
 * starsend_http_client_trusts:
 * @uri: an address
 *
 * Whether keys may go there.
 *
 * Returns: %TRUE for an address of a trusted origin
 */
gboolean
starsend_http_client_trusts (StarsendHttpClient *self, const char *uri)
{
  g_autoptr(GUri) parsed = NULL;
  g_autofree char *origin = NULL;

  g_return_val_if_fail (STARSEND_IS_HTTP_CLIENT (self), FALSE);

  parsed = starsend_http_uri_parse (uri, NULL);
  origin = parsed != NULL ? starsend_http_uri_to_origin (parsed) : NULL;

  return origin != NULL && g_hash_table_contains (self->trusted, origin);
}

/**
 * starsend_http_client_set_backoff:
 * @milliseconds: the first wait
 *
 * Sets how long it waits before a call is repeated for the first time. The waits after it follow from this one.
 */
void
starsend_http_client_set_backoff (StarsendHttpClient *self, guint milliseconds)
{
  g_return_if_fail (STARSEND_IS_HTTP_CLIENT (self));

  if (self->backoff == milliseconds)
    return;

  self->backoff = milliseconds;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BACKOFF]);
}

SoupSession *
starsend_http_client_get_session (StarsendHttpClient *self)
{
  return self->session;
}

SoupSession *
starsend_http_client_get_streams (StarsendHttpClient *self)
{
  return self->streams;
}

guint
starsend_http_client_get_min_speed (StarsendHttpClient *self)
{
  return self->min_speed;
}

guint
starsend_http_client_get_speed_time (StarsendHttpClient *self)
{
  return self->speed_time;
}

StarsendHttpBackoff *
starsend_http_client_make_backoff (StarsendHttpClient *self)
{
  return starsend_http_backoff_new (self->backoff, WAITS);
}

gboolean
starsend_http_client_check (StarsendHttpClient *self, StarsendHttpCall *call, GError **error)
{
  g_autofree char *origin = call->uri != NULL ? starsend_http_uri_to_origin (call->uri) : NULL;

  if (origin == NULL)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("“%s” was not sent: only addresses that begin with http:// or https:// can be used"), call->what);
      return FALSE;
    }
  if (call->malformed)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("“%s” was not sent: a header has a line break in it; is the key one line?"), call->what);
      return FALSE;
    }
  if (call->has_key && !g_hash_table_contains (self->trusted, origin))
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("“%s” was not sent: the key is for another server"), call->what);
      return FALSE;
    }

  return TRUE;
}

void
starsend_http_client_wait (GTask *task, gint64 milliseconds, GSourceFunc wake)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr(GSource) source = g_timeout_source_new ((guint) MIN (milliseconds, G_MAXUINT));

  if (cancellable != NULL)
    {
      g_autoptr(GSource) cancelled = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (cancelled);
      g_source_add_child_source (source, cancelled);
    }

  g_task_attach_source (task, source, wake);
}

static gboolean
is_redirect (StarsendHttpCall *call, guint status)
{
  switch (status)
    {
    case SOUP_STATUS_MOVED_PERMANENTLY:
    case SOUP_STATUS_FOUND:
    case SOUP_STATUS_SEE_OTHER:
      return starsend_http_call_only_asks (call);
    case SOUP_STATUS_TEMPORARY_REDIRECT:
    case SOUP_STATUS_PERMANENT_REDIRECT:
      return call->repeat == STARSEND_HTTP_REPEAT_SAFE;
    default:
      return FALSE;
    }
}

GUri *
starsend_http_redirect_find (StarsendHttpCall *call, GUri *from, SoupMessage *message, guint count, GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *location = soup_message_headers_get_one (headers, "Location");
  g_autoptr(GUri) uri = NULL;

  if (call->has_key || location == NULL || !is_redirect (call, soup_message_get_status (message)))
    return NULL;

  if (count >= STARSEND_HTTP_MAX_REDIRECTS)
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_IO,
                   _("“%s” leads on to another address again and again"), call->what);
      return NULL;
    }

  uri = starsend_http_uri_parse (location, from);
  if (uri == NULL || (g_str_equal (g_uri_get_scheme (from), "https") && g_str_equal (g_uri_get_scheme (uri), "http")))
    {
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_IO,
                   _("“%s” leads on to an address that is not safe to go to"), call->what);
      return NULL;
    }

  return g_steal_pointer (&uri);
}
