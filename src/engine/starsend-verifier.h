/* starsend-verifier.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "starsend-request.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_VERIFIER (starsend_verifier_get_type ())
G_DECLARE_DERIVABLE_TYPE (StarsendVerifier, starsend_verifier, STARSEND, VERIFIER, GObject)

/**
 * StarsendVerifierClass:
 * @verify_async: looks at a file that arrived
 * @verify_finish: gives what was measured, for the sidecar. An error means that the file is not what was asked for in
 *   kind: it does not decode; what is merely unlike the plan is measured and told, not refused
 *
 * Judges a fetched file before it gets its final name.
 */
struct _StarsendVerifierClass
{
  GObjectClass parent_class;

  void      (*verify_async)  (StarsendVerifier *self, StarsendRequest *request, const char *path,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  JsonNode *(*verify_finish) (StarsendVerifier *self, GAsyncResult *result, GError **error);

  gpointer padding[4];
};

void starsend_verifier_verify_async (StarsendVerifier *self, StarsendRequest *request, const char *path,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
JsonNode *starsend_verifier_verify_finish (StarsendVerifier *self, GAsyncResult *result, GError **error);

G_END_DECLS
