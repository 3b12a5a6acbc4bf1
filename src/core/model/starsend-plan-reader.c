/* starsend-plan-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-plan-reader.h"

#include "starsend-error.h"
#include "starsend-plan-values.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_SHOT_SECONDS 3600.0
#define MAX_BPM 1000.0
/* Up to here a pairwise look is quicker than a table. */
#define FEW_SHOTS 16

enum
{
  PROJECT,
  EPISODE,
  TITLE,
  ASPECT_RATIO,
  FPS,
  SONG,
  ELEMENTS,
  SEQUENCES,
  N_PLAN_KEYS
};
static const char *const plan_keys[] = { "project", "episode", "title",    "aspect_ratio",
                                         "fps",     "song",    "elements", "sequences" };

enum
{
  SONG_TITLE,
  SONG_FILE,
  SONG_DURATION,
  SONG_BPM,
  SONG_SECTIONS,
  N_SONG_KEYS
};
static const char *const song_keys[] = { "title", "file", "duration", "bpm", "sections" };

enum
{
  SECTION_NAME,
  SECTION_START,
  SECTION_END,
  N_SECTION_KEYS
};
static const char *const section_keys[] = { "name", "start", "end" };

enum
{
  ELEMENT_ID,
  ELEMENT_NAME,
  ELEMENT_TYPE,
  ELEMENT_DESCRIPTION,
  ELEMENT_FRONTAL,
  ELEMENT_REFERENCES,
  N_ELEMENT_KEYS
};
static const char *const element_keys[] = { "id", "name", "type", "description", "frontal", "references" };

enum
{
  SEQ_ID,
  SEQ_TITLE,
  SEQ_SONG_START,
  SEQ_SONG_END,
  SEQ_ELEMENTS,
  SEQ_DIRECTOR_NOTES,
  SEQ_START_FRAME_PROMPT,
  SEQ_MODEL,
  SEQ_SHOTS,
  N_SEQ_KEYS
};
static const char *const sequence_keys[] = { "id",       "title",          "song_start",         "song_end",
                                             "elements", "director_notes", "start_frame_prompt", "model",
                                             "shots" };

enum
{
  SHOT_ID,
  SHOT_DURATION,
  SHOT_PROMPT,
  SHOT_CAMERA,
  SHOT_NOTES,
  N_SHOT_KEYS
};
static const char *const shot_keys[] = { "id", "duration", "prompt", "camera", "notes" };

typedef struct
{
  StarsendPlanData *data;
  StarsendPlanFindings *findings;
  gboolean *told;  /* for each element, whether a sequence was said to suffer from its error */
  guint *named_in; /* for each element, the last sequence whose prompts named it, from 1 */
} Reader;

#define ERROR(node, key, item, ...)                                                                                    \
  starsend_plan_findings_add (reader->findings, STARSEND_SEVERITY_ERROR, node, key, item, __VA_ARGS__)
#define WARNING(node, key, item, ...)                                                                                  \
  starsend_plan_findings_add (reader->findings, STARSEND_SEVERITY_WARNING, node, key, item, __VA_ARGS__)

static gboolean
fail_format (StarsendJson *json, const StarsendJsonNode *node, GError **error, const char *message)
{
  guint line, column;

  starsend_json_get_position (json, node, &line, &column);
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _ ("line %u, column %u: %s"), line, column,
               message);
  return FALSE;
}

gboolean
starsend_plan_reader_check_format (StarsendJson *json, GError **error)
{
  const StarsendJsonNode *root = starsend_json_get_root (json);
  const StarsendJsonNode *format = starsend_json_node_get_member (root, "format");
  const StarsendJsonNode *version = starsend_json_node_get_member (root, "version");
  gint64 number;

  if (starsend_json_node_get_kind (root) != STARSEND_JSON_OBJECT)
    return fail_format (json, root, error, _ ("this is no plan: a plan is an object"));
  if (!format)
    return fail_format (json, root, error, _ ("this is no plan: it has no “format”, which is “client_plan”"));
  if (g_strcmp0 (starsend_json_node_get_string (format, NULL), "client_plan") != 0)
    return fail_format (json, format, error, _ ("“format” is not “client_plan”, so this is no plan"));
  if (!version)
    return fail_format (json, root, error, _ ("the plan has no “version”, which is 1"));
  if (!starsend_json_node_get_integer (version, &number) || number != 1)
    return fail_format (json, version, error, _ ("“version” is not 1, the only one that can be read"));
  return TRUE;
}

