/* starsend-animatic-provider.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-animatic-provider.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "starsend-animatic-renderer.h"
#include "starsend-error.h"
#include "starsend-picture.h"

struct _StarsendAnimaticProvider
{
  StarsendProvider parent_instance;
};

/**
 * StarsendAnimaticProvider:
 *
 * The video model `animatic`: a take made from the start frame on this machine, for nothing.
 *
 * A job is its request alone: whatever the ticket, collecting renders it anew.
 */
G_DEFINE_FINAL_TYPE (StarsendAnimaticProvider, starsend_animatic_provider, STARSEND_TYPE_PROVIDER)

typedef struct
{
  StarsendRequest *request;
  StarsendJob *job;
} Collect;

static void
collect_free (Collect *collect)
{
  g_clear_object (&collect->request);
  g_clear_object (&collect->job);
  g_free (collect);
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, why);
  return FALSE;
}

static gboolean
check_shots (StarsendRequest *request, GError **error)
{
  GListModel *shots = starsend_request_get_shots (request);
  guint n = g_list_model_get_n_items (shots);

  if (n == 0)
    return refuse (error, _("An animatic needs at least one shot, and the sequence has none"));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (StarsendShotPrompt) shot = g_list_model_get_item (shots, i);
      double duration = starsend_shot_prompt_get_duration (shot);

      if (isfinite (duration) && duration > 0 && duration <= 24 * 3600)
        continue;
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
                   _("Shot “%s” has a length of %g seconds: an animatic needs more than 0, and at most a day"),
                   starsend_shot_prompt_get_shot_id (shot), duration);
      return FALSE;
    }
  return TRUE;
}

static gboolean
starsend_animatic_provider_check (StarsendProvider *provider, StarsendRequest *request, GError **error)
{
  const char *start_frame = starsend_request_get_start_frame (request);
  StarsendFrameRate rate;
  StarsendPictureInfo info;
  int width, height;

  if (starsend_request_get_kind (request) != STARSEND_REQUEST_TAKE)
    return refuse (error, _("The model “animatic” makes takes, not grids: choose “sketch” for a grid"));
  if (start_frame == NULL)
    return refuse (error, _("An animatic begins with a start frame, and the sequence has none: choose one first"));
  starsend_request_get_aspect (request, &width, &height);
  starsend_request_get_frame_rate (request, &rate);
  if (width <= 0 || height <= 0 || rate.numerator <= 0 || rate.denominator <= 0)
    return refuse (error, _("An animatic needs an aspect ratio and a frame rate above 0"));
  return check_shots (request, error) && starsend_picture_probe (start_frame, &info, error);
}

static void
starsend_animatic_provider_submit_async (StarsendProvider *provider, StarsendRequest *request, StarsendJob *job,
                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);
  g_autofree char *id = g_uuid_string_random ();

  g_task_set_source_tag (task, starsend_animatic_provider_submit_async);
  g_task_return_pointer (task, starsend_ticket_new (id, NULL), (GDestroyNotify) starsend_ticket_unref);
}

static StarsendTicket *
starsend_animatic_provider_submit_finish (StarsendProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static JsonNode *
describe (StarsendAnimaticRenderer *renderer, StarsendRequest *request)
{
  g_autoptr (JsonObject) details = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (details, "encoder", starsend_animatic_renderer_get_encoder (renderer));
  json_object_set_int_member (details, "frames", starsend_request_get_n_frames (request));
  json_node_set_object (node, details);
  return node;
}

static void
on_rendered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Collect *collect = g_task_get_task_data (task);
  g_autoptr (JsonNode) details = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) why = NULL;

  if (starsend_animatic_renderer_render_finish (STARSEND_ANIMATIC_RENDERER (source), result, &error))
    {
      details = describe (STARSEND_ANIMATIC_RENDERER (source), collect->request);
      g_task_return_pointer (task, starsend_delivery_new (0, NULL, details), (GDestroyNotify) starsend_delivery_unref);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
           !starsend_provider_check (g_task_get_source_object (task), collect->request, &why))
    /* The start frame went away or was damaged meanwhile: trying again will not help. */
    g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_PROVIDER, "%s", why->message);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_progress (StarsendAnimaticRenderer *renderer, GParamSpec *pspec, gpointer user_data)
{
  starsend_job_set_fraction (user_data, starsend_animatic_renderer_get_progress (renderer));
}

