/* test-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>

#include "starsend-application.h"
#include "starsend-board.h"
#include "starsend-notice-bar.h"
#include "starsend-poster.h"
#include "starsend-sequence-card.h"
#include "starsend-welcome-page.h"
#include "starsend-window.h"

/* Longer than any wait takes, shorter than the runner's patience. */
#define PATIENCE_US (20 * G_USEC_PER_SEC)

/* Writes that are asked for right before a window is closed. */
#define N_WRITES 60

static StarsendApplication *application;
static const char *own_program;

typedef gboolean (*Condition) (gpointer data);

static gboolean
tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_until (Condition condition, gpointer data)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;
  guint ticker = g_timeout_add (20, tick, NULL);

  while (!condition (data))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (ticker);
}

static gboolean
is_over (gpointer data)
{
  return g_get_monotonic_time () >= *(gint64 *) data;
}

static void
wait_ms (guint ms)
{
  gint64 end = g_get_monotonic_time () + ms * 1000;

  wait_until (is_over, &end);
}

/* Projects */

static void
run (const char *program, const char *first, const char *second, const char *third)
{
  const char *argv[] = { program, first, second, third, NULL };
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("starsend-window-XXXXXX", &error);

  g_assert_no_error (error);

  return folder;
}

static char *
copy_demo (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *demo = g_build_filename (g_getenv ("STARSEND_DEMO_DIR"), "driver-beware", NULL);
  char *project = g_build_filename (folder, "driver-beware", NULL);

  run ("cp", "-R", demo, project);

  return project;
}

static void
write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/* Widgets */

static GtkWidget *
find_widget (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_widget (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
collect_cards (GtkWidget *widget, GPtrArray *cards)
{
  if (STARSEND_IS_SEQUENCE_CARD (widget))
    {
      if (gtk_widget_get_mapped (widget) && starsend_sequence_card_get_item (STARSEND_SEQUENCE_CARD (widget)) != NULL)
        g_ptr_array_add (cards, widget);
      return;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    collect_cards (child, cards);
}

static guint
count_cards (StarsendWindow *window)
{
  g_autoptr (GPtrArray) cards = g_ptr_array_new ();

  collect_cards (GTK_WIDGET (window), cards);

  return cards->len;
}

static StarsendSequenceCard *
find_card (StarsendWindow *window, const char *id)
{
  g_autoptr (GPtrArray) cards = g_ptr_array_new ();

  collect_cards (GTK_WIDGET (window), cards);
  for (guint i = 0; i < cards->len; i++)
    {
      StarsendSequenceItem *item = starsend_sequence_card_get_item (g_ptr_array_index (cards, i));

      if (g_str_equal (starsend_sequence_get_id (starsend_sequence_item_get_sequence (item)), id))
        return g_ptr_array_index (cards, i);
    }

  g_assert_not_reached ();
}

static gboolean
is_visible (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) &&
      strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (is_visible (child, text))
      return TRUE;

  return FALSE;
}

typedef struct
{
  GtkWidget *widget;
  const char *text;
} Wanted;

static gboolean
shows_text (gpointer data)
{
  Wanted *wanted = data;

  return is_visible (wanted->widget, wanted->text);
}

static void
wait_for_text (gpointer widget, const char *text)
{
  wait_until (shows_text, &(Wanted){ widget, text });
}

/* NULL until the window has its layout. */
static GskRenderNode *
make_node (StarsendWindow *window)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (window));
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (GTK_WIDGET (window)),
                          gtk_widget_get_height (GTK_WIDGET (window)));

  return gtk_snapshot_free_to_node (snapshot);
}

static gboolean
got_node (gpointer data)
{
  g_autoptr (GskRenderNode) node = make_node (data);

  return node != NULL;
}

/* Takes a picture of the window into the build folder, so that somebody can look at it. */
static void
take_picture (StarsendWindow *window, const char *name)
{
  g_autofree char *file = g_strdup_printf ("window-%s.png", name);
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "gtk", file, NULL);
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  /* Transitions take 200 ms. */
  wait_ms (400);
  wait_until (got_node, window);
  node = make_node (window);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (GTK_WIDGET (window)),
                                                              gtk_widget_get_height (GTK_WIDGET (window))));
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