/* Reads a list of strings into names; says where it begins. */
static guint
read_names (Reader *reader, const StarsendJsonNode *list, const char *key, gboolean are_paths)
{
  guint first = reader->data->names->len;
  int item = 0;

  if (starsend_plan_values_check_kind (reader->findings, list, STARSEND_JSON_ARRAY, key, -1))
    for (const StarsendJsonNode *node = starsend_json_node_get_first_child (list); node;
         node = starsend_json_node_get_next (node), item++)
      {
        const char *name = are_paths ? starsend_plan_values_read_path (reader->findings, node, key, item)
                                     : starsend_plan_values_read_string (reader->findings, node, key, item);

        if (name)
          g_ptr_array_add (reader->data->names, (gpointer) name);
      }
  g_ptr_array_add (reader->data->names, NULL);
  return first;
}

static void
read_section (Reader *reader, const StarsendJsonNode *node)
{
  const StarsendJsonNode *slots[N_SECTION_KEYS];
  StarsendSectionData section;

  starsend_plan_values_sort (reader->findings, node, section_keys, N_SECTION_KEYS, slots);
  section.name = starsend_plan_values_read_string (reader->findings, slots[SECTION_NAME], "name", -1);
  section.start = starsend_plan_values_read_time (reader->findings, slots[SECTION_START], "start", STARSEND_PLAN_MAX_TIME);
  section.end = starsend_plan_values_read_time (reader->findings, slots[SECTION_END], "end", STARSEND_PLAN_MAX_TIME);
  if (section.start >= 0 && section.end >= 0 && section.end < section.start)
    ERROR (slots[SECTION_END], "end", -1, _ ("The section ends at %g s, before it begins at %g s."), section.end,
           section.start);
  g_array_append_val (reader->data->sections, section);
}

/* A song that is in disorder stops no sequence: it is needed only when the cut is made. */
static void
read_song (Reader *reader, const StarsendJsonNode *song)
{
  const StarsendJsonNode *slots[N_SONG_KEYS];
  int index = 0;

  starsend_plan_findings_enter (reader->findings, "", NULL, -1);
  if (!starsend_plan_values_check_kind (reader->findings, song, STARSEND_JSON_OBJECT, "song", -1))
    return;
  starsend_plan_findings_enter (reader->findings, "", "song", -1);
  starsend_plan_values_sort (reader->findings, song, song_keys, N_SONG_KEYS, slots);
  reader->data->has_song = TRUE;
  reader->data->song_title = starsend_plan_values_read_string (reader->findings, slots[SONG_TITLE], "title", -1);
  reader->data->song_file = starsend_plan_values_read_path (reader->findings, slots[SONG_FILE], "file", -1);
  reader->data->song_duration = starsend_plan_values_read_time (reader->findings, slots[SONG_DURATION], "duration", STARSEND_PLAN_MAX_TIME);
  reader->data->song_bpm = starsend_plan_values_read_number (reader->findings, slots[SONG_BPM], "bpm", 1, MAX_BPM);
  if (!starsend_plan_values_check_kind (reader->findings, slots[SONG_SECTIONS], STARSEND_JSON_ARRAY, "sections", -1))
    return;
  for (const StarsendJsonNode *node = starsend_json_node_get_first_child (slots[SONG_SECTIONS]); node;
       node = starsend_json_node_get_next (node), index++)
    {
      starsend_plan_findings_enter (reader->findings, "", "song", -1);
      if (!starsend_plan_values_check_kind (reader->findings, node, STARSEND_JSON_OBJECT, "sections", index))
        continue;
      starsend_plan_findings_enter_inner (reader->findings, "sections", index);
      read_section (reader, node);
    }
}

