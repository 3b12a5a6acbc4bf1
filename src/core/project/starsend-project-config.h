/* starsend-project-config.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "starsend-frame-rate.h"
#include "starsend-json.h"

G_BEGIN_DECLS

#define STARSEND_TYPE_PROJECT_CONFIG (starsend_project_config_get_type ())

/* project_config.json. Read-only: nothing here rewrites the file, so that keys we do not know stay as they are. */
G_DECLARE_FINAL_TYPE (StarsendProjectConfig, starsend_project_config, STARSEND, PROJECT_CONFIG, GObject)

StarsendProjectConfig *starsend_project_config_new_from_bytes (GBytes *bytes, GError **error);
const char *starsend_project_config_get_project (StarsendProjectConfig *self);
const char *starsend_project_config_get_title (StarsendProjectConfig *self);
const char *starsend_project_config_get_client (StarsendProjectConfig *self);
const char *starsend_project_config_get_project_type (StarsendProjectConfig *self);   /* "series" when missing */
const char *starsend_project_config_get_episode (StarsendProjectConfig *self);        /* "EP001" when missing */
const char *starsend_project_config_get_plan (StarsendProjectConfig *self);           /* relative path, nullable */
const char *starsend_project_config_get_grid_model (StarsendProjectConfig *self);     /* nullable */
const char *starsend_project_config_get_video_model (StarsendProjectConfig *self);    /* nullable */
const char *starsend_project_config_get_currency (StarsendProjectConfig *self);       /* "USD" when missing */
/* @scope: "take", "sequence", "project". Millionths; -1 when there is no such cap. */
gint64 starsend_project_config_get_cap (StarsendProjectConfig *self, const char *scope);
/* FALSE when the config leaves it to the plan. */
gboolean starsend_project_config_get_frame_rate (StarsendProjectConfig *self, StarsendFrameRate *rate);
guint starsend_project_config_get_concurrency (StarsendProjectConfig *self);          /* takes made at a time; 0 when missing */
const char *starsend_project_config_get_aspect_ratio (StarsendProjectConfig *self);   /* nullable */
/* {"kling-o3": {"amount": 0.1}}; nullable. Owned by the settings. */
const StarsendJsonNode *starsend_project_config_get_prices (StarsendProjectConfig *self);
/* What the words of a grid are put into, at "{prompt}"; nullable. */
const char *starsend_project_config_get_grid_prompt (StarsendProjectConfig *self);
gboolean starsend_project_config_get_audio (StarsendProjectConfig *self);

G_END_DECLS
