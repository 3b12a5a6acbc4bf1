/* starsend-judgement.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-evidence.h"

G_BEGIN_DECLS

typedef struct
{
  char *run_id;
  char *state;
  char **shots;
  guint take;
} StarsendShotFix;

/* What mends one sequence without guessing. */
typedef struct
{
  char *sequence_id;
  StarsendSequenceChange *change; /* nullable */
  GPtrArray *shot_fixes;          /* of StarsendShotFix */
  GPtrArray *unledgered;          /* of StarsendTake: to be entered again */
} StarsendFix;

void starsend_fix_free (gpointer data);
void starsend_shot_fix_free (gpointer data);

/* What sequence state, execution store, ledger and disk disagree in. */
typedef struct
{
  GListStore *found; /* of StarsendDisagreement */
  GPtrArray *fixes;  /* of StarsendFix */
  gboolean wants_resume;
} StarsendJudgement;

/* On the main thread; @evidence: of StarsendEvidence. */
StarsendJudgement *starsend_judgement_new (StarsendClientSequenceRunner *runner, GPtrArray *evidence);
void starsend_judgement_free (StarsendJudgement *self);

G_END_DECLS
