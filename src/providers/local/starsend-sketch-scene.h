/* starsend-sketch-scene.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "starsend-request.h"

G_BEGIN_DECLS

typedef enum
{
  STARSEND_SKETCH_ROAD,
  STARSEND_SKETCH_SUBURB,
  STARSEND_SKETCH_CITY,
  STARSEND_SKETCH_DESERT,
  STARSEND_SKETCH_SEA,
  STARSEND_SKETCH_FOREST,
  STARSEND_SKETCH_MOUNTAINS,
  STARSEND_SKETCH_CAR_PARK,
  STARSEND_SKETCH_TUNNEL,
  STARSEND_SKETCH_INTERIOR,
} StarsendSketchPlace;

typedef enum
{
  STARSEND_SKETCH_VEHICLE,
  STARSEND_SKETCH_PERSON,
  STARSEND_SKETCH_THING,
  STARSEND_SKETCH_PLACE, /* where it happens: not drawn as a thing that stands in it */
} StarsendSketchKind;

typedef struct
{
  StarsendSketchKind kind;
  char *name;
  double colour[3];
} StarsendSketchSubject;

#define STARSEND_SKETCH_MAX_SUBJECTS 6

/* What is to be drawn: the prompt and the elements, understood as far as words go. */
typedef struct
{
  StarsendSketchPlace place;
  gboolean night;
  gboolean low_sun;
  gboolean rain;
  gboolean snow;
  gboolean fog;
  double accent[3];
  guint32 seed;
  guint n_subjects;
  StarsendSketchSubject subjects[STARSEND_SKETCH_MAX_SUBJECTS];
} StarsendSketchScene;

/* Blocking: reads the elements' pictures. */
StarsendSketchScene *starsend_sketch_scene_new (StarsendRequest *request);
void starsend_sketch_scene_free (StarsendSketchScene *scene);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StarsendSketchScene, starsend_sketch_scene_free)

G_END_DECLS
