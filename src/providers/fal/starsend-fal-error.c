/* starsend-fal-error.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-fal-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "starsend-json.h"
#include "starsend-server-words.h"

#define MAX_BODY (4 * 1024 * 1024)
#define MAX_WORDS 600
#define MAX_PLACE 120
#define MAX_ENTRIES 8

/* There is no 499 in HTTP; fal.ai answers it for a job that was cancelled. */
#define CANCELLED 499

struct _StarsendFalError
{
  gatomicrefcount ref_count;
  guint status;
  char *type;
  char *message;
  gboolean retryable;
  gboolean has_places;
};

/**
 * StarsendFalError:
 *
 * What fal.ai says when something went wrong.
 *
 * Platform errors are {"detail": "text", "error_type": "…"}, errors of a model {"detail": [{"loc", "msg", "type", "ctx"}]};
 * both are in use, and each also comes with parts missing.
 */
G_DEFINE_BOXED_TYPE (StarsendFalError, starsend_fal_error, starsend_fal_error_ref, starsend_fal_error_unref)

typedef struct
{
  const char *type;
  const char *sentence;
} Meaning;

/* What a type means for the person at the desk; other types are told by their status. */
static const Meaning meanings[] = {
  { "content_policy_violation", N_("The moderation of fal.ai refused the job: change the words or the pictures") },
  { "no_media_generated", N_("The model made nothing of the job: change the words or the pictures") },
  { "face_detection_error", N_("The model found no face in a picture where it needs one") },
  { "image_too_small", N_("A picture is too small for the model") },
  { "image_too_large", N_("A picture is too large for the model") },
  { "file_too_large", N_("A file is too large for the model") },
  { "image_load_error", N_("The model cannot read a picture") },
  { "file_download_error", N_("The model could not fetch a picture: it is uploaded anew the next time") },
  { "unsupported_image_format", N_("The model does not take pictures of this format") },
  { "unsupported_audio_format", N_("The model does not take sound of this format") },
  { "unsupported_video_format", N_("The model does not take video of this format") },
  { "feature_not_supported", N_("The model cannot do what was asked of it") },
  { "generation_timeout", N_("The model took too long and gave up: try again") },
  { "request_timeout", N_("No machine of fal.ai took the job in time: try again later") },
  { "startup_timeout", N_("No machine of fal.ai took the job in time: try again later") },
  { "concurrent_requests_limit", N_("fal.ai takes no more jobs of this account just now: try again in a moment") },
  { "client_cancelled", N_("The job was cancelled at fal.ai") },
  { "client_disconnected", N_("The job was cancelled at fal.ai") },
};

static const char *
get_type_meaning (const char *type)
{
  for (gsize i = 0; type != NULL && i < G_N_ELEMENTS (meanings); i++)
    if (g_str_equal (meanings[i].type, type))
      return _(meanings[i].sentence);

  return NULL;
}

static gboolean
is_locked (guint status, const char *words)
{
  static const char *const marks[] = { "locked", "balance", "admin lock", "top_up", "top up" };
  g_autofree char *folded = g_ascii_strdown (words, -1);

  for (gsize i = 0; status == 403 && i < G_N_ELEMENTS (marks); i++)
    if (strstr (folded, marks[i]) != NULL)
      return TRUE;

  return FALSE;
}

static const char *
get_status_meaning (guint status, const char *words)
{
  if (is_locked (status, words))
    return _("The account at fal.ai is locked: top up at fal.ai");

  switch (status)
    {
    case 401:
      return _("fal.ai does not accept the key: check FAL_KEY, or enter the key again in the preferences");
    case 403:
      return _("fal.ai does not allow this account to do that");
    case 404:
    case 410:
      return _("fal.ai does not know what was asked for, or not any more");
    case 413:
      return _("What was sent is too large for fal.ai");
    case 422:
      return _("fal.ai refused what was sent: it has to be changed first");
    case 429:
      return _("fal.ai takes no more jobs of this account just now: try again in a moment");
    case CANCELLED:
      return _("The job was cancelled at fal.ai");
    case 0:
      return _("The job failed at fal.ai");
    default:
      break;
    }

  if (status >= 500)
    return _("fal.ai has trouble at its end: try again later");
  if (status >= 400)
    return _("fal.ai refused what was sent");

  return _("fal.ai gave an answer that makes no sense");
}

