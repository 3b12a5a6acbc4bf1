/* starsend-client-sequence-runner.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-element-resolution.h"
#include "starsend-models.h"
#include "starsend-project.h"
#include "starsend-sequence-item.h"
#include "starsend-take-offer.h"
#include "starsend-take.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_CLIENT_SEQUENCE_RUNNER (starsend_client_sequence_runner_get_type ())

/* The orchestrator of client video projects: reads the plan, keeps sequence state, drives StepRunner and GridExplorer.
 * Main thread only. Every step checks that the sequence stands where the step is allowed (NOT_READY says where it stands
 * and what would be next) and that the sequence has no error in the plan (INVALID_INPUT with the place). */
G_DECLARE_FINAL_TYPE (StarsendClientSequenceRunner, starsend_client_sequence_runner, STARSEND, CLIENT_SEQUENCE_RUNNER, GObject)

/* INVALID_INPUT for a project that is no client video. */
StarsendClientSequenceRunner *starsend_client_sequence_runner_new (StarsendProject *project, GError **error);
StarsendProject *starsend_client_sequence_runner_get_project (StarsendClientSequenceRunner *self);
StarsendModels *starsend_client_sequence_runner_get_models (StarsendClientSequenceRunner *self);
/* Whether takes of the animatic carry sequence, shot, prompt and timecode in the picture. */
gboolean starsend_client_sequence_runner_get_burn_in (StarsendClientSequenceRunner *self);
void starsend_client_sequence_runner_set_burn_in (StarsendClientSequenceRunner *self, gboolean burn_in);
/* Whether the next takes are made with sound, where the model can: as the project says, until it is set. */
gboolean starsend_client_sequence_runner_get_audio (StarsendClientSequenceRunner *self);
void starsend_client_sequence_runner_set_audio (StarsendClientSequenceRunner *self, gboolean audio);
/* All sequences in the plan's order: StarsendSequenceItem, made when first asked for. */
GListModel *starsend_client_sequence_runner_get_items (StarsendClientSequenceRunner *self);
/* Where one sequence stands. (transfer full); NOT_FOUND names the ids there are (the first few). */
StarsendSequenceItem *starsend_client_sequence_runner_get_status (StarsendClientSequenceRunner *self, const char *sequence_id, GError **error);
/* StarsendJob: what runs now. */
GListModel *starsend_client_sequence_runner_get_jobs (StarsendClientSequenceRunner *self);

/* Millionths of the project's currency, before anything is spent; -1 on error. @model NULL: the one that would be used. */
gint64 starsend_client_sequence_runner_estimate_grid (StarsendClientSequenceRunner *self, const char *sequence_id, const char *model, GError **error);
gint64 starsend_client_sequence_runner_estimate_take (StarsendClientSequenceRunner *self, const char *sequence_id, const char *model, GError **error);
/* The model that a grid (or a take) of this sequence would be made with: @model, the plan's, the project's, the default. (transfer full) */
char *starsend_client_sequence_runner_dup_grid_model (StarsendClientSequenceRunner *self, const char *sequence_id, const char *model);
char *starsend_client_sequence_runner_dup_take_model (StarsendClientSequenceRunner *self, const char *sequence_id, const char *model);
/* Ids of the sequences that execute would take: start frame approved, no error. (transfer full) */
char **starsend_client_sequence_runner_dup_ready (StarsendClientSequenceRunner *self);
/* Ids that were interrupted or have open jobs, which resume takes up. (transfer full) */
char **starsend_client_sequence_runner_dup_interrupted (StarsendClientSequenceRunner *self);

void starsend_client_sequence_runner_resolve_elements_async (StarsendClientSequenceRunner *self, const char *sequence_id,
                                                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendElementResolution *starsend_client_sequence_runner_resolve_elements_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);

/* @prompt NULL: the plan's start_frame_prompt. Resolves elements first. Finish gives the absolute path of the grid. */
void starsend_client_sequence_runner_explore_grid_async (StarsendClientSequenceRunner *self, const char *sequence_id, const char *prompt, const char *model,
                                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *starsend_client_sequence_runner_explore_grid_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);

/* @quadrant 1 to 4; @grid the number of a grid, 0 for the latest. Finish gives the absolute path of the start frame. */
void starsend_client_sequence_runner_pick_start_frame_async (StarsendClientSequenceRunner *self, const char *sequence_id, guint quadrant, guint grid,
                                                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *starsend_client_sequence_runner_pick_start_frame_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);
/* Any picture from anywhere (PNG, JPEG, WebP); it is copied, cropped to the project's ratio. */
void starsend_client_sequence_runner_set_start_frame_async (StarsendClientSequenceRunner *self, const char *sequence_id, const char *path,
                                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *starsend_client_sequence_runner_set_start_frame_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);
void starsend_client_sequence_runner_approve_start_frame_async (StarsendClientSequenceRunner *self, const char *sequence_id,
                                                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_client_sequence_runner_approve_start_frame_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);
