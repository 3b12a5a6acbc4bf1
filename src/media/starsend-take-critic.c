/* starsend-take-critic.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-take-critic.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "starsend-checks.h"
#include "starsend-examination-private.h"
#include "starsend-grid-slicer.h"
#include "starsend-gst-private.h"
#include "starsend-picture.h"

/* All thresholds, and why; those of single frames stand where they are looked for.
 *
 * LENGTH_TOLERANCE: what the paid models are off by without anybody seeing it.
 * ASPECT_TOLERANCE: models round their sizes to multiples of 16: 1.6 % at 1344 x 768.
 * RATE_TOLERANCE: 23.976 is as good as 24.
 * MIN_LIKENESS: the same picture coded badly or graded otherwise measures 0.93 and more, shifted by 2 % 0.92, pushed in by 6 %
 *   0.85, two seconds later in one shot of Big Buck Bunny 0.80 to 0.94; other shots of it 0.71 at most, other start frames of
 *   the demo 0.51, a mirrored picture 0.1.
 * CUT_TOLERANCE: six frames at 24: models do not hit a planned cut to the frame.
 * SILENT_PEAK: -60 dB of full scale, which nobody hears.
 * CLIPPED_SHARE: one sample in a thousand at the end of the scale. A sine at full scale has 0.07 of a thousand there after AAC,
 *   one that was driven 12 dB over it 2.5 after AAC and 840 before.
 */
#define LENGTH_TOLERANCE 0.5
#define ASPECT_TOLERANCE 0.02
#define RATE_TOLERANCE 0.01
#define MIN_LIKENESS 0.75
#define CUT_TOLERANCE 0.25
#define SILENT_PEAK 0.001
#define CLIPPED_SHARE 0.001
/* No more times than that are told in one sentence. */
#define MAX_TIMES 8

typedef struct
{
  double seconds;
  gboolean may_stand_still;
} Shot;

struct _StarsendTakeCritic
{
  GObject parent_instance;

  int aspect_width;
  int aspect_height;
  StarsendFrameRate rate;
  GArray *shots;
  char *start_frame;
  int planned_side;
  gboolean wants_audio;
};

/**
 * StarsendTakeCritic:
 *
 * Measures a take that arrived, and holds it against what was asked for.
 *
 * The figures are members of an object that goes into the take's sidecar: "duration", "frames", "frame_rate", "width", "height",
 * each with what was planned; "black" and "frozen", stretches with "start", "end" and "seconds"; "cuts" with "planned", "found",
 * "missing" and "extra", in seconds; "likeness" of the first frame to the start frame, 0 to 1; "audio", and of it "sound" with
 * "peak" and "level" in dB of full scale and "clipped", the share of samples at its end. "warnings" are sentences for the user.
 */
G_DEFINE_FINAL_TYPE (StarsendTakeCritic, starsend_take_critic, G_TYPE_OBJECT)

static void
starsend_take_critic_finalize (GObject *object)
{
  StarsendTakeCritic *self = STARSEND_TAKE_CRITIC (object);

  g_array_unref (self->shots);
  g_free (self->start_frame);

  G_OBJECT_CLASS (starsend_take_critic_parent_class)->finalize (object);
}

static void
starsend_take_critic_class_init (StarsendTakeCriticClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = starsend_take_critic_finalize;
}

static void
starsend_take_critic_init (StarsendTakeCritic *self)
{
  self->shots = g_array_new (FALSE, FALSE, sizeof (Shot));
}

/* Length, size, rate */

static double
get_planned_duration (StarsendTakeCritic *self)
{
  double sum = 0;

  for (guint i = 0; i < self->shots->len; i++)
    sum += g_array_index (self->shots, Shot, i).seconds;
  return sum;
}

static void
judge_length (StarsendTakeCritic *self, const StarsendExamination *found, JsonObject *checks)
{
  double planned = get_planned_duration (self), rate = starsend_frame_rate_to_number (found->rate);
  double planned_rate = starsend_frame_rate_to_number (self->rate);

  json_object_set_double_member (checks, "duration", found->duration);
  json_object_set_double_member (checks, "planned_duration", planned);
  json_object_set_int_member (checks, "frames", found->frames->len);
  json_object_set_int_member (checks, "planned_frames", starsend_frame_rate_frame_at (self->rate, planned));
  json_object_set_double_member (checks, "frame_rate", rate);
  json_object_set_double_member (checks, "planned_frame_rate", planned_rate);
  if (fabs (found->duration - planned) > LENGTH_TOLERANCE)
    starsend_checks_take_warning (checks, g_strdup_printf (_("The take is %.2f s long, and %.2f s were planned."), found->duration, planned));
  if (fabs (rate - planned_rate) > planned_rate * RATE_TOLERANCE)
    starsend_checks_take_warning (checks, g_strdup_printf (_("The take has %.5g frames in a second, and %.5g were planned."), rate, planned_rate));
}

