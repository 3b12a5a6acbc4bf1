/* fake-media.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-media.h"

#include <glib/gstdio.h>
#include <string.h>

#define FRAME_RATE 24
#define MAX_DRAWN 16

struct _FakeMedia
{
  char *folder;
  GCancellable *cancellable;
  GHashTable *made;          /* digest of the work -> GBytes */
  GQueue waiting;            /* of GTask with its Work: one video is made at a time */
  gboolean busy;
};

typedef struct
{
  char *digest;
  char **argv;
  char *start_path;          /* nullable */
  char *path;
} Work;

static const struct
{
  const char *aspect;
  const char *size;
  int width;
  int height;
} sizes[] = {
  { "1:1", "512", 512, 512 }, { "1:1", "1K", 1024, 1024 }, { "1:1", "2K", 2048, 2048 }, { "1:1", "4K", 4096, 4096 },
  { "16:9", "512", 688, 384 }, { "16:9", "1K", 1376, 768 }, { "16:9", "2K", 2752, 1536 }, { "16:9", "4K", 5504, 3072 },
  { "9:16", "512", 384, 688 }, { "9:16", "1K", 768, 1376 }, { "9:16", "2K", 1536, 2752 }, { "9:16", "4K", 3072, 5504 },
  { "3:2", "512", 632, 424 }, { "3:2", "1K", 1264, 848 }, { "3:2", "2K", 2528, 1696 }, { "3:2", "4K", 5056, 3392 },
  { "2:3", "1K", 848, 1264 }, { "2:3", "2K", 1696, 2528 }, { "2:3", "4K", 3392, 5056 },
  { "4:3", "512", 600, 448 }, { "4:3", "1K", 1200, 896 }, { "4:3", "2K", 2400, 1792 }, { "4:3", "4K", 4800, 3584 },
  { "3:4", "1K", 896, 1200 }, { "3:4", "2K", 1792, 2400 }, { "3:4", "4K", 3584, 4800 },
  { "4:5", "1K", 928, 1152 }, { "4:5", "2K", 1856, 2304 }, { "4:5", "4K", 3712, 4608 },
  { "5:4", "1K", 1152, 928 }, { "5:4", "2K", 2304, 1856 }, { "5:4", "4K", 4608, 3712 },
  { "21:9", "512", 792, 168 }, { "21:9", "1K", 1584, 672 }, { "21:9", "2K", 3168, 1344 }, { "21:9", "4K", 6336, 2688 },
  { "1:4", "1K", 512, 2048 }, { "4:1", "1K", 2048, 512 }, { "1:8", "1K", 384, 3072 }, { "8:1", "1K", 3072, 384 },
};

static void
work_free (Work *self)
{
  g_free (self->digest);
  g_strfreev (self->argv);
  g_free (self->start_path);
  g_free (self->path);
  g_free (self);
}

FakeMedia *
fake_media_new (void)
{
  FakeMedia *self = g_new0 (FakeMedia, 1);

  self->cancellable = g_cancellable_new ();
  self->made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  g_queue_init (&self->waiting);

  return self;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

/* Whoever still waits for a video is told that it was cancelled, on the main context. */
void
fake_media_free (FakeMedia *self)
{
  GTask *task;

  g_cancellable_cancel (self->cancellable);
  while ((task = g_queue_pop_head (&self->waiting)) != NULL)
    {
      g_task_return_error_if_cancelled (task);
      g_object_unref (task);
    }
  if (self->folder != NULL)
    remove_folder (self->folder);
  g_free (self->folder);
  g_hash_table_unref (self->made);
  g_object_unref (self->cancellable);
  g_free (self);
}

gboolean
fake_media_find_size (const char *aspect, const char *size, int *width, int *height)
{
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (g_str_equal (sizes[i].aspect, aspect) && g_str_equal (sizes[i].size, size))
      {
        *width = sizes[i].width;
        *height = sizes[i].height;
        return TRUE;
      }

  return FALSE;
}

/* A plain with a disc and slanting stripes, in colours and places that come from @seed. */
static void
draw_cell (GdkPixbuf *pixbuf, int left, int top, int width, int height, guint32 seed)
{
  guchar *pixels = gdk_pixbuf_get_pixels (pixbuf);
  int stride = gdk_pixbuf_get_rowstride (pixbuf);
  gint64 x0 = left + width * (gint64) (seed % 50 + 25) / 100, y0 = top + height * (gint64) (seed / 64 % 50 + 25) / 100;
  gint64 radius = MIN (width, height) * (gint64) (seed / 4096 % 20 + 15) / 100;
  int period = MAX (8, width / (int) (seed / 7 % 9 + 6));
  guchar base[3] = { (guchar) (40 + seed % 150), (guchar) (40 + seed / 150 % 150), (guchar) (40 + seed / 22500 % 150) };

  for (int y = top; y < top + height; y++)
    for (int x = left; x < left + width; x++)
      {
        guchar *pixel = pixels + (gsize) y * (gsize) stride + (gsize) x * 3;
        gboolean disc = (x - x0) * (x - x0) + (y - y0) * (y - y0) < radius * radius;
        int light = (y - top) * 60 / height + ((x + y) / (period / 2 > 0 ? period / 2 : 1) % 2) * 25;

        for (int i = 0; i < 3; i++)
          pixel[i] = disc ? (guchar) (255 - base[(i + 1) % 3]) : (guchar) MIN (255, base[i] + light);
      }
}

static GBytes *
encode (GdkPixbuf *pixbuf, const char *type)
{
  g_autoptr (GError) error = NULL;
  char *data;
  gsize size;
  gboolean good;

  if (g_str_equal (type, "png"))
    good = gdk_pixbuf_save_to_buffer (pixbuf, &data, &size, "png", &error, "compression", "1", NULL);
  else
    good = gdk_pixbuf_save_to_buffer (pixbuf, &data, &size, "jpeg", &error, "quality", "90", NULL);
  if (!good)
    g_error ("%s", error->message);

  return g_bytes_new_take (data, size);
}

static GBytes *
draw_now (const char *text, int width, int height, const char *type, int n)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  guint32 seed = g_str_hash (text);

  for (int i = 0; i < n * n; i++)
    {
      int left = width * (i % n) / n, top = height * (i / n) / n;
      int right = width * (i % n + 1) / n, bottom = height * (i / n + 1) / n;

      draw_cell (pixbuf, left, top, right - left, bottom - top, seed * 2654435761u + (guint32) i * 40503u * 65521u);
    }

  return encode (pixbuf, type);
}