/* The words of the server */

static void
append_place (GString *out, const StarsendJsonNode *loc)
{
  gsize start = out->len;

  for (const StarsendJsonNode *part = starsend_json_node_get_first_child (loc); part != NULL && out->len - start < MAX_PLACE;
       part = starsend_json_node_get_next (part))
    {
      gint64 index;

      if (starsend_json_node_get_kind (part) == STARSEND_JSON_NUMBER && starsend_json_node_get_integer (part, &index))
        g_string_append_printf (out, "[%" G_GINT64_FORMAT "]", index);
      else if (starsend_json_node_get_kind (part) == STARSEND_JSON_STRING &&
               (out->len > start || !g_str_equal (starsend_json_node_get_string (part, NULL), "body")))
        g_string_append_printf (out, "%s%s", out->len > start ? "." : "", starsend_json_node_get_string (part, NULL));
    }
  if (out->len > start)
    g_string_append (out, ": ");
}

/* The limits that a value missed: "(min_width 300, min_height 300)". */
static void
append_limits (GString *out, const StarsendJsonNode *ctx)
{
  const char *between = " (";

  if (ctx == NULL || starsend_json_node_get_kind (ctx) != STARSEND_JSON_OBJECT)
    return;
  for (const StarsendJsonNode *limit = starsend_json_node_get_first_child (ctx); limit != NULL;
       limit = starsend_json_node_get_next (limit))
    {
      StarsendJsonKind kind = starsend_json_node_get_kind (limit);

      if (kind != STARSEND_JSON_NUMBER && kind != STARSEND_JSON_STRING)
        continue;
      g_string_append_printf (out, "%s%s ", between, starsend_json_node_get_name (limit, NULL));
      if (kind == STARSEND_JSON_NUMBER)
        starsend_json_append_number (out, starsend_json_node_get_number (limit));
      else
        g_string_append (out, starsend_json_node_get_string (limit, NULL));
      between = ", ";
    }
  if (between[0] == ',')
    g_string_append_c (out, ')');
}

static const char *
find_text (const StarsendJsonNode *object)
{
  static const char *const names[] = { "msg", "message", "detail", "error" };

  for (gsize i = 0; object != NULL && i < G_N_ELEMENTS (names); i++)
    {
      const StarsendJsonNode *member = starsend_json_node_get_member (object, names[i]);

      if (member == NULL)
        continue;
      if (starsend_json_node_get_kind (member) == STARSEND_JSON_STRING)
        return starsend_json_node_get_string (member, NULL);
      if (starsend_json_node_get_kind (member) == STARSEND_JSON_OBJECT)
        return starsend_json_node_get_string_member (member, "message");
    }

  return NULL;
}

/* One entry of the list of a model. */
static void
append_entry (GString *out, const StarsendJsonNode *entry)
{
  const StarsendJsonNode *loc;
  const char *text;

  if (starsend_json_node_get_kind (entry) == STARSEND_JSON_STRING)
    {
      g_string_append (out, starsend_json_node_get_string (entry, NULL));
      return;
    }
  if (starsend_json_node_get_kind (entry) != STARSEND_JSON_OBJECT)
    return;

  loc = starsend_json_node_get_member (entry, "loc");
  if (loc != NULL && starsend_json_node_get_kind (loc) == STARSEND_JSON_ARRAY)
    append_place (out, loc);
  text = find_text (entry);
  if (text == NULL)
    text = starsend_json_node_get_string_member (entry, "type");
  g_string_append (out, text != NULL ? text : "");
  append_limits (out, starsend_json_node_get_member (entry, "ctx"));
}

