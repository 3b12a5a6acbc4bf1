/* starsend-raw-object.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-raw-object.h"

#include <string.h>

/* A file of ours may hold keys of other programs. What nobody touched goes back byte for byte: names with their
 * escapes, numbers with their digits, white space inside values. */

typedef struct
{
  char *name;  /* decoded; NULL when it holds U+0000, so that nothing finds it by accident */
  char *raw_name;
  char *raw_value;
} Member;

struct _StarsendRawObject
{
  GPtrArray *members;
  GHashTable *index;  /* borrowed name -> Member, the last one of a name */
};

static void
member_free (Member *member)
{
  g_free (member->name);
  g_free (member->raw_name);
  g_free (member->raw_value);
  g_free (member);
}

static Member *
add_member (StarsendRawObject *self, char *name, char *raw_name, char *raw_value)
{
  Member *member = g_new0 (Member, 1);

  member->name = name;
  member->raw_name = raw_name;
  member->raw_value = raw_value;
  g_ptr_array_add (self->members, member);
  if (name != NULL)
    g_hash_table_replace (self->index, name, member);
  return member;
}

/* The text has passed the strict reader, so the skipping below needs no checks of its own. */

static const char *
skip_space (const char *p)
{
  return p + strspn (p, " \t\r\n");
}

static const char *
skip_string (const char *p)
{
  for (p++; *p != '"'; p++)
    if (*p == '\\')
      p++;
  return p + 1;
}

static const char *
skip_value (const char *p)
{
  guint depth = 0;

  if (*p != '"' && *p != '{' && *p != '[')
    return p + strcspn (p, ",]} \t\r\n");

  do
    {
      if (*p == '"')
        {
          p = skip_string (p);
          continue;
        }
      if (*p == '{' || *p == '[')
        depth++;
      else if (*p == '}' || *p == ']')
        depth--;
      p++;
    }
  while (depth > 0);

  return p;
}

StarsendRawObject *
starsend_raw_object_new (void)
{
  StarsendRawObject *self = g_new0 (StarsendRawObject, 1);

  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) member_free);
  self->index = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

/* The nodes give the decoded names, the text the raw ones; both stand in the same order. */
StarsendRawObject *
starsend_raw_object_new_from_node (StarsendJson *json, const StarsendJsonNode *object)
{
  StarsendRawObject *self = starsend_raw_object_new ();
  g_autofree char *text = starsend_json_dup_raw (json, object, NULL);
  const char *p = text + 1;

  for (const StarsendJsonNode *child = starsend_json_node_get_first_child (object); child != NULL;
       child = starsend_json_node_get_next (child))
    {
      gsize length = 0;
      const char *name = starsend_json_node_get_name (child, &length);
      const char *raw_name = skip_space (p);
      const char *name_end = skip_string (raw_name);
      const char *value = skip_space (skip_space (name_end) + 1);
      const char *value_end = skip_value (value);

      add_member (self, strlen (name) == length ? g_strdup (name) : NULL, g_strndup (raw_name, name_end - raw_name),
                  g_strndup (value, value_end - value));
      p = skip_space (value_end) + 1;
    }

  return self;
}

StarsendRawObject *
starsend_raw_object_new_from_text (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (StarsendJson) json = starsend_json_new (bytes, G_MAXSIZE, error);

  if (json == NULL)
    return NULL;
  return starsend_raw_object_new_from_node (json, starsend_json_get_root (json));
}

void
starsend_raw_object_free (StarsendRawObject *self)
{
  g_hash_table_unref (self->index);
  g_ptr_array_unref (self->members);
  g_free (self);
}

guint
starsend_raw_object_get_length (StarsendRawObject *self)
{
  return self->members->len;
}

const char *
starsend_raw_object_get_name (StarsendRawObject *self, guint index)
{
  return ((Member *) g_ptr_array_index (self->members, index))->name;
}

const char *
starsend_raw_object_lookup (StarsendRawObject *self, const char *name)
{
  Member *member = g_hash_table_lookup (self->index, name);

  return member != NULL ? member->raw_value : NULL;
}

void
starsend_raw_object_set (StarsendRawObject *self, const char *name, const char *raw_value)
{
  Member *member = g_hash_table_lookup (self->index, name);

  if (member == NULL)
    {
      GString *raw_name = g_string_new (NULL);

      starsend_json_append_string (raw_name, name);
      add_member (self, g_strdup (name), g_string_free (raw_name, FALSE), g_strdup (raw_value));
    }
  else if (strcmp (member->raw_value, raw_value) != 0)
    {
      g_free (member->raw_value);
      member->raw_value = g_strdup (raw_value);
    }
}

/* A null value removes the member. */
void
starsend_raw_object_set_string (StarsendRawObject *self, const char *name, const char *value)
{
  g_autoptr (GString) raw = NULL;

  if (value == NULL)
    {
      starsend_raw_object_remove (self, name);
      return;
    }
  raw = g_string_new (NULL);
  starsend_json_append_string (raw, value);
  starsend_raw_object_set (self, name, raw->str);
}

void
starsend_raw_object_set_uint (StarsendRawObject *self, const char *name, guint value)
{
  char raw[16];

  g_snprintf (raw, sizeof raw, "%u", value);
  starsend_raw_object_set (self, name, raw);
}

void
starsend_raw_object_set_boolean (StarsendRawObject *self, const char *name, gboolean value)
{
  starsend_raw_object_set (self, name, value ? "true" : "false");
}

/* A name may stand twice in a file from outside; all of them go, or the one below would come to light. */
void
starsend_raw_object_remove (StarsendRawObject *self, const char *name)
{
  if (!g_hash_table_remove (self->index, name))
    return;
  for (guint i = self->members->len; i > 0; i--)
    {
      Member *member = g_ptr_array_index (self->members, i - 1);

      if (g_strcmp0 (member->name, name) == 0)
        g_ptr_array_remove_index (self->members, i - 1);
    }
}

/* @depth: how deep the object stands; its members are indented by two spaces more. */
void
starsend_raw_object_render (StarsendRawObject *self, guint depth, GString *out)
{
  if (self->members->len == 0)
    {
      g_string_append (out, "{}");
      return;
    }
  for (guint i = 0; i < self->members->len; i++)
    {
      Member *member = g_ptr_array_index (self->members, i);

      g_string_append (out, i == 0 ? "{\n" : ",\n");
      for (guint j = 0; j <= depth; j++)
        g_string_append (out, "  ");
      g_string_append (out, member->raw_name);
      g_string_append (out, ": ");
      g_string_append (out, member->raw_value);
    }
  g_string_append_c (out, '\n');
  for (guint j = 0; j < depth; j++)
    g_string_append (out, "  ");
  g_string_append_c (out, '}');
}

char *
starsend_raw_object_to_text (StarsendRawObject *self, guint depth)
{
  GString *out = g_string_new (NULL);

  starsend_raw_object_render (self, depth, out);
  return g_string_free (out, FALSE);
}