/* "EP001_SEQ04 · Suburbia · shot_1", and the prompt on a line of its own. */
static char *
dup_label (StarsendRequest *request, StarsendShotPrompt *shot)
{
  const char *title = starsend_request_get_title (request);
  const char *text = starsend_shot_prompt_get_text (shot);
  g_autofree char *line = g_strdelimit (g_strdup (text != NULL ? text : ""), "\r\n\t", ' ');

  if (title != NULL && *title != '\0')
    return g_strdup_printf ("%s · %s\n%s", title, starsend_shot_prompt_get_shot_id (shot), line);
  return g_strdup_printf ("%s · %s\n%s", starsend_request_get_batch_id (request), starsend_shot_prompt_get_shot_id (shot), line);
}

static StarsendAnimaticRenderer *
create_renderer (StarsendRequest *request)
{
  GListModel *shots = starsend_request_get_shots (request);
  StarsendAnimaticRenderer *renderer;
  g_autofree gint64 *frames = NULL;
  StarsendFrameRate rate;
  int width, height;
  guint n;

  starsend_request_get_aspect (request, &width, &height);
  starsend_request_get_frame_rate (request, &rate);
  renderer = starsend_animatic_renderer_new (starsend_request_get_start_frame (request), width, height, rate);
  frames = starsend_request_dup_shot_frames (request, &n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (StarsendShotPrompt) shot = g_list_model_get_item (shots, i);
      g_autofree char *label = starsend_request_get_burn_in (request) ? dup_label (request, shot) : NULL;
      StarsendCameraMove move = starsend_camera_move_parse (starsend_shot_prompt_get_camera (shot), starsend_shot_prompt_get_text (shot));

      starsend_animatic_renderer_add_shot (renderer, move, frames[i], label);
    }
  return renderer;
}

static void
starsend_animatic_provider_collect_async (StarsendProvider *provider, StarsendRequest *request, StarsendTicket *ticket, StarsendJob *job,
                                          const char *part, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);
  g_autoptr (StarsendAnimaticRenderer) renderer = NULL;
  Collect *collect = g_new0 (Collect, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, starsend_animatic_provider_collect_async);
  collect->request = g_object_ref (request);
  collect->job = job != NULL ? g_object_ref (job) : NULL;
  g_task_set_task_data (task, collect, (GDestroyNotify) collect_free);
  if (!starsend_provider_check (provider, request, &error))
    {
      g_task_return_new_error (task, STARSEND_ERROR, STARSEND_ERROR_PROVIDER, "%s", error->message);
      g_error_free (error);
      return;
    }
  renderer = create_renderer (request);
  if (job != NULL)
    {
      starsend_job_set_message (job, _("Rendering the animatic"));
      g_signal_connect_object (renderer, "notify::progress", G_CALLBACK (on_progress), job, G_CONNECT_DEFAULT);
    }
  starsend_animatic_renderer_render_async (renderer, part, cancellable, on_rendered, g_steal_pointer (&task));
}

static StarsendDelivery *
starsend_animatic_provider_collect_finish (StarsendProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* There is nobody to ask: what is not being rendered here does not exist. */
static void
starsend_animatic_provider_cancel_async (StarsendProvider *provider, StarsendTicket *ticket,
                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);

  g_task_set_source_tag (task, starsend_animatic_provider_cancel_async);
  g_task_return_boolean (task, TRUE);
}

static void
starsend_animatic_provider_class_init (StarsendAnimaticProviderClass *klass)
{
  StarsendProviderClass *provider_class = STARSEND_PROVIDER_CLASS (klass);

  provider_class->check = starsend_animatic_provider_check;
  provider_class->submit_async = starsend_animatic_provider_submit_async;
  provider_class->submit_finish = starsend_animatic_provider_submit_finish;
  provider_class->collect_async = starsend_animatic_provider_collect_async;
  provider_class->collect_finish = starsend_animatic_provider_collect_finish;
  provider_class->cancel_async = starsend_animatic_provider_cancel_async;
}

static void
starsend_animatic_provider_init (StarsendAnimaticProvider *self)
{
}

/**
 * starsend_animatic_provider_new:
 *
 * Makes the provider of animatics.
 *
 * Returns: (transfer full): a provider named “local”
 */
StarsendProvider *
starsend_animatic_provider_new (void)
{
  return g_object_new (STARSEND_TYPE_ANIMATIC_PROVIDER, "name", "local", NULL);
}
