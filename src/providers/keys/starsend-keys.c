/* starsend-keys.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-keys.h"

#include "starsend-error.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>
#include <string.h>

/* How long a keyring that does not answer may hold up a start. */
#define LOAD_SECONDS 3
/* Real ones are well under 200 characters. */
#define MAX_LENGTH 1024

typedef struct
{
  const char *account;
  const char *title;
  const char *variable;
} Account;

static const Account accounts[] = {
  { "fal", "fal.ai", "FAL_KEY" },
  { "gemini", "Gemini", "GEMINI_API_KEY" },
};

#define N_ACCOUNTS G_N_ELEMENTS (accounts)

static const SecretSchema schema = {
  .name = "org.starsend.Starsend.Key",
  .flags = SECRET_SCHEMA_NONE,
  .attributes = { { "account", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

typedef struct
{
  char *environment;
  char *keyring;
  gboolean is_unusable; /* the environment has one that cannot be a key */
} Key;

struct _StarsendKeys
{
  GObject parent_instance;

  Key keys[N_ACCOUNTS];
  gboolean is_loaded;
  gboolean is_locked;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (StarsendKeys, starsend_keys, G_TYPE_OBJECT)

/**
 * StarsendKeyOrigin:
 * @STARSEND_KEY_NONE: there is no key
 * @STARSEND_KEY_ENVIRONMENT: an environment variable
 * @STARSEND_KEY_KEYRING: the keyring
 *
 * Where a key comes from.
 */
G_DEFINE_ENUM_TYPE (StarsendKeyOrigin, starsend_key_origin,
                    G_DEFINE_ENUM_VALUE (STARSEND_KEY_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (STARSEND_KEY_ENVIRONMENT, "environment"),
                    G_DEFINE_ENUM_VALUE (STARSEND_KEY_KEYRING, "keyring"))

/* What is freed here must not be found in memory later. */
static void
clear_key (char **key)
{
  g_clear_pointer (key, secret_password_free);
}

static int
find_account (const char *account)
{
  for (guint i = 0; i < N_ACCOUNTS; i++)
    if (g_strcmp0 (accounts[i].account, account) == 0)
      return (int) i;
  return -1;
}

static void
starsend_keys_finalize (GObject *object)
{
  StarsendKeys *self = STARSEND_KEYS (object);

  for (guint i = 0; i < N_ACCOUNTS; i++)
    {
      clear_key (&self->keys[i].environment);
      clear_key (&self->keys[i].keyring);
    }

  G_OBJECT_CLASS (starsend_keys_parent_class)->finalize (object);
}

static void
starsend_keys_class_init (StarsendKeysClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_keys_finalize;

  /**
   * StarsendKeys::changed:
   * @account: the account whose key is another one now
   *
   * A key came, went or changed.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static const char *
look_up (const char *variable)
{
  const char *value = g_getenv (variable);

  return value != NULL && *value != '\0' ? value : NULL;
}

static char *
read_environment (const Account *account)
{
  const char *id = look_up ("FAL_KEY_ID"), *secret = look_up ("FAL_KEY_SECRET");

  if (look_up (account->variable) != NULL)
    return g_strdup (look_up (account->variable));
  if (g_str_equal (account->account, "fal") && id != NULL && secret != NULL)
    return g_strdup_printf ("%s:%s", id, secret);
  return NULL;
}

static void
starsend_keys_init (StarsendKeys *self)
{
  for (guint i = 0; i < N_ACCOUNTS; i++)
    {
      char *value = read_environment (&accounts[i]);

      if (value == NULL)
        continue;
      self->keys[i].environment = starsend_keys_clean (accounts[i].account, value, NULL);
      self->keys[i].is_unusable = self->keys[i].environment == NULL;
      clear_key (&value);
    }
}

/* Takes @key. */
static void
set_keyring_key (StarsendKeys *self, guint i, char *key)
{
  Key *slot = &self->keys[i];
  gboolean is_same = g_strcmp0 (slot->keyring, key) == 0;

  clear_key (&slot->keyring);
  slot->keyring = key;
  if (!is_same && slot->environment == NULL)
    g_signal_emit (self, signals[CHANGED], g_quark_from_static_string (accounts[i].account), accounts[i].account);
}

/* Loading */

typedef struct
{
  StarsendKeys *keys;
  GTask *task;          /* NULL once it was answered */
  GCancellable *cancellable;
  GCancellable *outer;
  gulong outer_handler;
  guint timeout;
  guint n_pending;      /* searches and their secrets; 1 more while they are begun */
  gboolean failed;
} Load;

typedef struct
{
  Load *load;
  guint account;
} Search;

/* The secrets may be waited for longer than the caller waits. */
static void
load_answer (Load *load)
{
  g_autoptr (GTask) task = g_steal_pointer (&load->task);

  g_clear_handle_id (&load->timeout, g_source_remove);
  if (load->outer != NULL)
    g_clear_signal_handler (&load->outer_handler, load->outer);
  g_clear_object (&load->outer);
  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static void
load_unref (Load *load)
{
  if (--load->n_pending > 0)
    return;
  load->keys->is_loaded = !load->failed && !load->keys->is_locked;
  load_answer (load);
  g_object_unref (load->cancellable);
  g_object_unref (load->keys);
  g_free (load);
}

static void
on_secret (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Search *search = user_data;
  g_autoptr (GError) error = NULL;
  SecretValue *value = secret_retrievable_retrieve_secret_finish (SECRET_RETRIEVABLE (source), result, &error);
  const char *text = value != NULL ? secret_value_get_text (value) : NULL;
  char *key = text != NULL ? starsend_keys_clean (accounts[search->account].account, text, NULL) : NULL;

  if (key != NULL)
    set_keyring_key (search->load->keys, search->account, key);
  else
    search->load->failed = TRUE;
  g_clear_pointer (&value, secret_value_unref);
  load_unref (search->load);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Search *search = user_data;
  Load *load = search->load;
  StarsendKeys *self = load->keys;
  g_autoptr (GError) error = NULL;
  GList *found = secret_password_search_finish (result, &error);

  if (error != NULL)
    {
      /* No bus, no service, none that answers: as good as an empty one. */
      g_debug ("The keyring cannot be searched: %s", error->message);
      load->failed = TRUE;
    }
  else if (found == NULL)
    set_keyring_key (self, search->account, NULL);
  else if (SECRET_IS_ITEM (found->data) && secret_item_get_locked (found->data))
    self->is_locked = TRUE;
  else
    {
      load->n_pending++;
      secret_retrievable_retrieve_secret (found->data, load->cancellable, on_secret, g_steal_pointer (&search));
    }
  g_list_free_full (found, g_object_unref);
  load_unref (load);
}

static gboolean
on_timeout (gpointer user_data)
{
  Load *load = user_data;

  load->timeout = 0;
  load_answer (load);
  g_cancellable_cancel (load->cancellable);
  return G_SOURCE_REMOVE;
}

/* Cancelled while it is waited for: the answer comes from the main loop, not from inside the cancelling. */
static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Load *load = user_data;

  g_clear_handle_id (&load->timeout, g_source_remove);
  load->timeout = g_idle_add (on_timeout, load);
}

static void
begin_search (Load *load, guint account)
{
  Search *search = g_new (Search, 1);

  *search = (Search) { load, account };
  load->n_pending++;
  /* Without SECRET_SEARCH_UNLOCK: reading never puts a dialogue on the screen. */
  secret_password_search (&schema, SECRET_SEARCH_NONE, load->cancellable, on_found, search,
                          "account", accounts[account].account, NULL);
}

/* Storing */

typedef struct
{
  guint account;
  char *key; /* nullable: to be removed */
} Store;

static void
store_free (gpointer data)
{
  Store *store = data;

  clear_key (&store->key);
  g_free (store);
}

static void
end_store (GTask *task, gboolean done, const GError *cause)
{
  StarsendKeys *self = g_task_get_source_object (task);
  Store *store = g_task_get_task_data (task);

  if (cause != NULL && g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_error_copy (cause));
      return;
    }
  if (!done)
    {
      g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
                               /* Translators: the first %s is the name of an environment variable, the second what the system says. */
                               _("The keyring cannot be used here. Set %s instead. (%s)"), accounts[store->account].variable,
                               cause != NULL ? cause->message : _("It was not unlocked."));
      return;
    }
  set_keyring_key (self, store->account, g_steal_pointer (&store->key));
  g_task_return_boolean (task, TRUE);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = secret_password_store_finish (result, &error);

  end_store (task, done, error);
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  /* FALSE without an error: there was none to remove. */
  secret_password_clear_finish (result, &error);
  end_store (task, error == NULL, error);
}

/* Public API */

/**
 * starsend_keys_new:
 *
 * Reads the keys of the environment. Those of the keyring come with [method@Keys.load_async].
 *
 * Returns: (transfer full): the keys
 */
StarsendKeys *
starsend_keys_new (void)
{
  return g_object_new (STARSEND_TYPE_KEYS, NULL);
}

/**
 * starsend_keys_get_default:
 *
 * The keys that everything in this process shares.
 *
 * Returns: (transfer none): the keys
 */
StarsendKeys *
starsend_keys_get_default (void)
{
  static StarsendKeys *keys;

  if (keys == NULL)
    keys = starsend_keys_new ();
  return keys;
}

/**
 * starsend_keys_load_async:
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the keyring was read, or is not waited for any more
 * @user_data: data for @callback
 *
 * Reads the keyring, once. A locked one is not unlocked, and none at all is no error.
 *
 * A keyring that takes longer than 3 seconds is not waited for.
 */
void
starsend_keys_load_async (StarsendKeys *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Load *load;

  g_return_if_fail (STARSEND_IS_KEYS (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_keys_load_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->is_loaded)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  self->is_locked = FALSE;
  load = g_new0 (Load, 1);
  load->keys = g_object_ref (self);
  load->task = g_steal_pointer (&task);
  load->cancellable = g_cancellable_new ();
  load->n_pending = 1;
  load->timeout = g_timeout_add_seconds (LOAD_SECONDS, on_timeout, load);
  if (cancellable != NULL)
    {
      load->outer = g_object_ref (cancellable);
      load->outer_handler = g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_cancelled), load);
    }
  for (guint i = 0; i < N_ACCOUNTS; i++)
    begin_search (load, i);
  load_unref (load);
}

/**
 * starsend_keys_load_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Finishes [method@Keys.load_async].
 *
 * Returns: %TRUE, whether there is a keyring or not; %FALSE only when it was cancelled
 */
gboolean
starsend_keys_load_finish (StarsendKeys *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * starsend_keys_has:
 * @account: "fal" or "gemini"
 *
 * Whether there is a key for an account.
 *
 * Returns: whether there is one
 */
gboolean
starsend_keys_has (StarsendKeys *self, const char *account)
{
  return starsend_keys_peek (self, account) != NULL;
}

/**
 * starsend_keys_get_origin:
 * @account: "fal" or "gemini"
 *
 * Where the key of an account comes from.
 *
 * Returns: the origin
 */
StarsendKeyOrigin
starsend_keys_get_origin (StarsendKeys *self, const char *account)
{
  int i = find_account (account);

  g_return_val_if_fail (STARSEND_IS_KEYS (self), STARSEND_KEY_NONE);

  if (i >= 0 && self->keys[i].environment != NULL)
    return STARSEND_KEY_ENVIRONMENT;
  return i >= 0 && self->keys[i].keyring != NULL ? STARSEND_KEY_KEYRING : STARSEND_KEY_NONE;
}

/**
 * starsend_keys_peek: (skip)
 * @account: "fal" or "gemini"
 *
 * The key of an account. It goes into the header of a call, and nowhere else.
 *
 * Returns: (transfer none) (nullable): the key
 */
const char *
starsend_keys_peek (StarsendKeys *self, const char *account)
{
  int i = find_account (account);

  g_return_val_if_fail (STARSEND_IS_KEYS (self), NULL);

  if (i < 0)
    return NULL;
  return self->keys[i].environment != NULL ? self->keys[i].environment : self->keys[i].keyring;
}

/**
 * starsend_keys_check:
 * @account: "fal" or "gemini"
 * @error: return location for an error
 *
 * Refuses where there is no key for an account, and says what to do.
 *
 * Returns: whether there is one; else %STARSEND_ERROR_UNAVAILABLE
 */
gboolean
starsend_keys_check (StarsendKeys *self, const char *account, GError **error)
{
  int i = find_account (account);

  g_return_val_if_fail (STARSEND_IS_KEYS (self), FALSE);
  g_return_val_if_fail (i >= 0, FALSE);

  if (starsend_keys_has (self, account))
    return TRUE;
  if (self->keys[i].is_unusable)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
                 /* Translators: the name of an environment variable. */
                 _("What %s holds cannot be a key: it has a line break or another character in it that keys never have. Copy the key again."),
                 accounts[i].variable);
  else if (self->is_locked)
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
                 /* Translators: the first %s is "fal.ai" or "Gemini", the second the name of an environment variable. */
                 _("The keyring with the key for %s is locked. Unlock it, or set %s."), accounts[i].title, accounts[i].variable);
  else
    g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_UNAVAILABLE,
                 _("There is no key for %s. Enter it in the preferences, or set %s."), accounts[i].title, accounts[i].variable);
  return FALSE;
}

/**
 * starsend_keys_get_title:
 * @account: "fal" or "gemini"
 *
 * What an account is called where people read it.
 *
 * Returns: (transfer none) (nullable): "fal.ai", "Gemini"; %NULL for another account
 */
const char *
starsend_keys_get_title (const char *account)
{
  int i = find_account (account);

  return i >= 0 ? accounts[i].title : NULL;
}

/**
 * starsend_keys_clean:
 * @account: "fal" or "gemini"
 * @key: as it was typed or pasted
 * @error: return location for an error
 *
 * Takes the white space away that comes along when a key is copied.
 *
 * A header is made of a key, so anything but printable ASCII is refused. The message never holds the key.
 *
 * Returns: (transfer full): the key; %NULL with %STARSEND_ERROR_INVALID_INPUT where it cannot be one
 */
char *
starsend_keys_clean (const char *account, const char *key, GError **error)
{
  g_autofree char *clean = NULL;
  gboolean good;

  g_return_val_if_fail (find_account (account) >= 0, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  clean = g_strstrip (g_strdup (key));
  good = *clean != '\0' && strlen (clean) <= MAX_LENGTH;
  for (const char *p = clean; good && *p != '\0'; p++)
    good = g_ascii_isgraph (*p);
  if (good)
    return g_steal_pointer (&clean);

  secret_password_wipe (clean);
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               /* Translators: %s is "fal.ai" or "Gemini". */
               _("This cannot be a key for %s: a key is one line of letters, digits and signs, without spaces. Copy it again."),
               starsend_keys_get_title (account));
  return NULL;
}

/**
 * starsend_keys_store_async:
 * @account: "fal" or "gemini"
 * @key: (nullable): the key; %NULL removes the one that is there
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is kept
 * @user_data: data for @callback
 *
 * Keeps a key in the keyring. The desktop may ask the user to unlock it.
 */
void
starsend_keys_store_async (StarsendKeys *self, const char *account, const char *key, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *label = NULL;
  GError *error = NULL;
  int i = find_account (account);
  Store *store;

  g_return_if_fail (STARSEND_IS_KEYS (self));
  g_return_if_fail (i >= 0);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_keys_store_async);
  /* What was kept was kept. */
  g_task_set_check_cancellable (task, FALSE);
  store = g_new0 (Store, 1);
  store->account = (guint) i;
  g_task_set_task_data (task, store, store_free);
  if (key == NULL)
    {
      secret_password_clear (&schema, cancellable, on_cleared, g_steal_pointer (&task), "account", account, NULL);
      return;
    }

  store->key = starsend_keys_clean (account, key, &error);
  if (store->key == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  /* Translators: the name of an entry in the keyring; %s is "fal.ai" or "Gemini". */
  label = g_strdup_printf (_("Starsend: key for %s"), accounts[i].title);
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, store->key, cancellable, on_stored,
                         g_steal_pointer (&task), "account", account, NULL);
}

/**
 * starsend_keys_store_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Finishes [method@Keys.store_async].
 *
 * Returns: whether it is kept; %STARSEND_ERROR_INVALID_INPUT for what cannot be a key, %STARSEND_ERROR_UNAVAILABLE where
 *   there is no keyring, or it stayed locked
 */
gboolean
starsend_keys_store_finish (StarsendKeys *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
