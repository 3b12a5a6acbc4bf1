/* starsend-ledger-job.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-ledger-job-private.h"

/**
 * StarsendLedgerJob:
 *
 * One job as its lines in the ledger tell it: the last event, and every field that the lines gave.
 *
 * The properties are read-only; they notify when a line is safely on the disk. Main thread only.
 */
struct _StarsendLedgerJob
{
  GObject parent_instance;

  char *id;
  StarsendLedgerEvent event;
  char *kind;
  char *batch_id;
  guint number;
  guint part;
  guint n_parts;
  char *provider;
  char *model;
  char *digest;
  char *currency;
  gint64 estimate;
  JsonNode *request;
  char *output;
  char *request_id;
  JsonNode *ticket;
  char *file_digest;
  gint64 cost;
  char *reason;
  gboolean may_be_paid;
  char *created_at;
  char *changed_at;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_EVENT,
  PROP_OPEN,
  PROP_KIND,
  PROP_BATCH_ID,
  PROP_NUMBER,
  PROP_PART,
  PROP_N_PARTS,
  PROP_PROVIDER,
  PROP_MODEL,
  PROP_DIGEST,
  PROP_CURRENCY,
  PROP_ESTIMATE,
  PROP_REQUEST,
  PROP_OUTPUT,
  PROP_REQUEST_ID,
  PROP_TICKET,
  PROP_FILE_DIGEST,
  PROP_COST,
  PROP_REASON,
  PROP_CREATED_AT,
  PROP_CHANGED_AT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (StarsendLedgerJob, starsend_ledger_job, G_TYPE_OBJECT)

static void
starsend_ledger_job_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  StarsendLedgerJob *self = STARSEND_LEDGER_JOB (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_EVENT:
      g_value_set_enum (value, self->event);
      break;
    case PROP_OPEN:
      g_value_set_boolean (value, starsend_ledger_job_is_open (self));
      break;
    case PROP_KIND:
      g_value_set_string (value, self->kind);
      break;
    case PROP_BATCH_ID:
      g_value_set_string (value, self->batch_id);
      break;
    case PROP_NUMBER:
      g_value_set_uint (value, self->number);
      break;
    case PROP_PART:
      g_value_set_uint (value, self->part);
      break;
    case PROP_N_PARTS:
      g_value_set_uint (value, self->n_parts);
      break;
    case PROP_PROVIDER:
      g_value_set_string (value, self->provider);
      break;
    case PROP_MODEL:
      g_value_set_string (value, self->model);
      break;
    case PROP_DIGEST:
      g_value_set_string (value, self->digest);
      break;
    case PROP_CURRENCY:
      g_value_set_string (value, self->currency);
      break;
    case PROP_ESTIMATE:
      g_value_set_int64 (value, self->estimate);
      break;
    case PROP_REQUEST:
      g_value_set_boxed (value, self->request);
      break;
    case PROP_OUTPUT:
      g_value_set_string (value, self->output);
      break;
    case PROP_REQUEST_ID:
      g_value_set_string (value, self->request_id);
      break;
    case PROP_TICKET:
      g_value_set_boxed (value, self->ticket);
      break;
    case PROP_FILE_DIGEST:
      g_value_set_string (value, self->file_digest);
      break;
    case PROP_COST:
      g_value_set_int64 (value, self->cost);
      break;
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    case PROP_CREATED_AT:
      g_value_set_string (value, self->created_at);
      break;
    case PROP_CHANGED_AT:
      g_value_set_string (value, self->changed_at);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
starsend_ledger_job_finalize (GObject *object)
{
  StarsendLedgerJob *self = STARSEND_LEDGER_JOB (object);

  g_free (self->id);
  g_free (self->kind);
  g_free (self->batch_id);
  g_free (self->provider);
  g_free (self->model);
  g_free (self->digest);
  g_free (self->currency);
  g_clear_pointer (&self->request, json_node_unref);
  g_free (self->output);
  g_free (self->request_id);
  g_clear_pointer (&self->ticket, json_node_unref);
  g_free (self->file_digest);
  g_free (self->reason);
  g_free (self->created_at);
  g_free (self->changed_at);

  G_OBJECT_CLASS (starsend_ledger_job_parent_class)->finalize (object);
}

static void
starsend_ledger_job_class_init (StarsendLedgerJobClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = starsend_ledger_job_get_property;
  object_class->finalize = starsend_ledger_job_finalize;

  /**
   * StarsendLedgerJob:id:
   *
   * The id of the job, a UUID.
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  /**
   * StarsendLedgerJob:event:
   *
   * The last thing that is known of it.
   */
  properties[PROP_EVENT] = g_param_spec_enum ("event", NULL, NULL, STARSEND_TYPE_LEDGER_EVENT, STARSEND_LEDGER_INTENT, flags);
  /**
   * StarsendLedgerJob:open:
   *
   * Whether it is neither settled nor released.
   */
  properties[PROP_OPEN] = g_param_spec_boolean ("open", NULL, NULL, FALSE, flags);
  /**
   * StarsendLedgerJob:kind:
   *
   * What it makes: `grid` or `take`.
   */
  properties[PROP_KIND] = g_param_spec_string ("kind", NULL, NULL, NULL, flags);
  /**
   * StarsendLedgerJob:batch-id:
   *
   * The batch it is for.
   */
  properties[PROP_BATCH_ID] = g_param_spec_string ("batch-id", NULL, NULL, NULL, flags);
  /**
   * StarsendLedgerJob:number:
   *
   * The number of the grid or the take.
   */
  properties[PROP_NUMBER] = g_param_spec_uint ("number", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * StarsendLedgerJob:part:
   *
   * Which part of a take that is made in parts, from 1; 0 for one that is made at once.
   */
  properties[PROP_PART] = g_param_spec_uint ("part", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * StarsendLedgerJob:n-parts:
   *
   * How many parts the take is made in; 0 for one that is made at once.
   */
  properties[PROP_N_PARTS] = g_param_spec_uint ("n-parts", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * StarsendLedgerJob:provider:
   *
   * The name of the provider.
   */
  properties[PROP_PROVIDER] = g_param_spec_string ("provider", NULL, NULL, NULL, flags);
  /**
   * StarsendLedgerJob:model:
   *
   * The name of the model.
   */
  properties[PROP_MODEL] = g_param_spec_string ("model", NULL, NULL, NULL, flags);
  /**
   * StarsendLedgerJob:digest:
   *
   * The SHA-256 over every input.
   */
  properties[PROP_DIGEST] = g_param_spec_string ("digest", NULL, NULL, NULL, flags);
  /**
   * StarsendLedgerJob:currency:
   *
   * The currency of its amounts, such as `USD`.
   */
  properties[PROP_CURRENCY] = g_param_spec_string ("currency", NULL, NULL, NULL, flags);
  /**
   * StarsendLedgerJob:estimate:
   *
   * What it was thought to cost, in millionths of the currency.
   */
  properties[PROP_ESTIMATE] = g_param_spec_int64 ("estimate", NULL, NULL, 0, G_MAXINT64, 0, flags);
  /**
   * StarsendLedgerJob:request:
   *
   * Everything needed to take it up again.
   */
  properties[PROP_REQUEST] = g_param_spec_boxed ("request", NULL, NULL, JSON_TYPE_NODE, flags);
  /**
   * StarsendLedgerJob:output:
   *
   * The path of the file it makes, relative to the project.
   */
  properties[PROP_OUTPUT] = g_param_spec_string ("output", NULL, NULL, NULL, flags);
  /**
   * StarsendLedgerJob:request-id:
   *
   * The provider's name for it.
   */
  properties[PROP_REQUEST_ID] = g_param_spec_string ("request-id", NULL, NULL, NULL, flags);
  /**
   * StarsendLedgerJob:ticket:
   *
   * The provider's addresses for it.
   */
  properties[PROP_TICKET] = g_param_spec_boxed ("ticket", NULL, NULL, JSON_TYPE_NODE, flags);
  /**
   * StarsendLedgerJob:file-digest:
   *
   * The SHA-256 of the file it made.
   */
  properties[PROP_FILE_DIGEST] = g_param_spec_string ("file-digest", NULL, NULL, NULL, flags);
  /**
   * StarsendLedgerJob:cost:
   *
   * What it cost, in millionths of the currency; -1 when that is not known.
   */
  properties[PROP_COST] = g_param_spec_int64 ("cost", NULL, NULL, -1, G_MAXINT64, -1, flags);
  /**
   * StarsendLedgerJob:reason:
   *
   * Why it is uncertain or was released.
   */
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  /**
   * StarsendLedgerJob:created-at:
   *
   * When its first line was written: ISO 8601, UTC.
   */
  properties[PROP_CREATED_AT] = g_param_spec_string ("created-at", NULL, NULL, NULL, flags);
  /**
   * StarsendLedgerJob:changed-at:
   *
   * When its last line was written: ISO 8601, UTC.
   */
  properties[PROP_CHANGED_AT] = g_param_spec_string ("changed-at", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
starsend_ledger_job_init (StarsendLedgerJob *self)
{
  self->cost = -1;
}

StarsendLedgerJob *
starsend_ledger_job_new (const char *id)
{
  StarsendLedgerJob *self = g_object_new (STARSEND_TYPE_LEDGER_JOB, NULL);

  self->id = g_strdup (id);
  return self;
}

static void
notify (StarsendLedgerJob *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_string (StarsendLedgerJob *self, char **field, const char *text, guint property)
{
  if (g_strcmp0 (*field, text) == 0)
    return;
  g_free (*field);
  *field = g_strdup (text);
  notify (self, property);
}

static void
take_strings (StarsendLedgerJob *self, const StarsendJsonNode *root)
{
  const struct
  {
    const char *name;
    char **field;
    guint property;
  } members[] = {
    { "kind", &self->kind, PROP_KIND },
    { "batch", &self->batch_id, PROP_BATCH_ID },
    { "provider", &self->provider, PROP_PROVIDER },
    { "model", &self->model, PROP_MODEL },
    { "digest", &self->digest, PROP_DIGEST },
    { "currency", &self->currency, PROP_CURRENCY },
    { "output", &self->output, PROP_OUTPUT },
    { "request_id", &self->request_id, PROP_REQUEST_ID },
    { "file_digest", &self->file_digest, PROP_FILE_DIGEST },
  };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      const char *text = starsend_json_node_get_string_member (root, members[i].name);

      if (text != NULL)
        set_string (self, members[i].field, text, members[i].property);
    }
}

static void
take_uint (StarsendLedgerJob *self, const StarsendJsonNode *root, const char *name, guint *field, guint property)
{
  gint64 number = starsend_json_node_get_integer_member (root, name, -1);

  if (number < 0 || number > G_MAXUINT || number == *field)
    return;
  *field = number;
  notify (self, property);
}

static void
take_numbers (StarsendLedgerJob *self, const StarsendLedgerLine *line, const StarsendJsonNode *root)
{
  gint64 amount;

  take_uint (self, root, "number", &self->number, PROP_NUMBER);
  take_uint (self, root, "part", &self->part, PROP_PART);
  take_uint (self, root, "parts", &self->n_parts, PROP_N_PARTS);
  if (starsend_ledger_line_get_amount (line, "estimate", &amount) && amount != self->estimate)
    {
      self->estimate = amount;
      notify (self, PROP_ESTIMATE);
    }
  if (starsend_ledger_line_get_amount (line, "cost", &amount) && amount != self->cost)
    {
      self->cost = amount;
      notify (self, PROP_COST);
    }
}

static void
take_tree (StarsendLedgerJob *self, JsonNode **field, const StarsendJsonNode *node, guint property)
{
  if (node == NULL)
    return;
  g_clear_pointer (field, json_node_unref);
  *field = starsend_json_node_to_tree (node);
  notify (self, property);
}

static void
take_event (StarsendLedgerJob *self, StarsendLedgerEvent event)
{
  gboolean was_open = starsend_ledger_job_is_open (self);

  if (self->event == event)
    return;
  self->event = event;
  notify (self, PROP_EVENT);
  if (was_open != starsend_ledger_job_is_open (self))
    notify (self, PROP_OPEN);
}

/* A reason belongs to its event; a line of an event that is not known gives nothing but its fields. An event that cannot
 * follow is passed over: whoever wrote it was late, and the job has gone on. */
void
starsend_ledger_job_apply (StarsendLedgerJob *self, const StarsendLedgerLine *line)
{
  const StarsendJsonNode *root = starsend_json_get_root (line->json);
  gboolean is_first = self->changed_at == NULL;

  g_object_freeze_notify (G_OBJECT (self));
  take_strings (self, root);
  take_numbers (self, line, root);
  take_tree (self, &self->request, starsend_json_node_get_member (root, "request"), PROP_REQUEST);
  take_tree (self, &self->ticket, starsend_json_node_get_member (root, "ticket"), PROP_TICKET);
  if (is_first)
    set_string (self, &self->created_at, line->at != NULL ? line->at : "", PROP_CREATED_AT);
  set_string (self, &self->changed_at, line->at != NULL ? line->at : "", PROP_CHANGED_AT);
  if (line->event != STARSEND_LEDGER_NO_EVENT && (is_first || starsend_ledger_event_can_follow (self->event, line->event)))
    {
      self->may_be_paid = starsend_json_node_get_boolean_member (root, "may_be_paid", FALSE);
      set_string (self, &self->reason, starsend_json_node_get_string_member (root, "reason"), PROP_REASON);
      take_event (self, line->event);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * starsend_ledger_job_get_id: (get-property id)
 * @self: a job
 *
 * The id of the job, a UUID.
 *
 * Returns: the id
 */
const char *
starsend_ledger_job_get_id (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->id;
}

/**
 * starsend_ledger_job_get_event: (get-property event)
 * @self: a job
 *
 * The last thing that is known of it.
 *
 * Returns: the event
 */
StarsendLedgerEvent
starsend_ledger_job_get_event (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), STARSEND_LEDGER_RELEASED);

  return self->event;
}

/**
 * starsend_ledger_job_is_open: (get-property open)
 * @self: a job
 *
 * Whether it is neither settled nor released.
 *
 * Returns: whether it is
 */
gboolean
starsend_ledger_job_is_open (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), FALSE);

  return self->event != STARSEND_LEDGER_SETTLED && self->event != STARSEND_LEDGER_RELEASED;
}

/**
 * starsend_ledger_job_is_free:
 * @self: a job
 *
 * Whether it is made here and costs nothing, so that it can be made again without asking.
 *
 * Returns: whether it is
 */
gboolean
starsend_ledger_job_is_free (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), FALSE);

  return self->estimate == 0 && g_strcmp0 (self->provider, "local") == 0;
}

/**
 * starsend_ledger_job_wants_decision:
 * @self: a job
 *
 * Whether its answer never came and it may have been paid: a person has to look again, retry it or write it off.
 *
 * Returns: whether it waits for a decision
 */
gboolean
starsend_ledger_job_wants_decision (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), FALSE);

  return self->event == STARSEND_LEDGER_UNCERTAIN && !starsend_ledger_job_is_free (self);
}

/**
 * starsend_ledger_job_get_kind: (get-property kind)
 * @self: a job
 *
 * What it makes: `grid` or `take`.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_ledger_job_get_kind (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->kind;
}

/**
 * starsend_ledger_job_get_batch_id: (get-property batch-id)
 * @self: a job
 *
 * The batch it is for.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_ledger_job_get_batch_id (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->batch_id;
}

/**
 * starsend_ledger_job_get_number: (get-property number)
 * @self: a job
 *
 * The number of the grid or the take.
 *
 * Returns: the number
 */
guint
starsend_ledger_job_get_number (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), 0);

  return self->number;
}

