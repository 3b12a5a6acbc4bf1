/* media-fixtures.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "starsend-animatic-renderer.h"
#include "starsend-media-info.h"

G_BEGIN_DECLS

#define MEDIA_TIMEOUT_SECONDS 60

/* What a call that was waited for gave. */
typedef struct
{
  GMainLoop *loop;
  GAsyncResult *result;
} MediaWait;

void media_wait_callback (GObject *source, GAsyncResult *result, gpointer user_data);
/* Runs the main loop until the callback came; a test that waits for ever fails. */
GAsyncResult *media_wait (MediaWait *wait);

/* A folder that media_folder_free() removes with all that is in it. */
char *media_folder_new (void);
void media_folder_free (char *folder);

/* A detailed picture, the same for each call. */
char *media_write_picture (const char *folder, int width, int height);
/* A white dot on dark grey; places are fractions. */
char *media_write_dot (const char *folder, double x, double y);

gboolean media_render (StarsendAnimaticRenderer *renderer, const char *path, GCancellable *cancellable, GError **error);
StarsendMediaInfo *media_probe (const char *path, GError **error);
GdkPixbuf *media_frame (const char *path, gint64 frame, int max_width, GError **error);
double media_difference (GdkPixbuf *a, GdkPixbuf *b);

gboolean media_has_program (const char *name);
/* Runs a program; its arguments are separated by blanks. FALSE when it failed. */
gboolean media_run (char **output, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
