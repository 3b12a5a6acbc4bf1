/* starsend-finding.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-finding.h"

/**
 * StarsendFinding:
 *
 * What a validator or a critic found: where, and in a sentence what was found and what is allowed.
 *
 * An error stops the sequence that it touches, a warning nothing. Immutable.
 */
struct _StarsendFinding
{
  GObject parent_instance;

  StarsendSeverity severity;
  char *place;
  char *sequence_id;
  char *message;
};

/**
 * StarsendSeverity:
 * @STARSEND_SEVERITY_WARNING: it stops nothing
 * @STARSEND_SEVERITY_ERROR: it stops what it touches
 *
 * How much a finding matters.
 */
G_DEFINE_ENUM_TYPE (StarsendSeverity,
                    starsend_severity,
                    G_DEFINE_ENUM_VALUE (STARSEND_SEVERITY_WARNING, "warning"),
                    G_DEFINE_ENUM_VALUE (STARSEND_SEVERITY_ERROR, "error"))

G_DEFINE_FINAL_TYPE (StarsendFinding, starsend_finding, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_SEVERITY,
  PROP_PLACE,
  PROP_SEQUENCE_ID,
  PROP_MESSAGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
starsend_finding_finalize (GObject *object)
{
  StarsendFinding *self = STARSEND_FINDING (object);

  g_free (self->place);
  g_free (self->sequence_id);
  g_free (self->message);
  G_OBJECT_CLASS (starsend_finding_parent_class)->finalize (object);
}

static void
starsend_finding_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  StarsendFinding *self = STARSEND_FINDING (object);

  switch (id)
    {
    case PROP_SEVERITY:
      g_value_set_enum (value, self->severity);
      break;
    case PROP_PLACE:
      g_value_set_string (value, self->place);
      break;
    case PROP_SEQUENCE_ID:
      g_value_set_string (value, self->sequence_id);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
starsend_finding_class_init (StarsendFindingClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = starsend_finding_finalize;
  object_class->get_property = starsend_finding_get_property;

  /**
   * StarsendFinding:severity:
   *
   * Whether it stops something.
   */
  properties[PROP_SEVERITY] =
      g_param_spec_enum ("severity", NULL, NULL, STARSEND_TYPE_SEVERITY, STARSEND_SEVERITY_WARNING, flags);
  /**
   * StarsendFinding:place:
   *
   * The place, such as `sequences[3].shots[1].duration`.
   */
  properties[PROP_PLACE] = g_param_spec_string ("place", NULL, NULL, NULL, flags);
  /**
   * StarsendFinding:sequence-id:
   *
   * The sequence that it touches.
   */
  properties[PROP_SEQUENCE_ID] = g_param_spec_string ("sequence-id", NULL, NULL, NULL, flags);
  /**
   * StarsendFinding:message:
   *
   * What was found, and what is allowed.
   */
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_finding_init (StarsendFinding *self)
{
}

/**
 * starsend_finding_new:
 * @severity: whether it stops something
 * @place: the place
 * @sequence_id: (nullable): the sequence that it touches; %NULL for every one, and an empty string for none
 * @message: what was found, and what is allowed
 *
 * Creates a finding, which never changes.
 *
 * Returns: (transfer full): the finding
 */
StarsendFinding *
starsend_finding_new (StarsendSeverity severity, const char *place, const char *sequence_id, const char *message)
{
  StarsendFinding *self = g_object_new (STARSEND_TYPE_FINDING, NULL);

  self->severity = severity;
  self->place = g_strdup (place);
  self->sequence_id = g_strdup (sequence_id);
  self->message = g_strdup (message);
  return self;
}

/**
 * starsend_finding_get_severity:
 * @self: a finding
 *
 * Gets whether it stops something.
 *
 * Returns: the severity
 */
StarsendSeverity
starsend_finding_get_severity (StarsendFinding *self)
{
  g_return_val_if_fail (STARSEND_IS_FINDING (self), STARSEND_SEVERITY_WARNING);
  return self->severity;
}

/**
 * starsend_finding_get_place:
 * @self: a finding
 *
 * Gets the place.
 *
 * Returns: (transfer none): the place
 */
const char *
starsend_finding_get_place (StarsendFinding *self)
{
  g_return_val_if_fail (STARSEND_IS_FINDING (self), NULL);
  return self->place;
}

/**
 * starsend_finding_get_sequence_id:
 * @self: a finding
 *
 * Gets the sequence that it touches.
 *
 * Returns: (transfer none) (nullable): the id, %NULL for every sequence, and an empty string for none
 */
const char *
starsend_finding_get_sequence_id (StarsendFinding *self)
{
  g_return_val_if_fail (STARSEND_IS_FINDING (self), NULL);
  return self->sequence_id;
}

/**
 * starsend_finding_get_message:
 * @self: a finding
 *
 * Gets what was found, and what is allowed.
 *
 * Returns: (transfer none): the message
 */
const char *
starsend_finding_get_message (StarsendFinding *self)
{
  g_return_val_if_fail (STARSEND_IS_FINDING (self), NULL);
  return self->message;
}