static void
read_element (Reader *reader, const StarsendJsonNode *node, GHashTable *known)
{
  const StarsendJsonNode *slots[N_ELEMENT_KEYS];
  StarsendElementData element = { 0 };
  guint n_errors = starsend_plan_findings_get_n_errors (reader->findings);

  starsend_plan_values_sort (reader->findings, node, element_keys, N_ELEMENT_KEYS, slots);
  element.id = starsend_plan_values_read_id (reader->findings, slots[ELEMENT_ID], node);
  element.name = starsend_plan_values_read_string (reader->findings, slots[ELEMENT_NAME], "name", -1);
  element.kind = starsend_plan_values_read_string (reader->findings, slots[ELEMENT_TYPE], "type", -1);
  element.description =
      starsend_plan_values_read_string (reader->findings, slots[ELEMENT_DESCRIPTION], "description", -1);
  element.frontal = starsend_plan_values_read_path (reader->findings, slots[ELEMENT_FRONTAL], "frontal", -1);
  element.references = read_names (reader, slots[ELEMENT_REFERENCES], "references", TRUE);
  if (!element.id)
    return;
  if (!g_hash_table_insert (known, (gpointer) element.id, GUINT_TO_POINTER (reader->data->elements->len)))
    ERROR (slots[ELEMENT_ID], "id", -1, _ ("Another element has the same id; every one has its own."));
  element.has_error = starsend_plan_findings_get_n_errors (reader->findings) > n_errors;
  g_array_append_val (reader->data->elements, element);
}

static void
index_elements (Reader *reader)
{
  GArray *elements = reader->data->elements;
  g_autofree const char **ids = g_new (const char *, elements->len + 1);

  for (guint i = 0; i < elements->len; i++)
    ids[i] = g_array_index (elements, StarsendElementData, i).id;
  reader->data->element_index = starsend_element_index_new (ids, elements->len);
  /* Which of two is meant cannot be said, so neither can be used. */
  for (guint i = 0; i < elements->len; i++)
    {
      int first = starsend_element_index_lookup (reader->data->element_index, ids[i]);

      if ((guint) first != i)
        g_array_index (elements, StarsendElementData, first).has_error = TRUE;
    }
  reader->named_in = g_new0 (guint, elements->len + 1);
  reader->told = g_new0 (gboolean, elements->len + 1);
}

/* An element in disorder stops the sequences that use it, and says so there. */
static void
read_elements (Reader *reader, const StarsendJsonNode *list)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  int index = 0;

  starsend_plan_findings_enter (reader->findings, "", NULL, -1);
  if (starsend_plan_values_check_kind (reader->findings, list, STARSEND_JSON_ARRAY, "elements", -1))
    for (const StarsendJsonNode *node = starsend_json_node_get_first_child (list); node;
         node = starsend_json_node_get_next (node), index++)
      {
        starsend_plan_findings_enter (reader->findings, "", "elements", index);
        if (starsend_plan_values_check_kind (reader->findings, node, STARSEND_JSON_OBJECT, NULL, -1))
          read_element (reader, node, known);
      }
  index_elements (reader);
}

static void
read_mentions (Reader *reader, const char *text, const StarsendJsonNode *node, const char *key)
{
  const char *start, *end = text;
  int element;

  while (text && starsend_element_index_next_mention (reader->data->element_index, text, end, &start, &end, &element))
    {
      g_autofree char *word = NULL;
      g_autofree char *quoted = NULL;

      if (element >= 0)
        {
          reader->named_in[element] = reader->data->sequences->len + 1;
          continue;
        }
      word = g_strndup (start, end - start);
      quoted = starsend_plan_findings_quote (word);
      WARNING (node, key, -1, _ ("“%s” names no element of the plan."), quoted);
    }
}

