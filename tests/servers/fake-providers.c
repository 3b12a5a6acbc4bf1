/* fake-providers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The test servers as a program: for trying the window by hand without spending anything, and for tests in other languages.
 */

#include "fake-control.h"

#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int port;
static gboolean fast, quiet, until_eof;
static char *state_dir, *video;
static char **faults;

static const GOptionEntry entries[] = {
  { "port", 'p', 0, G_OPTION_ARG_INT, &port, "The first of five ports; 0, the default: any", "N" },
  { "fast", 'f', 0, G_OPTION_ARG_NONE, &fast, "Jobs take a second, and videos are small", NULL },
  { "fault", 0, 0, G_OPTION_ARG_STRING_ARRAY, &faults, "Something that goes wrong, such as {\"route\": \"submit\", \"times\": 1, \"what\": \"drop-after\"}", "JSON" },
  { "state-dir", 's', 0, G_OPTION_ARG_FILENAME, &state_dir, "Keep jobs and files here, and find them again", "DIR" },
  { "video", 0, 0, G_OPTION_ARG_FILENAME, &video, "What every video job delivers", "FILE" },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, "Do not log the calls", NULL },
  { "until-eof", 0, 0, G_OPTION_ARG_NONE, &until_eof, "End when standard input does", NULL },
  { NULL }
};

static gboolean
on_signal (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_input (int fd, GIOCondition condition, gpointer user_data)
{
  char buffer[256];

  if (read (fd, buffer, sizeof buffer) > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (user_data);

  return G_SOURCE_REMOVE;
}

static void
print_environment (FakeFal *fal, FakeGemini *gemini, FakeControl *control)
{
  printf ("export STARSEND_FAL_QUEUE_URL=%s\n", fake_fal_get_base (fal));
  printf ("export STARSEND_FAL_REST_URL=%s\n", fake_fal_get_base (fal));
  printf ("export STARSEND_GEMINI_URL=%s\n", fake_gemini_get_base (gemini));
  printf ("export FAL_KEY=%s\n", FAKE_FAL_KEY);
  printf ("export GEMINI_API_KEY=%s\n", FAKE_GEMINI_KEY);
  printf ("export FAKE_CONTROL_URL=%s\n", fake_control_get_base (control));
  printf ("# ready\n");
  fflush (stdout);
}

static gboolean
add_faults (FakeControl *control)
{
  for (guint i = 0; faults != NULL && faults[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) fault = json_from_string (faults[i], &error);

      if (fault == NULL || !fake_control_add_fault (control, fault, &error))
        {
          g_printerr ("fake-providers: %s\n", error != NULL ? error->message : "That is no fault.");
          return FALSE;
        }
    }

  return TRUE;
}

static void
set_up (FakeFal *fal, FakeGemini *gemini)
{
  if (fast)
    {
      fake_fal_set_times (fal, 300, 700);
      fake_fal_set_video_height (fal, 360);
    }
  else
    fake_fal_set_times (fal, 4000, 8000);
  if (video != NULL)
    fake_fal_set_video (fal, video);
  fake_server_set_verbose (fake_fal_get_server (fal), !quiet);
  fake_server_set_verbose (fake_gemini_get_server (gemini), !quiet);
}

static gboolean
run (GError **error)
{
  const guint first = (guint) port;
  const guint fal_ports[] = { first, first > 0 ? first + 1 : 0, first > 0 ? first + 2 : 0 };
  g_autoptr (FakeFal) fal = fake_fal_new_full (fal_ports, state_dir, error);
  g_autoptr (FakeGemini) gemini = fal != NULL ? fake_gemini_new_full (first > 0 ? first + 3 : 0, error) : NULL;
  g_autoptr (FakeControl) control = gemini != NULL ? fake_control_new (fal, gemini, first > 0 ? first + 4 : 0, error) : NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  if (control == NULL)
    return FALSE;
  set_up (fal, gemini);
  if (!add_faults (control))
    return FALSE;
  print_environment (fal, gemini, control);
  g_unix_signal_add (SIGINT, on_signal, loop);
  g_unix_signal_add (SIGTERM, on_signal, loop);
  if (until_eof)
    g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input, loop);
  g_main_loop_run (loop);

  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- a fal and a Gemini on this machine, which cost nothing");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_description (context, "It prints the environment that Starsend and its tests need, then logs every call.");
  if (g_option_context_parse (context, &argc, &argv, &error) && run (&error))
    return EXIT_SUCCESS;
  if (error != NULL)
    g_printerr ("fake-providers: %s\n", error->message);

  return EXIT_FAILURE;
}
