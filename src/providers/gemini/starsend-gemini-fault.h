/* starsend-gemini-fault.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What Gemini says of a failure: an answer whose status is not 2xx. */
typedef struct
{
  guint http;
  char *status;           /* "RESOURCE_EXHAUSTED"; NULL: the answer is not Gemini's own */
  char *reason;           /* "API_KEY_INVALID"; nullable */
  char *message;          /* one line; nullable */
  gint64 retry_after;     /* milliseconds that it asks to wait; -1: it does not say */
  gboolean is_for_today;  /* the quota of the day is used up */
  gboolean is_zero;       /* there is no quota at all: it wants billing */
} StarsendGeminiFault;

StarsendGeminiFault *starsend_gemini_fault_new (guint http, GBytes *body, const char *secret);
void starsend_gemini_fault_free (StarsendGeminiFault *self);
/* Whether the same call may be made again after retry_after. */
gboolean starsend_gemini_fault_may_pass (const StarsendGeminiFault *self);
/* UNCERTAIN where a gateway may have given up on a call that went on, else what says that nothing was bought. The message
 * never holds @key. */
GError *starsend_gemini_fault_make_error (const StarsendGeminiFault *self, const char *endpoint);
/* Milliseconds of "45s", "0.5s", "450ms", "1m2.5s"; -1 for anything else. @end: where it ends; nullable. */
gint64 starsend_gemini_parse_duration (const char *text, const char **end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendGeminiFault, starsend_gemini_fault_free)

G_END_DECLS
