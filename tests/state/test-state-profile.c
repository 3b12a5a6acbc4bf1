/* test-state-profile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib.h>
#include <string.h>

#include "starsend-error.h"
#include "starsend-state-profile.h"

/* Written by hand from the design, not from the code: every step that there is, and which states are transient. */
static const char client_video[] =
  "planned>elements_ready elements_ready>video_pending video_pending>video_generating "
  "video_generating>video_complete video_generating>video_pending "
  "video_complete>approved video_complete>rejected rejected>video_pending";

static const char sequence[] =
  "not_started>elements_pending not_started>start_frame_pending "
  "elements_pending>start_frame_pending "
  "start_frame_pending>start_frame_approved start_frame_pending>elements_pending "
  "start_frame_approved>generating start_frame_approved>start_frame_pending "
  "generating>review generating>start_frame_approved "
  "review>complete review>iterating review>start_frame_pending "
  "iterating>review "
  "complete>iterating complete>review";

static const char series[] =
  /* forwards */
  "planned>script_locked script_locked>breakdown_pending breakdown_pending>breakdown_complete "
  "breakdown_complete>routing_pending routing_pending>routed routed>elements_pending elements_pending>elements_ready "
  "elements_ready>previz_pending elements_ready>keyframes_pending "
  "previz_pending>previz_generating previz_generating>previz_complete previz_complete>previz_approved "
  "previz_approved>keyframes_pending "
  "keyframes_pending>keyframes_generating keyframes_generating>keyframes_complete "
  "keyframes_complete>keyframes_approved keyframes_approved>video_pending "
  "video_pending>video_generating video_generating>video_complete video_complete>video_approved "
  "video_approved>sound_pending video_approved>upscale_pending video_approved>approval_pending "
  "sound_pending>sound_generating sound_generating>sound_complete sound_complete>sound_approved "
  "sound_approved>upscale_pending sound_approved>approval_pending "
  "upscale_pending>upscale_generating upscale_generating>upscale_complete upscale_complete>approval_pending "
  "approval_pending>approved approved>export_pending export_pending>exporting exporting>exported "
  /* retries */
  "previz_generating>previz_pending keyframes_generating>keyframes_pending video_generating>video_pending "
  "sound_generating>sound_pending upscale_generating>upscale_pending exporting>export_pending "
  /* rejections, and where they lead */
  "previz_complete>previz_rejected previz_rejected>previz_pending previz_rejected>routing_pending "
  "keyframes_complete>keyframes_rejected keyframes_rejected>keyframes_pending keyframes_rejected>elements_pending "
  "keyframes_rejected>previz_pending "
  "video_complete>video_rejected video_rejected>video_pending video_rejected>keyframes_pending "
  "video_rejected>routing_pending "
  "sound_complete>sound_rejected sound_rejected>sound_pending sound_rejected>video_pending "
  "upscale_complete>upscale_rejected upscale_rejected>upscale_pending upscale_rejected>video_pending "
  "approval_pending>rejected rejected>keyframes_pending rejected>video_pending rejected>sound_pending "
  "rejected>upscale_pending "
  /* opened again, or a stage before has to change */
  "script_locked>planned breakdown_pending>planned breakdown_complete>breakdown_pending "
  "routing_pending>breakdown_pending routed>routing_pending elements_pending>routing_pending "
  "elements_ready>elements_pending previz_pending>elements_pending keyframes_pending>elements_pending "
  "video_pending>keyframes_pending sound_pending>video_pending upscale_pending>video_pending "
  "previz_approved>previz_pending keyframes_approved>keyframes_pending video_approved>video_pending "
  "sound_approved>sound_pending approved>approval_pending export_pending>approved "
  "exported>export_pending exported>approval_pending";

typedef struct
{
  const char *name;
  const char *initial;
  const char *steps;
  const char *transient;
  guint at_least;
} Expected;

static const Expected expected[] = {
  { "client_video", "planned", client_video, " video_generating ", 7 },
  { "sequence", "not_started", sequence, " generating iterating ", 8 },
  { "series", "planned", series,
    " previz_generating keyframes_generating video_generating sound_generating upscale_generating exporting ", 26 },
};

