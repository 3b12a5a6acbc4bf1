/* scripted-provider.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-provider.h"

G_BEGIN_DECLS

/* What goes wrong at the next call that it fits; each is used up once. */
typedef enum
{
  SCRIPTED_SUBMIT_WELL,       /* nothing, so that the next fault meets the job after this one */
  SCRIPTED_SUBMIT_FAILS,      /* for certain: nothing was bought */
  SCRIPTED_SUBMIT_UNCERTAIN,  /* bought, but the answer never comes */
  SCRIPTED_SUBMIT_LOCKED,     /* the account is: nothing was bought, and nothing can be */
  SCRIPTED_SUBMIT_LOST,       /* never arrived, and the answer never comes */
  SCRIPTED_SUBMIT_HANGS,      /* until it is cancelled, and then nothing was bought */
  SCRIPTED_COLLECT_WELL,      /* nothing */
  SCRIPTED_COLLECT_FAILS,     /* for good */
  SCRIPTED_COLLECT_CHARGED,   /* for good, and it is to be paid all the same */
  SCRIPTED_COLLECT_UNKNOWN,   /* the provider says it does not know it */
  SCRIPTED_COLLECT_IO,        /* the network is away, with half a file written */
  SCRIPTED_COLLECT_HANGS,     /* until it is cancelled */
  SCRIPTED_COLLECT_TRUNCATED,
  SCRIPTED_COLLECT_GARBAGE,
  SCRIPTED_COLLECT_PICTURE,   /* instead of a video */
  SCRIPTED_N_FAULTS,
} ScriptedFault;

#define SCRIPTED_TYPE_PROVIDER (scripted_provider_get_type ())

/* A provider whose prices are known and whose faults are written down beforehand; it delivers copies of one video,
 * and of one picture where a grid is wanted. It outlives the projects that use it, as the other side of a network does, and counts what it was asked for. */
G_DECLARE_FINAL_TYPE (ScriptedProvider, scripted_provider, SCRIPTED, PROVIDER, StarsendProvider)

/* @price: millionths for a second. @video, @picture: absolute paths of what it delivers. */
ScriptedProvider *scripted_provider_new (gint64 price, const char *video, const char *picture);
void scripted_provider_add (ScriptedProvider *self, ScriptedFault fault, guint times);
void scripted_provider_set_refusal (ScriptedProvider *self, const char *refusal);   /* nullable */
void scripted_provider_set_account_error (ScriptedProvider *self, const char *message);   /* nullable */
/* Whether the digest of what was delivered is told with it: right, or a wrong one, to see that nobody counts it again. */
void scripted_provider_set_digest (ScriptedProvider *self, const char *digest);
void scripted_provider_clear_faults (ScriptedProvider *self);
/* What the provider has taken money for, in millionths. */
gint64 scripted_provider_get_charged (ScriptedProvider *self);
/* What the provider calls a job of ours, as its dashboard would show it; NULL when it never heard of it, or took no money. */
const char *scripted_provider_get_id (ScriptedProvider *self, const char *job_id);
void scripted_provider_set_cancel_answer (ScriptedProvider *self, gboolean answer);
guint scripted_provider_get_n_submits (ScriptedProvider *self);   /* calls */
guint scripted_provider_get_n_bought (ScriptedProvider *self);    /* that are to be paid */
guint scripted_provider_get_n_collects (ScriptedProvider *self);
guint scripted_provider_get_n_cancels (ScriptedProvider *self);
gboolean scripted_provider_is_used_up (ScriptedProvider *self);

G_END_DECLS
