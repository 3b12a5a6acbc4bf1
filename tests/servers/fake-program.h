/* fake-program.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The program fake-providers in a process of its own, for tests whose other processes die while the servers go on. It ends with this one.
 * Every call blocks. */
typedef struct _FakeProgram FakeProgram;

/* @program: its path. @arguments: beside --until-eof and --quiet; nullable. Ends the test when it does not start. */
FakeProgram *fake_program_new (const char *program, const char *const *arguments);
void fake_program_free (FakeProgram *self);
/* "STARSEND_FAL_QUEUE_URL" and so on; NULL: it does not give that. */
const char *fake_program_getenv (FakeProgram *self, const char *name);
/* All of them, for a process that is to use the servers. */
void fake_program_prepare (FakeProgram *self, GSubprocessLauncher *launcher);
/* "POST", "faults", JSON; see fake-control.h. Ends the test when it is refused. (transfer full) */
JsonNode *fake_program_control (FakeProgram *self, const char *method, const char *path, const char *json);
/* @what is a name or a JSON object, as for fake_server_fault(). */
void fake_program_fault (FakeProgram *self, const char *route, guint times, const char *what);
/* @server: "fal" or "gemini". */
guint64 fake_program_count (FakeProgram *self, const char *server, const char *counter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeProgram, fake_program_free)

G_END_DECLS
