/* fake-call-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "fake-server-private.h"

G_BEGIN_DECLS

struct _FakeCall
{
  guint n_refs;

  /* Borrowed: the server outlives every call, which it ends with itself. */
  FakeServer *server;
  const char *route;

  /* Owned */
  SoupServerMessage *msg;
  FakeFault *fault;         /* nullable */
  GBytes *body;
  char *content_type;
  char *range;              /* nullable */
  GSource *timer;           /* nullable */

  guint status;
  gboolean gone;
};

/* What the calls of a server ask of it. */
GCancellable *fake_server_get_cancellable (FakeServer *self);
char *fake_server_expand (FakeServer *self, const char *text);
/* @status 0: none was sent. */
void fake_server_log_call (FakeServer *self, FakeCall *call, guint status);
void fake_server_end_call (FakeServer *self, FakeCall *call);
/* It is no business of the server's any more. */
void fake_server_forget_socket (FakeServer *self, GSocket *socket);
void fake_call_forget_timer (FakeCall *self);
/* A timeout on the context of this thread. (transfer full) */
GSource *fake_server_wait (guint milliseconds, GSourceFunc callback, gpointer user_data, GDestroyNotify destroy);

G_END_DECLS
