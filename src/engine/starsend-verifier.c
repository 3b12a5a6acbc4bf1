/* starsend-verifier.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-verifier.h"

G_DEFINE_ABSTRACT_TYPE (StarsendVerifier, starsend_verifier, G_TYPE_OBJECT)

static void
starsend_verifier_class_init (StarsendVerifierClass *klass)
{
}

static void
starsend_verifier_init (StarsendVerifier *self)
{
}

/**
 * starsend_verifier_verify_async:
 * @request: what was asked for
 * @path: absolute path of the file that arrived
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it has been looked at
 * @user_data: data for @callback
 *
 * Looks at a file that arrived.
 */
void
starsend_verifier_verify_async (StarsendVerifier *self, StarsendRequest *request, const char *path,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (STARSEND_IS_VERIFIER (self));

  STARSEND_VERIFIER_GET_CLASS (self)->verify_async (self, request, path, cancellable, callback, user_data);
}

/**
 * starsend_verifier_verify_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Gives what was measured.
 *
 * Returns: (transfer full): an object for the sidecar; %STARSEND_ERROR_DAMAGED when the file does not decode
 */
JsonNode *
starsend_verifier_verify_finish (StarsendVerifier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (STARSEND_IS_VERIFIER (self), NULL);

  return STARSEND_VERIFIER_GET_CLASS (self)->verify_finish (self, result, error);
}
