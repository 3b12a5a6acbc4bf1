/* paid.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "scripted-provider.h"
#include "starsend-finding.h"
#include "studio.h"

G_BEGIN_DECLS

/* A studio whose takes are made by a provider that costs money and does as it is told. */
typedef struct
{
  Studio studio;
  ScriptedProvider *provider;
} Paid;

/* Four seconds (the model makes no fewer than three) at a quarter a second, in millionths: 1 is estimated, and a tenth less is
 * paid. */
#define PAID_PRICE 250000
#define PAID_ESTIMATE 1000000
#define PAID_COST 900000

/* Sequences A, B and C, each with shots s and t. */
extern const char paid_plan[];
/* What is delivered; made by paid_make_media(). */
extern char *paid_video_path;
extern char *paid_picture_path;

void paid_make_media (const char *folder);
void paid_set_up (Paid *paid, gconstpointer budget);
void paid_set_up_uncapped (Paid *paid, gconstpointer data);
void paid_tear_down (Paid *paid, gconstpointer budget);
StarsendLedger *paid_get_ledger (Paid *paid);
void paid_assert_money (Paid *paid, gint64 spent, gint64 reserved);
void paid_assert_event (Paid *paid, StarsendLedgerEvent event);
void paid_assert_files (Paid *paid, guint n_takes, guint n_parts);
void paid_execute_and_fail (Paid *paid, GQuark domain, int code, const char *words);
void paid_assert_failed_and_free (Paid *paid);
void paid_assert_open (Paid *paid, StarsendLedgerEvent event);
void paid_resume (Paid *paid);
void paid_start_again_and_resume (Paid *paid, guint n_sentences, StarsendSeverity severity, const char *words);
void paid_assert_delivered (Paid *paid);
void paid_assert_at_rest (Paid *paid);
void paid_execute_after_all (Paid *paid);

G_END_DECLS
