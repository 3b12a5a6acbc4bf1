/* fake-gemini-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "fake-gemini.h"
#include "fake-media.h"
#include "fake-server-private.h"

G_BEGIN_DECLS

/* What a good request asks for. */
typedef struct
{
  char *model;
  GString *text;             /* every word of it */
  guint n_pictures;
  gboolean wants_image;
  const char *aspect;        /* "1:1" */
  const char *size;          /* "1K" */
  int width;
  int height;
} FakeOrder;

void fake_order_free (FakeOrder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeOrder, fake_order_free)

/* fake-gemini-schema.c. NULL with what is wrong in @message (transfer full). */
FakeOrder *fake_gemini_check (const char *model, JsonNode *body, char **message);

/* fake-gemini-answer.c. @special: nullable. (transfer full) */
JsonNode *fake_gemini_answer (FakeOrder *order, const char *special, FakeGeminiFormat format, guint thoughts, gboolean *has_picture);

G_END_DECLS