static void
judge_size (StarsendTakeCritic *self, const StarsendExamination *found, JsonObject *checks)
{
  double wanted = (double) self->aspect_width / self->aspect_height;

  json_object_set_int_member (checks, "width", found->width);
  json_object_set_int_member (checks, "height", found->height);
  json_object_set_string_member (checks, "codec", found->codec);
  if (fabs ((double) found->width / found->height / wanted - 1) > ASPECT_TOLERANCE)
    starsend_checks_take_warning (checks, g_strdup_printf (_("The picture is %d × %d, which is not %d:%d."),
                                                           found->width, found->height, self->aspect_width, self->aspect_height));
  if (self->planned_side <= 0)
    return;
  json_object_set_int_member (checks, "planned_side", self->planned_side);
  if (MIN (found->width, found->height) < self->planned_side * (1 - ASPECT_TOLERANCE))
    starsend_checks_take_warning (checks, g_strdup_printf (_("The picture is %d × %d: its shorter side has fewer pixels than the %d that were ordered."),
                                                           found->width, found->height, self->planned_side));
}

/* Black and frozen stretches */

static JsonArray *
list_stretches (GArray *stretches)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < stretches->len; i++)
    {
      const StarsendStretch *stretch = &g_array_index (stretches, StarsendStretch, i);
      JsonObject *object = json_object_new ();

      json_object_set_double_member (object, "start", stretch->start);
      json_object_set_double_member (object, "end", stretch->end);
      json_object_set_double_member (object, "seconds", stretch->end - stretch->start);
      json_array_add_object_element (array, object);
    }
  return array;
}

/* Whether it lies in shots that need not move, to within a cut that is a little off. */
static gboolean
is_still_on_purpose (StarsendTakeCritic *self, const StarsendStretch *stretch)
{
  double start = 0;

  for (guint i = 0; i < self->shots->len; i++)
    {
      const Shot *shot = &g_array_index (self->shots, Shot, i);
      double overlap = MIN (stretch->end, start + shot->seconds) - MAX (stretch->start, start);

      if (!shot->may_stand_still && overlap > CUT_TOLERANCE)
        return FALSE;
      start += shot->seconds;
    }
  return TRUE;
}

static void
judge_stretches (StarsendTakeCritic *self, const StarsendExamination *found, JsonObject *checks)
{
  g_autoptr (GArray) black = starsend_examination_find_black (found);
  g_autoptr (GArray) frozen = starsend_examination_find_frozen (found);

  json_object_set_array_member (checks, "black", list_stretches (black));
  json_object_set_array_member (checks, "frozen", list_stretches (frozen));
  for (guint i = 0; i < black->len; i++)
    {
      const StarsendStretch *stretch = &g_array_index (black, StarsendStretch, i);

      starsend_checks_take_warning (checks, g_strdup_printf (_("The picture is black from %.2f s to %.2f s (%.2f s)."),
                                                             stretch->start, stretch->end, stretch->end - stretch->start));
    }
  for (guint i = 0; i < frozen->len; i++)
    {
      const StarsendStretch *stretch = &g_array_index (frozen, StarsendStretch, i);

      if (!is_still_on_purpose (self, stretch))
        starsend_checks_take_warning (checks, g_strdup_printf (_("The picture stands still from %.2f s to %.2f s (%.2f s)."),
                                                               stretch->start, stretch->end, stretch->end - stretch->start));
    }
}

/* Cuts */

/* Those of @times that have none near them in @others; each of the others stands for one. */
static GArray *
find_lone (GArray *times, GArray *others)
{
  GArray *lone = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree gboolean *taken = g_new0 (gboolean, MAX (1, others->len));

  for (guint i = 0; i < times->len; i++)
    {
      double time = g_array_index (times, double, i), best = CUT_TOLERANCE;
      guint nearest = G_MAXUINT;

      for (guint j = 0; j < others->len; j++)
        {
          double distance = fabs (g_array_index (others, double, j) - time);

          if (!taken[j] && distance <= best)
            {
              best = distance;
              nearest = j;
            }
        }
      if (nearest == G_MAXUINT)
        g_array_append_val (lone, time);
      else
        taken[nearest] = TRUE;
    }
  return lone;
}

static JsonArray *
list_times (GArray *times)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < times->len; i++)
    json_array_add_double_element (array, g_array_index (times, double, i));
  return array;
}

static char *
join_times (GArray *times)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < times->len && i < MAX_TIMES; i++)
    g_string_append_printf (text, "%s%.2f", i > 0 ? ", " : "", g_array_index (times, double, i));
  if (times->len > MAX_TIMES)
    g_string_append (text, ", …");
  return g_string_free (text, FALSE);
}