/**
 * starsend_ledger_job_get_part: (get-property part)
 * @self: a job
 *
 * Which part of a take that is made in parts.
 *
 * Returns: the part, from 1; 0 for a take that is made at once
 */
guint
starsend_ledger_job_get_part (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), 0);

  return self->part;
}

/**
 * starsend_ledger_job_get_n_parts: (get-property n-parts)
 * @self: a job
 *
 * How many parts the take is made in.
 *
 * Returns: the number of parts; 0 for a take that is made at once
 */
guint
starsend_ledger_job_get_n_parts (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), 0);

  return self->n_parts;
}

/**
 * starsend_ledger_job_get_provider: (get-property provider)
 * @self: a job
 *
 * The name of the provider.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_ledger_job_get_provider (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->provider;
}

/**
 * starsend_ledger_job_get_model: (get-property model)
 * @self: a job
 *
 * The name of the model.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_ledger_job_get_model (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->model;
}

/**
 * starsend_ledger_job_get_digest: (get-property digest)
 * @self: a job
 *
 * The SHA-256 over every input.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_ledger_job_get_digest (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->digest;
}

/**
 * starsend_ledger_job_get_currency: (get-property currency)
 * @self: a job
 *
 * The currency of its amounts, such as `USD`.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_ledger_job_get_currency (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->currency;
}

/**
 * starsend_ledger_job_get_estimate: (get-property estimate)
 * @self: a job
 *
 * What it was thought to cost, in millionths of the currency.
 *
 * Returns: the amount
 */
