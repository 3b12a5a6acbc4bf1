/* fake-program.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-program.h"

#include <libsoup/soup.h>
#include <string.h>

struct _FakeProgram
{
  GSubprocess *process;
  GHashTable *environment;
  SoupSession *session;
};

static void
read_environment (FakeProgram *self)
{
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  char *line;

  while ((line = g_data_input_stream_read_line (input, NULL, NULL, NULL)) != NULL)
    {
      g_autofree char *owned = line;
      const char *equals = strchr (line, '=');

      if (g_str_has_prefix (line, "# ready"))
        return;
      if (g_str_has_prefix (line, "export ") && equals != NULL)
        g_hash_table_insert (self->environment, g_strndup (line + 7, (gsize) (equals - line) - 7), g_strdup (equals + 1));
    }
  g_error ("fake-providers did not start.");
}

FakeProgram *
fake_program_new (const char *program, const char *const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  FakeProgram *self = g_new0 (FakeProgram, 1);

  g_ptr_array_add (argv, (gpointer) program);
  g_ptr_array_add (argv, (gpointer) "--until-eof");
  g_ptr_array_add (argv, (gpointer) "--quiet");
  for (guint i = 0; arguments != NULL && arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) arguments[i]);
  g_ptr_array_add (argv, NULL);
  self->process = g_subprocess_newv ((const char *const *) argv->pdata, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  if (self->process == NULL)
    g_error ("%s", error->message);
  self->environment = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->session = soup_session_new_with_options ("timeout", 30, "proxy-resolver", NULL, NULL);
  read_environment (self);

  return self;
}

void
fake_program_free (FakeProgram *self)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->process);
  g_object_unref (self->session);
  g_hash_table_unref (self->environment);
  g_free (self);
}

const char *
fake_program_getenv (FakeProgram *self, const char *name)
{
  return g_hash_table_lookup (self->environment, name);
}

void
fake_program_prepare (FakeProgram *self, GSubprocessLauncher *launcher)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->environment);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_subprocess_launcher_setenv (launcher, name, value, TRUE);
}

JsonNode *
fake_program_control (FakeProgram *self, const char *method, const char *path, const char *json)
{
  g_autofree char *uri = g_strdup_printf ("%s/_control/%s", fake_program_getenv (self, "FAKE_CONTROL_URL"), path);
  g_autoptr (SoupMessage) msg = soup_message_new (method, uri);
  g_autoptr (GBytes) body = json != NULL ? g_bytes_new (json, strlen (json)) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autofree char *text = NULL;
  JsonNode *node;

  if (body != NULL)
    soup_message_set_request_body_from_bytes (msg, "application/json", body);
  answer = soup_session_send_and_read (self->session, msg, NULL, &error);
  if (answer == NULL)
    g_error ("%s: %s", path, error->message);
  text = g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
  node = json_from_string (text, &error);
  if (soup_message_get_status (msg) != 200 || node == NULL)
    g_error ("%s: %u %s", path, soup_message_get_status (msg), text);

  return node;
}

void
fake_program_fault (FakeProgram *self, const char *route, guint times, const char *what)
{
  g_autofree char *json = g_strdup_printf (what[0] == '{' ? "{\"route\": \"%s\", \"times\": %u, \"what\": %s}"
                                                          : "{\"route\": \"%s\", \"times\": %u, \"what\": \"%s\"}", route, times, what);

  json_node_unref (fake_program_control (self, "POST", "faults", json));
}

guint64
fake_program_count (FakeProgram *self, const char *server, const char *counter)
{
  g_autoptr (JsonNode) node = fake_program_control (self, "GET", "counters", NULL);
  JsonObject *counters = json_object_get_object_member (json_node_get_object (node), server);

  return (guint64) json_object_get_int_member_with_default (counters, counter, 0);
}