static GArray *
list_planned_cuts (StarsendTakeCritic *self)
{
  GArray *cuts = g_array_new (FALSE, FALSE, sizeof (double));
  double time = 0;

  for (guint i = 0; i + 1 < self->shots->len; i++)
    {
      time += g_array_index (self->shots, Shot, i).seconds;
      g_array_append_val (cuts, time);
    }
  return cuts;
}

static void
judge_cuts (StarsendTakeCritic *self, const StarsendExamination *examination, JsonObject *checks)
{
  g_autoptr (GArray) planned = list_planned_cuts (self);
  g_autoptr (GArray) found = starsend_examination_find_cuts (examination);
  g_autoptr (GArray) missing = find_lone (planned, found);
  g_autoptr (GArray) extra = find_lone (found, planned);
  g_autofree char *missing_text = join_times (missing);
  g_autofree char *extra_text = join_times (extra);
  JsonObject *object = json_object_new ();

  json_object_set_array_member (object, "planned", list_times (planned));
  json_object_set_array_member (object, "found", list_times (found));
  json_object_set_array_member (object, "missing", list_times (missing));
  json_object_set_array_member (object, "extra", list_times (extra));
  json_object_set_object_member (checks, "cuts", object);
  if (missing->len > 0)
    starsend_checks_take_warning (checks, g_strdup_printf (ngettext ("%u planned cut was not found, at %s s.", "%u planned cuts were not found, at %s s.", missing->len),
                                                           missing->len, missing_text));
  if (extra->len > 0)
    starsend_checks_take_warning (checks, g_strdup_printf (ngettext ("%u cut was found that is not planned, at %s s.", "%u cuts were found that are not planned, at %s s.", extra->len),
                                                           extra->len, extra_text));
}

/* The first frame */

static void
judge_first_frame (StarsendTakeCritic *self, const StarsendExamination *found, JsonObject *checks)
{
  g_autoptr (GdkPixbuf) picture = self->start_frame != NULL ? starsend_picture_load (self->start_frame, NULL) : NULL;
  g_autoptr (StarsendLuma) luma = NULL;
  StarsendRectangle crop = { 0 };
  double ratio, likeness;

  if (picture == NULL)
    return;
  /* What providers do with a picture of another shape: its middle, as large as it goes. */
  crop.width = gdk_pixbuf_get_width (picture);
  crop.height = gdk_pixbuf_get_height (picture);
  ratio = (double) found->width / found->height;
  if ((double) crop.width / crop.height > ratio)
    crop.width = MAX (1, (int) lround (crop.height * ratio));
  else
    crop.height = MAX (1, (int) lround (crop.width / ratio));
  crop.x = (gdk_pixbuf_get_width (picture) - crop.width) / 2;
  crop.y = (gdk_pixbuf_get_height (picture) - crop.height) / 2;
  luma = starsend_luma_new (found->width, found->height, STARSEND_EXAMINE_SIDE);
  starsend_luma_shrink_picture (luma, picture, &crop);
  likeness = starsend_luma_likeness (found->first, luma);
  json_object_set_double_member (checks, "likeness", likeness);
  if (likeness < MIN_LIKENESS)
    starsend_checks_take_warning (checks, g_strdup_printf (_("The first frame is unlike the start frame: %.2f of 1, where %.2f is the least to expect."),
                                                           likeness, MIN_LIKENESS));
}

/* Sound */

static double
to_decibel (double value)
{
  return value > 1e-6 ? 20 * log10 (value) : -120;
}

static void
warn_of_sound (const StarsendExamination *found, double clipped, JsonObject *checks)
{
  if (!found->has_audio)
    starsend_checks_take_warning (checks, g_strdup (_("There is no sound, though it was asked for.")));
  else if (found->is_sound_broken)
    starsend_checks_take_warning (checks, g_strdup (_("The sound cannot be decoded to its end.")));
  else if (found->peak < SILENT_PEAK)
    starsend_checks_take_warning (checks, g_strdup_printf (_("The sound is silence: its peak is %.0f dB of full scale."), to_decibel (found->peak)));
  else if (clipped > CLIPPED_SHARE)
    starsend_checks_take_warning (checks, g_strdup_printf (_("The sound is clipped: %.1f %% of it is at full scale."), clipped * 100));
}

static void
judge_sound (StarsendTakeCritic *self, const StarsendExamination *found, JsonObject *checks)
{
  double clipped = found->n_samples > 0 ? (double) found->n_clipped / (double) found->n_samples : 0;
  JsonObject *object;

  json_object_set_boolean_member (checks, "audio", found->has_audio);
  if (found->has_audio)
    {
      object = json_object_new ();
      json_object_set_double_member (object, "peak", to_decibel (found->peak));
      json_object_set_double_member (object, "level", to_decibel (sqrt (found->power)));
      json_object_set_double_member (object, "clipped", clipped);
      json_object_set_boolean_member (object, "broken", found->is_sound_broken);
      json_object_set_object_member (checks, "sound", object);
    }
  if (self->wants_audio)
    warn_of_sound (found, clipped, checks);
}