static void
read_shot (Reader *reader, const StarsendJsonNode *node)
{
  const StarsendJsonNode *slots[N_SHOT_KEYS];
  StarsendShotData shot;

  starsend_plan_values_sort (reader->findings, node, shot_keys, N_SHOT_KEYS, slots);
  shot.id = starsend_plan_values_read_id (reader->findings, slots[SHOT_ID], node);
  if (!shot.id)
    shot.id = "";
  shot.duration = starsend_plan_values_read_time (reader->findings, slots[SHOT_DURATION], "duration", MAX_SHOT_SECONDS);
  if (!slots[SHOT_DURATION])
    ERROR (node, "duration", -1, _ ("There is no duration, and one is wanted: seconds, or M:SS or M:SS.mmm."));
  else if (shot.duration == 0)
    ERROR (slots[SHOT_DURATION], "duration", -1, _ ("Found 0 seconds; a shot has more than 0 and no more than 3600."));
  shot.duration = MAX (shot.duration, 0);
  shot.prompt = starsend_plan_values_read_string (reader->findings, slots[SHOT_PROMPT], "prompt", -1);
  if (!slots[SHOT_PROMPT])
    ERROR (node, "prompt", -1, _ ("There is no prompt, and one is wanted."));
  else if (shot.prompt && !shot.prompt[strspn (shot.prompt, " \t\r\n")])
    ERROR (slots[SHOT_PROMPT], "prompt", -1, _ ("The prompt is empty, and one is wanted."));
  shot.camera = starsend_plan_values_read_string (reader->findings, slots[SHOT_CAMERA], "camera", -1);
  shot.notes = starsend_plan_values_read_string (reader->findings, slots[SHOT_NOTES], "notes", -1);
  read_mentions (reader, shot.prompt, slots[SHOT_PROMPT], "prompt");
  g_array_append_val (reader->data->shots, shot);
}

static gboolean
has_earlier_shot (Reader *reader, guint first, const char *id, GHashTable *many)
{
  GArray *shots = reader->data->shots;

  if (many)
    return !g_hash_table_add (many, (gpointer) id);
  for (guint i = first; i + 1 < shots->len; i++)
    if (strcmp (g_array_index (shots, StarsendShotData, i).id, id) == 0)
      return TRUE;
  return FALSE;
}

static void
read_shots (Reader *reader, const StarsendJsonNode *list, StarsendSequenceData *sequence)
{
  guint n_listed = starsend_json_node_get_length (list);
  g_autoptr (GHashTable) many = n_listed > FEW_SHOTS ? g_hash_table_new (g_str_hash, g_str_equal) : NULL;
  int index = 0;

  for (const StarsendJsonNode *node = starsend_json_node_get_first_child (list); node;
       node = starsend_json_node_get_next (node), index++)
    {
      const StarsendShotData *shot;

      starsend_plan_findings_enter_inner (reader->findings, "shots", index);
      if (!starsend_plan_values_check_kind (reader->findings, node, STARSEND_JSON_OBJECT, NULL, -1))
        continue;
      read_shot (reader, node);
      shot = &g_array_index (reader->data->shots, StarsendShotData, reader->data->shots->len - 1);
      sequence->duration += shot->duration;
      if (*shot->id && has_earlier_shot (reader, sequence->first_shot, shot->id, many))
        ERROR (starsend_json_node_get_member (node, "id"), "id", -1,
               _ ("Another shot of the sequence has the same id; every one has its own."));
    }
  starsend_plan_findings_enter_inner (reader->findings, NULL, -1);
}

static void
check_listed_element (Reader *reader, const StarsendJsonNode *node, int item, GHashTable *seen)
{
  const char *id = starsend_json_node_get_string (node, NULL);
  g_autofree char *quoted = NULL;
  int element;

  if (!id)
    return;
  quoted = starsend_plan_findings_quote (id);
  element = starsend_element_index_lookup (reader->data->element_index, id);
  if (!g_hash_table_add (seen, (gpointer) id))
    WARNING (node, "elements", item, _ ("“%s” is listed more than once."), quoted);
  else if (element < 0)
    ERROR (node, "elements", item, _ ("“%s” is no element of the plan."), quoted);
  else if (g_array_index (reader->data->elements, StarsendElementData, element).has_error && !reader->told[element])
    {
      ERROR (node, "elements", item, _ ("The element “%s” has an error of its own."), quoted);
      reader->told[element] = TRUE;
    }
  else if (g_array_index (reader->data->elements, StarsendElementData, element).has_error)
    starsend_plan_findings_block (reader->findings, "elements", item, _ ("The element “%s” has an error of its own."), quoted);
  else if (reader->named_in[element] != reader->data->sequences->len + 1)
    WARNING (node, "elements", item, _ ("“%s” is listed, but no prompt of the sequence names it as “@%s”."), quoted,
             quoted);
}

