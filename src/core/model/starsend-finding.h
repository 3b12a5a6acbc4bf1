/* starsend-finding.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  STARSEND_SEVERITY_WARNING,
  STARSEND_SEVERITY_ERROR,
} StarsendSeverity;

#define STARSEND_TYPE_SEVERITY (starsend_severity_get_type ())
GType starsend_severity_get_type (void);

#define STARSEND_TYPE_FINDING (starsend_finding_get_type ())

/* What a validator or a critic found: the place ("sequences[3].shots[1].duration"), and in a sentence what was found
 * and what is allowed. An error stops the sequence that it touches (sequence-id NULL: every one; "": none, such as an error of the song), a warning nothing. */
G_DECLARE_FINAL_TYPE (StarsendFinding, starsend_finding, STARSEND, FINDING, GObject)

StarsendFinding *starsend_finding_new (StarsendSeverity severity, const char *place, const char *sequence_id, const char *message);
StarsendSeverity starsend_finding_get_severity (StarsendFinding *self);
const char *starsend_finding_get_place (StarsendFinding *self);
const char *starsend_finding_get_sequence_id (StarsendFinding *self);
const char *starsend_finding_get_message (StarsendFinding *self);

G_END_DECLS