gint64
starsend_ledger_job_get_estimate (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), 0);

  return self->estimate;
}

/**
 * starsend_ledger_job_get_request: (get-property request)
 * @self: a job
 *
 * Everything needed to take it up again.
 *
 * Returns: (transfer none) (nullable): the tree
 */
JsonNode *
starsend_ledger_job_get_request (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->request;
}

/**
 * starsend_ledger_job_get_output: (get-property output)
 * @self: a job
 *
 * The path of the file it makes, relative to the project.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_ledger_job_get_output (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->output;
}

/**
 * starsend_ledger_job_get_request_id: (get-property request-id)
 * @self: a job
 *
 * The provider's name for it.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_ledger_job_get_request_id (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->request_id;
}

/**
 * starsend_ledger_job_get_ticket: (get-property ticket)
 * @self: a job
 *
 * The provider's addresses for it.
 *
 * Returns: (transfer none) (nullable): the tree
 */
JsonNode *
starsend_ledger_job_get_ticket (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->ticket;
}

/**
 * starsend_ledger_job_get_file_digest: (get-property file-digest)
 * @self: a job
 *
 * The SHA-256 of the file it made.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_ledger_job_get_file_digest (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->file_digest;
}

/**
 * starsend_ledger_job_get_cost: (get-property cost)
 * @self: a job
 *
 * What it cost, in millionths of the currency; -1 when that is not known.
 *
 * Returns: the amount
 */
