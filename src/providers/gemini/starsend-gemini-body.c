/* starsend-gemini-body.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-gemini-body.h"

#include "starsend-files.h"
#include "starsend-picture-fit.h"
#include "starsend-prompt-text.h"

#include <string.h>

/* A call may hold 20 MB: three quarters of that before base64, and some room for the words. */
#define MAX_PICTURES_SIZE (14 * 1024 * 1024)

typedef struct
{
  GBytes *bytes;
  const char *mime;
} Picture;

struct _StarsendGeminiBody
{
  char *text;
  char **pictures;
  JsonObject *settings; /* everything but "contents" */
  gsize max_bytes;
  int max_side;
};

static void
picture_clear (gpointer data)
{
  Picture *picture = data;

  g_clear_pointer (&picture->bytes, g_bytes_unref);
}

void
starsend_gemini_body_free (StarsendGeminiBody *self)
{
  g_free (self->text);
  g_strfreev (self->pictures);
  g_clear_pointer (&self->settings, json_object_unref);
  g_free (self);
}

/* "generationConfig.imageConfig.imageSize": objects in objects. */
static void
set_at_path (JsonObject *object, const char *path, JsonNode *value)
{
  g_auto (GStrv) names = g_strsplit (path, ".", -1);
  guint last = g_strv_length (names) - 1;

  for (guint i = 0; i < last; i++)
    {
      JsonNode *member = json_object_get_member (object, names[i]);

      if (member == NULL || !JSON_NODE_HOLDS_OBJECT (member))
        json_object_set_object_member (object, names[i], json_object_new ());
      object = json_object_get_object_member (object, names[i]);
    }
  json_object_set_member (object, names[last], value);
}

static void
set_field (StarsendGeminiBody *self, StarsendModelRoute *route, StarsendModelField *field, StarsendRequest *request)
{
  const char *aspect = NULL;
  int width, height;

  switch (field->source)
    {
    case STARSEND_MODEL_SOURCE_VALUE:
      set_at_path (self->settings, field->name, json_node_copy (field->value));
      break;
    case STARSEND_MODEL_SOURCE_ASPECT:
      starsend_request_get_aspect (request, &width, &height);
      aspect = starsend_model_route_choose_aspect (route, width, height);
      if (aspect != NULL)
        set_at_path (self->settings, field->name, json_node_init_string (json_node_alloc (), aspect));
      break;
    case STARSEND_MODEL_SOURCE_ELEMENT_PICTURES:
      self->pictures = starsend_prompt_text_dup_pictures (starsend_request_get_elements (request));
      break;
    case STARSEND_MODEL_SOURCE_PROMPT:
    case STARSEND_MODEL_SOURCE_SHOTS:
    case STARSEND_MODEL_SOURCE_START_FRAME:
    case STARSEND_MODEL_SOURCE_ELEMENTS:
    case STARSEND_MODEL_SOURCE_DURATION:
    case STARSEND_MODEL_SOURCE_AUDIO:
    default:
      /* The words stand in every body, and the rest is for video. */
      break;
    }
}

StarsendGeminiBody *
starsend_gemini_body_new (StarsendModel *model, StarsendModelRoute *route, StarsendRequest *request)
{
  StarsendGeminiBody *self = g_new0 (StarsendGeminiBody, 1);
  GPtrArray *fields = starsend_model_route_get_fields (route);

  self->settings = json_object_new ();
  self->max_bytes = starsend_model_route_get_max_picture_bytes (route);
  self->max_side = starsend_model_route_get_max_picture_side (route);
  self->text = starsend_prompt_text_compose_request (request, starsend_model_get_template (model),
                                                     starsend_model_route_get_element_token (route));
  for (guint i = 0; i < fields->len; i++)
    set_field (self, route, g_ptr_array_index (fields, i), request);
  return self;
}

/* Pictures */