static StarsendWindow *
open_window (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  starsend_application_open_project (application, file);

  return STARSEND_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

/* A window that is closed leaves nothing behind. */
static void
close_window (StarsendWindow *window)
{
  gpointer weak = window;

  g_object_add_weak_pointer (G_OBJECT (window), &weak);
  gtk_window_destroy (GTK_WINDOW (window));
  wait_until (is_gone, &weak);
}

/* Tests */

static void
got_frame (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  char **path = user_data;

  *path = starsend_client_sequence_runner_set_start_frame_finish (STARSEND_CLIENT_SEQUENCE_RUNNER (source), result, &error);
  g_assert_no_error (error);
}

static gboolean
is_there (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static gboolean
has_picture (gpointer data)
{
  return starsend_poster_get_texture (data) != NULL;
}

static void
test_board (void)
{
  g_autofree char *project = copy_demo ();
  g_autofree char *picture = g_build_filename (project, "elements", "blue_car", "front.png", NULL);
  g_autofree char *frame = NULL;
  StarsendWindow *window = open_window (project);
  StarsendSequenceCard *card;
  StarsendPoster *poster;

  wait_for_text (window, "Suburbia");
  g_assert_cmpuint (count_cards (window), ==, 12);
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "Driver Beware");
  card = find_card (window, "SEQ10");
  poster = STARSEND_POSTER (find_widget (GTK_WIDGET (card), STARSEND_TYPE_POSTER));
  g_assert_cmpstr (starsend_sequence_card_get_summary (card), ==, "Roadblock, SEQ10, Not started, no take yet");
  g_assert_null (starsend_poster_get_texture (poster));
  g_assert_true (is_visible (GTK_WIDGET (card), "8 s"));
  g_assert_true (is_visible (GTK_WIDGET (card), "♪ 1:12 – 1:20"));

  /* What the library does shows on the card by itself. */
  starsend_client_sequence_runner_set_start_frame_async (starsend_window_get_runner (window), "SEQ10", picture, NULL,
                                                         got_frame, &frame);
  wait_until (is_there, &frame);
  wait_until (has_picture, poster);
  g_assert_cmpstr (starsend_sequence_card_get_summary (card), ==, "Roadblock, SEQ10, Start frame pending, no take yet");
  wait_for_text (card, "Start frame pending");

  /* The same project again is the same window. */
  g_assert_true (open_window (project) == window);
  take_picture (window, "board-dark");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_LIGHT);
  take_picture (window, "board-light");
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_PREFER_DARK);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  take_picture (window, "board-rtl");
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  close_window (window);
}

static void
test_narrow (void)
{
  g_autofree char *project = copy_demo ();
  StarsendWindow *window = starsend_window_new (GTK_APPLICATION (application));
  g_autoptr (GFile) file = g_file_new_for_path (project);

  gtk_window_set_default_size (GTK_WINDOW (window), 360, 780);
  starsend_window_open (window, file);
  gtk_window_present (GTK_WINDOW (window));
  wait_for_text (window, "Ignition");
  take_picture (window, "narrow");
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (window)), <=, 372);
  close_window (window);
}

static void
test_search (void)
{
  g_autofree char *project = copy_demo ();
  StarsendWindow *window = open_window (project);
  GtkWidget *entry;

  wait_for_text (window, "Suburbia");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.search", NULL);
  entry = find_widget (GTK_WIDGET (window), GTK_TYPE_SEARCH_ENTRY);
  gtk_editable_set_text (GTK_EDITABLE (entry), "seq1");
  wait_ms (300);
  g_assert_cmpuint (count_cards (window), ==, 3);
  gtk_editable_set_text (GTK_EDITABLE (entry), "SUBURB");
  wait_ms (300);
  g_assert_cmpuint (count_cards (window), ==, 1);
  take_picture (window, "search");
  gtk_editable_set_text (GTK_EDITABLE (entry), "no such thing");
  wait_for_text (window, "No Sequences Found");
  starsend_board_set_search_mode (STARSEND_BOARD (find_widget (GTK_WIDGET (window), STARSEND_TYPE_BOARD)), FALSE);
  wait_for_text (window, "Suburbia");
  g_assert_cmpuint (count_cards (window), ==, 12);
  close_window (window);
}

static void
check_error (const char *path, const char *text)
{
  StarsendWindow *window = open_window (path);

  wait_for_text (window, "The Project Cannot Be Opened");
  wait_for_text (window, text);
  g_assert_true (starsend_window_is_idle (window));
  g_assert_null (starsend_window_get_project (window));
  take_picture (window, "error");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.back", NULL);
  wait_for_text (window, "Welcome to Starsend");
  take_picture (window, "welcome");
  close_window (window);
}

static void
test_errors (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *config = g_build_filename (folder, "project_config.json", NULL);
  g_autofree char *missing = g_build_filename (folder, "<b>nothing", NULL);

  check_error (missing, "<b>nothing");
  check_error (folder, folder);
  write_file (folder, "project_config.json", "{\"project\": ");
  check_error (config, "project_config.json");
  write_file (folder, "project_config.json", "{\"project_type\": \"client_video\", \"plan\": \"plans/none.json\"}");
  check_error (folder, "plans/none.json");
}

