/* starsend-keys.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  STARSEND_KEY_NONE,
  STARSEND_KEY_ENVIRONMENT,   /* FAL_KEY (or FAL_KEY_ID and FAL_KEY_SECRET), GEMINI_API_KEY: it wins over the keyring */
  STARSEND_KEY_KEYRING,
} StarsendKeyOrigin;

#define STARSEND_TYPE_KEY_ORIGIN (starsend_key_origin_get_type ())
GType starsend_key_origin_get_type (void);

#define STARSEND_TYPE_KEYS (starsend_keys_get_type ())

/* The keys of the accounts "fal" and "gemini": read from the environment and the keyring, held in memory, and given to
 * nothing but a call's key header. Main thread only. Signal "changed" (account). */
G_DECLARE_FINAL_TYPE (StarsendKeys, starsend_keys, STARSEND, KEYS, GObject)

/* The one of this process; the environment is read at once, the keyring by load. (transfer none) */
StarsendKeys *starsend_keys_get_default (void);
StarsendKeys *starsend_keys_new (void);
/* Reads the keyring. No keyring is no error: the keys of the environment are there. Gives up after 3 seconds. */
void starsend_keys_load_async (StarsendKeys *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_keys_load_finish (StarsendKeys *self, GAsyncResult *result, GError **error);
gboolean starsend_keys_has (StarsendKeys *self, const char *account);
/* FALSE with one sentence on what to do where there is no key, or none that can be used (UNAVAILABLE). */
gboolean starsend_keys_check (StarsendKeys *self, const char *account, GError **error);
StarsendKeyOrigin starsend_keys_get_origin (StarsendKeys *self, const char *account);
/* Nullable. For the providers alone. */
const char *starsend_keys_peek (StarsendKeys *self, const char *account);
/* Keeps @key in the keyring; NULL removes it. UNAVAILABLE where there is no keyring. */
void starsend_keys_store_async (StarsendKeys *self, const char *account, const char *key,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_keys_store_finish (StarsendKeys *self, GAsyncResult *result, GError **error);

/* As a key is typed or pasted: without white space around it; NULL (INVALID_INPUT) where it cannot be one. (transfer full) */
char *starsend_keys_clean (const char *account, const char *key, GError **error);
/* "fal.ai", "Gemini": what an account is called. NULL for one that there is none of. */
const char *starsend_keys_get_title (const char *account);

G_END_DECLS
