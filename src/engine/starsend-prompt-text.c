/* starsend-prompt-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-prompt-text.h"

#include <string.h>

#include "starsend-element-index.h"

/* The elements of a request while its words are composed. The words are for a model, so they are not translated. */
typedef struct
{
  StarsendElementIndex *index;
  GPtrArray *elements;
  guint *numbers;     /* from 1; 0 for one without a picture */
  gboolean *told;     /* whose description was said already */
  const char *token;
} Speaker;

static void
speaker_init (Speaker *self, GListModel *elements, const char *token)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new ();
  guint n = elements != NULL ? g_list_model_get_n_items (elements) : 0;
  guint number = 0;

  self->elements = g_ptr_array_new_with_free_func (g_object_unref);
  self->numbers = g_new0 (guint, n + 1);
  self->told = g_new0 (gboolean, n + 1);
  self->token = token;
  for (guint i = 0; i < n; i++)
    {
      StarsendElementPictures *element = g_list_model_get_item (elements, i);

      g_ptr_array_add (self->elements, element);
      g_ptr_array_add (ids, (gpointer) starsend_element_pictures_get_element_id (element));
      if (starsend_element_pictures_has_picture (element))
        self->numbers[i] = ++number;
    }
  self->index = starsend_element_index_new ((const char *const *) ids->pdata, n);
}

static void
speaker_clear (Speaker *self)
{
  starsend_element_index_free (self->index);
  g_ptr_array_unref (self->elements);
  g_free (self->numbers);
  g_free (self->told);
}

static gboolean
is_blank (const char *text)
{
  return text == NULL || text[strspn (text, " \t\r\n")] == '\0';
}

/* Spelt out by hand: a token is data, and never a format. */
static void
append_token (GString *out, const char *token, guint number)
{
  const char *at = strstr (token, "%u");

  if (at == NULL)
    {
      g_string_append (out, token);
      return;
    }

  g_string_append_len (out, token, at - token);
  g_string_append_printf (out, "%u", number);
  g_string_append (out, at + strlen ("%u"));
}

static void
append_name (GString *out, StarsendElementPictures *element)
{
  const char *name = starsend_element_pictures_get_name (element);

  if (!is_blank (name))
    {
      g_string_append (out, name);
      return;
    }

  for (const char *at = starsend_element_pictures_get_element_id (element); *at != '\0'; at++)
    g_string_append_c (out, *at == '_' ? ' ' : *at);
}

/* Where a model sees no picture of it, the description is all that it gets. */
static void
append_element (Speaker *self, GString *out, int i)
{
  StarsendElementPictures *element = g_ptr_array_index (self->elements, i);
  const char *description = starsend_element_pictures_get_description (element);

  if (self->token != NULL && self->numbers[i] > 0)
    {
      append_token (out, self->token, self->numbers[i]);
      return;
    }

  append_name (out, element);
  if (self->numbers[i] == 0 && !self->told[i] && !is_blank (description))
    g_string_append_printf (out, " (%s)", description);
  self->told[i] = TRUE;
}

static void
append_text (Speaker *self, GString *out, const char *text)
{
  const char *from = text, *start, *end;
  int element;

  while (starsend_element_index_next_mention (self->index, text, from, &start, &end, &element))
    {
      g_string_append_len (out, from, start - from);
      if (element >= 0)
        append_element (self, out, element);
      else
        g_string_append_len (out, start, end - start);
      from = end;
    }
  g_string_append (out, from);
}

static gboolean
ends_sentence (GString *out)
{
  const char *last;

  if (out->len == 0)
    return TRUE;

  last = g_utf8_find_prev_char (out->str, out->str + out->len);

  return last == NULL || (g_unichar_ispunct (g_utf8_get_char (last)) && strchr (",;-\"')", *last) == NULL);
}

static gboolean
says (const char *text, const char *words)
{
  g_autofree char *folded_text = g_utf8_casefold (text, -1);
  g_autofree char *folded_words = g_utf8_casefold (words, -1);

  return strstr (folded_text, folded_words) != NULL;
}

/* What comes through introspection may be no UTF-8. */
static char *
dup_text (const char *text)
{
  return g_strstrip (g_utf8_make_valid (text != NULL ? text : "", -1));
}

static void
append_shot (Speaker *self, GString *out, StarsendShotPrompt *shot)
{
  g_autofree char *text = dup_text (starsend_shot_prompt_get_text (shot));
  g_autofree char *words = dup_text (starsend_shot_prompt_get_camera (shot));
  gsize from = out->len;

  append_text (self, out, text);
  if (*words == '\0' || says (text, words))
    return;

  if (out->len > from)
    g_string_append (out, ends_sentence (out) ? " " : ". ");
  g_string_append (out, "Camera: ");
  append_text (self, out, words);
  if (!ends_sentence (out))
    g_string_append_c (out, '.');
}

static void
append_seconds (GString *out, double seconds)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  /* In any locale with a point. */
  g_string_append (out, g_ascii_formatd (text, sizeof text, "%.6g", seconds));
}

static void
append_shots (Speaker *self, GString *out, GListModel *shots)
{
  guint n = g_list_model_get_n_items (shots);
  double seconds = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(StarsendShotPrompt) shot = g_list_model_get_item (shots, i);

      if (n > 1)
        {
          g_string_append_printf (out, "%sShot %u (", i > 0 ? "\n" : "", i + 1);
          append_seconds (out, seconds);
          seconds += starsend_shot_prompt_get_duration (shot);
          g_string_append (out, " to ");
          append_seconds (out, seconds);
          g_string_append (out, " seconds): ");
        }
      append_shot (self, out, shot);
    }
}

