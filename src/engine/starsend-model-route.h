/* starsend-model-route.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "starsend-element-pictures.h"

G_BEGIN_DECLS

/* What a field of a call is filled with. */
typedef enum
{
  STARSEND_MODEL_SOURCE_VALUE,             /* a constant of the row */
  STARSEND_MODEL_SOURCE_PROMPT,            /* the grid's words, or those of all shots in one text; left out where SHOTS are sent */
  STARSEND_MODEL_SOURCE_SHOTS,             /* a list of {"prompt", "duration"}; left out when there is one shot and the route has a prompt */
  STARSEND_MODEL_SOURCE_START_FRAME,       /* the address of the start frame */
  STARSEND_MODEL_SOURCE_ELEMENTS,          /* a list of {"frontal_image_url", "reference_image_urls"} */
  STARSEND_MODEL_SOURCE_ELEMENT_PICTURES,  /* a list of addresses: every picture of every element */
  STARSEND_MODEL_SOURCE_DURATION,          /* the sum of the shots */
  STARSEND_MODEL_SOURCE_ASPECT,            /* "16:9": the nearest that the model takes */
  STARSEND_MODEL_SOURCE_AUDIO,             /* whether sound is wanted */
} StarsendModelSource;

/* How a length is written. */
typedef enum
{
  STARSEND_MODEL_CODEC_PLAIN,              /* 5 */
  STARSEND_MODEL_CODEC_STRING,             /* "5" */
  STARSEND_MODEL_CODEC_SECONDS,            /* "5s" */
} StarsendModelCodec;

/* One field. Owned by its route. */
typedef struct
{
  char *name;
  StarsendModelSource source;
  StarsendModelCodec codec;
  JsonNode *value;                         /* of a constant; else NULL */
} StarsendModelField;

#define STARSEND_TYPE_MODEL_ROUTE (starsend_model_route_get_type ())

/* One way into a model: where a call goes and which fields it has. Boxed, counted, immutable. */
typedef struct _StarsendModelRoute StarsendModelRoute;
GType starsend_model_route_get_type (void);
StarsendModelRoute *starsend_model_route_ref (StarsendModelRoute *self);
void starsend_model_route_unref (StarsendModelRoute *self);
const char *starsend_model_route_get_endpoint (StarsendModelRoute *self);     /* "fal-ai/kling-video/o3/pro/image-to-video", "gemini-3.1-flash-image" */
/* In the order in which they are sent. (transfer none) (element-type StarsendModelField) */
GPtrArray *starsend_model_route_get_fields (StarsendModelRoute *self);
/* How an element is named in a prompt: "@Element%u" with its number from 1; NULL: by its name in words. */
const char *starsend_model_route_get_element_token (StarsendModelRoute *self);
/* Where in the result the files are: "video.url", "images[0].url". */
const char *starsend_model_route_get_result_path (StarsendModelRoute *self);
/* What a picture may be, for re-encoding: 0 where nobody says. */
gsize starsend_model_route_get_max_picture_bytes (StarsendModelRoute *self);
int starsend_model_route_get_max_picture_side (StarsendModelRoute *self);
/* The pictures of an element as they are sent: the frontal one (else its first reference), and the others, of which there
 * are never none and never more than the model takes. NULL: there is no picture. */
const char *starsend_model_route_get_frontal (StarsendModelRoute *self, StarsendElementPictures *element);
char **starsend_model_route_dup_references (StarsendModelRoute *self, StarsendElementPictures *element);
/* The aspect ratio that is sent for @width : @height, "16:9"; NULL when the model takes none. (transfer none) */
const char *starsend_model_route_choose_aspect (StarsendModelRoute *self, int width, int height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendModelRoute, starsend_model_route_unref)

G_END_DECLS