static void
test_series (void)
{
  g_autofree char *folder = make_folder ();
  StarsendWindow *window;

  write_file (folder, "project_config.json", "{\"project\": \"a\", \"title\": \"A Long Story\"}");
  window = open_window (folder);
  wait_for_text (window, "A Series Project");
  g_assert_null (starsend_window_get_runner (window));
  take_picture (window, "series");
  close_window (window);
}

/* Everything that may be wrong or long in a plan that is still read. */
static void
test_findings (void)
{
  g_autofree char *folder = make_folder ();
  StarsendWindow *window;

  write_file (folder, "project_config.json",
              "{\"project\": \"f\", \"title\": \"Donaudampfschifffahrtsgesellschaftskapitänsmütze im Abendlicht der "
              "Vorstadt\", \"project_type\": \"client_video\", \"plan\": \"plan.json\"}");
  write_file (folder, "plan.json",
              "{\"format\": \"client_plan\", \"version\": 1, \"sequences\": ["
              "{\"id\": \"SEQ01\", \"title\": \"Geschwindigkeitsbegrenzungsaufhebung am Ende der Landstraße\","
              " \"song_start\": 0, \"song_end\": 3.7, \"shots\": [{\"id\": \"a\", \"duration\": -4, \"prompt\": \"x\"}]},"
              "{\"id\": \"a_very_long_id_of_a_sequence_without_a_title\", \"elements\": [\"nobody\"],"
              " \"shots\": [{\"id\": \"a\", \"duration\": 2.5, \"prompt\": \"x\"}]}]}");
  window = open_window (folder);
  wait_for_text (window, "Error in the plan");
  wait_for_text (find_card (window, "SEQ01"), "♪ 0:00.0 – 0:03.7");
  wait_for_text (window, "notices about this project");
  g_assert_nonnull (starsend_sequence_card_get_details (find_card (window, "SEQ01")));
  gtk_toggle_button_set_active (
      GTK_TOGGLE_BUTTON (find_widget (find_widget (GTK_WIDGET (window), STARSEND_TYPE_NOTICE_BAR), GTK_TYPE_TOGGLE_BUTTON)),
      TRUE);
  take_picture (window, "findings");
  close_window (window);
}

static void
test_empty (void)
{
  g_autofree char *folder = make_folder ();
  StarsendWindow *window;

  write_file (folder, "project_config.json", "{\"project_type\": \"client_video\", \"plan\": \"plan.json\"}");
  write_file (folder, "plan.json", "{\"format\": \"client_plan\", \"version\": 1, \"sequences\": []}");
  window = open_window (folder);
  wait_for_text (window, "No Sequences Yet");
  take_picture (window, "empty");
  close_window (window);
}

static void
test_demo (void)
{
  StarsendWindow *window;
  g_autofree char *first = NULL;

  g_application_activate (G_APPLICATION (application));
  window = STARSEND_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.demo", NULL);
  wait_for_text (window, "Suburbia");
  first = g_strdup (starsend_project_get_root (starsend_window_get_project (window)));
  g_assert_true (g_str_has_suffix (first, "/Starsend/driver-beware"));
  close_window (window);

  g_application_activate (G_APPLICATION (application));
  window = STARSEND_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.demo", NULL);
  wait_for_text (window, "Suburbia");
  g_assert_true (g_str_has_suffix (starsend_project_get_root (starsend_window_get_project (window)), "/driver-beware-2"));
  close_window (window);
}

/* Closed while the project is on its way. */
static void
test_close_early (void)
{
  g_autofree char *project = copy_demo ();

  for (guint i = 0; i < 6; i++)
    {
      StarsendWindow *window = open_window (project);

      wait_ms (i * 8);
      close_window (window);
    }
}

/* What this program itself has just let go of is not told as open in another program. */
static void
test_reopen (void)
{
  g_autofree char *project = copy_demo ();
  g_autoptr (GFile) file = g_file_new_for_path (project);
  StarsendWindow *window;

  for (guint i = 0; i < 4; i++)
    {
      window = open_window (project);
      gtk_window_destroy (GTK_WINDOW (window));
      window = open_window (project);
      wait_for_text (window, "Suburbia");
      starsend_window_open (window, file);
      g_assert_null (starsend_window_get_project (window));
      wait_for_text (window, "Suburbia");
      g_assert_false (starsend_project_is_read_only (starsend_window_get_project (window)));
      gtk_window_destroy (GTK_WINDOW (window));
    }
}

