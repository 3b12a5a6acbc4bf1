/* model-fixtures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "model-fixtures.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

StarsendRequest *
fixture_take (const char *model, const char *frame, const double *seconds)
{
  StarsendRequest *request = starsend_request_new (STARSEND_REQUEST_TAKE, "EP001_SEQ01", 1, model);

  starsend_request_set_start_frame (request, frame);
  for (guint i = 0; seconds != NULL && seconds[i] != 0; i++)
    fixture_add_shot (request, "rolls past", NULL, seconds[i]);

  return request;
}

StarsendRequest *
fixture_grid (const char *model, const char *prompt)
{
  StarsendRequest *request = starsend_request_new (STARSEND_REQUEST_GRID, "EP001_SEQ01", 1, model);

  starsend_request_set_prompt (request, prompt);

  return request;
}

void
fixture_add_elements (StarsendRequest *request, guint n, guint n_references)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("e%u", i);
      g_autofree char *frontal = g_strdup_printf ("/nowhere/%u.png", i);
      g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
      g_auto(GStrv) references = NULL;
      g_autoptr(StarsendElementPictures) element = NULL;

      for (guint j = 0; j < n_references; j++)
        {
          g_autofree char *path = g_strdup_printf ("/nowhere/%u_%u.png", i, j);

          g_strv_builder_add (builder, path);
        }
      references = g_strv_builder_end (builder);
      element = starsend_element_pictures_new (id, NULL, NULL, frontal, (const char *const *) references);
      starsend_request_add_element (request, element);
    }
}

void
fixture_add_shot (StarsendRequest *request, const char *text, const char *camera, double seconds)
{
  g_autofree char *id = g_strdup_printf ("shot_%u", g_list_model_get_n_items (starsend_request_get_shots (request)) + 1);
  g_autoptr(StarsendShotPrompt) shot = starsend_shot_prompt_new (id, text, camera, seconds);

  starsend_request_add_shot (request, shot);
}

char *
fixture_describe (GPtrArray *findings)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < findings->len; i++)
    {
      StarsendFinding *finding = g_ptr_array_index (findings, i);

      /* A whole sentence. */
      g_assert_true (g_str_has_suffix (starsend_finding_get_message (finding), ".") ||
                     g_str_has_suffix (starsend_finding_get_message (finding), "?") ||
                     strstr (starsend_finding_get_message (finding), ".png") != NULL);
      g_string_append_printf (out, "%s %s\n", starsend_finding_get_severity (finding) == STARSEND_SEVERITY_ERROR ? "error" : "warning",
                              starsend_finding_get_place (finding));
    }

  return g_string_free (out, FALSE);
}

const char *
fixture_find (GPtrArray *findings, const char *place)
{
  for (guint i = 0; i < findings->len; i++)
    if (g_str_equal (starsend_finding_get_place (g_ptr_array_index (findings, i)), place))
      return starsend_finding_get_message (g_ptr_array_index (findings, i));

  return NULL;
}

char *
fixture_repeat (const char *text, guint n)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (out, text);

  return g_string_free (out, FALSE);
}

char *
fixture_picture (const char *name, int width, int height)
{
  g_autoptr(GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  g_autofree char *folder = g_dir_make_tmp ("starsend-models-XXXXXX", NULL);
  char *path = g_build_filename (folder, name, NULL);

  gdk_pixbuf_fill (picture, 0x336699ff);
  g_assert_true (gdk_pixbuf_save (picture, path, "png", NULL, NULL));

  return path;
}