static void
judge_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  StarsendTakeCritic *self = source_object;
  GError *error = NULL;
  g_autoptr (StarsendExamination) found = starsend_media_examine (task_data, cancellable, &error);
  JsonObject *checks;
  JsonNode *node;

  if (found == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  checks = json_object_new ();
  judge_length (self, found, checks);
  judge_size (self, found, checks);
  judge_first_frame (self, found, checks);
  judge_cuts (self, found, checks);
  judge_stretches (self, found, checks);
  judge_sound (self, found, checks);
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, checks);
  g_task_return_pointer (task, node, (GDestroyNotify) json_node_unref);
}

/**
 * starsend_take_critic_new:
 * @aspect_width: the ratio that was asked for
 * @aspect_height: the ratio that was asked for
 * @rate: the frame rate that was asked for
 *
 * Makes a critic for one take.
 *
 * Returns: (transfer full): the critic
 */
StarsendTakeCritic *
starsend_take_critic_new (int aspect_width, int aspect_height, StarsendFrameRate *rate)
{
  StarsendTakeCritic *self;

  g_return_val_if_fail (aspect_width > 0 && aspect_height > 0, NULL);
  g_return_val_if_fail (rate != NULL && rate->numerator > 0 && rate->denominator > 0, NULL);

  self = g_object_new (STARSEND_TYPE_TAKE_CRITIC, NULL);
  self->aspect_width = aspect_width;
  self->aspect_height = aspect_height;
  self->rate = *rate;
  return self;
}

/**
 * starsend_take_critic_add_shot:
 * @self: a critic
 * @seconds: how long it was to be
 * @may_stand_still: whether nothing in it has to move, as in a static shot of an animatic
 *
 * Adds a shot after those before it; between two there is to be a cut.
 */
void
starsend_take_critic_add_shot (StarsendTakeCritic *self, double seconds, gboolean may_stand_still)
{
  Shot shot = { seconds, may_stand_still };

  g_return_if_fail (STARSEND_IS_TAKE_CRITIC (self));

  g_array_append_val (self->shots, shot);
}

/**
 * starsend_take_critic_set_start_frame:
 * @self: a critic
 * @path: (nullable) (type filename): the picture that the take was to begin with
 *
 * Sets what the first frame is compared with.
 */
void
starsend_take_critic_set_start_frame (StarsendTakeCritic *self, const char *path)
{
  g_return_if_fail (STARSEND_IS_TAKE_CRITIC (self));

  g_free (self->start_frame);
  self->start_frame = g_strdup (path);
}

/**
 * starsend_take_critic_set_wants_audio:
 * @self: a critic
 * @wants_audio: whether sound was asked for
 *
 * Sets whether sound has to be there, and good.
 */
void
starsend_take_critic_set_wants_audio (StarsendTakeCritic *self, gboolean wants_audio)
{
  g_return_if_fail (STARSEND_IS_TAKE_CRITIC (self));

  self->wants_audio = wants_audio;
}

/**
 * starsend_take_critic_set_planned_side:
 * @self: a critic
 * @pixels: the shorter side that was ordered; 0 when nobody knows
 *
 * Sets how large the pictures have to be.
 */
void
starsend_take_critic_set_planned_side (StarsendTakeCritic *self, int pixels)
{
  g_return_if_fail (STARSEND_IS_TAKE_CRITIC (self));

  self->planned_side = pixels;
}

/**
 * starsend_take_critic_judge_async:
 * @self: a critic; not to be changed until the end
 * @path: (type filename): the take
 * @cancellable: (nullable): stops it at once
 * @callback: (scope async): called when it has been looked at
 * @user_data: for @callback
 *
 * Decodes the take once and measures it.
 */
void
starsend_take_critic_judge_async (StarsendTakeCritic *self, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (STARSEND_IS_TAKE_CRITIC (self));
  g_return_if_fail (path != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, starsend_take_critic_judge_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  starsend_gst_run_thread (task, judge_thread);
}

/**
 * starsend_take_critic_judge_finish:
 * @self: a critic
 * @result: what the callback was given
 * @error: where to put the error: as starsend_media_probe_finish(); %STARSEND_ERROR_DAMAGED when it is no take
 *
 * Gives what was measured.
 *
 * Returns: (transfer full): an object for the sidecar
 */
JsonNode *
starsend_take_critic_judge_finish (StarsendTakeCritic *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