gint64
starsend_ledger_job_get_cost (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), 0);

  return self->cost;
}

/**
 * starsend_ledger_job_get_reason: (get-property reason)
 * @self: a job
 *
 * Why it is uncertain or was released.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_ledger_job_get_reason (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->reason;
}

/**
 * starsend_ledger_job_may_be_paid:
 * @self: a job
 *
 * Whether it was given up although its provider may have made it and charged for it: nothing says what it cost.
 *
 * Returns: whether it may be on the bill
 */
gboolean
starsend_ledger_job_may_be_paid (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), FALSE);

  return self->event == STARSEND_LEDGER_RELEASED && self->may_be_paid && self->cost < 0;
}

/**
 * starsend_ledger_job_get_created_at: (get-property created-at)
 * @self: a job
 *
 * When its first line was written: ISO 8601, UTC.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_ledger_job_get_created_at (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->created_at;
}

/**
 * starsend_ledger_job_get_changed_at: (get-property changed-at)
 * @self: a job
 *
 * When its last line was written: ISO 8601, UTC.
 *
 * Returns: (nullable): the text
 */
const char *
starsend_ledger_job_get_changed_at (StarsendLedgerJob *self)
{
  g_return_val_if_fail (STARSEND_IS_LEDGER_JOB (self), NULL);

  return self->changed_at;
}
