/* fal-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "fake-fal.h"
#include "starsend-fal-provider.h"
#include "starsend-models.h"

G_BEGIN_DECLS

/* A provider, and the fal that it talks to, on one main context. */
typedef struct
{
  FakeFal *fal;
  FakeServer *server;
  StarsendHttpClient *http;
  StarsendKeys *keys;
  StarsendFalClient *client;
  StarsendFalStorage *storage;
  StarsendModels *models;
  char *folder;
  char *video;     /* what jobs deliver */
  char *part;
  char *cache;     /* of uploads */
  guint n_pictures;
} FalFixture;

void fal_fixture_set_up (FalFixture *self, gconstpointer user_data);
void fal_fixture_tear_down (FalFixture *self, gconstpointer user_data);
/* A client and a storage as another run of the program would have them. */
void fal_fixture_restart (FalFixture *self);

StarsendProvider *fal_fixture_provider (FalFixture *self, const char *model);
/* A new picture file. (transfer full) */
char *fal_fixture_picture (FalFixture *self, int width, int height);
/* A take of one shot of 3 seconds, from a start frame. */
StarsendRequest *fal_fixture_take (FalFixture *self, const char *model);
void fal_fixture_add_shot (StarsendRequest *request, const char *text, const char *camera, double duration);

StarsendTicket *fal_fixture_submit (FalFixture *self, StarsendProvider *provider, StarsendRequest *request, GError **error);
StarsendDelivery *fal_fixture_collect (FalFixture *self, StarsendProvider *provider, StarsendRequest *request, StarsendTicket *ticket,
                                       StarsendJob *job, GError **error);
/* -1: it failed. */
int fal_fixture_cancel (FalFixture *self, StarsendProvider *provider, StarsendTicket *ticket, GError **error);

/* The n-th body that was submitted, as compact JSON. (transfer full) */
char *fal_fixture_dup_body (FalFixture *self, guint index, char **endpoint);
guint64 fal_fixture_count (FalFixture *self, const char *name);
void fal_fixture_spin (guint milliseconds);

G_END_DECLS
