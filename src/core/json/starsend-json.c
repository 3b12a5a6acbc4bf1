/* starsend-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-json-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Values, not bytes: "[0,0,0…" has sixteen bytes of tree for each byte of text. */
#define MAX_NODES (1u << 25)
#define WORD_SIZE sizeof (guint64)

/**
 * StarsendJsonKind:
 * @STARSEND_JSON_NULL: null
 * @STARSEND_JSON_BOOLEAN: true or false
 * @STARSEND_JSON_NUMBER: a number
 * @STARSEND_JSON_STRING: a string
 * @STARSEND_JSON_ARRAY: an array
 * @STARSEND_JSON_OBJECT: an object
 *
 * The kinds of values that JSON has.
 */

struct _StarsendJson
{
  gatomicrefcount ref_count;
  GBytes *source;
  char *text;
  StarsendJsonNode *nodes;
};

typedef struct
{
  guint32 node;
  guint32 last_child;
} Level;

typedef struct
{
  char *text;
  char *cursor;
  char *end;
  StarsendJsonNode *nodes;
  guint32 n_nodes;
  guint32 capacity;
  const char *name;
  guint32 name_length;
  guint depth;
  Level levels[STARSEND_JSON_MAX_DEPTH];
  char *message;
} Reader;

static void
find_position (const char *text, gsize offset, guint *line, guint *column)
{
  const char *start = text;
  const char *stop = text + offset;
  const char *newline;
  guint n_lines = 1;
  guint n_characters = 1;

  while ((newline = memchr (start, '\n', stop - start)))
    {
      start = newline + 1;
      n_lines++;
    }
  for (; start < stop; start++)
    if ((*start & 0xc0) != 0x80)
      n_characters++;
  *line = n_lines;
  *column = n_characters;
}

static gboolean
fail (Reader *reader, char *at, const char *message)
{
  reader->cursor = at;
  reader->message = g_strdup (message);
  return FALSE;
}

static gboolean
fail_unexpected (Reader *reader, const char *wanted)
{
  guchar found = *reader->cursor;

  if (reader->cursor >= reader->end)
    reader->message = g_strdup_printf (_ ("the text ends where %s is expected"), wanted);
  else if (found > 0x20 && found < 0x7f)
    reader->message = g_strdup_printf (_ ("“%c” stands where %s is expected"), found, wanted);
  else
    reader->message = g_strdup_printf (_ ("the byte 0x%02X stands where %s is expected"), found, wanted);
  return FALSE;
}

static inline void
skip_space (Reader *reader)
{
  char *at = reader->cursor;

  while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')
    at++;
  reader->cursor = at;
}

/* Eight bytes at a time, to the first that is a quote, a backslash or a control character; the high bits of all
 * bytes passed are gathered in @high. The copy of the text has zeros after its end, so this always stops. */
static inline char *
scan_plain (char *at, guint64 *high)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
  const guint64 tops = G_GUINT64_CONSTANT (0x8080808080808080);

  for (;; at += WORD_SIZE)
    {
      guint64 word, quotes, slashes, controls, hits;

      memcpy (&word, at, WORD_SIZE);
      quotes = word ^ (ones * '"');
      slashes = word ^ (ones * '\\');
      controls = (word - ones * 0x20) & ~word;
      hits = (((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes) | controls) & tops;
      if (hits)
        break;
      *high |= word & tops;
    }
  /* A borrow can mark a neighbour of the real hit too, so the bytes decide. */
  while (*at != '"' && *at != '\\' && (guchar) *at >= 0x20)
    *high |= (guchar) *at++ & 0x80;
  return at;
}

static gboolean
read_hex (const char *at, gunichar *value)
{
  gunichar result = 0;

  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (at[i]);

      if (digit < 0)
        return FALSE;
      result = result << 4 | (gunichar) digit;
    }
  *value = result;
  return TRUE;
}

/* @at stands behind "\u"; the escape of a high surrogate goes on over the low one that must follow. */
static char *
read_unicode (Reader *reader, char *at, char **out)
{
  char *escape = at - 2;
  gunichar high, low;

  if (!read_hex (at, &high))
    {
      fail (reader, escape, _ ("\\u is not followed by four hexadecimal digits"));
      return NULL;
    }
  at += 4;
  if (high >= 0xd800 && high < 0xe000)
    {
      if (high >= 0xdc00 || at[0] != '\\' || at[1] != 'u' || !read_hex (at + 2, &low) || low < 0xdc00 || low >= 0xe000)
        {
          fail (reader, escape, _ ("half of a surrogate pair stands alone"));
          return NULL;
        }
      high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
      at += 6;
    }
  *out += g_unichar_to_utf8 (high, *out);
  return at;
}

