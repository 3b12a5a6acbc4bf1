/* starsend-fal-client.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-fal-status.h"
#include "starsend-http-client.h"
#include "starsend-keys.h"
#include "starsend-ticket.h"

G_BEGIN_DECLS

/* What the queue answers to a cancel. */
typedef enum
{
  STARSEND_FAL_CANCEL_OK,          /* it waited, and is gone */
  STARSEND_FAL_CANCEL_REQUESTED,   /* it runs: it may stop, or complete all the same */
  STARSEND_FAL_CANCEL_COMPLETED,   /* too late */
  STARSEND_FAL_CANCEL_NOT_FOUND,
} StarsendFalCancel;

#define STARSEND_TYPE_FAL_CLIENT (starsend_fal_client_get_type ())

/* The queue of fal.ai: one call each for what its protocol has. It knows the addresses and the key, and no model. Properties: "http", "keys",
 * "queue-url", "rest-url" (construct; from STARSEND_FAL_QUEUE_URL and STARSEND_FAL_REST_URL where NULL), "poll-interval" in
 * milliseconds (0: rising from 2 to 5 seconds; from STARSEND_POLL_INTERVAL_MS), "streams" (whether status streams are used; TRUE). */
G_DECLARE_FINAL_TYPE (StarsendFalClient, starsend_fal_client, STARSEND, FAL_CLIENT, GObject)

StarsendFalClient *starsend_fal_client_new (StarsendHttpClient *http, StarsendKeys *keys);
StarsendHttpClient *starsend_fal_client_get_http (StarsendFalClient *self);
const char *starsend_fal_client_get_queue_url (StarsendFalClient *self);    /* no slash at the end */
const char *starsend_fal_client_get_rest_url (StarsendFalClient *self);
guint starsend_fal_client_get_poll_interval (StarsendFalClient *self);
void starsend_fal_client_set_poll_interval (StarsendFalClient *self, guint milliseconds);
gboolean starsend_fal_client_get_streams (StarsendFalClient *self);
void starsend_fal_client_set_streams (StarsendFalClient *self, gboolean streams);
/* UNAVAILABLE without a key. */
gboolean starsend_fal_client_check_key (StarsendFalClient *self, GError **error);
/* For keeping it out of words. Nullable. */
const char *starsend_fal_client_peek_secret (StarsendFalClient *self);
/* A call with the key on it. */
StarsendHttpCall *starsend_fal_client_create_call (StarsendFalClient *self, const char *method, const char *uri);

/* Sends a job, once. Errors: UNCERTAIN when it may have been bought all the same; every other one means that nothing was. A job that is
 * being sent is not cancelled. */
void starsend_fal_client_submit_async (StarsendFalClient *self, const char *endpoint, JsonNode *input,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendTicket *starsend_fal_client_submit_finish (StarsendFalClient *self, GAsyncResult *result, GError **error);

/* @endpoint: for tickets that name none; nullable. Errors: NOT_FOUND for 404 and 410, PROVIDER for a cancelled job (499); every other one
 * says nothing about the job. */
void starsend_fal_client_status_async (StarsendFalClient *self, StarsendTicket *ticket, const char *endpoint, gboolean logs,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendFalStatus *starsend_fal_client_status_finish (StarsendFalClient *self, GAsyncResult *result, GError **error);

/* NULL for an event that makes no sense. */
typedef void (*StarsendFalStatusFunc) (StarsendFalStatus *status, gpointer user_data);
void starsend_fal_client_stream_async (StarsendFalClient *self, StarsendTicket *ticket, const char *endpoint, guint silence,
                                       StarsendFalStatusFunc func, gpointer func_data, GDestroyNotify func_destroy,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean starsend_fal_client_stream_finish (StarsendFalClient *self, GAsyncResult *result, GError **error);

/* The answer at the result's address, whatever its status. */
void starsend_fal_client_result_async (StarsendFalClient *self, StarsendTicket *ticket, const char *endpoint,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
StarsendHttpReply *starsend_fal_client_result_finish (StarsendFalClient *self, GAsyncResult *result, GError **error);

void starsend_fal_client_cancel_async (StarsendFalClient *self, StarsendTicket *ticket, const char *endpoint,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* FALSE with an error when there was no answer, or another one. */
gboolean starsend_fal_client_cancel_finish (StarsendFalClient *self, GAsyncResult *result, StarsendFalCancel *answer, GError **error);

G_END_DECLS