/* Drawing takes a while, and tests ask for the same picture again and again. */
static GBytes *
draw (const char *text, int width, int height, const char *type, int n)
{
  static GHashTable *drawn;
  char *key = g_strdup_printf ("%d %d %s %d %s", width, height, type, n, text);
  GBytes *bytes;

  if (drawn == NULL)
    drawn = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  bytes = g_hash_table_lookup (drawn, key);
  if (bytes != NULL)
    {
      g_free (key);
      return g_bytes_ref (bytes);
    }
  if (g_hash_table_size (drawn) >= MAX_DRAWN)
    g_hash_table_remove_all (drawn);
  bytes = draw_now (text, width, height, type, n);
  g_hash_table_insert (drawn, key, g_bytes_ref (bytes));

  return bytes;
}

GBytes *
fake_media_draw_grid (const char *text, int width, int height, const char *type)
{
  return draw (text, width, height, type, 2);
}

GBytes *
fake_media_draw_picture (const char *text, int width, int height, const char *type)
{
  return draw (text, width, height, type, 1);
}

/* By its first bytes: gdk-pixbuf would ask the desktop's database, which a test may have put away. */
GdkPixbuf *
fake_media_decode (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  const char *type = "png";
  g_autoptr (GdkPixbufLoader) loader = NULL;
  gboolean good;

  if (size < 16)
    return NULL;
  if (memcmp (data, "\xff\xd8", 2) == 0)
    type = "jpeg";
  else if (memcmp (data, "RIFF", 4) == 0)
    type = "webp";
  loader = gdk_pixbuf_loader_new_with_type (type, NULL);
  if (loader == NULL)
    return NULL;
  good = gdk_pixbuf_loader_write (loader, (const guchar *) data, size, NULL);
  good = gdk_pixbuf_loader_close (loader, NULL) && good;

  return good && gdk_pixbuf_loader_get_pixbuf (loader) != NULL ? g_object_ref (gdk_pixbuf_loader_get_pixbuf (loader)) : NULL;
}

/* Every shot is the start picture, in other colours and turned round from the second one on, and slowly grows. */
static char *
build_filter (const FakeVideo *video)
{
  g_autoptr (GString) filter = g_string_new (NULL);
  g_autoptr (GString) clock = g_string_new (NULL);
  guint at = 0;

  g_string_append_printf (filter, "[0:v]scale=%d:%d:force_original_aspect_ratio=increase,crop=%d:%d,setsar=1",
                          video->width, video->height, video->width, video->height);
  for (guint i = 0; i < video->n_shots; i++)
    {
      guint end = at + video->shots[i];

      if (i > 0)
        g_string_append_printf (filter, ",hue=h=%u:enable='gte(t,%u)*lt(t,%u)',%s=enable='gte(t,%u)*lt(t,%u)'",
                                90 * (i % 3 + 1), at, end, i % 2 == 1 ? "hflip" : "vflip", at, end);
      g_string_append_printf (clock, "+(t-%u)*gte(t,%u)*lt(t,%u)", at, at, end);
      at = end;
    }
  g_string_append_printf (filter, ",scale=w='2*trunc(%d*(1+0.02*(0%s))/2)':h='2*trunc(%d*(1+0.02*(0%s))/2)':eval=frame,crop=%d:%d[v]",
                          video->width, clock->str, video->height, clock->str, video->width, video->height);

  return g_string_free (g_steal_pointer (&filter), FALSE);
}

