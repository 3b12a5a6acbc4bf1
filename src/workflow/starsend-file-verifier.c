/* starsend-file-verifier.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-file-verifier.h"

#include "starsend-camera-move.h"
#include "starsend-error.h"
#include "starsend-picture-critic.h"
#include "starsend-picture.h"
#include "starsend-take-critic.h"

struct _StarsendFileVerifier
{
  StarsendVerifier parent_instance;
};

G_DEFINE_FINAL_TYPE (StarsendFileVerifier, starsend_file_verifier, STARSEND_TYPE_VERIFIER)

/* A take */

/* An animatic moves the camera over a picture, and nothing else: a static shot of one is a still. */
static gboolean
may_stand_still (StarsendRequest *request, StarsendShotPrompt *shot)
{
  return g_strcmp0 (starsend_request_get_model (request), "animatic") == 0 &&
         starsend_camera_move_parse (starsend_shot_prompt_get_camera (shot), starsend_shot_prompt_get_text (shot)) == STARSEND_CAMERA_MOVE_STATIC;
}

static StarsendTakeCritic *
make_critic (StarsendRequest *request)
{
  GListModel *shots = starsend_request_get_shots (request);
  StarsendTakeCritic *critic;
  StarsendFrameRate rate;
  int width, height;

  starsend_request_get_aspect (request, &width, &height);
  starsend_request_get_frame_rate (request, &rate);
  critic = starsend_take_critic_new (width, height, &rate);
  for (guint i = 0; i < g_list_model_get_n_items (shots); i++)
    {
      g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (shots, i);

      starsend_take_critic_add_shot (critic, starsend_shot_prompt_get_duration (shot), may_stand_still (request, shot));
    }
  starsend_take_critic_set_start_frame (critic, starsend_request_get_start_frame (request));
  starsend_take_critic_set_wants_audio (critic, starsend_request_get_audio (request));

  return critic;
}

static void
on_judged (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  JsonNode *checks;
  GError *error = NULL;

  checks = starsend_take_critic_judge_finish (STARSEND_TAKE_CRITIC (source), result, &error);
  if (checks != NULL)
    g_task_return_pointer (task, checks, (GDestroyNotify) json_node_unref);
  else
    g_task_return_error (task, error);
}

/* A grid */

typedef struct
{
  StarsendRequest *request;
  char *path;
} Picture;

static void
picture_free (gpointer data)
{
  Picture *picture = data;

  g_object_unref (picture->request);
  g_free (picture->path);
  g_free (picture);
}

static void
picture_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Picture *picture = data;
  g_autoptr(GdkPixbuf) pixbuf = NULL;
  JsonNode *checks;
  int width, height;
  GError *error = NULL;

  pixbuf = starsend_picture_load (picture->path, &error);
  if (pixbuf == NULL)
    {
      /* Only what the decoder says is a word against the picture; a disk or a loader that is amiss is none. */
      if (g_error_matches (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT))
        error->code = STARSEND_ERROR_DAMAGED;
      g_task_return_error (task, error);
      return;
    }

  checks = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (checks, json_object_new ());
  starsend_request_get_aspect (picture->request, &width, &height);
  starsend_picture_critic_judge_grid (pixbuf, width, height, json_node_get_object (checks));
  g_task_return_pointer (task, checks, (GDestroyNotify) json_node_unref);
}

static void
starsend_file_verifier_verify_async (StarsendVerifier *verifier, StarsendRequest *request, const char *path,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (verifier, cancellable, callback, user_data);
  Picture *picture;

  g_task_set_source_tag (task, starsend_file_verifier_verify_async);
  if (starsend_request_get_kind (request) == STARSEND_REQUEST_TAKE)
    {
      g_autoptr(StarsendTakeCritic) critic = make_critic (request);

      starsend_take_critic_judge_async (critic, path, cancellable, on_judged, task);
      return;
    }

  picture = g_new0 (Picture, 1);
  picture->request = g_object_ref (request);
  picture->path = g_strdup (path);
  g_task_set_task_data (task, picture, picture_free);
  g_task_run_in_thread (task, picture_thread);
  g_object_unref (task);
}

static JsonNode *
starsend_file_verifier_verify_finish (StarsendVerifier *verifier, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, verifier), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
starsend_file_verifier_class_init (StarsendFileVerifierClass *klass)
{
  StarsendVerifierClass *verifier_class = STARSEND_VERIFIER_CLASS (klass);

  verifier_class->verify_async = starsend_file_verifier_verify_async;
  verifier_class->verify_finish = starsend_file_verifier_verify_finish;
}

static void
starsend_file_verifier_init (StarsendFileVerifier *self)
{
}

/**
 * starsend_file_verifier_new:
 *
 * Makes a verifier.
 *
 * Returns: (transfer full): the verifier
 */
StarsendVerifier *
starsend_file_verifier_new (void)
{
  return g_object_new (STARSEND_TYPE_FILE_VERIFIER, NULL);
}
