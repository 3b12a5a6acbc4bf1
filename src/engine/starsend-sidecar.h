/* starsend-sidecar.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "starsend-delivery.h"
#include "starsend-request.h"

G_BEGIN_DECLS

/* The file beside every grid and take that says how it was made: the request as sent, digests, cost, checks, and later
 * the verdicts. Plain JSON; keys that we do not know are kept. */

typedef struct
{
  StarsendRequest *request;
  const char *job_id;
  const char *provider;
  const char *request_id;
  JsonNode *sent;            /* the request as it went over the wire, without any key; nullable */
  const char *input_digest;
  const char *output;        /* absolute */
  const char *file_digest;
  const char *currency;
  const char *created_at;
  gint64 estimate;
  StarsendDelivery *delivery;
  JsonNode *checks;
} StarsendSidecarFacts;

char *starsend_sidecar_path (const char *media_path);
JsonNode *starsend_sidecar_build (const StarsendSidecarFacts *facts, const char *root);
JsonNode *starsend_sidecar_load (const char *sidecar_path, GError **error);
gboolean starsend_sidecar_save (const char *sidecar_path, JsonNode *sidecar, GError **error);
/* Now, in UTC, as every file of ours writes it: "2026-03-27T14:30:00Z". */
char *starsend_sidecar_now (void);

G_END_DECLS
