/* fake-server.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What the two test servers share: listening on loopback, faults, counters, a log. It serves on the main context that was the
 * thread's default when it was made, and belongs to that thread. */
typedef struct _FakeServer FakeServer;

/* The next @times calls of @route ("*": of any) go wrong in this way; faults of one route are used up in the order they came.
 *
 * @what is a name out of the table in fake-faults.c:
 *   any route    "drop-before" "drop-after" (the call does its work: a submit is bought) "reset-before" "reset-after" "truncated" "empty" "garbage"
 *                "429" "429-retry-after" "429-date" "429-absurd" "500" "502" "503" "nginx-503" "504" "401" "403" "404" "410" "422" "slow" (2 s) "redirect"
 *   fal          "locked" "detail-string" "detail-list" "detail-legacy" "detail-empty" "policy" "lost-start" (504 by the user's own timeout)
 *   status       "no-metrics" "error" "unknown-status" "empty-status" "no-status" "back-to-progress" "back-to-queue" "silence" (IN_QUEUE, no news) "growing"
 *   submit       "foreign-urls" "no-request-id" "no-urls"
 *   files        "drip" "wrong-length" "no-length" "html" "no-range" "other-etag"
 *   generate     every finishReason by its name ("SAFETY"), every blockReason with "block-" before it, "no-candidates" "text-only" "no-content" "no-parts" "only-thought" "snake-case" "null-fields"
 *                "bad-key" "denied" "billing" "retired" "internal" "overloaded" "deadline" "quota-info" "quota-message" "quota-zero" "quota-day" "nested" "array" "not-base64" "not-a-picture" "huge"
 *
 * or a JSON object, any of: {"status": 429, "headers": {"Retry-After": "2"}, "body": "text" or any JSON (in place of the real answer, and
 * the call does no work unless "work": true), "patch": {...} (RFC 7386, over the real answer's JSON), "remove": ["metrics"],
 * "delay": MILLISECONDS, "drop": "before" | "after", "reset": true (RST in place of FIN), "cut": BYTES of the body that are sent before the connection ends,
 * "after": CALLS of this route that go well before it, "name": one of the table, to build on}.
 * {base}, {cdn} and {foreign} in texts become the addresses. A mistake in @what ends the test. */
void fake_server_fault (FakeServer *self, const char *route, guint times, const char *what);
/* The same, from {"route", "times", "what"}; FALSE with an error instead of the end of the test. */
gboolean fake_server_fault_json (FakeServer *self, JsonNode *fault, GError **error);
void fake_server_clear_faults (FakeServer *self);
/* Faults that were pushed and have not happened yet, each as often as it would. */
guint fake_server_get_n_faults (FakeServer *self);

/* Counters, 0 when nothing of that name happened. Every route counts its calls by its own name, faulted ones too; "key.stray" counts keys
 * where no key may be (presigned PUT, files, foreign hosts, addresses), "key.missing" calls that lacked one. The rest is told by each server. */
guint64 fake_server_count (FakeServer *self, const char *name);
void fake_server_reset_counters (FakeServer *self);
/* (transfer full): {"name": n, ...} */
JsonNode *fake_server_dup_counters (FakeServer *self);
/* "POST /fal-ai/... 200", newest last, at most 10,000 of them. (transfer none) (element-type utf8) */
GPtrArray *fake_server_get_log (FakeServer *self);
/* Writes every call to standard error as well. */
void fake_server_set_verbose (FakeServer *self, gboolean verbose);

G_END_DECLS