void starsend_client_sequence_runner_unlock_start_frame_async (StarsendClientSequenceRunner *self, const char *sequence_id,
                                                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_client_sequence_runner_unlock_start_frame_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);

/* The first take. Finish gives the take; the sequence is in review then. */
void starsend_client_sequence_runner_execute_sequence_async (StarsendClientSequenceRunner *self, const char *sequence_id, const char *model,
                                                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendTake *starsend_client_sequence_runner_execute_sequence_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);
/* Another take. @overrides: shot id -> prompt (utf8 utf8), nullable; the prompts of the current take stay for the other
 * shots, an empty text goes back to the plan's. @start_frame: a picture that becomes the approved start frame, nullable. */
void starsend_client_sequence_runner_iterate_sequence_async (StarsendClientSequenceRunner *self, const char *sequence_id, GHashTable *overrides,
                                                             const char *start_frame, const char *model,
                                                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendTake *starsend_client_sequence_runner_iterate_sequence_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);

/* What execute and iterate would cost, exactly, before anything is spent; an estimate does not look at what is there already. */
void starsend_client_sequence_runner_offer_execution_async (StarsendClientSequenceRunner *self, const char *sequence_id, const char *model,
                                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendTakeOffer *starsend_client_sequence_runner_offer_execution_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);
void starsend_client_sequence_runner_offer_iteration_async (StarsendClientSequenceRunner *self, const char *sequence_id, GHashTable *overrides,
                                                            const char *start_frame, const char *model,
                                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendTakeOffer *starsend_client_sequence_runner_offer_iteration_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);

/* @take 0: the current one. Approving makes the sequence complete with that take. */
void starsend_client_sequence_runner_approve_take_async (StarsendClientSequenceRunner *self, const char *sequence_id, guint take, const char *note,
                                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_client_sequence_runner_approve_take_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);
/* @shot_id NULL: the whole take. A complete sequence whose take is rejected goes back to review. */
void starsend_client_sequence_runner_reject_take_async (StarsendClientSequenceRunner *self, const char *sequence_id, guint take, const char *shot_id, const char *note,
                                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_client_sequence_runner_reject_take_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);
/* GListModel of StarsendTake, ordered by number. */
void starsend_client_sequence_runner_list_takes_async (StarsendClientSequenceRunner *self, const char *sequence_id,
                                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GListModel *starsend_client_sequence_runner_list_takes_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);

/* Once after opening: when a file was damaged and set aside, or is gone, what it said is rebuilt from the ledger, the
 * sidecars and the disk. What a crash left of temporary files is removed. */
void starsend_client_sequence_runner_prepare_async (StarsendClientSequenceRunner *self,
                                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GListModel *starsend_client_sequence_runner_prepare_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);
/* Takes every open job up and every transient state to where it belongs. GListModel of StarsendFinding: one sentence a job. */
void starsend_client_sequence_runner_resume_async (StarsendClientSequenceRunner *self,
                                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GListModel *starsend_client_sequence_runner_resume_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);
/* How many jobs resume takes up at once. */
guint starsend_client_sequence_runner_get_resume_limit (StarsendClientSequenceRunner *self);
void starsend_client_sequence_runner_set_resume_limit (StarsendClientSequenceRunner *self, guint limit);

/* What a person decides about one job of the ledger. All give a sentence that tells what became of it; NOT_FOUND for an id
 * that the ledger does not have, NOT_READY for a job that cannot be decided so. */
/* Gives an open or uncertain job up; the sequence goes back to where it stood. */
void starsend_client_sequence_runner_write_off_job_async (StarsendClientSequenceRunner *self, const char *job_id,
                                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *starsend_client_sequence_runner_write_off_job_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);
/* What the retry of a job would cost now: millionths, -1 on error. */
gint64 starsend_client_sequence_runner_estimate_retry (StarsendClientSequenceRunner *self, const char *job_id, GError **error);
/* Writes an uncertain job off and asks for the same again: it may be paid twice. */
void starsend_client_sequence_runner_retry_job_async (StarsendClientSequenceRunner *self, const char *job_id,
                                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *starsend_client_sequence_runner_retry_job_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);
/* Fetches what a job made, for as long as its provider holds it. @request_id: what its provider calls it, found by a person;
 * NULL: as the ledger has it. */
void starsend_client_sequence_runner_recover_job_async (StarsendClientSequenceRunner *self, const char *job_id, const char *request_id,
                                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *starsend_client_sequence_runner_recover_job_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);

/* Cross-checks sequence state, execution store, ledger and disk. GListModel of StarsendDisagreement. */
void starsend_client_sequence_runner_reconcile_async (StarsendClientSequenceRunner *self, gboolean repair,
                                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GListModel *starsend_client_sequence_runner_reconcile_finish (StarsendClientSequenceRunner *self, GAsyncResult *result, GError **error);

G_END_DECLS