/* In a process of its own, which ends with its window: works on a project and closes the window at once. */
static gboolean
close_at_work (gpointer data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));
  StarsendClientSequenceRunner *runner = window != NULL ? starsend_window_get_runner (STARSEND_WINDOW (window)) : NULL;
  g_auto (GStrv) ready = NULL;
  StarsendSequenceState *state;

  if (runner == NULL)
    return G_SOURCE_CONTINUE;

  ready = starsend_client_sequence_runner_dup_ready (runner);
  g_assert_nonnull (ready[0]);
  starsend_client_sequence_runner_execute_sequence_async (runner, ready[0], NULL, NULL, NULL, NULL);
  state = starsend_project_get_sequence_state (starsend_window_get_project (STARSEND_WINDOW (window)));
  for (guint i = 1; i <= N_WRITES; i++)
    {
      g_autoptr (StarsendSequenceChange) change = starsend_sequence_change_new ();
      g_autofree char *notes = g_strdup_printf ("write %u", i);

      starsend_sequence_change_set_notes (change, notes);
      starsend_sequence_state_update_async (state, "SEQ10", change, NULL, NULL, NULL);
    }
  g_print ("%s\n", ready[0]);
  gtk_window_destroy (window);

  return G_SOURCE_REMOVE;
}

static int
run_at_work (char *program, char *project)
{
  char *argv[] = { program, project, NULL };

  application = starsend_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE);
  g_timeout_add (10, close_at_work, NULL);

  return g_application_run (G_APPLICATION (application), 2, argv);
}

static void
got_project (GObject *source, GAsyncResult *result, gpointer user_data)
{
  StarsendProject **project = user_data;
  g_autoptr (GError) error = NULL;

  *project = starsend_project_open_finish (result, &error);
  g_assert_no_error (error);
}

static void
test_close_at_work (void)
{
  g_autofree char *path = copy_demo ();
  const char *argv[] = { own_program, "--close-at-work", path, NULL };
  g_autofree char *id = NULL;
  g_autofree char *lock = NULL;
  g_autoptr (StarsendProject) project = NULL;
  g_autoptr (GError) error = NULL;
  StarsendSequenceState *state;
  StarsendSequenceRecord *record;
  int status = -1;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &id, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_strchomp (id);

  starsend_project_open_async (path, STARSEND_PROJECT_OPEN_READ_ONLY, NULL, got_project, &project);
  wait_until (is_there, &project);
  lock = starsend_project_paths_dup_lock (starsend_project_get_paths (project));
  g_assert_false (g_file_test (lock, G_FILE_TEST_EXISTS));
  state = starsend_project_get_sequence_state (project);
  record = starsend_sequence_state_get_record (state, "SEQ10");
  g_assert_cmpstr (starsend_sequence_record_get_notes (record), ==, "write " G_STRINGIFY (N_WRITES));
  record = starsend_sequence_state_get_record (state, id);
  g_assert_cmpint (starsend_sequence_record_get_status (record), ==, STARSEND_SEQUENCE_STATUS_REVIEW);
  g_assert_cmpuint (starsend_sequence_record_get_takes (record), ==, 1);
}

/* Every type is made, and goes away again. */
static void
test_types (void)
{
  const GType types[] = { STARSEND_TYPE_BOARD,        STARSEND_TYPE_NOTICE_BAR,   STARSEND_TYPE_POSTER,
                          STARSEND_TYPE_POSTER_CACHE, STARSEND_TYPE_SEQUENCE_CARD, STARSEND_TYPE_WELCOME_PAGE };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      GObject *object = g_object_new (types[i], NULL);

      g_test_message ("%s", g_type_name (types[i]));
      if (g_object_is_floating (object))
        g_object_ref_sink (object);
      g_assert_finalize_object (object);
    }
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  int status;

  own_program = argv[0];
  if (argc == 3 && g_str_equal (argv[1], "--close-at-work"))
    return run_at_work (argv[0], argv[2]);

  gtk_test_init (&argc, &argv, NULL);
  application = starsend_application_new ();
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  g_application_hold (G_APPLICATION (application));

  g_test_add_func ("/window/types", test_types);
  g_test_add_func ("/window/board", test_board);
  g_test_add_func ("/window/narrow", test_narrow);
  g_test_add_func ("/window/search", test_search);
  g_test_add_func ("/window/errors", test_errors);
  g_test_add_func ("/window/series", test_series);
  g_test_add_func ("/window/findings", test_findings);
  g_test_add_func ("/window/empty", test_empty);
  g_test_add_func ("/window/demo", test_demo);
  g_test_add_func ("/window/close-early", test_close_early);
  g_test_add_func ("/window/reopen", test_reopen);
  g_test_add_func ("/window/close-at-work", test_close_at_work);

  status = g_test_run ();
  g_object_unref (application);

  return status;
}