static void
test_pairs (gconstpointer data)
{
  const Expected *e = data;
  const StarsendStateProfile *profile = starsend_state_profile_get (e->name);
  g_auto (GStrv) steps = g_strsplit (e->steps, " ", -1);
  g_autoptr (GHashTable) legal = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = starsend_state_profile_get_n_states (profile);
  guint found = 0;

  for (guint i = 0; steps[i] != NULL; i++)
    g_assert_true (g_hash_table_add (legal, steps[i]));
  g_assert_cmpuint (n, >=, e->at_least);
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      {
        const char *from = starsend_state_profile_get_state (profile, i);
        const char *to = starsend_state_profile_get_state (profile, j);
        g_autofree char *step = g_strconcat (from, ">", to, NULL);
        gboolean wanted = g_hash_table_contains (legal, step);
        g_autoptr (GError) error = NULL;

        g_test_message ("%s", step);
        g_assert_cmpint (starsend_state_profile_can_go (profile, from, to), ==, wanted);
        g_assert_cmpint (starsend_state_profile_check (profile, from, to, &error), ==, wanted);
        found += wanted;
        if (wanted)
          {
            g_assert_no_error (error);
            continue;
          }
        g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_ILLEGAL_TRANSITION);
        g_assert_nonnull (strstr (error->message, from));
        g_assert_nonnull (strstr (error->message, to));
        g_assert_nonnull (strstr (error->message, e->name));
      }
  /* So every step in the text is one between states that exist. */
  g_assert_cmpuint (found, ==, g_hash_table_size (legal));
}

static void
test_states (gconstpointer data)
{
  const Expected *e = data;
  const StarsendStateProfile *profile = starsend_state_profile_get (e->name);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) reached = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = starsend_state_profile_get_n_states (profile);
  guint transient = 0;
  guint before;

  g_assert_cmpstr (starsend_state_profile_get_name (profile), ==, e->name);
  g_assert_cmpstr (starsend_state_profile_get_initial (profile), ==, e->initial);
  g_hash_table_add (reached, (gpointer) e->initial);
  for (guint i = 0; i < n; i++)
    {
      const char *state = starsend_state_profile_get_state (profile, i);
      g_autofree char *word = g_strconcat (" ", state, " ", NULL);

      g_assert_true (g_hash_table_add (names, (gpointer) state));
      g_assert_true (starsend_state_profile_has_state (profile, state));
      g_assert_cmpint (starsend_state_profile_is_transient (profile, state), ==, strstr (e->transient, word) != NULL);
      transient += starsend_state_profile_is_transient (profile, state);
    }
  g_assert_cmpuint (transient, >, 0);
  do
    {
      before = g_hash_table_size (reached);
      for (guint i = 0; i < n; i++)
        for (guint j = 0; j < n; j++)
          if (g_hash_table_contains (reached, starsend_state_profile_get_state (profile, i)) &&
              starsend_state_profile_can_go (profile, starsend_state_profile_get_state (profile, i),
                                             starsend_state_profile_get_state (profile, j)))
            g_hash_table_add (reached, (gpointer) starsend_state_profile_get_state (profile, j));
    }
  while (g_hash_table_size (reached) > before);
  g_assert_cmpuint (g_hash_table_size (reached), ==, n);
}

static void
test_unknown (gconstpointer data)
{
  const Expected *e = data;
  static const char *const odd[] = { "", "PLANNED", "planned ", "no_such_state", "\xff", "video_pending>video_generating" };
  const StarsendStateProfile *profile = starsend_state_profile_get (e->name);

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_assert_false (starsend_state_profile_has_state (profile, odd[i]));
      g_assert_false (starsend_state_profile_is_transient (profile, odd[i]));
      for (guint turned = 0; turned < 2; turned++)
        {
          const char *from = turned ? odd[i] : e->initial;
          const char *to = turned ? e->initial : odd[i];
          g_autoptr (GError) error = NULL;

          g_assert_false (starsend_state_profile_can_go (profile, from, to));
          g_assert_false (starsend_state_profile_check (profile, from, to, &error));
          g_assert_error (error, STARSEND_ERROR, STARSEND_ERROR_ILLEGAL_TRANSITION);
          g_assert_nonnull (strstr (error->message, e->name));
        }
    }
}

static void
test_names (void)
{
  GValue value = G_VALUE_INIT;

  g_assert_null (starsend_state_profile_get (""));
  g_assert_null (starsend_state_profile_get ("Series"));
  /* Static data: a copy is the same. */
  g_value_init (&value, STARSEND_TYPE_STATE_PROFILE);
  g_value_set_boxed (&value, starsend_state_profile_get ("series"));
  g_assert_true (g_value_get_boxed (&value) == starsend_state_profile_get ("series"));
  g_value_unset (&value);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *pairs = g_strdup_printf ("/state-profile/%s/pairs", expected[i].name);
      g_autofree char *states = g_strdup_printf ("/state-profile/%s/states", expected[i].name);
      g_autofree char *unknown = g_strdup_printf ("/state-profile/%s/unknown", expected[i].name);

      g_test_add_data_func (pairs, &expected[i], test_pairs);
      g_test_add_data_func (states, &expected[i], test_states);
      g_test_add_data_func (unknown, &expected[i], test_unknown);
    }
  g_test_add_func ("/state-profile/names", test_names);
  return g_test_run ();
}
