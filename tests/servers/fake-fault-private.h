/* fake-fault-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  FAKE_DROP_NOT,
  FAKE_DROP_BEFORE,
  FAKE_DROP_AFTER,
} FakeDrop;

#define FAKE_CUT_NOT -1
#define FAKE_CUT_HALF -2

/* One way in which a call goes wrong; what it means is told at fake_server_fault(). */
typedef struct
{
  char *route;
  guint times;
  guint after;
  guint status;              /* 0: the real one */
  JsonObject *headers;       /* nullable */
  JsonNode *body;            /* nullable: the real one */
  JsonNode *patch;           /* nullable */
  JsonArray *remove;         /* nullable */
  gboolean work;             /* the call is carried out, although its answer is another one */
  guint delay;
  FakeDrop drop;
  gboolean reset;
  gint64 cut;
  char *special;             /* nullable */
} FakeFault;

FakeFault *fake_fault_new (const char *route, guint times, JsonNode *what, const char *const *specials, GError **error);
FakeFault *fake_fault_copy (FakeFault *self);
void fake_fault_free (FakeFault *self);
/* Whether the real answer is wanted at all. */
gboolean fake_fault_needs_work (FakeFault *self);
/* @node with the patch and without what is removed. (transfer full) */
JsonNode *fake_fault_patch (FakeFault *self, JsonNode *node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeFault, fake_fault_free)

G_END_DECLS
