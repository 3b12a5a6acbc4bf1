/* starsend-model-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-model-price.h"
#include "starsend-model-route.h"
#include "starsend-model.h"

G_BEGIN_DECLS

/* Every number that is 0 stands for no limit. */
typedef struct
{
  guint max_shots;
  guint warn_shots;
  double min_shot, max_shot, shot_step;       /* seconds */
  double min_total, max_total, total_step;
  GArray *totals;                             /* of double, rising: the only lengths there are; NULL: any */
  glong max_prompt, warn_prompt;              /* characters of one text */
  glong max_shot_prompt, warn_shot_prompt;    /* characters of one shot among several */
  guint max_elements, warn_elements;
  guint min_references, max_references;       /* of one element, beside the frontal picture */
  guint max_pictures;                         /* of all elements */
  int min_side, max_side;
  double min_ratio, max_ratio;
  gsize max_bytes;
} StarsendModelLimits;

struct _StarsendModel
{
  GObject parent_instance;

  /* Owned */
  char *name;
  char *title;
  char *account;
  char *template;
  char *resolution;
  GPtrArray *routes; /* of StarsendModelRoute, in the order in which they are tried */
  StarsendModelPrice *price; /* NULL: free */

  StarsendModelLimits limits;
  StarsendRequestKind kind;
  guint typical_wait;
};

/* What a request has to have for a route. */
typedef enum
{
  STARSEND_MODEL_HAS_ELEMENTS = 1 << 0,    /* the picture of an element */
  STARSEND_MODEL_HAS_START_FRAME = 1 << 1,
} StarsendModelHas;

struct _StarsendModelRoute
{
  gatomicrefcount ref_count;

  char *endpoint;
  char *element_token;
  char *result_path;
  GPtrArray *fields; /* of StarsendModelField */
  char **aspects;    /* "16:9" */
  StarsendModelHas when;
  guint max_references;
  gsize max_bytes;
  int max_side;
};

StarsendModelRoute *starsend_model_route_new (void);
/* Whether any field is filled with @source. */
gboolean starsend_model_route_has_source (StarsendModelRoute *self, StarsendModelSource source);

/* "16:9"; FALSE for anything else. */
gboolean starsend_model_aspect_parse (const char *text, int *width, int *height);

/* Reads a row, which may name shared parts of the document. INVALID_INPUT names the row and its member, what was found and what is allowed. */
StarsendModel *starsend_model_new_from_json (const StarsendJsonNode *document, const StarsendJsonNode *row, GError **error);
/* Puts what a project says in the place of the row's price; nothing is changed on error. */
gboolean starsend_model_set_price (StarsendModel *self, const StarsendJsonNode *price, GError **error);

/* Whether the request has the picture of an element. */
gboolean starsend_model_request_has_pictures (StarsendRequest *request);

G_END_DECLS