/* "Blue car is in pictures 1 and 2: 1972 coupe." The numbers are those of dup_pictures(). */
static void
append_elements (Speaker *self, GString *out)
{
  guint picture = 1;

  for (guint i = 0; i < self->elements->len; i++)
    {
      StarsendElementPictures *element = g_ptr_array_index (self->elements, i);
      const char *const *references = starsend_element_pictures_get_references (element);
      const char *description = starsend_element_pictures_get_description (element);
      guint n = starsend_element_pictures_get_frontal (element) != NULL;

      n += references != NULL ? g_strv_length ((char **) references) : 0;
      if (n == 0 && is_blank (description))
        continue;
      if (out->len > 0)
        g_string_append_c (out, '\n');
      append_name (out, element);
      if (n == 1)
        g_string_append_printf (out, " is in picture %u", picture);
      else if (n > 1)
        g_string_append_printf (out, " is in pictures %u to %u", picture, picture + n - 1);
      picture += n;
      if (!is_blank (description))
        g_string_append_printf (out, ": %s", description);
      if (!ends_sentence (out))
        g_string_append_c (out, '.');
      self->told[i] = TRUE;
    }
}

/* One pass: what is put in is not looked through again. */
static char *
fill_template (const char *template, const char *prompt, const char *elements, const char *aspect)
{
  const struct { const char *mark; const char *text; } parts[] = {
    { "{prompt}", prompt }, { "{elements}", elements }, { "{aspect}", aspect },
  };
  GString *out = g_string_new (NULL);

  while (*template != '\0')
    {
      guint i = 0;

      while (i < G_N_ELEMENTS (parts) && !g_str_has_prefix (template, parts[i].mark))
        i++;
      if (i < G_N_ELEMENTS (parts))
        g_string_append (out, parts[i].text);
      else
        g_string_append_c (out, *template);
      template += i < G_N_ELEMENTS (parts) ? strlen (parts[i].mark) : 1;
    }

  return g_strchomp (g_string_free (out, FALSE));
}

static char *
compose_grid (Speaker *self, StarsendRequest *request, const char *template)
{
  g_autoptr(GString) prompt = g_string_new (NULL);
  g_autoptr(GString) elements = g_string_new (NULL);
  const char *own = starsend_request_get_template (request);
  g_autofree char *text = dup_text (starsend_request_get_prompt (request));
  g_autofree char *aspect = NULL;
  int width, height;

  if (own != NULL)
    template = own;
  if (template == NULL)
    template = "{prompt}";
  if (strstr (template, "{elements}") != NULL)
    append_elements (self, elements);
  append_text (self, prompt, text);
  starsend_request_get_aspect (request, &width, &height);
  aspect = g_strdup_printf ("%d:%d", width, height);

  return fill_template (template, prompt->str, elements->str, aspect);
}

/**
 * starsend_prompt_text_compose:
 * @shot: a shot
 * @elements: (nullable): a list of [class@ElementPictures], which its text may name
 * @token: (nullable): how one with a picture is named, "@Element%u"; %NULL for its name in words
 *
 * The words of one shot as they are sent: its text, then its camera move unless the text says it already.
 *
 * A name that stands for no element stays as it is written.
 *
 * Returns: (transfer full): the words
 */
char *
starsend_prompt_text_compose (StarsendShotPrompt *shot, GListModel *elements, const char *token)
{
  GString *out = g_string_new (NULL);
  Speaker speaker;

  speaker_init (&speaker, elements, token);
  append_shot (&speaker, out, shot);
  speaker_clear (&speaker);

  return g_string_free (out, FALSE);
}

/**
 * starsend_prompt_text_compose_request:
 * @request: what is to be made
 * @template: (nullable): the model's template, for a grid that has none of its own
 * @token: (nullable): how an element with a picture is named, "@Element%u"; %NULL for its name in words
 *
 * The words of a whole request in one text: those of a grid in their template, or those of all shots with their times.
 *
 * Returns: (transfer full): the words
 */
char *
starsend_prompt_text_compose_request (StarsendRequest *request, const char *template, const char *token)
{
  GString *out;
  Speaker speaker;
  char *text;

  g_return_val_if_fail (STARSEND_IS_REQUEST (request), NULL);

  speaker_init (&speaker, starsend_request_get_elements (request), token);
  if (starsend_request_get_kind (request) == STARSEND_REQUEST_GRID)
    text = compose_grid (&speaker, request, template);
  else
    {
      out = g_string_new (NULL);
      append_shots (&speaker, out, starsend_request_get_shots (request));
      text = g_string_free (out, FALSE);
    }
  speaker_clear (&speaker);

  return text;
}

/**
 * starsend_prompt_text_dup_pictures:
 * @elements: a list of [class@ElementPictures]
 *
 * The pictures of all elements in the order in which the words speak of them: of each its frontal one, then its references.
 *
 * Returns: (transfer full) (array zero-terminated=1): absolute paths
 */
char **
starsend_prompt_text_dup_pictures (GListModel *elements)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (elements); i++)
    {
      g_autoptr(StarsendElementPictures) element = g_list_model_get_item (elements, i);
      const char *frontal = starsend_element_pictures_get_frontal (element);
      const char *const *references = starsend_element_pictures_get_references (element);

      if (frontal != NULL)
        g_strv_builder_add (builder, frontal);
      for (guint j = 0; references != NULL && references[j] != NULL; j++)
        g_strv_builder_add (builder, references[j]);
    }

  return g_strv_builder_end (builder);
}