static void
append_list (StarsendFalError *self, GString *out, const StarsendJsonNode *list)
{
  guint n = 0;

  for (const StarsendJsonNode *entry = starsend_json_node_get_first_child (list); entry != NULL && n < MAX_ENTRIES;
       entry = starsend_json_node_get_next (entry), n++)
    {
      if (n > 0)
        g_string_append (out, "; ");
      append_entry (out, entry);
      if (starsend_json_node_get_kind (entry) != STARSEND_JSON_OBJECT)
        continue;
      self->has_places |= starsend_json_node_get_member (entry, "loc") != NULL || starsend_json_node_get_member (entry, "type") != NULL;
      if (self->type == NULL)
        self->type = g_strdup (starsend_json_node_get_string_member (entry, "type"));
    }
}

static void
read_object (StarsendFalError *self, GString *out, const StarsendJsonNode *root)
{
  const StarsendJsonNode *detail = starsend_json_node_get_member (root, "detail");
  StarsendJsonKind kind = detail != NULL ? starsend_json_node_get_kind (detail) : STARSEND_JSON_NULL;

  if (self->type == NULL)
    self->type = g_strdup (starsend_json_node_get_string_member (root, "error_type"));
  if (kind == STARSEND_JSON_ARRAY)
    append_list (self, out, detail);
  else if (kind == STARSEND_JSON_OBJECT)
    {
      append_entry (out, detail);
      if (self->type == NULL)
        self->type = g_strdup (starsend_json_node_get_string_member (detail, "error_type"));
    }
  else if (find_text (root) != NULL)
    g_string_append (out, find_text (root));
}

/* A page of a gateway says nothing to a person, and neither does JSON that was cut. */
static void
read_body (StarsendFalError *self, GString *out, GBytes *body)
{
  g_autoptr (StarsendJson) json = NULL;
  gsize size = 0;
  const char *data = body != NULL ? g_bytes_get_data (body, &size) : NULL;

  if (size == 0)
    return;
  json = starsend_json_new (body, MAX_BODY, NULL);
  if (json != NULL && starsend_json_node_get_kind (starsend_json_get_root (json)) == STARSEND_JSON_OBJECT)
    read_object (self, out, starsend_json_get_root (json));
  else if (json == NULL && !g_utf8_strchr ("<{[", -1, (gunichar) (guchar) *data))
    g_string_append_len (out, data, (gssize) MIN (size, 4096));
}