static guint
sum_shots (const FakeVideo *video)
{
  guint sum = 0;

  for (guint i = 0; i < video->n_shots; i++)
    sum += video->shots[i];

  return sum;
}

static char **
build_arguments (const FakeVideo *video, const char *start_path, const char *path)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *seconds = g_strdup_printf ("%u", sum_shots (video));
  g_autofree char *frames = g_strdup_printf ("%u", sum_shots (video) * FRAME_RATE);
  g_autofree char *pattern = g_strdup_printf ("testsrc2=size=%dx%d:rate=%d", video->width, video->height, FRAME_RATE);
  g_autofree char *filter = build_filter (video);

  g_strv_builder_add_many (builder, "ffmpeg", "-nostdin", "-v", "error", "-y", NULL);
  if (start_path != NULL)
    g_strv_builder_add_many (builder, "-loop", "1", "-framerate", G_STRINGIFY (FRAME_RATE), "-i", start_path, NULL);
  else
    g_strv_builder_add_many (builder, "-f", "lavfi", "-i", pattern, NULL);
  if (video->audio)
    g_strv_builder_add_many (builder, "-f", "lavfi", "-i", "sine=frequency=220:sample_rate=48000", NULL);
  g_strv_builder_add_many (builder, "-filter_complex", filter, "-map", "[v]", NULL);
  if (video->audio)
    g_strv_builder_add_many (builder, "-map", "1:a", "-c:a", "aac", "-b:a", "96k", NULL);
  g_strv_builder_add_many (builder, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-r", G_STRINGIFY (FRAME_RATE),
                           "-frames:v", frames, "-t", seconds, "-movflags", "+faststart", path, NULL);

  return g_strv_builder_end (builder);
}

static Work *
plan_work (FakeMedia *self, const FakeVideo *video)
{
  Work *work = g_new0 (Work, 1);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *filter = build_filter (video);
  g_autofree char *name = NULL;

  g_checksum_update (sum, (const guchar *) filter, -1);
  g_checksum_update (sum, (const guchar *) (video->audio ? "audio" : "silent"), -1);
  if (video->start != NULL)
    g_checksum_update (sum, g_bytes_get_data (video->start, NULL), (gssize) g_bytes_get_size (video->start));
  work->digest = g_strdup (g_checksum_get_string (sum));
  name = g_strconcat (work->digest, ".mp4", NULL);
  work->path = g_build_filename (self->folder, name, NULL);
  if (video->start != NULL)
    {
      work->start_path = g_strconcat (work->path, ".start", NULL);
      g_file_set_contents (work->start_path, g_bytes_get_data (video->start, NULL), (gssize) g_bytes_get_size (video->start), NULL);
    }
  work->argv = build_arguments (video, work->start_path, work->path);

  return work;
}

static void start_next (FakeMedia *self);

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  Work *work = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean good = g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error);
  g_autoptr (GMappedFile) file = NULL;
  FakeMedia *self;

  if (g_cancellable_is_cancelled (cancellable))
    {
      g_clear_error (&error);
      g_subprocess_force_exit (G_SUBPROCESS (source));
      g_task_return_error_if_cancelled (task);
      return;
    }
  self = g_object_get_data (G_OBJECT (task), "media");
  self->busy = FALSE;
  file = good ? g_mapped_file_new (work->path, FALSE, &error) : NULL;
  if (file == NULL)
    g_task_return_error (task, error);
  else
    {
      GBytes *bytes = g_mapped_file_get_bytes (file);

      g_hash_table_insert (self->made, g_strdup (work->digest), g_bytes_ref (bytes));
      g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
    }
  start_next (self);
}

static void
start_next (FakeMedia *self)
{
  while (!self->busy && !g_queue_is_empty (&self->waiting))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);
      Work *work = g_task_get_task_data (task);
      GBytes *made = g_hash_table_lookup (self->made, work->digest);
      g_autoptr (GSubprocess) process = NULL;
      GError *error = NULL;

      if (made != NULL)
        {
          g_task_return_pointer (task, g_bytes_ref (made), (GDestroyNotify) g_bytes_unref);
          continue;
        }
      process = g_subprocess_newv ((const char *const *) work->argv, G_SUBPROCESS_FLAGS_NONE, &error);
      if (process == NULL)
        {
          g_task_return_error (task, error);
          continue;
        }
      self->busy = TRUE;
      g_subprocess_wait_check_async (process, self->cancellable, on_ended, g_steal_pointer (&task));
    }
}

void
fake_media_make_video_async (FakeMedia *self, const FakeVideo *video, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, self->cancellable, callback, user_data);

  g_task_set_source_tag (task, fake_media_make_video_async);
  if (self->folder == NULL)
    self->folder = g_dir_make_tmp ("fake-providers-XXXXXX", NULL);
  g_task_set_task_data (task, plan_work (self, video), (GDestroyNotify) work_free);
  g_object_set_data (G_OBJECT (task), "media", self);
  g_queue_push_tail (&self->waiting, task);
  start_next (self);
}

GBytes *
fake_media_make_video_finish (FakeMedia *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