static gboolean
fit_pictures (StarsendGeminiBody *self, gsize max_bytes, GArray *pictures, GCancellable *cancellable, GError **error)
{
  g_array_set_size (pictures, 0);
  for (guint i = 0; self->pictures != NULL && self->pictures[i] != NULL; i++)
    {
      Picture picture = { NULL, NULL };

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      picture.bytes = starsend_picture_fit (self->pictures[i], max_bytes, self->max_side, &picture.mime, error);
      if (picture.bytes == NULL)
        return FALSE;
      g_array_append_val (pictures, picture);
    }
  return TRUE;
}

static gsize
sum_sizes (GArray *pictures)
{
  gsize sum = 0;

  for (guint i = 0; i < pictures->len; i++)
    sum += g_bytes_get_size (g_array_index (pictures, Picture, i).bytes);
  return sum;
}

/* All of them have to go into one call, so where they are too much together each gets an equal share. */
static GArray *
load_pictures (StarsendGeminiBody *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) pictures = g_array_new (FALSE, FALSE, sizeof (Picture));

  g_array_set_clear_func (pictures, picture_clear);
  if (!fit_pictures (self, self->max_bytes, pictures, cancellable, error))
    return NULL;
  if (sum_sizes (pictures) > MAX_PICTURES_SIZE &&
      !fit_pictures (self, MAX_PICTURES_SIZE / pictures->len, pictures, cancellable, error))
    return NULL;
  return g_steal_pointer (&pictures);
}

/* The tree */

static JsonObject *
add_object (JsonArray *parts, const char *name)
{
  JsonObject *part = json_object_new (), *object = json_object_new ();

  json_object_set_object_member (part, name, object);
  json_array_add_object_element (parts, part);
  return object;
}

static void
add_picture (JsonArray *parts, const Picture *picture, gboolean with_data)
{
  JsonObject *data = add_object (parts, "inlineData");

  json_object_set_string_member (data, "mimeType", picture->mime);
  if (with_data)
    {
      gsize length;
      const guchar *bytes = g_bytes_get_data (picture->bytes, &length);
      g_autofree char *text = g_base64_encode (bytes, length);

      json_object_set_string_member (data, "data", text);
    }
  else
    {
      g_autofree char *digest = starsend_files_digest_bytes (picture->bytes);

      json_object_set_string_member (data, "digest", digest);
      json_object_set_int_member (data, "size", (gint64) g_bytes_get_size (picture->bytes));
    }
}

static void
copy_member (JsonObject *object, const char *name, JsonNode *node, gpointer target)
{
  json_object_set_member (target, name, json_node_copy (node));
}

static JsonNode *
make_tree (StarsendGeminiBody *self, GArray *pictures, gboolean with_data)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *root = json_object_new (), *content = json_object_new (), *text = json_object_new ();
  JsonArray *contents = json_array_new (), *parts = json_array_new ();

  json_object_set_string_member (text, "text", self->text);
  json_array_add_object_element (parts, text);
  for (guint i = 0; i < pictures->len; i++)
    add_picture (parts, &g_array_index (pictures, Picture, i), with_data);
  json_object_set_string_member (content, "role", "user");
  json_object_set_array_member (content, "parts", parts);
  json_array_add_object_element (contents, content);
  json_object_set_array_member (root, "contents", contents);
  json_object_foreach_member (self->settings, copy_member, root);
  json_node_take_object (node, root);
  return node;
}

GBytes *
starsend_gemini_body_build (StarsendGeminiBody *self, GCancellable *cancellable, JsonNode **sent, GError **error)
{
  g_autoptr (GArray) pictures = load_pictures (self, cancellable, error);
  g_autoptr (JsonNode) tree = NULL;
  char *text;

  if (pictures == NULL)
    return NULL;
  tree = make_tree (self, pictures, TRUE);
  text = starsend_json_render (tree, FALSE);
  *sent = make_tree (self, pictures, FALSE);
  return g_bytes_new_take (text, strlen (text));
}