static void
check_listed_elements (Reader *reader, const StarsendJsonNode *list)
{
  g_autoptr (GHashTable) seen = NULL;
  int item = 0;

  if (!list || starsend_json_node_get_kind (list) != STARSEND_JSON_ARRAY)
    return;
  seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (const StarsendJsonNode *node = starsend_json_node_get_first_child (list); node;
       node = starsend_json_node_get_next (node), item++)
    check_listed_element (reader, node, item, seen);
}

static void
read_sequence_times (Reader *reader, const StarsendJsonNode **slots, StarsendSequenceData *sequence)
{
  sequence->song_start = starsend_plan_values_read_time (reader->findings, slots[SEQ_SONG_START], "song_start", STARSEND_PLAN_MAX_TIME);
  sequence->song_end = starsend_plan_values_read_time (reader->findings, slots[SEQ_SONG_END], "song_end", STARSEND_PLAN_MAX_TIME);
  if (sequence->song_start < 0 || sequence->song_end < 0 || sequence->song_end >= sequence->song_start)
    return;
  ERROR (slots[SEQ_SONG_END], "song_end", -1, _ ("The sequence ends at %g s, before it begins at %g s."),
         sequence->song_end, sequence->song_start);
}

static void
keep_sequence (Reader *reader, StarsendSequenceData *sequence, const StarsendJsonNode *id_node)
{
  GArray *sequences = reader->data->sequences;

  /* Nothing could refer to a sequence without an id: it is reported, and not listed. */
  if (!sequence->id)
    return;
  if (g_hash_table_contains (reader->data->positions, sequence->id))
    ERROR (id_node, "id", -1, _ ("Another sequence has the same id; every one has its own."));
  else
    g_hash_table_insert (reader->data->positions, (gpointer) sequence->id, GUINT_TO_POINTER (sequences->len));
  g_array_append_val (sequences, *sequence);
}

static void
read_sequence (Reader *reader, const StarsendJsonNode *node, guint index)
{
  const StarsendJsonNode *slots[N_SEQ_KEYS];
  StarsendSequenceData sequence = { .node = node, .index = index, .first_shot = reader->data->shots->len };
  StarsendPlanFindings *findings = reader->findings;
  const StarsendJsonNode *id;
  gsize length = 0;

  id = starsend_json_node_get_member (node, "id");
  if (id && starsend_json_node_get_string (id, &length) &&
      starsend_plan_values_is_id (starsend_json_node_get_string (id, NULL), length))
    starsend_plan_findings_enter (findings, starsend_json_node_get_string (id, NULL), "sequences", (int) index);
  starsend_plan_values_sort (findings, node, sequence_keys, N_SEQ_KEYS, slots);
  sequence.id = starsend_plan_values_read_id (findings, slots[SEQ_ID], node);
  sequence.title = starsend_plan_values_read_string (findings, slots[SEQ_TITLE], "title", -1);
  read_sequence_times (reader, slots, &sequence);
  sequence.elements = read_names (reader, slots[SEQ_ELEMENTS], "elements", FALSE);
  sequence.director_notes =
      starsend_plan_values_read_string (findings, slots[SEQ_DIRECTOR_NOTES], "director_notes", -1);
  sequence.start_frame_prompt =
      starsend_plan_values_read_string (findings, slots[SEQ_START_FRAME_PROMPT], "start_frame_prompt", -1);
  sequence.model = starsend_plan_values_read_string (findings, slots[SEQ_MODEL], "model", -1);
  read_mentions (reader, sequence.start_frame_prompt, slots[SEQ_START_FRAME_PROMPT], "start_frame_prompt");
  if (!slots[SEQ_SHOTS])
    ERROR (node, "shots", -1, _ ("There are no shots, and at least one is wanted."));
  else if (starsend_plan_values_check_kind (findings, slots[SEQ_SHOTS], STARSEND_JSON_ARRAY, "shots", -1))
    {
      if (!starsend_json_node_get_length (slots[SEQ_SHOTS]))
        ERROR (slots[SEQ_SHOTS], "shots", -1, _ ("There are no shots, and at least one is wanted."));
      read_shots (reader, slots[SEQ_SHOTS], &sequence);
    }
  sequence.n_shots = reader->data->shots->len - sequence.first_shot;
  check_listed_elements (reader, slots[SEQ_ELEMENTS]);
  keep_sequence (reader, &sequence, slots[SEQ_ID]);
}