static char *
read_escape (Reader *reader, char *at, char **out)
{
  static const char letters[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  const char *letter;

  if (at[1] == 'u')
    return read_unicode (reader, at + 2, out);
  letter = at[1] ? strchr (letters, at[1]) : NULL;
  if (!letter)
    {
      fail (reader, at, _ ("a backslash begins no escape that JSON knows"));
      return NULL;
    }
  *(*out)++ = meanings[letter - letters];
  return at + 2;
}

/* The cursor stands on the opening quote. The text never grows when it is decoded, so it is decoded in place. */
static gboolean
read_string (Reader *reader, const char **string, guint32 *length)
{
  char *start = reader->cursor + 1;
  char *out = start;
  char *at = start;
  guint64 high = 0;

  for (;;)
    {
      char *stop = scan_plain (at, &high);

      if (out != at)
        memmove (out, at, stop - at);
      out += stop - at;
      at = stop;
      if (*at == '"')
        break;
      if (*at != '\\')
        return fail (reader, at,
                     at >= reader->end ? _ ("the text ends inside a string")
                                       : _ ("a control character stands in a string"));
      at = read_escape (reader, at, &out);
      if (!at)
        return FALSE;
    }
  if (high && !g_utf8_validate_len (start, out - start, NULL))
    {
      /* With a decoded U+0000 inside, GLib's check stops early: it is made piece by piece. */
      for (char *piece = start; piece <= out; piece += strnlen (piece, out - piece) + 1)
        if (!g_utf8_validate_len (piece, strnlen (piece, out - piece), NULL))
          return fail (reader, start, _ ("the string that begins here is not valid UTF-8"));
    }
  *out = '\0';
  *string = start;
  *length = out - start;
  reader->cursor = at + 1;
  return TRUE;
}

static gboolean
read_digits (Reader *reader, char **at)
{
  if (!g_ascii_isdigit (**at))
    {
      reader->cursor = *at;
      return fail_unexpected (reader, _ ("a digit"));
    }
  while (g_ascii_isdigit (**at))
    (*at)++;
  return TRUE;
}

static gboolean
read_number (Reader *reader, StarsendJsonNode *node)
{
  char *start = reader->cursor;
  char *at = start + (*start == '-');
  gboolean has_exponent = FALSE;

  if (*at == '0' && g_ascii_isdigit (at[1]))
    return fail (reader, at, _ ("a number begins with a needless zero"));
  if (!read_digits (reader, &at))
    return FALSE;
  if (*at == '.')
    {
      at++;
      if (!read_digits (reader, &at))
        return FALSE;
    }
  if (*at == 'e' || *at == 'E')
    {
      has_exponent = TRUE;
      at++;
      at += *at == '+' || *at == '-';
      if (!read_digits (reader, &at))
        return FALSE;
    }
  node->kind = STARSEND_JSON_NUMBER;
  node->length = at - start;
  /* Without an exponent it takes more than 300 digits to leave the range of a double. */
  if ((has_exponent || node->length > 300) && !isfinite (g_ascii_strtod (start, NULL)))
    return fail (reader, start, _ ("the number is larger than a double can hold"));
  reader->cursor = at;
  return TRUE;
}

static gboolean
read_word (Reader *reader, StarsendJsonNode *node, const char *word, StarsendJsonKind kind)
{
  gsize length = strlen (word);

  if (strncmp (reader->cursor, word, length) != 0)
    return fail_unexpected (reader, _ ("a value"));
  node->kind = kind;
  node->length = length;
  reader->cursor += length;
  return TRUE;
}

static StarsendJsonNode *
add_node (Reader *reader)
{
  guint32 index = reader->n_nodes;
  StarsendJsonNode *node;

  if (index == MAX_NODES)
    {
      fail (reader, reader->cursor, _ ("the text holds more values than can be read"));
      return NULL;
    }
  if (index == reader->capacity)
    {
      reader->capacity *= 2;
      reader->nodes = g_renew (StarsendJsonNode, reader->nodes, reader->capacity);
    }
  node = &reader->nodes[index];
  *node = (StarsendJsonNode){ .name = reader->name, .name_length = reader->name_length, .text = reader->cursor };
  if (reader->depth)
    {
      Level *level = &reader->levels[reader->depth - 1];

      reader->nodes[level->node].length++;
      if (level->last_child)
        reader->nodes[level->last_child].next = index - level->last_child;
      level->last_child = index;
    }
  reader->n_nodes++;
  return node;
}

static gboolean
read_name (Reader *reader)
{
  if (*reader->cursor != '"')
    return fail_unexpected (reader, _ ("a member name in double quotes"));
  if (!read_string (reader, &reader->name, &reader->name_length))
    return FALSE;
  skip_space (reader);
  if (*reader->cursor != ':')
    return fail_unexpected (reader, _ ("a colon"));
  reader->cursor++;
  skip_space (reader);
  return TRUE;
}

/* Enters a container: the cursor goes to its first value, or behind it when it has none. */
static gboolean
enter (Reader *reader, StarsendJsonNode *node, StarsendJsonKind kind)
{
  gboolean is_object = kind == STARSEND_JSON_OBJECT;

  if (reader->depth == STARSEND_JSON_MAX_DEPTH)
    return fail (reader, reader->cursor, _ ("arrays and objects are nested more than 64 deep"));
  node->kind = kind;
  reader->cursor++;
  skip_space (reader);
  if (*reader->cursor == (is_object ? '}' : ']'))
    {
      reader->cursor++;
      return TRUE;
    }
  reader->levels[reader->depth++] = (Level){ .node = node - reader->nodes };
  reader->name = NULL;
  reader->name_length = 0;
  return !is_object || read_name (reader);
}

static gboolean
read_value (Reader *reader)
{
  StarsendJsonNode *node = add_node (reader);

  if (!node)
    return FALSE;
  switch (*reader->cursor)
    {
    case '"':
      node->kind = STARSEND_JSON_STRING;
      return read_string (reader, &node->text, &node->length);
    case '{':
      return enter (reader, node, STARSEND_JSON_OBJECT);
    case '[':
      return enter (reader, node, STARSEND_JSON_ARRAY);
    case 't':
      return read_word (reader, node, "true", STARSEND_JSON_BOOLEAN);
    case 'f':
      return read_word (reader, node, "false", STARSEND_JSON_BOOLEAN);
    case 'n':
      return read_word (reader, node, "null", STARSEND_JSON_NULL);
    case '-':
      return read_number (reader, node);
    default:
      if (g_ascii_isdigit (*reader->cursor))
        return read_number (reader, node);
      return fail_unexpected (reader, _ ("a value"));
    }
}

/* After a value: leaves every container that ends here, and goes to the next value, if there is one. */
static gboolean
read_separator (Reader *reader)
{
  while (reader->depth)
    {
      StarsendJsonNode *parent = &reader->nodes[reader->levels[reader->depth - 1].node];
      gboolean is_object = parent->kind == STARSEND_JSON_OBJECT;

      skip_space (reader);
      if (*reader->cursor == ',')
        {
          reader->cursor++;
          skip_space (reader);
          reader->name = NULL;
          reader->name_length = 0;
          return !is_object || read_name (reader);
        }
      if (*reader->cursor != (is_object ? '}' : ']'))
        return fail_unexpected (reader, is_object ? _ ("a comma or “}”") : _ ("a comma or “]”"));
      reader->cursor++;
      reader->depth--;
    }
  return TRUE;
}

static gboolean
read_document (Reader *reader)
{
  skip_space (reader);
  do
    {
      guint depth = reader->depth;

      if (!read_value (reader))
        return FALSE;
      if (reader->depth <= depth && !read_separator (reader))
        return FALSE;
    }
  while (reader->depth);
  skip_space (reader);
  return reader->cursor == reader->end || fail_unexpected (reader, _ ("the end of the text"));
}

static gboolean
check_size (gsize size, gsize max_size, GError **error)
{
  g_autofree char *found = NULL;
  g_autofree char *allowed = NULL;

  max_size = MIN (max_size, G_MAXINT32);
  if (size <= max_size)
    return TRUE;
  found = g_format_size_full (size, G_FORMAT_SIZE_IEC_UNITS);
  allowed = g_format_size_full (max_size, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT,
               _ ("The text has %s, and no more than %s can be read."), found, allowed);
  return FALSE;
}

/**
 * starsend_json_new: (skip)
 * @source: the text; it is kept and never changed
 * @max_size: how many bytes it may have
 * @error: return location for a #GError
 *
 * Reads a JSON text strictly as RFC 8259 defines it.
 *
 * Where the RFC leaves a choice: numbers that no finite double can hold, lone surrogates, invalid UTF-8, a byte order
 * mark, and nesting deeper than %STARSEND_JSON_MAX_DEPTH are refused; integers of any length are taken; of two members
 * with one name both are kept, and the last one is found. The document is immutable and can be used from any thread.
 *
 * Returns: (transfer full): the document, or %NULL with %STARSEND_ERROR_INVALID_INPUT
 */
StarsendJson *
starsend_json_new (GBytes *source, gsize max_size, GError **error)
{
  Reader reader = { 0 };
  StarsendJson *self;
  gsize size;
  const char *data = g_bytes_get_data (source, &size);

  /* An empty #GBytes has no data at all. */
  if (!data)
    data = "";
  if (!check_size (size, max_size, error))
    return NULL;
  reader.text = g_malloc (size + 2 * WORD_SIZE);
  memcpy (reader.text, data, size);
  memset (reader.text + size, 0, 2 * WORD_SIZE);
  reader.cursor = reader.text;
  reader.end = reader.text + size;
  reader.capacity = 16 + size / 96;
  reader.nodes = g_new (StarsendJsonNode, reader.capacity);

  if (!read_document (&reader))
    {
      guint line, column;

      find_position (data, reader.cursor - reader.text, &line, &column);
      g_set_error (error, STARSEND_ERROR, STARSEND_ERROR_INVALID_INPUT, _ ("line %u, column %u: %s"), line, column,
                   reader.message);
      g_free (reader.message);
      g_free (reader.text);
      g_free (reader.nodes);
      return NULL;
    }

  self = g_new0 (StarsendJson, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->source = g_bytes_ref (source);
  self->text = reader.text;
  self->nodes = g_renew (StarsendJsonNode, reader.nodes, reader.n_nodes);
  return self;
}

/**
 * starsend_json_ref: (skip)
 * @self: a document
 *
 * Takes another reference; any thread may.
 *
 * Returns: (transfer full): @self
 */
StarsendJson *
starsend_json_ref (StarsendJson *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * starsend_json_unref: (skip)
 * @self: (transfer full): a document
 *
 * Drops a reference; with the last one all nodes and strings go.
 */
void
starsend_json_unref (StarsendJson *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_bytes_unref (self->source);
  g_free (self->text);
  g_free (self->nodes);
  g_free (self);
}

/**
 * starsend_json_get_root: (skip)
 * @self: a document
 *
 * Gets the outermost value.
 *
 * Returns: (transfer none): the root, never %NULL
 */
const StarsendJsonNode *
starsend_json_get_root (StarsendJson *self)
{
  return self->nodes;
}

static gsize
node_offset (StarsendJson *self, const StarsendJsonNode *node)
{
  /* A decoded string begins behind its quote. */
  return node->text - self->text - (node->kind == STARSEND_JSON_STRING ? 1 : 0);
}

static const char *
skip_raw_string (const char *at)
{
  for (at++; *at != '"'; at++)
    if (*at == '\\')
      at++;
  return at + 1;
}

/* The text was accepted before, so the brackets match and nothing needs to be checked again. */
static const char *
skip_raw_value (const StarsendJsonNode *node, const char *at)
{
  guint depth = 0;

  if (node->kind == STARSEND_JSON_STRING)
    return skip_raw_string (at);
  if (node->kind != STARSEND_JSON_ARRAY && node->kind != STARSEND_JSON_OBJECT)
    return at + node->length;
  do
    {
      if (*at == '"')
        {
          at = skip_raw_string (at);
          continue;
        }
      if (*at == '[' || *at == '{')
        depth++;
      else if (*at == ']' || *at == '}')
        depth--;
      at++;
    }
  while (depth);
  return at;
}

/**
 * starsend_json_dup_raw: (skip)
 * @self: a document
 * @node: a node of it
 * @length: (out) (optional): the length in bytes
 *
 * Copies the exact text of a value as it stood in the source.
 *
 * Returns: (transfer full): the text
 */
char *
starsend_json_dup_raw (StarsendJson *self, const StarsendJsonNode *node, gsize *length)
{
  const char *source = g_bytes_get_data (self->source, NULL);
  const char *start = source + node_offset (self, node);
  gsize size = skip_raw_value (node, start) - start;

  if (length)
    *length = size;
  return g_strndup (start, size);
}

/**
 * starsend_json_get_position: (skip)
 * @self: a document
 * @node: a node of it
 * @line: (out): the line, from 1
 * @column: (out): the column in characters, from 1
 *
 * Finds where a value begins; this reads the text up to there.
 */
void
starsend_json_get_position (StarsendJson *self, const StarsendJsonNode *node, guint *line, guint *column)
{
  find_position (g_bytes_get_data (self->source, NULL), node_offset (self, node), line, column);
}