static StarsendFalError *
create (guint status, const char *type)
{
  StarsendFalError *self = g_new0 (StarsendFalError, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->status = status;
  if (type != NULL && *type != '\0')
    self->type = g_strdup (type);

  return self;
}

/* The types are names of the server's, so they are words of the server, too. */
static void
complete (StarsendFalError *self, const char *words, const char *secret)
{
  g_autofree char *clean = starsend_server_words_clean (words, MAX_WORDS, secret);
  g_autofree char *type = g_steal_pointer (&self->type);
  const char *lead;

  if (type != NULL)
    self->type = starsend_server_words_clean (type, MAX_PLACE, secret);
  lead = get_type_meaning (self->type);
  if (lead == NULL)
    lead = get_status_meaning (self->status, clean);

  if (*clean != '\0')
    self->message = g_strdup_printf (_("%s (fal.ai says: “%s”)"), lead, clean);
  else if (self->type != NULL)
    self->message = g_strdup_printf (_("%s (fal.ai says: “%s”)"), lead, self->type);
  else if (self->status >= 300)
    self->message = g_strdup_printf (_("%s (status %u, without a word)"), lead, self->status);
  else
    self->message = g_strdup (lead);
}

/**
 * starsend_fal_error_new_from_body:
 * @status: the HTTP status
 * @type: (nullable): the header X-Fal-Error-Type
 * @retryable: (nullable): the header X-Fal-Retryable, or X-Fal-Needs-Retry
 * @body: (nullable): the body
 * @secret: (nullable): the key
 *
 * Reads an answer that is no success.
 *
 * Returns: (transfer full): what it says
 */
StarsendFalError *
starsend_fal_error_new_from_body (guint status, const char *type, const char *retryable, GBytes *body, const char *secret)
{
  StarsendFalError *self = create (status, type);
  g_autoptr (GString) words = g_string_new (NULL);

  self->retryable = retryable != NULL && (g_ascii_strcasecmp (retryable, "true") == 0 || g_str_equal (retryable, "1"));
  read_body (self, words, body);
  complete (self, words->str, secret);

  return self;
}

/**
 * starsend_fal_error_new_from_reply:
 * @reply: an answer that is no success
 * @secret: (nullable): the key
 *
 * Reads an answer that is no success.
 *
 * Returns: (transfer full): what it says
 */
StarsendFalError *
starsend_fal_error_new_from_reply (StarsendHttpReply *reply, const char *secret)
{
  const char *retryable = starsend_http_reply_get_header (reply, "X-Fal-Retryable");

  if (retryable == NULL)
    retryable = starsend_http_reply_get_header (reply, "X-Fal-Needs-Retry");

  return starsend_fal_error_new_from_body (starsend_http_reply_get_status (reply),
                                           starsend_http_reply_get_header (reply, "X-Fal-Error-Type"),
                                           retryable,
                                           starsend_http_reply_get_body (reply),
                                           secret);
}

/**
 * starsend_fal_error_new_from_status:
 * @words: (nullable): "error" of a status answer
 * @type: (nullable): "error_type" of it
 * @secret: (nullable): the key
 *
 * Takes what a status answer says of a job that ended badly; its own status was a good one.
 *
 * Returns: (transfer full): what it says
 */
StarsendFalError *
starsend_fal_error_new_from_status (const char *words, const char *type, const char *secret)
{
  StarsendFalError *self = create (0, type);

  complete (self, words, secret);

  return self;
}

StarsendFalError *
starsend_fal_error_ref (StarsendFalError *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
starsend_fal_error_unref (StarsendFalError *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->type);
  g_free (self->message);
  g_free (self);
}

/**
 * starsend_fal_error_get_status:
 *
 * The HTTP status.
 *
 * Returns: the status; 0 when it was told in a status answer
 */
guint
starsend_fal_error_get_status (StarsendFalError *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->status;
}

/**
 * starsend_fal_error_get_error_type:
 *
 * The name of the error: "content_policy_violation".
 *
 * Returns: (transfer none) (nullable): the name
 */
const char *
starsend_fal_error_get_error_type (StarsendFalError *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->type;
}

/**
 * starsend_fal_error_get_retryable:
 *
 * Whether the server says that the same job may do better another time.
 *
 * Returns: %FALSE when it says nothing
 */
gboolean
starsend_fal_error_get_retryable (StarsendFalError *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->retryable;
}

/**
 * starsend_fal_error_is_of_job:
 *
 * Whether this is how the job itself ended, and not a trouble on the way to it.
 *
 * Returns: %TRUE when it has a type or places of the input
 */
gboolean
starsend_fal_error_is_of_job (StarsendFalError *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->type != NULL || self->has_places;
}

/**
 * starsend_fal_error_is_of_model:
 *
 * Whether it is the list of the model, which nothing on the way to it could have made.
 *
 * Returns: %TRUE when it has places of the input
 */
gboolean
starsend_fal_error_is_of_model (StarsendFalError *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->has_places;
}

/**
 * starsend_fal_error_is_of_file:
 *
 * Whether the server could not have a file that the job names.
 *
 * Returns: %TRUE when the file is to be uploaded again
 */
gboolean
starsend_fal_error_is_of_file (StarsendFalError *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return g_strcmp0 (self->type, "file_download_error") == 0;
}

/**
 * starsend_fal_error_get_message:
 *
 * A sentence for the user, with the server's own words.
 *
 * Returns: (transfer none): the sentence, translated
 */
const char *
starsend_fal_error_get_message (StarsendFalError *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->message;
}

/**
 * starsend_fal_error_to_error: (skip)
 * @code: what it means for the caller
 *
 * Makes a #GError of it.
 *
 * Returns: (transfer full): the error
 */
GError *
starsend_fal_error_to_error (StarsendFalError *self, StarsendError code)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_error_new_literal (STARSEND_ERROR, (int) code, self->message);
}