static void
read_sequences (Reader *reader, const StarsendJsonNode *root, const StarsendJsonNode *list)
{
  guint index = 0;

  starsend_plan_findings_enter (reader->findings, NULL, NULL, -1);
  if (!list)
    ERROR (root, "sequences", -1, _ ("There are no sequences, and a list of them is wanted."));
  if (!starsend_plan_values_check_kind (reader->findings, list, STARSEND_JSON_ARRAY, "sequences", -1))
    return;
  for (const StarsendJsonNode *node = starsend_json_node_get_first_child (list); node;
       node = starsend_json_node_get_next (node), index++)
    {
      starsend_plan_findings_enter (reader->findings, "", "sequences", (int) index);
      if (starsend_plan_values_check_kind (reader->findings, node, STARSEND_JSON_OBJECT, NULL, -1))
        read_sequence (reader, node, index);
    }
}

static gboolean
parse_aspect (const char *text, int *width, int *height)
{
  const char *colon = strchr (text, ':');
  char *end;

  if (!colon || text[0] < '1' || text[0] > '9' || colon[1] < '1' || colon[1] > '9' || colon - text > 5 ||
      strlen (colon + 1) > 5)
    return FALSE;
  *width = (int) g_ascii_strtoull (text, &end, 10);
  if (end != colon)
    return FALSE;
  *height = (int) g_ascii_strtoull (colon + 1, &end, 10);
  return *end == '\0';
}

static void
read_head (Reader *reader, const StarsendJsonNode **slots, StarsendPlanHead *head)
{
  StarsendPlanFindings *findings = reader->findings;
  const char *aspect_ratio;

  starsend_plan_findings_enter (findings, "", NULL, -1);
  head->project = starsend_plan_values_read_string (findings, slots[PROJECT], "project", -1);
  head->episode = starsend_plan_values_read_string (findings, slots[EPISODE], "episode", -1);
  head->title = starsend_plan_values_read_string (findings, slots[TITLE], "title", -1);

  /* Every picture and every frame depends on these two. */
  starsend_plan_findings_enter (findings, NULL, NULL, -1);
  aspect_ratio = starsend_plan_values_read_string (findings, slots[ASPECT_RATIO], "aspect_ratio", -1);
  if (aspect_ratio && parse_aspect (aspect_ratio, &head->aspect_width, &head->aspect_height))
    head->aspect_ratio = aspect_ratio;
  else
    {
      head->aspect_ratio = "16:9";
      head->aspect_width = 16;
      head->aspect_height = 9;
      if (aspect_ratio)
        ERROR (slots[ASPECT_RATIO], "aspect_ratio", -1,
               _ ("The aspect ratio is not written as two whole numbers, such as 16:9."));
    }
  if (!starsend_frame_rate_from_number (starsend_plan_values_read_number (findings, slots[FPS], "fps", 1, 120),
                                        &head->frame_rate))
    head->frame_rate = (StarsendFrameRate){ 24, 1 };
}

void
starsend_plan_reader_read (StarsendPlanData *data, StarsendPlanHead *head, StarsendPlanFindings *findings)
{
  Reader here = { .data = data, .findings = findings };
  Reader *reader = &here;
  const StarsendJsonNode *root = starsend_json_get_root (data->json);
  const StarsendJsonNode *slots[N_PLAN_KEYS];

  /* Each part is a pass, since sequences need the elements, wherever these stand in the text. */
  starsend_plan_findings_enter (findings, "", NULL, -1);
  starsend_plan_values_sort (findings, root, plan_keys, N_PLAN_KEYS, slots);
  read_head (reader, slots, head);
  starsend_plan_findings_begin_pass (findings);
  read_song (reader, slots[SONG]);
  starsend_plan_findings_begin_pass (findings);
  read_elements (reader, slots[ELEMENTS]);
  starsend_plan_findings_begin_pass (findings);
  read_sequences (reader, root, slots[SEQUENCES]);
  g_free (reader->named_in);
  g_free (reader->told);
}
